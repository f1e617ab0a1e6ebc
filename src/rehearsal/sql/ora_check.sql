-- ora_check.sql - what CREATE TABLE of Oracle's kind needs: names for its constraints, lengths that are told
--
-- A VARCHAR2 is a varchar with a check on its bytes; the check calls ora.too_long() only when it fails, to say how long
-- the value was.  Source of the text: Oracle Database Error Messages 19c, ORA-12899.

create sequence if not exists rh.constraint_nr minvalue 7000;
grant usage on sequence rh.constraint_nr to public;

create or replace function ora.too_long(relid oid, name text, actual int, maximum int) returns boolean language plpgsql
immutable set search_path = pg_catalog as $$
declare
	owner_table text;
begin
	select format('"%s"."%s"', n.nspname, c.relname) into owner_table
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relid;
	raise exception 'ORA-12899: value too large for column %."%" (actual: %, maximum: %)', owner_table, name, actual, maximum
		using errcode = 'ORA00';
end $$;

-- The keys of a table as PostgreSQL sees them while a foreign key is made: it refuses to refer to a deferrable one.
create or replace function rh.keys_immediate(relid oid, immediate boolean) returns void language sql security definer
set search_path = pg_catalog as $$
	update pg_index i set indimmediate = $2 from pg_constraint c
	 where i.indrelid = $1 and c.conindid = i.indexrelid and c.contype in ('p', 'u') and c.condeferrable
	   and i.indimmediate is distinct from $2
	   and (select pg_catalog.pg_has_role(session_user, t.relowner, 'usage')
		    or pg_catalog.has_any_column_privilege(session_user, t.oid, 'references') from pg_class t where t.oid = $1)
$$;

-- what is stored into a CHAR must fit, blanks included
create or replace function ora.fit_char(value text, maximum int, name text) returns text language plpgsql immutable as $$
begin
	if ora.stored_bytes(value) > maximum then
		raise exception 'ORA-12899: value too large for column % (actual: %, maximum: %)', name, ora.stored_bytes(value), maximum
			using errcode = 'ORA00';
	end if;
	return value;
end $$;
