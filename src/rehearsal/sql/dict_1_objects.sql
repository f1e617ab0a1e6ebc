-- dict_1_objects.sql - ALL_, DBA_ and USER_ views of tables, columns, keys, indexes, sequences, triggers ...
-- Columns and their order: Oracle Database Reference 19c.
--
-- Each family has one view rh."D_X" with a hidden column "relid$"; rh.make_dictionary() makes the three of schema "SYS" from it.

-- nothing that the files of the dictionary make is an object of a schema; dict_9_grants.sql sets it to work again
alter event trigger rh_after_ddl disable;
alter event trigger rh_after_drop disable;

do $$
declare
	old text;
begin
	for old in select c.relname from pg_class c where c.relnamespace = 'rh'::regnamespace and c.relkind = 'v'
		   and c.relname similar to '(D\_|raw$)%' loop
		execute pg_catalog.format('drop view if exists rh.%I cascade', old);
	end loop;
end $$;

alter table rh.columns add column if not exists data_default text; -- the source text of DEFAULT

-- @also: a condition under which the ALL_ form shows what rh.sees() does not
drop function if exists rh.make_dictionary(text, text);
create or replace function rh.make_dictionary(family text, forms text default 'DBA,ALL,USER', also text default 'false') returns void
language plpgsql set search_path = ora, pg_catalog as $$
declare
	wanted text;
	list text;
	no_owner text;
begin
	select string_agg(quote_ident(attname), ', ' order by attnum) filter (where attname <> 'relid$'),
	       string_agg(quote_ident(attname), ', ' order by attnum) filter (where attname not in ('relid$', 'OWNER'))
	  into list, no_owner
	  from pg_attribute
	 where attrelid = pg_catalog.format('rh.%I', 'D_' || family)::regclass and attnum > 0 and not attisdropped;
	foreach wanted in array string_to_array(forms, ',') loop
		execute pg_catalog.format('drop view if exists "SYS".%I cascade', wanted || '_' || family);
		execute pg_catalog.format('create view "SYS".%I as select %s from rh.%I%s', wanted || '_' || family,
			case wanted when 'USER' then no_owner else list end, 'D_' || family,
			case wanted when 'USER' then ' where "OWNER" operator(pg_catalog.=) rh.me()::varchar'
				    when 'ALL' then ' where rh.sees("OWNER"::text, "relid$") or ' || also else '' end);
	end loop;
end $$;

