/*
 * rd.h - read from bytes that may be too few, and check once
 *
 * A reader walks a run of bytes it does not own.  The first read that does
 * not fit makes it fail for good: that read and all after it give zero (or
 * NULL), and cw_rd_failed() tells.  A parser therefore reads a whole group of
 * fields in a straight line and asks at the end, and no length that came off
 * the wire is trusted before it was compared with what is really there.
 *
 *	len = cw_rd_u16be(&rd);
 *	name = cw_rd_take(&rd, len);
 *	if (cw_rd_failed(&rd))
 *		return cw_fail(err, CW_ERR_DATA, 2101, "column name is cut");
 *
 * A stream that arrives in packets sets more(): when a run is used up it puts
 * the next one in its place.  Integers, cw_rd_copy() and cw_rd_skip() go over
 * the seam; cw_rd_take() hands out bytes where they lie and therefore fails at
 * a seam, so code that reads packets asks cw_rd_left() first and copies if
 * need be.  more() notes why it gave up in its own struct.
 *
 * Owns		nothing; what cw_rd_take() returned is good until more() is called
 * Threads	one at a time
 */
#ifndef CW_BASE_RD_H
#define CW_BASE_RD_H

#include "base/base.h"

#include <string.h>

struct cw_rd {
	const uint8_t *at;
	const uint8_t *end; /* at <= end, always */
	bool failed;
	/* Put a new, non-empty run into at and end; false if there is none. */
	bool (*more)(struct cw_rd *rd);
	void *source; /* of more() */
};

static inline struct cw_rd cw_rd(struct cw_bytes bytes)
{
	/* no bytes may have no place: NULL takes no offset, not even 0 */
	return (struct cw_rd){ .at = bytes.at,
			       .end = bytes.len > 0 ? bytes.at + bytes.len : bytes.at };
}

static inline bool cw_rd_failed(const struct cw_rd *rd)
{
	return rd->failed;
}

/* Bytes left in this run; more() may bring others. */
static inline size_t cw_rd_left(const struct cw_rd *rd)
{
	return (size_t)(rd->end - rd->at);
}

/* Make sure that one byte at least can be read; false fails the reader. */
static inline bool cw_rd_fill(struct cw_rd *rd)
{
	if (rd->failed)
		return false;
	if (rd->at < rd->end)
		return true;
	if (rd->more && rd->more(rd))
		return true;
	rd->failed = true;
	return false;
}

/* The next @count bytes where they lie in this run, or NULL. */
static inline const uint8_t *cw_rd_take(struct cw_rd *rd, size_t count)
{
	const uint8_t *at = rd->at;

	if (rd->failed || count > cw_rd_left(rd)) {
		rd->failed = true;
		return NULL;
	}
	rd->at += count;
	return at;
}

/* Copy the next @count bytes, over as many runs as it takes. */
static inline bool cw_rd_copy(struct cw_rd *rd, uint8_t *to, size_t count)
{
	while (count > 0) {
		size_t part;

		if (!cw_rd_fill(rd))
			return false;
		part = cw_rd_left(rd) < count ? cw_rd_left(rd) : count;
		if (to) {
			memcpy(to, rd->at, part);
			to += part;
		}
		rd->at += part;
		count -= part;
	}
	return !rd->failed;
}

static inline bool cw_rd_skip(struct cw_rd *rd, size_t count)
{
	return cw_rd_copy(rd, NULL, count);
}

/* @count bytes (1 to 8), the first the highest. */
static inline uint64_t cw_rd_be(struct cw_rd *rd, unsigned count)
{
	uint8_t raw[8] = { 0 };
	uint64_t value = 0;

	assert(count <= sizeof(raw));
	if (!rd->failed && cw_rd_left(rd) >= count) { /* in one piece, as nearly always */
		for (unsigned i = 0; i < count; i++)
			value = value << 8 | rd->at[i];
		rd->at += count;
		return value;
	}
	if (!cw_rd_copy(rd, raw, count))
		return 0;
	for (unsigned i = 0; i < count; i++)
		value = value << 8 | raw[i];
	return value;
}

static inline uint8_t cw_rd_u8(struct cw_rd *rd)
{
	return cw_rd_fill(rd) ? *rd->at++ : 0;
}

static inline uint16_t cw_rd_u16be(struct cw_rd *rd)
{
	return (uint16_t)cw_rd_be(rd, 2);
}

static inline uint32_t cw_rd_u32be(struct cw_rd *rd)
{
	return (uint32_t)cw_rd_be(rd, 4);
}

static inline uint64_t cw_rd_u64be(struct cw_rd *rd)
{
	return cw_rd_be(rd, 8);
}

/* Little endian, for the few fields of Oracle Net that are. */
static inline uint16_t cw_rd_u16le(struct cw_rd *rd)
{
	uint16_t swapped = cw_rd_u16be(rd);

	return (uint16_t)(swapped >> 8 | swapped << 8);
}

#endif
