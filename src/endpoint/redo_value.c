/* redo_value.c - see redo_value.h */
#include "endpoint/redo_value.h"

#include <string.h>

/* The digit's value plus one; 0: it is none. */
static const uint8_t hex_plus_one[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static int hex_digit(uint8_t c)
{
	return hex_plus_one[c] - 1;
}

bool cw_redo_hex(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	if (text.len % 2)
		return cw_fail(err, CW_ERR_DATA, 7202, "%zu hex digits are not whole bytes",
			       text.len);
	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_digit(text.at[i]), low = hex_digit(text.at[i + 1]);

		if (high < 0 || low < 0)
			return cw_fail(err, CW_ERR_DATA, 7202, "no hex digit at byte %zu of it", i);
		ret[i / 2] = (uint8_t)(high << 4 | low);
	}
	*ret_len = text.len / 2;
	return true;
}

/* The decimal digits of a number without point and exponent, and where the point is. */
struct decimal {
	bool negative;
	unsigned count; /* of digit[], no zeros at either end */
	int point;	/* digits before the decimal point; may be < 0 or > count */
	uint8_t digit[42];
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool bad_number(struct cw_err *err, size_t at)
{
	return cw_fail(err, CW_ERR_DATA, 7202, "not a number at byte %zu of it", at);
}

/* [E][+-]ddd at @at; adds to *point. */
static bool read_exponent(struct cw_bytes text, size_t at, int *point, struct cw_err *err)
{
	bool negative;
	int exponent = 0;

	if (at == text.len)
		return true;
	if ((text.at[at] | 0x20) != 'e' || ++at == text.len)
		return bad_number(err, at);
	negative = text.at[at] == '-';
	at += text.at[at] == '-' || text.at[at] == '+';
	if (at == text.len || text.len - at > 3)
		return bad_number(err, at);
	for (; at < text.len; at++) {
		if (!is_digit(text.at[at]))
			return bad_number(err, at);
		exponent = exponent * 10 + text.at[at] - '0';
	}
	*point += negative ? -exponent : exponent;
	return true;
}

static bool read_decimal(struct cw_bytes text, struct decimal *ret, struct cw_err *err)
{
	bool dot = false, any = false;
	size_t at = 0;

	*ret = (struct decimal){ .negative = text.len > 0 && text.at[0] == '-' };
	for (at = ret->negative; at < text.len; at++) {
		uint8_t c = text.at[at];

		if (c == '.' && !dot) {
			dot = true;
			continue;
		}
		if (!is_digit(c))
			break;
		any = true;
		ret->point += !dot;
		if (c == '0' && ret->count == 0) { /* leading zeros move the point only */
			ret->point -= 1;
			continue;
		}
		if (ret->count == sizeof(ret->digit)) {
			if (c != '0')
				return bad_number(err, at);
			continue; /* zeros at the end are the exponent's */
		}
		ret->digit[ret->count++] = (uint8_t)(c - '0');
	}
	if (!any)
		return bad_number(err, at);
	while (ret->count > 0 && ret->digit[ret->count - 1] == 0)
		ret->count--;
	return read_exponent(text, at, &ret->point, err);
}

/* Digits of base 100 around the point, from the decimal ones. */
static unsigned pair_up(const struct decimal *from, uint8_t pair[22])
{
	unsigned count = 0, at = 0;

	if (from->point % 2 != 0)
		pair[count++] = from->digit[at++];
	while (at < from->count && count < 22) {
		uint8_t low = at + 1 < from->count ? from->digit[at + 1] : 0;

		pair[count++] = (uint8_t)(from->digit[at] * 10 + low);
		at += 2;
	}
	return count;
}

bool cw_redo_number(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	struct decimal decimal;
	uint8_t pair[22];
	unsigned count;
	int exponent;

	if (!read_decimal(text, &decimal, err))
		return false;
	if (decimal.count == 0) {
		ret[0] = 0x80;
		*ret_len = 1;
		return true;
	}
	count = pair_up(&decimal, pair);
	exponent = (decimal.point + (decimal.point > 0 ? 1 : 0)) / 2; /* pairs before the point */
	if (count > 20 || exponent < -64 || exponent > 63)
		return cw_fail(err, CW_ERR_DATA, 7202, "it is no NUMBER: %u digits", decimal.count);
	ret[0] = (uint8_t)(decimal.negative ? 62 + 1 - exponent : 192 + exponent);
	for (unsigned i = 0; i < count; i++)
		ret[1 + i] = (uint8_t)(decimal.negative ? 101 - pair[i] : pair[i] + 1);
	*ret_len = 1 + count;
	if (decimal.negative && count < 20)
		ret[(*ret_len)++] = 102;
	return true;
}

/* @count digits at *at, then *at is behind them; -1 if they are not there. */
static int digits(struct cw_bytes text, size_t *at, unsigned count)
{
	int value = 0;

	for (unsigned i = 0; i < count; i++, ++*at) {
		if (*at >= text.len || !is_digit(text.at[*at]))
			return -1;
		value = value * 10 + text.at[*at] - '0';
	}
	return value;
}

static bool skip_one(struct cw_bytes text, size_t *at, char wanted)
{
	return *at < text.len && text.at[(*at)++] == (uint8_t)wanted;
}

/* .123456 after the seconds, up to nine digits; none is zero. */
static bool read_fraction(struct cw_bytes text, size_t at, uint32_t *ret_ns)
{
	uint32_t ns = 0, unit = 100000000;

	*ret_ns = 0;
	if (at == text.len)
		return true;
	if (text.at[at++] != '.' || text.len - at > 9)
		return false;
	for (; at < text.len; at++, unit /= 10) {
		if (!is_digit(text.at[at]))
			return false;
		ns += (uint32_t)(text.at[at] - '0') * unit;
	}
	*ret_ns = ns;
	return true;
}

static bool bad_moment(struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7202, "not of the form YYYY-MM-DD HH24:MI:SS[.FF]");
}

