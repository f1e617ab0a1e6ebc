"""19_dictionary.py - the dictionary and V$ views of the rehearsal Oracle, column for column as Oracle documents them

What a driver is told when it describes each view is compared with the lists in src/rehearsal/sql/dict_8_columns.sql and dict_8_more.sql, of which the views are made, and with
test/dialect/dictionary.tsv, of which the first list was not made: its source stands beside each view.
"""
import concurrent.futures
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402
import tools_ask  # noqa: E402

import oracledb  # noqa: E402
import psycopg  # noqa: E402

FACTS = harness.ROOT / "test/dialect/dictionary.tsv"
LISTS = [harness.ROOT / "src/rehearsal/sql" / name for name in ("dict_8_columns.sql", "dict_8_more.sql")]
# views that have no page of their own in the Reference's list of views, or are made of one that has
UNDOCUMENTED = {"CAT", "DICT", "DUAL", "PRODUCT_COMPONENT_VERSION", "SYSTEM_PRIVILEGE_MAP", "TAB", "ALL_JOBS", "ALL_RECYCLEBIN",
                "V$LOGMNR_CONTENTS"}
BESIDE = ("USER_TABLES", "USER_TAB_COLUMNS", "USER_TAB_COLS", "USER_TAB_COMMENTS", "USER_COL_COMMENTS", "USER_VIEWS", "USER_CONSTRAINTS", "USER_CONS_COLUMNS",
          "USER_INDEXES", "USER_IND_COLUMNS", "USER_IND_EXPRESSIONS", "USER_LOBS", "USER_OBJECTS", "USER_TAB_IDENTITY_COLS")
KINDS = {"VARCHAR2": "DB_TYPE_VARCHAR", "NUMBER": "DB_TYPE_NUMBER", "DATE": "DB_TYPE_DATE", "RAW": "DB_TYPE_RAW", "CHAR": "DB_TYPE_CHAR",
         "LONG": "DB_TYPE_VARCHAR", "ANYDATA": "DB_TYPE_VARCHAR", "CLOB": "DB_TYPE_VARCHAR", "BLOB": "DB_TYPE_RAW", "INTERVAL DAY": "DB_TYPE_INTERVAL_DS"}


def documented(lists=LISTS):
    """{view: [(column, type)]} of the lists."""
    text = "\n".join(one.read_text().split("$list$")[1] for one in lists).replace("\n\t", " ")
    views = {}
    for line in text.splitlines():
        if match := re.match(r"(\S+): (.*)$", line):
            views[match[1]] = [tuple(one.split(" ", 1)) for one in match[2].split(", ")]
    for line in text.splitlines():
        if match := re.match(r"(\S+) = (\S+)(?: - (.*?))?(?: \+ (\S+) (\S+))?$", line):
            without = (match[3] or "").split()
            views[match[1]] = ([(match[4], match[5])] if match[4] else []) + [c for c in views[match[2]] if c[0] not in without]
    return views


def facts():
    """{view: (source, [(column, type)])}; a type of ? is not told."""
    lines = [line.split("\t") for line in FACTS.read_text().splitlines() if not line.startswith("#")]
    views = {view: (source, [tuple(one.split(" ", 1)) for one in columns.split(", ")]) for view, source, columns in lines if columns[0] != "="}
    for view, source, columns in lines:
        if match := re.match(r"= (\S+)(?: - (.*?))?(?: \+ (\S+) (\S+))?$", columns):
            without = (match[2] or "").split()
            views[view] = source, ([(match[3], match[4])] if match[3] else []) + [c for c in views[match[1]][1] if c[0] not in without]
    return views


def differences(told, wanted, name):
    """Of what a driver was told of a view's columns."""
    wrong = []
    for (column, text), one in zip(wanted, told):
        size = re.match(r"(?:VARCHAR2|CHAR|RAW)\((\d+)", text)
        same_size = not size or int(size[1]) == one[3] or text.startswith("RAW")
        if column != one[0] or text != "?" and (kind(text) != one[1].name or not same_size):
            wrong.append((name, column, text, one[0], one[1].name, one[3]))
    return wrong if len(wanted) == len(told) else [*wrong, (name, len(wanted), len(told))]


