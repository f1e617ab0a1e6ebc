"""own_suites.py [SUITE ...] - `make driver-suites`: the drivers' own test suites, unmodified, and doc/driver-suites.md

Each driver comes by its package client and the suite that belongs to that release from the driver's repository (go-oracledb as a whole: a
suite of Go is part of its module), both into
build/driver-suites; nothing of them is kept elsewhere.  The suite's own set-up script is run statement by statement against one
rehearsal Oracle, each refusal noted; then each file of tests by the suite's own runner.  A test passes, fails, or is out of scope: the
suite itself skipped it, or scope.tsv names its file, or it failed and scope.tsv names it, and why.  What came of each is kept in build/driver-suites/results.json and the page
is written from that.

PYTHON_ORACLEDB_GIT, NODE_ORACLEDB_GIT, GO_ORACLEDB_GIT	where to clone from, instead of GitHub
ONLY	a regular expression: run the files whose names it finds, keep what is known of the others
"""
import collections
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "demo"))
import servers  # noqa: E402

import oracledb  # noqa: E402

BUILD = ROOT / "build"
INTO = BUILD / "driver-suites"
PYTHON_RELEASE, NODE_RELEASE, GO_RELEASE = "4.0.2", "7.0.1", "main"
TEST_SECONDS, FILE_SECONDS = 40, 900
SCOPE = [line.split("\t") for line in (HERE / "scope.tsv").read_text().splitlines() if line and not line.startswith("#")]
MAIN, PROXY = ("pythontest", "pythonpw1"), ("pythontestproxy", "proxypw1")
NODE, GO = ("nodetest", "nodepw1"), ("gotest", "gopw1")
NODE_GRANTS = ("connect, resource, unlimited tablespace, create session, create table, create procedure, create view, create sequence, "
               "create synonym, create trigger, create type")


def out_of_scope(suite, name, failed=""):
    """Why the test that failed, its name and what was said, is out of scope; of "" why all of its file is.  None if it is not."""
    for kind, pattern, tests, why in SCOPE:
        if kind == suite and re.search(pattern, name) and bool(tests) == bool(failed) and re.search(tests, failed):
            return why
    return None


def checkout(name, repository, tag):
    """The suite's tree, cloned once."""
    home = INTO / f"{name}-{tag}"
    if not home.exists():
        fresh = INTO / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        servers.run(["git", "clone", "--quiet", "--depth", "1", "--branch", tag, repository, fresh])
        fresh.rename(home)
    return home


