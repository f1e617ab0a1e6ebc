"""habits.py - each habit of the redo alone: a reader that knows it follows, one that does not fails

Played by 17_redo_habits.py; the whole of it, with the habit off and with readers that know it, by test/long/70_redo_habits.py.
"""
import pathlib
import subprocess
import sys
import time

import oracledb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness
import replay
import servers

PROGRAM = harness.BUILD / "src/programs/causeway-rehearse"
OWNER, PASSWORD = "REPLAY", "replay-secret"


class Stage:
    """A rehearsal with a schema, and a table of its own for each play."""

    def __init__(self, folder, *options):
        self.oracle = servers.Rehearsal(PROGRAM, folder / "oracle", options=("--no-fsync", *options))
        self.admin = self.system()
        self.execute(f"create user {OWNER} identified by \"{PASSWORD}\"")
        self.execute(f"grant dba to {OWNER}")
        self.execute("alter database add supplemental log data")
        self.execute("alter database add supplemental log data (all) columns")
        self.count = 0
        self.writer = None
        self.table = ""

    def system(self):
        return oracledb.connect(user="system", password=self.oracle.password, dsn=self.oracle.dsn)

    def owner(self):
        return oracledb.connect(user=OWNER, password=PASSWORD, dsn=self.oracle.dsn)

    def execute(self, sql, db=None, **binds):
        with (db or self.admin).cursor() as cursor:
            cursor.execute(sql, binds)
            return cursor.fetchall() if cursor.description else None

    def habit(self, name, state):
        servers.run([PROGRAM, "habit", self.oracle.folder, name, state])

    def begin(self, name_ends="", more=""):
        self.count += 1
        self.table = f"T{self.count}{name_ends}"
        self.writer = self.writer or self.owner()
        self.execute(f"create table {OWNER}.{self.table} (id number(10) primary key, name varchar2(40), x number, "
                     f"a varchar2(4000), b varchar2(4000), c varchar2(4000), doc clob, pic blob{more})")
        return int(self.execute("select current_scn from v$database")[0][0])

    def put(self, key, name="n", commit=True, **more):
        values = {"id": key, "name": name, **more}
        self.execute(f"insert into {self.table} ({', '.join(values)}) values ({', '.join(':' + c for c in values)})", self.writer, **values)
        if commit:
            self.writer.commit()

    def rename(self, key, name):
        self.execute(f"update {self.table} set name = :name where id = :key", self.writer, name=name, key=key)

    def sequence(self):
        return int(self.execute("select sequence# from v$log where status = 'CURRENT'")[0][0])

    def switch(self, key=None):
        """A log switch, and a row in the new log."""
        before = self.sequence()
        self.execute("alter system switch logfile")
        until = time.monotonic() + 10
        while self.sequence() == before:
            assert time.monotonic() < until, "the log is not switched"
            time.sleep(.005)
        if key is not None:
            self.put(key)

    def close(self):
        self.oracle.stop()


# ---- one play for each habit: writes with @stage, reads with @reader ---------------------

def late_start(stage, reader):
    for key in range(24):
        stage.put(key, commit=False)
        for again in range(key % 3):
            stage.rename(key, f"n{again}")
        stage.writer.commit()


def shared_scn(stage, reader):
    for key in range(6):
        stage.put(key)
    for _ in range(6):
        reader.step(stop_after=1)


def empty_commit(stage, reader):
    stage.put(1)
    stage.system().close()
    stage.put(2)


def switch_in_window(stage, reader):
    stage.switch(1)
    reader.step()
    time.sleep(2.1)
    for key in range(2, 5):
        stage.put(key)
        time.sleep(.05)
        reader.step()


def unlisted_log(stage, reader):
    for key in range(4):
        stage.put(key)
        stage.switch()
        stage.put(key + 10)
        until = time.monotonic() + .25
        while time.monotonic() < until:
            reader.step()


def rowid_rollback(stage, reader):
    stage.put(1)
    stage.put(2, commit=False)
    stage.execute("savepoint s", stage.writer)
    stage.rename(1, "gone")
    stage.execute(f"delete from {stage.table} where id = 2", stage.writer)
    stage.put(3, commit=False)
    stage.execute("rollback to s", stage.writer)
    stage.writer.commit()


