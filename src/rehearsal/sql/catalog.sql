-- catalog.sql - what the rehearsal knows beside PostgreSQL's own catalog
--
-- Schemas: rh is ours, ora holds functions that mean something else on Oracle, "SYS" the dictionary and V$ views;
-- each Oracle user has a role and a schema of its name.  Run again at every change of the program: must be repeatable.

create schema if not exists rh;
create schema if not exists ora;
create schema if not exists "SYS";
revoke all on schema public from public;
grant usage on schema rh, ora, "SYS" to public;

do $$ begin
	if not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
		       where n.nspname = 'ora' and t.typname = 'date') then
		create domain ora.date as timestamp(0);
	end if;
end $$;

create table if not exists rh.installed (one int primary key, digest text not null);

-- facts of this server: written at each start
create table if not exists rh.fact (name text primary key, value text);
create or replace function rh.fact(wanted text) returns text language sql stable security definer
as $$ select f.value from rh.fact f where f.name = $1 $$;

-- A session is of the instance that its redo is of (extension/redo_capture.c); 1 without a cluster.
create or replace function rh.instances() returns int language sql stable as $$
	select coalesce(nullif(pg_catalog.current_setting('rh.redo_threads', true), ''), '1')::int
$$;
create or replace function rh.session_instance(sid int) returns numeric language sql stable as $$
	select (coalesce(pg_catalog.mod($1, rh.instances()), 0) operator(pg_catalog.+) 1)::numeric
$$;
create or replace function rh.own_instance() returns numeric language sql stable as $$
	select rh.session_instance(nullif(pg_catalog.split_part(pg_catalog.current_setting('rh.sid', true), ',', 1), '')::int)
