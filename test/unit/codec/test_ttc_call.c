/*
 * test_ttc_call.c - calls and answers, held against what was recorded
 *
 * The sessions are those of python-oracledb 4.0.1 with Free 23 in test/recordings; the walk
 * goes through all of them (test_walk.c), here a client's requests are written from what it
 * asked for.  The single messages were cut out of recordings of XE 18c, Free 23 and of
 * go-oracledb's tests.
 */
#include "codec/ttc_call_answer.h"
#include "codec/ttc_call_piggyback.h"
#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct cw_ttc free23 = {
	.field_version = 24,
	.sb1_raw = true,
	.big_chunks = true,
	.oer_wide = true,
	.end_of_response = true,
	.string_bytes_max = 32767,
};

static const struct cw_ttc xe18 = {
	.field_version = 11, .sb1_raw = true, .big_chunks = true, .string_bytes_max = 4000
};

/* python-oracledb 1.2 in front of a 19c. */
static const struct cw_ttc py12 = {
	.field_version = 13, .chr_raw = true, .big_chunks = true, .string_bytes_max = 4000
};

static struct cw_arena arena = { .limit_bytes = 16 << 20 };

static size_t unhex(const char *hex, uint8_t *to, size_t room)
{
	size_t len = 0;
	unsigned byte;

	for (; sscanf(hex, " %2x", &byte) == 1; hex += 2) {
		while (*hex == ' ')
			hex++;
		assert_true(len < room);
		to[len++] = (uint8_t)byte;
	}
	return len;
}

static struct cw_ttc_in reader(const struct cw_ttc *ttc, const uint8_t *at, size_t len)
{
	return (struct cw_ttc_in){ .rd = cw_rd((struct cw_bytes){ at, len }),
				   .ttc = ttc,
				   .arena = &arena,
				   .stable = true };
}

static bool at_end(const struct cw_ttc_in *in)
{
	return !cw_ttc_failed(in) && cw_rd_left(&in->rd) == 0;
}

/* -127: python-oracledb's and go-oracledb's bytes; -128, and what no signed byte is */
static void a_negative_scale_is_read_as_each_driver_spells_it(void **state)
{
	static const struct {
		const char *hex;
		int value;
		bool bad;
	} cases[] = { { "81 7f", -127, false },	   { "02 ff 81", -127, false },
		      { "02 ff 80", -128, false }, { "01 04", 4, false },
		      { "00", 0, false },	   { "02 ff 7f", 0, true },
		      { "82 ff ff", 0, true },	   { "01 80", 0, true } };
	static const struct cw_ttc fields = { .field_version = 13 };
	uint8_t bytes[8];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_ttc_in in =
			reader(&fields, bytes, unhex(cases[i].hex, bytes, sizeof(bytes)));

		assert_int_equal(cw_ttc_get_sb1(&in), cases[i].value);
		assert_int_equal(cw_ttc_failed(&in), cases[i].bad);
	}
}

/* As go-oracledb reads it: _unmarshalBlobColumn() and _processIndicator() of its ttirxd.go */
static void JSON_defined_as_a_BLOB_is_text_with_two_numbers_behind(void **state)
{
	static const struct cw_ttc fields = { .field_version = 24, .big_chunks = true };
	static const uint8_t wanted[] = { 1,   2,   1,	 7,   1, 100,  7,    '{', '"', 'a',
					  '"', ':', '1', '}', 2, 0xaa, 0xbb, 0,	  0 };
	const struct cw_ttc_column column = { .ora_type = CW_ORA_JSON, .bytes_max = 1 };
	const struct cw_ttc_oac define = { .ora_type = CW_ORA_BLOB,
					   .cont_flags = CW_OAC_LOB_PREFETCH,
					   .chars_max = 1000 };
	const struct cw_ttc_lob lob = { .locator = { (const uint8_t *)"\xaa\xbb", 2 },
					.size = 7,
					.chunk = 100,
					.image = cw_bytes_of("{\"a\":1}") };
	struct cw_ttc_form form = cw_ttc_form_of_column(&column, &define);
	struct cw_ttc_item item = { 0 };
	struct cw_wr wr = { .limit_bytes = 4096 };
	struct cw_pass pass;
	struct cw_ttc_in in;

	(void)state;
	cw_ttc_put_lob(&wr, &fields, &form, &lob);
	assert_int_equal(wr.len, sizeof(wanted));
	assert_memory_equal(wr.at0, wanted, sizeof(wanted));
	in = reader(&fields, wr.at0, wr.len);
	pass = cw_pass_reading(&in);
	cw_ttc_pass_item(&pass, &form, &item);
	assert_true(at_end(&in));
	assert_int_equal(item.lob.image.len, 7);
	cw_wr_release(&wr);
}

