/*
 * tally.h - running digests of the tables that have no key: what one side's log brought
 *
 * Rows of such a table cannot be looked up, so what changed since the last
 * comparison cannot be compared again without reading all of it.  But each side's
 * own log tells every row that was added to it and taken from it, whoever wrote
 * it; their digests, added and subtracted as commits pass, tell how far the table's
 * digest has moved.  When both were equal at one pair of positions, they are
 * equal at another if and only if both moved by the same (cutover/compare.h).
 *
 * A history of the last commits is kept, so that the sums can be asked for at a
 * position that has been passed.  Sums begin anew, under a new epoch, whenever the
 * log is opened anew or brings what cannot be added up (TRUNCATE, a row that is
 * not whole): sums of different epochs say nothing about each other.
 *
 * Owns		the sums and their history: 64 KiB and 24 bytes a table and commit kept
 * Errors	CW4623 the position is not known any more, or not yet (retry)
 * Threads	change(), commit() and restart() by the applying thread, the rest by any
 */
#ifndef CW_TASK_TALLY_H
#define CW_TASK_TALLY_H

#include "model/change.h"
#include "schema/catalog.h"

#include <jansson.h>

#define CW_TALLY_COMMITS 4096 /* that changed such a table, in the history */

struct cw_tally;

/* @is_pg: values are PostgreSQL's, else Oracle's. */
struct cw_tally *cw_tally_new(const struct cw_catalog *catalog, bool is_pg);
void cw_tally_free(struct cw_tally *tally);

/* The log is opened at @from: all commits behind it will come, none before it. */
void cw_tally_restart(struct cw_tally *tally, uint64_t from);
/* A change of the transaction being read; those of tables with a key are passed over. */
void cw_tally_change(struct cw_tally *tally, const struct cw_change *change);
/* That transaction was committed at @at. */
void cw_tally_commit(struct cw_tally *tally, uint64_t at);

/*
 * With all commits at or before @at and none behind it; the log has been read
 * up to there.  Fills "epoch" and "tables": table, rows, low and high of each.
 */
bool cw_tally_at(struct cw_tally *tally, uint64_t at, json_t *reply,
		 struct cw_err *err) CW_MUST_CHECK;

#endif
