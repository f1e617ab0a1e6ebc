/* sql_resolve_query.c - tables and blocks: which names are in scope where; see sql_print.h */
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_pivot.h"
#include "rehearsal/sql_resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_BYTES                                                                               \
	4u /* a description says so; python-oracledb takes 0 for a column that is always NULL */

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

/* From 23ai on it is told by name. */
static bool no_table(struct resolver *r, const struct sql_from *from)
{
	const char *own = r->env->missing_schema;

	if (!own || from->name.count > 2)
		return rh_fail(r->error, 942, from->at, "table or view does not exist");
	return rh_fail(r->error, 942, from->at, "table or view \"%s\".\"%s\" does not exist",
		       from->name.count == 2 ? from->name.part[0] : own,
		       from->name.part[from->name.count - 1]);
}

bool sql_resolve_table(struct resolver *r, struct sql_from *from)
{
	if (from_with(r, from))
		return true;
	if (from->name.link)
		return rh_fail(r->error, 2019, from->at,
			       "connection description for remote database not found");
	from->relation = from->name.count > 2
				 ? NULL
				 : r->env->relation(r->env->context, &from->name, r->error);
	if (r->error->code)
		return false;
	if (!from->relation || from->relation->kind == 'S')
		return no_table(r, from);
	from->column = from->relation->column;
	from->column_count = from->relation->column_count;
	from->label = from->alias ? from->alias : from->name.part[from->name.count - 1];
	if (from->as_of && !sql_resolve_one(r, from->as_of))
		return false;
	note_table(r, from);
	return true;
}

static uint32_t json_columns(struct resolver *r, const struct sql_json_column *one,
			     struct sql_column *to)
{
	uint32_t count = 0;

	for (; one; one = one->next) {
		if (one->nested) {
			count += json_columns(r, one->nested, to ? to + count : NULL);
			continue;
		}
		if (to)
			to[count] = (struct sql_column){ .name = one->name,
							 .type = one->value->type,
							 .nullable = true };
		count++;
	}
	return count;
}

static bool json_values(struct resolver *r, struct sql_json_column *one)
{
	for (; one; one = one->next)
		if (!json_values(r, one->nested) || !sql_resolve_one(r, one->value))
			return false;
	return true;
}

/* Its document may come from the tables before it. */
static bool resolve_json_table(struct resolver *r, struct sql_from *from)
{
	struct sql_column *column;

	if (!sql_resolve_one(r, from->json) || !json_values(r, from->json_column))
		return false;
	from->column_count = json_columns(r, from->json_column, NULL);
	column = cw_new(r->arena, struct sql_column, from->column_count);
	(void)json_columns(r, from->json_column, column);
	from->column = column;
	from->label = from->alias;
	return true;
}

static bool has_column(struct sql_from *from, const char *column)
{
	struct sql_name name = { .count = 1, .part = { column } };
	struct found found = { 0 };
	struct sql_from *next = from->next;

	from->next = NULL;
	sql_find_column(from, &name, &found);
	from->next = next;
	return found.count > 0;
}

/* Columns of @from that the other side has, too, into @ret if it is there. */
static uint32_t common_columns(struct sql_from *from, struct sql_from *other, const char **ret)
{
	uint32_t count = 0;

	if (from->left) {
		count = common_columns(from->left, other, ret);
		return count + common_columns(from->right, other, ret ? ret + count : NULL);
	}
	for (uint32_t i = 0; i < from->column_count; i++) {
		const struct sql_column *c = &from->column[i];

		if (c->hidden || c->invisible || !has_column(other, c->name))
			continue;
		if (ret)
			ret[count] = c->name;
		count++;
	}
	return count;
}

/* NATURAL is USING what both have. */
static void join_by_common(struct resolver *r, struct sql_from *from)
{
	uint32_t count = common_columns(from->left, from->right, NULL);
	const char **name = cw_new(r->arena, const char *, count + 1);

	(void)common_columns(from->left, from->right, name);
	from->natural = false;
	from->using_name = name;
	from->using_count = count;
	if (count == 0 && from->join == J_INNER)
		from->join = J_CROSS;
}

