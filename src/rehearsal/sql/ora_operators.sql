-- ora_operators.sql - operators that mean something else on Oracle
--
-- Schema ora comes before pg_catalog in search_path, so these are found first.  '' is NULL, numbers divide to 40 digits,
-- a date plus a number is days.  Source: Oracle Database SQL Language Reference 19c, "Operators", "Nulls",
-- "Datetime/Interval Arithmetic".  The printer casts each string literal to text: a bare one would take its neighbour's type.

-- text in bytes of the database's character set (extension/text.c)
create or replace function ora.stored_bytes(text) returns int language c immutable strict parallel safe as 'causeway_redo', 'rh_stored_bytes';
create or replace function ora.chr_of(bigint) returns text language c immutable strict parallel safe as 'causeway_redo', 'rh_text_chr';
create or replace function ora.ascii_of(text) returns bigint language c immutable strict parallel safe as 'causeway_redo', 'rh_text_ascii';
create or replace function ora.text_to_raw(text) returns bytea language c immutable strict parallel safe as 'causeway_redo', 'rh_text_to_raw';
create or replace function ora.raw_to_text(bytea) returns text language c immutable strict parallel safe as 'causeway_redo', 'rh_raw_to_text';

-- A CHAR with its blanks. PostgreSQL's own cast to text cuts them, wherever it happens: what is assigned, fetched and inserted has this one.
create or replace function ora.padded(bpchar) returns text language sql immutable strict parallel safe
as $$ select pg_catalog.textin(pg_catalog.bpcharout($1)) $$;
update pg_catalog.pg_cast set castfunc = 'ora.padded(bpchar)'::regprocedure
	where castsource = 'bpchar'::regtype and casttarget in ('text'::regtype, 'varchar'::regtype);

-- a CHAR of so many bytes: bpchar has as many characters, of which the last are blanks
create or replace function ora.padded(bpchar, int) returns text language sql immutable strict parallel safe as $$
	select case when ora.stored_bytes(t) <= $2 then t
		    else pg_catalog.left(t, pg_catalog.length(t) - ora.stored_bytes(t) + $2) end
	  from (select ora.padded($1)) p(t)
$$;

-- a number as Oracle shows it: no zero before the point, none at the end, at most 40 digits
create or replace function ora.number_text(numeric) returns text language sql immutable strict parallel safe as $$
	select case
		when $1 = 0 then '0'
		when pg_catalog.abs($1) < 1 then pg_catalog.regexp_replace(pg_catalog.trim_scale($1)::text, '^(-?)0\.', '\1.')
		else pg_catalog.trim_scale($1)::text end
$$;

-- the 39 or 40 significant digits that NUMBER keeps
create or replace function ora.number(numeric) returns numeric language c immutable strict parallel safe
as 'causeway_redo', 'rh_number_kept';

