-- ora_partition.sql - partitions, as far as they can be seen: names, bounds, rows that none takes, intervals that make their own
-- Sources: Oracle Database VLDB and Partitioning Guide 19c; Database Error Messages 19c, ORA-14000 to 14799.

create table if not exists rh.partitioned (
	relid oid primary key, kind text not null, columns int2[] not null, interval_text text, interval_value text, sub_kind text,
	sub_columns int2[] not null);
-- bounds: texts of the values; NULL is MAXVALUE or DEFAULT, \001 is NULL
create table if not exists rh.partitions (
	relid oid, name text, position int not null, bounds text[] not null, by_interval boolean not null default false,
	created timestamp(0) not null default (now() at time zone 'UTC'), primary key (relid, name));
create sequence if not exists rh.partition_nr minvalue 300;

-- A value of the @place-th key column as a literal of its type.
create or replace function rh.bound_literal(relation oid, place int, value text) returns text language sql stable set search_path = pg_catalog as $$
	select case $3 when E'\001' then 'null' else format('%L', $3) end || '::' || format_type(a.atttypid, a.atttypmod)
	  from rh.partitioned p join pg_attribute a on a.attrelid = p.relid and a.attnum = p.columns[$2] where p.relid = $1
$$;

-- (a, b) < (x, y), where MAXVALUE ends the list
create or replace function rh.range_below(relation oid, bounds text[]) returns text language plpgsql stable set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	columns text := '';
	literals text := '';
	place int := 1;
begin
	select * into p from rh.partitioned x where x.relid = relation;
	while place <= array_length(bounds, 1) and bounds[place] is not null loop
		columns := columns || case place when 1 then '' else ', ' end
			|| quote_ident((select a.attname from pg_attribute a where a.attrelid = relation and a.attnum = p.columns[place]));
		literals := literals || case place when 1 then '' else ', ' end || rh.bound_literal(relation, place, bounds[place]);
		place := place + 1;
	end loop;
	if place = 1 then
		return 'true';
	end if;
	return format('(row(%s) %s row(%s))', columns, case when place <= array_length(bounds, 1) then '<=' else '<' end, literals);
end $$;

create or replace function rh.list_holds(relation oid, bounds text[]) returns text language sql stable set search_path = pg_catalog as $$
	select format('(%I in (%s)%s)', a.attname,
		coalesce((select string_agg(rh.bound_literal(relation, 1, v), ', ') from unnest(bounds) v where v <> E'\001'),
			 'null::' || format_type(a.atttypid, a.atttypmod)),
		case when E'\001' = any (bounds) then format(' or %I is null', a.attname) else '' end)
	  from rh.partitioned p join pg_attribute a on a.attrelid = p.relid and a.attnum = p.columns[1] where p.relid = relation
$$;

-- The condition on a row that lies in the partition.
create or replace function rh.partition_condition(relation oid, wanted text) returns text language plpgsql stable
set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	mine rh.partitions;
	before text[];
begin
	select * into p from rh.partitioned x where x.relid = relation;
	select * into mine from rh.partitions x where x.relid = relation and x.name = wanted;
	if not found then
		return null;
	end if;
	if p.kind = 'H' then
		return format('(abs(hashtext((%s)::text)::bigint) %% %s = %s)', (select string_agg(quote_ident(a.attname), ', ' order by u.place)
			from unnest(p.columns) with ordinality u(attnum, place) join pg_attribute a on a.attrelid = relation and a.attnum = u.attnum),
			(select count(*) from rh.partitions x where x.relid = relation), mine.position - 1);
	elsif p.kind = 'L' and mine.bounds[1] is null then
		return coalesce((select format('(%s) is not true', string_agg(rh.list_holds(relation, x.bounds), ' or ')) from rh.partitions x
			where x.relid = relation and x.bounds[1] is not null), 'true');
	elsif p.kind = 'L' then
		return rh.list_holds(relation, mine.bounds);
	end if;
	select x.bounds into before from rh.partitions x where x.relid = relation and x.position < mine.position order by x.position desc limit 1;
	return case when mine.bounds[1] is null then 'true' else rh.range_below(relation, mine.bounds) end
		|| case when before is null then '' else ' and ' || rh.range_below(relation, before) || ' is not true' end;
end $$;

create or replace function ora.no_partition(relid oid) returns boolean language plpgsql immutable as $$
begin
	raise exception 'ORA-14400: inserted partition key does not map to any partition' using errcode = 'ORA00';
