/*
 * sql_print_compare.c - comparisons in PostgreSQL's SQL; see sql_print.h
 *
 * Blanks at the end count unless both sides are CHAR: a column, a literal, and what keeps its argument's type.  So each pair of a
 * list, of a BETWEEN and of rows is compared as its own two sides call for (SQL Language Reference 19c, "Data Type Comparison Rules").
 */
#include "rehearsal/sql_print_parts.h"

#include <stdio.h>
#include <string.h>

/* Both sides are compared as the type that comes first here, of those that one of them has. */
static uint8_t common_type(uint8_t a, uint8_t b)
{
	static const uint8_t order[] = { SQL_DOUBLE,	   SQL_FLOAT,	      SQL_NUMBER,
					 SQL_INTERVAL,	   SQL_INTERVAL_YM,   SQL_DATE,
					 SQL_TIMESTAMP_TZ, SQL_TIMESTAMP_LTZ, SQL_TIMESTAMP,
					 SQL_RAW,	   SQL_CHAR };

	for (size_t i = 0; i < CW_ARRAY_LEN(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a == SQL_ANY ? b : a;
}

bool sql_is_rowid(const struct sql_expr *expr)
{
	bool column = expr->kind == X_NAME && expr->from && !expr->printed;

	return expr->kind == X_ROWID ||
	       (column && expr->from->column[expr->column].ora_type == CW_ORA_ROWID);
}

void sql_put_rowid(struct printer *p, const struct sql_expr *expr, const char *function)
{
	const char *family = sql_type_family(expr->type);

	if (family)
		(void)rh_fail(p->error, 932, expr->at,
			      "inconsistent datatypes: expected ROWID got %s", family);
	cw_wr_printf(p->out, "%s(", function);
	sql_put_as(p, expr, SQL_TEXT);
	put(p, ")");
}

/* A ROWID is compared by its row's number, that of @rowid's table: the text's alphabet does not sort so. */
static void put_rowid_side(struct printer *p, const struct sql_expr *expr,
			   const struct sql_expr *rowid)
{
	const struct sql_relation *table = rowid->from->relation;

	if (expr->kind == X_ROWID) {
		sql_print_ident(p->out, expr->from->label);
		put(p, ".\"ROWID$\"");
	} else {
		sql_put_rowid(p, expr,
			      table && table->partitioned ? "rh.rowid_in_parts"
							  : "rh.rowid_number");
	}
}

/* @rowid: the side that is one of a table; NULL: none is. */
static void put_side(struct printer *p, const struct sql_expr *expr, uint8_t type,
		     const struct sql_expr *rowid)
{
	if (rowid)
		put_rowid_side(p, expr, rowid);
	else
		sql_put_as(p, expr, type);
}

/* A VARCHAR2, which has no blanks but its own: a column, a variable or a bind. */
static bool is_varying(const struct sql_expr *expr)
{
	return expr->type == SQL_TEXT &&
	       (expr->kind == X_NAME || (expr->kind == X_BIND && !expr->printed));
}

static void put_varying(struct printer *p, const struct sql_expr *expr)
{
	if (expr->kind == X_BIND) {
		cw_wr_printf(p->out, "$%u::text", expr->column + 1);
		return;
	}
	put(p, "(");
	sql_put_expr(p, expr);
	put(p, ")::text");
}

/* Beside a CHAR blanks count on Oracle; the first half uses the index. Its type is said twice: as bpchar alone it would lose them. */
static bool put_padded_equal(struct printer *p, const struct sql_expr *left,
			     const struct sql_expr *right)
{
	if (left->type != SQL_CHAR || !is_varying(right))
		return false;
	put(p, "(");
	sql_put_expr(p, left);
	put(p, " = ");
	put_varying(p, right);
	put(p, "::bpchar AND ");
	sql_put_padded(p, left, NULL);
	put(p, " = ");
	put_varying(p, right);
	put(p, ")");
	return true;
}

/* UPPER, LOWER and INITCAP give what they are given. */
static bool keeps_type(const struct sql_expr *expr)
{
	static const char *const names[] = { "UPPER", "LOWER", "INITCAP" };
	const struct sql_function *function =
		expr->kind == X_CALL && !expr->printed ? sql_function_of(&expr->name) : NULL;

	for (size_t i = 0; function && i < CW_ARRAY_LEN(names); i++)
		if (strcmp(function->name, names[i]) == 0)
			return true;
	return false;
}

static bool is_fixed(const struct sql_expr *expr)
{
	while (keeps_type(expr))
		expr = expr->arg;
	return expr->type == SQL_CHAR || (expr->kind == X_STRING && !expr->printed);
}

bool sql_compares_padded(const struct sql_expr *left, const struct sql_expr *right)
{
	return is_fixed(left) && is_fixed(right);
}

/* A literal beside one that is cast is of its type. */
static void put_fixed(struct printer *p, const struct sql_expr *expr, bool first)
{
	bool cast = keeps_type(expr) || (first && expr->kind == X_STRING);

	sql_put_as(p, expr, keeps_type(expr) ? SQL_TEXT : SQL_CHAR);
	put(p, cast ? "::bpchar" : "");
}

/* (a, b) = (c, d); rows are compared for no other thing, nor is there one of an order. */
static void put_equal_rows(struct printer *p, const struct sql_expr *left, const char *op,
			   const struct sql_expr *right)
{
	const struct sql_expr *other = right->arg;

	put(p, strcmp(op, "=") == 0 ? "(" : "NOT (");
	for (const struct sql_expr *one = left->arg; one && other; one = one->next) {
		put(p, one == left->arg ? "" : " AND ");
		sql_put_comparison(p, one, "=", other);
		other = other->next;
	}
	put(p, ")");
}

void sql_put_comparison(struct printer *p, const struct sql_expr *left, const char *op,
			const struct sql_expr *right)
{
	uint8_t type = common_type(left->type, right->type);
	const struct sql_expr *rowid = left->kind == X_ROWID	? left
				       : right->kind == X_ROWID ? right
								: NULL;

	if (left->kind == X_ROW && right->kind == X_ROW) {
		put_equal_rows(p, left, op, right);
		return;
	}
	if (sql_compares_padded(left, right)) {
		put_fixed(p, left, true);
		cw_wr_printf(p->out, " %s ", op);
		put_fixed(p, right, false);
		return;
	}
	if (!rowid && sql_is_rowid(left) && !sql_is_rowid(right)) {
		sql_put_expr(p, left);
		cw_wr_printf(p->out, " %s ", op);
		sql_put_rowid(p, right, "ora.chartorowid");
		return;
	}
	if (type == SQL_CHAR && (is_varying(left) || is_varying(right)))
		type = SQL_TEXT;
	if (strcmp(op, "=") == 0 &&
	    (put_padded_equal(p, left, right) || put_padded_equal(p, right, left)))
		return;
	put_side(p, left, type, rowid);
	cw_wr_printf(p->out, " %s ", op);
	put_side(p, right, type, rowid);
}

/* ---- with several --------------------------------------------------------------------------- */

static void put_pairs(struct printer *p, const struct sql_expr *left, const char *op,
		      const char *between)
{
	for (const struct sql_expr *one = left->next; one; one = one->next) {
		put(p, "(");
		sql_put_comparison(p, left, op, one);
		put(p, ")");
		put(p, one->next ? between : "");
	}
}

/* @left and all behind it are compared in one way, as *ret_type. */
static bool is_of_one_type(const struct sql_expr *left, uint8_t *ret_type)
{
	bool fixed = is_fixed(left), mixed = false;

	*ret_type = left->type;
	for (const struct sql_expr *one = left->next; one; one = one->next) {
		*ret_type = common_type(*ret_type, one->type);
		mixed = mixed || is_fixed(one) != fixed;
	}
	if (*ret_type != SQL_CHAR && *ret_type != SQL_TEXT)
		return true;
	return !fixed ? *ret_type == SQL_TEXT : !mixed;
}

static void put_one_of(struct printer *p, const struct sql_expr *expr, const struct sql_expr *left,
		       uint8_t type)
{
	if ((type == SQL_CHAR || type == SQL_TEXT) && is_fixed(left))
		put_fixed(p, expr, expr == left);
	else
		put_side(p, expr, type, left->kind == X_ROWID ? left : NULL);
}

/* The rows beside @left, as they are compared. */
static void put_found(struct printer *p, const struct sql_query *query, uint8_t want, bool padded)
{
	const struct sql_column *c = query->column;
	struct sql_expr found = { .kind = X_NAME, .printed = "\"$in\".c", .type = c->type };

	put(p, "SELECT ");
	if (padded)
		put(p, "\"$in\".c::bpchar");
	else if (c->type == SQL_CHAR)
		sql_put_padded(p, &found, c);
	else
		sql_put_as(p, &found, want);
	put(p, " FROM (");
	sql_put_query(p, query, false);
	put(p, ") AS \"$in\"(c)");
}

/* x IN (SELECT y ...), x = ANY (SELECT y ...) */
static void put_with_query(struct printer *p, const struct sql_expr *left, const char *op,
			   const struct sql_query *query)
{
	const struct sql_column *c = query->column;
	bool single = left->kind != X_ROW && query->column_count == 1;
	uint8_t type = single ? common_type(left->type, c->type) : SQL_ANY;
	bool text = type == SQL_TEXT || type == SQL_CHAR;
	bool padded = text && is_fixed(left) && (c->type == SQL_CHAR || c->ora_type == CW_ORA_CHAR);
	uint8_t want = text ? SQL_TEXT : type;

	if (padded)
		put_fixed(p, left, true);
	else if (single && type != SQL_CLOB)
		sql_put_as(p, left, want);
	else
		sql_put_expr(p, left);
	cw_wr_printf(p->out, " %s (", op);
	if (padded ? c->type != SQL_CHAR
		   : single && type != SQL_CLOB && sql_converts(c->type, want))
		put_found(p, query, want, padded);
	else
		sql_put_query(p, query, false);
	put(p, ")");
}

void sql_put_in(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *left = expr->arg;
	uint8_t type;

	put(p, expr->negated ? "(NOT (" : "((");
	if (expr->query) {
		put_with_query(p, left, "IN", expr->query);
	} else if (left->kind == X_ROW || !is_of_one_type(left, &type)) {
		put_pairs(p, left, "=", " OR ");
	} else {
		for (const struct sql_expr *one = left; one; one = one->next) {
			put_one_of(p, one, left, type);
			put(p, one == left ? " IN (" : one->next ? ", " : ")");
		}
	}
	put(p, "))");
}

void sql_put_between(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->arg, *low = value->next, *high = low->next;
	uint8_t type;

	put(p, expr->negated ? "(NOT (" : "(");
	if (!is_of_one_type(value, &type)) {
		sql_put_comparison(p, value, ">=", low);
		put(p, " AND ");
		sql_put_comparison(p, value, "<=", high);
	} else {
		put_one_of(p, value, value, type);
		put(p, " BETWEEN ");
		put_one_of(p, low, value, type);
		put(p, " AND ");
		put_one_of(p, high, value, type);
	}
	put(p, expr->negated ? "))" : ")");
}

void sql_put_quantified(struct printer *p, const struct sql_expr *expr)
{
	char op[16];

	put(p, "(");
	if (expr->query) {
		(void)snprintf(op, sizeof(op), "%s %s", expr->op, expr->text);
		put_with_query(p, expr->arg, op, expr->query);
	} else {
		put_pairs(p, expr->arg, expr->op,
			  strcmp(expr->text, "ALL") == 0 ? " AND " : " OR ");
	}
	put(p, ")");
}
