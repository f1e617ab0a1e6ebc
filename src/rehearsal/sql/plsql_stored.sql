-- plsql_stored.sql - procedures and functions that are stored

create table if not exists rh.arguments (
	owner text, name text, place int, argument text not null, mode text not null, primary key (owner, name, place)); -- place 0: what a function returns
alter table rh.arguments add column if not exists data_type text;
alter table rh.arguments add column if not exists pls_type text; -- of numbers
alter table rh.arguments add column if not exists type_owner text, add column if not exists type_name text; -- of a schema's types
alter table rh.arguments add column if not exists defaulted boolean not null default false;
alter table rh.sources add column if not exists ends boolean not null default false; -- transactions

-- whether EXECUTE IMMEDIATE of the text commits
create or replace function rh.is_ddl(sql text) returns boolean language sql immutable set search_path = pg_catalog as $$
	select $1 ~* '^\s*(create|drop|alter|truncate|grant|revoke|comment|rename|purge|audit|noaudit|analyze|flashback)\M'
		and $1 !~* '^\s*alter\s+session\M'
$$;

-- PostgreSQL wants a default of each parameter behind one that has one: this is it where Oracle has none.
create or replace function rh.wanted(anyelement) returns anyelement language plpgsql as $$
begin
	perform rh.raise('ORA-06550: PLS-00306: wrong number or types of arguments in call');
end $$;
create or replace function rh.wanted_out(anyelement) returns anyelement language sql as $$ select rh.wanted($1) $$;
create or replace function rh.is_required(routine oid, place int) returns boolean language sql stable set search_path = pg_catalog as $$
	select coalesce(pg_get_function_arg_default($1, $2) ~ '^rh\.wanted', true)
$$;

drop function if exists rh.find_unit(text, text, boolean);
-- The unit that a name means: of the schema, by a synonym of it or of PUBLIC; none that the user may not run.
-- @argument_type: what the parameter is inside, without length.
create or replace function rh.find_unit(place text, wanted text, unqualified boolean, out owner text, out name text, out type text,
					out place int, out argument text, out mode text, out ends boolean, out argument_type text,
					out result text, out required boolean, out stale boolean, out data_type text)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select u.owner, u.name, u.type, a.place, a.argument, a.mode, u.ends,
	       format_type(coalesce(p.proallargtypes[a.place], p.proargtypes[a.place - 1]), -1),
	       format_type(case when p.prokind = 'p' then p.proallargtypes[cardinality(p.proallargtypes)] else p.prorettype end, -1),
	       rh.is_required(p.oid, a.place), not u.valid, a.data_type
	  from (select s.owner, s.name, s.type, s.ends, s.valid from (
			select $1 as owner, $2 as name, 1 as rank
			union all select y.target_owner, y.target_name, case y.owner when 'PUBLIC' then 3 else 2 end from rh.synonyms y
			 where y.name = $2 and (y.owner = $1 or $3 and y.owner = 'PUBLIC')) x
		join rh.sources s on s.owner = x.owner and s.name = x.name and s.type in ('PROCEDURE', 'FUNCTION')
		where s.owner = rh.me() or rh.has_privilege(rh.me(), 'EXECUTE ANY PROCEDURE') or exists (
			select from rh.object_grants g where g.owner = s.owner and g.name = s.name and g.privilege = 'EXECUTE'
			 and g.grantee in (select rh.roles_of(rh.me())))
		order by x.rank limit 1) u
	  join pg_namespace n on n.nspname = u.owner
	  join pg_proc p on p.pronamespace = n.oid and p.proname = u.name
	  left join rh.arguments a on a.owner = u.owner and a.name = u.name and a.place > 0
	union all
	-- of a package of ours: a function with OUT parameters is a procedure that gives its result last, as r$
	select n.nspname, p.proname, case when 'r$' = any (p.proargnames) then 'FUNCTION' else 'PROCEDURE' end, x.place::int, substr(x.name, 3), case x.mode when 'o' then 'OUT' when 'b' then 'INOUT' else 'IN' end, false,
	       format_type(x.type, -1), case when 'r$' = any (p.proargnames) then format_type(p.proallargtypes[cardinality(p.proallargtypes)], -1) else '' end, rh.is_required(p.oid, x.place::int), false, null
	  from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
	       unnest(p.proargnames, p.proargmodes, p.proallargtypes) with ordinality x (name, mode, type, place)
	 where n.nspname = $1 and p.proname = $2 and p.prokind = 'p' and x.name <> 'r$' and not exists (select from rh.users where username = n.nspname)
$$;

