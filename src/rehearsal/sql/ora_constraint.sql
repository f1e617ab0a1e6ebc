-- ora_constraint.sql - constraints as Oracle has them: with a name for NOT NULL, switched off, over an index made before
-- Numbers and words of the errors: Oracle Database Error Messages 19c.

-- NOT NULL by name; attnotnull says whether it is on
create table if not exists rh.not_null (relid oid, attnum int2, name text not null, primary key (relid, attnum));
-- a constraint that is off: PostgreSQL keeps none such
create table if not exists rh.disabled_constraints (
	relid oid, name text, kind text not null, definition text not null, condition text, columns int2[] not null,
	r_relid oid, r_columns int2[], primary key (relid, name));
-- an index that serves a key under another name than its own
create table if not exists rh.index_alias (indexrelid oid primary key, name text not null);

-- what was said of a constraint: every key is DEFERRABLE to PostgreSQL
create table if not exists rh.constraint_traits (
	relid oid, name text, may_defer boolean not null, is_deferred boolean not null, rely boolean not null, primary key (relid, name));

create or replace function rh.note_traits(relation regclass, wanted text, may_defer boolean, is_deferred boolean, relied boolean)
returns void language sql set search_path = pg_catalog as $$
	insert into rh.constraint_traits values ($1, $2, $3, $4, $5)
	on conflict (relid, name) do update set may_defer = $3, is_deferred = $4, rely = $5
$$;
create or replace function rh.may_defer(relation oid, wanted text) returns boolean language sql stable set search_path = pg_catalog as $$
	select exists (select from rh.constraint_traits t where t.relid = $1 and t.name = $2 and t.may_defer)
$$;
create or replace function rh.is_deferred(relation oid, wanted text) returns boolean language sql stable set search_path = pg_catalog as $$
	select exists (select from rh.constraint_traits t where t.relid = $1 and t.name = $2 and t.is_deferred)
$$;

-- A check that may be deferred: a constraint trigger, fired by rows of which @violation is true; it calls the row "new".
create or replace function rh.check_later() returns trigger language c as 'causeway_redo', 'rh_check_later';
-- of a trigger's constraint PostgreSQL itself does not say so
create or replace function rh.note_validated(relation regclass, wanted text, validated boolean) returns void language sql security definer
set search_path = pg_catalog as $$
	update pg_constraint k set convalidated = $3
	  from pg_class t where k.conrelid = $1 and k.conname = $2 and k.contype = 't' and k.convalidated <> $3 and t.oid = k.conrelid
	   and pg_has_role(session_user, t.relowner, 'usage')
