/* follow.c - see follow.h */
#include "task/follow.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"
#include "pipe/queue.h"
#include "task/swap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_BYTES    (16u << 20)
#define SOURCE_WAIT_MS 50
#define GROUP_CHANGES  1000  /* of small transactions in one of the target */
#define MARK_EVERY_MS  10000 /* of progress without changes */
#define RETRY_FIRST_MS 200
#define RETRY_LAST_MS  10000

struct cw_follow {
	const struct cw_follow_ops *ops;
	void *owner;
	const struct cw_catalog *catalog;

	pthread_mutex_t lock; /* of all down to the line */
	pthread_cond_t changed;
	struct cw_follow_status status;
	struct cw_follow_table *table;
	enum cw_follow_mode wanted;
	uint64_t floor;
	bool stop, mode_is_new, given_up;
	bool mark_soon;	       /* somebody waits for progress in the target */
	struct cw_pos confirm; /* for the source's thread */
	int64_t near_since_ms; /* nothing older than this waits; 0: never so far */
	/* ------------ */

	struct cw_queue queue;
	struct cw_source *source;
	struct cw_swap swap; /* of the source's thread: a planted fault */
	struct cw_target *target;
	/* of the applying thread */
	enum cw_follow_mode mode;
	struct cw_pos group_last; /* commit place of the last transaction in the group */
	int64_t group_wall_us;	  /* when it was committed; 0: not known */
	uint64_t group_txns, group_changes;
	bool again;    /* open everything anew: the mode changed */
	bool skip_txn; /* the transaction being read is not applied */
	bool twice;    /* a fault is planted: say every change two times */
	int64_t marked_ms;
	uint32_t last_table;
};

struct cw_follow *cw_follow_new(const struct cw_follow_ops *ops, void *owner,
				const struct cw_catalog *catalog, enum cw_follow_mode mode)
{
	struct cw_follow *follow = calloc(1, sizeof(*follow));

	if (!follow)
		abort();
	follow->ops = ops;
	follow->owner = owner;
	follow->catalog = catalog;
	follow->wanted = follow->status.mode = mode;
	follow->table = calloc(catalog->table_count + 1, sizeof(*follow->table));
	if (!follow->table)
		abort();
	(void)pthread_mutex_init(&follow->lock, NULL);
	(void)pthread_cond_init(&follow->changed, NULL);
	return follow;
}

void cw_follow_free(struct cw_follow *follow)
{
	if (!follow)
		return;
	(void)pthread_mutex_destroy(&follow->lock);
	(void)pthread_cond_destroy(&follow->changed);
	free(follow->table);
	free(follow);
}

static bool is_stopped(struct cw_follow *follow)
{
	CW_LOCKED(&follow->lock);

	return follow->stop;
}

void cw_follow_stop(struct cw_follow *follow)
{
	CW_LOCKED(&follow->lock);

	follow->stop = true;
	(void)pthread_cond_broadcast(&follow->changed);
}

/* ---- the source's thread ---- */

static bool push(struct cw_follow *follow, struct cw_batch *batch)
{
	if (cw_swap_push(&follow->swap, &follow->queue, batch))
		return true;
	cw_batch_free(batch);
	return false;
}

static bool push_failure(struct cw_follow *follow, const struct cw_err *err)
{
	struct cw_batch *batch = cw_batch_new(CW_BATCH_FAILED);

	batch->err = *err;
	(void)push(follow, batch);
	return false;
}

/* All changes of one transaction, in as many batches as it takes. */
static bool push_txn(struct cw_follow *follow, const struct cw_txn_info *txn)
{
	struct cw_batch *batch = cw_batch_new(CW_BATCH_TXN);
	struct cw_change change;
	struct cw_err err;

	batch->txn = *txn;
	batch->first = true;
	for (;;) {
		switch (follow->source->ops->change(follow->source, &change, &err)) {
		case CW_CHANGE_FAILED:
			cw_batch_free(batch);
			return push_failure(follow, &err);
		case CW_CHANGE_END:
			batch->last = true;
			return push(follow, batch);
		case CW_CHANGE_READY:
			break;
		}
		if (cw_batch_is_full(batch)) {
			if (!push(follow, batch))
				return false;
			batch = cw_batch_new(CW_BATCH_TXN);
			batch->txn = *txn;
		}
		cw_batch_add(batch, &change);
	}
}

