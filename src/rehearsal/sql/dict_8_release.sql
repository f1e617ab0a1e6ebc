-- dict_8_release.sql - what the dictionary of this release does not have yet: columns, views, rows, longer names
--
-- The files before show the dictionary of 19c and later.  A view that has more than this release is put away into rh and shown
-- again without the rest; whatever was made over it goes on reading the whole.  rh.release is set by whoever installs.
-- Sources: Oracle Database Reference 11.2 to 23ai; Database New Features Guides.

do $$
declare
	release int := pg_catalog.current_setting('rh.release')::int;
	one record;
	kept text;
	later text[] := array[]::text[];
begin
	if release < 1201 then
		drop view if exists "SYS"."DBA_TAB_IDENTITY_COLS", "SYS"."ALL_TAB_IDENTITY_COLS", "SYS"."USER_TAB_IDENTITY_COLS",
			"SYS"."V$PDBS", "SYS"."V$CONTAINERS", "SYS"."DBA_CREDENTIALS", "SYS"."ALL_CREDENTIALS", "SYS"."USER_CREDENTIALS",
			"SYS"."DBA_JSON_COLUMNS", "SYS"."ALL_JSON_COLUMNS", "SYS"."USER_JSON_COLUMNS" cascade;
		later := later || array['CON_ID', 'CON_DBID', 'CON_UID', 'ORIGIN_CON_ID', 'CDB', 'SRC_CON_NAME', 'SRC_CON_ID', 'SRC_CON_UID', 'SRC_CON_DBID',
			'SRC_CON_GUID', 'IDENTITY_COLUMN', 'DEFAULT_ON_NULL', 'EVALUATION_EDITION', 'UNUSABLE_BEFORE', 'UNUSABLE_BEGINNING', 'ORACLE_MAINTAINED',
			'EDITIONABLE', 'BEQUEATH', 'CONTAINER_DATA', 'INMEMORY', 'PROXY_ONLY_CONNECT', 'COMMON', 'INHERITED', 'LAST_LOGIN', 'HAS_IDENTITY', 'INDEXING',
			'SESSION_FLAG', 'KEEP_FLAG', 'SCOPE', 'NOTES', 'IM_IMCU_COUNT', 'IM_BLOCK_COUNT', 'IM_STAT_UPDATE_TIME', 'SCAN_RATE', 'ENDPOINT_REPEAT_COUNT',
			'IS_REOPTIMIZABLE', 'IS_RESOLVED_ADAPTIVE_PLAN', 'IM_SCANS', 'IM_SCAN_BYTES_UNCOMPRESSED', 'IM_SCAN_BYTES_INMEMORY', 'USER_GENERATED', 'SEARCH_CONDITION_VC', 'TEXT_VC'];
	end if;
	if release < 1202 then
		later := later || array['COLLATION', 'DEFAULT_COLLATION', 'SHARDED', 'DUPLICATED', 'EXTERNAL', 'CELLMEMORY', 'CONTAINERS_DEFAULT', 'CONTAINER_MAP',
			'EXTENDED_DATA_LINK', 'EXTENDED_DATA_LINK_MAP', 'INMEMORY_SERVICE', 'INMEMORY_SERVICE_NAME', 'CONTAINER_MAP_OBJECT', 'DATABASE_TYPE', 'FAMILY',
			'LOCAL_TEMP_TABLESPACE', 'INSTANCE_MODE', 'SCALE_FLAG', 'EXTEND_FLAG', 'SHARDED_FLAG'];
	end if;
	if release < 1800 then
		later := later || array['VERSION_FULL', 'VERSION_LEGACY', 'BANNER_FULL', 'BANNER_LEGACY', 'MEMOPTIMIZE_READ', 'MEMOPTIMIZE_WRITE', 'HAS_SENSITIVE_COLUMN',
			'ADMIT_NULL', 'DATA_LINK_DML_ENABLED', 'LOGICAL_REPLICATION', 'HYBRID'];
	end if;
	if release >= 2300 then
		insert into rh.roles (role, maintained) values ('DB_DEVELOPER_ROLE', true) on conflict do nothing;
		insert into rh.sys_grants (grantee, privilege, admin_option)
		select 'DB_DEVELOPER_ROLE', p.name, false from rh.system_privilege p
		 where p.name in ('CREATE SESSION', 'CREATE TABLE', 'CREATE VIEW', 'CREATE MATERIALIZED VIEW', 'CREATE PROCEDURE', 'CREATE SEQUENCE',
			'CREATE SYNONYM', 'CREATE TRIGGER', 'CREATE TYPE', 'CREATE JOB', 'CREATE DIMENSION', 'FORCE TRANSACTION', 'DEBUG CONNECT SESSION',
			'ON COMMIT REFRESH') on conflict do nothing;
		insert into rh.role_grants (grantee, granted_role, admin_option) values ('DB_DEVELOPER_ROLE', 'CTXAPP', false), ('SYS', 'DB_DEVELOPER_ROLE', true)
		on conflict do nothing;
		if not exists (select from pg_catalog.pg_roles where rolname = 'DB_DEVELOPER_ROLE') then
			create role "DB_DEVELOPER_ROLE" nologin;
		end if;
	end if;
	if release < 1900 then
		later := later || array['SQL_QUARANTINE', 'AVOIDED_EXECUTIONS'];
	end if;

	for one in
		select c.oid, c.relname, pg_catalog.string_agg(case when release < 1202 and a.atttypid = 'varchar'::regtype and a.atttypmod = 132
				then pg_catalog.format('%I::varchar(30)', a.attname) else pg_catalog.quote_ident(a.attname) end, ', ' order by a.attnum)
				filter (where a.attname <> all (later)) as columns
		  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
		 where c.relnamespace = '"SYS"'::regnamespace and c.relkind = 'v'
		 group by c.oid, c.relname
		having bool_or(a.attname = any (later) or (release < 1202 and a.atttypid = 'varchar'::regtype and a.atttypmod = 132))
	loop
		kept := 'whole ' || one.relname;
		execute pg_catalog.format('drop view if exists rh.%I cascade', kept);
		execute pg_catalog.format('alter view "SYS".%I rename to %I', one.relname, kept);
		execute pg_catalog.format('alter view "SYS".%I set schema rh', kept);
		execute pg_catalog.format('create view "SYS".%I as select %s from rh.%I', one.relname, one.columns, kept);
		execute pg_catalog.format('grant select on rh.%I to public', kept);
	end loop;

	delete from rh.sys_grants where release < 1201 and privilege in ('LOGMINING', 'SET CONTAINER', 'READ ANY TABLE');
	delete from rh.system_privilege where release < 1201 and name in ('LOGMINING', 'SET CONTAINER', 'READ ANY TABLE');
	delete from rh.parameters p where release < 1201 and p.name in ('enable_pluggable_database', 'max_pdbs');
	update rh.parameters p set value = case release when 1102 then '11.2.0.4.0' when 1201 then '12.1.0.2.0' when 1202 then '12.2.0' when 1800 then '18.0.0'
		when 1900 then '19.0.0' when 2100 then '21.0.0' else '23.0.0' end where p.name = 'compatible';
end $$;
