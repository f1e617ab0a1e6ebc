/* test_binds.c - binds of the national character set and BOOLEAN, binds that grow, a session that reads ahead */
#include "cursor_play.h"

static bool was_sent(const struct play *play, const void *bytes, size_t len)
{
	return memmem(play->sent.at0, play->sent.len, bytes, len);
}

static struct cw_value text(const char *utf8)
{
	return cw_value_set(cw_bytes_of(utf8));
}

/* begin :1 := f(:2); end; - the first comes back, as the wire has it. */
static void put_out(struct play *play, const char *bytes, size_t len)
{
	static const uint8_t directions[] = { CW_BIND_OUT, CW_BIND_IN };
	struct cw_value value = cw_value_set((struct cw_bytes){ (const uint8_t *)bytes, len });

	cw_ttc_put_io_vector(&play->payload, directions, 2);
	cw_ttc_put_u8(&play->payload, CW_TTC_ROW_DATA);
	cw_ttc_put_out(&play->payload, &ttc, CW_ORA_VARCHAR2, &value);
	put_end(play, 0, 0);
}

static struct cw_ora_stmt *prepared(struct play *play, const char *sql)
{
	struct cw_ora_stmt *stmt;

	begin(play);
	assert_true(cw_ora_prepare(play->ora, sql, &stmt, &err));
	return stmt;
}

static void text_of_the_national_character_set_is_UTF_16_on_the_wire_both_ways(void **state)
{
	/* declared as form 2: VARCHAR2 of 40 bytes, character set 873 */
	static const uint8_t declared[] = { 1, 1, 0, 0, 1, 40, 0, 0, 0, 0, 2, 3, 0x69, 2, 0, 0 };
	static const uint8_t sent[] = { 0, 4, 0x01, 0x7e, 0x20, 0xac }; /* behind OUT's NULL */
	struct play play = { 0 };
	struct cw_value value[2] = { { 0 }, text("ž€") };
	struct cw_row row = { 2, value };
	struct cw_ora_stmt *stmt;

	(void)state;
	put_out(&play, "\x04\x16\xd8\x3d\xde\x00", 6);
	put_end(&play, 0, 0);
	stmt = prepared(&play, "begin :1 := f(:2); end;");
	for (unsigned i = 0; i < 2; i++)
		cw_ora_bind_national(stmt, i, CW_ORA_VARCHAR2, 40);
	assert_true(cw_ora_execute(stmt, &row, 1, 0, NULL, &err));
	assert_true(was_sent(&play, declared, sizeof(declared)));
	assert_true(was_sent(&play, sent, sizeof(sent)));
	assert_int_equal(cw_ora_out(stmt, 0).len, strlen("Ж😀"));
	assert_memory_equal(cw_ora_out(stmt, 0).at, "Ж😀", strlen("Ж😀"));
	end(&play);
}

static void an_NCLOB_is_bound_by_its_locator_as_it_is(void **state)
{
	static const uint8_t locator[40] = { 0, 38, 0, 1, 0x84, 8,    0x80,
					     0, 0,  1, 7, 0xff, 0xc3, 0x28 };
	static const uint8_t declared[] = { CW_ORA_CLOB, 1, 0, 0 };
	uint8_t sent[2 + 1 + sizeof(locator)] = { 1, sizeof(locator), sizeof(locator) };
	struct play play = { 0 };
	struct cw_value value = cw_value_set((struct cw_bytes){ locator, sizeof(locator) });
	struct cw_row row = { 1, &value };
	struct cw_ora_stmt *stmt;

	(void)state;
	memcpy(sent + 3, locator, sizeof(locator));
	put_end(&play, 0, 0);
	put_end(&play, 0, 0);
	stmt = prepared(&play, "insert into t values (:1)");
	cw_ora_bind_national(stmt, 0, CW_ORA_CLOB, 4000);
	assert_int_equal(stmt->oac[0].charset_form, 2);
	if (!cw_ora_execute(stmt, &row, 1, 0, NULL, &err))
		fail_msg("%s", err.text);
	assert_true(was_sent(&play, declared, sizeof(declared)));
	assert_true(was_sent(&play, sent, sizeof(sent)));
	end(&play);
}

/* One execution's answer, as before 12.1. */
static void put_old_end(struct play *play, uint64_t row_count, uint32_t number)
{
	struct cw_ttc_error error = { .cursor_id = 7,
				      .row_count = row_count,
				      .number = number,
				      .text = cw_bytes_of(number ? "ORA-00001: twice" : "") };
	struct cw_ttc old = ttc;

	old.field_version = CW_FV_11_2;
	cw_ttc_put_error(&play->payload, &old, &error);
	put_packet(play);
}

