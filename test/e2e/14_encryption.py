"""14_encryption.py - native network encryption: our client and drivers, and a rehearsal that demands it"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402
from recorder import Recorder  # noqa: E402

import oracledb  # noqa: E402

CAUSEWAY = harness.BUILD / "src/programs/causeway"
GOOD_CIPHERS = ["AES256", "AES192", "AES128"]
OLD_CIPHERS = ["3DES168", "3DES112", "DES56C", "RC4_256", "RC4_128", "RC4_56", "RC4_40"]
GOOD_SUMS = ["SHA512", "SHA384", "SHA256", "SHA1"]
work = servers.work_folder("encryption")
oracle = None


def demand(*lines):
    (oracle.folder / "sqlnet.ora").write_text("".join(f"{line}\n" for line in lines))


def demand_both(cipher, checksum, *more):
    demand("SQLNET.ENCRYPTION_SERVER = required", f"SQLNET.ENCRYPTION_TYPES_SERVER = ({cipher})",
           "SQLNET.CRYPTO_CHECKSUM_SERVER = required", f"SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER = ({checksum})", *more)


def sql(*words, keys="", port=None, rc=0):
    """One `causeway sql`; what it printed, standard output and standard error joined."""
    secret = work / "secret"
    secret.write_text(oracle.password)
    connect = f"//127.0.0.1:{port or oracle.port}/{oracle.service}{'?' if keys else ''}{keys}"
    done = subprocess.run([CAUSEWAY, "sql", connect, "--user", "system", "--password", f"file:{secret}", *words],
                          text=True, capture_output=True, timeout=120, env=dict(os.environ), check=False)
    assert done.returncode == rc, f"exit {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def agreed(keys=""):
    """(cipher, checksum) that --ping tells, or None."""
    found = re.search(r"encryption (\S+), checksum (\S+)", sql("--ping", keys=keys))
    return found and (found[1], found[2])


def banners():
    """Of the session's own services, without their version."""
    told = sql("select network_service_banner from v$session_connect_info where sid = sys_context('userenv', 'sid')", "--csv")
    return re.findall(r'^"?(.*?) for Linux: Version 19\.0\.0\.0\.0 - Production"?\r?$', told, re.M)


def algorithms():
    for name, version in (("since_july_2021", []), ("of_before", ["REHEARSAL.NETWORK_VERSION = 18.0.0.0.0"])):
        for cipher, checksum in [(c, "SHA512") for c in GOOD_CIPHERS] + [("AES256", s) for s in GOOD_SUMS[1:]]:
            with harness.test(f"{cipher}_with_{checksum}_and_the_keys_{name}"):
                demand_both(cipher, checksum, *version)
                assert agreed() == (cipher, checksum), agreed()
    with harness.test("old_ciphers_work_for_who_names_them"):
        for cipher in OLD_CIPHERS:
            demand_both(cipher, "MD5")
            assert agreed(f"encryption_types_client={cipher}&crypto_checksum_types_client=MD5") == (cipher, "MD5")
    with harness.test("old_ciphers_are_refused_where_nobody_names_them"):
        for cipher, checksum in (("RC4_128", "SHA256"), ("DES56C", "SHA256"), ("AES256", "MD5")):
            demand_both(cipher, checksum)
            assert "ORA-12650" in sql("--ping", rc=1)
    with harness.test("V_SESSION_CONNECT_INFO_tells_what_was_agreed"):
        demand_both("AES192", "SHA384")
        assert banners() == ["TCP/IP NT Protocol Adapter", "Encryption service", "AES192 Encryption service adapter",
                             "Crypto-checksumming service", "SHA384 Crypto-checksumming service adapter"], banners()
        demand()
        assert banners() == ["TCP/IP NT Protocol Adapter", "Encryption service", "Crypto-checksumming service"], banners()
    with harness.test("either_works_without_the_other"):
        demand("SQLNET.ENCRYPTION_SERVER = required")
        assert agreed() == ("AES256", "none"), agreed()
        demand("SQLNET.CRYPTO_CHECKSUM_SERVER = required")
        assert agreed() == ("none", "SHA512"), agreed()


