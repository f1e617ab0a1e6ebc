/* exec_ddl_as.c - CREATE TABLE ... AS SELECT: columns from a query, then its rows; see exec_ddl.h */
#include "rehearsal/exec_ddl.h"

#include <string.h>

#define TEXT_BYTES_MAX 4000u

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

/* ---- how long the text of an expression can get ------------------------------------------------------ */

static uint32_t text_bytes(const struct sql_expr *expr);

static uint32_t longest(const struct sql_expr *list)
{
	uint32_t max = 0;

	for (; list; list = list->next) {
		uint32_t bytes = text_bytes(list);

		max = bytes > max ? bytes : max;
	}
	return max;
}

/* What CASE and DECODE give: every second one from @first on, and the last of an odd number. */
static uint32_t longest_result(const struct sql_expr *first)
{
	uint32_t max = 0, nr = 0;

	for (const struct sql_expr *one = first; one; one = one->next, nr++) {
		uint32_t bytes = nr % 2 == 1 || !one->next ? text_bytes(one) : 0;

		max = bytes > max ? bytes : max;
	}
	return max;
}

static uint32_t call_bytes(const struct sql_expr *call)
{
	static const char *const as_first[] = { "UPPER", "LOWER",  "INITCAP", "TRIM", "LTRIM",
						"RTRIM", "SUBSTR", "MIN",     "MAX" };
	static const char *const as_longest[] = { "NVL", "COALESCE", "GREATEST", "LEAST" };
	const char *name = call->name.part[call->name.count - 1u];

	for (size_t i = 0; i < CW_ARRAY_LEN(as_first); i++)
		if (strcmp(name, as_first[i]) == 0)
			return longest(call->arg);
	for (size_t i = 0; i < CW_ARRAY_LEN(as_longest); i++)
		if (strcmp(name, as_longest[i]) == 0)
			return longest(call->arg);
	if (strcmp(name, "DECODE") == 0 || strcmp(name, "NVL2") == 0)
		return name[0] == 'N' ? longest(call->arg->next) : longest_result(call->arg->next);
	return TEXT_BYTES_MAX;
}

/* A number that is put between texts has at most 40 characters. */
static uint32_t text_bytes(const struct sql_expr *expr)
{
	uint32_t bytes = TEXT_BYTES_MAX;

	if (expr->kind == X_NULL)
		return 0;
	if (expr->type == SQL_NUMBER)
		return 40;
	if (expr->kind == X_STRING)
		bytes = expr->text_len;
	else if (expr->kind == X_NAME && expr->from)
		bytes = expr->from->column[expr->column].byte_length;
	else if (expr->kind == X_BINARY && strcmp(expr->op, "||") == 0)
		bytes = text_bytes(expr->arg) + text_bytes(expr->arg->next);
	else if (expr->kind == X_CASE)
		bytes = longest_result(expr->has_operand ? expr->arg->next : expr->arg);
	else if (expr->kind == X_CALL && !expr->unit_called)
		bytes = call_bytes(expr);
	return bytes > 0 && bytes < TEXT_BYTES_MAX ? bytes : TEXT_BYTES_MAX;
}

/* ---- columns --------------------------------------------------------------------------------------------- */

void rh_ddl_type_of_column(const struct sql_column *c, struct sql_type_name *ret)
{
	bool time = c->ora_type == CW_ORA_TIMESTAMP || c->ora_type == CW_ORA_TIMESTAMP_TZ ||
		    c->ora_type == CW_ORA_TIMESTAMP_LTZ;
	bool is_float = c->ora_type == CW_ORA_NUMBER && c->scale == CW_SCALE_NONE;

	*ret = (struct sql_type_name){
		.ora_type = c->ora_type,
		.precision = time ? c->scale : c->precision,
		.scale = c->scale,
		.length = c->char_used == 'C' ? c->char_length : c->byte_length,
		.float_bits = is_float ? c->precision : 0,
		.any_precision =
			c->ora_type == CW_ORA_NUMBER && !is_float &&
			(c->precision == 0 || (c->precision == 38 && c->scale == 0)), /* INTEGER */
		.char_used = c->char_used,
		.national = c->national
	};
}

static bool type_of_cast(const struct sql_expr *expr, struct sql_type_name *ret)
{
	if (expr->kind != X_CAST || !expr->cast->ora_type)
		return false;
	*ret = *expr->cast;
	return true;
}

