/* ttc_call_answer.c - see ttc_call_answer.h */
#include "codec/ttc_call_answer.h"

#define SERVER_VALUES  6
#define BATCH_MAX      (1u << 20)
#define ERROR_TEXT_MAX 65536u

/* ---- PARAMETER ------------------------------------------------------------------------- */

void cw_ttc_put_parameter(struct cw_wr *wr, const struct cw_ttc_parameter *parameter)
{
	cw_ttc_put_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_put_ub(wr, SERVER_VALUES);
	cw_ttc_put_ub(wr, (uint32_t)parameter->scn);
	cw_ttc_put_ub(wr, parameter->scn >> 32);
	cw_ttc_put_ub(wr, parameter->cursor_id);
	cw_ttc_put_zeros(wr, 3);
	cw_ttc_put_zeros(wr, 3); /* al8txl, keyword pairs, registration */
	if (!parameter->has_row_counts)
		return;
	cw_ttc_put_ub(wr, parameter->row_count_count);
	for (uint32_t i = 0; i < parameter->row_count_count; i++)
		cw_ttc_put_ub(wr, parameter->row_count[i]);
}

static void skip_keyword_pairs(struct cw_ttc_in *in, uint32_t count)
{
	while (count-- > 0 && !cw_ttc_failed(in)) {
		(void)cw_ttc_get_ub2_clr(in, ERROR_TEXT_MAX);
		(void)cw_ttc_get_ub2_clr(in, ERROR_TEXT_MAX);
		(void)cw_ttc_get_ub2(in);
	}
}

static void get_row_counts(struct cw_ttc_in *in, struct cw_ttc_parameter *ret)
{
	uint64_t *counts;
	struct cw_err err;

	ret->row_count_count = cw_ttc_get_ub4(in);
	if (cw_ttc_failed(in) || ret->row_count_count == 0)
		return;
	counts = cw_try_new(in->arena, uint64_t, ret->row_count_count, &err);
	if (!counts) {
		(void)cw_ttc_bad(in, "more row counts than this call may bring");
		return;
	}
	for (uint32_t i = 0; i < ret->row_count_count && !cw_ttc_failed(in); i++)
		counts[i] = cw_ttc_get_ub8(in);
	ret->row_count = counts;
}

void cw_ttc_get_parameter(struct cw_ttc_in *in, struct cw_ttc_parameter *ret)
{
	uint32_t count = cw_ttc_get_ub2(in);
	uint32_t value[3] = { 0 };

	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		uint32_t word = cw_ttc_get_ub4(in);

		if (i < CW_ARRAY_LEN(value))
			value[i] = word;
	}
	ret->scn = (uint64_t)value[1] << 32 | value[0];
	ret->cursor_id = value[2];
	cw_ttc_skip_raw(in, cw_ttc_get_ub2(in)); /* al8txl */
	skip_keyword_pairs(in, cw_ttc_get_ub2(in));
	cw_ttc_skip_raw(in, cw_ttc_get_ub2(in)); /* registration */
	if (ret->has_row_counts)
		get_row_counts(in, ret);
}

/* ---- ERROR -------------------------------------------------------------------------------- */

static void put_logical_rowid(struct cw_wr *wr, const struct cw_ttc_rowid *rowid)
{
	if (rowid->object == 0) {
		cw_ttc_put_ub(wr, 0);
		return;
	}
	cw_ttc_put_ub(wr, 13);
	cw_ttc_put_u8(wr, 13);
	cw_ttc_put_u8(wr, 1);
	cw_wr_u32be(wr, rowid->object);
	cw_wr_u16be(wr, rowid->file);
	cw_wr_u32be(wr, rowid->block);
	cw_wr_u16be(wr, rowid->slot);
}

