"""25_fence.py - Oracle's door while the applications are on PostgreSQL: it is kept shut, whoever opens it, until the way back"""
import contextlib
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import run as demo_run  # noqa: E402

import oracledb  # noqa: E402


class Crossing(demo_run.Demo):
    """The demo's shop on PostgreSQL, with nobody at work."""

    def cross_over(self):
        self.look_at_shop()
        self.start_servers()
        self.prepare_oracle()
        self.prepare_postgres()
        self.configure()
        folder = str(self.crossing)
        self.causeway("schema", folder, "--apply", "--json")
        self.open_target()
        self.causeway("run", folder, "--detach")
        self.causeway("status", folder, "--wait", "caught-up", "--timeout", "60", "--json")
        self.causeway("cutover", folder, "--yes", "--json")

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
    with harness.test("the_way_back_opens_the_door_and_nobody_shuts_it_again"), crossing.admin() as admin:
        crossing.causeway("back", str(crossing.crossing), "--yes", "--json")
        shut = time.monotonic() + 2
        while time.monotonic() < shut:
            assert crossing.logins(admin) == "ALLOWED"
            time.sleep(0.05)
        crossing.shop_login().close()
        assert crossing.account(admin) == "OPEN"
        assert crossing.foreign_keys(admin) == {("ENABLED", "VALIDATED")}
        assert len(crossing.alarms()) == 2, crossing.alarms()


def main():
    crossing = Crossing(demo_run.parse(["--build", str(harness.BUILD), "--rows", "200", "--seed", "3",
                                        "--out", str(harness.BUILD / "check-fence")]))
    crossing.out.mkdir(parents=True, exist_ok=True)
    try:
        play(crossing)
    finally:
        crossing.stop()
    harness.finish()


if __name__ == "__main__":
    main()
