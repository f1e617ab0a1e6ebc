/*
 * session.h - one logged-in Oracle session and the backend that works for it
 *
 * Filled by session_list.c at login; the SQL half keeps the transaction state
 * and its own private part, the flashback its second backend.
 *
 * Owns		@pg, @exec, @plsql, @flashback belong to the session and end with it
 * Threads	the session's own thread, but: fields marked (list) are under
 *		server->lock, atomics are anybody's
 */
#ifndef CW_REHEARSAL_SESSION_H
#define CW_REHEARSAL_SESSION_H

#include "rehearsal/engine.h"
#include "rehearsal/server.h"

struct rh_exec;	     /* private part of exec_*.c */
struct rh_flashback; /* private part of flashback_*.c */
struct rh_lobs;	     /* private part of lob*.c: temporary LOBs, snapshots that locators show */
struct rh_mining;    /* private part of redo_*.c: logs added, options of START_LOGMNR */

struct rh_session {
	struct rh_server *server;
	struct rh_session *next, *prev; /* (list) */

	uint32_t sid, serial;
	uint32_t user_id;
	char user[RH_NAME_BYTES];   /* as Oracle stores it; the backend's role */
	char schema[RH_NAME_BYTES]; /* CURRENT_SCHEMA */
	bool dba;		    /* SYS, SYSTEM, or has role DBA: the role is a superuser */
	bool background;	    /* a job of the scheduler: no socket */

	/*
	 * Backend logged in as role @user; search_path is ora, "schema", "SYS", pg_catalog;
	 * TimeZone UTC; GUCs rh.sid, rh.serial, rh.user, rh.user_id are set for the views.
	 */
	PGconn *pg;
	PGcancel *cancel;
	int backend_pid;

	/* Kept by exec_*.c: a PostgreSQL transaction is open / has (or may have) changed something. */
	bool transaction_open;
	bool changed;
	uint64_t transactions_ended;

	atomic_int doomed;	       /* 0, or nnnnn of the ORA- to tell next */
	atomic_bool disconnect_at_end; /* DISCONNECT SESSION ... POST_TRANSACTION: doom at COMMIT */
	_Atomic uint32_t in_doubt;     /* why its call was cancelled: in_doubt.h; 0: not so */
	atomic_bool busy;	       /* a call is running: V$SESSION.STATUS is ACTIVE */
	int fd;			       /* (list) shut down by kill; -1: none */

	char service[128], program[128], machine[128], os_user[128], terminal[64], process[32];
	char driver[64];
	char proxy[RH_NAME_BYTES]; /* who logged in, if not as itself; else "" */
	const char *cipher, *checksum; /* of native network encryption; NULL: none */
	int64_t logon_wall_us, logon_ms;
	unsigned idle_minutes, connect_minutes; /* its profile's limits; 0: none */
	_Atomic int64_t resting_since_ms;	/* between two calls; 0: a call runs */
	_Atomic uint64_t round_trips, parses,
		cursors; /* V$SESSTAT: calls, texts parsed, statements there are */

	/*
	 * Each part that hangs something on the session sets its *_end, which
	 * rh_session_close() calls first, @pg still open.
	 */
	struct rh_exec *exec;
	void (*exec_end)(struct rh_session *session);
	struct rh_flashback *flashback;
	void (*flashback_end)(struct rh_session *session);
	struct rh_lobs *lobs; /* made when the first locator is */
	void (*lobs_end)(struct rh_session *session);
	struct rh_session *twin; /* answers dynamic SQL (plsql_answer.h); NULL: nothing asked */
	struct rh_mining *mining;
	void (*mining_end)(struct rh_session *session);
};

/*
 * After each COMMIT or ROLLBACK the SQL half calls this: a session that was told to end
 * with its transaction is doomed now.
 */
void rh_session_transaction_ended(struct rh_session *session);

/*
 * Background sessions of a user (its stored name), as rh_session_open(), but neither service nor
 * restriction keeps them out: a slave of the instance, and one of the scheduler for @job.
 */
bool rh_session_open_slave(struct rh_server *server, const struct rh_client_info *client,
			   struct rh_session **ret, struct rh_error *error);
bool rh_session_open_job(struct rh_server *server, const char *user, const char *job,
			 struct rh_session **ret, struct rh_error *error);

/* A second backend with the identity of @of, in no list and in no view; the caller closes it. */
bool rh_session_open_twin(const struct rh_session *of, struct rh_session **ret,
			  struct rh_error *error);
void rh_session_close_twin(struct rh_session *twin);

/* Does the session's user hold this system privilege (directly, by role, by DBA)? */
bool rh_session_may(struct rh_session *session, const char *privilege);

#endif
