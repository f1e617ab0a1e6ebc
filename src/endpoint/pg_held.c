/* pg_held.c - see pg_held.h */
#include "endpoint/pg_held.h"

#define BYTES_FULL (256u << 10)

unsigned cw_pg_held_rows_max(const struct cw_shape *shape)
{
	unsigned rows = CW_PG_HELD_VALUES / shape->column_count;

	return rows < CW_PG_HELD_ROWS ? rows : CW_PG_HELD_ROWS;
}

bool cw_pg_held_add(struct cw_pg_held *held, const struct cw_shape *shape,
		    const struct cw_value *row, struct cw_err *err)
{
	struct cw_value *to = held->value + held->rows * shape->column_count;

	assert(!held->shape || held->shape == shape);
	assert(held->rows < cw_pg_held_rows_max(shape));
	for (uint16_t i = 0; i < shape->column_count; i++) {
		to[i] = row[i];
		if (row[i].state == CW_VALUE_SET)
			cw_wr_put(&held->bytes, row[i].at, row[i].len);
	}
	if (cw_wr_failed(&held->bytes))
		return cw_fail(err, CW_ERR_LIMIT, 5004, "%s.%s: no room left for the row",
			       shape->owner, shape->name);
	held->shape = shape;
	held->rows++;
	return true;
}

bool cw_pg_held_is_full(const struct cw_pg_held *held)
{
	return held->shape && (held->rows == cw_pg_held_rows_max(held->shape) ||
			       held->bytes.len >= BYTES_FULL);
}

const struct cw_value *cw_pg_held_values(struct cw_pg_held *held)
{
	const uint8_t *at = held->bytes.at0;

	for (unsigned i = 0; i < held->rows * held->shape->column_count; i++) {
		if (held->value[i].state != CW_VALUE_SET)
			continue;
		held->value[i].at = at;
		at += held->value[i].len;
	}
	return held->value;
}

void cw_pg_held_clear(struct cw_pg_held *held)
{
	held->shape = NULL;
	held->rows = 0;
	cw_wr_reset(&held->bytes);
}

void cw_pg_held_release(struct cw_pg_held *held)
{
	cw_wr_release(&held->bytes);
	*held = (struct cw_pg_held){ 0 };
}
