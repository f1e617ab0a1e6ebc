/* show.c - see show.h */
#include "codec/show.h"

#include "base/rd.h"
#include "codec/date.h"
#include "codec/num.h"
#include "codec/oson.h"
#include "codec/vector.h"
#include "model/shape.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND_US     1000000
#define MINUTE_US     (60LL * SECOND_US)
#define ZONE_REGION   0x80 /* in the first byte of a zone */
#define INTERVAL_ZERO 0x80000000u

static bool bad(const char *what, struct cw_bytes value, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2016, "%zu bytes are no %s", value.len, what);
}

static bool show_number(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	char text[256];

	if (!cw_num_to_text(value, text, err))
		return false;
	cw_wr_text(out, text);
	return true;
}

/* The bytes sort: the sign bit is set in positive ones, all bits are turned in others. */
static uint64_t turn_back(struct cw_bytes value)
{
	struct cw_rd rd = cw_rd(value);
	uint64_t bits = cw_rd_be(&rd, (unsigned)value.len);
	uint64_t sign = 1ULL << (8 * value.len - 1);

	return bits & sign ? bits & ~sign : value.len == 8 ? ~bits : ~bits & 0xffffffff;
}

static void put_double(double number, int digits_least, int digits_most, bool is_float,
		       struct cw_wr *out)
{
	char text[40];

	if (isnan(number) || isinf(number)) {
		cw_wr_text(out, isnan(number) ? "Nan" : number > 0 ? "Inf" : "-Inf");
		return;
	}
	for (int digits = digits_least; digits <= digits_most; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, number);
		if (is_float ? strtof(text, NULL) == (float)number : strtod(text, NULL) == number)
			break;
	}
	cw_wr_text(out, text);
}

static bool show_float(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	uint64_t bits;
	uint32_t half;
	float number;
	double wide;

	if (value.len != 4 && value.len != 8)
		return bad("binary floating-point number", value, err);
	bits = turn_back(value);
	if (value.len == 8) {
		memcpy(&wide, &bits, sizeof(wide));
		put_double(wide, 15, 17, false, out);
		return true;
	}
	half = (uint32_t)bits;
	memcpy(&number, &half, sizeof(number));
	put_double((double)number, 6, 9, true, out);
	return true;
}

/* ---- dates ---------------------------------------------------------------------------- */

static void put_fraction(uint32_t nanos, struct cw_wr *out)
{
	char text[16];
	size_t len;

	if (nanos == 0)
		return;
	(void)snprintf(text, sizeof(text), ".%09" PRIu32, nanos);
	for (len = strlen(text); text[len - 1] == '0'; len--)
		;
	cw_wr_put(out, text, len);
}

static void put_date(const struct cw_date *date, struct cw_wr *out)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s%04d-%02d-%02d %02d:%02d:%02d",
		       date->year < 0 ? "-" : "", abs(date->year), date->month, date->day,
		       date->hour, date->minute, date->second);
	cw_wr_text(out, text);
	put_fraction((uint32_t)date->nanos, out);
}

static bool show_date(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	struct cw_date date;

	if (!cw_date_read(value, &date, err))
		return false;
	put_date(&date, out);
	return true;
}

/* What is stored is UTC; the last two bytes say where it is looked at from. */
static bool show_zoned(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	struct cw_bytes seconds = { value.at, CW_DATE_BYTES };
	struct cw_date utc, local;
	int64_t us;
	char text[32];
	int offset;

	if (value.len != 13)
		return value.len == 7 || value.len == 11 ? show_date(value, out, err)
							 : bad("time with a zone", value, err);
	if (!cw_date_read((struct cw_bytes){ value.at, CW_TIMESTAMP_BYTES }, &utc, err))
		return false;
	if (value.at[11] & ZONE_REGION) {
		put_date(&utc, out);
		(void)snprintf(text, sizeof(text), " +00:00 (region %d)",
			       ((value.at[11] & 0x7f) << 6) + ((value.at[12] & 0xfc) >> 2));
		cw_wr_text(out, text);
		return true;
	}
	offset = (value.at[11] - 20) * 60 + value.at[12] - 60;
	if (!cw_date_to_pg(seconds, &us, err) ||
	    !cw_date_fields_from_pg(us + offset * MINUTE_US, &local, err))
		return false;
	local.nanos = utc.nanos;
	put_date(&local, out);
	(void)snprintf(text, sizeof(text), " %c%02d:%02d", offset < 0 ? '-' : '+',
		       abs(offset) / 60, abs(offset) % 60);
	cw_wr_text(out, text);
	return true;
}

/* ---- intervals ------------------------------------------------------------------------- */

