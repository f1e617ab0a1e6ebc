/* batch.c - see batch.h */
#include "pipe/batch.h"

#include <string.h>

struct cw_batch *cw_batch_new(enum cw_batch_kind kind)
{
	struct cw_arena arena = CW_ARENA(SIZE_MAX);
	struct cw_batch *batch = cw_new(&arena, struct cw_batch, 1);

	batch->kind = kind;
	if (kind == CW_BATCH_TXN)
		batch->change = cw_new(&arena, struct cw_change, CW_BATCH_CHANGES);
	batch->arena = arena; /* the batch lies in the arena it owns */
	return batch;
}

void cw_batch_free(struct cw_batch *batch)
{
	struct cw_arena arena;

	if (!batch)
		return;
	arena = batch->arena;
	cw_arena_release(&arena);
}

static void copy_row(struct cw_arena *arena, struct cw_row *row)
{
	struct cw_value *to;

	if (row->count == 0)
		return;
	to = cw_new(arena, struct cw_value, row->count);
	memcpy(to, row->value, row->count * sizeof(*to));
	for (uint16_t i = 0; i < row->count; i++) {
		uint8_t *bytes;

		if (to[i].state != CW_VALUE_SET || to[i].len == 0)
			continue;
		bytes = cw_new(arena, uint8_t, to[i].len);
		memcpy(bytes, to[i].at, to[i].len);
		to[i].at = bytes;
	}
	row->value = to;
}

void cw_batch_add(struct cw_batch *batch, const struct cw_change *change)
{
	struct cw_change *to = &batch->change[batch->count++];

	assert(batch->count <= CW_BATCH_CHANGES);
	*to = *change;
	copy_row(&batch->arena, &to->before);
	copy_row(&batch->arena, &to->after);
}
