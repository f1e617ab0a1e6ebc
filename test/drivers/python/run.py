"""run.py --port P --service NAME --system-password PW - python-oracledb, thin and unmodified, against the rehearsal

Makes a user of its own, works as it, prints `ok NAME` or `not ok NAME - why` a test.
"""
import argparse
import errno
import datetime
import pathlib
import sys
import threading
import time
from decimal import Decimal

import oracledb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "e2e"))
import harness  # noqa: E402
from harness import test  # noqa: E402

oracledb.defaults.fetch_decimals = True
USER, PASSWORD = "DRIVER_PY", "Tiger_1"

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--host", default="127.0.0.1")
arguments.add_argument("--service", default="SHOPDB")
arguments.add_argument("--system-password", default="system-secret")
options = arguments.parse_args()
DSN = f"{options.host}:{options.port}/{options.service}"


def connect(user=USER, password=PASSWORD, dsn=DSN):
    return oracledb.connect(user=user, password=password, dsn=dsn)


def raises(code, run, *args):
    try:
        run(*args)
    except oracledb.Error as error:
        assert error.args[0].full_code == code, str(error)
        return error.args[0]
    raise AssertionError(f"no {code}")


def logins():
    with test("a_wrong_password_is_ora_01017"):
        raises("ORA-01017", lambda: connect("SYSTEM", "not it"))
    with test("an_unknown_user_is_ora_01017"):
        raises("ORA-01017", lambda: connect("NOBODY_HERE", "not it"))
    with test("an_unknown_service_is_ora_12514"):
        error = raises("DPY-6001", lambda: connect(dsn=DSN.replace(options.service, "NOWHERE")))
        assert "12514" in str(error.message) or "is not registered" in str(error.message), error.message
    with test("system_logs_in_and_makes_a_user"):
        system = connect("SYSTEM", options.system_password)
        cursor = system.cursor()
        try:
            cursor.execute(f"drop user {USER} cascade")
        except oracledb.DatabaseError as error:
            assert error.args[0].code == 1918, str(error)
        cursor.execute(f'create user {USER} identified by "{PASSWORD}"')
        raises("ORA-01045", connect)
        cursor.execute(f"grant connect, resource, create session, create table, create sequence, create trigger, unlimited tablespace to {USER}")
        system.close()
        connect().close()


def tables(connection):
    cursor = connection.cursor()
    with test("tables_of_every_type_are_made"):
        cursor.execute("""
            create table all_types (
                id     number(10) not null,
                price  number(12,2),
                any_n  number,
                name   varchar2(80),
                short  char(5),
                day    date,
                moment timestamp(6),
                bytes  raw(16),
                constraint all_types_pk primary key (id))""")
        cursor.execute("create table child (id number(10) not null primary key, parent number(10) references all_types (id))")
        cursor.execute("create table keyless (what varchar2(20), at timestamp(6) default systimestamp not null)")
        cursor.execute("create sequence numbers_seq start with 1 increment by 1 cache 20")
        raises("ORA-00955", cursor.execute, "create table all_types (x number)")
    with test("the_dictionary_shows_them"):
        cursor.execute("select table_name from user_tables order by table_name")
        assert [row[0] for row in cursor.fetchall()] == ["ALL_TYPES", "CHILD", "KEYLESS"]
        cursor.execute("select column_name, data_type, data_precision, data_scale, nullable from user_tab_columns "
                       "where table_name = :t order by column_id", ["ALL_TYPES"])
        assert cursor.fetchall()[:3] == [("ID", "NUMBER", 10, 0, "N"), ("PRICE", "NUMBER", 12, 2, "Y"), ("ANY_N", "NUMBER", None, None, "Y")]
    with test("the_description_is_oracles"):
        cursor.execute("select * from all_types")
        shown = [(d[0], d[1].name, d[4], d[5], d[6]) for d in cursor.description]
        assert shown[:3] == [("ID", "DB_TYPE_NUMBER", 10, 0, False), ("PRICE", "DB_TYPE_NUMBER", 12, 2, True),
                             ("ANY_N", "DB_TYPE_NUMBER", 0, -127, True)], shown
        assert [s[1] for s in shown[3:]] == ["DB_TYPE_VARCHAR", "DB_TYPE_CHAR", "DB_TYPE_DATE", "DB_TYPE_TIMESTAMP", "DB_TYPE_RAW"]


