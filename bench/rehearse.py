#!/usr/bin/env python3
"""rehearse.py - `make bench-rehearse`: what the rehearsal Oracle does and costs, through python-oracledb

	rehearse.py [--build FOLDER] [--rows N] [--runs N] [--minutes M] [--sessions N]

rows	executemany of 1000 rows and fetchmany(1000): rows per second, CPU seconds of the rehearsal and of the client
redo	the same executemany with the extension's row triggers off: what is left is the cost of redo, CPU and bytes a row
soak	N sessions that write for M minutes: memory of the rehearsal and how far its redo is behind, by the quarter

Fails if memory or lag of the last quarter of the soak has left what the second one had.  build/bench/rehearse.json has it all.
"""
import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "demo"), str(HERE)]
import meter  # noqa: E402
import oracledb  # noqa: E402
import servers  # noqa: E402

BATCH, PROCESSES = 1000, 4
GROWTH, SLACK_MIB, LAG_MS = 1.2, 32, 1000  # of the soak: what the last quarter may have beyond the second
INSERT = "insert into soak.bench (id, name, amount, at, note) values (:1, :2, :3, :4, :5)"
TABLE = "create table soak.bench (id number(12) primary key, name varchar2(60), amount number(12, 2), at date, note varchar2(200))"


def row(number):
    return number, f"name {number}", number / 4, datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=number), "x" * (number % 90)


def connect(dsn):
    return oracledb.connect(user="system", password=servers.Rehearsal.PASSWORD, dsn=dsn)


# ---- a process of the soak: rehearse.py --writer DSN FIRST COUNT UNTIL -------------------------------


def write_until(dsn, first, until, done):
    """Eight rows come, one changes, eight go: the table stays as large as it is."""
    base = (first + 1) * 10**8
    with connect(dsn) as db, db.cursor() as cursor:
        while time.time() < until:
            at = base + done[first] * 8
            cursor.executemany(INSERT, [row(at + i) for i in range(8)])
            cursor.execute("update soak.bench set amount = amount + 1 where id = :1", [at])
            if done[first] >= 20:
                cursor.execute("delete from soak.bench where id >= :1 and id < :2", [at - 160, at - 152])
            db.commit()
            done[first] += 1


def writer(dsn, first, count, until):
    done = dict.fromkeys(range(first, first + count), 0)
    threads = [threading.Thread(target=write_until, args=(dsn, number, until, done)) for number in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"transactions": sum(done.values()), "least": min(done.values())}))


# ---- measures ----------------------------------------------------------------------------------------


