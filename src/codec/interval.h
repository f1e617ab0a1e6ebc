/*
 * interval.h - Oracle's two kinds of interval to PostgreSQL's one and back
 *
 * Shapes	INTERVAL YEAR TO MONTH, 5 bytes: years + 0x80000000, 32 bits big endian; months + 60.
 *		INTERVAL DAY TO SECOND, 11 bytes: days + 0x80000000; hours, minutes, seconds + 60 each;
 *		nanoseconds + 0x80000000.  All fields have one sign.
 *		interval, 16 bytes as interval_send() makes them: microseconds, 64 bits, days, months, 32 bits each
 *
 * Canonical	days and microseconds of one sign, less than a day of these: '26 hours' is '1 day 2 hours', as Oracle
 *		has it and as PostgreSQL compares it
 * Errors	CW2003 the bytes are no interval of Oracle's; CW2004 no such value on the other side: below a microsecond,
 *		too large, months and days in one (both data)
 * Threads	any
 * Sources	python-oracledb src/oracledb/impl/base/decoders.pyx, decode_interval_ds(), decode_interval_ym();
 *		PostgreSQL 15 src/backend/utils/adt/timestamp.c
 */
#ifndef CW_CODEC_INTERVAL_H
#define CW_CODEC_INTERVAL_H

#include "base/err.h"

#define CW_YM_BYTES	     5
#define CW_DS_BYTES	     11
#define CW_PG_INTERVAL_BYTES 16

bool cw_ym_to_pg(struct cw_bytes ym, uint8_t ret[CW_PG_INTERVAL_BYTES],
		 struct cw_err *err) CW_MUST_CHECK;
bool cw_ds_to_pg(struct cw_bytes ds, uint8_t ret[CW_PG_INTERVAL_BYTES],
		 struct cw_err *err) CW_MUST_CHECK;
/* *ret_years and *ret_days: of the leading field, without sign, for who bounds it. */
bool cw_ym_from_pg(struct cw_bytes interval, uint8_t ret[CW_YM_BYTES], uint64_t *ret_years,
		   struct cw_err *err) CW_MUST_CHECK;
bool cw_ds_from_pg(struct cw_bytes interval, uint8_t ret[CW_DS_BYTES], uint64_t *ret_days,
		   struct cw_err *err) CW_MUST_CHECK;

/* An interval without months, canonical where it lies. */
void cw_interval_canonical(uint8_t interval[CW_PG_INTERVAL_BYTES]);

#endif
