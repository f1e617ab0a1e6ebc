/* sql_unite.c - the columns of UNION, INTERSECT and MINUS */
#include "rehearsal/sql_resolve.h"

static bool is_text(const struct sql_column *column)
{
	return column->ora_type == CW_ORA_CHAR || column->ora_type == CW_ORA_VARCHAR2;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static bool is_null(const struct sql_column *column)
{
	return column->type == SQL_ANY && column->ora_type == 0;
}

/*
 * What a column of UNION, INTERSECT and MINUS can hold: CHARs of one length are a CHAR, other texts a
 * VARCHAR2 as long as the longest, other numbers NUMBER.  Source: SQL Language Reference, The Set Operators.
 */
static void unite_column(struct sql_column *left, const struct sql_column *right)
{
	const char *name = left->name;

	left->nullable |= right->nullable;
	if (is_null(right))
		return;
	if (is_null(left)) {
		*left = *right;
		left->name = name;
		left->nullable = true;
		return;
	}
	if (is_text(left) && is_text(right)) {
		if (left->ora_type != right->ora_type || left->byte_length != right->byte_length)
			left->ora_type = CW_ORA_VARCHAR2;
		left->byte_length = larger(left->byte_length, right->byte_length);
		left->char_length = larger(left->char_length, right->char_length);
	} else if (is_text(left) && right->ora_type == 0) {
		left->ora_type = 0; /* PostgreSQL tells: an expression's text has no bound */
	} else if (left->ora_type == CW_ORA_NUMBER &&
		   (left->precision != right->precision || left->scale != right->scale)) {
		left->ora_type = 0;
	}
}

void sql_unite_columns(struct cw_arena *arena, struct sql_query *query)
{
	uint32_t count = query->left->column_count;
	struct sql_column *column = cw_new(arena, struct sql_column, count);

	for (uint32_t i = 0; i < count; i++) {
		column[i] = query->left->column[i];
		unite_column(&column[i], &query->right->column[i]);
	}
	query->column = column;
	query->column_count = count;
}
