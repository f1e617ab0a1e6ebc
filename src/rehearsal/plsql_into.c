/*
 * plsql_into.c - where the rows of a statement go: INTO, and BULK COLLECT INTO; see plsql_parts.h
 *
 * What PL/pgSQL cannot name behind INTO (an element, a variable of a package) lands in a variable of its own, "t$n", and is
 * assigned from there.  Of a bulk the rows are numbered and each target's become one JSON object, which is what a collection is.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "SELECT INTO", "BULK COLLECT Clause"
 */
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

void plsql_into_release(struct plsql_into *into)
{
	cw_wr_release(&into->declares);
	cw_wr_release(&into->names);
	cw_wr_release(&into->after);
}

/* What plsql_assign_path() writes, to into->after. */
static bool assign_after(struct plsql *pl, struct plsql_into *into, const struct plsql_path *path,
			 const char *value)
{
	struct cw_wr out = pl->out;
	bool ok;

	pl->out = into->after;
	ok = plsql_assign_path(pl, path, value);
	into->after = pl->out;
	pl->out = out;
	return ok;
}

static bool no_target(struct plsql *pl, const struct sql_expr *target)
{
	return plsql_no_target(pl, target,
			       "PLS-00403: expression cannot be used as an INTO-target of a "
			       "SELECT/FETCH statement");
}

static bool land_path(struct plsql *pl, struct plsql_into *into, const struct sql_expr *target,
		      const struct plsql_path *path)
{
	struct plsql_variable of = { 0 };
	struct cw_wr name = { 0 };
	unsigned number = ++pl->numbers;

	if (!plsql_path_type(pl, path, &of) || !of.text)
		return no_target(pl, target);
	cw_wr_printf(&name, "\"t$%u\"", number);
	cw_wr_printf(&into->declares, "\"t$%u\" %s;\n", number, of.text);
	cw_wr_printf(&into->names, "\"t$%u\"", number);
	return assign_after(pl, into, path, plsql_keep_text(pl, &name));
}

static bool land_bind(struct plsql *pl, struct plsql_into *into, struct sql_expr *target)
{
	struct cw_wr out = pl->out;
	bool ok;

	pl->out = into->names;
	ok = plsql_write_target(pl, target);
	into->names = pl->out;
	pl->out = out;
	return ok;
}

static bool land(struct plsql *pl, struct plsql_into *into, struct sql_expr *target)
{
	struct plsql_path path;

	if (target->kind == X_BIND)
		return land_bind(pl, into, target);
	if (!plsql_path_of(pl, target, &path))
		return no_target(pl, target);
	if (!plsql_may_assign(pl, &path))
		return false;
	if (!plsql_path_is_plain(&path))
		return land_path(pl, into, target, &path);
	if (path.variable->located && path.count == 0) {
		plsql_land_lob(pl, target, path.variable, into);
		return true;
	}
	plsql_write_plain(&into->names, &path);
	return true;
}

bool plsql_into_targets(struct plsql *pl, struct sql_expr *targets, struct plsql_into *into)
{
	for (struct sql_expr *target = targets; target; target = target->next) {
		if (target != targets)
			cw_wr_text(&into->names, ", ");
		if (!land(pl, into, target))
			return false;
	}
	return true;
}

struct sql_expr *plsql_read_list(struct plsql *pl)
{
	struct sql_expr *first = NULL, **last = &first;

	do {
		*last = sql_parse_expr(&pl->parser);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	} while (sql_skip_op(&pl->parser, ","));
	return first;
}

void plsql_into_begin(struct plsql *pl, const struct plsql_into *into)
{
	if (into->declares.len == 0)
		return;
	cw_wr_text(&pl->out, "DECLARE\n");
	cw_wr_put(&pl->out, into->declares.at0, into->declares.len);
	cw_wr_text(&pl->out, "BEGIN\n");
}

void plsql_into_end(struct plsql *pl, const struct plsql_into *into)
{
	cw_wr_put(&pl->out, into->after.at0, into->after.len);
	if (into->declares.len > 0)
		cw_wr_text(&pl->out, "END;\n");
}

/* ---- bulk --------------------------------------------------------------------------------------- */

