/*
 * moment.h - Oracle's datetime and interval types as types of PostgreSQL
 *
 *	ora.stamp	TIMESTAMP: 11 bytes, the fraction always there
 *	ora.stamp_ltz	WITH LOCAL TIME ZONE: the same, in the database's time zone, UTC
 *	ora.stamp_tz	WITH TIME ZONE: the same in UTC, and two bytes of zone
 *	ora.ym		INTERVAL YEAR TO MONTH: 5 bytes
 *	ora.ds		INTERVAL DAY TO SECOND: 11 bytes
 *
 * A value is Oracle's storage form, so that nothing is lost where PostgreSQL keeps microseconds and
 * no zone, and redo and wire carry it as it is.  Of each the bytes sort as the values do; a moment with a
 * zone is compared without it.  What is sent is Oracle's shortest form: seven bytes without a fraction.
 *
 * Arithmetic is done in nanoseconds, as numeric, by functions in ora_types.sql.
 *
 * Errors	ora_error(): ORA-01841, ORA-01847, ORA-01867, ORA-01882 ...
 * Sources	python-oracledb src/oracledb/impl/base/encoders.pyx and decoders.pyx; Oracle Database SQL
 *		Language Reference 19c, "Datetime and Interval Data Types"
 */
#ifndef CW_EXTENSION_MOMENT_H
#define CW_EXTENSION_MOMENT_H

#include "causeway_redo.h"

#include "codec/date.h"

#define STAMP_BYTES    CW_TIMESTAMP_BYTES
#define STAMP_TZ_BYTES 13
#define DS_BYTES       11
#define YM_BYTES       5

#define NANOS 1000000000 /* in a second */

/* Seconds and nanoseconds of them, 0 to 999999999: a moment since 2000, or an interval. */
struct span {
	int64_t seconds;
	int nanos;
};

/* As numeric, which SQL's arithmetic is done in; the nanoseconds of what comes back are not negative. */
Datum nanos_of_span(struct span span);
struct span span_of_nanos(Datum nanos);

static inline uint8_t *arg_bytes(FunctionCallInfo fcinfo, int n)
{
	return (uint8_t *)DatumGetPointer(fcinfo->args[n].value);
}

/* ---- zone.c ---- */

/* ORA-01882 for a region that is none, as all of these. */
void zone_check(const uint8_t zone[2]);
/* Seconds a zone is east of UTC at a local time or at one of UTC. */
int zone_offset_local(const uint8_t zone[2], const struct cw_date *local);
int zone_offset_utc(const uint8_t zone[2], const struct cw_date *utc);
/* "+02:00", "Europe/Berlin", "LOCAL", "DBTIMEZONE" to two bytes; false: it is none. */
bool zone_of_text(const char *text, size_t len, uint8_t ret[2]);
void zone_text(const uint8_t zone[2], StringInfo out);
/* As ALTER SESSION SET TIME_ZONE left it. */
void zone_of_session(uint8_t ret[2]);

/* ---- moment.c ---- */

/* Since 2000, without the fraction; ORA-01839 for a day that is none. */
int64_t date_seconds(const struct cw_date *date);
/* @date moved by so many seconds. */
struct cw_date date_moved(const struct cw_date *date, int64_t seconds);

/* 11 bytes; the fields are checked. */
void stamp_write(const struct cw_date *date, uint8_t ret[STAMP_BYTES]);
struct cw_date stamp_read(const uint8_t at[STAMP_BYTES]);
/* The local fields of a moment with a zone, and back. */
struct cw_date zoned_read(const uint8_t at[STAMP_TZ_BYTES]);
void zoned_write(const struct cw_date *local, const uint8_t zone[2], uint8_t ret[STAMP_TZ_BYTES]);

/* ---- mask_write.c, mask_read.c ---- */

/*
 * @date by an Oracle datetime format; @zone: NULL if the value has none.  @scale: digits of the fraction where
 * FF does not say; @most: of them even where it does.
 */
void mask_put(StringInfo out, const char *mask, const struct cw_date *date, const uint8_t *zone,
	      int scale, int most);

/* The number that stands in @out from @from on, as the suffix at *mask wants it, which is moved behind; @element: how it was written. */
void spell_number(StringInfo out, int from, const char **mask, const char *element);

struct mask_value {
	struct cw_date date;
	uint8_t zone[2];
	bool has_zone;
};

/* What @text says by @mask; fields that it does not name are the first of the present month. */
void mask_read(const char *text, const char *mask, struct mask_value *ret);

#endif
