/*
 * plsql_dynamic.c - EXECUTE IMMEDIATE and OPEN FOR of a text; see plsql_parts.h
 *
 * The text is translated when it is known (plsql_answer.h).  DDL ends the transaction first, as on Oracle; a literal that
 * begins with another verb is none.
 */
#include "rehearsal/plsql_parts.h"

#include <string.h>
#include <strings.h>

/* A literal in front whose first word is a whole one and no verb of DDL. */
static bool begins_as_other(const struct sql_token *token)
{
	static const char *const verbs[] = { "CREATE",	"DROP",	   "ALTER",    "TRUNCATE", "GRANT",
					     "REVOKE",	"COMMENT", "RENAME",   "PURGE",	   "AUDIT",
					     "NOAUDIT", "ANALYZE", "FLASHBACK" };
	const char *text = token->text;
	size_t len;

	if (token->kind != T_STRING)
		return false;
	text += strspn(text, " \n\t\r");
	len = strcspn(text, " \n\t\r");
	if (text[len] == '\0')
		return false;
	for (size_t i = 0; i < CW_ARRAY_LEN(verbs); i++)
		if (strlen(verbs[i]) == len && strncasecmp(text, verbs[i], len) == 0)
			return false;
	return true;
}

/* What stands in the clauses behind the text, in whichever order. */
struct clauses {
	bool bulk, query; /* BULK COLLECT; INTO and not RETURNING INTO */
	struct sql_expr *targets;
	struct cw_wr values; /* USING */
};

static bool using(struct plsql *pl, struct clauses *ret)
{
	do {
		if (sql_at_word(&pl->parser, "OUT") ||
		    (sql_skip_word(&pl->parser, "IN") && sql_at_word(&pl->parser, "OUT")))
			return rh_fail(pl->error, 3001, pl->parser.token.at,
				       "unimplemented feature: USING OUT");
		if (ret->values.len > 0)
			cw_wr_text(&ret->values, ", ");
		if (!plsql_write_expr(pl, &ret->values))
			return false;
	} while (sql_skip_op(&pl->parser, ","));
	return true;
}

/* [[BULK COLLECT] INTO targets] [USING values] [RETURNING [BULK COLLECT] INTO targets] */
static bool read_clauses(struct plsql *pl, struct clauses *ret)
{
	struct sql_parser *p = &pl->parser;

	ret->bulk = sql_skip_words(p, "BULK", "COLLECT");
	ret->query = sql_skip_word(p, "INTO");
	if (ret->query && !(ret->targets = plsql_read_list(pl)))
		return false;
	if (sql_skip_word(p, "USING") && !using(pl, ret))
		return false;
	if (!sql_skip_word(p, "RETURNING") && !sql_skip_word(p, "RETURN"))
		return true;
	ret->bulk = sql_skip_words(p, "BULK", "COLLECT");
	return sql_want_word(p, "INTO", 6550, "PLS-00103: INTO was expected") &&
	       (ret->targets = plsql_read_list(pl));
}

static void put_values(struct plsql *pl, const struct clauses *clauses)
{
	if (clauses->values.len > 0)
		cw_wr_text(&pl->out, " USING ");
	cw_wr_put(&pl->out, clauses->values.at0, clauses->values.len);
}

static bool run_into(struct plsql *pl, const struct clauses *clauses)
{
	struct plsql_into into = { 0 };
	bool ok = plsql_into_targets(pl, clauses->targets, &into);

	plsql_into_begin(pl, &into);
	cw_wr_text(&pl->out, "EXECUTE \"sql$text\"");
	if (clauses->targets) {
		cw_wr_text(&pl->out, clauses->query ? " INTO STRICT " : " INTO ");
		cw_wr_put(&pl->out, into.names.at0, into.names.len);
	}
	put_values(pl, clauses);
	cw_wr_text(&pl->out, ";\nGET DIAGNOSTICS \"sql$rowcount\" = ROW_COUNT;\n");
	plsql_into_end(pl, &into);
	plsql_into_release(&into);
	return ok;
}

static bool run_bulk(struct plsql *pl, const struct clauses *clauses)
{
	struct plsql_bulk bulk = { 0 };
	bool ok = plsql_bulk_targets(pl, clauses->targets, false, &bulk);

	plsql_into_begin(pl, &bulk.into);
	cw_wr_text(&pl->out, "EXECUTE ");
	plsql_bulk_text(pl, &bulk, !clauses->query);
	cw_wr_text(&pl->out, " INTO ");
	cw_wr_put(&pl->out, bulk.into.names.at0, bulk.into.names.len);
	put_values(pl, clauses);
	cw_wr_text(&pl->out, ";\n");
	plsql_into_end(pl, &bulk.into);
	plsql_bulk_release(&bulk);
	return ok;
}

/* The text itself, and what DDL does first. */
static bool read_text(struct plsql *pl)
{
	bool is_other = begins_as_other(&pl->parser.token);

	plsql_guard_open(pl);
	cw_wr_text(&pl->out, "\"sql$text\" := ");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	if (!is_other && pl->new_name && !pl->autonomous)
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: EXECUTE IMMEDIATE of a text in a trigger");
	if (!is_other) {
		pl->ends = true;
		cw_wr_text(&pl->out, "IF rh.is_ddl(\"sql$text\") THEN\n"
				     "PERFORM rh.end_transaction();\nCOMMIT;\nEND IF;\n");
	}
	return true;
}

bool plsql_execute_immediate(struct plsql *pl)
{
	struct clauses clauses = { 0 };
	bool ok;

	if (!read_text(pl))
		return false;
	ok = read_clauses(pl, &clauses);
	pl->located_lobs |= clauses.targets != NULL;
	plsql_guard_open(pl);
	cw_wr_text(&pl->out, "\"sql$text\" := rh.ask(\"sql$text\");\n"
			     "IF \"sql$text\" IS NOT NULL THEN\n");
	ok = ok && (clauses.bulk ? run_bulk(pl, &clauses) : run_into(pl, &clauses));
	if (clauses.query)
		cw_wr_text(&pl->out, "ELSE\nPERFORM rh.raise('ORA-01003: no statement parsed');\n");
	cw_wr_text(&pl->out, "END IF;\n");
	plsql_guard_close(pl);
	cw_wr_release(&clauses.values);
	return ok && plsql_want_end(pl);
}

bool plsql_open_text(struct plsql *pl)
{
	struct clauses clauses = { 0 };
	bool ok;

	cw_wr_text(&pl->out, " FOR EXECUTE rh.ask(");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ")");
	ok = !sql_skip_word(&pl->parser, "USING") || using(pl, &clauses);
	put_values(pl, &clauses);
	cw_wr_release(&clauses.values);
	return ok;
}
