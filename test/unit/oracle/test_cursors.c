/* test_cursors.c - REF CURSORs, cursors in a column, implicit results, and warnings of the compiler */
#include "cursor_play.h"

#include <stdio.h>

static struct cw_ttc_column object[] = { { .name = { (const uint8_t *)"THING", 5 },
					   .ora_type = CW_ORA_OBJECT,
					   .bytes_max = 40,
					   .type_schema = { (const uint8_t *)"SHOP", 4 },
					   .type_name = { (const uint8_t *)"T_THING", 7 } } };

/* Its one row is @text, and there is no other. */
static void holds(struct cw_ora_stmt *cursor, const char *text)
{
	struct cw_ora_rows rows;

	assert_non_null(cursor);
	assert_int_equal(1, cw_ora_column_count(cursor));
	assert_string_equal("INNER", cw_ora_column(cursor, 0)->name);
	assert_true(cw_ora_fetch(cursor, 10, &rows, &err));
	assert_int_equal(1, rows.count);
	assert_int_equal(strlen(text), rows.row[0].value[0].len);
	assert_memory_equal(text, rows.row[0].value[0].at, strlen(text));
	assert_true(cw_ora_fetch(cursor, 10, &rows, &err));
	assert_int_equal(0, rows.count);
}

static bool was_sent(const struct play *play, const void *bytes, size_t len)
{
	return memmem(play->sent.at0, play->sent.len, bytes, len);
}

static void a_REF_CURSOR_of_an_OUT_bind_is_fetched_and_closed(void **state)
{
	static const uint8_t open_one[] = { CW_TTC_ROW_DATA, 1, 0 };
	static const uint8_t fetch[] = { CW_TTC_FUNCTION, CW_FN_FETCH, 2, 1, 21 };
	static const uint8_t close[] = { CW_FN_CLOSE_CURSORS, 3, 1, 1, 1, 1, 21 };
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *cursor;
	struct cw_value value;

	(void)state;
	put_out_cursor(&play, inner);
	put_end(&play, 0, 0);
	put_fetched(&play, "row");
	put_end(&play, 0, 0);
	stmt = executed(&play, "begin open :1 for select 1 from dual; end;");
	assert_true(was_sent(&play, open_one, sizeof(open_one)));
	value = cw_ora_out(stmt, 0);
	assert_true(cw_ora_cursor(play.ora, &value, &cursor, &err));
	holds(cursor, "row");
	assert_true(was_sent(&play, fetch, sizeof(fetch)));
	cw_ora_stmt_free(cursor);
	assert_true(cw_ora_ping(play.ora, &err));
	assert_true(was_sent(&play, close, sizeof(close)));
	end(&play);
}

static void a_cursor_that_was_not_opened_is_told(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *cursor;
	struct cw_value value;

	(void)state;
	put_out_cursor(&play, NULL);
	play.payload.len -= 3; /* id 0 for id 21: nothing was opened */
	cw_ttc_put_ub(&play.payload, 0);
	cw_ttc_put_sb(&play.payload, 0);
	put_end(&play, 0, 0);
	stmt = executed(&play, "begin foo(:1); end;");
	value = cw_ora_out(stmt, 0);
	assert_false(cw_ora_cursor(play.ora, &value, &cursor, &err));
	assert_int_equal(7109, err.code);
	end(&play);
}

static void cursors_in_a_column_are_told_apart(void **state)
{
	struct cw_ttc_column outer = { .ora_type = CW_ORA_CURSOR,
				       .bytes_max = 1,
				       .name = { (const uint8_t *)"C", 1 } };
	struct cw_ttc_describe describe = { .count = 1, .column = &outer };
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *cursor[2];
	struct cw_ora_rows rows;

	(void)state;
	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	cw_ttc_put_row_header(&play.payload, 1, 2);
	for (unsigned i = 0; i < 2; i++) {
		cw_ttc_put_u8(&play.payload, CW_TTC_ROW_DATA);
		put_cursor(&play.payload, inner, 31 + i);
	}
	put_end(&play, 1403, 0);
	put_fetched(&play, "second");
	put_fetched(&play, "first");
	stmt = executed(&play, "select cursor(select 1 from dual) c from dual");
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(2, rows.count);
	for (unsigned i = 0; i < 2; i++)
		assert_true(cw_ora_cursor(play.ora, &rows.row[i].value[0], &cursor[i], &err));
	holds(cursor[1], "second");
	holds(cursor[0], "first");
	end(&play);
}

