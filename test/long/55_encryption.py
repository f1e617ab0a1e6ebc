"""55_encryption.py - native network encryption proven by strangers: ojdbc of three ages and go-ora log in to a
rehearsal that demands it

The drivers come from Maven Central and the Go module proxy by their own clients; java, mvn and go must be there.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import servers  # noqa: E402

SOURCES = harness.ROOT / "test/drivers/encryption"
PLACE = harness.BUILD / "encryption"
# of before July 2021, of 19c after it, of today
JARS = {"ojdbc8-19.3": "ojdbc8:19.3.0.0", "ojdbc8-19.21": "ojdbc8:19.21.0.0", "ojdbc11-23.9": "ojdbc11:23.9.0.25.07"}
OLDEST, NEWEST = "ojdbc8-19.3", "ojdbc11-23.9"
CIPHERS, SUMS = ["AES256", "AES192", "AES128"], ["SHA512", "SHA384", "SHA256", "SHA1"]
OLD_CIPHERS = ["3DES168", "3DES112", "DES56C", "RC4_256", "RC4_128", "RC4_56", "RC4_40"]
work = servers.work_folder("encryption")
oracle = None


def prepare():
    PLACE.mkdir(exist_ok=True)
    for artifact in JARS.values():
        servers.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact=com.oracle.database.jdbc:{artifact}",
                     f"-DoutputDirectory={PLACE}"], cwd=PLACE)
    servers.run(["javac", "--release", "11", "-cp", jar(NEWEST), "-d", PLACE, SOURCES / "Witness.java"])
    servers.run(["go", "build", "-o", PLACE / "go-ora", "."], cwd=SOURCES / "go")


def jar(driver):
    name, version = JARS[driver].split(":")
    return PLACE / f"{name}-{version}.jar"


def demand(cipher, checksum, *more):
    (oracle.folder / "sqlnet.ora").write_text("\n".join([
        "SQLNET.ENCRYPTION_SERVER = required", f"SQLNET.ENCRYPTION_TYPES_SERVER = ({cipher})",
        "SQLNET.CRYPTO_CHECKSUM_SERVER = required", f"SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER = ({checksum})", *more, ""]))


def java(driver, **properties):
    words = [f"oracle.net.{key}={value}" for key, value in properties.items()]
    done = subprocess.run(["java", "-cp", f"{jar(driver)}:{PLACE}", "Witness", oracle.dsn, oracle.password, *words],
                          text=True, capture_output=True, timeout=120, check=False)
    return done.stdout.strip() or done.stderr


def go_ora():
    done = subprocess.run([PLACE / "go-ora", f"oracle://system:{oracle.password}@{oracle.dsn}"], text=True,
                          capture_output=True, timeout=120, check=False)
    return done.stdout.strip()


def pairs():
    return [(cipher, "SHA256") for cipher in CIPHERS] + [("AES256", checksum) for checksum in SUMS if checksum != "SHA256"]


def demanded():
    for cipher, checksum in pairs():
        for driver in JARS:
            with harness.test(f"{driver}_logs_in_with_{cipher}_and_{checksum}_and_breaks_calls_off"):
                demand(cipher, checksum)
                assert java(driver) == f"{cipher} {checksum}", java(driver)
        with harness.test(f"go_ora_logs_in_with_{cipher}_and_{checksum}"):
            demand(cipher, checksum)
            assert go_ora() == "ok", go_ora()
    with harness.test("todays_ojdbc_logs_in_to_a_server_of_before_july_2021"):
        demand("AES256", "SHA512", "REHEARSAL.NETWORK_VERSION = 18.0.0.0.0")
        assert java(NEWEST) == "AES256 SHA512", java(NEWEST)
    for cipher in OLD_CIPHERS:
        with harness.test(f"{OLDEST}_logs_in_with_{cipher}_and_MD5"):
            demand(cipher, "MD5")
            told = java(OLDEST, encryption_types_client=f"({cipher})", crypto_checksum_types_client="(MD5)")
            assert told == f"{cipher} MD5", told


def refused():
    with harness.test("ojdbc_that_rejects_gets_ORA_12660"):
        demand("AES256", "SHA256")
        told = java(NEWEST, encryption_client="REJECTED")
        assert "12660" in told, told
    with harness.test("ojdbc_without_the_algorithm_gets_ORA_12650"):
        demand("RC4_128", "SHA256")
        assert "12650" in java(NEWEST), java(NEWEST)
    with harness.test("a_client_of_before_july_2021_gets_ORA_12269_where_weak_ones_are_not_allowed"):
        demand("AES256", "SHA256", "SQLNET.ALLOW_WEAK_CRYPTO_CLIENTS = false")
        assert "12269" in java(OLDEST) and "12269" in go_ora(), java(OLDEST)
        assert java(NEWEST) == "AES256 SHA256"
    with harness.test("nothing_is_encrypted_where_both_sides_only_accept_it"):
        (oracle.folder / "sqlnet.ora").unlink()
        assert [java(driver) for driver in JARS] == ["- -"] * len(JARS)
        assert go_ora() == "ok"


def main():
    global oracle
    try:
        prepare()
        print("drivers:", ", ".join([*JARS.values(), "go-ora v2.9.0"]))
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "ora")
        demanded()
        refused()
    finally:
        if oracle:
            oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
