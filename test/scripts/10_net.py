"""10_net.py - real drivers against the rehearsal's listener over a stub engine: what the wire alone has to get right"""
import datetime
import decimal
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import oracledb

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "e2e"))
import harness  # noqa: E402
from recorder import Recorder  # noqa: E402

oracledb.defaults.fetch_decimals = True
NODE_MODULES = harness.BUILD / "node" / "node_modules"


def raises(code, run, *args):
    """The ORA- error that @run must end with; its error object."""
    try:
        run(*args)
    except oracledb.DatabaseError as error:
        found = error.args[0]
        assert found.full_code == code, found.full_code
        return found
    raise AssertionError(f"no {code}")


def expected_row(number):
    if number % 3 == 0:
        return (None,) * 8
    return (number, f"row {number} " + "x".rjust(max(number % 200, 1)), "ab   ", datetime.datetime(2024, 1, 2, 3, 4, 5),
            datetime.datetime(2024, 1, 2, 3, 4, 5, 123456), b"\x1d\0\xff", "AAARwbAAYAAAAAfAAC", "long")


def keys_of(answer):
    """The keys of a session's data, in their order; those that end in a NUL are counted with it."""
    return [key for key in re.findall(rb"AUTH_[A-Z_]+\0?(?=[\0\1])", answer[answer.index(b"AUTH_VERSION_STRING"):])]


def real_session_keys():
    """Of XE 18c; AUTH_LAST_LOGIN is of who logged in before."""
    answer = (ROOT / "test/recordings/handshakes/pre23ai_xe18_auth_phase_two_response.hex").read_text()
    return [key for key in keys_of(bytes.fromhex(answer)) if key != b"AUTH_LAST_LOGIN"]


def session_keys(dsn):
    recorder = Recorder(int(dsn.split("/")[0].split(":")[1]))
    oracledb.connect(user="scott", password="tiger", dsn=f"127.0.0.1:{recorder.port}/STUB").close()
    recorder.close()
    said = pathlib.Path(tempfile.mkdtemp()) / "login.pkts"
    recorder.write(said)
    lines = said.read_text().splitlines()
    shutil.rmtree(said.parent)
    return keys_of(b"".join(bytes.fromhex(line.split()[1])[10:] for line in lines if line.startswith("S ")))


def logins(dsn, connect):
    with harness.test("a_wrong_password_is_ora_01017"):
        raises("ORA-01017", lambda: oracledb.connect(user="scott", password="lion", dsn=dsn))
    with harness.test("an_unknown_user_is_ora_01017_too"):
        raises("ORA-01017", lambda: oracledb.connect(user="nobody", password="tiger", dsn=dsn))
    with harness.test("an_unknown_service_is_refused_with_12514"):
        raises("DPY-6001", lambda: oracledb.connect(user="scott", password="tiger", dsn=dsn.replace("STUB", "OTHER")))
    with harness.test("an_unknown_sid_is_refused_with_12505"):
        host, port = dsn.split("/")[0].split(":")
        raises("DPY-6003", lambda: oracledb.connect(user="scott", password="tiger", dsn=oracledb.makedsn(host, port, sid="OTHER")))
    with harness.test("the_login_tells_all_that_a_real_server_tells"):
        assert session_keys(dsn) == real_session_keys(), (session_keys(dsn), real_session_keys())
    with harness.test("a_descriptor_longer_than_a_connect_packet_is_read"):
        host, port = dsn.split("/")[0].split(":")
        long_dsn = (f"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST={host})(PORT={port}))(RETRY_COUNT=0)"
                    f"(CONNECT_DATA=(SERVICE_NAME=STUB)(CID=(PROGRAM={'p' * 250})(HOST=h)(USER=u))))")
        oracledb.connect(user="scott", password="tiger", dsn=long_dsn).close()
    with harness.test("a_hundred_sessions_come_and_go"):
        for _ in range(5):
            many = [connect() for _ in range(20)]
            for one in many:
                one.ping()
                one.close()


