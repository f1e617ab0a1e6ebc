/* flashback.c - see flashback.h */
#include "rehearsal/flashback.h"
#include "rehearsal/knob.h"
#include "rehearsal/redo_internal.h"

#include "base/clock.h"
#include "base/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_MS	      60000 /* for the log writer */
#define INSTALL_TRIES 400
#define TABLES_MAX    256

static bool lost(struct rh_error *error)
{
	return rh_fail(error, 3113, 0, "end-of-file on communication channel");
}

static bool too_old(struct rh_error *error)
{
	return rh_fail(error, 1555, 0,
		       "snapshot too old: rollback segment number  with name \"\" too small");
}

/* A mark in the WAL, flushed: once the log writer has read it, it has read all before. */
static bool put_mark(struct rh_redo *redo, uint64_t *ret_lsn, struct rh_error *error)
{
	struct cw_err err;

	CW_LOCKED(&redo->mark_lock);
	if (!redo->mark_conn)
		redo->mark_conn = rh_redo_connect(redo, "", &err);
	if (redo->mark_conn && rh_redo_ask(redo->mark_conn, "select rh.mark()", 1, ret_lsn, &err))
		return true;
	PQfinish(redo->mark_conn);
	redo->mark_conn = NULL;
	return lost(error);
}

static bool wait_until_read(struct rh_redo *redo, uint64_t lsn, struct rh_error *error)
{
	struct timespec until;
	bool read;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_MS / 1000;
	CW_LOCKED(&redo->lock);
	while (redo->seen_lsn < lsn && !atomic_load(&redo->failed) &&
	       !atomic_load(&redo->stopping)) {
		if (pthread_cond_timedwait(&redo->changed, &redo->lock, &until) != 0)
			break;
	}
	read = redo->seen_lsn >= lsn;
	return read || lost(error);
}

