/*
 * in_doubt.h - distributed transactions that are prepared and left
 *
 * A transaction whose coordinator went away between the two phases keeps its locks, and its redo
 * has no end; a restart does not change that.  DBA_2PC_PENDING shows it, V$TRANSACTION does not.
 * Who waits for one of its rows gets ORA-01591.  A DBA ends it: COMMIT FORCE, ROLLBACK FORCE.
 *
 * Shapes	a prepared transaction of the cluster, whose name says who began it:
 *		"global id|host|OS user|terminal"; the owner is the Oracle user
 * Owns		nothing
 * Errors	ORA-02058 no such transaction, ORA-01031 no right
 * Threads	the session's own; rh_in_doubt_watch() one thread
 * Sources	Oracle Database Administrator's Guide, managing distributed transactions;
 *		Database Reference, DBA_2PC_PENDING; messages ORA-01591 and ORA-02058; that V$TRANSACTION
 *		has no row: reports of DBAs with ORA-01591
 */
#ifndef CW_REHEARSAL_IN_DOUBT_H
#define CW_REHEARSAL_IN_DOUBT_H

#include "rehearsal/session.h"

/* The session's transaction is prepared, and no longer its own. */
bool rh_in_doubt_leave(struct rh_session *session, struct rh_error *error);
/* @id: LOCAL_TRAN_ID. */
bool rh_in_doubt_force(struct rh_session *session, const char *id, bool commit,
		       struct rh_error *error);
/* Cancel the calls that wait for one; asks the database only while there is any. */
void rh_in_doubt_watch(struct rh_server *server);
/* The transaction because of which the call was cancelled, as usn.slot.sqn; false: it was not. */
bool rh_in_doubt_met(struct rh_session *session, char *ret, size_t room);

#endif