def kind(text):
    if text.startswith("TIMESTAMP"):
        return "DB_TYPE_TIMESTAMP_TZ" if "ZONE" in text else "DB_TYPE_TIMESTAMP"
    return KINDS.get(re.match(r"[A-Z0-9]+(?: DAY)?", text)[0])


OBJECTS = """
create table dept (id number(4) primary key, name varchar2(40) not null)
create table emp (id number(10) primary key, dept_id number(4) references dept on delete cascade, name varchar2(40), resume clob,
	salary number(8, 2) check (salary > 0), hired date default sysdate, unique (name, dept_id))
create index emp_name on emp (upper(name), salary desc)
create global temporary table draft (id number)
create table sales (day date, region number, amount number) partition by range (day)
	(partition old values less than (date '2024-01-01'), partition rest values less than (maxvalue))
create sequence ids start with 5
create view rich as select id, name from emp where salary > 1000
comment on table emp is 'people'
comment on column emp.name is 'full name'
create synonym people for emp
create or replace function twice(n in number, times pls_integer default 2) return number deterministic is begin return times * n; end;
create or replace procedure noop(n in out number, t emp.name%type, c out sys_refcursor) is begin open c for select 1 from dual; end;
create or replace procedure alone is begin null; end;
create or replace package pack is procedure one(n number); procedure one(t varchar2); function two return number; end;
create or replace package body pack is procedure one(n number) is begin null; end; procedure one(t varchar2) is begin null; end;
	procedure hidden is begin null; end; function two return number is begin return 2; end; end;
grant select on emp to system
create or replace trigger emp_bi before insert or update of name on emp for each row
	begin :new.hired := sysdate; :new.salary := :new.salary + nvl(:old.salary, 0); end;
""".strip()


def make_objects(oracle):
    """The schema TOOL; its connection."""
    with oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn) as db:
        db.cursor().execute("create user TOOL identified by tool")
        db.cursor().execute("grant connect, resource, unlimited tablespace, create view, create synonym to TOOL")
    db = oracledb.connect(user="TOOL", password="tool", dsn=oracle.dsn)
    for statement in OBJECTS.replace("\n\t", " ").splitlines():
        db.cursor().execute(statement)
    return db


def rows(db, statement, **binds):
    cursor = db.cursor()
    cursor.execute(statement, binds)
    return cursor.fetchall()


def stored_units(db):
    with harness.test("procedures_functions_and_triggers_are_listed_with_their_arguments_and_columns"):
        assert rows(db, "select object_name, procedure_name, object_type, deterministic, authid from user_procedures order by 1, subprogram_id") == [
            ("ALONE", None, "PROCEDURE", "NO", "DEFINER"), ("EMP_BI", None, "TRIGGER", "NO", "DEFINER"),
            ("NOOP", None, "PROCEDURE", "NO", "DEFINER"), ("PACK", None, "PACKAGE", "NO", "DEFINER"), ("PACK", "ONE", "PACKAGE", "NO", "DEFINER"),
            ("PACK", "ONE", "PACKAGE", "NO", "DEFINER"), ("PACK", "TWO", "PACKAGE", "NO", "DEFINER"), ("TWICE", None, "FUNCTION", "YES", "DEFINER")]
        assert rows(db, "select object_name, argument_name, position, sequence, data_type, defaulted, in_out, pls_type from all_arguments "
                        "where owner = 'TOOL' order by object_name, sequence") == [
            ("NOOP", "N", 1, 1, "NUMBER", "N", "IN/OUT", "NUMBER"), ("NOOP", "T", 2, 2, "VARCHAR2", "N", "IN", None),
            ("NOOP", "C", 3, 3, "REF CURSOR", "N", "OUT", None), ("TWICE", None, 0, 1, "NUMBER", "N", "OUT", "NUMBER"),
            ("TWICE", "N", 1, 2, "NUMBER", "N", "IN", "NUMBER"), ("TWICE", "TIMES", 2, 3, "BINARY_INTEGER", "Y", "IN", "PLS_INTEGER")]
        same = "select count(*) from user_arguments a join user_objects o on o.object_id = a.object_id and o.object_name = a.object_name"
        assert rows(db, same) == [(6,)]
        assert rows(db, "select column_name, column_list, column_usage from user_trigger_cols where trigger_name = 'EMP_BI' order by 1") == [
            ("HIRED", "NO", "NEW OUT"), ("NAME", "YES", None), ("SALARY", "NO", "NEW IN OUT OLD IN")]


