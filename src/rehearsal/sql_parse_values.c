/*
 * sql_parse_values.c - VALUES (a, b), (c, d) as a query, since 23ai
 *
 * It reads as SELECT a, b FROM DUAL UNION ALL SELECT c, d FROM DUAL, of which the halves are as deep as each other.
 *
 * Sources	Oracle Database SQL Language Reference 23ai, "SELECT", values_clause
 */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

bool sql_at_values(const struct sql_parser *p)
{
	return p->release >= RH_23 && sql_at_word(p, "VALUES") && p->ahead.kind == T_OP &&
	       strcmp(p->ahead.text, "(") == 0;
}

struct sql_from *sql_from_dual(struct sql_parser *p)
{
	struct sql_from *from = cw_new(p->arena, struct sql_from, 1);

	from->at = from->name.at = p->token.at;
	from->name.count = 1;
	from->name.part[0] = "DUAL";
	return from;
}

static struct sql_query *row(struct sql_parser *p)
{
	struct sql_query *query = cw_new(p->arena, struct sql_query, 1);
	struct sql_item **last;

	query->at = p->token.at;
	query->select = cw_new(p->arena, struct sql_select, 1);
	query->select->at = p->token.at;
	query->select->from = sql_from_dual(p);
	last = &query->select->item;
	for (struct sql_expr *value = sql_parse_values(p), *next; value; value = next) {
		next = value->next;
		value->next = NULL;
		*last = cw_new(p->arena, struct sql_item, 1);
		(*last)->expr = value;
		last = &(*last)->next;
	}
	return query;
}

/* The next @count rows, which are parsed here: each half by itself. */
static struct sql_query *unite(struct sql_parser *p, struct sql_query *const *rows, uint32_t count)
{
	struct sql_query *query;

	if (count == 1)
		return rows[0];
	query = cw_new(p->arena, struct sql_query, 1);
	query->at = rows[0]->at;
	query->set_op = "UNION ALL";
	query->left = unite(p, rows, count / 2);
	query->right = unite(p, rows + count / 2, count - count / 2);
	return query;
}

struct sql_query *sql_parse_values_query(struct sql_parser *p)
{
	struct sql_query **rows = NULL;
	uint32_t count = 0, room = 0;

	sql_next(p);
	do {
		if (count == room) {
			struct sql_query **more =
				cw_new(p->arena, struct sql_query *, 2 * room + 8);

			if (count > 0)
				memcpy(more, rows, count * sizeof(struct sql_query *));
			rows = more;
			room = 2 * room + 8;
		}
		rows[count++] = row(p);
	} while (!sql_parse_failed(p) && sql_skip_op(p, ","));
	return sql_parse_failed(p) ? NULL : unite(p, rows, count);
}

/* (c1, c2) behind the alias of such a query: what its columns are called. */
void sql_parse_values_columns(struct sql_parser *p, struct sql_query *query)
{
	const char *const *name;
	struct sql_item *item;
	uint32_t count;

	if (!sql_at_op(p, "("))
		return;
	name = sql_parse_columns(p, &count);
	while (!query->select)
		query = query->left;
	for (item = query->select->item; item && count > 0; item = item->next, count--)
		item->alias = *name++;
	if (item || count > 0)
		(void)sql_parse_fail_at(
			p, query->at, 3001,
			"unimplemented feature: VALUES with other columns than values");
}
