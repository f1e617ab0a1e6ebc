/* ttc_call_describe.c - see ttc_call_describe.h */
#include "codec/ttc_call_describe.h"
#include "codec/ttc_call_request.h"

#include "model/shape.h"

#define DIGEST_BYTES   23
#define DIGEST_MAX     256u
#define ANNOTATION_MAX 65536u

static void pass_annotations(struct cw_pass *pass, struct cw_ttc_column *column)
{
	void *at = column->annotation;

	cw_pass_ub4(pass, "annotations there", &column->annotations);
	if (column->annotations == 0)
		return;
	cw_pass_u8(pass, "unknown, before annotations", &column->annotation_marks[0]);
	cw_pass_ub4(pass, "annotations", &column->annotation_count);
	cw_pass_u8(pass, "unknown, before annotations", &column->annotation_marks[1]);
	if (cw_pass_array(pass, &at, column->annotation_count, sizeof(*column->annotation),
			  CW_TTC_ANNOTATIONS_MAX, "a column has too many annotations")) {
		column->annotation = at;
		for (uint32_t i = 0; i < column->annotation_count && !cw_pass_failed(pass); i++) {
			cw_pass_enter(pass, "annotation", i);
			cw_pass_pair(pass, &column->annotation[i], ANNOTATION_MAX);
			cw_pass_leave(pass);
		}
	}
	cw_pass_ub4(pass, "annotation flags", &column->annotation_flags);
}

static void pass_column_names(struct cw_pass *pass, struct cw_ttc_column *column)
{
	uint8_t nullable = column->nullable;

	cw_pass_u8(pass, "nullable", &nullable);
	column->nullable = nullable != 0;
	cw_pass_u8(pass, "length of name in v7", &column->name_len_v7);
	cw_pass_text_dalc(pass, "name", &column->name, CW_TTC_NAME_MAX);
	cw_pass_text_dalc(pass, "schema of type", &column->type_schema, CW_TTC_NAME_MAX);
	cw_pass_text_dalc(pass, "name of type", &column->type_name, CW_TTC_NAME_MAX);
	if (pass->ttc->field_version >= CW_FV_9_2)
		cw_pass_ub2(pass, "position", &column->position);
	if (pass->ttc->field_version >= CW_FV_11_2)
		cw_pass_ub4(pass, "uds flags", &column->uds_flags);
}

void cw_ttc_pass_column(struct cw_pass *pass, struct cw_ttc_column *column)
{
	uint32_t version = column->version;

	cw_pass_block(pass);
	cw_pass_u8(pass, "data type", &column->ora_type);
	cw_pass_u8(pass, "flags", &column->flags);
	cw_pass_u8(pass, "precision", &column->precision);
	cw_pass_sb1(pass, "scale", &column->scale);
	cw_pass_ub4(pass, "bytes at most", &column->bytes_max);
	cw_pass_ub4(pass, "elements at most", &column->array_max);
	cw_ttc_pass_type_id(pass, &column->cont_flags, &column->object_id, &version);
	column->version = (uint16_t)version;
	cw_pass_ub2(pass, "character set", &column->charset);
	cw_pass_u8(pass, "character set form", &column->charset_form);
	cw_pass_ub4(pass, "characters at most", &column->chars_max);
	if (pass->ttc->field_version >= CW_FV_12_2)
		cw_pass_ub4(pass, "collation", &column->collation);
	cw_pass_struct_end(pass);
	pass_column_names(pass, column);
	if (pass->ttc->field_version >= CW_FV_23_1) {
		cw_pass_text_dalc(pass, "domain schema", &column->domain_schema, CW_TTC_NAME_MAX);
		cw_pass_text_dalc(pass, "domain name", &column->domain_name, CW_TTC_NAME_MAX);
	}
	if (pass->ttc->field_version >= CW_FV_23_1_EXT3)
		pass_annotations(pass, column);
	if (pass->ttc->field_version >= CW_FV_23_4) {
		cw_pass_ub4(pass, "vector dimensions", &column->vector_dimensions);
		cw_pass_u8(pass, "vector format", &column->vector_format);
		cw_pass_u8(pass, "vector flags", &column->vector_flags);
	}
}

