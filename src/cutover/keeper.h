/*
 * keeper.h - the fence on Oracle stays while the applications are on PostgreSQL
 *
 * A restricted session ends with the instance: an Oracle that is started again
 * lets everybody in.  From the point of no return of a cut-over until that of
 * the way back this thread looks at the door, twice a second; one that it finds
 * open it shuts, ends the application sessions that came in, and tells so in
 * the journal as an alarm.  What they committed meanwhile is forward's to see
 * (CW4243).
 *
 * Who may open the door takes `door` while the point of no return is written;
 * the keeper holds it from the look at the journal to the shutting.  So a door
 * that the way back may open is never shut behind it.
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
	bool came_in; /* the door stood open: look who is inside */
	struct cw_err told; /* the last failure, told once */
};

/* @keeper->rb is filled; ends by itself when *rb.leave is set. */
bool cw_keeper_start(struct cw_keeper *keeper, struct cw_err *err) CW_MUST_CHECK;
void cw_keeper_join(struct cw_keeper *keeper);

#endif
