/*
 * queue.h - the only thing two threads of a task share
 *
 * A queue holds batches up to a number of bytes.  Who pushes into a full one
 * waits, and so the slowest stage sets the pace of all before it: that wait is
 * the whole of Causeway's flow control.  A single batch larger than the bound
 * is let in when the queue is empty, or nothing would ever move again.
 *
 * It ends by being cancelled: everybody is let go at once, the rest is freed, and
 * every call after that fails.
 */
#ifndef CW_PIPE_QUEUE_H
#define CW_PIPE_QUEUE_H

#include "pipe/batch.h"

#include <pthread.h>

struct cw_queue {
	pthread_mutex_t lock;
	pthread_cond_t has_room, has_batch;
	struct cw_batch *first, **last;
	size_t bytes, bytes_max;
	bool cancelled;
};

void cw_queue_init(struct cw_queue *queue, size_t bytes_max);
void cw_queue_release(struct cw_queue *queue); /* no thread may be inside */

/* Wait for room and hand @batch over.  On false it is still the caller's. */
bool cw_queue_push(struct cw_queue *queue, struct cw_batch *batch) CW_MUST_CHECK;

/* Wait for a batch, which is then yours; NULL when the queue was cancelled. */
struct cw_batch *cw_queue_pop(struct cw_queue *queue) CW_MUST_CHECK;

/* Would a pop wait? */
bool cw_queue_is_empty(struct cw_queue *queue);

void cw_queue_cancel(struct cw_queue *queue);

#endif
