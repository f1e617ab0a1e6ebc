-- dict_6_monitor.sql - what monitoring asks of an instance, and the dictionary of the dictionary
-- Columns and their order: Oracle Database Reference 19c, of which dict_8_more.sql keeps the list.

do $$
declare
	old text;
begin -- what this file makes may have changed its columns
	foreach old in array array['V$SYSSTAT', 'V$SESSION_WAIT', 'V$EVENT_NAME', 'V$BGPROCESS', 'V$RESOURCE_LIMIT', 'V$SGA', 'V$SGAINFO', 'V$SGASTAT', 'V$PGASTAT',
		'V$NLS_VALID_VALUES', 'V$RESERVED_WORDS', 'V$FIXED_TABLE', 'V$FIXED_VIEW_DEFINITION', 'DICT_COLUMNS', 'AUDIT_ACTIONS'] loop
		execute pg_catalog.format('drop view if exists "SYS".%I cascade', old);
	end loop;
end $$;

-- ---- the instance -----------------------------------------------------------------------------------------------------------------

-- of the whole instance since it started
create or replace function rh.system_count(name text) returns numeric language sql stable security definer set search_path = pg_catalog as $$
	select case $1 when 'user commits' then xact_commit when 'user rollbacks' then xact_rollback else 0 end::numeric from pg_stat_database where datname = current_database()
$$;
create view "SYS"."V$SYSSTAT" as
select n."STATISTIC#", n."NAME", n."CLASS", rh.system_count(n."NAME"::text) as "VALUE", n."STAT_ID", 0::numeric as "CON_ID" from "SYS"."V$STATNAME" n;
create view "SYS"."V$SESSION_WAIT" as
select s."SID", s."SEQ#", s."EVENT", s."WAIT_CLASS", s."WAIT_TIME", s."SECONDS_IN_WAIT", s."STATE", 0::numeric as "CON_ID" from "SYS"."V$SESSION" s;
-- those that V$SESSION.EVENT tells of
create view "SYS"."V$EVENT_NAME" as
select v.nr::numeric as "EVENT#", v.name::varchar(64) as "NAME", v.class::varchar(64) as "WAIT_CLASS", v.name::varchar(64) as "DISPLAY_NAME", 0::numeric as "CON_ID"
  from (values (1, 'enq: TX - row lock contention', 'Application'), (2, 'SQL*Net message from client', 'Idle')) v(nr, name, class);
create view "SYS"."V$BGPROCESS" as
select p."ADDR" as "PADDR", p."SERIAL#" as "PSERIAL#", pg_catalog.substring(p."PROGRAM"::text, '\((\w+)\)$')::varchar(5) as "NAME", 0::numeric as "ERROR", 0::numeric as "CON_ID"
  from "SYS"."V$PROCESS" p where p."BACKGROUND"::text = '1';
create view "SYS"."V$RESOURCE_LIMIT" as
select p."NAME"::varchar(128) as "RESOURCE_NAME", u.used as "CURRENT_UTILIZATION", u.used as "MAX_UTILIZATION", pg_catalog.lpad(p."VALUE"::text, 10)::varchar(40) as "INITIAL_ALLOCATION",
       pg_catalog.lpad(p."VALUE"::text, 10)::varchar(40) as "LIMIT_VALUE", 0::numeric as "CON_ID"
  from "SYS"."V$PARAMETER" p cross join (select count(*)::numeric as used from "SYS"."V$SESSION") u where p."NAME"::text in ('processes', 'sessions');

-- of PostgreSQL's shared memory: its buffers and those of its log
create or replace function rh.shared_memory(out name text, out bytes numeric) returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select case s.name when 'shared_buffers' then 'Database Buffers' else 'Redo Buffers' end, s.setting::numeric * 8192
	  from pg_settings s where s.name in ('shared_buffers', 'wal_buffers')
$$;
create view "SYS"."V$SGA" as
select m.name::varchar(20) as "NAME", m.bytes as "VALUE", 0::numeric as "CON_ID"
  from (select * from rh.shared_memory() union all values ('Fixed Size', 0), ('Variable Size', 0)) m(name, bytes);
