"""16_requests.py - the same calls by python-oracledb and by our client, what they send compared field by field

Both go through one recorder in front of one rehearsal.  causeway-dump reads what was recorded; a field that
differs must be in the table below with the driver that does as we do and why it is safe, or among the masked
ones; an entry of the table that nothing needs any more fails, too.  Debian's python-oracledb against profile 19c, and the
newest against 23ai where `make drivers` has installed it.

	16_requests.py [--write]	--write: doc/requests.md anew, from this run
"""
import fnmatch
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402
from recorder import Recorder  # noqa: E402

import oracledb  # noqa: E402

PAGE = harness.ROOT / "doc/requests.md"
ROWS = 150  # more than one fetch

# Drawn anew by each session, or who the client is: never compared.  (message, field, what it is)
MASKED = [
    ("CONNECT", "packet length", "follows from the text"),
    ("CONNECT", "length of text", "of the text"),
    ("CONNECT", "connect text", "program and random connection id; its form is compared apart"),
    ("PROTOCOL", "client name", "name of the driver"),
    ("AUTH, phase one", "AUTH_PROGRAM_NM", "name of the program"),
    ("AUTH, phase one", "AUTH_PID", "process id"),
    ("AUTH, phase two", "AUTH_SESSKEY", "random half of the session key"),
    ("AUTH, phase two", "AUTH_PASSWORD", "password under the session key"),
    ("AUTH, phase two", "AUTH_PBKDF2_SPEEDY_KEY", "hash of the password under the session key"),
    ("AUTH, phase two", "SESSION_CLIENT_DRIVER_NAME", "name of the driver"),
    ("AUTH, phase two", "SESSION_CLIENT_VERSION", "version of the driver"),
]

# What differs on purpose.  (message, field, driver that sends what we send, why it is safe)
# 4.0.1 was read in the recorded session fetch_df of Free 23.26: the list of types, the order of
# pairs and the form of the text are the same there to the last byte.
REASONS = [
    ("CONNECT", "version", "python-oracledb 4.0.1, node-oracledb, ojdbc", "the highest version offered; the server answers its own or less"),
    ("CONNECT", "service options", "python-oracledb over TLS, node-oracledb", "1 is \"do not care\"; the other bits offer out-of-band breaks, which are not sent"),
    ("CONNECT", "TDU*", "python-oracledb 4.0.1", "as large as the SDU; servers answer the smaller one"),
    ("CONNECT", "connect flags 2", "python-oracledb over TLS, node-oracledb", "1 asks for a check of out-of-band breaks, which are not sent"),
    ("CONNECT", "connect flags [01]", "ojdbc", "network services are wanted (0x01), as the security settings say"),
    ("CONNECT", "form of the text", "python-oracledb 4.0.1", "one ADDRESS without an ADDRESS_LIST, and CONNECTION_ID"),
    ("NETWORK SERVICES", "length", "ojdbc, go-ora", "of the lists below"),
    ("NETWORK SERVICES", "*version", "node-oracledb", "23.7: keys are derived as since July 2021"),
    ("NETWORK SERVICES", "service[[]*].part[[]1].*", "ojdbc, go-ora",
     "the algorithms that are offered; 0, \"none\", comes first, which is ACCEPTED: nothing is encrypted unless the server asks"),
    ("DATA TYPES", "conversion flags", "python-oracledb 4.0.1", "3: names and texts of requests come with a length byte of their own, as the server is told by this flag"),
    ("DATA TYPES", "compile-time capabilities", "python-oracledb 4.0.1", "those of 23ai, with the field version that the server has; each side uses what both know"),
    ("DATA TYPES", "runtime capabilities", "python-oracledb 4.0.1", "the same"),
    ("DATA TYPES", "types", "python-oracledb 4.0.1", "the list of the newest python-oracledb; the server answers those it knows"),
    ("AUTH, phase two", "pairs", "python-oracledb 4.0.1", "two more, below"),
    ("AUTH, phase two", "AUTH_ALTER_SESSION", "python-oracledb 4.0.1, node-oracledb", "the session's time zone, which is UTC here"),
    ("AUTH, phase two", "AUTH_CONNECT_STRING", "python-oracledb 4.0.1, go-ora, go-oracledb", "the descriptor once more"),
    ("AUTH, phase two", "order of the pairs", "python-oracledb 4.0.1", "pairs are found by their keys"),
    ("LOB create temporary", "length of target", "python-oracledb 4.0.1, node-oracledb", "how long it lives: the session; 1.2.1 says it as an amount"),
    ("LOB create temporary", "amount*", "python-oracledb 4.0.1, node-oracledb", "the same"),
    ("EXECUTE, define", "whole message", "python-oracledb 4.0.1, node-oracledb", "says that LOBs come as locators with their sizes; the first rows come with it"),
    ("FETCH, LOBs", "not sent", "python-oracledb 4.0.1", "the rows came with their definitions"),
    ("CLOSE CURSORS", "whole message", "python-oracledb with a statement cache that is full, node-oracledb", "a piggyback in front of the last calls; LOGOFF closes them as well"),
]

