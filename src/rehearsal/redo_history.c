/*
 * redo_history.c - which transaction committed at which SCN
 *
 * The log writer sees every commit in the order of the WAL.  A snapshot as of an SCN
 * sees those at or before it; all other xids between xmin and xmax are unseen.  Samples
 * taken each second bound how far back one has to look.
 */
#include "rehearsal/redo_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_XIDS_MAX (1u << 20) /* transactions that had ended while an older one ran */

static void *grow(void *old, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 1024;
	void *bigger = realloc(old, more * size);

	if (!bigger)
		abort();
	*room = more;
	return bigger;
}

void rh_history_commit(struct rh_history *history, uint32_t xid, uint32_t last_xid, uint64_t scn)
{
	if (history->count == history->room && history->first > history->room / 2) {
		history->count -= history->first;
		memmove(history->commit, history->commit + history->first,
			history->count * sizeof(*history->commit));
		history->first = 0;
	}
	if (history->count == history->room)
		history->commit = grow(history->commit, &history->room, sizeof(*history->commit));
	history->commit[history->count++] =
		(struct rh_commit){ .xid = xid, .last_xid = last_xid, .scn = scn };
}

void rh_history_ddl(struct rh_history *history, uint32_t object, uint64_t scn)
{
	for (size_t i = 0; i < history->ddl_count; i++) {
		if (history->ddl[i].object == object) {
			history->ddl[i].scn = scn;
			return;
		}
	}
	if (history->ddl_count == history->ddl_room)
		history->ddl = grow(history->ddl, &history->ddl_room, sizeof(*history->ddl));
	history->ddl[history->ddl_count++] = (struct rh_ddl){ .object = object, .scn = scn };
}

void rh_history_sample(struct rh_history *history, const struct rh_sample *sample,
		       int64_t retention_ms)
{
	size_t old = 0;

	if (history->sample_count == history->sample_room)
		history->sample =
			grow(history->sample, &history->sample_room, sizeof(*history->sample));
	history->sample[history->sample_count++] = *sample;
	/* the newest that is older than the retention stays */
	while (old + 1 < history->sample_count &&
	       history->sample[old + 1].at_ms <= sample->at_ms - retention_ms)
		old++;
	history->sample_count -= old;
	memmove(history->sample, history->sample + old,
		history->sample_count * sizeof(*history->sample));
	while (history->first < history->count &&
	       history->commit[history->first].scn <= history->sample[0].scn &&
	       rh_xid_before(history->commit[history->first].xid, history->sample[0].xmin))
		history->first++;
}

void rh_history_release(struct rh_history *history)
{
	free(history->commit);
	free(history->sample);
	free(history->ddl);
	*history = (struct rh_history){ 0 };
}

static bool add_ended(struct rh_history *history, PGconn *conn, uint32_t xid, struct cw_err *err)
{
	char sql[96];
	PGresult *rows;
	bool done;

	(void)snprintf(sql, sizeof(sql), "select rh.xact_ended(%u)", xid);
	rows = PQexec(conn, sql);
	done = PQresultStatus(rows) == PGRES_TUPLES_OK;
	if (done && strcmp(PQgetvalue(rows, 0, 0), "committed") == 0)
		rh_history_commit(history, xid, xid, 0);
	PQclear(rows);
	return done || cw_fail(err, CW_ERR_RETRY, 9302, "%s", PQerrorMessage(conn));
}

/* Transactions that ended while an older one still runs are part of every past from here. */
bool rh_history_begin(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	uint64_t now[4];

	if (!rh_redo_ask(conn, "select rh.undo_horizon(0)::int, 0", 2, now, err))
		return false;
	if (!rh_redo_ask(conn,
			 "select pg_snapshot_xmin(s)::text::numeric % 4294967296,"
			 " pg_snapshot_xmax(s)::text::numeric % 4294967296"
			 " from pg_current_snapshot() s",
			 2, now, err))
		return false;
	if ((uint32_t)(now[1] - now[0]) > START_XIDS_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 9302, "a transaction is open for %u others",
			       (uint32_t)(now[1] - now[0]));
	for (uint32_t xid = (uint32_t)now[0]; xid != (uint32_t)now[1]; xid++) {
		if (!add_ended(&redo->history, conn, xid, err))
			return false;
	}
	return true;
}

static const struct rh_sample *sample_for(const struct rh_history *history, uint64_t scn)
{
	const struct rh_sample *found = NULL;

	for (size_t i = 0; i < history->sample_count; i++) {
		if (history->sample[i].scn <= scn)
			found = &history->sample[i];
	}
	return found;
}

bool rh_history_past(const struct rh_history *history, uint64_t scn, struct rh_past *ret)
{
	const struct rh_sample *sample = sample_for(history, scn);
	uint8_t *seen;
	size_t last = history->first, span;

	if (history->from_scn == 0 || scn < history->from_scn || !sample)
		return false;
	ret->xmin = sample->xmin;
	ret->xmax = sample->xmax;
	for (; last < history->count && history->commit[last].scn <= scn; last++) {
		if (!rh_xid_before(history->commit[last].last_xid, ret->xmax))
			ret->xmax = history->commit[last].last_xid + 1;
	}
	span = ret->xmax - ret->xmin;
	seen = calloc(span + 1, 1);
	ret->unseen = malloc((span + 1) * sizeof(*ret->unseen));
	if (!seen || !ret->unseen)
		abort();
	for (size_t i = history->first; i < last; i++) {
		if (!rh_xid_before(history->commit[i].xid, ret->xmin))
			seen[history->commit[i].xid - ret->xmin] = 1;
	}
	ret->unseen_count = 0;
	for (size_t i = 0; i < span; i++) {
		uint32_t xid = ret->xmin + (uint32_t)i;

		if (!seen[i] && xid >= 3) /* 0, 1 and 2 are no transactions */
			ret->unseen[ret->unseen_count++] = xid;
	}
	free(seen);
	return true;
}
