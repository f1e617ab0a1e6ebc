"""30_statements.py - the rehearsal Oracle understands statements, it does not know Causeway's by heart

A proxy records what Causeway sends during a crossing there and back, in both modes of capture.  Then a real driver sends
each of these statements as it was, and in other words (mutate.py): white space, comments, letter case, aliases, order of
columns.  The answers must be the same.

	30_statements.py [SEED [MUTANTS]]
"""
import pathlib
import random
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402
import mutate  # noqa: E402
import wire  # noqa: E402

import oracledb  # noqa: E402

MUTANTS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
SWITCHES = ("alter system", "alter trigger", "alter sequence", "alter user", "alter table", "begin")
VERBS = "select insert update delete alter begin drop create lock merge truncate call".split()
LAYERS = "oracle endpoint schema assess cutover task cli".split()
# Files with statements for PostgreSQL alone, or with words for people.
NOT_FOR_ORACLE = re.compile(r"/pg_\w+\.c$|schema/(ddl|own_pg)\.c$|cutover/book\.c$|cli/sql_explain\.c$")
# What a crossing sends only after a thousand commits, or as often: its text stands in the source, its binds are given here.
RARE = {"select dbtimezone from dual": [],  # where a column is of local time
        "DELETE FROM causeway_progress WHERE stream = :1 AND seq < :2": ["reverse:shop", 2],
        "select 1 from gv$session where sid = to_number(:1) and serial# = to_number(:2) and inst_id = to_number(:3)": ["1", "1", "1"],
        "select username, program, machine, to_char(sid) from v$session where type = 'USER' and username <> upper(:1) order by logon_time desc": ["causeway"]}
TO_POSTGRES = re.compile(r"cw_(pg_\w+|ask_pg|tell_pg)\(|\bask\(pg,|\bnumber\(f,|cw_wr_printf\(\s*out")


# ---- what Causeway sends ---------------------------------------------------------------------------------

def literals():
    """Beginnings of the statements for Oracle that stand in Causeway's source, up to what is filled in."""
    found = set()
    for layer in LAYERS:
        for path in sorted((harness.ROOT / "src" / layer).glob("*.c")):
            lines = path.read_text().splitlines()
            for number, line in enumerate(lines):
                begins = re.match(rf'[^"]*"(({"|".join(VERBS)}) [^"]*)"', line, re.I)
                before = " ".join(lines[max(0, number - 3):number]) + line[:line.find('"')]
                before = before[max(before.rfind(";"), 0):]
                if not begins or NOT_FOR_ORACLE.search(str(path)) or TO_POSTGRES.search(before) or no_statement(line):
                    continue
                found.add(normal(begins[1].split("%")[0]))
    return found


def no_statement(line):
    """Names of privileges, words that are looked for in redo, comments, and what PostgreSQL alone would understand."""
    return bool(re.search(r'^\s*(\{ "|\* )|take\(scan|strncmp|"ALTER INDEX ", |pg_catalog|select last_value \+', line))


def normal(text):
    return " ".join(text.lower().split())


def work(shop):
    """Some changes of every kind, on either side."""
    top = int(shop.query("select max(id) from customers")[0][0])
    for number in range(top + 1, top + 4):
        shop.execute("insert into customers (id, name, country, credit) values (:n, :name, 'FR', :c)", n=number,
                     name=f"new {number}", c=None if number % 2 else number)
    shop.execute("update customers set credit = credit + 1, name = 'other' where id <= 3")
    shop.execute("update customers set id = id + 100000 where id = :top", top=top + 3)
    shop.execute("delete from customers where id = :top", top=top + 2)
    shop.execute("insert into order_log (writer, nr, what) values (1, :n, 'x')", n=top)
    shop.execute("update order_log set what = null where writer = 1")
    shop.execute("delete from order_log where nr = 2")
    shop.commit()


