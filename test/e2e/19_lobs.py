"""19_lobs.py - CLOB, NCLOB and BLOB in the rehearsal Oracle, as a real driver meets them"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

TEXT = "a\u00e4\u20ac\U00010437" * 25000  # 125,000 UTF-16 units
BYTES = bytes(range(256)) * 500


def run(connection, sql, *binds):
    cursor = connection.cursor()
    cursor.execute(sql, list(binds))
    if not cursor.description:
        return cursor.rowcount
    return [tuple(v.read() if isinstance(v, oracledb.LOB) else v for v in row) for row in cursor.fetchall()]


def one(connection, sql, *binds):
    """The first value of the first row as it is: a locator stays one."""
    cursor = connection.cursor()
    cursor.execute(sql, list(binds))
    return cursor.fetchone()[0]


def fails(code, call, *arguments):
    try:
        call(*arguments)
    except oracledb.Error as error:
        assert f"ORA-{code:05d}" in str(error), f"wanted ORA-{code:05d}, got {error}"
        return
    raise AssertionError(f"wanted ORA-{code:05d}, but it went well")


def columns(db):
    run(db, "create table l (id number primary key, c clob, n nclob, b blob)")
    run(db, "insert into l values (1, 'abc', 'n\u00e4', hextoraw('00ff'))")
    run(db, "insert into l values (2, empty_clob(), null, empty_blob())")
    run(db, "insert into l values (3, :1, :2, :3)", TEXT, "nat", BYTES)
    with harness.test("a_LOB_that_is_empty_is_not_NULL"):
        assert run(db, "select c, n, b from l where id = 2") == [("", None, b"")]
        assert run(db, "select count(*) from l where c is null") == [(0,)]
        assert run(db, "select length(c), dbms_lob.getlength(b), dbms_lob.getlength(n) from l where id = 2") == [(0, 0, None)]
    with harness.test("LOBs_come_back_as_they_were_written_by_locator_and_as_LONG"):
        assert run(db, "select c, n, b from l where id in (1, 3) order by id") == [
            ("abc", "n\u00e4", b"\x00\xff"), (TEXT, "nat", BYTES)]
        oracledb.defaults.fetch_lobs = False
        try:
            assert run(db, "select c, n, b from l order by id") == [
                ("abc", "n\u00e4", b"\x00\xff"), (None, None, None), (TEXT, "nat", BYTES)]
        finally:
            oracledb.defaults.fetch_lobs = True
    with harness.test("lengths_and_places_in_a_CLOB_count_UTF_16_units"):
        lob = one(db, "select c from l where id = 3")
        assert (lob.size(), lob.getchunksize()) == (125000, 8060)
        assert lob.read(124998) == "\u20ac\U00010437" and lob.read(125001) in (None, "")
        assert run(db, "select length(c), dbms_lob.getlength(c) from l where id = 3") == [(125000, 125000)]
    with harness.test("the_dictionary_names_LOB_columns"):
        assert run(db, "select data_type, data_length from user_tab_columns where table_name = 'L' and column_id > 1 "
                       "order by column_id") == [("CLOB", 4000), ("NCLOB", 4000), ("BLOB", 4000)]
        assert run(db, "select column_name from user_lobs where table_name = 'L' order by 1") == [("B",), ("C",), ("N",)]
    db.commit()


def expressions(db):
    with harness.test("SQL_cuts_joins_and_searches_LOBs"):
        assert run(db, "select substr(c, 1, 2), upper(c), c || 'z', to_clob('q'), nvl(n, 'w') from l where id = 1") == [
            ("ab", "ABC", "abcz", "q", "n\u00e4")]
        assert run(db, "select dbms_lob.substr(c, 3, 2), dbms_lob.instr(c, '\u20ac'), dbms_lob.compare(c, c), "
                       "dbms_lob.substr(b, 2, 3) from l where id = 3") == [("\u00e4\u20ac\U00010437", 3, 0, b"\x02\x03")]
        assert run(db, "select id from l where c like 'ab%' and instr(c, 'c') = 3") == [(1,)]
    with harness.test("LOBs_are_not_compared_sorted_or_told_apart_ORA_00932"):
        fails(932, run, db, "select distinct c from l")
        fails(932, run, db, "select id from l where c = 'abc'")


def writing(db):
    with harness.test("a_LOB_is_written_only_under_a_lock_of_its_row_ORA_22920"):
        fails(22920, one(db, "select c from l where id = 1").write, "X", 2)
        lob = one(db, "select c from l where id = 1 for update")
        lob.write("XYZ", 2)
        lob.write("tail", lob.size() + 1)
        assert lob.read() == "aXYZtail"
        lob.trim(3)
        assert lob.read() == "aXY" and run(db, "select c from l where id = 1") == [("aXY",)]
        fails(22926, lob.trim, 4)
    with harness.test("a_write_behind_the_end_fills_the_gap"):
        lob = one(db, "select b from l where id = 1 for update")
        lob.write(b"\x07", 5)
        assert lob.read() == b"\x00\xff\x00\x00\x07"
        lob = one(db, "select c from l where id = 1 for update")
        lob.write("!", 6)
        assert lob.read() == "aXY  !"
    with harness.test("a_locator_shows_what_its_statement_saw"):
        old = one(db, "select c from l where id = 1")
        run(db, "update l set c = 'other' where id = 1")
        assert old.read() == "aXY  !" and run(db, "select c from l where id = 1") == [("other",)]
        db.rollback()
        assert old.read() == "aXY  !" and run(db, "select c from l where id = 1") == [("abc",)]
    with harness.test("AS_OF_gives_the_LOBs_of_then_by_locator_and_as_LONG"):
        (scn,), = run(db, "select current_scn from v$database")
        was = run(db, "select dbms_lob.getlength(c), dbms_lob.getlength(b) from l where id = 3")
        run(db, "update l set c = 'new', b = null where id = 3")
        db.commit()
        then = f"from l as of scn {scn} where id = 3"
        assert run(db, f"select dbms_lob.getlength(c), dbms_lob.getlength(b) {then}") == was
        lob = one(db, f"select c {then}")
        assert lob.size() == was[0][0] and lob.read(124998) == "\u20ac\U00010437"
        (text, raw), = run(db, f"select c, b {then}")
        db.cursor().execute("update l set c = :1, b = :2 where id = 3", [text, raw])
        assert run(db, "select dbms_lob.getlength(c), dbms_lob.getlength(b) from l where id = 3") == was
        db.commit()
    with harness.test("RETURNING_gives_a_locator_to_write_by"):
        cursor = db.cursor()
        place = cursor.var(oracledb.DB_TYPE_CLOB)
        cursor.execute("insert into l (id, c) values (5, empty_clob()) returning c into :1", [place])
        place.getvalue()[0].write("returned")
        assert run(db, "select c from l where id = 5") == [("returned",)]
    db.rollback()


def temporary(db):
    with harness.test("a_temporary_LOB_is_written_trimmed_opened_bound_and_freed"):
        lob = db.createlob(oracledb.DB_TYPE_CLOB)
        lob.write(TEXT)
        lob.write("\U00010437!", lob.size() + 1)
        assert lob.size() == 125003 and lob.read(125001) == "\U00010437!"
        lob.trim(3)
        assert lob.read() == TEXT[:3]
        assert (lob.isopen(), lob.open(), lob.isopen(), lob.close(), lob.isopen()) == (False, None, True, None, False)
        run(db, "insert into l (id, c) values (4, :1)", lob)
        assert run(db, "select c from l where id = 4") == [(TEXT[:3],)]
    with harness.test("a_block_takes_a_CLOB_and_gives_one_back"):
        cursor = db.cursor()
        place = cursor.var(oracledb.DB_TYPE_CLOB)
        place.setvalue(0, "q" * 40000)
        cursor.execute("begin :1 := :1 || 'end'; end;", [place])
        assert place.getvalue().size() == 40003 and place.getvalue().read(39999) == "qqend"
    with harness.test("a_thousand_rows_of_LOBs_are_fetched_again_and_again"):
        cursor = db.cursor()
        cursor.executemany("insert into l (id, c) values (:1, :2)", [(i, f"v{i}" * 100) for i in range(1000, 2000)])
        for _ in range(2):
            assert run(db, "select id, c from l where id >= :1 order by id", 1000) == [
                (i, f"v{i}" * 100) for i in range(1000, 2000)]
    db.rollback()


def block(db, text, kind, value):
    """What a block makes of an IN OUT bind."""
    cursor = db.cursor()
    place = cursor.var(kind)
    place.setvalue(0, value)
    cursor.execute(text, [place])
    return content(place.getvalue())


def content(value):
    return value.read() if isinstance(value, oracledb.LOB) else value


def packages(db):
    clob, blob = oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_BLOB
    with harness.test("DBMS_LOB_writes_appends_copies_and_trims_temporary_LOBs"):
        text = block(db, """declare v clob; w clob; begin dbms_lob.createtemporary(v, true); dbms_lob.writeappend(v, 5, 'hello!');
            dbms_lob.write(v, 2, 7, 'xyz'); w := 'src'; dbms_lob.append(v, w); dbms_lob.copy(v, w, 2, 1, 2);
            dbms_lob.trim(v, 10); :1 := v || '|' || dbms_lob.getlength(v); dbms_lob.freetemporary(v); end;""", clob, "")
        assert text == "rcllo xysr|10", text
        assert block(db, "begin dbms_lob.trim(:1, 3); end;", clob, "abcdef") == "abc"
        assert block(db, "begin dbms_lob.write(:1, 1, 5, hextoraw('07')); end;", blob, b"\x01") == b"\x01\x00\x00\x00\x07"
    with harness.test("DBMS_LOB_refuses_what_Oracle_refuses"):
        fails(21560, block, db, "begin dbms_lob.trim(:1, 9); end;", clob, "abc")
        fails(6502, block, db, "declare v clob; begin dbms_lob.writeappend(v, 1, 'x'); :1 := v; end;", clob, "abc")
    with harness.test("DBMS_LOB_on_what_may_lie_in_a_row_is_refused_and_not_lost"):
        locator = one(db, "select c from l where id = 1 for update")
        fails(3001, run, db, "begin dbms_lob.trim(:1, 1); end;", locator)
        fails(3001, run, db, "declare v clob; begin v := :1; dbms_lob.trim(v, 1); end;", locator)
        fails(3001, run, db, "declare v clob; begin select c into v from (select c from l where id = 1); dbms_lob.trim(v, 1); end;")
        fails(3001, run, db, "declare r l%rowtype; begin select * into r from l where id = 1; dbms_lob.trim(r.c, 1); end;")
    db.rollback()


def in_rows(db):
    """LOBs that a block selected: DBMS_LOB writes where they lie."""
    run(db, "insert into l values (20, 'abc', 'nat', hextoraw('0102'))")
    db.commit()
    with harness.test("DBMS_LOB_writes_the_LOB_of_the_row_that_was_selected"):
        run(db, """declare v clob; n nclob; b blob; begin select c, n, b into v, n, b from l where id = 20 for update;
            dbms_lob.writeappend(v, 1, 'd'); dbms_lob.append(n, 'x'); dbms_lob.write(b, 1, 2, hextoraw('ff')); dbms_lob.append(b, b); end;""")
        assert run(db, "select c, n, b from l where id = 20") == [("abcd", "natx", b"\x01\xff\x01\xff")]
    with harness.test("two_locators_of_one_LOB_show_their_own_snapshots_and_write_what_lies_there_now"):
        text = block(db, """declare v clob; w clob; begin select c into v from l where id = 20 for update; w := v; dbms_lob.append(v, 'e');
            :1 := v || '|' || w; dbms_lob.append(w, 'f'); :1 := :1 || '|' || v || '|' || w; end;""", oracledb.DB_TYPE_CLOB, "")
        assert text == "abcde|abcd|abcde|abcdef", text
    with harness.test("a_LOB_that_became_one_of_the_block_lies_in_no_row"):
        run(db, """declare v clob; begin select c into v from l where id = 20 for update; v := v || '!'; dbms_lob.trim(v, 1);
            dbms_lob.createtemporary(v, true); dbms_lob.append(v, 'z'); end;""")
        assert run(db, "select c from l where id = 20") == [("abcdef",)]
    with harness.test("a_stored_unit_writes_the_LOB_that_it_inserted_or_selected"):
        run(db, """create or replace procedure put_l (i number, x varchar2) as v clob; begin select c into v from l where id = i for update;
            dbms_lob.writeappend(v, length(x), x); exception when no_data_found then
            insert into l (id, c) values (i, empty_clob()) returning c into v; dbms_lob.writeappend(v, length(x), x); end;""")
        run(db, "begin put_l(20, 'g'); put_l(21, 'new'); put_l(21, 'er'); end;")
        assert run(db, "select c from l where id in (20, 21) order by id") == [("abcdefg",), ("newer",)]
    with harness.test("a_LOB_whose_row_is_not_locked_any_more_is_not_written"):
        run(db, "commit")
        fails(22920, run, db, "declare v clob; begin select c into v from l where id = 20; dbms_lob.trim(v, 1); end;")
        fails(22920, run, db, "declare v clob; begin select c into v from l where id = 20 for update; commit; dbms_lob.trim(v, 1); end;")
    with harness.test("a_write_through_a_locator_fires_no_trigger"):
        run(db, "create table l_fired (n number)")
        run(db, "create trigger l_row before update on l for each row begin insert into l_fired values (1); end;")
        run(db, "create trigger l_all before update on l begin insert into l_fired values (2); end;")
        one(db, "select c from l where id = 20 for update").write("X")
        run(db, "declare v clob; begin select c into v from l where id = 20 for update; dbms_lob.append(v, 'h'); end;")
        assert run(db, "select c from l where id = 20") == [("Xbcdefgh",)] and run(db, "select n from l_fired") == []
        run(db, "update l set c = 'i' where id = 20")
        assert run(db, "select n from l_fired order by n") == [(1,), (2,)]
    db.rollback()


def main():
    work = servers.work_folder("lobs")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        run(admin, 'create user shop identified by "pw"')
        run(admin, "grant connect, resource, unlimited tablespace, select any dictionary to shop")
        db = oracledb.connect(user="shop", password="pw", dsn=oracle.dsn)
        for part in (columns, expressions, writing, temporary, packages, in_rows):
            part(db)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
