/* sql_parse_query.c - SELECT in all its forms; see sql_parse.h */
#include "rehearsal/sql_hierarchy.h"
#include "rehearsal/sql_parse_parts.h"
#include "rehearsal/sql_pivot.h"

#include <string.h>

/* An operator behind a query in parentheses makes an operand of it. */
static bool at_operator(const struct sql_parser *p)
{
	static const char *const words[] = { "IS", "IN", "LIKE", "BETWEEN", "NOT", "AND", "OR" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return p->token.kind == T_OP && strchr("+-*/|=<>!^", p->token.text[0]);
}

/* ((select ...) union (select ...)), but not ((select ...) + 1): @look is at the first parenthesis. */
static bool at_query_inside(struct sql_parser *look)
{
	unsigned depth = 0;
	bool query;

	for (; sql_at_op(look, "("); depth++)
		sql_next(look);
	query = sql_at_word(look, "SELECT");
	for (; query && depth > 0 && look->token.kind != T_END; sql_next(look)) {
		depth += sql_at_op(look, "(");
		depth -= sql_at_op(look, ")");
	}
	return query && !at_operator(look);
}

bool sql_at_query(const struct sql_parser *p)
{
	struct rh_error none = { 0 };
	struct cw_arena scratch = { 0 };
	struct sql_parser look = *p;
	bool query;

	if (sql_at_word(p, "SELECT") || sql_at_word(p, "WITH") || sql_at_values(p))
		return true;
	if (!sql_at_op(p, "("))
		return false;
	look.error = look.lexer.error = &none;
	look.lexer.arena = &scratch;
	query = at_query_inside(&look);
	cw_arena_release(&scratch);
	return query;
}

const char *const *sql_parse_columns(struct sql_parser *p, uint32_t *ret_count)
{
	const char **names = NULL;
	uint32_t count = 0, room = 0;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	do {
		if (count == room) {
			const char **more = cw_new(p->arena, const char *, 2 * room + 8);

			if (count > 0)
				memcpy(more, names, count * sizeof(*names));
			names = more;
			room = 2 * room + 8;
		}
		names[count++] = sql_want_ident(p, 904, "invalid identifier");
	} while (sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	*ret_count = count;
	return names;
}

/* ---- FROM ----------------------------------------------------------------------- */

/* Words that may follow a table and are no alias of it. */
static bool joins_on(const struct sql_parser *p)
{
	static const char *const words[] = {
		"JOIN",
		"INNER",
		"LEFT",
		"RIGHT",
		"FULL",
		"CROSS",
		"NATURAL",
		"USING",
		"FETCH",
		"OFFSET",
		"LOG",
		"RETURN",
		"RETURNING",
		"PARTITION",
		"SAMPLE",
		"VERSIONS",
		"PIVOT",
		"UNPIVOT",
		"LOOP",
		"BULK",
		"WHEN",
		"MODEL",
		"MATCH_RECOGNIZE",
		"OUTER",
		"APPLY",
		"SUBPARTITION",
		"START", /* WITH: no alias of a table in such a query */
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return false;
}

static void table_alias(struct sql_parser *p, struct sql_from *from)
{
	if (sql_at_ident(p) && !joins_on(p)) {
		from->alias = p->token.text;
		sql_next(p);
	}
}

static void as_of(struct sql_parser *p, struct sql_from *from)
{
	if (!sql_at_word(p, "AS") || !sql_ahead_word(p, "OF"))
		return;
	sql_next(p);
	sql_next(p);
	from->as_of_timestamp = sql_skip_word(p, "TIMESTAMP");
	if (!from->as_of_timestamp)
		(void)sql_want_word(p, "SCN", 905, "missing keyword");
	from->as_of = sql_parse_expr(p);
}

void sql_parse_one_partition(struct sql_parser *p, struct sql_from *from)
{
	if (!sql_skip_word(p, "PARTITION"))
		return;
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	from->name.partition = sql_want_ident(p, 14006, "invalid partition name");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

struct sql_from *sql_parse_table_name(struct sql_parser *p, bool alias)
{
	struct sql_from *from = cw_new(p->arena, struct sql_from, 1);

	from->at = p->token.at;
	if (!sql_at_ident(p))
		return sql_parse_fail(p, 903, "invalid table name");
	from->name = sql_parse_name(p);
	if (alias) {
		sql_parse_one_partition(p, from);
		as_of(p, from);
		if (sql_at_word(p, "SAMPLE") || sql_at_word(p, "VERSIONS"))
			return sql_parse_fail(p, 3001, "unimplemented feature");
		table_alias(p, from);
	}
	return from;
}

static struct sql_from *joined(struct sql_parser *p);

static bool at_call(const struct sql_parser *p, const char *word)
{
	return sql_at_word(p, word) && p->ahead.kind == T_OP && strcmp(p->ahead.text, "(") == 0;
}

/* TABLE (collection) */
static struct sql_from *table_of(struct sql_parser *p)
{
	struct sql_from *from = cw_new(p->arena, struct sql_from, 1);

	from->at = p->token.at;
	sql_next(p);
	sql_next(p);
	if (sql_at_query(p))
		return sql_parse_fail(p, 3001, "unimplemented feature: TABLE of a query");
	from->collection = sql_parse_expr(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_at_op(p, "("))
		return sql_parse_fail(p, 3001, "unimplemented feature: an outer join of TABLE");
	table_alias(p, from);
	return sql_parse_failed(p) ? NULL : from;
}

static struct sql_from *plain_from(struct sql_parser *p)
{
	struct sql_from *from;
	bool values;

	if (at_call(p, "TABLE"))
		return table_of(p);
	if (sql_at_word(p, "TABLE") || sql_at_word(p, "ONLY") || sql_at_word(p, "XMLTABLE"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	if (at_call(p, "JSON_TABLE")) {
		from = sql_parse_json_table(p);
		table_alias(p, from);
		return sql_parse_failed(p) ? NULL : from;
	}
	if (!sql_at_op(p, "("))
		return sql_parse_table_name(p, true);
	from = cw_new(p->arena, struct sql_from, 1);
	from->at = p->token.at;
	if (sql_at_query(p) || (sql_next(p), sql_at_query(p))) {
		bool opened = p->token.kind == T_OP; /* the query begins with its own ( */

		if (opened)
			sql_next(p);
		values = sql_at_values(p);
		from->query = sql_parse_query(p);
	} else {
		from = joined(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		return sql_parse_failed(p) ? NULL : from;
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	table_alias(p, from);
	if (values && !sql_parse_failed(p))
		sql_parse_values_columns(p, from->query);
	return from;
}

static struct sql_from *from_primary(struct sql_parser *p)
{
	bool lateral = p->release >= RH_12_1 && sql_at_word(p, "LATERAL") && p->ahead.kind == T_OP;
	struct sql_from *from, *pivoted;

	if (lateral)
		sql_next(p);
	from = plain_from(p);
	if (from && lateral)
		from->lateral = from->query != NULL;
	pivoted = sql_parse_pivot(p, from);
	if (pivoted && pivoted != from)
		table_alias(p, pivoted);
	return pivoted;
}

/* Which join begins here; -1: none.  The words are taken up to and with JOIN. */
static int join_kind(struct sql_parser *p, bool *ret_natural)
{
	static const struct {
		const char *word;
		enum sql_join join;
		bool outer;
	} kinds[] = { { "INNER", J_INNER, false }, { "LEFT", J_LEFT, true },
		      { "RIGHT", J_RIGHT, true },  { "FULL", J_FULL, true },
		      { "CROSS", J_CROSS, false }, { "OUTER", J_APPLY, false } };
	int kind = J_INNER;
	bool seen = false;

	*ret_natural = sql_skip_word(p, "NATURAL");
	for (size_t i = 0; i < CW_ARRAY_LEN(kinds); i++) {
		if (!sql_skip_word(p, kinds[i].word))
			continue;
		seen = true;
		kind = (int)kinds[i].join;
		if (kinds[i].outer)
			(void)sql_skip_word(p, "OUTER");
		break;
	}
	if (sql_skip_word(p, "JOIN"))
		return kind;
	if (seen && sql_at_word(p, "APPLY"))
		return kind;
	if (seen || *ret_natural)
		(void)sql_parse_fail(p, 905, "missing keyword");
	return -1;
}

static struct sql_from *joined(struct sql_parser *p)
{
	struct sql_from *left = from_primary(p);
	bool natural, apply;
	int kind;

	while (left && (kind = join_kind(p, &natural)) >= 0) {
		struct sql_from *join = cw_new(p->arena, struct sql_from, 1);

		join->at = left->at;
		join->left = left;
		apply = sql_skip_word(p, "APPLY");
		join->right = from_primary(p);
		join->join = (enum sql_join)kind;
		join->natural = natural;
		if (apply && join->right)
			join->right->lateral = join->right->query != NULL;
		if (apply)
			join->join = kind == J_CROSS ? J_CROSS : J_APPLY;
		else if (sql_skip_word(p, "ON"))
			join->on = sql_parse_expr(p);
		else if (sql_skip_word(p, "USING"))
			join->using_name = sql_parse_columns(p, &join->using_count);
		else if (kind != J_CROSS && !natural)
			return sql_parse_fail(p, 905, "missing keyword");
		left = join;
	}
	return left;
}

static struct sql_from *from_list(struct sql_parser *p)
{
	struct sql_from *first = NULL, **last = &first;

	do {
		*last = joined(p);
		if (!*last)
			break;
		last = &(*last)->next;
	} while (sql_skip_op(p, ","));
	return first;
}

/* ---- one block ------------------------------------------------------------------ */

static struct sql_item *select_item(struct sql_parser *p)
{
	struct sql_item *item = cw_new(p->arena, struct sql_item, 1);

	if (sql_at_op(p, "*")) {
		item->expr = sql_new_expr(p, X_STAR);
		sql_next(p);
		return item;
	}
	item->expr = sql_parse_expr(p);
	if (sql_skip_word(p, "AS")) {
		item->alias_quoted = p->token.kind == T_QUOTED;
		item->alias = sql_want_ident(p, 923, "FROM keyword not found where expected");
	} else if (sql_at_ident(p) && !sql_at_word(p, "BULK")) {
		item->alias_quoted = p->token.kind == T_QUOTED;
		item->alias = p->token.text;
		sql_next(p);
	}
	return item;
}

static struct sql_item *select_items(struct sql_parser *p)
{
	struct sql_item *first = NULL, **last = &first;

	do {
		*last = select_item(p);
		last = &(*last)->next;
	} while (sql_skip_op(p, ","));
	return first;
}

static struct sql_expr *group_list(struct sql_parser *p, uint32_t *ret_count);

/* ROLLUP (...), CUBE (...), GROUPING SETS (...), (), or an expression. */
static struct sql_expr *group_item(struct sql_parser *p)
{
	struct sql_expr *expr = sql_new_expr(p, X_GROUPING);
	bool empty = sql_at_op(p, "(") && p->ahead.kind == T_OP && strcmp(p->ahead.text, ")") == 0;

	if (sql_at_word(p, "ROLLUP") || sql_at_word(p, "CUBE")) {
		expr->text = p->token.text;
		sql_next(p);
	} else if (sql_skip_words(p, "GROUPING", "SETS")) {
		expr->text = "GROUPING SETS";
	} else if (!empty) {
		return sql_parse_expr(p);
	}
	if (++p->depth > SQL_DEPTH_MAX)
		return sql_parse_fail(p, 913, "too many values");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	if (!empty)
		expr->arg = group_list(p, &expr->count);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	p->depth--;
	return sql_parse_failed(p) ? NULL : expr;
}

static struct sql_expr *group_list(struct sql_parser *p, uint32_t *ret_count)
{
	struct sql_expr *first = NULL, **last = &first;

	*ret_count = 0;
	do {
		*last = group_item(p);
		if (!*last)
			break;
		last = &(*last)->next;
		++*ret_count;
	} while (sql_skip_op(p, ","));
	return first;
}

static void group_by(struct sql_parser *p, struct sql_select *select)
{
	uint32_t count;

	sql_parse_hierarchy(p, select);
	if (sql_skip_words(p, "GROUP", "BY"))
		select->group = group_list(p, &count);
	if (sql_skip_word(p, "HAVING"))
		select->having = sql_parse_expr(p);
	if (sql_at_word(p, "MODEL"))
		(void)sql_parse_fail(p, 3001, "unimplemented feature");
}

static struct sql_select *block(struct sql_parser *p)
{
	struct sql_select *select = cw_new(p->arena, struct sql_select, 1);

	select->at = p->token.at;
	if (!sql_want_word(p, "SELECT", 928, "missing SELECT keyword"))
		return NULL;
	if (sql_skip_word(p, "DISTINCT") || sql_skip_word(p, "UNIQUE"))
		select->distinct = true;
	else
		(void)sql_skip_word(p, "ALL");
	select->item = select_items(p);
	if (p->plsql && sql_at_word(p, "BULK")) {
		(void)sql_skip_words(p, "BULK", "COLLECT");
		select->bulk_into = true;
	}
	if (p->plsql && sql_skip_word(p, "INTO"))
		select->into = sql_parse_into(p);
	select->names_groups = p->release >= RH_23;
	if (p->release >= RH_23 && !sql_at_word(p, "FROM"))
		select->from = sql_from_dual(p);
	else if (!sql_want_word(p, "FROM", 923, "FROM keyword not found where expected"))
		return NULL;
	else
		select->from = from_list(p);
	if (sql_skip_word(p, "WHERE"))
		select->where = sql_parse_expr(p);
	group_by(p, select);
	return sql_parse_failed(p) ? NULL : select;
}

/* ---- queries --------------------------------------------------------------------- */

static struct sql_query *new_query(struct sql_parser *p)
{
	struct sql_query *query = cw_new(p->arena, struct sql_query, 1);

	query->at = p->token.at;
	return query;
}

static struct sql_query *query_primary(struct sql_parser *p)
{
	struct sql_query *query;

	if (sql_skip_op(p, "(")) {
		query = sql_parse_query(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		return query;
	}
	if (sql_at_values(p))
		return sql_parse_values_query(p);
	query = new_query(p);
	query->select = block(p);
	return sql_parse_failed(p) ? NULL : query;
}

static const char *set_operator(struct sql_parser *p)
{
	if (sql_skip_word(p, "UNION"))
		return sql_skip_word(p, "ALL") ? "UNION ALL" : "UNION";
	if (sql_skip_word(p, "INTERSECT"))
		return "INTERSECT";
	return sql_skip_word(p, "MINUS") ? "MINUS" : NULL;
}

static void offset_fetch(struct sql_parser *p, struct sql_query *query)
{
	if (p->release < RH_12_1)
		return; /* the words are too many */
	if (sql_skip_word(p, "OFFSET")) {
		query->offset = sql_parse_expr(p);
		if (!sql_skip_word(p, "ROWS"))
			(void)sql_want_word(p, "ROW", 905, "missing keyword");
	}
	if (!sql_skip_word(p, "FETCH"))
		return;
	query->fetch_clause = true;
	if (!sql_skip_word(p, "FIRST"))
		(void)sql_want_word(p, "NEXT", 905, "missing keyword");
	if (!sql_at_word(p, "ROW") && !sql_at_word(p, "ROWS"))
		query->fetch = sql_parse_expr(p);
	query->fetch_percent = query->fetch && sql_skip_word(p, "PERCENT");
	if (!sql_skip_word(p, "ROWS"))
		(void)sql_want_word(p, "ROW", 905, "missing keyword");
	if (sql_skip_word(p, "WITH")) {
		query->fetch_ties = true;
		(void)sql_want_word(p, "TIES", 905, "missing keyword");
	} else {
		(void)sql_want_word(p, "ONLY", 905, "missing keyword");
	}
}

static void for_update(struct sql_parser *p, struct sql_query *query)
{
	if (!sql_at_word(p, "FOR") || !sql_ahead_word(p, "UPDATE"))
		return;
	sql_next(p);
	sql_next(p);
	query->for_update = true;
	if (sql_skip_word(p, "OF"))
		query->for_update_of = sql_parse_expr_list(p, NULL);
	if (sql_skip_word(p, "NOWAIT")) {
		query->nowait = true;
	} else if (sql_skip_words(p, "SKIP", "LOCKED")) {
		query->skip_locked = true;
	} else if (sql_skip_word(p, "WAIT")) {
		query->wait =
			p->token.kind == T_NUMBER
				? sql_parse_expr(p)
				: sql_parse_fail(p, 30005, "missing or invalid WAIT interval");
	}
}

static struct sql_with *with_clause(struct sql_parser *p)
{
	struct sql_with *first = NULL, **last = &first;

	do {
		struct sql_with *with = cw_new(p->arena, struct sql_with, 1);

		with->at = p->token.at;
		with->name = sql_want_ident(p, 903, "invalid table name");
		if (sql_at_op(p, "("))
			with->column = sql_parse_columns(p, &with->column_count);
		(void)sql_want_word(p, "AS", 905, "missing keyword");
		(void)sql_want_op(p, "(", 906, "missing left parenthesis");
		with->query = sql_parse_query(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		if (sql_at_word(p, "SEARCH") || sql_at_word(p, "CYCLE"))
			return sql_parse_fail(p, 3001, "unimplemented feature");
		*last = with;
		last = &with->next;
	} while (sql_skip_op(p, ","));
	return first;
}

/* What a set operator joins has no order of its own but one that says which rows are fetched. */
static struct sql_query *operand(struct sql_parser *p, struct sql_query *query)
{
	if (query && query->order && !query->fetch_clause && !query->offset)
		return sql_parse_fail_at(p, query->at, 907, "missing right parenthesis");
	return query;
}

/* Set operators have one precedence and go from left to right. */
static struct sql_query *set_operations(struct sql_parser *p)
{
	struct sql_query *query = query_primary(p);
	const char *op;

	while (query && (op = set_operator(p))) {
		struct sql_query *set = new_query(p);

		set->at = query->at;
		set->set_op = op;
		set->left = operand(p, query);
		set->right = operand(p, query_primary(p));
		query = set;
	}
	return query;
}

/* ORDER BY and what comes after it; (select ... order by a) order by b is not taken. */
static void query_tail(struct sql_parser *p, struct sql_query *query)
{
	if (query->order || query->fetch_clause || query->for_update) {
		if (sql_at_word(p, "ORDER") || sql_at_word(p, "FETCH") || sql_at_word(p, "OFFSET"))
			(void)sql_parse_fail(p, 3001, "unimplemented feature");
		return;
	}
	if (sql_at_word(p, "ORDER") && sql_ahead_word(p, "SIBLINGS")) {
		sql_next(p);
		sql_next(p);
		(void)sql_want_word(p, "BY", 924, "missing BY keyword");
		if (!query->select || !query->select->hierarchy)
			(void)sql_parse_fail(p, 30929, "ORDER SIBLINGS BY clause not allowed here");
		else
			query->select->hierarchy->siblings = sql_parse_order_list(p);
	} else if (sql_skip_words(p, "ORDER", "BY")) {
		query->order = sql_parse_order_list(p);
	}
	offset_fetch(p, query);
	for_update(p, query);
	query->end = p->last_end;
}

struct sql_query *sql_parse_query(struct sql_parser *p)
{
	struct sql_with *with;
	struct sql_query *query;

	p->in_sql++;
	with = sql_skip_word(p, "WITH") ? with_clause(p) : NULL;
	if (++p->depth > SQL_DEPTH_MAX)
		return sql_parse_fail(p, 913, "too many values");
	query = set_operations(p);
	p->depth--;
	if (!query || sql_parse_failed(p))
		return NULL;
	if (with && query->with)
		return sql_parse_fail(p, 3001, "unimplemented feature");
	if (with)
		query->with = with;
	query_tail(p, query);
	p->in_sql--;
	return sql_parse_failed(p) ? NULL : query;
}
