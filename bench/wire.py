#!/usr/bin/env python3
"""wire.py - what a row costs the client: Causeway beside the drivers and a loop that does the least

	wire.py [--build FOLDER] [--rows N] [--wide N] [--array N] [--runs N] [--only NAME,...] [--out FILE]

One server (wire/replay.c) sends the same bytes, made before, to every client; each client is a process that prints what it
took: rows, the sum of their ids, seconds, and CPU seconds of its own, both without the login.  Three works: `mixed` and `wide` are
queries, `insert` is array inserts of five columns.  Drivers are unmodified, each installed by its own package client
(test/drivers/install.py).  The program ends with 1 if a client did not take every row.  README.md says how to read it.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
WIRE = HERE / "wire"
sys.path[:0] = [str(HERE), str(ROOT / "test/drivers")]
import install  # noqa: E402
import meter  # noqa: E402

WORKS = ("mixed", "wide", "insert")
CYCLE = 10000  # of replay.c: ids begin again after so many


def python(interpreter):
    return [interpreter, WIRE / "client.py"], {}


CLIENTS = {
    "causeway": ("Causeway", lambda build: ([build / "bench/wire/bench-client"], {})),
    "typed": ("Causeway, and C values made", lambda build: ([build / "bench/wire/bench-client"], {})),
    "floor": ("a loop over the fields", lambda build: ([build / "bench/wire/bench-client"], {})),
    "python": ("python-oracledb", lambda build: python(install.virtual_python("oracledb"))),
    "python-debian": ("python-oracledb of Debian", lambda build: python(install.PYTHON)),
    "node": ("node-oracledb", lambda build: (["node", WIRE / "client.js"], {"NODE_PATH": install.node()})),
    "go-ora": ("go-ora", lambda build: ([install.go_ora("bench", WIRE / "go/common.go", WIRE / "go/ora/open.go")], {})),
    "go-oracledb": ("go-oracledb", lambda build: ([install.go_oracledb("bench", WIRE / "go/common.go", WIRE / "go/oracledb/open.go")], {})),
    "ojdbc": ("ojdbc", lambda build: (install.ojdbc(WIRE / "java/WireBench.java"), {})),
}
MODES = {"causeway": "fetch", "typed": "typed", "floor": "floor"}  # of bench-client; `insert` has one


class Server:
    def __init__(self, build):
        self.process = subprocess.Popen([build / "bench/wire/bench-replay"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().strip().removeprefix("ready port=")
        if not self.port:
            raise RuntimeError("the server did not start")

    def stop(self):
        self.process.communicate(timeout=30)


def sum_of_ids(rows):
    whole, rest = divmod(rows, CYCLE)
    return whole * CYCLE * (CYCLE + 1) // 2 + rest * (rest + 1) // 2


def run(command, environment, port, key, work, rows, array):
    mode = "insert" if work == "insert" else MODES.get(key, "fetch")
    done = subprocess.run([*map(str, command), port, mode, work, str(rows), str(array)], text=True, capture_output=True, timeout=1800,
                          env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{key}, {work}: {' '.join(done.stderr.split())[-500:]}")
    told = json.loads(done.stdout)
    if told["rows"] != rows or (work != "insert" and key != "floor" and told["sum"] != sum_of_ids(rows)):
        raise RuntimeError(f"{key}, {work}: not the rows that were sent: {told}")
    return told


def does(key, work):
    return work != "insert" or key not in ("typed", "floor", "go-oracledb")  # which has no arrays of rows


def measure(options, port, clients):
    """Each work by each client in turn, options.runs times."""
    rows = {"mixed": options.rows, "wide": options.wide, "insert": options.rows}
    told = {work: {key: [] for key in clients if does(key, work)} for work in WORKS}
    for turn in range(options.runs):
        for work in WORKS:
            for key in told[work]:
                command, environment = clients[key]
                one = run(command, environment, port, key, work, rows[work], options.array)
                told[work][key].append(one)
                print(f"# {turn + 1} {work} {key}: {one['cpu_s'] * 1e6 / rows[work]:.3f} CPU s per million rows", file=sys.stderr, flush=True)
    return {work: {key: summary(runs, rows[work]) for key, runs in by_key.items()} for work, by_key in told.items()}


def summary(runs, rows):
    cpu, seconds = (statistics.median(one[name] for one in runs) for name in ("cpu_s", "s"))
    return {"version": runs[0].get("version", ""), "rows": rows, "runs_cpu_s": [one["cpu_s"] for one in runs],
            "runs_s": [one["s"] for one in runs], "cpu_s_per_million": round(cpu * 1e6 / rows, 4),
            "rows_per_s": round(rows / seconds) if seconds > 0 else 0}


def bars(works):
    """How far the bars are met: python-oracledb's CPU over ours, ours over the loop's."""
    found = {}
    for work, by_key in works.items():
        ours = by_key["causeway"]["cpu_s_per_million"]
        for key in ("python", "python-debian", "floor"):
            if key in by_key and ours > 0 and by_key[key]["cpu_s_per_million"] > 0:
                theirs = by_key[key]["cpu_s_per_million"]
                found.setdefault(work, {})[key] = round(ours / theirs if key == "floor" else theirs / ours, 2)
    return found


def table(report):
    lines = [f"{'':8}{'':30}{'version':>16}{'CPU s / million rows':>22}{'of Causeway':>13}{'rows/s':>12}"]
    for work, by_key in report["works"].items():
        ours = by_key["causeway"]["cpu_s_per_million"]
        for key, one in by_key.items():
            ratio = f"{one['cpu_s_per_million'] / ours:.2f}" if ours > 0 else "-"
            lines.append(f"{work:8}{CLIENTS[key][0]:30}{one['version'].split('-')[-1]:>16}{one['cpu_s_per_million']:>22.3f}{ratio:>13}{one['rows_per_s']:>12}")
    lines += [f"not run: {CLIENTS[key][0]}: {why}" for key, why in report["missing"].items()]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    parser.add_argument("--rows", default=2000000, type=int)
    parser.add_argument("--wide", default=2000000, type=int)
    parser.add_argument("--array", default=1000, type=int)
    parser.add_argument("--runs", default=3, type=int)
    parser.add_argument("--only", default=",".join(CLIENTS))
    parser.add_argument("--out", default=install.BUILD / "bench/wire.json", type=pathlib.Path)
    options = parser.parse_args()
    wanted = options.only.split(",")
    unknown = [key for key in wanted if key not in CLIENTS]
    if unknown or "causeway" not in wanted:
        sys.exit(f"--only takes causeway and any of {', '.join(CLIENTS)}")
    clients, missing = {}, {}
    for key in wanted:
        try:
            clients[key] = CLIENTS[key][1](options.build.resolve())
        except install.NotThere as error:
            missing[key] = str(error)
    report = {"machine": meter.machine(), "array": options.array, "runs": options.runs, "missing": missing}
    server = Server(options.build.resolve())
    try:
        report["works"] = measure(options, server.port, clients)
    finally:
        server.stop()
    report["bars"] = bars(report["works"])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1))
    print(table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