create view "SYS"."V$SGAINFO" as
select v.name::varchar(32) as "NAME", (select sum(s.bytes) from rh.shared_memory() s where v.part is null or s.name = v.part) as "BYTES", 'No'::varchar(3) as "RESIZEABLE", 0::numeric as "CON_ID"
  from (values ('Redo Buffers', 'Redo Buffers'), ('Buffer Cache Size', 'Database Buffers'), ('Maximum SGA Size', null)) v(name, part);
create view "SYS"."V$SGASTAT" as
select null::varchar(14) as "POOL", v.name::varchar(64) as "NAME", (select s.bytes from rh.shared_memory() s where s.name = v.part) as "BYTES", 0::numeric as "CON_ID"
  from (values ('buffer_cache', 'Database Buffers'), ('log_buffer', 'Redo Buffers')) v(name, part);
create view "SYS"."V$PGASTAT" as
select v.name::varchar(64) as "NAME", v.value as "VALUE", v.unit::varchar(12) as "UNIT", 0::numeric as "CON_ID"
  from (values ('total PGA inuse', 0::numeric, 'bytes'), ('total PGA allocated', 0, 'bytes'), ('maximum PGA allocated', 0, 'bytes'),
	('process count', (select count(*) from "SYS"."V$PROCESS"), null)) v(name, value, unit);

-- ---- words --------------------------------------------------------------------------------------------------------------------------

create view "SYS"."V$NLS_VALID_VALUES" as
select v.parameter::varchar(64) as "PARAMETER", v.value::varchar(64) as "VALUE", 'FALSE'::varchar(5) as "ISDEPRECATED", 0::numeric as "CON_ID"
  from (values ('LANGUAGE', 'AMERICAN'), ('TERRITORY', 'AMERICA'), ('CHARACTERSET', 'AL32UTF8'), ('CHARACTERSET', 'AL16UTF16'), ('CHARACTERSET', 'US7ASCII'),
	('CHARACTERSET', 'WE8ISO8859P1'), ('CHARACTERSET', 'WE8ISO8859P15'), ('CHARACTERSET', 'WE8MSWIN1252'), ('SORT', 'BINARY'), ('SORT', 'BINARY_AI'), ('SORT', 'BINARY_CI')) v(parameter, value);

-- SQL Language Reference 19c, appendix E: the words that src/rehearsal/sql_parse.c takes for no name, and signs
create view "SYS"."V$RESERVED_WORDS" as
select w.word::varchar(128) as "KEYWORD", pg_catalog.length(w.word)::numeric as "LENGTH", 'Y'::varchar(1) as "RESERVED", 'N'::varchar(1) as "RES_TYPE",
       'N'::varchar(1) as "RES_ATTR", 'N'::varchar(1) as "RES_SEMI", 'N'::varchar(1) as "DUPLICATE", 0::numeric as "CON_ID"
  from pg_catalog.regexp_split_to_table(
	'ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COMMENT COMPRESS CONNECT CREATE CURRENT DATE ' ||
	'DECIMAL DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN ' ||
	'INCREMENT INDEX INITIAL INSERT INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NOAUDIT ' ||
	'NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ' ||
	'ROWNUM ROWS SELECT SESSION SET SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE ' ||
	'USER VALIDATE VALUES VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH ! & ( ) * + , - . / : < = > @ [ ] ^ |', ' ') w(word);

