"""34_bad_input.py - what goes wrong gets a code, cause and cure, is seen, and after the cure nothing is lost

One crossing from its first start on, through one trouble after the other.  Numbered transactions are committed on Oracle in
each of them; after each cure the target has caught up and the judge finds nothing.
"""
import json
import pathlib
import re
import resource
import shutil
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402
import wire  # noqa: E402

PAGES = harness.ROOT / "doc" / "errors"
NUL = "update customers set name = 'Nul-' || chr(0) where id = 3"
SPILL_LIMIT_BYTES = 256 << 10


def needs_page(code):
    page = (PAGES / f"{code}.md").read_text()
    for part in ("cause", "What to do"):
        assert part in page, f"{code} has a page without {part!r}"


class Troubled(cross.Crossing):
    def __init__(self):
        super().__init__(through=wire.Proxy)
        self.acks.mkdir()
        self.number = 0

    def write(self, *statements):
        """One numbered transaction on Oracle, acknowledged."""
        self.number += 1
        self.on_oracle(*statements, ("insert into order_log (writer, nr, what) values (77, :n, 'trouble')", {"n": self.number}))
        with open(self.acks / "writer77.jsonl", "a") as log:
            log.write(json.dumps({"writer": 77, "number": self.number, "side": "oracle", "at": time.monotonic(), "what": "ack"}) + "\n")

    def error(self, task="forward"):
        return self.status()[task].get("error", {"code": "", "text": ""})

    def told(self, *codes, words="", task="forward"):
        """The status shows one of these codes; its text."""
        found = self.until(lambda: next((one for one in [self.error(task)] if one["code"] in codes), None), f"told {codes}")
        assert re.search(words, found["text"]), f"{words!r} is not in {found['text']!r}"
        needs_page(found["code"])
        return found["text"]

    def refuses(self, code, *words):
        """The verb ends with exit code 1 and this code."""
        exit_code, said = self.try_verb(*words)
        assert exit_code == 1 and code in said, f"{words}: exit {exit_code}, {said}"
        needs_page(code)
        return said

    def stopped_at(self, code):
        """The task has failed: people see it, and who waits for it is told at once."""
        exit_code, said = self.try_verb("status", str(self.crossing))
        assert exit_code == 0 and f"[{code}]" in said, f"exit {exit_code}: {said}"
        exit_code, said = self.try_verb("status", str(self.crossing), "--wait", "caught-up", "--timeout", "60")
        assert exit_code == 1 and "CW4253" in said and "failed" in said, f"exit {exit_code}: {said}"

    def whole(self):
        self.write("update customers set credit = nvl(credit, 0) + 1 where id <= 2")
        self.caught_up()
        assert "error" not in self.status()["forward"], self.status()["forward"]
        verdict = self.judge("trouble")
        assert verdict["ok"] and verdict["acknowledged"] == self.number, self.complaints("trouble", verdict)

    def load_anew(self):
        """What CW2011 and CW7011 say."""
        self.verb("stop", "--json")
        self.verb("clean", "--yes", "--json")
        self.verb("run", "--detach", "--json")

    def archive(self):
        """What was written so far lies in archived logs; their names, the newest last."""
        admin = self.oracle_as("system")
        now = int(admin.query("select current_scn from v$database")[0][0])
        admin.execute("alter system switch logfile")
        self.until_oracle(lambda: admin.query("select 1 from v$archived_log where next_change# > :n", n=now))
        names = [name for name, in admin.query("select name from v$archived_log where standby_dest = 'NO' order by sequence#")]
        admin.close()
        return names

    @staticmethod
    def until_oracle(condition, seconds=30):
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit
            time.sleep(0.05)


# ---- before anything runs -------------------------------------------------------------------------------------

def wrong_password(t):
    secret = t.work / "causeway.secret"
    secret.write_text("wrong\n")
    t.refuses("CW7102", "check", "source", str(t.crossing))
    t.refuses("CW7102", "schema", str(t.crossing), "--apply")
    t.verb("run", "--detach", "--json")
    t.told("CW7102", words="ORA-01017")
    t.stopped_at("CW7102")
    assert "wrong" not in (t.crossing / "log" / "forward.log").read_text().replace("wrong name or password", "")
    t.verb("stop", "--json")
    secret.write_text(cross.PASSWORDS["causeway"])
    assert t.try_verb("check", "crossing", str(t.crossing))[0] == 0


