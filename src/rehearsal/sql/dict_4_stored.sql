-- dict_4_stored.sql - stored units and their arguments, columns of triggers; segments and files; what DBeaver and ojdbc ask besides
-- Columns and their order: Oracle Database Reference 19c.

-- ---- procedures and functions ---------------------------------------------------------------------------------------------

create or replace function rh.may_run(owner text, name text) returns boolean language sql stable security definer set search_path = pg_catalog as $$
	select rh.has_privilege(rh.me(), 'EXECUTE ANY PROCEDURE') or exists (select from rh.object_grants g
		where g.owner = $1 and g.name = $2 and g.privilege = 'EXECUTE' and g.grantee in (select rh.roles_of(rh.me())))
$$;

-- what stands before the body
create or replace function rh.unit_header(source text) returns text language sql immutable set search_path = pg_catalog as $$
	select coalesce(substring($1 from '(?i)^(.*?)\m(?:is|as)\M'), $1)
$$;

-- a package has a row of its own, numbered 0, and one for each subprogram of its specification
create view rh."D_PROCEDURES" as
select o."OWNER", o."OBJECT_NAME", rh.full_name(p.name)::varchar(128) as "PROCEDURE_NAME", o."OBJECT_ID",
       p.id::numeric as "SUBPROGRAM_ID", p.overload::varchar(40) as "OVERLOAD",
       o."OBJECT_TYPE"::varchar(13) as "OBJECT_TYPE", 'NO'::varchar(3) as "AGGREGATE", case when h.header ~* '\mpipelined\M' then 'YES' else 'NO' end::varchar(3) as "PIPELINED",
       null::varchar(128) as "IMPLTYPEOWNER", null::varchar(128) as "IMPLTYPENAME",
       case when h.header ~* '\mparallel_enable\M' then 'YES' else 'NO' end::varchar(3) as "PARALLEL", 'NO'::varchar(3) as "INTERFACE",
       case when h.header ~* '\mdeterministic\M' then 'YES' else 'NO' end::varchar(3) as "DETERMINISTIC", 'DEFINER'::varchar(12) as "AUTHID",
       case when h.header ~* '\mresult_cache\M' then 'YES' else 'NO' end::varchar(3) as "RESULT_CACHE", '0'::varchar(256) as "ORIGIN_CON_ID",
       'NULL'::varchar(5) as "POLYMORPHIC", o."relid$"
  from rh."D_OBJECTS" o
  left join rh.sources s on s.owner = o."OWNER"::text and s.name = rh.inside_name(o."OBJECT_NAME"::text) and s.type = o."OBJECT_TYPE"::text
  cross join lateral (select rh.unit_header(s.text) as header) h
  cross join lateral (
	select null::text as name, null::int as overload, case when o."OBJECT_TYPE"::text in ('TRIGGER', 'PACKAGE') then 0 else 1 end as id
	union all
	select u.name, case when count(*) over (partition by u.name) > 1 then u.overload + 1 end, row_number() over (order by u.routine)
	  from rh.subprograms u
	 where o."OBJECT_TYPE"::text = 'PACKAGE' and u.owner = o."OWNER"::text and u.package = rh.inside_name(o."OBJECT_NAME"::text) and u.public) p
 where o."OBJECT_TYPE"::text in ('PROCEDURE', 'FUNCTION', 'TRIGGER', 'PACKAGE');
select rh.make_dictionary('PROCEDURES', 'DBA,ALL,USER', $$rh.may_run("OWNER"::text, "OBJECT_NAME"::text)$$);

