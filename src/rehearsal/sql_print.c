/* sql_print.c - queries and DML in PostgreSQL's SQL; see sql_print.h */
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_multi.h"
#include "rehearsal/sql_print_parts.h"

#include <string.h>

void sql_print_ident(struct cw_wr *out, const char *name)
{
	cw_wr_u8(out, '"');
	for (; *name; name++) {
		if (*name == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*name);
	}
	cw_wr_u8(out, '"');
}

void sql_print_literal(struct cw_wr *out, const char *text, size_t len)
{
	cw_wr_u8(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\'')
			cw_wr_u8(out, '\'');
		cw_wr_u8(out, (uint8_t)text[i]);
	}
	cw_wr_u8(out, '\'');
}

void sql_put_list(struct printer *p, const struct sql_expr *list)
{
	for (; list; list = list->next) {
		sql_put_expr(p, list);
		if (list->next)
			put(p, ", ");
	}
}

void sql_put_order(struct printer *p, const struct sql_order *order)
{
	for (; order; order = order->next) {
		if (order->expr->printed)
			put(p, order->expr->printed);
		else
			sql_put_expr(p, order->expr);
		if (order->descending)
			put(p, " DESC");
		if (order->nulls)
			put(p, order->nulls == 1 ? " NULLS FIRST" : " NULLS LAST");
		if (order->next)
			put(p, ", ");
	}
}

void sql_put_limit(struct printer *p, const struct sql_expr *limit, bool less)
{
	put(p, " LIMIT greatest(coalesce(");
	put(p, less ? "pg_catalog.ceil(" : "pg_catalog.floor(");
	sql_put_as(p, limit, SQL_NUMBER);
	put(p, less ? ") - 1, 0), 0)" : "), 0), 0)");
}

/* ---- FROM -------------------------------------------------------------------------------- */

static void put_relation(struct printer *p, const struct sql_relation *relation)
{
	sql_print_ident(p->out, relation->schema);
	put(p, ".");
	sql_print_ident(p->out, relation->name);
}

/* The rows of one partition, as a table of the same columns. */
static void put_partition(struct printer *p, const struct sql_from *from)
{
	put(p, "(SELECT tableoid, * FROM ");
	put_relation(p, from->relation);
	put(p, " WHERE ");
	put(p, from->relation->condition);
	put(p, ") AS ");
	sql_print_ident(p->out, from->label);
}

static void put_labelled(struct printer *p, const struct sql_from *from)
{
	if (from->relation)
		put_relation(p, from->relation);
	else
		sql_print_ident(p->out, from->name.part[0]);
	if (from->label && (!from->relation || strcmp(from->label, from->relation->name) != 0)) {
		put(p, " AS ");
		sql_print_ident(p->out, from->label);
	}
}

void sql_put_table(struct printer *p, const struct sql_from *from)
{
	if (from->relation && from->relation->condition)
		put_partition(p, from);
	else
		put_labelled(p, from);
}

static void put_from(struct printer *p, const struct sql_from *from);

static void put_join(struct printer *p, const struct sql_from *from)
{
	static const char *const words[] = { ", ",	     " JOIN ",	    " LEFT JOIN ",
					     " RIGHT JOIN ", " FULL JOIN ", " CROSS JOIN ",
					     " LEFT JOIN " };

	put(p, "(");
	put_from(p, from->left);
	if (from->natural)
		put(p, " NATURAL");
	put(p, words[from->join]);
	put_from(p, from->right);
	if (from->on) {
		put(p, " ON ");
		sql_put_expr(p, from->on);
	}
	if (from->join == J_APPLY)
		put(p, " ON true");
	for (uint32_t i = 0; i < from->using_count; i++) {
		put(p, i ? ", " : " USING (");
		sql_print_ident(p->out, from->using_name[i]);
	}
	put(p, from->using_count ? "))" : ")");
}