def wrong_role(t):
    t.edit("user=causeway", "user=nobody_of_this_name")
    t.refuses("CW8101", "check", "target", str(t.crossing))
    t.verb("run", "--detach", "--json")
    t.told("CW8101", words="nobody_of_this_name")
    t.verb("stop", "--json")
    t.edit("user=nobody_of_this_name", "user=causeway")


def missing_privilege(t):
    t.on_oracle("revoke select any table from causeway", user="system")
    exit_code, said = t.try_verb("check", "source", str(t.crossing))
    assert exit_code == 1 and "GRANT SELECT ANY TABLE TO CAUSEWAY" in said, f"exit {exit_code}: {said}"
    t.on_oracle("grant select any table to causeway", user="system")
    t.causeway("schema", str(t.crossing), "--apply", "--json")
    t.open_target()
    t.on_oracle("revoke select any table from causeway", user="system")
    t.verb("run", "--detach", "--json")
    t.told("CW7001", words="ORA-(00942|01031)")
    t.stopped_at("CW7001")
    t.verb("stop", "--json")
    t.on_oracle("grant select any table to causeway", user="system")


def refused_connection(t):
    """Nobody listens; when somebody does, it goes on by itself."""
    nobody = cross.servers.free_port()
    t.edit(f"port: {t.proxy.port}", f"port: {nobody}")
    t.refuses("CW1204", "check", "source", str(t.crossing))
    t.verb("run", "--detach", "--json")
    t.told("CW1204", words="refused")
    t.verb("stop", "--json")
    t.edit(f"port: {nobody}", f"port: {t.proxy.port}")
    subprocess.run([t.oracle.program, "listener", "stop", str(t.oracle.folder)], check=True)
    t.verb("run", "--detach", "--json")
    t.told("CW1203", "CW1204")
    subprocess.run([t.oracle.program, "listener", "start", str(t.oracle.folder)], check=True)
    t.until_oracle(lambda: listens(t.oracle.port))


