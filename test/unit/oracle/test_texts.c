/* test_texts.c - text that is none in its character set is told with its row and column */
#include "cursor_play.h"

static struct cw_ttc_column national[] = {
	{ .name = { (const uint8_t *)"ID", 2 }, .ora_type = CW_ORA_NUMBER, .bytes_max = 22 },
	{ .name = { (const uint8_t *)"WORD", 4 },
	  .ora_type = CW_ORA_VARCHAR2,
	  .bytes_max = 40,
	  .chars_max = 20,
	  .charset_form = CW_CHARSET_FORM_NCHAR },
};
static const struct cw_ttc_describe describe = { .count = 2, .column = national };

static void put_word(struct play *play, const char *utf16, size_t len)
{
	struct cw_value values[2] = {
		cw_value_set((struct cw_bytes){ (const uint8_t *)"\xc1\x02", 2 }),
		cw_value_set((struct cw_bytes){ (const uint8_t *)utf16, len }),
	};

	cw_ttc_put_row(&play->payload, &ttc, &describe, values);
}

static void undecodable_text_is_an_error_with_row_and_column_and_the_session_lives(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;

	(void)state;
	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	cw_ttc_put_row_header(&play.payload, 2, 2);
	put_word(&play, "\0a", 2);
	put_word(&play, "\0b", 2);
	put_end(&play, 0, 0);
	cw_ttc_put_row_header(&play.payload, 2, 3);
	put_word(&play, "\0c", 2);
	put_word(&play, "\xd8\0", 2); /* half of a pair */
	put_word(&play, "\0d", 2);
	put_end(&play, 1403, 0);
	put_end(&play, 0, 0);
	stmt = executed(&play, "select id, word from words");
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(2, rows.count);
	assert_memory_equal("b", rows.row[1].value[1].at, 1);
	assert_false(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(2012, err.code);
	assert_int_equal(CW_ERR_DATA, err.kind);
	assert_non_null(strstr(err.text, "row 4, column WORD"));
	assert_true(cw_ora_ping(play.ora, &err));
	end(&play);
}

static void the_first_answer_is_checked_too(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt;

	(void)state;
	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	cw_ttc_put_row_header(&play.payload, 2, 1);
	put_word(&play, "\0", 1); /* half a unit */
	put_end(&play, 1403, 0);
	begin(&play);
	assert_true(cw_ora_prepare(play.ora, "select id, word from words", &stmt, &err));
	assert_false(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
	assert_int_equal(2012, err.code);
	assert_non_null(strstr(err.text, "row 1, column WORD"));
	end(&play);
}

/* A national CLOB that is defined as LONG, two rows of one answer: what the definition brings is checked as well. */
static void rows_that_come_with_their_definitions_are_taken_and_checked(void **state)
{
	struct cw_ttc_column document = { .name = { (const uint8_t *)"DOC", 3 },
					  .ora_type = CW_ORA_CLOB,
					  .bytes_max = 4000,
					  .charset_form = CW_CHARSET_FORM_NCHAR };
	struct cw_ttc_describe lobs = { .count = 1, .column = &document };
	static const char *const text[2][2] = { { "\0a", "\0b" }, { "\0a", "\xd8\0" } };

	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		struct play play = { 0 };
		struct cw_ora_stmt *stmt;
		struct cw_ora_rows rows;

		document.ora_type = CW_ORA_CLOB;
		cw_ttc_put_describe(&play.payload, &ttc, &lobs, date);
		put_end(&play, 0, 0);
		document.ora_type = CW_ORA_LONG;
		cw_ttc_put_row_header(&play.payload, 1, 2);
		for (int row = 0; row < 2; row++) {
			struct cw_value value = cw_value_set(
				(struct cw_bytes){ (const uint8_t *)text[bad][row], 2 });

			cw_ttc_put_row(&play.payload, &ttc, &lobs, &value);
		}
		put_end(&play, 1403, 0);
		begin(&play);
		assert_true(cw_ora_prepare(play.ora, "select doc from documents", &stmt, &err));
		if (bad) {
			assert_false(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
			assert_int_equal(2012, err.code);
			assert_non_null(strstr(err.text, "row 2, column DOC"));
		} else {
			assert_true(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
			assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
			assert_int_equal(2, rows.count);
			assert_memory_equal("b", rows.row[1].value[0].at, 1);
		}
		end(&play);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			undecodable_text_is_an_error_with_row_and_column_and_the_session_lives),
		cmocka_unit_test(the_first_answer_is_checked_too),
		cmocka_unit_test(rows_that_come_with_their_definitions_are_taken_and_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
