/*
 * test_ttc_connect.c - the opening of a session: packets, negotiation, login
 *
 * Bytes marked with a server's name were recorded from it (rust-oracledb's fixtures,
 * Apache-2.0 or MIT); our own writers are held to what our readers and python-oracledb say.
 */
#include "codec/tns_link.h"
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cw_arena arena = { .limit_bytes = 16u << 20 };

static struct cw_bytes unhex(const char *hex)
{
	uint8_t *bytes = cw_new(&arena, uint8_t, strlen(hex) / 2 + 1);
	size_t len = 0;
	int high = -1;

	for (; *hex; hex++) {
		const char *digits = "0123456789abcdef", *found = strchr(digits, *hex);

		if (!found)
			continue;
		if (high < 0) {
			high = (int)(found - digits);
			continue;
		}
		bytes[len++] = (uint8_t)(high << 4 | (int)(found - digits));
		high = -1;
	}
	return (struct cw_bytes){ bytes, len };
}

static struct cw_ttc_in reader(const struct cw_ttc *ttc, struct cw_bytes bytes)
{
	return (struct cw_ttc_in){ .rd = cw_rd(bytes), .ttc = ttc, .arena = &arena };
}

static bool at_end(const struct cw_ttc_in *in)
{
	return !cw_ttc_failed(in) && cw_rd_left(&in->rd) == 0;
}

/* One file of the recordings as bytes. */
static struct cw_bytes recorded(const char *name)
{
	static char text[100000];
	const char *folder = getenv("CW_RECORDINGS");
	char path[1024];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/handshakes/%s.hex",
		       folder ? folder : "test/recordings", name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	(void)fclose(file);
	return unhex(text);
}

/* ---- packets --------------------------------------------------------------------------- */

static void connect_is_python_oracledbs(void **state)
{
	/* As recorded with Free 23, but for the out-of-band bits, which we do not ask for. */
	struct cw_bytes want = unhex("004a000001000000013f012c00012000 20004f980000000100ff004a"
				     "00000000848400000000000000000000000000000000000000000000"
				     "00000000200000002000000000000000 0000"
				     "0109000006000000 0000");
	static char text[256];
	struct cw_wr wr = { 0 };
	struct cw_tns_connect read;
	struct cw_err err;

	(void)state;
	memset(text, 'x', 255);
	cw_tns_put_connect(&wr, 0, false, 8192, (struct cw_bytes){ (uint8_t *)text, 255 });
	assert_int_equal(wr.len, 74 + 10 + 255);
	assert_memory_equal(wr.at0, want.at, 74);
	assert_memory_equal(wr.at0 + 74, want.at + 74, 10);
	assert_true(cw_tns_get_connect((struct cw_bytes){ wr.at0 + 8, 66 }, &read, &err));
	assert_int_equal(read.sdu, 8192);
	assert_int_equal(read.version, 319);
	assert_int_equal(read.text_len, 255);
	assert_int_equal(read.text.len, 0);
	cw_wr_reset(&wr);
	cw_tns_put_connect(&wr, 0, false, 8192, (struct cw_bytes){ (uint8_t *)text, 100 });
	assert_int_equal(wr.len, 174);
	assert_true(cw_tns_get_connect((struct cw_bytes){ wr.at0 + 8, 166 }, &read, &err));
	assert_int_equal(read.text.len, 100);
	assert_false(cw_tns_get_connect((struct cw_bytes){ wr.at0 + 8, 120 }, &read, &err));
	assert_int_equal(err.code, 2103);
	cw_wr_release(&wr);
}

/* sessions/fetch_df: python-oracledb 4.0.1's, which Free 23.26 answered. */
static void fast_authentication_is_python_oracledbs(void **state)
{
	static char line[200000];
	const char *folder = getenv("CW_RECORDINGS");
	struct cw_wr wr = { 0 };
	struct cw_bytes want = { NULL, 0 };
	struct cw_ttc form;
	FILE *file;

	(void)state;
	(void)snprintf(line, sizeof(line), "%s/sessions/fetch_df.pkts",
		       folder ? folder : "test/recordings");
	file = fopen(line, "r");
	assert_non_null(file);
	while (!strstr(line, "C 00000b4c") && fgets(line, sizeof(line), file))
		;
	(void)fclose(file);
	want = unhex(line + 2);
	cw_ttc_put_fast_auth(&wr, "python-oracledb", true, &form);
	assert_true(10 + wr.len + 3 < want.len);
	assert_memory_equal(wr.at0, want.at + 10, wr.len);
	assert_int_equal(form.field_version, CW_FV_19_1_EXT1);
	cw_ttc_put_function(&wr, &form, CW_TTC_FUNCTION, CW_FN_AUTH_PHASE_ONE, 1);
	assert_memory_equal(wr.at0, want.at + 10, wr.len);
	cw_wr_release(&wr);
}

