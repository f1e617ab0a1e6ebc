/* sql_parse_json_made.c - what makes JSON: JSON_OBJECT, JSON_ARRAY, their aggregates, JSON_QUERY; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

#define TEXT_BYTES 4000u /* of the VARCHAR2 where RETURNING says nothing */

static struct sql_expr *called(struct sql_parser *p, struct sql_json_call **ret_json)
{
	struct sql_expr *call = sql_new_call(p, p->token.text, p->token.at);

	*ret_json = cw_new(p->arena, struct sql_json_call, 1);
	(*ret_json)->bytes = TEXT_BYTES;
	call->json = *ret_json;
	call->is_json = true;
	return call;
}

/* ---- what follows the arguments ------------------------------------------------------------------ */

/* RETURNING type: NULL where it is VARCHAR2, which the function makes itself. */
static struct sql_type_name *returning(struct sql_parser *p, struct sql_json_call *json)
{
	struct sql_type_name *type;

	if (!sql_skip_word(p, "RETURNING"))
		return NULL;
	if (sql_at_word(p, "VARCHAR2") && !(p->ahead.kind == T_OP && p->ahead.text[0] == '(')) {
		sql_next(p);
		return NULL;
	}
	type = sql_parse_type(p);
	if (type->ora_type == CW_ORA_VARCHAR2)
		json->bytes = type->length;
	else if (type->ora_type == CW_ORA_CLOB ||
		 (type->ora_type == CW_ORA_JSON && p->release >= RH_21))
		json->bytes = 0;
	else
		return sql_parse_fail(p, 3001, "unimplemented feature: JSON of such a type");
	return type->ora_type == CW_ORA_VARCHAR2 ? NULL : type;
}

static void null_clause(struct sql_parser *p, struct sql_json_call *json, bool absent)
{
	json->absent = absent;
	if ((sql_at_word(p, "NULL") || sql_at_word(p, "ABSENT")) && sql_ahead_word(p, "ON")) {
		json->absent = sql_at_word(p, "ABSENT");
		sql_next(p);
		sql_next(p);
		(void)sql_want_word(p, "NULL", 905, "missing keyword");
	}
}

/* The parenthesis that ends the call, which is cast if it is no VARCHAR2. */
static struct sql_expr *closed(struct sql_parser *p, struct sql_expr *call,
			       struct sql_type_name *type)
{
	struct sql_expr *outer = call;

