/*
 * flashback.h - a backend that sees the database as it was at an SCN
 *
 * A commit's SCN is the place of its commit record in the WAL, so "AS OF SCN s"
 * means: see exactly the transactions whose commit record lies at or before the
 * end of granule s.  The log writer knows them all in order.  A pooled backend
 * opens a REPEATABLE READ transaction and rh.flashback_install() replaces its
 * snapshot by that set; a replication slot that nobody reads keeps the old row
 * versions alive for the retention.
 *
 * Owns		the connection stays the pool's: give it back with
 *		rh_flashback_close(), never PQfinish() it
 * Errors	ORA-01555 @scn is older than the retention or than this start of the
 *		server; ORA-08181 @scn is not yet reached; ORA-01466 one of the tables
 *		had DDL after @scn; ORA-03113 the database is gone
 * Threads	any; a connection is used by one thread at a time
 */
#ifndef CW_REHEARSAL_FLASHBACK_H
#define CW_REHEARSAL_FLASHBACK_H

#include "rehearsal/engine.h"
#include "rehearsal/redo.h"

struct pg_conn;

/**
 * rh_flashback_open - give me a backend as of @scn
 *
 * @relid:	the tables the query names (pg_class.oid), for ORA-01466; they stay
 *		locked (ACCESS SHARE) until the close
 * @ret:	receives a PGconn inside an open read-only transaction: set
 *		search_path (set local), run queries, read rows
 *
 * Waits until the log writer has decoded past @scn (some milliseconds).
 */
bool rh_flashback_open(struct rh_redo *redo, uint64_t scn, const uint32_t *relid,
		       size_t relid_count, struct pg_conn **ret, struct rh_error *error);

/* Ends the transaction and puts the backend back; NULL is fine. */
void rh_flashback_close(struct rh_redo *redo, struct pg_conn *conn);

#endif
