"""13_dialect.py - what schemas and writers of strangers ask of the rehearsal Oracle, by a real driver"""
import datetime
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
    with harness.test("a_column_that_the_table_does_not_have_is_refused_in_WHEN_and_makes_a_trigger_invalid_in_its_body"):
        fails(904, db, "create trigger x before insert on t for each row when (new.nope = 1) begin null; end;")
        run(db, "create trigger x before insert on t for each row begin :new.nope := 1; end;")
        fails(4098, db, "insert into t (id) values (1)")
        run(db, "drop trigger x")


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
        assert run(db, "select 1 from dual") == [(1,)]


def odd_bytes(db):
    with harness.test("a_NUL_in_text_is_a_character_as_any_other"):
        run(db, "create table nul (id number, v varchar2(3), n nvarchar2(3), l clob)")
        run(db, "insert into nul values (1, 'a' || chr(0) || 'b', 'x' || chr(0), 'c' || chr(0))")
        run(db, "insert into nul values (2, :v, :n, :l)", v="\0\0\0", n="y\0", l="d\0")
        oracledb.defaults.fetch_lobs = False
        try:
            found = run(db, "select v, n, l, length(v), lengthb(v), ascii(v) from nul order by id")
        finally:
            oracledb.defaults.fetch_lobs = True
        assert found == [("a\0b", "x\0", "c\0", 3, 3, 97), ("\0\0\0", "y\0", "d\0", 3, 3, 0)], found
        assert run(db, "select id from nul where v = 'a\0b' and instr(v, chr(0)) = 2") == [(1,)]
        fails(12899, db, "insert into nul (v) values ('abc' || chr(0))")
    with harness.test("bytes_that_are_no_UTF_8_are_stored_and_reach_the_client_as_they_are"):
        run(db, "insert into nul (id, v) values (3, utl_raw.cast_to_varchar2(hextoraw('41e942')))")
        try:
            raise AssertionError(run(db, "select v from nul where id = 3"))
        except UnicodeDecodeError as error:
            assert error.object == b"A\xe9B", error
        assert run(db, "select lengthb(v), utl_raw.cast_to_raw(v) from nul where id = 3") == [(3, b"A\xe9B")]
        assert run(db, "select chr(50089), utl_raw.cast_to_raw(chr(233)) from dual") == [("\u00e9", b"\xe9")]


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


DECLARED = """create table ty (id number primary key, f float, f10 float(10), re real, bf binary_float, bd binary_double, nv nvarchar2(20),
    nc nchar(5), vc varchar2(10 char), ts9 timestamp(9), old timestamp(0), tz timestamp(6) with time zone, lt timestamp(3) with local time zone,
    ym interval year(4) to month, ds interval day(3) to second(9), lo long, ro rowid, ur urowid)"""
SHOWN = [("F", "FLOAT", 22, 126, None), ("F10", "FLOAT", 22, 10, None), ("RE", "FLOAT", 22, 63, None), ("BF", "BINARY_FLOAT", 4, None, None),
         ("BD", "BINARY_DOUBLE", 8, None, None), ("NV", "NVARCHAR2", 40, None, None), ("NC", "NCHAR", 10, None, None), ("VC", "VARCHAR2", 40, None, None),
         ("TS9", "TIMESTAMP(9)", 11, None, 9), ("OLD", "TIMESTAMP(0)", 7, None, 0), ("TZ", "TIMESTAMP(6) WITH TIME ZONE", 13, None, 6),
         ("LT", "TIMESTAMP(3) WITH LOCAL TIME ZONE", 11, None, 3), ("YM", "INTERVAL YEAR(4) TO MONTH", 5, 4, 0),
         ("DS", "INTERVAL DAY(3) TO SECOND(9)", 11, 3, 9), ("LO", "LONG", 0, None, None), ("RO", "ROWID", 10, None, None), ("UR", "UROWID", 4000, None, None)]
VALUES = """insert into ty (id, bf, bd, nv, nc, ts9, old, tz, lt, ym, ds) values (1, 1.5f, -binary_double_infinity, N'Zo\u00eb \U0001f6d2', N'ab',
    timestamp '2024-02-29 23:59:59.123456789', timestamp '-4712-01-01 00:00:00', timestamp '2024-02-29 23:59:59.5 +05:30',
    timestamp '2024-02-29 12:00:00.5', interval '-99-11' year(4) to month, interval '-999 23:59:59.999999999' day(3) to second(9))"""
