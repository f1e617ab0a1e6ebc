/*
 * conductor.h - the process that owns one crossing
 *
 * It holds the journal, starts the tasks and starts them again, plays the
 * runbook, and answers at DIR/conductor.sock:
 *
 *	status	{}				both tasks, side, run, verdict
 *	wait	{for: following | caught-up, timeout_ms}
 *	verify	{mode}				compare now
 *	cutover	{dry_run, hold, budget_ms}	-> {run, from}: attach from there
 *	back	{dry_run, hold, budget_ms}	the same; before the point of no
 *						return of a cut-over it gives that up
 *	go	{}				end the hold
 *	report	{}				report.json is written and returned
 *	stop	{}				tasks and conductor end
 *
 * One run at a time; a second person is told who is first.  Nobody has to stay
 * connected: what a terminal sees is the event stream ("attach").
 *
 * Errors	CW4250 a task cannot be started	CW4251 a run is under way
 *		CW4252 nothing to go back from	CW4253 not in time	CW4254 no hold
 *		CW4255 the applications are already there
 */
#ifndef CW_CUTOVER_CONDUCTOR_H
#define CW_CUTOVER_CONDUCTOR_H

#include "schema/config.h"

#include <jansson.h>

/* Run until told to stop; takes over @config's content. */
bool cw_conductor_run(struct cw_config *config, struct cw_err *err) CW_MUST_CHECK;

#endif
