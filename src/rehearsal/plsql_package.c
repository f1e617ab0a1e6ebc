/*
 * plsql_package.c - CREATE, ALTER and DROP PACKAGE [BODY]; see plsql_parts.h
 *
 * A subprogram becomes a routine of PostgreSQL "PACKAGE.NAME" in the owner's schema, when the body is made: first all
 * of them empty, so that each can call each, then with their bodies.  Types, variables and which names are
 * public are read from the specification's text.  "PACKAGE.$spec" and "PACKAGE.$body" start it (plsql_state.c).
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Packages"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

#include <stdio.h>
#include <string.h>

enum {
	SQL_TYPE_CREATE_PACKAGE = 94,
	SQL_TYPE_ALTER_PACKAGE = 95,
	SQL_TYPE_DROP_PACKAGE = 96,
	SQL_TYPE_CREATE_PACKAGE_BODY = 97,
	SQL_TYPE_ALTER_PACKAGE_BODY = 98,
	SQL_TYPE_DROP_PACKAGE_BODY = 99
};

struct seen {
	struct seen *next;
	const char *name;
};

enum pass { SPECIFICATION, STUBS, BODIES };

struct package {
	const char *schema, *name;
	enum pass pass;
	struct seen *seen; /* subprograms that were read in this pass */
};

static void put_names(struct cw_wr *sql, const struct package *package, const char *name)
{
	plsql_put_literal(sql, package->schema);
	cw_wr_text(sql, ", ");
	plsql_put_literal(sql, package->name);
	cw_wr_text(sql, ", ");
	plsql_put_literal(sql, name);
	cw_wr_text(sql, ", ");
}

/* ---- subprograms ---------------------------------------------------------------------- */

/* How many of that name came before; counts this one. */
static unsigned overload(struct plsql *pl, struct package *package, const char *name)
{
	struct seen *made = cw_new(pl->arena, struct seen, 1);
	unsigned count = 0;

	for (const struct seen *one = package->seen; one; one = one->next)
		count += strcmp(one->name, name) == 0;
	made->name = name;
	made->next = package->seen;
	package->seen = made;
	return count;
}

static bool make(struct plsql *pl, struct package *package, const struct plsql_stored *unit,
		 const struct cw_wr *body, bool ends)
{
	struct cw_wr sql = { 0 };

	cw_wr_text(&sql, "SELECT rh.make_subprogram(");
	put_names(&sql, package, unit->name);
	cw_wr_printf(&sql, "'%s', ", unit->function ? "FUNCTION" : "PROCEDURE");
	sql_print_literal(&sql, (const char *)unit->parameters.at0, unit->parameters.len);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)unit->returns.at0,
			  unit->comes_out ? 0 : unit->returns.len);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)body->at0, body->len);
	cw_wr_printf(&sql, ", %s, %u)", ends ? "true" : "false", overload(pl, package, unit->name));
	return plsql_run_text(pl->session, &sql, pl->error);
}

static bool make_stub(struct plsql *pl, struct package *package, const struct plsql_stored *unit)
{
	struct cw_wr body = { 0 };
	bool autonomous = plsql_is_autonomous(pl), ends, ok;

	plsql_skip_body(&pl->parser, &ends);
	ends = ends && !autonomous;
	cw_wr_text(&body, "BEGIN END");
	ok = make(pl, package, unit, &body, ends);
	cw_wr_release(&body);
	return ok;
}

static bool make_body(struct plsql *pl, struct package *package, const struct plsql_stored *unit)
{
	struct cw_wr body = { 0 };
	bool ok;

	if (plsql_is_autonomous(pl))
		plsql_begin_autonomous(pl, unit);
	ok = plsql_translate_subprogram(pl);
	if (ok && pl->autonomous)
		ok = plsql_make_autonomous(pl, unit, &body);
	else if (ok)
		plsql_write_body(pl, &body);
	if (ok) {
		ok = make(pl, package, unit, &body, pl->ends);
	}
	cw_wr_release(&body);
	return ok;
}

/* Behind PROCEDURE or FUNCTION: a translation of its own, but for the parser and the types. */
static bool subprogram(struct plsql *outer, struct package *package, bool function)
{
	struct plsql *pl = cw_new(outer->arena, struct plsql, 1);
	struct plsql_stored unit = { .function = function, .schema = package->schema };
	bool ok;

	*pl = *outer;
	pl->out = (struct cw_wr){ 0 };
	pl->globals = outer->variables;
	pl->variables = NULL;
	unit.name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	ok = unit.name && plsql_read_header(pl, &unit);
	if (ok && !sql_at_op(&pl->parser, ";"))
		ok = plsql_want_is(pl) && (package->pass == STUBS ? make_stub(pl, package, &unit)
								  : make_body(pl, package, &unit));
	ok = ok && plsql_want_end(pl);
	outer->parser = pl->parser;
	outer->local_numbers = pl->local_numbers;
	plsql_release(pl);
	plsql_stored_release(&unit);
	return ok;
}

/* ---- the whole ------------------------------------------------------------------------- */

static bool declaration(struct plsql *pl, struct package *package)
{
	struct sql_parser *p = &pl->parser;

	if (sql_skip_word(p, "PROCEDURE"))
		return subprogram(pl, package, false);
	if (sql_skip_word(p, "FUNCTION"))
		return subprogram(pl, package, true);
	return plsql_package_declaration(pl);
}

