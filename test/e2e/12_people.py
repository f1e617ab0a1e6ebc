"""12_people.py - accounts, rights, sessions that are ended, doors, jobs and crashes of the rehearsal Oracle, by a real driver"""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

PROGRAM = harness.BUILD / "src/programs/causeway-rehearse"
work = servers.work_folder("people")
oracle = None


def login(user, password=None):
    return oracledb.connect(user=user, password=password or f"{user}-pw", dsn=oracle.dsn)


def run(connection, sql, **binds):
    cursor = connection.cursor()
    cursor.execute(sql, binds)
    return cursor.fetchall() if cursor.description else cursor.rowcount


def fails(code, what, *more, **binds):
    """The call must fail with this ORA- number."""
    try:
        what(*more, **binds)
    except oracledb.Error as error:
        assert f"ORA-{code:05d}" in str(error), f"wanted ORA-{code:05d}, got {error}"
        return
    raise AssertionError(f"wanted ORA-{code:05d}, but it went well")


def gone(what, *more):
    """The call must fail because the session is no more, whatever the driver calls that."""
    try:
        what(*more)
    except (oracledb.Error, OSError) as error:
        return str(error)
    raise AssertionError("the session still works")


def until(condition, seconds=10):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come true in time"
        time.sleep(0.05)


def who(connection):
    return run(connection, "select sys_context('USERENV', 'SID') from dual")[0][0]


def session_of(admin, user, status=None):
    rows = run(admin, "select sid, serial#, status from v$session where username = :u order by logon_time desc, sid desc", u=user)
    return [(int(sid), int(serial)) for sid, serial, state in rows if status in (None, state)]


def is_in_a_call(admin, user):
    """And stays there: a session is ACTIVE for a moment after its last answer, too."""
    before = session_of(admin, user, "ACTIVE")
    time.sleep(0.3)
    return before and before == session_of(admin, user, "ACTIVE")


def accounts(admin):
    with harness.test("a_user_without_CREATE_SESSION_is_refused_with_ORA_01045"):
        run(admin, 'create user ann identified by "ann-pw"')
        fails(1045, login, "ann")
    with harness.test("a_password_keeps_its_case_and_a_wrong_one_is_ORA_01017"):
        run(admin, "grant create session to ann")
        login("ann").close()
        fails(1017, login, "ann", "ANN-PW")
        fails(1017, login, "nobody")
    with harness.test("a_locked_account_is_ORA_28000_until_it_is_unlocked"):
        run(admin, "alter user ann account lock")
        fails(28000, login, "ann")
        run(admin, 'alter user ann identified by "New-1" account unlock')
        login("ann", "New-1").close()
        run(admin, 'alter user ann identified by "ann-pw"')
    with harness.test("GRANT_IDENTIFIED_BY_makes_the_user_or_gives_it_this_password"):
        run(admin, 'grant create session to gil, gen identified by "gil-pw", "gen-pw"')
        login("gil").close()
        run(admin, 'grant create session to gil identified by "Other-1" with admin option')
        fails(1017, login, "gil")
        gil = login("gil", "Other-1")
        fails(1031, run, gil, "grant create session to gus identified by x")
        gil.close()
        fails(988, run, admin, "grant create session to gil, gen identified by x")
        fails(933, run, admin, "revoke create session from gil identified by x")
        run(admin, "drop user gil")
        run(admin, "drop user gen")
    with harness.test("users_are_made_once_and_dropped_with_what_they_own"):
        fails(1920, run, admin, "create user ann identified by x")
        run(admin, "create user tmp identified by x quota unlimited on users")
        run(admin, "create table tmp.t (a number)")
        fails(1922, run, admin, "drop user tmp")
        run(admin, "drop user tmp cascade")
        fails(1918, run, admin, "drop user tmp")
        assert run(admin, "select count(*) from all_users where username = 'TMP'")[0][0] == 0


