-- ora_view.sql - views that what they read has left: INVALID, with their text, until a statement names them again
--
-- Source: Oracle Database Development Guide 19c, "Schema Object Dependency", "Invalidation of Dependent Objects"

create table if not exists rh.invalid_views (
	owner text, name text, source text not null, grants json, number int not null, message text not null,
	created timestamp(0) not null default (now() at time zone 'UTC'), primary key (owner, name));
alter table rh.table_facts add column if not exists view_source text;

-- The text as it was written, what stands behind the word VIEW, and what the catalog has no place for.
create or replace function rh.note_view(relation regclass, text text, read_only boolean, check_name text, source text) returns void
language sql set search_path = pg_catalog as $$
	insert into rh.table_facts (relid, view_text, read_only, check_name, view_source)
	values ($1, $2, $3, case when $3 or $4 is not null then coalesce(nullif($4, ''), 'SYS_C' || lpad(nextval('rh.constraint_nr')::text, 7, '0')) end, $5);
	select rh.view_is_valid($1);
$$;

-- The primary key of a table whose columns a materialized view shows is its own, too (A-482).  shown: of each column the table's, or ''
create or replace function rh.key_mview(view regclass, "table" oid, shown text[]) returns void language plpgsql set search_path = pg_catalog as $$
declare
	columns text;
	complete boolean;
begin
	select string_agg(quote_ident(v.attname), ', ' order by u.place), bool_and(v.attname is not null) into columns, complete
	  from pg_constraint k cross join unnest(k.conkey) with ordinality u(attnum, place)
	  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
	  left join pg_attribute v on v.attrelid = view and v.attnum = array_position(shown, a.attname::text)
	 where k.conrelid = "table" and k.contype = 'p';
	if complete then
		execute format('create unique index %I on %s (%s)', 'SYS_C' || lpad(nextval('rh.constraint_nr')::text, 7, '0'), view, columns);
	end if;
end $$;

-- What was granted on it stays granted.
create or replace function rh.view_is_valid(relation regclass) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	kept json;
	g rh.object_grants;
begin
	delete from rh.invalid_views i using pg_class c join pg_namespace n on n.oid = c.relnamespace
	 where c.oid = relation and i.owner = n.nspname and i.name = c.relname returning i.grants into kept;
	for g in select * from json_populate_recordset(null::rh.object_grants, coalesce(kept, '[]')) loop
		insert into rh.object_grants select g.*;
		perform rh.switch_object('v', g.owner, g.name, g.privilege, g.grantee, true);
	end loop;
end $$;

create or replace function rh.break_view(relation regclass) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
	insert into rh.invalid_views (owner, name, source, grants, number, message)
	select n.nspname, c.relname, f.view_source,
	       (select json_agg(g) from rh.object_grants g where g.owner = n.nspname and g.name = c.relname),
	       942, 'ORA-00942: table or view does not exist'
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace join rh.table_facts f on f.relid = c.oid and f.view_source is not null
	 where c.oid = relation and c.relkind = 'v';
	if found then
		execute format('drop view %s', relation);
	end if;
end $$;

-- Views that read this one, those that read them first.
create or replace function rh.break_readers(relation regclass) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	reader regclass;
begin
	for reader in
		with recursive reads as (
			select relation::oid as oid, 0 as depth
			union select w.ev_class, r.depth + 1
			  from reads r join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = r.oid and d.classid = 'pg_rewrite'::regclass
			  join pg_rewrite w on w.oid = d.objid and w.ev_class <> r.oid)
		select oid from reads where depth > 0 group by oid order by max(depth) desc
	loop
		if exists (select from rh.triggers t where t.relid = reader) then
			perform rh.raise('ORA-03001: unimplemented feature: what a view with INSTEAD OF triggers reads goes');
		end if;
		perform rh.break_view(reader);
	end loop;
end $$;

-- Views that call a function that goes.
create or replace function rh.break_callers(routine regprocedure) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	caller regclass;
begin
	for caller in select distinct w.ev_class from pg_depend d join pg_rewrite w on w.oid = d.objid
		       where d.refclassid = 'pg_proc'::regclass and d.refobjid = routine and d.classid = 'pg_rewrite'::regclass loop
		perform rh.break_readers(caller);
		perform rh.break_view(caller);
	end loop;
end $$;

-- CREATE OR REPLACE: what is there gives way, and keeps what was granted on it.
create or replace function rh.replace_view(place text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	there regclass := to_regclass(format('%I.%I', place, wanted));
begin
	if (select c.relkind from pg_class c where c.oid = there) = 'v' then
		perform rh.break_readers(there);
		perform rh.break_view(there);
	end if;
	perform rh.want_free_name(place, wanted, 'VIEW');
end $$;

create or replace function rh.keep_invalid_view(place text, wanted text, source text, error_number int, error_text text) returns void
language sql security definer set search_path = pg_catalog as $$
	insert into rh.invalid_views as i (owner, name, source, number, message) values ($1, $2, $3, $4, $5)
	on conflict (owner, name) do update set source = excluded.source, number = excluded.number, message = excluded.message
$$;

-- DROP VIEW
create or replace function rh.drop_invalid_view(place text, wanted text) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
	delete from rh.invalid_views i where i.owner = place and i.name = wanted;
	return found;
end $$;
create or replace function rh.drop_view(place text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if rh.drop_invalid_view(place, wanted) then
		return;
	end if;
	perform rh.break_readers(format('%I.%I', place, wanted)::regclass);
	execute format('drop view %I.%I', place, wanted);
end $$;

-- The one that a name means, and its text; a row of NULLs: none, but some other is invalid.
create or replace function rh.find_invalid_view(place text, wanted text, of_public boolean, out owner text, out name text, out source text)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	(select i.owner, i.name, i.source from rh.invalid_views i
	  where i.name = $2 and i.owner = $1 or (i.owner, i.name) in (
		select y.target_owner, y.target_name from rh.synonyms y where y.name = $2 and (y.owner = $1 or $3 and y.owner = 'PUBLIC'))
	  order by i.owner <> $1 limit 1)
	union all select null, null, null where exists (select from rh.invalid_views)
$$;

-- ---- sequences that are gone ------------------------------------------------------------------------------------

create or replace function rh.next_of(place text, wanted text) returns bigint language plpgsql set search_path = pg_catalog as $$
declare
	seq regclass := to_regclass(format('%I.%I', place, wanted));
begin
	if seq is null then
		perform rh.raise('ORA-02289: sequence does not exist');
	end if;
	return nextval(seq);
end $$;

-- A default that draws from it looks it up by its name from now on: it may be made again.
create or replace function rh.free_defaults(seq regclass) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	one record;
begin
	for one in
		select d.adrelid::regclass as relation, a.attname, n.nspname, c.relname, pg_get_expr(d.adbin, d.adrelid) as expression
		  from pg_depend x join pg_attrdef d on d.oid = x.objid join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
		  join pg_class c on c.oid = x.refobjid join pg_namespace n on n.oid = c.relnamespace
		 where x.classid = 'pg_attrdef'::regclass and x.refclassid = 'pg_class'::regclass and x.refobjid = seq and x.deptype = 'n' and c.relkind = 'S'
	loop
		execute format('alter table %s alter column %I set default %s', one.relation, one.attname,
			regexp_replace(one.expression, 'nextval\(''(?:[^'']|'''')*''::regclass\)', replace(format('rh.next_of(%L, %L)', one.nspname, one.relname), '\', '\\'), 'g'));
	end loop;
end $$;
