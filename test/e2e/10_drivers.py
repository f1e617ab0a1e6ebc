"""10_drivers.py - real, unmodified Oracle drivers against the rehearsal Oracle"""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

sys.path.insert(0, str(harness.ROOT / "test/drivers"))
from walked import Walked, told  # noqa: E402

NODE_MODULES = harness.ROOT / "build" / "node" / "node_modules"


def suite(driver, command, oracle, **environment):
    """Run one driver's suite; its lines become ours, under the driver's name."""
    with Walked(oracle.port, work, harness.BUILD / "src/programs/causeway-dump") as walk:
        done = subprocess.run([*map(str, command), "--port", str(walk.port), "--service", oracle.service, "--system-password",
                               oracle.password], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                              env={**os.environ, **environment}, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok ", "not ok ", "skip "))]
    for line in lines:
        state, _, rest = line.partition("ok ") if not line.startswith("skip ") else ("skip", "", line[5:])
        prefix = "skip" if state == "skip" else f"{state}ok"
        print(f"{prefix} {driver}_{rest}", flush=True)
    with harness.test(f"{driver}_suite_ran_to_its_end"):
        assert lines, done.stdout[-2000:]
        assert done.returncode == 0, done.stdout[-2000:]
    with harness.test(f"every_byte_that_{driver}_and_the_rehearsal_said_is_named"):
        assert not walk.why, walk.why
        print(f"# {told(walk.counts)}", flush=True)


work = servers.work_folder("drivers")
oracle = None
try:
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    suite("python", ["/usr/bin/python3", harness.ROOT / "test" / "drivers" / "python" / "run.py"], oracle)
    node = shutil.which("node")
    if node and NODE_MODULES.is_dir():
        suite("node", [node, harness.ROOT / "test" / "drivers" / "node" / "run.js"], oracle, NODE_PATH=str(NODE_MODULES))
    else:
        print("skip node_suite - node or node-oracledb is not installed")
finally:
    if oracle:
        oracle.stop()
    servers.remove(work)
harness.finish()