static void accepts_of_three_releases_are_read(void **state)
{
	/* XE 11.2, XE 18c, Free 23 */
	static const struct {
		const char *hex;
		unsigned version, flags2;
	} recorded_accepts[] = {
		{ "013a000120002000010000000020c5000000000000000000", 314, 0 },
		{ "013d000100000000010000000029c50000000000000000000000200000002000 00", 317, 0 },
		{ "013f00010000000001000000003dc50000000000000000000000200000002000 00"
		  "1a000000700a1c72ab9fcc0f6c1cd8183afd776f",
		  319, 0x1a000000 },
	};
	struct cw_tns_accept accept;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(recorded_accepts); i++) {
		assert_true(cw_tns_get_accept(unhex(recorded_accepts[i].hex), &accept, &err));
		assert_int_equal(accept.version, recorded_accepts[i].version);
		assert_int_equal(accept.sdu, 8192);
		assert_int_equal(accept.flags0, 0xc5);
		assert_int_equal(accept.flags2, recorded_accepts[i].flags2);
	}
}

static void what_the_server_writes_the_client_reads(void **state)
{
	struct cw_tns_accept accept = { .version = 318,
					.options = 1,
					.sdu = 8192,
					.tdu = 8192,
					.flags0 = 0xc5 },
			     read;
	struct cw_bytes text;
	struct cw_wr wr = { 0 };
	struct cw_err err;
	size_t len;

	(void)state;
	cw_tns_put_accept(&wr, &accept);
	assert_int_equal(wr.len, 45);
	assert_true(cw_tns_get_accept((struct cw_bytes){ wr.at0 + 8, wr.len - 8 }, &read, &err));
	assert_int_equal(read.version, 318);
	assert_int_equal(read.sdu, 8192);
	cw_wr_reset(&wr);
	cw_tns_put_refuse(&wr, 0x13000000, 12514);
	assert_true(
		cw_tns_get_refuse((struct cw_bytes){ wr.at0 + 8, wr.len - 8 }, &text, &len, &err));
	assert_int_equal(text.len, len);
	assert_int_equal(cw_tns_refuse_error(text), 12514);
	cw_wr_reset(&wr);
	cw_tns_put_redirect(&wr, cw_bytes_of("(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1522))"),
			    cw_bytes_of("(DESCRIPTION=...)"));
	assert_true(cw_tns_get_redirect((struct cw_bytes){ wr.at0 + 8, 2 }, &text, &len, &err));
	assert_int_equal(text.len, 0);
	assert_int_equal(len, wr.len - 10 - 10);
	cw_wr_reset(&wr);
	cw_tns_put_marker(&wr, true, CW_TNS_RESET);
	assert_int_equal(wr.len, 11);
	assert_memory_equal(wr.at0, unhex("0000000b0c000000010002").at, 11);
	cw_wr_release(&wr);
}

static void descriptors_are_read_as_trees(void **state)
{
	struct cw_bytes text = cw_bytes_of(
		"( description = (ADDRESS_LIST=(ADDRESS=(PROTOCOL=tcp)(HOST=db1)(PORT=1521)))"
		"(CONNECT_DATA=(CID=(PROGRAM=\"a (b) c\")(HOST=mine)(USER=me))"
		"(Service_Name= shop.example )))");
	struct cw_bytes value;

	(void)state;
	assert_true(cw_tns_find(text, "CONNECT_DATA", "SERVICE_NAME", &value));
	assert_true(cw_ttc_is(value, "shop.example"));
	assert_true(cw_tns_find(text, "ADDRESS", "HOST", &value));
	assert_true(cw_ttc_is(value, "db1"));
	assert_true(cw_tns_find(text, "CID", "HOST", &value));
	assert_true(cw_ttc_is(value, "mine"));
	assert_true(cw_tns_find(text, "CID", "PROGRAM", &value));
	assert_true(cw_ttc_is(value, "a (b) c"));
	assert_false(cw_tns_find(text, NULL, "SID", &value));
	assert_false(cw_tns_find(cw_bytes_of("((((((((((((((((((((A=1)"), NULL, "A", &value));
}

