/* sql_print_within.c - aggregates with an order of their own: KEEP, and RANK of a row that might be; see sql_function.h */
#include "rehearsal/sql_print_parts.h"

#include <string.h>

/* What sorts first: FIRST's order, or LAST's turned round. */
static void put_keep_order(struct printer *p, const struct sql_expr *expr)
{
	for (const struct sql_order *one = expr->order; one; one = one->next) {
		bool last = expr->keep == 'L',
		     nulls_first = one->nulls ? one->nulls == 1 : one->descending;

		sql_put_expr(p, one->expr);
		put(p, one->descending != last ? " DESC" : " ASC");
		put(p, nulls_first != last ? " NULLS FIRST" : " NULLS LAST");
		put(p, one->next ? ", " : "");
	}
}

void sql_put_keep_rows(struct printer *p, const struct sql_expr *expr)
{
	put(p, expr->over ? ") OVER (" : " ORDER BY ");
	if (expr->over && expr->over->partition) {
		put(p, "PARTITION BY ");
		sql_put_list(p, expr->over->partition);
	}
	put(p, expr->over ? " ORDER BY " : "");
	put_keep_order(p, expr);
}

/* array_agg(value) in that order, of the group or of the window's partition */
static void put_ordered(struct printer *p, const struct sql_expr *expr, bool keys)
{
	put(p, "pg_catalog.array_agg(");
	if (keys) {
		put(p, "pg_catalog.jsonb_build_array(");
		for (const struct sql_order *one = expr->order; one; one = one->next) {
			sql_put_expr(p, one->expr);
			put(p, one->next ? ", " : ")");
		}
	} else if (expr->star_arg) {
		put(p, "1::numeric");
	} else if (strcmp(expr->name.part[expr->name.count - 1u], "COUNT") == 0) {
		put(p, "CASE WHEN ");
		sql_put_expr(p, expr->arg);
		put(p, " IS NOT NULL THEN 1::numeric END");
	} else {
		sql_put_as(p, expr->arg, SQL_NUMBER);
	}
	sql_put_keep_rows(p, expr);
	put(p, expr->over ? " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)" : ")");
}

bool sql_is_kept(const struct sql_expr *expr, const char **ret_function)
{
	static const char *const names[][2] = { { "SUM", "ora.kept_sum" },
						{ "COUNT", "ora.kept_count" },
						{ "AVG", "ora.kept_avg" },
						{ "STDDEV", "ora.kept_stddev" },
						{ "VARIANCE", "ora.kept_variance" } };

	for (size_t i = 0; expr->keep && i < CW_ARRAY_LEN(names); i++)
		if (strcmp(expr->name.part[expr->name.count - 1u], names[i][0]) == 0) {
			*ret_function = names[i][1];
			return true;
		}
	return false;
}

void sql_put_kept(struct printer *p, const struct sql_expr *expr, const char *function)
{
	put(p, function);
	put(p, "(");
	put_ordered(p, expr, false);
	put(p, ", ");
	put_ordered(p, expr, true);
	put(p, ")");
}

static void put_rank(struct printer *p, const struct sql_expr *expr, const char *name)
{
	const struct sql_order *order = expr->order;

	put(p, "pg_catalog.");
	put(p, name);
	put(p, "(");
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next) {
		sql_put_as(p, arg, order ? order->expr->type : (uint8_t)SQL_ANY);
		put(p, arg->next ? ", " : ") WITHIN GROUP (ORDER BY ");
		order = order ? order->next : NULL;
	}
	sql_put_order(p, expr->order);
	put(p, ")");
}

/* PERCENT_RANK is the rows before it by all; CUME_DIST those up to it by all and itself, told as a fraction. */
void sql_put_hypothetical(struct printer *p, const struct sql_expr *expr)
{
	const char *name = expr->name.part[expr->name.count - 1u];

	if (strcmp(name, "PERCENT_RANK") == 0) {
		put(p, "coalesce(ora.divide((");
		put_rank(p, expr, "rank");
		put(p, " - 1)::numeric, nullif(pg_catalog.count(*), 0)::numeric), 0)");
	} else if (strcmp(name, "CUME_DIST") == 0) {
		put(p, "ora.divide(pg_catalog.round((");
		put_rank(p, expr, "cume_dist");
		put(p,
		    " * (pg_catalog.count(*) + 1))::numeric), (pg_catalog.count(*) + 1)::numeric)");
	} else {
		put(p, "(");
		put_rank(p, expr, strcmp(name, "RANK") == 0 ? "rank" : "dense_rank");
		put(p, ")::numeric");
	}
}
