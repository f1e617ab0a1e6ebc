/* sql_resolve.c - what each name of a statement means; see sql_print.h */
#include "rehearsal/sql_function.h"
#include "rehearsal/sql_print.h"

#include <stdio.h>
#include <string.h>

struct scope {
	struct scope *outer;
	struct sql_from *from; /* chained; joins have leaves below */
	struct sql_select *select;
};

struct resolver {
	const struct sql_env *env;
	struct cw_arena *arena;
	struct rh_error *error;
	struct sql_stmt *stmt; /* NULL for an expression by itself */
	struct scope *scope;
	struct with {
		struct with *outer;
		struct sql_with *list, *end; /* those before @end are known */
	} *with;
};

static bool resolve_expr(struct resolver *r, struct sql_expr *expr);
static bool resolve_query(struct resolver *r, struct sql_query *query);

static bool resolve_list(struct resolver *r, struct sql_expr *list)
{
	for (; list; list = list->next)
		if (!resolve_expr(r, list))
			return false;
	return true;
}

static bool invalid_identifier(struct resolver *r, const struct sql_name *name)
{
	char text[300];
	size_t len = 0;

	for (unsigned i = 0; i < name->count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\"", i ? "." : "",
					name->part[i]);
	return rh_fail(r->error, 904, name->at, "%s: invalid identifier", text);
}

/* ---- columns ------------------------------------------------------------------------- */

static bool matches_from(const struct sql_from *from, const struct sql_name *name)
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

struct found {
	struct sql_from *from;
	uint32_t column, count;
};

static void find_column(struct sql_from *from, const struct sql_name *name, struct found *found)
{
	const char *last = name->part[name->count - 1];

	for (; from; from = from->next) {
		if (from->left) {
			struct sql_from *merged = found->from;

			find_column(from->left, name, found);
			/* a column both sides have in common by USING or NATURAL is one */
			if (found->from != merged && (from->natural || from->using_count) &&
			    name->count == 1)
				continue;
			find_column(from->right, name, found);
			continue;
		}
		if (!matches_from(from, name))
			continue;
		for (uint32_t i = 0; i < from->column_count; i++)
			if (!from->column[i].hidden && strcmp(from->column[i].name, last) == 0) {
				found->from = from;
				found->column = i;
				found->count++;
			}
	}
}

