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

static struct sql_expr *finish(struct sql_parser *p, struct sql_expr *expr)
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
	return finish(p, expr);
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

struct sql_order *sql_parse_order_list(struct sql_parser *p)
{
	struct sql_order *first = NULL, **last = &first;

	do {
		struct sql_order *order = cw_new(p->arena, struct sql_order, 1);

		order->expr = sql_parse_expr(p);
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

/* ---- primaries --------------------------------------------------------------- */

static struct sql_expr *literal(struct sql_parser *p, enum sql_expr_kind kind)
{
	struct sql_expr *expr = sql_new_expr(p, kind);

	expr->text = p->token.text;
	expr->text_len = p->token.len;
	expr->type = p->token.real == 'F' ? SQL_FLOAT : p->token.real == 'D' ? SQL_DOUBLE : SQL_ANY;
	if (kind == X_STRING && p->token.len == 0)
		expr->kind = X_NULL; /* Oracle: '' is NULL */
	sql_next(p);
	return finish(p, expr);
}

/* DATE '2024-01-31' and TIMESTAMP '...': the word is taken. */
static struct sql_expr *datetime_literal(struct sql_parser *p, enum sql_expr_kind kind)
{
	uint32_t at = p->token.at;
	struct sql_expr *expr;

	sql_next(p);
	expr = literal(p, kind);
	if (expr)
		expr->at = at;
	return expr;
}

/* YEAR ... SECOND, and its precision; *leading and *fraction are left alone where none is said. */
static const char *interval_unit(struct sql_parser *p, int16_t *leading, int16_t *fraction)
{
	static const char *const units[] = { "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND" };
	int16_t *value = leading;

	for (size_t i = 0; i < CW_ARRAY_LEN(units); i++) {
		if (!sql_skip_word(p, units[i]))
			continue;
		if (sql_skip_op(p, "(")) {
			for (; p->token.kind == T_NUMBER || sql_at_op(p, ","); sql_next(p))
				if (p->token.kind == T_NUMBER && p->token.len == 1)
					*value = (int16_t)(p->token.text[0] - '0');
				else
					value = fraction;
			(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		}
		return units[i];
	}
	return sql_parse_fail(p, 30089, "missing or invalid <datetime field>");
}

static struct sql_expr *interval_literal(struct sql_parser *p)
{
	struct sql_expr *expr = datetime_literal(p, X_INTERVAL);

	if (!expr)
		return NULL;
	expr->leading = 2;
	expr->fraction = 6;
	expr->unit = interval_unit(p, &expr->leading, &expr->fraction);
	if (sql_skip_word(p, "TO"))
		expr->unit_to = interval_unit(p, &expr->fraction, &expr->fraction);
	if (!expr->unit || (expr->unit_to && strcmp(expr->unit, "YEAR") != 0 &&
			    strcmp(expr->unit_to, "MONTH") == 0))
		return sql_parse_fail(p, 30089, "missing or invalid <datetime field>");
	return finish(p, expr);
}

static struct sql_expr *case_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CASE);

	sql_next(p);
	if (!sql_at_word(p, "WHEN")) {
		expr->has_operand = true;
		sql_add_arg(expr, sql_parse_expr(p));
	}
	if (!sql_at_word(p, "WHEN"))
		return sql_parse_fail(p, 905, "missing keyword");
	while (sql_skip_word(p, "WHEN")) {
		sql_add_arg(expr, sql_parse_expr(p));
		(void)sql_want_word(p, "THEN", 905, "missing keyword");
		sql_add_arg(expr, sql_parse_expr(p));
	}
	if (sql_skip_word(p, "ELSE")) {
		expr->has_else = true;
		sql_add_arg(expr, sql_parse_expr(p));
	}
	(void)sql_want_word(p, "END", 905, "missing keyword");
	return finish(p, expr);
}

static struct sql_expr *cast_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CAST);

	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	sql_add_arg(expr, sql_parse_expr(p));
	(void)sql_want_word(p, "AS", 905, "missing keyword");
	expr->cast = sql_parse_type(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

static const char *extract_field(struct sql_parser *p)
{
	static const char *const zone[] = { "TIMEZONE_HOUR", "TIMEZONE_MINUTE" };
	int16_t ignored;

	for (size_t i = 0; i < CW_ARRAY_LEN(zone); i++)
		if (sql_skip_word(p, zone[i]))
			return zone[i];
	return interval_unit(p, &ignored, &ignored);
}

static struct sql_expr *extract_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_EXTRACT);

	sql_next(p);
	sql_next(p);
	expr->text = extract_field(p);
	(void)sql_want_word(p, "FROM", 923, "FROM keyword not found where expected");
	sql_add_arg(expr, sql_parse_expr(p));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