$$;
-- V$ of an instance, out of GV$ of all
create or replace function rh.make_local_view(name text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	execute format('create or replace view "SYS".%I as select %s from "SYS".%I where "INST_ID" = rh.own_instance()', 'V$' || name,
		       (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
			 where attrelid = format('"SYS".%I', 'GV$' || name)::regclass and attnum > 0 and attname <> 'INST_ID'), 'GV$' || name);
end $$;

-- ---- names of more than 55 bytes ------------------------------------------------------------------------------------

-- Oracle's name for one inside; src/rehearsal/long_name.h says what that is.
create table if not exists rh.long_names (inside text primary key, name text not null);
create index if not exists long_names_name on rh.long_names (name);
grant select on rh.long_names to public;
create or replace function rh.keep_name(inside text, name text) returns void language sql security definer
as $$ insert into rh.long_names values ($1, $2) on conflict do nothing $$;
create or replace function rh.full_name(inside text) returns text language sql stable as $$
	select case when pg_catalog.strpos($1, U&'\+10FE00') operator(pg_catalog.=) 0 then $1
	       else coalesce((select l.name from rh.long_names l where l.inside operator(pg_catalog.=) $1), $1) end
$$;
create or replace function rh.inside_name(name text) returns text language sql stable as $$
	select case when pg_catalog.octet_length($1) operator(pg_catalog.<=) 55 then $1
	       else coalesce((select l.inside from rh.long_names l where l.name operator(pg_catalog.=) $1), $1) end
$$;

-- ---- people -------------------------------------------------------------------------------------------------------

create table if not exists rh.users (
	user_id		int primary key,
	username	text unique not null,
	salt		bytea,
	hash		bytea,
	status		text not null default 'OPEN',
	created		timestamp(0) not null default (now() at time zone 'UTC'),
	lock_date	timestamp(0),
	expiry_date	timestamp(0),
	last_login	timestamptz,
	tablespace	text not null default 'USERS',
	temporary_tablespace text not null default 'TEMP',
	profile		text not null default 'DEFAULT',
	maintained	boolean not null default false
);
create sequence if not exists rh.user_id minvalue 106;

-- who may log in for whom: ALTER USER client GRANT CONNECT THROUGH proxy
create table if not exists rh.proxies (client text, proxy text, primary key (client, proxy));

create table if not exists rh.roles (role text primary key, maintained boolean not null default false);
create table if not exists rh.sys_grants (
	grantee text, privilege text, admin_option boolean not null default false, primary key (grantee, privilege));
create table if not exists rh.role_grants (
	grantee text, granted_role text, admin_option boolean not null default false, primary key (grantee, granted_role));
create table if not exists rh.object_grants (
	grantee text, owner text, name text, privilege text, grantor text, grantable boolean not null default false,
	primary key (grantee, owner, name, privilege));
create table if not exists rh.column_grants (
	grantee text, owner text, name text, column_name text, privilege text, grantor text, grantable boolean not null default false,
	primary key (grantee, owner, name, column_name, privilege));
create table if not exists rh.system_privilege (name text primary key, code int not null);

-- @name and all roles it has
create or replace function rh.roles_of(name text) returns setof text language sql stable security definer
set search_path = pg_catalog as $$
	with recursive r(role) as (
		select $1 union select 'PUBLIC' union
		select g.granted_role from rh.role_grants g join r on g.grantee = r.role)
	select role from r
$$;

create or replace function rh.has_privilege(name text, privilege text) returns boolean language sql stable security definer
set search_path = pg_catalog as $$
	select $1 = 'SYS' or exists (select from rh.sys_grants g
		where g.privilege = $2 and g.grantee in (select rh.roles_of($1)))
$$;

create or replace function rh.has_role(name text, role text) returns boolean language sql stable security definer
set search_path = pg_catalog as $$ select $1 = 'SYS' or $2 in (select rh.roles_of($1)) $$;

-- what a login has to know of an account
create or replace function rh.login(name text, out user_id int, out status text, out dba boolean, out may_connect boolean,
				    out may_restricted boolean, out too_many boolean, out idle numeric, out connected numeric)
language sql stable security definer set search_path = pg_catalog as $$
	select u.user_id, u.status, rh.has_role(u.username, 'DBA'), rh.has_privilege(u.username, 'CREATE SESSION'),
	       rh.has_privilege(u.username, 'RESTRICTED SESSION'),
	       coalesce((select count(*) from rh.sessions s where s.username = u.username and s.type = 'USER')
			>= rh.kernel_limit_of(u.username, 'SESSIONS_PER_USER'), false),
	       coalesce(trunc(rh.kernel_limit_of(u.username, 'IDLE_TIME')), 0), coalesce(trunc(rh.kernel_limit_of(u.username, 'CONNECT_TIME')), 0)
	  from rh.users u where u.username = $1
$$;

-- The session's own Oracle user: its role, whatever a view or function runs as.
create or replace function rh.me() returns text language sql stable
as $$ select coalesce(nullif(pg_catalog.current_setting('rh.user', true), ''), session_user::text) $$;

-- may the session see what belongs to @owner in ALL_ views? (@object: any grant on it)
create or replace function rh.sees(owner text, object oid) returns boolean language sql stable
set search_path = pg_catalog as $$
	select $1 = rh.me() or $1 = 'SYS' or pg_catalog.has_table_privilege(rh.me(), $2, 'SELECT,INSERT,UPDATE,DELETE')
$$;

-- May the session's user know of this relation at all?  Who holds no right on it is told that it does not exist.
create or replace function rh.may_name(object oid) returns boolean language plpgsql stable security definer
set search_path = pg_catalog as $$
declare
	place text;
	object_name text;
begin
	if has_table_privilege(session_user, object, 'SELECT,INSERT,UPDATE,DELETE,REFERENCES')
	   or has_any_column_privilege(session_user, object, 'INSERT,UPDATE,REFERENCES') then
		return true;
	end if;
	select n.nspname, c.relname into place, object_name
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = object;
	return exists (select from rh.object_grants g where g.owner = place and g.name = object_name
			and g.grantee in (select rh.roles_of(session_user::text)))
	    or place <> 'SYS' and exists (select from rh.sys_grants g where g.grantee in (select rh.roles_of(session_user::text))
			and g.privilege similar to '(ALTER|DROP|CREATE|LOCK|COMMENT|ANALYZE) ANY%' and g.privilege not like '% ANY JOB');
end $$;

-- ---- tables and columns -------------------------------------------------------------------------------------------

-- the exact Oracle declaration of each column; written by the DDL
create table if not exists rh.columns (
	relid oid, attnum int2, ora_type int2 not null, precision int2, scale int2, byte_length int4 not null,
	char_length int4, char_used "char", primary key (relid, attnum));
alter table rh.columns add column if not exists is_national boolean not null default false;

-- when a relation was last changed (LAST_DDL_TIME)
create table if not exists rh.objects (
	relid oid primary key, created timestamp(0) not null, last_ddl timestamp(0) not null);

create sequence if not exists rh.rowid_seq maxvalue 4294967295 cache 1;

create table if not exists rh.log_groups (
	relid oid, name text, kind text not null, always boolean not null default true, generated boolean not null,
	columns text[], primary key (relid, name));
create sequence if not exists rh.log_group_nr minvalue 5000;

create table if not exists rh.triggers (
	owner text, name text, relid oid not null, table_owner text not null, table_name text not null,
	trigger_type text not null, event text not null, when_clause text, body text not null, enabled boolean not null,
	valid boolean not null default true, created timestamp(0) not null default (now() at time zone 'UTC'),
	source text not null default '', primary key (owner, name));
-- what it follows, and its name among PostgreSQL's triggers if that is another
alter table rh.triggers add column if not exists follows text[], add column if not exists inside text;

create table if not exists rh.sources (
	owner text, name text, type text, text text not null, valid boolean not null default true,
	created timestamp(0) not null default (now() at time zone 'UTC'), primary key (owner, name, type));

create table if not exists rh.synonyms (
	owner text, name text, target_owner text not null, target_name text not null, primary key (owner, name));

-- Of the objects of a schema that share their names no other has this one but one of the kind @replaced (of views an invalid one), which makes way:
-- tables, views, sequences, private synonyms, units and types (SQL Language Reference 19c, "Database Object Naming Rules").
create or replace function rh.want_free_name(place text, wanted text, replaced text) returns void language plpgsql security definer
set search_path = pg_catalog as $$
begin
	if exists (select from rh.sources s where s.owner = place and s.name = wanted and s.type not like '% BODY' and s.type is distinct from replaced)
	   or exists (select from rh.synonyms y where y.owner = place and y.name = wanted)
	   or exists (select from rh.invalid_views i where i.owner = place and i.name = wanted and replaced is distinct from 'VIEW')
	   or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = place and c.relname = wanted
		      and c.relkind in ('r', 'p', 'v', 'f', 'S', 'm')) then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
