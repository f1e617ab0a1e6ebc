"""32_terminal.py - people at the terminal: lost terminals, two operators, spent budgets, a change of mind

Users write all the time but for the moments in which both sides are looked at: then Oracle must be what it was.
"""
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import termios
import fcntl
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402

ORACLE = [
    "select value from v$parameter where name = 'job_queue_processes'",
    "select logins from v$instance",
    "select owner, job_name, enabled from dba_scheduler_jobs order by owner, job_name",
    "select owner, trigger_name, status from dba_triggers order by owner, trigger_name",
    "select * from dba_sequences where sequence_owner = 'SHOP' order by sequence_name",
    "select grantee, privilege from dba_sys_privs where grantee in ('SHOP', 'CAUSEWAY') order by grantee, privilege",
    "select username, account_status from dba_users order by username",
    "select constraint_name, status, validated from dba_constraints where owner = 'SHOP' order by constraint_name",
]
POSTGRES = ["select rolname, rolcanlogin from pg_roles where rolname like 'shop%'",
            "select tgname, tgenabled from pg_trigger where not tgisinternal order by tgname",
            "select slot_name, plugin from pg_replication_slots order by slot_name"]
HOOK = """#!/bin/sh
# waits between "the gates are passed" and "the jobs are parked" if a test asks it to
[ -e {work}/wait ] || exit 0
touch {work}/reached
while [ -e {work}/wait ]; do sleep 0.05; done
"""


def hears_interrupts():
    """What runs in the background of a shell without jobs ignores them, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def takes_the_terminal():
    """What was started by nohup ignores the hangup, and so do its children."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A command in a terminal of its own, which can be torn away."""

    def __init__(self, *command):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(list(map(str, command)), stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                        preexec_fn=takes_the_terminal)
        os.close(slave)
        self.text = ""

    def read_until(self, words, seconds=60):
        limit = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < limit, f"{words!r} was not shown: {self.text[-1000:]}"
            self.text += os.read(self.master, 4096).decode(errors="replace")

    def tear_away(self):
        """The window is closed: the kernel sends SIGHUP."""
        os.close(self.master)
        self.process.wait(60)
        return self.process.returncode


class Evening(cross.Crossing):
    """A cut-over night."""

    def prepare(self):
        self.options.writers, self.options.seconds = 2, 4  # the long transactions take two seconds
        self.begin()
        owner = self.oracle_as()
        owner.execute("begin dbms_scheduler.drop_job('SHOP_TICK', true); end;")
        for name, enabled in (("SHOP_TICK", "true"), ("SHOP_ASLEEP", "false")):
            owner.execute(f"""begin dbms_scheduler.create_job('{name}', job_type => 'PLSQL_BLOCK', job_action =>
                              'begin insert into order_log (writer, nr, what) values (0, 0, ''tick''); commit; end;',
                              repeat_interval => 'FREQ=SECONDLY', enabled => {enabled}); end;""")
        owner.execute("create trigger asleep before insert on customers for each row begin :new.name := upper(:new.name); end;")
        owner.execute("alter trigger asleep disable")
        owner.close()
        hook = self.work / "hook.sh"
        hook.write_text(HOOK.format(work=self.work))
        hook.chmod(0o755)
        self.edit(r"cutover:\n", f"cutover:\n  grace_ms: 3000\n  hooks:\n    stop: {hook}\n")
        self.start_writers()
        self.wait_acks("oracle", 5)
        self.start()
        self.until(lambda: self.status()["reverse"].get("armed"), "the way back is armed")

    def dictionary(self):
        oracle, postgres = self.oracle_as("system"), self.postgres_as()
        found = {sql: oracle.query(sql) for sql in ORACLE} | {sql: postgres.query(sql) for sql in POSTGRES}
        oracle.close()
        postgres.close()
        return found

    def release_writers(self):
        (self.acks / "pause").unlink()
        self.wait_acks("oracle", 5)

    def attach(self):
        return subprocess.Popen([self.build / "src/programs/causeway", "attach", self.crossing, "--json"], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, preexec_fn=hears_interrupts)

    def run_of(self, number):
        return next(run for run in self.verb("report", "--json")["runs"] if run["run"] == number)

    def refused(self, budget, code):
        """A cut-over with this budget fails with this code, undone."""
        exit_code, said = self.try_verb("cutover", str(self.crossing), "--yes", "--budget", str(budget))
        assert exit_code == 1 and code in said and "undone" in said, f"exit {exit_code}: {said[-800:]}"
        run = self.verb("report", "--json")["runs"][-1]
        assert run["outcome"] == "undone" and run["code"] == code and "point_of_no_return" not in run, run
        return run

    def conductor_at_a_terminal(self):
        terminal = Terminal(self.build / "src/programs/causeway", "run", self.crossing)
        limit = time.monotonic() + 60
        while self.try_verb("status", str(self.crossing))[0] != 0:
            assert time.monotonic() < limit, "the conductor does not answer"
            time.sleep(0.05)
        return terminal

    def at_step(self, step):
        self.until(lambda: self.status()["step"] == step, f"the runbook is at {step}")


