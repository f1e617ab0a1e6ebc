/*
 * show.h - one Oracle value as the text that a person reads
 *
 *	NUMBER			plain decimal, never an exponent
 *	BINARY_FLOAT, _DOUBLE	the shortest text that reads back the same; Nan, Inf, -Inf
 *	VARCHAR2, CHAR, LONG, ROWID	as it is
 *	DATE			2024-01-02 03:04:05		before Christ: -4712-01-01
 *	TIMESTAMP		the same with its fraction, as far as it is not zero
 *	TIMESTAMP WITH TIME ZONE	in its zone: 2024-01-02 03:04:05.5 +05:30; a zone that is
 *				kept by its region's number: in UTC, with that number
 *	INTERVAL		+000000002 12:23:34.456		+2021-10
 *	RAW, LONG RAW, BLOB	hexadecimal digits
 *	CLOB, UROWID		as it is
 *	BOOLEAN			TRUE, FALSE
 *	JSON, VECTOR		of the image: JSON, and the server's own form
 *
 * For people and for files that people read; no value that crosses goes this way.
 *
 * Errors	CW2001, CW2003, CW2141, CW2142 of num.h, date.h, oson.h, vector.h; CW2016 the bytes are no value of their
 *		type, or the type has no text (data)
 * Threads	any
 * Sources	python-oracledb impl/base/decoders.pyx; go-ora v3 converters
 */
#ifndef CW_CODEC_SHOW_H
#define CW_CODEC_SHOW_H

#include "base/err.h"
#include "base/wr.h"

/* @ora_type: enum cw_ora_type; appends to @out, without a NUL. */
bool cw_show(uint8_t ora_type, struct cw_bytes value, struct cw_wr *out,
	     struct cw_err *err) CW_MUST_CHECK;

/* Is its text a number as JSON writes it? */
bool cw_show_is_number(uint8_t ora_type, struct cw_bytes text);

#endif
