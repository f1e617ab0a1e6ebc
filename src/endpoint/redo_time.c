/* redo_time.c - moments with a zone, intervals, binary floats and national text in SQL_REDO; see redo_value.h */
#include "codec/date.h"
#include "codec/interval.h"
#include "codec/real.h"
#include "codec/utf16.h"
#include "endpoint/redo_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX  64
#define EXCESS	  0x80000000u
#define MINUTE_US INT64_C(60000000)

static bool bad(const char *what, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7202, "not of the form %s", what);
}

static bool beyond(struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7202, "no moment of the calendar, or beyond -4712 to 9999");
}

/* With a NUL behind it, for the C library; false: it is longer than any value. */
static bool to_text(struct cw_bytes from, char ret[TEXT_MAX])
{
	if (from.len == 0 || from.len >= TEXT_MAX || memchr(from.at, 0, from.len))
		return false;
	memcpy(ret, from.at, from.len);
	ret[from.len] = '\0';
	return true;
}

bool cw_redo_zoned(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	static const char form[] = "YYYY-MM-DD HH24:MI:SS.FF TZH:TZM";
	char zone[8] = "", extra;
	struct cw_date date;
	int hour, minute, sign;
	size_t len;
	int64_t us;

	if (text.len < 8 || text.at[text.len - 7] != ' ')
		return bad(form, err);
	memcpy(zone, text.at + text.len - 6, 6);
	sign = zone[0] == '-' ? -1 : 1;
	if ((zone[0] != '-' && zone[0] != '+') ||
	    sscanf(zone + 1, "%2d:%2d%c", &hour, &minute, &extra) != 2 || hour > 15 ||
	    minute > 59 || hour < 0 || minute < 0)
		return bad(form, err);
	text.len -= 7;
	if (!cw_redo_moment(text, true, ret, &len, err))
		return false;
	if (!cw_date_read((struct cw_bytes){ ret, len }, &date, err) ||
	    !cw_date_to_pg((struct cw_bytes){ ret, CW_DATE_BYTES }, &us, err))
		return beyond(err);
	len = (size_t)date.nanos;
	if (!cw_date_fields_from_pg(us - sign * (hour * 60 + minute) * MINUTE_US, &date, err))
		return beyond(err);
	date.nanos = (int)len;
	memset(ret, 0, CW_TIMESTAMP_BYTES);
	(void)cw_date_write(&date, ret);
	ret[11] = (uint8_t)(20 + sign * hour);
	ret[12] = (uint8_t)(60 + sign * minute);
	*ret_len = CW_TIMESTAMP_BYTES + 2;
	return true;
}

static void put_excess(uint8_t *to, long value)
{
	uint32_t word = (uint32_t)value + EXCESS;

	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(word >> (24 - 8 * i));
}

bool cw_redo_ym(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	char copy[TEXT_MAX], extra;
	int months, sign;
	long years;

	if (!to_text(text, copy))
		return bad("[+-]Y-M", err);
	sign = copy[0] == '-' ? -1 : 1;
	if (sscanf(copy + (copy[0] == '-' || copy[0] == '+'), "%9ld-%2d%c", &years, &months,
		   &extra) != 2 ||
	    years < 0 || months < 0 || months > 11)
		return bad("[+-]Y-M", err);
	put_excess(ret, sign * years);
	ret[4] = (uint8_t)(60 + sign * months);
	*ret_len = CW_YM_BYTES;
	return true;
}

/* .FF behind the seconds, to nanoseconds; -1: it is none. */
static long fraction(const char *at)
{
	long nanos = 0, unit = 100000000;

	if (*at == '\0')
		return 0;
	if (*at++ != '.' || strlen(at) > 9)
		return -1;
	for (; *at; at++, unit /= 10) {
		if (*at < '0' || *at > '9')
			return -1;
		nanos += (*at - '0') * unit;
	}
	return nanos;
}

bool cw_redo_ds(struct cw_bytes text, uint8_t *ret, size_t *ret_len, struct cw_err *err)
{
	static const char form[] = "[+-]D HH24:MI:SS.FF";
	char copy[TEXT_MAX], *at = copy;
	int field[3], sign, used = 0;
	long days, nanos;

	if (!to_text(text, copy))
		return bad(form, err);
	sign = *at == '-' ? -1 : 1;
	at += *at == '-' || *at == '+';
	if (sscanf(at, "%9ld %2d:%2d:%2d%n", &days, &field[0], &field[1], &field[2], &used) != 4 ||
	    days < 0)
		return bad(form, err);
	nanos = fraction(at + used);
	if (nanos < 0)
		return bad(form, err);
	put_excess(ret, sign * days);
	for (int i = 0; i < 3; i++) {
		if (field[i] < 0 || field[i] > (i == 0 ? 23 : 59))
			return bad(form, err);
		ret[4 + i] = (uint8_t)(60 + sign * field[i]);
	}
	put_excess(ret + 7, sign * nanos);
	*ret_len = CW_DS_BYTES;
	return true;
}

bool cw_redo_real(struct cw_bytes text, bool is_float, uint8_t *ret, size_t *ret_len,
		  struct cw_err *err)
{
	char copy[TEXT_MAX], *end;
	uint64_t bits = 0;
	uint32_t half;
	double number;
	float single;

	if (!to_text(text, copy) || strpbrk(copy, "xXpP "))
		return bad("n.nE+nnn", err);
	number = strtod(copy, &end);
	if (*end)
		return bad("n.nE+nnn", err);
	*ret_len = is_float ? 4 : 8;
	if (is_float) {
		single = strtof(copy, NULL);
		memcpy(&half, &single, sizeof(half));
		bits = half;
	} else {
		memcpy(&bits, &number, sizeof(bits));
	}
	for (size_t i = 0; i < *ret_len; i++)
		ret[i] = (uint8_t)(bits >> (8 * (*ret_len - 1 - i)));
	cw_real_to_ora(ret, *ret_len, ret);
	return true;
}

size_t cw_redo_stored(const struct cw_charset *charset, uint8_t *bytes, size_t len)
{
	size_t made = 0, wide = 0;

	for (size_t i = 0; i < len; i++)
		wide += bytes[i] >= 0x80;
	if (wide == 0)
		return len;
	memmove(bytes + 2 * len, bytes, len); /* three for each: what is written never overtakes what is read */
	for (size_t i = 0; i < len; i++)
		made += cw_utf8_put(bytes + made, cw_charset_character(charset, bytes[2 * len + i]));
	return made;
}

bool cw_redo_national(uint8_t *bytes, size_t room, size_t *len, struct cw_err *err)
{
	/* behind what it will become: three bytes of UTF-8 never overtake two of UTF-16 read so far */
	uint8_t *from = bytes + room - *len;
	size_t made;

	memmove(from, bytes, *len);
	if (!cw_utf16_to_utf8((struct cw_bytes){ from, *len }, false, bytes, &made))
		return cw_fail(err, CW_ERR_DATA, 7202,
			       "text of the national character set is no UTF-16 from byte %zu on",
			       made);
	*len = made;
	return true;
}