def bounded(command, seconds, **more):
    """What a run printed; all it started is gone after that many seconds."""
    with subprocess.Popen([str(c) for c in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, start_new_session=True, **more) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[0]


class File:
    """What came of one file of tests: name of a test -> (state, why)."""

    def __init__(self, tests=None, why=""):
        self.tests, self.why = tests or {}, why

    def judge(self, suite, name):
        for test, (state, said) in self.tests.items():
            why = out_of_scope(suite, name, f"{test}: {said}") if state == "failed" else None
            if why:
                self.tests[test] = ("out", why)

    def count(self, state):
        return sum(1 for found, _ in self.tests.values() if found == state)


class Python:
    """python-oracledb's suite, by pytest, in thin mode."""

    title, release = "python-oracledb", PYTHON_RELEASE

    def install(self):
        home = INTO / "python"
        if not (home / "bin/python").exists():
            servers.run(["/usr/bin/python3", "-m", "venv", home])
        servers.run([home / "bin/pip", "install", "--quiet", f"oracledb=={self.release}", "pytest", "pytest-timeout", "anyio", "numpy",
                     "pandas", "pyarrow"])
        self.python = home / "bin/python"
        self.tests = checkout("python-oracledb", os.environ.get("PYTHON_ORACLEDB_GIT", "https://github.com/oracle/python-oracledb.git"),
                              f"v{self.release}") / "tests"

    def statements(self):
        """The set-up script as create_schema.py reads it: a line of / ends a statement, &NAME. is replaced."""
        text = (self.tests / "sql/create_schema.sql").read_text()
        for name, value in (("main_user", MAIN[0]), ("main_password", MAIN[1]), ("proxy_user", PROXY[0]), ("proxy_password", PROXY[1]),
                            ("edition_name", "pythonedition")):
            text = text.replace(f"&{name}.", value).replace(f"&{name}", value)
        return [part.strip() for part in re.split(r"(?m)^/\s*$", text) if part.strip()]

    def set_up(self, oracle):
        return run_statements(oracle, self.statements())

    def files(self):
        return sorted(path.name for path in self.tests.glob("test_*.py"))

    def run(self, name, oracle):
        report = INTO / "python.xml"
        report.unlink(missing_ok=True)
        environment = {"PYO_TEST_MAIN_USER": MAIN[0], "PYO_TEST_MAIN_PASSWORD": MAIN[1], "PYO_TEST_PROXY_USER": PROXY[0],
                       "PYO_TEST_PROXY_PASSWORD": PROXY[1], "PYO_TEST_CONNECT_STRING": oracle.dsn, "PYO_TEST_ADMIN_USER": "system",
                       "PYO_TEST_ADMIN_PASSWORD": oracle.password, "PYO_TEST_EDITION_NAME": "pythonedition",
                       "PYTHONDONTWRITEBYTECODE": "1"}
        printed = bounded([self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--timeout={TEST_SECONDS}",
                           f"--junitxml={report}", name], FILE_SECONDS, cwd=self.tests, env={**os.environ, **environment})
        if not report.exists():
            return File(why="the run did not end: " + " ".join(printed.split())[-160:])
        found = File()
        for case in xml.etree.ElementTree.parse(report).iter("testcase"):
            bad = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
            skipped = case.find("skipped")
            state = "failed" if bad is not None else "out" if skipped is not None else "passed"
            told = bad if bad is not None else skipped
            found.tests[case.get("name")] = (state, first_words(told.get("message", "")) if told is not None else "")
        return found


class Node:
    """node-oracledb's suite, by mocha, in thin mode."""

    title, release = "node-oracledb", NODE_RELEASE

    def install(self):
        home = INTO / "node"
        home.mkdir(parents=True, exist_ok=True)
        servers.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, f"oracledb@{self.release}", "mocha@11.7.5"])
        tree = checkout("node-oracledb", os.environ.get("NODE_ORACLEDB_GIT", "https://github.com/oracle/node-oracledb.git"),
                        f"v{self.release}")
        self.mocha, self.tests = home / "node_modules/.bin/mocha", tree / "test"
        modules = tree / "node_modules"
        if not modules.exists():
            modules.symlink_to(home / "node_modules")

    def set_up(self, oracle):
        return run_statements(oracle, [f'create user {NODE[0]} identified by "{NODE[1]}"', f"grant {NODE_GRANTS} to {NODE[0]}"])

    def files(self):
        listed = re.findall(r"^\s*- test/(\w+\.js)", (self.tests / "opts/.mocharc.yaml").read_text(), re.M)
        return [name for name in listed if name != "hooks.js"]

    def run(self, name, oracle):
        report = INTO / "node.json"
        report.unlink(missing_ok=True)
        environment = {"NODE_ORACLEDB_USER": NODE[0], "NODE_ORACLEDB_PASSWORD": NODE[1], "NODE_ORACLEDB_CONNECTIONSTRING": oracle.dsn,
                       "NODE_ORACLEDB_DBA_USER": "system", "NODE_ORACLEDB_DBA_PASSWORD": oracle.password}
        printed = bounded([self.mocha, "--no-config", "--timeout", TEST_SECONDS * 1000, "--exit", "--reporter", "json", "--reporter-option",
                           f"output={report}", "test/hooks.js", f"test/{name}"], FILE_SECONDS, cwd=self.tests.parent,
                          env={**os.environ, **environment})
        if not report.exists():
            return File(why="the run did not end: " + " ".join(printed.split())[-160:])
        told, found = json.loads(report.read_text()), File()
        for kind, state in (("passes", "passed"), ("failures", "failed"), ("pending", "out")):
            for case in told[kind]:
                why = {"failed": first_words(case["err"].get("message", "")), "out": "the suite skips it here", "passed": ""}[state]
                found.tests[case["fullTitle"]] = (state, why)
        return found


