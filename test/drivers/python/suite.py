"""suite.py --module oracledb|seerdb --port P --service NAME --system-password PW - the common suite, by Python's DB-API

Runs every line of ../suite.tsv with an unmodified python-oracledb (thin) or seerdb's client, and prints for each
`ok NAME`, `not ok NAME - why` or `out NAME - reason`.
"""
import argparse
import datetime
import importlib
import os
import pathlib
import threading
from decimal import Decimal

arguments = argparse.ArgumentParser()
arguments.add_argument("--module", choices=["oracledb", "seerdb"], default="oracledb")
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--host", default="127.0.0.1")
arguments.add_argument("--service", default="SHOPDB")
arguments.add_argument("--system-password", default="system-secret")
arguments.add_argument("--tls-port", type=int)
arguments.add_argument("--wallet", help="a folder with ca.pem and ewallet.pem, for TCPS")
arguments.add_argument("--sqlnet", type=pathlib.Path, help="the rehearsal's sqlnet.ora, read for each connection")
options = arguments.parse_args()

module = importlib.import_module(options.module)
THIN = options.module == "oracledb"
USER, PASSWORD = f"SUITE_{options.module.upper()}", "Tiger_1"
if THIN:
    module.defaults.fetch_decimals = True
failures = 0


class Out(Exception):
    """What this driver, or the rehearsal, does not have: the reason is the text."""


def test(name, run, *args):
    global failures
    try:
        run(*args)
        print(f"ok {name}", flush=True)
    except Out as reason:
        print(f"out {name} - {reason}", flush=True)
    except Exception as error:  # whatever a driver throws is a finding
        failures += 1
        print(f"not ok {name} - {type(error).__name__}: {' '.join(str(error).split())[:300]}", flush=True)


def connect(user=USER, password=PASSWORD, service=options.service, **more):
    if THIN:
        return module.connect(user=user, password=password, dsn=f"{options.host}:{options.port}/{service}", **more)
    return module.connect(user=user, password=password, host=options.host, port=options.port, service_name=service, **more)


def raises(words, run, *args):
    try:
        run(*args)
    except module.Error as error:
        assert any(word in str(error) for word in words.split("|")), f"wanted {words}, got {error}"
        return
    raise AssertionError(f"no {words}")


def query(connection, sql, *binds):
    cursor = connection.cursor()
    cursor.execute(sql, list(binds))
    return cursor.fetchall()


def login():
    system = connect("SYSTEM", options.system_password)
    cursor = system.cursor()
    try:
        cursor.execute(f"drop user {USER} cascade")
    except module.DatabaseError as error:
        assert "ORA-01918" in str(error), error
    cursor.execute(f'create user {USER} identified by "{PASSWORD}"')
    cursor.execute(f"grant connect, resource, create session, create table, unlimited tablespace to {USER}")
    system.close()
    connection = connect()
    assert connection.version.startswith(os.environ.get("SUITE_RELEASE", "19.")), connection.version
    assert query(connection, "select user from dual") == [(USER,)]
    connection.close()


def wrong_password():
    raises("ORA-01017", connect, USER, "not it")
    connect().close()


def ddl(connection):
    cursor = connection.cursor()
    cursor.execute("create table suite_ddl (a number(10) primary key, b varchar2(10))")
    raises("ORA-00955", cursor.execute, "create table suite_ddl (a number)")
    cursor.execute("insert into suite_ddl values (1, 'x')")
    cursor.execute("alter table suite_ddl add (c date)")
    cursor.execute("truncate table suite_ddl")
    assert query(connection, "select a, b, c from suite_ddl") == []
    cursor.execute("drop table suite_ddl")
    raises("ORA-00942", cursor.execute, "select * from suite_ddl")
    cursor.execute("create table suite_types (id number(10) primary key, price number(12,2), any_n number, name varchar2(80), "
                   "short char(5), day date, moment timestamp(6), bytes raw(16))")


WHEN = datetime.datetime(2024, 2, 29, 23, 59, 58)
MOMENT = WHEN.replace(microsecond=123456)
INSERT = "insert into suite_types values (:1, :2, :3, :4, :5, :6, :7, :8)"


def sized(cursor):
    cursor.setinputsizes(None, None, None, None, None, module.DB_TYPE_DATE, module.DB_TYPE_TIMESTAMP, None)


