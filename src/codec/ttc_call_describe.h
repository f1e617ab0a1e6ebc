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
#include "codec/ttc_pass.h"

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
	struct cw_bytes type_schema, type_name; /* of an object type */
	uint32_t uds_flags;			/* 0x100 JSON, 0x800 OSON */
	uint32_t vector_dimensions;
	uint8_t vector_format, vector_flags;
	bool lob_prefetch; /* not on the wire: it was defined so */
	bool is_xml;	   /* neither: it is SYS.XMLTYPE, whose image is read */

	/* What a reader needs to write the same again; cw_ttc_put_describe() fills these in. */
	uint8_t flags; /* 0x80 for character types */
	uint32_t array_max;
	uint64_t cont_flags;
	struct cw_bytes object_id;
	uint16_t version;
	uint32_t collation;
	uint8_t name_len_v7;
	uint16_t position; /* from 0 */
	struct cw_bytes domain_schema, domain_name;
	uint32_t annotations; /* 1: there are some */
	uint8_t annotation_marks[2];
	uint32_t annotation_count, annotation_flags;
	struct cw_ttc_pair *annotation;
};

#define CW_TTC_ANNOTATIONS_MAX 4096u

struct cw_ttc_describe {
	uint32_t count;
	struct cw_ttc_column *column;
	uint32_t plain; /* not on the wire: cw_ttc_count_plain() */

	struct cw_bytes digest; /* 16 bytes and a DATE */
	uint32_t row_bytes;
	uint8_t mark; /* 0x82 of 23ai, 0x5c of 18c and 21c; no driver looks at it */
	struct cw_bytes date;
	uint32_t flags;	   /* dcbflag: 1 if a column is of a character type */
	uint32_t words[3]; /* dcbmdbz, dcbmnpr, dcbmxpr */
	struct cw_bytes query_key;
};

void cw_ttc_pass_describe(struct cw_pass *pass, struct cw_ttc_describe *describe);
/* Without the digest: part of a cursor value. */
void cw_ttc_pass_describe_body(struct cw_pass *pass, struct cw_ttc_describe *describe);
void cw_ttc_pass_column(struct cw_pass *pass, struct cw_ttc_column *column);

/* What a column has besides what is known of it. */
void cw_ttc_complete_column(struct cw_ttc_column *column, uint32_t position);
/* With the leading 16 and the digest; @date: 7 bytes, now. */
void cw_ttc_put_describe(struct cw_wr *wr, const struct cw_ttc *ttc,
			 const struct cw_ttc_describe *describe, const uint8_t date[7]);
/* After the 16 was read. */
void cw_ttc_get_describe(struct cw_ttc_in *in, struct cw_ttc_describe *ret);
/* The same without digest: part of a cursor value. */
void cw_ttc_get_describe_body(struct cw_ttc_in *in, struct cw_ttc_describe *ret);

#endif
