/*
 * keeper.h - the fence on Oracle stays while the applications are on PostgreSQL, or on their way
 *
 * A restricted session ends with the instance: an Oracle that is started again
 * lets everybody in.  From the shutting of the door in a cut-over until the
 * point of no return of the way back this thread looks at it, twice a second;
 * one that it finds open it shuts, ends the application sessions that came in,
 * and tells so in the journal as an alarm.  What they committed meanwhile is
 * forward's to see (CW4243).
 *
 * Who is going to open the door takes `door` while it writes so into the
 * journal: the point of no return, the first undo.  The keeper holds it from
 * the look at the journal to the shutting.  So a door that may be opened is
 * never shut behind it; and who opens it ends first what the keeper has lost on its way to Oracle.
 *
 * Errors	CW4227, in the journal
 * Threads	one of its own
 */
#ifndef CW_CUTOVER_KEEPER_H
#define CW_CUTOVER_KEEPER_H

#include "cutover/runbook.h"

#include <pthread.h>

struct cw_keeper {
	struct cw_runbook rb; /* config, book, sides, door, leave: made by the caller */
	pthread_t thread;
	bool runs;
	bool came_in; /* the door stood open: look who is inside; in the journal, for the next conductor */
	bool untold;  /* ... and nobody was told yet */
	struct cw_err told; /* the last failure, told once */
};

/* By the journal: is the door to be shut now, and was its old state noted? */
bool cw_keeper_is_due(const struct cw_past *past);

/* @keeper->rb is filled; ends by itself when *rb.leave is set. */
bool cw_keeper_start(struct cw_keeper *keeper, struct cw_err *err) CW_MUST_CHECK;
void cw_keeper_join(struct cw_keeper *keeper);

#endif
