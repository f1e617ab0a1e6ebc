/* test_interval.c - intervals, binary floats and zone numbers against bytes that drivers make */
#include "codec/date.h"
#include "codec/interval.h"
#include "codec/real.h"
#include "codec/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* encode_interval_ds() and encode_interval_ym() of python-oracledb, worked out by hand */
static const uint8_t minus_day[] = { 0x7f, 0xff, 0xff, 0xff, 59, 58, 57, 0x7f, 0xff, 0xf8, 0x30 };
static const uint8_t years[] = { 0x80, 0, 0, 99, 71 };

static void a_negative_interval_has_the_sign_in_every_field_and_comes_back(void **state)
{
	static const uint8_t pg[16] = { 0xff, 0xff, 0xff, 0xff, 0x22, 0x17, 0x87, 0x3e,
					0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00 };
	uint8_t made[CW_PG_INTERVAL_BYTES], back[CW_DS_BYTES];
	uint64_t days;
	struct cw_err err;

	(void)state;
	assert_true(cw_ds_to_pg((struct cw_bytes){ minus_day, 11 }, made, &err));
	assert_memory_equal(made, pg, sizeof(pg));
	assert_true(cw_ds_from_pg((struct cw_bytes){ made, 16 }, back, &days, &err));
	assert_memory_equal(back, minus_day, sizeof(back));
	assert_int_equal(days, 1);
}

static void twenty_six_hours_are_a_day_and_two_hours(void **state)
{
	static const uint8_t hours[16] = { 0x00, 0x00, 0x00, 0x15, 0xca, 0xfe, 0xa8, 0x00,
					   0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 };
	uint8_t canonical[16], made[16], ds[CW_DS_BYTES];
	uint64_t days;
	struct cw_err err;

	(void)state;
	assert_true(cw_ds_from_pg((struct cw_bytes){ hours, 16 }, ds, &days, &err));
	assert_int_equal(days, 1);
	assert_int_equal(ds[4] - 60, 2);
	memcpy(canonical, hours, 16);
	cw_interval_canonical(canonical);
	assert_int_equal(canonical[11], 1);
	assert_true(cw_ds_to_pg((struct cw_bytes){ ds, 11 }, made, &err));
	assert_memory_equal(made, canonical, 16);
}

static void years_and_months_come_back_and_days_beside_them_are_refused(void **state)
{
	uint8_t made[CW_PG_INTERVAL_BYTES], back[CW_YM_BYTES], ds[CW_DS_BYTES];
	uint64_t leading;
	struct cw_err err;

	(void)state;
	assert_true(cw_ym_to_pg((struct cw_bytes){ years, 5 }, made, &err));
	assert_int_equal(made[14] << 8 | made[15], 99 * 12 + 11);
	assert_true(cw_ym_from_pg((struct cw_bytes){ made, 16 }, back, &leading, &err));
	assert_memory_equal(back, years, sizeof(back));
	assert_false(cw_ds_from_pg((struct cw_bytes){ made, 16 }, ds, &leading, &err));
	assert_int_equal(err.code, 2004);
	made[11] = 1;
	assert_false(cw_ym_from_pg((struct cw_bytes){ made, 16 }, back, &leading, &err));
	assert_int_equal(err.code, 2004);
}

static void what_is_finer_or_no_interval_is_refused(void **state)
{
	uint8_t ds[CW_DS_BYTES], made[CW_PG_INTERVAL_BYTES];
	struct cw_err err;

	(void)state;
	memcpy(ds, minus_day, sizeof(ds));
	ds[10]++;
	assert_false(cw_ds_to_pg((struct cw_bytes){ ds, 11 }, made, &err));
	assert_int_equal(err.code, 2004);
	ds[10]--;
	ds[4] = 84;
	assert_false(cw_ds_to_pg((struct cw_bytes){ ds, 11 }, made, &err));
	assert_int_equal(err.code, 2003);
	assert_false(cw_ym_to_pg((struct cw_bytes){ ds, 11 }, made, &err));
	assert_int_equal(err.code, 2003);
}