end $$;

create or replace function rh.partition_table(relation regclass, kind text, columns text[], interval_text text, interval_value text,
					      sub_kind text, sub_columns text[], hash_count int) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if kind = 'L' and array_length(columns, 1) > 1 then
		perform rh.raise('ORA-03001: unimplemented feature: a list of several columns');
	end if;
	insert into rh.partitioned values (relation, kind, rh.attnums(relation, columns), interval_text, interval_value, sub_kind,
		rh.attnums(relation, sub_columns));
	for i in 1 .. hash_count loop
		perform rh.add_partition(relation, null, '{}');
	end loop;
	if interval_text is not null then
		execute format('create trigger "!interval" before insert or update on %s for each row execute function rh.interval_partition()',
			       relation);
	end if;
end $$;

-- Is the bound @high above @low?
create or replace function rh.bound_above(relation oid, high text[], low text[]) returns boolean language plpgsql stable
set search_path = pg_catalog as $$
declare
	answer boolean;
begin
	for place in 1 .. array_length(high, 1) loop
		if high[place] is null and low[place] is not null then
			return true;
		elsif low[place] is null and high[place] is not null then
			return false;
		elsif high[place] is not null then
			execute format('select case when %1$s > %2$s then true when %1$s < %2$s then false end',
				rh.bound_literal(relation, place, high[place]), rh.bound_literal(relation, place, low[place])) into answer;
			if answer is not null then
				return answer;
			end if;
		end if;
	end loop;
	return false;
end $$;

create or replace function rh.add_partition(relation regclass, wanted text, new_bounds text[]) returns void language plpgsql
set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	last rh.partitions;
	higher boolean;
begin
	select * into p from rh.partitioned x where x.relid = relation;
	if not found then
		perform rh.raise('ORA-14501: object is not partitioned');
	end if;
	select * into last from rh.partitions x where x.relid = relation order by x.position desc limit 1;
	if exists (select from rh.partitions x where x.relid = relation and x.name = wanted) then
		perform rh.raise('ORA-14013: duplicate partition name');
	elsif p.kind = 'R' and array_length(new_bounds, 1) is distinct from array_length(p.columns, 1) then
		perform rh.raise('ORA-14019: partition bound element must be one of: string, datetime or interval literal, number, or MAXVALUE');
	elsif p.kind = 'L' and exists (select from rh.partitions x where x.relid = relation and (x.bounds && new_bounds
			or x.bounds[1] is null and new_bounds[1] is null)) then
		perform rh.raise(format('ORA-14312: Value %s already exists in partition', new_bounds[1]));
	elsif p.kind = 'R' and last.name is not null then
		higher := rh.bound_above(relation, new_bounds, last.bounds);
		if not higher then
			perform rh.raise('ORA-14074: partition bound must collate higher than that of the last partition');
		end if;
	end if;
	insert into rh.partitions (relid, name, position, bounds)
	values (relation, coalesce(wanted, 'SYS_P' || nextval('rh.partition_nr')), coalesce(last.position, 0) + 1, new_bounds);
end $$;

-- The check that refuses what no partition takes, made anew.
create or replace function rh.check_partitions(relation regclass) returns void language plpgsql set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	accepted text;
begin
	select * into p from rh.partitioned x where x.relid = relation;
	if p.interval_text is not null or p.kind = 'H' then
		return;
	elsif p.kind = 'R' then
		select rh.range_below(relation, x.bounds) into accepted from rh.partitions x where x.relid = relation order by x.position desc limit 1;
	elsif not exists (select from rh.partitions x where x.relid = relation and x.bounds[1] is null) then
		select string_agg(rh.list_holds(relation, x.bounds), ' or ' order by x.position) into accepted
		  from rh.partitions x where x.relid = relation;
	end if;
	execute format('alter table %s drop constraint if exists "row$part"', relation);
	if accepted <> 'true' then
		execute format('alter table %s add constraint "row$part" check (case when %s then true else ora.no_partition(tableoid) end)',
			       relation, accepted);
	end if;
end $$;

-- A row above the last bound makes its partition, as INTERVAL says.
create or replace function rh.interval_partition() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	bound text;
	column_name text;
	type_name text;
	above boolean;
