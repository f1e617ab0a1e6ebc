-- ora_table.sql - what Oracle knows of tables and columns and PostgreSQL does not

create table if not exists rh.table_facts (
	relid oid primary key, iot boolean not null default false, read_only boolean not null default false, check_name text,
	view_text text, temporary text, ordered boolean not null default false);
create table if not exists rh.indexes_noted (indexrelid oid primary key, bitmap boolean not null, expressions text[] not null);

create or replace function rh.note_index(index regclass, is_bitmap boolean, words text[]) returns void language sql
set search_path = pg_catalog as $$ insert into rh.indexes_noted (indexrelid, bitmap, expressions) values ($1, $2, $3) $$;
alter table rh.indexes_noted add column if not exists invisible boolean, add column if not exists unusable boolean,
	add column if not exists compressed boolean, add column if not exists prefix int, add column if not exists is_local boolean,
	add column if not exists loose boolean; -- not unique, though a key is served by it
create or replace function rh.note_loose_index(index regclass) returns void language sql set search_path = pg_catalog as $$
	update rh.indexes_noted n set loose = true where n.indexrelid = $1
$$;

-- where and how rows lie, as it was said of a table or an index
create table if not exists rh.physical (
	relid oid primary key, logging boolean, cached boolean, row_movement boolean, reversed boolean, compression text, degree text,
	instances text, pct_free int, pct_used int, ini_trans int, tablespace text);
create or replace function rh.note_physical(relation regclass, logging boolean, cached boolean, row_movement boolean, reversed boolean,
					    compression text, degree text, instances text, pct_free text, pct_used text, ini_trans text,
					    tablespace text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if tablespace is not null then
		perform rh.want_tablespace(tablespace);
	end if;
	insert into rh.physical as p values (relation, $2, $3, $4, $5, $6, $7, $8, $9::int, $10::int, $11::int, $12)
		on conflict (relid) do update set logging = coalesce(excluded.logging, p.logging), cached = coalesce(excluded.cached, p.cached),
		row_movement = coalesce(excluded.row_movement, p.row_movement), reversed = coalesce(excluded.reversed, p.reversed),
		compression = coalesce(excluded.compression, p.compression), degree = coalesce(excluded.degree, p.degree),
		instances = coalesce(excluded.instances, p.instances), pct_free = coalesce(excluded.pct_free, p.pct_free),
		pct_used = coalesce(excluded.pct_used, p.pct_used), ini_trans = coalesce(excluded.ini_trans, p.ini_trans),
		tablespace = coalesce(excluded.tablespace, p.tablespace);
end $$;
create or replace function rh.note_index_looks(index regclass, is_invisible boolean, is_unusable boolean, is_compressed boolean, prefix int)
returns void language sql set search_path = pg_catalog as $$
	insert into rh.indexes_noted as n (indexrelid, bitmap, expressions, invisible, unusable, compressed, prefix) values ($1, false, '{}', $2, $3, $4, $5)
		on conflict (indexrelid) do update set invisible = coalesce(excluded.invisible, n.invisible),
		unusable = coalesce(excluded.unusable, n.unusable), compressed = coalesce(excluded.compressed, n.compressed),
		prefix = case when excluded.compressed is null then n.prefix else excluded.prefix end
$$;
-- one index alone may be visible on the same columns; two of one kind may not be there at all
create or replace function rh.index_once(index regclass) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from pg_index i join pg_index o on o.indrelid = i.indrelid and o.indexrelid <> i.indexrelid
		     left join rh.indexes_noted n on n.indexrelid = i.indexrelid left join rh.indexes_noted m on m.indexrelid = o.indexrelid
		    where i.indexrelid = index and o.indkey::text = i.indkey::text and o.indoption::text = i.indoption::text
		      and o.indexprs is null and i.indexprs is null
		      and ((n.invisible is not true and m.invisible is not true)
			   or (o.indisunique = i.indisunique and m.bitmap is true = n.bitmap is true))) then
		perform rh.raise('ORA-01408: such column list already indexed');
	end if;
