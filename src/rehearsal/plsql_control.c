/*
 * plsql_control.c - IF, CASE, loops and what leaves them; see plsql_parts.h
 *
 * A condition that is guarded is a statement of its own, so ELSIF is an IF inside of ELSE, and WHILE a LOOP
 * that begins with an EXIT.
 */
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <stdio.h>

static bool want_then(struct plsql *pl)
{
	return sql_want_word(&pl->parser, "THEN", 6550, "PLS-00103: THEN was expected");
}

static bool want_end_of(struct plsql *pl, const char *word)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "PLS-00103: END %s was expected", word);
	return sql_want_word(&pl->parser, "END", 6550, text) &&
	       sql_want_word(&pl->parser, word, 6550, text);
}

/* ---- conditions ------------------------------------------------------------------- */

/* @before (test) @after; the test is computed in front of it where it is guarded. */
static void write_test(struct plsql *pl, const char *before, const struct cw_wr *test,
		       const char *after)
{
	if (pl->guard) {
		plsql_guard_open(pl);
		cw_wr_text(&pl->out, "\"sql$test\" := ");
		cw_wr_put(&pl->out, test->at0, test->len);
		cw_wr_text(&pl->out, ";\n");
		plsql_guard_close(pl);
	}
	cw_wr_text(&pl->out, before);
	cw_wr_text(&pl->out, "(");
	if (pl->guard)
		cw_wr_text(&pl->out, "\"sql$test\"");
	else
		cw_wr_put(&pl->out, test->at0, test->len);
	cw_wr_text(&pl->out, ")");
	cw_wr_text(&pl->out, after);
}

/* The condition at the present token, with what stands around it. */
static bool condition(struct plsql *pl, const char *before, const char *after)
{
	struct cw_wr test = { 0 };
	bool ok = plsql_write_expr(pl, &test);

	if (ok)
		write_test(pl, before, &test, after);
	cw_wr_release(&test);
	return ok;
}

/* ELSE statements, and the END IF of each IF that was opened. */
static bool write_else(struct plsql *pl, unsigned opened, const char *otherwise)
{
	static const char *const stops[] = { "END", NULL };

	if (sql_skip_word(&pl->parser, "ELSE")) {
		cw_wr_text(&pl->out, "ELSE\n");
		if (!plsql_statements(pl, stops))
			return false;
	} else if (otherwise) {
		cw_wr_text(&pl->out, "ELSE\n");
		plsql_guard_open(pl);
		cw_wr_text(&pl->out, otherwise);
		plsql_guard_close(pl);
	}
	while (opened--)
		cw_wr_text(&pl->out, "END IF;\n");
	return true;
}

bool plsql_if(struct plsql *pl)
{
	static const char *const stops[] = { "ELSIF", "ELSE", "END", NULL };
	unsigned opened = 0;

	do {
		if (opened++)
			cw_wr_text(&pl->out, "ELSE\n");
		if (!condition(pl, "IF ", " THEN\n") || !want_then(pl) ||
		    !plsql_statements(pl, stops))
			return false;
	} while (sql_skip_word(&pl->parser, "ELSIF"));
	return write_else(pl, opened, NULL) && want_end_of(pl, "IF") && plsql_want_end(pl);
}

/* WHEN value or WHEN condition; @selector: empty, or what the value must equal. */
static bool when(struct plsql *pl, const struct cw_wr *selector)
{
	struct cw_wr test = { 0 };
	bool ok;

	if (selector->len)
		cw_wr_printf(&test, "(%.*s) = (", (int)selector->len, (const char *)selector->at0);
	ok = plsql_write_expr(pl, &test);
	if (selector->len)
		cw_wr_text(&test, ")");
	if (ok)
		write_test(pl, "IF ", &test, " THEN\n");
	cw_wr_release(&test);
	return ok && want_then(pl);
}