def binds_of_every_type(connection):
    cursor = connection.cursor()
    sized(cursor)
    cursor.execute(INSERT, [1, Decimal("1234.5"), Decimal("-0.00000001"), "Zoë 🛒", "ab", WHEN, MOMENT, b"\0\xff"])
    assert cursor.rowcount == 1
    row = query(connection, "select * from suite_types where id = :1", 1)[0]
    assert row[:7] == (1, Decimal("1234.5"), Decimal("-0.00000001"), "Zoë 🛒", "ab   ", WHEN, MOMENT), row
    assert row[7] == b"\0\xff", row


def null_in_every_type(connection):
    cursor = connection.cursor()
    sized(cursor)
    cursor.execute(INSERT, [2, *[None] * 7])
    cursor.execute("insert into suite_types (id, name) values (:1, :2)", [3, ""])
    assert query(connection, "select * from suite_types where id > :1 and name is null order by id", 1) == [(2, *[None] * 7), (3, *[None] * 7)]
    connection.commit()


def numbers(connection):
    cursor = connection.cursor()
    for text in ("0", "100", "1E+10", "-0.5", "0.001", "-1E-9", "123456789012345678.25", "9" * 38, "-" + "9" * 38, "1E-20", "1E+120", "-1E-120"):
        cursor.execute("update suite_types set any_n = :1 where id = 2", [Decimal(text)])
        got = query(connection, "select any_n from suite_types where id = 2")[0][0]
        assert Decimal(got) == Decimal(text), f"{text} came back as {got!r}"
    connection.commit()


def long_text_and_raw(connection):
    cursor = connection.cursor()
    cursor.execute("create table suite_long (id number, t varchar2(4000), r raw(2000))")
    text, data = "ü" * 2000, bytes(range(250)) * 8
    cursor.execute("insert into suite_long values (1, :1, :2)", [text, data])
    assert query(connection, "select t, r from suite_long") == [(text, data)]


def one_statement_many_times(connection):
    if options.module == "seerdb" and connection.version.startswith("11."):
        raise Out("in front of 11.2 the driver keeps a cursor for each length of its binds, more than the 300 that may be open")
    cursor = connection.cursor()
    for n in range(300):
        name = "x" * (n * 7 % 80)
        cursor.execute("insert into suite_types (id, name, any_n) values (:1, :2, :3)", [10000 + n, name, None if n % 3 else n])
        cursor.execute("select name, any_n from suite_types where id = :1", [10000 + n])
        assert cursor.fetchall() == [(name or None, None if n % 3 else n)]
    connection.rollback()


def array_insert(connection):
    cursor = connection.cursor()
    counts = hasattr(cursor, "getarraydmlrowcounts") and not connection.version.startswith("11.")
    for begin in (0, 1000):
        cursor.executemany("insert into suite_types (id, price, name) values (:1, :2, :3)",
                           [[20000 + n, Decimal(n) / 100, f"name {n}" if n % 5 else None] for n in range(begin, begin + 1000)],
                           **({"arraydmlrowcounts": True} if counts else {}))
        assert cursor.rowcount == 1000, cursor.rowcount
        assert not counts or cursor.getarraydmlrowcounts() == [1] * 1000
    connection.commit()
    assert query(connection, "select count(*), sum(price), count(name) from suite_types where id >= 20000") == [(2000, Decimal("19990"), 1600)]


def array_with_a_bad_row(connection):
    cursor = connection.cursor()
    raises("ORA-00001", cursor.executemany, "insert into suite_types (id) values (:1)", [[30000 + n if n != 5 else 1] for n in range(10)])
    assert query(connection, "select count(*) from suite_types where id >= 30000") == [(5,)]
    connection.rollback()


def batch_errors(connection):
    cursor = connection.cursor()
    rows = [[30000 + n if n % 4 else 1] for n in range(20)]
    try:
        cursor.executemany("insert into suite_types (id) values (:1)", rows, batcherrors=True)
    except TypeError:
        raise Out("the driver has no batch errors") from None
    assert [error.offset for error in cursor.getbatcherrors()] == [0, 4, 8, 12, 16]
    assert query(connection, "select count(*) from suite_types where id >= 30000") == [(15,)]
    connection.rollback()


def fetch_of_100000_rows(connection):
    cursor = connection.cursor()
    cursor.execute("create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))")
    for first in range(0, 100000, 5000):
        cursor.setinputsizes(None, None, None, module.DB_TYPE_TIMESTAMP)
        cursor.executemany("insert into suite_many values (:1, :2, :3, :4)", [
            [n, f"name {n}" if n % 7 else None, Decimal(n % 1000) / 100, WHEN + datetime.timedelta(microseconds=n)]
            for n in range(first, first + 5000)])
    connection.commit()
    cursor = connection.cursor()
    cursor.arraysize = 1000
    cursor.execute("select id, name, price, moment from suite_many order by id")
    count = 0
    for n, row in enumerate(cursor):
        assert row == (n, f"name {n}" if n % 7 else None, Decimal(n % 1000) / 100, WHEN + datetime.timedelta(microseconds=n)), row
        count += 1
    assert count == 100000, count


