/* sql_resolve.c - what each name of a statement means; see sql_print.h */
#include "rehearsal/sql_resolve.h"
#include "rehearsal/sql_function.h"
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_type.h"
#include "rehearsal/sql_unit.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool sql_resolve_list(struct resolver *r, struct sql_expr *list)
{
	for (; list; list = list->next)
		if (!sql_resolve_one(r, list))
			return false;
	return true;
}

bool sql_invalid_identifier(struct rh_error *error, const struct sql_name *name)
{
	char text[300];
	size_t len = 0;

	if (name->count > 0 && strcmp(name->part[name->count - 1u], "ORA_ROWSCN") == 0)
		return rh_fail(error, 3001, name->at, "unimplemented feature: ORA_ROWSCN");
	for (unsigned i = 0; i < name->count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\"", i ? "." : "",
					name->part[i]);
	return rh_fail(error, 904, name->at, "%s: invalid identifier", text);
}

/* ---- columns ------------------------------------------------------------------------- */

bool sql_matches_from(const struct sql_from *from, const struct sql_name *name)
{
	const char *label = from->label;

	if (name->count == 1)
		return true;
	if (name->count == 2)
		return label && strcmp(label, name->part[0]) == 0;
	return name->count == 3 && from->relation && !from->alias &&
	       strcmp(from->relation->name, name->part[1]) == 0 &&
	       strcmp(from->relation->schema, name->part[0]) == 0;
}

void sql_find_column(struct sql_from *from, const struct sql_name *name, struct found *found)
{
	const char *last = name->part[name->count - 1];

	for (; from; from = from->next) {
		if (from->left) {
			struct sql_from *merged = found->from;

			sql_find_column(from->left, name, found);
			/* a column both sides have in common by USING or NATURAL is one */
			if (found->from != merged && (from->natural || from->using_count) &&
			    name->count == 1)
				continue;
			sql_find_column(from->right, name, found);
			continue;
		}
		if (!sql_matches_from(from, name))
			continue;
		for (uint32_t i = 0; i < from->column_count; i++)
			if (!from->column[i].hidden && strcmp(from->column[i].name, last) == 0) {
				found->from = from;
				found->column = i;
				found->count++;
			}
	}
}

void sql_use_column(struct sql_expr *expr, struct sql_from *from, uint32_t column)
{
	expr->kind = X_NAME;
	expr->from = from;
	expr->column = column;
	expr->type = from->column[column].type;
	from->used = true;
}

/* 1 found, 0 none, -1 an error */
static int column_in_scopes(struct resolver *r, struct sql_expr *expr)
{
	for (struct scope *scope = r->scope; scope; scope = scope->outer) {
		struct found found = { 0 };

		sql_find_column(scope->from, &expr->name, &found);
		if (found.count > 1) {
			(void)rh_fail(r->error, 918, expr->at, "column ambiguously defined");
			return -1;
		}
		if (found.count == 1) {
			sql_use_column(expr, found.from, found.column);
			return 1;
		}
	}
	return 0;
}

static struct sql_from *rowid_table(struct sql_from *from, const struct sql_name *name,
				    unsigned *count)
{
	struct sql_from *ret = NULL;
	struct sql_name table = *name;

	for (; from; from = from->next) {
		struct sql_from *one = NULL;

		if (from->left) {
			one = rowid_table(from->left, name, count);
			if (!one)
				one = rowid_table(from->right, name, count);
		} else if (sql_matches_from(from, &table) && from->relation &&
			   from->relation->has_rowid) {
			one = from;
			++*count;
		}
		if (one)
			ret = one;
	}
	return ret;
}

static bool resolve_rowid(struct resolver *r, struct sql_expr *expr)
{
	for (struct scope *scope = r->scope; scope; scope = scope->outer) {
		unsigned count = 0;
		struct sql_from *from = rowid_table(scope->from, &expr->name, &count);

		if (count > 1)
			return rh_fail(r->error, 918, expr->at, "column ambiguously defined");
		if (!from)
			continue;
		expr->kind = X_ROWID;
		expr->from = from;
		expr->type = SQL_TEXT;
		from->used = true;
		return true;
	}
	return rh_fail(r->error, 1446, expr->at,
		       "cannot select ROWID from view with DISTINCT, GROUP BY, etc.");
}

