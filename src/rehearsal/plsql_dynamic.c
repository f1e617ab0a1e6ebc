/*
 * plsql_dynamic.c - EXECUTE IMMEDIATE and OPEN FOR of a text; see plsql_parts.h
 *
 * The text is translated when it is known (plsql_answer.h).  DDL ends the transaction first, as on Oracle; a literal that
 * begins with another verb is none.
 */
#include "rehearsal/plsql_parts.h"

#include <stdio.h>
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

/* What stands behind USING. */
struct given {
	struct given *next;
	struct sql_expr *target; /* of what comes out; NULL: nothing does */
	const char *value;	 /* PostgreSQL's expression */
	bool goes_in;
};

/* What stands in the clauses behind the text, in whichever order. */
struct clauses {
	bool bulk, query; /* BULK COLLECT; INTO and not RETURNING INTO */
	struct sql_expr *targets;
	struct given *given;
	unsigned count;
	bool any_out;
};

/* [IN | OUT | IN OUT] value */
static struct given *read_given(struct plsql *pl)
{
	struct given *made = cw_new(pl->arena, struct given, 1);
	struct cw_wr text = { 0 };
	bool in = sql_skip_word(&pl->parser, "IN"), out = sql_skip_word(&pl->parser, "OUT");

	made->goes_in = in || !out;
	if (out) {
		struct sql_parser again = pl->parser;

		made->target = sql_parse_expr(&again);
	}
	if (!plsql_write_expr(pl, &text)) {
		cw_wr_release(&text);
		return NULL;
	}
	made->value = plsql_keep_text(pl, &text);
	return made;
}

static bool using(struct plsql *pl, struct clauses *ret)
{
	struct given **last = &ret->given;

	do {
		*last = read_given(pl);
		if (!*last)
			return false;
		ret->any_out |= (*last)->target != NULL;
		ret->count++;
		last = &(*last)->next;
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
	const char *between = " USING ";

	for (const struct given *one = clauses->given; one; one = one->next) {
		if (!one->goes_in)
			continue;
		cw_wr_printf(&pl->out, "%s%s", between, one->value);
		between = ", ";
	}
}

/* ARRAY[before value after, ...] */
static void put_array(struct plsql *pl, const struct clauses *clauses, const char *before,
		      const char *after, bool values)
{
	cw_wr_text(&pl->out, "ARRAY[");
	for (const struct given *one = clauses->given; one; one = one->next)
		if (values && !one->goes_in)
			cw_wr_printf(&pl->out, "%sNULL", one == clauses->given ? "" : ", ");
		else
			cw_wr_printf(&pl->out, "%s%s(%s)%s", one == clauses->given ? "" : ", ",
				     before, one->value, after);
	cw_wr_text(&pl->out, "]::text[]");
}

/* A block with its binds; ELSE is what is no block. */
static bool run_block(struct plsql *pl, const struct clauses *clauses)
{
	char value[48];
	unsigned place = 0;

	if (!clauses->given)
		return true;
	cw_wr_text(&pl->out, "IF \"sql$text\" ~ '^/\\*[0-9]+\\*/DO ' THEN\n"
			     "\"sql$text\" := rh.dynamic_block(\"sql$text\", ");
	put_array(pl, clauses, "pg_catalog.pg_typeof", "::text", false);
	cw_wr_text(&pl->out, ", ");
	put_array(pl, clauses, "", "::text", true);
	cw_wr_text(&pl->out, ");\nEXECUTE \"sql$text\";\n");
	for (const struct given *one = clauses->given; one; one = one->next) {
		place++;
		if (!one->target)
			continue;
		(void)snprintf(value, sizeof(value), "rh.dynamic_bind(%u)", place);
		if (!plsql_assign_text(pl, one->target, value))
			return false;
	}
	cw_wr_text(&pl->out, "ELSE\n");
	return true;
}

/* OUT behind USING is what DML returns, where no clause says it. */
static void take_returned(struct clauses *clauses)
{
	struct sql_expr **last = &clauses->targets;

	if (clauses->targets)
		return;
	for (const struct given *one = clauses->given; one; one = one->next) {
		if (!one->target || one->goes_in)
			continue;
		*last = one->target;
		last = &one->target->next;
	}
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
				     "PERFORM rh.end_transaction('COMMIT');\nCOMMIT;\nEND IF;\n");
	}
	return true;
}

/* The text is translated: run. */
static bool run_text(struct plsql *pl, struct clauses *clauses)
{
	bool ok = run_block(pl, clauses);

	if (!clauses->query)
		take_returned(clauses);
	ok = ok && (clauses->bulk ? run_bulk(pl, clauses) : run_into(pl, clauses));
	if (clauses->given)
		cw_wr_text(&pl->out, "END IF;\n");
	return ok;
}

static unsigned count_of(const struct sql_expr *list)
{
	unsigned count = 0;

	for (; list; list = list->next)
		count++;
	return count;
}

bool plsql_execute_immediate(struct plsql *pl)
{
	struct clauses clauses = { 0 };
	unsigned binds;
	bool ok;

	if (!read_text(pl))
		return false;
	ok = read_clauses(pl, &clauses);
	pl->located_lobs |= clauses.targets != NULL || clauses.any_out;
	binds = clauses.count + (clauses.query ? 0 : count_of(clauses.targets));
	plsql_guard_open(pl);
	cw_wr_printf(&pl->out,
		     "\"sql$text\" := rh.bound(rh.ask(\"sql$text\"), %u);\n"
		     "IF \"sql$text\" IS NOT NULL THEN\n",
		     binds);
	ok = ok && run_text(pl, &clauses);
	if (clauses.query)
		cw_wr_text(&pl->out, "ELSE\nPERFORM rh.raise('ORA-01003: no statement parsed');\n");
	cw_wr_text(&pl->out, "END IF;\n");
	plsql_guard_close(pl);
	return ok && plsql_want_end(pl);
}

/* behind FOR */
bool plsql_open_text(struct plsql *pl)
{
	struct clauses clauses = { 0 };
	struct cw_wr text = { 0 };
	uint32_t at;
	bool ok = plsql_write_expr(pl, &text);

	at = pl->parser.token.at;
	ok = ok && (!sql_skip_word(&pl->parser, "USING") || using(pl, &clauses));
	if (ok && clauses.any_out)
		ok = rh_fail(pl->error, 6550, at, "PLS-00457: expressions have to be of SQL types");
	if (ok) {
		cw_wr_printf(&pl->out, " FOR EXECUTE rh.bound(rh.ask(%.*s), %u)", (int)text.len,
			     (const char *)text.at0, clauses.count);
		put_values(pl, &clauses);
	}
	cw_wr_release(&text);
	return ok;
}
