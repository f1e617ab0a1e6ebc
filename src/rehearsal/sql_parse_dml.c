/* sql_parse_dml.c - INSERT, UPDATE, DELETE, MERGE, LOCK and the transaction; see sql_parse.h */
#include "rehearsal/sql_multi.h"
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

struct sql_from *sql_parse_target(struct sql_parser *p)
{
	struct sql_from *from = sql_parse_table_name(p, false);

	if (!from)
		return NULL;
	sql_parse_one_partition(p, from);
	if (sql_at_ident(p) && !sql_at_word(p, "RETURNING") && !sql_at_word(p, "RETURN") &&
	    !sql_at_word(p, "LOG") && !sql_at_word(p, "USING") && !sql_at_word(p, "WHEN")) {
		from->alias = p->token.text;
		sql_next(p);
	}
	return from;
}

/* ---- an inline view as target: JDBC's result sets that can be updated say so ---- */

/* Rows of one table as they are, perhaps not all: whatever is changed in the view is changed there. */
static bool is_plain_query(const struct sql_query *query)
{
	const struct sql_select *select = query->select;

	return select && !query->with && !query->order && !query->offset && !query->fetch_clause &&
	       !query->for_update && !select->distinct && !select->group && !select->having &&
	       !select->levels && select->from && !select->from->next &&
	       select->from->name.count > 0 && !select->from->as_of && !select->from->sample;
}

/* Each column under its own name; the rowid may have any. */
static bool has_plain_items(const struct sql_select *select)
{
	for (const struct sql_item *item = select->item; item; item = item->next) {
		const struct sql_name *name = &item->expr->name;
		const char *last = name->count > 0 ? name->part[name->count - 1u] : "";

		if (item->expr->kind == X_STAR)
			continue;
		if (item->expr->kind != X_NAME)
			return false;
		if (item->alias && strcmp(item->alias, last) != 0 && strcmp(last, "ROWID") != 0)
			return false;
	}
	return true;
}

static bool shows_column(const struct sql_select *select, const struct sql_name *column)
{
	for (const struct sql_item *item = select->item; item; item = item->next) {
		const struct sql_name *name = &item->expr->name;

		if (item->expr->kind == X_STAR ||
		    strcmp(name->part[name->count - 1u], column->part[column->count - 1u]) == 0)
			return true;
	}
	return false;
}

/* The view's table; its condition is to be met besides the statement's own. */
static struct sql_from *inline_view(struct sql_parser *p, struct sql_select **ret)
{
	struct sql_query *query;

	sql_next(p);
	query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_parse_failed(p))
		return NULL;
	if (!is_plain_query(query) || !has_plain_items(query->select))
		return sql_parse_fail(p, 3001,
				      "unimplemented feature: changes through such an inline view");
	*ret = query->select;
	if (sql_at_ident(p) && !sql_at_word(p, "SET") && !sql_at_word(p, "WHERE") &&
	    !sql_at_word(p, "RETURNING")) {
		query->select->from->alias = p->token.text;
		sql_next(p);
	}
	return query->select->from;
}

/* What the view does not show is no column of it. */
static void check_set(struct sql_parser *p, const struct sql_select *view,
		      const struct sql_set *set)
{
	for (; set && !sql_parse_failed(p); set = set->next)
		if (set->column->kind != X_NAME)
			(void)sql_parse_fail(p, 3001, "unimplemented feature");
		else if (!shows_column(view, &set->column->name))
			(void)sql_parse_fail(p, 904, "invalid identifier");
}

static void add_condition(struct sql_parser *p, struct sql_stmt *stmt,
			  const struct sql_select *view)
{
	struct sql_expr *both;

	if (!view || !view->where)
		return;
	if (stmt->current_of) {
		(void)sql_parse_fail(p, 3001, "unimplemented feature: CURRENT OF in an inline view");
		return;
	}
	if (!stmt->where) {
		stmt->where = view->where;
		return;
	}
	both = sql_new_expr(p, X_BINARY);
	both->op = "AND";
	sql_add_arg(both, view->where);
	sql_add_arg(both, stmt->where);
	stmt->where = both;
}

