/* test_convert_pg.c - the converters against the values of a real PostgreSQL */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "../scratch_pg.h"
#include "codec/charset.h"
#include "codec/convert.h"
#include "codec/copy.h"
#include "codec/date.h"
#include "codec/num.h"
#include "postgres/copy.h"

static struct cw_pg *pg;

static int start(void **state)
{
	if (scratch_start(state) != 0)
		return -1;
	pg = scratch_open();
	return 0;
}

static int stop(void **state)
{
	cw_pg_close(pg);
	return scratch_stop(state);
}

static struct cw_pg_rows ask_binary(const char *sql, const char *param)
{
	struct cw_pg_rows rows;
	struct cw_err err = { 0 };

	if (!cw_pg_query(pg, sql, 1, &param, CW_PG_AS_BINARY, &rows, &err))
		fail_msg("%s: %s", param, err.text);
	assert_int_equal(rows.row_count, 1);
	return rows;
}

static const struct cw_column number = { .name = "N",
					 .ora_type = CW_ORA_NUMBER,
					 .scale = CW_SCALE_NONE,
					 .pg_oid = CW_PG_NUMERIC,
					 .pg_type = "numeric" };
static const struct cw_column stamp = { .name = "T",
					.ora_type = CW_ORA_TIMESTAMP,
					.precision = 6,
					.scale = CW_SCALE_NONE,
					.pg_oid = CW_PG_TIMESTAMP,
					.pg_type = "timestamp(6)" };

/* There and back gives the same canonical bytes, and the text that PostgreSQL shows. */
static void round_trip(const struct cw_column *column, const struct cw_pg_rows *rows)
{
	uint8_t room[2][128];
	struct cw_wr ora = { .at0 = room[0], .room = 128, .limit_bytes = 128 };
	struct cw_wr back = { .at0 = room[1], .room = 128, .limit_bytes = 128 };
	struct cw_value value = cw_pg_value(rows, 0, 0);
	uint8_t canonical[128];
	struct cw_err err = { 0 };
	int32_t len;

	if (!cw_convert_to_ora(column, value, &ora, &len, &err) ||
	    !cw_convert_to_pg(column, cw_value_set((struct cw_bytes){ room[0], (size_t)len }),
			      &back, &len, &err))
		fail_msg("%s", err.text);
	memcpy(canonical, value.at, value.len);
	cw_convert_canonical(column, canonical, value.len);
	cw_convert_canonical(column, room[1], (size_t)len);
	assert_int_equal(len, value.len);
	assert_memory_equal(room[1], canonical, value.len);
}

static void numbers_go_there_and_back(void **state)
{
	static const char *const texts[] = {
		"0",
		"1",
		"-1",
		"10",
		"100",
		"1000",
		"10000",
		"99",
		"9999",
		"-9999.9999",
		"0.1",
		"0.01",
		"0.001",
		"0.0001",
		"1.50",
		"100.00",
		"123456789012345678901234567890.12345678",
		"99999999999999999999999999999999999999",
		"-0.00000000000000000000000000000000000001",
		"1e125",
		"9.99e125",
		"1e-130",
		"-1e-130",
		"1e40",
		"12345678901234567890e-60",
		"7e-5",
	};
	char sum[64];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		struct cw_pg_rows rows = ask_binary("SELECT $1::numeric", texts[i]);

		round_trip(&number, &rows);
		cw_pg_rows_free(&rows);
	}
	for (int i = 0; i < 300; i++) { /* of every length and place of the point */
		struct cw_pg_rows rows;

		(void)snprintf(sum, sizeof(sum), "%d", i);
		rows = ask_binary("SELECT (sin($1::float8) * 1e15)::numeric(38,9) * "
				  "(10 ^ (($1::int % 40) - 20)::numeric)",
				  sum);
		round_trip(&number, &rows);
		cw_pg_rows_free(&rows);
	}
}

