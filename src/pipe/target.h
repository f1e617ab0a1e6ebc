/*
 * target.h - a place that transactions are applied to, each with its progress
 *
 *	open --begin--> in a transaction --commit--> open
 *	                   |  ^                       |
 *	                   +--+ write                 +--close--> gone
 *
 * Several transactions of the source may share one of the target: begin, all
 * their changes, commit with the position of the last.  Rows and position are
 * durable together or not at all; progress is appended, never updated.
 *
 * A call that fails leaves the target broken: all it can do then is close.
 * The task opens a new one and goes on from the position it finds there.
 *
 * Callers use the cw_target_*() functions, never ops directly.
 *
 * Errors	kind RETRY: connection, deadlock; DATA: conflict, with table and
 *		key in the text, nothing was applied; LIMIT, CONFIG
 * Threads	one at a time; a target may move between threads when idle
 */
#ifndef CW_PIPE_TARGET_H
#define CW_PIPE_TARGET_H

#include "model/change.h"
#include "model/position.h"

enum cw_target_phase { CW_TARGET_OPEN, CW_TARGET_IN_TXN, CW_TARGET_BROKEN };

struct cw_target;

struct cw_target_ops {
	const char *name;
	/* The last position committed by stream, kind NONE if none ever was. */
	bool (*progress)(struct cw_target *target, struct cw_pos *ret, struct cw_err *err);
	bool (*begin)(struct cw_target *target, struct cw_err *err);
	bool (*write)(struct cw_target *target, const struct cw_change *change, struct cw_err *err);
	/* On true the transaction and @pos are on disk, both or neither. */
	bool (*commit)(struct cw_target *target, const struct cw_pos *pos, struct cw_err *err);
	void (*close)(struct cw_target *target);
};

/* The first member of every implementation's own struct. */
struct cw_target {
	const struct cw_target_ops *ops;
	enum cw_target_phase phase;
};

/* All leave the target broken when they fail. */
static inline bool cw_target_step(struct cw_target *target, bool ok, enum cw_target_phase next)
{
	target->phase = ok ? next : CW_TARGET_BROKEN;
	return ok;
}

CW_MUST_CHECK static inline bool cw_target_progress(struct cw_target *target, struct cw_pos *ret,
						    struct cw_err *err)
{
	assert(target->phase == CW_TARGET_OPEN);
	return cw_target_step(target, target->ops->progress(target, ret, err), CW_TARGET_OPEN);
}

CW_MUST_CHECK static inline bool cw_target_begin(struct cw_target *target, struct cw_err *err)
{
	assert(target->phase == CW_TARGET_OPEN);
	return cw_target_step(target, target->ops->begin(target, err), CW_TARGET_IN_TXN);
}

CW_MUST_CHECK static inline bool cw_target_write(struct cw_target *target,
						 const struct cw_change *change, struct cw_err *err)
{
	assert(target->phase == CW_TARGET_IN_TXN);
	return cw_target_step(target, target->ops->write(target, change, err), CW_TARGET_IN_TXN);
}

CW_MUST_CHECK static inline bool cw_target_commit(struct cw_target *target,
						  const struct cw_pos *pos, struct cw_err *err)
{
	assert(target->phase == CW_TARGET_IN_TXN);
	return cw_target_step(target, target->ops->commit(target, pos, err), CW_TARGET_OPEN);
}

static inline void cw_target_close(struct cw_target *target)
{
	if (target)
		target->ops->close(target);
}

#endif