/* TRIM([LEADING|TRAILING|BOTH] [c] FROM s) or TRIM(s): a call of TRIM, LTRIM or RTRIM. */
static struct sql_expr *trim_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CALL), *what = NULL, *from;
	const char *name = "TRIM";
	bool side = true;

	sql_next(p);
	sql_next(p);
	if (sql_skip_word(p, "LEADING"))
		name = "LTRIM";
	else if (sql_skip_word(p, "TRAILING"))
		name = "RTRIM";
	else
		side = sql_skip_word(p, "BOTH");
	if (!sql_at_word(p, "FROM"))
		what = sql_parse_expr(p);
	from = sql_skip_word(p, "FROM") ? sql_parse_expr(p) : NULL;
	if (side && !from)
		return sql_parse_fail(p, 30001, "trim set should have only one character");
	expr->name = (struct sql_name){ .count = 1, .part = { name }, .at = expr->at };
	sql_add_arg(expr, from ? from : what);
	if (from)
		sql_add_arg(expr, what);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

/* TRANSLATE(s USING {CHAR_CS | NCHAR_CS}) is a conversion; TRANSLATE(s, from, to) a call like any. */
static struct sql_expr *translate_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CALL);
	const char *name = "TRANSLATE";

	sql_next(p);
	sql_next(p);
	sql_add_arg(expr, sql_parse_expr(p));
	if (sql_skip_word(p, "USING")) {
		name = sql_skip_word(p, "NCHAR_CS") ? "TO_NCHAR" : "TO_CHAR";
		if (strcmp(name, "TO_CHAR") == 0)
			(void)sql_want_word(p, "CHAR_CS", 905, "missing keyword");
	}
	while (sql_skip_op(p, ","))
		sql_add_arg(expr, sql_parse_expr(p));
	expr->name = (struct sql_name){ .count = 1, .part = { name }, .at = expr->at };
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

/* ---- calls -------------------------------------------------------------------- */

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
				sql_add_arg(expr, finish(p, named));
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

/* KEEP (DENSE_RANK {FIRST | LAST} ORDER BY ...), of MIN and MAX */
static void keep(struct sql_parser *p, struct sql_expr *expr)
{
	const char *name = expr->name.part[expr->name.count - 1u];

	if (strcmp(name, "MIN") != 0 && strcmp(name, "MAX") != 0)
		(void)sql_parse_fail(p, 3001, "unimplemented feature: KEEP of another than MIN and MAX");
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
static struct sql_expr *call(struct sql_parser *p, struct sql_expr *expr)
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
	return finish(p, expr);
}

static bool at_outer_mark(const struct sql_parser *p)
{
	const char *rest = p->lexer.sql + p->lexer.at;
	const char *end = p->lexer.sql + p->lexer.len;

	if (!sql_at_op(p, "(") || p->ahead.kind != T_OP || strcmp(p->ahead.text, "+") != 0)
		return false;
	while (rest < end && (*rest == ' ' || *rest == '\t' || *rest == '\n'))
		rest++;
	return rest < end && *rest == ')';
}

static struct sql_expr *around(struct sql_parser *p, enum sql_expr_kind kind, struct sql_expr *base)
{
	struct sql_expr *expr = sql_new_expr(p, kind);

	expr->at = base->at;
	sql_add_arg(expr, base);
	return expr;
}

#define SELECTORS_MAX 16u

