/* test_sql_text.c - where the statements of a script end; see sql_text.h */
#include "oracle/sql_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* All statements of @script, each in brackets; what is left over behind a bar. */
static void cut(const char *script, bool whole, char *ret, size_t room)
{
	struct cw_bytes statement;
	size_t taken, len = 0;

	ret[0] = '\0';
	while (*script && (taken = cw_sql_statement(script, whole, &statement)) > 0) {
		if (statement.len > 0)
			len += (size_t)snprintf(ret + len, room - len, "[%.*s]", (int)statement.len,
						(const char *)statement.at);
		script += taken;
	}
	(void)snprintf(ret + len, room - len, "|%s", script);
}

static void a_script_is_cut_where_statements_end(void **state)
{
	static const struct {
		const char *script, *parts;
	} scripts[] = {
		{ "select 1 from dual", "[select 1 from dual]|" },
		{ "select 1 from dual;", "[select 1 from dual]|" },
		{ "a;b ; c", "[a][b][c]|" },
		{ ";;  ;", "|" },
		{ "", "|" },
		{ " -- nothing; here\n /* nor; here */ ", "|" },
		{ "select ';' from dual; x", "[select ';' from dual][x]|" },
		{ "select 'it''s;' from dual; x", "[select 'it''s;' from dual][x]|" },
		{ "select q'[a;'b]' from dual; x", "[select q'[a;'b]' from dual][x]|" },
		{ "select \"a;b\" from dual; x", "[select \"a;b\" from dual][x]|" },
		{ "a -- no; end\n+ b /* ; */ c; x", "[a -- no; end\n+ b /* ; */ c][x]|" },
		{ "a\n/\nb\n/", "[a][b]|" },
		{ "a;\n/\nb", "[a][b]|" },
		{ "select 6/2 from dual;\nselect 1\n / 2 from dual;",
		  "[select 6/2 from dual][select 1\n / 2 from dual]|" },
		{ "begin a; b; end;\n/\nc;", "[begin a; b; end;][c]|" },
		{ "begin a; end;", "[begin a; end;]|" },
		{ "begin /* x */\n/\nc", "[begin /* x */][c]|" },
		{ "DECLARE x number; BEGIN null; END;\n/\n", "[DECLARE x number; BEGIN null; END;]|" },
		{ "<<l>> begin null; end;\n/\n", "[<<l>> begin null; end;]|" },
		{ "create or replace procedure p is begin null; end;\n/\nx;",
		  "[create or replace procedure p is begin null; end;][x]|" },
		{ "create editionable trigger t before insert on x begin null; end;\n/\nx;",
		  "[create editionable trigger t before insert on x begin null; end;][x]|" },
		{ "create type t as object (a number);\n/\nx",
		  "[create type t as object (a number);][x]|" },
		{ "create table type_x (a number); x", "[create table type_x (a number)][x]|" },
		{ "create view v as select 1 a from dual; x",
		  "[create view v as select 1 a from dual][x]|" },
		{ "beginning; x", "[beginning][x]|" },
	};
	char parts[500];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(scripts); i++) {
		cut(scripts[i].script, true, parts, sizeof(parts));
		assert_string_equal(parts, scripts[i].parts);
	}
}

static void what_is_typed_waits_for_its_end(void **state)
{
	static const struct {
		const char *typed, *parts;
	} lines[] = {
		{ "select 1\n", "|select 1\n" },
		{ "select 1\nfrom dual;\n", "[select 1\nfrom dual]|\n" },
		{ "select ';\n", "|select ';\n" },
		{ "begin null; end;\n", "|begin null; end;\n" },
		{ "begin null; end;\n/\n", "[begin null; end;]|" },
		{ "begin null; end;\n/", "|begin null; end;\n/" },
		{ "/* open", "|/* open" },
		{ "a; b", "[a]| b" },
	};
	char parts[500];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(lines); i++) {
		cut(lines[i].typed, false, parts, sizeof(parts));
		assert_string_equal(parts, lines[i].parts);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_cut_where_statements_end),
		cmocka_unit_test(what_is_typed_waits_for_its_end),
	};

	return cmocka_run_group_tests_name("sql_text", tests, NULL, NULL);
}
