/* sql_print_call.c - Oracle's functions in PostgreSQL's SQL; see sql_function.h */
#include "rehearsal/sql_print_parts.h"

#include <string.h>

static void put_bound(struct printer *p, const struct sql_over *over, const struct sql_bound *bound)
{
	if (bound->current) {
		put(p, "CURRENT ROW");
		return;
	}
	if (bound->offset && over->rows) {
		put(p, "(");
		sql_put_as(p, bound->offset, SQL_NUMBER);
		put(p, ")::bigint");
	} else if (bound->offset) {
		sql_put_expr(p, bound->offset);
	} else {
		put(p, "UNBOUNDED");
	}
	put(p, bound->following ? " FOLLOWING" : " PRECEDING");
}

static void put_frame(struct printer *p, const struct sql_over *over)
{
	put(p, over->rows ? " ROWS " : " RANGE ");
	if (over->between)
		put(p, "BETWEEN ");
	put_bound(p, over, &over->from);
	if (!over->between)
		return;
	put(p, " AND ");
	put_bound(p, over, &over->to);
}

static void put_over(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_over *over = expr->over;

	if (!over)
		return;
	put(p, " OVER (");
	if (over->partition) {
		put(p, "PARTITION BY ");
		sql_put_list(p, over->partition);
	}
	if (over->order) {
		put(p, " ORDER BY ");
		sql_put_order(p, over->order);
	}
	if (over->framed)
		put_frame(p, over);
	put(p, ")");
}

/* The first argument as what the function wants, the others as they are. */
static void put_arguments(struct printer *p, const struct sql_function *function,
			  const struct sql_expr *expr)
{
	if (expr->distinct)
		put(p, "DISTINCT ");
	if (expr->star_arg)
		put(p, "*");
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next) {
		if (arg == expr->arg && function->arg != SQL_ANY)
			sql_put_as(p, arg, function->arg);
		else
			sql_put_expr(p, arg);
		if (arg->next)
			put(p, ", ");
	}
}

static void put_plain(struct printer *p, const struct sql_function *function,
		      const struct sql_expr *expr)
{
	const char *name = function->print;

	if (strcmp(name, "ora.trim") == 0 && expr->count == 2)
		name = "ora.btrim";
	if (strcmp(name, "ora.length") == 0 && sql_is_lob(expr->arg->type))
		name = "ora.lob_length"; /* that of an empty one is 0 */
	put(p, name);
	put(p, "(");
	put_arguments(p, function, expr);
	put(p, ")");
	put_over(p, expr);
}

static void put_numeric(struct printer *p, const struct sql_function *function,
			const struct sql_expr *expr)
{
	put(p, "(");
	put_plain(p, function, expr);
	put(p, ")::numeric");
}

/* MIN (x) KEEP (DENSE_RANK FIRST ORDER BY y): of the rows that sort first, those of x that sort first. */
static void put_kept(struct printer *p, const struct sql_expr *expr)
{
	bool max = strcmp(expr->name.part[expr->name.count - 1u], "MAX") == 0;

	put(p, expr->over ? "pg_catalog.first_value(" : "(pg_catalog.array_agg(");
	sql_put_expr(p, expr->arg);
	sql_put_keep_rows(p, expr);
	put(p, ", ");
	sql_put_expr(p, expr->arg);
	put(p, max ? " DESC NULLS LAST" : " ASC NULLS LAST");
	put(p, expr->over ? ")" : "))[1]");
}

static void put_extreme(struct printer *p, const struct sql_function *function,
			const struct sql_expr *expr)
{
	if (expr->keep) {
		put(p, "(");
		put_kept(p, expr);
		put(p, expr->type == SQL_DATE ? ")::ora.date" : ")");
		return;
	}
	put(p, "(");
	put_plain(p, function, expr);
	put(p, expr->type == SQL_DATE ? ")::ora.date" : ")");
}

static void put_average(struct printer *p, const struct sql_function *function,
			const struct sql_expr *expr)
{
	if (expr->over) {
		put(p, "ora.number(");
		put_plain(p, function, expr);
		put(p, ")");
		return;
	}
	put(p, "ora.divide(pg_catalog.sum(");
	put_arguments(p, function, expr);
	put(p, "), nullif(pg_catalog.count(");
	put_arguments(p, function, expr);
	put(p, "), 0)::numeric)");
}

