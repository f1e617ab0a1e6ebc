-- ora_json_made.sql - JSON_OBJECT, JSON_ARRAY, JSON_OBJECTAGG, JSON_ARRAYAGG and JSON_QUERY as text
--
-- Members keep the order and the spelling of the text they come from, which jsonb would not.
-- Source: Oracle Database SQL Language Reference 19c and 21c, "JSON_OBJECT", "JSON_ARRAY", "JSON_QUERY"; JSON Developer's Guide 19c,
-- "Generation of JSON Data Using SQL", "Wrapper Clause for SQL/JSON Query Functions", "Error Clause for SQL Query Functions".

create or replace function ora.json_item(text) returns text language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select to_json($1)::text $$;
create or replace function ora.json_item(numeric) returns text language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select trim_scale($1)::text $$;
create or replace function ora.json_item(float8) returns text language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select to_json($1)::text $$;
create or replace function ora.json_item(bytea) returns text language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select to_json(upper(encode($1, 'hex')))::text $$;
create or replace function ora.json_item(boolean) returns text language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select to_json($1)::text $$;
create or replace function ora.json_item(ora.date) returns text language sql stable strict parallel safe
as $$ select '"' || ora.to_char($1, 'YYYY-MM-DD"T"HH24:MI:SS') || '"' $$;
create or replace function ora.json_item(ora.stamp) returns text language sql stable strict parallel safe
as $$ select '"' || ora.to_char($1, 'YYYY-MM-DD"T"HH24:MI:SS.FF6') || '"' $$;

