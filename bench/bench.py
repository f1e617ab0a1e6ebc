#!/usr/bin/env python3
"""bench.py - what Causeway costs beside what PostgreSQL's own tools cost, on the same cores in one run

	bench.py [--build FOLDER] [--rows N] [--txns N] [--runs N] [--only load,follow,drivers]

load	the load of one table out of a rehearsal Oracle, against COPY BINARY of the same rows from a file
follow	following transactions through LogMiner, against logical replication of the same transactions between two clusters
drivers	python-oracledb on the rehearsal Oracle, against psycopg2 on PostgreSQL, both of C: how fast a source the rehearsal is

Each pair is run in turn, --runs times, and the medians are told.  A pair ends with both sides holding the same rows, or
the program ends with 1.  build/bench/report.json has every run; README.md beside this file says how to read it.
"""
import argparse
import datetime
import json
import pathlib
import re
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "demo"), str(HERE)]
import meter  # noqa: E402
import oracledb  # noqa: E402
import psycopg  # noqa: E402
import psycopg2.extras  # noqa: E402
import rows  # noqa: E402
import servers  # noqa: E402
from run import GRANTS  # noqa: E402  (of the demo: what a crossing's account needs)

oracledb.defaults.fetch_decimals = True
SECRET = "bench-secret"
BATCH = 1000
LIMIT_S = 300
PSQL = str(servers.PG_BIN / "psql")
SAME = "select count(*), md5(string_agg(b::text, ',' order by id)) from {}bench b"


def wait_for(what, probe, alive=lambda: None):
    until = time.time() + LIMIT_S
    while not probe():
        alive()
        if time.time() > until:
            raise RuntimeError(f"{what}: not within {LIMIT_S} s")
        time.sleep(0.002)
    return time.time()


def exact(cursor):
    """python-oracledb binds a datetime as DATE, which has no fraction."""
    cursor.setinputsizes(*[oracledb.DB_TYPE_TIMESTAMP if name == "placed" else None for name in rows.COLUMNS])


