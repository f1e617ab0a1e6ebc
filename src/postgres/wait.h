/*
 * wait.h - how the files of postgres/ wait for libpq; nobody else includes it
 *
 * libpq is only asked for what is there; when it is not, the wait is ours, on
 * the socket and the cancel eventfd, with the session's deadline.
 *
 * Errors	CW8001 told by the server; CW8101 no connection; CW8102 it was lost;
 *		CW8103 the server sent what was not asked for; CW1201, CW1202
 */
#ifndef CW_POSTGRES_WAIT_H
#define CW_POSTGRES_WAIT_H

#include "postgres/session.h"

#include <libpq-fe.h>
#include <poll.h>

struct cw_pg {
	PGconn *conn;
	int cancel_fd, call_timeout_ms, backend_pid;
	char *copied; /* what PQgetCopyData gave last */
};

/* Send what libpq has buffered, reading what arrives meanwhile. */
bool cw_pg_flush(struct cw_pg *pg, struct cw_err *err) CW_MUST_CHECK;
/* The same without waiting: *ret_all tells whether everything went out. */
bool cw_pg_try_flush(struct cw_pg *pg, bool *ret_all, struct cw_err *err) CW_MUST_CHECK;
/* Wait until libpq has read something; @timeout_ms -1: for ever. */
bool cw_pg_input(struct cw_pg *pg, int timeout_ms, struct cw_err *err) CW_MUST_CHECK;
/* The next result (NULL: the query is over); owned by the caller. */
bool cw_pg_result(struct cw_pg *pg, PGresult **ret, struct cw_err *err) CW_MUST_CHECK;
/* Read and drop all results that are left. */
bool cw_pg_drain(struct cw_pg *pg, struct cw_err *err) CW_MUST_CHECK;

/* CW8001 out of an error result, with sqlstate, message and detail; always false. */
bool cw_pg_fail_result(const PGresult *result, struct cw_err *err);
/* CW8102 with what libpq says; always false. */
bool cw_pg_fail_link(struct cw_pg *pg, const char *doing, struct cw_err *err);
bool cw_pg_fail_answer(const PGresult *result, const char *doing, struct cw_err *err);

#endif