TEXTS = """select to_char(ts9, 'YYYY-MM-DD HH24:MI:SSXFF'), to_char(old, 'SYYYY-MM-DD'), to_char(tz, 'YYYY-MM-DD HH24:MI:SSXFF TZR'),
    to_char(lt, 'HH24:MI:SSXFF'), to_char(ym), to_char(ds), to_char(bf), to_char(bd) from ty"""
LITERALS = [
    """TO_TIMESTAMP('2024-02-29 23:59:59.123456789')""", """TO_TIMESTAMP('-4712-01-01 00:00:00.')""",
    """TO_TIMESTAMP_TZ('2024-02-29 23:59:59.500000 +05:30')""", """TO_TIMESTAMP_LTZ('2024-02-29 12:00:00.500')""", """TO_YMINTERVAL('-99-11')""",
    """TO_DSINTERVAL('-999 23:59:59.999999999')""", """UNISTR('Zo\\00EB \\D83D\\DED2')""", """UNISTR('ab   ')""", """'1.5E+000'""", """'-Inf'"""]
BYTES = [  # of SQL_REDO without a dictionary: python-oracledb's encoders make the same of these values
    "787c021d183c3c075bcd15", "3558010101" + "0101", "787c021d131e3c1dcd6500195a", "787c021d0d01011dcd6500", "7fffff9d31", "7ffffc1925010144653601",
    "005a006f00eb0020d83dded2", "00610062002000200020", "bfc00000", "000fffffffffffff"]
SUMS = [
    ("date '2024-01-30' + numtodsinterval(3, 'HOUR')", "2024-01-30 03:00:00"), ("date '2024-03-31' - interval '1' month", 1839),
    ("timestamp '2024-01-01 00:00:00.5' + interval '1 00:00:00.25' day to second(2)", "2024-01-02 00:00:00.75"),
    ("timestamp '2024-01-01 00:00:00' - timestamp '2023-12-31 23:59:59.999999999'", "+000000000 00:00:00.000000001"),
    ("interval '1-6' year to month * 3", "+000000004-06"), ("to_dsinterval('P1DT2H') / 2", "+000000000 13:00:00"),
    ("extract(second from timestamp '2024-01-01 00:00:59.123456789')", "59.123456789"), ("interval '100' day", 1873),
    ("from_tz(timestamp '2024-07-01 10:00:00', 'Europe/Berlin') at time zone '+00:00'", "2024-07-01 08:00:00 +00:00"),
    ("to_timestamp('2024-13-01', 'YYYY-MM-DD')", 1843), ("to_timestamp('2024-02-30', 'YYYY-MM-DD')", 1839), ("to_binary_double('1x')", 1722)]


def shown(text):
    """Without the zeros that end a fraction."""
    head, dot, fraction = text.partition(".")
    digits = len(fraction) - len(fraction.lstrip("0123456789"))
    kept = fraction[:digits].rstrip("0")
    return head + (dot if kept else "") + kept + fraction[digits:]


def mined(admin, log, options):
    run(admin, "begin dbms_logmnr.add_logfile(:f, 1); end;", f=log)
    run(admin, f"begin dbms_logmnr.start_logmnr(options => {options}); end;")
    return next(text for text, in run(admin, "select sql_redo from v$logmnr_contents where operation = 'INSERT' and sql_redo like '%.%' order by scn desc")
                if "('-999 " in text or "7ffffc19" in text)


