/* mask_write.c - a datetime as text, by a format model; see mask_parts.h */
#include "mask_parts.h"

#include <ctype.h>

#include "utils/builtins.h"
#include "utils/timestamp.h"

/* MONTH, Month or month, as the mask has it; padded to @width unless FM was said. */
static void put_name(StringInfo out, const char *name, const char *mask, size_t len, int width)
{
	bool upper = mask[0] >= 'A' && mask[0] <= 'Z';
	bool all = upper && mask[1] >= 'A' && mask[1] <= 'Z';

	for (size_t i = 0; i < len; i++)
		appendStringInfoChar(out, all || (upper && i == 0)
						  ? name[i]
						  : pg_tolower((unsigned char)name[i]));
	for (int i = (int)len; i < width; i++)
		appendStringInfoChar(out, ' ');
}

struct putting {
	StringInfo out;
	const struct cw_date *date;
	const uint8_t *zone;
	int scale, most;
	bool fill;
};

static void put_number(const struct putting *put, int width, int value)
{
	appendStringInfo(put->out, "%0*d", put->fill ? width : 1, value);
}

static void put_year(const struct putting *put, enum element element)
{
	int year = abs(put->date->year);

	switch (element) {
	case E_SYYYY:
		appendStringInfoString(put->out, put->date->year < 0 ? "-" : put->fill ? " " : "");
		put_number(put, 4, year);
		break;
	case E_YYYY:
	case E_RRRR:
		put_number(put, 4, year);
		break;
	case E_YYY:
		put_number(put, 3, year % 1000);
		break;
	case E_RR:
	case E_YY:
		put_number(put, 2, year % 100);
		break;
	default:
		put_number(put, 1, year % 10);
	}
}

/* 0 is Sunday. */
static int weekday(int64_t number)
{
	return (int)(((number + 6) % 7 + 7) % 7);
}

static void put_day(const struct putting *put, enum element element, const char *mask)
{
	const struct cw_date *date = put->date;
	struct cw_date first = { .year = date->year, .month = 1, .day = 1 };
	int64_t number = mask_day_number(date);
	const char *name = mask_day[weekday(number)];

	switch (element) {
	case E_MONTH:
		put_name(put->out, mask_month[date->month - 1], mask,
			 strlen(mask_month[date->month - 1]), put->fill ? 9 : 0);
		break;
	case E_MON:
		put_name(put->out, mask_month[date->month - 1], mask, 3, 0);
		break;
	case E_DAY:
		put_name(put->out, name, mask, strlen(name), put->fill ? 9 : 0);
		break;
	case E_DY:
		put_name(put->out, name, mask, 3, 0);
		break;
	case E_DDD:
		put_number(put, 3, (int)(number - mask_day_number(&first)) + 1);
		break;
	case E_J:
		put_number(put, 7, (int)(number + POSTGRES_EPOCH_JDATE));
		break;
	case E_Q:
		put_number(put, 1, (date->month + 2) / 3);
		break;
	case E_DD:
		put_number(put, 2, date->day);
		break;
	default:
		put_number(put, 2, date->month);
	}
}

/* A week of ISO 8601 belongs to the year of its Thursday. */
static void put_iso(const struct putting *put, enum element element, int day_of_week)
{
	struct cw_date thursday =
		date_moved(put->date, (3 - (day_of_week + 6) % 7) * INT64_C(86400));
	struct cw_date first = { .year = thursday.year, .month = 1, .day = 1 };
	int year = abs(thursday.year);

	if (element == E_IW)
		put_number(put, 2,
			   (int)(mask_day_number(&thursday) - mask_day_number(&first)) / 7 + 1);
	else if (element == E_IYYY)
		put_number(put, 4, year);
	else if (element == E_IYY)
		put_number(put, 3, year % 1000);
	else
		put_number(put, element == E_IY ? 2 : 1, year % (element == E_IY ? 100 : 10));
}

/* Weeks and days of it; the first is Sunday, as in America. */
static void put_week(const struct putting *put, enum element element)
{
	const struct cw_date *date = put->date;
	struct cw_date first = { .year = date->year, .month = 1, .day = 1 };
	int64_t number = mask_day_number(date);
	int day_of_week = weekday(number);

	switch (element) {
	case E_D:
		put_number(put, 1, day_of_week + 1);
		break;
	case E_W:
		put_number(put, 1, (date->day - 1) / 7 + 1);
		break;
	case E_WW:
		put_number(put, 2, (int)(number - mask_day_number(&first)) / 7 + 1);
		break;
	case E_CC:
		put_number(put, 2, (abs(date->year) + 99) / 100);
		break;
	default:
		put_iso(put, element, day_of_week);
	}
}

