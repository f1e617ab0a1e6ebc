/*
 * streams.h - what the runbook asks of the two tasks: drain, turn round
 *
 * Errors	CW4240 the task does not do what is needed	CW4241 it lags too far
 *		CW4243 a foreign commit after the final position
 *		CW4244 the way back is lost	those of hook.h
 */
#ifndef CW_CUTOVER_STREAMS_H
#define CW_CUTOVER_STREAMS_H

#include "cutover/runbook.h"

/* Of a task's status: foreign transactions since @noted, {"count", "process"}; NULL: all it knows of. */
int64_t cw_foreign_since(const json_t *status, const json_t *noted);

cw_step_fn cw_open_everything;
/* rb->catalog is there: who was started again in the middle of a run reads it again. */
bool cw_need_catalog(struct cw_runbook *rb, struct cw_err *err) CW_MUST_CHECK;
/* There. */
cw_step_fn cw_forward_follows, cw_forward_is_near;
cw_step_fn cw_forward_position, cw_forward_drain, cw_forward_watch, cw_forward_undo_watch;
cw_step_fn cw_reverse_apply, cw_reverse_undo_apply, cw_reverse_canary;
cw_step_fn cw_no_foreign_on_oracle, cw_reverse_is_whole;
/* Back. */
cw_step_fn cw_reverse_applies, cw_reverse_is_near, cw_no_split_brain;
cw_step_fn cw_reverse_position, cw_reverse_drain, cw_reverse_watch, cw_reverse_undo_watch;
cw_step_fn cw_forward_apply, cw_forward_undo_apply, cw_forward_canary;
cw_step_fn cw_no_foreign_on_postgres, cw_forward_is_whole;
/* Both. */
cw_step_fn cw_hold, cw_hook_stop, cw_hook_admit, cw_hook_back_stop, cw_hook_back_admit;

#endif