def one_table_twice(times=12):
    sessions, gate, told = [login("bob"), login("bob")], threading.Barrier(2), []

    def make(session):
        for number in range(times):
            gate.wait(10)
            try:
                run(session, f"create table twice{number} (a number)")
                told.append("made")
            except oracledb.Error as error:
                told.append(str(error).split(":")[0])

    threads = [threading.Thread(target=make, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["ORA-00955"] * times + ["made"] * times, told
    for number in range(times):
        run(sessions[0], f"drop table twice{number}")
    for session in sessions:
        session.close()


def passing_on(admin, bob, ann):
    """Columns, units, and what goes from hand to hand."""
    run(admin, 'create user joe identified by "joe-pw"')
    run(admin, "grant connect, create view to joe")
    joe = login("joe")
    with harness.test("a_privilege_on_columns_covers_those_alone"):
        run(bob, "grant insert (id), update (name) on things to joe")
        assert run(joe, "update bob.things set name = 'x'") == 1
        assert run(joe, "insert into bob.things (id) values (7)") == 1
        joe.rollback()
        fails(1031, run, joe, "update bob.things set id = 8")
        fails(1031, run, joe, "insert into bob.things (id, name) values (7, 'x')")
        fails(1031, run, joe, "select id from bob.things")
        assert run(joe, "select column_name, privilege from user_col_privs order by 1") == [("ID", "INSERT"), ("NAME", "UPDATE")]
        fails(1750, run, bob, "revoke update (name) on things from joe")
        run(bob, "revoke update on things from joe")
        fails(1031, run, joe, "update bob.things set name = 'x'")
    with harness.test("REVOKE_takes_along_what_was_passed_on"):
        run(bob, "grant select on things to joe with grant option")
        run(joe, "grant select on bob.things to ann")
        run(joe, "create or replace view shown as select * from bob.things")
        run(joe, "grant select on shown to ann")
        run(joe, "create or replace view shown as select id from bob.things")
        assert run(ann, "select * from joe.shown") == [(1,)]
        run(bob, "revoke select on things from joe")
        fails(942, run, ann, "select * from bob.things")
        fails(1927, run, bob, "revoke select on things from joe")
        run(bob, "grant select on things to joe")
        fails(1720, run, joe, "grant select on shown to bob")
    with harness.test("EXECUTE_opens_a_unit_with_its_owners_rights_and_without_it_there_is_none"):
        run(bob, "create procedure add_thing (n number) is begin insert into things (id) values (n); end;")
        run(bob, "create package asked as function f return number; end;")
        run(bob, "create package body asked as function f return number is begin return 5; end; end;")
        fails(6550, run, ann, "begin bob.add_thing(20); end;")
        fails(6550, run, ann, "declare n number; begin n := bob.asked.f; end;")
        run(bob, "grant execute on add_thing to ann")
        run(bob, "grant execute on asked to ann")
        run(ann, "begin bob.add_thing(20 + bob.asked.f); end;")
        ann.rollback()
        assert run(ann, "select bob.asked.f from dual") == [(5,)]
        fails(2224, run, bob, "grant execute on things to ann")
        fails(2225, run, bob, "grant select on asked to ann")
        fails(6550, run, ann, "begin dbms_lock.sleep(0); end;")
        run(bob, "drop package asked")
        assert run(ann, "select table_name from user_tab_privs where privilege = 'EXECUTE'") == [("ADD_THING",)]
    joe.close()


def rights(admin):
    run(admin, 'create user bob identified by "bob-pw"')
    run(admin, "grant connect, resource, unlimited tablespace, create view, create job to bob")
    bob, ann = login("bob"), login("ann")
    run(bob, "create table things (id number(6) primary key, name varchar2(20))")
    run(bob, "insert into things values (1, 'one')")
    bob.commit()
    with harness.test("what_was_not_granted_is_refused"):
        fails(1031, run, ann, "create table mine (a number)")
        fails(942, run, ann, "select * from bob.things")
        fails(1031, run, ann, "alter system switch logfile")
        fails(1031, run, ann, "create user eve identified by x")
        fails(942, run, ann, "select * from v$database")
        fails(1031, run, ann, "grant create table to ann")
    with harness.test("an_object_grant_opens_that_much_and_no_more"):
        run(bob, "grant select on things to ann")
        assert run(ann, "select name from bob.things") == [("one",)]
        fails(1031, run, ann, "insert into bob.things values (2, 'two')")
        assert run(ann, "select table_name from all_tables where owner = 'BOB'") == [("THINGS",)]
        run(bob, "revoke select on things from ann")
        fails(942, run, ann, "select name from bob.things")
    with harness.test("who_holds_no_right_on_an_object_is_not_told_that_it_is_there"):
        for refused in ("drop table bob.things", "truncate table bob.things", "comment on table bob.things is 'x'", "lock table bob.things in share mode"):
            fails(942, run, ann, refused)
        run(bob, "grant select on things to ann")
        for refused in ("drop table bob.things", "truncate table bob.things", "comment on table bob.things is 'x'"):
            fails(1031, run, ann, refused)
    with harness.test("SELECT_is_enough_for_FOR_UPDATE_and_LOCK_TABLE_and_READ_is_not"):
        assert run(ann, "select name from bob.things for update") == [("one",)]
        run(ann, "lock table bob.things in row share mode")
        ann.rollback()
        run(bob, "revoke select on things from ann")
        run(bob, "grant read on things to ann")
        fails(1031, run, ann, "select name from bob.things for update")
        fails(1031, run, ann, "lock table bob.things in row share mode")
        run(bob, "revoke read on things from ann")
    passing_on(admin, bob, ann)
    with harness.test("ANY_privileges_cover_tables_made_before_and_after"):
        run(admin, "grant select any table, insert any table to ann")
        run(bob, "create table later (a number)")
        assert run(ann, "insert into bob.later values (7)") == 1
        assert run(ann, "select a from bob.later") == [(7,)]
        fails(1031, run, ann, "delete from bob.later")
        ann.rollback()
        run(admin, "revoke select any table, insert any table from ann")
    with harness.test("a_role_carries_rights_and_DBA_carries_all"):
        run(admin, "grant select_catalog_role to ann")
        assert run(ann, "select log_mode from v$database") == [("ARCHIVELOG",)]
        run(admin, "grant dba to ann")
        eve = login("ann")
        assert run(eve, "select count(*) from bob.things")[0][0] == 1
        eve.close()
        run(admin, "revoke dba, select_catalog_role from ann")
        fails(942, run, ann, "select log_mode from v$database")
    with harness.test("the_past_is_for_those_who_may_read_the_table_and_look_back"):
        scn = int(run(admin, "select current_scn from v$database")[0][0])
        past = f"select name from bob.things as of scn {scn}"
        run(bob, past.replace("bob.", ""))
        fails(942, run, ann, past)
        run(admin, "grant flashback any table, insert any table to ann")
        fails(1031, run, ann, past)
        run(bob, "grant select on things to ann")
        assert run(ann, past) == [("one",)]
        run(admin, "revoke flashback any table, insert any table from ann")
        fails(1031, run, ann, past)
        run(bob, "grant flashback on things to ann")
        assert run(ann, past) == [("one",)]
        run(bob, "revoke select, flashback on things from ann")
        fails(1749, run, bob, "grant select on things to bob")
        fails(1749, run, bob, "revoke select on things from bob")
        fails(942, run, ann, past)
    with harness.test("of_two_sessions_that_make_one_table_at_once_one_is_told_ORA_00955"):
        one_table_twice()
    with harness.test("V$_views_answer_under_all_their_names"):
        run(admin, "grant select on v_$instance to ann")
        for name in ("v$instance", "V_$INSTANCE", "sys.v$instance", 'SYS."V_$INSTANCE"'):
            assert run(ann, f"select instance_name from {name}") == [("SHOPDB",)], name
        fails(2030, run, admin, "grant select on v$instance to ann")
    with harness.test("ALTER_ANY_SEQUENCE_and_TRIGGER_reach_into_another_schema"):
        run(bob, "create sequence counter")
        run(bob, "create or replace trigger things_upper before insert on things for each row "
                 "begin :new.name := upper(:new.name); end;")
        fails(1031, run, ann, "alter sequence bob.counter increment by 5")
        fails(1031, run, ann, "alter trigger bob.things_upper disable")
        run(admin, "grant alter any sequence, alter any trigger to ann")
        run(ann, "alter sequence bob.counter increment by 5")
        run(ann, "alter trigger bob.things_upper disable")
        assert run(admin, "select status from dba_triggers where trigger_name = 'THINGS_UPPER'") == [("DISABLED",)]
        run(bob, "insert into things values (2, 'two')")
        run(ann, "alter trigger bob.things_upper enable")
        run(bob, "insert into things values (3, 'three')")
        assert run(bob, "select name from things order by id") == [("one",), ("two",), ("THREE",)]
        bob.commit()
    ann.close()
    bob.close()


def endings(admin):
    with harness.test("a_killed_session_is_told_ORA_00028_and_its_transaction_is_undone_at_once"):
        victim = login("bob")
        run(victim, "insert into things values (10, 'lost')")
        sid, serial = session_of(admin, "BOB")[0]
        run(admin, f"alter system kill session '{sid},{serial}' immediate")
        run(admin, "insert into bob.things values (10, 'kept')")  # waits for no row of the victim
        admin.commit()
        text = gone(run, victim, "select 1 from dual")
        assert "ORA-00028" in text or "closed" in text or "endpoint" in text, text  # the driver shuts a socket that is shut
        fails(30, run, admin, f"alter system kill session '{sid},{serial}'")
    with harness.test("a_killed_session_ends_in_the_middle_of_a_call"):
        victim, errors = login("bob"), []
        thread = threading.Thread(target=lambda: errors.append(gone(run, victim, "begin dbms_session.sleep(30); end;")))
        thread.start()
        until(lambda: is_in_a_call(admin, "BOB"))
        sid, serial = session_of(admin, "BOB", "ACTIVE")[0]
        run(admin, f"alter system kill session '{sid},{serial}'")
        thread.join(5)
        assert errors and not thread.is_alive() and "ORA-01013" not in errors[0], errors
    with harness.test("DISCONNECT_POST_TRANSACTION_lets_the_transaction_commit_first"):
        victim = login("bob")
        run(victim, "insert into things values (11, 'last')")
        sid, serial = session_of(admin, "BOB")[0]
        run(admin, f"alter system disconnect session '{sid},{serial}' post_transaction")
        run(victim, "insert into things values (12, 'very last')")
        victim.commit()
        gone(run, victim, "select 1 from dual")
        assert run(admin, "select count(*) from bob.things where id in (11, 12)")[0][0] == 2
        until(lambda: not session_of(admin, "BOB"))
    with harness.test("DISCONNECT_POST_TRANSACTION_of_an_idle_session_ends_it_now"):
        victim = login("bob")
        sid, serial = session_of(admin, "BOB")[0]
        run(admin, f"alter system disconnect session '{sid},{serial}' post_transaction")
        gone(run, victim, "select 1 from dual")
    with harness.test("nobody_kills_himself_or_who_is_not_there"):
        fails(30, run, admin, "alter system kill session '999,1'")
        sid, serial = session_of(admin, "SYSTEM", "ACTIVE")[0]
        fails(27, run, admin, f"alter system kill session '{sid},{serial}'")
        fails(26, run, admin, "alter system kill session 'x'")


def gives(admin, **limits):
    """User GUS, with a profile of these limits alone."""
    run(admin, "alter profile p limit sessions_per_user default idle_time default connect_time default failed_login_attempts default "
               "password_life_time default password_grace_time default password_lock_time default")
    run(admin, "alter profile p limit " + " ".join(f"{name} {bound}" for name, bound in limits.items()))


def profiles(admin):
    run(admin, "create profile p limit idle_time 15 password_life_time 1/24 password_verify_function null")
    run(admin, 'create user gus identified by "gus-pw" profile p')
    run(admin, "grant connect to gus")
    run(admin, "grant insert on bob.things to gus")
    with harness.test("profiles_are_made_changed_shown_and_dropped_as_Oracle_does"):
        fails(2379, run, admin, "create profile p limit idle_time 1")
        fails(2380, run, admin, "alter profile nope limit idle_time 1")
        fails(2380, run, admin, "alter user bob profile nope")
        fails(2376, run, admin, "alter profile p limit idle 1")
        fails(2377, run, admin, "alter profile p limit idle_time many")
        fails(2382, run, admin, "drop profile p")
        found = run(admin, "select resource_name, limit from dba_profiles where profile = 'P' and resource_name in ('IDLE_TIME', 'CONNECT_TIME') order by 1")
        assert found == [("CONNECT_TIME", "DEFAULT"), ("IDLE_TIME", "15")], found
        assert run(admin, "select profile from dba_users where username = 'GUS'") == [("P",)]
    with harness.test("SESSIONS_PER_USER_is_ORA_02391"):
        gives(admin, sessions_per_user=1)
        first = login("gus")
        fails(2391, login, "gus")
        run(admin, "alter system set resource_limit = false")
        login("gus").close()
        run(admin, "alter system set resource_limit = true")
        first.close()
    for resource, code in (("idle_time", 2396), ("connect_time", 2399)):
        with harness.test(f"a_session_over_its_{resource.upper()}_is_undone_at_once_and_told_ORA_0{code}"):
            gives(admin, **{resource: 2})
            subprocess.run([PROGRAM, "fault", oracle.folder, "minute=250", "--user", "GUS"], check=True)
            victim = login("gus")
            run(victim, "insert into bob.things values (20, 'idle')")
            run(admin, "insert into bob.things values (20, 'kept')")  # waits for the victim's row to be undone
            admin.rollback()
            text = gone(run, victim, "select 1 from dual")
            assert f"ORA-0{code}" in text or "closed" in text or "endpoint" in text, text
            subprocess.run([PROGRAM, "fault", oracle.folder, "off", "minute"], check=True)
    with harness.test("FAILED_LOGIN_ATTEMPTS_lock_the_account_for_PASSWORD_LOCK_TIME"):
        gives(admin, failed_login_attempts=2, password_lock_time="1/86400")
        fails(1017, login, "gus", "x")
        login("gus").close()  # counts anew
        fails(1017, login, "gus", "x")
        fails(1017, login, "gus", "x")
        assert run(admin, "select account_status from dba_users where username = 'GUS'") == [("LOCKED(TIMED)",)]
        fails(28000, login, "gus")
        until(lambda: not refused("gus"))
    with harness.test("PASSWORD_LIFE_TIME_is_ORA_28002_in_its_grace_and_ORA_28001_behind_it"):
        gives(admin, password_life_time="1/864000", password_grace_time=5)
        login("gus").close()
        assert run(admin, "select account_status, round(expiry_date - sysdate) from dba_users where username = 'GUS'") == [("EXPIRED(GRACE)", 5)]
        run(admin, 'alter user gus identified by "gus-pw"')
        assert run(admin, "select account_status, expiry_date from dba_users where username = 'GUS'") == [("OPEN", None)]
        gives(admin, password_life_time="1/864000", password_grace_time="1/864000")
        until(lambda: refused("gus"))
        fails(28001, login, "gus")
    with harness.test("a_profile_is_dropped_from_its_users_by_CASCADE"):
        run(admin, "drop profile p cascade")
        assert run(admin, "select profile from dba_users where username = 'GUS'") == [("DEFAULT",)]


def doors(admin):
    with harness.test("a_restricted_instance_takes_only_those_with_RESTRICTED_SESSION"):
        inside = login("bob")
        run(admin, "alter system enable restricted session")
        assert run(admin, "select logins from v$instance") == [("RESTRICTED",)]
        fails(1035, login, "bob")
        run(inside, "select 1 from dual")  # who is in stays in
        login("system", oracle.password).close()
        run(admin, "grant restricted session to bob")
        login("bob").close()
        run(admin, "revoke restricted session from bob")
        run(admin, "alter system disable restricted session")
        login("bob").close()
        inside.close()
    with harness.test("a_stopped_listener_takes_nobody_and_leaves_sessions_alone"):
        inside = login("bob")
        subprocess.run([PROGRAM, "listener", "stop", oracle.folder], check=True)
        until(lambda: refused("bob"))
        assert run(inside, "select 1 from dual") == [(1,)]
        subprocess.run([PROGRAM, "listener", "start", oracle.folder], check=True)
        until(lambda: not refused("bob"))
        inside.close()


def refused(user):
    try:
        login(user).close()
    except (oracledb.Error, OSError):
        return True
    return False


def jobs(admin):
    bob = login("bob")
    run(bob, "create table ticks (at timestamp)")
    with harness.test("a_scheduler_job_writes_by_itself_and_stops_when_it_is_told"):
        run(bob, """begin dbms_scheduler.create_job(job_name => 'TICK', job_type => 'PLSQL_BLOCK',
                    job_action => 'begin insert into ticks values (systimestamp); commit; end;',
                    repeat_interval => 'FREQ=SECONDLY', enabled => true); end;""")
        until(lambda: run(bob, "select count(*) from ticks")[0][0] >= 2)
        assert run(admin, "select enabled from dba_scheduler_jobs where job_name = 'TICK'") == [("TRUE",)]
        run(admin, "alter system set job_queue_processes = 0")
        time.sleep(1.3)
        count = run(bob, "select count(*) from ticks")[0][0]
        time.sleep(1.5)
        assert run(bob, "select count(*) from ticks")[0][0] == count
        assert run(admin, "select value from v$parameter where name = 'job_queue_processes'") == [("0",)]
        run(admin, "alter system set job_queue_processes = 10")
        until(lambda: run(bob, "select count(*) from ticks")[0][0] > count)
        run(bob, "begin dbms_scheduler.disable('TICK', true); end;")
        assert run(admin, "select state from dba_scheduler_jobs where job_name = 'TICK'") == [("DISABLED",)]
        until(lambda: not run(admin, "select 1 from dba_scheduler_running_jobs"))
        run(bob, "begin dbms_scheduler.drop_job('TICK'); end;")
        assert run(admin, "select count(*) from dba_scheduler_jobs where owner = 'BOB'")[0][0] == 0
    with harness.test("a_job_of_bare_statements_runs_as_a_block_and_the_number_of_its_error_is_told"):
        for name, action in (("BARE", "insert into ticks values (systimestamp);"), ("BAD", "raise no_data_found;")):
            run(bob, f"begin dbms_scheduler.create_job(job_name => '{name}', job_type => 'PLSQL_BLOCK', job_action => '{action}', enabled => true); end;")
        details = "select job_name, status, error# from dba_scheduler_job_run_details where job_name in ('BARE', 'BAD') order by 1"
        until(lambda: len(run(admin, details)) == 2)
        assert run(admin, details) == [("BAD", "FAILED", 1403), ("BARE", "SUCCEEDED", 0)], run(admin, details)
    calendars(bob)
    bob.close()


# Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_SCHEDULER, "Calendaring Syntax": what a calendar leaves open is the start's
CALENDARS = {
    "FREQ=DAILY": "2030-01-02 10:20:30",
    "freq=daily; byhour=2; byminute=5; bysecond=0": "2030-01-03 02:05:00",
    "FREQ=DAILY;BYHOUR=9,11": "2030-01-02 11:20:30",
    "FREQ=WEEKLY;BYDAY=MON,SAT": "2030-01-05 10:20:30",
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=3": "2030-01-31 03:20:30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": "2032-02-29 10:20:30",
    "FREQ=MINUTELY;BYSECOND=0,45": "2030-01-02 10:20:45",
    "FREQ=HOURLY;INTERVAL=6;BYMINUTE=0": "2030-01-02 16:00:30",
}


def calendars(bob):
    with harness.test("a_calendar_names_the_next_run_of_a_job"):
        for rule, wanted in CALENDARS.items():
            run(bob, f"""begin dbms_scheduler.create_job(job_name => 'NEXT', job_type => 'PLSQL_BLOCK', job_action => 'begin null; end;',
                         start_date => timestamp '2030-01-02 10:20:30 +00:00', repeat_interval => '{rule}', enabled => true); end;""")
            assert run(bob, "select to_char(next_run_date, 'YYYY-MM-DD HH24:MI:SS') from user_scheduler_jobs") == [(wanted,)], rule
            run(bob, "begin dbms_scheduler.drop_job('NEXT'); end;")
        fails(27465, run, bob, """begin dbms_scheduler.create_job(job_name => 'NEXT', job_type => 'PLSQL_BLOCK', job_action => 'begin null; end;',
                                  repeat_interval => 'FREQ=FORTNIGHTLY', enabled => true); end;""")


def logging(admin):
    with harness.test("supplemental_and_force_logging_show_in_the_dictionary"):
        run(admin, "alter database add supplemental log data")
        run(admin, "alter database add supplemental log data (primary key) columns")
        run(admin, "alter table bob.things add supplemental log data (all) columns")
        fails(32588, run, admin, "alter table bob.things add supplemental log data (all) columns")
        assert run(admin, "select supplemental_log_data_min, supplemental_log_data_pk, supplemental_log_data_all "
                          "from v$database") == [("YES", "YES", "NO")]
        assert run(admin, "select log_group_type, always from dba_log_groups where table_name = 'THINGS'") == \
            [("ALL COLUMN LOGGING", "ALWAYS")]
        run(admin, "alter database force logging")
        fails(12920, run, admin, "alter database force logging")
        assert run(admin, "select force_logging from v$database") == [("YES",)]
        run(admin, "alter table bob.things drop supplemental log data (all) columns")
    with harness.test("ADD_SUPPLEMENTAL_LOG_DATA_waits_for_the_transactions_that_are_open"):
        bob, done = login("bob"), []
        run(bob, "insert into things values (50, 'open')")

        def add():
            run(admin, "alter database add supplemental log data (unique) columns")
            done.append(time.monotonic())
        thread = threading.Thread(target=add)
        thread.start()
        time.sleep(0.6)
        assert not done
        bob.commit()
        thread.join(5)
        assert done
        bob.close()


def crashes():
    with harness.test("kill_9_of_the_server_loses_nothing_that_was_committed"):
        bob = login("bob")
        run(bob, "insert into things values (100, 'committed')")
        bob.commit()
        run(bob, "insert into things values (101, 'open')")
        oracle.kill()
        oracle.start()
        bob = login("bob")
        assert run(bob, "select id from things where id >= 100") == [(100,)]
        bob.close()
    with harness.test("the_server_says_so_when_its_PostgreSQL_is_killed_and_recovers_at_the_next_start"):
        pid = int((oracle.folder / "pg" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        assert oracle.process.wait(60) == 1
        oracle.start()
        bob = login("bob")
        assert run(bob, "select id from things where id >= 100") == [(100,)]
        bob.close()
    with harness.test("a_session_is_found_by_its_auditing_number_which_none_has_again_behind_a_restart"):
        numbers = []
        for _ in range(2):
            who = login("system", oracle.password)
            numbers += run(who, "select audsid from v$session where audsid = sys_context('userenv', 'sessionid')")
            who.close()
            oracle.stop()
            oracle.start()
        (before,), (behind,) = numbers
        assert behind > before > 0, numbers
    with harness.test("a_second_server_of_the_same_folder_is_refused"):
        second = subprocess.run([PROGRAM, "serve", oracle.folder], capture_output=True, text=True, check=False)
        assert second.returncode == 1 and "CW9010" in second.stderr, second
    with harness.test("stop_ends_the_server_with_exit_code_0_and_says_when_there_is_none"):
        subprocess.run([PROGRAM, "stop", oracle.folder], check=True)
        assert oracle.process.wait(30) == 0
        assert subprocess.run([PROGRAM, "stop", oracle.folder], capture_output=True, check=False).returncode == 3
        assert subprocess.run([PROGRAM, "serve", "/nonexistent"], capture_output=True, check=False).returncode == 1
        assert subprocess.run([PROGRAM, "nonsense"], capture_output=True, check=False).returncode == 2


try:
    with harness.test("a_server_starts_though_who_starts_it_hears_of_no_child"):
        hears = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        try:
            oracle = servers.Rehearsal(PROGRAM, work / "oracle")
        finally:
            signal.signal(signal.SIGCHLD, hears)
    system = login("system", oracle.password)
    for part in (accounts, rights, endings, profiles, doors, jobs, logging):
        with harness.test(f"the_part_{part.__name__}_ran_to_its_end"):
            part(system)
    crashes()
finally:
    if oracle:
        oracle.stop()
    servers.remove(work)
harness.finish()
