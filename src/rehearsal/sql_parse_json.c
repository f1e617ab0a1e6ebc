/* sql_parse_json.c - JSON in SQL: conditions, JSON_VALUE, JSON_EXISTS and JSON_TABLE; see sql_parse.h */
#include "rehearsal/long_name.h"
#include "rehearsal/sql_parse_parts.h"

#include <stdio.h>
#include <string.h>

#define NESTED_MAX 16u

static const char missing_right[] = "missing right parenthesis";

struct sql_expr *sql_parse_is_json(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = sql_new_call(p, "IS JSON", left->at), *not ;

	sql_next(p);
	if (sql_at_op(p, "(") || sql_at_word(p, "WITH") || sql_at_word(p, "FORMAT"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	sql_add_arg(expr, left);
	expr->end = p->last_end;
	if (!negated)
		return expr;
	not = sql_new_expr(p, X_UNARY);
	not ->op = "NOT";
	not ->at = left->at;
	sql_add_arg(not, expr);
	not ->end = p->last_end;
	return not ;
}

struct sql_expr *sql_parse_json_path(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_call(p, p->token.text, p->token.at);

	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	sql_add_arg(expr, sql_parse_expr(p));
	if (sql_skip_words(p, "FORMAT", "JSON"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	(void)sql_want_op(p, ",", 938, "not enough arguments for function");
	if (p->token.kind != T_STRING)
		return sql_parse_fail(p, 40454, "path expression not a literal");
	sql_add_arg(expr, sql_parse_expr(p));
	return sql_parse_failed(p) ? NULL : expr;
}

/* {NULL | ERROR} ON ERROR; true for ERROR. */
static bool on_error(struct sql_parser *p)
{
	bool strict = sql_at_word(p, "ERROR");

	if ((strict || sql_at_word(p, "NULL")) && sql_ahead_word(p, "ON")) {
		sql_next(p);
		sql_next(p);
		(void)sql_want_word(p, "ERROR", 905, "missing keyword");
	}
	return strict;
}

struct sql_expr *sql_parse_json_value(struct sql_parser *p)
{
	struct sql_expr *expr = sql_parse_json_path(p), *cast = NULL;

	if (!expr)
		return NULL;
	if (sql_skip_word(p, "RETURNING")) {
		cast = sql_new_expr(p, X_CAST);
		cast->at = expr->at;
		cast->cast = sql_parse_type(p);
	}
	if (on_error(p)) {
		struct sql_expr *strict = sql_new_expr(p, X_NULL);

		strict->printed = "true";
		sql_add_arg(expr, strict);
	}
	if (!sql_at_op(p, ")"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	sql_next(p);
	expr->end = p->last_end;
	if (!cast)
		return expr;
	sql_add_arg(cast, expr);
	cast->end = p->last_end;
	return sql_parse_failed(p) ? NULL : cast;
}

struct sql_expr *sql_parse_json_exists(struct sql_parser *p)
{
	struct sql_expr *expr = sql_parse_json_path(p);

	if (expr && !sql_at_op(p, ")"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	(void)sql_want_op(p, ")", 907, missing_right);
	if (expr)
		expr->end = p->last_end;
	return sql_parse_failed(p) ? NULL : expr;
}

/* ---- JSON_TABLE ------------------------------------------------------------------------------- */

static const char *path_literal(struct sql_parser *p)
{
	const char *path = p->token.text;

	if (p->token.kind != T_STRING)
		return sql_parse_fail(p, 40454, "path expression not a literal");
	sql_next(p);
	return path;
}

/* "$.name" for a column without a path */
static const char *own_path(struct sql_parser *p, const char *name)
{
	char *path = cw_new(p->arena, char, RH_LONG_NAME_BYTES + 5);

	(void)snprintf(path, RH_LONG_NAME_BYTES, "$.\"%s\"", name);
	rh_long_name_unfold(path, RH_LONG_NAME_BYTES + 5);
	return path;
}

static struct sql_json_column *json_columns(struct sql_parser *p, uint32_t *level);

/* NESTED [PATH] '...' COLUMNS (...): one at each level, so that no union of siblings is needed. */
static void nested(struct sql_parser *p, struct sql_json_column *column, uint32_t *level)
{
	sql_next(p);
	(void)sql_skip_word(p, "PATH");
	column->path = path_literal(p);
	column->level = ++*level;
	if (*level > NESTED_MAX)
		(void)sql_parse_fail(p, 3001, "unimplemented feature");
	else
		column->nested = json_columns(p, level);
}

static void value_column(struct sql_parser *p, struct sql_json_column *column)
{
	struct sql_expr *cast = sql_new_expr(p, X_CAST), *inner = sql_new_expr(p, X_NULL);

	inner->type = SQL_TEXT;
	inner->printed = ""; /* the printer writes it */
	cast->cast = sql_parse_type(p);
	column->exists = sql_skip_word(p, "EXISTS");
	column->path = sql_skip_word(p, "PATH") ? path_literal(p) : own_path(p, column->name);
	if (column->exists || sql_at_word(p, "FORMAT") || on_error(p))
		(void)sql_parse_fail(p, 3001, "unimplemented feature");
	sql_add_arg(cast, inner);
	column->value = cast;
}

static struct sql_json_column *json_column(struct sql_parser *p, uint32_t *level)
{
	struct sql_json_column *column = cw_new(p->arena, struct sql_json_column, 1);

	if (sql_at_word(p, "NESTED")) {
		nested(p, column, level);
		return column;
	}
	column->name = sql_want_ident(p, 904, "invalid identifier");
	if (!column->name)
		return column;
	if (sql_skip_words(p, "FOR", "ORDINALITY")) {
		column->value = sql_new_expr(p, X_NULL);
		column->value->type = SQL_NUMBER;
		column->value->printed = "";
	} else {
		value_column(p, column);
	}
	return column;
}

static struct sql_json_column *json_columns(struct sql_parser *p, uint32_t *level)
{
	struct sql_json_column *first = NULL, **last = &first;
	uint32_t here = *level;

	(void)sql_want_word(p, "COLUMNS", 905, "missing keyword");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	do {
		bool second = sql_at_word(p, "NESTED") && *level > here;

		if (second)
			return sql_parse_fail(p, 3001, "unimplemented feature");
		*last = json_column(p, level);
		last = &(*last)->next;
	} while (!sql_parse_failed(p) && sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, missing_right);
	return first;
}

struct sql_from *sql_parse_json_table(struct sql_parser *p)
{
	struct sql_from *from = cw_new(p->arena, struct sql_from, 1);
	uint32_t level = 0;

	from->at = p->token.at;
	sql_next(p);
	sql_next(p);
	from->json = sql_parse_expr(p);
	from->json_path = "$";
	if (sql_skip_words(p, "FORMAT", "JSON"))
		(void)sql_parse_fail(p, 3001, "unimplemented feature");
	if (sql_skip_op(p, ","))
		from->json_path = path_literal(p);
	if (on_error(p))
		(void)sql_parse_fail(p, 3001, "unimplemented feature");
	from->json_column = json_columns(p, &level);
	(void)sql_want_op(p, ")", 907, missing_right);
	return from;
}
