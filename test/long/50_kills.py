"""50_kills.py - kill -9 at a named point, of whoever stands there or of a database, under load; the judge finds nothing

	50_kills.py [POINT ...]

Each run is the demo with one kill: of the process that reaches the point (conductor or task), or, at the same moment, of
the rehearsal Oracle or of PostgreSQL with all its children.  What died is started again, as a service manager would;
the conductor and its tasks have to find their way.  Each line names what was hit.
"""
import argparse
import os
import pathlib
import stat
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import run as demo_run  # noqa: E402

STAGES = ["before", "stop", "quiet", "position", "sequences", "reverse", "hold", "admit", "monitor"]
OWN = ["load.mid", "follow.mid_txn", "follow.before_commit", "follow.after_commit", "apply.commit_sent", "slot.published",
       "reverse.before_commit", "reverse.after_commit"]
OWN += [f"runbook.{stage}.{when}" for stage in STAGES for when in ("before", "after")]
OWN += [f"back.{stage}.before" for stage in STAGES if stage != "hold"]
MATRIX = [(point, "itself") for point in OWN]
MATRIX += [(point, who) for point in ("load.mid", "follow.mid_txn", "runbook.stop.before", "runbook.position.before",
                                      "runbook.admit.after", "back.position.before") for who in ("oracle", "postgres")]


class KilledDemo(demo_run.Demo):
    """A demo whose servers and conductor are started again when they die."""

    def __init__(self, options, point, victim):
        super().__init__(options)
        self.point, self.victim, self.ended = point, victim, threading.Event()
        self.once = self.work / "once"
        self.once.mkdir()
        self.once.chmod(0o777)
        action = "kill" if victim == "itself" else "exec"
        os.environ.update({"CW_FAULT": f"{point}:{action}", "CW_FAULT_ONCE": str(self.once),
                           "CW_FAULT_EXEC": str(self.work / "kill.sh")})
        self.guard = threading.Thread(target=self.watch, daemon=True)

    def write_killer(self):
        script = self.work / "kill.sh"
        if self.victim == "oracle":
            script.write_text(f"#!/bin/sh\nkill -9 {self.oracle.process.pid}\n")
        else:
            pid = f"$(head -1 {self.postgres.data}/postmaster.pid)"
            script.write_text(f"#!/bin/sh\np={pid}\nkill -9 $p; pkill -9 -P $p; exit 0\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def start_servers(self):
        super().start_servers()
        self.write_killer()
        self.guard.start()

    def watch(self):
        while not self.ended.wait(0.2):
            if self.oracle.process.poll() is not None:
                self.oracle.start()
            if (self.postgres.data / "postmaster.pid").exists():
                pid = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
                if not pathlib.Path(f"/proc/{pid}").exists():
                    (self.postgres.data / "postmaster.pid").unlink()
                    self.postgres.start()
            if (self.crossing / "journal").exists() and not self.conductor_lives():
                self.causeway("run", str(self.crossing), "--detach", may_fail=True)

    def conductor_lives(self):
        done = subprocess.run(["pgrep", "-f", f"causeway run .*{self.crossing}"], capture_output=True, check=False)
        return done.returncode == 0

    def stop(self):
        self.ended.set()
        self.guard.join(30)
        super().stop()

    def was_hit(self):
        return (self.once / self.point).exists()


def play(point, victim):
    options = demo_run.parse(["--build", str(harness.FAULTS), "--rows", "4000", "--seconds", "8", "--writers", "3", "--seed", "5",
                              "--out", str(harness.FAULTS / "kills")])
    demo = KilledDemo(options, point, victim)
    demo.out.mkdir(parents=True, exist_ok=True)
    name = f"kill_{victim}_at_{point}"
    with harness.test(name):
        failure = None
        try:
            demo.play()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this test's failure
            failure = error
        finally:
            hit = demo.was_hit()
            demo.finish(failure)
            demo.stop()
        print(f"# {name}: {'hit' if hit else 'NOT HIT'}", flush=True)
        assert hit, "the point was never reached"
        if failure:
            raise failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("points", nargs="*")
    wanted = parser.parse_args().points
    start = time.monotonic()
    for point, victim in MATRIX:
        if not wanted or point in wanted:
            play(point, victim)
    print(f"# {time.monotonic() - start:.0f} s")
    harness.finish()


if __name__ == "__main__":
    main()
