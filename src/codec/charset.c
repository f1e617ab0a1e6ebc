/* charset.c - see charset.h */
#include "codec/charset.h"

#include <string.h>

#define QUESTION_REVERSED 0xbf /* of the western sets */

/* Bytes that both ISO 8859-1 and code page 1252 have: the character is the byte. */
#define SAME_8(n)  (n), (n) + 1, (n) + 2, (n) + 3, (n) + 4, (n) + 5, (n) + 6, (n) + 7
#define SAME_32(n) SAME_8(n), SAME_8((n) + 8), SAME_8((n) + 16), SAME_8((n) + 24)

static const uint16_t ascii[128],
	latin_1[128] = { SAME_32(0x80), SAME_32(0xa0), SAME_32(0xc0), SAME_32(0xe0) };
static const uint16_t latin_9[128] = {
	SAME_32(0x80),
	SAME_32(0xa0),
	SAME_32(0xc0),
	SAME_32(0xe0),
};
static const uint16_t windows_1252[128] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e,	       0x2026,	      0x2020,
	0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,	       0x0152,	      0,
	0x017d, 0,	0,	0x2018, 0x2019,	       0x201c,	      0x201d,
	0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,	       0x0161,	      0x203a,
	0x0153, 0,	0x017e, 0x0178, SAME_32(0xa0), SAME_32(0xc0), SAME_32(0xe0),
};

/* ISO 8859-15 is ISO 8859-1 but for these. */
static const uint16_t latin_9_own[][2] = { { 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 },
					   { 0xb4, 0x017d }, { 0xb8, 0x017e }, { 0xbc, 0x0152 },
					   { 0xbd, 0x0153 }, { 0xbe, 0x0178 } };

static const struct cw_charset charsets[] = {
	{ "WE8MSWIN1252", 178, windows_1252, QUESTION_REVERSED },
	{ "WE8ISO8859P1", 31, latin_1, QUESTION_REVERSED },
	{ "WE8ISO8859P15", 46, latin_9, QUESTION_REVERSED },
	{ "US7ASCII", 1, ascii, '?' },
};

const struct cw_charset *cw_charset_find(const char *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(charsets); i++)
		if (strcmp(charsets[i].name, name) == 0)
			return &charsets[i];
	return NULL;
}

uint32_t cw_charset_character(const struct cw_charset *charset, uint8_t byte)
{
	uint32_t c;

	if (byte < 0x80)
		return byte;
	for (size_t i = 0; charset->high == latin_9 && i < CW_ARRAY_LEN(latin_9_own); i++)
		if (byte == latin_9_own[i][0])
			return latin_9_own[i][1];
	c = charset->high[byte - 0x80];
	return c ? c : CW_CHARSET_UNKNOWN;
}

int cw_charset_byte(const struct cw_charset *charset, uint32_t character)
{
	if (character < 0x80)
		return (int)character;
	for (unsigned byte = 0x80; byte < 0x100 && character != CW_CHARSET_UNKNOWN; byte++)
		if (cw_charset_character(charset, (uint8_t)byte) == character)
			return (int)byte;
	return -1;
}

size_t cw_utf8_put(uint8_t *out, uint32_t character)
{
	if (character < 0x80) {
		out[0] = (uint8_t)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (uint8_t)(0xc0 | character >> 6);
		out[1] = (uint8_t)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character < 0x10000) {
		out[0] = (uint8_t)(0xe0 | character >> 12);
		out[1] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (character & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | character >> 18);
	out[1] = (uint8_t)(0x80 | (character >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (character & 0x3f));
	return 4;
}

size_t cw_utf8_take(const uint8_t *at, size_t left, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t bytes = at[0] < 0x80   ? 1
		       : at[0] < 0xc2 ? 0
		       : at[0] < 0xe0 ? 2
		       : at[0] < 0xf0 ? 3
				      : 4;
	uint32_t c = bytes == 1 ? at[0] : at[0] & (0xffu >> (bytes + 1));

	if (bytes == 0 || at[0] > 0xf4 || bytes > left)
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	*ret = c;
	return c < least[bytes] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : bytes;
}