/* ---- requests ------------------------------------------------------------------------- */

/* Read one request's piggybacks and function, write them again into @wr; NULL: not ours. */
static bool read_request(struct cw_ttc_in *in, struct cw_wr *wr)
{
	struct cw_ttc_call call;
	struct cw_ttc_piggyback piggyback;

	for (;;) {
		cw_ttc_get_call(in, &call);
		if (call.message != CW_TTC_PIGGYBACK)
			break;
		if (call.function != CW_FN_CLOSE_CURSORS)
			return false;
		cw_ttc_get_piggyback(in, call.function, &piggyback);
		cw_ttc_put_piggyback(wr, in->ttc, call.sequence, &piggyback);
	}
	if (call.message != CW_TTC_FUNCTION)
		return false;
	if (call.function == CW_FN_EXECUTE) {
		struct cw_value values[64];
		struct cw_ttc_execute execute;
		bool plsql;

		cw_ttc_get_execute(in, &execute);
		assert_false(cw_ttc_failed(in));
		for (uint32_t i = 0; i < execute.bind_count; i++)
			if (!cw_ttc_bind_is_known(&execute.oac[i]))
				return false;
		cw_ttc_put_execute(wr, in->ttc, call.sequence, &execute);
		plsql = !(execute.options & CW_EXEC_NOT_PLSQL);
		for (uint32_t i = 0; execute.bind_count && i < execute.al8i4[1]; i++) {
			cw_ttc_get_bind_row(in, execute.oac, values, NULL, execute.bind_count,
					    plsql);
			cw_ttc_put_bind_row(wr, in->ttc, execute.oac, values, NULL,
					    execute.bind_count, plsql);
		}
	} else if (call.function == CW_FN_FETCH) {
		uint32_t cursor_id, rows;

		cw_ttc_get_fetch(in, &cursor_id, &rows);
		cw_ttc_put_fetch(wr, in->ttc, call.sequence, cursor_id, rows);
	} else if (call.function == CW_FN_COMMIT || call.function == CW_FN_LOGOFF ||
		   call.function == CW_FN_ROLLBACK) {
		cw_ttc_put_simple(wr, in->ttc, call.sequence, call.function);
	} else {
		return false;
	}
	return true;
}

/* ---- answers ---------------------------------------------------------------------------- */

struct answer {
	struct cw_ttc_describe describe;
	struct cw_ttc_bits bits;
	struct cw_value row[64];
	unsigned rows, out_values;
	struct cw_ttc_error error;
	bool ended, unknown;
};

static void read_message(struct cw_ttc_in *in, struct answer *a)
{
	struct cw_ttc_row_header header;
	struct cw_ttc_parameter parameter = { .has_row_counts = false };
	uint32_t status;

	switch (cw_ttc_get_u8(in)) {
	case CW_TTC_DESCRIBE_INFO:
		cw_ttc_get_describe(in, &a->describe);
		break;
	case CW_TTC_ROW_HEADER:
		cw_ttc_get_row_header(in, &header, &a->bits);
		break;
	case CW_TTC_BIT_VECTOR:
		cw_ttc_get_bit_vector(in, a->describe.count, &a->bits);
		break;
	case CW_TTC_ROW_DATA:
		assert_true(a->describe.count > 0 && a->describe.count <= 64);
		cw_ttc_get_row(in, &a->describe, &a->bits, a->row);
		a->rows++;
		break;
	case CW_TTC_PARAMETER:
		cw_ttc_get_parameter(in, &parameter);
		break;
	case CW_TTC_ERROR:
		cw_ttc_get_error(in, &a->error);
		a->ended = true;
		break;
	case CW_TTC_STATUS:
		cw_ttc_get_status(in, &status);
		a->ended = true;
		break;
	case CW_TTC_SERVER_PIGGYBACK:
		cw_ttc_skip_server_piggyback(in);
		break;
	case CW_TTC_END_OF_RESPONSE:
		break;
	default:
		a->unknown = true;
	}
}

