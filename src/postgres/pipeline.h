/*
 * pipeline.h - prepared statements sent without waiting for each answer
 *
 *	open -> begin -> run ... run -> commit -> begin ...
 *
 * What came of each statement is told to done() in the order they were sent,
 * some later: at the latest in sync() or commit().  Parameters and statements
 * are binary.  A window bounds what may be on its way, so that neither side is
 * stuck in writing.
 *
 * Errors	the first one ends it: everything after it on the way was not done,
 *		the transaction is lost; done() is told of the statement that
 *		failed so that it can say more
 * Threads	one at a time, as the session
 */
#ifndef CW_POSTGRES_PIPELINE_H
#define CW_POSTGRES_PIPELINE_H

#include "postgres/session.h"

struct cw_pg_pipe;

struct cw_pg_done {
	uint64_t tag;	   /* as given to run */
	uint64_t affected; /* rows */
	bool failed;	   /* *err is filled by the server's words: add to it */
};

/* False, with *err filled, ends the pipeline as an error of the server does. */
typedef bool cw_pg_done_fn(void *arg, const struct cw_pg_done *done, struct cw_err *err);

/* The session is the pipe's until close; close leaves it in need of closing, too. */
bool cw_pg_pipe_open(struct cw_pg *pg, unsigned window, cw_pg_done_fn *done, void *arg,
		     struct cw_pg_pipe **ret, struct cw_err *err) CW_MUST_CHECK;
void cw_pg_pipe_close(struct cw_pg_pipe *pipe);

#define CW_PG_NO_TAG UINT64_MAX /* done() is not called */

bool cw_pg_pipe_prepare(struct cw_pg_pipe *pipe, const char *name, const char *sql,
			unsigned param_count, const uint32_t *types,
			struct cw_err *err) CW_MUST_CHECK;
/* @at[i] NULL: NULL. */
bool cw_pg_pipe_run(struct cw_pg_pipe *pipe, const char *name, unsigned param_count,
		    const char *const *at, const int *len, uint64_t tag,
		    struct cw_err *err) CW_MUST_CHECK;
/* A command without parameters: begin, commit. */
bool cw_pg_pipe_command(struct cw_pg_pipe *pipe, const char *sql, struct cw_err *err) CW_MUST_CHECK;
/* Wait until everything sent has been answered. */
bool cw_pg_pipe_sync(struct cw_pg_pipe *pipe, struct cw_err *err) CW_MUST_CHECK;
/* The same without closing the implicit transaction's error state: for a look in between. */
bool cw_pg_pipe_wait(struct cw_pg_pipe *pipe, struct cw_err *err) CW_MUST_CHECK;

/* Leave pipeline mode for a query of another kind, and enter it again; nothing is on its way. */
bool cw_pg_pipe_suspend(struct cw_pg_pipe *pipe, struct cw_err *err) CW_MUST_CHECK;
bool cw_pg_pipe_resume(struct cw_pg_pipe *pipe, struct cw_err *err) CW_MUST_CHECK;

#endif
