/*
 * test_lobs.c - LOBs by their locators, against scripted answers
 *
 * The requests are held to those of the recording xe18-lob; the server's side is written with
 * the codec's own writers, which test_walk.c holds to the recordings.
 */
#include "oracle/lob.h"
#include "oracle/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct cw_ttc ttc = { .field_version = CW_FV_18_1,
				   .sb1_raw = true,
				   .big_chunks = true,
				   .string_bytes_max = 32767 };

/* Temporary BLOB, persistent CLOB whose data are UTF-16. */
static const uint8_t blob_locator[40] = { 0, 38, 0, 1, 0x81, 8, 0, 3, 0, 1, 0xb3, 0x7c };
static const uint8_t clob_locator[40] = { 0, 38, 0, 1, 2, 8, 0x80, 0, 0, 1, 7 };

struct script {
	struct cw_wr stream, wr, sent;
	struct cw_ora *ora;
	size_t seen; /* of what was sent */
};

static void end_answer(struct script *s, uint32_t number)
{
	struct cw_ttc_error error = { .number = number,
				      .text = cw_bytes_of(number ? "ORA-22920: row not locked"
								 : "") };

	cw_ttc_put_error(&s->wr, &ttc, &error);
	cw_tns_put_data(&s->stream, true, 0, cw_wr_bytes(&s->wr));
	cw_wr_reset(&s->wr);
}

/* The answer to an operation: data, the locator, what @op announced. */
static void answer(struct script *s, struct cw_ttc_lob_op op, const uint8_t locator[40],
		   struct cw_bytes data, struct cw_ttc_lob_answer said)
{
	struct cw_pass pass = cw_pass_writing(&s->wr, &ttc);

	if (data.len > 0) {
		cw_ttc_put_u8(&s->wr, CW_TTC_LOB_DATA);
		cw_ttc_put_chunks(&s->wr, &ttc, data);
	}
	cw_ttc_put_u8(&s->wr, CW_TTC_PARAMETER);
	op.has_source = true;
	op.source_len = 40;
	said.source = (struct cw_bytes){ locator, 40 };
	cw_ttc_pass_lob_answer(&pass, &op, &said);
	end_answer(s, 0);
}

static void answer_amount(struct script *s, const uint8_t locator[40], const char *data, size_t len,
			  int64_t amount)
{
	answer(s, (struct cw_ttc_lob_op){ .has_amount = true }, locator,
	       (struct cw_bytes){ (const uint8_t *)data, len },
	       (struct cw_ttc_lob_answer){ .amount = amount });
}

static void answer_nothing(struct script *s, const uint8_t locator[40])
{
	answer(s, (struct cw_ttc_lob_op){ 0 }, locator, (struct cw_bytes){ NULL, 0 },
	       (struct cw_ttc_lob_answer){ 0 });
}

static void answer_create(struct script *s, const uint8_t locator[40])
{
	answer(s, (struct cw_ttc_lob_op){ .has_charset = true, .has_flag = true }, locator,
	       (struct cw_bytes){ NULL, 0 }, (struct cw_ttc_lob_answer){ .charset = 873 });
}

static void begin(struct script *s)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	ora->arena = CW_ARENA(1u << 20);
	ora->ttc = ttc;
	ora->link.is_replay = true;
	ora->link.sent = &s->sent;
	ora->link.io.fd = -1;
	ora->link.replay = cw_wr_bytes(&s->stream);
	cw_tns_link_agree(&ora->link, 318, 8192);
	ora->sequence = 2;
	s->ora = ora;
}

static void end(struct script *s)
{
	s->ora->broken = true;
	cw_ora_close(s->ora);
	cw_wr_release(&s->stream);
	cw_wr_release(&s->sent);
	cw_wr_release(&s->wr);
}

/* The payload of the next packet that was sent. */
static struct cw_bytes next_request(struct script *s)
{
	const uint8_t *at = s->sent.at0 + s->seen;
	size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];

	assert_true(s->seen + len <= s->sent.len);
	s->seen += len;
	return (struct cw_bytes){ at + 10, len - 10 };
}