/* What stands behind c(i) in PL/SQL: .field, .method(i), (j) */
static struct sql_expr *selectors(struct sql_parser *p, struct sql_expr *expr)
{
	for (unsigned count = 0; expr && !expr->over && count < SELECTORS_MAX; count++) {
		if (sql_at_op(p, ".") &&
		    (p->ahead.kind == T_WORD || p->ahead.kind == T_QUOTED)) {
			sql_next(p);
			expr = around(p, X_FIELD, expr);
			expr->text = p->token.text;
			sql_next(p);
		} else if (sql_at_op(p, "(") && !at_outer_mark(p)) {
			sql_next(p);
			expr = around(p, X_ITEM, expr);
			if (!sql_at_op(p, ")"))
				sql_add_arg(expr, sql_parse_expr(p));
			(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		} else {
			break;
		}
		expr = finish(p, expr);
	}
	return expr;
}

static struct sql_expr *name_or_call(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_NAME);

	expr->name = sql_parse_name(p);
	if (sql_at_op(p, ".") && p->ahead.kind == T_OP && strcmp(p->ahead.text, "*") == 0) {
		sql_next(p);
		sql_next(p);
		expr->kind = X_STAR;
		return finish(p, expr);
	}
	if (at_outer_mark(p)) {
		sql_next(p);
		sql_next(p);
		sql_next(p);
		expr->outer_join = true;
		return finish(p, expr);
	}
	if (sql_at_op(p, "("))
		return p->plsql ? selectors(p, call(p, expr)) : call(p, expr);
	if (p->plsql && sql_at_op(p, "%") && p->ahead.kind == T_WORD) {
		sql_next(p);
		expr->kind = X_ATTRIBUTE;
		expr->text = p->token.text;
		sql_next(p);
		return selectors(p, finish(p, expr));
	}
	return finish(p, expr);
}

/* :date; a quoted name may be such a word. */
static bool is_bind_reserved(const struct sql_parser *p)
{
	return !p->plsql && p->lexer.sql[p->token.end - 1] != '"' && sql_reserved(p->token.text);
}

static struct sql_expr *bind_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_BIND);

	if (is_bind_reserved(p))
		return sql_parse_fail(p, 1745, "invalid host/bind variable name");
	expr->text = p->token.text;
	expr->count = 0;
	expr->column = p->bind_count; /* its place, from 0 */
	sql_add_bind(p, expr->text);
	sql_next(p);
	if (p->plsql && sql_at_op(p, ".")) { /* :NEW.id */
		sql_next(p);
		expr->name = sql_parse_name(p);
	}
	return finish(p, expr);
}

/* ( ... ): a subquery, an expression or a row. */
static struct sql_expr *parenthesised(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_QUERY);

	sql_next(p);
	if (sql_at_query(p)) {
		expr->query = sql_parse_query(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		return finish(p, expr);
	}
	expr->arg = sql_parse_expr_list(p, &expr->count);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_parse_failed(p))
		return NULL;
	if (expr->count == 1) {
		expr->arg->parenthesised = true;
		return expr->arg;
	}
	expr->kind = X_ROW;
	return finish(p, expr);
}

static struct sql_expr *exists_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_EXISTS);

	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	expr->query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

static struct sql_expr *cursor_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CURSOR);

	sql_next(p);
	sql_next(p);
	expr->query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return finish(p, expr);
}

static bool ahead_is(const struct sql_parser *p, enum sql_token_kind kind, const char *op)
{
	return p->ahead.kind == kind && (!op || strcmp(p->ahead.text, op) == 0);
}

static struct sql_expr *null_literal(struct sql_parser *p)
{
	return literal(p, X_NULL);
}

static struct sql_expr *default_word(struct sql_parser *p)
{
	return literal(p, X_DEFAULT);
}

static struct sql_expr *date_literal(struct sql_parser *p)
{
	return datetime_literal(p, X_DATE);
}

static struct sql_expr *timestamp_literal(struct sql_parser *p)
{
	return datetime_literal(p, X_TIMESTAMP);
}

/* Words that begin an expression of a form of their own; NULL: it is a name. */
/* Functions that are not played and whose arguments are none: AS, PASSING, NAME ... */
static bool own_form(const struct sql_parser *p)
{
	static const char *const words[] = { "XMLAGG",	  "XMLCAST",   "XMLCOLATTVAL", "XMLELEMENT",
					     "XMLEXISTS", "XMLFOREST", "XMLPARSE",     "XMLPI",
					     "XMLQUERY",  "XMLROOT" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]) && ahead_is(p, T_OP, "("))
			return true;
	return false;
}

