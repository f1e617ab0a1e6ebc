-- dict_3_dynamic.sql - V$ views of instance and sessions, NLS, DUAL
-- Columns and their order: Oracle Database Reference 19c.  V$LOG and its like belong to the redo.

do $$
declare
	old text;
begin -- what this file makes may have changed its columns
	foreach old in array array['DUAL', 'V$DATABASE', 'V$INSTANCE', 'GV$INSTANCE', 'V$VERSION', 'V$PARAMETER', 'V$PARAMETER2', 'V$SYSTEM_PARAMETER',
		'V$SPPARAMETER', 'V$SESSION', 'GV$SESSION', 'V$PROCESS', 'V$NLS_PARAMETERS', 'V$MYSTAT', 'V$SESSTAT', 'V$STATNAME', 'V$PDBS', 'V$CONTAINERS',
		'V$TIMEZONE_NAMES', 'V$LOCK', 'V$LOCKED_OBJECT', 'V$SERVICES', 'V$ACTIVE_SERVICES', 'V$TRANSPORTABLE_PLATFORM',
		'V$DATAGUARD_STATS', 'V$RESTORE_POINT', 'V$RECOVERY_FILE_DEST', 'V$OPTION', 'V$GLOBAL_TRANSACTION', 'V$DBLINK',
		'V$SESSION_CONNECT_INFO', 'V$LICENSE', 'V$STANDBY_LOG', 'V$ENCRYPTION_WALLET', 'V$DATABASE_INCARNATION',
		'NLS_DATABASE_PARAMETERS', 'NLS_SESSION_PARAMETERS', 'NLS_INSTANCE_PARAMETERS', 'PRODUCT_COMPONENT_VERSION', 'DATABASE_PROPERTIES',
		'GLOBAL_NAME', 'DICTIONARY', 'DICT', 'V$OPEN_CURSOR'] loop
		execute pg_catalog.format('drop view if exists "SYS".%I cascade', old);
	end loop;
end $$;

create view "SYS"."DUAL" as select 'X'::varchar(1) as "DUMMY";

-- ---- the database and its instance --------------------------------------------------------------------------------

-- declared stable: asked once for each statement that shows it, and not at all when it is not shown
create or replace function rh.current_scn_shown() returns numeric language plpgsql stable as $$ begin return rh.current_scn(); end $$;
create or replace function rh.yes(is_so boolean) returns varchar(3) language sql immutable as $$ select case when $1 then 'YES' else 'NO' end::varchar(3) $$;
create or replace function rh.logged(kind text) returns boolean language sql stable security definer set search_path = pg_catalog as $$
	select exists (select from rh.log_groups g where g.relid = 0 and g.kind = $1)
$$;
create or replace function rh.fact_time(name text) returns ora.date language sql stable as $$ select rh.fact($1)::timestamptz at time zone 'UTC' $$;

