"""23_statements_of_oracle.py - what Oracle's documentation and the drivers' suites say that statements answer

The tables are test/dialect/statements.tsv, whose head says how a line is read, and for what 23ai brought statements_23ai.tsv.
"""
import contextlib
import datetime
import pathlib
import re
import sys
import threading
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True
DIALECT = pathlib.Path(__file__).resolve().parent.parent / "dialect"
TABLE, TABLE_23AI = DIALECT / "statements.tsv", DIALECT / "statements_23ai.tsv"
LINES_MIN = 800
FAILING = re.compile(r"^(ORA-\d{5})! (.*)$", re.S)
BLOCK = re.compile(r"^\s*(begin|declare)\b", re.I)
TEXT = re.compile(r"'(?:[^']|'')*'")


def shown(value):
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, datetime.datetime):
        return str(value)
    if isinstance(value, bytes):
        return value.hex().upper()
    return str(value)


def rows_shown(rows):
    return " ; ".join(" | ".join(map(shown, row)) for row in rows) or "-"


def run_block(cursor, sql):
    names = list(dict.fromkeys(re.findall(r":([a-z]\w*)", TEXT.sub("''", sql))))
    binds = {name: cursor.var(oracledb.DB_TYPE_CURSOR if name.startswith("rc") else str) for name in names}
    cursor.execute(sql, binds)
    held = [binds[name].getvalue() for name in names]
    if not held:
        return "ok"
    if isinstance(held[0], oracledb.Cursor):
        return rows_shown(held[0].fetchall())
    return " | ".join(map(shown, held))


def run_step(connection, sql):
    """The answer, an error's number being one."""
    try:
        with connection.cursor() as cursor:
            if BLOCK.match(sql):
                return run_block(cursor, sql)
            cursor.execute(sql)
            if cursor.description:
                return rows_shown(cursor.fetchall())
            return str(cursor.rowcount) if re.match(r"\s*(insert|update|delete|merge)\b", sql, re.I) else "ok"
    except oracledb.Error as error:
        found = re.search(r"ORA-\d{5}", str(error))
        return found[0] if found else str(error)


def run_line(sessions, statement):
    """The last step's answer; a step that had to fail and did not is the answer instead."""
    answer = ""
    for step in statement.split(" ;; "):
        other = step.startswith("2> ")
        step = step[3:] if other else step
        wanted = FAILING.match(step)
        answer = run_step(sessions[other], wanted[2] if wanted else step)
        if wanted and answer != wanted[1]:
            return f"{step}: {answer}"
        if not wanted and answer.startswith("ORA-") and step is not statement.split(" ;; ")[-1] and not statement.endswith(step):
            return f"{step}: {answer}"
    return answer


def same(answer, expected):
    """Quotes around a field say that its blanks count; within one they are its own."""
    return answer == re.sub(r'(?:^|(?<= [|;] ))"([^"]*)"(?= [|;] |$)', r"\1", expected)


def end_of_line(sessions):
    """What the line did is undone; a session that it lost is replaced, and the line is at fault."""
    lost = [place for place, session in enumerate(sessions) if not session.is_healthy()]
    for place in lost:
        sessions[place] = oracledb.connect(user="shop", password="pw", dsn=sessions[place].dsn)
    for session in sessions:
        session.rollback()
    assert not lost, "the session was lost"


def table(sessions, path=TABLE, release=""):
    verified = played = 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        source, statement, expected, *read = line.split("\t")
        verified, played = verified + len(read), played + 1
        with harness.test(f"{release}line_{number}_answers_as_{re.sub(r'[^A-Za-z0-9]+', '_', source)}_says"):
            answer = run_line(sessions, statement)
            end_of_line(sessions)
            assert same(answer, expected), f"{source}: {statement}: wanted {expected}, got {answer}"
    print(f"# {verified} of {played} lines were read against the text of their source, the others name it", flush=True)


