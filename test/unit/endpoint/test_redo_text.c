/*
 * test_redo_text.c - SQL_REDO, statement by statement
 *
 * The statements of the recording are LogMiner's own as Debezium's tests keep
 * them; what is expected of each stands here.  Values are checked with
 * statements of our own, the storage bytes taken from python-oracledb's
 * encoders.
 */
#include "endpoint/redo_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cw_redo_parser parser;

static struct cw_bytes bytes_of(const char *text)
{
	return (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
}

/* "insert SCHEMA.TABLE 3+0", or "error at 123". */
static void summarize(const char *text, char *ret, size_t room)
{
	static const char *const verb[] = { "insert", "update", "delete" };
	struct cw_redo_stmt stmt;
	struct cw_err err;
	unsigned where = 0;

	if (!cw_redo_split(&parser, bytes_of(text), &stmt, &err)) {
		assert_int_equal(err.code, 7201);
		const char *at = strstr(err.text, "at byte ");
		(void)snprintf(ret, room, "error at %d", at ? atoi(at + 8) : -1);
		return;
	}
	for (unsigned i = 0; i < stmt.part_count; i++)
		where += stmt.part[i].is_where;
	(void)snprintf(ret, room, "%s %.*s.%.*s %u+%u", verb[stmt.kind], (int)stmt.owner.len,
		       (const char *)stmt.owner.at, (int)stmt.table.len,
		       (const char *)stmt.table.at, stmt.part_count - where, where);
}

/* What each statement of LogMinerDmlParserTest must come to, in the file's order. */
static const char *const recorded[] = {
#include "redo_text_recorded.inc"
};

static void unescape(char *text)
{
	char *to = text;

	for (; *text && *text != '\n'; text++) {
		if (*text == '\\' && (text[1] == '\\' || text[1] == 'n')) {
			text++;
			*to++ = *text == 'n' ? '\n' : '\\';
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static void recorded_statements_are_read_or_refused_as_a_whole(void **state)
{
	char path[512], line[16384], got[256];
	unsigned count = 0;
	FILE *file;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/sql-redo-debezium.tsv", getenv("CW_RECORDINGS"));
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *text = strrchr(line, '\t');

		if (strncmp(line, "LogMinerDmlParserTest\t", 22) != 0 || !text)
			continue;
		unescape(++text);
		summarize(text, got, sizeof(got));
		if (getenv("CW_SHOW"))
			(void)fprintf(stderr, "\t\"%s\", /* %.60s */\n", got, text);
		if (!getenv("CW_SHOW")) {
			assert_true(count < CW_ARRAY_LEN(recorded));
			assert_string_equal(got, recorded[count]);
		}
		count++;
	}
	(void)fclose(file);
	if (!getenv("CW_SHOW"))
		assert_int_equal(count, CW_ARRAY_LEN(recorded));
}

static const struct cw_column columns[] = {
	{ .name = "ID", .internal = 1, .ora_type = CW_ORA_NUMBER, .key_position = 1 },
	{ .name = "NAME", .internal = 2, .ora_type = CW_ORA_VARCHAR2 },
	{ .name = "D", .internal = 3, .ora_type = CW_ORA_DATE },
	{ .name = "TS", .internal = 5, .ora_type = CW_ORA_TIMESTAMP },
	{ .name = "R", .internal = 6, .ora_type = CW_ORA_RAW },
	{ .name = "C", .internal = 7, .ora_type = CW_ORA_CHAR },
};
static const uint16_t key[] = { 0 };
static const struct cw_shape shape = {
	.owner = "APP",
	.name = "T",
	.object_id = 74238,
	.column_count = CW_ARRAY_LEN(columns),
	.key_count = 1,
	.column = columns,
	.key = key,
};

static void put_row(char *to, size_t room, const struct cw_row *row)
{
	for (uint16_t i = 0; i < row->count; i++) {
		static const char *const word[] = { "null", "", "same", "unlogged" };
		const struct cw_value *value = &row->value[i];
		size_t len = strlen(to);

		(void)snprintf(to + len, room - len, "%s%s", i ? " " : "", word[value->state]);
		for (uint32_t k = 0; value->state == CW_VALUE_SET && k < value->len; k++) {
			len = strlen(to);
			(void)snprintf(to + len, room - len, "%02x", value->at[k]);
		}
	}
}

static const struct {
	enum cw_redo_mode mode;
	const char *text, *wanted;
} good[] = {
	{ CW_REDO_RAW,
	  "insert into \"UNKNOWN\".\"OBJ# 74238\"(\"COL 1\",\"COL 2\",\"COL 5\") values "
	  "(HEXTORAW('c102'),HEXTORAW('68656C6c6f'),NULL);",
	  "-> c102 68656c6c6f null null null null" },
	{ CW_REDO_RAW,
	  "update \"UNKNOWN\".\"OBJ# 74238\" set \"COL 2\" = NULL, \"COL 6\" = HEXTORAW('00') where "
	  "\"COL 1\" = HEXTORAW('c102') and \"COL 3\" IS NULL and ROWID = 'AAASNZAAEAAAAFfAAA';",
	  "c102 unlogged null unlogged unlogged unlogged -> same null same same 00 same "
	  "AAASNZAAEAAAAFfAAA" },
	{ CW_REDO_RAW, "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = HEXTORAW('80')",
	  "80 unlogged unlogged unlogged unlogged unlogged ->" },
	{ CW_REDO_CATALOG,
	  "insert into \"APP\".\"T\"(\"ID\",\"NAME\",\"D\",\"TS\",\"R\",\"C\") values "
	  "('-12.5','Bob''s',TO_DATE('2026-03-07 01:44:39', 'YYYY-MM-DD HH24:MI:SS'),"
	  "TO_TIMESTAMP('2024-05-06 07:08:09.123456'),HEXTORAW('00ff'),'x  ');",
	  "-> 3e593366 426f622773 787e0307022d28 787c05060809"
	  "0a075bca00 00ff 782020" },
	{ CW_REDO_CATALOG,
	  "update \"APP\".\"T\" a set a.\"NAME\" = UNISTR('\\041F\\D83D\\DE00\\\\')||UNISTR('a''') "
	  "where a.\"ID\" = '.5' and a.\"TS\" = TO_TIMESTAMP('2020-02-01 00:00:00.')",
	  "c033 unlogged unlogged 78780201010101 unlogged unlogged -> same d09ff09f98805c6127 same "
	  "same same same" },
	{ CW_REDO_CATALOG,
	  "delete from \"APP\".\"T\" where \"ID\" = '12345678901234567890' and \"D\" = "
	  "TO_DATE('-0044-03-15 00:00:00', 'SYYYY-MM-DD HH24:MI:SS') and \"NAME\" = ''",
	  "ca0d23394f5b0d23394f5b null 6438"
	  "030f010101 unlogged unlogged unlogged ->" },
};

static void values_become_storage_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(good); i++) {
		struct cw_redo_stmt stmt;
		struct cw_change change;
		struct cw_err err = { 0 };
		char got[1024] = "";
		bool ok = cw_redo_split(&parser, bytes_of(good[i].text), &stmt, &err) &&
			  cw_redo_change(&parser, good[i].mode, &stmt, &shape, &change, &err);

		if (!ok)
			print_message("# %s: %s\n", good[i].text, err.text);
		assert_true(ok);
		put_row(got, sizeof(got), &change.before);
		(void)strcat(got, change.before.count ? " ->" : "->");
		(void)strcat(got, change.after.count ? " " : "");
		put_row(got, sizeof(got), &change.after);
		if (change.rowid[0])
			(void)strcat(strcat(got, " "), change.rowid);
		assert_string_equal(got, good[i].wanted);
	}
}

/* What such a statement says cannot be known: this one sets NAME alone, or D as well. */
static void text_of_more_than_4000_bytes_is_read_raw_or_refused(void **state)
{
	static const struct {
		enum cw_redo_mode mode;
		const char *text;
	} cases[] = {
		{ CW_REDO_CATALOG,
		  "update \"APP\".\"T\" set \"NAME\" = 'a', \"C\" = 'b' where \"ID\" = '1'" },
		{ CW_REDO_RAW,
		  "update \"UNKNOWN\".\"OBJ# 74238\" set \"COL 2\" = HEXTORAW('61272c') where "
		  "\"COL 1\" = HEXTORAW('c102')" },
	};
	struct cw_column long_ones[CW_ARRAY_LEN(columns)];
	struct cw_shape extended = shape;

	(void)state;
	memcpy(long_ones, columns, sizeof(columns));
	long_ones[1].byte_length = 4001;
	extended.column = long_ones;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_redo_stmt stmt;
		struct cw_change change;
		struct cw_err err = { 0 };

		assert_true(cw_redo_split(&parser, bytes_of(cases[i].text), &stmt, &err));
		assert_int_equal(
			cw_redo_change(&parser, cases[i].mode, &stmt, &extended, &change, &err),
			cases[i].mode == CW_REDO_RAW);
		assert_int_equal(err.code, cases[i].mode == CW_REDO_RAW ? 0 : 7204);
	}
}