-- place 0 is what a function returns; before 12.1.0.2 a procedure without arguments has a row of its own
create view rh."D_ARGUMENTS" as
select o."OWNER", o."OBJECT_NAME", null::varchar(128) as "PACKAGE_NAME", o."OBJECT_ID", null::varchar(40) as "OVERLOAD", 1::numeric as "SUBPROGRAM_ID",
       nullif(a.argument, '')::varchar(128) as "ARGUMENT_NAME", coalesce(a.place, 1)::numeric as "POSITION",
       (case when a.place is null then 0 when o."OBJECT_TYPE"::text = 'FUNCTION' then a.place + 1 else a.place end)::numeric as "SEQUENCE",
       0::numeric as "DATA_LEVEL", a.data_type::varchar(30) as "DATA_TYPE", case when a.defaulted then 'Y' else 'N' end::varchar(1) as "DEFAULTED",
       null::varchar(4000) as "DEFAULT_VALUE", null::numeric as "DEFAULT_LENGTH",
       (case a.mode when 'INOUT' then 'IN/OUT' else coalesce(a.mode, 'IN') end)::varchar(9) as "IN_OUT",
       (case when a.data_type in ('NUMBER', 'BINARY_INTEGER') then 22 when a.data_type = 'DATE' then 7 when a.data_type = 'BINARY_FLOAT' then 4
	     when a.data_type = 'BINARY_DOUBLE' then 8 end)::numeric as "DATA_LENGTH",
       null::numeric as "DATA_PRECISION", null::numeric as "DATA_SCALE",
       case when a.data_type in ('NUMBER', 'BINARY_INTEGER') then 10 end::numeric as "RADIX",
       case when a.data_type in ('VARCHAR2', 'CHAR', 'CLOB') then 'CHAR_CS' end::varchar(44) as "CHARACTER_SET_NAME",
       a.type_owner::varchar(128) as "TYPE_OWNER", rh.full_name(a.type_name)::varchar(128) as "TYPE_NAME", null::varchar(128) as "TYPE_SUBNAME", null::varchar(128) as "TYPE_LINK",
       case when a.type_name is not null then 'TYPE' end::varchar(7) as "TYPE_OBJECT_TYPE", a.pls_type::varchar(128) as "PLS_TYPE", 0::numeric as "CHAR_LENGTH",
       case when a.data_type in ('VARCHAR2', 'CHAR') then 'B' else '0' end::varchar(1) as "CHAR_USED", '0'::varchar(256) as "ORIGIN_CON_ID",
       null::oid as "relid$"
  from rh."D_OBJECTS" o
  left join rh.arguments a on a.owner = o."OWNER"::text and a.name = rh.inside_name(o."OBJECT_NAME"::text)
 where o."OBJECT_TYPE"::text in ('PROCEDURE', 'FUNCTION') and (a.place is not null or rh.fact('release')::int < 1201);
select rh.make_dictionary('ARGUMENTS', 'DBA,ALL,USER', $$rh.may_run("OWNER"::text, "OBJECT_NAME"::text)$$);

-- ---- columns of triggers ----------------------------------------------------------------------------------------------------

-- which of NEW IN, NEW OUT, NEW IN OUT, OLD IN a body does with a column; NULL: nothing
create or replace function rh.trigger_usage(body text, name text) returns text language sql immutable set search_path = pg_catalog as $$
	select nullif(concat_ws(' ',
			case when writes and reads then 'NEW IN OUT' when writes then 'NEW OUT' when reads then 'NEW IN' end,
			case when $1 ~* (':old\s*\.\s*"?' || word) then 'OLD IN' end), '')
	  from (select $1 ~* (':new\s*\.\s*"?' || word || '\s*:=') as writes, $1 ~* (':new\s*\.\s*"?' || word || '(?!\s*:=)') as reads, word
		  from (select regexp_replace($2, '([$#])', '\\\1', 'g') || '(?![[:alnum:]_$#])"?' as word) w) u
$$;

create view rh."D_TRIGGER_COLS" as
select t.owner::varchar(128) as "OWNER", t.owner::varchar(128) as "TRIGGER_OWNER", rh.full_name(t.name)::varchar(128) as "TRIGGER_NAME",
       t.table_owner::varchar(128) as "TABLE_OWNER", rh.full_name(t.table_name)::varchar(128) as "TABLE_NAME", c.name::varchar(4000) as "COLUMN_NAME",
       case when g.listed then 'YES' else 'NO' end::varchar(3) as "COLUMN_LIST", g.usage::varchar(17) as "COLUMN_USAGE", t.relid as "relid$"
  from rh.triggers t join rh.column_facts c on c.relid operator(pg_catalog.=) t.relid
  cross join lateral (select rh.trigger_usage(t.body, c.name) as usage, exists (select from pg_trigger p
	where p.tgrelid operator(pg_catalog.=) t.relid and p.tgname operator(pg_catalog.=) coalesce(t.inside, t.name)::name
	  and c.attnum operator(pg_catalog.=) any (p.tgattr::int2[])) as listed) g
 where g.listed or g.usage is not null;
