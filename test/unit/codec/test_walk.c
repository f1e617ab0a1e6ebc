/*
 * test_walk.c - every recording, to the last byte and back
 *
 * The sessions and cassettes of test/recordings go through the walk; what belongs to no field,
 * does not encode to its own bytes, or leaves our writer otherwise than it came, fails.
 */
#include "codec/ano.h"
#include "codec/login_verifier.h"
#include "codec/recording.h"
#include "codec/tns_packet.h"
#include "codec/ttc_connect.h"
#include "codec/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct look {
	struct cw_walk_listener listener; /* first */
	struct cw_recording_player player;
	struct cw_walk *walk;
	const struct cw_ttc *assumed;
	struct cw_walk_counts total;
	char unit[64];
	struct cw_login_challenge challenge;
	struct cw_login_answer answer;
	char proof[256];
	unsigned logins; /* said in full */
};

static struct look *look_of(struct cw_walk_listener *listener)
{
	return (struct look *)listener;
}

static void on_begin(struct cw_walk_listener *listener, const struct cw_walk_unit *unit)
{
	(void)snprintf(look_of(listener)->unit, sizeof(look_of(listener)->unit), "%s %s",
		       unit->from == CW_FROM_CLIENT ? "C" : "S", unit->name);
}

static void on_field(struct cw_walk_listener *listener, const struct cw_field *field)
{
	(void)listener;
	assert_true(field->wire.len > 0);
	assert_non_null(field->name);
}

static void on_enter(struct cw_walk_listener *listener, const char *name, int64_t index)
{
	(void)listener, (void)name, (void)index;
}

static void on_leave(struct cw_walk_listener *listener)
{
	(void)listener;
}

static void on_end(struct cw_walk_listener *listener, const char *why, struct cw_bytes unread)
{
	if (why)
		print_message("# %s: %s, %zu bytes unread\n", look_of(listener)->unit, why,
			      unread.len);
}

static void on_login(struct cw_walk_listener *listener, enum cw_walk_from from, unsigned phase,
		     const struct cw_ttc_pair *pair, uint32_t count)
{
	struct cw_ttc_auth auth = { .pair = pair, .pair_count = count };
	struct look *look = look_of(listener);
	struct cw_bytes proof;
	struct cw_err err;

	if (phase == 1 && from == CW_FROM_SERVER)
		assert_true(cw_ttc_get_challenge(&auth, &look->challenge, &err));
	if (phase == 2 && from == CW_FROM_CLIENT)
		assert_true(cw_ttc_get_login_answer(&auth, &look->answer, &err));
	if (phase != 2 || from != CW_FROM_SERVER)
		return;
	proof = cw_ttc_auth_value(&auth, "AUTH_SVR_RESPONSE", NULL);
	assert_in_range(proof.len, 1, sizeof(look->proof) - 1);
	memcpy(look->proof, proof.at, proof.len);
	look->logins++;
}

static void end_session(struct look *look)
{
	const uint64_t *from;
	uint64_t *to = (uint64_t *)&look->total;

	if (!look->walk)
		return;
	cw_walk_end(look->walk);
	from = (const uint64_t *)cw_walk_counts(look->walk);
	for (size_t i = 0; i < sizeof(look->total) / sizeof(*to); i++)
		to[i] += from[i];
	cw_walk_free(look->walk);
	look->walk = NULL;
}

static struct look *look_of_player(struct cw_recording_player *player)
{
	return (struct look *)((char *)player - offsetof(struct look, player));
}

static void on_session(struct cw_recording_player *player)
{
	struct look *look = look_of_player(player);

	end_session(look);
	look->walk = cw_walk_new(&look->listener);
	if (look->assumed)
		cw_walk_assume(look->walk, look->assumed, true);
}

static void on_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		     struct cw_bytes bytes)
{
	cw_walk_bytes(look_of_player(player)->walk, from, bytes);
}

static void begin(struct look *look, const struct cw_ttc *assumed)
{
	memset(look, 0, sizeof(*look));
	look->listener = (struct cw_walk_listener){ on_begin, on_field, on_enter,
						    on_leave, on_end,	on_login };
	look->player = (struct cw_recording_player){ on_session, on_bytes };
	look->assumed = assumed;
}

