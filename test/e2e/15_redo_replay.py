#!/usr/bin/env python3
"""15_redo_replay.py - writers, kill -9, and a replay of V$LOGMNR_CONTENTS that must give the table

	15_redo_replay.py [rounds]

Knows nothing of Causeway: it parses SQL_REDO by its own few lines, applies whole transactions in commit order, cancels what
ROLLBACK=1 undoes by ROWID, and compares with the table.  The rehearsal is killed with SIGKILL in each round but the last.
"""
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import psycopg

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
PROGRAM = str(harness.BUILD / "src/programs/causeway-rehearse")
VALUE = r"(NULL|'(?:[^']|'')*')"


def serve(folder):
    server = subprocess.Popen([PROGRAM, "serve", folder], stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert line.startswith("ready"), line
    return server


def connect(folder):
    return psycopg.connect(f"host={folder}/run user=postgres dbname=rehearsal", autocommit=True)


def write(folder, seed, stop):
    """Until the server dies: inserts, updates, deletes, savepoints, statements that fail."""
    dice = random.Random(seed)
    try:
        db = connect(folder)
        while not stop.is_set():
            db.execute("begin")
            for _ in range(dice.randint(1, 8)):
                key, what = dice.randint(1, 300), dice.random()
                db.execute("savepoint s")
                try:
                    if what < .5:
                        db.execute('insert into "SHOP"."T" select g, %s, %s from generate_series(%s::int, %s::int) g',
                                   (f"it's {dice.randint(0, 9)}", dice.choice([None, dice.randint(-9, 9) / 4]), key, key + dice.randint(0, 3)))
                    elif what < .8:
                        db.execute('update "SHOP"."T" set "NAME" = %s, "X" = coalesce("X", 0) + 1 where "ID" between %s and %s',
                                   (dice.choice(["a", None, "b,' x"]), key, key + 5))
                    else:
                        db.execute('delete from "SHOP"."T" where "ID" = %s', (key,))
                    db.execute("rollback to s" if dice.random() < .2 else "release s")
                except psycopg.errors.UniqueViolation:
                    db.execute("rollback to s")
                except psycopg.errors.DeadlockDetected:
                    db.execute("rollback to s")
            db.execute("commit" if dice.random() < .8 else "rollback")
    except psycopg.OperationalError:
        pass


def unquote(text):
    return None if text == "NULL" else text[1:-1].replace("''", "'")


def parse(text):
    """What an INSERT or the set list of an UPDATE says: {column: value}."""
    if text.startswith("insert"):
        names, values = re.fullmatch(r'insert into "SHOP"."T"\((.*?)\) values \((.*)\)', text, re.S).groups()
        return dict(zip(re.findall(r'"(\w+)"', names), [unquote(v) for v in re.findall(VALUE, values)]))
    if text.startswith("update"):
        sets = re.match(r'update "SHOP"."T" set ((?:"\w+" = (?:NULL|\'(?:[^\']|\'\')*\')(?:, )?)+)', text).group(1)
        return {name: unquote(value) for name, value in re.findall(rf'"(\w+)" = {VALUE}', sets)}
    return {}


def replay(rows):
    open_, table, ended = {}, {}, 0
    for op, rollback, xid, row_id, text in rows:
        xid = bytes(xid)
        if op in (1, 2, 3):
            changes = open_.setdefault(xid, [])
            if not rollback:
                changes.append((op, row_id, parse(text)))
                continue
            undone = {1: 2, 2: 1, 3: 3}[op]
            at = next(i for i in range(len(changes) - 1, -1, -1) if changes[i][:2] == (undone, row_id))
            assert at == len(changes) - 1, "compensation is not in reverse order"
            changes.pop()
        elif op == 36:
            assert not open_.pop(xid, []), "a rollback without all its compensation"
        elif op == 7:
            for done, where, values in open_.pop(xid, []):
                ended += 1
                if done == 1:
                    assert where not in table
                    table[where] = values
                elif done == 2:
                    del table[where]
                else:
                    table[where].update(values)
    return table, open_, ended


def mine(db):
    scn = db.execute("select rh.current_scn()").fetchone()[0]
    while db.execute("select last_scn from rh.control()").fetchone()[0] <= scn:
        time.sleep(.02)
    time.sleep(.3)
    logs = dict(db.execute("select sequence, member from rh.online_logs() where status <> 'UNUSED'").fetchall())
    logs.update(db.execute("select sequence, name from rh.archived_logs()").fetchall())
    for at, sequence in enumerate(sorted(logs)):
        db.execute('select "DBMS_LOGMNR"."ADD_LOGFILE"(%s, %s)', (logs[sequence], 3 if at else 1))
    db.execute('select "DBMS_LOGMNR"."START_LOGMNR"("OPTIONS" => 16 + 64)')
    return len(logs), db.execute('select "OPERATION_CODE"::int, "ROLLBACK"::int, "XID", "ROW_ID", "SQL_REDO" from "SYS"."V$LOGMNR_CONTENTS" '
                      """where "OPERATION_CODE" in (7, 36) or "TABLE_NAME" = 'T' """).fetchall()


def compare(db):
    """The replay of all redo there is against the table, row by row."""
    logs, rows = mine(db)
    table, left, ended = replay(rows)

    def number(text):
        return None if text is None else float(text)

    real = {where: (key, name, number(x)) for key, name, x, where in db.execute(
        """select "ID"::text, "NAME", "X"::text, rh.rowid_text('"SHOP"."T"'::regclass, "ROWID$") from "SHOP"."T" """).fetchall()}
    got = {where: (row["ID"], row.get("NAME"), number(row.get("X"))) for where, row in table.items()}
    assert got == real, f"{len(got)} rows replayed, {len(real)} in the table; " \
        f"{[(k, got.get(k), real.get(k)) for k in set(got) | set(real) if got.get(k) != real.get(k)][:5]}"
    assert not left, f"{len(left)} transactions have no end"
    print(f"# {logs} logs, {len(rows)} rows of redo, {ended} changes, {len(real)} rows equal", flush=True)


def prepare(folder):
    with open(folder + ".pw", "w", encoding="ascii") as file:
        file.write("secret")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run([PROGRAM, "init", folder, "--port", str(port), "--service", "TEST", "--system-password-file", folder + ".pw"],
                   check=True)
    server = serve(folder)
    db = connect(folder)
    db.execute('create schema "SHOP"')
    db.execute('create table "SHOP"."T" ("ID" numeric primary key, "NAME" varchar(40), "X" numeric, '
               '"ROWID$" bigint default nextval(\'rh.rowid_seq\'))')
    db.execute("""select rh.capture_table('"SHOP"."T"')""")
    return server


def play(folder):
    server = prepare(folder)
    for round_ in range(ROUNDS):
        stop = threading.Event()
        writers = [threading.Thread(target=write, args=(folder, round_ * 100 + i, stop)) for i in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(8):
            time.sleep(.3)
            connect(folder).execute("select rh.switch_log()")
        last = round_ == ROUNDS - 1
        if last:
            stop.set()
        else:
            server.send_signal(signal.SIGKILL)
            server.wait()
        for writer in writers:
            writer.join()
        if not last:
            server = serve(folder)
            time.sleep(.5)
        with harness.test("a_replay_of_all_redo_gives_the_table" if last else f"kill_9_number_{round_ + 1}_loses_and_invents_nothing_in_the_redo"):
            compare(connect(folder))
    server.send_signal(signal.SIGTERM)
    server.wait()


def main():
    folder = tempfile.mkdtemp(prefix="redo_replay.")
    os.chmod(folder, 0o755)
    try:
        play(folder + "/r")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    harness.finish()


main()
