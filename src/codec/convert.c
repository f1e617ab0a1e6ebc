/* convert.c - see convert.h */
#include "codec/convert.h"

#include "base/fault.h"
#include "codec/charset.h"
#include "codec/date.h"
#include "codec/interval.h"
#include "codec/num.h"
#include "codec/real.h"
#include "codec/show.h"

#include <stdio.h>

#define ZONED_BYTES	13 /* of TIMESTAMP WITH TIME ZONE: two more for the zone */
#define ZONE_UTC_HOUR	20
#define ZONE_UTC_MINUTE 60

bool cw_convert_knows(const struct cw_column *column)
{
	switch (column->ora_type) {
	case CW_ORA_NUMBER:
		return column->pg_oid == CW_PG_NUMERIC;
	case CW_ORA_VARCHAR2:
		return column->pg_oid == CW_PG_VARCHAR;
	case CW_ORA_CHAR:
		return column->pg_oid == CW_PG_BPCHAR;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
		return column->pg_oid == CW_PG_TIMESTAMP;
	case CW_ORA_RAW:
		return column->pg_oid == CW_PG_BYTEA;
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		return column->pg_oid == CW_PG_TIMESTAMPTZ;
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		return column->pg_oid == CW_PG_INTERVAL;
	case CW_ORA_BINARY_FLOAT:
		return column->pg_oid == CW_PG_FLOAT4;
	case CW_ORA_BINARY_DOUBLE:
		return column->pg_oid == CW_PG_FLOAT8;
	default:
		return false;
	}
}

/* Bytes of the character that begins with @lead, 0 if none does; *low, *high bound the second. */
static unsigned utf8_bytes(uint8_t lead, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0) {
		*low = lead == 0xe0 ? 0xa0 : 0x80;
		*high = lead == 0xed ? 0x9f : 0xbf; /* no surrogates */
		return 3;
	}
	*low = lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xf4 ? 0x8f : 0xbf;
	return 4;
}

static bool fail_utf8(const uint8_t *at, size_t place, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2012,
		       "byte %zu (0x%02x) is not UTF-8; correct the row on its side", place, *at);
}

/* Are the next eight bytes there, and all of 1 to 127? */
static bool eight_of_ascii(const uint8_t *at, const uint8_t *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t word;

	if (end - at < 8)
		return false;
	memcpy(&word, at, 8);
	return !((word | (word - ones)) & tops); /* a 0 borrows and shows its top bit */
}

bool cw_utf8_length(struct cw_bytes text, size_t *ret_chars, struct cw_err *err)
{
	const uint8_t *at = text.at, *end = text.at + text.len;
	size_t chars = 0;

	while (at < end) {
		uint8_t low, high;
		unsigned bytes;

		if (eight_of_ascii(at, end)) {
			at += 8;
			chars += 8;
			continue;
		}
		if (*at == 0)
			return cw_fail(err, CW_ERR_DATA, 2011,
				       "text has a NUL at byte %zu, which PostgreSQL cannot "
				       "store; correct the row on its side",
				       (size_t)(at - text.at));
		bytes = utf8_bytes(*at, &low, &high);
		if (bytes == 0 || bytes > (size_t)(end - at) ||
		    (bytes > 1 && (at[1] < low || at[1] > high)))
			return fail_utf8(at, (size_t)(at - text.at), err);
		for (unsigned i = 2; i < bytes; i++)
			if ((at[i] & 0xc0) != 0x80)
				return fail_utf8(at, (size_t)(at - text.at), err);
		at += bytes;
		chars++;
	}
	*ret_chars = chars;
	return true;
}

/* COPY and parameters of type numeric are rounded to the column's scale in silence: check. */
static bool number_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			 struct cw_err *err)
{
	uint8_t numeric[CW_PG_NUM_BYTES_MAX];
	size_t len;
	int scale, count, weight;

	if (!cw_num_to_pg(in, numeric, &len, err))
		return false;
	scale = numeric[6] << 8 | numeric[7];
	if (column->scale != CW_SCALE_NONE && scale > (column->scale > 0 ? column->scale : 0))
		return cw_fail(err, CW_ERR_DATA, 2013, "NUMBER has %d decimals, %s holds %d", scale,
			       column->pg_type, column->scale);
	if (scale > 0 && cw_fault("convert.lose_scale")) {
		weight = (int16_t)(numeric[2] << 8 | numeric[3]);
		count = weight + 1 < 0 ? 0 : weight + 1;
		if (8 + 2 * (size_t)count < len)
			len = 8 + 2 * (size_t)count;
		numeric[0] = (uint8_t)((len - 8) / 2 >> 8);
		numeric[1] = (uint8_t)((len - 8) / 2);
		memset(numeric + 6, 0, 2);
	}
	cw_wr_put(out, numeric, len);
	return true;
}

