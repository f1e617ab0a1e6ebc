-- ora_lob.sql - LOBs: text and bytea inside, an empty one is '' and not NULL
--
-- Lengths and places in a CLOB count UTF-16 units, as Oracle counts them with AL32UTF8 (a supplementary character is two).
-- Source of names and defaults: Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_LOB.

-- What a query sends of a LOB: where it lies (row, table, column; zeros: nowhere), then the LOB (src/rehearsal/lob.h).
create or replace function rh.lob_out(text, oid, bigint, int) returns bytea language sql immutable strict parallel safe as $$
	select pg_catalog.int8send($3) operator(pg_catalog.||) pg_catalog.int4send($2::bigint::int4)
	       operator(pg_catalog.||) pg_catalog.int4send($4) operator(pg_catalog.||) pg_catalog.convert_to($1, 'UTF8')
$$;
create or replace function rh.lob_out(bytea, oid, bigint, int) returns bytea language sql immutable strict parallel safe as $$
	select pg_catalog.int8send($3) operator(pg_catalog.||) pg_catalog.int4send($2::bigint::int4)
	       operator(pg_catalog.||) pg_catalog.int4send($4) operator(pg_catalog.||) $1
$$;
-- Is this version of the row locked, or was it written, by the transaction that asks?
create or replace function rh.row_is_mine(oid, tid) returns boolean language c volatile strict
as 'causeway_redo', 'rh_row_is_mine';

-- The row's LOB becomes another through a locator: that fires no trigger, and the redo tells it as such.
create or replace function rh.lob_put(relid oid, attnum int2, row_id bigint, content anyelement) returns void language plpgsql as $$
begin
	perform pg_catalog.set_config('rh.lob_by_locator', 'on', true);
	execute pg_catalog.format('update %s set %I = $1 where "ROWID$" = $2', relid::regclass,
		(select a.attname from pg_catalog.pg_attribute a where a.attrelid = relid and a.attnum = $2)) using content, row_id;
	perform pg_catalog.set_config('rh.lob_by_locator', 'off', true);
end $$;

create or replace function ora.empty_clob() returns text language sql immutable parallel safe as $$ select ''::text $$;
create or replace function ora.empty_blob() returns bytea language sql immutable parallel safe as $$ select ''::bytea $$;
create or replace function ora.to_clob(text) returns text language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.to_blob(bytea) returns bytea language sql immutable strict parallel safe as $$ select $1 $$;

create or replace function ora.lob_length(text) returns numeric language sql immutable strict parallel safe as $$
	select (pg_catalog.length($1) + case when pg_catalog.octet_length($1) = pg_catalog.length($1) then 0
		else pg_catalog.regexp_count($1, '[\U00010000-\U0010FFFF]') end)::numeric
$$;
create or replace function ora.lob_length(bytea) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.octet_length($1)::numeric $$;
create or replace function ora.length(bytea) returns numeric language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.octet_length($1), 0)::numeric $$;
create or replace function ora.lob_chunk_size(text) returns numeric language sql immutable parallel safe as $$ select 8060::numeric $$;
create or replace function ora.lob_chunk_size(bytea) returns numeric language sql immutable parallel safe as $$ select 8132::numeric $$;

-- DBMS_LOB.SUBSTR(lob, amount, offset): NULL where amount is not 1 to 32767, or offset less than 1
create or replace function ora.lob_substr(text, numeric default 32767, numeric default 1) returns text
language sql immutable strict parallel safe as $$
	select case when $2 between 1 and 32767 and $3 between 1 and 2147483647
		    then nullif(pg_catalog.substr($1, $3::int, $2::int), '') end
$$;
create or replace function ora.lob_substr(bytea, numeric default 32767, numeric default 1) returns bytea
language sql immutable strict parallel safe as $$
	select case when $2 between 1 and 32767 and $3 between 1 and 2147483647
		    then nullif(pg_catalog.substr($1, $3::int, $2::int), ''::bytea) end
$$;
create or replace function ora.lob_instr(text, text, numeric default 1, numeric default 1) returns numeric
language sql immutable strict parallel safe as $$
	select case when $3 < 1 or $4 < 1 or $2 = '' then null else ora.instr($1, $2, $3, $4) end
$$;
create or replace function ora.lob_instr(bytea, bytea, numeric default 1, numeric default 1) returns numeric
language plpgsql immutable strict parallel safe as $$
declare
	behind int := $3::int - 1;
	found int := 0;
begin
	if $3 < 1 or $4 < 1 or octet_length($2) = 0 then
		return null;
	end if;
	for i in 1 .. $4::int loop
		found := position($2 in substr($1, behind + 1));
		if found = 0 then
			return 0;
		end if;
		behind := behind + found;
	end loop;
	return behind;
end $$;
-- -1, 0, 1; NULL where an offset or the amount is out of range
create or replace function ora.lob_compare(text, text, numeric default 2147483647, numeric default 1, numeric default 1)
returns numeric language sql immutable strict parallel safe as $$
	select case when $3 < 1 or $4 < 1 or $5 < 1 then null else (select case when a = b then 0 when a < b then -1 else 1 end
		from (select substr($1, $4::int, least($3, 1073741823)::int) collate "C" as a,
			     substr($2, $5::int, least($3, 1073741823)::int) collate "C" as b) x)::numeric end
$$;
create or replace function ora.lob_compare(bytea, bytea, numeric default 2147483647, numeric default 1, numeric default 1)
returns numeric language sql immutable strict parallel safe as $$
	select case when $3 < 1 or $4 < 1 or $5 < 1 then null else (select case when a = b then 0 when a < b then -1 else 1 end
		from (select substr($1, $4::int, least($3, 1073741823)::int) as a,
			     substr($2, $5::int, least($3, 1073741823)::int) as b) x)::numeric end
$$;
