"""hostile.py - `causeway sql` against a server whose Nth packet is spoiled, for every N of a whole session

The session logs in, makes a table, fetches rows in several calls, reads LOBs, runs a block, changes rows, meets an error, rolls back and
logs off; what is spoiled is the rehearsal's answer, in a proxy.
"""
import concurrent.futures
import random
import subprocess
import time

import wire

SCRIPT = """create table sp_{n} (id number, doc clob);
insert into sp_{n} select level, rpad('x', 9000, 'x') from dual connect by level <= 3;
select level id, rpad('y', 300, 'y') y from dual connect by level <= 600;
select * from sp_{n};
begin null; end;
/
update sp_{n} set id = 0 / 1;
select * from no_{n};
"""
# What is sent instead of the packet, and whether the connection lives.
WAYS = {
    "hangs_up": lambda packet, after: (packet[:len(packet) // 2], False),
    "sends_garbage": lambda packet, after: (random.Random(len(packet)).randbytes(600), True),
    "stops": lambda packet, after: (b"" if after else packet[:len(packet) // 2], True),
    "drips": lambda packet, after: (time.sleep(1) or packet[:1], True),
}
LIMITS = "?connect_timeout=1"  # of sessions that are spoiled; a whole one may take its time


def session(causeway, oracle, secret, number, way=None, at=None):
    """The exit code, what was printed as trouble, and how many packets the server sent; packet @at and those behind it are spoiled."""
    proxy, count = wire.Proxy(oracle.port), [0]

    def spoil(conversation, packet):
        count[0] += 1
        return (packet, True) if at is None or count[0] < at else WAYS[way](packet, count[0] - at)

    proxy.spoil = spoil
    try:
        done = subprocess.run([causeway, "sql", f"127.0.0.1:{proxy.port}/{oracle.service}{LIMITS if way else ''}", "--user", "system", "--password", f"file:{secret}",
                               "--limit", "1", "--csv"], input=SCRIPT.format(n=number), text=True, capture_output=True, timeout=60, check=False)
    finally:
        proxy.close()
    return done.returncode, done.stderr, count[0]


def trouble(causeway, oracle, secret, ways, at_once=4):
    """[what is wrong] of every packet spoiled in every way of @ways, and how many there were."""
    _, told, packets = session(causeway, oracle, secret, f"whole_{ways[0]}")
    assert "ORA-00942" in told, told
    jobs = [(way, at) for way in ways for at in range(1, packets + 1)]

    def one(job):
        way, at = job
        code, told, _ = session(causeway, oracle, secret, f"{way}_{at}", way, at)
        # the last statement fails by itself; behind it there is only the end of the session
        good = code == 1 and "[CW" in told
        return "" if good else f"{way} at packet {at} of {packets}: exit {code}, {told[-200:]}"

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return [text for text in pool.map(one, jobs) if text], len(jobs)
