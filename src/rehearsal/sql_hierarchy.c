/* sql_hierarchy.c - see sql_hierarchy.h */
#include "rehearsal/sql_hierarchy.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------------------- */

static bool is_dual(const struct sql_select *select)
{
	const struct sql_from *from = select->from;

	return from && !from->next && !from->left && from->name.count > 0 &&
	       strcmp(from->name.part[from->name.count - 1u], "DUAL") == 0;
}

static bool names(const struct sql_expr *expr, const char *word)
{
	return expr->kind == X_NAME && expr->name.count == 1 && !expr->name.quoted &&
	       strcmp(expr->name.part[0], word) == 0;
}

/* LEVEL <= n or ROWNUM <= n of DUAL and nothing else: rows are counted out (select->levels). */
static bool counts_only(struct sql_select *select, const struct sql_hierarchy *h)
{
	struct sql_expr *c = h->connect;
	bool less = c && c->kind == X_BINARY && strcmp(c->op, "<") == 0;

	if (!c || h->start || h->nocycle || select->where || !is_dual(select) ||
	    c->kind != X_BINARY || (!less && strcmp(c->op, "<=") != 0) ||
	    (!names(c->arg, "LEVEL") && !names(c->arg, "ROWNUM")))
		return false;
	select->levels = c->arg->next;
	select->levels_less = less;
	return true;
}

void sql_parse_hierarchy(struct sql_parser *p, struct sql_select *select)
{
	struct sql_hierarchy *h;

	if (!(sql_at_word(p, "CONNECT") && sql_ahead_word(p, "BY")) &&
	    !(sql_at_word(p, "START") && sql_ahead_word(p, "WITH")))
		return;
	h = cw_new(p->arena, struct sql_hierarchy, 1);
	if (sql_skip_words(p, "START", "WITH"))
		h->start = sql_parse_expr(p);
	if (!sql_skip_words(p, "CONNECT", "BY")) {
		(void)sql_parse_fail(p, 1788, "CONNECT BY clause required in this query block");
		return;
	}
	h->nocycle = sql_skip_word(p, "NOCYCLE");
	h->connect = sql_parse_expr(p);
	if (!h->start && sql_skip_words(p, "START", "WITH"))
		h->start = sql_parse_expr(p);
	if (!sql_parse_failed(p) && !counts_only(select, h))
		select->hierarchy = h;
}

/* ---- resolving --------------------------------------------------------------------------------------------- */

static struct sql_hierarchy *hierarchy_of(const struct resolver *r)
{
	return r->scope && r->scope->select ? r->scope->select->hierarchy : NULL;
}

int sql_resolve_hierarchy_name(struct resolver *r, struct sql_expr *expr)
{
	struct sql_hierarchy *h = hierarchy_of(r);

	if (!h || expr->name.count != 1 || expr->name.quoted)
		return 0;
	if (names(expr, "CONNECT_BY_ISCYCLE") && !h->nocycle)
		return rh_fail(r->error, 30930, expr->at,
			       "NOCYCLE keyword is required with CONNECT_BY_ISCYCLE pseudocolumn")
			       ? 1
			       : -1;
	if (names(expr, "CONNECT_BY_ISCYCLE"))
		h->has_cycle = true;
	else if (names(expr, "CONNECT_BY_ISLEAF"))
		h->has_leaf = true;
	else if (!names(expr, "LEVEL") &&
		 !(names(expr, "ROWNUM") && h->in_connect && is_dual(r->scope->select)))
		return 0;
	expr->text = names(expr, "CONNECT_BY_ISCYCLE")	? "cycle$"
		     : names(expr, "CONNECT_BY_ISLEAF") ? "leaf$"
							: "level$";
	expr->kind = X_TREE;
	expr->type = SQL_NUMBER;
	return 1;
}

static bool never_twice(const struct sql_expr *expr)
{
	for (; expr; expr = expr->next) {
		const char *last = expr->name.count ? expr->name.part[expr->name.count - 1u] : "";

		if ((expr->kind == X_CALL && (strcmp(last, "SYS_GUID") == 0 ||
					      strcmp(expr->name.part[0], "DBMS_RANDOM") == 0)) ||
		    never_twice(expr->arg))
			return true;
	}
	return false;
}

