/* test_sides.c - a session that broke takes no late effect */
#include "../scratch_pg.h"
#include "schema/sides.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_statement_that_was_not_answered_is_over_before_the_next_one_is_sent),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
