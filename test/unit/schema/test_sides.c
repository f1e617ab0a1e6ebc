/* test_sides.c - a session that broke takes no late effect */
#include "../scratch_pg.h"
#include "base/clock.h"
#include "schema/sides.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>
/* cmocka wants setjmp.h to stdint.h above */
#include <cmocka.h>

#define AT_WORK                                                                                    \
	"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%late%' AND state = 'active' "    \
	"AND pid <> pg_backend_pid()"

static struct cw_config config;

static int start(void **state)
{
	char text[400];
	struct cw_err err;

	if (scratch_start(state) != 0)
		return -1;
	(void)snprintf(text, sizeof(text),
		       "crossing: x\nsource: {host: h, service: s, user: u, password: env:X, "
		       "schemas: [S]}\ntarget: {conninfo: %s}\n",
		       scratch_conninfo);
	return cw_config_parse("/tmp", "test",
			       (struct cw_bytes){ (const uint8_t *)text, strlen(text) }, &config,
			       &err)
		       ? 0
		       : -1;
}

static int stop(void **state)
{
	cw_config_release(&config);
	return scratch_stop(state);
}

/* Who gave up waiting for it would else undo what has not happened yet. */
static void a_statement_that_was_not_answered_is_over_before_the_next_one_is_sent(void **state)
{
	struct cw_pg *looker = scratch_open();
	struct cw_sides sides;
	struct cw_err err = { 0 };

	(void)state;
	cw_sides_start(&sides, &config, "causeway test");
	sides.call_timeout_ms = 1000;
	assert_false(cw_tell_pg(&sides, &err,
				"do $$ begin perform pg_sleep(60); create table late (); end $$"));
	assert_string_equal(scratch_ask(looker, AT_WORK), "1");
	if (!cw_tell_pg(&sides, &err, "select 1"))
		fail_msg("%s", err.text);
	assert_string_equal(scratch_ask(looker, AT_WORK), "0");
	assert_int_equal(sides.lost_pg_pid, 0);
	cw_sides_stop(&sides);
	cw_pg_close(looker);
}

static void *wake(void *fd)
{
	uint64_t one = 1;

	cw_sleep_ms(300);
	assert_int_equal(write(*(int *)fd, &one, sizeof(one)), sizeof(one));
	return NULL;
}

static void who_is_woken_waits_for_no_answer_and_who_hears_no_more_is_not_woken(void **state)
{
	int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct cw_pg *looker = scratch_open();
	int64_t from_ms = cw_clock_ms();
	struct cw_sides sides;
	struct cw_err err = { 0 };
	pthread_t waker;

	(void)state;
	cw_sides_start(&sides, &config, "causeway test");
	cw_sides_hear(&sides, wake_fd);
	assert_int_equal(pthread_create(&waker, NULL, wake, &wake_fd), 0);
	assert_false(cw_tell_pg(&sides, &err, "select pg_sleep(50) as late"));
	assert_int_equal(pthread_join(waker, NULL), 0);
	assert_int_equal(err.code, 1202);
	assert_true(cw_clock_ms() - from_ms < 20000);
	assert_string_equal(scratch_ask(looker, AT_WORK), "1");
	assert_false(cw_tell_pg(&sides, &err, "select 1")); /* nobody took the word back */
	assert_int_equal(err.code, 1202);
	cw_sides_hear(&sides, -1);
	if (!cw_tell_pg(&sides, &err, "select 1"))
		fail_msg("%s", err.text);
	assert_string_equal(scratch_ask(looker, AT_WORK), "0");
	cw_sides_stop(&sides);
	cw_pg_close(looker);
	(void)close(wake_fd);
}

static void who_asks_no_more_leaves_no_statement_behind(void **state)
{
	int wake_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	struct cw_pg *looker = scratch_open();
	struct cw_sides sides;
	struct cw_err err = { 0 };

	(void)state;
	cw_sides_start(&sides, &config, "causeway test");
	if (!cw_tell_pg(&sides, &err, "select 1"))
		fail_msg("%s", err.text);
	cw_sides_hear(&sides, wake_fd);
	assert_false(cw_tell_pg(&sides, &err, "select pg_sleep(50) as late"));
	cw_sides_settle(&sides);
	assert_string_equal(scratch_ask(looker, AT_WORK), "0");
	cw_sides_stop(&sides);
	cw_pg_close(looker);
	(void)close(wake_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_statement_that_was_not_answered_is_over_before_the_next_one_is_sent),
		cmocka_unit_test(
			who_is_woken_waits_for_no_answer_and_who_hears_no_more_is_not_woken),
		cmocka_unit_test(who_asks_no_more_leaves_no_statement_behind),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