static void put_from(struct printer *p, const struct sql_from *from)
{
	if (from->left) {
		put_join(p, from);
	} else if (from->json) {
		sql_put_json_table(p, from);
	} else if (from->collection) {
		sql_put_table_of(p, from);
	} else if (from->query) {
		put(p, from->lateral ? "LATERAL (" : "(");
		sql_put_query(p, from->query, false);
		put(p, ") AS ");
		if (from->label)
			sql_print_ident(p->out, from->label);
		else
			cw_wr_printf(p->out, "\"$q%u\"", from->at);
	} else {
		sql_put_table(p, from);
	}
}

bool sql_only_dual(const struct sql_from *from)
{
	return from && !from->next && !from->left && from->relation && !from->used &&
	       strcmp(from->relation->name, "DUAL") == 0 &&
	       strcmp(from->relation->schema, "SYS") == 0;
}

/* One table under WHERE ROWNUM <= n and something that comes after it; or whose ROWNUM is gathered. */
static void put_limited_table(struct printer *p, const struct sql_select *select)
{
	const struct sql_from *from = select->from;

	put(p, " FROM (SELECT ");
	if (from->relation && from->relation->has_rowid)
		put(p, "tableoid, ");
	if (select->numbered)
		put(p, "(pg_catalog.row_number() OVER ())::numeric AS \"rownum$\", ");
	put(p, "* FROM ");
	put_from(p, from);
	if (select->where) {
		put(p, " WHERE ");
		sql_put_expr(p, select->where);
	}
	if (select->limit)
		sql_put_limit(p, select->limit, select->limit_less);
	put(p, ") AS ");
	if (from->label)
		sql_print_ident(p->out, from->label);
	else
		cw_wr_printf(p->out, "\"$q%u\"", from->at);
}

/* ---- a block -------------------------------------------------------------------------------- */

/* A LOB and the row and column it lies in, if it lies in one. */
static void put_homed_lob(struct printer *p, const struct sql_expr *expr)
{
	bool plain = expr->kind == X_NAME && !expr->printed && !p->hierarchy;
	const struct sql_from *from = plain ? expr->from : NULL;

	put(p, "rh.lob_out(");
	sql_put_expr(p, expr);
	if (from && from->relation && from->relation->has_rowid && from->label) {
		cw_wr_printf(p->out, ", %u, ", from->relation->oid);
		sql_print_ident(p->out, from->label);
		cw_wr_printf(p->out, ".\"ROWID$\", %d)", from->column[expr->column].attnum);
	} else {
		put(p, ", 0, 0, 0)");
	}
}

static void put_output(struct printer *p, const struct sql_expr *expr)
{
	if ((p->homed_lobs || expr->home == SQL_HOME_ROW) && sql_is_lob(expr->type))
		put_homed_lob(p, expr);
	else
		sql_put_expr(p, expr);
}

static const char *plain_type(uint8_t type)
{
	const char *own = sql_pg_type(type);

	return own				     ? own
	       : type == SQL_NUMBER		     ? "numeric"
	       : type == SQL_DATE		     ? "ora.date"
	       : type == SQL_RAW || type == SQL_BLOB ? "bytea"
						     : "text";
}

static void put_plain_type(struct printer *p, const struct sql_expr *expr)
{
	put(p, "(");
	sql_put_as(p, expr, expr->type == SQL_CHAR ? SQL_TEXT : expr->type);
	cw_wr_printf(p->out, ")::%s", plain_type(expr->type));
}

static void put_items(struct printer *p, const struct sql_select *select, bool top)
{
	for (const struct sql_item *item = select->item; item; item = item->next) {
		if (item->expr->kind == X_NULL)
			cw_wr_printf(p->out, "NULL::%s", plain_type(item->expr->type));
		else if (top)
			put_output(p, item->expr);
		else if (select->plain_types)
			put_plain_type(p, item->expr);
		else
			sql_put_expr(p, item->expr);
		if ((!top || item->alias) && item->name[0] != '\0') {
			put(p, " AS ");
			sql_print_ident(p->out, item->name);
		}
		if (item->next)
			put(p, ", ");
	}
}