def csf_pieces(stage, reader):
    stage.put(1, a="it's " * 700, b="b" * 3000, c="c,' " * 900)
    stage.execute(f"update {stage.table} set b = :b where id = 1", stage.writer, b="' where " * 400)
    stage.writer.commit()


def reused_log(stage, reader):
    keys = list(range(2, 7))

    def overwrite():
        if any(online for *_, online in reader.logs.values()):  # a window before it may need archived ones alone
            while keys:
                stage.switch(keys.pop(0))

    stage.switch(1)  # into a group that is used again and again
    until = time.monotonic() + 10
    while keys:
        assert time.monotonic() < until, "no window needs the online log"
        stage.execute("select current_scn from v$database")
        reader.step(meanwhile=overwrite)
    stage.put(20)


def unflushed_tail(stage, reader):
    for key in range(25):
        stage.put(key, commit=False)
        reader.step()
        stage.writer.commit()


def ddl_rows(stage, reader):
    stage.put(1)
    stage.execute(f"comment on table {OWNER}.{stage.table} is 'rows that come and go'")
    stage.put(2)


def chained_rows(stage, reader):
    stage.put(1, a="a" * 4000, b="b" * 4000, c="c" * 4000)
    stage.rename(1, "of a row in pieces")
    stage.writer.commit()


def other_destination(stage, reader):
    stage.put(1)
    stage.switch(2)
    time.sleep(.25)


def deleted_archive(stage, reader):
    stage.put(1)
    stage.switch(2)
    until = time.monotonic() + 3
    while time.monotonic() < until and not stage.execute("select 1 from v$archived_log where deleted = 'YES' and next_change# > :lo", lo=reader.lo):
        time.sleep(.05)


def lob_rows(stage, reader):
    text, data = "it's a\u00e4\u20ac\U0001f600" * 1500, bytes(range(256)) * 40
    stage.put(1, doc="short", pic=b"\x01")
    stage.put(2, doc=text, pic=data)
    stage.put(3)
    stage.execute(f"update {stage.table} set doc = doc where id = 2", stage.writer)
    stage.execute(f"update {stage.table} set doc = empty_clob(), pic = null where id = 1", stage.writer)
    with stage.writer.cursor() as cursor:
        doc, pic = cursor.execute(f"select doc, pic from {stage.table} where id = 2 for update").fetchone()
        doc.write("through its locators", 4001)
        doc.write("\U0001f600 the end", doc.size() + 1)
        pic.write(b"xyz", 9000)
        pic.trim(9001)
    stage.execute(f"update {stage.table} set doc = :doc, name = 'both' where id = 3", stage.writer, doc=text[::-1])
    stage.writer.commit()
    stage.execute(f"update {stage.table} set doc = :doc where id = 1", stage.writer, doc=text)
    with stage.writer.cursor() as cursor:
        cursor.execute(f"select doc from {stage.table} where id = 2 for update").fetchone()[0].write("undone" * 1000, 1)
    stage.writer.rollback()
    stage.put(4, doc=text, commit=False)
    stage.writer.rollback()
    stage.put(4, doc="again" * 2000)


def long_names(stage, reader):
    stage.put(1)
    stage.put(2, commit=False)
    stage.writer.rollback()
    stage.rename(1, "of a table with a long name")
    stage.put(3)


def parallel_dml(stage, reader):
    """Half of a statement would be there between the commits of its slaves."""
    for key in range(8):
        stage.put(key, commit=False)
    stage.writer.commit()
    reader.catch_up()
    stage.execute("alter session force parallel dml parallel 2", stage.writer)
    for ending in (stage.writer.rollback, stage.writer.commit):
        stage.execute(f"update {stage.table} set name = 'in parallel', x = nvl(x, 0) + 1", stage.writer)
        try:
            stage.rename(1, "not before the end")
        except oracledb.DatabaseError as error:
            assert error.args[0].code == 12838, error
        else:
            raise AssertionError("a table changed in parallel was changed again")
        ending()
    stage.execute("alter session disable parallel dml", stage.writer)
    stage.put(20)
    while len(reader.table[stage.table]) < 9:
        stage.execute("select current_scn from v$database")
        if not reader.step(stop_after=1):
            time.sleep(.01)
        names = {row["NAME"] for row in reader.table[stage.table].values()}
        if {"in parallel", "n"} <= names and len(reader.table[stage.table]) == 8:
            raise replay.Naive("half of a statement is there")


