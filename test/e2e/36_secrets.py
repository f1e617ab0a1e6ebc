"""36_secrets.py - passwords, session keys and verifiers are in no log, answer, file, process list or core

Each password is planted once and is like no other text.  Session keys and verifiers are computed from recorded logins, by the
test's own arithmetic, as who knows the password can (python-oracledb's crypto.pyx describes it).  What a core would hold is
read from the living processes: all memory that the kernel was not told to leave out.
"""
import hashlib
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402
import client  # noqa: E402
import servers  # noqa: E402
from recorder import Recorder  # noqa: E402

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: E402

CAUSEWAY = harness.BUILD / "src/programs/causeway"
SYSTEM, ORACLE, CHANGED = "SysPw-7hQ2vZ9dK4m-Xe5Lu8Rb2", "OraPw-3kX8rT5wB6n-Jf1Wd9Sc7", "ChgPw-9mB4yL1cW7q-Gt6Na3Vk4"
SHOP, WRONG, PROXY = "ShopPw-2nD6jF8sG5t-Uy7Pz1Hm3", "BadPw-1aC5eE9gU3x-Qv2Bk8Ln6", "ProxyPw-5gV7pK3xH2z-Cs4Dw9Tj"
POSTGRES, WALLET = "PgPw-8bN4tR6zJ1v-Ea3Fh7Ki5-Mo9Qs2Uw6-Yc4Zd8Xb1", "WalPw-6cJ9wS2qM8y-Rg5Th3Vj1-Ox7Pn4Lk2"
PASSWORDS = (SYSTEM, ORACLE, CHANGED, SHOP, WRONG, PROXY, POSTGRES, WALLET)
cross.PASSWORDS.update(shop=SHOP, causeway=ORACLE)


class Planted(cross.Crossing):
    """A crossing whose secrets are planted; Oracle's listener is recorded and has a TCPS port that asks for certificates."""

    def start_servers(self):
        certificates(self.work)
        self.tcps_port = servers.free_port()
        servers.Rehearsal.PASSWORD = SYSTEM
        self.oracle = servers.Rehearsal(self.build / "src/programs/causeway-rehearse", self.work / "oracle", options=[
            "--tcps-port", self.tcps_port, "--certificate", self.work / "server.pem", "--key", self.work / "server.key",
            "--client-authority", self.work / "ca.pem"])
        self.postgres = servers.Postgres(self.work / "postgres")

    def prepare_postgres(self):
        super().prepare_postgres()
        admin = client.open_postgres(self.postgres.conninfo(), "public")
        admin.connection.autocommit = True
        admin.execute(f"alter role causeway password '{POSTGRES}'")
        admin.close()
        rules = self.postgres.data / "pg_hba.conf"
        rules.write_text("local all causeway scram-sha-256\nlocal replication causeway scram-sha-256\n" + rules.read_text())
        self.postgres.stop()
        self.postgres.start()

    def open_target(self):
        of = self.postgres.conninfo
        self.postgres.conninfo = lambda name, user: of(name, "postgres")  # the test itself has no password to show
        super().open_target()
        self.postgres.conninfo = of

    def configure(self):
        super().configure()
        for name, text in (("postgres.secret", POSTGRES), ("wallet.secret", WALLET)):
            (self.work / name).write_text(text)
        self.edit(r"  user: CAUSEWAY\n", f"  user: CAUSEWAY\n  wallet: {self.work / 'wallet'}\n"
                                         f"  wallet_password: file:{self.work / 'wallet.secret'}\n")
        self.edit(r"load:\n", f"  password: file:{self.work / 'postgres.secret'}\nload:\n")

    def sql(self, *words, user="system", password=SYSTEM, connect=None, wait=True, more=()):
        """`causeway sql`; what it printed, or the process, waiting for statements."""
        path = self.work / f"{user.split('[')[0]}.secret"
        path.write_text(password)
        command = [CAUSEWAY, "sql", connect or self.oracle.dsn, "--user", user, "--password", f"file:{path}", *more, *words]
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return process.communicate(timeout=60)[0] if wait else process


def certificates(work):
    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], cwd=work, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-subj", "/CN=Planted", "-days", "2")
    for name in ("server", "client"):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", "/CN=localhost")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", f"{name}.pem")
    openssl("pkcs8", "-topk8", "-in", "client.key", "-out", "client.p8", "-passout", f"pass:{WALLET}")
    (work / "wallet").mkdir()
    (work / "wallet/ewallet.pem").write_text("".join((work / part).read_text() for part in ("client.p8", "client.pem", "ca.pem")))


# ---- the secrets that the test computes ---------------------------------------------------------------------

def aes(key, data):
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).decryptor()
    return cipher.update(data) + cipher.finalize()


def pair(data, key):
    """The hex digits that stand behind a key of the login."""
    found = re.search(key + rb".{1,12}?([0-9A-F]{32,})", data, re.S)
    assert found, key
    return bytes.fromhex(found[1].decode())