/* ---- negotiation -------------------------------------------------------------------------- */

static void the_negotiation_of_xe_18c_is_read_to_the_last_byte(void **state)
{
	struct cw_bytes answer = recorded("pre23ai_xe18_protocol_negotiation_response");
	struct cw_ttc ttc = CW_TTC_UNKNOWN, agreed;
	struct cw_ttc_protocol protocol;
	struct cw_wr wr = { 0 };
	struct cw_ttc_in in;

	(void)state;
	in = reader(&ttc, answer);
	cw_ttc_get_protocol_answer(&in, &protocol);
	assert_true(at_end(&in));
	assert_int_equal(protocol.charset, 873);
	assert_int_equal(protocol.ncharset, 2000);
	assert_int_equal(protocol.caps.compile_len, 42);
	assert_int_equal(protocol.caps.runtime_len, 7);
	/* Ours differs in nothing but the field version. */
	cw_ttc_put_protocol_answer(&wr, 11, CW_CHARSET_UTF8);
	assert_int_equal(wr.len, answer.len);
	assert_memory_equal(wr.at0, answer.at, answer.len);
	cw_wr_reset(&wr);
	cw_ttc_put_data_types_request(&wr, &protocol.caps, false, &agreed);
	assert_int_equal(agreed.field_version, 11);
	assert_true(agreed.big_chunks);
	assert_int_equal(agreed.string_bytes_max, 32767);
	answer = recorded("pre23ai_xe18_data_types_response");
	in = reader(&ttc, answer);
	cw_ttc_skip_data_types_answer(&in);
	assert_true(at_end(&in));
	cw_wr_release(&wr);
}

static void both_ends_draw_the_same_conclusions(void **state)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN, client, server;
	struct cw_ttc_data_types *types = cw_new(&arena, struct cw_ttc_data_types, 1);
	struct cw_ttc_protocol protocol;
	struct cw_wr wr = { 0 };
	struct cw_bytes name;
	struct cw_ttc_in in;

	(void)state;
	cw_ttc_put_protocol_request(&wr, "causeway");
	in = reader(&ttc, cw_wr_bytes(&wr));
	cw_ttc_get_protocol_request(&in, &name);
	assert_true(at_end(&in));
	assert_true(cw_ttc_is(name, "causeway"));
	for (uint8_t version = CW_FV_11_2; version <= CW_FV_23_4; version++) {
		bool chunks = version >= CW_FV_12_1, marked = version == CW_FV_23_4;

		cw_wr_reset(&wr);
		cw_ttc_put_protocol_answer(&wr, version, CW_CHARSET_UTF8);
		in = reader(&ttc, cw_wr_bytes(&wr));
		cw_ttc_get_protocol_answer(&in, &protocol);
		assert_true(at_end(&in));
		cw_wr_reset(&wr);
		cw_ttc_put_data_types_request(&wr, &protocol.caps, marked, &client);
		in = reader(&ttc, cw_wr_bytes(&wr));
		cw_ttc_get_data_types_request(&in, types);
		assert_true(at_end(&in));
		assert_int_equal(types->count, 321);
		cw_ttc_agree(types, &protocol.caps, &server);
		assert_memory_equal(&client, &server, sizeof(client));
		assert_int_equal(server.field_version, version);
		assert_int_equal(server.big_chunks, chunks);
		assert_int_equal(server.string_bytes_max, chunks ? 32767 : 4000);
	}
	cw_wr_reset(&wr);
	cw_ttc_put_data_types_answer(&wr, types);
	in = reader(&ttc, cw_wr_bytes(&wr));
	cw_ttc_skip_data_types_answer(&in);
	assert_true(at_end(&in));
	cw_wr_release(&wr);
}

/* ---- login ----------------------------------------------------------------------------------- */

