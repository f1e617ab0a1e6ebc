/* sql_print_stored.c - values on their way into columns in PostgreSQL's SQL; see sql_print_parts.h */
#include "rehearsal/sql_print_parts.h"

#include <stdio.h>

#define ROWS "$rows"

static bool is_float(const struct sql_column *c)
{
	return c->ora_type == CW_ORA_NUMBER && c->precision > 0 && c->scale == CW_SCALE_NONE;
}

/* FLOAT(p) rounds to as many decimal digits as p binary ones fill. */
static int float_digits(const struct sql_column *c)
{
	return (c->precision * 30103 + 99999) / 100000;
}

static bool is_nothing(const struct sql_expr *value)
{
	return value->kind == X_NULL || value->kind == X_DEFAULT;
}

/* A value for a column: PostgreSQL cuts blanks that are too many for a CHAR, Oracle refuses them. */
void sql_put_stored(struct printer *p, const struct sql_expr *value, const struct sql_expr *column)
{
	const struct sql_column *c = &column->from->column[column->column];
	const struct sql_relation *relation = column->from->relation;
	struct cw_wr name = { 0 };
	bool fits = value->kind == X_STRING && !value->printed && value->text_len <= c->byte_length;

	if (is_float(c) && !is_nothing(value)) {
		put(p, "ora.float_round(");
		sql_put_as(p, value, SQL_NUMBER);
		cw_wr_printf(p->out, ", %d)", float_digits(c));
		return;
	}
	if (c->ora_type == CW_ORA_ROWID && !is_nothing(value) && !sql_is_rowid(value)) {
		sql_put_rowid(p, value, "ora.chartorowid");
		return;
	}
	if (c->ora_type != CW_ORA_CHAR || c->char_used == 'C' || fits || is_nothing(value) ||
	    value->kind == X_BIND || !relation) {
		sql_put_assigned(p, value, column->type);
		return;
	}
	put(p, "ora.fit_char(");
	sql_put_as(p, value, SQL_TEXT);
	cw_wr_printf(p->out, ", %u, ", c->byte_length);
	cw_wr_printf(&name, "\"%s\".\"%s\".\"%s\"", relation->schema, relation->name, c->name);
	sql_print_literal(p->out, (const char *)name.at0, name.len);
	cw_wr_release(&name);
	put(p, ")");
}

void sql_put_stored_list(struct printer *p, const struct sql_expr *column,
			 const struct sql_expr *value)
{
	for (; value; value = value->next, column = column->next) {
		sql_put_stored(p, value, column);
		if (value->next)
			put(p, ", ");
	}
}

/* ---- the rows of a query ---------------------------------------------------------------------- */

/* Of a query's column: what stands for no type at all is a text in PostgreSQL. */
static uint8_t found_type(const struct sql_column *found)
{
	return found->type == SQL_ANY ? (uint8_t)SQL_TEXT : found->type;
}

/* Does a value that a query finds go into the column as it is? */
static bool goes_as_it_is(const struct sql_column *found, const struct sql_column *c)
{
	bool as_wide = found->ora_type == CW_ORA_CHAR && found->byte_length <= c->byte_length;

	if (is_float(c) || sql_converts(found_type(found), c->type))
		return false;
	if (c->ora_type == CW_ORA_ROWID)
		return found->ora_type == CW_ORA_ROWID;
	return c->ora_type != CW_ORA_CHAR || c->char_used == 'C' || as_wide;
}

static bool go_as_they_are(const struct sql_expr *column, const struct sql_query *query)
{
	for (uint32_t i = 0; column; column = column->next, i++)
		if (!goes_as_it_is(&query->column[i], &column->from->column[column->column]))
			return false;
	return true;
}

/* A column of the query's rows, on its way into that of the table. */
static void put_found(struct printer *p, const struct sql_column *found, uint32_t nr,
		      const struct sql_expr *column)
{
	char name[16];
	struct sql_column c = *found;
	struct sql_from from = { .label = ROWS, .column = &c, .column_count = 1 };
	struct sql_expr value = { .kind = X_NAME, .type = found_type(found), .from = &from };

	(void)snprintf(name, sizeof(name), "c%u", nr);
	c.name = name;
	sql_put_stored(p, &value, column);
}

void sql_put_stored_query(struct printer *p, const struct sql_expr *column,
			  const struct sql_query *query)
{
	uint32_t nr = 0;

	if (go_as_they_are(column, query)) {
		sql_put_query(p, query, false);
		return;
	}
	put(p, "SELECT ");
	for (; column; column = column->next, nr++) {
		put_found(p, &query->column[nr], nr, column);
		put(p, column->next ? ", " : " FROM (");
	}
	sql_put_query(p, query, false);
	put(p, ") AS \"" ROWS "\"(");
	for (uint32_t i = 0; i < nr; i++)
		cw_wr_printf(p->out, i ? ", c%u" : "c%u", i);
	put(p, ")");
}