create view "SYS"."V$DATABASE" as
select rh.fact('dbid')::numeric as "DBID", rh.fact('db_name')::varchar(9) as "NAME", c.resetlogs_time::ora.date as "CREATED",
       c.resetlogs_scn as "RESETLOGS_CHANGE#", c.resetlogs_time::ora.date as "RESETLOGS_TIME", 0::numeric as "PRIOR_RESETLOGS_CHANGE#",
       null::ora.date as "PRIOR_RESETLOGS_TIME", rh.fact('log_mode')::varchar(12) as "LOG_MODE", c.checkpoint_scn as "CHECKPOINT_CHANGE#",
       0::numeric as "ARCHIVE_CHANGE#", 'CURRENT'::varchar(7) as "CONTROLFILE_TYPE", c.resetlogs_time::ora.date as "CONTROLFILE_CREATED",
       c.sequence as "CONTROLFILE_SEQUENCE#", c.last_scn as "CONTROLFILE_CHANGE#", c.last_time::ora.date as "CONTROLFILE_TIME",
       'NOT ALLOWED'::varchar(11) as "OPEN_RESETLOGS", c.resetlogs_time::ora.date as "VERSION_TIME", 'READ WRITE'::varchar(20) as "OPEN_MODE",
       'MAXIMUM PERFORMANCE'::varchar(20) as "PROTECTION_MODE", 'UNPROTECTED'::varchar(20) as "PROTECTION_LEVEL",
       'ENABLED'::varchar(8) as "REMOTE_ARCHIVE", rh.fact('dbid')::numeric as "ACTIVATION#", rh.fact('dbid')::numeric as "SWITCHOVER#",
       'PRIMARY'::varchar(16) as "DATABASE_ROLE", 0::numeric as "ARCHIVELOG_CHANGE#", 'DISABLED'::varchar(8) as "ARCHIVELOG_COMPRESSION",
       'NOT ALLOWED'::varchar(20) as "SWITCHOVER_STATUS", 'DISABLED'::varchar(8) as "DATAGUARD_BROKER", 'NONE'::varchar(7) as "GUARD_STATUS",
       (case when rh.logged('MIN') then 'YES' when exists (select from rh.log_groups g where g.relid = 0) then 'IMPLICIT' else 'NO' end)::varchar(8)
	as "SUPPLEMENTAL_LOG_DATA_MIN",
       rh.yes(rh.logged('PRIMARY KEY LOGGING')) as "SUPPLEMENTAL_LOG_DATA_PK", rh.yes(rh.logged('UNIQUE KEY LOGGING')) as "SUPPLEMENTAL_LOG_DATA_UI",
       rh.yes(coalesce(rh.fact('force_logging'), 'NO') = 'YES')::varchar(39) as "FORCE_LOGGING", 13::numeric as "PLATFORM_ID",
       'Linux x86 64-bit'::varchar(101) as "PLATFORM_NAME", 1::numeric as "RECOVERY_TARGET_INCARNATION#",
       1::numeric as "LAST_OPEN_INCARNATION#", rh.current_scn_shown() as "CURRENT_SCN", 'NO'::varchar(18) as "FLASHBACK_ON",
       rh.yes(rh.logged('FOREIGN KEY LOGGING')) as "SUPPLEMENTAL_LOG_DATA_FK", rh.yes(rh.logged('ALL COLUMN LOGGING')) as "SUPPLEMENTAL_LOG_DATA_ALL",
       rh.fact('db_name')::varchar(30) as "DB_UNIQUE_NAME", null::numeric as "STANDBY_BECAME_PRIMARY_SCN", 'DISABLED'::varchar(22) as "FS_FAILOVER_STATUS",
       null::varchar(30) as "FS_FAILOVER_CURRENT_TARGET", null::numeric as "FS_FAILOVER_THRESHOLD", null::varchar(7) as "FS_FAILOVER_OBSERVER_PRESENT",
       null::varchar(512) as "FS_FAILOVER_OBSERVER_HOST", 'NO'::varchar(3) as "CONTROLFILE_CONVERTED", null::varchar(30) as "PRIMARY_DB_UNIQUE_NAME",
       'NO'::varchar(3) as "SUPPLEMENTAL_LOG_DATA_PL", null::numeric as "MIN_REQUIRED_CAPTURE_CHANGE#", 'NO'::varchar(3) as "CDB",
       0::numeric as "CON_ID", null::varchar(100) as "PENDING_ROLE_CHANGE_TASKS", rh.fact('dbid')::numeric as "CON_DBID",
       'NO'::varchar(3) as "FORCE_FULL_DB_CACHING", 'NO'::varchar(3) as "SUPPLEMENTAL_LOG_DATA_SR"
  from rh.control() c;

create view "SYS"."V$DATABASE_INCARNATION" as
select i.number as "INCARNATION#", i.resetlogs_scn as "RESETLOGS_CHANGE#", i.resetlogs_time::ora.date as "RESETLOGS_TIME",
       coalesce(p.resetlogs_scn, 0) as "PRIOR_RESETLOGS_CHANGE#", p.resetlogs_time::ora.date as "PRIOR_RESETLOGS_TIME", i.status::varchar(7) as "STATUS",
       i.resetlogs_scn as "RESETLOGS_ID", i.number - 1 as "PRIOR_INCARNATION#", 'NO'::varchar(26) as "FLASHBACK_DATABASE_ALLOWED", 0::numeric as "CON_ID"
  from rh.incarnations() i left join rh.incarnations() p on p.number = i.number - 1;