def types(db, admin):
    with harness.test("columns_of_the_scalar_types_are_declared_and_the_dictionary_shows_them_as_Oracle_does"):
        run(db, DECLARED)
        fails(1754, db, "create table ty2 (a long, b long raw)")
        fails(1754, db, "alter table ty add (b long)")
        for later in ("json", "boolean"): # of 21c and of 23ai
            fails(902, db, f"create table ty2 (a {later})")
        fails(3001, db, "create table ty2 (a bfile)")
        found = run(db, "select column_name, data_type, data_length, data_precision, data_scale from user_tab_columns where table_name = 'TY' order by column_id")
        assert found[1:] == SHOWN, found
        lengths = run(db, "select column_name, char_length, char_used from user_tab_columns where table_name = 'TY' and char_length > 0 order by column_id")
        assert lengths == [("NV", 20, "C"), ("NC", 5, "C"), ("VC", 10, "C")], lengths
        run(db, "alter session set nls_length_semantics = char")
        run(db, "create table tc (a varchar2(3))")
        run(db, "alter session set nls_length_semantics = byte")
        assert run(db, "select char_used, data_length from user_tab_columns where table_name = 'TC'") == [("C", 12)]
    with harness.test("extremes_of_every_scalar_type_keep_nanoseconds_zones_and_years_before_Christ"):
        run(db, VALUES)
        got = run(db, TEXTS)[0]
        assert got == ("2024-02-29 23:59:59.123456789", "-4712-01-01", "2024-02-29 23:59:59.500000 +05:30", "12:00:00.500", "-000000099-11",
                       "-000000999 23:59:59.999999999", "1.5E+000", "-Inf"), got
        assert run(db, "select nv, nc, bf, bd from ty") == [("Zo\u00eb \U0001f6d2", "ab   ", 1.5, float("-inf"))]
        fails(12899, db, "update ty set nv = '123456789012345678901'")
        db.commit()
    with harness.test("a_driver_reads_what_it_bound_in_each_of_its_types"):
        cursor, moment = db.cursor(), datetime.datetime(2024, 1, 2, 3, 4, 5, 678000)
        sent = {"bd": (oracledb.DB_TYPE_BINARY_DOUBLE, float("inf")), "bf": (oracledb.DB_TYPE_BINARY_FLOAT, 1.25), "ts9": (oracledb.DB_TYPE_TIMESTAMP, moment),
                "lt": (oracledb.DB_TYPE_TIMESTAMP_LTZ, moment), "tz": (oracledb.DB_TYPE_TIMESTAMP_TZ, moment), "nc": (oracledb.DB_TYPE_NCHAR, "\u00eb    "),
                "ds": (oracledb.DB_TYPE_INTERVAL_DS, datetime.timedelta(days=-3, seconds=7, microseconds=5)), "nv": (oracledb.DB_TYPE_NVARCHAR, "\u4e2d\U0001f6d2"),
                "lo": (oracledb.DB_TYPE_LONG, "x" * 5000), "ur": (oracledb.DB_TYPE_VARCHAR, "AAAR3sAAEAAAACXAAA")}
        names = list(sent)
        cursor.setinputsizes(**{name: kind for name, (kind, _) in sent.items()})
        out = cursor.var(oracledb.DB_TYPE_BINARY_DOUBLE)
        cursor.execute(f"insert into ty (id, {', '.join(names)}) values (2, {', '.join(':' + name for name in names)}) returning bd into :o",
                       {"o": out, **{name: value for name, (_, value) in sent.items()}})
        assert out.getvalue() == [float("inf")], out.getvalue()
        assert run(db, f"select {', '.join(names)} from ty where id = 2") == [tuple(value for _, value in sent.values())]
        assert run(db, "select count(*) from ty where nv = :n", n=sent["nv"][1]) == [(1,)]
        cursor = db.cursor()
        cursor.setinputsizes(n=oracledb.DB_TYPE_NUMBER)
        for text, kept in (("9" * 40, "9" * 40), ("9." + "9" * 39, "10"), ("-9." + "9" * 39, "-10")):
            cursor.execute("select :n from dual", n=Decimal(text))
            assert cursor.fetchall() == [(Decimal(kept),)], text
        run(db, "delete from ty where id = 2")
        db.commit()
    with harness.test("a_returned_value_comes_as_its_bind_s_type_or_ORA_00932_says_that_it_cannot"):
        day, cursor = datetime.datetime(2024, 1, 5), db.cursor()
        run(db, "create table rt (n number, s varchar2(20), d date, b binary_double, r raw(4))")
        kept = {"n": Decimal("12.50"), "s": "7", "d": day, "b": 1.5, "r": b"ab"}
        for column, kind, wanted in (("n", "VARCHAR", "12.5"), ("n", "LONG", "12.5"), ("n", "CLOB", "12.5"), ("n", "BINARY_DOUBLE", 12.5), ("s", "NUMBER", 7),
                                     ("s", "CLOB", "7"), ("d", "VARCHAR", "05-JAN-24"), ("d", "TIMESTAMP", day), ("b", "NUMBER", 1.5),
                                     ("b", "VARCHAR", "1.5E+000"), ("r", "VARCHAR", "6162"), ("r", "RAW", b"ab"), ("n", "DATE", 932), ("d", "NUMBER", 932),
                                     ("r", "NUMBER", 932), ("b", "INTERVAL_DS", 932)):
            out = cursor.var(getattr(oracledb, f"DB_TYPE_{kind}"))
            try:
                cursor.execute(f"insert into rt ({column}) values (:1) returning {column} into :2", [kept[column], out])
                got = out.getvalue()[0]
                got = got.read() if isinstance(got, oracledb.LOB) else got
            except oracledb.DatabaseError as e:
                got = e.args[0].code
            assert got == wanted, (column, kind, got)
        for sql, binds, wanted in (("select :1 - :2 from dual", [day, datetime.timedelta(days=1)], day - datetime.timedelta(days=1)),
                                   ("select :1 - :2 from dual", [day, datetime.datetime(2024, 1, 1)], 4), ("select :1 + :2 from dual", [day, 1.5], datetime.datetime(2024, 1, 6, 12))):
            assert cursor.execute(sql, binds).fetchall() == [(wanted,)], sql
        db.rollback()
    with harness.test("datetimes_and_intervals_are_added_subtracted_and_multiplied_as_Oracle_does"):
        run(db, "alter session set nls_date_format = 'YYYY-MM-DD HH24:MI:SS'")
        run(db, "alter session set nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SSXFF'")
        run(db, "alter session set nls_timestamp_tz_format = 'YYYY-MM-DD HH24:MI:SSXFF TZR'")
        for sql, wanted in SUMS:
            if isinstance(wanted, int):
                fails(wanted, db, f"select {sql} from dual")
            else:
                got = run(db, f"select to_char({sql}) from dual")[0][0]
                assert shown(got) == wanted, (sql, got)
        run(db, "alter session set time_zone = 'Europe/Berlin'")
        assert run(db, "select sessiontimezone, to_char(lt, 'HH24:MI TZR') from ty") == [("Europe/Berlin", "13:00 Europe/Berlin")]
        fails(1882, db, "alter session set time_zone = 'Mars/Olympus'")
    with harness.test("the_redo_of_every_scalar_type_is_told_in_bytes_and_in_literals"):
        for format_, mask in (("date", "SYYYY-MM-DD HH24:MI:SS"), ("timestamp", "SYYYY-MM-DD HH24:MI:SS.FF9"), ("timestamp_tz", "SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM")):
            run(admin, f"alter session set nls_{format_}_format = '{mask}'")
        log = run(admin, "select f.member from v$log l join v$logfile f on f.group# = l.group# where l.status = 'CURRENT'")[0][0]
        text, raw = mined(admin, log, 16), mined(admin, log, 0)
        for one in LITERALS:
            assert one in text.replace("(' ", "('"), (one, text)
        for one in BYTES:
            assert f"HEXTORAW('{one}')" in raw, (one, raw)