/* As a window its order is that of the frame, which is the whole partition. */
static void put_listagg(struct printer *p, const struct sql_function *function,
			const struct sql_expr *expr)
{
	put(p, function->print);
	put(p, expr->distinct ? "(ora.texts(pg_catalog.array_agg(DISTINCT " : "(pg_catalog.array_agg(");
	if (expr->distinct) /* it sorts by what it lists */
		sql_put_expr(p, expr->arg);
	else
		sql_put_as(p, expr->arg, SQL_TEXT);
	if (expr->order && !expr->over) {
		put(p, " ORDER BY ");
		sql_put_order(p, expr->order);
	}
	put(p, ")");
	if (expr->over) {
		put(p, " OVER (");
		if (expr->over->partition) {
			put(p, "PARTITION BY ");
			sql_put_list(p, expr->over->partition);
		}
		put(p, " ORDER BY ");
		sql_put_order(p, expr->order);
		put(p, " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)");
	}
	put(p, expr->distinct ? "), " : ", ");
	if (expr->arg->next)
		sql_put_as(p, expr->arg->next, SQL_TEXT);
	else
		put(p, "''");
	if (expr->overflow) {
		put(p, ", ");
		sql_print_literal(p->out, expr->overflow, strlen(expr->overflow));
		put(p, expr->uncounted ? ", false" : ", true");
	}
	put(p, ")");
}

static void put_window(struct printer *p, const struct sql_over *over, bool ordered)
{
	put(p, " OVER (");
	if (over && over->partition) {
		put(p, "PARTITION BY ");
		sql_put_list(p, over->partition);
	}
	if (ordered) {
		put(p, " ORDER BY ");
		sql_put_order(p, over->order);
	}
	put(p, ")");
}

/* All values of the group; the function sorts them. */
static void put_percentile(struct printer *p, const struct sql_function *function,
			   const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->order ? expr->order->expr : expr->arg;

	put(p, function->print);
	put(p, "(pg_catalog.array_agg(");
	if (strcmp(function->print, "ora.percentile_cont") == 0)
		sql_put_as(p, value, SQL_NUMBER);
	else
		sql_put_expr(p, value);
	put(p, ")");
	if (expr->over)
		put_window(p, expr->over, false);
	put(p, ", ");
	if (expr->order)
		sql_put_as(p, expr->arg, SQL_NUMBER);
	else
		put(p, "0.5");
	put(p, expr->order && expr->order->descending ? ", true)" : ", false)");
}

static void put_ratio(struct printer *p, const struct sql_function *function,
		      const struct sql_expr *expr)
{
	(void)function;
	put(p, "ora.divide(");
	sql_put_as(p, expr->arg, SQL_NUMBER);
	put(p, ", nullif(pg_catalog.sum(");
	sql_put_as(p, expr->arg, SQL_NUMBER);
	put(p, ")");
	put_window(p, expr->over, false);
	put(p, ", 0))");
}

/* CUME_DIST: rows up to this one by all; PERCENT_RANK: those before it by all but one. */
static void put_share(struct printer *p, const struct sql_function *function,
		      const struct sql_expr *expr)
{
	bool rank = function->name[0] == 'P';

	put(p, rank ? "coalesce(ora.divide((pg_catalog.rank()" : "ora.divide((pg_catalog.count(*)");
	put_window(p, expr->over, true);
	put(p, rank ? " - 1)::numeric, nullif(pg_catalog.count(*)" : ")::numeric, (pg_catalog.count(*)");
	put_window(p, expr->over, false);
	put(p, rank ? " - 1, 0)::numeric), 0)" : ")::numeric)");
}

static void put_integer(struct printer *p, const struct sql_expr *expr)
{
	put(p, "(");
	sql_put_as(p, expr, SQL_NUMBER);
	put(p, ")::int");
}

/* NTH_VALUE (value, which), LAG (value, how far, default) */
static void put_nth(struct printer *p, const struct sql_function *function,
		    const struct sql_expr *expr)
{
	const struct sql_expr *which = expr->arg->next;

	put(p, "(");
	put(p, function->print);
	put(p, "(");
	sql_put_expr(p, expr->arg);
	if (which) {
		put(p, ", ");
		put_integer(p, which);
	}
	if (which && which->next) {
		put(p, ", ");
		sql_put_as(p, which->next, expr->arg->type);
	}
	put(p, ")");
	put_over(p, expr);
	put(p, expr->type == SQL_DATE ? ")::ora.date" : ")");
}

static void put_ntile(struct printer *p, const struct sql_function *function,
		      const struct sql_expr *expr)
{
	put(p, "(");
	put(p, function->print);
	put(p, "(");
	put_integer(p, expr->arg);
	put(p, ")");
	put_over(p, expr);
	put(p, ")::numeric");
}

