/*
 * test_objects.c - a row of the redo is of the table that its object is, or is a part of
 */
#include "endpoint/objects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_part_is_of_its_table_and_others_are_of_none(void **state)
{
	const struct cw_shape whole = { .object_id = 900 }, parted = { .object_id = 70 };
	const struct cw_shape *const shape[] = { &whole, &parted };
	struct cw_objects objects;

	(void)state;
	cw_objects_init(&objects, shape, 2);
	assert_int_equal(objects.count, 2);
	for (uint64_t id = 1000; id > 901; id--)
		assert_true(cw_objects_add(&objects, id, 1));
	assert_true(cw_objects_add(&objects, 71, 1));
	assert_false(cw_objects_add(&objects, 950, 1));
	assert_int_equal(objects.count, 102);
	assert_int_equal(cw_objects_find(&objects, 900), 0);
	assert_int_equal(cw_objects_find(&objects, 70), 1);
	assert_int_equal(cw_objects_find(&objects, 71), 1);
	assert_int_equal(cw_objects_find(&objects, 902), 1);
	assert_int_equal(cw_objects_find(&objects, 1000), 1);
	assert_int_equal(cw_objects_find(&objects, 901), -1);
	assert_int_equal(cw_objects_find(&objects, 1001), -1);
	assert_int_equal(cw_objects_find(&objects, 0), -1);
	cw_objects_release(&objects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_of_its_table_and_others_are_of_none),
	};

	return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