def long_rows(stage, reader):
    """Short and long, set, changed beside others and alone, undone, and gone in the same transaction."""
    stage.put(1, l="it's short")
    stage.put(2, l="it's lä𝄞ng " * 900)
    stage.put(3, l="to go " * 900, commit=False)
    stage.execute(f"update {stage.table} set l = :l where id = 1", stage.writer, l="x" * 4001)
    stage.execute("savepoint s", stage.writer)
    stage.execute(f"update {stage.table} set l = :l, name = 'undone'", stage.writer, l="undone " * 1000)
    stage.execute("rollback to s", stage.writer)
    stage.execute(f"delete from {stage.table} where id = 3", stage.writer)
    stage.writer.commit()
    stage.rename(1, "of a row with a LONG")
    stage.execute(f"update {stage.table} set l = 'short again' where id = 2", stage.writer)
    stage.writer.commit()


def old_definitions(stage, reader):
    """Rows of before: of columns that got another name, of one that came, of one that went, and what undoes them."""
    change = f"alter table {stage.table}"
    for key, statement in enumerate((f"{change} add (d varchar2(9) default 'it''s')", f"{change} drop column a", f"{change} rename column x to number_of")):
        stage.put(key * 10, name="it's", b="ä", c=None)
        stage.rename(key * 10, "told late")
        stage.put(key * 10 + 1, commit=False)
        stage.writer.rollback()
        stage.execute(f"delete from {stage.table} where id = :k", stage.writer, k=key * 10 - 10)
        stage.writer.commit()
        stage.execute(statement, stage.writer)
    stage.put(100)


def cut_xids(stage, reader):
    """The window that has the START is read when the transaction undoes what it did, in part and as a whole."""
    stage.put(1)
    for key, ending in ((2, stage.writer.commit), (3, stage.writer.rollback)):
        stage.put(key, commit=False)
        stage.execute("savepoint s", stage.writer)
        stage.rename(1, "gone")
        reader.catch_up()
        stage.execute("rollback to s", stage.writer)
        reader.catch_up()
        ending()
    other = stage.owner()  # one that was applied is read again from behind its START on
    stage.put(4, commit=False)
    stage.execute("savepoint s", stage.writer)
    stage.rename(1, "gone")
    stage.execute(f"insert into {stage.table} (id) values (5)", other)
    stage.execute("rollback to s", stage.writer)
    stage.writer.commit()
    reader.catch_up()
    reader.restart()
    other.commit()


def bare_quotes(stage, reader):
    """A text that ends what it is said in, and says something else."""
    stage.put(1, wide="it's")
    stage.put(2, wide="plain")
    stage.execute(f"update {stage.table} set wide = :w where id = 2", stage.writer, w="a', \"NAME\" = 'b")
    stage.writer.commit()


def wide_rows(stage, reader):
    """Longer than 4000 bytes, and not."""
    stage.put(1, wide="it's" * 1200)
    stage.put(2, wide="plain")
    stage.execute(f"update {stage.table} set wide = :w where id = 2", stage.writer, w="ä" * 2400)
    stage.execute(f"update {stage.table} set name = 'other' where id = 1", stage.writer)
    stage.writer.commit()


TABLES = {"bare-quotes": {"more": ", wide varchar2(5000)"}, "wide-rows": {"more": ", wide varchar2(5000)"}, "long-names": {"name_ends": "_OF_MORE_THAN_THIRTY_BYTES_IN_ALL"}, "long-rows": {"more": ", l long"}}
BESIDE = {"old-definitions": ("ddl-rows",)}  # what else has to be there: DDL says what the definitions were
PLAYS = {name: globals()[name.replace("-", "_")] for name in replay.HABITS}


