-- ora_partition.sql - partitions, as far as they can be seen: names, bounds, rows that none takes, intervals that make their own
-- Sources: Oracle Database VLDB and Partitioning Guide 19c; Database Error Messages 19c, ORA-14000 to 14799.

-- A partition is an object, and so is a subpartition: each partition of a composite table has one, whatever was declared (A-607).
create table if not exists rh.partitioned (
	relid oid primary key, kind text not null, columns int2[] not null, interval_text text, interval_value text, sub_kind text,
	sub_columns int2[] not null);
-- bounds: texts of the values; NULL is MAXVALUE or DEFAULT, \001 is NULL; low: the least value of one that an interval made
create table if not exists rh.partitions (
	relid oid, name text, position int not null, bounds text[] not null, low text, object oid not null, sub_name text, sub_object oid,
	created timestamp(0) not null default (now() at time zone 'UTC'), primary key (relid, name));
create sequence if not exists rh.partition_nr minvalue 300;

-- What captures a table's rows has to learn its partitions anew.
create or replace function rh.partition_changed() returns trigger language c as 'causeway_redo', 'rh_partition_changed';
create or replace trigger changed after insert or update or delete on rh.partitions for each row execute function rh.partition_changed();

-- No table has this number, nor another partition.
create or replace function rh.new_object() returns oid language sql volatile security definer set search_path = pg_catalog as $$
	select pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')
$$;

create or replace function rh.put_partition(relation oid, wanted text, place int, new_bounds text[], low text default null) returns void
language sql security definer set search_path = pg_catalog as $$
	insert into rh.partitions (relid, name, position, bounds, low, object, sub_name, sub_object)
	select $1, coalesce($2, 'SYS_P' || nextval('rh.partition_nr')), $3, $4, $5, rh.new_object(),
	       case when p.sub_kind is not null then 'SYS_SUBP' || nextval('rh.partition_nr') end,
	       case when p.sub_kind is not null then rh.new_object() end
	  from rh.partitioned p where p.relid = $1
$$;

-- The @place-th key column; a virtual one by its expression, which is known before its value.
create or replace function rh.partition_key(relation oid, place int) returns text language sql stable set search_path = pg_catalog as $$
	select case a.attgenerated when '' then quote_ident(a.attname) else '(' || pg_get_expr(d.adbin, d.adrelid) || ')' end
	  from rh.partitioned p join pg_attribute a on a.attrelid = p.relid and a.attnum = p.columns[$2]
	  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where p.relid = $1
$$;

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
		columns := columns || case place when 1 then '' else ', ' end || rh.partition_key(relation, place);
		literals := literals || case place when 1 then '' else ', ' end || rh.bound_literal(relation, place, bounds[place]);
		place := place + 1;
	end loop;
	if place = 1 then
		return 'true';
	end if;
	return format('(row(%s) %s row(%s))', columns, case when place <= array_length(bounds, 1) then '<=' else '<' end, literals);
end $$;

create or replace function rh.list_holds(relation oid, bounds text[]) returns text language sql stable set search_path = pg_catalog as $$
	select format('(%s in (%s)%s)', rh.partition_key($1, 1),
		coalesce((select string_agg(rh.bound_literal($1, 1, v), ', ') from unnest($2) v where v <> E'\001'),
			 rh.bound_literal($1, 1, E'\001')),
		case when E'\001' = any ($2) then format(' or %s is null', rh.partition_key($1, 1)) else '' end)
$$;

