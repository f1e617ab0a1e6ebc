/*
 * moved.h - rows whose key an UPDATE changed, taken out and not yet put back
 *
 * Holds whole new rows of one table in PostgreSQL's binary form, found by
 * their identity (key, or all columns), in the order they came.
 *
 * Errors	CW5005 more than memory is set aside for
 */
#ifndef CW_ENDPOINT_MOVED_H
#define CW_ENDPOINT_MOVED_H

#include "base/err.h"
#include "base/wr.h"
#include "model/shape.h"
#include "model/value.h"

struct cw_moved_row {
	size_t at; /* in bytes: column_count times length and value */
	uint64_t hash;
	uint32_t next; /* in its bucket, plus one */
	bool gone;     /* taken again */
};

struct cw_moved {
	const struct cw_shape *shape; /* NULL: none held */
	struct cw_wr bytes;
	struct cw_moved_row *row;
	uint32_t count, room;
	uint32_t bucket[4096];
};

/* @row: in binary form. */
bool cw_moved_add(struct cw_moved *moved, const struct cw_shape *shape, const struct cw_value *row,
		  struct cw_err *err) CW_MUST_CHECK;
/* A held row with the identity of @row; NULL if there is none.  Set gone to take it. */
struct cw_moved_row *cw_moved_find(struct cw_moved *moved, const struct cw_value *row);
/* The values of row @index. */
void cw_moved_values(const struct cw_moved *moved, uint32_t index, struct cw_value *ret);
void cw_moved_clear(struct cw_moved *moved);
void cw_moved_release(struct cw_moved *moved);

/* Columns by which a row is found: of the key, else all. */
static inline uint16_t cw_identity_count(const struct cw_shape *shape)
{
	return shape->key_count ? shape->key_count : shape->column_count;
}

static inline uint16_t cw_identity_column(const struct cw_shape *shape, uint16_t i)
{
	return shape->key_count ? shape->key[i] : i;
}

#endif
