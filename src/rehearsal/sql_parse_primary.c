/* sql_parse_primary.c - what operators stand between: literals, names, calls, parentheses, CASE; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

static struct sql_expr *literal(struct sql_parser *p, enum sql_expr_kind kind)
{
	struct sql_expr *expr = sql_new_expr(p, kind);

	expr->text = p->token.text;
	expr->text_len = p->token.len;
	expr->type = p->token.real == 'F' ? SQL_FLOAT : p->token.real == 'D' ? SQL_DOUBLE : SQL_ANY;
	if (kind == X_STRING && p->token.len == 0)
		expr->kind = X_NULL; /* Oracle: '' is NULL */
	sql_next(p);
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
}

/* COLLECT ([DISTINCT] value [ORDER BY ...]), MULTISET (query) */
static void collected(struct sql_parser *p, struct sql_expr *expr)
{
	expr->op = sql_at_word(p, "COLLECT") ? "COLLECT" : "MULTISET";
	sql_next(p);
	sql_next(p);
	if (expr->op[0] == 'M') {
		expr->query = sql_parse_query(p);
	} else {
		expr->distinct = sql_skip_word(p, "DISTINCT") || sql_skip_word(p, "UNIQUE");
		sql_add_arg(expr, sql_parse_expr(p));
		if (sql_skip_words(p, "ORDER", "BY"))
			expr->order = sql_parse_order_list(p);
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

static struct sql_expr *cast_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CAST);
	bool collects;

	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	collects = (sql_at_word(p, "COLLECT") || sql_at_word(p, "MULTISET")) &&
		   p->ahead.kind == T_OP && strcmp(p->ahead.text, "(") == 0;
	if (collects)
		collected(p, expr);
	else
		sql_add_arg(expr, sql_parse_expr(p));
	(void)sql_want_word(p, "AS", 905, "missing keyword");
	p->casts = true;
	expr->cast = sql_parse_type(p);
	p->casts = false;
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (collects || expr->cast->name.count > 0) {
		expr->kind = X_COLLECTED;
		expr->name = expr->cast->name;
	}
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
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
		if (sql_at_op(p, ".") && (p->ahead.kind == T_WORD || p->ahead.kind == T_QUOTED)) {
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
		expr = sql_end_expr(p, expr);
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
		return sql_end_expr(p, expr);
	}
	if (at_outer_mark(p)) {
		sql_next(p);
		sql_next(p);
		sql_next(p);
		expr->outer_join = true;
		return sql_end_expr(p, expr);
	}
	if (sql_at_op(p, "("))
		return p->plsql ? selectors(p, sql_parse_call(p, expr)) : sql_parse_call(p, expr);
	if (p->plsql && sql_at_op(p, "%") && p->ahead.kind == T_WORD) {
		sql_next(p);
		expr->kind = X_ATTRIBUTE;
		expr->text = p->token.text;
		sql_next(p);
		return selectors(p, sql_end_expr(p, expr));
	}
	return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
}

/* ( ... ): a subquery, an expression or a row. */
static struct sql_expr *parenthesised(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_QUERY);

	sql_next(p);
	if (sql_at_query(p)) {
		expr->query = sql_parse_query(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		return sql_end_expr(p, expr);
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
	return sql_end_expr(p, expr);
}

static struct sql_expr *exists_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_EXISTS);

	sql_next(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	expr->query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return sql_end_expr(p, expr);
}

static struct sql_expr *cursor_expr(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_CURSOR);

	sql_next(p);
	sql_next(p);
	expr->query = sql_parse_query(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return sql_end_expr(p, expr);
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
		{ "JSON_MERGEPATCH", T_OP, "(", sql_parse_json_mergepatch },
		{ "JSON_SCALAR", T_OP, "(", sql_parse_json_scalar },
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

struct sql_expr *sql_parse_primary(struct sql_parser *p)
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
		if (!sql_at_ident(p) && !value_word(p->token.text) &&
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
