/* sql_pivot.c - see sql_pivot.h */
#include "rehearsal/sql_pivot.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ------------------------------------------------------------------------------------------- */

/* a, or (a, b) */
static const char *const *names(struct sql_parser *p, uint32_t *ret_count)
{
	const char **one;

	if (sql_at_op(p, "("))
		return sql_parse_columns(p, ret_count);
	one = cw_new(p->arena, const char *, 1);
	one[0] = sql_want_ident(p, 904, "invalid identifier");
	*ret_count = 1;
	return one;
}

static struct sql_item *aggregates(struct sql_parser *p)
{
	struct sql_item *first = NULL, **last = &first;

	do {
		*last = cw_new(p->arena, struct sql_item, 1);
		(*last)->expr = sql_parse_expr(p);
		if (sql_skip_word(p, "AS") || (sql_at_ident(p) && !sql_at_word(p, "FOR")))
			(*last)->alias = sql_want_ident(p, 904, "invalid identifier");
		if (!sql_parse_failed(p) && (*last)->expr->kind != X_CALL)
			return sql_parse_fail(p, 56902,
					      "expect aggregate function inside pivot operation");
		last = &(*last)->next;
	} while (!sql_parse_failed(p) && sql_skip_op(p, ","));
	return first;
}

static struct sql_pivot_in *one_of(struct sql_parser *p, const struct sql_pivot *pivot)
{
	struct sql_pivot_in *in = cw_new(p->arena, struct sql_pivot_in, 1);

	if (pivot->unpivot) {
		in->column = names(p, &in->count);
		if (sql_skip_word(p, "AS"))
			in->value = sql_parse_expr(p);
	} else {
		in->value = sql_parse_expr(p);
		if (sql_skip_word(p, "AS") || sql_at_ident(p))
			in->alias = sql_want_ident(p, 904, "invalid identifier");
	}
	if (!sql_parse_failed(p) && in->value && in->value->kind == X_ROW)
		in->value = in->value->arg;
	return in;
}