static bool run(PGconn *conn, const char *sql)
{
	PGresult *done = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(done);

	PQclear(done);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static PGconn *take_backend(struct rh_redo *redo, struct rh_error *error)
{
	PGconn *conn = NULL;
	struct cw_err err;

	{
		CW_LOCKED(&redo->lock);

		if (redo->idle_count > 0)
			conn = redo->idle[--redo->idle_count];
	}
	if (conn && PQstatus(conn) == CONNECTION_OK)
		return conn;
	PQfinish(conn);
	conn = rh_redo_connect(redo, "", &err);
	if (!conn)
		(void)lost(error);
	return conn;
}

void rh_flashback_close(struct rh_redo *redo, struct pg_conn *conn)
{
	if (!conn)
		return;
	if (run(conn, "rollback") && run(conn, "discard all")) {
		CW_LOCKED(&redo->lock);

		if (redo->idle_count < sizeof(redo->idle) / sizeof(redo->idle[0])) {
			redo->idle[redo->idle_count++] = conn;
			return;
		}
	}
	PQfinish(conn);
}

/* The tables' quoted names, for LOCK; an OBJ# that is gone had DDL. */
static bool lock_statement(PGconn *conn, const uint32_t *relid, size_t count, struct cw_wr *sql,
			   struct rh_error *error)
{
	cw_wr_text(sql, "lock table ");
	for (size_t i = 0; i < count; i++) {
		char ask[160];
		PGresult *rows;
		bool found;

		(void)snprintf(
			ask, sizeof(ask),
			"select format('%%I.%%I', n.nspname, c.relname) from pg_class c join "
			"pg_namespace n on n.oid = c.relnamespace where c.oid = %u",
			relid[i]);
		rows = PQexec(conn, ask);
		found = PQresultStatus(rows) == PGRES_TUPLES_OK && PQntuples(rows) == 1;
		if (found)
			cw_wr_printf(sql, "%s%s", i > 0 ? ", " : "", PQgetvalue(rows, 0, 0));
		PQclear(rows);
		if (!found)
			return rh_fail(error, 1466, 0,
				       "unable to read data - table definition has changed");
	}
	cw_wr_text(sql, " in access share mode");
	cw_wr_u8(sql, 0);
	return true;
}

static bool begin(PGconn *conn, const char *lock, struct rh_error *error)
{
	if (!run(conn, "begin isolation level repeatable read read only"))
		return lost(error);
	return !lock || run(conn, lock) || rh_fail(error, 942, 0, "table or view does not exist");
}

static bool has_newer_ddl(struct rh_redo *redo, uint64_t scn, const uint32_t *relid, size_t count)
{
	CW_LOCKED(&redo->lock);
	const struct rh_history *history = &redo->history;

	for (size_t i = 0; i < history->ddl_count; i++) {
		for (size_t k = 0; k < count; k++) {
			if (history->ddl[i].object == relid[k] && history->ddl[i].scn > scn)
				return true;
		}
	}
	return false;
}

static bool past_of(struct rh_redo *redo, uint64_t scn, struct rh_past *ret, struct rh_error *error)
{
	CW_LOCKED(&redo->lock);

	return rh_history_past(&redo->history, scn, ret) ||
	       too_old(error);
}

/* 't': installed; 'f': a transaction has still to leave the process array. */
static char install(PGconn *conn, const struct rh_past *past, struct rh_error *error)
{
	char xmin[16], xmax[16];
	const char *value[3] = { xmin, xmax, (const char *)past->unseen };
	const int len[3] = { 0, 0, (int)(past->unseen_count * sizeof(*past->unseen)) };
	const int format[3] = { 0, 0, 1 };
	PGresult *rows;
	char done = 0;

	(void)snprintf(xmin, sizeof(xmin), "%u", past->xmin);
	(void)snprintf(xmax, sizeof(xmax), "%u", past->xmax);
	rows = PQexecParams(conn, "select rh.flashback_install($1, $2, $3)", 3, NULL, value, len,
			    format, 0);
	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		done = PQgetvalue(rows, 0, 0)[0];
	else if (strstr(PQresultErrorMessage(rows), "ORA-01555"))
		(void)too_old(error);
	else
		(void)rh_fail(error, 3113, 0, "end-of-file on communication channel: %s",
			      PQresultErrorMessage(rows));
	PQclear(rows);
	return done;
}

static bool go_back(struct rh_redo *redo, PGconn *conn, const char *lock, uint64_t scn,
		    struct rh_error *error)
{
	for (int tries = 0; tries < INSTALL_TRIES; tries++) {
		struct rh_past past;
		char done;

		if (!past_of(redo, scn, &past, error))
			return false;
		done = install(conn, &past, error);
		free(past.unseen);
		if (done != 'f')
			return done == 't';
		cw_sleep_ms(1);
		if (!run(conn, "rollback") || !begin(conn, lock, error))
			return false;
	}
	return rh_fail(error, 1555, 0, "snapshot too old: a commit does not come to its end");
}

static bool open_past(struct rh_redo *redo, PGconn *conn, uint64_t scn, const uint32_t *relid,
		      size_t count, struct rh_error *error)
{
	CW_CLEANUP(cw_wr_release) struct cw_wr lock = { 0 };
	uint64_t lsn;

	if (count > TABLES_MAX)
		return rh_fail(error, 1795, 0, "maximum number of tables in AS OF is %d",
			       TABLES_MAX);
	if (count > 0 && !lock_statement(conn, relid, count, &lock, error))
		return false;
	if (!begin(conn, count ? (const char *)lock.at0 : NULL, error))
		return false;
	/* the locks are held: whatever DDL there was is before this mark */
	if (!put_mark(redo, &lsn, error))
		return false;
	if (scn == lsn >> RH_SCN_SHIFT && !put_mark(redo, &lsn, error)) /* to its very end */
		return false;
	if (scn > lsn >> RH_SCN_SHIFT)
		return rh_fail(error, 8181, 0,
			       "specified number is not a valid system change number");
	if (!wait_until_read(redo, lsn, error))
		return false;
	if (has_newer_ddl(redo, scn, relid, count))
		return rh_fail(error, 1466, 0,
			       "unable to read data - table definition has changed");
	return go_back(redo, conn, count ? (const char *)lock.at0 : NULL, scn, error);
}

bool rh_flashback_open(struct rh_redo *redo, uint64_t scn, const uint32_t *relid,
		       size_t relid_count, struct pg_conn **ret, struct rh_error *error)
{
	PGconn *conn;

	if (rh_knob(redo->config.knobs, RH_KNOB_SNAPSHOT, "", NULL))
		return too_old(error);
	conn = take_backend(redo, error);
	if (!conn)
		return false;
	if (open_past(redo, conn, scn, relid, relid_count, error)) {
		*ret = conn;
		return true;
	}
	rh_flashback_close(redo, conn);
	return false;
}
