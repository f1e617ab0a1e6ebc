/*
 * pg_apply.h - a target (pipe/target.h): changes of Oracle applied to PostgreSQL
 *
 * Prepared statements go down a pipeline; every UPDATE and DELETE must touch
 * exactly one row.  Rows without a key are found by all their columns, one of
 * equal ones by ctid.  The session is replica and runs under a replication
 * origin named ORIGIN, which marks its transactions for the slot (pg_slot.h).
 * Opening waits until an earlier session of the same origin has ended, so what
 * progress() then says is final.
 *
 * Oracle checks keys at the end of a statement, PostgreSQL row by row: an
 * UPDATE that changes a key is applied as DELETE at once and INSERT as soon as
 * a change of another kind comes, which lets SET id = id + 1 and swaps through.
 *
 * Errors	CW5001 UPDATE or DELETE found no row; CW5002 found several; CW5003
 *		a row with that key is there already (23505); CW5004 the change
 *		lacks columns that are needed; CW5005 more rows of one statement
 *		change their keys than memory is set aside for; CW80xx
 */
#ifndef CW_ENDPOINT_PG_APPLY_H
#define CW_ENDPOINT_PG_APPLY_H

#include "pipe/target.h"
#include "postgres/session.h"

struct cw_pg_apply_options {
	const char *crossing; /* its name: the stream is "forward" of it */
	const char *origin;   /* NULL: transactions are not marked */
};

bool cw_pg_apply_open(const struct cw_pg_login *login, const struct cw_pg_apply_options *options,
		      struct cw_target **ret, struct cw_err *err) CW_MUST_CHECK;

/* The replication origin goes; waits for a session to let go. */
bool cw_pg_apply_forget(struct cw_pg *pg, const char *origin, struct cw_err *err) CW_MUST_CHECK;

#endif
