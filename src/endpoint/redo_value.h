/*
 * redo_value.h - the text of one value in SQL_REDO to Oracle's storage bytes
 *
 * Text is what LogMiner writes under the session settings that logminer.c
 * makes: dates as YYYY-MM-DD HH24:MI:SS, timestamps with up to nine digits
 * after the point, numbers with a point.  Anything else is refused.
 *
 * Shapes	@ret must have room for as many bytes as the text has and 24 more
 * Errors	CW7202 the text is not of that type (data)
 * Threads	any
 * Sources	storage forms: python-oracledb src/oracledb/impl/base/encoders.pyx;
 *		text forms: debezium TimestampUtils, UnistrHelper
 */
#ifndef CW_ENDPOINT_REDO_VALUE_H
#define CW_ENDPOINT_REDO_VALUE_H

#include "base/err.h"
#include "codec/charset.h"

/* Each writes to @ret and tells how many bytes it wrote. */
bool cw_redo_hex(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		 struct cw_err *err) CW_MUST_CHECK;
bool cw_redo_number(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;
/* 7 bytes; with @fraction 11 where the text has digits other than 0 after the point. */
bool cw_redo_moment(struct cw_bytes text, bool fraction, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;
/* The same with " +HH:MM" behind it: 13 bytes, in UTC, with the offset. */
bool cw_redo_zoned(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		   struct cw_err *err) CW_MUST_CHECK;
/* [+-]Y-M and [+-]D HH24:MI:SS[.FF] */
bool cw_redo_ym(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		struct cw_err *err) CW_MUST_CHECK;
bool cw_redo_ds(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		struct cw_err *err) CW_MUST_CHECK;
/* 1.5E+000, Nan, Inf, -Inf: of BINARY_FLOAT or BINARY_DOUBLE */
bool cw_redo_real(struct cw_bytes text, bool is_float, uint8_t *ret, size_t *ret_len,
		  struct cw_err *err) CW_MUST_CHECK;
/* *len bytes of UTF-16 at @bytes become UTF-8 there; @room: how many bytes of the buffer may be used. */
bool cw_redo_national(uint8_t *bytes, size_t room, size_t *len, struct cw_err *err) CW_MUST_CHECK;
/* @len bytes of @charset become UTF-8 where they are, with room for 3 * @len; how many these are. */
size_t cw_redo_stored(const struct cw_charset *charset, uint8_t *bytes, size_t len);
/* Doubled quotes become one. */
size_t cw_redo_string(struct cw_bytes text, uint8_t *ret);
/* A run of UNISTR('...') joined by ||, as UTF-8. */
bool cw_redo_unistr(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;

#endif
