/*
 * wr.h - put bytes one after the other into a buffer that grows or flushes
 *
 * The writer's twin of rd.h: a failed write makes it fail for good and the
 * caller asks once at the end.  Without flush() the buffer grows, doubling,
 * up to limit_bytes; with flush() it is emptied whenever it is full, so that
 * a message of any length passes through a packet of fixed size.
 *
 * Owns		its buffer: cw_wr_release() gives it back
 * Threads	one at a time
 */
#ifndef CW_BASE_WR_H
#define CW_BASE_WR_H

#include "base/base.h"

#include <string.h>

struct cw_wr {
	uint8_t *at0; /* start of the buffer */
	size_t len;   /* written and not yet flushed */
	size_t room;
	size_t limit_bytes; /* 0: no limit but memory */
	bool failed;
	/* Empty the buffer (len becomes what must stay in front); false fails the writer. */
	bool (*flush)(struct cw_wr *wr);
	void *sink; /* of flush() */
};

/* Room for @count more bytes, contiguous; NULL and failed when there is none. */
uint8_t *cw_wr_room(struct cw_wr *wr, size_t count);
void cw_wr_release(struct cw_wr *wr);

static inline bool cw_wr_failed(const struct cw_wr *wr)
{
	return wr->failed;
}

static inline struct cw_bytes cw_wr_bytes(const struct cw_wr *wr)
{
	return (struct cw_bytes){ wr->at0, wr->len };
}

static inline void cw_wr_reset(struct cw_wr *wr)
{
	wr->len = 0;
	wr->failed = false;
}

/* cw_wr_put() where there is no room, or none to be seen at once. */
void cw_wr_put_slowly(struct cw_wr *wr, const void *bytes, size_t len);

/* Append @len bytes; goes over as many flushes as it takes. */
static inline void cw_wr_put(struct cw_wr *wr, const void *bytes, size_t len)
{
	if (len == 0 || wr->failed || wr->room - wr->len < len) {
		cw_wr_put_slowly(wr, bytes, len);
		return;
	}
	memcpy(wr->at0 + wr->len, bytes, len);
	wr->len += len;
}

/* memcpy() of few bytes, without a call: two pieces of one size that may overlap. */
static inline void cw_copy_short(uint8_t *to, const uint8_t *from, size_t len)
{
	uint8_t first[16], last[16];

	if (len > 32) {
		memcpy(to, from, len);
	} else if (len >= 16) {
		memcpy(first, from, 16);
		memcpy(last, from + len - 16, 16);
		memcpy(to, first, 16);
		memcpy(to + len - 16, last, 16);
	} else if (len >= 8) {
		memcpy(first, from, 8);
		memcpy(last, from + len - 8, 8);
		memcpy(to, first, 8);
		memcpy(to + len - 8, last, 8);
	} else if (len >= 4) {
		memcpy(first, from, 4);
		memcpy(last, from + len - 4, 4);
		memcpy(to, first, 4);
		memcpy(to + len - 4, last, 4);
	} else {
		for (size_t i = 0; i < len; i++)
			to[i] = from[i];
	}
}

static inline void cw_wr_u8(struct cw_wr *wr, unsigned value)
{
	uint8_t *at = wr->len < wr->room && !wr->failed ? wr->at0 + wr->len : cw_wr_room(wr, 1);

	if (at) {
		*at = (uint8_t)value;
		wr->len++;
	}
}

/* The low @count bytes (1 to 8) of @value, the highest first. */
static inline void cw_wr_be(struct cw_wr *wr, uint64_t value, unsigned count)
{
	uint8_t raw[8];

	assert(count <= sizeof(raw));
	for (unsigned i = 0; i < count; i++)
		raw[i] = (uint8_t)(value >> 8 * (count - 1 - i));
	cw_wr_put(wr, raw, count);
}

static inline void cw_wr_u16be(struct cw_wr *wr, unsigned value)
{
	cw_wr_be(wr, value, 2);
}

static inline void cw_wr_u32be(struct cw_wr *wr, uint32_t value)
{
	cw_wr_be(wr, value, 4);
}

static inline void cw_wr_u64be(struct cw_wr *wr, uint64_t value)
{
	cw_wr_be(wr, value, 8);
}

/* Text without its NUL. */
static inline void cw_wr_text(struct cw_wr *wr, const char *text)
{
	cw_wr_put(wr, text, strlen(text));
}

void cw_wr_printf(struct cw_wr *wr, const char *fmt, ...) CW_PRINTF(2, 3);

#endif