def levels():
    with harness.test("accepted_on_both_sides_is_clear"):
        demand()
        assert agreed() is None
    with harness.test("requested_by_either_is_enough"):
        assert agreed("encryption_client=requested") == ("AES256", "none")
        demand("SQLNET.CRYPTO_CHECKSUM_SERVER = requested")
        assert agreed() == ("none", "SHA512")
    with harness.test("required_here_and_rejected_there_is_ORA_12660"):
        demand("SQLNET.ENCRYPTION_SERVER = rejected")
        told = sql("--ping", keys="encryption_client=required", rc=1)
        assert "ORA-12660" in told and "CW7113" in told, told
    with harness.test("required_there_and_rejected_here_is_told_before_anything_is_said"):
        demand("SQLNET.ENCRYPTION_SERVER = required")
        told = sql("--ping", keys="encryption_client=rejected&crypto_checksum_client=rejected", rc=1)
        assert "requires native network encryption" in told and "CW7113" in told, told
    with harness.test("ping_says_that_nothing_is_encrypted"):
        demand()
        assert "native encryption none" in sql("--ping")
    with harness.test("sqlnet_ora_of_the_client_demands_encryption"):
        os.environ["TNS_ADMIN"] = str(work)
        (work / "sqlnet.ora").write_text("SQLNET.ENCRYPTION_CLIENT = REQUIRED\nSQLNET.ENCRYPTION_TYPES_CLIENT = (AES192)\n")
        assert agreed() == ("AES192", "none"), agreed()
        assert agreed("encryption_client=accepted") is None
        (work / "sqlnet.ora").write_text("SQLNET.AUTHENTICATION_SERVICES = (KERBEROS5)\n")
        told = sql("--ping", rc=1)
        assert "CW7115" in told and "Kerberos" in told and "sqlnet.ora" in told, told
        (work / "sqlnet.ora").unlink()
        del os.environ["TNS_ADMIN"]
    with harness.test("a_list_picks_among_what_both_have"):
        demand("SQLNET.ENCRYPTION_SERVER = requested")
        assert agreed("encryption_types_client=(AES128,AES192)") == ("AES192", "none")
    with harness.test("words_nobody_knows_are_told_not_guessed"):
        assert "AES512" in sql("--ping", keys="encryption_types_client=AES512", rc=1)
        assert "perhaps" in sql("--ping", keys="encryption_client=perhaps", rc=1)


def refuses_node():
    node, modules = shutil.which("node"), harness.BUILD / "node" / "node_modules" / "oracledb"
    if not node or not modules.is_dir():
        print("skip node_oracledb_without_encryption_gets_ORA_12660 - node or node-oracledb is not installed")
        return
    with harness.test("node_oracledb_without_encryption_gets_ORA_12660"):
        script = (f"require('{modules}').getConnection({{user: 'system', password: process.env.WIRE_PASSWORD, connectString: "
                  f"'{oracle.dsn}'}}).then(() => console.log('in'), error => console.log(error.message))")
        done = subprocess.run([node, "-e", script], env={**os.environ, "WIRE_PASSWORD": oracle.password}, text=True,
                              capture_output=True, timeout=60, check=False)
        assert "ORA-12660" in done.stdout, done


def drivers():
    demand_both("AES256", "SHA256")
    with harness.test("python_oracledb_without_encryption_gets_ORA_12660"):
        try:
            oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
            raise AssertionError("it was let in")
        except oracledb.Error as error:
            assert "12660" in str(error), error
    refuses_node()
    with harness.test("a_rehearsal_without_sqlnet_ora_lets_python_oracledb_in"):
        demand()
        oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn).close()
    with harness.test("a_sqlnet_ora_that_cannot_be_understood_lets_nobody_in"):
        demand("SQLNET.ENCRYPTION_SERVER = maybe")
        assert "ORA-12699" in sql("--ping", rc=1)


def work_under_it():
    demand_both("AES256", "SHA512")
    recorder = Recorder(oracle.port)
    with harness.test("long_statements_and_many_rows_go_through"):
        sql("create table wide (a varchar2(4000)); insert into wide values (rpad('x', 4000, 'x'));"
            + "insert into wide select a from wide;" * 6)
        out = sql(f"select a /* {'y' * 20000} */ from wide", "--csv")
        assert out.count("x" * 4000) == 64, len(out)
    with harness.test("nothing_of_statements_and_rows_is_readable_on_the_wire"):
        out = sql("select 'planted-' || 'in-the-answer' from dual where 'planted-in-the-request' is not null",
                  port=recorder.port)
        assert "planted-in-the-answer" in out, out
        passed = b"".join(packet for _, packet in recorder.streams[0].packets)
        assert b"planted" not in passed and b"AUTH_PASSWORD" not in passed
        assert b"deadbeef" not in passed and bytes.fromhex("deadbeef") in passed
    sql("create table wire (id number, name varchar2(20))")
    for name, version in (("since_july_2021", []), ("of_before", ["REHEARSAL.NETWORK_VERSION = 18.0.0.0.0"])):
        with harness.test(f"a_session_goes_on_after_calls_that_were_broken_off_with_the_keys_{name}"):
            for cipher, checksum in (("AES256", "SHA512"), ("AES128", "SHA1")):
                demand_both(cipher, checksum, *version)
                servers.run([harness.BUILD / "test/unit/oracle/wire_calls", oracle.port, oracle.service, "system", "break"],
                            env={**os.environ, "WIRE_PASSWORD": oracle.password})
    with harness.test("an_error_is_told_and_the_session_goes_on"):
        assert "ORA-00942" in sql("select * from nowhere", rc=1)
    recorder.close()


def main():
    global oracle
    try:
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "ora")
        algorithms()
        levels()
        drivers()
        work_under_it()
    finally:
        if oracle:
            oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