static void moments_with_zones_intervals_and_floats_go_there_and_back(void **state)
{
	static const struct {
		uint8_t ora_type;
		uint32_t pg_oid;
		int16_t precision, scale;
		const char *sql, *text;
	} cases[] = {
		{ CW_ORA_TIMESTAMP_TZ, CW_PG_TIMESTAMPTZ, 6, CW_SCALE_NONE,
		  "SELECT $1::timestamptz", "2026-03-29 02:30:00.000001+05:30" },
		{ CW_ORA_TIMESTAMP_LTZ, CW_PG_TIMESTAMPTZ, 6, CW_SCALE_NONE,
		  "SELECT $1::timestamptz", "0044-03-15 12:00:00+00 BC" },
		{ CW_ORA_INTERVAL_YM, CW_PG_INTERVAL, 4, 0, "SELECT $1::interval",
		  "-9999 years -11 mons" },
		{ CW_ORA_INTERVAL_DS, CW_PG_INTERVAL, 5, 6, "SELECT $1::interval",
		  "-99999 days -23:59:59.999999" },
		{ CW_ORA_INTERVAL_DS, CW_PG_INTERVAL, 5, 6, "SELECT $1::interval",
		  "1 day -26:00:00" },
		{ CW_ORA_BINARY_DOUBLE, CW_PG_FLOAT8, 0, CW_SCALE_NONE, "SELECT $1::float8",
		  "NaN" },
		{ CW_ORA_BINARY_DOUBLE, CW_PG_FLOAT8, 0, CW_SCALE_NONE, "SELECT $1::float8", "-0" },
		{ CW_ORA_BINARY_DOUBLE, CW_PG_FLOAT8, 0, CW_SCALE_NONE, "SELECT $1::float8",
		  "-2.2250738585072014e-308" },
		{ CW_ORA_BINARY_FLOAT, CW_PG_FLOAT4, 0, CW_SCALE_NONE, "SELECT $1::float4",
		  "-Infinity" },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_column column = { .name = "C",
					    .ora_type = cases[i].ora_type,
					    .pg_oid = cases[i].pg_oid,
					    .precision = cases[i].precision,
					    .scale = cases[i].scale };
		struct cw_pg_rows rows = ask_binary(cases[i].sql, cases[i].text);

		assert_true(cw_convert_knows(&column));
		round_trip(&column, &rows);
		cw_pg_rows_free(&rows);
	}
}

/* What Oracle would round, or its column does not hold. */
static void what_the_way_back_would_change_is_refused(void **state)
{
	static const struct {
		struct cw_column column;
		const char *sql, *text;
	} cases[] = {
		{ { .name = "F",
		    .ora_type = CW_ORA_NUMBER,
		    .scale = CW_SCALE_NONE,
		    .pg_oid = CW_PG_NUMERIC,
		    .digits_max = 2 },
		  "SELECT $1::numeric",
		  "12.3" },
		{ { .name = "D",
		    .ora_type = CW_ORA_INTERVAL_DS,
		    .precision = 2,
		    .scale = 6,
		    .pg_oid = CW_PG_INTERVAL },
		  "SELECT $1::interval",
		  "100 days" },
		{ { .name = "N",
		    .ora_type = CW_ORA_VARCHAR2,
		    .pg_oid = CW_PG_VARCHAR,
		    .char_semantics = true,
		    .national = true,
		    .char_length = 3,
		    .byte_length = 6 },
		  "SELECT $1::varchar",
		  "\xf0\x9f\x9b\x92\xf0\x9f\x9b\x92" },
	};
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_pg_rows rows = ask_binary(cases[i].sql, cases[i].text);
		struct cw_wr out = { .at0 = room,
				     .room = sizeof(room),
				     .limit_bytes = sizeof(room) };
		struct cw_err err = { 0 };
		int32_t len;

		assert_false(cw_convert_to_ora(&cases[i].column, cw_pg_value(&rows, 0, 0), &out,
					       &len, &err));
		assert_int_equal(err.code, 2013);
		cw_pg_rows_free(&rows);
	}
}

