/*
 * plsql_goto.c - GOTO, which PL/pgSQL has not; see plsql_parts.h
 *
 * Statements that follow each other, some with labels, become a loop that goes round once: GOTO notes the label and begins it anew,
 * and all in front of the label is skipped.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "GOTO Statement": a label of these statements or of those around
 */
#include "rehearsal/plsql_parts.h"

#include <string.h>

struct label_name {
	struct label_name *next;
	const char *name;
};

struct plsql_goto {
	const struct plsql_goto *outer;
	struct label_name *names;
	unsigned number;
};

static bool unit_has_goto(struct plsql *pl)
{
	const char *sql = pl->parser.lexer.sql;

	if (!pl->looked_for_goto)
		pl->has_goto = strcasestr(sql, "goto") != NULL;
	pl->looked_for_goto = true;
	return pl->has_goto;
}

static bool is_stop(const struct sql_parser *p, const char *const *stops)
{
	while (*stops && !sql_at_word(p, *stops))
		stops++;
	return *stops != NULL;
}

/* << name >>; NULL: it stands at none. */
static const char *label_at(const struct sql_parser *at)
{
	struct sql_parser ahead = *at;
	struct rh_error ignored = { 0 };

	ahead.error = ahead.lexer.error = &ignored;
	return sql_skip_op(&ahead, "<<") ? sql_want_ident(&ahead, 6550, "") : NULL;
}

/* WHEN behind EXIT or CONTINUE, and its label, is no branch of a CASE's. */
static void next_word(struct sql_parser *p)
{
	bool leaves = sql_at_word(p, "EXIT") || sql_at_word(p, "CONTINUE");

	sql_next(p);
	while (leaves && p->token.kind == T_WORD) {
		leaves = !sql_at_word(p, "WHEN");
		sql_next(p);
	}
}

/* The labels of the statements that begin here, up to what stops them. */
static struct label_name *labels_ahead(struct plsql *pl, const char *const *stops)
{
	struct sql_parser p = pl->parser;
	struct rh_error ignored = { 0 };
	struct label_name *names = NULL, *one;
	unsigned depth = 0;
	bool after_end = false;

	p.error = p.lexer.error = &ignored;
	while (p.token.kind != T_END && ignored.code == 0 && (depth > 0 || !is_stop(&p, stops))) {
		const char *name = depth == 0 ? label_at(&p) : NULL;
		bool end = sql_at_word(&p, "END");

		if (name) {
			one = cw_new(pl->arena, struct label_name, 1);
			*one = (struct label_name){ names, name };
			names = one;
		}
		if (end && depth > 0)
			depth--;
		else if (plsql_at_opening(&p) && !after_end)
			depth++;
		after_end = end;
		next_word(&p);
	}
	return names;
}

bool plsql_goto_begin(struct plsql *pl, const char *const *stops)
{
	struct label_name *names = unit_has_goto(pl) ? labels_ahead(pl, stops) : NULL;
	struct plsql_goto *made;

	if (!names)
		return false;
	made = cw_new(pl->arena, struct plsql_goto, 1);
	*made = (struct plsql_goto){ pl->gotos, names, ++pl->numbers };
	pl->gotos = made;
	cw_wr_printf(
		&pl->out,
		"DECLARE \"goto$%u\" text;\nBEGIN\n<<\"next$%u\">>\nLOOP\nIF \"goto$%u\" IS NULL "
		"THEN\n",
		made->number, made->number, made->number);
	return true;
}

static bool has_name(const struct plsql_goto *list, const char *name)
{
	const struct label_name *one = list->names;

	while (one && strcmp(one->name, name) != 0)
		one = one->next;
	return one != NULL;
}

void plsql_goto_label(struct plsql *pl)
{
	const char *name = label_at(&pl->parser);
	unsigned number = pl->gotos->number;

	if (!name || !has_name(pl->gotos, name))
		return;
	cw_wr_printf(
		&pl->out,
		"NULL;\nEND IF;\nIF \"goto$%u\" IS NULL OR \"goto$%u\" OPERATOR(pg_catalog.=) ",
		number, number);
	sql_print_literal(&pl->out, name, strlen(name));
	cw_wr_printf(&pl->out, " THEN\n\"goto$%u\" := NULL;\n", number);
}

void plsql_goto_end(struct plsql *pl)
{
	cw_wr_printf(&pl->out, "NULL;\nEND IF;\nEXIT \"next$%u\";\nEND LOOP;\nEND;\n",
		     pl->gotos->number);
	pl->gotos = pl->gotos->outer;
}

bool plsql_goto_statement(struct plsql *pl)
{
	uint32_t at = pl->parser.token.at;
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a label was expected");
	const struct plsql_goto *list = pl->gotos;

	while (name && list && !has_name(list, name))
		list = list->outer;
	if (!name || !list)
		return name &&
		       rh_fail(pl->error, 6550, at,
			       "PLS-00375: illegal GOTO statement; this GOTO cannot branch to "
			       "label '%s'",
			       name);
	cw_wr_printf(&pl->out, "\"goto$%u\" := ", list->number);
	sql_print_literal(&pl->out, name, strlen(name));
	cw_wr_printf(&pl->out, ";\nCONTINUE \"next$%u\";\n", list->number);
	return plsql_want_end(pl);
}
