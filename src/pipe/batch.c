/* batch.c - see batch.h */
#include "pipe/batch.h"

#include <string.h>

#define CHANGES_FIRST 4u

struct cw_batch *cw_batch_new(enum cw_batch_kind kind)
{
	struct cw_arena arena = CW_ARENA(SIZE_MAX);
	struct cw_batch *batch = cw_new(&arena, struct cw_batch, 1);

	batch->kind = kind;
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

static bool has_bytes(const struct cw_value *value)
{
	return value->state == CW_VALUE_SET && value->len > 0;
}

static void copy_row(struct cw_arena *arena, struct cw_row *row)
{
	struct cw_value *to;
	uint8_t *bytes;
	size_t total = 0;

	if (row->count == 0)
		return;
	for (uint16_t i = 0; i < row->count; i++)
		total += has_bytes(&row->value[i]) ? row->value[i].len : 0;
	to = cw_new(arena, struct cw_value, row->count);
	memcpy(to, row->value, row->count * sizeof(*to));
	bytes = cw_new(arena, uint8_t, total);
	for (uint16_t i = 0; i < row->count; i++) {
		if (!has_bytes(&to[i]))
			continue;
		memcpy(bytes, to[i].at, to[i].len);
		to[i].at = bytes;
		bytes += to[i].len;
	}
	row->value = to;
}

/* Most transactions are small: room for few changes first, for twice as many when they are there. */
static void grow(struct cw_batch *batch)
{
	uint32_t room = batch->room ? 2 * batch->room : CHANGES_FIRST;
	struct cw_change *bigger = cw_new(&batch->arena, struct cw_change, room);

	if (batch->count)
		memcpy(bigger, batch->change, batch->count * sizeof(*bigger));
	batch->change = bigger;
	batch->room = room;
}

void cw_batch_add(struct cw_batch *batch, const struct cw_change *change)
{
	struct cw_change *to;

	assert(batch->count < CW_BATCH_CHANGES);
	if (batch->count == batch->room)
		grow(batch);
	to = &batch->change[batch->count++];
	*to = *change;
	copy_row(&batch->arena, &to->before);
	copy_row(&batch->arena, &to->after);
}
