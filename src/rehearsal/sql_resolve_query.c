/* sql_resolve_query.c - tables, blocks and DML: which names are in scope where; see sql_print.h */
#include "rehearsal/sql_resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- FROM ------------------------------------------------------------------------------------ */

static void note_table(struct resolver *r, struct sql_from *from)
{
	struct sql_stmt *stmt = r->stmt;
	bool dictionary = strcmp(from->relation->schema, "SYS") == 0;

	if (!stmt)
		return;
	if (!dictionary && stmt->relid_count < SQL_RELIDS_MAX)
		stmt->relid[stmt->relid_count++] = from->relation->oid;
	if (from->as_of) {
		stmt->as_of = true;
		stmt->as_of_expr = from->as_of;
		stmt->as_of_timestamp = from->as_of_timestamp;
	} else if (strcmp(from->relation->name, "DUAL") != 0) {
		stmt->uses_current = true;
	}
}

static bool from_with(struct resolver *r, struct sql_from *from)
{
	if (from->name.count != 1)
		return false;
	for (struct with *with = r->with; with; with = with->outer)
		for (struct sql_with *one = with->list; one && one != with->end; one = one->next)
			if (strcmp(one->name, from->name.part[0]) == 0) {
				from->with = one->query;
				from->column = one->query->column;
				from->column_count = one->query->column_count;
				from->label = from->alias ? from->alias : one->name;
				return true;
			}
	return false;
}

static bool resolve_table(struct resolver *r, struct sql_from *from)
{
	if (from_with(r, from))
		return true;
	if (from->name.link)
		return rh_fail(r->error, 2019, from->at,
			       "connection description for remote database not found");
	from->relation = from->name.count > 2
				 ? NULL
				 : r->env->relation(r->env->context, &from->name, r->error);
	if (r->error->code)
		return false;
	if (!from->relation || from->relation->kind == 'S')
		return rh_fail(r->error, 942, from->at, "table or view does not exist");
	from->column = from->relation->column;
	from->column_count = from->relation->column_count;
	from->label = from->alias ? from->alias : from->name.part[from->name.count - 1];
	if (from->as_of && !sql_resolve_one(r, from->as_of))
		return false;
	note_table(r, from);
	return true;
}

static uint32_t json_columns(struct resolver *r, const struct sql_json_column *one,
			     struct sql_column *to)
{
	uint32_t count = 0;

	for (; one; one = one->next) {
		if (one->nested) {
			count += json_columns(r, one->nested, to ? to + count : NULL);
			continue;
		}
		if (to)
			to[count] = (struct sql_column){ .name = one->name,
							 .type = one->value->type,
							 .nullable = true };
		count++;
	}
	return count;
}

static bool json_values(struct resolver *r, struct sql_json_column *one)
{
	for (; one; one = one->next)
		if (!json_values(r, one->nested) || !sql_resolve_one(r, one->value))
			return false;
	return true;
}

/* Its document may come from the tables before it. */
static bool resolve_json_table(struct resolver *r, struct sql_from *from)
{
	struct sql_column *column;

	if (!sql_resolve_one(r, from->json) || !json_values(r, from->json_column))
		return false;
	from->column_count = json_columns(r, from->json_column, NULL);
	column = cw_new(r->arena, struct sql_column, from->column_count);
	(void)json_columns(r, from->json_column, column);
	from->column = column;
	from->label = from->alias;
	return true;
}

static bool resolve_from(struct resolver *r, struct sql_from *from)
{
	for (; from; from = from->next) {
		if (from->json) {
			if (!resolve_json_table(r, from))
				return false;
		} else if (from->left) {
			if (!resolve_from(r, from->left) || !resolve_from(r, from->right))
				return false;
		} else if (from->query) {
			struct scope *scope = r->scope;

			r->scope = scope ? scope->outer : NULL; /* siblings are not seen */
			if (!sql_resolve_query(r, from->query))
				return false;
			r->scope = scope;
			from->column = from->query->column;
			from->column_count = from->query->column_count;
			from->label = from->alias;
		} else if (!resolve_table(r, from)) {
			return false;
		}
	}
	return true;
}

static bool resolve_joins(struct resolver *r, struct sql_from *from)
{
	for (; from; from = from->next) {
		if (!from->left)
			continue;
		if (!resolve_joins(r, from->left) || !resolve_joins(r, from->right) ||
		    !sql_resolve_one(r, from->on))
			return false;
	}
	return true;
}

/* ---- items -------------------------------------------------------------------------------------- */

