-- ora_json.sql - IS JSON, JSON_VALUE, JSON_EXISTS and the rows of JSON_TABLE, over text and bytes; LISTAGG with its limit
--
-- Paths are those of SQL/JSON, which PostgreSQL knows by the same words; both step over what is not there (lax).
-- Source: Oracle Database SQL Language Reference 19c, "JSON_VALUE", "JSON_TABLE", "JSON Conditions", "LISTAGG".

-- Names without quotes, {a:1}, get them; NULL for what has none.
create or replace function ora.json_quoted(doc text) returns text language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select case when doc !~ '["'']' and doc ~ '[{,]\s*[A-Za-z_$][A-Za-z0-9_$]*\s*:'
		then regexp_replace(doc, '([{,]\s*)([A-Za-z_$][A-Za-z0-9_$]*)(\s*:)', '\1"\2"\3', 'g') end
$$;

-- NULL for what is no JSON, or ORA-40441 if @strict.
create or replace function ora.json_of(doc text, strict boolean default false) returns jsonb
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	return doc::jsonb;
exception when data_exception then
	if ora.json_quoted(doc) is not null then
		return ora.json_of(ora.json_quoted(doc), strict);
	elsif strict then
		raise exception 'ORA-40441: JSON syntax error' using errcode = 'ORA00';
	end if;
	return null;
end $$;

create or replace function ora.json_of(doc bytea, strict boolean default false) returns jsonb
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	return ora.json_of(convert_from(doc, 'UTF8'), strict);
exception when character_not_in_repertoire then
	return ora.json_of('not JSON', strict);
end $$;

create or replace function ora.is_json(doc text) returns boolean language sql immutable parallel safe set search_path = pg_catalog as $$
	select case when doc is not null then ora.json_of(doc) is not null end
$$;

create or replace function ora.is_json(doc bytea) returns boolean language sql immutable parallel safe set search_path = pg_catalog as $$
	select case when doc is not null then ora.json_of(doc) is not null end
$$;

create or replace function ora.json_path(path text) returns jsonpath language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
begin
	return path::jsonpath;
exception when syntax_error then
	raise exception 'ORA-40442: JSON path expression syntax error' using errcode = 'ORA00';
end $$;

-- A scalar as text; NULL for null, an object, an array, or more than one match.
create or replace function ora.json_scalar(doc jsonb, path text, strict boolean default false) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
	found jsonb := jsonb_path_query_array(doc, ora.json_path(path));
begin
	if strict and doc is not null and jsonb_array_length(found) = 0 then
		raise exception 'ORA-40462: JSON_VALUE evaluated to no value' using errcode = 'ORA00';
	elsif strict and jsonb_array_length(found) > 1 then
		raise exception 'ORA-40470: JSON_VALUE evaluated to multiple values' using errcode = 'ORA00';
	elsif strict and jsonb_typeof(found -> 0) in ('object', 'array') then
		raise exception 'ORA-40456: JSON_VALUE evaluated to non-scalar value' using errcode = 'ORA00';
	end if;
	return case when jsonb_array_length(found) = 1 and jsonb_typeof(found -> 0) in ('string', 'number', 'boolean') then nullif(found ->> 0, '') end;
end $$;

create or replace function ora.json_value(doc text, path text, strict boolean default false) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
	select ora.json_scalar(ora.json_of(doc, strict), path, strict)
$$;

create or replace function ora.json_value(doc bytea, path text, strict boolean default false) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
	select ora.json_scalar(ora.json_of(doc, strict), path, strict)
$$;

create or replace function ora.json_exists(doc text, path text) returns boolean language sql immutable parallel safe set search_path = pg_catalog as $$
	select coalesce(jsonb_path_exists(ora.json_of(doc), ora.json_path(path)), false)
$$;

create or replace function ora.json_exists(doc bytea, path text) returns boolean language sql immutable parallel safe set search_path = pg_catalog as $$
	select coalesce(jsonb_path_exists(ora.json_of(doc), ora.json_path(path)), false)
$$;

-- @filler NULL: what is too long is an error; else the list is cut at an item and ends with it, and with how many are missing if @counted.
create or replace function ora.listagg(items text[], separator text, filler text default null, counted boolean default true) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
	kept text[] := array_remove(items, null);
	whole text := array_to_string(kept, coalesce(separator, ''));
	total int := cardinality(kept);
	used int := 0;
	n int := 0;
	tail int;
begin
	if whole is null or octet_length(whole) <= 4000 then
		return nullif(whole, '');
	elsif filler is null then
		raise exception 'ORA-01489: result of string concatenation is too long' using errcode = 'ORA00';
	end if;
	tail := octet_length(filler) + case when counted then 2 + length(total::text) else 0 end;
	while n < total and used + octet_length(kept[n + 1] || coalesce(separator, '')) + tail <= 4000 loop
		n := n + 1;
		used := used + octet_length(kept[n] || coalesce(separator, ''));
	end loop;
	return array_to_string(kept[1:n] || filler, coalesce(separator, '')) || case when counted then format('(%s)', total - n) else '' end;
end $$;