create view "SYS"."GV$INSTANCE" as
select i.number::numeric as "INST_ID", i.number::numeric as "INSTANCE_NUMBER", rh.instance_of(i.number::numeric)::varchar(16) as "INSTANCE_NAME", rh.fact('host')::varchar(64) as "HOST_NAME",
       rh.fact('version')::varchar(17) as "VERSION", rh.fact('version')::varchar(17) as "VERSION_LEGACY", rh.fact('version_full')::varchar(17) as "VERSION_FULL",
       rh.fact_time('startup_time') as "STARTUP_TIME", 'OPEN'::varchar(12) as "STATUS", rh.yes(rh.instances() > 1) as "PARALLEL", i.number::numeric as "THREAD#",
       'STARTED'::varchar(7) as "ARCHIVER", null::varchar(15) as "LOG_SWITCH_WAIT", rh.fact('logins')::varchar(10) as "LOGINS",
       'NO'::varchar(3) as "SHUTDOWN_PENDING", 'ACTIVE'::varchar(17) as "DATABASE_STATUS", 'PRIMARY_INSTANCE'::varchar(18) as "INSTANCE_ROLE",
       'NORMAL'::varchar(9) as "ACTIVE_STATE", 'NO'::varchar(2) as "BLOCKED", 0::numeric as "CON_ID", 'REGULAR'::varchar(11) as "INSTANCE_MODE",
       'EE'::varchar(7) as "EDITION", null::varchar(80) as "FAMILY", case when rh.instances() > 1 then 'RAC' else 'SINGLE' end::varchar(15) as "DATABASE_TYPE"
  from pg_catalog.generate_series(1, rh.instances()) i(number);
select rh.make_local_view('INSTANCE');

-- before 18c a row for each component
create view "SYS"."V$VERSION" as
select v.banner::varchar(80) as "BANNER", (v.banner || v.more)::varchar(160) as "BANNER_FULL", v.banner::varchar(80) as "BANNER_LEGACY", 0::numeric as "CON_ID"
  from (select 1 as nr, rh.fact('banner') as banner, rh.fact('banner_more') as more
	union all
	select p.nr, pg_catalog.format(p.form, rh.fact('version')), ''
	  from (values (2, 'PL/SQL Release %s - Production'), (3, E'CORE\t%s\tProduction'), (4, 'TNS for Linux: Version %s - Production'),
		(5, 'NLSRTL Version %s - Production')) p(nr, form)
	 where rh.fact('release')::int < 1800) v
 order by v.nr;
create view "SYS"."PRODUCT_COMPONENT_VERSION" as
select v.product::varchar(80) as "PRODUCT", rh.fact('version')::varchar(80) as "VERSION", rh.fact('version_full')::varchar(80) as "VERSION_FULL",
       v.status::varchar(80) as "STATUS"
  from (select 'NLSRTL ' as product, 'Production' as status where rh.fact('release')::int < 1800
	union all
	select rh.fact('product'), pg_catalog.ltrim(rh.fact('version_string'), '- ')
	union all
	select p.product, 'Production' from (values ('PL/SQL '), ('TNS for Linux: ')) p(product) where rh.fact('release')::int < 1800) v;

create or replace function rh.parameter_value(name text, value text) returns text language sql stable as $$
	select case when $1 in ('db_name', 'db_unique_name') then rh.fact('db_name') when $1 = 'instance_name' then rh.fact('instance_name')
	       when $1 = 'processes' then coalesce(rh.fact('processes'), $2) when $1 = 'max_string_size' then rh.fact($1) when $1 = 'service_names' then rh.fact('service') when $1 = 'log_archive_dest_1' then 'LOCATION=' || rh.fact('folder') || '/redo/arch'
	       when $1 = 'undo_retention' then coalesce(rh.fact('undo_retention'), $2) else $2 end
$$;
create view "SYS"."V$PARAMETER" as
select p.num::numeric as "NUM", p.name::varchar(80) as "NAME", p.type::numeric as "TYPE", rh.parameter_value(p.name, p.value)::varchar(4000) as "VALUE",
       rh.parameter_value(p.name, p.value)::varchar(4000) as "DISPLAY_VALUE", p.value::varchar(255) as "DEFAULT_VALUE",
       case when p.is_default then 'TRUE' else 'FALSE' end::varchar(9) as "ISDEFAULT", 'FALSE'::varchar(5) as "ISSES_MODIFIABLE",
       'IMMEDIATE'::varchar(9) as "ISSYS_MODIFIABLE", 'TRUE'::varchar(5) as "ISPDB_MODIFIABLE", 'TRUE'::varchar(5) as "ISINSTANCE_MODIFIABLE",
       case when p.is_default then 'FALSE' else 'SYSTEM_MOD' end::varchar(10) as "ISMODIFIED", 'FALSE'::varchar(5) as "ISADJUSTED",
       'FALSE'::varchar(5) as "ISDEPRECATED", 'FALSE'::varchar(5) as "ISBASIC", p.description::varchar(255) as "DESCRIPTION",
       null::varchar(255) as "UPDATE_COMMENT", 0::numeric as "HASH", 0::numeric as "CON_ID"
  from rh.parameters p;