def play(stage, habit, handles, knows=True):
    """None if the reader had the table in the end, else what was wrong."""
    start = stage.begin(**TABLES.get(habit, {}))
    reader = replay.Replayer(stage.system, OWNER, [stage.table], start, handles, [stage.table] if habit == "old-definitions" else ())
    try:
        PLAYS[habit](stage, reader)
        stage.writer.commit()
        reader.catch_up(timeout=20 if knows else 2)
        wrong = reader.differences()
        if reader.open:
            return f"{len(reader.open)} transactions have no end"
        return f"{len(wrong)} rows differ, {wrong[0]}" if wrong else None
    except (replay.Naive, oracledb.DatabaseError) as error:
        stage.writer.rollback()
        return f"{type(error).__name__}: {error}"
    finally:
        reader.db.close()


def test_habit(stage, habit, whole):
    naive = {*replay.HABITS, replay.THREADS} - {habit}
    stage.habit("all", "off")
    if whole:
        with harness.test(f"without_{habit}_a_reader_that_does_not_know_it_follows"):
            trouble = play(stage, habit, naive)
            assert trouble is None, trouble
    for one in (habit, *BESIDE.get(habit, ())):
        stage.habit(one, "on")
    with harness.test(f"with_{habit}_alone_a_reader_that_does_not_know_it_fails"):
        trouble = play(stage, habit, naive, knows=False)
        assert trouble is not None, "it did not"
        print(f"# {habit}: {trouble[:200]!r}", flush=True)
    if whole:
        with harness.test(f"with_{habit}_alone_a_reader_that_knows_it_follows"):
            trouble = play(stage, habit, {*replay.HABITS, replay.THREADS})
            assert trouble is None, trouble


def mine_behind(stage, scn, cursor):
    """LogMiner shows what there is from @scn until now, with the dictionary of now."""
    hi = int(stage.execute("select current_scn from v$database")[0][0])
    until = time.monotonic() + 10
    while int(stage.execute("select last_redo_change# from v$thread")[0][0]) <= hi:
        assert time.monotonic() < until, "the redo does not come so far"
        stage.execute("select current_scn from v$database")
    for i, (name,) in enumerate(cursor.execute("select f.member from v$log l, v$logfile f where f.group# = l.group# and l.status <> 'UNUSED' "
                                               "and l.next_change# > :lo order by l.sequence#", lo=scn).fetchall()):
        cursor.execute("begin dbms_logmnr.add_logfile(logfilename => :name, options => :option); end;", name=name, option=3 if i else 1)
    cursor.execute("begin dbms_logmnr.start_logmnr(startscn => :lo, endscn => :hi, options => 16 + 64); end;", lo=scn, hi=hi)


def read_late(stage, scn, meanwhile):
    """The changes behind @scn that are told of tables but the stage's, whose rows come before them; @meanwhile is called in the middle of the reading."""
    with stage.system() as db, db.cursor() as cursor:
        mine_behind(stage, scn, cursor)
        cursor.arraysize = cursor.prefetchrows = 1
        cursor.execute("select table_name, sql_redo, status from v$logmnr_contents where seg_owner in (:owner, 'UNKNOWN') and operation_code = 1", owner=OWNER)
        first = cursor.fetchone()
        assert first[0] == stage.table, first
        meanwhile()
        return [row for row in cursor if row[0] != stage.table]


