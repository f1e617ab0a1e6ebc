/* moment.c - see moment.h */
#include "moment.h"

#include "codec/zone.h"

#include <ctype.h>

#include "access/hash.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "pgtime.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/numeric.h"

#define UNIX_2000   INT64_C(946684800) /* 2000-01-01 in seconds since 1970 */
#define NANOS	    1000000000
#define EXCESS	    0x80000000u
#define DAYS_MAX    999999999
#define YEARS_MAX   999999999
#define FRACTION_OF 15 /* of a typmod of ora.ds, whose leading precision lies above */

/* Seconds and nanoseconds of them, 0 to 999999999: a moment since 2000, or an interval. */
struct span {
	int64_t seconds;
	int nanos;
};

/* ---- zones ------------------------------------------------------------------------ */

static pg_tz *region_of(const uint8_t zone[2])
{
	const char *name = cw_zone_name(cw_zone_read(zone));
	pg_tz *tz = name ? pg_tzset(name) : NULL;

	if (!tz)
		ora_error("01882", "timezone region not found");
	return tz;
}

static int fixed_offset(const uint8_t zone[2])
{
	return (zone[0] - 20) * 3600 + (zone[1] - 60) * 60;
}

int zone_offset_local(const uint8_t zone[2], const struct cw_date *local)
{
	struct pg_tm tm = { .tm_year = local->year < 0 ? local->year + 1 : local->year,
			    .tm_mon = local->month,
			    .tm_mday = local->day,
			    .tm_hour = local->hour,
			    .tm_min = local->minute,
			    .tm_sec = local->second };

	if (!(zone[0] & CW_ZONE_REGION))
		return fixed_offset(zone);
	return -DetermineTimeZoneOffset(&tm, region_of(zone));
}

static int64_t seconds_of(const struct cw_date *date)
{
	struct cw_date whole = *date;
	uint8_t bytes[CW_TIMESTAMP_BYTES];
	struct cw_err err;
	int64_t us;

	whole.nanos = 0;
	if (!cw_date_to_pg((struct cw_bytes){ bytes, cw_date_write(&whole, bytes) }, &us, &err))
		ora_error("01839", "date not valid for month specified");
	return us / 1000000;
}

static struct cw_date date_of_seconds(int64_t seconds)
{
	struct cw_date date;
	struct cw_err err;

	if (seconds < -INT64_C(300000000000) || seconds > INT64_C(300000000000) ||
	    !cw_date_fields_from_pg(seconds * 1000000, &date, &err))
		ora_error("01841", "(full) year must be between -4713 and +9999, and not be 0");
	return date;
}

int zone_offset_utc(const uint8_t zone[2], const struct cw_date *utc)
{
	pg_time_t at = seconds_of(utc) + UNIX_2000;

	if (!(zone[0] & CW_ZONE_REGION))
		return fixed_offset(zone);
	return (int)pg_localtime(&at, region_of(zone))->tm_gmtoff;
}

/* [+-]HH:MM, or HH:MM */
static bool offset_of_text(const char *text, size_t len, uint8_t ret[2])
{
	bool is_signed = text[0] == '+' || text[0] == '-';
	char copy[8] = "+", extra;
	int hour, minute;

	if (len > (is_signed ? 6 : 5) || len < 3)
		return false;
	memcpy(copy + !is_signed, text, len);
	copy[len + !is_signed] = '\0';
	if (sscanf(copy + 1, "%2d:%2d%c", &hour, &minute, &extra) != 2 || hour < 0 || minute < 0)
		return false;
	if (hour > 15 || minute > 59)
		ora_error("01874", "time zone hour must be between -15 and 15");
	ret[0] = (uint8_t)(20 + (copy[0] == '-' ? -hour : hour));
	ret[1] = (uint8_t)(60 + (copy[0] == '-' ? -minute : minute));
	return true;
}

