"""11_profiles.py - the wire of each release: our client and Debian's driver log in to every profile of the rehearsal's listener"""
import json
import os
import socket
import struct
import subprocess
import sys
import pathlib

import oracledb

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "e2e"))
import harness  # noqa: E402

STUB = harness.BUILD / "test/unit/rehearsal/net_stub"
CAUSEWAY = harness.BUILD / "src/programs/causeway"
# profile: what it calls itself, its field version (python-oracledb of Debian knows 16 at most), the bytes of a name
PROFILES = {"11.2": ("11.2.0.4.0", 6), "12.1": ("12.1.0.2.0", 7), "12.2": ("12.2.0.1.0", 9), "18c": ("18.0.0.0.0", 11),
            "19c": ("19.0.0.0.0", 13), "21c": ("21.3.0.0.0", 16), "23ai": ("23.4.0.24.5", 24)}


def ours(port, *words):
    return subprocess.run([CAUSEWAY, "sql", f"127.0.0.1:{port}/STUB", "--user", "scott", "--password", "env:TIGER", *words], text=True,
                          env={**os.environ, "TIGER": "tiger"}, timeout=60, capture_output=True, check=False)


def our_client(profile, port):
    version, field_version = PROFILES[profile]
    with harness.test(f"our_client_logs_in_to_{profile}"):
        done = ours(port, "--ping")
        told = done.stdout + done.stderr
        assert f"field version {field_version}" in told and f"Oracle {version}" in told, told
        assert ("fast authentication" in told) == (profile == "23ai"), told
    with harness.test(f"our_client_reads_rows_of_every_type_from_{profile}"):
        done = ours(port, "select rows 2500", "--json")
        rows = json.loads(done.stdout)["rows"]
        assert len(rows) == 2500 and rows[0][1] == "row 1 x" and rows[2] == [None] * 8, (len(rows), rows[:3])
    with harness.test(f"our_client_is_told_errors_of_{profile}"):
        done = ours(port, "select nowhere")
        assert done.returncode == 1 and "ORA-00942" in done.stderr, done
    with harness.test(f"a_wrong_password_is_ora_01017_of_{profile}"):
        done = subprocess.run([CAUSEWAY, "sql", f"127.0.0.1:{port}/STUB", "--user", "scott", "--password", "env:LION", "--ping"], text=True,
                              env={**os.environ, "LION": "lion"}, timeout=60, capture_output=True, check=False)
        assert "ORA-01017" in done.stdout + done.stderr, done


def debians_driver(profile, port):
    def connect():
        return oracledb.connect(user="scott", password="tiger", dsn=f"127.0.0.1:{port}/STUB")

    if profile == "11.2":
        with harness.test("python_oracledb_refuses_11_2_as_it_refuses_the_real_one"):
            try:
                connect()
            except oracledb.DatabaseError as error:
                assert error.args[0].full_code == "DPY-3010", error
            else:
                raise AssertionError("it logged in")
        return
    with harness.test(f"python_oracledb_inserts_fetches_and_commits_on_{profile}"):
        connection = connect()
        assert connection.version == PROFILES[profile][0], connection.version
        cursor = connection.cursor()
        cursor.execute("select rows 2500")
        assert len(cursor.fetchall()) == 2500
        cursor.execute("insert :1, :2", [5, "five"])
        cursor.executemany("insert :1, :2", [(n, "x" * n) for n in range(20, 1020)])
        assert cursor.rowcount == 1000, cursor.rowcount
        connection.commit()
        connection.close()


def exactly(peer, count):
    got = b""
    while len(got) < count:
        more = peer.recv(count - len(got))
        if not more:
            raise OSError("hung up")
        got += more
    return got


def answer(peer, wide=True):
    """The payload of the next packet, without the flags of DATA."""
    head = exactly(peer, 8)
    body = exactly(peer, struct.unpack(">I" if wide else ">H", head[:4 if wide else 2])[0] - 8)
    return body[2:] if head[4] == 6 else body


def fast_behind_protocol(port):
    """seerdb's client asks PROTOCOL first; the FAST_AUTH is python-oracledb's, recorded with Free 23.26."""
    session = (ROOT / "test/recordings/sessions/fetch_df.pkts").read_text().splitlines()
    fast = bytes.fromhex(next(line[2:] for line in session if line.startswith("C ") and line[22:24] == "22"))
    text = b"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(CONNECT_DATA=(SERVICE_NAME=STUB)(CID=(PROGRAM=p)(HOST=h)(USER=u))))"
    connect = struct.pack(">HHHHHHHHHHIBB", 319, 300, 1, 8192, 8192, 0x4f98, 0, 1, len(text), 74, 0, 0x84, 0x84) + bytes(24)
    connect += struct.pack(">IIII", 8192, 8192, 0, 0) + text
    with harness.test("FAST_AUTH_behind_PROTOCOL_is_answered_as_without_it"):
        with socket.create_connection(("127.0.0.1", port), 10) as peer:
            peer.sendall(struct.pack(">HHBBH", 8 + len(connect), 0, 1, 0, 0) + connect)
            assert struct.unpack(">H", answer(peer, False)[:2])[0] == 319
            peer.sendall(struct.pack(">IBBHH", 10 + 9, 6, 0, 0, 0) + b"\x01\x06\x00tests\x00")
            assert answer(peer)[:2] == b"\x01\x06"
            peer.sendall(fast)
            whole = b""
            while b"AUTH_SESSKEY" not in whole:
                whole += answer(peer)
            assert whole[:2] == b"\x01\x06", whole[:40]


def main():
    for profile in PROFILES:
        stub = subprocess.Popen([STUB, profile], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = stub.stdout.readline().split("port=")[1].split()[0]
            our_client(profile, port)
            debians_driver(profile, port)
            if profile == "23ai":
                fast_behind_protocol(int(port))
        finally:
            stub.stdin.close()
            stub.wait(30)
    return harness.finish()


sys.exit(main())
