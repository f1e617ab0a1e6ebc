"""50_kills.py - kill -9 at named points, of conductor, task, rehearsal Oracle or PostgreSQL, under load; the judge finds nothing

	50_kills.py [--build FOLDER] [--profile NAME] [VICTIM@POINT[,POINT ...] ...]

Each run is the whole demo with kills at a few points that lie apart.  `itself` is the process that reaches the point, stopped at
exactly that line; the others are killed at that moment, with all they had started: `conductor`, `task` (both tasks), `oracle`,
`postgres`.  What died is started again, as a service manager would; what a person had typed is typed again if it was undone.
Each kill prints what it hit.  Without arguments: the whole matrix.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import client  # noqa: E402
import run as demo_run  # noqa: E402

# One point each of load, follow, every stage of the runbook and back.
GROUPS = [
    ("load.mid", "follow.mid_txn", "back.position.before"),
    ("runbook.before.before", "runbook.stop.before", "runbook.quiet.before", "runbook.position.before"),
    ("runbook.sequences.before", "runbook.reverse.before", "runbook.hold.before"),
    ("runbook.admit.before", "runbook.monitor.before"),
]
MATRIX = [(victim, points) for victim in ("conductor", "task", "oracle", "postgres") for points in GROUPS]
# Between two lines where it matters most: around a COMMIT, between publication and slot, past the point of no return.
MATRIX += [
    ("itself", ("follow.before_commit", "slot.published", "reverse.before_commit")),
    ("itself", ("follow.after_commit", "apply.commit_sent", "reverse.after_commit")),
    ("itself", ("runbook.before.after", "runbook.stop.after", "runbook.quiet.after", "back.before.before", "back.stop.before")),
    ("itself", ("runbook.position.after", "runbook.sequences.after", "back.quiet.before", "back.position.before")),
    ("itself", ("runbook.reverse.after", "runbook.hold.after", "back.sequences.before", "back.reverse.before")),
    ("itself", ("runbook.admit.after", "runbook.monitor.after", "back.admit.before", "back.monitor.before")),
    ("oracle", ("runbook.admit.after",)),
    ("postgres", ("runbook.admit.after",)),
    ("itself", ("handover.sequence_back",)),
]
# Before 18c a sequence goes on by a long step, and its own step again.
MATRIX = [(victim, points, "19c") for victim, points in MATRIX]
MATRIX += [("itself", ("handover.long_step", "handover.sequence_back"), "12.2"), ("itself", ("handover.long_step_done",), "12.2"),
           ("oracle", ("handover.long_step",), "12.2")]
TRIES = 6  # of a verb that was undone or found nobody there
GONE = ("CW4102", "CW4103", "CW4253")


class KilledDemo(demo_run.Demo):
    """A demo whose servers and conductor are started again when they die."""

    def __init__(self, options, points, victim):
        super().__init__(options)
        self.points, self.victim, self.ended, self.crashed = points, victim, threading.Event(), []
        self.once, self.hits = self.work / "once", self.work / "hits"
        self.once.mkdir()
        self.once.chmod(0o777)
        action = "kill" if victim == "itself" else "exec"
        os.environ.update({"CW_FAULT": ",".join(f"{point}:{action}" for point in points), "CW_FAULT_ONCE": str(self.once),
                           "CW_FAULT_EXEC": str(self.work / "kill.sh")})
        self.guard = threading.Thread(target=self.watch, daemon=True)

    def write_killer(self):
        """What the process at the point runs: it tells whom it hits, then kills."""
        find = {
            "conductor": f'pgrep -f "^[^ ]*causeway run {self.crossing}"',
            "task": f'pgrep -f "^[^ ]*causeway task [a-z]* {self.crossing}"',
            "oracle": f'pgrep -f "^[^ ]*causeway-rehearse serve {self.work}/oracle"',
            "postgres": f"p=$(head -1 {self.postgres.data}/postmaster.pid); echo $p; pgrep -P $p",
        }.get(self.victim, "true")
        script = self.work / "kill.sh"
        script.write_text(f"""#!/bin/sh
living() {{
    for pid in $pids; do
        case "$(ps -o stat= -p $pid)" in Z*|"") ;; *) return 0 ;; esac
    done
    return 1
}}
for try in $(seq 150); do # it may be on its way up since the last kill
    pids=$({find})
    living && break
    sleep 0.2
