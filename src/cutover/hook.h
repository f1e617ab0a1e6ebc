/*
 * hook.h - the commands of cutover.hooks: what tells the applications, in the words of their own site
 *
 * A hook is a process group of its own, with nothing to read.  It has no time of its own: it ends with
 * the budget, with a run that is given up before its point of no return, and with a conductor that
 * is asked to leave; then the whole group is told to end, and killed if it does not.
 *
 * Errors	CW4245 it failed, or cannot be started
 *		CW4210, CW4211, CW4214 it was ended: runbook.h
 * Threads	that of the runbook
 */
#ifndef CW_CUTOVER_HOOK_H
#define CW_CUTOVER_HOOK_H

#include "cutover/runbook.h"

/* @command may be NULL: there is none. */
bool cw_hook_run(struct cw_runbook *rb, const char *command, struct cw_err *err) CW_MUST_CHECK;

#endif
