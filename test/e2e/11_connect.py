"""11_connect.py - `causeway sql` and every way to connect, against a rehearsal Oracle"""
import csv
import io
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402
import wire  # noqa: E402

import oracledb  # noqa: E402

NODE_MODULES = harness.BUILD / "node" / "node_modules"
CAUSEWAY = harness.BUILD / "src/programs/causeway"
work = servers.work_folder("connect")
tcps_port = servers.free_port()
oracle = None


def sql(*words, connect=None, user="system", password=None, text=None, rc=0, **environment):
    """One `causeway sql`; what it printed, as (standard output, standard error)."""
    secret, fresh = work / "secret", work / f"secret-{threading.get_ident()}"
    fresh.write_text(password or oracle.password)
    fresh.replace(secret)  # others may be reading it
    done = subprocess.run([CAUSEWAY, "sql", connect or oracle.dsn, "--user", user, "--password", f"file:{secret}", *words],
                          input=text if text is not None else "", text=True, capture_output=True, timeout=120,
                          env={**os.environ, **environment}, check=False)
    assert done.returncode == rc, f"exit {done.returncode}: {done.stdout}{done.stderr}"
    assert (password or oracle.password) not in done.stdout + done.stderr, "the password was printed"
    return done.stdout, done.stderr


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def statements():
    with harness.test("other_addresses_than_127_0_0_1_are_not_listened_on"):
        try:
            socket.create_connection(("127.0.0.2", oracle.port), 5).close()
            raise AssertionError("somebody listens on 127.0.0.2")
        except ConnectionRefusedError:
            pass
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
            os.execv(CAUSEWAY, [str(CAUSEWAY), "sql", oracle.dsn, *words])
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
        terminal = Terminal("--user", "system")
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
    with harness.test("ctrl_c_at_the_prompt_drops_what_was_typed"):
        terminal.type("select nonsense\n")
        terminal.wait("   > ")
        os.kill(terminal.pid, signal.SIGINT)
        terminal.wait("SQL> ")
        terminal.type("select 'fresh' x from dual;\n")
        terminal.wait("fresh\r\n")
        terminal.wait("SQL> ")
    with harness.test("ctrl_c_at_the_password_leaves_a_terminal_that_shows_what_is_typed"):
        other = Terminal("--user", "system")
        other.wait("password: ")
        assert not termios.tcgetattr(other.fd)[3] & termios.ECHO
        os.kill(other.pid, signal.SIGINT)
        other.wait("CW1202")
        assert termios.tcgetattr(other.fd)[3] & termios.ECHO
        assert other.end() == 1
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
        instance = f"(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT={oracle.port}))(CONNECT_DATA=(SERVICE_NAME={oracle.service})(INSTANCE_NAME=%s)))"
        assert "ORA-12521" in sql("--ping", connect=instance % "other", rc=1)[0]
        assert "query" in sql("--ping", connect=instance % oracle.service.lower())[0]
        out, told = sql("--ping", connect="127.0.0.1:1/X", rc=1)
        assert re.search(r"^TCP +FAILED.*refused", out, re.M), out
        out, told = sql("--ping", connect="no-such-host.invalid/X", rc=1)
        assert re.search(r"^name +FAILED", out, re.M), out
        out, told = sql("--ping", password="lion-in-winter", rc=1)
        assert re.search(r"^login +FAILED.*ORA-01017", out, re.M) and "case-sensitive" in told, out + told
        out, told = sql("--ping", connect="(DESCRIPTION=", rc=1)
        assert "CW7110" in told, told
    with harness.test("packets_of_two_mebibytes_are_agreed_on_and_used"):
        out, _ = sql("--ping", connect=f"{oracle.dsn}?sdu=2097152")
        assert "packets of 2097152 bytes" in out, out
        out, _ = sql("select a.name, rpad('x', 3000, 'y') y from people a, people b, people c, people d", "--csv",
                     connect=f"{oracle.dsn}?sdu=2097152")
        assert len(out.splitlines()) == 257 and len(out) > 256 * 3000, len(out)
    with harness.test("packets_of_512_bytes_the_smallest_there_are_carry_the_same_and_smaller_ones_are_refused_with_the_bounds"):
        small = f"{oracle.dsn}?sdu=512"
        assert "packets of 512 bytes" in sql("--ping", connect=small)[0]
        rows, _ = sql("select a.name, rpad('x', 3000, 'y') y from people a, people b, people c, people d", "--csv", connect=small)
        assert rows == out, (len(rows), len(out))
        assert "from 512 to 2097152" in sql("--ping", connect=f"{oracle.dsn}?sdu=511", rc=1)[1]
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