def record(crossing):
    """A crossing there and back in raw mode, then a little in catalog mode, and all cleaned up."""
    folder = str(crossing.crossing)
    crossing.causeway("check", "crossing", folder, "--json")
    crossing.causeway("sql", folder, "--ping", "--json")
    crossing.start()
    shop = crossing.oracle_as()
    work(shop)
    crossing.on_oracle("alter system switch logfile", user="system")  # the logs of LogMiner's session change
    crossing.caught_up()
    crossing.verb("verify", "--json")
    shop.execute("update customers set credit = 1 where id = 1")  # left open: it will be cut
    crossing.verb("cutover", "--yes", "--json")
    shop.close()
    other = crossing.postgres_as("shop_app")
    work(other)
    other.execute("truncate order_log")
    other.commit()
    other.close()
    crossing.caught_up()
    crossing.verb("back", "--yes", "--json")
    crossing.verb("stop", "--json")
    crossing.edit(r"load:\n", "follow:\n  mode: catalog\nload:\n")
    crossing.verb("run", "--detach", "--json")
    shop = crossing.oracle_as()
    work(shop)
    shop.close()
    crossing.caught_up()
    crossing.verb("stop", "--json")
    crossing.verb("clean", "--yes", "--json")
    return crossing.proxy.statements()


# ---- one statement, asked by a real driver ------------------------------------------------------------------

class Answer:
    """What came back: an ORA- number, rows with their columns' types, or a count of rows."""

    def __init__(self, cursor=None, error=None, order=None, names=None):
        self.error, self.columns, self.rows, self.count = error, None, None, None
        if error:
            return
        self.count = cursor.rowcount
        if cursor.description:
            place = sorted(range(len(cursor.description)), key=(order or list(range(len(cursor.description)))).__getitem__)
            self.columns = [cursor.description[at][1:] for at in place]
            self.rows = [tuple(row[at] for at in place) for row in cursor]
            self.count = None
            if names:
                is_called = [one[0] for one in cursor.description]
                wrong = [(is_, named) for is_, named in zip(is_called, names) if named and is_ != named]
                assert not wrong, f"columns are called {wrong}"

    def stable(self, again):
        """Columns that do not change by themselves."""
        if self.rows is None or len(self.rows) != len(again.rows):
            return []
        return [at for at in range(len(self.columns)) if [r[at] for r in self.rows] == [r[at] for r in again.rows]]


def binds_for(original, text, values):
    """python-oracledb binds by place: give each name the value it had."""
    by_name = {}
    for name, value in zip([token for token in mutate.tokens_of(original) if token.startswith(":")], values):
        by_name[name] = value
    return [by_name[token] for token in mutate.tokens_of(text) if token.startswith(":")]


def ask(cursor, original, text, values, order=None, names=None):
    try:
        cursor.execute(text, binds_for(original, text, values))
    except oracledb.Error as error:
        return Answer(error=re.search(r"(ORA|DP[YI])-\d+", str(error))[0])
    return Answer(cursor, order=order, names=names)


def same(first, mutant, again, ordered, what):
    """Is @mutant the answer that the statement gave before and after it?"""
    assert first.error == mutant.error == again.error, f"{what}: {first.error}, {mutant.error}, {again.error}"
    assert first.columns == mutant.columns, f"{what}: the columns are {mutant.columns}, not {first.columns}"
    if first.rows is None:
        assert first.count == mutant.count, f"{what}: {mutant.count} rows, not {first.count}"
        return
    stable = first.stable(again)
    assert stable or first.rows != again.rows, what
    pick = [[tuple(row[at] for at in stable) for row in answer.rows] for answer in (first, mutant)]
    if not ordered:
        pick = [sorted(rows, key=repr) for rows in pick]
    assert len(pick[0]) == len(pick[1]), f"{what}: {len(pick[1])} rows, not {len(pick[0])}"
    assert pick[0] == pick[1], f"{what}: {next((a, b) for a, b in zip(*pick) if a != b)}"


# ---- what a statement leaves behind ------------------------------------------------------------------------------