static bool show_months(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(value);
	int64_t months;
	char text[40];

	if (value.len != 5)
		return bad("INTERVAL YEAR TO MONTH", value, err);
	months = ((int64_t)cw_rd_u32be(&rd) - INTERVAL_ZERO) * 12;
	months += cw_rd_u8(&rd) - 60;
	(void)snprintf(text, sizeof(text), "%c%" PRId64 "-%02d", months < 0 ? '-' : '+',
		       (int64_t)llabs(months) / 12, (int)(llabs(months) % 12));
	cw_wr_text(out, text);
	return true;
}

/* The parts may have signs of their own: they are added up. */
static bool show_days(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(value);
	int64_t seconds, nanos;
	char text[64];
	bool negative;

	if (value.len != 11)
		return bad("INTERVAL DAY TO SECOND", value, err);
	seconds = ((int64_t)cw_rd_u32be(&rd) - INTERVAL_ZERO) * 86400;
	seconds += (cw_rd_u8(&rd) - 60) * 3600LL;
	seconds += (cw_rd_u8(&rd) - 60) * 60LL;
	seconds += cw_rd_u8(&rd) - 60;
	nanos = (int64_t)cw_rd_u32be(&rd) - INTERVAL_ZERO;
	if (llabs(nanos) >= 1000000000)
		return bad("INTERVAL DAY TO SECOND", value, err);
	if (seconds > 0 && nanos < 0) {
		seconds--;
		nanos += 1000000000;
	} else if (seconds < 0 && nanos > 0) {
		seconds++;
		nanos -= 1000000000;
	}
	negative = seconds < 0 || nanos < 0;
	seconds = llabs(seconds);
	(void)snprintf(text, sizeof(text), "%c%09" PRId64 " %02d:%02d:%02d", negative ? '-' : '+',
		       seconds / 86400, (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60),
		       (int)(seconds % 60));
	cw_wr_text(out, text);
	put_fraction((uint32_t)llabs(nanos), out);
	return true;
}

static void show_hex(struct cw_bytes value, struct cw_wr *out)
{
	static const char digit[] = "0123456789ABCDEF";

	for (size_t i = 0; i < value.len; i++) {
		cw_wr_u8(out, (uint8_t)digit[value.at[i] >> 4]);
		cw_wr_u8(out, (uint8_t)digit[value.at[i] & 15]);
	}
}

/* Its last byte says it, whatever its length. */
static bool show_boolean(struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	if (value.len == 0 || value.at[value.len - 1] > 1)
		return bad("BOOLEAN", value, err);
	cw_wr_text(out, value.at[value.len - 1] ? "TRUE" : "FALSE");
	return true;
}

/* Types whose values are no scalars of SQL's own. */
static bool show_other(uint8_t ora_type, struct cw_bytes value, struct cw_wr *out,
		       struct cw_err *err)
{
	switch (ora_type) {
	case CW_ORA_BOOLEAN:
		return show_boolean(value, out, err);
	case CW_ORA_JSON:
		return cw_oson_show(value, out, err);
	case CW_ORA_VECTOR:
		return cw_vector_show(value, out, err);
	default:
		return cw_fail(err, CW_ERR_DATA, 2016, "type %u has no text", ora_type);
	}
}

bool cw_show(uint8_t ora_type, struct cw_bytes value, struct cw_wr *out, struct cw_err *err)
{
	switch (ora_type) {
	case CW_ORA_NUMBER:
		return show_number(value, out, err);
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		return show_float(value, out, err);
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
	case CW_ORA_LONG:
	case CW_ORA_ROWID:
	case CW_ORA_UROWID:
	case CW_ORA_CLOB:
	case CW_ORA_OBJECT: /* of them XMLTYPE alone has values */
		cw_wr_put(out, value.at, value.len);
		return true;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_LTZ:
		return show_date(value, out, err);
	case CW_ORA_TIMESTAMP_TZ:
		return show_zoned(value, out, err);
	case CW_ORA_INTERVAL_YM:
		return show_months(value, out, err);
	case CW_ORA_INTERVAL_DS:
		return show_days(value, out, err);
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
	case CW_ORA_BLOB:
		show_hex(value, out);
		return true;
	default:
		return show_other(ora_type, value, out, err);
	}
}

bool cw_show_is_number(uint8_t ora_type, struct cw_bytes text)
{
	if (ora_type != CW_ORA_NUMBER && ora_type != CW_ORA_BINARY_FLOAT &&
	    ora_type != CW_ORA_BINARY_DOUBLE)
		return false;
	/* Inf, Nan and the NUMBER ~ are none */
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("+-.e0123456789", text.at[i]))
			return false;
	return text.len > 0;
}