static bool resolve_sequence(struct resolver *r, struct sql_expr *expr)
{
	struct sql_name name = expr->name;

	expr->text = name.part[name.count - 1];
	name.count--;
	expr->relation = r->env->relation(r->env->context, &name, r->error);
	if (r->error->code)
		return false;
	if (!expr->relation || expr->relation->kind != 'S')
		return rh_fail(r->error, 2289, expr->at, "sequence does not exist");
	if (r->no_number)
		return rh_fail(r->error, 2287, expr->at, "sequence number not allowed here");
	expr->kind = X_SEQUENCE;
	expr->type = SQL_NUMBER;
	if (r->stmt) {
		expr->number_before = r->stmt->number;
		r->stmt->number = expr;
	}
	return true;
}

static bool is_sequence_name(const struct sql_name *name)
{
	const char *last = name->part[name->count - 1];

	return name->count > 1 && !name->quoted &&
	       (strcmp(last, "NEXTVAL") == 0 || strcmp(last, "CURRVAL") == 0);
}

static bool use_pseudo(struct sql_expr *expr, const struct sql_pseudo *pseudo)
{
	expr->printed = pseudo->print;
	expr->type = pseudo->type;
	return true;
}

/* LEVEL of a block that connects by it. */
static bool is_level(const struct resolver *r, const struct sql_expr *expr)
{
	return r->scope && r->scope->select && r->scope->select->levels &&
	       strcmp(expr->name.part[0], "LEVEL") == 0;
}

/* ROWNUM, and LEVEL; false: it is neither. */
static bool use_count(struct resolver *r, struct sql_expr *expr)
{
	if (strcmp(expr->name.part[0], "ROWNUM") == 0) {
		expr->kind = X_ROWNUM;
		if (r->scope && r->scope->select)
			r->scope->select->rownum_used = true;
	} else if (is_level(r, expr)) {
		expr->printed = "\"level$\".n";
	} else {
		return false;
	}
	expr->type = SQL_NUMBER;
	return true;
}

/* A function that the schema has: 1, 0 if there is none of that name, -1 after an error. */
static int resolve_unit(struct resolver *r, struct sql_expr *call)
{
	if (!r->env->unit)
		return 0;
	if (!r->env->unit(r->env->context, r->arena, call, r->error))
		return -1;
	if (!call->unit_called)
		return 0;
	call->kind = X_CALL;
	call->type = sql_type_of_pg_name(call->unit_called->result);
	call->collection = call->unit_called->collection;
	return sql_resolve_list(r, call->arg) ? 1 : -1;
}

/* DBMS_RANDOM.VALUE: a package's function may do without its parentheses. */
static bool is_bare_call(const struct sql_expr *expr)
{
	const struct sql_function *function =
		expr->name.count > 1 ? sql_function_of(&expr->name) : NULL;

	return function && function->low == 0;
}

/* VALUES and DEFAULT see no columns at all. */
static bool means_nothing(struct resolver *r, const struct sql_expr *expr)
{
	if (!r->scope && (!r->stmt || r->stmt->kind == S_INSERT))
		return rh_fail(r->error, 984, expr->at, "column not allowed here");
	return sql_invalid_identifier(r->error, &expr->name);
}

/* A name that is no column of a table in scope. */
static bool resolve_other_name(struct resolver *r, struct sql_expr *expr,
			       const struct sql_pseudo *pseudo)
{
	const char *last = expr->name.part[expr->name.count - 1];
	int found;

	if (!expr->name.quoted && strcmp(last, "ROWID") == 0)
		return resolve_rowid(r, expr);
	if (pseudo)
		return use_pseudo(expr, pseudo);
	if (is_sequence_name(&expr->name))
		return resolve_sequence(r, expr);
	if (r->env->name)
		return r->env->name(r->env->context, expr, r->error) ||
		       (r->stmt && r->error->code == 904 && means_nothing(r, expr));
	if (expr->name.count == 1 && !expr->name.quoted && strcmp(last, "LEVEL") == 0)
		return rh_fail(r->error, 1788, expr->at,
			       "CONNECT BY clause required in this query block");
	if (is_bare_call(expr)) {
		expr->kind = X_CALL;
		return sql_resolve_one(r, expr);
	}
	found = resolve_unit(r, expr);
	return found > 0 || (found == 0 && means_nothing(r, expr));
}

