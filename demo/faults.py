#!/usr/bin/env python3
"""faults.py - plant one fault a run; the demo must end badly and name it

	faults.py --build build-faults [--only NAME ...] [--json FILE]

Every run is the whole demo, smaller, with CW_FAULT set for all its programs. What must be told is a pattern that the demo's last
line, the judge's samples or the failing verb must match: a demo that merely fails is not enough.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TABLE = r"(CUSTOMERS|ORDERS|ORDER_LOG|customers|orders|order_log)"

# name, the fault point, what the failure must say
FAULTS = [
    ("one COPY row dropped", "load.drop_row:500", rf"{TABLE}.*(lost|differ|missing|CW5)"),
    ("one UPDATE swallowed", "apply.swallow_update", rf"{TABLE}.*(different|differ|CW5)"),
    ("one transaction applied twice", "follow.apply_twice", rf"({TABLE}.*(doubled|different|extra|CW5)|CW5\d\d\d)"),
    ("two commits of one key swapped", "follow.swap_commits", rf"({TABLE}.*(different|differ|CW5)|CW5\d\d\d)"),
    ("one microsecond added", "convert.add_microsecond:2000", rf"{TABLE}.*(different|differ|lost|CW5)"),
    ("one trailing blank trimmed", "convert.trim_blank:50", rf"{TABLE}.*(different|differ|lost|CW5)"),
    ("a NUMBER's scale lost", "convert.lose_scale:50", rf"{TABLE}.*(different|differ|lost|CW5)"),
    ("'' for NULL", "convert.empty_for_null:50", rf"{TABLE}.*(different|differ|lost|CW5|CW8)"),
    ("one rolled-back row let through", "redo.hide_compensation", rf"({TABLE}.*(extra|different|differ|doubled|CW5)|CW5\d\d\d)"),
    ("one archived log missing", "redo.lose_archive", r"(CW70\d\d|ORA-01291|missing|archived)"),
    ("a writer after quiet", "runbook.leave_door_open", r"(after postgresql had begun|CW4\d\d\d|foreign)"),
    ("the slot made after the first write", "runbook.slot_late", rf"({TABLE}.*(lost|extra|different|doubled)|CW4\d\d\d|slot)"),
    ("the sequence not advanced", "runbook.skip_sequence", r"(sequence|orders_pk|duplicate|CW4\d\d\d)"),
    ("one trigger left off", "back.leave_trigger_off", r"(trigger|CW4\d\d\d)"),
]


def play(options, point):
    environment = {**os.environ, "CW_FAULT": point}
    out = pathlib.Path(options.build).resolve() / "demo-faults"
    command = ["/usr/bin/python3", str(HERE / "run.py"), "--build", options.build, "--out", str(out), "--rows", "4000",
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
    for name, point, pattern in FAULTS:
        if options.only and point.split(":")[0] not in options.only:
            continue
        start = time.monotonic()
        code, told, planted = play(options, point)
        caught = code != 0 and bool(re.search(pattern, told, re.S)) and planted
        why = "" if caught else "the demo ended well" if code == 0 else "the fault never happened" if not planted else "failed without naming it"
        results.append({"fault": name, "point": point, "caught": caught, "why": why, "told": told[:400],
                        "seconds": round(time.monotonic() - start)})
        print(f"{'caught    ' if caught else 'NOT CAUGHT'} {name}: {(why + ' ' if why else '')}{told.strip()[:160]!r}", flush=True)
    caught = sum(one["caught"] for one in results)
    print(f"{caught} of {len(results)} faults were caught")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    sys.exit(0 if caught == len(results) else 1)


if __name__ == "__main__":
    main()
