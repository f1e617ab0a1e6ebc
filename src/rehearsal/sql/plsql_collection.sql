-- plsql_collection.sql - collection types of schemas: CREATE TYPE ... TABLE OF, VARRAY
-- Oracle Database PL/SQL Language Reference 19c, "CREATE TYPE Statement", "DROP TYPE Statement".

-- What a type in rh.sources holds: @upper_bound of a VARRAY, @element in PostgreSQL's words, or a collection of its own, @element_name; @inside is
-- PostgreSQL's type of its values.  The rest as in rh.columns.
create table if not exists rh.collections (
	owner text, name text, type text default 'TYPE', upper_bound int, inside text not null, element text not null,
	ora_type int not null, length int, "precision" int, scale int, char_used text, is_national boolean not null default false,
	element_owner text, element_name text, primary key (owner, name, type), foreign key (owner, name, type) references rh.sources on delete cascade);

-- It stays when its type goes: a unit that is INVALID by then may still name it.
create or replace function rh.collection_domain(place text, wanted text) returns text language plpgsql security definer set search_path = pg_catalog as $$
declare
	name text := md5(place || '.' || wanted);
begin
	if to_regtype('rh_record.c' || name) is null then
		execute format('create domain rh_record.%I as ora.collection', 'c' || name);
	end if;
	if to_regtype('rh_record.p' || name) is null then -- of what a pipelined function gives
		execute format('create domain rh_record.%I as ora.collection', 'p' || name);
	end if;
	return 'rh_record.c' || name;
end $$;
revoke all on function rh.collection_domain(text, text) from public;

-- PostgreSQL's own type of a length, which tells it
create or replace function rh.row_type(c rh.collections) returns text language sql immutable set search_path = pg_catalog as $$
	select case c.ora_type when 1 then format('pg_catalog.varchar(%s)', c.length) when 23 then 'bytea' else c.element end
$$;

drop function if exists rh.find_collection(text, text, boolean);
create or replace function rh.may_use_type(owner text, name text) returns boolean language sql stable security definer set search_path = pg_catalog as $$
	select $1 = rh.me() or rh.has_privilege(rh.me(), 'EXECUTE ANY TYPE') or exists (select from rh.object_grants g
		where g.owner = $1 and g.name = $2 and g.privilege = 'EXECUTE' and g.grantee in (select rh.roles_of(rh.me())))
$$;

-- The type that a name means: of the schema, by a synonym of it or of PUBLIC; none that the user may not use.
create or replace function rh.find_collection(place text, wanted text, unqualified boolean, out owner text, out name text, out valid boolean,
					      out upper_bound int, out inside text, out element text, out ora_type int, out element_owner text,
					      out element_name text, out row_type text)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select s.owner, s.name, s.valid and c.name is not null, c.upper_bound, c.inside, c.element, c.ora_type, c.element_owner, c.element_name,
	       rh.row_type(c) from (
		select $1 as owner, $2 as name, 1 as rank
		union all select y.target_owner, y.target_name, case y.owner when 'PUBLIC' then 3 else 2 end from rh.synonyms y
		 where y.name = $2 and (y.owner = $1 or $3 and y.owner = 'PUBLIC')) x
	  join rh.sources s on s.owner = x.owner and s.name = x.name and s.type = 'TYPE'
	  left join rh.collections c on c.owner = s.owner and c.name = s.name
	 where rh.may_use_type(s.owner, s.name)
	 order by x.rank limit 1
$$;

-- The type whose values are of that domain.
create or replace function rh.collection_inside(domain_name text, out owner text, out name text, out upper_bound int, out inside text, out element text,
						out ora_type int, out element_owner text, out element_name text, out row_type text)
returns setof record language sql stable security definer set search_path = pg_catalog as $$
	select c.owner, c.name, c.upper_bound, c.inside, c.element, c.ora_type, c.element_owner, c.element_name, rh.row_type(c)
	  from rh.collections c where c.inside = replace($1, 'rh_record.p', 'rh_record.c')
$$;

create or replace function rh.drop_type(place text, wanted text, force boolean) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
	if place <> rh.me() and not rh.has_privilege(rh.me(), 'DROP ANY TYPE') then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
	if not force and exists (select from rh.collections c where c.element_owner = place and c.element_name = wanted) then
		perform rh.raise('ORA-02303: cannot drop or replace a type with type or table dependents');
	end if;
	delete from rh.sources s where s.owner = place and s.name = wanted and s.type = 'TYPE';
	if not found then
		perform rh.raise(format('ORA-04043: object %s does not exist', wanted));
	end if;
	delete from rh.object_grants g where g.owner = place and g.name = wanted;
	perform rh.outdate_units(row(place, wanted)::rh.unit_used);
end $$;

-- The caller has seen to the privilege, and tells the elements behind.
create or replace function rh.make_type(place text, wanted text, source text, replace boolean, force boolean) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
	granted rh.object_grants[];
begin
	perform rh.want_free_name(place, wanted, case when replace then 'TYPE' end);
	if exists (select from rh.sources s where s.owner = place and s.name = wanted) then
		select array_agg(g) into granted from rh.object_grants g where g.owner = place and g.name = wanted;
		perform rh.drop_type(place, wanted, force);
		insert into rh.object_grants select * from unnest(granted);
	end if;
	insert into rh.sources (owner, name, type, text) values (place, wanted, 'TYPE', source);
end $$;
create or replace function rh.note_collection(place text, wanted text, upper_bound int, element text, ora_type int, length int, "precision" int, scale int,
					      char_used text, is_national boolean, element_owner text, element_name text) returns void
language sql security definer set search_path = pg_catalog as $$
	insert into rh.collections (owner, name, upper_bound, inside, element, ora_type, length, "precision", scale, char_used, is_national, element_owner, element_name)
	values ($1, $2, $3, rh.collection_domain($1, $2), $4, $5, $6, $7, $8, $9, $10, $11, $12)
$$;

-- TABLE (...): the elements, in their order
create or replace function ora.elements(c ora.collection) returns setof text language sql immutable set search_path = pg_catalog as $$
	select e.value from jsonb_each_text(c) e order by e.key::numeric
$$;

-- What SYS has for everybody, by their full names (A-474).
do $$
declare
	one record;
begin
	for one in select * from (values
		('ODCINUMBERLIST', 32767, 'NUMBER', 'numeric', 2, null::int), ('ODCIDATELIST', 32767, 'DATE', 'ora.date', 12, null),
		('ODCIVARCHAR2LIST', 32767, 'VARCHAR2(4000)', rh.text_type('b', 4000), 1, 4000),
		('ODCIRAWLIST', 32767, 'RAW(2000)', rh.text_type('r', 2000), 23, 2000),
		('DBMS_DEBUG_VC2COLL', null, 'VARCHAR2(1000)', rh.text_type('b', 1000), 1, 1000)) v (name, most, spelled, element, ora_type, length) loop
		insert into rh.sources (owner, name, type, text) values ('SYS', one.name, 'TYPE', pg_catalog.format('TYPE %s AS %s OF %s', one.name,
			coalesce(pg_catalog.format('VARRAY(%s)', one.most), 'TABLE'), one.spelled)) on conflict do nothing;
		continue when not found;
		perform rh.note_collection('SYS', one.name, one.most, one.element, one.ora_type, one.length, null, null,
			case one.ora_type when 1 then 'B' end, false, null, null);
		insert into rh.object_grants (grantee, owner, name, privilege, grantor, grantable) values ('PUBLIC', 'SYS', one.name, 'EXECUTE', 'SYS', false)
		on conflict do nothing;
	end loop;
end $$;