# ---- TLS ------------------------------------------------------------------------------------------------


def make_certificates():
    """An authority, a server's and a client's certificate; wallets as PEM and PKCS #12, and one without a key."""
    def openssl(*words):
        servers.run(["openssl", *words], cwd=work)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority",
            "-days", "2")
    for name in ("server", "client"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                f"/C=CH/O=Shop, Inc/CN={name}.shop.test")
        (work / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                f"{name}.pem", "-days", "2", "-extfile", "names")
    openssl("pkcs8", "-topk8", "-in", "client.key", "-out", "client.p8", "-passout", "pass:wallet-secret")
    for wallet, parts in {"authority": ["ca.pem"], "pem": ["client.p8", "client.pem", "ca.pem"],
                          "open": ["client.key", "client.pem", "ca.pem"]}.items():
        (work / wallet).mkdir()
        (work / wallet / "ewallet.pem").write_text("".join((work / part).read_text() for part in parts))
    (work / "p12").mkdir()
    openssl("pkcs12", "-export", "-inkey", "client.key", "-in", "client.pem", "-certfile", "ca.pem", "-passout",
            "pass:wallet-secret", "-out", "p12/ewallet.p12")
    (work / "wallet-secret").write_text("wallet-secret")


def tcps(wallet=None, host="localhost", **parameters):
    if wallet:
        parameters["wallet_location"] = f'"{work / wallet}"'
    tail = "&".join(f"{key}={value}" for key, value in parameters.items())
    return f"tcps://{host}:{tcps_port}/{oracle.service}" + (f"?{tail}" if tail else "")


def believed():
    there = ["select 'there' x from dual", "--csv"]
    with harness.test("tcps_is_spoken_with_the_authority_and_the_name_checked"):
        out, _ = sql("--ping", connect=tcps("authority"))
        assert re.search(r"^TLS +ok .*TLSv1.3, .*CN=server.shop.test", out, re.M) and "not verified" not in out, out
        for more in ({"ssl_version": "TLSv1.2"}, {"ssl_server_cert_dn": '"CN=server.shop.test,O=Shop\\, Inc,C=CH"'},
                     {"use_sni": "on"}, {"ssl_server_dn_match": "on"}):
            assert sql(*there, connect=tcps("authority", **more))[0] == "X\nthere\n", more
        descriptor = (f"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)(HOST=localhost)(PORT={tcps_port}))(CONNECT_DATA=(SERVICE_NAME="
                      f"{oracle.service}))(SECURITY=(MY_WALLET_DIRECTORY={work / 'authority'})))")
        assert sql(*there, connect=descriptor)[0] == "X\nthere\n"
    with harness.test("a_server_that_cannot_be_believed_hears_no_name_and_no_password"):
        _, told = sql(*there, connect=tcps("authority", ssl_server_cert_dn="CN=other"), rc=1)
        assert "CW7117" in told and "SSL_SERVER_CERT_DN" in told, told
        _, told = sql(*there, connect=tcps(ssl_server_dn_match="on"), rc=1)
        assert "CW7117" in told and "not trusted" in told, told
        _, told = sql(*there, connect=tcps("nowhere"), rc=1)
        assert "CW7118" in told, told
    with harness.test("to_this_machine_itself_no_certificate_is_demanded"):
        out, _ = sql("--ping", connect=tcps())
        assert "not verified" in out, out
    with harness.test("the_wrong_port_is_told_both_ways"):
        _, told = sql(*there, connect=tcps("authority").replace(str(tcps_port), str(oracle.port)), rc=1)
        assert "is this its port of tcps?" in told, told
        _, told = sql(*there, connect=f"localhost:{tcps_port}/{oracle.service}", rc=1)
        assert "is it the port of tcps?" in told, told


