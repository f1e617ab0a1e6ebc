/* sql_parse_call.c - a call's arguments and what may follow them: KEEP, WITHIN GROUP, OVER; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

static void bound(struct sql_parser *p, struct sql_bound *ret)
{
	if (sql_skip_words(p, "CURRENT", "ROW")) {
		ret->current = true;
		return;
	}
	if (!sql_skip_word(p, "UNBOUNDED"))
		ret->offset = sql_parse_expr(p);
	ret->following = sql_skip_word(p, "FOLLOWING");
	if (!ret->following)
		(void)sql_want_word(p, "PRECEDING", 905, "missing keyword");
}

/* [ROWS | RANGE] [BETWEEN bound AND bound | bound] */
static void frame(struct sql_parser *p, struct sql_over *over)
{
	over->rows = sql_skip_word(p, "ROWS");
	if (!over->rows && !sql_skip_word(p, "RANGE"))
		return;
	over->framed = true;
	over->between = sql_skip_word(p, "BETWEEN");
	bound(p, &over->from);
	if (over->between && sql_want_word(p, "AND", 905, "missing keyword"))
		bound(p, &over->to);
}

static void over_clause(struct sql_parser *p, struct sql_expr *expr)
{
	struct sql_over *over = cw_new(p->arena, struct sql_over, 1);

	(void)sql_want_op(p, "(", 30484, "missing window specification for this function");
	if (sql_skip_words(p, "PARTITION", "BY"))
		over->partition = sql_parse_expr_list(p, NULL);
	if (sql_skip_words(p, "ORDER", "BY"))
		over->order = sql_parse_order_list(p);
	frame(p, over);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	expr->over = over;
}

/* LISTAGG (... ON OVERFLOW {ERROR | TRUNCATE ['...'] [{WITH | WITHOUT} COUNT]}) */
static void overflow(struct sql_parser *p, struct sql_expr *expr)
{
	if (!sql_skip_words(p, "ON", "OVERFLOW") || sql_skip_word(p, "ERROR"))
		return;
	(void)sql_want_word(p, "TRUNCATE", 905, "missing keyword");
	expr->overflow = "...";
	if (p->token.kind == T_STRING) {
		expr->overflow = p->token.text;
		sql_next(p);
	}
	expr->uncounted = sql_skip_words(p, "WITHOUT", "COUNT");
	if (!expr->uncounted)
		(void)sql_skip_words(p, "WITH", "COUNT");
}

struct sql_expr *sql_new_call(struct sql_parser *p, const char *name, uint32_t at)
{
	struct sql_expr *call = sql_new_expr(p, X_CALL);

	call->at = at;
	call->name = (struct sql_name){ .count = 1, .part = { name }, .at = at };
	return call;
}

/* CHR (n USING NCHAR_CS) is NCHR (n), CONCAT (a, b) is a || b. */
static void respell(struct sql_parser *p, struct sql_expr *expr)
{
	const char *name = expr->name.count == 1 ? expr->name.part[0] : "";

	if (sql_at_word(p, "USING") && strcmp(name, "CHR") == 0) {
		sql_next(p);
		(void)sql_want_word(p, "NCHAR_CS", 905, "missing keyword");
		expr->name.part[0] = "NCHR";
	}
	if (strcmp(name, "CONCAT") == 0 && expr->count == 2) {
		expr->kind = X_BINARY;
		expr->op = "||";
	}
}

void sql_parse_arguments(struct sql_parser *p, struct sql_expr *expr)
{
	if (sql_skip_op(p, ")"))
		return;
	if (sql_skip_op(p, "*")) {
		expr->star_arg = true;
	} else {
		if (sql_skip_word(p, "DISTINCT") || sql_skip_word(p, "UNIQUE"))
			expr->distinct = true;
		else
			(void)sql_skip_word(p, "ALL");
		do {
			if ((p->token.kind == T_WORD || p->token.kind == T_QUOTED) &&
			    p->ahead.kind == T_OP && strcmp(p->ahead.text, "=>") == 0) {
				struct sql_expr *named = sql_new_expr(p, X_NAMED_ARG);

				named->text = p->token.text;
				named->name = (struct sql_name){ .count = 1,
								 .part = { named->text },
								 .at = named->at };
				sql_next(p);
				sql_next(p);
				sql_add_arg(named, sql_parse_expr(p));
				sql_add_arg(expr, sql_end_expr(p, named));
			} else {
				sql_add_arg(expr, sql_parse_expr(p));
			}
		} while (sql_skip_op(p, ","));
		if (sql_at_word(p, "ON"))
			overflow(p, expr);
		respell(p, expr);
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* KEEP (DENSE_RANK {FIRST | LAST} ORDER BY ...) */
static void keep(struct sql_parser *p, struct sql_expr *expr)
{
	static const char *const names[] = { "MIN",   "MAX",	"SUM",	   "AVG",
					     "COUNT", "STDDEV", "VARIANCE" };
	size_t i = 0;

	while (i < CW_ARRAY_LEN(names) &&
	       strcmp(expr->name.part[expr->name.count - 1u], names[i]) != 0)
		i++;
	if (i == CW_ARRAY_LEN(names))
		(void)sql_parse_fail(p, 3001, "unimplemented feature: KEEP of such a function");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	(void)sql_want_word(p, "DENSE_RANK", 905, "missing keyword");
	expr->keep = sql_skip_word(p, "LAST") ? 'L' : 'F';
	if (expr->keep == 'F')
		(void)sql_want_word(p, "FIRST", 905, "missing keyword");
	(void)sql_want_word(p, "ORDER", 905, "missing keyword");
	(void)sql_want_word(p, "BY", 924, "missing BY keyword");
	expr->order = sql_parse_order_list(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* The parenthesis behind a name is the current token. */
struct sql_expr *sql_parse_call(struct sql_parser *p, struct sql_expr *expr)
{
	expr->kind = X_CALL;
	sql_next(p);
	sql_parse_arguments(p, expr);
	if (sql_skip_word(p, "KEEP"))
		keep(p, expr);
	if (sql_at_word(p, "IGNORE"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	(void)sql_skip_words(p, "RESPECT", "NULLS");
	if (sql_skip_words(p, "WITHIN", "GROUP")) {
		(void)sql_want_op(p, "(", 906, "missing left parenthesis");
		(void)sql_want_word(p, "ORDER", 905, "missing keyword");
		(void)sql_want_word(p, "BY", 924, "missing BY keyword");
		expr->order = sql_parse_order_list(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	}
	if (sql_skip_word(p, "OVER"))
		over_clause(p, expr);
	return sql_end_expr(p, expr);
}