static void returning(struct sql_parser *p, struct sql_stmt *stmt, uint32_t first_bind)
{
	struct sql_returning *ret;

	stmt->returning_from = UINT32_MAX;
	if (sql_at_word(p, "LOG")) {
		(void)sql_parse_fail(p, 3001, "unimplemented feature: LOG ERRORS");
		return;
	}
	if (!sql_skip_word(p, "RETURNING") && !sql_skip_word(p, "RETURN"))
		return;
	ret = cw_new(p->arena, struct sql_returning, 1);
	ret->expr = sql_parse_expr_list(p, NULL);
	if (p->plsql && sql_skip_words(p, "BULK", "COLLECT"))
		ret->bulk = true;
	(void)sql_want_word(p, "INTO", 925, "missing INTO keyword");
	stmt->returning_from = p->bind_count - first_bind;
	ret->into = sql_parse_into(p);
	stmt->returning = ret;
	if (p->plsql)
		return;
	for (const struct sql_expr *into = ret->into; into; into = into->next)
		if (into->kind != X_BIND)
			(void)sql_parse_fail_at(p, into->at, 1744, "inappropriate INTO");
}

/* (a, t.b, "c"): the columns of INSERT, as X_NAME. */
struct sql_expr *sql_parse_column_list(struct sql_parser *p)
{
	struct sql_expr *first = NULL, **last = &first;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	do {
		struct sql_expr *expr = sql_new_expr(p, X_NAME);

		if (!sql_at_ident(p))
			return sql_parse_fail(
				p, 1747,
				"invalid user.table.column, table.column, or column specification");
		expr->name = sql_parse_name(p);
		*last = expr;
		last = &expr->next;
	} while (sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return first;
}

struct sql_expr *sql_parse_values(struct sql_parser *p)
{
	struct sql_expr *first;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	first = sql_parse_expr_list(p, NULL);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return first;
}

/* Into an inline view: its columns are those that are filled where none are named. */
static void insert_target(struct sql_parser *p, struct sql_stmt *stmt)
{
	struct sql_select *view = NULL;
	struct sql_expr **last = &stmt->column;

	stmt->target = sql_at_op(p, "(") ? inline_view(p, &view) : sql_parse_target(p);
	if (sql_at_op(p, "(") && !sql_at_query(p)) {
		stmt->column = sql_parse_column_list(p);
		for (struct sql_expr *at = stmt->column; at && view; at = at->next)
			if (!shows_column(view, &at->name))
				(void)sql_parse_fail(p, 904, "invalid identifier");
		return;
	}
	for (const struct sql_item *item = view ? view->item : NULL; item; item = item->next) {
		if (item->expr->kind == X_STAR && !item->next && last == &stmt->column)
			return; /* all of the table, in its order */
		if (item->expr->kind == X_STAR)
			(void)sql_parse_fail(p, 3001, "unimplemented feature");
		*last = item->expr;
		last = &item->expr->next;
	}
}

static struct sql_values **add_values(struct sql_parser *p, struct sql_values **last)
{
	*last = cw_new(p->arena, struct sql_values, 1);
	(*last)->value = sql_parse_values(p);
	return &(*last)->next;
}

struct sql_stmt *sql_parse_insert(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_INSERT, 2);
	uint32_t first_bind = p->bind_count;

	sql_next(p);
	if (sql_at_word(p, "ALL") || sql_at_word(p, "FIRST"))
		return sql_parse_multi(p, stmt);
	(void)sql_want_word(p, "INTO", 925, "missing INTO keyword");
	insert_target(p, stmt);
	if (sql_skip_word(p, "VALUES")) {
		if (p->plsql && !sql_at_op(p, "("))
			stmt->record = sql_parse_expr(p);
		else
			stmt->value = sql_parse_values(p);
		for (struct sql_values **last = &stmt->more;
		     p->release >= RH_23 && sql_skip_op(p, ",");)
			last = add_values(p, last);
	} else if (sql_at_query(p)) {
		stmt->query = sql_parse_query(p);
	} else {
		return sql_parse_fail(p, 926, "missing VALUES keyword");
	}
	returning(p, stmt, first_bind);
	return stmt;
}

