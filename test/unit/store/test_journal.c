/*
 * test_journal.c - a journal survives what a crash leaves, and nothing else
 */
#include "store/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static int set_up(void **state)
{
	struct cw_journal *journal;
	struct cw_err err;
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/cw_journal.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_true(cw_journal_open(path, &journal, &err));
	assert_true(cw_journal_append(journal, "{\"one\": 1}", &err));
	assert_true(cw_journal_append(journal, "", &err));
	assert_true(cw_journal_append(journal, "three  3 ", &err));
	cw_journal_close(journal);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static size_t file_size(void)
{
	struct stat about;

	assert_int_equal(stat(path, &about), 0);
	return (size_t)about.st_size;
}

static void what_was_written_is_read(void **state)
{
	struct cw_journal *journal;
	struct cw_err err;

	(void)state;
	assert_true(cw_journal_open(path, &journal, &err));
	assert_int_equal(cw_journal_count(journal), 3);
	assert_string_equal(cw_journal_at(journal, 0)->text, "{\"one\": 1}");
	assert_string_equal(cw_journal_at(journal, 1)->text, "");
	assert_string_equal(cw_journal_at(journal, 2)->text, "three  3 ");
	assert_int_equal(cw_journal_at(journal, 2)->seq, 3);
	assert_true(cw_journal_append(journal, "four", &err));
	cw_journal_close(journal);
	assert_true(cw_journal_read(path, &journal, &err));
	assert_int_equal(cw_journal_count(journal), 4);
	cw_journal_close(journal);
}

/* However far the last write came, the records before it stay and the next goes after them. */
static void a_torn_last_line_is_removed_wherever_it_was_torn(void **state)
{
	size_t whole = file_size(), second;
	struct cw_journal *journal;
	struct cw_err err;

	(void)state;
	second = whole - (strlen("3 ") + 17 + strlen("three  3 ") + 18);
	for (size_t cut = second + 1; cut < whole; cut++) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		assert_true(cw_journal_open(path, &journal, &err));
		assert_int_equal(cw_journal_count(journal), 2);
		assert_true(cw_journal_append(journal, "three  3 ", &err));
		cw_journal_close(journal);
	}
}

static void a_changed_byte_in_the_middle_is_refused(void **state)
{
	struct cw_journal *journal;
	struct cw_err err;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(pwrite(fd, "7", 1, 27), 1);
	(void)close(fd);
	assert_false(cw_journal_open(path, &journal, &err));
	assert_int_equal(err.code, 3102);
}

static void only_one_may_write(void **state)
{
	struct cw_journal *first, *second;
	struct cw_err err;

	(void)state;
	assert_true(cw_journal_open(path, &first, &err));
	assert_false(cw_journal_open(path, &second, &err));
	assert_int_equal(err.code, 3103);
	assert_true(cw_journal_read(path, &second, &err));
	cw_journal_close(second);
	assert_false(cw_journal_append(first, "a\nb", &err));
	assert_int_equal(err.code, 3104);
	cw_journal_close(first);
}

/* The disk takes @bytes more of the file and no further one. */
static void let_the_file_grow_by(rlim_t bytes)
{
	struct rlimit limit;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : file_size() + bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_record_the_disk_has_no_room_for_leaves_the_journal_as_it_was(void **state)
{
	struct cw_journal *journal;
	struct cw_err err;
	size_t before = file_size();
	bool ok;

	(void)state;
	assert_true(cw_journal_open(path, &journal, &err));
	let_the_file_grow_by(10);
	ok = cw_journal_append(journal, "four", &err);
	let_the_file_grow_by(RLIM_INFINITY);
	assert_false(ok);
	assert_int_equal(err.code, 3101);
	assert_int_equal(file_size(), before);
	assert_true(cw_journal_append(journal, "four again", &err));
	cw_journal_close(journal);

	assert_true(cw_journal_open(path, &journal, &err));
	assert_int_equal(cw_journal_count(journal), 4);
	assert_string_equal(cw_journal_at(journal, 3)->text, "four again");
	cw_journal_close(journal);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read),
		TEST(a_torn_last_line_is_removed_wherever_it_was_torn),
		TEST(a_changed_byte_in_the_middle_is_refused),
		TEST(only_one_may_write),
		TEST(a_record_the_disk_has_no_room_for_leaves_the_journal_as_it_was),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
