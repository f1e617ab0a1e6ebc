#!/usr/bin/env python3
"""74_flashback.py - AS OF SCN S is exactly the commits in the WAL up to S, under 64 writing sessions and jobs

	74_flashback.py [READS [SESSIONS]]

Each transaction of writer W sets its own row of COUNTERS to its number N and leaves (W, N) in LEDGER; some roll back, some
have statements that fail.  What a read must show is decided from the WAL alone: pg_walinspect tells where each commit ends,
xmin of LEDGER's rows the transaction (or a subtransaction of it), SCN = LSN >> 12.  Ends with one JSON line.
"""
import bisect
import json
import pathlib
import random
import re
import sys
import threading
import time

import oracledb
import psycopg

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness
import servers
import workload

READS = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
SESSIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 64
READERS, JOBS = 4, 3
RETENTION_S = 7200  # of what is read and judged none may be too old, on however slow a machine


def write(server, writer, stop):
    dice, number = random.Random(writer), 0
    db = server.connect()
    with db.cursor() as cursor:
        while not stop.is_set():
            number += 1
            cursor.execute("insert into ledger (writer, nr) values (:w, :n)", w=writer, n=number)
            if dice.random() < .1:
                try:
                    cursor.execute("insert into counters (id, n) values (:w, 0)", w=writer)  # is there already
                except oracledb.IntegrityError:
                    pass
            cursor.execute("update counters set n = :n where id = :w", n=number, w=writer)
            if dice.random() < .2:
                db.rollback()
            else:
                db.commit()
            time.sleep(dice.random() * .1)
    db.close()


def read(server, count, seen, first):
    """Half of them at the SCN of now, half anywhere in the past."""
    dice = random.Random(count + first)
    db = server.connect()
    with db.cursor() as cursor:
        for _ in range(count):
            now = int(cursor.execute("select current_scn from v$database").fetchone()[0])
            scn = now if dice.random() < .5 else dice.randint(first, now)
            rows = cursor.execute(f"select id, n from counters as of scn {scn}").fetchall()
            seen.append((scn, {int(writer): int(n) for writer, n in rows}))
    db.close()


def prepare(server):
    with server.connect() as db, db.cursor() as cursor:
        cursor.execute("create table counters (id number(10) primary key, n number(10) not null)")
        cursor.execute("create table ledger (writer number(10), nr number(10))")
        cursor.executemany("insert into counters (id, n) values (:1, 0)", [(i,) for i in range(1, SESSIONS + JOBS + 1)])
        db.commit()
        for job in range(SESSIONS + 1, SESSIONS + JOBS + 1):
            step = f"update counters set n = n + 1 where id = {job}; insert into ledger (writer, nr) select id, n from counters where id = {job}; commit;"
            cursor.execute(f"""begin dbms_scheduler.create_job(job_name => 'TICK{job}', job_type => 'PLSQL_BLOCK',
                job_action => 'begin {step} {step} {step} end;', repeat_interval => 'FREQ=SECONDLY;INTERVAL=1', enabled => true); end;""")
        return int(cursor.execute("select current_scn from v$database").fetchone()[0])


def commits(server, start):
    """{xid: SCN of its commit}, subtransactions too, by the WAL."""
    with psycopg.connect(f"host={server.oracle.folder}/run user=postgres dbname=rehearsal options='-c search_path=pg_catalog'", autocommit=True) as pg:
        pg.execute("create extension if not exists pg_walinspect schema rh")
        ledger = pg.execute(f'select "WRITER"::int, "NR"::int, xmin::text from "{workload.OWNER}"."LEDGER"').fetchall()
        pg.execute("select rh.flush()")
        rows = pg.execute("""select end_lsn - '0/0', xid::text, description from rh.pg_get_wal_records_info(
            ('0/0'::pg_lsn + %s::numeric), pg_catalog.pg_current_wal_flush_lsn()) where resource_manager = 'Transaction' and record_type like 'COMMIT%%'""",
                          ((start - 1) * 4096,)).fetchall()
    found = {}
    for lsn, xid, text in rows:
        subs = re.search(r"subxacts: ([\d ]+)", text)
        for one in [xid, *(subs[1].split() if subs else [])]:
            found[one] = int(lsn) >> 12
    return found, ledger


def judge(server, start, seen):
    """Reads that do not show what the WAL says."""
    found, ledger = commits(server, start)
    of = {}
    for writer, number, xid in ledger:
        of.setdefault(writer, []).append((found[xid], number))
    for writer, numbers in of.items():
        numbers.sort()
        assert [n for _, n in numbers] == sorted(n for _, n in numbers), f"writer {writer} committed out of order"
    inexact = []
    for scn, got in seen:
        for writer in range(1, SESSIONS + JOBS + 1):
            numbers = of.get(writer, [])
            at = bisect.bisect_right(numbers, (scn, float("inf")))
            want = numbers[at - 1][1] if at else 0
            if got.get(writer) != want:
                inexact.append((scn, writer, got.get(writer), want))
                break
    return inexact, len(ledger), sum(len(of.get(job, [])) for job in range(SESSIONS + 1, SESSIONS + JOBS + 1))


def play(server):
    start, stop, seen = prepare(server), threading.Event(), []
    time.sleep(1.5)
    writers = [threading.Thread(target=write, args=(server, i, stop)) for i in range(1, SESSIONS + 1)]
    readers = [threading.Thread(target=read, args=(server, READS // READERS, seen, start + i)) for i in range(READERS)]
    began = time.monotonic()
    for thread in writers + readers:
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    for thread in writers:
        thread.join()
    inexact, transactions, by_jobs = judge(server, start, seen)
    print("# " + json.dumps({"reads": len(seen), "sessions": SESSIONS, "jobs": JOBS, "commits": transactions, "of_jobs": by_jobs,
                             "seconds": round(time.monotonic() - began, 1), "inexact": len(inexact)}), flush=True)
    assert len(seen) == READS // READERS * READERS and transactions > SESSIONS and by_jobs > 0, "too little was done"
    assert not inexact, f"{len(inexact)} reads are not what the WAL says, {inexact[:3]}"


def main():
    folder = servers.work_folder("flashback")
    server = workload.Server(folder, options=("--retention", RETENTION_S))
    try:
        with harness.test("as_of_under_writing_sessions_and_jobs_is_what_the_wal_says"):
            play(server)
    finally:
        server.oracle.stop()
        servers.remove(folder)
    harness.finish()


main()
