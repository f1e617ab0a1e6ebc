/*
 * plsql_compound.c - compound triggers; see plsql_trigger.h
 *
 * What one declares is kept as a package's variables are (plsql_state.c), by the name of its function: forgotten and begun anew in front of
 * each statement, by the trigger for BEFORE STATEMENT, which is there without a section of its own, too.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Triggers", "Compound DML Triggers"
 */
#include "rehearsal/plsql_trigger.h"

#include <string.h>

/* Timing points, as head->part counts them from 1. */
static const struct {
	const char *when, *what;
	bool before, each_row;
} points[] = { { "BEFORE", "STATEMENT", true, false },
	       { "BEFORE", "EACH", true, true },
	       { "AFTER", "EACH", false, true },
	       { "AFTER", "STATEMENT", false, false } };

#define POINTS CW_ARRAY_LEN(points)

static size_t point_of(const struct sql_parser *p)
{
	size_t i = 0;

	while (i < POINTS && !(sql_at_word(p, points[i].when) && sql_ahead_word(p, points[i].what)))
		i++;
	return i;
}

/* Up to the first timing point; their first values go to pl->out. */
static bool declarations(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	bool ok = true;

	while (ok && point_of(p) == POINTS && !sql_at_word(p, "END") && p->token.kind != T_END) {
		bool function = sql_skip_word(p, "FUNCTION");

		if (function || sql_skip_word(p, "PROCEDURE")) {
			pl->has_locals = true;
			ok = plsql_local_declare(pl, function) && plsql_want_end(pl);
		} else {
			ok = plsql_package_declaration(pl);
		}
	}
	return ok && plsql_locals_are_made(pl, NULL);
}

static bool skip_point(struct sql_parser *p, size_t i)
{
	return sql_want_word(p, points[i].when, 6550, "PLS-00103: a timing point was expected") &&
	       sql_want_word(p, points[i].what, 6550, "PLS-00103: a timing point was expected") &&
	       (!points[i].each_row ||
		sql_want_word(p, "ROW", 6550, "PLS-00103: ROW was expected"));
}

/* The words behind the END of a section, the first of which went with it. */
static bool end_point(struct plsql *pl, size_t i)
{
	struct sql_parser *p = &pl->parser;

	return sql_want_word(p, points[i].what, 6550, "PLS-00103: a timing point was expected") &&
	       (!points[i].each_row ||
		sql_want_word(p, "ROW", 6550, "PLS-00103: ROW was expected")) &&
	       plsql_want_end(pl);
}

/* In front of the statement what it declares begins anew. */
static void put_begin(const struct plsql *outer, struct plsql *pl)
{
	struct cw_wr name = { 0 };

	cw_wr_printf(&name, "%s.%s", pl->package_owner, pl->package);
	cw_wr_text(&pl->out, "PERFORM rh.state_forget(");
	sql_print_literal(&pl->out, (const char *)name.at0, name.len);
	cw_wr_text(&pl->out, ");\n");
	cw_wr_put(&pl->out, outer->out.at0, outer->out.len);
	cw_wr_release(&name);
}

/* The section at the present token, or, of BEFORE STATEMENT, none. */
static bool section(struct plsql *outer, const struct plsql_trigger *head, size_t i, bool is_there)
{
	struct plsql_trigger part = *head;
	struct plsql *pl = cw_new(outer->arena, struct plsql, 1);
	const char *returns;
	bool ok = true;

	part.part = (unsigned)i + 1;
	part.before = points[i].before;
	part.each_row = points[i].each_row;
	*pl = *outer;
	pl->out = (struct cw_wr){ 0 };
	pl->globals = outer->variables;
	pl->variables = NULL;
	plsql_begin_trigger(pl, &part);
	returns = plsql_trigger_returns(&part);
	if (i == 0)
		put_begin(outer, pl);
	if (is_there)
		ok = skip_point(&pl->parser, i) && plsql_want_is(pl) &&
		     plsql_translate_section(pl, returns) && end_point(pl, i);
	else
		cw_wr_text(&pl->out, returns);
	ok = ok && plsql_make_trigger(pl, &part);
	outer->parser = pl->parser;
	outer->local_numbers = pl->local_numbers;
	outer->packages = pl->packages;
	plsql_release(pl);
	return ok;
}

/* Of one that does not compile, all of them. */
static bool make_points(struct plsql *pl, const struct plsql_trigger *head)
{
	struct plsql_trigger part = *head;
	bool ok = true;

	for (size_t i = 0; ok && i < POINTS; i++) {
		part.part = (unsigned)i + 1;
		part.before = points[i].before;
		part.each_row = points[i].each_row;
		ok = plsql_make_trigger(pl, &part);
	}
	return ok;
}

/* What has no section: the first is there all the same, the others may be of one that did not compile. */
static bool make_missing(struct plsql *pl, const struct plsql_trigger *head, const bool *seen)
{
	bool ok = true;

	for (size_t i = 0; ok && i < (head->again ? POINTS : 1); i++)
		ok = seen[i] || section(pl, head, i, false);
	return ok;
}

static bool end_of_trigger(struct plsql *pl)
{
	return plsql_want_end_word(pl) && plsql_want_end(pl);
}

bool plsql_make_compound(struct plsql *pl, const struct plsql_trigger *head)
{
	struct cw_wr cursors = { 0 };
	bool seen[POINTS] = { false };
	size_t i;
	bool ok;

	if (head->broken)
		return make_points(pl, head);
	pl->package_owner = head->schema;
	pl->package = pl->unit_name;
	pl->cursors = &cursors;
	ok = sql_want_word(&pl->parser, "COMPOUND", 25029,
			   "compound triggers should always start with keyword COMPOUND") &&
	     sql_want_word(&pl->parser, "TRIGGER", 4079, "invalid trigger specification") &&
	     declarations(pl);
	while (ok && (i = point_of(&pl->parser)) < POINTS) {
		ok = !seen[i] || rh_fail(pl->error, 3001, pl->parser.token.at,
					 "unimplemented feature: a timing point twice");
		seen[i] = true;
		ok = ok && section(pl, head, i, true);
	}
	ok = ok && make_missing(pl, head, seen) && end_of_trigger(pl);
	cw_wr_release(&cursors);
	pl->cursors = NULL;
	return ok;
}