static void put_fraction(const struct putting *put, int sized)
{
	int digits = Min(sized ? sized : put->scale, put->most);
	char text[16];

	snprintf(text, sizeof(text), "%09d", put->date->nanos);
	text[Min(digits, 9)] = '\0';
	appendStringInfoString(put->out, text);
}

static void put_zone(const struct putting *put, enum element element)
{
	int minutes;

	if (!put->zone)
		ora_error("01821", "date format not recognized");
	if (element == E_TZR) {
		zone_text(put->zone, put->out);
		return;
	}
	minutes = zone_offset_local(put->zone, put->date) / 60;
	if (element == E_TZH)
		appendStringInfo(put->out, "%c%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60);
	else if (element == E_TZM)
		appendStringInfo(put->out, "%02d", abs(minutes) % 60);
}

static void put_time(const struct putting *put, enum element element, const char *mask, int digits)
{
	const struct cw_date *date = put->date;
	const char *half = date->hour < 12 ? "AM" : "PM";

	switch (element) {
	case E_HH24:
		put_number(put, 2, date->hour);
		break;
	case E_HH12:
	case E_HH:
		put_number(put, 2, date->hour % 12 == 0 ? 12 : date->hour % 12);
		break;
	case E_MI:
		put_number(put, 2, date->minute);
		break;
	case E_SS:
		put_number(put, 2, date->second);
		break;
	case E_SSSSS:
		put_number(put, 5, date->hour * 3600 + date->minute * 60 + date->second);
		break;
	case E_FF:
		put_fraction(put, digits);
		break;
	case E_X:
		appendStringInfoChar(put->out, '.');
		break;
	case E_BC:
		half = date->year < 0 ? "BC" : "AD";
		/* fall through */
	case E_AM:
		put_name(put->out, half, mask, 1, 0);
		appendStringInfoString(put->out, mask[1] == '.' ? "." : "");
		appendStringInfoChar(put->out,
				     mask[0] >= 'a' ? pg_tolower((unsigned char)half[1]) : half[1]);
		appendStringInfoString(put->out, mask[1] == '.' ? "." : "");
		break;
	default:
		put_zone(put, element);
	}
}

/* What may be spelled. */
static bool is_number(enum element element)
{
	static const enum element others[] = {
		E_MONTH, E_MON, E_DAY, E_DY,  E_FF,  E_X,    E_AM,
		E_BC,	 E_TZH, E_TZM, E_TZR, E_TZD, E_FILL, E_NONE
	};

	for (size_t i = 0; i < lengthof(others); i++)
		if (others[i] == element)
			return false;
	return true;
}

static void put_element(struct putting *put, enum element element, const char *mask, int digits)
{
	if (element == E_FILL)
		put->fill = put->fill && pg_toupper((unsigned char)mask[1]) != 'M';
	else if (element <= E_Y)
		put_year(put, element);
	else if (element <= E_DY || element == E_Q || element == E_J)
		put_day(put, element, mask);
	else if (element >= E_D && element <= E_CC)
		put_week(put, element);
	else
		put_time(put, element, mask, digits);
}

void mask_put(StringInfo out, const char *mask, const struct cw_date *date, const uint8_t *zone,
	      int scale, int most)
{
	struct putting put = { out, date, zone, scale, most, true };

	while (*mask) {
		const char *at = mask;
		int digits, from = out->len;
		enum element element;

		if (*mask == '"') {
			for (mask++; *mask && *mask != '"'; mask++)
				appendStringInfoChar(out, *mask);
			mask += *mask == '"';
			continue;
		}
		element = mask_element(&mask, &digits);
		if (element != E_NONE) {
			put_element(&put, element, at, digits);
		} else {
			if (isalnum((unsigned char)*mask))
				ora_error("01821", "date format not recognized");
			appendStringInfoChar(out, *mask++);
		}
		if (is_number(element))
			spell_number(out, from, &mask, at);
	}
}
