-- dict_5_storage.sql - statistics, sizes and settings of objects; files, space and archive destinations
-- Columns and their order: Oracle Database Reference 19c, of which dict_8_more.sql keeps the list.

do $$
declare
	old text;
begin -- what the program before this one made
	if pg_catalog.to_regclass('rh.empty_views') is not null then
		for old in select name from rh.empty_views loop
			execute pg_catalog.format('drop view if exists "SYS".%I cascade', old);
		end loop;
		truncate rh.empty_views;
	end if;
	foreach old in array array['DBA_FREE_SPACE', 'USER_FREE_SPACE', 'DBA_EXTENTS', 'USER_EXTENTS', 'DBA_TEMP_FREE_SPACE', 'ALL_EDITIONS', 'DBA_EDITIONS',
		'DBA_PENDING_TRANSACTIONS', 'DBA_ROLLBACK_SEGS', 'V$TABLESPACE', 'V$DATAFILE', 'V$TEMPFILE', 'V$TEMP_SPACE_HEADER', 'V$LOG_HISTORY',
		'V$ARCHIVE_DEST', 'V$ARCHIVE_PROCESSES', 'V$RECOVERY_AREA_USAGE', 'V$FLASH_RECOVERY_AREA_USAGE', 'V$FILESTAT', 'V$BACKUP', 'V$ROLLNAME',
		'V$ROLLSTAT', 'V$UNDOSTAT', 'V$MANAGED_STANDBY'] loop
		execute pg_catalog.format('drop view if exists "SYS".%I cascade', old);
	end loop;
end $$;

-- ---- statistics, as PostgreSQL has them ------------------------------------------------------------------------------------

-- its own clock of the last ANALYZE
create or replace function rh.last_analyzed(relation oid) returns ora.date language sql stable security definer set search_path = pg_catalog as $$
	select (greatest(pg_stat_get_last_analyze_time($1), pg_stat_get_last_autoanalyze_time($1)) at time zone 'UTC')::ora.date
$$;

create view rh."D_TAB_STATISTICS" as
select t."OWNER", t."TABLE_NAME", 'TABLE'::varchar(12) as "OBJECT_TYPE", t."NUM_ROWS", t."BLOCKS", t."EMPTY_BLOCKS", t."AVG_SPACE", t."CHAIN_CNT",
       t."AVG_ROW_LEN", case when t."NUM_ROWS" is not null then t."NUM_ROWS" end as "SAMPLE_SIZE",
       case when t."NUM_ROWS" is not null then rh.last_analyzed(t."relid$") end as "LAST_ANALYZED", t."GLOBAL_STATS", t."USER_STATS",
       'SHARED'::varchar(7) as "SCOPE", t."relid$" from rh."D_TABLES" t;
select rh.make_dictionary('TAB_STATISTICS');

create view rh."D_TAB_COL_STATISTICS" as
select c.owner::varchar(128) as "OWNER", c.table_name::varchar(128) as "TABLE_NAME", c.name::varchar(128) as "COLUMN_NAME",
       d.distinct_values as "NUM_DISTINCT", case when d.distinct_values > 0 then 1 / d.distinct_values end as "DENSITY",
       pg_catalog.round(s.stanullfrac::numeric * d.rows) as "NUM_NULLS", 1::numeric as "NUM_BUCKETS", rh.last_analyzed(c.relid) as "LAST_ANALYZED",
       d.rows as "SAMPLE_SIZE", 'YES'::varchar(3) as "GLOBAL_STATS", 'NO'::varchar(3) as "USER_STATS", s.stawidth::numeric as "AVG_COL_LEN",
       'NONE'::varchar(15) as "HISTOGRAM", 'SHARED'::varchar(7) as "SCOPE", c.relid as "relid$"
  from pg_statistic s join pg_class t on t.oid operator(pg_catalog.=) s.starelid
  cross join lateral (select t.reltuples::numeric as rows, pg_catalog.round(case when s.stadistinct < 0 then -s.stadistinct::numeric * t.reltuples::numeric
	else s.stadistinct::numeric end) as distinct_values) d
  cross join lateral (select f.* from rh.column_facts f where f.relid operator(pg_catalog.=) s.starelid
	and f.attnum operator(pg_catalog.=) s.staattnum offset 0) c
 where not s.stainherit and t.reltuples >= 0;
