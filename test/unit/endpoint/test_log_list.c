/*
 * test_log_list.c - a hole in the redo is told, a window reads what it needs
 */
#include "endpoint/log_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct cw_log log_of(uint64_t thread, uint64_t sequence, uint64_t first, uint64_t next)
{
	return (struct cw_log){
		.thread = thread, .sequence = sequence, .first = first, .next = next
	};
}

static bool is_whole(struct cw_log *log, size_t count, uint64_t from)
{
	struct cw_log_list list = { .log = log, .count = count };
	struct cw_err err;
	bool whole = cw_log_list_check(&list, from, &err);

	if (!whole)
		assert_int_equal(err.code, 7011);
	return whole;
}

static void a_sequence_that_is_missing_is_a_hole(void **state)
{
	struct cw_log log[] = { log_of(1, 7, 100, 200), log_of(1, 8, 200, 300),
				log_of(1, 10, 400, CW_LOG_INFINITE) };

	(void)state;
	assert_true(is_whole(log, 2, 150));
	assert_false(is_whole(log, 3, 150));
	assert_false(is_whole(log, 0, 150));
}

static void the_first_log_of_each_thread_begins_before_what_is_read(void **state)
{
	struct cw_log log[] = { log_of(1, 7, 100, CW_LOG_INFINITE),
				log_of(2, 4, 120, CW_LOG_INFINITE) };

	(void)state;
	assert_true(is_whole(log, 2, 120));
	assert_false(is_whole(log, 2, 119));
	assert_false(is_whole(log, 2, 99));
	log[1].sequence = 1; /* the thread is new: before it there was nothing */
	assert_true(is_whole(log, 2, 119));
}

static void a_window_ends_with_the_first_log_that_does(void **state)
{
	struct cw_log log[] = { log_of(1, 7, 100, 200), log_of(1, 8, 200, CW_LOG_INFINITE),
				log_of(2, 4, 90, 150),	log_of(2, 5, 150, 170),
				log_of(2, 6, 170, 199), log_of(2, 7, 199, CW_LOG_INFINITE) };
	struct cw_log_list list = { .log = log, .count = CW_ARRAY_LEN(log) };
	uint64_t hi = 1000;

	(void)state;
	cw_log_list_window(&list, 160, &hi);
	assert_int_equal(hi, 169);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.log[0].sequence, 7);
	assert_int_equal(list.log[1].sequence, 5);
}

static void a_log_that_begins_where_a_window_ends_is_read(void **state)
{
	struct cw_log log[] = { log_of(1, 7, 100, CW_LOG_INFINITE),
				log_of(2, 4, 180, CW_LOG_INFINITE) };
	struct cw_log_list list = { .log = log, .count = CW_ARRAY_LEN(log) };
	uint64_t hi = 180;

	(void)state;
	cw_log_list_window(&list, 160, &hi);
	assert_int_equal(hi, 180);
	assert_int_equal(list.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sequence_that_is_missing_is_a_hole),
		cmocka_unit_test(the_first_log_of_each_thread_begins_before_what_is_read),
		cmocka_unit_test(a_window_ends_with_the_first_log_that_does),
		cmocka_unit_test(a_log_that_begins_where_a_window_ends_is_read),
	};

	return cmocka_run_group_tests_name("log_list", tests, NULL, NULL);
}
