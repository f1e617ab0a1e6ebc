-- pkg_small.sql - the few calls of other packages that clients make
-- Source of names: Oracle Database PL/SQL Packages and Types Reference 19c.

create schema if not exists "DBMS_LOCK";
create schema if not exists "DBMS_SESSION";
create schema if not exists "DBMS_OUTPUT";
create schema if not exists "DBMS_FLASHBACK";
create schema if not exists "DBMS_APPLICATION_INFO";
grant usage on schema "DBMS_SESSION", "DBMS_OUTPUT", "DBMS_FLASHBACK", "DBMS_APPLICATION_INFO" to public;

create or replace function "DBMS_LOCK"."SLEEP"("SECONDS" numeric) returns void language sql volatile
as $$ select pg_catalog.pg_sleep($1::float8) $$;
create or replace function "DBMS_SESSION"."SLEEP"("SECONDS" numeric) returns void language sql volatile
as $$ select pg_catalog.pg_sleep($1::float8) $$;

create or replace function rh.output_switch(boolean) returns void language c as 'causeway_redo', 'rh_output_switch';
create or replace function rh.output_put(text, boolean) returns void language c as 'causeway_redo', 'rh_output_put';
create or replace function rh.output_get() returns text volatile language c as 'causeway_redo', 'rh_output_get';
create or replace function "DBMS_OUTPUT"."PUT_LINE"("A" text) returns void language sql as $$ select rh.output_put($1, true) $$;
create or replace function "DBMS_OUTPUT"."PUT_LINE"("A" numeric) returns void language sql as $$ select rh.output_put(ora.to_char($1), true) $$;
create or replace function "DBMS_OUTPUT"."PUT"("A" text) returns void language sql as $$ select rh.output_put($1, false) $$;
create or replace function "DBMS_OUTPUT"."NEW_LINE"() returns void language sql as $$ select rh.output_put(null, true) $$;
create or replace function "DBMS_OUTPUT"."ENABLE"("BUFFER_SIZE" numeric default 20000) returns void language sql as $$ select rh.output_switch(true) $$;
create or replace function "DBMS_OUTPUT"."DISABLE"() returns void language sql as $$ select rh.output_switch(false) $$;
-- a procedure with OUT parameters is found as a stored one is, its parameters named as theirs are
create or replace procedure "DBMS_OUTPUT"."GET_LINE"(out "v$LINE" varchar, out "v$STATUS" numeric) language plpgsql as $$
begin
	"v$LINE" := rh.output_get();
	"v$STATUS" := ("v$LINE" is null)::int;
end $$;
create or replace procedure "DBMS_OUTPUT"."GET_LINES"(out "v$LINES" ora.collection, inout "v$NUMLINES" numeric) language plpgsql as $$
declare
	taken text[] := '{}';
	line text;
begin
	for i in 1..coalesce("v$NUMLINES", 0) loop
		line := rh.output_get();
		exit when line is null;
		taken := pg_catalog.array_append(taken, line);
	end loop;
	"v$LINES" := ora.items_of(variadic taken);
	"v$NUMLINES" := pg_catalog.cardinality(taken);
end $$;

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

-- figures for the optimizer: PostgreSQL gathers its own
create schema if not exists "DBMS_STATS";
create schema if not exists "DBMS_MVIEW";
grant usage on schema "DBMS_STATS", "DBMS_MVIEW" to public;

create or replace function "DBMS_STATS"."GATHER_TABLE_STATS"("OWNNAME" text, "TABNAME" text, "PARTNAME" text default null,
	"ESTIMATE_PERCENT" numeric default null, "BLOCK_SAMPLE" boolean default false, "METHOD_OPT" text default null, "DEGREE" numeric default null,
	"GRANULARITY" text default null, "CASCADE" boolean default null, "NO_INVALIDATE" boolean default null, "FORCE" boolean default false)
returns void language plpgsql set search_path = pg_catalog as $$
begin
	execute format('analyze %I.%I', coalesce("OWNNAME", rh.me()), rh.inside_name("TABNAME"));
end $$;

create or replace function "DBMS_STATS"."GATHER_SCHEMA_STATS"("OWNNAME" text, "ESTIMATE_PERCENT" numeric default null,
	"BLOCK_SAMPLE" boolean default false, "METHOD_OPT" text default null, "DEGREE" numeric default null, "GRANULARITY" text default null,
	"CASCADE" boolean default null, "OPTIONS" text default null, "NO_INVALIDATE" boolean default null, "FORCE" boolean default false)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	one regclass;