create view "SYS"."V$SYSTEM_PARAMETER" as select * from "SYS"."V$PARAMETER";
create view "SYS"."V$PARAMETER2" as select * from "SYS"."V$PARAMETER";
create view "SYS"."V$SPPARAMETER" as
select 'SHOPDB'::varchar(80) as "SID", "NAME", 'string'::varchar(11) as "TYPE", "VALUE"::varchar(255) as "VALUE", "DISPLAY_VALUE"::varchar(255),
       case "ISDEFAULT" when 'TRUE' then 'FALSE' else 'TRUE' end::varchar(6) as "ISSPECIFIED", 1::numeric as "ORDINAL", null::varchar(255) as "UPDATE_COMMENT",
       0::numeric as "CON_ID" from "SYS"."V$PARAMETER";

-- ---- sessions ---------------------------------------------------------------------------------------------------------

create view "SYS"."GV$SESSION" as
select s.instance as "INST_ID", rh.saddr(s.sid) as "SADDR", s.sid::numeric as "SID", s.serial::numeric as "SERIAL#", s.audsid::numeric as "AUDSID", rh.saddr(s.sid + 100000) as "PADDR",
       s.user_id::numeric as "USER#", s.username::varchar(128) as "USERNAME", case when a.state = 'active' then 3 else 0 end::numeric as "COMMAND",
       2147483644::numeric as "OWNERID", rh.taddr(a.xid)::bytea as "TADDR", null::varchar(16) as "LOCKWAIT",
       (case when s.killed then 'KILLED' when s.type = 'BACKGROUND' or a.state = 'active' then 'ACTIVE' else 'INACTIVE' end)::varchar(8) as "STATUS",
       'DEDICATED'::varchar(9) as "SERVER", s.user_id::numeric as "SCHEMA#", s.username::varchar(128) as "SCHEMANAME", s.os_user::varchar(128) as "OSUSER",
       s.process::varchar(24) as "PROCESS", s.machine::varchar(64) as "MACHINE", 0::numeric as "PORT", s.terminal::varchar(30) as "TERMINAL",
       s.program::varchar(84) as "PROGRAM", case s.type when 'BACKGROUND' then 'BACKGROUND' else 'USER' end::varchar(10) as "TYPE",
       decode('00', 'hex') as "SQL_ADDRESS", 0::numeric as "SQL_HASH_VALUE", null::varchar(13) as "SQL_ID", null::numeric as "SQL_CHILD_NUMBER",
       null::ora.date as "SQL_EXEC_START", null::numeric as "SQL_EXEC_ID", null::varchar(13) as "PREV_SQL_ID", s.module::varchar(64) as "MODULE",
       0::numeric as "MODULE_HASH", s.action::varchar(64) as "ACTION", 0::numeric as "ACTION_HASH", s.client_info::varchar(64) as "CLIENT_INFO",
       0::numeric as "FIXED_TABLE_SEQUENCE", (-1)::numeric as "ROW_WAIT_OBJ#", 0::numeric as "ROW_WAIT_FILE#", 0::numeric as "ROW_WAIT_BLOCK#",
       0::numeric as "ROW_WAIT_ROW#", 0::numeric as "TOP_LEVEL_CALL#", (s.logon_time at time zone 'UTC')::ora.date as "LOGON_TIME",
       floor(extract(epoch from now() - coalesce(a.state_change, s.logon_time)))::numeric as "LAST_CALL_ET", 'NO'::varchar(3) as "PDML_ENABLED",
       'NONE'::varchar(13) as "FAILOVER_TYPE", 'NONE'::varchar(10) as "FAILOVER_METHOD", 'NO'::varchar(3) as "FAILED_OVER",
       null::varchar(32) as "RESOURCE_CONSUMER_GROUP", 'DISABLED'::varchar(8) as "PDML_STATUS", 'ENABLED'::varchar(8) as "PDDL_STATUS",
       'ENABLED'::varchar(8) as "PQ_STATUS", 0::numeric as "CURRENT_QUEUE_DURATION", s.client_identifier::varchar(64) as "CLIENT_IDENTIFIER",
       case when b.sid is not null then 'VALID' else 'NO HOLDER' end::varchar(11) as "BLOCKING_SESSION_STATUS",
       case when b.sid is not null then rh.session_instance(b.sid) end as "BLOCKING_INSTANCE", b.sid::numeric as "BLOCKING_SESSION",
       case when b.sid is not null then 'VALID' else 'NO HOLDER' end::varchar(11) as "FINAL_BLOCKING_SESSION_STATUS", b.sid::numeric as "FINAL_BLOCKING_SESSION",
       0::numeric as "SEQ#", 0::numeric as "EVENT#",
       (case when b.sid is not null then 'enq: TX - row lock contention' when a.state = 'active' then 'CPU' else 'SQL*Net message from client' end)::varchar(64) as "EVENT",
       (case when b.sid is not null then 'Application' else 'Idle' end)::varchar(64) as "WAIT_CLASS", 0::numeric as "WAIT_TIME",
       0::numeric as "SECONDS_IN_WAIT", 'WAITING'::varchar(19) as "STATE", s.service_name::varchar(64) as "SERVICE_NAME", 'DISABLED'::varchar(8) as "SQL_TRACE",
       'FALSE'::varchar(5) as "SQL_TRACE_WAITS", null::numeric as "SESSION_EDITION_ID", rh.saddr(s.sid + 200000) as "CREATOR_ADDR",
       s.serial::numeric as "CREATOR_SERIAL#", 0::numeric as "CON_ID"
  from (select x.*, rh.session_instance(x.sid) as instance from rh.sessions x
	union all
	select v.sid, 1, null, 0, null, 'BACKGROUND', 'oracle', null, rh.fact('host'), 'UNKNOWN', 'oracle@' || rh.fact('host') || ' (' || v.name || ')',
	       null, null, null, null, 'SYS$BACKGROUND', null, rh.fact('startup_time')::timestamptz, false, null, null, null, 0, i.number::numeric
	  from (values (1, 'PMON'), (2, 'DBW0'), (3, 'LGWR'), (4, 'CKPT'), (5, 'SMON'), (6, 'CJQ0'), (7, 'ARC0')) v(sid, name)
	       cross join pg_catalog.generate_series(1, rh.instances()) i(number)) s
  left join rh.activity() a on a.pid operator(pg_catalog.=) s.backend_pid
  left join rh.sessions b on a.wait like 'Lock:%' and b.backend_pid operator(pg_catalog.=) rh.blocker(s.backend_pid);
