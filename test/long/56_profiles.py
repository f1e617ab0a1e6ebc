"""56_profiles.py - grammar and dictionary of each release, through our own client, and a whole crossing from 11.2"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import servers  # noqa: E402

# profile: the order of releases, what V$INSTANCE says, rows of V$VERSION
PROFILES = {"11.2": (1102, "11.2.0.4.0", 5), "12.1": (1201, "12.1.0.2.0", 5), "12.2": (1202, "12.2.0.1.0", 5), "18c": (1800, "18.0.0.0.0", 1),
            "19c": (1900, "19.0.0.0.0", 1), "21c": (2100, "21.0.0.0.0", 1), "23ai": (2300, "23.0.0.0.0", 1)}
# from which release on, the statement, and the error before
NEWER = [(1201, "select * from dual fetch first 1 rows only", "ORA-00933"),
         (1201, "create table identity_{} (id number generated always as identity)", "ORA-02000"),
         (1201, "select cdb, con_id from v$database", "ORA-00904"),
         (1201, "select identity_column from user_tab_columns", "ORA-00904"),
         (1201, "select search_condition_vc from user_constraints", "ORA-00904"),
         (1201, "select * from v$pdbs", "ORA-00942"),
         (1201, "grant logmining to outln_{}", "ORA-01919"),
         (1202, "create table name_of_more_than_thirty_bytes_{} (n number)", "ORA-00972"),
         (1202, "select default_collation from user_tables", "ORA-00904"),
         (1800, "alter sequence seq_{} restart start with 5", "ORA-00922"),
         (1800, "select version_full from v$instance", "ORA-00904"),
         (2300, "select 1 one", "ORA-00923")]


def play(profile, work):
    release, version, rows = PROFILES[profile]
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / profile, profile=profile)

    def run(sql):
        return subprocess.run([harness.BUILD / "src/programs/causeway", "sql", oracle.dsn, "--user", "system", "--password", "env:PASSWORD",
                               "--json", sql], text=True, capture_output=True, timeout=60, check=False,
                              env={**os.environ, "PASSWORD": oracle.password})

    try:
        with harness.test(f"a_rehearsal_of_{profile}_says_so"):
            told = json.loads(run("select version from v$instance").stdout)["rows"]
            assert told == [[version]], told
            assert len(json.loads(run("select banner from v$version").stdout)["rows"]) == rows
        run("create user outln_x identified by x")
        run("create sequence seq_x")
        for since, sql, before in NEWER:
            done = run(sql.format("x"))
            with harness.test(f"{profile}_{'knows' if release >= since else 'refuses'}_{'_'.join(sql.split()[:5])}"):
                if release >= since:
                    assert done.returncode == 0, done.stderr
                else:
                    assert done.returncode == 1 and before in done.stderr, done
    finally:
        oracle.stop()


def main():
    work = servers.work_folder("profiles")
    try:
        for profile in PROFILES:
            play(profile, work)
    finally:
        servers.remove(work)
    with harness.test("a_crossing_from_11_2_goes_there_and_back_with_users_and_a_judge_of_a_real_driver"):
        done = subprocess.run(["/usr/bin/python3", harness.ROOT / "demo/run.py", "--build", harness.BUILD, "--out", harness.BUILD / "demo-11.2",
                               "--profile", "11.2", "--rows", "3000", "--writers", "2", "--seconds", "5"], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=600, check=False)
        assert done.returncode == 0, done.stdout[-1500:]
        report = json.loads((harness.BUILD / "demo-11.2/report.json").read_text())
        assert report["ok"] and "seerdb" in report["versions"], report["versions"]
    harness.finish()


main()
