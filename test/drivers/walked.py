"""walked.py - what a driver and its server said to each other, read by causeway-dump to the last byte"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "demo"))
sys.path.insert(0, str(ROOT / "tools"))
import wire_table  # noqa: E402
from recorder import Recorder  # noqa: E402

NAME = "every_byte_is_named"
SENTENCE = "what driver and server said in all of this is read to the last byte by causeway-dump, each byte in a named field"
SHOWN = ["bytes", "messages", "fields", "unknown", "unread"]


class Walked:
    """A recorder in front of a server's port for as long as the block runs; then `counts` and `why`, which is empty if all is well."""

    def __init__(self, port, work, dump=wire_table.DUMP):
        self.recorder, self.path, self.dump = Recorder(port), pathlib.Path(work) / "walked.pkts", dump
        self.port, self.counts, self.why = self.recorder.port, {}, "nothing was read"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.recorder.close()
        self.recorder.write(self.path)
        said = self._say("--summary")
        found = wire_table.SUMMARY.search(said)
        if found:
            self.counts = {key: int(found[key]) for key in [*SHOWN, "problems"]}
            bad = self.counts["unread"] or self.counts["problems"] or not self.counts["messages"]
            self.why = " / ".join(self._say("--problems").splitlines()[:12]) if bad else ""
        else:
            self.why = said[:300]
        self.path.unlink()

    def _say(self, how):
        return subprocess.run([self.dump, how, self.path], text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout


def told(counts):
    return f"{counts['messages']} messages walked, {counts['unread']} bytes unnamed, {counts['unknown']} of {counts['fields']} fields of unknown meaning"


def chapter(known, titles):
    """@known: {driver: {release: counts}}.  The chapter of the page, as Markdown."""
    page = ["", "## What they said", "", "All that a driver and a server said to each other over TCP while the above ran, of all releases together, read by `causeway-dump`",
            "([wire.md](wire.md)). What a session encrypts is one field a packet.", "",
            "| | releases | bytes | messages | fields | of unknown meaning | bytes in no field |", "|---|---|---|---|---|---|---|"]
    for key, title in titles.items():
        releases = known.get(key, {})
        if releases:
            sums = [sum(counts[name] for counts in releases.values()) for name in SHOWN]
            page.append(f"| {title} | {len(releases)} | " + " | ".join(f"{number:,}" for number in sums) + " |")
    return page
