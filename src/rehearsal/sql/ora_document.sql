-- ora_document.sql - JSON, XMLTYPE and BOOLEAN as types of columns: extension/json.c and xmltype.c say what they are
--
-- Run again at every change of the program: must be repeatable, and a type that has columns stays.
-- Source: Oracle Database SQL Language Reference 21c, "JSON Data Type", JSON_SERIALIZE; 23ai, "Boolean Data Type", TO_BOOLEAN;
-- XML DB Developer's Guide 19c, XMLType.

do $$
declare
	one text;
	made boolean;
begin
	foreach one in array array['json', 'xml'] loop
		select not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
				   where n.nspname = 'ora' and t.typname = one and t.typisdefined) into made;
		if made and not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
					where n.nspname = 'ora' and t.typname = one) then
			execute format('create type ora.%I', one);
		end if;
		execute format('create or replace function ora.%1$s_in(cstring) returns ora.%1$s language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%1$s_in''', one);
		execute format('create or replace function ora.%1$s_out(ora.%1$s) returns cstring language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%1$s_out''', one);
		execute format('create or replace function ora.%1$s_recv(internal) returns ora.%1$s language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%1$s_recv''', one);
		execute format('create or replace function ora.%1$s_send(ora.%1$s) returns bytea language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%1$s_send''', one);
		continue when not made;
		execute format('create type ora.%1$s (input = ora.%1$s_in, output = ora.%1$s_out, receive = ora.%1$s_recv, send = ora.%1$s_send,
				storage = extended)', one);
	end loop;
end $$;

create or replace function ora.json_made(jsonb) returns ora.json language c immutable strict parallel safe as 'causeway_redo', 'rh_json_of';
create or replace function ora.json_text(ora.json) returns text language c immutable strict parallel safe as 'causeway_redo', 'rh_json_text';
create or replace function ora.json_of(doc ora.json, strict boolean default false) returns jsonb language sql immutable parallel safe
as $$ select ora.json_text($1)::jsonb $$;
-- text and bytes that are stored into a column of JSON, or go through JSON()
create or replace function ora.to_json(text) returns ora.json language sql immutable strict parallel safe
as $$ select ora.json_made(ora.json_of($1, true)) $$;
create or replace function ora.json_image(bytea) returns ora.json language c immutable strict parallel safe as 'causeway_redo', 'rh_json_image';
create or replace function ora.to_json(bytea) returns ora.json language sql immutable strict parallel safe
as $$ select case when pg_catalog.substr($1, 1, 3) operator(pg_catalog.=) '\xff4a5a' then ora.json_image($1) else ora.json_made(ora.json_of($1, true)) end $$;
create or replace function ora.to_json(ora.json) returns ora.json language sql immutable strict parallel safe as $$ select $1 $$;
-- of a BLOB that holds a document
create or replace function ora.json_bytes(ora.json) returns bytea language sql immutable strict parallel safe
as $$ select pg_catalog.convert_to(ora.json_text($1), 'UTF8') $$;
create or replace function ora.json_serialize(ora.json) returns text language sql immutable strict parallel safe as $$ select ora.json_text($1) $$;
create or replace function ora.json_serialize(text) returns text language sql immutable strict parallel safe
as $$ select ora.json_text(ora.to_json($1)) $$;
create or replace function ora.json_serialize(bytea) returns text language sql immutable strict parallel safe
as $$ select ora.json_text(ora.to_json($1)) $$;
create or replace function ora.is_json(ora.json) returns boolean language sql immutable parallel safe
as $$ select case when $1 is not null then true end $$;
create or replace function ora.json_value(doc ora.json, path text, strict boolean default false) returns text
language sql immutable parallel safe as $$ select ora.json_scalar(ora.json_of($1), $2, $3) $$;
create or replace function ora.json_exists(doc ora.json, path text) returns boolean language sql immutable parallel safe
as $$ select coalesce(pg_catalog.jsonb_path_exists(ora.json_of($1), ora.json_path($2)), false) $$;

-- TYPE_OID of SYS.XMLTYPE
create or replace function rh.xmltype_oid() returns bytea language sql immutable parallel safe
as $$ select pg_catalog.decode('00000000000000000000000000020100', 'hex') $$;
create or replace function ora.to_xml(text) returns ora.xml language sql immutable strict parallel safe as $$ select $1::ora.xml $$;
create or replace function ora.to_xml(ora.xml) returns ora.xml language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.xml_text(ora.xml) returns text language sql immutable strict parallel safe as $$ select $1::text $$;

create or replace function ora.to_boolean(text) returns boolean language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
begin
	if lower(trim($1)) in ('true', 'yes', 'on', '1', 't', 'y') then
		return true;
	elsif lower(trim($1)) not in ('false', 'no', 'off', '0', 'f', 'n') then
		raise exception 'ORA-61800: invalid boolean literal: %', $1 using errcode = 'ORA00';
	end if;
	return false;
end $$;
create or replace function ora.to_boolean(numeric) returns boolean language sql immutable strict parallel safe
as $$ select $1 operator(pg_catalog.<>) 0 $$;
create or replace function ora.boolean_text(boolean) returns text language sql immutable strict parallel safe
as $$ select case when $1 then 'TRUE' else 'FALSE' end $$;
create or replace function ora.to_char(boolean) returns text language sql immutable strict parallel safe
as $$ select ora.boolean_text($1) $$;
create or replace function ora.boolean_number(boolean) returns numeric language sql immutable strict parallel safe
as $$ select $1::int::numeric $$;
