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

/* Each writes to @ret and tells how many bytes it wrote. */
bool cw_redo_hex(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		 struct cw_err *err) CW_MUST_CHECK;
bool cw_redo_number(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;
/* 7 bytes; with @fraction 11 where the text has digits other than 0 after the point. */
bool cw_redo_moment(struct cw_bytes text, bool fraction, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;
/* Doubled quotes become one. */
size_t cw_redo_string(struct cw_bytes text, uint8_t *ret);
/* A run of UNISTR('...') joined by ||, as UTF-8. */
bool cw_redo_unistr(struct cw_bytes text, uint8_t *ret, size_t *ret_len,
		    struct cw_err *err) CW_MUST_CHECK;

#endif
