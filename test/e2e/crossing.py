"""crossing.py - a small crossing for a test: the demo's servers and shop, driven verb by verb"""
import json
import pathlib
import re
import subprocess
import sys
import time

import harness
import client
import run as demo_run
import servers

PASSWORDS = demo_run.PASSWORDS


class Crossing(demo_run.Demo):
    """Servers, shop and crossing.yaml; nothing runs yet.  `through` is a proxy's maker: Oracle's port -> proxy."""

    def __init__(self, rows=60, through=None):
        super().__init__(demo_run.parse(["--build", str(harness.BUILD), "--rows", str(rows), "--writers", "0", "--seed", "7",
                                         "--out", str(harness.BUILD / "check" / pathlib.Path(sys.argv[0]).stem)]))
        self.out.mkdir(parents=True, exist_ok=True)
        self.proxy, self.through = None, through

    def begin(self):
        self.look_at_shop()
        self.start_servers()
        self.prepare_oracle()
        self.prepare_postgres()
        self.configure()
        if self.through:
            self.proxy = self.through(self.oracle.port)
            self.edit(rf"port: {self.oracle.port}", f"port: {self.proxy.port}")

    def edit(self, pattern, text):
        """Change crossing.yaml as a person would."""
        path = self.crossing / "crossing.yaml"
        changed, count = re.subn(pattern, text, path.read_text())
        assert count == 1, f"{pattern} stands {count} times in crossing.yaml"
        path.write_text(changed)

    def try_verb(self, *words, timeout=120):
        """Exit code, and all it said."""
        done = subprocess.run([str(self.build / "src/programs/causeway"), *words], text=True, capture_output=True,
                              timeout=timeout, check=False)
        return done.returncode, done.stdout + done.stderr

    def verb(self, name, *words, timeout=120):
        return self.causeway(name, str(self.crossing), *words, timeout=timeout)

    def status(self):
        return self.verb("status", "--json")

    def start(self):
        self.causeway("schema", str(self.crossing), "--apply", "--json")
        self.open_target()
        self.verb("run", "--detach", "--json")
        self.caught_up()

    def restart(self):
        self.verb("stop", "--json")
        self.verb("run", "--detach", "--json")

    def caught_up(self, seconds=60):
        self.verb("status", "--wait", "caught-up", "--timeout", str(seconds), "--json", timeout=seconds + 60)

    def oracle_as(self, user="shop"):
        return client.open_oracle(user, self.oracle.password if user == "system" else PASSWORDS[user], self.oracle.dsn)

    def postgres_as(self, user="causeway"):
        return client.open_postgres(self.postgres.conninfo("shop", user), "shop")

    def on_oracle(self, *statements, user="shop"):
        """Run them in one transaction."""
        db = self.oracle_as(user)
        for one in statements:
            sql, binds = one if isinstance(one, tuple) else (one, {})
            db.execute(sql, **binds)
        db.commit()
        db.close()

    def on_postgres(self, *statements, user="causeway"):
        db = self.postgres_as(user)
        for one in statements:
            sql, binds = one if isinstance(one, tuple) else (one, {})
            db.execute(sql, **binds)
        db.commit()
        db.close()

    def until(self, condition, what, seconds=60):
        limit = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < limit, f"not within {seconds} s: {what}; status is {json.dumps(self.status())[:1500]}"
            time.sleep(0.05)
        return found

    def end(self):
        self.stop()
        if self.proxy:
            self.proxy.close()


__all__ = ["Crossing", "PASSWORDS", "servers"]
