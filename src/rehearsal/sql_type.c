/* sql_type.c - see sql_type.h */
#include "rehearsal/sql_type.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	uint8_t ora_type, type;
	const char *pg;
} types[] = {
	{ CW_ORA_VARCHAR2, SQL_TEXT, NULL },
	{ CW_ORA_LONG, SQL_TEXT, NULL },
	{ CW_ORA_ROWID, SQL_TEXT, NULL },
	{ CW_ORA_UROWID, SQL_TEXT, NULL },
	{ CW_ORA_NUMBER, SQL_NUMBER, NULL },
	{ CW_ORA_INTEGER, SQL_NUMBER, NULL },
	{ CW_ORA_CHAR, SQL_CHAR, NULL },
	{ CW_ORA_DATE, SQL_DATE, NULL },
	{ CW_ORA_TIMESTAMP, SQL_TIMESTAMP, "ora.stamp" },
	{ CW_ORA_TIMESTAMP_TZ, SQL_TIMESTAMP_TZ, "ora.stamp_tz" },
	{ CW_ORA_TIMESTAMP_LTZ, SQL_TIMESTAMP_LTZ, "ora.stamp_ltz" },
	{ CW_ORA_RAW, SQL_RAW, NULL },
	{ CW_ORA_LONG_RAW, SQL_RAW, NULL },
	{ CW_ORA_INTERVAL_DS, SQL_INTERVAL, "ora.ds" },
	{ CW_ORA_INTERVAL_YM, SQL_INTERVAL_YM, "ora.ym" },
	{ CW_ORA_BINARY_FLOAT, SQL_FLOAT, "float4" },
	{ CW_ORA_BINARY_DOUBLE, SQL_DOUBLE, "float8" },
	{ CW_ORA_CLOB, SQL_CLOB, NULL },
	{ CW_ORA_BLOB, SQL_BLOB, NULL },
	{ CW_ORA_JSON, SQL_JSON, "ora.json" },
	{ CW_ORA_OBJECT, SQL_XML, "ora.xml" },
	{ CW_ORA_BOOLEAN, SQL_BOOL, "boolean" },
};

static bool is_extended;

void sql_type_extend(bool extended)
{
	is_extended = extended;
}

uint32_t sql_type_bytes_max(uint32_t standard)
{
	return is_extended ? 32767 : standard;
}

uint8_t sql_type_of_ora(uint8_t ora_type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++)
		if (types[i].ora_type == ora_type)
			return types[i].type;
	return SQL_ANY;
}

const char *sql_pg_type(uint8_t type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++)
		if (types[i].type == type)
			return types[i].pg;
	return NULL;
}

void sql_print_type(struct cw_wr *out, const struct sql_type_name *type)
{
	const char *own = sql_pg_type(sql_type_of_ora(type->ora_type));

	switch (type->ora_type) {
	case CW_ORA_NUMBER:
		if (type->precision > 0 && type->float_bits == 0)
			cw_wr_printf(out, "numeric(%d,%d)", type->precision, type->scale);
		else
			cw_wr_text(out, "numeric");
		break;
	case CW_ORA_VARCHAR2:
	case CW_ORA_LONG:
	case CW_ORA_ROWID:
	case CW_ORA_UROWID:
		cw_wr_text(out, "varchar");
		break;
	case CW_ORA_CHAR:
		cw_wr_printf(out, "bpchar(%u)", type->length);
		break;
	case CW_ORA_DATE:
		cw_wr_text(out, "ora.date");
		break;
	case CW_ORA_CLOB:
		cw_wr_text(out, "text");
		break;
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
	case CW_ORA_BLOB:
		cw_wr_text(out, "bytea");
		break;
	case CW_ORA_INTERVAL_DS:
		cw_wr_printf(out, "%s(%d,%d)", own, type->precision, type->scale);
		break;
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_INTERVAL_YM:
		cw_wr_printf(out, "%s(%d)", own, type->precision);
		break;
	default:
		cw_wr_text(out, own ? own : "unsupported_type");
	}
}

