-- redo_1_core.sql - redo capture, SCN, LogMiner and V$ views of redo logs
--
-- The functions in C are in extension/ (library causeway_redo, found through dynamic_library_path).  After catalog.sql;
-- repeatable.

create table if not exists rh.log_groups (
	relid oid, name text, kind text not null, always boolean not null default true, generated boolean not null,
	columns text[], primary key (relid, name));

-- What is logged beside a change: relid 0 is the database.  A log group of one's own counts as ALL: more than asked for.
create or replace view rh.supplemental as
select relid, case when kind like 'PRIMARY%' or kind = 'PK' then 'PK' when kind like 'ALL%' or kind like 'USER%' then 'ALL'
	else 'MIN' end as level
from rh.log_groups;

-- OBJV#: counts the definitions of a table, from 1
create table if not exists rh.object_version (relid oid primary key, version int not null, shape text);
alter table rh.object_version add column if not exists shape text;
-- What each of them was, for a LogMiner that tells changes under older ones by name.
create table if not exists rh.object_shape (
	relid oid, version int, owner text not null, name text not null, columns text[] not null, scales int[] not null, primary key (relid, version));
grant select on rh.supplemental, rh.log_groups, rh.object_version, rh.object_shape to public;

-- ---- capture ------------------------------------------------------------------------------------------------------

create or replace function rh.capture_row() returns trigger language c as 'causeway_redo', 'rh_capture_row';
create or replace function rh.write_ddl(sql text, relid oid, owner text, name text, version int) returns void
language c as 'causeway_redo', 'rh_write_ddl';
create or replace function rh.end_transaction(what text) returns void strict volatile language c as 'causeway_redo', 'rh_end_transaction';
create or replace function rh.transactions_ended() returns bigint strict volatile language c as 'causeway_redo', 'rh_transactions_ended';
create or replace function rh.may_fetch(bigint) returns void strict volatile language c as 'causeway_redo', 'rh_may_fetch';
create or replace function rh.savepoint(text) returns void strict volatile language c as 'causeway_redo', 'rh_savepoint';
create or replace function rh.rollback_to(text) returns void strict volatile language c as 'causeway_redo', 'rh_rollback_to';
create or replace function rh.savepoint_now() returns void strict volatile language c as 'causeway_redo', 'rh_savepoint_now';
create or replace function rh.number_of_row(regclass, int) returns bigint strict volatile language c as 'causeway_redo', 'rh_number_of_row';
create or replace function rh.sequence_last(oid) returns bigint strict volatile language c as 'causeway_redo', 'rh_sequence_last';
create or replace function rh.autonomous(text) returns text strict volatile language c as 'causeway_redo', 'rh_autonomous';
create or replace function rh.updating(oid, text) returns boolean strict volatile language c as 'causeway_redo', 'rh_updating';
create or replace function rh.ask(text) returns text strict volatile language c as 'causeway_redo', 'rh_ask';
create or replace function rh.switch_log() returns void language c as 'causeway_redo', 'rh_write_switch';