/* $."field" ... of t.doc.field ..., spelled as it is in the text, without the names of table and column. */
static struct sql_expr *dotted_path(struct resolver *r, const struct sql_expr *expr)
{
	struct sql_expr *path = cw_new(r->arena, struct sql_expr, 1);
	const char *text = expr->name.sql + expr->at, *end = expr->name.sql + expr->end;
	char *to = cw_new(r->arena, char, 4 * (size_t)(end - text) + 2);

	path->kind = X_STRING;
	path->at = expr->at;
	path->text = to;
	*to++ = '$';
	for (unsigned part = 0; text < end; part++) {
		bool quoted = *text == '"';
		const char *stop = quoted ? memchr(text + 1, '"', (size_t)(end - text - 1)) : text;

		while (!quoted && stop < end && !strchr(". \t\r\n", *stop))
			stop++;
		if (part > 1)
			to += sprintf(to, ".\"%.*s\"", (int)(stop - text - quoted), text + quoted);
		text = stop + quoted;
		while (text < end && strchr(". \t\r\n", *text))
			text++;
	}
	path->text_len = (uint32_t)(to - path->text);
	return path;
}

/* t.doc.field: what JSON_QUERY and JSON_VALUE would find there.  1 done, 0 no such column, -1 an error */
static int resolve_dotted(struct resolver *r, struct sql_expr *expr)
{
	struct sql_expr *column;
	int found;

	if (expr->name.count < 3 || !expr->name.sql)
		return 0;
	column = cw_new(r->arena, struct sql_expr, 1);
	*column = (struct sql_expr){
		.kind = X_NAME, .name = expr->name, .at = expr->at, .end = expr->end
	};
	column->name.count = 2;
	found = column_in_scopes(r, column);
	if (found <= 0 ||
	    (column->type != SQL_JSON && !column->from->column[column->column].json_text))
		return found < 0 ? -1 : 0;
	column->next = dotted_path(r, expr);
	expr->kind = X_CALL;
	expr->name = (struct sql_name){ .count = 1, .part = { "JSON DOT" }, .at = expr->at };
	expr->arg = column;
	expr->count = 2;
	return sql_resolve_one(r, expr) ? 1 : -1;
}

/* An alias of the select list, where no column has that name: what it stands for. */
static bool means_item(const struct resolver *r, struct sql_expr *expr)
{
	const struct sql_item *item = NULL;
	struct sql_expr *next = expr->next;

	if (r->scope && r->scope->grouping && expr->name.count == 1)
		item = r->scope->select->item;
	while (item && !(item->alias && strcmp(item->alias, expr->name.part[0]) == 0))
		item = item->next;
	if (!item)
		return false;
	*expr = *item->expr;
	expr->next = next;
	return true;
}

static bool resolve_name(struct resolver *r, struct sql_expr *expr)
{
	bool plain = expr->name.count == 1 && !expr->name.quoted;
	const struct sql_pseudo *pseudo = plain ? sql_pseudo_find(expr->name.part[0]) : NULL;
	int found;

	if (expr->name.link)
		return rh_fail(r->error, 2019, expr->at,
			       "connection description for remote database not found");
	if (plain && r->env->hides && r->env->hides(r->env->context, expr))
		return r->env->name(r->env->context, expr, r->error);
	if (pseudo && pseudo->reserved)
		return use_pseudo(expr, pseudo);
	found = sql_resolve_hierarchy_name(r, expr);
	if (found != 0)
		return found > 0;
	if (plain && use_count(r, expr))
		return true;
	found = column_in_scopes(r, expr);
	if (found == 0)
		found = resolve_dotted(r, expr);
	if (found != 0)
		return found > 0;
	return means_item(r, expr) || resolve_other_name(r, expr, pseudo);
}

/* ---- calls ------------------------------------------------------------------------------ */

