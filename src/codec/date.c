/* date.c - see date.h */
#include "codec/date.h"

#include <string.h>

#define US_A_DAY	  INT64_C(86400000000)
#define DAYS_1970_2000	  10957
#define PG_INFINITY	  INT64_MAX
#define PG_MINUS_INFINITY INT64_MIN

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/*
 * Days since 1970-01-01; @year counts 0 for 1 BC and is -4799 at least.  Years begin in March;
 * twelve eras of 400 years are added so that nothing is negative.
 */
static int64_t days_from_civil(int year, int month, int day)
{
	unsigned shifted = (unsigned)(year + 4800 - (month <= 2));
	unsigned day_of_year =
		(153 * ((unsigned)month + (month > 2 ? -3U : 9U)) + 2) / 5 + (unsigned)day - 1;

	return (int64_t)(shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 +
			 day_of_year) -
	       719468 - 12 * 146097;
}

static void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t doe = shifted - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

static unsigned is_within(int value, int from, int to)
{
	return (unsigned)value - (unsigned)from <= (unsigned)(to - from);
}

/* All fields are looked at, without a branch: nearly every date is good. */
static bool is_date(const struct cw_date *date)
{
	return is_within(date->year, -4712, 9999) & (date->year != 0) &
	       is_within(date->month, 1, 12) & is_within(date->day, 1, 31) &
	       is_within(date->hour, 0, 23) & is_within(date->minute, 0, 59) &
	       is_within(date->second, 0, 59) & is_within(date->nanos, 0, 999999999);
}

/* Inlined: load, verify and apply read every date by it. */
static inline bool read_date(struct cw_bytes bytes, struct cw_date *ret)
{
	const uint8_t *at = bytes.at;

	if (bytes.len != CW_DATE_BYTES && bytes.len != CW_TIMESTAMP_BYTES)
		return false;
	*ret = (struct cw_date){ .year = (at[0] - 100) * 100 + (at[1] - 100),
				 .month = at[2],
				 .day = at[3],
				 .hour = at[4] - 1,
				 .minute = at[5] - 1,
				 .second = at[6] - 1 };
	if (bytes.len == CW_TIMESTAMP_BYTES) {
		uint32_t nanos = (uint32_t)at[7] << 24 | (uint32_t)at[8] << 16 |
				 (uint32_t)at[9] << 8 | at[10];

		ret->nanos = nanos <= 999999999 ? (int)nanos : -1;
	}
	return is_date(ret);
}

static bool bad_date(struct cw_bytes bytes, const struct cw_date *date, struct cw_err *err)
{
	if (bytes.len != CW_DATE_BYTES && bytes.len != CW_TIMESTAMP_BYTES)
		return cw_fail(err, CW_ERR_DATA, 2003, "DATE has %zu bytes, not 7 or 11",
			       bytes.len);
	return cw_fail(err, CW_ERR_DATA, 2003, "DATE has a field out of range: %d-%d-%d %d:%d:%d",
		       date->year, date->month, date->day, date->hour, date->minute, date->second);
}

bool cw_date_read(struct cw_bytes bytes, struct cw_date *ret, struct cw_err *err)
{
	return read_date(bytes, ret) || bad_date(bytes, ret, err);
}

size_t cw_date_write(const struct cw_date *date, uint8_t ret[CW_TIMESTAMP_BYTES])
{
	uint32_t nanos = (uint32_t)date->nanos;

	ret[0] = (uint8_t)(date->year / 100 + 100);
	ret[1] = (uint8_t)(date->year % 100 + 100);
	ret[2] = (uint8_t)date->month;
	ret[3] = (uint8_t)date->day;
	ret[4] = (uint8_t)(date->hour + 1);
	ret[5] = (uint8_t)(date->minute + 1);
	ret[6] = (uint8_t)(date->second + 1);
	if (nanos == 0)
		return CW_DATE_BYTES;
	ret[7] = (uint8_t)(nanos >> 24);
	ret[8] = (uint8_t)(nanos >> 16);
	ret[9] = (uint8_t)(nanos >> 8);
	ret[10] = (uint8_t)nanos;
	return CW_TIMESTAMP_BYTES;
}

bool cw_date_to_pg(struct cw_bytes bytes, int64_t *ret_us, struct cw_err *err)
{
	struct cw_date date;
	int year;
	int64_t seconds;

	if (!read_date(bytes, &date))
		return bad_date(bytes, &date, err);
	year = date.year < 0 ? date.year + 1 : date.year;
	if (date.day > days_in_month(year, date.month))
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "no day %d-%02d-%02d in PostgreSQL's calendar", date.year,
			       date.month, date.day);
	if (date.nanos % 1000 != 0)
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "%d nanoseconds are finer than PostgreSQL's microsecond",
			       date.nanos);
	seconds = date.hour * 3600 + date.minute * 60 + date.second;
	*ret_us = (days_from_civil(year, date.month, date.day) - DAYS_1970_2000) * US_A_DAY +
		  seconds * 1000000 + date.nanos / 1000;
	return true;
}

bool cw_date_fields_from_pg(int64_t us, struct cw_date *ret, struct cw_err *err)
{
	int64_t days, rest;

	if (us == PG_INFINITY || us == PG_MINUS_INFINITY)
		return cw_fail(err, CW_ERR_DATA, 2004, "an infinite timestamp has no DATE");
	days = us / US_A_DAY;
	rest = us % US_A_DAY;
	if (rest < 0) {
		rest += US_A_DAY;
		days--;
	}
	civil_from_days(days + DAYS_1970_2000, &ret->year, &ret->month, &ret->day);
	if (ret->year <= 0)
		ret->year--;
	ret->hour = (int)(rest / INT64_C(3600000000));
	ret->minute = (int)(rest / 60000000 % 60);
	ret->second = (int)(rest / 1000000 % 60);
	ret->nanos = (int)(rest % 1000000) * 1000;
	if (!is_date(ret))
		return cw_fail(err, CW_ERR_DATA, 2004, "year %d is outside Oracle's -4712 to 9999",
			       ret->year);
	return true;
}

bool cw_date_from_pg(int64_t us, uint8_t ret[CW_TIMESTAMP_BYTES], size_t *ret_bytes,
		     struct cw_err *err)
{
	struct cw_date date = { 0 };

	if (!cw_date_fields_from_pg(us, &date, err))
		return false;
	*ret_bytes = cw_date_write(&date, ret);
	return true;
}
