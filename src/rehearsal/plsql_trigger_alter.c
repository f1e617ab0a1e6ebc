/*
 * plsql_trigger_alter.c - ALTER TRIGGER, and the triggers of ALTER TABLE; see plsql_trigger.h
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_trigger.h"

#include <string.h>

/* Its text once more; one made before texts were kept stays as it is. */
static bool compile_again(struct plsql *pl, const char *schema, const char *name, const char *text)
{
	struct plsql *of = cw_new(pl->arena, struct plsql, 1);
	struct plsql_trigger head = { .again = true };
	struct cw_wr sql = { 0 };
	bool ok;

	plsql_init(of, pl->session, pl->arena, text, strlen(text), pl->error);
	of->reads = pl->reads;
	ok = sql_want_word(&of->parser, "TRIGGER", 900, "invalid SQL statement");
	head.name = sql_parse_name(&of->parser);
	if (head.name.count == 1)
		head.name = (struct sql_name){ .count = 2, .part = { schema, name } };
	ok = ok && !sql_parse_failed(&of->parser) && plsql_table_trigger(of, &head, text, false);
	plsql_release(of);
	pl->made_invalid = of->made_invalid;
	if (!ok || pl->made_invalid)
		return ok;
	cw_wr_text(&sql, "UPDATE rh.triggers SET valid = true WHERE owner = ");
	plsql_put_literal(&sql, schema);
	cw_wr_text(&sql, " AND name = ");
	plsql_put_literal(&sql, name);
	return plsql_run_text(pl->session, &sql, pl->error);
}

static bool compile_trigger(struct plsql *pl, const struct sql_name *name)
{
	const char *value[] = { name->count > 1 ? name->part[0] : pl->session->schema,
				name->part[name->count - 1] };
	struct rh_exec_params params = { .count = 2, .value = value };
	PGresult *rows;
	bool ok = true;

	if (!rh_exec_statement(pl->session,
			       "select source from rh.triggers where owner = $1 and name = $2",
			       &params, 0, &rows, pl->error))
		return false;
	if (PQntuples(rows) == 0)
		ok = rh_fail(pl->error, 4080, name->at, "trigger '%s' does not exist", value[1]);
	else if (PQgetvalue(rows, 0, 0)[0])
		ok = compile_again(pl, value[0], value[1], PQgetvalue(rows, 0, 0));
	PQclear(rows);
	return ok;
}

/* ALTER TRIGGER name ENABLE | DISABLE | COMPILE */
bool plsql_alter_trigger(struct plsql *pl)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	bool enable = sql_skip_word(&pl->parser, "ENABLE");
	struct cw_wr sql = { 0 };
	if (sql_parse_failed(&pl->parser))
		return false;
	if (!enable && sql_skip_word(&pl->parser, "COMPILE"))
		return compile_trigger(pl, &name);
	if (!enable && !sql_skip_word(&pl->parser, "DISABLE"))
		return rh_fail(
			pl->error, 3001, pl->parser.token.at,
			"unimplemented feature: ALTER TRIGGER other than ENABLE, DISABLE, COMPILE");
	cw_wr_text(&sql, "SELECT rh.switch_trigger(");
	plsql_put_literal(&sql, name.count > 1 ? name.part[0] : pl->session->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, name.part[name.count - 1]);
	cw_wr_printf(&sql, ", %s)", enable ? "true" : "false");
	return plsql_run_text(pl->session, &sql, pl->error);
}

/* ALTER TABLE t ENABLE | DISABLE ALL TRIGGERS */
bool plsql_alter_table_triggers(struct plsql *pl)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	const struct sql_relation *relation;
	bool enable = sql_skip_word(&pl->parser, "ENABLE");
	struct cw_wr sql = { 0 };

	if (!enable && !sql_want_word(&pl->parser, "DISABLE", 1735, "invalid ALTER TABLE option"))
		return false;
	if (!sql_want_word(&pl->parser, "ALL", 1735, "invalid ALTER TABLE option") ||
	    !sql_want_word(&pl->parser, "TRIGGERS", 1735, "invalid ALTER TABLE option"))
		return false;
	relation = rh_exec_relation(pl->session, &name, pl->error);
	if (!relation)
		return pl->error->code
			       ? false
			       : rh_fail(pl->error, 942, name.at, "table or view does not exist");
	cw_wr_printf(&sql,
		     "SELECT rh.switch_trigger(owner, name, %s) FROM rh.triggers WHERE relid = %u",
		     enable ? "true" : "false", relation->oid);
	return plsql_run_text(pl->session, &sql, pl->error);
}
