/* plsql_exception.c - exceptions by name and number: raised, handled, and what they undo; see plsql_parts.h */
#include "rehearsal/plsql_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- what fails alone ----------------------------------------------------------------- */

void plsql_guard_open(struct plsql *pl)
{
	if (pl->guard)
		cw_wr_text(&pl->out, "BEGIN\n");
}

/* Where it failed, as the back trace says it. */
static void put_place(struct plsql *pl)
{
	const char *sql = pl->parser.lexer.sql;
	unsigned line = 1;
	struct cw_wr text = { 0 };

	for (uint32_t i = 0; i < pl->parser.last_end; i++)
		line += sql[i] == '\n';
	if (pl->package)
		cw_wr_printf(&text, "ORA-06512: at \"%s.%s\", line %u", pl->package_owner,
			     pl->package, line);
	else
		cw_wr_printf(&text, "ORA-06512: at line %u", line);
	sql_print_literal(&pl->out, (const char *)text.at0, text.len);
	cw_wr_release(&text);
}

void plsql_guard_close(struct plsql *pl)
{
	static const char *const parts[][2] = {
		{ "state", "RETURNED_SQLSTATE" },    { "message", "MESSAGE_TEXT" },
		{ "detail", "PG_EXCEPTION_DETAIL" }, { "schema", "SCHEMA_NAME" },
		{ "relation", "TABLE_NAME" },	     { "attribute", "COLUMN_NAME" },
		{ "name", "CONSTRAINT_NAME" },	     { "context", "PG_EXCEPTION_CONTEXT" }
	};

	if (!pl->guard)
		return;
	cw_wr_text(&pl->out, "EXCEPTION WHEN others THEN\nGET STACKED DIAGNOSTICS ");
	for (size_t i = 0; i < CW_ARRAY_LEN(parts); i++)
		cw_wr_printf(&pl->out, "%s\"err$%u\".%s = %s", i ? ", " : "", pl->guard,
			     parts[i][0], parts[i][1]);
	cw_wr_printf(&pl->out, ";\n\"err$%u\".place := ", pl->guard);
	put_place(pl);
	cw_wr_printf(&pl->out, ";\nEXIT \"body$%u\";\nEND;\n", pl->guard);
}

/* What block @number caught goes on: to the handlers around, or to the caller. */
static void raise_again(struct plsql *pl, unsigned number)
{
	if (pl->guard) {
		cw_wr_printf(&pl->out, "\"err$%u\" := \"err$%u\";\nEXIT \"body$%u\";\n", pl->guard,
			     number, pl->guard);
		return;
	}
	cw_wr_printf(
		&pl->out,
		"RAISE EXCEPTION USING ERRCODE = \"err$%u\".state, MESSAGE = \"err$%u\".message, "
		"DETAIL = \"err$%u\".detail, SCHEMA = \"err$%u\".schema, TABLE = "
		"\"err$%u\".relation, COLUMN = \"err$%u\".attribute, CONSTRAINT = \"err$%u\".name;\n",
		number, number, number, number, number, number, number);
}

void plsql_ahead_begin(struct plsql_ahead *ahead, const struct sql_parser *from)
{
	*ahead = (struct plsql_ahead){ .parser = *from };
	ahead->parser.error = ahead->parser.lexer.error = &ahead->ignored;
}

bool plsql_at_opening(const struct sql_parser *p)
{
	return sql_at_word(p, "BEGIN") || sql_at_word(p, "IF") || sql_at_word(p, "LOOP") ||
	       sql_at_word(p, "CASE");
}

bool plsql_ahead_next(struct plsql_ahead *ahead)
{
	struct sql_parser *p = &ahead->parser;
	bool end, opens;

	if (ahead->depth > 0)
		sql_next(p);
	end = sql_at_word(p, "END");
	opens = plsql_at_opening(p);
	if (end)
		ahead->depth--;
	else if (opens && !ahead->after_end)
		ahead->depth++;
	ahead->after_end = end;
	return ahead->depth > 0 && p->token.kind != T_END;
}

bool plsql_has_handlers(const struct sql_parser *at_begin)
{
	struct plsql_ahead ahead;

	plsql_ahead_begin(&ahead, at_begin);
	while (plsql_ahead_next(&ahead)) {
		if (ahead.depth == 1 && sql_at_word(&ahead.parser, "EXCEPTION") &&
		    sql_ahead_word(&ahead.parser, "WHEN"))
			return true;
	}
	return false;
}

/* ---- raised ------------------------------------------------------------------------------ */

/* TRUE: what the handler around caught stays behind the new message. */
static bool keeps_stack(struct plsql *pl)
{
	if (sql_skip_word(&pl->parser, "FALSE"))
		return true;
	if (!sql_skip_word(&pl->parser, "TRUE"))
		return false;
	if (pl->handler)
		cw_wr_printf(&pl->out, " || coalesce(E'\\n' || ora.sqlerrm(\"err$%u\"), '')",
			     pl->handler);
	return true;
}