static void before_12_1_row_counts_come_of_single_executions(void **state)
{
	static const uint64_t touched[] = { 3, 0, 7 };
	struct cw_value values[3] = { text("a"), text("b"), text("c") };
	struct cw_row rows[3] = { { 1, &values[0] }, { 1, &values[1] }, { 1, &values[2] } };

	(void)state;
	for (unsigned bad = 0; bad < 2; bad++) {
		struct play play = { 0 };
		struct cw_ora_result result;
		struct cw_ora_stmt *stmt;

		put_old_end(&play, touched[0], 0);
		put_old_end(&play, bad ? 0 : touched[1], bad ? 1 : 0);
		put_old_end(&play, touched[2], 0);
		put_old_end(&play, 0, 0);
		stmt = prepared(&play, "delete from t where x = :1");
		play.ora->ttc.field_version = CW_FV_11_2;
		cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 40);
		assert_int_equal(cw_ora_execute(stmt, rows, 3, CW_ORA_ROW_COUNTS, &result, &err),
				 !bad);
		assert_int_equal(result.rows_done, bad ? 1 : 3);
		assert_int_equal(result.row_count, bad ? 3 : 10);
		assert_int_equal(result.count_count, bad ? 0 : 3);
		for (unsigned i = 0; i < result.count_count; i++)
			assert_int_equal(result.count[i], touched[i]);
		assert_false(cw_ora_execute(stmt, rows, 3, CW_ORA_ROW_COUNTS | CW_ORA_BATCH_ERRORS,
					    &result, &err));
		assert_int_equal(err.code, 7107);
		end(&play);
	}
}

static void text_that_is_no_UTF_8_is_told_before_anything_is_sent(void **state)
{
	struct play play = { 0 };
	struct cw_value values[3] = { text("a"), text("b"), text("\xc3(") };
	struct cw_row rows[3] = { { 1, &values[0] }, { 1, &values[1] }, { 1, &values[2] } };
	struct cw_ora_stmt *stmt;

	(void)state;
	put_end(&play, 0, 0);
	stmt = prepared(&play, "insert into t values (:1)");
	cw_ora_bind_national(stmt, 0, CW_ORA_VARCHAR2, 40);
	assert_false(cw_ora_execute(stmt, rows, 3, 0, NULL, &err));
	assert_int_equal(2012, err.code);
	assert_non_null(strstr(err.text, "row 3, bind 1"));
	assert_int_equal(0, play.sent.len);
	assert_true(cw_ora_ping(play.ora, &err));
	end(&play);
}

/* What came back and is no UTF-16 breaks the call: nobody is given half a text. */
static void a_value_that_comes_back_and_is_no_UTF_16_is_an_error(void **state)
{
	struct play play = { 0 };
	struct cw_value value[2] = { { 0 }, text("x") };
	struct cw_row row = { 2, value };
	struct cw_ora_stmt *stmt;

	(void)state;
	put_out(&play, "\xd8\x00", 2);
	stmt = prepared(&play, "begin :1 := f(:2); end;");
	cw_ora_bind_national(stmt, 0, CW_ORA_VARCHAR2, 40);
	cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 40);
	assert_false(cw_ora_execute(stmt, &row, 1, 0, NULL, &err));
	assert_non_null(strstr(err.text, "no UTF-16"));
	end(&play);
}

static void booleans_are_spelled_as_the_drivers_do(void **state)
{
	/* 7, then true, false and NULL; then 7 again: the row has no more */
	static const uint8_t sent[] = { CW_TTC_ROW_DATA, 2, 1, 1, 1, 0, 0xfd, 1 };
	static const uint8_t declared[] = { CW_ORA_BOOLEAN, 1, 0, 0, 1, 4 };
	static const uint8_t yes = 1, no = 0;
	struct play play = { 0 };
	struct cw_value value[3] = { cw_value_set((struct cw_bytes){ &yes, 1 }),
				     cw_value_set((struct cw_bytes){ &no, 1 }),
				     { .state = CW_VALUE_NULL } };
	struct cw_row row = { 3, value };
	struct cw_ora_stmt *stmt;

	(void)state;
	put_end(&play, 0, 0);
	stmt = prepared(&play, "begin p(:1, :2, :3); end;");
	for (unsigned i = 0; i < 3; i++)
		cw_ora_bind(stmt, i, CW_ORA_BOOLEAN, 1);
	assert_true(cw_ora_execute(stmt, &row, 1, 0, NULL, &err));
	assert_true(was_sent(&play, declared, sizeof(declared)));
	assert_true(was_sent(&play, sent, sizeof(sent)));
	end(&play);
}