# The same with the newest python-oracledb and 23ai.
MASKED_NEWEST = [("FAST AUTH" if message in ("PROTOCOL", "AUTH, phase one") else message, field, what) for message, field, what in MASKED]
REASONS_NEWEST = [
    ("CONNECT", "service options", "python-oracledb over TLS, node-oracledb", "1 is \"do not care\"; the other bits offer out-of-band breaks, which are not sent"),
    ("CONNECT", "connect flags 2", "python-oracledb over TLS, node-oracledb", "1 asks for a check of out-of-band breaks, which are not sent"),
    ("CONNECT", "connect flags [01]", "ojdbc", "network services are wanted (0x01), as the security settings say"),
    ("NETWORK SERVICES", "whole message", "ojdbc, go-ora, python-oracledb 1.2.1", "asked for in CONNECT, in front of all else"),
    ("FAST AUTH", "compile-time capabilities", "python-oracledb 4.0.1", "two that came later are not offered"),
    ("FAST AUTH", "runtime capabilities", "python-oracledb 4.0.1", "the same"),
    ("FAST AUTH", "types", "python-oracledb 4.0.1", "the type 668 came later"),
    ("AUTH, phase two", "AUTH_CONNECT_STRING", "python-oracledb 4.0.1", "the descriptor once more, with its random id"),
    ("EXECUTE", "bind[[]0].cont flags", "python-oracledb 1.2.1", "sizes of LOBs that a block gives back are asked for where they are wanted"),
    ("CLOSE CURSORS", "whole message", "python-oracledb with a statement cache that is full, node-oracledb", "a piggyback in front of the last calls; LOGOFF closes them as well"),
]
NEWEST = harness.BUILD / "drivers/oracledb/bin/python"

LOB_OPERATIONS = {0x2: "LOB read", 0x40: "LOB write", 0x20: "LOB trim", 0x110: "LOB create temporary", 0x8000: "LOB open", 0x10000: "LOB close",
                  0x11000: "LOB is open", 0x80111: "LOB free temporary"}

PYTHON = '''
import os, sys, oracledb
port, service, user = sys.argv[1:]
connection = oracledb.connect(user=user, password=os.environ["WIRE_PASSWORD"], dsn=f"127.0.0.1:{port}/{service}")
cursor = connection.cursor()
cursor.prefetchrows = cursor.arraysize = 100
cursor.execute("select id, name from wire order by id")
cursor.fetchall()
for number in (7, 8):
    cursor.execute("select name from wire where id = :1", [number])
    cursor.fetchall()
cursor.executemany("insert into wire values (:1, :2)", [(1001, "one"), (1002, "two"), (1003, "three")])
connection.commit()
cursor.execute("delete from wire where id > 1000")
connection.rollback()
cursor.execute("begin null; end;")
touched = cursor.var(oracledb.NUMBER)
cursor.execute("update wire set name = name where id < :1 returning id into :2", [2, touched])
connection.rollback()
connection.ping()
cursor.execute("select doc from wire_lobs")
(lob,), *_ = cursor.fetchall()
lob.read(1, 8060)
del lob
national = connection.createlob(oracledb.DB_TYPE_NCLOB)
national.write("national: \\u0416 \\U0001f600", 1)
cursor.execute("insert into wire_national values (:1)", [national])
connection.commit()
lob = connection.createlob(oracledb.DB_TYPE_CLOB)
lob.write("a temporary text", 1)
lob.trim(6)
lob.open()
lob.isopen()
lob.close()
cursor.execute("insert into wire_lobs values (:1)", [lob])
cursor = connection.cursor()
del lob, national
connection.rollback()
cursor.execute("insert into wire values (2000, 'not to stay')")
connection.close()
'''