done
living || exit 1
echo "$1: {self.victim}:" $(ps -o pid= -o args= -p "$(echo $pids | tr ' ' ,)" | head -3 | cut -c 1-60 | tr '\\n' ';') >>{self.hits}
kill -9 $pids
""")
        script.chmod(0o755)

    @staticmethod
    def lives(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def start_servers(self):
        super().start_servers()
        self.write_killer()
        self.guard.start()

    def mend_postgres(self):
        """A zombie of the postmaster keeps its pid file, and its children its memory for a moment: until it starts."""
        pid = self.postgres.data / "postmaster.pid"
        while not self.ended.is_set() and not (pid.exists() and self.lives(pid.read_text().split()[0])):
            pid.unlink(missing_ok=True)
            try:
                self.postgres.start()
            except RuntimeError:
                time.sleep(0.2)

    def watch(self):
        while not self.ended.wait(0.2):
            if self.oracle.process.poll() is not None:
                self.oracle.start()
            self.mend_postgres()
            if (self.crossing / "journal").exists() and not self.conductor_lives():
                self.crashed += [] if self.victim in ("conductor", "itself") else ["the conductor"]
                super().causeway("run", str(self.crossing), "--detach", may_fail=True)

    def conductor_lives(self):
        done = subprocess.run(["pgrep", "-f", f"^[^ ]*causeway run {self.crossing}"], capture_output=True, check=False)
        return done.returncode == 0

    def causeway(self, *words, timeout=120, may_fail=False):
        """As a person would: what was undone, or found nobody there, is tried again."""
        for left in reversed(range(TRIES)):
            try:
                answer = super().causeway(*words, timeout=timeout, may_fail=may_fail)
                if words[0] == "cutover":
                    self.look_at_foreign_keys()
                return answer
            except demo_run.Failed as failure:
                undone = words[0] in ("cutover", "back") and "undone" in str(failure)
                if not left or not (undone or any(code in str(failure) for code in GONE)):
                    raise
                self.timeline.say("again", f"causeway {words[0]}: {str(failure).strip().splitlines()[-1][:200]}")
                time.sleep(1)

    def verify(self, folder):
        """A server that is on its way up cannot be compared yet."""
        for left in reversed(range(60)):
            try:
                return super().verify(folder)
            except demo_run.Failed as failure:
                if not left or "CW1204" not in str(failure):
                    raise
                time.sleep(1)

    def look_at_foreign_keys(self):
        """Whoever died in the cut-over: they are off."""
        for left in reversed(range(100)):  # it may be on its way up
            try:
                admin = client.open_oracle("system", self.oracle.password, self.oracle.dsn)
                break
            except Exception:  # noqa: BLE001 - whatever the driver says of a server that is away
                if not left:
                    raise
                time.sleep(0.2)
        states = admin.query("select status from dba_constraints where owner = 'SHOP' and constraint_type = 'R'")
        admin.close()
        assert states == [("DISABLED",)], states

    def stop(self):
        self.ended.set()
        self.guard.join(30)
        super().stop()

    def note_crashes(self):
        """Nothing of ours dies by a signal but those that kill: SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV are crashes, though all goes on behind them."""
        journal = self.crossing / "journal"
        self.crashed += re.findall(r'"task": ?"\w+"[^}]*"exit": ?-(?:4|6|7|8|11)\b', journal.read_text(errors="replace") if journal.exists() else "")

    def told(self):
        if self.victim == "itself":
            return [f"{point}: the process that was there" for point in self.points if (self.once / point).exists()]
        return self.hits.read_text().splitlines() if self.hits.exists() else []

    def missed(self):
        return set(self.points) - {line.split(":")[0] for line in self.told()}


def play(build, points, victim, profile):
    options = demo_run.parse(["--build", str(build), "--rows", "2000", "--seconds", "6", "--writers", "3", "--seed", "5", "--profile", profile,
                              "--out", str(build / "kills")])
    demo = KilledDemo(options, points, victim)
    demo.out.mkdir(parents=True, exist_ok=True)
    failure = None
    try:
        demo.play()
    except Exception as error:  # noqa: BLE001 - whatever it was, it is the failure of these tests
        failure = error
    finally:
        missed = demo.missed()
        for line in demo.told():
            print(f"# hit {line}", flush=True)
        demo.note_crashes()
        demo.finish(failure)
        demo.stop()
    for point in points:
        with harness.test(f"kill_{victim}_at_{point}_loses_nothing" + (f"_as_{profile}" if profile != "19c" else "")):
            assert point not in missed, f"nothing was hit there; {failure}"
            if failure:
                raise failure
            assert not demo.crashed, demo.crashed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=harness.FAULTS)
    parser.add_argument("--profile", default="19c")
    parser.add_argument("kills", nargs="*")
    options = parser.parse_args()
    start = time.monotonic()
    asked = [(victim, tuple(points.split(",")), options.profile) for victim, points in (one.split("@") for one in options.kills)]
    for victim, points, profile in asked or MATRIX:
        play(options.build.resolve(), points, victim, profile)
    print(f"# {time.monotonic() - start:.0f} s")
    harness.finish()


if __name__ == "__main__":
    main()
