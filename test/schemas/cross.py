"""cross.py - take one schema of the rehearsal Oracle to PostgreSQL: check, schema, load, follow, verify

What Causeway says that it leaves behind is told by code; what it does not say and does not carry would be found by counting
the objects of both sides with questions of our own.
"""
import json
import re
import subprocess

import run as demo_run
import servers

import oracledb
import psycopg2

# what: a question to each side, with the owner; what stands on the right must be what stands on the left
COUNTED = [
    ("tables", "select count(*) from all_tables where owner = :o and temporary = 'N' and secondary = 'N'",
     "select count(*) from pg_class c where relnamespace = %(s)s::regnamespace and relkind in ('r', 'p') and not relispartition"),
    ("columns", "select count(*) from all_tab_columns c join all_tables t on t.owner = c.owner and t.table_name = c.table_name "
     "where c.owner = :o and t.temporary = 'N'",
     "select count(*) from pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = %(s)s::regnamespace and relkind = 'r' "
     "and attnum > 0 and not attisdropped"),
    ("keys", "select count(*) from all_constraints c join all_tables t on t.owner = c.owner and t.table_name = c.table_name "
     "where c.owner = :o and constraint_type in ('P', 'U') and c.status = 'ENABLED' and t.temporary = 'N'",
     "select count(*) from pg_constraint where connamespace = %(s)s::regnamespace and contype in ('p', 'u')"),
    ("foreign keys", "select count(*) from all_constraints where owner = :o and constraint_type = 'R' and status = 'ENABLED'",
     "select count(*) from pg_constraint where connamespace = %(s)s::regnamespace and contype = 'f'"),
    ("sequences", "select count(*) from all_sequences where sequence_owner = :o",
     "select count(*) from pg_class where relnamespace = %(s)s::regnamespace and relkind = 'S' and not exists "
     "(select from pg_depend d where d.objid = pg_class.oid and d.deptype = 'i')"),
    ("checks", "select count(*) from all_constraints c where owner = :o and constraint_type = 'C' and status = 'ENABLED' "
     "and search_condition_vc not like '%IS NOT NULL'",
     "select count(*) from pg_constraint where connamespace = %(s)s::regnamespace and contype = 'c'"),
    ("indexes", "select count(*) from all_indexes where owner = :o and index_type <> 'LOB' and table_name in "
     "(select table_name from all_tables where owner = :o and temporary = 'N')",
     "select count(*) from pg_index i join pg_class c on c.oid = indexrelid where relnamespace = %(s)s::regnamespace"),
    ("comments", "select (select count(*) from all_tab_comments where owner = :o and comments is not null and table_type = 'TABLE') + "
     "(select count(*) from all_col_comments c join all_tables t on t.owner = c.owner and t.table_name = c.table_name "
     "where c.owner = :o and comments is not null) from dual",
     "select count(*) from pg_description d join pg_class c on c.oid = objoid and classoid = 'pg_class'::regclass "
     "where relnamespace = %(s)s::regnamespace and relkind = 'r'"),
    ("views", "select count(*) from all_views where owner = :o",
     "select count(*) from pg_class where relnamespace = %(s)s::regnamespace and relkind = 'v'"),
]


# of check's findings, each its code and cause: what is said of a table, or of a column of it, that does not cross
UNCOVERED = re.compile(r"(?:source\.(?:column|identity_always|long_name)|source\.tables: dictionary of [^:]*): (?:table )?"
                       r"([A-Z0-9_$#]+\.[A-Z0-9_$#]+):? ((?:column|is|the name of) [^;]*)")


class Stopped(Exception):
    """A verb that did not do what it was asked; says which, and why."""


