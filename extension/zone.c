/* zone.c - time zones of moments: fixed offsets and regions, see moment.h */
#include "moment.h"

#include "codec/zone.h"

#include <ctype.h>

#include "pgtime.h"
#include "utils/datetime.h"

#define UNIX_2000 INT64_C(946684800) /* 2000-01-01 in seconds since 1970 */

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

void zone_check(const uint8_t zone[2])
{
	if (zone[0] & CW_ZONE_REGION)
		(void)region_of(zone);
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

int zone_offset_utc(const uint8_t zone[2], const struct cw_date *utc)
{
	pg_time_t at = date_seconds(utc) + UNIX_2000;

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
