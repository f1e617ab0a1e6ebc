-- pkg_metadata.sql - DBMS_METADATA.GET_DDL of tables, views, sequences and indexes, GET_DEPENDENT_DDL of what hangs on a table
-- Source of the form: Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_METADATA; a dump of SQL Developer's shows the words.

-- "NAME" TYPE as a declaration
create or replace function rh.ddl_type(c rh."D_TAB_COLS") returns text language sql stable set search_path = pg_catalog as $$
	select case when $1."DATA_TYPE" in ('VARCHAR2', 'CHAR') then format('%s(%s%s)', $1."DATA_TYPE",
			case $1."CHAR_USED" when 'C' then $1."CHAR_LENGTH" else $1."DATA_LENGTH" end,
			case $1."CHAR_USED" when 'C' then ' CHAR' else '' end)
		    when $1."DATA_TYPE" in ('NVARCHAR2', 'NCHAR') then format('%s(%s)', $1."DATA_TYPE", $1."CHAR_LENGTH")
		    when $1."DATA_TYPE" = 'RAW' then format('RAW(%s)', $1."DATA_LENGTH")
		    when $1."DATA_TYPE" = 'FLOAT' then format('FLOAT(%s)', $1."DATA_PRECISION")
		    when $1."DATA_TYPE" = 'NUMBER' and ($1."DATA_PRECISION" is not null or $1."DATA_SCALE" is not null)
		    then format('NUMBER(%s,%s)', coalesce($1."DATA_PRECISION"::text, '*'), coalesce($1."DATA_SCALE", 0))
		    else $1."DATA_TYPE" end
$$;

create or replace function rh.ddl_column(c rh."D_TAB_COLS") returns text language sql stable set search_path = pg_catalog as $$
	select format('"%s" %s', $1."COLUMN_NAME", rh.ddl_type($1))
		|| case $1."HIDDEN_COLUMN" when 'YES' then ' INVISIBLE' else '' end
		|| case when $1."IDENTITY_COLUMN" = 'YES' then (
				select format(' GENERATED %s%s AS IDENTITY MINVALUE %s MAXVALUE %s INCREMENT BY %s START WITH %s %s %s',
					i."GENERATION_TYPE", case $1."DEFAULT_ON_NULL" when 'YES' then ' ON NULL' else '' end, s."MIN_VALUE", s."MAX_VALUE",
					s."INCREMENT_BY", s."LAST_NUMBER", case s."CACHE_SIZE" when 0 then 'NOCACHE' else 'CACHE ' || s."CACHE_SIZE" end,
					case s."CYCLE_FLAG" when 'Y' then 'CYCLE' else 'NOCYCLE' end)
				  from rh."D_TAB_IDENTITY_COLS" i join rh."D_SEQUENCES" s on s."SEQUENCE_NAME" = i."SEQUENCE_NAME" and s."OWNER" = i."OWNER"
				 where i."relid$" = $1."relid$" and i."COLUMN_NAME" = $1."COLUMN_NAME")
			when $1."VIRTUAL_COLUMN" = 'YES' then format(' GENERATED ALWAYS AS (%s) VIRTUAL', $1."DATA_DEFAULT")
			when $1."DATA_DEFAULT" is not null
			then format(' DEFAULT %s%s', case $1."DEFAULT_ON_NULL" when 'YES' then 'ON NULL ' else '' end, $1."DATA_DEFAULT") else '' end
		|| coalesce((select case when k.generated then '' else format(' CONSTRAINT "%s"', k.name) end || ' NOT NULL'
				|| case when k.enabled then ' ENABLE' else ' DISABLE' end
			 from (select f.name, f.enabled, f.name like 'SYS\_C%' as generated from rh.constraint_facts f join pg_attribute a
				on a.attrelid = f.relid and array[a.attnum] = f.conkey
				where f.relid = $1."relid$" and f.condition = format('"%s" IS NOT NULL', $1."COLUMN_NAME") and rh.full_name(a.attname::text) = $1."COLUMN_NAME"
				limit 1) k), '')