def drivers_over_tls():
    with harness.test("python_oracledb_logs_in_and_works_over_tcps"):
        connection = oracledb.connect(user="system", password=oracle.password, dsn=f"tcps://localhost:{tcps_port}/{oracle.service}",
                                      wallet_location=str(work / "authority"))
        cursor = connection.cursor()
        cursor.execute("create table python_tls (id number, text varchar2(2000))")
        cursor.executemany("insert into python_tls values (:1, :2)", [(i, "x" * i) for i in range(2000)])
        connection.commit()
        cursor.execute("select id, text from python_tls order by id")
        assert [len(text or "") for _, text in cursor.fetchall()] == list(range(2000))
        cursor.execute("drop table python_tls")
        connection.close()
    with harness.test("python_oracledb_does_not_take_another_name_and_no_wrong_password"):
        for more, code in (({"ssl_server_cert_dn": "CN=other"}, "DPY"), ({"password": "wrong"}, "ORA-01017")):
            try:
                oracledb.connect(**{"user": "system", "password": oracle.password, "wallet_location": str(work / "authority"),
                                    "dsn": f"tcps://localhost:{tcps_port}/{oracle.service}", **more})
                raise AssertionError(f"{more} was taken")
            except oracledb.Error as error:
                assert code in str(error), error
    node = shutil.which("node")
    if not node or not NODE_MODULES.is_dir():
        print("skip node_oracledb_logs_in_and_works_over_tcps - node or node-oracledb is not installed")
        return

    def run_node(wallet, *more):
        done = subprocess.run([node, harness.ROOT / "test/drivers/node/tls.js", tcps(), oracle.password, work / wallet, *more],
                              text=True, capture_output=True, timeout=60, env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
                              check=False)
        return json.loads(done.stdout)

    with harness.test("node_oracledb_logs_in_and_works_over_tcps"):
        result = run_node("pem", "wallet-secret")  # it wants a key in every wallet
        assert result.get("read") == 2000 and result["same"] and result["counted"] == [2000, 1999000], result
    with harness.test("node_oracledb_without_the_authority_is_refused_by_itself"):
        (work / "other").mkdir()
        servers.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out",
                     "other.pem", "-subj", "/CN=Other", "-days", "2"], cwd=work)
        (work / "other/ewallet.pem").write_text((work / "other.key").read_text() + (work / "other.pem").read_text())
        result = run_node("other")
        assert "certificate" in result.get("failed", ""), result