def listens(port):
    """The server is told by a signal, and opens its port a moment later."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


# ---- bad rows ----------------------------------------------------------------------------------------------------

def nul_in_load(t):
    t.write(NUL)
    t.load_anew()
    t.told("CW2011", words="CUSTOMERS.*ID=3.*NAME.*NUL")
    t.stopped_at("CW2011")
    t.write("update customers set name = 'corrected' where id = 3")
    t.load_anew()


def nul_in_follow(t):
    t.write("update customers set credit = 17 where id = 4", NUL)
    t.told("CW2011", words="transaction .*CUSTOMERS.*ID=3.*NAME.*NUL")
    rows = t.postgres_as().query("select credit from customers where id = 4")
    assert rows != [(17,)], "half a transaction was applied"
    t.write("update customers set name = 'corrected' where id = 3")
    t.load_anew()
    t.caught_up()
    assert t.postgres_as().query("select name from customers where id = 3") == [("corrected",)]


def conflicting_row(t):
    t.on_postgres("insert into customers (id, name, country, since) values (70001, 'ours', 'XX', now())")
    t.write("insert into customers (id, name) values (70001, 'theirs')")
    t.told("CW5003", words="customers.*ID=70001")
    t.stopped_at("CW5003")
    t.on_postgres("delete from customers where id = 70001")
    t.restart()


# ---- servers and disks ----------------------------------------------------------------------------------------------

def target_down(t):
    t.postgres.stop("immediate")
    t.write("update customers set credit = 3 where id = 5")
    t.told("CW8101", "CW8102", "CW8103")
    t.postgres.start()


def source_down(t):
    t.oracle.stop()
    t.told("CW1203", "CW1204", "CW7101")
    t.oracle.start()
    t.write("update customers set credit = 4 where id = 5")


def log_gap(t):
    """An archived log is gone, and online there are others; when it is restored, it goes on by itself."""
    t.verb("stop", "--json")
    t.write("update customers set credit = 5 where id = 5")
    newest = pathlib.Path(t.archive()[-1])
    for credit in range(6, 10):
        t.write(f"update customers set credit = {credit} where id = 5")
        t.archive()
    shutil.move(newest, t.work / "away")
    t.verb("run", "--detach", "--json")
    t.told("CW7011", words=re.escape(newest.name))
    shutil.move(t.work / "away", newest)


def full_disk(t):
    """Files of the conductor and its tasks may not grow: the transaction does not fit into memory, nor onto the disk."""
    t.verb("stop", "--json")
    t.edit(r"load:\n", "follow:\n  memory_mb: 1\nload:\n")
    conductor = subprocess.Popen(
        [t.build / "src/programs/causeway", "run", t.crossing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        restore_signals=False,  # python ignores SIGXFSZ, and so will they
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SPILL_LIMIT_BYTES, SPILL_LIMIT_BYTES)))
    t.until(lambda: t.try_verb("status", str(t.crossing))[0] == 0, "the conductor answers")
    t.caught_up()
    shop = t.oracle_as()
    shop.executemany("insert into order_log (writer, nr, what) values (78, :n, :what)",
                     [{"n": n, "what": f"{n} " + "x" * 100} for n in range(9000)])
    shop.commit()
    shop.close()
    t.told("CW3001", words="spill")
    t.stopped_at("CW3001")
    t.verb("stop", "--json")
    assert conductor.wait(30) == 0
    t.verb("run", "--detach", "--json")
    t.caught_up()
    assert t.status()["forward"]["spilled_bytes"] > SPILL_LIMIT_BYTES, t.status()["forward"]


# ---- packets ---------------------------------------------------------------------------------------------------------------

def cut(packet):
    return packet[:len(packet) // 2], False


def oversized(packet):
    return struct.pack(">I", 16 << 20) + packet[4:], True


def undersized(packet):
    return struct.pack(">I", 4) + packet[4:], True


def garbled(packet):
    return packet[:10] + bytes(byte ^ 0xa5 for byte in packet[10:]), True


def spoil_when(how, number):
    """The answer of this number, on each connection, is spoiled."""
    def spoil(conversation, packet):
        if conversation.answers == number and packet[4] == wire.DATA and conversation.wide:
            return how(packet)
        return packet, True
    return spoil


def cut_packets(t):
    t.proxy.spoil = lambda conversation, packet: cut(packet) if conversation.answers > 8 else (packet, True)
    t.write("update customers set credit = 7 where id = 5")
    t.told("CW1203", "CW2111")
    t.proxy.spoil = None


def oversized_packets(t):
    for how, code in ((oversized, "CW2101"), (undersized, "CW2101"), (garbled, "CW2110")):
        t.proxy.spoil = lambda conversation, packet, how=how: how(packet) if packet[4] == wire.DATA and conversation.wide else (packet, True)
        t.write("update customers set credit = 8 where id = 5")
        t.told(code)
        t.proxy.spoil = None
        t.restart()
        t.caught_up()


def spoiled_everywhere(t):
    """Whatever answer is spoiled, a verb ends with a code or does its work over a new connection."""
    failed = 0
    for how in (cut, oversized, garbled):
        for number in range(1, 16, 2):
            t.proxy.spoil = spoil_when(how, number)
            exit_code, said = t.try_verb("check", "source", str(t.crossing), timeout=60)
            codes = re.findall(r"CW\d{4}", said)
            assert exit_code in (0, 1) and (exit_code == 0 or codes), f"{how.__name__} {number}: exit {exit_code}, {said}"
            for code in set(codes):
                needs_page(code)
            failed += exit_code
    t.proxy.spoil = None
    assert failed > 12, failed
    assert t.try_verb("check", "source", str(t.crossing))[0] == 0


TROUBLES = (wrong_password, wrong_role, missing_privilege, refused_connection, nul_in_load, nul_in_follow, conflicting_row,
            target_down, source_down, log_gap, full_disk, cut_packets, oversized_packets, spoiled_everywhere)


def main():
    t = Troubled()
    try:
        t.begin()
        t.stop_jobs()  # the judge wants rest
        for act in TROUBLES:
            start = time.monotonic()
            with harness.test(f"{act.__name__}_is_told_and_after_the_cure_nothing_is_lost"):
                act(t)
                if act not in (wrong_password, wrong_role, missing_privilege):
                    t.whole()
            print(f"# {act.__name__}: {time.monotonic() - start:.1f} s")
            if harness.failures:
                break  # the next one begins where this one ends
    finally:
        t.end()
    harness.finish()


if __name__ == "__main__":
    main()
