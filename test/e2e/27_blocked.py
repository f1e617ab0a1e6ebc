#!/usr/bin/env python3
"""27_blocked.py - a cut-over that waits for an answer, of Oracle or of a task, is given up, or its conductor stopped, without the answer"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402
import servers  # noqa: E402
import wire  # noqa: E402

import oracledb  # noqa: E402

STATEMENT = b"enable restricted session"
VALIDATION = b"enable validate constraint"
QUICK_SECONDS = 30  # an answer is waited for 60, the budget is longer


STREAM = b"v$logmnr_contents"


class Mute(wire.Proxy):
    """Keeps back what Oracle answers to `muted`, for ever, when `mute` stands; or, from STATEMENT on, its redo for as long as `dry` stands."""

    def __init__(self, target_port):
        super().__init__(target_port)
        self.mute, self.dry, self.shut = False, False, False
        self.muted = STATEMENT
        self.keeps, self.over = threading.Event(), threading.Event()
        self.spoil = self.keep

    def keep(self, conversation, packet):
        if conversation.requests and STATEMENT in conversation.requests[-1]:
            self.shut = True
        if self.mute and conversation.requests and self.muted in conversation.requests[-1]:
            self.keeps.set()
            self.over.wait()
        while self.dry and self.shut and any(STREAM in request.lower() for request in conversation.requests):
            self.keeps.set()
            time.sleep(.02)
        return packet, True

    def close(self):
        self.over.set()
        super().close()


# Of each group a member that comes first by name, and whose file nobody can open.
MEMBERS = """create table rh.other_member as select 'INVALID'::varchar(7) as status; grant select on rh.other_member to public;
create or replace view "SYS"."V$LOGFILE" as select grp as "GROUP#", (case when other then (select status from rh.other_member) end)::varchar(7) as "STATUS",
    'ONLINE'::varchar(7) as "TYPE", (case when other then '/aaa/' || grp else member end)::varchar(513) as "MEMBER", 'NO'::varchar(3) as "IS_RECOVERY_DEST_FILE",
    0::numeric as "CON_ID" from rh.online_logs() cross join (values (false), (true)) o(other)"""


def inside(crossing, sql):
    """The rehearsal has one member a group: in its private PostgreSQL it gets what Oracle may have."""
    subprocess.run(servers.as_postgres(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", str(crossing.oracle.folder / "run"), "-U", "postgres", "-d", "rehearsal", "-c", sql]),
                   check=True, cwd="/")


def lose_members(crossing):
    inside(crossing, MEMBERS)
    crossing.start()
    inside(crossing, "update rh.other_member set status = null")
    for nr in range(3):
        crossing.on_oracle(f"insert into order_log (writer, nr, what) values (97, {nr}, 'member')")
        crossing.caught_up(20)


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


def command(crossing, verb, *words):
    return [str(crossing.build / "src/programs/causeway"), verb, str(crossing.crossing), *words]


def ask_while_it_starts(crossing):
    """PostgreSQL does not answer, so that a conductor is long in starting; the cut-over is asked for as soon as it hears."""
    postmaster = int((crossing.postgres.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    try:
        begins = subprocess.Popen(command(crossing, "run", "--detach"))
        until = time.monotonic() + 60
        while subprocess.run(command(crossing, "cutover", "--yes", "--json", "--detach"), capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < until, "nobody hears"
        assert begins.wait(60) == 0
    finally:
        os.kill(postmaster, signal.SIGCONT)


def task(crossing, name):
    """Its process."""
    wanted = [b"task", name.encode(), str(crossing.crossing).encode()]
    found = [int(path.parent.name) for path in pathlib.Path("/proc").glob("[0-9]*/cmdline") if path.read_bytes().split(b"\0")[1:4] == wanted]
    assert len(found) == 1, found
    return found[0]


def ask_while_it_stops(crossing):
    """A task does not answer, so that its conductor is long in stopping."""
    os.kill(task(crossing, "forward"), signal.SIGSTOP)
    stops = subprocess.Popen(command(crossing, "stop"))
    time.sleep(5)  # it has given up to look at the task's status
    assert stops.poll() is None, "it was stopped at once"
    code, said = crossing.try_verb(*command(crossing, "cutover", "--yes", "--json", "--detach")[1:])
    assert code != 0 and "CW4214" in said, said
    assert stops.wait(60) == 0


def come_in(crossing, meanwhile=lambda: None):
    """The door is opened by hand; what shuts it again is done, and who did it does not hear so."""
    def told():
        return sum("stood open" in one["text"] for one in crossing.verb("report", "--json")["alarms"])

    before = told()
    crossing.proxy.keeps.clear()
    crossing.proxy.mute = True
    with contextlib.closing(crossing.oracle_as("system")) as admin:
        admin.execute("alter user shop account unlock")
        session = None
        while not session:
            admin.execute("alter system disable restricted session")
            with contextlib.suppress(oracledb.Error):
                session = crossing.oracle_as("shop")
        crossing.until(lambda: admin.query("select logins from v$instance") == [("RESTRICTED",)], "a door that is shut")
    assert crossing.proxy.keeps.is_set()
    meanwhile()
    crossing.proxy.mute = False

    def is_ended():
        try:
            session.query("select 1 from dual")
        except oracledb.Error:
            return True
        return False

    crossing.until(is_ended, "the end of the session that came in")
    crossing.until(lambda: told() == before + 1, "an alarm")


def start_anew(crossing):
    """A conductor that was killed; the one that is started knows what is in the journal."""
    os.kill(conductor(crossing), signal.SIGKILL)
    crossing.verb("run", "--detach", "--json")


def lose_task(crossing):
    """Of a conductor whose parent ignores SIGCHLD, which is inherited."""
    crossing.verb("stop", "--json")
    subprocess.run(command(crossing, "run", "--detach", "--json"), check=True, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    crossing.caught_up()
    lost = task(crossing, "forward")
    os.kill(lost, signal.SIGKILL)
    crossing.until(lambda: crossing.status()["forward"].get("pid", lost) != lost, "another task")
    crossing.caught_up()


HOLD_BUDGET_MS = 8000


def hold_and_lose_conductor(crossing):
    """The way back, held for longer than its budget, and its conductor killed meanwhile."""
    crossing.verb("stop", "--json")
    crossing.edit(r"cutover:\n", "cutover:\n  hooks: {back_admit: exit 3}\n")
    crossing.verb("run", "--detach", "--json")
    crossing.verb("back", "--yes", "--json", "--hold", "--budget", str(HOLD_BUDGET_MS), "--detach")
    crossing.until(lambda: crossing.status()["step"] == "hold.go", "the hold")
    time.sleep(HOLD_BUDGET_MS / 1000)
    start_anew(crossing)
    time.sleep(2)
    assert crossing.status()["step"] == "hold.go", crossing.verb("report", "--json")["runs"][-1]


def alarm_and_leave(crossing):
    """The hook fails; the conductor is stopped in a step behind it, while Oracle reads the rows of a foreign key."""
    crossing.proxy.muted = VALIDATION
    crossing.proxy.keeps.clear()
    crossing.proxy.mute = True
    crossing.verb("go", "--json")
    assert crossing.proxy.keeps.wait(60), crossing.status()
    began = time.monotonic()
    crossing.verb("stop", "--json")
    took = time.monotonic() - began
    assert took < QUICK_SECONDS, f"it took {took:.1f} s"
    crossing.proxy.mute = False
    crossing.verb("run", "--detach", "--json")
    crossing.until(lambda: crossing.status()["state"] == "idle", "the end of the way back")
    run = crossing.verb("report", "--json")["runs"][-1]
    assert run["outcome"] == "alarm" and run["code"] == "CW4245", run


def main():
    crossing = cross.Crossing(through=Mute)
    try:
        crossing.begin()
        with harness.test("an_online_log_is_read_though_its_first_member_is_invalid_or_cannot_be_opened"):
            lose_members(crossing)
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
        with harness.test("a_cut_over_asked_of_a_conductor_that_is_just_being_started_is_played_once"):
            ask_while_it_starts(crossing)
            crossing.until(lambda: crossing.status()["state"] == "idle", "the end of the cut-over", 180)
            assert crossing.status()["side"] == "postgresql", crossing.status()
        with harness.test("who_came_in_is_ended_though_the_word_that_shut_the_door_was_not_answered"):
            come_in(crossing)
        with harness.test("who_came_in_is_ended_though_the_conductor_that_shut_the_door_was_killed_before_it_looked_inside"):
            come_in(crossing, lambda: start_anew(crossing))
        with harness.test("a_conductor_that_is_being_stopped_begins_no_run"):
            crossing.verb("back", "--yes", "--json")
            ask_while_it_stops(crossing)
            crossing.verb("run", "--detach", "--json")
            crossing.caught_up()
            assert crossing.status()["state"] == "idle", crossing.status()
        with harness.test("a_task_that_died_is_started_again_though_who_started_the_conductor_hears_of_no_child"):
            lose_task(crossing)
        with harness.test("what_was_given_up_and_what_was_stopped_is_crossed_over_all_the_same"):
            crossing.verb("cutover", "--yes", "--json")
            assert crossing.status()["side"] == "postgresql", crossing.status()
        with harness.test("a_hold_is_of_no_budget_though_the_conductor_is_killed_in_it"):
            hold_and_lose_conductor(crossing)
        with harness.test("an_alarm_is_told_at_the_end_though_the_conductor_is_stopped_behind_it_while_foreign_keys_are_validated"):
            alarm_and_leave(crossing)
            assert crossing.status()["side"] == "oracle", crossing.status()
    finally:
        crossing.end()
    harness.finish()


main()