/* The columns that one target takes, of those from @from on: one, or as many as its record has fields. */
static unsigned columns_of(const struct plsql_type *type)
{
	unsigned count = 0;

	if (!type->of || type->of->kind != PLSQL_RECORD)
		return 1;
	for (const struct plsql_field *field = type->of->field; field; field = field->next)
		count++;
	return count;
}

static const struct plsql_type *collection_type(struct plsql *pl, struct sql_expr *target,
						struct plsql_path *path)
{
	struct plsql_variable of = { 0 };

	if (!plsql_path_of(pl, target, path) || !plsql_may_assign(pl, path) ||
	    !plsql_path_type(pl, path, &of))
		of.collection = NULL;
	if (!of.collection)
		(void)(pl->error->code == 0 &&
		       rh_fail(pl->error, 6550, target->at,
			       "PLS-00497: cannot mix between single row and multi-row (BULK) in "
			       "INTO list"));
	return of.collection;
}

/* jsonb_object_agg of the target's columns */
static void aggregate(struct cw_wr *out, const struct plsql_type *type, unsigned from)
{
	unsigned count = columns_of(type);

	cw_wr_text(out, "coalesce(pg_catalog.jsonb_object_agg(q.\"n$\"::text, ");
	if (type->of && type->of->kind == PLSQL_RECORD) {
		cw_wr_text(out, "(ROW(");
		for (unsigned i = 0; i < count; i++)
			cw_wr_printf(out, "%sq.\"c$%u\"", i ? ", " : "", from + i);
		cw_wr_printf(out, ")::%s)::text), '{}'), ", type->element);
	} else {
		cw_wr_printf(out, "(q.\"c$%u\")::%s::text), '{}'), ", from, type->element);
	}
}

bool plsql_bulk_targets(struct plsql *pl, struct sql_expr *targets, bool joined,
			struct plsql_bulk *bulk)
{
	for (struct sql_expr *target = targets; target; target = target->next) {
		struct plsql_path path;
		const struct plsql_type *type = collection_type(pl, target, &path);
		struct cw_wr value = { 0 };
		unsigned number = ++pl->numbers;
		struct sql_expr now = *target;

		if (!type)
			return false;
		aggregate(&bulk->select, type, bulk->columns + 1);
		bulk->columns += columns_of(type);
		cw_wr_printf(&bulk->into.declares, "\"t$%u\" ora.collection;\n", number);
		cw_wr_printf(&bulk->into.names, "\"t$%u\", ", number);
		if (joined && !plsql_read_path(pl, &path, &now))
			return false;
		if (joined)
			cw_wr_printf(&value, "ora.items_joined(%s, \"t$%u\")", now.printed, number);
		else
			cw_wr_printf(&value, "\"t$%u\"", number);
		if (!assign_after(pl, &bulk->into, &path, plsql_keep_text(pl, &value)))
			return false;
	}
	cw_wr_text(&bulk->select, "pg_catalog.count(*)");
	cw_wr_text(&bulk->into.names, "\"sql$rowcount\"");
	for (unsigned i = 1; i <= bulk->columns; i++)
		cw_wr_printf(&bulk->names, "%s\"c$%u\"", i > 1 ? ", " : "", i);
	return true;
}

void plsql_bulk_release(struct plsql_bulk *bulk)
{
	plsql_into_release(&bulk->into);
	cw_wr_release(&bulk->select);
	cw_wr_release(&bulk->names);
}

static void put(struct cw_wr *out, const struct cw_wr *text)
{
	cw_wr_put(out, text->at0, text->len);
}

/* In front of the query, and behind it. */
static void bulk_around(const struct plsql_bulk *bulk, bool is_dml, struct cw_wr *before,
			struct cw_wr *after)
{
	if (is_dml) {
		cw_wr_text(before, "WITH \"d$\" (");
		put(before, &bulk->names);
		cw_wr_text(before, ") AS (");
		cw_wr_text(after, ") ");
	}
	cw_wr_text(is_dml ? after : before, "SELECT ");
	put(is_dml ? after : before, &bulk->select);
	cw_wr_text(is_dml ? after : before,
		   " FROM (SELECT pg_catalog.row_number() OVER () AS \"n$\", r.* FROM ");
	if (is_dml) {
		cw_wr_text(after, "\"d$\" r) q");
		return;
	}
	cw_wr_text(before, "(");
	cw_wr_text(after, ") r (");
	put(after, &bulk->names);
	cw_wr_text(after, ")) q");
}

