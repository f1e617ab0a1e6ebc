-- ora_math.sql - functions of numbers, of sound and of the calendar beyond the common ones
--
-- Source of meaning and of the cases tested: Oracle Database SQL Language Reference 19c, "Functions"; test/dialect/statements.tsv.

-- PostgreSQL's are of double precision; where it has one of numeric, that is taken, to Oracle's digits.
create or replace function ora.exp(numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number(pg_catalog.exp($1 + 0.0000000000000000000000000000000000000000)) $$;
create or replace function ora.ln(numeric) returns numeric language plpgsql immutable strict parallel safe as $$
begin
	if $1 <= 0 then
		perform rh.raise(pg_catalog.format('ORA-01428: argument ''%s'' is out of range', $1));
	end if;
	return ora.number(pg_catalog.ln($1 + 0.0000000000000000000000000000000000000000));
end $$;
create or replace function ora.log(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select ora.number(pg_catalog.log($1, $2 + 0.0000000000000000000000000000000000000000)) $$;
create or replace function ora.sin(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.sin($1::float8)::numeric $$;
create or replace function ora.cos(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.cos($1::float8)::numeric $$;
create or replace function ora.tan(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.tan($1::float8)::numeric $$;
create or replace function ora.sinh(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.sinh($1::float8)::numeric $$;
create or replace function ora.cosh(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.cosh($1::float8)::numeric $$;
create or replace function ora.tanh(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.tanh($1::float8)::numeric $$;
create or replace function ora.asin(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.asin($1::float8)::numeric $$;
create or replace function ora.acos(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.acos($1::float8)::numeric $$;
create or replace function ora.atan(numeric) returns numeric language sql immutable strict parallel safe as $$ select pg_catalog.atan($1::float8)::numeric $$;
create or replace function ora.atan2(numeric, numeric) returns numeric language sql immutable strict parallel safe
as $$ select pg_catalog.atan2($1::float8, $2::float8)::numeric $$;
-- what is left over by the nearest whole quotient, the even one of two as near
create or replace function ora.remainder(numeric, numeric) returns numeric language plpgsql immutable strict parallel safe as $$
declare
	quotient numeric;
begin
	if $2 = 0 then
		perform rh.raise('ORA-01476: divisor is equal to zero');
	end if;
	quotient := pg_catalog.floor(ora.divide($1, $2) + 0.5);
	if quotient - ora.divide($1, $2) = 0.5 and pg_catalog.mod(quotient, 2) <> 0 then
		quotient := quotient - 1;
	end if;
	return $1 - quotient * $2;
end $$;
create or replace function ora.nanvl(numeric, numeric) returns numeric language sql immutable strict parallel safe as $$ select $1 $$;
create or replace function ora.nanvl(float8, numeric) returns numeric language sql immutable strict parallel safe
as $$ select case when $1 = 'NaN' then $2 else $1::numeric end $$;

-- letters of one sound; a letter's sound is not told again behind one of the same, H and W between them or not
create or replace function ora.soundex(value text) returns text language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
	letters text := regexp_replace(upper(value), '[^A-Z]', '', 'g');
	sounds text := translate(letters, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230120022455012623010202');
	made text := substr(letters, 1, 1);
	last text := substr(sounds, 1, 1);
begin
	for i in 2 .. length(letters) loop
		exit when length(made) = 4;
		if substr(sounds, i, 1) <> '0' and substr(sounds, i, 1) <> last then
			made := made || substr(sounds, i, 1);
		end if;
		if substr(letters, i, 1) not in ('H', 'W') then
			last := substr(sounds, i, 1);
		end if;
	end loop;
	return nullif(rpad(made, 4, '0'), '0000');
end $$;

create or replace function ora.next_day(timestamp, text) returns ora.date language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
declare
	wanted int := array_position(array['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'], upper(substr($2, 1, 3)));
begin
	if $2 ~ '^ *[1-7] *$' then
		wanted := $2::int;
	end if;
	if wanted is null then
		perform rh.raise('ORA-01846: not a valid day of the week');
	end if;
	return ($1 + make_interval(days => (wanted - 2 - extract(dow from $1)::int + 14) % 7 + 1))::ora.date;
end $$;
create or replace function ora.next_day(timestamp, numeric) returns ora.date language sql immutable strict parallel safe
as $$ select ora.next_day($1, $2::text) $$;
create or replace function ora.next_day(ora.stamp, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.next_day(ora.stamp_as_timestamp($1), $2) $$;

-- What ROUND and TRUNC of a date go by: PostgreSQL's word, and how many days before it the unit begins.
create or replace function ora.calendar_unit(mask text, out unit text, out shift int) language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
begin
	unit := case
		when upper(mask) in ('CC', 'SCC') then 'century'
		when upper(mask) in ('SYYYY', 'YYYY', 'YEAR', 'SYEAR', 'YYY', 'YY', 'Y') then 'year'
		when upper(mask) in ('IYYY', 'IY', 'I') then 'isoyear'
		when upper(mask) = 'Q' then 'quarter'
		when upper(mask) in ('MONTH', 'MON', 'MM', 'RM') then 'month'
		when upper(mask) = 'IW' then 'week'
		when upper(mask) in ('WW', 'W') then lower(mask)
		when upper(mask) in ('DDD', 'DD', 'J') then 'day'
		when upper(mask) in ('DAY', 'DY', 'D') then 'week'
		when upper(mask) in ('HH', 'HH12', 'HH24') then 'hour'
		when upper(mask) = 'MI' then 'minute' end;
	shift := case when upper(mask) in ('DAY', 'DY', 'D') then 1 else 0 end;
	if unit is null then
		perform rh.raise('ORA-01821: date format not recognized');
	end if;
end $$;
create or replace function ora.trunc(timestamp, text) returns ora.date language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
declare
	chosen record := ora.calendar_unit($2);
	first timestamp;
begin
	if chosen.unit in ('w', 'ww') then -- weeks are counted from the first of the month or year
		first := date_trunc(case chosen.unit when 'w' then 'month' else 'year' end, $1);
		return (first + make_interval(days => ($1::pg_catalog.date - first::pg_catalog.date) / 7 * 7))::ora.date;
	end if;
	if chosen.unit = 'isoyear' then
		return date_trunc('week', make_date(extract(isoyear from $1)::int, 1, 4)::timestamp)::ora.date;
	end if;
	return (date_trunc(chosen.unit, $1 + make_interval(days => chosen.shift)) - make_interval(days => chosen.shift))::ora.date;
end $$;
-- Up from July, from the 16th, from the sixteenth of a quarter's second month, from the middle of what is shorter.
create or replace function ora.round(timestamp, text) returns ora.date language plpgsql immutable strict parallel safe
set search_path = pg_catalog as $$
declare
	chosen record := ora.calendar_unit($2);
	moved timestamp;
begin
	moved := case chosen.unit
		when 'century' then $1 + interval '50 years'
		when 'year' then $1 + interval '6 months'
		when 'isoyear' then $1 + interval '6 months'
		when 'quarter' then date_trunc('month', $1) + interval '1 month' + case when extract(day from $1) > 15 then interval '1 month' else interval '0' end
		when 'month' then date_trunc('month', $1) + case when extract(day from $1) > 15 then interval '1 month' else interval '0' end
		when 'week' then $1 + interval '84 hours' when 'w' then $1 + interval '84 hours' when 'ww' then $1 + interval '84 hours'
		when 'day' then $1 + interval '12 hours' when 'hour' then $1 + interval '30 minutes' else $1 + interval '30 seconds' end;
	return ora.trunc(moved, $2);
end $$;
create or replace function ora.round(ora.stamp, text) returns ora.date language sql immutable strict parallel safe
as $$ select ora.round(ora.stamp_as_timestamp($1), $2) $$;

-- TO_CHAR of a number by a mask: B shows nothing for zero, EEEE is upper-case with room for three digits, what does not fit is #
create or replace function ora.number_by_mask(value numeric, mask text) returns text language plpgsql stable strict parallel safe
set search_path = pg_catalog as $$
declare
	plain text := upper(mask);
	fill boolean := plain !~ '^FM';
	blank boolean := plain ~ '^(FM)?B';
	made text;
begin
	plain := regexp_replace(regexp_replace(plain, '^FM', ''), '^B', '');
	if plain !~ '^(S?(L|C|U|\$)?[09,.GDV$]*(EEEE)?(L|C|U)?(MI|S|PR)?|RN|X+|0X+|TM[9E]?)$' or plain = '' then
		perform rh.raise('ORA-01481: invalid number format model');
	end if;
	if plain ~ '^0?X+$' then
		made := upper(to_hex(round(value)::bigint));
		if value < 0 or length(made) > length(plain) then
			made := repeat('#', length(plain) + 1);
		end if;
		return case when fill then lpad(made, length(plain) + 1) else made end;
	end if;
	if blank and round(value) = 0 and value = 0 then
		return case when fill then repeat(' ', length(plain) + 1) end;
	end if;
	if plain ~ 'EEEE' then
		made := upper(to_char(value, replace(plain, 'EEEE', 'eeee')));
		made := ltrim(made);
		return case when fill then lpad(made, length(plain) + 2) else made end;
	end if;
	if plain ~ '[LCU]' then -- the symbol has room for ten characters, ISO's for seven: blanks are before all of it
		return ora.currency_by_mask(value, plain, fill);
	end if;
	if plain ~ '\$' then -- one sign, directly before the digits
		made := ora.number_by_mask(value, case when fill then '' else 'FM' end || replace(plain, '$', ''));
		return regexp_replace(case when fill then ' ' else '' end || made, '( ?)([-<]?)([0-9.,#])', '\1\2$\3');
	end if;
	made := to_char(value, case when fill then '' else 'FM' end || plain);
	return case when made ~ '#' then repeat('#', length(to_char(0, plain))) else made end;
end $$;
-- L, U: NLS_CURRENCY of AMERICA; C: the ISO symbol; before the digits or behind them.
create or replace function ora.currency_by_mask(value numeric, plain text, fill boolean) returns text language plpgsql stable strict parallel safe
set search_path = pg_catalog as $$
declare
	digits text := translate(plain, 'LCU', '');
	symbol text := case when plain ~ 'C' then 'USD' else '$' end;
	room int := length(to_char(0, digits)) + case when plain ~ 'C' then 7 else 10 end;
	made text := ltrim(ora.number_by_mask(value, case when fill then '' else 'FM' end || digits));
begin
	made := case when plain ~ '[LCU](MI|S|PR)?$' then regexp_replace(made, '([-+>]?)$', symbol || '\1')
		else regexp_replace(made, '^([-+<]?)', '\1' || symbol) end;
	return case when made ~ '#' then repeat('#', room) when fill then lpad(made, room) else made end;
end $$;
create or replace function ora.to_char(numeric, text) returns text language sql stable strict parallel safe
as $$ select case when upper($2) operator(pg_catalog.~~) 'TM%' then ora.number_text($1) else ora.number_by_mask($1, $2) end $$;

-- NLS parameters of a number's mask: {decimal and group characters, currency}; what is not given is AMERICA's
create or replace function ora.number_words(nls text) returns text[] language plpgsql immutable strict set search_path = pg_catalog as $$
declare
	one constant text := '\s*(NLS_NUMERIC_CHARACTERS|NLS_CURRENCY)\s*=\s*(?:''([^'']*)''|(\S+))\s*';
	told text[];
	made text[] := array['.,', '$'];
begin
	if nls !~* ('^(' || one || ')*$') then
		raise exception 'ORA-03001: unimplemented feature: %', nls using errcode = 'ORA00';
	end if;
	for told in select regexp_matches(nls, one, 'gi') loop
		made[case when upper(told[1]) = 'NLS_CURRENCY' then 2 else 1 end] := coalesce(told[2], told[3]);
	end loop;
	if length(made[1]) <> 2 or left(made[1], 1) = right(made[1], 1) then
		raise exception 'ORA-12705: Cannot access NLS data files or invalid environment specified' using errcode = 'ORA00';
	end if;
	return made;
end $$;
create or replace function ora.to_char(value numeric, mask text, nls text) returns text language plpgsql stable strict set search_path = pg_catalog as $$
declare
	words constant text[] := ora.number_words(nls);
	made text := ora.to_char(value, mask);
	plain constant text := upper(mask);
begin
	if plain ~ '[DG]' then
		made := translate(made, '.,', words[1]);
	end if;
	if plain ~ 'L' then
		made := lpad(replace(ltrim(made), '$', words[2]), case when plain ~ '^FM' then 0 else length(made) end);
	end if;
	return made;
end $$;
create or replace function ora.to_number(value text, mask text, nls text) returns numeric language plpgsql stable strict set search_path = pg_catalog as $$
declare
	words constant text[] := ora.number_words(nls);
	plain constant text := upper(mask);
	digits text := value;
begin
	if plain ~ 'L' then
		digits := replace(digits, words[2], '');
	end if;
	if plain ~ '[DG]' then
		digits := translate(digits, words[1], '.,');
	end if;
	return ora.to_number(digits, replace(plain, 'L', ''));
end $$;

-- ---- of a whole group --------------------------------------------------------------------------------------------------
--
-- PERCENTILE_CONT lies between the rows at floor and ceil of 1 + p (n - 1); PERCENTILE_DISC is the first whose CUME_DIST reaches p.
-- Source: SQL Language Reference 19c, PERCENTILE_CONT and PERCENTILE_DISC.

create or replace function ora.percentile_cont("values" numeric[], part numeric, descending boolean) returns numeric
language sql immutable set search_path = pg_catalog as $$
	select case when n = 0 or $2 is null then null when lo = hi then s[lo]
	       else ora.number((hi - place) * s[lo] + (place - lo) * s[hi]) end
	  from (select s, n, 1 + case when $3 then 1 - $2 else $2 end * (n - 1) as place,
		       floor(1 + case when $3 then 1 - $2 else $2 end * (n - 1))::int as lo,
		       ceil(1 + case when $3 then 1 - $2 else $2 end * (n - 1))::int as hi
		  from (select array_agg(v order by v) as s, count(v)::int as n from unnest($1) u(v) where v is not null) q) q
$$;
create or replace function ora.percentile_disc("values" anyarray, part numeric, descending boolean) returns anyelement
language sql immutable set search_path = pg_catalog as $$
	select v from (select v, row_number() over (order by case when not $3 then v end, case when $3 then v end desc) as place, count(*) over () as n
			 from unnest($1) u(v) where v is not null) q
	 where place >= $2 * n order by place limit 1
$$;

-- what LISTAGG DISTINCT lists, in its order
create or replace function ora.texts("values" anyarray) returns text[] language sql stable set search_path = pg_catalog as $$
	select array_agg(ora.to_char(v) order by place) from unnest($1) with ordinality u(v, place) where v is not null
$$;
create or replace function ora.texts("values" text[]) returns text[] language sql immutable set search_path = pg_catalog as $$ select $1 $$;

-- ---- a text where a DATE is wanted is one by NLS_DATE_FORMAT -------------------------------------------------------------

create or replace function ora.add_months(text, numeric) returns ora.date language sql stable strict as $$ select ora.add_months(ora.to_date($1), $2) $$;
create or replace function ora.last_day(text) returns ora.date language sql stable strict as $$ select ora.last_day(ora.to_date($1)) $$;
create or replace function ora.next_day(text, text) returns ora.date language sql stable strict as $$ select ora.next_day(ora.to_date($1), $2) $$;
create or replace function ora.months_between(text, text) returns numeric language sql stable strict
as $$ select ora.months_between(ora.to_date($1), ora.to_date($2)) $$;
create or replace function ora.months_between(timestamp, text) returns numeric language sql stable strict
as $$ select ora.months_between($1, ora.to_date($2)) $$;
create or replace function ora.months_between(text, timestamp) returns numeric language sql stable strict
as $$ select ora.months_between(ora.to_date($1), $2) $$;

-- a row that is its own ancestor: CONNECT BY without NOCYCLE
create or replace function ora.no_loop(boolean) returns boolean language plpgsql immutable set search_path = pg_catalog as $$
begin
	if $1 then
		perform rh.raise('ORA-01436: CONNECT BY loop in user data');
	end if;
	return true;
end $$;

-- ---- REGR_*, CORR, COVAR_*: count, and sums of x, y, xx, yy and xy where neither is NULL ----------------------------------

create or replace function ora.regr_add(s numeric[], y numeric, x numeric) returns numeric[] language sql immutable parallel safe set search_path = pg_catalog as $$
	select case when $2 is null or $3 is null then $1
		else array[$1[1] + 1, $1[2] + $3, $1[3] + $2, $1[4] + $3 * $3, $1[5] + $2 * $2, $1[6] + $3 * $2] end
$$;
create or replace function ora.regr_count_of(s numeric[]) returns numeric language sql immutable parallel safe as $$ select $1[1] $$;
create or replace function ora.regr_avgx_of(s numeric[]) returns numeric language sql immutable parallel safe as $$ select ora.divide($1[2], nullif($1[1], 0)) $$;
create or replace function ora.regr_avgy_of(s numeric[]) returns numeric language sql immutable parallel safe as $$ select ora.divide($1[3], nullif($1[1], 0)) $$;
create or replace function ora.regr_sxx_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide($1[1] * $1[4] - $1[2] * $1[2], nullif($1[1], 0)) $$;
create or replace function ora.regr_syy_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide($1[1] * $1[5] - $1[3] * $1[3], nullif($1[1], 0)) $$;
create or replace function ora.regr_sxy_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide($1[1] * $1[6] - $1[2] * $1[3], nullif($1[1], 0)) $$;
create or replace function ora.covar_pop_of(s numeric[]) returns numeric language sql immutable parallel safe as $$ select ora.divide(ora.regr_sxy_of($1), nullif($1[1], 0)) $$;
create or replace function ora.covar_samp_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide(ora.regr_sxy_of($1), case when $1[1] > 1 then $1[1] - 1 end) $$;
create or replace function ora.regr_slope_of(s numeric[]) returns numeric language sql immutable parallel safe
as $$ select ora.divide(ora.regr_sxy_of($1), nullif(ora.regr_sxx_of($1), 0)) $$;
create or replace function ora.regr_intercept_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.regr_avgy_of($1) - ora.regr_slope_of($1) * ora.regr_avgx_of($1) $$;
-- of values of x that are all the same there is none, of those of y alone it is 1
create or replace function ora.regr_r2_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog as $$
	select case when ora.regr_sxx_of($1) = 0 then null when ora.regr_syy_of($1) = 0 then 1
		else ora.divide(ora.regr_sxy_of($1) * ora.regr_sxy_of($1), ora.regr_sxx_of($1) * ora.regr_syy_of($1)) end
$$;
create or replace function ora.corr_of(s numeric[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide(ora.regr_sxy_of($1), nullif(ora.sqrt(ora.regr_sxx_of($1) * ora.regr_syy_of($1)), 0)) $$;
do $$
declare
	name text;
begin
	foreach name in array array['regr_count', 'regr_avgx', 'regr_avgy', 'regr_sxx', 'regr_syy', 'regr_sxy', 'regr_slope', 'regr_intercept', 'regr_r2',
				    'covar_pop', 'covar_samp', 'corr'] loop
		execute format('create or replace aggregate ora.%1$I(numeric, numeric) (sfunc = ora.regr_add, stype = numeric[],
			initcond = ''{0,0,0,0,0,0}'', finalfunc = ora.%2$I)', name, name operator(pg_catalog.||) '_of');
	end loop;
end $$;

-- ---- KEEP of SUM, AVG, COUNT and their like: values in their order, and what they were ordered by -------------------------

create or replace function ora.kept("values" numeric[], keys jsonb[]) returns setof numeric language sql immutable parallel safe set search_path = pg_catalog as $$
	select v from unnest($1, $2) x (v, k) where k = $2[1]
$$;
create or replace function ora.kept_sum(numeric[], jsonb[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select sum(v) from ora.kept($1, $2) v $$;
create or replace function ora.kept_count(numeric[], jsonb[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select count(v)::numeric from ora.kept($1, $2) v $$;
create or replace function ora.kept_avg(numeric[], jsonb[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select ora.divide(sum(v), nullif(count(v), 0)::numeric) from ora.kept($1, $2) v $$;
create or replace function ora.kept_variance(numeric[], jsonb[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select variance(v) from ora.kept($1, $2) v $$;
create or replace function ora.kept_stddev(numeric[], jsonb[]) returns numeric language sql immutable parallel safe set search_path = pg_catalog
as $$ select stddev(v) from ora.kept($1, $2) v $$;

-- STATS_MODE: the value there is most of, of several the first
create or replace function ora.most_of(anycompatiblearray) returns anycompatible language sql immutable parallel safe as $$
	select x from pg_catalog.unnest($1) u (x) where x is not null group by x order by pg_catalog.count(*) desc, x limit 1
$$;
create or replace aggregate ora.stats_mode(anycompatible) (sfunc = pg_catalog.array_append, stype = anycompatiblearray, initcond = '{}',
	finalfunc = ora.most_of);