-- Sorts behind whatever name Oracle's users give their own triggers.
create or replace function rh.capture_table(relation regclass) returns void language plpgsql security definer
set search_path = pg_catalog as $$
begin
	if not exists (select from pg_trigger where tgrelid = relation and tgname = '~causeway_redo') then
		execute format('create trigger "~causeway_redo" before insert or update or delete on %s
				for each row execute function rh.capture_row()', relation);
	end if;
end $$;

-- What a change of makes a new version: the columns, not triggers, constraints or logging.
create or replace function rh.shape_text(relation oid) returns text language sql stable security definer
set search_path = pg_catalog as $$
	select coalesce(string_agg(attname || ' ' || format_type(atttypid, atttypmod), ',' order by attnum), '')
	  from pg_attribute where attrelid = relation and attnum > 0 and not attisdropped
$$;

create or replace function rh.keep_shape(relation oid, version_now int, owner text, name text) returns void language sql
security definer set search_path = pg_catalog as $$
	insert into rh.object_shape as s
	select relation, version_now, owner, rh.full_name(name), array_agg(rh.full_name(attname) order by attnum),
	       array_agg(case when atttypmod >= 0 then atttypmod else 6 end order by attnum)
	  from pg_attribute
	 where attrelid = relation and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'ROWID$'
	having count(*) > 0
	    on conflict on constraint object_shape_pkey do update set owner = excluded.owner, name = excluded.name, columns = excluded.columns
$$;

create or replace function rh.redo_ddl(sql text, relid oid, owner text, name text) returns void language plpgsql
security definer set search_path = pg_catalog as $$
declare
	version_now int := 0;
begin
	if relid <> 0 then
		insert into rh.object_version as v values (relid, 1, rh.shape_text(relid))
			on conflict on constraint object_version_pkey do update set shape = excluded.shape,
			version = v.version + (v.shape is distinct from excluded.shape)::int
			returning v.version into version_now;
		perform rh.keep_shape(relid, version_now, coalesce(owner, ''), coalesce(name, ''));
	end if;
	perform rh.write_ddl(coalesce(sql, ''), relid, coalesce(owner, ''), coalesce(rh.full_name(name), ''), version_now);
end $$;

-- What a table's definition is, if it has the partition (0: none is asked for), and what it was in a version: a row for each column, or one
-- without a column.
create or replace function rh.definition_now(relation oid, partition oid, out version int, out owner text, out name text, out col text, out scale int)
returns setof record language sql stable set search_path = pg_catalog as $$
	select coalesce(v.version, 1), rh.full_name(n.nspname), rh.full_name(c.relname), rh.full_name(a.attname),
	       case when a.atttypmod >= 0 then a.atttypmod else 6 end
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join rh.object_version v on v.relid = c.oid
	       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname <> 'ROWID$'
	 where c.oid = $1 and ($2 = 0 or exists (select from rh.partitions x where x.relid = $1 and $2 in (x.object, x.sub_object))) order by a.attnum
$$;
create or replace function rh.definition_then(relation oid, wanted int, out version int, out owner text, out name text, out col text, out scale int)
returns setof record language sql stable set search_path = pg_catalog as $$
	select o.version, o.owner, o.name, u.col, u.scale
	  from rh.object_shape o, rows from (unnest(o.columns), unnest(o.scales)) with ordinality u(col, scale, place)
	 where o.relid = $1 and o.version = $2 order by u.place
$$;

-- ---- SCN ----------------------------------------------------------------------------------------------------------

create or replace function rh.current_scn() returns numeric language c volatile as 'causeway_redo', 'rh_current_scn';
create or replace function rh.mark() returns bigint language c volatile as 'causeway_redo', 'rh_mark';
create or replace function rh.flush() returns bigint language c volatile as 'causeway_redo', 'rh_flush';
create or replace function rh.undo_horizon(xid bigint) returns boolean language c volatile
as 'causeway_redo', 'rh_undo_horizon';
create or replace function rh.xact_ended(xid bigint) returns text language c volatile as 'causeway_redo', 'rh_xact_ended';
create or replace function rh.flashback_install(xmin bigint, xmax bigint, unseen bytea) returns boolean language c volatile
as 'causeway_redo', 'rh_flashback_install';
create or replace function rh.xid_raw(xid) returns bytea language c immutable strict as 'causeway_redo', 'rh_xid_raw';
create or replace function rh.rowid_text(oid, bigint) returns text language c immutable strict parallel safe
as 'causeway_redo', 'rh_rowid_text_sql';
create or replace function rh.rowid_number(text) returns bigint language c immutable strict parallel safe
as 'causeway_redo', 'rh_rowid_number_sql';
create or replace function rh.rowid_in_parts(text) returns bigint language c immutable strict parallel safe as 'causeway_redo', 'rh_rowid_in_parts';
-- An extended ROWID, or block, row and file of a restricted one in hex, of which what is missing is 0 (A-485).
create or replace function ora.chartorowid(text) returns text language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
	part text[] := regexp_match($1, '^([0-9A-Fa-f]{1,8})(?:\.([0-9A-Fa-f]{1,4}))?(?:\.([0-9A-Fa-f]{1,4}))?$');
begin
	if part is null then
		perform rh.rowid_number($1);
		return $1;
	end if;
	return upper(format('%s.%s.%s', lpad(part[1], 8, '0'), lpad(coalesce(part[2], ''), 4, '0'), lpad(coalesce(part[3], ''), 4, '0')));
end $$;
create or replace function rh.rowid_object(text) returns oid language c immutable strict parallel safe
as 'causeway_redo', 'rh_rowid_object_sql';
create or replace function rh.write_abort(xid) returns void language c volatile strict as 'causeway_redo', 'rh_write_abort';
revoke all on function rh.write_abort(xid) from public;
revoke all on function rh.undo_horizon(bigint), rh.flashback_install(bigint, bigint, bytea),
	rh.write_ddl(text, oid, text, text, int) from public;

-- ---- control file -------------------------------------------------------------------------------------------------

create or replace function rh.control(out dbid numeric, out resetlogs_scn numeric, out resetlogs_time timestamp,
	out last_scn numeric, out last_time timestamp, out history_scn numeric, out sequence numeric,
	out checkpoint_scn numeric)
returns setof record language c volatile as 'causeway_redo', 'rh_control';
create or replace function rh.online_logs(out grp numeric, out sequence numeric, out bytes numeric, out archived text,
	out status text, out first_scn numeric, out first_time timestamp, out next_scn numeric, out next_time timestamp,
	out member text, out thread numeric)
returns setof record language c volatile as 'causeway_redo', 'rh_online_logs';
create or replace function rh.redo_threads(out thread numeric, out grp numeric, out sequence numeric, out checkpoint_scn numeric)
returns setof record language c volatile as 'causeway_redo', 'rh_redo_threads';
create or replace function rh.archived_logs(out recid numeric, out name text, out thread numeric, out sequence numeric,
	out resetlogs_scn numeric, out resetlogs_time timestamp, out first_scn numeric, out first_time timestamp,
	out next_scn numeric, out next_time timestamp, out blocks numeric, out completion_time timestamp, out deleted boolean)
returns setof record language c volatile as 'causeway_redo', 'rh_archived_logs';

create or replace function rh.incarnations(out number numeric, out resetlogs_scn numeric, out resetlogs_time timestamp, out status text)
returns setof record language c volatile as 'causeway_redo', 'rh_incarnations';
create or replace function rh.habit(name text) returns boolean language c volatile strict as 'causeway_redo', 'rh_habit_sql';

-- ---- LogMiner -----------------------------------------------------------------------------------------------------

create or replace function rh.logmnr_add(name text, options int) returns void language c as 'causeway_redo', 'rh_logmnr_add';
create or replace function rh.logmnr_remove(name text) returns void language c as 'causeway_redo', 'rh_logmnr_remove';
create or replace function rh.logmnr_start(start_scn numeric, end_scn numeric, options int) returns void
language c as 'causeway_redo', 'rh_logmnr_start';
create or replace function rh.logmnr_end() returns void language c as 'causeway_redo', 'rh_logmnr_end';
create or replace function rh.logmnr_logs(out sequence bigint, out name text, out low_scn bigint, out next_scn bigint,
	out low_time timestamp, out high_time timestamp, out thread bigint)
returns setof record language c volatile as 'causeway_redo', 'rh_logmnr_logs';

create schema if not exists "DBMS_LOGMNR";
grant usage on schema "DBMS_LOGMNR" to public;

create or replace function "DBMS_LOGMNR"."ADD_LOGFILE"("LOGFILENAME" text, "OPTIONS" numeric default 3) returns void
language plpgsql as $$ begin perform rh.logmnr_add("LOGFILENAME", "OPTIONS"::int); end $$;
create or replace function "DBMS_LOGMNR"."REMOVE_LOGFILE"("LOGFILENAME" text) returns void
language plpgsql as $$ begin perform rh.logmnr_remove("LOGFILENAME"); end $$;
create or replace function "DBMS_LOGMNR"."START_LOGMNR"("STARTSCN" numeric default 0, "ENDSCN" numeric default 0,
	"STARTTIME" timestamp default null, "ENDTIME" timestamp default null, "DICTFILENAME" text default '',
	"OPTIONS" numeric default 0) returns void
language plpgsql as $$
begin
	if "STARTTIME" is not null or "ENDTIME" is not null or "DICTFILENAME" <> '' then
		raise exception using errcode = 'ORA00', message = 'ORA-03001: unimplemented feature';
	end if;
	perform rh.logmnr_start("STARTSCN", "ENDSCN", "OPTIONS"::int);
end $$;
create or replace function "DBMS_LOGMNR"."END_LOGMNR"() returns void
language plpgsql as $$ begin perform rh.logmnr_end(); end $$;

-- the package's constants (PL/SQL Packages and Types Reference 19c, DBMS_LOGMNR)
do $$
declare
	constant_name text;
	constant_value int;
begin
	for constant_name, constant_value in values ('NEW', 1), ('REMOVEFILE', 2), ('ADDFILE', 3), ('COMMITTED_DATA_ONLY', 2),
		('SKIP_CORRUPTION', 4), ('DDL_DICT_TRACKING', 8), ('DICT_FROM_ONLINE_CATALOG', 16), ('DICT_FROM_REDO_LOGS', 32),
		('NO_SQL_DELIMITER', 64), ('NO_DICT_RESET_ONSELECT', 1), ('PRINT_PRETTY_SQL', 512), ('CONTINUOUS_MINE', 1024),
		('NO_ROWID_IN_STMT', 2048), ('STRING_LITERALS_IN_STMT', 4096) loop
		execute pg_catalog.format('create or replace function "DBMS_LOGMNR".%I() returns numeric language sql immutable
			parallel safe as ''select %s::numeric''', constant_name, constant_value);
	end loop;
end $$;

create or replace function rh.logmnr_handler() returns fdw_handler language c as 'causeway_redo', 'rh_logmnr_handler';
drop foreign data wrapper if exists rh_logmnr cascade;
create foreign data wrapper rh_logmnr handler rh.logmnr_handler;
create server rh_redo foreign data wrapper rh_logmnr;
create foreign table rh.logmnr_contents (
	"SCN" numeric, "START_SCN" numeric, "COMMIT_SCN" numeric, "TIMESTAMP" ora.date, "START_TIMESTAMP" ora.date,
	"COMMIT_TIMESTAMP" ora.date, "XIDUSN" numeric, "XIDSLT" numeric, "XIDSQN" numeric, "XID" bytea, "PXIDUSN" numeric,
	"PXIDSLT" numeric, "PXIDSQN" numeric, "PXID" bytea, "TX_NAME" varchar(256), "OPERATION" varchar(32),
	"OPERATION_CODE" numeric, "ROLLBACK" numeric, "SEG_OWNER" varchar(386), "SEG_NAME" varchar(256),
	"TABLE_NAME" varchar(386), "SEG_TYPE" numeric, "SEG_TYPE_NAME" varchar(32), "TABLE_SPACE" varchar(92),
	"ROW_ID" varchar(18), "USERNAME" varchar(384), "OS_USERNAME" varchar(4000), "MACHINE_NAME" varchar(4000),
	"AUDIT_SESSIONID" numeric, "SESSION#" numeric, "SERIAL#" numeric, "SESSION_INFO" varchar(4000), "THREAD#" numeric,
	"SEQUENCE#" numeric, "RBASQN" numeric, "RBABLK" numeric, "RBABYTE" numeric, "UBAFIL" numeric, "UBABLK" numeric,
	"UBAREC" numeric, "UBASQN" numeric, "ABS_FILE#" numeric, "REL_FILE#" numeric, "DATA_BLK#" numeric,
	"DATA_OBJ#" numeric, "DATA_OBJV#" numeric, "DATA_OBJD#" numeric, "SQL_REDO" varchar(4000), "SQL_UNDO" varchar(4000),
	"RS_ID" varchar(32), "SSN" numeric, "CSF" numeric, "INFO" varchar(64), "STATUS" numeric, "REDO_VALUE" numeric,
	"UNDO_VALUE" numeric, "SAFE_RESUME_SCN" numeric, "CSCN" numeric, "OBJECT_ID" bytea, "EDITION_NAME" varchar(384),
	"CLIENT_ID" varchar(64), "SRC_CON_NAME" varchar(384), "SRC_CON_ID" numeric, "SRC_CON_UID" numeric,
	"SRC_CON_DBID" numeric, "SRC_CON_GUID" bytea, "CON_ID" numeric
) server rh_redo;
create view "SYS"."V$LOGMNR_CONTENTS" as select * from rh.logmnr_contents;
create or replace view "SYS"."V_$LOGMNR_CONTENTS" as select * from rh.logmnr_contents;

create or replace view "SYS"."V$LOGMNR_LOGS" as
select l.sequence::numeric as "LOG_ID", name::varchar(513) as "FILENAME", low_time::ora.date as "LOW_TIME",
	high_time::ora.date as "HIGH_TIME", c.dbid as "DB_ID", rh.fact('db_name')::varchar(8) as "DB_NAME",
	c.resetlogs_scn as "RESET_SCN", thread::numeric as "THREAD_ID", l.sequence::numeric as "THREAD_SQN", low_scn::numeric as "LOW_SCN",
	coalesce(next_scn::numeric, 18446744073709551615) as "NEXT_SCN", 'NO'::varchar(3) as "DICTIONARY_BEGIN",
	'NO'::varchar(3) as "DICTIONARY_END", 'ONLINE'::varchar(7) as "TYPE", 512::numeric as "BLOCKSIZE",
	null::varchar(32) as "INFO", 0::numeric as "STATUS", 0::numeric as "CON_ID"
from rh.logmnr_logs() l, rh.control() c;

-- ---- V$ views of the redo -------------------------------------------------------------------------------------------
-- Columns: Oracle Database Reference 19c

create or replace view "SYS"."V$LOG" as
select grp as "GROUP#", thread as "THREAD#", sequence as "SEQUENCE#", bytes as "BYTES", 512::numeric as "BLOCKSIZE",
	1::numeric as "MEMBERS", archived::varchar(3) as "ARCHIVED", status::varchar(16) as "STATUS",
	first_scn as "FIRST_CHANGE#", first_time::ora.date as "FIRST_TIME", next_scn as "NEXT_CHANGE#",
	next_time::ora.date as "NEXT_TIME", 0::numeric as "CON_ID"
from rh.online_logs();

create or replace view "SYS"."V$LOGFILE" as
select grp as "GROUP#", null::varchar(7) as "STATUS", 'ONLINE'::varchar(7) as "TYPE", member::varchar(513) as "MEMBER",
	'NO'::varchar(3) as "IS_RECOVERY_DEST_FILE", 0::numeric as "CON_ID"
from rh.online_logs();

create or replace view "SYS"."V$ARCHIVED_LOG" as
-- of a standby destination NAME is the name of its service
select 2 * recid + d.id - 2 as "RECID", sequence as "STAMP",
	case when d.id = 2 then 'rehearsal_standby' when not deleted then name end::varchar(513) as "NAME", d.id as "DEST_ID", thread as "THREAD#", sequence as "SEQUENCE#", resetlogs_scn as "RESETLOGS_CHANGE#",
	resetlogs_time::ora.date as "RESETLOGS_TIME", resetlogs_scn as "RESETLOGS_ID", first_scn as "FIRST_CHANGE#",
	first_time::ora.date as "FIRST_TIME", next_scn as "NEXT_CHANGE#", next_time::ora.date as "NEXT_TIME", blocks as "BLOCKS",
	512::numeric as "BLOCK_SIZE", 'ARCH'::varchar(7) as "CREATOR", 'ARCH'::varchar(7) as "REGISTRAR",
	case when d.id = 2 then 'YES' else 'NO' end::varchar(3) as "STANDBY_DEST", 'YES'::varchar(3) as "ARCHIVED", case when d.id = 2 then 'YES' else 'NO' end::varchar(9) as "APPLIED",
	case when deleted and d.id = 1 then 'YES' else 'NO' end::varchar(3) as "DELETED", case when deleted and d.id = 1 then 'D' else 'A' end::varchar(1) as "STATUS",
	completion_time::ora.date as "COMPLETION_TIME", 'NO'::varchar(3) as "DICTIONARY_BEGIN", 'NO'::varchar(3) as "DICTIONARY_END",
	'NO'::varchar(3) as "END_OF_REDO", 0::numeric as "BACKUP_COUNT", 'NO'::varchar(3) as "IS_RECOVERY_DEST_FILE",
	'NO'::varchar(3) as "COMPRESSED", 'NO'::varchar(3) as "FAL", 0::numeric as "CON_ID"
from rh.archived_logs() cross join (values (1::numeric), (2)) d(id) where d.id = 1 or rh.habit('other-destination');

create or replace function rh.instance_of(thread numeric) returns text language sql stable as $$
	select rh.fact('instance_name') || case when (select count(*) from rh.redo_threads()) > 1 then $1::text else '' end
$$;

create or replace view "SYS"."V$THREAD" as
select t.thread as "THREAD#", 'OPEN'::varchar(6) as "STATUS", 'PUBLIC'::varchar(8) as "ENABLED",
	(select count(*)::numeric from rh.online_logs() l where l.thread = t.thread) as "GROUPS", rh.instance_of(t.thread)::varchar(80) as "INSTANCE",
	c.resetlogs_time::ora.date as "OPEN_TIME", t.grp as "CURRENT_GROUP#",
	t.sequence as "SEQUENCE#", t.checkpoint_scn as "CHECKPOINT_CHANGE#", c.last_time::ora.date as "CHECKPOINT_TIME",
	c.resetlogs_scn as "ENABLE_CHANGE#", c.resetlogs_time::ora.date as "ENABLE_TIME", 0::numeric as "DISABLE_CHANGE#",
	null::ora.date as "DISABLE_TIME", t.sequence as "LAST_REDO_SEQUENCE#", 0::numeric as "LAST_REDO_BLOCK",
	c.last_scn as "LAST_REDO_CHANGE#", c.last_time::ora.date as "LAST_REDO_TIME", 0::numeric as "CON_ID"
from rh.control() c cross join rh.redo_threads() t;

create or replace view "SYS"."V$ARCHIVE_DEST_STATUS" as
select d.id as "DEST_ID", ('LOG_ARCHIVE_DEST_' || d.id::text)::varchar(256) as "DEST_NAME", 'VALID'::varchar(9) as "STATUS",
	case d.id when 1 then 'LOCAL' else 'PHYSICAL' end::varchar(16) as "TYPE", 'OPEN'::varchar(15) as "DATABASE_MODE", 'IDLE'::varchar(34) as "RECOVERY_MODE",
	case d.id when 2 then 'rehearsal_standby' end::varchar(256) as "DESTINATION", 1::numeric as "ARCHIVED_THREAD#",
	(select max(sequence) from rh.archived_logs()) as "ARCHIVED_SEQ#", null::varchar(256) as "ERROR", 0::numeric as "CON_ID"
from (values (1::numeric), (2)) d(id) where d.id = 1 or rh.habit('other-destination');

-- A transaction shows its START_SCN in an advisory lock of class 77, taken before its first change is written.
create or replace function rh.open_transactions(out pid int, out xid xid, out start_lsn bigint, out start_time timestamptz)
returns setof record language sql volatile security definer set search_path = pg_catalog as $$
	select l.pid, a.backend_xid, min(l.classid::bigint << 32 | l.objid::bigint), a.xact_start
	  from pg_locks l join pg_stat_activity a on a.pid = l.pid
	 where l.locktype = 'advisory' and l.objsubid = 77 and a.backend_xid is not null and l.granted
	 group by l.pid, a.backend_xid, a.xact_start
$$;

create or replace function rh.xid_part(raw bytea, at int, len int) returns numeric language sql immutable as $$
	select case len when 2 then pg_catalog.get_byte(raw, at) + 256 * pg_catalog.get_byte(raw, at + 1)
		else pg_catalog.get_byte(raw, at)::bigint + 256::bigint * pg_catalog.get_byte(raw, at + 1)
		+ 65536::bigint * pg_catalog.get_byte(raw, at + 2) + 16777216::bigint * pg_catalog.get_byte(raw, at + 3) end::numeric
$$;

-- SES_ADDR is V$SESSION.SADDR: rh.saddr(sid)
-- a transaction's name in DBA_2PC_PENDING, ORA-01591, COMMIT FORCE
create or replace function rh.local_tran_id(xid) returns text language sql immutable as $$
	select pg_catalog.concat_ws('.', rh.xid_part(rh.xid_raw($1), 0, 2), rh.xid_part(rh.xid_raw($1), 2, 2), rh.xid_part(rh.xid_raw($1), 4, 4))
$$;
-- those that a DBA ended, until their coordinator would hear of it
create table if not exists rh.forced_transactions (
	local_tran_id text not null, gid text not null, owner text not null, state text not null, forced timestamptz not null default now()
);
create or replace view "SYS"."GV$TRANSACTION" as
select rh.session_instance(s.sid) as "INST_ID", decode(lpad(to_hex(t.pid), 16, '0'), 'hex') as "ADDR", rh.xid_part(rh.xid_raw(t.xid), 0, 2) as "XIDUSN",
	rh.xid_part(rh.xid_raw(t.xid), 2, 2) as "XIDSLOT", rh.xid_part(rh.xid_raw(t.xid), 4, 4) as "XIDSQN",
	4::numeric as "UBAFIL", 0::numeric as "UBABLK", 0::numeric as "UBASQN", 0::numeric as "UBAREC", 'ACTIVE'::varchar(16) as "STATUS",
	to_char(t.start_time at time zone 'UTC', 'MM/DD/YY HH24:MI:SS')::varchar(20) as "START_TIME",
	(t.start_lsn >> 12)::numeric as "START_SCNB", 0::numeric as "START_SCNW",
	rh.saddr(s.sid) as "SES_ADDR", 0::numeric as "FLAG", 'NO'::varchar(3) as "SPACE", 'NO'::varchar(3) as "RECURSIVE",
	'NO'::varchar(3) as "NOUNDO", 'NO'::varchar(3) as "PTX", null::varchar(256) as "NAME", 1::numeric as "USED_UBLK",
	1::numeric as "USED_UREC", rh.xid_raw(t.xid) as "XID", (t.start_lsn >> 12)::numeric as "START_SCN",
	(t.start_time at time zone 'UTC')::ora.date as "START_DATE", 0::numeric as "CON_ID"
from rh.open_transactions() t left join rh.sessions s on s.backend_pid = t.pid;
select rh.make_local_view('TRANSACTION');

do $$
declare
	view_name text;
begin
	foreach view_name in array array['LOG', 'LOGFILE', 'ARCHIVED_LOG', 'THREAD', 'ARCHIVE_DEST_STATUS', 'TRANSACTION', 'LOGMNR_LOGS'] loop
		execute pg_catalog.format('create or replace view "SYS".%I as select * from "SYS".%I', 'V_$' || view_name, 'V$' || view_name);
	end loop;
end $$;
