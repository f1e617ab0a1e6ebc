/* ttc_call_row.c - see ttc_call_row.h */
#include "codec/ttc_call_row.h"

#include "model/shape.h"

#define ROW_HEADER_FLAGS 0x22u
#define IO_VECTOR_FLAGS	 0x05u
#define RC_NULL		 1405u /* return code of a LONG that is NULL */

/* ---- ROWID ----------------------------------------------------------------------------- */

static const char rowid_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_digits(char *to, uint32_t value, int count)
{
	while (count-- > 0) {
		to[count] = rowid_digits[value & 63];
		value >>= 6;
	}
}

void cw_ttc_rowid_text(const struct cw_ttc_rowid *rowid, char ret[CW_ROWID_TEXT_BYTES + 1])
{
	put_digits(ret, rowid->object, 6);
	put_digits(ret + 6, rowid->file, 3);
	put_digits(ret + 9, rowid->block, 6);
	put_digits(ret + 15, rowid->slot, 3);
	ret[CW_ROWID_TEXT_BYTES] = 0;
}

static bool parse_digits(const uint8_t *at, int count, uint64_t max, uint64_t *ret)
{
	*ret = 0;
	for (int i = 0; i < count; i++) {
		const char *digit = at[i] ? strchr(rowid_digits, at[i]) : NULL;

		if (!digit)
			return false;
		*ret = *ret << 6 | (uint64_t)(digit - rowid_digits);
	}
	return *ret <= max;
}

bool cw_ttc_rowid_parse(struct cw_bytes text, struct cw_ttc_rowid *ret)
{
	uint64_t object, file, block, slot;

	if (text.len != CW_ROWID_TEXT_BYTES || !parse_digits(text.at, 6, UINT32_MAX, &object) ||
	    !parse_digits(text.at + 6, 3, UINT16_MAX, &file) ||
	    !parse_digits(text.at + 9, 6, UINT32_MAX, &block) ||
	    !parse_digits(text.at + 15, 3, UINT16_MAX, &slot))
		return false;
	*ret = (struct cw_ttc_rowid){ .object = (uint32_t)object,
				      .block = (uint32_t)block,
				      .file = (uint16_t)file,
				      .slot = (uint16_t)slot };
	return true;
}

static void put_rowid(struct cw_wr *wr, const struct cw_value *value)
{
	struct cw_ttc_rowid rowid;

	if (value->state != CW_VALUE_SET) {
		cw_ttc_put_null(wr);
		return;
	}
	if (!cw_ttc_rowid_parse(cw_value_bytes(value), &rowid)) {
		wr->failed = true;
		return;
	}
	cw_ttc_put_u8(wr, 13);
	cw_ttc_put_ub(wr, rowid.object);
	cw_ttc_put_ub(wr, rowid.file);
	cw_ttc_put_u8(wr, 0);
	cw_ttc_put_ub(wr, rowid.block);
	cw_ttc_put_ub(wr, rowid.slot);
}

static void get_rowid(struct cw_ttc_in *in, struct cw_value *ret)
{
	struct cw_ttc_rowid rowid;
	uint8_t len = cw_ttc_get_u8(in);
	struct cw_err err;
	char *text;

	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (len == 0 || len == CW_CLR_NULL)
		return;
	rowid.object = cw_ttc_get_ub4(in);
	rowid.file = cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	rowid.block = cw_ttc_get_ub4(in);
	rowid.slot = cw_ttc_get_ub2(in);
	if (cw_ttc_failed(in))
		return;
	if (!rowid.object && !rowid.file && !rowid.block && !rowid.slot)
		return; /* that is how "none" is said */
	text = cw_try_new(in->arena, char, CW_ROWID_TEXT_BYTES + 1, &err);
	if (!text) {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
		return;
	}
	cw_ttc_rowid_text(&rowid, text);
	*ret = cw_value_set((struct cw_bytes){ (const uint8_t *)text, CW_ROWID_TEXT_BYTES });
}

/* ---- values ------------------------------------------------------------------------------ */

bool cw_ttc_column_is_known(uint8_t ora_type)
{
	return ora_type == CW_ORA_ROWID || cw_ttc_type_is_scalar(ora_type);
}

static void put_value(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t ora_type,
		      const struct cw_value *value)
{
	if (!cw_ttc_column_is_known(ora_type))
		wr->failed = true;
	else if (ora_type == CW_ORA_ROWID)
		put_rowid(wr, value);
	else if (value->state == CW_VALUE_SET)
		cw_ttc_put_clr(wr, ttc, cw_value_bytes(value));
	else
		cw_ttc_put_null(wr);
}

static void get_value(struct cw_ttc_in *in, uint8_t ora_type, struct cw_value *ret)
{
	if (cw_ttc_type_is_scalar(ora_type))
		(void)cw_ttc_get_clr(in, CW_TTC_VALUE_MAX, ret);
	else if (ora_type == CW_ORA_ROWID)
		get_rowid(in, ret);
	else
		(void)cw_ttc_bad(in, "a value of a type that is not played");
}

static bool is_long(uint8_t ora_type)
{
	return ora_type == CW_ORA_LONG || ora_type == CW_ORA_LONG_RAW;
}

static bool is_absent(const struct cw_ttc_column *column)
{
	return column->bytes_max == 0 && !is_long(column->ora_type);
}

