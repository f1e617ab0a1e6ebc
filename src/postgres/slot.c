/* slot.c - see slot.h */
#include "postgres/slot.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/rd.h"
#include "base/wr.h"
#include "postgres/wait.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define US_1970_TO_2000 INT64_C(946684800000000)

bool cw_pg_lsn_parse(const char *text, uint64_t *ret, struct cw_err *err)
{
	unsigned high, low;
	char left;

	if (sscanf(text, "%X/%X%c", &high, &low, &left) != 2)
		return cw_fail(err, CW_ERR_DATA, 8103, "'%.40s' is not an LSN", text);
	*ret = (uint64_t)high << 32 | low;
	return true;
}

/* A replication command and the row it answers with. */
static bool command(struct cw_pg *pg, const char *sql, PGresult **ret, struct cw_err *err)
{
	PGresult *result;

	if (!PQsendQuery(pg->conn, sql))
		return cw_pg_fail_link(pg, "replication command", err);
	if (!cw_pg_result(pg, &result, err))
		return false;
	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
		struct cw_err ignored = { 0 };

		(void)cw_pg_fail_answer(result, "replication command", err);
		PQclear(result);
		(void)!cw_pg_drain(pg, &ignored);
		return false;
	}
	if (!cw_pg_drain(pg, err)) {
		PQclear(result);
		return false;
	}
	*ret = result;
	return true;
}

bool cw_pg_identify(struct cw_pg *pg, struct cw_pg_system *ret, struct cw_err *err)
{
	PGresult *result;
	bool ok;

	if (!command(pg, "IDENTIFY_SYSTEM", &result, err))
		return false;
	ret->id = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
	ret->timeline = (uint32_t)strtoul(PQgetvalue(result, 0, 1), NULL, 10);
	ok = cw_pg_lsn_parse(PQgetvalue(result, 0, 2), &ret->flushed, err);
	PQclear(result);
	return ok;
}

bool cw_pg_slot_create(struct cw_pg *pg, const char *slot, struct cw_err *err)
{
	char name[140], sql[240];
	PGresult *result;

	(void)snprintf(sql, sizeof(sql),
		       "CREATE_REPLICATION_SLOT %s LOGICAL pgoutput (SNAPSHOT 'nothing')",
		       cw_pg_quote(slot, name, sizeof(name)));
	if (!command(pg, sql, &result, err))
		return cw_err_add(err, "making slot %s", slot);
	PQclear(result);
	return true;
}

bool cw_pg_slot_start(struct cw_pg *pg, const char *slot, const char *publication, uint64_t from,
		      struct cw_err *err)
{
	char name[140], quoted[140], sql[512];
	PGresult *result;
	bool ok;

	(void)cw_pg_quote(publication, quoted, sizeof(quoted));
	if (strchr(quoted, '\''))
		return cw_fail(err, CW_ERR_CONFIG, 8103, "publication %s has a quote in its name",
			       publication);
	(void)snprintf(sql, sizeof(sql),
		       "START_REPLICATION SLOT %s LOGICAL %X/%X (proto_version '1', "
		       "publication_names '%s', binary 'true')",
		       cw_pg_quote(slot, name, sizeof(name)), (unsigned)(from >> 32),
		       (unsigned)from, quoted);
	if (!PQsendQuery(pg->conn, sql))
		return cw_pg_fail_link(pg, "START_REPLICATION", err);
	if (!cw_pg_result(pg, &result, err))
		return false;
	ok = PQresultStatus(result) == PGRES_COPY_BOTH;
	if (!ok)
		(void)cw_pg_fail_answer(result, "START_REPLICATION", err);
	PQclear(result);
	return ok ? true : cw_err_add(err, "reading slot %s", slot);
}

bool cw_pg_slot_confirm(struct cw_pg *pg, uint64_t confirmed, struct cw_err *err)
{
	uint8_t bytes[34];
	struct cw_wr wr = { .at0 = bytes, .room = sizeof(bytes), .limit_bytes = sizeof(bytes) };

	cw_wr_u8(&wr, 'r');
	cw_wr_u64be(&wr, confirmed); /* written */
	cw_wr_u64be(&wr, confirmed); /* flushed */
	cw_wr_u64be(&wr, confirmed); /* applied */
	cw_wr_u64be(&wr, (uint64_t)(cw_wall_us() - US_1970_TO_2000));
	cw_wr_u8(&wr, 0);
	assert(!cw_wr_failed(&wr) && wr.len == sizeof(bytes));
	if (PQputCopyData(pg->conn, (const char *)bytes, sizeof(bytes)) != 1)
		return cw_pg_fail_link(pg, "confirming", err);
	return cw_pg_flush(pg, err);
}

/* The stream ended: say why. */
static bool fail_end(struct cw_pg *pg, struct cw_err *err)
{
	PGresult *result;

	if (!cw_pg_result(pg, &result, err))
		return false;
	if (result && PQresultStatus(result) == PGRES_FATAL_ERROR)
		(void)cw_pg_fail_result(result, err);
	else
		(void)cw_fail(err, CW_ERR_RETRY, 8102, "PostgreSQL ended the replication stream");
	PQclear(result);
	return false;
}

static enum cw_pg_slot_next take(struct cw_pg *pg, struct cw_bytes copy, uint64_t confirmed,
				 struct cw_pg_slot_message *ret, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(copy);
	uint8_t kind = cw_rd_u8(&rd);
	bool wants_answer;

	if (kind == 'w') {
		(void)cw_rd_u64be(&rd); /* where it starts */
		ret->end = cw_rd_u64be(&rd);
		(void)cw_rd_u64be(&rd); /* the server's time */
		ret->bytes = (struct cw_bytes){ rd.at, cw_rd_left(&rd) };
		if (!cw_rd_failed(&rd))
			return CW_PG_SLOT_MESSAGE;
	} else if (kind == 'k') {
		ret->end = cw_rd_u64be(&rd);
		(void)cw_rd_u64be(&rd);
		wants_answer = cw_rd_u8(&rd) != 0;
		if (!cw_rd_failed(&rd))
			return wants_answer && !cw_pg_slot_confirm(pg, confirmed, err)
				       ? CW_PG_SLOT_FAILED
				       : CW_PG_SLOT_KEEPALIVE;
	}
	(void)cw_fail(err, CW_ERR_DATA, 2022, "replication stream: a message of kind %u", kind);
	return CW_PG_SLOT_FAILED;
}

enum cw_pg_slot_next cw_pg_slot_next(struct cw_pg *pg, int wait_ms, uint64_t confirmed,
				     struct cw_pg_slot_message *ret, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + wait_ms;

	PQfreemem(pg->copied);
	pg->copied = NULL;
	for (;;) {
		int len = PQgetCopyData(pg->conn, &pg->copied, 1);
		int64_t left = until - cw_clock_ms();

		if (len > 0)
			return take(pg,
				    (struct cw_bytes){ (const uint8_t *)pg->copied, (size_t)len },
				    confirmed, ret, err);
		if (len < 0) {
			(void)(len == -1 ? fail_end(pg, err)
					 : cw_pg_fail_link(pg, "replication stream", err));
			return CW_PG_SLOT_FAILED;
		}
		if (left < 0)
			return CW_PG_SLOT_IDLE;
		if (!cw_pg_input(pg, left > 0 ? (int)left : 1, err)) {
			if (err->code == 1201) {
				*err = (struct cw_err){ 0 };
				return CW_PG_SLOT_IDLE;
			}
			return CW_PG_SLOT_FAILED;
		}
	}
}