def dumped(stream, name, work, recorder):
    """Messages of the client as [(name, {field: value})], in their order."""
    path = recorder.write(work / f"{name}.pkts", [stream])
    text = servers.run([harness.BUILD / "src/programs/causeway-dump", path])
    found, key, is_hex = [], None, False
    for line in text.splitlines():
        unit = re.fullmatch(r"([CS]) (?:packet|message) (.+)", line)
        if unit:
            found.append((unit[1], unit[2], {}))
        elif field := re.fullmatch(r"  [0-9a-f]{4}  ([0-9a-f]+) +(\S.*?): (.*)", line):
            names = found[-1][2]
            key, is_hex = field[2], field[3].endswith(" bytes")
            while key in names:
                key += "'"
            names[key] = field[1] if is_hex else field[3]
        elif is_hex and (more := re.fullmatch(r"  [0-9a-f]{4}  ([0-9a-f]+)", line)):
            found[-1][2][key] += more[1]
    asked = [(message, fields) for side, message, fields in found if side == "C" and message != "DATA"]
    return [(called(message, fields, asked[at - 1][1]), tidy(message, fields)) for at, (message, fields) in enumerate(asked)]


def called(message, fields, before):
    """EXECUTE without the 0x20 of its options runs nothing: it defines columns.  A LOB operation by what is done, a FETCH behind a query of LOBs by that."""
    if message == "FETCH" and "wire_lobs" in str(before):
        return "FETCH, LOBs"
    number = lambda field: int(fields[field].split()[0])  # noqa: E731
    if message == "LOB OPERATION":
        return LOB_OPERATIONS[number("operation")]
    return "EXECUTE, define" if message == "EXECUTE" and not number("options") & 0x20 else message


def tidy(message, fields):
    """Pairs of a login by their key, the list of types as one field, the descriptor by its form."""
    if message.startswith("AUTH") or message == "FAST AUTH":
        order = [fields[f"pair[{i}].key"].strip('"') for i in range(int(fields["pairs"].split()[0]))]
        for i, key in enumerate(order):
            fields[key] = f"{fields.get(f'pair[{i}].value')} flags {fields.get(f'pair[{i}].flags')}"
        fields = {key: value for key, value in fields.items() if not key.startswith("pair[")}
        fields["order of the pairs"] = ", ".join(order)
    if message in ("DATA TYPES", "FAST AUTH"):
        types = " ".join(value.split()[0] for key, value in fields.items() if key.startswith("type["))
        fields = {key: value for key, value in fields.items() if not key.startswith("type[")} | {"types": types}
    if message == "CONNECT":
        fields["form of the text"] = re.sub(r"=[^()=]+(?=\))", "=", fields.get("connect text", "").strip('"').replace("==", ""))
    return fields


class Rules:
    """What is not compared, and what may differ."""

    def __init__(self, masked, reasons):
        self.masked, self.reasons = masked, reasons

    def is_masked(self, message, field):
        return any(fnmatch.fnmatch(message, m) and field == f for m, f, _ in self.masked)

    def reason_for(self, message, field):
        return next((r for r in self.reasons if r[0] == message and fnmatch.fnmatch(field, r[1])), None)


def differing(rules, theirs, ours):
    """[(message, field, theirs, ours)] of the fields that are not masked."""
    found = []
    for (message, a), (_, b) in zip(theirs, ours):
        for field in dict.fromkeys([*a, *b]):
            if a.get(field) != b.get(field) and not rules.is_masked(message, field):
                found.append((message, field, a.get(field, "-"), b.get(field, "-")))
    return found


