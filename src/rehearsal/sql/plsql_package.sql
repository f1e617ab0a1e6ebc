-- plsql_package.sql - packages: their subprograms and types; collections of PL/SQL
-- Oracle Database PL/SQL Language Reference 19c, "PL/SQL Packages", "PL/SQL Collections and Records".

-- @overload counts those of a name; @routine is what PostgreSQL calls it
create table if not exists rh.subprograms (
	owner text, package text, name text, overload int, type text not null, ends boolean not null, public boolean not null,
	routine oid not null, primary key (owner, package, name, overload));
drop table if exists rh.package_types;

-- the name that PostgreSQL knows it by: its own have up to 63 bytes
create or replace function rh.packaged(package text, name text) returns text language sql immutable set search_path = pg_catalog as $$
	select case when octet_length(name_of) <= 63 then name_of else 'p$' || md5(name_of) end from (select $1 || '.' || $2) n (name_of)
$$;

-- The subprograms of that name: argument by argument, overload by overload.
drop function if exists rh.find_subprograms(text, text, text, boolean, text);
create or replace function rh.find_subprograms(place text, package text, wanted text, unqualified boolean, inside text,
					       out owner text, out name text, out type text, out argument text, out mode text, out ends boolean,
					       out argument_type text, out result text, out overload int, out required boolean, out stale boolean)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select u.owner, p.proname, u.type, substr(a.name, 3), case a.mode when 'o' then 'OUT' when 'b' then case when pg_get_function_arg_default(p.oid, a.at::int) ~ '^rh\.wanted_out' then 'OUT' else 'INOUT' end else 'IN' end, u.ends,
	       format_type(a.type, -1),
	       format_type(case when p.prokind = 'p' then p.proallargtypes[cardinality(p.proallargtypes)] else p.prorettype end, -1),
	       u.overload, rh.is_required(p.oid, a.at::int),
	       exists (select from rh.sources i where i.owner = k.owner and i.name = k.package and not i.valid)
	  from (select x.owner, x.package from (
			select $1 as owner, $2 as package, 1 as rank
			union all select y.target_owner, y.target_name, case y.owner when 'PUBLIC' then 3 else 2 end from rh.synonyms y
			 where y.name = $2 and (y.owner = $1 or $4 and y.owner = 'PUBLIC')) x
		join rh.sources s on s.owner = x.owner and s.name = x.package and s.type = 'PACKAGE'
		where s.owner = rh.me() or rh.has_privilege(rh.me(), 'EXECUTE ANY PROCEDURE') or exists (
			select from rh.object_grants g where g.owner = s.owner and g.name = s.name and g.privilege = 'EXECUTE'
			 and g.grantee in (select rh.roles_of(rh.me())))
		order by x.rank limit 1) k
	  join rh.subprograms u on u.owner = k.owner and u.package = k.package and u.name = $3 and (u.public or k.owner || '.' || k.package = $5)
	  join pg_proc p on p.oid = u.routine
	  left join lateral (
		select n.name, coalesce(p.proargmodes[n.at], 'i') as mode, coalesce(p.proallargtypes[n.at], p.proargtypes[n.at - 1]) as type, n.at
		  from unnest(p.proargnames) with ordinality n (name, at) where n.name <> 'r$') a on true
	 order by u.overload, a.at
$$;

-- The specification that a package's name means to this user.
create or replace function rh.find_package(place text, wanted text, unqualified boolean, out owner text, out name text, out source text)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select s.owner, s.name, s.text from (
		select $1 as owner, $2 as package, 1 as rank
		union all select y.target_owner, y.target_name, case y.owner when 'PUBLIC' then 3 else 2 end from rh.synonyms y
		 where y.name = $2 and (y.owner = $1 or $3 and y.owner = 'PUBLIC')) x
	  join rh.sources s on s.owner = x.owner and s.name = x.package and s.type = 'PACKAGE'
	 where s.owner = rh.me() or rh.has_privilege(rh.me(), 'EXECUTE ANY PROCEDURE') or exists (
		select from rh.object_grants g where g.owner = s.owner and g.name = s.name and g.privilege = 'EXECUTE'
		 and g.grantee in (select rh.roles_of(rh.me())))
	 order by x.rank limit 1
