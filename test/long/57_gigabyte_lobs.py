"""57_gigabyte_lobs.py - LOBs of a gigabyte are read and written in constant memory, every unit looked at"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402

PROGRAM = harness.BUILD / "test/unit/oracle/lob_stream"
GIB, GROWTH_KIB = 1 << 30, 4096  # a piece is 512 KiB, three of it are under way


def stream(mode, units):
    done = subprocess.run([PROGRAM, mode, str(units)], text=True, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    arrived, grown = map(int, done.stdout.split())
    print(f"# {mode}: {arrived:,} units, grown by {grown:,} KiB", flush=True)
    assert arrived == units, f"{arrived} of {units} units arrived as they were"
    assert grown <= GROWTH_KIB, f"grown by {grown} KiB"


with harness.test("a_BLOB_of_a_gibibyte_is_read_in_constant_memory"):
    stream("blob", GIB)
with harness.test("a_CLOB_of_a_gibibyte_of_UTF_16_is_read_in_constant_memory"):
    stream("clob", GIB // 2)
with harness.test("a_BLOB_of_a_gibibyte_is_written_in_constant_memory"):
    stream("write", GIB)
harness.finish()
