-- ora_types.sql - Oracle's datetimes and intervals as types: extension/moment.h says what they are
--
-- Run again at every change of the program: must be repeatable, and a type that has columns stays.
-- Source of meaning: Oracle Database SQL Language Reference 19c, "Datetime and Interval Data Types",
-- "Datetime/Interval Arithmetic", EXTRACT (datetime).

create or replace function ora.setting(name text, otherwise text) returns text language sql stable parallel safe
as $$ select coalesce(nullif(pg_catalog.current_setting('rh.' operator(pg_catalog.||) $1, true), ''), $2) $$;

-- what gave types of PostgreSQL's before gives ours now
do $$
declare
	one record;
begin
	for one in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		    where n.nspname = 'ora' and p.prorettype in ('timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype)
		      and p.proname in ('to_timestamp', 'systimestamp', 'sys_extract_utc', 'numtodsinterval', 'numtoyminterval') loop
		execute format('drop function %s cascade', one.name);
	end loop;
end $$;

do $$
declare
	one record;
	op record;
	made boolean;
begin
	for one in select * from (values
		('stamp', 'stamp', 11, 'one', 'moment'), ('stamp_ltz', 'stamp', 11, 'one', 'moment'),
		('stamp_tz', 'stamp_tz', 13, 'one', 'moment'), ('ds', 'ds', 11, 'ds', 'moment'), ('ym', 'ym', 5, 'one', 'ym')
	) as t(name, io, bytes, typmod, compared) loop
		select not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
				   where n.nspname = 'ora' and t.typname = one.name and t.typisdefined) into made;
		if made and not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
					where n.nspname = 'ora' and t.typname = one.name) then
			execute format('create type ora.%I', one.name);
		end if;
		execute format('create or replace function ora.%s_in(cstring) returns ora.%s language c stable strict parallel safe
				as ''causeway_redo'', ''rh_%s_in''', one.name, one.name, one.io);
		execute format('create or replace function ora.%s_out(ora.%s) returns cstring language c stable strict parallel safe
				as ''causeway_redo'', ''rh_%s_out''', one.name, one.name, one.io);
		execute format('create or replace function ora.%s_recv(internal) returns ora.%s language c stable strict parallel safe
				as ''causeway_redo'', ''rh_%s_recv''', one.name, one.name, one.io);
		execute format('create or replace function ora.%s_send(ora.%s) returns bytea language c stable strict parallel safe
				as ''causeway_redo'', ''rh_%s_send''', one.name, one.name, one.io);
		execute format('create or replace function ora.%s_typmod(cstring[]) returns int language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%s_typmod''', one.name, one.typmod);
		continue when not made;
		execute format('create type ora.%1$s (input = ora.%1$s_in, output = ora.%1$s_out, receive = ora.%1$s_recv,
				send = ora.%1$s_send, typmod_in = ora.%1$s_typmod, internallength = %2$s, alignment = char)',
			       one.name, one.bytes);
		execute format('create function ora.%1$s_scale(ora.%1$s, int) returns ora.%1$s language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%2$s_scale''', one.name, one.io);
		execute format('create cast (ora.%1$s as ora.%1$s) with function ora.%1$s_scale(ora.%1$s, int) as implicit', one.name);
		execute format('create function ora.%1$s_cmp(ora.%1$s, ora.%1$s) returns int language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%2$s_cmp''', one.name, one.compared);
		execute format('create function ora.%1$s_hash(ora.%1$s) returns int language c immutable strict parallel safe
				as ''causeway_redo'', ''rh_%2$s_hash''', one.name, one.compared);
		for op in select * from (values ('<', 'lt', '>', '>='), ('<=', 'le', '>=', '>'), ('>', 'gt', '<', '<='),
						('>=', 'ge', '<=', '<'), ('=', 'eq', '=', '<>'), ('<>', 'ne', '<>', '=')
			) as o(sign, word, commutator, negator) loop
			execute format('create function ora.%1$s_%3$s(ora.%1$s, ora.%1$s) returns boolean language c immutable strict
					parallel safe as ''causeway_redo'', ''rh_%2$s_%3$s''', one.name, one.compared, op.word);
			execute format('create operator ora.%2$s (function = ora.%1$s_%3$s, leftarg = ora.%1$s, rightarg = ora.%1$s,
					commutator = operator(ora.%4$s), negator = operator(ora.%5$s)%6$s)', one.name, op.sign, op.word,
				       op.commutator, op.negator, case when op.sign = '=' then ', hashes, merges' else '' end);
		end loop;
		execute format('create operator class ora.%1$s_ops default for type ora.%1$s using btree as
				operator 1 ora.<, operator 2 ora.<=, operator 3 ora.=, operator 4 ora.>=, operator 5 ora.>,
				function 1 ora.%1$s_cmp(ora.%1$s, ora.%1$s)', one.name);
		execute format('create operator class ora.%1$s_hash_ops default for type ora.%1$s using hash as
				operator 1 ora.=, function 1 ora.%1$s_hash(ora.%1$s)', one.name);
		for op in select * from (values ('max', 'larger', '>'), ('min', 'smaller', '<')) as o(name, word, sign) loop
			execute format('create function ora.%1$s_%3$s(ora.%1$s, ora.%1$s) returns ora.%1$s language c immutable strict
					parallel safe as ''causeway_redo'', ''rh_%2$s_%3$s''', one.name, one.compared, op.word);
			execute format('create aggregate ora.%2$s(ora.%1$s) (sfunc = ora.%1$s_%3$s, stype = ora.%1$s,
					sortop = operator(ora.%4$s), combinefunc = ora.%1$s_%3$s, parallel = safe)',
				       one.name, op.name, op.word, op.sign);
		end loop;
	end loop;
end $$;

-- ---- nanoseconds and months -------------------------------------------------------------------------------------

create or replace function ora.nanos(ora.stamp) returns numeric language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_nanos';
create or replace function ora.stamp_of(numeric) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_of_nanos';
create or replace function ora.nanos(ora.ds) returns numeric language c immutable strict parallel safe
as 'causeway_redo', 'rh_ds_nanos';
create or replace function ora.ds_of(numeric) returns ora.ds language c immutable strict parallel safe
as 'causeway_redo', 'rh_ds_of_nanos';
create or replace function ora.months(ora.ym) returns bigint language c immutable strict parallel safe
as 'causeway_redo', 'rh_ym_months';
create or replace function ora.ym_of(bigint) returns ora.ym language c immutable strict parallel safe
as 'causeway_redo', 'rh_ym_of_months';
create or replace function ora.months_later(ora.stamp, bigint) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_add_months';

-- ---- one type as another -------------------------------------------------------------------------------------------

create or replace function ora.stamp_from(timestamp) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_from_us';
create or replace function ora.stamp_as_timestamp(ora.stamp) returns timestamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_to_us';
create or replace function ora.zoned(ora.stamp) returns ora.stamp_tz language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_zoned';
create or replace function ora.local(ora.stamp_tz) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_local';
create or replace function ora.utc(ora.stamp_tz) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_utc';
create or replace function ora.utc_at(ora.stamp, text) returns ora.stamp_tz language c stable parallel safe
as 'causeway_redo', 'rh_stamp_tz_at';
create or replace function ora.zone(ora.stamp_tz) returns text language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_zone';
create or replace function ora.ltz(ora.stamp_tz) returns ora.stamp_ltz language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_utc';
create or replace function ora.ltz_utc(ora.stamp_ltz) returns ora.stamp language c immutable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_utc';
create or replace function ora.ltz_zoned(ora.stamp_ltz) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.utc_at(ora.ltz_utc($1), null) $$;
create or replace function ora.ltz_of(ora.stamp) returns ora.stamp_ltz language sql stable strict parallel safe
as $$ select ora.ltz(ora.zoned($1)) $$;
create or replace function ora.ltz_local(ora.stamp_ltz) returns ora.stamp language sql stable strict parallel safe
as $$ select ora.local(ora.ltz_zoned($1)) $$;
create or replace function ora.tz_from(timestamptz) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.utc_at(ora.stamp_from($1 at time zone 'UTC'), null) $$;
create or replace function ora.tz_from(timestamp) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.zoned(ora.stamp_from($1)) $$;
create or replace function ora.ltz_from(timestamp) returns ora.stamp_ltz language sql stable strict parallel safe
as $$ select ora.ltz_of(ora.stamp_from($1)) $$;
create or replace function ora.tz_as_timestamp(ora.stamp_tz) returns timestamp language sql immutable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.local($1)) $$;
create or replace function ora.ltz_as_timestamp(ora.stamp_ltz) returns timestamp language sql stable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.ltz_local($1)) $$;

do $$
declare
	one record;
begin
	for one in select * from (values
		('timestamp', 'ora.stamp', 'ora.stamp_from', 'implicit'), ('ora.stamp', 'timestamp', 'ora.stamp_as_timestamp', 'assignment'),
		('ora.stamp', 'ora.stamp_tz', 'ora.zoned', 'implicit'), ('ora.stamp_tz', 'ora.stamp', 'ora.local', 'assignment'),
		('ora.stamp', 'ora.stamp_ltz', 'ora.ltz_of', 'assignment'), ('ora.stamp_ltz', 'ora.stamp', 'ora.ltz_local', 'assignment'),
		('ora.stamp_ltz', 'ora.stamp_tz', 'ora.ltz_zoned', 'implicit'), ('ora.stamp_tz', 'ora.stamp_ltz', 'ora.ltz', 'assignment'),
		('timestamptz', 'ora.stamp_tz', 'ora.tz_from', 'implicit'), ('timestamp', 'ora.stamp_tz', 'ora.tz_from', 'implicit'),
		('timestamp', 'ora.stamp_ltz', 'ora.ltz_from', 'assignment'), ('ora.stamp_tz', 'timestamp', 'ora.tz_as_timestamp', 'assignment'),
		('ora.stamp_ltz', 'timestamp', 'ora.ltz_as_timestamp', 'assignment')
	) as c(source, target, function, how) loop
		if not exists (select from pg_cast where castsource = one.source::regtype and casttarget = one.target::regtype) then
			execute format('create cast (%1$s as %2$s) with function %3$s(%1$s) as %4$s', one.source, one.target, one.function,
				       one.how);
		end if;
	end loop;
end $$;

-- ---- arithmetic -------------------------------------------------------------------------------------------------------

create or replace function ora.later(ora.stamp, ora.ds) returns ora.stamp language sql immutable strict parallel safe
as $$ select ora.stamp_of(ora.nanos($1) operator(pg_catalog.+) ora.nanos($2)) $$;
create or replace function ora.earlier(ora.stamp, ora.ds) returns ora.stamp language sql immutable strict parallel safe
as $$ select ora.stamp_of(ora.nanos($1) operator(pg_catalog.-) ora.nanos($2)) $$;
create or replace function ora.later(ora.stamp, ora.ym) returns ora.stamp language sql immutable strict parallel safe
as $$ select ora.months_later($1, ora.months($2)) $$;
create or replace function ora.earlier(ora.stamp, ora.ym) returns ora.stamp language sql immutable strict parallel safe
as $$ select ora.months_later($1, operator(pg_catalog.-) ora.months($2)) $$;
create or replace function ora.between(ora.stamp, ora.stamp) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(ora.nanos($1) operator(pg_catalog.-) ora.nanos($2)) $$;
create or replace function ora.later(ora.stamp_tz, ora.ds) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.utc_at(ora.later(ora.utc($1), $2), ora.zone($1)) $$;
create or replace function ora.earlier(ora.stamp_tz, ora.ds) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.utc_at(ora.earlier(ora.utc($1), $2), ora.zone($1)) $$;
create or replace function ora.at_local(ora.stamp, zone text) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ($1::text operator(pg_catalog.||) ' ' operator(pg_catalog.||) $2)::ora.stamp_tz $$;
create or replace function ora.later(ora.stamp_tz, ora.ym) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.at_local(ora.later(ora.local($1), $2), ora.zone($1)) $$;
create or replace function ora.earlier(ora.stamp_tz, ora.ym) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.at_local(ora.earlier(ora.local($1), $2), ora.zone($1)) $$;
create or replace function ora.between(ora.stamp_tz, ora.stamp_tz) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.between(ora.utc($1), ora.utc($2)) $$;
create or replace function ora.later(ora.date, ora.ds) returns ora.date language sql immutable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.stamp_of(pg_catalog.trunc((ora.nanos(ora.stamp_from($1)) operator(pg_catalog.+) ora.nanos($2)), -9)))::ora.date $$;
create or replace function ora.earlier(ora.date, ora.ds) returns ora.date language sql immutable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.stamp_of(pg_catalog.trunc((ora.nanos(ora.stamp_from($1)) operator(pg_catalog.-) ora.nanos($2)), -9)))::ora.date $$;
create or replace function ora.later(ora.date, ora.ym) returns ora.date language sql immutable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.later(ora.stamp_from($1), $2))::ora.date $$;
create or replace function ora.earlier(ora.date, ora.ym) returns ora.date language sql immutable strict parallel safe
as $$ select ora.stamp_as_timestamp(ora.earlier(ora.stamp_from($1), $2))::ora.date $$;
-- a number beside any moment is days, and the result a DATE
create or replace function ora.days_later(ora.stamp, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.plus_days(ora.stamp_as_timestamp($1), $2) $$;
create or replace function ora.days_earlier(ora.stamp, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.plus_days(ora.stamp_as_timestamp($1), operator(pg_catalog.-) $2) $$;
create or replace function ora.days_later(ora.stamp_tz, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.days_later(ora.local($1), $2) $$;
create or replace function ora.days_earlier(ora.stamp_tz, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.days_earlier(ora.local($1), $2) $$;
create or replace function ora.sum_of(ora.ds, ora.ds) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(ora.nanos($1) operator(pg_catalog.+) ora.nanos($2)) $$;
create or replace function ora.less(ora.ds, ora.ds) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(ora.nanos($1) operator(pg_catalog.-) ora.nanos($2)) $$;
create or replace function ora.multiple(ora.ds, numeric) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(ora.nanos($1) operator(pg_catalog.*) $2) $$;
create or replace function ora.multiple(numeric, ora.ds) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.multiple($2, $1) $$;
create or replace function ora.part_of(ora.ds, numeric) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(ora.divide(ora.nanos($1), $2)) $$;
create or replace function ora.sum_of(ora.ym, ora.ym) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(ora.months($1) operator(pg_catalog.+) ora.months($2)) $$;
create or replace function ora.less(ora.ym, ora.ym) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(ora.months($1) operator(pg_catalog.-) ora.months($2)) $$;
create or replace function ora.multiple(ora.ym, numeric) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(pg_catalog.trunc(ora.months($1)::numeric operator(pg_catalog.*) $2)::bigint) $$;
create or replace function ora.part_of(ora.ym, numeric) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(pg_catalog.trunc(ora.divide(ora.months($1)::numeric, $2))::bigint) $$;
create or replace function ora.negative(ora.ds) returns ora.ds language sql immutable strict parallel safe
as $$ select ora.ds_of(operator(pg_catalog.-) ora.nanos($1)) $$;
create or replace function ora.negative(ora.ym) returns ora.ym language sql immutable strict parallel safe
as $$ select ora.ym_of(operator(pg_catalog.-) ora.months($1)) $$;

-- zero divides a binary float: infinity or not a number, no error
create or replace function ora.divide(float8, float8) returns float8 language sql immutable strict parallel safe as $$
	select case when $2 <> 0 then $1 operator(pg_catalog./) $2
		    when $1 = 0 or $1 = 'NaN' then 'NaN'
		    when $1 > 0 then 'Infinity' else '-Infinity' end::float8
$$;

-- ---- fields ---------------------------------------------------------------------------------------------------------------

create or replace function ora.extract(part text, ora.stamp) returns numeric language sql immutable strict parallel safe as $$
	select case $1 when 'SECOND' then pg_catalog.trim_scale(pg_catalog.mod(pg_catalog.mod(ora.nanos($2), 60000000000) operator(pg_catalog.+) 60000000000,
								     60000000000) operator(pg_catalog./) 1000000000.000000000)
		       else (pg_catalog.string_to_array(pg_catalog.translate(pg_catalog.left(pg_catalog.ltrim($2::text, '-'), 16), '- ', '::'), ':'))
			    [pg_catalog.array_position(array['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE'], $1)]::numeric
			    operator(pg_catalog.*) case when $1 = 'YEAR' and $2::text like '-%' then -1 else 1 end end
$$;
create or replace function ora.zone_part(part text, text) returns numeric language sql immutable strict parallel safe as $$
	select case when $2 !~ '^[-+]' then null
		    when $1 = 'TIMEZONE_HOUR' then pg_catalog.left($2, 3)::numeric
		    else (pg_catalog.left($2, 1) operator(pg_catalog.||) pg_catalog.right($2, 2))::numeric end
$$;
-- a DATE has no more than a day here, and a text has none
create or replace function ora.extract(part text, timestamp) returns numeric language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
begin
	if $1 not in ('YEAR', 'MONTH', 'DAY') then
		perform rh.raise('ORA-30076: invalid extract field for extract source');
	end if;
	return extract(year from $2) * ($1 = 'YEAR')::int + extract(month from $2) * ($1 = 'MONTH')::int + extract(day from $2) * ($1 = 'DAY')::int;
end $$;
create or replace function ora.extract(part text, text) returns numeric language plpgsql immutable strict set search_path = pg_catalog as $$
begin
	perform rh.raise('ORA-30076: invalid extract field for extract source');
end $$;
-- those of a value with a zone are UTC's
create or replace function ora.extract(part text, ora.stamp_tz) returns numeric language sql stable strict parallel safe as $$
	select case when $1 like 'TIMEZONE%' then ora.zone_part($1, ora.zone($2)) else ora.extract($1, ora.utc($2)) end
$$;
-- the four bytes from @place on, excess 0x80000000; each field has its own sign
create or replace function ora.excess(ora.ds, place int) returns numeric language sql immutable strict parallel safe set search_path = pg_catalog as $$
	select (('x' || encode(substr(ora.ds_send($1), $2, 4), 'hex'))::bit(32)::bigint - 2147483648)::numeric
$$;
create or replace function ora.extract(part text, ora.ds) returns numeric language sql immutable strict parallel safe as $$
	select pg_catalog.trim_scale(case $1 when 'DAY' then ora.excess($2, 1) when 'HOUR' then pg_catalog.get_byte(ora.ds_send($2), 4) operator(pg_catalog.-) 60
		when 'MINUTE' then pg_catalog.get_byte(ora.ds_send($2), 5) operator(pg_catalog.-) 60
		when 'SECOND' then (pg_catalog.get_byte(ora.ds_send($2), 6) operator(pg_catalog.-) 60)::numeric
			operator(pg_catalog.+) ora.excess($2, 8) operator(pg_catalog./) 1000000000.000000000 end)
$$;
create or replace function ora.extract(part text, ora.ym) returns numeric language sql immutable strict parallel safe as $$
	select case $1 when 'YEAR' then ora.months($2) operator(pg_catalog./) 12::bigint
		       when 'MONTH' then ora.months($2) operator(pg_catalog.%) 12::bigint end::numeric
$$;

-- ---- text -------------------------------------------------------------------------------------------------------------------

create or replace function ora.to_char(ora.stamp, text) returns text language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_text';
create or replace function ora.to_char(ora.stamp_tz, text) returns text language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_text';
create or replace function ora.to_char(ora.stamp_ltz, text) returns text language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_ltz_text';
create or replace function ora.to_char(ora.stamp_ltz) returns text language sql stable strict parallel safe as $$
	select ora.to_char($1, ora.setting('nls_timestamp_format', 'DD-MON-RR HH.MI.SSXFF AM'))
$$;
create or replace function ora.to_char(ora.stamp) returns text language sql stable strict parallel safe as $$
	select ora.to_char($1, ora.setting('nls_timestamp_format', 'DD-MON-RR HH.MI.SSXFF AM'))
$$;
create or replace function ora.to_char(ora.stamp_tz) returns text language sql stable strict parallel safe as $$
	select ora.to_char($1, ora.setting('nls_timestamp_tz_format', 'DD-MON-RR HH.MI.SSXFF AM TZR'))
$$;
create or replace function ora.to_char(ora.ds) returns text language sql stable strict parallel safe as $$
	select pg_catalog.regexp_replace($1::text, '^(.)(\d+) (.*)$', '\1') operator(pg_catalog.||)
	       pg_catalog.lpad(pg_catalog.regexp_replace($1::text, '^(.)(\d+) (.*)$', '\2'), 9, '0') operator(pg_catalog.||)
	       ' ' operator(pg_catalog.||) pg_catalog.regexp_replace($1::text, '^(.)(\d+) (.*)$', '\3')
$$;
create or replace function ora.to_char(ora.ym) returns text language sql stable strict parallel safe as $$
	select pg_catalog.left($1::text, 1) operator(pg_catalog.||)
	       pg_catalog.lpad(pg_catalog.split_part(pg_catalog.substr($1::text, 2), '-', 1), 9, '0') operator(pg_catalog.||)
	       '-' operator(pg_catalog.||) pg_catalog.split_part(pg_catalog.substr($1::text, 2), '-', 2)
$$;
create or replace function ora.stamp_by_mask(text, text) returns ora.stamp language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_by_mask';
create or replace function ora.to_timestamp_tz(text, text) returns ora.stamp_tz language c stable strict parallel safe
as 'causeway_redo', 'rh_stamp_tz_by_mask';
create or replace function ora.to_timestamp_tz(text) returns ora.stamp_tz language sql stable strict parallel safe as $$
	select ora.to_timestamp_tz($1, ora.setting('nls_timestamp_tz_format', 'DD-MON-RR HH.MI.SSXFF AM TZR'))
$$;
create or replace function ora.to_timestamp_tz(ora.stamp_tz) returns ora.stamp_tz language sql immutable strict parallel safe
as $$ select $1 $$;
create or replace function ora.to_dsinterval(text) returns ora.ds language sql immutable strict parallel safe as $$ select $1::ora.ds $$;
create or replace function ora.to_yminterval(text) returns ora.ym language sql immutable strict parallel safe as $$ select $1::ora.ym $$;
create or replace function ora.from_tz(ora.stamp, text) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.at_local($1, $2) $$;
create or replace function ora.at_zone(ora.stamp_tz, text) returns ora.stamp_tz language sql stable strict parallel safe
as $$ select ora.utc_at(ora.utc($1), $2) $$;

-- ---- binary floats as text and back -----------------------------------------------------------------------------------------

create or replace function ora.text_double(text) returns float8 language plpgsql immutable strict parallel safe as $$
begin
	return case upper(btrim($1)) when 'NAN' then 'NaN' when 'INF' then 'Infinity' when 'INFINITY' then 'Infinity'
		when '-INF' then '-Infinity' when '-INFINITY' then '-Infinity' else rtrim(upper(btrim($1)), 'DF') end::float8;
exception when invalid_text_representation then
	raise exception 'ORA-01722: invalid number' using errcode = 'ORA00';
end $$;
create or replace function ora.to_binary_double(text) returns float8 language sql immutable strict parallel safe
as $$ select ora.text_double($1) $$;
create or replace function ora.to_binary_double(float8) returns float8 language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.to_number(float8) returns numeric language sql immutable strict parallel safe as $$ select $1::numeric $$;
create or replace function ora.to_binary_float(text) returns float4 language sql immutable strict parallel safe
as $$ select ora.text_double($1)::float4 $$;
create or replace function ora.to_binary_float(float8) returns float4 language sql immutable strict parallel safe as $$ select $1::float4 $$;
create or replace function ora.to_char(float8) returns text language c immutable strict parallel safe as 'causeway_redo', 'rh_double_text';
create or replace function ora.to_char(float4) returns text language c immutable strict parallel safe as 'causeway_redo', 'rh_float_text';

-- ---- national text ------------------------------------------------------------------------------------------------------------

-- UTF-16 units: one for a letter, two beyond the first plane
create or replace function ora.utf16_units(text) returns int language sql immutable strict parallel safe as $$
	select pg_catalog.length($1) + case when pg_catalog.octet_length($1) = pg_catalog.length($1) then 0
		else pg_catalog.regexp_count($1, '[\U00010000-\U0010FFFF]') end
$$;

do $$ -- an interval and a moment, in this order, is the moment and the interval
declare
	one record;
begin
	for one in select * from (values ('ds'), ('ym')) as i(interval), (values ('stamp'), ('stamp_tz'), ('date')) as m(moment) loop
		execute format('create or replace function ora.later(ora.%1$s, ora.%2$s) returns ora.%2$s language sql stable strict parallel safe
				as ''select ora.later($2, $1)''', one.interval, one.moment);
	end loop;
end $$;

-- ---- the operators ------------------------------------------------------------------------------------------------------------

do $$
declare
	one record;
begin
	for one in select * from (values
		('+', 'ora.later', 'ora.stamp', 'ora.ds'), ('-', 'ora.earlier', 'ora.stamp', 'ora.ds'),
		('+', 'ora.later', 'ora.stamp', 'ora.ym'), ('-', 'ora.earlier', 'ora.stamp', 'ora.ym'),
		('-', 'ora.between', 'ora.stamp', 'ora.stamp'), ('-', 'ora.between', 'ora.stamp_tz', 'ora.stamp_tz'),
		('+', 'ora.later', 'ora.stamp_tz', 'ora.ds'), ('-', 'ora.earlier', 'ora.stamp_tz', 'ora.ds'),
		('+', 'ora.later', 'ora.stamp_tz', 'ora.ym'), ('-', 'ora.earlier', 'ora.stamp_tz', 'ora.ym'),
		('+', 'ora.later', 'ora.date', 'ora.ds'), ('-', 'ora.earlier', 'ora.date', 'ora.ds'),
		('+', 'ora.later', 'ora.date', 'ora.ym'), ('-', 'ora.earlier', 'ora.date', 'ora.ym'),
		('+', 'ora.days_later', 'ora.stamp', 'numeric'), ('-', 'ora.days_earlier', 'ora.stamp', 'numeric'),
		('+', 'ora.days_later', 'ora.stamp_tz', 'numeric'), ('-', 'ora.days_earlier', 'ora.stamp_tz', 'numeric'),
		('+', 'ora.later', 'ora.ds', 'ora.stamp'), ('+', 'ora.later', 'ora.ym', 'ora.stamp'), ('+', 'ora.later', 'ora.ds', 'ora.stamp_tz'),
		('+', 'ora.later', 'ora.ym', 'ora.stamp_tz'), ('+', 'ora.later', 'ora.ds', 'ora.date'), ('+', 'ora.later', 'ora.ym', 'ora.date'),
		('+', 'ora.sum_of', 'ora.ds', 'ora.ds'), ('-', 'ora.less', 'ora.ds', 'ora.ds'),
		('+', 'ora.sum_of', 'ora.ym', 'ora.ym'), ('-', 'ora.less', 'ora.ym', 'ora.ym'),
		('*', 'ora.multiple', 'ora.ds', 'numeric'), ('*', 'ora.multiple', 'numeric', 'ora.ds'), ('/', 'ora.part_of', 'ora.ds', 'numeric'),
		('*', 'ora.multiple', 'ora.ym', 'numeric'), ('/', 'ora.part_of', 'ora.ym', 'numeric'),
		('/', 'ora.divide', 'float8', 'float8')
	) as o(name, function, lhs, rhs) loop
		if not exists (select from pg_operator p join pg_namespace n on n.oid = p.oprnamespace
			       where n.nspname = 'ora' and p.oprname = one.name and p.oprleft = one.lhs::regtype
				 and p.oprright = one.rhs::regtype) then
			execute format('create operator ora.%s (function = %s, leftarg = %s, rightarg = %s)', one.name, one.function,
				       one.lhs, one.rhs);
		end if;
	end loop;
	for one in select * from (values ('ora.ds'), ('ora.ym')) as o(type) loop
		if not exists (select from pg_operator p join pg_namespace n on n.oid = p.oprnamespace
			       where n.nspname = 'ora' and p.oprname = '-' and p.oprleft = 0 and p.oprright = one.type::regtype) then
			execute format('create operator ora.- (function = ora.negative, rightarg = %s)', one.type);
		end if;
	end loop;
end $$;

-- ---- windows by RANGE ---------------------------------------------------------------------------------------------------------

-- so far from a row's value as an interval, or a number of days, says; a DATE's own type is the timestamp
do $$
declare
	one record;
begin
	for one in select * from (values ('timestamp', 'ora.date', 'datetime_ops'), ('ora.stamp', 'ora.stamp', 'ora.stamp_ops')) as o(type, as_is, family),
		(values ('ora.ds'), ('ora.ym'), ('numeric')) as d(step) loop
		execute format('create or replace function ora.in_range(value %1$s, base %1$s, step %2$s, before boolean, less boolean)
				returns boolean language sql stable strict parallel safe as $f$
				select case when less then value::%3$s <= bound else value::%3$s >= bound end
				  from (select case when before then base::%3$s operator(ora.-) step else base::%3$s operator(ora.+) step end) b(bound) $f$',
			       one.type, one.step, one.as_is);
		if not exists (select from pg_amproc where amproclefttype = one.type::regtype and amprocrighttype = one.step::regtype and amprocnum = 3) then
			execute format('alter operator family %3$s using btree add function 3 (%1$s, %2$s) ora.in_range(%1$s, %1$s, %2$s, boolean, boolean)',
				       one.type, one.step, one.family);
		end if;
	end loop;
end $$;
