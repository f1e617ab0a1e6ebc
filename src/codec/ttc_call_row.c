/* ttc_call_row.c - see ttc_call_row.h */
#include "codec/ttc_call_row.h"

#include "codec/utf16.h"
#include "model/shape.h"

#define UROWID_BYTES	   13 /* of a physical one */
#define ROW_HEADER_FLAGS   0x22u
#define IO_VECTOR_FLAGS	   0x05u
#define NATIVE_VECTOR_REST 34u
#define RC_NULL		   1405u /* return code of a LONG that is NULL */

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

void cw_ttc_get_rowid(struct cw_ttc_in *in, struct cw_value *ret)
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
	switch (ora_type) {
	case CW_ORA_ROWID:
	case CW_ORA_UROWID:
	case CW_ORA_BOOLEAN:
	case CW_ORA_CLOB:
	case CW_ORA_BLOB:
	case CW_ORA_BFILE:
	case CW_ORA_JSON:
	case CW_ORA_VECTOR:
	case CW_ORA_CURSOR:
		return true;
	default:
		return cw_ttc_type_is_scalar(ora_type);
	}
}

/* What one CLR says; a LOB is more. */
static bool can_put(uint8_t ora_type)
{
	return ora_type == CW_ORA_ROWID || ora_type == CW_ORA_UROWID ||
	       ora_type == CW_ORA_BOOLEAN || cw_ttc_type_is_scalar(ora_type);
}

/* Physical ones alone: 1, object, file, block, slot. */
static void put_urowid(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_value *value)
{
	struct cw_ttc_rowid rowid;
	uint8_t bytes[UROWID_BYTES];
	struct cw_wr to = { .at0 = bytes, .room = sizeof(bytes), .limit_bytes = sizeof(bytes) };

	if (value->state != CW_VALUE_SET) {
		cw_ttc_put_dalc(wr, ttc, (struct cw_bytes){ NULL, 0 });
		return;
	}
	if (!cw_ttc_rowid_parse(cw_value_bytes(value), &rowid)) {
		wr->failed = true;
		return;
	}
	cw_wr_u8(&to, 1);
	cw_wr_u32be(&to, rowid.object);
	cw_wr_u16be(&to, rowid.file);
	cw_wr_u32be(&to, rowid.block);
	cw_wr_u16be(&to, rowid.slot);
	cw_ttc_put_dalc(wr, ttc, (struct cw_bytes){ bytes, sizeof(bytes) });
}

static void put_value(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t ora_type,
		      const struct cw_value *value)
{
	if (!can_put(ora_type))
		wr->failed = true;
	else if (ora_type == CW_ORA_ROWID)
		put_rowid(wr, value);
	else if (ora_type == CW_ORA_UROWID)
		put_urowid(wr, ttc, value);
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
		cw_ttc_get_rowid(in, ret);
	else
		(void)cw_ttc_bad(in, "a value of a type that is not played");
}

/* Physical ones are 1, object, file, block, slot; others an asterisk and base 64. */
static void urowid_text(struct cw_ttc_in *in, struct cw_bytes bytes, struct cw_value *ret)
{
	struct cw_rd rd = cw_rd(bytes);
	size_t room = bytes.len * 4 / 3 + CW_ROWID_TEXT_BYTES + 4, len = 0;
	struct cw_ttc_rowid rowid;
	struct cw_err err;
	char *text = cw_try_new(in->arena, char, room, &err);

	if (!text) {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
		return;
	}
	if (cw_rd_u8(&rd) == 1 && bytes.len == UROWID_BYTES) {
		rowid.object = cw_rd_u32be(&rd);
		rowid.file = cw_rd_u16be(&rd);
		rowid.block = cw_rd_u32be(&rd);
		rowid.slot = cw_rd_u16be(&rd);
		cw_ttc_rowid_text(&rowid, text);
		len = CW_ROWID_TEXT_BYTES;
	} else {
		text[len++] = '*';
		for (size_t bit = 8; bit < bytes.len * 8; bit += 6) {
			unsigned two = (unsigned)bytes.at[bit / 8] << 8 |
				       (bit / 8 + 1 < bytes.len ? bytes.at[bit / 8 + 1] : 0u);

			text[len++] = rowid_digits[two >> (10 - bit % 8) & 63];
		}
	}
	*ret = cw_value_set((struct cw_bytes){ (const uint8_t *)text, len });
}

