"""22_types.py - every column type in four places: its table, the wire, redo, and flashback

The table below has a row for each type: how it is declared, the values that go in (a bind, or SQL where no driver has such a
value), and how a column is shown that python-oracledb has no type for.  What is fetched is what went in; the SQL_REDO of
the inserts, run again for a table of the same columns, makes the same rows; and `AS OF SCN` shows them when they are long gone.
"""
import decimal
import datetime
import json
import math
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True
D = decimal.Decimal
MOST = D("1234567890123456789012345678901234567890")
LONG_TEXT = "ä€\U0001f600x" * 1200
BYTES = bytes(range(256)) * 20


class Sql(str):
    """A value that SQL says."""


FULL = "SYYYY-MM-DD HH24:MI:SS.FF9"
ZONED = FULL + " TZR"
# name, declaration, [(value in, value out)], how it is shown
TYPES = [
    ("NUM", "number", [(MOST, MOST), (-MOST, -MOST), (D("9.999E125"), D("9.999E125")), (D("-1E-130"), D("-1E-130")), (D(0), D(0)), (D("0.1"), D("0.1"))], None),
    ("NUM38", "number(38,10)", [(D("1234567890123456789012345678.0123456789"), D("1234567890123456789012345678.0123456789"))], None),
    ("ROUNDED", "number(5,-2)", [(D(1234567), D(1234600))], None),
    ("FLO", "float(20)", [(D("1234567.89"), D("1234568"))], None),
    ("BF", "binary_float", [(1.5, 1.5), (math.nan, math.nan), (math.inf, math.inf), (-math.inf, -math.inf)], None),
    ("BD", "binary_double", [(1.7976931348623157e308, 1.7976931348623157e308), (5e-324, 5e-324), (math.nan, math.nan), (-math.inf, -math.inf)], None),
    ("VB", "varchar2(12 byte)", [("äöüäöü", "äöüäöü"), ("it's \"x\"", "it's \"x\""), (" ", " ")], None),
    ("VC", "varchar2(10 char)", [("\U0001f600" * 10, "\U0001f600" * 10)], None),
    ("CB", "char(6 byte)", [("ä", "ä    ")], None),
    ("CC", "char(4 char)", [("ä", "ä   ")], None),
    ("NV", "nvarchar2(8)", [("жя\U0001f600\\'", "жя\U0001f600\\'")], None),
    ("NC", "nchar(4)", [("ж", "ж   ")], None),
    ("RW", "raw(2000)", [(b"\x00\xff" * 1000, b"\x00\xff" * 1000)], None),
    ("DAT", "date", [(datetime.datetime(2020, 2, 29, 23, 59, 59), " 2020-02-29 23:59:59"), (Sql("date '-4712-01-01'"), "-4712-01-01 00:00:00"),
                     (datetime.datetime(9999, 12, 31, 23, 59, 59), " 9999-12-31 23:59:59")], "to_char({}, 'SYYYY-MM-DD HH24:MI:SS')"),
    ("TS", "timestamp(9)", [(Sql("timestamp '2020-02-29 23:59:59.123456789'"), " 2020-02-29 23:59:59.123456789"),
                            (Sql("timestamp '-4712-01-01 00:00:00.000000001'"), "-4712-01-01 00:00:00.000000001")], f"to_char({{}}, '{FULL}')"),
    ("TZ", "timestamp(9) with time zone", [(Sql("timestamp '2020-07-01 12:00:00.000000001 +05:45'"), " 2020-07-01 12:00:00.000000001 +05:45"),
                                           (Sql("timestamp '2020-07-01 12:00:00 Europe/Berlin'"), " 2020-07-01 12:00:00.000000000 EUROPE/BERLIN")], f"upper(to_char({{}}, '{ZONED}'))"),
    ("LTZ", "timestamp(6) with local time zone", [(Sql("timestamp '2020-07-01 12:00:00.5 +02:00'"), " 2020-07-01 10:00:00.500000000")], f"to_char({{}}, '{FULL}')"),
    ("YM", "interval year(9) to month", [(Sql("interval '-999999999-11' year(9) to month"), "-999999999-11")], "to_char({})"),
    ("DS", "interval day(9) to second(9)", [(Sql("interval '999999999 23:59:59.999999999' day(9) to second(9)"), "+999999999 23:59:59.999999999")], "to_char({})"),
    ("CL", "clob", [(LONG_TEXT, LONG_TEXT), (Sql("empty_clob()"), "")], None),
    ("NCL", "nclob", [(LONG_TEXT, LONG_TEXT)], None),
    ("BL", "blob", [(BYTES, BYTES), (Sql("empty_blob()"), b"")], None),
    ("LO", "long", [("a long text, it's ä", "a long text, it's ä")], None),
    ("LR", "long raw", [(BYTES[:1000], BYTES[:1000])], None),
    ("RID", "rowid", [("AAAR3sAAEAAAACXAAA", "AAAR3sAAEAAAACXAAA")], None),
    ("URID", "urowid", [("AAAR3sAAEAAAACXAAA", "AAAR3sAAEAAAACXAAA")], None),
    ("XM", "xmltype", [("<a b='1'>ä&amp;<c/></a>", "<a b='1'>ä&amp;<c/></a>"), (Sql("xmltype('<x>' || rpad('y', 3000, 'y') || '</x>')"), "<x>" + 2999 * "y" + "y</x>")], None),
    ("JS", "json", [('{"b":[1,-2.5e3,"x",null,true,{}],"a":"ä"}', '{"a":"ä","b":[1,-2500,"x",null,true,{}]}'), ('"s"', '"s"'), ("[]", "[]")], "json_serialize({})"),
    ("BO", "boolean", [(Sql("true"), True), (Sql("false"), False)], None),
]