	if (type && type->ora_type == CW_ORA_JSON) {
		outer = sql_new_call(p, "JSON", call->at);
	} else if (type) {
		outer = sql_new_expr(p, X_CAST);
		outer->cast = type;
	}
	if (outer != call) {
		outer->at = call->at;
		outer->is_json = true;
		sql_add_arg(outer, call);
	}
	if (sql_at_word(p, "STRICT") || sql_at_word(p, "WITH"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	call->end = outer->end = p->last_end;
	return sql_parse_failed(p) ? NULL : outer;
}

/* What stands behind the members: RETURNING, STRICT. */
static struct sql_expr *made(struct sql_parser *p, struct sql_expr *call,
			     struct sql_json_call *json)
{
	struct sql_type_name *type = returning(p, json);

	json->strict = sql_skip_word(p, "STRICT");
	return closed(p, call, type);
}

/* ---- members ------------------------------------------------------------------------------------- */

static struct sql_expr *value(struct sql_parser *p)
{
	struct sql_expr *expr = sql_parse_expr(p);

	if (expr && sql_skip_words(p, "FORMAT", "JSON"))
		expr->is_json = true;
	return expr;
}

/* Behind a key a colon is no bind's: its name is read again as what it is. */
static void unbind(struct sql_parser *p)
{
	p->lexer.at = p->token.at + 1;
	p->ahead = sql_lex_next(&p->lexer);
	sql_next(p);
}

/* JSON_OBJECT (salary): the key is spelled as the column is here. */
static struct sql_expr *own_key(struct sql_parser *p, const struct sql_expr *column)
{
	struct sql_expr *key = sql_new_expr(p, X_STRING);
	const char *text = p->lexer.sql + column->at, *dot;
	size_t len = column->end - column->at;

	for (dot = memchr(text, '.', len); dot; dot = memchr(text, '.', len)) {
		len -= (size_t)(dot + 1 - text);
		text = dot + 1;
	}
	if (column->name.quoted) {
		text = column->name.part[column->name.count - 1u];
		len = strlen(text);
	}
	key->at = column->at;
	key->text = memcpy(cw_new(p->arena, char, len + 1), text, len);
	key->text_len = (uint32_t)len;
	return key;
}

/* [KEY] 'k' {VALUE | IS | :} v, or a column alone */
static void member(struct sql_parser *p, struct sql_expr *call, bool alone)
{
	struct sql_expr *key;

	if (alone && sql_skip_op(p, "*")) { /* every column by its name, which the resolver knows */
		sql_add_arg(call, sql_new_expr(p, X_STAR));
		return;
	}
	if (sql_at_word(p, "KEY") && p->ahead.kind != T_OP)
		sql_next(p);
	key = sql_parse_sum(p);
	if (!key)
		return;
	if (alone && key->kind == X_STAR) {
		sql_add_arg(call, key);
		return;
	}
	if (p->token.kind == T_BIND) {
		unbind(p);
	} else if (!sql_skip_word(p, "VALUE") && !sql_skip_word(p, "IS")) {
		if (!alone || key->kind != X_NAME || p->release < RH_19) {
			(void)sql_parse_fail(p, 2000, "missing VALUE keyword");
			return;
		}
		sql_add_arg(call, own_key(p, key));
		if (sql_skip_words(p, "FORMAT", "JSON"))
			key->is_json = true;
		sql_add_arg(call, key);
		return;
	}
	sql_add_arg(call, key);
	sql_add_arg(call, value(p));
}

struct sql_expr *sql_parse_json_object(struct sql_parser *p)
{
	bool one = sql_at_word(p, "JSON_OBJECTAGG");
	struct sql_json_call *json;
	struct sql_expr *call = called(p, &json);

	sql_next(p);
	sql_next(p);
	if (!sql_at_op(p, ")") && !sql_at_word(p, "RETURNING"))
		do
			member(p, call, !one);
		while (!sql_parse_failed(p) && !one && sql_skip_op(p, ","));
	null_clause(p, json, false);
	return made(p, call, json);
}

struct sql_expr *sql_parse_json_array(struct sql_parser *p)
{
	bool one = sql_at_word(p, "JSON_ARRAYAGG");
	struct sql_json_call *json;
	struct sql_expr *call = called(p, &json);

	sql_next(p);
	sql_next(p);
	if (!sql_at_op(p, ")") && !sql_at_word(p, "RETURNING"))
		do
			sql_add_arg(call, value(p));
		while (!sql_parse_failed(p) && !one && sql_skip_op(p, ","));
	if (one && sql_skip_words(p, "ORDER", "BY"))
		call->order = sql_parse_order_list(p);
	null_clause(p, json, true);
	return made(p, call, json);
}

/* ---- JSON_MERGEPATCH ------------------------------------------------------------------------------ */

struct sql_expr *sql_parse_json_mergepatch(struct sql_parser *p)
{
	struct sql_json_call *json;
	struct sql_expr *call = called(p, &json);
	struct sql_type_name *type;

	sql_next(p);
	sql_next(p);
	sql_add_arg(call, sql_parse_expr(p));
	(void)sql_want_op(p, ",", 938, "not enough arguments for function");
	sql_add_arg(call, sql_parse_expr(p));
	type = returning(p, json);
	if (sql_at_word(p, "PRETTY") || sql_at_word(p, "ASCII") || sql_at_word(p, "TRUNCATE"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	json->on_error = "NULL";
	if (sql_at_word(p, "ERROR") || sql_at_word(p, "NULL")) {
		json->on_error = sql_at_word(p, "ERROR") ? "ERROR" : "NULL";
		sql_next(p);
		(void)sql_want_word(p, "ON", 969, "missing ON keyword");
		(void)sql_want_word(p, "ERROR", 905, "missing keyword");
	}
	return closed(p, call, type);
}

/* ---- JSON_QUERY ---------------------------------------------------------------------------------- */

/* {WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL]} [ARRAY] WRAPPER */
static void wrapper(struct sql_parser *p, struct sql_json_call *json)
{
	json->wrap = "WITHOUT";
	if (sql_skip_word(p, "WITH")) {
		json->wrap = sql_skip_word(p, "CONDITIONAL") ? "CONDITIONAL" : "WITH";
		(void)sql_skip_word(p, "UNCONDITIONAL");
	} else if (!sql_skip_word(p, "WITHOUT")) {
		return;
	}
	(void)sql_skip_word(p, "ARRAY");
	(void)sql_want_word(p, "WRAPPER", 905, "missing keyword");
}

/* {ERROR | NULL | EMPTY [ARRAY | OBJECT]} ON {ERROR | EMPTY}; false: none of them */
static bool on_clause(struct sql_parser *p, struct sql_json_call *json)
{
	const char *what = sql_at_word(p, "ERROR")  ? "ERROR"
			   : sql_at_word(p, "NULL") ? "NULL"
						    : "ARRAY";

	if (!sql_skip_word(p, "ERROR") && !sql_skip_word(p, "NULL")) {
		if (!sql_skip_word(p, "EMPTY"))
			return false;
		if (sql_skip_word(p, "OBJECT"))
			what = "OBJECT";
		else
			(void)sql_skip_word(p, "ARRAY");
	}
	(void)sql_want_word(p, "ON", 969, "missing ON keyword");
	if (sql_skip_word(p, "EMPTY"))
		json->on_empty = what;
	else if (sql_want_word(p, "ERROR", 905, "missing keyword"))
		json->on_error = what;
	return !sql_parse_failed(p);
}

struct sql_expr *sql_parse_json_query(struct sql_parser *p)
{
	struct sql_json_call *json;
	struct sql_expr *call = called(p, &json), *read = sql_parse_json_path(p);
	struct sql_type_name *type;

	if (!read)
		return NULL;
	call->arg = read->arg;
	call->count = read->count;
	type = returning(p, json);
	if (sql_at_word(p, "PRETTY") || sql_at_word(p, "ASCII"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	json->scalars = p->release >= RH_21;
	if (p->release >= RH_21 && (sql_at_word(p, "ALLOW") || sql_at_word(p, "DISALLOW"))) {
		json->scalars = sql_at_word(p, "ALLOW");
		sql_next(p);
		(void)sql_want_word(p, "SCALARS", 905, "missing keyword");
	}
	wrapper(p, json);
	json->on_error = "NULL";
	while (on_clause(p, json))
		;
	if (!json->on_empty)
		json->on_empty = json->on_error;
	return closed(p, call, type);
}