bool zone_of_text(const char *text, size_t len, uint8_t ret[2])
{
	char name[64];
	unsigned id;

	if (len > 0 && (text[0] == '+' || text[0] == '-' || isdigit((unsigned char)text[0])))
		return offset_of_text(text, len, ret);
	if (len == 0 || len >= sizeof(name))
		return false;
	if (text[0] >= '0' && text[0] <= '9') { /* '00:00': the sign may be left out */
		name[0] = '+';
		memcpy(name + 1, text, len);
		return offset_of_text(name, len + 1, ret);
	}
	memcpy(name, text, len);
	name[len] = '\0';
	if (pg_strcasecmp(name, "LOCAL") == 0 || pg_strcasecmp(name, "DBTIMEZONE") == 0)
		return offset_of_text("+00:00", 6, ret);
	id = cw_zone_id(name);
	if (id == 0 || !pg_tzset(name))
		return false;
	cw_zone_write(id, ret);
	return true;
}

void zone_text(const uint8_t zone[2], StringInfo out)
{
	int minutes = fixed_offset(zone) / 60;

	if (zone[0] & CW_ZONE_REGION) {
		const char *name = cw_zone_name(cw_zone_read(zone));

		appendStringInfoString(out, name ? name : "UNKNOWN");
		return;
	}
	appendStringInfo(out, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60,
			 abs(minutes) % 60);
}

void zone_of_session(uint8_t ret[2])
{
	if (!zone_of_text(session_time_zone, strlen(session_time_zone), ret))
		ora_error("01882", "timezone region not found");
}

/* ---- fields ------------------------------------------------------------------------- */

struct cw_date date_moved(const struct cw_date *date, int64_t seconds)
{
	struct cw_date moved = date_of_seconds(seconds_of(date) + seconds);

	moved.nanos = date->nanos;
	return moved;
}

void stamp_write(const struct cw_date *date, uint8_t ret[STAMP_BYTES])
{
	(void)seconds_of(date);
	memset(ret, 0, STAMP_BYTES);
	(void)cw_date_write(date, ret);
}

struct cw_date stamp_read(const uint8_t at[STAMP_BYTES])
{
	struct cw_date date;
	struct cw_err err;

	if (!cw_date_read((struct cw_bytes){ at, STAMP_BYTES }, &date, &err))
		ora_error("01801", "%s", err.text);
	return date;
}

struct cw_date zoned_read(const uint8_t at[STAMP_TZ_BYTES])
{
	struct cw_date utc = stamp_read(at);

	return date_moved(&utc, zone_offset_utc(at + STAMP_BYTES, &utc));
}

void zoned_write(const struct cw_date *local, const uint8_t zone[2], uint8_t ret[STAMP_TZ_BYTES])
{
	struct cw_date utc = date_moved(local, -zone_offset_local(zone, local));

	stamp_write(&utc, ret);
	memcpy(ret + STAMP_BYTES, zone, 2);
}

static void put_fields(const struct cw_date *date, StringInfo out)
{
	appendStringInfo(out, "%s%04d-%02d-%02d %02d:%02d:%02d.%09d", date->year < 0 ? "-" : "",
			 abs(date->year), date->month, date->day, date->hour, date->minute,
			 date->second, date->nanos);
}

/* The literal's form: [-]YYYY-MM-DD[ HH24:MI:SS[.FF]]; returns what stands behind. */
static const char *get_fields(const char *text, struct cw_date *ret)
{
	bool before = *text == '-';
	int used = 0, more = 0;
	const char *at = text + before;

	*ret = (struct cw_date){ 0 };
	if (sscanf(at, "%4d-%2d-%2d%n", &ret->year, &ret->month, &ret->day, &used) != 3)
		ora_error("01861", "literal does not match format string");
	ret->year = before ? -ret->year : ret->year;
	at += used;
	if (sscanf(at, "%*1[ T]%2d:%2d:%2d%n", &ret->hour, &ret->minute, &ret->second, &more) == 3)
		at += more;
	if (more && *at == '.') {
		int unit = NANOS / 10;

		for (at++; *at >= '0' && *at <= '9' && unit > 0; at++, unit /= 10)
			ret->nanos += (*at - '0') * unit;
	}
	while (*at == ' ')
		at++;
	return at;
}