void sql_put_tables(struct printer *p, const struct sql_select *select)
{
	if (select->levels) { /* the first row comes whatever the bound is */
		put(p, select->levels_less
			       ? " FROM pg_catalog.generate_series(1::numeric, greatest(ceil("
			       : " FROM pg_catalog.generate_series(1::numeric, greatest(trunc(");
		sql_put_as(p, select->levels, SQL_NUMBER);
		put(p, select->levels_less ? ") - 1, 1)) AS \"level$\"(n)"
					   : "), 1)) AS \"level$\"(n)");
		return;
	}
	if (sql_only_dual(select->from))
		return;
	put(p, " FROM ");
	for (const struct sql_from *from = select->from; from; from = from->next) {
		put_from(p, from);
		if (from->next)
			put(p, ", ");
	}
}

/* FROM of a hierarchy and, in front of it, the items, which are of its rows. */
static void put_hierarchy_items(struct printer *p, const struct sql_select *select, bool top)
{
	struct sql_hierarchy_print *here = p->hierarchy;
	struct cw_wr *out = p->out, from = { 0 };

	p->out = &from;
	sql_put_hierarchy(p, select);
	p->out = out;
	p->hierarchy = here;
	put_items(p, select, top);
	cw_wr_put(out, from.at0, from.len);
	cw_wr_release(&from);
}

/* Its rows are cut or numbered in a query of their own, in front of what gathers or sorts them. */
static bool is_wrapped(const struct sql_query *query)
{
	const struct sql_select *select = query->select;
	bool later = query->order || select->group || select->aggregated || select->distinct;

	return !select->hierarchy && (select->numbered || (select->limit && later));
}

static void put_block(struct printer *p, const struct sql_query *query, bool top)
{
	const struct sql_select *select = query->select;
	bool wrap = is_wrapped(query), numbered = p->numbered;

	p->numbered = select->numbered;
	put(p, select->distinct ? "SELECT DISTINCT " : "SELECT ");
	if (select->hierarchy)
		put_hierarchy_items(p, select, top);
	else
		put_items(p, select, top);
	if (wrap) {
		put_limited_table(p, select);
	} else {
		if (!select->hierarchy)
			sql_put_tables(p, select);
		if (select->where) {
			put(p, " WHERE ");
			sql_put_expr(p, select->where);
		}
	}
	if (select->group) {
		put(p, " GROUP BY ");
		sql_put_list(p, select->group);
	}
	if (select->having) {
		put(p, " HAVING ");
		sql_put_expr(p, select->having);
	}
	if (select->limit && !wrap)
		sql_put_limit(p, select->limit, select->limit_less);
	p->numbered = numbered;
}

/* ---- queries --------------------------------------------------------------------------------- */

static bool any_recursive(const struct sql_with *with)
{
	while (with && !with->recursive)
		with = with->next;
	return with != NULL;
}

static void put_with(struct printer *p, const struct sql_query *query)
{
	for (const struct sql_with *with = query->with; with; with = with->next) {
		if (with == query->with)
			put(p, any_recursive(with) ? "WITH RECURSIVE " : "WITH ");
		else
			put(p, ", ");
		sql_print_ident(p->out, with->name);
		for (uint32_t i = 0; i < with->column_count; i++) {
			put(p, i ? ", " : "(");
			sql_print_ident(p->out, with->column[i]);
		}
		put(p, with->column_count ? ") AS (" : " AS (");
		sql_put_query(p, with->query, false);
		put(p, with->next ? ")" : ") ");
	}
}

static void put_set_operation(struct printer *p, const struct sql_query *query, bool top)
{
	put(p, "(");
	sql_put_query(p, query->left, top);
	put(p, ") ");
	put(p, strcmp(query->set_op, "MINUS") == 0 ? "EXCEPT" : query->set_op);
	put(p, " (");
	sql_put_query(p, query->right, top);
	put(p, ")");
}