def keys_of(stream, password):
    """Verifier, halves and session key of a recorded 12c login, {name: bytes}."""
    server = b"".join(packet[10:] for side, packet in stream.packets if side == "S")
    said = b"".join(packet[10:] for side, packet in stream.packets if side == "C")
    salt, vgen, sder = pair(server, b"AUTH_VFR_DATA")[:16], 4096, 3
    pk = hashlib.pbkdf2_hmac("sha512", password.encode(), salt + b"AUTH_PBKDF2_SPEEDY_KEY", vgen, 64)
    verifier = hashlib.sha512(pk + salt).digest()
    a, b = (aes(verifier[:32], pair(data, b"AUTH_SESSKEY")[:32]) for data in (server, said))
    both = (b + a).hex().upper().encode()
    session = hashlib.pbkdf2_hmac("sha512", both, pair(server, b"AUTH_PBKDF2_CSK_SALT")[:16], sder, 32)
    sealed = aes(session, pair(said, b"AUTH_PASSWORD"))
    assert password.encode() in sealed, "the test's arithmetic is wrong: the recorded password does not open"
    return {"key of the verifier": pk, "verifier": verifier, "half of the server": a, "half of the client": b, "session key": session}


def spellings(secret):
    """How a secret could be written.  Of a long password its end tells enough: what is freed loses its beginning."""
    if isinstance(secret, str):
        secret = secret[len(secret) // 2:].encode()
    return secret, secret.hex().encode(), secret.hex().upper().encode()


def found_in(data, secrets):
    return sorted(name for name, secret in secrets.items() if any(spelling in data for spelling in spellings(secret)))


# ---- where they could be -------------------------------------------------------------------------------------

def is_closed(pid):
    """Is this test an ordinary user's, from whom the kernel keeps memory and environment of a process without cores?"""
    return os.geteuid() != 0 and os.stat(f"/proc/{pid}/mem").st_uid == 0


def memory_of(pid, in_core=True):
    """(where, bytes) of what a core of the process would hold, or of what the kernel was told to leave out."""
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        ranges = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) (r\S*) \S+ \S+ \S+ *([^\n]*)\n.*?^VmFlags:([^\n]*)$", maps.read(), re.M | re.S)
        for begin, end, _, name, flags in ranges:
            if "wr" not in flags.split() or ("dd" in flags.split()) == in_core:
                continue
            memory.seek(int(begin, 16))
            yield name or "anonymous", memory.read(int(end, 16) - int(begin, 16)).replace(bytes(4096), b"")


def core_clean(what, pid, secrets):
    """No core at all, and if there were one, nothing of ours in it; libpq's copies of its password are behind the first lock alone."""
    assert pathlib.Path(f"/proc/{pid}/coredump_filter").read_text().strip("0\n") == "", f"a core of {what} would have memory in it"
    if is_closed(pid):
        return
    for where, data in memory_of(pid):
        found = found_in(data, {name: secret for name, secret in secrets.items() if secret != POSTGRES})
        assert not found, f"a core of {what} would hold, in {where}: {found}"


def lists_clean(what, pid, secrets):
    for name in ("cmdline", "status", "comm") if is_closed(pid) else ("cmdline", "environ", "status", "comm"):
        data = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
        assert not found_in(data, secrets), f"{name} of {what} shows {found_in(data, secrets)}"


def files_clean(folder, secrets, without=()):
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_socket() and not any(part in path.parts for part in without):
            count += 1
            found = found_in(path.read_bytes(), secrets)
            assert not found, f"{path} holds {found}"
    assert count > 0, folder