/* Three arrays of the same length: codes, rows, texts; the form with 0xfe has no limit. */
static void put_batch(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_error *error)
{
	if (error->batch_count == 0) {
		cw_ttc_put_zeros(wr, 3);
		return;
	}
	for (int array = 0; array < 2; array++) {
		cw_ttc_put_ub(wr, error->batch_count);
		cw_ttc_put_u8(wr, CW_CLR_CHUNKED);
		for (uint32_t i = 0; i < error->batch_count; i++) {
			cw_ttc_put_ub(wr, array == 0 ? 2 : 4);
			cw_ttc_put_ub(wr, array == 0 ? error->batch[i].code : error->batch[i].row);
		}
		cw_ttc_put_u8(wr, 0);
	}
	cw_ttc_put_ub(wr, error->batch_count);
	cw_ttc_put_u8(wr, 0);
	for (uint32_t i = 0; i < error->batch_count; i++) {
		cw_ttc_put_ub(wr, error->batch[i].text.len);
		cw_ttc_put_clr(wr, ttc, error->batch[i].text);
		cw_wr_u16be(wr, 0);
	}
}

static void put_text_line(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes text)
{
	uint8_t line[1024];
	size_t len = text.len < sizeof(line) - 1 ? text.len : sizeof(line) - 1;

	if (len > 0)
		memcpy(line, text.at, len);
	line[len] = '\n';
	cw_ttc_put_clr(wr, ttc, (struct cw_bytes){ line, len + 1 });
}

void cw_ttc_put_error(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_error *error)
{
	cw_ttc_put_u8(wr, CW_TTC_ERROR);
	cw_ttc_put_ub(wr, error->call_status);
	cw_ttc_put_ub(wr, error->sequence);
	cw_ttc_put_ub(wr, error->row_count <= UINT32_MAX ? error->row_count : UINT32_MAX);
	cw_ttc_put_ub(wr, error->number & 0xffff);
	cw_ttc_put_zeros(wr, 2); /* array element */
	cw_ttc_put_ub(wr, error->cursor_id);
	cw_ttc_put_sb(wr, error->position);
	cw_ttc_put_u8(wr, error->sql_type);
	cw_ttc_put_zeros(wr, 4); /* fatal, flags, cursor options, UPI: 00 in either form of sb1 */
	cw_ttc_put_u8(wr, error->warning);
	cw_ttc_put_ub(wr, error->rowid.object);
	cw_ttc_put_ub(wr, error->rowid.file);
	cw_ttc_put_u8(wr, 0);
	cw_ttc_put_ub(wr, error->rowid.block);
	cw_ttc_put_ub(wr, error->rowid.slot);
	cw_ttc_put_zeros(wr, 2); /* OS error, statement number */
	cw_ttc_put_u8(wr, error->call_number);
	cw_ttc_put_ub(wr, 0);
	cw_ttc_put_ub(wr, error->iterations);
	put_logical_rowid(wr, &error->rowid);
	put_batch(wr, ttc, error);
	cw_ttc_put_ub(wr, error->number);
	cw_ttc_put_ub(wr, error->row_count);
	if (ttc->field_version >= CW_FV_20_1 && ttc->oer_wide) {
		cw_ttc_put_ub(wr, error->sql_type);
		cw_ttc_put_ub(wr, 0);
	}
	if (error->number != 0)
		put_text_line(wr, ttc, error->text);
}

static struct cw_ttc_batch_error *new_batch(struct cw_ttc_in *in, uint32_t count)
{
	struct cw_ttc_batch_error *batch = NULL;
	struct cw_err err;

	if (!cw_ttc_failed(in) && count <= BATCH_MAX)
		batch = cw_try_new(in->arena, struct cw_ttc_batch_error, count, &err);
	if (!batch)
		(void)cw_ttc_bad(in, "too many batch errors");
	return batch;
}

static void get_batch_numbers(struct cw_ttc_in *in, struct cw_ttc_batch_error *batch,
			      uint32_t count, bool codes)
{
	bool chunked = cw_ttc_get_u8(in) == CW_CLR_CHUNKED;

	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		if (chunked)
			(void)cw_ttc_get_ub4(in);
		if (codes)
			batch[i].code = cw_ttc_get_ub2(in);
		else
			batch[i].row = cw_ttc_get_ub4(in);
	}
	if (chunked)
		cw_ttc_skip_raw(in, 1);
}