static void put_body(struct printer *p, const struct sql_query *query, bool top)
{
	if (query->select)
		put_block(p, query, top);
	else
		put_set_operation(p, query, top);
}

/* n PERCENT: of all rows that the query finds, and what is left of one is one. */
static void put_percent(struct printer *p, const struct sql_query *query)
{
	put(p, "SELECT greatest(pg_catalog.ceil(pg_catalog.count(*) * (");
	sql_put_as(p, query->fetch, SQL_NUMBER);
	put(p, ") / 100), 0) FROM (");
	put_body(p, query, false);
	put(p, ") AS \"$percent\"");
}

static void put_fetch(struct printer *p, const struct sql_query *query)
{
	if (query->offset) {
		put(p, " OFFSET greatest(coalesce(pg_catalog.floor(");
		sql_put_as(p, query->offset, SQL_NUMBER);
		put(p, "), 0), 0)");
	}
	if (!query->fetch_clause)
		return;
	put(p, query->offset ? " ROWS FETCH FIRST (" : " FETCH FIRST (");
	if (query->fetch_percent)
		put_percent(p, query);
	else if (query->fetch)
		sql_put_as(p, query->fetch, SQL_NUMBER);
	else
		put(p, "1");
	put(p, query->fetch_ties ? ") ROWS WITH TIES" : ") ROWS ONLY");
}

static void put_for_update(struct printer *p, const struct sql_query *query)
{
	bool first = true;

	if (!query->for_update)
		return;
	put(p, " FOR UPDATE");
	for (const struct sql_expr *of = query->for_update_of; of; of = of->next) {
		if (!of->from || !of->from->label)
			continue;
		put(p, first ? " OF " : ", ");
		sql_print_ident(p->out, of->from->label);
		first = false;
	}
	if (query->nowait)
		put(p, " NOWAIT");
	else if (query->skip_locked)
		put(p, " SKIP LOCKED");
}

void sql_put_query(struct printer *p, const struct sql_query *query, bool top)
{
	struct sql_hierarchy_print *outer = p->hierarchy;
	struct sql_hierarchy_print here = { .outer = outer, .select = query->select };

	put_with(p, query);
	if (query->select && query->select->hierarchy)
		p->hierarchy = &here;
	put_body(p, query, top);
	if (query->order) {
		put(p, " ORDER BY ");
		sql_put_order(p, query->order);
	}
	put_fetch(p, query);
	put_for_update(p, query);
	p->hierarchy = outer;
}

/* ---- DML ------------------------------------------------------------------------------------- */

static void put_column_names(struct printer *p, const struct sql_expr *column)
{
	put(p, "(");
	for (; column; column = column->next) {
		sql_print_ident(p->out, column->from->column[column->column].name);
		if (column->next)
			put(p, ", ");
	}
	put(p, ")");
}

static void put_row(struct printer *p, const struct sql_expr *column, const struct sql_expr *value)
{
	put(p, "(");
	sql_put_stored_list(p, column, value);
	put(p, ")");
}

static void put_values(struct printer *p, const struct sql_expr *column,
		       const struct sql_expr *value)
{
	put(p, " VALUES ");
	put_row(p, column, value);
}

/* Which types are converted into each other; 0: into any. */
const char *sql_type_family(uint8_t type)
{
	if (type == SQL_NUMBER || type == SQL_BOOL || sql_is_real(type))
		return "NUMBER";
	if (sql_is_time(type))
		return "DATE";
	if (sql_is_interval(type))
		return type == SQL_INTERVAL ? "INTERVAL DAY TO SECOND" : "INTERVAL YEAR TO MONTH";
	return type == SQL_RAW || type == SQL_BLOB ? "BINARY" : NULL;
}