-- Whether a package of ours has the function, or, of no package, SQL has: '' if so, else the name that PLS-00201 tells, which of a package that
-- may not be run is the package's.
drop function if exists rh.is_callable(text, text);
create or replace function rh.undeclared(package text, wanted text) returns text language sql stable security definer set search_path = pg_catalog as $$
	select case when exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
			where p.proname in ($2, lower($2)) and n.nspname = any (case $1 when '' then array['ora', 'pg_catalog'] else array[$1] end)
			  and has_schema_privilege(session_user, n.oid, 'USAGE') and not exists (select from rh.users u where u.username = n.nspname)) then ''
		when exists (select from pg_namespace n where n.nspname = $1 and not has_schema_privilege(session_user, n.oid, 'USAGE')) then $1
		when $1 = '' then $2 else $1 || '.' || $2 end
$$;

-- A package goes with its body.
create or replace function rh.drop_unit(place text, wanted text, kind text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
	one regprocedure;
begin
	if place <> rh.me() and not rh.has_privilege(rh.me(), 'DROP ANY PROCEDURE') then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
	delete from rh.sources s where s.owner = place and s.name = wanted and (s.type = kind or kind = 'PACKAGE' and s.type = 'PACKAGE BODY');
	if not found then
		perform rh.raise(format('ORA-04043: object %s does not exist', wanted));
	end if;
	if kind <> 'PACKAGE BODY' then
		delete from rh.object_grants g where g.owner = place and g.name = wanted;
	end if;
	if kind in ('PACKAGE', 'PACKAGE BODY') then
		perform rh.empty_package(place, wanted, kind = 'PACKAGE');
		return;
	end if;
	delete from rh.arguments a where a.owner = drop_unit.place and a.name = wanted;
	for one in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		    where n.nspname = place and p.proname = wanted loop -- an invalid one has none
		perform rh.break_callers(one);
		execute format('drop routine %s', one);
	end loop;
end $$;

-- @parameters, @body: PL/pgSQL; @returns: '' of what is a procedure inside; the caller has seen to the privilege
create or replace function rh.make_unit(place text, wanted text, kind text, parameters text, returns text, body text, source text,
					ends boolean, replace boolean) returns void
language plpgsql set search_path = ora, pg_catalog as $$
begin
	perform rh.want_free_name(place, wanted, case when replace then kind end);
	if exists (select from rh.sources s where s.owner = place and s.name = wanted) then
		perform rh.drop_unit(place, wanted, kind);
	end if;
	execute format('create %s %I.%I(%s) %s language plpgsql %s as %L', case returns when '' then 'procedure' else 'function' end,
		       place, wanted, parameters, case returns when '' then '' else 'returns ' || returns end, case when ends then '' else 'security definer' end, body);
	execute format('alter routine %I.%I owner to %I', place, wanted, place);
	insert into rh.sources (owner, name, type, text, ends) values (place, wanted, kind, source, ends);
end $$;

-- The body of an autonomous transaction: @inner is its whole name, quoted.
create or replace function rh.make_autonomous(place text, inner_name text, parameters text, body text) returns void language plpgsql
set search_path = ora, pg_catalog as $$
declare
	one regprocedure;
begin
	for one in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		    where n.nspname = place and format('%I.%I', place, p.proname) = inner_name loop
		execute format('drop procedure %s', one);
	end loop;
	execute format('create procedure %s(%s) language plpgsql as %L', inner_name, parameters, body);
	for one in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		    where n.nspname = place and format('%I.%I', place, p.proname) = inner_name loop
		execute format('alter procedure %s owner to %I', one, place);
	end loop;
end $$;

-- The local subprograms of a unit: @prefix is what the names of all begin with, and a number follows.
create or replace function rh.drop_locals(place text, prefix text) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	one regprocedure;
begin
	for one in select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		    where n.nspname = place and p.proname ~ ('^' || replace(prefix, '$', '\$') || '\$[0-9]+$') loop
		execute format('drop routine %s', one);
	end loop;
end $$;
create or replace function rh.make_local(place text, wanted text, definition text) returns void language plpgsql set search_path = ora, pg_catalog as $$
begin
	execute definition;
	execute format('alter routine %I.%I owner to %I', place, wanted, place);
end $$;

-- Behind the body: no change may be left that was neither committed nor rolled back.
create or replace function rh.end_autonomous(outcome text[]) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'advisory' and l.objsubid = 77) then
		perform rh.raise('ORA-06519: active autonomous transaction detected and rolled back');
	end if;
	perform set_config('rh.autonomous', (array[rh.state_all()] operator(pg_catalog.||) outcome)::text, false);
end $$;

