"""run.py - published schemas installed by their own scripts, unmodified, into a rehearsal Oracle; writes doc/schemas.md

Nothing of them is kept here: their repositories are cloned by git, or taken from FOLDER/owner+name when --from FOLDER is given.
A statement that fails is counted and the first few are named; what has to be there afterwards is asked by a query.
"""
import argparse
import pathlib
import subprocess
import sys
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "test/schemas")]
import servers  # noqa: E402
import sqlplus  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True

# name, repository, script, user it is run as (None: SYSTEM, the script makes its own), answers, questions with their answers
SCHEMAS = [
    ("HR, human resources", "oracle-samples/db-sample-schemas", "human_resources/hr_install.sql", None, {"pass": "hr_pw1"}, [
        ("select count(*) from hr.employees", [(107,)]),
        ("select count(*) from hr.job_history", [(10,)]),
        ("select round(avg(salary), 2) from hr.emp_details_view", [(Decimal("6456.75"),)]),
        ("select department_name, count(*) from hr.employees join hr.departments using (department_id) group by department_name "
         "having count(*) > 30 order by 1", [("Sales", 34), ("Shipping", 45)]),
        ("select count(*) from all_constraints where owner = 'HR' and status = 'ENABLED' and constraint_type in ('P', 'R')", [(17,)]),
        ("select count(*) from all_objects where owner = 'HR' and status <> 'VALID'", [(0,)])]),
    ("CO, customer orders", "oracle-samples/db-sample-schemas", "customer_orders/co_install.sql", None, {"pass": "co_pw1"}, [
        ("select count(*) from co.orders", [(1950,)]),
        ("select count(*) from co.customers", [(392,)])]),
    ("SH, sales history", "oracle-samples/db-sample-schemas", "sales_history/sh_install.sql", None, {"pass": "sh_pw1"}, [
        ("select count(*) from all_tab_partitions where table_owner = 'SH'", [(35,)]),
        ("select count(*) from sh.costs partition (costs_q1_2019) where time_id >= date '2019-04-01'", [(0,)])]),
    ("Sakila", "jOOQ/sakila", "oracle-sakila-db/oracle-sakila-schema.sql", "sakila", {}, [
        ("select count(*) from all_tables where owner = 'SAKILA'", [(16,)])]),
    ("Northwind", "dshifflet/NorthwindOracle_DDL", "northwind_export.sql", "northwind", {}, [
        ("select count(*) from northwind.orders", [(830,)]),
        ("select count(*) from northwind.order_details", [(2155,)])]),
]


def source(repository, place, work):
    """The folder with the repository's files."""
    folder = work / "sources" / repository.replace("/", "+")
    if folder.exists():
        return folder
    if place:
        git = pathlib.Path(place) / repository.replace("/", "+")
        git = git / "repo" if (git / "repo").exists() else git
        folder.mkdir(parents=True)
        listed = subprocess.run(["git", "-C", git, "ls-tree", "-r", "--name-only", "HEAD"], check=True, capture_output=True, text=True).stdout
        for name in listed.splitlines():
            if name.endswith((".sql", ".csv")):
                shown = subprocess.run(["git", "-C", git, "show", f"HEAD:{name}"], capture_output=True, check=False)
                if shown.returncode == 0:
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(shown.stdout)
    else:
        subprocess.run(["git", "clone", "-q", "--depth", "1", f"https://github.com/{repository}", folder], check=True)
    return folder


def install(oracle, folder, script, user, answers):
    """How many statements, and those that failed: [(statement, error)]."""
    admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
    if user:
        with admin.cursor() as cursor:
            cursor.execute(f"create user {user} identified by {user}")
            cursor.execute(f"grant connect, resource, create view, create synonym, unlimited tablespace to {user}")
        admin = oracledb.connect(user=user, password=user, dsn=oracle.dsn)
    failed = []

    def note(sql, error):
        failed.append((" ".join(sql.split())[:90], str(error).splitlines()[0][:90]))
        return not str(error).startswith("DPY-4011")  # the session is gone
    run = sqlplus.SqlPlus(admin, answers, on_error=note)
    run.run_file(folder / script)
    run.connection.commit()
    return run.statements, failed


def wrong_answers(oracle, questions):
    db = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
    wrong = []
    for sql, expected in questions:
        with db.cursor() as cursor:
            try:
                cursor.execute(sql)
                found = cursor.fetchall()
            except oracledb.Error as error:
                found = str(error).splitlines()[0]
        if found != expected:
            wrong.append(f"`{sql}`: {found}, not {expected}")
    return wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default=str(ROOT / "build"))
    arguments.add_argument("--from", dest="place", help="folder of clones, each owner+name")
    options = arguments.parse_args()
    work = servers.work_folder("schemas")
    oracle = servers.Rehearsal(pathlib.Path(options.build) / "src/programs/causeway-rehearse", work / "oracle")
    lines = ["# Published schemas on the rehearsal Oracle", "",
             "Written by `make schemas`: each is installed by its own scripts, unmodified, through python-oracledb.", "",
             "| schema | from | statements | failed | questions answered right |", "|---|---|---|---|---|"]
    details, bad = [], 0
    try:
        for name, repository, script, user, answers, questions in SCHEMAS:
            try:
                statements, failed = install(oracle, source(repository, options.place, work), script, user, answers)
            except (OSError, sqlplus.Stopped, oracledb.Error) as error:
                statements, failed = 0, [(script, str(error).splitlines()[0][:200])]
            wrong = wrong_answers(oracle, questions)
            bad += len(failed) + len(wrong)
            print(f"{name}: {statements} statements, {len(failed)} failed, {len(questions) - len(wrong)} of {len(questions)} questions right",
                  flush=True)
            lines.append(f"| {name} | {repository} `{script}` | {statements} | {len(failed)} | {len(questions) - len(wrong)} of {len(questions)} |")
            details += [f"* {name}: {error}: `{sql}`" for sql, error in failed[:12]] + [f"* {name}: {one}" for one in wrong]
            for one in details[-20:]:
                print("  ", one, flush=True) if one.startswith(f"* {name}") else None
    finally:
        oracle.stop()
        servers.remove(work)
    (ROOT / "doc/schemas.md").write_text("\n".join([*lines, "", "What failed:" if details else "Nothing failed.", "", *details]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