/* a = expr, (b, c) = (select ...) */
static struct sql_set *set_list(struct sql_parser *p)
{
	struct sql_set *first = NULL, **last = &first;

	do {
		struct sql_set *set = cw_new(p->arena, struct sql_set, 1);

		if (sql_at_op(p, "(")) {
			set->column = sql_new_expr(p, X_ROW);
			set->column->arg = sql_parse_column_list(p);
		} else {
			if (sql_at_word(p, "ROW") || !sql_at_ident(p))
				return sql_parse_fail(p, 1747,
						      "invalid user.table.column, table.column, or "
						      "column specification");
			set->column = sql_new_expr(p, X_NAME);
			set->column->name = sql_parse_name(p);
		}
		(void)sql_want_op(p, "=", 927, "missing equal sign");
		set->value = sql_parse_expr(p);
		*last = set;
		last = &set->next;
	} while (sql_skip_op(p, ","));
	return first;
}

/* [WHERE condition], in PL/SQL also [WHERE CURRENT OF cursor] */
static void where(struct sql_parser *p, struct sql_stmt *stmt)
{
	if (!sql_skip_word(p, "WHERE"))
		return;
	if (p->plsql && sql_at_word(p, "CURRENT") && sql_ahead_word(p, "OF")) {
		sql_next(p);
		sql_next(p);
		stmt->current_of = sql_want_ident(p, 6550, "PLS-00103: a cursor was expected");
	} else {
		stmt->where = sql_parse_expr(p);
	}
}

struct sql_stmt *sql_parse_update(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_UPDATE, 6);
	uint32_t first_bind = p->bind_count;
	struct sql_select *view = NULL;

	sql_next(p);
	stmt->target = sql_at_op(p, "(") ? inline_view(p, &view) : sql_parse_target(p);
	(void)sql_want_word(p, "SET", 971, "missing SET keyword");
	if (p->plsql && sql_skip_word(p, "ROW")) {
		(void)sql_want_op(p, "=", 927, "missing equal sign");
		stmt->record = sql_parse_expr(p);
	} else {
		stmt->set = set_list(p);
	}
	if (view)
		check_set(p, view, stmt->set);
	where(p, stmt);
	add_condition(p, stmt, view);
	returning(p, stmt, first_bind);
	return stmt;
}

struct sql_stmt *sql_parse_delete(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_DELETE, 7);
	uint32_t first_bind = p->bind_count;
	struct sql_select *view = NULL;

	sql_next(p);
	(void)sql_skip_word(p, "FROM");
	stmt->target = sql_at_op(p, "(") ? inline_view(p, &view) : sql_parse_target(p);
	where(p, stmt);
	add_condition(p, stmt, view);
	returning(p, stmt, first_bind);
	return stmt;
}

/* ---- MERGE ------------------------------------------------------------------------ */

static void merge_update(struct sql_parser *p, struct sql_stmt *stmt)
{
	stmt->merge_update = true;
	(void)sql_want_word(p, "UPDATE", 905, "missing keyword");
	(void)sql_want_word(p, "SET", 971, "missing SET keyword");
	stmt->merge_set = set_list(p);
	if (sql_skip_word(p, "WHERE"))
		stmt->merge_update_where = sql_parse_expr(p);
	if (sql_skip_word(p, "DELETE")) {
		(void)sql_want_word(p, "WHERE", 905, "missing keyword");
		stmt->merge_delete_where = sql_parse_expr(p);
	}
}

static void merge_insert(struct sql_parser *p, struct sql_stmt *stmt)
{
	stmt->merge_insert = true;
	(void)sql_want_word(p, "INSERT", 905, "missing keyword");
	if (sql_at_op(p, "("))
		stmt->merge_column = sql_parse_column_list(p);
	(void)sql_want_word(p, "VALUES", 926, "missing VALUES keyword");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	stmt->merge_value = sql_parse_expr_list(p, NULL);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_skip_word(p, "WHERE"))
		stmt->merge_insert_where = sql_parse_expr(p);
}

static struct sql_from *merge_source(struct sql_parser *p)
{
	struct sql_from *from;
	bool values;

