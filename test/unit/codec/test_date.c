/* test_date.c - DATE and TIMESTAMP against PostgreSQL's timestamp, and numeric back to NUMBER */
#include "codec/date.h"
#include "codec/num.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static void a_date_read_off_a_redo_log_is_the_moment_it_shows(void **state)
{
	/* 2026-03-07 01:44:39, from an archived log of Oracle Free 23 */
	static const uint8_t raw[7] = { 0x78, 0x7e, 3, 7, 2, 0x2d, 0x28 };
	uint8_t back[CW_TIMESTAMP_BYTES];
	size_t len;
	int64_t us;
	struct cw_err err;

	(void)state;
	assert_true(cw_date_to_pg((struct cw_bytes){ raw, 7 }, &us, &err));
	assert_int_equal(us / 1000000, 826163079 - 0);
	assert_true(cw_date_from_pg(us, back, &len, &err));
	assert_int_equal(len, 7);
	assert_memory_equal(raw, back, 7);
}

static void every_day_from_4712_bc_to_9999_comes_back(void **state)
{
	struct cw_err err;

	(void)state;
	for (int64_t day = -2451141; day < 2921939; day += 13) {
		int64_t us = day * INT64_C(86400000000) + (day & 1 ? 123456 : 0), again;
		uint8_t raw[CW_TIMESTAMP_BYTES];
		size_t len;

		assert_true(cw_date_from_pg(us, raw, &len, &err));
		assert_int_equal(len, day & 1 ? 11 : 7);
		assert_true(cw_date_to_pg((struct cw_bytes){ raw, len }, &again, &err));
		assert_true(again == us);
	}
}

static void what_the_other_side_cannot_hold_is_refused(void **state)
{
	static const uint8_t nano[11] = { 120, 124, 1, 1, 1, 1, 1, 0, 0, 0, 1 };
	static const uint8_t month13[7] = { 120, 124, 13, 1, 1, 1, 1 };
	uint8_t raw[CW_TIMESTAMP_BYTES];
	size_t len;
	int64_t us;
	struct cw_err err;

	(void)state;
	assert_false(cw_date_to_pg((struct cw_bytes){ nano, 11 }, &us, &err));
	assert_int_equal(err.code, 2004);
	assert_false(cw_date_to_pg((struct cw_bytes){ month13, 7 }, &us, &err));
	assert_int_equal(err.code, 2003);
	assert_false(cw_date_from_pg(INT64_MAX, raw, &len, &err));
	assert_int_equal(err.code, 2004);
}

static void there_and_back(const uint8_t *number, size_t len)
{
	uint8_t pg[CW_PG_NUM_BYTES_MAX], back[CW_NUM_BYTES_MAX];
	size_t pg_len, back_len;
	struct cw_err err;

	assert_true(cw_num_to_pg((struct cw_bytes){ number, len }, pg, &pg_len, &err));
	assert_true(cw_num_from_pg((struct cw_bytes){ pg, pg_len }, back, &back_len, &err));
	assert_int_equal(back_len, len);
	assert_memory_equal(back, number, len);
}

static void a_number_comes_back_from_numeric_byte_for_byte(void **state)
{
	uint8_t number[CW_NUM_BYTES_MAX];

	(void)state;
	there_and_back((const uint8_t *)"\x80", 1);
	there_and_back((const uint8_t *)"\xff\x65", 2);
	there_and_back((const uint8_t *)"\x00", 1);
	for (int exp = 0x80; exp <= 0xff; exp++) {
		for (int count = 1; count <= 20; count++) {
			number[0] = (uint8_t)exp;
			for (int i = 1; i <= count; i++)
				number[i] =
					(uint8_t)(i == 1 || i == count ? 2 + i : 1 + i * 37 % 100);
			if (exp == 0x80 || (exp == 0xff && number[1] == 0x65))
				continue;
			there_and_back(number, (size_t)count + 1);
			number[0] = (uint8_t)(0xff - exp);
			for (int i = 1; i <= count; i++)
				number[i] = (uint8_t)(102 - number[i]);
			number[count + 1 < CW_NUM_BYTES_MAX ? count + 1 : 0] =
				count < 20 ? 102 : (uint8_t)(0xff - exp);
			there_and_back(number, (size_t)count + (count < 20 ? 2 : 1));
		}
	}
}

static void a_numeric_without_a_number_is_refused(void **state)
{
	static const uint8_t nan[8] = { 0, 0, 0, 0, 0xc0, 0, 0, 0 };
	uint8_t wide[8 + 22] = { 0, 11, 0, 20, 0, 0, 0, 0 };
	uint8_t back[CW_NUM_BYTES_MAX];
	size_t len;
	struct cw_err err;

	(void)state;
	assert_false(cw_num_from_pg((struct cw_bytes){ nan, 8 }, back, &len, &err));
	assert_int_equal(err.code, 2002);
	memset(wide + 8, 4, 22);
	assert_false(cw_num_from_pg((struct cw_bytes){ wide, 30 }, back, &len, &err));
	assert_int_equal(err.code, 2002);
	assert_false(cw_num_from_pg((struct cw_bytes){ wide, 12 }, back, &len, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_read_off_a_redo_log_is_the_moment_it_shows),
		cmocka_unit_test(every_day_from_4712_bc_to_9999_comes_back),
		cmocka_unit_test(what_the_other_side_cannot_hold_is_refused),
		cmocka_unit_test(a_number_comes_back_from_numeric_byte_for_byte),
		cmocka_unit_test(a_numeric_without_a_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