create view "SYS"."AUDIT_ACTIONS" as
select v.nr::numeric as "ACTION", v.name::varchar(28) as "NAME"
  from (values (0, 'UNKNOWN'), (1, 'CREATE TABLE'), (2, 'INSERT'), (3, 'SELECT'), (4, 'CREATE CLUSTER'), (5, 'ALTER CLUSTER'), (6, 'UPDATE'), (7, 'DELETE'),
	(8, 'DROP CLUSTER'), (9, 'CREATE INDEX'), (10, 'DROP INDEX'), (11, 'ALTER INDEX'), (12, 'DROP TABLE'), (13, 'CREATE SEQUENCE'), (14, 'ALTER SEQUENCE'),
	(15, 'ALTER TABLE'), (16, 'DROP SEQUENCE'), (17, 'GRANT OBJECT'), (18, 'REVOKE OBJECT'), (19, 'CREATE SYNONYM'), (20, 'DROP SYNONYM'), (21, 'CREATE VIEW'),
	(22, 'DROP VIEW'), (23, 'VALIDATE INDEX'), (24, 'CREATE PROCEDURE'), (25, 'ALTER PROCEDURE'), (26, 'LOCK'), (27, 'NO-OP'), (28, 'RENAME'), (29, 'COMMENT'),
	(30, 'AUDIT OBJECT'), (31, 'NOAUDIT OBJECT'), (32, 'CREATE DATABASE LINK'), (33, 'DROP DATABASE LINK'), (34, 'CREATE DATABASE'), (35, 'ALTER DATABASE'),
	(42, 'ALTER SESSION'), (43, 'ALTER USER'), (44, 'COMMIT'), (45, 'ROLLBACK'), (46, 'SAVEPOINT'), (47, 'PL/SQL EXECUTE'), (49, 'ALTER SYSTEM'), (50, 'EXPLAIN'),
	(51, 'CREATE USER'), (52, 'CREATE ROLE'), (53, 'DROP USER'), (54, 'DROP ROLE'), (55, 'SET ROLE'), (59, 'CREATE TRIGGER'), (60, 'ALTER TRIGGER'),
	(61, 'DROP TRIGGER'), (62, 'ANALYZE TABLE'), (85, 'TRUNCATE TABLE'), (91, 'CREATE FUNCTION'), (92, 'ALTER FUNCTION'), (93, 'DROP FUNCTION'),
	(94, 'CREATE PACKAGE'), (95, 'ALTER PACKAGE'), (96, 'DROP PACKAGE'), (97, 'CREATE PACKAGE BODY'), (98, 'ALTER PACKAGE BODY'), (99, 'DROP PACKAGE BODY'),
	(100, 'LOGON'), (101, 'LOGOFF')) v(nr, name);

-- ---- of the views themselves -----------------------------------------------------------------------------------------------------------

create view "SYS"."DICT_COLUMNS" as
select c.relname::varchar(128) as "TABLE_NAME", a.attname::varchar(128) as "COLUMN_NAME", pg_catalog.col_description(c.oid, a.attnum)::varchar(4000) as "COMMENTS"
  from pg_class c join pg_attribute a on a.attrelid operator(pg_catalog.=) c.oid and a.attnum > 0
 where c.relnamespace = '"SYS"'::regnamespace and c.relkind in ('v', 'f');
create view "SYS"."V$FIXED_TABLE" as
select c.relname::varchar(128) as "NAME", c.oid::bigint::numeric as "OBJECT_ID", 'VIEW'::varchar(5) as "TYPE", 65537::numeric as "TABLE_NUM", 0::numeric as "CON_ID"
  from pg_class c where c.relnamespace = '"SYS"'::regnamespace and c.relkind in ('v', 'f') and c.relname ~ '^G?V\$';
create view "SYS"."V$FIXED_VIEW_DEFINITION" as
select c.relname::varchar(128) as "VIEW_NAME", pg_catalog.left('select ' || (select pg_catalog.string_agg(a.attname::text, ' , ' order by a.attnum) from pg_attribute a
	where a.attrelid operator(pg_catalog.=) c.oid and a.attnum > 0) || ' from G' || c.relname || ' where inst_id = USERENV(''Instance'')', 4000)::varchar(4000) as "VIEW_DEFINITION",
       0::numeric as "CON_ID"
  from pg_class c where c.relnamespace = '"SYS"'::regnamespace and c.relkind in ('v', 'f') and c.relname like 'V$%'
   and exists (select from pg_class g where g.relnamespace = c.relnamespace and g.relname = 'G' || c.relname);
