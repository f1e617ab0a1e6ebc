/* test_ddl.c - Oracle's names, types and expressions in PostgreSQL's words, and the DDL of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "../endpoint/pg_tables.h"
#include "../scratch_pg.h"
#include "schema/ddl.h"
#include "schema/own.h"

static void names_fold_only_when_all_are_upper_case(void **state)
{
	static const char *const pairs[][2] = {
		{ "ORDERS", "orders" },
		{ "Orders", "Orders" },
		{ "A_1$#", "a_1$#" },
		{ "orders", "orders" },
		{ "\xc3\x84"
		  "B",
		  "\xc3\x84"
		  "b" },
	};
	struct cw_arena arena = CW_ARENA(1 << 20);

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(pairs); i++)
		assert_string_equal(cw_pg_name_of(&arena, pairs[i][0]), pairs[i][1]);
	cw_arena_release(&arena);
}

static void types_map_as_declared_or_are_refused(void **state)
{
	static const struct {
		const char *type, *pg;
		int16_t precision, scale;
		uint32_t chars;
	} cases[] = {
		{ "NUMBER", "numeric", 0, CW_SCALE_NONE, 0 },
		{ "NUMBER", "numeric(10,0)", 10, 0, 0 },
		{ "NUMBER", "numeric(38,0)", 0, 0, 0 },
		{ "NUMBER", "numeric(5,-2)", 5, -2, 0 },
		{ "NUMBER", "numeric(3,7)", 3, 7, 0 },
		{ "VARCHAR2", "varchar(80)", 0, CW_SCALE_NONE, 80 },
		{ "CHAR", "char(2)", 0, CW_SCALE_NONE, 2 },
		{ "DATE", "timestamp(0)", 0, CW_SCALE_NONE, 0 },
		{ "TIMESTAMP(3)", "timestamp(3)", 0, 3, 0 },
		{ "TIMESTAMP(6)", "timestamp(6)", 0, 6, 0 },
		{ "RAW", "bytea", 0, CW_SCALE_NONE, 0 },
		{ "TIMESTAMP(9)", NULL, 0, 9, 0 },
		{ "TIMESTAMP(6) WITH TIME ZONE", "timestamptz(6)", 0, 6, 0 },
		{ "TIMESTAMP(3) WITH LOCAL TIME ZONE", "timestamptz(3)", 0, 3, 0 },
		{ "TIMESTAMP(7) WITH TIME ZONE", NULL, 0, 7, 0 },
		{ "INTERVAL YEAR(4) TO MONTH", "interval year to month", 4, 0, 0 },
		{ "INTERVAL DAY(2) TO SECOND(6)", "interval day to second(6)", 2, 6, 0 },
		{ "INTERVAL DAY(2) TO SECOND(9)", NULL, 2, 9, 0 },
		{ "FLOAT", "numeric", 126, CW_SCALE_NONE, 0 },
		{ "BINARY_FLOAT", "real", 0, CW_SCALE_NONE, 0 },
		{ "BINARY_DOUBLE", "double precision", 0, CW_SCALE_NONE, 0 },
		{ "NVARCHAR2", "varchar(10)", 0, CW_SCALE_NONE, 10 },
		{ "NCHAR", "char(3)", 0, CW_SCALE_NONE, 3 },
		{ "LONG", NULL, 0, CW_SCALE_NONE, 0 },
		{ "ROWID", NULL, 0, CW_SCALE_NONE, 0 },
		{ "CLOB", NULL, 0, CW_SCALE_NONE, 0 },
	};
	struct cw_arena arena = CW_ARENA(1 << 20);

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_column column = { .name = "C",
					    .precision = cases[i].precision,
					    .scale = cases[i].scale,
					    .char_length = cases[i].chars };
		struct cw_err err = { 0 };
		bool ok = cw_map_column(&arena, &column, cases[i].type, &err);

		assert_int_equal(ok, cases[i].pg != NULL);
		if (ok)
			assert_string_equal(column.pg_type, cases[i].pg);
		else
			assert_int_equal(err.code, 7301);
	}
	cw_arena_release(&arena);
}

static void plain_expressions_are_put_in_other_words_and_others_left(void **state)
{
	static const struct {
		bool check;
		const char *text, *pg;
	} cases[] = {
		{ false, "'DE'", "'DE'" },
		{ false, "0 \n", "0" },
		{ false, "-1.5", "- 1.5" },
		{ false, "SYSDATE", "localtimestamp(0)" },
		{ false, "systimestamp", "localtimestamp" },
		{ false, "current_date", "localtimestamp(0)" },
		{ false, "CURRENT_TIMESTAMP", "localtimestamp" },
		{ false, "LOCALTIMESTAMP", "localtimestamp" },
		{ false, "CURRENT_TIMESTAMP(3)", NULL },
		{ false, "NULL", "NULL" },
		{ false, "''", "NULL" },
		{ false, "'it''s'", "'it''s'" },
		{ false, "ORDER_SEQ.NEXTVAL", "nextval('\"shop\".\"order_seq\"')" },
		{ false, "\"SHOP\".\"ISEQ$$_1\".nextval", "nextval('\"shop\".\"iseq$$_1\"')" },
		{ false, "SYS_GUID()", NULL },
		{ false, "USER", NULL },
		{ true, "id > 0 AND state IN ('a', 'b')",
		  "\"id\" > 0 AND \"state\" IN ( 'a' , 'b' )" },
		{ true, "\"NAME\" is not null or id != 3", "\"name\" IS NOT NULL OR \"id\" <> 3" },
		{ true, "upper(name) = name", NULL },
		{ true, "name <> ''", NULL },
		{ true, "name || 'x' = 'yx'", NULL },
		{ true, "id -- 1\n > 0", NULL },
		{ true, "name = 'open", NULL },
	};
	struct cw_arena arena = CW_ARENA(1 << 20);

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		const char *pg = cw_map_expression(&arena, cases[i].check ? &item.shape : NULL,
						   "SHOP", cases[i].text);

		if (!cases[i].pg)
			assert_null(pg);
		else if (!pg)
			fail_msg("%s: not plain", cases[i].text);
		else
			assert_string_equal(pg, cases[i].pg);
	}
	cw_arena_release(&arena);
}

static const uint16_t note_nr[] = { 0 };
static const struct cw_index item_index[] = {
	{ .name = "ITEM_IX", .pg_name = "item_ix", .count = 1, .column = item_name_key },
	{ .name = "ITEM_FX", .pg_name = "item_fx", .why_not = "FUNCTION-BASED NORMAL" },
};

static void the_ddl_can_be_applied_twice(void **state)
{
	static struct cw_foreign foreign = { .name = "NOTE_FK",
					     .pg_name = "note_fk",
					     .count = 1,
					     .column = note_nr,
					     .parent = &item,
					     .parent_column = item_key,
					     .delete_rule = "CASCADE",
					     .enabled = true };
	static struct cw_sequence sequence = { "SHOP",	  "SEQ", "shop", "seq", 1,
					       INT64_MAX, 1,	 20,	 41,	false };
	static struct cw_trigger trigger = { "SHOP", "T", "SHOP", "ITEM", true };
	struct cw_table child = note, parent = item;
	struct cw_table *tables[] = { &parent, &child };
	struct cw_catalog catalog = { .table_count = 2,
				      .table = tables,
				      .sequence_count = 1,
				      .sequence = &sequence,
				      .trigger_count = 1,
				      .trigger = &trigger };
	struct cw_pg *pg;
	struct cw_err err = { 0 };

	parent.index = item_index;
	parent.index_count = 2;
	foreign.parent = &parent;
	child.foreign = &foreign;
	child.foreign_count = 1;
	assert_int_equal(scratch_start(state), 0);
	pg = scratch_open();
	for (int i = 0; i < 2; i++)
		if (!cw_own_make_pg(pg, "test", &err) || !cw_ddl_apply_tables(pg, &catalog, &err) ||
		    !cw_ddl_apply_after_load(pg, &catalog, &err) ||
		    !cw_ddl_apply_validate(pg, &catalog, &err))
			fail_msg("%s", err.text);
	assert_int_equal(cw_ddl_left_out(&catalog), 2);
	assert_string_equal(
		scratch_ask(pg, "SELECT string_agg(conname || contype::text || convalidated, "
				"' ' ORDER BY conname) FROM pg_constraint WHERE conname "
				"~ '^(item|note)'"),
		"item_pkptrue item_ukutrue note_fkftrue");
	assert_string_equal(scratch_ask(pg, "SELECT nextval('shop.seq')"), "41");
	assert_string_equal(scratch_ask(pg, "SELECT format_type(atttypid, atttypmod) FROM "
					    "pg_attribute WHERE attrelid = 'shop.item'::regclass "
					    "AND attname = 'at'"),
			    "timestamp(6) without time zone");
	cw_pg_close(pg);
	(void)scratch_stop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_fold_only_when_all_are_upper_case),
		cmocka_unit_test(types_map_as_declared_or_are_refused),
		cmocka_unit_test(plain_expressions_are_put_in_other_words_and_others_left),
		cmocka_unit_test(the_ddl_can_be_applied_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