def arrays(db):
    """Arrays of PL/SQL as binds: into a package's collection and out of it."""
    run(db, "create package a as type numbers is table of number index by binary_integer; "
            "type days is table of date index by binary_integer; function total (n numbers) return number; "
            "procedure doubled (n in out numbers); procedure week (d out days); procedure far (n out numbers); end;")
    run(db, """create package body a as
        function total (n numbers) return number is t number := 0;
        begin for i in 1 .. n.count loop t := t + nvl(n(i), 0); end loop; return t; end;
        procedure doubled (n in out numbers) is begin for i in 1 .. n.count loop n(i) := n(i) * 2; end loop; end;
        procedure week (d out days) is begin for i in 1 .. 7 loop d(i) := date '2024-02-26' + i; end loop; end;
        procedure far (n out numbers) is begin n(5) := 1; end;
        end;""")
    cursor = db.cursor()
    with harness.test("an_array_goes_into_a_collection_and_a_changed_one_comes_back"):
        assert cursor.callfunc("a.total", int, [cursor.arrayvar(int, [1, 2, 39])]) == 42
        assert cursor.callfunc("a.total", int, [cursor.arrayvar(int, 3)]) == 0
        values = cursor.arrayvar(Decimal, [Decimal("1.5"), None, Decimal(-3)], 5)
        cursor.callproc("a.doubled", [values])
        assert values.getvalue() == [3, None, -6], values.getvalue()
    with harness.test("an_array_that_only_comes_out_has_the_elements_that_were_filled"):
        days = cursor.arrayvar(datetime.datetime, 10)
        cursor.callproc("a.week", [days])
        assert days.getvalue() == [datetime.datetime(2024, 2, 27) + datetime.timedelta(i) for i in range(7)], days.getvalue()
    with harness.test("a_block_all_of_whose_binds_are_arrays_that_come_out_is_run_again"):
        for _ in range(3):  # a driver that knows the directions sends no row of binds then
            cursor.execute("begin a.week(:1); end;", [days])
            assert len(days.getvalue()) == 7
    with harness.test("a_collection_that_the_array_cannot_hold_is_ORA_06513"):
        for sql, room in (("begin a.far(:1); end;", 10), ("begin a.doubled(:1); a.far(:1); end;", 2)):
            try:
                cursor.execute(sql, [cursor.arrayvar(int, [1], room)])
                raise AssertionError("it went well")
            except oracledb.Error as error:
                assert "ORA-06513" in str(error), error