def differences(before, after):
    return [f"{sql}: {before[sql]} is now {after[sql]}" for sql in before if before[sql] != after[sql]]


def as_it_was(night, act):
    """Both sides are the same before and after @act, and the users go on writing on Oracle."""
    night.hold_writers()
    before = night.dictionary()
    assert ("SHOP", "SHOP_TICK", "TRUE") in before[ORACLE[2]] and ("SHOP", "ASLEEP", "DISABLED") in before[ORACLE[3]], before
    try:
        act()
        after = night.dictionary()
        assert not differences(before, after), differences(before, after)
    finally:
        night.release_writers()
    night.caught_up()


def spent_at_the_door(night):
    run = night.refused(1, "CW4210")
    assert any(step["state"] == "undone" for step in run["steps"]), run


def spent_by_a_session(night):
    """Somebody does not end the transaction; the grace is longer than the budget."""
    late = night.oracle_as()
    late.execute("update customers set credit = 1 where id = 1")
    run = night.refused(400, "CW4220")
    assert run["steps"][-1]["step"] == "stop.sessions", run["steps"]
    late.commit()
    late.close()


def spent_by_the_target(night):
    """The last changes cannot be applied: somebody has locked a table of the target."""
    (night.work / "wait").touch()
    cutting = subprocess.Popen([night.build / "src/programs/causeway", "cutover", night.crossing, "--yes", "--budget", "1500"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    night.until((night.work / "reached").exists, "the hook was called")
    holder = night.postgres_as()
    holder.execute("lock table customers in exclusive mode")
    night.on_oracle("update customers set credit = 2 where id = 2")
    (night.work / "wait").unlink()
    said, _ = cutting.communicate(timeout=60)
    holder.rollback()
    holder.close()
    run = night.verb("report", "--json")["runs"][-1]
    assert cutting.returncode == 1 and run["outcome"] == "undone" and run["steps"][-1]["step"] == "position.drain", f"{said}\n{run}"
    assert run["code"] in ("CW4210", "CW4601", "CW4104"), run
    night.until(lambda: night.status()["forward"]["phase"] == "following", "forward follows again")


def given_up(night):
    """All is done but the last step; then somebody says back."""
    cutting = subprocess.Popen([night.build / "src/programs/causeway", "cutover", night.crossing, "--yes", "--hold"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    night.at_step("hold.go")
    changed = differences(night.start_of_night, night.dictionary())
    assert len(changed) >= 4, f"jobs, parameter, door and triggers are switched by now: {changed}"
    exit_code, said = night.try_verb("back", str(night.crossing), "--yes")
    assert exit_code == 0, said
    said, _ = cutting.communicate(timeout=60)
    assert cutting.returncode == 1 and "CW4211" in said and "undone" in said, said


def stopped(night):
    """All of it is told to stop at once, tasks too, as by a machine that goes down, while nobody can write on either side."""
    cutting = subprocess.Popen([night.build / "src/programs/causeway", "cutover", night.crossing, "--yes", "--hold"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    night.at_step("hold.go")
    of_crossing = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        if str(night.crossing).encode() in words and b"cutover" not in words:
            of_crossing.append(int(path.parent.name))
    assert len(of_crossing) == 3, of_crossing
    for pid in of_crossing:
        os.kill(pid, signal.SIGTERM)
    said, _ = cutting.communicate(timeout=60)
    assert cutting.returncode == 1 and "CW4214" in said, said
    night.until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in of_crossing), "all of it has ended")
    run = night.verb("report", "--json")["runs"][-1]
    assert run["outcome"] == "undone" and run["code"] == "CW4214" and any(step["state"] == "undone" for step in run["steps"]), run
    changed = differences(night.start_of_night, night.dictionary())
    assert all("dba_sequences" in one for one in changed), changed
    night.verb("run", "--detach", "--json")


def read_attached(attached, ends):
    records = []
    for line in attached.stdout:
        records.append(json.loads(line))
        if ends(records[-1]):
            break
    return records


def lose_the_terminal(night, verb, at, tear):
    """Begin, lose the terminal at the step @at; what attach shows until the end."""
    terminal = Terminal(night.build / "src/programs/causeway", verb, night.crossing, "--yes", *(["--hold"] if at == "hold.go" else []))
    terminal.read_until(at)
    tear(terminal)
    attached = night.attach()
    if at == "hold.go":
        time.sleep(0.3)
        assert night.status()["step"] == "hold.go" and night.status()["state"] == verb
        two_operators(night, verb)
        night.verb("go", "--json")
    run = night.verb("report", "--json")["runs"][-1]["run"]
    records = [one for one in read_attached(attached, lambda one: one["what"] == "end" and one["run"] == run) if one.get("run") == run]
    attached.send_signal(signal.SIGINT)
    attached.wait(10)
    return records


def two_operators(night, verb):
    exit_code, said = night.try_verb("cutover", str(night.crossing), "--yes")
    assert exit_code == 1 and "CW4251" in said and "hold.go" in said and verb in said, f"exit {exit_code}: {said}"
    exit_code, said = night.try_verb("run", str(night.crossing))
    assert exit_code == 1 and ("CW3103" in said or "CW4101" in said), f"exit {exit_code}: {said}"


def hang_up(terminal):
    assert terminal.tear_away() == -signal.SIGHUP


def kill(terminal):
    os.killpg(terminal.process.pid, signal.SIGKILL)
    assert terminal.tear_away() == -signal.SIGKILL


def until_one_waits(night, looker, but=()):
    """A session waits for a lock, not one of those that waited before: they do so though nobody asks any longer."""
    def waiting():
        return {pid for pid, in looker.query("select pid from pg_locks where not granted")} - set(but)
    return night.until(waiting, "a comparison waits for the table")


def comparing(night, verb, *words):
    """A verb whose comparison waits for a table that somebody has locked, who has it, and which sessions wait."""
    holder = night.postgres_as()
    holder.execute("lock table customers in access exclusive mode")
    asking = subprocess.Popen([night.build / "src/programs/causeway", verb, night.crossing, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    looker = night.postgres_as()
    waiting = until_one_waits(night, looker)
    looker.close()
    return holder, asking, waiting


def end_of(process):
    """It ends though the lock is held; who never does is a failure, however slow this machine."""
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        raise AssertionError("it waits for the comparison") from None


def stop_while_verifying(night, conductor):
    holder, verifying, _ = comparing(night, "verify")
    conductor.process.send_signal(signal.SIGTERM)
    assert end_of(conductor.process) == 0
    said, _ = verifying.communicate(timeout=60)
    assert verifying.returncode == 1 and "CW4214" in said and "causeway run" in said, said
    holder.rollback()
    holder.close()


def interrupt_while_crossing(night, conductor):
    """It is left as it was: the next conductor goes on with it, until it is given up in the same comparison."""
    holder, cutting, waiting = comparing(night, "cutover", "--yes")
    conductor.process.send_signal(signal.SIGINT)
    assert end_of(conductor.process) == 0
    run = night.verb("report", "--json")["runs"][-1]
    assert run["outcome"] == "under way" and run["steps"][-1]["step"] == "before.verified" and run["steps"][-1]["state"] == "begun", run
    night.verb("run", "--detach", "--json")
    looker = night.postgres_as()
    until_one_waits(night, looker, waiting)
    exit_code, said = night.try_verb("back", str(night.crossing), "--yes")
    looker.close()
    assert exit_code == 0, said
    said, _ = cutting.communicate(timeout=60)
    assert cutting.returncode == 1 and "causeway run" in said and "CW4211" in said and "undone" in said, f"exit {cutting.returncode}: {said[-500:]}"
    holder.rollback()
    holder.close()


def whole_run(records, last):
    steps = [one["step"] for one in records if one["what"] == "step"]
    assert steps[0] == "before.sessions" and last in steps, steps
    done = [one["step"] for one in records if one["what"] == "done"]
    assert steps == done, f"begun {steps}, done {done}"
    assert records[-1]["outcome"] == "done" and any(one["what"] == "point of no return" for one in records), records[-1]


def main():
    night = Evening()
    try:
        night.prepare()
        night.start_of_night = night.dictionary()
        for name, act in (("a_budget_spent_at_the_door_leaves_Oracle_as_it_was", spent_at_the_door),
                          ("a_budget_spent_on_a_session_that_stays_leaves_Oracle_as_it_was", spent_by_a_session),
                          ("a_budget_spent_while_the_target_is_locked_leaves_Oracle_as_it_was", spent_by_the_target),
                          ("a_cut_over_given_up_at_its_last_step_leaves_Oracle_as_it_was", given_up),
                          ("a_cut_over_whose_conductor_and_tasks_are_stopped_leaves_Oracle_as_it_was", stopped)):
            with harness.test(name):
                as_it_was(night, lambda act=act: act(night))
        with harness.test("a_conductor_outlives_the_terminal_it_was_started_in"):
            night.verb("stop", "--json")
            terminal = night.conductor_at_a_terminal()
            os.close(terminal.master)
            night.caught_up()
            assert terminal.process.poll() is None
        night.hold_writers()
        with harness.test("a_conductor_that_is_told_to_stop_ends_in_the_middle_of_a_comparison_and_says_how_to_go_on"):
            stop_while_verifying(night, terminal)
        with harness.test("a_cut_over_that_is_interrupted_in_its_comparison_is_left_as_a_kill_leaves_it_and_may_then_be_given_up"):
            terminal = night.conductor_at_a_terminal()
            night.caught_up()
            interrupt_while_crossing(night, terminal)
        night.release_writers()
        night.caught_up()
        with harness.test("a_terminal_lost_in_the_cut_over_changes_nothing_and_attach_shows_the_rest"):
            whole_run(lose_the_terminal(night, "cutover", "hold.go", hang_up), "monitor.oracle")
            night.wait_acks("postgresql", 5)
        with harness.test("a_killed_terminal_on_the_way_back_changes_nothing_and_attach_shows_the_rest"):
            night.caught_up()
            whole_run(lose_the_terminal(night, "back", "stop.roles", kill), "monitor.triggers")
            night.wait_acks("oracle", 5)
            changed = differences(night.start_of_night, night.dictionary())
            assert len(changed) == 1 and "dba_sequences" in changed[0], changed
        with harness.test("after_all_this_nothing_is_lost_and_nothing_differs"):
            (night.acks / "stop").touch()
            for writer in night.writers:
                writer.wait(60)
            night.stop_jobs()
            night.caught_up()
            verdict = night.judge("night")
            assert verdict["ok"] and verdict["acknowledged"] > 20, night.complaints("night", verdict)
    finally:
        night.end()
    harness.finish()


if __name__ == "__main__":
    main()
