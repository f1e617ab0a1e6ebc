/*
 * roles.h - PostgreSQL's side of the runbook: who may come in, and is it fit to be used
 *
 * Errors	CW4230 application roles	CW4231 still sessions or transactions
 *		CW4232 index	CW4233 clocks disagree	CW4234 a sequence is missing
 *		CW4235 no role is named
 */
#ifndef CW_CUTOVER_ROLES_H
#define CW_CUTOVER_ROLES_H

#include "cutover/runbook.h"

/* Gates of the stage `before`. */
cw_step_fn cw_roles_are_closed, cw_roles_are_open;
cw_step_fn cw_target_analyse, cw_target_is_fit;
cw_step_fn cw_clocks_agree;
cw_step_fn cw_sequences_exist;

/* NOLOGIN for the application roles; the old state is noted. */
cw_step_fn cw_roles_shut, cw_roles_undo_shut, cw_roles_end_sessions, cw_roles_quiet;
/* LOGIN. */
cw_step_fn cw_roles_admit, cw_roles_are_admitted;

/* Where PostgreSQL is now, as a number: all that is committed lies before it, and on disk. */
bool cw_target_lsn(struct cw_sides *sides, int64_t *ret, struct cw_err *err) CW_MUST_CHECK;

#endif
