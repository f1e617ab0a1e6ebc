/* exec_query.c - queries: rows stream, and are spooled when something else must run; see exec.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/flashback.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPOOL_MEMORY ((size_t)4 << 20)

/* ---- the spool ---------------------------------------------------------------------------------- */

void rh_spool_release(struct rh_spool *spool)
{
	cw_wr_release(&spool->memory);
	if (spool->file)
		(void)fclose(spool->file);
	*spool = (struct rh_spool){ 0 };
}

static bool to_file(struct rh_spool *spool)
{
	if (!spool->file)
		spool->file = tmpfile();
	if (!spool->file ||
	    fwrite(spool->memory.at0, 1, spool->memory.len, spool->file) != spool->memory.len)
		return false;
	spool->written += spool->memory.len;
	cw_wr_reset(&spool->memory);
	return true;
}

/* Each value: 32 bits of length (all ones: NULL), then its bytes. */
bool rh_spool_put(struct rh_spool *spool, const PGresult *rows, int row)
{
	for (int i = 0; i < PQnfields(rows); i++) {
		uint32_t len = PQgetisnull(rows, row, i) ? UINT32_MAX
							 : (uint32_t)PQgetlength(rows, row, i);

		cw_wr_u32be(&spool->memory, len);
		if (len != UINT32_MAX)
			cw_wr_put(&spool->memory, PQgetvalue(rows, row, i), len);
	}
	spool->rows++;
	spool->rows_put++;
	return !cw_wr_failed(&spool->memory) &&
	       (spool->memory.len < SPOOL_MEMORY || to_file(spool));
}

/* The next @len spooled bytes, from the file and then from memory. */
static bool spool_read(struct rh_spool *spool, uint8_t *to, size_t len)
{
	if (spool->read_at < spool->written) {
		if (spool->read_at == 0)
			rewind(spool->file);
		if (fread(to, 1, len, spool->file) != len)
			return false;
	} else {
		size_t at = (size_t)(spool->read_at - spool->written);

		if (at + len > spool->memory.len)
			return false;
		memcpy(to, spool->memory.at0 + at, len);
	}
	spool->read_at += len;
	return true;
}

/* A LOB in front of which stands that it lies in no row. */
static struct cw_bytes with_no_home(struct cw_arena *arena, struct cw_bytes in)
{
	uint8_t *bytes = cw_new(arena, uint8_t, RH_LOB_HOME_BYTES + in.len);

	memcpy(bytes + RH_LOB_HOME_BYTES, in.at, in.len);
	return (struct cw_bytes){ bytes, RH_LOB_HOME_BYTES + in.len };
}

static bool to_storage(struct rh_stmt *stmt, int column, struct cw_bytes in, struct rh_error *error)
{
	const struct rh_column *to = &stmt->column[column];
	uint32_t type = stmt->pg_type[column];

	if (stmt->homeless && (to->ora_type == CW_ORA_CLOB || to->ora_type == CW_ORA_BLOB)) {
		in = with_no_home(&stmt->row, in);
		type = CW_PG_BYTEA;
	}
	return rh_value_from_pg(&stmt->row, type, in, to->ora_type, to->byte_length,
				&stmt->values[column], error) &&
	       (to->charset_form != RH_NATIONAL_FORM || to->ora_type == CW_ORA_CLOB ||
		rh_value_to_national(&stmt->row, &stmt->values[column], error));
}