DICTIONARY = [
    "select parameter, value from nls_session_parameters order by parameter",
    "select value from v$parameter where name = 'job_queue_processes'",
    "select logins from v$instance",
    "select username, account_status from dba_users where username = 'SHOP'",
    "select job_name, enabled from dba_scheduler_jobs where owner = 'SHOP' order by job_name",
    "select trigger_name, status from dba_triggers where owner = 'SHOP' order by trigger_name",
    "select constraint_name, status, validated from dba_constraints where owner = 'SHOP' order by constraint_name",
    "select sequence_name, last_number from dba_sequences where sequence_owner = 'SHOP' order by sequence_name",
    "select table_name, column_name, data_type, data_length, nullable from user_tab_columns order by table_name, column_id",
    "select sessiontimezone, to_char(date '2024-02-03'), to_char(1/2), to_char(timestamp '2024-02-03 04:05:06') from dual",
    'select * from "SHOP"."CUSTOMERS" order by id',
    'select id, customer_id, amount, state, note, placed from "SHOP"."ORDERS" order by id',
    'select * from "SHOP"."ORDER_LOG" order by writer, nr, at',
]


class Replay:
    """Asks on sessions of its own; the state is set before each statement that changes something."""

    def __init__(self, crossing, log):
        self.crossing, self.log = crossing, log
        self.system = crossing.oracle_as("system").connection
        self.own = self.session()
        self.create = None
        self.asked = 0
        cursor = self.system.cursor()  # the shop's own job writes when it is switched on
        cursor.execute("begin dbms_scheduler.drop_job('SHOP.SHOP_TICK', true); end;")
        cursor.execute("""begin dbms_scheduler.create_job('SHOP.SHOP_TICK', job_type => 'PLSQL_BLOCK', job_action => 'begin null; end;',
                          repeat_interval => 'FREQ=DAILY', enabled => true); end;""")

    def session(self):
        return oracledb.connect(user="causeway", password=cross.PASSWORDS["causeway"], dsn=self.crossing.oracle.dsn)

    def state(self, connection):
        cursor = connection.cursor()
        return [cursor.execute(sql).fetchall() for sql in DICTIONARY] + [self.progress(cursor)]

    @staticmethod
    def progress(cursor):
        try:
            return cursor.execute("select stream, seq, position from causeway_progress order by stream, seq").fetchall()
        except oracledb.Error as error:
            return str(error)

    def reset(self, on):
        """All that Causeway switches, on or off."""
        cursor = self.system.cursor()
        word = "enable" if on else "disable"
        for sql in (f"alter system {'disable' if on else 'enable'} restricted session",
                    f"alter user shop account {'unlock' if on else 'lock'}",
                    f"alter system set job_queue_processes = {7 if on else 0}",
                    f"alter trigger shop.orders_changed {word}", "alter sequence shop.order_seq restart start with 5",
                    f"begin dbms_scheduler.{word}('SHOP.SHOP_TICK'{'' if on else ', true'}); end;"):
            cursor.execute(sql)
        # a key that is as it should be is left alone: DDL ends what AS OF can see of a table
        status = cursor.execute("select status from dba_constraints where constraint_name = 'ORDERS_CUSTOMER_FK'").fetchone()[0]
        if (status == "ENABLED") != on:
            cursor.execute(f"alter table shop.orders {word} constraint orders_customer_fk")

    def wanted(self, sql):
        """CREATE finds no table, all else finds one with a row of progress and one of the crossing."""
        cursor = self.own.cursor()
        try:
            cursor.execute("drop table causeway_progress")
        except oracledb.Error:
            pass
        if not normal(sql).startswith("create table"):
            cursor.execute(self.create)
            for stream in ("reverse:shop", "crossing:shop"):
                cursor.execute("insert into causeway_progress values (:1, 1, 'here', systimestamp)", [stream])
        self.own.commit()

    def act(self, original, text, values, on):
        """Run a statement that changes something; the answer, and what it left."""
        if normal(original).startswith(SWITCHES):
            self.reset(on)
        if "causeway_progress" in normal(original):
            self.wanted(original)
        victim = cross.Crossing.oracle_as(self.crossing) if "disconnect session" in normal(original) and on else None
        if victim:
            sid = victim.query("select sys_context('USERENV', 'SID') from dual")[0][0]
            serial = self.system.cursor().execute("select serial# from v$session where sid = :1", [sid]).fetchone()[0]
            text = re.sub(r"'\d+,\d+(,@\d+)?'", rf"'{sid},{serial}\1'", text)
        self.make_room(original, values)
        own_session = normal(original).startswith("alter session")
        connection = self.session() if own_session else self.own
        answer = ask(connection.cursor(), original, text, values)
        left = self.state(connection)
        if victim:
            left.append(self.is_gone(victim))
        if own_session:
            connection.close()
        else:
            connection.rollback()
        return answer, left

    def make_room(self, sql, values):
        """The row that an UPDATE or DELETE by its key looks for; none where an INSERT puts its own."""
        cursor = self.own.cursor()
        written, _, where = sql.partition(" WHERE ")
        looked_for = {name: values[int(bind) - 1] for name, bind in re.findall(r'"(\w+)" = :(\d+)', where)}
        table = re.search(r'"SHOP"\."\w+"', written)
        for name, bind in re.findall(r'"(ID)" = :(\d+)', written) + [("ID", "1")] * written.startswith('INSERT INTO "SHOP"."CUSTOMERS"'):
            cursor.execute(f"delete from {table[0]} where {name} = :1", [values[int(bind) - 1]])
        if not looked_for or not table:
            return
        if "ID" in looked_for:
            cursor.execute(f"delete from {table[0]} where id = :1 and id > 15", [looked_for["ID"]])  # others have orders
            if cursor.rowcount == 0 and looked_for["ID"] <= 15:
                return
            looked_for["NAME"] = "somebody"
        names = ", ".join(looked_for)
        cursor.execute(f"insert into {table[0]} ({names}) values ({', '.join(f':{i + 1}' for i in range(len(looked_for)))})",
                       list(looked_for.values()))

    @staticmethod
    def is_gone(victim):
        try:
            victim.query("select 1 from dual")
        except (oracledb.Error, OSError):
            return "gone"
        return "alive"

    def compare_act(self, sql, values, rng):
        for on in (True, False) if normal(sql).startswith(SWITCHES) else (True,):
            first, left = self.act(sql, sql, values, on)
            assert first.error is None or (not on and first.error == "ORA-00030"), f"{sql}: {first.error}"
            assert first.count != 0 or not sql.startswith(("INSERT", "UPDATE", "DELETE")), f"{sql}: no row"
            mutants = [mutate.mutate(sql, rng).text for _ in range(MUTANTS)]
            for text in mutants:
                answer, mutant_left = self.act(sql, text, values, on)
                same(first, answer, first, True, text)
                assert left == mutant_left, f"{text}: {next((a, b) for a, b in zip(left, mutant_left) if a != b)}"
                self.asked += 1

    def compare_query(self, sql, values, rng):
        cursor, ordered = self.own.cursor(), " order by " in normal(sql)
        if normal(sql).endswith("as of scn :1"):  # what it was asked for lies before DDL on the table
            values = [int(cursor.execute("select current_scn from v$database").fetchone()[0])]
        first = ask(cursor, sql, sql, values)
        assert first.error is None, f"{sql}: {first.error}"
        for _ in range(MUTANTS):
            mutant = mutate.mutate(sql, rng)
            answer = ask(cursor, sql, mutant.text, values, mutant.order, mutant.names)
            again = ask(cursor, sql, sql, values)
            same(first, answer, again, ordered, mutant.text)
            self.asked += 1
            first = again

    def mined(self):
        """One log with work in it: name, first SCN, last SCN."""
        shop = self.crossing.oracle_as()
        work(shop)
        shop.close()
        cursor = self.system.cursor()
        written = int(cursor.execute("select current_scn from v$database").fetchone()[0])
        cursor.execute("alter system switch logfile")
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            log = cursor.execute("select name, first_change#, next_change# - 1 from v$archived_log where standby_dest = 'NO' and next_change# > :1",
                                 [written]).fetchone()
            if log:
                return log
            time.sleep(0.05)
        raise AssertionError("the log was not archived")

    def compare_mining(self, statements, options, rng):
        """The LogMiner calls one after the other, as they were on one session and in other words on another."""
        name, first, last = self.mined()
        sessions = [self.session(), self.session()]
        contents = next(one for one in statements if "v$logmnr_contents" in one)
        rows = 0
        for number in range(MUTANTS):
            for word, values in (("add_logfile", [name, 1]), ("start_logmnr", [first, last, options])):
                sql = next(one for one in statements if word in one)
                for at, connection in enumerate(sessions):
                    text = mutate.mutate(sql, rng).text if at else sql
                    answer = ask(connection.cursor(), sql, text, values)
                    assert answer.error is None, f"{text}: {answer.error}"
            mutant = mutate.mutate(contents, rng)
            values = [first - 1, last, *statements[contents][2:]]
            plain = ask(sessions[0].cursor(), contents, contents, values)
            same(plain, ask(sessions[1].cursor(), contents, mutant.text, values, mutant.order, mutant.names), plain, True, mutant.text)
            rows += len(plain.rows)
            sql = next(one for one in statements if "end_logmnr" in one)
            for at, connection in enumerate(sessions):
                text = mutate.mutate(sql, rng).text if at else sql
                assert ask(connection.cursor(), sql, text, []).error is None, text
                assert ask(connection.cursor(), contents, contents, values).error == "ORA-01306", "LogMiner still runs"
            self.asked += 4
        for connection in sessions:
            connection.close()
        return rows


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1, 10**6)
    rng = random.Random(seed)
    print(f"# seed {seed}")
    crossing = cross.Crossing(through=wire.Proxy)
    try:
        crossing.begin()
        log = record(crossing)
        texts = dict(RARE)
        for conversation in log:
            for sql, values in conversation:
                texts.setdefault(sql, values)
        print(f"# {len(texts)} different statements on {len(log)} connections, {time.monotonic() - crossing.timeline.start:.0f} s")
        with harness.test("every_statement_for_Oracle_in_the_source_was_sent"):
            missed = sorted(head for head in literals() if not any(normal(sql).startswith(head) for sql in texts))
            assert not missed, missed
            assert len(literals()) > 40, literals()
        check(Replay(crossing, log), texts, rng)
    finally:
        crossing.end()
    harness.finish()


