/*
 * writer.h - hidden writers: sessions that nobody counted on, and that write
 *
 * `causeway-rehearse writer` writes DIR/writers, one a line ("kind user milliseconds time sql"),
 * always as a whole new file.  A thread looks there several times a second and plays each in a
 * thread of its own: it gets in as its kind does, runs its statement and commits, again and
 * again, and comes back as its kind does when it is ended; the line of one that does not come back
 * is taken out then.
 *
 * Shapes	what V$SESSION shows of a kind, and what keeps it out, is the table in writer.c
 * Owns		rh_writers_stop() ends and joins them all
 * Errors	CW9016 the file cannot be read or written, or there is no such kind
 * Threads	its own; started and stopped by the main thread
 */
#ifndef CW_REHEARSAL_WRITER_H
#define CW_REHEARSAL_WRITER_H

#include "base/err.h"

#include <stdio.h>

struct rh_server;
struct rh_writers;

bool rh_writers_start(struct rh_server *server, struct rh_writers **ret,
		      struct cw_err *err) CW_MUST_CHECK;
void rh_writers_stop(struct rh_writers *writers); /* NULL is fine */

/* What the command does: one more; none any more; one line for each. */
bool rh_writer_order(const char *folder, const char *kind, const char *user, unsigned every_ms,
		     const char *sql, struct cw_err *err) CW_MUST_CHECK;
bool rh_writer_off(const char *folder, struct cw_err *err) CW_MUST_CHECK;
bool rh_writer_list(const char *folder, FILE *to, struct cw_err *err) CW_MUST_CHECK;
/* A line for each kind: its name, and who that is. */
void rh_writer_kinds(FILE *to);

#endif