static void in_list(struct sql_parser *p, struct sql_pivot *pivot)
{
	struct sql_pivot_in **last = &pivot->in;

	(void)sql_want_word(p, "IN", 905, "missing keyword");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	if (sql_at_query(p) || sql_at_word(p, "ANY")) { /* of PIVOT XML */
		(void)sql_parse_fail(p, 936, "missing expression");
		return;
	}
	do {
		*last = one_of(p, pivot);
		last = &(*last)->next;
	} while (!sql_parse_failed(p) && sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

static struct sql_from *pivoted(struct sql_parser *p, struct sql_from *source, bool unpivot)
{
	struct sql_from *from = cw_new(p->arena, struct sql_from, 1);
	struct sql_pivot *pivot = cw_new(p->arena, struct sql_pivot, 1);

	from->at = p->token.at;
	from->pivot = pivot;
	pivot->source = source;
	pivot->unpivot = unpivot;
	sql_next(p);
	if (!unpivot && sql_at_word(p, "XML"))
		return sql_parse_fail(p, 3001, "unimplemented feature: PIVOT XML");
	if (unpivot && sql_skip_words(p, "INCLUDE", "NULLS"))
		pivot->include_nulls = true;
	else if (unpivot)
		(void)sql_skip_words(p, "EXCLUDE", "NULLS");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	if (unpivot)
		pivot->value = names(p, &pivot->value_count);
	else
		pivot->aggregate = aggregates(p);
	(void)sql_want_word(p, "FOR", 905, "missing keyword");
	pivot->column = names(p, &pivot->column_count);
	in_list(p, pivot);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return sql_parse_failed(p) ? NULL : from;
}

struct sql_from *sql_parse_pivot(struct sql_parser *p, struct sql_from *from)
{
	while (from && (sql_at_word(p, "PIVOT") || sql_at_word(p, "UNPIVOT")))
		from = pivoted(p, from, sql_at_word(p, "UNPIVOT"));
	return from;
}

/* ---- trees ---------------------------------------------------------------------------------------------- */

static struct sql_expr *new_expr(struct resolver *r, enum sql_expr_kind kind)
{
	struct sql_expr *expr = cw_new(r->arena, struct sql_expr, 1);

	expr->kind = kind;
	return expr;
}

static struct sql_expr *name_expr(struct resolver *r, const char *name)
{
	struct sql_expr *expr = new_expr(r, X_NAME);

	expr->name = (struct sql_name){ .count = 1, .quoted = true, .part = { name } };
	return expr;
}

static struct sql_expr *text_expr(struct resolver *r, const char *text)
{
	struct sql_expr *expr = new_expr(r, X_STRING);

	expr->text = text;
	expr->text_len = (uint32_t)strlen(text);
	return expr;
}

/* Each place has one of its own, since resolving writes into it. */
static struct sql_expr *copy_list(struct resolver *r, const struct sql_expr *list)
{
	struct sql_expr *first = NULL, **last = &first;

	for (; list; list = list->next) {
		*last = new_expr(r, list->kind);
		**last = *list;
		(*last)->arg = copy_list(r, list->arg);
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	return first;
}

static struct sql_expr *binary(struct resolver *r, const char *op, struct sql_expr *left,
			       struct sql_expr *right)
{
	struct sql_expr *expr = new_expr(r, X_BINARY);

	expr->op = op;
	expr->arg = left;
	expr->count = 2;
	left->next = right;
	return expr;
}

/* The rows before PIVOT as a name of WITH. */
static struct sql_from *from_source(struct resolver *r, const char *name)
{
	struct sql_from *from = cw_new(r->arena, struct sql_from, 1);

	from->name = (struct sql_name){ .count = 1, .part = { name } };
	return from;
}

static struct sql_query *new_query(struct resolver *r, const char *source, uint32_t at)
{
	struct sql_query *query = cw_new(r->arena, struct sql_query, 1);

	query->at = at;
	query->select = cw_new(r->arena, struct sql_select, 1);
	query->select->at = at;
	query->select->from = from_source(r, source);
	return query;
}

static struct sql_item **add_item(struct resolver *r, struct sql_item **last, struct sql_expr *expr,
				  const char *alias)
{
	*last = cw_new(r->arena, struct sql_item, 1);
	(*last)->expr = expr;
	(*last)->alias = alias;
	return &(*last)->next;
}

static bool among(const char *const *names, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* ---- PIVOT ------------------------------------------------------------------------------------------------ */

static bool names_column(const struct sql_expr *expr, const char *name)
{
	for (; expr; expr = expr->next)
		if ((expr->kind == X_NAME &&
		     strcmp(expr->name.part[expr->name.count - 1u], name) == 0) ||
		    names_column(expr->arg, name))
			return true;
	return false;
}

static bool is_aggregated(const struct sql_pivot *pivot, const char *name)
{
	for (const struct sql_item *one = pivot->aggregate; one; one = one->next)
		if (names_column(one->expr->arg, name))
			return true;
	return false;
}

/* a = 1 AND b = 2 */
static struct sql_expr *is_value(struct resolver *r, const struct sql_pivot *pivot,
				 const struct sql_pivot_in *in)
{
	struct sql_expr *all = NULL, *value = copy_list(r, in->value);

	for (uint32_t i = 0; i < pivot->column_count && value; i++) {
		struct sql_expr *next = value->next, *one;

		value->next = NULL;
		one = binary(r, "=", name_expr(r, pivot->column[i]), value);
		all = all ? binary(r, "AND", all, one) : one;
		value = next;
	}
	return all;
}

static struct sql_expr *aggregate_of(struct resolver *r, const struct sql_pivot *pivot,
				     const struct sql_item *aggregate,
				     const struct sql_pivot_in *in)
{
	struct sql_expr *call = new_expr(r, X_CALL), *when = new_expr(r, X_CASE), *one;

	*call = *aggregate->expr;
	call->next = NULL;
	when->arg = is_value(r, pivot, in);
	if (call->star_arg) {
		one = new_expr(r, X_NUMBER);
		one->text = "1";
	} else {
		one = copy_list(r, call->arg);
	}
	when->arg->next = one;
	when->next = one->next;
	one->next = NULL;
	when->count = 2;
	call->star_arg = false;
	call->arg = when;
	call->count = call->count ? call->count : 1;
	return call;
}

/* Q1_TOTAL, or what stands in IN. */
static const char *column_name(struct resolver *r, const struct sql_item *aggregate,
			       const struct sql_pivot_in *in)
{
	char *name = cw_new(r->arena, char, 256);
	size_t len = 0;

	if (in->alias)
		len = (size_t)snprintf(name, 256, "%s", in->alias);
	for (const struct sql_expr *value = in->alias ? NULL : in->value; value && len < 200;
	     value = value->next)
		len += (size_t)snprintf(
			name + len, 256 - len, value->kind == X_STRING ? "%s'%.*s'" : "%s%.*s",
			len ? "_" : "", value->kind == X_STRING ? (int)value->text_len : 60,
			value->text ? value->text : "");
	if (aggregate->alias && len < 200)
		(void)snprintf(name + len, 256 - len, "_%s", aggregate->alias);
	return name;
}

static struct sql_query *pivot_query(struct resolver *r, const struct sql_pivot *pivot,
				     const struct sql_query *rows, const char *source, uint32_t at)
{
	struct sql_query *query = new_query(r, source, at);
	struct sql_item **last = &query->select->item;
	struct sql_expr **group = &query->select->group;

	for (uint32_t i = 0; i < rows->column_count; i++) {
		const char *name = rows->column[i].name;

		if (rows->column[i].hidden || among(pivot->column, pivot->column_count, name) ||
		    is_aggregated(pivot, name))
			continue;
		last = add_item(r, last, name_expr(r, name), NULL);
		*group = name_expr(r, name);
		group = &(*group)->next;
	}
	for (const struct sql_pivot_in *in = pivot->in; in; in = in->next)
		for (const struct sql_item *one = pivot->aggregate; one; one = one->next)
			last = add_item(r, last, aggregate_of(r, pivot, one, in),
					column_name(r, one, in));
	return query;
}

/* ---- UNPIVOT ---------------------------------------------------------------------------------------------- */

static bool is_unpivoted(const struct sql_pivot *pivot, const char *name)
{
	for (const struct sql_pivot_in *in = pivot->in; in; in = in->next)
		if (among(in->column, in->count, name))
			return true;
	return false;
}

/* 'Q1', or what AS says. */
static struct sql_item **put_label(struct resolver *r, struct sql_item **last,
				   const struct sql_pivot *pivot, const struct sql_pivot_in *in)
{
	struct sql_expr *said = copy_list(r, in->value);
	char *name = cw_new(r->arena, char, 256);
	size_t len = 0;

	for (uint32_t i = 0; i < in->count && len < 200; i++)
		len += (size_t)snprintf(name + len, 256 - len, "%s%s", i ? "_" : "", in->column[i]);
	for (uint32_t i = 0; i < pivot->column_count; i++) {
		struct sql_expr *next = said ? said->next : NULL;

		if (said)
			said->next = NULL;
		last = add_item(r, last, said ? said : text_expr(r, name), pivot->column[i]);
		said = next;
	}
	return last;
}

static struct sql_expr *not_null(struct resolver *r, const struct sql_pivot_in *in)
{
	struct sql_expr *all = NULL;

	for (uint32_t i = 0; i < in->count; i++) {
		struct sql_expr *one = new_expr(r, X_IS_NULL);

		one->negated = true;
		one->arg = name_expr(r, in->column[i]);
		one->count = 1;
		all = all ? binary(r, "OR", all, one) : one;
	}
	return all;
}

static struct sql_query *unpivot_one(struct resolver *r, const struct sql_pivot *pivot,
				     const struct sql_pivot_in *in, const struct sql_query *rows,
				     const char *source, uint32_t at)
{
	struct sql_query *query = new_query(r, source, at);
	struct sql_item **last = &query->select->item;

	for (uint32_t i = 0; i < rows->column_count; i++)
		if (!rows->column[i].hidden && !is_unpivoted(pivot, rows->column[i].name))
			last = add_item(r, last, name_expr(r, rows->column[i].name), NULL);
	last = put_label(r, last, pivot, in);
	for (uint32_t i = 0; i < in->count && i < pivot->value_count; i++)
		last = add_item(r, last, name_expr(r, in->column[i]), pivot->value[i]);
	if (!pivot->include_nulls)
		query->select->where = not_null(r, in);
	return query;
}

static struct sql_query *unpivot_query(struct resolver *r, const struct sql_pivot *pivot,
				       const struct sql_query *rows, const char *source,
				       uint32_t at)
{
	struct sql_query *all = NULL;

	for (const struct sql_pivot_in *in = pivot->in; in; in = in->next) {
		struct sql_query *one = unpivot_one(r, pivot, in, rows, source, at), *set;

		if (!all) {
			all = one;
			continue;
		}
		set = cw_new(r->arena, struct sql_query, 1);
		set->at = at;
		set->set_op = "UNION ALL";
		set->left = all;
		set->right = one;
		all = set;
	}
	return all;
}

/* ---- resolving -------------------------------------------------------------------------------------------- */

/* SELECT * FROM the table, or the subquery itself. */
static struct sql_query *rows_of(struct resolver *r, struct sql_from *source)
{
	struct sql_query *query;

	if (source->query)
		return source->query;
	query = cw_new(r->arena, struct sql_query, 1);
	query->at = source->at;
	query->select = cw_new(r->arena, struct sql_select, 1);
	query->select->at = source->at;
	query->select->from = source;
	(void)add_item(r, &query->select->item, new_expr(r, X_STAR), NULL);
	return query;
}

bool sql_resolve_pivot(struct resolver *r, struct sql_from *from)
{
	struct sql_pivot *pivot = from->pivot;
	struct sql_query *rows = rows_of(r, pivot->source);
	struct sql_with *source = cw_new(r->arena, struct sql_with, 1);
	struct with with = { .outer = r->with, .list = source };
	char *name = cw_new(r->arena, char, 24);
	bool ok;

	if (!sql_resolve_query(r, rows))
		return false;
	(void)snprintf(name, 24, "pivot$%u", from->at);
	source->name = name;
	source->query = rows;
	from->query = pivot->unpivot ? unpivot_query(r, pivot, rows, name, from->at)
				     : pivot_query(r, pivot, rows, name, from->at);
	r->with = &with;
	ok = sql_resolve_query(r, from->query);
	r->with = with.outer;
	from->query->with = source;
	return ok;
}