static void check_fields(const struct cw_date *date)
{
	if (date->year < -4712 || date->year > 9999 || date->year == 0)
		ora_error("01841", "(full) year must be between -4713 and +9999, and not be 0");
	if (date->month < 1 || date->month > 12)
		ora_error("01843", "not a valid month");
	if (date->day < 1 || date->day > 31)
		ora_error("01847", "day of month must be between 1 and last day of month");
	if (date->hour > 23 || date->hour < 0)
		ora_error("01850", "hour must be between 0 and 23");
	if (date->minute > 59 || date->minute < 0)
		ora_error("01851", "minutes must be between 0 and 59");
	if (date->second > 59 || date->second < 0)
		ora_error("01852", "seconds must be between 0 and 59");
}

/* ---- input and output ------------------------------------------------------------------ */

PG_FUNCTION_INFO_V1(rh_stamp_in);
PG_FUNCTION_INFO_V1(rh_stamp_out);
PG_FUNCTION_INFO_V1(rh_stamp_recv);
PG_FUNCTION_INFO_V1(rh_stamp_send);
PG_FUNCTION_INFO_V1(rh_stamp_tz_in);
PG_FUNCTION_INFO_V1(rh_stamp_tz_out);
PG_FUNCTION_INFO_V1(rh_stamp_tz_recv);
PG_FUNCTION_INFO_V1(rh_stamp_tz_send);

static uint8_t *arg_bytes(FunctionCallInfo fcinfo, int n)
{
	return (uint8_t *)DatumGetPointer(fcinfo->args[n].value);
}