static void use_column(struct sql_expr *expr, struct sql_from *from, uint32_t column)
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

		find_column(scope->from, &expr->name, &found);
		if (found.count > 1) {
			(void)rh_fail(r->error, 918, expr->at, "column ambiguously defined");
			return -1;
		}
		if (found.count == 1) {
			use_column(expr, found.from, found.column);
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
		} else if (matches_from(from, &table) && from->relation &&
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
	expr->kind = X_SEQUENCE;
	expr->type = SQL_NUMBER;
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

static bool resolve_name(struct resolver *r, struct sql_expr *expr)
{
	const char *last = expr->name.part[expr->name.count - 1];
	bool plain = expr->name.count == 1 && !expr->name.quoted;
	const struct sql_pseudo *pseudo = plain ? sql_pseudo_find(last) : NULL;
	int found;

	if (expr->name.link)
		return rh_fail(r->error, 2019, expr->at,
			       "connection description for remote database not found");
	if (pseudo && pseudo->reserved)
		return use_pseudo(expr, pseudo);
	if (plain && strcmp(last, "ROWNUM") == 0) {
		expr->kind = X_ROWNUM;
		expr->type = SQL_NUMBER;
		if (r->scope && r->scope->select)
			r->scope->select->rownum_used = true;
		return true;
	}
	found = column_in_scopes(r, expr);
	if (found != 0)
		return found > 0;
	if (!expr->name.quoted && strcmp(last, "ROWID") == 0)
		return resolve_rowid(r, expr);
	if (pseudo)
		return use_pseudo(expr, pseudo);
	if (is_sequence_name(&expr->name))
		return resolve_sequence(r, expr);
	if (r->env->name)
		return r->env->name(r->env->context, expr, r->error);
	return invalid_identifier(r, &expr->name);
}

/* ---- calls ------------------------------------------------------------------------------ */

static uint8_t first_type(const struct sql_expr *list)
{
	for (; list; list = list->next)
		if (list->type != SQL_ANY && list->kind != X_NULL)
			return list->type;
	return SQL_ANY;
}

static uint8_t call_type(const struct sql_function *function, const struct sql_expr *call)
{
	const struct sql_expr *second = call->arg ? call->arg->next : NULL;

	switch (function->form) {
	case F_NVL2:
		return first_type(second);
	case F_DECODE: /* the first result */
		return second && second->next->type != SQL_ANY ? second->next->type : SQL_TEXT;
	case F_NVL:
	case F_GREATEST:
		return first_type(call->arg);
	default:
		break;
	}
	if (function->type != SQL_ANY)
		return function->type;
	if (!call->arg)
		return SQL_ANY;
	/* ROUND and TRUNC of a TIMESTAMP are DATEs */
	if (strcmp(function->name, "ROUND") == 0 || strcmp(function->name, "TRUNC") == 0)
		return call->arg->type == SQL_DATE || call->arg->type == SQL_TIMESTAMP ||
				       call->arg->type == SQL_TIMESTAMP_TZ ?
			       SQL_DATE :
			       SQL_NUMBER;
	return call->arg->type;
}

static bool resolve_over(struct resolver *r, struct sql_expr *expr)
{
	for (struct sql_order *order = expr->order; order; order = order->next)
		if (!resolve_expr(r, order->expr))
			return false;
	if (!expr->over)
		return true;
	if (!resolve_list(r, expr->over->partition))
		return false;
	for (struct sql_order *order = expr->over->order; order; order = order->next)
		if (!resolve_expr(r, order->expr))
			return false;
	return true;
}

static bool resolve_call(struct resolver *r, struct sql_expr *expr)
{
	const struct sql_function *function =
		expr->name.count == 1 ? sql_function_find(expr->name.part[0]) : NULL;
	int count = expr->star_arg ? 1 : (int)expr->count;

	if (!function) {
		if (r->env->name)
			return r->env->name(r->env->context, expr, r->error);
		return invalid_identifier(r, &expr->name);
	}
	if (count < function->low)
		return rh_fail(r->error, 938, expr->at, "not enough arguments for function");
	if (function->high >= 0 && count > function->high)
		return rh_fail(r->error, 939, expr->at, "too many arguments for function");
	if (expr->star_arg && function->form != F_COUNT)
		return rh_fail(r->error, 936, expr->at, "missing expression");
	if (function->form == F_RANKING && !expr->over)
		return rh_fail(r->error, 30484, expr->at,
			       "missing window specification for this function");
	if (function->aggregate && !expr->over && r->scope && r->scope->select)
		r->scope->select->aggregated = true;
	if (!resolve_list(r, expr->arg) || !resolve_over(r, expr))
		return false;
	expr->type = call_type(function, expr);
	return true;
}

/* ---- expressions --------------------------------------------------------------------------- */

static bool is_time(uint8_t type)
{
	return type == SQL_DATE || type == SQL_TIMESTAMP || type == SQL_TIMESTAMP_TZ;
}

static uint8_t binary_type(const struct sql_expr *expr)
{
	uint8_t left = expr->arg->type, right = expr->arg->next->type;

	if (strcmp(expr->op, "||") == 0)
		return SQL_TEXT;
	if (!strchr("+-*/", expr->op[0]))
		return SQL_BOOL;
	if (expr->op[0] == '-' && is_time(left) && is_time(right))
		return left == SQL_DATE && right == SQL_DATE ? SQL_NUMBER : SQL_INTERVAL;
	if (is_time(left) || is_time(right)) {
		uint8_t time = is_time(left) ? left : right, other = is_time(left) ? right : left;

		return other == SQL_INTERVAL ? time : SQL_DATE;
	}
	return left == SQL_INTERVAL ? SQL_INTERVAL : SQL_NUMBER;
}

static uint8_t cast_type(const struct sql_type_name *type)
{
	switch (type->ora_type) {
	case CW_ORA_NUMBER:
		return SQL_NUMBER;
	case CW_ORA_VARCHAR2:
		return SQL_TEXT;
	case CW_ORA_CHAR:
		return SQL_CHAR;
	case CW_ORA_DATE:
		return SQL_DATE;
	case CW_ORA_TIMESTAMP:
		return SQL_TIMESTAMP;
	case CW_ORA_TIMESTAMP_TZ:
		return SQL_TIMESTAMP_TZ;
	case CW_ORA_RAW:
		return SQL_RAW;
	default:
		return SQL_ANY;
	}
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
	return true;
}

static uint8_t literal_type(const struct sql_expr *expr)
{
	switch (expr->kind) {
	case X_NUMBER:
		return SQL_NUMBER;
	case X_STRING:
		return SQL_TEXT;
	case X_DATE:
		return SQL_DATE;
	case X_TIMESTAMP:
		return SQL_TIMESTAMP;
	case X_INTERVAL:
		return SQL_INTERVAL;
	default:
		return SQL_ANY;
	}
}

static bool resolve_query_expr(struct resolver *r, struct sql_expr *expr)
{
	if (!resolve_list(r, expr->arg))
		return false;
	if (expr->query && !resolve_query(r, expr->query))
		return false;
	expr->type = SQL_BOOL;
	if (expr->kind != X_QUERY)
		return true;
	if (expr->query->column_count != 1)
		return rh_fail(r->error, 913, expr->at, "too many values");
	expr->type = expr->query->column[0].type;
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
		return cast_type(expr->cast);
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

static bool resolve_expr(struct resolver *r, struct sql_expr *expr)
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
		if (r->env->name)
			return r->env->name(r->env->context, expr, r->error);
		return invalid_identifier(r, &expr->name);
	case X_STAR:
		return rh_fail(r->error, 936, expr->at, "missing expression");
	case X_CALL:
		return resolve_call(r, expr);
	case X_QUERY:
	case X_IN:
	case X_EXISTS:
	case X_QUANTIFIED:
		return resolve_query_expr(r, expr);
	default:
		if (!resolve_list(r, expr->arg))
			return false;
		expr->type = made_type(expr);
		return true;
	}
}

