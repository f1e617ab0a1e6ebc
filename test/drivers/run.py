"""run.py [DRIVER ...] [profiles] [server] - `make drivers`: one common suite by every driver, and doc/drivers.md

Installs each driver with its own package client into build/drivers (go-oracledb from its repository, or from GO_ORACLEDB_GIT), prints its
version, runs its form of suite.tsv against one rehearsal Oracle; then, with `profiles` among the words or without any, against one of every
other profile.  Then seerdb's server, which shares nothing with ours, answers our own client (`server`).
What was said is recorded, and causeway-dump reads every byte of it.  Prints
`ok DRIVER/NAME`, `not ok DRIVER/NAME - why` or `out DRIVER/NAME - reason`; ends with the counts.  What came of each is kept in
build/drivers/results.json; once that has all of them the page is written, each with the day of its last run.
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "demo"))
sys.path.insert(0, str(HERE))
import install  # noqa: E402
import mirror  # noqa: E402
import servers  # noqa: E402
import walked  # noqa: E402
from install import BUILD, INTO, PYTHON, NotThere, client, folder, virtual_python  # noqa: E402

SUITE = dict(line.split("\t") for line in (HERE / "suite.tsv").read_text().splitlines() if not line.startswith("#"))
SUITE[walked.NAME] = walked.SENTENCE
# the releases that the rehearsal can be like, and how the version begins that a driver is told
PROFILES = {"11.2": "11.2.", "12.1": "12.1.", "12.2": "12.2.", "18c": "18.", "19c": "19.", "21c": "21.", "23ai": "23."}
# by its own README; in front of it the driver has no words for a refusal
OLDEST = {"go-oracledb": "19c"}
LINE = re.compile(r"^(ok|not ok|out) (\S+)(?: - (.*))?$")


def debian_python():
    return [PYTHON, HERE / "python/suite.py", "--module", "oracledb"], {}


def newest_python():
    return [virtual_python("oracledb"), HERE / "python/suite.py", "--module", "oracledb"], {}


def seerdb():
    return [virtual_python("seerdb"), HERE / "python/suite.py", "--module", "seerdb"], {}


def node():
    return ["node", HERE / "node/run.js"], {"NODE_PATH": install.node()}


def go_ora():
    return [install.go_ora("suite", HERE / "go/common.go", HERE / "go/ora/main.go")], {}


def go_oracledb():
    return [install.go_oracledb("suite", HERE / "go/common.go", HERE / "go/oracledb/main.go")], {}


def ojdbc():
    return install.ojdbc(HERE / "java/Suite.java"), {}


def rust():
    home = folder("rust")
    shutil.copytree(HERE / "rust", home, dirs_exist_ok=True)
    client("cargo", "build", "--quiet", "--manifest-path", home / "Cargo.toml", "--target-dir", home / "target")
    return [home / "target/debug/suite"], {}


DRIVERS = {
    "python-debian": ("python-oracledb of Debian", debian_python),
    "python": ("python-oracledb", newest_python),
    "node": ("node-oracledb", node),
    "go-oracledb": ("go-oracledb", go_oracledb),
    "go-ora": ("go-ora", go_ora),
    "ojdbc": ("ojdbc", ojdbc),
    "rust": ("the oracledb crate", rust),
    "seerdb": ("seerdb", seerdb),
}


class Column:
    """What came of one driver."""

    def __init__(self, title, version="", missing=None, cells=None, day=None, walked=None):
        self.title, self.version, self.missing, self.cells = title, version, missing, cells or {}
        self.walked = walked or {}  # what was said, counted, by release
        self.day = day or datetime.date.today().isoformat()

    def tell(self, key, name, state, why=""):
        self.cells[name] = (state, why)
        print(f"{state} {key}/{name}" + (f" - {why}" if why else ""), flush=True)

    def tell_walked(self, key, release, walk):
        self.walked[release] = walk.counts
        self.tell(key, walked.NAME, "not ok" if walk.why else "ok", walk.why)
        if walk.counts:
            print(f"# {key} with {release}: {walked.told(walk.counts)}", flush=True)


def certificates(work):
    """An authority and a server's certificate; node-oracledb wants a key in its wallet, the oracledb crate none beside an authority."""
    def openssl(*words):
        servers.run(["openssl", *words], cwd=work)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority", "-days", "2")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (work / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem",
            "-days", "2", "-extfile", "names")
    (work / "authority").mkdir()
    shutil.copy(work / "ca.pem", work / "authority/ewallet.pem")
    (work / "ewallet.pem").write_text("".join((work / name).read_text() for name in ("server.key", "server.pem", "ca.pem")))