def client_certificates():
    oracle.stop()
    with open(oracle.folder / "rehearsal.conf", "a") as conf:
        conf.write(f"client_authority = {work / 'ca.pem'}\n")
    oracle.start()
    there = ["select 'there' x from dual", "--csv"]
    with harness.test("a_client_certificate_comes_from_ewallet_pem_and_ewallet_p12"):
        for wallet, more in (("open", ()), ("pem", ("--wallet-password", f"file:{work / 'wallet-secret'}")),
                             ("p12", ("--wallet-password", f"file:{work / 'wallet-secret'}"))):
            out, told = sql(*there, *more, connect=tcps(), *("--wallet", work / wallet))
            assert out == "X\nthere\n", (wallet, out)
            out, told = sql(*there, *more, connect=tcps(wallet))
            assert out == "X\nthere\n", (wallet, out)
    with harness.test("a_crossing_reaches_its_source_over_tcps_with_its_wallet"):
        folder = work / "crossing"
        (folder / "crossing.yaml").write_text(
            f"crossing: c\nsource: {{connect: '{tcps()}', user: system, password: 'file:secret', schemas: [SYSTEM], wallet: ../p12, "
            f"wallet_password: 'file:{work / 'wallet-secret'}'}}\ntarget: {{conninfo: x}}\n")
        done = subprocess.run([CAUSEWAY, "check", "source", folder, "--json"], text=True, capture_output=True, check=False)
        codes = [one["code"] for one in json.loads(done.stdout)["findings"]]
        assert "source.login" not in codes and codes, done.stdout
        assert "wallet-secret" not in done.stdout + done.stderr and oracle.password not in done.stdout + done.stderr
    with harness.test("a_server_that_wants_a_client_certificate_is_told_so"):
        _, told = sql(*there, connect=tcps("authority"), rc=1)
        assert "certificate required" in told and "wallet_location" in told, told
        _, told = sql(*there, "--wallet-password", f"file:{work / 'secret'}", connect=tcps("p12"), rc=1)
        assert "CW7118" in told and "wallet-secret" not in told, told
    with harness.test("python_oracledb_shows_its_client_certificate"):
        oracledb.connect(user="system", password=oracle.password, dsn=f"tcps://localhost:{tcps_port}/{oracle.service}",
                         wallet_location=str(work / "pem"), wallet_password="wallet-secret").close()


# ---- accounts ---------------------------------------------------------------------------------------------


def admin(statement):
    """The rehearsal's own catalog: what years of a password's life would bring about."""
    servers.run(servers.as_postgres(["psql", "-h", oracle.folder / "run", "-U", "postgres", "-d", "rehearsal", "-c", statement]),
                cwd="/")


