/*
 * test_log_list.c - a hole in the redo is told, a window reads what it needs
 */
#include "endpoint/log_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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

static void add_copy(struct cw_log_list *list, const char *name, uint64_t thread, uint64_t sequence)
{
	struct cw_log log = log_of(thread, sequence, sequence * 100, sequence * 100 + 100);

	(void)snprintf(log.name, sizeof(log.name), "%s", name);
	cw_log_list_add(list, &log);
}

/* Its archives were deleted, and it is no member of any group any more: a list without it would look whole. */
static void a_thread_none_of_whose_logs_can_be_read_is_missed(void **state)
{
	struct cw_log_list list = { 0 };
	struct cw_err err = { 0 };

	(void)state;
	add_copy(&list, "/a/7", 1, 7);
	add_copy(&list, "", 1, 8); /* on its way to the archive */
	assert_true(cw_log_list_check(&list, 750, &err));
	add_copy(&list, "", 2, 9);
	assert_false(cw_log_list_check(&list, 750, &err));
	assert_int_equal(err.code, 7011);
	assert_non_null(strstr(err.text, "thread 2, sequence 9"));
	add_copy(&list, "/a/2_7", 2, 7);
	assert_true(cw_log_list_check(&list, 750, &err));
	cw_log_list_release(&list);
}

static void the_copy_that_was_read_is_read_on(void **state)
{
	struct cw_log_list list = { 0 }, loaded = { 0 };

	(void)state;
	add_copy(&list, "/a/7", 1, 7);
	add_copy(&list, "/b/7", 1, 7);
	add_copy(&list, "/a/8", 1, 8);
	assert_int_equal(list.count, 2);
	cw_log_list_prefer(&list, &loaded);
	assert_string_equal(list.log[0].name, "/a/7");
	add_copy(&loaded, "/b/7", 1, 7);
	add_copy(&loaded, "/b/8", 1, 8); /* that one is gone since */
	cw_log_list_prefer(&list, &loaded);
	assert_string_equal(list.log[0].name, "/b/7");
	assert_string_equal(list.log[1].name, "/a/8");
	cw_log_list_release(&list);
	cw_log_list_release(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sequence_that_is_missing_is_a_hole),
		cmocka_unit_test(the_first_log_of_each_thread_begins_before_what_is_read),
		cmocka_unit_test(a_window_ends_with_the_first_log_that_does),
		cmocka_unit_test(a_log_that_begins_where_a_window_ends_is_read),
		cmocka_unit_test(a_thread_none_of_whose_logs_can_be_read_is_missed),
		cmocka_unit_test(the_copy_that_was_read_is_read_on),
	};

	return cmocka_run_group_tests_name("log_list", tests, NULL, NULL);
}
