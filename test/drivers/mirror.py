"""mirror.py - seerdb's server, an implementation of the protocol that shares nothing with ours, against our client"""
import json
import os
import pathlib
import subprocess

import walked

HERE = pathlib.Path(__file__).resolve().parent
CAUSEWAY = HERE.parent.parent / "build/src/programs/causeway"
PROBE = HERE.parent.parent / "build/test/drivers/client/ora_probe"
# The field version that the server presents, and what it calls itself then.  As 11.2 (6) it leaves out the end of its login answers,
# for which every client but its own waits, as go-ora and ojdbc do in front of a real one.
RELEASES = {7: "12.1", 11: "18c", 16: "21c", 24: "23ai"}
# Its server takes any negotiation of native services but its own client's for OCI's, and goes on as with OCI.
OPTIONS = "encryption_client=rejected&crypto_checksum_client=rejected"
TESTS = {
    "wrong_password": "a wrong password is ORA-01017",
    "login": "login",
    "ddl": "DDL",
    "bind_insert": "a row is inserted by binds",
    "array_insert": "499 rows are inserted in one execution",
    "select": "500 rows with NULLs are read back as they were written",
    "error": "ORA-00942 for a table that is not there",
    "goes_on": "after the error the session goes on",
    "lob": "a CLOB of 100,000 and a BLOB of 70,000 bytes are read back",
    "lob_in_pieces": "both are read by their locators, piece by piece",
}
MORE = {"images": "`causeway sql` prints a CLOB, national text and an XMLTYPE, JSON since 21c, VECTOR and BOOLEAN since 23ai, and their NULLs",
        walked.NAME: "each byte that both said in all of this is in a field that `causeway-dump` names"}
PRINTED = {"C": "long text", "N": "\u20ac", "X": "<a>\u00e4</a>" * 2000, "J": '{"name":"Zo\u00eb","n":[1,2.5,true,null]}', "V": "[1.5,-2]", "B": "TRUE"}
SINCE = {"C": 7, "N": 7, "X": 7, "J": 16, "V": 24, "B": 24}

# Broken off by the client; of the rehearsal alone.
BREAKS = {"cancel": "a running statement is cancelled", "call_timeout": "a call that takes too long is broken off"}
SLOW = "select count(*) from probe a, probe b, probe c, probe d"


def run_rehearsal(oracle, port, column):
    """Our client against a rehearsal, through @port: TESTS and BREAKS."""
    done = subprocess.run([PROBE, f"127.0.0.1:{port}/{oracle.service}", "system", SLOW], input=f"{oracle.password}\n", text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    told = [line for line in done.stdout.splitlines() if not line.startswith("# ")]
    for name in {**TESTS, **BREAKS}:
        bad = [line for line in told if line.startswith(f"not ok {name} ")]
        good = f"ok {name}" in told
        column.tell("causeway", name, "ok" if good else "not ok", "" if good else (bad or ["did not get there"])[0])


def prints_images(port, field_version):
    """Why not; nothing if it does."""
    names = [name for name in PRINTED if SINCE[name] <= field_version]
    done = subprocess.run([CAUSEWAY, "sql", f"127.0.0.1:{port}/X?{OPTIONS}", "--user", "scott", "--password", "env:TIGER", "--json",
                           "select * from images"], env={**os.environ, "TIGER": "tiger"}, text=True, capture_output=True, timeout=60, check=False)
    wanted = {"columns": names, "rows": [[PRINTED[name] for name in names], [None] * len(names)], "row_count": 2}
    return "" if done.returncode == 0 and json.loads(done.stdout) == wanted else (done.stderr or done.stdout)[:200]


def ask(port, failures, field_version):
    """All questions to one server of seerdb's; what fails is added to @failures."""
    release = RELEASES[field_version]
    done = subprocess.run([PROBE, f"127.0.0.1:{port}/X?{OPTIONS}", "scott"], input="tiger\n", text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if why := prints_images(port, field_version):
        failures.setdefault("images", []).append(f"as {release}: {why}")
    good = [line[3:] for line in done.stdout.splitlines() if line.startswith("ok ")]
    for name in TESTS:
        if name not in good:
            why = [line for line in done.stdout.splitlines() if line.startswith(f"not ok {name} ")]
            failures.setdefault(name, []).append(f"as {release}: {why[0] if why else 'did not get there'}")


def run(python, column, work):
    """Each release that the server can present; the cells of @column are TESTS and MORE, each of which must hold for all."""
    failures = {}
    for field_version, release in RELEASES.items():
        server = subprocess.Popen([str(python), str(HERE / "mirror_server.py"), str(field_version)], text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        try:
            column.version, port = server.stdout.readline().split()
            with walked.Walked(int(port), work) as walk:
                ask(walk.port, failures, field_version)
        finally:
            server.terminate()
            server.wait()
        column.walked[release] = walk.counts
        if walk.why:
            failures.setdefault(walked.NAME, []).append(f"as {release}: {walk.why}")
    for name in [*TESTS, *MORE]:
        column.tell("server", name, "not ok" if name in failures else "ok", "; ".join(failures.get(name, [])))
