/* swap.c - see swap.h */
#include "task/swap.h"

#ifdef CW_FAULTS
#include "base/fault.h"

#include <string.h>

#define PASSED_MAX 200 /* transactions and idle words; then another one is kept back */

static bool same_value(const struct cw_value *a, const struct cw_value *b)
{
	return a->state == b->state && a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static const struct cw_row *row_of(const struct cw_change *change)
{
	return change->before.count ? &change->before : &change->after;
}

/* Rows of a table without a key may be any. */
static bool same_row(const struct cw_change *a, const struct cw_change *b)
{
	const struct cw_shape *shape = a->shape;
	const struct cw_row *left = row_of(a), *right = row_of(b);

	if (shape != b->shape)
		return false;
	if (shape->key_count == 0 || left->count == 0 || right->count == 0)
		return a->kind != CW_INSERT || b->kind != CW_INSERT;
	for (uint16_t i = 0; i < shape->key_count; i++)
		if (!same_value(&left->value[shape->key[i]], &right->value[shape->key[i]]))
			return false;
	return true;
}

enum meeting { NOT_AT_ALL, IN_A_ROW, BOTH_UPDATE_IT };

static enum meeting meet(const struct cw_batch *a, const struct cw_batch *b)
{
	enum meeting ret = NOT_AT_ALL;

	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++) {
			const struct cw_change *left = &a->change[i], *right = &b->change[j];

			if (!same_row(left, right))
				continue;
			if (left->kind == CW_UPDATE && right->kind == CW_UPDATE &&
			    left->shape->key_count > 0)
				return BOTH_UPDATE_IT;
			ret = IN_A_ROW;
		}
	return ret;
}

static bool is_small(const struct cw_batch *batch)
{
	return batch->kind == CW_BATCH_TXN && batch->first && batch->last && !batch->txn.ours;
}

/* Its place is that of what went by: what is durable never goes back. */
static bool let_go(struct cw_swap *swap, struct cw_queue *queue)
{
	if (swap->passed > 0)
		swap->held->txn.commit = swap->last;
	if (!cw_queue_push(queue, swap->held))
		return false;
	swap->held = NULL;
	return true;
}

/* @batch first, then the one that was committed before it. */
static bool change_places(struct cw_swap *swap, struct cw_queue *queue, struct cw_batch *batch)
{
	swap->last = batch->txn.commit;
	swap->passed++;
	swap->done = true;
	if (!cw_queue_push(queue, batch))
		return false;
	(void)!let_go(swap, queue); /* refused only when all is being given up */
	return true;
}

static bool pass_by(struct cw_swap *swap, struct cw_queue *queue, struct cw_batch *batch)
{
	if (batch->kind == CW_BATCH_IDLE) {
		cw_batch_free(batch); /* it would say that the one kept back was applied */
		swap->idle++;
		return true;
	}
	swap->last = batch->txn.commit;
	swap->passed++;
	return cw_queue_push(queue, batch);
}

static bool keep_back(struct cw_swap *swap, struct cw_batch *batch)
{
	swap->held = batch;
	swap->passed = swap->idle = 0;
	return true;
}

bool cw_swap_push(struct cw_swap *swap, struct cw_queue *queue, struct cw_batch *batch)
{
	enum meeting meeting;

	if (swap->done || !cw_fault_is_planted("follow.swap_commits"))
		return cw_queue_push(queue, batch);
	if (!swap->held && is_small(batch) && meet(batch, batch) == BOTH_UPDATE_IT)
		return keep_back(swap, batch);
	if (!swap->held)
		return cw_queue_push(queue, batch);
	meeting = is_small(batch) ? meet(swap->held, batch) : NOT_AT_ALL;
	if (meeting == BOTH_UPDATE_IT && cw_fault("follow.swap_commits"))
		return change_places(swap, queue, batch);
	if ((is_small(batch) || batch->kind == CW_BATCH_IDLE) && meeting == NOT_AT_ALL &&
	    swap->passed + swap->idle < PASSED_MAX)
		return pass_by(swap, queue, batch);
	return let_go(swap, queue) && cw_queue_push(queue, batch);
}

void cw_swap_release(struct cw_swap *swap)
{
	cw_batch_free(swap->held);
	swap->held = NULL;
}
#else
typedef int cw_swap_is_empty_here;
#endif