/* One column of a type, and what its literal comes to; NULL: it is refused. */
static void literals_of_every_type_become_storage_bytes(void **state)
{
	static const struct {
		uint8_t type;
		bool national;
		enum cw_redo_mode mode;
		const char *literal, *wanted;
	} cases[] = {
		{ CW_ORA_TIMESTAMP_TZ, false, CW_REDO_CATALOG,
		  "TO_TIMESTAMP_TZ(' 2024-02-29 23:59:59.500000 +05:30')",
		  "787c021d131e3c1dcd6500195a" },
		{ CW_ORA_TIMESTAMP_TZ, false, CW_REDO_CATALOG,
		  "TO_TIMESTAMP_TZ('2024-02-29 23:59:59.5 Europe/Berlin')", NULL },
		{ CW_ORA_TIMESTAMP_TZ, false, CW_REDO_CATALOG,
		  "TO_TIMESTAMP_TZ('-5215-05-06 07:08:09.123456 +02:00')", NULL },
		{ CW_ORA_TIMESTAMP_TZ, false, CW_REDO_CATALOG,
		  "TO_TIMESTAMP_TZ(' 9999-12-31 23:08:09 -02:00')", NULL },
		{ CW_ORA_TIMESTAMP_LTZ, false, CW_REDO_CATALOG,
		  "TO_TIMESTAMP_LTZ('2024-02-29 23:59:59.')", "787c021d183c3c" },
		{ CW_ORA_INTERVAL_YM, false, CW_REDO_CATALOG, "TO_YMINTERVAL('-03-06')",
		  "7ffffffd36" },
		{ CW_ORA_INTERVAL_DS, false, CW_REDO_CATALOG, "TO_DSINTERVAL('-001 02:03:04.56')",
		  "7fffffff3a39385e9f1400" },
		{ CW_ORA_INTERVAL_DS, false, CW_REDO_CATALOG, "TO_DSINTERVAL('1 24:00:00')", NULL },
		{ CW_ORA_INTERVAL_DS, false, CW_REDO_CATALOG, "TO_YMINTERVAL('-03-06')", NULL },
		{ CW_ORA_BINARY_DOUBLE, false, CW_REDO_CATALOG, "'1.5E+000'", "bff8000000000000" },
		{ CW_ORA_BINARY_DOUBLE, false, CW_REDO_CATALOG, "'-Inf'", "000fffffffffffff" },
		{ CW_ORA_BINARY_FLOAT, false, CW_REDO_CATALOG, "'Nan'", "ffc00000" },
		{ CW_ORA_BINARY_FLOAT, false, CW_REDO_CATALOG, "'1,5'", NULL },
		{ CW_ORA_VARCHAR2, true, CW_REDO_CATALOG, "UNISTR('Zo\\00EB')", "5a6fc3ab" },
		{ CW_ORA_VARCHAR2, true, CW_REDO_RAW, "HEXTORAW('005a006f00ebd83dded2')",
		  "5a6fc3abf09f9b92" },
		{ CW_ORA_VARCHAR2, true, CW_REDO_RAW, "HEXTORAW('d83d')", NULL },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		struct cw_column column = { .name = "C",
					    .internal = 1,
					    .ora_type = cases[i].type,
					    .national = cases[i].national };
		struct cw_shape one = { .owner = "APP",
					.name = "T",
					.object_id = 74238,
					.column_count = 1,
					.column = &column };
		bool raw = cases[i].mode == CW_REDO_RAW;
		char text[256], got[256] = "";
		struct cw_redo_stmt stmt;
		struct cw_change change;
		struct cw_err err = { 0 };

		(void)snprintf(text, sizeof(text), "insert into %s(\"%s\") values (%s)",
			       raw ? "\"UNKNOWN\".\"OBJ# 74238\"" : "\"APP\".\"T\"",
			       raw ? "COL 1" : "C", cases[i].literal);
		assert_true(cw_redo_split(&parser, bytes_of(text), &stmt, &err));
		if (!cw_redo_change(&parser, cases[i].mode, &stmt, &one, &change, &err)) {
			if (cases[i].wanted)
				fail_msg("%s: %s", text, err.text);
			assert_int_equal(err.code, 7202);
			continue;
		}
		put_row(got, sizeof(got), &change.after);
		assert_string_equal(got, cases[i].wanted ? cases[i].wanted : "(refused)");
	}
}