begin
	select * into p from rh.partitioned x where x.relid = TG_RELID;
	select a.attname, format_type(a.atttypid, a.atttypmod) into column_name, type_name
	  from pg_attribute a where a.attrelid = TG_RELID and a.attnum = p.columns[1];
	select x.bounds[1] into bound from rh.partitions x where x.relid = TG_RELID order by x.position desc limit 1;
	execute format('select ($1).%I >= %L::%s', column_name, bound, type_name) using NEW into above;
	if above is null then
		perform ora.no_partition(TG_RELID);
	elsif not above then
		return NEW;
	end if;
	while above loop
		execute format('select (%L::%s + %L::%s)::text', bound, type_name, p.interval_value,
			case when type_name like 'numeric%' then 'numeric' else 'interval' end) into bound;
		execute format('select ($1).%I >= %L::%s', column_name, bound, type_name) using NEW into above;
	end loop;
	insert into rh.partitions (relid, name, position, bounds, by_interval)
	select TG_RELID, 'SYS_P' || nextval('rh.partition_nr'), max(x.position) + 1, array[bound], true
	  from rh.partitions x where x.relid = TG_RELID;
	return NEW;
end $$;

-- ORA-14006 if there is none such
create or replace function rh.want_partition(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from rh.partitioned x where x.relid = relation) then
		perform rh.raise('ORA-14501: object is not partitioned');
	elsif not exists (select from rh.partitions x where x.relid = relation and x.name = wanted) then
		perform rh.raise('ORA-02149: Specified partition does not exist');
	end if;
end $$;