bool rh_spool_get(struct rh_stmt *stmt, bool *ret_end, struct rh_error *error)
{
	struct rh_spool *spool = &stmt->spool;

	*ret_end = spool->rows == 0;
	if (*ret_end)
		return true;
	spool->rows--;
	for (int i = 0; i < stmt->column_count; i++) {
		uint8_t raw[4], *bytes;
		uint32_t len;

		if (!spool_read(spool, raw, 4))
			return rh_fail(error, 1114, 0, "IO error reading block from file");
		len = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 |
		      raw[3];
		stmt->values[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		if (len == UINT32_MAX)
			continue;
		bytes = cw_new(&stmt->row, uint8_t, len + 1u);
		if (!spool_read(spool, bytes, len))
			return rh_fail(error, 1114, 0, "IO error reading block from file");
		if (!to_storage(stmt, i, (struct cw_bytes){ bytes, len }, error))
			return false;
	}
	return true;
}

static bool spool_skip(struct rh_spool *spool, uint32_t len)
{
	if (spool->read_at < spool->written && fseeko(spool->file, (off_t)len, SEEK_CUR) != 0)
		return false;
	spool->read_at += len;
	return true;
}

/* Past the next row. */
static bool skip_row(struct rh_spool *spool, uint16_t columns)
{
	for (uint16_t i = 0; i < columns; i++) {
		uint8_t raw[4];
		uint32_t len;

		if (!spool_read(spool, raw, 4))
			return false;
		len = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 |
		      raw[3];
		if (len != UINT32_MAX && !spool_skip(spool, len))
			return false;
	}
	spool->rows--;
	return true;
}

/* ---- the stream ----------------------------------------------------------------------------------- */

static PGconn *connection(const struct rh_stmt *stmt)
{
	return stmt->flashback ? stmt->flashback : stmt->session->pg;
}

static void give_back(struct rh_stmt *stmt)
{
	if (stmt->flashback)
		rh_flashback_close(stmt->session->server->redo, stmt->flashback);
	stmt->flashback = NULL;
}

/* The stream came to its end, well or not. */
static bool stream_end(struct rh_stmt *stmt, PGresult *last, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	bool ok = PQresultStatus(last) == PGRES_TUPLES_OK;
	struct rh_error first = { 0 };

	if (!ok)
		(void)rh_exec_error_of(session, stmt, last, &first);
	PQclear(last);
	stmt->streaming = false;
	stmt->ended = true;
	if (stmt->flashback) {
		while ((last = PQgetResult(stmt->flashback)))
			PQclear(last);
		give_back(stmt);
	} else {
		session->exec->streaming = NULL;
		PQclear(PQgetResult(session->pg)); /* the NULL behind the rows */
		if (stmt->savepoint)
			PQclear(rh_exec_next(session->pg));
		rh_exec_leave(session->pg);
		if (!ok)
			rh_exec_undo(session, stmt->began);
		else if (stmt->began)
			session->transaction_open = true;
	}
	if (!ok)
		*error = first;
	return ok;
}

/* The next row that came, or NULL and *ret_end. */
static PGresult *stream_row(struct rh_stmt *stmt, bool *ret_ok, struct rh_error *error)
{
	PGresult *row = PQgetResult(connection(stmt));

	*ret_ok = true;
	if (row && PQresultStatus(row) == PGRES_SINGLE_TUPLE)
		return row;
	*ret_ok = stream_end(stmt, row, error);
	return NULL;
}

bool rh_query_spool(struct rh_stmt *stmt, struct rh_error *error)
{
	PGresult *row;
	bool ok = true, kept = true;

	if (stmt->pending) {
		kept = rh_spool_put(&stmt->spool, stmt->pending, 0);
		PQclear(stmt->pending);
		stmt->pending = NULL;
	}
	while (stmt->streaming && (row = stream_row(stmt, &ok, error))) {
		kept = kept && rh_spool_put(&stmt->spool, row, 0);
		PQclear(row);
	}
	if (ok && !kept)
		return rh_fail(error, 1652, 0, "unable to extend temp segment");
	return ok;
}

void rh_query_close(struct rh_stmt *stmt)
{
	struct rh_error ignored = { 0 };
	PGresult *row;
	bool ok;

	if (stmt->streaming) {
		PGcancel *cancel = PQgetCancel(connection(stmt));
		char text[256];

		if (cancel)
			(void)PQcancel(cancel, text, sizeof(text));
		PQfreeCancel(cancel);
		while (stmt->streaming && (row = stream_row(stmt, &ok, &ignored)))
			PQclear(row);
	}
	PQclear(stmt->pending);
	stmt->pending = NULL;
	rh_spool_release(&stmt->spool);
	give_back(stmt);
	stmt->open = false;
}

/* ---- opening ----------------------------------------------------------------------------------------- */

static bool bind_params(struct rh_stmt *stmt, const struct rh_bind *binds,
			struct rh_exec_params *ret, struct rh_error *error)
{
	uint32_t count = stmt->bind_count;
	uint32_t *type = cw_new(&stmt->run, uint32_t, count + 1);
	const char **value = cw_new(&stmt->run, const char *, count + 1);
	int *length = cw_new(&stmt->run, int, count + 1);
	int *format = cw_new(&stmt->run, int, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		struct rh_param param;

		if (!rh_param_from_bind(&stmt->run, &binds[i], i + 1, &param, error))
			return false;
		type[i] = rh_stmt_param_type(stmt, i, binds[i].ora_type);
		value[i] = param.value;
		length[i] = param.length;
		format[i] = param.format;
	}
	*ret = (struct rh_exec_params){ (int)count, type, value, length, format };
	return true;
}

/* SELECT ... FOR UPDATE locks its rows at once; WAIT n is a lock_timeout. */
static bool before_locking(struct rh_stmt *stmt, unsigned *commands, struct rh_error *error)
{
	const struct sql_query *query = stmt->parsed->query;
	char sql[64];

	if (!query->wait)
		return true;
	(void)snprintf(sql, sizeof(sql), "SET LOCAL lock_timeout = '%.6ss'", query->wait->text);
	++*commands;
	return rh_exec_send(stmt->session, sql, error);
}

static bool start(struct rh_stmt *stmt, const struct rh_exec_params *params, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	unsigned before;

	if (!rh_exec_enter(session, stmt->parsed->for_update, &before, &stmt->began, error))
		return false;
	stmt->savepoint = session->transaction_open;
	if (!before_locking(stmt, &before, error))
		return false;
	if (!PQsendQueryPrepared(session->pg, stmt->name, params->count, params->value,
				 params->length, params->format, 1))
		return rh_exec_lost(session, error);
	if (stmt->savepoint && !rh_exec_send(session, "RELEASE SAVEPOINT \"cw$\"", error))
		return false;
	if (!PQpipelineSync(session->pg))
		return rh_exec_lost(session, error);
	for (unsigned i = 0; i < before; i++)
		PQclear(rh_exec_next(session->pg));
	(void)PQsetSingleRowMode(session->pg);
	session->exec->streaming = stmt;
	stmt->streaming = true;
	return true;
}

/* ---- AS OF ------------------------------------------------------------------------------------------------ */

static bool evaluate_scn(struct rh_stmt *stmt, const struct rh_exec_params *params, uint64_t *ret,
			 struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result;
	bool ok;

	cw_wr_text(&sql,
		   stmt->parsed->as_of_timestamp ? "SELECT rh.timestamp_to_scn((" : "SELECT ((");
	ok = sql_print_expr(stmt->parsed->as_of_expr, &sql, error);
	cw_wr_text(&sql, ")::numeric)::numeric(20)");
	if (stmt->parsed->as_of_timestamp)
		ok = ok && rh_fail(error, 3001, 0, "unimplemented feature: AS OF TIMESTAMP");
	/* every parameter has to be named somewhere */
	for (int i = 0; i < params->count; i++) {
		const char *own = sql_pg_type(stmt->bind_type[i]);

		cw_wr_printf(&sql, "%s$%d", i ? " OR " : " WHERE ", i + 1);
		if (params->type[i] == 0)
			cw_wr_printf(&sql, "::%s", own ? own : "text");
		cw_wr_text(&sql, " IS NULL OR true");
	}
	cw_wr_u8(&sql, 0);
	ok = ok &&
	     rh_exec_statement(stmt->session, (const char *)sql.at0, params, 0, &result, error);
	cw_wr_release(&sql);
	if (!ok)
		return false;
	ok = PQntuples(result) == 1 && !PQgetisnull(result, 0, 0);
	if (ok)
		*ret = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return ok ||
	       rh_fail(error, 8181, 0, "specified number is not a valid system change number");
}

/* The past is read on a backend that may do everything: whether this user may is asked before. */
static bool may_look_back(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	char tables[12 * SQL_RELIDS_MAX + 3] = "{";
	const char *params[] = { session->user, tables };
	size_t used = 1;
	struct cw_err err;
	PGresult *row;
	bool may;

	if (session->dba)
		return true;
	for (uint32_t i = 0; i < stmt->parsed->relid_count; i++)
		used += (size_t)snprintf(tables + used, sizeof(tables) - used, "%s%u", i ? "," : "",
					 stmt->parsed->relid[i]);
	(void)snprintf(tables + used, sizeof(tables) - used, "}");
	row = rh_server_admin(session->server, "select rh.may_look_back($1, $2::oid[])", 2, params,
			      &err);
	may = row && *PQgetvalue(row, 0, 0) == 't';
	PQclear(row);
	return may || rh_fail(error, 1031, 0, "insufficient privileges");
}

static bool start_as_of(struct rh_stmt *stmt, const struct rh_exec_params *params,
			struct rh_error *error)
{
	PGresult *result;
	uint64_t scn = 0;

	if (stmt->parsed->uses_current || stmt->parsed->for_update)
		return rh_fail(error, 3001, stmt->parsed->as_of_expr->at, "unimplemented feature");
	if (!may_look_back(stmt, error) || !evaluate_scn(stmt, params, &scn, error) ||
	    !rh_flashback_open(stmt->session->server->redo, scn, stmt->parsed->relid,
			       stmt->parsed->relid_count, &stmt->flashback, error))
		return false;
	result = PQexec(stmt->flashback, "SET LOCAL search_path = ora, \"SYS\", pg_catalog");
	PQclear(result);
	if (!PQsendQueryParams(stmt->flashback, stmt->printed, params->count, params->type,
			       params->value, params->length, params->format, 1)) {
		give_back(stmt);
		return rh_fail(error, 3113, 0, "end-of-file on communication channel");
	}
	(void)PQsetSingleRowMode(stmt->flashback);
	stmt->streaming = true;
	return true;
}

bool rh_query_open(struct rh_stmt *stmt, const struct rh_bind *binds, struct rh_error *error)
{
	struct rh_exec_params params;

	if (stmt->open)
		rh_query_close(stmt);
	cw_arena_reset(&stmt->run);
	stmt->ended = false;
	if (!rh_exec_idle(stmt->session, error) || !rh_stmt_compile(stmt, binds, 1, error) ||
	    !rh_stmt_prepare(stmt, binds, error) || !bind_params(stmt, binds, &params, error))
		return false;
	stmt->open = true;
	stmt->opened_after = stmt->session->transactions_ended;
	if (stmt->parsed->as_of)
		return start_as_of(stmt, &params, error);
	return start(stmt, &params, error) &&
	       (!stmt->parsed->for_update || rh_query_spool(stmt, error));
}

/* ---- scrolling ---------------------------------------------------------------------------------------------- */

bool rh_scroll(struct rh_stmt *stmt, uint64_t row, uint64_t *ret_row, struct rh_error *error)
{
	struct rh_spool *spool = &stmt->spool;

	*error = (struct rh_error){ 0 };
	if (!stmt->open)
		return rh_fail(error, 1002, 0, "fetch out of sequence");
	if (!rh_query_spool(stmt, error))
		return false;
	if (row > spool->rows_put)
		row = row == RH_LAST_ROW && spool->rows_put > 0 ? spool->rows_put
								: spool->rows_put + 1;
	spool->read_at = 0;
	spool->rows = spool->rows_put;
	for (*ret_row = 1; *ret_row < row; ++*ret_row)
		if (!skip_row(spool, stmt->column_count))
			return rh_fail(error, 1114, 0, "IO error reading block from file");
	return true;
}

/* ---- fetching ---------------------------------------------------------------------------------------------- */

static bool row_values(struct rh_stmt *stmt, const PGresult *row, struct rh_error *error)
{
	for (int i = 0; i < stmt->column_count; i++) {
		stmt->values[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		if (!PQgetisnull(row, 0, i) &&
		    !to_storage(stmt, i,
				(struct cw_bytes){ (const uint8_t *)PQgetvalue(row, 0, i),
						   (size_t)PQgetlength(row, 0, i) },
				error))
			return false;
	}
	return true;
}

/* One row into stmt->values; a streamed one is kept in stmt->pending until it was taken. */
static bool next_row(struct rh_stmt *stmt, bool *ret_end, struct rh_error *error)
{
	bool ok = true;

	cw_arena_reset(&stmt->row);
	*ret_end = false;
	if (stmt->spool.rows > 0 || !(stmt->streaming || stmt->pending))
		return rh_spool_get(stmt, ret_end, error);
	if (!stmt->pending)
		stmt->pending = stream_row(stmt, &ok, error);
	if (!ok)
		return false;
	if (!stmt->pending) {
		*ret_end = true;
		return true;
	}
	return row_values(stmt, stmt->pending, error);
}

bool rh_fetch(struct rh_session *session, struct rh_stmt *stmt, uint32_t rows_max, rh_row_fn *sink,
	      void *context, uint32_t *ret_rows, bool *ret_done, struct rh_error *error)
{
	*ret_rows = 0;
	*ret_done = false;
	*error = (struct rh_error){ 0 };
	(void)session;
	if (!stmt->open ||
	    (stmt->parsed->for_update && stmt->opened_after != stmt->session->transactions_ended))
		return rh_fail(error, 1002, 0, "fetch out of sequence");
	while (*ret_rows < rows_max) {
		uint64_t at = stmt->spool.read_at;

		if (!next_row(stmt, ret_done, error))
			return false;
		if (*ret_done)
			break;
		if (!sink(context, stmt->values, stmt->column_count)) {
			if (!stmt->pending) { /* it was spooled: read it again */
				stmt->spool.read_at = at;
				stmt->spool.rows++;
				if (at < stmt->spool.written)
					(void)fseeko(stmt->spool.file, (off_t)at, SEEK_SET);
			}
			break;
		}
		PQclear(stmt->pending);
		stmt->pending = NULL;
		++*ret_rows;
	}
	return true;
}