-- The DBA_ and ALL_ forms of a family call the owner otherwise.
create or replace function rh.name_owner(family text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	form text;
begin
	foreach form in array array['DBA_', 'ALL_'] loop
		execute format('alter view "SYS".%I rename column "OWNER" to %I', form || family, wanted);
	end loop;
end $$;

-- ---- relations ------------------------------------------------------------------------------------------------------

drop view if exists rh.relation cascade;
create view rh.relation as
select c.oid as relid, n.nspname::text as owner, rh.full_name(c.relname::text) as name, c.relkind, c.relpersistence, c.reltuples, c.relpages,
       coalesce(o.created, rh.fact('startup_time')::timestamp)::ora.date as created,
       coalesce(o.last_ddl, rh.fact('startup_time')::timestamp)::ora.date as last_ddl
  from pg_class c join pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
  left join rh.objects o on o.relid operator(pg_catalog.=) c.oid
 where n.nspname operator(pg_catalog.=) any (select username::name from rh.users) or n.nspname operator(pg_catalog.=) 'SYS';

create view rh."D_TABLES" as
select owner::varchar(128) as "OWNER", name::varchar(128) as "TABLE_NAME",
       case when f.temporary is null then coalesce(q.tablespace, 'USERS') end::varchar(30) as "TABLESPACE_NAME", null::varchar(128) as "CLUSTER_NAME", null::varchar(128) as "IOT_NAME", 'VALID'::varchar(8) as "STATUS",
       coalesce(q.pct_free, case q.compression when 'BASIC' then 0 else 10 end)::numeric as "PCT_FREE", q.pct_used::numeric as "PCT_USED",
       coalesce(q.ini_trans, 1)::numeric as "INI_TRANS", 255::numeric as "MAX_TRANS",
       65536::numeric as "INITIAL_EXTENT", 1048576::numeric as "NEXT_EXTENT", 1::numeric as "MIN_EXTENTS",
       2147483645::numeric as "MAX_EXTENTS", null::numeric as "PCT_INCREASE", null::numeric as "FREELISTS",
       null::numeric as "FREELIST_GROUPS",
       case when f.temporary is null and coalesce(q.logging, true) then 'YES' else 'NO' end::varchar(3) as "LOGGING", 'N'::varchar(1) as "BACKED_UP",
       case when reltuples < 0 then null else reltuples::numeric end as "NUM_ROWS",
       case when reltuples < 0 then null else relpages::numeric end as "BLOCKS", 0::numeric as "EMPTY_BLOCKS",
       0::numeric as "AVG_SPACE", 0::numeric as "CHAIN_CNT", null::numeric as "AVG_ROW_LEN",
       pg_catalog.lpad(coalesce(q.degree, '1'), 10)::varchar(10) as "DEGREE", pg_catalog.lpad(coalesce(q.instances, '1'), 10)::varchar(10) as "INSTANCES",
       case when q.cached then '    Y' else '    N' end::varchar(5) as "CACHE",
       'ENABLED'::varchar(8) as "TABLE_LOCK", null::numeric as "SAMPLE_SIZE", null::ora.date as "LAST_ANALYZED",
       case when exists (select from rh.partitioned q where q.relid operator(pg_catalog.=) r.relid) then 'YES' else 'NO' end::varchar(3) as "PARTITIONED",
       case when f.iot then 'IOT' end::varchar(12) as "IOT_TYPE",
       case when f.temporary is not null then 'Y' else 'N' end::varchar(1) as "TEMPORARY", 'N'::varchar(1) as "SECONDARY",
       'NO'::varchar(3) as "NESTED", 'DEFAULT'::varchar(7) as "BUFFER_POOL", case when q.row_movement then 'ENABLED' else 'DISABLED' end::varchar(8) as "ROW_MOVEMENT",
       'YES'::varchar(3) as "GLOBAL_STATS", 'NO'::varchar(3) as "USER_STATS", f.temporary::varchar(15) as "DURATION",
       'DISABLED'::varchar(8) as "SKIP_CORRUPT", 'YES'::varchar(3) as "MONITORING", null::varchar(128) as "CLUSTER_OWNER",
       'DISABLED'::varchar(8) as "DEPENDENCIES", case when q.compression in ('BASIC', 'ADVANCED') then 'ENABLED' else 'DISABLED' end::varchar(8) as "COMPRESSION",
       nullif(q.compression, 'NONE')::varchar(30) as "COMPRESS_FOR",
       'NO'::varchar(3) as "DROPPED", case when f.read_only then 'YES' else 'NO' end::varchar(3) as "READ_ONLY", 'YES'::varchar(3) as "SEGMENT_CREATED",
       'DEFAULT'::varchar(7) as "RESULT_CACHE", 'NO'::varchar(3) as "CLUSTERING", 'NO'::varchar(3) as "EXTERNAL",
       'NO'::varchar(3) as "HYBRID", r.relid as "relid$"
  from rh.relation r left join rh.table_facts f on f.relid operator(pg_catalog.=) r.relid
  left join rh.physical q on q.relid operator(pg_catalog.=) r.relid where relkind in ('r', 'p', 'm') and owner <> 'SYS';
select rh.make_dictionary('TABLES');

-- ALL_TABLES and object tables, of which there are none
create view rh."D_ALL_TABLES" as select * from rh."D_TABLES";
select rh.make_dictionary('ALL_TABLES');

create view rh."D_VIEWS" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "VIEW_NAME", pg_catalog.length(t.text)::numeric as "TEXT_LENGTH",
       t.text::varchar(4000) as "TEXT", pg_catalog.substr(t.text, 1, 4000)::varchar(4000) as "TEXT_VC", null::numeric as "TYPE_TEXT_LENGTH",
       null::varchar(4000) as "TYPE_TEXT", null::numeric as "OID_TEXT_LENGTH", null::varchar(4000) as "OID_TEXT",
       null::varchar(128) as "VIEW_TYPE_OWNER", null::varchar(128) as "VIEW_TYPE", null::varchar(128) as "SUPERVIEW_NAME",
       'N'::varchar(1) as "EDITIONING_VIEW", case when f.read_only then 'Y' else 'N' end::varchar(1) as "READ_ONLY",
       'N'::varchar(1) as "CONTAINER_DATA", 'N'::varchar(12) as "BEQUEATH", 0::numeric as "ORIGIN_CON_ID",
       'USING_NLS_COMP'::varchar(100) as "DEFAULT_COLLATION", 'NO'::varchar(3) as "CONTAINERS_DEFAULT", 'NO'::varchar(3) as "CONTAINER_MAP",
       'NO'::varchar(3) as "EXTENDED_DATA_LINK", 'NO'::varchar(3) as "EXTENDED_DATA_LINK_MAP", 'NO'::varchar(3) as "HAS_SENSITIVE_COLUMN",
       'NO'::varchar(3) as "ADMIT_NULL", 'NO'::varchar(3) as "PDB_LOCAL_ONLY", r.relid as "relid$"
  from rh.relation r left join rh.table_facts f on f.relid operator(pg_catalog.=) r.relid
  cross join lateral (select coalesce(f.view_text, pg_get_viewdef(r.relid)) as text) t
 where r.relkind = 'v';
select rh.make_dictionary('VIEWS');

create view rh."D_MVIEWS" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "MVIEW_NAME", r.name::varchar(128) as "CONTAINER_NAME",
       f.view_text::varchar(4000) as "QUERY", pg_catalog.length(f.view_text)::numeric as "QUERY_LEN", 'N'::varchar(1) as "UPDATABLE",
       null::varchar(128) as "UPDATE_LOG", null::varchar(128) as "MASTER_ROLLBACK_SEG", null::varchar(128) as "MASTER_LINK",
       'N'::varchar(1) as "REWRITE_ENABLED", null::varchar(9) as "REWRITE_CAPABILITY", 'DEMAND'::varchar(9) as "REFRESH_MODE",
       'COMPLETE'::varchar(8) as "REFRESH_METHOD", 'IMMEDIATE'::varchar(9) as "BUILD_MODE", 'NO'::varchar(18) as "FAST_REFRESHABLE",
       'COMPLETE'::varchar(8) as "LAST_REFRESH_TYPE", r.last_ddl as "LAST_REFRESH_DATE", r.last_ddl as "LAST_REFRESH_END_TIME",
       'UNKNOWN'::varchar(19) as "STALENESS", null::varchar(19) as "AFTER_FAST_REFRESH", 'N'::varchar(1) as "UNKNOWN_PREBUILT",
       'N'::varchar(1) as "UNKNOWN_PLSQL_FUNC", 'N'::varchar(1) as "UNKNOWN_EXTERNAL_TABLE", 'N'::varchar(1) as "UNKNOWN_CONSIDER_FRESH",
       'N'::varchar(1) as "UNKNOWN_IMPORT", 'N'::varchar(1) as "UNKNOWN_TRUSTED_FD", 'VALID'::varchar(19) as "COMPILE_STATE",
       'Y'::varchar(1) as "USE_NO_INDEX", null::ora.date as "STALE_SINCE", null::numeric as "NUM_PCT_TABLES", null::numeric as "NUM_FRESH_PCT_REGIONS",
       null::numeric as "NUM_STALE_PCT_REGIONS", 'NO'::varchar(3) as "SEGMENT_CREATED", null::varchar(128) as "EVALUATION_EDITION",
       null::varchar(128) as "UNUSABLE_BEFORE", null::varchar(128) as "UNUSABLE_BEGINNING", 'USING_NLS_COMP'::varchar(100) as "DEFAULT_COLLATION",
       'N'::varchar(1) as "ON_QUERY_COMPUTATION", 'N'::varchar(3) as "AUTO", r.relid as "relid$"
  from rh.relation r join rh.table_facts f on f.relid operator(pg_catalog.=) r.relid where r.relkind = 'm';
select rh.make_dictionary('MVIEWS');
-- even the USER_ form shows the owner
drop view "SYS"."USER_MVIEWS";
create view "SYS"."USER_MVIEWS" as
select d.* from "SYS"."DBA_MVIEWS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

-- ---- columns ---------------------------------------------------------------------------------------------------------

-- a column without a declaration of ours (of a view): what its PostgreSQL type says
drop function if exists rh.type_of(oid) cascade;
create function rh.type_of(typid oid) returns table (ora_type int2, len int) language sql stable as $$
	select coalesce(v.ora_type, 2)::int2, coalesce(v.len, 22)
	  from (select $1) t(id) left join (values
		('ora.date'::regtype::oid, 12, 7), ('ora.stamp'::regtype::oid, 180, 11), ('ora.stamp_tz'::regtype::oid, 181, 13),
		('ora.stamp_ltz'::regtype::oid, 231, 11), ('ora.ds'::regtype::oid, 183, 11), ('ora.ym'::regtype::oid, 182, 5),
		(1114, 180, 11), (1184, 180, 11), (17, 23, 2000), (1042, 96, 1), (25, 1, 4000), (1043, 1, 4000), (19, 1, 4000), (18, 1, 4000),
		(700, 100, 4), (701, 101, 8), (16, 252, 1), ('ora.json'::regtype::oid, 119, 8200), ('ora.xml'::regtype::oid, 109, 2000)) v(id, ora_type, len) on v.id operator(pg_catalog.=) t.id
$$;

drop function if exists rh.type_name(int, int) cascade;
drop function if exists rh.type_name(int, int, boolean) cascade;
create or replace function rh.type_name(ora_type int, "precision" int, scale int, is_national boolean) returns text
language sql immutable as $$
	select case when $4 then case $1 when 1 then 'NVARCHAR2' when 96 then 'NCHAR' else 'NCLOB' end
	       else case $1 when 1 then 'VARCHAR2' when 2 then case when $2 is not null and $3 is null then 'FLOAT' else 'NUMBER' end
	       when 8 then 'LONG' when 11 then 'ROWID' when 12 then 'DATE'
	       when 23 then 'RAW' when 24 then 'LONG RAW' when 96 then 'CHAR' when 100 then 'BINARY_FLOAT' when 101 then 'BINARY_DOUBLE'
	       when 112 then 'CLOB' when 113 then 'BLOB' when 180 then pg_catalog.format('TIMESTAMP(%s)', $3)
	       when 181 then pg_catalog.format('TIMESTAMP(%s) WITH TIME ZONE', $3)
	       when 231 then pg_catalog.format('TIMESTAMP(%s) WITH LOCAL TIME ZONE', $3)
	       when 182 then pg_catalog.format('INTERVAL YEAR(%s) TO MONTH', $2)
	       when 183 then pg_catalog.format('INTERVAL DAY(%s) TO SECOND(%s)', $2, $3) when 208 then 'UROWID'
	       when 109 then 'XMLTYPE' when 119 then 'JSON' when 252 then 'BOOLEAN' end end
$$;

-- A partition of the window functions names the table's owner and name, too, though relid says all: a condition on them is then met
-- before the columns of every table are gone through.  Who joins it by relid does so in a lateral query with OFFSET 0, for the same.
drop view if exists rh.column_facts cascade;
create view rh.column_facts as
select r.relid, r.owner, r.name as table_name, r.relkind, a.attnum, rh.full_name(a.attname::text) as name, a.attnotnull, a.atttypmod,
       case when not coalesce(c.invisible, false)
	    then row_number() over (partition by r.relid, r.owner, r.name, coalesce(c.invisible, false) order by a.attnum) end as column_id,
       row_number() over (partition by r.relid, r.owner, r.name order by a.attnum) as internal_id,
       case when c.generated is distinct from 'V' then row_number() over (partition by r.relid, r.owner, r.name, c.generated is distinct from 'V' order by a.attnum)
       end as segment_id, c.generated::text as generated, coalesce(c.invisible, false) as invisible, coalesce(c.on_null, false) as on_null,
       c.identity_sequence,
       coalesce(c.ora_type, t.ora_type)::int as ora_type, coalesce(c.is_national, false) as is_national,
       case when coalesce(c.ora_type, t.ora_type) in (180, 181, 231) then null
	    when coalesce(c.ora_type, t.ora_type) in (182, 183) then coalesce(c.precision, 0) else nullif(c.precision, 0) end as precision,
       case when coalesce(c.ora_type, t.ora_type) in (180, 181, 182, 183, 231) then coalesce(c.scale, 6)
	    when coalesce(c.ora_type, t.ora_type) <> 2 or c.scale < -200 then null else c.scale end as scale,
       coalesce(c.byte_length, case when t.ora_type in (1, 96) and a.atttypmod > 4 then a.atttypmod - 4 else t.len end) as byte_length,
       case when coalesce(c.ora_type, t.ora_type) in (1, 96)
	    then coalesce(nullif(c.char_length, 0), c.byte_length, case when a.atttypmod > 4 then a.atttypmod - 4 else t.len end)
	    else 0 end as char_length,
       case when coalesce(c.ora_type, t.ora_type) in (1, 96) then coalesce(nullif(c.char_used::text, ''), 'B') end as char_used,
       case when c.data_default is not null then c.data_default
	    when a.attgenerated = '' -- a default names no column: told without the table, which may be dropped meanwhile
	    then (select pg_get_expr(d.adbin, 0) from pg_attrdef d
		   where d.adrelid operator(pg_catalog.=) a.attrelid and d.adnum operator(pg_catalog.=) a.attnum) end as data_default
  from rh.relation r
  join pg_attribute a on a.attrelid operator(pg_catalog.=) r.relid and a.attnum > 0 and not a.attisdropped and a.attname <> all ('{ROWID$,SID$}')
  left join rh.columns c on c.relid operator(pg_catalog.=) r.relid and c.attnum operator(pg_catalog.=) a.attnum
  cross join lateral rh.type_of(a.atttypid) t
 where r.relkind in ('r', 'p', 'v', 'm', 'f');

create view rh."D_TAB_COLS" as
select owner::varchar(128) as "OWNER", table_name::varchar(128) as "TABLE_NAME", name::varchar(128) as "COLUMN_NAME",
       rh.type_name(ora_type, precision, scale, is_national)::varchar(128) as "DATA_TYPE", null::varchar(3) as "DATA_TYPE_MOD",
       case when ora_type = 109 then 'SYS' end::varchar(128) as "DATA_TYPE_OWNER", byte_length::numeric as "DATA_LENGTH", precision::numeric as "DATA_PRECISION",
       scale::numeric as "DATA_SCALE", case when attnotnull then 'N' else 'Y' end::varchar(1) as "NULLABLE",
       column_id::numeric as "COLUMN_ID", pg_catalog.length(data_default)::numeric as "DEFAULT_LENGTH",
       data_default::varchar(4000) as "DATA_DEFAULT", null::numeric as "NUM_DISTINCT", null::bytea as "LOW_VALUE",
       null::bytea as "HIGH_VALUE", null::numeric as "DENSITY", null::numeric as "NUM_NULLS", null::numeric as "NUM_BUCKETS",
       null::ora.date as "LAST_ANALYZED", null::numeric as "SAMPLE_SIZE",
       case when ora_type in (1, 96, 112) then case when is_national then 'NCHAR_CS' else 'CHAR_CS' end end::varchar(44) as "CHARACTER_SET_NAME",
       nullif(char_length, 0)::numeric as "CHAR_COL_DECL_LENGTH", 'NO'::varchar(3) as "GLOBAL_STATS",
       'NO'::varchar(3) as "USER_STATS", null::numeric as "AVG_COL_LEN", char_length::numeric as "CHAR_LENGTH",
       char_used::varchar(1) as "CHAR_USED", 'NO'::varchar(3) as "V80_FMT_IMAGE", 'YES'::varchar(3) as "DATA_UPGRADED",
       case when invisible then 'YES' else 'NO' end::varchar(3) as "HIDDEN_COLUMN",
       case generated when 'V' then 'YES' else 'NO' end::varchar(3) as "VIRTUAL_COLUMN", segment_id::numeric as "SEGMENT_COLUMN_ID",
       internal_id::numeric as "INTERNAL_COLUMN_ID", 'NONE'::varchar(15) as "HISTOGRAM", name::varchar(4000) as "QUALIFIED_COL_NAME",
       'YES'::varchar(3) as "USER_GENERATED", case when on_null then 'YES' else 'NO' end::varchar(3) as "DEFAULT_ON_NULL",
       case when generated in ('A', 'D') then 'YES' else 'NO' end::varchar(3) as "IDENTITY_COLUMN",
       null::varchar(128) as "EVALUATION_EDITION", null::varchar(128) as "UNUSABLE_BEFORE", null::varchar(128) as "UNUSABLE_BEGINNING",
       case when ora_type in (1, 96) then 'USING_NLS_COMP' end::varchar(100) as "COLLATION", relid as "relid$"
  from rh.column_facts;
select rh.make_dictionary('TAB_COLS');

create view rh."D_TAB_COLUMNS" as
select "OWNER", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "DATA_TYPE_MOD", "DATA_TYPE_OWNER", "DATA_LENGTH", "DATA_PRECISION",
       "DATA_SCALE", "NULLABLE", "COLUMN_ID", "DEFAULT_LENGTH", "DATA_DEFAULT", "NUM_DISTINCT", "LOW_VALUE", "HIGH_VALUE",
       "DENSITY", "NUM_NULLS", "NUM_BUCKETS", "LAST_ANALYZED", "SAMPLE_SIZE", "CHARACTER_SET_NAME", "CHAR_COL_DECL_LENGTH",
       "GLOBAL_STATS", "USER_STATS", "AVG_COL_LEN", "CHAR_LENGTH", "CHAR_USED", "V80_FMT_IMAGE", "DATA_UPGRADED", "HISTOGRAM",
       "DEFAULT_ON_NULL", "IDENTITY_COLUMN", "EVALUATION_EDITION", "UNUSABLE_BEFORE", "UNUSABLE_BEGINNING", "COLLATION", "relid$"
  from rh."D_TAB_COLS" where "HIDDEN_COLUMN" = 'NO';
select rh.make_dictionary('TAB_COLUMNS');

create view rh."D_TAB_IDENTITY_COLS" as
select c.owner::varchar(128) as "OWNER", c.table_name::varchar(128) as "TABLE_NAME", c.name::varchar(128) as "COLUMN_NAME",
       case c.generated when 'A' then 'ALWAYS' else 'BY DEFAULT' end::varchar(10) as "GENERATION_TYPE", rh.full_name(q.relname::text)::varchar(128) as "SEQUENCE_NAME",
       pg_catalog.format('START WITH: %s, INCREMENT BY: %s, MAX_VALUE: %s, MIN_VALUE: %s, CYCLE_FLAG: %s, CACHE_SIZE: %s, ORDER_FLAG: N, '
	'SCALE_FLAG: N, EXTEND_FLAG: N, SESSION_FLAG: N, KEEP_VALUE: N', s.seqstart, s.seqincrement,
	case s.seqmax when 9223372036854775807 then '9999999999999999999999999999' else s.seqmax::text end, s.seqmin,
	case when s.seqcycle then 'Y' else 'N' end, case s.seqcache when 1 then 0 else s.seqcache end)::varchar(298) as "IDENTITY_OPTIONS",
       c.relid as "relid$"
  from rh.column_facts c join pg_sequence s on s.seqrelid operator(pg_catalog.=) c.identity_sequence
  join pg_class q on q.oid operator(pg_catalog.=) c.identity_sequence;
select rh.make_dictionary('TAB_IDENTITY_COLS');

-- ---- LOBs ------------------------------------------------------------------------------------------------------------

create view rh."D_LOBS" as
select owner::varchar(128) as "OWNER", table_name::varchar(128) as "TABLE_NAME", name::varchar(4000) as "COLUMN_NAME",
       pg_catalog.format('SYS_LOB%sC%s$$', pg_catalog.lpad(relid::text, 10, '0'), pg_catalog.lpad(internal_id::text, 5, '0'))::varchar(128)
	as "SEGMENT_NAME", 'USERS'::varchar(30) as "TABLESPACE_NAME",
       pg_catalog.format('SYS_IL%sC%s$$', pg_catalog.lpad(relid::text, 10, '0'), pg_catalog.lpad(internal_id::text, 5, '0'))::varchar(128)
	as "INDEX_NAME", 8192::numeric as "CHUNK", null::numeric as "PCTVERSION", null::numeric as "RETENTION",
       null::numeric as "FREEPOOLS", 'NO'::varchar(10) as "CACHE", 'YES'::varchar(7) as "LOGGING", 'NO'::varchar(4) as "ENCRYPT",
       'NO'::varchar(6) as "COMPRESSION", 'NO'::varchar(15) as "DEDUPLICATION", 'YES'::varchar(3) as "IN_ROW",
       case ora_type when 112 then 'ENDIAN NEUTRAL ' else 'NOT APPLICABLE' end::varchar(15) as "FORMAT",
       'NO'::varchar(3) as "PARTITIONED", 'YES'::varchar(3) as "SECUREFILE", 'YES'::varchar(3) as "SEGMENT_CREATED",
       'DEFAULT'::varchar(7) as "RETENTION_TYPE", null::numeric as "RETENTION_VALUE", relid as "relid$"
  from rh.column_facts where ora_type in (112, 113, 119) and relkind in ('r', 'p');
select rh.make_dictionary('LOBS');

-- ---- types: XMLTYPE, of which columns can be, and collections, INCOMPLETE where they do not compile (A-473) -----------------------

create view rh."D_TYPES" as
select 'SYS'::varchar(128) as "OWNER", 'XMLTYPE'::varchar(128) as "TYPE_NAME", rh.xmltype_oid() as "TYPE_OID", 'OBJECT'::varchar(128) as "TYPECODE",
       0::numeric as "ATTRIBUTES", 0::numeric as "METHODS", 'NO'::varchar(3) as "PREDEFINED", 'NO'::varchar(3) as "INCOMPLETE",
       'YES'::varchar(3) as "FINAL", 'YES'::varchar(3) as "INSTANTIABLE", null::oid as "relid$"
union all
select s.owner, rh.full_name(s.name), pg_catalog.decode(pg_catalog.md5(s.owner || '.' || s.name), 'hex'), 'COLLECTION', 0, 0, 'NO',
       case when exists (select from rh.collections c where c.owner = s.owner and c.name = s.name) then 'NO' else 'YES' end, 'YES', 'YES', null
  from rh.sources s where s.type = 'TYPE';
select rh.make_dictionary('TYPES', 'DBA,ALL,USER', $$rh.may_use_type("OWNER"::text, "TYPE_NAME"::text)$$);

-- lengths and names of elements as types have them, without the digits of a time; a NUMBER that says neither has no precision and no scale (A-472)
create view rh."D_COLL_TYPES" as
select c.owner::varchar(128) as "OWNER", rh.full_name(c.name)::varchar(128) as "TYPE_NAME",
       case when c.upper_bound is null then 'TABLE' else 'VARYING ARRAY' end::varchar(128) as "COLL_TYPE", c.upper_bound::numeric as "UPPER_BOUND",
       null::varchar(7) as "ELEM_TYPE_MOD", c.element_owner::varchar(128) as "ELEM_TYPE_OWNER",
       coalesce(rh.full_name(c.element_name), case c.ora_type when 180 then 'TIMESTAMP' when 181 then 'TIMESTAMP WITH TZ'
	when 231 then 'TIMESTAMP WITH LOCAL TZ' when 182 then 'INTERVAL YEAR TO MONTH' when 183 then 'INTERVAL DAY TO SECOND'
	else rh.type_name(c.ora_type, null, null, c.is_national) end)::varchar(128) as "ELEM_TYPE_NAME",
       c.length::numeric as "LENGTH", c."precision"::numeric as "PRECISION", c.scale::numeric as "SCALE",
       case when c.ora_type in (1, 96, 112) then case when c.is_national then 'NCHAR_CS' else 'CHAR_CS' end end::varchar(44) as "CHARACTER_SET_NAME",
       null::varchar(7) as "ELEM_STORAGE", 'YES'::varchar(3) as "NULLS_STORED", c.char_used::varchar(1) as "CHAR_USED", null::oid as "relid$"
  from rh.collections c;
select rh.make_dictionary('COLL_TYPES', 'DBA,ALL,USER', $$rh.may_use_type("OWNER"::text, "TYPE_NAME"::text)$$);

-- ---- constraints --------------------------------------------------------------------------------------------------------

drop view if exists rh.constraint_facts cascade;
create view rh.constraint_facts as
select r.relid, r.owner, r.name as table_name, rh.full_name(k.conname::text) as name,
       (case k.contype when 'p' then 'P' when 'u' then 'U' when 'f' then 'R' else 'C' end) as kind,
       case k.contype when 't' then (rh.late_check(k.conrelid, k.conname)).columns else k.conkey end as conkey, k.oid as conid,
       k.convalidated, rh.is_deferred(k.conrelid, k.conname) as condeferred, rh.may_defer(k.conrelid, k.conname) as may_defer,
        k.confdeltype::text as confdeltype, true as enabled,
       case when k.contype in ('c', 't') then obj_description(k.oid, 'pg_constraint') end as condition,
       fn.nspname::text as r_owner, rh.full_name(f.conname::text) as r_name, rh.full_name(coalesce(l.name, i.relname::text)) as index_name, r.last_ddl
  from rh.relation r
  join pg_constraint k on k.conrelid operator(pg_catalog.=) r.relid and k.contype in ('p', 'u', 'f', 'c', 't')
	and k.conname !~ '\$(len|part)$' -- bounds of VARCHAR2 and of partitions, no constraints on Oracle
  left join pg_constraint f on k.contype = 'f' and f.conrelid operator(pg_catalog.=) k.confrelid
	and f.conindid operator(pg_catalog.=) k.conindid and f.contype in ('p', 'u')
  left join pg_namespace fn on fn.oid operator(pg_catalog.=) f.connamespace
  left join pg_class i on k.contype in ('p', 'u') and i.oid operator(pg_catalog.=) k.conindid
  left join rh.index_alias l on l.indexrelid operator(pg_catalog.=) i.oid
union all
-- the key of a materialized view is its index alone
select r.relid, r.owner, r.name, i.relname::text, 'P', pg_catalog.string_to_array(x.indkey::text, ' ')::smallint[], null, true, false, false, null, true,
       null, null, null, i.relname::text, r.last_ddl
  from rh.relation r join pg_index x on x.indrelid operator(pg_catalog.=) r.relid and x.indisunique
  join pg_class i on i.oid operator(pg_catalog.=) x.indexrelid and i.relname operator(pg_catalog.~~) 'SYS\_C%'
 where r.relkind operator(pg_catalog.=) 'm'
union all
-- NOT NULL is a check of its own
select c.relid, c.owner, c.table_name, rh.full_name(n.name), 'C', array[c.attnum], null, true, rh.is_deferred(n.relid, n.name), rh.may_defer(n.relid, n.name), ' ', c.attnotnull,
       pg_catalog.format('"%s" IS NOT NULL', c.name), null, null, null, r.last_ddl
  from rh.not_null n cross join lateral (select f.* from rh.column_facts f
	where f.relid operator(pg_catalog.=) n.relid and f.attnum operator(pg_catalog.=) n.attnum offset 0) c
  join rh.relation r on r.relid operator(pg_catalog.=) n.relid
union all
select r.relid, r.owner, r.name, rh.full_name(d.name), case d.kind when 'p' then 'P' when 'u' then 'U' when 'f' then 'R' else 'C' end, d.columns, null,
       false, rh.is_deferred(d.relid, d.name), rh.may_defer(d.relid, d.name),
       case when d.definition like '%ON DELETE CASCADE%' then 'c' when d.definition like '%ON DELETE SET NULL%' then 'n' else ' ' end, false,
       d.condition, p.owner, p.name, null, r.last_ddl
  from rh.disabled_constraints d join rh.relation r on r.relid operator(pg_catalog.=) d.relid
  left join lateral (
	select fr.owner, rh.full_name(f.conname::text) as name from pg_constraint f join rh.relation fr on fr.relid operator(pg_catalog.=) f.conrelid
	 where f.conrelid operator(pg_catalog.=) d.r_relid and f.contype in ('p', 'u') and f.conkey operator(pg_catalog.=) d.r_columns
	union all
	select fr.owner, rh.full_name(f.name) from rh.disabled_constraints f join rh.relation fr on fr.relid operator(pg_catalog.=) f.relid
	 where f.relid operator(pg_catalog.=) d.r_relid and f.kind in ('p', 'u') and f.columns operator(pg_catalog.=) d.r_columns limit 1) p on true
union all
select r.relid, r.owner, r.name, rh.full_name(f.check_name), case when f.read_only then 'O' else 'V' end, null, null, false, false, false, ' ', true,
       null, null, null, null, r.last_ddl
  from rh.table_facts f join rh.relation r on r.relid operator(pg_catalog.=) f.relid where f.check_name is not null;

create view rh."D_CONSTRAINTS" as
select owner::varchar(128) as "OWNER", name::varchar(128) as "CONSTRAINT_NAME", kind::varchar(1) as "CONSTRAINT_TYPE",
       table_name::varchar(128) as "TABLE_NAME", condition::varchar(4000) as "SEARCH_CONDITION",
       condition::varchar(4000) as "SEARCH_CONDITION_VC", r_owner::varchar(128) as "R_OWNER",
       r_name::varchar(128) as "R_CONSTRAINT_NAME",
       case when kind = 'R' then case confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'NO ACTION' end
       end::varchar(9) as "DELETE_RULE", case when c.enabled then 'ENABLED' else 'DISABLED' end::varchar(8) as "STATUS",
       case when may_defer then 'DEFERRABLE' else 'NOT DEFERRABLE' end::varchar(14) as "DEFERRABLE",
       case when condeferred then 'DEFERRED' else 'IMMEDIATE' end::varchar(9) as "DEFERRED",
       case when convalidated then 'VALIDATED' else 'NOT VALIDATED' end::varchar(13) as "VALIDATED",
       case when name like 'SYS\_C%' then 'GENERATED NAME' else 'USER NAME' end::varchar(14) as "GENERATED",
       null::varchar(3) as "BAD", case when exists (select from rh.constraint_traits t
	where t.relid operator(pg_catalog.=) c.relid and rh.full_name(t.name) operator(pg_catalog.=) c.name and t.rely) then 'RELY' end::varchar(4) as "RELY", last_ddl as "LAST_CHANGE",
       case when index_name is not null then owner end::varchar(128) as "INDEX_OWNER", index_name::varchar(128) as "INDEX_NAME",
       null::varchar(7) as "INVALID", null::varchar(14) as "VIEW_RELATED", 0::numeric as "ORIGIN_CON_ID", relid as "relid$"
  from rh.constraint_facts c;
select rh.make_dictionary('CONSTRAINTS');
-- even the USER_ form shows the owner
drop view "SYS"."USER_CONSTRAINTS";
create view "SYS"."USER_CONSTRAINTS" as
select d.* from "SYS"."DBA_CONSTRAINTS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

create view rh."D_CONS_COLUMNS" as
select k.owner::varchar(128) as "OWNER", k.name::varchar(128) as "CONSTRAINT_NAME", k.table_name::varchar(128) as "TABLE_NAME",
       rh.full_name(a.attname::text)::varchar(4000) as "COLUMN_NAME", case when k.kind <> 'C' then u.place end::numeric as "POSITION", k.relid as "relid$"
  from rh.constraint_facts k cross join lateral unnest(k.conkey) with ordinality u(attnum, place)
  join pg_attribute a on a.attrelid operator(pg_catalog.=) k.relid and a.attnum operator(pg_catalog.=) u.attnum and a.attname <> 'SID$';
select rh.make_dictionary('CONS_COLUMNS');
drop view "SYS"."USER_CONS_COLUMNS";
create view "SYS"."USER_CONS_COLUMNS" as
select d.* from "SYS"."DBA_CONS_COLUMNS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

-- ---- partitions -----------------------------------------------------------------------------------------------------------

create or replace function rh.bound_text(relation oid, place int, value text, kind text) returns text language sql stable
set search_path = pg_catalog as $$
	select case when $3 is null then case $4 when 'L' then 'DEFAULT' else 'MAXVALUE' end
		    when $3 = E'\001' then 'NULL'
		    when c.ora_type = 2 then $3
		    when c.ora_type = 12 then format('TO_DATE('' %s'', ''SYYYY-MM-DD HH24:MI:SS'', ''NLS_CALENDAR=GREGORIAN'')', left($3, 19))
		    when c.ora_type in (180, 181, 231) then format('TIMESTAMP'' %s''', $3) else quote_literal($3) end
	  from rh.partitioned p join rh.columns c on c.relid = p.relid and c.attnum = p.columns[case $4 when 'L' then 1 else $2 end]
	 where p.relid = $1
$$;

create view rh."D_PART_TABLES" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "TABLE_NAME",
       case p.kind when 'R' then 'RANGE' when 'L' then 'LIST' else 'HASH' end::varchar(9) as "PARTITIONING_TYPE",
       case p.sub_kind when 'R' then 'RANGE' when 'L' then 'LIST' when 'H' then 'HASH' else 'NONE' end::varchar(9) as "SUBPARTITIONING_TYPE",
       case when p.interval_text is not null then 1048575
	    else (select count(*) from rh.partitions x where x.relid operator(pg_catalog.=) p.relid) end::numeric as "PARTITION_COUNT",
       0::numeric as "DEF_SUBPARTITION_COUNT", pg_catalog.array_length(p.columns, 1)::numeric as "PARTITIONING_KEY_COUNT",
       coalesce(pg_catalog.array_length(p.sub_columns, 1), 0)::numeric as "SUBPARTITIONING_KEY_COUNT", 'VALID'::varchar(8) as "STATUS",
       'USERS'::varchar(30) as "DEF_TABLESPACE_NAME", 10::numeric as "DEF_PCT_FREE", null::numeric as "DEF_PCT_USED", 1::numeric as "DEF_INI_TRANS",
       255::numeric as "DEF_MAX_TRANS", 'DEFAULT'::varchar(40) as "DEF_INITIAL_EXTENT", 'DEFAULT'::varchar(40) as "DEF_NEXT_EXTENT",
       'DEFAULT'::varchar(40) as "DEF_MIN_EXTENTS", 'DEFAULT'::varchar(40) as "DEF_MAX_EXTENTS", 'DEFAULT'::varchar(40) as "DEF_MAX_SIZE",
       'DEFAULT'::varchar(40) as "DEF_PCT_INCREASE", null::numeric as "DEF_FREELISTS", null::numeric as "DEF_FREELIST_GROUPS",
       'NONE'::varchar(7) as "DEF_LOGGING", 'NONE'::varchar(8) as "DEF_COMPRESSION", null::varchar(30) as "DEF_COMPRESS_FOR",
       'DEFAULT'::varchar(7) as "DEF_BUFFER_POOL", 'DEFAULT'::varchar(7) as "DEF_FLASH_CACHE", 'DEFAULT'::varchar(7) as "DEF_CELL_FLASH_CACHE",
       null::varchar(128) as "REF_PTN_CONSTRAINT_NAME", p.interval_text::varchar(1000) as "INTERVAL", 'NO'::varchar(3) as "AUTOLIST",
       null::varchar(1000) as "INTERVAL_SUBPARTITION", 'NO'::varchar(3) as "AUTOLIST_SUBPARTITION", 'NO'::varchar(3) as "IS_NESTED",
       null::varchar(4) as "DEF_SEGMENT_CREATION", 'ON'::varchar(3) as "DEF_INDEXING", 'NONE'::varchar(8) as "DEF_INMEMORY",
       null::varchar(8) as "DEF_INMEMORY_PRIORITY", null::varchar(15) as "DEF_INMEMORY_DISTRIBUTE", null::varchar(17) as "DEF_INMEMORY_COMPRESSION",
       null::varchar(13) as "DEF_INMEMORY_DUPLICATE", 'NO'::varchar(3) as "DEF_READ_ONLY", 'NO'::varchar(3) as "DEF_CELLMEMORY",
       null::varchar(12) as "DEF_INMEMORY_SERVICE", null::varchar(1000) as "DEF_INMEMORY_SERVICE_NAME", 'NO'::varchar(3) as "AUTO", p.relid as "relid$"
  from rh.partitioned p join rh.relation r on r.relid operator(pg_catalog.=) p.relid;
select rh.make_dictionary('PART_TABLES');

-- of partitions, and of subpartitions
create view rh.partition_keys as
select p.relid, r.owner::varchar(128) as owner, r.name::varchar(128) as name, rh.full_name(a.attname::text)::varchar(4000) as column_name,
       u.place::numeric as place, k.of_sub
  from rh.partitioned p join rh.relation r on r.relid operator(pg_catalog.=) p.relid
  cross join lateral (values (false, p.columns), (true, p.sub_columns)) k(of_sub, columns)
  cross join lateral unnest(k.columns) with ordinality u(attnum, place)
  join pg_attribute a on a.attrelid operator(pg_catalog.=) p.relid and a.attnum operator(pg_catalog.=) u.attnum;

create view rh."D_TAB_PARTITIONS" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "TABLE_NAME", case when p.sub_kind is null then 'NO' else 'YES' end::varchar(3) as "COMPOSITE",
       rh.full_name(x.name)::varchar(128) as "PARTITION_NAME", (x.sub_object is not null)::int::numeric as "SUBPARTITION_COUNT",
       (select pg_catalog.string_agg(rh.bound_text(p.relid, u.place::int, u.value, p.kind), ', ' order by u.place)
	  from unnest(x.bounds) with ordinality u(value, place))::varchar(4000) as "HIGH_VALUE",
       (select pg_catalog.length(pg_catalog.string_agg(rh.bound_text(p.relid, u.place::int, u.value, p.kind), ', '))
	  from unnest(x.bounds) with ordinality u(value, place))::numeric as "HIGH_VALUE_LENGTH",
       (row_number() over (partition by p.relid order by x.position))::numeric as "PARTITION_POSITION", 'USERS'::varchar(30) as "TABLESPACE_NAME",
       10::numeric as "PCT_FREE", null::numeric as "PCT_USED", 1::numeric as "INI_TRANS", 255::numeric as "MAX_TRANS", 65536::numeric as "INITIAL_EXTENT",
       1048576::numeric as "NEXT_EXTENT", 1::numeric as "MIN_EXTENT", 2147483645::numeric as "MAX_EXTENT", 2147483645::numeric as "MAX_SIZE",
       null::numeric as "PCT_INCREASE", null::numeric as "FREELISTS", null::numeric as "FREELIST_GROUPS", 'YES'::varchar(7) as "LOGGING",
       'DISABLED'::varchar(8) as "COMPRESSION", null::varchar(30) as "COMPRESS_FOR", null::numeric as "NUM_ROWS", null::numeric as "BLOCKS",
       null::numeric as "EMPTY_BLOCKS", null::numeric as "AVG_SPACE", null::numeric as "CHAIN_CNT", null::numeric as "AVG_ROW_LEN",
       null::numeric as "SAMPLE_SIZE", null::ora.date as "LAST_ANALYZED", 'DEFAULT'::varchar(7) as "BUFFER_POOL", 'DEFAULT'::varchar(7) as "FLASH_CACHE",
       'DEFAULT'::varchar(7) as "CELL_FLASH_CACHE", 'NO'::varchar(3) as "GLOBAL_STATS", 'NO'::varchar(3) as "USER_STATS", 'NO'::varchar(3) as "IS_NESTED",
       null::varchar(128) as "PARENT_TABLE_PARTITION", case when x.low is not null then 'YES' else 'NO' end::varchar(3) as "INTERVAL",
       'YES'::varchar(4) as "SEGMENT_CREATED", 'ON'::varchar(4) as "INDEXING", 'NO'::varchar(4) as "READ_ONLY", 'DISABLED'::varchar(8) as "INMEMORY",
       null::varchar(8) as "INMEMORY_PRIORITY", null::varchar(15) as "INMEMORY_DISTRIBUTE", null::varchar(17) as "INMEMORY_COMPRESSION",
       null::varchar(13) as "INMEMORY_DUPLICATE", null::varchar(24) as "CELLMEMORY", null::varchar(12) as "INMEMORY_SERVICE",
       null::varchar(100) as "INMEMORY_SERVICE_NAME", p.relid as "relid$"
  from rh.partitioned p join rh.relation r on r.relid operator(pg_catalog.=) p.relid
  join rh.partitions x on x.relid operator(pg_catalog.=) p.relid;
select rh.make_dictionary('TAB_PARTITIONS');
select rh.name_owner('TAB_PARTITIONS', 'TABLE_OWNER');

-- the one of each partition takes whatever lies there (A-607)
create view rh."D_TAB_SUBPARTITIONS" as
select t."OWNER", t."TABLE_NAME", t."PARTITION_NAME", x.sub_name::varchar(128) as "SUBPARTITION_NAME",
       case p.sub_kind when 'R' then 'MAXVALUE' when 'L' then 'DEFAULT' end::varchar(4000) as "HIGH_VALUE",
       case p.sub_kind when 'R' then 8 when 'L' then 7 else 0 end::numeric as "HIGH_VALUE_LENGTH", t."PARTITION_POSITION", 1::numeric as "SUBPARTITION_POSITION",
       t."TABLESPACE_NAME", t."PCT_FREE", t."PCT_USED", t."INI_TRANS", t."MAX_TRANS", t."INITIAL_EXTENT", t."NEXT_EXTENT", t."MIN_EXTENT", t."MAX_EXTENT",
       t."MAX_SIZE", t."PCT_INCREASE", t."FREELISTS", t."FREELIST_GROUPS", t."LOGGING"::varchar(3) as "LOGGING", t."COMPRESSION", t."COMPRESS_FOR", t."NUM_ROWS",
       t."BLOCKS", t."EMPTY_BLOCKS", t."AVG_SPACE", t."CHAIN_CNT", t."AVG_ROW_LEN", t."SAMPLE_SIZE", t."LAST_ANALYZED", t."BUFFER_POOL", t."FLASH_CACHE",
       t."CELL_FLASH_CACHE", t."GLOBAL_STATS", t."USER_STATS", t."INTERVAL", t."SEGMENT_CREATED"::varchar(3) as "SEGMENT_CREATED", t."relid$"
  from rh."D_TAB_PARTITIONS" t join rh.partitioned p on p.relid operator(pg_catalog.=) t."relid$"
  join rh.partitions x on x.relid operator(pg_catalog.=) t."relid$" and rh.full_name(x.name) operator(pg_catalog.=) t."PARTITION_NAME"::text
 where x.sub_object is not null;
select rh.make_dictionary('TAB_SUBPARTITIONS');
select rh.name_owner('TAB_SUBPARTITIONS', 'TABLE_OWNER');

-- ---- indexes ----------------------------------------------------------------------------------------------------------

drop view if exists rh.index_facts cascade;
create view rh.index_facts as
select i.indexrelid, i.indrelid, x.owner, coalesce(rh.full_name(l.name), x.name) as name, t.owner as table_owner, t.name as table_name, i.indisunique and not coalesce(b.loose, false) as indisunique, i.indkey, i.indoption,
       i.indexprs is not null or i.indoption::text ~ '[13]' as by_function, coalesce(b.bitmap, false) as bitmap, b.expressions,
       i.indisvalid and not coalesce(b.unusable, false) as indisvalid, coalesce(b.is_local, false) as is_local, x.reltuples, coalesce(b.invisible, false) as invisible,
       q.logging, q.reversed, q.degree, q.instances, q.pct_free, q.ini_trans, q.tablespace, case when q.compression like 'ADVANCED%' then q.compression end as advanced,
       coalesce(b.compressed, false) as compressed, coalesce(b.prefix, case when b.compressed then i.indnkeyatts - i.indisunique::int end) as prefix
  from pg_index i join rh.relation x on x.relid operator(pg_catalog.=) i.indexrelid
  join rh.relation t on t.relid operator(pg_catalog.=) i.indrelid
  left join rh.index_alias l on l.indexrelid operator(pg_catalog.=) i.indexrelid
  left join rh.indexes_noted b on b.indexrelid operator(pg_catalog.=) i.indexrelid
  left join rh.physical q on q.relid operator(pg_catalog.=) i.indexrelid
 where not exists (select from pg_attribute a where a.attrelid operator(pg_catalog.=) i.indrelid
		   and a.attnum operator(pg_catalog.=) any (i.indkey) and a.attname = 'ROWID$');

create view rh."D_INDEXES" as
select owner::varchar(128) as "OWNER", name::varchar(128) as "INDEX_NAME",
       (case when by_function then 'FUNCTION-BASED ' else '' end || case when bitmap then 'BITMAP' when reversed then 'NORMAL/REV' else 'NORMAL' end)::varchar(27) as "INDEX_TYPE",
       table_owner::varchar(128) as "TABLE_OWNER", table_name::varchar(128) as "TABLE_NAME", 'TABLE'::varchar(11) as "TABLE_TYPE",
       case when indisunique then 'UNIQUE' else 'NONUNIQUE' end::varchar(9) as "UNIQUENESS", coalesce(advanced, case when compressed then 'ENABLED' else 'DISABLED' end)::varchar(13) as "COMPRESSION",
       prefix::numeric as "PREFIX_LENGTH", coalesce(tablespace, 'USERS')::varchar(30) as "TABLESPACE_NAME", coalesce(ini_trans, 2)::numeric as "INI_TRANS",
       255::numeric as "MAX_TRANS", coalesce(pct_free, 10)::numeric as "PCT_FREE", case when coalesce(logging, true) then 'YES' else 'NO' end::varchar(3) as "LOGGING", 1::numeric as "BLEVEL",
       null::numeric as "LEAF_BLOCKS", null::numeric as "DISTINCT_KEYS", null::numeric as "CLUSTERING_FACTOR",
       case when is_local then 'N/A' when indisvalid then 'VALID' else 'UNUSABLE' end::varchar(8) as "STATUS", null::numeric as "NUM_ROWS",
       null::numeric as "SAMPLE_SIZE", null::ora.date as "LAST_ANALYZED", coalesce(degree, '1')::varchar(40) as "DEGREE", coalesce(instances, '1')::varchar(40) as "INSTANCES",
       case when is_local then 'YES' else 'NO' end::varchar(3) as "PARTITIONED", 'N'::varchar(1) as "TEMPORARY",
       case when name like 'SYS\_C%' then 'Y' else 'N' end::varchar(1) as "GENERATED", 'N'::varchar(1) as "SECONDARY",
       'DEFAULT'::varchar(7) as "BUFFER_POOL", 'YES'::varchar(3) as "GLOBAL_STATS", 'NO'::varchar(3) as "DROPPED",
       case when invisible then 'INVISIBLE' else 'VISIBLE' end::varchar(9) as "VISIBILITY", case when by_function then 'ENABLED' end::varchar(8) as "FUNCIDX_STATUS",
       'NO'::varchar(3) as "JOIN_INDEX", 'YES'::varchar(3) as "SEGMENT_CREATED", 'FULL'::varchar(7) as "INDEXING",
       'NO'::varchar(3) as "AUTO", indrelid as "relid$"
  from rh.index_facts;
select rh.make_dictionary('INDEXES');

-- a local one is partitioned as its table is, and its partitions have the names of the table's
create view rh."D_PART_INDEXES" as
select i.owner::varchar(128) as "OWNER", i.name::varchar(128) as "INDEX_NAME", t."TABLE_NAME", t."PARTITIONING_TYPE", t."SUBPARTITIONING_TYPE",
       t."PARTITION_COUNT", t."DEF_SUBPARTITION_COUNT", t."PARTITIONING_KEY_COUNT", t."SUBPARTITIONING_KEY_COUNT", 'LOCAL'::varchar(6) as "LOCALITY",
       case when (i.indkey::int2[])[0:pg_catalog.cardinality(p.columns) - 1] operator(pg_catalog.=) p.columns then 'PREFIXED' else 'NON_PREFIXED' end::varchar(12) as "ALIGNMENT",
       2::numeric as "DEF_INI_TRANS", 255::numeric as "DEF_MAX_TRANS", 10::numeric as "DEF_PCT_FREE", 'DEFAULT'::varchar(40) as "DEF_INITIAL_EXTENT",
       'DEFAULT'::varchar(40) as "DEF_NEXT_EXTENT", 'DEFAULT'::varchar(40) as "DEF_MIN_EXTENTS", 'DEFAULT'::varchar(40) as "DEF_MAX_EXTENTS",
       'DEFAULT'::varchar(40) as "DEF_MAX_SIZE", 'DEFAULT'::varchar(40) as "DEF_PCT_INCREASE", 'NONE'::varchar(7) as "DEF_LOGGING",
       'DEFAULT'::varchar(7) as "DEF_BUFFER_POOL", 'DEFAULT'::varchar(7) as "DEF_FLASH_CACHE", 'DEFAULT'::varchar(7) as "DEF_CELL_FLASH_CACHE",
       t."INTERVAL", 'NO'::varchar(3) as "AUTOLIST", 'NO'::varchar(3) as "AUTOLIST_SUBPARTITION", i.indrelid as "relid$"
  from rh.index_facts i join rh."D_PART_TABLES" t on t."relid$" operator(pg_catalog.=) i.indrelid
  join rh.partitioned p on p.relid operator(pg_catalog.=) i.indrelid where i.is_local;
select rh.make_dictionary('PART_INDEXES');
create view rh."D_PART_KEY_COLUMNS" as
select owner as "OWNER", name as "NAME", 'TABLE'::varchar(5) as "OBJECT_TYPE", column_name as "COLUMN_NAME", place as "COLUMN_POSITION",
       null::numeric as "COLLATED_COLUMN_ID", relid as "relid$"
  from rh.partition_keys where not of_sub
union all
select i.owner::varchar(128), i.name::varchar(128), 'INDEX', k.column_name, k.place, null, k.relid
  from rh.index_facts i join rh.partition_keys k on k.relid operator(pg_catalog.=) i.indrelid where i.is_local and not k.of_sub;
select rh.make_dictionary('PART_KEY_COLUMNS');
create view rh."D_IND_PARTITIONS" as
select i.owner::varchar(128) as "OWNER", i.name::varchar(128) as "INDEX_NAME", t."COMPOSITE", t."PARTITION_NAME", t."SUBPARTITION_COUNT", t."HIGH_VALUE",
       t."HIGH_VALUE_LENGTH", t."PARTITION_POSITION", case when t."COMPOSITE" operator(pg_catalog.=) 'YES' then 'N/A' when i.indisvalid then 'USABLE' else 'UNUSABLE' end::varchar(8) as "STATUS",
       t."TABLESPACE_NAME", 10::numeric as "PCT_FREE", 2::numeric as "INI_TRANS", 255::numeric as "MAX_TRANS", t."INITIAL_EXTENT", t."NEXT_EXTENT",
       t."MIN_EXTENT", t."MAX_EXTENT", t."MAX_SIZE", t."LOGGING", 'DISABLED'::varchar(13) as "COMPRESSION", t."BUFFER_POOL", t."FLASH_CACHE",
       t."CELL_FLASH_CACHE", t."USER_STATS", t."GLOBAL_STATS", t."INTERVAL", 'YES'::varchar(3) as "SEGMENT_CREATED", 'NO'::varchar(3) as "ORPHANED_ENTRIES",
       i.indrelid as "relid$"
  from rh.index_facts i join rh."D_TAB_PARTITIONS" t on t."relid$" operator(pg_catalog.=) i.indrelid where i.is_local;
select rh.make_dictionary('IND_PARTITIONS');
select rh.name_owner('IND_PARTITIONS', 'INDEX_OWNER');

create view rh."D_IND_COLUMNS" as
select i.owner::varchar(128) as "INDEX_OWNER", i.name::varchar(128) as "INDEX_NAME", i.table_owner::varchar(128) as "TABLE_OWNER",
       i.table_name::varchar(128) as "TABLE_NAME",
       case when a.attname is null or (i.indoption[u.place - 1] & 1) = 1 then 'SYS_NC' || pg_catalog.lpad(u.place::text, 5, '0') || '$'
	    else rh.full_name(a.attname::text) end::varchar(4000) as "COLUMN_NAME",
       u.place::numeric as "COLUMN_POSITION", coalesce(c.byte_length, 22)::numeric as "COLUMN_LENGTH",
       coalesce(c.char_length, 0)::numeric as "CHAR_LENGTH",
       case when (i.indoption[u.place - 1] & 1) = 1 then 'DESC' else 'ASC' end::varchar(4) as "DESCEND", null::numeric as "COLLATED_COLUMN_ID",
       i.owner::varchar(128) as "OWNER", i.indrelid as "relid$"
  from rh.index_facts i cross join lateral unnest(i.indkey::int2[]) with ordinality u(attnum, place)
  left join pg_attribute a on u.attnum <> 0 and a.attrelid operator(pg_catalog.=) i.indrelid and a.attnum operator(pg_catalog.=) u.attnum
  left join lateral (select f.byte_length, f.char_length from rh.column_facts f
	where f.relid operator(pg_catalog.=) i.indrelid and f.attnum operator(pg_catalog.=) u.attnum offset 0) c on true
 where a.attname is distinct from 'SID$';
create view rh."D_IND_EXPRESSIONS" as
select i.owner::varchar(128) as "INDEX_OWNER", i.name::varchar(128) as "INDEX_NAME", i.table_owner::varchar(128) as "TABLE_OWNER",
       i.table_name::varchar(128) as "TABLE_NAME",
       coalesce(i.expressions[u.place], pg_catalog.format('"%s"', rh.full_name(a.attname::text)))::varchar(4000)
	as "COLUMN_EXPRESSION", u.place::numeric as "COLUMN_POSITION",
       i.owner::varchar(128) as "OWNER", i.indrelid as "relid$"
  from rh.index_facts i cross join lateral unnest(i.indkey::int2[]) with ordinality u(attnum, place)
  left join pg_attribute a on u.attnum <> 0 and a.attrelid operator(pg_catalog.=) i.indrelid and a.attnum operator(pg_catalog.=) u.attnum
 where u.attnum = 0 or (i.indoption[u.place - 1] & 1) = 1;
do $$
declare
	family text;
begin
	foreach family in array array['IND_COLUMNS', 'IND_EXPRESSIONS'] loop
		perform rh.make_dictionary(family);
	end loop;
end $$;

-- ---- sequences --------------------------------------------------------------------------------------------------------------

create or replace function rh.sequence_next(seq oid) returns numeric language sql volatile security definer set search_path = pg_catalog as $$
	select coalesce(rh.sequence_last($1)::numeric + s.seqincrement, s.seqstart) from pg_sequence s where s.seqrelid = $1
$$;

create view rh."D_SEQUENCES" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "SEQUENCE_NAME", case s.seqmin when -9223372036854775808 then -999999999999999999999999999 else s.seqmin::numeric end as "MIN_VALUE",
       case s.seqmax when 9223372036854775807 then 9999999999999999999999999999 else s.seqmax::numeric end as "MAX_VALUE",
       s.seqincrement::numeric as "INCREMENT_BY", case when s.seqcycle then 'Y' else 'N' end::varchar(1) as "CYCLE_FLAG",
       case when exists (select from rh.table_facts f where f.relid operator(pg_catalog.=) r.relid and f.ordered) then 'Y' else 'N' end::varchar(1) as "ORDER_FLAG", case s.seqcache when 1 then 0 else s.seqcache end::numeric as "CACHE_SIZE",
       rh.sequence_next(r.relid) as "LAST_NUMBER", 'N'::varchar(1) as "SCALE_FLAG", 'N'::varchar(1) as "EXTEND_FLAG",
       'N'::varchar(1) as "SHARDED_FLAG", 'N'::varchar(1) as "SESSION_FLAG", 'N'::varchar(1) as "KEEP_VALUE", r.relid as "relid$"
  from rh.relation r join pg_sequence s on s.seqrelid operator(pg_catalog.=) r.relid;
-- Oracle calls the owner SEQUENCE_OWNER in the DBA_ and ALL_ forms
select rh.make_dictionary('SEQUENCES');
select rh.name_owner('SEQUENCES', 'SEQUENCE_OWNER');
create or replace function rh.sees(owner text, object oid) returns boolean language sql stable
set search_path = pg_catalog as $$
	select $1 = rh.me() or $1 = 'SYS' or rh.has_role(rh.me(), 'DBA') or ($2 is not null
	       and case (select relkind from pg_class where oid = $2) when 'S' then has_sequence_privilege(rh.me(), $2, 'SELECT')
		   when null then false else has_table_privilege(rh.me(), $2, 'SELECT,INSERT,UPDATE,DELETE') end)
$$;

-- ---- triggers -------------------------------------------------------------------------------------------------------------

create view rh."D_TRIGGERS" as
select t.owner::varchar(128) as "OWNER", rh.full_name(t.name)::varchar(128) as "TRIGGER_NAME", t.trigger_type::varchar(16) as "TRIGGER_TYPE",
       t.event::varchar(246) as "TRIGGERING_EVENT", t.table_owner::varchar(128) as "TABLE_OWNER",
       case when t.relid operator(pg_catalog.=) 0 then t.table_name when t.trigger_type = 'INSTEAD OF' then 'VIEW' else 'TABLE' end::varchar(18) as "BASE_OBJECT_TYPE",
       case when t.relid operator(pg_catalog.<>) 0 then rh.full_name(t.table_name) end::varchar(128) as "TABLE_NAME", null::varchar(4000) as "COLUMN_NAME",
       'REFERENCING NEW AS NEW OLD AS OLD'::varchar(422) as "REFERENCING_NAMES", t.when_clause::varchar(4000) as "WHEN_CLAUSE",
       case when t.enabled then 'ENABLED' else 'DISABLED' end::varchar(8) as "STATUS",
       pg_catalog.format(E'%s\n%s %s ON %s\n', rh.full_name(t.name), t.trigger_type, t.event,
	rh.full_name(t.table_name))::varchar(4000) as "DESCRIPTION",
       'PL/SQL'::varchar(11) as "ACTION_TYPE", t.body::varchar(4000) as "TRIGGER_BODY", 'NO'::varchar(7) as "CROSSEDITION",
       case when t.trigger_type = 'BEFORE STATEMENT' or t.trigger_type = 'COMPOUND' and t.body ~* '\mis\M.*\mend\s+before\s+statement\s*;' then 'YES' else 'NO' end::varchar(3) as "BEFORE_STATEMENT",
       case when t.trigger_type = 'BEFORE EACH ROW' or t.trigger_type = 'COMPOUND' and t.body ~* '\mis\M.*\mend\s+before\s+each\s+row\s*;' then 'YES' else 'NO' end::varchar(3) as "BEFORE_ROW",
       case when t.trigger_type = 'AFTER EACH ROW' or t.trigger_type = 'COMPOUND' and t.body ~* '\mis\M.*\mend\s+after\s+each\s+row\s*;' then 'YES' else 'NO' end::varchar(3) as "AFTER_ROW",
       case when t.trigger_type = 'AFTER STATEMENT' or t.trigger_type = 'COMPOUND' and t.body ~* '\mis\M.*\mend\s+after\s+statement\s*;' then 'YES' else 'NO' end::varchar(3) as "AFTER_STATEMENT",
       case when t.trigger_type = 'INSTEAD OF' then 'YES' else 'NO' end::varchar(3) as "INSTEAD_OF_ROW", 'YES'::varchar(3) as "FIRE_ONCE", 'NO'::varchar(3) as "APPLY_SERVER_ONLY", t.relid as "relid$"
  from rh.triggers t;
select rh.make_dictionary('TRIGGERS');

-- ---- comments -------------------------------------------------------------------------------------------------------------

create view rh."D_TAB_COMMENTS" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "TABLE_NAME",
       case r.relkind when 'v' then 'VIEW' else 'TABLE' end::varchar(11) as "TABLE_TYPE",
       obj_description(r.relid, 'pg_class')::varchar(4000) as "COMMENTS", 0::numeric as "ORIGIN_CON_ID", r.relid as "relid$"
  from rh.relation r where r.relkind in ('r', 'p', 'v', 'f');
select rh.make_dictionary('TAB_COMMENTS');
create view rh."D_COL_COMMENTS" as
select c.owner::varchar(128) as "OWNER", c.table_name::varchar(128) as "TABLE_NAME", c.name::varchar(128) as "COLUMN_NAME",
       col_description(c.relid, c.attnum)::varchar(4000) as "COMMENTS", 0::numeric as "ORIGIN_CON_ID", c.relid as "relid$"
  from rh.column_facts c;
select rh.make_dictionary('COL_COMMENTS');

-- ---- supplemental log groups ------------------------------------------------------------------------------------------------

create view rh."D_LOG_GROUPS" as
select r.owner::varchar(128) as "OWNER", rh.full_name(g.name)::varchar(128) as "LOG_GROUP_NAME", r.name::varchar(128) as "TABLE_NAME",
       g.kind::varchar(19) as "LOG_GROUP_TYPE",
       case when g.always then 'ALWAYS' else 'CONDITIONAL' end::varchar(11) as "ALWAYS",
       case when g.generated then 'GENERATED NAME' else 'USER NAME' end::varchar(14) as "GENERATED", g.relid as "relid$"
  from rh.log_groups g join rh.relation r on r.relid operator(pg_catalog.=) g.relid;
select rh.make_dictionary('LOG_GROUPS');
drop view "SYS"."USER_LOG_GROUPS";
create view "SYS"."USER_LOG_GROUPS" as
select d.* from "SYS"."DBA_LOG_GROUPS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

create view rh."D_LOG_GROUP_COLUMNS" as
select r.owner::varchar(128) as "OWNER", rh.full_name(g.name)::varchar(128) as "LOG_GROUP_NAME", r.name::varchar(128) as "TABLE_NAME",
       rh.full_name(u.name)::varchar(4000) as "COLUMN_NAME", u.place::numeric as "POSITION", 'LOG'::varchar(6) as "LOGGING_PROPERTY", g.relid as "relid$"
  from rh.log_groups g join rh.relation r on r.relid operator(pg_catalog.=) g.relid
  cross join lateral unnest(g.columns) with ordinality u(name, place);
select rh.make_dictionary('LOG_GROUP_COLUMNS');

-- ---- objects ----------------------------------------------------------------------------------------------------------------

create view rh."D_OBJECTS" as
select o.owner::varchar(128) as "OWNER", o.name::varchar(128) as "OBJECT_NAME", rh.full_name(o.part)::varchar(128) as "SUBOBJECT_NAME",
       o.id::numeric as "OBJECT_ID", case when o.has_data then o.id end::numeric as "DATA_OBJECT_ID",
       o.type::varchar(23) as "OBJECT_TYPE", o.created as "CREATED", o.last_ddl as "LAST_DDL_TIME",
       pg_catalog.to_char(o.last_ddl, 'YYYY-MM-DD:HH24:MI:SS')::varchar(19) as "TIMESTAMP",
       case when o.valid then 'VALID' else 'INVALID' end::varchar(7) as "STATUS", o.temporary::varchar(1) as "TEMPORARY",
       'N'::varchar(1) as "GENERATED", 'N'::varchar(1) as "SECONDARY",
       case o.type when 'INDEX' then 4 when 'INDEX PARTITION' then 4 when 'TRIGGER' then 3 else 1 end::numeric as "NAMESPACE", null::varchar(128) as "EDITION_NAME",
       'NONE'::varchar(18) as "SHARING", null::varchar(1) as "EDITIONABLE",
       case when o.owner in ('SYS', 'SYSTEM') then 'Y' else 'N' end::varchar(1) as "ORACLE_MAINTAINED", o.relid as "relid$"
  from (select u.*, null as part, case u.type when 'TABLE' then not exists (select from rh.partitioned p where p.relid operator(pg_catalog.=) u.relid)
		    when 'INDEX' then not exists (select from rh.indexes_noted b where b.indexrelid operator(pg_catalog.=) u.relid and b.is_local) end as has_data
	  from (
	select owner, name, relid::bigint as id, relid, created, last_ddl, true as valid,
	       case when exists (select from rh.table_facts f where f.relid operator(pg_catalog.=) relation.relid and f.temporary is not null)
		    then 'Y' else 'N' end as temporary,
	       case relkind when 'r' then 'TABLE' when 'p' then 'TABLE' when 'v' then 'VIEW' when 'f' then 'VIEW'
		    when 'S' then 'SEQUENCE' when 'i' then 'INDEX' when 'm' then 'MATERIALIZED VIEW' end as type
	  from rh.relation where relkind in ('r', 'p', 'v', 'f', 'S', 'i', 'm')
	union all -- a materialized view is a table, too
	select owner, name, relid::bigint + 1000000000, relid, created, last_ddl, true, 'N', 'TABLE' from rh.relation where relkind = 'm'
	union all
	select t.owner, rh.full_name(t.name), 3000000000 + pg_catalog.hashtext(t.owner || '.' || t.name) % 100000000, t.relid, t.created::ora.date,
	       t.created::ora.date, t.valid, 'N', 'TRIGGER' from rh.triggers t
	union all
	select s.owner, rh.full_name(s.name), 3500000000 + pg_catalog.hashtext(s.owner || '.' || s.name) % 100000000, null,
	       rh.fact('startup_time')::timestamp::ora.date, rh.fact('startup_time')::timestamp::ora.date, true, 'N', 'SYNONYM'
	  from rh.synonyms s
	union all
	select s.owner, rh.full_name(s.name), 3700000000 + pg_catalog.hashtext(s.owner || '.' || s.name || s.type) % 100000000, null, s.created::ora.date,
	       s.created::ora.date, s.valid, 'N', s.type from rh.sources s
	union all
	select i.owner, rh.full_name(i.name), 3800000000 + pg_catalog.hashtext(i.owner || '.' || i.name) % 100000000, null, i.created::ora.date,
	       i.created::ora.date, false, 'N', 'VIEW' from rh.invalid_views i
	union all
	select l.owner, l.name, 3900000000 + pg_catalog.hashtext(l.owner || '.' || l.name) % 50000000, null, l.created::ora.date, l.created::ora.date,
	       true, 'N', 'DATABASE LINK' from rh.db_links l
	union all
	select 'SYS', d.name, 3960000000 + pg_catalog.hashtext(d.name) % 10000000, null, rh.fact('startup_time')::timestamp::ora.date,
	       rh.fact('startup_time')::timestamp::ora.date, true, 'N', 'DIRECTORY' from rh.directories d) u
	union all
	select r.owner, r.name, x.object::bigint, r.relid, x.created::ora.date, x.created::ora.date, true, 'N', 'TABLE PARTITION', x.name, x.sub_object is null
	  from rh.partitions x join rh.relation r on r.relid operator(pg_catalog.=) x.relid
	union all
	select r.owner, r.name, x.sub_object::bigint, r.relid, x.created::ora.date, x.created::ora.date, true, 'N', 'TABLE SUBPARTITION', x.sub_name, true
	  from rh.partitions x join rh.relation r on r.relid operator(pg_catalog.=) x.relid where x.sub_object is not null
	union all
	select i.owner, i.name, 2000000000 + pg_catalog.hashtext(i.indexrelid || '.' || x.object) % 100000000, i.indexrelid, x.created::ora.date,
	       x.created::ora.date, true, 'N', 'INDEX PARTITION', x.name, x.sub_object is null
	  from rh.index_facts i join rh.partitions x on x.relid operator(pg_catalog.=) i.indrelid where i.is_local) o;
select rh.make_dictionary('OBJECTS');

create view rh."D_CATALOG" as
select owner::varchar(128) as "OWNER", name::varchar(128) as "TABLE_NAME",
       case relkind when 'S' then 'SEQUENCE' when 'v' then 'VIEW' else 'TABLE' end::varchar(11) as "TABLE_TYPE", relid as "relid$"
  from rh.relation where relkind in ('r', 'p', 'v', 'S');
select rh.make_dictionary('CATALOG');

create view rh."D_SYNONYMS" as
select s.owner::varchar(128) as "OWNER", rh.full_name(s.name)::varchar(128) as "SYNONYM_NAME", s.target_owner::varchar(128) as "TABLE_OWNER",
       rh.full_name(s.target_name)::varchar(128) as "TABLE_NAME", null::varchar(128) as "DB_LINK", 0::numeric as "ORIGIN_CON_ID", null::oid as "relid$"
  from rh.synonyms s;
select rh.make_dictionary('SYNONYMS', 'DBA,ALL,USER', $$"OWNER"::text = 'PUBLIC' and rh.sees("TABLE_OWNER"::text,
	pg_catalog.to_regclass(pg_catalog.format('%I.%I', "TABLE_OWNER"::text, rh.inside_name("TABLE_NAME"::text))))$$);

create view rh."D_SOURCE" as
select s.owner::varchar(128) as "OWNER", rh.full_name(s.name)::varchar(128) as "NAME", s.type::varchar(12) as "TYPE", l.nr::numeric as "LINE",
       l.line::varchar(4000) as "TEXT", 0::numeric as "ORIGIN_CON_ID", null::oid as "relid$"
  from (select owner, name, type, text from rh.sources union all select owner, name, 'TRIGGER', body from rh.triggers) s
  cross join lateral string_to_table(s.text, E'\n') with ordinality l(line, nr);
select rh.make_dictionary('SOURCE');
