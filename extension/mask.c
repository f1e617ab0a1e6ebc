/*
 * mask.c - datetimes by Oracle's format models, both ways; see moment.h and mask_parts.h
 *
 * Sources	Oracle Database SQL Language Reference 19c, "Datetime Format Models"; the error numbers, its
 *		Error Messages: ORA-01821 to ORA-01862
 */
#include "mask_parts.h"

#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

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

const char *const mask_month[12] = { "JANUARY",	  "FEBRUARY", "MARCH",	  "APRIL",
				     "MAY",	  "JUNE",     "JULY",	  "AUGUST",
				     "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER" };
const char *const mask_day[7] = { "SUNDAY",   "MONDAY", "TUESDAY", "WEDNESDAY",
				  "THURSDAY", "FRIDAY", "SATURDAY" };

enum element mask_element(const char **mask, int *ret_digits)
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

int64_t mask_day_number(const struct cw_date *date)
{
	struct cw_date day = { .year = date->year, .month = date->month, .day = date->day };
	uint8_t bytes[CW_TIMESTAMP_BYTES];
	struct cw_err err;
	int64_t us;

	if (!cw_date_to_pg((struct cw_bytes){ bytes, cw_date_write(&day, bytes) }, &us, &err))
		ora_error("01839", "date not valid for month specified");
	return us / USECS_PER_DAY;
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