$$;

-- ---- what packages remember: extension/state.c ----------------------------------------------------------------------------

create or replace function rh.state_begin(package text) returns void strict volatile language c as 'causeway_redo', 'rh_state_begin';
create or replace function rh.state_get(package text, name text) returns text strict volatile language c as 'causeway_redo', 'rh_state_get';
create or replace function rh.state_set(package text, name text, value text) returns void volatile language c as 'causeway_redo', 'rh_state_set';
-- the same of a call's frame: what its local subprograms see
create or replace function rh.frame() returns int volatile language c as 'causeway_redo', 'rh_frame';
create or replace function rh.state_get(frame int, slot int) returns text strict volatile language c as 'causeway_redo', 'rh_slot_get';
create or replace function rh.state_set(frame int, slot int, value text) returns void volatile language c as 'causeway_redo', 'rh_slot_set';
create or replace function rh.state_forget(package text) returns void strict volatile language c as 'causeway_redo', 'rh_state_forget';

create or replace function rh.state_all() returns text volatile language c as 'causeway_redo', 'rh_state_all';
create or replace function rh.state_load(text) returns void volatile language c as 'causeway_redo', 'rh_state_load';

-- the routines that give a package's variables their first values; 'OWNER.PACKAGE'
create or replace function rh.starting_routines(package text) returns setof regprocedure language sql stable set search_path = pg_catalog as $$
	select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
	 cross join lateral (values (1, '$spec'), (2, '$body')) part (place, name)
	 where n.nspname = split_part($1, '.', 1) and p.proname = rh.packaged(substr($1, strpos($1, '.') + 1), part.name)
	 order by part.place
$$;
create or replace function rh.package_stamp(package text) returns text language sql volatile set search_path = pg_catalog as $$
	select coalesce(string_agg(r::oid::text, ' '), '') from rh.starting_routines($1) r
$$;
create or replace function rh.start_package(package text) returns text language plpgsql volatile set search_path = pg_catalog as $$
declare
	one regprocedure;
begin
	for one in select rh.starting_routines(package) loop
		execute format('call %s', one);
	end loop;
	return null;
end $$;
create or replace function rh.make_start(place text, package text, part text, body text) returns void language plpgsql
set search_path = ora, pg_catalog as $$
begin
	execute format('drop procedure if exists %I.%I()', place, rh.packaged(package, part));
	execute format('create procedure %I.%I() language plpgsql security definer as %L', place, rh.packaged(package, part), body);
	execute format('alter procedure %I.%I() owner to %I', place, rh.packaged(package, part), place);
	perform rh.state_forget(place || '.' || package);
end $$;

-- ---- records ---------------------------------------------------------------------------------------------------------------

create schema if not exists rh_record;
grant usage on schema rh_record to public;

-- The type of all records that have these fields; it stays.
create or replace function rh.record_type(fields text) returns text language plpgsql security definer set search_path = ora, pg_catalog as $$
declare
	name text := 'r' || md5(fields);
begin
	if not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname = 'rh_record' and t.typname = name) then
		execute format('create type rh_record.%I as (%s)', name, fields);
	end if;
	return 'rh_record.' || name;
end $$;
revoke all on function rh.record_type(text) from public;

-- The subprograms of a package's body go, and what starts it.
drop function if exists rh.empty_package(text, text, boolean);
create or replace function rh.empty_package(place text, wanted text, specification boolean) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
	one record;
