/*
 * foreign_keys.h - Oracle's foreign keys are off while PostgreSQL's changes flow back
 *
 * PostgreSQL has judged these rows already, at the end of its statements and
 * transactions, and tells them one by one: a child may come before its parent,
 * and what ON DELETE did to the children comes as rows of its own.  So the keys
 * between the crossing's tables go off with the triggers and come on again on
 * the way back: ENABLE NOVALIDATE inside the blackout, which reads no row, and
 * VALIDATE behind it, which locks nobody out.  A key to a table outside the
 * crossing stays on.
 *
 * What each was is noted before the first is changed: {"owner", "table", "name",
 * "validated"}.
 *
 * Errors	CW4221 a foreign key is not as it should be
 * Source	Oracle Database SQL Language Reference 19c, constraint, "ENABLE Clause": from
 *		ENABLE NOVALIDATE to ENABLE VALIDATE without locks that stop writers
 */
#ifndef CW_CUTOVER_FOREIGN_KEYS_H
#define CW_CUTOVER_FOREIGN_KEYS_H

#include "cutover/runbook.h"

cw_step_fn cw_foreign_keys_note, cw_foreign_keys_off, cw_foreign_keys_are_off;
cw_step_fn cw_foreign_keys_on, cw_foreign_keys_are_on;
cw_step_fn cw_foreign_keys_validate; /* those that were, whichever run noted them */

/* Undo parts: nothing happens when this run has noted nothing. */
cw_step_fn cw_foreign_keys_undo_off, cw_foreign_keys_undo_on, cw_foreign_keys_undo_note;

#endif
