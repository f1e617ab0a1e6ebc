"""13_dialect.py - what schemas and writers of strangers ask of the rehearsal Oracle, by a real driver"""
import pathlib
import sys
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True


def run(connection, sql, **binds):
    cursor = connection.cursor()
    cursor.execute(sql, binds)
    return cursor.fetchall() if cursor.description else cursor.rowcount


def fails(code, connection, sql):
    try:
        run(connection, sql)
    except oracledb.Error as error:
        assert f"ORA-{code:05d}" in str(error), f"wanted ORA-{code:05d}, got {error}"
        return
    raise AssertionError(f"wanted ORA-{code:05d}, but it went well")


def triggers(db):
    run(db, "create table t (id number primary key, name char(4), seen number)")
    run(db, "create table log (id number, was char(4), now char(4))")
    run(db, "create sequence s start with 7 increment by 5")
    with harness.test("WHEN_of_a_trigger_names_rows_without_a_colon"):
        run(db, "create trigger t_id before insert on t for each row when (new.id is null) begin :new.id := s.nextval; end;")
        run(db, "insert into t (name) values ('a')")
        run(db, "insert into t (id, name) values (1, 'b')")
        assert run(db, "select id from t order by id") == [(1,), (7,)]
    with harness.test("REFERENCING_renames_them_in_WHEN_and_body"):
        run(db, "create trigger t_log after update on t referencing new as n old as o for each row when (n.name <> o.name) "
                "begin insert into log values (:n.id, :o.name, :n.name); end;")
        run(db, "update t set name = 'c' where id = 1")
        run(db, "update t set seen = 1")
        assert run(db, "select * from log") == [(1, "b   ", "c   ")]
    with harness.test("a_column_that_the_table_does_not_have_is_refused_in_WHEN_and_body"):
        fails(904, db, "create trigger x before insert on t for each row when (new.nope = 1) begin null; end;")
        fails(6550, db, "create trigger x before insert on t for each row begin :new.nope := 1; end;")


def dictionary(db):
    run(db, "create table d (a number check (a between 0 and  10), b char(1) constraint b_ck check (b in ('x', 'y')), "
            "t0 timestamp(0), t3 timestamp(3), i integer, n number(*,2), k numeric, p number(9))")
    run(db, "alter table d add constraint sum_ck check (a + p < 100)")
    with harness.test("the_dictionary_shows_a_check_as_it_was_written"):
        found = run(db, "select search_condition_vc from user_constraints where table_name = 'D' order by 1")
        assert found == [("a + p < 100",), ("a between 0 and  10",), ("b in ('x', 'y')",)], found
    with harness.test("the_dictionary_shows_how_fine_a_TIMESTAMP_is"):
        found = run(db, "select data_type, data_length, data_scale from user_tab_columns where table_name = 'D' and "
                        "column_name in ('T0', 'T3') order by column_name")
        assert found == [("TIMESTAMP(0)", 7, 0), ("TIMESTAMP(3)", 11, 3)], found
    with harness.test("INTEGER_NUMERIC_and_an_asterisk_have_a_scale_and_no_precision"):
        found = run(db, "select data_precision, data_scale from user_tab_columns where table_name = 'D' and "
                        "column_name in ('I', 'K', 'N', 'P') order by column_name")
        assert found == [(None, 0), (None, 0), (None, 2), (9, 0)], found
        run(db, "insert into d (i, k, n) values (1.5, 2.4, 3.456)")
        assert run(db, "select i, k, n from d") == [(2, 2, Decimal("3.46"))]


def numbers(db):
    run(db, "create table m (a number)")
    with harness.test("arithmetic_keeps_twenty_digits_of_base_100"):
        third = Decimal("0." + "3" * 40)
        assert run(db, "select 1 / 3, 10 / 3, 100 / 3 from dual") == [(third, Decimal("3." + "3" * 38), Decimal("33." + "3" * 38))]
        run(db, "insert into m values (1.23456789)")
        for _ in range(8):
            run(db, "update m set a = a * 1.0123456789")
        # by Python's decimal, rounded after each product to the 39 digits that fit behind an odd place
        assert run(db, "select a from m") == [(Decimal("1.36190133257838362515854083243233483254"),)]
        run(db, "update m set a = 99999999999999999999999999999999999999999999")
        assert run(db, "select a from m") == [(Decimal("1E44"),)]
    with harness.test("a_RAW_beside_a_text_is_written_in_hex"):
        assert run(db, "select 'a' || hextoraw('0fAB') || 'b' from dual") == [("a0FABb",)]
    with harness.test("a_year_before_the_first_is_a_date_and_nonsense_is_an_error_of_the_statement"):
        assert run(db, "select date '0045-03-15' - date '-0044-03-15' from dual")[0][0] > 30000
        fails(3001, db, "select chr(0) || 'x' from dual")
        assert run(db, "select 1 from dual") == [(1,)]


def sequences(db):
    with harness.test("a_sequence_cannot_start_outside_its_bounds"):
        fails(4008, db, "create sequence q maxvalue 23 start with 24")
        fails(4006, db, "create sequence q minvalue 5 start with 4")
        run(db, "create sequence q minvalue 0 maxvalue 23 cycle cache 5")
        fails(4008, db, "alter sequence q restart start with 24")
        assert run(db, "select q.nextval from dual")[0][0] in (0, 1)


def padded(db):
    run(db, "create table c (b char(5), n char(5 char), primary key (b))")
    run(db, "insert into c values ('\u00e9', '\u00e9')")
    with harness.test("a_CHAR_is_as_long_as_its_bytes_or_characters_say_wherever_it_is_text"):
        assert run(db, "select length(b), lengthb(b), length(n), lengthb(n), '[' || b || ']', substr(b, 2) from c") == [
            (4, 5, 5, 6, "[\u00e9   ]", "   ")]
    with harness.test("a_bind_beside_a_CHAR_of_bytes_finds_it_with_its_own_blanks_and_no_others"):
        for text, found in (("\u00e9   ", 1), ("\u00e9    ", 0), ("\u00e9", 0)):
            assert run(db, "select count(*) from c where b = :b", b=text) == [(found,)], repr(text)
        cursor = db.cursor()
        cursor.setinputsizes(b=oracledb.DB_TYPE_CHAR)
        for text in ("\u00e9   ", "\u00e9"):
            cursor.execute("select count(*) from c where b = :b", b=text)
            assert cursor.fetchall() == [(1,)], repr(text)


def main():
    work = servers.work_folder("dialect")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        run(admin, 'create user shop identified by "pw"')
        run(admin, "grant connect, resource, unlimited tablespace to shop")
        db = oracledb.connect(user="shop", password="pw", dsn=oracle.dsn)
        for part in (triggers, dictionary, numbers, sequences, padded):
            part(db)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
