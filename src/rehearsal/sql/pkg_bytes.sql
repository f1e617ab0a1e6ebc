-- pkg_bytes.sql - bytes cut, joined, compared and written as text: UTL_RAW, UTL_ENCODE, UTL_I18N, DBMS_OBFUSCATION_TOOLKIT.MD5
-- Source: Oracle Database PL/SQL Packages and Types Reference 19c.

create schema if not exists "UTL_ENCODE";
create schema if not exists "UTL_I18N";
create schema if not exists "DBMS_OBFUSCATION_TOOLKIT";
grant usage on schema "UTL_ENCODE", "UTL_I18N", "DBMS_OBFUSCATION_TOOLKIT" to public;

create or replace function "UTL_RAW"."CONCAT"("R1" bytea default null, "R2" bytea default null, "R3" bytea default null, "R4" bytea default null,
	"R5" bytea default null, "R6" bytea default null, "R7" bytea default null, "R8" bytea default null, "R9" bytea default null,
	"R10" bytea default null, "R11" bytea default null, "R12" bytea default null) returns bytea language sql immutable parallel safe
set search_path = pg_catalog as $$
	select string_agg(r, '' order by i) from unnest(array[$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12]) with ordinality x (r, i)
$$;

create or replace function "UTL_RAW"."SUBSTR"("R" bytea, "POS" numeric, "LEN" numeric default null) returns bytea language plpgsql immutable
set search_path = pg_catalog as $$
declare
	have int := octet_length("R");
	first int := case when "POS" < 0 then have + "POS" + 1 else "POS" end;
begin
	if "R" is null then
		return null;
	elsif first is null or first < 1 or first > have or "LEN" < 1 or "LEN" > have - first + 1 then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return substring("R" from first for coalesce("LEN"::int, have));
end $$;

