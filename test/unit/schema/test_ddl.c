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

static const struct cw_column odd_columns[] = {
	{ .name = "ID", .ora_type = CW_ORA_NUMBER, .pg_name = "id", .pg_type = "numeric" },
	{ .name = "NAME",
	  .ora_type = CW_ORA_VARCHAR2,
	  .char_length = 20,
	  .pg_name = "name",
	  .pg_type = "varchar(40)" },
	{ .name = "FLAG",
	  .ora_type = CW_ORA_CHAR,
	  .char_length = 1,
	  .pg_name = "flag",
	  .pg_type = "char(1)" },
	{ .name = "STATE",
	  .ora_type = CW_ORA_CHAR,
	  .char_length = 4,
	  .pg_name = "state",
	  .pg_type = "char(4)" },
	{ .name = "BORN",
	  .ora_type = CW_ORA_DATE,
	  .pg_name = "born",
	  .pg_type = "timestamp(0)",
	  .pg_oid = CW_PG_TIMESTAMP },
	{ .name = "DIED",
	  .ora_type = CW_ORA_DATE,
	  .pg_name = "died",
	  .pg_type = "timestamp(0)",
	  .pg_oid = CW_PG_TIMESTAMP },
	{ .name = "AT",
	  .ora_type = CW_ORA_TIMESTAMP,
	  .pg_name = "at",
	  .pg_type = "timestamp(6)",
	  .pg_oid = CW_PG_TIMESTAMP },
	{ .name = "ZONED",
	  .ora_type = CW_ORA_TIMESTAMP_TZ,
	  .pg_name = "zoned",
	  .pg_type = "timestamptz(6)",
	  .pg_oid = CW_PG_TIMESTAMPTZ },
	{ .name = "TOKEN", .ora_type = CW_ORA_RAW, .pg_name = "token", .pg_type = "bytea" },
	{ .name = "RATIO",
	  .ora_type = CW_ORA_BINARY_DOUBLE,
	  .pg_name = "ratio",
	  .pg_type = "double precision" },
	{ .name = "SPAN",
	  .ora_type = CW_ORA_INTERVAL_DS,
	  .pg_name = "span",
	  .pg_type = "interval day to second(6)" },
	{ .name = "DATE", .ora_type = CW_ORA_NUMBER, .pg_name = "date", .pg_type = "numeric" },
};
static const struct cw_shape odd = { .column = odd_columns,
				     .column_count = CW_ARRAY_LEN(odd_columns) };

/* A literal of another type is no error to Oracle: the column decides. */
static const struct {
	const char *column, *text, *pg;
} defaults[] = {
	{ "NAME", "'DE'", "'DE'" },
	{ "NAME", "'it''s'", "'it''s'" },
	{ "NAME", "''", "NULL" },
	{ "NAME", "NULL", "NULL" },
	{ "NAME", "0", "'0'" },
	{ "NAME", "-007 ", "'-7'" },
	{ "NAME", "1.50", NULL },
	{ "NAME", "SYSDATE", NULL },
	{ "NAME", "USER", NULL },
	{ "NAME", "SYS_GUID()", "upper(replace(gen_random_uuid()::text, '-', ''))" },
	{ "NAME", "rawtohex(sys_guid())", "upper(replace(gen_random_uuid()::text, '-', ''))" },
	{ "NAME", "'a' || 'b'", NULL },
	{ "FLAG", "1", "'1'" },
	{ "FLAG", "'N' -- no\n", NULL },
	{ "ID", "0 \n", "0" },
	{ "ID", "-1.5", "- 1.5" },
	{ "ID", "(1e3)", "(1e3)" },
	{ "ID", "1f", NULL },
	{ "ID", "'5'", "5" },
	{ "ID", "'-0.5'", "-0.5" },
	{ "ID", "'five'", NULL },
	{ "ID", "2 * (3 + 4)", "2 * (3 + 4)" },
	{ "ID", "ORDER_SEQ.NEXTVAL", "nextval('\"shop\".\"order_seq\"')" },
	{ "ID", "\"SHOP\".\"ISEQ$$_1\".nextval", "nextval('\"shop\".\"iseq$$_1\"')" },
	{ "ID", "ORDER_SEQ.CURRVAL", NULL },
	{ "RATIO", "1.5", "1.5" },
	{ "BORN", "SYSDATE", "localtimestamp(0)" },
	{ "BORN", "current_date", "localtimestamp(0)" },
	{ "BORN", "sysdate + 30", "localtimestamp(0) + interval '30 days'" },
	{ "BORN", "sysdate - 1", "localtimestamp(0) - interval '1 days'" },
	{ "BORN", "sysdate + 0.5", NULL },
	{ "BORN", "sysdate + 1/24", NULL },
	{ "BORN", "sysdate + '1'", NULL },
	{ "BORN", "trunc(sysdate)", "date_trunc('day', localtimestamp(0))" },
	{ "BORN", "trunc(sysdate, 'mm')", "date_trunc('month', localtimestamp(0))" },
	{ "BORN", "trunc(sysdate, 'ww')", NULL },
	{ "BORN", "'01-FEB-20'", NULL },
	{ "BORN", "date '2020-02-29'", "timestamp '2020-02-29 00:00:00'" },
	{ "BORN", "date '2021-02-29'", NULL },
	{ "BORN", "to_date('31.12.9999 23:59:59', 'dd.mm.yyyy hh24:mi:ss')",
	  "timestamp '9999-12-31 23:59:59'" },
	{ "BORN", "to_date('01-JAN-1970', 'DD-MON-YYYY')", "timestamp '1970-01-01 00:00:00'" },
	{ "BORN", "to_date('1/1/70', 'DD/MM/RR')", NULL },
	{ "BORN", "to_date('1970', 'YYYY')", NULL },
	{ "AT", "systimestamp", "localtimestamp" },
	{ "AT", "CURRENT_TIMESTAMP", "localtimestamp" },
	{ "AT", "LOCALTIMESTAMP", "localtimestamp" },
	{ "AT", "CURRENT_TIMESTAMP(3)", NULL },
	{ "AT", "systimestamp + 1", NULL },
	{ "AT", "systimestamp + interval '7' day", "localtimestamp + interval '7 DAY'" },
	{ "AT", "timestamp '1970-01-01 00:00:00.5'", "timestamp '1970-01-01 00:00:00.5'" },
	{ "AT", "timestamp '1970-01-01 00:00:00 +02:00'", NULL },
	{ "ZONED", "systimestamp", "localtimestamp" },
	{ "TOKEN", "'ff00'", "'\\xff00'" },
	{ "TOKEN", "'fff'", NULL },
	{ "TOKEN", "SYS_GUID()", "uuid_send(gen_random_uuid())" },
	{ "TOKEN", "1", NULL },
	{ "SPAN", "interval '1' day", "interval '1 DAY'" },
	{ "SPAN", "interval '1' day to second", NULL },
	{ "SPAN", "0", NULL },
};

