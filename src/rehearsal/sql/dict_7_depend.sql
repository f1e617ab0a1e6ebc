-- dict_7_depend.sql - what depends on what: views, units, triggers and synonyms on what they name
--
-- Oracle's rows of built-in packages, and of the synonyms by which views name their tables, are not there.
-- Source: Oracle Database Reference 19c, ALL_DEPENDENCIES; Development Guide 19c, "Schema Object Dependency"

create or replace function rh.relation_type(relkind "char") returns text language sql immutable set search_path = pg_catalog as $$
	select case when $1 in ('v', 'f') then 'VIEW' when $1 = 'S' then 'SEQUENCE' when $1 in ('r', 'p', 'm') then 'TABLE' end
$$;

-- a package that is named is its specification
drop view if exists rh.unit_facts cascade;
create view rh.unit_facts as
select s.owner, s.name, s.type, s.uses, s.names, s.reads, null::oid as relid from rh.sources s
union all
select t.owner, t.name, 'TRIGGER', t.uses, t.names, t.reads, t.relid from rh.triggers t;

create view rh."D_DEPENDENCIES" as
select distinct x.owner::varchar(128) as "OWNER", rh.full_name(x.name)::varchar(128) as "NAME", x.type::varchar(18) as "TYPE",
       x.r_owner::varchar(128) as "REFERENCED_OWNER", rh.full_name(x.r_name)::varchar(128) as "REFERENCED_NAME", x.r_type::varchar(18) as "REFERENCED_TYPE",
       null::varchar(128) as "REFERENCED_LINK_NAME", 'HARD'::varchar(4) as "DEPENDENCY_TYPE", x.relid as "relid$"
  from (
	-- views on what they read, and on the functions that they call
	select r.owner, r.name, case r.relkind when 'm' then 'MATERIALIZED VIEW' else 'VIEW' end as type, coalesce(t.owner, f.owner) as r_owner,
	       coalesce(t.name, f.name) as r_name, coalesce(rh.relation_type(t.relkind), f.type) as r_type, r.relid
	  from rh.relation r join pg_rewrite w on w.ev_class operator(pg_catalog.=) r.relid
	  join pg_depend d on d.classid operator(pg_catalog.=) 'pg_rewrite'::regclass and d.objid operator(pg_catalog.=) w.oid
	  left join rh.relation t on d.refclassid operator(pg_catalog.=) 'pg_class'::regclass and t.relid operator(pg_catalog.=) d.refobjid
		and t.relid operator(pg_catalog.<>) r.relid
	  left join pg_proc p on d.refclassid operator(pg_catalog.=) 'pg_proc'::regclass and p.oid operator(pg_catalog.=) d.refobjid
	  left join pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
	  left join rh.subprograms s on s.routine operator(pg_catalog.=) p.oid
	  left join rh.sources f on f.owner operator(pg_catalog.=) n.nspname::text and f.name operator(pg_catalog.=) coalesce(s.package, p.proname::text)
		and f.type in ('FUNCTION', 'PACKAGE')
	 where r.relkind in ('v', 'm') and r.owner operator(pg_catalog.<>) 'SYS'
	union all -- a materialized view is kept in a table
	select r.owner, r.name, 'MATERIALIZED VIEW', r.owner, r.name, 'TABLE', r.relid from rh.relation r where r.relkind = 'm'
	union all -- synonyms
	select s.owner, s.name, 'SYNONYM', t.owner, t.name, rh.relation_type(t.relkind), t.relid
	  from rh.synonyms s join rh.relation t on t.owner operator(pg_catalog.=) s.target_owner and t.name operator(pg_catalog.=) rh.full_name(s.target_name)
		and t.relkind in ('r', 'p', 'v', 'm', 'f', 'S') where s.target_owner operator(pg_catalog.<>) 'SYS'
	union all
	select s.owner, s.name, 'SYNONYM', f.owner, f.name, f.type, null
	  from rh.synonyms s join rh.sources f on f.owner operator(pg_catalog.=) s.target_owner and f.name operator(pg_catalog.=) s.target_name
		and f.type in ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'TYPE')
	union all -- triggers on their tables
	select t.owner, t.name, 'TRIGGER', r.owner, r.name, rh.relation_type(r.relkind), r.relid
	  from rh.triggers t join rh.relation r on r.relid operator(pg_catalog.=) t.relid
	union all -- units on the language's own package, bodies on what they are the body of
	select u.owner, u.name, u.type, 'SYS', 'STANDARD', 'PACKAGE', u.relid from rh.unit_facts u
	union all
	select u.owner, u.name, u.type, u.owner, u.name, 'PACKAGE', u.relid from rh.unit_facts u where u.type = 'PACKAGE BODY'
	union all -- on other units
	select u.owner, u.name, u.type, f.owner, f.name, f.type, u.relid
	  from rh.unit_facts u cross join lateral unnest(u.uses) o join rh.sources f on f.owner operator(pg_catalog.=) o.place and f.name operator(pg_catalog.=) o.unit
		and f.type in ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'TYPE')
	 where not (f.owner operator(pg_catalog.=) u.owner and f.name operator(pg_catalog.=) u.name)
	union all -- on what their statements and declarations name
	select u.owner, u.name, u.type, r.owner, r.name, rh.relation_type(r.relkind), u.relid
	  from rh.unit_facts u cross join lateral (select o.place, o.unit from unnest(u.names) o union select o.place, o.relation from unnest(u.reads) o) o
	  join rh.relation r on r.owner operator(pg_catalog.=) o.place and r.name operator(pg_catalog.=) rh.full_name(o.unit)
		and r.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
	union all -- and on the synonyms among it; the dictionary's views are named by PUBLIC ones
	select u.owner, u.name, u.type, o.place, o.unit, 'SYNONYM', u.relid
	  from rh.unit_facts u cross join lateral unnest(u.names) o
	  left join rh.synonyms s on s.owner operator(pg_catalog.=) o.place and s.name operator(pg_catalog.=) o.unit
	 where s.name is not null or o.place operator(pg_catalog.=) 'PUBLIC') x
 where x.r_name is not null;
select rh.make_dictionary('DEPENDENCIES');
