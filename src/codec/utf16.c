/* utf16.c - see utf16.h */
#include "codec/utf16.h"

#define HIGH_FIRST 0xd800u
#define LOW_FIRST  0xdc00u
#define LOW_LAST   0xdfffu

static unsigned unit_at(const uint8_t *at, bool little_endian)
{
	return little_endian ? (unsigned)at[1] << 8 | at[0] : (unsigned)at[0] << 8 | at[1];
}

static uint8_t *put_utf8(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (uint8_t)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (uint8_t)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (uint8_t)(0xe0 | c >> 12);
		} else {
			*to++ = (uint8_t)(0xf0 | c >> 18);
			*to++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (uint8_t)(0x80 | (c & 0x3f));
	return to;
}

bool cw_utf16_to_utf8(struct cw_bytes text, bool little_endian, uint8_t *ret, size_t *ret_len)
{
	uint8_t *to = ret;
	size_t at = 0;

	for (; at + 2 <= text.len; at += 2) {
		uint32_t c = unit_at(text.at + at, little_endian), low;

		if (c >= HIGH_FIRST && c <= LOW_LAST) {
			if (c >= LOW_FIRST || at + 4 > text.len)
				break;
			low = unit_at(text.at + at + 2, little_endian);
			if (low < LOW_FIRST || low > LOW_LAST)
				break;
			c = 0x10000 + ((c - HIGH_FIRST) << 10) + (low - LOW_FIRST);
			at += 2;
		}
		to = put_utf8(to, c);
	}
	*ret_len = at == text.len ? (size_t)(to - ret) : at;
	return at == text.len;
}

/* One character of UTF-8; 0: none of its length is there, or it is none at all. */
static size_t take_utf8(const uint8_t *at, size_t left, uint32_t *ret)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (len == 0 || len > left || at[0] > 0xf4)
		return 0;
	*ret = len == 1 ? at[0] : at[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*ret = *ret << 6 | (at[i] & 0x3f);
	}
	return *ret < lowest[len] || *ret > 0x10ffff || (*ret >= HIGH_FIRST && *ret <= LOW_LAST)
		       ? 0
		       : len;
}

static uint8_t *put_unit(uint8_t *to, uint32_t unit)
{
	*to++ = (uint8_t)(unit >> 8);
	*to++ = (uint8_t)unit;
	return to;
}

bool cw_utf8_to_utf16(struct cw_bytes text, uint8_t *ret, size_t *ret_len)
{
	uint8_t *to = ret;
	size_t at = 0, len;
	uint32_t c;

	for (; at < text.len; at += len) {
		len = take_utf8(text.at + at, text.len - at, &c);
		if (len == 0)
			break;
		if (c >= 0x10000) {
			to = put_unit(to, HIGH_FIRST + ((c - 0x10000) >> 10));
			c = LOW_FIRST + ((c - 0x10000) & 0x3ff);
		}
		to = put_unit(to, c);
	}
	*ret_len = at == text.len ? (size_t)(to - ret) : at;
	return at == text.len;
}
