"""25_fence.py - Oracle's door while the applications are on PostgreSQL: it is kept shut, whoever opens it, until the way back"""
import contextlib
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import client  # noqa: E402
import run as demo_run  # noqa: E402

import oracledb  # noqa: E402


TRIGGER = "create trigger shop.passing before insert on shop.order_log for each row begin null; end;"


class Crossing(demo_run.Demo):
    """The demo's shop on PostgreSQL, with nobody at work."""

    def cross_over(self):
        self.look_at_shop()
        self.start_servers()
        self.prepare_oracle()
        self.prepare_postgres()
        self.configure()
        self.add_passing()
        folder = str(self.crossing)
        self.causeway("schema", folder, "--apply", "--json")
        self.open_target()
        self.causeway("run", folder, "--detach")
        self.causeway("status", folder, "--wait", "caught-up", "--timeout", "60", "--json")
        self.causeway("cutover", folder, "--yes", "--json")

    def add_passing(self):
        """What a DBA will drop while the applications are on PostgreSQL."""
        with self.admin() as admin, admin.cursor() as cursor:
            cursor.execute('create user passing identified by "passing"')
            cursor.execute("grant create session to passing")
        with self.shop_login() as db, db.cursor() as cursor:
            cursor.execute(TRIGGER)
            cursor.execute("""begin dbms_scheduler.create_job(job_name => 'PASSING', job_type => 'PLSQL_BLOCK',
                job_action => 'begin null; end;', repeat_interval => 'FREQ=HOURLY', enabled => true); end;""")
        path = self.crossing / "crossing.yaml"
        path.write_text(path.read_text().replace("application_users: [SHOP]", "application_users: [SHOP, PASSING]"))

    def admin(self):
        return oracledb.connect(user="system", password=self.oracle.password, dsn=self.oracle.dsn)

    def shop_login(self):
        return oracledb.connect(user="shop", password=demo_run.PASSWORDS["shop"], dsn=self.oracle.dsn)

    def logins(self, admin):
        with admin.cursor() as cursor:
            return cursor.execute("select logins from v$instance").fetchone()[0]

    def account(self, admin):
        with admin.cursor() as cursor:
            return cursor.execute("select account_status from dba_users where username = 'SHOP'").fetchone()[0]

    def foreign_keys(self, admin):
        with admin.cursor() as cursor:
            return set(cursor.execute("""select status, validated from dba_constraints where owner = 'SHOP' and constraint_type = 'R'""").fetchall())

    def knock(self):
        """The error that a user of the shop is refused with, None for one who was let in."""
        try:
            self.shop_login().close()
        except oracledb.Error as error:
            return str(error)
        return None

    def alarms(self):
        return [one for one in self.causeway("report", str(self.crossing), "--json")["alarms"] if one.get("code") == "CW4227"]


def until(condition, what, seconds=30):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"{what} did not come true in time"
        time.sleep(0.05)


def open_and_enter(crossing, admin):
    """The account and the door are opened by hand and a user of the shop is in before the door is shut again."""
    admin.cursor().execute("alter user shop account unlock")
    while True:
        admin.cursor().execute("alter system disable restricted session")
        with contextlib.suppress(oracledb.Error):
            return crossing.shop_login()


def play(crossing):
    crossing.cross_over()
    with harness.test("an_Oracle_that_was_started_again_has_its_door_shut_and_an_alarm_says_so"):
        crossing.oracle.kill()
        crossing.oracle.start()
        answers = [crossing.knock()]
        with crossing.admin() as admin:
            while crossing.logins(admin) != "RESTRICTED":
                answers.append(crossing.knock())
            until(lambda: crossing.logins(admin) == "RESTRICTED", "a door that is shut")
        until(lambda: len(crossing.alarms()) == 1, "an alarm")
        assert "stood open" in crossing.alarms()[0]["text"], crossing.alarms()
    with harness.test("an_Oracle_that_was_started_again_lets_no_application_in_before_its_door_is_shut"):
        assert None not in answers and any("ORA-28000" in one for one in answers), answers
    with harness.test("who_came_in_while_it_stood_open_is_ended_without_a_commit"), crossing.admin() as admin:
        session = open_and_enter(crossing, admin)
        until(lambda: crossing.logins(admin) == "RESTRICTED", "a door that is shut")
        until(lambda: len(crossing.alarms()) == 2, "a second alarm")
        try:
            session.cursor().execute("insert into order_log (writer, nr, what) values (99, 1, 'behind the fence')")
            session.commit()
        except (oracledb.Error, OSError):
            pass
        else:
            raise AssertionError("the session still works")
    with harness.test("the_foreign_keys_of_Oracle_are_off_until_the_way_back_and_validated_behind_it"), crossing.admin() as admin:
        assert crossing.foreign_keys(admin) == {("DISABLED", "NOT VALIDATED")}
    with harness.test("a_way_back_that_misses_a_trigger_is_undone_and_PostgreSQL_is_open_again"), crossing.admin() as admin:
        admin.cursor().execute("drop trigger shop.passing")
        code, said = try_verb(crossing, "back")
        assert code != 0 and "CW4224" in said and "undone" in said, said
        assert on_postgres(crossing, "select rolcanlogin from pg_roles where rolname = 'shop_app'") == [(True,)]
        admin.cursor().execute(TRIGGER.replace("for each row", "for each row disable"))
    with harness.test("a_job_and_an_account_that_were_dropped_meanwhile_keep_no_way_back_from_its_end"), crossing.admin() as admin:
        admin.cursor().execute("begin dbms_scheduler.drop_job('SHOP.PASSING', force => true); end;")
        admin.cursor().execute("drop user passing")
        crossing.causeway("back", str(crossing.crossing), "--yes", "--json")
    with harness.test("the_way_back_opens_the_door_and_nobody_shuts_it_again"), crossing.admin() as admin:
        shut = time.monotonic() + 2
        while time.monotonic() < shut:
            assert crossing.logins(admin) == "ALLOWED"
            time.sleep(0.05)
        crossing.shop_login().close()
        assert crossing.account(admin) == "OPEN"
        assert crossing.foreign_keys(admin) == {("ENABLED", "VALIDATED")}
        assert len(crossing.alarms()) == 2, crossing.alarms()