static bool push_idle(struct cw_follow *follow, const struct cw_pos *seen)
{
	struct cw_batch *batch = cw_batch_new(CW_BATCH_IDLE);

	batch->seen = *seen;
	return push(follow, batch);
}

/* Tell the source what is durable; it may let go of older log. */
static bool pass_confirmation(struct cw_follow *follow, struct cw_err *err)
{
	struct cw_pos confirm;

	(void)pthread_mutex_lock(&follow->lock);
	confirm = follow->confirm;
	follow->confirm = (struct cw_pos){ 0 };
	(void)pthread_mutex_unlock(&follow->lock);
	return confirm.kind == CW_POS_NONE ||
	       follow->source->ops->confirm(follow->source, &confirm, err);
}

static bool read_on(struct cw_follow *follow)
{
	struct cw_txn_info txn;
	struct cw_pos seen;
	struct cw_err err;

	if (!pass_confirmation(follow, &err))
		return push_failure(follow, &err);
	switch (follow->source->ops->next(follow->source, SOURCE_WAIT_MS, &txn, &seen, &err)) {
	case CW_NEXT_TXN:
		return push_txn(follow, &txn);
	case CW_NEXT_IDLE:
		if (follow->ops->count)
			follow->ops->count(follow->owner, follow->source);
		return push_idle(follow, &seen);
	case CW_NEXT_FAILED:
		break;
	}
	return push_failure(follow, &err);
}

static void *read_source(void *arg)
{
	struct cw_follow *follow = arg;

	while (read_on(follow))
		;
	return NULL;
}

/* ---- the applying thread ---- */

static void count_change(struct cw_follow *follow, const struct cw_change *change)
{
	const struct cw_catalog *catalog = follow->catalog;
	uint32_t at = follow->last_table;

	while (&catalog->table[at]->shape != change->shape)
		at = (at + 1) % catalog->table_count;
	follow->last_table = at;
	follow->table[at].inserts += change->kind == CW_INSERT;
	follow->table[at].updates += change->kind == CW_UPDATE;
	follow->table[at].deletes += change->kind == CW_DELETE;
}

/*
 * With the lock: all that was committed until then, by the source's clock, is dealt with.  When that was
 * is known by the wall clock of another machine alone, so it is our wall clock that is compared with it:
 * lag is as right as the two agree.  Where a stream has to be is never told by it, but by positions.
 */
static void note_age(struct cw_follow *follow, int64_t commit_wall_us)
{
	int64_t age_ms = (cw_wall_us() - commit_wall_us) / 1000;
	int64_t since_ms = cw_clock_ms() - (age_ms > 0 ? age_ms : 0);

	if (commit_wall_us && since_ms > follow->near_since_ms)
		follow->near_since_ms = since_ms;
}

/* The group is on disk: say so to all who wait. */
static void note_commit(struct cw_follow *follow)
{
	CW_LOCKED(&follow->lock);

	follow->status.applied = follow->confirm = follow->group_last;
	follow->status.transactions += follow->group_txns;
	follow->status.changes += follow->group_changes;
	follow->status.error.kind = CW_ERR_NONE;
	note_age(follow, follow->group_wall_us);
	/* others may share the SCN of the last one */
	if (follow->group_last.at && follow->group_last.at - 1 > follow->status.done_at)
		follow->status.done_at = follow->group_last.at - 1;
	(void)pthread_cond_broadcast(&follow->changed);
}

static bool commit_group(struct cw_follow *follow, struct cw_err *err)
{
	if (follow->target->phase != CW_TARGET_IN_TXN)
		return true;
	(void)cw_fault("follow.before_commit");
	if (!cw_target_commit(follow->target, &follow->group_last, err))
		return cw_err_add(err, "commit at %" PRIu64, follow->group_last.at);
	(void)cw_fault("follow.after_commit");
	follow->marked_ms = cw_clock_ms();
	note_commit(follow);
	follow->group_txns = follow->group_changes = 0;
	return true;
}

/* Progress without changes, so that a restart need not read again what was of no use. */
static bool mark(struct cw_follow *follow, const struct cw_pos *pos, struct cw_err *err)
{
	if (!commit_group(follow, err) || !cw_target_begin(follow->target, err))
		return false;
	follow->group_last = *pos;
	return commit_group(follow, err);
}

