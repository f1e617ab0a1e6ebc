"""harness.py - what every end-to-end script needs: lines for tests, builds, servers that are stopped for sure"""
import contextlib
import json
import pathlib
import subprocess
import sys
import traceback

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "demo"))

BUILD = ROOT / "build"
FAULTS = ROOT / "build-faults"
failures = 0


def test(name):
    """Decorator-like context: `with test("sentence_that_must_hold"):` prints its line, and goes on after a failure."""
    return _Test(name)


class _Test(contextlib.AbstractContextManager):
    def __init__(self, name):
        self.name = name

    def __exit__(self, kind, error, trace):
        global failures
        if kind is None:
            print(f"ok {self.name}", flush=True)
            return True
        if not issubclass(kind, Exception):
            return False
        failures += 1
        where = " at ".join(f"{pathlib.Path(at.filename).name}:{at.lineno} {at.line}" for at in traceback.extract_tb(trace)[::-1] if at.line)
        print(f"not ok {self.name} - {kind.__name__}: {str(error)[:600]!r} at {where[:400]}", flush=True)
        return True


def play_demo(name, **options):
    """The whole demo with these options, its lines printed as remarks: what it printed, and its report if it ended well."""
    out = BUILD / "plays" / name
    command = ["/usr/bin/python3", ROOT / "demo" / "run.py", "--build", BUILD, "--out", out]
    for option, value in options.items():
        command += [f"--{option}", value]
    done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, check=False)
    for line in done.stdout.splitlines():
        print(f"# {line}", flush=True)
    return done.stdout, json.loads((out / "report.json").read_text()) if done.returncode == 0 else None


def finish():
    sys.exit(1 if failures else 0)
