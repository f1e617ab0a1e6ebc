/* sql_resolve_dml.c - INSERT, UPDATE, DELETE, MERGE and whole statements: which names are in scope where; see sql_print.h */
#include "rehearsal/sql_multi.h"
#include "rehearsal/sql_resolve.h"

#include <string.h>

/* A column of the target, for INSERT and SET. */
static bool target_column(struct resolver *r, struct sql_stmt *stmt, struct sql_expr *column)
{
	struct found found = { 0 };

	sql_find_column(stmt->target, &column->name, &found);
	if (found.count == 0)
		return sql_invalid_identifier(r->error, &column->name);
	sql_use_column(column, found.from, found.column);
	return true;
}

/* INSERT without a list of columns means all of them. */
static void all_columns(struct resolver *r, struct sql_stmt *stmt, struct sql_expr **last)
{
	for (uint32_t i = 0; i < stmt->target->column_count; i++) {
		if (stmt->target->column[i].hidden || stmt->target->column[i].invisible)
			continue;
		*last = cw_new(r->arena, struct sql_expr, 1);
		sql_use_column(*last, stmt->target, i);
		last = &(*last)->next;
	}
}

static bool insert_columns(struct resolver *r, struct sql_stmt *stmt, struct sql_expr **list,
			   uint32_t *ret_count)
{
	*ret_count = 0;
	if (!*list)
		all_columns(r, stmt, list);
	for (struct sql_expr *column = *list; column; column = column->next, ++*ret_count) {
		if (!column->from && !target_column(r, stmt, column))
			return false;
		for (struct sql_expr *other = *list; other != column; other = other->next)
			if (other->column == column->column)
				return rh_fail(r->error, 957, column->at, "duplicate column name");
	}
	return true;
}

/* A value for a column that makes its own is refused; DEFAULT is none. */
static bool takes_value(struct resolver *r, const struct sql_expr *column,
			const struct sql_expr *value, bool update)
{
	char generated = column->from->column[column->column].generated;

	if (value && value->kind == X_DEFAULT)
		return true;
	if (generated == 'V')
		return rh_fail(r->error, update ? 54017 : 54013, column->at,
			       "%s operation disallowed on virtual columns",
			       update ? "UPDATE" : "INSERT");
	if (generated == 'A')
		return rh_fail(r->error, update ? 32796 : 32795, column->at,
			       update ? "cannot update a generated always identity column"
				      : "cannot insert into a generated always identity column");
	return true;
}

static bool take_values(struct resolver *r, const struct sql_expr *column,
			const struct sql_expr *value)
{
	for (; column; column = column->next, value = value ? value->next : NULL)
		if (!takes_value(r, column, value, false))
			return false;
	return true;
}

static uint32_t count_of(const struct sql_expr *value)
{
	uint32_t count = 0;

	for (; value; value = value->next)
		count++;
	return count;
}

static bool same_count(struct resolver *r, uint32_t columns, uint32_t values, uint32_t at)
{
	return values == columns ||
	       rh_fail(r->error, values > columns ? 913 : 947, at,
		       values > columns ? "too many values" : "not enough values");
}

static bool may_change(struct resolver *r, const struct sql_from *target)
{
	const struct sql_relation *relation = target->relation;

	if (!relation->read_only)
		return true;
	if (relation->kind == 'v')
		return rh_fail(r->error, 42399, target->at,
			       "cannot perform a DML operation on a read-only view");
	return rh_fail(r->error, 12081, target->at,
		       "update operation not allowed on table \"%s\".\"%s\"", relation->schema,
		       relation->name);
}

bool sql_resolve_inserted(struct resolver *r, struct sql_stmt *stmt, const struct sql_expr *value)
{
	uint32_t columns;

	if (!may_change(r, stmt->target))
		return false;
	return insert_columns(r, stmt, &stmt->column, &columns) &&
	       same_count(r, columns, count_of(value), value ? value->at : stmt->at) &&
	       take_values(r, stmt->column, value);
}