static struct cw_ora_lob *clob(struct script *s, uint64_t length)
{
	static const struct cw_ora_column column = { .ora_type = CW_ORA_CLOB };
	uint8_t bytes[12 + 40] = { 0 };
	struct cw_value value = { .state = CW_VALUE_SET, .len = sizeof(bytes), .at = bytes };
	struct cw_ora_lob *lob;

	bytes[7] = (uint8_t)length;
	bytes[10] = 0x1f;
	bytes[11] = 0x7c;
	memcpy(bytes + 12, clob_locator, 40);
	cw_ora_lob_of(s->ora, &column, &value, &lob);
	return lob;
}

static void requests_are_those_that_were_recorded(void **state)
{
	/* recording xe18-lob: create (but the character set form, 0 of a BLOB as python-oracledb has it), write, read */
	static const uint8_t create[] = { 3, 0x60, 3, 1, 1, 40, 0, 1, 10, 0, 0, 1, 0, 1, 2,
					  1, 0x10, 0, 0, 0, 1, 0x71, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t write[] = { 3, 0x60, 4, 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, 1,
					 0x40, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t read[] = { 3, 0x60, 5, 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, 1,
					2, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const char text[] = "rust-oracledb cassette blob payload";
	struct cw_bytes data = cw_bytes_of(text), request, got;
	struct cw_ora_lob *lob = NULL;
	struct script s = { 0 };
	struct cw_err err = { 0 };

	(void)state;
	answer_create(&s, blob_locator);
	answer_nothing(&s, blob_locator);
	answer_amount(&s, blob_locator, text, data.len, (int64_t)data.len);
	answer_amount(&s, blob_locator, NULL, 0, 0);
	begin(&s);
	if (!cw_ora_lob_create(s.ora, CW_ORA_BLOB, false, &lob, &err) ||
	    !cw_ora_lob_write(lob, 1, data, &err) || !cw_ora_lob_read(lob, 1, 4000, &got, &err))
		fail_msg("%s", err.text);
	assert_int_equal(got.len, data.len);
	assert_memory_equal(got.at, text, data.len);
	request = next_request(&s);
	assert_memory_equal(request.at, create, sizeof(create));
	assert_int_equal(request.len, sizeof(create) + 40 + 3);
	request = next_request(&s);
	assert_memory_equal(request.at, write, sizeof(write));
	assert_memory_equal(request.at + sizeof(write), blob_locator, 40);
	assert_memory_equal(request.at + sizeof(write) + 40, "\x0e\x23rust", 6);
	request = next_request(&s);
	assert_memory_equal(request.at, read, sizeof(read));
	assert_memory_equal(request.at + sizeof(read) + 40, "\x02\x0f\xa0", 3);
	assert_int_equal(request.len, sizeof(read) + 40 + 3);
	cw_ora_lob_free(lob);
	assert_int_equal(s.ora->to_free.len, 40);
	end(&s);
}

static void a_temporary_one_is_freed_in_front_of_the_next_call(void **state)
{
	/* as python-oracledb and node-oracledb send it: 0x80111 and eleven zeros, then the locators */
	static const uint8_t head[] = { 17, 0x60, 4, 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, 4, 0, 8, 1, 0x11,
					0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct cw_ora_lob *lob = NULL, *other;
	struct script s = { 0 };
	struct cw_bytes request;
	struct cw_err err = { 0 };
	uint64_t length;

	(void)state;
	answer_create(&s, blob_locator);
	answer_amount(&s, clob_locator, NULL, 0, 9);
	begin(&s);
	assert_true(cw_ora_lob_create(s.ora, CW_ORA_BLOB, false, &lob, &err));
	cw_ora_lob_free(lob);
	other = clob(&s, 9);
	assert_true(cw_ora_lob_length(other, &length, &err)); /* it came with the row */
	assert_int_equal(length, 9);
	assert_true(cw_ora_lob_trim(other, 9, &err));
	(void)next_request(&s);
	request = next_request(&s);
	assert_memory_equal(request.at, head, sizeof(head));
	assert_memory_equal(request.at + sizeof(head), blob_locator, 40);
	assert_int_equal(request.at[sizeof(head) + 40], CW_TTC_FUNCTION);
	assert_int_equal(s.ora->to_free.len, 0);
	cw_ora_lob_free(other);
	end(&s);
}

static void a_CLOB_is_read_in_pieces_that_may_cut_a_character(void **state)
{
	struct script s = { 0 };
	struct cw_ora_lob *lob;
	struct cw_err err = { 0 };
	struct cw_bytes piece;

	(void)state;
	answer_amount(&s, clob_locator, "\0a\x20\xac\xd8\x01", 6, 3);
	answer_amount(&s, clob_locator, "\xdc\x37\0z", 4, 2);
	begin(&s);
	lob = clob(&s, 5);
	assert_true(cw_ora_lob_next(lob, &piece, &err));
	assert_int_equal(piece.len, 4);
	assert_memory_equal(piece.at, "a\xe2\x82\xac", 4);
	assert_true(cw_ora_lob_next(lob, &piece, &err));
	assert_int_equal(piece.len, 5);
	assert_memory_equal(piece.at, "\xf0\x90\x90\xb7z", 5);
	assert_true(cw_ora_lob_next(lob, &piece, &err));
	assert_int_equal(piece.len, 0);
	cw_ora_lob_free(lob);
	end(&s);
}

static void half_a_character_is_an_error_and_never_another_text(void **state)
{
	struct script s = { 0 };
	struct cw_ora_lob *lob;
	struct cw_err err = { 0 };
	struct cw_bytes piece;

	(void)state;
	answer_amount(&s, clob_locator, "\xd8\x01", 2, 1);
	answer_amount(&s, clob_locator, "\0a\xd8\x01", 4, 2);
	begin(&s);
	lob = clob(&s, 2);
	assert_false(cw_ora_lob_read(lob, 1, 1, &piece, &err));
	assert_int_equal(err.code, 7130);
	assert_false(cw_ora_lob_next(lob, &piece, &err));
	assert_int_equal(err.code, 7130);
	assert_false(cw_ora_lob_write(lob, 1, cw_bytes_of("\xc3"), &err));
	assert_int_equal(err.code, 7130);
	cw_ora_lob_free(lob);
	end(&s);
}

static void text_is_written_as_the_locator_says_and_appended_behind_the_end(void **state)
{
	struct script s = { 0 };
	struct cw_ora_lob *lob;
	struct cw_err err = { 0 };
	struct cw_bytes request;
	uint64_t length;

	(void)state;
	answer_nothing(&s, clob_locator);
	answer_nothing(&s, clob_locator);
	begin(&s);
	lob = clob(&s, 5);
	assert_true(cw_ora_lob_append(lob, cw_bytes_of("\xf0\x90\x90\xb7"), &err));
	assert_true(cw_ora_lob_length(lob, &length, &err));
	assert_int_equal(length, 7);
	assert_true(cw_ora_lob_append(lob, cw_bytes_of("z"), &err));
	request = next_request(&s);
	assert_int_equal(request.at[18], 6); /* source offset: 01 06 */
	assert_memory_equal(request.at + request.len - 6, "\x0e\x04\xd8\x01\xdc\x37", 6);
	request = next_request(&s);
	assert_int_equal(request.at[18], 8);
	assert_memory_equal(request.at + request.len - 4, "\x0e\x02\0z", 4);
	cw_ora_lob_free(lob);
	end(&s);
}

static void an_error_of_the_server_leaves_the_session_in_order(void **state)
{
	struct script s = { 0 };
	struct cw_ora_lob *lob;
	struct cw_err err = { 0 };
	bool is_open = true;

	(void)state;
	end_answer(&s, 22920);
	answer(&s, (struct cw_ttc_lob_op){ .has_flag = true }, clob_locator,
	       (struct cw_bytes){ NULL, 0 }, (struct cw_ttc_lob_answer){ 0 });
	begin(&s);
	lob = clob(&s, 5);
	assert_false(cw_ora_lob_trim(lob, 1, &err));
	assert_int_equal(err.native, 22920);
	assert_true(cw_ora_lob_is_open(lob, &is_open, &err));
	assert_false(is_open);
	cw_ora_lob_free(lob);
	end(&s);
}

static void a_server_that_reads_more_than_it_was_asked_for_is_refused(void **state)
{
	struct script s = { 0 };
	struct cw_ora_lob *lob;
	struct cw_err err = { 0 };
	struct cw_bytes piece;

	(void)state;
	answer_amount(&s, clob_locator, NULL, 0, 0);
	answer_amount(&s, clob_locator, "\0a", 2, INT64_MAX);
	begin(&s);
	lob = clob(&s, 5);
	for (int i = 0; i < 2; i++) {
		assert_false(cw_ora_lob_next(lob, &piece, &err));
		assert_int_equal(err.code, 7109);
	}
	cw_ora_lob_free(lob);
	end(&s);
}

static void an_xmltype_that_comes_as_a_locator_is_read_by_it(void **state)
{
	static const uint8_t date[7] = { 120, 124, 1, 2, 4, 5, 6 };
	struct cw_ttc_column column = { .name = cw_bytes_of("DOC"),
					.ora_type = CW_ORA_OBJECT,
					.bytes_max = 2000,
					.type_schema = cw_bytes_of("SYS"),
					.type_name = cw_bytes_of("XMLTYPE") };
	struct cw_ttc_describe describe = { .count = 1, .column = &column };
	struct cw_ttc_form form = { .place = CW_IN_ROW, .ora_type = CW_ORA_OBJECT };
	uint8_t image[8 + 40] = { 0x85, 1, 48, 1, 0, 0, 0, 0x11 };
	struct cw_ttc_item item = { .object = { .image_len = sizeof(image),
						.image = { image, sizeof(image) } } };
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct script s = { 0 };
	struct cw_err err = { 0 };
	struct cw_pass pass = cw_pass_writing(&s.wr, &ttc);

	(void)state;
	memcpy(image + 8, clob_locator, sizeof(clob_locator));
	cw_ttc_put_describe(&s.wr, &ttc, &describe, date);
	cw_ttc_put_row_header(&s.wr, 1, 100);
	cw_ttc_put_u8(&s.wr, CW_TTC_ROW_DATA);
	cw_ttc_pass_item(&pass, &form, &item);
	end_answer(&s, 1403);
	answer_amount(&s, clob_locator, NULL, 0, 5);
	answer_amount(&s, clob_locator, "\0<\0\xe4\0/\0>", 8, 4);
	answer_amount(&s, clob_locator, "\0\n", 2, 1);
	begin(&s);
	if (!cw_ora_prepare(s.ora, "select doc from t", &stmt, &err) ||
	    !cw_ora_execute(stmt, NULL, 0, 0, NULL, &err) || !cw_ora_fetch(stmt, 10, &rows, &err))
		fail_msg("%s", err.text);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.row[0].value[0].len, 6);
	assert_memory_equal(rows.row[0].value[0].at, "<\xc3\xa4/>\n", 6);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_those_that_were_recorded),
		cmocka_unit_test(a_temporary_one_is_freed_in_front_of_the_next_call),
		cmocka_unit_test(a_CLOB_is_read_in_pieces_that_may_cut_a_character),
		cmocka_unit_test(half_a_character_is_an_error_and_never_another_text),
		cmocka_unit_test(text_is_written_as_the_locator_says_and_appended_behind_the_end),
		cmocka_unit_test(an_error_of_the_server_leaves_the_session_in_order),
		cmocka_unit_test(an_xmltype_that_comes_as_a_locator_is_read_by_it),
		cmocka_unit_test(a_server_that_reads_more_than_it_was_asked_for_is_refused),
	};

	return cmocka_run_group_tests_name("lobs", tests, NULL, NULL);
}
