/* sql_collection.c - see sql_collection.h */
#include "rehearsal/sql_collection.h"

#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_print_parts.h"
#include "rehearsal/sql_resolve.h"
#include "rehearsal/sql_type.h"

#include <stdlib.h>
#include <string.h>

enum {
	C_OWNER,
	C_NAME,
	C_VALID,
	C_LIMIT,
	C_INSIDE,
	C_ELEMENT,
	C_ORA_TYPE,
	C_OF_OWNER,
	C_OF_NAME,
	C_ROW
};

static const char *keep(struct cw_arena *arena, const PGresult *rows, int column)
{
	const char *text = PQgetvalue(rows, 0, column);

	return strcpy(cw_new(arena, char, strlen(text) + 1), text);
}

static const struct sql_collection *read_row(struct cw_arena *arena, const PGresult *rows)
{
	struct sql_collection *made = cw_new(arena, struct sql_collection, 1);
	const char *plain;

	*made = (struct sql_collection){
		.owner = keep(arena, rows, C_OWNER),
		.name = keep(arena, rows, C_NAME),
		.inside = keep(arena, rows, C_INSIDE),
		.element = keep(arena, rows, C_ELEMENT),
		.row = keep(arena, rows, C_ROW),
		.element_type = sql_type_of_ora((uint8_t)atoi(PQgetvalue(rows, 0, C_ORA_TYPE))),
		.limit = (unsigned)atoi(PQgetvalue(rows, 0, C_LIMIT)),
	};
	if (!PQgetisnull(rows, 0, C_OF_NAME)) {
		made->nested.count = 2;
		made->nested.part[0] = keep(arena, rows, C_OF_OWNER);
		made->nested.part[1] = keep(arena, rows, C_OF_NAME);
	}
	plain = plsql_plain_type(made->element_type);
	made->plain = plain ? plain : made->element;
	return made;
}

/* Of one row, if there is one; *ret_stale: it does not compile, as far as is known. */
static bool look_up(struct rh_session *session, struct cw_arena *arena, const char *sql,
		    const struct rh_exec_params *params, const struct sql_collection **ret,
		    bool *ret_stale, struct rh_error *error)
{
	PGresult *rows;

	*ret = NULL;
	*ret_stale = false;
	if (!rh_exec_statement(session, sql, params, 0, &rows, error))
		return false;
	if (PQntuples(rows) > 0) {
		*ret_stale = PQgetvalue(rows, 0, C_VALID)[0] != 't';
		*ret = read_row(arena, rows);
	}
	PQclear(rows);
	return true;
}

static bool find(struct rh_session *session, struct cw_arena *arena, const struct sql_name *name,
		 const char *schema, const struct sql_collection **ret, bool *ret_stale,
		 struct rh_error *error)
{
	const char *value[] = { name->count > 1 ? name->part[0] : schema,
				name->part[name->count - 1], name->count > 1 ? "f" : "t" };
	struct rh_exec_params params = { .count = 3, .value = value };

	return look_up(session, arena,
		       "select owner, name, valid, upper_bound, inside, element, ora_type, "
		       "element_owner, element_name, row_type from rh.find_collection($1, $2, $3)",
		       &params, ret, ret_stale, error);
}

bool rh_collection_find(struct rh_session *session, struct cw_arena *arena,
			const struct sql_name *name, const char *schema,
			const struct sql_collection **ret, struct rh_error *error)
{
	bool stale, changed;

	*ret = NULL;
	if (name->count > 2 || name->link)
		return true;
	if (!find(session, arena, name, schema, ret, &stale, error))
		return false;
	if (!stale)
		return true;
	*ret = NULL;
	return plsql_validate(session, name, &changed, error) &&
	       (!changed || find(session, arena, name, schema, ret, &stale, error));
}

bool rh_collection_inside(struct rh_session *session, struct cw_arena *arena, const char *inside,
			  const struct sql_collection **ret, struct rh_error *error)
{
	struct rh_exec_params params = { .count = 1, .value = &inside };
	bool stale;

	*ret = NULL;
	return (strncmp(inside, "rh_record.c", 11) != 0 &&
		strncmp(inside, "rh_record.p", 11) != 0) ||
	       look_up(session, arena,
		       "select owner, name, true, upper_bound, inside, element, ora_type, "
		       "element_owner, element_name, row_type from rh.collection_inside($1)",
		       &params, ret, &stale, error);
}

bool rh_collection_made(void *session, struct cw_arena *arena, struct sql_expr *call,
			struct rh_error *error)
{
	struct rh_session *of = session;

	return rh_collection_find(of, arena, &call->name, of->schema, &call->collection, error);
}

/* ---- resolved ---------------------------------------------------------------------------------- */

static bool no_local(struct resolver *r, const struct sql_expr *value)
{
	return !r->stmt || !value->collection || !value->collection->local ||
	       rh_fail(r->error, 6550, value->at,
		       "PLS-00642: local collection types not allowed in SQL statements");
}

bool sql_resolve_table_of(struct resolver *r, struct sql_from *from)
{
	struct sql_column *column = cw_new(r->arena, struct sql_column, 1);
	const struct sql_collection *of;

	if (!sql_resolve_one(r, from->collection) || !no_local(r, from->collection))
		return false;
	of = from->collection->collection;
	if (!of)
		return rh_fail(r->error, 22905, from->collection->at,
			       "cannot access rows from a non-nested table item");
	if (of->nested.count)
		return rh_fail(r->error, 3001, from->collection->at,
			       "unimplemented feature: rows that are collections");
	*column = (struct sql_column){ .name = "COLUMN_VALUE",
				       .type = of->element_type,
				       .nullable = true };
	from->column = column;
	from->column_count = 1;
	from->label = from->alias;
	return true;
}

