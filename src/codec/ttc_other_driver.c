/* ttc_other_driver.c - see ttc_other_parts.h */
#include "codec/ttc_other_parts.h"

/* ---- starting and stopping a database ------------------------------------------------ */

static void read_start(struct cw_pass *pass)
{
	cw_pass_sb4(pass, "mode", NULL);
	cw_pass_pointer(pass, "mode wanted", NULL);
}

static void read_start_answer(struct cw_pass *pass)
{
	cw_pass_ub4(pass, "mode", NULL);
}

/* ---- pooled sessions -------------------------------------------------------------------- */

static void read_session_get(struct cw_pass *pass)
{
	cw_pass_text_dalc(pass, "tag", NULL, OTHER_TEXT_MAX);
	cw_pass_pointer(pass, "properties wanted", NULL);
	cw_pass_pointer(pass, "number of properties wanted", NULL);
	if (pass->ttc->field_version < CW_FV_12_2)
		return;
	cw_pass_ub2(pass, "flags", NULL);
	cw_pass_pointer(pass, "tag wanted", NULL);
	cw_pass_pointer(pass, "length of tag wanted", NULL);
}

static void read_session_get_answer(struct cw_pass *pass)
{
	uint16_t count = 0, tag = 0;

	cw_pass_ub2(pass, "length of properties", &count);
	if (count > 0)
		cw_pass_u8(pass, "unknown, before properties", NULL);
	cw_pass_raw(pass, "properties", NULL, count, OTHER_TEXT_MAX);
	cw_pass_ub4(pass, "flags", NULL);
	if (pass->ttc->field_version < CW_FV_12_2)
		return;
	cw_pass_ub2(pass, "length of tag", &tag);
	cw_pass_text_raw(pass, "tag", NULL, tag, OTHER_TEXT_MAX);
}

/* The overflow has no pointer in front of it; where there is none, there is one that is NULL. */
static void read_session_template(struct cw_pass *pass)
{
	uint32_t len = 0;

	cw_pass_ub8(pass, "signature flags", NULL);
	cw_pass_ub8(pass, "client signature", NULL);
	cw_pass_ub8(pass, "server signature", NULL);
	cw_pass_ub4(pass, "version of signatures", NULL);
	cw_pass_ub8(pass, "template", NULL);
	cw_pass_pointer(pass, "overflow there", NULL);
	cw_pass_ub4(pass, "overflows", NULL);
	cw_pass_ub4(pass, "length of overflow", &len);
	if (len > 0)
		cw_pass_clr(pass, "overflow", NULL, OTHER_TEXT_MAX);
	else
		cw_pass_ub4(pass, "length of no overflow", NULL);
}

static void read_replay_context(struct cw_pass *pass)
{
	cw_pass_pointer(pass, "contexts there", NULL);
	cw_pass_ub4(pass, "contexts", NULL);
	cw_pass_ub4(pass, "flags", NULL);
	cw_pass_dalc(pass, "replay context", NULL, OTHER_TEXT_MAX);
}

/* ---- the client's result cache ----------------------------------------------------------- */

static void read_cache_statistics(struct cw_pass *pass)
{
	static const char *const names[] = {
		"registration id",   "block size",	"blocks at most",  "blocks",
		"hash buckets",	     "results stored",	"results not stored", "results found",
		"invalidations",     "results purged as invalid", "results purged as valid",
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(names); i++)
		cw_pass_sb8(pass, names[i], NULL);
}

static void read_cache_id(struct cw_pass *pass)
{
	uint32_t len;

	cw_pass_sb8(pass, "registration id", NULL);
	len = other_head(pass, "cache id there", "length of cache id");
	cw_pass_raw(pass, "cache id", NULL, len, OTHER_TEXT_MAX);
}

/* ---- shards ------------------------------------------------------------------------------- */

static void read_sharding_keys(struct cw_pass *pass)
{
	uint32_t key = other_head(pass, "sharding key there", "length of sharding key");
	uint32_t chunk = other_head(pass, "chunk there", "length of chunk");
	uint32_t super = other_head(pass, "super key there", "length of super key");

	cw_pass_ub4(pass, "flags", NULL);
	if (key > 0)
		cw_pass_chr(pass, "sharding key", NULL, key, OTHER_TEXT_MAX);
	if (chunk > 0)
		cw_pass_chr(pass, "chunk", NULL, chunk, OTHER_TEXT_MAX);
	if (super > 0)
		cw_pass_chr(pass, "super key", NULL, super, OTHER_TEXT_MAX);
}

/* ---- what Linux tells of the connection: tcp_info ------------------------------------------ */

static void read_client_statistics(struct cw_pass *pass)
{
	static const struct {
		const char *name;
		uint8_t bytes, times;
	} fields[] = {
		{ "state, options and windows", 1, 8 },
		{ "rate is limited by the application", 8, 1 },
		{ "times, segments and windows", 4, 24 },
		{ "pacing rates, bytes acknowledged and received", 8, 4 },
		{ "segments, bytes not sent, least round trip", 4, 6 },
		{ "rate, time busy and limited", 8, 4 },
		{ "segments delivered", 4, 2 },
	};

	cw_pass_pointer(pass, "statistics there", NULL);
	cw_pass_ub2(pass, "version", NULL);
	for (size_t i = 0; i < CW_ARRAY_LEN(fields); i++)
		for (int j = 0; j < fields[i].times && !cw_pass_failed(pass); j++) {
			if (fields[i].bytes == 1)
				cw_pass_u8(pass, fields[i].name, NULL);
			else if (fields[i].bytes == 4)
				cw_pass_ub4(pass, fields[i].name, NULL);
			else
				cw_pass_ub8(pass, fields[i].name, NULL);
		}
}

static void read_pipeline_open(struct cw_pass *pass)
{
	cw_pass_ub2(pass, "error set", NULL);
	cw_pass_u8(pass, "error set mode", NULL);
	cw_pass_u8(pass, "pipeline mode", NULL);
}

const struct other_function other_driver[] = {
	{ CW_FN_STARTUP, read_start, read_start_answer },
	{ CW_FN_SHUTDOWN, read_start, read_start_answer },
	{ CW_FN_SESSION_GET, read_session_get, read_session_get_answer },
	{ CW_FN_SESSION_TEMPLATE, read_session_template, NULL },
	{ CW_FN_CACHE_STATISTICS, read_cache_statistics, NULL },
	{ CW_FN_CACHE_ID, read_cache_id, NULL },
	{ CW_FN_REPLAY_CONTEXT, read_replay_context, NULL },
	{ CW_FN_SHARDING_KEYS, read_sharding_keys, NULL },
	{ CW_FN_CLIENT_STATISTICS, read_client_statistics, NULL },
	{ CW_FN_PIPELINE_OPEN, read_pipeline_open, NULL },
	{ 0, NULL, NULL },
};