$$;
create or replace function rh.add_late_check(relation regclass, wanted text, violation text, condition text, validate boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	execute format('create constraint trigger %I after insert or update on %s deferrable initially %s for each row when (%s) execute function rh.check_later()',
		       wanted, relation, case when rh.is_deferred(relation, wanted) then 'deferred' else 'immediate' end, violation);
	if condition is not null then
		perform rh.note_check(relation, wanted, condition);
	end if;
	if not validate then
		perform rh.note_validated(relation, wanted, false);
	else
		perform rh.validate_late_check(relation, wanted, violation);
	end if;
end $$;
create or replace function rh.validate_late_check(relation regclass, wanted text, violation text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	violated boolean;
begin
	execute format('select exists (select from %s "new" where %s)', relation, violation) into violated;
	if violated then
		perform rh.raise(format('ORA-02293: cannot validate (%s) - check constraint violated', rh.constraint_label(relation, wanted)));
	end if;
	perform rh.note_validated(relation, wanted, true);
end $$;
-- its trigger, and what violates it
create or replace function rh.late_check(relation regclass, wanted text, out trigger_name text, out violation text, out columns int2[]) language sql stable
set search_path = pg_catalog as $$
	select t.tgname, substring(pg_get_triggerdef(t.oid) from ' WHEN \((.*)\) EXECUTE FUNCTION'),
	       array(select distinct d.refobjsubid::int2 from pg_depend d
		      where d.classid = 'pg_trigger'::regclass and d.objid = t.oid and d.refobjid = t.tgrelid and d.refobjsubid > 0 order by 1)
	  from pg_constraint k join pg_trigger t on t.tgconstraint = k.oid where k.conrelid = $1 and k.conname = $2 and k.contype = 't'
$$;

-- SET CONSTRAINTS: @wanted are pairs of schema and name, none of them is ALL; @mode DEFERRED or IMMEDIATE
create or replace function rh.set_constraints(wanted text[], mode text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	found_names text;
	missing record;
begin
	for missing in select wanted[i][1] as place, wanted[i][2] as name from generate_subscripts(wanted, 1) i loop
		if not exists (select from pg_constraint k join pg_namespace n on n.oid = k.connamespace
				where n.nspname = missing.place and k.conname = missing.name) then
			perform rh.raise('ORA-02448: constraint does not exist');
		elsif not exists (select from pg_constraint k join pg_namespace n on n.oid = k.connamespace
				where n.nspname = missing.place and k.conname = missing.name and rh.may_defer(k.conrelid, k.conname)) then
			perform rh.raise('ORA-02447: cannot defer a constraint that is not deferrable');
		end if;
	end loop;
	select string_agg(format('%I.%I', n.nspname, k.conname), ', ') into found_names
	  from rh.constraint_traits t join pg_constraint k on k.conrelid = t.relid and k.conname = t.name and k.condeferrable
	  join pg_namespace n on n.oid = k.connamespace
	 where t.may_defer and (array_length(wanted, 1) is null or exists (select from generate_subscripts(wanted, 1) i
		where wanted[i][1] = n.nspname and wanted[i][2] = k.conname));
	if found_names is not null then
		execute format('set constraints %s %s', found_names, mode);
	end if;
end $$;

create or replace function rh.attnums(relation oid, columns text[]) returns int2[] language plpgsql stable set search_path = pg_catalog as $$
declare
	found int2[] := '{}';
	one text;
	place int2;
begin
	foreach one in array columns loop
		select a.attnum into place from pg_attribute a where a.attrelid = relation and a.attname = one and a.attnum > 0;
		if place is null then
			perform rh.raise(format('ORA-00904: "%s": invalid identifier', one));
		end if;
		found := found || place;
	end loop;
	return found;
end $$;

-- SCHEMA.CONSTRAINT, as messages name it
create or replace function rh.constraint_label(relation oid, wanted text) returns text language sql stable set search_path = pg_catalog as $$
	select format('%s.%s', n.nspname, $2) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1
$$;

create or replace function rh.add_not_null(relation regclass, wanted_column text, wanted text, enabled boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	place int2 := (rh.attnums(relation, array[wanted_column]))[1];
begin
	if exists (select from rh.not_null k where k.relid = relation and k.attnum = place) and enabled
	   and (select a.attnotnull from pg_attribute a where a.attrelid = relation and a.attnum = place) then
		perform rh.raise('ORA-01442: column to be modified to NOT NULL is already NOT NULL');
	end if;
	if enabled then
		begin
			execute format('alter table %s alter column %I set not null', relation, wanted_column);
		exception when not_null_violation then
			perform rh.raise(format('ORA-02296: cannot enable (%s.) - null values found',
				(select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation)));
		end;
	end if;
	insert into rh.not_null values (relation, place, wanted) on conflict (relid, attnum) do update set name = excluded.name;
end $$;

-- CREATE TABLE AS SELECT: what was said of the column that is selected, but neither its name nor what a key means for it
create or replace function rh.copy_not_null(relation regclass, wanted_column text, source oid, source_column int) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from rh.not_null k join pg_attribute a on a.attrelid = k.relid and a.attnum = k.attnum and a.attnotnull
		    where k.relid = source and k.attnum = source_column)
	   and not exists (select from rh.not_null k where k.relid = relation and k.attnum = (rh.attnums(relation, array[wanted_column]))[1]) then
		perform rh.add_not_null(relation, wanted_column, 'SYS_C' || lpad(nextval('rh.constraint_nr')::text, 7, '0'), true);
	end if;
end $$;

create or replace function rh.drop_not_null(relation regclass, wanted_column text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	place int2 := (rh.attnums(relation, array[wanted_column]))[1];
begin
	if not (select a.attnotnull from pg_attribute a where a.attrelid = relation and a.attnum = place) then
		perform rh.raise('ORA-01451: column to be modified to NULL cannot be modified to NULL');
	end if;
	delete from rh.not_null k where k.relid = relation and k.attnum = place;
	perform rh.relax(relation, array[place]);
end $$;

-- Columns that nothing declares NOT NULL any more, neither by name nor by a primary key.
create or replace function rh.relax(relation regclass, places int2[]) returns void language plpgsql set search_path = pg_catalog as $$
declare
	one text;
begin
	for one in select a.attname from pg_attribute a where a.attrelid = relation and a.attnum = any (places) and a.attnotnull
		      and not exists (select from rh.not_null k where k.relid = relation and k.attnum = a.attnum)
		      and not exists (select from pg_constraint p where p.conrelid = relation and p.contype = 'p' and a.attnum = any (p.conkey))
	loop
		execute format('alter table %s alter column %I drop not null', relation, one);
	end loop;
end $$;

-- What was noted of an index that is gone is true of the one that was made in its place.
create or replace function rh.note_index_again(index oid, noted rh.indexes_noted, facts rh.physical) returns void language plpgsql set search_path = pg_catalog as $$
begin
	noted.indexrelid := index;
	facts.relid := index;
	insert into rh.indexes_noted select noted.*;
	insert into rh.physical select facts.*;
end $$;

-- An index that is not unique serves a key on Oracle, too.  PostgreSQL's has to be unique: it is made anew, and loose again when the key goes.
create or replace function rh.tighten_index(index oid) returns oid language plpgsql set search_path = pg_catalog as $$
declare
	noted rh.indexes_noted;
	facts rh.physical;
	words text := pg_get_indexdef(index);
	name text := index::regclass;
begin
	select * into noted from rh.indexes_noted n where n.indexrelid = index;
	select * into facts from rh.physical p where p.relid = index;
	execute 'drop index ' || name;
	execute 'create unique index' || substr(words, 1 + length('CREATE INDEX'));
	noted.loose := true;
	perform rh.note_index_again(name::regclass, noted, facts);
	return name::regclass;
end $$;

-- PRIMARY KEY or UNIQUE; an index over the same columns that no constraint has yet serves it, as on Oracle.
create or replace function rh.add_key(relation regclass, wanted text, kind text, columns text[], deferral text, using_index text)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	words text := case kind when 'p' then 'primary key' else 'unique' end;
	places int2[] := rh.attnums(relation, columns);
	index_oid oid;
	index_name text;
	temporary boolean := exists (select from rh.table_facts f where f.relid = relation and f.temporary is not null);
begin
	select i.indexrelid, c.relname into index_oid, index_name
	  from pg_index i join pg_class c on c.oid = i.indexrelid
	 where i.indrelid = relation and i.indisunique and i.indexprs is null and i.indkey::text = array_to_string(places, ' ')
	   and i.indoption::text !~ '[^0 ]'
	   and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
	   and (using_index is null or c.relname = using_index)
	 order by c.relname = wanted desc limit 1;
	if using_index is not null and not exists (select from pg_index i join pg_class c on c.oid = i.indexrelid
			where i.indrelid = relation and c.relname = using_index) then
		perform rh.raise('ORA-14196: Specified index cannot be used to enforce the constraint.');
	end if;
	if index_oid is null and not temporary then
		select i.indexrelid, c.relname into index_oid, index_name
		  from pg_index i join pg_class c on c.oid = i.indexrelid join rh.indexes_noted n on n.indexrelid = i.indexrelid
		 where i.indrelid = relation and not i.indisunique and not n.bitmap and i.indexprs is null and i.indkey::text = array_to_string(places, ' ')
		   and i.indoption::text !~ '[^0 ]' and (using_index is null or c.relname = using_index)
		 order by c.relname = wanted desc limit 1;
		if index_oid is not null then
			index_oid := rh.tighten_index(index_oid);
		end if;
	end if;
	if temporary then
		columns := columns || 'SID$'::text; -- unique among the rows that a session sees
	end if;
	if index_oid is null then
		execute format('alter table %s add constraint %I %s (%s) %s', relation, wanted, words,
			(select string_agg(quote_ident(u.name), ', ' order by u.place) from unnest(columns) with ordinality u(name, place)),
			deferral);
		return;
	end if;
	if index_name <> wanted then
		insert into rh.index_alias values (index_oid, index_name);
	end if;
	execute format('alter table %s add constraint %I %s using index %I %s', relation, wanted, words, index_name, deferral);
end $$;

create or replace function rh.note_check(relation regclass, wanted text, words text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	execute format('comment on constraint %I on %s is %L', wanted, relation, words);
end $$;

-- The name of the primary key, or of the unique key over @columns.
create or replace function rh.key_name(relation regclass, columns text[]) returns text language plpgsql stable set search_path = pg_catalog as $$
declare
	primary_key boolean := coalesce(array_length(columns, 1), 0) = 0;
	wanted int2[] := rh.attnums(relation, columns);
	found text;
begin
	select x.name into found from (
		select k.conname::text as name, k.contype::text as kind, k.conkey as places from pg_constraint k where k.conrelid = relation
		union all select d.name, d.kind, d.columns from rh.disabled_constraints d where d.relid = relation) x
	 where case when primary_key then x.kind = 'p' else x.kind = 'u' and x.places = wanted end;
	if found is null then
		perform rh.raise(case when primary_key then 'ORA-02441: Cannot drop nonexistent primary key'
				     else 'ORA-02442: Cannot drop nonexistent unique key' end);
	end if;
	return found;
end $$;

-- A column that NOT NULL of this name is of; NULL: none.
create or replace function rh.not_null_column(relation oid, wanted text) returns text language sql stable set search_path = pg_catalog as $$
	select a.attname::text from rh.not_null k join pg_attribute a on a.attrelid = k.relid and a.attnum = k.attnum
	 where k.relid = $1 and k.name = $2
$$;

create or replace function rh.add_disabled(relation regclass, wanted text, kind text, definition text, condition text, columns text[],
					   parent regclass, parent_columns text[]) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from pg_constraint k where k.conrelid = relation and k.conname = wanted)
	   or exists (select from rh.disabled_constraints d where d.relid = relation and d.name = wanted) then
		perform rh.raise('ORA-02264: name already used by an existing constraint');
	end if;
	if kind = 'f' and coalesce(array_length(parent_columns, 1), 0) = 0 then
		select array_agg(a.attname::text order by u.place) into parent_columns
		  from pg_constraint p cross join lateral unnest(p.conkey) with ordinality u(attnum, place)
		  join pg_attribute a on a.attrelid = parent and a.attnum = u.attnum where p.conrelid = parent and p.contype = 'p';
		if parent_columns is null then
			perform rh.raise('ORA-02268: referenced table does not have a primary key');
		end if;
	end if;
	insert into rh.disabled_constraints values (relation, wanted, kind, definition, condition, rh.attnums(relation, columns), parent,
		case when parent is not null then rh.attnums(parent, parent_columns) end);
end $$;

-- The columns' names, in this order, but the session's of a temporary table's key.
create or replace function rh.column_names(relation oid, places int2[]) returns text[] language sql stable set search_path = pg_catalog as $$
	select array_agg(a.attname::text order by u.place) from unnest($2) with ordinality u(attnum, place)
	  join pg_attribute a on a.attrelid = $1 and a.attnum = u.attnum where a.attname <> 'SID$'
$$;

-- {KEEP | DROP} INDEX (@keep true or false) is said of keys alone: SQL Language Reference 19c, constraint, "KEEP INDEX | DROP INDEX".
create or replace function rh.want_key(relation regclass, wanted text, keep boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if keep is null or exists (select from pg_constraint k where k.conrelid = relation and k.conname = wanted and k.contype in ('p', 'u'))
	   or keep and exists (select from rh.disabled_constraints d where d.relid = relation and d.name = wanted and d.kind in ('p', 'u')) then
		return;
	end if;
	perform rh.raise('ORA-03001: unimplemented feature: KEEP or DROP INDEX of what is no enabled key');
end $$;

-- The key goes.  Its index stays where that is said (@keep), and where nothing is said if it was made by a statement of its own.
create or replace function rh.drop_key(relation regclass, k pg_constraint, keep boolean, with_dependents boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	noted rh.indexes_noted;
	facts rh.physical;
	words text;
	place text;
	index_name text;
begin
	select * into noted from rh.indexes_noted n where n.indexrelid = k.conindid;
	select * into facts from rh.physical p where p.relid = k.conindid;
	if coalesce(keep, cardinality(noted.expressions) > 0) then
		select n.nspname, coalesce(l.name, i.relname),
		       substr(pg_get_indexdef(i.oid), 1 + length('CREATE UNIQUE INDEX ' || quote_ident(i.relname)))
		  into place, index_name, words
		  from pg_class i join pg_namespace n on n.oid = i.relnamespace left join rh.index_alias l on l.indexrelid = i.oid where i.oid = k.conindid;
	end if;
	delete from rh.index_alias a where a.indexrelid = k.conindid;
	execute format('alter table %s drop constraint %I%s', relation, k.conname, case when with_dependents then ' cascade' else '' end);
	if k.contype = 'p' then
		perform rh.relax(relation, k.conkey);
	end if;
	if words is null then
		return;
	end if;
	execute format('create %sindex %I', case when coalesce(noted.loose, false) then '' else 'unique ' end, index_name) || words;
	noted.bitmap := coalesce(noted.bitmap, false);
	noted.expressions := coalesce(nullif(noted.expressions, '{}'), array_fill(null::text, array[cardinality(k.conkey)]));
	perform rh.note_index_again(format('%I.%I', place, index_name)::regclass, noted, facts);
end $$;

drop function if exists rh.disable_constraint(regclass, text, boolean);
drop function if exists rh.drop_constraint(regclass, text, boolean);
create or replace function rh.disable_constraint(relation regclass, wanted text, with_dependents boolean, keep boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	k pg_constraint;
	late record;
	child record;
	column_name text := rh.not_null_column(relation, wanted);
begin
	perform rh.want_key(relation, wanted, keep);
	if column_name is not null then
		execute format('alter table %s alter column %I drop not null', relation, column_name);
		return;
	end if;
	select * into k from pg_constraint c where c.conrelid = relation and c.conname = wanted;
	if not found then
		if not exists (select from rh.disabled_constraints d where d.relid = relation and d.name = wanted) then
			perform rh.raise(format('ORA-02431: cannot disable constraint (%s) - no such constraint', wanted));
		end if;
		return;
	end if;
	for child in select c.conrelid::regclass as relation, c.conname::text as name from pg_constraint c
		      where c.contype = 'f' and c.confrelid = relation and c.conindid = k.conindid and k.contype in ('p', 'u') loop
		if not with_dependents then
			perform rh.raise(format('ORA-02297: cannot disable constraint (%s) - dependencies exist', rh.constraint_label(relation, wanted)));
		end if;
		perform rh.disable_constraint(child.relation, child.name, false, null);
	end loop;
	select * into late from rh.late_check(relation, wanted);
	insert into rh.disabled_constraints values (relation, wanted, case k.contype when 't' then 'c' else k.contype end,
		coalesce(late.violation, pg_get_constraintdef(k.oid)), obj_description(k.oid, 'pg_constraint'), coalesce(late.columns, k.conkey),
		nullif(k.confrelid, 0), k.confkey);
	if k.contype in ('p', 'u') then
		perform rh.drop_key(relation, k, keep, false);
	elsif k.contype = 't' then
		execute format('drop trigger %I on %s', late.trigger_name, relation);
	else
		execute format('alter table %s drop constraint %I', relation, wanted);
	end if;
end $$;

create or replace function rh.enable_constraint(relation regclass, wanted text, validate boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	d rh.disabled_constraints;
	tail text;
	column_name text := rh.not_null_column(relation, wanted);
begin
	if column_name is not null then
		execute format('alter table %s alter column %I set not null', relation, column_name);
		return;
	end if;
	delete from rh.disabled_constraints x where x.relid = relation and x.name = wanted returning * into d;
	if not found then
		if not exists (select from pg_constraint c where c.conrelid = relation and c.conname = wanted) then
			perform rh.raise(format('ORA-02430: cannot enable constraint (%s) - no such constraint', wanted));
		end if;
		if validate and rh.may_defer(relation, wanted) and exists (select from pg_constraint c
				where c.conrelid = relation and c.conname = wanted and not c.convalidated and c.contype = 't') then
			perform rh.validate_late_check(relation, wanted, (rh.late_check(relation, wanted)).violation);
		elsif validate and exists (select from pg_constraint c where c.conrelid = relation and c.conname = wanted and not c.convalidated) then
			execute format('alter table %s validate constraint %I', relation, wanted);
		end if;
		return;
	end if;
	if d.kind = 'c' and rh.may_defer(relation, wanted) then
		perform rh.add_late_check(relation, wanted, d.definition, d.condition, validate);
		return;
	end if;
	tail := coalesce(substring(d.definition from '( (?:ON DELETE|DEFERRABLE).*)$'), '');
	if d.kind in ('p', 'u') then
		perform rh.add_key(relation, wanted, d.kind, rh.column_names(relation, d.columns), tail, null);
		return;
	end if;
	if d.kind = 'f' then -- what it names may have another name now
		perform rh.keys_immediate(d.r_relid, true);
		d.definition := format('FOREIGN KEY (%s) REFERENCES %s (%s)%s',
			(select string_agg(quote_ident(u.name), ', ' order by u.place) from unnest(rh.column_names(relation, d.columns)) with ordinality u(name, place)),
			d.r_relid::regclass,
			(select string_agg(quote_ident(u.name), ', ' order by u.place) from unnest(rh.column_names(d.r_relid, d.r_columns)) with ordinality u(name, place)),
			tail);
	end if;
	execute format('alter table %s add constraint %I %s%s', relation, wanted, regexp_replace(d.definition, ' NOT VALID$', ''),
		       case when validate then '' else ' NOT VALID' end);
	if d.kind = 'f' then
		perform rh.keys_immediate(d.r_relid, false);
	end if;
	if d.condition is not null then
		perform rh.note_check(relation, wanted, d.condition);
	end if;
end $$;

create or replace function rh.drop_constraint(relation regclass, wanted text, with_dependents boolean, keep boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	k pg_constraint;
	column_name text := rh.not_null_column(relation, wanted);
begin
	perform rh.want_key(relation, wanted, keep);
	delete from rh.constraint_traits x where x.relid = relation and x.name = wanted;
	if column_name is not null then
		perform rh.drop_not_null(relation, column_name);
		return;
	end if;
	delete from rh.disabled_constraints x where x.relid = relation and x.name = wanted;
	if found then
		return;
	end if;
	select * into k from pg_constraint c where c.conrelid = relation and c.conname = wanted;
	if not found then
		perform rh.raise('ORA-02443: Cannot drop constraint  - nonexistent constraint');
	end if;
	if not with_dependents and exists (select from pg_constraint c where c.contype = 'f' and c.confrelid = relation
			and c.conindid = k.conindid and k.contype in ('p', 'u')) then
		perform rh.raise('ORA-02273: this unique/primary key is referenced by some foreign keys');
	end if;
	if k.contype = 't' then
		execute format('drop trigger %I on %s', (rh.late_check(relation, wanted)).trigger_name, relation);
	elsif k.contype in ('p', 'u') then
		perform rh.drop_key(relation, k, keep, with_dependents);
	else
		execute format('alter table %s drop constraint %I', relation, wanted);
	end if;
end $$;

-- PostgreSQL makes the foreign keys of a column of another type anew, and refuses since their keys are deferrable: they are off meanwhile.
create table if not exists rh.freed_foreign (relid oid, name text, validated boolean);
create or replace function rh.free_column(relation regclass, column_name text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
	k pg_constraint;
	place int2 := (select a.attnum from pg_attribute a where a.attrelid = relation and a.attname = column_name);
begin
	for k in select * from pg_constraint c where c.contype = 'f'
		    and (c.conrelid = relation and place = any (c.conkey) or c.confrelid = relation and place = any (c.confkey)) loop
		insert into rh.freed_foreign values (k.conrelid, k.conname, k.convalidated);
		perform rh.disable_constraint(k.conrelid, k.conname, false, null);
	end loop;
end $$;

create or replace function rh.bind_column() returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	freed record;
begin
	for freed in delete from rh.freed_foreign returning * loop
		perform rh.enable_constraint(freed.relid, freed.name, freed.validated);
	end loop;
end $$;

-- A check that is off stands for a moment, so that PostgreSQL renames the column in it, too.
create or replace function rh.rename_column(relation regclass, wanted text, new_name text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	place int2 := (rh.attnums(relation, array[wanted]))[1];
	off text[] := array(select d.name from rh.disabled_constraints d where d.relid = relation and d.kind = 'c' and place = any (d.columns));
	one text;
begin
	foreach one in array off loop
		perform rh.enable_constraint(relation, one, false);
	end loop;
	execute format('alter table %s rename column %I to %I', relation, wanted, new_name);
	foreach one in array off loop
		perform rh.disable_constraint(relation, one, false, null);
	end loop;
end $$;

create or replace function rh.want_unreferenced(relation regclass) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from rh.disabled_constraints d where d.r_relid = relation and d.relid <> relation) then
		perform rh.raise('ORA-02449: unique/primary keys in table referenced by foreign keys');
	end if;
end $$;

create or replace function rh.rename_constraint(relation regclass, wanted text, new_name text) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	update rh.constraint_traits t set name = new_name where t.relid = relation and t.name = wanted;
	update rh.not_null k set name = new_name where k.relid = relation and k.name = wanted;
	if found then
		return;
	end if;
	update rh.disabled_constraints d set name = new_name where d.relid = relation and d.name = wanted;
	if found then
		return;
	end if;
	if not exists (select from pg_constraint c where c.conrelid = relation and c.conname = wanted) then
		perform rh.raise(format('ORA-23292: The constraint does not exist'));
	end if;
	-- on Oracle the index of a key keeps its name
	insert into rh.index_alias select c.conindid, i.relname from pg_constraint c join pg_class i on i.oid = c.conindid
	 where c.conrelid = relation and c.conname = wanted and c.contype in ('p', 'u') on conflict do nothing;
	execute (select format('alter trigger %I on %s rename to %I', late.trigger_name, relation, new_name)
		   from rh.late_check(relation, wanted) late where late.trigger_name is not null);
	execute format('alter table %s rename constraint %I to %I', relation, wanted, new_name);
end $$;

create or replace function rh.after_constraint_drop() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
	delete from rh.not_null k using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and k.relid = d.objid and d.objsubid in (0, k.attnum);
	delete from rh.disabled_constraints k using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and (k.relid = d.objid or k.r_relid = d.objid)
	   and (d.objsubid = 0 or k.relid = d.objid and d.objsubid = any (k.columns));
	delete from rh.constraint_traits k using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and k.relid = d.objid;
	delete from rh.index_alias a using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and a.indexrelid = d.objid;
end $$;
drop event trigger if exists rh_after_constraint_drop;
create event trigger rh_after_constraint_drop on sql_drop execute function rh.after_constraint_drop();