bool plsql_raise_application_error(struct plsql *pl)
{
	struct sql_expr *message;

	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	cw_wr_text(&pl->out, "PERFORM ora.raise_application_error(");
	if (!plsql_write_expr(pl, &pl->out) ||
	    !sql_want_op(&pl->parser, ",", 6550, "PLS-00306: wrong number of arguments"))
		return false;
	cw_wr_text(&pl->out, ", ");
	message = sql_parse_expr(&pl->parser);
	if (sql_parse_failed(&pl->parser) ||
	    !plsql_write_value(pl, &pl->out, message, SQL_TEXT))
		return false;
	if (sql_skip_op(&pl->parser, ",") && !keeps_stack(pl))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00306: wrong number or types of arguments");
	cw_wr_text(&pl->out, ");\n");
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected") &&
	       plsql_want_end(pl);
}

/* The predefined exceptions; OTHERS is none of them. */
static const struct {
	const char *name;
	int code; /* what SQLCODE says of it is its negative, but for NO_DATA_FOUND's 100 */
	const char *text;
} exceptions[] = {
	{ "NO_DATA_FOUND", 1403, "no data found" },
	{ "TOO_MANY_ROWS", 1422, "exact fetch returns more than requested number of rows" },
	{ "DUP_VAL_ON_INDEX", 1, "unique constraint violated" },
	{ "ZERO_DIVIDE", 1476, "divisor is equal to zero" },
	{ "INVALID_NUMBER", 1722, "invalid number" },
	{ "VALUE_ERROR", 6502, "PL/SQL: numeric or value error" },
	{ "INVALID_CURSOR", 1001, "invalid cursor" },
	{ "CURSOR_ALREADY_OPEN", 6511, "PL/SQL: cursor already open" },
	{ "CASE_NOT_FOUND", 6592, "PL/SQL: CASE not found while executing CASE statement" },
	{ "TIMEOUT_ON_RESOURCE", 51, "timeout occurred while waiting for a resource" },
	{ "SYS_INVALID_ROWID", 1410, "invalid ROWID" },
	{ "LOGIN_DENIED", 1017, "invalid username/password; logon denied" },
	{ "PROGRAM_ERROR", 6501, "PL/SQL: program error" },
	{ "ACCESS_INTO_NULL", 6530, "Reference to uninitialized composite" },
	{ "COLLECTION_IS_NULL", 6531, "Reference to uninitialized collection" },
	{ "SUBSCRIPT_OUTSIDE_LIMIT", 6532, "Subscript outside of limit" },
	{ "SUBSCRIPT_BEYOND_COUNT", 6533, "Subscript beyond count" },
	{ "NO_DATA_NEEDED", 6548, "no more rows needed" },
	{ "NOT_LOGGED_ON", 1012, "not logged on" },
	{ "ROWTYPE_MISMATCH", 6504,
	  "PL/SQL: Return types of Result Set variables or query do not match" },
	{ "SELF_IS_NULL", 30625, "method dispatch on NULL SELF argument is disallowed" },
	{ "STORAGE_ERROR", 6500, "PL/SQL: storage error" },
};

static const char *predefined_text(const char *name, int *ret_code)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(exceptions); i++) {
		if (strcmp(name, exceptions[i].name) == 0) {
			*ret_code = exceptions[i].code;
			return exceptions[i].text;
		}
	}
	return NULL;
}

/* The exception that was declared by the name; *ret_name: by which it is known to those who handle it. */
static const struct plsql_variable *find_exception(struct plsql *pl, const struct sql_name *name,
						   const char **ret_name)
{
	unsigned parts;
	const struct plsql_variable *declared = plsql_variable_of(pl, name, &parts);

	*ret_name = declared && declared->text ? declared->text : name->part[name->count - 1];
	return declared;
}

/* A declared exception has its code by PRAGMA EXCEPTION_INIT, or its name alone. */
static bool raise_named(struct plsql *pl)
{
	struct sql_name wanted = sql_parse_name(&pl->parser);
	const struct plsql_variable *declared;
	const char *name, *text;
	int code = 6510;

	if (sql_parse_failed(&pl->parser))
		return false;
	declared = find_exception(pl, &wanted, &name);
	if (pl->error->code)
		return false;
	text = declared ? "PL/SQL: unhandled user-defined exception" : predefined_text(name, &code);
	if (!text || (declared && !declared->exception))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00201: identifier '%s' must be declared", name);
	if (declared && declared->code)
		code = declared->code;
	plsql_guard_open(pl);
	cw_wr_printf(
		&pl->out,
		"RAISE EXCEPTION USING MESSAGE = 'ORA-%05d: %s', ERRCODE = 'ORA00', CONSTRAINT = ",
		code, text);
	sql_print_literal(&pl->out, name, strlen(name));
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	return plsql_want_end(pl);
}

