/*
 * streams.h - what the runbook asks of the two tasks: drain, compare, turn round
 *
 * Errors	CW4240 the task does not do what is needed	CW4241 it lags too far
 *		CW4242 the sides differ	CW4243 a foreign commit after the final
 *		position	CW4244 the way back is lost	CW4245 the hook failed
 */
#ifndef CW_CUTOVER_STREAMS_H
#define CW_CUTOVER_STREAMS_H

#include "cutover/runbook.h"

cw_step_fn cw_open_everything;
/* There. */
cw_step_fn cw_forward_follows, cw_forward_is_near, cw_forward_proven;
cw_step_fn cw_forward_position, cw_forward_drain, cw_forward_verdict, cw_forward_watch,
	cw_forward_undo_watch;
cw_step_fn cw_reverse_apply, cw_reverse_undo_apply, cw_reverse_canary;
cw_step_fn cw_no_foreign_on_oracle, cw_reverse_is_whole;
/* Back. */
cw_step_fn cw_reverse_applies, cw_reverse_is_near, cw_reverse_proven, cw_no_split_brain;
cw_step_fn cw_reverse_position, cw_reverse_drain, cw_reverse_verdict, cw_reverse_watch,
	cw_reverse_undo_watch;
cw_step_fn cw_forward_apply, cw_forward_undo_apply, cw_forward_canary;
cw_step_fn cw_no_foreign_on_postgres, cw_forward_is_whole;
/* Both. */
cw_step_fn cw_hold, cw_hook_stop, cw_hook_admit, cw_hook_back_stop, cw_hook_back_admit;

/* Compare everything with the given task; notes the verdict as fact "verified". */
bool cw_compare(struct cw_runbook *rb, const char *task, const char *mode, json_t **ret,
		struct cw_err *err) CW_MUST_CHECK;

#endif
