/*
 * test_columns.c - columns whose values do not come as plain byte strings
 *
 * The server's side is written with the codec's own writers, which test_walk.c holds to the
 * recordings; the JSON and VECTOR images are recorded ones.
 */
#include "codec/show.h"
#include "codec/utf16.h"
#include "oracle/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct cw_ttc ttc = { .field_version = CW_FV_19_1_EXT1,
				   .sb1_raw = true,
				   .big_chunks = true,
				   .string_bytes_max = 32767 };

static const uint8_t date[7] = { 120, 124, 1, 2, 4, 5, 6 };
static const uint8_t json[] = { 0xff, 0x4a, 0x5a, 1, 0, 0x12, 0, 4, 0x34, 2, 0xc1, 0x2b };
static const uint8_t vector[] = { 0xdb, 0, 0, 0x12, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb };
static const uint8_t locator[40] = { 0, 38, 0, 4, 0x61, 8 };

static struct cw_ttc_column columns[] = {
	{ .ora_type = CW_ORA_NUMBER, .bytes_max = 22 },
	{ .ora_type = CW_ORA_CLOB, .bytes_max = 4000, .charset_form = 1, .charset = 873 },
	{ .ora_type = CW_ORA_BLOB, .bytes_max = 4000 },
	{ .ora_type = CW_ORA_CLOB, .bytes_max = 4000, .charset_form = 2, .charset = 2000 },
	{ .ora_type = CW_ORA_VARCHAR2,
	  .bytes_max = 40,
	  .chars_max = 20,
	  .charset_form = 2,
	  .charset = 2000 },
	{ .ora_type = CW_ORA_JSON, .bytes_max = 4000 },
	{ .ora_type = CW_ORA_VECTOR, .bytes_max = 4000 },
	{ .ora_type = CW_ORA_UROWID, .bytes_max = 4000 },
	{ .ora_type = CW_ORA_BOOLEAN, .bytes_max = 1 },
	{ .ora_type = CW_ORA_ROWID, .bytes_max = 10 },
};
#define COUNT CW_ARRAY_LEN(columns)

static const char *const shown[2][COUNT] = {
	{ "1", "text", "00FF", "\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4", "42", "[-5]",
	  "AAARwbAAYAAAAAfAAC", "TRUE", "AAARwbAAYAAAAAfAAC" },
	{ "1", NULL, NULL, NULL, NULL, NULL, NULL, "*BAE", NULL, NULL },
};

/* ---- the server's side -------------------------------------------------------------------- */

static void put_packet(struct cw_wr *stream, struct cw_wr *payload)
{
	cw_tns_put_data(stream, true, 0, cw_wr_bytes(payload));
	cw_wr_reset(payload);
}

static void put_summary(struct cw_wr *wr, uint32_t number)
{
	struct cw_ttc_parameter parameter = { .cursor_id = 7 };
	struct cw_ttc_error error = { .cursor_id = 7,
				      .number = number,
				      .text = cw_bytes_of(number ? "ORA-01403: no data found"
								 : "") };

	if (number == 0)
		cw_ttc_put_parameter(wr, &parameter);
	cw_ttc_put_error(wr, &ttc, &error);
}

static struct cw_bytes bytes_of(const void *at, size_t len)
{
	return (struct cw_bytes){ at, len };
}

/* As the server sends it once the columns are defined. */
static void put_item(struct cw_pass *pass, uint32_t column, struct cw_ttc_item *item)
{
	struct cw_ttc_column as_defined = columns[column];
	struct cw_ttc_oac define = ora_define(&as_defined, false);
	struct cw_ttc_form form = cw_ttc_form_of_column(&columns[column], &define);

	cw_ttc_pass_item(pass, &form, item);
}

