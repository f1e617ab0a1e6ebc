/*
 * accounts.h - the applications' accounts on Oracle are locked while nobody is to write there
 *
 * A restricted session ends with the instance, and a door that is looked at
 * twice a second stands open in between: a lock stays.  The accounts are those
 * that cutover.application_users names, or all that may log in but Oracle's own,
 * Causeway's and those that hold RESTRICTED SESSION, who are the operators.
 * Which were open is noted before the first is locked; exactly these are
 * unlocked.  Without ALTER USER nothing is noted and nothing locked: `check`
 * warns of it.  Taken away after accounts were locked, it is missed before any
 * door is shut: the way back needs it behind its point of no return.
 *
 * Errors	CW4229 an account is not as it should be
 * Source	Oracle Database SQL Language Reference 19c, ALTER USER, "ACCOUNT Clause"
 */
#ifndef CW_CUTOVER_ACCOUNTS_H
#define CW_CUTOVER_ACCOUNTS_H

#include "cutover/runbook.h"

/* Who may log in to a restricted instance. */
struct cw_operators {
	struct cw_answer holders; /* who was granted RESTRICTED SESSION */
	struct cw_answer roles;	  /* grantee, and the role it was granted */
};

/* Does @name hold RESTRICTED SESSION, itself or by roles of roles? */
bool cw_operators_include(const struct cw_operators *operators, const char *name);

/* Before any door: may Causeway still do to them what it did? */
cw_step_fn cw_accounts_may_be_altered;
cw_step_fn cw_accounts_lock, cw_accounts_are_locked;
cw_step_fn cw_accounts_unlock, cw_accounts_are_unlocked;
cw_step_fn cw_accounts_undo_lock; /* nothing happens when this run has noted nothing */

#endif