begin
	for one in delete from rh.subprograms u where u.owner = place and u.package = wanted returning u.routine loop
		if exists (select from pg_proc where oid = one.routine) then
			perform rh.break_callers(one.routine::regprocedure);
			execute format('drop routine %s', one.routine::regprocedure);
		end if;
	end loop;
	execute format('drop procedure if exists %I.%I()', place, rh.packaged(wanted, '$body'));
	if specification then
		execute format('drop procedure if exists %I.%I()', place, rh.packaged(wanted, '$spec'));
	end if;
	perform rh.state_forget(place || '.' || wanted);
end $$;

-- CREATE [OR REPLACE] PACKAGE [BODY]: its text, and what was there before gone
create or replace function rh.make_package(place text, wanted text, body boolean, source text, replace boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	kind text := case when body then 'PACKAGE BODY' else 'PACKAGE' end;
begin
	if not body then
		perform rh.want_free_name(place, wanted, case when replace then kind end);
	end if;
	if body and not exists (select from rh.sources s where s.owner = place and s.name = wanted and s.type = 'PACKAGE') then
		perform rh.raise(format('ORA-06550: PLS-00304: cannot compile body of ''%s'' without its specification', wanted));
	end if;
	delete from rh.sources s where s.owner = place and s.name = wanted and s.type = kind;
	if found and not replace then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
	perform rh.empty_package(place, wanted, not body);
	if not body then
		perform rh.invalidate_body(place, wanted);
	end if;
	insert into rh.sources (owner, name, type, text) values (place, wanted, kind, source);
end $$;

-- A subprogram; @routine 0: a new one of that name, else its body takes the place of the one without.
create or replace function rh.make_subprogram(place text, package text, wanted text, kind text, parameters text, returns text, body text,
					      ends boolean, nth int) returns void
language plpgsql set search_path = ora, pg_catalog as $$
declare
	routine text := format('%I.%I', place, rh.packaged(package, wanted));
	made oid;
begin
	execute format('create or replace %s %s(%s) %s language plpgsql %s as %L', case returns when '' then 'procedure' else 'function' end,
		       routine, parameters, case returns when '' then '' else 'returns ' || returns end,
		       case when ends then '' else 'security definer' end, body);
	if exists (select from rh.subprograms u where u.owner = place and u.package = make_subprogram.package and u.name = wanted
		   and u.overload = nth) then
		return;
	end if;
	select max(p.oid) into made from pg_proc p join pg_namespace n on n.oid = p.pronamespace
	 where n.nspname = place and p.proname = rh.packaged(make_subprogram.package, wanted);
	execute format('alter routine %s owner to %I', made::regprocedure, place);
	insert into rh.subprograms values (place, make_subprogram.package, wanted, nth, kind, ends, exists (
		select from rh.sources s where s.owner = place and s.name = make_subprogram.package and s.type = 'PACKAGE'
		 and s.text ~* ('\m' || kind || '\s+"?' || wanted || '\M')), made);
end $$;

-- ---- collections: {"index": "value as text"} -----------------------------------------------------------------------------

do $$ begin
	create domain ora.collection as jsonb;
exception when duplicate_object then null;
end $$;

-- extension/collection.c: what every step of a loop does
create or replace function ora.item_count(jsonb) returns int language c immutable strict parallel safe as 'causeway_redo', 'rh_items';
create or replace function ora.item_end(c jsonb, last boolean) returns numeric language c immutable strict parallel safe as 'causeway_redo', 'rh_item_end';
create or replace function ora.item_put(c jsonb, k text, v text) returns jsonb language c immutable parallel safe as 'causeway_redo', 'rh_with_item';
create or replace function ora.item_key(numeric) returns text language sql immutable parallel safe set search_path = pg_catalog
as $$ select trim_scale(round($1))::text $$;
create or replace function ora.item_key(text) returns text language sql immutable parallel safe as $$ select $1 $$;

create or replace function ora.item(c ora.collection, k text) returns text language plpgsql immutable set search_path = pg_catalog as $$
begin
	if c is null then
		perform rh.raise('ORA-06531: Reference to uninitialized collection');
	elsif k is null then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error: NULL index table key value');
	elsif not c operator(pg_catalog.?) k then
		perform rh.raise('ORA-01403: no data found');
	end if;
	return c operator(pg_catalog.->>) k;
end $$;
-- an element of a nested table or varray is there only after EXTEND
create or replace function ora.nested_item(c ora.collection, k text) returns text language plpgsql immutable set search_path = pg_catalog as $$
begin
	if c is not null and not coalesce(c operator(pg_catalog.?) k, false) then
		perform rh.raise('ORA-06533: Subscript beyond count');
	end if;
	return ora.item(c, k);
end $$;
-- of what is only to be changed: an element that is not there comes to be
create or replace function ora.item_or_none(c ora.collection, k text) returns text language sql immutable set search_path = pg_catalog
as $$ select c operator(pg_catalog.->>) k $$;
create or replace function ora.with_item(c ora.collection, k text, v text) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if k is null then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error: NULL index table key value');
	end if;
	return ora.item_put(coalesce(c, '{}'), k, v);
end $$;
-- an element of a collection whose elements are NOT NULL
create or replace function ora.given(v text) returns text language plpgsql immutable set search_path = pg_catalog as $$
begin
	if v is null then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return v;
end $$;
create or replace function ora.with_nested_item(c ora.collection, k text, v text) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	perform ora.nested_item(c, k);
	return ora.item_put(c, k, v);
end $$;
create or replace function ora.items(c ora.collection) returns numeric language plpgsql immutable set search_path = pg_catalog as $$
begin
	if c is null then
		perform rh.raise('ORA-06531: Reference to uninitialized collection');
	end if;
	return ora.item_count(c);
end $$;
-- FIRST, LAST, PRIOR and NEXT of numbers; those of texts are by their bytes
create or replace function ora.item_first(c ora.collection) returns numeric language sql immutable set search_path = pg_catalog
as $$ select ora.item_end(c, false) $$;
create or replace function ora.item_last(c ora.collection) returns numeric language sql immutable set search_path = pg_catalog
as $$ select ora.item_end(c, true) $$;
create or replace function ora.item_next(c ora.collection, i text) returns numeric language sql immutable set search_path = pg_catalog
as $$ select min(k::numeric) from jsonb_object_keys(c) k where k::numeric > i::numeric $$;
create or replace function ora.item_prior(c ora.collection, i text) returns numeric language sql immutable set search_path = pg_catalog
as $$ select max(k::numeric) from jsonb_object_keys(c) k where k::numeric < i::numeric $$;
create or replace function ora.item_text_first(c ora.collection) returns varchar language sql immutable set search_path = pg_catalog
as $$ select min(k collate "C")::varchar from jsonb_object_keys(c) k $$;
create or replace function ora.item_text_last(c ora.collection) returns varchar language sql immutable set search_path = pg_catalog
as $$ select max(k collate "C")::varchar from jsonb_object_keys(c) k $$;
create or replace function ora.item_text_next(c ora.collection, i text) returns varchar language sql immutable set search_path = pg_catalog
as $$ select min(k collate "C")::varchar from jsonb_object_keys(c) k where k collate "C" > i collate "C" $$;
create or replace function ora.item_text_prior(c ora.collection, i text) returns varchar language sql immutable set search_path = pg_catalog
as $$ select max(k collate "C")::varchar from jsonb_object_keys(c) k where k collate "C" < i collate "C" $$;
create or replace function ora.item_exists(c ora.collection, k text) returns boolean language sql immutable set search_path = pg_catalog
as $$ select coalesce(c operator(pg_catalog.?) k, false) $$;
create or replace function ora.items_deleted(c ora.collection) returns ora.collection language sql immutable set search_path = pg_catalog
as $$ select case when c is not null then '{}'::jsonb end $$;
create or replace function ora.items_deleted(c ora.collection, k text) returns ora.collection language sql immutable set search_path = pg_catalog
as $$ select c operator(pg_catalog.-) k $$;
create or replace function ora.items_deleted(c ora.collection, low text, high text) returns ora.collection language sql immutable
set search_path = pg_catalog as $$
	select coalesce(jsonb_object_agg(k, v), '{}') from jsonb_each(c) e (k, v)
	 where case when k ~ '^-?[0-9]+$' and low ~ '^-?[0-9]+$' and high ~ '^-?[0-9]+$' then k::numeric not between low::numeric and high::numeric
		else k collate "C" < low collate "C" or k collate "C" > high collate "C" end
$$;
create or replace function ora.items_extended(c ora.collection, n numeric) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if c is null then
		perform rh.raise('ORA-06531: Reference to uninitialized collection');
	elsif n = 1 then
		return ora.item_put(c, trim_scale(coalesce(ora.item_end(c, true), 0) + 1)::text, null);
	end if;
	return (select c operator(pg_catalog.||) coalesce(jsonb_object_agg(i::text, null), '{}')
		  from generate_series(coalesce(ora.item_last(c), 0)::int + 1, coalesce(ora.item_last(c), 0)::int + n::int) i);
end $$;
-- n copies of an element
create or replace function ora.items_extended(c ora.collection, n numeric, k text) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	perform ora.nested_item(c, k);
	return (select c operator(pg_catalog.||) coalesce(jsonb_object_agg(i::text, c operator(pg_catalog.->) k), '{}')
		  from generate_series(coalesce(ora.item_last(c), 0)::int + 1, coalesce(ora.item_last(c), 0)::int + n::int) i);
end $$;
create or replace function ora.items_trimmed(c ora.collection, n numeric) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if n > ora.items(c) then
		perform rh.raise('ORA-06533: Subscript beyond count');
	end if;
	return (select coalesce(jsonb_object_agg(k, v), '{}') from jsonb_each(c) e (k, v) where k::numeric <= ora.item_last(c) - n);
end $$;
-- a VARRAY has no more elements than its type says
create or replace function ora.items_within(c ora.collection, most int) returns ora.collection language plpgsql immutable set search_path = pg_catalog as $$
begin
	if ora.items(c) > most then
		perform rh.raise('ORA-06532: Subscript outside of limit');
	end if;
	return c;
end $$;
create or replace function ora.cardinality(c ora.collection) returns numeric language sql immutable strict set search_path = pg_catalog
as $$ select count(*) from jsonb_object_keys(c) $$;
create or replace function ora.items_of(variadic texts text[]) returns ora.collection language sql immutable set search_path = pg_catalog
as $$ select coalesce(jsonb_object_agg(i::text, v), '{}') from unnest(texts) with ordinality t (v, i) $$;
-- the second behind the first
create or replace function ora.items_joined(a ora.collection, b ora.collection) returns ora.collection language sql immutable
set search_path = pg_catalog as $$
	select coalesce(a, '{}') operator(pg_catalog.||) coalesce(jsonb_object_agg((k::numeric + coalesce(ora.item_last(a), 0))::text, v), '{}')
	  from jsonb_each(b) e (k, v)
$$;
create or replace function ora.item_indexes(c ora.collection) returns int[] language sql immutable set search_path = pg_catalog
as $$ select coalesce(array_agg(k::int order by k::int), '{}') from jsonb_object_keys(c) k $$;
create or replace function ora.item_values(c ora.collection) returns int[] language sql immutable set search_path = pg_catalog
as $$ select coalesce(array_agg(v::int order by k::int), '{}') from jsonb_each_text(c) e (k, v) $$;

-- SQL%BULK_EXCEPTIONS(i)
do $$ begin
	create type rh.bulk_failure as ("ERROR_INDEX" numeric, "ERROR_CODE" numeric);
exception when duplicate_object then null;
end $$;
