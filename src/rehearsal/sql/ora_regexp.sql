-- ora_regexp.sql - REGEXP_LIKE, _COUNT, _INSTR, _SUBSTR and _REPLACE
--
-- Oracle's patterns in PostgreSQL's words.  There a point takes no line end unless the match parameter has n, while [^x] takes one
-- always, and ^ and $ are those of the whole text unless it has m; a backslash between brackets stands for itself.
-- Source: Oracle Database SQL Language Reference 19c, "Oracle Regular Expression Support"; test/dialect/statements.tsv.

-- A point outside brackets becomes one that takes no line end, unless @dot_all; a backslash within brackets is doubled.
create or replace function ora.regexp_pattern(pattern text, dot_all boolean) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
	made text := '';
	one text;
	inside boolean := false;
	opened int := 0;
	at int := 1;
begin
	while at <= length(pattern) loop
		one := substr(pattern, at, 1);
		if inside then
			if one = '[' and substr(pattern, at + 1, 1) in (':', '.', '=') then
				one := substring(substr(pattern, at) from '^\[[:.=].*?[:.=]\]');
				one := coalesce(one, '[');
			elsif one = '\' then
				one := '\\';
				at := at - 1;
			elsif one = ']' and at > opened + 1 and substr(pattern, opened + 1, at - opened - 1) <> '^' then
				inside := false;
			end if;
		elsif one = '\' then
			one := substr(pattern, at, 2);
		elsif one = '[' then
			inside := true;
			opened := at;
		elsif one = '.' and not dot_all then
			made := made || '[^' || chr(10) || ']';
			at := at + 1;
			continue;
		end if;
		made := made || one;
		at := at + length(one);
	end loop;
	return made;
end $$;

create or replace function ora.regexp_flags(wanted text) returns text language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	if wanted ~ '[^icnmx]' then
		perform rh.raise('ORA-01760: illegal argument for function');
	end if;
	return case when wanted ~ 'm' then 'w' else 's' end
		|| case when wanted ~ 'i[^c]*$' then 'i' else '' end || case when wanted ~ 'x' then 'x' else '' end;
end $$;

create or replace function ora.regexp_check(what text, given numeric, low int) returns void
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	if given < low then
		perform rh.raise(format('ORA-01428: argument ''%s'' is out of range', given));
	end if;
end $$;

create or replace function ora.regexp_like(value text, pattern text, flags text default null) returns boolean
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	if value is null or pattern is null then
		return null;
	end if;
	return regexp_like(value, ora.regexp_pattern(pattern, coalesce(flags, '') ~ 'n'), ora.regexp_flags(coalesce(flags, '')));
end $$;

create or replace function ora.regexp_count(value text, pattern text, at numeric default 1, flags text default null) returns numeric
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	perform ora.regexp_check('position', at, 1);
	if value is null or pattern is null or at is null then
		return null;
	end if;
	return regexp_count(value, ora.regexp_pattern(pattern, coalesce(flags, '') ~ 'n'), trunc(at)::int,
			    ora.regexp_flags(coalesce(flags, '')))::numeric;
end $$;

create or replace function ora.regexp_instr(value text, pattern text, at numeric default 1, nth numeric default 1, ending numeric default 0,
					    flags text default null, part numeric default 0) returns numeric
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	perform ora.regexp_check('position', at, 1), ora.regexp_check('occurrence', nth, 1), ora.regexp_check('return_opt', ending, 0),
		ora.regexp_check('subexpr', part, 0);
	if value is null or pattern is null or at is null or nth is null or ending is null or part is null then
		return null;
	end if;
	return regexp_instr(value, ora.regexp_pattern(pattern, coalesce(flags, '') ~ 'n'), trunc(at)::int, trunc(nth)::int,
			    least(trunc(ending)::int, 1), ora.regexp_flags(coalesce(flags, '')), trunc(part)::int)::numeric;
end $$;

create or replace function ora.regexp_substr(value text, pattern text, at numeric default 1, nth numeric default 1, flags text default null,
					     part numeric default 0) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	perform ora.regexp_check('position', at, 1), ora.regexp_check('occurrence', nth, 1), ora.regexp_check('subexpr', part, 0);
	if value is null or pattern is null or at is null or nth is null or part is null then
		return null;
	end if;
	return nullif(regexp_substr(value, ora.regexp_pattern(pattern, coalesce(flags, '') ~ 'n'), trunc(at)::int, trunc(nth)::int,
				    ora.regexp_flags(coalesce(flags, '')), trunc(part)::int), '');
end $$;

-- Behind a \ of the replacement only a digit means something, and & is itself.
create or replace function ora.regexp_replace(value text, pattern text, new text default null, at numeric default 1, nth numeric default 0,
					      flags text default null) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
	perform ora.regexp_check('position', at, 1), ora.regexp_check('occurrence', nth, 0);
	if value is null or at is null or nth is null then
		return null;
	end if;
	if pattern is null then
		return value;
	end if;
	return nullif(regexp_replace(value, ora.regexp_pattern(pattern, coalesce(flags, '') ~ 'n'),
				     regexp_replace(coalesce(new, ''), '\\(?![1-9])', '\\\\', 'g'), trunc(at)::int, trunc(nth)::int,
				     ora.regexp_flags(coalesce(flags, ''))), '');
end $$;
