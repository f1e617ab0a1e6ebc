/* ttc_lob.c - see ttc_lob.h */
#include "codec/ttc_lob.h"

static void pass_lob_head(struct cw_pass *pass, struct cw_ttc_lob_op *op)
{
	cw_pass_struct(pass, 0);
	cw_pass_pointer(pass, "source there", &op->has_source);
	cw_pass_ub4(pass, "length of source", &op->source_len);
	cw_pass_pointer(pass, "target there", &op->has_target);
	cw_pass_ub4(pass, "length of target", &op->target_len);
	cw_pass_ub4(pass, "short source offset", &op->short_offset[0]);
	cw_pass_ub4(pass, "short target offset", &op->short_offset[1]);
	cw_pass_pointer(pass, "character set there", &op->has_charset);
	cw_pass_pointer(pass, "short amount there", &op->has_short_amount);
	cw_pass_pointer(pass, "flag wanted", &op->has_flag);
	cw_pass_ub4(pass, "operation", &op->operation);
	cw_pass_pointer(pass, "SCN there", &op->has_scn);
	cw_pass_ub4(pass, "SCN words", &op->scn_count);
	cw_pass_ub8(pass, "source offset", &op->source_offset);
	cw_pass_ub8(pass, "target offset", &op->target_offset);
	cw_pass_pointer(pass, "amount there", &op->has_amount);
	for (int i = 0; i < 3; i++) {
		cw_pass_pointer(pass, "array there", &op->has_array[i]);
		cw_pass_ub4(pass, "length of array", &op->array_len[i]);
	}
	cw_pass_struct_end(pass);
}

/* A reader takes LOB_DATA where it stands; only writes have it. */
static void pass_written(struct cw_pass *pass, struct cw_ttc_lob_op *op)
{
	uint8_t message = CW_TTC_LOB_DATA;

	if (pass->in)
		op->has_data = (op->operation == CW_LOB_WRITE ||
				op->operation == CW_LOB_WRITE_APPEND) &&
			       cw_rd_fill(&pass->in->rd) && *pass->in->rd.at == CW_TTC_LOB_DATA;
	if (!op->has_data)
		return;
	cw_pass_u8(pass, "message", &message);
	cw_ttc_pass_lob_data(pass, &op->data);
}

void cw_ttc_pass_lob_op(struct cw_pass *pass, struct cw_ttc_lob_op *op)
{
	pass_lob_head(pass, op);
	if (op->has_source)
		cw_pass_raw(pass, "source locator", &op->source, op->source_len,
			    CW_TTC_LOCATORS_MAX);
	if (op->has_target)
		cw_pass_raw(pass, "target locator", &op->target, op->target_len,
			    CW_TTC_LOCATORS_MAX);
	if (op->has_charset)
		cw_pass_ub4(pass, "character set", &op->charset);
	if (op->has_short_amount)
		cw_pass_ub4(pass, "short amount", &op->short_amount);
	if (op->scn_count > CW_ARRAY_LEN(op->scn))
		(void)cw_pass_bad(pass, "a LOB operation has too many words of SCN");
	for (uint32_t i = 0; op->has_scn && i < op->scn_count && !cw_pass_failed(pass); i++)
		cw_pass_ub4(pass, "SCN", &op->scn[i]);
	if (op->has_amount)
		cw_pass_ub8(pass, "amount", &op->amount);
	pass_written(pass, op);
}

void cw_ttc_put_lob_op(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		       const struct cw_ttc_lob_op *op)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_lob_op whole = *op;

	whole.has_source = op->source.len > 0;
	whole.source_len = (uint32_t)op->source.len;
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, CW_FN_LOB_OP, sequence);
	cw_ttc_pass_lob_op(&pass, &whole);
}

void cw_ttc_put_lob_free(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			 struct cw_bytes locators)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_lob_op op = { .operation = CW_LOB_FREE_TEMP | CW_LOB_ARRAY,
				    .source = locators,
				    .has_source = true,
				    .source_len = (uint32_t)locators.len };

	cw_ttc_put_function(wr, ttc, CW_TTC_PIGGYBACK, CW_FN_LOB_OP, sequence);
	cw_ttc_pass_lob_op(&pass, &op);
}

void cw_ttc_pass_lob_answer(struct cw_pass *pass, const struct cw_ttc_lob_op *op,
			    struct cw_ttc_lob_answer *answer)
{
	if (op->has_source)
		cw_pass_raw(pass, "source locator", &answer->source, op->source_len,
			    CW_TTC_LOCATORS_MAX);
	if (op->has_target)
		cw_pass_raw(pass, "target locator", &answer->target, op->target_len,
			    CW_TTC_LOCATORS_MAX);
	if (op->has_charset)
		cw_pass_ub4(pass, "character set", &answer->charset);
	if (op->has_amount)
		cw_pass_sb8(pass, "amount", &answer->amount);
	if (op->has_flag)
		cw_pass_sb1(pass, "flag", &answer->flag);
}

void cw_ttc_pass_lob_data(struct cw_pass *pass, struct cw_bytes *data)
{
	cw_pass_clr(pass, "LOB data", data, CW_TTC_VALUE_MAX);
}

static bool has_bit(struct cw_bytes locator, size_t at, unsigned bit)
{
	return at < locator.len && (locator.at[at] & bit);
}

bool cw_ttc_locator_is_utf16(struct cw_bytes locator)
{
	return has_bit(locator, 6, 0x80);
}

bool cw_ttc_locator_is_little_endian(struct cw_bytes locator)
{
	return has_bit(locator, 7, 0x40);
}

bool cw_ttc_locator_is_temporary(struct cw_bytes locator)
{
	return has_bit(locator, 7, 0x01);
}
