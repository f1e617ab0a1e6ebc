/* plsql_sql.c - SQL statements, expressions and targets inside a block; see plsql_parts.h */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

static const struct sql_relation *find_relation(void *context, const struct sql_name *name,
						struct rh_error *error)
{
	struct plsql *pl = context;

	return rh_exec_relation(pl->session, name, error);
}

static struct sql_env env_of(struct plsql *pl)
{
	struct sql_env env = { .context = pl,
			       .relation = find_relation,
			       .name = plsql_name_other,
			       .unit = plsql_function_of,
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

bool plsql_write_expr(struct plsql *pl, struct cw_wr *out)
{
	struct sql_expr *expr = sql_parse_expr(&pl->parser);

	return !sql_parse_failed(&pl->parser) && plsql_write_tree(pl, out, expr);
}

/* A variable that can be given a value; a row also as a whole. */
static bool write_variable_target(struct plsql *pl, struct sql_expr *target, bool *ret_ok)
{
	const struct plsql_variable *variable = plsql_find(pl, target->name.part[0]);

	if (!variable || variable->integer || variable->exception || variable->constant)
		return false;
	*ret_ok = true;
	if (variable->record && target->name.count == 1)
		plsql_write_variable(&pl->out, variable->name);
	else
		*ret_ok = plsql_write_tree(pl, &pl->out, target);
	return true;
}

bool plsql_write_target(struct plsql *pl, struct sql_expr *target)
{
	uint8_t use;
	int index;
	bool ok;

	if (target->kind == X_BIND && !pl->new_name && target->name.count == 0) {
		index = plsql_bind_index(pl, target->text);
		use = index >= 0 ? pl->bind[index].use : 0;
		if (!plsql_write_tree(pl, &pl->out, target))
			return false;
		pl->bind[index].use = (uint8_t)(use | PLSQL_WRITTEN);
		return true;
	}
	if (target->kind == X_NAME && write_variable_target(pl, target, &ok))
		return ok;
	if (target->kind == X_BIND && pl->new_name)
		return plsql_write_tree(pl, &pl->out, target);
	return rh_fail(pl->error, 6550, target->at,
		       "PLS-00363: expression cannot be used as an assignment target");
}

bool plsql_read_targets(struct plsql *pl)
{
	pl->located_lobs = true;
	do {
		struct sql_expr *target = sql_parse_expr(&pl->parser);

		if (sql_parse_failed(&pl->parser) || !plsql_write_target(pl, target))
			return false;
		if (sql_at_op(&pl->parser, ","))
			cw_wr_text(&pl->out, ", ");
	} while (sql_skip_op(&pl->parser, ","));
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

static bool write_targets(struct plsql *pl, struct sql_expr *target)
{
	for (; target; target = target->next) {
		pl->located_lobs |= sql_is_lob(target->type) || target->kind == X_BIND ||
				    is_lob_variable(pl, target);
		if (!plsql_write_target(pl, target))
			return false;
		if (target->next)
			cw_wr_text(&pl->out, ", ");
	}
	return true;
}

bool plsql_want_end(struct plsql *pl)
{
	return sql_want_op(&pl->parser, ";", 6550, "PLS-00103: a semicolon was expected");
}

/* SELECT ... INTO, and DML with or without RETURNING ... INTO. */
bool plsql_sql_statement(struct plsql *pl)
{
	struct sql_env env = env_of(pl);
	struct sql_stmt *stmt = sql_parse_sql(&pl->parser);
	struct sql_expr *into = NULL;
	bool query;

	if (sql_parse_failed(&pl->parser))
		return false;
	query = stmt->kind == S_SELECT;
	if (query && stmt->query->select)
		into = stmt->query->select->into;
	if (stmt->returning)
		into = stmt->returning->into;
	if (query && !into)
		return rh_fail(pl->error, 6550, stmt->at,
			       "PLS-00428: an INTO clause is expected in this SELECT statement");
	if (stmt->kind > S_LOCK)
		return rh_fail(pl->error, 3001, stmt->at,
			       "unimplemented feature: transaction control inside this block");
	if (!sql_resolve(&env, pl->arena, stmt, pl->error) || !sql_print(stmt, &pl->out, pl->error))
		return false;
	if (into) {
		cw_wr_text(&pl->out, query ? " INTO STRICT " : " INTO ");
		if (!write_targets(pl, into))
			return false;
	}
	cw_wr_text(&pl->out, ";\n");
	if (!query)
		cw_wr_text(&pl->out, "GET DIAGNOSTICS \"sql$rowcount\" = ROW_COUNT;\n");
	return plsql_want_end(pl);
}

bool plsql_write_query(struct plsql *pl)
{
	struct sql_env env = env_of(pl);
	struct sql_stmt stmt = { .kind = S_SELECT, .at = pl->parser.token.at };

	stmt.query = sql_parse_query(&pl->parser);
	return !sql_parse_failed(&pl->parser) && sql_resolve(&env, pl->arena, &stmt, pl->error) &&
	       sql_print_query(stmt.query, &pl->out, pl->error);
}