void plsql_bulk_query(struct plsql *pl, const struct plsql_bulk *bulk, const struct cw_wr *query,
		      bool is_dml)
{
	struct cw_wr before = { 0 }, after = { 0 };

	bulk_around(bulk, is_dml, &before, &after);
	plsql_into_begin(pl, &bulk->into);
	put(&pl->out, &before);
	put(&pl->out, query);
	put(&pl->out, &after);
	cw_wr_text(&pl->out, " INTO ");
	put(&pl->out, &bulk->into.names);
	cw_wr_text(&pl->out, ";\n");
	plsql_into_end(pl, &bulk->into);
	cw_wr_release(&before);
	cw_wr_release(&after);
}

void plsql_bulk_text(struct plsql *pl, const struct plsql_bulk *bulk, bool is_dml)
{
	struct cw_wr before = { 0 }, after = { 0 };

	bulk_around(bulk, is_dml, &before, &after);
	sql_print_literal(&pl->out, (const char *)before.at0, before.len);
	cw_wr_text(&pl->out, " OPERATOR(pg_catalog.||) \"sql$text\" OPERATOR(pg_catalog.||) ");
	sql_print_literal(&pl->out, (const char *)after.at0, after.len);
	cw_wr_release(&before);
	cw_wr_release(&after);
}

/* FETCH cursor BULK COLLECT INTO targets [LIMIT n]: row by row, up to the limit. */
bool plsql_fetch_bulk(struct plsql *pl, const char *cursor)
{
	struct sql_expr *targets = plsql_read_list(pl);
	struct plsql_into into = { 0 };
	struct cw_wr limit = { 0 }, take = { 0 };
	unsigned number = ++pl->numbers, place = 0;
	bool ok = targets != NULL;

	if (ok && sql_skip_word(&pl->parser, "LIMIT"))
		ok = plsql_write_expr(pl, &limit);
	for (struct sql_expr *target = targets; ok && target; target = target->next, place++) {
		struct plsql_path path;
		const struct plsql_type *type = collection_type(pl, target, &path);
		struct cw_wr value = { 0 };

		ok = type != NULL;
		if (!ok)
			break;
		cw_wr_printf(&into.declares, "\"f$%u\" %s; \"a$%u\" text[] := '{}';\n", place,
			     type->element, place);
		cw_wr_printf(&into.names, "%s\"f$%u\"", place ? ", " : "", place);
		cw_wr_printf(&take,
			     "\"a$%u\" := pg_catalog.array_append(\"a$%u\", (\"f$%u\")::text);\n",
			     place, place, place);
		cw_wr_printf(&value, "ora.items_of(VARIADIC \"a$%u\")", place);
		ok = assign_after(pl, &into, &path, plsql_keep_text(pl, &value));
	}
	cw_wr_printf(&pl->out, "DECLARE\n\"got$%u\" bigint := 0; \"limit$%u\" bigint := %.*s;\n",
		     number, number, limit.len ? (int)limit.len : 4,
		     limit.len ? (const char *)limit.at0 : "NULL");
	put(&pl->out, &into.declares);
	cw_wr_printf(&pl->out, "BEGIN\nLOOP\nEXIT WHEN \"got$%u\" >= \"limit$%u\";\nFETCH ", number,
		     number);
	plsql_write_variable(&pl->out, cursor);
	cw_wr_text(&pl->out, " INTO ");
	put(&pl->out, &into.names);
	cw_wr_printf(&pl->out, ";\nEXIT WHEN NOT FOUND;\n\"got$%u\" := \"got$%u\" + 1;\n", number,
		     number);
	put(&pl->out, &take);
	cw_wr_text(&pl->out, "END LOOP;\n");
	put(&pl->out, &into.after);
	plsql_cursor_fetched(&pl->out, cursor, number);
	cw_wr_text(&pl->out, "END;\n");
	plsql_into_release(&into);
	cw_wr_release(&limit);
	cw_wr_release(&take);
	return ok;
}
