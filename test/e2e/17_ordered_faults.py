"""17_ordered_faults.py - `causeway-rehearse fault`: each trouble strikes a real driver as it was ordered, and no longer"""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

PROGRAM = harness.BUILD / "src/programs/causeway-rehearse"
work = servers.work_folder("ordered")
oracle = None


def login(user="ann"):
    return oracledb.connect(user=user, password=oracle.password if user == "system" else f"{user}-pw", dsn=oracle.dsn)


def run(connection, sql, **binds):
    cursor = connection.cursor()
    cursor.execute(sql, binds)
    return cursor.fetchall() if cursor.description else cursor.rowcount


def fault(*words, code=0):
    done = subprocess.run([PROGRAM, "fault", oracle.folder, *words], text=True, capture_output=True, check=False)
    assert done.returncode == code, (words, done)
    return done.stdout + done.stderr


def trouble(what, *more):
    """The call must fail; what the driver says of it."""
    try:
        what(*more)
    except (oracledb.Error, OSError) as error:
        return str(error)
    raise AssertionError("it went well")


def connections():
    ann = login()
    with harness.test("the_nth_message_is_dropped_with_its_connection_once_and_its_user_alone"):
        bob = login("bob")
        fault("drop=3", "--user", "ann")
        for _ in range(2):
            run(bob, "select 1 from dual")
            run(ann, "select 1 from dual")
        assert "ORA-" not in trouble(run, ann, "select 1 from dual")
        ann = login()
        for _ in range(5):
            run(ann, "select 1 from dual")
        bob.close()
    with harness.test("the_nth_message_is_told_ORA_00028_and_what_was_not_committed_is_gone"):
        run(ann, "create table t (id number primary key)")
        run(ann, "insert into t values (1)")
        fault("kill")
        assert "ORA-00028" in trouble(run, ann, "insert into t values (2)")
        ann = login()
        assert run(ann, "select count(*) from t")[0][0] == 0
    with harness.test("delayed_answers_wait_until_it_is_turned_off"):
        fault("delay=300")
        started = time.monotonic()
        run(ann, "select 1 from dual")
        assert time.monotonic() - started >= 0.3
        fault("off", "delay")
    with harness.test("answers_that_drip_byte_by_byte_arrive_whole"):
        fault("drip=1")  # by our own client: Debian's python-oracledb 1.2.1 waits for ever behind the first byte
        done = subprocess.run([PROGRAM.parent / "causeway", "sql", oracle.dsn, "--user", "ann", "--password", "env:ANN", "--csv",
                               "select rownum from all_objects where rownum <= 3"], text=True, capture_output=True, timeout=60,
                              env={"PATH": "/usr/bin:/bin", "ANN": "ann-pw"}, check=False)
        assert done.returncode == 0 and done.stdout.split()[1:] == ["1", "2", "3"], done
        fault("off")
    ann.close()


def doors():
    with harness.test("the_listener_refuses_everybody_with_the_number_that_was_ordered"):
        inside = login()
        fault("refuse=12528")
        assert "12528" in trouble(login)
        run(inside, "select 1 from dual")
        fault("off")
        login().close()
        inside.close()
    with harness.test("a_stuck_archiver_lets_SYSDBA_in_alone"):
        fault("archiver")
        assert "ORA-00257" in trouble(login)
        oracledb.connect(user="sys", password=oracle.password, dsn=oracle.dsn, mode=oracledb.SYSDBA).close()
        fault("off", "archiver")
        login().close()


def past(admin):
    with harness.test("so_many_reads_AS_OF_are_ORA_01555_and_then_no_more"):
        ann = login()
        run(admin, "grant select_catalog_role to ann")
        ann = login()
        scn = int(run(ann, "select current_scn from v$database")[0][0])
        fault("snapshot=2")
        for _ in range(2):
            assert "ORA-01555" in trouble(run, ann, f"select count(*) from t as of scn {scn}")
        assert run(ann, f"select count(*) from t as of scn {scn}")[0][0] == 0
        ann.close()


