/*
 * plsql_answer.h - dynamic SQL: what a text means, told to the backend that runs into it
 *
 * A block runs in the session's backend, which knows no Oracle SQL.  At EXECUTE IMMEDIATE it asks (extension/ask.c), and the
 * session's thread, which waits for that very backend, answers through a second backend of the session, its twin: a query or
 * DML in PostgreSQL's words, to be run by the asker in its transaction; DDL is run by the twin, a transaction of its own as on Oracle,
 * behind a COMMIT of the asker's.
 *
 * An autonomous transaction is a block that the twin runs.  Where it waits for a lock of the asker's it is undone (ORA-00060).
 *
 * Errors	go to the asker, which raises them
 * Threads	the session's own
 */
#ifndef CW_REHEARSAL_PLSQL_ANSWER_H
#define CW_REHEARSAL_PLSQL_ANSWER_H

#include "rehearsal/session.h"

/* Answer what session->pg asks from now on. */
void rh_answer_open(struct rh_session *session);
/* Give the twin back, if there is one. */
void rh_answer_close(struct rh_session *session);

/* plsql_run.c: an anonymous block without binds as a DO, appended to @out. */
struct cw_wr;
bool rh_plsql_text(struct rh_session *session, const char *sql, size_t len, struct cw_wr *out,
		   struct rh_error *error);

#endif