bool plsql_raise_statement(struct plsql *pl)
{
	if (!sql_at_op(&pl->parser, ";"))
		return raise_named(pl);
	if (!pl->handler)
		return rh_fail(
			pl->error, 6550, pl->parser.token.at,
			"PLS-00367: a RAISE statement with no exception name must be inside an "
			"exception handler");
	raise_again(pl, pl->handler);
	return plsql_want_end(pl);
}

/* UDF, INLINE (...), RESTRICT_REFERENCES (...), DEPRECATE (...): they change no result */
static bool skip_pragma(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	static const char *const words[] = { "UDF", "INLINE", "RESTRICT_REFERENCES", "DEPRECATE",
					     "COVERAGE" };
	size_t i = 0;

	while (i < CW_ARRAY_LEN(words) && !sql_at_word(p, words[i]))
		i++;
	if (i == CW_ARRAY_LEN(words))
		return rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: PRAGMA");
	while (!sql_at_op(p, ";") && p->token.kind != T_END)
		sql_next(p);
	return true;
}

/* EXCEPTION_INIT(name, -number) */
bool plsql_pragma(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	const char *name;
	struct plsql_variable *one = pl->variables;

	if (pl->autonomous && sql_skip_word(p, "AUTONOMOUS_TRANSACTION"))
		return true;
	if (sql_skip_word(p, "SERIALLY_REUSABLE"))
		return rh_fail(pl->error, 3001, p->token.at,
			       "unimplemented feature: PRAGMA SERIALLY_REUSABLE");
	if (!sql_skip_word(p, "EXCEPTION_INIT"))
		return skip_pragma(pl);
	if (!sql_want_op(p, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	name = sql_want_ident(p, 6550, "PLS-00103: an exception was expected");
	while (name && one && strcmp(one->name, name) != 0)
		one = one->next;
	if (!name || !one || !one->exception)
		return name &&
		       rh_fail(pl->error, 6550, p->token.at,
			       "PLS-00109: unknown exception name '%s' in PRAGMA EXCEPTION_INIT",
			       name);
	if (!sql_want_op(p, ",", 6550, "PLS-00103: , was expected"))
		return false;
	(void)sql_skip_op(p, "-");
	if (p->token.kind != T_NUMBER)
		return rh_fail(pl->error, 6550, p->token.at, "PLS-00103: a number was expected");
	one->code = atoi(p->token.text);
	sql_next(p);
	return sql_want_op(p, ")", 6550, "PLS-00103: ) was expected");
}

/* ---- handled ------------------------------------------------------------------------------ */

/* The test of one name behind WHEN. */
static bool handler_test(struct plsql *pl, unsigned number, const struct sql_name *wanted)
{
	const char *name;
	const struct plsql_variable *declared = find_exception(pl, wanted, &name);
	int code = declared ? declared->code : 0;

	if (pl->error->code)
		return false;

	if (declared && declared->exception && code == 0) {
		cw_wr_printf(&pl->out, "(\"code$%u\" = 1 AND \"err$%u\".name = ", number, number);
		sql_print_literal(&pl->out, name, strlen(name));
		cw_wr_text(&pl->out, ")");
		return true;
	}
	if (!declared && !predefined_text(name, &code))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00201: identifier '%s' must be declared", name);
	cw_wr_printf(&pl->out, "\"code$%u\" = %d", number, code == 1403 ? 100 : -code);
	return true;
}

/* WHEN a OR b THEN, as a branch of an IF; OTHERS is the last. */
static bool handler_names(struct plsql *pl, unsigned number, bool first)
{
	cw_wr_text(&pl->out, first ? "IF " : "ELSIF ");
	if (sql_skip_word(&pl->parser, "OTHERS")) {
		cw_wr_text(&pl->out, "true");
	} else {
		do {
			struct sql_name name = sql_parse_name(&pl->parser);

			if (sql_parse_failed(&pl->parser) || !handler_test(pl, number, &name))
				return false;
			if (sql_at_word(&pl->parser, "OR"))
				cw_wr_text(&pl->out, " OR ");
		} while (sql_skip_word(&pl->parser, "OR"));
	}
	cw_wr_text(&pl->out, " THEN\n");
	return sql_want_word(&pl->parser, "THEN", 6550, "PLS-00103: THEN was expected");
}

bool plsql_handlers(struct plsql *pl, unsigned number, const char *returns)
{
	static const char *const stops[] = { "WHEN", "END", NULL };
	unsigned outer = pl->handler;
	bool first = true;

	cw_wr_printf(&pl->out, "\"code$%u\" := ora.sqlcode(\"err$%u\");\n", number, number);
	pl->handler = number;
	for (; sql_skip_word(&pl->parser, "WHEN"); first = false) {
		if (!handler_names(pl, number, first) || !plsql_statements(pl, stops))
			return false;
	}
	cw_wr_text(&pl->out, "ELSE\n");
	raise_again(pl, number);
	cw_wr_text(&pl->out, "END IF;\n");
	cw_wr_text(&pl->out, returns);
	pl->handler = outer;
	return true;
}