WHEN = datetime.datetime(2024, 2, 29, 23, 59, 58)
ROW = (1, Decimal("1234.50"), Decimal("-0.00000001"), "Zoë 🛒", "ab   ", WHEN, WHEN.replace(microsecond=123456), b"\0\xff")
INSERT = "insert into all_types (id, price, any_n, name, short, day, moment, bytes) values (:1, :2, :3, :4, :5, :6, :7, :8)"
MOMENT = [None] * 6 + [oracledb.DB_TYPE_TIMESTAMP, None]


def values(connection):
    cursor = connection.cursor()
    with test("a_row_of_every_type_comes_back"):
        cursor.setinputsizes(*MOMENT)
        cursor.execute(INSERT, (1, Decimal("1234.5"), Decimal("-0.00000001"), "Zoë 🛒", "ab", *ROW[5:]))
        assert cursor.rowcount == 1
        cursor.execute("select * from all_types where id = :id", id=1)
        assert cursor.fetchall() == [ROW]
    with test("null_in_every_type_comes_back_and_so_does_the_empty_text"):
        cursor.execute(INSERT, (2,) + (None,) * 7)
        cursor.execute("insert into all_types (id, name) values (3, '')")
        cursor.execute("select * from all_types where id > 1 and name is null order by id")
        assert cursor.fetchall() == [(2,) + (None,) * 7, (3,) + (None,) * 7]
    with test("numbers_keep_all_their_digits"):
        for text in ("0", "100", "1E+10", "-0.5", "0.001", "-1E-9", "123456789012345678.25", "9" * 38, "-" + "9" * 38, "1E-20"):
            cursor.execute("update all_types set any_n = :n where id = 2", n=Decimal(text))
            cursor.execute("select any_n from all_types where id = 2")
            assert cursor.fetchone()[0] == Decimal(text), text
    with test("dates_from_far_away_come_back"):
        for year in (1, 1582, 1969, 2038, 9999):
            day = datetime.datetime(year, 12, 31, 23, 59, 59)
            cursor.execute("update all_types set day = :d where id = 2", d=day)
            cursor.execute("select day from all_types where id = 2")
            assert cursor.fetchone()[0] == day
    with test("a_value_too_large_is_ora_12899_and_a_number_too_large_ora_01438"):
        raises("ORA-12899", cursor.execute, "update all_types set name = :1 where id = 2", ["x" * 81])
        raises("ORA-12899", cursor.execute, "update all_types set short = :1 where id = 2", ["x" * 6])
        raises("ORA-01438", cursor.execute, "update all_types set price = :1 where id = 2", [Decimal("1E12")])
    connection.commit()
    with test("text_of_4000_bytes_and_raw_come_back"):
        cursor.execute("create table long_text (id number, t varchar2(4000), r raw(2000))")
        cursor.execute("insert into long_text values (1, :t, :r)", t="ü" * 2000, r=bytes(range(250)) * 8)
        cursor.execute("select t, r from long_text")
        assert cursor.fetchall() == [("ü" * 2000, bytes(range(250)) * 8)]
        connection.rollback()


