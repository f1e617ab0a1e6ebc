/*
 * logminer_literal.c - a mined value as LogMiner writes it
 *
 * With the catalog's dictionary a literal of its type, TO_DATE and its like around what is no text; without one its
 * storage bytes, which are the same for all (Debezium, LogMinerDmlParserTest; DBZ-3258).
 */
#include "logminer_row.h"
#include "moment.h"

#include "codec/num.h"
#include "codec/real.h"

#define UNISTR_UNITS 512

void put_hex(StringInfo out, const uint8_t *at, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	appendStringInfoString(out, "HEXTORAW('");
	for (size_t i = 0; i < len; i++) {
		appendStringInfoCharMacro(out, digits[at[i] >> 4]);
		appendStringInfoCharMacro(out, digits[at[i] & 15]);
	}
	appendStringInfoString(out, "')");
}

void put_quoted(StringInfo out, const char *at, size_t len)
{
	appendStringInfoCharMacro(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (at[i] == '\'')
			appendStringInfoCharMacro(out, '\'');
		appendStringInfoCharMacro(out, at[i]);
	}
	appendStringInfoCharMacro(out, '\'');
}

/* Text of the database's character set: what is no character stays the byte it is (db_text.h). */
static void put_text(const struct writer *to, const struct mined_value *value)
{
	struct cw_bytes stored = { value->at, value->head.len };
	uint8_t *inside = palloc(RH_TEXT_GROWTH * stored.len + 1);
	size_t len = rh_text_from_stored(stored, inside);

	/* set 'C'est mon livre' where ... (Debezium, LogMinerDmlParserTest, DBZ-8200; where clauses double them, DBZ-2070) */
	if (value->head.flags & RH_COLUMN_EXTENDED && to->options & LOGMNR_BARE_QUOTES &&
	    !to->in_where)
		appendStringInfo(to->out, "'%.*s'", (int)len, (const char *)inside);
	else
		put_quoted(to->out, (const char *)inside, len);
	pfree(inside);
}

/* '1', '-3.14', '.5': no zero in front of the point (Debezium documentation, ROWS of LogMiner) */
static void put_number(StringInfo out, const struct mined_value *value)
{
	char text[256], *at = text;
	struct cw_err err;

	if (!cw_num_to_text((struct cw_bytes){ value->at, value->head.len }, text, &err))
		elog(ERROR, "%s", err.text);
	appendStringInfoCharMacro(out, '\'');
	if (*at == '-') {
		appendStringInfoCharMacro(out, '-');
		at++;
	}
	if (at[0] == '0' && at[1] == '.')
		at++;
	appendStringInfo(out, "%s'", at);
}

static struct cw_date date_of(const struct mined_value *value, size_t len)
{
	struct cw_date date;
	struct cw_err err;

	if (!cw_date_read((struct cw_bytes){ value->at, len }, &date, &err))
		elog(ERROR, "%s", err.text);
	return date;
}

/*
 * TO_DATE('2020-02-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS'), and the others by the session's format alone;
 * a TIMESTAMP(0) ends in the point, whatever FF says: '2020-02-01 00:00:00.' (DBZ-3078)
 */
static void put_moment(StringInfo out, const struct mined_value *value, int scale)
{
	bool zoned = value->head.ora_type == CW_ORA_TIMESTAMP_TZ;
	bool is_date = value->head.ora_type == CW_ORA_DATE;
	struct cw_date date = zoned ? zoned_read(value->at) : date_of(value, value->head.len);

	appendStringInfoString(out, zoned     ? "TO_TIMESTAMP_TZ('"
				    : is_date ? "TO_DATE('"
				    : value->head.ora_type == CW_ORA_TIMESTAMP_LTZ
					    ? "TO_TIMESTAMP_LTZ('"
					    : "TO_TIMESTAMP('");
	mask_put(out,
		 zoned	   ? nls_timestamp_tz_format
		 : is_date ? nls_date_format
			   : nls_timestamp_format,
		 &date, zoned ? value->at + STAMP_BYTES : NULL, is_date ? 0 : scale, scale);
	if (is_date)
		appendStringInfo(out, "', '%s')", nls_date_format);
	else
		appendStringInfoString(out, "')");
}

