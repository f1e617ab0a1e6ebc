/*
 * convert.h - one value from Oracle's storage bytes to PostgreSQL's binary form, and back
 *
 * There is one converter each way, the same for load, follow, verify and the
 * way back.  What it writes is what COPY BINARY, a binary parameter and
 * pgoutput's 'b' column carry, without the length in front.
 *
 *	NUMBER		numeric		digit by digit, see num.h
 *	VARCHAR2	varchar(n)	UTF-8, checked; no NUL; n characters at most
 *	CHAR		char(n)		the same, with blanks up to n characters
 *	NVARCHAR2, NCHAR		as the two before
 *	FLOAT		numeric		as NUMBER; the way back has no more digits than it keeps
 *	DATE, TIMESTAMP	timestamp	field by field, see date.h
 *	... WITH [LOCAL] TIME ZONE	timestamptz	the moment; the zone it was written in is not carried,
 *			and is UTC on the way back
 *	INTERVAL	interval	see interval.h
 *	BINARY_FLOAT, BINARY_DOUBLE	real, double precision; see real.h
 *	RAW		bytea		as it is
 *
 * On the way back '' and an empty bytea are refused: Oracle would make NULL of
 * them.  Nothing is cut, rounded or replaced; what the other side cannot hold
 * is an error that names the column and the reason.
 *
 * Canonical form is the value as PostgreSQL holds it: digests and comparisons
 * take it, so that 1.5 and 1.50 are one value and CHAR is padded.
 *
 * Owns		nothing; writes to the caller's writer, allocates nothing else
 * Errors	CW2001-CW2004 of num.h and date.h; CW2011 NUL in text; CW2012 not
 *		UTF-8; CW2013 longer or finer than the column; CW2014 empty value
 *		on the way back; CW2015 no converter for the type; CW2017, CW2018 no
 *		character of the source's set (all data)
 * Threads	any; nothing is shared
 * Sources	PostgreSQL 15 varchar.c: varchar_input() cuts blanks past n in
 *		silence, so lengths are checked here; numeric.c; timestamp.c
 */
#ifndef CW_CODEC_CONVERT_H
#define CW_CODEC_CONVERT_H

#include "base/err.h"
#include "base/wr.h"
#include "model/shape.h"
#include "model/value.h"

#define CW_CONVERT_NULL (-1) /* COPY's and libpq's own sign for it */

/**
 * cw_convert_to_pg - append the binary form of one Oracle value
 *
 * @value:	NULL or SET, in storage bytes
 * @ret_len:	bytes appended, CW_CONVERT_NULL for NULL
 */
bool cw_convert_to_pg(const struct cw_column *column, struct cw_value value, struct cw_wr *out,
		      int32_t *ret_len, struct cw_err *err) CW_MUST_CHECK;

/* The way back: @value is NULL or SET, in PostgreSQL's binary form. */
bool cw_convert_to_ora(const struct cw_column *column, struct cw_value value, struct cw_wr *out,
		       int32_t *ret_len, struct cw_err *err) CW_MUST_CHECK;

/* Make @pg, a value in PostgreSQL's binary form, canonical where it lies. */
void cw_convert_canonical(const struct cw_column *column, uint8_t *pg, size_t len);

/* Is there a converter for this column at all? */
bool cw_convert_knows(const struct cw_column *column);

/* Characters in @text; CW2011 for a NUL, CW2012 for bytes that are not UTF-8. */
bool cw_utf8_length(struct cw_bytes text, size_t *ret_chars, struct cw_err *err) CW_MUST_CHECK;

/*
 * The value as text for a message about a row (never for a log): a number, a
 * date, text in quotes, hex; cut with "..." at @room.
 */
const char *cw_convert_show(const struct cw_column *column, struct cw_value value, bool is_pg,
			    char *ret, size_t room);

#endif
