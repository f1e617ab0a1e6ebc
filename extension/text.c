/*
 * text.c - text as bytes of the database's character set, for SQL; see rehearsal/db_text.h
 *
 * Sources	SQL Language Reference 19c, CHR, ASCII, LENGTHB; UTL_RAW of the PL/SQL Packages Reference
 */
#include "causeway_redo.h"

#include "mb/pg_wchar.h"
#include "rehearsal/db_text.h"
#include "utils/builtins.h"

static struct cw_bytes bytes_of(const struct varlena *value)
{
	return (struct cw_bytes){ (const uint8_t *)VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value) };
}

static text *text_of_stored(struct cw_bytes stored)
{
	text *made = palloc(VARHDRSZ + RH_TEXT_GROWTH * stored.len);
	size_t len = rh_text_from_stored(stored, (uint8_t *)VARDATA(made));

	SET_VARSIZE(made, VARHDRSZ + len);
	return made;
}

PG_FUNCTION_INFO_V1(rh_stored_bytes);
Datum rh_stored_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32)rh_text_stored_len(bytes_of(PG_GETARG_TEXT_PP(0))));
}

/* CHR(n): the bytes of n, the first one not 0; of a single-byte set one byte, n modulo 256. */
PG_FUNCTION_INFO_V1(rh_text_chr);
Datum rh_text_chr(PG_FUNCTION_ARGS)
{
	int64 number = PG_GETARG_INT64(0);
	uint8_t bytes[4];
	size_t len = 0;

	if (number < 0 || number > PG_UINT32_MAX)
		ora_error("01426", "numeric overflow");
	if (rh_text_charset()->high)
		number %= 256;
	for (int shift = 24; shift >= 0; shift -= 8)
		if (len > 0 || number >> shift || shift == 0)
			bytes[len++] = (uint8_t)(number >> shift);
	PG_RETURN_TEXT_P(text_of_stored((struct cw_bytes){ bytes, len }));
}

/* ASCII(text): the bytes of its first character as a number. */
PG_FUNCTION_INFO_V1(rh_text_ascii);
Datum rh_text_ascii(PG_FUNCTION_ARGS)
{
	struct cw_bytes in = bytes_of(PG_GETARG_TEXT_PP(0));
	uint8_t stored[8];
	int64 number = 0;

	if (in.len == 0)
		PG_RETURN_NULL();
	in.len = Min(in.len, (size_t)pg_mblen((const char *)in.at));
	for (size_t i = 0, len = rh_text_to_stored(in, stored); i < len; i++)
		number = number << 8 | stored[i];
	PG_RETURN_INT64(number);
}

PG_FUNCTION_INFO_V1(rh_text_to_raw);
Datum rh_text_to_raw(PG_FUNCTION_ARGS)
{
	struct cw_bytes in = bytes_of(PG_GETARG_TEXT_PP(0));
	bytea *made = palloc(VARHDRSZ + in.len);

	SET_VARSIZE(made, VARHDRSZ + rh_text_to_stored(in, (uint8_t *)VARDATA(made)));
	PG_RETURN_BYTEA_P(made);
}

PG_FUNCTION_INFO_V1(rh_raw_to_text);
Datum rh_raw_to_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(text_of_stored(bytes_of(PG_GETARG_BYTEA_PP(0))));
}