begin
	for one in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
		    where n.nspname = coalesce("OWNNAME", rh.me()) and c.relkind = 'r' loop
		execute format('analyze %s', one);
	end loop;
end $$;

create or replace function "DBMS_MVIEW"."REFRESH"("LIST" text, "METHOD" text default null) returns void language plpgsql
set search_path = pg_catalog as $$
declare
	one text;
	parts text[];
begin
	foreach one in array string_to_array("LIST", ',') loop
		parts := string_to_array(upper(trim(one)), '.');
		execute format('refresh materialized view %I.%I', case when array_length(parts, 1) > 1 then parts[1] else rh.me() end,
			       rh.inside_name(parts[array_length(parts, 1)]));
	end loop;
end $$;

-- text and its bytes, as the database's character set has them
create schema if not exists "UTL_RAW";
grant usage on schema "UTL_RAW" to public;
create or replace function "UTL_RAW"."CAST_TO_RAW"("C" text) returns bytea language sql immutable strict parallel safe
as $$ select nullif(ora.text_to_raw($1), '') $$;
create or replace function "UTL_RAW"."CAST_TO_VARCHAR2"("R" bytea) returns text language sql immutable strict parallel safe
as $$ select nullif(ora.raw_to_text($1), '') $$;
create or replace function "UTL_RAW"."LENGTH"("R" bytea) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.octet_length($1)::numeric $$;

-- the cursor goes to the client with the end of the call: see src/rehearsal/plsql_answer.c
create schema if not exists "DBMS_SQL";
grant usage on schema "DBMS_SQL" to public;
create or replace function "DBMS_SQL"."RETURN_RESULT"("RC" refcursor, "TO_CLIENT" boolean default true) returns void language plpgsql
set search_path = pg_catalog as $$
begin
	if "RC" is null or not exists (select from pg_cursors where name = "RC"::text) then
		perform rh.raise('ORA-01001: invalid cursor');
	end if;
	raise info using errcode = 'RHRES', message = "RC"::text;
end $$;

-- hundredths of a second from some moment on
create schema if not exists "DBMS_UTILITY";
create schema if not exists "DBMS_ASSERT";
grant usage on schema "DBMS_UTILITY", "DBMS_ASSERT" to public;
create or replace function "DBMS_UTILITY"."GET_TIME"() returns numeric language sql volatile
as $$ select pg_catalog.trunc(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::numeric * 100 % 2147483648) $$;

-- texts that become part of a statement
create or replace function "DBMS_ASSERT"."ENQUOTE_LITERAL"("STR" text) returns varchar language plpgsql immutable set search_path = pg_catalog as $$
begin
	if "STR" ~ '^''.*''$' and replace(substr("STR", 2, length("STR") - 2), '''''', '') !~ '''' then
		return "STR";
	elsif replace("STR", '''''', '') ~ '''' then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return '''' || "STR" || '''';
end $$;
create or replace function "DBMS_ASSERT"."ENQUOTE_NAME"("STR" text, "CAPITALIZE" boolean default true) returns varchar language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if "STR" ~ '^"[^"]+"$' then
		return "STR";
	elsif "STR" ~ '"' then
		perform rh.raise('ORA-44003: invalid SQL name');
	end if;
	return '"' || case when "CAPITALIZE" then upper("STR") else "STR" end || '"';
end $$;
create or replace function "DBMS_ASSERT"."SIMPLE_SQL_NAME"("STR" text) returns varchar language plpgsql immutable set search_path = pg_catalog as $$
begin
	if trim("STR") !~ '^([A-Za-z][A-Za-z0-9_$#]*|"[^"]+")$' then
		perform rh.raise('ORA-44003: invalid SQL name');
	end if;
	return trim("STR");
end $$;
create or replace function "DBMS_ASSERT"."NOOP"("STR" text) returns varchar language sql immutable as $$ select $1::varchar $$;

create or replace function "DBMS_SESSION"."SET_IDENTIFIER"("CLIENT_ID" text) returns void language sql security definer as $$
	select pg_catalog.set_config('rh.client_id', coalesce($1, ''), false);
	update rh.sessions set client_identifier = $1 where sid = pg_catalog.split_part(pg_catalog.current_setting('rh.sid'), ',', 1)::int
