/*
 * job.h - the scheduler: jobs that write without any user
 *
 * A thread looks at rh.jobs (DBMS_SCHEDULER writes it) several times a second and runs each job
 * that is due in a thread and a session of its own, as its owner; V$SESSION shows it, and
 * JOB_QUEUE_PROCESSES bounds how many, 0 none.
 *
 * Owns		rh_jobs_stop() ends what runs, as ORA-01013
 * Threads	its own; started and stopped by the main thread
 */
#ifndef CW_REHEARSAL_JOB_H
#define CW_REHEARSAL_JOB_H

#include "rehearsal/server.h"

bool rh_jobs_start(struct rh_server *server, struct rh_jobs **ret,
		   struct cw_err *err) CW_MUST_CHECK;
void rh_jobs_stop(struct rh_jobs *jobs); /* NULL is fine */

#endif