/* ---- FROM ------------------------------------------------------------------------------------ */

static void note_table(struct resolver *r, struct sql_from *from)
{
	struct sql_stmt *stmt = r->stmt;
	bool dictionary = strcmp(from->relation->schema, "SYS") == 0;

	if (!stmt)
		return;
	if (!dictionary && stmt->relid_count < SQL_RELIDS_MAX)
		stmt->relid[stmt->relid_count++] = from->relation->oid;
	if (from->as_of) {
		stmt->as_of = true;
		stmt->as_of_expr = from->as_of;
		stmt->as_of_timestamp = from->as_of_timestamp;
	} else if (strcmp(from->relation->name, "DUAL") != 0) {
		stmt->uses_current = true;
	}
}

static bool from_with(struct resolver *r, struct sql_from *from)
{
	if (from->name.count != 1)
		return false;
	for (struct with *with = r->with; with; with = with->outer)
		for (struct sql_with *one = with->list; one && one != with->end; one = one->next)
			if (strcmp(one->name, from->name.part[0]) == 0) {
				from->with = one->query;
				from->column = one->query->column;
				from->column_count = one->query->column_count;
				from->label = from->alias ? from->alias : one->name;
				return true;
			}
	return false;
}

static bool resolve_table(struct resolver *r, struct sql_from *from)
{
	if (from_with(r, from))
		return true;
	if (from->name.link)
		return rh_fail(r->error, 2019, from->at,
			       "connection description for remote database not found");
	from->relation = from->name.count > 2 ?
				 NULL :
				 r->env->relation(r->env->context, &from->name, r->error);
	if (r->error->code)
		return false;
	if (!from->relation || from->relation->kind == 'S')
		return rh_fail(r->error, 942, from->at, "table or view does not exist");
	from->column = from->relation->column;
	from->column_count = from->relation->column_count;
	from->label = from->alias ? from->alias : from->name.part[from->name.count - 1];
	if (from->as_of && !resolve_expr(r, from->as_of))
		return false;
	note_table(r, from);
	return true;
}

static bool resolve_from(struct resolver *r, struct sql_from *from)
{
	for (; from; from = from->next) {
		if (from->left) {
			if (!resolve_from(r, from->left) || !resolve_from(r, from->right))
				return false;
		} else if (from->query) {
			struct scope *scope = r->scope;

			r->scope = scope ? scope->outer : NULL; /* siblings are not seen */
			if (!resolve_query(r, from->query))
				return false;
			r->scope = scope;
			from->column = from->query->column;
			from->column_count = from->query->column_count;
			from->label = from->alias;
		} else if (!resolve_table(r, from)) {
			return false;
		}
	}
	return true;
}