def many(connection):
    cursor = connection.cursor()
    with test("executemany_fills_a_table"):
        rows = [(100 + n, Decimal(n) / 100, n if n % 7 else None, f"name {n}" if n % 5 else None, f"{n % 1000:04}", WHEN,
                 WHEN + datetime.timedelta(microseconds=n), n.to_bytes(4, "big")) for n in range(5000)]
        for first in range(0, 5000, 1000):
            cursor.setinputsizes(*MOMENT)
            cursor.executemany(INSERT, rows[first:first + 1000])
            assert cursor.rowcount == 1000
        connection.commit()
    with test("a_query_gives_all_rows_over_several_fetches"):
        for prefetch, array in ((2, 100), (0, 1000), (500, 7), (5000, 5000)):
            reader = connection.cursor()
            reader.prefetchrows, reader.arraysize = prefetch, array
            reader.execute("select id, price, any_n, name, short, day, moment, bytes from all_types where id >= :low order by id", low=100)
            got = reader.fetchall()
            assert len(got) == 5000
            assert got[4321] == (4421, Decimal("43.21"), 4321, "name 4321", "0321 ", WHEN,
                                 WHEN + datetime.timedelta(microseconds=4321), (4321).to_bytes(4, "big")), got[4321]
    with test("two_cursors_are_read_in_turn_and_over_a_commit"):
        one, two = connection.cursor(), connection.cursor()
        one.execute("select id from all_types where id >= 100 order by id")
        two.execute("select id from all_types where id >= 100 order by id desc")
        for n in range(3000):
            assert one.fetchone()[0] == 100 + n
            assert two.fetchone()[0] == 5099 - n
            if n == 1000:
                cursor.execute("update all_types set any_n = 1 where id = 1")
                connection.commit()
    with test("an_array_stops_at_its_first_bad_row_and_keeps_those_before"):
        rows = [[6000 + n if n != 5 else 1] for n in range(10)]
        raises("ORA-00001", lambda: cursor.executemany("insert into all_types (id) values (:1)", rows, arraydmlrowcounts=True))
        assert cursor.rowcount == 5 and cursor.getarraydmlrowcounts() == [1] * 5, (cursor.rowcount, cursor.getarraydmlrowcounts())
        cursor.execute("select count(*) from all_types where id >= 6000")
        assert cursor.fetchone()[0] == 5
        connection.rollback()
    with test("batch_errors_keep_the_good_rows"):
        rows = [[7000 + n if n % 4 else 1] for n in range(20)]
        cursor.executemany("insert into all_types (id) values (:1)", rows, batcherrors=True, arraydmlrowcounts=True)
        assert [error.offset for error in cursor.getbatcherrors()] == [0, 4, 8, 12, 16]
        assert all(error.code == 1 for error in cursor.getbatcherrors())
        assert sum(cursor.getarraydmlrowcounts()) == 15
        connection.rollback()
    with test("batch_errors_of_values_come_before_those_of_keys"):
        rows = [[7100, 1], [1, 1], [7101, 10**30], [7102, 1], [1, 1]]
        cursor.executemany("insert into all_types (id, price) values (:1, :2)", rows, batcherrors=True, arraydmlrowcounts=True)
        assert [(error.offset, error.code) for error in cursor.getbatcherrors()] == [(2, 1438), (1, 1), (4, 1)], cursor.getbatcherrors()
        assert cursor.getarraydmlrowcounts() == [1, 0, 0, 1, 0]
        connection.rollback()
    with test("row_counts_of_updates_and_deletes_are_told"):
        cursor.execute("update all_types set price = price + 1 where id between 100 and 149")
        assert cursor.rowcount == 50
        cursor.executemany("delete from all_types where id = :1", [[100], [101], [99999]], arraydmlrowcounts=True)
        assert cursor.getarraydmlrowcounts() == [1, 1, 0]
        connection.rollback()


def transactions(connection):
    cursor = connection.cursor()
    other = connect()
    reader = other.cursor()

    def seen():
        reader.execute("select count(*) from keyless")
        return reader.fetchone()[0]

    with test("others_see_what_is_committed_and_nothing_else"):
        cursor.execute("insert into keyless (what) values ('one')")
        assert seen() == 0
        connection.commit()
        assert seen() == 1
        cursor.execute("delete from keyless")
        connection.rollback()
        assert seen() == 1
    with test("a_savepoint_undoes_what_came_after_it"):
        cursor.execute("insert into keyless (what) values ('two')")
        cursor.execute("savepoint here")
        cursor.execute("insert into keyless (what) values ('three')")
        cursor.execute("rollback to savepoint here")
        cursor.execute("insert into keyless (what) values ('four')")
        connection.commit()
        cursor.execute("select what from keyless order by what")
        assert [row[0] for row in cursor.fetchall()] == ["four", "one", "two"]
    with test("a_failing_statement_undoes_itself_alone"):
        cursor.execute("insert into keyless (what) values ('five')")
        raises("ORA-00001", cursor.execute, "insert into all_types (id) values (1)")
        raises("ORA-02291", cursor.execute, "insert into child (id, parent) values (1, 424242)")
        raises("ORA-01400", cursor.execute, "insert into child (id, parent) values (null, 1)")
        connection.commit()
        assert seen() == 4
    with test("a_parent_with_children_stays"):
        cursor.execute("insert into child (id, parent) values (1, 1)")
        raises("ORA-02292", cursor.execute, "delete from all_types where id = 1")
        connection.rollback()
    with test("autocommit_commits"):
        connection.autocommit = True
        cursor.execute("insert into keyless (what) values ('auto')")
        connection.autocommit = False
        assert seen() == 5
        cursor.execute("delete from keyless where what = 'auto'")
        cursor.execute("commit")
        assert seen() == 4
    with test("ddl_commits_first"):
        cursor.execute("insert into keyless (what) values ('before ddl')")
        cursor.execute("create table by_ddl (x number)")
        connection.rollback()
        assert seen() == 5
        cursor.execute("drop table by_ddl purge")
    with test("a_lost_session_is_rolled_back"):
        lost = connect()
        lost.cursor().execute("insert into keyless (what) values ('lost')")
        lost.close()
        assert seen() == 5
    other.close()


