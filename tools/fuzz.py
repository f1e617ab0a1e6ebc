#!/usr/bin/env python3
"""fuzz.py - drive every fuzz target with libFuzzer under ASan and UBSan

	fuzz.py [--seconds N] [--target NAME] [--keep]

Each target gets N seconds (default 3600), two at a time on two cores.  It begins with its seeds, which are grown from the recordings in
test/recordings, with what is kept in fuzz/corpus/NAME, and with what earlier runs found in build-fuzz/corpus/NAME.  --keep copies
the smallest inputs that reach all that was reached into fuzz/corpus/NAME.

Prints `ok NAME` with executions and coverage, or `not ok NAME - the input's path`.  Needs Debian's clang-14.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-fuzz"
REPLAY = ROOT / "build"
ENV = {**os.environ, "CW_RECORDINGS": str(ROOT / "test" / "recordings"), "CC": "clang-14",
       "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
       "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}


def run(*words, **more):
    return subprocess.run([str(w) for w in words], cwd=ROOT, env=ENV, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors="replace", check=False, **more)


def names():
    return sorted(path.stem[len("fuzz_"):] for path in (ROOT / "fuzz").glob("fuzz_*.c"))


def build(targets):
    if not (BUILD / "build.ninja").exists():
        done = run("meson", "setup", BUILD, "-Dfuzz=true", "-Db_lundef=false", "-Db_sanitize=address,undefined")
        if done.returncode:
            sys.exit(done.stdout)
    done = run("ninja", "-C", BUILD, *(f"fuzz/fuzz_{name}" for name in targets))
    if done.returncode:
        sys.exit(done.stdout[-4000:])
    if not (REPLAY / "build.ninja").exists():
        run("meson", "setup", REPLAY)
    done = run("ninja", "-C", REPLAY, *(f"fuzz/replay_{name}" for name in targets))
    if done.returncode:
        sys.exit(done.stdout[-4000:])


def corpus(name):
    folder = BUILD / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    run(REPLAY / "fuzz" / f"replay_{name}", "--seeds", folder)
    kept = ROOT / "fuzz" / "corpus" / name
    return [folder] + ([kept] if kept.is_dir() else [])


def start(name, seconds):
    log = open(BUILD / f"{name}.log", "w", encoding="utf-8", errors="replace")
    # An input that needs more than 10 s or 1 GiB is a finding, too.
    words = [BUILD / "fuzz" / f"fuzz_{name}", f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=65536",
             "-print_final_stats=1", f"-artifact_prefix={BUILD}/{name}-", *corpus(name)]
    return subprocess.Popen([str(w) for w in words], cwd=ROOT, env=ENV, stdout=log, stderr=subprocess.STDOUT)


def tell(name, code):
    text = (BUILD / f"{name}.log").read_text(errors="replace")
    found = re.search(r"Test unit written to (\S+)", text)
    executions = re.search(r"number_of_executed_units: (\d+)", text)
    coverage = re.findall(r"cov: (\d+)", text)
    if code == 0 and not found:
        print(f"ok {name} - {executions[1] if executions else '?'} executions, {coverage[-1] if coverage else '?'} edges", flush=True)
        return True
    reason = re.search(r"(ERROR|runtime error|SUMMARY|Assertion).*", text)
    print(f"not ok {name} - {found[1] if found else 'exit ' + str(code)}: {reason[0] if reason else text[-300:]}", flush=True)
    return False


def keep(name):
    kept = ROOT / "fuzz" / "corpus" / name
    fresh = BUILD / "corpus" / f"{name}.least"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    run(BUILD / "fuzz" / f"fuzz_{name}", "-merge=1", "-max_len=4096", fresh, *corpus(name))
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for path in fresh.iterdir():
        shutil.copy(path, kept / path.name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--target", action="append", choices=names())
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    targets = options.target or names()
    if not shutil.which("clang-14"):
        sys.exit("fuzz.py needs Debian's clang-14 (tools/setup.sh fuzz)")
    build(targets)
    good = True
    waiting, running = list(targets), []
    while waiting or running:
        while waiting and len(running) < 2:
            name = waiting.pop(0)
            running.append((name, start(name, options.seconds)))
        name, process = running.pop(0)
        good &= tell(name, process.wait())
    if options.keep:
        for name in targets:
            keep(name)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