static bool resolve_joins(struct resolver *r, struct sql_from *from)
{
	for (; from; from = from->next) {
		if (!from->left)
			continue;
		if (!resolve_joins(r, from->left) || !resolve_joins(r, from->right) ||
		    !resolve_expr(r, from->on))
			return false;
	}
	return true;
}

/* ---- items -------------------------------------------------------------------------------------- */

static struct sql_item **star_columns(struct resolver *r, struct sql_from *from,
				      const struct sql_name *name, struct sql_item **last)
{
	for (; from; from = from->next) {
		if (from->left) {
			last = star_columns(r, from->left, name, last);
			last = star_columns(r, from->right, name, last);
			continue;
		}
		if (name->count > 0) {
			struct sql_name column = *name;

			column.part[column.count++] = "";
			if (!matches_from(from, &column))
				continue;
		}
		for (uint32_t i = 0; i < from->column_count; i++) {
			struct sql_item *item;

			if (from->column[i].hidden)
				continue;
			item = cw_new(r->arena, struct sql_item, 1);
			item->expr = cw_new(r->arena, struct sql_expr, 1);
			use_column(item->expr, from, i);
			item->name = from->column[i].name;
			*last = item;
			last = &item->next;
		}
	}
	return last;
}

static bool expand_stars(struct resolver *r, struct sql_select *select)
{
	struct sql_item **link = &select->item;

	while (*link) {
		struct sql_item *item = *link, *first = NULL, **end;

		if (!item->expr || item->expr->kind != X_STAR) {
			link = &item->next;
			continue;
		}
		end = star_columns(r, select->from, &item->expr->name, &first);
		if (!first)
			return invalid_identifier(r, &item->expr->name);
		*end = item->next;
		*link = first;
		link = end;
	}
	return true;
}

/* The text of an expression, in upper case and without blanks, is its column's name. */
static const char *text_name(struct resolver *r, const struct sql_expr *expr, const char *sql)
{
	char *name = cw_new(r->arena, char, expr->end - expr->at + 2);
	size_t len = 0;
	char quote = 0;

	for (uint32_t i = expr->at; sql && i < expr->end; i++) {
		char c = sql[i];

		if (quote) {
			quote = c == quote ? 0 : quote;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			continue;
		} else if (c >= 'a' && c <= 'z') {
			c = (char)(c - 'a' + 'A');
		}
		if (c != '"')
			name[len++] = c;
	}
	if (len > 63)
		name[63] = '\0';
	return name;
}

static const char *item_name(struct resolver *r, const struct sql_item *item)
{
	const struct sql_expr *expr = item->expr;

	if (item->alias)
		return item->alias;
	if (item->name)
		return item->name;
	if ((expr->kind == X_NAME || expr->kind == X_SEQUENCE || expr->kind == X_ROWID ||
	     expr->kind == X_ROWNUM) &&
	    expr->name.count > 0)
		return expr->name.part[expr->name.count - 1];
	return text_name(r, expr, r->stmt ? r->stmt->sql : NULL);
}

static void item_column(const struct sql_item *item, struct sql_column *ret)
{
	const struct sql_expr *expr = item->expr;

	if (expr->kind == X_NAME && expr->from)
		*ret = expr->from->column[expr->column];
	else
		*ret = (struct sql_column){ .type = expr->type, .nullable = true };
	ret->name = item->name;
	ret->hidden = false;
	if (expr->kind == X_STRING) {
		ret->ora_type = CW_ORA_CHAR;
		ret->byte_length = ret->char_length = expr->text_len;
	} else if (expr->kind == X_ROWID) {
		ret->ora_type = CW_ORA_ROWID;
		ret->byte_length = 10;
	}
}

static bool resolve_items(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct sql_column *column;
	uint32_t count = 0;

	if (!expand_stars(r, select))
		return false;
	for (struct sql_item *item = select->item; item; item = item->next, count++) {
		if (!resolve_expr(r, item->expr))
			return false;
		if (item->expr->type == SQL_BOOL && !item->expr->printed && r->stmt)
			return rh_fail(r->error, 923, item->expr->at,
				       "FROM keyword not found where expected");
		item->name = item_name(r, item);
	}
	if (count > 1000)
		return rh_fail(r->error, 1792, select->at,
			       "maximum number of columns in a table or view is 1000");
	column = cw_new(r->arena, struct sql_column, count);
	query->column = column;
	query->column_count = count;
	for (struct sql_item *item = select->item; item; item = item->next)
		item_column(item, column++);
	return true;
}