create or replace function rh.hash_place(relation oid) returns text language sql stable set search_path = pg_catalog as $$
	select format('abs(hashtext((%s)::text)::bigint) %% %s',
		(select string_agg(rh.partition_key($1, place), ', ' order by place) from generate_series(1, array_length(p.columns, 1)) place),
		(select count(*) from rh.partitions x where x.relid = $1)) from rh.partitioned p where p.relid = $1
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
		return format('(%s = %s)', rh.hash_place(relation), mine.position - 1);
	elsif p.kind = 'L' and mine.bounds[1] is null then
		return coalesce((select format('(%s) is not true', string_agg(rh.list_holds(relation, x.bounds), ' or ')) from rh.partitions x
			where x.relid = relation and x.bounds[1] is not null), 'true');
	elsif p.kind = 'L' then
		return rh.list_holds(relation, mine.bounds);
	end if;
	select case when mine.low is null then x.bounds else array[mine.low] end into before
	  from rh.partitions x where x.relid = relation and x.position < mine.position order by x.position desc limit 1;
	return case when mine.bounds[1] is null then 'true' else rh.range_below(relation, mine.bounds) end
		|| case when before is null then '' else ' and ' || rh.range_below(relation, before) || ' is not true' end;
end $$;

-- The number of the object that a row lies in, as an expression on it; NULL where no partition takes the row.
create or replace function rh.partition_number(relation oid) returns text language sql stable set search_path = pg_catalog as $$
	select format('case %s end', string_agg(format('when %s then %s::bigint',
		case when p.kind = 'H' then format('%s = %s', rh.hash_place($1), x.position - 1)
		     when x.bounds[1] is null then 'true'
		     when p.kind = 'L' then rh.list_holds($1, x.bounds)
		     else rh.range_below($1, x.bounds)
			|| case when x.low is null then '' else ' and ' || rh.range_below($1, array[x.low]) || ' is not true' end end,
		coalesce(x.sub_object, x.object)), ' ' order by p.kind = 'L' and x.bounds[1] is null, x.position))
	  from rh.partitioned p join rh.partitions x on x.relid = p.relid where p.relid = $1
$$;

-- What a statement does to the rows of a table, and none of it is in the redo.
create or replace function rh.unseen(relation regclass, statement text) returns void language plpgsql set search_path = pg_catalog, ora as $$
begin
	execute format('alter table %s disable trigger user', relation);
	execute statement;
	execute format('alter table %s enable trigger user', relation);
	perform rh.switch_trigger(t.owner, t.name, t.enabled) from rh.triggers t where t.relid = relation and not t.enabled;
end $$;

-- Rows whose partition has become another: their ROWIDs, too, and none of that is in the redo.
create or replace function rh.number_rows(relation regclass) returns void language plpgsql set search_path = pg_catalog, ora as $$
declare
	number text := rh.partition_number(relation);
begin
	perform rh.unseen(relation, format('update %s set "ROWID$" = (%s) << 32 | ("ROWID$" & 4294967295) where "ROWID$" >> 32 <> (%s)', relation, number, number));
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
		perform rh.put_partition(relation, null, i, '{}');
	end loop;
end $$;

-- Is the bound @high above @low?
create or replace function rh.bound_above(relation oid, high text[], low text[]) returns boolean language plpgsql stable
set search_path = pg_catalog, ora as $$
declare
	answer boolean;
