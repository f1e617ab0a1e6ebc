/* wr.c - see wr.h */
#include "base/wr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM_MIN 256u

static bool grow(struct cw_wr *wr, size_t count)
{
	size_t room = wr->room ? wr->room : ROOM_MIN;
	uint8_t *bigger;

	if (wr->limit_bytes && (count > wr->limit_bytes || wr->len > wr->limit_bytes - count))
		return false;
	while (room - wr->len < count)
		room *= 2;
	if (wr->limit_bytes && room > wr->limit_bytes)
		room = wr->limit_bytes;
	bigger = realloc(wr->at0, room);
	if (!bigger) {
		fputs("causeway: out of memory\n", stderr);
		abort();
	}
	wr->at0 = bigger;
	wr->room = room;
	return true;
}

uint8_t *cw_wr_room(struct cw_wr *wr, size_t count)
{
	if (wr->failed)
		return NULL;
	if (wr->room - wr->len < count && wr->flush && !wr->flush(wr))
		wr->failed = true;
	else if (wr->room - wr->len < count && (wr->flush || !grow(wr, count)))
		wr->failed = true;
	return wr->failed ? NULL : wr->at0 + wr->len;
}

void cw_wr_put_slowly(struct cw_wr *wr, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	while (len > 0) {
		size_t part = len;
		uint8_t *at;

		if (wr->flush && wr->room > wr->len && part > wr->room - wr->len)
			part = wr->room - wr->len;
		else if (wr->flush && wr->room == wr->len)
			part = 1;
		at = cw_wr_room(wr, part);
		if (!at)
			return;
		memcpy(at, from, part);
		wr->len += part;
		from += part;
		len -= part;
	}
}

void cw_wr_printf(struct cw_wr *wr, const char *fmt, ...)
{
	char small[512];
	char *text = small;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(small)) {
		va_start(ap, fmt);
		len = vasprintf(&text, fmt, ap);
		va_end(ap);
	}
	if (len < 0 || !text)
		wr->failed = true;
	else
		cw_wr_put(wr, text, (size_t)len);
	if (text != small)
		free(text);
}

void cw_wr_release(struct cw_wr *wr)
{
	free(wr->at0);
	*wr = (struct cw_wr){ .limit_bytes = wr->limit_bytes };
}
