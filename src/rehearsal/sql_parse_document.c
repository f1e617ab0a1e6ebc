/* sql_parse_document.c - JSON_SERIALIZE, XMLSERIALIZE, TRUE and FALSE; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

/* The argument is read; what is asked for as another type is cast. */
static struct sql_expr *serialized(struct sql_parser *p, struct sql_expr *call, const char *as)
{
	struct sql_expr *cast;

	if (sql_skip_word(p, as)) {
		cast = sql_new_expr(p, X_CAST);
		cast->at = call->at;
		cast->cast = sql_parse_type(p);
		sql_add_arg(cast, call);
		call = cast;
	}
	if (!sql_at_op(p, ")"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	sql_next(p);
	call->end = p->last_end;
	return sql_parse_failed(p) ? NULL : call;
}

static struct sql_expr *begin(struct sql_parser *p)
{
	struct sql_expr *call = sql_new_call(p, p->token.text, p->token.at);

	sql_next(p);
	sql_next(p);
	return call;
}

struct sql_expr *sql_parse_json_serialize(struct sql_parser *p)
{
	struct sql_expr *call = begin(p);

	sql_add_arg(call, sql_parse_expr(p));
	return sql_parse_failed(p) ? NULL : serialized(p, call, "RETURNING");
}

/* From 21c on. */
struct sql_expr *sql_parse_json_scalar(struct sql_parser *p)
{
	struct sql_expr *call;

	if (p->release < RH_21)
		return sql_parse_fail(p, 904, "\"JSON_SCALAR\": invalid identifier");
	call = begin(p);
	call->is_json = true;
	sql_add_arg(call, sql_parse_expr(p));
	if (!sql_at_op(p, ")"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	sql_next(p);
	call->end = p->last_end;
	return sql_parse_failed(p) ? NULL : call;
}

struct sql_expr *sql_parse_xmlserialize(struct sql_parser *p)
{
	struct sql_expr *call = begin(p);

	if (!sql_skip_word(p, "CONTENT") && !sql_skip_word(p, "DOCUMENT"))
		return sql_parse_fail(p, 905, "missing keyword");
	sql_add_arg(call, sql_parse_expr(p));
	return sql_parse_failed(p) ? NULL : serialized(p, call, "AS");
}

struct sql_expr *sql_parse_truth(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_NAME);

	expr->at = p->token.at;
	expr->name = (struct sql_name){ .count = 1, .part = { p->token.text }, .at = p->token.at };
	expr->printed = sql_at_word(p, "TRUE") ? "true" : "false";
	expr->type = SQL_BOOL;
	sql_next(p);
	expr->end = p->last_end;
	return expr;
}