def part_of_a_result(connection):
    for _ in range(3):
        cursor = connection.cursor()
        cursor.execute("select id from suite_many order by id")
        assert [row[0] for row in cursor.fetchmany(150)] == list(range(150))
        cursor.close()
    assert query(connection, "select 1 from dual") == [(1,)]


def two_results_in_turn(connection):
    up, down = connection.cursor(), connection.cursor()
    up.execute("select id from suite_many where id < 3000 order by id")
    down.execute("select id from suite_many where id < 3000 order by id desc")
    for n in range(3000):
        assert (up.fetchone()[0], down.fetchone()[0]) == (n, 2999 - n)
        if n == 1000:
            connection.cursor().execute("update suite_types set price = 1 where id = 1")
            connection.commit()


def commit_and_rollback(connection):
    other = connect()
    cursor = connection.cursor()

    def seen():
        return query(other, "select count(*) from suite_types where id = 40000")[0][0]

    cursor.execute("insert into suite_types (id) values (40000)")
    assert seen() == 0
    connection.commit()
    assert seen() == 1
    cursor.execute("delete from suite_types where id = 40000")
    connection.rollback()
    assert seen() == 1
    other.close()


def savepoints(connection):
    cursor = connection.cursor()
    cursor.execute("insert into suite_types (id) values (50001)")
    cursor.execute("savepoint here")
    cursor.execute("insert into suite_types (id) values (50002)")
    cursor.execute("rollback to savepoint here")
    cursor.execute("insert into suite_types (id) values (50003)")
    connection.commit()
    assert query(connection, "select id from suite_types where id > 50000 order by id") == [(50001,), (50003,)]


def returning(connection):
    cursor = connection.cursor()
    out = cursor.var(module.NUMBER)
    cursor.execute("update suite_types set price = 7 where id = :1 returning price into :2", [1, out])
    got = out.getvalue()
    assert got in ([7], 7), got
    connection.rollback()


def plsql_in_and_out(connection):
    cursor = connection.cursor()
    number, text = cursor.var(module.NUMBER), cursor.var(module.STRING)
    for n in range(3, 6):
        cursor.execute("begin :1 := :2 + :3; :4 := 'sum'; end;", [number, n, 4, text])
        assert (number.getvalue(), text.getvalue()) == (n + 4, "sum"), (number.getvalue(), text.getvalue())


def errors(connection):
    cursor = connection.cursor()
    raises("ORA-00942", cursor.execute, "select * from nowhere")
    raises("ORA-00001", cursor.execute, "insert into suite_types (id) values (1)")
    raises("ORA-00900", cursor.execute, "make me a sandwich")
    raises("ORA-12899", cursor.execute, "update suite_types set short = :1 where id = 1", ["123456"])
    raises("ORA-01476", cursor.execute, "select 1 / (id - id) from suite_types")
    raises("ORA-01476", lambda: query(connection, "select 1 / (id - 500) from suite_many order by id"))
    assert query(connection, "select 1 from dual") == [(1,)]
    connection.rollback()


def cancel(connection):
    cursor = connection.cursor()
    cursor.execute("insert into suite_types (id) values (60000)")
    timer = threading.Timer(0.5, connection.cancel)
    timer.start()
    raises("ORA-01013", lambda: query(connection, "select count(*) from suite_many a, suite_many b where a.price + b.price > 1"))
    assert query(connection, "select count(*) from suite_types where id = 60000") == [(1,)]
    connection.rollback()


def call_timeout(connection):
    cursor = connection.cursor()
    cursor.execute("insert into suite_types (id) values (60001)")
    connection.call_timeout = 500
    raises("timeout", lambda: query(connection, "select count(*) from suite_many a, suite_many b where a.price + b.price > 1"))
    connection.call_timeout = 0
    assert query(connection, "select count(*) from suite_types where id = 60001") == [(1,)]
    connection.rollback()


LETTERS = "a\u00e4\u20ac\U0001f600"


def content(value):
    """A LOB as it is, or read by its locator."""
    return value.read() if hasattr(value, "read") else value


