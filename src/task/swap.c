/* swap.c - see swap.h */
#include "task/swap.h"

#ifdef CW_FAULTS
#include "base/fault.h"

#include <string.h>

#define PASSED_MAX 40 /* of transactions and idle words; then another one is kept back */

static bool same_value(const struct cw_value *a, const struct cw_value *b)
{
	return a->state == b->state && a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* Do both update the same row? */
static bool same_row(const struct cw_change *a, const struct cw_change *b)
{
	const struct cw_shape *shape = a->shape;

	if (a->kind != CW_UPDATE || b->kind != CW_UPDATE || shape != b->shape ||
	    shape->key_count == 0 || a->before.count == 0 || b->before.count == 0)
		return false;
	for (uint16_t i = 0; i < shape->key_count; i++)
		if (!same_value(&a->before.value[shape->key[i]], &b->before.value[shape->key[i]]))
			return false;
	return true;
}

static bool meet(const struct cw_batch *a, const struct cw_batch *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++)
			if (same_row(&a->change[i], &b->change[j]))
				return true;
	return false;
}

static bool is_small(const struct cw_batch *batch)
{
	return batch->kind == CW_BATCH_TXN && batch->first && batch->last && !batch->txn.ours;
}

static bool updates(const struct cw_batch *batch)
{
	return is_small(batch) && meet(batch, batch);
}

/* What is handed over second can only be refused when all is being given up. */
static bool push_both(struct cw_queue *queue, struct cw_batch *first, struct cw_batch *second)
{
	if (!cw_queue_push(queue, first))
		return false;
	if (!cw_queue_push(queue, second))
		cw_batch_free(second);
	return true;
}

/* What is durable never goes back: the one kept back ends where the source is now. */
static bool let_go(struct cw_swap *swap, struct cw_queue *queue, struct cw_batch *batch)
{
	struct cw_batch *held = swap->held;

	swap->held = NULL;
	if (batch->kind == CW_BATCH_TXN) {
		held->txn.commit = batch->txn.commit;
		if (push_both(queue, batch, held))
			return true;
	} else {
		held->txn.commit = batch->seen;
		if (push_both(queue, held, batch))
			return true;
	}
	cw_batch_free(held);
	return false;
}

static bool pass_by(struct cw_queue *queue, struct cw_batch *batch)
{
	if (batch->kind != CW_BATCH_IDLE)
		return cw_queue_push(queue, batch);
	cw_batch_free(batch); /* it would say that the one kept back was applied */
	return true;
}

bool cw_swap_push(struct cw_swap *swap, struct cw_queue *queue, struct cw_batch *batch)
{
	bool may_end = is_small(batch) || batch->kind == CW_BATCH_IDLE;

	if (swap->done || !cw_fault_is_planted("follow.swap_commits"))
		return cw_queue_push(queue, batch);
	if (!swap->held) {
		if (!updates(batch))
			return cw_queue_push(queue, batch);
		swap->held = batch;
		swap->passed = 0;
		return true;
	}
	if (is_small(batch) && meet(swap->held, batch) && cw_fault("follow.swap_commits"))
		swap->done = true;
	else if (!may_end || swap->passed++ < PASSED_MAX)
		return pass_by(queue, batch);
	return let_go(swap, queue, batch);
}

void cw_swap_release(struct cw_swap *swap)
{
	cw_batch_free(swap->held);
	swap->held = NULL;
}
#else
typedef int cw_swap_is_empty_here;
#endif