select rh.make_dictionary('TAB_COL_STATISTICS');

create view rh."D_IND_STATISTICS" as
select i.*, 'INDEX'::varchar(12) as "OBJECT_TYPE", 'SHARED'::varchar(7) as "SCOPE" from rh."D_INDEXES" i;
select rh.make_dictionary('IND_STATISTICS');

-- of tables that no statistics have been gathered of: all that happened to them
create or replace function rh.modifications(relation oid, out inserts bigint, out updates bigint, out deletes bigint) language sql stable security definer
set search_path = pg_catalog as $$
	select pg_stat_get_tuples_inserted($1), pg_stat_get_tuples_updated($1), pg_stat_get_tuples_deleted($1)
$$;
create view rh."D_TAB_MODIFICATIONS" as
select t."OWNER" as "TABLE_OWNER", t."TABLE_NAME", m.inserts::numeric as "INSERTS", m.updates::numeric as "UPDATES", m.deletes::numeric as "DELETES",
       (now() at time zone 'UTC')::ora.date as "TIMESTAMP", 'NO'::varchar(3) as "TRUNCATED", 0::numeric as "DROP_SEGMENTS", t."OWNER", t."relid$"
  from rh."D_TABLES" t cross join lateral rh.modifications(t."relid$") m
 where rh.last_analyzed(t."relid$") is null and m.inserts + m.updates + m.deletes > 0;
select rh.make_dictionary('TAB_MODIFICATIONS');

-- ---- units and their settings -------------------------------------------------------------------------------------------------

create view rh."D_OBJECT_SIZE" as
select s."OWNER", s."NAME", s."TYPE", sum(pg_catalog.octet_length(s."TEXT"::text) + 1)::numeric as "SOURCE_SIZE", 0::numeric as "PARSED_SIZE", 0::numeric as "CODE_SIZE",
       0::numeric as "ERROR_SIZE", null::oid as "relid$" from rh."D_SOURCE" s group by s."OWNER", s."NAME", s."TYPE";
select rh.make_dictionary('OBJECT_SIZE', 'DBA,USER');

create view rh."D_PLSQL_OBJECT_SETTINGS" as
select o."OWNER", o."OBJECT_NAME" as "NAME", o."OBJECT_TYPE" as "TYPE", 2::numeric as "PLSQL_OPTIMIZE_LEVEL", 'INTERPRETED'::varchar(4000) as "PLSQL_CODE_TYPE",
       'FALSE'::varchar(4000) as "PLSQL_DEBUG", 'DISABLE:ALL'::varchar(4000) as "PLSQL_WARNINGS", 'BYTE'::varchar(4000) as "NLS_LENGTH_SEMANTICS",
       'IDENTIFIERS:NONE'::varchar(4000) as "PLSCOPE_SETTINGS", 0::numeric as "ORIGIN_CON_ID", o."OBJECT_ID", null::oid as "relid$"
  from rh."D_OBJECTS" o where o."OBJECT_TYPE"::text in ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY', 'TRIGGER', 'TYPE', 'TYPE BODY');
select rh.make_dictionary('PLSQL_OBJECT_SETTINGS', 'DBA,ALL,USER', $$rh.may_run("OWNER"::text, "NAME"::text)$$);

create view rh."D_STORED_SETTINGS" as
select s."OWNER", s."NAME" as "OBJECT_NAME", s."OBJECT_ID", s."TYPE" as "OBJECT_TYPE", v.name::varchar(128) as "PARAM_NAME", v.value::varchar(4000) as "PARAM_VALUE",
       0::numeric as "ORIGIN_CON_ID", null::oid as "relid$"
  from rh."D_PLSQL_OBJECT_SETTINGS" s cross join lateral (values ('plsql_optimize_level', s."PLSQL_OPTIMIZE_LEVEL"::text),
	('plsql_code_type', s."PLSQL_CODE_TYPE"::text), ('plsql_debug', s."PLSQL_DEBUG"::text), ('nls_length_semantics', s."NLS_LENGTH_SEMANTICS"::text),
	('plsql_warnings', s."PLSQL_WARNINGS"::text), ('plsql_ccflags', null), ('plscope_settings', s."PLSCOPE_SETTINGS"::text)) v(name, value);