static uint8_t first_type(const struct sql_expr *list)
{
	for (; list; list = list->next)
		if (list->type != SQL_ANY && list->kind != X_NULL)
			return list->type;
	return SQL_ANY;
}

static uint8_t type_by_argument(const struct sql_function *function, uint8_t type)
{
	if (strcmp(function->name, "JSON DOT") == 0)
		return type == SQL_JSON ? SQL_JSON : SQL_TEXT;
	if (strcmp(function->name, "DBMS_LOB.SUBSTR") == 0) /* VARCHAR2 of a CLOB, RAW of a BLOB */
		return type == SQL_BLOB || type == SQL_RAW ? SQL_RAW : SQL_TEXT;
	/* ROUND and TRUNC of a TIMESTAMP are DATEs */
	if (strcmp(function->name, "ROUND") == 0 || strcmp(function->name, "TRUNC") == 0)
		return sql_is_time(type) ? SQL_DATE : SQL_NUMBER;
	return type;
}

static uint8_t call_type(const struct sql_function *function, const struct sql_expr *call)
{
	const struct sql_expr *second = call->arg ? call->arg->next : NULL;

	switch (function->form) {
	case F_NVL2:
		return first_type(second);
	case F_PERCENTILE: /* PERCENTILE_DISC is one of the values */
		return call->order ? call->order->expr->type : SQL_NUMBER;
	case F_DECODE: /* the first result */
		return second && second->next->type != SQL_ANY ? second->next->type : SQL_TEXT;
	case F_NVL:
	case F_GREATEST:
		return first_type(call->arg);
	default:
		break;
	}
	if (function->type == SQL_TEXT && function->arg == SQL_TEXT && call->arg &&
	    call->arg->type == SQL_CLOB)
		return SQL_CLOB; /* what is cut out of one */
	if (function->type != SQL_ANY)
		return function->type;
	return call->arg ? type_by_argument(function, call->arg->type) : SQL_ANY;
}

static bool is_long(const struct sql_expr *expr)
{
	uint8_t type;

	if (expr->kind != X_NAME || !expr->from)
		return false;
	type = expr->from->column[expr->column].ora_type;
	return type == CW_ORA_LONG || type == CW_ORA_LONG_RAW;
}

bool sql_no_long(struct resolver *r, const struct sql_expr *list)
{
	for (; list; list = list->next)
		if (is_long(list))
			return rh_fail(r->error, 997, list->at, "illegal use of LONG datatype");
	return true;
}

/* What functions and operators take. */
static bool no_long_argument(struct resolver *r, const struct sql_expr *list)
{
	for (; list; list = list->next)
		if (is_long(list))
			return rh_fail(r->error, 932, list->at,
				       "inconsistent datatypes: expected CHAR got LONG");
	return true;
}

bool sql_no_lob(struct resolver *r, const struct sql_expr *expr)
{
	if (is_long(expr))
		return rh_fail(r->error, 997, expr->at, "illegal use of LONG datatype");
	if (!sql_is_lob(expr->type))
		return true;
	return rh_fail(r->error, 932, expr->at, "inconsistent datatypes: expected - got %s",
		       expr->type == SQL_CLOB ? "CLOB" : "BLOB");
}

static bool resolve_over(struct resolver *r, struct sql_expr *expr)
{
	for (struct sql_order *order = expr->order; order; order = order->next)
		if (!sql_resolve_one(r, order->expr))
			return false;
	if (!expr->over)
		return true;
	if (!sql_resolve_list(r, expr->over->partition) ||
	    !sql_resolve_one(r, expr->over->from.offset) ||
	    !sql_resolve_one(r, expr->over->to.offset))
		return false;
	for (struct sql_order *order = expr->over->order; order; order = order->next)
		if (!sql_resolve_one(r, order->expr))
			return false;
	return true;
}