def accounts():
    def drivers_fail(code, **login):
        try:
            oracledb.connect(dsn=oracle.dsn, **login)
        except oracledb.Error as error:
            assert code in str(error), error
            return
        raise AssertionError(f"{login} was let in")

    sql("".join(f"create user {user} identified by \"{user}-pw\"; grant create session to {user};"
                for user in ("ann", "bob", "carl", "dora")))
    with harness.test("a_locked_account_is_told_from_a_wrong_password"):
        sql("alter user bob account lock")
        _, told = sql("select 1 from dual", user="bob", password="bob-pw", rc=1)
        assert "ORA-28000" in told and "ACCOUNT UNLOCK" in told, told
        _, told = sql("select 1 from dual", user="bob", password="not-bobs", rc=1)
        assert "ORA-01017" in told, told
        sql("alter user bob account unlock")
    with harness.test("an_expired_password_is_told_and_changed_on_the_way_in"):
        sql("alter user ann password expire")
        _, told = sql("select 1 from dual", user="ann", password="ann-pw", rc=1)
        assert "ORA-28001" in told and "--new-password" in told, told
        (work / "new").write_text("ann-new")
        _, told = sql("--new-password", f"file:{work / 'new'}", user="ann", password="ann-pw")
        assert told == "the password is changed\n", told
        sql("select 1 from dual", user="ann", password="ann-new")
        drivers_fail("ORA-01017", user="ann", password="ann-pw")
        oracledb.connect(user="ann", password="ann-new", dsn=oracle.dsn).close()
        _, told = sql("--new-password", f"file:{work / 'new'}", user="ann", password="ann-pw", rc=1)
        assert "ORA-01017" in told and "ann-new" not in told, told
    with harness.test("a_person_at_a_terminal_is_offered_the_change"):
        sql("alter user carl password expire")
        terminal = Terminal("--user", "carl")
        for asked, typed in (("password: ", "carl-pw"), ("new password: ", "carl-new"), ("once more: ", "carl-new")):
            terminal.wait(asked)
            terminal.type(typed + "\n")
        shown = terminal.wait("SQL> ")
        assert "the password is changed" in shown and "carl-new" not in shown, shown
        terminal.type("exit\n")
        assert terminal.end() == 0
        sql("select 1 from dual", user="carl", password="carl-new")
    with harness.test("a_password_that_is_about_to_expire_is_warned_of_and_works"):
        admin("update rh.users set status = 'EXPIRED(GRACE)', expiry_date = now() at time zone 'UTC' + interval '71 hours' "
              "where username = 'DORA'")
        out, told = sql("select 'in' x from dual", "--csv", user="dora", password="dora-pw")
        assert out == "X\nin\n" and "ORA-28002: the password will expire within 3 days" in told, told
        oracledb.connect(user="dora", password="dora-pw", dsn=oracle.dsn).close()
        folder = work / "dora"
        folder.mkdir()
        (folder / "secret").write_text("dora-pw")
        (folder / "crossing.yaml").write_text(f"crossing: c\nsource: {{connect: '{oracle.dsn}', user: dora, password: 'file:secret', "
                                              "schemas: [DORA]}\ntarget: {conninfo: x}\n")
        done = subprocess.run([CAUSEWAY, "check", "source", folder, "--json"], text=True, capture_output=True, check=False)
        assert [one for one in json.loads(done.stdout)["findings"] if one["code"] == "source.password"], done.stdout
    with harness.test("a_proxy_is_whom_it_was_granted_to_be"):
        sql("alter user dora grant connect through bob")
        out, _ = sql("select user u, sys_context('userenv', 'proxy_user') p from dual", "--csv", user="bob[dora]", password="bob-pw")
        assert out == "U,P\nDORA,BOB\n", out
        _, told = sql("select user from dual", user="bob[ann]", password="bob-pw", rc=1)
        assert "ORA-28150" in told and "CONNECT THROUGH" in told, told
        connection = oracledb.connect(user="bob[dora]", password="bob-pw", dsn=oracle.dsn)
        assert connection.cursor().execute("select user from dual").fetchall() == [("DORA",)]
        connection.close()
        sql("alter user dora revoke connect through bob")
        _, told = sql("select user from dual", user="bob[dora]", password="bob-pw", rc=1)
        assert "ORA-28150" in told, told
    with harness.test("sys_logs_in_as_sysdba_and_others_may_not"):
        out, _ = sql("select user from dual", "--csv", "--as", "sysdba", user="sys")
        assert out == "USER\nSYS\n", out
        _, told = sql("select 1 from dual", "--as", "sysdba", user="bob", password="bob-pw", rc=1)
        assert "ORA-01031" in told, told
        oracledb.connect(user="sys", password=oracle.password, dsn=oracle.dsn, mode=oracledb.SYSDBA).close()
        _, told = sql("select 1 from dual", "--as", "king", rc=1)
        assert "no such role" in told, told
    with harness.test("python_oracledb_changes_a_password_at_the_login_and_in_a_session"):
        sql("alter user bob password expire")
        oracledb.connect(user="bob", password="bob-pw", newpassword="bob-2", dsn=oracle.dsn).close()
        connection = oracledb.connect(user="bob", password="bob-2", dsn=oracle.dsn)
        connection.changepassword("bob-2", "bob-3")
        try:
            connection.changepassword("bob-2", "bob-4")
            raise AssertionError("a wrong old password was taken")
        except oracledb.Error as error:
            assert "ORA-" in str(error), error
        connection.close()
        oracledb.connect(user="bob", password="bob-3", dsn=oracle.dsn).close()
    node = shutil.which("node")
    if not node or not NODE_MODULES.is_dir():
        print("skip node_oracledb_changes_a_password_at_the_login_and_in_a_session - node or node-oracledb is not installed")
        return
    with harness.test("node_oracledb_changes_a_password_at_the_login_and_in_a_session"):
        done = subprocess.run([node, harness.ROOT / "test/drivers/node/password.js", oracle.dsn, "bob", "bob-3", "bob-4", "bob-5"],
                              text=True, capture_output=True, timeout=60, env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
                              check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        sql("select 1 from dual", user="bob", password="bob-5")


# ---- servers that are none -------------------------------------------------------------------------------


class Stranger:
    """A listener that does to each connection what it is told to; another implementation of the wire than ours."""

    def __init__(self, serve):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port, self.serve, self.trouble = self.door.getsockname()[1], serve, []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                peer, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(peer,), daemon=True).start()

    def one(self, peer):
        try:
            self.serve(peer)
        except OSError as error:
            self.trouble.append(error)

    def close(self):
        self.door.close()