static struct cw_bytes recording(const char *name)
{
	static uint8_t room[1 << 20];
	const char *folder = getenv("CW_RECORDINGS");
	char path[1024];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "test/recordings", name);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(room, 1, sizeof(room), file);
	(void)fclose(file);
	assert_in_range(len, 1, sizeof(room) - 1);
	return (struct cw_bytes){ room, len };
}

static void walk(const char *name, const struct cw_ttc *assumed, struct look *look)
{
	struct cw_err err;

	begin(look, assumed);
	assert_true(cw_recording_play(recording(name), &look->player, &err));
	end_session(look);
	print_message("# %s: %llu messages, %llu fields, %llu unknown, %llu the same, %llu "
		      "respelled\n",
		      name, (unsigned long long)look->total.messages,
		      (unsigned long long)look->total.fields,
		      (unsigned long long)look->total.unknown_fields,
		      (unsigned long long)look->total.messages_same,
		      (unsigned long long)look->total.messages_respelled);
	assert_int_equal(look->total.unread_bytes, 0);
	assert_int_equal(look->total.problems, 0);
	assert_true(look->total.packets > 0);
}

static const char *const sessions[] = { "aq_bulk", "aq_json", "aq_object",   "aq_raw",	"dbobject",
					"dpl",	   "fetch_df", "pipeline", "sessionless", "tpc" };

static void every_recorded_session_is_read_to_the_last_byte_and_written_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(sessions); i++) {
		struct look look;
		char name[64];

		(void)snprintf(name, sizeof(name), "sessions/%s.pkts", sessions[i]);
		walk(name, NULL, &look);
		assert_true(look.total.messages_same > 10);
		assert_int_equal(look.total.messages_respelled, 0);
	}
}

/* The account is pythontest, its password the same. */
static void every_recorded_login_verifies_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(sessions); i++) {
		struct cw_bytes proof;
		struct look look;
		struct cw_err err;
		char name[64];

		(void)snprintf(name, sizeof(name), "sessions/%s.pkts", sessions[i]);
		walk(name, NULL, &look);
		assert_int_equal(look.logins, 1);
		proof = cw_bytes_of(look.proof);
		assert_true(cw_login_witness(&look.challenge, &look.answer, proof,
					     cw_bytes_of("pythontest"), &err));
		assert_false(cw_login_witness(&look.challenge, &look.answer, proof,
					      cw_bytes_of("pythontesT"), &err));
		look.proof[40] ^= 1;
		assert_false(cw_login_witness(&look.challenge, &look.answer, proof,
					      cw_bytes_of("pythontest"), &err));
	}
}

/* What was agreed on before the cassette begins; their manifests say so. */
static const struct {
	const char *name;
	uint8_t field_version; /* 0: the opening is in it */
	bool end_of_response;
} cassettes[] = {
	{ "free23-connect", 0, false },	 { "xe11-connect", 0, false },
	{ "xe18-connect", 0, false },	 { "xe21-connect", 0, false },
	{ "free23-aq", 24, true },	 { "free23-dpl", 24, true },
	{ "free23-lob", 24, true },	 { "free23-postauth", 24, true },
	{ "xe18-lob", 11, false },	 { "xe18-postauth", 11, false },
	{ "xe21-lob", 16, false },	 { "xe21-postauth", 16, false },
	{ "select_7_plus_5", 24, true },
};

static void every_recorded_cassette_is_read_to_the_last_byte_and_written_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cassettes); i++) {
		struct cw_ttc ttc = { .field_version = cassettes[i].field_version,
				      .end_of_response = cassettes[i].end_of_response,
				      .sb1_raw = true,
				      .oer_wide = true,
				      .big_chunks = true,
				      .string_bytes_max = 32767 };
		struct look look;
		char name[64];

		(void)snprintf(name, sizeof(name), "cassettes/%s.tns-cassette", cassettes[i].name);
		walk(name, ttc.field_version ? &ttc : NULL, &look);
		assert_true(look.total.messages_same > 0);
	}
}

/* ---- messages without a session ------------------------------------------------------- */