end $$;

create table if not exists rh.parameters (
	num int primary key, name text unique not null, type int not null, value text, is_default boolean not null default true,
	description text);

-- Every table of an Oracle user is owned by that user's role; whoever has SELECT ANY TABLE ... may use it.
create or replace function rh.after_ddl() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
declare
	made record;
	any_role text;
begin
	for made in
		select d.objid, c.relkind, c.relname, n.nspname, o.rolname
		  from pg_event_trigger_ddl_commands() d
		  join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
		  join pg_namespace n on n.oid = c.relnamespace
		  join pg_roles o on o.oid = c.relowner
		  join rh.users u on u.username = n.nspname
		 where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname <> 'SYS'
	loop
		insert into rh.objects (relid, created, last_ddl)
		values (made.objid, now() at time zone 'UTC', now() at time zone 'UTC')
		on conflict (relid) do update set last_ddl = excluded.last_ddl;
		-- a sequence that belongs to a column follows its table
		if made.rolname <> made.nspname and not exists (select from pg_depend where classid = 'pg_class'::regclass
				and objid = made.objid and deptype in ('a', 'i') and refobjsubid > 0) then
			execute format('alter table %I.%I owner to %I', made.nspname, made.relname, made.nspname);
		end if;
		if made.relkind = 'S' then
			execute format('grant select, usage on sequence %I.%I to "SELECT ANY SEQUENCE"', made.nspname,
				       made.relname);
		else
			execute format('grant select on %I.%I to "SELECT ANY TABLE"', made.nspname, made.relname);
			foreach any_role in array array['INSERT', 'UPDATE', 'DELETE'] loop
				execute format('grant %s on %I.%I to %I', any_role, made.nspname, made.relname,
					       any_role || ' ANY TABLE');
			end loop;
		end if;
	end loop;
