/*
 * date.h - Oracle's DATE and TIMESTAMP to PostgreSQL's timestamp and back
 *
 * Oracle keeps the fields of the civil calendar, PostgreSQL the microseconds since
 * 2000-01-01 in the proleptic Gregorian calendar.  The fields are what both show, so
 * the fields are what is carried over; a day that one calendar has and the other
 * has not (1500-02-29) is refused.
 *
 * Shapes
 *
 *	DATE, 7 bytes:  century + 100, year in it + 100, month, day, hour + 1,
 *	minute + 1, second + 1; before Christ both year bytes are below 100 and the
 *	year -1 is followed by 1.  TIMESTAMP: the same 7 bytes when the fraction is 0,
 *	else 11: nanoseconds, 32 bits big endian.
 *
 * Errors	CW2003  the bytes are not a DATE or TIMESTAMP (kind: data)
 *		CW2004  no such value on the other side: infinity, a year beyond 9999 or
 *			before -4712, nanoseconds below a microsecond (kind: data)
 * Threads	any
 * Sources	python-oracledb src/oracledb/impl/base/decoders.pyx, decode_date();
 *		PostgreSQL 15 src/backend/utils/adt/timestamp.c
 */
#ifndef CW_CODEC_DATE_H
#define CW_CODEC_DATE_H

#include "base/err.h"

#define CW_DATE_BYTES	   7
#define CW_TIMESTAMP_BYTES 11

struct cw_date {
	int year; /* -4712 .. 9999 without 0; -1 is 1 BC */
	int month, day, hour, minute, second;
	int nanos;
};

bool cw_date_read(struct cw_bytes bytes, struct cw_date *ret, struct cw_err *err) CW_MUST_CHECK;
/* Writes 7 bytes, or 11 if @date has a fraction; returns how many. */
size_t cw_date_write(const struct cw_date *date, uint8_t ret[CW_TIMESTAMP_BYTES]);

/* @us: PostgreSQL's timestamp, microseconds since 2000-01-01 00:00:00. */
bool cw_date_to_pg(struct cw_bytes bytes, int64_t *ret_us, struct cw_err *err) CW_MUST_CHECK;
bool cw_date_from_pg(int64_t us, uint8_t ret[CW_TIMESTAMP_BYTES], size_t *ret_bytes,
		     struct cw_err *err) CW_MUST_CHECK;
bool cw_date_fields_from_pg(int64_t us, struct cw_date *ret, struct cw_err *err) CW_MUST_CHECK;

#endif