/* The fifth column of the line of messages-go-oracledb.tsv that @name heads, as bytes. */
static struct cw_bytes go_message(const char *name, uint8_t *room)
{
	struct cw_bytes file = recording("messages-go-oracledb.tsv");
	char key[128];
	const uint8_t *at, *end;
	size_t len = 0;

	(void)snprintf(key, sizeof(key), "\t%s\t", name);
	at = memmem(file.at, file.len, key, strlen(key));
	assert_non_null(at);
	end = memchr(at, '\n', (size_t)(file.at + file.len - at));
	at += strlen(key);
	for (int tabs = 0; tabs < 2; tabs++)
		at = (const uint8_t *)memchr(at, '\t', (size_t)(end - at)) + 1;
	for (unsigned byte; at < end && sscanf((const char *)at, "%2x", &byte) == 1; at += 2)
		room[len++] = (uint8_t)byte;
	return (struct cw_bytes){ room, len };
}

/* Of a packet its payload: 8 bytes of header, 2 of flags. */
static struct cw_bytes payload_of(struct cw_bytes bytes)
{
	bool is_packet = bytes.len > 10 && bytes.at[0] == 0 && bytes.at[1] == 0 &&
			 bytes.at[4] == 6;

	return is_packet ? (struct cw_bytes){ bytes.at + 10, bytes.len - 10 } : bytes;
}

/* Requests and what was answered; those that are cut in the file are left out. */
static const struct {
	const char *request, *answer;
	bool is_bare; /* the answer begins behind its 8 */
} calls[] = {
	{ "oall8MarshalToDropTable", "validTTIRPADropDump", false },
	{ "oall8MarshalToCreateTable", "validTTIRPACreateDump", false },
	{ "oall8MarshalToInsertIntoTable", "validTTIRPAInsertDump", false },
	{ "oall8MarshalToSelectFromTable", "validSelectQueryDump", false },
	{ "oall8MarshalToSelectPreparedDump", NULL, false },
	{ "oall8MarshalToInsertPreparedDump", "validInsertPreparedDump", false },
	{ "oall8MarshalToDeleteFromTable", NULL, false },
	{ "validPlSqlMarshalToDump", "validplsqlResponse", false },
	{ "validttiproMarshalDump", NULL, false },
	{ "validttidtyMarshalDump", NULL, false },
	{ "lobGetChunkSizeMarshalGoldenPayload", "lobRpaPageSizeGoldenPayload", true },
	{ "clobTempLocatorMarshalGoldenPayload", "clobTempLocatorRPAGoldenPayload", true },
	{ "clobWriteMarshalGoldenPayload", "clobWriteRPAGoldenPayload", true },
	{ "clobReadMarshalGoldenPayload", "clobReadResponseGoldenPayload", false },
	{ "clobIsOpenMarshalGoldenPayload", "clobIsOpenRPAGoldenPayload", true },
	{ "clobGetLengthMarshalGoldenPayload", "clobGetLengthRPAGoldenPayload", true },
	{ "clobTrimMarshalGoldenPayload", "clobTrimRPAGoldenPayload", true },
	{ "nclobReadMarshalGoldenPayload", "nclobReadResponseGoldenPayload", false },
	{ "nclobWriteMarshalGoldenPayload", "nclobWriteRPAGoldenPayload", true },
};

static void the_calls_of_oracles_go_driver_are_read_to_the_last_byte_and_written_the_same(void **state)
{
	static uint8_t room[1 << 16];
	/* It lists type 27 as universal and says SQL without a length. */
	static const struct cw_ttc ttc = { .field_version = CW_FV_23_4,
					   .chr_raw = true,
					   .oer_wide = true,
					   .big_chunks = true,
					   .string_bytes_max = 32767 };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(calls); i++) {
		struct look look;

		print_message("# %s\n", calls[i].request);
		begin(&look, &ttc);
		on_session(&look.player);
		cw_walk_message(look.walk, CW_FROM_CLIENT,
				payload_of(go_message(calls[i].request, room)));
		if (calls[i].answer) {
			struct cw_bytes answer = go_message(calls[i].answer, room + 1);

			room[0] = 8;
			if (calls[i].is_bare)
				answer = (struct cw_bytes){ room, answer.len + 1 };
			cw_walk_message(look.walk, CW_FROM_SERVER, payload_of(answer));
		}
		end_session(&look);
		assert_int_equal(look.total.unread_bytes, 0);
		assert_int_equal(look.total.problems, 0);
		assert_int_equal(look.total.messages_respelled, 0);
		assert_int_equal(look.total.messages_same, look.total.messages);
	}
}

