/* sql_print_expr.c - expressions in PostgreSQL's SQL; see sql_print.h */
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_print_parts.h"

#include <string.h>

/* So long a literal has no more digits than a NUMBER keeps. */
#define NUMBER_DIGITS_SURE 38

/* ---- values of one type made to another --------------------------------------------------- */

static void put_wrapped(struct printer *p, const char *function, const struct sql_expr *expr)
{
	put(p, function);
	put(p, "(");
	sql_put_expr(p, expr);
	put(p, ")");
}

/* A CHAR as text with the blanks that Oracle has: a column's width may be bytes, bpchar's is characters. */
static void put_padded(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_column *c = expr->kind == X_NAME && expr->from && !expr->printed
					     ? &expr->from->column[expr->column]
					     : NULL;

	put(p, "ora.padded(");
	sql_put_expr(p, expr);
	if (c && c->ora_type == CW_ORA_CHAR && c->char_used != 'C' && c->byte_length > 1)
		cw_wr_printf(p->out, ", %u", c->byte_length);
	put(p, ")");
}

/* The same of what is no text. */
static const char *conversion_from_other(uint8_t have, uint8_t want)
{
	static const struct {
		uint8_t have, want;
		const char *function;
	} others[] = { { SQL_NUMBER, SQL_BOOL, "ora.to_boolean" },
		       { SQL_BOOL, SQL_NUMBER, "ora.boolean_number" },
		       { SQL_RAW, SQL_JSON, "ora.to_json" },
		       { SQL_BLOB, SQL_JSON, "ora.to_json" },
		       { SQL_JSON, SQL_BLOB, "ora.json_bytes" } };

	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++)
		if (others[i].have == have && others[i].want == want)
			return others[i].function;
	if (!sql_is_text(want))
		return NULL;
	if (have == SQL_NUMBER)
		return "ora.number_text";
	if (sql_is_time(have) || sql_is_interval(have) || sql_is_real(have))
		return "ora.to_char";
	return have == SQL_RAW ? "ora.rawtohex" : have == SQL_BOOL ? "ora.boolean_text" : NULL;
}

/* The function that turns a value of @have into @want; NULL: none is needed. */
static const char *conversion(uint8_t have, uint8_t want)
{
	if (sql_is_text(have)) {
		switch (want) {
		case SQL_NUMBER:
			return "ora.text_number";
		case SQL_DATE:
			return "ora.to_date";
		case SQL_TIMESTAMP:
			return "ora.to_timestamp";
		case SQL_TIMESTAMP_TZ:
		case SQL_TIMESTAMP_LTZ:
			return "ora.to_timestamp_tz";
		case SQL_INTERVAL:
			return "ora.to_dsinterval";
		case SQL_INTERVAL_YM:
			return "ora.to_yminterval";
		case SQL_FLOAT:
			return "ora.to_binary_float";
		case SQL_DOUBLE:
			return "ora.to_binary_double";
		case SQL_RAW:
		case SQL_BLOB:
			return "ora.hextoraw";
		case SQL_JSON:
			return "ora.to_json";
		case SQL_XML:
			return "ora.to_xml";
		case SQL_BOOL:
			return "ora.to_boolean";
		case SQL_TEXT:
		case SQL_CLOB:
			return have == SQL_CHAR ? "ora.padded" : NULL;
		default:
			return NULL;
		}
	}
	return conversion_from_other(have, want);
}

bool sql_converts(uint8_t have, uint8_t want)
{
	return conversion(have, want) != NULL;
}

void sql_put_as(struct printer *p, const struct sql_expr *expr, uint8_t want)
{
	const char *function = conversion(expr->type, want);

	if (expr->printed && !function)
		put(p, expr->printed);
	else if (expr->kind == X_STRING && want == SQL_CHAR)
		sql_print_literal(p->out, expr->text, expr->text_len);
	else if (expr->kind == X_BIND && expr->type == SQL_TEXT && want == SQL_CHAR)
		cw_wr_printf(p->out, "$%u::bpchar", expr->column + 1);
	else if (function && expr->type == SQL_CHAR && want == SQL_TEXT)
		put_padded(p, expr);
	else if (function)
		put_wrapped(p, function, expr);
	else
		sql_put_expr(p, expr);
}

