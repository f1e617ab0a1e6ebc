"""09_wire.py - doc/wire.md shows the counts of this build; causeway-dump says what is wrong with a recording"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "e2e"))
sys.path.insert(0, str(ROOT / "tools"))
import harness  # noqa: E402
import wire_table  # noqa: E402

SESSION = ROOT / "test" / "recordings" / "sessions" / "fetch_df.pkts"


def dump(*words):
    return subprocess.run([wire_table.DUMP, *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace", check=False)


with harness.test("the_table_in_the_docs_is_the_one_of_this_build"):
    assert wire_table.in_doc() == wire_table.table(), "run tools/wire_table.py --write"

with harness.test("no_byte_of_a_recording_belongs_to_no_field"):
    bad = {name: counts for name, counts in wire_table.rows() if counts["unread"] or counts["problems"]}
    assert not bad, bad

with harness.test("every_byte_of_a_session_is_shown_once"):
    done = dump(SESSION)
    shown = sum(len(line.split()[1]) // 2 for line in done.stdout.splitlines() if line.startswith("  ") and len(line.split()) > 1)
    recorded = sum((len(line) - 2) // 2 for line in SESSION.read_text().splitlines() if line[:2] in ("C ", "S "))
    assert done.returncode == 0 and shown == recorded, (shown, recorded)

with harness.test("a_byte_that_was_changed_is_told_with_exit_code_1"):
    lines = SESSION.read_text().splitlines()
    at = max(i for i, line in enumerate(lines) if line.startswith("S ") and len(line) > 100)
    lines[at] = lines[at][:30] + "ee" + lines[at][32:]
    with tempfile.NamedTemporaryFile("w", suffix=".pkts") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        done = dump("--problems", file.name)
    assert done.returncode == 1 and "belong to no field" in done.stdout, done.stdout[-500:]

with harness.test("a_password_proves_the_login_and_another_does_not"):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("pythontest\n")
        file.flush()
        assert "1 logins proven, 0 not" in dump("-s", "-w", file.name, SESSION).stdout
        file.seek(0)
        file.write("pythonTest\n")
        file.flush()
        assert dump("-s", "-w", file.name, SESSION).returncode == 1

with harness.test("a_file_without_a_session_is_CW2140"):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("nothing\n")
        file.flush()
        done = dump(file.name)
    assert done.returncode == 1 and "CW2140" in done.stderr, done.stderr

harness.finish()