static void whole_numbers_are_what_postgresql_makes_of_them(void **state)
{
	static const int64_t values[] = { 0,
					  1,
					  -1,
					  99,
					  100,
					  101,
					  10000,
					  -1000000,
					  123456789,
					  INT64_MAX,
					  INT64_MIN,
					  -5050,
					  1000000000000000000 };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(values); i++) {
		uint8_t bytes[CW_NUM_BYTES_MAX], from[CW_NUM_BYTES_MAX];
		char text[32];
		struct cw_pg_rows rows;
		struct cw_value value;
		struct cw_err err = { 0 };
		size_t len;

		(void)snprintf(text, sizeof(text), "%lld", (long long)values[i]);
		rows = ask_binary("SELECT $1::numeric", text);
		value = cw_pg_value(&rows, 0, 0);
		assert_true(cw_num_from_pg(cw_value_bytes(&value), from, &len, &err));
		assert_int_equal(cw_num_from_int(values[i], bytes), len);
		assert_memory_equal(bytes, from, len);
		cw_pg_rows_free(&rows);
	}
}

static void times_go_there_and_back(void **state)
{
	static const char *const texts[] = {
		"2000-01-01",
		"1999-12-31 23:59:59.999999",
		"1970-01-01 00:00:01",
		"0001-01-01",
		"9999-12-31 23:59:59.999999",
		"2024-02-29 12:00:00.5",
		"1582-10-04 01:02:03",
		"4712-01-01 BC",
		"0001-12-31 BC",
		"1900-02-28 00:00:00.000001",
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		struct cw_pg_rows rows = ask_binary("SELECT $1::timestamp", texts[i]);

		round_trip(&stamp, &rows);
		cw_pg_rows_free(&rows);
	}
}

static void what_oracle_cannot_hold_is_refused(void **state)
{
	static const struct {
		const struct cw_column *column;
		const char *sql, *text;
		int code;
	} bad[] = {
		{ &number, "SELECT $1::numeric", "NaN", 2002 },
		{ &number, "SELECT $1::numeric", "Infinity", 2002 },
		{ &number, "SELECT $1::numeric", "1e126", 2002 },
		{ &number, "SELECT $1::numeric", "1e-140", 2002 },
		{ &number, "SELECT $1::numeric", "12345678901234567890123456789012345678901",
		  2002 },
		{ &stamp, "SELECT $1::timestamp", "infinity", 2004 },
		{ &stamp, "SELECT $1::timestamp", "10000-01-01", 2004 },
		{ &stamp, "SELECT $1::timestamp", "4713-01-01 BC", 2004 },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(bad); i++) {
		struct cw_pg_rows rows = ask_binary(bad[i].sql, bad[i].text);
		struct cw_wr out = { 0 };
		struct cw_err err = { 0 };
		int32_t len;

		assert_false(cw_convert_to_ora(bad[i].column, cw_pg_value(&rows, 0, 0), &out, &len,
					       &err));
		assert_int_equal(err.code, bad[i].code);
		cw_wr_release(&out);
		cw_pg_rows_free(&rows);
	}
}

