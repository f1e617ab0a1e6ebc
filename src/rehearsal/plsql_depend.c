/*
 * plsql_depend.c - what a unit's text took from tables and other units, and that it is compiled again when that changed; see plsql_parts.h
 *
 * A type by %TYPE or %ROWTYPE is written into the translation, so a unit is good for the shape its tables had.  What it
 * read is noted with that shape (sql/plsql_depend.sql); DDL that leaves another one makes the unit INVALID, and those that use it.
 * A unit is compiled again when its name is called next (plsql_invalid.c); a trigger at once, for no name calls it.
 *
 * Sources	Oracle Database Development Guide 19c, "Schema Object Dependency", "Invalidation of Dependent Objects"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_hooks.h"

#include <string.h>

/* Units whose making this thread is in, the innermost first. */
static _Thread_local struct plsql *making;

void plsql_begin_unit(struct plsql *pl, struct plsql_reads *reads)
{
	pl->reads = reads;
	pl->outer_unit = making;
	making = pl;
}

void plsql_end_unit(struct plsql *pl)
{
	making = pl->outer_unit;
	cw_wr_release(&pl->reads->shapes);
	cw_wr_release(&pl->reads->units);
	cw_wr_release(&pl->reads->names);
}

bool plsql_is_in_making(const char *owner, const char *name)
{
	for (const struct plsql *one = making; one; one = one->outer_unit)
		if (one->unit_kind && strcmp(one->unit_schema, owner) == 0 &&
		    strcmp(one->unit_name, name) == 0)
			return true;
	return false;
}

static void put_row(struct cw_wr *out, const char *const *text, size_t count)
{
	cw_wr_text(out, out->len ? ", ROW(" : "ROW(");
	for (size_t i = 0; i < count; i++) {
		cw_wr_text(out, i ? ", " : "");
		plsql_put_literal(out, text[i]);
	}
	cw_wr_text(out, ")");
}

void plsql_note_shape(struct plsql *pl, const struct sql_relation *relation, const char *column)
{
	const char *text[] = { relation->schema, relation->name, column, "" };

	if (pl->reads)
		put_row(&pl->reads->shapes, text, CW_ARRAY_LEN(text));
}

void plsql_note_relation(struct plsql *pl, const struct sql_name *name,
			 const struct sql_relation *found)
{
	const char *relation[] = { found->schema, found->name };
	const char *synonym[] = { "", name->part[0] };

	if (!pl->reads)
		return;
	put_row(&pl->reads->names, relation, CW_ARRAY_LEN(relation));
	if (name->count == 1 && (strcmp(found->name, name->part[0]) != 0 ||
				 strcmp(found->schema, pl->session->schema) != 0))
		put_row(&pl->reads->names, synonym, CW_ARRAY_LEN(synonym));
}

void plsql_note_unit(struct plsql *pl, const char *schema, const char *name)
{
	const char *text[] = { schema, name };

	if (pl->reads)
		put_row(&pl->reads->units, text, CW_ARRAY_LEN(text));
}

bool plsql_keep_reads(struct plsql *pl, const char *kind, const char *name)
{
	struct cw_wr sql = { 0 };

	if (pl->reads->shapes.len + pl->reads->units.len + pl->reads->names.len == 0)
		return true;
	cw_wr_text(&sql, "SELECT rh.note_reads(");
	plsql_put_literal(&sql, pl->unit_schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, name);
	cw_wr_printf(&sql, ", '%s', ARRAY[", kind);
	cw_wr_put(&sql, pl->reads->shapes.at0, pl->reads->shapes.len);
	cw_wr_text(&sql, "]::rh.shape_read[], ARRAY[");
	cw_wr_put(&sql, pl->reads->units.at0, pl->reads->units.len);
	cw_wr_text(&sql, "]::rh.unit_used[], ARRAY[");
	cw_wr_put(&sql, pl->reads->names.at0, pl->reads->names.len);
	cw_wr_text(&sql, "]::rh.unit_used[])");
	return plsql_run_text(pl->session, &sql, pl->error);
}

/* What fires it from now on is refused, until it is made or compiled well again. */
static bool break_trigger(struct rh_session *session, const char *owner, const char *name,
			  struct rh_error *error)
{
	const char *value[] = { owner, name };
	struct rh_exec_params params = { .count = 2, .value = value };
	PGresult *result;

	if (!rh_exec_statement(session, "select rh.break_trigger($1, $2)", &params, 0, &result,
			       error))
		return false;
	PQclear(result);
	return true;
}

bool rh_units_outdated(struct rh_session *session, struct rh_error *error)
{
	static _Thread_local bool inside; /* compiling one of them is DDL, too */
	PGresult *rows;
	bool ok = true;

	plsql_some_invalid();
	if (inside)
		return true;
	if (!rh_exec_statement(session, "select owner, name from rh.triggers where not valid", NULL,
			       0, &rows, error))
		return false;
	inside = true;
	for (int i = 0; ok && i < PQntuples(rows); i++) {
		struct cw_wr text = { 0 };

		cw_wr_text(&text, "ALTER TRIGGER ");
		sql_print_ident(&text, PQgetvalue(rows, i, 1));
		cw_wr_text(&text, " COMPILE");
		if (!plsql_run_as_owner(session, PQgetvalue(rows, i, 0), &text))
			ok = break_trigger(session, PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1),
					   error);
	}
	inside = false;
	PQclear(rows);
	return ok;
}