/* ---- WHERE ROWNUM <= n ------------------------------------------------------------------------- */

static bool is_rownum(const struct sql_expr *expr)
{
	return expr->kind == X_NAME && expr->name.count == 1 && !expr->name.quoted &&
	       strcmp(expr->name.part[0], "ROWNUM") == 0;
}

/* Take one ROWNUM <= n, ROWNUM < n or ROWNUM = 1 out of the ANDed conditions. */
static struct sql_expr *take_limit(struct sql_expr *where, struct sql_expr **ret_limit,
				   bool *ret_less)
{
	struct sql_expr *left, *right;

	if (!where || where->kind != X_BINARY)
		return where;
	left = where->arg;
	right = left->next;
	if (strcmp(where->op, "AND") == 0) {
		struct sql_expr *next = where->next;

		left = take_limit(left, ret_limit, ret_less);
		if (!*ret_limit)
			right = take_limit(right, ret_limit, ret_less);
		if (!left || !right) {
			left = left ? left : right;
			if (left)
				left->next = next;
			return left;
		}
		left->next = right;
		where->arg = left;
		return where;
	}
	if (!is_rownum(left) ||
	    (strcmp(where->op, "<=") != 0 && strcmp(where->op, "<") != 0 &&
	     !(strcmp(where->op, "=") == 0 && right->kind == X_NUMBER &&
	       strcmp(right->text, "1") == 0)))
		return where;
	*ret_limit = right;
	*ret_less = strcmp(where->op, "<") == 0;
	return NULL;
}

/* ---- queries -------------------------------------------------------------------------------------- */

static const struct sql_item *item_at(const struct sql_query *query, const struct sql_expr *expr,
				      uint32_t *ret_position)
{
	const struct sql_item *item = query->select ? query->select->item : NULL;
	const char *name = expr->name.part[0];

	for (uint32_t i = 1; item; item = item->next, i++)
		if (item->alias && strcmp(item->alias, name) == 0) {
			*ret_position = i;
			return item;
		}
	return NULL;
}

static char *position_text(struct resolver *r, uint32_t position)
{
	char *text = cw_new(r->arena, char, 12);

	(void)snprintf(text, 12, "%u", position);
	return text;
}

static const char *set_position(struct resolver *r, const struct sql_query *query,
				const struct sql_expr *expr)
{
	for (uint32_t i = 0; i < query->column_count; i++)
		if (strcmp(query->column[i].name, expr->name.part[0]) == 0)
			return position_text(r, i + 1);
	return NULL;
}

/* A number is the item's place, an alias its name; else it is an expression. */
static bool resolve_order(struct resolver *r, struct sql_query *query)
{
	for (struct sql_order *order = query->order; order; order = order->next) {
		struct sql_expr *expr = order->expr;
		uint32_t position;

		if (expr->kind == X_NUMBER) {
			expr->printed = expr->text;
		} else if (expr->kind == X_NAME && expr->name.count == 1 &&
			   item_at(query, expr, &position)) {
			expr->printed = position_text(r, position);
		} else if (!query->select) {
			if (expr->kind == X_NAME && expr->name.count == 1)
				expr->printed = set_position(r, query, expr);
			if (!expr->printed)
				return rh_fail(r->error, 1785, expr->at,
					       "ORDER BY item must be the number of a SELECT-list "
					       "expression");
		} else if (!resolve_expr(r, expr)) {
			return false;
		}
	}
	return true;
}

static uint32_t leaves(const struct sql_from *from)
{
	uint32_t count = 0;

	for (; from; from = from->next)
		count += from->left ? leaves(from->left) + leaves(from->right) : 1;
	return count;
}

/* ROWNUM counts before ORDER BY and GROUP BY: possible here for one table or without both. */
static bool check_rownum(struct resolver *r, const struct sql_query *query)
{
	const struct sql_select *select = query->select;
	bool later = query->order || select->group || select->aggregated || select->distinct;

	if (select->rownum_used && later)
		return rh_fail(r->error, 3001, select->at, "unimplemented feature");
	if (select->limit && later && leaves(select->from) != 1)
		return rh_fail(r->error, 3001, select->at, "unimplemented feature");
	return true;
}

