/*
 * value.h - one column of one row, in its source's own storage bytes
 *
 * A value is 16 bytes and points at bytes it does not own: a receive buffer,
 * an arena, a spill file's map.  What the bytes mean is said by the column of
 * the shape beside it: going forward they are Oracle's storage form (NUMBER,
 * DATE, ... as V$LOGMNR_CONTENTS and the wire both show it), going back they
 * are PostgreSQL's binary send form.
 */
#ifndef CW_MODEL_VALUE_H
#define CW_MODEL_VALUE_H

#include "base/base.h"

/*
 * Four things an absent value can mean; a bool "is null" knows only one.
 * UNCHANGED and UNLOGGED both mean "write nothing", but only the second is
 * worth a warning: the source did not log what the target may need.
 */
enum cw_value_state {
	CW_VALUE_NULL = 0,
	CW_VALUE_SET,
	CW_VALUE_UNCHANGED, /* same as before the change */
	CW_VALUE_UNLOGGED,  /* the source's log does not say */
};

struct cw_value {
	uint8_t state; /* enum cw_value_state */
	uint8_t reserved;
	uint16_t reserved2;
	uint32_t len;
	const uint8_t *at;
};

_Static_assert(sizeof(struct cw_value) == 16, "four values to a cache line");

struct cw_row {
	uint16_t count;
	struct cw_value *value; /* count of them, in the shape's column order */
};

static inline struct cw_bytes cw_value_bytes(const struct cw_value *value)
{
	return (struct cw_bytes){ value->at, value->len };
}

static inline struct cw_value cw_value_set(struct cw_bytes bytes)
{
	return (struct cw_value){ .state = CW_VALUE_SET,
				  .len = (uint32_t)bytes.len,
				  .at = bytes.at };
}

#endif