/* The server says U+FFFD for a byte that its character set has no character for. */
static bool all_converted(const struct cw_column *column, struct cw_bytes in, struct cw_err *err)
{
	const uint8_t *at = memmem(in.at, in.len, "\xef\xbf\xbd", 3);

	return !at || cw_fail(err, CW_ERR_DATA, 2017,
			      "text has a byte that is no character of %s, at byte %zu of its UTF-8; correct "
			      "the row on its side",
			      column->charset->name, (size_t)(at - in.at));
}

/* Characters that Oracle would store as its replacement, without an error. */
static bool all_storable(const struct cw_column *column, struct cw_bytes in, struct cw_err *err)
{
	uint32_t c = 0;

	size_t bytes;

	for (size_t at = 0; column->charset && at < in.len; at += bytes) {
		bytes = cw_utf8_take(in.at + at, in.len - at, &c); /* that it is UTF-8 is known */
		if (cw_charset_byte(column->charset, c) < 0)
			return cw_fail(err, CW_ERR_DATA, 2018,
				       "text has U+%04X at byte %zu, which %s, the source's character set, does "
				       "not have: Oracle would store 0x%02x in its place",
				       c, at, column->charset->name, column->charset->replacement);
	}
	return true;
}

static bool text_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		       struct cw_err *err)
{
	size_t chars;

	if (!cw_utf8_length(in, &chars, err) || (column->charset && !all_converted(column, in, err)))
		return false;
	if (chars > column->char_length)
		return cw_fail(err, CW_ERR_DATA, 2013, "text has %zu characters, %s holds %u",
			       chars, column->pg_type, column->char_length);
	if (column->ora_type == CW_ORA_VARCHAR2 && in.len > 1 && in.at[in.len - 1] == ' ' &&
	    cw_fault("convert.trim_blank"))
		in.len--;
	cw_wr_put(out, in.at, in.len);
	if (column->ora_type == CW_ORA_CHAR)
		for (; chars < column->char_length; chars++)
			cw_wr_u8(out, ' ');
	return true;
}

static bool date_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		       struct cw_err *err)
{
	int64_t us;

	/* the fields of a moment with a zone are UTC, as PostgreSQL keeps it; the zone is not carried */
	if (column->ora_type == CW_ORA_TIMESTAMP_TZ && in.len == ZONED_BYTES)
		in.len = CW_TIMESTAMP_BYTES;
	if (!cw_date_to_pg(in, &us, err))
		return false;
	if (column->ora_type == CW_ORA_TIMESTAMP && cw_fault("convert.add_microsecond"))
		us++;
	cw_wr_u64be(out, (uint64_t)us);
	return true;
}

static size_t real_bytes(const struct cw_column *column)
{
	return column->ora_type == CW_ORA_BINARY_FLOAT ? 4 : 8;
}

static bool real_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		       struct cw_err *err)
{
	uint8_t ieee[8];

	if (in.len != real_bytes(column))
		return cw_fail(err, CW_ERR_DATA, 2003, "a binary float has %zu bytes, not %zu",
			       in.len, real_bytes(column));
	cw_real_from_ora(in.at, in.len, ieee);
	cw_real_canonical(ieee, in.len);
	cw_wr_put(out, ieee, in.len);
	return true;
}

static bool interval_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			   struct cw_err *err)
{
	uint8_t interval[CW_PG_INTERVAL_BYTES];

	if (!(column->ora_type == CW_ORA_INTERVAL_YM ? cw_ym_to_pg : cw_ds_to_pg)(in, interval,
										  err))
		return false;
	cw_wr_put(out, interval, sizeof(interval));
	return true;
}