static void read_answer(struct cw_ttc_in *in, struct answer *a)
{
	a->ended = a->unknown = false;
	a->rows = 0;
	while (!a->unknown && !cw_ttc_failed(in) && cw_rd_left(&in->rd) > 0)
		read_message(in, a);
}

/* ---- sessions ----------------------------------------------------------------------------- */

static FILE *open_session(const char *name)
{
	const char *folder = getenv("CW_RECORDINGS");
	char path[1024];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/sessions/%s.pkts",
		       folder ? folder : "test/recordings", name);
	file = fopen(path, "r");
	assert_non_null(file);
	return file;
}

struct replay {
	struct answer answer;
	unsigned requests, answers, rows;
	bool ours; /* the request that is answered next was one we know */
};

/* What a packet of a client holds is read, written again, and must be the same. */
static void replay_request(struct replay *replay, const uint8_t *at, size_t len)
{
	struct cw_ttc_in in = reader(&free23, at, len);
	struct cw_wr wr = { 0 };

	replay->ours = read_request(&in, &wr);
	if (replay->ours) {
		assert_true(at_end(&in));
		/* PL/SQL of a session is written the same, but for how drivers count binds. */
		assert_int_equal(wr.len, len);
		assert_memory_equal(wr.at0, at, len);
		replay->requests++;
	}
	cw_wr_release(&wr);
}

static void replay_session(const char *name, struct replay *replay)
{
	static char line[200000];
	static uint8_t packet[100000];
	FILE *file = open_session(name);

	while (fgets(line, sizeof(line), file)) {
		size_t len = line[0] == 'C' || line[0] == 'S'
				     ? unhex(line + 2, packet, sizeof(packet))
				     : 0;

		/* A DATA packet with a wide length; the handshake is somebody else's test. */
		if (len <= 10 || packet[4] != CW_TTC_ROW_HEADER || packet[0] != 0 || packet[1] != 0)
			continue;
		if (line[0] == 'C') {
			replay_request(replay, packet + 10, len - 10);
		} else if (replay->ours) {
			struct cw_ttc_in in = reader(&free23, packet + 10, len - 10);

			read_answer(&in, &replay->answer);
			assert_true(replay->answer.unknown || at_end(&in));
			replay->answers += replay->answer.ended;
			replay->rows += replay->answer.rows;
		}
	}
	(void)fclose(file);
	cw_arena_reset(&arena);
}

static void
a_recorded_session_of_queries_is_read_to_the_last_byte_and_written_the_same(void **state)
{
	struct replay replay = { .ours = false };

	(void)state;
	replay_session("fetch_df", &replay);
	assert_int_equal(replay.requests, 9);
	assert_int_equal(replay.answers, 9);
	assert_int_equal(replay.rows, 7);
}

static void a_recorded_reexecute_session_is_read_to_the_last_byte(void **state)
{
	struct replay replay = { .ours = false };

	(void)state;
	replay_session("tpc", &replay);
	assert_true(replay.requests >= 4);
	assert_int_equal(replay.answers, replay.requests);
}

/* ---- single messages ------------------------------------------------------------------------ */

static void an_answer_of_xe_18c_to_a_query_gives_its_row_and_the_end_of_data(void **state)
{
	/* The digest is zeroed. */
	static const char hex[] =
		"10 17 00000000000000000000000000000000 787e0706040a1e 01 16 01 01 5c"
		"02 00 06 00 01 16 00 00 00 00 00 00 00 00 01 01 01 01 01 56 00 00 00 00"
		"01 07 07 787e0706040a1e 00 02 1f e8 01 02 01 02 00"
		"06 22 01 01 00 01 02 00 00 00 07 02 c1 0d"
		"08 01 06 03 23 e6 fe 00 01 01 00 00 00 00 00 00"
		"04 01 01 02 01 ff 01 01 02 05 7b 00 00 01 01 01 2a 03 00 00 00 00 00 00 00 00 00"
		"00 00 00 03 00 01 01 00 00 00 00 02 05 7b 01 01 19"
		"4f52412d30313430333a206e6f206461746120666f756e640a";
	uint8_t bytes[400];
	struct cw_ttc_in in;
	struct answer a = { .ended = false };

	(void)state;
	in = reader(&xe18, bytes, unhex(hex, bytes, sizeof(bytes)));
	read_answer(&in, &a);
	assert_true(at_end(&in));
	assert_int_equal(a.describe.count, 1);
	assert_int_equal(a.describe.column[0].precision, 6);
	assert_memory_equal(a.describe.column[0].name.at, "V", 1);
	assert_int_equal(a.rows, 1);
	assert_memory_equal(a.row[0].at, "\xc1\x0d", 2);
	assert_int_equal(a.error.number, 1403);
	assert_int_equal(a.error.row_count, 1);
	assert_int_equal(a.error.cursor_id, 1);
	assert_true(cw_ttc_is(a.error.text, "ORA-01403: no data found"));
	cw_arena_reset(&arena);
}