class Task:
    """The forward task of a crossing, as the conductor would start it; its log says when what began and ended."""

    def __init__(self, program, folder):
        self.log = folder / "task.log"
        self.process = subprocess.Popen([program, "task", "forward", str(folder)], stderr=open(self.log, "wb"),
                                        stdout=subprocess.DEVNULL)

    def alive(self):
        if self.process.poll() is not None or " error " in self.log.read_text():
            raise RuntimeError(f"the task failed: {self.log.read_text()[-2000:]}")

    def at(self, event):
        """When it first logged @event, in seconds of the epoch; None: not yet."""
        found = re.search(rf'^(\S+) \S+ \S+ "{event}"', self.log.read_text(), re.M)
        return datetime.datetime.fromisoformat(found[1].replace("Z", "+00:00")).timestamp() if found else None

    def wait(self, event):
        wait_for(event, lambda: self.at(event), self.alive)
        return self.at(event)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build).resolve()
        self.work = servers.work_folder("bench")
        self.report = {"machine": meter.machine(), "rows": options.rows, "transactions": options.txns,
                       "changes_in_transaction": rows.CHANGES_IN_TXN, "runs": options.runs}
        self.oracle = self.target = self.publisher = None
        self.rows = rows.rows(1, options.rows)

    def program(self, name):
        return str(self.build / "src/programs" / name)

    # ---- servers ----------------------------------------------------------------

    def start(self):
        self.oracle = servers.Rehearsal(self.program("causeway-rehearse"), self.work / "oracle")
        self.target = servers.Postgres(self.work / "target", wal_retrieve_retry_interval="100")
        self.publisher = servers.Postgres(self.work / "publisher")
        admin = self.open_oracle("system", self.oracle.password).cursor()
        for user in ("shop", "causeway"):
            admin.execute(f'CREATE USER {user} IDENTIFIED BY "{SECRET}"')
        admin.execute("GRANT CONNECT, RESOURCE, UNLIMITED TABLESPACE TO shop")
        admin.execute(f"GRANT {GRANTS} TO causeway")
        admin.execute("GRANT EXECUTE ON DBMS_LOGMNR TO causeway")
        admin.execute("ALTER DATABASE ADD SUPPLEMENTAL LOG DATA")
        self.shop = self.open_oracle("shop", SECRET)
        self.shop.cursor().execute(rows.CREATE)
        admin.execute("ALTER TABLE shop.bench ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS")
        with self.open_postgres() as db:
            db.execute("create role causeway superuser login")
        with self.open_postgres() as db:
            self.report["versions"] = {
                "postgresql": db.execute("show server_version").fetchone()[0], "oracledb": oracledb.__version__,
                "psycopg": psycopg.__version__, "psycopg2": psycopg2.__version__, "oracle": self.shop.version}

    def open_oracle(self, user, password):
        return oracledb.connect(user=user, password=password, dsn=self.oracle.dsn)

    def open_postgres(self, dbname="postgres", server=None):
        server = server or self.target
        return psycopg.connect(server.conninfo(dbname), autocommit=True)

    def fill(self):
        cursor = self.shop.cursor()
        exact(cursor)
        for at in range(0, len(self.rows), BATCH):
            cursor.executemany(rows.insert(rows.oracle), self.rows[at:at + BATCH])
            self.shop.commit()

    def crossing(self, name):
        """A database with the empty table, made by causeway schema, and the folder that leads there."""
        with self.open_postgres() as db:
            db.execute(f"create database {name} owner causeway")
        folder, secret = self.work / name, self.work / "causeway.secret"
        folder.mkdir()
        secret.write_text(SECRET)
        secret.chmod(0o600)
        (folder / "crossing.yaml").write_text(f"""crossing: {name}
source:
  host: 127.0.0.1
  port: {self.oracle.port}
  service: {self.oracle.service}
  user: CAUSEWAY
  password: file:{secret}
  schemas: [SHOP]
target:
  conninfo: "{self.target.conninfo(name, "causeway")}"
""")
        servers.run([self.program("causeway"), "schema", str(folder), "--apply", "--json"])
        return folder

    def roots(self):
        return {"rehearsal": [self.oracle.process.pid, meter.postmaster(self.oracle.folder)],
                "target": [meter.postmaster(self.target.folder)]}

    def same(self, *answers):
        if len(set(answers)) != 1:
            raise RuntimeError(f"the sides do not hold the same rows: {answers}")

    # ---- load ---------------------------------------------------------------------

    def load_causeway(self, name):
        folder = self.crossing(name)
        cost = meter.Cost(**self.roots())
        cost.begin()
        task = Task(self.program("causeway"), folder)
        try:
            seconds = task.wait("table loaded") - task.at("snapshot")
            cpu = {"causeway": meter.cpu_s(task.process.pid), **cost.end()}
        finally:
            task.stop()
        return {"s": seconds, "cpu_s": cpu}

    def load_copy(self, name, path):
        self.crossing(name)
        cost = meter.Cost(target=self.roots()["target"])
        cost.begin()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = servers.run([PSQL, "-X", "-v", "ON_ERROR_STOP=1", self.target.conninfo(name), "-c", r"\timing", "-c",
                           rf"\copy shop.bench from '{path}' (format binary)"])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        client = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"s": float(re.search(r"Time: ([\d.]+) ms", out)[1]) / 1000,
                "cpu_s": {"psql": round(client, 3), **cost.end()}}

    def pair_load(self):
        path, ours, copies = self.work / "rows.copy", [], []
        for i in range(self.options.runs):
            ours.append(self.load_causeway(f"load{i}"))
            if i == 0:
                servers.run([PSQL, "-X", self.target.conninfo("load0"), "-c",
                             rf"\copy shop.bench to '{path}' (format binary)"])
            copies.append(self.load_copy(f"copy{i}", path))
            answers = [self.rows_of(name) for name in (f"load{i}", f"copy{i}")]
            self.same(*answers, (len(self.rows), answers[0][1]))
            for name in (f"load{i}", f"copy{i}"):
                self.drop(name)
        return {"causeway": meter.summary(ours, len(self.rows)), "copy": meter.summary(copies, len(self.rows))}

    def rows_of(self, name, prefix="shop.", server=None):
        with self.open_postgres(name, server) as db:
            return db.execute(SAME.format(prefix)).fetchone()

    def drop(self, name):
        with self.open_postgres() as db:
            db.execute(f"drop database {name} with (force)")

    # ---- follow ---------------------------------------------------------------------

    def replicate(self):
        """The same table on two clusters and a subscription between them, at rest."""
        with self.open_postgres("follow") as db:
            made = servers.run([servers.PG_BIN / "pg_dump", "-s", "-O", "-x", "-t", "shop.bench", self.target.conninfo("follow")])
            made = re.sub(r"^\\.*", "", made, flags=re.M)  # words for psql
            names = ", ".join(rows.COLUMNS)
            with db.cursor().copy(f"copy shop.bench ({names}) to stdout (format binary)") as copy:
                data = b"".join(copy)
        for server in (self.publisher, self.target):
            with self.open_postgres(server=server) as db:
                db.execute("create database replica")
            with self.open_postgres("replica", server) as db:
                db.execute("create schema shop")
                db.execute(made.encode())
                db.execute("alter role postgres in database replica set search_path = shop")
                with db.cursor().copy(f"copy shop.bench ({names}) from stdin (format binary)") as copy:
                    copy.write(data)
        with self.open_postgres("replica", self.publisher) as db:
            db.execute("create publication bench for table shop.bench")
            db.execute("select pg_create_logical_replication_slot('bench', 'pgoutput')")
        with self.open_postgres("replica") as db:
            db.execute(f"create subscription bench connection '{self.publisher.conninfo('replica')}' publication bench "
                       "with (copy_data = false, create_slot = false, enabled = false, binary = true)")

    def arrival(self, dbname, number):
        """When the row that the last transaction made is there."""
        with self.open_postgres(dbname) as db:
            return wait_for("the last transaction", lambda: db.execute(
                "select from shop.bench where id = %s", (number,)).rowcount == 1)

    def follow_causeway(self, folder, last):
        task = Task(self.program("causeway"), folder)
        try:
            begin = task.wait("following")
            cost = meter.Cost(causeway=[task.process.pid], **self.roots())
            cost.begin()
            end = self.arrival("follow", last)
            cpu = cost.end()
        finally:
            task.stop()
        return {"s": end - begin, "cpu_s": cpu}

    def follow_replica(self, last):
        cost = meter.Cost(publisher=[meter.postmaster(self.publisher.folder)], target=self.roots()["target"])
        cost.begin()
        with self.open_postgres("replica") as db:
            db.execute("alter subscription bench enable")
            begin = time.time()
            end = self.arrival("replica", last)
            cpu = cost.end()
            db.execute("alter subscription bench disable")
        return {"s": end - begin, "cpu_s": cpu}

    def pair_follow(self):
        count, ours, theirs = self.options.txns, [], []
        folder = self.crossing("follow")
        task = Task(self.program("causeway"), folder)
        task.wait("following")
        task.stop()
        self.replicate()
        source = psycopg.connect(self.publisher.conninfo("replica"))
        for i in range(self.options.runs):
            first = len(self.rows) + 1 + 2 * count * i
            txns, last = rows.transactions(100 + i, count, len(self.rows), first), first + 2 * count - 1
            rows.play(self.shop, rows.oracle, txns, exact)
            ours.append(self.follow_causeway(folder, last))
            rows.play(source, rows.postgres, txns)
            theirs.append(self.follow_replica(last))
            self.same(self.rows_of("follow"), self.rows_of("replica"), self.rows_of("replica", server=self.publisher))
        source.close()
        return {"causeway": meter.summary(ours, count), "logical_replication": meter.summary(theirs, count)}

    # ---- drivers ------------------------------------------------------------------------

    def insert_all(self, connection, insert):
        connection.cursor().execute("truncate table bench")
        cursor, begin = connection.cursor(), time.time()
        for at in range(0, len(self.rows), BATCH):
            insert(cursor, self.rows[at:at + BATCH])
            connection.commit()
        return time.time() - begin

    @staticmethod
    def insert_oracle(cursor, part):
        exact(cursor)
        cursor.executemany(rows.insert(rows.oracle), part)

    @staticmethod
    def insert_postgres(cursor, part):
        """All rows of a batch in one statement: psycopg2's own executemany sends them one by one."""
        psycopg2.extras.execute_values(cursor, f"insert into bench ({', '.join(rows.COLUMNS)}) values %s", part,
                                       page_size=BATCH)

    @staticmethod
    def fetch_all(connection, cursor):
        begin, count = time.time(), 0
        cursor.arraysize = BATCH
        cursor.execute(f"select {', '.join(rows.COLUMNS)} from bench")
        while part := cursor.fetchmany(BATCH):
            count += len(part)
        connection.rollback()
        return time.time() - begin, count

    def pair_drivers(self):
        """Last, since it empties the table."""
        self.crossing("drivers")
        target = psycopg2.connect(self.target.conninfo("drivers"), options="-c search_path=shop")
        wall = {name: [] for name in ("oracledb_insert", "psycopg2_insert", "oracledb_fetch", "psycopg2_fetch")}
        for _ in range(self.options.runs):
            wall["oracledb_insert"].append(self.insert_all(self.shop, self.insert_oracle))
            wall["psycopg2_insert"].append(self.insert_all(target, self.insert_postgres))
            ours, found = self.fetch_all(self.shop, self.shop.cursor())
            theirs, expected = self.fetch_all(target, target.cursor("bench"))
            wall["oracledb_fetch"].append(ours)
            wall["psycopg2_fetch"].append(theirs)
            self.same(found, expected, len(self.rows))
        target.close()
        return {name: meter.summary([{"s": s, "cpu_s": {}} for s in found], len(self.rows)) for name, found in wall.items()}

    # ---- all -------------------------------------------------------------------------------

    def play(self):
        self.start()
        self.fill()
        for name in self.options.only.split(","):
            self.report[name] = getattr(self, f"pair_{name}")()

    def stop(self):
        for server in (self.oracle, self.target, self.publisher):
            if server:
                server.stop()
        servers.remove(self.work)


