/*
 * test_local_time.c - moments by the database's time zone cross where that is UTC
 */
#include "endpoint/local_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_zone_that_is_utc_for_a_part_of_the_year_is_not_utc(void **state)
{
	(void)state;
	assert_true(cw_local_time_is_utc("+00:00"));
	assert_true(cw_local_time_is_utc("UTC"));
	assert_true(cw_local_time_is_utc("Etc/UTC"));
	assert_false(cw_local_time_is_utc("-05:00"));
	assert_false(cw_local_time_is_utc("Europe/London"));
	assert_false(cw_local_time_is_utc(""));
}

static void the_column_that_needs_it_is_named(void **state)
{
	const struct cw_column plain[] = { { .name = "A", .ora_type = CW_ORA_TIMESTAMP_TZ } };
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
	assert_true(cw_local_time_column(&catalog, name, sizeof(name)));
	assert_string_equal(name, "APP.TWO.AT");
	catalog.table_count = 1;
	assert_false(cw_local_time_column(&catalog, name, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_that_is_utc_for_a_part_of_the_year_is_not_utc),
		cmocka_unit_test(the_column_that_needs_it_is_named),
	};

	return cmocka_run_group_tests_name("local_time", tests, NULL, NULL);
}