$$;
create or replace function "DBMS_SESSION"."CLEAR_IDENTIFIER"() returns void language sql as $$ select "DBMS_SESSION"."SET_IDENTIFIER"(null) $$;
create or replace function "DBMS_APPLICATION_INFO"."SET_ACTION"("ACTION_NAME" text) returns void language sql security definer as $$
	update rh.sessions set action = $1 where sid = pg_catalog.split_part(pg_catalog.current_setting('rh.sid'), ',', 1)::int
$$;

-- What drivers ask of an object type before they read one: of XMLTYPE, the only one there is.
create schema if not exists "DBMS_PICKLER";
grant usage on schema "DBMS_PICKLER" to public;
create or replace procedure "DBMS_PICKLER"."GET_TYPE_SHAPE"(inout "v$FULL_NAME" varchar, out "v$OID" bytea, out "v$VERSION" numeric,
	out "v$TDS" bytea, out "v$INSTANTIABLE" varchar, out "v$SUPER_OWNER" varchar, out "v$SUPER_NAME" varchar, out "v$ATTRIBUTES" refcursor,
	out "v$SUBTYPES" refcursor, out "r$" numeric) language plpgsql set search_path = pg_catalog as $$
begin
	if upper(replace("v$FULL_NAME", '"', '')) not in ('SYS.XMLTYPE', 'PUBLIC.XMLTYPE', 'XMLTYPE') then
		"r$" := 4043;
		return;
	end if;
	"r$" := 0;
	"v$OID" := rh.xmltype_oid();
	"v$VERSION" := 1;
	"v$TDS" := decode(repeat('00', 8) || '0002' || repeat('00', 22), 'hex');
	"v$INSTANTIABLE" := 'YES';
	open "v$ATTRIBUTES" for select ''::varchar, ''::varchar, ''::varchar, ''::varchar, ''::varchar, ''::varchar, ''::varchar, ''::varchar,
		''::varchar, ''::varchar where false;
	open "v$SUBTYPES" for select ''::varchar, ''::varchar where false;
end $$;

-- ---- DBMS_RANDOM: what SEED starts is not repeated here ------------------------------------------------------------------

create schema if not exists "DBMS_RANDOM";
grant usage on schema "DBMS_RANDOM" to public;
create or replace function "DBMS_RANDOM"."VALUE"() returns numeric language sql volatile set search_path = pg_catalog as $$
	select (floor(random() * 1e12)::numeric * 1e24 + floor(random() * 1e12)::numeric * 1e12 + floor(random() * 1e12)::numeric) / 1e36
$$;
create or replace function "DBMS_RANDOM"."VALUE"("LOW" numeric, "HIGH" numeric) returns numeric language sql volatile set search_path = pg_catalog as $$
	select ora.number($1 + "DBMS_RANDOM"."VALUE"() * ($2 - $1))
$$;
create or replace function "DBMS_RANDOM"."RANDOM"() returns numeric language sql volatile set search_path = pg_catalog as $$
	select floor(random() * 4294967296)::numeric - 2147483648
$$;
create or replace function "DBMS_RANDOM"."NORMAL"() returns numeric language sql volatile set search_path = pg_catalog as $$
	select (sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))::numeric
