/*
 * dump.c - ora.dump() and ora.vsize(): a value as Oracle's storage has it, told byte by byte
 *
 * The caller says which of Oracle's types the value has, for an expression and a column of one PostgreSQL type may have
 * two: a DATE that is stored is type 12, one that a function gives type 13, with the year in two bytes, lowest first.
 *
 * Source: Oracle Database SQL Language Reference 19c, "DUMP", "VSIZE"; "Data Types", the codes.
 */
#include "causeway_redo.h"

#include "codec/date.h"
#include "model/shape.h"
#include "rehearsal/db_text.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include <ctype.h>

#define WITH_CHARSET 1000

PG_FUNCTION_INFO_V1(rh_dump);
PG_FUNCTION_INFO_V1(rh_vsize);

static void computed_date(StringInfo bytes)
{
	const uint8_t *at = (const uint8_t *)bytes->data;
	unsigned year = (at[0] - 100u) * 100u + at[1] - 100u;
	char computed[] = { (char)(year & 0xff),  (char)(year >> 8),   (char)at[2], (char)at[3],
			    (char)(at[4] - 1), (char)(at[5] - 1), (char)(at[6] - 1), 0 };

	resetStringInfo(bytes);
	appendBinaryStringInfo(bytes, computed, sizeof(computed));
}

/* The first argument in storage bytes; the second is its type's code, the third: national. */
static int stored(FunctionCallInfo fcinfo, StringInfo bytes)
{
	struct shape_column column = { .national = PG_GETARG_BOOL(2) };
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
	int code = PG_GETARG_INT32(1);

	(void)shape_ora_type(type, &column.base_type);
	column.len = get_typlen(column.base_type);
	column.ora_type = (uint8_t)(code == CW_ORA_COMPUTED_DATE ? CW_ORA_DATE : code);
	initStringInfo(bytes);
	stored_value(bytes, &column, PG_GETARG_DATUM(0));
	if (code == CW_ORA_COMPUTED_DATE)
		computed_date(bytes);
	return code;
}

static void put_byte(StringInfo out, uint8_t byte, int format)
{
	switch (format) {
	case 8:
		appendStringInfo(out, "%o", byte);
		break;
	case 16:
		appendStringInfo(out, "%x", byte);
		break;
	case 17:
		if (byte < ' ')
			appendStringInfo(out, "^%c", byte + '@');
		else if (byte < 0x7f)
			appendStringInfoChar(out, (char)byte);
		else
			appendStringInfo(out, "%x", byte);
		break;
	default:
		appendStringInfo(out, "%u", byte);
	}
}

/* ora.dump("any", code int, national boolean, format int, first int, count int) text */
Datum rh_dump(PG_FUNCTION_ARGS)
{
	int format = PG_ARGISNULL(3) ? 10 : PG_GETARG_INT32(3);
	int first = PG_ARGISNULL(4) ? 1 : PG_GETARG_INT32(4);
	StringInfoData bytes, out;
	int code, count;

	if (PG_ARGISNULL(0))
		PG_RETURN_TEXT_P(cstring_to_text("NULL"));
	code = stored(fcinfo, &bytes);
	initStringInfo(&out);
	appendStringInfo(&out, "Typ=%d Len=%d", code, bytes.len);
	if (format > WITH_CHARSET && (code == CW_ORA_VARCHAR2 || code == CW_ORA_CHAR))
		appendStringInfo(&out, " CharacterSet=%s",
				 PG_GETARG_BOOL(2) ? "AL16UTF16" : rh_text_charset()->name);
	first = first < 0 ? Max(bytes.len + first, 0) : Max(first - 1, 0);
	count = PG_ARGISNULL(5) ? bytes.len : abs(PG_GETARG_INT32(5));
	for (int at = first; at < bytes.len && at - first < count; at++) {
		appendStringInfoString(&out, at == first ? ": " : ",");
		put_byte(&out, (uint8_t)bytes.data[at], format % WITH_CHARSET);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ora.vsize("any", code int, national boolean) int */
Datum rh_vsize(PG_FUNCTION_ARGS)
{
	StringInfoData bytes;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	(void)stored(fcinfo, &bytes);
	PG_RETURN_INT32(bytes.len);
}
