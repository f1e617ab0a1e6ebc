/* mask_read.c - text as a datetime, by a format model; see mask_parts.h */
#include "mask_parts.h"

#include <ctype.h>

#include "utils/timestamp.h"

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
		month = is_number ? 0 : name_at(in, mask_month, 12, true);
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
		if (!name_at(in, mask_day, 7, element == E_DAY))
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
	(void)mask_day_number(date);
	if (in->zone_sign) {
		in->ret->zone[0] = (uint8_t)(20 + in->zone_sign * in->zone_hour);
		in->ret->zone[1] = (uint8_t)(60 + in->zone_sign * in->zone_minute);
	}
}

/* Elements that may be missing at the end of the text, as the time in a DATE's mask; of HH and AM it is A-606. */
static bool may_be_missing(enum element element)
{
	static const enum element all[] = { E_FF, E_X,	  E_FILL, E_TZD, E_HH24,
					    E_HH, E_HH12, E_AM,	  E_MI,	 E_SS };

	for (size_t i = 0; i < lengthof(all); i++)
		if (all[i] == element)
			return true;
	return false;
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
		element = mask_element(&mask, &digits);
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
