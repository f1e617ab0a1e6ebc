/* sql_multi.c - see sql_multi.h */
#include "rehearsal/sql_multi.h"

#include <string.h>

#define SOURCE "insert$"

/* ---- reading ---------------------------------------------------------------------------------------- */

static bool same_place(const struct sql_name *a, const struct sql_name *b)
{
	bool same = a->count == b->count;

	for (unsigned i = 0; same && i < a->count; i++)
		same = strcmp(a->part[i], b->part[i]) == 0;
	return same;
}

/* The same columns of the same table? */
static bool same_target(const struct sql_branch *a, const struct sql_branch *b)
{
	const struct sql_expr *left = a->column, *right = b->column;

	for (; left && right; left = left->next, right = right->next)
		if (!same_place(&left->name, &right->name))
			return false;
	return !left && !right && same_place(&a->target->name, &b->target->name);
}

/* SELECT * FROM DUAL and the like: one row, of which the values take nothing. */
static bool is_one_row(const struct sql_query *query)
{
	const struct sql_select *select = query->select;
	const struct sql_from *from = select ? select->from : NULL;

	return from && !from->next && from->name.count > 0 && !query->with && !query->order &&
	       strcmp(from->name.part[from->name.count - 1u], "DUAL") == 0 && !select->where &&
	       !select->group && !select->having && !select->levels && select->item &&
	       !select->item->next && select->item->expr && !select->item->alias;
}

static struct sql_branch *into(struct sql_parser *p, struct sql_expr *when, bool otherwise)
{
	struct sql_branch *branch = cw_new(p->arena, struct sql_branch, 1);

	branch->when = when;
	branch->otherwise = otherwise;
	branch->target = sql_parse_target(p);
	if (!branch->target)
		return NULL;
	if (sql_at_op(p, "("))
		branch->column = sql_parse_column_list(p);
	if (sql_skip_word(p, "VALUES"))
		branch->value = sql_parse_values(p);
	return sql_parse_failed(p) ? NULL : branch;
}

/* INTO ... INTO ... */
static struct sql_branch **all_into(struct sql_parser *p, struct sql_branch **last,
				    struct sql_expr *when, bool otherwise)
{
	if (!sql_at_word(p, "INTO"))
		(void)sql_parse_fail(p, 925, "missing INTO keyword");
	while (!sql_parse_failed(p) && sql_skip_word(p, "INTO")) {
		*last = into(p, when, otherwise);
		if (!*last)
			return last;
		last = &(*last)->next;
	}
	return last;
}

static struct sql_branch *branches(struct sql_parser *p)
{
	struct sql_branch *first = NULL, **last = &first;

	if (!sql_at_word(p, "WHEN")) {
		(void)all_into(p, last, NULL, false);
		return first;
	}
	while (!sql_parse_failed(p) && sql_skip_word(p, "WHEN")) {
		struct sql_expr *when = sql_parse_expr(p);

		(void)sql_want_word(p, "THEN", 905, "missing keyword");
		last = all_into(p, last, when, false);
	}
	if (!sql_parse_failed(p) && sql_skip_word(p, "ELSE"))
		(void)all_into(p, last, NULL, true);
	return first;
}

/* ALL INTO t VALUES (...) INTO t VALUES (...) SELECT * FROM DUAL: rows of one table. */
static bool is_rows(const struct sql_stmt *stmt)
{
	for (const struct sql_branch *one = stmt->branch; one; one = one->next)
		if (one->when || one->otherwise || !one->value || !same_target(stmt->branch, one))
			return false;
	return is_one_row(stmt->query);
}

static void as_rows(struct sql_parser *p, struct sql_stmt *stmt)
{
	struct sql_values **last = &stmt->more;

	stmt->insert_all = true;
	stmt->query = NULL;
	stmt->column = stmt->branch->column;
	stmt->value = stmt->branch->value;
	for (const struct sql_branch *one = stmt->branch->next; one; one = one->next) {
		*last = cw_new(p->arena, struct sql_values, 1);
		(*last)->value = one->value;
		last = &(*last)->next;
	}
	stmt->branch = NULL;
}

struct sql_stmt *sql_parse_multi(struct sql_parser *p, struct sql_stmt *stmt)
{
	stmt->insert_first = sql_skip_word(p, "FIRST");
	if (!stmt->insert_first)
		(void)sql_skip_word(p, "ALL");
	stmt->branch = branches(p);
	if (sql_parse_failed(p))
		return NULL;
	stmt->target = stmt->branch->target;
	if (!sql_at_query(p))
		return sql_parse_fail(p, 928, "missing SELECT keyword");
	stmt->query = sql_parse_query(p);
	stmt->returning_from = UINT32_MAX;
	if (!sql_parse_failed(p) && is_rows(stmt))
		as_rows(p, stmt);
	return stmt;
}