end $$;

create or replace function rh.after_drop() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
	delete from rh.columns c using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and c.relid = d.objid and d.objsubid in (0, c.attnum);
	delete from rh.objects o using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and o.relid = d.objid;
	delete from rh.log_groups g using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and g.relid = d.objid;
	delete from rh.triggers t using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and t.relid = d.objid;
	delete from rh.object_grants g using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and g.owner = d.schema_name and g.name = d.object_name;
	delete from rh.column_grants g using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and g.owner = d.schema_name and g.name = d.object_name;
end $$;

-- ---- sessions -----------------------------------------------------------------------------------------------------

create unlogged table if not exists rh.sessions (
	sid int primary key, serial int not null, backend_pid int, user_id int not null, username text, type text not null,
	os_user text, process text, machine text, terminal text, program text, module text, action text, client_info text,
	client_identifier text, service_name text, driver text, logon_time timestamptz not null default now(),
	killed boolean not null default false, cipher text, checksum text);
alter table rh.sessions add column if not exists proxy text; -- who logged in, if not as itself
create sequence if not exists rh.audsid; -- SYS.AUDSES$: no two sessions ever have the same, whatever is started again
alter table rh.sessions add column if not exists audsid bigint;
-- what clients said in the namespace CLIENTCONTEXT
create unlogged table if not exists rh.contexts (
	sid int not null references rh.sessions on delete cascade, attribute text not null, value text, primary key (sid, attribute));

-- what the backends of our sessions do now; pg_stat_activity shows it to its owner alone
create or replace function rh.activity(out pid int, out state text, out xid xid, out query text, out xact_start timestamptz,
				       out state_change timestamptz, out wait text)
returns setof record language sql volatile security definer set search_path = pg_catalog as $$
	select a.pid, a.state, a.backend_xid, a.query, a.xact_start, a.state_change, a.wait_event_type || ':' || a.wait_event
	  from pg_stat_activity a where a.datname = 'rehearsal'
$$;

create or replace function rh.blocker(pid int) returns int language sql volatile security definer
set search_path = pg_catalog as $$ select (pg_blocking_pids($1))[1] $$;

-- V$SESSION.SADDR, PADDR; V$TRANSACTION.SES_ADDR
create or replace function rh.saddr(sid int) returns bytea language sql immutable
as $$ select decode(lpad(to_hex(1610612736::bigint + $1 * 4096), 16, '0'), 'hex') $$;
create or replace function rh.taddr(xid xid) returns bytea language sql immutable
as $$ select decode(lpad(to_hex(3221225472::bigint + $1::text::bigint), 16, '0'), 'hex') $$;

-- ---- the scheduler ------------------------------------------------------------------------------------------------

create sequence if not exists rh.job_id minvalue 20000;
create table if not exists rh.jobs (
	job_id int primary key default nextval('rh.job_id'), owner text not null, name text not null, job_type text not null,
	job_action text not null, arguments text[] not null default '{}', repeat_interval text, start_date timestamptz,
	end_date timestamptz, enabled boolean not null default false, state text not null default 'DISABLED',
	auto_drop boolean not null default true, comments text, run_count bigint not null default 0,
	failure_count bigint not null default 0, last_start timestamptz, last_run_us bigint, next_run timestamptz,
	last_error text, running_sid int, stop_asked boolean not null default false, unique (owner, name));
create table if not exists rh.job_log (
	log_id bigserial primary key, at timestamptz not null default now(), owner text, name text, status text, error int,
	info text, started timestamptz, run_us bigint, session_id text);

-- ---- first contents -----------------------------------------------------------------------------------------------