static void put_values(struct cw_wr *wr, bool null)
{
	static const uint8_t euro_and_face[] = { 0x20, 0xac, 0xd8, 0x3d, 0xde, 0x00 };
	static const uint8_t physical[] = { 1, 0, 1, 0x1c, 0x1b, 0, 0x18, 0, 0, 0, 0x1f, 0, 2 };
	static const uint8_t logical[] = { 2, 4, 1 };
	struct cw_ttc_lob lob = { .locator_len = 40, .locator = { locator, 40 } };
	struct cw_ttc_item item[COUNT] = {
		[0] = { .value = cw_value_set(bytes_of("\xc1\x02", 2)) },
		[1] = { .value = cw_value_set(bytes_of("text", 4)) },
		[2] = { .value = cw_value_set(bytes_of("\x00\xff", 2)) },
		[3] = { .value = cw_value_set(bytes_of(euro_and_face, 6)) },
		[4] = { .value = cw_value_set(bytes_of("\x00\xe4", 2)) },
		[5] = { .lob = lob },
		[6] = { .lob = lob },
		[7] = { .value = cw_value_set(bytes_of(physical, sizeof(physical))) },
		[8] = { .value = cw_value_set(bytes_of("\x01\x01", 2)) },
		[9] = { .rowid_len = 13, .rowid = { 0x11c1b, 0x1f, 0x18, 2 } },
	};
	struct cw_pass pass = cw_pass_writing(wr, &ttc);

	item[5].lob.image = bytes_of(json, sizeof(json));
	item[6].lob.image = bytes_of(vector, sizeof(vector));
	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < COUNT; i++) {
		struct cw_ttc_item none = { .indicator = -1, .return_code = 1405 };

		if (i == 7 && null)
			none.value = cw_value_set(bytes_of(logical, sizeof(logical)));
		put_item(&pass, i, null && i > 0 ? &none : &item[i]);
	}
}

static struct cw_ora *session(struct cw_wr *sent, struct cw_bytes received)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	ora->arena = CW_ARENA(1u << 20);
	ora->ttc = ttc;
	ora->link.is_replay = true;
	ora->link.sent = sent;
	ora->link.io.fd = -1;
	ora->link.replay = received;
	cw_tns_link_agree(&ora->link, 318, 8192);
	return ora;
}

static void put_describe(struct cw_wr *wr, const struct cw_ttc_describe *describe)
{
	cw_ttc_put_describe(wr, &ttc, describe, date);
}

/* ---- the client's side ---------------------------------------------------------------------- */

static void is_shown(const struct cw_ora_stmt *stmt, const struct cw_row *row,
		     const char *const want[COUNT])
{
	for (uint32_t i = 0; i < COUNT; i++) {
		struct cw_wr text = { 0 };
		struct cw_err err = { 0 };

		print_message("# column %u\n", i);
		assert_int_equal(row->value[i].state, want[i] ? CW_VALUE_SET : CW_VALUE_NULL);
		if (!want[i])
			continue;
		if (!cw_show(cw_ora_column(stmt, i)->ora_type, cw_value_bytes(&row->value[i]),
			     &text, &err))
			fail_msg("%s", err.text);
		cw_wr_u8(&text, 0);
		assert_string_equal((const char *)text.at0, want[i]);
		cw_wr_release(&text);
	}
}

/* What the client declared of its columns in its second request. */
static void has_defines(struct cw_wr *sent)
{
	struct cw_rd packets = cw_rd(cw_wr_bytes(sent));
	struct cw_arena arena = CW_ARENA(1u << 20);
	struct cw_ttc_execute execute;
	struct cw_ttc_call call;
	struct cw_ttc_in in;
	uint32_t len;

	len = cw_rd_u32be(&packets);
	(void)cw_rd_skip(&packets, len - 4);
	len = cw_rd_u32be(&packets);
	(void)cw_rd_skip(&packets, 6);
	in = (struct cw_ttc_in){ .rd = cw_rd((struct cw_bytes){ packets.at, len - 10 }),
				 .ttc = &ttc,
				 .arena = &arena,
				 .stable = true };
	cw_ttc_get_call(&in, &call);
	assert_int_equal(call.function, CW_FN_EXECUTE);
	cw_ttc_get_execute(&in, &execute);
	assert_false(cw_ttc_failed(&in));
	assert_int_equal(execute.options, CW_EXEC_DEFINE | CW_EXEC_NOT_PLSQL);
	assert_int_equal(execute.cursor_id, 7);
	assert_int_equal(execute.define_count, COUNT);
	assert_int_equal(execute.oac[1].ora_type, CW_ORA_LONG);
	assert_int_equal(execute.oac[2].ora_type, CW_ORA_LONG_RAW);
	assert_int_equal(execute.oac[3].charset_form, 2);
	assert_int_equal(execute.oac[4].bytes_max, 80);
	assert_int_equal(execute.oac[5].cont_flags, CW_OAC_LOB_PREFETCH);
	cw_arena_release(&arena);
}

