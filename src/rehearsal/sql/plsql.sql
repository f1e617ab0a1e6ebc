-- plsql.sql - what translated PL/SQL leans on: errors by number, triggers switched and dropped by name

-- RAISE_APPLICATION_ERROR: -20000 to -20999, else ORA-21000
CREATE OR REPLACE FUNCTION ora.raise_application_error(number numeric, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF number IS NULL OR number NOT BETWEEN -20999 AND -20000 THEN
    RAISE EXCEPTION 'ORA-21000: error number argument to raise_application_error of % is out of range', number
      USING ERRCODE = 'ORA00';
  END IF;
  RAISE EXCEPTION 'ORA-%: %', lpad((-number)::text, 5, '0'), message USING ERRCODE = 'ORA00';
END $$;

-- what a statement that failed alone leaves to the handlers of its block
DO $$ BEGIN
  CREATE TYPE ora.caught AS (state text, message text, detail text, schema text, relation text, attribute text, name text);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

-- where it failed: a line of the back trace
DO $$ BEGIN
  ALTER TYPE ora.caught ADD ATTRIBUTE place text;
EXCEPTION WHEN duplicate_column THEN NULL;
END $$;

-- and whether it was a statement of SQL's
DO $$ BEGIN
  ALTER TYPE ora.caught ADD ATTRIBUTE context text;
EXCEPTION WHEN duplicate_column THEN NULL;
END $$;

-- SQLERRM and SQLCODE: our own errors have Oracle's words, PostgreSQL's get them here
CREATE OR REPLACE FUNCTION ora.sqlerrm(what ora.caught) RETURNS varchar
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN what.message LIKE 'ORA-06510:%' THEN 'User-Defined Exception'
    WHEN what.message ~ '^ORA-[0-9]{5}:' THEN what.message
    WHEN what.state = 'P0002' THEN 'ORA-01403: no data found'
    WHEN what.state = 'P0003' THEN 'ORA-01422: exact fetch returns more than requested number of rows'
    WHEN what.state = '23505' THEN format('ORA-00001: unique constraint (%s.%s) violated', what.schema, what.name)
    WHEN what.state = '23502' THEN format('ORA-01400: cannot insert NULL into ("%s"."%s"."%s")', what.schema, what.relation, what.attribute)
    WHEN what.state = '23503' AND what.detail LIKE '%still referenced%' THEN
      format('ORA-02292: integrity constraint (%s.%s) violated - child record found', what.schema, what.name)
    WHEN what.state = '23503' THEN format('ORA-02291: integrity constraint (%s.%s) violated - parent key not found', what.schema, what.name)
    WHEN what.state = '23514' THEN format('ORA-02290: check constraint (%s.%s) violated', what.schema, what.name)
    WHEN what.state = '22012' THEN 'ORA-01476: divisor is equal to zero'
    WHEN what.state = '40P01' THEN 'ORA-00060: deadlock detected while waiting for resource'
    WHEN what.state = '55P03' THEN 'ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired'
    WHEN what.state = '42P01' THEN 'ORA-00942: table or view does not exist'
    WHEN what.state = '42P03' THEN 'ORA-06511: PL/SQL: cursor already open'
    WHEN what.message LIKE '%declared NOT NULL' THEN 'ORA-06502: PL/SQL: numeric or value error'
    WHEN what.state = '22003' AND what.context LIKE 'SQL statement%' THEN
      'ORA-01438: value larger than specified precision allowed for this column'
    WHEN what.state = '22003' THEN 'ORA-06502: PL/SQL: numeric or value error: number precision too large'
    WHEN what.state = '24000' THEN 'ORA-01410: invalid ROWID'
    WHEN what.state IN ('34000', '22004') THEN 'ORA-01001: invalid cursor'
    WHEN what.state = '2F005' THEN 'ORA-06503: PL/SQL: Function returned without value'
    ELSE 'ORA-06502: PL/SQL: numeric or value error: ' || what.message
  END $$;

CREATE OR REPLACE FUNCTION ora.sqlcode(what ora.caught) RETURNS numeric
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE said WHEN 'User-Defined Exception' THEN 1
    ELSE CASE substr(said, 5, 5) WHEN '01403' THEN 100 ELSE -substr(said, 5, 5)::numeric END END
    FROM (SELECT ora.sqlerrm(what)) s (said) $$;

-- SQLERRM(code): of the error that was caught its own text
CREATE OR REPLACE FUNCTION ora.sqlerrm_of(what ora.caught, code numeric) RETURNS varchar
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN code = 0 THEN 'ORA-0000: normal, successful completion'
    WHEN what.message IS NOT NULL AND ora.sqlcode(what) = code THEN ora.sqlerrm(what)
    WHEN code = 1 THEN 'User-Defined Exception'
    WHEN code = 100 OR code = -1403 THEN 'ORA-01403: no data found'
    WHEN code = -1422 THEN 'ORA-01422: exact fetch returns more than requested number of rows'
    WHEN code = -1476 THEN 'ORA-01476: divisor is equal to zero'
    WHEN code = -6502 THEN 'ORA-06502: PL/SQL: numeric or value error'
    WHEN code > 0 THEN format(' -%s: non-ORACLE exception ', trim_scale(code))
    ELSE format('ORA-%s: Message %s not found;  product=RDBMS; facility=ORA', lpad(trim_scale(-code)::text, 5, '0'), trim_scale(-code)) END $$;

-- DBMS_UTILITY.FORMAT_ERROR_STACK and FORMAT_ERROR_BACKTRACE: each line ends as one
CREATE OR REPLACE FUNCTION ora.error_stack(what ora.caught) RETURNS varchar
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$ SELECT ora.sqlerrm(what) || E'\n' $$;
CREATE OR REPLACE FUNCTION ora.error_backtrace(what ora.caught) RETURNS varchar
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$ SELECT what.place || E'\n' $$;

-- its triggers of PostgreSQL's: a compound one has one for each timing point
CREATE OR REPLACE FUNCTION rh.names_inside(one rh.triggers) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN one.trigger_type = 'COMPOUND' THEN array[one.name || '~1', one.name || '~2', one.name || '~3', one.name || '~4']
    ELSE array[coalesce(one.inside, one.name)] END $$;

-- ALTER TRIGGER ... ENABLE | DISABLE; ORA-04080 if there is none
CREATE OR REPLACE FUNCTION rh.switch_trigger(wanted_owner text, wanted_name text, wanted boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE one rh.triggers;
BEGIN
  SELECT * INTO one FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ORA-04080: trigger ''%'' does not exist', wanted_name USING ERRCODE = 'ORA00';
  END IF;
  IF wanted_owner <> rh.me() AND NOT rh.has_privilege(rh.me(), 'ALTER ANY TRIGGER') THEN
    RAISE EXCEPTION 'ORA-01031: insufficient privileges' USING ERRCODE = 'ORA00';
  END IF;
  -- not ALTER TABLE: on Oracle a trigger is switched beside open transactions of its table
  UPDATE pg_trigger SET tgenabled = CASE WHEN wanted OR one.trigger_type = 'INSTEAD OF' THEN 'O' ELSE 'D' END::"char"
   WHERE tgrelid = one.relid AND tgname::text = ANY (rh.names_inside(one));
  UPDATE pg_class SET relhastriggers = true WHERE oid = one.relid; -- so that every backend looks again
  UPDATE rh.triggers SET enabled = wanted WHERE owner = wanted_owner AND name = wanted_name;
END $$;

-- DROP TRIGGER, and what CREATE OR REPLACE does first: no error if there is none
CREATE OR REPLACE FUNCTION rh.drop_trigger(wanted_owner text, wanted_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  one rh.triggers;
  part text;
BEGIN
  IF wanted_owner <> rh.me() AND NOT rh.has_privilege(rh.me(), 'DROP ANY TRIGGER') THEN
    RAISE EXCEPTION 'ORA-01031: insufficient privileges' USING ERRCODE = 'ORA00';
  END IF;
  DELETE FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name RETURNING * INTO one;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  DELETE FROM rh.compile_errors WHERE owner = wanted_owner AND name = wanted_name AND type = 'TRIGGER';
  IF EXISTS (SELECT FROM pg_class WHERE oid = one.relid) THEN
    FOREACH part IN ARRAY rh.names_inside(one) LOOP
      EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', part, one.relid::regclass);
    END LOOP;
  END IF;
END $$;

-- in front of CREATE [OR REPLACE] TRIGGER
CREATE OR REPLACE FUNCTION rh.replace_trigger(wanted_owner text, wanted_name text, wanted_table oid, replaces boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  its_table oid := (SELECT relid FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name);
BEGIN
  IF its_table IS NULL THEN
    RETURN;
  ELSIF NOT replaces THEN
    PERFORM rh.raise(format('ORA-04081: trigger ''%s'' already exists', wanted_name));
  ELSIF its_table <> wanted_table THEN
    PERFORM rh.raise(format('ORA-04095: trigger ''%s'' already exists on another table, cannot replace it', wanted_name));
  END IF;
  PERFORM rh.drop_trigger(wanted_owner, wanted_name);
END $$;

-- FOLLOWS: a trigger of its own table and timing; its name inside sorts behind theirs, and in front of the redo's own
CREATE OR REPLACE FUNCTION rh.follow_triggers(wanted_owner text, wanted_name text, others text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  one rh.triggers;
  other rh.triggers;
  wanted text;
  level int := 1;
BEGIN
  SELECT * INTO one FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name;
  FOREACH wanted IN ARRAY others LOOP
    SELECT * INTO other FROM rh.triggers t WHERE t.owner || '.' || t.name = wanted;
    IF NOT FOUND THEN
      PERFORM rh.raise(format('ORA-04080: trigger ''%s'' does not exist', split_part(wanted, '.', 2)));
    ELSIF other.owner = wanted_owner AND other.name = wanted_name THEN
      PERFORM rh.raise('ORA-25023: Cyclic trigger dependency is not allowed.');
    ELSIF other.relid <> one.relid THEN
      PERFORM rh.raise('ORA-25021: cannot reference a trigger defined on another table');
    ELSIF other.trigger_type <> one.trigger_type THEN
      PERFORM rh.raise('ORA-25022: cannot reference a trigger of a different type');
    END IF;
    level := greatest(level, coalesce(substr(other.inside, 2, 2)::int, 0) + 1);
  END LOOP;
  IF EXISTS (SELECT FROM rh.triggers t WHERE wanted_owner || '.' || wanted_name = ANY (t.follows)) THEN
    PERFORM rh.raise('ORA-03001: unimplemented feature: FOLLOWS of a trigger that others follow');
  ELSIF level > 99 THEN
    PERFORM rh.raise('ORA-03001: unimplemented feature: more than 99 triggers, each behind the other');
  END IF;
  UPDATE rh.triggers SET follows = others, inside = format('~%s%s', lpad(level::text, 2, '0'), name)
   WHERE owner = wanted_owner AND name = wanted_name;
  EXECUTE format('ALTER TRIGGER %I ON %s RENAME TO %I', one.name, one.relid::regclass, '~' || lpad(level::text, 2, '0') || one.name);
END $$;

-- in front of each body of INSTEAD OF: without it the view is as it was
CREATE OR REPLACE FUNCTION rh.instead_is_on(wanted_owner text, wanted_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  one record;
BEGIN
  SELECT enabled, (SELECT count(DISTINCT d.refobjid) FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    WHERE r.ev_class = relid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> relid) AS tables
    INTO one FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name;
  IF NOT one.enabled AND one.tables > 1 THEN
    PERFORM rh.raise('ORA-03001: unimplemented feature: changes through a join view');
  ELSIF NOT one.enabled THEN
    PERFORM rh.raise('ORA-01732: data manipulation operation not legal on this view');
  END IF;
END $$;

-- what is assigned: a number without the zeros at its end, anything else as it is
create or replace function ora.plain_number(numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trim_scale($1) $$;
create or replace function ora.plain_number(int) returns int language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.plain_number(bigint) returns bigint language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.plain_number(anyelement) returns anyelement language sql immutable strict parallel safe as $$ select $1 $$;

-- ---- types of variables: the functions are asked where a value does not fit, and say so -----------------------------------------------------

create or replace function ora.is_pls_integer(numeric) returns boolean language plpgsql immutable set search_path = pg_catalog as $$
begin
	if $1 not between -2147483648 and 2147483647 then
		perform rh.raise('ORA-01426: numeric overflow');
	end if;
	return true;
end $$;
create or replace function ora.is_within(value numeric, low numeric, high numeric) returns boolean language plpgsql immutable set search_path = pg_catalog as $$
begin
	if value not between low and high then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return true;
end $$;
do $$ begin
	create domain ora.pls_integer as numeric(10) check (value between -2147483648 and 2147483647 or ora.is_pls_integer(value));
	create domain ora."natural" as numeric(10) check (value between 0 and 2147483647 or ora.is_within(value, 0, 2147483647));
	create domain ora.positive as numeric(10) check (value between 1 and 2147483647 or ora.is_within(value, 1, 2147483647));
exception when duplicate_object then null;
end $$;

-- VARCHAR2 and RAW of variables: a value that is too long is refused, trailing blanks and all
create schema if not exists rh_text;
grant usage on schema rh_text to public;
create or replace function ora.too_long_for_variable(length int, raw boolean) returns boolean language plpgsql immutable set search_path = pg_catalog as $$
begin
	perform rh.raise('ORA-06502: PL/SQL: numeric or value error: '
		operator(pg_catalog.||) case when raw then 'raw variable length too long' else 'character string buffer too small' end);
end $$;
-- @unit: b bytes, c characters, n units of UTF-16, r bytes of a RAW; the type stays
create or replace function rh.text_type(unit text, most int) returns text language plpgsql security definer set search_path = ora, pg_catalog as $$
declare
	name text := unit operator(pg_catalog.||) most;
begin
	if not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname = 'rh_text' and t.typname = name) then
		execute format('create domain rh_text.%1$I as %2$s check (case when %3$s(value) > %4$s then ora.too_long_for_variable(%3$s(value), %5$s) else true end)',
			name, case unit when 'r' then 'bytea' else 'varchar' end,
			case unit when 'b' then 'ora.stored_bytes' when 'n' then 'ora.utf16_units' when 'r' then 'pg_catalog.octet_length' else 'pg_catalog.length' end,
			most, case unit when 'r' then 'true' else 'false' end);
	end if;
	return 'rh_text.' operator(pg_catalog.||) name;
end $$;
revoke all on function rh.text_type(text, int) from public;

-- ---- EXECUTE IMMEDIATE ----------------------------------------------------------------------------------------------------

-- the translated text, which says in front how many binds it has: as many as were given
create or replace function rh.bound(text text, given int) returns text language plpgsql immutable set search_path = pg_catalog as $$
declare
	wanted int := substring(text from '^/\*([0-9]+)\*/')::int;
begin
	if wanted > given then
		perform rh.raise('ORA-01008: not all variables bound');
	elsif wanted < given then
		perform rh.raise('ORA-01006: bind variable does not exist');
	end if;
	return text;
end $$;

-- a dynamic block's binds, which it finds and leaves as text: 'V' in front of what is not NULL
create or replace function rh.dynamic_bind(place int) returns text language sql volatile set search_path = pg_catalog as $$
	select substr(nullif(current_setting('rh.d' || $1, true), ''), 2)
$$;
create or replace function rh.set_dynamic_bind(place int, value text) returns void language sql volatile set search_path = pg_catalog as $$
	select set_config('rh.d' || $1, coalesce('V' || $2, ''), false)
$$;
create or replace function rh.dynamic_block(text text, types text[], given text[]) returns text language plpgsql volatile
set search_path = pg_catalog as $$
begin
	for i in 1 .. cardinality(types) loop
		perform rh.set_dynamic_bind(i, given[i]);
		text := replace(text, format('"rh$type$%s"', i), case when types[i] in ('integer', 'bigint', 'smallint') then 'numeric'
			when types[i] in ('text', 'unknown') then 'varchar' else types[i] end);
	end loop;
	return text;
end $$;