static bool resolve_more(struct resolver *r, struct sql_stmt *stmt, uint32_t columns)
{
	for (struct sql_values *more = stmt->more; more; more = more->next) {
		if (!same_count(r, columns, count_of(more->value), more->value->at) ||
		    !sql_resolve_list(r, more->value) || !take_values(r, stmt->column, more->value))
			return false;
	}
	return true;
}

static bool resolve_insert(struct resolver *r, struct sql_stmt *stmt)
{
	uint32_t columns, at;
	struct scope *scope = r->scope;
	bool ok;

	if (!insert_columns(r, stmt, &stmt->column, &columns))
		return false;
	r->scope = NULL; /* VALUES sees no columns */
	r->top = stmt->query;
	ok = sql_resolve_list(r, stmt->value) && resolve_more(r, stmt, columns) &&
	     (!stmt->query || sql_resolve_query(r, stmt->query));
	r->scope = scope;
	if (!ok)
		return false;
	at = stmt->value ? stmt->value->at : stmt->query->at;
	return same_count(r, columns,
			  stmt->query ? stmt->query->column_count : count_of(stmt->value), at) &&
	       take_values(r, stmt->column, stmt->value);
}

static bool resolve_set(struct resolver *r, struct sql_stmt *stmt, struct sql_set *set)
{
	for (; set; set = set->next) {
		struct sql_expr *column = set->column;

		if (column->kind == X_ROW) {
			for (column = column->arg; column; column = column->next)
				if (!target_column(r, stmt, column) ||
				    !takes_value(r, column, NULL, true))
					return false;
			if (!set->value->query)
				return rh_fail(r->error, 1767, set->value->at,
					       "UPDATE ... SET expression must be a subquery");
			if (!sql_resolve_query(r, set->value->query) ||
			    !same_count(r, count_of(set->column->arg),
					set->value->query->column_count, set->value->at))
				return false;
			continue;
		}
		if (!target_column(r, stmt, column) || !sql_resolve_one(r, set->value) ||
		    !takes_value(r, column, set->value, true))
			return false;
	}
	return true;
}

static bool names_column(const struct sql_expr *expr, const struct sql_expr *column)
{
	for (; expr; expr = expr->next)
		if ((expr->from == column->from && expr->column == column->column) ||
		    names_column(expr->arg, column))
			return true;
	return false;
}

/* What finds the row may not be changed. */
static bool merge_sets(struct resolver *r, struct sql_stmt *stmt)
{
	for (struct sql_set *set = stmt->merge_set; set; set = set->next) {
		if (!target_column(r, stmt, set->column) ||
		    !takes_value(r, set->column, set->value, true))
			return false;
		if (names_column(stmt->on, set->column))
			return rh_fail(r->error, 38104, set->column->at,
				       "Columns referenced in the ON Clause cannot be updated: "
				       "\"%s\".\"%s\"",
				       stmt->target->label,
				       set->column->from->column[set->column->column].name);
	}
	return true;
}

static bool resolve_merge(struct resolver *r, struct sql_stmt *stmt)
{
	struct sql_from *target = stmt->target;
	uint32_t columns;
	bool ok;

	if (!sql_resolve_from(r, stmt->source))
		return false;
	target->next = stmt->source;
	ok = sql_resolve_one(r, stmt->on);
	target->next = NULL;
	if (ok && stmt->merge_insert)
		ok = insert_columns(r, stmt, &stmt->merge_column, &columns) &&
		     same_count(r, columns, count_of(stmt->merge_value), stmt->merge_value->at);
	ok = ok && merge_sets(r, stmt);
	ok = ok && take_values(r, stmt->merge_column, stmt->merge_value);
	target->next = stmt->source;
	for (struct sql_set *set = stmt->merge_set; ok && set; set = set->next)
		ok = sql_resolve_one(r, set->value);
	ok = ok && sql_resolve_one(r, stmt->merge_update_where) &&
	     sql_resolve_one(r, stmt->merge_insert_where) && sql_resolve_list(r, stmt->merge_value);
	ok = ok && sql_resolve_one(r, stmt->merge_delete_where);
	target->next = NULL;
	return ok;
}

