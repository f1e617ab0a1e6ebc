/* db_text.c - see db_text.h */
#include "rehearsal/db_text.h"

#include <string.h>

#define UNKNOWN		  0xfffdu /* what a converter of Unicode says where there is no character */
#define QUESTION_REVERSED 0xbf	  /* of the western sets */

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

static const struct rh_charset charsets[] = {
	{ "AL32UTF8", 873, NULL, 0 },
	{ "WE8MSWIN1252", 178, windows_1252, QUESTION_REVERSED },
	{ "WE8ISO8859P1", 31, latin_1, QUESTION_REVERSED },
	{ "WE8ISO8859P15", 46, latin_9, QUESTION_REVERSED },
	{ "US7ASCII", 1, ascii, '?' },
};

static const struct rh_charset *charset = &charsets[0];

const struct rh_charset *rh_charset_find(const char *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(charsets); i++)
		if (strcmp(charsets[i].name, name) == 0)
			return &charsets[i];
	return NULL;
}

const char *rh_charset_names(void)
{
	return "AL32UTF8, WE8MSWIN1252, WE8ISO8859P1, WE8ISO8859P15, US7ASCII";
}

void rh_text_use(const struct rh_charset *to)
{
	charset = to;
}

const struct rh_charset *rh_text_charset(void)
{
	return charset;
}

/* ---- characters -------------------------------------------------------------------------- */

static size_t put(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* The character at @at, and its bytes; 0: these are no UTF-8. */
static size_t take(const uint8_t *at, size_t left, uint32_t *ret)
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

static bool is_odd(uint32_t c)
{
	return c >= RH_ODD_FIRST && c <= RH_ODD_FIRST + 0xff;
}

/* The byte of a single-byte set, or -1. */
static int byte_of(uint32_t c)
{
	if (c < 0x80)
		return (int)c;
	for (size_t i = 0; charset->high == latin_9 && i < CW_ARRAY_LEN(latin_9_own); i++) {
		if (c == latin_9_own[i][1])
			return latin_9_own[i][0];
		if (c == latin_9_own[i][0])
			return -1;
	}
	for (int i = 0; i < 128; i++)
		if (charset->high[i] == c)
			return i + 0x80;
	return -1;
}

/* What a stored byte is inside. */
static uint32_t character_of(uint8_t byte)
{
	uint32_t c = byte;

	if (byte >= 0x80)
		c = charset->high[byte - 0x80];
	for (size_t i = 0; charset->high == latin_9 && i < CW_ARRAY_LEN(latin_9_own); i++)
		if (byte == latin_9_own[i][0])
			return latin_9_own[i][1];
	return c == 0 ? RH_ODD_FIRST + byte : c;
}

/* ---- texts ------------------------------------------------------------------------------- */

bool rh_text_from_client(struct cw_bytes in, bool national, uint8_t *out, size_t *ret_len)
{
	bool narrow = charset->high && !national;
	size_t bytes, len = 0;
	uint32_t c = 0;

	for (size_t at = 0; at < in.len; at += bytes ? bytes : 1) {
		bytes = take(in.at + at, in.len - at, &c);
		if (bytes > 0 && is_odd(c))
			return false;
		if (bytes == 0)
			c = narrow ? UNKNOWN : RH_ODD_FIRST + in.at[at];
		else if (c == 0)
			c = RH_ODD_FIRST;
		if (narrow && !is_odd(c) && byte_of(c) < 0)
			c = character_of(charset->replacement);
		len += put(out + len, c);
	}
	*ret_len = len;
	return true;
}

size_t rh_text_from_stored(struct cw_bytes in, uint8_t *out)
{
	size_t bytes, len = 0;
	uint32_t c = 0;

	for (size_t at = 0; at < in.len; at += bytes) {
		bytes = charset->high ? 1 : take(in.at + at, in.len - at, &c);
		if (charset->high)
			c = character_of(in.at[at]);
		else if (bytes == 0 || c == 0)
			c = RH_ODD_FIRST + in.at[at];
		bytes = bytes ? bytes : 1;
		len += put(out + len, c);
	}
	return len;
}

bool rh_text_is_plain(struct cw_bytes inside)
{
	return !memmem(inside.at, inside.len, "\xf4\x8f", 2);
}

/* One character of what PostgreSQL holds. */
static size_t next(struct cw_bytes in, size_t at, uint32_t *ret)
{
	size_t bytes = take(in.at + at, in.len - at, ret);

	if (bytes > 0)
		return bytes;
	*ret = RH_ODD_FIRST + in.at[at]; /* cannot be: PostgreSQL checks its encoding */
	return 1;
}

size_t rh_text_to_stored(struct cw_bytes in, uint8_t *out)
{
	size_t bytes, len = 0;
	uint32_t c;
	int byte;

	for (size_t at = 0; at < in.len; at += bytes) {
		bytes = next(in, at, &c);
		if (is_odd(c)) {
			out[len++] = (uint8_t)(c - RH_ODD_FIRST);
		} else if (charset->high) {
			byte = byte_of(c);
			out[len++] = byte < 0 ? charset->replacement : (uint8_t)byte;
		} else {
			len += put(out + len, c);
		}
	}
	return len;
}

size_t rh_text_to_characters(struct cw_bytes in, uint8_t *out)
{
	size_t bytes, len = 0;
	uint32_t c;

	for (size_t at = 0; at < in.len; at += bytes) {
		bytes = next(in, at, &c);
		if (is_odd(c))
			c = c == RH_ODD_FIRST ? 0 : UNKNOWN;
		len += put(out + len, c);
	}
	return len;
}

size_t rh_text_to_client(struct cw_bytes in, uint8_t *out)
{
	return charset->high ? rh_text_to_characters(in, out) : rh_text_to_stored(in, out);
}

size_t rh_text_stored_len(struct cw_bytes in)
{
	size_t bytes, len = 0;
	uint32_t c;

	for (size_t at = 0; at < in.len; at += bytes) {
		bytes = next(in, at, &c);
		len += charset->high || is_odd(c) ? 1 : bytes;
	}
	return len;
}