create or replace function ora.plus(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number($1 operator(pg_catalog.+) $2) $$;
create or replace function ora.minus(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number($1 operator(pg_catalog.-) $2) $$;
create or replace function ora.times(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number($1 operator(pg_catalog.*) $2) $$;

create or replace function ora.concat_op(text, text) returns text language sql immutable parallel safe
as $$ select nullif(coalesce($1, '') operator(pg_catalog.||) coalesce($2, ''), '') $$;
create or replace function ora.concat_op(text, numeric) returns text language sql immutable parallel safe
as $$ select ora.concat_op($1, ora.number_text($2)) $$;
create or replace function ora.concat_op(numeric, text) returns text language sql immutable parallel safe
as $$ select ora.concat_op(ora.number_text($1), $2) $$;
create or replace function ora.concat_op(numeric, numeric) returns text language sql immutable parallel safe
as $$ select ora.concat_op(ora.number_text($1), ora.number_text($2)) $$;
create or replace function ora.concat_op(bpchar, text) returns text language sql immutable parallel safe
as $$ select ora.concat_op(ora.padded($1), $2) $$;
create or replace function ora.concat_op(text, bpchar) returns text language sql immutable parallel safe
as $$ select ora.concat_op($1, ora.padded($2)) $$;
create or replace function ora.concat_op(bpchar, bpchar) returns text language sql immutable parallel safe
as $$ select ora.concat_op(ora.padded($1), ora.padded($2)) $$;
create or replace function ora.concat_op(bytea, text) returns text language sql immutable parallel safe
as $$ select ora.concat_op(ora.rawtohex($1), $2) $$;
create or replace function ora.concat_op(text, bytea) returns text language sql immutable parallel safe
as $$ select ora.concat_op($1, ora.rawtohex($2)) $$;
create or replace function ora.concat_op(timestamp, text) returns text language sql stable parallel safe
as $$ select ora.concat_op(ora.to_char($1), $2) $$;
create or replace function ora.concat_op(text, timestamp) returns text language sql stable parallel safe
as $$ select ora.concat_op($1, ora.to_char($2)) $$;

create or replace function ora.divide(numeric, numeric) returns numeric language plpgsql immutable strict parallel safe as $$
begin
	if $2 = 0 then
		raise exception 'ORA-01476: divisor is equal to zero' using errcode = 'ORA00';
	end if;
	-- a scale of 90 leaves 40 significant digits even of a small quotient
	return ora.number(($1 + 0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000)
			  operator(pg_catalog./) $2);
end $$;
create or replace function ora.divide(int, int) returns numeric language sql immutable strict parallel safe
as $$ select ora.divide($1::numeric, $2::numeric) $$;
create or replace function ora.divide(bigint, bigint) returns numeric language sql immutable strict parallel safe
as $$ select ora.divide($1::numeric, $2::numeric) $$;
create or replace function ora.divide(bigint, int) returns numeric language sql immutable strict parallel safe
as $$ select ora.divide($1::numeric, $2::numeric) $$;
create or replace function ora.divide(int, bigint) returns numeric language sql immutable strict parallel safe
as $$ select ora.divide($1::numeric, $2::numeric) $$;

-- days to the nearest second
create or replace function ora.plus_days(timestamp, numeric) returns ora.date language sql immutable strict parallel safe as $$
	select (pg_catalog.date_trunc('second', $1) operator(pg_catalog.+)
		pg_catalog.make_interval(secs => pg_catalog.round($2 operator(pg_catalog.*) 86400)::float8))::ora.date
$$;
create or replace function ora.plus_days(numeric, timestamp) returns ora.date language sql immutable strict parallel safe
as $$ select ora.plus_days($2, $1) $$;
create or replace function ora.minus_days(timestamp, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.plus_days($1, operator(pg_catalog.-) $2) $$;
create or replace function ora.days_between(ora.date, ora.date) returns numeric language sql immutable strict parallel safe as $$
	select ora.divide(extract(epoch from $1::timestamp) operator(pg_catalog.-)
			  extract(epoch from $2::timestamp), 86400::numeric)
$$;

-- Strings beside numbers: Oracle turns the string into a number.
create or replace function ora.text_number(text) returns numeric language plpgsql immutable strict parallel safe as $$
begin
	return pg_catalog.btrim($1)::numeric;
exception when others then
	raise exception 'ORA-01722: invalid number' using errcode = 'ORA00';
end $$;

do $$
declare
	one record;
begin
	for one in select * from (values
		('||', 'ora.concat_op', 'text', 'text'), ('||', 'ora.concat_op', 'text', 'numeric'),
		('||', 'ora.concat_op', 'numeric', 'text'), ('||', 'ora.concat_op', 'numeric', 'numeric'),
		('||', 'ora.concat_op', 'bpchar', 'text'), ('||', 'ora.concat_op', 'text', 'bpchar'),
		('||', 'ora.concat_op', 'bpchar', 'bpchar'), ('||', 'ora.concat_op', 'timestamp', 'text'),
		('||', 'ora.concat_op', 'text', 'timestamp'), ('||', 'ora.concat_op', 'bytea', 'text'),
		('||', 'ora.concat_op', 'text', 'bytea'),
		('+', 'ora.plus', 'numeric', 'numeric'), ('-', 'ora.minus', 'numeric', 'numeric'),
		('*', 'ora.times', 'numeric', 'numeric'),
		('/', 'ora.divide', 'numeric', 'numeric'), ('/', 'ora.divide', 'int', 'int'),
		('/', 'ora.divide', 'bigint', 'bigint'), ('/', 'ora.divide', 'bigint', 'int'),
		('/', 'ora.divide', 'int', 'bigint'),
		('+', 'ora.plus_days', 'timestamp', 'numeric'), ('+', 'ora.plus_days', 'numeric', 'timestamp'),
		('-', 'ora.minus_days', 'timestamp', 'numeric'), ('-', 'ora.days_between', 'ora.date', 'ora.date')
	) as o(name, function, lhs, rhs) loop
		if not exists (select from pg_operator p join pg_namespace n on n.oid = p.oprnamespace
			       where n.nspname = 'ora' and p.oprname = one.name and p.oprleft = one.lhs::regtype
				 and p.oprright = one.rhs::regtype) then
			execute format('create operator ora.%s (function = %s, leftarg = %s, rightarg = %s)', one.name, one.function,
				       one.lhs, one.rhs);
		end if;
	end loop;
end $$;
