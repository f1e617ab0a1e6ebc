/*
 * child.h - one task process: started, watched, started again
 *
 * A task outlives its conductor on purpose: the next one finds it at its socket
 * and takes it over.  A task that ends by itself is started again after a
 * pause that doubles; one that says a person has to act (exit code 2) after a
 * longer one.
 *
 * Threads	one at a time
 */
#ifndef CW_CUTOVER_CHILD_H
#define CW_CUTOVER_CHILD_H

#include "base/err.h"

#include <sys/types.h>

struct cw_child {
	const char *name; /* "forward", "reverse" */
	const char *dir;
	char socket[4096];
	bool wanted;
	bool adopted; /* runs, but another conductor started it */
	pid_t pid;    /* 0: not ours, or none */
	unsigned starts;
	int exit_code; /* of the last end; -signal */
	int64_t started_ms, again_ms, pause_ms, asked_ms;
};

bool cw_child_init(struct cw_child *child, const char *name, const char *dir,
		   struct cw_err *err) CW_MUST_CHECK;

/* From now on it shall run; takes over one that answers. */
void cw_child_want(struct cw_child *child);

enum cw_child_news { CW_CHILD_SAME = 0, CW_CHILD_STARTED, CW_CHILD_ENDED, CW_CHILD_ADOPTED };

/* Look after it: reap, start (@watch: not applying).  What happened, one thing a call. */
enum cw_child_news cw_child_tend(struct cw_child *child, bool watch, struct cw_err *err);

/* Ask it to stop, wait for @wait_ms, then end it, whoever started it. */
void cw_child_stop(struct cw_child *child, int wait_ms);

static inline bool cw_child_runs(const struct cw_child *child)
{
	return child->pid > 0 || child->adopted;
}

#endif