def queries(connection):
    cursor = connection.cursor()
    for count in (0, 1, 2, 3, 99, 100, 101, 250, 2500):
        with harness.test(f"{count}_rows_of_every_type_arrive_as_they_are"):
            cursor.execute(f"select rows {count}")
            rows = cursor.fetchall()
            assert len(rows) == count, len(rows)
            for number, row in enumerate(rows, 1):
                assert row == expected_row(number), row
    with harness.test("prefetch_and_array_sizes_lose_no_row"):
        for prefetch, array in ((0, 1), (0, 7), (2, 100), (50, 50), (51, 50), (1000, 3)):
            other = connection.cursor()
            other.prefetchrows, other.arraysize = prefetch, array
            other.execute("select rows 100")
            assert [row[0] for row in other.fetchall()] == [expected_row(n)[0] for n in range(1, 101)]
    with harness.test("a_cached_statement_runs_again"):
        for _ in range(5):
            cursor.execute("select rows 250")
            assert len(cursor.fetchall()) == 250
    with harness.test("the_description_tells_types_and_sizes"):
        cursor.execute("select rows 1")
        assert [column[0] for column in cursor.description] == ["ID", "NAME", "FIXED", "D", "TS", "R", "RID", "L"]
        assert cursor.description[1][1] is oracledb.DB_TYPE_VARCHAR


def binds(connection):
    cursor = connection.cursor()
    values = [0, 1, -1, decimal.Decimal("123456789.987654321"), -0.5, "text", "ümläut " * 30, "x" * 20000, b"\0\1", None,
              datetime.datetime(2024, 2, 29, 23, 59, 59), "", "1" * 252, "1" * 253, 10 ** 37]
    with harness.test("binds_of_every_type_come_back_as_they_went"):
        for number, value in enumerate(values):
            cursor.execute(f"select echo :1 {number}", [value])
            back = cursor.fetchone()[0]
            wanted = None if value == "" else value
            assert back == wanted, (value, back)
    with harness.test("a_timestamp_keeps_its_microseconds"):
        cursor.setinputsizes(oracledb.DB_TYPE_TIMESTAMP)
        when = datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)
        cursor.execute("select echo :1", [when])
        assert cursor.fetchone()[0] == when
    with harness.test("bind_types_may_change_between_runs"):
        other = connection.cursor()
        for value in ("a", 1, "b" * 500, None, 2, datetime.datetime(2024, 1, 1), b"r"):
            other.execute("select echo :1", [value])
            back = other.fetchone()[0]
            assert back == value, (value, back)
    with harness.test("long_binds_stand_behind_the_others"):
        cursor = connection.cursor()
        cursor.execute("select echo :1, :2, :3", ["l" * 40000, 7, "m" * 33000])
        assert cursor.fetchone() == ("l" * 40000, 7, "m" * 33000)


def changes(connection):
    cursor = connection.cursor()
    with harness.test("executemany_counts_its_rows"):
        cursor.executemany("insert :1, :2", [(n % 12, "y" * (n % 300)) for n in range(30000)])
        assert cursor.rowcount == 30000, cursor.rowcount
    with harness.test("an_array_stops_at_its_first_bad_row"):
        raises("ORA-00001", lambda: cursor.executemany("insert :1", [[n] for n in range(100)]))
        assert cursor.rowcount == 13, cursor.rowcount
    with harness.test("batch_errors_name_their_rows_and_row_counts_are_told"):
        cursor.executemany("insert :1", [[13 if n % 50 == 7 else 1] for n in range(200)], batcherrors=True,
                           arraydmlrowcounts=True)
        assert [error.offset for error in cursor.getbatcherrors()] == [7, 57, 107, 157]
        assert all(error.code == 1 for error in cursor.getbatcherrors())
        counts = cursor.getarraydmlrowcounts()
        assert len(counts) == 200 and counts[7] == 0 and sum(counts) == 196
    with harness.test("returning_gives_a_value_for_each_row"):
        out = cursor.var(oracledb.NUMBER, arraysize=3)
        cursor.setinputsizes(None, out)
        cursor.executemany("insert :1 returning x into :2", [[4], [5], [6]])
        assert [out.getvalue(n) for n in range(3)] == [[4], [5], [6]]
        out = cursor.var(oracledb.NUMBER)
        cursor.setinputsizes(None, out)
        cursor.execute("insert :1 returning x into :2", [9, out])
        assert out.getvalue() == [9]
        for _ in range(3):
            cursor.execute("insert returning x into :1", [cursor.var(oracledb.NUMBER)])
    with harness.test("a_blocks_out_bind_is_filled"):
        out = cursor.var(str)
        cursor.execute("begin :1 := :2; end;", [out, "value"])
        assert out.getvalue() == "value"
        cursor.execute("begin :1 := :2; end;", [out, "again"])
        assert out.getvalue() == "again"
        for _ in range(3):
            cursor.execute("begin :1; end;", [cursor.var(str)])
    with harness.test("commit_rollback_and_autocommit_end_transactions"):
        connection.commit()
        cursor.execute("insert :1", [1])
        connection.rollback()
        connection.autocommit = True
        cursor.execute("insert :1", [1])
        connection.autocommit = False
        connection.ping()
    with harness.test("ddl_runs_twice_with_its_text"):
        for _ in range(2):
            cursor.execute("create something")