static void the_login_answers_of_xe_18c_are_read(void **state)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_bytes answer = recorded("pre23ai_xe18_auth_phase_one_response");
	struct cw_login_challenge challenge;
	struct cw_ttc_auth auth;
	struct cw_ttc_in in;
	struct cw_err err;

	(void)state;
	in = reader(&ttc, answer);
	assert_int_equal(cw_ttc_get_u8(&in), 8);
	cw_ttc_get_auth_answer(&in, &auth);
	assert_false(cw_ttc_failed(&in));
	assert_int_equal(auth.pair_count, 6);
	assert_true(cw_ttc_get_challenge(&auth, &challenge, &err));
	assert_int_equal(challenge.type, CW_VERIFIER_12C);
	assert_int_equal(challenge.vgen_count, 4096);
	assert_int_equal(challenge.sder_count, 3);
	assert_int_equal(cw_ttc_get_u8(&in), 4); /* ERROR(0) follows */
	answer = recorded("pre23ai_xe18_auth_phase_two_response");
	in = reader(&ttc, answer);
	assert_int_equal(cw_ttc_get_u8(&in), 8);
	cw_ttc_get_auth_answer(&in, &auth);
	assert_false(cw_ttc_failed(&in));
	assert_int_equal(auth.pair_count, 45);
	assert_true(cw_ttc_is(cw_ttc_auth_value(&auth, "AUTH_VERSION_NO", NULL), "301989888"));
	assert_true(cw_ttc_is(cw_ttc_auth_value(&auth, "AUTH_NLS_LXCDATEFM", NULL), "DD-MON-RR"));
	assert_int_equal(cw_ttc_get_u8(&in), 23);
}

static void an_auth_request_comes_back_as_it_was(void **state)
{
	struct cw_ttc facts[2] = { CW_TTC_UNKNOWN, CW_TTC_UNKNOWN };
	struct cw_ttc_pair pairs[] = { { cw_bytes_of("AUTH_PID"), cw_bytes_of("77"), 3 },
				       { cw_bytes_of("AUTH_EMPTY"), { NULL, 0 }, 0 } };
	struct cw_ttc_auth auth = { .user = cw_bytes_of("scott"),
				    .mode = 0x101,
				    .pair_count = 2,
				    .pair = pairs },
			   read;
	uint32_t flags;

	(void)state;
	facts[1].chr_raw = true; /* python-oracledb before 1.3 */
	for (size_t i = 0; i < CW_ARRAY_LEN(facts); i++) {
		struct cw_wr wr = { 0 };
		struct cw_ttc_in in;

		cw_ttc_put_auth(&wr, &facts[i], 115, 9, &auth);
		in = reader(&facts[i], cw_wr_bytes(&wr));
		assert_int_equal(cw_ttc_get_u8(&in), 3);
		assert_int_equal(cw_ttc_get_u8(&in), 115);
		assert_int_equal(cw_ttc_get_u8(&in), 9);
		cw_ttc_get_auth(&in, &read);
		assert_true(at_end(&in));
		assert_true(cw_ttc_is(read.user, "scott"));
		assert_int_equal(read.mode, 0x101);
		assert_true(cw_ttc_is(cw_ttc_auth_value(&read, "AUTH_PID", &flags), "77"));
		assert_int_equal(flags, 3);
		assert_int_equal(cw_ttc_auth_value(&read, "AUTH_EMPTY", NULL).len, 0);
		cw_wr_release(&wr);
	}
}

/* ---- primitives --------------------------------------------------------------------------------- */

struct cut {
	struct cw_bytes rest;
	unsigned seed;
};

/* Hands out the rest in runs of 1 to 7 bytes. */
static bool next_cut(struct cw_rd *rd)
{
	struct cut *cut = rd->source;
	size_t len;

	if (cut->rest.len == 0)
		return false;
	cut->seed = cut->seed * 1103515245u + 12345u;
	len = 1 + (cut->seed >> 16) % 7;
	len = len < cut->rest.len ? len : cut->rest.len;
	rd->at = cut->rest.at;
	rd->end = cut->rest.at + len;
	cut->rest.at += len;
	cut->rest.len -= len;
	return true;
}