def in_doubt(crossing):
    """A distributed transaction that was prepared and left: no session has it, V$TRANSACTION does not show it."""
    def ask(sql):
        with crossing.admin() as admin:
            return admin.cursor().execute(sql).fetchall()

    def writer(*words):
        return subprocess.run([crossing.build / "src/programs/causeway-rehearse", "writer", crossing.oracle.folder, *words],
                              check=True, text=True, stdout=subprocess.PIPE).stdout

    with crossing.shop_login() as db:
        db.cursor().execute("insert into order_log (writer, nr, what) values (98, 1, 'before')")
        db.commit()
    crossing.causeway("status", str(crossing.crossing), "--wait", "caught-up", "--timeout", "60", "--json")
    writer("xa", "SHOP", "update shop.order_log set what = 'in doubt' where writer = 98")
    until(lambda: ask("select 1 from dba_2pc_pending"), "a transaction in doubt")
    ((number, state, user, host),) = ask("select local_tran_id, state, db_user, host from dba_2pc_pending")
    with harness.test("a_transaction_in_doubt_is_prepared_shows_in_no_transaction_and_its_rows_are_locked"):
        assert (state, user, host) == ("prepared", "SHOP", "app04")
        assert (number,) not in ask("select xidusn || '.' || xidslot || '.' || xidsqn from v$transaction")
        assert ask("select state from v$global_transaction") == [("PREPARED",)]
        crossing.oracle.stop()
        crossing.oracle.start()
        assert ask("select local_tran_id, state from dba_2pc_pending") == [(number, "prepared")]
        assert writer() == "", "a coordinator that has gone comes again"
        with crossing.shop_login() as db, db.cursor() as cursor:
            assert cursor.execute("select what from order_log where writer = 98").fetchall() == [("before",)]
            try:
                cursor.execute("delete from order_log where writer = 98")
            except oracledb.DatabaseError as error:
                assert f"ORA-01591: lock held by in-doubt distributed transaction {number}" in str(error), error
            else:
                raise AssertionError("the row is not locked")
            try:
                cursor.execute(f"commit force '{number}'")
            except oracledb.DatabaseError as error:
                assert "ORA-01031" in str(error), error
            else:
                raise AssertionError("without FORCE TRANSACTION")
    with harness.test("a_cut_over_stops_nobody_and_names_the_transaction_that_is_in_doubt"):
        done = subprocess.run([crossing.build / "src/programs/causeway", "cutover", crossing.crossing, "--yes", "--json"], text=True, capture_output=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode != 0 and "CW4236" in said and number in said and "SHOP" in said and "app04" in said, said
        assert "stop.door" not in said, said
        done = subprocess.run([crossing.build / "src/programs/causeway", "check", "source", crossing.crossing, "--json"], text=True, capture_output=True, check=False)
        assert done.returncode != 0 and "source.in_doubt" in done.stdout and number in done.stdout, done.stdout
        with crossing.shop_login() as db:
            db.ping()
    with harness.test("what_is_in_doubt_is_followed_once_a_DBA_commits_it"):
        with crossing.admin() as admin:
            try:
                admin.cursor().execute("rollback force '9.9.9'")
            except oracledb.DatabaseError as error:
                assert "ORA-02058: no prepared transaction found with ID 9.9.9" in str(error), error
            admin.cursor().execute(f"commit force '{number}'")
        found = ask("select local_tran_id, state from dba_2pc_pending")
        assert found == [(number, "forced commit")], found
        crossing.causeway("status", str(crossing.crossing), "--wait", "caught-up", "--timeout", "60", "--json")
        postgres = client.open_postgres(crossing.postgres.conninfo("shop", "causeway"), "shop")
        until(lambda: postgres.query("select what from shop.order_log where writer = 98") == [("in doubt",)], "its row on PostgreSQL")
        postgres.close()


def on_postgres(crossing, *statements, user="causeway"):
    """Each of them, committed; the rows of the last."""
    postgres = client.open_postgres(crossing.postgres.conninfo("shop", user), "shop")
    try:
        for statement in statements[:-1]:
            postgres.execute(statement)
        rows = postgres.query(statements[-1]) if statements[-1].startswith("select") else postgres.execute(statements[-1])
        postgres.commit()
        return rows
    finally:
        postgres.close()


def try_verb(crossing, verb):
    done = subprocess.run([crossing.build / "src/programs/causeway", verb, crossing.crossing, "--yes", "--json"], text=True, capture_output=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def other_slot(crossing, plugin, *meanwhile):
    """Behind the crossing's back: the slot is dropped, and another has its name."""
    folder = str(crossing.crossing)
    crossing.causeway("stop", folder)
    on_postgres(crossing, *meanwhile, "select pg_drop_replication_slot('causeway_shop')")
    if plugin:
        on_postgres(crossing, f"select pg_create_logical_replication_slot('causeway_shop', '{plugin}')")
    crossing.causeway("run", folder, "--detach")


def without_alter_user(crossing, verb):
    with crossing.admin() as admin:
        admin.cursor().execute("revoke alter user from causeway")
        try:
            code, said = try_verb(crossing, verb)
        finally:
            admin.cursor().execute("grant alter user to causeway")
    assert code != 0 and "CW4229" in said and "GRANT ALTER USER TO CAUSEWAY" in said and '"stop.' not in said, said


def slots(crossing):
    folder = str(crossing.crossing)
    with harness.test("a_right_that_was_taken_away_since_the_last_cut_over_is_missed_before_the_door_is_shut"):
        without_alter_user(crossing, "cutover")
    with harness.test("a_slot_of_another_plugin_is_found_before_the_door_is_shut"):
        other_slot(crossing, "test_decoding")
        crossing.causeway("status", folder, "--wait", "caught-up", "--timeout", "60", "--json")
        code, said = try_verb(crossing, "cutover")
        assert code != 0 and "CW5201" in said and "plugin" in said and '"stop.' not in said, said
    with harness.test("a_slot_that_was_lost_while_the_applications_are_on_Oracle_is_made_again_and_loses_nothing"):
        other_slot(crossing, None, "alter publication causeway_shop drop table shop.order_log")
        crossing.causeway("status", folder, "--wait", "caught-up", "--timeout", "60", "--json")
        crossing.causeway("cutover", folder, "--yes", "--json")
    with harness.test("a_right_that_the_way_back_needs_behind_its_point_of_no_return_is_missed_before_PostgreSQL_is_shut"):
        without_alter_user(crossing, "back")
    with harness.test("a_table_that_was_taken_out_of_the_publication_is_missed_before_PostgreSQL_is_shut"):
        on_postgres(crossing, "alter publication causeway_shop drop table shop.order_log")
        code, said = try_verb(crossing, "back")
        assert code != 0 and "CW5205" in said and "shop.order_log" in said and '"stop.' not in said, said
        on_postgres(crossing, "alter publication causeway_shop add table shop.order_log")
    with harness.test("a_slot_that_was_made_anew_behind_the_crossing_is_told_before_anything_is_applied"):
        row = "insert into order_log (writer, nr, what) values ({}, 1, 'slot')"
        other_slot(crossing, "pgoutput", row.format(701))
        on_postgres(crossing, row.format(702))

        def reverse():
            return crossing.causeway("status", folder, "--json")["reverse"]

        until(lambda: reverse()["phase"] == "failed", "the reverse task fails")
        assert reverse()["error"]["code"] == "CW5204", reverse()
        with crossing.admin() as admin:
            found = admin.cursor().execute("select writer from shop.order_log where writer in (701, 702)").fetchall()
        assert found == [], found
    with harness.test("a_way_back_whose_slot_was_made_anew_is_refused_while_PostgreSQL_is_open"):
        code, said = try_verb(crossing, "back")
        assert code != 0 and "CW5204" in said and '"stop.' not in said, said
        assert on_postgres(crossing, "select rolcanlogin from pg_roles where rolname = 'shop_app'") == [(True,)]


def main():
    crossing = Crossing(demo_run.parse(["--build", str(harness.BUILD), "--rows", "200", "--seed", "3",
                                        "--out", str(harness.BUILD / "check-fence")]))
    crossing.out.mkdir(parents=True, exist_ok=True)
    try:
        play(crossing)
        in_doubt(crossing)
        slots(crossing)
    finally:
        crossing.stop()
    harness.finish()


if __name__ == "__main__":
    main()