	if (!sql_at_op(p, "("))
		return sql_parse_table_name(p, true);
	from = cw_new(p->arena, struct sql_from, 1);
	from->at = p->token.at;
	sql_next(p);
	values = sql_at_values(p);
	from->query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_at_ident(p)) {
		from->alias = p->token.text;
		sql_next(p);
	}
	if (values && !sql_parse_failed(p))
		sql_parse_values_columns(p, from->query);
	return from;
}

struct sql_stmt *sql_parse_merge(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_MERGE, 189);

	sql_next(p);
	(void)sql_want_word(p, "INTO", 925, "missing INTO keyword");
	stmt->target = sql_parse_target(p);
	(void)sql_want_word(p, "USING", 905, "missing keyword");
	stmt->source = merge_source(p);
	(void)sql_want_word(p, "ON", 969, "missing ON keyword");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	stmt->on = sql_parse_expr(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	while (sql_skip_word(p, "WHEN")) {
		bool negated = sql_skip_word(p, "NOT");

		(void)sql_want_word(p, "MATCHED", 905, "missing keyword");
		(void)sql_want_word(p, "THEN", 905, "missing keyword");
		if (negated)
			merge_insert(p, stmt);
		else
			merge_update(p, stmt);
	}
	stmt->returning_from = UINT32_MAX;
	if (!stmt->merge_insert && !stmt->merge_update)
		return sql_parse_fail(p, 905, "missing keyword");
	return stmt;
}

/* ---- LOCK, COMMIT and their like ----------------------------------------------------- */

struct sql_stmt *sql_parse_lock(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_LOCK, 26);
	struct sql_from **last = &stmt->target;
	static const char *const modes[][3] = {
		{ "ROW", "SHARE", "ROW SHARE" },    { "ROW", "EXCLUSIVE", "ROW EXCLUSIVE" },
		{ "SHARE", "UPDATE", "ROW SHARE" }, { "SHARE", "ROW", "SHARE ROW EXCLUSIVE" },
		{ "SHARE", NULL, "SHARE" },	    { "EXCLUSIVE", NULL, "EXCLUSIVE" },
	};

	sql_next(p);
	(void)sql_want_word(p, "TABLE", 905, "missing keyword");
	do {
		*last = sql_parse_table_name(p, false);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	} while (sql_skip_op(p, ","));
	(void)sql_want_word(p, "IN", 905, "missing keyword");
	for (size_t i = 0; i < CW_ARRAY_LEN(modes) && !stmt->text; i++) {
		if (modes[i][1] ? sql_skip_words(p, modes[i][0], modes[i][1])
				: sql_skip_word(p, modes[i][0]))
			stmt->text = modes[i][2];
		if (stmt->text && i == 3)
			(void)sql_want_word(p, "EXCLUSIVE", 905, "missing keyword");
	}
	if (!stmt->text)
		return sql_parse_fail(p, 1737,
				      "valid modes: [ROW] SHARE, [[SHARE] ROW] EXCLUSIVE, "
				      "SHARE UPDATE");
	(void)sql_want_word(p, "MODE", 905, "missing keyword");
	stmt->nowait = sql_skip_word(p, "NOWAIT");
	if (!stmt->nowait && sql_skip_word(p, "WAIT")) {
		if (p->token.kind != T_NUMBER || strlen(p->token.text) > 6)
			return sql_parse_fail(p, 30005, "missing or invalid WAIT interval");
		stmt->wait = p->token.text;
		sql_next(p);
	}
	return stmt;
}

/* COMMIT FORCE 'usn.slot.sqn' [, SCN], ROLLBACK FORCE 'usn.slot.sqn' */
static struct sql_stmt *force(struct sql_parser *p, struct sql_stmt *stmt, bool commit)
{
	stmt->kind = S_FORCE;
	stmt->force_commit = commit;
	sql_next(p);
	if (p->token.kind != T_STRING)
		return sql_parse_fail(p, 1780, "string literal required");
	stmt->name = p->token.text;
	sql_next(p);
	if (commit && sql_skip_op(p, ",")) {
		if (p->token.kind != T_NUMBER)
			return sql_parse_fail(p, 2042, "invalid system change number");
		sql_next(p);
	}
	return stmt;
}