def packet(kind, body, flags=0):
    return struct.pack(">HHBBH", 8 + len(body), 0, kind, flags, 0) + body


def read_connect(peer):
    """The CONNECT packet and, if the text is long, the DATA packet behind it; the text."""
    def read_packet():
        head = b""
        while len(head) < 8:
            got = peer.recv(8 - len(head))
            if not got:
                raise OSError("hung up")
            head += got
        body, length = b"", struct.unpack(">H", head[:2])[0] - 8
        while len(body) < length:
            body += peer.recv(length - len(body))
        return head[4], head[5], body

    kind, flags, body = read_packet()
    assert kind == 1, kind
    length, offset = struct.unpack(">HH", body[16:20])
    text = body[offset - 8:offset - 8 + length]
    if not text and length:
        _, _, data = read_packet()
        text = data[2:]
    return text.decode(), flags


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def forward(peer, text=None):
    """All that follows goes to the rehearsal and back; @text: a CONNECT text that was taken off already."""
    onward = socket.create_connection(("127.0.0.1", oracle.port))
    if text:
        body = struct.pack(">HHHHHHHHHHIBB", 319, 300, 1, 8192, 8192, 0x4f98, 0, 1, len(text), 74, 0, 0x84, 0x84) + bytes(24)
        body += struct.pack(">IIII", 8192, 8192, 0, 0)
        onward.sendall(packet(1, body) + packet(6, b"\0\0" + text.encode()))
    threading.Thread(target=pump, args=(onward, peer), daemon=True).start()
    pump(peer, onward)


def redirects():
    there = ["select 'there' x from dual", "--csv"]
    seen = []

    def redirect(peer):
        text, flags = read_connect(peer)
        seen.append((text, flags))
        address = f"(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT={oracle.port}))"
        answer = (address + "\0" + text).encode()
        peer.sendall(packet(5, struct.pack(">H", len(answer)), 2) + packet(6, b"\0\0" + answer))
        peer.recv(1)

    with harness.test("a_redirect_is_followed_into_the_session"):
        stranger = Stranger(redirect)
        assert sql(*there, connect=f"127.0.0.1:{stranger.port}/{oracle.service}")[0] == "X\nthere\n"
        out, _ = sql("--ping", connect=f"127.0.0.1:{stranger.port}/{oracle.service}")
        assert "1 redirects" in out and f"127.0.0.1:{oracle.port}" in out, out
        assert all(flags == 0 for _, flags in seen), seen
        stranger.close()
    with harness.test("a_listener_that_sends_round_in_a_circle_is_given_up"):
        def circle(peer):
            text, _ = read_connect(peer)
            answer = (f"(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT={stranger.port}))\0" + text).encode()
            peer.sendall(packet(5, struct.pack(">H", len(answer)), 2) + packet(6, b"\0\0" + answer))
            peer.recv(1)

        stranger = Stranger(circle)
        _, told = sql(*there, connect=f"127.0.0.1:{stranger.port}/X", rc=1)
        assert "CW7111" in told and "circle" in told, told
        stranger.close()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(work / "server.pem", work / "server.key")

    def to_tls(peer):
        text, _ = read_connect(peer)
        answer = (f"(ADDRESS=(PROTOCOL=TCPS)(HOST=localhost)(PORT={tcps_port}))\0" + text).encode()
        peer.sendall(packet(5, struct.pack(">H", len(answer)), 2) + packet(6, b"\0\0" + answer))
        peer.recv(1)

    def from_tls(peer):
        redirect(context.wrap_socket(peer, server_side=True))

    with harness.test("a_redirect_to_tcps_is_followed_and_the_server_must_be_believed"):
        stranger = Stranger(to_tls)
        connect = f"127.0.0.1:{stranger.port}/{oracle.service}"
        assert sql(*there, connect=f"{connect}?wallet_location={work / 'authority'}")[0] == "X\nthere\n", stranger.trouble
        _, told = sql(*there, connect=f"{connect}?ssl_server_dn_match=on", rc=1)
        assert "CW7117" in told, told
        stranger.close()
    with harness.test("a_redirect_from_tcps_to_clear_text_is_refused"):
        stranger = Stranger(from_tls)
        _, told = sql(*there, connect=f"tcps://localhost:{stranger.port}/{oracle.service}?wallet_location={work / 'authority'}", rc=1)
        assert "CW7111" in told and "without TLS" in told, told
        stranger.close()

    def tls_again(peer):
        inside = context.wrap_socket(peer, server_side=True)
        read_connect(inside)
        inside.sendall(packet(11, b"", 8))
        bare = socket.socket(fileno=inside.detach())
        again = context.wrap_socket(bare, server_side=True)
        text, _ = read_connect(again)
        forward(again, text)

    with harness.test("a_resend_with_a_new_handshake_is_followed"):
        stranger = Stranger(tls_again)
        connect = f"tcps://localhost:{stranger.port}/{oracle.service}?wallet_location={work / 'authority'}"
        assert sql(*there, connect=connect)[0] == "X\nthere\n", stranger.trouble
        stranger.close()