void cw_ttc_put_row(struct cw_wr *wr, const struct cw_ttc *ttc,
		    const struct cw_ttc_describe *describe, const struct cw_value *values)
{
	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < describe->count; i++) {
		const struct cw_ttc_column *column = &describe->column[i];
		bool null = values[i].state != CW_VALUE_SET;

		if (is_absent(column))
			continue;
		put_value(wr, ttc, column->ora_type, &values[i]);
		if (is_long(column->ora_type)) {
			cw_ttc_put_sb(wr, null ? -1 : 0);
			cw_ttc_put_ub(wr, null ? RC_NULL : 0);
		}
	}
}

void cw_ttc_get_row(struct cw_ttc_in *in, const struct cw_ttc_describe *describe,
		    struct cw_ttc_bits *bits, struct cw_value *values)
{
	for (uint32_t i = 0; i < describe->count && !cw_ttc_failed(in); i++) {
		const struct cw_ttc_column *column = &describe->column[i];

		if (bits->present && !(bits->bits[i / 8] & 1 << i % 8))
			continue;
		if (is_absent(column)) {
			values[i] = (struct cw_value){ .state = CW_VALUE_NULL };
			continue;
		}
		get_value(in, column->ora_type, &values[i]);
		if (is_long(column->ora_type)) {
			(void)cw_ttc_get_sb4(in);
			(void)cw_ttc_get_ub4(in);
		}
	}
	bits->present = false;
}

/* ---- ROW_HEADER, BIT_VECTOR ----------------------------------------------------------------- */

void cw_ttc_put_row_header(struct cw_wr *wr, uint32_t column_count, uint32_t rows_asked)
{
	cw_ttc_put_u8(wr, CW_TTC_ROW_HEADER);
	cw_ttc_put_u8(wr, ROW_HEADER_FLAGS);
	cw_ttc_put_ub(wr, column_count);
	cw_ttc_put_ub(wr, 0);
	cw_ttc_put_ub(wr, rows_asked);
	cw_ttc_put_zeros(wr, 3); /* buffer length, bit vector, rxhrid */
}

static void get_bits(struct cw_ttc_in *in, uint32_t len, struct cw_ttc_bits *ret)
{
	if (len > sizeof(ret->bits)) {
		(void)cw_ttc_bad(in, "a bit vector is too long");
		return;
	}
	ret->present = cw_rd_copy(&in->rd, ret->bits, len);
}

void cw_ttc_get_row_header(struct cw_ttc_in *in, struct cw_ttc_row_header *ret,
			   struct cw_ttc_bits *ret_bits)
{
	uint32_t bits_len;

	cw_ttc_skip_raw(in, 1);
	ret->requests = cw_ttc_get_ub2(in);
	ret->requests += 256 * cw_ttc_get_ub4(in);
	ret->iterations = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub2(in);
	bits_len = cw_ttc_get_ub4(in);
	if (bits_len > 0) {
		cw_ttc_skip_raw(in, 1);
		get_bits(in, bits_len, ret_bits);
	}
	cw_ttc_skip_dalc(in);
}

void cw_ttc_get_bit_vector(struct cw_ttc_in *in, uint32_t column_count,
			   struct cw_ttc_bits *ret_bits)
{
	(void)cw_ttc_get_ub2(in);
	get_bits(in, (column_count + 7) / 8, ret_bits);
}

void cw_ttc_put_bit_vector(struct cw_wr *wr, const struct cw_ttc_bits *bits, uint32_t column_count)
{
	uint32_t sent = 0;

	for (uint32_t i = 0; i < column_count; i++)
		sent += bits->bits[i / 8] >> i % 8 & 1;
	cw_ttc_put_u8(wr, CW_TTC_BIT_VECTOR);
	cw_ttc_put_ub(wr, sent);
	cw_wr_put(wr, bits->bits, (column_count + 7) / 8);
}

/* ---- OUT ----------------------------------------------------------------------------------- */

void cw_ttc_put_io_vector(struct cw_wr *wr, const uint8_t *direction, uint32_t count)
{
	cw_ttc_put_u8(wr, CW_TTC_IO_VECTOR);
	cw_ttc_put_u8(wr, IO_VECTOR_FLAGS);
	cw_ttc_put_ub(wr, count % 256);
	cw_ttc_put_ub(wr, count / 256);
	cw_ttc_put_ub(wr, 1);
	cw_ttc_put_zeros(wr, 3); /* uac buffer, bit vector, rowid */
	cw_wr_put(wr, direction, count);
}

void cw_ttc_get_io_vector(struct cw_ttc_in *in, uint8_t *ret_direction, uint32_t count_max,
			  uint32_t *ret_count)
{
	uint64_t count;

	cw_ttc_skip_raw(in, 1);
	count = cw_ttc_get_ub2(in);
	count += (uint64_t)cw_ttc_get_ub4(in) * 256;
	(void)cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, cw_ttc_get_ub2(in)); /* bit vector */
	cw_ttc_skip_raw(in, cw_ttc_get_ub2(in)); /* rowid */
	*ret_count = 0;
	if (count > count_max) {
		(void)cw_ttc_bad(in, "an I/O vector names more binds than there are");
		return;
	}
	if (cw_rd_copy(&in->rd, ret_direction, count))
		*ret_count = (uint32_t)count;
}

void cw_ttc_put_out(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t ora_type,
		    const struct cw_value *value)
{
	put_value(wr, ttc, ora_type, value);
	cw_ttc_put_sb(wr, 0);
}

void cw_ttc_get_out(struct cw_ttc_in *in, uint8_t ora_type, struct cw_value *ret,
		    bool *ret_truncated)
{
	get_value(in, ora_type, ret);
	*ret_truncated = cw_ttc_get_sb4(in) != 0;
}