$$;

create or replace function rh.ddl_columns_of(relation oid, places int2[]) returns text language sql stable set search_path = pg_catalog as $$
	select string_agg(format('"%s"', rh.full_name(a.attname::text)), ', ' order by u.place) from unnest($2) with ordinality u(attnum, place)
	  join pg_attribute a on a.attrelid = $1 and a.attnum = u.attnum where a.attname <> 'SID$'
$$;

create or replace function rh.ddl_constraint(k rh.constraint_facts) returns text language sql stable set search_path = pg_catalog as $$
	select case when $1.name like 'SYS\_C%' then '' else format('CONSTRAINT "%s" ', $1.name) end
		|| case $1.kind when 'P' then format('PRIMARY KEY (%s)', rh.ddl_columns_of($1.relid, $1.conkey))
			when 'U' then format('UNIQUE (%s)', rh.ddl_columns_of($1.relid, $1.conkey))
			when 'R' then format(E'FOREIGN KEY (%s)\n\t  REFERENCES "%s"."%s" (%s)%s', rh.ddl_columns_of($1.relid, $1.conkey), $1.r_owner,
				p.table_name, rh.ddl_columns_of(p.relid, p.conkey),
				case $1.confdeltype when 'c' then ' ON DELETE CASCADE' when 'n' then ' ON DELETE SET NULL' else '' end)
			else format('CHECK (%s)', $1.condition) end
		|| case when $1.condeferred then ' DEFERRABLE INITIALLY DEFERRED' when $1.may_defer then ' DEFERRABLE' else '' end
		|| case when $1.enabled then ' ENABLE' || case when $1.convalidated then '' else ' NOVALIDATE' end else ' DISABLE' end
	  from (select 1) one left join rh.constraint_facts p on p.owner = $1.r_owner and p.name = $1.r_name
$$;

create or replace function rh.ddl_partitions(relation oid) returns text language sql stable set search_path = pg_catalog as $$
	select format(E'\n  PARTITION BY %s (%s)%s\n (%s)', t."PARTITIONING_TYPE", rh.ddl_columns_of(p.relid, p.columns),
		case when p.interval_text is not null then format(' INTERVAL (%s)', p.interval_text) else '' end,
		(select string_agg(format('PARTITION "%s"%s', x."PARTITION_NAME", case p.kind when 'R' then format(' VALUES LESS THAN (%s)', x."HIGH_VALUE")
			when 'L' then format(' VALUES (%s)', x."HIGH_VALUE") else '' end), E',\n ' order by x."PARTITION_POSITION")
		   from rh."D_TAB_PARTITIONS" x where x."relid$" = p.relid and x."INTERVAL" = 'NO'))
	  from rh.partitioned p join rh."D_PART_TABLES" t on t."relid$" = p.relid where p.relid = $1
$$;

create or replace function rh.ddl_of_table(relation oid) returns text language sql stable set search_path = pg_catalog as $$
	select format(E'\n  CREATE %sTABLE "%s"."%s"\n   (\t%s%s\n   )%s%s%s', case t."TEMPORARY" when 'Y' then 'GLOBAL TEMPORARY ' else '' end,
		t."OWNER", t."TABLE_NAME",
		(select string_agg(rh.ddl_column(c), E',\n\t' order by c."INTERNAL_COLUMN_ID") from rh."D_TAB_COLS" c where c."relid$" = $1),
		coalesce((select string_agg(E',\n\t' || rh.ddl_constraint(k), '' order by k.kind in ('P', 'U') desc, k.name) from rh.constraint_facts k
			where k.relid = $1 and k.kind in ('P', 'U', 'R', 'C') and (k.kind <> 'C' or k.condition !~ '^"[^"]+" IS NOT NULL$')), ''),
		case t."IOT_TYPE" when 'IOT' then ' ORGANIZATION INDEX' else '' end,
		case t."DURATION" when 'SYS$SESSION' then ' ON COMMIT PRESERVE ROWS' when 'SYS$TRANSACTION' then ' ON COMMIT DELETE ROWS'
			else E'\n  PCTFREE 10 INITRANS 1 MAXTRANS 255\n  NOCOMPRESS LOGGING\n  TABLESPACE "USERS"' end, coalesce(rh.ddl_partitions($1), ''))
	  from rh."D_TABLES" t where t."relid$" = $1
