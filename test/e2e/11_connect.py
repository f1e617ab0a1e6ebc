"""11_connect.py - `causeway sql` and every way to connect, against a rehearsal Oracle"""
import csv
import io
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

CAUSEWAY = harness.BUILD / "src/programs/causeway"
work = servers.work_folder("connect")
oracle = None


def sql(*words, connect=None, user="system", password=None, text=None, rc=0, **environment):
    """One `causeway sql`; what it printed, as (standard output, standard error)."""
    secret = work / "secret"
    secret.write_text(password or oracle.password)
    done = subprocess.run([CAUSEWAY, "sql", connect or oracle.dsn, "--user", user, "--password", f"file:{secret}", *words],
                          input=text if text is not None else "", text=True, capture_output=True, timeout=120,
                          env={**os.environ, **environment}, check=False)
    assert done.returncode == rc, f"exit {done.returncode}: {done.stdout}{done.stderr}"
    assert (password or oracle.password) not in done.stdout + done.stderr, "the password was printed"
    return done.stdout, done.stderr


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def statements():
    with harness.test("statements_of_one_word_are_run_in_order_and_committed"):
        sql("create table people (id number, name varchar2(40), born date);"
            "insert into people values (1, 'Ada, \"countess\"', date '1815-12-10'); insert into people values (20.5, null, null)")
        out, _ = sql("select * from people order by id", "--json")
        assert lines(out) == [{"columns": ["ID", "NAME", "BORN"], "row_count": 2, "rows": [
            [1, 'Ada, "countess"', "1815-12-10 00:00:00"], [20.5, None, None]]}], out
    with harness.test("rows_are_aligned_with_numbers_to_the_right"):
        out, told = sql("select id, name from people order by id")
        assert out == '  ID  NAME\n----  ---------------\n   1  Ada, "countess"\n20.5  \n', out
        assert told == "2 rows\n", told
    with harness.test("csv_is_read_back_by_a_csv_reader"):
        out, told = sql("select * from people order by id", "--csv")
        assert list(csv.reader(io.StringIO(out))) == [["ID", "NAME", "BORN"], ["1", 'Ada, "countess"', "1815-12-10 00:00:00"],
                                                      ["20.5", "", ""]], out
        assert told == "", told
    with harness.test("a_query_without_rows_still_has_its_columns"):
        out, _ = sql("select id from people where 1 = 0", "--csv")
        assert out == "ID\n", out
        out, _ = sql("select id from people where 1 = 0", "--json")
        assert lines(out) == [{"columns": ["ID"], "rows": [], "row_count": 0}], out
    with harness.test("many_fetches_print_each_row_once"):
        sql(";".join(f"insert into people values ({1000 + number}, null, null)" for number in range(16)))
        out, _ = sql("select a.id from people a, people b, people c", "--csv")
        assert len(out.splitlines()) == 1 + 18 ** 3, len(out.splitlines())
        sql("delete from people where id > 900")
    with harness.test("control_characters_of_a_value_do_not_reach_the_terminal"):
        out, _ = sql("select chr(27) || '[31m' || chr(10) x from dual")
        assert "\\x1b[31m\\x0a" in out and "\x1b" not in out, out


def scripts():
    with harness.test("a_file_and_the_standard_input_are_run_alike"):
        script = work / "script.sql"
        script.write_text("-- a comment\ninsert into people values (3, 'three', null);\nbegin\n  null;\nend;\n/\n"
                          "select count(*) n from people;\n")
        _, told = sql("--file", str(script))
        assert told == "1 row touched\ndone\n1 row\n", told
        out, _ = sql("--json", text=script.read_text())
        assert lines(out)[-1]["rows"] == [[4]], out
    with harness.test("the_first_failure_ends_a_script_and_rolls_it_back"):
        out, told = sql("insert into people values (5, 'five', null); select nope from people; delete from people", rc=1)
        assert "ORA-00904" in told and "rolled back" in told and "no such column" in told, told
        out, _ = sql("select count(*) from people where id = 5", "--csv")
        assert out.splitlines()[1] == "0", out
    with harness.test("a_failure_is_a_json_object_with_its_ora_number"):
        out, _ = sql("select nope from people", "--json", rc=1)
        assert lines(out)[0]["ora"] == 904 and lines(out)[0]["ok"] is False, out
    with harness.test("a_file_that_is_not_there_is_told_and_nothing_is_run"):
        _, told = sql("--file", "/no/such/file", rc=1)
        assert "/no/such/file" in told and "CW6101" in told, told


