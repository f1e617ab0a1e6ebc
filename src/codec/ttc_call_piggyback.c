/* ttc_call_piggyback.c - see ttc_call_piggyback.h */
#include "codec/ttc_call_piggyback.h"

static const uint32_t end_to_end_bit[CW_E2E_COUNT] = {
	[CW_E2E_CLIENT_IDENTIFIER] = 0x1, [CW_E2E_MODULE] = 0x8, [CW_E2E_ACTION] = 0x10,
	[CW_E2E_CLIENT_INFO] = 0x100,	  [CW_E2E_DBOP] = 0x200,
};

#define E2E_TEXT_MAX   4096u
#define NATIVE_CURSORS 12u /* a pointer and a count, in front of cursors that are packed */

/* ---- END_TO_END --------------------------------------------------------------------- */

static void pass_text_head(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback,
			   enum cw_ttc_end_to_end which)
{
	static const char *const pointer[CW_E2E_COUNT] = {
		[CW_E2E_CLIENT_IDENTIFIER] = "client identifier there",
		[CW_E2E_MODULE] = "module there",
		[CW_E2E_ACTION] = "action there",
		[CW_E2E_CLIENT_INFO] = "client info there",
		[CW_E2E_DBOP] = "database operation there",
	};

	cw_pass_pointer(pass, pointer[which], &piggyback->has_text[which]);
	cw_pass_ub4(pass, "its length", &piggyback->text_len[which]);
}

static void pass_end_to_end(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	static const char *const name[CW_E2E_COUNT] = {
		[CW_E2E_CLIENT_IDENTIFIER] = "client identifier",
		[CW_E2E_MODULE] = "module",
		[CW_E2E_ACTION] = "action",
		[CW_E2E_CLIENT_INFO] = "client info",
		[CW_E2E_DBOP] = "database operation",
	};

	cw_pass_struct(pass, 0);
	cw_pass_pointer(pass, "cidnam", NULL);
	cw_pass_pointer(pass, "cidser", NULL);
	cw_pass_ub4(pass, "flags", &piggyback->end_to_end_flags);
	pass_text_head(pass, piggyback, CW_E2E_CLIENT_IDENTIFIER);
	pass_text_head(pass, piggyback, CW_E2E_MODULE);
	pass_text_head(pass, piggyback, CW_E2E_ACTION);
	cw_pass_pointer(pass, "cideci", NULL);
	cw_pass_ub4(pass, "its length", NULL);
	cw_pass_u8(pass, "cidcct", NULL);
	cw_pass_ub2(pass, "cidecs", &piggyback->end_to_end_sequence);
	pass_text_head(pass, piggyback, CW_E2E_CLIENT_INFO);
	cw_pass_pointer(pass, "cidkstk", NULL);
	cw_pass_ub4(pass, "its length", NULL);
	cw_pass_pointer(pass, "cidktgt", NULL);
	cw_pass_ub4(pass, "its length", NULL);
	if (pass->ttc->field_version >=
	    CW_FV_12_1) /* 11.2 and ojdbc, published captures of sqlplus */
		pass_text_head(pass, piggyback, CW_E2E_DBOP);
	cw_pass_struct_end(pass);
	for (int i = 0; i < CW_E2E_COUNT; i++)
		if (piggyback->has_text[i] && piggyback->text_len[i] > 0)
			cw_pass_chr(pass, name[i], &piggyback->text[i], piggyback->text_len[i],
				    E2E_TEXT_MAX);
}

/* ---- the others ------------------------------------------------------------------------ */

/* OCI's other call behind the cursors tells whether their count has padding behind it. */
static bool has_padding(const struct cw_pass *pass)
{
	const uint8_t *at = pass->in->rd.at;
	size_t left = cw_rd_left(&pass->in->rd), count;

	if (pass->ttc->native_short || left < NATIVE_CURSORS)
		return false;
	count = (size_t)at[8] | (size_t)at[9] << 8;
	for (size_t padding = 0; padding <= 4; padding += 4) {
		size_t end = NATIVE_CURSORS + padding + 4 * count;

		if (left > end + 1 && at[end + 1] != 0 &&
		    (at[end] == CW_TTC_FUNCTION || at[end] == CW_TTC_PIGGYBACK))
			return padding > 0;
	}
	return cw_pass_is_aligned(pass);
}

static void pass_cursors(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	void *at = (void *)(uintptr_t)piggyback->cursor_id;
	uint32_t *cursor_id;
	bool there = true;

	cw_pass_struct(pass, 0);
	if (cw_pass_is_native(pass))
		pass->aligned_to = has_padding(pass) ? pass->in->rd.at : NULL;
	cw_pass_pointer(pass, "cursors there", &there);
	cw_pass_ub4(pass, "cursors", &piggyback->cursor_count);
	cw_pass_struct_end(pass);
	if (!cw_pass_array(pass, &at, piggyback->cursor_count, sizeof(*cursor_id),
			   CW_TTC_CURSORS_MAX, "too many cursors are closed at once"))
		return;
	piggyback->cursor_id = cursor_id = at;
	for (uint32_t i = 0; i < piggyback->cursor_count && !cw_pass_failed(pass); i++)
		cw_pass_ub4(pass, "cursor", &cursor_id[i]);
}