def dependent(db, kind, table):
    """Statements of what hangs on a table, each in one line, or the number of the error."""
    try:
        (text,), = rows(db, f"select dbms_metadata.get_dependent_ddl('{kind}', :t, 'TOOL') txt from dual where '{table}' = '{table}'", t=table)
    except oracledb.DatabaseError as error:
        return error.args[0].code
    return [" ".join(part.split()) for part in text.read().strip().split("\n\n")]


def dependent_statements(db):
    with harness.test("the_statements_of_what_hangs_on_a_table_are_told_as_DBeaver_asks"):
        assert dependent(db, "REF_CONSTRAINT", "EMP") == [
            'ALTER TABLE "TOOL"."EMP" ADD FOREIGN KEY ("DEPT_ID") REFERENCES "TOOL"."DEPT" ("ID") ON DELETE CASCADE ENABLE']
        assert dependent(db, "OBJECT_GRANT", "EMP") == ['GRANT SELECT ON "TOOL"."EMP" TO "SYSTEM"']
        assert dependent(db, "CONSTRAINT", "DEPT") == ['ALTER TABLE "TOOL"."DEPT" MODIFY ("NAME" NOT NULL ENABLE)',
                                                       'ALTER TABLE "TOOL"."DEPT" ADD PRIMARY KEY ("ID") ENABLE']
        found = dependent(db, "INDEX", "EMP")
        assert len(found) == 3 and found[0].startswith('CREATE INDEX "TOOL"."EMP_NAME" ON "TOOL"."EMP" (') and found[0].endswith(
            ', "SALARY" DESC) PCTFREE 10 INITRANS 2 MAXTRANS 255 TABLESPACE "USERS"'), found
        assert (dependent(db, "INDEX", "DRAFT"), dependent(db, "INDEX", "NOPE"), dependent(db, "PLAN", "EMP")) == (31608, 31603, 31600)
        (text,), = rows(db, "select dbms_metadata.get_ddl('INDEX', 'EMP_NAME') from dual")
        assert " ".join(text.read().split()) == found[0]


def segments_and_files(db, admin):
    with harness.test("segments_grow_with_their_tables_and_lie_in_data_files"):
        kinds = rows(db, "select segment_type, count(*) from user_segments group by segment_type order by 1")
        assert kinds == [("INDEX", 4), ("LOBINDEX", 1), ("LOBSEGMENT", 1), ("TABLE", 2), ("TABLE PARTITION", 2)], kinds
        size = "select bytes, blocks, extents from user_segments where segment_name = 'DEPT'"
        assert rows(db, size) == [(65536, 8, 1)]
        db.cursor().execute("insert into dept select level, rpad('x', 40, 'x') from dual connect by level <= 9999")
        (held, blocks, extents), = rows(db, size)
        assert held > 500000 and held == blocks * 8192 == extents * 65536, (held, blocks, extents)
        db.rollback()
        (file, size, used), = rows(admin, "select f.file_name, f.bytes, s.used from dba_data_files f, (select tablespace_name, sum(bytes) used "
                                          "from dba_segments group by tablespace_name) s where s.tablespace_name = f.tablespace_name")
        assert file.endswith("/users01.dbf") and size > used, (file, size, used)
        assert rows(admin, "select tablespace_name from dba_temp_files") == [("TEMP",)]