$$;

create or replace function rh.ddl_of_index(place text, wanted text) returns text language sql stable set search_path = pg_catalog as $$
	select format(E'\n  CREATE %sINDEX "%s"."%s" ON "%s"."%s" (%s)%s', case i."UNIQUENESS" when 'UNIQUE' then 'UNIQUE ' else '' end, i."OWNER",
		i."INDEX_NAME", i."TABLE_OWNER", i."TABLE_NAME",
		(select string_agg(coalesce(e."COLUMN_EXPRESSION", format('"%s"', c."COLUMN_NAME")) || case c."DESCEND" when 'DESC' then ' DESC' else '' end,
				', ' order by c."COLUMN_POSITION")
		   from rh."D_IND_COLUMNS" c left join rh."D_IND_EXPRESSIONS" e
		     on e."INDEX_OWNER" = c."INDEX_OWNER" and e."INDEX_NAME" = c."INDEX_NAME" and e."COLUMN_POSITION" = c."COLUMN_POSITION"
		  where c."INDEX_OWNER" = i."OWNER" and c."INDEX_NAME" = i."INDEX_NAME"),
		case i."TEMPORARY" when 'Y' then '' else E'\n  PCTFREE 10 INITRANS 2 MAXTRANS 255\n  TABLESPACE "USERS"' end ||
		case i."PARTITIONED" when 'YES' then ' LOCAL' else '' end)
	  from rh."D_INDEXES" i where i."OWNER"::text = $1 and i."INDEX_NAME"::text = $2 and i."INDEX_TYPE"::text <> 'LOB'
$$;

create or replace function rh.get_ddl(kind text, wanted text, place text default null) returns text language plpgsql stable security definer
set search_path = pg_catalog as $$
declare
	home text := coalesce(place, rh.me());
	relation oid;
	found text;
begin
	select r.relid into relation from rh.relation r where r.owner = home and r.name = wanted and rh.may_name(r.relid);
	if kind = 'TABLE' then
		found := rh.ddl_of_table(relation);
	elsif kind = 'VIEW' then
		select format(E'\n  CREATE OR REPLACE FORCE EDITIONABLE VIEW "%s"."%s" (%s) AS\n  %s%s', v."OWNER", v."VIEW_NAME",
			(select string_agg(format('"%s"', c.name), ', ' order by c.attnum) from rh.column_facts c where c.relid = relation),
			v."TEXT", case v."READ_ONLY" when 'Y' then ' WITH READ ONLY' else '' end) into found from rh."D_VIEWS" v where v."relid$" = relation;
	elsif kind = 'SEQUENCE' then
		select format(E'\n   CREATE SEQUENCE  "%s"."%s"  MINVALUE %s MAXVALUE %s INCREMENT BY %s START WITH %s %s  NOORDER  %s', s."OWNER",
			s."SEQUENCE_NAME", s."MIN_VALUE", s."MAX_VALUE", s."INCREMENT_BY", s."LAST_NUMBER",
			case s."CACHE_SIZE" when 0 then 'NOCACHE' else 'CACHE ' || s."CACHE_SIZE" end,
			case s."CYCLE_FLAG" when 'Y' then 'CYCLE' else 'NOCYCLE' end) into found from rh."D_SEQUENCES" s where s."relid$" = relation;
	elsif kind = 'INDEX' then
		if rh.may_name((select i."relid$" from rh."D_INDEXES" i where i."OWNER"::text = home and i."INDEX_NAME"::text = wanted)) then
			found := rh.ddl_of_index(home, wanted);
		end if;
	elsif kind in ('TYPE', 'TYPE_SPEC') then
		select format(E'\n  CREATE OR REPLACE EDITIONABLE TYPE "%s"."%s"%s', home, wanted,
			regexp_replace(s.text, '^type\s+("[^"]+"|[^\s."]+)(\s*\.\s*("[^"]+"|[^\s."]+))?', '', 'i'))
		  into found from rh.sources s where s.owner = home and s.name = rh.inside_name(wanted) and s.type = 'TYPE' and rh.sees(home, null);
	else
		perform rh.raise(format('ORA-31600: invalid input value %s for parameter OBJECT_TYPE in function GET_DDL', kind));
	end if;
	if found is null then
		perform rh.raise(format('ORA-31603: object "%s" of type %s not found in schema "%s"', wanted, kind, home));
	end if;
	return found;