/* What the server reads them by: the same bytes. */
static void booleans_are_read_as_they_are_written(void **state)
{
	static const uint8_t yes = 1, no = 0;
	struct cw_ttc_oac oac[3];
	struct cw_value value[3] = { cw_value_set((struct cw_bytes){ &yes, 1 }),
				     cw_value_set((struct cw_bytes){ &no, 1 }),
				     { .state = CW_VALUE_NULL } };
	struct cw_value back[3];
	struct cw_arena arena = CW_ARENA(1u << 16);
	struct cw_wr wr = { 0 };
	struct cw_ttc_in in;

	(void)state;
	for (int i = 0; i < 3; i++)
		oac[i] = cw_ttc_oac_of(CW_ORA_BOOLEAN, 1);
	cw_ttc_put_bind_row(&wr, &ttc, oac, value, NULL, 3, true);
	in = (struct cw_ttc_in){ .rd = cw_rd(cw_wr_bytes(&wr)), .ttc = &ttc, .arena = &arena };
	cw_ttc_get_bind_row(&in, oac, back, NULL, 3, true);
	assert_false(cw_ttc_failed(&in));
	assert_int_equal(0, cw_rd_left(&in.rd));
	assert_int_equal(1, back[0].at[back[0].len - 1]);
	assert_int_equal(0, back[1].at[back[1].len - 1]);
	assert_int_equal(CW_VALUE_NULL, back[2].state);
	cw_wr_release(&wr);
	cw_arena_release(&arena);
}

/* The server keeps what it was told: another size goes with the whole EXECUTE. */
static void a_bind_that_grows_or_turns_national_is_declared_again(void **state)
{
	static const uint8_t grown[] = { 1, 1, 0, 0, 1, 200 };
	static const uint8_t national[] = { 1, 1, 0, 0, 1, 200, 0, 0, 0, 0, 2, 3, 0x69, 2 };
	struct play play = { 0 };
	struct cw_value value = text("x");
	struct cw_row row = { 1, &value };
	struct cw_ora_stmt *stmt;
	size_t executes = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		put_end(&play, 0, 0);
	stmt = prepared(&play, "insert into t values (:1)");
	for (int i = 0; i < 4; i++) {
		if (i == 3)
			cw_ora_bind_national(stmt, 0, CW_ORA_VARCHAR2, 200);
		else
			cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, i < 2 ? 40 : 200);
		assert_true(cw_ora_execute(stmt, &row, 1, 0, NULL, &err));
		assert_int_equal(was_sent(&play, grown, sizeof(grown)), i >= 2);
		assert_int_equal(was_sent(&play, national, sizeof(national)), i == 3);
	}
	for (size_t i = 0; i + 1 < play.sent.len; i++)
		executes += play.sent.at0[i] == CW_TTC_FUNCTION &&
			    play.sent.at0[i + 1] == CW_FN_EXECUTE;
	assert_int_equal(3, executes); /* the second went as REEXECUTE */
	end(&play);
}

/* Rows on their way: no other call is sent, and they are read afterwards as if nothing had been. */
static void a_session_that_reads_ahead_refuses_other_calls_by_name(void **state)
{
	struct cw_ttc_describe describe = { .count = 1, .column = inner };
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *other;
	struct cw_ora_rows rows;
	struct cw_value value;
	size_t sent;

	(void)state;
	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	put_end(&play, 0, 0);
	for (int i = 0; i < 2; i++) {
		value = text(i ? "two" : "one");
		cw_ttc_put_row_header(&play.payload, 1, 1);
		cw_ttc_put_row(&play.payload, &ttc, &describe, &value);
		put_end(&play, i ? 1403 : 0, 0);
	}
	put_end(&play, 0, 0);
	stmt = executed(&play, "select inner from t");
	cw_ora_read_ahead(stmt, 10);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(1, rows.count);
	sent = play.sent.len;
	assert_true(cw_ora_prepare(play.ora, "select 1 from dual", &other, &err));
	assert_false(cw_ora_execute(other, NULL, 0, 0, NULL, &err));
	assert_int_equal(7122, err.code);
	assert_non_null(strstr(err.text, "select inner from t"));
	assert_false(cw_ora_commit(play.ora, &err));
	assert_int_equal(7122, err.code);
	assert_int_equal(sent, play.sent.len);
	assert_memory_equal("one", rows.row[0].value[0].at, 3);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_memory_equal("two", rows.row[0].value[0].at, 3);
	assert_true(cw_ora_commit(play.ora, &err));
	end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			text_of_the_national_character_set_is_UTF_16_on_the_wire_both_ways),
		cmocka_unit_test(an_NCLOB_is_bound_by_its_locator_as_it_is),
		cmocka_unit_test(before_12_1_row_counts_come_of_single_executions),
		cmocka_unit_test(text_that_is_no_UTF_8_is_told_before_anything_is_sent),
		cmocka_unit_test(a_value_that_comes_back_and_is_no_UTF_16_is_an_error),
		cmocka_unit_test(booleans_are_spelled_as_the_drivers_do),
		cmocka_unit_test(booleans_are_read_as_they_are_written),
		cmocka_unit_test(a_bind_that_grows_or_turns_national_is_declared_again),
		cmocka_unit_test(a_session_that_reads_ahead_refuses_other_calls_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