class Terminal:
    """`causeway sql` on a terminal of its own."""

    def __init__(self, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(CAUSEWAY, [str(CAUSEWAY), "sql", oracle.dsn, "--user", "system", *words])
        self.seen = ""

    def wait(self, text, limit=30):
        until = time.monotonic() + limit
        while text not in self.seen:
            assert time.monotonic() < until, f"no {text!r} in {self.seen!r}"
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    break
        assert text in self.seen, self.seen
        found, self.seen = self.seen, self.seen[self.seen.index(text) + len(text):]
        return found

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def prompt():
    with harness.test("a_prompt_asks_for_the_password_without_showing_it"):
        terminal = Terminal()
        terminal.wait("password: ")
        terminal.type(oracle.password + "\n")
        shown = terminal.wait("SQL> ")
        assert oracle.password not in shown, shown
        terminal.type("select 'x' ||\n")
        terminal.wait("   > ")
        terminal.type("'y' z from dual;\n")
        terminal.wait("xy")
        terminal.wait("SQL> ")
    with harness.test("ctrl_c_breaks_a_statement_off_and_the_session_goes_on"):
        terminal.type("begin dbms_session.sleep(60); end;\n/\n")
        terminal.wait("/")
        time.sleep(1)
        os.kill(terminal.pid, signal.SIGINT)
        terminal.wait("CW1202", limit=20)
        terminal.wait("SQL> ")
        terminal.type("select 1 + 1 two from dual;\n")
        terminal.wait("2")
        terminal.wait("SQL> ")
    with harness.test("what_a_prompt_did_not_commit_is_rolled_back_and_told"):
        terminal.type("insert into people values (77, 'prompt', null);\n")
        terminal.wait("1 row touched")
        terminal.wait("SQL> ")
        terminal.type("exit\n")
        terminal.wait("not committed, rolled back")
        terminal.end()
        out, _ = sql("select count(*) from people where id = 77", "--csv")
        assert out.splitlines()[1] == "0", out


def road():
    with harness.test("ping_tells_each_stage_with_its_time"):
        out, _ = sql("--ping")
        found = re.findall(r"^(\S+(?: all)?) +(ok|FAILED) +([\d.]+) ms", out, re.M)
        assert [name for name, _, _ in found] == ["name", "TCP", "listener", "negotiation", "login", "query", "in all"], out
        assert all(state == "ok" for _, state, _ in found), out
        stages = lines(sql("--ping", "--json")[0])[0]
        assert stages["ok"] and [one["stage"] for one in stages["stages"]][-1] == "query", stages
    with harness.test("ping_names_the_stage_that_fails_and_what_can_be_done"):
        out, told = sql("--ping", connect=f"127.0.0.1:{oracle.port}/OTHER", rc=1)
        assert re.search(r"^listener +FAILED.*ORA-12514", out, re.M) and "lsnrctl services" in told, out + told
        out, told = sql("--ping", connect="127.0.0.1:1/X", rc=1)
        assert re.search(r"^TCP +FAILED.*refused", out, re.M), out
        out, told = sql("--ping", connect="no-such-host.invalid/X", rc=1)
        assert re.search(r"^name +FAILED", out, re.M), out
        out, told = sql("--ping", password="lion-in-winter", rc=1)
        assert re.search(r"^login +FAILED.*ORA-01017", out, re.M) and "case-sensitive" in told, out + told
        out, told = sql("--ping", connect="(DESCRIPTION=", rc=1)
        assert "CW7110" in told, told
    with harness.test("descriptors_lists_sids_and_aliases_lead_there"):
        here, dead = f"(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT={oracle.port}))", "(ADDRESS=(HOST=127.0.0.1)(PORT=1))"
        data = f"(CONNECT_DATA=(SERVICE_NAME={oracle.service}))"
        (work / "tnsnames.ora").write_text(f"shop, SHOP.WORLD = # here\n (DESCRIPTION={here}{data})\neasy = {oracle.dsn}\n")
        for connect in (f"(DESCRIPTION={here}{data})", f"(DESCRIPTION={dead}{here}{data})",
                        f"(DESCRIPTION=(LOAD_BALANCE=on)(ADDRESS_LIST={dead}{dead})(ADDRESS_LIST={here}){data})",
                        f"(DESCRIPTION_LIST=(DESCRIPTION={dead}{data})(DESCRIPTION={here}{data}))",
                        f"(DESCRIPTION={here}(CONNECT_DATA=(SID={oracle.service})))",
                        f"localhost:1,127.0.0.1:{oracle.port}/{oracle.service}",
                        f"//localhost:{oracle.port}/{oracle.service}?retry_count=1&retry_delay=0&connect_timeout=9",
                        "shop", "Shop.world", "easy"):
            out, _ = sql("select 'there' x from dual", "--csv", connect=connect, TNS_ADMIN=str(work))
            assert out == "X\nthere\n", (connect, out)
        _, told = sql("select 1 from dual", connect=f"(DESCRIPTION=(FAILOVER=off){dead}{here}{data})", rc=1)
        assert "refused" in told and "attempts" not in told, told
        _, told = sql("select 1 from dual", connect=f"127.0.0.1:1,127.0.0.1:2/{oracle.service}?retry_count=1&retry_delay=0", rc=1)
        assert "4 attempts" in told, told
    with harness.test("a_crossings_folder_is_a_place_to_connect_to"):
        folder = work / "crossing"
        folder.mkdir()
        (folder / "secret").write_text(oracle.password)
        (folder / "crossing.yaml").write_text(
            "crossing: c\nsource: {connect: shop, user: system, password: 'file:secret', schemas: [X]}\ntarget: {conninfo: x}\n")
        done = subprocess.run([CAUSEWAY, "sql", folder, "select 'there' x from dual", "--csv"], text=True, capture_output=True,
                              env={**os.environ, "TNS_ADMIN": str(work)}, check=False)
        assert done.stdout == "X\nthere\n", done


try:
    with harness.test("the_rehearsal_starts"):
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    if oracle:
        for part in (statements, scripts, prompt, road):
            with harness.test(f"the_part_{part.__name__}_ran_to_its_end"):
                part()
finally:
    if oracle:
        oracle.stop()
    servers.remove(work)
harness.finish()