/* A bind takes the value as its own type, a LOB's bind as a LOB that lies in no row. */
static void put_returned(struct printer *p, const struct sql_expr *expr,
			 const struct sql_expr *into)
{
	uint8_t want = into && into->kind == X_BIND ? into->type : (uint8_t)SQL_ANY;
	const char *have_family = sql_type_family(expr->type), *want_family = sql_type_family(want);
	bool homeless = p->homed_lobs && sql_is_lob(want) && !sql_is_lob(expr->type);

	if (have_family && want_family && strcmp(have_family, want_family) != 0) {
		(void)rh_fail(p->error, 932, expr->at, "inconsistent datatypes: expected %s got %s",
			      want_family, have_family);
		return;
	}
	if (homeless)
		put(p, "rh.lob_out((");
	if (!sql_put_converted(p, expr, want))
		put_output(p, expr);
	if (homeless)
		cw_wr_printf(p->out, ")::%s, 0, 0, 0)", plain_type(want));
}

static void put_returning(struct printer *p, const struct sql_stmt *stmt)
{
	const struct sql_expr *into = stmt->returning ? stmt->returning->into : NULL;

	if (!stmt->returning)
		return;
	put(p, " RETURNING ");
	for (const struct sql_expr *expr = stmt->returning->expr; expr; expr = expr->next) {
		put_returned(p, expr, into);
		if (expr->next)
			put(p, ", ");
		into = into ? into->next : NULL;
	}
}

void sql_put_inserted(struct printer *p, const struct sql_from *target,
		      const struct sql_expr *column)
{
	put_relation(p, target->relation);
	if (target->alias) {
		put(p, " AS ");
		sql_print_ident(p->out, target->alias);
	}
	put(p, " ");
	put_column_names(p, column);
}

static void put_insert(struct printer *p, const struct sql_stmt *stmt)
{
	put(p, "INSERT INTO ");
	sql_put_inserted(p, stmt->target, stmt->column);
	if (stmt->query) {
		put(p, " ");
		sql_put_stored_query(p, stmt->column, stmt->query);
	} else {
		put_values(p, stmt->column, stmt->value);
		for (const struct sql_values *more = stmt->more; more; more = more->next) {
			put(p, ", ");
			put_row(p, stmt->column, more->value);
		}
	}
	put_returning(p, stmt);
}

static void put_set(struct printer *p, const struct sql_set *set)
{
	for (; set; set = set->next) {
		if (set->column->kind == X_ROW) {
			put_column_names(p, set->column->arg);
			put(p, " = (");
			sql_put_stored_query(p, set->column->arg, set->value->query);
			put(p, ")");
		} else {
			sql_print_ident(p->out,
					set->column->from->column[set->column->column].name);
			put(p, " = ");
			sql_put_stored(p, set->value, set->column);
		}
		if (set->next)
			put(p, ", ");
	}
}

/* WHERE of UPDATE and DELETE; with ROWNUM the rows are picked first. */
static void put_dml_where(struct printer *p, const struct sql_stmt *stmt)
{
	const char *partition = stmt->target->relation->condition;

	if (stmt->current_of) {
		cw_wr_printf(p->out, " WHERE CURRENT OF %s", stmt->current_of);
		return;
	}
	if (stmt->limit) {
		put(p, " WHERE ctid = ANY (ARRAY(SELECT ctid FROM ");
		put_labelled(p, stmt->target);
	}
	if (partition || stmt->where)
		put(p, " WHERE ");
	if (partition)
		put(p, partition);
	if (stmt->where) {
		put(p, partition ? " AND (" : "");
		sql_put_expr(p, stmt->where);
		put(p, partition ? ")" : "");
	}
	if (stmt->limit) {
		sql_put_limit(p, stmt->limit, stmt->limit_less);
		put(p, "))");
	}
}

/* Oracle updates first and looks at what the row is then. */
static void put_merge_delete(struct printer *p, const struct sql_stmt *stmt)
{
	put(p, " WHEN MATCHED AND ");
	if (stmt->merge_update_where) {
		sql_put_expr(p, stmt->merge_update_where);
		put(p, " AND ");
	}
	p->set = stmt->merge_set;
	sql_put_expr(p, stmt->merge_delete_where);
	p->set = NULL;
	put(p, " THEN DELETE");
}