static bool resolve_subquery(struct resolver *r, struct sql_from *from)
{
	struct scope *scope = r->scope;

	if (!from->lateral) /* siblings are not seen */
		r->scope = scope ? scope->outer : NULL;
	if (from->pivot ? !sql_resolve_pivot(r, from) : !sql_resolve_query(r, from->query))
		return false;
	r->scope = scope;
	from->column = from->query->column;
	from->column_count = from->query->column_count;
	from->label = from->alias;
	return true;
}

bool sql_resolve_from(struct resolver *r, struct sql_from *from)
{
	for (; from; from = from->next) {
		if (from->json) {
			if (!resolve_json_table(r, from))
				return false;
		} else if (from->collection) {
			if (!sql_resolve_table_of(r, from))
				return false;
		} else if (from->left) {
			if (!sql_resolve_from(r, from->left) || !sql_resolve_from(r, from->right))
				return false;
			if (from->natural)
				join_by_common(r, from);
		} else if (from->query || from->pivot) {
			if (!resolve_subquery(r, from))
				return false;
		} else if (!sql_resolve_table(r, from)) {
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
		    !sql_resolve_one(r, from->on))
			return false;
	}
	return true;
}

/* ---- items -------------------------------------------------------------------------------------- */

/* Columns that are there already: those of a USING around. */
struct named {
	const struct named *outer;
	const struct sql_from *join;
};

static bool is_named(const struct named *named, const char *name)
{
	for (; named; named = named->outer)
		for (uint32_t i = 0; i < named->join->using_count; i++)
			if (strcmp(named->join->using_name[i], name) == 0)
				return true;
	return false;
}

/* The columns of USING come first, and once. */
static struct sql_item **using_columns(struct resolver *r, struct sql_from *join,
				       const struct named *outer, struct sql_item **last)
{
	struct sql_from *side = join->join == J_RIGHT ? join->right : join->left;

	for (uint32_t i = 0; i < join->using_count; i++) {
		struct sql_name name = { .count = 1, .part = { join->using_name[i] } };
		struct found found = { 0 };

		sql_find_column(side, &name, &found);
		if (!found.from || is_named(outer, join->using_name[i]))
			continue;
		*last = cw_new(r->arena, struct sql_item, 1);
		(*last)->expr = cw_new(r->arena, struct sql_expr, 1);
		sql_use_column((*last)->expr, found.from, found.column);
		(*last)->name = join->using_name[i];
		last = &(*last)->next;
	}
	return last;
}

