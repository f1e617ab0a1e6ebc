#!/usr/bin/env python3
"""check.py - run every test there is and say which requirement each of them holds

	check.py [--long] [--only WORD]

Kinds: static (layers, sizes, error pages ...), unit (cmocka through meson: plain, under ASan+UBSan and under
TSan), scripts (test/scripts/*.py and test/e2e/*.py: real drivers, real servers, each prints lines
`ok NAME`, `not ok NAME - why`, `skip NAME - why`).  --long adds test/long/*.py.

doc/requirements.tsv names each requirement, what must hold, and patterns of the tests that hold it; a requirement for
which no test ran is a failure.  Ends with `N passed, N failed, N skipped`.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"
TAKE_TIME = ("20_", "21_", "6")  # of test/e2e: a blackout, a bench
SCRIPT_LIMIT_S = {"long": 5400}  # others: 900
LINE = re.compile(r"^(ok|not ok|skip) (\S+)(?: - (.*))?$")
TAP = re.compile(r"^(ok|not ok) \d+ - (\S+)(.*)$")

BUILDS = [
    # name, folder, options, what of the tests (the fuzz targets have one thread, and show what they find under ASan)
    ("plain", "build", [], ["--no-suite", "fuzz"]),
    ("asan", "build-asan", ["-Db_sanitize=address,undefined", "-Doptimization=1"], []),
    ("tsan", "build-tsan", ["-Db_sanitize=thread", "-Doptimization=1"], ["--no-suite", "fuzz"]),
]


class Results:
    def __init__(self):
        self.of = {}  # name -> (state, why)

    def add(self, name, state, why=""):
        if name in self.of and self.of[name][0] == "failed":
            return
        self.of[name] = (state, why)
        if state == "failed":
            print(f"not ok {name} - {why}", flush=True)

    def count(self, state):
        return sum(1 for one, _ in self.of.values() if one == state)


def command(words, limit=600, **more):
    """Exit code and output; a command that does not end is a failure like any other."""
    try:
        done = subprocess.run([str(w) for w in words], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit, errors="replace", check=False, **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        text = error.stdout or b""
        return 124, (text.decode(errors="replace") if isinstance(text, bytes) else text) + f"\nno end within {limit} s"


def static(results):
    for name, words in {
        "layers_go_down_only": ["sh", "tools/check_layers.sh"],
        "functions_and_files_keep_their_size": ["sh", "tools/check_size.sh"],
        "every_error_code_has_a_page": ["sh", "tools/check_errors.sh"],
    }.items():
        code, out = command(words)
        results.add(f"static/{name}", "passed" if code == 0 else "failed", out.strip()[-1500:])


def build(folder, options, nice):
    if not (ROOT / folder / "build.ninja").exists():
        code, out = command(["meson", "setup", folder, *options])
        if code != 0:
            return out
    code, out = command([*nice, "ninja", "-C", folder], limit=1500)
    return None if code == 0 else out


def unit(results, builds, nice=()):
    for name, folder, options, choice in builds:
        start = time.monotonic()
        trouble = build(folder, options, nice)
        if trouble:
            results.add(f"build/{name}", "failed", trouble[-3000:])
            continue
        results.add(f"build/{name}", "passed")
        words = [*nice, "meson", "test", "-C", folder, "--no-rebuild", *choice]
        command(words, limit=900, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "TSAN_OPTIONS": "halt_on_error=1",
                                       "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
        read_testlog(results, name, ROOT / folder / "meson-logs" / "testlog.json")
        print(f"# {name} build and unit tests: {time.monotonic() - start:.0f} s", flush=True)


def read_testlog(results, name, path):
    if not path.exists():
        results.add(f"unit/{name}", "failed", "meson wrote no test log")
        return
    for line in path.read_text().splitlines():
        one = json.loads(line)
        test = one["name"].split(" / ")[-1]
        tap = [TAP.match(text) for text in one.get("stdout", "").splitlines()]
        for found in filter(None, tap):
            skipped = "# SKIP" in found[3]
            state = "skipped" if skipped else "passed" if found[1] == "ok" else "failed"
            results.add(f"{name}/{test}/{found[2]}", state, one.get("stdout", "")[-1500:] if state == "failed" else found[3])
        if one["result"] not in ("OK", "SKIP") or not any(tap):
            state = "passed" if one["result"] == "OK" else "skipped" if one["result"] == "SKIP" else "failed"
            results.add(f"{name}/{test}", state, (one.get("stdout", "") + one.get("stderr", ""))[-3000:])


def script(results, folder, path):
    start = time.monotonic()
    code, out = command([PYTHON, path], limit=SCRIPT_LIMIT_S.get(folder, 900))
    ran = 0
    for line in out.splitlines():
        found = LINE.match(line)
        if found:
            ran += 1
            state = {"ok": "passed", "not ok": "failed", "skip": "skipped"}[found[1]]
            results.add(f"{folder}/{path.stem}/{found[2]}", state, found[3] or "")
    if code != 0 or ran == 0:
        results.add(f"{folder}/{path.stem}", "failed", f"exit {code}\n{out[-3000:]}")
    print(f"# {folder}/{path.stem}: {ran} tests, {time.monotonic() - start:.0f} s", flush=True)


def scripts(results, folder, paths=None):
    for path in sorted((ROOT / "test" / folder).glob("[0-9]*.py")) if paths is None else paths:
        script(results, folder, path)


def end_to_end(results, beside=None):
    """Two scripts at a time, and @beside: they wait more than they work.  Alone at the end, who takes a time."""
    paths = sorted((ROOT / "test" / "e2e").glob("[0-9]*.py"))
    alone = [path for path in paths if path.stem.startswith(TAKE_TIME)]
    with concurrent.futures.ThreadPoolExecutor(3 if beside else 2) as pool:
        todo = [pool.submit(beside)] if beside else []
        todo += [pool.submit(script, results, "e2e", path) for path in paths if path not in alone]
        for done in todo:
            done.result()
    scripts(results, "e2e", alone)


def everything(results):
    def sanitized():
        unit(results, BUILDS[1:], ["nice"])
        scripts(results, "scripts")

    static(results)
    unit(results, BUILDS[:1])
    end_to_end(results, sanitized)


def requirements(results):
    print("\n# requirement -> tests that ran")
    for line in (ROOT / "doc" / "requirements.tsv").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        identity, sentence, patterns = line.split("\t")
        hits = [name for name, (state, _) in results.of.items() if state != "skipped"
                and any(fnmatch.fnmatch(name, pattern.strip()) for pattern in patterns.split(","))]
        print(f"{identity}  {sentence}: {len(hits)} tests" + (f" ({', '.join(hits[:3])}{' ...' if len(hits) > 3 else ''})" if hits else ""))
        twice = f"requirement/{identity}" in results.of
        results.add(f"requirement/{identity}" + twice * "_again", "passed" if hits and not twice else "failed",
                    f"two requirements are called {identity}" if twice else f"no test ran for: {sentence}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    kinds = {"static": static, "unit": lambda results: unit(results, BUILDS), "scripts": lambda results: scripts(results, "scripts"),
             "e2e": end_to_end, "long": lambda results: scripts(results, "long")}
    parser.add_argument("--only", choices=kinds)
    options = parser.parse_args()
    results = Results()
    kinds.get(options.only, everything)(results)
    if options.long and options.only is None:
        scripts(results, "long")
    if options.only is None:
        requirements(results)
    for name, (state, why) in results.of.items():
        if state == "skipped":
            print(f"skip {name} - {why}")
    failed = results.count("failed")
    print(f"\n{results.count('passed')} passed, {failed} failed, {results.count('skipped')} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
