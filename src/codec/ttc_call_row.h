/*
 * ttc_call_row.h - rows that come back: of queries, OUT binds and RETURNING
 *
 *	ROW_HEADER	before the rows of an answer; may hold the first row's bit vector
 *	BIT_VECTOR	before a row: bit i set: column i is sent; clear: as in the row before
 *	ROW_DATA	the values of one row, one after the other, nothing counted
 *	IO_VECTOR	PL/SQL: 16 OUT, 32 IN, 48 IN OUT for each bind; then a ROW_DATA with
 *			the OUT and IN OUT values, an sb4 behind each
 *
 * Values are Oracle's storage bytes, but for these: a ROWID is its 18 characters, a UROWID the
 * text that SQL shows; text of NCHAR, NVARCHAR2 and NCLOB is UTF-8; JSON and VECTOR are their
 * images (oson.h, vector.h); CLOB, BLOB and BFILE are their size, chunk (0 where they do not come)
 * and locator, see cw_ttc_lob_of_value(); a CURSOR is u32 id and its description as on the wire, see
 * cw_ttc_cursor_of_value().  Objects are refused.  A column that was defined otherwise than it is described has the type, the form
 * and the prefetch of its define in the description that rows are read by.
 *
 * Sources	python-oracledb messages/base.pyx, _process_{row_header,row_data,
 *		bit_vector,io_vector}(), impl/base/buffer.pyx read_rowid(); recordings
 *		fetch_df (bit vectors), dbobject (IO vector)
 */
#ifndef CW_CODEC_TTC_CALL_ROW_H
#define CW_CODEC_TTC_CALL_ROW_H

#include "codec/ttc_value.h"

#define CW_BITS_MAX ((CW_TTC_COLUMNS_MAX + 7) / 8)

struct cw_ttc_bits {
	bool present; /* false: the next row has all columns */
	uint8_t bits[CW_BITS_MAX];
};

struct cw_ttc_row_header {
	uint32_t requests, iterations;

	/* What a reader needs to write the same again; cw_ttc_put_row_header() fills these in. */
	uint8_t flags;
	uint16_t requests_low;
	uint32_t iteration;
	uint16_t buffer_len;
	uint32_t bits_len;
	uint8_t bits_len_again;
	struct cw_bytes bits, rowid;
};
void cw_ttc_pass_row_header(struct cw_pass *pass, struct cw_ttc_row_header *header);

void cw_ttc_put_row_header(struct cw_wr *wr, uint32_t column_count, uint32_t rows_asked);
/* After the 6; *ret_bits becomes present if the header brought a vector. */
void cw_ttc_get_row_header(struct cw_ttc_in *in, struct cw_ttc_row_header *ret,
			   struct cw_ttc_bits *ret_bits);
/* Behind the 21: how many columns are sent, a bit for each of @column_count. */
void cw_ttc_pass_bit_vector(struct cw_pass *pass, uint32_t column_count, uint16_t *sent,
			    struct cw_ttc_bits *bits);
/* After the 21. */
void cw_ttc_get_bit_vector(struct cw_ttc_in *in, uint32_t column_count,
			   struct cw_ttc_bits *ret_bits);
void cw_ttc_put_bit_vector(struct cw_wr *wr, const struct cw_ttc_bits *bits, uint32_t column_count);

/* Text of the national character set comes as UTF-16; false: it is none, and stays as it is. */
bool cw_ttc_turn_to_utf8(struct cw_ttc_in *in, struct cw_value *value);

/* One value of a row; CLOB and BLOB by cw_ttc_put_lob(). */
void cw_ttc_put_row_value(struct cw_wr *wr, const struct cw_ttc *ttc,
			  const struct cw_ttc_column *column, const struct cw_value *value);
/* @lob: NULL is NULL; its size and chunk go where @form has prefetch. */
void cw_ttc_put_lob(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_form *form,
		    const struct cw_ttc_lob *lob);
/* The row with its leading 7. */
void cw_ttc_put_row(struct cw_wr *wr, const struct cw_ttc *ttc,
		    const struct cw_ttc_describe *describe, const struct cw_value *values);
/*
 * After the 7.  What @bits leaves out stays in @values as it was: the caller keeps the bytes
 * of the row before, over the end of a FETCH too.  @bits is used up.  Returns 0, or the first
 * column, from 1, whose text is no text of its character set; the row is read all the same.
 */
uint32_t cw_ttc_get_row(struct cw_ttc_in *in, const struct cw_ttc_describe *describe,
		    struct cw_ttc_bits *bits, struct cw_value *values);

/* Note how many of the first columns are one CLR each: cw_ttc_get_row() then reads those faster. */
void cw_ttc_count_plain(struct cw_ttc_describe *describe);

/* Is it a type that rows of this slice can hold? */
bool cw_ttc_column_is_known(uint8_t ora_type);

struct cw_ttc_io_vector {
	uint8_t flags;
	uint16_t binds_low;
	uint32_t binds_high; /* 256 each */
	uint32_t iterations;
	uint16_t uac_len;
	struct cw_bytes bits, rowid, direction; /* enum cw_ttc_direction for each bind */
};
void cw_ttc_pass_io_vector(struct cw_pass *pass, struct cw_ttc_io_vector *vector);

enum cw_ttc_direction { CW_BIND_OUT = 16, CW_BIND_IN = 32, CW_BIND_IN_OUT = 48 };

void cw_ttc_put_io_vector(struct cw_wr *wr, const uint8_t *direction, uint32_t count);
/* After the 11; @ret_direction has room for @count_max. */
void cw_ttc_get_io_vector(struct cw_ttc_in *in, uint8_t *ret_direction, uint32_t count_max,
			  uint32_t *ret_count);

/* One OUT or RETURNING value and the sb4 behind it. */
void cw_ttc_put_out(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t ora_type,
		    const struct cw_value *value);
/* *ret_truncated: the bytes were cut to fit the bind. */
void cw_ttc_get_out(struct cw_ttc_in *in, const struct cw_ttc_oac *oac, struct cw_value *ret,
		    bool *ret_truncated);

/* What the value of a CLOB or BLOB holds; false: it is none. */
bool cw_ttc_lob_of_value(const struct cw_value *value, struct cw_ttc_lob *ret);

/* What the value of a CURSOR holds; *ret in @arena.  CW2110, CW2111: it is none. */
bool cw_ttc_cursor_of_value(const struct cw_value *value, const struct cw_ttc *ttc,
			    struct cw_arena *arena, uint32_t *ret_id, struct cw_ttc_describe *ret,
			    struct cw_err *err) CW_MUST_CHECK;

/* "AAARwbAAYAAAAAfAAC" and its parts. */
#define CW_ROWID_TEXT_BYTES 18
void cw_ttc_rowid_text(const struct cw_ttc_rowid *rowid, char ret[CW_ROWID_TEXT_BYTES + 1]);
/* In its parts, as rows have it and ojdbc binds it, to text; NULL if there is none. */
void cw_ttc_get_rowid(struct cw_ttc_in *in, struct cw_value *ret);
bool cw_ttc_rowid_parse(struct cw_bytes text, struct cw_ttc_rowid *ret);

#endif