bool sql_resolve_inherited(struct resolver *r, struct sql_expr *expr)
{
	struct sql_hierarchy *h = hierarchy_of(r);
	struct sql_inherited *one, **last;

	if (!h)
		return rh_fail(r->error, 1788, expr->at,
			       "CONNECT BY clause required in this query block");
	if (h->in_connect) {
		if (expr->kind != X_UNARY || strcmp(expr->op, "PRIOR") != 0)
			return rh_fail(r->error, 30002, expr->at,
				       "SYS_CONNECT_BY_PATH function is not allowed here");
		h->endless = h->endless || never_twice(expr->arg);
		return true;
	}
	one = cw_new(r->arena, struct sql_inherited, 1);
	one->expr = expr;
	one->nr = 1;
	for (last = &h->inherited; *last; last = &(*last)->next)
		one->nr++;
	*last = one;
	return true;
}

static bool is_leaf_of(const struct sql_from *from, const struct sql_from *wanted)
{
	for (; from; from = from->next)
		if (from == wanted || (from->left && (is_leaf_of(from->left, wanted) ||
						      is_leaf_of(from->right, wanted))))
			return true;
	return false;
}

/* Does it name two tables of the block? */
static bool joins_two(const struct sql_expr *expr, const struct sql_select *select,
		      const struct sql_from **seen)
{
	for (; expr; expr = expr->next) {
		if (expr->kind == X_NAME && expr->from && is_leaf_of(select->from, expr->from)) {
			if (*seen && *seen != expr->from)
				return true;
			*seen = expr->from;
		}
		if (joins_two(expr->arg, select, seen))
			return true;
	}
	return false;
}

static struct sql_expr *both(struct resolver *r, struct sql_expr *left, struct sql_expr *right)
{
	struct sql_expr *and;

	if (!left || !right)
		return left ? left : right;
	and = cw_new(r->arena, struct sql_expr, 1);
	and->kind = X_BINARY;
	and->op = "AND";
	and->type = SQL_BOOL;
	and->arg = left;
	and->count = 2;
	left->next = right;
	right->next = NULL;
	return and;
}

/* Joins are done before CONNECT BY, other conditions of WHERE behind it. */
static struct sql_expr *split(struct resolver *r, struct sql_select *select, struct sql_expr *where)
{
	const struct sql_from *seen = NULL;
	struct sql_expr *left, *right;

	if (!where)
		return NULL;
	if (where->kind == X_BINARY && strcmp(where->op, "AND") == 0) {
		left = where->arg;
		right = left->next;
		left->next = NULL;
		left = split(r, select, left);
		return both(r, left, split(r, select, right));
	}
	if (!joins_two(where->arg, select, &seen))
		return where;
	select->hierarchy->joins = both(r, select->hierarchy->joins, where);
	return NULL;
}

/* ORDER SIBLINGS BY an alias means its expression. */
static bool resolve_siblings(struct resolver *r, const struct sql_query *query)
{
	struct sql_hierarchy *h = query->select->hierarchy;

	for (struct sql_order *order = h->siblings; order; order = order->next) {
		for (const struct sql_item *item = query->select->item; item; item = item->next)
			if (item->alias && names(order->expr, item->alias))
				order->expr = item->expr;
		if (!sql_resolve_one(r, order->expr))
			return false;
	}
	return true;
}

bool sql_resolve_hierarchy(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct sql_hierarchy *h = select->hierarchy;
	bool ok;

	if (!h)
		return true;
	select->where = split(r, select, select->where);
	h->in_connect = true;
	ok = sql_resolve_one(r, h->start) && sql_resolve_one(r, h->connect) &&
	     resolve_siblings(r, query);
	h->in_connect = false;
	if (ok && query->for_update)
		return rh_fail(r->error, 2014, query->at,
			       "SELECT FOR UPDATE is not allowed in such a query");
	return ok;
}

/* ---- printing ----------------------------------------------------------------------------------------------- */

/* Which of the block's tables, from 1; 0: none of them. */
static uint32_t place_of(const struct sql_from *from, const struct sql_from *wanted,
			 uint32_t *count)
{
	for (; from; from = from->next) {
		uint32_t found = 0;

		if (from->left) {
			found = place_of(from->left, wanted, count);
			if (!found)
				found = place_of(from->right, wanted, count);
		} else if (++*count, from == wanted) {
			found = *count;
		}
		if (found)
			return found;
	}
	return 0;
}

