/* sql_parse_expr.c - expressions and conditions, one grammar for both; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

struct sql_expr *sql_new_expr(struct sql_parser *p, enum sql_expr_kind kind)
{
	struct sql_expr *expr = cw_new(p->arena, struct sql_expr, 1);

	expr->kind = kind;
	expr->at = p->token.at;
	return expr;
}

void sql_add_arg(struct sql_expr *expr, struct sql_expr *arg)
{
	struct sql_expr **last = &expr->arg;

	if (!arg)
		return;
	while (*last)
		last = &(*last)->next;
	*last = arg;
	expr->count++;
}

struct sql_expr *sql_end_expr(struct sql_parser *p, struct sql_expr *expr)
{
	expr->end = p->last_end;
	return sql_parse_failed(p) ? NULL : expr;
}

static struct sql_expr *binary(struct sql_parser *p, const char *op, struct sql_expr *left,
			       uint32_t at, struct sql_expr *right)
{
	struct sql_expr *expr = sql_new_expr(p, X_BINARY);

	expr->op = op;
	sql_add_arg(expr, left);
	sql_add_arg(expr, right);
	expr->at = left ? left->at : at;
	return sql_end_expr(p, expr);
}

struct sql_expr *sql_parse_expr_list(struct sql_parser *p, uint32_t *ret_count)
{
	struct sql_expr *first = NULL, **last = &first;
	uint32_t count = 0;

	do {
		*last = sql_parse_expr(p);
		if (!*last)
			break;
		last = &(*last)->next;
		count++;
	} while (sql_skip_op(p, ","));
	if (ret_count)
		*ret_count = count;
	return first;
}

struct sql_expr *sql_parse_into(struct sql_parser *p)
{
	unsigned in_sql = p->in_sql;
	struct sql_expr *list;

	p->in_sql = 0;
	list = sql_parse_expr_list(p, NULL);
	p->in_sql = in_sql;
	return list;
}

struct sql_order *sql_parse_order_list(struct sql_parser *p)
{
	struct sql_order *first = NULL, **last = &first;

	do {
		struct sql_order *order = cw_new(p->arena, struct sql_order, 1);

		order->expr = sql_order_collated(p, sql_parse_expr(p));
		if (sql_skip_word(p, "DESC"))
			order->descending = true;
		else
			(void)sql_skip_word(p, "ASC");
		if (sql_skip_word(p, "NULLS")) {
			if (sql_skip_word(p, "FIRST"))
				order->nulls = 1;
			else if (sql_want_word(p, "LAST", 905, "missing keyword"))
				order->nulls = 2;
		}
		*last = order;
		last = &order->next;
	} while (sql_skip_op(p, ","));
	return first;
}

/* ---- operators ------------------------------------------------------------------ */

static struct sql_expr *postfix(struct sql_parser *p)
{
	struct sql_expr *expr = sql_parse_primary(p);

	while (expr && sql_at_word(p, "AT") &&
	       (sql_ahead_word(p, "TIME") || sql_ahead_word(p, "LOCAL"))) {
		struct sql_expr *zone = sql_new_expr(p, X_AT_ZONE);

		sql_next(p);
		sql_add_arg(zone, expr);
		if (!sql_skip_word(p, "LOCAL")) {
			sql_next(p);
			(void)sql_want_word(p, "ZONE", 905, "missing keyword");
			sql_add_arg(zone, sql_parse_primary(p));
		}
		expr = sql_end_expr(p, zone);
	}
	return sql_parse_collate(p, expr);
}

static struct sql_expr *unary(struct sql_parser *p)
{
	struct sql_expr *expr;
	static const char *const ops[] = { "-", "+" };

	for (size_t i = 0; i < CW_ARRAY_LEN(ops); i++) {
		if (!sql_at_op(p, ops[i]))
			continue;
		if (++p->depth > SQL_DEPTH_MAX)
			return sql_parse_fail(p, 913, "too many values");
		expr = sql_new_expr(p, X_UNARY);
		expr->op = ops[i];
		sql_next(p);
		sql_add_arg(expr, unary(p));
		p->depth--;
		return sql_end_expr(p, expr);
	}
	if (!sql_in_block(p) && (sql_at_word(p, "PRIOR") || sql_at_word(p, "CONNECT_BY_ROOT"))) {
		expr = sql_new_expr(p, X_UNARY);
		expr->op = p->token.text;
		sql_next(p);
		sql_add_arg(expr, postfix(p));
		return sql_end_expr(p, expr);
	}
	return postfix(p);
}

