/*
 * swap.h - the planted fault "follow.swap_commits": two commits of one row change places
 *
 *	A updates row k, ..., B updates row k	becomes	..., B, A
 *
 * A transaction that updates a row is kept back while others go by; the first
 * that updates the same row goes before it.  One that meets it in another way
 * would be a fault of another kind: before that one it is let go.  Only a build with -Dfaults=true
 * has it: elsewhere cw_swap_push() is cw_queue_push().
 *
 * Threads	the source's
 */
#ifndef CW_TASK_SWAP_H
#define CW_TASK_SWAP_H

#include "pipe/queue.h"

struct cw_swap {
	struct cw_batch *held;
	struct cw_pos last;    /* commit of the last that went by */
	unsigned passed, idle; /* transactions that went by, words of idleness swallowed */
	bool done;
};

#ifdef CW_FAULTS
bool cw_swap_push(struct cw_swap *swap, struct cw_queue *queue,
		  struct cw_batch *batch) CW_MUST_CHECK;
void cw_swap_release(struct cw_swap *swap);
#else
#define cw_swap_push(swap, queue, batch) cw_queue_push(queue, batch)
#define cw_swap_release(swap)		 ((void)0)
#endif

#endif
