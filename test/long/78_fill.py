"""78_fill.py - schemas of others filled by `causeway-rehearse fill`, worked on by several sessions, and their redo replayed

SOURCES	a folder of clones, each owner+name; without it they are cloned
"""
import importlib.util
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import harness  # noqa: E402
import servers  # noqa: E402


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem.lstrip("0123456789_"), path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


fill = module(HERE.parent / "e2e/35_fill.py")
schemas = module(HERE.parent / "schemas/run.py")
OTHERS = ("HR", "Sakila")


def shop():
    """The statements of the demo's shop, its job left out: nobody but the filler writes."""
    text = (harness.ROOT / "demo/shop/schema.sql").read_text()
    for part in text.split("\n/\n"):
        plain, *unit = part.split("CREATE OR REPLACE TRIGGER")
        if "DBMS_SCHEDULER" not in plain:
            yield from (one.strip() for one in "\n".join(line for line in plain.splitlines() if not line.startswith("--")).split(";") if one.strip())
        yield from ("CREATE OR REPLACE TRIGGER" + one for one in unit)


def scn(cursor):
    return int(cursor.execute("select current_scn from v$database").fetchone()[0])


def other(oracle, cursor, filler, work, schema):
    """One of test/schemas: its own script, rows, four sessions; all of it is in the redo."""
    name, repository, script, user, answers, _ = schema
    owner, scripts, start = name.split(",")[0].upper(), [script] if isinstance(script, str) else script, scn(cursor)
    schemas.install(oracle, schemas.source(repository, scripts, os.environ.get("SOURCES"), work), scripts, user, answers)
    told = filler("--schema", owner, "--rows", 60)
    assert all(table["rows"] == 60 for table in told["tables"].values()), told["tables"]
    done = filler("--schema", owner, "--rows", 0, "--transactions", 25, "--sessions", 4)["workload"]
    assert done["commits"] > 60, done
    reader = fill.replayed(oracle, owner, sorted(told["tables"]), start)
    print(f"# {owner}: {len(told['tables'])} tables, {reader.rows} rows of redo, {reader.changes} changes, {reader.undone} undone; {done}", flush=True)


def main():
    work = servers.work_folder("fill")
    oracle, cursor, filler = fill.begin(work)
    try:
        with harness.test("four_sessions_at_a_time_on_the_demo_s_shop_and_their_redo_replays_exactly"):
            start = fill.owner(cursor, "fillshop", shop())
            told = filler("--schema", "fillshop", "--rows", 50, "--transactions", 25, "--sessions", 4, "--skew", 2)
            assert told["workload"]["commits"] > 60, told
            fill.replayed(oracle, "FILLSHOP", ("CUSTOMERS", "ORDERS", "ORDER_LOG"), start)
        for schema in schemas.SCHEMAS:
            owner = schema[0].split(",")[0]
            if owner in OTHERS:
                with harness.test(f"{owner.lower()}_is_filled_and_worked_on_and_its_redo_replays_exactly"):
                    other(oracle, cursor, filler, work, schema)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
