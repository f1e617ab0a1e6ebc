/*
 * test_sql.c - Oracle's SQL in, PostgreSQL's out, or the right ORA- number at the right place
 *
 * Meanings are those of the Oracle Database SQL Language Reference 19c: '' and NULL ("Nulls"), ROWNUM
 * before ORDER BY ("ROWNUM Pseudocolumn"), DECODE's equal NULLs ("DECODE"), blank-padded comparison
 * ("Datatype Comparison Rules"); error numbers and places are what its "Error Messages" says of them.
 */
#include "rehearsal/long_name.h"
#include "rehearsal/sql_parse.h"
#include "rehearsal/sql_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define N32 "A2345678901234567890123456789012"

static const struct sql_column emp_columns[] = {
	{ .name = "ID", .type = SQL_NUMBER, .ora_type = CW_ORA_NUMBER },
	{ .name = "NAME", .type = SQL_TEXT, .ora_type = CW_ORA_VARCHAR2 },
	{ .name = "CODE", .type = SQL_CHAR, .ora_type = CW_ORA_CHAR },
	{ .name = "HIRED", .type = SQL_DATE, .ora_type = CW_ORA_DATE },
	{ .name = "ROWID$", .hidden = true },
};
static const struct sql_relation emp = { .oid = 16400,
					 .kind = 'r',
					 .schema = "HR",
					 .name = "EMP",
					 .has_rowid = true,
					 .column_count = 5,
					 .column = emp_columns };
static const struct sql_column dual_columns[] = { { .name = "DUMMY", .type = SQL_TEXT } };
static const struct sql_relation dual = {
	.kind = 'v', .schema = "SYS", .name = "DUAL", .column_count = 1, .column = dual_columns
};
static const struct sql_relation seq = { .kind = 'S', .schema = "HR", .name = "SEQ" };

static const struct sql_relation *find(void *context, const struct sql_name *name,
				       struct rh_error *error)
{
	const struct sql_relation *all[] = { &emp, &dual, &seq };

	(void)context;
	(void)error;
	for (size_t i = 0; i < CW_ARRAY_LEN(all); i++)
		if (strcmp(name->part[name->count - 1], all[i]->name) == 0)
			return all[i];
	return NULL;
}

/* What the statement becomes, or "ORA-nnnnn at p". */
static void translate_as(enum rh_release release, const char *sql, const uint8_t *types,
			 uint32_t count, char *ret, size_t room)
{
	struct cw_arena arena = CW_ARENA(1u << 24);
	struct sql_env env = { .relation = find, .bind_type = types, .bind_count = count };
	struct cw_wr out = { 0 };
	struct sql_parser parser;
	struct rh_error error;
	struct sql_stmt *stmt;

	sql_parse_init(&parser, &arena, release, sql, strlen(sql), &error);
	stmt = sql_parse_statement(&parser);
	if (stmt && sql_resolve(&env, &arena, stmt, &error) && sql_print(stmt, &out, &error))
		(void)snprintf(ret, room, "%s", (const char *)out.at0);
	else
		(void)snprintf(ret, room, "ORA-%05d at %u", error.code, error.position);
	cw_wr_release(&out);
	cw_arena_release(&arena);
}

static void translate(const char *sql, const uint8_t *types, uint32_t count, char *ret, size_t room)
{
	translate_as(RH_19, sql, types, count, ret, room);
}