def failures(connection, connect):
    cursor = connection.cursor()
    with harness.test("an_error_has_its_offset"):
        assert raises("ORA-00942", cursor.execute, "insert nowhere").offset == 5
    with harness.test("an_error_before_the_binds_are_understood_leaves_the_session_in_step"):
        for size in (1, 100, 5000, 100000):
            raises("ORA-00942", cursor.execute, "insert nowhere :1", ["z" * size])
            raises("ORA-00942", cursor.execute, "insert nowhere :1 returning x into :2", ["z" * size, cursor.var(int)])
            cursor.execute("select rows 3")
            assert len(cursor.fetchall()) == 3
        raises("ORA-00942", lambda: cursor.executemany("insert nowhere :1, :2", [(n, "w" * 200) for n in range(5000)]))
        connection.ping()
    with harness.test("what_is_not_played_is_refused_and_the_session_goes_on"):
        raises("ORA-03001", cursor.execute, "insert :1", [cursor.var(oracledb.CURSOR)])
        raises("ORA-22275", lambda: connection.createlob(oracledb.DB_TYPE_CLOB))  # the engine of a page holds none
        raises("ORA-03001", cursor.execute, "begin :1 := :2; end;", [cursor.arrayvar(int, [1, 2, 3]), 1])
        cursor.execute("select rows 3")
        assert len(cursor.fetchall()) == 3
    with harness.test("cancel_from_another_thread_is_ora_01013_and_the_session_goes_on"):
        for _ in range(3):
            threading.Timer(0.3, connection.cancel).start()
            began = time.monotonic()
            raises("ORA-01013", cursor.execute, "sleep")
            assert time.monotonic() - began < 5
            cursor.execute("select rows 5")
            assert len(cursor.fetchall()) == 5
    with harness.test("a_call_timeout_ends_the_call_and_not_the_session"):
        connection.call_timeout = 300
        raises("DPY-4024", cursor.execute, "sleep")
        connection.call_timeout = 0
        connection.ping()
    with harness.test("a_killed_session_is_told_ora_00028_and_then_hung_up_on"):
        doomed = connect()
        doomed.cursor().execute("doom")
        try:
            doomed.cursor().execute("select rows 1")
            raise AssertionError("the session lives")
        except oracledb.DatabaseError as error:
            assert error.args[0].code == 28 or error.args[0].full_code.startswith("DPY-"), error.args[0].full_code
    with harness.test("schema_and_module_are_taken_in_front_of_a_call"):
        connection.current_schema = "OTHER"
        connection.module, connection.action = "shop", "sell"
        connection.client_identifier, connection.clientinfo = "me", "info"
        cursor.execute("select rows 1")
        assert len(cursor.fetchall()) == 1
        connection.current_schema = "NOBODY"
        raises("ORA-01435", cursor.execute, "insert")
        connection.current_schema = "SCOTT"
        cursor.execute("insert")


def garbage(port, connection):
    with harness.test("garbage_in_place_of_packets_ends_that_connection_alone"):
        for bytes_ in (b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\0\0\0\0\0", b"\xff" * 5000, b"\0\x08\0\0\x06\0\0\0", b"\0\x09\0\0\x01\0\0\0\0"):
            with socket.create_connection(("127.0.0.1", port)) as peer:
                peer.settimeout(5)
                peer.sendall(bytes_)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1000):
                    pass
        connection.ping()


stub = subprocess.Popen([harness.BUILD / "test" / "unit" / "rehearsal" / "net_stub"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True)
try:
    port = int(stub.stdout.readline().split()[1].split("=")[1])
    dsn = f"127.0.0.1:{port}/STUB"

    def connect():
        return oracledb.connect(user="scott", password="tiger", dsn=dsn)

    logins(dsn, connect)
    connection = connect()
    queries(connection)
    binds(connection)
    changes(connection)
    failures(connection, connect)
    garbage(port, connection)
    connection.close()
    node = shutil.which("node")
    if node and NODE_MODULES.is_dir():
        done = subprocess.run([node, ROOT / "test" / "drivers" / "node" / "net.js", str(port)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
                              env={**os.environ, "NODE_PATH": str(NODE_MODULES)})
        print(done.stdout, end="")
        with harness.test("node_suite_ran_to_its_end"):
            assert done.returncode == 0 and "ok " in done.stdout, done.stdout[-1000:]
    else:
        print("skip node_suite - node or node-oracledb is not installed")
finally:
    stub.stdin.close()
    with harness.test("the_listener_stops_when_it_is_told_to"):
        assert stub.wait(20) == 0
harness.finish()