-- An argument whose type is known when it runs, as its parameter wants it.
create or replace function ora.as_number(text) returns numeric language sql stable parallel safe as $$ select ora.text_number($1) $$;
create or replace function ora.as_number(numeric) returns numeric language sql immutable parallel safe as $$ select $1 $$;
create or replace function ora.as_number(float8) returns numeric language sql immutable parallel safe as $$ select $1::numeric $$;
create or replace function ora.as_date(text) returns ora.date language sql stable parallel safe as $$ select ora.to_date($1) $$;
create or replace function ora.as_date(timestamp) returns ora.date language sql immutable parallel safe as $$ select pg_catalog.date_trunc('second', $1)::ora.date $$;
create or replace function ora.as_date(ora.stamp) returns ora.date language sql immutable parallel safe as $$ select pg_catalog.date_trunc('second', ora.stamp_as_timestamp($1))::ora.date $$;
create or replace function ora.as_date(ora.stamp_tz) returns ora.date language sql immutable parallel safe as $$ select pg_catalog.date_trunc('second', ora.tz_as_timestamp($1))::ora.date $$;
create or replace function ora.as_date(ora.stamp_ltz) returns ora.date language sql stable parallel safe as $$ select pg_catalog.date_trunc('second', ora.ltz_as_timestamp($1))::ora.date $$;
create or replace function ora.as_text(text) returns varchar language sql immutable parallel safe as $$ select $1::varchar $$;
create or replace function ora.as_text(numeric) returns varchar language sql immutable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(float8) returns varchar language sql immutable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(float4) returns varchar language sql immutable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.date) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.stamp) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.stamp_tz) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.stamp_ltz) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.ds) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(ora.ym) returns varchar language sql stable parallel safe as $$ select ora.to_char($1)::varchar $$;
create or replace function ora.as_text(bytea) returns varchar language sql immutable parallel safe as $$ select ora.rawtohex($1)::varchar $$;
create or replace function ora.as_raw(text) returns bytea language plpgsql immutable parallel safe as $$
begin
	return ora.hextoraw($1);
exception when sqlstate 'ORA00' then
	raise exception 'ORA-06502: PL/SQL: numeric or value error: hex to raw conversion error' using errcode = 'ORA00';
end $$;
create or replace function ora.as_raw(bpchar) returns bytea language sql immutable parallel safe as $$ select ora.as_raw($1::text) $$;
create or replace function ora.as_stamp(text) returns ora.stamp language sql stable parallel safe as $$ select ora.to_timestamp($1) $$;
create or replace function ora.as_stamp_tz(text) returns ora.stamp_tz language sql stable parallel safe as $$ select ora.to_timestamp_tz($1) $$;
create or replace function ora.as_stamp_ltz(text) returns ora.stamp_ltz language sql stable parallel safe as $$ select ora.to_timestamp_tz($1)::ora.stamp_ltz $$;
do $$
declare
	one text;
	other text;
begin
	foreach one in array array['stamp', 'stamp_tz', 'stamp_ltz'] loop
		foreach other in array array['ora.date', 'timestamp', 'ora.stamp', 'ora.stamp_tz', 'ora.stamp_ltz'] loop
			execute format('create or replace function ora.as_%s(%s) returns ora.%s language sql stable parallel safe as $q$ select $1::ora.%s $q$',
				       one, other, one, one);
		end loop;
	end loop;
end $$;
create or replace function ora.as_char(bytea) returns bpchar language sql immutable parallel safe as $$ select ora.rawtohex($1)::bpchar $$;
create or replace function ora.as_raw(bytea) returns bytea language sql immutable parallel safe as $$ select $1 $$;

create or replace function ora.as_text(timestamp) returns varchar language sql stable parallel safe as $$ select ora.to_char($1::ora.date)::varchar $$;
create or replace function ora.as_timestamp(text) returns timestamp language sql stable parallel safe as $$ select ora.to_date($1)::timestamp $$;

-- What PL/pgSQL assigns between text and other types is spelled as in PL/SQL, and not as PostgreSQL spells it.
do $$
declare
	one record;
begin
	for one in select * from (values
		('varchar', 'bytea', 'as_raw(text)'), ('bpchar', 'bytea', 'as_raw(bpchar)'), ('bytea', 'varchar', 'as_text(bytea)'),
		('bytea', 'bpchar', 'as_char(bytea)'), ('numeric', 'varchar', 'as_text(numeric)'), ('float4', 'varchar', 'as_text(float4)'),
		('float8', 'varchar', 'as_text(float8)'), ('timestamp', 'varchar', 'as_text(timestamp)'), ('varchar', 'timestamp', 'as_timestamp(text)'),
		('ora.stamp', 'varchar', 'as_text(ora.stamp)'), ('varchar', 'ora.stamp', 'as_stamp(text)'),
		('ora.stamp_tz', 'varchar', 'as_text(ora.stamp_tz)'), ('varchar', 'ora.stamp_tz', 'as_stamp_tz(text)'),
		('ora.stamp_ltz', 'varchar', 'as_text(ora.stamp_ltz)'), ('varchar', 'ora.stamp_ltz', 'as_stamp_ltz(text)'),
		('ora.ds', 'varchar', 'as_text(ora.ds)'), ('ora.ym', 'varchar', 'as_text(ora.ym)')
	) as c(source, target, function) loop
		if not exists (select from pg_cast where castsource = one.source::regtype and casttarget = one.target::regtype) then
			execute format('create cast (%s as %s) with function ora.%s as assignment', one.source, one.target, one.function);
		end if;
	end loop;
end $$;