static bool resolve_select(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct scope scope = { .outer = r->scope, .from = select->from, .select = select };
	bool used, ok;

	r->scope = &scope;
	select->where = take_limit(select->where, &select->limit, &select->limit_less);
	ok = resolve_from(r, select->from) && resolve_joins(r, select->from) &&
	     resolve_expr(r, select->limit) && resolve_items(r, query);
	used = select->rownum_used;
	select->rownum_used = false;
	ok = ok && resolve_expr(r, select->where);
	if (ok && select->rownum_used)
		ok = rh_fail(r->error, 3001, select->at, "unimplemented feature");
	select->rownum_used = used;
	ok = ok && resolve_list(r, select->group) && resolve_expr(r, select->having) &&
	     resolve_order(r, query) && check_rownum(r, query) &&
	     resolve_list(r, query->for_update_of);
	r->scope = scope.outer;
	return ok;
}

static bool resolve_with(struct resolver *r, struct sql_query *query, struct with *with)
{
	for (struct sql_with *one = query->with; one; one = one->next) {
		with->end = one;
		if (!resolve_query(r, one->query))
			return false;
		if (one->column_count > 0) {
			struct sql_column *column = cw_new(r->arena, struct sql_column,
							   one->query->column_count);

			if (one->column_count != one->query->column_count)
				return rh_fail(r->error, 32038, one->at,
					       "number of WITH clause column names does not match "
					       "number of elements in select list");
			for (uint32_t i = 0; i < one->column_count; i++) {
				column[i] = one->query->column[i];
				column[i].name = one->column[i];
			}
			one->query->column = column;
		}
	}
	with->end = NULL;
	return true;
}

static bool resolve_query(struct resolver *r, struct sql_query *query)
{
	struct with with = { .outer = r->with, .list = query->with };
	bool ok;

	r->with = &with;
	ok = resolve_with(r, query, &with);
	if (ok && query->select) {
		ok = resolve_select(r, query);
	} else if (ok) {
		ok = resolve_query(r, query->left) && resolve_query(r, query->right);
		if (ok && query->left->column_count != query->right->column_count)
			ok = rh_fail(r->error, 1789, query->at,
				     "query block has incorrect number of result columns");
		query->column = query->left->column;
		query->column_count = query->left->column_count;
		ok = ok && resolve_order(r, query);
	}
	ok = ok && resolve_expr(r, query->offset) && resolve_expr(r, query->fetch);
	r->with = with.outer;
	return ok;
}

/* ---- DML ------------------------------------------------------------------------------------------- */

/* A column of the target, for INSERT and SET. */
static bool target_column(struct resolver *r, struct sql_stmt *stmt, struct sql_expr *column)
{
	struct found found = { 0 };

	find_column(stmt->target, &column->name, &found);
	if (found.count == 0)
		return invalid_identifier(r, &column->name);
	use_column(column, found.from, found.column);
	return true;
}

/* INSERT without a list of columns means all of them. */
static void all_columns(struct resolver *r, struct sql_stmt *stmt)
{
	struct sql_expr **last = &stmt->column;

	for (uint32_t i = 0; i < stmt->target->column_count; i++) {
		if (stmt->target->column[i].hidden)
			continue;
		*last = cw_new(r->arena, struct sql_expr, 1);
		use_column(*last, stmt->target, i);
		last = &(*last)->next;
	}
}

static bool resolve_insert(struct resolver *r, struct sql_stmt *stmt)
{
	uint32_t columns = 0, values = 0;
	struct scope *scope = r->scope;
	bool ok;

	if (!stmt->column)
		all_columns(r, stmt);
	for (struct sql_expr *column = stmt->column; column; column = column->next, columns++) {
		if (!column->from && !target_column(r, stmt, column))
			return false;
		for (struct sql_expr *other = stmt->column; other != column; other = other->next)
			if (other->column == column->column)
				return rh_fail(r->error, 957, column->at, "duplicate column name");
	}
	r->scope = NULL; /* VALUES sees no columns */
	ok = resolve_list(r, stmt->value) && (!stmt->query || resolve_query(r, stmt->query));
	r->scope = scope;
	if (!ok)
		return false;
	for (struct sql_expr *value = stmt->value; value; value = value->next)
		values++;
	if (stmt->query)
		values = stmt->query->column_count;
	if (values > columns)
		return rh_fail(r->error, 913, stmt->value ? stmt->value->at : stmt->query->at,
			       "too many values");
	if (values < columns)
		return rh_fail(r->error, 947, stmt->value ? stmt->value->at : stmt->query->at,
			       "not enough values");
	return true;
}