static void pass_schema(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	uint32_t len = (uint32_t)piggyback->schema.len;
	bool there = true;

	cw_pass_struct(pass, 0);
	cw_pass_pointer(pass, "schema there", &there);
	cw_pass_ub4(pass, "length of schema", &len);
	cw_pass_struct_end(pass);
	cw_pass_chr(pass, "schema", &piggyback->schema, len, CW_TTC_NAME_MAX);
}

static void pass_app_context(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	void *at = (void *)(uintptr_t)piggyback->pair;
	struct cw_ttc_pair *pair;

	cw_pass_pointer(pass, "namespace there", &piggyback->has_namespace);
	cw_pass_ub4(pass, "length of namespace", &piggyback->namespace_len);
	cw_pass_pointer(pass, "pairs there", &piggyback->has_pairs);
	cw_pass_ub4(pass, "pairs", &piggyback->pair_count);
	cw_pass_ub2(pass, "flags", &piggyback->context_flags);
	cw_pass_u8(pass, "unknown, 0", NULL);
	cw_pass_chr(pass, "namespace", &piggyback->context_namespace, piggyback->namespace_len,
		    CW_TTC_NAME_MAX);
	if (!cw_pass_array(pass, &at, piggyback->pair_count, sizeof(*pair),
			   CW_TTC_CONTEXT_PAIRS_MAX, "an application context has too many pairs"))
		return;
	piggyback->pair = pair = at;
	for (uint32_t i = 0; i < piggyback->pair_count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "pair", i);
		cw_pass_pair(pass, &pair[i], CW_TTC_SQL_MAX);
		cw_pass_leave(pass);
	}
}

/* ojdbc 23, in front of LOGOFF: what of the driver was used. */
static void pass_client_features(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	uint32_t len = (uint32_t)piggyback->features.len;
	bool there = true;

	cw_pass_pointer(pass, "features there", &there);
	cw_pass_ub4(pass, "length of features", &len);
	cw_pass_ub4(pass, "unknown, before features", &piggyback->features_mark);
	cw_pass_text_raw(pass, "features", &piggyback->features, len, CW_TTC_NAME_MAX);
}

static void pass_pipeline_begin(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	cw_pass_ub2(pass, "error set", &piggyback->error_set);
	cw_pass_u8(pass, "error set mode", &piggyback->error_mode);
	cw_pass_u8(pass, "pipeline mode", &piggyback->pipeline_mode);
}

void cw_ttc_pass_piggyback(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback)
{
	switch (piggyback->function) {
	case CW_FN_CLOSE_CURSORS:
	case CW_FN_CANCEL_CURSORS:
		pass_cursors(pass, piggyback);
		break;
	case CW_FN_SET_SCHEMA:
		pass_schema(pass, piggyback);
		break;
	case CW_FN_END_TO_END:
		pass_end_to_end(pass, piggyback);
		break;
	case CW_FN_APP_CONTEXT:
		pass_app_context(pass, piggyback);
		break;
	case CW_FN_SESSION_STATE:
		cw_pass_ub8(pass, "session state", &piggyback->state);
		break;
	case CW_FN_PIPELINE_BEGIN:
		pass_pipeline_begin(pass, piggyback);
		break;
	case CW_FN_CLIENT_FEATURES:
		pass_client_features(pass, piggyback);
		break;
	default:
		(void)cw_pass_bad(pass, "an unknown piggyback");
	}
}

bool cw_ttc_piggyback_is_known(uint8_t function)
{
	switch (function) {
	case CW_FN_CLOSE_CURSORS:
	case CW_FN_CANCEL_CURSORS:
	case CW_FN_SET_SCHEMA:
	case CW_FN_END_TO_END:
	case CW_FN_APP_CONTEXT:
	case CW_FN_SESSION_STATE:
	case CW_FN_PIPELINE_BEGIN:
	case CW_FN_CLIENT_FEATURES:
		return true;
	default:
		return false;
	}
}

void cw_ttc_put_piggyback(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  const struct cw_ttc_piggyback *piggyback)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_piggyback whole = *piggyback;

	for (int i = 0; i < CW_E2E_COUNT; i++) {
		if (!piggyback->is_set[i])
			continue;
		whole.end_to_end_flags |= end_to_end_bit[i];
		whole.has_text[i] = true;
		whole.text_len[i] = (uint32_t)piggyback->text[i].len;
	}
	cw_ttc_put_function(wr, ttc, CW_TTC_PIGGYBACK, piggyback->function, sequence);
	cw_ttc_pass_piggyback(&pass, &whole);
}

void cw_ttc_get_piggyback(struct cw_ttc_in *in, uint8_t function, struct cw_ttc_piggyback *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_piggyback){ .function = function };
	cw_ttc_pass_piggyback(&pass, ret);
	for (int i = 0; i < CW_E2E_COUNT; i++)
		ret->is_set[i] = ret->end_to_end_flags & end_to_end_bit[i];
}