#define LOB_HEAD_BYTES 12u /* u64 size, u32 chunk */

static void lob_value(struct cw_ttc_in *in, const struct cw_ttc_lob *lob, struct cw_value *ret)
{
	struct cw_err err;
	uint8_t *at;

	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (cw_ttc_failed(in) || lob->locator.len == 0)
		return;
	at = cw_try_new(in->arena, uint8_t, LOB_HEAD_BYTES + lob->locator.len, &err);
	if (!at) {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
		return;
	}
	for (unsigned i = 0; i < 8; i++)
		at[i] = (uint8_t)(lob->size >> (56 - 8 * i));
	for (unsigned i = 0; i < 4; i++)
		at[8 + i] = (uint8_t)(lob->chunk >> (24 - 8 * i));
	memcpy(at + LOB_HEAD_BYTES, lob->locator.at, lob->locator.len);
	*ret = cw_value_set((struct cw_bytes){ at, LOB_HEAD_BYTES + lob->locator.len });
}

bool cw_ttc_lob_of_value(const struct cw_value *value, struct cw_ttc_lob *ret)
{
	struct cw_rd rd = cw_rd(cw_value_bytes(value));

	*ret = (struct cw_ttc_lob){ .size = cw_rd_u64be(&rd), .chunk = cw_rd_u32be(&rd) };
	ret->locator = (struct cw_bytes){ rd.at, cw_rd_left(&rd) };
	ret->locator_len = (uint32_t)ret->locator.len;
	return !cw_rd_failed(&rd) && ret->locator.len > 0;
}

/* The description goes along as it is written: it outlives the answer, as every value's bytes can. */
static void cursor_value(struct cw_ttc_in *in, struct cw_ttc_item *item, struct cw_value *ret)
{
	struct cw_wr wr = { .limit_bytes = CW_TTC_VALUE_MAX };
	struct cw_pass pass = cw_pass_writing(&wr, in->ttc);
	struct cw_err err;
	uint8_t *at;

	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (cw_ttc_failed(in) || item->cursor_id == 0)
		return;
	cw_wr_u32be(&wr, item->cursor_id);
	cw_ttc_pass_describe_body(&pass, &item->describe);
	at = cw_wr_failed(&wr) ? NULL : cw_try_new(in->arena, uint8_t, wr.len, &err);
	if (at) {
		memcpy(at, wr.at0, wr.len);
		*ret = cw_value_set((struct cw_bytes){ at, wr.len });
	} else {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
	}
	cw_wr_release(&wr);
}

bool cw_ttc_cursor_of_value(const struct cw_value *value, const struct cw_ttc *ttc,
			    struct cw_arena *arena, uint32_t *ret_id, struct cw_ttc_describe *ret,
			    struct cw_err *err)
{
	struct cw_ttc_in in = { .rd = cw_rd(cw_value_bytes(value)),
				.ttc = ttc,
				.arena = arena,
				.stable = true };

	*ret_id = cw_rd_u32be(&in.rd);
	cw_ttc_get_describe_body(&in, ret);
	return !cw_ttc_failed(&in) || cw_ttc_fail(&in, "a cursor", err);
}