end $$;
create or replace function rh.note_local_index(index regclass) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from rh.partitioned p join pg_index i on i.indrelid = p.relid where i.indexrelid = index) then
		perform rh.raise('ORA-14016: underlying table of a LOCAL partitioned index must be partitioned');
	end if;
	if exists (select from rh.partitioned p join pg_index i on i.indrelid = p.relid
		    where i.indexrelid = index and i.indisunique and not p.columns <@ i.indkey::int2[]) then
		perform rh.raise('ORA-14039: partitioning columns must form a subset of key columns of a UNIQUE index');
	end if;
	insert into rh.indexes_noted as n (indexrelid, bitmap, expressions, is_local) values (index, false, '{}', true)
		on conflict (indexrelid) do update set is_local = true;
end $$;
create or replace function rh.note_sequence(seq regclass, is_ordered boolean) returns void language sql set search_path = pg_catalog as $$
	insert into rh.table_facts (relid, ordered) values ($1, $2) on conflict (relid) do update set ordered = excluded.ordered
$$;

-- ---- INSERT ALL ----------------------------------------------------------------------------------------------------------
--
-- Counts the rows of all its branches and keeps none.

drop view if exists rh.counted cascade;
create view rh.counted as select 1 as one where false;
create or replace function rh.count_row() returns trigger language plpgsql set search_path = pg_catalog as $$ begin return new; end $$;
create trigger count_row instead of insert on rh.counted for each row execute function rh.count_row();

-- ---- temporary tables ------------------------------------------------------------------------------------------------
--
-- One table for all sessions, in which each sees the rows that carry its key: its SID, and with ON COMMIT DELETE ROWS the
-- transaction, too.

create or replace function rh.temporary_key(per_transaction boolean) returns text language sql volatile set search_path = pg_catalog as $$
	select current_setting('rh.sid', true) || case when $1 then ':' || pg_current_xact_id() else '' end
$$;
create or replace function rh.temporary_sees(per_transaction boolean) returns text language sql stable set search_path = pg_catalog as $$
	select current_setting('rh.sid', true) || case when $1 then ':' || coalesce(pg_current_xact_id_if_assigned()::text, '') else '' end
$$;

-- what the session's transactions before have left
create or replace function rh.temporary_sweep() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
	execute format('delete from %s where "SID$" like $1 and "SID$" <> $2', TG_RELID::regclass)
		using current_setting('rh.sid', true) || ':%', rh.temporary_sees(true);
	return null;
end $$;

create or replace function rh.make_temporary(relation regclass, preserve boolean) returns void language plpgsql
set search_path = pg_catalog as $$
begin
	insert into rh.table_facts (relid, temporary) values (relation, case when preserve then 'SYS$SESSION' else 'SYS$TRANSACTION' end)
		on conflict (relid) do update set temporary = excluded.temporary;
	execute format('alter table %s alter "SID$" set default rh.temporary_key(%L)', relation, not preserve);
	execute format('create policy own_rows on %s using ("SID$" = rh.temporary_sees(%L))', relation, not preserve);
	execute format('alter table %s enable row level security, force row level security', relation);
	if not preserve then
		execute format('create trigger "!sweep" before insert on %s for each statement execute function rh.temporary_sweep()', relation);
	end if;
end $$;

create or replace function rh.want_synonym(wanted_owner text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from rh.synonyms s where s.owner = wanted_owner and s.name = wanted) then
		perform rh.raise(case wanted_owner when 'PUBLIC' then 'ORA-01432: public synonym to be dropped does not exist'
			else 'ORA-01434: private synonym to be dropped does not exist' end);
	end if;
end $$;

create or replace function rh.set_read_only(relation regclass, wanted boolean) returns void language sql set search_path = pg_catalog as $$
	insert into rh.table_facts as f (relid, read_only) values ($1, $2) on conflict (relid) do update set read_only = excluded.read_only
$$;

-- V virtual, A and D identity ALWAYS and BY DEFAULT
alter table rh.columns add column if not exists generated "char", add column if not exists invisible boolean not null default false,
	add column if not exists on_null boolean not null default false, add column if not exists identity_sequence oid;
create sequence if not exists rh.identity_nr minvalue 73000;

