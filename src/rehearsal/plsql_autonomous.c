/*
 * plsql_autonomous.c - PRAGMA AUTONOMOUS_TRANSACTION; see plsql_parts.h
 *
 * The body becomes a procedure "a$..." of its own, which another backend of the session runs (plsql_answer.h): it sees what
 * is committed, and its changes are a transaction of their own, with an XID of its own.  What has the unit's name hands
 * its arguments there as text, and takes back what comes out.  What the session's packages remember goes there and back.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "Autonomous Transactions"
 */
#include "rehearsal/plsql_parts.h"

#include <string.h>

/* The words from here to BEGIN have the pragma. */
bool plsql_is_autonomous(const struct plsql *pl)
{
	struct sql_parser p = pl->parser;
	struct rh_error ignored = { 0 };

	p.error = p.lexer.error = &ignored;
	while (!sql_at_word(&p, "BEGIN") && p.token.kind != T_END) {
		if (sql_at_word(&p, "PROCEDURE") || sql_at_word(&p, "FUNCTION"))
			return false;
		if (sql_skip_words(&p, "PRAGMA", "AUTONOMOUS_TRANSACTION"))
			return true;
		sql_next(&p);
	}
	return false;
}

const char *plsql_hashed_name(struct plsql *pl, const char *prefix, struct cw_wr *text)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */
	struct cw_wr made = { 0 };

	for (size_t i = 0; i < text->len; i++)
		hash = (hash ^ text->at0[i]) * 1099511628211u;
	cw_wr_release(text);
	cw_wr_printf(&made, "%s%016llx", prefix, (unsigned long long)hash);
	return plsql_keep_text(pl, &made);
}

/* "S"."a$...": of the same unit with the same parameters always the same. */
static const char *inner_name(struct plsql *pl, const char *schema, const char *package,
			      const char *name, const struct cw_wr *parameters)
{
	struct cw_wr text = { 0 };
	const char *made;

	cw_wr_printf(&text, "%s.%s.%.*s", package ? package : "", name, (int)parameters->len,
		     (const char *)parameters->at0);
	made = plsql_hashed_name(pl, "a$", &text);
	sql_print_ident(&text, schema);
	cw_wr_u8(&text, '.');
	sql_print_ident(&text, made);
	return plsql_keep_text(pl, &text);
}

static bool make_inner(struct plsql *pl, const char *inner, const char *schema,
		       const struct cw_wr *parameters, const struct cw_wr *body)
{
	struct cw_wr sql = { 0 };

	cw_wr_text(&sql, "SELECT rh.make_autonomous(");
	plsql_put_literal(&sql, schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, inner);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)parameters->at0, parameters->len);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)body->at0, body->len);
	cw_wr_text(&sql, ")");
	return plsql_run_text(pl->session, &sql, pl->error);
}

/* ---- procedures and functions ------------------------------------------------------------------- */

/* The block that the other backend runs: %L for each argument, and for the state. */
static void put_block(const struct plsql_stored *unit, const char *inner, struct cw_wr *text)
{
	struct cw_wr call = { 0 }, out = { 0 };
	unsigned place = 0;

	cw_wr_text(text, "DECLARE\n");
	for (const struct plsql_parameter *one = unit->parameter; one; one = one->next, place++) {
		cw_wr_printf(text, "\"o$%u\" %s := %%L::%s;\n", place, one->type, one->type);
		cw_wr_printf(&call, "%s\"o$%u\"", place ? ", " : "", place);
		if (one->mode != SQL_IN)
			cw_wr_printf(&out, "%s\"o$%u\"::text", out.len ? ", " : "", place);
	}
	if (unit->function) {
		cw_wr_printf(text, PLSQL_RESULT " %s;\n", unit->result);
		cw_wr_printf(&call, "%s" PLSQL_RESULT, place ? ", " : "");
		cw_wr_printf(&out, "%s" PLSQL_RESULT "::text", out.len ? ", " : "");
	}
	cw_wr_printf(text, "BEGIN\nPERFORM rh.state_load(%%L);\nCALL %s(", inner);
	cw_wr_put(text, call.at0, call.len);
	cw_wr_text(text, ");\nPERFORM rh.end_autonomous(ARRAY[");
	cw_wr_put(text, out.at0, out.len);
	cw_wr_text(text, "]::text[]);\nEND");
	cw_wr_release(&call);
	cw_wr_release(&out);
}