select rh.make_dictionary('STORED_SETTINGS', 'DBA,ALL,USER', $$rh.may_run("OWNER"::text, "OBJECT_NAME"::text)$$);

create view rh."D_UPDATABLE_COLUMNS" as
select c.owner::varchar(128) as "OWNER", c.table_name::varchar(128) as "TABLE_NAME", c.name::varchar(128) as "COLUMN_NAME",
       rh.yes(c.relkind in ('r', 'p') or pg_catalog.pg_column_is_updatable(c.relid, c.attnum, true)) as "UPDATABLE",
       rh.yes(c.relkind in ('r', 'p') or pg_catalog.pg_column_is_updatable(c.relid, c.attnum, true)) as "INSERTABLE",
       rh.yes(c.relkind in ('r', 'p') or pg_catalog.pg_relation_is_updatable(c.relid, true) & 16 > 0) as "DELETABLE", c.relid as "relid$"
  from rh.column_facts c where c.relkind in ('r', 'p', 'v') and not c.invisible;
select rh.make_dictionary('UPDATABLE_COLUMNS', 'DBA,ALL');
drop view if exists "SYS"."USER_UPDATABLE_COLUMNS" cascade;
create view "SYS"."USER_UPDATABLE_COLUMNS" as select d.* from "SYS"."DBA_UPDATABLE_COLUMNS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

-- a column with IS JSON as its check
create view rh."D_JSON_COLUMNS" as
select c."OWNER", c."TABLE_NAME", 'TABLE'::varchar(5) as "OBJECT_TYPE", c."COLUMN_NAME", 'TEXT'::varchar(9) as "FORMAT", c."DATA_TYPE"::varchar(13) as "DATA_TYPE", c."relid$"
  from rh."D_TAB_COLS" c join rh."D_CONSTRAINTS" k on k."OWNER" = c."OWNER" and k."TABLE_NAME" = c."TABLE_NAME" and k."CONSTRAINT_TYPE"::text = 'C'
 where k."SEARCH_CONDITION"::text ~* ('(^|[( ])"?' || pg_catalog.regexp_replace(c."COLUMN_NAME"::text, '([^A-Za-z0-9_])', '\\\1', 'g') || '"?\s+is\s+json');
select rh.make_dictionary('JSON_COLUMNS');

create view rh."D_SCHEDULER_JOB_LOG" as
select d."LOG_ID", d."LOG_DATE", d."OWNER", d."JOB_NAME", d."JOB_SUBNAME", 'RUN'::varchar(30) as "OPERATION", d."STATUS", d."ADDITIONAL_INFO", d."relid$"
  from rh."D_SCHEDULER_JOB_RUN_DETAILS" d;