/* Of messages-seerdb.tsv, by the line of the test that holds the literal. */
static struct cw_bytes seerdb_message(const char *test, const char *line, uint8_t *room)
{
	struct cw_bytes file = recording("messages-seerdb.tsv"), rest = file;
	size_t len = 0;

	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len), *hex;
		size_t bytes = (size_t)(end - rest.at);
		char head[256];

		(void)snprintf(head, sizeof(head), "%s\t%s\t", test, line);
		if (bytes > strlen(head) && memcmp(rest.at, head, strlen(head)) == 0) {
			hex = memrchr(rest.at, '\t', bytes);
			for (unsigned byte; sscanf((const char *)++hex, "%2x", &byte) == 1; hex++)
				room[len++] = (uint8_t)byte;
			return (struct cw_bytes){ room, len };
		}
		rest.at += bytes + 1;
		rest.len -= bytes + 1;
	}
	fail_msg("%s:%s is not there", test, line);
	return (struct cw_bytes){ NULL, 0 };
}

#define HANDSHAKE "seerdb/server/_handshake_11g.py"
#define QUERY	  "tests/test_server_query.py"
#define DECODE	  "tests/test_tns_decode.py"

/* 11.2 and sqlplus in OCI's native form; 10.2 and 21c in the portable one. */
static const struct {
	const char *test, *line;
	enum cw_walk_from from;
	unsigned function; /* what is answered */
	uint8_t field_version;
	bool is_native, is_packet;
} literals[] = {
	{ HANDSHAKE, "50", CW_FROM_SERVER, 118, 6, true, true }, /* challenge */
	{ HANDSHAKE, "75", CW_FROM_SERVER, 115, 6, true, true }, /* session data */
	{ "tests/test_server_auth.py", "157", CW_FROM_CLIENT, 0, 6, true, false },
	{ QUERY, "448", CW_FROM_CLIENT, 0, 6, true, false },	/* select 1 from dual */
	{ QUERY, "460", CW_FROM_CLIENT, 0, 6, true, false },
	{ QUERY, "1139", CW_FROM_CLIENT, 0, 6, true, false },	/* two binds */
	{ QUERY, "625", CW_FROM_CLIENT, 0, 6, true, false },	/* close cursors */
	{ QUERY, "1079", CW_FROM_SERVER, 94, 6, true, false },	/* ORA-00942 */
	{ QUERY, "570", CW_FROM_SERVER, 59, 6, true, false },	/* the server's version */
	{ DECODE, "443", CW_FROM_SERVER, 94, 4, false, false }, /* 10.2 */
	{ DECODE, "410", CW_FROM_SERVER, 94, 16, false, false }, /* 21c */
	{ DECODE, "512", CW_FROM_SERVER, 94, 16, false, false },
	{ "tests/test_implicit.py", "19", CW_FROM_SERVER, 94, 16, false, false },
	{ "tests/test_sessionless.py", "115", CW_FROM_SERVER, 94, 24, false, false },
};

static void other_releases_and_the_native_form_of_oci_are_read_to_the_last_byte(void **state)
{
	static uint8_t room[1 << 16];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(literals); i++) {
		struct cw_ttc form = { .field_version = literals[i].field_version,
				       .native = literals[i].is_native,
				       .sb1_raw = literals[i].field_version != 4,
				       .big_chunks = literals[i].field_version > 6,
				       .oer_wide = true,
				       .string_bytes_max = 4000 };
		struct cw_bytes bytes = seerdb_message(literals[i].test, literals[i].line, room);
		struct look look;

		print_message("# %s:%s\n", literals[i].test, literals[i].line);
		if (literals[i].is_packet) {
			bytes.at += 10;
			bytes.len -= 10;
		}
		begin(&look, &form);
		on_session(&look.player);
		if (literals[i].function)
			cw_walk_expect(look.walk, literals[i].function);
		cw_walk_message(look.walk, literals[i].from, bytes);
		end_session(&look);
		assert_int_equal(look.total.unread_bytes, 0);
		assert_int_equal(look.total.problems, 0);
		assert_in_range(look.total.messages, 1, 100);
	}
}