/* KEEP and WITHIN GROUP of a percentile: the order is of values of their own. */
static bool resolve_within(struct resolver *r, struct sql_expr *expr)
{
	const struct sql_function *function = sql_function_of(&expr->name);

	if (!expr->keep && function->form != F_PERCENTILE && !sql_is_hypothetical(function, expr))
		return true;
	if (function->form == F_PERCENTILE && !expr->order && strcmp(function->name, "MEDIAN") != 0)
		return rh_fail(r->error, 30491, expr->at, "missing ORDER BY clause");
	for (struct sql_order *order = expr->order; order; order = order->next)
		if (!sql_resolve_one(r, order->expr))
			return false;
	if (strcmp(function->name, "PERCENTILE_CONT") == 0 &&
	    expr->order->expr->type != SQL_NUMBER && expr->order->expr->type != SQL_ANY)
		return rh_fail(r->error, 3001, expr->at,
			       "unimplemented feature: PERCENTILE_CONT of such values");
	return true;
}

static bool check_call(struct resolver *r, const struct sql_function *function,
		       struct sql_expr *expr)
{
	int count = expr->star_arg ? 1 : (int)expr->count;

	if (sql_is_hypothetical(function, expr))
		return true;
	if (count < function->low)
		return rh_fail(r->error, 938, expr->at, "not enough arguments for function");
	if (function->high >= 0 && count > function->high)
		return rh_fail(r->error, 939, expr->at, "too many arguments for function");
	if (expr->star_arg && function->form != F_COUNT)
		return rh_fail(r->error, 936, expr->at, "missing expression");
	if ((function->form == F_RANKING || function->form == F_RATIO ||
	     function->form == F_SHARE || function->form == F_NTH || function->form == F_NTILE) &&
	    !expr->over)
		return rh_fail(r->error, 30484, expr->at,
			       "missing window specification for this function");
	return function->form != F_JSON || sql_expand_members(r, expr);
}

/* table.column.GETCLOBVAL(): a function of the column, if that is XMLTYPE. */
static const struct sql_function *method_of(struct resolver *r, struct sql_expr *expr)
{
	struct sql_expr *column;
	struct sql_name method;
	const struct sql_function *function;

	if (expr->name.count < 2 || expr->count > 0)
		return NULL;
	method = (struct sql_name){ .count = 1,
				    .part = { expr->name.part[expr->name.count - 1] },
				    .at = expr->name.at };
	function = sql_function_of(&method);
	if (!function || function->arg != SQL_XML)
		return NULL;
	column = cw_new(r->arena, struct sql_expr, 1);
	*column = (struct sql_expr){
		.kind = X_NAME, .name = expr->name, .at = expr->at, .end = expr->end
	};
	column->name.count--;
	if (!sql_resolve_one(r, column) || column->type != SQL_XML)
		return NULL;
	expr->name = method;
	expr->arg = column;
	expr->count = 1;
	return function;
}

/* What is no function of ours: of a hierarchy, stored, or of PL/SQL. */
static bool resolve_other_call(struct resolver *r, struct sql_expr *expr)
{
	int found;

	if (expr->count == 2 && expr->name.count == 1 &&
	    strcmp(expr->name.part[0], "SYS_CONNECT_BY_PATH") == 0) {
		expr->type = SQL_TEXT;
		return sql_resolve_list(r, expr->arg) && sql_resolve_inherited(r, expr);
	}
	found = resolve_unit(r, expr);
	if (found != 0)
		return found > 0;
	if (r->env->collection &&
	    !r->env->collection(r->env->context, r->arena, expr, r->error))
		return false;
	if (expr->collection)
		return sql_resolve_list(r, expr->arg);
	if (r->env->name ? r->env->name(r->env->context, expr, r->error)
			 : sql_invalid_identifier(r->error, &expr->name))
		return true;
	if (expr->name.count == 1 && sql_function_is_unplayed(expr->name.part[0]) &&
	    (r->error->code == 904 || strstr(r->error->text, "PLS-00201")))
		return rh_fail(r->error, 3001, expr->at, "unimplemented feature: %s",
			       expr->name.part[0]);
	return false;
}

/* USERENV('SESSIONID') and two more are numbers, its others text: a function of its own. */
static const struct sql_function *function_of(struct sql_expr *call)
{
	static const char *const numbers[] = { "SESSIONID", "SID", "ENTRYID" };
	const struct sql_function *function = sql_function_of(&call->name);
	const struct sql_expr *arg = call->arg;

	if (!function || strcmp(function->name, "USERENV") != 0 || !arg || arg->kind != X_STRING)
		return function;
	for (size_t i = 0; i < CW_ARRAY_LEN(numbers); i++)
		if (strlen(numbers[i]) == arg->text_len &&
		    strncasecmp(numbers[i], arg->text, arg->text_len) == 0)
			call->name.part[call->name.count - 1u] = "USERENV NUMBER";
	return sql_function_of(&call->name);
}