select rh.make_dictionary('TRIGGER_COLS', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY TRIGGER')$$);

-- ---- segments and files -----------------------------------------------------------------------------------------------------

-- of bytes in extents that the system chose: sixteen of 64 KiB, sixty-three of 1 MiB, then of 8 MiB
create or replace function rh.extents(bytes numeric, out extents numeric, out bytes_held numeric) language sql immutable set search_path = pg_catalog as $$
	select n, case when n <= 16 then n * 65536 when n <= 79 then (n - 15) * 1048576 else (n - 71) * 8388608 end
	  from (select greatest(1, case when $1 <= 1048576 then ceil($1 / 65536) when $1 <= 67108864 then 15 + ceil($1 / 1048576)
				else 71 + ceil($1 / 8388608) end) as n) x
$$;

drop view if exists rh.segment_facts cascade;
create view rh.segment_facts as
select r.owner, r.name, x.name as part, coalesce(x.type, 'TABLE') as type,
       pg_relation_size(r.relid)::numeric / coalesce(x.parts, 1) as bytes, r.relid
  from rh.relation r left join rh.table_facts f on f.relid operator(pg_catalog.=) r.relid
  left join (select p.relid, rh.full_name(coalesce(p.sub_name, p.name)) as name, case when p.sub_name is null then 'TABLE PARTITION' else 'TABLE SUBPARTITION' end as type,
		count(*) over (partition by p.relid) as parts from rh.partitions p) x on x.relid operator(pg_catalog.=) r.relid
 where r.relkind in ('r', 'm') and r.owner <> 'SYS' and f.temporary is null
union all
select i.owner, i.name, null, 'INDEX', pg_relation_size(i.indexrelid)::numeric, i.indrelid
  from rh.index_facts i left join rh.table_facts f on f.relid operator(pg_catalog.=) i.indrelid where f.temporary is null
union all -- the LOBs of a table lie together
select l."OWNER"::text, s.name, null, s.type, case s.type when 'LOBINDEX' then 0 else
	coalesce(pg_relation_size(c.reltoastrelid)::numeric, 0) / count(*) over (partition by l."relid$", s.type) end, l."relid$"
  from rh."D_LOBS" l join pg_class c on c.oid operator(pg_catalog.=) l."relid$"
  left join rh.table_facts f on f.relid operator(pg_catalog.=) l."relid$"
  cross join lateral (values (l."SEGMENT_NAME"::text, 'LOBSEGMENT'), (l."INDEX_NAME"::text, 'LOBINDEX')) s(name, type)
 where f.temporary is null;

drop view if exists "SYS"."DBA_SEGMENTS", "SYS"."USER_SEGMENTS" cascade;
create view "SYS"."DBA_SEGMENTS" as
select s.owner::varchar(128) as "OWNER", s.name::varchar(128) as "SEGMENT_NAME", s.part::varchar(128) as "PARTITION_NAME",
       s.type::varchar(18) as "SEGMENT_TYPE", case s.type when 'LOBSEGMENT' then 'SECUREFILE' else 'ASSM' end::varchar(10) as "SEGMENT_SUBTYPE",
       'USERS'::varchar(30) as "TABLESPACE_NAME", 7::numeric as "HEADER_FILE", (130 + s.relid::bigint % 4000000)::numeric as "HEADER_BLOCK",
       e.bytes_held as "BYTES", (e.bytes_held / 8192)::numeric(20) as "BLOCKS", e.extents as "EXTENTS", 65536::numeric as "INITIAL_EXTENT",
       1048576::numeric as "NEXT_EXTENT", 1::numeric as "MIN_EXTENTS", 2147483645::numeric as "MAX_EXTENTS", 2147483645::numeric as "MAX_SIZE",
       7::numeric as "RELATIVE_FNO", 'DEFAULT'::varchar(7) as "BUFFER_POOL", 'DEFAULT'::varchar(7) as "FLASH_CACHE",
       'DEFAULT'::varchar(7) as "CELL_FLASH_CACHE", 'DISABLED'::varchar(8) as "INMEMORY"
  from rh.segment_facts s cross join lateral rh.extents(s.bytes) e;
create view "SYS"."USER_SEGMENTS" as select d.* from "SYS"."DBA_SEGMENTS" d where d."OWNER" operator(pg_catalog.=) rh.me()::varchar;

-- The files beside the redo logs, as large as DBCA makes them; that of USERS grows in its own steps.
create or replace function rh.tablespace_files(out id int, out tablespace text, out file text, out bytes numeric, out step numeric) returns setof record
language sql stable set search_path = pg_catalog as $$
	select v.id, v.tablespace, (select regexp_replace(o.member, '[^/]*$', '') from rh.online_logs() o limit 1) || v.file,
	       case v.tablespace when 'USERS' then v.bytes + v.step * 8192 * greatest(0, ceil((coalesce((
			select sum(e.bytes_held) from rh.segment_facts s cross join lateral rh.extents(s.bytes) e), 0) + 1048576 - v.bytes) / (v.step * 8192)))
		    else v.bytes end, v.step
	  from (values (1, 'SYSTEM', 'system01.dbf', 734003200, 1280), (3, 'SYSAUX', 'sysaux01.dbf', 576716800, 1280),
		(4, 'UNDOTBS1', 'undotbs01.dbf', 73400320, 640), (7, 'USERS', 'users01.dbf', 5242880, 160)) v(id, tablespace, file, bytes, step)
$$;

drop view if exists "SYS"."DBA_DATA_FILES", "SYS"."DBA_TEMP_FILES" cascade;
create view "SYS"."DBA_DATA_FILES" as
select f.file::varchar(513) as "FILE_NAME", f.id::numeric as "FILE_ID", f.tablespace::varchar(30) as "TABLESPACE_NAME", f.bytes as "BYTES",
       (f.bytes / 8192)::numeric(20) as "BLOCKS", 'AVAILABLE'::varchar(9) as "STATUS", f.id::numeric as "RELATIVE_FNO", 'YES'::varchar(3) as "AUTOEXTENSIBLE",
       34359721984::numeric as "MAXBYTES", 4194302::numeric as "MAXBLOCKS", f.step as "INCREMENT_BY", f.bytes - 1048576 as "USER_BYTES",
       ((f.bytes - 1048576) / 8192)::numeric(20) as "USER_BLOCKS", case f.tablespace when 'SYSTEM' then 'SYSTEM' else 'ONLINE' end::varchar(7) as "ONLINE_STATUS",
       'OFF'::varchar(7) as "LOST_WRITE_PROTECT"
  from rh.tablespace_files() f;
create view "SYS"."DBA_TEMP_FILES" as
select pg_catalog.regexp_replace(f.file, '[^/]*$', 'temp01.dbf')::varchar(513) as "FILE_NAME", 1::numeric as "FILE_ID",
       'TEMP'::varchar(30) as "TABLESPACE_NAME", 20971520::numeric as "BYTES", 2560::numeric as "BLOCKS", 'ONLINE'::varchar(7) as "STATUS",
       1::numeric as "RELATIVE_FNO", 'YES'::varchar(3) as "AUTOEXTENSIBLE", 34359721984::numeric as "MAXBYTES", 4194302::numeric as "MAXBLOCKS",
       80::numeric as "INCREMENT_BY", 19922944::numeric as "USER_BYTES", 2432::numeric as "USER_BLOCKS", 'SHARED'::varchar(12) as "SHARED",
       null::numeric as "INST_ID"
  from rh.tablespace_files() f where f.id = 1;

-- ---- subpartitions, comments, arguments of jobs --------------------------------------------------------------------------------

create view rh."D_SUBPART_KEY_COLUMNS" as
select owner as "OWNER", name as "NAME", 'TABLE'::bpchar(5) as "OBJECT_TYPE", column_name as "COLUMN_NAME", place as "COLUMN_POSITION",
       null::numeric as "COLLATED_COLUMN_ID", relid as "relid$"
  from rh.partition_keys where of_sub;
select rh.make_dictionary('SUBPART_KEY_COLUMNS');

create view rh."D_MVIEW_COMMENTS" as
select r.owner::varchar(128) as "OWNER", r.name::varchar(128) as "MVIEW_NAME", obj_description(r.relid, 'pg_class')::varchar(4000) as "COMMENTS",
       r.relid as "relid$" from rh.relation r where r.relkind = 'm';
select rh.make_dictionary('MVIEW_COMMENTS');

create view rh."D_SCHEDULER_JOB_ARGS" as
select j.owner::varchar(128) as "OWNER", j.name::varchar(128) as "JOB_NAME", u.place::numeric as "ARGUMENT_POSITION", u.value::varchar(4000) as "VALUE",
       'FALSE'::varchar(5) as "OUT_ARGUMENT", null::oid as "relid$"
  from rh.jobs j cross join lateral unnest(j.arguments) with ordinality u(value, place);
select rh.make_dictionary('SCHEDULER_JOB_ARGS', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY JOB')$$);

-- ---- sessions' statements, reads and long operations; locks in words --------------------------------------------------------------

drop view if exists "SYS"."V$SQL", "SYS"."V$SESS_IO", "SYS"."V$SESSION_LONGOPS", "SYS"."DBA_LOCK", "SYS"."DBA_LOCKS", "SYS"."DBA_HIST_SQL_PLAN",
	"SYS"."DBA_COL_PRIVS", "SYS"."USER_COL_PRIVS", "SYS"."ALL_COL_PRIVS" cascade;
create or replace function rh.lock_mode(mode numeric) returns varchar(40) language sql immutable set search_path = pg_catalog as $$
	select (array['None', 'Null', 'Row-S (SS)', 'Row-X (SX)', 'Share', 'S/Row-X (SSX)', 'Exclusive'])[$1::int + 1]::varchar(40)
$$;
create view "SYS"."V$SESS_IO" as
select "SID", 0::numeric as "BLOCK_GETS", 0::numeric as "CONSISTENT_GETS", 0::numeric as "PHYSICAL_READS", 0::numeric as "BLOCK_CHANGES",
       0::numeric as "CONSISTENT_CHANGES", 0::numeric as "OPTIMIZED_PHYSICAL_READS", 0::numeric as "CON_ID" from "SYS"."V$SESSION";
create view "SYS"."DBA_LOCK" as
select l."SID" as "SESSION_ID", case l."TYPE"::text when 'TM' then 'DML' when 'TX' then 'Transaction' else l."TYPE"::text end::varchar(26) as "LOCK_TYPE",
       rh.lock_mode(l."LMODE") as "MODE_HELD", rh.lock_mode(l."REQUEST") as "MODE_REQUESTED", l."ID1"::varchar(40) as "LOCK_ID1",
       l."ID2"::varchar(40) as "LOCK_ID2", l."CTIME" as "LAST_CONVERT", case l."BLOCK" when 0 then 'Not Blocking' else 'Blocking' end::varchar(40) as "BLOCKING_OTHERS",
       0::numeric as "CON_ID" from "SYS"."V$LOCK" l;
create view "SYS"."DBA_LOCKS" as select * from "SYS"."DBA_LOCK";

-- ---- nothing of the kind here ---------------------------------------------------------------------------------------------

create view "SYS"."V$SQL" as select null::varchar(1000) as "SQL_TEXT" where false;
create view "SYS"."V$SESSION_LONGOPS" as select null::numeric as "SID" where false;
create view "SYS"."DBA_HIST_SQL_PLAN" as select null::numeric as "DBID" where false;
create view "SYS"."DBA_COL_PRIVS" as
select g.grantee::varchar(128) as "GRANTEE", g.owner::varchar(128) as "OWNER", rh.full_name(g.name)::varchar(128) as "TABLE_NAME",
       rh.full_name(g.column_name)::varchar(128) as "COLUMN_NAME", g.grantor::varchar(128) as "GRANTOR", g.privilege::varchar(40) as "PRIVILEGE",
       case when g.grantable then 'YES' else 'NO' end::varchar(3) as "GRANTABLE", 'NO'::varchar(3) as "COMMON", 'NO'::varchar(3) as "INHERITED"
  from rh.column_grants g;
create view "SYS"."USER_COL_PRIVS" as select * from "SYS"."DBA_COL_PRIVS"
 where rh.me()::varchar in ("OWNER", "GRANTOR", "GRANTEE");
create view "SYS"."ALL_COL_PRIVS" as
select "GRANTOR", "GRANTEE", "OWNER" as "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "PRIVILEGE", "GRANTABLE", "COMMON", "INHERITED"
  from "SYS"."DBA_COL_PRIVS"
 where "OWNER" operator(pg_catalog.=) rh.me()::varchar or "GRANTOR" operator(pg_catalog.=) rh.me()::varchar
    or "GRANTEE"::text in (select rh.roles_of(rh.me()));
select rh.family('JAVA_CLASSES', 'OWNER,NAME');
select rh.family('SCHEDULER_PROGRAMS', 'OWNER,PROGRAM_NAME');
select rh.family('SCHEDULER_PROGRAM_ARGS', 'OWNER,PROGRAM_NAME');
select rh.family('TAB_STATS_HISTORY', 'OWNER,TABLE_NAME');
select rh.family('TYPE_METHODS', 'OWNER,TYPE_NAME');
select rh.family('METHOD_RESULTS', 'OWNER,TYPE_NAME');
select rh.family('METHOD_PARAMS', 'OWNER,TYPE_NAME');

-- ---- units with compilation errors ------------------------------------------------------------------------------------------

create table if not exists rh.compile_errors (
	owner text, name text, type text, sequence int, line int not null, position int not null, number int not null, message text not null,
	primary key (owner, name, type, sequence));

-- The text of a unit that does not compile, in place of what was there.
create or replace function rh.make_invalid(place text, wanted text, kind text, source text, replaces boolean, line int, col int, number int, message text)
returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
	if kind not like '% BODY' then
		perform rh.want_free_name(place, wanted, case when replaces then kind end);
	elsif not replaces and exists (select from rh.sources s where s.owner = place and s.name = wanted and s.type = kind) then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
	if kind like 'PACKAGE%' then
		perform rh.empty_package(place, wanted, kind = 'PACKAGE');
	else
		execute format('drop routine if exists %I.%I', place, wanted);
		delete from rh.arguments a where a.owner = make_invalid.place and a.name = wanted;
	end if;
	delete from rh.sources s where s.owner = place and s.name = wanted and s.type = kind;
	insert into rh.sources (owner, name, type, text, valid) values (place, wanted, kind, source, false);
	delete from rh.compile_errors e where e.owner = place and e.name = wanted and e.type = kind;
	insert into rh.compile_errors values (place, wanted, kind, 1, line, col, number, message);
end $$;

-- The invalid ones that a name may mean, in the order in which they compile; a row of NULLs: none of them, but some other is.
create or replace function rh.find_invalid(qualifier text, wanted text, place text, out owner text, out name text, out source text, out is_there boolean)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select o.owner, o.name, o.text, true from (
		select s.owner, s.name, s.text, s.type from rh.sources s
		 where not s.valid and (s.owner, s.name) in (
			select x.owner, x.name from (values ($3, $2, ''), ($3, $1, 'PACKAGE'), ($1, $2, '')) x (owner, name, kind) where x.name <> ''
			union all select y.target_owner, y.target_name from rh.synonyms y where y.name in ($1, $2) and y.owner in ($3, 'PUBLIC'))
		 order by s.type) o
	union all select null, null, null, true where exists (select from rh.sources s where not s.valid)
$$;

-- The specification is new: its body is compiled again when it is called.
create or replace function rh.invalidate_body(place text, wanted text) returns void language sql security definer set search_path = pg_catalog as $$
	update rh.sources s set valid = false where s.owner = $1 and s.name = $2 and s.type = 'PACKAGE BODY'
$$;

-- Each error of the last compilation, as USER_ERRORS shows it.
create view rh."D_ERRORS" as
select e.owner::varchar(128) as "OWNER", rh.full_name(e.name)::varchar(128) as "NAME", e.type::varchar(12) as "TYPE", e.sequence::numeric as "SEQUENCE",
       e.line::numeric as "LINE", e.position::numeric as "POSITION", e.message::varchar(4000) as "TEXT", 'ERROR'::varchar(9) as "ATTRIBUTE",
       e.number::numeric as "MESSAGE_NUMBER", null::oid as "relid$"
  from rh.compile_errors e join rh.sources s on s.owner = e.owner and s.name = e.name and s.type = e.type and not s.valid
union all
select e.owner::varchar(128), rh.full_name(e.name)::varchar(128), e.type::varchar(12), e.sequence::numeric, e.line::numeric, e.position::numeric,
       e.message::varchar(4000), 'ERROR'::varchar(9), e.number::numeric, t.relid
  from rh.compile_errors e join rh.triggers t on e.type = 'TRIGGER' and t.owner = e.owner and t.name = e.name and not t.valid
union all
select i.owner::varchar(128), rh.full_name(i.name)::varchar(128), 'VIEW'::varchar(12), 1::numeric, 0::numeric, 0::numeric, i.message::varchar(4000),
       'ERROR'::varchar(9), i.number::numeric, null::oid from rh.invalid_views i;
select rh.make_dictionary('ERRORS');