static void an_error_that_is_written_is_read_back_with_its_batch_errors(void **state)
{
	static const struct cw_ttc old = { .field_version = CW_FV_11_2, .string_bytes_max = 4000 };
	static const struct cw_ttc *sessions[] = { &free23, &xe18, &py12, &old };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(sessions); i++) {
		uint64_t rows = i < 3 ? 5000000000 : 500; /* counted in 4 bytes up to 11.2 */
		struct cw_ttc_batch_error batch[2] = {
			{ .code = 1, .row = 4, .text = cw_bytes_of("ORA-00001: unique") },
			{ .code = 1400, .row = 70000, .text = cw_bytes_of("ORA-01400: NULL") },
		};
		struct cw_ttc_error error = { .call_status = 2,
					      .cursor_id = 7,
					      .position = -3,
					      .sql_type = 2,
					      .number = 24381,
					      .row_count = rows,
					      .row_number = (uint32_t)rows,
					      .text = cw_bytes_of("ORA-24381: error(s)"),
					      .rowid = { .object = 1, .slot = 2 },
					      .batch_count = 2,
					      .batch = batch };
		struct answer a = { .ended = false };
		struct cw_wr wr = { 0 };
		struct cw_ttc_in in;

		cw_ttc_put_error(&wr, sessions[i], &error);
		in = reader(sessions[i], wr.at0, wr.len);
		read_answer(&in, &a);
		assert_true(at_end(&in));
		assert_int_equal(a.error.row_count, rows);
		assert_int_equal(a.error.position, -3);
		assert_int_equal(a.error.batch_count, 2);
		assert_int_equal(a.error.batch[1].row, 70000);
		assert_int_equal(a.error.batch[1].code, 1400);
		assert_true(cw_ttc_is(a.error.batch[0].text, "ORA-00001: unique"));
		assert_true(cw_ttc_is(a.error.text, "ORA-24381: error(s)"));
		assert_int_equal(a.error.rowid.slot, 2);
		cw_wr_release(&wr);
	}
	cw_arena_reset(&arena);
}

static void rows_of_every_type_are_read_back_as_they_were_written(void **state)
{
	struct cw_ttc_column column[] = {
		{ .name = cw_bytes_of("N"),
		  .ora_type = CW_ORA_NUMBER,
		  .scale = -127,
		  .bytes_max = 22 },
		{ .name = cw_bytes_of("R"), .ora_type = CW_ORA_ROWID, .bytes_max = 10 },
		{ .name = cw_bytes_of("L"), .ora_type = CW_ORA_LONG, .charset_form = 1 },
		{ .name = cw_bytes_of("NOTHING"), .ora_type = CW_ORA_VARCHAR2, .charset_form = 1 },
		{ .name = cw_bytes_of("D"), .ora_type = CW_ORA_DATE, .bytes_max = 7 },
	};
	struct cw_value values[5] = {
		cw_value_set(cw_bytes_of("\xc1\x02")),
		cw_value_set(cw_bytes_of("AAARwbAAYAAAAAfAAC")),
		cw_value_set(cw_bytes_of("long text")),
	};
	struct cw_ttc_describe describe = { .count = CW_ARRAY_LEN(column), .column = column };
	struct answer a = { .ended = false };
	struct cw_wr wr = { 0 };
	struct cw_ttc_in in;

	(void)state;
	cw_ttc_put_describe(&wr, &py12, &describe, (const uint8_t *)"\x78\x7e\1\1\1\1\1");
	cw_ttc_put_row_header(&wr, describe.count, 2);
	cw_ttc_put_row(&wr, &py12, &describe, values);
	assert_false(cw_wr_failed(&wr));
	in = reader(&py12, wr.at0, wr.len);
	read_answer(&in, &a);
	assert_true(at_end(&in));
	assert_int_equal(a.describe.column[0].scale, -127);
	assert_memory_equal(a.row[1].at, "AAARwbAAYAAAAAfAAC", 18);
	assert_int_equal(a.row[2].len, 9);
	assert_int_equal(a.row[3].state, CW_VALUE_NULL);
	assert_int_equal(a.row[4].state, CW_VALUE_NULL);
	cw_wr_release(&wr);
	cw_arena_reset(&arena);
}