static void get_other_value(struct cw_ttc_in *in, const struct cw_ttc_column *column,
			    struct cw_value *ret)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_form form = cw_ttc_form_of_column(column, NULL);
	struct cw_ttc_item item = { 0 };
	struct cw_bytes bytes;

	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (!column->is_xml && !cw_ttc_column_is_known(column->ora_type)) {
		(void)cw_ttc_bad(in, "a value of a type that is not supported");
		return;
	}
	form.lob_prefetch = column->lob_prefetch;
	cw_ttc_pass_item(&pass, &form, &item);
	if (cw_ttc_failed(in))
		return;
	if (column->ora_type == CW_ORA_CURSOR) {
		cursor_value(in, &item, ret);
		return;
	}
	bytes = column->is_xml ? item.object.image : item.lob.image;
	if (column->ora_type != CW_ORA_JSON && column->ora_type != CW_ORA_VECTOR)
		lob_value(in, &item.lob, ret);
	if (column->ora_type == CW_ORA_UROWID && item.value.len > 0)
		urowid_text(in, cw_value_bytes(&item.value), ret);
	else if (item.value.len > 0)
		*ret = item.value;
	else if (bytes.len > 0)
		*ret = cw_value_set(bytes);
}

bool cw_ttc_turn_to_utf8(struct cw_ttc_in *in, struct cw_value *value)
{
	struct cw_err err;
	uint8_t *text;
	size_t len;

	if (cw_ttc_failed(in) || value->state != CW_VALUE_SET)
		return true;
	text = cw_try_new(in->arena, uint8_t, cw_utf16_room(value->len) + 1, &err);
	if (!text) {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
		return true;
	}
	if (!cw_utf16_to_utf8(cw_value_bytes(value), false, text, &len))
		return false;
	*value = cw_value_set((struct cw_bytes){ text, len });
	return true;
}

static bool is_character(uint8_t ora_type)
{
	return ora_type == CW_ORA_VARCHAR2 || ora_type == CW_ORA_CHAR || ora_type == CW_ORA_LONG;
}

/* false: its text is none. */
static bool get_column_value(struct cw_ttc_in *in, const struct cw_ttc_column *column,
			     struct cw_value *ret)
{
	if (cw_ttc_type_is_scalar(column->ora_type) || column->ora_type == CW_ORA_ROWID)
		get_value(in, column->ora_type, ret);
	else
		get_other_value(in, column, ret);
	if (column->charset_form == CW_CHARSET_FORM_NCHAR && is_character(column->ora_type))
		return cw_ttc_turn_to_utf8(in, ret);
	return true;
}

static bool is_long(uint8_t ora_type)
{
	return ora_type == CW_ORA_LONG || ora_type == CW_ORA_LONG_RAW;
}

static bool is_absent(const struct cw_ttc_column *column)
{
	return column->bytes_max == 0 && !is_long(column->ora_type) &&
	       column->ora_type != CW_ORA_UROWID;
}

void cw_ttc_put_row_value(struct cw_wr *wr, const struct cw_ttc *ttc,
			  const struct cw_ttc_column *column, const struct cw_value *value)
{
	bool null = value->state != CW_VALUE_SET;

	if (is_absent(column))
		return;
	put_value(wr, ttc, column->ora_type, value);
	if (is_long(column->ora_type)) {
		cw_ttc_put_sb(wr, null ? -1 : 0);
		cw_ttc_put_ub(wr, null ? RC_NULL : 0);
	}
}

void cw_ttc_put_lob(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_form *form,
		    const struct cw_ttc_lob *lob)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_item item = { 0 };

	if (lob)
		item.lob = *lob;
	item.lob.locator_len = (uint32_t)item.lob.locator.len;
	cw_ttc_pass_item(&pass, form, &item);
}

void cw_ttc_put_row(struct cw_wr *wr, const struct cw_ttc *ttc,
		    const struct cw_ttc_describe *describe, const struct cw_value *values)
{
	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < describe->count; i++)
		cw_ttc_put_row_value(wr, ttc, &describe->column[i], &values[i]);
}

