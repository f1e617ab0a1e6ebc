/*
 * test_spill.c - a spill gives back what it took, or says that it cannot
 */
#include "store/spill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ALL_TO_DISK 1 /* of memory */

static char dir[64];
static struct cw_spill_pool pool;
static struct cw_spill spill;

static int set_up(void **state)
{
	struct cw_err err;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/cw_spill.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_true(cw_spill_pool_open(&pool, dir, ALL_TO_DISK, 64, &err));
	cw_spill_init(&spill, &pool);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cw_spill_release(&spill);
	return rmdir(dir); /* no file has a name */
}

static bool append(const char *text, struct cw_err *err)
{
	return cw_spill_append(&spill, (struct cw_bytes){ (const uint8_t *)text, strlen(text) },
			       err);
}

static void assert_next(uint64_t *at, const char *text)
{
	struct cw_bytes record;
	struct cw_err err;

	assert_true(cw_spill_next(&spill, at, &record, &err));
	assert_int_equal(record.len, strlen(text));
	assert_memory_equal(record.at, text, record.len);
}

static void records_come_back_from_the_front_and_from_behind(void **state)
{
	uint64_t at = 0;
	struct cw_bytes record;
	struct cw_err err;

	(void)state;
	assert_true(append("one", &err));
	assert_true(append("", &err));
	assert_true(append("three", &err));
	assert_next(&at, "one");
	assert_next(&at, "");
	assert_next(&at, "three");
	assert_int_equal(at, cw_spill_end(&spill));
	assert_true(cw_spill_previous(&spill, &at, &record, &err));
	assert_memory_equal(record.at, "three", 5);
}

static void a_byte_that_the_disk_changed_is_told(void **state)
{
	uint64_t at = 0;
	struct cw_bytes record;
	struct cw_err err;

	(void)state;
	assert_true(append("one", &err));
	assert_int_equal(pwrite(spill.fd, "O", 1, 8), 1);
	assert_false(cw_spill_next(&spill, &at, &record, &err));
	assert_int_equal(err.code, 3002);
	assert_int_equal(at, 0);
}

static void what_replaces_a_record_that_was_cut_off_is_read_and_not_that(void **state)
{
	uint64_t at = 0, cut;
	struct cw_err err;

	(void)state;
	assert_true(append("one", &err));
	cut = cw_spill_end(&spill);
	assert_true(append("two", &err));
	assert_next(&at, "one");
	assert_next(&at, "two");
	cw_spill_cut(&spill, cut);
	assert_true(append("TWO", &err));
	at = cut;
	assert_next(&at, "TWO");
}

static void the_bound_of_the_disk_holds_and_what_is_released_counts_no_more(void **state)
{
	struct cw_err err;

	(void)state;
	assert_true(append("twenty bytes of text", &err));
	assert_false(append("twenty-one of them, too", &err));
	assert_int_equal(err.code, 3003);
	assert_int_equal(pool.disk_used, 32);
	cw_spill_release(&spill);
	assert_int_equal(pool.disk_used, 0);
	cw_spill_init(&spill, &pool);
	assert_true(append("twenty bytes of text", &err));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_come_back_from_the_front_and_from_behind),
		TEST(a_byte_that_the_disk_changed_is_told),
		TEST(what_replaces_a_record_that_was_cut_off_is_read_and_not_that),
		TEST(the_bound_of_the_disk_holds_and_what_is_released_counts_no_more),
	};

	return cmocka_run_group_tests_name("spill", tests, NULL, NULL);
}