end $$;

-- what hangs on a table, one statement behind the other; NULL: nothing
create or replace function rh.dependent_ddl(kind text, relation oid) returns text language sql stable set search_path = pg_catalog as $$
	select case $1
		when 'INDEX' then (select string_agg(rh.ddl_of_index(i."OWNER"::text, i."INDEX_NAME"::text), E'\n' order by i."INDEX_NAME"::text collate "C")
			from rh."D_INDEXES" i where i."TABLE_OWNER" = r.owner and i."TABLE_NAME"::text = r.name)
		when 'CONSTRAINT' then (select string_agg(format(E'\n  ALTER TABLE "%s"."%s" %s', r.owner, r.name,
				case when k.condition ~ '^"[^"]+" IS NOT NULL$'
				     then format('MODIFY (%s %sNOT NULL %s)', substring(k.condition from '^"[^"]+"'),
						case when k.name like 'SYS\_C%' then '' else format('CONSTRAINT "%s" ', k.name) end,
						case when k.enabled then 'ENABLE' else 'DISABLE' end)
				     else 'ADD ' || rh.ddl_constraint(k) end), E'\n' order by k.kind, k.name)
			from rh.constraint_facts k where k.relid = $2 and k.kind in ('P', 'U', 'C'))
		when 'REF_CONSTRAINT' then (select string_agg(format(E'\n  ALTER TABLE "%s"."%s" ADD %s', r.owner, r.name, rh.ddl_constraint(k)),
				E'\n' order by k.name) from rh.constraint_facts k where k.relid = $2 and k.kind = 'R')
		when 'OBJECT_GRANT' then (select string_agg(format(E'\n  GRANT %s ON "%s"."%s" TO "%s"', g.privilege, r.owner, r.name, g.grantee),
				E'\n' order by g.grantee, g.privilege) from rh.object_grants g where g.owner = r.owner and g.name = rh.inside_name(r.name))
		end from rh.relation r where r.relid = $2
$$;

create or replace function rh.get_dependent_ddl(kind text, wanted text, place text default null) returns text language plpgsql stable security definer
set search_path = pg_catalog as $$
declare
	home text := coalesce(place, rh.me());
	relation oid;
	found text;
begin
	if kind not in ('INDEX', 'CONSTRAINT', 'REF_CONSTRAINT', 'OBJECT_GRANT') then
		perform rh.raise(format('ORA-31600: invalid input value %s for parameter OBJECT_TYPE in function GET_DEPENDENT_DDL', kind));
	end if;
	select r.relid into relation from rh.relation r where r.owner = home and r.name = wanted and rh.may_name(r.relid);
	if relation is null then
		perform rh.raise(format('ORA-31603: object "%s" of type TABLE not found in schema "%s"', wanted, home));
	end if;
	found := rh.dependent_ddl(kind, relation);
	if found is null then
		perform rh.raise(format('ORA-31608: specified object of type %s not found', kind));
	end if;
	return found;
end $$;