-- byte by byte; what the longer has more stands behind
create or replace function rh.raw_combined(a bytea, b bytea, operation text) returns bytea language sql immutable strict parallel safe
set search_path = pg_catalog as $$
	select coalesce(string_agg(set_byte('\x00'::bytea, 0, case operation when 'and' then get_byte(a, i) & get_byte(b, i)
			when 'or' then get_byte(a, i) | get_byte(b, i) else get_byte(a, i) # get_byte(b, i) end), '' order by i), '')
	       || substring(a from least(octet_length(a), octet_length(b)) + 1) || substring(b from least(octet_length(a), octet_length(b)) + 1)
	  from generate_series(0, least(octet_length(a), octet_length(b)) - 1) i
$$;
create or replace function "UTL_RAW"."BIT_AND"("R1" bytea, "R2" bytea) returns bytea language sql immutable strict as $$ select rh.raw_combined($1, $2, 'and') $$;
create or replace function "UTL_RAW"."BIT_OR"("R1" bytea, "R2" bytea) returns bytea language sql immutable strict as $$ select rh.raw_combined($1, $2, 'or') $$;
create or replace function "UTL_RAW"."BIT_XOR"("R1" bytea, "R2" bytea) returns bytea language sql immutable strict as $$ select rh.raw_combined($1, $2, 'xor') $$;
create or replace function "UTL_RAW"."BIT_COMPLEMENT"("R" bytea) returns bytea language sql immutable strict set search_path = pg_catalog as $$
	select rh.raw_combined($1, decode(repeat('ff', octet_length($1)), 'hex'), 'xor')
$$;
create or replace function "UTL_RAW"."REVERSE"("R" bytea) returns bytea language sql immutable strict set search_path = pg_catalog as $$
	select string_agg(substring($1 from i for 1), '' order by i desc) from generate_series(1, octet_length($1)) i
$$;
create or replace function "UTL_RAW"."COPIES"("R" bytea, "N" numeric) returns bytea language plpgsql immutable set search_path = pg_catalog as $$
begin
	if "R" is null or "N" is null or "N" < 1 then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return decode(repeat(encode("R", 'hex'), "N"::int), 'hex');
end $$;
-- 0, or where the first difference is; the shorter goes on with @PAD
create or replace function "UTL_RAW"."COMPARE"("R1" bytea, "R2" bytea, "PAD" bytea default null) returns numeric language sql immutable
set search_path = pg_catalog as $$
	select coalesce(min(i) + 1, 0)::numeric
	  from generate_series(0, greatest(octet_length($1), octet_length($2), 0) - 1) i,
	       (select coalesce(get_byte($3, 0), 0)) p (pad)
	 where case when i < octet_length($1) then get_byte($1, i) else pad end <> case when i < octet_length($2) then get_byte($2, i) else pad end
$$;
-- endianess: 1 big, 2 little
create or replace function "UTL_RAW"."CAST_FROM_BINARY_INTEGER"("N" numeric, "ENDIANESS" numeric default 1) returns bytea language sql immutable strict
set search_path = pg_catalog as $$
	select case when $2 = 2 then "UTL_RAW"."REVERSE"(int4send($1::int)) else int4send($1::int) end
$$;
create or replace function "UTL_RAW"."CAST_TO_BINARY_INTEGER"("R" bytea, "ENDIANESS" numeric default 1) returns numeric language plpgsql immutable strict
set search_path = pg_catalog as $$
begin
	if octet_length("R") > 4 then
		perform rh.raise('ORA-06502: PL/SQL: numeric or value error');
	end if;
	return ('x' || lpad(encode(case when "ENDIANESS" = 2 then "UTL_RAW"."REVERSE"("R") else "R" end, 'hex'), 8, '0'))::bit(32)::int::numeric;
end $$;
create or replace function "UTL_RAW"."BIG_ENDIAN"() returns numeric language sql immutable as $$ select 1::numeric $$;
create or replace function "UTL_RAW"."LITTLE_ENDIAN"() returns numeric language sql immutable as $$ select 2::numeric $$;
create or replace function "UTL_RAW"."MACHINE_ENDIAN"() returns numeric language sql immutable as $$ select 3::numeric $$;
-- a NUMBER's own bytes: an exponent of 100, digits of base 100 plus 1, or of what is negative 101 less them and 102 behind
create or replace function "UTL_RAW"."CAST_FROM_NUMBER"("N" numeric) returns bytea language sql immutable strict set search_path = pg_catalog as $$
	select decode(string_agg(lpad(b, 2, '0'), '' order by i), 'hex')
	  from regexp_split_to_table(regexp_replace(ora.dump($1, 2, false, 16), '^.*: ', ''), ',') with ordinality x (b, i)
$$;
create or replace function "UTL_RAW"."CAST_TO_NUMBER"("R" bytea) returns numeric language plpgsql immutable strict set search_path = pg_catalog as $$
declare
	positive boolean := get_byte("R", 0) >= 128;
	digits bytea := case when get_byte("R", octet_length("R") - 1) = 102 and get_byte("R", 0) < 128
			     then substring("R" from 2 for octet_length("R") - 2) else substring("R" from 2) end;
	exponent int := case when positive then get_byte("R", 0) - 193 else 62 - get_byte("R", 0) end;
	total numeric := 0;
begin
	for i in 0 .. octet_length(digits) - 1 loop
		total := total + (case when positive then get_byte(digits, i) - 1 else 101 - get_byte(digits, i) end) * 100::numeric ^ (exponent - i);
	end loop;
	return trim_scale(case when positive then total else -total end);
end $$;

-- lines of 64 characters
create or replace function "UTL_ENCODE"."BASE64_ENCODE"("R" bytea) returns bytea language sql immutable strict set search_path = pg_catalog as $$
	select convert_to(rtrim(regexp_replace(replace(encode($1, 'base64'), E'\n', ''), '(.{64})', E'\\1\r\n', 'g'), E'\r\n'), 'UTF8')
$$;
create or replace function "UTL_ENCODE"."BASE64_DECODE"("R" bytea) returns bytea language sql immutable strict set search_path = pg_catalog as $$
	select decode(convert_from($1, 'UTF8'), 'base64')
$$;

-- Oracle's character sets by PostgreSQL's names; of any other, ORA-01482
create or replace function rh.pg_charset(name text) returns name language plpgsql immutable set search_path = pg_catalog as $$
declare
	found name := case upper(name) when 'AL32UTF8' then 'UTF8' when 'UTF8' then 'UTF8' when 'WE8ISO8859P1' then 'LATIN1' when 'WE8ISO8859P15' then 'LATIN9'
		when 'WE8MSWIN1252' then 'WIN1252' when 'EE8MSWIN1250' then 'WIN1250' when 'CL8MSWIN1251' then 'WIN1251' end;
begin
	if found is null then
		perform rh.raise('ORA-01482: unsupported character set');
	end if;
	return found;
end $$;
create or replace function "UTL_I18N"."STRING_TO_RAW"("DATA" text, "DST_CHARSET" text default null) returns bytea language sql immutable
set search_path = pg_catalog as $$
	select case when $2 is null then ora.text_to_raw($1) else convert_to($1, rh.pg_charset($2)) end
$$;
create or replace function "UTL_I18N"."RAW_TO_CHAR"("DATA" bytea, "SRC_CHARSET" text default null) returns text language sql immutable
set search_path = pg_catalog as $$
	select case when $2 is null then ora.raw_to_text($1) else convert_from($1, rh.pg_charset($2)) end
$$;

create or replace function "DBMS_OBFUSCATION_TOOLKIT"."MD5"("INPUT" bytea) returns bytea language sql immutable strict set search_path = pg_catalog
as $$ select decode(md5($1), 'hex') $$;