static void long_binds_stand_at_the_end_of_their_row_but_not_in_plsql(void **state)
{
	struct cw_ttc_oac oac[] = { cw_ttc_oac_of(CW_ORA_VARCHAR2, CW_OAC_MOVED),
				    cw_ttc_oac_of(CW_ORA_NUMBER, 0) };
	struct cw_value values[] = { cw_value_set(cw_bytes_of("a")),
				     cw_value_set(cw_bytes_of("\x80")) };

	(void)state;
	for (int plsql = 0; plsql < 2; plsql++) {
		struct cw_value back[2];
		struct cw_wr wr = { 0 };
		struct cw_ttc_in in;

		cw_ttc_put_bind_row(&wr, &xe18, oac, values, NULL, 2, plsql);
		assert_memory_equal(wr.at0, plsql ? "\7\1a\1\x80" : "\7\1\x80\1a", 5);
		in = reader(&xe18, wr.at0, wr.len);
		cw_ttc_get_bind_row(&in, oac, back, NULL, 2, plsql);
		assert_true(at_end(&in));
		assert_memory_equal(back[0].at, "a", 1);
		cw_wr_release(&wr);
	}
}

/* A packet that is full is added to @sink and begins anew. */
static bool flush_to_sink(struct cw_wr *wr)
{
	cw_wr_put(wr->sink, wr->at0, wr->len);
	wr->len = 0;
	return true;
}

/* Rows of texts whose lengths go over all that one byte can say, some of them NULL. */
static void make_texts(unsigned row, const uint8_t *bytes, struct cw_value *ret, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned len = (row * 5 + i * 37) % 300;

		ret[i] = len == 0 || (row + i) % 11 == 0
				 ? (struct cw_value){ .state = CW_VALUE_NULL }
				 : cw_value_set((struct cw_bytes){ bytes + row % 64, len });
	}
}

static void plain_rows_of_binds_are_written_as_any_others_over_the_seams_of_packets(void **state)
{
	struct cw_ttc_oac oac[4];
	uint8_t bytes[400], room[2][512];
	struct cw_wr whole[2] = { { 0 }, { 0 } };
	struct cw_wr packet[2];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(oac); i++)
		oac[i] = cw_ttc_oac_of(CW_ORA_VARCHAR2, 300);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 1);
	assert_true(cw_ttc_binds_are_plain(&xe18, oac, CW_ARRAY_LEN(oac)));
	for (unsigned i = 0; i < 2; i++)
		packet[i] = (struct cw_wr){ .at0 = room[i],
					    .room = sizeof(room[i]),
					    .flush = flush_to_sink,
					    .sink = &whole[i] };
	for (unsigned row = 0; row < 600; row++) {
		struct cw_value values[CW_ARRAY_LEN(oac)];

		make_texts(row, bytes, values, CW_ARRAY_LEN(oac));
		cw_ttc_put_plain_bind_row(&packet[0], &xe18, values, CW_ARRAY_LEN(oac));
		cw_ttc_put_bind_row(&packet[1], &xe18, oac, values, NULL, CW_ARRAY_LEN(oac), false);
	}
	for (unsigned i = 0; i < 2; i++)
		(void)flush_to_sink(&packet[i]);
	assert_int_equal(whole[0].len, whole[1].len);
	assert_memory_equal(whole[0].at0, whole[1].at0, whole[0].len);
	for (unsigned i = 0; i < 2; i++)
		cw_wr_release(&whole[i]);
}