bool sql_put_converted(struct printer *p, const struct sql_expr *expr, uint8_t want)
{
	const char *type = want == SQL_DATE ? "ora.date" : sql_pg_type(want);

	if (sql_is_lob(expr->type) || want == expr->type)
		return false;
	if ((sql_is_time(expr->type) && sql_is_time(want)) ||
	    (sql_is_real(want) && expr->type == SQL_NUMBER)) {
		put(p, "(");
		sql_put_expr(p, expr);
		cw_wr_printf(p->out, ")::%s", type);
	} else if (sql_is_real(want) && sql_is_real(expr->type)) {
		put_wrapped(p, want == SQL_FLOAT ? "ora.to_binary_float" : "ora.to_binary_double",
			    expr);
	} else if (want == SQL_NUMBER && sql_is_real(expr->type)) {
		put_wrapped(p, "ora.to_number", expr);
	} else if (conversion(expr->type, want)) {
		sql_put_as(p, expr, want);
	} else {
		return false;
	}
	return true;
}

void sql_put_assigned(struct printer *p, const struct sql_expr *expr, uint8_t want)
{
	bool plain = sql_is_text(want) || want == SQL_ANY;

	if (expr->kind == X_NULL && !expr->printed)
		put(p, "NULL");
	else if (expr->kind == X_STRING && plain)
		sql_print_literal(p->out, expr->text, expr->text_len);
	else if (expr->kind == X_BIND && !expr->printed && (plain || want == SQL_NUMBER) &&
		 expr->type != SQL_NUMBER && !sql_is_time(expr->type) && !sql_pg_type(expr->type))
		cw_wr_printf(p->out, "$%u", expr->column + 1);
	else
		sql_put_as(p, expr, want);
}

/* ---- comparisons ---------------------------------------------------------------------------- */