insert into rh.system_privilege (name, code) values
 ('ALTER SYSTEM', -3), ('AUDIT SYSTEM', -4), ('CREATE SESSION', -5), ('ALTER SESSION', -6), ('RESTRICTED SESSION', -7),
 ('CREATE TABLESPACE', -10), ('ALTER TABLESPACE', -11), ('DROP TABLESPACE', -13), ('UNLIMITED TABLESPACE', -15),
 ('CREATE USER', -20), ('BECOME USER', -21), ('ALTER USER', -22), ('DROP USER', -23), ('CREATE TABLE', -40),
 ('CREATE ANY TABLE', -41), ('ALTER ANY TABLE', -42), ('BACKUP ANY TABLE', -43), ('DROP ANY TABLE', -44),
 ('LOCK ANY TABLE', -45), ('COMMENT ANY TABLE', -46), ('SELECT ANY TABLE', -47), ('INSERT ANY TABLE', -48),
 ('UPDATE ANY TABLE', -49), ('DELETE ANY TABLE', -50), ('CREATE ANY INDEX', -71), ('ALTER ANY INDEX', -72),
 ('DROP ANY INDEX', -73), ('CREATE SYNONYM', -80), ('CREATE ANY SYNONYM', -81), ('CREATE PUBLIC SYNONYM', -85),
 ('CREATE VIEW', -90), ('CREATE ANY VIEW', -91), ('CREATE SEQUENCE', -105), ('CREATE ANY SEQUENCE', -106),
 ('ALTER ANY SEQUENCE', -107), ('DROP ANY SEQUENCE', -108), ('SELECT ANY SEQUENCE', -109), ('CREATE DATABASE LINK', -115),
 ('CREATE ROLE', -125), ('DROP ANY ROLE', -126), ('GRANT ANY ROLE', -127), ('ALTER ANY ROLE', -128), ('AUDIT ANY', -130),
 ('ALTER DATABASE', -135), ('FORCE TRANSACTION', -138), ('FORCE ANY TRANSACTION', -139), ('CREATE PROCEDURE', -140),
 ('CREATE ANY PROCEDURE', -141), ('ALTER ANY PROCEDURE', -142), ('DROP ANY PROCEDURE', -143), ('EXECUTE ANY PROCEDURE', -144),
 ('CREATE TRIGGER', -151), ('CREATE ANY TRIGGER', -152), ('ALTER ANY TRIGGER', -153), ('DROP ANY TRIGGER', -154),
 ('ANALYZE ANY', -165), ('GRANT ANY PRIVILEGE', -167), ('CREATE MATERIALIZED VIEW', -172), ('CREATE ANY MATERIALIZED VIEW', -173), ('ALTER ANY MATERIALIZED VIEW', -174),
 ('DROP ANY MATERIALIZED VIEW', -175), ('CREATE TYPE', -180), ('CREATE DIMENSION', -214), ('DROP ANY VIEW', -92), ('DROP ANY SYNONYM', -82),
 ('DROP PUBLIC SYNONYM', -86), ('CREATE PUBLIC DATABASE LINK', -120), ('DROP PUBLIC DATABASE LINK', -121), ('CREATE CLUSTER', -60), ('CREATE OPERATOR', -200),
 ('CREATE INDEXTYPE', -205), ('CREATE ANY DIRECTORY', -177), ('DROP ANY DIRECTORY', -178), ('CREATE ANY CONTEXT', -222),
 ('QUERY REWRITE', -209), ('GLOBAL QUERY REWRITE', -210), ('DEBUG CONNECT SESSION', -240), ('CREATE LIBRARY', -188),
 ('EXECUTE ANY TYPE', -184), ('CREATE ANY TYPE', -181), ('DROP ANY TYPE', -183), ('ALTER ANY TYPE', -182), ('UNDER ANY TYPE', -186),
 ('CREATE PROFILE', -161), ('ALTER PROFILE', -162), ('DROP PROFILE', -163),
 ('SELECT ANY DICTIONARY', -237), ('GRANT ANY OBJECT PRIVILEGE', -244), ('FLASHBACK ANY TABLE', -243),
 ('EXEMPT ACCESS POLICY', -235), ('SELECT ANY TRANSACTION', -258), ('CREATE JOB', -265), ('CREATE ANY JOB', -266),
 ('MANAGE SCHEDULER', -268), ('CREATE EXTERNAL JOB', -264), ('LOGMINING', -389), ('SET CONTAINER', -390),
 ('READ ANY TABLE', -397), ('CHANGE NOTIFICATION', -259) -- the last: A-432
