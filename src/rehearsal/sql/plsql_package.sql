-- plsql_package.sql - packages: their subprograms and types; collections of PL/SQL
-- Oracle Database PL/SQL Language Reference 19c, "PL/SQL Packages", "PL/SQL Collections and Records".

-- @overload counts those of a name; @routine is what PostgreSQL calls it
create table if not exists rh.subprograms (
	owner text, package text, name text, overload int, type text not null, ends boolean not null, public boolean not null,
	routine oid not null, primary key (owner, package, name, overload));
-- @kind: TABLE, VARRAY, INDEX BY NUMBER, INDEX BY TEXT, RECORD, CURSOR, SUBTYPE; @element: PostgreSQL's type, with its length
create table if not exists rh.package_types (
	owner text, package text, name text, kind text not null, element text not null, plain text not null, element_type int not null,
	primary key (owner, package, name));

-- the name that PostgreSQL knows it by: its own have up to 63 bytes
create or replace function rh.packaged(package text, name text) returns text language sql immutable set search_path = pg_catalog as $$
	select case when octet_length(name_of) <= 63 then name_of else 'p$' || md5(name_of) end from (select $1 || '.' || $2) n (name_of)
$$;

-- The subprograms of that name: argument by argument, overload by overload.
drop function if exists rh.find_subprograms(text, text, text, boolean, text);
create or replace function rh.find_subprograms(place text, package text, wanted text, unqualified boolean, inside text,
					       out owner text, out name text, out type text, out argument text, out mode text, out ends boolean,
					       out argument_type text, out result text, out overload int, out defaults int)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select u.owner, p.proname, u.type, substr(a.name, 3), case a.mode when 'o' then 'OUT' when 'b' then 'INOUT' else 'IN' end, u.ends,
	       format_type(a.type, -1),
	       format_type(case when p.prokind = 'p' then p.proallargtypes[cardinality(p.proallargtypes)] else p.prorettype end, -1),
	       u.overload, p.pronargdefaults
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

-- A package's type; its own body sees it by its name alone.
create or replace function rh.find_package_type(place text, package text, wanted text, unqualified boolean, out kind text, out element text,
						out plain text, out element_type int)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select t.kind, t.element, t.plain, t.element_type from (
		select $1 as owner, $2 as package, 1 as rank
		union all select y.target_owner, y.target_name, case y.owner when 'PUBLIC' then 3 else 2 end from rh.synonyms y
		 where y.name = $2 and (y.owner = $1 or $4 and y.owner = 'PUBLIC')) x
	  join rh.package_types t on t.owner = x.owner and t.package = x.package and t.name = $3
	 order by x.rank limit 1
$$;

-- The subprograms of a package's body go; with its types, if the specification goes.
create or replace function rh.empty_package(place text, wanted text, types boolean) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
	one record;
begin
	for one in delete from rh.subprograms u where u.owner = place and u.package = wanted returning u.routine loop
		if exists (select from pg_proc where oid = one.routine) then
			execute format('drop routine %s', one.routine::regprocedure);
		end if;
	end loop;
	if not types then
		return;
	end if;
	for one in delete from rh.package_types t where t.owner = place and t.package = wanted returning t.name, t.kind loop
		if one.kind = 'RECORD' then
			execute format('drop type %I.%I cascade', place, rh.packaged(wanted, one.name));
		end if;
	end loop;
end $$;

-- CREATE [OR REPLACE] PACKAGE [BODY]: its text, and what was there before gone
create or replace function rh.make_package(place text, wanted text, body boolean, source text, replace boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	kind text := case when body then 'PACKAGE BODY' else 'PACKAGE' end;
begin
	if exists (select from rh.sources s where s.owner = place and s.name = wanted and s.type not in ('PACKAGE', 'PACKAGE BODY')) then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
	if body and not exists (select from rh.sources s where s.owner = place and s.name = wanted and s.type = 'PACKAGE') then
		perform rh.raise(format('ORA-06550: PLS-00304: cannot compile body of ''%s'' without its specification', wanted));
	end if;
	delete from rh.sources s where s.owner = place and s.name = wanted and s.type = kind;
	if found and not replace then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
	perform rh.empty_package(place, wanted, not body);
	insert into rh.sources (owner, name, type, text) values (place, wanted, kind, source);
end $$;

create or replace function rh.note_package_type(place text, package text, name text, kind text, element text, plain text, element_type int)
returns void language plpgsql set search_path = ora, pg_catalog as $$
begin
	if kind = 'RECORD' then
		execute format('create type %I.%I as (%s)', place, rh.packaged(package, name), element);
		execute format('alter type %I.%I owner to %I', place, rh.packaged(package, name), place);
	end if;
	insert into rh.package_types values (place, package, name, kind, element, plain, element_type);
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
create or replace function ora.with_item(c ora.collection, k text, v text) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if k is null then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error: NULL index table key value');
	end if;
	return coalesce(c, '{}') operator(pg_catalog.||) jsonb_build_object(k, v);
end $$;
create or replace function ora.with_nested_item(c ora.collection, k text, v text) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	perform ora.nested_item(c, k);
	return c operator(pg_catalog.||) jsonb_build_object(k, v);
end $$;
create or replace function ora.items(c ora.collection) returns numeric language plpgsql immutable set search_path = pg_catalog as $$
begin
	if c is null then
		perform rh.raise('ORA-06531: Reference to uninitialized collection');
	end if;
	return (select count(*) from jsonb_object_keys(c));
end $$;
-- FIRST, LAST, PRIOR and NEXT of numbers; those of texts are by their bytes
create or replace function ora.item_first(c ora.collection) returns numeric language sql immutable set search_path = pg_catalog
as $$ select min(k::numeric) from jsonb_object_keys(c) k $$;
create or replace function ora.item_last(c ora.collection) returns numeric language sql immutable set search_path = pg_catalog
as $$ select max(k::numeric) from jsonb_object_keys(c) k $$;
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
create or replace function ora.items_extended(c ora.collection, n numeric) returns ora.collection language plpgsql immutable
set search_path = pg_catalog as $$
begin
	if c is null then
		perform rh.raise('ORA-06531: Reference to uninitialized collection');
	end if;
	return (select c operator(pg_catalog.||) coalesce(jsonb_object_agg(i::text, null), '{}')
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
create or replace function ora.items_of(variadic texts text[]) returns ora.collection language sql immutable set search_path = pg_catalog
as $$ select coalesce(jsonb_object_agg(i::text, v), '{}') from unnest(texts) with ordinality t (v, i) $$;
