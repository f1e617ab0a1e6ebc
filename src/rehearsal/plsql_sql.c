/* plsql_sql.c - SQL statements, expressions and targets inside a block; see plsql_parts.h */
#include "rehearsal/exec.h"
#include "rehearsal/exec_shape.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_fit.h"
#include "rehearsal/plsql_parts.h"

static const struct sql_relation *find_relation(void *context, const struct sql_name *name,
						struct rh_error *error)
{
	struct plsql *pl = context;
	const struct sql_relation *found = rh_exec_relation(pl->session, name, error);

	if (found)
		plsql_note_relation(pl, name, found);
	return found;
}

/* A variable; in SQL's own statements SQL's words are not to be hidden. */
static bool hides(void *context, const struct sql_expr *expr)
{
	struct plsql *pl = context;

	return !pl->in_sql && plsql_find(pl, expr->name.part[0]);
}

static struct sql_env env_of(struct plsql *pl)
{
	struct sql_env env = { .context = pl,
			       .relation = find_relation,
			       .name = plsql_name_other,
			       .hides = hides,
			       .unit = plsql_function_of,
			       .collection = plsql_collection_made,
			       .bind = plsql_name_bind,
			       .user = pl->session->user };

	return env;
}

bool plsql_resolve_tree(struct plsql *pl, struct sql_expr *expr)
{
	struct sql_env env = env_of(pl);

	return sql_resolve_expr(&env, pl->arena, expr, NULL, pl->error);
}

bool plsql_write_tree(struct plsql *pl, struct cw_wr *out, struct sql_expr *expr)
{
	return plsql_resolve_tree(pl, expr) && sql_print_expr(expr, out, pl->error);
}

/* Is it known to become another type by a function of its own? */
static bool is_converted(uint8_t from, uint8_t type)
{
	bool number = type == SQL_NUMBER || type == SQL_FLOAT || type == SQL_DOUBLE;

	if (type == SQL_TEXT || type == SQL_CLOB)
		return from == SQL_NUMBER || from == SQL_RAW || sql_is_time(from);
	return (number || sql_is_time(type) || type == SQL_RAW) &&
	       (from == SQL_TEXT || from == SQL_CHAR);
}

bool plsql_write_value(struct plsql *pl, struct cw_wr *out, struct sql_expr *value, uint8_t type)
{
	bool empty = value->kind == X_NULL || (value->kind == X_STRING && value->text_len == 0);

	if (!plsql_resolve_tree(pl, value))
		return false;
	if (!empty && !plsql_fits(value->type, type))
		return rh_fail(pl->error, 6550, value->at,
			       "PLS-00382: expression is of wrong type");
	if (is_converted(value->type, type))
		return sql_print_given(value, plsql_plain_type(type), out, pl->error);
	return sql_print_expr(value, out, pl->error);
}

bool plsql_write_expr(struct plsql *pl, struct cw_wr *out)
{
	struct sql_expr *expr = sql_parse_expr(&pl->parser);

	return !sql_parse_failed(&pl->parser) && plsql_write_tree(pl, out, expr);
}

bool plsql_no_target(struct plsql *pl, const struct sql_expr *target, const char *why)
{
	bool named = target->kind == X_NAME && target->name.count == 1;

	if (pl->error->code)
		return false;
	if (named && !plsql_find(pl, target->name.part[0]))
		return rh_fail(pl->error, 6550, target->at,
			       "PLS-00201: identifier '%s' must be declared", target->name.part[0]);
	return rh_fail(pl->error, 6550, target->at, "%s", why);
}

bool plsql_write_target(struct plsql *pl, struct sql_expr *target)
{
	struct plsql_path path;
	uint8_t use;
	int index;

	if (target->kind == X_BIND && !pl->new_name && target->name.count == 0) {
		index = plsql_bind_index(pl, target->text);
		use = index >= 0 ? pl->bind[index].use : 0;
		if (!plsql_write_tree(pl, &pl->out, target))
			return false;
		pl->bind[index].use = (uint8_t)(use | PLSQL_WRITTEN);
		return true;
	}
	if (target->kind == X_BIND && pl->new_name)
		return plsql_may_change_row(pl, target) && plsql_write_tree(pl, &pl->out, target);
	if (!plsql_path_of(pl, target, &path) || !plsql_path_is_plain(&path))
		return plsql_no_target(
			pl, target, "PLS-00363: expression cannot be used as an assignment target");
	if (!plsql_may_assign(pl, &path))
		return false;
	plsql_write_plain(&pl->out, &path);
	return true;
}

bool plsql_assign_text(struct plsql *pl, struct sql_expr *target, const char *value)
{
	struct plsql_path path;

	if (target->kind != X_BIND && plsql_path_of(pl, target, &path))
		return plsql_may_assign(pl, &path) && plsql_assign_path(pl, &path, value);
	if (pl->error->code || !plsql_write_target(pl, target))
		return false;
	cw_wr_printf(&pl->out, " := %s;\n", value);
	return true;
}

bool plsql_is_record(const struct plsql *pl, const struct sql_expr *target)
{
	const struct plsql_variable *variable =
		target->kind == X_NAME ? plsql_find(pl, target->name.part[0]) : NULL;

	return variable && variable->record;
}

static bool is_lob_variable(const struct plsql *pl, const struct sql_expr *target)
{
	const struct plsql_variable *variable =
		target->kind == X_NAME ? plsql_find(pl, target->name.part[0]) : NULL;

	return variable && (variable->record || sql_is_lob(variable->type));
}

static void locate_lobs(struct plsql *pl, const struct sql_expr *target)
{
	for (; target; target = target->next)
		pl->located_lobs |= sql_is_lob(target->type) || target->kind == X_BIND ||
				    is_lob_variable(pl, target);
}

