/* test_show.c - values as people read them, from the bytes that Oracle keeps */
#include "codec/show.h"
#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cw_bytes unhex(const char *hex, uint8_t room[64])
{
	size_t len = 0;
	unsigned byte;

	while (*hex && sscanf(hex, "%2x", &byte) == 1) {
		room[len++] = (uint8_t)byte;
		hex += 2;
	}
	return (struct cw_bytes){ room, len };
}

static void each_type_has_the_text_that_people_know(void **state)
{
	static const struct {
		uint8_t type;
		const char *hex, *text;
	} values[] = {
		{ CW_ORA_NUMBER, "80", "0" },
		{ CW_ORA_NUMBER, "c10233", "1.5" },
		{ CW_ORA_NUMBER, "3e6466", "-1" },
		{ CW_ORA_BINARY_DOUBLE, "8000000000000000", "0" },
		{ CW_ORA_BINARY_DOUBLE, "c004000000000000", "2.5" },
		{ CW_ORA_BINARY_DOUBLE, "4007ffffffffffff", "-1.5" },
		{ CW_ORA_BINARY_DOUBLE, "c060ce6666666666", "134.45" },
		{ CW_ORA_BINARY_DOUBLE, "fff0000000000000", "Inf" },
		{ CW_ORA_BINARY_DOUBLE, "000fffffffffffff", "-Inf" },
		{ CW_ORA_BINARY_DOUBLE, "fff8000000000000", "Nan" },
		{ CW_ORA_BINARY_FLOAT, "c3067333", "134.45" },
		{ CW_ORA_BINARY_FLOAT, "3fffffff", "-2" },
		{ CW_ORA_VARCHAR2, "c3a4", "\xc3\xa4" },
		{ CW_ORA_RAW, "00ffa1", "00FFA1" },
		{ CW_ORA_DATE, "787c0102040506", "2024-01-02 03:04:05" },
		{ CW_ORA_DATE, "c7c70c1f183c3c", "9999-12-31 23:59:59" },
		{ CW_ORA_DATE, "35580101010101", "-4712-01-01 00:00:00" },
		{ CW_ORA_TIMESTAMP, "787c0102040506", "2024-01-02 03:04:05" },
		{ CW_ORA_TIMESTAMP, "787c0102040506075bca00", "2024-01-02 03:04:05.123456" },
		{ CW_ORA_TIMESTAMP_TZ, "787c01011623061dcd6500195a", "2024-01-02 03:04:05.5 +05:30" },
		{ CW_ORA_TIMESTAMP_TZ, "787c01020c0506000000000c3c", "2024-01-02 03:04:05 -08:00" },
		{ CW_ORA_TIMESTAMP_TZ, "787c01020c0506000000008304",
		  "2024-01-02 11:04:05 +00:00 (region 193)" },
		{ CW_ORA_INTERVAL_DS, "800000003c3c3c80000000", "+000000000 00:00:00" },
		{ CW_ORA_INTERVAL_DS, "8000000248535e9b2e0200", "+000000002 12:23:34.456" },
		{ CW_ORA_INTERVAL_DS, "7ffffffe30251a64c5f3f8", "-000000002 12:23:34.456789" },
		/* minus one day and two hours, as python-oracledb sends minus 22 hours */
		{ CW_ORA_INTERVAL_DS, "7fffffff3e3c3c80000000", "-000000000 22:00:00" },
		{ CW_ORA_INTERVAL_YM, "800007e546", "+2021-10" },
		{ CW_ORA_INTERVAL_YM, "7ffffffb39", "-5-03" },
		{ CW_ORA_INTERVAL_YM, "8000000039", "-0-03" },
	};
	uint8_t room[64];
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(values); i++) {
		struct cw_wr out = { 0 };

		assert_true(cw_show(values[i].type, unhex(values[i].hex, room), &out, &err));
		cw_wr_u8(&out, 0);
		assert_string_equal((const char *)out.at0, values[i].text);
		cw_wr_release(&out);
	}
}

static void bytes_that_are_no_value_are_refused(void **state)
{
	static const struct {
		uint8_t type;
		const char *hex;
		uint16_t code;
	} values[] = {
		{ CW_ORA_NUMBER, "c167", 2001 },      { CW_ORA_BINARY_DOUBLE, "800000", 2016 },
		{ CW_ORA_DATE, "787c01", 2003 },      { CW_ORA_TIMESTAMP_TZ, "787c010204", 2016 },
		{ CW_ORA_INTERVAL_DS, "8000", 2016 }, { CW_ORA_INTERVAL_YM, "80", 2016 },
		{ CW_ORA_BFILE, "00", 2016 },
		{ CW_ORA_INTERVAL_DS, "800000003c3c3cffffffff", 2016 },
	};
	uint8_t room[64];
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(values); i++) {
		struct cw_wr out = { 0 };

		assert_false(cw_show(values[i].type, unhex(values[i].hex, room), &out, &err));
		assert_int_equal(err.code, values[i].code);
		cw_wr_release(&out);
	}
}

static bool is_number(uint8_t type, const char *text)
{
	return cw_show_is_number(type, (struct cw_bytes){ (const uint8_t *)text, strlen(text) });
}

static void only_what_json_calls_a_number_is_one(void **state)
{
	(void)state;
	assert_true(is_number(CW_ORA_NUMBER, "-1.5"));
	assert_true(is_number(CW_ORA_BINARY_DOUBLE, "1e+300"));
	assert_false(is_number(CW_ORA_BINARY_DOUBLE, "Inf"));
	assert_false(is_number(CW_ORA_VARCHAR2, "1"));
	assert_false(is_number(CW_ORA_NUMBER, ""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_has_the_text_that_people_know),
		cmocka_unit_test(bytes_that_are_no_value_are_refused),
		cmocka_unit_test(only_what_json_calls_a_number_is_one),
	};

	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