static void binds_of_locators_cursors_and_moved_ones_are_not_plain(void **state)
{
	struct cw_ttc_oac oac[] = { cw_ttc_oac_of(CW_ORA_NUMBER, 22), cw_ttc_oac_of(CW_ORA_CLOB, 0),
				    cw_ttc_oac_of(CW_ORA_CURSOR, 1),
				    cw_ttc_oac_of(CW_ORA_VARCHAR2, CW_OAC_MOVED),
				    cw_ttc_oac_of(CW_ORA_VARCHAR2, 4001) };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(oac); i++)
		assert_int_equal(cw_ttc_binds_are_plain(&xe18, &oac[i], 1), i == 0);
	assert_false(cw_ttc_binds_are_plain(&xe18, oac, 2));
}

static void plain_columns_are_read_as_any_others_whole_and_over_seams(void **state)
{
	struct cw_ttc_column column[4];
	struct cw_ttc_describe describe = { .count = CW_ARRAY_LEN(column), .column = column };
	struct cw_ttc_bits bits = { .present = false };
	uint8_t bytes[400];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < CW_ARRAY_LEN(column); i++)
		column[i] = (struct cw_ttc_column){
			.ora_type = i == 3 ? CW_ORA_LONG : CW_ORA_VARCHAR2,
			.charset_form = 1,
			.bytes_max = i == 2 ? 0 : 300,
		};
	cw_ttc_count_plain(&describe);
	assert_int_equal(describe.plain, 2);
	for (unsigned row = 0; row < 300; row++) {
		struct cw_value values[4], fast[4], slow[4];
		struct cw_wr wr = { 0 };

		make_texts(row, bytes, values, 4);
		values[2] = (struct cw_value){ .state = CW_VALUE_NULL };
		cw_ttc_put_row(&wr, &xe18, &describe, values);
		for (size_t cut = 1; cut <= wr.len; cut += wr.len / 3) {
			struct cw_ttc_describe other = describe;
			struct cw_ttc_in in[2] = { reader(&xe18, wr.at0 + 1, wr.len - 1),
						   reader(&xe18, wr.at0 + 1, wr.len - 1) };

			other.plain = 0;
			assert_int_equal(cw_ttc_get_row(&in[0], &describe, &bits, fast), 0);
			assert_int_equal(cw_ttc_get_row(&in[1], &other, &bits, slow), 0);
			assert_true(at_end(&in[0]) && at_end(&in[1]));
			for (size_t i = 0; i < 4; i++) {
				assert_int_equal(fast[i].state, values[i].state);
				assert_int_equal(fast[i].len, slow[i].len);
				assert_memory_equal(fast[i].at, values[i].at, values[i].len);
			}
			in[0] = reader(&xe18, wr.at0 + 1, cut - 1);
			(void)cw_ttc_get_row(&in[0], &describe, &bits, fast);
			assert_int_equal(cw_ttc_failed(&in[0]), cut < wr.len);
		}
		cw_wr_release(&wr);
		cw_arena_reset(&arena);
	}
}

/* What seerdb's client does with the codes and rows of batch errors: a byte string of ub4. */
static void expect_batch_numbers(const struct cw_ttc *ttc)
{
	static const uint32_t rows[] = { 0, 4, 300, 70000 };
	struct cw_ttc_batch_error batch[CW_ARRAY_LEN(rows)];
	struct cw_ttc_error error = { .number = 24381,
				      .text = cw_bytes_of("ORA-24381"),
				      .batch_count = CW_ARRAY_LEN(rows),
				      .batch = batch };
	struct cw_wr wr = { 0 };
	struct cw_value text;
	struct cw_ttc_in in;
	uint8_t *at;

	for (size_t i = 0; i < CW_ARRAY_LEN(rows); i++)
		batch[i] = (struct cw_ttc_batch_error){ .code = 1, .row = rows[i] };
	cw_ttc_put_error(&wr, ttc, &error);
	at = memmem(wr.at0, wr.len, "\1\4\xfe", 3);
	assert_non_null(at);
	in = reader(ttc, at, (size_t)(wr.at0 + wr.len - at));
	for (int array = 0; array < 2; array++) {
		struct cw_ttc_in numbers;

		assert_int_equal(cw_ttc_get_ub4(&in), CW_ARRAY_LEN(rows));
		assert_true(cw_ttc_get_clr(&in, 100, &text));
		numbers = reader(ttc, text.at, text.len);
		for (size_t i = 0; i < CW_ARRAY_LEN(rows); i++)
			assert_int_equal(cw_ttc_get_ub4(&numbers), array == 0 ? 1 : rows[i]);
		assert_true(at_end(&numbers));
	}
	cw_wr_release(&wr);
	cw_arena_reset(&arena);
}