static const struct {
	enum cw_redo_mode mode;
	unsigned code;
	const char *text;
} bad[] = {
	{ CW_REDO_RAW, 7203,
	  "delete from \"UNKNOWN\".\"OBJ# 74239\" where \"COL 1\" = HEXTORAW('80')" },
	{ CW_REDO_RAW, 7203,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 4\" = HEXTORAW('80')" },
	{ CW_REDO_RAW, 7203,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"ID\" = HEXTORAW('80')" },
	{ CW_REDO_RAW, 7202,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = HEXTORAW('8')" },
	{ CW_REDO_RAW, 7202,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = HEXTORAW('8g')" },
	{ CW_REDO_RAW, 7202, "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = '1'" },
	{ CW_REDO_RAW, 7201,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = NULL and \"COL 1\" = NULL" },
	{ CW_REDO_RAW, 7201,
	  "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = HEXTORAW('80'" },
	{ CW_REDO_RAW, 7201, "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = NULL x" },
	{ CW_REDO_CATALOG, 7203, "delete from \"APP\".\"U\" where \"ID\" = '1'" },
	{ CW_REDO_CATALOG, 7203, "delete from \"UNKNOWN\".\"OBJ# 74238\" where \"COL 1\" = NULL" },
	{ CW_REDO_CATALOG, 7202, "delete from \"APP\".\"T\" where \"ID\" = '1,5'" },
	{ CW_REDO_CATALOG, 7202, "delete from \"APP\".\"T\" where \"ID\" = HEXTORAW('c102')" },
	{ CW_REDO_CATALOG, 7202,
	  "delete from \"APP\".\"T\" where \"D\" = TO_DATE('15-MAY-21', 'DD-MON-RR')" },
	{ CW_REDO_CATALOG, 7202,
	  "delete from \"APP\".\"T\" where \"D\" = TO_DATE('2020-13-01 00:00:00')" },
	{ CW_REDO_CATALOG, 7202, "update \"APP\".\"T\" set \"NAME\" = UNISTR('\\D83D')" },
	{ CW_REDO_CATALOG, 7202, "update \"APP\".\"T\" set \"NAME\" = EMPTY_CLOB()" },
	{ CW_REDO_CATALOG, 7202, "update \"APP\".\"T\" set \"NAME\" = Unsupported Type" },
	{ CW_REDO_CATALOG, 7201,
	  "XML DOC BEGIN:  select \"DATA\" from \"A\".\"B\" where \"ID\" = '1'" },
	{ CW_REDO_CATALOG, 7201, "" },
};

static void malformed_text_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(bad); i++) {
		struct cw_redo_stmt stmt;
		struct cw_change change;
		struct cw_err err = { 0 };
		bool ok = cw_redo_split(&parser, bytes_of(bad[i].text), &stmt, &err) &&
			  cw_redo_change(&parser, bad[i].mode, &stmt, &shape, &change, &err);

		if (ok || err.code != bad[i].code)
			print_message("# %s: CW%u %s\n", bad[i].text, err.code, err.text);
		assert_false(ok);
		assert_int_equal(err.code, bad[i].code);
	}
}

/* Each text, cut at each place, is refused or a shorter whole statement: never read beyond. */
static void cut_text_never_reads_past_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(good); i++) {
		size_t len = strlen(good[i].text);

		for (size_t cut = 0; cut < len; cut++) {
			uint8_t *copy = malloc(cut + 1);
			struct cw_redo_stmt stmt;
			struct cw_change change;
			struct cw_err err;

			memcpy(copy, good[i].text, cut);
			if (cw_redo_split(&parser, (struct cw_bytes){ copy, cut }, &stmt, &err))
				(void)!cw_redo_change(&parser, good[i].mode, &stmt, &shape, &change,
						      &err);
			free(copy);
		}
	}
}

static int release(void **state)
{
	(void)state;
	cw_redo_release(&parser);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_statements_are_read_or_refused_as_a_whole),
		cmocka_unit_test(values_become_storage_bytes),
		cmocka_unit_test(text_of_more_than_4000_bytes_is_read_raw_or_refused),
		cmocka_unit_test(literals_of_every_type_become_storage_bytes),
		cmocka_unit_test(malformed_text_is_refused),
		cmocka_unit_test(cut_text_never_reads_past_its_end),
	};

	return cmocka_run_group_tests_name("redo_text", tests, NULL, release);
}
