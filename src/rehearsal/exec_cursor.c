/* exec_cursor.c - cursors that are no statement: given away by a block, or in a row of a query; see exec.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/exec_shape.h"

#include "base/rd.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 1000

/* A query without a text, of so many columns. */
static struct rh_stmt *query_of(struct rh_session *session, uint32_t count)
{
	struct rh_stmt *stmt = calloc(1, sizeof(*stmt));

	if (!stmt)
		abort();
	stmt->session = session;
	session->cursors++;
	stmt->arena = stmt->tree = stmt->run = stmt->row = CW_ARENA(EXEC_ARENA_LIMIT);
	stmt->sql = "";
	stmt->parsed = cw_new(&stmt->tree, struct sql_stmt, 1);
	stmt->parsed->kind = S_SELECT;
	stmt->sql_type = 3;
	stmt->column_count = (uint16_t)count;
	stmt->column = cw_new(&stmt->tree, struct rh_column, count + 1u);
	stmt->pg_type = cw_new(&stmt->tree, uint32_t, count + 1u);
	stmt->nested = cw_new(&stmt->tree, const char *, count + 1u);
	stmt->values = cw_new(&stmt->tree, struct cw_value, count + 1u);
	stmt->open = stmt->ended = stmt->homeless = true;
	return stmt;
}

/* What the shape leaves open is told by PostgreSQL; @name: where there is no shape. */
static void set_column(struct rh_stmt *stmt, uint32_t at, uint32_t type, int modifier,
		       const char *name, const char **shape)
{
	struct sql_column column = { .name = name, .nullable = true };

	stmt->pg_type[at] = rh_pg_type_known(stmt->session, type);
	if (*shape && rh_shape_read(&stmt->tree, shape, &column, &stmt->nested[at]) &&
	    column.ora_type == 0)
		column.nullable = true;
	if (column.ora_type == 0)
		rh_column_from_pg(stmt->pg_type[at], modifier, &column);
	rh_column_set(&stmt->column[at], &column);
}

/* ---- a cursor that a block gives away --------------------------------------------------- */

static struct rh_stmt *query_of_portal(struct rh_session *session, const PGresult *rows,
				       const char *shape)
{
	struct rh_stmt *stmt = query_of(session, (uint32_t)PQnfields(rows));

	for (uint16_t i = 0; i < stmt->column_count; i++)
		set_column(stmt, i, PQftype(rows, i), PQfmod(rows, i), PQfname(rows, i), &shape);
	return stmt;
}

static bool spool(struct rh_stmt *stmt, const PGresult *rows, struct rh_error *error)
{
	for (int row = 0; row < PQntuples(rows); row++)
		if (!rh_spool_put(&stmt->spool, rows, row))
			return rh_fail(error, 1652, 0, "unable to extend temp segment");
	return true;
}

/* The text that the portal runs; *ret may have no row. */
static bool portal_text(struct rh_session *session, const char *name, PGresult **ret,
			struct rh_error *error)
{
	struct rh_exec_params params = { .count = 1, .value = &name };

	return rh_exec_statement(session,
				 "SELECT statement FROM pg_catalog.pg_cursors WHERE name = $1",
				 &params, RH_EXEC_TRANSACTION, ret, error);
}

static bool read_portal(struct rh_session *session, const char *fetch, const char *shape,
			struct rh_stmt **ret, struct rh_error *error)
{
	PGresult *rows;
	bool ok = true;
	int got = ROWS_AT_ONCE;

	while (ok && got == ROWS_AT_ONCE) {
		if (!rh_exec_statement(session, fetch, NULL, RH_EXEC_TRANSACTION | RH_EXEC_BINARY,
				       &rows, error))
			return false;
		if (!*ret)
			*ret = query_of_portal(session, rows, shape);
		got = PQntuples(rows);
		ok = spool(*ret, rows, error);
		PQclear(rows);
	}
	return ok;
}

