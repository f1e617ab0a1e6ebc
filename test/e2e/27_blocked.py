#!/usr/bin/env python3
"""27_blocked.py - a cut-over that waits for an answer, of Oracle or of a task, is given up, or its conductor stopped, without the answer"""
import contextlib
import os
import pathlib
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402
import wire  # noqa: E402

STATEMENT = b"enable restricted session"
QUICK_SECONDS = 30  # an answer is waited for 60, the budget is longer


STREAM = b"v$logmnr_contents"


class Mute(wire.Proxy):
    """Keeps back what Oracle answers to STATEMENT, for ever, when `mute` stands; or, from STATEMENT on, its redo for as long as `dry` stands."""

    def __init__(self, target_port):
        super().__init__(target_port)
        self.mute, self.dry, self.shut = False, False, False
        self.keeps, self.over = threading.Event(), threading.Event()
        self.spoil = self.keep

    def keep(self, conversation, packet):
        if conversation.requests and STATEMENT in conversation.requests[-1]:
            self.shut = True
            if self.mute:
                self.keeps.set()
                self.over.wait()
        while self.dry and self.shut and any(STREAM in request.lower() for request in conversation.requests):
            self.keeps.set()
            time.sleep(.02)
        return packet, True

    def close(self):
        self.over.set()
        super().close()


def block(crossing):
    """A cut-over in its blackout, whose statement is not answered."""
    crossing.proxy.mute = True
    crossing.proxy.keeps.clear()
    crossing.verb("cutover", "--yes", "--json", "--budget", "300000", "--detach")
    assert crossing.proxy.keeps.wait(60), crossing.status()
    assert crossing.status()["step"] == "stop.door", crossing.status()
    crossing.proxy.mute = False


def dry_up(crossing):
    """A cut-over in its blackout, whose last transactions do not come out of Oracle."""
    crossing.proxy.dry, crossing.proxy.shut = True, False
    crossing.proxy.keeps.clear()
    crossing.verb("cutover", "--yes", "--json", "--budget", "300000", "--detach")
    assert crossing.proxy.keeps.wait(60), crossing.status()
    until = time.monotonic() + 60
    while crossing.status()["step"] != "position.drain":
        assert time.monotonic() < until, crossing.status()
        time.sleep(.05)


def is_open(crossing):
    with contextlib.closing(crossing.oracle_as("system")) as db:
        return db.query("select logins from v$instance") == [("ALLOWED",)]


def conductor(crossing):
    """Its process."""
    wanted = [b"run", str(crossing.crossing).encode()]
    found = [int(path.parent.name) for path in pathlib.Path("/proc").glob("[0-9]*/cmdline") if path.read_bytes().split(b"\0")[1:3] == wanted]
    assert len(found) == 1, found
    return found[0]


def main():
    crossing = cross.Crossing(through=Mute)
    try:
        crossing.begin()
        crossing.start()
        with harness.test("a_cut_over_that_waits_for_an_answer_is_undone_soon_after_it_is_given_up"):
            block(crossing)
            began = time.monotonic()
            crossing.verb("back", "--yes", "--json")
            took = time.monotonic() - began
            assert took < QUICK_SECONDS, f"it took {took:.1f} s"
            assert crossing.status()["state"] == "idle" and is_open(crossing), crossing.status()
        with harness.test("a_cut_over_that_waits_for_the_stream_is_undone_soon_after_it_is_given_up"):
            dry_up(crossing)
            began = time.monotonic()
            crossing.verb("back", "--yes", "--json")
            took = time.monotonic() - began
            assert took < QUICK_SECONDS, f"it took {took:.1f} s"
            assert crossing.status()["state"] == "idle" and is_open(crossing), crossing.status()
            crossing.proxy.dry = False
            crossing.caught_up()
        with harness.test("a_conductor_that_waits_for_an_answer_undoes_the_cut_over_and_ends_soon_after_SIGTERM"):
            block(crossing)
            pid = conductor(crossing)
            began = time.monotonic()
            os.kill(pid, signal.SIGTERM)
            while pathlib.Path(f"/proc/{pid}").exists() and time.monotonic() - began < 120:
                time.sleep(.05)
            took = time.monotonic() - began
            assert took < QUICK_SECONDS, f"it took {took:.1f} s"
            assert is_open(crossing)
        with harness.test("what_was_given_up_and_what_was_stopped_is_crossed_over_all_the_same"):
            crossing.verb("run", "--detach", "--json")
            crossing.caught_up()
            crossing.verb("cutover", "--yes", "--json")
            assert crossing.status()["side"] == "postgresql", crossing.status()
    finally:
        crossing.end()
    harness.finish()


main()
