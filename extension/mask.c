/*
 * mask.c - datetimes by Oracle's format models, both ways; see moment.h
 *
 * Sources	Oracle Database SQL Language Reference 19c, "Datetime Format Models"; the error numbers, its
 *		Error Messages: ORA-01821 to ORA-01862
 */
#include "moment.h"

#include <ctype.h>

#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

enum element {
	E_SYYYY,
	E_YYYY,
	E_RRRR,
	E_YYY,
	E_RR,
	E_YY,
	E_Y,
	E_MONTH,
	E_MON,
	E_MM,
	E_DDD,
	E_DD,
	E_DAY,
	E_DY,
	E_HH24,
	E_HH12,
	E_HH,
	E_MI,
	E_SSSSS,
	E_SS,
	E_FF,
	E_X,
	E_AM,
	E_BC,
	E_TZH,
	E_TZM,
	E_TZR,
	E_TZD,
	E_Q,
	E_J,
	E_D,
	E_W,
	E_WW,
	E_IW,
	E_IYYY,
	E_IYY,
	E_IY,
	E_I,
	E_CC,
	E_FILL, /* FM, FX: nothing by themselves */
	E_NONE,
};

/* Of two that begin alike the longer one first. */
static const struct {
	const char *name;
	enum element element;
} elements[] = {
	{ "SYYYY", E_SYYYY }, { "YYYY", E_YYYY }, { "RRRR", E_RRRR },	{ "YYY", E_YYY },
	{ "RR", E_RR },	      { "YY", E_YY },	  { "Y", E_Y },		{ "MONTH", E_MONTH },
	{ "MON", E_MON },     { "MM", E_MM },	  { "DDD", E_DDD },	{ "DAY", E_DAY },
	{ "DD", E_DD },	      { "DY", E_DY },	  { "HH24", E_HH24 },	{ "HH12", E_HH12 },
	{ "HH", E_HH },	      { "MI", E_MI },	  { "SSSSS", E_SSSSS }, { "SS", E_SS },
	{ "FF", E_FF },	      { "FM", E_FILL },	  { "FX", E_FILL },	{ "X", E_X },
	{ "A.M.", E_AM },     { "P.M.", E_AM },	  { "AM", E_AM },	{ "PM", E_AM },
	{ "A.D.", E_BC },     { "B.C.", E_BC },	  { "AD", E_BC },	{ "BC", E_BC },
	{ "TZH", E_TZH },     { "TZM", E_TZM },	  { "TZR", E_TZR },	{ "TZD", E_TZD },
	{ "Q", E_Q },	      { "J", E_J },	  { "D", E_D },		{ "WW", E_WW },
	{ "W", E_W },	      { "IYYY", E_IYYY }, { "IYY", E_IYY },	{ "IY", E_IY },
	{ "IW", E_IW },	      { "I", E_I },	  { "CC", E_CC },
};

static const char *const months[] = { "JANUARY",   "FEBRUARY", "MARCH",	   "APRIL",
				      "MAY",	   "JUNE",     "JULY",	   "AUGUST",
				      "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER" };
static const char *const days[] = { "SUNDAY",	"MONDAY", "TUESDAY", "WEDNESDAY",
				    "THURSDAY", "FRIDAY", "SATURDAY" };

/* The element at *mask, which is moved behind it; *ret_digits of FFn, 0: not said. */
static enum element next_element(const char **mask, int *ret_digits)
{
	*ret_digits = 0;
	for (size_t i = 0; i < lengthof(elements); i++) {
		size_t len = strlen(elements[i].name);

		if (pg_strncasecmp(*mask, elements[i].name, len) != 0)
			continue;
		*mask += len;
		if (elements[i].element == E_FF && **mask >= '1' && **mask <= '9')
			*ret_digits = *(*mask)++ - '0';
		return elements[i].element;
	}
	return E_NONE;
}