static bool resolve_set(struct resolver *r, struct sql_stmt *stmt, struct sql_set *set)
{
	for (; set; set = set->next) {
		struct sql_expr *column = set->column;

		if (column->kind == X_ROW) {
			for (column = column->arg; column; column = column->next)
				if (!target_column(r, stmt, column))
					return false;
			if (!set->value->query)
				return rh_fail(r->error, 1767, set->value->at,
					       "UPDATE ... SET expression must be a subquery");
			if (!resolve_query(r, set->value->query))
				return false;
			continue;
		}
		if (!target_column(r, stmt, column) || !resolve_expr(r, set->value))
			return false;
	}
	return true;
}

static bool resolve_merge(struct resolver *r, struct sql_stmt *stmt)
{
	struct sql_from *target = stmt->target;
	bool ok;

	if (!resolve_from(r, stmt->source))
		return false;
	target->next = stmt->source;
	ok = resolve_expr(r, stmt->on);
	target->next = NULL;
	for (struct sql_expr *column = stmt->merge_column; ok && column; column = column->next)
		ok = target_column(r, stmt, column);
	for (struct sql_set *set = stmt->merge_set; ok && set; set = set->next)
		ok = target_column(r, stmt, set->column);
	target->next = stmt->source;
	for (struct sql_set *set = stmt->merge_set; ok && set; set = set->next)
		ok = resolve_expr(r, set->value);
	ok = ok && resolve_expr(r, stmt->merge_update_where) &&
	     resolve_expr(r, stmt->merge_insert_where) && resolve_list(r, stmt->merge_value);
	target->next = NULL;
	if (ok && stmt->merge_delete_where)
		ok = rh_fail(r->error, 3001, stmt->at, "unimplemented feature");
	return ok;
}

static bool resolve_dml(struct resolver *r, struct sql_stmt *stmt)
{
	struct scope scope = { .from = stmt->target };
	bool ok = true;

	if (!resolve_table(r, stmt->target))
		return false;
	r->scope = &scope;
	if (stmt->kind == S_INSERT)
		ok = resolve_insert(r, stmt);
	else if (stmt->kind == S_MERGE)
		ok = resolve_merge(r, stmt);
	stmt->where = take_limit(stmt->where, &stmt->limit, &stmt->limit_less);
	ok = ok && resolve_set(r, stmt, stmt->set) && resolve_expr(r, stmt->where) &&
	     resolve_expr(r, stmt->limit);
	if (ok && stmt->returning)
		ok = resolve_list(r, stmt->returning->expr) &&
		     (r->env->name || resolve_list(r, stmt->returning->into));
	r->scope = NULL;
	return ok;
}

bool sql_resolve(const struct sql_env *env, struct cw_arena *arena, struct sql_stmt *stmt,
		 struct rh_error *error)
{
	struct resolver r = { .env = env, .arena = arena, .error = error, .stmt = stmt };

	switch (stmt->kind) {
	case S_SELECT:
	case S_CREATE_VIEW:
		return resolve_query(&r, stmt->query);
	case S_CREATE_TABLE:
		return !stmt->query || resolve_query(&r, stmt->query);
	case S_INSERT:
	case S_UPDATE:
	case S_DELETE:
	case S_MERGE:
		return resolve_dml(&r, stmt);
	case S_LOCK:
		for (struct sql_from *from = stmt->target; from; from = from->next)
			if (!resolve_table(&r, from))
				return false;
		return true;
	default:
		return true;
	}
}

bool sql_resolve_expr(const struct sql_env *env, struct cw_arena *arena, struct sql_expr *expr,
		      struct sql_from *from, struct rh_error *error)
{
	struct scope scope = { .from = from };
	struct resolver r = { .env = env, .arena = arena, .error = error };

	r.scope = from ? &scope : NULL;
	return resolve_expr(&r, expr);
}
