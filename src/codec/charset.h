/*
 * charset.h - single-byte character sets of Oracle databases
 *
 * The first half of each is ASCII.  Clients of such a database send and get UTF-8 and the server converts; raw
 * redo has the bytes as they are stored.
 *
 * Owns		static; never freed
 * Threads	any
 * Sources	Unicode's CP1252.TXT and 8859-15.TXT; ids: oracle-wire 4.7; replacement characters: Globalization
 *		Support Guide 19c, "Character Set Conversion"
 */
#ifndef CW_CODEC_CHARSET_H
#define CW_CODEC_CHARSET_H

#include "base/base.h"

struct cw_charset {
	const char *name;
	uint16_t id;	      /* NLS_CHARSET_ID */
	const uint16_t *high; /* of bytes 0x80 to 0xff: the character, 0: none */
	uint8_t replacement;  /* what a server stores for a character that is not in it */
};

#define CW_CHARSET_UNKNOWN 0xfffdu /* what a server sends for a byte that is no character */
#define CW_CHARSET_GROWTH  3u	   /* bytes of UTF-8 for one that is stored */
#define CW_CHARSET_NAMES   "WE8MSWIN1252, WE8ISO8859P1, WE8ISO8859P15, US7ASCII"

/* NULL: it is none of these. */
const struct cw_charset *cw_charset_find(const char *name);

/* The character that a byte is; 0 for byte 0, and CW_CHARSET_UNKNOWN where it is none. */
uint32_t cw_charset_character(const struct cw_charset *charset, uint8_t byte);
/* The byte of a character; -1: it has none. */
int cw_charset_byte(const struct cw_charset *charset, uint32_t character);

/* One character as UTF-8; how many bytes that is, at most 4. */
size_t cw_utf8_put(uint8_t *out, uint32_t character);
/* The character at @at and how many bytes it takes; 0: these are no UTF-8. */
size_t cw_utf8_take(const uint8_t *at, size_t left, uint32_t *ret);

#endif
