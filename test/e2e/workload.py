"""workload.py - a random workload by seed against a rehearsal Oracle, and its redo replayed

Every type, also LONG, LONG RAW, XMLTYPE and from 21c on JSON; savepoints, statements that fail in the middle, MERGE and INSERT into several tables, PL/SQL with exceptions, FORALL, autonomous transactions, triggers, rows
that move between partitions, sessions that are killed, a log writer that loses its connection, and kill -9 of the rehearsal or of the PostgreSQL behind it; meanwhile and afterwards replay.py rebuilds
the tables from V$LOGMNR_CONTENTS.
"""
import os
import pathlib
import random
import re
import signal
import sys
import threading
import time

import oracledb
import psycopg

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness
import replay
import servers

OWNER, PASSWORD = "REPLAY", "replay-secret"
TRICKY = ("it's", "' where ", "b,' x", "a', \"X\" = NULL", "ä€𝄞", "", None, "NULL", "\"q\"", " = '1' and ")
EXPECTED = (1, 60, 942, 1400, 1722, 8103, 20001, 12899)
ENDED = ("DPY-1001", "DPY-4011", "ORA-00028", "ORA-01012", "ORA-01034", "ORA-01089", "ORA-03113")
UNDONE_WHOLE = "that fails in an open transaction, which was rolled back"  # what the rehearsal says of a block that it cannot play
KILLS = ("none", "rehearsal", "postgres")
BLOCKS = (
    # a row, and one that is there already: the inner block goes on without it
    """begin insert into {a} (id, name) values (:k, :t); begin insert into {a} (id, x) values (:k2, 1); update {a} set x = x + 1 where id = :k;
    exception when others then null; end; end;""",
    # the statement that fails is undone alone, in the block that handles it or in one inside of it; what stood before it stands
    """begin insert into {b} (a_id, note) values (:k, :t); insert into {a} (id, name) values (:k2, :t); update {a} set id = :k2 where id between :k and :k + 9;
    exception when others then update {b} set note = 'caught' where a_id = :k; end;""",
    """begin begin delete from {b} where a_id = :k; for i in 1..4 loop insert into {a} (id, name) values (:k2 + i, :t); end loop; raise value_error;
    exception when no_data_found then null; end; exception when others then insert into {b} (a_id, note) values (:k, sqlerrm); end;""",
    # all of it is undone, and the transaction goes on
    """begin update {a} set name = :t where id between :k and :k2; delete from {b} where a_id = :k; raise_application_error(-20001, 'undone'); end;""",
    """begin for i in 1..3 loop insert into {b} (a_id, note) values (:k + i, :t); end loop; delete from {a} where id = :k2; end;""",
    # savepoints of the block, one behind the other, and what failed behind one is gone with it
    """begin savepoint x; update {a} set x = nvl(x, 0) + 1 where id between :k and :k + 3; savepoint y; insert into {a} (id, name) values (:k2, :t);
    delete from {b} where a_id = :k; if mod(:k, 3) = 0 then rollback to x; elsif mod(:k, 3) = 1 then rollback to y; end if; insert into {b} (a_id, note) values (:k, :t);
    exception when others then rollback to x; insert into {b} (a_id, note) values (:k2, 'back'); end;""",
    # what fails in the middle of a FORALL is undone alone, with what its trigger wrote; the rest of them stands
    """declare type n is table of number; k n; bad exception; pragma exception_init(bad, -24381); begin
    select :k + level * 7 bulk collect into k from dual connect by level <= 5; forall i in 1 .. k.count save exceptions
    insert into {a} (id, name, x) values (k(i), :t, i); exception when bad then insert into {b} (a_id, note) values (:k, 'failed ' || sql%bulk_exceptions.count); end;""",
    # the row that a cursor stands on, in every partition; one that is gone changes nothing
    """declare cursor c is select a_id, note from {b} where a_id between :k and :k + 9 for update; begin for r in c loop
    if mod(r.a_id, 3) = 0 then delete from {b} where current of c; end if; update {b} set note = substr(:t || r.note, 1, 50), a_id = a_id where current of c; end loop;
    if mod(:k, 5) = 0 then raise value_error; end if; exception when value_error then insert into {b} (a_id, note) values (:k2, 'current'); end;""",
    # a transaction inside of this one, which stays whatever becomes of this one, also if it fails
    """begin insert into {b} (a_id, note) values (:k, :t); {p}(:k, :t); update {b} set note = 'noted' where a_id = :k;
    if mod(:k, 3) = 0 then raise_application_error(-20001, 'undone'); end if; exception when zero_divide then insert into {b} (a_id, note) values (:k, 'divided'); end;""",
)
MANY = (  # statements that write rows of more than one kind or table
    """merge into {a} o using (select :k + level - 1 id, :t name from dual connect by level <= 4) n on (o.id = n.id)
    when matched then update set o.name = n.name, o.x = nvl(o.x, 0) + 1 delete where mod(o.id, 5) = 0
    when not matched then insert (id, name) values (n.id, n.name) where mod(n.id, 3) <> 0""",
    # fails at the second table where a key is there already: both are undone
    """insert all when id > 0 then into {b} (a_id, note) values (id, name) when mod(id, 2) = 0 then into {a} (id, name) values (id, name)
    when mod(id, 7) = 0 then into {b} (a_id, note) values (-id, 'seventh') select :k + level id, :t name from dual connect by level <= 5""",
    """insert first when id > 100 then into {a} (id, name) values (id, name) else into {b} (a_id, note) values (id, name)
    select :k2 + level * 3 id, :t name from dual connect by level <= 3""",
    # rows move to other partitions and back: another ROWID each
    """update {b} set a_id = a_id + 60 where a_id between :k and :k + 9""",
    """update {b} set a_id = mod(a_id, 50) where a_id > :k2""",
)
LOBS = (  # in and out of their rows, through a locator, and undone
    """insert into {d} (id, c, b, n, s, i) values (:k, rpad(:t || 'c', :k2 * 30, 'c'), utl_raw.cast_to_raw(rpad('b', :k2 * 9, 'b')), :t || 'ä',
    systimestamp, numtodsinterval(:k2, 'minute'))""",
    """update {d} set c = rpad(:t || 'd', :k2 * 25, 'd'), n = n || :t, f = :k2 / 7 where id between :k and :k + 9""",
    """begin update {d} set c = :t || 'x' where id = :k; insert into {d} (id, c) values (:k2, 'twice'); insert into {d} (id, c) values (:k2, 'twice');
    exception when dup_val_on_index then update {d} set b = hextoraw('0102'), s = null where id = :k2; end;""",
    """delete from {d} where id between :k and :k + 3""",
)
DOCUMENTS = (  # XMLTYPE and LONG, short and long
    """insert into {e} (id, x, l) values (:k, xmltype('<r a="' || :k2 || '">it''s ' || rpad('ä', :k2 * 30, 'ä') || '</r>'), rpad(:t || 'l', :k2 * 9, 'l'))""",
    """update {e} set x = xmltype('<u>' || rpad('z', :k2 * 25, 'z') || '</u>') where id between :k and :k + 9""",
    """update {e} set l = rpad(:t || 'm', :k2 * 12, 'm'), x = null where id between :k and :k + 9""",
    """begin update {e} set l = :t || 'x', x = xmltype('<x/>') where id = :k; insert into {e} (id, l) values (:k2, 'twice'); insert into {e} (id, x)
    values (:k2, xmltype('<twice/>')); exception when dup_val_on_index then update {e} set x = xmltype('<caught/>') where id = :k2; end;""",
    """delete from {e} where id between :k and :k + 3""",
    """insert into {f} (id, name) values (:k, :t)""",
    """update {f} set name = :t where id between :k and :k + 9""",
    """delete from {f} where id between :k and :k + 3""",
)
RESHAPED = (  # tables that DDL changes meanwhile, or that come and go
    """insert into {g} (id, name) values (:k, :t)""",
    """update {g} set name = :t where id between :k and :k + 9""",
    """delete from {g} where id between :k and :k + 3""",
    """begin insert into {g} (id, name) values (:k, :t); insert into {g} (id, name) values (:k2, 'twice'); insert into {g} (id, name) values (:k2, 'twice');
    exception when others then update {g} set name = 'caught' where id = :k; end;""",
    """insert into {h} (id, v) values (:k, :t)""",
    """update {h} set v = :t where id between :k and :k + 9""",
)
JSONS = (
    """update {e} set j = '{{"n":' || :k2 || ',"list":[1,-2.5e3,"x",null,true,{{}}],"ä":"' || rpad('j', :k2 * 40, 'j') || '"}}' where id between :k and :k + 9""",
    """insert into {e} (id, j) values (:k, '[' || :k2 || ',"' || :k2 || '"]')""",
)
ENDING = (  # transactions begin and end inside of it
    """begin begin insert into {a} (id, name) values (:k, :t); exception when others then null; end; commit; update {b} set note = :t where a_id = :k;
    if mod(:k, 2) = 0 then rollback; end if; insert into {a} (id, name) values (:k2, :t); end;""",
)