/* Error Messages of 11.2 for what it does not know; New Features Guides for what came when. */
static void each_release_has_its_own_grammar(void **state)
{
	static const struct {
		enum rh_release release;
		const char *sql, *becomes; /* its beginning */
	} cases[] = {
		{ RH_11_2, "select id from emp order by id fetch first 1 rows only",
		  "ORA-00933 at 31" },
		{ RH_12_1, "select id from emp order by id fetch first 1 rows only", "SELECT" },
		{ RH_11_2, "select 1 as a23456789012345678901234567890 from dual", "SELECT" },
		{ RH_12_1, "select 1 as a234567890123456789012345678901 from dual",
		  "ORA-00972 at 12" },
		{ RH_12_2, "select 1 as a234567890123456789012345678901 from dual", "SELECT" },
		{ RH_11_2, "create table t (id number generated always as identity)",
		  "ORA-02000 at 46" },
		{ RH_21, "select 1 x", "ORA-00923" },
		{ RH_23, "select 1 x", "SELECT" },
	};
	char found[1024];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(cases); i++) {
		translate_as(cases[i].release, cases[i].sql, NULL, 0, found, sizeof(found));
		found[strlen(cases[i].becomes)] = '\0';
		assert_string_equal(found, cases[i].becomes);
	}
}

