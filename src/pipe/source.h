/*
 * source.h - a place that whole transactions come from, in commit order
 *
 * The redo of Oracle (through LogMiner) is one, the logical slot of PostgreSQL
 * the other.  They live in endpoint/, a layer above: an interface belongs to
 * the layer that calls it, so the pipeline names neither.
 *
 *	next -> TXN -> change ... change -> end -> next -> IDLE -> next ...
 *
 * Owns		the source owns its transaction: what change() pointed at is
 *		good until the next call of change() or next()
 * Threads	one at a time; let_go is another's
 */
#ifndef CW_PIPE_SOURCE_H
#define CW_PIPE_SOURCE_H

#include "model/change.h"
#include "model/position.h"

#include <stdatomic.h>

struct cw_source;

enum cw_next {
	CW_NEXT_TXN,	/* *ret_txn is filled; read its changes to the end */
	CW_NEXT_IDLE,	/* nothing more up to *ret_seen: all commits at or before it were given */
	CW_NEXT_FAILED, /* *err says why; CW_ERR_RETRY: open again from the mark */
};

struct cw_txn_info {
	struct cw_pos commit;	/* of this transaction, with the restart place as of it */
	char id[40];		/* XID, for people */
	int64_t commit_wall_us; /* by the source's clock; 0: unknown */
	uint64_t change_count;	/* 0: not known beforehand */
	bool ours;		/* written by Causeway itself: to be counted, not applied */
};

enum cw_change_next { CW_CHANGE_READY, CW_CHANGE_END, CW_CHANGE_FAILED };

struct cw_source_ops {
	const char *name;
	/* Wait up to @wait_ms for the next transaction or progress. */
	enum cw_next (*next)(struct cw_source *source, int wait_ms, struct cw_txn_info *ret_txn,
			     struct cw_pos *ret_seen, struct cw_err *err);
	enum cw_change_next (*change)(struct cw_source *source, struct cw_change *ret,
				      struct cw_err *err);
	/* All up to @applied is durable in the target: older log is of no more use. */
	bool (*confirm)(struct cw_source *source, const struct cw_pos *applied, struct cw_err *err);
	void (*close)(struct cw_source *source);
};

/* The first member of every implementation's own struct. */
struct cw_source {
	const struct cw_source_ops *ops;
	atomic_bool let_go; /* nobody wants more: a wait without an end of its own fails, CW1202 */
};

#endif