/* Of partitions and views not all that Oracle allows. */
static bool covers(struct resolver *r, const struct sql_stmt *stmt)
{
	const struct sql_relation *relation = stmt->target->relation;

	if (relation->condition && stmt->kind != S_UPDATE && stmt->kind != S_DELETE)
		return rh_fail(r->error, 3001, stmt->target->at,
			       "unimplemented feature: INSERT and MERGE into one partition");
	if (stmt->current_of && (relation->condition || relation->kind == 'v'))
		return rh_fail(r->error, 3001, stmt->target->at,
			       "unimplemented feature: CURRENT OF in a view or in one partition");
	return true;
}

static bool resolve_dml(struct resolver *r, struct sql_stmt *stmt)
{
	struct scope scope = { .from = stmt->target };
	bool ok = true;

	if (!sql_resolve_table(r, stmt->target))
		return false;
	if (!may_change(r, stmt->target))
		return false;
	if (!covers(r, stmt))
		return false;
	r->scope = &scope;
	if (stmt->kind == S_INSERT)
		ok = resolve_insert(r, stmt);
	else if (stmt->kind == S_MERGE)
		ok = resolve_merge(r, stmt);
	stmt->where = sql_take_limit(stmt->where, &stmt->limit, &stmt->limit_less);
	ok = ok && resolve_set(r, stmt, stmt->set);
	r->no_number = true;
	ok = ok && sql_resolve_one(r, stmt->where) && sql_resolve_one(r, stmt->limit);
	if (ok && stmt->returning)
		ok = sql_resolve_list(r, stmt->returning->expr) &&
		     (r->env->name || sql_resolve_list(r, stmt->returning->into));
	r->scope = NULL;
	return ok;
}

static bool same_sequence(const struct sql_expr *a, const struct sql_expr *b)
{
	return a->relation->oid == b->relation->oid;
}

/* All places of a sequence in a statement are one number a row, and CURRVAL is what NEXTVAL gets there. */
static void share_numbers(const struct sql_stmt *stmt)
{
	for (struct sql_expr *one = stmt->number; one; one = one->number_before) {
		bool next = false;
		uint32_t count = 0;

		if (one->number_place || (stmt->more && !stmt->insert_all))
			continue;
		for (struct sql_expr *other = one; other; other = other->number_before) {
			next = next ||
			       (same_sequence(one, other) && strcmp(other->text, "NEXTVAL") == 0);
			count += same_sequence(one, other);
		}
		if (!next || count < 2)
			continue;
		for (struct sql_expr *other = one; other; other = other->number_before)
			if (same_sequence(one, other))
				other->number_place = count--;
	}
}

static bool resolve_statement(struct resolver *r, struct sql_stmt *stmt)
{
	switch (stmt->kind) {
	case S_SELECT:
		r->top = stmt->query;
		return sql_resolve_query(r, stmt->query);
	case S_CREATE_VIEW:
	case S_CREATE_MVIEW:
		return sql_resolve_query(r, stmt->query);
	case S_CREATE_TABLE:
		return !stmt->query || sql_resolve_query(r, stmt->query);
	case S_INSERT:
		return stmt->branch ? sql_resolve_multi(r, stmt) : resolve_dml(r, stmt);
	case S_UPDATE:
	case S_DELETE:
	case S_MERGE:
		return resolve_dml(r, stmt);
	case S_LOCK:
		for (struct sql_from *from = stmt->target; from; from = from->next)
			if (!sql_resolve_table(r, from))
				return false;
		return true;
	default:
		return true;
	}
}

bool sql_resolve(const struct sql_env *env, struct cw_arena *arena, struct sql_stmt *stmt,
		 struct rh_error *error)
{
	struct resolver r = { .env = env, .arena = arena, .error = error, .stmt = stmt };

	if (!resolve_statement(&r, stmt))
		return false;
	share_numbers(stmt);
	return true;
}

bool sql_resolve_expr(const struct sql_env *env, struct cw_arena *arena, struct sql_expr *expr,
		      struct sql_from *from, struct rh_error *error)
{
	struct scope scope = { .from = from };
	struct resolver r = { .env = env, .arena = arena, .error = error };

	r.scope = from ? &scope : NULL;
	return sql_resolve_one(&r, expr);
}