static const struct {
	const char *oracle, *postgres;
} good[] = {
	{ "select 'a' || '' || null x from dual", "SELECT (('a'::text || NULL) || NULL) AS \"X\"" },
	{ "select * from emp",
	  "SELECT \"EMP\".\"ID\", \"EMP\".\"NAME\", \"EMP\".\"CODE\", \"EMP\".\"HIRED\" FROM "
	  "\"HR\".\"EMP\"" },
	{ "select e.*, rowid from emp e",
	  "SELECT \"E\".\"ID\", \"E\".\"NAME\", \"E\".\"CODE\", \"E\".\"HIRED\", "
	  "rh.rowid_text(\"E\".tableoid, \"E\".\"ROWID$\") FROM \"HR\".\"EMP\" AS \"E\"" },
	{ "select id from emp where rownum <= 10",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" LIMIT "
	  "greatest(coalesce(pg_catalog.floor(10::numeric), 0), 0)" },
	{ "select id from emp where id > 3 and rownum < 5 order by id",
	  "SELECT \"EMP\".\"ID\" FROM (SELECT tableoid, * FROM \"HR\".\"EMP\" WHERE "
	  "(\"EMP\".\"ID\" > 3::numeric) LIMIT greatest(coalesce(pg_catalog.ceil(5::numeric) - "
	  "1, 0), 0)) AS \"EMP\" ORDER BY \"EMP\".\"ID\"" },
	{ "select count(*) from emp where rownum = 1",
	  "SELECT (pg_catalog.count(*))::numeric FROM (SELECT tableoid, * FROM \"HR\".\"EMP\" "
	  "LIMIT greatest(coalesce(pg_catalog.floor(1::numeric), 0), 0)) AS \"EMP\"" },
	{ "select rownum, id from emp",
	  "SELECT (pg_catalog.row_number() OVER ())::numeric, \"EMP\".\"ID\" FROM "
	  "\"HR\".\"EMP\"" },
	{ "select id from emp where code = 'x' and name = 'y' and id = '5' and hired = "
	  "'01-JAN-24'",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE ((((\"EMP\".\"CODE\" = 'x') AND "
	  "(\"EMP\".\"NAME\" = 'y'::text)) AND (\"EMP\".\"ID\" = ora.text_number('5'::text))) "
	  "AND (\"EMP\".\"HIRED\" = ora.to_date('01-JAN-24'::text)))" },
	{ "select decode(id, 1, 'one', null, 'none', 'many') from emp",
	  "SELECT (CASE WHEN \"EMP\".\"ID\" IS NOT DISTINCT FROM 1::numeric THEN 'one'::text "
	  "WHEN \"EMP\".\"ID\" IS NULL THEN 'none'::text ELSE 'many'::text END) FROM "
	  "\"HR\".\"EMP\"" },
	{ "select nvl(name, 'x'), nvl(id, 0), nvl2(id, 'a', 'b'), coalesce(hired, sysdate) from "
	  "emp",
	  "SELECT COALESCE(\"EMP\".\"NAME\", 'x'::text), COALESCE(\"EMP\".\"ID\", 0::numeric), "
	  "(CASE WHEN \"EMP\".\"ID\" IS NOT NULL THEN 'a'::text ELSE 'b'::text END), "
	  "COALESCE(\"EMP\".\"HIRED\", ora.sysdate()) FROM \"HR\".\"EMP\"" },
	{ "select max(hired), min(name), count(distinct id), avg(id) from emp group by code "
	  "having count(*) > 1",
	  "SELECT (max(\"EMP\".\"HIRED\"))::ora.date, "
	  "(min(\"EMP\".\"NAME\")), (pg_catalog.count(DISTINCT "
	  "\"EMP\".\"ID\"))::numeric, ora.divide(pg_catalog.sum(\"EMP\".\"ID\"), "
	  "nullif(pg_catalog.count(\"EMP\".\"ID\"), 0)::numeric) FROM \"HR\".\"EMP\" GROUP BY "
	  "\"EMP\".\"CODE\" HAVING ((pg_catalog.count(*))::numeric > 1::numeric)" },
	{ "select case id when 1 then 'a' else name end, case when id > 1 then 1 end from emp",
	  "SELECT (CASE WHEN \"EMP\".\"ID\" = 1::numeric THEN 'a'::text ELSE \"EMP\".\"NAME\" "
	  "END), (CASE WHEN (\"EMP\".\"ID\" > 1::numeric) THEN 1::numeric END) FROM "
	  "\"HR\".\"EMP\"" },
	{ "select id from emp where name like 'a%' or not (id between 1 and 3) or name is not "
	  "null",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE (((\"EMP\".\"NAME\" LIKE 'a%'::text "
	  "ESCAPE '') OR (NOT (\"EMP\".\"ID\" BETWEEN 1::numeric AND 3::numeric))) OR "
	  "(\"EMP\".\"NAME\" IS NOT NULL))" },
	{ "select id from emp where id in (1, 2) and (id, name) in (select id, name from emp) "
	  "and exists (select 1 from dual)",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE ((((\"EMP\".\"ID\" IN (1::numeric, "
	  "2::numeric))) AND (((\"EMP\".\"ID\", \"EMP\".\"NAME\") IN (SELECT \"EMP\".\"ID\" AS "
	  "\"ID\", \"EMP\".\"NAME\" AS \"NAME\" FROM \"HR\".\"EMP\")))) AND (EXISTS (SELECT "
	  "1::numeric AS \"1\")))" },
	{ "select a.id from emp a join emp b on a.id = b.id left outer join emp c using (id)",
	  "SELECT \"A\".\"ID\" FROM ((\"HR\".\"EMP\" AS \"A\" JOIN \"HR\".\"EMP\" AS \"B\" ON "
	  "(\"A\".\"ID\" = \"B\".\"ID\")) LEFT JOIN \"HR\".\"EMP\" AS \"C\" USING (\"ID\"))" },
	{ "select a.id i from emp a, emp b where a.id = b.id union all select 1 from dual order "
	  "by i desc",
	  "(SELECT \"A\".\"ID\" AS \"I\" FROM \"HR\".\"EMP\" AS \"A\", \"HR\".\"EMP\" AS \"B\" "
	  "WHERE (\"A\".\"ID\" = \"B\".\"ID\")) UNION ALL (SELECT 1::numeric) ORDER BY 1 DESC" },
	{ "select a.id from emp a, emp b, emp c where a.id = b.id (+) and c.id (+) = b.id and "
	  "b.name (+) = 'x' and a.id > 1",
	  "SELECT \"A\".\"ID\" FROM ((\"HR\".\"EMP\" AS \"A\" LEFT JOIN \"HR\".\"EMP\" AS \"B\" ON ((\"A\".\"ID\" = "
	  "\"B\".\"ID\") AND (\"B\".\"NAME\" = 'x'::text))) LEFT JOIN \"HR\".\"EMP\" AS \"C\" ON (\"C\".\"ID\" = "
	  "\"B\".\"ID\")) WHERE (\"A\".\"ID\" > 1::numeric)" },
	{ "select id from emp minus select id from emp",
	  "(SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\") EXCEPT (SELECT \"EMP\".\"ID\" FROM "
	  "\"HR\".\"EMP\")" },
	{ "with w (n) as (select id from emp) select n from w order by n offset 2 rows fetch "
	  "next 3 rows only",
	  "WITH \"W\"(\"N\") AS (SELECT \"EMP\".\"ID\" AS \"ID\" FROM \"HR\".\"EMP\") SELECT "
	  "\"W\".\"N\" FROM \"W\" AS \"W\" ORDER BY \"W\".\"N\" OFFSET "
	  "greatest(coalesce(pg_catalog.floor(2::numeric), 0), 0) ROWS FETCH FIRST (3::numeric) "
	  "ROWS ONLY" },
	{ "select seq.nextval, hr.seq.currval from dual",
	  "SELECT (rh.number_of_row('\"HR\".\"SEQ\"'::regclass, 1)::numeric), "
	  "(rh.number_of_row('\"HR\".\"SEQ\"'::regclass, 2)::numeric)" },
	{ "select seq.nextval from dual", "SELECT (nextval('\"HR\".\"SEQ\"'::regclass)::numeric)" },
	{ "select id from emp for update of id skip locked",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" FOR UPDATE OF \"EMP\" SKIP LOCKED" },
	{ "select id from emp as of scn 123 where rowid = 'AAAEe0AAEAAAAAMAAQ'",
	  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE (\"EMP\".\"ROWID$\" = "
	  "rh.rowid_number('AAAEe0AAEAAAAAMAAQ'::text))" },
	{ "select listagg(name, ',') within group (order by id), row_number() over (partition "
	  "by code order by id desc) from emp group by code",
	  "SELECT ora.listagg(pg_catalog.array_agg(\"EMP\".\"NAME\" ORDER BY \"EMP\".\"ID\"), ','::text), "
	  "(pg_catalog.row_number() OVER (PARTITION BY \"EMP\".\"CODE\" ORDER BY \"EMP\".\"ID\" "
	  "DESC))::numeric FROM \"HR\".\"EMP\" GROUP BY \"EMP\".\"CODE\"" },
	{ "select trim(both 'x' from name), trim(name), extract(year from hired), cast(id as "
	  "varchar2(10)), date '2024-01-01' + 1 from emp",
	  "SELECT ora.btrim(\"EMP\".\"NAME\", 'x'::text), ora.trim(\"EMP\".\"NAME\"), "
	  "ora.extract('YEAR', \"EMP\".\"HIRED\"::timestamp), "
	  "(ora.number_text(\"EMP\".\"ID\"))::varchar(10), ('2024-01-01'::ora.date + "
	  "1::numeric) FROM \"HR\".\"EMP\"" },
	{ "select q'[it's]', n'x', -1.5e3 \"Lower\", interval '1' day from dual",
	  "SELECT 'it''s'::text, 'x'::text, (- 1.5e3::numeric) AS \"Lower\", ora.ds_of((86400)::numeric * 1000000000 + (0)::numeric)" },
	{ "select greatest(id, 1), least(hired, sysdate), to_char(hired, 'YYYY'), substr(name, "
	  "1, 2) from emp",
	  "SELECT (ora.\"greatest\"(\"EMP\".\"ID\", 1::numeric)), "
	  "(ora.\"least\"(\"EMP\".\"HIRED\"::timestamp, ora.sysdate()::timestamp))::ora.date, "
	  "ora.to_char(\"EMP\".\"HIRED\", 'YYYY'::text), ora.substr(\"EMP\".\"NAME\", "
	  "1::numeric, 2::numeric) FROM \"HR\".\"EMP\"" },
	{ "insert into emp (id, name, code, hired) values (seq.nextval, 'x', '', sysdate)",
	  "INSERT INTO \"HR\".\"EMP\" (\"ID\", \"NAME\", \"CODE\", \"HIRED\") VALUES "
	  "((nextval('\"HR\".\"SEQ\"'::regclass)::numeric), 'x', NULL, ora.sysdate())" },
	{ "insert into emp select id, name, code, hired from emp e where e.id = 1",
	  "INSERT INTO \"HR\".\"EMP\" (\"ID\", \"NAME\", \"CODE\", \"HIRED\") SELECT "
	  "\"E\".\"ID\" AS \"ID\", \"E\".\"NAME\" AS \"NAME\", \"E\".\"CODE\" AS \"CODE\", "
	  "\"E\".\"HIRED\" AS \"HIRED\" FROM \"HR\".\"EMP\" AS \"E\" WHERE (\"E\".\"ID\" = "
	  "1::numeric)" },
	{ "insert into emp (id) values (:1) returning id, rowid into :2, :3",
	  "INSERT INTO \"HR\".\"EMP\" (\"ID\") VALUES ($1) RETURNING \"EMP\".\"ID\", "
	  "rh.rowid_text(\"EMP\".tableoid, \"EMP\".\"ROWID$\")" },
	{ "update emp e set e.name = 'x', (code, hired) = (select code, hired from emp f where "
	  "f.id = e.id) where e.id = :b",
	  "UPDATE \"HR\".\"EMP\" AS \"E\" SET \"NAME\" = 'x', (\"CODE\", \"HIRED\") = (SELECT "
	  "\"F\".\"CODE\" AS \"CODE\", \"F\".\"HIRED\" AS \"HIRED\" FROM \"HR\".\"EMP\" AS "
	  "\"F\" WHERE (\"F\".\"ID\" = \"E\".\"ID\")) WHERE (\"E\".\"ID\" = $1)" },
	{ "update emp set id = id + 1 where rownum <= 2",
	  "UPDATE \"HR\".\"EMP\" SET \"ID\" = (\"EMP\".\"ID\" + 1::numeric) WHERE ctid = ANY "
	  "(ARRAY(SELECT ctid FROM \"HR\".\"EMP\" LIMIT "
	  "greatest(coalesce(pg_catalog.floor(2::numeric), 0), 0)))" },
	{ "delete emp where id > any (select id from emp)",
	  "DELETE FROM \"HR\".\"EMP\" WHERE (\"EMP\".\"ID\" > ANY (SELECT \"EMP\".\"ID\" AS "
	  "\"ID\" FROM \"HR\".\"EMP\"))" },
	{ "delete from hr.emp where id = 1 returning name into :n",
	  "DELETE FROM \"HR\".\"EMP\" WHERE (\"EMP\".\"ID\" = 1::numeric) RETURNING "
	  "\"EMP\".\"NAME\"" },
	{ "merge into emp t using (select 1 id, 'x' name from dual) s on (t.id = s.id) when "
	  "matched then update set t.name = s.name when not matched then insert (id, name) "
	  "values (s.id, s.name)",
	  "MERGE INTO \"HR\".\"EMP\" AS \"T\" USING (SELECT 1::numeric AS \"ID\", 'x'::text AS "
	  "\"NAME\") AS \"S\" ON (\"T\".\"ID\" = \"S\".\"ID\") WHEN MATCHED THEN UPDATE SET "
	  "\"NAME\" = \"S\".\"NAME\" WHEN NOT MATCHED THEN INSERT (\"ID\", \"NAME\") VALUES "
	  "(\"S\".\"ID\", \"S\".\"NAME\")" },
	/* the column that is selected, as getProcedureColumns() of ojdbc wants it */
	{ "select a.code from emp a, emp b order by code",
	  "SELECT \"A\".\"CODE\" FROM \"HR\".\"EMP\" AS \"A\", \"HR\".\"EMP\" AS \"B\" ORDER BY \"A\".\"CODE\"" },
	{ "lock table emp in share row exclusive mode nowait",
	  "LOCK TABLE \"HR\".\"EMP\" IN SHARE ROW EXCLUSIVE MODE NOWAIT" },
};

static void statements_become_what_they_mean(void **state)
{
	char text[2000];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(good); i++) {
		translate(good[i].oracle, NULL, 0, text, sizeof(text));
		assert_string_equal(text, good[i].postgres);
	}
}

static const struct {
	const char *oracle, *error;
} bad[] = {
	{ "", "ORA-00900 at 0" },
	{ "selec 1 from dual", "ORA-00900 at 0" },
	{ "select from dual", "ORA-00936 at 7" },
	{ "select 1 frm dual", "ORA-00923 at 13" },
	{ "select (1 from dual", "ORA-00907 at 10" },
	{ "select 1 from dual;", "ORA-00911 at 18" },
	{ "select 1 from dual x y", "ORA-00933 at 21" },
	{ "select ? from dual", "ORA-00911 at 7" },
	{ "select 'abc from dual", "ORA-01756 at 7" },
	{ "select \"abc from dual", "ORA-01740 at 7" },
	{ "select 1 from nosuch", "ORA-00942 at 14" },
	{ "select nosuch from emp", "ORA-00904 at 7" },
	{ "select nosuch(1) from emp", "ORA-00904 at 7" },
	{ "select e.id from emp", "ORA-00904 at 7" },
	{ "select id from emp a, emp b", "ORA-00918 at 7" },
	{ "select substr('a') from dual", "ORA-00938 at 7" },
	{ "select id = 1 from emp", "ORA-00923 at 7" },
	{ "select nosuch.nextval from dual", "ORA-02289 at 7" },
	{ "insert into emp values (1)", "ORA-00947 at 24" },
	{ "insert into emp (id) values (1, 2)", "ORA-00913 at 29" },
	{ "insert into emp (id, id) values (1, 2)", "ORA-00957 at 21" },
	{ "insert emp values (1)", "ORA-00925 at 7" },
	{ "merge into emp e using dual on (1 = 0) when not matched then insert values (1)",
	  "ORA-00947 at 76" },
	{ "merge into emp e using dual on (1 = 0) when not matched then insert (id) values (1, 2)",
	  "ORA-00913 at 81" },
	{ "update emp id = 1", "ORA-00971 at 14" },
	{ "update emp set id 1", "ORA-00927 at 18" },
	{ "select 1 from emp where rownum > 3", "ORA-03001 at 0" },
	{ "select 1 from emp a, emp b where a.id (+) = b.id and b.id (+) = a.id",
	  "ORA-01416 at 0" },
	{ "select 1 from emp a, emp b where a.id (+) = b.id (+)", "ORA-01468 at 33" },
	{ "select 1 from emp model", "ORA-03001 at 18" },
	{ "select id from emp union select id, name from emp", "ORA-01789 at 0" },
	{ "select a" N32 N32 N32 N32 " from dual", "ORA-00972 at 7" },
	{ "select \"a" N32 N32 N32 N32 "\" from dual", "ORA-00972 at 7" },
};

/* test/e2e/18_objects.py has the same of everything that has a name. */
static void a_long_name_is_another_inside_and_its_own_again_in_an_error(void **state)
{
	char name[132] = "", *at = name, text[300];
	struct cw_arena arena = CW_ARENA(4096);
	struct rh_error error = { 0 };
	struct sql_lexer lexer;
	struct sql_token token;

	(void)state;
	for (int i = 0; i < 64; i++)
		at = stpcpy(at, "\xc3\xa9");
	(void)snprintf(text, sizeof(text), "\"%s\" %.127sB", name, N32 N32 N32 N32);
	sql_lex_init(&lexer, &arena, text, strlen(text), &error);
	token = sql_lex_next(&lexer);
	assert_true(token.kind == T_QUOTED && rh_long_name_is(token.text));
	assert_true(token.len < RH_NAME_INSIDE_BYTES && strlen(token.text) == token.len);
	(void)rh_fail(&error, 904, 0, "\"%s\".\"%s\"", token.text, token.text);
	(void)snprintf(text, sizeof(text), "ORA-00904: \"%s\".\"%s\"", name, name);
	assert_string_equal(error.text, text);
	cw_arena_release(&arena);
}

static void what_is_outside_is_refused_at_its_place(void **state)
{
	char text[2000];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(bad); i++) {
		print_message("# %s\n", bad[i].oracle);
		translate(bad[i].oracle, NULL, 0, text, sizeof(text));
		assert_string_equal(text, bad[i].error);
	}
}

static void binds_are_converted_as_their_types_need(void **state)
{
	static const struct {
		const char *oracle, *postgres;
		uint8_t type;
	} with[] = {
		{ "select id from emp where hired = :1",
		  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE (\"EMP\".\"HIRED\" = "
		  "ora.to_date($1::text))",
		  SQL_TEXT },
		{ "select id from emp where hired = :1",
		  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE (\"EMP\".\"HIRED\" = $1::ora.date)",
		  SQL_DATE },
		{ "select id from emp where name = :1",
		  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE (ora.text_number(\"EMP\".\"NAME\") "
		  "= $1)",
		  SQL_NUMBER },
		{ "select id from emp where code = :x",
		  "SELECT \"EMP\".\"ID\" FROM \"HR\".\"EMP\" WHERE ((\"EMP\".\"CODE\" = $1::text::bpchar AND "
		  "ora.padded(\"EMP\".\"CODE\") = $1::text))",
		  SQL_TEXT },
		{ "insert into emp (hired) values (:1)",
		  "INSERT INTO \"HR\".\"EMP\" (\"HIRED\") VALUES (ora.to_date($1::text))",
		  SQL_TEXT },
		{ "insert into emp (id) values (:1)",
		  "INSERT INTO \"HR\".\"EMP\" (\"ID\") VALUES ($1)", SQL_NUMBER },
	};
	char text[2000];

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(with); i++) {
		translate(with[i].oracle, &with[i].type, 1, text, sizeof(text));
		assert_string_equal(text, with[i].postgres);
	}
}

/* Every prefix of a statement is parsed or refused, and never anything else. */
static void a_cut_statement_is_refused_or_shorter(void **state)
{
	static const char sql[] =
		"with w as (select /*+ hint */ decode(e.id, 1, 'a', q'[b'c]') x, count(*) n from emp e "
		"where e.hired between date '2024-01-01' and :a and e.name not like 'x%' escape '!' "
		"group by e.id having max(e.id) > 1e3) select * from w left join emp f on f.id = w.n "
		"order by 1 desc nulls last fetch first 3 rows with ties";
	struct cw_arena arena = CW_ARENA(1u << 24);

	(void)state;
	for (size_t len = 0; len <= strlen(sql); len++) {
		struct rh_error error;
		struct sql_parser parser;
		struct sql_stmt *stmt;

		sql_parse_init(&parser, &arena, RH_19, sql, len, &error);
		stmt = sql_parse_statement(&parser);
		assert_true(stmt || error.code > 0);
		assert_true(error.position <= len);
		cw_arena_reset(&arena);
	}
	cw_arena_release(&arena);
}

static void deep_nesting_is_refused(void **state)
{
	char sql[4096], text[64];

	(void)state;
	(void)snprintf(sql, sizeof(sql), "select %.*s1 from dual", 0, "");
	memset(sql + 7, '(', 3000);
	(void)snprintf(sql + 3007, sizeof(sql) - 3007, "1 from dual");
	translate(sql, NULL, 0, text, sizeof(text));
	assert_string_equal(text, "ORA-00913 at 406");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_become_what_they_mean),
		cmocka_unit_test(what_is_outside_is_refused_at_its_place),
		cmocka_unit_test(a_long_name_is_another_inside_and_its_own_again_in_an_error),
		cmocka_unit_test(binds_are_converted_as_their_types_need),
		cmocka_unit_test(a_cut_statement_is_refused_or_shorter),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(each_release_has_its_own_grammar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