/* Up to 11.2 the lengths of the chunks are single bytes. */
static void the_numbers_of_batch_errors_are_a_byte_string_of_whole_chunks(void **state)
{
	static const struct cw_ttc old = { .field_version = CW_FV_11_2, .string_bytes_max = 4000 };

	(void)state;
	expect_batch_numbers(&xe18);
	expect_batch_numbers(&old);
}

/* The declarations of `insert into ... values (:1, :2)` as ojdbc 23.9 sends them to a 19c. */
/* As ojdbc 23.26.4 sends it for an updatable result set, as text, and none. */
static void a_ROWID_is_bound_in_its_parts_or_as_text(void **state)
{
	static const uint8_t sent[] = "\x07\x0e\x02\x50\xa7\x01\x04\x00\x00\x01\x09"
				      "\x12"
				      "AAAFCnAAEAAAAAAAAJ"
				      "\x00";
	const struct cw_ttc_oac oac[] = { { .ora_type = CW_ORA_ROWID },
					  { .ora_type = CW_ORA_ROWID },
					  { .ora_type = CW_ORA_ROWID } };
	struct cw_ttc_in in = { .rd = cw_rd((struct cw_bytes){ sent, sizeof(sent) - 1 }),
				.ttc = &xe18,
				.arena = &arena };
	struct cw_value value[3];

	(void)state;
	assert_true(cw_ttc_bind_is_known(&oac[0]));
	cw_ttc_get_bind_row(&in, oac, value, NULL, 3, false);
	assert_false(cw_ttc_failed(&in));
	assert_int_equal(cw_rd_left(&in.rd), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(value[i].len, 18);
		assert_memory_equal(value[i].at, "AAAFCnAAEAAAAAAAAJ", 18);
	}
	assert_int_equal(value[2].state, CW_VALUE_NULL);
}

static void a_scale_in_a_binds_declaration_is_read_by_the_sessions_rule(void **state)
{
	static const char sent[] = "b4030000010b000408000000000000000000"
				   "b403000109010b000408000000000000000000";
	static const struct cw_ttc ojdbc = { .field_version = 13, .big_chunks = true };
	uint8_t wire[64];
	struct cw_ttc_in in = reader(&ojdbc, wire, unhex(sent, wire, sizeof(wire)));
	struct cw_ttc_oac oac[2];

	(void)state;
	cw_ttc_get_oac(&in, &oac[0]);
	cw_ttc_get_oac(&in, &oac[1]);
	assert_true(at_end(&in));
	assert_int_equal(oac[1].ora_type, CW_ORA_TIMESTAMP);
	assert_int_equal(oac[0].scale, 0);
	assert_int_equal(oac[1].scale, 9);
	assert_int_equal(oac[1].bytes_max, 11);
	cw_arena_reset(&arena);
}

static void a_bind_by_ocis_code_of_a_datetime_is_one_of_the_servers_own(void **state)
{
	static const uint8_t pairs[][2] = { { 187, CW_ORA_TIMESTAMP },	 { 188, CW_ORA_TIMESTAMP_TZ },
					    { 189, CW_ORA_INTERVAL_YM }, { 190, CW_ORA_INTERVAL_DS },
					    { 232, CW_ORA_TIMESTAMP_LTZ }, { 12, CW_ORA_DATE } };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(pairs); i++) {
		struct cw_ttc_oac oac = { .ora_type = pairs[i][0], .flags = 1, .bytes_max = 11 };
		struct cw_ttc_execute back, execute = { .options = 0x8029,
							.sql = cw_bytes_of("x"),
							.bind_count = 1,
							.oac = &oac };
		struct cw_ttc_call call;
		struct cw_wr wr = { 0 };
		struct cw_ttc_in in;

		cw_ttc_put_execute(&wr, &xe18, 1, &execute);
		in = reader(&xe18, wr.at0, wr.len);
		cw_ttc_get_call(&in, &call);
		cw_ttc_get_execute(&in, &back);
		assert_true(at_end(&in));
		assert_int_equal(back.oac[0].ora_type, pairs[i][1]);
		cw_wr_release(&wr);
	}
	cw_arena_reset(&arena);
}