static struct sql_expr *keyword_expr(struct sql_parser *p, bool *ret_taken)
{
	static const struct {
		const char *word;
		enum sql_token_kind ahead; /* T_END: whatever follows */
		const char *op;
		struct sql_expr *(*parse)(struct sql_parser *);
	} forms[] = {
		{ "NULL", T_END, NULL, null_literal },
		{ "CASE", T_END, NULL, case_expr },
		{ "EXISTS", T_END, NULL, exists_expr },
		{ "DEFAULT", T_END, NULL, default_word },
		{ "DATE", T_STRING, NULL, date_literal },
		{ "TIMESTAMP", T_STRING, NULL, timestamp_literal },
		{ "INTERVAL", T_STRING, NULL, interval_literal },
		{ "CAST", T_OP, "(", cast_expr },
		{ "CURSOR", T_OP, "(", cursor_expr },
		{ "EXTRACT", T_OP, "(", extract_expr },
		{ "TRIM", T_OP, "(", trim_expr },
		{ "TRANSLATE", T_OP, "(", translate_expr },
		{ "JSON_VALUE", T_OP, "(", sql_parse_json_value },
		{ "JSON_EXISTS", T_OP, "(", sql_parse_json_exists },
		{ "JSON_QUERY", T_OP, "(", sql_parse_json_query },
		{ "JSON_OBJECT", T_OP, "(", sql_parse_json_object },
		{ "JSON_ARRAY", T_OP, "(", sql_parse_json_array },
		{ "JSON_OBJECTAGG", T_OP, "(", sql_parse_json_object },
		{ "JSON_ARRAYAGG", T_OP, "(", sql_parse_json_array },
		{ "JSON_SERIALIZE", T_OP, "(", sql_parse_json_serialize },
		{ "XMLSERIALIZE", T_OP, "(", sql_parse_xmlserialize },
	};

	*ret_taken = true;
	if (p->release >= RH_23 && !p->plsql && (sql_at_word(p, "TRUE") || sql_at_word(p, "FALSE")))
		return sql_parse_truth(p);
	for (size_t i = 0; i < CW_ARRAY_LEN(forms); i++)
		if (sql_at_word(p, forms[i].word) &&
		    (forms[i].ahead == T_END || ahead_is(p, forms[i].ahead, forms[i].op)))
			return forms[i].parse(p);
	if (own_form(p))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	*ret_taken = false;
	return NULL;
}