def test_definitions(stage):
    """What a change is told with is one definition, whenever the dictionary is looked at."""
    scn = stage.begin()
    for key in range(3):
        stage.execute(f"create table {OWNER}.g{key} (id number, before_it number(9) default 7)")
    stage.execute(f"insert into {stage.table} (id, a) select level, rpad('x', 4000, 'x') from dual connect by level <= 500", stage.writer)
    stage.execute("insert into g0 (id) values (0)", stage.writer)
    stage.writer.commit()
    with harness.test("a_column_that_gets_another_name_while_its_rows_are_read_is_told_by_its_number"):
        told = read_late(stage, scn, lambda: stage.execute(f"alter table {OWNER}.g0 rename column before_it to behind_it"))
        assert [(name, "BEFORE_IT" in text, "BEHIND_IT" in text, int(status)) for name, text, status in told] == [("G0", False, False, 2)], told
    stage.execute("set transaction isolation level serializable", stage.writer)
    stage.execute(f"select count(*) from {stage.table}", stage.writer)
    stage.execute(f"alter table {OWNER}.g1 rename column before_it to behind_it")
    stage.execute(f"alter table {OWNER}.g2 add (behind_it nvarchar2(9) default 'it''s')")
    with harness.test("a_transaction_whose_snapshot_is_older_than_a_definition_writes_redo_of_that_definition"):
        stage.execute("insert into g1 (id) values (1)", stage.writer)
        stage.execute("insert into g2 (id) values (2)", stage.writer)
        stage.writer.commit()
        told = [row for row in read_late(stage, scn, lambda: None) if row[0] != "G0"]
        assert [(name, "BEHIND_IT" in text, int(status)) for name, text, status in told] == [("G1", True, 0), ("G2", True, 0)], told


def test_ddl_of_people(stage):
    """Users, rights and supplemental logging are DDL of who asked for them, and no password is told."""
    scn = stage.begin()
    owner = stage.owner()
    for sql in ('create user told identified by "Geheim-1"', 'alter user told identified by geheim2 replace "Geheim-1"',
                f"grant select on {stage.table} to told", "grant create session to told", f"alter table {stage.table} add supplemental log data (all) columns",
                "create database link told connect to told identified by geheim2 using 'nowhere'", "drop user told"):
        stage.execute(sql, owner)
    hi = int(stage.execute("select current_scn from v$database")[0][0])
    log = stage.execute("select f.member from v$log l, v$logfile f where f.group# = l.group# and l.status = 'CURRENT'")[0][0]
    stage.execute("begin dbms_logmnr.add_logfile(logfilename => :name, options => 1); dbms_logmnr.start_logmnr(startscn => :lo, endscn => :hi, options => 64); end;",
                  name=log, lo=scn, hi=hi)
    told = stage.execute("select sql_redo, username, nvl(seg_owner, '-'), nvl(table_name, '-'), session# from v$logmnr_contents where operation = 'DDL' and scn > :lo", lo=scn)
    with harness.test("ddl_of_users_rights_and_supplemental_logging_is_told_with_who_asked_for_it"):
        assert [row[0].split(" identified")[0] for row in told] == [
            "create user told", "alter user told", f"grant select on {stage.table} to told", "grant create session to told",
            f"alter table {stage.table} add supplemental log data (all) columns", "create database link told connect to told", "drop user told"], told
        assert {row[1] for row in told} == {OWNER} and all(row[4] > 0 for row in told), told
        assert [(row[2], row[3]) for row in told] == [("-", "-")] * 2 + [(OWNER, stage.table), ("-", "-"), (OWNER, stage.table), ("-", "-"), ("-", "-")], told
    with harness.test("a_password_in_ddl_is_told_as_its_verifier"):
        assert not any("geheim" in row[0].lower() for row in told), told
        assert [row[0].count("identified by VALUES '") for row in told] == [1, 1, 0, 0, 0, 1, 0], told


def both_instances(stage, reader):
    """Sessions of both, one after the other at the same rows."""
    others = [stage.owner() for _ in range(2)]
    stage.put(1)
    for number in range(40):
        db = others[number % 2]
        stage.execute(f"update {stage.table} set x = nvl(x, 0) + 1, name = :n where id = 1", db, n=f"n{number}")
        stage.execute(f"insert into {stage.table} (id) values (:k)", db, k=100 + number)
        db.commit()
        if number % 8 == 0:
            reader.step()