/* '1.5E+000', 'Nan', 'Inf' (oracle-cdc's list of literal forms, [K]; A-320) */
static void put_real(StringInfo out, const struct mined_value *value)
{
	uint8_t ieee[8];
	uint64_t bits = 0;
	char text[REAL_TEXT_BYTES];

	if (value->head.len != 4 && value->head.len != 8)
		elog(ERROR, "a binary float has %u bytes", value->head.len);
	cw_real_from_ora(value->at, value->head.len, ieee);
	for (uint32_t i = 0; i < value->head.len; i++)
		bits = bits << 8 | ieee[i];
	if (value->head.len == 4) {
		uint32_t half = (uint32_t)bits;
		float number;

		memcpy(&number, &half, sizeof(number));
		real_text((double)number, true, text);
	} else {
		double number;

		memcpy(&number, &bits, sizeof(number));
		real_text(number, false, text);
	}
	appendStringInfo(out, "'%s'", text);
}

/* UNISTR('\0412\0435'): letters of ASCII as they are, runs of UNISTR_UNITS joined by || (A-321) */
static void put_unistr(StringInfo out, const struct mined_value *value)
{
	for (uint32_t i = 0; i + 1 < value->head.len; i += 2) {
		unsigned unit = (unsigned)value->at[i] << 8 | value->at[i + 1];
		bool low = (unit & 0xfc00) == 0xdc00;

		if (i == 0)
			appendStringInfoString(out, "UNISTR('");
		else if (i / 2 % UNISTR_UNITS == 0 && !low)
			appendStringInfoString(out, "') || UNISTR('");
		if (unit == '\'' || unit == '\\')
			appendStringInfoChar(out, (char)unit);
		if (unit >= 0x20 && unit < 0x7f)
			appendStringInfoChar(out, (char)unit);
		else
			appendStringInfo(out, "\\%04X", unit);
	}
	appendStringInfoString(out, "')");
}

static int64_t excess(const uint8_t *at)
{
	return (int64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
			 at[3]) -
	       INT64_C(0x80000000);
}

/* TO_DSINTERVAL('-001 02:03:04.56'), TO_YMINTERVAL('-03-06') */
static void put_interval(StringInfo out, const struct mined_value *value)
{
	const uint8_t *at = value->at;
	long first = (long)excess(at);

	if (value->head.ora_type == CW_ORA_INTERVAL_YM) {
		appendStringInfo(out, "TO_YMINTERVAL('%c%02ld-%02d')",
				 first < 0 || at[4] < 60 ? '-' : '+', labs(first), abs(at[4] - 60));
		return;
	}
	appendStringInfo(out, "TO_DSINTERVAL('%c%03ld %02d:%02d:%02d.%09ld')",
			 first < 0 || at[4] < 60 || at[5] < 60 || at[6] < 60 || excess(at + 7) < 0
				 ? '-'
				 : '+',
			 labs(first), abs(at[4] - 60), abs(at[5] - 60), abs(at[6] - 60),
			 labs((long)excess(at + 7)));
}

void put_literal(const struct writer *to, const struct mined_value *value)
{
	StringInfo out = to->out;
	int scale = to->table->scale[value->head.internal - 1];

	if (value->head.flags & RH_COLUMN_NATIONAL) {
		put_unistr(out, value);
		return;
	}
	switch (value->head.ora_type) {
	case CW_ORA_NUMBER:
		put_number(out, value);
		break;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_TIMESTAMP_TZ:
		put_moment(out, value, scale);
		break;
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		put_real(out, value);
		break;
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		put_interval(out, value);
		break;
	case CW_ORA_BOOLEAN: /* */
		appendStringInfoString(out, *value->at ? "TRUE" : "FALSE");
		break;
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
		put_hex(out, value->at, value->head.len);
		break;
	default:
		put_text(to, value);
	}
}