static void text_is_checked_both_ways(void **state)
{
	const struct cw_column text = { .name = "S",
					.ora_type = CW_ORA_VARCHAR2,
					.byte_length = 8,
					.char_length = 8,
					.pg_oid = CW_PG_VARCHAR,
					.pg_type = "varchar(8)",
					.scale = CW_SCALE_NONE };
	const struct cw_column blank = { .name = "C",
					 .ora_type = CW_ORA_CHAR,
					 .byte_length = 4,
					 .char_length = 4,
					 .pg_oid = CW_PG_BPCHAR,
					 .pg_type = "char(4)",
					 .scale = CW_SCALE_NONE };
	static const struct {
		const char *bytes;
		size_t len;
		int to_pg, to_ora; /* code, 0 for good */
	} cases[] = {
		{ "", 0, 0, 2014 },
		{ "12345678", 8, 0, 0 },
		{ "123456789", 9, 2013, 2013 },
		{ "a\0b", 3, 2011, 2011 },
		{ "\xc3\xa4", 2, 0, 0 },
		{ "\xe4", 1, 2012, 2012 },
		{ "\xed\xa0\x80", 3, 2012, 2012 },
		{ "\xf0\x9f\x9b\x92", 4, 0, 0 },
		{ "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 10, 0, 2013 },
		{ "\xc0\x80", 2, 2012, 2012 },
	};
	struct cw_wr out = { 0 };
	int32_t len;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_value value = cw_value_set(
			(struct cw_bytes){ (const uint8_t *)cases[i].bytes, cases[i].len });
		struct cw_err err = { 0 };

		assert_int_equal(cw_convert_to_pg(&text, value, &out, &len, &err),
				 cases[i].to_pg == 0);
		assert_int_equal(err.code, cases[i].to_pg);
		err = (struct cw_err){ 0 };
		assert_int_equal(cw_convert_to_ora(&text, value, &out, &len, &err),
				 cases[i].to_ora == 0);
		assert_int_equal(err.code, cases[i].to_ora);
	}
	cw_wr_reset(&out);
	{
		struct cw_err err = { 0 };
		struct cw_value value =
			cw_value_set((struct cw_bytes){ (const uint8_t *)"\xc3\xa4    ", 6 });

		/* four bytes are a letter of two and two blanks */
		assert_true(cw_convert_to_ora(&blank, value, &out, &len, &err));
		assert_int_equal(len, 4);
		assert_memory_equal(out.at0, "\xc3\xa4  ", 4);
	}
	cw_wr_release(&out);
}

static void text_of_a_single_byte_set_is_checked_both_ways(void **state)
{
	const struct cw_column name = { .name = "NAME",
					.ora_type = CW_ORA_VARCHAR2,
					.byte_length = 2,
					.char_length = 2,
					.pg_oid = CW_PG_VARCHAR,
					.pg_type = "varchar(2)",
					.charset = cw_charset_find("WE8MSWIN1252") };
	static const struct {
		const char *text;
		int to_pg, to_ora; /* error codes; 0: it is taken */
	} cases[] = {
		{ "\xc3\xa9\xe2\x82\xac", 0, 0 }, /* two bytes there */
		{ "A\xef\xbf\xbd", 2017, 2018 },
		{ "\xd0\xb6", 0, 2018 },
		{ "\xf0\x9f\x98\x80", 0, 2018 },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_value value = cw_value_set(
			(struct cw_bytes){ (const uint8_t *)cases[i].text, strlen(cases[i].text) });
		struct cw_wr out = { 0 };
		struct cw_err err = { 0 };
		int32_t len;

		assert_int_equal(cw_convert_to_pg(&name, value, &out, &len, &err), !cases[i].to_pg);
		assert_int_equal(err.code, cases[i].to_pg);
		err = (struct cw_err){ 0 };
		assert_int_equal(cw_convert_to_ora(&name, value, &out, &len, &err),
				 !cases[i].to_ora);
		assert_int_equal(err.code, cases[i].to_ora);
		cw_wr_release(&out);
	}
}

static void copy_is_read_as_the_server_writes_it(void **state)
{
	struct cw_value value[2];
	struct cw_bytes bytes;
	struct cw_err err = { 0 };
	int rows = 0;
	bool first = true;

	(void)state;
	assert_true(cw_pg_copy_begin(pg,
				     "COPY (SELECT g::text, CASE WHEN g % 2 = 0 THEN 'x' END FROM "
				     "generate_series(1, 1000) g) TO STDOUT (FORMAT binary)",
				     &err));
	for (;;) {
		enum cw_pg_copy_next next = cw_pg_copy_next(pg, &bytes, &err);
		struct cw_rd rd;

		if (next == CW_PG_COPY_END)
			break;
		assert_int_equal(next, CW_PG_COPY_DATA);
		rd = cw_rd(bytes);
		if (first)
			assert_true(cw_copy_read_begin(&rd, &err));
		first = false;
		if (cw_rd_left(&rd) == 0 || cw_copy_read_row(&rd, 2, value, &err) != CW_COPY_ROW)
			continue;
		rows++;
		assert_int_equal(value[1].state, rows % 2 ? CW_VALUE_NULL : CW_VALUE_SET);
	}
	assert_int_equal(rows, 1000);
	assert_string_equal(scratch_ask(pg, "SELECT 1"), "1");
}

