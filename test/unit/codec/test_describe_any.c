/*
 * test_describe_any.c - descriptions of statements and objects, as JDBC asks for them
 *
 * The requests are those of ojdbc 23.26.4, recorded with the rehearsal; the answers are those that it takes.
 */
#include "codec/ttc_describe_any.h"
#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t versions[] = { CW_FV_11_2, CW_FV_12_1,	 CW_FV_12_2, CW_FV_19_1_EXT1,
				    CW_FV_20_1, CW_FV_23_1_EXT3, CW_FV_23_4 };

static struct cw_ttc form_of(uint8_t field_version)
{
	return (struct cw_ttc){ .field_version = field_version,
				.sb1_raw = true,
				.big_chunks = true,
				.string_bytes_max = 32767 };
}

static void a_statement_is_asked_for_as_ojdbc_asks(void **state)
{
	static const uint8_t sent[] = "\x07\x00\x01\x01\x19\x01\x02\x01\x01"
				      "select id, name from dept";
	struct cw_ttc_describe_statement asked = { .sql = cw_bytes_of("select id, name from dept"),
						   .parse_version = 2,
						   .options = 7 };
	struct cw_ttc ttc = form_of(CW_FV_19_1_EXT1);
	struct cw_wr wr = { 0 };
	struct cw_pass pass = cw_pass_writing(&wr, &ttc);

	(void)state;
	ttc.chr_raw = true;
	cw_ttc_pass_describe_statement(&pass, &asked);
	assert_int_equal(wr.len, sizeof(sent) - 1);
	assert_memory_equal(wr.at0, sent, wr.len);
	cw_wr_release(&wr);
}

static void an_object_is_asked_for_as_ojdbc_asks(void **state)
{
	static const uint8_t sent[] = "\x01\x01\x04\x00\x00\x00\x01\x0e"
				      "dept";
	struct cw_ttc_describe_object asked = { .name = cw_bytes_of("dept"), .flags = 14 };
	struct cw_ttc ttc = form_of(CW_FV_19_1_EXT1);
	struct cw_wr wr = { 0 };
	struct cw_pass pass = cw_pass_writing(&wr, &ttc);

	(void)state;
	ttc.chr_raw = true;
	cw_ttc_pass_describe_object(&pass, &asked);
	assert_int_equal(wr.len, sizeof(sent) - 1);
	assert_memory_equal(wr.at0, sent, wr.len);
	cw_wr_release(&wr);
}

/* A table or view with a column of each kind of fact. */
static void write_object(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t kind)
{
	struct cw_ttc_column column[] = {
		{ .name = cw_bytes_of("ID"),
		  .ora_type = CW_ORA_NUMBER,
		  .bytes_max = 22,
		  .precision = 4,
		  .scale = -127 },
		{ .name = cw_bytes_of("NAME"),
		  .ora_type = CW_ORA_VARCHAR2,
		  .bytes_max = 40,
		  .nullable = true,
		  .charset = 873,
		  .charset_form = 1 },
		{ .name = cw_bytes_of("DOC"),
		  .ora_type = CW_ORA_OBJECT,
		  .type_schema = cw_bytes_of("SYS"),
		  .type_name = cw_bytes_of("XMLTYPE"),
		  .nullable = true },
	};
	struct cw_ttc_described object = { .kind = kind,
					   .count = CW_ARRAY_LEN(column),
					   .column = column };
	struct cw_pass pass = cw_pass_writing(wr, ttc);

	cw_ttc_pass_object(&pass, &object);
}

static bool read_object(struct cw_bytes bytes, const struct cw_ttc *ttc, struct cw_arena *arena,
			struct cw_ttc_described *ret, size_t *ret_left)
{
	struct cw_ttc_in in = { .rd = cw_rd(bytes), .ttc = ttc, .arena = arena, .stable = true };
	struct cw_pass pass = cw_pass_reading(&in);

	*ret = (struct cw_ttc_described){ 0 };
	cw_ttc_pass_object(&pass, ret);
	*ret_left = cw_rd_left(&in.rd);
	return !cw_ttc_failed(&in);
}

static void tables_and_views_are_described_in_the_form_of_every_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(versions); i++)
		for (uint8_t kind = CW_OBJECT_TABLE; kind <= CW_OBJECT_VIEW; kind++) {
			struct cw_arena arena = CW_ARENA(1u << 20);
			struct cw_ttc ttc = form_of(versions[i]);
			struct cw_ttc_described object;
			struct cw_wr wr = { 0 };
			size_t left;

			write_object(&wr, &ttc, kind);
			assert_true(read_object(cw_wr_bytes(&wr), &ttc, &arena, &object, &left));
			assert_int_equal(left, 0);
			assert_int_equal(object.kind, kind);
			assert_int_equal(object.count, 3);
			assert_int_equal(object.column[0].precision, 4);
			assert_int_equal(object.column[0].scale, -127);
			assert_false(object.column[0].nullable);
			assert_memory_equal(object.column[1].name.at, "NAME", 4);
			assert_int_equal(object.column[1].bytes_max, 40);
			assert_int_equal(object.column[1].charset, 873);
			assert_true(object.column[1].nullable);
			assert_int_equal(object.column[2].ora_type, CW_ORA_OBJECT);
			assert_memory_equal(object.column[2].type_name.at, "XMLTYPE", 7);
			cw_arena_release(&arena);
			cw_wr_release(&wr);
		}
}

static void a_description_that_is_cut_is_an_error_wherever(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(versions); i++) {
		struct cw_arena arena = CW_ARENA(1u << 20);
		struct cw_ttc ttc = form_of(versions[i]);
		struct cw_ttc_described object;
		struct cw_wr wr = { 0 };
		size_t left;

		write_object(&wr, &ttc, CW_OBJECT_TABLE);
		for (size_t len = 0; len < wr.len; len++) {
			uint8_t *copy = malloc(len ? len : 1);

			assert_non_null(copy);
			memcpy(copy, wr.at0, len);
			assert_false(read_object((struct cw_bytes){ copy, len }, &ttc, &arena,
						 &object, &left));
			free(copy);
			cw_arena_reset(&arena);
		}
		cw_arena_release(&arena);
		cw_wr_release(&wr);
	}
}

/* A record where the place of another kind of object is filled, and one of too many columns. */
static void what_is_neither_table_nor_view_is_refused(void **state)
{
	static const uint8_t other[] = { 0, 1, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 };
	struct cw_arena arena = CW_ARENA(1u << 20);
	struct cw_ttc ttc = form_of(CW_FV_19_1_EXT1);
	struct cw_ttc_described object;
	struct cw_wr wr = { 0 };
	size_t left;

	(void)state;
	assert_false(read_object((struct cw_bytes){ other, sizeof(other) }, &ttc, &arena, &object,
				 &left));
	write_object(&wr, &ttc, CW_OBJECT_VIEW);
	wr.at0[4] = CW_OBJECT_TABLE; /* and yet the view's place is filled */
	assert_false(read_object(cw_wr_bytes(&wr), &ttc, &arena, &object, &left));
	cw_arena_release(&arena);
	cw_wr_release(&wr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_is_asked_for_as_ojdbc_asks),
		cmocka_unit_test(an_object_is_asked_for_as_ojdbc_asks),
		cmocka_unit_test(tables_and_views_are_described_in_the_form_of_every_release),
		cmocka_unit_test(a_description_that_is_cut_is_an_error_wherever),
		cmocka_unit_test(what_is_neither_table_nor_view_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