/* One CLR and nothing more, as nearly all columns of nearly all rows are. */
static bool is_plain(const struct cw_ttc_column *column)
{
	static const bool plain[256] = {
		[CW_ORA_VARCHAR2] = true,     [CW_ORA_CHAR] = true,
		[CW_ORA_NUMBER] = true,	      [CW_ORA_RAW] = true,
		[CW_ORA_DATE] = true,	      [CW_ORA_TIMESTAMP] = true,
		[CW_ORA_TIMESTAMP_TZ] = true, [CW_ORA_TIMESTAMP_LTZ] = true,
		[CW_ORA_BINARY_FLOAT] = true, [CW_ORA_BINARY_DOUBLE] = true,
		[CW_ORA_INTERVAL_YM] = true,  [CW_ORA_INTERVAL_DS] = true,
	};

	return plain[column->ora_type] && column->bytes_max > 0 &&
	       column->charset_form != CW_CHARSET_FORM_NCHAR;
}

/* False: its text is none. */
static bool get_any_column(struct cw_ttc_in *in, const struct cw_ttc_column *column,
			   struct cw_value *ret)
{
	bool good;

	if (is_absent(column)) {
		*ret = (struct cw_value){ .state = CW_VALUE_NULL };
		return true;
	}
	good = get_column_value(in, column, ret);
	if (is_long(column->ora_type)) {
		(void)cw_ttc_get_sb4(in);
		(void)cw_ttc_get_ub4(in);
	}
	return good;
}

void cw_ttc_count_plain(struct cw_ttc_describe *describe)
{
	describe->plain = 0;
	while (describe->plain < describe->count && is_plain(&describe->column[describe->plain]))
		describe->plain++;
}

/* The first @count values, as far as they lie here in one piece, as nearly all do; how many. */
static uint32_t get_plain(struct cw_ttc_in *in, uint32_t count, struct cw_value *values)
{
	const uint8_t *at = in->rd.at, *end = in->rd.end;
	uint32_t i = 0;

	if (!in->stable || in->rd.failed)
		return 0;
	for (; i < count && at < end && *at <= CW_CLR_SHORT_MAX && *at < end - at; i++) {
		uint8_t len = *at++;

		values[i] = (struct cw_value){ .state = len ? CW_VALUE_SET : CW_VALUE_NULL,
					       .len = len,
					       .at = len ? at : NULL };
		at += len;
	}
	in->rd.at = at;
	return i;
}

uint32_t cw_ttc_get_row(struct cw_ttc_in *in, const struct cw_ttc_describe *describe,
			struct cw_ttc_bits *bits, struct cw_value *values)
{
	uint32_t bad = 0, i = bits->present ? 0 : get_plain(in, describe->plain, values);

	for (; i < describe->count && !cw_ttc_failed(in); i++) {
		const struct cw_ttc_column *column = &describe->column[i];

		if (bits->present && !(bits->bits[i / 8] & 1 << i % 8))
			continue;
		if (is_plain(column))
			(void)cw_ttc_get_clr(in, CW_TTC_VALUE_MAX, &values[i]);
		else if (!get_any_column(in, column, &values[i]) && bad == 0)
			bad = i + 1;
	}
	bits->present = false;
	return bad;
}

/* ---- ROW_HEADER, BIT_VECTOR ----------------------------------------------------------------- */

/*
 * The structure that ROW_HEADER and IO_VECTOR share.  Of its end only the size is known: 48
 * bytes in all, as 11.2 answers sqlplus (seerdb's tests).
 */
static void pass_native_vector(struct cw_pass *pass, uint8_t *flags, uint16_t *low,
			       uint32_t *second, uint32_t *third)
{
	cw_pass_block(pass);
	cw_pass_u8(pass, "flags", flags);
	cw_pass_ub2(pass, "columns or binds, low", low);
	cw_pass_ub4(pass, "iteration, or binds, high", second);
	cw_pass_ub4(pass, "iterations", third);
	cw_pass_ub2(pass, "buffer length", NULL);
	cw_pass_raw(pass, "unknown, native structure", NULL, NATIVE_VECTOR_REST, UINT16_MAX);
	cw_pass_struct_end(pass);
}