static void implicit_results_come_in_their_order(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *first, *second;

	(void)state;
	put_results(&play.payload, 41, 3);
	put_end(&play, 0, 0);
	put_fetched(&play, "one");
	put_fetched(&play, "two");
	stmt = executed(&play, "begin dbms_sql.return_result(c); end;");
	assert_true(cw_ora_next_result(stmt, &first, &err));
	holds(first, "one");
	assert_true(cw_ora_next_result(stmt, &second, &err));
	holds(second, "two");
	cw_ora_stmt_free(second);
	cw_ora_stmt_free(stmt); /* and with it the third, which nobody took */
	cw_ora_stmt_free(first);
	assert_int_equal(3, play.ora->to_close_count);
	assert_int_equal(42, play.ora->to_close[0]);
	assert_int_equal(43, play.ora->to_close[1]);
	assert_int_equal(41, play.ora->to_close[2]);
	end(&play);
}

static void a_block_without_results_has_none(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *none;

	(void)state;
	put_end(&play, 0, 0);
	stmt = executed(&play, "begin null; end;");
	assert_true(cw_ora_next_result(stmt, &none, &err));
	assert_null(none);
	end(&play);
}

static void a_cursor_with_an_object_is_refused_by_its_column(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt, *cursor;
	struct cw_value value;

	(void)state;
	put_out_cursor(&play, object);
	put_end(&play, 0, 0);
	stmt = executed(&play, "begin open :1 for select thing from things; end;");
	value = cw_ora_out(stmt, 0);
	assert_false(cw_ora_cursor(play.ora, &value, &cursor, &err));
	assert_int_equal(7108, err.code);
	assert_non_null(strstr(err.text, "THING"));
	assert_non_null(strstr(err.text, "SHOP.T_THING"));
	end(&play);
}

static void more_results_than_can_be_are_refused(void **state)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt;

	(void)state;
	cw_ttc_put_u8(&play.payload, CW_TTC_IMPLICIT_RESULTSET);
	cw_ttc_put_ub(&play.payload, 1000000);
	put_packet(&play);
	begin(&play);
	assert_true(cw_ora_prepare(play.ora, "begin null; end;", &stmt, &err));
	assert_false(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
	end(&play);
}

static void a_procedure_that_does_not_compile_is_told(void **state)
{
	struct play play = { 0 };
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;

	(void)state;
	put_end(&play, 0, 0x20);
	put_end(&play, 0, 0);
	begin(&play);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(cw_ora_prepare(play.ora, "create procedure p is begin x; end;", &stmt,
					   &err));
		assert_true(cw_ora_execute(stmt, NULL, 0, 0, &result, &err));
		assert_int_equal(i == 0, result.has_warning);
		cw_ora_stmt_free(stmt);
	}
	end(&play);
}

/* Since 23ai an answer has an end; behind a reset it may come, late or not at all. */
static void put_broken_off(struct play *play, bool end_in_same, bool end_apart)
{
	struct cw_ttc_error error = { .number = 1013, .text = cw_bytes_of("ORA-01013: cancelled") };
	struct cw_ttc newest = ttc;

	newest.field_version = CW_FV_23_4;
	newest.oer_wide = true;
	cw_tns_put_marker(&play->stream, true, CW_TNS_BREAK);
	cw_tns_put_marker(&play->stream, true, CW_TNS_RESET);
	cw_ttc_put_error(&play->payload, &newest, &error);
	if (end_in_same)
		cw_ttc_put_u8(&play->payload, CW_TTC_END_OF_RESPONSE);
	put_packet(play);
	if (end_apart) {
		cw_ttc_put_u8(&play->payload, CW_TTC_END_OF_RESPONSE);
		put_packet(play);
	}
	error = (struct cw_ttc_error){ .number = 54, .text = cw_bytes_of("ORA-00054: locked") };
	cw_ttc_put_error(&play->payload, &newest, &error);
	cw_ttc_put_u8(&play->payload, CW_TTC_END_OF_RESPONSE);
	put_packet(play);
}

static void the_call_behind_a_broken_one_gets_its_own_answer(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 3; way++) {
		struct play play = { 0 };

		print_message("# way %u\n", way);
		put_broken_off(&play, way == 1, way == 2);
		begin(&play);
		play.ora->ttc.field_version = CW_FV_23_4;
		play.ora->ttc.oer_wide = true;
		play.ora->ttc.end_of_response = true;
		assert_false(cw_ora_ping(play.ora, &err));
		assert_int_equal(err.native, 1013);
		assert_false(cw_ora_commit(play.ora, &err));
		assert_int_equal(err.native, 54);
		end(&play);
	}
}

static void an_answer_with_nothing_in_it_is_none(void **state)
{
	struct play play = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		cw_ttc_put_u8(&play.payload, CW_TTC_END_OF_RESPONSE);
		put_packet(&play);
	}
	begin(&play);
	play.ora->ttc.end_of_response = true;
	assert_false(cw_ora_commit(play.ora, &err));
	assert_non_null(strstr(err.text, "nothing in it"));
	end(&play);
}

static const struct cw_ora_login login = { .user = "scott",
					   .password = { (const uint8_t *)"tiger", 5 } };