/* BEGIN ... END of a body: done when the package starts. */
static bool initialization(struct plsql *pl, const struct package *package)
{
	struct plsql_variable *variables = pl->variables;
	bool ends, ok;

	if (package->pass != BODIES) {
		plsql_skip_body(&pl->parser, &ends);
		return true;
	}
	pl->globals = variables;
	pl->variables = NULL;
	ok = plsql_block(pl, "");
	pl->variables = variables;
	pl->globals = NULL;
	return ok;
}

/* From behind IS to the end of the text. */
static bool declarations(struct plsql *pl, struct package *package, enum pass pass)
{
	struct sql_parser *p = &pl->parser;

	package->pass = pass;
	package->seen = NULL;
	pl->skips_values = pass == STUBS;
	while (!sql_at_word(p, "END") && !sql_at_word(p, "BEGIN"))
		if (!declaration(pl, package) || sql_parse_failed(p))
			return false;
	return (sql_at_word(p, "BEGIN") ? initialization(pl, package) : plsql_want_end_word(pl)) &&
	       plsql_want_end(pl);
}

/* The routine that gives the variables their first values. */
static bool make_start(struct plsql *pl, const struct package *package, bool body)
{
	struct plsql_variable *variables = pl->variables;
	struct cw_wr sql = { 0 }, text = { 0 };
	bool ok;

	pl->starts_package = true;
	pl->variables = NULL;
	plsql_write_body(pl, &text);
	pl->variables = variables;
	cw_wr_text(&sql, "SELECT rh.make_start(");
	put_names(&sql, package, body ? "$body" : "$spec");
	sql_print_literal(&sql, (const char *)text.at0, text.len);
	cw_wr_text(&sql, ")");
	ok = plsql_run_text(pl->session, &sql, pl->error);
	cw_wr_release(&text);
	return ok;
}

/* What the specification declares is the body's, too. */
static bool take_specification(struct plsql *pl)
{
	struct sql_name name = { .count = 3, .part = { pl->package_owner, pl->package, "" } };
	const char *own = pl->package;
	const struct plsql_package *found;

	pl->package = NULL; /* which has nothing yet */
	found = plsql_package_of(pl, &name);
	pl->package = own;
	if (!found)
		return pl->error->code == 0;
	pl->variables = (struct plsql_variable *)(uintptr_t)found->variables;
	pl->types = (struct plsql_type *)(uintptr_t)found->types;
	cw_wr_text(pl->cursors, found->cursors);
	return true;
}

static bool translate(struct plsql *pl, struct package *package, bool body)
{
	struct plsql begin;
	size_t cursors;

	while (sql_skip_word(&pl->parser, "AUTHID") || sql_skip_word(&pl->parser, "ACCESSIBLE"))
		sql_next(&pl->parser);
	if (!plsql_want_is(pl))
		return false;
	if (!body)
		return declarations(pl, package, SPECIFICATION) && make_start(pl, package, false);
	if (!take_specification(pl))
		return false;
	begin = *pl;
	cursors = pl->cursors->len;
	if (!declarations(pl, package, STUBS))
		return false;
	pl->parser = begin.parser;
	pl->variables = begin.variables;
	pl->types = begin.types;
	pl->cursors->len = cursors;
	return declarations(pl, package, BODIES) && make_start(pl, package, true);
}

static bool create(struct plsql *pl, bool body, bool replace, const char *sql, uint32_t at)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	struct package package = { 0 };
	struct cw_wr text = { 0 }, cursors = { 0 };
	bool ok;

	if (sql_parse_failed(&pl->parser))
		return false;
	package.schema = name.count > 1 ? name.part[0] : pl->session->schema;
	package.name = name.part[name.count - 1];
	pl->package_owner = package.schema;
	pl->package = package.name;
	pl->cursors = &cursors;
	if (!plsql_may_create(pl, package.schema))
		return false;
	if (body && !plsql_locals_drop(pl, package.schema, package.name))
		return false;
	plsql_compiles(pl, body ? "PACKAGE BODY" : "PACKAGE", package.schema, package.name, at,
		       replace);
	cw_wr_text(&text, "SELECT rh.make_package(");
	plsql_put_literal(&text, package.schema);
	cw_wr_text(&text, ", ");
	plsql_put_literal(&text, package.name);
	cw_wr_text(&text, body ? ", true, " : ", false, ");
	plsql_put_literal(&text, sql + at);
	cw_wr_text(&text, replace ? ", true)" : ", false)");
	ok = plsql_run_text(pl->session, &text, pl->error) && translate(pl, &package, body);
	cw_wr_release(&cursors);
	return ok;
}

bool plsql_package_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		       uint16_t *ret_sql_type)
{
	uint32_t at = pl->parser.last_end - 7u; /* PACKAGE */
	bool body = sql_skip_word(&pl->parser, "BODY");

	switch (verb) {
	case PLSQL_CREATE:
		*ret_sql_type = body ? SQL_TYPE_CREATE_PACKAGE_BODY : SQL_TYPE_CREATE_PACKAGE;
		return create(pl, body, replace, sql, at);
	case PLSQL_ALTER:
		*ret_sql_type = body ? SQL_TYPE_ALTER_PACKAGE_BODY : SQL_TYPE_ALTER_PACKAGE;
		return plsql_alter(pl);
	default:
		*ret_sql_type = body ? SQL_TYPE_DROP_PACKAGE_BODY : SQL_TYPE_DROP_PACKAGE;
		return plsql_drop(pl, body ? "PACKAGE BODY" : "PACKAGE");
	}
}
