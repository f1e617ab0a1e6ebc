/*
 * verify.h - are both sides equal, at one position
 *
 * The moment is chosen by the thread that applies: everything up to the
 * source's position is in the target and nothing later.  At that moment a
 * snapshot of PostgreSQL is opened; Oracle is read AS OF the SCN that belongs
 * to it.  Both sides are brought to canonical form and compared by digest;
 * tables that differ are read again to name the first key.
 *
 * On the way back PostgreSQL is the source, and cannot be read as of a place
 * in its log.  There its snapshot comes first; transactions are applied as
 * they committed until the first that the snapshot does not show, and Oracle
 * is read as of the SCN of that moment.  Should one that it shows come later,
 * or one that it does not show have been applied before, two commits passed each
 * other while it was taken: another moment is chosen.
 *
 *	full	every row of every table
 *	delta	rows whose keys were changed since the comparison before; tables
 *		without a key are read whole
 *	keys	the same, and tables without a key are left to running digests
 *		(task/tally.h)
 *
 * Keys changed are collected as transactions are applied; they leave only when
 * they were found equal.  Beyond a bound of memory the next delta of that
 * table reads it whole.
 *
 * Errors	CW4621 no moment came in time (retry); CW1202 cancelled; those of the
 *		sessions
 * Threads	touched() and quiet() by the applying thread, run() by any, one at
 *		a time; cancel() by any
 */
#ifndef CW_TASK_VERIFY_H
#define CW_TASK_VERIFY_H

#include "model/change.h"
#include "model/position.h"
#include "pipe/source.h"
#include "schema/catalog.h"

#include <jansson.h>

struct cw_verify;

struct cw_verify_config {
	const struct cw_catalog *catalog;
	const struct cw_ora_login *ora_login;
	const struct cw_pg_login *pg_login;
	bool reverse; /* the source is PostgreSQL: Oracle is read as of now */
};

struct cw_verify *cw_verify_new(const struct cw_verify_config *config);
void cw_verify_free(struct cw_verify *verify);

void cw_verify_touched(struct cw_verify *verify, const struct cw_change *change);
void cw_verify_quiet(struct cw_verify *verify, const struct cw_pos *seen);
/* Way back: is @txn the first that the snapshot does not show?  Then cut() follows. */
bool cw_verify_before(struct cw_verify *verify, const struct cw_txn_info *txn);
void cw_verify_cut(struct cw_verify *verify, const struct cw_txn_info *txn);

/* The task failed: who waits for a moment is told why. */
void cw_verify_fail(struct cw_verify *verify, const struct cw_err *err);

/*
 * The comparison that runs ends at once, with CW1202, wherever it waits; @for_good: those that
 * come later, too.
 */
void cw_verify_cancel(struct cw_verify *verify, bool for_good);

enum cw_verify_what { CW_VERIFY_FULL, CW_VERIFY_DELTA, CW_VERIFY_KEYS };

/*
 * Fills the reply of the verb: scn and lsn (the pair of positions that was
 * compared), ms, rows_compared, rows_different, tables, keyless (how many have no
 * key).
 */
bool cw_verify_run(struct cw_verify *verify, enum cw_verify_what what, json_t *reply,
		   struct cw_err *err) CW_MUST_CHECK;

#endif