def space_and_instance(db, admin, views):
    with harness.test("every_further_view_is_read_and_agrees_with_those_that_tell_the_same"):
        for name in sorted(views):
            admin.cursor().execute(f"select * from sys.{name}").fetchmany(2)
        same = {
            "extents": "select count(*) from dba_segments s where s.bytes <> (select sum(e.bytes) from dba_extents e where e.owner = s.owner "
                       "and e.segment_name = s.segment_name and (e.partition_name = s.partition_name or s.partition_name is null))",
            "space": "select count(*) from dba_data_files f where f.user_bytes <> (select sum(s.bytes) from dba_free_space s where s.file_id = f.file_id) + "
                     "nvl((select sum(s.bytes) from dba_segments s where s.tablespace_name = f.tablespace_name), 0)",
            "files": "select count(*) from v$datafile d full join dba_data_files f on f.file_id = d.file# and f.file_name = d.name and f.bytes = d.bytes "
                     "where d.file# is null or f.file_id is null",
            "destinations": "select count(*) from v$archive_dest d full join v$archive_dest_status s on s.dest_id = d.dest_id where d.status is null or s.status is null",
            "archived": "select count(*) from v$log_history h full join (select * from v$archived_log where dest_id = 1) a on a.sequence# = h.sequence# "
                        "and a.next_change# = h.next_change# where a.sequence# is null or h.sequence# is null",
            "waits": "select count(*) from v$session_wait w where w.sid not in (select sid from v$session)"}
        wrong = {what: found for what, statement in same.items() if (found := rows(admin, statement)) != [(0,)]}
        assert not wrong, wrong
        assert rows(db, "select edition_name from all_editions") == [("ORA$BASE",)]
        assert rows(db, "select count(*) from v$reserved_words where keyword in ('SELECT', 'MLSLABEL', 'COMMIT')") == [(2,)]
        assert rows(db, "select column_name from cols where table_name = 'DEPT' order by column_id") == [("ID",), ("NAME",)]
        assert rows(db, "select synonym_name, table_name from all_synonyms where synonym_name in ('TABS', 'CLU') and owner = 'PUBLIC' order by 1") == [
            ("CLU", "USER_CLUSTERS"), ("TABS", "USER_TABLES")]
        mine = rows(db, "select distinct client_driver from v$session_connect_info where sid = sys_context('userenv', 'sid')")
        assert len(mine) == 1 and mine[0][0].startswith("python-oracledb thn"), mine
        db.cursor().execute("begin dbms_stats.gather_table_stats(user, 'EMP'); end;")
        assert rows(db, "select num_rows, scope from user_tab_statistics where table_name = 'EMP'") == [(0, "SHARED")]


def waiting(pg):
    """Until a session of the rehearsal waits for the one that drops."""
    while not pg.execute("select count(*) from pg_locks where not granted").fetchone()[0]:
        time.sleep(.01)


