#!/usr/bin/env python3
"""61_bench_wire.py - the bench of the wire, small: one server, python-oracledb and Causeway, every row arrives"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402

ROWS = 3000
CLIENTS = ["causeway", "typed", "floor", "python-debian"]
out = harness.BUILD / "check-bench-wire.json"
out.unlink(missing_ok=True)
done = subprocess.run(["/usr/bin/python3", str(harness.ROOT / "bench" / "wire.py"), "--build", str(harness.BUILD), "--out", str(out),
                       "--rows", str(ROWS), "--wide", str(ROWS), "--runs", "1", "--only", ",".join(CLIENTS)],
                      text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
for line in done.stdout.splitlines():
    print(f"# {line}")
with harness.test("one_server_sends_every_row_to_every_client_and_takes_their_array_inserts"):
    assert done.returncode == 0, done.stdout[-1500:]
    report = json.loads(out.read_text())
    with harness.test("the_report_has_each_client_s_rows_seconds_and_cpu_of_each_work"):
        assert not report["missing"], report["missing"]
        for work, clients in (("mixed", CLIENTS), ("wide", CLIENTS), ("insert", ["causeway", "python-debian"])):
            assert list(report["works"][work]) == clients, report["works"][work]
            for one in report["works"][work].values():
                assert one["rows"] == ROWS and len(one["runs_s"]) == len(one["runs_cpu_s"]) == 1, one
                assert one["cpu_s_per_million"] > 0, one
        assert set(report["bars"]["mixed"]) == {"python-debian", "floor"}, report["bars"]
harness.finish()
