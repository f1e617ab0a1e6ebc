/*
 * plsql_cursor.c - explicit cursors and SYS_REFCURSOR inside a block
 *
 * A cursor C is a cursor of PL/pgSQL "v$C" and two variables beside it, for its attributes: "found$C" and
 * "count$C".  Oracle Database PL/SQL Language Reference 19c, "Cursors Overview".
 */
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

static void write_flag(struct cw_wr *out, const char *prefix, const char *name)
{
	cw_wr_printf(out, "\"%s$", prefix);
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*at);
	}
	cw_wr_u8(out, '"');
}

void plsql_cursor_flags(struct cw_wr *out, const char *name)
{
	write_flag(out, "found", name);
	cw_wr_text(out, " boolean;\n");
	write_flag(out, "count", name);
	cw_wr_text(out, " numeric;\n");
}

/* (name [IN] type, ...) */
static bool parameters(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	bool first = true;

	if (!sql_skip_op(p, "("))
		return true;
	cw_wr_text(&pl->out, "(");
	do {
		const char *name = sql_want_ident(p, 6550, "PLS-00103: a parameter was expected");
		struct plsql_variable *made;

		if (!name)
			return false;
		cw_wr_text(&pl->out, first ? "" : ", ");
		first = false;
		(void)sql_skip_word(p, "IN");
		made = plsql_declare(pl, name, SQL_ANY);
		plsql_write_variable(&pl->out, name);
		cw_wr_u8(&pl->out, ' ');
		if (!plsql_write_type(pl, made, &pl->out))
			return false;
	} while (sql_skip_op(p, ","));
	cw_wr_text(&pl->out, ")");
	return sql_want_op(p, ")", 6550, "PLS-00103: ) was expected");
}

/* Behind CURSOR: name [(parameters)] IS query; */
bool plsql_cursor_declare(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	const char *name = sql_want_ident(p, 6550, "PLS-00103: a cursor was expected");
	struct plsql_variable *outer = pl->variables, *made;

	if (!name)
		return false;
	plsql_cursor_flags(&pl->out, name);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " CURSOR ");
	if (!parameters(pl) || !sql_want_word(p, "IS", 6550, "PLS-00103: IS was expected"))
		return false;
	cw_wr_text(&pl->out, " FOR ");
	if (!plsql_write_query(pl))
		return false;
	cw_wr_text(&pl->out, ";\n");
	pl->variables = outer;
	made = plsql_declare(pl, name, SQL_ANY);
	made->cursor = true;
	return true;
}

/* A cursor's name at the present token; NULL: an error. */
static const char *want_cursor(struct plsql *pl)
{
	uint32_t at = pl->parser.token.at;
	const char *name;
	const struct plsql_variable *found;

	name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a cursor was expected");
	found = name ? plsql_find(pl, name) : NULL;
	if (name && (!found || !found->cursor)) {
		(void)rh_fail(pl->error, 6550, at, "PLS-00201: identifier '%s' must be declared",
			      name);
		return NULL;
	}
	return name;
}

/* (a, b) of a cursor with parameters */
bool plsql_cursor_arguments(struct plsql *pl)
{
	if (!sql_skip_op(&pl->parser, "("))
		return true;
	cw_wr_text(&pl->out, "(");
	for (;;) {
		if (!plsql_write_expr(pl, &pl->out))
			return false;
		if (!sql_skip_op(&pl->parser, ","))
			break;
		cw_wr_text(&pl->out, ", ");
	}
	cw_wr_text(&pl->out, ")");
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

/* FOR query, or FOR text */
static bool open_for(struct plsql *pl)
{
	if (!sql_at_word(&pl->parser, "SELECT") && !sql_at_word(&pl->parser, "WITH"))
		return plsql_open_text(pl);
	cw_wr_text(&pl->out, " FOR ");
	return plsql_write_query(pl);
}

/* OPEN :bind FOR query; the client fetches it. */
static bool open_bind(struct plsql *pl)
{
	struct sql_expr *bind = sql_parse_expr(&pl->parser);

	cw_wr_text(&pl->out, "OPEN ");
	if (sql_parse_failed(&pl->parser) || !plsql_write_target(pl, bind) ||
	    !sql_want_word(&pl->parser, "FOR", 6550, "PLS-00103: FOR was expected") ||
	    !open_for(pl))
		return false;
	cw_wr_text(&pl->out, ";\n");
	return true;
}

/* OPEN cursor[(arguments)]; OPEN variable FOR query; */
bool plsql_cursor_open(struct plsql *pl)
{
	const char *name;

	if (pl->parser.token.kind == T_BIND)
		return open_bind(pl);
	name = want_cursor(pl);
	if (!name)
		return false;
	cw_wr_text(&pl->out, "OPEN ");
	plsql_write_variable(&pl->out, name);
	if (!sql_skip_word(&pl->parser, "FOR")) {
		if (!plsql_cursor_arguments(pl))
			return false;
	} else if (!open_for(pl)) {
		return false;
	}
	cw_wr_text(&pl->out, ";\n");
	write_flag(&pl->out, "found", name);
	cw_wr_text(&pl->out, " := NULL;\n");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " := 0;\n");
	return true;
}

/* FETCH cursor INTO targets; */
bool plsql_cursor_fetch(struct plsql *pl)
{
	const char *name = want_cursor(pl);

	if (!name || !sql_want_word(&pl->parser, "INTO", 6550, "PLS-00103: INTO was expected"))
		return false;
	cw_wr_text(&pl->out, "FETCH ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " INTO ");
	if (!plsql_read_targets(pl))
		return false;
	cw_wr_text(&pl->out, ";\n");
	write_flag(&pl->out, "found", name);
	cw_wr_text(&pl->out, " := FOUND;\n");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " := ");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " + FOUND::int;\n");
	return true;
}

bool plsql_cursor_close(struct plsql *pl)
{
	const char *name = want_cursor(pl);

	if (!name)
		return false;
	cw_wr_text(&pl->out, "CLOSE ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, ";\n");
	return true;
}

/* c%FOUND, c%NOTFOUND, c%ROWCOUNT, c%ISOPEN */
uint8_t plsql_cursor_attribute(struct cw_wr *out, const char *name, const char *attribute)
{
	if (strcmp(attribute, "ISOPEN") == 0) {
		cw_wr_text(out, "EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE name = ");
		plsql_write_variable(out, name);
		cw_wr_text(out, "::text)");
		return SQL_BOOL;
	}
	if (strcmp(attribute, "ROWCOUNT") == 0) {
		write_flag(out, "count", name);
		return SQL_NUMBER;
	}
	cw_wr_text(out, strcmp(attribute, "NOTFOUND") == 0 ? "(NOT " : "(");
	write_flag(out, "found", name);
	cw_wr_text(out, ")");
	return SQL_BOOL;
}