/* 1.5, -2, the infinities: go-ora's and python-oracledb's bytes */
static void binary_floats_sort_as_numbers_and_keep_one_nan_and_no_minus_zero(void **state)
{
	static const struct {
		uint8_t ieee[8], ora[8];
	} cases[] = {
		{ { 0xff, 0xf0 }, { 0x00, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ { 0xc0, 0x00 }, { 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ { 0x80, 0x00 }, { 0x80 } },
		{ { 0x3f, 0xf8 }, { 0xbf, 0xf8 } },
		{ { 0x7f, 0xf0 }, { 0xff, 0xf0 } },
		{ { 0xff, 0xf8, 0, 1 }, { 0xff, 0xf8 } },
	};
	uint8_t made[8], back[8];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		cw_real_to_ora(cases[i].ieee, 8, made);
		assert_memory_equal(made, cases[i].ora, 8);
		assert_true(i == 0 || memcmp(cases[i - 1].ora, made, 8) < 0);
		cw_real_from_ora(made, 8, back);
		memcpy(made, cases[i].ieee, 8);
		cw_real_canonical(made, 8);
		assert_memory_equal(back, made, 8);
	}
}

static void a_zone_is_found_by_its_number_and_its_name(void **state)
{
	uint8_t zone[2];

	(void)state;
	assert_string_equal(cw_zone_name(cw_zone_id("europe/BERLIN")), "Europe/Berlin");
	cw_zone_write(cw_zone_id("UTC"), zone);
	assert_true(zone[0] & CW_ZONE_REGION);
	assert_string_equal(cw_zone_name(cw_zone_read(zone)), "UTC");
	assert_int_equal(cw_zone_id("Mars/Olympus"), 0);
	assert_null(cw_zone_name(8000));
}

/* go-oracledb's EncodeTimestampWithTimeZone() of 2024-01-01T01:15:00.5+05:30 */
static void a_moment_of_its_own_zone_is_one_in_UTC_and_back(void **state)
{
	static const uint8_t local[] = { 120, 124, 1, 1, 2, 16, 1, 0x1d, 0xcd, 0x65, 0, 0x59, 90 };
	static const uint8_t utc[] = { 120, 123, 12, 31, 20, 46, 1, 0x1d, 0xcd, 0x65, 0, 25, 90 };
	uint8_t region[] = { 120, 123, 12, 31, 20, 46, 1, 0, 0, 0, 0, 0, 0 };
	uint8_t moment[CW_ZONED_BYTES], as_it_was[CW_ZONED_BYTES];

	(void)state;
	memcpy(moment, local, sizeof(moment));
	cw_zone_to_utc(moment);
	assert_memory_equal(moment, utc, sizeof(utc));
	cw_zone_to_utc(moment);
	assert_memory_equal(moment, utc, sizeof(utc));
	cw_zone_to_local(moment);
	assert_memory_equal(moment, local, sizeof(local));
	cw_zone_write(cw_zone_id("Europe/Berlin"), region + CW_TIMESTAMP_BYTES);
	memcpy(as_it_was, region, sizeof(region));
	cw_zone_to_local(region);
	assert_memory_equal(region, as_it_was, sizeof(region));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_negative_interval_has_the_sign_in_every_field_and_comes_back),
		cmocka_unit_test(twenty_six_hours_are_a_day_and_two_hours),
		cmocka_unit_test(years_and_months_come_back_and_days_beside_them_are_refused),
		cmocka_unit_test(what_is_finer_or_no_interval_is_refused),
		cmocka_unit_test(binary_floats_sort_as_numbers_and_keep_one_nan_and_no_minus_zero),
		cmocka_unit_test(a_zone_is_found_by_its_number_and_its_name),
		cmocka_unit_test(a_moment_of_its_own_zone_is_one_in_UTC_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