class Go:
    """go-oracledb's suite, by go test: its functional tests, which all run below one test of that name."""

    title, release = "go-oracledb", GO_RELEASE

    def install(self):
        tree = checkout("go-oracledb", os.environ.get("GO_ORACLEDB_GIT", "https://github.com/oracle/go-oracledb.git"), GO_RELEASE)
        self.release = f"{GO_RELEASE} of {servers.run(['git', '-C', tree, 'log', '-1', '--format=%cs']).strip()}"
        self.tests = tree / "oracle"
        listed = (self.tests / "oracle_pkg_test.go").read_text()
        self.functional = set(re.findall(r'\{"(\w+)", "functional"', listed))

    def set_up(self, oracle):
        host, port = oracle.dsn.split("/")[0].split(":")
        self.config = INTO / "go.json"
        self.config.write_text(json.dumps([{
            "config_name": "rehearsal", "database_version": 19, "Enabled": True, "Driver": {"Name": "oracledb"},
            "Database": {"ServiceName": oracle.service, "Port": int(port), "Host": host, "Protocol": "TCP"},
            "Credentials": {"Username": GO[0], "Password": GO[1]}}]))
        return run_statements(oracle, [f'create user {GO[0]} identified by "{GO[1]}"', f"grant dba, unlimited tablespace to {GO[0]}"])

    def functions(self, name):
        return self.functional & set(re.findall(r"(?m)^func (Test\w+)\(", (self.tests / name).read_text()))

    def files(self):
        return sorted(path.name for path in self.tests.glob("*_test.go") if self.functions(path.name))

    def run(self, name, _oracle):
        names = "|".join(sorted(self.functions(name)))
        printed = bounded(["go", "test", "-count=1", f"-timeout={FILE_SECONDS}s", "-v", "-run",
                           f"^TestCategoryExecutor$/^(parallel|{names})$/^({names})$", ".", f"-driver.config.filename={self.config}",
                           "-driver.config.name=rehearsal", "-test.category=functional"], FILE_SECONDS, cwd=self.tests)
        found = File(why="" if "--- " in printed else "the run did not end: " + " ".join(printed.split())[-160:])
        for state, test in re.findall(r"(?m)^ *--- (PASS|FAIL|SKIP): TestCategoryExecutor/(?:parallel/)?(\w+) ", printed):
            if test != "parallel":
                said = re.findall(rf"(?m)^=== \w+ +TestCategoryExecutor/(?:parallel/)?{test}\n((?: {{4}}.*\n)+)", printed)
                told = first_words(re.sub(r"^\w+\.go:\d+:\s*", "", said[-1].strip().splitlines()[-1].strip())) if said else ""
                found.tests[test] = ({"PASS": "passed", "FAIL": "failed", "SKIP": "out"}[state], "" if state == "PASS" else told or "the suite skips it here")
        return found


SUITES = {"python": Python, "node": Node, "go": Go}


def first_line(text):
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:160].replace("|", "\\|")


def first_words(text):
    return " ".join(re.sub(r"\(/[^)]*\)", "", text).split())[:160].replace("|", "\\|")


def run_statements(oracle, statements):
    """[statement's first line, error] of each that was refused, and how many there were."""
    refused, connection = [], None
    for statement in statements:
        try:
            if connection is None or not connection.is_healthy():
                connection = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
            connection.cursor().execute(statement)
        except oracledb.Error as error:
            refused.append([first_line(re.sub(r"(?m)^--.*$", "", statement)), first_line(str(error))])
    return {"count": len(statements), "refused": refused}