static bool set_to_pg(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		      struct cw_err *err)
{
	switch (column->ora_type) {
	case CW_ORA_NUMBER:
		return number_to_pg(column, in, out, err);
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
		return text_to_pg(column, in, out, err);
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		return date_to_pg(column, in, out, err);
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		return interval_to_pg(column, in, out, err);
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		return real_to_pg(column, in, out, err);
	case CW_ORA_RAW:
		cw_wr_put(out, in.at, in.len);
		return true;
	default:
		return cw_fail(err, CW_ERR_DATA, 2015, "no conversion of Oracle type %u",
			       column->ora_type);
	}
}

/* Oracle's LogMiner and wire show '' and an empty RAW as NULL; length 0 is the same thing. */
static bool is_null(struct cw_value value)
{
	assert(value.state == CW_VALUE_NULL || value.state == CW_VALUE_SET);
	return value.state == CW_VALUE_NULL;
}

static bool done(const struct cw_column *column, const struct cw_wr *out, size_t before, bool ok,
		 int32_t *ret_len, struct cw_err *err)
{
	if (ok && cw_wr_failed(out))
		ok = cw_fail(err, CW_ERR_LIMIT, 2013, "no room left for the value");
	if (!ok)
		return cw_err_add(err, "column %s", column->name);
	*ret_len = (int32_t)(out->len - before);
	return true;
}

bool cw_convert_to_pg(const struct cw_column *column, struct cw_value value, struct cw_wr *out,
		      int32_t *ret_len, struct cw_err *err)
{
	size_t before = out->len;

	if (is_null(value)) {
		bool text = column->ora_type == CW_ORA_VARCHAR2;

		*ret_len = text && cw_fault("convert.empty_for_null") ? 0 : CW_CONVERT_NULL;
		return true;
	}
	return done(column, out, before, set_to_pg(column, cw_value_bytes(&value), out, err),
		    ret_len, err);
}

/* Decimal digits of a NUMBER, from the first that is not 0 to the last. */
static int digits_of(const uint8_t *number, size_t len)
{
	bool positive = number[0] & 0x80;
	int count = 0, first, last;

	if (!positive && number[len - 1] == 102)
		len--;
	if (len < 2)
		return 0;
	count = 2 * (int)(len - 1);
	first = positive ? number[1] - 1 : 101 - number[1];
	last = positive ? number[len - 1] - 1 : 101 - number[len - 1];
	return count - (first < 10) - (last % 10 == 0);
}

static bool number_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			  struct cw_err *err)
{
	uint8_t number[CW_NUM_BYTES_MAX];
	size_t len;

	if (!cw_num_from_pg(in, number, &len, err))
		return false;
	if (column->digits_max > 0 && digits_of(number, len) > column->digits_max)
		return cw_fail(err, CW_ERR_DATA, 2013,
			       "a number of %d digits, Oracle's FLOAT keeps %d of them",
			       digits_of(number, len), column->digits_max);
	if ((len == 1 && number[0] == 0x00) || (len == 2 && number[0] == 0xff && number[1] == 0x65))
		return cw_fail(err, CW_ERR_DATA, 2002, "infinity has no NUMBER");
	cw_wr_put(out, number, len);
	return true;
}

static bool fail_long(const struct cw_column *column, size_t chars, size_t bytes,
		      struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2013,
		       "text has %zu characters in %zu bytes, Oracle's column holds %u %s", chars,
		       bytes, column->char_semantics ? column->char_length : column->byte_length,
		       column->char_semantics ? "characters" : "bytes");
}

/* Characters that are two units of UTF-16. */
static size_t pairs_in(struct cw_bytes text)
{
	size_t pairs = 0;

	for (size_t i = 0; i < text.len; i++)
		pairs += text.at[i] >= 0xf0;
	return pairs;
}

/* A single-byte set has a byte for each character. */
static size_t stored_len(const struct cw_column *column, struct cw_bytes in, size_t chars)
{
	return column->charset ? chars : in.len;
}

