-- plsql_depend.sql - what units took from tables and from each other when they were compiled, and which are INVALID since that changed
--
-- Source: Oracle Database Development Guide 19c, "Schema Object Dependency", "Invalidation of Dependent Objects"

-- @attribute '': the whole row; @unit: what PostgreSQL calls the routine, or a package
do $$ begin
	create type rh.shape_read as (place text, relation text, attribute text, shape text);
	create type rh.unit_used as (place text, unit text);
exception when duplicate_object then null;
end $$;
alter table rh.sources add column if not exists reads rh.shape_read[], add column if not exists uses rh.unit_used[];
alter table rh.triggers add column if not exists reads rh.shape_read[], add column if not exists uses rh.unit_used[];
-- what its statements name, for the dictionary: tables, views, sequences, and synonyms of them
alter table rh.sources add column if not exists names rh.unit_used[];
alter table rh.triggers add column if not exists names rh.unit_used[];

-- null: it is gone
create or replace function rh.shape_of(place text, relation text, attribute text) returns text language sql stable set search_path = pg_catalog as $$
	select string_agg(format('%s %s %s %s %s %s', a.attname, a.atttypid, a.atttypmod, r.ora_type, r.byte_length, r.char_used), ', ' order by a.attnum)
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace
	  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	  left join rh.columns r on r.relid = c.oid and r.attnum = a.attnum
	 where n.nspname = $1 and c.relname = $2 and ($3 = '' or a.attname = $3)
$$;

-- What the unit that was compiled has read; @kind TRIGGER, too.
drop function if exists rh.note_reads(text, text, text, rh.shape_read[], rh.unit_used[]);
create or replace function rh.note_reads(place text, wanted text, kind text, reads rh.shape_read[], uses rh.unit_used[], named rh.unit_used[])
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	shapes rh.shape_read[];
	units rh.unit_used[];
	list rh.unit_used[];
begin
	-- a synonym comes without its owner
	select array_agg(distinct row(case when u.place <> '' then u.place
		when exists (select from rh.synonyms y where y.owner = note_reads.place and y.name = u.unit) then note_reads.place else 'PUBLIC' end, u.unit)::rh.unit_used)
	  into list from unnest(named) u;
	select array_agg(distinct row(r.place, r.relation, r.attribute, rh.shape_of(r.place, r.relation, r.attribute))::rh.shape_read) into shapes
	  from unnest(note_reads.reads) r;
	-- a subprogram stands for its package
	select array_agg(distinct row(u.place, coalesce(s.package, u.unit))::rh.unit_used) into units
	  from unnest(note_reads.uses) u
	  left join (rh.subprograms s join pg_proc p on p.oid = s.routine) on s.owner = u.place and p.proname = u.unit;
	if kind = 'TRIGGER' then
		update rh.triggers t set reads = shapes, uses = units, names = list where t.owner = place and t.name = wanted;
	else
		update rh.sources s set reads = shapes, uses = units, names = list where s.owner = place and s.name = wanted and s.type = kind;
		delete from rh.compile_errors e where e.owner = place and e.name = wanted and e.type = kind;
	end if;
end $$;

-- Behind DDL: who read what is another now, who uses @gone, and who uses those.
drop function if exists rh.outdate_units();
create or replace function rh.outdate_units(gone rh.unit_used default null) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
	with recursive unit as (
		select s.owner, s.name, s.type, s.reads, s.uses from rh.sources s where s.valid and (s.reads is not null or s.uses is not null)
		union all select t.owner, t.name, 'TRIGGER', t.reads, t.uses from rh.triggers t where t.reads is not null or t.uses is not null),
	stale as (
		select u.owner, u.name, u.type from unit u
		 where gone = any (u.uses)
		    or exists (select from unnest(u.reads) r where r.shape is distinct from rh.shape_of(r.place, r.relation, r.attribute))
		union select u.owner, u.name, u.type from stale s join unit u on row(s.owner, s.name)::rh.unit_used = any (u.uses)),
	sources as (
		update rh.sources o set valid = false from stale s where o.owner = s.owner and o.name = s.name and o.type = s.type)
	update rh.triggers o set valid = false from stale s where s.type = 'TRIGGER' and o.owner = s.owner and o.name = s.name;
end $$;

-- A trigger that does not compile any more: its functions raise.
create or replace function rh.break_trigger(place text, wanted text) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	inside regprocedure;
begin
	for inside in select p.tgfoid from rh.triggers t join pg_trigger p on p.tgrelid = t.relid and p.tgname::text = any (rh.names_inside(t))
		       where t.owner = place and t.name = wanted loop
		execute format('create or replace function %s returns trigger language plpgsql security definer as %L', inside,
			format('begin perform rh.raise(%L); end', format('ORA-04098: trigger ''%s.%s'' is invalid and failed re-validation', place, wanted)));
	end loop;
end $$;

-- The same of one that never did, or was compiled again: with the error that it has.
create or replace function rh.make_trigger_invalid(place text, wanted text, line int, col int, number int, message text)
returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
	perform rh.break_trigger(place, wanted);
	update rh.triggers t set valid = false where t.owner = place and t.name = wanted;
	delete from rh.compile_errors e where e.owner = place and e.name = wanted and e.type = 'TRIGGER';
	insert into rh.compile_errors values (place, wanted, 'TRIGGER', 1, line, col, number, message);
end $$;
