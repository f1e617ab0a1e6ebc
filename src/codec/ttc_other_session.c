/* ttc_other_session.c - see ttc_other_parts.h */
#include "codec/ttc_other_parts.h"

#define VERSION_PACKED_AT 12u /* "length of banner wanted" */

/* ---- transactions ------------------------------------------------------------------- */

static uint32_t read_xid_head(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "format of transaction id", NULL);
	cw_pass_ub4(pass, "length of global part", NULL);
	cw_pass_ub4(pass, "length of branch part", NULL);
	return other_head(pass, "transaction id there", "length of transaction id");
}

static void read_switch(struct cw_pass *pass)
{
	uint32_t context, xid, internal, external;

	cw_pass_ub4(pass, "operation", NULL);
	context = other_head(pass, "context there", "length of context");
	xid = read_xid_head(pass);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_ub4(pass, "timeout", NULL);
	cw_pass_pointer(pass, "application value wanted", NULL);
	cw_pass_pointer(pass, "context wanted", NULL);
	cw_pass_pointer(pass, "length of context wanted", NULL);
	internal = other_head(pass, "internal name there", "length of internal name");
	external = other_head(pass, "external name there", "length of external name");
	cw_pass_raw(pass, "context", NULL, context, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "transaction id", NULL, xid, OTHER_TEXT_MAX);
	cw_pass_ub4(pass, "application value", NULL);
	cw_pass_text_raw(pass, "internal name", NULL, internal, OTHER_TEXT_MAX);
	cw_pass_text_raw(pass, "external name", NULL, external, OTHER_TEXT_MAX);
}

static void read_switch_answer(struct cw_pass *pass)
{
	uint16_t len = 0;

	cw_pass_ub4(pass, "application value", NULL);
	cw_pass_ub2(pass, "length of context", &len);
	cw_pass_raw(pass, "context", NULL, len, OTHER_TEXT_MAX);
}

static void read_change_state(struct cw_pass *pass)
{
	uint32_t context, xid;

	cw_pass_ub4(pass, "operation", NULL);
	context = other_head(pass, "context there", "length of context");
	xid = read_xid_head(pass);
	cw_pass_ub4(pass, "timeout", NULL);
	cw_pass_ub4(pass, "state", NULL);
	cw_pass_pointer(pass, "state wanted", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_raw(pass, "context", NULL, context, OTHER_TEXT_MAX);
	cw_pass_raw(pass, "transaction id", NULL, xid, OTHER_TEXT_MAX);
}

/* ---- sessions ---------------------------------------------------------------------------- */

static void read_session_release(struct cw_pass *pass)
{
	bool there = false;
	uint8_t len = 0;

	cw_pass_pointer(pass, "tag there", &there);
	cw_pass_u8(pass, "length of tag", &len);
	cw_pass_ub4(pass, "mode", NULL);
	if (there && len > 0)
		cw_pass_text_clr(pass, "tag", NULL, OTHER_TEXT_MAX);
}

static void read_security_context(struct cw_pass *pass)
{
	uint32_t count;

	cw_pass_ub4(pass, "flags", NULL);
	count = other_list(pass, "pairs there", "pairs");
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_ub4(pass, "pair flags", NULL);
		cw_pass_text_dalc(pass, "key", NULL, OTHER_TEXT_MAX);
		cw_pass_text_dalc(pass, "text", NULL, OTHER_TEXT_MAX);
		cw_pass_dalc(pass, "value", NULL, CW_TTC_VALUE_MAX);
	}
}

/* What JDBC tells of itself, as "512,0,0,0", in front of its LOGOFF. */
/* OCI, in front of what it asks in a session that is not its first. */
static void read_session_switch(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "session id", NULL);
	cw_pass_ub4(pass, "serial number", NULL);
	cw_pass_ub4(pass, "operation", NULL);
}

static void read_version(struct cw_pass *pass)
{
	cw_pass_struct(pass, VERSION_PACKED_AT);
	(void)other_head(pass, "banner wanted", "length of banner");
	cw_pass_pointer(pass, "length of banner wanted", NULL);
	cw_pass_pointer(pass, "version wanted", NULL);
	if (pass->ttc->field_version >= CW_FV_18_1_EXT1)
		cw_pass_ub4(pass, "format of version", NULL);
	cw_pass_struct_end(pass);
}

static void read_version_answer(struct cw_pass *pass)
{
	uint16_t len = 0;

	cw_pass_ub2(pass, "length of banner", &len);
	cw_pass_chr(pass, "banner", NULL, len, OTHER_TEXT_MAX);
	cw_pass_ub4(pass, "version", NULL);
}

static void read_pipeline_end(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "pipeline", NULL);
}

static void read_state(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "state", NULL);
}

const struct other_function other_session[] = {
	{ CW_FN_VERSION, read_version, read_version_answer },
	{ CW_FN_TPC_SWITCH, read_switch, read_switch_answer },
	{ CW_FN_TPC_CHANGE_STATE, read_change_state, read_state },
	{ CW_FN_SESSION_SWITCH, read_session_switch, NULL },
	{ CW_FN_SESSION_RELEASE, read_session_release, NULL },
	{ CW_FN_PIPELINE_END, read_pipeline_end, NULL },
	{ CW_FN_SECURITY_CONTEXT, read_security_context, NULL },
	{ 0, NULL, NULL },
};
