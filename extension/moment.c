/* moment.c - see moment.h */
#include "moment.h"

#include "access/hash.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* ---- fields ------------------------------------------------------------------------- */

int64_t date_seconds(const struct cw_date *date)
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

struct cw_date date_moved(const struct cw_date *date, int64_t seconds)
{
	struct cw_date moved = date_of_seconds(date_seconds(date) + seconds);

	moved.nanos = date->nanos;
	return moved;
}

void stamp_write(const struct cw_date *date, uint8_t ret[STAMP_BYTES])
{
	(void)date_seconds(date);
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
	(void)date_seconds(&date);
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
	zone_check(made + STAMP_BYTES);
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

Datum nanos_of_span(struct span span)
{
	Datum seconds = NumericGetDatum(int64_to_numeric(span.seconds));
	Datum unit = NumericGetDatum(int64_to_numeric(NANOS));

	return DirectFunctionCall2(numeric_add, DirectFunctionCall2(numeric_mul, seconds, unit),
				   NumericGetDatum(int64_to_numeric(span.nanos)));
}

struct span span_of_nanos(Datum nanos)
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

	return nanos_of_span((struct span){ date_seconds(&date), date.nanos });
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

	PG_RETURN_INT64(date_seconds(&date) * 1000000 + date.nanos / 1000);
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
