/*
 * session_list.h - who is logged in, and how they are made to leave
 *
 * The list is in memory for this process and mirrored in table rh.sessions for
 * V$SESSION.  Killing dooms the session, cancels what its backend does and shuts its
 * socket, so that its own thread wakes, tells the client and closes it.
 *
 * Errors	struct rh_error: ORA-00018, 26, 27, 30, 1035, 1045
 * Threads	any
 */
#ifndef CW_REHEARSAL_SESSION_LIST_H
#define CW_REHEARSAL_SESSION_LIST_H

#include "rehearsal/session.h"

enum rh_ending {
	RH_KILL,	      /* ALTER SYSTEM KILL SESSION: ORA-00028 */
	RH_DISCONNECT,	      /* DISCONNECT SESSION IMMEDIATE: the connection breaks, ORA-03113 */
	RH_DISCONNECT_AT_END, /* ... POST_TRANSACTION: as soon as no transaction is open */
};

/* Under the server's lock: it is told ORA-@code and goes; 0: it stays. */
void rh_session_doom(struct rh_session *session, int code);
bool rh_session_end(struct rh_server *server, const struct rh_session *by, uint32_t sid,
		    uint32_t serial, enum rh_ending how, struct rh_error *error);

/* What V$SESSTAT shows, one session a line: SID, round trips, parses, cursors. */
struct cw_wr;
void rh_session_counts(struct rh_server *server, struct cw_wr *out);

/* At the end of the server: everybody, and wait up to @timeout_ms until they are gone. */
void rh_session_end_all(struct rh_server *server, int timeout_ms);

/* The instance of a cluster that a session is of, from 1: its redo is in that one's thread. */
unsigned rh_session_instance(const struct rh_server *server, uint32_t sid);

/* What the redo tells of what it writes. */
void rh_session_sign(const struct rh_session *session, struct rh_sign *ret);

/* Under the lock of the list; rh_session_cancel() takes it. */
void rh_session_cancel_locked(struct rh_session *session);

#endif
