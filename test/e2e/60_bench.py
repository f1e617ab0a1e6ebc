#!/usr/bin/env python3
"""60_bench.py - the bench itself, small: each pair runs, both sides hold the same rows, the report has what was measured"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402

RUNS, ROWS, TXNS = 3, 1000, 20
out = harness.BUILD / "check-bench.json"
out.unlink(missing_ok=True)
done = subprocess.run(["/usr/bin/python3", str(harness.ROOT / "bench" / "bench.py"), "--build", str(harness.BUILD), "--out", str(out),
                       "--rows", str(ROWS), "--txns", str(TXNS), "--runs", str(RUNS)], text=True, stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT, timeout=300, check=False)
for line in done.stdout.splitlines():
    print(f"# {line}")
with harness.test("the_three_pairs_run_and_end_with_the_same_rows_on_both_sides"):
    assert done.returncode == 0, done.stdout[-1500:]
    report = json.loads(out.read_text())
    with harness.test("every_measure_is_a_median_of_its_runs_and_a_ratio_to_its_limit"):
        for pair, ours, limit in (("load", "causeway", "copy"), ("follow", "causeway", "logical_replication"),
                                  ("drivers", "oracledb_insert", "psycopg2_insert"), ("drivers", "oracledb_fetch", "psycopg2_fetch")):
            one, other = report[pair][ours], report[pair][limit]
            assert sorted(one["runs_s"])[RUNS // 2] == one["median_s"] > 0, one
            assert abs(one["of_limit"] - other["median_s"] / one["median_s"]) < 0.05 * one["of_limit"] + 0.01, (one, other)
    with harness.test("what_causeway_itself_spent_is_told_apart_from_the_servers"):
        assert {"causeway", "rehearsal", "target"} <= set(report["load"]["causeway"]["cpu_s"])
        assert {"causeway", "rehearsal", "target"} <= set(report["follow"]["causeway"]["cpu_s"])
harness.finish()
