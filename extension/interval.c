/* interval.c - INTERVAL DAY TO SECOND and YEAR TO MONTH, see moment.h */
#include "moment.h"

#include <ctype.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#define EXCESS	    0x80000000u
#define DAYS_MAX    999999999
#define YEARS_MAX   999999999
#define FRACTION_OF 15 /* of a typmod of ora.ds, whose leading precision lies above */

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

/*
 * Fields keep the signs they come with: drivers send minus one day and one minute as such, and EXTRACT gives them
 * back (Django's tests of durations on Oracle want the seconds of Python's timedelta).
 */
Datum rh_ds_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);
	const uint8_t *at;

	if (in->len - in->cursor != DS_BYTES)
		ora_error("01867", "the interval is invalid");
	at = (const uint8_t *)pq_getmsgbytes(in, DS_BYTES);
	if (abs(at[4] - 60) > 23 || abs(at[5] - 60) > 59 || abs(at[6] - 60) > 59 ||
	    llabs(get_excess(at)) > DAYS_MAX || llabs(get_excess(at + 7)) >= NANOS)
		ora_error("01867", "the interval is invalid");
	PG_RETURN_POINTER(memcpy(palloc(DS_BYTES), at, DS_BYTES));
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
	if (span.nanos % unit == 0) {
		check_leading(get_excess(at), typmod >> 4);
		PG_RETURN_POINTER(at);
	}
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
