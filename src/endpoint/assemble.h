/*
 * assemble.h - rows of the redo, mixed as they were written, to whole transactions
 *
 * LogMiner shows every change the moment it was made, whether its transaction
 * commits in the end or not.  Here they wait, each with its transaction, until
 * the commit comes; what was rolled back is taken out again; and committed
 * transactions leave in the order (commit SCN, thread, redo address).
 *
 * A rollback of a part (to a savepoint, of a failed statement) shows as
 * compensation rows: the inverse operation with nothing but a ROWID, latest
 * change first.  Each takes out the latest change of the same table and ROWID
 * whose operation it undoes.  As undo is a stack this is almost always the
 * last one kept; if not, its place is noted and skipped.
 *
 *	put(event) ... seal(scn) -> take -> change ... change -> take -> ...
 *
 * Committed transactions are handed out only up to the SCN that was sealed,
 * so that a window of the log that turns out to have been overwritten while
 * it was read leaves nothing behind.
 *
 * START is not needed: a transaction begins with the first row seen of it,
 * wherever its START is.  One whose XID LogMiner could not complete (sequence
 * FFFFFFFF) is matched by undo segment and slot.  Nor is an end: one that changed nothing
 * is over when another has its undo segment and slot, and what it held back is free.
 *
 * Owns		the transactions and their spills; a change handed out is good
 *		until the next call
 * Errors	CW7401 a compensation row that fits no change, or a transaction
 *		whose beginning was not seen, and it commits (data)
 *		CW7402 commits out of order (data)	CW30xx of the spill
 * Threads	one at a time
 */
#ifndef CW_ENDPOINT_ASSEMBLE_H
#define CW_ENDPOINT_ASSEMBLE_H

#include "model/change.h"
#include "model/position.h"
#include "pipe/source.h"
#include "store/spill.h"

enum cw_event_kind { CW_EVENT_START, CW_EVENT_CHANGE, CW_EVENT_COMMIT, CW_EVENT_ROLLBACK };

struct cw_event {
	enum cw_event_kind kind;
	uint64_t xid;	     /* undo segment, slot, sequence: the highest 16, 16, 32 bits */
	struct cw_pos place; /* SCN, thread and redo address of this row */
	int64_t wall_us;
	/* of CHANGE: */
	enum cw_change_kind op;
	bool compensation;
	bool ours;	   /* a row of Causeway's own progress table: counts as a mark */
	uint32_t table;	   /* index into the shapes given at the start */
	const char *rowid; /* of the row, "" if none */
	const struct cw_change *change; /* NULL for compensation and ours */
};

struct cw_assemble_config {
	const char *spill_dir;
	size_t memory_max;
	uint64_t disk_max;
	const struct cw_shape *const *shape; /* one a table, in the order of cw_event.table */
	uint32_t shape_count;
	struct cw_pos applied; /* commits at or before it were applied already */
};

struct cw_assemble_counts {
	uint64_t open;	      /* transactions that have not ended */
	uint64_t rolled_back; /* transactions, whole */
	uint64_t undone;      /* changes taken out by partial rollbacks */
	uint64_t skipped;     /* commits that were applied already */
	uint64_t spilled_bytes;
};

struct cw_assemble;

bool cw_assemble_open(const struct cw_assemble_config *config, struct cw_assemble **ret,
		      struct cw_err *err) CW_MUST_CHECK;
void cw_assemble_close(struct cw_assemble *assemble);

bool cw_assemble_put(struct cw_assemble *assemble, const struct cw_event *event,
		     struct cw_err *err) CW_MUST_CHECK;

/* All rows with an SCN up to @scn have been put: their commits may leave. */
void cw_assemble_seal(struct cw_assemble *assemble, uint64_t scn);

/*
 * The next committed transaction, the former one being done with; its changes
 * follow by cw_assemble_change().  False: none (err->kind NONE) or failed.
 */
bool cw_assemble_take(struct cw_assemble *assemble, struct cw_txn_info *ret, struct cw_err *err);

enum cw_change_next cw_assemble_change(struct cw_assemble *assemble, struct cw_change *ret,
				       struct cw_err *err);

/* Where reading must begin again when everything sealed was applied. */
uint64_t cw_assemble_restart(const struct cw_assemble *assemble);
void cw_assemble_count(const struct cw_assemble *assemble, struct cw_assemble_counts *ret);

#endif