select rh.make_local_view('SESSION');

create view "SYS"."V$PROCESS" as
select "PADDR" as "ADDR", "SID" as "PID", "SID"::varchar(24) as "SPID", null::varchar(48) as "PNAME", "OSUSER"::varchar(15) as "USERNAME",
       "SERIAL#", "TERMINAL", "PROGRAM", case "TYPE" when 'BACKGROUND' then '1' end::varchar(1) as "BACKGROUND", 0::numeric as "PGA_USED_MEM",
       0::numeric as "PGA_ALLOC_MEM", 0::numeric as "PGA_FREEABLE_MEM", 0::numeric as "PGA_MAX_MEM", 0::numeric as "CON_ID" from "SYS"."V$SESSION";
-- a row for each service of a connection: what carries it, and what encrypts it (A-481)
create view "SYS"."V$SESSION_CONNECT_INFO" as
select s.sid::numeric as "SID", s.serial::numeric as "SERIAL#", 'DATABASE'::varchar(26) as "AUTHENTICATION_TYPE", s.os_user::varchar(128) as "OSUSER",
       pg_catalog.concat(b.name, ' for Linux: Version ', v.version, ' - Production')::varchar(4000) as "NETWORK_SERVICE_BANNER",
       case when s.driver like 'jdbcthin%' then 'Unknown' else 'AL32UTF8' end::varchar(40) as "CLIENT_CHARSET", s.driver::varchar(30) as "CLIENT_DRIVER",
       0::numeric as "CON_ID"
  from rh.sessions s
 cross join (select case when rh.fact('release')::int < 1800 then rh.fact('version')
			 else pg_catalog.concat(pg_catalog.left(rh.fact('release'), 2), '.0.0.0.0') end as version) v
 cross join lateral (values (1, 'TCP/IP NT Protocol Adapter', null), (2, 'Encryption service', null),
			    (3, pg_catalog.concat(s.cipher, ' Encryption service adapter'), s.cipher), (4, 'Crypto-checksumming service', null),
			    (5, pg_catalog.concat(s.checksum, ' Crypto-checksumming service adapter'), s.checksum)) b(place, name, algorithm)
 where s.type = 'USER' and (b.algorithm is not null or b.place in (1, 2, 4));