static struct sql_hierarchy_print *print_of(const struct printer *p, const struct sql_from *from,
					    uint32_t *ret_place)
{
	for (struct sql_hierarchy_print *one = p->hierarchy; one; one = one->outer) {
		uint32_t count = 0;

		*ret_place = place_of(one->select->from, from, &count);
		if (*ret_place)
			return one;
	}
	return NULL;
}

static const struct sql_inherited *inherited_of(const struct sql_select *select,
						const struct sql_expr *expr)
{
	const struct sql_inherited *one = select->hierarchy->inherited;

	while (one && one->expr != expr)
		one = one->next;
	return one;
}

/* PRIOR x of the condition: x as the parent has it. */
static void put_of_parent(struct printer *p, const struct sql_expr *expr)
{
	struct sql_hierarchy_print *here = p->hierarchy, parent = *here;

	parent.row = here->prior;
	parent.level = "\"h$\".\"level$\"";
	p->hierarchy = &parent;
	sql_put_expr(p, expr->arg);
	p->hierarchy = here;
}

bool sql_put_hierarchy_expr(struct printer *p, const struct sql_expr *expr)
{
	struct sql_hierarchy_print *here = p->hierarchy;
	const struct sql_inherited *inherited;
	uint32_t place;

	if (!here)
		return false;
	if (expr->kind == X_NAME || expr->kind == X_ROWID) {
		here = expr->from ? print_of(p, expr->from, &place) : NULL;
		if (!here)
			return false;
		if (expr->kind == X_ROWID)
			(void)rh_fail(p->error, 3001, expr->at,
				      "unimplemented feature: ROWID in a hierarchical query");
		cw_wr_printf(p->out, "%s.\"c%u_%u\"", here->row, place, expr->column);
		return true;
	}
	if (expr->kind == X_TREE && strcmp(expr->text, "level$") == 0) {
		put(p, here->level);
		return true;
	}
	if (expr->kind == X_TREE) {
		cw_wr_printf(p->out, "\"h$\".\"%s\"", expr->text);
		return true;
	}
	inherited = inherited_of(here->select, expr);
	if (inherited)
		cw_wr_printf(p->out, "\"h$\".\"v%u\"", inherited->nr);
	else if (expr->kind == X_UNARY && strcmp(expr->op, "PRIOR") == 0 && here->prior)
		put_of_parent(p, expr);
	else
		return false;
	return true;
}

static void put_columns(struct printer *p, const struct sql_from *from, uint32_t *place)
{
	for (; from; from = from->next) {
		if (from->left) {
			put_columns(p, from->left, place);
			put_columns(p, from->right, place);
			continue;
		}
		++*place;
		for (uint32_t i = 0; i < from->column_count; i++) {
			struct sql_expr column = { .kind = X_NAME,
						   .from = (struct sql_from *)from,
						   .column = i };

			if (sql_only_dual(from))
				break;
			put(p, ", ");
			sql_put_expr(p, &column);
			cw_wr_printf(p->out, " AS \"c%u_%u\"", *place, i);
		}
	}
}

/* The rows of FROM, with their numbers. */
static void put_rows(struct printer *p, const struct sql_select *select)
{
	const struct sql_hierarchy *h = select->hierarchy;
	struct sql_hierarchy_print *here = p->hierarchy;
	uint32_t place = 0;

	p->hierarchy = here->outer; /* its tables are those that are written */
	put(p, "\"b$\" AS MATERIALIZED (SELECT pg_catalog.row_number() OVER (");
	if (h->siblings) {
		put(p, "ORDER BY ");
		sql_put_order(p, h->siblings);
	}
	put(p, ") AS \"id$\"");
	put_columns(p, select->from, &place);
	sql_put_tables(p, select);
	if (h->joins) {
		put(p, " WHERE ");
		sql_put_expr(p, h->joins);
	}
	put(p, ")");
	p->hierarchy = here;
}

static void put_path(struct printer *p, const struct sql_expr *call)
{
	sql_put_as(p, call->arg->next, SQL_TEXT);
	put(p, "::text || coalesce((");
	sql_put_as(p, call->arg, SQL_TEXT);
	put(p, ")::text, '')");
}