def check(replay, texts, rng):
    replay.create = next(sql for sql in texts if normal(sql).startswith("create table causeway_progress"))
    tried = {sql for sql in texts if "logmnr" in sql and ("1 = 0" in sql or "logfilename => '" in sql)}  # by check, which reads nothing
    texts = {sql: values for sql, values in texts.items() if sql not in tried}
    mining = {sql: values for sql, values in texts.items() if "logmnr" in sql}
    queries = [sql for sql in texts if normal(sql).startswith("select") and sql not in mining]
    acts = [sql for sql in texts if sql not in mining and sql not in queries]
    for kind, statements, compare in (("queries", queries, replay.compare_query), ("changes", acts, replay.compare_act)):
        with harness.test(f"{kind}_in_other_words_get_the_same_answers"):
            start = time.monotonic()
            replay.reset(True)
            replay.wanted("")
            for sql in statements:
                compare(sql, texts[sql], rng)
            print(f"# {len(statements)} {kind}, {time.monotonic() - start:.0f} s")
    replay.reset(True)
    for name, options in (("raw", 64), ("catalog", 64 + 16)):
        with harness.test(f"LogMiner_in_other_words_tells_the_same_{name}"):
            assert replay.compare_mining(mining, options, rng) > MUTANTS * 10
    with harness.test("there_were_statements_of_every_kind"):
        verbs = {normal(sql).split()[0] for sql in texts}
        assert {"select", "insert", "update", "delete", "alter", "begin", "lock", "create", "drop"} <= verbs, verbs
    print(f"# {replay.asked} mutants of {len(texts)} statements")


if __name__ == "__main__":
    main()
