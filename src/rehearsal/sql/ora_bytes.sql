-- ora_bytes.sql - text by its bytes: SUBSTRB, INSTRB, ASCIISTR (SQL Language Reference 19c)

-- Each character, with its first and its last byte.
create or replace function ora.bytes_of(t text, out nth bigint, out c text, out first bigint, out last bigint) returns setof record
language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select n, c, sum(b) over (order by n) operator(pg_catalog.-) b operator(pg_catalog.+) 1, sum(b) over (order by n)
	  from (select n, c, ora.stored_bytes(c)::bigint as b from unnest(string_to_array(t, null)) with ordinality s (c, n)) x
$$;

-- Of a character that is cut a blank is left for each byte.
create or replace function ora.substrb(t text, at numeric, want numeric default 1073741823) returns text language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
declare
	total bigint := ora.stored_bytes(t);
	low bigint := case when trunc(at) < 0 then total + trunc(at) + 1 else greatest(trunc(at), 1) end;
	high bigint := least(low + trunc(want) - 1, total);
begin
	if low < 1 or trunc(want) < 1 then
		return null;
	end if;
	return (select string_agg(case when b.first >= low and b.last <= high then b.c
			else repeat(' ', (least(b.last, high) - greatest(b.first, low) + 1)::int) end, '' order by b.nth)
		  from ora.bytes_of(t) b where b.last >= low and b.first <= high);
end $$;

create or replace function ora.instrb(t text, wanted text, at numeric default 1, occurrence numeric default 1) returns numeric language plpgsql
immutable strict parallel safe set search_path = pg_catalog as $$
declare
	total bigint := ora.stored_bytes(t);
	begins bigint;
	found numeric;
begin
	if trunc(at) < 0 then
		begins := (select max(b.nth) - length(t) - 1 from ora.bytes_of(t) b where b.first <= total + trunc(at) + 1);
	else
		begins := (select min(b.nth) from ora.bytes_of(t) b where b.first >= trunc(at));
	end if;
	if begins is null or trunc(at) = 0 then
		return 0;
	end if;
	found := ora.instr(t, wanted, begins, occurrence);
	return case when found = 0 then 0 else (select b.first from ora.bytes_of(t) b where b.nth = found) end;
end $$;

-- What is no ASCII as UTF-16 in hex, and a backslash.
create or replace function ora.asciistr(t text) returns text language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select string_agg(case
		when ascii(c) < 128 and c <> '\' then c
		when ascii(c) < 65536 then '\' || upper(lpad(to_hex(ascii(c)), 4, '0'))
		else '\' || upper(to_hex(55296 + (ascii(c) - 65536) / 1024)) || '\' || upper(to_hex(56320 + (ascii(c) - 65536) % 1024)) end, '' order by n)
	  from unnest(string_to_array(t, null)) with ordinality s (c, n)
$$;
