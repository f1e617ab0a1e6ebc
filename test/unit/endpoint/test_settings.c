/*
 * test_settings.c - columns cross where the database is so that they are what they seem
 */
#include "endpoint/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_zone_that_is_utc_for_a_part_of_the_year_is_not_utc(void **state)
{
	(void)state;
	assert_true(cw_setting_suits(CW_SETTING_TIME_ZONE, "+00:00"));
	assert_true(cw_setting_suits(CW_SETTING_TIME_ZONE, "UTC"));
	assert_true(cw_setting_suits(CW_SETTING_TIME_ZONE, "Etc/UTC"));
	assert_false(cw_setting_suits(CW_SETTING_TIME_ZONE, "-05:00"));
	assert_false(cw_setting_suits(CW_SETTING_TIME_ZONE, "Europe/London"));
	assert_false(cw_setting_suits(CW_SETTING_TIME_ZONE, ""));
}

static void national_text_is_read_as_utf_16_alone(void **state)
{
	(void)state;
	assert_true(cw_setting_suits(CW_SETTING_NATIONAL_SET, "AL16UTF16"));
	assert_false(cw_setting_suits(CW_SETTING_NATIONAL_SET, "UTF8"));
	assert_false(cw_setting_suits(CW_SETTING_NATIONAL_SET, ""));
}

static void a_root_that_sees_the_redo_of_all_is_no_source(void **state)
{
	(void)state;
	assert_true(cw_setting_suits(CW_SETTING_CONTAINER, "0")); /* no container database */
	assert_false(cw_setting_suits(CW_SETTING_CONTAINER, "1"));
	assert_true(cw_setting_suits(CW_SETTING_CONTAINER, "3"));
}

static void the_column_that_needs_it_is_named(void **state)
{
	const struct cw_column plain[] = {
		{ .name = "A", .ora_type = CW_ORA_VARCHAR2, .national = true }
	};
	const struct cw_column local[] = { { .name = "A", .ora_type = CW_ORA_NUMBER },
					   { .name = "AT", .ora_type = CW_ORA_TIMESTAMP_LTZ } };
	struct cw_table one = {
		.shape = { .owner = "APP", .name = "ONE", .column_count = 1, .column = plain }
	};
	struct cw_table two = {
		.shape = { .owner = "APP", .name = "TWO", .column_count = 2, .column = local }
	};
	struct cw_table *table[] = { &one, &two };
	struct cw_catalog catalog = { .table_count = 2, .table = table };
	char name[100];

	(void)state;
	assert_true(cw_setting_column(CW_SETTING_TIME_ZONE, &catalog, name, sizeof(name)));
	assert_string_equal(name, "APP.TWO.AT");
	assert_true(cw_setting_column(CW_SETTING_NATIONAL_SET, &catalog, name, sizeof(name)));
	assert_string_equal(name, "APP.ONE.A");
	catalog.table_count = 1;
	assert_false(cw_setting_column(CW_SETTING_TIME_ZONE, &catalog, name, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_that_is_utc_for_a_part_of_the_year_is_not_utc),
		cmocka_unit_test(national_text_is_read_as_utf_16_alone),
		cmocka_unit_test(a_root_that_sees_the_redo_of_all_is_no_source),
		cmocka_unit_test(the_column_that_needs_it_is_named),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