def room_for_what_comes_out(db):
    cursor = db.cursor()
    with harness.test("a_text_or_RAW_that_comes_out_larger_than_its_bind_is_ORA_06502_and_its_block_is_undone"):
        run(db, "create table small (id number)")
        for kind, value in ((oracledb.DB_TYPE_VARCHAR, "rpad('x', 41, 'x')"), (oracledb.DB_TYPE_RAW, "hextoraw(rpad('ab', 82, 'ab'))")):
            try:
                cursor.execute(f"begin insert into small values (1); :1 := {value}; end;", [cursor.var(kind, 10)])
                raise AssertionError("it went well")
            except oracledb.Error as error:
                assert "ORA-06502" in str(error), error
        assert run(db, "select count(*) from small") == [(0,)]
    with harness.test("one_that_fits_comes_back"):
        text = cursor.var(str, 10)
        cursor.execute("begin :1 := 'äöü' || :2; end;", [text, "x" * 7])
        assert text.getvalue() == "äöüxxxxxxx"


def all_of(cursor):
    return [tuple(all_of(value) if isinstance(value, oracledb.Cursor) else value for value in row) for row in cursor]


def cursors(db):
    cursor = db.cursor()
    run(db, "create table dept (id number(4) primary key, name varchar2(20) not null, note clob)")
    run(db, "create table emp (id number(9) primary key, dept number(4), name varchar2(10))")
    run(db, "insert into dept values (1, 'ONE', 'a note')")
    run(db, "insert into dept values (2, 'TWO', null)")
    cursor.executemany("insert into emp values (:1, :2, :3)", [(1, 1, "a"), (2, 1, "b"), (3, 1, None)])
    with harness.test("a_CURSOR_in_a_query_is_opened_for_each_row"):
        cursor.execute("select id, cursor(select e.id, e.name who, cursor(select d.name || e.id from dual) from emp e where dept = d.id order by e.id desc) "
                       "staff from dept d where id >= :1 order by id", [1])
        assert [column[:2] for column in cursor.description] == [("ID", oracledb.DB_TYPE_NUMBER), ("STAFF", oracledb.DB_TYPE_CURSOR)]
        first, second = cursor.fetchall()
        assert [column[:3] + column[6:] for column in second[1].description[:2]] == [
            ("ID", oracledb.DB_TYPE_NUMBER, 10, False), ("WHO", oracledb.DB_TYPE_VARCHAR, 10, True)], second[1].description
        assert all_of(first[1]) == [(3, None, [("ONE3",)]), (2, "b", [("ONE2",)]), (1, "a", [("ONE1",)])]
        assert all_of(second[1]) == []
    with harness.test("a_CURSOR_is_closed_with_its_query_and_too_many_are_ORA_01000"):
        for _ in range(4):
            assert len(run(db, "select level, cursor(select 1 from dual) from dual connect by level <= 200")) == 200
        try:
            run(db, "select level, cursor(select 1 from dual) from dual connect by level <= 301")
            raise AssertionError("it went well")
        except oracledb.Error as error:
            assert "ORA-01000" in str(error), error
        assert run(db, "select 1 from dual") == [(1,)]
    with harness.test("the_columns_of_a_REF_CURSOR_are_described_as_those_of_its_query"):
        opened = db.cursor()
        for sql in ("begin open :1 for select 'X' letter, d.* from dept d order by id; end;",
                    "begin open :1 for 'select ''X'' letter, d.* from dept d order by id'; end;"):
            cursor.execute(sql, [opened])
            assert [column[:3] + column[6:] for column in opened.description] == [
                ("LETTER", oracledb.DB_TYPE_CHAR, 1, True), ("ID", oracledb.DB_TYPE_NUMBER, 5, False), ("NAME", oracledb.DB_TYPE_VARCHAR, 20, False),
                ("NOTE", oracledb.DB_TYPE_CLOB, None, True)], opened.description
    with harness.test("DBMS_SQL_RETURN_RESULT_gives_cursors_to_the_client"):
        cursor.execute("declare c sys_refcursor; begin open c for select name from dept order by id; dbms_sql.return_result(c); "
                       "open c for select cursor(select id from emp where dept = 1 order by id) from dual; dbms_sql.return_result(c); end;")
        assert [all_of(result) for result in cursor.getimplicitresults()] == [[("ONE",), ("TWO",)], [([(1,), (2,), (3,)],)]]
    db.rollback()


