/* interval.c - see interval.h */
#include "codec/interval.h"

#include <inttypes.h>
#include <stdlib.h>

#define EXCESS	 INT64_C(0x80000000)
#define US_A_DAY INT64_C(86400000000)

static int64_t get_be(const uint8_t *at, unsigned len)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < len; i++)
		value = value << 8 | at[i];
	return len == 8 ? (int64_t)value : (int32_t)(uint32_t)value;
}

static void put_be(uint8_t *to, uint64_t value, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		to[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static int64_t get_excess(const uint8_t *at)
{
	return (int64_t)(uint32_t)get_be(at, 4) - EXCESS;
}

static void put_interval(int64_t us, int64_t days, int64_t months,
			 uint8_t ret[CW_PG_INTERVAL_BYTES])
{
	put_be(ret, (uint64_t)us, 8);
	put_be(ret + 8, (uint64_t)days, 4);
	put_be(ret + 12, (uint64_t)months, 4);
}

static bool bad(const char *what, struct cw_bytes bytes, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2003, "%zu bytes are no INTERVAL %s", bytes.len, what);
}

static bool in_range(int64_t value, int64_t most)
{
	return value >= -most && value <= most;
}

bool cw_ym_to_pg(struct cw_bytes ym, uint8_t ret[CW_PG_INTERVAL_BYTES], struct cw_err *err)
{
	int64_t years, months;

	if (ym.len != CW_YM_BYTES)
		return bad("YEAR TO MONTH", ym, err);
	years = get_excess(ym.at);
	months = years * 12 + ym.at[4] - 60;
	if (!in_range(years, 999999999) || !in_range(ym.at[4] - 60, 11))
		return bad("YEAR TO MONTH", ym, err);
	if (!in_range(months, INT32_MAX))
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "%" PRId64 " months are more than PostgreSQL's interval holds",
			       months);
	put_interval(0, 0, months, ret);
	return true;
}

bool cw_ds_to_pg(struct cw_bytes ds, uint8_t ret[CW_PG_INTERVAL_BYTES], struct cw_err *err)
{
	int64_t days, nanos;
	int hours, minutes, seconds;

	if (ds.len != CW_DS_BYTES)
		return bad("DAY TO SECOND", ds, err);
	days = get_excess(ds.at);
	hours = ds.at[4] - 60;
	minutes = ds.at[5] - 60;
	seconds = ds.at[6] - 60;
	nanos = get_excess(ds.at + 7);
	if (!in_range(days, 999999999) || !in_range(hours, 23) || !in_range(minutes, 59) ||
	    !in_range(seconds, 59) || !in_range(nanos, 999999999))
		return bad("DAY TO SECOND", ds, err);
	if (nanos % 1000 != 0)
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "%" PRId64 " nanoseconds are finer than PostgreSQL's microsecond",
			       nanos);
	put_interval((hours * INT64_C(3600) + minutes * 60 + seconds) * 1000000 + nanos / 1000,
		     days, 0, ret);
	return true;
}

static bool no_interval(struct cw_bytes interval, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2004, "interval has %zu bytes, not 16", interval.len);
}

bool cw_ym_from_pg(struct cw_bytes interval, uint8_t ret[CW_YM_BYTES], uint64_t *ret_years,
		   struct cw_err *err)
{
	int64_t months;

	if (interval.len != CW_PG_INTERVAL_BYTES)
		return no_interval(interval, err);
	if (get_be(interval.at, 8) != 0 || get_be(interval.at + 8, 4) != 0)
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "an interval with days or less is no INTERVAL YEAR TO MONTH");
	months = get_be(interval.at + 12, 4);
	put_be(ret, (uint64_t)(months / 12 + EXCESS), 4);
	ret[4] = (uint8_t)(60 + months % 12);
	*ret_years = (uint64_t)llabs(months / 12);
	return true;
}

bool cw_ds_from_pg(struct cw_bytes interval, uint8_t ret[CW_DS_BYTES], uint64_t *ret_days,
		   struct cw_err *err)
{
	uint8_t made[CW_PG_INTERVAL_BYTES];
	int64_t us, days;

	if (interval.len != CW_PG_INTERVAL_BYTES)
		return no_interval(interval, err);
	if (get_be(interval.at + 12, 4) != 0)
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "an interval with months is no INTERVAL DAY TO SECOND");
	for (unsigned i = 0; i < sizeof(made); i++)
		made[i] = interval.at[i];
	cw_interval_canonical(made);
	us = get_be(made, 8);
	days = get_be(made + 8, 4);
	if (!in_range(days, 999999999) || !in_range(us, US_A_DAY - 1))
		return cw_fail(err, CW_ERR_DATA, 2004,
			       "an interval of more than 999999999 days has no place in Oracle");
	put_be(ret, (uint64_t)(days + EXCESS), 4);
	ret[4] = (uint8_t)(60 + us / INT64_C(3600000000));
	ret[5] = (uint8_t)(60 + us / 60000000 % 60);
	ret[6] = (uint8_t)(60 + us / 1000000 % 60);
	put_be(ret + 7, (uint64_t)(us % 1000000 * 1000 + EXCESS), 4);
	*ret_days = (uint64_t)llabs(days);
	return true;
}

void cw_interval_canonical(uint8_t interval[CW_PG_INTERVAL_BYTES])
{
	int64_t us = get_be(interval, 8), days = get_be(interval + 8, 4);
	int64_t months = get_be(interval + 12, 4);

	days += us / US_A_DAY;
	us %= US_A_DAY;
	if (days > 0 && us < 0) {
		days--;
		us += US_A_DAY;
	} else if (days < 0 && us > 0) {
		days++;
		us -= US_A_DAY;
	}
	/* one that many days do not fit beside is left as it is */
	if (months == 0 && in_range(days, INT32_MAX))
		put_interval(us, days, 0, interval);
}