static struct sql_item **star_columns(struct resolver *r, struct sql_from *from,
				      const struct sql_name *name, struct sql_item **last)
{
	for (; from; from = from->next) {
		if (from->left) {
			last = star_columns(r, from->left, name, last);
			last = star_columns(r, from->right, name, last);
			continue;
		}
		if (name->count > 0) {
			struct sql_name column = *name;

			column.part[column.count++] = "";
			if (!sql_matches_from(from, &column))
				continue;
		}
		for (uint32_t i = 0; i < from->column_count; i++) {
			struct sql_item *item;

			if (from->column[i].hidden || from->column[i].invisible)
				continue;
			item = cw_new(r->arena, struct sql_item, 1);
			item->expr = cw_new(r->arena, struct sql_expr, 1);
			sql_use_column(item->expr, from, i);
			item->name = from->column[i].name;
			*last = item;
			last = &item->next;
		}
	}
	return last;
}

static bool expand_stars(struct resolver *r, struct sql_select *select)
{
	struct sql_item **link = &select->item;

	while (*link) {
		struct sql_item *item = *link, *first = NULL, **end;

		if (!item->expr || item->expr->kind != X_STAR) {
			link = &item->next;
			continue;
		}
		end = star_columns(r, select->from, &item->expr->name, &first);
		if (!first)
			return sql_invalid_identifier(r, &item->expr->name);
		*end = item->next;
		*link = first;
		link = end;
	}
	return true;
}

/* The text of an expression, in upper case and without blanks, is its column's name. */
static const char *text_name(struct resolver *r, const struct sql_expr *expr, const char *sql)
{
	char *name = cw_new(r->arena, char, expr->end - expr->at + 2);
	size_t len = 0;
	char quote = 0;

	for (uint32_t i = expr->at; sql && i < expr->end; i++) {
		char c = sql[i];

		if (quote) {
			quote = c == quote ? 0 : quote;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			continue;
		} else if (c >= 'a' && c <= 'z') {
			c = (char)(c - 'a' + 'A');
		}
		if (c != '"')
			name[len++] = c;
	}
	if (len > 63)
		name[63] = '\0';
	return name;
}

static const char *item_name(struct resolver *r, const struct sql_item *item)
{
	const struct sql_expr *expr = item->expr;

	if (item->alias)
		return item->alias;
	if (item->name)
		return item->name;
	if ((expr->kind == X_NAME || expr->kind == X_SEQUENCE || expr->kind == X_ROWID ||
	     expr->kind == X_ROWNUM) &&
	    expr->name.count > 0)
		return expr->name.part[expr->name.count - 1];
	return text_name(r, expr, r->stmt ? r->stmt->sql : NULL);
}

static void item_column(const struct sql_item *item, struct sql_column *ret)
{
	const struct sql_expr *expr = item->expr;

	if (expr->kind == X_NAME && expr->from)
		*ret = expr->from->column[expr->column];
	else
		*ret = (struct sql_column){ .type = expr->type, .nullable = true };
	ret->name = item->name;
	ret->hidden = false;
	if (expr->kind == X_STRING) {
		ret->ora_type = CW_ORA_CHAR;
		ret->byte_length = ret->char_length = expr->text_len;
	} else if (expr->kind == X_ROWID) {
		ret->ora_type = CW_ORA_ROWID;
		ret->byte_length = 10;
	} else if (ret->ora_type == 0 && sql_is_lob(expr->type)) {
		ret->ora_type = expr->type == SQL_CLOB ? CW_ORA_CLOB : CW_ORA_BLOB;
		ret->byte_length = RH_LOB_DATA_LENGTH;
	}
}

/* INSERT ... SELECT and CREATE TABLE ... AS SELECT, which take no LONG. */
static bool copies(const struct resolver *r, const struct sql_query *query)
{
	return r->stmt && r->stmt->query == query &&
	       (r->stmt->kind == S_INSERT || r->stmt->kind == S_CREATE_TABLE);
}

static bool resolve_items(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct sql_column *column;
	uint32_t count = 0;

	if (!expand_stars(r, select))
		return false;
	for (struct sql_item *item = select->item; item; item = item->next, count++) {
		if (!sql_resolve_one(r, item->expr))
			return false;
		if (item->expr->type == SQL_BOOL && !item->expr->printed && r->stmt)
			return rh_fail(r->error, 923, item->expr->at,
				       "FROM keyword not found where expected");
		if ((select->distinct && !sql_no_lob(r, item->expr)) ||
		    (copies(r, query) && !sql_no_long(r, item->expr)))
			return false;
		item->name = item_name(r, item);
	}
	if (count > 1000)
		return rh_fail(r->error, 1792, select->at,
			       "maximum number of columns in a table or view is 1000");
	column = cw_new(r->arena, struct sql_column, count);
	query->column = column;
	query->column_count = count;
	for (struct sql_item *item = select->item; item; item = item->next)
		item_column(item, column++);
	return true;
}