def plain(value):
    value = value.read() if hasattr(value, "read") else value
    return repr(value) if isinstance(value, float) else (value or "") if isinstance(value, str) else value


def fetch(db, table, shown, more=""):
    cursor = db.cursor()
    cursor.execute(f"select {(shown or '{}').format('v')} from {table}{more} order by id")
    return [plain(row[0]) for row in cursor]


def fill(db, name, declared, values):
    cursor = db.cursor()
    cursor.execute(f"create table t_{name} (id number primary key, v {declared})")
    cursor.execute(f"create table r_{name} (id number primary key, v {declared})")
    for number, (value, _) in enumerate(values):
        if isinstance(value, Sql):
            cursor.execute(f"insert into t_{name} values (:1, {value})", [number])
            continue
        if isinstance(value, float):
            cursor.setinputsizes(None, oracledb.DB_TYPE_BINARY_FLOAT if declared == "binary_float" else oracledb.DB_TYPE_BINARY_DOUBLE)
        elif isinstance(value, str) and declared.startswith("n"):
            cursor.setinputsizes(None, oracledb.DB_TYPE_NCLOB if declared == "nclob" else oracledb.DB_TYPE_NVARCHAR)
        cursor.execute(f"insert into t_{name} values (:1, :2)", [number, value])
        cursor.setinputsizes()
    cursor.execute(f"insert into t_{name} values (:1, null)", [len(values)])
    db.commit()


def as_printed(name, value):
    """By our own client, which prints an empty LOB as NULL."""
    if isinstance(value, bytes):
        return value.hex().upper() or None
    if isinstance(value, bool):
        return str(value).upper()
    return json.loads(value) if name == "JS" and value else value or None if isinstance(value, str) else value