def deadlock(sessions):
    """Each changes a row and then wants the other's: one is refused, keeps what it had done, and gives way."""
    answers, kept = [], []

    def cross(session, own, wanted):
        answers.append(run_step(session, f"update e set pay = 3 where id = {wanted}"))
        if answers[-1] == "ORA-00060":
            kept.append(run_step(session, f"select pay from e where id = {own}"))
        session.rollback()

    for session, own in zip(sessions, (114, 115)):
        run_step(session, f"update e set pay = {own} where id = {own}")
    threads = [threading.Thread(target=cross, args=one) for one in ((sessions[0], 114, 115), (sessions[1], 115, 114))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with harness.test("of_two_sessions_in_a_deadlock_one_statement_is_undone_and_its_transaction_is_kept"):
        assert sorted(answers) == ["1", "ORA-00060"] and kept in (["114"], ["115"]), (answers, kept)


def read_consistency(sessions):
    first, second = sessions
    with harness.test("a_cursor_shows_its_own_moment_over_COMMIT_of_others_and_its_own"):
        cursor = first.cursor()
        cursor.arraysize = 1
        cursor.prefetchrows = 1
        cursor.execute("select id from e order by id")
        assert cursor.fetchone() == (114,)
        run_step(second, "update e set id = id + 5000 where id > 116")
        second.commit()
        run_step(first, "delete from d where id = -1")
        first.commit()
        assert [row[0] for row in cursor.fetchall()] == [115, 116, 117, 118, 119, 203, 999]
        run_step(second, "update e set id = id - 5000 where id > 5000")
        second.commit()
    with harness.test("a_cursor_FOR_UPDATE_is_ORA_01002_behind_COMMIT_and_ROLLBACK"):
        for end in (first.commit, first.rollback, lambda: run_step(first, "begin commit; end;")):
            cursor = first.cursor()
            cursor.arraysize = 1
            cursor.prefetchrows = 1
            cursor.execute("select id from e order by id for update")
            assert cursor.fetchone() == (114,)
            assert cursor.fetchone() == (115,)
            end()
            try:
                cursor.fetchall()
                assert False, "it was fetched"
            except oracledb.DatabaseError as error:
                assert error.args[0].code == 1002, error


def savepoints(sessions):
    """Database PL/SQL Language Reference, COMMIT Statement: it erases the savepoints of its transaction."""
    first, second = sessions
    first.cursor().execute("create table kept (id number)")

    def ids(session):
        return [row[0] for row in session.cursor().execute("select id from kept order by id")]

    with harness.test("a_block_that_commits_or_rolls_back_ends_the_savepoints_in_front_of_it"):
        for block, want in (("begin insert into kept values (3); commit; insert into kept values (4); end;", [1, 2, 3]),
                            ("begin insert into kept values (3); rollback; insert into kept values (4); commit; end;", [4]),
                            ("begin for i in 3..4 loop insert into kept values (i); commit; end loop; rollback; end;", [1, 2, 3, 4])):
            first.cursor().execute("insert into kept values (1)")
            first.cursor().execute("savepoint a")
            first.cursor().execute("insert into kept values (2)")
            first.cursor().execute("savepoint b")
            first.cursor().execute("savepoint a")
            first.cursor().execute(block)
            assert ids(second) == want, (block, ids(second))
            try:
                first.cursor().execute("rollback to a")
                assert False, "the savepoint outlived its transaction"
            except oracledb.DatabaseError as error:
                assert error.args[0].code == 1086, error
            first.rollback()
            assert ids(first) == want, block
            first.cursor().execute("delete from kept")
            first.commit()
    with harness.test("savepoints_of_the_next_transaction_are_its_own"):
        for end in (first.commit, first.rollback, lambda: first.cursor().execute("begin commit; end;"), lambda: first.cursor().execute("truncate table kept")):
            first.cursor().execute("savepoint a")
            end()
            first.cursor().execute("insert into kept values (5)")
            first.cursor().execute("savepoint a")
            first.cursor().execute("insert into kept values (6)")
            first.cursor().execute("rollback to a")
            first.cursor().execute("begin commit; end;")
            assert ids(second) == [5], end
            first.cursor().execute("delete from kept")
            first.commit()


def repeated_names(sessions):
    """A driver sends a value for each place of a name: by name always the same one (python-oracledb, thin/statement.pyx), by position perhaps another."""
    cursor = sessions[0].cursor()
    with harness.test("a_named_bind_that_is_selected_and_grouped_by_is_one_expression"):
        for sql, binds, want in (
                ("select :x || dept, count(*) from (select 1 dept from dual union all select 1 from dual) group by :x || dept", {"x": "a"}, [("a1", 2)]),
                ("select level + :n, count(*) from dual connect by level <= 2 group by level + :n order by level + :n", {"n": 5}, [(6, 1), (7, 1)]),
                ("select case when level > :n then :hi else 'low' end, count(*) from dual connect by level <= 3"
                 " group by case when level > :n then :hi else 'low' end order by 1", {"n": 1, "hi": "high"}, [("high", 2), ("low", 1)]),
                ("select nvl(dummy, :x), count(*) from dual group by nvl(dummy, :x)", {"x": None}, [("X", 1)])):
            for _ in range(2):
                assert cursor.execute(sql, binds).fetchall() == want, sql
    with harness.test("places_of_one_name_have_each_their_own_value_where_a_driver_binds_by_position"):
        for values in (["p", "q"], ["p", "p"], [None, "q"], [7, "q"]):
            assert cursor.execute("select :v, :v from dual", values).fetchall() == [tuple(values)], values


@contextlib.contextmanager
def shop(profile):
    """Two sessions of an account on a new Oracle of that release."""
    work = servers.work_folder("oracle-says")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle", profile=profile)
    try:
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        admin.cursor().execute('create user shop identified by "pw"')
        admin.cursor().execute("grant connect, resource, unlimited tablespace, create view, create synonym, create materialized view to shop")
        yield [oracledb.connect(user="shop", password="pw", dsn=oracle.dsn) for _ in range(2)]
    finally:
        oracle.stop()
        servers.remove(work)


def main():
    lines = sum(1 for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    with harness.test("the_table_has_eight_hundred_lines"):
        assert lines >= LINES_MIN, lines
    with shop("19c") as sessions:
        for part in (table, deadlock, read_consistency, savepoints, repeated_names):
            part(sessions)
    with shop("23ai") as sessions:
        table(sessions, TABLE_23AI, "23ai_")
    harness.finish()


if __name__ == "__main__":
    main()