static const struct {
	const char *text, *pg;
} conditions[] = {
	{ "id > 0 AND name IN ('a', 'b')", "\"id\" > 0 AND \"name\" IN ('a', 'b')" },
	{ "\"NAME\" is not null or id != 3", "\"name\" IS NOT NULL OR \"id\" <> 3" },
	{ "not (id ^= 1 and (id) <= 2) or id not in (1, '2')",
	  "NOT (\"id\" <> 1 AND (\"id\") <= 2) OR \"id\" NOT IN (1, 2)" },
	{ "flag in (0, 1)", "\"flag\"::numeric IN (0, 1)" },
	{ "name = 7", "\"name\"::numeric = 7" },
	{ "name = id", "\"name\"::numeric = \"id\"" },
	{ "name + name = 3", "\"name\"::numeric + \"name\"::numeric = 3" },
	{ "name in ('x', 7)", NULL },
	{ "flag between 'A' and 'F'", "\"flag\" COLLATE \"C\" BETWEEN 'A' AND 'F'" },
	{ "name >= 'A'", "\"name\" COLLATE \"C\" >= 'A'" },
	{ "state >= 'A'", NULL },
	{ "state in ('on', 'off')", "\"state\" IN ('on', 'off')" },
	{ "state = name", NULL },
	{ "name like 'a%'", "\"name\" LIKE 'a%'" },
	{ "name not like '%\\%'", "\"name\" NOT LIKE '%\\%' ESCAPE ''" },
	{ "name like 'a!%' escape '!'", NULL },
	{ "state like 'a%'", NULL },
	{ "id like '1%'", NULL },
	{ "died >= born + 1", "\"died\" >= \"born\" + interval '1 days'" },
	{ "died - born <= 30", "(extract(epoch FROM \"died\" - \"born\") / 86400) <= 30" },
	{ "at - born <= 30", NULL },
	{ "born > '01-JAN-2000'", NULL },
	{ "born > to_date('1900-01-01', 'YYYY-MM-DD')",
	  "\"born\" > timestamp '1900-01-01 00:00:00'" },
	{ "born = trunc(born)", "\"born\" = date_trunc('day', \"born\")" },
	{ "trunc(born, 'MM') = born", "date_trunc('month', \"born\") = \"born\"" },
	{ "zoned > at", NULL },
	{ "token = 'ff'", NULL },
	{ "token is null", "\"token\" IS NULL" },
	{ "length(name) between 2 and 5", "length(\"name\") BETWEEN 2 AND 5" },
	{ "length(state) = 2", NULL },
	{ "id = trunc(id)", "\"id\" = trunc(\"id\")" },
	{ "ratio < id * 2", "\"ratio\" < \"id\" * 2" },
	{ "\"DATE\" > 0", "\"date\" > 0" },
	{ "regexp_like(name, '^[A-Z]{2}[0-9]+\\.\\d$')",
	  "\"name\" COLLATE \"C\" ~ '^[A-Z]{2}[0-9]+\\.\\d$'" },
	{ "REGEXP_LIKE(name, '^[a-z._%-]+@[a-z]+$', 'i')",
	  "\"name\" COLLATE \"C\" ~* '^[a-z._%-]+@[a-z]+$'" },
	{ "regexp_like(name, '^.+$')", NULL },
	{ "regexp_like(name, '[[:alpha:]]')", NULL },
	{ "regexp_like(name, '[\\w]')", NULL },
	{ "regexp_like(name, 'it''s')", NULL },
	{ "regexp_like(name, 'a\\')", NULL },
	{ "regexp_like(name, '[a')", NULL },
	{ "regexp_like(state, '^a$')", NULL },
	{ "upper(name) = name", NULL },
	{ "name <> ''", NULL },
	{ "'a' = 'a'", NULL },
	{ "name || 'x' = 'yx'", NULL },
	{ "id -- 1\n > 0", NULL },
	{ "id / 2 > 0", NULL },
	{ "name = 'open", NULL },
	{ "id > 0 and", NULL },
	{ "(((((((((((((((((((((id > 0)))))))))))))))))))))", NULL },
	{ "((id > 0))", "((\"id\" > 0))" },
};