bool plsql_want_end(struct plsql *pl)
{
	return sql_want_op(&pl->parser, ";", 6550, "PLS-00103: a semicolon was expected");
}

bool plsql_want_end_word(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;

	if (!sql_want_word(p, "END", 6550, "PLS-00103: END was expected"))
		return false;
	if (p->token.kind == T_WORD || p->token.kind == T_QUOTED)
		sql_next(p);
	return true;
}

/* The statement in @text, with its rows going where INTO says. */
static bool write_into(struct plsql *pl, const struct cw_wr *text, struct sql_expr *targets,
		       bool query)
{
	struct plsql_into into = { 0 };
	bool ok = plsql_into_targets(pl, targets, &into);

	plsql_into_begin(pl, &into);
	cw_wr_put(&pl->out, text->at0, text->len);
	if (targets) {
		cw_wr_text(&pl->out, query ? " INTO STRICT " : " INTO ");
		cw_wr_put(&pl->out, into.names.at0, into.names.len);
	}
	cw_wr_text(&pl->out, ";\n");
	if (!query)
		cw_wr_text(&pl->out, "GET DIAGNOSTICS \"sql$rowcount\" = ROW_COUNT;\n");
	else
		cw_wr_text(&pl->out, "\"sql$rowcount\" := 1;\n");
	plsql_into_end(pl, &into);
	plsql_into_release(&into);
	return ok;
}

static bool write_bulk(struct plsql *pl, const struct cw_wr *text, struct sql_expr *targets,
		       bool query, bool repeated)
{
	struct plsql_bulk bulk = { 0 };
	bool ok = plsql_bulk_targets(pl, targets, repeated, &bulk);

	plsql_bulk_query(pl, &bulk, text, !query);
	plsql_bulk_release(&bulk);
	return ok;
}

/* What INTO names; NULL: there is none. */
static struct sql_expr *targets_of(const struct sql_stmt *stmt, bool *ret_bulk)
{
	const struct sql_select *select = stmt->kind == S_SELECT ? stmt->query->select : NULL;

	if (stmt->returning)
		*ret_bulk = stmt->returning->bulk;
	else if (select && select->into)
		*ret_bulk = select->bulk_into;
	return stmt->returning ? stmt->returning->into : select ? select->into : NULL;
}

/* SELECT ... INTO, and DML with or without RETURNING ... INTO. */
static bool sql_statement(struct plsql *pl, bool repeated)
{
	struct cw_wr text = { 0 };
	bool bulk = false, ok;
	struct sql_env env = env_of(pl);
	struct sql_stmt *stmt = sql_parse_sql(&pl->parser);
	struct sql_expr *into;
	bool query;

	if (sql_parse_failed(&pl->parser))
		return false;
	query = stmt->kind == S_SELECT;
	into = targets_of(stmt, &bulk);
	if (query && !into)
		return rh_fail(pl->error, 6550, stmt->at,
			       "PLS-00428: an INTO clause is expected in this SELECT statement");
	if (stmt->kind > S_LOCK)
		return rh_fail(pl->error, 3001, stmt->at,
			       "unimplemented feature: transaction control inside this block");
	if ((stmt->current_of && !plsql_cursor_current_of(pl, stmt)) || !plsql_expand_row(pl, stmt))
		return false;
	pl->in_sql = true;
	ok = sql_resolve(&env, pl->arena, stmt, pl->error);
	pl->in_sql = false;
	if (ok && !bulk)
		plsql_locate_lobs(pl, stmt);
	ok = ok && sql_print(stmt, &text, pl->error);
	if (ok) {
		locate_lobs(pl, into);
		ok = bulk ? write_bulk(pl, &text, into, query, repeated)
			  : write_into(pl, &text, into, query);
	}
	cw_wr_release(&text);
	return ok && plsql_want_end(pl);
}

bool plsql_sql_statement(struct plsql *pl)
{
	return sql_statement(pl, false);
}

bool plsql_sql_repeated(struct plsql *pl)
{
	return sql_statement(pl, true);
}

static unsigned tables_of(const struct sql_from *from)
{
	unsigned count = 0;

	for (; from; from = from->next)
		count += from->left ? tables_of(from->left) + tables_of(from->right) : 1;
	return count;
}

/* Of how many tables FOR UPDATE locks rows. */
static unsigned locked_tables(const struct sql_query *query)
{
	unsigned count = 1;

	if (!query->for_update)
		return 0;
	if (!query->for_update_of)
		return query->select ? tables_of(query->select->from) : 1;
	for (const struct sql_expr *of = query->for_update_of; of->next; of = of->next)
		count += of->next->from != of->from;
	return count;
}

bool plsql_write_query(struct plsql *pl, bool leaves)
{
	struct sql_env env = env_of(pl);
	struct sql_stmt stmt = { .kind = S_SELECT,
				 .at = pl->parser.token.at,
				 .sql = pl->parser.lexer.sql };
	bool ok;

	stmt.query = sql_parse_query(&pl->parser);
	if (sql_parse_failed(&pl->parser))
		return false;
	pl->in_sql = true;
	ok = sql_resolve(&env, pl->arena, &stmt, pl->error);
	pl->in_sql = false;
	if (!ok)
		return false;
	pl->query_locks = locked_tables(stmt.query);
	pl->query_row = plsql_row_of(pl, stmt.query->column, stmt.query->column_count, NULL);
	return leaves ? rh_shape_print_query(stmt.query, &pl->out, pl->error)
		      : sql_print_query(stmt.query, &pl->out, pl->error);
}