/* ---- WHERE ROWNUM <= n ------------------------------------------------------------------------- */

static bool is_rownum(const struct sql_expr *expr)
{
	return expr->kind == X_NAME && expr->name.count == 1 && !expr->name.quoted &&
	       strcmp(expr->name.part[0], "ROWNUM") == 0;
}

/* Take one ROWNUM <= n, ROWNUM < n or ROWNUM = 1 out of the ANDed conditions. */
static struct sql_expr *take_limit(struct sql_expr *where, struct sql_expr **ret_limit,
				   bool *ret_less)
{
	struct sql_expr *left, *right;

	if (!where || where->kind != X_BINARY)
		return where;
	left = where->arg;
	right = left->next;
	if (strcmp(where->op, "AND") == 0) {
		struct sql_expr *next = where->next;

		left = take_limit(left, ret_limit, ret_less);
		if (!*ret_limit)
			right = take_limit(right, ret_limit, ret_less);
		if (!left || !right) {
			left = left ? left : right;
			if (left)
				left->next = next;
			return left;
		}
		left->next = right;
		where->arg = left;
		return where;
	}
	if (!is_rownum(left) || (strcmp(where->op, "<=") != 0 && strcmp(where->op, "<") != 0 &&
				 !(strcmp(where->op, "=") == 0 && right->kind == X_NUMBER &&
				   strcmp(right->text, "1") == 0)))
		return where;
	*ret_limit = right;
	*ret_less = strcmp(where->op, "<") == 0;
	return NULL;
}

/* ---- queries -------------------------------------------------------------------------------------- */

static const struct sql_item *item_at(const struct sql_query *query, const struct sql_expr *expr,
				      uint32_t *ret_position)
{
	const struct sql_item *item = query->select ? query->select->item : NULL;
	const char *name = expr->name.part[0];

	for (uint32_t i = 1; item; item = item->next, i++)
		if (item->alias && strcmp(item->alias, name) == 0) {
			*ret_position = i;
			return item;
		}
	return NULL;
}

static char *position_text(struct resolver *r, uint32_t position)
{
	char *text = cw_new(r->arena, char, 12);

	(void)snprintf(text, 12, "%u", position);
	return text;
}

static const char *set_position(struct resolver *r, const struct sql_query *query,
				const struct sql_expr *expr)
{
	for (uint32_t i = 0; i < query->column_count; i++)
		if (strcmp(query->column[i].name, expr->name.part[0]) == 0)
			return position_text(r, i + 1);
	return NULL;
}

/* An item named by its place is no LONG either. */
static bool orders_by_item(struct resolver *r, const struct sql_query *query,
			   const struct sql_expr *expr)
{
	unsigned long place = strtoul(expr->printed, NULL, 10);
	uint8_t type =
		place > 0 && place <= query->column_count ? query->column[place - 1].ora_type : 0;

	return (type != CW_ORA_LONG && type != CW_ORA_LONG_RAW) ||
	       rh_fail(r->error, 997, expr->at, "illegal use of LONG datatype");
}

/* A number is the item's place, an alias its name; else it is an expression. */
static bool resolve_order(struct resolver *r, struct sql_query *query)
{
	for (struct sql_order *order = query->order; order; order = order->next) {
		struct sql_expr *expr = order->expr;
		uint32_t position;

		if (expr->kind == X_NUMBER) {
			expr->printed = expr->text;
		} else if (expr->kind == X_NAME && expr->name.count == 1 &&
			   item_at(query, expr, &position)) {
			expr->printed = position_text(r, position);
		} else if (!query->select) {
			if (expr->kind == X_NAME && expr->name.count == 1)
				expr->printed = set_position(r, query, expr);
			if (!expr->printed)
				return rh_fail(r->error, 1785, expr->at,
					       "ORDER BY item must be the number of a SELECT-list "
					       "expression");
		} else if (!sql_resolve_one(r, expr) || !sql_no_long(r, expr)) {
			return false;
		}
		if (expr->printed && !orders_by_item(r, query, expr))
			return false;
	}
	return true;
}

static uint32_t leaves(const struct sql_from *from)
{
	uint32_t count = 0;

	for (; from; from = from->next)
		count += from->left ? leaves(from->left) + leaves(from->right) : 1;
	return count;
}

