#!/usr/bin/env python3
"""wire_table.py - how much of each recording is read, as doc/wire.md shows it

	wire_table.py [--write]

Runs causeway-dump over test/recordings and prints the table; --write puts it into doc/wire.md between its two marks.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DUMP = ROOT / "build" / "src" / "programs" / "causeway-dump"
RECORDINGS = ROOT / "test" / "recordings"
DOC = ROOT / "doc" / "wire.md"
BEGIN, END = "<!-- table: tools/wire_table.py --write -->\n", "<!-- end of table -->"
SUMMARY = re.compile(r"(?P<bytes>\d+) bytes, (?P<packets>\d+) packets, (?P<messages>\d+) messages, (?P<fields>\d+) fields "
                     r"\((?P<unknown>\d+) unknown, of (?P<unknown_bytes>\d+) bytes\), (?P<unread>\d+) bytes in no field; written again: (?P<same>\d+) packets and "
                     r"messages the same, (?P<respelled>\d+) respelled; (?P<problems>\d+) problems")
COLUMNS = ["bytes", "packets", "messages", "fields", "unknown", "unknown_bytes", "unread", "same", "respelled"]


def assumed(path):
    """What a cassette's manifest says of the opening that is not in it."""
    manifest = path.with_name(path.name + ".manifest")
    if not manifest.exists():
        return []
    version = re.search(r"ttc_field_version = (\d+)", manifest.read_text())
    if not version or "connect" in path.name:
        return []
    eor = " eor" if "supports_end_of_response = true" in manifest.read_text() else ""
    return ["--assume", f"fv={version[1]}{eor}"]


def rows():
    for path in sorted(RECORDINGS.glob("sessions/*.pkts")) + sorted(RECORDINGS.glob("cassettes/*.tns-cassette")):
        out = subprocess.run([DUMP, "--summary", *assumed(path), path], text=True, stdout=subprocess.PIPE, check=False).stdout
        found = SUMMARY.search(out)
        if not found:
            sys.exit(f"{path}: {out}")
        yield str(path.relative_to(RECORDINGS)), {key: int(found[key]) for key in [*COLUMNS, "problems"]}


def table():
    lines = ["| recording | bytes | packets | messages | fields | of unknown meaning | their bytes | bytes in no field | written the same | respelled |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    total = dict.fromkeys(COLUMNS, 0)
    for name, counts in rows():
        lines.append("| " + " | ".join([name, *(f"{counts[key]:,}" for key in COLUMNS)]) + " |")
        for key in COLUMNS:
            total[key] += counts[key]
    lines.append("| **all** | " + " | ".join(f"**{total[key]:,}**" for key in COLUMNS) + " |")
    return "\n".join(lines) + "\n"


def in_doc():
    text = DOC.read_text()
    return text[text.index(BEGIN) + len(BEGIN):text.index(END)]


def main():
    fresh = table()
    if "--write" in sys.argv[1:]:
        text = DOC.read_text()
        DOC.write_text(text[:text.index(BEGIN) + len(BEGIN)] + fresh + text[text.index(END):])
    else:
        print(fresh, end="")


if __name__ == "__main__":
    main()