def test_longs_that_stay(stage):
    """A change says nothing of a LONG that it leaves, however long that is: where it is in the row is no piece of it."""
    scn = stage.begin()
    owner = stage.owner()
    stage.execute("create table stays (id number primary key, name varchar2(20), l long, x xmltype)", owner)
    stage.execute("insert into stays values (1, 'same', rpad('l', 9000, 'l'), xmltype('<a/>'))", owner)
    stage.execute("update stays set name = 'same'", owner)
    stage.execute("savepoint s", owner)
    stage.execute("update stays set x = xmltype('<b/>')", owner)
    stage.execute("rollback to savepoint s", owner)
    owner.commit()
    with stage.system() as db, db.cursor() as cursor:
        mine_behind(stage, scn, cursor)
        told = cursor.execute("select operation, rollback, sql_redo from v$logmnr_contents where table_name = 'STAYS' and operation <> 'DDL' order by scn, rs_id, ssn").fetchall()
    with harness.test("an_update_says_nothing_of_a_long_that_it_leaves"):
        assert ["LONG DATA" in text for op, _, text in told if op == "UPDATE"][:1] == [False], told
    with harness.test("what_sets_back_a_document_alone_is_one_row_however_long_the_rows_long_is"):
        assert [op for op, back, _ in told if back] == ["INTERNAL"], told


def test_partitions(stage):
    """The rows of a partitioned table are told by the object that they lie in."""
    scn = stage.begin()
    owner = stage.owner()
    for sql in ("create table parts (id number, k number) partition by range (k) (partition low values less than (10), partition mid values less than (20), "
                "partition gone values less than (30), partition split_up values less than (40)) enable row movement",
                "create table made (k number) partition by range (k) interval (10) (partition low values less than (10))",
                "create table both (k number, l number) partition by list (l) subpartition by hash (k) (partition one values (1), partition rest values (default))"):
        stage.execute(sql, owner)
    for sql in ("insert into parts values (1, 1)", "insert into parts values (2, 11)", "insert into parts values (3, 21)", "insert into parts values (4, 31)",
                "update parts set k = k + 10 where id = 1", "insert into made values (25)", "insert into both values (1, 1)"):
        stage.execute(sql, owner)
    owner.commit()
    asked = "select object_name || '.' || subobject_name, object_id from all_objects where owner = :owner and object_type in ('TABLE PARTITION', 'TABLE SUBPARTITION')"
    number = {name: int(found) for name, found in stage.execute(asked, owner=OWNER)}
    made, = (one for name, one in number.items() if name.startswith("MADE.SYS_P"))
    subs = [one for name, one in number.items() if name.startswith("BOTH.SYS_SUBP")]
    stage.execute("alter table parts drop partition gone", owner)
    stage.execute("alter table parts split partition split_up at (35) into (partition p3, partition p4)", owner)
    stage.execute("insert into parts values (5, 32)", owner)
    owner.commit()
    number.update((name, int(found)) for name, found in stage.execute(asked, owner=OWNER))
    with stage.system() as db, db.cursor() as cursor:
        mine_behind(stage, scn, cursor)
        told = cursor.execute("select operation_code, table_name, data_obj#, row_id, sql_redo from v$logmnr_contents where data_obj# in "
                              f"({', '.join(str(one) for one in number.values())}) order by scn, rs_id, ssn").fetchall()
    with harness.test("a_row_is_told_by_the_object_of_its_partition_or_subpartition_also_of_one_that_an_interval_made"):
        found = [(int(op), name, int(part)) for op, name, part, *_ in told]
        assert found[:2] == [(1, "PARTS", number["PARTS.LOW"]), (1, "PARTS", number["PARTS.MID"])], told
        assert (1, "MADE", made) in found and [one for one in found if one[1] == "BOTH"] in [[(1, "BOTH", sub)] for sub in subs], told
        assert found[-1] == (1, "PARTS", number["PARTS.P3"]), told
    with harness.test("a_row_that_moves_to_another_partition_is_deleted_there_and_inserted_here_under_another_rowid"):
        moved = [(int(op), int(part), row_id) for op, name, part, row_id, text in told if row_id == told[0][3] or int(op) == 1 and "'1','11'" in text.replace(" ", "")]
        assert [one[:2] for one in moved[1:]] == [(2, number["PARTS.LOW"]), (1, number["PARTS.MID"])] and moved[2][2] != moved[1][2], told
        assert stage.execute(f"select rowid from {OWNER}.parts where id = 1") == [(moved[2][2],)]
    with harness.test("rows_of_a_partition_that_is_gone_are_told_by_its_number_alone"):
        gone = [(name, text) for _, name, part, _, text in told if int(part) in (number["PARTS.GONE"], number["PARTS.SPLIT_UP"])]
        assert [name for name, _ in gone] == [f"OBJ# {number['PARTS.GONE']}", f"OBJ# {number['PARTS.SPLIT_UP']}"], told
        assert all(f'"UNKNOWN"."{name}"' in text and "COL 1" in text for name, text in gone), gone


