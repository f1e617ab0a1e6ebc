/*
 * utf16.h - what NCHAR, NVARCHAR2, NCLOB and CLOB data are on the wire, as UTF-8
 *
 * Errors	by return: half of a pair alone, an odd byte
 * Threads	any
 * Sources	RFC 2781, RFC 3629; python-oracledb thin/lob.pyx for which data are UTF-16
 */
#ifndef CW_CODEC_UTF16_H
#define CW_CODEC_UTF16_H

#include "base/base.h"

/* UTF-8 of @len bytes of UTF-16 is at most this long. */
static inline size_t cw_utf16_room(size_t len)
{
	return len / 2 * 3;
}

/* Writes into @ret, which has that much room; false if it is no UTF-16: *ret_len is where. */
bool cw_utf16_to_utf8(struct cw_bytes text, bool little_endian, uint8_t *ret, size_t *ret_len);

/* Big endian, into @ret with room for 2 * @text.len; false if it is no UTF-8. */
bool cw_utf8_to_utf16(struct cw_bytes text, uint8_t *ret, size_t *ret_len);

#endif
