/*
 * follow.h - transactions from a source to a target, for as long as it takes
 *
 *	source thread  --batches-->  byte-bounded queue  -->  this thread, target
 *
 * Small transactions that wait together share one transaction of the target;
 * its progress is committed with it.  Start, restart after kill -9, a lost
 * link and a change of mode all take the same way: ask the target how far it
 * is, open the source there, go on.
 *
 *	APPLY	transactions are applied; those of Causeway itself are counted
 *	WATCH	nothing is applied; transactions that are not Causeway's are
 *		counted, and the progress stays before the first of them, so
 *		that APPLY can still get every one
 *
 * The engine is the same in both directions; what differs is behind ops.
 *
 * Owns		source, target, thread and queue, each opened and closed inside
 *		cw_follow_run()
 * Errors	CW4601 not reached in time (retry)	CW4602 the task failed or
 *		stopped while somebody waited (retry)
 * Threads	cw_follow_run() by one; all others by any
 */
#ifndef CW_TASK_FOLLOW_H
#define CW_TASK_FOLLOW_H

#include "pipe/source.h"
#include "pipe/target.h"
#include "schema/catalog.h"

enum cw_follow_mode { CW_FOLLOW_APPLY, CW_FOLLOW_WATCH };

struct cw_follow_ops {
	const char *name; /* "forward", "reverse" */
	bool (*open_source)(void *owner, const struct cw_pos *from, struct cw_source **ret,
			    struct cw_err *err);
	bool (*open_target)(void *owner, struct cw_target **ret, struct cw_err *err);
	/* A change was given to the target, in the transaction to be committed next. */
	void (*touched)(void *owner, const struct cw_change *change);
	/*
	 * This transaction comes next.  True: make all before it durable first and
	 * call cut().  Both may be NULL.
	 */
	bool (*before)(void *owner, const struct cw_txn_info *txn);
	void (*cut)(void *owner, const struct cw_txn_info *txn);
	/*
	 * The source was opened behind @from; a change that it brought, applied or
	 * not; its transaction's commit.  All three may be NULL.
	 */
	void (*opened)(void *owner, const struct cw_pos *from);
	void (*passed)(void *owner, const struct cw_change *change);
	void (*ended)(void *owner, const struct cw_pos *commit);
	/* All up to @seen is applied and durable, nothing later is: look now. */
	void (*quiet)(void *owner, const struct cw_pos *seen);
	/* In the source's thread, now and then: take its counters. */
	void (*count)(void *owner, struct cw_source *source);
};

struct cw_follow_table {
	uint64_t inserts, updates, deletes;
};

struct cw_follow_status {
	enum cw_follow_mode mode;
	bool running, caught_up; /* once, since it was started */
	uint64_t transactions, changes, ours, foreign;
	uint64_t foreign_pending; /* watched, and to be applied when APPLY comes */
	struct cw_pos applied;	  /* last commit that is durable */
	struct cw_pos seen;	  /* the source has nothing more up to here */
	uint64_t done_at;	  /* every commit at or before it is dealt with */
	int64_t lag_ms;		  /* age of the newest commit dealt with, 0 at best; -1: none yet */
	struct cw_err error;	  /* last failure; kind NONE: none since it ran well */
};

struct cw_follow;

struct cw_follow *cw_follow_new(const struct cw_follow_ops *ops, void *owner,
				const struct cw_catalog *catalog, enum cw_follow_mode mode);
void cw_follow_free(struct cw_follow *follow);

/*
 * Until cw_follow_stop() (true) or a failure that trying again cannot cure
 * (false).
 */
bool cw_follow_run(struct cw_follow *follow, struct cw_err *err) CW_MUST_CHECK;
void cw_follow_stop(struct cw_follow *follow);

/* Is it to apply, or does it already?  *ret_floor: of cw_follow_set_mode(). */
bool cw_follow_applies(struct cw_follow *follow, uint64_t *ret_floor);

/* @floor: what commits at or before it is not to be applied; 0: no such bound. */
bool cw_follow_set_mode(struct cw_follow *follow, enum cw_follow_mode mode, uint64_t floor,
			struct cw_err *err) CW_MUST_CHECK;

/*
 * Wait until all commits at or before @at are dealt with and durable; @marked:
 * and until the target has a row of progress that says so.
 */
bool cw_follow_reach(struct cw_follow *follow, uint64_t at, bool marked, int timeout_ms,
		     struct cw_err *err) CW_MUST_CHECK;

void cw_follow_status(struct cw_follow *follow, struct cw_follow_status *ret);
/* @table: index into the catalog's tables. */
struct cw_follow_table cw_follow_table(struct cw_follow *follow, uint32_t table);

#endif