class Target:
    """One PostgreSQL for all schemas, a database each."""

    def __init__(self, build, work, oracle):
        self.program, self.work, self.oracle = build / "src/programs/causeway", work, oracle
        self.postgres = servers.Postgres(work / "postgres", max_replication_slots="60", max_wal_senders="60")  # each crossing keeps its slot
        self.sql("postgres", "create role causeway superuser login")
        self.secret = work / "causeway.secret"
        self.secret.write_text(demo_run.PASSWORDS["causeway"])
        self.secret.chmod(0o600)
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        for sql in (f'CREATE USER causeway IDENTIFIED BY "{demo_run.PASSWORDS["causeway"]}"', f"GRANT {demo_run.GRANTS} TO causeway",
                    "GRANT LOGMINING TO causeway", "GRANT EXECUTE ON DBMS_LOGMNR TO causeway", "ALTER DATABASE ADD SUPPLEMENTAL LOG DATA",
                    "ALTER DATABASE FORCE LOGGING"):
            admin.cursor().execute(sql)
        self.admin = admin

    def stop(self):
        self.postgres.stop()

    def sql(self, database, sql, binds=None):
        db = psycopg2.connect(self.postgres.conninfo(database))
        db.autocommit = True
        with db.cursor() as cursor:
            cursor.execute(sql, binds)
            found = cursor.fetchall() if cursor.description else None
        db.close()
        return found

    def oracle_says(self, sql, **binds):
        with self.admin.cursor() as cursor:
            cursor.execute(sql, binds)
            return cursor.fetchall()

    def verb(self, *words, timeout=300):
        try:
            done = subprocess.run([str(self.program), *words], text=True, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as late:
            raise Stopped(f"causeway {words[0]} did not end within {timeout} s") from late
        try:
            said = json.loads(done.stdout)
        except json.JSONDecodeError:
            said = {}
        if done.returncode != 0:
            findings = [f"{one['code']}: {one['cause']}" for one in said.get("findings", []) if one["severity"] == "stop"]
            raise Stopped(f"causeway {words[0]}: " + ("; ".join(findings) or (done.stderr or done.stdout).strip()))
        return said

    def configure(self, owner):
        """The crossing's folder, its file not yet written."""
        folder = self.work / f"crossing-{owner.lower()}"
        folder.mkdir()
        self.sql("postgres", f"create database {owner.lower()}_db owner causeway")
        return folder

    def write(self, folder, owner, left_out):
        (folder / "crossing.yaml").write_text(f"""crossing: {owner.lower()}
source:
  host: 127.0.0.1
  port: {self.oracle.port}
  service: {self.oracle.service}
  user: CAUSEWAY
  password: file:{self.secret}
  schemas: [{owner}]
  leave_out: {json.dumps(left_out)}
target:
  conninfo: "{self.postgres.conninfo(f"{owner.lower()}_db", "causeway")}"
load:
  sessions: 2
""")

    def findings(self, folder, owner):
        """What check finds once every table that it cannot carry is left out, and those tables."""
        left_out = []
        while True:
            self.write(folder, owner, left_out)
            try:
                return self.verb("check", "crossing", str(folder), "--json")["findings"], left_out
            except Stopped as stopped:
                found = [one for one in UNCOVERED.findall(str(stopped)) if one[0] not in left_out]
                if not found:
                    raise
                for table, column in found:
                    self.why.setdefault(table, f"{table}: {' '.join(column.split())}"[:120])
                left_out += sorted({table for table, _ in found})

    def cross(self, owner):
        """(rows compared, rows different, findings, objects [(what, on Oracle, on PostgreSQL)])"""
        for name, in self.oracle_says("select table_name from all_tables t where owner = :o and temporary = 'N' and not exists (select 1 from "
                                      "all_log_groups g where g.owner = t.owner and g.table_name = t.table_name and "
                                      "log_group_type = 'ALL COLUMN LOGGING')", o=owner):
            self.admin.cursor().execute(f'ALTER TABLE "{owner}"."{name}" ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS')
        folder = self.configure(owner)
        self.why = {}
        findings, left_out = self.findings(folder, owner)
        folder = str(folder)
        self.verb("schema", folder, "--apply", "--json")
        self.verb("run", folder, "--detach", "--json")
        try:
            self.verb("status", folder, "--wait", "caught-up", "--timeout", "120", "--json", timeout=180)
            verdict = self.verb("verify", folder, "--json")
        finally:
            subprocess.run([str(self.program), "stop", folder], capture_output=True, check=False, timeout=60)
        counted = [(what, self.oracle_says(left, o=owner)[0][0], self.sql(f"{owner.lower()}_db", right, {"s": owner.lower()})[0][0])
                   for what, left, right in COUNTED]
        return verdict["rows_compared"], verdict["rows_different"], findings, counted, self.why
