/*
 * sql_parse_collate.c - COLLATE: an operand of a comparison, a key of ORDER BY; see sql_parse.h
 *
 * What is compared by a collation is compared by its keys (sql/ora_collate.sql).  A value that keeps its collation, an
 * argument or an item of a query, is refused by name.
 *
 * Source: Oracle Database SQL Language Reference 19c, "COLLATE Operator", "NLSSORT".
 */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

struct sql_expr *sql_parse_collate(struct sql_parser *p, struct sql_expr *value)
{
	struct sql_expr *call, *name;

	if (!value || !sql_at_word(p, "COLLATE") || p->ahead.kind != T_WORD || p->release < RH_12_2)
		return value;
	call = sql_new_call(p, "COLLATE", value->at);
	sql_next(p);
	name = sql_new_expr(p, X_STRING);
	name->text = p->token.text;
	name->text_len = p->token.len;
	sql_next(p);
	sql_add_arg(call, value);
	sql_add_arg(call, name);
	return sql_end_expr(p, call);
}

static bool is_collated(const struct sql_expr *expr)
{
	return expr->kind == X_CALL && expr->name.count == 1 &&
	       strcmp(expr->name.part[0], "COLLATE") == 0 && expr->count == 2;
}

/* The key of a value; COLLATE of its own gives way. */
static struct sql_expr *key_of(struct sql_parser *p, struct sql_expr *value,
			       const struct sql_expr *collation)
{
	struct sql_expr *key = sql_new_call(p, "COLLATION KEY", value->at);
	struct sql_expr *name = cw_new(p->arena, struct sql_expr, 1);

	key->end = value->end;
	key->next = value->next;
	if (is_collated(value))
		value = value->arg;
	value->next = NULL;
	*name = *collation;
	name->next = NULL;
	sql_add_arg(key, value);
	sql_add_arg(key, name);
	return key;
}

void sql_compare_collated(struct sql_parser *p, struct sql_expr *expr)
{
	const struct sql_expr *collation = NULL;

	for (const struct sql_expr *arg = expr ? expr->arg : NULL; arg; arg = arg->next) {
		if (!is_collated(arg))
			continue;
		if (collation && strcmp(collation->text, arg->arg->next->text) != 0) {
			(void)sql_parse_fail(
				p, 3001, "unimplemented feature: two collations in one comparison");
			return;
		}
		collation = arg->arg->next;
	}
	if (!collation || expr->query)
		return;
	for (struct sql_expr **arg = &expr->arg; *arg; arg = &(*arg)->next)
		*arg = key_of(p, *arg, collation);
}

struct sql_expr *sql_order_collated(struct sql_parser *p, struct sql_expr *expr)
{
	return expr && is_collated(expr) ? key_of(p, expr, expr->arg->next) : expr;
}
