/*
 * test_handover.c - where sequences go on when they pass from one side to the other
 */
#include "cutover/fence.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct cw_sequence up = { .min = 1, .max = 1000, .increment = 5 },
				hours = { .min = 0, .max = 23, .increment = 1, .cycle = true },
				down = { .min = -9, .max = -1, .increment = -3, .cycle = true };

static void expect(const struct cw_sequence *sequence, int64_t from, bool ok, int64_t wanted)
{
	int64_t got = 0;

	assert_int_equal(cw_fence_number_past(sequence, from, 20, &got), ok);
	if (ok)
		assert_int_equal(got, wanted);
}

static void a_sequence_goes_on_its_margin_further(void **state)
{
	(void)state;
	expect(&up, 11, true, 111);
	expect(&up, 901, false, 0);
	expect(&up, INT64_MAX - 1, false, 0);
}

static void one_that_cycles_goes_on_within_its_bounds(void **state)
{
	(void)state;
	expect(&hours, 2, true, 22);
	expect(&hours, 23, true, 23);
	expect(&hours, 24, true, 0);
	expect(&down, -4, true, -4);
	expect(&down, -10, true, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sequence_goes_on_its_margin_further),
		cmocka_unit_test(one_that_cycles_goes_on_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