/* ROWNUM counts before ORDER BY and GROUP BY: possible here for one table or without both. */
static bool check_rownum(struct resolver *r, const struct sql_query *query)
{
	const struct sql_select *select = query->select;
	bool later = query->order || select->group || select->aggregated || select->distinct;

	if (select->rownum_used && later)
		return rh_fail(r->error, 3001, select->at, "unimplemented feature");
	if (select->limit && later && leaves(select->from) != 1)
		return rh_fail(r->error, 3001, select->at, "unimplemented feature");
	return true;
}

static bool resolve_select(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct scope scope = { .outer = r->scope, .from = select->from, .select = select };
	bool used, ok;

	r->scope = &scope;
	select->where = take_limit(select->where, &select->limit, &select->limit_less);
	ok = resolve_from(r, select->from) && resolve_joins(r, select->from) &&
	     sql_resolve_one(r, select->limit) && resolve_items(r, query);
	used = select->rownum_used;
	select->rownum_used = false;
	ok = ok && sql_resolve_one(r, select->levels) && sql_resolve_one(r, select->where) &&
	     sql_resolve_outer(r, select);
	scope.from = select->from;
	if (ok && select->rownum_used)
		ok = rh_fail(r->error, 3001, select->at, "unimplemented feature");
	select->rownum_used = used;
	ok = ok && sql_resolve_list(r, select->group) && sql_no_long(r, select->group) &&
	     sql_resolve_one(r, select->having) && resolve_order(r, query) &&
	     check_rownum(r, query) && sql_resolve_list(r, query->for_update_of);
	r->scope = scope.outer;
	return ok;
}

/* A NULL of one side of UNION is of the other side's type. */
static void give_nulls_type(struct sql_query *query, uint32_t column, uint8_t type)
{
	struct sql_item *item = query->select ? query->select->item : NULL;

	if (!query->select) {
		give_nulls_type(query->left, column, type);
		give_nulls_type(query->right, column, type);
		return;
	}
	while (item && column-- > 0)
		item = item->next;
	if (item && item->expr->kind == X_NULL)
		item->expr->type = type;
}

static bool set_columns(struct resolver *r, struct sql_query *query)
{
	if (query->left->column_count != query->right->column_count)
		return rh_fail(r->error, 1789, query->at,
			       "query block has incorrect number of result columns");
	sql_unite_columns(r->arena, query);
	for (uint32_t i = 0; i < query->column_count; i++) {
		give_nulls_type(query->left, i, query->column[i].type);
		give_nulls_type(query->right, i, query->column[i].type);
	}
	return true;
}

/* The columns of @query under the names that WITH gives them. */
static bool name_columns(struct resolver *r, const struct sql_with *one, struct sql_query *query,
			 const struct sql_query *from)
{
	struct sql_column *column = cw_new(r->arena, struct sql_column, from->column_count);

	if (one->column_count != from->column_count)
		return rh_fail(r->error, 32038, one->at,
			       "number of WITH clause column names does not match "
			       "number of elements in select list");
	for (uint32_t i = 0; i < one->column_count; i++) {
		column[i] = from->column[i];
		column[i].name = one->column[i];
	}
	query->column = column;
	query->column_count = from->column_count;
	return true;
}

/* A list of columns and UNION ALL: the second half may read what the first began. */
static bool may_recurse(const struct sql_with *one)
{
	const struct sql_query *query = one->query;

	return one->column_count > 0 && !query->select && !query->with && !query->order &&
	       strcmp(query->set_op, "UNION ALL") == 0 && query->left->select;
}

static bool resolve_recursive(struct resolver *r, struct sql_with *one, struct with *with)
{
	struct sql_query *query = one->query;

	if (!sql_resolve_query(r, query->left) || !name_columns(r, one, query, query->left))
		return false;
	query->left->select->plain_types = true;
	with->end = one->next;
	return sql_resolve_query(r, query->right) && set_columns(r, query) &&
	       name_columns(r, one, query, query);
}

static bool resolve_with(struct resolver *r, struct sql_query *query, struct with *with)
{
	for (struct sql_with *one = query->with; one; one = one->next) {
		with->end = one;
		one->recursive = may_recurse(one);
		if (one->recursive) {
			if (!resolve_recursive(r, one, with))
				return false;
		} else if (!sql_resolve_query(r, one->query) ||
			   (one->column_count > 0 &&
			    !name_columns(r, one, one->query, one->query))) {
			return false;
		}
	}
	with->end = NULL;
	return true;
}