def words(connection):
    cursor = connection.cursor()

    def one(sql, **binds):
        cursor.execute(sql, binds)
        return cursor.fetchone()[0]

    with test("sequences_count"):
        first = one("select numbers_seq.nextval from dual")
        assert one("select numbers_seq.nextval from dual") == first + 1
        assert one("select numbers_seq.currval from dual") == first + 1
        cursor.execute("insert into child (id) values (numbers_seq.nextval)")
        connection.rollback()
    with test("the_shops_statements_run"):
        cursor.execute("update all_types set price = price + :delta where id = :id", delta=Decimal("0.5"), id=1)
        assert one("select price from all_types where id = 1") == Decimal("1235")
        assert one("select max(id) from all_types") == 5099
        assert one("select count(*) from all_types where name is null") > 2
        connection.rollback()
    with test("expressions_mean_what_they_mean_on_oracle"):
        assert one("select 'a' || null || 'b' from dual") == "ab"
        assert one("select nvl('', 'empty') from dual") == "empty"
        assert one("select length('') from dual") is None
        assert one("select 1 / 4 from dual") == Decimal("0.25")
        assert one("select decode(:x, 1, 'one', 'other') from dual", x=1) == "one"
        assert one("select to_char(date '2024-02-29', 'YYYY-MM-DD') from dual") == "2024-02-29"
        assert one("select to_date('2024-02-29', 'YYYY-MM-DD') + 1 from dual") == datetime.datetime(2024, 3, 1)
        assert one("select user from dual") == USER
        assert isinstance(one("select sysdate from dual"), datetime.datetime)
    with test("rowids_find_their_rows"):
        cursor.execute("select rowid, id from all_types where id = 1")
        rowid, _ = cursor.fetchone()
        assert len(rowid) == 18, rowid
        assert one("select id from all_types where rowid = :r", r=rowid) == 1
    with test("the_row_changed_last_is_told_by_its_rowid"):
        last_rowids(cursor)
        connection.rollback()
    with test("rownum_limits"):
        cursor.execute("select id from all_types where rownum <= 3")
        assert len(cursor.fetchall()) == 3
        cursor.execute("select id from all_types order by id fetch first 2 rows only")
        assert [row[0] for row in cursor.fetchall()] == [1, 2]
    with test("returning_gives_values_back"):
        out = cursor.var(oracledb.NUMBER)
        cursor.execute("update all_types set price = 7 where id = 1 returning price into :p", p=out)
        assert out.getvalue() == [7], out.getvalue()
        connection.rollback()
    with test("blocks_take_and_give_values"):
        out = cursor.var(oracledb.NUMBER)
        cursor.execute("begin :out := :a + :b; end;", out=out, a=3, b=4)
        assert out.getvalue() == 7
        cursor.execute("begin insert into keyless (what) values (:w); update keyless set what = :w where what = :w; end;", w="block")
        assert one("select count(*) from keyless where what = 'block'") == 1
        connection.rollback()
    with test("DBMS_OUTPUT_gives_its_lines_as_an_array"):
        cursor.callproc("dbms_output.enable")
        cursor.execute("begin for i in 1..3 loop dbms_output.put_line('line ' || i); end loop; end;")
        for wanted in ["line 1", "line 2"], ["line 3"], []:
            lines, count = cursor.arrayvar(str, 2), cursor.var(int)
            count.setvalue(0, 2)
            cursor.callproc("dbms_output.get_lines", (lines, count))
            assert (lines.getvalue(), count.getvalue()) == (wanted, len(wanted))
    with test("a_trigger_fires"):
        cursor.execute("create table fired (id number, at date)")
        cursor.execute("create or replace trigger fired_bi before insert or update on fired for each row begin :NEW.at := SYSDATE; end;")
        cursor.execute("insert into fired (id) values (1)")
        assert one("select at from fired") is not None
        cursor.execute("alter trigger fired_bi disable")
        cursor.execute("delete from fired")
        cursor.execute("insert into fired (id) values (1)")
        assert one("select at from fired") is None
        cursor.execute("drop table fired purge")


