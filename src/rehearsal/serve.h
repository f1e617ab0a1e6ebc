/*
 * serve.h - everything a rehearsal Oracle consists of, started and stopped in order
 *
 *	cluster, SQL files -> facts -> redo -> scheduler -> listener; stopped the other way round
 *
 * Errors	CW9010-CW9012 and those of the parts
 * Threads	the main thread; signals TERM, INT, HUP, USR1, USR2 must be blocked
 */
#ifndef CW_REHEARSAL_SERVE_H
#define CW_REHEARSAL_SERVE_H

#include "rehearsal/server.h"

/* The cluster alone, with its database installed: for init. */
bool rh_serve_cluster(struct rh_server *server, struct cw_err *err) CW_MUST_CHECK;

bool rh_serve_start(struct rh_server *server, struct cw_err *err) CW_MUST_CHECK;

/* Until TERM or INT (true) or until the private PostgreSQL is lost (false). */
bool rh_serve_wait(struct rh_server *server, struct cw_err *err) CW_MUST_CHECK;

/* What was started, also after a failed start. */
void rh_serve_stop(struct rh_server *server);

#endif