create view "SYS"."V$STATNAME" as
select v.nr::numeric as "STATISTIC#", v.name::varchar(64) as "NAME", 1::numeric as "CLASS", 0::numeric as "STAT_ID", v.name::varchar(64) as "DISPLAY_NAME", 0::numeric as "CON_ID"
  from (values (0, 'OS CPU Qt wait time'), (6, 'user commits'), (7, 'user rollbacks'), (21, 'session uga memory'), (22, 'session uga memory max'),
	(25, 'session pga memory'), (26, 'session pga memory max'), (288, 'redo size'), (5, 'opened cursors current'), (1000, 'parse count (total)'), (1001, 'SQL*Net roundtrips to/from client')) v(nr, name);
-- the server counts; a program finds a statistic by its name, for the numbers are others in each release
create or replace function rh.session_counts() returns table (sid numeric, nr numeric, value numeric) language sql volatile
set search_path = pg_catalog as $$
	select split_part(line, ' ', 1)::numeric, v.nr::numeric, split_part(line, ' ', v.place)::numeric
	  from regexp_split_to_table(rh.ask(chr(1) || 'counts'), E'\n') line, (values (1001, 2), (1000, 3), (5, 4)) v(nr, place)
	 where line <> ''
$$;
create view "SYS"."V$SESSTAT" as
select s.sid::numeric as "SID", n."STATISTIC#", coalesce(c.value, 0)::numeric as "VALUE", 0::numeric as "CON_ID"
  from rh.sessions s cross join "SYS"."V$STATNAME" n
  left join rh.session_counts() c on c.sid operator(pg_catalog.=) s.sid::numeric and c.nr operator(pg_catalog.=) n."STATISTIC#";
create view "SYS"."V$MYSTAT" as
select "SID", "STATISTIC#", "VALUE", "CON_ID" from "SYS"."V$SESSTAT"
 where "SID" operator(pg_catalog.=) nullif(pg_catalog.split_part(pg_catalog.current_setting('rh.sid', true), ',', 1), '')::numeric;
create view "SYS"."V$OPEN_CURSOR" as
select null::numeric as "SID", null::varchar(128) as "USER_NAME", null::varchar(60) as "SQL_TEXT" where false;

create or replace function rh.locks(out pid int, out relation oid, out mode text, out granted boolean) returns setof record
language sql volatile security definer set search_path = pg_catalog as $$
	select l.pid, l.relation, l.mode, l.granted from pg_locks l
	 where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = 'rehearsal')
$$;
create view "SYS"."V$LOCKED_OBJECT" as
select 0::numeric as "XIDUSN", 0::numeric as "XIDSLOT", 0::numeric as "XIDSQN", l.relation::bigint::numeric as "OBJECT_ID", s.sid::numeric as "SESSION_ID",
       s.username::varchar(128) as "ORACLE_USERNAME", s.os_user::varchar(128) as "OS_USER_NAME", s.process::varchar(24) as "PROCESS",
       case l.mode when 'RowExclusiveLock' then 3 when 'ExclusiveLock' then 6 when 'AccessExclusiveLock' then 6 else 2 end::numeric as "LOCKED_MODE", 0::numeric as "CON_ID"
  from rh.locks() l join rh.sessions s on s.backend_pid operator(pg_catalog.=) l.pid join rh.relation r on r.relid operator(pg_catalog.=) l.relation
 where l.mode not in ('AccessShareLock') and r.relkind in ('r', 'p') and r.owner <> 'SYS';
create view "SYS"."V$LOCK" as
select rh.saddr("SESSION_ID"::int) as "ADDR", rh.saddr("SESSION_ID"::int) as "KADDR", "SESSION_ID" as "SID", 'TM'::varchar(2) as "TYPE", "OBJECT_ID" as "ID1",
       0::numeric as "ID2", "LOCKED_MODE" as "LMODE", 0::numeric as "REQUEST", 0::numeric as "CTIME", 0::numeric as "BLOCK", 0::numeric as "CON_ID" from "SYS"."V$LOCKED_OBJECT";

-- ---- NLS ----------------------------------------------------------------------------------------------------------------

