-- dict_9_grants.sql - the last file: V_$ beside V$, GV$ for some, short names, and who may read what

do $$
declare
	one text;
	twin text;
begin
	for one in select relname from pg_class where relnamespace = '"SYS"'::regnamespace and relkind in ('v', 'f') and relname like 'V$%' loop
		twin := 'V_$' || pg_catalog.substr(one, 3);
		if pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', twin)) is null then
			execute pg_catalog.format('create view "SYS".%I as select * from "SYS".%I', twin, one);
		end if;
	end loop;
	foreach one in array array['DATABASE', 'INSTANCE', 'SESSION', 'PROCESS', 'PARAMETER', 'LOCK', 'LOCKED_OBJECT', 'LOG', 'ARCHIVED_LOG',
		'TRANSACTION', 'SQL', 'SESS_IO', 'SESSION_LONGOPS',
		'SQLAREA', 'SQLTEXT', 'SQL_PLAN', 'SESSTAT', 'SYSSTAT', 'SESSION_WAIT', 'SESSION_EVENT', 'SYSTEM_EVENT', 'OPEN_CURSOR', 'ACCESS',
		'SQL_MONITOR', 'ACTIVE_SESSION_HISTORY', 'PX_SESSION', 'SQLSTATS', 'SGA', 'SGASTAT', 'PGASTAT', 'RESOURCE_LIMIT', 'TEMPSEG_USAGE',
		'SYSTEM_PARAMETER', 'ARCHIVE_DEST', 'ARCHIVE_DEST_STATUS', 'SYSMETRIC', 'OSSTAT', 'MYSTAT', 'UNDOSTAT', 'SERVICES'] loop
		if pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', 'GV$' || one)) is null
		   and pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', 'V$' || one)) is not null then
			execute pg_catalog.format('create view "SYS".%I as select 1::numeric as "INST_ID", v.* from "SYS".%I v', 'GV$' || one, 'V$' || one);
		end if;
		if pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', 'GV_$' || one)) is null
		   and pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', 'GV$' || one)) is not null then
			execute pg_catalog.format('create view "SYS".%I as select * from "SYS".%I', 'GV_$' || one, 'GV$' || one);
		end if;
	end loop;

	execute (select 'grant select on ' || pg_catalog.string_agg(pg_catalog.format('"SYS".%I', relname), ', ') || ' to "SELECT_CATALOG_ROLE"'
		   from pg_class where relnamespace = '"SYS"'::regnamespace and relkind in ('v', 'f', 'r'));
	execute (select 'grant select on ' || pg_catalog.string_agg(pg_catalog.format('"SYS".%I', relname), ', ') || ' to public'
		   from pg_class where relnamespace = '"SYS"'::regnamespace and relkind in ('v', 'f', 'r')
		    and (relname like 'ALL\_%' or relname like 'USER\_%' or relname like 'NLS\_%' or relname like 'SESSION\_%' or relname like 'ROLE\_%'
			 or pg_catalog.replace(pg_catalog.replace(relname, 'V_$', 'V$'), 'GV', 'V') in (
				'DUAL', 'PRODUCT_COMPONENT_VERSION', 'DICTIONARY', 'DICT', 'GLOBAL_NAME', 'DATABASE_PROPERTIES', 'V$VERSION', 'V$OPTION',
				'V$NLS_PARAMETERS', 'V$TIMEZONE_NAMES', 'V$SESSION_CONNECT_INFO', 'V$NLS_VALID_VALUES', 'V$RESERVED_WORDS', 'DICT_COLUMNS', 'AUDIT_ACTIONS', 'SYSTEM_PRIVILEGE_MAP')));
end $$;

-- names without a prefix that Oracle has as public synonyms
create or replace view "SYS"."TAB" as select "TABLE_NAME" as "TNAME", "TABLE_TYPE" as "TABTYPE", null::numeric as "CLUSTERID" from "SYS"."USER_CATALOG";
create or replace view "SYS"."CAT" as select * from "SYS"."USER_CATALOG";
grant select on "SYS"."TAB", "SYS"."CAT" to public;

insert into rh.synonyms select 'PUBLIC', v.name, 'SYS', v.target
  from (values ('COLS', 'USER_TAB_COLUMNS'), ('OBJ', 'USER_OBJECTS'), ('IND', 'USER_INDEXES'), ('SEQ', 'USER_SEQUENCES'), ('SYN', 'USER_SYNONYMS'),
	('CLU', 'USER_CLUSTERS'), ('TABS', 'USER_TABLES')) v(name, target)
on conflict do nothing;

-- packages: mining is for those who were given it
do $$ begin
	if exists (select from pg_namespace where nspname = 'DBMS_LOGMNR') then
		revoke usage on schema "DBMS_LOGMNR" from public;
		grant usage on schema "DBMS_LOGMNR" to "EXECUTE_CATALOG_ROLE", "LOGMINING";
	end if;
end $$;

-- the views above call functions of ours as whoever asks; the tables behind them stay closed
revoke all on all tables in schema rh from public;
grant select on all tables in schema rh to "DBA";
grant select, insert, update, delete on rh.columns, rh.objects, rh.synonyms, rh.triggers, rh.sources, rh.arguments,
	rh.not_null, rh.disabled_constraints, rh.constraint_traits, rh.index_alias, rh.table_facts, rh.partitioned, rh.partitions, rh.indexes_noted, rh.physical, rh.subprograms to public;
grant select on rh.long_names to public;
grant insert on rh.counted to public;
grant usage on all sequences in schema rh to public;
do $$ begin
	if pg_catalog.to_regclass('rh.object_version') is not null then
		grant select on rh.supplemental, rh.log_groups, rh.object_version, rh.object_shape to public;
	end if;
end $$;

-- what was granted stays granted when the views are made anew
do $$
declare
	g record;
	target text;
begin
	for g in select * from rh.object_grants where owner = 'SYS' and privilege in ('SELECT', 'READ') loop
		foreach target in array array[g.name, pg_catalog.replace(g.name, 'V_$', 'V$')] loop
			if pg_catalog.to_regclass(pg_catalog.format('"SYS".%I', target)) is not null and (g.grantee = 'PUBLIC'
			   or exists (select from pg_roles where rolname = g.grantee)) then
				execute pg_catalog.format('grant select on "SYS".%I to %s', target,
					case g.grantee when 'PUBLIC' then 'public' else pg_catalog.quote_ident(g.grantee) end);
			end if;
		end loop;
	end loop;
end $$;

alter event trigger rh_after_ddl enable;
alter event trigger rh_after_drop enable;