static bool resolve_call(struct resolver *r, struct sql_expr *expr)
{
	const struct sql_function *function = function_of(expr);

	if (!function)
		function = method_of(r, expr);
	if (r->error->code)
		return false;
	if (!function)
		return resolve_other_call(r, expr);
	if (!check_call(r, function, expr))
		return false;
	if ((function->aggregate || sql_is_hypothetical(function, expr)) && !expr->over &&
	    r->scope && r->scope->select)
		r->scope->select->aggregated = true;
	if (!sql_resolve_list(r, expr->arg) || !resolve_over(r, expr) || !resolve_within(r, expr) ||
	    !no_long_argument(r, expr->arg))
		return false;
	expr->type = call_type(function, expr);
	return true;
}

/* ---- expressions --------------------------------------------------------------------------- */

static uint8_t joined_type(uint8_t left, uint8_t right)
{
	return left == SQL_CLOB || right == SQL_CLOB ? SQL_CLOB : SQL_TEXT;
}

/* A BINARY_DOUBLE makes one of what stands beside it, then a BINARY_FLOAT. */
static uint8_t real_type(uint8_t left, uint8_t right)
{
	if (left == SQL_DOUBLE || right == SQL_DOUBLE)
		return SQL_DOUBLE;
	return left == SQL_FLOAT || right == SQL_FLOAT ? SQL_FLOAT : SQL_NUMBER;
}

static uint8_t moment_type(char op, uint8_t left, uint8_t right)
{
	uint8_t time = sql_is_time(left) ? left : right, other = sql_is_time(left) ? right : left;

	if (op == '-' && sql_is_time(left) && sql_is_time(right))
		return left == SQL_DATE && right == SQL_DATE ? SQL_NUMBER : SQL_INTERVAL;
	if (!sql_is_interval(other))
		return SQL_DATE;
	return time == SQL_TIMESTAMP_LTZ ? SQL_TIMESTAMP_TZ : time;
}

static uint8_t binary_type(const struct sql_expr *expr)
{
	uint8_t left = expr->arg->type, right = expr->arg->next->type;

	if (strcmp(expr->op, "||") == 0)
		return joined_type(left, right);
	if (!strchr("+-*/", expr->op[0]))
		return SQL_BOOL;
	if (sql_is_time(left) || sql_is_time(right))
		return moment_type(expr->op[0], left, right);
	if (sql_is_interval(left) || sql_is_interval(right))
		return sql_is_interval(left) ? left : right;
	return real_type(left, right);
}

static uint8_t case_type(const struct sql_expr *expr)
{
	const struct sql_expr *arg = expr->arg;
	uint32_t i = 0;

	if (expr->has_operand)
		arg = arg->next;
	for (; arg; arg = arg->next, i++) {
		bool result = i % 2 == 1 || (expr->has_else && !arg->next);

		if (result && arg->type != SQL_ANY)
			return arg->type;
	}
	return SQL_ANY;
}

static bool resolve_bind(struct resolver *r, struct sql_expr *expr)
{
	if (r->env->bind)
		return r->env->bind(r->env->context, expr, r->error);
	if (r->env->bind_type && expr->column < r->env->bind_count)
		expr->type = r->env->bind_type[expr->column];
	if (r->env->bind_same && expr->column < r->env->bind_count)
		expr->column = r->env->bind_same[expr->column];
	return true;
}

static uint8_t literal_type(const struct sql_expr *expr)
{
	switch (expr->kind) {
	case X_NUMBER:
		return expr->type ? expr->type : SQL_NUMBER;
	case X_STRING:
		return SQL_TEXT;
	case X_DATE:
		return SQL_DATE;
	case X_TIMESTAMP:
		return sql_has_zone(expr) ? SQL_TIMESTAMP_TZ : SQL_TIMESTAMP;
	case X_INTERVAL:
		return expr->unit[0] == 'Y' || strcmp(expr->unit, "MONTH") == 0 ? SQL_INTERVAL_YM
										: SQL_INTERVAL;
	default:
		return SQL_ANY;
	}
}