void cw_ttc_pass_describe_body(struct cw_pass *pass, struct cw_ttc_describe *describe)
{
	void *at = describe->column;

	cw_pass_ub4(pass, "row bytes", &describe->row_bytes);
	cw_pass_ub4(pass, "columns", &describe->count);
	if (describe->count > 0)
		cw_pass_u8(pass, "unknown, before columns", &describe->mark);
	if (cw_pass_array(pass, &at, describe->count, sizeof(*describe->column),
			  CW_TTC_COLUMNS_MAX, "a query has too many columns")) {
		describe->column = at;
		for (uint32_t i = 0; i < describe->count && !cw_pass_failed(pass); i++) {
			cw_pass_enter(pass, "column", i);
			cw_ttc_pass_column(pass, &describe->column[i]);
			cw_pass_leave(pass);
		}
	}
	cw_pass_dalc(pass, "date", &describe->date, DIGEST_MAX);
	if (pass->ttc->field_version >= CW_FV_9_2) {
		cw_pass_ub4(pass, "dcbflag", &describe->flags);
		cw_pass_ub4(pass, "dcbmdbz", &describe->words[0]);
	}
	if (pass->ttc->field_version >= CW_FV_10_1) {
		cw_pass_ub4(pass, "dcbmnpr", &describe->words[1]);
		cw_pass_ub4(pass, "dcbmxpr", &describe->words[2]);
	}
	if (pass->ttc->field_version >= CW_FV_11_1)
		cw_pass_dalc(pass, "dcbqcky", &describe->query_key, CW_TTC_NAME_MAX);
}

void cw_ttc_pass_describe(struct cw_pass *pass, struct cw_ttc_describe *describe)
{
	uint32_t len = 0;

	if (cw_pass_is_native(pass)) {
		cw_pass_ub4(pass, "length of digest", &len);
		cw_pass_raw(pass, "digest", &describe->digest, len, DIGEST_MAX);
	} else {
		cw_pass_clr(pass, "digest", &describe->digest, DIGEST_MAX);
	}
	cw_ttc_pass_describe_body(pass, describe);
}

void cw_ttc_complete_column(struct cw_ttc_column *column, uint32_t position)
{
	bool character = column->charset_form != 0;

	column->flags = character ? 0x80 : 0;
	column->collation = character ? 0x3ffe : 0;
	column->name_len_v7 = (uint8_t)column->name.len;
	column->position = (uint16_t)position;
}

void cw_ttc_put_describe(struct cw_wr *wr, const struct cw_ttc *ttc,
			 const struct cw_ttc_describe *describe, const uint8_t date[7])
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	uint8_t digest[DIGEST_BYTES] = { 0 };
	struct cw_ttc_describe whole = {
		.count = describe->count,
		.column = describe->column,
		.digest = { digest, sizeof(digest) },
		.mark = 0x5c, /* as 18c and 21c */
		.date = { date, 7 },
		.words = { 0x1fe8, 2, 2 },
	};

	memcpy(digest + DIGEST_BYTES - 7, date, 7);
	for (uint32_t i = 0; i < describe->count; i++) {
		cw_ttc_complete_column(&describe->column[i], i);
		whole.row_bytes += describe->column[i].bytes_max;
		whole.flags |= describe->column[i].charset_form != 0;
	}
	cw_ttc_put_u8(wr, CW_TTC_DESCRIBE_INFO);
	cw_ttc_pass_describe(&pass, &whole);
}

void cw_ttc_get_describe_body(struct cw_ttc_in *in, struct cw_ttc_describe *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_describe){ 0 };
	cw_ttc_pass_describe_body(&pass, ret);
}

void cw_ttc_get_describe(struct cw_ttc_in *in, struct cw_ttc_describe *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_describe){ 0 };
	cw_ttc_pass_describe(&pass, ret);
}