void cw_ttc_pass_row_header(struct cw_pass *pass, struct cw_ttc_row_header *header)
{
	if (cw_pass_is_native(pass) && !pass->ttc->native_fields) {
		pass_native_vector(pass, &header->flags, &header->requests_low, &header->iteration,
				   &header->iterations);
		return;
	}
	cw_pass_u8(pass, "flags", &header->flags);
	cw_pass_ub2(pass, "columns", &header->requests_low);
	cw_pass_ub4(pass, "iteration", &header->iteration);
	cw_pass_ub4(pass, "iterations", &header->iterations);
	cw_pass_ub2(pass, "buffer length", &header->buffer_len);
	cw_pass_ub4(pass, "length of bit vector", &header->bits_len);
	if (header->bits_len > 0) {
		cw_pass_u8(pass, "its length again", &header->bits_len_again);
		cw_pass_raw(pass, "bit vector", &header->bits, header->bits_len, CW_BITS_MAX);
	}
	cw_pass_dalc(pass, "rowid", &header->rowid, CW_TTC_LOCATOR_MAX);
}

void cw_ttc_put_row_header(struct cw_wr *wr, uint32_t column_count, uint32_t rows_asked)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_pass pass = cw_pass_writing(wr, &ttc);
	struct cw_ttc_row_header header = { .flags = ROW_HEADER_FLAGS,
					    .requests_low = (uint16_t)column_count,
					    .iterations = rows_asked };

	cw_ttc_put_u8(wr, CW_TTC_ROW_HEADER);
	cw_ttc_pass_row_header(&pass, &header);
}

static void set_bits(struct cw_bytes from, struct cw_ttc_bits *ret)
{
	ret->present = from.len > 0 && from.len <= sizeof(ret->bits);
	if (ret->present)
		memcpy(ret->bits, from.at, from.len);
}

void cw_ttc_get_row_header(struct cw_ttc_in *in, struct cw_ttc_row_header *ret,
			   struct cw_ttc_bits *ret_bits)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_row_header){ 0 };
	cw_ttc_pass_row_header(&pass, ret);
	ret->requests = ret->requests_low + 256 * ret->iteration;
	if (ret->bits_len > 0)
		set_bits(ret->bits, ret_bits);
}

void cw_ttc_pass_bit_vector(struct cw_pass *pass, uint32_t column_count, uint16_t *sent,
			    struct cw_ttc_bits *bits)
{
	size_t len = (column_count + 7) / 8;
	struct cw_bytes bytes = { bits->bits, len };

	cw_pass_ub2(pass, "columns sent", sent);
	cw_pass_raw(pass, "bit vector", &bytes, len, CW_BITS_MAX);
	if (pass->in)
		set_bits(bytes, bits);
}

void cw_ttc_get_bit_vector(struct cw_ttc_in *in, uint32_t column_count,
			   struct cw_ttc_bits *ret_bits)
{
	struct cw_pass pass = cw_pass_reading(in);

	cw_ttc_pass_bit_vector(&pass, column_count, NULL, ret_bits);
}

void cw_ttc_put_bit_vector(struct cw_wr *wr, const struct cw_ttc_bits *bits, uint32_t column_count)
{
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_ttc_bits copy = *bits;
	uint16_t sent = 0;

	for (uint32_t i = 0; i < column_count; i++)
		sent = (uint16_t)(sent + (bits->bits[i / 8] >> i % 8 & 1));
	cw_ttc_put_u8(wr, CW_TTC_BIT_VECTOR);
	cw_ttc_pass_bit_vector(&pass, column_count, &sent, &copy);
}

/* ---- OUT ----------------------------------------------------------------------------------- */