static bool log_in(struct play *play)
{
	begin(play);
	play->ora->is_fast = true;
	return ora_log_in(play->ora, &login, &err);
}

static bool log_in_at_23ai(struct play *play)
{
	begin(play);
	play->ora->is_fast = play->ora->ttc.end_of_response = true;
	return ora_log_in(play->ora, &login, &err);
}

static void answers_to_FAST_AUTH_that_cannot_be_are_refused(void **state)
{
	struct play play = { 0 };

	(void)state;
	cw_ttc_put_protocol_answer(&play.payload, 5, 873); /* older than any that is spoken to */
	put_packet(&play);
	assert_false(log_in(&play));
	assert_non_null(strstr(err.text, "before 11.2"));
	end(&play);
	play = (struct play){ 0 };
	cw_ttc_put_protocol_answer(&play.payload, CW_FV_23_4, 873);
	put_end(&play, 0, 0); /* neither data types nor a challenge */
	assert_false(log_in(&play));
	end(&play);
	play = (struct play){ 0 };
	cw_ttc_put_protocol_answer(&play.payload, CW_FV_23_4, 873);
	put_packet(&play);
	begin(&play); /* to one who asked for something else */
	assert_false(cw_ora_ping(play.ora, &err));
	assert_non_null(strstr(err.text, "nobody asked for"));
	end(&play);
}

/* The payloads of the packets the client sent, each by its first two bytes. */
static void told(const struct play *play, char *ret, size_t room)
{
	struct cw_bytes rest = cw_wr_bytes(&play->sent);

	ret[0] = '\0';
	while (rest.len > 12) {
		size_t len = (size_t)rest.at[2] << 8 | rest.at[3];
		size_t at = strlen(ret);

		(void)snprintf(ret + at, room - at, "%02x%02x ", rest.at[10], rest.at[11]);
		assert_in_range(len, 11, rest.len);
		rest.at += len;
		rest.len -= len;
	}
}

/* It knows what PROTOCOL said and has read nothing behind it. */
static void a_server_that_answers_FAST_AUTH_by_RENEGOTIATE_is_told_the_rest_one_by_one(void **state)
{
	static const struct cw_ttc_data_types types = { 0 };
	struct cw_ttc_error error = { .number = 1017, .text = cw_bytes_of("ORA-01017: no") };
	struct cw_ttc newest = ttc;
	struct play play = { 0 };
	char text[64];

	(void)state;
	newest.field_version = CW_FV_23_4;
	newest.oer_wide = true;
	cw_ttc_put_protocol_answer(&play.payload, CW_FV_23_4, 873);
	cw_ttc_put_u8(&play.payload, CW_TTC_RENEGOTIATE);
	cw_ttc_put_u8(&play.payload, CW_TTC_END_OF_RESPONSE);
	put_packet(&play);
	cw_ttc_put_data_types_answer(&play.payload, &types);
	cw_ttc_put_u8(&play.payload, CW_TTC_END_OF_RESPONSE);
	put_packet(&play);
	cw_ttc_put_error(&play.payload, &newest, &error);
	cw_ttc_put_u8(&play.payload, CW_TTC_END_OF_RESPONSE);
	put_packet(&play);
	assert_false(log_in_at_23ai(&play));
	assert_int_equal(err.native, 1017);
	told(&play, text, sizeof(text));
	assert_string_equal(text, "2201 0269 0376 "); /* FAST_AUTH, DATA_TYPES, AUTH phase one */
	end(&play);
	play = (struct play){ 0 };
	cw_ttc_put_u8(&play.payload, CW_TTC_RENEGOTIATE);
	cw_ttc_put_u8(&play.payload, CW_TTC_END_OF_RESPONSE);
	put_packet(&play);
	assert_false(log_in_at_23ai(&play));
	assert_non_null(strstr(err.text, "without PROTOCOL"));
	end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_REF_CURSOR_of_an_OUT_bind_is_fetched_and_closed),
		cmocka_unit_test(a_cursor_that_was_not_opened_is_told),
		cmocka_unit_test(cursors_in_a_column_are_told_apart),
		cmocka_unit_test(implicit_results_come_in_their_order),
		cmocka_unit_test(a_block_without_results_has_none),
		cmocka_unit_test(a_cursor_with_an_object_is_refused_by_its_column),
		cmocka_unit_test(more_results_than_can_be_are_refused),
		cmocka_unit_test(the_call_behind_a_broken_one_gets_its_own_answer),
		cmocka_unit_test(an_answer_with_nothing_in_it_is_none),
		cmocka_unit_test(answers_to_FAST_AUTH_that_cannot_be_are_refused),
		cmocka_unit_test(
			a_server_that_answers_FAST_AUTH_by_RENEGOTIATE_is_told_the_rest_one_by_one),
		cmocka_unit_test(a_procedure_that_does_not_compile_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