def types_that_change(db):
    cursor = db.cursor()
    with harness.test("expressions_of_the_national_character_set_are_described_and_kept_as_such"):
        wanted = [(oracledb.DB_TYPE_NCLOB, None), (oracledb.DB_TYPE_NVARCHAR, 2), (oracledb.DB_TYPE_NCHAR, 3)]
        said = "to_nclob('x') c, cast('y' as nvarchar2(2)) n, cast('z' as nchar(3)) f"
        run(db, f"create table national as select {said} from dual")
        for sql in (f"select {said} from dual", "select * from national"):
            cursor.execute(sql)
            assert [column[1:3] for column in cursor.description] == wanted, cursor.description
    with harness.test("a_query_whose_column_became_a_LOB_gives_its_text_when_it_runs_again"):
        for before, now in (("cast('x' as varchar2(15))", "to_clob('yy')"), ("hextoraw('ab')", "to_blob(hextoraw('abcd'))")):
            run(db, f"create table changing as select {before} value from dual")
            cursor.execute("select * from changing")
            first = cursor.fetchall()
            run(db, "drop table changing")
            run(db, f"create table changing as select {now} value from dual")
            cursor.execute("select * from changing")
            second = cursor.fetchall()
            run(db, "drop table changing")
            assert (first, second) in (([("x",)], [("yy",)]), ([(b"\xab",)], [(b"\xab\xcd",)])), first
    with harness.test("the_columns_of_a_query_are_described_before_its_binds_have_types"):
        cursor.parse("select :a + 1 n, 'x' || :b v, case when 1 = :c then sysdate end d, nvl(sysdate, :e) f from dual where :d > 9")
        assert [column[:2] for column in cursor.description] == [
            ("N", oracledb.DB_TYPE_NUMBER), ("V", oracledb.DB_TYPE_VARCHAR), ("D", oracledb.DB_TYPE_DATE), ("F", oracledb.DB_TYPE_DATE)], \
            cursor.description
    with harness.test("a_bind_of_a_date_is_added_to_in_a_block"):
        moment = cursor.var(oracledb.DB_TYPE_TIMESTAMP_LTZ)
        moment.setvalue(0, datetime.datetime(2022, 5, 10, 12))
        cursor.execute("begin :v := :v + 5.25; end;", [moment])
        assert moment.getvalue() == datetime.datetime(2022, 5, 15, 18), moment.getvalue()
    with harness.test("arguments_that_no_procedure_takes_are_ORA_06550_and_texts_that_are_no_number_ORA_06502"):
        run(db, "create procedure takes_number (a number, b out number) is begin b := a; end;")
        for sql, binds, code in (("begin takes_number(:1, :2, 3); end;", ["1", cursor.var(int)], "ORA-06550"),
                                 ("begin takes_number(:1, :2); end;", ["hi", cursor.var(int)], "ORA-06502"),
                                 ("begin takes_number(:1, :2); end;", [b"x", cursor.var(int)], "PLS-00306"),
                                 ("begin takes_number(:1, :2); end;", [datetime.datetime(2022, 5, 10), cursor.var(int)], "PLS-00306"),
                                 ("begin takes_number(:1, :2); end;", [1, cursor.var(bytes)], "line 1, column 7:\nPLS-00306"),
                                 ("declare v varchar2(5) := :1; begin insert into emp (id) values (v); end;", ["hi"], "ORA-01722")):
            try:
                db.cursor().execute(sql, binds)
                raise AssertionError(f"{sql} went well")
            except oracledb.Error as error:
                assert code in str(error), (sql, error)