/* What has the unit's name: hands on its arguments, and takes what comes back. */
static void put_outer(const struct plsql_stored *unit, const char *inner, struct cw_wr *body)
{
	struct cw_wr block = { 0 };
	unsigned place = 1; /* the state */

	put_block(unit, inner, &block);
	cw_wr_text(body, "DECLARE \"sql$back\" text[];\nBEGIN\n\"sql$back\" := "
			 "rh.autonomous(pg_catalog.format(");
	sql_print_literal(body, (const char *)block.at0, block.len);
	cw_wr_release(&block);
	for (const struct plsql_parameter *one = unit->parameter; one; one = one->next) {
		cw_wr_text(body, ", ");
		if (one->mode == SQL_OUT)
			cw_wr_text(body, "NULL");
		else
			plsql_write_variable(body, one->name);
		cw_wr_text(body, "::text");
	}
	cw_wr_text(body, ", rh.state_all()))::text[];\nPERFORM rh.state_load(\"sql$back\"[1]);\n");
	for (const struct plsql_parameter *one = unit->parameter; one; one = one->next) {
		if (one->mode == SQL_IN)
			continue;
		plsql_write_variable(body, one->name);
		cw_wr_printf(body, " := \"sql$back\"[%u]::%s;\n", ++place, one->type);
	}
	if (unit->function)
		cw_wr_printf(body, "%s\"sql$back\"[%u]::%s;\n",
			     unit->comes_out ? PLSQL_RESULT " := " : "RETURN ", place + 1,
			     unit->result);
	cw_wr_text(body, "END");
}

/* In front of the body's translation. */
void plsql_begin_autonomous(struct plsql *pl, const struct plsql_stored *unit)
{
	pl->autonomous = true;
	pl->result_comes_out = unit->function;
}

static bool types_are_known(struct plsql *pl, const struct plsql_stored *unit)
{
	const struct plsql_parameter *one = unit->parameter;

	while (one && one->type)
		one = one->next;
	return (!one && (!unit->function || unit->result)) ||
	       rh_fail(pl->error, 3001, 0,
		       "unimplemented feature: AUTONOMOUS_TRANSACTION with a parameter whose type is "
		       "known when it runs");
}

bool plsql_make_autonomous(struct plsql *pl, const struct plsql_stored *unit, struct cw_wr *body)
{
	struct cw_wr parameters = { 0 }, inside = { 0 };
	const char *inner;
	bool ok;

	if (pl->pipe)
		return rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: PIPELINED of such a function");
	if (!types_are_known(pl, unit))
		return false;
	cw_wr_put(&parameters, unit->parameters.at0, unit->parameters.len);
	if (unit->function && !unit->comes_out)
		cw_wr_printf(&parameters, "%sOUT " PLSQL_RESULT " %s", parameters.len ? ", " : "",
			     unit->result);
	inner = inner_name(pl, unit->schema, pl->package, unit->name, &parameters);
	plsql_write_body(pl, &inside);
	ok = make_inner(pl, inner, unit->schema, &parameters, &inside);
	if (ok)
		put_outer(unit, inner, body);
	pl->ends = false;
	pl->result_comes_out = unit->function && unit->comes_out;
	cw_wr_release(&parameters);
	cw_wr_release(&inside);
	return ok;
}

/* ---- triggers ------------------------------------------------------------------------------------ */

/* The rows are the procedure's parameters; what it makes of the new one comes back. */
bool plsql_make_autonomous_trigger(struct plsql *pl, const char *schema, const char *name,
				   const char *table, bool each_row, const struct cw_wr *inside,
				   struct cw_wr *body)
{
	struct cw_wr parameters = { 0 }, block = { 0 };
	const char *inner;
	bool ok;

	cw_wr_printf(&parameters, "INOUT new %s, IN old %s, IN tg_op text", table, table);
	inner = inner_name(pl, schema, NULL, name, &parameters);
	ok = make_inner(pl, inner, schema, &parameters, inside);
	cw_wr_printf(&block,
		     "DECLARE\n\"n$\" %s := %%L::%s;\nBEGIN\nPERFORM rh.state_load(%%L);\n"
		     "CALL %s(\"n$\", %%L, %%L);\n"
		     "PERFORM rh.end_autonomous(ARRAY[\"n$\"::text]);\nEND",
		     table, table, inner);
	cw_wr_text(body, "\"sql$text\" := rh.autonomous(pg_catalog.format(");
	sql_print_literal(body, (const char *)block.at0, block.len);
	cw_wr_text(body, each_row ? ", NEW::text, rh.state_all(), OLD::text, TG_OP));\n"
				  : ", NULL, rh.state_all(), NULL, TG_OP));\n");
	cw_wr_text(body, "PERFORM rh.state_load((\"sql$text\"::text[])[1]);\n");
	if (each_row && !pl->row_is_written)
		cw_wr_printf(body, "NEW := (\"sql$text\"::text[])[2]::%s;\n", table);
	cw_wr_release(&parameters);
	cw_wr_release(&block);
	return ok;
}