-- What is said is changed, NULL leaves it as it was.
create or replace function rh.note_column(relation regclass, wanted text, kind text, is_invisible boolean, is_on_null boolean, seq regclass)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	place int2 := (rh.attnums(relation, array[wanted]))[1];
begin
	update rh.columns c set generated = coalesce(kind::"char", c.generated), invisible = coalesce(is_invisible, c.invisible),
	       on_null = coalesce(is_on_null, c.on_null), identity_sequence = coalesce(seq, c.identity_sequence)
	 where c.relid = relation and c.attnum = place;
	if seq is not null then
		update rh.columns c set data_default = (select format('"%s"."%s".nextval', n.nspname, s.relname)
			from pg_class s join pg_namespace n on n.oid = s.relnamespace where s.oid = seq)
		 where c.relid = relation and c.attnum = place;
		execute format('alter sequence %s owned by %s.%I', seq, relation, wanted);
		perform rh.add_not_null(relation, wanted, 'SYS_C' || lpad(nextval('rh.constraint_nr')::text, 7, '0'), true);
	end if;
	if is_on_null then
		perform rh.default_on_null(relation);
	end if;
end $$;

-- START WITH @start, or past what the rows hold where that is NULL (LIMIT VALUE).
create or replace function rh.modify_identity(relation regclass, wanted text, restart boolean, start numeric)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	seq regclass := (select c.identity_sequence from rh.columns c
		where c.relid = relation and c.attnum = (rh.attnums(relation, array[wanted]))[1]);
	step bigint := (select s.seqincrement from pg_sequence s where s.seqrelid = seq);
	first bigint := (select s.seqstart from pg_sequence s where s.seqrelid = seq);
begin
	if seq is null then
		perform rh.raise('ORA-30673: column to be modified is not an identity column');
	elsif not restart then
		return;
	elsif start is null then
		execute format('select %s(%I) from %s', case when step > 0 then 'max' else 'min' end, wanted, relation) into start;
		start := coalesce(trunc(start) + step, first);
	end if;
	perform setval(seq, start::bigint, false);
end $$;

-- The column's NOT NULL goes with it, as the reference says of DROP IDENTITY; what a primary key wants stays.
create or replace function rh.drop_identity(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	place int2 := (rh.attnums(relation, array[wanted]))[1];
	seq regclass := (select c.identity_sequence from rh.columns c where c.relid = relation and c.attnum = place);
begin
	if seq is null then
		perform rh.raise('ORA-30673: column to be modified is not an identity column');
	end if;
	update rh.columns c set generated = null, on_null = false, identity_sequence = null, data_default = null
	 where c.relid = relation and c.attnum = place;
	execute format('alter table %s alter column %I drop default', relation, wanted);
	execute format('drop sequence %s', seq);
	delete from rh.not_null k where k.relid = relation and k.attnum = place;
	perform rh.relax(relation, array[place]);
	perform rh.default_on_null(relation);
end $$;

-- A trigger that puts the defaults where NULL came in; on Oracle that happens before any trigger, so it sorts first.
create or replace function rh.default_on_null(relation regclass) returns void language plpgsql set search_path = pg_catalog as $$
declare
	body text;
	place text := (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation);
begin
	select string_agg(format('if NEW.%I is null then NEW.%I := %s; end if; ', a.attname, a.attname, pg_get_expr(d.adbin, d.adrelid)), '')
	  into body
	  from rh.columns c join pg_attribute a on a.attrelid = c.relid and a.attnum = c.attnum
	  join pg_attrdef d on d.adrelid = c.relid and d.adnum = c.attnum
	 where c.relid = relation and c.on_null;
	if body is null then
		execute format('drop trigger if exists "!on_null" on %s', relation);
		return;
	end if;
	execute format('create or replace function %I.%I() returns trigger language plpgsql as %L', place, 'on_null$' || relation::oid,
		       'begin ' || body || 'return NEW; end');
	if not exists (select from pg_trigger t where t.tgrelid = relation and t.tgname = '!on_null') then
		execute format('create trigger "!on_null" before insert on %s for each row execute function %I.%I()', relation, place,
			       'on_null$' || relation::oid);
	end if;
end $$;

create or replace function rh.after_table_drop() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
	delete from rh.table_facts t using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and t.relid = d.objid;
	delete from rh.physical p using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and p.relid = d.objid;
	delete from rh.indexes_noted i using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and i.indexrelid = d.objid;
end $$;
drop event trigger if exists rh_after_table_drop;
create event trigger rh_after_table_drop on sql_drop execute function rh.after_table_drop();

create or replace function rh.want_empty(relation regclass, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	filled boolean;
begin
	execute format('select exists (select from %s where %I is not null)', relation, wanted) into filled;
	if filled then
		perform rh.raise('ORA-01439: column to be modified must be empty to change datatype');
	end if;
end $$;
