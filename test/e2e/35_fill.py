"""35_fill.py - `causeway-rehearse fill` on a schema of every type: its rows, its workload, and their redo replayed"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import replay  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True
PROGRAM = harness.BUILD / "src/programs/causeway-rehearse"
EVERY_TYPE = (
    """create table kinds (id number(9) primary key, n number, p number(7, 2), s number(5, -2), f float(40), bf binary_float, bd binary_double,
    v varchar2(40) not null, vc varchar2(20 char), c char(7), cc char(3 char), nv nvarchar2(15), nc nchar(4), r raw(30), d date, t timestamp(9),
    t0 timestamp(0), z timestamp(3) with time zone, l timestamp with local time zone, ym interval year to month, ds interval day to second,
    doc clob, pic blob)""",
    """create table bounds (code varchar2(4) primary key, word varchar2(9) check (word in ('one', 'two', 'it''s')), n number(4) check (n between 10 and 20),
    pos number(5, 1) check (pos > 0), low date not null, high date, made number generated always as identity, twice as (n * 2),
    constraint in_order check (high >= low), constraint up check (code = upper(code)))""",
    """create table pairs (kind_id number(9) references kinds on delete cascade, code varchar2(4) not null references bounds, up_id number(9) unique,
    "from" varchar2(10), constraint pairs_pk primary key (kind_id, code))""",
    "create table lines (at timestamp, what varchar2(200), old long)",
    "create table first (id number(5) primary key, second_id number(5) not null)",
    "create table second (id number(5) primary key, first_id number(5) not null references first)",
    "alter table first add constraint first_fk foreign key (second_id) references second")
NAMES = ("KINDS", "BOUNDS", "PAIRS", "LINES", "FIRST", "SECOND")


class Fill:
    def __init__(self, oracle, secret):
        self.oracle, self.secret = oracle, secret

    def __call__(self, *words):
        done = subprocess.run([PROGRAM, "fill", self.oracle.folder, "--user", "system", "--password-file", self.secret, "--json",
                               *map(str, words)], text=True, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def owner(cursor, name, statements):
    cursor.execute(f"create user {name} identified by \"{name}-pw\"")
    cursor.execute(f"grant connect, resource, unlimited tablespace, create job to {name}")
    cursor.execute(f"alter session set current_schema = {name}")
    for statement in statements:
        cursor.execute(statement)
    cursor.execute("alter session set current_schema = system")
    return int(cursor.execute("select current_scn from v$database").fetchone()[0])


def replayed(oracle, name, tables, start):
    reader = replay.Replayer(lambda: oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn), name, tables, start)
    reader.catch_up()
    wrong = reader.differences()
    reader.db.close()
    assert not wrong and not reader.open, f"{len(wrong)} rows differ: {wrong[:2]}"
    return reader


def types(oracle, cursor, fill):
    start = owner(cursor, "kinds", EVERY_TYPE)
    first = fill("--schema", "kinds", "--rows", 12, "--transactions", 40, "--seed", 5)
    with harness.test("every_table_gets_its_rows_checks_keys_and_references_kept"):
        assert {name: table["rows"] for name, table in first["tables"].items()} == dict.fromkeys(NAMES, 12), first["tables"]
        assert cursor.execute("select count(*) from all_constraints where owner = 'KINDS' and status <> 'ENABLED'").fetchone() == (0,)
        nulls, values = cursor.execute("select count(*) - count(n), count(n) from kinds.kinds").fetchone()
        assert nulls and values, (nulls, values)
    with harness.test("the_workload_has_commits_rollbacks_savepoints_and_failures"):
        done = first["workload"]
        assert all(done.get(what) for what in ("commits", "rollbacks", "savepoints undone", "inserts", "updates", "deletes")), done
        assert any(what.startswith("ORA-") for what in done), done
    with harness.test("the_redo_of_a_filled_schema_of_every_type_replays_exactly"):
        reader = replayed(oracle, "KINDS", NAMES[:4], start)
        print(f"# {reader.rows} rows of redo, {reader.changes} changes, {reader.undone} undone", flush=True)
    with harness.test("one_seed_sends_the_same_statements_another_one_others"):
        digests = []
        for seed in (5, 5, 6):
            cursor.execute("create table kinds.again (id number primary key, what varchar2(9), at date)")
            digests.append(fill("--schema", "kinds", "--tables", "again", "--rows", 9, "--transactions", 9, "--seed", seed)["digest"])
            cursor.execute("drop table kinds.again purge")
        assert digests[0] == digests[1] != digests[2], digests


def begin(work):
    """A rehearsal whose redo tells everything, and its filler."""
    oracle = servers.Rehearsal(PROGRAM, work / "oracle", options=("--no-fsync",))
    secret = work / "secret"
    secret.write_text(oracle.password)
    cursor = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn).cursor()
    cursor.execute("alter database add supplemental log data")
    cursor.execute("alter database add supplemental log data (all) columns")
    return oracle, cursor, Fill(oracle, secret)


def main():
    work = servers.work_folder("fill")
    oracle, cursor, fill = begin(work)
    try:
        types(oracle, cursor, fill)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
