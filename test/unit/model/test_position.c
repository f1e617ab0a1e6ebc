/*
 * test_position.c - positions keep their order and their text
 */
#include "model/position.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const texts[] = {
	"none",
	"ora:1234567890:1:4711:1:12.3456.16:4700",
	"ora:18446744073709551615:1:281474976710655:4294967295:1.2.3:0",
	"pg:7300000000000000001:1:22680320:22670000",
};

static void text_and_back_is_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		char text[CW_POS_TEXT_BYTES];
		struct cw_pos pos;
		struct cw_err err;

		assert_true(cw_pos_parse(texts[i], &pos, &err));
		cw_pos_text(&pos, text);
		assert_string_equal(text, texts[i]);
	}
}

static void text_with_a_tail_or_a_hole_is_refused(void **state)
{
	static const char *const bad[] = { "",	       "ora:1:2:3:4:5.6.7",    "pg:1:2:3:4:5",
					   "pg:1:2:3", "ora:1:2:3:4:5.6.7:8x", "nonesuch" };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(bad); i++) {
		struct cw_pos pos;
		struct cw_err err;

		assert_false(cw_pos_parse(bad[i], &pos, &err));
		assert_int_equal(err.code, 2301);
	}
}

static struct cw_pos of(const char *text)
{
	struct cw_pos pos;
	struct cw_err err;

	assert_true(cw_pos_parse(text, &pos, &err));
	return pos;
}

static void order_is_scn_then_thread_then_redo_address(void **state)
{
	static const char *const rising[] = {
		"none",
		"ora:1:1:10:1:5.1.0:99",
		"ora:1:1:10:1:5.1.16:0",
		"ora:1:1:10:1:6.0.0:0",
		"ora:1:1:10:2:1.0.0:0",
		"ora:1:1:11:1:1.0.0:0",
	};

	(void)state;
	for (size_t i = 0; i + 1 < CW_ARRAY_LEN(rising); i++) {
		struct cw_pos low = of(rising[i]), high = of(rising[i + 1]);

		assert_true(cw_pos_compare(&low, &high) < 0);
		assert_true(cw_pos_compare(&high, &low) > 0);
		assert_int_equal(cw_pos_compare(&low, &low), 0);
	}
}

static void another_incarnation_is_another_history(void **state)
{
	struct cw_pos a = of("ora:1:1:10:1:5.1.0:9"), b = of("ora:1:2:10:1:5.1.0:9");

	(void)state;
	assert_false(cw_pos_same_history(&a, &b));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back_is_the_same),
		cmocka_unit_test(text_with_a_tail_or_a_hole_is_refused),
		cmocka_unit_test(order_is_scn_then_thread_then_redo_address),
		cmocka_unit_test(another_incarnation_is_another_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