def sequences(admin):
    return {int(number): name for number, name in
            run(admin, "select sequence#, name from v$archived_log where dest_id = 1")}


def current(admin):
    return int(run(admin, "select sequence# from v$log where status = 'CURRENT'")[0][0])


def switch(admin):
    """Switch logs; the sequence that was current before."""
    before = current(admin)
    run(admin, "insert into ann.switches values (:n)", n=before)
    admin.commit()
    run(admin, "alter system switch logfile")
    until(lambda: current(admin) > before)
    return before


def until(condition, seconds=10):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come true in time"
        time.sleep(0.05)


def archives(admin):
    run(admin, "create table ann.switches (at number)")
    with harness.test("a_gap_is_a_sequence_that_is_neither_listed_nor_online"):
        fault("gap")
        lost, kept = switch(admin), switch(admin)
        until(lambda: kept in sequences(admin))
        assert lost not in sequences(admin)
        assert lost not in {int(one) for one, in run(admin, "select sequence# from v$log")}
    with harness.test("a_lost_archive_is_listed_and_cannot_be_opened"):
        fault("lose")
        lost, kept = switch(admin), switch(admin)
        until(lambda: kept in sequences(admin))
        name = sequences(admin)[lost]
        add = "begin dbms_logmnr.add_logfile(logfilename => :f, options => dbms_logmnr.new); end;"
        cursor = admin.cursor()
        assert "ORA-01284" in trouble(cursor.execute, add, [name])
        cursor.execute(add, [sequences(admin)[kept]])


def hidden_writers(admin):
    def count():
        return run(admin, "select count(*) from ann.switches where at < 0")[0][0]

    def writer(*words, code=0):
        done = subprocess.run([PROGRAM, "writer", oracle.folder, *words], text=True, capture_output=True, check=False)
        assert done.returncode == code, (words, done)
        return done.stdout + done.stderr

    with harness.test("a_hidden_writer_writes_shows_as_its_kind_and_comes_back_when_it_is_ended"):
        writer("link", "ann", "insert into ann.switches values (-1)", "--every", "20")
        until(lambda: count() > 2)
        seen = "select sid, serial# from v$session where program = 'oracle@branch (TNS V1-V3)' and machine = 'branch' and status <> 'KILLED'"
        first, = run(admin, seen)
        run(admin, f"alter system kill session '{first[0]},{first[1]}'")
        until(lambda: run(admin, seen) not in ([], [first]))
        before = count()
        until(lambda: count() > before)
    with harness.test("nobody_writes_any_more_once_the_writers_are_turned_off"):
        assert "link ann" in writer()
        writer("off")
        until(lambda: not run(admin, seen))
        before = count()
        time.sleep(0.3)
        assert count() == before and writer() == ""
        assert "CW9016" in writer("ghost", "ann", "select 1", code=1)


def commands():
    with harness.test("what_is_ordered_is_listed_and_what_no_fault_is_called_is_refused_with_CW9015"):
        fault("drop=70", "--user", "ANN")
        fault("snapshot=9")
        assert fault() == "drop=70 ANN\nsnapshot=9\n", fault()
        fault("off")
        assert fault() == ""
        for wrong in ("fire", "drop=0", "drop=x", "drop=-1", "archiver=3", "lose=99999999"):
            assert "CW9015" in fault(wrong, code=1), wrong
        assert fault() == ""


def everything():
    admin = login("system")
    for user in ("ann", "bob"):
        run(admin, f'create user {user} identified by "{user}-pw" quota unlimited on users')
        run(admin, f"grant connect, resource to {user}")
    run(admin, "alter database add supplemental log data")
    connections()
    doors()
    past(admin)
    archives(admin)
    fault("off")
    hidden_writers(admin)
    commands()


try:
    oracle = servers.Rehearsal(PROGRAM, work / "oracle")
    everything()
finally:
    if oracle:
        oracle.stop()
    servers.remove(work)
harness.finish()
