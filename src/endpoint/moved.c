/* moved.c - see moved.h */
#include "endpoint/moved.h"

#include "base/err.h"
#include "base/rd.h"

#include <stdlib.h>
#include <xxhash.h>

#define HELD_BYTES_MAX (64u << 20)
#define NULL_LEN       UINT32_MAX

static uint64_t identity_hash(const struct cw_shape *shape, const struct cw_value *row)
{
	uint64_t hash = 0;

	for (uint16_t i = 0; i < cw_identity_count(shape); i++) {
		const struct cw_value *value = &row[cw_identity_column(shape, i)];

		hash = value->state == CW_VALUE_SET ? XXH64(value->at, value->len, hash)
						    : hash * 31 + 7;
	}
	return hash;
}

static bool same(const struct cw_value *a, const struct cw_value *b)
{
	return a->state == b->state && (a->state != CW_VALUE_SET ||
					(a->len == b->len && memcmp(a->at, b->at, a->len) == 0));
}

static bool grow(struct cw_moved *moved)
{
	uint32_t room = moved->room ? 2 * moved->room : 64;
	struct cw_moved_row *row = realloc(moved->row, room * sizeof(*row));

	if (!row)
		return false;
	moved->row = row;
	moved->room = room;
	return true;
}

bool cw_moved_add(struct cw_moved *moved, const struct cw_shape *shape, const struct cw_value *row,
		  struct cw_err *err)
{
	struct cw_moved_row *added;
	uint64_t hash = identity_hash(shape, row);
	uint32_t *bucket = &moved->bucket[hash % CW_ARRAY_LEN(moved->bucket)];

	assert(!moved->shape || moved->shape == shape);
	moved->shape = shape;
	moved->bytes.limit_bytes = HELD_BYTES_MAX;
	if (moved->count == moved->room && !grow(moved))
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	added = &moved->row[moved->count++];
	*added = (struct cw_moved_row){ .at = moved->bytes.len, .hash = hash, .next = *bucket };
	*bucket = moved->count;
	for (uint16_t i = 0; i < shape->column_count; i++) {
		cw_wr_u32be(&moved->bytes, row[i].state == CW_VALUE_SET ? row[i].len : NULL_LEN);
		if (row[i].state == CW_VALUE_SET)
			cw_wr_put(&moved->bytes, row[i].at, row[i].len);
	}
	if (cw_wr_failed(&moved->bytes))
		return cw_fail(err, CW_ERR_LIMIT, 5005,
			       "%s.%s: %u rows changed their keys in one go, more than %u MiB",
			       shape->owner, shape->name, moved->count, HELD_BYTES_MAX >> 20);
	return true;
}

void cw_moved_values(const struct cw_moved *moved, uint32_t index, struct cw_value *ret)
{
	struct cw_rd rd = cw_rd(cw_wr_bytes(&moved->bytes));

	(void)cw_rd_take(&rd, moved->row[index].at);
	for (uint16_t i = 0; i < moved->shape->column_count; i++) {
		uint32_t len = cw_rd_u32be(&rd);

		ret[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		if (len != NULL_LEN)
			ret[i] = cw_value_set((struct cw_bytes){ cw_rd_take(&rd, len), len });
	}
	assert(!cw_rd_failed(&rd));
}

struct cw_moved_row *cw_moved_find(struct cw_moved *moved, const struct cw_value *row)
{
	const struct cw_shape *shape = moved->shape;
	uint64_t hash;
	struct cw_value *held;

	if (!shape || moved->count == 0)
		return NULL;
	hash = identity_hash(shape, row);
	held = calloc(shape->column_count, sizeof(*held));
	assert(held);
	for (uint32_t i = moved->bucket[hash % CW_ARRAY_LEN(moved->bucket)]; i > 0;
	     i = moved->row[i - 1].next) {
		bool found = moved->row[i - 1].hash == hash && !moved->row[i - 1].gone;

		if (!found)
			continue;
		cw_moved_values(moved, i - 1, held);
		for (uint16_t c = 0; c < cw_identity_count(shape) && found; c++)
			found = same(&held[cw_identity_column(shape, c)],
				     &row[cw_identity_column(shape, c)]);
		if (found) {
			free(held);
			return &moved->row[i - 1];
		}
	}
	free(held);
	return NULL;
}

void cw_moved_clear(struct cw_moved *moved)
{
	moved->shape = NULL;
	moved->count = 0;
	cw_wr_reset(&moved->bytes);
	memset(moved->bucket, 0, sizeof(moved->bucket));
}

void cw_moved_release(struct cw_moved *moved)
{
	free(moved->row);
	cw_wr_release(&moved->bytes);
	*moved = (struct cw_moved){ 0 };
}