/* What stands behind the first operand, @expr. */
static struct sql_expr *rest_of_chain(struct sql_parser *p, struct sql_expr *expr,
				      const char *const *ops, size_t count,
				      struct sql_expr *(*below)(struct sql_parser *))
{
	for (size_t i = 0; expr && i < count; i++) {
		uint32_t at = p->token.at;

		if (!sql_skip_op(p, ops[i]))
			continue;
		expr = binary(p, ops[i], expr, at, below(p));
		i = (size_t)-1; /* look through all of them again */
	}
	return expr;
}

static struct sql_expr *left_chain(struct sql_parser *p, const char *const *ops, size_t count,
				   struct sql_expr *(*below)(struct sql_parser *))
{
	return rest_of_chain(p, below(p), ops, count, below);
}

static struct sql_expr *power(struct sql_parser *p)
{
	static const char *const ops[] = { "**" };

	return p->plsql ? left_chain(p, ops, CW_ARRAY_LEN(ops), unary) : unary(p);
}

/* PL/SQL: a MOD b */
static struct sql_expr *modulo(struct sql_parser *p, struct sql_expr *left, struct sql_expr *right)
{
	struct sql_expr *call = sql_new_call(p, "MOD", left->at);

	sql_add_arg(call, left);
	sql_add_arg(call, right);
	return sql_end_expr(p, call);
}

static struct sql_expr *product(struct sql_parser *p)
{
	static const char *const ops[] = { "*", "/" };
	struct sql_expr *expr = left_chain(p, ops, CW_ARRAY_LEN(ops), power);

	while (expr && sql_in_block(p) && sql_skip_word(p, "MOD")) {
		expr = modulo(p, expr, power(p));
		expr = rest_of_chain(p, expr, ops, CW_ARRAY_LEN(ops), power);
	}
	return expr;
}

struct sql_expr *sql_parse_sum(struct sql_parser *p)
{
	static const char *const ops[] = { "+", "-", "||" };

	return left_chain(p, ops, CW_ARRAY_LEN(ops), product);
}

/* A condition whose first operand was read already, with the NOT in front of its word. */
static struct sql_expr *condition_on(struct sql_parser *p, enum sql_expr_kind kind,
				     struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = sql_new_expr(p, kind);

	expr->negated = negated;
	expr->at = left->at;
	sql_add_arg(expr, left);
	return expr;
}

/* expr [NOT] IN (...) : behind IN. */
static struct sql_expr *in_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = condition_on(p, X_IN, left, negated);

	if (!sql_at_op(p, "(")) { /* IN :1, IN x: a list of one */
		sql_add_arg(expr, postfix(p));
		return sql_end_expr(p, expr);
	}
	sql_next(p);
	if (sql_at_query(p)) {
		expr->query = sql_parse_query(p);
	} else {
		uint32_t count;
		struct sql_expr *list = sql_parse_expr_list(p, &count);

		left->next = list;
		expr->count += count;
		/* SQL Language Reference, "Expression Lists"; sets of expressions are not counted */
		if (count > (p->release < RH_23 ? 1000u : 65535u) && left->kind != X_ROW)
			(void)sql_parse_fail(
				p, 1795,
				p->release < RH_23
					? "maximum number of expressions in a list is 1000"
					: "maximum number of expressions in a list is 65535");
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	sql_compare_collated(p, expr);
	return sql_end_expr(p, expr);
}

static struct sql_expr *between_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = condition_on(p, X_BETWEEN, left, negated);

	sql_add_arg(expr, sql_parse_sum(p));
	(void)sql_want_word(p, "AND", 905, "missing keyword");
	sql_add_arg(expr, sql_parse_sum(p));
	sql_compare_collated(p, expr);
	return sql_end_expr(p, expr);
}

static struct sql_expr *member_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = condition_on(p, X_MEMBER, left, negated);

	sql_add_arg(expr, sql_parse_sum(p));
	return sql_end_expr(p, expr);
}

static struct sql_expr *like_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = condition_on(p, X_LIKE, left, negated);

	sql_add_arg(expr, sql_parse_sum(p));
	if (sql_skip_word(p, "ESCAPE"))
		sql_add_arg(expr, sql_parse_sum(p));
	return sql_end_expr(p, expr);
}

static struct sql_expr *is_expr(struct sql_parser *p, struct sql_expr *left)
{
	struct sql_expr *expr = sql_new_expr(p, X_IS_NULL);

	expr->at = left->at;
	expr->negated = sql_skip_word(p, "NOT");
	if (sql_at_word(p, "JSON"))
		return sql_parse_is_json(p, left, expr->negated);
	if (!sql_skip_word(p, "NULL"))
		return sql_parse_fail(p, 908, "missing NULL keyword");
	sql_add_arg(expr, left);
	return sql_end_expr(p, expr);
}