static void lobs_json_vectors_and_national_text_come_with_their_rows(void **state)
{
	struct cw_ttc_describe describe = { .count = COUNT, .column = columns };
	struct cw_wr stream = { 0 }, wr = { 0 }, sent = { 0 };
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++)
		columns[i].name = cw_bytes_of("C");
	put_describe(&wr, &describe);
	put_summary(&wr, 0);
	put_packet(&stream, &wr);
	put_summary(&wr, 0);
	put_packet(&stream, &wr);
	cw_ttc_put_row_header(&wr, COUNT, 100);
	put_values(&wr, false);
	put_values(&wr, true);
	put_summary(&wr, 1403);
	put_packet(&stream, &wr);
	ora = session(&sent, cw_wr_bytes(&stream));
	assert_true(cw_ora_prepare(ora, "select * from t", &stmt, &err));
	if (!cw_ora_execute(stmt, NULL, 0, 0, NULL, &err) || !cw_ora_fetch(stmt, 10, &rows, &err))
		fail_msg("%s", err.text);
	assert_int_equal(rows.count, 2);
	is_shown(stmt, &rows.row[0], shown[0]);
	is_shown(stmt, &rows.row[1], shown[1]);
	has_defines(&sent);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 0);
	stmt->cursor_id = 0;
	ora->broken = true;
	cw_ora_stmt_free(stmt);
	cw_ora_close(ora);
	cw_wr_release(&stream);
	cw_wr_release(&sent);
	cw_wr_release(&wr);
}

static void an_object_is_refused_by_the_name_of_its_type(void **state)
{
	static struct cw_ttc_column column = { .ora_type = CW_ORA_OBJECT, .bytes_max = 2000 };
	struct cw_ttc_describe describe = { .count = 1, .column = &column };
	struct cw_wr stream = { 0 }, wr = { 0 };
	struct cw_ora_stmt *stmt;
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	(void)state;
	column.name = cw_bytes_of("DOC");
	column.type_schema = cw_bytes_of("SHOP");
	column.type_name = cw_bytes_of("XMLTYPE");
	put_describe(&wr, &describe);
	put_summary(&wr, 0);
	put_packet(&stream, &wr);
	ora = session(NULL, cw_wr_bytes(&stream));
	assert_true(cw_ora_prepare(ora, "select doc from t", &stmt, &err));
	assert_false(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
	assert_int_equal(err.code, 7108);
	assert_non_null(strstr(err.text, "column DOC has type SHOP.XMLTYPE"));
	stmt->cursor_id = 0;
	ora->broken = true;
	cw_ora_stmt_free(stmt);
	cw_ora_close(ora);
	cw_wr_release(&stream);
	cw_wr_release(&wr);
}

/* Images captured from 21c and 11g, as seerdb's tests/test_dbobject.py has them. */
static const struct {
	const char *image;
	size_t len;
	const char *text; /* NULL: none */
} documents[] = {
	{ "\x85\x01\x1d\x01\0\0\0\x14<a>\n  <b>hi</b>\n</a>\n", 29, "<a>\n  <b>hi</b>\n</a>\n" },
	{ "\x85\x01\x15\x01\0\x10\x04\x14\0\0\0\0<r>42</r>", 21, "<r>42</r>" },
	{ "", 0, NULL },
	{ "\x85\x01\x08\x01\x01\x02\0\x11", 8, NULL },
};

static struct cw_ttc_column document = { .ora_type = CW_ORA_OBJECT, .bytes_max = 2000 };

/* Rows with the documents @from to @to; behind the first NULL the values are those of the row before. */
static void put_documents(struct cw_wr *wr, unsigned from, unsigned to)
{
	struct cw_ttc_form form = { .place = CW_IN_ROW, .ora_type = CW_ORA_OBJECT };
	struct cw_pass pass = cw_pass_writing(wr, &ttc);

	cw_ttc_put_row_header(wr, 1, 100);
	for (unsigned i = from; i < to; i++) {
		struct cw_ttc_item item = { .object = { .image_len = (uint32_t)documents[i].len,
							.image = bytes_of(documents[i].image,
									  documents[i].len) } };

		cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
		cw_ttc_pass_item(&pass, &form, &item);
	}
}

static struct cw_ora_stmt *documents_of(struct cw_wr *stream, struct cw_ora **ret_ora)
{
	struct cw_ora_stmt *stmt;
	struct cw_err err = { 0 };

	*ret_ora = session(NULL, cw_wr_bytes(stream));
	assert_true(cw_ora_prepare(*ret_ora, "select doc from t", &stmt, &err));
	if (!cw_ora_execute(stmt, NULL, 0, 0, NULL, &err))
		fail_msg("%s", err.text);
	return stmt;
}

static void describe_documents(struct cw_wr *wr)
{
	struct cw_ttc_describe describe = { .count = 1, .column = &document };

	document.name = cw_bytes_of("DOC");
	document.type_schema = cw_bytes_of("SYS");
	document.type_name = cw_bytes_of("XMLTYPE");
	put_describe(wr, &describe);
}

static void an_xmltype_is_the_text_of_its_document(void **state)
{
	static const struct cw_ttc_bits same = { .present = true };
	struct cw_wr stream = { 0 }, wr = { 0 };
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	(void)state;
	describe_documents(&wr);
	put_documents(&wr, 0, 3);
	put_documents(&wr, 0, 1);
	put_summary(&wr, 0);
	put_packet(&stream, &wr);
	cw_ttc_put_row_header(&wr, 1, 100);
	cw_ttc_put_bit_vector(&wr, &same, 1); /* as the last one of the answer before */
	cw_ttc_put_u8(&wr, CW_TTC_ROW_DATA);
	put_summary(&wr, 1403);
	put_packet(&stream, &wr);
	stmt = documents_of(&stream, &ora);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 4);
	for (unsigned i = 0; i < 4; i++) {
		const char *text = documents[i % 3].text;
		const struct cw_value *value = &rows.row[i].value[0];

		assert_int_equal(value->state, text ? CW_VALUE_SET : CW_VALUE_NULL);
		assert_int_equal(value->len, text ? strlen(text) : 0);
		if (text)
			assert_memory_equal(value->at, text, value->len);
	}
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.row[0].value[0].len, strlen(documents[0].text));
	stmt->cursor_id = 0;
	ora->broken = true;
	cw_ora_close(ora);
	cw_wr_release(&stream);
	cw_wr_release(&wr);
}