/* Both sides name x86_64/Linux: what follows is in the machine's own form. */
static void sqlplus_and_a_server_of_the_same_platform_agree_on_the_native_form(void **state)
{
	static uint8_t room[1 << 16];
	static const char *const lines[] = { "16", "26", "31", "40", "48", "53" };
	struct look look;

	(void)state;
	begin(&look, NULL);
	on_session(&look.player);
	for (size_t i = 0; i < CW_ARRAY_LEN(lines); i++)
		cw_walk_bytes(look.walk, i % 2 ? CW_FROM_SERVER : CW_FROM_CLIENT,
			      seerdb_message("tests/handshake_11g.py", lines[i], room));
	cw_walk_message(look.walk, CW_FROM_SERVER, (struct cw_bytes){ NULL, 0 });
	assert_true(cw_walk_ttc(look.walk)->native);
	end_session(&look);
	assert_int_equal(look.total.packets, 6);
	assert_int_equal(look.total.messages, 4);
	assert_int_equal(look.total.problems, 0);
}

/* seerdb's as 21c: its capabilities are silent on that; a long statement goes in one such chunk. */
static void since_12_1_chunks_have_long_lengths_whatever_the_server_tells(void **state)
{
	struct look look;

	(void)state;
	walk("servers/seerdb_21c.pkts", NULL, &look);
	assert_int_equal(look.total.messages_same, 24);
	assert_int_equal(look.total.messages_respelled, 0);
	assert_true(look.logins == 1);
}

/* However the bytes are cut, the same fields come out. */
static void a_session_is_read_the_same_however_its_bytes_are_cut(void **state)
{
	struct cw_bytes file;
	struct look whole, cut;

	(void)state;
	walk("sessions/fetch_df.pkts", NULL, &whole);
	begin(&cut, NULL);
	file = recording("sessions/fetch_df.pkts");
	cut.walk = cw_walk_new(&cut.listener);
	for (struct cw_bytes rest = file; rest.len > 0;) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.at) + 1 : rest.len;

		for (size_t i = 2; i + 1 < len && (rest.at[0] == 'C' || rest.at[0] == 'S'); i += 2) {
			unsigned byte;
			uint8_t one;

			if (sscanf((const char *)rest.at + i, "%2x", &byte) != 1)
				break;
			one = (uint8_t)byte;
			cw_walk_bytes(cut.walk,
				      rest.at[0] == 'C' ? CW_FROM_CLIENT : CW_FROM_SERVER,
				      (struct cw_bytes){ &one, 1 });
		}
		rest.at += len;
		rest.len -= len;
	}
	end_session(&cut);
	assert_memory_equal(&whole.total, &cut.total, sizeof(whole.total));
}

/* A fetch that is cancelled: the row that was under way ends in the middle. */
static void what_a_marker_cut_off_is_named_and_no_problem(void **state)
{
	static const uint8_t row[] = { 0, 0, 0, 16, 6, 0, 0, 0, 0, 0, 6, 0x22, 1, 1, 0, 1 };
	static const uint8_t mark[] = { 0, 0, 0, 11, 12, 0, 0, 0, 1, 0, 1 };
	struct cw_ttc ttc = { .field_version = 13, .sb1_raw = true, .big_chunks = true };

	(void)state;
	for (int cancelled = 0; cancelled < 2; cancelled++) {
		struct look look;

		begin(&look, &ttc);
		on_session(&look.player);
		cw_walk_bytes(look.walk, CW_FROM_SERVER, (struct cw_bytes){ row, sizeof(row) });
		if (cancelled)
			cw_walk_bytes(look.walk, CW_FROM_SERVER,
				      (struct cw_bytes){ mark, sizeof(mark) });
		end_session(&look);
		assert_int_equal(look.total.problems, !cancelled);
	}
}