bool sql_resolve_query(struct resolver *r, struct sql_query *query)
{
	struct with with = { .outer = r->with, .list = query->with };
	bool ok;

	r->with = &with;
	ok = resolve_with(r, query, &with);
	if (ok && query->select) {
		ok = resolve_select(r, query);
	} else if (ok) {
		ok = sql_resolve_query(r, query->left) && sql_resolve_query(r, query->right) &&
		     set_columns(r, query) && resolve_order(r, query);
	}
	ok = ok && sql_resolve_one(r, query->offset) && sql_resolve_one(r, query->fetch);
	r->with = with.outer;
	return ok;
}

/* ---- DML ------------------------------------------------------------------------------------------- */

/* A column of the target, for INSERT and SET. */
static bool target_column(struct resolver *r, struct sql_stmt *stmt, struct sql_expr *column)
{
	struct found found = { 0 };

	sql_find_column(stmt->target, &column->name, &found);
	if (found.count == 0)
		return sql_invalid_identifier(r, &column->name);
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
			if (!sql_resolve_query(r, set->value->query))
				return false;
			continue;
		}
		if (!target_column(r, stmt, column) || !sql_resolve_one(r, set->value) ||
		    !takes_value(r, column, set->value, true))
			return false;
	}
	return true;
}

static bool resolve_merge(struct resolver *r, struct sql_stmt *stmt)
{
	struct sql_from *target = stmt->target;
	uint32_t columns;
	bool ok;

	if (!resolve_from(r, stmt->source))
		return false;
	target->next = stmt->source;
	ok = sql_resolve_one(r, stmt->on);
	target->next = NULL;
	if (ok && stmt->merge_insert)
		ok = insert_columns(r, stmt, &stmt->merge_column, &columns) &&
		     same_count(r, columns, count_of(stmt->merge_value), stmt->merge_value->at);
	for (struct sql_set *set = stmt->merge_set; ok && set; set = set->next)
		ok = target_column(r, stmt, set->column) &&
		     takes_value(r, set->column, set->value, true);
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

static bool resolve_dml(struct resolver *r, struct sql_stmt *stmt)
{
	struct scope scope = { .from = stmt->target };
	bool ok = true;

	if (!resolve_table(r, stmt->target))
		return false;
	if (stmt->target->relation->read_only)
		return rh_fail(r->error, 42399, stmt->target->at,
			       "cannot perform a DML operation on a read-only view");
	if (stmt->target->relation->condition)
		return rh_fail(r->error, 3001, stmt->target->at,
			       "unimplemented feature: DML on one partition");
	r->scope = &scope;
	if (stmt->kind == S_INSERT)
		ok = resolve_insert(r, stmt);
	else if (stmt->kind == S_MERGE)
		ok = resolve_merge(r, stmt);
	stmt->where = take_limit(stmt->where, &stmt->limit, &stmt->limit_less);
	ok = ok && resolve_set(r, stmt, stmt->set) && sql_resolve_one(r, stmt->where) &&
	     sql_resolve_one(r, stmt->limit);
	if (ok && stmt->returning)
		ok = sql_resolve_list(r, stmt->returning->expr) &&
		     (r->env->name || sql_resolve_list(r, stmt->returning->into));
	r->scope = NULL;
	return ok;
}

bool sql_resolve(const struct sql_env *env, struct cw_arena *arena, struct sql_stmt *stmt,
		 struct rh_error *error)
{
	struct resolver r = { .env = env, .arena = arena, .error = error, .stmt = stmt };

	switch (stmt->kind) {
	case S_SELECT:
	case S_CREATE_VIEW:
	case S_CREATE_MVIEW:
		return sql_resolve_query(&r, stmt->query);
	case S_CREATE_TABLE:
		return !stmt->query || sql_resolve_query(&r, stmt->query);
	case S_INSERT:
	case S_UPDATE:
	case S_DELETE:
	case S_MERGE:
		return resolve_dml(&r, stmt);
	case S_LOCK:
		for (struct sql_from *from = stmt->target; from; from = from->next)
			if (!resolve_table(&r, from))
				return false;
		return true;
	default:
		return true;
	}
}

bool sql_resolve_expr(const struct sql_env *env, struct cw_arena *arena, struct sql_expr *expr,
		      struct sql_from *from, struct rh_error *error)
{
	struct scope scope = { .from = from };
	struct resolver r = { .env = env, .arena = arena, .error = error };

	r.scope = from ? &scope : NULL;
	return sql_resolve_one(&r, expr);
}
