/* sql_outer.c - Oracle's own outer join, a.x = b.y (+), as LEFT JOIN; see sql_resolve.h */
#include "rehearsal/sql_resolve.h"

#include <string.h>

struct outer {
	struct resolver *r;
	struct sql_select *select;
	struct sql_from *joined; /* what is placed already */
};

/* The table that @expr marks with (+); NULL: none. */
static struct sql_from *marked(struct outer *o, const struct sql_expr *expr)
{
	struct sql_from *found = NULL;

	if (expr->kind == X_NAME && expr->outer_join)
		return expr->from;
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next) {
		struct sql_from *one = marked(o, arg);

		if (one && found && one != found)
			(void)rh_fail(o->r->error, 1468, expr->at,
				      "a predicate may reference only one outer-joined table");
		if (one)
			found = one;
	}
	return found;
}

static bool contains(const struct sql_from *from, const struct sql_from *one)
{
	if (!from)
		return false;
	return from == one ||
	       (from->left && (contains(from->left, one) || contains(from->right, one)));
}

/* Are all tables that @expr names, but @own, placed? */
static bool ready(const struct outer *o, const struct sql_expr *expr, const struct sql_from *own)
{
	if (!expr)
		return true;
	if (expr->kind == X_NAME && expr->from && expr->from != own &&
	    !contains(o->joined, expr->from)) {
		for (const struct sql_from *from = o->select->from; from; from = from->next)
			if (from == expr->from)
				return false;
	}
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next)
		if (!ready(o, arg, own))
			return false;
	return true;
}

static struct sql_expr *and_both(struct outer *o, struct sql_expr *left, struct sql_expr *right)
{
	struct sql_expr *both;

	if (!left)
		return right;
	both = cw_new(o->r->arena, struct sql_expr, 1);
	*both = (struct sql_expr){ .kind = X_BINARY,
				   .type = SQL_BOOL,
				   .op = "AND",
				   .at = left->at,
				   .count = 2,
				   .arg = left };
	left->next = right;
	right->next = NULL;
	return both;
}

/* Conditions with (+) go to their table's ON; the others come back as WHERE. */
static struct sql_expr *part(struct outer *o, struct sql_expr *where, struct sql_expr *rest)
{
	struct sql_from *from;

	if (where->kind == X_BINARY && strcmp(where->op, "AND") == 0) {
		struct sql_expr *left = where->arg, *right = left->next;

		rest = part(o, left, rest);
		return part(o, right, rest);
	}
	from = marked(o, where);
	where->next = NULL;
	if (!from)
		return and_both(o, rest, where);
	from->outer = true;
	from->on = and_both(o, from->on, where);
	return rest;
}

static void join(struct outer *o, struct sql_from *from, enum sql_join how)
{
	struct sql_from *node;

	if (!o->joined) {
		o->joined = from;
		return;
	}
	node = cw_new(o->r->arena, struct sql_from, 1);
	node->at = o->joined->at;
	node->left = o->joined;
	node->right = from;
	node->join = how;
	node->on = from->on;
	from->on = NULL;
	o->joined = node;
}

static bool place_outer(struct outer *o)
{
	bool left = true, progress = true;

	while (left && progress) {
		left = progress = false;
		for (struct sql_from *from = o->select->from; from; from = from->next) {
			if (!from->outer || contains(o->joined, from))
				continue;
			if (!ready(o, from->on, from)) {
				left = true;
				continue;
			}
			join(o, from, J_LEFT);
			progress = true;
		}
	}
	return !left || rh_fail(o->r->error, 1416, o->select->at,
				"two tables cannot be outer-joined to each other");
}

static bool any_mark(const struct sql_expr *expr)
{
	if (!expr)
		return false;
	if (expr->kind == X_NAME && expr->outer_join)
		return true;
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next)
		if (any_mark(arg))
			return true;
	return false;
}

bool sql_resolve_outer(struct resolver *r, struct sql_select *select)
{
	struct outer o = { .r = r, .select = select };

	if (!any_mark(select->where))
		return true;
	for (struct sql_from *from = select->from; from; from = from->next)
		if (from->left)
			return rh_fail(r->error, 25156, select->at,
				       "old style outer join (+) cannot be used with ANSI joins");
	select->where = part(&o, select->where, NULL);
	if (r->error->code)
		return false;
	for (struct sql_from *from = select->from; from; from = from->next)
		if (!from->outer)
			join(&o, from, J_CROSS);
	if (!o.joined || !place_outer(&o))
		return r->error->code ? false
				      : rh_fail(r->error, 1416, select->at,
						"two tables cannot be outer-joined to each other");
	for (struct sql_from *from = select->from, *next; from; from = next) {
		next = from->next;
		from->next = NULL;
	}
	select->from = o.joined;
	return true;
}
