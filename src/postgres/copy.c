/* copy.c - see copy.h */
#include "postgres/copy.h"

#include "postgres/wait.h"

#include <stdlib.h>

bool cw_pg_copy_begin(struct cw_pg *pg, const char *copy_sql, struct cw_err *err)
{
	PGresult *result;
	ExecStatusType status;
	bool ok;

	if (!PQsendQuery(pg->conn, copy_sql))
		return cw_pg_fail_link(pg, "sending COPY", err);
	if (!cw_pg_result(pg, &result, err))
		return false;
	status = PQresultStatus(result);
	ok = status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
	if (!ok) {
		struct cw_err ignored = { 0 };

		(void)cw_pg_fail_answer(result, "COPY", err);
		(void)!cw_pg_drain(pg, &ignored);
	}
	PQclear(result);
	return ok;
}

bool cw_pg_copy_put(struct cw_pg *pg, struct cw_bytes bytes, struct cw_err *err)
{
	assert(bytes.len <= INT32_MAX);
	for (;;) {
		int sent = PQputCopyData(pg->conn, (const char *)bytes.at, (int)bytes.len);

		if (sent < 0)
			return cw_pg_fail_link(pg, "COPY", err);
		/* libpq would buffer without end; so the wait for the server is here */
		if (!cw_pg_flush(pg, err))
			return false;
		if (sent == 1)
			return true;
	}
}

bool cw_pg_copy_end(struct cw_pg *pg, uint64_t *ret_rows, struct cw_err *err)
{
	PGresult *result;
	int sent;

	while ((sent = PQputCopyEnd(pg->conn, NULL)) == 0)
		if (!cw_pg_flush(pg, err))
			return false;
	if (sent < 0)
		return cw_pg_fail_link(pg, "COPY", err);
	if (!cw_pg_result(pg, &result, err))
		return false;
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		struct cw_err ignored = { 0 };

		(void)cw_pg_fail_answer(result, "COPY", err);
		PQclear(result);
		(void)!cw_pg_drain(pg, &ignored);
		return false;
	}
	*ret_rows = strtoull(PQcmdTuples(result), NULL, 10);
	PQclear(result);
	return cw_pg_drain(pg, err);
}

static enum cw_pg_copy_next copy_out_end(struct cw_pg *pg, struct cw_err *err)
{
	PGresult *result;
	bool ok;

	if (!cw_pg_result(pg, &result, err))
		return CW_PG_COPY_FAILED;
	ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!ok)
		(void)cw_pg_fail_answer(result, "COPY", err);
	PQclear(result);
	if (!ok) {
		struct cw_err ignored = { 0 };

		(void)!cw_pg_drain(pg, &ignored);
		return CW_PG_COPY_FAILED;
	}
	return cw_pg_drain(pg, err) ? CW_PG_COPY_END : CW_PG_COPY_FAILED;
}

enum cw_pg_copy_next cw_pg_copy_next(struct cw_pg *pg, struct cw_bytes *ret, struct cw_err *err)
{
	PQfreemem(pg->copied);
	pg->copied = NULL;
	for (;;) {
		int len = PQgetCopyData(pg->conn, &pg->copied, 1);

		if (len > 0) {
			*ret = (struct cw_bytes){ (const uint8_t *)pg->copied, (size_t)len };
			return CW_PG_COPY_DATA;
		}
		if (len == -1)
			return copy_out_end(pg, err);
		if (len < 0) {
			(void)cw_pg_fail_link(pg, "COPY", err);
			return CW_PG_COPY_FAILED;
		}
		if (!cw_pg_input(pg, pg->call_timeout_ms, err))
			return CW_PG_COPY_FAILED;
	}
}