static void an_xmltype_of_another_form_is_told_and_the_session_goes_on(void **state)
{
	struct cw_wr stream = { 0 }, wr = { 0 };
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	(void)state;
	describe_documents(&wr);
	put_documents(&wr, 3, 4);
	put_summary(&wr, 1403);
	put_packet(&stream, &wr);
	stmt = documents_of(&stream, &ora);
	assert_false(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(err.code, 2143);
	assert_non_null(strstr(err.text, "column DOC"));
	assert_non_null(strstr(err.text, "GETCLOBVAL"));
	assert_false(ora->broken);
	stmt->cursor_id = 0;
	ora->broken = true;
	cw_ora_close(ora);
	cw_wr_release(&stream);
	cw_wr_release(&wr);
}

static void utf16_is_read_and_its_halves_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text; /* NULL: none */
	} texts[] = {
		{ "\x00\x41", 2, "A" },
		{ "\x07\xff", 2, "\xdf\xbf" },
		{ "\xff\xff", 2, "\xef\xbf\xbf" },
		{ "\xd8\x00\xdc\x00", 4, "\xf0\x90\x80\x80" },
		{ "\xdb\xff\xdf\xff", 4, "\xf4\x8f\xbf\xbf" },
		{ "\xd8\x00", 2, NULL },
		{ "\xdc\x00", 2, NULL },
		{ "\xd8\x00\x00\x41", 4, NULL },
		{ "\x00", 1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		uint8_t room[16];
		size_t len;
		bool good = cw_utf16_to_utf8(bytes_of(texts[i].bytes, texts[i].len), false, room,
					     &len);

		assert_int_equal(good, texts[i].text != NULL);
		if (!good)
			continue;
		assert_int_equal(len, strlen(texts[i].text));
		assert_memory_equal(room, texts[i].text, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lobs_json_vectors_and_national_text_come_with_their_rows),
		cmocka_unit_test(an_object_is_refused_by_the_name_of_its_type),
		cmocka_unit_test(an_xmltype_is_the_text_of_its_document),
		cmocka_unit_test(an_xmltype_of_another_form_is_told_and_the_session_goes_on),
		cmocka_unit_test(utf16_is_read_and_its_halves_are_refused),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