def deadlines():
    def silent(peer):
        while peer.recv(4096):
            pass

    def drip(peer):
        while True:
            peer.sendall(b"\0")
            time.sleep(0.05)

    def garbage(peer):
        peer.sendall(os.urandom(100000))
        peer.recv(1)

    def hang_up(peer):
        peer.recv(4096)
        peer.close()

    def half(peer):
        read_connect(peer)
        peer.sendall(b"\0\x20\0\0\x02")
        while peer.recv(4096):
            pass

    for what, code in ((silent, "CW1201"), (drip, "CW"), (garbage, "CW"), (hang_up, "CW1203"), (half, "CW1201")):
        for scheme in ("tcp", "tcps"):
            with harness.test(f"a_server_that_is_{what.__name__}_costs_a_clear_error_by_{scheme}"):
                stranger = Stranger(what)
                _, told = sql("--ping", connect=f"{scheme}://127.0.0.1:{stranger.port}/X?connect_timeout=1", rc=1)
                assert code in told or (scheme == "tcps" and "CW7116" in told), told
                stranger.close()
    for code, words in ((12514, "lsnrctl services"), (12528, "blocks new connections"), (12519, "PROCESSES"), (12638, "Kerberos, RADIUS"),
                        (12631, "Kerberos, RADIUS"), (12660, "native network encryption")):
        with harness.test(f"a_refusal_with_ORA_{code}_is_told_with_what_to_do"):
            def refuse(peer, code=code):
                read_connect(peer)
                text = f"(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))".encode()
                peer.sendall(packet(4, struct.pack(">BBH", 4, 0, len(text)) + text))
                peer.recv(1)

            stranger = Stranger(refuse)
            _, told = sql("select 1 from dual", connect=f"127.0.0.1:{stranger.port}/X", rc=1)
            assert f"ORA-{code}" in told and words in told and "CW7101" in told, told
            stranger.close()
    with harness.test("a_call_that_takes_too_long_is_broken_off_and_the_session_told"):
        _, told = sql("begin dbms_session.sleep(30); end;", "--limit", "1", rc=1)
        assert "CW7103" in told and "1000 ms" in told, told


def roads():
    """What the kernel tells of the connections to the rehearsal: local port -> (which timer runs, when it ends)."""
    found = {}
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[2].split(":")[1], 16) == oracle.port and words[3] == "01":
            found[words[1]] = tuple(words[5].split(":"))
    return found