bool rh_exec_take_cursor(struct rh_session *session, const char *name, struct rh_stmt **ret,
			 struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *text;
	bool ok;

	*ret = NULL;
	if (!portal_text(session, name, &text, error))
		return false;
	cw_wr_printf(&sql, "FETCH %d FROM ", ROWS_AT_ONCE);
	sql_print_ident(&sql, name);
	cw_wr_u8(&sql, 0);
	ok = read_portal(session, (const char *)sql.at0,
			 PQntuples(text) ? rh_shape_find(PQgetvalue(text, 0, 0)) : NULL, ret,
			 error);
	cw_wr_release(&sql);
	PQclear(text);
	if (!ok && *ret) {
		rh_stmt_free(*ret);
		*ret = NULL;
	}
	return ok;
}

void rh_exec_forget_returned(struct rh_session *session)
{
	cw_wr_reset(&session->exec->returned);
}

bool rh_exec_take_returned(struct rh_session *session, struct cw_arena *arena,
			   struct rh_stmt ***ret, uint32_t *ret_count, struct rh_error *error)
{
	struct cw_wr *names = &session->exec->returned;
	uint32_t count = 0;
	size_t at = 0;
	bool ok = true;

	for (size_t i = 0; i < names->len; i++)
		count += names->at0[i] == 0;
	*ret = cw_new(arena, struct rh_stmt *, count + 1u);
	for (*ret_count = 0; ok && *ret_count < count; ++*ret_count) {
		const char *name = (const char *)names->at0 + at;

		at += strlen(name) + 1;
		ok = rh_exec_take_cursor(session, name, &(*ret)[*ret_count], error);
	}
	cw_wr_reset(names);
	return ok;
}

/* ---- a cursor in a row: PostgreSQL's binary array of records, see put_cursor() of the printer ----- */

/* A field: its type, its length or -1, its bytes. */
static struct cw_bytes read_field(struct cw_rd *rd, uint32_t *ret_type, bool *ret_null)
{
	uint32_t len;

	*ret_type = cw_rd_u32be(rd);
	len = cw_rd_u32be(rd);
	*ret_null = len == UINT32_MAX;
	len = *ret_null ? 0 : len;
	return (struct cw_bytes){ cw_rd_take(rd, len), len };
}

/* One record; the first field of one that stands for a row is not NULL. */
static bool read_record(struct rh_stmt *stmt, struct cw_rd *rd, const char *shape)
{
	uint32_t type;
	bool none, null;

	(void)cw_rd_u32be(rd); /* its length */
	if (cw_rd_u32be(rd) != stmt->column_count + 1u)
		return false;
	(void)read_field(rd, &type, &none);
	for (uint16_t i = 0; i < stmt->column_count; i++) {
		struct cw_bytes bytes = read_field(rd, &type, &null);

		if (shape)
			set_column(stmt, i, type, -1, "", &shape);
		if (none)
			continue;
		cw_wr_u32be(&stmt->spool.memory, null ? UINT32_MAX : (uint32_t)bytes.len);
		cw_wr_put(&stmt->spool.memory, bytes.at, bytes.len);
	}
	stmt->spool.rows += !none;
	stmt->spool.rows_put += !none;
	return !cw_rd_failed(rd);
}

bool rh_nested_cursor(struct rh_session *session, const struct rh_stmt *stmt, uint16_t column,
		      const struct cw_value *value, struct rh_stmt **ret, struct rh_error *error)
{
	struct cw_rd rd = cw_rd(cw_value_bytes(value));
	uint32_t count, width;
	struct cw_rd ahead;
	bool ok;

	*ret = NULL;
	(void)cw_rd_take(&rd, 12);
	count = cw_rd_u32be(&rd);
	(void)cw_rd_u32be(&rd);
	ahead = rd;
	(void)cw_rd_u32be(&ahead);
	width = cw_rd_u32be(&ahead);
	if (cw_rd_failed(&ahead) || count == 0 || width == 0 || !stmt->nested[column])
		return rh_fail(error, 600, 0, "internal error code, arguments: [cursor]");
	*ret = query_of(session, width - 1);
	ok = true;
	for (uint32_t i = 0; ok && i < count; i++)
		ok = read_record(*ret, &rd, i == 0 ? stmt->nested[column] : NULL);
	if (ok && !cw_wr_failed(&(*ret)->spool.memory))
		return true;
	rh_stmt_free(*ret);
	*ret = NULL;
	return rh_fail(error, 600, 0, "internal error code, arguments: [cursor]");
}
