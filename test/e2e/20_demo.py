"""20_demo.py - the demo itself, smaller, with a seed drawn and printed: there and back under load, judged"""
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402

seed = random.randrange(1, 10**6)
print(f"# seed {seed}")
out = harness.BUILD / "check-demo"
done = subprocess.run(["/usr/bin/python3", str(harness.ROOT / "demo" / "run.py"), "--build", str(harness.BUILD), "--out", str(out),
                       "--seed", str(seed), "--rows", "8000", "--seconds", "6"], text=True, stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT, timeout=400, check=False)
for line in done.stdout.splitlines():
    print(f"# {line}")
with harness.test("there_and_back_under_load_ends_well"):
    assert done.returncode == 0, done.stdout[-1500:]
    report = json.loads((out / "report.json").read_text())
    with harness.test("nothing_is_lost_and_nothing_differs_both_ways"):
        assert report["acknowledged_writes_lost"] == 0 and report["rows_compared"] > 8000
        assert report["rows_different"] == 0 and report["back_rows_different"] == 0
    with harness.test("the_users_themselves_measured_how_long_they_were_refused"):
        assert report["blackout_ms"] > 0 and report["back_blackout_ms"] > 0, report
    with harness.test("inside_the_blackout_a_table_without_a_key_is_compared_by_running_digests"):
        comparisons = json.loads((out / "crossing-report.json").read_text())["comparisons"]
        inside = {one["task"]: one for one in comparisons if one["mode"] == "delta"}  # the last of each: those before narrow it down
        assert set(inside) == {"forward", "reverse"} and all(one["tables_by_digest"] == 1 for one in inside.values()), comparisons
    print(f"# refused for {report['blackout_ms']} ms forward, {report['back_blackout_ms']} ms back")
harness.finish()
