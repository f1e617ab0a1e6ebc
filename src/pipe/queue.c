/* queue.c - see queue.h */
#include "pipe/queue.h"

#include "base/os.h"

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
	CW_LOCKED(&queue->lock);

	while (!queue->cancelled && !has_room_for(queue, bytes))
		(void)pthread_cond_wait(&queue->has_room, &queue->lock);
	if (queue->cancelled)
		return false;

	batch->next = NULL;
	*queue->last = batch;
	queue->last = &batch->next;
	queue->bytes += bytes;
	(void)pthread_cond_signal(&queue->has_batch);
	return true;
}

struct cw_batch *cw_queue_pop(struct cw_queue *queue)
{
	struct cw_batch *batch;
	CW_LOCKED(&queue->lock);

	while (!queue->cancelled && !queue->first)
		(void)pthread_cond_wait(&queue->has_batch, &queue->lock);
	if (queue->cancelled)
		return NULL;

	batch = queue->first;
	queue->first = batch->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->bytes -= cw_batch_bytes(batch);
	(void)pthread_cond_broadcast(&queue->has_room);
	return batch;
}

bool cw_queue_is_empty(struct cw_queue *queue)
{
	CW_LOCKED(&queue->lock);

	return !queue->first;
}

void cw_queue_cancel(struct cw_queue *queue)
{
	CW_LOCKED(&queue->lock);

	queue->cancelled = true;
	drop_all(queue);
	(void)pthread_cond_broadcast(&queue->has_batch);
	(void)pthread_cond_broadcast(&queue->has_room);
}
