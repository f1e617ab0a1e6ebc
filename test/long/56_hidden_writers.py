"""56_hidden_writers.py - sixteen kinds of writers that nobody counted on: the cut-over ends each, or is undone and says why; nothing is lost

One crossing; for each kind a writer is ordered of the rehearsal, then it is cut over and back under it.  Where the cut-over goes
through, Oracle gets no row of the writer's after its final position and PostgreSQL has every one before; where it does not, Oracle
is what it was.
"""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
from crossing import Crossing  # noqa: E402

REHEARSE = harness.BUILD / "src/programs/causeway-rehearse"
KINDS = [line.split()[0] for line in subprocess.run([REHEARSE, "writer"], text=True, capture_output=True,
                                                    check=True).stdout.splitlines()]
USERS = {"sysdba": "SYS", "restricted": "WATCHER", "trigger": "REPORTS"}


def writer(crossing, *words):
    subprocess.run([REHEARSE, "writer", crossing.oracle.folder, *words], check=True)


def rows(database, kind):
    return database.query("select count(*) from shop.order_log where what = 'hidden ' || '" + kind + "'")[0][0]


def counts(crossing, kind):
    oracle, postgres = crossing.oracle_as("system"), crossing.postgres_as()
    try:
        return int(rows(oracle, kind)), int(rows(postgres, kind))
    finally:
        oracle.close()
        postgres.close()


def statement(kind):
    if kind == "trigger":
        return "insert into reports.visits values (1)"
    return f"insert into shop.order_log (writer, nr, what) values (77, 1, 'hidden {kind}')"


def play_in_doubt(crossing, kind):
    """It is committed by nobody knows whom: no cut-over begins with it, whichever way it ends then."""
    for ending, gets in (("rollback", 0), ("commit", 1)):
        before = counts(crossing, kind)
        writer(crossing, kind, "SHOP", statement(kind))
        crossing.until(lambda: pending(crossing), "a transaction in doubt")
        code, said = crossing.try_verb("cutover", str(crossing.crossing), "--yes", "--json")
        number = pending(crossing)[0][0]
        assert code != 0 and "CW4236" in said and number in said, said[-600:]
        print(f"# {kind}: {said[-300:]}", flush=True)
        writer(crossing, "off")
        crossing.on_oracle(f"{ending} force '{number}'", user="system")
        crossing.caught_up()
        crossing.until(lambda: counts(crossing, kind) == (before[0] + gets, before[1] + gets), f"its rows on both sides after {ending}")


def pending(crossing):
    oracle = crossing.oracle_as("system")
    try:
        return oracle.query("select local_tran_id from dba_2pc_pending where state = 'prepared'")
    finally:
        oracle.close()


def play(crossing, kind):
    if kind == "xa":
        play_in_doubt(crossing, kind)
        return
    writer(crossing, kind, USERS.get(kind, "SHOP"), statement(kind), "--every", "100")
    crossing.until(lambda: counts(crossing, kind)[0] > 3, f"rows of {kind}")
    crossing.caught_up()
    code, said = crossing.try_verb("cutover", str(crossing.crossing), "--yes", "--json")
    if code == 0:
        first = counts(crossing, kind)
        time.sleep(1)
        second = counts(crossing, kind)
        print(f"# {kind}: cut over; {first} {second}", flush=True)
        assert first == second and first[0] == first[1], (first, second)
        writer(crossing, "off")
        crossing.verb("back", "--yes", "--json")
    else:
        print(f"# {kind}: {said[-600:]}", flush=True)
        before = counts(crossing, kind)[0]
        crossing.until(lambda: counts(crossing, kind)[0] > before, f"{kind} writes again: Oracle is what it was")
        writer(crossing, "off")
    crossing.caught_up()
    crossing.until(lambda: len(set(counts(crossing, kind))) == 1, f"both sides have every row of {kind}")


def main():
    crossing = Crossing(rows=200)
    try:
        crossing.begin()
        crossing.on_oracle("create user watcher identified by \"watcher-pw\"", "grant connect, restricted session to watcher",
                           "grant insert on shop.order_log to watcher",
                           "create user reports identified by \"reports-pw\"", "grant connect, resource, unlimited tablespace to reports",
                           "grant insert on shop.order_log to reports", "create table reports.visits (id number)",
                           "create or replace trigger reports.visits_ai after insert on reports.visits for each row begin "
                           "insert into shop.order_log (writer, nr, what) values (77, 1, 'hidden trigger'); end;", user="system")
        crossing.start()
        for kind in KINDS:
            with harness.test(f"a_hidden_writer_of_kind_{kind}_is_ended_or_the_cut_over_undone_and_nothing_is_lost"):
                play(crossing, kind)
    finally:
        crossing.end()
    harness.finish()


if __name__ == "__main__":
    main()
