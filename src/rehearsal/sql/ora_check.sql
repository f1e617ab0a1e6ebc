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