static void trim_line(struct cw_bytes *text)
{
	while (text->len > 0 && (text->at[text->len - 1] == '\n' || text->at[text->len - 1] == ' '))
		text->len--;
}

static void get_batch(struct cw_ttc_in *in, struct cw_ttc_error *ret)
{
	struct cw_ttc_batch_error *batch = NULL;
	uint32_t codes, rows, texts;

	codes = cw_ttc_get_ub2(in);
	if (codes > 0 && (batch = new_batch(in, codes)))
		get_batch_numbers(in, batch, codes, true);
	rows = cw_ttc_get_ub4(in);
	if (rows != codes)
		(void)cw_ttc_bad(in, "the arrays of batch errors differ in length");
	if (rows > 0 && !cw_ttc_failed(in))
		get_batch_numbers(in, batch, rows, false);
	texts = cw_ttc_get_ub2(in);
	if (texts != codes)
		(void)cw_ttc_bad(in, "the arrays of batch errors differ in length");
	if (texts > 0)
		cw_ttc_skip_raw(in, 1);
	for (uint32_t i = 0; i < texts && !cw_ttc_failed(in); i++) {
		struct cw_value text;

		(void)cw_ttc_get_ub2(in);
		(void)cw_ttc_get_clr(in, ERROR_TEXT_MAX, &text);
		batch[i].text = cw_value_bytes(&text);
		trim_line(&batch[i].text);
		cw_ttc_skip_raw(in, 2);
	}
	ret->batch_count = cw_ttc_failed(in) ? 0 : codes;
	ret->batch = batch;
}

static void get_error_rowid(struct cw_ttc_in *in, struct cw_ttc_rowid *ret)
{
	ret->object = cw_ttc_get_ub4(in);
	ret->file = cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	ret->block = cw_ttc_get_ub4(in);
	ret->slot = cw_ttc_get_ub2(in);
}

/* From the padding to the message's end. */
static void get_error_tail(struct cw_ttc_in *in, struct cw_ttc_error *ret)
{
	struct cw_value text;

	(void)cw_ttc_get_ub2(in);
	ret->iterations = cw_ttc_get_ub4(in);
	cw_ttc_skip_dalc(in); /* logical rowid */
	get_batch(in, ret);
	ret->number = cw_ttc_get_ub4(in);
	ret->row_count = cw_ttc_get_ub8(in);
	if (in->ttc->field_version >= CW_FV_20_1 && in->ttc->oer_wide) {
		(void)cw_ttc_get_ub4(in);
		(void)cw_ttc_get_ub4(in);
	}
	if (ret->number != 0 && cw_ttc_get_clr(in, ERROR_TEXT_MAX, &text)) {
		ret->text = cw_value_bytes(&text);
		trim_line(&ret->text);
	}
}

void cw_ttc_get_error(struct cw_ttc_in *in, struct cw_ttc_error *ret)
{
	*ret = (struct cw_ttc_error){ .call_status = cw_ttc_get_ub4(in) };
	ret->sequence = cw_ttc_get_ub2(in);
	(void)cw_ttc_get_ub4(in); /* row number */
	(void)cw_ttc_get_ub2(in); /* error number, its low half */
	(void)cw_ttc_get_ub2(in);
	(void)cw_ttc_get_ub2(in);
	ret->cursor_id = cw_ttc_get_ub2(in);
	ret->position = cw_ttc_get_sb2(in);
	ret->sql_type = cw_ttc_get_u8(in);
	(void)cw_ttc_get_sb1(in); /* fatal */
	(void)cw_ttc_get_sb1(in); /* flags */
	(void)cw_ttc_get_sb1(in); /* cursor options */
	cw_ttc_skip_raw(in, 1);	  /* UPI */
	ret->warning = cw_ttc_get_u8(in);
	get_error_rowid(in, &ret->rowid);
	(void)cw_ttc_get_ub4(in); /* OS error */
	cw_ttc_skip_raw(in, 1);	  /* statement number */
	ret->call_number = cw_ttc_get_u8(in);
	get_error_tail(in, ret);
}