class Bench:
    def __init__(self, options, work):
        self.options = options
        self.oracle = servers.Rehearsal(pathlib.Path(options.build) / "src/programs/causeway-rehearse", work / "oracle")
        self.db = connect(self.oracle.dsn)
        self.cursor = self.db.cursor()
        self.postmaster = meter.postmaster(self.oracle.folder)
        for sql in ("create user soak identified by \"soak-pw\"", TABLE, "alter database add supplemental log data",
                    "alter database add supplemental log data (all) columns"):
            self.cursor.execute(sql)

    def triggers(self, on):
        """Of all row triggers of the extension, behind Oracle's back."""
        folder = next(self.oracle.folder.rglob(".s.PGSQL.*[0-9]")).parent
        servers.run(servers.as_postgres([servers.PG_BIN / "psql", "-qX", "-h", folder, "-U", "postgres", "-d", "rehearsal", "-c",
                                         f"alter table \"SOAK\".\"BENCH\" {'enable' if on else 'disable'} trigger all"]), cwd="/")

    def redo_bytes(self):
        return int(self.cursor.execute("select nvl(sum(bytes), 0) from (select blocks * block_size bytes from v$archived_log where standby_dest = 'NO')")
                   .fetchone()[0])

    def measured(self, run):
        cost = meter.Cost(rehearsal=[self.oracle.process.pid, self.postmaster], client=[os.getpid()])
        cost.begin()
        start = time.monotonic()
        run()
        return {"s": time.monotonic() - start, "cpu_s": cost.end()}

    def insert(self):
        for at in range(0, self.options.rows, BATCH):
            self.cursor.executemany(INSERT, [row(at + i) for i in range(BATCH)])
            self.db.commit()

    def fetch(self):
        self.cursor.arraysize = BATCH
        self.cursor.execute("select * from soak.bench")
        count = sum(len(part) for part in iter(lambda: self.cursor.fetchmany(BATCH), []))
        if count != self.options.rows:
            raise SystemExit(f"{count} rows were fetched, not {self.options.rows}")

    def rows(self):
        runs = {"executemany": [], "executemany_without_redo": [], "fetch": []}
        redo = []
        for _ in range(self.options.runs):
            for name, on in (("executemany", True), ("executemany_without_redo", False)):
                self.cursor.execute("truncate table soak.bench")
                self.cursor.execute("alter system switch logfile")
                before = self.redo_bytes()
                self.triggers(on)
                runs[name].append(self.measured(self.insert))
                self.triggers(True)
                self.cursor.execute("alter system switch logfile")
                if on:
                    time.sleep(1)  # it is archived a moment later
                    redo.append((self.redo_bytes() - before) / self.options.rows)
            runs["fetch"].append(self.measured(self.fetch))
        told = {name: meter.summary(some, self.options.rows) for name, some in runs.items()}
        cpu = [told[name]["cpu_s"]["rehearsal"] for name in ("executemany", "executemany_without_redo")]
        told["redo"] = {"bytes_per_row": round(statistics.median(redo)), "cpu_us_per_row": round((cpu[0] - cpu[1]) / self.options.rows * 1e6, 1)}
        return told

    # ---- the soak ------------------------------------------------------------------

    def memory_mib(self):
        """Its own resident memory, and what all of it has with its PostgreSQL: without the shared buffers, whose size is fixed, and that fill."""
        own = int(pathlib.Path(f"/proc/{self.oracle.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        total = 0
        for pid in [self.oracle.process.pid, *descendants(self.oracle.process.pid)]:
            try:
                text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue  # it has ended
            size = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in text.splitlines()[1:]}
            total += size["Pss"] - size["Pss_Shmem"]
        return own / 2**20, total / 2**20

    def lag_ms(self):
        """How long until the redo has all that is committed now."""
        start = time.monotonic()
        scn = self.cursor.execute("select current_scn from v$database").fetchone()[0]
        while self.cursor.execute("select min(last_redo_change#) from v$thread where status = 'OPEN'").fetchone()[0] < scn:
            time.sleep(.01)
        return (time.monotonic() - start) * 1000

    def soak(self):
        self.cursor.execute("truncate table soak.bench")
        until = time.time() + self.options.minutes * 60
        each = self.options.sessions // PROCESSES
        crew = [subprocess.Popen([sys.executable, __file__, "--writer", self.oracle.dsn, str(number * each), str(each), str(until)],
                                 stdout=subprocess.PIPE, text=True) for number in range(PROCESSES)]
        cost = meter.Cost(rehearsal=[self.oracle.process.pid, self.postmaster])
        cost.begin()
        samples = []
        while time.time() < until:
            samples.append((*self.memory_mib(), self.lag_ms()))
            time.sleep(min(2, self.options.minutes))
        said = [json.loads(one.communicate()[0] or "{}") for one in crew]
        if any(one.returncode for one in crew):
            raise SystemExit("a writer of the soak failed")
        done = sum(one["transactions"] for one in said)
        return {"minutes": self.options.minutes, "sessions": each * PROCESSES, "transactions": done, "per_s": round(done / self.options.minutes / 60),
                "least_of_a_session": min(one["least"] for one in said), "cpu_s": cost.end(), "quarters": quarters(samples)}


def descendants(pid):
    found, parents = [], {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    left = [pid]
    while left:
        up = left.pop()
        below = [child for child, parent in parents.items() if parent == up]
        found += below
        left += below
    return found


def quarters(samples):
    length = max(len(samples) // 4, 1)
    parts = [samples[at:at + length] for at in range(0, 4 * length, length)]
    return [{"server_mib": round(statistics.median(one[0] for one in part), 1), "all_mib": round(statistics.median(one[1] for one in part), 1),
             "lag_ms": round(statistics.median(one[2] for one in part)), "lag_ms_max": round(max(one[2] for one in part))} for part in parts if part]


def leaks(soak):
    """What the last quarter has that the second had not."""
    second, last = soak["quarters"][1], soak["quarters"][-1]
    found = [what for what in ("server_mib", "all_mib") if last[what] > second[what] * GROWTH + SLACK_MIB]
    return found + (["lag_ms"] if last["lag_ms"] > 2 * second["lag_ms"] + LAG_MS else [])


def table(report):
    lines = [f"{'':<28}{'rows/s':>9}{'CPU us a row, rehearsal':>26}{'client':>9}"]
    for name in ("executemany", "executemany_without_redo", "fetch"):
        one = report["rows"][name]
        lines.append(f"{name:<28}{one['per_s']:>9}" + "".join(f"{one['cpu_s'][who] / report['options']['rows'] * 1e6:>{width}.1f}"
                                                               for who, width in (("rehearsal", 26), ("client", 9))))
    redo, soak = report["rows"]["redo"], report["soak"]
    lines += [f"redo: {redo['cpu_us_per_row']} us of CPU and {redo['bytes_per_row']} bytes a row", "",
              f"{soak['sessions']} sessions, {soak['minutes']} minutes: {soak['transactions']} transactions, {soak['per_s']}/s",
              f"{'quarter':<10}{'server MiB':>12}{'all MiB':>10}{'lag ms':>9}{'most':>8}"]
    lines += [f"{nr:<10}{one['server_mib']:>12}{one['all_mib']:>10}{one['lag_ms']:>9}{one['lag_ms_max']:>8}" for nr, one in enumerate(soak["quarters"], 1)]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build-release"))
    parser.add_argument("--out", default=str(ROOT / "build/bench/rehearse.json"))
    parser.add_argument("--rows", type=int, default=50000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=64)
    options = parser.parse_args()
    options.rows = max(options.rows // BATCH, 1) * BATCH
    work = servers.work_folder("bench")
    bench = Bench(options, work)
    report = {"date": datetime.datetime.now().isoformat(timespec="seconds"), "machine": meter.machine(), "options": vars(options)}
    try:
        report["rows"] = bench.rows()
        report["soak"] = bench.soak()
    finally:
        bench.oracle.stop()
        servers.remove(work)
    report["load_after"], report["grew"] = [round(one, 2) for one in os.getloadavg()], leaks(report["soak"])
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))
    if report["grew"]:
        sys.exit("grew: " + ", ".join(report["grew"]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--writer"]:
        writer(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
    else:
        main()
