"""08_fuzz.py - a minute of fuzzing in all, where clang is there; the seeds are replayed by every build's unit tests"""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "e2e"))
sys.path.insert(0, str(ROOT / "tools"))
import fuzz  # noqa: E402
import harness  # noqa: E402

targets = fuzz.names()
if shutil.which("clang-14"):
    seconds = max(5, 60 // len(targets))
    done = subprocess.run([sys.executable, ROOT / "tools" / "fuzz.py", "--seconds", str(seconds)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    for name in targets:
        with harness.test(f"{name}_finds_nothing"):
            assert f"ok {name} - " in done.stdout and f"not ok {name} " not in done.stdout, done.stdout
else:
    for name in targets:
        print(f"skip {name}_finds_nothing - clang-14 is not installed")

harness.finish()