static void end_to_end_attributes_come_back_in_either_spelling_of_text(void **state)
{
	static const struct cw_ttc *sessions[] = { &xe18, &py12 };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(sessions); i++) {
		struct cw_ttc_piggyback back, set = { .function = CW_FN_END_TO_END };
		struct cw_ttc_call call;
		struct cw_wr wr = { 0 };
		struct cw_ttc_in in;

		set.is_set[CW_E2E_MODULE] = set.is_set[CW_E2E_ACTION] = true;
		set.text[CW_E2E_MODULE] = cw_bytes_of("shop");
		cw_ttc_put_piggyback(&wr, sessions[i], 5, &set);
		in = reader(sessions[i], wr.at0, wr.len);
		cw_ttc_get_call(&in, &call);
		cw_ttc_get_piggyback(&in, call.function, &back);
		assert_true(at_end(&in));
		assert_int_equal(call.sequence, 5);
		assert_true(cw_ttc_is(back.text[CW_E2E_MODULE], "shop"));
		assert_true(back.is_set[CW_E2E_ACTION]);
		assert_false(back.is_set[CW_E2E_DBOP]);
		cw_wr_release(&wr);
	}
	cw_arena_reset(&arena);
}

static void a_message_that_is_cut_anywhere_fails_and_reads_nothing_beyond(void **state)
{
	struct cw_ttc_execute execute = { .options = 0x8029,
					  .sql = cw_bytes_of("insert into t values (:1)"),
					  .bind_count = 1,
					  .al8i4 = { 1, 1 } };
	struct cw_ttc_oac oac = cw_ttc_oac_of(CW_ORA_NUMBER, 0);
	struct cw_wr wr = { 0 };

	(void)state;
	execute.oac = &oac;
	cw_ttc_put_execute(&wr, &free23, 1, &execute);
	for (size_t len = 0; len <= wr.len; len++) {
		uint8_t *copy = malloc(len + 1);
		struct cw_ttc_execute back;
		struct cw_ttc_call call;
		struct cw_ttc_in in;

		memcpy(copy, wr.at0, len);
		in = reader(&free23, copy, len);
		cw_ttc_get_call(&in, &call);
		if (call.message == CW_TTC_FUNCTION)
			cw_ttc_get_execute(&in, &back);
		assert_int_equal(cw_ttc_failed(&in), len < wr.len);
		free(copy);
	}
	cw_wr_release(&wr);
	cw_arena_reset(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(JSON_defined_as_a_BLOB_is_text_with_two_numbers_behind),
		cmocka_unit_test(a_negative_scale_is_read_as_each_driver_spells_it),
		cmocka_unit_test(
			a_recorded_session_of_queries_is_read_to_the_last_byte_and_written_the_same),
		cmocka_unit_test(a_recorded_reexecute_session_is_read_to_the_last_byte),
		cmocka_unit_test(an_answer_of_xe_18c_to_a_query_gives_its_row_and_the_end_of_data),
		cmocka_unit_test(an_error_that_is_written_is_read_back_with_its_batch_errors),
		cmocka_unit_test(rows_of_every_type_are_read_back_as_they_were_written),
		cmocka_unit_test(long_binds_stand_at_the_end_of_their_row_but_not_in_plsql),
		cmocka_unit_test(
			plain_rows_of_binds_are_written_as_any_others_over_the_seams_of_packets),
		cmocka_unit_test(binds_of_locators_cursors_and_moved_ones_are_not_plain),
		cmocka_unit_test(plain_columns_are_read_as_any_others_whole_and_over_seams),
		cmocka_unit_test(the_numbers_of_batch_errors_are_a_byte_string_of_whole_chunks),
		cmocka_unit_test(a_ROWID_is_bound_in_its_parts_or_as_text),
		cmocka_unit_test(a_scale_in_a_binds_declaration_is_read_by_the_sessions_rule),
		cmocka_unit_test(a_bind_by_ocis_code_of_a_datetime_is_one_of_the_servers_own),
		cmocka_unit_test(end_to_end_attributes_come_back_in_either_spelling_of_text),
		cmocka_unit_test(a_message_that_is_cut_anywhere_fails_and_reads_nothing_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
