/* lob_row.c - LOBs that lie in rows: read, and written if the row is locked; see lob_parts.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/lob_parts.h"

#include <stdlib.h>
#include <string.h>

/* "select ... from "schema"."table" ..." with the names of the column that the locator knows by number. */
static bool names(struct rh_session *session, const struct lob_ref *ref, struct cw_wr *table,
		  struct cw_wr *column, struct rh_error *error)
{
	static const char lookup[] =
		"select n.nspname, c.relname, a.attname from pg_catalog.pg_class c "
		"join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
		"join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped "
		"where c.oid = $1::oid and a.attnum = $2::int2 and rh.may_name(c.oid)";
	char oid[16], number[16];
	const char *value[] = { oid, number };
	struct rh_exec_params params = { .count = 2, .value = value };
	PGresult *rows;
	bool found;

	(void)snprintf(oid, sizeof(oid), "%u", ref->table);
	(void)snprintf(number, sizeof(number), "%u", ref->column);
	if (!rh_exec_statement(session, lookup, &params, RH_EXEC_TRANSACTION, &rows, error))
		return false;
	found = PQntuples(rows) == 1;
	if (found) {
		sql_print_ident(table, PQgetvalue(rows, 0, 0));
		cw_wr_u8(table, '.');
		sql_print_ident(table, PQgetvalue(rows, 0, 1));
		cw_wr_u8(table, 0);
		sql_print_ident(column, PQgetvalue(rows, 0, 2));
		cw_wr_u8(column, 0);
	}
	PQclear(rows);
	return found || rh_fail(error, 22275, 0, "invalid LOB locator specified");
}

/* The row's column and whether the row is ours; the caller clears *ret. */
static bool look(struct rh_session *session, const struct lob_ref *ref, PGresult **ret,
		 struct rh_error *error)
{
	struct cw_wr table = { 0 }, column = { 0 }, sql = { 0 };
	char row[24];
	const char *value[] = { row };
	struct rh_exec_params params = { .count = 1, .value = value };
	bool ok = names(session, ref, &table, &column, error);

	(void)snprintf(row, sizeof(row), "%llu", (unsigned long long)ref->row);
	if (ok) {
		cw_wr_printf(&sql,
			     "select %s, rh.row_is_mine(tableoid, ctid) from %s "
			     "where \"ROWID$\" = $1::bigint",
			     (const char *)column.at0, (const char *)table.at0);
		cw_wr_u8(&sql, 0);
		ok = rh_exec_statement(session, (const char *)sql.at0, &params,
				       RH_EXEC_TRANSACTION | RH_EXEC_BINARY, ret, error);
	}
	cw_wr_release(&table);
	cw_wr_release(&column);
	cw_wr_release(&sql);
	if (!ok || (PQntuples(*ret) == 1 && !PQgetisnull(*ret, 0, 0)))
		return ok;
	PQclear(*ret);
	return rh_fail(error, 22275, 0, "invalid LOB locator specified");
}

bool lob_row_read(struct rh_session *session, const struct lob_ref *ref, struct cw_arena *arena,
		  struct cw_bytes *ret, struct rh_error *error)
{
	PGresult *row;
	bool ok;

	if (!look(session, ref, &row, error))
		return false;
	ok = lob_to_kept(arena, ref->is_clob,
			 (struct cw_bytes){ (const uint8_t *)PQgetvalue(row, 0, 0),
					    (size_t)PQgetlength(row, 0, 0) },
			 ret, error);
	PQclear(row);
	return ok;
}

bool lob_row_locked(struct rh_session *session, const struct lob_ref *ref, struct rh_error *error)
{
	PGresult *row;
	bool mine;

	if (!session->transaction_open || !look(session, ref, &row, error))
		return error->code ? false
				   : rh_fail(error, 22920, 0,
					     "row containing the LOB value is not locked");
	mine = PQgetvalue(row, 0, 1)[0] == 1; /* a boolean in binary */
	PQclear(row);
	return mine || rh_fail(error, 22920, 0, "row containing the LOB value is not locked");
}

bool lob_row_write(struct rh_session *session, const struct lob_ref *ref, struct cw_bytes content,
		   struct rh_error *error)
{
	uint32_t type[] = { 0, 0, 0, ref->is_clob ? CW_PG_TEXT : CW_PG_BYTEA };
	int length[] = { 0, 0, 0, (int)content.len }, format[] = { 0, 0, 0, 1 };
	char oid[16], number[16], row[24];
	const char *value[] = { oid, number, row, content.len ? (const char *)content.at : "" };
	struct rh_exec_params params = { 4, type, value, length, format };
	PGresult *result;

	(void)snprintf(oid, sizeof(oid), "%u", ref->table);
	(void)snprintf(number, sizeof(number), "%u", ref->column);
	(void)snprintf(row, sizeof(row), "%llu", (unsigned long long)ref->row);
	if (!rh_exec_statement(session, "select rh.lob_put($1::oid, $2::int2, $3::bigint, $4)",
			       &params, RH_EXEC_TRANSACTION, &result, error))
		return false;
	PQclear(result);
	return true;
}
