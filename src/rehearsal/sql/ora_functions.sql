-- ora_functions.sql - functions that PostgreSQL lacks or means otherwise
--
-- Lower-case names in schema ora, before pg_catalog in search_path.  Numbers come in and go out as numeric, '' is NULL.
-- Source of meaning and of the cases tested: Oracle Database SQL Language Reference 19c, "Functions".

-- ---- masks ----------------------------------------------------------------------------------------------------------

create or replace function ora.to_char(timestamp, text) returns text language sql stable strict parallel safe
as $$ select nullif(ora.to_char(ora.stamp_from($1), $2), '') $$;
create or replace function ora.to_char(ora.date) returns text language sql stable strict parallel safe
as $$ select ora.to_char($1::timestamp, ora.setting('nls_date_format', 'DD-MON-RR')) $$;
create or replace function ora.to_char(ora.date, text) returns text language sql stable strict parallel safe
as $$ select ora.to_char($1::timestamp, $2) $$;
create or replace function ora.to_char(timestamp) returns text language sql stable strict parallel safe
as $$ select ora.to_char(ora.stamp_from($1)) $$;
create or replace function ora.to_char(numeric) returns text language sql immutable strict parallel safe
as $$ select ora.number_text($1) $$;
create or replace function ora.to_char(text) returns text language sql immutable strict parallel safe as $$ select $1 $$;

create or replace function ora.to_date(text, text) returns ora.date language sql stable strict parallel safe
as $$ select pg_catalog.date_trunc('second', ora.stamp_as_timestamp(ora.stamp_by_mask($1, $2)))::ora.date $$;
create or replace function ora.to_date(numeric, text) returns ora.date language sql stable strict parallel safe
as $$ select ora.to_date(ora.to_char($1), $2) $$;
-- the third argument names the language of months and days; only one is known here
create or replace function ora.in_english(mask text, nls text) returns text language plpgsql immutable strict as $$
begin
	if upper(nls) !~ '^ *NLS_DATE_LANGUAGE *= *(AMERICAN|ENGLISH) *$' and upper(nls) !~ '^ *NLS_CALENDAR *= *GREGORIAN *$' then
		raise exception 'ORA-03001: unimplemented feature: %', nls using errcode = 'ORA00';
	end if;
	return mask;
