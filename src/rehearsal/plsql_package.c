/*
 * plsql_package.c - CREATE, ALTER and DROP PACKAGE [BODY]; see plsql_parts.h
 *
 * A subprogram becomes a routine of PostgreSQL "PACKAGE.NAME" in the owner's schema, when the body is made: first all
 * of them empty, so that each can call each, then with their bodies.  A specification leaves its types, and
 * which names are public is read from its text.  State of a package (variables, cursors, an
 * initialization) is not covered.
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

/* ---- types ------------------------------------------------------------------------ */

/* PostgreSQL's name of a record. */
static bool name_record(struct plsql *pl, const struct package *package, struct plsql_type *type)
{
	struct cw_wr text = { 0 };
	char name[160]; /* PostgreSQL knows 63 */
	char *kept;

	if (strlen(package->name) + strlen(type->name) + 1 >= 64)
		return rh_fail(pl->error, 3001, 0, "unimplemented feature: a name that long");
	(void)snprintf(name, sizeof(name), "%s.%s", package->name, type->name);
	sql_print_ident(&text, package->schema);
	cw_wr_text(&text, ".");
	sql_print_ident(&text, name);
	kept = cw_new(pl->arena, char, text.len + 1);
	memcpy(kept, text.at0, text.len);
	cw_wr_release(&text);
	type->element = type->plain = kept;
	return true;
}

static bool read_type(struct plsql *pl, const struct package *package, bool is_subtype)
{
	struct plsql_type *type = plsql_type_declare(pl, is_subtype);
	struct cw_wr sql = { 0 };

	if (!type)
		return false;
	if (package->pass != BODIES) {
		cw_wr_text(&sql, "SELECT rh.note_package_type(");
		put_names(&sql, package, type->name);
		plsql_put_literal(&sql, plsql_type_kind_name(type->kind));
		cw_wr_text(&sql, ", ");
		plsql_put_literal(&sql, type->element);
		cw_wr_text(&sql, ", ");
		plsql_put_literal(&sql, type->plain);
		cw_wr_printf(&sql, ", %d)", type->element_type);
		if (!plsql_run_text(pl->session, &sql, pl->error))
			return false;
	}
	return (type->kind != PLSQL_RECORD || name_record(pl, package, type)) && plsql_want_end(pl);
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

/* Over the declarations and the block; *ret_ends: it may end transactions. */
static void skip_body(struct plsql *pl, bool *ret_ends)
{
	struct plsql_ahead ahead;

	*ret_ends = false;
	while (!sql_at_word(&pl->parser, "BEGIN") && pl->parser.token.kind != T_END)
		sql_next(&pl->parser);
	plsql_ahead_begin(&ahead, &pl->parser);
	while (plsql_ahead_next(&ahead))
		*ret_ends |= sql_at_word(&ahead.parser, "COMMIT") ||
			     sql_at_word(&ahead.parser, "ROLLBACK") ||
			     sql_at_word(&ahead.parser, "IMMEDIATE");
	ahead.parser.error = pl->parser.error;
	ahead.parser.lexer.error = pl->parser.lexer.error;
	pl->parser = ahead.parser;
	(void)sql_skip_word(&pl->parser, "END");
	if (pl->parser.token.kind == T_WORD || pl->parser.token.kind == T_QUOTED)
		sql_next(&pl->parser);
}

static bool make_stub(struct plsql *pl, struct package *package, const struct plsql_stored *unit)
{
	struct cw_wr body = { 0 };
	bool ends, ok;

	skip_body(pl, &ends);
	cw_wr_text(&body, "BEGIN END");
	ok = make(pl, package, unit, &body, ends);
	cw_wr_release(&body);
	return ok;
}

static bool make_body(struct plsql *pl, struct package *package, const struct plsql_stored *unit)
{
	struct cw_wr body = { 0 };
	bool ok = plsql_translate_subprogram(pl);

	if (ok) {
		plsql_write_body(pl, &body);
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
	unit.name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	ok = unit.name && plsql_read_header(pl, &unit);
	if (ok && !sql_at_op(&pl->parser, ";"))
		ok = plsql_want_is(pl) && (package->pass == STUBS ? make_stub(pl, package, &unit)
								  : make_body(pl, package, &unit));
	ok = ok && plsql_want_end(pl);
	outer->parser = pl->parser;
	plsql_release(pl);
	plsql_stored_release(&unit);
	return ok;
}

/* ---- the whole ------------------------------------------------------------------------- */

static bool declaration(struct plsql *pl, struct package *package)
{
	struct sql_parser *p = &pl->parser;

	if (sql_skip_word(p, "TYPE"))
		return read_type(pl, package, false);
	if (sql_skip_word(p, "SUBTYPE"))
		return read_type(pl, package, true);
	if (sql_skip_word(p, "PROCEDURE"))
		return subprogram(pl, package, false);
	if (sql_skip_word(p, "FUNCTION"))
		return subprogram(pl, package, true);
	return rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: state of a package");
}

/* From behind IS to the end of the text. */
static bool declarations(struct plsql *pl, struct package *package, enum pass pass)
{
	struct sql_parser *p = &pl->parser;

	package->pass = pass;
	package->seen = NULL;
	pl->types = NULL;
	while (!sql_at_word(p, "END"))
		if (!declaration(pl, package) || sql_parse_failed(p))
			return false;
	sql_next(p);
	if (p->token.kind == T_WORD || p->token.kind == T_QUOTED)
		sql_next(p);
	return sql_want_op(p, ";", 6550, "PLS-00103: a semicolon was expected");
}

static bool translate(struct plsql *pl, struct package *package, bool body)
{
	struct sql_parser begin;

	while (sql_skip_word(&pl->parser, "AUTHID"))
		sql_next(&pl->parser);
	if (!plsql_want_is(pl))
		return false;
	if (!body)
		return declarations(pl, package, SPECIFICATION);
	begin = pl->parser;
	if (!declarations(pl, package, STUBS))
		return false;
	pl->parser = begin;
	return declarations(pl, package, BODIES);
}

static bool create(struct plsql *pl, bool body, bool replace, const char *sql, uint32_t at)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	struct package package = { 0 };
	struct cw_wr text = { 0 };

	if (sql_parse_failed(&pl->parser))
		return false;
	package.schema = name.count > 1 ? name.part[0] : pl->session->schema;
	package.name = name.part[name.count - 1];
	pl->package_owner = package.schema;
	pl->package = package.name;
	if (!plsql_may_create(pl, package.schema))
		return false;
	cw_wr_text(&text, "SELECT rh.make_package(");
	plsql_put_literal(&text, package.schema);
	cw_wr_text(&text, ", ");
	plsql_put_literal(&text, package.name);
	cw_wr_text(&text, body ? ", true, " : ", false, ");
	plsql_put_literal(&text, sql + at);
	cw_wr_text(&text, replace ? ", true)" : ", false)");
	return plsql_run_text(pl->session, &text, pl->error) && translate(pl, &package, body);
}

/* ALTER PACKAGE name COMPILE [BODY]: it is always compiled */
static bool alter(struct plsql *pl)
{
	(void)sql_parse_name(&pl->parser);
	return sql_want_word(&pl->parser, "COMPILE", 922, "missing or invalid option");
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
		return alter(pl);
	default:
		*ret_sql_type = body ? SQL_TYPE_DROP_PACKAGE_BODY : SQL_TYPE_DROP_PACKAGE;
		return plsql_drop(pl, body ? "PACKAGE BODY" : "PACKAGE");
	}
}