create view "SYS"."NLS_DATABASE_PARAMETERS" as
select v.name::varchar(128) as "PARAMETER", v.value::varchar(64) as "VALUE"
  from (values ('NLS_RDBMS_VERSION', rh.fact('version')), ('NLS_NCHAR_CONV_EXCP', 'FALSE'), ('NLS_LENGTH_SEMANTICS', 'BYTE'), ('NLS_COMP', 'BINARY'),
	('NLS_DUAL_CURRENCY', '$'), ('NLS_TIMESTAMP_TZ_FORMAT', 'DD-MON-RR HH.MI.SSXFF AM TZR'), ('NLS_TIME_TZ_FORMAT', 'HH.MI.SSXFF AM TZR'),
	('NLS_TIMESTAMP_FORMAT', 'DD-MON-RR HH.MI.SSXFF AM'), ('NLS_TIME_FORMAT', 'HH.MI.SSXFF AM'), ('NLS_SORT', 'BINARY'),
	('NLS_DATE_LANGUAGE', 'AMERICAN'), ('NLS_DATE_FORMAT', 'DD-MON-RR'), ('NLS_CALENDAR', 'GREGORIAN'), ('NLS_NUMERIC_CHARACTERS', '.,'),
	('NLS_NCHAR_CHARACTERSET', 'AL16UTF16'), ('NLS_CHARACTERSET', rh.fact('charset')), ('NLS_ISO_CURRENCY', 'AMERICA'), ('NLS_CURRENCY', '$'),
	('NLS_TERRITORY', 'AMERICA'), ('NLS_LANGUAGE', 'AMERICAN')) v(name, value);
create view "SYS"."NLS_SESSION_PARAMETERS" as
select "PARAMETER", coalesce(nullif(pg_catalog.current_setting('rh.' || pg_catalog.lower("PARAMETER"::text), true), ''), "VALUE"::text)::varchar(64) as "VALUE"
  from "SYS"."NLS_DATABASE_PARAMETERS" where "PARAMETER"::text not in ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET', 'NLS_RDBMS_VERSION');
create view "SYS"."NLS_INSTANCE_PARAMETERS" as select * from "SYS"."NLS_DATABASE_PARAMETERS"
 where "PARAMETER"::text not in ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET', 'NLS_RDBMS_VERSION');
create view "SYS"."V$NLS_PARAMETERS" as
select "PARAMETER"::varchar(64) as "PARAMETER", "VALUE", 0::numeric as "CON_ID" from "SYS"."NLS_SESSION_PARAMETERS"
union all
select "PARAMETER"::varchar(64), "VALUE", 0::numeric from "SYS"."NLS_DATABASE_PARAMETERS" where "PARAMETER"::text in ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET');

create view "SYS"."DATABASE_PROPERTIES" as
select v.name::varchar(128) as "PROPERTY_NAME", v.value::varchar(4000) as "PROPERTY_VALUE", null::varchar(4000) as "DESCRIPTION"
  from (values ('DEFAULT_PERMANENT_TABLESPACE', 'USERS'), ('DEFAULT_TEMP_TABLESPACE', 'TEMP'), ('DBTIMEZONE', '00:00'), ('DEFAULT_EDITION', 'ORA$BASE')) v(name, value)
union all select "PARAMETER", "VALUE", null from "SYS"."NLS_DATABASE_PARAMETERS";
create view "SYS"."GLOBAL_NAME" as select rh.fact('db_name')::varchar(4000) as "GLOBAL_NAME";

-- ---- small ones -----------------------------------------------------------------------------------------------------------

create view "SYS"."V$TIMEZONE_NAMES" as
select name::varchar(64) as "TZNAME", abbrev::varchar(64) as "TZABBREV", 0::numeric as "CON_ID" from pg_timezone_names where name not like 'posix%';
create view "SYS"."V$SERVICES" as
select 1::numeric as "SERVICE_ID", rh.fact('service')::varchar(64) as "NAME", 0::numeric as "NAME_HASH", rh.fact('service')::varchar(512) as "NETWORK_NAME",
       'NONE'::varchar(12) as "GOAL", 'NO'::varchar(3) as "BLOCKED", 0::numeric as "CON_ID";