static const struct cw_column *odd_column(const char *name)
{
	size_t i = 0;

	while (strcmp(odd_columns[i].name, name) != 0)
		i++;
	return &odd_columns[i];
}

static void expect_plain(const char *text, const char *pg, const char *expected)
{
	if (expected && !pg)
		fail_msg("%s: not plain", text);
	if (!expected && pg)
		fail_msg("%s: %s", text, pg);
	if (expected)
		assert_string_equal(pg, expected);
}

static void plain_expressions_are_put_in_other_words_and_others_left(void **state)
{
	struct cw_arena arena = CW_ARENA(1 << 20);

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(defaults); i++)
		expect_plain(defaults[i].text,
			     cw_map_default(&arena, odd_column(defaults[i].column), "SHOP",
					    defaults[i].text),
			     defaults[i].pg);
	for (size_t i = 0; i < CW_ARRAY_LEN(conditions); i++)
		expect_plain(conditions[i].text, cw_map_condition(&arena, &odd, conditions[i].text),
			     conditions[i].pg);
	cw_arena_release(&arena);
}

/* What PostgreSQL would refuse stops the whole schema. */
static void postgresql_takes_what_was_put_in_its_words(void **state)
{
	struct cw_wr sql = { .limit_bytes = 1 << 20 };
	struct cw_err err = { 0 };
	struct cw_pg *pg;

	assert_int_equal(scratch_start(state), 0);
	pg = scratch_open();
	cw_wr_text(
		&sql,
		"CREATE SCHEMA shop; CREATE SEQUENCE shop.order_seq; CREATE SEQUENCE shop.iseq$$_1; CREATE TABLE shop.odd (");
	for (size_t i = 0; i < CW_ARRAY_LEN(odd_columns); i++)
		cw_wr_printf(&sql, "%s\"%s\" %s", i ? ", " : "", odd_columns[i].pg_name,
			     odd_columns[i].pg_type);
	cw_wr_text(&sql, ");");
	for (size_t i = 0; i < CW_ARRAY_LEN(defaults); i++)
		if (defaults[i].pg)
			cw_wr_printf(
				&sql,
				"ALTER TABLE shop.odd ALTER \"%s\" SET DEFAULT %s; INSERT INTO shop.odd DEFAULT VALUES;",
				odd_column(defaults[i].column)->pg_name, defaults[i].pg);
	cw_wr_text(&sql, "TRUNCATE shop.odd;");
	for (size_t i = 0; i < CW_ARRAY_LEN(conditions); i++)
		if (conditions[i].pg)
			cw_wr_printf(&sql, "ALTER TABLE shop.odd ADD CHECK (%s);",
				     conditions[i].pg);
	cw_wr_u8(&sql, 0);
	if (!cw_pg_run(pg, (const char *)sql.at0, &err))
		fail_msg("%s", err.text);
	cw_wr_release(&sql);
	cw_pg_close(pg);
	(void)scratch_stop(state);
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
					     .enabled = true,
					     .validated = true };
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
		cmocka_unit_test(postgresql_takes_what_was_put_in_its_words),
		cmocka_unit_test(the_ddl_can_be_applied_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
