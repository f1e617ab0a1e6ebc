/* ttc_call_piggyback.c - see ttc_call_piggyback.h */
#include "codec/ttc_call_piggyback.h"

static const uint32_t end_to_end_bit[CW_E2E_COUNT] = {
	[CW_E2E_CLIENT_IDENTIFIER] = 0x1, [CW_E2E_MODULE] = 0x8, [CW_E2E_ACTION] = 0x10,
	[CW_E2E_CLIENT_INFO] = 0x100,	  [CW_E2E_DBOP] = 0x200,
};

/* ---- END_TO_END --------------------------------------------------------------------- */

static void put_text_header(struct cw_wr *wr, const struct cw_ttc_piggyback *piggyback,
			    enum cw_ttc_end_to_end which)
{
	cw_ttc_put_u8(wr, piggyback->is_set[which]);
	cw_ttc_put_ub(wr, piggyback->is_set[which] ? piggyback->text[which].len : 0);
}

static void put_end_to_end(struct cw_wr *wr, const struct cw_ttc *ttc,
			   const struct cw_ttc_piggyback *piggyback)
{
	uint32_t flags = 0;

	for (int i = 0; i < CW_E2E_COUNT; i++)
		flags |= piggyback->is_set[i] ? end_to_end_bit[i] : 0;
	cw_ttc_put_zeros(wr, 2); /* cidnam, cidser */
	cw_ttc_put_ub(wr, flags);
	put_text_header(wr, piggyback, CW_E2E_CLIENT_IDENTIFIER);
	put_text_header(wr, piggyback, CW_E2E_MODULE);
	put_text_header(wr, piggyback, CW_E2E_ACTION);
	cw_ttc_put_zeros(wr, 4); /* cideci; cidcct, cidecs */
	put_text_header(wr, piggyback, CW_E2E_CLIENT_INFO);
	cw_ttc_put_zeros(wr, 4); /* cidkstk; cidktgt */
	put_text_header(wr, piggyback, CW_E2E_DBOP);
	for (int i = 0; i < CW_E2E_COUNT; i++)
		if (piggyback->is_set[i] && piggyback->text[i].len > 0)
			cw_ttc_put_chr(wr, ttc, piggyback->text[i]);
}

static uint32_t get_text_header(struct cw_ttc_in *in, bool *ret_present)
{
	*ret_present = cw_ttc_get_u8(in) != 0;
	return cw_ttc_get_ub4(in);
}

static void skip_two(struct cw_ttc_in *in)
{
	for (int i = 0; i < 2; i++) {
		cw_ttc_skip_raw(in, 1);
		(void)cw_ttc_get_ub4(in);
	}
}

static void get_end_to_end(struct cw_ttc_in *in, struct cw_ttc_piggyback *ret)
{
	bool pointer[CW_E2E_COUNT];
	uint32_t len[CW_E2E_COUNT], flags;

	cw_ttc_skip_raw(in, 2);
	flags = cw_ttc_get_ub4(in);
	for (int i = CW_E2E_CLIENT_IDENTIFIER; i <= CW_E2E_ACTION; i++)
		len[i] = get_text_header(in, &pointer[i]);
	skip_two(in);
	len[CW_E2E_CLIENT_INFO] = get_text_header(in, &pointer[CW_E2E_CLIENT_INFO]);
	skip_two(in);
	len[CW_E2E_DBOP] = get_text_header(in, &pointer[CW_E2E_DBOP]);
	for (int i = 0; i < CW_E2E_COUNT; i++) {
		ret->is_set[i] = flags & end_to_end_bit[i];
		if (pointer[i] && len[i] > 0)
			ret->text[i] = cw_ttc_get_chr(in, len[i], 4096);
	}
}

/* ---- the others ------------------------------------------------------------------------ */

static void get_cursors(struct cw_ttc_in *in, struct cw_ttc_piggyback *ret)
{
	struct cw_err err;
	uint32_t *cursor_id;

	cw_ttc_skip_raw(in, 1);
	ret->cursor_count = cw_ttc_get_ub4(in);
	if (ret->cursor_count > CW_TTC_CURSORS_MAX)
		(void)cw_ttc_bad(in, "too many cursors are closed at once");
	if (cw_ttc_failed(in) || ret->cursor_count == 0)
		return;
	cursor_id = cw_try_new(in->arena, uint32_t, ret->cursor_count, &err);
	if (!cursor_id) {
		(void)cw_ttc_bad(in, "more cursors than this call may bring");
		return;
	}
	for (uint32_t i = 0; i < ret->cursor_count; i++)
		cursor_id[i] = cw_ttc_get_ub4(in);
	ret->cursor_id = cursor_id;
}

static void get_schema(struct cw_ttc_in *in, struct cw_ttc_piggyback *ret)
{
	uint32_t len;

	cw_ttc_skip_raw(in, 1);
	len = cw_ttc_get_ub4(in);
	ret->schema = cw_ttc_get_chr(in, len, CW_TTC_NAME_MAX);
}

static void skip_app_context(struct cw_ttc_in *in)
{
	uint32_t namespace_len, pairs;

	cw_ttc_skip_raw(in, 1);
	namespace_len = cw_ttc_get_ub4(in);
	cw_ttc_skip_raw(in, 1);
	pairs = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub2(in);
	cw_ttc_skip_raw(in, 1);
	(void)cw_ttc_get_chr(in, namespace_len, CW_TTC_NAME_MAX);
	while (pairs-- > 0 && !cw_ttc_failed(in)) {
		cw_ttc_skip_dalc(in);
		cw_ttc_skip_dalc(in);
		(void)cw_ttc_get_ub4(in);
	}
}

void cw_ttc_put_piggyback(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  const struct cw_ttc_piggyback *piggyback)
{
	cw_ttc_put_function(wr, ttc, CW_TTC_PIGGYBACK, piggyback->function, sequence);
	switch (piggyback->function) {
	case CW_FN_CLOSE_CURSORS:
	case CW_FN_CANCEL_CURSORS:
		cw_ttc_put_u8(wr, 1);
		cw_ttc_put_ub(wr, piggyback->cursor_count);
		for (uint32_t i = 0; i < piggyback->cursor_count; i++)
			cw_ttc_put_ub(wr, piggyback->cursor_id[i]);
		break;
	case CW_FN_SET_SCHEMA:
		cw_ttc_put_u8(wr, 1);
		cw_ttc_put_ub(wr, piggyback->schema.len);
		cw_ttc_put_chr(wr, ttc, piggyback->schema);
		break;
	case CW_FN_END_TO_END:
		put_end_to_end(wr, ttc, piggyback);
		break;
	case CW_FN_SESSION_STATE:
		cw_ttc_put_ub(wr, piggyback->state);
		break;
	default:
		wr->failed = true;
	}
}

void cw_ttc_get_piggyback(struct cw_ttc_in *in, uint8_t function, struct cw_ttc_piggyback *ret)
{
	*ret = (struct cw_ttc_piggyback){ .function = function };
	switch (function) {
	case CW_FN_CLOSE_CURSORS:
	case CW_FN_CANCEL_CURSORS:
		get_cursors(in, ret);
		break;
	case CW_FN_SET_SCHEMA:
		get_schema(in, ret);
		break;
	case CW_FN_END_TO_END:
		get_end_to_end(in, ret);
		break;
	case CW_FN_APP_CONTEXT:
		skip_app_context(in);
		break;
	case CW_FN_SESSION_STATE:
		ret->state = cw_ttc_get_ub8(in);
		break;
	default:
		(void)cw_ttc_bad(in, "an unknown piggyback");
	}
}