/* ---- resolving ---------------------------------------------------------------------------------------- */

static struct sql_from *source_of(struct resolver *r, const struct sql_stmt *stmt)
{
	struct sql_from *from = cw_new(r->arena, struct sql_from, 1);

	from->at = stmt->query->at;
	from->query = stmt->query;
	from->column = stmt->query->column;
	from->column_count = stmt->query->column_count;
	from->label = SOURCE;
	return from;
}

/* INTO t without VALUES takes the columns of the query. */
static void all_values(struct resolver *r, struct sql_branch *branch, struct sql_from *source)
{
	struct sql_expr **last = &branch->value;

	for (uint32_t i = 0; i < source->column_count; i++) {
		*last = cw_new(r->arena, struct sql_expr, 1);
		sql_use_column(*last, source, i);
		last = &(*last)->next;
	}
}

static bool resolve_branch(struct resolver *r, struct sql_stmt *stmt, struct sql_branch *branch,
			   struct sql_from *source)
{
	struct scope scope = { .from = source };
	struct sql_stmt one = *stmt;
	bool ok;

	if (!sql_resolve_table(r, branch->target))
		return false;
	one.target = branch->target;
	one.column = branch->column;
	if (!branch->value)
		all_values(r, branch, source);
	r->scope = &scope;
	r->no_number = true; /* a number a row of the query is another thing than one a branch */
	ok = sql_resolve_one(r, branch->when) && sql_resolve_list(r, branch->value);
	r->scope = NULL;
	r->no_number = false;
	ok = ok && sql_resolve_inserted(r, &one, branch->value);
	branch->column = one.column;
	stmt->relid_count =
		one.relid_count > stmt->relid_count ? one.relid_count : stmt->relid_count;
	return ok;
}

bool sql_resolve_multi(struct resolver *r, struct sql_stmt *stmt)
{
	struct sql_from *source;

	if (!sql_resolve_query(r, stmt->query))
		return false;
	source = source_of(r, stmt);
	for (struct sql_branch *one = stmt->branch; one; one = one->next)
		if (!resolve_branch(r, stmt, one, source))
			return false;
	return true;
}

/* ---- printing ------------------------------------------------------------------------------------------- */

/* What was WHEN before this branch, and is another condition. */
static void put_none_before(struct printer *p, const struct sql_stmt *stmt,
			    const struct sql_branch *branch)
{
	const struct sql_expr *said = NULL;

	for (const struct sql_branch *one = stmt->branch; one != branch; one = one->next) {
		if (!one->when || one->when == branch->when || one->when == said)
			continue;
		said = one->when;
		put(p, " AND (");
		sql_put_expr(p, said);
		put(p, ") IS NOT TRUE");
	}
}

static void put_branch(struct printer *p, const struct sql_stmt *stmt,
		       const struct sql_branch *branch)
{
	put(p, "INSERT INTO ");
	sql_put_inserted(p, branch->target, branch->column);
	put(p, " SELECT ");
	sql_put_stored_list(p, branch->column, branch->value);
	put(p, " FROM \"" SOURCE "\" WHERE true");
	if (branch->when) {
		put(p, " AND (");
		sql_put_expr(p, branch->when);
		put(p, ")");
	}
	if (branch->otherwise || stmt->insert_first)
		put_none_before(p, stmt, branch);
	put(p, " RETURNING 1");
}

void sql_put_multi(struct printer *p, const struct sql_stmt *stmt)
{
	unsigned nr = 0, count;

	put(p, "WITH \"" SOURCE "\" AS MATERIALIZED (");
	sql_put_query(p, stmt->query, false);
	put(p, ")");
	for (const struct sql_branch *one = stmt->branch; one; one = one->next) {
		cw_wr_printf(p->out, ", \"into$%u\" AS (", ++nr);
		put_branch(p, stmt, one);
		put(p, ")");
	}
	put(p, " INSERT INTO rh.counted ");
	for (count = nr, nr = 1; nr <= count; nr++)
		cw_wr_printf(p->out,
			     nr == 1 ? "SELECT 1 FROM \"into$%u\""
				     : " UNION ALL SELECT 1 FROM \"into$%u\"",
			     nr);
}