static bool write_batch(struct cw_follow *follow, const struct cw_batch *batch, struct cw_err *err)
{
	if (follow->target->phase == CW_TARGET_OPEN && !cw_target_begin(follow->target, err))
		return false;
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct cw_change *change = &batch->change[i];

		if (!cw_target_write(follow->target, change, err) ||
		    (follow->twice && !cw_target_write(follow->target, change, err)))
			return cw_err_add(err, "transaction %s, commit %" PRIu64, batch->txn.id,
					  batch->txn.commit.at);
		count_change(follow, change);
		if (follow->ops->touched)
			follow->ops->touched(follow->owner, change);
		if (i == batch->count / 2)
			(void)cw_fault("follow.mid_txn");
	}
	follow->group_changes += batch->count;
	return true;
}

/* Whose is it, and is it to be applied?  Counts what is not. */
static void judge_txn(struct cw_follow *follow, const struct cw_batch *batch)
{
	CW_LOCKED(&follow->lock);

	if (follow->mode_is_new) {
		follow->mode_is_new = false;
		follow->again = follow->mode == CW_FOLLOW_WATCH &&
				follow->wanted == CW_FOLLOW_APPLY &&
				follow->status.foreign_pending > 0;
		follow->mode = follow->status.mode = follow->wanted;
		follow->status.foreign_pending = 0;
	}
	follow->skip_txn = batch->txn.ours || follow->mode == CW_FOLLOW_WATCH ||
			   batch->txn.commit.at <= follow->floor;
	if (!batch->first)
		return;
	if (batch->txn.ours)
		follow->status.ours++;
	else if (follow->mode == CW_FOLLOW_WATCH && batch->txn.commit.at > follow->floor) {
		follow->status.foreign++;
		follow->status.foreign_pending++;
	}
}

static bool cut_before(struct cw_follow *follow, const struct cw_txn_info *txn, struct cw_err *err)
{
	if (!follow->ops->before || !follow->ops->before(follow->owner, txn))
		return true;
	if (!commit_group(follow, err))
		return false;
	follow->ops->cut(follow->owner, txn);
	return true;
}

/* A transaction that is not applied, with nothing before it that is not yet durable. */
static void note_passed(struct cw_follow *follow, const struct cw_txn_info *txn)
{
	CW_LOCKED(&follow->lock);

	note_age(follow, txn->commit_wall_us);
	/* others may share its place */
	if (txn->commit.at - 1 > follow->status.done_at) {
		follow->status.done_at = txn->commit.at - 1;
		(void)pthread_cond_broadcast(&follow->changed);
	}
}

static void pass_batch(struct cw_follow *follow, const struct cw_batch *batch)
{
	if (!follow->ops->passed)
		return;
	for (uint32_t i = 0; i < batch->count; i++)
		follow->ops->passed(follow->owner, &batch->change[i]);
	if (batch->last)
		follow->ops->ended(follow->owner, &batch->txn.commit);
}

static bool take_txn(struct cw_follow *follow, const struct cw_batch *batch, struct cw_err *err)
{
	if (batch->first) {
		judge_txn(follow, batch);
		if (follow->again)
			return true;
		if (!cut_before(follow, &batch->txn, err))
			return false;
		if (!follow->skip_txn)
			follow->twice = batch->count && cw_fault("follow.apply_twice");
	}
	pass_batch(follow, batch);
	if (follow->skip_txn) {
		if (batch->last && follow->target->phase == CW_TARGET_OPEN)
			note_passed(follow, &batch->txn);
		return true;
	}
	if (!write_batch(follow, batch, err))
		return false;
	if (!batch->last)
		return true;
	follow->twice = false;
	follow->group_last = batch->txn.commit;
	follow->group_wall_us = batch->txn.commit_wall_us;
	follow->group_txns++;
	if (follow->group_changes >= GROUP_CHANGES || cw_queue_is_empty(&follow->queue))
		return commit_group(follow, err);
	return true;
}

/* Does the mode change here, between transactions and with nothing waiting? */
static void change_mode(struct cw_follow *follow)
{
	static const struct cw_batch none = { .first = false };

	judge_txn(follow, &none);
}

/* All up to here was dealt with. */
static void note_seen(struct cw_follow *follow, const struct cw_pos *seen)
{
	CW_LOCKED(&follow->lock);

	follow->status.seen = *seen;
	if (seen->at > follow->status.done_at)
		follow->status.done_at = seen->at;
	follow->status.caught_up = true;
	follow->status.error.kind = CW_ERR_NONE;
	follow->near_since_ms = cw_clock_ms();
	(void)pthread_cond_broadcast(&follow->changed);
}

