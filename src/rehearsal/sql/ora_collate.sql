-- ora_collate.sql - NLSSORT, and the keys that COLLATE compares by
--
-- BINARY, without case (BINARY_CI), and without accents, too (BINARY_AI); linguistic collations are not played (A-462).
-- Source: Oracle Database SQL Language Reference 19c, "NLSSORT", "COLLATE Operator"; Database Globalization Support Guide 19c, "Linguistic Sorting and Matching"

create or replace function ora.collation_key(value text, collation_name text) returns bytea language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
begin
	case upper(collation_name)
	when 'BINARY', 'USING_NLS_COMP', 'USING_NLS_SORT', 'USING_NLS_SORT_CS' then
		null;
	when 'BINARY_CI', 'USING_NLS_SORT_CI' then
		value := ora.lower(value);
	when 'BINARY_AI', 'USING_NLS_SORT_AI' then
		value := ora.lower(regexp_replace(normalize(value, nfd), '[\u0300-\u036f]', '', 'g'));
	else
		raise exception 'ORA-03001: unimplemented feature: collation %', upper(collation_name) using errcode = 'ORA00';
	end case;
	return convert_to(value, 'UTF8') || '\x00'::bytea;
end $$;
-- CHAR is compared without its blanks
create or replace function ora.collation_key(value bpchar, collation_name text) returns bytea language sql immutable strict parallel safe
as $$ select ora.collation_key(pg_catalog.rtrim($1::text, ' '), $2) $$;

-- @setting: NLS_SORT = name
create or replace function ora.nlssort(value text, setting text default 'NLS_SORT=BINARY') returns bytea language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
declare
	wanted text := (regexp_match(setting, '^\s*NLS_SORT\s*=\s*(''?)(\w+)\1\s*$', 'i'))[2];
begin
	if wanted is null then
		raise exception 'ORA-12702: invalid NLS parameter string used in SQL function' using errcode = 'ORA00';
	end if;
	return ora.collation_key(nullif(value, ''), wanted);
end $$;
