"""06_no_faults.py - the programs that are installed hold no fault point"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "e2e"))
import harness  # noqa: E402

names = sorted({name for path in (ROOT / "src").rglob("*.c") for name in re.findall(r'cw_fault\("([^"]+)"\)', path.read_text())})
programs = [harness.BUILD / "src/programs/causeway", harness.BUILD / "src/programs/causeway-rehearse",
            harness.BUILD / "extension/causeway_redo.so"]

with harness.test("the_sources_name_fault_points_at_all"):
    assert len(names) >= 14, names

for program in programs:
    with harness.test(f"{program.name}_holds_none_of_their_names"):
        text = program.read_bytes()
        found = [name for name in names if name.encode() in text]
        assert not found and b"CW_FAULT" not in text, found

harness.finish()