static void errors_say_what_the_server_said(void **state)
{
	struct cw_pg_login wrong = scratch_login();
	struct cw_pg *none;
	struct cw_err err = { 0 };
	char other[160];

	(void)state;
	assert_false(cw_pg_run(pg, "SELECT * FROM nothing_here", &err));
	assert_int_equal(err.code, 8001);
	assert_int_equal(err.kind, CW_ERR_CONFIG);
	assert_string_equal(err.sqlstate, "42P01");
	assert_false(cw_pg_run(pg, "SELECT 1/0", &err));
	assert_int_equal(err.kind, CW_ERR_DATA);
	assert_string_equal(scratch_ask(pg, "SELECT 2"), "2");
	wrong.conninfo = "host=/nonexistent dbname=x";
	assert_false(cw_pg_open(&wrong, &none, &err));
	assert_int_equal(err.code, 8101);
	assert_int_equal(err.kind, CW_ERR_RETRY); /* it may come up */
	wrong.conninfo = "host=/nonexistent nonsense";
	assert_false(cw_pg_open(&wrong, &none, &err));
	assert_int_equal(err.kind, CW_ERR_CONFIG);
	(void)snprintf(other, sizeof(other), "host=%s user=postgres dbname=nothing", scratch_dir);
	wrong.conninfo = other;
	assert_false(cw_pg_open(&wrong, &none, &err));
	assert_int_equal(err.kind, CW_ERR_CONFIG);
}

/* 32 keys of 32 columns; a key of three columns made a look-up of 96 end the task. */
static void a_query_takes_as_many_parameters_as_a_look_up_has(void **state)
{
	enum { COUNT = 32 * 32 };
	static const char *param[COUNT];
	static char sql[COUNT * 8 + 64];
	struct cw_pg_rows rows;
	struct cw_err err = { 0 };
	size_t len = 0;

	(void)state;
	len += (size_t)snprintf(sql, sizeof(sql), "select cardinality(array[$1::text");
	param[0] = "x";
	for (unsigned i = 1; i < COUNT; i++) {
		param[i] = "x";
		len += (size_t)snprintf(sql + len, sizeof(sql) - len, ",$%u", i + 1);
	}
	(void)snprintf(sql + len, sizeof(sql) - len, "])::text");
	assert_true(cw_pg_query(pg, sql, COUNT, param, CW_PG_AS_TEXT, &rows, &err));
	assert_memory_equal(cw_pg_value(&rows, 0, 0).at, "1024", 4);
	cw_pg_rows_free(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_go_there_and_back),
		cmocka_unit_test(moments_with_zones_intervals_and_floats_go_there_and_back),
		cmocka_unit_test(what_the_way_back_would_change_is_refused),
		cmocka_unit_test(whole_numbers_are_what_postgresql_makes_of_them),
		cmocka_unit_test(times_go_there_and_back),
		cmocka_unit_test(what_oracle_cannot_hold_is_refused),
		cmocka_unit_test(text_is_checked_both_ways),
		cmocka_unit_test(text_of_a_single_byte_set_is_checked_both_ways),
		cmocka_unit_test(copy_is_read_as_the_server_writes_it),
		cmocka_unit_test(errors_say_what_the_server_said),
		cmocka_unit_test(a_query_takes_as_many_parameters_as_a_look_up_has),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