create view "SYS"."V$ACTIVE_SERVICES" as select * from "SYS"."V$SERVICES";
create view "SYS"."V$TRANSPORTABLE_PLATFORM" as
select 13::numeric as "PLATFORM_ID", 'Linux x86 64-bit'::varchar(101) as "PLATFORM_NAME", 'Little'::varchar(14) as "ENDIAN_FORMAT", 0::numeric as "CON_ID";
create view "SYS"."V$OPTION" as
select v.name::varchar(64) as "PARAMETER", v.value::varchar(64) as "VALUE", 0::numeric as "CON_ID"
  from (values ('Partitioning', 'FALSE'), ('Real Application Clusters', 'FALSE'), ('Flashback Database', 'FALSE'), ('Streams Capture', 'FALSE')) v(name, value);
create view "SYS"."V$LICENSE" as
select 0::numeric as "SESSIONS_MAX", 0::numeric as "SESSIONS_WARNING", (select count(*) from rh.sessions)::numeric as "SESSIONS_CURRENT",
       (select count(*) from rh.sessions)::numeric as "SESSIONS_HIGHWATER", 0::numeric as "CON_ID";
create view "SYS"."V$PDBS" as
select null::numeric as "CON_ID", null::numeric as "DBID", null::numeric as "CON_UID", null::bytea as "GUID", null::varchar(128) as "NAME",
       null::varchar(10) as "OPEN_MODE", null::varchar(3) as "RESTRICTED" where false;
create view "SYS"."V$CONTAINERS" as
select 0::numeric as "CON_ID", rh.fact('dbid')::numeric as "DBID", 0::numeric as "CON_UID", null::bytea as "GUID", rh.fact('db_name')::varchar(128) as "NAME",
       'READ WRITE'::varchar(10) as "OPEN_MODE", case rh.fact('logins') when 'RESTRICTED' then 'YES' else 'NO' end::varchar(3) as "RESTRICTED";
create view "SYS"."V$DATAGUARD_STATS" as select null::varchar(32) as "NAME", null::varchar(64) as "VALUE", null::varchar(30) as "UNIT" where false;
create view "SYS"."V$STANDBY_LOG" as select null::numeric as "GROUP#", null::numeric as "THREAD#", null::numeric as "SEQUENCE#", null::numeric as "BYTES", null::varchar(10) as "STATUS" where false;
create view "SYS"."V$RESTORE_POINT" as
select null::numeric as "SCN", null::numeric as "DATABASE_INCARNATION#", null::varchar(3) as "GUARANTEE_FLASHBACK_DATABASE", null::numeric as "STORAGE_SIZE",
       null::timestamp as "TIME", null::varchar(128) as "NAME" where false;
create view "SYS"."V$RECOVERY_FILE_DEST" as
select null::varchar(513) as "NAME", null::numeric as "SPACE_LIMIT", null::numeric as "SPACE_USED", null::numeric as "SPACE_RECLAIMABLE", null::numeric as "NUMBER_OF_FILES" where false;
create view "SYS"."V$GLOBAL_TRANSACTION" as
select 306206::numeric as "FORMATID", decode(pg_catalog.split_part(pg_catalog.split_part(x.gid, '|', 1), '.', 2), 'hex') as "GLOBALID", '\x01'::bytea as "BRANCHID",
       1::numeric as "BRANCHES", 1::numeric as "REFCOUNT", 1::numeric as "PREPARECOUNT", 'PREPARED'::varchar(38) as "STATE", 0::numeric as "FLAGS",
       'TIGHTLY COUPLED'::varchar(15) as "COUPLING", 0::numeric as "CON_ID" from pg_catalog.pg_prepared_xacts x;
create view "SYS"."V$DBLINK" as select null::varchar(128) as "DB_LINK", null::numeric as "OWNER_ID", null::varchar(3) as "LOGGED_ON", null::varchar(3) as "IN_TRANSACTION" where false;
create view "SYS"."V$ENCRYPTION_WALLET" as
select 'FILE'::varchar(20) as "WRL_TYPE", null::varchar(4000) as "WRL_PARAMETER", 'NOT_AVAILABLE'::varchar(30) as "STATUS", 'UNKNOWN'::varchar(20) as "WALLET_TYPE";

-- what is there to read
create view "SYS"."DICTIONARY" as
select c.relname::varchar(128) as "TABLE_NAME", obj_description(c.oid, 'pg_class')::varchar(4000) as "COMMENTS"
  from pg_class c where c.relnamespace = '"SYS"'::regnamespace and c.relkind in ('v', 'f');
create view "SYS"."DICT" as select * from "SYS"."DICTIONARY";
