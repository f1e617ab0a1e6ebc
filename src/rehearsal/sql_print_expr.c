/* sql_print_expr.c - expressions in PostgreSQL's SQL; see sql_print.h */
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_print_parts.h"

#include <stdio.h>
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

void sql_put_padded(struct printer *p, const struct sql_expr *expr, const struct sql_column *c)
{
	if (!c && expr->kind == X_NAME && expr->from && !expr->printed)
		c = &expr->from->column[expr->column];
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
		sql_put_padded(p, expr, NULL);
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

/* ---- operators -------------------------------------------------------------------------------- */

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

static void put_binary(struct printer *p, const struct sql_expr *expr)
{
	const struct sql_expr *left = expr->arg, *right = left->next;
	bool number = strchr("+-*/", expr->op[0]) && !sql_is_time(left->type) &&
		      !sql_is_time(right->type) && !sql_is_interval(left->type) &&
		      !sql_is_interval(right->type);
	bool joined = strcmp(expr->op, "||") == 0;

	put(p, "(");
	if ((left->kind == X_ROW) == (right->kind == X_ROW) && is_comparison(expr->op)) {
		sql_put_comparison(p, left, expr->op, right);
	} else {
		put_operand(p, left, operand_type(left, number, joined), right);
		put(p, " ");
		put(p, strcmp(expr->op, "**") == 0 ? "^" : expr->op);
		put(p, " ");
		put_operand(p, right, operand_type(right, number, joined), left);
	}
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
			sql_put_comparison(p, operand, "=", arg);
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
static int days_of(int year, int month)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && !leap ? 28 : days[month - 1];
}

/* What is wrong with a date of such numbers; 0: nothing. */
static int date_fault(int year, int month, int day)
{
	if (year < 1 || year > 9999)
		return 1841;
	if (month < 1 || month > 12)
		return 1843;
	if (day < 1 || day > 31)
		return 1847;
	return day > days_of(year, month) ? 1839 : 0;
}

static void refuse_date(struct printer *p, const struct sql_expr *expr, int code)
{
	const char *text = code == 1841	  ? "(full) year must be between -4713 and +9999, and not be 0"
			   : code == 1843 ? "not a valid month"
			   : code == 1847
				   ? "day of month must be between 1 and last day of month"
				   : "date not valid for month specified";

	(void)rh_fail(p->error, code, expr->at, "%s", text);
}

/* Years are said in full: 20 is the year 20. */
static void put_date(struct printer *p, const struct sql_expr *expr)
{
	bool before = expr->text_len > 0 && expr->text[0] == '-';
	const char *said = expr->text + before;
	int year, month, day, end = 0, code;
	char text[40];

	if (sscanf(said, "%5d%*1[-/.,;: ]%2d%*1[-/.,;: ]%2d%n", &year, &month, &day, &end) != 3 ||
	    (uint32_t)end != expr->text_len - before) {
		(void)rh_fail(p->error, 1861, expr->at, "literal does not match format string");
		return;
	}
	code = date_fault(year, month, day);
	if (code) {
		refuse_date(p, expr, code);
		return;
	}
	(void)snprintf(text, sizeof(text), "'%04d-%02d-%02d%s'::ora.date", year, month, day,
		       before ? " BC" : "");
	put(p, text);
}

static void put_moment(struct printer *p, const struct sql_expr *expr)
{
	if (expr->kind == X_DATE) {
		put_date(p, expr);
		return;
	}
	sql_print_literal(p->out, expr->text, expr->text_len);
	cw_wr_printf(p->out, "::%s", sql_pg_type(expr->type));
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
		[X_IN] = sql_put_in,
		[X_EXISTS] = put_subquery,
		[X_CURSOR] = put_cursor,
		[X_BETWEEN] = sql_put_between,
		[X_LIKE] = put_like,
		[X_MEMBER] = sql_put_member,
		[X_COLLECTED] = sql_put_collected,
		[X_IS_NULL] = put_is_null,
		[X_ROW] = put_row,
		[X_QUERY] = put_subquery,
		[X_QUANTIFIED] = sql_put_quantified,
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