/* CASE [expr] WHEN ... THEN ... [ELSE ...] END CASE */
bool plsql_case(struct plsql *pl)
{
	static const char *const stops[] = { "WHEN", "ELSE", "END", NULL };
	struct cw_wr selector = { 0 };
	unsigned opened = 0;
	bool ok = sql_at_word(&pl->parser, "WHEN") || plsql_write_expr(pl, &selector);

	while (ok && sql_skip_word(&pl->parser, "WHEN")) {
		if (opened++)
			cw_wr_text(&pl->out, "ELSE\n");
		ok = when(pl, &selector) && plsql_statements(pl, stops);
	}
	cw_wr_release(&selector);
	if (ok && opened == 0)
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: WHEN was expected");
	return ok &&
	       write_else(
		       pl, opened,
		       "RAISE EXCEPTION 'ORA-06592: CASE not found while executing CASE statement' "
		       "USING ERRCODE = 'ORA00';\n") &&
	       want_end_of(pl, "CASE") && plsql_want_end(pl);
}

/* ---- loops ---------------------------------------------------------------------------- */

static void write_label(struct cw_wr *out, const char *name)
{
	cw_wr_text(out, "\"l$");
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*at);
	}
	cw_wr_u8(out, '"');
}

/* In front of a loop of PL/pgSQL: the label that was read, or one of its own, for what leaves it by no name. */
static void put_label(struct plsql *pl)
{
	struct cw_wr name = { 0 };

	if (pl->label)
		write_label(&name, pl->label);
	else
		cw_wr_printf(&name, "\"loop$%u\"", ++pl->numbers);
	cw_wr_printf(&pl->out, "<<%.*s>>\n", (int)name.len, (const char *)name.at0);
	pl->label = NULL;
	pl->loop = plsql_keep_text(pl, &name);
}

/* LOOP is written: statements to END LOOP. */
static bool rest_of_loop(struct plsql *pl)
{
	static const char *const stops[] = { "END", NULL };

	if (!plsql_statements(pl, stops) || !want_end_of(pl, "LOOP"))
		return false;
	cw_wr_text(&pl->out, "END LOOP;\n");
	if (pl->parser.token.kind == T_WORD)
		sql_next(&pl->parser); /* the label again */
	return plsql_want_end(pl);
}

static bool want_loop(struct plsql *pl)
{
	return sql_want_word(&pl->parser, "LOOP", 6550, "PLS-00103: LOOP was expected");
}

bool plsql_loop(struct plsql *pl)
{
	const char *outer = pl->loop;
	bool ok;

	put_label(pl);
	cw_wr_text(&pl->out, "LOOP\n");
	ok = want_loop(pl) && rest_of_loop(pl);
	pl->loop = outer;
	return ok;
}

bool plsql_while(struct plsql *pl)
{
	const char *outer = pl->loop;
	bool ok;

	put_label(pl);
	cw_wr_text(&pl->out, "LOOP\n");
	ok = condition(pl, "EXIT WHEN ", " IS NOT TRUE;\n") && want_loop(pl) && rest_of_loop(pl);
	pl->loop = outer;
	return ok;
}

/* The record of a loop over rows. */
static void declare_row(struct plsql *pl, const char *name, const struct plsql_type *row)
{
	struct plsql_variable *made = plsql_declare(pl, name, SQL_ANY);

	made->record = true;
	made->row = row;
}

/* OPEN of the query or cursor in @source, and the loop that fetches it row by row. */
static bool fetch_loop(struct plsql *pl, const char *name, const struct cw_wr *source,
		       const struct plsql_type *row)
{
	unsigned number = ++pl->numbers;
	bool locks = pl->query_locks > 0;
	char cursor[24];
	size_t from;

	(void)snprintf(cursor, sizeof(cursor), "\"cur$%u\"", number);
	cw_wr_printf(&pl->out, "DECLARE \"cur$%u\" refcursor; ", number);
	if (locks)
		cw_wr_printf(&pl->out, "\"ended$%u\" bigint := rh.transactions_ended(); ", number);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " record;\nBEGIN\n");
	plsql_guard_open(pl);
	from = pl->out.len;
	cw_wr_printf(&pl->out, "OPEN %s FOR ", cursor);
	cw_wr_put(&pl->out, source->at0, source->len);
	cw_wr_text(&pl->out, ";\n");
	if (locks)
		plsql_cursor_lock(pl, from, cursor);
	plsql_guard_close(pl);
	put_label(pl);
	cw_wr_text(&pl->out, "LOOP\n");
	plsql_guard_open(pl);
	if (locks)
		cw_wr_printf(&pl->out, "PERFORM rh.may_fetch(\"ended$%u\");\n", number);
	cw_wr_printf(&pl->out, "FETCH \"cur$%u\" INTO ", number);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	cw_wr_text(&pl->out, "EXIT WHEN NOT FOUND;\n");
	declare_row(pl, name, row);
	if (!want_loop(pl) || !rest_of_loop(pl))
		return false;
	cw_wr_printf(&pl->out, "CLOSE \"cur$%u\";\nEND;\n", number);
	return true;
}

