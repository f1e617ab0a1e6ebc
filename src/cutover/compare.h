/*
 * compare.h - are both sides equal: what the tasks compare, and what their logs add up to
 *
 * Rows with a key are compared by the task that applies (task/verify.h): all of
 * them, or those whose key changed since the comparison before.  Tables without a
 * key have no rows to look up; for them both tasks keep running digests of
 * their side's log (task/tally.h).  A comparison that read such tables whole and
 * found them equal is the base, a pair of positions with the difference of the two
 * digests there; later they are equal as long as the difference is the same.  So
 * nothing that is done inside the blackout grows with the rows of a table.  Where
 * digests cannot be told (a task was started again, the base is too old), and where
 * they differ, the tables are read whole, and rows are named.
 *
 * Facts	"verified": the verdict	"tally": the base
 * Errors	CW4242 the sides differ
 * Threads	those of the runbook
 */
#ifndef CW_CUTOVER_COMPARE_H
#define CW_CUTOVER_COMPARE_H

#include "cutover/runbook.h"

/* @mode "full" or "delta", by @task "forward" or "reverse".  @ret may be NULL. */
bool cw_compare(struct cw_runbook *rb, const char *task, const char *mode, json_t **ret,
		struct cw_err *err) CW_MUST_CHECK;

/* Steps: compared whole once, and what changed since again. */
cw_step_fn cw_forward_proven, cw_reverse_proven;
/* Steps inside the blackout: what changed since. */
cw_step_fn cw_forward_verdict, cw_reverse_verdict;

#endif