static bool is_mark_due(struct cw_follow *follow)
{
	CW_LOCKED(&follow->lock);
	bool due = follow->mark_soon || cw_clock_ms() - follow->marked_ms >= MARK_EVERY_MS;

	follow->mark_soon = false;
	return due && follow->status.foreign_pending == 0;
}

static bool take_idle(struct cw_follow *follow, const struct cw_batch *batch, struct cw_err *err)
{
	if (!commit_group(follow, err))
		return false;
	change_mode(follow);
	if (follow->again)
		return true;
	/* after a restart the source comes by places that were passed before */
	if (cw_pos_compare(&batch->seen, &follow->group_last) < 0)
		return true;
	note_seen(follow, &batch->seen);
	if (follow->ops->quiet)
		follow->ops->quiet(follow->owner, &batch->seen);
	if (!is_mark_due(follow) || cw_pos_compare(&batch->seen, &follow->group_last) <= 0)
		return true;
	return mark(follow, &batch->seen, err);
}

static bool take_batch(struct cw_follow *follow, const struct cw_batch *batch, struct cw_err *err)
{
	switch (batch->kind) {
	case CW_BATCH_TXN:
		return take_txn(follow, batch, err);
	case CW_BATCH_IDLE:
		return take_idle(follow, batch, err);
	case CW_BATCH_FAILED:
		break;
	}
	*err = batch->err;
	return false;
}

static bool take_and_free(struct cw_follow *follow, struct cw_batch *batch, struct cw_err *err)
{
	bool ok = take_batch(follow, batch, err);

	cw_batch_free(batch);
	return ok;
}

static bool apply_all(struct cw_follow *follow, struct cw_err *err)
{
	struct cw_batch *batch;

	while (!is_stopped(follow) && !follow->again) {
		batch = cw_queue_pop(&follow->queue);
		if (!batch)
			return true;
		if (!take_and_free(follow, batch, err))
			return false;
	}
	return true;
}

static bool open_both(struct cw_follow *follow, struct cw_err *err)
{
	struct cw_pos from;

	if (!follow->ops->open_target(follow->owner, &follow->target, err))
		return cw_err_add(err, "target");
	if (!cw_target_progress(follow->target, &from, err))
		return cw_err_add(err, "progress of the target");
	if (!follow->ops->open_source(follow->owner, &from, &follow->source, err))
		return cw_err_add(err, "source");
	if (follow->ops->opened)
		follow->ops->opened(follow->owner, &from);
	follow->group_last = from;
	follow->group_txns = follow->group_changes = 0;
	follow->again = follow->skip_txn = follow->twice = false;
	follow->marked_ms = cw_clock_ms();
	(void)pthread_mutex_lock(&follow->lock);
	follow->status.applied = from;
	follow->mode = follow->status.mode = follow->wanted;
	follow->status.foreign_pending = 0;
	follow->mode_is_new = false;
	follow->status.running = true;
	(void)pthread_mutex_unlock(&follow->lock);
	return true;
}

static void close_both(struct cw_follow *follow)
{
	if (follow->source)
		follow->source->ops->close(follow->source);
	cw_target_close(follow->target);
	follow->source = NULL;
	follow->target = NULL;
	CW_LOCKED(&follow->lock);
	follow->status.running = false;
	follow->confirm = (struct cw_pos){ 0 };
}

/* From open to the first failure, the stop, or a change of mode that needs it all anew. */
static bool run_once(struct cw_follow *follow, struct cw_err *err)
{
	pthread_t thread;
	bool ok = open_both(follow, err);

	if (ok) {
		cw_queue_init(&follow->queue, QUEUE_BYTES);
		if (pthread_create(&thread, NULL, read_source, follow) != 0)
			abort();
		cw_log(CW_LOG_INFO, "following", "direction=%s from=%" PRIu64 " restart=%" PRIu64,
		       follow->ops->name, follow->status.applied.at,
		       follow->status.applied.restart);
		ok = apply_all(follow, err);
		cw_queue_cancel(&follow->queue);
		atomic_store(&follow->source->let_go, true);
		(void)pthread_join(thread, NULL);
		cw_swap_release(&follow->swap);
		cw_queue_release(&follow->queue);
	}
	close_both(follow);
	return ok;
}