on conflict do nothing;

insert into rh.roles (role, maintained) values ('CONNECT', true), ('RESOURCE', true), ('DBA', true),
 ('SELECT_CATALOG_ROLE', true), ('EXECUTE_CATALOG_ROLE', true), ('EXP_FULL_DATABASE', true), ('IMP_FULL_DATABASE', true),
 ('DATAPUMP_EXP_FULL_DATABASE', true), ('DATAPUMP_IMP_FULL_DATABASE', true), ('SCHEDULER_ADMIN', true),
 ('CTXAPP', true), ('AQ_ADMINISTRATOR_ROLE', true)
on conflict do nothing;

-- what a PostgreSQL role of its own stands for
do $$
declare
	name text;
begin
	foreach name in array array['CONNECT', 'RESOURCE', 'DBA', 'SELECT_CATALOG_ROLE', 'EXECUTE_CATALOG_ROLE',
		'EXP_FULL_DATABASE', 'IMP_FULL_DATABASE', 'DATAPUMP_EXP_FULL_DATABASE', 'DATAPUMP_IMP_FULL_DATABASE',
		'SCHEDULER_ADMIN', 'CTXAPP', 'AQ_ADMINISTRATOR_ROLE', 'SELECT ANY TABLE', 'INSERT ANY TABLE', 'UPDATE ANY TABLE', 'DELETE ANY TABLE',
		'SELECT ANY SEQUENCE', 'SELECT ANY DICTIONARY', 'LOGMINING', 'READ ANY TABLE', 'EXECUTE ANY PROCEDURE'] loop
		if not exists (select from pg_roles where rolname = name) then
			execute format('create role %I nologin', name);
		end if;
	end loop;
	grant "SELECT ANY TABLE" to "READ ANY TABLE";
	grant "SELECT_CATALOG_ROLE" to "SELECT ANY DICTIONARY";
	foreach name in array array['SYS', 'SYSTEM'] loop
		if not exists (select from pg_roles where rolname = name) then
			execute format('create role %I login superuser', name);
		end if;
	end loop;
	create schema if not exists "SYSTEM" authorization "SYSTEM";
end $$;

insert into rh.users (user_id, username, maintained, tablespace, status) values
 (0, 'SYS', true, 'SYSTEM', 'OPEN'), (9, 'SYSTEM', true, 'SYSTEM', 'OPEN')
on conflict do nothing;

insert into rh.role_grants (grantee, granted_role, admin_option) values
 ('SYS', 'DBA', true), ('SYSTEM', 'DBA', true), ('DBA', 'SELECT_CATALOG_ROLE', true), ('DBA', 'EXECUTE_CATALOG_ROLE', true),
 ('DBA', 'SCHEDULER_ADMIN', true), ('DBA', 'EXP_FULL_DATABASE', false), ('DBA', 'IMP_FULL_DATABASE', false)
on conflict do nothing;
insert into rh.sys_grants (grantee, privilege, admin_option)
 select 'DBA', name, true from rh.system_privilege where name not in ('UNLIMITED TABLESPACE')
on conflict do nothing;
insert into rh.sys_grants (grantee, privilege, admin_option) values
 ('CONNECT', 'CREATE SESSION', false), ('CONNECT', 'SET CONTAINER', false), ('SYSTEM', 'UNLIMITED TABLESPACE', true),
 ('SYS', 'UNLIMITED TABLESPACE', false), ('RESOURCE', 'CREATE TABLE', false), ('RESOURCE', 'CREATE SEQUENCE', false),
 ('RESOURCE', 'CREATE TRIGGER', false), ('RESOURCE', 'CREATE PROCEDURE', false), ('RESOURCE', 'CREATE TYPE', false),
 ('SCHEDULER_ADMIN', 'CREATE JOB', true), ('SCHEDULER_ADMIN', 'CREATE ANY JOB', true),
 ('SCHEDULER_ADMIN', 'MANAGE SCHEDULER', true)