create or replace function rh.truncate_partition(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.want_partition(relation, wanted);
	-- on Oracle no row of it is in the redo
	execute format('alter table %s disable trigger user', relation);
	execute format('delete from %s where %s', relation, rh.partition_condition(relation, wanted));
	execute format('alter table %s enable trigger user', relation);
	perform rh.switch_trigger(t.owner, t.name, t.enabled) from rh.triggers t where t.relid = relation and not t.enabled;
end $$;

create or replace function rh.drop_partition(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.want_partition(relation, wanted);
	if (select count(*) from rh.partitions x where x.relid = relation) = 1 then
		perform rh.raise('ORA-14083: cannot drop the only partition of a partitioned table');
	end if;
	if (select kind from rh.partitioned x where x.relid = relation) = 'H' then
		perform rh.raise('ORA-14255: table is not partitioned by Range, List, Composite Range or Composite List method');
	end if;
	perform rh.truncate_partition(relation, wanted);
	delete from rh.partitions x where x.relid = relation and x.name = wanted;
end $$;

create or replace function rh.rename_partition(relation regclass, wanted text, new_name text) returns void language plpgsql
set search_path = pg_catalog as $$
begin
	perform rh.want_partition(relation, wanted);
	update rh.partitions x set name = new_name where x.relid = relation and x.name = wanted;
end $$;

create or replace function rh.split_partition(relation regclass, wanted text, at_bounds text[], first_name text, second_name text)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	p rh.partitioned;
	whole rh.partitions;
	before text[];
	rest text[];
begin
	perform rh.want_partition(relation, wanted);
	select * into p from rh.partitioned x where x.relid = relation;
	select * into whole from rh.partitions x where x.relid = relation and x.name = wanted;
	select x.bounds into before from rh.partitions x where x.relid = relation and x.position < whole.position order by x.position desc limit 1;
	if p.kind = 'H' then
		perform rh.raise('ORA-14255: table is not partitioned by Range, List, Composite Range or Composite List method');
	elsif p.kind = 'R' and (not rh.bound_above(relation, whole.bounds, at_bounds)
			or before is not null and not rh.bound_above(relation, at_bounds, before)) then
		perform rh.raise('ORA-14080: partition cannot be split along the specified high bound');
	elsif p.kind = 'L' then
		rest := case when whole.bounds[1] is null then whole.bounds else array(select v from unnest(whole.bounds) v where v <> all (at_bounds)) end;
		if whole.bounds[1] is not null and not whole.bounds @> at_bounds then
			perform rh.raise(format('ORA-14313: Value %s does not exist in partition %s', at_bounds[1], wanted));
		elsif coalesce(array_length(rest, 1), 0) = 0 then
			perform rh.raise('ORA-14314: resulting List partition(s) must contain atleast 1 value');
		end if;
	end if;
	delete from rh.partitions x where x.relid = relation and x.name = wanted;
	update rh.partitions x set position = x.position + 1 where x.relid = relation and x.position > whole.position;
	insert into rh.partitions (relid, name, position, bounds) values
	 (relation, coalesce(first_name, 'SYS_P' || nextval('rh.partition_nr')), whole.position, at_bounds),
	 (relation, coalesce(second_name, 'SYS_P' || nextval('rh.partition_nr')), whole.position + 1, coalesce(rest, whole.bounds));
end $$;

create or replace function rh.merge_partitions(relation regclass, one_name text, other_name text, into_name text)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	lower_part rh.partitions;
	upper_part rh.partitions;
	list boolean := (select x.kind = 'L' from rh.partitioned x where x.relid = relation);
begin
	perform rh.want_partition(relation, one_name);
	perform rh.want_partition(relation, other_name);
	select * into lower_part from rh.partitions x where x.relid = relation and x.name in (one_name, other_name) order by x.position limit 1;
	select * into upper_part from rh.partitions x where x.relid = relation and x.name in (one_name, other_name) order by x.position desc limit 1;
	if not list and (select count(*) from rh.partitions x where x.relid = relation
			and x.position between lower_part.position and upper_part.position) <> 2 then
		perform rh.raise('ORA-14274: partitions being merged are not adjacent');
	end if;
	delete from rh.partitions x where x.relid = relation and x.name in (one_name, other_name);
	insert into rh.partitions (relid, name, position, bounds)
	values (relation, coalesce(into_name, 'SYS_P' || nextval('rh.partition_nr')), upper_part.position,
		case when not list then upper_part.bounds
		     when lower_part.bounds[1] is null or upper_part.bounds[1] is null then array[null::text]
		     else lower_part.bounds || upper_part.bounds end);
end $$;

-- The rows change places, and none of that is in the redo, as on Oracle.
create or replace function rh.exchange_partition(relation regclass, wanted text, other regclass, validate boolean)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	shapes text[];
	columns text;
	stray boolean;
	one regclass;
begin
	perform rh.want_partition(relation, wanted);
	if other = relation or exists (select from rh.partitioned x where x.relid = other) then
		perform rh.raise('ORA-14095: ALTER TABLE EXCHANGE requires a non-partitioned, non-clustered table');
	end if;
	select array_agg(shape) into shapes from (select string_agg(format('%s %s', a.atttypid, a.atttypmod), ',' order by a.attnum) as shape
		  from pg_attribute a where a.attrelid in (relation, other) and a.attnum > 0 and not a.attisdropped and a.attname <> 'ROWID$'
		 group by a.attrelid) s;
	if shapes[1] is distinct from shapes[2] then
		perform rh.raise('ORA-14097: column type or size mismatch in ALTER TABLE EXCHANGE PARTITION');
	end if;
	select string_agg(format('%I', a.attname), ', ' order by a.attnum) into columns from pg_attribute a
	 where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attname <> 'ROWID$' and a.attgenerated = '';
	execute format('select exists (select from %s where (%s) is not true)', other, rh.partition_condition(relation, wanted)) into stray;
	if stray then -- WITHOUT VALIDATION, Oracle would keep them where no query looks for them
		perform rh.raise(case when validate then 'ORA-14099: all rows in table do not qualify for specified partition'
			else 'ORA-03001: unimplemented feature: rows outside of their partition' end);
	end if;
	foreach one in array array[relation, other] loop
		execute format('alter table %s disable trigger user', one);
	end loop;
	execute format('create temporary table exchange$ on commit drop as select %s from %s where %s', columns, relation,
		rh.partition_condition(relation, wanted));
	execute format('delete from %s where %s', relation, rh.partition_condition(relation, wanted));
	execute format('insert into %s (%s) select %s from %s', relation, columns, columns, other);
	execute format('delete from %s', other);
	execute format('insert into %s (%s) select %s from pg_temp.exchange$', other, columns, columns);
	drop table pg_temp.exchange$;
	foreach one in array array[relation, other] loop
		execute format('alter table %s enable trigger user', one);
		perform rh.switch_trigger(t.owner, t.name, t.enabled) from rh.triggers t where t.relid = one and not t.enabled;
	end loop;
end $$;

create or replace function rh.after_partition_drop() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
	delete from rh.partitioned p using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and p.relid = d.objid;
	delete from rh.partitions p using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and p.relid = d.objid;
end $$;
drop event trigger if exists rh_after_partition_drop;
create event trigger rh_after_partition_drop on sql_drop execute function rh.after_partition_drop();
