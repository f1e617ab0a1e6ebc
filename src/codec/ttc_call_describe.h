/*
 * ttc_call_describe.h - DESCRIBE_INFO: the columns of a query
 *
 *	u8 16, CLR digest	absent where a describe is part of a cursor value
 *	ub4 row size, ub4 n, [u8, n columns], DALC date, 4 ub4, DALC
 *
 * A column of size 0 is always NULL: rows carry nothing for it, but for LONG, LONG RAW and
 * UROWID.
 *
 * Sources	python-oracledb messages/base.pyx, _process_metadata(); recordings
 *		fetch_df of Free 23, xe18-postauth
 */
#ifndef CW_CODEC_TTC_CALL_DESCRIBE_H
#define CW_CODEC_TTC_CALL_DESCRIBE_H

#include "codec/ttc_call_codes.h"
#include "codec/ttc_prim.h"

#define CW_TTC_SCALE_FLOAT (-127) /* NUMBER without a scale */

struct cw_ttc_column {
	struct cw_bytes name;
	uint8_t ora_type;
	uint8_t precision;
	int8_t scale;
	uint8_t charset_form;
	bool nullable;
	uint16_t charset;
	uint32_t bytes_max, chars_max;
};

struct cw_ttc_describe {
	uint32_t count;
	struct cw_ttc_column *column;
};

/* With the leading 16 and the digest; @date: 7 bytes, now. */
void cw_ttc_put_describe(struct cw_wr *wr, const struct cw_ttc *ttc,
			 const struct cw_ttc_describe *describe, const uint8_t date[7]);
/* After the 16 was read. */
void cw_ttc_get_describe(struct cw_ttc_in *in, struct cw_ttc_describe *ret);
/* The same without digest: part of a cursor value. */
void cw_ttc_get_describe_body(struct cw_ttc_in *in, struct cw_ttc_describe *ret);

#endif
