#!/usr/bin/env python3
"""writer_process.py - one user of the shop, in a process of its own, who trusts only acknowledgements

It works against Oracle until Oracle refuses, then looks for the other side, and so on in both directions.  Each line
of its log is written after the database said so:

	{"writer": 3, "number": 17, "side": "oracle", "at": <monotonic seconds>, "what": "ack"}

`what` is ack (COMMIT came back), in_doubt (the connection died while COMMIT was on its way), rolled_back or refused.
Numbers are never used twice.  A file named `pause` beside the log holds the writer between two transactions, which it
says with a line `paused`; a file named `stop` ends it.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import client  # noqa: E402

LOOK_AGAIN_S = 0.02


def load_shop(folder):
    spec = importlib.util.spec_from_file_location("shop_writer", pathlib.Path(folder) / "writer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Writer:
    def __init__(self, options):
        self.options = options
        self.shop = load_shop(options.shop)
        self.rng = random.Random(f"{options.seed}/{options.writer}")
        self.log = open(options.log, "a", buffering=1)
        self.folder = pathlib.Path(options.log).parent
        self.side, self.db, self.number = "oracle", None, 0

    def say(self, what, **more):
        line = {"writer": self.options.writer, "number": self.number, "side": self.side, "at": time.monotonic(),
                "what": what, **more}
        self.log.write(json.dumps(line) + "\n")

    def connect(self):
        """Look for a side that takes us, the present one first."""
        while not (self.folder / "stop").exists():
            try:
                if self.side == "oracle":
                    self.db = client.open_oracle(self.options.user, self.options.password, self.options.dsn)
                else:
                    self.db = client.open_postgres(self.options.conninfo, self.options.schema)
                return True
            except client.Refused:
                self.side = "postgresql" if self.side == "oracle" else "oracle"
                time.sleep(LOOK_AGAIN_S)
        return False

    def lose(self, error):
        self.say("refused", why=str(error)[:120])
        self.db.close()
        self.db = None

    def one(self):
        """One transaction with the next number; about one in eight is rolled back on purpose."""
        self.number += 1
        try:
            self.shop.transaction(self.db, self.rng, self.options.writer, self.number)
            if self.options.hold > 0:
                time.sleep(self.options.hold)
            elif self.rng.random() < 0.125:
                self.db.rollback()
                self.say("rolled_back")
                return
            self.db.commit()
            self.say("ack")
        except client.InDoubt as error:
            self.say("in_doubt")
            self.lose(error)
        except self.db.errors as error:
            if self.is_conflict(error):
                self.db.rollback()
                self.say("rolled_back", why=str(error)[:120])
            else:
                self.lose(error)

    def is_conflict(self, error):
        """A deadlock, a conflict or a constraint ends the transaction, not the connection."""
        text = str(error)
        return isinstance(error, self.db.violations) or any(code in text for code in ("ORA-00060", "ORA-08177", "deadlock detected", "could not serialize"))

    def run(self):
        paused = False
        while not (self.folder / "stop").exists():
            if (self.folder / "pause").exists():
                if not paused:
                    if self.db:
                        self.db.close()
                        self.db = None
                    self.say("paused")
                paused = True
                time.sleep(LOOK_AGAIN_S)
                continue
            paused = False
            if self.db is None and not self.connect():
                break
            self.one()
            time.sleep(self.options.think)
        self.say("stopped")


def main():
    parser = argparse.ArgumentParser()
    for name in ("shop", "user", "password", "dsn", "conninfo", "schema", "log"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--writer", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--think", type=float, default=0.005, help="seconds between two transactions")
    parser.add_argument("--hold", type=float, default=0, help="seconds that each transaction stays open")
    Writer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