def causeway(oracle, *words):
    """One `causeway sql` as the owner of the tables; what it printed."""
    done = subprocess.run([harness.BUILD / "src/programs/causeway", "sql", oracle.dsn, "--user", "types", "--password", "env:TYPES_PASSWORD", *words],
                          text=True, capture_output=True, timeout=60, env={**os.environ, "TYPES_PASSWORD": "pw"}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed(oracle):
    """The columns that are neither floating nor moments, whose form is for people: {name: values}."""
    names = [name for name, _, values, shown in TYPES if name == "JS" or not (shown or isinstance(values[0][0], float))]
    told = causeway(oracle, "--json", ";".join(f"select v from t_{name} order by id" for name in names))
    lines = [json.loads(line, parse_int=D, parse_float=D) for line in told.splitlines()]
    return {name: [json.loads(value) if name == "JS" and value else value for value, in line["rows"]] for name, line in zip(names, lines)}


def redo(db, first):
    """SQL_REDO of the tables' inserts, whole, by table."""
    cursor = db.cursor()
    cursor.execute("select member from v$logfile f join v$log l on l.group# = f.group# where l.status = 'CURRENT'")
    cursor.execute("begin dbms_logmnr.add_logfile(:f, 1); end;", f=cursor.fetchone()[0])
    cursor.execute("begin dbms_logmnr.start_logmnr(startscn => :s, options => 16 + 64); end;", s=first)
    cursor.execute("select operation, csf, sql_redo, table_name from v$logmnr_contents where seg_owner = 'TYPES' and operation_code not in (5, 6, 7)")
    found, whole = {}, ""
    for op, csf, text, table in cursor:
        whole += text or ""
        if not csf:
            found.setdefault(table, []).append((op, whole))
            whole = ""
    cursor.execute("begin dbms_logmnr.end_logmnr; end;")
    return found


def again(db, name, statements):
    cursor = db.cursor()
    for op, text in statements:
        assert op == "INSERT", text
        cursor.execute(text.replace(f'"T_{name}"', f'"R_{name}"', 1).replace("TO_TIMESTAMP_LTZ(", "TO_TIMESTAMP("))
    db.commit()


def apart(db, program, oracle):
    servers.run([program, "habit", oracle.folder, "lob-rows", "on"])
    cursor = db.cursor()
    first = cursor.execute("select current_scn from v$database").fetchone()[0]
    cursor.execute("insert into t_xm values (7, '<a/>')")
    cursor.execute("update t_xm set v = xmltype('<b>' || rpad('y', 3990, 'y') || '</b>') where id = 7")
    cursor.execute("insert into t_js values (7, '[1]')")
    db.commit()
    found = redo(db, first)
    xml, where = found["T_XM"], " where \"ID\" = '7'"
    assert [op for op, _ in xml] == ["INSERT", "XML DOC BEGIN", "XML DOC WRITE", "XML DOC END", "UPDATE", "XML DOC BEGIN",
                                      *["XML DOC WRITE"] * 4, "XML DOC END"], xml
    assert xml[1][1] == xml[5][1] == 'XML DOC BEGIN:  select "V" from "TYPES"."T_XM"' + where, xml
    assert xml[2][1] == "XML_REDO := '<a/>':4", xml
    pieces = [re.fullmatch(r"XML_REDO := HEXTORAW\('([0-9a-f]+)'\):(\d+)", text).groups() for op, text in xml[6:-1]]
    assert bytes.fromhex("".join(piece for piece, _ in pieces)) == b"<b>" + b"y" * 3990 + b"</b>", pieces
    assert all(len(piece) == 2 * int(count) for piece, count in pieces), pieces
    json = found["T_JS"]
    assert "/* JSON */ EMPTY_BLOB()" in json[0][1] and json[1][0] == "UPDATE" and "HEXTORAW('ff4a5a01" in json[1][1], json


def main():
    work = servers.work_folder("types")
    program = harness.BUILD / "src/programs/causeway-rehearse"
    oracle = servers.Rehearsal(program, work / "oracle", options=["--no-fsync"], profile="23ai")
    try:
        servers.run([program, "habit", oracle.folder, "all", "off"])
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        for sql in ("create user types identified by pw quota unlimited on users", "grant dba to types"):
            admin.cursor().execute(sql)
        db = oracledb.connect(user="types", password="pw", dsn=oracle.dsn)
        cursor = db.cursor()
        for setting, value in (("nls_date_format", "SYYYY-MM-DD HH24:MI:SS"), ("nls_timestamp_format", FULL), ("nls_timestamp_tz_format", ZONED),
                               ("time_zone", "00:00")):
            cursor.execute(f"alter session set {setting} = '{value}'")
        first = cursor.execute("select current_scn from v$database").fetchone()[0]
        for name, declared, values, shown in TYPES:
            with harness.test(f"{declared.split('(')[0].replace(' ', '_')}_{name}_comes_back_as_it_went_in"):
                fill(db, name, declared, values)
                wanted = [plain(out) for _, out in values] + [plain(None)]
                assert fetch(db, f"t_{name}", shown) == wanted, fetch(db, f"t_{name}", shown)
        with harness.test("causeway_sql_prints_what_went_in"):
            seen = printed(oracle)
            assert {"NUM", "XM", "JS", "BO", "CL", "NCL", "BL", "LR", "URID"} <= set(seen), seen.keys()
            for name, _, values, _ in TYPES:
                wanted = [as_printed(name, out) for _, out in values] + [None]
                assert seen.get(name, wanted) == wanted, (name, seen[name], wanted)
        scn = cursor.execute("select current_scn from v$database").fetchone()[0]
        logged = redo(db, first)
        for name, declared, values, shown in TYPES:
            with harness.test(f"redo_of_{name}_makes_the_same_rows"):
                again(db, name, logged[f"T_{name}"])
                assert fetch(db, f"r_{name}", shown) == fetch(db, f"t_{name}", shown), logged[f"T_{name}"]
        for name, declared, values, shown in TYPES:
            with harness.test(f"flashback_shows_{name}_when_it_is_gone"):
                there = fetch(db, f"t_{name}", shown)
                cursor.execute(f"delete from t_{name}")
                db.commit()
                assert fetch(db, f"t_{name}", shown) == [] and fetch(db, f"t_{name}", shown, f" as of scn {scn}") == there
        with harness.test("documents_come_apart_in_the_redo_as_LogMiner_tells_them"):
            apart(db, program, oracle)
        with harness.test("documents_have_no_order_and_no_index_and_conditions_are_values"):
            for code, sql in ((932, "select distinct v from t_js"), (932, "select 1 from t_xm where v = '<r/>'"), (2327, "create index i_js on t_js (v)"),
                              (2329, "create table k_js (v json primary key)"), (2329, "create table k_xm (v xmltype unique)"),
                              (40441, "insert into t_js values (9, '{bad')"), (31011, "insert into t_xm values (9, '<bad>')")):
                try:
                    cursor.execute(sql)
                    raise AssertionError(f"{sql} went well")
                except oracledb.DatabaseError as e:
                    assert f"ORA-{code:05d}" in str(e), (sql, e)
            assert cursor.execute("select true and false, not (1 > 2), to_char(1 = 1) from dual").fetchall() == [(False, True, "TRUE")]
            cursor.execute("insert into t_bo values (8, 'yes')")
            cursor.execute("insert into t_bo values (9, 1 > 2)")
            assert cursor.execute("select id from t_bo where v union all select id from t_bo where not v").fetchall() == [(8,), (9,)]
            cursor.execute("insert into t_xm values (8, '<q>&lt;</q>')")
            found = cursor.execute("select x.v.getStringVal(), x.v.getClobVal(), xmlserialize(content v as varchar2(20)) from t_xm x where id = 8").fetchall()
            assert [(a, b.read(), c) for a, b, c in found] == [("<q>&lt;</q>",) * 3], found
            db.rollback()
        with harness.test("FAST_AUTH_goes_through_native_encryption"):  # the one 23ai there is
            (oracle.folder / "sqlnet.ora").write_text("SQLNET.ENCRYPTION_SERVER = required\nSQLNET.CRYPTO_CHECKSUM_SERVER = required\n")
            told = causeway(oracle, "--ping")
            assert "fast authentication, encryption AES256, checksum SHA512" in told, told
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
