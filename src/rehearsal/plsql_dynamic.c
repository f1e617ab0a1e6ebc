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

/* [USING [IN] a, b] */
static bool using(struct plsql *pl)
{
	bool first = true;

	if (!sql_skip_word(&pl->parser, "USING"))
		return true;
	do {
		if (sql_at_word(&pl->parser, "OUT") ||
		    (sql_skip_word(&pl->parser, "IN") && sql_at_word(&pl->parser, "OUT")))
			return rh_fail(pl->error, 3001, pl->parser.token.at,
				       "unimplemented feature: USING OUT");
		cw_wr_text(&pl->out, first ? " USING " : ", ");
		first = false;
		if (!plsql_write_expr(pl, &pl->out))
			return false;
	} while (sql_skip_op(&pl->parser, ","));
	return true;
}

/* [INTO targets], in PL/pgSQL's place for it */
static bool into(struct plsql *pl, bool *ret_into)
{
	*ret_into = sql_skip_word(&pl->parser, "INTO");
	if (!*ret_into)
		return true;
	cw_wr_text(&pl->out, " INTO STRICT ");
	return plsql_read_targets(pl);
}

bool plsql_execute_immediate(struct plsql *pl)
{
	bool is_other = begins_as_other(&pl->parser.token), is_query;

	plsql_guard_open(pl);
	cw_wr_text(&pl->out, "\"sql$text\" := ");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	if (!is_other && pl->new_name)
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: EXECUTE IMMEDIATE of a text in a trigger");
	if (!is_other) {
		pl->ends = true;
		cw_wr_text(&pl->out, "IF rh.is_ddl(\"sql$text\") THEN\n"
				     "PERFORM rh.end_transaction();\nCOMMIT;\nEND IF;\n");
	}
	plsql_guard_open(pl);
	cw_wr_text(&pl->out, "\"sql$text\" := rh.ask(\"sql$text\");\n"
			     "IF \"sql$text\" IS NOT NULL THEN\nEXECUTE \"sql$text\"");
	if (!into(pl, &is_query) || !using(pl))
		return false;
	cw_wr_text(&pl->out, ";\nGET DIAGNOSTICS \"sql$rowcount\" = ROW_COUNT;\n");
	cw_wr_text(&pl->out,
		   is_query ? "ELSE\nPERFORM rh.raise('ORA-01003: no statement parsed');\n" : "");
	cw_wr_text(&pl->out, "END IF;\n");
	plsql_guard_close(pl);
	return plsql_want_end(pl);
}

bool plsql_open_text(struct plsql *pl)
{
	cw_wr_text(&pl->out, " FOR EXECUTE rh.ask(");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ")");
	return using(pl);
}