select rh.make_dictionary('SCHEDULER_JOB_LOG', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY JOB')$$);

create view "SYS"."DBA_EDITIONS" as
select 'ORA$BASE'::varchar(128) as "EDITION_NAME", null::varchar(128) as "PARENT_EDITION_NAME", 'YES'::varchar(3) as "USABLE";
create view "SYS"."ALL_EDITIONS" as select * from "SYS"."DBA_EDITIONS";
create view "SYS"."DBA_PENDING_TRANSACTIONS" as select "FORMATID", "GLOBALID", "BRANCHID" from "SYS"."V$GLOBAL_TRANSACTION";

-- ---- space ----------------------------------------------------------------------------------------------------------------------

create view "SYS"."DBA_EXTENTS" as
select s."OWNER", s."SEGMENT_NAME", s."PARTITION_NAME", s."SEGMENT_TYPE", s."TABLESPACE_NAME", e.nr - 1 as "EXTENT_ID", s."HEADER_FILE" as "FILE_ID",
       s."HEADER_BLOCK" + (h.before / 8192)::numeric(20) - 2 as "BLOCK_ID", h.after - h.before as "BYTES", ((h.after - h.before) / 8192)::numeric(20) as "BLOCKS",
       s."RELATIVE_FNO"
  from "SYS"."DBA_SEGMENTS" s cross join lateral generate_series(1, s."EXTENTS") e(nr)
  cross join lateral (select case when e.nr <= 16 then e.nr * 65536 when e.nr <= 79 then (e.nr - 15) * 1048576 else (e.nr - 71) * 8388608 end as after,
	case when e.nr <= 17 then (e.nr - 1) * 65536 when e.nr <= 80 then (e.nr - 16) * 1048576 else (e.nr - 72) * 8388608 end as before) h;
create view "SYS"."USER_EXTENTS" as select d.* from "SYS"."DBA_EXTENTS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

-- what no segment holds, behind them all
create view "SYS"."DBA_FREE_SPACE" as
select f."TABLESPACE_NAME", f."FILE_ID", 129 + (u.held / 8192)::numeric(20) - 1 as "BLOCK_ID", f."USER_BYTES" - u.held as "BYTES",
       ((f."USER_BYTES" - u.held) / 8192)::numeric(20) as "BLOCKS", f."RELATIVE_FNO"
  from "SYS"."DBA_DATA_FILES" f
  cross join lateral (select coalesce(sum(s."BYTES"), 0) as held from "SYS"."DBA_SEGMENTS" s where s."TABLESPACE_NAME" = f."TABLESPACE_NAME") u
 where f."USER_BYTES" > u.held;
create view "SYS"."USER_FREE_SPACE" as select d.* from "SYS"."DBA_FREE_SPACE" d where d."TABLESPACE_NAME"::text operator(pg_catalog.=) 'USERS';
create view "SYS"."DBA_TEMP_FREE_SPACE" as
select t."TABLESPACE_NAME", t."BYTES" as "TABLESPACE_SIZE", 1048576::numeric as "ALLOCATED_SPACE", t."USER_BYTES" as "FREE_SPACE", t."SHARED", t."INST_ID"
  from "SYS"."DBA_TEMP_FILES" t;

-- a transaction's undo segment is one of these: RH_XID_USN
create view "SYS"."V$ROLLNAME" as
select n::numeric as "USN", case n when 0 then 'SYSTEM' else '_SYSSMU' || n::text || '$' end::varchar(30) as "NAME", 0::numeric as "CON_ID" from generate_series(0, 10) n;
create view "SYS"."V$ROLLSTAT" as
select r."USN", (select count(*)::numeric from "SYS"."V$TRANSACTION" t where t."XIDUSN" = r."USN") as "XACTS", 'ONLINE'::varchar(15) as "STATUS", 0::numeric as "CON_ID"
  from "SYS"."V$ROLLNAME" r;
create view "SYS"."DBA_ROLLBACK_SEGS" as
select r."NAME" as "SEGMENT_NAME", case r."USN" when 0 then 'SYS' else 'PUBLIC' end::varchar(6) as "OWNER",
       case r."USN" when 0 then 'SYSTEM' else 'UNDOTBS1' end::varchar(30) as "TABLESPACE_NAME", r."USN" as "SEGMENT_ID",
       case r."USN" when 0 then 1 else 4 end::numeric as "FILE_ID", 128 + r."USN" * 16 as "BLOCK_ID", 'ONLINE'::varchar(16) as "STATUS",
       case r."USN" when 0 then 1 else 4 end::numeric as "RELATIVE_FNO" from "SYS"."V$ROLLNAME" r;

-- ---- files ----------------------------------------------------------------------------------------------------------------------

create view "SYS"."V$TABLESPACE" as
select v.nr::numeric as "TS#", v.name::varchar(30) as "NAME", case v.name when 'TEMP' then 'NO' else 'YES' end::varchar(3) as "INCLUDED_IN_DATABASE_BACKUP",
       'NO'::varchar(3) as "BIGFILE", 'YES'::varchar(3) as "FLASHBACK_ON", 0::numeric as "CON_ID"
  from (values (0, 'SYSTEM'), (1, 'SYSAUX'), (2, 'UNDOTBS1'), (3, 'TEMP'), (4, 'USERS')) v(nr, name);
create view "SYS"."V$DATAFILE" as
select f."FILE_ID" as "FILE#", c.resetlogs_scn as "CREATION_CHANGE#", c.resetlogs_time::ora.date as "CREATION_TIME", t."TS#", f."RELATIVE_FNO" as "RFILE#",
       f."ONLINE_STATUS" as "STATUS", 'READ WRITE'::varchar(10) as "ENABLED", c.checkpoint_scn as "CHECKPOINT_CHANGE#", c.last_time::ora.date as "CHECKPOINT_TIME",
       0::numeric as "UNRECOVERABLE_CHANGE#", 0::numeric as "OFFLINE_CHANGE#", 0::numeric as "ONLINE_CHANGE#", f."BYTES", f."BLOCKS", 0::numeric as "CREATE_BYTES",
       8192::numeric as "BLOCK_SIZE", f."FILE_NAME" as "NAME", 0::numeric as "PLUGGED_IN", 8192::numeric as "BLOCK1_OFFSET", 'NO'::varchar(3) as "PLUGGED_READONLY",
       0::numeric as "CON_ID"
  from "SYS"."DBA_DATA_FILES" f join "SYS"."V$TABLESPACE" t on t."NAME" = f."TABLESPACE_NAME" cross join rh.control() c;
create view "SYS"."V$TEMPFILE" as
select f."FILE_ID" as "FILE#", c.resetlogs_scn as "CREATION_CHANGE#", c.resetlogs_time::ora.date as "CREATION_TIME", 3::numeric as "TS#", f."RELATIVE_FNO" as "RFILE#",
       f."STATUS", 'READ WRITE'::varchar(10) as "ENABLED", f."BYTES", f."BLOCKS", f."BYTES" as "CREATE_BYTES", 8192::numeric as "BLOCK_SIZE", f."FILE_NAME" as "NAME",
       0::numeric as "CON_ID" from "SYS"."DBA_TEMP_FILES" f cross join rh.control() c;
create view "SYS"."V$TEMP_SPACE_HEADER" as
select f."TABLESPACE_NAME", f."FILE_ID", f."BYTES" - f."USER_BYTES" as "BYTES_USED", f."BLOCKS" - f."USER_BLOCKS" as "BLOCKS_USED", f."USER_BYTES" as "BYTES_FREE",
       f."USER_BLOCKS" as "BLOCKS_FREE", f."RELATIVE_FNO", 0::numeric as "CON_ID" from "SYS"."DBA_TEMP_FILES" f;
create view "SYS"."V$FILESTAT" as
select f."FILE_ID" as "FILE#", 0::numeric as "PHYRDS", 0::numeric as "PHYWRTS", 0::numeric as "PHYBLKRD", 0::numeric as "PHYBLKWRT", 0::numeric as "CON_ID"
  from "SYS"."DBA_DATA_FILES" f;
create view "SYS"."V$BACKUP" as
select f."FILE_ID" as "FILE#", 'NOT ACTIVE'::varchar(18) as "STATUS", 0::numeric as "CHANGE#", 0::numeric as "CON_ID" from "SYS"."DBA_DATA_FILES" f;
create view "SYS"."V$UNDOSTAT" as
select rh.fact_time('startup_time') as "BEGIN_TIME", (now() at time zone 'UTC')::ora.date as "END_TIME", 2::numeric as "UNDOTSN",
       (select count(*)::numeric from "SYS"."V$TRANSACTION") as "MAXCONCURRENCY", 0::numeric as "SSOLDERRCNT", 0::numeric as "NOSPACEERRCNT",
       (select p."VALUE"::text::numeric from "SYS"."V$PARAMETER" p where p."NAME"::text = 'undo_retention') as "TUNED_UNDORETENTION", 0::numeric as "CON_ID";

-- ---- archived redo --------------------------------------------------------------------------------------------------------------

create view "SYS"."V$LOG_HISTORY" as
select a."SEQUENCE#" as "RECID", a."STAMP", a."THREAD#", a."SEQUENCE#", a."FIRST_CHANGE#", a."FIRST_TIME", a."NEXT_CHANGE#", a."RESETLOGS_CHANGE#", a."RESETLOGS_TIME",
       0::numeric as "CON_ID" from "SYS"."V$ARCHIVED_LOG" a where a."DEST_ID" = 1;
create view "SYS"."V$ARCHIVE_DEST" as
select d."DEST_ID", d."DEST_NAME", d."STATUS", case d."DEST_ID" when 1 then 'MANDATORY' else 'OPTIONAL' end::varchar(9) as "BINDING", 'SYSTEM'::varchar(7) as "NAME_SPACE",
       case d."DEST_ID" when 1 then 'PRIMARY' else 'STANDBY' end::varchar(7) as "TARGET", case d."DEST_ID" when 1 then 'ARCH' else 'LGWR' end::varchar(10) as "ARCHIVER",
       'ACTIVE'::varchar(8) as "SCHEDULE", case d."DEST_ID" when 1 then rh.fact('folder') || '/redo/arch' else d."DESTINATION"::text end::varchar(256) as "DESTINATION",
       d."ARCHIVED_SEQ#" as "LOG_SEQUENCE", 300::numeric as "REOPEN_SECS", 0::numeric as "DELAY_MINS", 1::numeric as "MAX_CONNECTIONS", 0::numeric as "NET_TIMEOUT",
       case d."DEST_ID" when 1 then 'ARCH' else 'LGWR' end::varchar(10) as "PROCESS", 'YES'::varchar(3) as "REGISTER", 0::numeric as "FAIL_SEQUENCE",
       0::numeric as "FAIL_BLOCK", 0::numeric as "FAILURE_COUNT", 0::numeric as "MAX_FAILURE", d."ERROR", 'NONE'::varchar(256) as "ALTERNATE",
       'NONE'::varchar(256) as "DEPENDENCY", 'NONE'::varchar(256) as "REMOTE_TEMPLATE", 0::numeric as "QUOTA_SIZE", 0::numeric as "QUOTA_USED",
       case d."DEST_ID" when 1 then 'SYNCHRONOUS' else 'ASYNCHRONOUS' end::varchar(12) as "TRANSMIT_MODE", 'NO'::varchar(3) as "AFFIRM", 'PUBLIC'::varchar(7) as "TYPE",
       'YES'::varchar(16) as "VALID_NOW", 'ALL_LOGFILES'::varchar(15) as "VALID_TYPE", 'ALL_ROLES'::varchar(12) as "VALID_ROLE", 'NONE'::varchar(30) as "DB_UNIQUE_NAME",
       'NO'::varchar(3) as "VERIFY", 'DISABLE'::varchar(7) as "COMPRESSION", 0::numeric as "CON_ID", 'DISABLE'::varchar(7) as "ENCRYPTION"
  from "SYS"."V$ARCHIVE_DEST_STATUS" d;
create view "SYS"."V$ARCHIVE_PROCESSES" as
select 0::numeric as "PROCESS", 'ACTIVE'::varchar(10) as "STATUS", 0::numeric as "LOG_SEQUENCE", 'IDLE'::varchar(4) as "STATE", 0::numeric as "CON_ID";
create view "SYS"."V$MANAGED_STANDBY" as
select 'ARCH'::varchar(9) as "PROCESS", p."SPID" as "PID", 'CONNECTED'::varchar(12) as "STATUS", 'ARCH'::varchar(8) as "CLIENT_PROCESS", p."SPID"::varchar(40) as "CLIENT_PID",
       0::numeric as "THREAD#", 0::numeric as "SEQUENCE#", 0::numeric as "BLOCK#", 0::numeric as "BLOCKS", 0::numeric as "DELAY_MINS", 0::numeric as "CON_ID"
  from "SYS"."V$PROCESS" p where p."PROGRAM"::text like '%(ARC_)';
-- there is no recovery area
create view "SYS"."V$RECOVERY_AREA_USAGE" as
select v.name::varchar(23) as "FILE_TYPE", 0::numeric as "PERCENT_SPACE_USED", 0::numeric as "PERCENT_SPACE_RECLAIMABLE", 0::numeric as "NUMBER_OF_FILES", 0::numeric as "CON_ID"
  from (values ('CONTROL FILE'), ('REDO LOG'), ('ARCHIVED LOG'), ('BACKUP PIECE'), ('IMAGE COPY'), ('FLASHBACK LOG'), ('FOREIGN ARCHIVED LOG'),
	('AUXILIARY DATAFILE COPY')) v(name);
create view "SYS"."V$FLASH_RECOVERY_AREA_USAGE" as select * from "SYS"."V$RECOVERY_AREA_USAGE";