/* ---- literals -------------------------------------------------------------------------- */

bool sql_has_zone(const struct sql_expr *expr)
{
	uint32_t at = expr->text_len > 0 && expr->text[0] == '-' ? 11 : 10;

	for (; at < expr->text_len; at++) {
		char c = expr->text[at];

		if (c == '+' || c == '-' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
			return true;
	}
	return false;
}

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

static int field_of(const char *unit)
{
	static const char *const names[] = { "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND" };

	for (int i = 0; i < FIELDS; i++)
		if (strcmp(unit, names[i]) == 0)
			return i;
	return FIELDS;
}

struct interval {
	const char *at, *end;
	bool negative;
	int64_t field[FIELDS];
	int64_t nanos;
};

/* Digits at in->at, their count in *ret_digits; false: there are none, or too many. */
static bool take_field(struct interval *in, int64_t *ret, int *ret_digits)
{
	const char *from = in->at;

	*ret = 0;
	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++)
		*ret = *ret * 10 + *in->at - '0';
	*ret_digits = (int)(in->at - from);
	return *ret_digits > 0 && *ret_digits <= 9;
}

static void take_fraction(struct interval *in)
{
	int64_t unit = 100000000;

	if (in->at == in->end || *in->at != '.')
		return;
	for (in->at++; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		in->nanos += (*in->at - '0') * unit;
		unit /= 10;
	}
}

static void take_sign(struct interval *in)
{
	while (in->at < in->end && *in->at == ' ')
		in->at++;
	if (in->at < in->end && (*in->at == '-' || *in->at == '+'))
		in->negative = *in->at++ == '-';
}

/* The fields from @first to @last; *ret_leading is how many digits the first one has. */
static bool take_fields(struct interval *in, int first, int last, int *ret_leading)
{
	static const int64_t limit[FIELDS] = { 0, 11, 0, 23, 59, 59 };
	int digits;

	if (!take_field(in, &in->field[first], ret_leading))
		return false;
	for (int i = first + 1; i <= last; i++) {
		char mark = i == MONTH ? '-' : i == HOUR ? ' ' : ':';

		if (in->at == in->end || *in->at++ != mark ||
		    !take_field(in, &in->field[i], &digits) || in->field[i] > limit[i])
			return false;
	}
	if (last == SECOND)
		take_fraction(in);
	while (in->at < in->end && *in->at == ' ')
		in->at++;
	return in->at == in->end;
}

static bool read_interval(const struct sql_expr *expr, struct interval *in, struct rh_error *error)
{
	int first = field_of(expr->unit), last = expr->unit_to ? field_of(expr->unit_to) : first;
	int leading = 0;

	*in = (struct interval){ .at = expr->text, .end = expr->text + expr->text_len };
	take_sign(in);
	if (!take_fields(in, first, last, &leading))
		return rh_fail(error, 1867, expr->at, "the interval is invalid");
	return leading <= expr->leading ||
	       rh_fail(error, 1873, expr->at, "the leading precision of the interval is too small");
}

bool sql_print_interval(struct cw_wr *out, const struct sql_expr *expr, struct rh_error *error)
{
	struct interval in;
	const char *sign;

	if (!read_interval(expr, &in, error))
		return false;
	sign = in.negative ? "-" : "";
	if (field_of(expr->unit) <= MONTH)
		cw_wr_printf(out, "ora.ym_of((%s%" PRId64 ")::bigint)", sign,
			     in.field[YEAR] * 12 + in.field[MONTH]);
	else
		cw_wr_printf(out,
			     "ora.ds_of((%s%" PRId64 ")::numeric * 1000000000 + (%s%" PRId64
			     ")::numeric)",
			     sign,
			     in.field[DAY] * 86400 + in.field[HOUR] * 3600 + in.field[MINUTE] * 60 +
				     in.field[SECOND],
			     sign, in.nanos);
	return true;
}