static struct sql_item **star_columns(struct resolver *r, struct sql_from *from,
				      const struct sql_name *name, const struct named *named,
				      struct sql_item **last)
{
	for (; from; from = from->next) {
		if (from->left) {
			struct named here = { .outer = named, .join = from };

			if (name->count == 0)
				last = using_columns(r, from, named, last);
			last = star_columns(r, from->left, name, &here, last);
			last = star_columns(r, from->right, name, &here, last);
			continue;
		}
		if (name->count > 0) {
			struct sql_name column = *name;

			column.part[column.count++] = "";
			if (!sql_matches_from(from, &column))
				continue;
		}
		for (uint32_t i = 0; i < from->column_count; i++) {
			struct sql_item *item;

			if (from->column[i].hidden || from->column[i].invisible ||
			    (name->count == 0 && is_named(named, from->column[i].name)))
				continue;
			item = cw_new(r->arena, struct sql_item, 1);
			item->expr = cw_new(r->arena, struct sql_expr, 1);
			sql_use_column(item->expr, from, i);
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
		end = star_columns(r, select->from, &item->expr->name, NULL, &first);
		if (!first)
			return sql_invalid_identifier(r->error, &item->expr->name);
		*end = item->next;
		*link = first;
		link = end;
	}
	return true;
}

/* JSON_OBJECT (*), JSON_OBJECT (t.*): each column by its name */
bool sql_expand_members(struct resolver *r, struct sql_expr *call)
{
	struct sql_expr **link = &call->arg;

	call->count = 0;
	while (*link) {
		struct sql_expr *star = *link;
		struct sql_item *item = NULL;

		if (star->kind != X_STAR) {
			call->count++;
			link = &star->next;
			continue;
		}
		if (r->scope)
			(void)star_columns(r, r->scope->from, &star->name, NULL, &item);
		if (!item)
			return sql_invalid_identifier(r->error, &star->name);
		for (; item; item = item->next, call->count += 2) {
			struct sql_expr *key = cw_new(r->arena, struct sql_expr, 1);

			*key = (struct sql_expr){ .kind = X_STRING,
						  .text = item->name,
						  .at = star->at };
			key->text_len = (uint32_t)strlen(item->name);
			key->next = item->expr;
			*link = key;
			link = &item->expr->next;
		}
		*link = star->next;
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

/* Text of the national character set, which PostgreSQL does not tell from other text. */
static void set_national(const struct sql_expr *expr, struct sql_column *ret)
{
	const struct sql_type_name *type = expr->kind == X_CAST ? expr->cast : NULL;

	if (type && type->national) {
		ret->national = true;
		ret->ora_type = type->ora_type;
		ret->char_length = type->length;
		ret->byte_length = 2 * type->length;
		ret->char_used = 'C';
	} else if (expr->kind == X_CALL && expr->name.count == 1 && ret->ora_type == CW_ORA_CLOB) {
		ret->national = strcmp(expr->name.part[0], "TO_NCLOB") == 0;
	}
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
	} else if (expr->kind == X_CURSOR) {
		ret->ora_type = CW_ORA_CURSOR;
		ret->byte_length = CURSOR_BYTES;
		ret->cursor = expr->query;
	} else if (expr->kind == X_ROWID) {
		ret->ora_type = CW_ORA_ROWID;
		ret->byte_length = 10;
	} else if (ret->ora_type == 0 && sql_is_lob(expr->type)) {
		ret->ora_type = expr->type == SQL_CLOB ? CW_ORA_CLOB : CW_ORA_BLOB;
		ret->byte_length = RH_LOB_DATA_LENGTH;
	}
	set_national(expr, ret);
}

static bool is_column(const struct sql_expr *expr)
{
	return expr->kind == X_NAME && expr->from;
}

/* INSERT ... SELECT and CREATE TABLE ... AS SELECT, which take no LONG. */
static bool copies(const struct resolver *r, const struct sql_query *query)
{
	return r->stmt && r->stmt->query == query &&
	       (r->stmt->kind == S_INSERT || r->stmt->kind == S_CREATE_TABLE);
}

/* A CURSOR stands among the items of the whole query, or of another CURSOR. */
static bool resolve_cursor(struct resolver *r, const struct sql_query *query, struct sql_expr *expr)
{
	const struct sql_query *outer = r->cursor;
	bool ok;

	if (query != outer && (!r->stmt || r->stmt->kind != S_SELECT || r->stmt->query != query))
		return rh_fail(r->error, 22902, expr->at, "CURSOR expression not allowed");
	r->cursor = expr->query;
	ok = sql_resolve_query(r, expr->query);
	r->cursor = outer;
	return ok;
}

static bool resolve_item(struct resolver *r, const struct sql_query *query, struct sql_expr *expr)
{
	return expr->kind == X_CURSOR ? resolve_cursor(r, query, expr) : sql_resolve_one(r, expr);
}

static bool resolve_items(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct sql_column *column;
	uint32_t count = 0;

	if (!expand_stars(r, select))
		return false;
	for (struct sql_item *item = select->item; item; item = item->next, count++) {
		if (!resolve_item(r, query, item->expr))
			return false;
		if (item->expr->type == SQL_BOOL && !item->expr->printed && r->stmt &&
		    !r->stmt->has_booleans && !is_column(item->expr))
			return rh_fail(r->error, 923, item->expr->at,
				       "FROM keyword not found where expected");
		if ((select->distinct && !sql_no_lob(r, item->expr)) ||
		    (copies(r, query) && !sql_no_long(r, item->expr)))
			return false;
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
struct sql_expr *sql_take_limit(struct sql_expr *where, struct sql_expr **ret_limit, bool *ret_less)
{
	struct sql_expr *left, *right;

	if (!where || where->kind != X_BINARY)
		return where;
	left = where->arg;
	right = left->next;
	if (strcmp(where->op, "AND") == 0) {
		struct sql_expr *next = where->next;

		left = sql_take_limit(left, ret_limit, ret_less);
		if (!*ret_limit)
			right = sql_take_limit(right, ret_limit, ret_less);
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
	if (!is_rownum(left) || (strcmp(where->op, "<=") != 0 && strcmp(where->op, "<") != 0 &&
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

/*
 * Of two tables that have a column of this name it means the one that is selected, if only one is
 * (OracleDatabaseMetaData.getProcedureColumns says arg.overload and orders by OVERLOAD, which its
 * other table has, too).
 */
static void name_selected(const struct sql_query *query, struct sql_expr *expr)
{
	const struct sql_item *item = query->select ? query->select->item : NULL;
	const struct sql_expr *found = NULL;
	unsigned count = 0;

	if (expr->kind != X_NAME || expr->name.count != 1)
		return;
	for (; item; item = item->next) {
		const struct sql_expr *one = item->expr;

		if (item->alias || !one || one->kind != X_NAME || one->name.count == 0 ||
		    strcmp(one->name.part[one->name.count - 1], expr->name.part[0]) != 0)
			continue;
		found = one;
		count++;
	}
	if (count == 1)
		expr->name = found->name;
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

/* An item named by its place is no LONG either. */
static bool orders_by_item(struct resolver *r, const struct sql_query *query,
			   const struct sql_expr *expr)
{
	unsigned long place = strtoul(expr->printed, NULL, 10);
	uint8_t type =
		place > 0 && place <= query->column_count ? query->column[place - 1].ora_type : 0;

	return (type != CW_ORA_LONG && type != CW_ORA_LONG_RAW) ||
	       rh_fail(r->error, 997, expr->at, "illegal use of LONG datatype");
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
		} else {
			name_selected(query, expr);
			if (!sql_resolve_one(r, expr) || !sql_no_long(r, expr))
				return false;
		}
		if (expr->printed && !orders_by_item(r, query, expr))
			return false;
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

/*
 * ROWNUM counts before GROUP BY, DISTINCT and ORDER BY: row_number() stands in front of the last two by itself, for the rest
 * one table is numbered and cut in a query of its own.
 */
static bool check_rownum(struct resolver *r, const struct sql_query *query)
{
	struct sql_select *select = query->select;
	bool gathers = select->group || select->aggregated;
	bool later = gathers || query->order || select->distinct;
	bool wraps, covered;

	select->numbered = select->rownum_used && gathers;
	wraps = select->numbered || (select->limit && later);
	covered = (!wraps || (leaves(select->from) == 1 && !select->levels)) &&
		  !(select->rownum_used && later && select->hierarchy);
	return covered || rh_fail(r->error, 3001, select->at, "unimplemented feature");
}

/* Sequences count rows as they are read: nothing may sort or gather them behind that. */
static bool takes_numbers(const struct sql_query *query)
{
	return !query->select->distinct && !query->select->group && !query->order;
}

static bool select_conditions(struct resolver *r, struct sql_select *select)
{
	bool used = select->rownum_used, ok;

	select->rownum_used = false;
	ok = sql_resolve_one(r, select->levels) && sql_resolve_one(r, select->where) &&
	     sql_resolve_outer(r, select);
	if (ok && select->rownum_used)
		ok = rh_fail(r->error, 3001, select->at, "unimplemented feature");
	select->rownum_used = used;
	return ok;
}

static bool resolve_select(struct resolver *r, struct sql_query *query)
{
	struct sql_select *select = query->select;
	struct scope scope = { .outer = r->scope, .from = select->from, .select = select };
	bool ok, no_number = r->no_number;

	r->scope = &scope;
	r->no_number = query != r->top || !takes_numbers(query);
	select->where = sql_take_limit(select->where, &select->limit, &select->limit_less);
	ok = sql_resolve_from(r, select->from) && resolve_joins(r, select->from) &&
	     sql_resolve_one(r, select->limit) && resolve_items(r, query);
	r->no_number = true;
	ok = ok && select_conditions(r, select) && sql_resolve_hierarchy(r, query);
	scope.from = select->from;
	scope.grouping = select->names_groups;
	ok = ok && sql_resolve_list(r, select->group) && sql_no_long(r, select->group) &&
	     sql_resolve_one(r, select->having);
	scope.grouping = false;
	ok = ok && resolve_order(r, query) && check_rownum(r, query) &&
	     sql_resolve_list(r, query->for_update_of);
	r->scope = scope.outer;
	r->no_number = no_number;
	return ok;
}

/* A NULL of one side of UNION is of the other side's type. */
static void give_nulls_type(struct sql_query *query, uint32_t column, uint8_t type)
{
	struct sql_item *item = query->select ? query->select->item : NULL;

	if (!query->select) {
		give_nulls_type(query->left, column, type);
		give_nulls_type(query->right, column, type);
		return;
	}
	while (item && column-- > 0)
		item = item->next;
	if (item && item->expr->kind == X_NULL)
		item->expr->type = type;
}

static bool set_columns(struct resolver *r, struct sql_query *query)
{
	if (query->left->column_count != query->right->column_count)
		return rh_fail(r->error, 1789, query->at,
			       "query block has incorrect number of result columns");
	sql_unite_columns(r->arena, query);
	for (uint32_t i = 0; i < query->column_count; i++) {
		give_nulls_type(query->left, i, query->column[i].type);
		give_nulls_type(query->right, i, query->column[i].type);
	}
	return true;
}

/* The columns of @query under the names that WITH gives them. */
static bool name_columns(struct resolver *r, const struct sql_with *one, struct sql_query *query,
			 const struct sql_query *from)
{
	struct sql_column *column = cw_new(r->arena, struct sql_column, from->column_count);

	if (one->column_count != from->column_count)
		return rh_fail(r->error, 32038, one->at,
			       "number of WITH clause column names does not match "
			       "number of elements in select list");
	for (uint32_t i = 0; i < one->column_count; i++) {
		column[i] = from->column[i];
		column[i].name = one->column[i];
	}
	query->column = column;
	query->column_count = from->column_count;
	return true;
}

/* A list of columns and UNION ALL: the second half may read what the first began. */
static bool may_recurse(const struct sql_with *one)
{
	const struct sql_query *query = one->query;

	return one->column_count > 0 && !query->select && !query->with && !query->order &&
	       strcmp(query->set_op, "UNION ALL") == 0 && query->left->select;
}

static bool resolve_recursive(struct resolver *r, struct sql_with *one, struct with *with)
{
	struct sql_query *query = one->query;

	if (!sql_resolve_query(r, query->left) || !name_columns(r, one, query, query->left))
		return false;
	query->left->select->plain_types = true;
	with->end = one->next;
	return sql_resolve_query(r, query->right) && set_columns(r, query) &&
	       name_columns(r, one, query, query);
}

static bool resolve_with(struct resolver *r, struct sql_query *query, struct with *with)
{
	for (struct sql_with *one = query->with; one; one = one->next) {
		with->end = one;
		one->recursive = may_recurse(one);
		if (one->recursive) {
			if (!resolve_recursive(r, one, with))
				return false;
		} else if (!sql_resolve_query(r, one->query) ||
			   (one->column_count > 0 &&
			    !name_columns(r, one, one->query, one->query))) {
			return false;
		}
	}
	with->end = NULL;
	return true;
}

bool sql_resolve_query(struct resolver *r, struct sql_query *query)
{
	struct with with = { .outer = r->with, .list = query->with };
	bool ok;

	r->with = &with;
	ok = resolve_with(r, query, &with);
	if (ok && query->select) {
		ok = resolve_select(r, query);
	} else if (ok) {
		ok = sql_resolve_query(r, query->left) && sql_resolve_query(r, query->right) &&
		     set_columns(r, query) && resolve_order(r, query);
	}
	ok = ok && sql_resolve_one(r, query->offset) && sql_resolve_one(r, query->fetch);
	r->with = with.outer;
	return ok;
}