static void pass_counted_raw(struct cw_pass *pass, const char *length, const char *name,
			     struct cw_bytes *bytes)
{
	uint32_t len = (uint32_t)bytes->len;

	cw_pass_ub4(pass, length, &len);
	cw_pass_raw(pass, name, bytes, len, UINT16_MAX);
}

void cw_ttc_pass_io_vector(struct cw_pass *pass, struct cw_ttc_io_vector *vector)
{
	uint64_t count;

	if (cw_pass_is_native(pass) && !pass->ttc->native_fields) {
		pass_native_vector(pass, &vector->flags, &vector->binds_low, &vector->binds_high,
				   &vector->iterations);
		cw_pass_raw(pass, "directions", &vector->direction, vector->binds_low,
			    CW_TTC_BINDS_MAX);
		return;
	}
	cw_pass_u8(pass, "flags", &vector->flags);
	cw_pass_ub2(pass, "binds, low", &vector->binds_low);
	cw_pass_ub4(pass, "binds, high", &vector->binds_high);
	cw_pass_ub4(pass, "iterations", &vector->iterations);
	cw_pass_ub2(pass, "length of uac", &vector->uac_len);
	pass_counted_raw(pass, "length of bit vector", "bit vector", &vector->bits);
	pass_counted_raw(pass, "length of rowid", "rowid", &vector->rowid);
	count = vector->binds_low + (uint64_t)vector->binds_high * 256;
	cw_pass_raw(pass, "directions", &vector->direction, count, CW_TTC_BINDS_MAX);
}

void cw_ttc_put_io_vector(struct cw_wr *wr, const uint8_t *direction, uint32_t count)
{
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_ttc_io_vector vector = { .flags = IO_VECTOR_FLAGS,
					   .binds_low = (uint16_t)(count % 256),
					   .binds_high = count / 256,
					   .iterations = 1,
					   .direction = { direction, count } };

	cw_ttc_put_u8(wr, CW_TTC_IO_VECTOR);
	cw_ttc_pass_io_vector(&pass, &vector);
}

void cw_ttc_get_io_vector(struct cw_ttc_in *in, uint8_t *ret_direction, uint32_t count_max,
			  uint32_t *ret_count)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_io_vector vector = { 0 };

	*ret_count = 0;
	cw_ttc_pass_io_vector(&pass, &vector);
	if (vector.direction.len > count_max) {
		(void)cw_ttc_bad(in, "an I/O vector names more binds than there are");
		return;
	}
	if (cw_ttc_failed(in) || vector.direction.len == 0)
		return;
	memcpy(ret_direction, vector.direction.at, vector.direction.len);
	*ret_count = (uint32_t)vector.direction.len;
}

void cw_ttc_put_out(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t ora_type,
		    const struct cw_value *value)
{
	put_value(wr, ttc, ora_type, value);
	cw_ttc_put_sb(wr, 0);
}

void cw_ttc_get_out(struct cw_ttc_in *in, const struct cw_ttc_oac *oac, struct cw_value *ret,
		    bool *ret_truncated)
{
	struct cw_ttc_form form = cw_ttc_form_of_bind(oac, CW_IN_OUT);
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_item item = { 0 };

	if (cw_ttc_type_is_lob(oac->ora_type)) {
		cw_ttc_pass_item(&pass, &form, &item);
		lob_value(in, &item.lob, ret);
	} else if (oac->ora_type == CW_ORA_CURSOR) {
		cw_ttc_pass_item(&pass, &form, &item);
		cursor_value(in, &item, ret);
	} else {
		get_value(in, oac->ora_type, ret);
		if (oac->charset_form == CW_CHARSET_FORM_NCHAR && is_character(oac->ora_type) &&
		    !cw_ttc_turn_to_utf8(in, ret))
			(void)cw_ttc_bad(in, "a text of the national character set is no UTF-16");
	}
	*ret_truncated = cw_ttc_get_sb4(in) != 0;
}