static void put_merge(struct printer *p, const struct sql_stmt *stmt)
{
	put(p, "MERGE INTO ");
	sql_put_table(p, stmt->target);
	put(p, " USING ");
	put_from(p, stmt->source);
	put(p, " ON ");
	sql_put_expr(p, stmt->on);
	if (stmt->merge_delete_where)
		put_merge_delete(p, stmt);
	if (stmt->merge_update) {
		put(p, " WHEN MATCHED");
		if (stmt->merge_update_where) {
			put(p, " AND ");
			sql_put_expr(p, stmt->merge_update_where);
		}
		put(p, " THEN UPDATE SET ");
		put_set(p, stmt->merge_set);
	}
	if (!stmt->merge_insert)
		return;
	put(p, " WHEN NOT MATCHED");
	if (stmt->merge_insert_where) {
		put(p, " AND ");
		sql_put_expr(p, stmt->merge_insert_where);
	}
	put(p, " THEN INSERT ");
	put_column_names(p, stmt->merge_column);
	put_values(p, stmt->merge_column, stmt->merge_value);
}

static void put_lock(struct printer *p, const struct sql_stmt *stmt)
{
	put(p, "LOCK TABLE ");
	for (const struct sql_from *from = stmt->target; from; from = from->next) {
		put_relation(p, from->relation);
		if (from->next)
			put(p, ", ");
	}
	put(p, " IN ");
	put(p, stmt->text);
	put(p, stmt->nowait ? " MODE NOWAIT" : " MODE");
}

static bool done(struct printer *p)
{
	if (!cw_wr_failed(p->out) && cw_wr_room(p->out, 1)) {
		p->out->at0[p->out->len] = '\0'; /* a C string, too */
		return !p->error->code;
	}
	return rh_fail(p->error, 4031, 0, "unable to allocate memory for the statement");
}

bool sql_print(const struct sql_stmt *stmt, struct cw_wr *out, struct rh_error *error)
{
	struct printer p = { .out = out, .error = error, .homed_lobs = stmt->homed_lobs };

	switch (stmt->kind) {
	case S_SELECT:
	case S_CREATE_VIEW:
	case S_CREATE_MVIEW:
	case S_CREATE_TABLE:
		sql_put_query(&p, stmt->query, stmt->kind == S_SELECT);
		break;
	case S_INSERT:
		if (stmt->branch)
			sql_put_multi(&p, stmt);
		else
			put_insert(&p, stmt);
		break;
	case S_UPDATE:
		put(&p, "UPDATE ");
		put_labelled(&p, stmt->target);
		put(&p, " SET ");
		put_set(&p, stmt->set);
		put_dml_where(&p, stmt);
		put_returning(&p, stmt);
		break;
	case S_DELETE:
		put(&p, "DELETE FROM ");
		put_labelled(&p, stmt->target);
		put_dml_where(&p, stmt);
		put_returning(&p, stmt);
		break;
	case S_MERGE:
		put_merge(&p, stmt);
		break;
	case S_LOCK:
		put_lock(&p, stmt);
		break;
	default:
		return rh_fail(error, 900, stmt->at, "invalid SQL statement");
	}
	return done(&p);
}

bool sql_print_query(const struct sql_query *query, struct cw_wr *out, struct rh_error *error)
{
	struct printer p = { .out = out, .error = error };

	sql_put_query(&p, query, false);
	return done(&p);
}

bool sql_print_expr(const struct sql_expr *expr, struct cw_wr *out, struct rh_error *error)
{
	struct printer p = { .out = out, .error = error };

	sql_put_expr(&p, expr);
	return done(&p);
}

bool sql_print_assigned(const struct sql_expr *expr, uint8_t type, struct cw_wr *out,
			struct rh_error *error)
{
	struct printer p = { .out = out, .error = error };

	sql_put_assigned(&p, expr, type);
	return done(&p);
}