begin
	for place in 1 .. array_length(high, 1) loop
		if high[place] is null and low[place] is not null then
			return true;
		elsif low[place] is null and high[place] is not null then
			return false;
		elsif high[place] is not null then
			execute format('select case when row(%1$s) > row(%2$s) then true when row(%1$s) < row(%2$s) then false end',
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
	perform rh.put_partition(relation, wanted, coalesce(last.position, 0) + 1, new_bounds);
	if p.kind = 'H' then
		perform rh.number_rows(relation);
	end if;
end $$;

-- The partition that INTERVAL says for a key above the last bound that was declared: it stays, whatever becomes of the row, and is there
-- for all at once.
create or replace function rh.make_interval_partition(relation oid, value text) returns void language plpgsql security definer
set search_path = pg_catalog, ora as $$
declare
	p rh.partitioned;
	low text;
	bound text;
	above boolean;
	place int;
	by_number boolean := (select format_type(a.atttypid, null) = 'numeric' from rh.partitioned x join pg_attribute a
		on a.attrelid = x.relid and a.attnum = x.columns[1] where x.relid = relation);
begin
	select * into p from rh.partitioned x where x.relid = relation for update;
	select x.bounds[1] into bound from rh.partitions x where x.relid = relation and x.low is null order by x.position desc limit 1;
	if by_number then
		bound := bound::numeric + p.interval_value::numeric * greatest(0, floor((value::numeric - bound::numeric) / p.interval_value::numeric));
	end if;
	loop
		execute format('select row(%s) >= row(%s)', rh.bound_literal(relation, 1, value), rh.bound_literal(relation, 1, bound)) into above;
		exit when not above;
		low := bound;
		execute format('select (%s operator(%s.+) %L::%s)::text', rh.bound_literal(relation, 1, bound),
			case when by_number then 'pg_catalog' else 'ora' end, p.interval_value,
			case when by_number then 'numeric' when p.interval_value ~ ':' then 'ora.ds' else 'ora.ym' end) into bound;
	end loop;
	if low is null or exists (select from rh.partitions x where x.relid = relation and x.bounds[1] = bound) then
		return;
	end if;
	select 1 + count(*) into place from rh.partitions x where x.relid = relation and rh.bound_above(relation, array[bound], x.bounds);
	update rh.partitions x set position = x.position + 1 where x.relid = relation and x.position >= place;
	perform rh.put_partition(relation, null, place, array[bound], low);
end $$;

create or replace function rh.interval_partition(relation oid, value text) returns void language sql set search_path = pg_catalog as $$
	select rh.autonomous(format('BEGIN PERFORM rh.make_interval_partition(%s, %L); PERFORM rh.end_autonomous(''{}''); END', $1, $2))
$$;

-- ORA-14006 if there is none such
create or replace function rh.want_partition(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from rh.partitioned x where x.relid = relation) then
		perform rh.raise('ORA-14501: object is not partitioned');
	elsif not exists (select from rh.partitions x where x.relid = relation and x.name = wanted) then
		perform rh.raise('ORA-02149: Specified partition does not exist');
	end if;
end $$;

create or replace function rh.truncate_partition(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog, ora as $$
begin
	perform rh.want_partition(relation, wanted);
	-- on Oracle no row of it is in the redo
	perform rh.unseen(relation, format('delete from %s where %s', relation, rh.partition_condition(relation, wanted)));
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
	perform rh.put_partition(relation, first_name, whole.position, at_bounds, whole.low);
	perform rh.put_partition(relation, second_name, whole.position + 1, coalesce(rest, whole.bounds), case when whole.low is not null then at_bounds[1] end);
	perform rh.number_rows(relation);
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
	perform rh.put_partition(relation, into_name, upper_part.position,
		case when not list then upper_part.bounds
		     when lower_part.bounds[1] is null or upper_part.bounds[1] is null then array[null::text]
		     else lower_part.bounds || upper_part.bounds end, lower_part.low);
	perform rh.number_rows(relation);
end $$;

-- The rows change places, and none of that is in the redo, as on Oracle.
create or replace function rh.exchange_partition(relation regclass, wanted text, other regclass, validate boolean)
returns void language plpgsql set search_path = pg_catalog, ora as $$
declare
	shapes text[];
	columns text;
	stray boolean;
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
	execute format('create temporary table exchange$ on commit drop as select %s from %s where %s', columns, relation,
		rh.partition_condition(relation, wanted));
	perform rh.unseen(relation, format('delete from %s where %s', relation, rh.partition_condition(relation, wanted)));
	perform rh.unseen(relation, format('insert into %s (%s) select %s from %s', relation, columns, columns, other));
	perform rh.unseen(other, format('delete from %s', other));
	perform rh.unseen(other, format('insert into %s (%s) select %s from pg_temp.exchange$', other, columns, columns));
	perform rh.number_rows(relation);
	drop table pg_temp.exchange$;
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