/* Days since 2000-01-01, a Saturday. */
static int64_t day_number(const struct cw_date *date)
{
	struct cw_date day = { .year = date->year, .month = date->month, .day = date->day };
	uint8_t bytes[CW_TIMESTAMP_BYTES];
	struct cw_err err;
	int64_t us;

	if (!cw_date_to_pg((struct cw_bytes){ bytes, cw_date_write(&day, bytes) }, &us, &err))
		ora_error("01839", "date not valid for month specified");
	return us / USECS_PER_DAY;
}

/* ---- writing --------------------------------------------------------------------------- */

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
	int64_t number = day_number(date);
	const char *name = days[weekday(number)];

	switch (element) {
	case E_MONTH:
		put_name(put->out, months[date->month - 1], mask, strlen(months[date->month - 1]),
			 put->fill ? 9 : 0);
		break;
	case E_MON:
		put_name(put->out, months[date->month - 1], mask, 3, 0);
		break;
	case E_DAY:
		put_name(put->out, name, mask, strlen(name), put->fill ? 9 : 0);
		break;
	case E_DY:
		put_name(put->out, name, mask, 3, 0);
		break;
	case E_DDD:
		put_number(put, 3, (int)(number - day_number(&first)) + 1);
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
		put_number(put, 2, (int)(day_number(&thursday) - day_number(&first)) / 7 + 1);
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
	int64_t number = day_number(date);
	int day_of_week = weekday(number);

	switch (element) {
	case E_D:
		put_number(put, 1, day_of_week + 1);
		break;
	case E_W:
		put_number(put, 1, (date->day - 1) / 7 + 1);
		break;
	case E_WW:
		put_number(put, 2, (int)(number - day_number(&first)) / 7 + 1);
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
		element = next_element(&mask, &digits);
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

/* ---- reading ----------------------------------------------------------------------------- */

struct reading {
	const char *at;
	struct mask_value *ret;
	int half;    /* 1 AM, 2 PM */
	bool before; /* BC */
	int zone_hour, zone_minute, zone_sign;
	int day_of_year;
};

/* One to @most digits. */
static int digits_of(struct reading *in, int most)
{
	int value = 0, count = 0;

	while (count < most && *in->at >= '0' && *in->at <= '9') {
		value = value * 10 + *in->at++ - '0';
		count++;
	}
	if (count == 0 && *in->at == '\0')
		ora_error("01840", "input value not long enough for date format");
	if (count == 0)
		ora_error("01858",
			  "a non-numeric character was found where a numeric was expected");
	return value;
}

static int within(struct reading *in, int most, int low, int high, const char *number,
		  const char *words)
{
	int value = digits_of(in, most);

	if (value < low || value > high)
		ereport(ERROR, (errcode(ORA_SQLSTATE), errmsg("ORA-%s: %s", number, words)));
	return value;
}

static int this_year(void)
{
	struct cw_date now;
	struct cw_err err;

	if (!cw_date_fields_from_pg(GetCurrentTimestamp(), &now, &err))
		elog(ERROR, "%s", err.text);
	return now.year;
}

/* RR: of this century or of the one that is nearer. */
static int full_year(enum element element, int year)
{
	int now = this_year(), century = now / 100 * 100;

	if (year > 99)
		return year;
	if (element != E_RR && element != E_RRRR)
		return century + year;
	if (now % 100 < 50)
		return year < 50 ? century + year : century - 100 + year;
	return year < 50 ? century + 100 + year : century + year;
}

static bool is_short_year(enum element element)
{
	return element == E_YY || element == E_RR || element == E_RRRR;
}

static void get_year(struct reading *in, enum element element)
{
	int digits = element == E_YYY ? 3 : element == E_Y ? 1 : 4;
	const char *from;
	int year;

	if (*in->at == '-' && (element == E_SYYYY || element == E_YYYY)) {
		in->before = true;
		in->at++;
	} else if (element == E_SYYYY) {
		in->at += *in->at == ' ' || *in->at == '+';
	}
	from = in->at;
	year = digits_of(in, digits);
	if (is_short_year(element) && in->at - from <= 2)
		year = full_year(element, year);
	else if (digits == 3)
		year += this_year() / 1000 * 1000;
	else if (digits == 1)
		year += this_year() / 10 * 10;
	in->ret->date.year = year;
}

static int name_at(struct reading *in, const char *const *names, int count, bool whole)
{
	for (int i = 0; i < count; i++) {
		size_t len = strlen(names[i]);

		if (whole && pg_strncasecmp(in->at, names[i], len) == 0) {
			in->at += len;
			return i + 1;
		}
		if (pg_strncasecmp(in->at, names[i], 3) == 0) {
			in->at += 3;
			return i + 1;
		}
	}
	return 0;
}

static void get_month(struct reading *in, enum element element)
{
	bool is_number = *in->at >= '0' && *in->at <= '9';
	int month;

	if (element == E_MM && is_number)
		month = digits_of(in, 2);
	else
		month = is_number ? 0 : name_at(in, months, 12, true);
	if (month == 0 && element == E_MM && !is_number && *in->at == '\0')
		ora_error("01840", "input value not long enough for date format");
	if (month < 1 || month > 12)
		ora_error("01843", "not a valid month");
	in->ret->date.month = month;
}

static void get_fraction(struct reading *in, int digits)
{
	int unit = 100000000;

	for (int i = digits ? digits : 9; i > 0 && *in->at >= '0' && *in->at <= '9'; i--) {
		in->ret->date.nanos += (*in->at++ - '0') * unit;
		unit /= 10;
	}
}

static void get_half(struct reading *in, enum element element)
{
	char c = (char)pg_toupper((unsigned char)*in->at);

	if (element == E_AM ? c != 'A' && c != 'P' : c != 'A' && c != 'B')
		ora_error("01855", "AM/A.M. or PM/P.M. required");
	if (element == E_AM)
		in->half = c == 'A' ? 1 : 2;
	else
		in->before = c == 'B';
	in->at += in->at[1] == '.' ? 4 : 2;
}

static void get_zone(struct reading *in, enum element element)
{
	size_t len = strcspn(in->at, " ");

	in->ret->has_zone = true;
	if (element == E_TZR) {
		if (!zone_of_text(in->at, len, in->ret->zone))
			ora_error("01882", "timezone region not found");
		in->zone_sign = 0;
		in->at += len;
	} else if (element == E_TZH) {
		in->zone_sign = *in->at == '-' ? -1 : 1;
		in->at += *in->at == '-' || *in->at == '+';
		in->zone_hour =
			within(in, 2, 0, 15, "01874", "time zone hour must be between -15 and 15");
	} else if (element == E_TZM) {
		in->zone_minute = within(in, 2, 0, 59, "01875",
					 "time zone minute must be between -59 and 59");
	} else {
		in->at += len; /* TZD: PST, PDT */
	}
}

static void get_julian(struct reading *in)
{
	struct cw_date first = { .year = 2000, .month = 1, .day = 1 }, date;
	int number =
		within(in, 7, 1, 5373484, "01854", "julian date must be between 1 and 5373484");

	date = date_moved(&first, (number - POSTGRES_EPOCH_JDATE) * INT64_C(86400));
	in->ret->date.year = date.year;
	in->ret->date.month = date.month;
	in->ret->date.day = date.day;
}

static void get_day(struct reading *in, enum element element)
{
	struct cw_date *date = &in->ret->date;

	switch (element) {
	case E_DD:
		date->day = within(in, 2, 1, 31, "01847",
				   "day of month must be between 1 and last day of month");
		break;
	case E_DDD:
		in->day_of_year =
			within(in, 3, 1, 366, "01848",
			       "day of year must be between 1 and 365 (366 for leap year)");
		break;
	case E_DAY:
	case E_DY:
		if (!name_at(in, days, 7, element == E_DAY))
			ora_error("01846", "not a valid day of the week");
		break;
	case E_J:
		get_julian(in);
		break;
	case E_D:
		ora_error("03001", "unimplemented feature");
		break;
	default:
		ora_error("01820", "format code cannot appear in date input format");
	}
}

static void get_time(struct reading *in, enum element element, int digits)
{
	struct cw_date *date = &in->ret->date;
	int second;

	switch (element) {
	case E_HH24:
		date->hour = within(in, 2, 0, 23, "01850", "hour must be between 0 and 23");
		break;
	case E_HH12:
	case E_HH:
		date->hour = within(in, 2, 1, 12, "01849", "hour must be between 1 and 12");
		break;
	case E_MI:
		date->minute = within(in, 2, 0, 59, "01851", "minutes must be between 0 and 59");
		break;
	case E_SS:
		date->second = within(in, 2, 0, 59, "01852", "seconds must be between 0 and 59");
		break;
	case E_SSSSS:
		second = within(in, 5, 0, 86399, "01853",
				"seconds in day must be between 0 and 86399");
		date->hour = second / 3600;
		date->minute = second / 60 % 60;
		date->second = second % 60;
		break;
	case E_FF:
		get_fraction(in, digits);
		break;
	case E_X:
		in->at += *in->at == '.';
		break;
	case E_AM:
	case E_BC:
		get_half(in, element);
		break;
	default:
		get_zone(in, element);
	}
}

static void get_element(struct reading *in, enum element element, int digits)
{
	if (element <= E_Y)
		get_year(in, element);
	else if (element <= E_MM)
		get_month(in, element);
	else if (element <= E_DY || (element >= E_Q && element <= E_CC))
		get_day(in, element);
	else
		get_time(in, element, digits);
}

static bool is_mark(char c)
{
	return c && !isalnum((unsigned char)c);
}

/* What a field says together with others. */
static void settle(struct reading *in)
{
	struct cw_date *date = &in->ret->date;

	if (in->half == 1)
		date->hour %= 12;
	if (in->half == 2)
		date->hour = date->hour % 12 + 12;
	if (in->before)
		date->year = -date->year;
	if (date->year < -4712 || date->year > 9999 || date->year == 0)
		ora_error("01841", "(full) year must be between -4713 and +9999, and not be 0");
	if (in->day_of_year) {
		struct cw_date first = { .year = date->year, .month = 1, .day = 1 };
		struct cw_date made = date_moved(&first, (in->day_of_year - 1) * INT64_C(86400));

		date->month = made.month;
		date->day = made.day;
	}
	(void)day_number(date);
	if (in->zone_sign) {
		in->ret->zone[0] = (uint8_t)(20 + in->zone_sign * in->zone_hour);
		in->ret->zone[1] = (uint8_t)(60 + in->zone_sign * in->zone_minute);
	}
}

/* Elements that may be missing at the end of the text, as the time in a DATE's mask. */
static bool may_be_missing(enum element element)
{
	return element == E_FF || element == E_X || element == E_FILL || element == E_TZD ||
	       element == E_HH24 || element == E_MI || element == E_SS;
}

static void start(struct mask_value *ret)
{
	struct cw_date now;
	struct cw_err err;

	if (!cw_date_fields_from_pg(GetCurrentTimestamp(), &now, &err))
		elog(ERROR, "%s", err.text);
	*ret = (struct mask_value){ .date = { .year = now.year, .month = now.month, .day = 1 } };
}

/* Text in quotes of the mask has to stand in the value. */
static void get_quoted(struct reading *in, const char **mask)
{
	for (++*mask; **mask && **mask != '"'; ++*mask) {
		if (*in->at != **mask)
			ora_error("01861", "literal does not match format string");
		in->at++;
	}
	*mask += **mask == '"';
}

/* Any mark stands for any other; blanks in the text count for nothing. */
static void get_mark(struct reading *in, const char **mask)
{
	while (*in->at == ' ' && **mask != ' ')
		in->at++;
	if (is_mark(*in->at) && !((*in->at == '-' || *in->at == '+') && **mask == ' '))
		in->at++;
	else if (*in->at == '\0' && !**mask)
		ora_error("01840", "input value not long enough for date format");
	++*mask;
}

void mask_read(const char *text, const char *mask, struct mask_value *ret)
{
	struct reading in = { .at = text, .ret = ret };

	start(ret);
	while (*mask) {
		int digits;
		enum element element;

		if (*mask == '"') {
			get_quoted(&in, &mask);
			continue;
		}
		element = next_element(&mask, &digits);
		if (element == E_NONE && isalnum((unsigned char)*mask))
			ora_error("01821", "date format not recognized");
		if (element == E_NONE) {
			get_mark(&in, &mask);
			continue;
		}
		while (*in.at == ' ' && element != E_SYYYY)
			in.at++;
		if (element == E_FILL || (*in.at == '\0' && may_be_missing(element)))
			continue;
		get_element(&in, element, digits);
	}
	while (*in.at == ' ')
		in.at++;
	if (*in.at)
		ora_error("01830",
			  "date format picture ends before converting entire input string");
	settle(&in);
}

/* ---- functions of SQL ----------------------------------------------------------------------- */

PG_FUNCTION_INFO_V1(rh_stamp_text);
PG_FUNCTION_INFO_V1(rh_stamp_tz_text);
PG_FUNCTION_INFO_V1(rh_stamp_ltz_text);
PG_FUNCTION_INFO_V1(rh_stamp_by_mask);
PG_FUNCTION_INFO_V1(rh_stamp_tz_by_mask);

/* FF shows as many digits as the value's type has. */
static int scale_of(FunctionCallInfo fcinfo)
{
	Node *call = fcinfo->flinfo->fn_expr;
	int32 typmod = -1;

	if (call && IsA(call, FuncExpr))
		typmod = exprTypmod((Node *)linitial(((FuncExpr *)call)->args));
	return typmod >= 0 && typmod <= 9 ? typmod : 9;
}

static Datum text_of(FunctionCallInfo fcinfo, const struct cw_date *date, const uint8_t *zone)
{
	text *mask = PG_GETARG_TEXT_PP(1);
	StringInfoData out;

	initStringInfo(&out);
	mask_put(&out, text_to_cstring(mask), date, zone, scale_of(fcinfo), 9);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

Datum rh_stamp_text(PG_FUNCTION_ARGS)
{
	struct cw_date date = stamp_read((uint8_t *)PG_GETARG_POINTER(0));

	return text_of(fcinfo, &date, NULL);
}

Datum rh_stamp_tz_text(PG_FUNCTION_ARGS)
{
	const uint8_t *at = (uint8_t *)PG_GETARG_POINTER(0);
	struct cw_date date = zoned_read(at);

	return text_of(fcinfo, &date, at + STAMP_BYTES);
}

/* In the session's time zone. */
Datum rh_stamp_ltz_text(PG_FUNCTION_ARGS)
{
	uint8_t zoned[STAMP_TZ_BYTES];
	struct cw_date date;

	memcpy(zoned, PG_GETARG_POINTER(0), STAMP_BYTES);
	zone_of_session(zoned + STAMP_BYTES);
	date = zoned_read(zoned);
	return text_of(fcinfo, &date, zoned + STAMP_BYTES);
}

Datum rh_stamp_by_mask(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_BYTES);
	struct mask_value value;

	mask_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)),
		  &value);
	stamp_write(&value.date, made);
	PG_RETURN_POINTER(made);
}

Datum rh_stamp_tz_by_mask(PG_FUNCTION_ARGS)
{
	uint8_t *made = palloc(STAMP_TZ_BYTES);
	struct mask_value value;

	mask_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)),
		  &value);
	if (!value.has_zone)
		zone_of_session(value.zone);
	zoned_write(&value.date, value.zone, made);
	PG_RETURN_POINTER(made);
}
