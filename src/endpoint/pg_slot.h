/*
 * pg_slot.h - a source (pipe/source.h): what is committed in PostgreSQL, by pgoutput
 *
 * Whole transactions in commit order.  Those under replication origin ORIGIN
 * are `ours`: of them change() gives the rows of tables without a key alone,
 * which are counted (task/tally.h) and never applied.  Values are PostgreSQL's
 * binary form in the column order of the catalog's shape.
 *
 * Positions: "pg:SYSID:TIMELINE:LSN:RESTART".  A commit's LSN is one more than
 * the place of its commit record, so that for any L that the server calls its
 * insert or flush position, at <= L is "committed before L" and at > L is
 * "after L".  seen: everything up to there was given.
 *
 * UPDATE: before.count is 0 when the key did not change (find the row by
 * after's key), else before has the old key SET and other columns UNLOGGED;
 * tables without a key have REPLICA IDENTITY FULL and before is whole.
 *
 * What is confirmed is durable in the target.  So a slot of ours never begins behind what the target
 * has; one that does was made anew, or moved on by somebody: CW5204.
 *
 * Errors	CW5201 the slot is gone or another's; CW5204 it begins too late; CW5202 a table is not of the
 *		crossing; CW5203 the table changed its columns; CW5205 changes of a table are not published;
 *		CW2022; CW80xx
 */
#ifndef CW_ENDPOINT_PG_SLOT_H
#define CW_ENDPOINT_PG_SLOT_H

#include "pipe/source.h"
#include "postgres/session.h"
#include "schema/catalog.h"

struct cw_pg_slot_options {
	const char *slot;   /* and publication: "causeway_" + crossing's name */
	const char *origin; /* of our own transactions; NULL: none is ours */
	struct cw_pos from; /* skip transactions at or before; NONE: none */
	uint64_t all_since; /* an LSN: what was committed behind it must still be in the slot; 0: need not */
	bool renew;	    /* nothing that it has is needed yet: one that gives other tables is made anew */
	const struct cw_catalog *catalog;
};

/*
 * Identity of the tables, then publication, then slot; makes what is missing, and what
 * OPTIONS.renew allows.  *ret_made tells whether the slot was made by this call (its past is lost).
 */
bool cw_pg_slot_arm(const struct cw_pg_login *login, const struct cw_pg_slot_options *options,
		    bool *ret_made, struct cw_err *err) CW_MUST_CHECK;
/* Just the tables of @catalog, all changes of each: CW5205, CW5202. */
bool cw_pg_slot_publishes(struct cw_pg *pg, const char *slot, const struct cw_catalog *catalog,
			  struct cw_err *err) CW_MUST_CHECK;
bool cw_pg_slot_exists(const struct cw_pg_login *login, const char *slot, bool *ret,
		       struct cw_err *err) CW_MUST_CHECK;
/* Slot and publication go, identity is what it was before; waits for a reader to let go. */
bool cw_pg_slot_drop(struct cw_pg *pg, const char *slot, struct cw_err *err) CW_MUST_CHECK;

bool cw_pg_slot_open(const struct cw_pg_login *login, const struct cw_pg_slot_options *options,
		     struct cw_source **ret, struct cw_err *err) CW_MUST_CHECK;

#endif