def lobs(connection):
    text, data = LETTERS * 30000, bytes(range(256)) * 400
    cursor = connection.cursor()
    cursor.execute("create table suite_lobs (id number, c clob, b blob)")
    cursor.execute("insert into suite_lobs values (1, :1, :2)", [text, data])
    cursor.execute("insert into suite_lobs values (2, empty_clob(), empty_blob())")
    cursor.execute("insert into suite_lobs values (3, null, null)")
    connection.commit()
    (c, b), = query(connection, "select c, b from suite_lobs where id = 1")
    assert content(c) == text and content(b) == data, "not what was written"
    (c, b), (no_c, no_b) = query(connection, "select c, b from suite_lobs where id > 1 order by id")
    assert (content(c) or "", content(b) or b"", no_c, no_b) == ("", b"", None, None), (c, b, no_c, no_b)
    assert query(connection, "select count(*) from suite_lobs where c is null") == [(1,)]
    if THIN:
        lobs_by_locator(connection, text)


def lobs_by_locator(connection, text):
    (c, b), = query(connection, "select c, b from suite_lobs where id = 1 for update")
    assert (c.size(), b.size()) == (150000, 102400), (c.size(), b.size())  # UTF-16 units
    c.write("end", c.size() + 1)
    assert c.read(149999) == "\U0001f600end"
    b.write(b"xy", 2)
    b.trim(4)
    c.trim(3)
    assert (c.read(), b.read()) == (LETTERS[:3], b"\x00xy\x03")
    connection.commit()
    raises("ORA-22920", c.write, "no lock")
    lob = connection.createlob(module.DB_TYPE_CLOB)
    lob.write(text)
    connection.cursor().execute("update suite_lobs set c = :1 where id = 3", [lob])
    (c,), = query(connection, "select c from suite_lobs where id = 3")
    assert content(c) == text
    connection.commit()


def dictionary(_):
    raise Out("the driver asks nothing but of object types")


def context():
    if not THIN or tuple(map(int, module.__version__.split(".")[:2])) < (2, 5):
        raise Out("the driver has none")

    ask = "select sys_context('clientcontext', 'Branch') from dual"
    connection, other = connect(appcontext=[("CLIENTCONTEXT", "BRANCH", "Bern")]), connect()
    connection.rollback()
    assert (query(connection, ask), query(other, ask)) == ([("Bern",)], [(None,)])
    raises("ORA-28267", lambda: connect(appcontext=[("SHOP", "BRANCH", "Bern")]))
    connection.close()
    other.close()


def native_encryption():
    if THIN:
        raise Out("the driver has none")
    if not options.sqlnet:
        raise Out("no sqlnet.ora was given")
    # The driver cannot demand it, so the server does: it lets nobody in who does not encrypt.
    options.sqlnet.write_text("SQLNET.ENCRYPTION_SERVER = required\nSQLNET.ENCRYPTION_TYPES_SERVER = (AES256)\n"
                              "SQLNET.CRYPTO_CHECKSUM_SERVER = required\nSQLNET.CRYPTO_CHECKSUM_TYPES_SERVER = (SHA256)\n")
    try:
        connection = connect()
        assert query(connection, "select count(*) from suite_many") == [(100000,)]
        connection.close()
    finally:
        options.sqlnet.unlink()


def tls():
    if not options.tls_port:
        raise Out("no port of TCPS was given")
    user = {"user": USER, "password": PASSWORD}
    if THIN:
        where = f"tcps://localhost:{options.tls_port}/{options.service}"
        connection = module.connect(**user, dsn=where, wallet_location=options.wallet)
    else:
        connection = module.connect(**user, host="localhost", port=options.tls_port, service_name=options.service,
                                    ssl={"ca_certs": f"{options.wallet}/ca.pem"})
    assert query(connection, "select count(*) from suite_many") == [(100000,)]
    connection.close()


def logoff(connection):
    connection.ping()
    connection.close()


print(f"# {options.module} {module.__version__}", flush=True)
test("login", login)
test("login_with_a_wrong_password", wrong_password)
test("login_to_an_unknown_service", raises, "12514|DPY-6001|is not registered", lambda: connect(service="NOWHERE"))
session = connect()
for part in (ddl, binds_of_every_type, null_in_every_type):
    test(part.__name__, part, session)
test("numbers_keep_their_digits", numbers, session)
for part in (long_text_and_raw, one_statement_many_times, array_insert, array_with_a_bad_row, batch_errors, fetch_of_100000_rows,
             part_of_a_result, two_results_in_turn, commit_and_rollback, savepoints, returning, plsql_in_and_out, errors, cancel,
             call_timeout, lobs, dictionary):
    test(part.__name__, part, session)
test("context", context)
test("native_encryption", native_encryption)
test("tls", tls)
test("logoff", logoff, session)
raise SystemExit(1 if failures else 0)