def dropped_beside(db, oracle):
    """What reads TABLE or SEQUENCE while another session has dropped it and has not committed."""
    private = f"host={oracle.folder}/run user=postgres dbname=rehearsal options='-c search_path=pg_catalog'"
    with psycopg.connect(private, autocommit=True) as pg, concurrent.futures.ThreadPoolExecutor(1) as pool:
        def beside(thing, statements, waits):
            pg.execute("begin")
            pg.execute(f'drop {thing} cascade')
            told = pool.submit(lambda: [rows(db, one) for one in statements])
            if waits:
                waiting(pg)
                pg.execute("commit")
            try:
                return told.result(timeout=60)
            finally:
                pg.execute("commit")

        with harness.test("the_dictionary_tells_of_what_is_dropped_beside_it"):
            for statement in ("create table going (id number generated by default as identity primary key, a varchar2(9) default 'x', b number check (b > 0), "
                              "c clob check (c is json))", "create index going_ix on going (upper(a), b desc)", "create view going_v as select a, b from going"):
                db.cursor().execute(statement)
            told = dict(zip(BESIDE, beside('table "TOOL"."GOING"', [f"select * from {one}" for one in BESIDE], False)))
            untold = [name for name in BESIDE if "GOING" not in str(told[name])]
            assert not untold, untold
        with harness.test("a_table_or_sequence_that_goes_under_a_statement_costs_no_session"):
            for thing, make, statement, codes in (
                    ("table", "table leaving (a number check (a > 0), c clob check (c is json))", "select * from leaving", (942, 8103)),
                    ("sequence", "sequence leaving", "select leaving.nextval from dual", (2289, 8103)),
                    ("sequence", "sequence leaving", "select sequence_name, last_number from user_sequences", None),
                    ("table", "table leaving (a number)", "select segment_name, bytes from user_segments", None)):
                db.cursor().execute(f"create {make}")
                try:
                    told = beside(f'{thing} "TOOL"."LEAVING"', [statement], True)[0]
                    assert codes is None and "LEAVING" in dict(told), (statement, told)
                except oracledb.DatabaseError as error:
                    assert codes and error.args[0].code in codes, (statement, error)
                assert rows(db, "select 1 from dual") == [(1,)]


def miner(cursor):
    """V$LOGMNR_CONTENTS is there for a session that mines."""
    name = cursor.execute("select member from v$logfile where group# = (select group# from v$log where status = 'CURRENT')").fetchone()[0]
    cursor.execute("begin dbms_logmnr.add_logfile(:name, 1); end;", name=name)
    cursor.execute("begin dbms_logmnr.start_logmnr(options => 16); end;")


def main():
    work = servers.work_folder("dictionary")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        db = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        cursor = db.cursor()
        views = documented()
        cursor.execute("select object_name from all_objects where owner = 'SYS' and object_type = 'VIEW'")
        present = {row[0] for row in cursor} - UNDOCUMENTED
        with harness.test("every_view_of_SYS_is_one_that_Oracle_documents"):
            unknown = {name for name in present if re.sub(r"^(G?V)_\$", r"\1$", name) not in views} - {"V_$LOGMNR_CONTENTS"}
            assert not unknown, sorted(unknown)
        with harness.test("each_view_has_the_documented_columns_in_their_order_with_their_types"):
            wrong, described = [], {}
            for name in sorted(present & views.keys()):
                described[name] = cursor.execute(f"select * from sys.{name} where 1 = 0").description
                wrong += differences(described[name], views[name], name)
            print(f"# {len(present & views.keys())} views, {sum(len(views[n]) for n in present & views.keys())} columns")
            assert not wrong, wrong[:8]
        with harness.test("each_view_has_the_columns_that_a_source_outside_of_this_project_tells"):
            told, wrong = facts(), []
            miner(cursor)
            described["V$LOGMNR_CONTENTS"] = cursor.execute("select * from v$logmnr_contents where 1 = 0").description
            for name in sorted(described.keys() & told.keys()):
                wrong += differences(described[name], told[name][1], name)
            without = sorted(described.keys() - told.keys())
            unverified = sorted(name for name in described.keys() & told.keys() if told[name][0] != "refrn19" and not told[name][0].startswith("refrn19 "))
            print(f"# {len(described.keys() & told.keys())} views compared, {len(unverified)} of them in part without a text; without a source: {', '.join(without)}")
            assert not wrong, wrong[:8]
            assert len(without) <= 6 and len(unverified) <= 24, (without, unverified)
        tool = make_objects(oracle)
        with harness.test("what_DBeaver_asks_of_a_schema_is_answered_with_what_is_there"):
            wrong = tools_ask.wrong_answers(db, "TOOL", "EMP")
            print(f"# {len(tools_ask.ASKED)} questions")
            assert not wrong, wrong
        dependent_statements(tool)
        stored_units(tool)
        segments_and_files(tool, db)
        dropped_beside(tool, oracle)
        space_and_instance(tool, db, present & (views.keys() - documented(LISTS[:1]).keys()))
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
