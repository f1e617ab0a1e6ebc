/* db_text.c - see db_text.h */
#include "rehearsal/db_text.h"

#include "codec/ttc_call_codes.h"

#include <string.h>

static const struct cw_charset unicode = { "AL32UTF8", CW_CHARSET_UTF8, NULL, 0 };
static const struct cw_charset *charset = &unicode;

const struct cw_charset *rh_charset_find(const char *name)
{
	return strcmp(name, unicode.name) == 0 ? &unicode : cw_charset_find(name);
}

void rh_text_use(const struct cw_charset *to)
{
	charset = to;
}

const struct cw_charset *rh_text_charset(void)
{
	return charset;
}

/* ---- characters -------------------------------------------------------------------------- */

static bool is_odd(uint32_t c)
{
	return c >= RH_ODD_FIRST && c <= RH_ODD_FIRST + 0xff;
}

/* What a stored byte is inside. */
static uint32_t character_of(uint8_t byte)
{
	uint32_t c = cw_charset_character(charset, byte);

	return c == 0 || c == CW_CHARSET_UNKNOWN ? RH_ODD_FIRST + byte : c;
}

/* ---- texts ------------------------------------------------------------------------------- */

bool rh_text_from_client(struct cw_bytes in, bool national, uint8_t *out, size_t *ret_len)
{
	bool narrow = charset->high && !national;
	size_t bytes, len = 0;
	uint32_t c = 0;

	for (size_t at = 0; at < in.len; at += bytes ? bytes : 1) {
		bytes = cw_utf8_take(in.at + at, in.len - at, &c);
		if (bytes > 0 && is_odd(c))
			return false;
		if (bytes == 0)
			c = narrow ? CW_CHARSET_UNKNOWN : RH_ODD_FIRST + in.at[at];
		else if (c == 0)
			c = RH_ODD_FIRST;
		if (narrow && !is_odd(c) && cw_charset_byte(charset, c) < 0)
			c = character_of(charset->replacement);
		len += cw_utf8_put(out + len, c);
	}
	*ret_len = len;
	return true;
}

size_t rh_text_from_stored(struct cw_bytes in, uint8_t *out)
{
	size_t bytes, len = 0;
	uint32_t c = 0;

	for (size_t at = 0; at < in.len; at += bytes) {
		bytes = charset->high ? 1 : cw_utf8_take(in.at + at, in.len - at, &c);
		if (charset->high)
			c = character_of(in.at[at]);
		else if (bytes == 0 || c == 0)
			c = RH_ODD_FIRST + in.at[at];
		bytes = bytes ? bytes : 1;
		len += cw_utf8_put(out + len, c);
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
	size_t bytes = cw_utf8_take(in.at + at, in.len - at, ret);

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
			byte = cw_charset_byte(charset, c);
			out[len++] = byte < 0 ? charset->replacement : (uint8_t)byte;
		} else {
			len += cw_utf8_put(out + len, c);
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
			c = c == RH_ODD_FIRST ? 0 : CW_CHARSET_UNKNOWN;
		len += cw_utf8_put(out + len, c);
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
