/* sql_print_json.c - JSON_TABLE as rows of jsonb_path_query(); see sql_print.h */
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
