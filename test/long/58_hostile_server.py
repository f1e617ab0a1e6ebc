"""58_hostile_server.py - at every packet of a session the server stops, drips a byte a second, hangs up or sends garbage

Each costs a clear error within the deadlines of connect and call, whatever is under way.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import hostile  # noqa: E402
import servers  # noqa: E402

work = servers.work_folder("hostile")
secret = work / "secret"
try:
    for profile in ("11.2", "19c", "23ai"):
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / f"oracle-{profile}", profile=profile)
        secret.write_text(oracle.password)
        try:
            for way in hostile.WAYS:
                with harness.test(f"a_server_of_{profile.replace('.', '_')}_that_{way}_at_any_packet_costs_a_clear_error_in_time"):
                    wrong, count = hostile.trouble(harness.BUILD / "src/programs/causeway", oracle, secret, [way], 12)
                    print(f"# {count} sessions", flush=True)
                    assert not wrong and count > 20, wrong[:5]
        finally:
            oracle.stop()
finally:
    servers.remove(work)
harness.finish()
