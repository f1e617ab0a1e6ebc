"""harness.py - what every end-to-end script needs: lines for tests, builds, servers that are stopped for sure"""
import contextlib
import pathlib
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
        where = "".join(traceback.format_tb(trace)[-1:]).strip().replace("\n", " ")
        print(f"not ok {self.name} - {kind.__name__}: {str(error)[:600]!r} at {where[:200]}", flush=True)
        return True


def finish():
    sys.exit(1 if failures else 0)