def paired(rules, theirs, ours):
    """Both without the messages that only one side sends for a reason."""
    alone = list(dict.fromkeys((name, what) for messages, what in ((ours, "whole message"), (theirs, "not sent"))
                               for name, _ in messages if rules.reason_for(name, what)))
    kept = []
    for messages, what in ((theirs, "not sent"), (ours, "whole message")):
        kept.append([])
        skipped = 0
        for name, fields in messages:
            if (name, what) in alone:
                skipped += "sequence" in fields
                continue
            if number := re.match(r"\d+", fields.get("sequence", "")):  # what only one side sends is counted, too
                fields = {**fields, "sequence": shown(int(number[0]) - skipped)}
            kept[-1].append((name, fields))
    return *kept, alone


def shown(number):
    """As causeway-dump prints it."""
    return str(number) if number < 10 else f"{number} ({number:#x})"


def short(value):
    return value if len(value) <= 40 else value[:37] + "..."


def intro(pairs, differences, fields):
    return ["# Requests: what the client sends, beside python-oracledb", "",
            f"Written by `test/e2e/16_requests.py --write` with python-oracledb {oracledb.__version__} (thin). Both made the same calls over one recorder:",
            f"connect, both steps of the login, a query of {ROWS} rows with its fetch, a query with a bind, twice, an array insert, commit, DML,",
            "rollback, a block, ping, a CLOB read by its locator, a temporary NCLOB made, written and bound, a CLOB made, written, trimmed, opened, asked, closed, bound and freed, close with an",
            "open transaction, logoff.", "",
            "To 23ai negotiation and the first step of the login go as one message, FAST AUTH. That of python-oracledb 4.0.1, recorded with Free 23.26, is",
            "ours byte for byte, but for the names (`test/unit/codec/test_ttc_connect.c`); so are its queries, inserts, COMMIT and LOGOFF (`test/unit/oracle/test_replay.c`).", "",
            f"Messages: {', '.join(name for name, _ in pairs)}.", "",
            f"Of {fields} fields {fields - len(differences)} are the same or masked, {len(differences)} differ for a reason.", ""]


def tables(rules, differences, alone, level="##"):
    lines = [f"{level} What differs, and why", "", "| message | field | python-oracledb | causeway | does the same | why it is safe |", "|---|---|---|---|---|---|"]
    for message, field, a, b in differences:
        who, why = rules.reason_for(message, field)[2:]
        lines.append(f"| {message} | {field} | `{short(a)}` | `{short(b)}` | {who} | {why} |")
    for name, what in alone:
        who, why = rules.reason_for(name, what)[2:]
        lines.append(f"| {name} | whole message | {'- | sent' if what == 'whole message' else 'sent | -'} | {who} | {why} |")
    lines += ["", f"{level} What is not compared", "", "| message | field | what it is |", "|---|---|---|"]
    return lines + [f"| {message} | {field} | {what} |" for message, field, what in rules.masked]


def recorded(work, oracle, python, suffix):
    recorder = Recorder(oracle.port)
    arguments = [str(recorder.port), oracle.service, "system"]
    environment = {**os.environ, "WIRE_PASSWORD": oracle.password}
    # the newest frees a LOB with the next call, which our program makes first
    program = PYTHON if python == sys.executable else PYTHON.replace("del lob, national\nconnection.rollback()", "connection.rollback()\ndel lob, national")
    with oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn) as connection:
        cursor = connection.cursor()
        cursor.execute("create table wire (id number, name varchar2(20))")
        cursor.execute("create table wire_lobs (doc clob)")
        cursor.executemany("insert into wire_lobs values (:1)", [("a text",), ("another",), ("a third",)])
        cursor.execute("create table wire_national (doc nclob)")
        cursor.executemany("insert into wire values (:1, :2)", [(i, f"name {i}") for i in range(ROWS)])
        connection.commit()
        servers.run([python, "-c", program, *arguments], env=environment)
        cursor.execute("delete from wire where id > 1000")
        connection.commit()
        servers.run([harness.BUILD / "test/unit/oracle/wire_calls", *arguments], env=environment)
        with harness.test(f"what_was_not_committed_at_close_is_rolled_back{suffix}"):
            cursor.execute("select count(*) from wire where id = 2000")
            assert cursor.fetchone() == (0,)
        with harness.test(f"an_NCLOB_of_ours_is_to_the_driver_as_its_own{suffix}"):
            cursor.execute("select doc from wire_national")
            assert [lob.read() for lob, in cursor] == ["national: \u0416 \U0001f600"] * 2
    both = [dumped(stream, name, work, recorder) for stream, name in zip(recorder.streams, ("python", "causeway"))]
    recorder.close()
    return both


