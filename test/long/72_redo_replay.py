#!/usr/bin/env python3
"""72_redo_replay.py - two hundred seeds of test/e2e/15_redo_replay.py, half of them in two redo threads; ends with a JSON line

	72_redo_replay.py [FIRST [COUNT]]
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness
import workload

FIRST = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 200

totals = workload.main(range(FIRST, FIRST + COUNT // 2))
for what, count in workload.main(range(FIRST + COUNT // 2, FIRST + COUNT), threads=2, profile="21c").items():
    totals[what] = totals.get(what, 0) + count
print("# " + json.dumps({"seeds": COUNT, "failed": harness.failures, **totals}), flush=True)
harness.finish()