PLAYS[replay.THREADS] = both_instances


def test_threads():
    """A cluster's redo lies in two threads; all habits are on."""
    folder = servers.work_folder("threads")
    stage = Stage(folder, "--threads", "2")
    try:
        with harness.test("with_two_redo_threads_a_reader_that_does_not_know_them_fails"):
            trouble = play(stage, replay.THREADS, replay.HABITS, knows=False)
            assert trouble is not None, "it did not"
            print(f"# {replay.THREADS}: {trouble[:200]!r}", flush=True)
        with harness.test("with_two_redo_threads_a_reader_that_knows_them_follows"):
            trouble = play(stage, replay.THREADS, {*replay.HABITS, replay.THREADS})
            assert trouble is None, trouble
        with harness.test("both_redo_threads_have_changes_and_logs_of_their_own"):
            threads = {int(t) for t, in stage.execute("select thread# from v$log")}
            assert threads == {1, 2} == {int(t) for t, in stage.execute("select thread# from v$thread where status = 'OPEN'")}, threads
    finally:
        stage.close()
        servers.remove(folder)


def test_resetlogs():
    """A new incarnation: sequences from 1, the former's logs listed as such, positions of before refused."""
    folder = servers.work_folder("resetlogs")
    stage = Stage(folder)
    try:
        old = replay.Replayer(stage.system, OWNER, [], stage.begin())
        stage.put(1)
        stage.switch(2)
        for _ in range(2):
            stage.oracle.stop()
            servers.run([PROGRAM, "resetlogs", stage.oracle.folder])
            stage.oracle.start()
        stage.admin, stage.writer = stage.system(), None
        with harness.test("resetlogs_begins_an_incarnation_with_sequence_1"):
            lives = stage.execute("select resetlogs_change#, prior_resetlogs_change#, status from v$database_incarnation order by 1")
            assert [one[2] for one in lives] == ["PARENT", "PARENT", "CURRENT"] and lives[2][1] == lives[1][0], lives
            assert stage.execute("select sequence#, first_change# from v$log where status = 'CURRENT'") == [(1, lives[2][0])]
            archived = stage.execute("select distinct resetlogs_change# from v$archived_log")
            assert archived and {scn for scn, in archived} <= {lives[0][0], lives[1][0]}, archived
        with harness.test("a_position_of_before_resetlogs_is_refused"):
            try:
                old.reconnect()
                raise AssertionError("it is not")
            except replay.Naive:
                pass
        with harness.test("a_new_incarnation_is_followed"):
            trouble = play(stage, "rowid-rollback", {*replay.HABITS, replay.THREADS})
            assert trouble is None, trouble
    finally:
        stage.close()
        servers.remove(folder)


def main(whole):
    folder = servers.work_folder("habits")
    stage = Stage(folder, "--archive-retention", "1", "--extended-strings")
    try:
        for habit in replay.HABITS:
            test_habit(stage, habit, whole)
        listed = subprocess.run([PROGRAM, "habit", stage.oracle.folder], text=True, capture_output=True, check=True).stdout
        with harness.test("every_habit_that_can_be_switched_is_played"):
            assert {line.split()[0] for line in listed.splitlines()} == set(replay.HABITS), listed
        stage.habit("all", "off")
        stage.habit("old-definitions", "on")
        test_definitions(stage)
        stage.habit("ddl-rows", "on")
        test_ddl_of_people(stage)
        stage.habit("all", "on")
        test_longs_that_stay(stage)
        test_partitions(stage)
    finally:
        stage.close()
        servers.remove(folder)
    if whole:
        test_threads()
        test_resetlogs()
    harness.finish()