end $$;
create or replace function ora.to_char(timestamp, text, text) returns text language sql stable strict
as $$ select ora.to_char($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_char(ora.date, text, text) returns text language sql stable strict
as $$ select ora.to_char($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_char(ora.stamp, text, text) returns text language sql stable strict
as $$ select ora.to_char($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_char(ora.stamp_tz, text, text) returns text language sql stable strict
as $$ select ora.to_char($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_char(ora.stamp_ltz, text, text) returns text language sql stable strict
as $$ select ora.to_char($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_date(text, text, text) returns ora.date language sql stable strict
as $$ select ora.to_date($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_timestamp(text, text, text) returns ora.stamp language sql stable strict
as $$ select ora.stamp_by_mask($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_timestamp_tz(text, text, text) returns ora.stamp_tz language sql stable strict
as $$ select ora.to_timestamp_tz($1, ora.in_english($2, $3)) $$;
create or replace function ora.to_date(text) returns ora.date language sql stable strict parallel safe
as $$ select ora.to_date($1, ora.setting('nls_date_format', 'DD-MON-RR')) $$;
create or replace function ora.to_date(timestamp) returns ora.date language sql immutable strict parallel safe
as $$ select $1::ora.date $$;
create or replace function ora.to_timestamp(text, text) returns ora.stamp language sql stable strict parallel safe
as $$ select ora.stamp_by_mask($1, $2) $$;
create or replace function ora.to_timestamp(text) returns ora.stamp language sql stable strict parallel safe
as $$ select ora.stamp_by_mask($1, ora.setting('nls_timestamp_format', 'DD-MON-RR HH.MI.SSXFF AM')) $$;
create or replace function ora.to_timestamp(ora.stamp) returns ora.stamp language sql immutable strict parallel safe
as $$ select $1 $$;

create or replace function ora.to_number(text) returns numeric language sql immutable strict parallel safe
as $$ select ora.number(ora.text_number($1)) $$;
create or replace function ora.to_number(numeric) returns numeric language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.to_number(text, text) returns numeric language plpgsql stable strict parallel safe as $$
begin
	if upper($2) ~ '^(FM)?X+$' then
		return ('x' || lpad($1, 16, '0'))::bit(64)::bigint;
	end if;
	return pg_catalog.to_number($1, $2);
exception when others then
	raise exception 'ORA-01722: invalid number' using errcode = 'ORA00';
end $$;

-- ---- strings --------------------------------------------------------------------------------------------------------

create or replace function ora.length(text) returns numeric language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.length($1), 0)::numeric $$;
create or replace function ora.length(bpchar) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.length(ora.padded($1))::numeric $$;
create or replace function ora.length(numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.length(ora.number_text($1))::numeric $$;
-- a FLOAT keeps so many decimal digits
create or replace function ora.float_round(numeric, int) returns numeric language sql immutable strict parallel safe as $$
	select case when $1 operator(pg_catalog.=) 0 then $1 else pg_catalog.round($1, $2 operator(pg_catalog.-) (case
		when pg_catalog.abs($1) operator(pg_catalog.>=) 1 then pg_catalog.length(pg_catalog.trunc(pg_catalog.abs($1))::text)
		else operator(pg_catalog.-) pg_catalog.length((pg_catalog.regexp_match(pg_catalog.abs($1)::text, '^0\.(0*)'))[1]) end)) end
$$;
create or replace function ora.lengthb(text) returns numeric language sql immutable strict parallel safe
as $$ select nullif(ora.stored_bytes($1), 0)::numeric $$;
create or replace function ora.lengthb(bpchar) returns numeric language sql immutable strict parallel safe
as $$ select ora.stored_bytes(ora.padded($1))::numeric $$;

create or replace function ora.substr(text, numeric, numeric) returns text language sql immutable strict parallel safe as $$
	select case
		when pg_catalog.trunc($3) < 1 then null
		when pg_catalog.trunc($2) >= 0
			then nullif(pg_catalog.substr($1, greatest(pg_catalog.trunc($2)::int, 1), pg_catalog.trunc($3)::int), '')
		when -pg_catalog.trunc($2) > pg_catalog.length($1) then null
		else nullif(pg_catalog.substr($1, pg_catalog.length($1) + pg_catalog.trunc($2)::int + 1, pg_catalog.trunc($3)::int), '') end
$$;
create or replace function ora.substr(text, numeric) returns text language sql immutable strict parallel safe
as $$ select ora.substr($1, $2, 2147483647 - 1073741824) $$;
create or replace function ora.substr(bpchar, numeric, numeric) returns text language sql immutable strict parallel safe
as $$ select ora.substr(ora.padded($1), $2, $3) $$;
create or replace function ora.substr(bpchar, numeric) returns text language sql immutable strict parallel safe
as $$ select ora.substr(ora.padded($1), $2) $$;

create or replace function ora.instr(text, text, numeric, numeric) returns numeric language plpgsql immutable strict parallel safe as $$
declare
	at int := trunc($3)::int;
	left_to_find int := trunc($4)::int;
	total int := pg_catalog.length($1);
begin
	if at = 0 or left_to_find < 1 then
		if left_to_find < 1 then
			raise exception 'ORA-01428: argument ''%'' is out of range', $4 using errcode = 'ORA00';
		end if;
		return 0;
	end if;
	if at > 0 then
		while at <= total loop
			if pg_catalog.substr($1, at, pg_catalog.length($2)) = $2 then
				left_to_find := left_to_find - 1;
				if left_to_find = 0 then return at; end if;
			end if;
			at := at + 1;
		end loop;
		return 0;
	end if;
	at := total + at + 1;
	while at >= 1 loop
		if pg_catalog.substr($1, at, pg_catalog.length($2)) = $2 then
			left_to_find := left_to_find - 1;
			if left_to_find = 0 then return at; end if;
		end if;
		at := at - 1;
	end loop;
	return 0;
end $$;
create or replace function ora.instr(text, text, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.instr($1, $2, $3, 1) $$;
create or replace function ora.instr(text, text) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.strpos($1, $2)::numeric $$;

create or replace function ora.upper(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.upper($1), '') $$;
create or replace function ora.lower(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.lower($1), '') $$;
create or replace function ora.initcap(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.initcap($1), '') $$;
create or replace function ora.trim(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.btrim($1, ' '), '') $$;
create or replace function ora.btrim(text, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.btrim($1, $2), '') $$;
create or replace function ora.ltrim(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.ltrim($1, ' '), '') $$;
create or replace function ora.ltrim(text, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.ltrim($1, $2), '') $$;
create or replace function ora.rtrim(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.rtrim($1, ' '), '') $$;
create or replace function ora.rtrim(text, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.rtrim($1, $2), '') $$;
create or replace function ora.lpad(text, numeric, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.lpad($1, greatest(pg_catalog.trunc($2)::int, 0), $3), '') $$;
create or replace function ora.lpad(text, numeric) returns text language sql immutable strict parallel safe
as $$ select ora.lpad($1, $2, ' ') $$;
create or replace function ora.lpad(numeric, numeric, text) returns text language sql immutable strict parallel safe
as $$ select ora.lpad(ora.number_text($1), $2, $3) $$;
create or replace function ora.rpad(text, numeric, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.rpad($1, greatest(pg_catalog.trunc($2)::int, 0), $3), '') $$;
create or replace function ora.rpad(text, numeric) returns text language sql immutable strict parallel safe
as $$ select ora.rpad($1, $2, ' ') $$;
create or replace function ora.replace(text, text, text) returns text language sql immutable parallel safe
as $$ select case when $2 is null then $1 else nullif(pg_catalog.replace($1, $2, coalesce($3, '')), '') end $$;
create or replace function ora.replace(text, text) returns text language sql immutable parallel safe
as $$ select ora.replace($1, $2, null) $$;
create or replace function ora.translate(text, text, text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.translate($1, $2, $3), '') $$;
create or replace function ora.concat(text, text) returns text language sql immutable parallel safe
as $$ select ora.concat_op($1, $2) $$;
create or replace function ora.nchr(numeric) returns text language sql immutable strict parallel safe
as $$ select pg_catalog.chr(pg_catalog.trunc($1)::int) $$;
create or replace function ora.chr(numeric) returns text language sql immutable strict parallel safe
as $$ select ora.chr_of(pg_catalog.trunc($1)::bigint) $$;
create or replace function ora.ascii(text) returns numeric language sql immutable strict parallel safe
as $$ select ora.ascii_of($1)::numeric $$;
create or replace function ora.rawtohex(bytea) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.upper(pg_catalog.encode($1, 'hex')), '') $$;
create or replace function ora.hextoraw(text) returns bytea language plpgsql immutable strict parallel safe as $$
begin
	return pg_catalog.decode(case when pg_catalog.length($1) % 2 = 1 then '0' || $1 else $1 end, 'hex');
exception when others then
	raise exception 'ORA-01465: invalid hex number' using errcode = 'ORA00';
end $$;
create or replace function ora.rowidtochar(text) returns text language sql immutable strict parallel safe as $$ select $1 $$;
-- DBMS_ROWID: a ROWID is 6 digits of the object, 3 of the file, 6 of the block and 3 of the row, of 6 bits each
create or replace function rh.rowid_digits(id text, at int, digits int) returns numeric language plpgsql immutable strict parallel safe as $$
declare
	alphabet constant text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
	ret numeric := 0;
begin
	if id !~ '^[A-Za-z0-9+/]{18}$' then
		raise exception 'ORA-01410: invalid ROWID' using errcode = 'ORA00';
	end if;
	for i in at .. at + digits - 1 loop
		ret := ret * 64 + pg_catalog.strpos(alphabet, pg_catalog.substr(id, i, 1)) - 1;
	end loop;
	return ret;
end $$;
create or replace function rh.rowid_spelled(value numeric, digits int) returns text language sql immutable strict parallel safe as $$
	select pg_catalog.string_agg(pg_catalog.substr('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
			pg_catalog.mod(pg_catalog.div($1, 64::numeric ^ place), 64)::int + 1, 1), '' order by place desc)
	  from pg_catalog.generate_series(0, $2 - 1) place
$$;
create or replace function ora.rowid_object(text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 1, 6) $$;
create or replace function ora.rowid_relative_fno(text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 7, 3) $$;
create or replace function ora.rowid_relative_fno(text, text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 7, 3) $$;
create or replace function ora.rowid_block_number(text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 10, 6) $$;
create or replace function ora.rowid_block_number(text, text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 10, 6) $$;
create or replace function ora.rowid_row_number(text) returns numeric language sql immutable strict parallel safe as $$ select rh.rowid_digits($1, 16, 3) $$;
create or replace function ora.rowid_type(text) returns numeric language sql immutable strict parallel safe as $$ select sign(rh.rowid_digits($1, 1, 1) + 1) $$;
create or replace function ora.rowid_create(kind numeric, object numeric, file numeric, block numeric, line numeric) returns text language sql immutable strict parallel safe
as $$ select rh.rowid_spelled($2, 6) || rh.rowid_spelled($3, 3) || rh.rowid_spelled($4, 6) || rh.rowid_spelled($5, 3) $$;
-- NULL is hashed as no bytes are
create or replace function ora.hash_of(bytea, text) returns bytea language c immutable strict parallel safe as 'causeway_redo', 'rh_hash_of';
create or replace function ora.dump("any", code int, is_national boolean, format int default null, first int default null, count int default null)
returns text language c immutable parallel safe as 'causeway_redo', 'rh_dump';
create or replace function ora.vsize("any", code int, is_national boolean) returns int language c immutable parallel safe as 'causeway_redo', 'rh_vsize';
create or replace function ora.standard_hash(value text, method text default 'SHA1') returns bytea language sql immutable parallel safe
as $$ select ora.hash_of(pg_catalog.convert_to(coalesce(value, ''), 'UTF8'), pg_catalog.upper(method)) $$;
create or replace function ora.standard_hash(value bytea, method text default 'SHA1') returns bytea language sql immutable parallel safe
as $$ select ora.hash_of(coalesce(value, ''), pg_catalog.upper(method)) $$;

create or replace function ora.sys_guid() returns bytea language sql volatile
as $$ select pg_catalog.uuid_send(pg_catalog.gen_random_uuid()) $$;

-- ---- NULL and choice --------------------------------------------------------------------------------------------------

create or replace function ora.nvl(text, text) returns text language sql immutable parallel safe as $$ select coalesce($1, $2) $$;
create or replace function ora.nvl(numeric, numeric) returns numeric language sql immutable parallel safe
as $$ select coalesce($1, $2) $$;
create or replace function ora.nvl(ora.date, ora.date) returns ora.date language sql immutable parallel safe
as $$ select coalesce($1, $2) $$;
create or replace function ora.nvl(timestamp, timestamp) returns timestamp language sql immutable parallel safe
as $$ select coalesce($1, $2) $$;
create or replace function ora.nvl(bytea, bytea) returns bytea language sql immutable parallel safe
as $$ select coalesce($1, $2) $$;
create or replace function ora.nvl(text, numeric) returns text language sql immutable parallel safe
as $$ select coalesce($1, ora.number_text($2)) $$;
create or replace function ora.nvl(numeric, text) returns numeric language sql immutable parallel safe
as $$ select coalesce($1, ora.text_number($2)) $$;
create or replace function ora.greatest(variadic numeric[]) returns numeric language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else max(v) end from pg_catalog.unnest($1) v $$;
create or replace function ora.greatest(variadic text[]) returns text language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else max(v collate "C") end from pg_catalog.unnest($1) v $$;
create or replace function ora.greatest(variadic timestamp[]) returns timestamp language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else max(v) end from pg_catalog.unnest($1) v $$;
create or replace function ora.least(variadic numeric[]) returns numeric language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else min(v) end from pg_catalog.unnest($1) v $$;
create or replace function ora.least(variadic text[]) returns text language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else min(v collate "C") end from pg_catalog.unnest($1) v $$;
create or replace function ora.least(variadic timestamp[]) returns timestamp language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else min(v) end from pg_catalog.unnest($1) v $$;

-- ---- numbers ----------------------------------------------------------------------------------------------------------

create or replace function ora.mod(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select case when $2 = 0 then $1 else pg_catalog.mod($1, $2) end $$;
create or replace function ora.round(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trim_scale(pg_catalog.round($1, pg_catalog.trunc($2)::int)) $$;
create or replace function ora.round(numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.round($1) $$;
create or replace function ora.trunc(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trim_scale(pg_catalog.trunc($1, pg_catalog.trunc($2)::int)) $$;
create or replace function ora.trunc(numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trunc($1) $$;
create or replace function ora.power(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number(pg_catalog.power($1, $2)) $$;
create or replace function ora.sqrt(numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number(pg_catalog.sqrt($1 + 0.0000000000000000000000000000000000000000)) $$;
create or replace function ora.bitand(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ($1::bigint & $2::bigint)::numeric $$;
create or replace function ora.sign(numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.sign($1) $$;

-- ---- dates ------------------------------------------------------------------------------------------------------------

create or replace function ora.sysdate() returns ora.date language sql stable
as $$ select pg_catalog.date_trunc('second', pg_catalog.statement_timestamp() at time zone 'UTC')::ora.date $$;
create or replace function ora.systimestamp() returns ora.stamp_tz language sql stable
as $$ select ora.utc_at(ora.stamp_from(pg_catalog.statement_timestamp() at time zone 'UTC'), '+00:00') $$;
create or replace function ora.current_timestamp() returns ora.stamp_tz language sql stable
as $$ select ora.utc_at(ora.stamp_from(pg_catalog.statement_timestamp() at time zone 'UTC'), null) $$;
create or replace function ora.sys_extract_utc(ora.stamp_tz) returns ora.stamp language sql immutable strict
as $$ select ora.utc($1) $$;
create or replace function ora.tz_offset(text) returns text language sql stable strict
as $$ select ora.to_char(ora.at_zone(ora.systimestamp(), $1), 'TZH:TZM') $$;
create or replace function ora.add_months(timestamp, numeric) returns ora.date language sql immutable strict parallel safe as $$
	select case when $1::date = (pg_catalog.date_trunc('month', $1) + interval '1 month - 1 day')::date
		then pg_catalog.date_trunc('month', $1) + pg_catalog.make_interval(months => pg_catalog.trunc($2)::int + 1) - interval '1 day'
			+ ($1 operator(pg_catalog.-) pg_catalog.date_trunc('day', $1))
		else $1 + pg_catalog.make_interval(months => pg_catalog.trunc($2)::int) end::ora.date
$$;
create or replace function ora.new_time_hours(zone text) returns numeric language plpgsql immutable set search_path = pg_catalog as $$
declare
	hours numeric := '{"AST": -4, "ADT": -3, "BST": -11, "BDT": -10, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4, "GMT": 0, "HST": -10, "HDT": -9,
		"MST": -7, "MDT": -6, "NST": -3.5, "PST": -8, "PDT": -7, "YST": -9, "YDT": -8}'::jsonb ->> upper(zone);
begin
	if hours is null then
		raise exception 'ORA-01857: not a valid time zone' using errcode = 'ORA00';
	end if;
	return hours;
end $$;
create or replace function ora.new_time(timestamp, text, text) returns ora.date language sql immutable strict parallel safe as $$
	select ($1 + pg_catalog.make_interval(mins => (60 * (ora.new_time_hours($3) - ora.new_time_hours($2)))::int))::ora.date
$$;
create or replace function ora.new_time(ora.stamp, text, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.new_time(ora.stamp_as_timestamp($1), $2, $3) $$;
create or replace function ora.new_time(ora.stamp_tz, text, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.new_time(ora.tz_as_timestamp($1), $2, $3) $$;
create or replace function ora.new_time(text, text, text) returns ora.date language sql stable strict
as $$ select ora.new_time(ora.to_date($1), $2, $3) $$;
create or replace function ora.last_day(timestamp) returns ora.date language sql immutable strict parallel safe as $$
	select (pg_catalog.date_trunc('month', $1) + interval '1 month - 1 day'
		+ ($1 operator(pg_catalog.-) pg_catalog.date_trunc('day', $1)))::ora.date
$$;
create or replace function ora.months_between(timestamp, timestamp) returns numeric language sql immutable strict parallel safe as $$
	select (extract(year from $1) - extract(year from $2)) * 12 + extract(month from $1) - extract(month from $2) +
		case when extract(day from $1) = extract(day from $2)
			  or ($1::date = ora.last_day($1)::date and $2::date = ora.last_day($2)::date) then 0
		     else ora.divide(extract(epoch from $1) - extract(epoch from pg_catalog.date_trunc('month', $1))
				     - (extract(epoch from $2) - extract(epoch from pg_catalog.date_trunc('month', $2))), 2678400::numeric) end
$$;
create or replace function ora.trunc(timestamp) returns ora.date language sql immutable strict parallel safe
as $$ select pg_catalog.date_trunc('day', $1)::ora.date $$;
create or replace function ora.round(timestamp) returns ora.date language sql immutable strict parallel safe
as $$ select pg_catalog.date_trunc('day', $1 + interval '12 hours')::ora.date $$;
create or replace function ora.numtodsinterval(numeric, text) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of($1 * case upper($2) when 'DAY' then 86400000000000 when 'HOUR' then 3600000000000
	when 'MINUTE' then 60000000000 else 1000000000 end) $$;
create or replace function ora.numtoyminterval(numeric, text) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(pg_catalog.round($1 * case upper($2) when 'YEAR' then 12 else 1 end)::bigint) $$;
-- these of a TIMESTAMP are DATEs
create or replace function ora.trunc(ora.stamp) returns ora.date language sql immutable strict parallel safe
as $$ select ora.trunc(ora.stamp_as_timestamp($1)) $$;
create or replace function ora.trunc(ora.stamp, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.trunc(ora.stamp_as_timestamp($1), $2) $$;
create or replace function ora.trunc(ora.stamp_ltz) returns ora.date language sql stable strict parallel safe
as $$ select ora.trunc(ora.ltz_as_timestamp($1)) $$;
create or replace function ora.trunc(ora.stamp_ltz, text) returns ora.date language sql stable strict parallel safe
as $$ select ora.trunc(ora.ltz_as_timestamp($1), $2) $$;
create or replace function ora.trunc(ora.stamp_tz) returns ora.date language sql immutable strict parallel safe
as $$ select ora.trunc(ora.tz_as_timestamp($1)) $$;
create or replace function ora.trunc(ora.stamp_tz, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.trunc(ora.tz_as_timestamp($1), $2) $$;
create or replace function ora.round(ora.stamp) returns ora.date language sql immutable strict parallel safe
as $$ select ora.round(ora.stamp_as_timestamp($1)) $$;
create or replace function ora.add_months(ora.stamp, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.add_months(ora.stamp_as_timestamp($1), $2) $$;
create or replace function ora.last_day(ora.stamp) returns ora.date language sql immutable strict parallel safe
as $$ select ora.last_day(ora.stamp_as_timestamp($1)) $$;
create or replace function ora.months_between(ora.stamp, ora.stamp) returns numeric language sql immutable strict parallel safe
as $$ select ora.months_between(ora.stamp_as_timestamp($1), ora.stamp_as_timestamp($2)) $$;
create or replace function ora.greatest(variadic ora.stamp[]) returns ora.stamp language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else ora.max(v) end from pg_catalog.unnest($1) v $$;
create or replace function ora.least(variadic ora.stamp[]) returns ora.stamp language sql immutable parallel safe
as $$ select case when bool_or(v is null) then null else ora.min(v) end from pg_catalog.unnest($1) v $$;
create or replace function ora.unistr(text) returns text language sql immutable strict parallel safe
as $$ select nullif(pg_catalog.unistr($1), '') $$;

-- ---- the session --------------------------------------------------------------------------------------------------------

-- what the session's row says of it, by the parameter's name; SQL Language Reference 19c, SYS_CONTEXT
create or replace function rh.own_session(parameter text) returns text language plpgsql stable security definer set search_path = pg_catalog as $$
declare
	s rh.sessions;
begin
	select * into s from rh.sessions where sid = split_part(ora.setting('sid', '0'), ',', 1)::int;
	return case parameter
		when 'MODULE' then s.module when 'ACTION' then s.action when 'CLIENT_INFO' then s.client_info
		when 'CLIENT_IDENTIFIER' then s.client_identifier when 'OS_USER' then s.os_user when 'HOST' then s.machine
		when 'TERMINAL' then s.terminal when 'CLIENT_PROGRAM_NAME' then s.program when 'SESSIONID' then s.audsid::text
		when 'PROXY_USER' then s.proxy when 'PROXY_USERID' then (select u.user_id from rh.users u where u.username = s.proxy)::text
		when 'AUTHENTICATED_IDENTITY' then coalesce(s.proxy, s.username) when 'AUTHENTICATION_METHOD' then 'PASSWORD'
		when 'IDENTIFICATION_TYPE' then 'LOCAL' when 'NETWORK_PROTOCOL' then 'tcp'
		when 'ISDBA' then case when s.user_id = 0 then 'TRUE' else 'FALSE' end
		else rh.other_context(parameter) end;
end $$;

-- and what the session's settings do, or nothing; a name that is none is an error
create or replace function rh.other_context(parameter text) returns text language plpgsql stable set search_path = pg_catalog as $$
begin
	if parameter in ('NLS_CALENDAR', 'NLS_CURRENCY', 'NLS_DATE_LANGUAGE', 'NLS_SORT', 'NLS_TERRITORY') then
		return (select n."VALUE" from "SYS"."NLS_SESSION_PARAMETERS" n where n."PARAMETER" = parameter);
	elsif parameter in ('AUDITED_CURSORID', 'AUTHENTICATION_DATA', 'BG_JOB_ID', 'CDB_DOMAIN', 'CLOUD_SERVICE', 'CURRENT_BIND', 'CURRENT_SQL', 'CURRENT_SQL_LENGTH',
			    'DB_DOMAIN', 'DB_SUPPLEMENTAL_LOG_LEVEL', 'DBLINK_INFO', 'DRAIN_STATUS', 'ENTERPRISE_IDENTITY', 'ENTRYID', 'GLOBAL_UID',
			    'IP_ADDRESS', 'LDAP_SERVER_TYPE', 'POLICY_INVOKER', 'PROXY_ENTERPRISE_IDENTITY', 'SCHEDULER_JOB', 'STATEMENTID',
			    'UNIFIED_AUDIT_SESSIONID', 'ORACLE_HOME', 'PID') then
		return null;
	end if;
	raise exception 'ORA-02003: invalid USERENV parameter' using errcode = 'ORA00';
end $$;

create or replace function rh.own_context(attribute text) returns text language sql stable security definer set search_path = pg_catalog as $$
	select c.value from rh.contexts c where c.sid = split_part(ora.setting('sid', '0'), ',', 1)::int and c.attribute = upper($1)
$$;

create or replace function ora.sys_context(namespace text, parameter text) returns text language sql stable as $$
	select case when upper($1) = 'CLIENTCONTEXT' then rh.own_context($2) when upper($1) <> 'USERENV' then null else case upper($2)
		when 'SESSION_USER' then rh.me() when 'CURRENT_USER' then rh.me()
		when 'FG_JOB_ID' then '0' when 'GLOBAL_CONTEXT_MEMORY' then '0' when 'PLATFORM_SLASH' then '/'
		when 'SESSION_DEFAULT_COLLATION' then 'USING_NLS_COMP' when 'IS_APPLY_SERVER' then 'FALSE' when 'IS_DG_ROLLING_UPGRADE' then 'FALSE'
		when 'CURRENT_EDITION_NAME' then 'ORA$BASE' when 'SESSION_EDITION_NAME' then 'ORA$BASE'
		when 'CURRENT_SCHEMA' then ora.setting('schema', rh.me())
		when 'CURRENT_SCHEMAID' then ora.setting('user_id', '0') when 'SESSION_USERID' then ora.setting('user_id', '0') when 'CURRENT_USERID' then ora.setting('user_id', '0')
		when 'SID' then split_part(ora.setting('sid', '0'), ',', 1)
		when 'INSTANCE' then rh.own_instance()::text when 'INSTANCE_NAME' then rh.instance_of(rh.own_instance()) when 'DB_NAME' then rh.fact('db_name')
		when 'DB_UNIQUE_NAME' then rh.fact('db_name') when 'SERVICE_NAME' then rh.fact('service')
		when 'CON_NAME' then rh.fact('db_name') when 'CON_ID' then '0' when 'CDB_NAME' then null
		when 'SERVER_HOST' then rh.fact('host_name') when 'LANGUAGE' then 'AMERICAN_AMERICA.' || rh.fact('charset') when 'LANG' then 'US'
		when 'NLS_DATE_FORMAT' then ora.setting('nls_date_format', 'DD-MON-RR')
		when 'DATABASE_ROLE' then 'PRIMARY' else rh.own_session(upper($2)) end end
$$;
create or replace function ora.userenv(parameter text) returns text language plpgsql stable strict set search_path = pg_catalog as $$
begin
	if upper(parameter) not in ('CLIENT_INFO', 'ENTRYID', 'ISDBA', 'LANG', 'LANGUAGE', 'SESSIONID', 'SID', 'TERMINAL') then
		raise exception 'ORA-02003: invalid USERENV parameter' using errcode = 'ORA00';
	end if;
	return ora.sys_context('USERENV', parameter);
end $$;
create or replace function ora.userenv_number(parameter text) returns numeric language sql stable strict set search_path = pg_catalog
as $$ select ora.userenv($1)::numeric $$;
grant usage on schema ora to public;
create or replace function ora.mod(int, int) returns numeric language sql immutable strict parallel safe
as $$ select ora.mod($1::numeric, $2::numeric) $$;
create or replace function ora.mod(bigint, bigint) returns numeric language sql immutable strict parallel safe
as $$ select ora.mod($1::numeric, $2::numeric) $$;

-- The same for integer literals: pg_catalog has functions of exactly these types, which would be taken instead.
create or replace function ora.substr(text, int, int) returns text language sql immutable strict parallel safe
as $$ select ora.substr($1, $2::numeric, $3::numeric) $$;
create or replace function ora.substr(text, int) returns text language sql immutable strict parallel safe
as $$ select ora.substr($1, $2::numeric) $$;
create or replace function ora.lpad(text, int, text) returns text language sql immutable strict parallel safe
as $$ select ora.lpad($1, $2::numeric, $3) $$;
create or replace function ora.lpad(text, int) returns text language sql immutable strict parallel safe
as $$ select ora.lpad($1, $2::numeric) $$;
create or replace function ora.rpad(text, int, text) returns text language sql immutable strict parallel safe
as $$ select ora.rpad($1, $2::numeric, $3) $$;
create or replace function ora.rpad(text, int) returns text language sql immutable strict parallel safe
as $$ select ora.rpad($1, $2::numeric) $$;
create or replace function ora.chr(int) returns text language sql immutable strict parallel safe
as $$ select ora.chr_of($1::bigint) $$;
create or replace function ora.round(numeric, int) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trim_scale(pg_catalog.round($1, $2)) $$;
create or replace function ora.trunc(numeric, int) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.trim_scale(pg_catalog.trunc($1, $2)) $$;
