/* test_sql_print.c - what causeway sql prints of rows that come by the way */
#include "../oracle/cursor_play.h"

#include "cli/sql.h"

#include <stdio.h>

/* What is printed of a block that gives back an OUT cursor and an implicit result. */
static void a_block_prints(enum cw_sql_form form, const char *wanted)
{
	struct play play = { 0 };
	struct cw_ora_stmt *stmt;
	char *text = NULL;
	size_t len;
	struct cw_sql_out out = { .form = form };

	put_out_cursor(&play, inner);
	put_results(&play.payload, 41, 1);
	put_end(&play, 0, 0);
	put_fetched(&play, "by, bind");
	put_fetched(&play, "result");
	stmt = executed(&play, "begin open :1 for select 1 from dual; end;");
	out.rows = out.words = open_memstream(&text, &len);
	assert_true(cw_sql_print_more(&out, play.ora, stmt, &err));
	(void)fclose(out.rows);
	assert_string_equal(wanted, text);
	free(text);
	end(&play);
}

static void what_a_block_gives_back_is_printed_as_further_rows(void **state)
{
	(void)state;
	a_block_prints(CW_SQL_CSV, "INNER\n\"by, bind\"\nINNER\nresult\n");
	a_block_prints(CW_SQL_JSON,
		       "{\"columns\": [\"INNER\"], \"rows\": [[\"by, bind\"]], \"row_count\": 1}\n"
		       "{\"columns\": [\"INNER\"], \"rows\": [[\"result\"]], \"row_count\": 1}\n");
	a_block_prints(CW_SQL_ALIGNED,
		       "INNER\n--------\nby, bind\n1 row\nINNER\n------\nresult\n1 row\n");
}

/* A query whose column is a cursor, @deep times over. */
static bool a_query_prints(unsigned deep, char **text)
{
	static struct cw_ttc_column outer = { .name = { (const uint8_t *)"C", 1 },
					      .ora_type = CW_ORA_CURSOR,
					      .bytes_max = 1 };
	struct cw_ttc_describe describe = { .count = 1, .column = &outer };
	struct cw_sql_out out = { .form = CW_SQL_CSV };
	struct play play = { 0 };
	struct cw_ora_stmt *stmt;
	size_t len;
	bool good;

	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	for (unsigned i = 1; i <= deep; i++) {
		cw_ttc_put_row_header(&play.payload, 1, 1);
		cw_ttc_put_u8(&play.payload, CW_TTC_ROW_DATA);
		put_cursor(&play.payload, i < deep ? &outer : inner, 50 + i);
		put_end(&play, 1403, 0);
	}
	put_fetched(&play, "innermost");
	stmt = executed(&play, "select cursor(select 1 from dual) c from dual");
	out.rows = out.words = open_memstream(text, &len);
	good = cw_sql_print(&out, play.ora, stmt, &err);
	(void)fclose(out.rows);
	end(&play);
	return good;
}

static void cursors_of_a_column_are_numbered_and_printed_behind(void **state)
{
	char *text = NULL;

	(void)state;
	assert_true(a_query_prints(2, &text));
	assert_string_equal("C\ncursor 1\nC\ncursor 1\nINNER\ninnermost\n", text);
	free(text);
}

static void cursors_in_each_other_have_an_end(void **state)
{
	char *text = NULL;

	(void)state;
	assert_false(a_query_prints(20, &text));
	assert_int_equal(6005, err.code);
	free(text);
}

static void text_that_is_no_UTF_8_is_told_with_row_and_column(void **state)
{
	struct play play = { 0 };
	struct cw_ttc_describe describe = { .count = 1, .column = inner };
	struct cw_sql_out out = { .form = CW_SQL_CSV };
	struct cw_value value[2] = { cw_value_set(cw_bytes_of("good \xc3\xa4")),
				     cw_value_set(cw_bytes_of("bad \xe4")) };
	struct cw_ora_stmt *stmt;
	char *text = NULL;
	size_t len;

	(void)state;
	cw_ttc_put_describe(&play.payload, &ttc, &describe, date);
	cw_ttc_put_row_header(&play.payload, 1, 2);
	cw_ttc_put_row(&play.payload, &ttc, &describe, &value[0]);
	cw_ttc_put_row(&play.payload, &ttc, &describe, &value[1]);
	put_end(&play, 1403, 0);
	stmt = executed(&play, "select inner from words");
	out.rows = out.words = open_memstream(&text, &len);
	assert_false(cw_sql_print(&out, play.ora, stmt, &err));
	(void)fclose(out.rows);
	assert_int_equal(2012, err.code);
	assert_non_null(strstr(err.text, "row 2, column INNER"));
	free(text);
	end(&play);
}

static void a_procedure_that_does_not_compile_is_said_so(void **state)
{
	const struct cw_ora_result result = { .has_warning = true };
	struct cw_sql_out out = { .form = CW_SQL_ALIGNED };
	char *text = NULL;
	size_t len;

	(void)state;
	out.rows = out.words = open_memstream(&text, &len);
	cw_sql_print_done(&out, "create procedure p is begin x; end;", &result);
	(void)fclose(out.rows);
	assert_non_null(strstr(text, "does not compile"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_block_gives_back_is_printed_as_further_rows),
		cmocka_unit_test(cursors_of_a_column_are_numbered_and_printed_behind),
		cmocka_unit_test(text_that_is_no_UTF_8_is_told_with_row_and_column),
		cmocka_unit_test(cursors_in_each_other_have_an_end),
		cmocka_unit_test(a_procedure_that_does_not_compile_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