static void say(struct look *look, enum cw_walk_from from, struct cw_bytes payload)
{
	uint8_t packet[1024] = { 0, 0, 0, 0, CW_TNS_DATA };
	size_t len = 10 + payload.len;

	assert_in_range(len, 10, sizeof(packet));
	packet[2] = (uint8_t)(len >> 8);
	packet[3] = (uint8_t)len;
	memcpy(packet + 10, payload.at, payload.len);
	cw_walk_bytes(look->walk, from, (struct cw_bytes){ packet, len });
}

/* Both have the same cipher, or none: then what follows is read as ever. */
static void what_is_encrypted_is_one_field(void **state)
{
	static const uint8_t key[] = { 1, 2, 3 }, noise[] = { 0xee, 0xf0, 0x0d };
	struct cw_ttc ttc = { .field_version = 13, .sb1_raw = true, .big_chunks = true };

	(void)state;
	for (uint8_t cipher = 0; cipher < 2; cipher++) {
		struct cw_ano_choice choice = { .encryption = cipher };
		struct cw_wr wr = { 0 };
		struct look look;

		begin(&look, &ttc);
		on_session(&look.player);
		cw_ano_put_choice(&wr, 0x13000000, &choice);
		say(&look, CW_FROM_SERVER, cw_wr_bytes(&wr));
		cw_wr_reset(&wr);
		cw_ano_put_key(&wr, (struct cw_bytes){ key, sizeof(key) });
		say(&look, CW_FROM_CLIENT, cw_wr_bytes(&wr));
		say(&look, CW_FROM_CLIENT, (struct cw_bytes){ noise, sizeof(noise) });
		say(&look, CW_FROM_SERVER, (struct cw_bytes){ noise, sizeof(noise) });
		end_session(&look);
		assert_int_equal(look.total.problems == 0, cipher != 0);
		cw_wr_release(&wr);
	}
}

static void what_is_no_recording_is_told(void **state)
{
	static const char *const files[] = { "nothing of the kind\n", "C 00zz\nC 0\n", "TNSCASS" };
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(files); i++) {
		struct look look;

		begin(&look, NULL);
		assert_false(cw_recording_play(cw_bytes_of(files[i]), &look.player, &err));
		assert_int_equal(err.code, 2140);
		end_session(&look);
	}
}

/* A packet that is cut, an unknown type, a field that is too long: told, never more. */
static void bytes_that_belong_to_no_field_are_counted(void **state)
{
	static const uint8_t cut[] = { 0, 20, 0, 0, 6, 0, 0, 0, 0, 0 };
	struct look look;

	(void)state;
	begin(&look, NULL);
	look.walk = cw_walk_new(&look.listener);
	cw_walk_bytes(look.walk, CW_FROM_CLIENT, (struct cw_bytes){ cut, sizeof(cut) });
	end_session(&look);
	assert_int_equal(look.total.unread_bytes, sizeof(cut));
	assert_int_equal(look.total.problems, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_recorded_session_is_read_to_the_last_byte_and_written_the_same),
		cmocka_unit_test(every_recorded_login_verifies_both_ways),
		cmocka_unit_test(
			every_recorded_cassette_is_read_to_the_last_byte_and_written_the_same),
		cmocka_unit_test(
			the_calls_of_oracles_go_driver_are_read_to_the_last_byte_and_written_the_same),
		cmocka_unit_test(
			other_releases_and_the_native_form_of_oci_are_read_to_the_last_byte),
		cmocka_unit_test(
			sqlplus_and_a_server_of_the_same_platform_agree_on_the_native_form),
		cmocka_unit_test(since_12_1_chunks_have_long_lengths_whatever_the_server_tells),
		cmocka_unit_test(a_session_is_read_the_same_however_its_bytes_are_cut),
		cmocka_unit_test(what_a_marker_cut_off_is_named_and_no_problem),
		cmocka_unit_test(what_is_encrypted_is_one_field),
		cmocka_unit_test(what_is_no_recording_is_told),
		cmocka_unit_test(bytes_that_belong_to_no_field_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