def run_suite(key, known, keep):
    suite = SUITES[key]()
    suite.install()
    known.update(title=suite.title, release=suite.release, day=datetime.date.today().isoformat())
    only = re.compile(os.environ.get("ONLY", ""))
    work = servers.work_folder("suites")
    oracle = servers.Rehearsal(BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        known["set_up"] = suite.set_up(oracle)
        print(f"# {suite.title} {suite.release}: set-up, {len(known['set_up']['refused'])} of {known['set_up']['count']} refused", flush=True)
        for name in filter(only.search, suite.files()):
            why = out_of_scope(key, name)
            found = File(why=why) if why else suite.run(name, oracle)
            known["files"][name] = {"tests": found.tests, "why": found.why, "scope": not why}
            print(f"{key}/{name}: {found.count('passed')} passed, {found.count('failed')} failed, {found.count('out')} out of scope"
                  + (f" - {found.why}" if found.why else ""), flush=True)
            keep()
    finally:
        oracle.stop()
        servers.remove(work)


def page_of_suite(key, known):
    rows = {name: File(dict(entry["tests"]), entry["why"]) for name, entry in known["files"].items()}
    for name, file in rows.items():
        file.judge(key, name)
    totals = [sum(file.count(state) for file in rows.values()) for state in ("passed", "failed", "out")]
    page = [f"## {known['title']} {known['release']}", "", f"Run on {known['day']}: {totals[0]} passed, {totals[1]} failed, {totals[2]} skipped by the "
            f"suite itself, {sum(1 for entry in known['files'].values() if not entry['scope'])} files out of scope.", ""]
    page += ["| file | passed | failed | out of scope | why |", "|---|---|---|---|---|"]
    for name, file in rows.items():
        reasons = collections.Counter(why for state, why in file.tests.values() if state == "out")
        why = file.why or "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
        out = "all" if not known["files"][name]["scope"] else file.count("out")
        page.append(f"| {name} | {file.count('passed')} | {file.count('failed')} | {out} | {why} |")
    page += ["", f"### Set-up: {len(known['set_up']['refused'])} of {known['set_up']['count']} statements refused", ""]
    page += [f"* `{statement}`: {error}" for statement, error in known["set_up"]["refused"]]
    page += ["", "### What failed, by what was said", ""]
    said = collections.Counter(re.sub(r'"[^"]{12,}"', '"..."', why) for file in rows.values() for state, why in file.tests.values()
                               if state == "failed")
    page += [f"* {count} × {why}" for why, count in said.most_common(40)]
    return page + [""]


def main(wanted):
    unknown = [key for key in wanted if key not in SUITES]
    if unknown:
        sys.exit(f"no suite {', '.join(unknown)}; there are {', '.join(SUITES)}")
    INTO.mkdir(parents=True, exist_ok=True)
    path = INTO / "results.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    for key in wanted or SUITES:
        known.setdefault(key, {"files": {}})
        run_suite(key, known[key], lambda: path.write_text(json.dumps(known, indent=1)))
    page = ["# The drivers' own test suites", "", "Written by `make driver-suites` from what it saw; do not edit. The suites run unmodified, in thin mode, against one "
            "rehearsal", "Oracle of profile 19c. What is out of scope, file by file, is `test/drivers/scope.tsv`; a file that is not in a table was not run.", ""]
    written = ROOT / "doc/driver-suites.md"
    chapters = re.split(r"(?m)^(?=## )", written.read_text())
    for key, suite in SUITES.items():  # what this tree has not run stays as it was written
        old = next((one.rstrip().split("\n") + [""] for one in chapters if one.startswith(f"## {suite.title} ")), [])
        page += page_of_suite(key, known[key]) if key in known else old
    written.write_text("\n".join(page).rstrip() + "\n")


main(sys.argv[1:])
