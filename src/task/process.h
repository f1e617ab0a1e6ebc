/*
 * process.h - what the forward and the reverse task process have in common
 *
 * A task process listens first, so that it can be asked at any time how it is,
 * then does its phases one after the other in the thread that called it.  When
 * it fails it stays, answering "status" with the error, until it is told to
 * stop.
 *
 * Owns		everything in it; cw_process_close() gives it back
 * Threads	verbs run in threads of their own; fields below lock under it
 *
 * Owners of a process have it as their first member: verbs and callbacks are
 * given the owner.
 */
#ifndef CW_TASK_PROCESS_H
#define CW_TASK_PROCESS_H

#include "control/control.h"
#include "schema/catalog.h"
#include "schema/config.h"
#include "task/follow.h"
#include "task/tally.h"
#include "task/task.h"
#include "task/verify.h"

#include <pthread.h>
#include <stdatomic.h>

struct cw_process {
	const char *name; /* "forward" */
	struct cw_config *config;
	struct cw_ora_login ora_login;
	struct cw_pg_login pg_login;
	struct cw_catalog catalog;
	struct cw_control *control;
	struct cw_verify *verify; /* made with the tally, when the catalog is read */
	struct cw_tally *tally;
	struct cw_follow *follow; /* NULL until there is one */
	int cancel_fd;
	atomic_bool stop;

	pthread_mutex_t lock;
	const char *phase;
	struct cw_err error; /* why it failed, or what it tries again after; kind NONE: neither */
};

bool cw_process_open(struct cw_process *process, const char *name, struct cw_config *config,
		     const struct cw_control_verb *verbs, void *owner,
		     struct cw_err *err) CW_MUST_CHECK;
/* Logins and catalog, trying again while the databases cannot be reached. */
bool cw_process_connect(struct cw_process *process, struct cw_err *err) CW_MUST_CHECK;
/* The end: log what failed, answer until told to stop; the exit code. */
int cw_process_end(struct cw_process *process, bool ok, const struct cw_err *err);
void cw_process_close(struct cw_process *process);

void cw_process_set_phase(struct cw_process *process, const char *phase);
/* @err keeps it from going on: log it, show it in "status", wait @ms.  False: stopped, *err says so. */
bool cw_process_try_again(struct cw_process *process, const char *what, int64_t ms,
			  struct cw_err *err) CW_MUST_CHECK;
/* It goes on. */
void cw_process_unhindered(struct cw_process *process);
void cw_process_stop(struct cw_process *process);
bool cw_process_sleep(struct cw_process *process, int64_t ms); /* false: stop */

/* Both look at what passes; @reverse: the source is PostgreSQL. */
void cw_process_observe(struct cw_process *process, bool reverse);
void cw_process_opened(void *owner, const struct cw_pos *from);
void cw_process_passed(void *owner, const struct cw_change *change);
void cw_process_ended(void *owner, const struct cw_pos *commit);
void cw_process_touched(void *owner, const struct cw_change *change);
void cw_process_quiet(void *owner, const struct cw_pos *seen);

/* What both answer to "status", "reach", "verify", "cease", "tally", "watch", "apply" and "stop". */
bool cw_process_on_verify(void *owner, json_t *request, json_t *reply,
			  struct cw_err *err) CW_MUST_CHECK;
/* The comparison that runs is not wanted any more. */
bool cw_process_on_cease(void *owner, json_t *request, json_t *reply,
			 struct cw_err *err) CW_MUST_CHECK;
bool cw_process_on_tally(void *owner, json_t *request, json_t *reply,
			 struct cw_err *err) CW_MUST_CHECK;
bool cw_process_on_stop(void *owner, json_t *request, json_t *reply,
			struct cw_err *err) CW_MUST_CHECK;
bool cw_process_on_watch(void *owner, json_t *request, json_t *reply,
			 struct cw_err *err) CW_MUST_CHECK;
/* "from_lsn", if given: what the source committed before is not applied. */
bool cw_process_on_apply(void *owner, json_t *request, json_t *reply,
			 struct cw_err *err) CW_MUST_CHECK;
void cw_process_status(struct cw_process *process, json_t *reply);
bool cw_process_need_follow(struct cw_process *process, struct cw_err *err) CW_MUST_CHECK;
bool cw_process_reach(struct cw_process *process, json_t *request, const char *key,
		      struct cw_err *err) CW_MUST_CHECK;

#endif
