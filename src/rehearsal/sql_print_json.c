/* sql_print_json.c - JSON_TABLE as rows of jsonb_path_query(), and what makes JSON as calls of ora_json_made.sql; see sql_print.h */
#include "rehearsal/sql_print_parts.h"

#include <stdio.h>
#include <string.h>

static void put_path(struct printer *p, const char *path)
{
	put(p, "ora.json_path(");
	sql_print_literal(p->out, path, strlen(path));
	put(p, ")");
}

/* The rows of level @level are called "$jN", their value v and their number n. */
static void put_columns(struct printer *p, const struct sql_json_column *column, uint32_t level,
			bool *first)
{
	for (; column; column = column->next) {
		if (column->nested) {
			put_columns(p, column->nested, column->level, first);
			continue;
		}
		put(p, *first ? "" : ", ");
		*first = false;
		if (column->path) {
			struct sql_expr inner = *column->value->arg, value = *column->value;
			struct cw_wr text = { 0 };

			cw_wr_printf(&text, "ora.json_scalar(\"$j%u\".v, ", level);
			sql_print_literal(&text, column->path, strlen(column->path));
			cw_wr_printf(&text, ")%c", 0);
			inner.printed = (const char *)text.at0;
			value.arg = &inner;
			sql_put_expr(p, &value);
			cw_wr_release(&text);
		} else {
			cw_wr_printf(p->out, "\"$j%u\".n::numeric", level);
		}
		put(p, " AS ");
		sql_print_ident(p->out, column->name);
	}
}

/* What is not there leaves one row of NULLs. */
static void put_nested(struct printer *p, const struct sql_json_column *column, uint32_t level)
{
	for (; column; column = column->next) {
		if (!column->nested)
			continue;
		cw_wr_printf(p->out, " LEFT JOIN LATERAL pg_catalog.jsonb_path_query(\"$j%u\".v, ",
			     level);
		put_path(p, column->path);
		cw_wr_printf(p->out, ") WITH ORDINALITY AS \"$j%u\"(v, n) ON true", column->level);
		put_nested(p, column->nested, column->level);
	}
}

void sql_put_json_table(struct printer *p, const struct sql_from *from)
{
	bool first = true;

	put(p, "LATERAL (SELECT ");
	put_columns(p, from->json_column, 0, &first);
	put(p, " FROM pg_catalog.jsonb_path_query(ora.json_of(");
	sql_put_expr(p, from->json);
	put(p, "), ");
	put_path(p, from->json_path);
	put(p, ") WITH ORDINALITY AS \"$j0\"(v, n)");
	put_nested(p, from->json_column, 0);
	put(p, ") AS ");
	if (from->label)
		sql_print_ident(p->out, from->label);
	else
		cw_wr_printf(p->out, "\"$q%u\"", from->at);
}

/* ---- JSON that is made ---------------------------------------------------------------------------- */

/* A value as text of JSON; NULL stays so. */
static void put_item(struct printer *p, const struct sql_expr *value)
{
	bool column = value->kind == X_NAME && value->from &&
		      value->from->column[value->column].json_text;
	bool json = value->is_json || value->type == SQL_JSON || column,
	     unsized = value->type == SQL_ANY;

	if (value->type == SQL_TIMESTAMP_TZ || value->type == SQL_TIMESTAMP_LTZ ||
	    sql_is_interval(value->type)) {
		(void)rh_fail(p->error, 3001, value->at,
			      "unimplemented feature: JSON of such a value");
		return;
	}
	put(p, json ? "ora.json_given(" : "ora.json_item(");
	if (unsized || value->type == SQL_CHAR || value->type == SQL_CLOB)
		sql_put_as(p, value, SQL_TEXT);
	else
		sql_put_expr(p, value);
	put(p, unsized ? "::text)" : ")");
}

/* ARRAY[...] of every second argument, or of all. */
static void put_items(struct printer *p, const struct sql_expr *arg, unsigned step, bool keys)
{
	put(p, "ARRAY[");
	for (bool first = true; arg; first = false) {
		put(p, first ? "" : ", ");
		if (keys)
			sql_put_as(p, arg, SQL_TEXT);
		else
			put_item(p, arg);
		for (unsigned i = 0; arg && i < step; i++)
			arg = arg->next;
	}
	put(p, "]::text[]");
}

static void put_gathered(struct printer *p, const struct sql_expr *expr,
			 const struct sql_expr *value, bool key)
{
	put(p, "pg_catalog.array_agg(");
	if (key)
		sql_put_as(p, value, SQL_TEXT);
	else
		put_item(p, value);
	if (expr->order) {
		put(p, " ORDER BY ");
		sql_put_order(p, expr->order);
	}
	put(p, ")");
}

/* A document as its text. */
static void put_document(struct printer *p, const struct sql_expr *value)
{
	bool as_it_is = value->type == SQL_JSON || value->type == SQL_BLOB;

	put(p, "ora.json_given(");
	if (as_it_is)
		sql_put_expr(p, value);
	else
		sql_put_as(p, value, SQL_TEXT);
	put(p, as_it_is ? ")" : "::text)");
}

static void put_query_clauses(struct printer *p, const struct sql_json_call *json)
{
	cw_wr_printf(p->out, ", '%s', '%s', '%s', %s", json->wrap, json->on_error, json->on_empty,
		     json->scalars ? "true" : "false");
}

void sql_put_json_made(struct printer *p, const struct sql_function *function,
		       const struct sql_expr *expr)
{
	bool object = strcmp(function->print, "ora.json_object") == 0;
	bool query = strcmp(function->name, "JSON_QUERY") == 0;
	bool patch = strcmp(function->name, "JSON_MERGEPATCH") == 0;

	put(p, expr->json->strict ? "ora.json_strict(" : "");
	put(p, function->print);
	put(p, "(");
	if (query) {
		sql_put_list(p, expr->arg);
		put_query_clauses(p, expr->json);
	} else if (patch) {
		put_document(p, expr->arg);
		put(p, ", ");
		put_document(p, expr->arg->next);
		cw_wr_printf(p->out, ", '%s'", expr->json->on_error);
	} else if (function->aggregate) {
		if (object) {
			put_gathered(p, expr, expr->arg, true);
			put(p, ", ");
		}
		put_gathered(p, expr, object ? expr->arg->next : expr->arg, false);
	} else {
		if (object) {
			put_items(p, expr->arg, 2, true);
			put(p, ", ");
		}
		put_items(p, object && expr->arg ? expr->arg->next : expr->arg, object ? 2 : 1,
			  false);
	}
	if (!query && !patch)
		put(p, expr->json->absent ? ", true" : ", false");
	cw_wr_printf(p->out, ", %u)%s", expr->json->bytes, expr->json->strict ? ")" : "");
}