bool sql_resolve_member(struct resolver *r, struct sql_expr *expr)
{
	const struct sql_expr *of = expr->arg->next;

	expr->type = SQL_BOOL;
	if (!sql_resolve_list(r, expr->arg) || !no_local(r, of))
		return false;
	if (!of->collection && !r->stmt)
		return rh_fail(
			r->error, 6550, of->at,
			"PLS-00306: wrong number or types of arguments in call to 'MEMBER OF'");
	if (!of->collection)
		return rh_fail(r->error, 932, of->at, "inconsistent datatypes");
	return of->collection->nested.count == 0 ||
	       rh_fail(r->error, 3001, of->at,
		       "unimplemented feature: MEMBER OF elements that are no scalars");
}

/* The collection that is cast has such elements, too. */
static bool resolve_cast_of(struct resolver *r, struct sql_expr *expr)
{
	const struct sql_collection *from = expr->arg->collection, *to = expr->collection;

	if (expr->op || expr->arg->kind == X_NULL)
		return true;
	if (!from)
		return rh_fail(r->error, 932, expr->arg->at, "inconsistent datatypes");
	return from->element_type == to->element_type ||
	       rh_fail(r->error, 3001, expr->at,
		       "unimplemented feature: CAST of a collection of other elements");
}

static bool resolve_rows(struct resolver *r, struct sql_expr *expr)
{
	if (!sql_resolve_query(r, expr->query))
		return false;
	return expr->query->column_count == 1 ||
	       rh_fail(r->error, 3001, expr->at,
		       "unimplemented feature: MULTISET of more than one column");
}

bool sql_resolve_collected(struct resolver *r, struct sql_expr *expr)
{
	if (r->env->collection && expr->name.count > 0 &&
	    !r->env->collection(r->env->context, r->arena, expr, r->error))
		return false;
	if (!expr->collection)
		return rh_fail(r->error, 902, expr->cast->at, "invalid datatype");
	if (expr->collection->limit || expr->collection->nested.count)
		return rh_fail(r->error, 3001, expr->at,
			       "unimplemented feature: CAST to a VARRAY, or to a collection of them");
	if (!no_local(r, expr))
		return false;
	if (expr->query)
		return resolve_rows(r, expr);
	if (!sql_resolve_list(r, expr->arg))
		return false;
	for (struct sql_order *order = expr->order; order; order = order->next)
		if (!sql_resolve_one(r, order->expr))
			return false;
	if (expr->op && r->scope && r->scope->select)
		r->scope->select->aggregated = true;
	return resolve_cast_of(r, expr);
}

/* ---- printed ----------------------------------------------------------------------------------- */

void sql_put_collection(struct printer *p, const struct sql_expr *call)
{
	const struct sql_collection *of = call->collection;

	put(p, "ora.items_of(VARIADIC ARRAY[");
	for (const struct sql_expr *arg = call->arg; arg; arg = arg->next) {
		put(p, arg == call->arg ? "(" : ", (");
		sql_put_given(p, arg, of->plain);
		cw_wr_printf(p->out, ")::%s::text", of->element);
	}
	put(p, "]::text[])");
	if (of->inside)
		cw_wr_printf(p->out, "::%s", of->inside);
}

/* COLLECT of no rows, and MULTISET, are collections of no elements. */
void sql_put_collected(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_collection *of = expr->collection;
	struct sql_expr row = { .kind = X_NAME, .printed = "\"$m\".c" };

	if (!expr->op) {
		put(p, "(");
		sql_put_expr(p, expr->arg);
		cw_wr_printf(p->out, ")::ora.collection::%s", of->inside);
		return;
	}
	if (expr->query)
		row.type = expr->query->column[0].type;
	put(p, expr->query ? "(SELECT " : "(");
	put(p, "ora.items_of(VARIADIC array_agg(");
	put(p, expr->distinct ? "DISTINCT (" : "(");
	sql_put_given(p, expr->query ? &row : expr->arg, of->plain);
	cw_wr_printf(p->out, ")::%s::text", of->element);
	if (expr->order) {
		put(p, " ORDER BY ");
		sql_put_order(p, expr->order);
	}
	cw_wr_printf(p->out, "))::%s", of->inside);
	if (expr->query) {
		put(p, " FROM (");
		sql_put_query(p, expr->query, false);
		put(p, ") AS \"$m\"(c)");
	}
	put(p, ")");
}

void sql_put_table_of(struct printer *p, const struct sql_from *from)
{
	cw_wr_printf(p->out, "LATERAL (SELECT e.v::%s AS \"COLUMN_VALUE\" FROM ora.elements(",
		     from->collection->collection->row);
	sql_put_expr(p, from->collection);
	put(p, ") AS e (v)) AS ");
	if (from->label)
		sql_print_ident(p->out, from->label);
	else
		cw_wr_printf(p->out, "\"$q%u\"", from->at);
}

/* Of no elements NULL, as for no value. */
void sql_put_member(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->arg, *of = value->next;

	put(p, expr->negated ? "(NOT (SELECT " : "((SELECT ");
	cw_wr_printf(
		p->out,
		"CASE WHEN g.v IS NOT NULL THEN bool_or(coalesce(e.v::%s = g.v, false)) END FROM (SELECT ",
		of->collection->plain);
	sql_put_given(p, value, of->collection->plain);
	put(p, ") AS g (v), ora.elements(");
	sql_put_expr(p, of);
	put(p, ") AS e (v) GROUP BY g.v))");
}