static bool text_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			struct cw_err *err)
{
	bool padded = column->ora_type == CW_ORA_CHAR;
	size_t chars, stored, used, most;

	if (in.len == 0)
		return cw_fail(err, CW_ERR_DATA, 2014, "'' would become NULL in Oracle");
	while (padded && in.len > 0 && in.at[in.len - 1] == ' ')
		in.len--;
	if (!cw_utf8_length(in, &chars, err) || !all_storable(column, in, err))
		return false;
	if (column->national)
		chars += pairs_in(in);
	stored = stored_len(column, in, chars);
	used = column->char_semantics ? chars : stored;
	most = column->char_semantics ? column->char_length : column->byte_length;
	if (used > most || (stored > column->byte_length && !column->national))
		return fail_long(column, chars, in.len, err);
	cw_wr_put(out, in.at, in.len);
	for (; padded && used < most; used++)
		cw_wr_u8(out, ' ');
	return true;
}

/* 1 for a fraction of 6 digits, 1000000 for none */
static int64_t unit_us(const struct cw_column *column)
{
	int digits = column->ora_type == CW_ORA_DATE ? 0 : column->precision;
	int64_t unit = 1;

	for (; digits < 6; digits++)
		unit *= 10;
	return unit;
}

static bool date_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			struct cw_err *err)
{
	uint8_t date[ZONED_BYTES];
	uint64_t us = 0;
	size_t len;

	if (in.len != 8)
		return cw_fail(err, CW_ERR_DATA, 2004, "timestamp has %zu bytes, not 8", in.len);
	for (size_t i = 0; i < 8; i++)
		us = us << 8 | in.at[i];
	if (!cw_date_from_pg((int64_t)us, date, &len, err))
		return false;
	if ((int64_t)us % unit_us(column) != 0)
		return cw_fail(err, CW_ERR_DATA, 2013,
			       "the fraction of a second is finer than Oracle's column");
	if (column->ora_type == CW_ORA_TIMESTAMP_TZ) {
		memset(date + len, 0, CW_TIMESTAMP_BYTES - len);
		date[11] = ZONE_UTC_HOUR;
		date[12] = ZONE_UTC_MINUTE;
		len = ZONED_BYTES;
	}
	cw_wr_put(out, date, len);
	return true;
}

/* DAY(2): as many digits as that. */
static bool check_leading(const struct cw_column *column, uint64_t value, struct cw_err *err)
{
	uint64_t limit = 1;

	for (int i = 0; i < column->precision; i++)
		limit *= 10;
	return value < limit ||
	       cw_fail(err, CW_ERR_DATA, 2013,
		       "an interval whose first field has more than %d digits", column->precision);
}

static bool interval_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			    struct cw_err *err)
{
	bool years = column->ora_type == CW_ORA_INTERVAL_YM;
	uint8_t interval[CW_DS_BYTES];
	uint64_t leading;

	if (!(years ? cw_ym_from_pg : cw_ds_from_pg)(in, interval, &leading, err) ||
	    !check_leading(column, leading, err))
		return false;
	cw_wr_put(out, interval, years ? CW_YM_BYTES : CW_DS_BYTES);
	return true;
}

static bool real_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
			struct cw_err *err)
{
	uint8_t number[8];

	if (in.len != real_bytes(column))
		return cw_fail(err, CW_ERR_DATA, 2004, "a float has %zu bytes, not %zu", in.len,
			       real_bytes(column));
	cw_real_to_ora(in.at, in.len, number);
	cw_wr_put(out, number, in.len);
	return true;
}

static bool raw_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		       struct cw_err *err)
{
	if (in.len == 0)
		return cw_fail(err, CW_ERR_DATA, 2014, "'\\x' would become NULL in Oracle");
	if (in.len > column->byte_length)
		return cw_fail(err, CW_ERR_DATA, 2013, "%zu bytes, RAW(%u) holds fewer", in.len,
			       column->byte_length);
	cw_wr_put(out, in.at, in.len);
	return true;
}

static bool set_to_ora(const struct cw_column *column, struct cw_bytes in, struct cw_wr *out,
		       struct cw_err *err)
{
	switch (column->ora_type) {
	case CW_ORA_NUMBER:
		return number_to_ora(column, in, out, err);
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
		return text_to_ora(column, in, out, err);
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		return date_to_ora(column, in, out, err);
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		return interval_to_ora(column, in, out, err);
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		return real_to_ora(column, in, out, err);
	case CW_ORA_RAW:
		return raw_to_ora(column, in, out, err);
	default:
		return cw_fail(err, CW_ERR_DATA, 2015, "no conversion to Oracle type %u",
			       column->ora_type);
	}
}

