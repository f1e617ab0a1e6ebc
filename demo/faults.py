#!/usr/bin/env python3
"""faults.py - plant one fault a run; the demo must end badly and name it

	faults.py --build build-faults [--only NAME ...] [--json FILE]

Every run is the whole demo, smaller, with CW_FAULT set for all its programs.  What the demo says at its end must name what was
broken (the table, how many rows and the first; the log; the trigger): a demo that merely fails is not enough, nor is one that
fails though the fault never happened.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
KEYED = r"SHOP\.(CUSTOMERS|ORDERS)"
ANY = r"SHOP\.(CUSTOMERS|ORDERS|ORDER_LOG)"


def differs(table, count, how):
    """What `verify` or the cut-over's own verdict says of a table: how many rows, and the first by its key or its columns."""
    return rf"{table}: {count} rows differ, the first: \w+=.*\({how}\)"


# What the target itself says of a change that does not fit: the row is not there, or there already.
NO_ROW = r"(UPDATE|DELETE) of shop\.\w+ where .+ touched 0 rows.*CW5001"
# On the way back it is the judge who looks first.
JUDGED = r"the judge, forward: (CUSTOMERS|ORDERS): different: key \d+"
TWICE = r"duplicate key value violates unique constraint .+Key \(.+\)=\(.+\) already exists"

# name, the fault point, whether it waits until the target has caught up, what the failure must say
FAULTS = [
    ("one COPY row dropped", "load.drop_row:500", False, rf"{differs(ANY, 1, 'only on Oracle')}|{NO_ROW}"),
    ("one UPDATE swallowed", "apply.swallow_update", True, differs(KEYED, 1, "differs")),
    ("one transaction applied twice", "follow.apply_twice", True, rf"{differs(ANY, 1, 'differs')}|{TWICE}|{NO_ROW}"),
    ("two commits of one row swapped", "follow.swap_commits", True, rf"{differs(KEYED, 1, 'differs')}|{NO_ROW}|{JUDGED}"),
    ("one microsecond added", "convert.add_microsecond:2000", False, differs(ANY, 1, ".*")),
    ("one trailing blank trimmed", "convert.trim_blank:50", False, differs(KEYED, 1, "differs")),
    ("a NUMBER's scale lost", "convert.lose_scale:50", False, differs(KEYED, 1, "differs")),
    ("'' for NULL", "convert.empty_for_null:50", False, differs(ANY, 1, ".*")),
    ("one rolled-back row let through", "redo.hide_compensation", True, differs(r"SHOP\.ORDERS", 1, "differs")),
    ("one archived log missing", "redo.lose_archive", True, r"redo log of thread 1, sequence \d+ is missing.*CW7011"),
    ("a writer after quiet", "runbook.leave_door_open", False,
     r"a session of SHOP \(.+\) came in after the door was shut.*CW4220"),
    ("the slot made after the first write", "runbook.slot_late", False,
     r"the slot causeway_shop (was made anew after the first write on PostgreSQL|is gone: changes since the first write).*CW4244"),
    ("the sequence not advanced", "runbook.skip_sequence", False,
     r"sequence SHOP\.ORDER_SEQ would go on with \d+ on PostgreSQL.*CW4225"),
    ("one trigger left off", "back.leave_trigger_off", False, r"SHOP.*ORDERS_CHANGED.* is off.*CW4224"),
]


def play(options, point, waits):
    environment = {**os.environ, "CW_FAULT": point}
    with tempfile.TemporaryDirectory() as folder:
        if waits:
            environment["CW_FAULT_WHEN"] = f"{folder}/now"
        return demo(options, point, environment)


def demo(options, point, environment):
    out = pathlib.Path(options.build).resolve() / "demo-faults"
    command = ["/usr/bin/python3", str(HERE / "run.py"), "--build", options.build, "--out", str(out), "--rows", "8000",
               "--seconds", "6", "--writers", "3", "--seed", "11"]
    done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    told = done.stdout[done.stdout.find("FAILED"):] if "FAILED" in done.stdout else ""
    planted = any(f"fault: {point.split(':')[0]}" in path.read_text(errors="replace")
                  for path in (out / "logs").glob("*") if path.is_file())
    return done.returncode, told, planted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(HERE.parent / "build-faults"))
    parser.add_argument("--only", nargs="*", help="fault points to play, by their name without a count")
    parser.add_argument("--json")
    options = parser.parse_args()
    results = []
    for name, point, waits, pattern in FAULTS:
        if options.only and point.split(":")[0] not in options.only:
            continue
        start = time.monotonic()
        code, told, planted = play(options, point, waits)
        caught = code != 0 and bool(re.search(pattern, told, re.S)) and planted
        why = "" if caught else "the demo ended well" if code == 0 else "the fault never happened" if not planted else "failed without naming it"
        results.append({"fault": name, "point": point, "caught": caught, "why": why, "told": told[:1000],
                        "seconds": round(time.monotonic() - start)})
        print(f"{'caught    ' if caught else 'NOT CAUGHT'} {name}: {(why + ' ' if why else '')}{told.strip()[:240]!r}", flush=True)
    caught = sum(one["caught"] for one in results)
    print(f"{caught} of {len(results)} faults were caught")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    sys.exit(0 if caught == len(results) else 1)


if __name__ == "__main__":
    main()
