/*
 * fence.h - Oracle's doors, jobs, sessions, triggers and sequences, as steps of the runbook
 *
 * Each thing is noted as it is before it is changed: the list of jobs that are
 * enabled, job_queue_processes, the restricted session, the triggers that are
 * enabled.  Opening again makes exactly that, and looks.
 *
 * Errors	CW4236 a distributed transaction is in doubt
 *		CW4220 still sessions	CW4226 the door is not as it should be
 *		CW4222 still transactions	CW4223 jobs	CW4224 triggers
 *		CW4225 sequence	CW4228 a cluster
 */
#ifndef CW_CUTOVER_FENCE_H
#define CW_CUTOVER_FENCE_H

#include "cutover/runbook.h"

cw_step_fn cw_fence_reaches_all; /* is there no second instance? */
cw_step_fn cw_fence_park_jobs, cw_fence_jobs_parked, cw_fence_restore_jobs, cw_fence_jobs_restored;
cw_step_fn cw_fence_shut, cw_fence_is_shut, cw_fence_open;
cw_step_fn cw_fence_holds; /* since it was shut: who came in if it does not? */
cw_step_fn cw_fence_end_sessions;
cw_step_fn cw_fence_quiet, cw_fence_none_in_doubt;
cw_step_fn cw_fence_triggers_off, cw_fence_triggers_are_off, cw_fence_triggers_on,
	cw_fence_triggers_are_on;
cw_step_fn cw_fence_sequences_to_pg, cw_fence_sequences_in_pg;
cw_step_fn cw_fence_sequences_to_ora, cw_fence_sequences_in_ora;

/*
 * Where @sequence goes on, @margin of its numbers past @from, the next that its side would give.
 * One that cycles goes on at @from, or at its other end if @from is past this one; one that does
 * not has come to its end: false.
 */
bool cw_fence_number_past(const struct cw_sequence *sequence, int64_t from, int64_t margin,
			  int64_t *ret);

/*
 * While the applications are on PostgreSQL: what the door was before the cut-over is noted already, and
 * is what the way back opens.  So who shuts it again notes nothing of that.
 */
bool cw_fence_is_open(struct cw_runbook *rb, bool *ret, struct cw_err *err) CW_MUST_CHECK;
bool cw_fence_shut_again(struct cw_runbook *rb, struct cw_err *err) CW_MUST_CHECK;
/* End the sessions of applications at once, with what they have not committed. */
bool cw_fence_cast_out(struct cw_runbook *rb, unsigned *ret_ended,
		       struct cw_err *err) CW_MUST_CHECK;

/* Is @user, as V$SESSION and DBA_USERS have it, one of the applications'? */
bool cw_fence_is_application(const struct cw_config *config, const char *user);

/* Undo parts: nothing happens when this run has noted nothing. */
cw_step_fn cw_fence_undo_jobs, cw_fence_undo_shut, cw_fence_undo_triggers_off,
	cw_fence_undo_triggers_on;

/*
 * What @sql finds for each captured schema, its one bind: owner and name in two columns, given
 * as an array of "OWNER"."NAME" that the caller releases.
 */
bool cw_fence_names(struct cw_runbook *rb, const char *sql, json_t **ret,
		    struct cw_err *err) CW_MUST_CHECK;

/* Did Oracle answer ORA-@number: what was to be changed does not exist?  A person may have dropped it meanwhile. */
bool cw_fence_is_gone(const struct cw_err *err, int32_t number);

/* V$DATABASE.CURRENT_SCN. */
bool cw_fence_scn(struct cw_sides *sides, int64_t *ret, struct cw_err *err) CW_MUST_CHECK;

/* For an error's text: "; connected there: USER (program on machine, SID n), ..."; "" if nobody is known. */
void cw_fence_who(struct cw_runbook *rb, char *ret, size_t room);

#endif