/* Wait before the next try, shorter if somebody says stop. */
static void back_off(struct cw_follow *follow, int64_t ms)
{
	int64_t until = cw_clock_ms() + ms;

	while (cw_clock_ms() < until && !is_stopped(follow))
		cw_sleep_ms(20);
}

static void note_failure(struct cw_follow *follow, const struct cw_err *err)
{
	CW_LOCKED(&follow->lock);

	follow->status.error = *err;
	(void)pthread_cond_broadcast(&follow->changed);
}

static void give_up(struct cw_follow *follow)
{
	CW_LOCKED(&follow->lock);

	follow->given_up = true;
	(void)pthread_cond_broadcast(&follow->changed);
}

bool cw_follow_run(struct cw_follow *follow, struct cw_err *err)
{
	int64_t wait_ms = RETRY_FIRST_MS;

	while (!is_stopped(follow)) {
		uint64_t done = follow->status.done_at;

		if (run_once(follow, err))
			continue;
		if (is_stopped(follow) || err->kind == CW_ERR_CANCELLED)
			break;
		cw_log_err("following stopped", err);
		note_failure(follow, err);
		if (err->kind != CW_ERR_RETRY) {
			give_up(follow);
			return false;
		}
		if (follow->status.done_at > done)
			wait_ms = RETRY_FIRST_MS; /* it had come on */
		back_off(follow, wait_ms);
		wait_ms = wait_ms * 2 > RETRY_LAST_MS ? RETRY_LAST_MS : wait_ms * 2;
	}
	return true;
}

/* ---- what others ask ---- */

bool cw_follow_set_mode(struct cw_follow *follow, enum cw_follow_mode mode, uint64_t floor,
			struct cw_err *err)
{
	int64_t until = cw_clock_ms() + 30000;

	(void)pthread_mutex_lock(&follow->lock);
	follow->wanted = mode;
	follow->mode_is_new = true;
	if (floor > follow->floor)
		follow->floor = floor;
	(void)pthread_mutex_unlock(&follow->lock);
	while (cw_clock_ms() < until) {
		bool done, failed;

		(void)pthread_mutex_lock(&follow->lock);
		done = follow->status.mode == mode && follow->status.running;
		failed = follow->stop || follow->given_up;
		(void)pthread_mutex_unlock(&follow->lock);
		if (done)
			return true;
		if (failed)
			return cw_fail(err, CW_ERR_RETRY, 4602, "the task is stopping");
		cw_sleep_ms(2);
	}
	return cw_fail(err, CW_ERR_RETRY, 4601, "the mode did not change within 30 s");
}

bool cw_follow_applies(struct cw_follow *follow, uint64_t *ret_floor)
{
	CW_LOCKED(&follow->lock);

	*ret_floor = follow->floor;
	return follow->wanted == CW_FOLLOW_APPLY;
}

static bool is_reached(const struct cw_follow *follow, uint64_t at, bool marked)
{
	return follow->status.done_at >= at && (!marked || follow->status.applied.at >= at);
}

bool cw_follow_reach(struct cw_follow *follow, uint64_t at, bool marked, int timeout_ms,
		     struct cw_err *err)
{
	int64_t until = cw_clock_ms() + timeout_ms;
	CW_LOCKED(&follow->lock);

	while (!is_reached(follow, at, marked)) {
		follow->mark_soon = marked;
		if (follow->given_up) {
			*err = follow->status.error;
			return false;
		}
		if (follow->stop)
			return cw_fail(err, CW_ERR_RETRY, 4602, "the task is stopping");
		if (cw_clock_ms() >= until)
			return cw_fail(err, CW_ERR_RETRY, 4601,
				       "%" PRIu64 " was not reached in %d ms: it is at %" PRIu64
				       "%s%s",
				       at, timeout_ms, follow->status.done_at,
				       follow->status.error.kind ? ": " : "",
				       follow->status.error.kind ? follow->status.error.text : "");
		cw_cond_wait_ms(&follow->changed, &follow->lock, 20);
	}
	return true;
}

void cw_follow_status(struct cw_follow *follow, struct cw_follow_status *ret)
{
	CW_LOCKED(&follow->lock);

	*ret = follow->status;
	ret->lag_ms = follow->near_since_ms ? cw_clock_ms() - follow->near_since_ms : -1;
}

struct cw_follow_table cw_follow_table(struct cw_follow *follow, uint32_t table)
{
	return follow->table[table];
}