def processes(play):
    """(name, pid) of the conductor and its tasks."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        words = path.read_bytes().split(b"\0") if path.exists() else []
        if str(play.crossing).encode() in words:
            found.append((b" ".join(words[:3]).decode(), int(path.parent.name)))
    return found


# ---- the tests -----------------------------------------------------------------------------------------------

def client_alone(play, secrets):
    with harness.test("what_the_client_prints_and_keeps_shows_no_secret"):
        recorder = Recorder(play.oracle.port)
        there = f"127.0.0.1:{recorder.port}/{play.oracle.service}"
        said = [play.sql("select 1 from dual"), play.sql("--ping"), play.sql("--ping", "--json"),
                play.sql("--ping", password=WRONG), play.sql("select 1 from dual", password=WRONG, more=("--json",)),
                play.sql(f"create user proxy identified by \"{PROXY}\"; grant create session to proxy; grant create session to system;"),
                play.sql(f"create user proxy identified by \"{PROXY}\""), play.sql(f"alter user nobody identified by \"{WRONG}\""),
                play.sql("alter user shop grant connect through proxy;"),
                play.sql("select user from dual", user="proxy[shop]", password=PROXY)]
        assert "SHOP" in said[-1], said[-1]
        assert "ORA-01920" in said[6] and "ORA-01918" in said[7], said
        (play.work / "changed.secret").write_text(CHANGED)
        said.append(play.sql(user="proxy", password=PROXY, connect=there, more=("--new-password", f"file:{play.work / 'changed.secret'}")))
        assert "is changed" in said[-1], said[-1]
        secrets.update(("proxy's " + name, key) for name, key in keys_of(recorder.streams[0], PROXY).items())
        said.append(play.sql("select 1 from dual", user="proxy", password=CHANGED))
        for text in said:
            assert not found_in(text.encode(), secrets), text
        recorder.close()
    with harness.test("a_core_of_the_client_would_hold_no_secret"):
        recorder = Recorder(play.oracle.port)
        for words in ({"connect": f"127.0.0.1:{recorder.port}/{play.oracle.service}"},
                      {"connect": f"127.0.0.1:{play.oracle.port}/{play.oracle.service}?encryption_client=requested&crypto_checksum_client=requested"},
                      {"connect": f"tcps://localhost:{play.tcps_port}/{play.oracle.service}",
                       "more": ("--wallet", play.work / "wallet", "--wallet-password", f"file:{play.work / 'wallet.secret'}")}):
            process = play.sql(wait=False, **words)
            process.stdin.write("select 'it is there' from dual;\n")
            process.stdin.flush()
            play.until(lambda: sessions_of(play, "causeway sql"), "a session")
            if "more" not in words and "?" not in words["connect"]:
                secrets.update(("the client's " + name, key) for name, key in keys_of(recorder.streams[0], SYSTEM).items())
            core_clean(words["connect"], process.pid, secrets)
            if not is_closed(process.pid):
                hidden = b"".join(data for _, data in memory_of(process.pid, in_core=False))
                assert SYSTEM.encode() in hidden, "this test does not look into the right memory"
            lists_clean(words["connect"], process.pid, secrets)
            text = process.communicate(timeout=30)[0]
            assert "it is there" in text and not found_in(text.encode(), secrets), text
        recorder.close()
    with harness.test("the_client_that_is_killed_leaves_no_core"):
        process = play.sql(wait=False)
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        play.until(lambda: sessions_of(play, "causeway sql"), "a session")
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status), status


def sessions_of(play, program):
    admin = play.oracle_as("system")
    count = admin.query("select count(*) from v$session where program = :name", name=program)[0][0]
    admin.close()
    return count


def whole_crossing(play, secrets):
    play.start()
    with harness.test("logins_of_the_crossing_were_recorded_and_their_keys_are_known"):
        streams = [one for one in play.proxy.streams if any(b"AUTH_PASSWORD" in packet for _, packet in one.packets)]
        assert streams
        for number, stream in enumerate(streams[-4:]):
            secrets.update((f"login {number}: {name}", key) for name, key in keys_of(stream, ORACLE).items())
    with harness.test("cores_and_process_lists_of_the_crossing_show_no_secret"):
        names = processes(play)
        assert {"causeway run", "causeway task forward"} <= {" ".join(name.split()[:3 if "task" in name else 2]) for name, _ in names}, names
        for name, pid in names:
            lists_clean(name, pid, secrets)
            core_clean(name, pid, secrets)
    with harness.test("status_report_and_errors_of_the_crossing_show_no_secret"):
        (play.work / "causeway.secret").write_text(WRONG)
        said = [play.try_verb(*words, str(play.crossing), *more)[1] for words, more in (
            (("status",), ()), (("status",), ("--json",)), (("report",), ()), (("report",), ("--json",)), (("verify",), ("--json",)),
            (("check", "crossing"), ("--json",)), (("check", "source"), ()), (("schema",), ("--dry-run",)))]
        (play.work / "postgres.secret").write_text(WRONG)
        said += [play.try_verb("check", "target", str(play.crossing))[1]]
        assert any("ORA-01017" in text for text in said), said
        for text in said:
            assert not found_in(text.encode(), secrets), text
    with harness.test("journal_ledgers_logs_and_sockets_of_the_crossing_hold_no_secret"):
        play.try_verb("stop", str(play.crossing))
        files_clean(play.crossing, secrets)
    with harness.test("the_rehearsals_logs_and_redo_hold_no_secret"):
        log = pathlib.Path(f"{play.oracle.folder}.log")
        assert not found_in(log.read_bytes(), secrets), found_in(log.read_bytes(), secrets)
        files_clean(play.oracle.folder, secrets, without=("base", "pg_wal", "global"))


def main():
    play = Planted(through=Recorder)
    secrets = {f"password {name}": name for name in PASSWORDS}
    try:
        play.begin()
        client_alone(play, secrets)
        whole_crossing(play, secrets)
    finally:
        play.end()
    harness.finish()


if __name__ == "__main__":
    main()