static void values_come_back_however_the_stream_is_cut(void **state)
{
	static uint8_t big[70000];
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_wr wr = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 7);
	cw_ttc_put_ub(&wr, 0);
	cw_ttc_put_ub(&wr, 0xfedcba9876543210u);
	cw_ttc_put_sb(&wr, -127);
	cw_ttc_put_sb(&wr, INT64_MIN + 1);
	cw_ttc_put_clr(&wr, &ttc, (struct cw_bytes){ big, 252 });
	cw_ttc_put_clr(&wr, &ttc, (struct cw_bytes){ big, sizeof(big) });
	cw_ttc_put_dalc(&wr, &ttc, (struct cw_bytes){ big, 253 });
	cw_ttc_put_null(&wr);
	for (unsigned seed = 0; seed < 20; seed++) {
		struct cut cut = { cw_wr_bytes(&wr), seed };
		struct cw_ttc_in in = { .rd = { .more = next_cut, .source = &cut },
					.ttc = &ttc,
					.arena = &arena };
		struct cw_value value;

		assert_int_equal(cw_ttc_get_ub4(&in), 0);
		assert_true(cw_ttc_get_ub8(&in) == 0xfedcba9876543210u);
		assert_int_equal(cw_ttc_get_sb2(&in), -127);
		assert_true(cw_ttc_get_sb8(&in) == INT64_MIN + 1);
		assert_true(cw_ttc_get_clr(&in, 252, &value));
		assert_memory_equal(value.at, big, 252);
		assert_true(cw_ttc_get_clr(&in, sizeof(big), &value));
		assert_int_equal(value.len, sizeof(big));
		assert_memory_equal(value.at, big, sizeof(big));
		assert_int_equal(cw_ttc_get_dalc(&in, 4000).len, 253);
		assert_true(cw_ttc_get_clr(&in, 10, &value));
		assert_int_equal(value.state, CW_VALUE_NULL);
		assert_false(cw_ttc_failed(&in));
		cw_arena_reset(&arena);
	}
	cw_wr_release(&wr);
}

static void integers_of_odd_lengths_are_read_and_too_long_ones_refused(void **state)
{
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_ttc_in in = reader(&ttc, unhex("0322b1c4"));
	struct cw_err err;

	(void)state;
	assert_int_equal(cw_ttc_get_ub4(&in), 0x22b1c4);
	assert_true(at_end(&in));
	in = reader(&ttc, unhex("0300000001"));
	(void)cw_ttc_get_ub2(&in);
	assert_false(cw_ttc_fail(&in, "test", &err));
	assert_int_equal(err.code, 2110);
	in = reader(&ttc, unhex("0400"));
	(void)cw_ttc_get_ub4(&in);
	assert_false(cw_ttc_fail(&in, "test", &err));
	assert_int_equal(err.code, 2111);
	in = reader(&ttc, unhex("8101"));
	(void)cw_ttc_get_ub4(&in); /* negative where nothing may be */
	assert_true(cw_ttc_failed(&in));
	in = reader(&ttc, unhex("81"));
	assert_int_equal(cw_ttc_get_sb1(&in), -127);
	ttc.sb1_raw = false;
	in = reader(&ttc, unhex("817f"));
	assert_int_equal(cw_ttc_get_sb1(&in), -127);
}

static void lengths_that_are_too_large_are_refused_before_memory_is_taken(void **state)
{
	static const char *const hostile[] = { "fe04ffffffff00", "fe047fffffff", "fe0201000201",
					       "fd", "64" };
	struct cw_ttc ttc = CW_TTC_UNKNOWN;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(hostile); i++) {
		struct cw_ttc_in in = reader(&ttc, unhex(hostile[i]));
		struct cw_value value;

		assert_false(cw_ttc_get_clr(&in, 50, &value));
		assert_int_equal(value.state, CW_VALUE_NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connect_is_python_oracledbs),
		cmocka_unit_test(fast_authentication_is_python_oracledbs),
		cmocka_unit_test(accepts_of_three_releases_are_read),
		cmocka_unit_test(what_the_server_writes_the_client_reads),
		cmocka_unit_test(descriptors_are_read_as_trees),
		cmocka_unit_test(the_negotiation_of_xe_18c_is_read_to_the_last_byte),
		cmocka_unit_test(both_ends_draw_the_same_conclusions),
		cmocka_unit_test(the_login_answers_of_xe_18c_are_read),
		cmocka_unit_test(an_auth_request_comes_back_as_it_was),
		cmocka_unit_test(values_come_back_however_the_stream_is_cut),
		cmocka_unit_test(integers_of_odd_lengths_are_read_and_too_long_ones_refused),
		cmocka_unit_test(lengths_that_are_too_large_are_refused_before_memory_is_taken),
	};
	int failed = cmocka_run_group_tests_name("ttc_connect", tests, NULL, NULL);

	cw_arena_release(&arena);
	return failed;
}