/* What the first rows have of it, or of their parents the others. */
static void put_inherited(struct printer *p, const struct sql_select *select, bool first)
{
	for (const struct sql_inherited *one = select->hierarchy->inherited; one; one = one->next) {
		const struct sql_expr *expr = one->expr;
		bool path = expr->kind == X_CALL, root = !path && strcmp(expr->op, "PRIOR") != 0;

		put(p, ", ");
		if (root && !first) {
			cw_wr_printf(p->out, "\"h$\".\"v%u\"", one->nr);
		} else if (path) {
			if (!first)
				cw_wr_printf(p->out, "\"h$\".\"v%u\" || ", one->nr);
			put_path(p, expr);
		} else {
			put(p, root ? "(" : first ? "CASE WHEN false THEN " : "(");
			if (!root && !first)
				put_of_parent(p, expr);
			else
				sql_put_expr(p, expr->arg);
			put(p, !root && first ? " END" : ")");
		}
		cw_wr_printf(p->out, " AS \"v%u\"", one->nr);
	}
}

static void put_recursion(struct printer *p, const struct sql_select *select)
{
	const struct sql_hierarchy *h = select->hierarchy;
	struct sql_hierarchy_print *here = p->hierarchy;

	here->row = "\"b$\"";
	here->level = "1::numeric";
	put(p,
	    ", \"h$\" AS (SELECT \"b$\".*, 1::numeric AS \"level$\", ARRAY[\"b$\".\"id$\"] AS \"path$\", "
	    "false AS \"loop$\"");
	put_inherited(p, select, true);
	put(p, " FROM \"b$\"");
	if (h->start) {
		put(p, " WHERE ");
		sql_put_expr(p, h->start);
	}
	here->prior = "\"h$\"";
	here->level = "(\"h$\".\"level$\" + 1)";
	put(p,
	    " UNION ALL SELECT \"b$\".*, \"h$\".\"level$\" + 1, \"h$\".\"path$\" || \"b$\".\"id$\", ");
	put(p, sql_has_prior(h->connect) && !h->endless ? "\"b$\".\"id$\" = ANY (\"h$\".\"path$\")"
							: "false");
	put_inherited(p, select, false);
	put(p, " FROM \"h$\" JOIN \"b$\" ON (");
	sql_put_expr(p, h->connect);
	put(p, h->nocycle ? ") AND NOT \"b$\".\"id$\" = ANY (\"h$\".\"path$\")" : ")");
	put(p, " WHERE NOT \"h$\".\"loop$\")");
}

static void put_leaf(struct printer *p, const struct sql_select *select)
{
	const struct sql_hierarchy *h = select->hierarchy;

	put(p, ", (NOT EXISTS (SELECT FROM \"b$\" WHERE (");
	sql_put_expr(p, h->connect);
	put(p, h->nocycle ? ") AND NOT \"b$\".\"id$\" = ANY (\"h$\".\"path$\")" : ")");
	put(p, "))::int::numeric AS \"leaf$\"");
}

/* Whether a child of the row's is one of its ancestors, or the row itself. */
static void put_cycle(struct printer *p, const struct sql_select *select)
{
	put(p, ", (EXISTS (SELECT FROM \"b$\" WHERE (");
	sql_put_expr(p, select->hierarchy->connect);
	put(p, ") AND \"b$\".\"id$\" = ANY (\"h$\".\"path$\")))::int::numeric AS \"cycle$\"");
}

bool sql_has_prior(const struct sql_expr *expr)
{
	for (; expr; expr = expr->next)
		if ((expr->kind == X_UNARY && strcmp(expr->op, "PRIOR") == 0) ||
		    sql_has_prior(expr->arg))
			return true;
	return false;
}

void sql_put_hierarchy(struct printer *p, const struct sql_select *select)
{
	put(p, " FROM (WITH RECURSIVE ");
	put_rows(p, select);
	put_recursion(p, select);
	put(p, " SELECT \"h$\".*");
	if (select->hierarchy->has_leaf)
		put_leaf(p, select);
	if (select->hierarchy->has_cycle)
		put_cycle(p, select);
	put(p,
	    " FROM \"h$\" WHERE ora.no_loop(\"h$\".\"loop$\") ORDER BY \"h$\".\"path$\") AS \"h$\"");
	*p->hierarchy = (struct sql_hierarchy_print){ .outer = p->hierarchy->outer,
						      .select = select,
						      .row = "\"h$\"",
						      .level = "\"h$\".\"level$\"" };
}