def start_rehearsal(work, profile="19c"):
    if not (work / "server.pem").exists():
        certificates(work)
    port = servers.free_port()
    oracle = servers.Rehearsal(BUILD / "src/programs/causeway-rehearse", work / f"oracle-{profile}-{port}", profile=profile, options=[
        "--tcps-port", port, "--certificate", work / "server.pem", "--key", work / "server.key"])
    oracle.tls_port, oracle.profile = port, profile
    return oracle


def run_suite(key, column, command, environment, oracle, work):
    with walked.Walked(oracle.port, work) as walk:
        done = subprocess.run([*map(str, command), "--port", str(walk.port), "--service", oracle.service, "--system-password",
                               oracle.password, "--tls-port", str(oracle.tls_port), "--wallet", str(work),
                               "--sqlnet", str(oracle.folder / "sqlnet.ora")], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900,
                              env={**os.environ, **environment, "SUITE_RELEASE": PROFILES[oracle.profile]}, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("# ") and not column.version:
            column.version = line.split()[-1]
            print(f"# {column.title} {column.version}", flush=True)
    releases, oldest = list(PROFILES), OLDEST.get(key, "11.2")
    words = ".*" if releases.index(oracle.profile) < releases.index(oldest) else ".*(?:DPY-3010|NJS-138|not supported).*"
    refusal = re.search(rf"^not ok login - ({words})", done.stdout, re.M)
    if refusal and oracle.profile != "19c":
        why = re.sub(r" \[[\w.: ]+\]$", "", refusal[1])  # where the suite called it
        column.cells = {name: ("out", why) for name in SUITE}
        print(f"out {key} - {why}", flush=True)
        return
    for line in done.stdout.splitlines():
        if found := LINE.match(line):
            column.tell(key, found[2], found[1], found[3] or "")
    column.tell_walked(key, oracle.profile, walk)
    for name in [name for name in SUITE if name not in column.cells]:
        column.tell(key, name, "not ok", f"the suite did not get there: {' '.join(done.stdout.split())[-200:]}")
    for name in [name for name in column.cells if name not in SUITE]:
        column.tell(key, name, "not ok", "not a line of suite.tsv")


def run_driver(key, oracle, work):
    title, install = DRIVERS[key]
    column = Column(title)
    try:
        command, environment = install()
    except NotThere as error:
        column.missing = str(error)
        print(f"# {title}: not run: {error}", flush=True)
        return column
    run_suite(key, column, command, environment, oracle, work)
    return column


def of_profile(column):
    """One cell of the matrix of releases: [text, the driver's own words of refusal].  A driver that refuses says so at the first login."""
    if column.missing:
        return ["not run", ""]
    states = [state for state, _ in column.cells.values()]
    state, why = column.cells.get("login", ("", ""))
    if state == "out":
        return ["refuses it", why]
    text = f"{states.count('ok')} passed"
    if "not ok" in states:
        text += f", **{states.count('not ok')} failed**"
    if "out" in states:
        text += f", {states.count('out')} out of scope"
    return [text, ""]


def run_profiles(wanted, work):
    """{profile: {driver: what came of it}} of the drivers wanted and our client, and every profile but 19c, where only our client is left;
    {driver: {profile: what was said}}."""
    found, said = {}, {}
    for profile in PROFILES:
        oracle = start_rehearsal(work, profile)
        try:
            for key in [key for key in DRIVERS if key in wanted and profile != "19c"]:
                print(f"# profile {profile}", flush=True)
                column = run_driver(key, oracle, work)
                found.setdefault(profile, {})[key] = of_profile(column)
                said.setdefault(key, {}).update(column.walked)
            column = Column("Causeway")
            with walked.Walked(oracle.port, work) as walk:
                mirror.run_rehearsal(oracle, walk.port, column)
            column.tell_walked("causeway", profile, walk)
            found.setdefault(profile, {})["causeway"] = of_profile(column)
            said.setdefault("causeway", {}).update(column.walked)
        finally:
            oracle.stop()
    return found, said


def cell(column, name):
    if column.missing:
        return "not run"
    state, _ = column.cells[name]
    return {"ok": "passed", "not ok": "**failed**", "out": "out of scope"}[state]


def matrix(columns, server, profiles, said):
    """The page, as Markdown."""
    page = ["# Drivers", "", "Written by `make drivers` from what it saw; do not edit. One suite (`test/drivers/suite.tsv`) in each",
            "driver's own language, against one rehearsal Oracle of profile 19c.", ""]
    page += ["| | " + " | ".join(column.title for column in columns) + " |", "|---|" + "---|" * len(columns)]
    page += ["| version | " + " | ".join(column.version or "-" for column in columns) + " |"]
    page += ["| run on | " + " | ".join(column.day for column in columns) + " |"]
    for name in SUITE:
        page.append(f"| {name} | " + " | ".join(cell(column, name) for column in columns) + " |")
    page += by_release(columns, profiles or {})
    page += walked.chapter(said, {"causeway": "Causeway", **{key: title for key, (title, _) in DRIVERS.items()}, "server": "Causeway, to seerdb's server"})
    page += ["", "## What the lines are", ""] + [f"* `{name}`: {sentence}" for name, sentence in SUITE.items()]
    page += ["", "## Not passed, and why", ""]
    for column in columns:
        if column.missing:
            page.append(f"* {column.title}: not run: {column.missing}")
        page += [f"* {column.title}, `{name}`: {why}" for name, (state, why) in column.cells.items() if state != "ok"]
    page += ["", "## An independent server against our client", "",
             f"On {server.day}: {server.title} {server.version}, as {', '.join(mirror.RELEASES.values())}, over a database of a page",
             "(`test/drivers/mirror_server.py`), asked by our client (`test/drivers/client/ora_probe.c`).", ""]
    page += [f"* {({**mirror.TESTS, **mirror.MORE})[name]}: " + cell(server, name) + (f": {why}" if why else "") for name, (_, why) in server.cells.items()]
    return "\n".join(page) + "\n"


def by_release(columns, profiles):
    """The matrix of releases; 19c is what is above."""
    cells = {profile: dict(profiles.get(profile, {})) for profile in PROFILES}
    cells["19c"].update({key: of_profile(column) for key, column in zip(DRIVERS, columns)})
    keys = ["causeway", *DRIVERS]
    page = ["", "## By release", "", "The same suite against a rehearsal of each profile: how many lines passed. Causeway's own client plays the lines of",
            f"`test/drivers/client/ora_probe.c`: those of the last chapter, and {' and '.join(f'`{name}`' for name in mirror.BREAKS)}.", "",
            "| | Causeway | " + " | ".join(column.title for column in columns) + " |", "|---|" + "---|" * len(keys)]
    page += [f"| {profile} | " + " | ".join(cells[profile].get(key, ["not run"])[0] for key in keys) + " |" for profile in PROFILES]
    refused = {(DRIVERS[key][0], profile, why) for profile in PROFILES for key, (_, why) in cells[profile].items() if why}
    return page + [""] + [f"* {title} refuses {profile}: {why}" for title, profile, why in sorted(refused)]


def keep(ran, profiles=None, said=None):
    """What is known of all drivers now, by key; the page, if that is all."""
    INTO.mkdir(parents=True, exist_ok=True)
    path = INTO / "results.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known.update({key: vars(column) for key, column in ran.items()})
    for profile, cells in (profiles or {}).items():
        known.setdefault("profiles", {}).setdefault(profile, {}).update(cells)
    for key, releases in [*(said or {}).items(), *((key, column.walked) for key, column in ran.items())]:
        known.setdefault("said", {}).setdefault(key, {}).update(releases)
    path.write_text(json.dumps(known, indent=1))
    columns = {key: Column(**known[key]) for key in [*DRIVERS, "server"] if key in known}
    if len(columns) == len(DRIVERS) + 1 and all(set(columns[key].cells) == set(SUITE) for key in DRIVERS if not columns[key].missing):
        (ROOT / "doc/drivers.md").write_text(matrix([columns[key] for key in DRIVERS], columns["server"], known.get("profiles"), known["said"]))


def main(wanted):
    unknown = [key for key in wanted if key not in DRIVERS and key not in ("server", "profiles")]
    if unknown:
        sys.exit(f"no driver {', '.join(unknown)}; there are {', '.join([*DRIVERS, 'server'])}")
    wanted = wanted or [*DRIVERS, "profiles", "server"]
    ran, profiles, said = {}, {}, {}
    work = servers.work_folder("drivers")
    try:
        if set(wanted) & set(DRIVERS):
            oracle = start_rehearsal(work)
            try:
                for key in [key for key in DRIVERS if key in wanted]:
                    ran[key] = run_driver(key, oracle, work)
                    keep(ran)
            finally:
                oracle.stop()
        if "profiles" in wanted:
            profiles, said = run_profiles(wanted if set(wanted) & set(DRIVERS) else DRIVERS, work)
            keep(ran, profiles, said)
        if "server" in wanted:
            ran["server"] = Column("seerdb's server")
            mirror.run(virtual_python("seerdb"), ran["server"], work)
            keep(ran)
    finally:
        servers.remove(work)
    states = [state for column in ran.values() for state, _ in column.cells.values()]
    print(f"{states.count('ok')} passed, {states.count('not ok')} failed, {states.count('out')} out of scope")
    failed = [f"{key} with {profile}" for profile, cells in profiles.items() for key, (text, _) in cells.items() if "failed" in text]
    print("".join(f"failed: {name}\n" for name in failed), end="")
    return 1 if "not ok" in states or failed or not (states or profiles) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