/* CURRENT_TIMESTAMP (n) */
static void put_clock(struct printer *p, const struct sql_function *function,
		      const struct sql_expr *expr)
{
	bool local = expr->type == SQL_TIMESTAMP;

	if (expr->arg->kind != X_NUMBER || strlen(expr->arg->text) != 1) {
		(void)rh_fail(p->error, 30088, expr->arg->at,
			      "datetime/interval precision is out of range");
		return;
	}
	put(p, function->print);
	cw_wr_printf(p->out, local ? "())::ora.stamp(%s)" : "()::ora.stamp_tz(%s)", expr->arg->text);
}

/* A value that stands beside others in COALESCE or a CASE. */
static void put_choice(struct printer *p, const struct sql_expr *expr, uint8_t type)
{
	sql_put_branch(p, expr, type == SQL_CHAR ? SQL_TEXT : type);
}

/* LNNVL (condition) */
static void put_not_true(struct printer *p, const struct sql_function *function,
			 const struct sql_expr *expr)
{
	(void)function;
	put(p, "((");
	sql_put_expr(p, expr->arg);
	put(p, ") IS NOT TRUE)");
}

static void put_nvl(struct printer *p, const struct sql_function *function,
		    const struct sql_expr *expr)
{
	(void)function;
	put(p, "COALESCE(");
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next) {
		put_choice(p, arg, expr->type);
		if (arg->next)
			put(p, ", ");
	}
	put(p, ")");
}

static void put_nvl2(struct printer *p, const struct sql_function *function,
		     const struct sql_expr *expr)
{
	const struct sql_expr *test = expr->arg, *then = test->next;

	(void)function;
	put(p, "(CASE WHEN ");
	sql_put_expr(p, test);
	put(p, " IS NOT NULL THEN ");
	put_choice(p, then, expr->type);
	put(p, " ELSE ");
	put_choice(p, then->next, expr->type);
	put(p, " END)");
}

/* NULL equals NULL in DECODE, and nowhere else. */
static void put_decode(struct printer *p, const struct sql_function *function,
		       const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->arg, *arg = value->next;

	(void)function;
	put(p, "(CASE");
	while (arg && arg->next) {
		put(p, " WHEN ");
		put_choice(p, value, value->type != SQL_ANY ? value->type : arg->type);
		if (arg->kind == X_NULL) {
			put(p, " IS NULL");
		} else {
			put(p, " IS NOT DISTINCT FROM ");
			put_choice(p, arg, value->type);
		}
		put(p, " THEN ");
		put_choice(p, arg->next, expr->type);
		arg = arg->next->next;
	}
	if (arg) {
		put(p, " ELSE ");
		put_choice(p, arg, expr->type);
	}
	put(p, " END)");
}

static void put_nullif(struct printer *p, const struct sql_function *function,
		       const struct sql_expr *expr)
{
	(void)function;
	if (sql_compares_padded(expr->arg, expr->arg->next)) {
		put(p, "(CASE WHEN ");
		sql_put_comparison(p, expr->arg, "=", expr->arg->next);
		put(p, " THEN NULL ELSE ");
		put_choice(p, expr->arg, expr->type);
		put(p, " END)");
		return;
	}
	put(p, "NULLIF(");
	put_choice(p, expr->arg, expr->type);
	put(p, ", ");
	put_choice(p, expr->arg->next, expr->type);
	put(p, ")");
}

static void put_greatest(struct printer *p, const struct sql_function *function,
			 const struct sql_expr *expr)
{
	put(p, "(");
	put(p, function->print);
	put(p, "(");
	for (const struct sql_expr *arg = expr->arg; arg; arg = arg->next) {
		put_choice(p, arg, expr->type);
		if (expr->type == SQL_DATE)
			put(p, "::timestamp");
		if (arg->next)
			put(p, ", ");
	}
	put(p, expr->type == SQL_DATE ? "))::ora.date" : "))");
}

/* What a column of a subquery is there, down to a table's column or an expression. */
static const struct sql_expr *origin_of(const struct sql_expr *value)
{
	while (value->kind == X_NAME && value->from && !value->printed) {
		const struct sql_query *query =
			value->from->with ? value->from->with : value->from->query;
		const struct sql_item *item = query && query->select ? query->select->item : NULL;

		for (uint32_t i = 0; item && i < value->column; i++)
			item = item->next;
		if (!item || !item->expr)
			break;
		value = item->expr;
	}
	return value;
}