/* [ -]YYYY to century and year, BC counted down from 100. */
static bool read_year(struct cw_bytes text, size_t *at, uint8_t ret[2])
{
	bool bc = text.len > 0 && text.at[0] == '-';
	int year;

	*at = bc || (text.len > 0 && text.at[0] == ' ');
	year = digits(text, at, 4);
	if (year < 0)
		return false;
	ret[0] = (uint8_t)(bc ? 100 - year / 100 : 100 + year / 100);
	ret[1] = (uint8_t)(bc ? 100 - year % 100 : 100 + year % 100);
	return true;
}

bool cw_redo_moment(struct cw_bytes text, bool fraction, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err)
{
	static const char after[] = "-- ::";
	static const uint8_t low[] = { 1, 1, 0, 0, 0 }, high[] = { 12, 31, 23, 59, 59 };
	static const uint8_t add[] = { 0, 0, 1, 1, 1 };
	size_t at = 0;
	uint32_t ns;

	if (!read_year(text, &at, ret))
		return bad_moment(err);
	for (unsigned i = 0; i < 5; i++) {
		int value;

		if (!skip_one(text, &at, after[i]))
			return bad_moment(err);
		value = digits(text, &at, 2);
		if (value < low[i] || value > high[i])
			return bad_moment(err);
		ret[2 + i] = (uint8_t)(value + add[i]);
	}
	if (!read_fraction(text, at, &ns) || (ns && !fraction))
		return bad_moment(err);
	*ret_len = 7;
	for (unsigned i = 0; ns && i < 4; i++)
		ret[(*ret_len)++] = (uint8_t)(ns >> (24 - 8 * i));
	return true;
}

size_t cw_redo_string(struct cw_bytes text, uint8_t *ret)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		ret[len++] = text.at[i];
		i += text.at[i] == '\'';
	}
	return len;
}

static size_t put_utf8(uint8_t *to, uint32_t code)
{
	if (code < 0x80) {
		to[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (uint8_t)(0xc0 | code >> 6);
		to[1] = (uint8_t)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (uint8_t)(0xe0 | code >> 12);
		to[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (code & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | code >> 18);
	to[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (code & 0x3f));
	return 4;
}

/* Four hex digits behind a backslash; -1 if they are not there. */
static int32_t unit_at(struct cw_bytes text, size_t at)
{
	int32_t unit = 0;

	if (at + 5 > text.len || text.at[at] != '\\')
		return -1;
	for (size_t i = at + 1; i < at + 5; i++) {
		int digit = hex_digit(text.at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* An escape at *at: a backslash, a unit of UTF-16 or a pair of them. */
static bool read_escape(struct cw_bytes text, size_t *at, uint8_t *ret, size_t *len)
{
	int32_t unit, second;

	if (*at + 1 < text.len && text.at[*at + 1] == '\\') {
		ret[(*len)++] = '\\';
		*at += 2;
		return true;
	}
	unit = unit_at(text, *at);
	if (unit < 0 || (unit & 0xfc00) == 0xdc00)
		return false;
	*at += 5;
	if ((unit & 0xfc00) == 0xd800) {
		second = unit_at(text, *at);
		if (second < 0 || (second & 0xfc00) != 0xdc00)
			return false;
		unit = 0x10000 + ((unit & 0x3ff) << 10 | (second & 0x3ff));
		*at += 5;
	}
	*len += put_utf8(ret + *len, (uint32_t)unit);
	return true;
}

/* What lies between the quotes of each UNISTR('...'), the text being whole by the grammar. */
bool cw_redo_unistr(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	bool inside = false;
	size_t len = 0;

	for (size_t at = 0; at < text.len;) {
		uint8_t c = text.at[at];

		if (c == '\'' && inside && at + 1 < text.len && text.at[at + 1] == '\'') {
			ret[len++] = c;
			at += 2;
		} else if (c == '\'') {
			inside = !inside;
			at++;
		} else if (inside && c == '\\') {
			if (!read_escape(text, &at, ret, &len))
				return cw_fail(err, CW_ERR_DATA, 7202,
					       "no escape of UNISTR at byte %zu of it", at);
		} else {
			if (inside)
				ret[len++] = c;
			at++;
		}
	}
	*ret_len = len;
	return true;
}