def compared(rules, profile, python, suffix=""):
    """The messages of both, what differs, what only one sends."""
    work, oracle = servers.work_folder("requests"), None
    try:
        oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "ora", profile=profile)
        theirs, ours = recorded(work, oracle, python, suffix)
    finally:
        if oracle:
            oracle.stop()
        servers.remove(work)
    theirs, ours, alone = paired(rules, theirs, ours)
    with harness.test(f"both_send_the_same_messages_in_the_same_order{suffix}"):
        assert [name for name, _ in theirs] == [name for name, _ in ours], ([n for n, _ in theirs], [n for n, _ in ours])
    differences = differing(rules, theirs, ours)
    with harness.test(f"every_field_is_the_same_or_differs_for_a_reason{suffix}"):
        unexplained = [d for d in differences if not rules.reason_for(d[0], d[1])]
        assert not unexplained, unexplained
    with harness.test(f"every_reason_is_still_needed{suffix}"):
        used = {rules.reason_for(d[0], d[1]) for d in differences} | {rules.reason_for(*one) for one in alone}
        assert used >= set(rules.reasons), set(rules.reasons) - used
    return theirs, ours, differences, alone


def with_newest():
    """The chapter on the newest driver, or the one that stands in the docs."""
    if not NEWEST.exists():
        print("skip both_send_the_same_messages_in_the_same_order_to_23ai - the newest python-oracledb is not installed (make drivers does)")
        _, mark, kept = PAGE.read_text().partition(CHAPTER)
        return (mark + kept).rstrip("\n").split("\n")
    rules = Rules(MASKED_NEWEST, REASONS_NEWEST)
    theirs, ours, differences, alone = compared(rules, "23ai", NEWEST, "_to_23ai")
    version = servers.run([NEWEST, "-c", "import oracledb; print(oracledb.__version__)"]).strip()
    fields = sum(len(set(a) | set(b)) for (_, a), (_, b) in zip(theirs, ours))
    return [CHAPTER, "", f"The same calls by python-oracledb {version} to profile 23ai: {', '.join(name for name, _ in theirs)}.", "",
            f"Of {fields} fields {fields - len(differences)} are the same or masked, {len(differences)} differ for a reason.", "",
            *([] if harness.failures else tables(rules, differences, alone, "###"))]


CHAPTER = "## The newest driver and 23ai"


def main():
    rules = Rules(MASKED, REASONS)
    theirs, ours, differences, alone = compared(rules, "19c", sys.executable)
    fields = sum(len(set(a) | set(b)) for (_, a), (_, b) in zip(theirs, ours))
    chapter = with_newest()
    if not harness.failures:
        text = "\n".join([*intro(theirs, differences, fields), *tables(rules, differences, alone), "", *chapter]) + "\n"
        if "--write" in sys.argv:
            PAGE.write_text(text)
        with harness.test("doc_requests_md_says_what_this_run_found"):
            assert PAGE.exists() and table(PAGE.read_text()) == table(text), "run it with --write"
    harness.finish()


def table(text):
    """What a page says of messages and fields, without values and versions that another machine has otherwise."""
    return [tuple(line.split("|")[1:3]) for line in text.splitlines() if line.startswith("| ")]


if __name__ == "__main__":
    main()
