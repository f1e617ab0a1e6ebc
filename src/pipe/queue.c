/* queue.c - see queue.h */
#include "pipe/queue.h"

#include "base/os.h"

#include <time.h>

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void cw_queue_init(struct cw_queue *queue, size_t bytes_max)
{
	assert(bytes_max > 0);
	*queue = (struct cw_queue){ .bytes_max = bytes_max };
	queue->last = &queue->first;
	(void)pthread_mutex_init(&queue->lock, NULL);
	(void)pthread_cond_init(&queue->has_room, NULL);
	(void)pthread_cond_init(&queue->has_batch, NULL);
}

static void drop_all(struct cw_queue *queue)
{
	while (queue->first) {
		struct cw_batch *batch = queue->first;

		queue->first = batch->next;
		cw_batch_free(batch);
	}
	queue->last = &queue->first;
	queue->bytes = 0;
}

void cw_queue_release(struct cw_queue *queue)
{
	drop_all(queue);
	(void)pthread_cond_destroy(&queue->has_batch);
	(void)pthread_cond_destroy(&queue->has_room);
	(void)pthread_mutex_destroy(&queue->lock);
}

static bool has_room_for(const struct cw_queue *queue, size_t bytes)
{
	return !queue->first ||
	       (queue->bytes < queue->bytes_max && bytes <= queue->bytes_max - queue->bytes);
}

bool cw_queue_push(struct cw_queue *queue, struct cw_batch *batch)
{
	size_t bytes = cw_batch_bytes(batch);
	uint64_t from;
	CW_LOCKED(&queue->lock);

	assert(!queue->closed);
	from = now_us();
	while (!queue->cancelled && !has_room_for(queue, bytes))
		(void)pthread_cond_wait(&queue->has_room, &queue->lock);
	queue->full_us += now_us() - from;
	if (queue->cancelled)
		return false;

	batch->next = NULL;
	*queue->last = batch;
	queue->last = &batch->next;
	queue->bytes += bytes;
	(void)pthread_cond_signal(&queue->has_batch);
	return true;
}

enum cw_pop cw_queue_pop(struct cw_queue *queue, struct cw_batch **ret)
{
	struct cw_batch *batch;
	uint64_t from;
	CW_LOCKED(&queue->lock);

	from = now_us();
	while (!queue->cancelled && !queue->closed && !queue->first)
		(void)pthread_cond_wait(&queue->has_batch, &queue->lock);
	queue->empty_us += now_us() - from;
	if (queue->cancelled)
		return CW_POP_CANCELLED;
	if (!queue->first)
		return CW_POP_END;

	batch = queue->first;
	queue->first = batch->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->bytes -= cw_batch_bytes(batch);
	(void)pthread_cond_broadcast(&queue->has_room);
	*ret = batch;
	return CW_POP_BATCH;
}

bool cw_queue_is_empty(struct cw_queue *queue)
{
	CW_LOCKED(&queue->lock);

	return !queue->first;
}

void cw_queue_close(struct cw_queue *queue)
{
	CW_LOCKED(&queue->lock);

	queue->closed = true;
	(void)pthread_cond_broadcast(&queue->has_batch);
}

void cw_queue_cancel(struct cw_queue *queue)
{
	CW_LOCKED(&queue->lock);

	queue->cancelled = true;
	drop_all(queue);
	(void)pthread_cond_broadcast(&queue->has_batch);
	(void)pthread_cond_broadcast(&queue->has_room);
}