def kept_alive_after(connect):
    """Seconds until the kernel asks the silent peer of a running call; None: it never will."""
    before = roads()
    client = subprocess.Popen([CAUSEWAY, "sql", connect, "--user", "system", "--password", f"file:{work / 'secret'}",
                               "begin dbms_session.sleep(20); end;"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen, until = None, time.monotonic() + 15
    try:
        while seen is None and time.monotonic() < until:
            time.sleep(0.1)
            for port, (timer, ends) in roads().items():
                if port not in before and timer == "02":  # keepalive
                    seen = int(ends, 16) / os.sysconf("SC_CLK_TCK")
    finally:
        client.send_signal(signal.SIGINT)
        client.communicate(timeout=60)
    return seen


def silence():
    with harness.test("a_silent_call_is_kept_alive_every_minute_or_as_EXPIRE_TIME_says"):
        sql("select 1 from dual")
        seconds = kept_alive_after(oracle.dsn)
        assert seconds is not None and 0 < seconds <= 60, seconds
        seconds = kept_alive_after(f"{oracle.dsn}?expire_time=5")
        assert seconds is not None and 120 < seconds <= 300, seconds


# From the sixtieth packet of rows on, of the second answer: what is sent instead, and whether the connection lives.
MIDST = {
    "hangs_up": (lambda packet, count: (packet[:100], False), "CW1203"),
    "stops": (lambda packet, count: (packet[:100] if count == 0 else b"", True), "CW7103"),
    "drips": (lambda packet, count: (time.sleep(0.2) or packet[:1], True), "CW7103"),
    "sends_garbage": (lambda packet, count: (bytes(range(255, 15, -1)) * 40, True), "CW2"),
    "sends_a_length_that_cannot_be": (lambda packet, count: (b"\x7f" + packet[1:], True), "CW2101"),
    "sends_messages_that_are_none": (lambda packet, count: (packet[:10] + b"\xee" * (len(packet) - 10), True), "CW2"),
}
WORDS = ["select a.name, rpad('spoilt', 3000, 'y') y from people a, people b, people c, people d", "--csv", "--limit", "1"]


def one_in_the_midst(what, found):
    """A query through a proxy that spoils its answer; what was printed."""
    seen = [0]

    def spoil(conversation, packet):
        seen[0] += b"yyyyyy" in packet
        return MIDST[what][0](packet, seen[0] - 60) if seen[0] >= 60 else (packet, True)

    proxy = wire.Proxy(oracle.port)
    proxy.spoil = spoil
    try:
        found[what] = sql(*WORDS, connect=f"127.0.0.1:{proxy.port}/{oracle.service}", rc=1)
    except (AssertionError, subprocess.SubprocessError) as error:
        found[what] = ("", f"{error}")
    proxy.close()


def in_the_midst():
    found = {}
    ways = [threading.Thread(target=one_in_the_midst, args=(what, found)) for what in MIDST]
    for way in ways:
        way.start()
    for way in ways:
        way.join()
    for what, (_, code) in MIDST.items():
        with harness.test(f"a_server_that_{what}_in_the_midst_of_an_answer_costs_a_clear_error"):
            out, told = found[what]
            assert code in told and "exit" not in told, told
            assert 1 < len(out.splitlines()) < 257, len(out.splitlines())


try:
    with harness.test("the_rehearsal_starts"):
        make_certificates()
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle", options=[
            "--tcps-port", tcps_port, "--certificate", work / "server.pem", "--key", work / "server.key", "--sdu", "2097152"])
    if oracle:
        for part in (statements, scripts, prompt, road, believed, drivers_over_tls, accounts, redirects, deadlines, silence, in_the_midst,
                     client_certificates):
            with harness.test(f"the_part_{part.__name__}_ran_to_its_end"):
                part()
    with harness.test("no_password_stands_in_a_log"):
        log = pathlib.Path(f"{oracle.folder}.log").read_text()
        for secret in (oracle.password, "ann-pw", "ann-new", "bob-3", "carl-new", "wallet-secret"):
            assert secret not in log, secret
finally:
    if oracle:
        oracle.stop()
    servers.remove(work)
harness.finish()