UNIT = {"load": "rows/s", "follow": "transactions/s", "drivers": "rows/s"}
LIMIT = {"causeway": ("copy", "logical_replication"), "oracledb_insert": ("psycopg2_insert",), "oracledb_fetch": ("psycopg2_fetch",)}


def show(report):
    """Add the ratio of each to its limit, and print the table."""
    print(f"{'':10} {'':20} {'median s':>9} {'per s':>9} {'of limit':>9}  CPU seconds")
    for name, unit in UNIT.items():
        for who, one in report.get(name, {}).items():
            limit = next((report[name][key] for key in LIMIT.get(who, ()) if key in report[name]), None)
            if limit:
                one["of_limit"] = round(one["per_s"] / limit["per_s"], 3)
            share = f"{one['of_limit']:9.1%}" if limit else f"{'limit':>9}"
            cpu = "  ".join(f"{key} {seconds}" for key, seconds in one["cpu_s"].items())
            print(f"{name:10} {who:20} {one['median_s']:9.3f} {one['per_s']:9} {share}  {cpu}   ({unit})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build-release")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--txns", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="load,follow,drivers")
    parser.add_argument("--out", default=str(ROOT / "build/bench/report.json"))
    options = parser.parse_args()
    bench = Bench(options)
    try:
        bench.play()
    finally:
        bench.stop()
    bench.report["machine"]["load_after"] = meter.machine()["load_before"]
    show(bench.report)
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(bench.report, indent=2) + "\n")
    print(f"report: {out}")


if __name__ == "__main__":
    main()
