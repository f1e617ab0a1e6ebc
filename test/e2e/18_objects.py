"""18_objects.py - the objects that real schemas are made of, in the rehearsal Oracle, by a real driver

The scripts of published schemas are played by `make schemas` (test/schemas/run.py); here is what they lean on, in a schema of our own.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "schemas"))
import harness  # noqa: E402
import servers  # noqa: E402
import sqlplus  # noqa: E402

import oracledb  # noqa: E402

oracledb.defaults.fetch_decimals = True

CLUBS = """
REM what a published script looks like
SET ECHO OFF
DEFINE plays = 25
CREATE TABLE towns
   ( town_id   NUMBER CONSTRAINT town_id_nn NOT NULL
   , name      VARCHAR2(&plays) -- of the town; by law
   ) PCTFREE 10 STORAGE (INITIAL 64K NEXT 1M) TABLESPACE users;

CREATE UNIQUE INDEX town_ix ON towns (town_id) TABLESPACE users;
ALTER TABLE towns ADD ( CONSTRAINT town_pk PRIMARY KEY (town_id) );

CREATE TABLE clubs
   ( code   CHAR(2)
   , town   NUMBER
   , leader NUMBER(6)
   , CONSTRAINT club_pk PRIMARY KEY (code)
   , CONSTRAINT club_town_fk FOREIGN KEY (town) REFERENCES towns
   ) ORGANIZATION INDEX;

CREATE TABLE members
   ( member_id NUMBER(6) CONSTRAINT member_pk PRIMARY KEY USING INDEX TABLESPACE users
   , name      VARCHAR2(30) CONSTRAINT member_name_nn NOT NULL
   , fee       NUMBER(8,2) CONSTRAINT member_fee_ck CHECK (fee > 0)
   , club      CHAR(2) CONSTRAINT member_club_fk REFERENCES clubs
   , joined    DATE
   );
ALTER TABLE clubs ADD CONSTRAINT club_leader_fk FOREIGN KEY (leader) REFERENCES members (member_id);
ALTER TABLE clubs DISABLE CONSTRAINT club_leader_fk;

CREATE TABLE moves ( member_id NUMBER(6), old_club CHAR(2), at DATE );

BEGIN
  INSERT INTO towns VALUES (1, 'Ulm');
  INSERT INTO clubs VALUES ('A', 1, 100);
  INSERT INTO clubs VALUES ('B', 1, NULL);