/* ---- STATUS, WARNING -------------------------------------------------------------------------- */

void cw_ttc_put_status(struct cw_wr *wr, uint32_t call_status, uint16_t sequence)
{
	cw_ttc_put_u8(wr, CW_TTC_STATUS);
	cw_ttc_put_ub(wr, call_status);
	cw_ttc_put_ub(wr, sequence);
}

void cw_ttc_get_status(struct cw_ttc_in *in, uint32_t *ret_call_status)
{
	*ret_call_status = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub2(in);
}

void cw_ttc_get_warning(struct cw_ttc_in *in, struct cw_ttc_warning *ret)
{
	uint16_t len;

	*ret = (struct cw_ttc_warning){ .number = cw_ttc_get_ub2(in) };
	len = cw_ttc_get_ub2(in);
	(void)cw_ttc_get_ub2(in);
	if (ret->number != 0 && len != 0)
		ret->text = cw_ttc_get_chr(in, len, ERROR_TEXT_MAX);
}

/* ---- SERVER_PIGGYBACK --------------------------------------------------------------------------- */

enum server_piggyback {
	QUERY_CACHE = 1,
	OS_PID = 2,
	TRACE_EVENT = 3,
	SESSION_RETURN = 4,
	SYNC = 5,
	TRANSACTION_ID = 7,
	REPLAY_CONTEXT = 8,
	EXT_SYNC = 9,
	SIGNATURE = 10,
};

#define KEYWORD_CURRENT_SCHEMA 168

void cw_ttc_put_schema_changed(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes schema)
{
	cw_ttc_put_u8(wr, CW_TTC_SERVER_PIGGYBACK);
	cw_ttc_put_u8(wr, SYNC);
	cw_ttc_put_ub(wr, 1);
	cw_ttc_put_u8(wr, 0x10);
	cw_ttc_put_ub(wr, 1);
	cw_ttc_put_u8(wr, 0x16);
	cw_ttc_put_ub2_clr(wr, ttc, schema);
	cw_ttc_put_ub(wr, 0);
	cw_ttc_put_ub(wr, KEYWORD_CURRENT_SCHEMA);
	cw_ttc_put_ub(wr, 0);
}

static void skip_session_return(struct cw_ttc_in *in)
{
	uint32_t count;

	(void)cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	count = cw_ttc_get_ub2(in);
	if (count > 0)
		cw_ttc_skip_raw(in, 1);
	skip_keyword_pairs(in, count);
	(void)cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub2(in);
}

static void skip_sync(struct cw_ttc_in *in)
{
	uint32_t count;

	(void)cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	count = cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	skip_keyword_pairs(in, count);
	(void)cw_ttc_get_ub4(in);
}

static void skip_replay_context(struct cw_ttc_in *in)
{
	(void)cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	(void)cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub4(in);
	cw_ttc_skip_raw(in, 1);
	cw_ttc_skip_dalc(in);
}

void cw_ttc_skip_server_piggyback(struct cw_ttc_in *in)
{
	switch (cw_ttc_get_u8(in)) {
	case QUERY_CACHE:
	case TRACE_EVENT:
		break;
	case OS_PID:
		(void)cw_ttc_get_ub2(in);
		cw_ttc_skip_clr(in);
		break;
	case SESSION_RETURN:
		skip_session_return(in);
		break;
	case SYNC:
		skip_sync(in);
		break;
	case TRANSACTION_ID:
		cw_ttc_skip_dalc(in);
		break;
	case REPLAY_CONTEXT:
		skip_replay_context(in);
		break;
	case EXT_SYNC:
		(void)cw_ttc_get_ub2(in);
		cw_ttc_skip_raw(in, 1);
		break;
	case SIGNATURE:
		(void)cw_ttc_get_ub2(in);
		cw_ttc_skip_raw(in, 1);
		for (int i = 0; i < 3; i++)
			(void)cw_ttc_get_ub8(in);
		break;
	default:
		(void)cw_ttc_bad(in, "an unknown server-side piggyback");
	}
}