def comes_out(db, body, kind, *binds):
    cursor = db.cursor()
    out = cursor.var(kind)
    cursor.execute(body, [*binds, out])
    return out.getvalue()


def texts_of_other_types(db):
    with harness.test("what_is_assigned_between_text_and_another_type_in_a_block_is_spelled_by_the_session"):
        run(db, "create procedure gives (kind varchar2, d out date) is begin d := date '2020-01-31'; end;")
        assert comes_out(db, "begin gives('d', :1); end;", str) == "31-JAN-20"
        assert comes_out(db, "declare r raw(4) := hextoraw('0a4f'); begin :1 := r; end;", str) == "0A4F"
        assert comes_out(db, "declare n number := .5; begin :1 := n; end;", str) == ".5"
        assert comes_out(db, "declare r raw(4); begin r := :1; :2 := r; end;", bytes, "0a4f") == b"\x0a\x4f"
        fails(6502, db, "declare r raw(4); begin r := 'xy'; end;")
        run(db, "drop procedure gives")


def statistics(db, admin):
    sql = "select ss.value from v$sesstat ss, v$statname sn where ss.sid = :sid and ss.statistic# = sn.statistic# and sn.name = :name"
    sid = run(db, "select sys_context('userenv', 'sid') from dual")[0][0]

    def value(name):
        return run(admin, sql, sid=sid, name=name)[0][0]
    with harness.test("V_SESSTAT_counts_a_sessions_round_trips_parses_and_cursors"):
        names = ("SQL*Net roundtrips to/from client", "parse count (total)", "opened cursors current")
        before = [value(name) for name in names]
        cursor = db.cursor()
        cursor.prefetchrows, cursor.arraysize = 2, 10
        assert len(cursor.execute("select level from dual connect by level <= 15").fetchall()) == 15
        db.ping()
        after = [value(name) for name in names]
        assert (after[0] - before[0], after[1] - before[1]) == (4, 1), (before, after)
        held = [db.cursor() for _ in range(5)]
        for one in held:
            one.execute("select rownum from dual")
        assert value(names[2]) >= 5, value(names[2])


def truths(db):
    cursor = db.cursor()
    with harness.test("a_BOOLEAN_of_PL_SQL_goes_in_and_comes_out"):
        run(db, "create function opposite (b boolean, other in out boolean) return boolean is begin other := not other; return not b; end;")
        for value in (True, False, None):
            other, result = cursor.var(bool), cursor.var(bool)
            other.setvalue(0, value)
            cursor.setinputsizes(None, bool, None)
            cursor.execute("begin :1 := opposite(:2, :3); end;", [result, value, other])
            opposite = None if value is None else not value
            assert (result.getvalue(), other.getvalue()) == (opposite, opposite), (value, result.getvalue(), other.getvalue())


def main():
    work = servers.work_folder("dialect")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        run(admin, 'create user shop identified by "pw"')
        run(admin, "grant connect, resource, unlimited tablespace to shop")
        db = oracledb.connect(user="shop", password="pw", dsn=oracle.dsn)
        for part in (triggers, dictionary, numbers, sequences, padded, arrays, room_for_what_comes_out, cursors, types_that_change,
                     texts_of_other_types, truths):
            part(db)
        types(db, admin)
        statistics(db, admin)
        odd_bytes(db)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