Datum rh_stamp_in(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_BYTES);
	struct cw_date date;

	if (*get_fields(PG_GETARG_CSTRING(0), &date))
		ora_error("01830",
			  "date format picture ends before converting entire input string");
	check_fields(&date);
	stamp_write(&date, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_out(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read(arg_bytes(fcinfo, 0));
	StringInfoData out;

	initStringInfo(&out);
	put_fields(&date, &out);
	PG_RETURN_CSTRING(out.data);
}

/* Seven bytes, or eleven: of a value without a zone. */
static void recv_stamp(StringInfo in, int len, uint8_t ret[STAMP_BYTES])
{
	struct cw_date date;

	memset(ret, 0, STAMP_BYTES);
	if (len != CW_DATE_BYTES && len != STAMP_BYTES)
		ora_error("01801", "date format is too long for internal buffer");
	memcpy(ret, pq_getmsgbytes(in, len), (size_t)len);
	date = stamp_read(ret);
	(void)seconds_of(&date);
}

Datum rh_stamp_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);
	uint8_t *made = palloc(STAMP_BYTES);

	recv_stamp(in, in->len - in->cursor, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_send(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read(arg_bytes(fcinfo, 0));
	uint8_t bytes[STAMP_BYTES];
	size_t len = cw_date_write(&date, bytes);
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbytes(&out, (char *)bytes, (int)len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum rh_stamp_tz_in(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_TZ_BYTES), zone[2];
	struct cw_date date;
	const char *rest = get_fields(PG_GETARG_CSTRING(0), &date);

	check_fields(&date);
	if (*rest == '\0')
		zone_of_session(zone);
	else if (!zone_of_text(rest, strcspn(rest, " "), zone))
		ora_error("01882", "timezone region not found");
	zoned_write(&date, zone, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_out(PG_FUNCTION_ARGS)
{
	const uint8_t *at = arg_bytes(fcinfo, 0);
	struct cw_date date = zoned_read(at);
	StringInfoData out;

	initStringInfo(&out);
	put_fields(&date, &out);
	appendStringInfoChar(&out, ' ');
	zone_text(at + STAMP_BYTES, &out);
	PG_RETURN_CSTRING(out.data);
}

/* 13 bytes; without the zone, those of a moment in the database's time zone. */
Datum rh_stamp_tz_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);
	int len = in->len - in->cursor;
	uint8_t *made = palloc(STAMP_TZ_BYTES);

	recv_stamp(in, len == STAMP_TZ_BYTES ? STAMP_BYTES : len, made);
	if (len == STAMP_TZ_BYTES)
		memcpy(made + STAMP_BYTES, pq_getmsgbytes(in, 2), 2);
	else
		zone_of_session(made + STAMP_BYTES);
	if (made[STAMP_BYTES] & CW_ZONE_REGION)
		(void)region_of(made + STAMP_BYTES);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_send(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbytes(&out, (char *)arg_bytes(fcinfo, 0), STAMP_TZ_BYTES);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- moments as numbers, and of other types ------------------------------------------------ */

PG_FUNCTION_INFO_V1(rh_stamp_nanos);
PG_FUNCTION_INFO_V1(rh_stamp_of_nanos);
PG_FUNCTION_INFO_V1(rh_stamp_from_us);
PG_FUNCTION_INFO_V1(rh_stamp_to_us);
PG_FUNCTION_INFO_V1(rh_stamp_scale);
PG_FUNCTION_INFO_V1(rh_stamp_tz_scale);
PG_FUNCTION_INFO_V1(rh_stamp_zoned);
PG_FUNCTION_INFO_V1(rh_stamp_tz_local);
PG_FUNCTION_INFO_V1(rh_stamp_tz_utc);
PG_FUNCTION_INFO_V1(rh_stamp_tz_at);
PG_FUNCTION_INFO_V1(rh_stamp_tz_zone);
PG_FUNCTION_INFO_V1(rh_stamp_add_months);

static Datum nanos_of_span(struct span span)
{
	Datum seconds = NumericGetDatum(int64_to_numeric(span.seconds));
	Datum unit = NumericGetDatum(int64_to_numeric(NANOS));

	return DirectFunctionCall2(numeric_add, DirectFunctionCall2(numeric_mul, seconds, unit),
				   NumericGetDatum(int64_to_numeric(span.nanos)));
}

static struct span span_of_nanos(Datum nanos)
{
	Datum unit = NumericGetDatum(int64_to_numeric(NANOS));
	Datum whole = DirectFunctionCall2(numeric_round, nanos, Int32GetDatum(0));
	Datum seconds = DirectFunctionCall2(numeric_div_trunc, whole, unit);
	Datum rest = DirectFunctionCall2(numeric_sub, whole,
					 DirectFunctionCall2(numeric_mul, seconds, unit));
	struct span span = { DatumGetInt64(DirectFunctionCall1(numeric_int8, seconds)),
			     (int)DatumGetInt64(DirectFunctionCall1(numeric_int8, rest)) };

	if (span.nanos < 0) {
		span.nanos += NANOS;
		span.seconds--;
	}
	return span;
}

Datum rh_stamp_nanos(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read(arg_bytes(fcinfo, 0));

	return nanos_of_span((struct span){ seconds_of(&date), date.nanos });
}

Datum rh_stamp_of_nanos(PG_FUNCTION_ARGS)
{
	struct span span = span_of_nanos(PG_GETARG_DATUM(0));
	struct cw_date date = date_of_seconds(span.seconds);
	uint8_t *made = palloc(STAMP_BYTES);

	date.nanos = span.nanos;
	stamp_write(&date, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_from_us(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc0(STAMP_BYTES);
	struct cw_err err;
	size_t len;

	if (!cw_date_from_pg(PG_GETARG_INT64(0), made, &len, &err))
		ora_error("01841", "(full) year must be between -4713 and +9999, and not be 0");
	PG_RETURN_POINTER(made);
}

/* The fraction is cut: a DATE made of it has none at all. */
Datum rh_stamp_to_us(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read(arg_bytes(fcinfo, 0));

	PG_RETURN_INT64(seconds_of(&date) * 1000000 + date.nanos / 1000);
}

static void round_nanos(struct cw_date *date, int digits)
{
	int unit = 1;

	for (int i = digits; i < 9; i++)
		unit *= 10;
	date->nanos = (date->nanos + unit / 2) / unit * unit;
	if (date->nanos >= NANOS) {
		date->nanos = 0;
		*date = date_moved(date, 1);
	}
}

static Datum scaled(FunctionCallInfo fcinfo, size_t len)
{
	uint8_t *made = palloc(len);
	int digits = PG_GETARG_INT32(1);
	struct cw_date date;

	memcpy(made, arg_bytes(fcinfo, 0), len);
	date = stamp_read(made);
	if (digits >= 0 && digits < 9 && date.nanos > 0) {
		round_nanos(&date, digits);
		stamp_write(&date, made);
	}
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_scale(PG_FUNCTION_ARGS)
{
	return scaled(fcinfo, STAMP_BYTES);
}

Datum rh_stamp_tz_scale(PG_FUNCTION_ARGS)
{
	return scaled(fcinfo, STAMP_TZ_BYTES);
}

/* A local time in the session's zone. */
Datum rh_stamp_zoned(PG_FUNCTION_ARGS)
{
	struct cw_date local = stamp_read(arg_bytes(fcinfo, 0));
	uint8_t *made = palloc(STAMP_TZ_BYTES), zone[2];

	zone_of_session(zone);
	zoned_write(&local, zone, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_local(PG_FUNCTION_ARGS)
{
	struct cw_date local = zoned_read(arg_bytes(fcinfo, 0));
	uint8_t *made = palloc(STAMP_BYTES);

	stamp_write(&local, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_utc(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_BYTES);

	memcpy(made, arg_bytes(fcinfo, 0), STAMP_BYTES);
	PG_RETURN_POINTER(made);
}

/* A moment in UTC, looked at from a zone: its name, NULL: that of the session. */
Datum rh_stamp_tz_at(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_TZ_BYTES);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	memcpy(made, arg_bytes(fcinfo, 0), STAMP_BYTES);
	if (PG_ARGISNULL(1)) {
		zone_of_session(made + STAMP_BYTES);
	} else {
		text *name = PG_GETARG_TEXT_PP(1);

		if (!zone_of_text(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), made + STAMP_BYTES))
			ora_error("01882", "timezone region not found");
	}
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_zone(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	initStringInfo(&out);
	zone_text(arg_bytes(fcinfo, 0) + STAMP_BYTES, &out);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* The same day of another month: ORA-01839 where that has none. */
Datum rh_stamp_add_months(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read(arg_bytes(fcinfo, 0));
	int64_t year = date.year < 0 ? date.year + 1 : date.year;
	int64_t months = year * 12 + date.month - 1 + PG_GETARG_INT64(1);
	uint8_t *made = palloc(STAMP_BYTES);

	year = months >= 0 ? months / 12 : -((11 - months) / 12);
	date.month = (int)(months - year * 12) + 1;
	if (year < -4711 || year > 9999)
		ora_error("01841", "(full) year must be between -4713 and +9999, and not be 0");
	date.year = (int)(year <= 0 ? year - 1 : year);
	stamp_write(&date, made);
	PG_RETURN_POINTER(made);
}

/* ---- order ---------------------------------------------------------------------------------- */

/* One function for each operator and each of the two lengths that are compared. */
#define ORDER(name, bytes)                                                                         \
	PG_FUNCTION_INFO_V1(rh_##name##_cmp);                                                      \
	Datum rh_##name##_cmp(PG_FUNCTION_ARGS)                                                    \
	{                                                                                          \
		PG_RETURN_INT32(memcmp(arg_bytes(fcinfo, 0), arg_bytes(fcinfo, 1), bytes));        \
	}                                                                                          \
	PG_FUNCTION_INFO_V1(rh_##name##_hash);                                                     \
	Datum rh_##name##_hash(PG_FUNCTION_ARGS)                                                   \
	{                                                                                          \
		return hash_any(arg_bytes(fcinfo, 0), bytes);                                      \
	}                                                                                          \
	COMPARE(name, bytes, lt, <)                                                                \
	COMPARE(name, bytes, le, <=)                                                               \
	COMPARE(name, bytes, eq, ==)                                                               \
	COMPARE(name, bytes, ne, !=)                                                               \
	COMPARE(name, bytes, ge, >=)                                                               \
	COMPARE(name, bytes, gt, >)                                                                \
	EXTREME(name, bytes, larger, >=)                                                           \
	EXTREME(name, bytes, smaller, <=)

#define COMPARE(name, bytes, word, op)                                                             \
	PG_FUNCTION_INFO_V1(rh_##name##_##word);                                                   \
	Datum rh_##name##_##word(PG_FUNCTION_ARGS)                                                 \
	{                                                                                          \
		PG_RETURN_BOOL(memcmp(arg_bytes(fcinfo, 0), arg_bytes(fcinfo, 1), bytes) op 0);    \
	}

#define EXTREME(name, bytes, word, op)                                                             \
	PG_FUNCTION_INFO_V1(rh_##name##_##word);                                                   \
	Datum rh_##name##_##word(PG_FUNCTION_ARGS)                                                 \
	{                                                                                          \
		bool first = memcmp(arg_bytes(fcinfo, 0), arg_bytes(fcinfo, 1), bytes) op 0;       \
		PG_RETURN_POINTER(arg_bytes(fcinfo, first ? 0 : 1));                               \
	}

ORDER(moment, STAMP_BYTES) /* DAY TO SECOND has as many bytes */
ORDER(ym, YM_BYTES)

/* ---- intervals --------------------------------------------------------------------------------- */

PG_FUNCTION_INFO_V1(rh_ds_in);
PG_FUNCTION_INFO_V1(rh_ds_out);
PG_FUNCTION_INFO_V1(rh_ds_recv);
PG_FUNCTION_INFO_V1(rh_ds_send);
PG_FUNCTION_INFO_V1(rh_ds_nanos);
PG_FUNCTION_INFO_V1(rh_ds_of_nanos);
PG_FUNCTION_INFO_V1(rh_ds_scale);
PG_FUNCTION_INFO_V1(rh_ym_in);
PG_FUNCTION_INFO_V1(rh_ym_out);
PG_FUNCTION_INFO_V1(rh_ym_recv);
PG_FUNCTION_INFO_V1(rh_ym_send);
PG_FUNCTION_INFO_V1(rh_ym_months);
PG_FUNCTION_INFO_V1(rh_ym_of_months);
PG_FUNCTION_INFO_V1(rh_ym_scale);

static void put_u32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static int64_t get_excess(const uint8_t *at)
{
	return (int64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
			 at[3]) -
	       (int64_t)EXCESS;
}

/* Every field has the sign of the whole. */
static Datum ds_made(struct span span)
{
	uint8_t *made = palloc(DS_BYTES);
	int64_t days, rest;

	if (span.seconds < 0 && span.nanos > 0) {
		span.seconds++;
		span.nanos -= NANOS;
	}
	days = span.seconds / 86400;
	rest = span.seconds % 86400;
	if (days > DAYS_MAX || days < -DAYS_MAX)
		ora_error("01873", "the leading precision of the interval is too small");
	put_u32(made, (uint32_t)(days + (int64_t)EXCESS));
	made[4] = (uint8_t)(60 + rest / 3600);
	made[5] = (uint8_t)(60 + rest / 60 % 60);
	made[6] = (uint8_t)(60 + rest % 60);
	put_u32(made + 7, (uint32_t)((int64_t)span.nanos + (int64_t)EXCESS));
	PG_RETURN_POINTER(made);
}

static struct span ds_span(const uint8_t *at)
{
	struct span span = { get_excess(at) * 86400 + (at[4] - 60) * 3600 + (at[5] - 60) * 60 +
				     (at[6] - 60),
			     (int)get_excess(at + 7) };

	if (span.nanos < 0) {
		span.nanos += NANOS;
		span.seconds--;
	}
	return span;
}

static const char *blanks(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

/* P[n]D[T[n]H[n]M[n[.f]]S], the form of ISO 8601 that TO_DSINTERVAL takes too; false: another one. */
static bool ds_iso(const char *at, struct span *ret)
{
	static const int64_t unit[] = { 86400, 3600, 60, 1 };
	static const char letter[] = "DHMS";
	int next = 0;

	if (*at++ != 'P')
		return false;
	while (*at) {
		char *end;
		int64_t value;

		if (*at == 'T' && next <= 1) {
			next = 1;
			at++;
		}
		value = strtol(at, &end, 10);
		if (end == at)
			return false;
		if (*end == '.') {
			int64_t place = NANOS / 10;

			for (end++; *end >= '0' && *end <= '9' && place > 0; end++, place /= 10)
				ret->nanos += (int)((*end - '0') * place);
		}
		while (next < 4 && letter[next] != *end)
			next++;
		if (next == 4)
			return false;
		ret->seconds += value * unit[next++];
		at = end + 1;
	}
	return true;
}

/* [+-]D HH:MI:SS[.FF] */
Datum rh_ds_in(PG_FUNCTION_ARGS)
{
	const char *at = blanks(PG_GETARG_CSTRING(0));
	bool negative = *at == '-';
	long days = 0;
	int hour = 0, minute = 0, second = 0, used = 0;
	struct span span = { 0 };

	at += *at == '-' || *at == '+';
	if (!ds_iso(at, &span)) {
		span = (struct span){ 0 };
		if (sscanf(at, "%9ld %2d:%2d:%2d%n", &days, &hour, &minute, &second, &used) != 4)
			ora_error("01867", "the interval is invalid");
		if (hour > 23 || minute > 59 || second > 59)
			ora_error("01850", "hour must be between 0 and 23");
		span.seconds = days * 86400 + hour * 3600 + minute * 60 + second;
		at += used;
		if (*at == '.') {
			int unit = NANOS / 10;

			for (at++; *at >= '0' && *at <= '9' && unit > 0; at++, unit /= 10)
				span.nanos += (*at - '0') * unit;
		}
		if (*blanks(at))
			ora_error("01867", "the interval is invalid");
	}
	if (negative) {
		span.seconds = -span.seconds - (span.nanos > 0);
		span.nanos = span.nanos > 0 ? NANOS - span.nanos : 0;
	}
	return ds_made(span);
}

Datum rh_ds_out(PG_FUNCTION_ARGS)
{
	const uint8_t *at = arg_bytes(fcinfo, 0);
	int64_t days = get_excess(at), nanos = get_excess(at + 7);
	bool negative = days < 0 || at[4] < 60 || at[5] < 60 || at[6] < 60 || nanos < 0;

	PG_RETURN_CSTRING(psprintf("%c%02ld %02d:%02d:%02d.%09ld", negative ? '-' : '+',
				   labs((long)days), abs(at[4] - 60), abs(at[5] - 60),
				   abs(at[6] - 60), labs((long)nanos)));
}

Datum rh_ds_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);

	if (in->len - in->cursor != DS_BYTES)
		ora_error("01867", "the interval is invalid");
	return ds_made(ds_span((const uint8_t *)pq_getmsgbytes(in, DS_BYTES)));
}

Datum rh_ds_send(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbytes(&out, (char *)arg_bytes(fcinfo, 0), DS_BYTES);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum rh_ds_nanos(PG_FUNCTION_ARGS)
{
	return nanos_of_span(ds_span(arg_bytes(fcinfo, 0)));
}

Datum rh_ds_of_nanos(PG_FUNCTION_ARGS)
{
	return ds_made(span_of_nanos(PG_GETARG_DATUM(0)));
}

static void check_leading(int64_t value, int digits)
{
	int64_t limit = 1;

	for (int i = 0; i < digits; i++)
		limit *= 10;
	if (value >= limit || value <= -limit)
		ora_error("01873", "the leading precision of the interval is too small");
}

/* DAY(n) TO SECOND(m): typmod n * 16 + m */
Datum rh_ds_scale(PG_FUNCTION_ARGS)
{
	int typmod = PG_GETARG_INT32(1), digits = typmod & FRACTION_OF;
	uint8_t *at = arg_bytes(fcinfo, 0);
	struct span span = ds_span(at);
	int unit = 1;
	Datum made;

	if (typmod < 0)
		PG_RETURN_POINTER(at);
	for (int i = digits; i < 9; i++)
		unit *= 10;
	span.nanos = (span.nanos + unit / 2) / unit * unit;
	if (span.nanos >= NANOS) {
		span.nanos -= NANOS;
		span.seconds++;
	}
	made = ds_made(span);
	check_leading(get_excess((const uint8_t *)DatumGetPointer(made)), typmod >> 4);
	return made;
}

static Datum ym_made(int64_t months)
{
	uint8_t *made = palloc(YM_BYTES);

	if (months / 12 > YEARS_MAX || months / 12 < -YEARS_MAX)
		ora_error("01873", "the leading precision of the interval is too small");
	put_u32(made, (uint32_t)(months / 12 + (int64_t)EXCESS));
	made[4] = (uint8_t)(60 + months % 12);
	PG_RETURN_POINTER(made);
}

static int64_t ym_read(const uint8_t *at)
{
	return get_excess(at) * 12 + at[4] - 60;
}

/* [+-]Y-M */
Datum rh_ym_in(PG_FUNCTION_ARGS)
{
	const char *at = blanks(PG_GETARG_CSTRING(0));
	bool negative = *at == '-';
	long years;
	int months;
	char extra;

	at += *at == '-' || *at == '+';
	if (sscanf(at, "%9ld-%2d%c", &years, &months, &extra) != 2)
		ora_error("01867", "the interval is invalid");
	if (months > 11)
		ora_error("01843", "not a valid month");
	return ym_made(negative ? -(years * 12 + months) : years * 12 + months);
}

Datum rh_ym_out(PG_FUNCTION_ARGS)
{
	int64_t months = ym_read(arg_bytes(fcinfo, 0));

	PG_RETURN_CSTRING(psprintf("%c%02ld-%02ld", months < 0 ? '-' : '+', labs((long)months) / 12,
				   labs((long)months) % 12));
}

Datum rh_ym_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);

	if (in->len - in->cursor != YM_BYTES)
		ora_error("01867", "the interval is invalid");
	return ym_made(ym_read((const uint8_t *)pq_getmsgbytes(in, YM_BYTES)));
}

Datum rh_ym_send(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	pq_begintypsend(&out);
	pq_sendbytes(&out, (char *)arg_bytes(fcinfo, 0), YM_BYTES);
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

Datum rh_ym_months(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ym_read(arg_bytes(fcinfo, 0)));
}

Datum rh_ym_of_months(PG_FUNCTION_ARGS)
{
	return ym_made(PG_GETARG_INT64(0));
}

Datum rh_ym_scale(PG_FUNCTION_ARGS)
{
	int digits = PG_GETARG_INT32(1);

	if (digits >= 0)
		check_leading(ym_read(arg_bytes(fcinfo, 0)) / 12, digits);
	PG_RETURN_POINTER(arg_bytes(fcinfo, 0));
}

/* ---- type modifiers ------------------------------------------------------------------------------- */

PG_FUNCTION_INFO_V1(rh_one_typmod);
PG_FUNCTION_INFO_V1(rh_ds_typmod);

/* (n), (n, m): numbers that the printer of the rehearsal writes. */
static int typmods(ArrayType *array, int32 **ret)
{
	int count;

	*ret = ArrayGetIntegerTypmods(array, &count);
	return count;
}

Datum rh_one_typmod(PG_FUNCTION_ARGS)
{
	int32 *value;

	if (typmods(PG_GETARG_ARRAYTYPE_P(0), &value) != 1 || value[0] < 0 || value[0] > 9)
		ora_error("30088", "datetime/interval precision is out of range");
	PG_RETURN_INT32(value[0]);
}

Datum rh_ds_typmod(PG_FUNCTION_ARGS)
{
	int32 *value;

	if (typmods(PG_GETARG_ARRAYTYPE_P(0), &value) != 2 || value[0] < 0 || value[0] > 9 ||
	    value[1] < 0 || value[1] > 9)
		ora_error("30088", "datetime/interval precision is out of range");
	PG_RETURN_INT32(value[0] << 4 | value[1]);
}