/* FOR r IN query LOOP: r is a record; PL/pgSQL wants it declared. */
static bool query_loop(struct plsql *pl, const char *name, const struct cw_wr *source,
		       const struct plsql_type *row)
{
	cw_wr_text(&pl->out, "DECLARE ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " record;\nBEGIN\n");
	put_label(pl);
	cw_wr_text(&pl->out, "FOR ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " IN ");
	cw_wr_put(&pl->out, source->at0, source->len);
	cw_wr_text(&pl->out, " LOOP\n");
	declare_row(pl, name, row);
	if (!want_loop(pl) || !rest_of_loop(pl))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	return true;
}

/* FOR r IN (SELECT ...) LOOP */
static bool for_query(struct plsql *pl, const char *name)
{
	struct cw_wr out = pl->out, query;
	bool ok;

	pl->out = (struct cw_wr){ 0 };
	ok = plsql_write_query(pl, false) &&
	     sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
	query = pl->out;
	pl->out = out;
	if (ok)
		ok = pl->guard || pl->query_locks ? fetch_loop(pl, name, &query, pl->query_row)
						  : query_loop(pl, name, &query, pl->query_row);
	cw_wr_release(&query);
	return ok;
}

/* A cursor opened, fetched and closed by statements, each of which is guarded. */
static bool open_loop(struct plsql *pl, const char *name, const struct plsql_variable *cursor)
{
	struct cw_wr variable = { 0 };
	size_t from;

	cw_wr_text(&pl->out, "DECLARE ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " record;\nBEGIN\n");
	plsql_guard_open(pl);
	from = pl->out.len;
	cw_wr_text(&pl->out, "OPEN ");
	plsql_write_variable(&pl->out, cursor->name);
	if (!plsql_cursor_arguments(pl, cursor))
		return false;
	cw_wr_text(&pl->out, ";\n");
	if (cursor->locks) {
		plsql_write_variable(&variable, cursor->name);
		plsql_cursor_lock(pl, from, plsql_keep_text(pl, &variable));
	}
	plsql_cursor_opened(&pl->out, cursor);
	plsql_guard_close(pl);
	put_label(pl);
	cw_wr_text(&pl->out, "LOOP\n");
	plsql_guard_open(pl);
	plsql_cursor_may_fetch(&pl->out, cursor);
	cw_wr_text(&pl->out, "FETCH ");
	plsql_write_variable(&pl->out, cursor->name);
	cw_wr_text(&pl->out, " INTO ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	cw_wr_text(&pl->out, "EXIT WHEN NOT FOUND;\n");
	declare_row(pl, name, cursor->row);
	if (!want_loop(pl) || !rest_of_loop(pl))
		return false;
	cw_wr_text(&pl->out, "CLOSE ");
	plsql_write_variable(&pl->out, cursor->name);
	cw_wr_text(&pl->out, ";\nEND;\n");
	return true;
}

/*
 * FOR r IN cursor[(arguments)] LOOP.  Where something is guarded, or locked, it is opened and fetched by statements, its
 * own name being free for another loop over it inside.
 */
static bool for_cursor(struct plsql *pl, const char *name)
{
	const struct plsql_variable *cursor = plsql_find(pl, pl->parser.token.text);

	sql_next(&pl->parser);
	if (pl->guard || cursor->locks)
		return open_loop(pl, name, cursor);
	put_label(pl);
	cw_wr_text(&pl->out, "FOR ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " IN ");
	plsql_write_variable(&pl->out, cursor->name);
	if (!plsql_cursor_arguments(pl, cursor))
		return false;
	cw_wr_text(&pl->out, " LOOP\n");
	declare_row(pl, name, cursor->row);
	return want_loop(pl) && rest_of_loop(pl);
}

static bool at_cursor(const struct plsql *pl)
{
	const struct plsql_variable *found =
		pl->parser.token.kind == T_WORD ? plsql_find(pl, pl->parser.token.text) : NULL;

	return found && found->cursor;
}

/* "name" := (expression)::int; */
static bool write_bound(struct plsql *pl, const char *name, unsigned number)
{
	cw_wr_printf(&pl->out, "\"%s$%u\" := (", name, number);
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ")::int;\n");
	return true;
}

/* FOR i IN [REVERSE] low .. high LOOP */
static bool for_numbers(struct plsql *pl, const char *name)
{
	bool reverse = sql_skip_word(&pl->parser, "REVERSE");
	unsigned number = ++pl->numbers;

	cw_wr_printf(&pl->out, "DECLARE \"low$%u\" int; \"high$%u\" int;\nBEGIN\n", number, number);
	plsql_guard_open(pl);
	if (!write_bound(pl, "low", number) ||
	    !sql_want_op(&pl->parser, "..", 6550, "PLS-00103: .. was expected") ||
	    !write_bound(pl, "high", number))
		return false;
	plsql_guard_close(pl);
	put_label(pl);
	cw_wr_text(&pl->out, "FOR ");
	plsql_write_variable(&pl->out, name);
	cw_wr_printf(&pl->out,
		     reverse ? " IN REVERSE \"high$%u\" .. \"low$%u\" LOOP\n"
			     : " IN \"low$%u\" .. \"high$%u\" LOOP\n",
		     number, number);
	plsql_declare(pl, name, SQL_NUMBER)->integer = true;
	if (!want_loop(pl) || !rest_of_loop(pl))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	return true;
}

bool plsql_for(struct plsql *pl)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	struct plsql_variable *outer = pl->variables;
	const char *outer_loop = pl->loop;
	bool ok;

	if (!name || !sql_want_word(&pl->parser, "IN", 6550, "PLS-00103: IN was expected"))
		return false;
	if (sql_at_op(&pl->parser, "(") &&
	    (sql_ahead_word(&pl->parser, "SELECT") || sql_ahead_word(&pl->parser, "WITH"))) {
		sql_next(&pl->parser);
		ok = for_query(pl, name);
	} else if (at_cursor(pl)) {
		ok = for_cursor(pl, name);
	} else {
		ok = for_numbers(pl, name);
	}
	pl->variables = outer;
	pl->loop = outer_loop;
	return ok;
}

/* EXIT | CONTINUE [label] [WHEN condition] */
bool plsql_leave(struct plsql *pl, const char *word)
{
	struct cw_wr way = { 0 };
	bool ok = true;

	if (!pl->loop)
		return rh_fail(
			pl->error, 6550, pl->parser.token.at,
			"PLS-00376: illegal EXIT/CONTINUE statement; it must appear inside a loop");
	cw_wr_text(&way, word);
	if (pl->parser.token.kind == T_WORD && !sql_at_word(&pl->parser, "WHEN")) {
		cw_wr_u8(&way, ' ');
		write_label(&way, pl->parser.token.text);
		sql_next(&pl->parser);
	} else {
		cw_wr_printf(&way, " %s", pl->loop);
	}
	if (sql_skip_word(&pl->parser, "WHEN")) {
		cw_wr_text(&way, " WHEN ");
		cw_wr_u8(&way, 0);
		ok = condition(pl, (const char *)way.at0, ";\n");
	} else {
		cw_wr_put(&pl->out, way.at0, way.len);
		cw_wr_text(&pl->out, ";\n");
	}
	cw_wr_release(&way);
	return ok && plsql_want_end(pl);
}
