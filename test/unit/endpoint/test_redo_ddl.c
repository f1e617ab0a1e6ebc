/*
 * test_redo_ddl.c - DDL that changes the rows of a table is told from the rest
 */
#include "endpoint/redo_ddl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct cw_bytes bytes_of(const char *text)
{
	return (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
}

static void what_leaves_rows_and_columns_alone_is_harmless(void **state)
{
	static const char *const harmless[] = {
		"grant select on t to u",
		"\n comment on table t is 'x'",
		"create index i on t (a)",
		"alter table t disable all triggers",
		"alter table t add supplemental log data (all) columns",
		"ALTER TABLE \"T\" ENABLE ROW MOVEMENT",
		"alter table app . \"my T\"\n enable  row movement",
		"alter table t add partition p9 values less than (date '2030-01-01')",
		"alter table t rename partition sys_p21 to p9",
		"alter table t set interval (numtoyminterval(1, 'MONTH'))"
	};
	static const char *const not [] = {
		"truncate table t",
		"drop table t purge",
		"alter table t add (b number)",
		"alter table t drop column b",
		"alter table t modify b number",
		"alter table t rename to u",
		"alter table t shrink space",
		"alter table t add b number default 1 not null enable novalidate",
		"alter table t add partition p9 tablespace x",
		"alter table t split partition p at (5) into (partition a, partition b)",
		"alter table \"enable \" drop partition p",
		"alter table \"t enable row movement"
	};

	(void)state;
	for (unsigned i = 0; i < CW_ARRAY_LEN(harmless); i++)
		assert_true(cw_redo_ddl_is_harmless(bytes_of(harmless[i])));
	for (unsigned i = 0; i < CW_ARRAY_LEN(not ); i++)
		assert_false(cw_redo_ddl_is_harmless(bytes_of(not [i])));
}

static void a_table_that_changes_places_with_a_partition_of_another_is_found(void **state)
{
	static const char whole[] = "alter table sales exchange partition p1\nwith table "
				    "app.\"Stage\" including indexes without validation";

	(void)state;
	assert_true(cw_redo_ddl_trades(bytes_of(whole), "Stage"));
	assert_true(cw_redo_ddl_trades(
		bytes_of("alter table s exchange subpartition p with table stage"), "STAGE"));
	assert_false(cw_redo_ddl_trades(bytes_of(whole), "STAG"));
	assert_false(cw_redo_ddl_trades(bytes_of(whole), "TAGE"));
	assert_false(cw_redo_ddl_trades(bytes_of("alter table sales truncate partition stage"),
					"STAGE"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_leaves_rows_and_columns_alone_is_harmless),
		cmocka_unit_test(a_table_that_changes_places_with_a_partition_of_another_is_found),
	};

	return cmocka_run_group_tests_name("redo_ddl", tests, NULL, NULL);
}