bool cw_convert_to_ora(const struct cw_column *column, struct cw_value value, struct cw_wr *out,
		       int32_t *ret_len, struct cw_err *err)
{
	size_t before = out->len;

	if (is_null(value)) {
		*ret_len = CW_CONVERT_NULL;
		return true;
	}
	return done(column, out, before, set_to_ora(column, cw_value_bytes(&value), out, err),
		    ret_len, err);
}

void cw_convert_canonical(const struct cw_column *column, uint8_t *pg, size_t len)
{
	/* the scale that is shown says nothing about the value */
	if (column->pg_oid == CW_PG_NUMERIC && len >= 8)
		memset(pg + 6, 0, 2);
	if (column->pg_oid == CW_PG_INTERVAL && len == CW_PG_INTERVAL_BYTES)
		cw_interval_canonical(pg);
	if (column->pg_oid == CW_PG_FLOAT4 || column->pg_oid == CW_PG_FLOAT8)
		cw_real_canonical(pg, len);
}

static void show_hex(struct cw_bytes in, char *ret, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < in.len && used + 6 < room; i++)
		used += (size_t)snprintf(ret + used, room - used, "%02x", in.at[i]);
	if (2 * in.len > used)
		(void)snprintf(ret + used, room - used, "...");
}

static void show_text(struct cw_bytes in, char *ret, size_t room)
{
	bool whole = in.len + 3 <= room;
	int len = (int)(whole ? in.len : room - 6);

	(void)snprintf(ret, room, "'%.*s%s", len, (const char *)in.at, whole ? "'" : "...");
}

static void show_date(struct cw_bytes in, char *ret, size_t room)
{
	struct cw_date date;
	struct cw_err err = { 0 };

	if (!cw_date_read(in, &date, &err)) {
		show_hex(in, ret, room);
		return;
	}
	(void)snprintf(ret, room, "%04d-%02d-%02d %02d:%02d:%02d.%09d", date.year, date.month,
		       date.day, date.hour, date.minute, date.second, date.nanos);
}

static void show_other(uint8_t ora_type, struct cw_bytes in, char *ret, size_t room)
{
	struct cw_wr text = { 0 };
	struct cw_err err = { 0 };

	if (cw_show(ora_type, in, &text, &err))
		(void)snprintf(ret, room, "%.*s", (int)text.len, (const char *)text.at0);
	else
		show_hex(in, ret, room);
	cw_wr_release(&text);
}

static void show_ora(const struct cw_column *column, struct cw_bytes in, char *ret, size_t room)
{
	struct cw_err err = { 0 };
	char number[256];

	switch (column->ora_type) {
	case CW_ORA_NUMBER:
		if (cw_num_to_text(in, number, &err))
			(void)snprintf(ret, room, "%s", number);
		else
			show_hex(in, ret, room);
		break;
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
		show_text(in, ret, room);
		break;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
		show_date(in, ret, room);
		break;
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		show_other(column->ora_type, in, ret, room);
		break;
	default:
		show_hex(in, ret, room);
	}
}

const char *cw_convert_show(const struct cw_column *column, struct cw_value value, bool is_pg,
			    char *ret, size_t room)
{
	uint8_t bytes[64];
	struct cw_wr wr = { .at0 = bytes, .room = sizeof(bytes), .limit_bytes = sizeof(bytes) };
	struct cw_err err = { 0 };
	int32_t len;

	assert(room >= 16);
	if (value.state != CW_VALUE_SET) {
		(void)snprintf(ret, room, "%s", value.state == CW_VALUE_NULL ? "NULL" : "(absent)");
	} else if (!is_pg) {
		show_ora(column, cw_value_bytes(&value), ret, room);
	} else if (column->pg_oid == CW_PG_VARCHAR || column->pg_oid == CW_PG_BPCHAR) {
		show_text(cw_value_bytes(&value), ret, room);
	} else if (value.len <= sizeof(bytes) &&
		   cw_convert_to_ora(column, value, &wr, &len, &err)) {
		show_ora(column, cw_wr_bytes(&wr), ret, room);
	} else {
		show_hex(cw_value_bytes(&value), ret, room);
	}
	return ret;
}