$$;
-- u upper case, l lower, a both, x upper case and digits, p whatever prints
create or replace function "DBMS_RANDOM"."STRING"("OPT" text, "LEN" numeric) returns text language sql volatile set search_path = pg_catalog as $$
	select string_agg(substr(letters, 1 + floor(random() * length(letters))::int, 1), '')
	  from (select case lower($1) when 'l' then 'abcdefghijklmnopqrstuvwxyz'
			when 'a' then 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
			when 'x' then '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
			when 'p' then (select string_agg(chr(c), '') from generate_series(32, 126) c)
			else 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' end as letters) l, generate_series(1, floor($2)::int)
$$;
create or replace function "DBMS_RANDOM"."SEED"("VAL" numeric) returns void language sql as $$ select $$;
create or replace function "DBMS_RANDOM"."SEED"("VAL" text) returns void language sql as $$ select $$;
create or replace function "DBMS_RANDOM"."INITIALIZE"("VAL" numeric) returns void language sql as $$ select $$;
create or replace function "DBMS_RANDOM"."TERMINATE"() returns void language sql as $$ select $$;

-- ---- names that become part of a statement: DBMS_ASSERT ----------------------------------------------------------------------

create or replace function "DBMS_ASSERT"."QUALIFIED_SQL_NAME"("STR" text) returns varchar language plpgsql immutable set search_path = pg_catalog as $$
begin
	if trim("STR") !~ '^([A-Za-z][A-Za-z0-9_$#]*|"[^"]+")(\.([A-Za-z][A-Za-z0-9_$#]*|"[^"]+"))*(@([A-Za-z][A-Za-z0-9_$#]*|"[^"]+"))?$' then
		perform rh.raise('ORA-44004: invalid qualified SQL name');
	end if;
	return trim("STR");
end $$;
create or replace function "DBMS_ASSERT"."SCHEMA_NAME"("STR" text) returns varchar language plpgsql stable set search_path = pg_catalog as $$
begin
	if not exists (select from "SYS"."ALL_USERS" u where u."USERNAME"::text = "STR") then
		perform rh.raise('ORA-44001: invalid schema');
	end if;
	return "STR";
end $$;
-- "name" as it is, name in capitals
create or replace function rh.name_meant(part text) returns text language sql immutable set search_path = pg_catalog as $$
	select case when $1 like '"%"' then substr($1, 2, length($1) - 2) else upper($1) end
$$;
create or replace function "DBMS_ASSERT"."SQL_OBJECT_NAME"("STR" text) returns varchar language plpgsql stable set search_path = pg_catalog as $$
declare
	parts text[] := array(select rh.name_meant(m[1]) from regexp_matches("STR", '([A-Za-z][A-Za-z0-9_$#]*|"[^"]+")', 'g') m);
	place text := case when cardinality(parts) > 1 then parts[1] end;
begin
	if trim(coalesce("STR", '')) !~ '^([A-Za-z][A-Za-z0-9_$#]*|"[^"]+")(\.([A-Za-z][A-Za-z0-9_$#]*|"[^"]+"))?$' or not exists (
		select from "SYS"."ALL_OBJECTS" o where o."OBJECT_NAME"::text = parts[cardinality(parts)]
		 and o."OWNER"::text = any (case when place is null then array[rh.me(), 'PUBLIC'] else array[place] end)) then
		perform rh.raise('ORA-44002: invalid object name');
	end if;
	return "STR";
end $$;

-- ---- of the session, its transaction and the server -----------------------------------------------------------------------------

create or replace procedure "DBMS_APPLICATION_INFO"."READ_MODULE"(out "v$MODULE_NAME" varchar, out "v$ACTION_NAME" varchar) language plpgsql security definer
set search_path = pg_catalog as $$
begin
	select module, action into "v$MODULE_NAME", "v$ACTION_NAME" from rh.sessions where sid = split_part(current_setting('rh.sid'), ',', 1)::int;
end $$;
create or replace procedure "DBMS_APPLICATION_INFO"."READ_CLIENT_INFO"(out "v$CLIENT_INFO" varchar) language plpgsql security definer
set search_path = pg_catalog as $$
begin
	select client_info into "v$CLIENT_INFO" from rh.sessions where sid = split_part(current_setting('rh.sid'), ',', 1)::int;
end $$;
create or replace function "DBMS_SESSION"."IS_ROLE_ENABLED"("ROLENAME" text) returns boolean language sql stable security definer
set search_path = pg_catalog as $$ select upper($1) in (select rh.roles_of(rh.me())) and upper($1) <> rh.me() and upper($1) <> 'PUBLIC' $$;

-- usn.slot.sqn; NULL: no transaction yet
create schema if not exists "DBMS_TRANSACTION";
grant usage on schema "DBMS_TRANSACTION" to public;
create or replace function "DBMS_TRANSACTION"."LOCAL_TRANSACTION_ID"("CREATE_TRANSACTION" boolean default false) returns varchar language sql volatile
set search_path = pg_catalog as $$
	select concat_ws('.', rh.xid_part(raw, 0, 2), rh.xid_part(raw, 2, 2), rh.xid_part(raw, 4, 4))::varchar
	  from (select rh.xid_raw((case when $1 then pg_current_xact_id() else pg_current_xact_id_if_assigned() end)::xid)) x (raw)
	 where raw is not null
$$;

create or replace function "DBMS_UTILITY"."CURRENT_INSTANCE"() returns numeric language sql stable as $$ select 1::numeric $$;
create or replace procedure "DBMS_UTILITY"."DB_VERSION"(out "v$VERSION" varchar, out "v$COMPATIBILITY" varchar) language plpgsql
set search_path = pg_catalog as $$
begin
	"v$VERSION" := rh.fact('version');
	"v$COMPATIBILITY" := rh.fact('version');
end $$;