/* (a, b) = (c, d) and (a, b) = (SELECT ...): as many on either side, and nothing is greater. */
static void compare_rows(struct sql_parser *p, const struct sql_expr *row, const char *op,
			 struct sql_expr *other)
{
	if (strcmp(op, "=") != 0 && strcmp(op, "<>") != 0)
		(void)sql_parse_fail_at(p, row->at, 1796,
					"this operator cannot be used with lists");
	else if (other->kind == X_QUERY)
		other->count = row->count;
	else if (other->kind != X_ROW || other->count < row->count)
		(void)sql_parse_fail_at(p, other->at, 947, "not enough values");
	else if (other->count > row->count)
		(void)sql_parse_fail_at(p, other->at, 913, "too many values");
}

/* The right side of a comparison: ANY|SOME|ALL (...) or a sum. */
static struct sql_expr *compare_expr(struct sql_parser *p, struct sql_expr *left, const char *op)
{
	uint32_t at = p->token.at;
	struct sql_expr *expr;
	bool all = sql_at_word(p, "ALL");

	if (!all && !sql_at_word(p, "ANY") && !sql_at_word(p, "SOME")) {
		expr = binary(p, op, left, at, sql_parse_sum(p));
		if (left->kind == X_ROW && left->next)
			compare_rows(p, left, op, left->next);
		sql_compare_collated(p, expr);
		return expr;
	}
	expr = sql_new_expr(p, X_QUANTIFIED);
	expr->op = op;
	expr->text = all ? "ALL" : "ANY";
	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	sql_add_arg(expr, left);
	if (sql_at_query(p)) {
		expr->query = sql_parse_query(p);
	} else {
		uint32_t count;

		left->next = sql_parse_expr_list(p, &count);
		expr->count += count;
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return sql_end_expr(p, expr);
}

/* NOT of NOT IN, NOT LIKE, NOT BETWEEN and NOT MEMBER OF. */
static bool skip_negation(struct sql_parser *p)
{
	static const char *const words[] = { "IN", "LIKE", "LIKE4", "BETWEEN", "MEMBER" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, "NOT") && sql_ahead_word(p, words[i])) {
			sql_next(p);
			return true;
		}
	return false;
}

static struct sql_expr *predicate(struct sql_parser *p)
{
	static const char *const ops[][2] = { { "=", "=" },   { "<>", "<>" }, { "!=", "<>" },
					      { "^=", "<>" }, { "<=", "<=" }, { ">=", ">=" },
					      { "<", "<" },   { ">", ">" } };
	struct sql_expr *expr = sql_parse_sum(p);
	bool negated;

	if (!expr)
		return NULL;
	for (size_t i = 0; i < CW_ARRAY_LEN(ops); i++)
		if (sql_skip_op(p, ops[i][0]))
			return compare_expr(p, expr, ops[i][1]);
	if (sql_skip_word(p, "IS"))
		return is_expr(p, expr);
	negated = skip_negation(p);
	if (sql_skip_word(p, "IN"))
		return in_expr(p, expr, negated);
	if (sql_skip_word(p, "BETWEEN"))
		return between_expr(p, expr, negated);
	if (sql_skip_words(p, "MEMBER", "OF"))
		return member_expr(p, expr, negated);
	if (sql_skip_word(p, "LIKE") || sql_skip_word(p, "LIKE4"))
		return like_expr(p, expr, negated);
	if (sql_at_word(p, "LIKEC") || sql_at_word(p, "LIKE2"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	return expr;
}

static struct sql_expr *negation(struct sql_parser *p)
{
	struct sql_expr *expr;

	if (!sql_at_word(p, "NOT"))
		return predicate(p);
	if (++p->depth > SQL_DEPTH_MAX)
		return sql_parse_fail(p, 913, "too many values");
	expr = sql_new_expr(p, X_UNARY);
	expr->op = "NOT";
	sql_next(p);
	sql_add_arg(expr, negation(p));
	p->depth--;
	return sql_end_expr(p, expr);
}

static struct sql_expr *conjunction(struct sql_parser *p)
{
	struct sql_expr *expr = negation(p);

	while (expr && sql_skip_word(p, "AND"))
		expr = binary(p, "AND", expr, p->token.at, negation(p));
	return expr;
}

struct sql_expr *sql_parse_expr(struct sql_parser *p)
{
	struct sql_expr *expr;

	if (++p->depth > SQL_DEPTH_MAX)
		return sql_parse_fail(p, 913, "too many values");
	expr = conjunction(p);
	while (expr && sql_skip_word(p, "OR"))
		expr = binary(p, "OR", expr, p->token.at, conjunction(p));
	p->depth--;
	return expr;
}
