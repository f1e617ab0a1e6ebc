/* fuzz_ttc_connect.c - PROTOCOL, DATA_TYPES, AUTH: both ends' readers */
#include "fuzz.h"

#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

static struct cw_arena arenas[2] = { { .limit_bytes = 8u << 20 }, { .limit_bytes = 8u << 20 } };

/* What was read, for comparing: all integers, and the bytes of what matters. */
struct seen {
	bool failed;
	struct cw_ttc_protocol protocol;
	struct cw_ttc_data_types types;
	struct cw_ttc ttc;
	struct cw_login_challenge challenge;
	uint32_t pairs;
	size_t user_len, name_len;
	bool has_challenge;
};

static void read_one(uint8_t which, struct cw_ttc_in *in, struct seen *seen)
{
	struct cw_ttc_auth auth;
	struct cw_bytes name;
	struct cw_err err;

	switch (which % 6) {
	case 0:
		cw_ttc_get_protocol_request(in, &name);
		seen->name_len = name.len;
		break;
	case 1:
		cw_ttc_get_protocol_answer(in, &seen->protocol);
		seen->protocol.banner.at = seen->protocol.elements.at = seen->protocol.fdo.at =
			NULL; /* lie elsewhere each time */
		break;
	case 2:
		cw_ttc_get_data_types_request(in, &seen->types);
		seen->types.zone.at = NULL;
		if (!cw_ttc_failed(in))
			{
			struct cw_ttc_caps server;

			(void)cw_ttc_server_caps(13, &server);
			cw_ttc_agree(&seen->types, &server, &seen->ttc);
		}
		break;
	case 3:
		cw_ttc_skip_data_types_answer(in);
		break;
	case 4:
		cw_ttc_get_auth(in, &auth);
		seen->pairs = auth.pair_count;
		seen->user_len = auth.user.len;
		break;
	default:
		cw_ttc_get_auth_answer(in, &auth);
		seen->pairs = auth.pair_count;
		seen->has_challenge =
			!cw_ttc_failed(in) && cw_ttc_get_challenge(&auth, &seen->challenge, &err);
		break;
	}
	seen->failed = cw_ttc_failed(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seen seen[2];
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_cuts cuts = { { data + 2, size - 2 }, (uint32_t)size };
	struct cw_ttc_in whole, cut;

	if (size < 2)
		return 0;
	ttc.chr_raw = data[1] & 1;
	ttc.big_chunks = data[1] & 2;
	ttc.sb1_raw = data[1] & 4;
	whole = (struct cw_ttc_in){ .rd = cw_rd((struct cw_bytes){ data + 2, size - 2 }),
				    .ttc = &ttc,
				    .arena = &arenas[0],
				    .stable = true };
	cut = (struct cw_ttc_in){ .rd = { .more = cw_cuts_more, .source = &cuts },
				  .ttc = &ttc,
				  .arena = &arenas[1] };
	memset(seen, 0, sizeof(seen));
	read_one(data[0], &whole, &seen[0]);
	read_one(data[0], &cut, &seen[1]);
	/* A reader that failed may have got further in the one than in the other. */
	assert(seen[0].failed == seen[1].failed);
	if (!seen[0].failed)
		assert(memcmp(&seen[0], &seen[1], sizeof(seen[0])) == 0);
	cw_arena_reset(&arenas[0]);
	cw_arena_reset(&arenas[1]);
	return 0;
}

static void seed_data_types(struct cw_wr *wr)
{
	struct cw_ttc_caps caps = { .compile_len = 42, .runtime_len = 7 };
	struct cw_ttc ttc;

	caps.compile[7] = 13;
	cw_ttc_put_data_types_request(wr, &caps, false, &ttc);
}

static void seed_auth(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	struct cw_ttc_pair pairs[] = { { cw_bytes_of("AUTH_PID"), cw_bytes_of("77"), 3 },
				       { cw_bytes_of("AUTH_EMPTY"), { NULL, 0 }, 0 } };
	struct cw_ttc_auth auth = { .user = cw_bytes_of("scott"), .pair_count = 2, .pair = pairs };
	struct cw_wr whole = { 0 };

	cw_ttc_put_auth(&whole, ttc, 118, 1, &auth);
	cw_wr_put(wr, whole.at0 + 3, whole.len - 3); /* the function header is the caller's */
	cw_wr_release(&whole);
}

static void seed_challenge(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	struct cw_login_challenge challenge = { .type = CW_VERIFIER_12C,
						.vgen_count = 4096,
						.sder_count = 3,
						.salt = "48459513691A6A9970B5CD25EB05D673",
						.session_key = "5BB2378187A70D298F192606D8A6009C",
						.csk_salt = "FFEC4BF73FDD8EE94694253A2CBC6C6C" };
	struct cw_wr whole = { 0 };

	cw_ttc_put_challenge(&whole, ttc, &challenge);
	cw_wr_put(wr, whole.at0 + 1, whole.len - 1);
	cw_wr_release(&whole);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;

	ttc.chr_raw = index == 6;
	cw_wr_u8(wr, index == 6 ? 4 : index);
	cw_wr_u8(wr, index == 6 ? 7 : 6);
	switch (index) {
	case 0:
		cw_ttc_put_protocol_request(wr, "causeway");
		return true;
	case 1:
		cw_ttc_put_protocol_answer(wr, 13, CW_CHARSET_UTF8);
		return true;
	case 2:
	case 3:
		seed_data_types(wr);
		return true;
	case 4:
	case 6:
		seed_auth(wr, &ttc);
		return true;
	case 5:
		seed_challenge(wr, &ttc);
		return true;
	default:
		return false;
	}
}