on conflict do nothing;

insert into rh.parameters (num, name, type, value, description) values
 (37, 'processes', 3, '190', 'user processes'), (39, 'sessions', 3, '180', 'user and system sessions'),
 (1087, 'compatible', 2, '19.0.0', 'Database will be completely compatible with this software version'),
 (1123, 'cluster_database', 1, 'FALSE', 'if TRUE startup in cluster database mode'),
 (1320, 'undo_retention', 3, '900', 'undo retention in seconds'),
 (1321, 'undo_management', 2, 'AUTO', 'instance runs in SMU mode if TRUE, else in RBU mode'),
 (1322, 'undo_tablespace', 2, 'UNDOTBS1', 'use/switch undo tablespace'),
 (1131, 'db_recovery_file_dest', 2, NULL, 'default database recovery file location'),
 (1132, 'db_recovery_file_dest_size', 6, '0', 'database recovery files size limit'),
 (1108, 'log_archive_format', 2, '%t_%s_%r.arc', 'archival destination format'),
 (1109, 'log_archive_dest_1', 2, NULL, 'archival destination #1 text string'),
 (2120, 'max_string_size', 2, 'STANDARD', 'controls maximum size of VARCHAR2, NVARCHAR2, and RAW types in SQL'),
 (2121, 'enable_goldengate_replication', 1, 'FALSE', 'goldengate replication enabled'),
 (1040, 'db_block_size', 3, '8192', 'Size of database block in bytes'),
 (2122, 'pga_aggregate_limit', 6, '2147483648', 'limit of aggregate PGA memory for the instance or PDB'),
 (1850, 'job_queue_processes', 3, '40', 'maximum number of job queue slave processes'),
 (1700, 'db_name', 2, NULL, 'database name specified in CREATE DATABASE'),
 (1701, 'db_unique_name', 2, NULL, 'Database Unique Name'),
 (1702, 'instance_name', 2, NULL, 'instance name supported by the instance'),
 (1704, 'db_domain', 2, NULL, 'directory part of global database name stored with CREATE DATABASE'),
 (1703, 'service_names', 2, NULL, 'service names supported by the instance'),
 (1800, 'open_cursors', 3, '300', 'max # cursors per session'),
 (1801, 'global_names', 1, 'FALSE', 'enforce that database links have same name as remote database'),
 (1802, 'nls_language', 2, 'AMERICAN', 'NLS language name'),
 (1803, 'nls_territory', 2, 'AMERICA', 'NLS territory name'),
 (1804, 'nls_length_semantics', 2, 'BYTE', 'create columns using byte or char semantics by default'),
 (1805, 'aq_tm_processes', 3, '1', 'number of AQ Time Managers to start'),
 (1806, 'recyclebin', 2, 'off', 'recyclebin processing'),
 (1807, 'streams_pool_size', 6, '0', 'size in bytes of the streams pool'),
 (1808, 'local_listener', 2, NULL, 'local listener'),
 (1809, 'ddl_lock_timeout', 3, '0', 'timeout to restrict the time that ddls wait for dml lock'),
 (1810, 'resource_limit', 1, 'TRUE', 'master switch for resource limit'),
 (1811, 'remote_login_passwordfile', 2, 'EXCLUSIVE', 'password file usage parameter'),
 (1812, 'audit_trail', 2, 'NONE', 'enable system auditing')
on conflict (num) do nothing;

drop event trigger if exists rh_after_ddl;
drop event trigger if exists rh_after_drop;
create event trigger rh_after_ddl on ddl_command_end
	when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE VIEW', 'CREATE SEQUENCE', 'ALTER TABLE',
		     'CREATE MATERIALIZED VIEW', 'ALTER SEQUENCE')
	execute function rh.after_ddl();
create event trigger rh_after_drop on sql_drop execute function rh.after_drop();

grant select, insert, update, delete on rh.columns, rh.objects, rh.synonyms to public;
grant usage on sequence rh.rowid_seq to public;