/* A query beside a row of a comparison has expr->count columns, any other one. */
static bool resolve_query_expr(struct resolver *r, struct sql_expr *expr)
{
	uint32_t wanted;

	if (!sql_resolve_list(r, expr->arg))
		return false;
	if (expr->query && !sql_resolve_query(r, expr->query))
		return false;
	expr->type = SQL_BOOL;
	if (expr->kind != X_QUERY)
		return true;
	wanted = expr->count > 0 ? expr->count : 1;
	if (expr->query->column_count < wanted)
		return rh_fail(r->error, 947, expr->at, "not enough values");
	if (expr->query->column_count > wanted)
		return rh_fail(r->error, 913, expr->at, "too many values");
	expr->type = wanted > 1 ? SQL_ANY : expr->query->column[0].type;
	return true;
}

/* What an expression made of others is, once they are resolved. */
static uint8_t made_type(const struct sql_expr *expr)
{
	switch (expr->kind) {
	case X_UNARY:
		return strcmp(expr->op, "NOT") == 0 ? SQL_BOOL : expr->arg->type;
	case X_BINARY:
		return binary_type(expr);
	case X_CASE:
		return case_type(expr);
	case X_CAST:
		return sql_type_of_ora(expr->cast->ora_type);
	case X_EXTRACT:
		return SQL_NUMBER;
	case X_AT_ZONE:
		return SQL_TIMESTAMP_TZ;
	case X_ROW:
	case X_NAMED_ARG:
	case X_DEFAULT:
		return SQL_ANY;
	default:
		return SQL_BOOL;
	}
}

/* SQL compares no LOBs, PL/SQL does. */
static bool check_lobs(struct resolver *r, const struct sql_expr *expr)
{
	bool compares = expr->kind == X_IN || expr->kind == X_BETWEEN ||
			(expr->kind == X_BINARY && strchr("=<>!", expr->op[0]));

	for (const struct sql_expr *arg = expr->arg; r->stmt && compares && arg; arg = arg->next)
		if (!sql_no_lob(r, arg))
			return false;
	return expr->kind != X_BINARY || no_long_argument(r, expr->arg);
}

/* PRIOR x, CONNECT_BY_ROOT x */
static bool is_inherited(const struct sql_expr *expr)
{
	return expr->kind == X_UNARY && (expr->op[0] == 'P' || expr->op[0] == 'C');
}

bool sql_resolve_one(struct resolver *r, struct sql_expr *expr)
{
	if (!expr || expr->printed)
		return true;
	switch (expr->kind) {
	case X_NULL:
	case X_NUMBER:
	case X_STRING:
	case X_DATE:
	case X_TIMESTAMP:
	case X_INTERVAL:
		expr->type = literal_type(expr);
		return true;
	case X_BIND:
		return resolve_bind(r, expr);
	case X_NAME:
		return expr->from || resolve_name(r, expr);
	case X_ATTRIBUTE:
	case X_FIELD:
	case X_ITEM:
		if (r->env->name)
			return r->env->name(r->env->context, expr, r->error);
		return sql_invalid_identifier(r->error, &expr->name);
	case X_STAR:
		return rh_fail(r->error, 936, expr->at, "missing expression");
	case X_CURSOR:
		return rh_fail(r->error, 22902, expr->at, "CURSOR expression not allowed");
	case X_CALL:
		return resolve_call(r, expr);
	case X_MEMBER:
		return sql_resolve_member(r, expr);
	case X_COLLECTED:
		return sql_resolve_collected(r, expr);
	case X_QUERY:
	case X_IN:
	case X_EXISTS:
	case X_QUANTIFIED:
		return resolve_query_expr(r, expr) && check_lobs(r, expr);
	default:
		if (!sql_resolve_list(r, expr->arg) || !check_lobs(r, expr))
			return false;
		expr->type = made_type(expr);
		return !is_inherited(expr) || sql_resolve_inherited(r, expr);
	}
}