static struct sql_stmt *commit(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_COMMIT, 44);

	sql_next(p);
	(void)sql_skip_word(p, "WORK");
	if (sql_skip_word(p, "COMMENT")) {
		if (p->token.kind != T_STRING)
			return sql_parse_fail(p, 1780, "string literal required");
		sql_next(p);
	}
	if (sql_skip_word(p, "WRITE"))
		while (sql_skip_word(p, "WAIT") || sql_skip_word(p, "NOWAIT") ||
		       sql_skip_word(p, "IMMEDIATE") || sql_skip_word(p, "BATCH"))
			;
	return sql_at_word(p, "FORCE") ? force(p, stmt, true) : stmt;
}

static struct sql_stmt *rollback(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_ROLLBACK, 45);

	sql_next(p);
	(void)sql_skip_word(p, "WORK");
	if (sql_skip_word(p, "TO")) {
		(void)sql_skip_word(p, "SAVEPOINT");
		stmt->kind = S_ROLLBACK_TO;
		stmt->name = sql_want_ident(p, 3001, "unimplemented feature");
	} else if (sql_at_word(p, "FORCE")) {
		return force(p, stmt, false);
	}
	return stmt;
}

/* ALL or names, then DEFERRED or IMMEDIATE */
static struct sql_stmt *set_constraints(struct sql_parser *p, struct sql_stmt *stmt)
{
	struct sql_from **last = &stmt->target;

	stmt->kind = S_SET_CONSTRAINTS;
	stmt->sql_type = 90;
	if (!sql_skip_word(p, "ALL"))
		do {
			*last = sql_parse_table_name(p, false);
			if (!*last)
				return NULL;
			last = &(*last)->next;
		} while (sql_skip_op(p, ","));
	if (sql_skip_word(p, "DEFERRED"))
		stmt->text = "DEFERRED";
	else if (sql_want_word(p, "IMMEDIATE", 905, "missing keyword"))
		stmt->text = "IMMEDIATE";
	return stmt;
}

static struct sql_stmt *set_transaction(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_SET_TRANSACTION, 48);

	sql_next(p);
	if (sql_skip_word(p, "CONSTRAINTS") || sql_skip_word(p, "CONSTRAINT"))
		return set_constraints(p, stmt);
	(void)sql_want_word(p, "TRANSACTION", 922, "missing or invalid option");
	if (sql_skip_words(p, "READ", "ONLY")) {
		stmt->read_only = true;
	} else if (sql_skip_words(p, "ISOLATION", "LEVEL")) {
		stmt->serializable = sql_skip_word(p, "SERIALIZABLE");
		stmt->read_committed =
			!stmt->serializable && sql_skip_words(p, "READ", "COMMITTED");
		if (!stmt->serializable && !stmt->read_committed)
			return sql_parse_fail(p, 2179,
					      "valid options: ISOLATION LEVEL { SERIALIZABLE | "
					      "READ COMMITTED }");
	} else if (!sql_skip_words(p, "READ", "WRITE") && !sql_at_word(p, "NAME")) {
		return sql_parse_fail(p, 900, "invalid SQL statement");
	}
	if (sql_skip_word(p, "NAME")) {
		if (p->token.kind != T_STRING)
			return sql_parse_fail(p, 1780, "string literal required");
		sql_next(p);
	}
	return stmt;
}

struct sql_stmt *sql_parse_transaction(struct sql_parser *p)
{
	struct sql_stmt *stmt;

	if (sql_at_word(p, "COMMIT"))
		return commit(p);
	if (sql_at_word(p, "ROLLBACK"))
		return rollback(p);
	if (sql_at_word(p, "SET"))
		return set_transaction(p);
	if (!sql_at_word(p, "SAVEPOINT"))
		return sql_parse_fail(p, 900, "invalid SQL statement");
	stmt = sql_new_stmt(p, S_SAVEPOINT, 46);
	sql_next(p);
	stmt->name = sql_want_ident(p, 3001, "unimplemented feature");
	return stmt;
}
