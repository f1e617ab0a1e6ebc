/* ttc_call_describe.c - see ttc_call_describe.h */
#include "codec/ttc_call_describe.h"

#include "model/shape.h"

#define DIGEST_BYTES 23

/* ---- writing ------------------------------------------------------------------------ */

static void put_column(struct cw_wr *wr, const struct cw_ttc *ttc,
		       const struct cw_ttc_column *column, uint32_t position)
{
	bool character = column->charset_form != 0;

	cw_ttc_put_u8(wr, column->ora_type);
	cw_ttc_put_u8(wr, character ? 0x80 : 0);
	cw_ttc_put_u8(wr, column->precision);
	cw_ttc_put_sb1(wr, ttc, column->scale);
	cw_ttc_put_ub(wr, column->bytes_max);
	cw_ttc_put_zeros(wr, 4); /* array elements, cont flags, object id, version */
	cw_ttc_put_ub(wr, column->charset);
	cw_ttc_put_u8(wr, column->charset_form);
	cw_ttc_put_ub(wr, column->chars_max);
	if (ttc->field_version >= CW_FV_12_2)
		cw_ttc_put_ub(wr, character ? 0x3ffe : 0); /* collation */
	cw_ttc_put_u8(wr, column->nullable);
	cw_ttc_put_u8(wr, (unsigned)column->name.len);
	cw_ttc_put_dalc(wr, ttc, column->name);
	cw_ttc_put_zeros(wr, 2); /* schema, type name */
	cw_ttc_put_ub(wr, position);
	cw_ttc_put_ub(wr, 0); /* uds flags */
	if (ttc->field_version >= CW_FV_23_1)
		cw_ttc_put_zeros(wr, 2);
	if (ttc->field_version >= CW_FV_23_1_EXT3)
		cw_ttc_put_zeros(wr, 1);
	if (ttc->field_version >= CW_FV_23_4)
		cw_ttc_put_zeros(wr, 3);
}

void cw_ttc_put_describe(struct cw_wr *wr, const struct cw_ttc *ttc,
			 const struct cw_ttc_describe *describe, const uint8_t date[7])
{
	static const uint8_t zeros[DIGEST_BYTES - 7];
	uint32_t row_bytes = 0;
	bool character = false;

	for (uint32_t i = 0; i < describe->count; i++) {
		row_bytes += describe->column[i].bytes_max;
		character |= describe->column[i].charset_form != 0;
	}
	cw_ttc_put_u8(wr, CW_TTC_DESCRIBE_INFO);
	cw_ttc_put_u8(wr, DIGEST_BYTES);
	cw_wr_put(wr, zeros, sizeof(zeros));
	cw_wr_put(wr, date, 7);
	cw_ttc_put_ub(wr, row_bytes);
	cw_ttc_put_ub(wr, describe->count);
	if (describe->count > 0)
		cw_ttc_put_u8(wr, 0x5c); /* as 18c and 21c */
	for (uint32_t i = 0; i < describe->count; i++)
		put_column(wr, ttc, &describe->column[i], i);
	cw_ttc_put_dalc(wr, ttc, (struct cw_bytes){ date, 7 });
	cw_ttc_put_ub(wr, character);
	cw_ttc_put_ub(wr, 0x1fe8);
	cw_ttc_put_ub(wr, 2);
	cw_ttc_put_ub(wr, 2);
	cw_ttc_put_ub(wr, 0);
}

/* ---- reading -------------------------------------------------------------------------- */

static void skip_annotations(struct cw_ttc_in *in)
{
	uint32_t count;

	if (cw_ttc_get_ub4(in) == 0)
		return;
	cw_ttc_skip_raw(in, 1);
	count = cw_ttc_get_ub4(in);
	cw_ttc_skip_raw(in, 1);
	while (count-- > 0 && !cw_ttc_failed(in)) {
		cw_ttc_skip_dalc(in);
		cw_ttc_skip_dalc(in);
		(void)cw_ttc_get_ub4(in);
	}
	(void)cw_ttc_get_ub4(in);
}

static void get_column(struct cw_ttc_in *in, struct cw_ttc_column *ret)
{
	ret->ora_type = cw_ttc_get_u8(in);
	cw_ttc_skip_raw(in, 1);
	ret->precision = cw_ttc_get_u8(in);
	ret->scale = cw_ttc_get_sb1(in);
	ret->bytes_max = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub4(in); /* array elements */
	(void)cw_ttc_get_ub8(in); /* cont flags */
	cw_ttc_skip_dalc(in);	  /* object id */
	(void)cw_ttc_get_ub2(in);
	ret->charset = cw_ttc_get_ub2(in);
	ret->charset_form = cw_ttc_get_u8(in);
	ret->chars_max = cw_ttc_get_ub4(in);
	if (in->ttc->field_version >= CW_FV_12_2)
		(void)cw_ttc_get_ub4(in);
	ret->nullable = cw_ttc_get_u8(in) != 0;
	cw_ttc_skip_raw(in, 1);
	ret->name = cw_ttc_get_dalc(in, CW_TTC_NAME_MAX);
	cw_ttc_skip_dalc(in); /* schema */
	cw_ttc_skip_dalc(in); /* type name */
	(void)cw_ttc_get_ub2(in);
	(void)cw_ttc_get_ub4(in);
	if (in->ttc->field_version >= CW_FV_23_1) {
		cw_ttc_skip_dalc(in);
		cw_ttc_skip_dalc(in);
	}
	if (in->ttc->field_version >= CW_FV_23_1_EXT3)
		skip_annotations(in);
	if (in->ttc->field_version >= CW_FV_23_4) {
		(void)cw_ttc_get_ub4(in);
		cw_ttc_skip_raw(in, 2);
	}
}

void cw_ttc_get_describe_body(struct cw_ttc_in *in, struct cw_ttc_describe *ret)
{
	struct cw_err err;

	*ret = (struct cw_ttc_describe){ 0 };
	(void)cw_ttc_get_ub4(in);
	ret->count = cw_ttc_get_ub4(in);
	if (ret->count > CW_TTC_COLUMNS_MAX)
		(void)cw_ttc_bad(in, "a query has too many columns");
	if (cw_ttc_failed(in))
		return;
	if (ret->count > 0) {
		cw_ttc_skip_raw(in, 1);
		ret->column = cw_try_new(in->arena, struct cw_ttc_column, ret->count, &err);
		if (!ret->column) {
			(void)cw_ttc_bad(in, "more columns than this call may bring");
			return;
		}
	}
	for (uint32_t i = 0; i < ret->count && !cw_ttc_failed(in); i++)
		get_column(in, &ret->column[i]);
	cw_ttc_skip_dalc(in); /* date */
	for (int i = 0; i < 4; i++)
		(void)cw_ttc_get_ub4(in);
	cw_ttc_skip_dalc(in);
}

void cw_ttc_get_describe(struct cw_ttc_in *in, struct cw_ttc_describe *ret)
{
	cw_ttc_skip_clr(in);
	cw_ttc_get_describe_body(in, ret);
}