class Writer(threading.Thread):
    def __init__(self, server, tables, seed, stop):
        super().__init__()
        self.server, self.dice, self.stopped = server, random.Random(seed), stop
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = tables
        self.p = "P" + self.c
        self.db = self.wrong = None
        self.done = self.refused = 0

    def run(self):
        while not self.stopped.is_set():
            try:
                self.db = self.server.connect()
                while not self.stopped.is_set():
                    self.transaction()
            except (oracledb.Error, OSError):
                time.sleep(.02)  # killed, or the server is
        try:
            self.db.close()
        except (oracledb.Error, AttributeError):
            pass

    def transaction(self):
        for _ in range(self.dice.randint(1, 8)):
            undo = self.dice.random() < .2
            if undo:
                self.execute("savepoint s")
            try:
                self.statement(may_end=not undo)
            except oracledb.DatabaseError as error:
                if not self.db.is_healthy():
                    raise
                self.refused += 1
                if error.args[0].code not in EXPECTED and UNDONE_WHOLE not in str(error):
                    if error.args[0].full_code not in ENDED:
                        self.wrong = str(error)  # not itself: it would hold the session, and the session its locks
                    raise
            if undo:
                self.execute("rollback to savepoint s")
        if self.dice.random() < .8:
            self.db.commit()
        else:
            self.db.rollback()
        self.done += 1

    def execute(self, sql, many=None, **binds):
        with self.db.cursor() as cursor:
            if many:
                cursor.executemany(sql, many)
            else:
                cursor.execute(sql, binds)

    def statement(self, may_end):
        dice, key = self.dice, self.dice.randint(1, 200)
        text, number = dice.choice(TRICKY), dice.choice([None, 0, dice.randint(-10**12, 10**12), dice.randint(-999, 999) / 8])
        what = dice.random()
        if what < .3:  # may fail at its second or third row
            self.execute(f"insert into {self.a} (id, name, x, d) values (:1, :2, :3, sysdate)",
                         [(key + i, text, number) for i in range(dice.randint(1, 4))])
        elif what < .45:
            self.execute(f"update {self.a} set name = :t, x = nvl(x, 0) + 1 where id between :k and :k + 4", t=text, k=key)
        elif what < .5:  # the key moves; may fail at any row
            self.execute(f"update {self.a} set id = id + 3 where id between :k and :k + 2", k=key)
        elif what < .6:
            self.execute(f"delete from {self.a} where id between :k and :k + 1", k=key)
        elif what < .65:  # fails behind some rows
            self.execute(f"update {self.a} set d = null, name = rpad(nvl(name, 'x'), 12 + mod(id, 40), 'y') where id between :k and :k + 9", k=key)
        elif what < .8:
            self.execute(f"insert into {self.b} (a_id, note, big) values (:k, :t, :b)", k=key, t=text,
                         b=None if dice.random() < .7 else (text or "z,' ") * dice.randint(1, 600))
        elif what < .82:
            self.execute(f"update {self.b} set note = :t, big = null where a_id = :k", t=text, k=key)
        elif what < .83:
            self.write_lobs(key)
        elif what < .84:
            self.write_longs(key)
        elif what < .94:
            self.block(dice.choice(MANY + LOBS + DOCUMENTS + RESHAPED + self.server.jsons), {"k": key, "k2": dice.randint(1, 200), "t": text})
        else:
            self.block(dice.choice(BLOCKS + ENDING if may_end else BLOCKS), {"k": key, "k2": dice.randint(1, 200), "t": text})

    def write_lobs(self, key):
        """Through their locators."""
        with self.db.cursor() as cursor:
            for c, b in cursor.execute(f"select c, b from {self.d} where id between :k and :k + 4 for update", {"k": key}).fetchall():
                if c and self.dice.random() < .3:
                    c.trim(c.size() // 2)
                elif c:
                    c.write("tail ä", max(1, c.size() - 3))
                if b:
                    b.write(b"\xff\x00", 1)

    def write_longs(self, key):
        """Of more bytes than SQL takes as text."""
        with self.db.cursor() as cursor:
            cursor.setinputsizes(r=oracledb.DB_TYPE_LONG_RAW)
            cursor.execute(f"update {self.f} set r = :r where id between :k and :k + 9", r=bytes(range(256)) * self.dice.randint(0, 40), k=key)
            cursor.setinputsizes(l=oracledb.DB_TYPE_LONG)
            cursor.execute(f"update {self.e} set l = :l where id between :k and :k + 9", l="it's lä𝄞ng " * self.dice.randint(0, 900), k=key)

    def block(self, text, binds):
        used = {name: value for name, value in binds.items() if re.search(rf":{name}\b", text)}
        self.execute(text.format(a=self.a, b=self.b, d=self.d, e=self.e, f=self.f, g=self.g, h=self.h, p=self.p), **used)


class Changer(Writer):
    """DDL between the transactions of the others: columns that come, go and get other names, partitions, a table that is made and dropped."""

    REFUSED = (54, 60, 8103)  # somebody has rows of it, and the like
    count = 0

    def __init__(self, *known):
        super().__init__(*known)
        self.parts = {}  # partitions there ever were

    def transaction(self):
        try:
            self.dice.choice((self.reshape, self.reshape, self.reshape, self.partition, self.come_and_go))()
            self.db.commit()
        except oracledb.DatabaseError as error:
            if not self.db.is_healthy():
                raise
            self.refused += 1
            if error.args[0].code not in self.REFUSED and error.args[0].full_code not in ENDED:
                self.wrong = str(error)
            self.db.rollback()
        self.done += 1
        time.sleep(.02)

    def query(self, sql, **binds):
        with self.db.cursor() as cursor:
            return cursor.execute(sql, binds).fetchall()

    def reshape(self):
        """A column of the table, then rows that have it."""
        dice, g = self.dice, self.g
        self.count += 1
        columns = dict(self.query("select column_name, data_type from user_tab_columns where table_name = :g and column_name like 'C%'", g=g))
        length, = self.query("select data_length from user_tab_columns where table_name = :g and column_name = 'NAME'", g=g)[0]
        statements = [f"truncate table {g}", f"alter table {g} modify (name varchar2({int(length) + 1}))"]
        if len(columns) < 6:
            statements += [f"alter table {g} add (c{self.count} {kind})" for kind in ("number", "number(9) default 7", "varchar2(30)", "varchar2(30) default 'it''s'", "date")]
        if columns:
            one = dice.choice(sorted(columns))
            statements += [f"alter table {g} drop column {one}", f"alter table {g} rename column {one} to c{self.count}"] * 2
        self.execute(dice.choice(statements))
        for name, kind in self.query("select column_name, data_type from user_tab_columns where table_name = :g and column_name like 'C%'", g=g):
            value = {"NUMBER": "id * 7 - 999.5", "DATE": "sysdate"}.get(kind, "'is ' || id")
            self.execute(f"update {g} set {name} = {value} where id between :k and :k + 20", k=dice.randint(1, 200))
        self.execute(f"insert into {g} (id, name) select :k + level * 1000, 'changer' from dual connect by level <= 2", k=self.count)

    def partition(self):
        """Of three: emptied, parted, put together again, or gone until it is parted off."""
        b, names = self.b, [name for name, in self.query("select partition_name from user_tab_partitions where table_name = :b", b=self.b)]
        statements = [f"alter table {b} truncate partition {self.dice.choice(names)}", f"alter table {b} drop partition p1"]
        if "P1" not in names:
            statements = [f"alter table {b} split partition p2 at (60) into (partition p1, partition p2)"]
        elif "P4" in names:
            statements = [f"alter table {b} merge partitions p2, p4 into partition p2"] * 2
        else:
            statements += [f"alter table {b} split partition p2 at (100) into (partition p2, partition p4)"] * 3
        self.parts.update((int(number), b) for table, number in self.query(replay.PARTS, owner=OWNER) if table == b)
        self.execute(self.dice.choice(statements))

    def come_and_go(self):
        if self.query("select 1 from user_tables where table_name = :h", h=self.h):
            self.execute(f"drop table {self.h}" + self.dice.choice((" purge", "")))
        else:
            self.execute(f"create table {self.h} (id number, v varchar2(200), at date)")
            self.execute(f"insert into {self.h} (id, at) select level * 50, sysdate from dual connect by level <= 4")


class Server:
    """A rehearsal with all its habits, that is killed and started again; with two redo threads it is a cluster."""

    def __init__(self, folder, threads=1, profile="19c", options=()):
        self.oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", folder / "oracle", profile=profile,
                                        options=("--no-fsync", "--threads", threads, *options))
        self.jsons = JSONS if profile in ("21c", "23ai") else ()
        with self.system() as db, db.cursor() as cursor:
            cursor.execute(f"create user {OWNER} identified by \"{PASSWORD}\"")
            cursor.execute(f"grant dba to {OWNER}")
            cursor.execute("alter database add supplemental log data")
            cursor.execute("alter database add supplemental log data (all) columns")

    def system(self):
        return oracledb.connect(user="system", password=self.oracle.password, dsn=self.oracle.dsn)

    def connect(self):
        return oracledb.connect(user=OWNER, password=PASSWORD, dsn=self.oracle.dsn)

    def kill_session(self, dice):
        """One of the writers', as a DBA does it."""
        with self.system() as db, db.cursor() as cursor:
            found = cursor.execute(f"select sid, serial# from v$session where username = '{OWNER}'").fetchall()
            if found:
                sid, serial = dice.choice(found)
                try:
                    cursor.execute(f"alter system kill session '{int(sid)},{int(serial)}' immediate")
                except oracledb.DatabaseError as error:
                    if error.args[0].code != 30:  # it went by itself meanwhile
                        raise

    def cut_the_log_writer_off(self):
        """Its connection to the database ends in the middle of what it reads."""
        with psycopg.connect(f"host={self.oracle.folder}/run user=postgres dbname=rehearsal") as pg:
            pg.execute("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'rh_redo' and active")

    def kill(self, who):
        """kill -9, and what an operator does next."""
        if who == "postgres":
            os.kill(int((self.oracle.folder / "pg/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            self.oracle.process.wait(30)
        else:
            self.oracle.kill()
        self.oracle.start()


def prepare(server, seed):
    tables = [f"A{seed}", f"B{seed}", f"C{seed}", f"D{seed}", f"E{seed}", f"F{seed}", f"G{seed}", f"H{seed}"]
    with server.connect() as db, db.cursor() as cursor:
        cursor.execute(f"create table {tables[0]} (id number(10) primary key, name varchar2(40), x number, d date)")
        cursor.execute(f"create table {tables[1]} (a_id number, note varchar2(200), big varchar2(4000)) partition by range (a_id) "
                       "(partition p1 values less than (60), partition p2 values less than (150), partition p3 values less than (maxvalue)) "
                       "enable row movement")
        cursor.execute(f"create table {tables[2]} (a_id number, what varchar2(20), was varchar2(40), now varchar2(200))")
        cursor.execute(f"create table {tables[3]} (id number primary key, c clob, b blob, n nvarchar2(60), s timestamp(9), i interval day to second, "
                       "f binary_double)")
        cursor.execute(f"create table {tables[4]} (id number primary key, x xmltype, l long{', j json' if server.jsons else ''})")
        cursor.execute(f"create table {tables[5]} (id number primary key, name varchar2(40), r long raw)")
        cursor.execute(f"create table {tables[6]} (id number primary key, name varchar2(100))")
        cursor.execute(f"create trigger T{tables[2]} after insert or update or delete on {tables[0]} for each row begin "
                       f"insert into {tables[2]} values (nvl(:new.id, :old.id), case when inserting then 'I' when updating then 'U' else 'D' end, "
                       ":old.name, :new.name); end;")
        cursor.execute(f"create procedure P{tables[2]} (k number, t varchar2) is pragma autonomous_transaction; n number; begin "
                       f"insert into {tables[2]} values (k, 'P', null, t); n := 1 / mod(k, 7); commit; "
                       f"insert into {tables[2]} values (k, 'Q', t, null); rollback; end;")
        return tables, int(cursor.execute("select current_scn from v$database").fetchone()[0])


def read_for(reader, seconds):
    """Window after window while others write."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not reader.step():
            time.sleep(.01)


def disturb(server, dice, reader, seconds):
    """Some sessions die, logs are switched, the log writer loses the database."""
    for _ in range(3):
        read_for(reader, seconds / 3)
        server.kill_session(dice)
        if dice.random() < .4:
            server.cut_the_log_writer_off()
        with server.connect() as db, db.cursor() as cursor:
            cursor.execute("alter system switch logfile")


def play(server, seed, writers=4, seconds=.6):
    """The whole of one seed; what was wrong, and a word on how much there was."""
    dice, stop = random.Random(seed), threading.Event()
    tables, start = prepare(server, seed)
    crew = [Changer(server, tables, seed * 100 + writers, stop)] + [Writer(server, tables, seed * 100 + i, stop) for i in range(writers)]
    reader = replay.Replayer(server.system, OWNER, tables, start, reshaped=(tables[1], *tables[6:]), parts=crew[0].parts)
    kill = KILLS[seed % 3]
    for writer in crew:
        writer.start()
    try:
        disturb(server, dice, reader, seconds)
        if kill != "none":
            server.kill(kill)
            reader.reconnect()
            reader.restart()
            disturb(server, dice, reader, seconds)
    finally:
        stop.set()
        for writer in crew:
            writer.join()
    reader.catch_up()
    until = time.monotonic() + 10
    while reader.open and time.monotonic() < until:  # what was killed is undone by and by
        time.sleep(.05)
        reader.catch_up()
    wrong = reader.differences()
    reader.db.close()
    with server.connect() as db, db.cursor() as cursor:
        for table in sorted(reader.table):
            cursor.execute(f"drop table {table} purge")
        cursor.execute(f"drop procedure P{tables[2]}")
    print(f"# seed {seed}, kill -9 of {kill}: {sum(w.done for w in crew)} transactions, {sum(w.refused for w in crew)} statements failed, "
          f"{reader.windows} windows, {reader.rows} rows of redo, {reader.changes} changes applied, {reader.undone} undone, "
          f"{reader.reshapes} by DDL, {reader.older} told under older definitions, {len(reader.open)} open", flush=True)
    assert not any(w.wrong for w in crew), f"no writer expects {[w.wrong for w in crew if w.wrong][0]}"
    assert not wrong, f"{len(wrong)} rows differ, {wrong[:3]}"
    assert not reader.open, f"{len(reader.open)} transactions have no end"
    return {"transactions": sum(w.done for w in crew), "rows": reader.rows, "changes": reader.changes, "undone": reader.undone,
            "reshapes": reader.reshapes, "older": reader.older}


def leave_a_backend(server):
    """kill -9 of both while a backend computes: it outlives them, and holds the memory that the next start needs."""
    pg = psycopg.connect(f"host={server.oracle.folder}/run user=postgres dbname=rehearsal")
    pid = pg.info.backend_pid
    pg.pgconn.send_query(b"select sum(pg_catalog.ln(n)) from pg_catalog.generate_series(1, 1000000000) n")
    os.kill(int((server.oracle.folder / "pg/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.oracle.kill()
    assert pathlib.Path(f"/proc/{pid}").exists(), "the backend ended with its postmaster: nothing was tried"
    server.oracle.start()
    pg.pgconn.finish()


def commit_behind_the_log_writer(server):
    """kill -9 of the rehearsal when the first that its log writer has not read is a COMMIT; what is wrong with its redo then."""
    with server.connect() as db, db.cursor() as cursor:
        cursor.execute("create table committed_last (id number)")
        start = int(cursor.execute("select current_scn from v$database").fetchone()[0])
    with psycopg.connect(f"host={server.oracle.folder}/run user=postgres dbname=rehearsal") as pg:
        pg.execute(f'insert into "{OWNER}"."COMMITTED_LAST" ("ID") values (1)')
        marked, = pg.execute("select rh.mark() >> 12").fetchone()
        while pg.execute("select last_scn from rh.control()").fetchone()[0] < marked:
            time.sleep(.02)
        time.sleep(.3)  # the mark itself
        server.oracle.process.send_signal(signal.SIGSTOP)
        pg.commit()
    server.kill("rehearsal")
    reader = replay.Replayer(server.system, OWNER, ["COMMITTED_LAST"], start)
    reader.catch_up()
    wrong = reader.differences() + list(reader.open)
    reader.db.close()
    with server.connect() as db, db.cursor() as cursor:
        cursor.execute("drop table committed_last purge")
    return wrong


def test_instances(server):
    """Each instance of a cluster shows its own sessions and transactions in V$, and all of them in GV$."""
    with server.connect() as one, server.connect() as two:
        def ask(db, sql):
            return db.cursor().execute(sql).fetchall()

        mine = "select sys_context('userenv', 'instance'), sys_context('userenv', 'sid') from dual"
        (first, sid), (second, other) = ask(one, mine)[0], ask(two, mine)[0]
        with harness.test("each_instance_of_a_cluster_shows_its_own_sessions_and_transactions_and_GV_all"):
            assert {first, second} == {"1", "2"}, (first, second)
            assert ask(one, "select instance_number from v$instance") == [(int(first),)]
            assert ask(one, "select inst_id, parallel from gv$instance order by 1") == [(1, "YES"), (2, "YES")]
            assert ask(one, f"select count(*) from v$session where sid = {other}") == [(0,)]
            assert ask(one, f"select inst_id from gv$session where sid = {other}") == [(int(second),)]
            one.cursor().execute("create table of_instances (id number)")
            two.cursor().execute("insert into of_instances values (1)")
            assert ask(one, "select count(*) from v$transaction") == [(0,)] and ask(two, "select count(*) from v$transaction") == [(1,)]
            assert ask(one, "select inst_id from gv$transaction") == [(int(second),)]
        with harness.test("a_session_of_another_instance_is_disconnected_by_its_instance_alone"):
            serial = ask(one, f"select serial# from gv$session where sid = {other}")[0][0]
            for name, wanted in ((f"{other},{serial}", "ORA-00030"), (f"{other},{serial},@{first}", "ORA-00030"), (f"{other},{serial},@{second}", None)):
                try:
                    one.cursor().execute(f"alter system disconnect session '{name}' immediate")
                    said = None
                except oracledb.DatabaseError as error:
                    said = str(error)
                assert (said is None) == (wanted is None) and (wanted or "") in (said or ""), (name, said)


def main(seeds, threads=1, profile="19c"):
    folder = servers.work_folder("replay")
    server = Server(folder, threads, profile)
    totals = {}
    try:
        for seed in seeds:
            with harness.test(f"the_redo_of_seed_{seed}{'_in_two_threads' if threads > 1 else ''}_replayed_gives_the_tables"):
                for what, count in play(server, seed).items():
                    totals[what] = totals.get(what, 0) + count
        with harness.test(f"ddl_{'in_two_threads_' if threads > 1 else ''}changed_tables_and_rows_of_before_it_were_among_them"):
            assert totals["reshapes"] and totals["older"], totals
        if threads > 1:
            test_instances(server)
        with harness.test(f"a_commit_that_stands_right_behind_what_was_read_before_kill_9_is_in_the_redo{'_of_two_threads' if threads > 1 else ''}"):
            wrong = commit_behind_the_log_writer(server)
            assert not wrong, wrong
        with harness.test("an_instance_starts_though_a_backend_outlived_its_postmaster"):
            leave_a_backend(server)
    finally:
        server.oracle.stop()
        servers.remove(folder)
    return totals