-- What is JSON already: as it is, without the blanks between.
create or replace function ora.json_plain(doc pg_catalog.json) returns text language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
begin
	return case json_typeof(doc)
		when 'object' then '{' || coalesce((select string_agg(to_json(key)::text || ':' || ora.json_plain(value), ',' order by n)
						    from json_each(doc) with ordinality as e(key, value, n)), '') || '}'
		when 'array' then '[' || coalesce((select string_agg(ora.json_plain(value), ',' order by n)
						   from json_array_elements(doc) with ordinality as e(value, n)), '') || ']'
		when 'string' then to_json(doc #>> '{}')::text
		else coalesce(doc #>> '{}', 'null') end;
end $$;

-- What FORMAT JSON or a check IS JSON says of a text: it is not looked at, unless STRICT wants what comes of it to be JSON.
create or replace function ora.json_given(text) returns text language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.json_given(bytea) returns text language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select convert_from($1, 'UTF8')
$$;
create or replace function ora.json_given(ora.json) returns text language sql immutable strict parallel safe as $$ select ora.json_text($1) $$;
create or replace function ora.json_strict(made text) returns text language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
begin
	perform made::json;
	return made;
exception when data_exception then
	raise exception 'ORA-40441: JSON syntax error' using errcode = 'ORA00';
end $$;

create or replace function ora.json_sized(made text, bytes int) returns text language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
begin
	if bytes > 0 and octet_length(made) > bytes then
		raise exception 'ORA-40459: output value too large (actual: %, maximum: %)', octet_length(made), bytes using errcode = 'ORA00';
	end if;
	return made;
end $$;

create or replace function ora.json_object(keys text[], items text[], absent boolean, bytes int) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	if array_position(keys, null) is not null then
		raise exception 'ORA-40471: null value for key not allowed' using errcode = 'ORA00';
	end if;
	return case when keys is not null then ora.json_sized('{' || coalesce((
		select string_agg(to_json(k)::text || ':' || coalesce(v, 'null'), ',' order by n)
		from unnest(keys, items) with ordinality as m(k, v, n) where v is not null or not absent), '') || '}', bytes) end;
end $$;

create or replace function ora.json_array(items text[], absent boolean, bytes int) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
	select case when items is not null then ora.json_sized('[' || coalesce((
		select string_agg(coalesce(v, 'null'), ',' order by n) from unnest(items) with ordinality as m(v, n)
		where v is not null or not absent), '') || ']', bytes) end
$$;

-- The steps of a path, each "name", * of an object, [* or [n of an array; NULL: a path with more in it, which is left to jsonb.
create or replace function ora.json_steps(path text) returns text[] language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select case when path ~ '^\s*\$(\.("[^"\\]*"|[[:alpha:]_][[:alnum:]_]*|\*)|\s*\[\s*(\d+|\*)\s*\])*\s*$'
		then array(select coalesce(m[1], '"' || m[2] || '"', m[3], '[' || m[4]) from regexp_matches(path,
			'\.(?:("[^"]*")|([[:alpha:]_][[:alnum:]_]*)|(\*))|\[\s*(\d+|\*)\s*\]', 'g') as r(m)) end
$$;

-- One step from each of @docs: lax, so that arrays are opened for a name and a value is an array of one.
create or replace function ora.json_step(docs pg_catalog.json[], step text) returns pg_catalog.json[] language sql immutable parallel safe set search_path = pg_catalog as $$
	select coalesce(array_agg(found.value order by d.n, found.n), '{}') from unnest(docs) with ordinality as d(doc, n), lateral (
		select e.value, row_number() over () as n from (
			select case when json_typeof(d.doc) = 'array' then d.doc else json_build_array(d.doc) end as many) as u,
			lateral json_array_elements(u.many) with ordinality as o(one, place), lateral (
				select m.value from json_each(case when json_typeof(o.one) = 'object' then o.one else '{}' end) as m
				where step in ('*', '"' || m.key || '"')
				union all
				select o.one where step in ('[*', '[' || o.place - 1)) as e(value)) as found(value, n)
$$;

create or replace function ora.json_found(doc text, path text) returns pg_catalog.json[] language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
	steps text[] := ora.json_steps(path);
	docs json[] := array[coalesce(ora.json_quoted(doc), doc)::json];
	step text;
begin
	if steps is null then
		return array(select value::json from jsonb_path_query(docs[1]::jsonb, ora.json_path(path)) as q(value));
	end if;
	foreach step in array steps loop
		docs := ora.json_step(docs, step);
	end loop;
	return docs;
end $$;

-- What ON ERROR or ON EMPTY says, @what: NULL, ARRAY, OBJECT, or ERROR with its own.
create or replace function ora.json_instead(what text, code text) returns text language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	if what = 'ERROR' then
		raise exception '%', code using errcode = 'ORA00';
	end if;
	return case what when 'ARRAY' then '[]' when 'OBJECT' then '{}' end;
end $$;

create or replace function ora.json_query(doc text, path text, wrap text, on_error text, on_empty text, scalars boolean, bytes int) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
	docs json[];
	made text;
begin
	if doc is null then
		return null;
	elsif ora.json_of(doc) is null then
		return ora.json_instead(on_error, 'ORA-40441: JSON syntax error');
	end if;
	docs := ora.json_found(doc, path);
	if cardinality(docs) = 0 then
		return ora.json_instead(on_empty, 'ORA-40462: JSON_QUERY evaluated to no value');
	elsif wrap = 'WITHOUT' and cardinality(docs) > 1 then
		return ora.json_instead(on_error, 'ORA-40480: result cannot be returned without array wrapper');
	elsif wrap = 'WITHOUT' and not scalars and json_typeof(docs[1]) not in ('object', 'array') then
		return ora.json_instead(on_error, 'ORA-40480: result cannot be returned without array wrapper');
	elsif wrap = 'WITH' or cardinality(docs) > 1 or (wrap = 'CONDITIONAL' and json_typeof(docs[1]) not in ('object', 'array')) then
		made := '[' || (select string_agg(ora.json_plain(d), ',' order by n) from unnest(docs) with ordinality as u(d, n)) || ']';
	else
		made := ora.json_plain(docs[1]);
	end if;
	if bytes > 0 and octet_length(made) > bytes then
		return ora.json_instead(on_error, format('ORA-40478: output value too large (maximum: %s)', bytes));
	end if;
	return made;
end $$;

-- doc.field: a scalar as JSON_VALUE gives it, another as JSON, several as an array of them.
create or replace function ora.json_dot(doc text, path text) returns text language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
	docs json[] := case when ora.json_of(doc) is not null then ora.json_found(doc, path) end;
begin
	if cardinality(docs) = 1 and json_typeof(docs[1]) not in ('object', 'array') then
		return nullif(docs[1] #>> '{}', '');
	elsif cardinality(docs) > 0 then
		return ora.json_query(doc, path, 'CONDITIONAL', 'NULL', 'NULL', true, 4000);
	end if;
	return null;
end $$;
create or replace function ora.json_dot(doc bytea, path text) returns text language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.json_dot(convert_from(doc, 'UTF8'), path) $$;
create or replace function ora.json_dot(doc ora.json, path text) returns ora.json language sql immutable parallel safe
as $$ select ora.to_json(ora.json_query(ora.json_text(doc), path, 'CONDITIONAL', 'NULL', 'NULL', true, 0)) $$;

create or replace function ora.json_query(doc bytea, path text, wrap text, on_error text, on_empty text, scalars boolean, bytes int) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
	select ora.json_query(convert_from(doc, 'UTF8'), path, wrap, on_error, on_empty, scalars, bytes)
$$;

create or replace function ora.json_query(doc ora.json, path text, wrap text, on_error text, on_empty text, scalars boolean, bytes int) returns text
language sql immutable parallel safe as $$
	select ora.json_query(ora.json_text(doc), path, wrap, on_error, on_empty, scalars, bytes)
$$;

-- ---- JSON_MERGEPATCH: RFC 7396 ---------------------------------------------------------------------------------------------

-- Members keep their order, new ones stand behind them.
create or replace function ora.json_merged(target pg_catalog.json, patch pg_catalog.json) returns text language plpgsql immutable parallel safe
set search_path = pg_catalog as $$
begin
	if json_typeof(patch) <> 'object' then
		return ora.json_plain(patch);
	elsif target is null or json_typeof(target) <> 'object' then
		target := '{}';
	end if;
	return '{' || coalesce((
		select string_agg(to_json(m.key)::text || ':' || m.made, ',' order by m.place, m.n)
		  from (select t.key, t.n, 1 as place, case when q.key is null then ora.json_plain(t.value) else ora.json_merged(t.value, q.value) end as made
			  from json_each(target) with ordinality as t(key, value, n) left join json_each(patch) q on q.key = t.key
			 where q.key is null or json_typeof(q.value) <> 'null'
			union all
			select q.key, q.n, 2, ora.json_merged(null, q.value) from json_each(patch) with ordinality as q(key, value, n)
			 where json_typeof(q.value) <> 'null' and not exists (select from json_each(target) t where t.key = q.key)) m), '') || '}';
end $$;
create or replace function ora.json_mergepatch(doc text, patch text, on_error text, bytes int) returns text language plpgsql immutable parallel safe
set search_path = pg_catalog as $$
begin
	if doc is null or patch is null then
		return null;
	elsif ora.json_of(doc) is null or ora.json_of(patch) is null then
		return ora.json_instead(on_error, 'ORA-40441: JSON syntax error');
	end if;
	return ora.json_sized(ora.json_merged(doc::json, patch::json), bytes);
exception when sqlstate 'ORA00' then
	if on_error = 'NULL' then
		return null;
	end if;
	raise;
end $$;

-- ---- JSON_SCALAR: a number or a text; moments keep their type inside JSON, which is not played ---------------------------------

create or replace function ora.json_of_scalar(numeric) returns ora.json language sql immutable strict parallel safe as $$ select ora.to_json(ora.json_item($1)) $$;
create or replace function ora.json_of_scalar(text) returns ora.json language sql immutable strict parallel safe as $$ select ora.to_json(ora.json_item($1)) $$;
