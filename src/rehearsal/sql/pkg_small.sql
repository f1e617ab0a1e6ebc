-- pkg_small.sql - the few calls of other packages that clients make
-- Source of names: Oracle Database PL/SQL Packages and Types Reference 19c.

create schema if not exists "DBMS_LOCK";
create schema if not exists "DBMS_SESSION";
create schema if not exists "DBMS_OUTPUT";
create schema if not exists "DBMS_FLASHBACK";
create schema if not exists "DBMS_APPLICATION_INFO";
grant usage on schema "DBMS_LOCK", "DBMS_SESSION", "DBMS_OUTPUT", "DBMS_FLASHBACK", "DBMS_APPLICATION_INFO" to public;

create or replace function "DBMS_LOCK"."SLEEP"("SECONDS" numeric) returns void language sql volatile
as $$ select pg_catalog.pg_sleep($1::float8) $$;
create or replace function "DBMS_SESSION"."SLEEP"("SECONDS" numeric) returns void language sql volatile
as $$ select pg_catalog.pg_sleep($1::float8) $$;

-- nobody asks for the lines yet: they are taken and dropped, as without SET SERVEROUTPUT ON
create or replace function "DBMS_OUTPUT"."PUT_LINE"("A" text) returns void language sql as $$ $$;
create or replace function "DBMS_OUTPUT"."PUT"("A" text) returns void language sql as $$ $$;
create or replace function "DBMS_OUTPUT"."NEW_LINE"() returns void language sql as $$ $$;
create or replace function "DBMS_OUTPUT"."ENABLE"("BUFFER_SIZE" numeric default 20000) returns void language sql as $$ $$;
create or replace function "DBMS_OUTPUT"."DISABLE"() returns void language sql as $$ $$;

create or replace function "DBMS_FLASHBACK"."GET_SYSTEM_CHANGE_NUMBER"() returns numeric language plpgsql volatile
as $$ begin return rh.current_scn(); end $$;

create or replace function "DBMS_APPLICATION_INFO"."SET_MODULE"("MODULE_NAME" text, "ACTION_NAME" text) returns void
language sql security definer as $$
	update rh.sessions set module = $1, action = $2 where sid = pg_catalog.split_part(pg_catalog.current_setting('rh.sid'), ',', 1)::int
$$;
create or replace function "DBMS_APPLICATION_INFO"."SET_CLIENT_INFO"("CLIENT_INFO" text) returns void
language sql security definer as $$
	update rh.sessions set client_info = $1 where sid = pg_catalog.split_part(pg_catalog.current_setting('rh.sid'), ',', 1)::int
$$;