/* The code of the type that a value is held by; 0: it is not told.  What is computed may have another than what is stored. */
static int stored_code(const struct sql_expr *value, const struct sql_column *column)
{
	static const struct {
		uint8_t stored, computed;
	} codes[] = {
		[SQL_ANY] = { CW_ORA_VARCHAR2, CW_ORA_VARCHAR2 },
		[SQL_NUMBER] = { CW_ORA_NUMBER, CW_ORA_NUMBER },
		[SQL_TEXT] = { CW_ORA_VARCHAR2, CW_ORA_VARCHAR2 },
		[SQL_CHAR] = { CW_ORA_CHAR, CW_ORA_CHAR },
		[SQL_DATE] = { CW_ORA_DATE, CW_ORA_COMPUTED_DATE },
		[SQL_TIMESTAMP] = { CW_ORA_TIMESTAMP, 0 },
		[SQL_TIMESTAMP_TZ] = { CW_ORA_TIMESTAMP_TZ, 0 },
		[SQL_INTERVAL] = { CW_ORA_INTERVAL_DS, 0 },
		[SQL_RAW] = { CW_ORA_RAW, CW_ORA_RAW },
		[SQL_TIMESTAMP_LTZ] = { CW_ORA_TIMESTAMP_LTZ, 0 },
		[SQL_INTERVAL_YM] = { CW_ORA_INTERVAL_YM, 0 },
		[SQL_FLOAT] = { CW_ORA_BINARY_FLOAT, CW_ORA_BINARY_FLOAT },
		[SQL_DOUBLE] = { CW_ORA_BINARY_DOUBLE, CW_ORA_BINARY_DOUBLE },
		[SQL_XML] = { 0, 0 },
	};

	if (column && column->ora_type)
		return column->ora_type;
	if (value->kind == X_STRING)
		return CW_ORA_CHAR;
	if (value->kind == X_ROWID)
		return 0;
	return value->kind == X_BIND ? codes[value->type].stored : codes[value->type].computed;
}

/* PostgreSQL must be told what it is to know a value by. */
static const char *text_of(uint8_t type)
{
	return type == SQL_ANY || type == SQL_TEXT || type == SQL_CHAR ? "::text" : "";
}

static void put_stored(struct printer *p, const struct sql_function *function,
		       const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->arg, *origin = origin_of(value);
	const struct sql_column *column = origin->kind == X_NAME && origin->from && !origin->printed
						  ? &origin->from->column[origin->column]
						  : NULL;
	int code = stored_code(origin, column);

	if (sql_is_lob(value->type))
		(void)rh_fail(p->error, 932, value->at, "inconsistent datatypes: expected - got %s",
			      value->type == SQL_CLOB ? "CLOB" : "BLOB");
	else if (code == 0)
		(void)rh_fail(p->error, 3001, value->at,
			      "unimplemented feature: %s of such a value", function->name);
	cw_wr_printf(p->out, "%s(", function->print);
	sql_put_expr(p, value);
	put(p, value->kind == X_STRING || value->kind == X_BIND ? text_of(value->type) : "");
	cw_wr_printf(p->out, ", %d, %s", code, column && column->national ? "true" : "false");
	for (const struct sql_expr *arg = value->next; arg; arg = arg->next) {
		put(p, ", (");
		sql_put_as(p, arg, SQL_NUMBER);
		put(p, ")::int");
	}
	put(p, ")");
}

void sql_put_call(struct printer *p, const struct sql_expr *expr)
{
	static void (*const by_form[])(struct printer *, const struct sql_function *,
				       const struct sql_expr *) = {
		[F_CALL] = put_plain,
		[F_COUNT] = put_numeric,
		[F_EXTREME] = put_extreme,
		[F_AVERAGE] = put_average,
		[F_LISTAGG] = put_listagg,
		[F_RANKING] = put_numeric,
		[F_GROUPING] = put_numeric,
		[F_NVL] = put_nvl,
		[F_NVL2] = put_nvl2,
		[F_DECODE] = put_decode,
		[F_NULLIF] = put_nullif,
		[F_GREATEST] = put_greatest,
		[F_PERCENTILE] = put_percentile,
		[F_RATIO] = put_ratio,
		[F_SHARE] = put_share,
		[F_NTH] = put_nth,
		[F_NTILE] = put_ntile,
		[F_CLOCK] = put_clock,
		[F_TRUTH] = put_not_true,
		[F_JSON] = sql_put_json_made,
		[F_STORED] = put_stored,
	};
	const struct sql_function *function = sql_function_of(&expr->name);
	const char *kept;

	if (expr->unit_called)
		sql_put_unit(p, expr);
	else if (expr->collection)
		sql_put_collection(p, expr);
	else if (sql_is_kept(expr, &kept))
		sql_put_kept(p, expr, kept);
	else if (function && sql_is_hypothetical(function, expr))
		sql_put_hypothetical(p, expr);
	else if (function)
		by_form[function->form](p, function, expr);
	else
		(void)rh_fail(p->error, 904, expr->at, "\"%s\": invalid identifier",
			      expr->name.part[expr->name.count - 1]);
}