def last_rowids(cursor):
    """After each statement cursor.lastrowid is the rowid of the row named beside it; None: it has none."""
    cursor.execute("create table touched (id number primary key, what varchar2(20))")
    cursor.execute("create table touched_log (id number)")
    cursor.execute("create trigger touched_ai after insert on touched for each row begin insert into touched_log values (:new.id); end;")
    assert cursor.lastrowid is None
    cursor.execute("insert into touched values (1, 'one')")
    first = cursor.lastrowid
    cursor.executemany("insert into touched values (:1, :2)", [(n, "many") for n in range(2, 702)])
    last = cursor.lastrowid
    cursor.execute("select rowid from touched where id in (1, 701) order by id")
    assert cursor.fetchall() == [(first,), (last,)]
    merge = "merge into touched t using (select :1 as id from dual) s on (t.id = s.id) when matched then update set what = 'merged' " \
            "when not matched then insert values (s.id, 'new')"
    out = cursor.var(str)
    for sql, binds, rowid in [
            ("update touched set what = 'x' where id = 1", [], first),
            ("update touched set what = 'x' where id = 0", [], None),
            ("update touched set what = 'y' where id > 2", [], last),
            (merge, [1], first),
            ("update touched set what = 'z' where id = 701 returning rowid into :1", [out], last),
            ("insert all into touched values (800, 'a') into touched values (801, 'b') select * from dual", [], None),
            ("delete from touched where id = 1", [], first),
            ("begin delete from touched where id = 2; end;", [], None)]:
        cursor.execute(sql, binds)
        assert cursor.lastrowid == rowid, (sql, cursor.lastrowid, rowid)
    assert out.getvalue() == [last]
    cursor.execute(merge, [900])
    added = cursor.lastrowid
    cursor.execute("select id from touched where rowid = :1", [added])
    assert cursor.fetchall() == [(900,)]
    for table in "touched", "touched_log":
        cursor.execute(f"drop table {table} purge")


def errors(connection):
    cursor = connection.cursor()
    with test("errors_have_oracles_numbers_and_offsets"):
        assert raises("ORA-00942", cursor.execute, "select * from nowhere").offset == 14
        raises("ORA-00904", cursor.execute, "select nothing from all_types")
        raises("ORA-00900", cursor.execute, "make me a sandwich")
        raises("ORA-00942", cursor.execute, "insert into nowhere values (:1, :2)", ["x" * 5000, 1])
        raises("ORA-01476", cursor.execute, "select 1 / (id - id) from all_types")
        raises("ORA-01722", cursor.execute, "select to_number('abc') from dual")
        connection.ping()
    with test("what_is_not_played_is_refused_and_not_pretended"):
        for call in "extractvalue(xmltype('<a/>'), '/a')", "xmlquery('/a' passing xmltype('<a/>') returning content)", "ora_hash(1)":
            raises("ORA-03001", cursor.execute, f"select {call} from dual")
        raises("ORA-03001", cursor.execute, "declare n number; begin n := ora_hash(1); end;")
        raises("ORA-03001", cursor.execute, "create type point as object (x number, y number)")
        raises("ORA-01484", cursor.execute, "select :1 from dual", [cursor.arrayvar(oracledb.DB_TYPE_NUMBER, [1])])
        connection.ping()
    with test("cancel_is_ora_01013_and_leaves_the_session_whole"):
        cursor.execute("insert into keyless (what) values ('kept')")
        threading.Timer(0.5, connection.cancel).start()
        began = time.monotonic()
        raises("ORA-01013", cursor.execute, "select count(*) from all_types a, all_types b, all_types c where a.price + b.price + c.price > 1")
        assert time.monotonic() - began < 10
        cursor.execute("select count(*) from keyless where what = 'kept'")
        assert cursor.fetchone()[0] == 1
        connection.rollback()
    with test("a_killed_session_is_told_so"):
        system = connect("SYSTEM", options.system_password)
        victim = connect()
        own = victim.cursor()
        own.execute("select sys_context('userenv', 'sid') from dual")
        sid = own.fetchone()[0]
        admin = system.cursor()
        admin.execute("select serial# from v$session where sid = :sid", sid=int(sid))
        serial = admin.fetchone()[0]
        admin.execute(f"alter system kill session '{sid},{serial}' immediate")
        try:
            own.execute("select 1 from dual")
            raise AssertionError("it lives")
        except oracledb.Error as error:
            assert error.args[0].code in (28, 31) or error.args[0].full_code.startswith("DPY-"), str(error)
        except OSError as error:  # the driver shuts down a socket that the server has reset already
            assert error.errno == errno.ENOTCONN, str(error)
        system.close()
    with test("the_schema_can_be_changed"):
        connection.current_schema = "SYS"
        raises("ORA-00942", cursor.execute, "select * from all_types_not_here")
        connection.current_schema = USER
        cursor.execute("select count(*) from all_types")
        cursor.execute("alter session set current_schema = SYS")
        cursor.execute(f"select count(*) from {USER}.all_types")
        cursor.execute(f"alter session set current_schema = {USER}")


logins()
session = None
with test("the_user_logs_in"):
    session = connect()
    assert session.version.startswith("19."), session.version
if session:
    for part in (tables, values, many, transactions, words, errors):
        part(session)
    with test("the_session_ends_in_order"):
        session.close()
harness.finish()