/* Reserved words that are names of values all the same. */
static bool value_word(const char *word)
{
	static const char *const words[] = { "ROWID", "ROWNUM", "SYSDATE", "UID",
					     "USER",  "LEVEL",	"CHAR",	   "RAW" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static struct sql_expr *primary(struct sql_parser *p)
{
	struct sql_expr *expr;
	bool taken;

	switch (p->token.kind) {
	case T_NUMBER:
		return literal(p, X_NUMBER);
	case T_STRING:
		return literal(p, X_STRING);
	case T_BIND:
		return bind_expr(p);
	case T_QUOTED:
		return name_or_call(p);
	case T_WORD:
		expr = keyword_expr(p, &taken);
		if (taken)
			return expr;
		if (sql_reserved(p->token.text) && !value_word(p->token.text) &&
		    !(p->plsql && ahead_is(p, T_OP, ".")))
			break;
		return name_or_call(p);
	case T_OP:
		if (sql_at_op(p, "("))
			return parenthesised(p);
		break;
	case T_END:
		break;
	}
	return p->plsql ? sql_parse_fail(p, 6550, "PLS-00103: an expression was expected")
			: sql_parse_fail(p, 936, "missing expression");
}

/* ---- operators ------------------------------------------------------------------ */

static struct sql_expr *postfix(struct sql_parser *p)
{
	struct sql_expr *expr = primary(p);

	while (expr && sql_at_word(p, "AT") &&
	       (sql_ahead_word(p, "TIME") || sql_ahead_word(p, "LOCAL"))) {
		struct sql_expr *zone = sql_new_expr(p, X_AT_ZONE);

		sql_next(p);
		sql_add_arg(zone, expr);
		if (!sql_skip_word(p, "LOCAL")) {
			sql_next(p);
			(void)sql_want_word(p, "ZONE", 905, "missing keyword");
			sql_add_arg(zone, primary(p));
		}
		expr = finish(p, zone);
	}
	return expr;
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
		return finish(p, expr);
	}
	if (sql_at_word(p, "PRIOR") || sql_at_word(p, "CONNECT_BY_ROOT")) {
		expr = sql_new_expr(p, X_UNARY);
		expr->op = p->token.text;
		sql_next(p);
		sql_add_arg(expr, postfix(p));
		return finish(p, expr);
	}
	return postfix(p);
}

static struct sql_expr *left_chain(struct sql_parser *p, const char *const *ops, size_t count,
				   struct sql_expr *(*below)(struct sql_parser *))
{
	struct sql_expr *expr = below(p);

	for (size_t i = 0; expr && i < count; i++) {
		uint32_t at = p->token.at;

		if (!sql_skip_op(p, ops[i]))
			continue;
		expr = binary(p, ops[i], expr, at, below(p));
		i = (size_t)-1; /* look through all of them again */
	}
	return expr;
}

static struct sql_expr *power(struct sql_parser *p)
{
	static const char *const ops[] = { "**" };

	return p->plsql ? left_chain(p, ops, CW_ARRAY_LEN(ops), unary) : unary(p);
}

static struct sql_expr *product(struct sql_parser *p)
{
	static const char *const ops[] = { "*", "/" };

	return left_chain(p, ops, CW_ARRAY_LEN(ops), power);
}

struct sql_expr *sql_parse_sum(struct sql_parser *p)
{
	static const char *const ops[] = { "+", "-", "||" };

	return left_chain(p, ops, CW_ARRAY_LEN(ops), product);
}

/* expr [NOT] IN (...) : behind IN. */
static struct sql_expr *in_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = sql_new_expr(p, X_IN);

	expr->negated = negated;
	expr->at = left->at;
	sql_add_arg(expr, left);
	if (!sql_at_op(p, "(")) { /* IN :1, IN x: a list of one */
		sql_add_arg(expr, postfix(p));
		return finish(p, expr);
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
	return finish(p, expr);
}

static struct sql_expr *between_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = sql_new_expr(p, X_BETWEEN);

	expr->negated = negated;
	expr->at = left->at;
	sql_add_arg(expr, left);
	sql_add_arg(expr, sql_parse_sum(p));
	(void)sql_want_word(p, "AND", 905, "missing keyword");
	sql_add_arg(expr, sql_parse_sum(p));
	return finish(p, expr);
}

static struct sql_expr *like_expr(struct sql_parser *p, struct sql_expr *left, bool negated)
{
	struct sql_expr *expr = sql_new_expr(p, X_LIKE);

	expr->negated = negated;
	expr->at = left->at;
	sql_add_arg(expr, left);
	sql_add_arg(expr, sql_parse_sum(p));
	if (sql_skip_word(p, "ESCAPE"))
		sql_add_arg(expr, sql_parse_sum(p));
	return finish(p, expr);
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
	return finish(p, expr);
}

/* The right side of a comparison: ANY|SOME|ALL (...) or a sum. */
static struct sql_expr *compare_expr(struct sql_parser *p, struct sql_expr *left, const char *op)
{
	uint32_t at = p->token.at;
	struct sql_expr *expr;
	bool all = sql_at_word(p, "ALL");

	if (!all && !sql_at_word(p, "ANY") && !sql_at_word(p, "SOME"))
		return binary(p, op, left, at, sql_parse_sum(p));
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
	return finish(p, expr);
}

/* NOT of NOT IN, NOT LIKE and NOT BETWEEN. */
static bool skip_negation(struct sql_parser *p)
{
	static const char *const words[] = { "IN", "LIKE", "LIKE4", "BETWEEN" };

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
	return finish(p, expr);
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