/* Both sides are compared as the type that comes first here, of those that one of them has. */
static uint8_t common_type(uint8_t a, uint8_t b)
{
	static const uint8_t order[] = { SQL_DOUBLE,	   SQL_FLOAT,	      SQL_NUMBER,
					 SQL_INTERVAL,	   SQL_INTERVAL_YM,   SQL_DATE,
					 SQL_TIMESTAMP_TZ, SQL_TIMESTAMP_LTZ, SQL_TIMESTAMP,
					 SQL_RAW,	   SQL_CHAR };

	for (size_t i = 0; i < CW_ARRAY_LEN(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a == SQL_ANY ? b : a;
}

/* A ROWID is compared by its row's number: the text's alphabet does not sort so. */
static void put_rowid_side(struct printer *p, const struct sql_expr *expr)
{
	if (expr->kind == X_ROWID) {
		sql_print_ident(p->out, expr->from->label);
		put(p, ".\"ROWID$\"");
	} else {
		put(p, "rh.rowid_number(");
		sql_put_as(p, expr, SQL_TEXT);
		put(p, ")");
	}
}

static void put_side(struct printer *p, const struct sql_expr *expr, uint8_t type, bool rowid)
{
	if (rowid)
		put_rowid_side(p, expr);
	else
		sql_put_as(p, expr, type);
}

/* A VARCHAR2, which has no blanks but its own: a column, a variable or a bind. */
static bool is_varying(const struct sql_expr *expr)
{
	return expr->type == SQL_TEXT &&
	       (expr->kind == X_NAME || (expr->kind == X_BIND && !expr->printed));
}

static void put_varying(struct printer *p, const struct sql_expr *expr)
{
	if (expr->kind == X_BIND) {
		cw_wr_printf(p->out, "$%u::text", expr->column + 1);
		return;
	}
	put(p, "(");
	sql_put_expr(p, expr);
	put(p, ")::text");
}

/* Beside a CHAR blanks count on Oracle; the first half uses the index. Its type is said twice: as bpchar alone it would lose them. */
static bool put_padded_equal(struct printer *p, const struct sql_expr *left,
			     const struct sql_expr *right)
{
	if (left->type != SQL_CHAR || !is_varying(right))
		return false;
	put(p, "(");
	sql_put_expr(p, left);
	put(p, " = ");
	put_varying(p, right);
	put(p, "::bpchar AND ");
	put_padded(p, left);
	put(p, " = ");
	put_varying(p, right);
	put(p, ")");
	return true;
}

static void put_comparison(struct printer *p, const struct sql_expr *left, const char *op,
			   const struct sql_expr *right)
{
	uint8_t type = common_type(left->type, right->type);
	bool rowid = left->kind == X_ROWID || right->kind == X_ROWID;

	if (type == SQL_CHAR && (is_varying(left) || is_varying(right)))
		type = SQL_TEXT;
	if (strcmp(op, "=") == 0 &&
	    (put_padded_equal(p, left, right) || put_padded_equal(p, right, left)))
		return;
	put_side(p, left, type, rowid);
	put(p, " ");
	put(p, op);
	put(p, " ");
	put_side(p, right, type, rowid);
}

static bool is_comparison(const char *op)
{
	return strcmp(op, "=") == 0 || op[0] == '<' || op[0] == '>';
}

/* What || joins is text as TO_CHAR gives it: moments by the session's format. */
static uint8_t operand_type(const struct sql_expr *expr, bool number, bool joined)
{
	if (number)
		return SQL_NUMBER;
	if (joined &&
	    (sql_is_time(expr->type) || sql_is_interval(expr->type) || sql_is_real(expr->type)))
		return SQL_TEXT;
	return expr->type == SQL_CHAR ? SQL_TEXT : expr->type;
}

/* A DATE that was chosen of several is a timestamp to PostgreSQL; NULL beside a moment is a number of days. */
static void put_operand(struct printer *p, const struct sql_expr *expr, uint8_t type,
			const struct sql_expr *other)
{
	bool date = type == SQL_DATE && (expr->kind == X_CASE || expr->kind == X_CALL);

	if (expr->kind == X_NULL && !expr->printed && sql_is_time(other->type)) {
		put(p, "NULL::numeric");
		return;
	}
	put(p, date ? "(" : "");
	sql_put_as(p, expr, type);
	put(p, date ? ")::ora.date" : "");
}

static const struct sql_expr *element(const struct sql_expr *row, uint32_t place)
{
	const struct sql_expr *one = row->arg;

	while (one && place-- > 0)
		one = one->next;
	return one;
}

/* (a, b) of rows that are compared: each element as what stands in its place calls for. */
static void put_compared_row(struct printer *p, const struct sql_expr *first, const struct sql_expr *row)
{
	uint32_t place = 0;

	put(p, "(");
	for (const struct sql_expr *one = row->arg; one; one = one->next, place++) {
		uint8_t type = SQL_ANY;

		for (const struct sql_expr *other = first; other; other = other->next)
			if (other->kind == X_ROW && element(other, place))
				type = common_type(type, element(other, place)->type);
		put_side(p, one, type, false);
		put(p, one->next ? ", " : ")");
	}
}

static void put_binary(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *left = expr->arg, *right = left->next;
	bool number = strchr("+-*/", expr->op[0]) && !sql_is_time(left->type) &&
		      !sql_is_time(right->type) && !sql_is_interval(left->type) &&
		      !sql_is_interval(right->type);
	bool joined = strcmp(expr->op, "||") == 0;

	put(p, "(");
	if (left->kind != X_ROW && is_comparison(expr->op)) {
		put_comparison(p, left, expr->op, right);
	} else if (left->kind == X_ROW && right->kind == X_ROW) {
		put_compared_row(p, left, left);
		cw_wr_printf(p->out, " %s ", expr->op);
		put_compared_row(p, left, right);
	} else {
		put_operand(p, left, operand_type(left, number, joined), right);
		put(p, " ");
		put(p, strcmp(expr->op, "**") == 0 ? "^" : expr->op);
		put(p, " ");
		put_operand(p, right, operand_type(right, number, joined), left);
	}
	put(p, ")");
}

/* x IN (SELECT y ...): the rows are converted where x is no text and y is. */
static void put_in_query(struct printer *p, const struct sql_expr *left, const struct sql_query *query)
{
	struct sql_expr found = { .kind = X_NAME, .printed = "\"$in\".c", .type = query->column[0].type };
	uint8_t type = common_type(left->type, found.type);
	bool typed = left->kind != X_ROW && query->column_count == 1 && !sql_is_text(type);
	bool converted = typed && conversion(found.type, type);

	if (typed)
		sql_put_as(p, left, type);
	else
		sql_put_expr(p, left);
	put(p, " IN (");
	if (converted) {
		put(p, "SELECT ");
		sql_put_as(p, &found, type);
		put(p, " FROM (");
	}
	sql_put_query(p, query, false);
	put(p, converted ? ") AS \"$in\"(c))" : ")");
}

static void put_in(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *left = expr->arg;
	uint8_t type = left->type;
	bool rowid = left->kind == X_ROWID, rows = left->kind == X_ROW;

	put(p, expr->negated ? "(NOT (" : "((");
	if (expr->query) {
		put_in_query(p, left, expr->query);
		put(p, "))");
		return;
	}
	for (const struct sql_expr *one = left->next; one && !rows; one = one->next)
		type = common_type(type, one->type);
	for (const struct sql_expr *one = left; one; one = one->next) {
		if (rows && one->kind == X_ROW)
			put_compared_row(p, left, one);
		else
			put_side(p, one, type, rowid);
		put(p, one == left ? " IN (" : one->next ? ", " : "");
	}
	put(p, ")))");
}

static void put_between(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *value = expr->arg, *low = value->next, *high = low->next;
	uint8_t type = common_type(value->type, common_type(low->type, high->type));
	bool rowid = value->kind == X_ROWID;

	put(p, "(");
	put_side(p, value, type, rowid);
	put(p, expr->negated ? " NOT BETWEEN " : " BETWEEN ");
	put_side(p, low, type, rowid);
	put(p, " AND ");
	put_side(p, high, type, rowid);
	put(p, ")");
}

static void put_like(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *pattern = expr->arg->next;

	put(p, "(");
	sql_put_as(p, expr->arg, SQL_TEXT);
	put(p, expr->negated ? " NOT LIKE " : " LIKE ");
	sql_put_as(p, pattern, SQL_TEXT);
	put(p, " ESCAPE ");
	if (pattern->next)
		sql_put_as(p, pattern->next, SQL_TEXT);
	else
		put(p, "''");
	put(p, ")");
}

static void put_quantified(struct printer *p, const struct sql_expr *expr)
{
	put(p, "(");
	sql_put_expr(p, expr->arg);
	put(p, " ");
	put(p, expr->op);
	put(p, " ");
	put(p, expr->text);
	if (expr->query) {
		put(p, " (");
		sql_put_query(p, expr->query, false);
	} else {
		put(p, " (ARRAY[");
		sql_put_list(p, expr->arg->next);
		put(p, "]");
	}
	put(p, "))");
}

/* ---- the rest ----------------------------------------------------------------------------------- */

void sql_put_branch(struct printer *p, const struct sql_expr *expr, uint8_t type)
{
	if (!sql_is_time(expr->type) || !sql_put_converted(p, expr, type))
		sql_put_as(p, expr, type);
}

static void put_case(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *arg = expr->arg, *operand = NULL;

	put(p, "(CASE");
	if (expr->has_operand) {
		operand = arg;
		arg = arg->next;
	}
	while (arg && arg->next) {
		put(p, " WHEN ");
		if (operand)
			put_comparison(p, operand, "=", arg);
		else
			sql_put_expr(p, arg);
		put(p, " THEN ");
		sql_put_branch(p, arg->next, expr->type);
		arg = arg->next->next;
	}
	if (arg) {
		put(p, " ELSE ");
		sql_put_branch(p, arg, expr->type);
	}
	put(p, " END)");
}

static void put_cast(struct printer *p, const struct sql_expr *expr)
{
	uint8_t want = expr->type;

	put(p, "(");
	sql_put_as(p, expr->arg, want == SQL_CHAR ? SQL_TEXT : want);
	if (expr->cast->ora_type == CW_ORA_VARCHAR2)
		cw_wr_printf(p->out, ")::varchar(%u)", expr->cast->length);
	else {
		put(p, ")::");
		sql_print_type(p->out, expr->cast);
	}
}

static void put_bind(struct printer *p, const struct sql_expr *expr)
{
	const char *own = sql_pg_type(expr->type);

	cw_wr_printf(p->out, "$%u", expr->column + 1);
	if (expr->type == SQL_TEXT)
		put(p, "::text");
	else if (expr->type == SQL_DATE)
		put(p, "::ora.date");
	else if (own)
		cw_wr_printf(p->out, "::%s", own);
}

static void put_name(struct printer *p, const struct sql_expr *expr)
{
	if (!expr->from) {
		(void)rh_fail(p->error, 904, expr->at, "\"%s\": invalid identifier",
			      expr->name.part[0]);
		return;
	}
	for (const struct sql_set *set = p->set; set; set = set->next) {
		if (set->column->from != expr->from || set->column->column != expr->column)
			continue;
		struct printer as_is = *p;

		as_is.set = NULL;
		sql_put_as(&as_is, set->value, expr->type);
		return;
	}
	if (expr->from->label) {
		sql_print_ident(p->out, expr->from->label);
		put(p, ".");
	} else if (expr->from->query || expr->from->json || expr->from->collection) {
		cw_wr_printf(p->out, "\"$q%u\".", expr->from->at);
	}
	sql_print_ident(p->out, expr->from->column[expr->column].name);
}

/* DATE '-0044-03-15' is written with BC behind it; the types of ours take it as it is. */
static void put_moment(struct printer *p, const struct sql_expr *expr)
{
	struct cw_wr text = { 0 };
	bool before = expr->text_len > 0 && expr->text[0] == '-';

	if (expr->kind == X_TIMESTAMP) {
		sql_print_literal(p->out, expr->text, expr->text_len);
		cw_wr_printf(p->out, "::%s", sql_pg_type(expr->type));
		return;
	}
	cw_wr_printf(&text, "%.*s%s", (int)expr->text_len - before, expr->text + before,
		     before ? " BC" : "");
	sql_print_literal(p->out, (const char *)text.at0, text.len);
	cw_wr_release(&text);
	put(p, "::ora.date");
}

static void put_literal(struct printer *p, const struct sql_expr *expr)
{
	switch (expr->kind) {
	case X_NULL:
		put(p, "NULL");
		return;
	case X_NUMBER:
		if (sql_is_real(expr->type)) {
			cw_wr_printf(p->out, "'%s'::%s", expr->text, sql_pg_type(expr->type));
			return;
		}
		put(p, strlen(expr->text) > NUMBER_DIGITS_SURE ? "ora.number(" : "");
		put(p, expr->text);
		put(p, "::numeric");
		put(p, strlen(expr->text) > NUMBER_DIGITS_SURE ? ")" : "");
		return;
	case X_INTERVAL:
		(void)sql_print_interval(p->out, expr, p->error);
		return;
	case X_STRING:
		sql_print_literal(p->out, expr->text, expr->text_len);
		put(p, "::text");
		return;
	default:
		put_moment(p, expr);
	}
}

static void put_sequence(struct printer *p, const struct sql_expr *expr)
{
	struct cw_wr name = { 0 };

	sql_print_ident(&name, expr->relation->schema);
	cw_wr_u8(&name, '.');
	sql_print_ident(&name, expr->relation->name);
	put(p, expr->number_place		       ? "(rh.number_of_row("
	       : strcmp(expr->text, "NEXTVAL") == 0 ? "(nextval("
						    : "(currval(");
	sql_print_literal(p->out, (const char *)name.at0, name.len);
	put(p, "::regclass");
	if (expr->number_place)
		cw_wr_printf(p->out, ", %u", expr->number_place);
	put(p, ")::numeric)");
	cw_wr_release(&name);
}

static void put_rowid(struct printer *p, const struct sql_expr *expr)
{
	put(p, "rh.rowid_text(");
	sql_print_ident(p->out, expr->from->label);
	put(p, ".tableoid, ");
	sql_print_ident(p->out, expr->from->label);
	put(p, ".\"ROWID$\")");
}

static void put_unary(struct printer *p, const struct sql_expr *expr)
{
	put(p, strcmp(expr->op, "NOT") == 0 ? "(NOT " : expr->op[0] == '-' ? "(- " : "(+ ");
	sql_put_as(p, expr->arg,
		   strcmp(expr->op, "NOT") == 0	  ? SQL_BOOL
		   : sql_pg_type(expr->arg->type) ? expr->arg->type
						  : SQL_NUMBER);
	put(p, ")");
}

static void put_subquery(struct printer *p, const struct sql_expr *expr)
{
	put(p, expr->kind == X_EXISTS ? "(EXISTS (" : "(");
	sql_put_query(p, expr->query, false);
	put(p, expr->kind == X_EXISTS ? "))" : ")");
}

/*
 * An array of records, one for each row, their first field true; of a query without rows one record with a NULL
 * there, so that the types of its fields are known.
 */
static void put_cursor(struct printer *p, const struct sql_expr *expr)
{
	put(p,
	    "ARRAY(SELECT ROW(\"x$\".*) FROM (VALUES (1)) AS \"o$\" LEFT JOIN LATERAL (SELECT true, \"n$\".* FROM (");
	sql_put_query(p, expr->query, false);
	put(p, ") AS \"n$\") AS \"x$\" ON true)");
}

static void put_is_null(struct printer *p, const struct sql_expr *expr)
{
	put(p, "(");
	sql_put_expr(p, expr->arg);
	put(p, expr->negated ? " IS NOT NULL)" : " IS NULL)");
}

static void put_row(struct printer *p, const struct sql_expr *expr)
{
	put(p, "(");
	sql_put_list(p, expr->arg);
	put(p, ")");
}

static void put_extract(struct printer *p, const struct sql_expr *expr)
{
	cw_wr_printf(p->out, "ora.extract('%s', ", expr->text);
	sql_put_expr(p, expr->arg);
	put(p, expr->arg->type == SQL_DATE ? "::timestamp)" : ")");
}

static void put_at_zone(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *zone = expr->arg->next;

	put(p, "ora.at_zone(");
	sql_put_as(p, expr->arg,
		   expr->arg->type == SQL_TIMESTAMP ? SQL_TIMESTAMP : SQL_TIMESTAMP_TZ);
	put(p, ", ");
	if (zone)
		sql_put_as(p, zone, SQL_TEXT);
	else
		put(p, "ora.setting('time_zone', '+00:00')");
	put(p, ")");
}

static void put_rownum(struct printer *p, const struct sql_expr *expr)
{
	(void)expr;
	put(p, p->numbered ? "\"rownum$\"" : "(pg_catalog.row_number() OVER ())::numeric");
}

static void put_grouping(struct printer *p, const struct sql_expr *expr)
{
	put(p, expr->text ? expr->text : "");
	put(p, " (");
	sql_put_list(p, expr->arg);
	put(p, ")");
}

static void put_default(struct printer *p, const struct sql_expr *expr)
{
	(void)expr;
	put(p, "DEFAULT");
}

void sql_put_expr(struct printer *p, const struct sql_expr *expr)
{
	static void (*const by_kind[])(struct printer *, const struct sql_expr *) = {
		[X_NULL] = put_literal,
		[X_NUMBER] = put_literal,
		[X_STRING] = put_literal,
		[X_DATE] = put_literal,
		[X_TIMESTAMP] = put_literal,
		[X_INTERVAL] = put_literal,
		[X_BIND] = put_bind,
		[X_NAME] = put_name,
		[X_CALL] = sql_put_call,
		[X_UNARY] = put_unary,
		[X_BINARY] = put_binary,
		[X_CASE] = put_case,
		[X_IN] = put_in,
		[X_EXISTS] = put_subquery,
		[X_CURSOR] = put_cursor,
		[X_BETWEEN] = put_between,
		[X_LIKE] = put_like,
		[X_MEMBER] = sql_put_member,
		[X_IS_NULL] = put_is_null,
		[X_ROW] = put_row,
		[X_QUERY] = put_subquery,
		[X_QUANTIFIED] = put_quantified,
		[X_CAST] = put_cast,
		[X_EXTRACT] = put_extract,
		[X_AT_ZONE] = put_at_zone,
		[X_ROWNUM] = put_rownum,
		[X_ROWID] = put_rowid,
		[X_SEQUENCE] = put_sequence,
		[X_DEFAULT] = put_default,
		[X_GROUPING] = put_grouping,
		[X_TREE] = NULL,
		[X_ATTRIBUTE] = NULL,
		[X_FIELD] = NULL,
		[X_ITEM] = NULL,
	};

	if (expr->printed)
		put(p, expr->printed);
	else if (sql_put_hierarchy_expr(p, expr))
		return;
	else if (by_kind[expr->kind])
		by_kind[expr->kind](p, expr);
	else
		(void)rh_fail(p->error, 936, expr->at, "missing expression");
}