static bool type_of_value(const struct sql_expr *expr, uint8_t type, struct sql_type_name *ret)
{
	static const struct {
		uint8_t type, ora_type;
		int16_t precision, scale;
		uint32_t length;
	} types[] = {
		{ SQL_NUMBER, CW_ORA_NUMBER, 0, CW_SCALE_NONE, 22 },
		{ SQL_DATE, CW_ORA_DATE, 0, 0, 7 },
		{ SQL_TIMESTAMP, CW_ORA_TIMESTAMP, 6, 0, 11 },
		{ SQL_TIMESTAMP_TZ, CW_ORA_TIMESTAMP_TZ, 6, 0, 13 },
		{ SQL_TIMESTAMP_LTZ, CW_ORA_TIMESTAMP_LTZ, 6, 0, 11 },
		{ SQL_INTERVAL, CW_ORA_INTERVAL_DS, 9, 9, 11 },
		{ SQL_INTERVAL_YM, CW_ORA_INTERVAL_YM, 9, 0, 5 },
		{ SQL_FLOAT, CW_ORA_BINARY_FLOAT, 0, 0, 4 },
		{ SQL_DOUBLE, CW_ORA_BINARY_DOUBLE, 0, 0, 8 },
		{ SQL_CLOB, CW_ORA_CLOB, 0, 0, 0 },
		{ SQL_BLOB, CW_ORA_BLOB, 0, 0, 0 },
		{ SQL_RAW, CW_ORA_RAW, 0, 0, 2000 },
		{ SQL_TEXT, CW_ORA_VARCHAR2, 0, CW_SCALE_NONE, 0 },
		{ SQL_CHAR, CW_ORA_VARCHAR2, 0, CW_SCALE_NONE, 0 },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++) {
		if (types[i].type != type)
			continue;
		*ret = (struct sql_type_name){ .ora_type = types[i].ora_type,
					       .precision = types[i].precision,
					       .scale = types[i].scale,
					       .length = types[i].length };
		if (ret->ora_type == CW_ORA_VARCHAR2) {
			ret->length = expr ? text_bytes(expr) : TEXT_BYTES_MAX;
			ret->char_used = 'B';
		}
		return true;
	}
	return false;
}

/* The expression behind a column; NULL: of a set operation. */
static const struct sql_item *items_of(const struct sql_query *query)
{
	return query->select ? query->select->item : NULL;
}

static struct sql_column_def *column_of(struct rh_ddl *ddl, const struct sql_column *c,
					const struct sql_expr *expr)
{
	struct sql_column_def *def = cw_new(ddl->arena, struct sql_column_def, 1);

	def->name = c->name;
	def->type = cw_new(ddl->arena, struct sql_type_name, 1);
	if (c->ora_type)
		rh_ddl_type_of_column(c, def->type);
	if (c->ora_type || (expr && type_of_cast(expr, def->type)) ||
	    type_of_value(expr, c->type, def->type))
		return def;
	if (expr && expr->kind == X_NULL)
		(void)rh_fail(ddl->error, 1723, expr->at, "zero-length columns are not allowed");
	else
		(void)rh_fail(ddl->error, 3001, ddl->parsed->at,
			      "unimplemented feature: CREATE TABLE AS of such an expression");
	return NULL;
}

static bool has_name(const struct sql_item *item)
{
	return !item || item->alias || (item->expr->kind == X_NAME && item->expr->from);
}

/* What was written in parentheses before AS: names, and what belongs to them. */
static bool take_written(struct rh_ddl *ddl, struct sql_column_def *made,
			 struct sql_column_def *written)
{
	for (; made && written; made = made->next, written = written->next) {
		made->name = written->name;
		made->default_value = written->default_value;
		made->default_text = written->default_text;
		made->has_default = written->has_default;
		made->constraint = written->constraint;
	}
	return !made && !written ? true
				 : rh_fail(ddl->error, 1730, ddl->parsed->at,
					   "invalid number of column names specified");
}

bool rh_ddl_as_columns(struct rh_ddl *ddl)
{
	struct sql_stmt *s = ddl->parsed;
	struct sql_env env = { .context = ddl->session,
			       .relation = rh_exec_find,
			       .user = ddl->session->user };
	struct sql_column_def *first = NULL, **last = &first;
	const struct sql_item *item;

	if (!sql_resolve(&env, ddl->arena, s, ddl->error))
		return false;
	item = items_of(s->query);
	for (uint32_t i = 0; i < s->query->column_count; i++) {
		if (!s->column_def && !has_name(item))
			return rh_fail(ddl->error, 998, item->expr->at,
				       "must name this expression with a column alias");
		*last = column_of(ddl, &s->query->column[i], item ? item->expr : NULL);
		if (!*last)
			return false;
		last = &(*last)->next;
		item = item ? item->next : NULL;
	}
	if (s->column_def && !take_written(ddl, first, s->column_def))
		return false;
	s->column_def = first;
	return true;
}

/* A column of one table takes the NOT NULL along that was said of it. */
static void put_not_null(struct rh_ddl *ddl)
{
	const struct sql_select *select = ddl->parsed->query->select;
	const struct sql_item *item =
		select && select->from && !select->from->next && select->from->relation
			? select->item
			: NULL;

	for (const struct sql_column_def *def = ddl->parsed->column_def; item && def;
	     item = item->next, def = def->next) {
		char source[32];

		if (item->expr->kind != X_NAME || item->expr->from != select->from)
			continue;
		(void)snprintf(source, sizeof(source), ", %u, %d", select->from->relation->oid,
			       select->from->column[item->expr->column].attnum);
		put(ddl, "SELECT rh.copy_not_null(");
		rh_ddl_put_regclass(ddl, &ddl->table);
		put(ddl, ", ");
		sql_print_literal(&ddl->sql, def->name, strlen(def->name));
		put(ddl, source);
		put(ddl, ");\n");
	}
}

bool rh_ddl_as_rows(struct rh_ddl *ddl)
{
	put_not_null(ddl);
	put(ddl, "INSERT INTO ");
	rh_ddl_put_name(ddl, &ddl->table);
	put(ddl, " (");
	for (const struct sql_column_def *def = ddl->parsed->column_def; def; def = def->next) {
		sql_print_ident(&ddl->sql, def->name);
		put(ddl, def->next ? ", " : ") ");
	}
	if (!sql_print(ddl->parsed, &ddl->sql, ddl->error))
		return false;
	put(ddl, ";\n");
	return true;
}
