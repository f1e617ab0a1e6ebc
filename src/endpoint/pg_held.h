/*
 * pg_held.h - rows that go into one table one behind the other, kept back to go in together
 *
 * A full set is one statement for the server instead of many.  Whoever holds
 * rows lets them go before anything else reaches the server.
 *
 * Owns		copies of the rows, in PostgreSQL's binary form
 * Errors	CW5004 they do not fit
 */
#ifndef CW_ENDPOINT_PG_HELD_H
#define CW_ENDPOINT_PG_HELD_H

#include "base/err.h"
#include "base/wr.h"
#include "model/shape.h"
#include "model/value.h"

#define CW_PG_HELD_ROWS	  16u	/* in one statement ... */
#define CW_PG_HELD_VALUES 1024u /* ... with so many parameters at most */

struct cw_pg_held {
	const struct cw_shape *shape; /* of all rows; NULL: there are none */
	unsigned rows;
	struct cw_wr bytes;
	struct cw_value value[CW_PG_HELD_VALUES]; /* row by row */
};

/* How many rows of @shape make a full set: 1 for the widest tables. */
unsigned cw_pg_held_rows_max(const struct cw_shape *shape);

/* @row: NULL or SET each, by column.  There is room: the set was not full. */
bool cw_pg_held_add(struct cw_pg_held *held, const struct cw_shape *shape,
		    const struct cw_value *row, struct cw_err *err) CW_MUST_CHECK;
/* As many rows as may be, or many bytes. */
bool cw_pg_held_is_full(const struct cw_pg_held *held);
/* The values of all rows, row by row; good until the next call. */
const struct cw_value *cw_pg_held_values(struct cw_pg_held *held);
void cw_pg_held_clear(struct cw_pg_held *held);
void cw_pg_held_release(struct cw_pg_held *held);

#endif