END;
/
INSERT INTO members VALUES (100, 'it''s; not
an end', 1.5, 'A', SYSDATE);
ALTER TABLE clubs ENABLE CONSTRAINT club_leader_fk;

CREATE OR REPLACE PROCEDURE note_move
  ( p_id members.member_id%type, p_club members.club%type DEFAULT 'B' )
IS
  nobody EXCEPTION;
BEGIN
  IF p_id IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO moves VALUES (p_id, p_club, SYSDATE);
END note_move;
/
CREATE OR REPLACE TRIGGER member_moves AFTER UPDATE OF club ON members FOR EACH ROW
BEGIN
  note_move(:old.member_id, :old.club);
END;
/
CREATE OR REPLACE FUNCTION twice (n NUMBER) RETURN NUMBER DETERMINISTIC IS
BEGIN
  RETURN n * 2;
END;
/
CREATE OR REPLACE PROCEDURE both (n IN NUMBER, a OUT NUMBER, b IN OUT VARCHAR2) IS
BEGIN
  a := twice(n);
  b := b || '!';
END;
/
COMMENT ON COLUMN members.fee IS 'what it costs; a year';
"""


def run(connection, sql, **binds):
    cursor = connection.cursor()
    cursor.execute(sql, binds)
    return cursor.fetchall() if cursor.description else cursor.rowcount


def fails(code, connection, sql):
    try:
        run(connection, sql)
    except oracledb.Error as error:
        assert f"ORA-{code:05d}" in str(error), f"wanted ORA-{code:05d}, got {error}"
        return
    raise AssertionError(f"wanted ORA-{code:05d}, but it went well")


def script(db):
    with harness.test("a_script_of_the_kind_that_is_published_installs"):
        sqlplus.SqlPlus(db).run_text(CLUBS)
        assert run(db, "select name from members") == [("it's; not\nan end",)]
    with harness.test("an_index_made_before_serves_the_key_and_keeps_its_name"):
        assert run(db, "select index_name from user_constraints where constraint_name = 'TOWN_PK'") == [("TOWN_IX",)]
        assert run(db, "select index_name, uniqueness from user_indexes where table_name = 'TOWNS'") == [("TOWN_IX", "UNIQUE")]
        fails(2429, db, "drop index member_pk")
    with harness.test("an_index_organized_table_says_so"):
        assert run(db, "select iot_type from user_tables where table_name = 'CLUBS'") == [("IOT",)]
    with harness.test("a_trigger_calls_a_stored_procedure"):
        run(db, "update members set club = 'B' where member_id = 100")
        assert run(db, "select member_id, old_club from moves") == [(100, "A ")]
        db.commit()
    with harness.test("stored_procedures_and_functions_are_called_with_binds_and_give_back"):
        cursor = db.cursor()
        amount, text = cursor.var(int), cursor.var(str)
        text.setvalue(0, "so")
        cursor.callproc("both", [21, amount, text])
        assert (amount.getvalue(), text.getvalue()) == (42, "so!")
        run(db, "begin note_move(p_id => 7); note_move(null); end;")
        assert run(db, "select old_club from moves where member_id = 7") == [("B ",)]
        db.commit()
        names = run(db, "select object_name, object_type from user_objects where object_type in ('PROCEDURE', 'FUNCTION') order by 1")
        assert names == [("BOTH", "PROCEDURE"), ("NOTE_MOVE", "PROCEDURE"), ("TWICE", "FUNCTION")], names
        run(db, "drop procedure note_move")
        fails(4043, db, "drop procedure note_move")


def constraints(db):
    with harness.test("a_constraint_is_switched_off_and_on_and_the_dictionary_says_so"):
        state = "select status, validated from user_constraints where constraint_name = 'CLUB_LEADER_FK'"
        assert run(db, state) == [("ENABLED", "VALIDATED")]
        fails(2291, db, "update clubs set leader = 5")
        run(db, "alter table clubs disable constraint club_leader_fk")
        assert run(db, state) == [("DISABLED", "NOT VALIDATED")]
        run(db, "update clubs set leader = 5")
        db.commit()
        fails(2298, db, "alter table clubs enable constraint club_leader_fk")
        assert run(db, state) == [("DISABLED", "NOT VALIDATED")]
        run(db, "alter table clubs modify constraint club_leader_fk enable novalidate")
        assert run(db, state) == [("ENABLED", "NOT VALIDATED")]
        fails(2291, db, "update clubs set leader = 6")
        run(db, "update clubs set leader = null")
        run(db, "alter table clubs enable validate constraint club_leader_fk")
        assert run(db, state) == [("ENABLED", "VALIDATED")]
    with harness.test("a_key_that_others_refer_to_is_switched_off_only_with_them"):
        fails(2297, db, "alter table members disable primary key")
        fails(2273, db, "alter table members drop primary key")
        run(db, "alter table members disable primary key cascade")
        off = run(db, "select constraint_name from user_constraints where status = 'DISABLED' order by 1")
        assert off == [("CLUB_LEADER_FK",), ("MEMBER_PK",)], off
        run(db, "alter table members enable primary key")
        run(db, "alter table clubs enable constraint club_leader_fk")
    with harness.test("NOT_NULL_has_a_name_and_is_dropped_by_it"):
        fails(1400, db, "insert into members (member_id) values (1)")
        run(db, "alter table members drop constraint member_name_nn")
        run(db, "insert into members (member_id) values (1)")
        run(db, "delete members where member_id = 1")
        fails(1400, db, "insert into members (name) values ('x')")
    with harness.test("a_constraint_born_disabled_is_kept_and_can_be_enabled"):
        run(db, "create table born (a number constraint born_ck check (a > 0) disable, b number)")
        run(db, "insert into born values (-1, 1)")
        db.commit()
        found = run(db, "select status, search_condition_vc from user_constraints where constraint_name = 'BORN_CK'")
        assert found == [("DISABLED", "a > 0")], found
        fails(2293, db, "alter table born enable constraint born_ck")
        run(db, "alter table born add constraint born_u unique (b) disable")
        run(db, "alter table born enable unique (b)")
        run(db, "alter table born drop unique (b)")
        fails(2443, db, "alter table born drop constraint born_u")
        fails(2431, db, "alter table born disable constraint nope")


    with harness.test("only_what_was_made_DEFERRABLE_is_deferred_and_the_dictionary_says_which"):
        run(db, "create table later (id number constraint later_pk primary key deferrable initially deferred, "
                "u number constraint later_u unique deferrable, k number constraint later_k unique rely, "
                "p number constraint later_fk references towns deferrable)")
        found = run(db, "select constraint_name, deferrable, deferred, rely from user_constraints where table_name = 'LATER' order by 1")
        assert found == [("LATER_FK", "DEFERRABLE", "IMMEDIATE", None), ("LATER_K", "NOT DEFERRABLE", "IMMEDIATE", "RELY"),
                         ("LATER_PK", "DEFERRABLE", "DEFERRED", None), ("LATER_U", "DEFERRABLE", "IMMEDIATE", None)], found
        run(db, "insert into later (id, u, k) values (1, 1, 1)")
        db.commit()
        run(db, "insert into later (id, u, k) values (1, 2, 2)")
        fails(1, db, "set constraints all immediate")
        fails(1, db, "insert into later (id, u, k) values (3, 1, 3)")
        fails(2447, db, "set constraint later_k deferred")
        fails(2448, db, "set constraint nobody deferred")
        run(db, "set constraint later_u, later_fk deferred")
        run(db, "insert into later (id, u, k, p) values (3, 1, 3, 99)")
        db.rollback()
        run(db, "set constraints all deferred")
        fails(1, db, "insert into later (id, u, k) values (5, 5, 1)")
        run(db, "insert into later (id, u, k) values (5, 1, 5)")
        try:
            db.commit()
            raise AssertionError("it is committed")
        except oracledb.DatabaseError as error:
            assert "ORA-02091" in str(error), error
        ddl = run(db, "select dbms_metadata.get_ddl('TABLE', 'LATER') from dual")[0][0]
        ddl = ddl if isinstance(ddl, str) else ddl.read()
        assert ddl.count("DEFERRABLE") == 3 and ddl.count("INITIALLY DEFERRED") == 1, ddl
        fails(3001, db, "alter table later modify constraint later_k disable validate")
        run(db, "drop table later purge")
    with harness.test("a_check_that_is_DEFERRABLE_is_looked_at_when_the_transaction_ends_and_keeps_its_state"):
        def states():
            return run(db, "select constraint_name, status, deferrable, deferred, validated, search_condition_vc from user_constraints "
                           "where table_name = 'LATER' order by 1")
        run(db, "create table later (id number constraint later_id check (id > 0) deferrable initially deferred, "
                "n number, constraint later_n check (id <> n) deferrable)")
        assert states() == [("LATER_ID", "ENABLED", "DEFERRABLE", "DEFERRED", "VALIDATED", "id > 0"),
                            ("LATER_N", "ENABLED", "DEFERRABLE", "IMMEDIATE", "VALIDATED", "id <> n")], states()
        assert run(db, "select constraint_name, column_name from user_cons_columns where table_name = 'LATER' order by 1, 2") == [
            ("LATER_ID", "ID"), ("LATER_N", "ID"), ("LATER_N", "N")]
        run(db, "insert into later values (-1, 2)")
        fails(2290, db, "insert into later values (3, 3)")
        fails(2290, db, "set constraint later_id immediate")
        run(db, "update later set id = 1")
        db.commit()
        run(db, "update later set id = -1")
        try:
            db.commit()
            raise AssertionError("it is committed")
        except oracledb.DatabaseError as error:
            assert "ORA-02091" in str(error) and "ORA-02290: check constraint (CLUB.LATER_ID) violated" in str(error), error
        run(db, "set constraints all deferred")
        run(db, "insert into later values (3, 3)")
        run(db, "delete from later where id = 3")
        db.commit()
        run(db, "alter table later disable constraint later_n")
        run(db, "insert into later values (3, 3)")
        fails(2293, db, "alter table later enable constraint later_n")
        run(db, "alter table later enable novalidate constraint later_n")
        assert states()[1] == ("LATER_N", "ENABLED", "DEFERRABLE", "IMMEDIATE", "NOT VALIDATED", "id <> n"), states()
        fails(2290, db, "insert into later values (4, 4)")
        run(db, "delete from later where id = 3")
        run(db, "alter table later enable validate constraint later_n")
        run(db, "alter table later rename constraint later_n to later_m")
        run(db, "alter table later add constraint later_n check (n < 9) deferrable disable")
        assert [one[:2] for one in states()] == [("LATER_ID", "ENABLED"), ("LATER_M", "ENABLED"), ("LATER_N", "DISABLED")], states()
        run(db, "alter table later enable constraint later_n")
        fails(2290, db, "insert into later values (5, 10)")
        run(db, "alter table later drop constraint later_n")
        run(db, "insert into later values (5, 10)")
        fails(2293, db, "alter table later add constraint later_n check (n < 9) deferrable initially deferred")
        run(db, "drop table later purge")
    with harness.test("a_table_that_foreign_keys_refer_to_is_neither_emptied_nor_dropped"):
        run(db, "create table head (id number primary key)")
        run(db, "create table tail (id number constraint tail_fk references head)")
        fails(2266, db, "truncate table head")
        fails(2449, db, "drop table head")
        run(db, "alter table tail disable constraint tail_fk")
        run(db, "truncate table head")
        fails(2449, db, "drop table head")
        run(db, "drop table head cascade constraints")
        run(db, "insert into tail values (1)")
        fails(1758, db, "alter table tail add n number not null")
        fails(1430, db, "alter table tail add id number")
        fails(1434, db, "drop synonym nobody")
        run(db, "drop table tail")


def columns(db):
    run(db, "create table made (id number generated always as identity (start with 10 increment by 5), "
            "d integer generated by default on null as identity, n varchar2(10) default on null 'x' not null, h varchar2(5) invisible, "
            "v number(10,2) generated always as (id * 2 + 1) virtual, w as (upper(n) || '!'), primary key (id))")
    with harness.test("identity_virtual_and_invisible_columns_and_DEFAULT_ON_NULL_fill_and_hide_themselves"):
        run(db, "insert into made (n) values ('b')")
        run(db, "insert into made values (default, null, null, default, default)")
        run(db, "insert into made (d, h) values (null, 'hid')")
        assert run(db, "select * from made order by id") == [(10, 1, "b", 21, "B!"), (15, 2, "x", 31, "X!"), (20, 3, "x", 41, "X!")]
        assert run(db, "select h from made where h is not null") == [("hid",)]
        run(db, "update made set n = 'c' where v = 21")
        assert run(db, "select w from made where id = 10") == [("C!",)]
    with harness.test("a_value_for_a_column_that_makes_its_own_is_refused"):
        fails(32795, db, "insert into made (id) values (1)")
        fails(32796, db, "update made set id = 1")
        fails(54013, db, "insert into made (v) values (1)")
        fails(54017, db, "update made set v = 1")
        fails(1407, db, "update made set n = null")
    with harness.test("the_dictionary_shows_how_columns_fill_and_hide_themselves"):
        found = run(db, "select column_name, column_id, segment_column_id, internal_column_id, hidden_column, virtual_column, "
                        "default_on_null, identity_column from user_tab_cols where table_name = 'MADE' order by internal_column_id")
        assert found == [
            ("ID", 1, 1, 1, "NO", "NO", "NO", "YES"), ("D", 2, 2, 2, "NO", "NO", "YES", "YES"), ("N", 3, 3, 3, "NO", "NO", "YES", "NO"),
            ("H", None, 4, 4, "YES", "NO", "NO", "NO"), ("V", 4, None, 5, "NO", "YES", "NO", "NO"),
            ("W", 5, None, 6, "NO", "YES", "NO", "NO")], found
        assert len(run(db, "select column_name from user_tab_columns where table_name = 'MADE'")) == 5
        found = run(db, "select column_name, generation_type, sequence_name from user_tab_identity_cols order by 1")
        assert [row[:2] for row in found] == [("D", "BY DEFAULT"), ("ID", "ALWAYS")], found
        own = run(db, "select data_default from user_tab_cols where table_name = 'MADE' and column_name = 'ID'")
        assert own == [(f'"CLUB"."{found[1][2]}".nextval',)], own
        assert run(db, "select count(*) from user_sequences where sequence_name like 'ISEQ$$%'") == [(2,)]
    with harness.test("an_identity_takes_its_options_without_parentheses_as_GET_DDL_writes_them_and_GENERATED_alone_means_ALWAYS"):
        run(db, 'create table told ("ID" NUMBER GENERATED ALWAYS AS IDENTITY MINVALUE 1 MAXVALUE 9999999999999999999999999999 INCREMENT BY 2 '
                'START WITH 5 NOCACHE NOORDER NOCYCLE NOKEEP NOSCALE NOT NULL ENABLE, "A" number, d number generated as identity)')
        fails(32795, db, "insert into told (d) values (1)")
        run(db, "insert into told (a) values (0)")
        run(db, "insert into told (a) values (0)")
        assert run(db, "select id, d from told order by id") == [(5, 1), (7, 2)]
        run(db, "drop table told purge")
    with harness.test("a_column_that_is_added_or_made_visible_takes_its_place_at_the_end"):
        run(db, "alter table made modify h visible")
        run(db, "alter table made add (z as (d + 1), y number default 5 not null)")
        assert run(db, "select m.* from made m where id = 20") == [(20, 3, "x", "hid", 41, "X!", 4, 5)]
        run(db, "drop table made purge")
        assert run(db, "select count(*) from user_sequences where sequence_name like 'ISEQ$$%'") == [(0,)]


def partitions(db):
    run(db, "create table sold (a number, b date) partition by range (b) (partition p1 values less than (date '2020-01-01') tablespace users, "
            "partition p2 values less than (to_date('2021-01-01', 'YYYY-MM-DD')) compress basic)")
    with harness.test("a_row_lies_in_the_partition_whose_bounds_hold_its_key_and_nowhere_else"):
        run(db, "insert into sold values (1, date '2019-12-31')")
        run(db, "insert into sold values (2, date '2020-01-01')")
        fails(14400, db, "insert into sold values (3, date '2021-01-01')")
        fails(14400, db, "insert into sold values (3, null)")
        assert run(db, "select a from sold partition (p2) s where s.a > 0") == [(2,)]
        fails(2149, db, "select a from sold partition (p9)")
        fails(14074, db, "alter table sold add partition p0 values less than (date '2018-01-01')")
        run(db, "alter table sold add partition rest values less than (maxvalue)")
        run(db, "insert into sold values (3, null)")
        run(db, "alter table sold truncate partition p1")
        run(db, "alter table sold drop partition p2")
        run(db, "alter table sold rename partition rest to others")
        assert run(db, "select a from sold order by a") == [(3,)]
        found = run(db, "select partition_name, high_value, partition_position from user_tab_partitions where table_name = 'SOLD' "
                        "order by partition_position")
        assert found == [
            ("P1", "TO_DATE(' 2020-01-01 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=GREGORIAN')", 1),
            ("OTHERS", "MAXVALUE", 2)], found
        fails(14501, db, "alter table clubs drop partition p1")
    with harness.test("partitions_are_split_and_merged_and_take_the_rows_that_lie_between_their_bounds"):
        run(db, "create table cut (a number, n varchar2(5)) partition by range (a) (partition low values less than (10), "
                "partition rest values less than (maxvalue))")
        run(db, "insert into cut select level * 5, 'x' from dual connect by level <= 6")
        run(db, "alter table cut split partition rest at (21) into (partition mid tablespace users, partition high) update indexes")
        inside = [run(db, f"select count(*) from cut partition ({name})")[0][0] for name in ("low", "mid", "high")]
        assert inside == [1, 3, 2], inside
        fails(14080, db, "alter table cut split partition mid at (30) into (partition a, partition b)")
        fails(14274, db, "alter table cut merge partitions low, high into partition all_of_it")
        run(db, "alter table cut merge partitions low, mid into partition lower")
        found = run(db, "select partition_name, high_value from user_tab_partitions where table_name = 'CUT' order by partition_position")
        assert found == [("LOWER", "21"), ("HIGH", "MAXVALUE")], found
        run(db, "alter table cut move partition lower tablespace users")
        run(db, "create table words (w varchar2(3)) partition by list (w) (partition ab values ('a', 'b'), partition others values (default))")
        run(db, "alter table words split partition ab values ('a') into (partition just_a, partition just_b)")
        run(db, "alter table words split partition others values ('c') into (partition just_c, partition others)")
        fails(14313, db, "alter table words split partition just_c values ('z') into (partition y, partition z)")
        found = run(db, "select partition_name, high_value from user_tab_partitions where table_name = 'WORDS' order by partition_position")
        assert found == [("JUST_A", "'a'"), ("JUST_B", "'b'"), ("JUST_C", "'c'"), ("OTHERS", "DEFAULT")], found
    with harness.test("changes_of_one_partition_reach_its_rows_alone"):
        assert run(db, "update cut partition (high) set n = 'y'") == 2
        assert run(db, "delete from cut partition (lower) c where c.n = 'y' or c.a = 5") == 1
        assert run(db, "select a from cut where n = 'y' order by a") == [(25,), (30,)]
    with harness.test("a_partition_changes_places_with_a_table"):
        run(db, "create table cut_in as select * from cut where 1 = 0")
        run(db, "insert into cut_in values (100, 'new')")
        run(db, "alter table cut exchange partition high with table cut_in including indexes without validation")
        assert run(db, "select a from cut partition (high)") == [(100,)]
        assert run(db, "select a from cut_in order by a") == [(25,), (30,)]
        run(db, "insert into cut_in values (1, 'low')")
        fails(14099, db, "alter table cut exchange partition high with table cut_in")
        fails(14095, db, "alter table cut exchange partition high with table words")
        fails(14097, db, "alter table cut exchange partition high with table moves")
        run(db, "drop table cut_in")
        run(db, "drop table cut")
        run(db, "drop table words")
    with harness.test("an_interval_makes_the_partition_that_a_row_needs"):
        run(db, "create table monthly (b date, n number) partition by range (b) interval (numtoyminterval(1, 'MONTH')) "
                "(partition p1 values less than (date '2020-01-01'))")
        run(db, "insert into monthly values (date '2024-05-05', 1)")
        found = run(db, "select high_value, interval from user_tab_partitions where table_name = 'MONTHLY' order by partition_position")
        assert [row[1] for row in found] == ["NO", "YES"] and "2024-06-01" in found[1][0], found
        fails(14400, db, "insert into monthly values (null, 1)")
    with harness.test("lists_hashes_and_keys_of_several_columns_take_what_they_name"):
        run(db, "create table kinds (a number, c varchar2(3)) partition by list (c) "
                "(partition pa values ('a', 'b'), partition pn values (null))")
        run(db, "insert into kinds values (1, 'b')")
        run(db, "insert into kinds values (1, null)")
        fails(14400, db, "insert into kinds values (1, 'z')")
        run(db, "alter table kinds add partition pd values (default)")
        run(db, "insert into kinds values (2, 'z')")
        assert run(db, "select a from kinds partition (pd)") == [(2,)]
        run(db, "create table pairs (a number, b number) partition by range (a, b) "
                "(partition p1 values less than (10, maxvalue), partition p2 values less than (20, 5))")
        run(db, "insert into pairs values (10, 99)")
        assert run(db, "select count(*) from pairs partition (p1)") == [(1,)]
        fails(14400, db, "insert into pairs values (20, 5)")
        run(db, "create table spread (a number primary key) partition by hash (a) partitions 4")
        run(db, "insert into spread select rownum from user_tab_columns where rownum <= 20")
        names = [row[0] for row in run(db, "select partition_name from user_tab_partitions where table_name = 'SPREAD'")]
        assert sum(run(db, f"select count(*) from spread partition ({name})")[0][0] for name in names) == 20
        found = run(db, "select table_name, partitioning_type, partition_count from user_part_tables order by 1")
        assert found == [("KINDS", "LIST", 3), ("MONTHLY", "RANGE", 1048575), ("PAIRS", "RANGE", 2), ("SOLD", "RANGE", 2),
                         ("SPREAD", "HASH", 4)], found
        assert run(db, "select high_value from user_tab_partitions where partition_name = 'PA'") == [("'a', 'b'",)]
        assert run(db, "select partitioned from user_tables where table_name in ('SOLD', 'CLUBS') order by table_name") == [("NO",), ("YES",)]
    with harness.test("a_row_has_the_rowid_of_the_partition_it_lies_in_and_moves_only_where_it_may"):
        def objects(table):
            return run(db, "select subobject_name, object_id, data_object_id from user_objects where object_type = 'TABLE PARTITION' and object_name = :one order by object_id", one=table)

        for table in ("KINDS", "PAIRS", "SPREAD"):
            for name, number, data in objects(table):
                assert number == data and set(run(db, f"select dbms_rowid.rowid_object(rowid) from {table} partition ({name})")) <= {(number,)}, (table, name)
        assert run(db, "select data_object_id from user_objects where object_name = 'KINDS' and object_type = 'TABLE'") == [(None,)]
        row_id, = run(db, "select rowid from kinds where c = 'z'")[0]
        assert run(db, "select c from kinds where rowid = :r", r=row_id) == [("z",)] == run(db, "select c from kinds where rowid between :r and :r", r=row_id)
        fails(14402, db, "update kinds set c = 'a' where c = 'z'")
        run(db, "update kinds set c = 'y' where c = 'z'")
        assert run(db, "select rowid from kinds where c = 'y'") == [(row_id,)]
        run(db, "alter table kinds enable row movement")
        run(db, "update kinds set c = 'a' where c = 'y'")
        assert run(db, "select count(*) from kinds where rowid = :r", r=row_id) == [(0,)]
        fails(14400, db, "update pairs set a = 50")
    with harness.test("a_split_makes_other_objects_and_the_rows_lie_in_them"):
        run(db, "alter table kinds split partition pa values ('a') into (partition pa, partition pb)")
        for name, number, _ in objects("KINDS"):
            assert set(run(db, f"select dbms_rowid.rowid_object(rowid) from kinds partition ({name})")) <= {(number,)}, name
    with harness.test("partitions_that_intervals_made_lie_in_their_order_and_stay_when_the_row_is_undone"):
        run(db, "create table stepped (k number) partition by range (k) interval (10) (partition p0 values less than (0))")
        for key in (45, 11, 1000000, 19):
            run(db, "insert into stepped values (:k)", k=key)
        db.rollback()
        found = run(db, "select high_value from user_tab_partitions where table_name = 'STEPPED' order by partition_position")
        assert found == [("0",), ("20",), ("50",), ("1000010",)], found
        run(db, "drop table stepped purge")
    with harness.test("a_local_index_is_partitioned_as_its_table_is"):
        run(db, "create index pairs_b on pairs (b) local")
        run(db, "alter table pairs add constraint pairs_pk primary key (a, b) using index local")
        run(db, "create index pairs_all on pairs (b, a)")
        fails(14016, db, "create index clubs_local on clubs (code) local")
        fails(14039, db, "create unique index pairs_a on pairs (a) local")
        found = run(db, "select index_name, partitioned, status from user_indexes where table_name = 'PAIRS' order by 1")
        assert found == [("PAIRS_ALL", "NO", "VALID"), ("PAIRS_B", "YES", "N/A"), ("PAIRS_PK", "YES", "N/A")], found
        found = run(db, "select index_name, partitioning_type, partition_count, partitioning_key_count, locality, alignment from user_part_indexes order by 1")
        assert found == [("PAIRS_B", "RANGE", 2, 2, "LOCAL", "NON_PREFIXED"), ("PAIRS_PK", "RANGE", 2, 2, "LOCAL", "PREFIXED")], found
        found = run(db, "select index_name, partition_name, partition_position, status, high_value from all_ind_partitions "
                        "where index_owner = user and index_name = 'PAIRS_B' order by 3")
        assert found == [("PAIRS_B", "P1", 1, "USABLE", "10, MAXVALUE"), ("PAIRS_B", "P2", 2, "USABLE", "20, 5")], found
        found = run(db, "select object_type, column_name from user_part_key_columns where name = 'PAIRS_B' order by column_position")
        assert found == [("INDEX", "A"), ("INDEX", "B")], found
        ddl = run(db, "select dbms_metadata.get_ddl('INDEX', 'PAIRS_B') from dual")[0][0]
        run(db, "drop index pairs_b")
        run(db, ddl if isinstance(ddl, str) else ddl.read())
        assert run(db, "select partitioned from user_indexes where index_name = 'PAIRS_B'") == [("YES",)]
        run(db, "alter table pairs drop primary key")
        run(db, "drop index pairs_all")
        run(db, "drop index pairs_b")


def indexes(db):
    run(db, "create index members_up on members (upper(name), joined desc)")
    run(db, "create bitmap index members_club on members (club)")
    run(db, "create sequence back minvalue -10 maxvalue 10 increment by -3 start with 5 cycle cache 4 order")
    with harness.test("indexes_are_shown_by_kind_expression_and_direction_and_sequences_by_all_their_options"):
        found = run(db, "select index_name, index_type from user_indexes where index_name like 'MEMBERS%' order by 1")
        assert found == [("MEMBERS_CLUB", "BITMAP"), ("MEMBERS_UP", "FUNCTION-BASED NORMAL")], found
        found = run(db, "select column_expression from user_ind_expressions where index_name = 'MEMBERS_UP' order by column_position")
        assert found == [("upper(name)",), ('"JOINED"',)], found
        found = run(db, "select descend from user_ind_columns where index_name = 'MEMBERS_UP' order by column_position")
        assert found == [("ASC",), ("DESC",)], found
        found = run(db, "select min_value, max_value, increment_by, cycle_flag, order_flag, cache_size, last_number from user_sequences "
                        "where sequence_name = 'BACK'")
        assert found == [(-10, 10, -3, "Y", "Y", 4, 5)], found
        assert [run(db, "select back.nextval from dual")[0][0] for _ in range(7)] == [5, 2, -1, -4, -7, -10, 10]


def metadata(db):
    run(db, "create table told (id number(9) constraint told_pk primary key, n varchar2(10 char) default 'x' constraint told_nn not null, "
            "p number(*,2), at timestamp(3), parent number(9) constraint told_fk references told on delete cascade, "
            "v number generated always as (id * 2) virtual, h raw(5) invisible, constraint told_ck check (id > 0 or n <> 'y') disable)")
    shown = ("select column_name, data_type, data_length, data_precision, data_scale, nullable, data_default, char_used, hidden_column, "
             "virtual_column from user_tab_cols where table_name = 'TOLD' order by internal_column_id",
             "select constraint_name, constraint_type, status, delete_rule, search_condition_vc from user_constraints "
             "where table_name = 'TOLD' order by 1")
    with harness.test("the_DDL_of_a_table_makes_the_same_table_again"):
        before = [run(db, sql) for sql in shown]
        ddl = run(db, "select dbms_metadata.get_ddl('TABLE', 'TOLD') from dual")[0][0]
        ddl = ddl if isinstance(ddl, str) else ddl.read()
        assert ddl.strip().startswith('CREATE TABLE "CLUB"."TOLD"'), ddl
        run(db, "drop table told purge")
        run(db, ddl)
        after = [run(db, sql) for sql in shown]
        assert before == after, (before, after, ddl)
        sold = run(db, "select dbms_metadata.get_ddl('TABLE', 'KINDS', 'CLUB') from dual")[0][0]
        sold = sold if isinstance(sold, str) else sold.read()
        assert "PARTITION BY LIST (\"C\")" in sold and "PARTITION \"PD\" VALUES (DEFAULT)" in sold, sold
        fails(31603, db, "select dbms_metadata.get_ddl('TABLE', 'NOPE') from dual")


def temporary(db, other):
    run(db, "create global temporary table scratch (a number primary key, b varchar2(5) not null) on commit delete rows")
    run(db, "create global temporary table desk (a number primary key) on commit preserve rows")
    with harness.test("rows_of_a_temporary_table_are_their_session_s_own_and_go_with_the_transaction_or_the_session"):
        for connection in (db, other):
            run(connection, "insert into scratch values (1, 'x')")
            run(connection, "insert into desk values (1)")
        fails(1, db, "insert into scratch values (1, 'y')")
        fails(1400, db, "insert into scratch values (2, null)")
        assert run(db, "select * from scratch") == [(1, "x")]
        db.commit()
        assert run(db, "select count(*) from scratch") == [(0,)]
        assert run(other, "select count(*) from scratch") == [(1,)]
        run(db, "insert into scratch values (1, 'z')")
        run(db, "truncate table desk")
        assert (run(db, "select count(*) from desk"), run(other, "select count(*) from desk")) == ([(0,)], [(1,)])
        found = run(db, "select table_name, temporary, duration from user_tables where temporary = 'Y' order by 1")
        assert found == [("DESK", "Y", "SYS$SESSION"), ("SCRATCH", "Y", "SYS$TRANSACTION")], found
        found = run(db, "select column_name from user_cons_columns c join user_constraints k using (constraint_name) "
                        "where k.table_name = 'SCRATCH' and constraint_type = 'P'")
        assert found == [("A",)], found
        assert len(run(db, "select column_name from user_tab_cols where table_name = 'SCRATCH'")) == 2


def views(db):
    run(db, "create view look as select member_id, fee from members with read only")
    run(db, "create view cheap as select member_id, fee from members where fee < 5 with check option constraint cheap_ck")
    run(db, "create view counted as select club, count(*) n from members group by club")
    with harness.test("a_view_takes_the_changes_that_its_options_allow"):
        fails(42399, db, "update look set fee = 2")
        fails(1402, db, "update cheap set fee = 9")
        fails(1732, db, "delete from counted")
        run(db, "update cheap set fee = 2")
    with harness.test("the_dictionary_shows_a_view_as_it_was_written"):
        assert run(db, "select text, read_only from user_views where view_name = 'LOOK'") == [("select member_id, fee from members", "Y")]
        found = run(db, "select constraint_type from user_constraints where table_name in ('LOOK', 'CHEAP') order by 1")
        assert found == [("O",), ("V",)], found
    with harness.test("a_materialized_view_keeps_its_rows_until_it_is_refreshed"):
        run(db, "create materialized view kept build immediate refresh complete on demand as select count(*) n from members")
        run(db, "insert into members (member_id, fee) values (7, 1)")
        db.commit()
        assert run(db, "select n from kept") == [(1,)]
        run(db, "begin dbms_mview.refresh('KEPT'); end;")
        db.commit()
        assert run(db, "select n from kept") == [(2,)]
        found = run(db, "select object_type from user_objects where object_name = 'KEPT' order by 1")
        assert found == [("MATERIALIZED VIEW",), ("TABLE",)], found
        run(db, "drop materialized view kept")
    lost_views(db)


def states(db, kind):
    return run(db, "select object_name, status from user_objects where object_type = :k and object_name like 'LOST%' order by 1", k=kind)


def lost_views(db):
    """What a view reads goes and comes again: Development Guide 19c, "Invalidation of Dependent Objects"."""
    run(db, "create table lost_base (id number primary key, a varchar2(10))")
    run(db, "create view lost_one as select id, a from lost_base where id > 0")
    run(db, "create view lost_two (n) as select id from lost_one")
    run(db, "grant select on lost_one to public")
    with harness.test("views_whose_table_goes_are_invalid_and_valid_again_when_it_is_there"):
        run(db, "drop table lost_base")
        assert states(db, "VIEW") == [("LOST_ONE", "INVALID"), ("LOST_TWO", "INVALID")], states(db, "VIEW")
        fails(4063, db, "select * from lost_two")
        fails(955, db, "create table lost_one (a number)")
        fails(955, db, "create view lost_one as select 1 a from dual")
        run(db, "create table lost_base (id number primary key, a varchar2(10), b number)")
        run(db, "insert into lost_base values (1, 'x', 2)")
        assert run(db, "select * from lost_two") == [(1,)]
        assert states(db, "VIEW") == [("LOST_ONE", "VALID"), ("LOST_TWO", "VALID")]
        assert run(db, "select grantee from user_tab_privs where table_name = 'LOST_ONE'") == [("PUBLIC",)]
    with harness.test("a_view_that_calls_stored_functions_is_compiled_again_when_they_are_others"):
        other = oracledb.connect(user=db.username, password="pw", dsn=db.dsn)
        run(db, "create table costs (a number)")
        run(db, "insert into costs values (4)")
        db.commit()
        run(db, "create or replace function twice(n number) return number is begin return n * 2; end;")
        run(db, "create or replace package rates as function more(n number) return number; end;")
        run(db, "create or replace package body rates as function more(n number) return number is begin return n + 1; end; end;")
        run(db, "create view prices as select twice(a) t, rates.more(a) m from costs where twice(a) > 1")
        run(db, "create view dear as select t from prices where t > 5")
        assert run(db, "select t, m from prices") == [(8, 5)] and run(other, "select t from club.dear") == [(8,)]
        run(db, "create or replace function twice(n number) return number is begin return n * 3; end;")
        assert run(other, "select t from club.dear") == [(12,)] and run(db, "select t, m from prices") == [(12, 5)]
        run(db, "create or replace package body rates as function more(n number) return number is begin return n + 2; end; end;")
        assert run(other, "select m from club.prices") == [(6,)]
        run(db, "drop function twice")
        fails(4063, db, "select t from dear")
        run(db, "create function twice(n number) return number is begin return n; end;")
        assert run(db, "select t, m from prices") == [(4, 6)] and run(other, "select * from club.dear") == []
        for what in ("view dear", "view prices", "package rates", "function twice", "table costs purge"):
            run(db, f"drop {what}")
        other.close()
    with harness.test("a_column_that_a_view_reads_may_be_renamed_and_changed_under_it"):
        run(db, "alter table lost_base modify (a varchar2(40))")
        assert run(db, "select a from lost_one") == [("x",)]
        run(db, "alter table lost_base rename column a to other")
        fails(4063, db, "select * from lost_two")
        run(db, "alter table lost_base rename column other to a")
        run(db, "create or replace view lost_one as select b id from lost_base")
        assert run(db, "select * from lost_two") == [(2,)]
    with harness.test("a_view_that_is_forced_is_made_with_its_errors_told_and_compiles_when_it_can"):
        run(db, "create or replace force view lost_three as select x from lost_later")
        assert run(db, "select text from user_errors where name = 'LOST_THREE'") == [("ORA-00942: table or view does not exist",)]
        fails(4063, db, "select * from lost_three")
        run(db, "create table lost_later (x number)")
        run(db, "alter view lost_three compile")
        assert states(db, "VIEW")[-2:] == [("LOST_THREE", "VALID"), ("LOST_TWO", "VALID")], states(db, "VIEW")
    with harness.test("a_sequence_goes_under_a_default_that_draws_from_it"):
        run(db, "create sequence lost_seq")
        run(db, "create table lost_drawn (id number default lost_seq.nextval, a number)")
        run(db, "drop sequence lost_seq")
        fails(2289, db, "insert into lost_drawn (a) values (1)")
        run(db, "create sequence lost_seq start with 5")
        run(db, "insert into lost_drawn (a) values (1)")
        assert run(db, "select id from lost_drawn") == [(5,)]
    for name in ("view lost_three", "view lost_two", "view lost_one", "table lost_base", "table lost_later", "table lost_drawn", "sequence lost_seq"):
        run(db, f"drop {name}")
    assert states(db, "VIEW") == []


def places(admin):
    """Names that installers make before anything else: SQL Language Reference 19c."""
    with harness.test("tablespaces_directories_and_database_links_are_told_and_dropped"):
        run(admin, "create tablespace club_data datafile '/u01/club01.dbf' size 10M autoextend on next 1M maxsize unlimited")
        run(admin, "create bigfile temporary tablespace club_temp tempfile '/u01/club02.dbf' size 10M")
        fails(1543, admin, "create tablespace club_data datafile '/u01/club01.dbf' size 10M")
        found = run(admin, "select tablespace_name, contents, bigfile from dba_tablespaces where tablespace_name like 'CLUB%' order by 1")
        assert found == [("CLUB_DATA", "PERMANENT", "NO"), ("CLUB_TEMP", "TEMPORARY", "YES")], found
        run(admin, "create or replace directory club_dir as '/srv/club'")
        fails(955, admin, "create directory club_dir as '/srv/other'")
        run(admin, "grant read, write on directory club_dir to club")
        assert run(admin, "select directory_path from dba_directories where directory_name = 'CLUB_DIR'") == [("/srv/club",)]
        found = run(admin, "select privilege from dba_tab_privs where table_name = 'CLUB_DIR' order by 1")
        assert found == [("READ",), ("WRITE",)], found
        run(admin, "create public database link far.away connect to club identified by pw using 'far'")
        fails(2011, admin, "create public database link far.away using 'far'")
        assert run(admin, "select owner, username, host from dba_db_links where db_link = 'FAR.AWAY'") == [("PUBLIC", "CLUB", "far")]
        found = run(admin, "select object_type from dba_objects where object_name in ('CLUB_DIR', 'FAR.AWAY') order by 1")
        assert found == [("DATABASE LINK",), ("DIRECTORY",)], found
        for name in ("public database link far.away", "directory club_dir", "tablespace club_data including contents and datafiles", "tablespace club_temp"):
            run(admin, f"drop {name}")
        for code, name in ((2024, "database link far.away"), (4043, "directory club_dir"), (959, "tablespace club_data")):
            fails(code, admin, f"drop {name}")
    with harness.test("the_recycle_bin_is_empty_and_purged_without_a_word"):
        run(admin, "create table club.gone (a number)")
        run(admin, "drop table club.gone")
        run(admin, "purge recyclebin")
        fails(38307, admin, "purge table club.gone")
        assert run(admin, "select count(*) from dba_recyclebin") == [(0,)]
    with harness.test("a_materialized_view_is_read_with_all_the_words_of_a_dump"):
        run(admin, "create table club.fees (id number primary key, fee number)")
        run(admin, "create materialized view club.dumped organization heap pctfree 10 nologging tablespace users build immediate using index refresh force "
                   "on demand with primary key using default local rollback segment using enforced constraints disable query rewrite "
                   "as select fee, count(*) n from club.fees group by fee")
        fails(3001, admin, "create materialized view log on club.fees")
        run(admin, "drop materialized view club.dumped")
        run(admin, "drop table club.fees")


LONG = {kind: (kind + "_" + 64 * "_Aa")[:127] + kind for kind in "TUCDKQISV"}  # 128 bytes, and all but the ends are the same


def long_names(db):
    """Names of 128 bytes: SQL Language Reference 19c, "Database Object Naming Rules"."""
    n = {kind: f'"{name}"' for kind, name in LONG.items()}
    run(db, f"create table {n['T']} ({n['C']} number constraint {n['K']} primary key, {n['D']} varchar2(4) constraint {n['Q']} unique)")
    run(db, f"create table {n['U']} ({n['C']} number references {n['T']})")
    run(db, f"create index {n['I']} on {n['T']} ({n['D']}, {n['C']})")
    run(db, f"create sequence {n['S']}")
    run(db, f"create view {n['V']} as select {n['D']}, {n['C']} as {n['U']} from {n['T']}")
    with harness.test("a_name_of_128_bytes_is_told_apart_by_its_last_one_in_every_statement"):
        run(db, f"insert into {n['T']} ({n['C']}, {n['D']}) values ({n['S']}.nextval, 'a')")
        run(db, f"update {n['T']} x set x.{n['D']} = 'b' where {n['C']} = 1")
        run(db, f"merge into {n['T']} d using (select 2 as {n['U']} from dual) s on (d.{n['C']} = s.{n['U']}) "
                f"when not matched then insert values (s.{n['U']}, 'c')")
        cursor = db.cursor()
        cursor.execute(f"select * from {n['V']} order by 2")
        assert [d[0] for d in cursor.description] == [LONG["D"], LONG["U"]], cursor.description
        assert cursor.fetchall() == [("b", 1), ("c", 2)]
        db.commit()
        fails(942, db, f"select * from {n['K']}")
    with harness.test("errors_tell_long_names_whole"):
        for sql, wanted in ((f"insert into {n['T']} values (1, 'x')", f"unique constraint (CLUB.{LONG['K']}) violated"),
                            (f"select {n['V']} from {n['T']}", f"{n['V']}: invalid identifier"),
                            (f"insert into {n['T']} values (3, 'large')", f'"CLUB".{n["T"]}.{n["D"]} (actual: 5, maximum: 4)')):
            try:
                run(db, sql)
                raise AssertionError(sql)
            except oracledb.DatabaseError as e:
                assert wanted in str(e), e
        for sql in (f'create table "{LONG["T"]}x" (a number)', f"create table a{'b' * 128} (a number)", f'select 1 as "{"é" * 64}x" from dual'):
            fails(972, db, sql)
    with harness.test("the_dictionary_knows_long_names_whole"):
        found = set(run(db, "select object_name, object_type from user_objects where length(object_name) = 128"))
        kinds = {"T": "TABLE", "U": "TABLE", "K": "INDEX", "Q": "INDEX", "I": "INDEX", "S": "SEQUENCE", "V": "VIEW"}
        assert found == {(LONG[kind], what) for kind, what in kinds.items()}, found
        for view, column, wanted in (("user_tab_columns", "column_name", "CD"), ("user_constraints", "constraint_name", "KQ"),
                                     ("user_cons_columns", "column_name", "CD"), ("user_ind_columns", "column_name", "CDDC")):
            found = run(db, f"select {column} from {view} where table_name = :t and {column} not like 'SYS%'", t=LONG["T"])
            assert sorted(found) == sorted((LONG[kind],) for kind in wanted), (view, found)
        text = run(db, f"select dbms_metadata.get_ddl('TABLE', '{LONG['T']}') from dual")[0][0].read()
        run(db, f"drop view {n['V']}")
        run(db, f"drop table {n['U']}")
        run(db, f"drop table {n['T']}")
        run(db, text)
        assert run(db, "select count(*) from user_tab_columns where column_name = :d", d=LONG["D"]) == [(1,)]
        run(db, f"drop table {n['T']}")


def main():
    work = servers.work_folder("objects")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        admin = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        run(admin, 'create user club identified by "pw" quota unlimited on users')
        run(admin, "grant connect, resource, create view, create synonym, create materialized view to club")
        db = oracledb.connect(user="club", password="pw", dsn=oracle.dsn)
        for part in (script, constraints, columns, partitions, views, indexes, metadata, long_names):
            part(db)
        temporary(db, oracledb.connect(user="club", password="pw", dsn=oracle.dsn))
        places(admin)
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
