/*
 * plsql_state.c - what packages declare: read from the text of their specifications; see plsql_parts.h
 *
 * A variable of a package is the session's: rh.state_get() and rh.state_set() (extension/state.c) keep it as text.  Its
 * first value is a statement of the routine that starts the package.  A package's cursor is declared in each of its subprograms.
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

/* ---- declarations of a package ------------------------------------------------------------------- */

/* 'OWNER.PACKAGE', 'NAME' */
const char *plsql_state_key(struct plsql *pl, const char *name)
{
	struct cw_wr text = { 0 }, literal = { 0 };

	cw_wr_printf(&text, "%s.%s", pl->package_owner, pl->package);
	sql_print_literal(&literal, (const char *)text.at0, text.len);
	cw_wr_release(&text);
	cw_wr_text(&literal, ", ");
	sql_print_literal(&literal, name, strlen(name));
	return plsql_keep_text(pl, &literal);
}

/* A cursor's declaration goes where those of all are. */
static bool cursor(struct plsql *pl)
{
	struct cw_wr out = pl->out;
	bool ok;

	pl->out = *pl->cursors;
	ok = plsql_declaration(pl);
	*pl->cursors = pl->out;
	pl->out = out;
	return ok;
}

bool plsql_package_declaration(struct plsql *pl)
{
	bool ok;

	if (sql_at_word(&pl->parser, "CURSOR"))
		return cursor(pl);
	pl->package_level = true;
	ok = plsql_declaration(pl);
	pl->package_level = false;
	return ok;
}

/* A subprogram's declaration: it is read when it is called. */
static void skip_subprogram(struct sql_parser *p)
{
	unsigned depth = 0;

	while (p->token.kind != T_END && !(depth == 0 && sql_at_op(p, ";"))) {
		if (sql_at_op(p, "("))
			depth++;
		else if (sql_at_op(p, ")") && depth > 0)
			depth--;
		sql_next(p);
	}
	sql_next(p);
}

bool plsql_read_specification(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;

	while (!sql_at_word(p, "IS") && !sql_at_word(p, "AS") && p->token.kind != T_END)
		sql_next(p);
	sql_next(p);
	while (!sql_at_word(p, "END") && p->token.kind != T_END) {
		if (sql_at_word(p, "PROCEDURE") || sql_at_word(p, "FUNCTION"))
			skip_subprogram(p);
		else if (!plsql_package_declaration(pl) || sql_parse_failed(p))
			return false;
	}
	return !sql_parse_failed(p);
}

/* ---- packages by name ------------------------------------------------------------------------------- */

static struct plsql_package *note(struct plsql *pl, const char *schema, const char *name)
{
	struct plsql_package *made = cw_new(pl->arena, struct plsql_package, 1);

	made->schema = schema;
	made->name = name;
	made->next = pl->packages;
	pl->packages = made;
	return made;
}

static const char *keep(struct plsql *pl, const char *text)
{
	return strcpy(cw_new(pl->arena, char, strlen(text) + 1), text);
}

/* Its specification: variables and types. */
static bool read_package(struct plsql *pl, struct plsql_package *package, const char *owner,
			 const char *name, const char *text)
{
	struct plsql *of = cw_new(pl->arena, struct plsql, 1);
	struct cw_wr cursors = { 0 };
	bool ok;

	plsql_init(of, pl->session, pl->arena, text, strlen(text), pl->error);
	of->package_owner = owner;
	of->package = name;
	of->cursors = &cursors;
	of->reads = pl->reads;
	of->packages = pl->packages; /* this one, too: those that name each other */
	package->is = true;
	plsql_note_unit(pl, owner, name);
	ok = plsql_read_specification(of);
	pl->packages = of->packages;
	package->types = of->types;
	package->variables = of->variables;
	package->cursors = plsql_keep_text(pl, &cursors);
	plsql_release(of);
	return ok;
}

static bool look_up(struct plsql *pl, struct plsql_package *package, bool unqualified)
{
	const char *value[] = { package->schema, package->name, unqualified ? "t" : "f" };
	struct rh_exec_params params = { .count = 3, .value = value };
	PGresult *rows;
	bool ok = true;

	if (!rh_exec_statement(pl->session,
			       "select owner, name, source from rh.find_package($1, $2, $3)",
			       &params, 0, &rows, pl->error))
		return false;
	if (PQntuples(rows) > 0)
		ok = read_package(pl, package, keep(pl, PQgetvalue(rows, 0, 0)),
				  keep(pl, PQgetvalue(rows, 0, 1)),
				  keep(pl, PQgetvalue(rows, 0, 2)));
	PQclear(rows);
	return ok;
}

/* The one whose body this is: what was declared of it. */
static const struct plsql_package *own_package(struct plsql *pl)
{
	struct plsql_package *own = cw_new(pl->arena, struct plsql_package, 1);

	own->is = true;
	own->types = pl->types;
	own->variables = pl->globals ? pl->globals : pl->variables;
	return own;
}

/* [schema.]package.name; NULL: there is none, or an error. */
const struct plsql_package *plsql_package_of(struct plsql *pl, const struct sql_name *name)
{
	bool qualified = name->count > 2;
	const char *schema = qualified ? name->part[0] : pl->session->schema;
	const char *wanted = name->part[qualified ? 1 : 0];
	struct plsql_package *one = pl->packages;

	if (name->count < 2 || name->count > 3)
		return NULL;
	if (pl->package && strcmp(pl->package, wanted) == 0 &&
	    (!qualified || strcmp(pl->package_owner, schema) == 0))
		return own_package(pl);
	while (one && (strcmp(one->name, wanted) != 0 || strcmp(one->schema, schema) != 0))
		one = one->next;
	if (!one) {
		one = note(pl, schema, wanted);
		if (!look_up(pl, one, !qualified))
			return NULL;
	}
	return one->is ? one : NULL;
}

static const struct plsql_variable *in_list(const struct plsql_variable *list, const char *name)
{
	while (list && strcmp(list->name, name) != 0)
		list = list->next;
	return list;
}

/* label.name */
static const struct plsql_variable *labelled(struct plsql *pl, const struct sql_name *name)
{
	const struct plsql_label *label = pl->labels;
	const struct plsql_variable *one;

	while (label && strcmp(label->name, name->part[0]) != 0)
		label = label->next;
	if (!label)
		return NULL;
	for (one = label->first; one != label->end; one = one->next) {
		if (strcmp(one->name, name->part[1]) != 0)
			continue;
		if (!one->state && plsql_find(pl, one->name) != one && !pl->error->code)
			(void)rh_fail(pl->error, 3001, name->at,
				      "unimplemented feature: %s.%s, which a block inside hides",
				      label->name, one->name);
		return pl->error->code ? NULL : one;
	}
	return NULL;
}

const struct plsql_variable *plsql_variable_of(struct plsql *pl, const struct sql_name *name,
					       unsigned *ret_parts)
{
	const struct plsql_variable *found = plsql_find(pl, name->part[0]);
	struct sql_name part = *name;

	*ret_parts = 1;
	if (!found && !pl->error->code && name->count > 1 && (found = labelled(pl, name)))
		*ret_parts = 2;
	if (pl->error->code)
		return NULL;
	for (unsigned parts = 2; !found && parts <= name->count && parts < 4; parts++) {
		const struct plsql_package *package;

		part.count = (uint8_t)parts;
		package = plsql_package_of(pl, &part);
		*ret_parts = parts;
		if (package)
			found = in_list(package->variables, name->part[parts - 1]);
		if (pl->error->code)
			return NULL;
	}
	return found;
}
