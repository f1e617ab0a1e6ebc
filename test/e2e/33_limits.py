"""33_limits.py - what bounds a rehearsal Oracle: who can reach it, connections, cursors, binds, texts; each met by a real driver"""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402
import psycopg  # noqa: E402

PROGRAM = harness.BUILD / "src/programs/causeway-rehearse"
PROCESSES, CURSORS, LOG_BUFFER = 6, 300, 4 << 20


def refused(run, *words):
    """What the error says that @run must end with; it has one of @words."""
    try:
        run()
    except oracledb.DatabaseError as error:
        assert any(word in str(error) for word in words), error
        return str(error)
    raise AssertionError(f"no {' or '.join(words)}")


class Server(servers.Rehearsal):
    """One that others could reach: where it listens is said by init, that it may by serve."""

    def __init__(self, folder):
        self.flags = []
        try:
            super().__init__(PROGRAM, folder, options=("--no-fsync", "--listen", "0.0.0.0", "--processes", PROCESSES))
        except RuntimeError:
            self.code = self.process.wait(30)
        else:
            self.code = None
        self.said = pathlib.Path(f"{folder}.log").read_text()

    def start(self, timeout=60):
        with open(f"{self.folder}.log", "ab") as log:
            self.process = subprocess.Popen([self.program, "serve", str(self.folder), *self.flags], stdout=subprocess.PIPE, stderr=log,
                                            start_new_session=True)
        if not self.process.stdout.readline().startswith(b"ready"):
            raise RuntimeError("not ready")

    def connect(self, host="127.0.0.1"):
        return oracledb.connect(user="system", password=self.password, dsn=f"{host}:{self.port}/{self.service}")

    def connect_soon(self):
        """Once the listener has seen that others ended."""
        until = time.monotonic() + 20
        while True:
            try:
                return self.connect()
            except oracledb.DatabaseError:
                if time.monotonic() > until:
                    raise
                time.sleep(.05)


def connections(server):
    with harness.test("the_connection_after_the_last_is_refused_by_the_listener_and_there_is_room_when_one_ends"):
        many = [server.connect() for _ in range(PROCESSES)]
        refused(server.connect, "12519", "DPY-6000")
        with many[0].cursor() as cursor:
            assert cursor.execute("select value from v$parameter where name = 'processes'").fetchone() == (str(PROCESSES),)
        many.pop().close()
        many.append(server.connect_soon())
        for one in many:
            one.close()


def cursors(connection):
    with harness.test("the_open_cursor_after_the_last_is_ora_01000_and_the_session_goes_on"):
        connection.stmtcachesize = 0
        held = []

        def one_more():
            cursor = connection.cursor()
            cursor.prefetchrows, cursor.arraysize = 0, 1
            held.append(cursor)
            cursor.execute(f"select {len(held)} from dual connect by level <= 9")

        while len(held) < CURSORS - 1:  # one is the driver's own
            one_more()
        for _ in range(3):
            try:
                one_more()
            except oracledb.DatabaseError as error:
                assert "ORA-01000" in str(error), error
                break
        else:
            raise AssertionError("no ORA-01000")
        assert held[0].fetchall() == [(1,)] * 9
        for cursor in held:
            cursor.close()
        with connection.cursor() as cursor:
            assert cursor.execute("select 'on' from dual").fetchone() == ("on",)


def statements(connection):
    cursor = connection.cursor()
    with harness.test("a_thousand_binds_are_sent_and_a_list_of_more_than_a_thousand_is_ora_01795"):
        names = [f":b{number}" for number in range(1000)]
        cursor.execute(f"select count(*) from dual where 1 in ({','.join(names)})", list(range(1000)))
        assert cursor.fetchone() == (1,)
        refused(lambda: cursor.execute(f"select 1 from dual where 1 in ({','.join(map(str, range(1001)))})"), "ORA-01795")
    with harness.test("the_most_binds_that_fit_are_run_more_are_refused_and_the_session_goes_on"):
        for count, code in ((7400, None), (7401, "ORA-03001"), (65536, "ORA-01745")):
            names = [f":b{number}" for number in range(count)]
            sets = "),(".join(",".join(names[at:at + 2]) for at in range(0, count - 1, 2)) + (f"),({names[-1]},1" if count % 2 else "")

            def run(sets=sets, count=count):
                cursor.execute(f"select count(*) from dual where (1, 2) in (({sets}))", [1, 2] * (count // 2) + [1] * (count % 2))
            if code:
                refused(run, code)
            else:
                run()
                assert cursor.fetchone() == (1,)
        assert cursor.execute("select 'on' from dual").fetchone() == ("on",)
    with harness.test("a_statement_of_five_megabytes_is_refused_and_the_session_goes_on"):
        refused(lambda: cursor.execute("select 1 from dual -- " + "x" * (5 << 20)), "ORA-04031")
        assert cursor.execute("select 'on' from dual").fetchone() == ("on",)


def redo(server, connection):
    """The log writer's source is stopped: PostgreSQL sends it nothing of what is written."""
    cursor, told = connection.cursor(), []
    cursor.execute("create table many (id number, note varchar2(2000))")
    inside = psycopg.connect(f"host={server.folder}/run user=postgres dbname=rehearsal", autocommit=True)
    sender, = inside.execute("select pid from pg_stat_replication where application_name = 'rehearsal redo'").fetchone()

    def write():
        try:
            cursor.execute("insert into many select level, rpad('x', 2000, 'x') from dual connect by level <= 10000")
        except oracledb.DatabaseError as error:
            told.append(str(error))

    def behind():
        return int(inside.execute("select pg_current_wal_insert_lsn() - confirmed_flush_lsn from pg_replication_slots "
                                  "where slot_name = 'rh_redo'").fetchone()[0])

    def waits():
        return inside.execute("select count(*) from pg_stat_activity where wait_event_type = 'Extension' and query ilike 'insert into%'").fetchone()[0]

    with harness.test("who_writes_more_redo_than_the_log_buffer_holds_waits_for_the_log_writer_and_can_be_cancelled"):
        os.kill(sender, signal.SIGSTOP)
        try:
            writer = threading.Thread(target=write)
            writer.start()
            until = time.monotonic() + 30
            while not waits():
                assert time.monotonic() < until and writer.is_alive(), (behind(), told)
                time.sleep(.05)
            assert LOG_BUFFER < behind() < LOG_BUFFER * 1.25, behind()
            connection.cancel()
            writer.join(30)
            assert len(told) == 1 and "ORA-01013" in told[0], told
        finally:
            os.kill(sender, signal.SIGCONT)
        told.clear()
        write()
        assert told == [] and cursor.rowcount == 10000, told
        connection.commit()
    inside.close()


def main():
    work = servers.work_folder("limits")
    server = Server(work / "oracle")
    try:
        with harness.test("an_address_beyond_this_machine_is_listened_on_only_if_serve_says_so_too"):
            assert server.code == 1 and "CW9104" in server.said, (server.code, server.said)
            server.flags = ["--beyond-loopback"]
            server.start()
            server.connect("127.0.0.2").close()
        connections(server)
        with server.connect_soon() as connection:
            cursors(connection)
            statements(connection)
            redo(server, connection)
    finally:
        server.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
