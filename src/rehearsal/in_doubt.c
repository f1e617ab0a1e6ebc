/* in_doubt.c - see in_doubt.h */
#include "rehearsal/in_doubt.h"

#include "rehearsal/exec_parts.h"
#include "rehearsal/redo_message.h"
#include "rehearsal/session_list.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whoever waits for a lock of a transaction that has no backend; a line without a pid for each such. */
static const char waiting_sql[] =
	"with held as (select l.transactionid, l.virtualtransaction from pg_catalog.pg_locks l "
	"where l.locktype operator(pg_catalog.=) 'transactionid' and l.granted and l.pid is null) "
	"select w.pid, x.transaction from pg_catalog.pg_locks w "
	"join held h on h.transactionid operator(pg_catalog.=) w.transactionid "
	"join held t on t.virtualtransaction operator(pg_catalog.=) h.virtualtransaction "
	"join pg_catalog.pg_prepared_xacts x on x.transaction operator(pg_catalog.=) t.transactionid "
	"where w.locktype operator(pg_catalog.=) 'transactionid' and not w.granted "
	"union all select null, x.transaction from pg_catalog.pg_prepared_xacts x";

static const char find_sql[] =
	"select gid, owner::pg_catalog.text, transaction from pg_catalog.pg_prepared_xacts "
	"where rh.local_tran_id(transaction) operator(pg_catalog.=) $1";

/* Letters that stand for themselves in a name, and no '|'. */
static void put_word(char *to, size_t room, const char *from)
{
	size_t len = 0;

	for (; *from && len + 1 < room; from++)
		to[len++] = (*from > ' ' && *from < 0x7f && !strchr("|'\\", *from)) ? *from : '_';
	to[len] = '\0';
}

bool rh_in_doubt_leave(struct rh_session *session, struct rh_error *error)
{
	char machine[41], os_user[25], terminal[17], sql[256];

	put_word(machine, sizeof(machine), session->machine);
	put_word(os_user, sizeof(os_user), session->os_user);
	put_word(terminal, sizeof(terminal), session->terminal);
	(void)snprintf(sql, sizeof(sql),
		       "PREPARE TRANSACTION '306206.%016" PRIx64 "%08" PRIx32 "|%s|%s|%s'",
		       (uint64_t)cw_wall_us(), session->sid, machine, os_user, terminal);
	if (!rh_exec_end(session, sql, error))
		return false;
	atomic_store(&session->server->any_in_doubt, true);
	return true;
}

static bool may_force(struct rh_session *session, const char *owner)
{
	return rh_session_may(session, "FORCE ANY TRANSACTION") ||
	       (strcmp(owner, session->user) == 0 && rh_session_may(session, "FORCE TRANSACTION"));
}

static PGresult *ask(struct rh_session *session, const char *sql, int count,
		     const char *const *params, struct rh_error *error)
{
	struct cw_err err;
	PGresult *result = rh_server_admin(session->server, sql, count, params, &err);

	if (!result)
		(void)rh_fail(error, 604, 0, "error occurred at recursive SQL level 1: %s",
			      err.text);
	return result;
}

static bool force(struct rh_session *session, const char *id, const PGresult *found, bool commit,
		  struct rh_error *error)
{
	const char *gid = PQgetvalue(found, 0, 0);
	const char *noted[] = { id, gid, PQgetvalue(found, 0, 1),
				commit ? "forced commit" : "forced rollback" };
	const char *xid[] = { PQgetvalue(found, 0, 2) };
	char sql[256];
	PGresult *done;

	(void)snprintf(sql, sizeof(sql), "%s PREPARED '%.200s'", commit ? "COMMIT" : "ROLLBACK",
		       gid);
	done = ask(session, sql, 0, NULL, error);
	PQclear(done);
	if (!done)
		return false;
	if (!commit) {
		done = ask(session, "select rh.write_abort($1)", 1, xid, error);
		PQclear(done);
		if (!done)
			return false;
	}
	done = ask(
		session,
		"insert into rh.forced_transactions (local_tran_id, gid, owner, state) values ($1, "
		"$2, $3, $4)",
		4, noted, error);
	PQclear(done);
	return done != NULL;
}

bool rh_in_doubt_force(struct rh_session *session, const char *id, bool commit,
		       struct rh_error *error)
{
	PGresult *found = ask(session, find_sql, 1, &id, error);
	bool done = false;

	if (!found)
		return false;
	if (PQntuples(found) != 1)
		(void)rh_fail(error, 2058, 0, "no prepared transaction found with ID %s", id);
	else if (!may_force(session, PQgetvalue(found, 0, 1)))
		(void)rh_fail(error, 1031, 0, "insufficient privileges");
	else
		done = force(session, id, found, commit, error);
	PQclear(found);
	return done;
}

static void cancel(struct rh_server *server, int pid, uint32_t xid)
{
	CW_LOCKED(&server->lock);

	for (struct rh_session *at = server->sessions; at; at = at->next) {
		if (at->backend_pid != pid)
			continue;
		atomic_store(&at->in_doubt, xid);
		rh_session_cancel_locked(at);
	}
}

void rh_in_doubt_watch(struct rh_server *server)
{
	struct cw_err err;
	PGresult *waiting;

	if (!atomic_load(&server->any_in_doubt))
		return;
	waiting = rh_server_admin(server, waiting_sql, 0, NULL, &err);
	if (!waiting) {
		cw_log_err("transactions in doubt cannot be looked at", &err);
		return;
	}
	if (PQntuples(waiting) == 0)
		atomic_store(&server->any_in_doubt, false);
	for (int i = 0; i < PQntuples(waiting); i++)
		if (!PQgetisnull(waiting, i, 0))
			cancel(server, (int)strtol(PQgetvalue(waiting, i, 0), NULL, 10),
			       (uint32_t)strtoul(PQgetvalue(waiting, i, 1), NULL, 10));
	PQclear(waiting);
}

bool rh_in_doubt_met(struct rh_session *session, char *ret, size_t room)
{
	uint32_t xid = atomic_exchange(&session->in_doubt, 0);

	if (xid == 0)
		return false;
	(void)snprintf(ret, room, "%" PRIu32 ".%" PRIu32 ".%" PRIu32, RH_XID_USN(xid),
		       RH_XID_SLOT(xid), RH_XID_SQN(xid));
	return true;
}
