/* exec_cursor.c - a cursor that a block gives away; see exec.h */
#include "rehearsal/exec_parts.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 1000

/* A query without a text, of the columns that the cursor has. */
static struct rh_stmt *query_of(struct rh_session *session, const PGresult *rows)
{
	struct rh_stmt *stmt = calloc(1, sizeof(*stmt));
	int count = PQnfields(rows);

	if (!stmt)
		abort();
	stmt->session = session;
	stmt->arena = stmt->tree = stmt->run = stmt->row = CW_ARENA(EXEC_ARENA_LIMIT);
	stmt->sql = "";
	stmt->parsed = cw_new(&stmt->tree, struct sql_stmt, 1);
	stmt->parsed->kind = S_SELECT;
	stmt->sql_type = 3;
	stmt->column_count = (uint16_t)count;
	stmt->column = cw_new(&stmt->tree, struct rh_column, (size_t)count);
	stmt->pg_type = cw_new(&stmt->tree, uint32_t, (size_t)count);
	stmt->values = cw_new(&stmt->tree, struct cw_value, (size_t)count);
	for (int i = 0; i < count; i++) {
		struct sql_column column = { .name = PQfname(rows, i), .nullable = true };

		stmt->pg_type[i] = rh_pg_type_known(session, PQftype(rows, i));
		rh_column_from_pg(stmt->pg_type[i], PQfmod(rows, i), &column);
		rh_column_set(&stmt->column[i], &column);
	}
	stmt->open = true;
	stmt->ended = true;
	return stmt;
}

static bool spool(struct rh_stmt *stmt, const PGresult *rows, struct rh_error *error)
{
	for (int row = 0; row < PQntuples(rows); row++)
		if (!rh_spool_put(&stmt->spool, rows, row))
			return rh_fail(error, 1652, 0, "unable to extend temp segment");
	return true;
}

bool rh_exec_take_cursor(struct rh_session *session, const char *name, struct rh_stmt **ret,
			 struct rh_error *error)
{
	struct rh_stmt *stmt = NULL;
	struct cw_wr sql = { 0 };
	PGresult *rows;
	bool ok = true;
	int got = ROWS_AT_ONCE;

	cw_wr_printf(&sql, "FETCH %d FROM ", ROWS_AT_ONCE);
	sql_print_ident(&sql, name);
	cw_wr_u8(&sql, 0);
	while (ok && got == ROWS_AT_ONCE) {
		ok = rh_exec_statement(session, (const char *)sql.at0, NULL,
				       RH_EXEC_TRANSACTION | RH_EXEC_BINARY, &rows, error);
		if (!ok)
			break;
		if (!stmt)
			stmt = query_of(session, rows);
		got = PQntuples(rows);
		ok = spool(stmt, rows, error);
		PQclear(rows);
	}
	cw_wr_release(&sql);
	if (!ok && stmt) {
		rh_stmt_free(stmt);
		stmt = NULL;
	}
	*ret = stmt;
	return ok;
}
