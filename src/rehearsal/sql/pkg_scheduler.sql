-- pkg_scheduler.sql - DBMS_SCHEDULER over rh.jobs, as far as plain jobs go
-- Source of names, defaults and errors: Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_SCHEDULER.

create schema if not exists "DBMS_SCHEDULER";
grant usage on schema "DBMS_SCHEDULER" to public;

create or replace function rh.raise(text text) returns void language plpgsql as $$
begin
	raise exception '%', text using errcode = 'ORA00';
end $$;

-- A calendar, FREQ=...;INTERVAL=n;BY...=list, clause by clause.  Anything else is refused when the job is made.
create or replace function rh.job_calendar(repeat_interval text) returns jsonb language plpgsql immutable strict set search_path = pg_catalog as $$
declare
	part text;
	name text;
	list text;
	calendar jsonb := '{"INTERVAL": "1"}';
	element constant jsonb := '{"FREQ": "(YEAR|MONTH|WEEK|DAI|HOUR|MINUTE|SECOND)LY", "INTERVAL": "[1-9][0-9]?",
		"BYMONTH": "(0?[1-9]|1[0-2])", "BYMONTHDAY": "(-1|0?[1-9]|[12][0-9]|3[01])",
		"BYDAY": "(MON|TUE|WED|THU|FRI|SAT|SUN)", "BYHOUR": "([01]?[0-9]|2[0-3])", "BYMINUTE": "[0-5]?[0-9]",
		"BYSECOND": "[0-5]?[0-9]"}';
begin
	foreach part in array string_to_array(upper(rtrim(regexp_replace(repeat_interval, '\s', '', 'g'), ';')), ';') loop
		name := split_part(part, '=', 1);
		list := split_part(part, '=', 2);
		if not coalesce(list ~ format('^%1$s(,%1$s)*$', element ->> name), false)
		   or (name in ('FREQ', 'INTERVAL') and list like '%,%') then
			perform rh.raise('ORA-27465: invalid value ' || repeat_interval || ' for attribute REPEAT_INTERVAL');
		end if;
		calendar := calendar || jsonb_build_object(name, list);
	end loop;
	if not calendar ? 'FREQ' then
		perform rh.raise('ORA-27465: invalid value ' || repeat_interval || ' for attribute REPEAT_INTERVAL');
	end if;
	return calendar;
end $$;

-- The numbers that a clause names; without the clause all from 0 to top if the frequency steps through them, else the start's own
create or replace function rh.job_times(list text, stepped boolean, top int, own double precision)
returns int[] language sql immutable set search_path = pg_catalog as $$
	select case when list is not null then string_to_array(list, ',')::int[]
		    when stepped then (select array_agg(n) from generate_series(0, top) n) else array[own::int] end
$$;

-- Is this a day of the calendar that began on day one?
create or replace function rh.job_day_fits(calendar jsonb, one pg_catalog.date, day pg_catalog.date) returns boolean language sql immutable
set search_path = pg_catalog as $$
	select case calendar ->> 'FREQ'
		when 'YEARLY' then (extract(year from day) - extract(year from one))::int % every = 0
			and (calendar ? 'BYMONTH' or extract(month from day) = extract(month from one))
		when 'MONTHLY' then (12 * (extract(year from day) - extract(year from one))
			+ extract(month from day) - extract(month from one))::int % every = 0
		when 'WEEKLY' then ((day - date '0001-01-01') / 7 - (one - date '0001-01-01') / 7) % every = 0
			and (calendar ? 'BYDAY' or extract(isodow from day) = extract(isodow from one))
		when 'DAILY' then (day - one) % every = 0
		else true end
	   and (calendar ? 'BYDAY' or calendar ? 'BYMONTHDAY' or calendar ->> 'FREQ' not in ('YEARLY', 'MONTHLY')
		or extract(day from day) = extract(day from one))
	   and coalesce(extract(month from day) = any (string_to_array(calendar ->> 'BYMONTH', ',')::int[]), true)
	   and coalesce(to_char(day, 'DY') = any (string_to_array(calendar ->> 'BYDAY', ',')), true)
	   and coalesce(extract(day from day) = any (string_to_array(calendar ->> 'BYMONTHDAY', ',')::int[])
			or (extract(day from day + 1) = 1 and '-1' = any (string_to_array(calendar ->> 'BYMONTHDAY', ','))), true)
	  from (select (calendar ->> 'INTERVAL')::int as every) e
$$;

-- The first moment behind `after` that the calendar names, fields it leaves open taken from the start; null: none in five years.
create or replace function rh.job_next(repeat_interval text, start timestamptz, after timestamptz) returns timestamptz
language plpgsql stable strict set search_path = pg_catalog as $$
declare
	calendar jsonb := rh.job_calendar(repeat_interval);
	freq text := calendar ->> 'FREQ';
	every int := (calendar ->> 'INTERVAL')::int;
	began timestamp := date_trunc('second', start at time zone 'UTC');
	behind timestamp := after at time zone 'UTC';
	hours int[] := rh.job_times(calendar ->> 'BYHOUR', freq in ('HOURLY', 'MINUTELY', 'SECONDLY'), 23, extract(hour from began));
	minutes int[] := rh.job_times(calendar ->> 'BYMINUTE', freq in ('MINUTELY', 'SECONDLY'), 59, extract(minute from began));
	seconds int[] := rh.job_times(calendar ->> 'BYSECOND', freq = 'SECONDLY', 59, extract(second from began));
	unit int := case freq when 'HOURLY' then 3600 when 'MINUTELY' then 60 when 'SECONDLY' then 1 end;
	found_at timestamp;
begin
	if freq = 'SECONDLY' and not calendar ?| array['BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND'] then
		return after + every * interval '1 second';
	end if;
	for ahead in 0 .. 1830 loop
		continue when not rh.job_day_fits(calendar, began::date, behind::date + ahead);
		select min(t) into found_at
		  from unnest(hours) h, unnest(minutes) m, unnest(seconds) s,
		       lateral (select behind::date + ahead + make_interval(hours => h, mins => m, secs => s) as t) made
		 where t > behind and t >= began
		   and (unit is null or (floor(extract(epoch from t) / unit) - floor(extract(epoch from began) / unit))::bigint % every = 0);
		if found_at is not null then
			return found_at at time zone 'UTC';
		end if;
	end loop;
	return null;
end $$;

-- The first run of a job that is enabled now: at once or at its start, by a calendar that names moments at the first of those.
create or replace function rh.job_first(repeat_interval text, start timestamptz) returns timestamptz language sql stable
set search_path = pg_catalog as $$
	select case when repeat_interval ~* ';\s*BY' then rh.job_next(repeat_interval, start, greatest(start, clock_timestamp()) - interval '1 microsecond')
		    else greatest(start, clock_timestamp()) end
$$;

-- OWNER.NAME or NAME, "quoted" or not, to its job; who may not touch it does not see it
create or replace function rh.find_job(name text) returns rh.jobs language plpgsql stable security definer
set search_path = pg_catalog as $$
declare
	part text[] := string_to_array(name, '.');
	word text;
	found_job rh.jobs;
	words text[] := '{}';
begin
	foreach word in array part loop
		words := words || case when word like '"%"' then btrim(word, '"') else upper(btrim(word)) end;
	end loop;
	if cardinality(words) = 1 then
		words := array[rh.me()] || words;
	end if;
	select * into found_job from rh.jobs j where j.owner = words[1] and j.name = words[2];
	if not found then
		perform rh.raise(format('ORA-27476: "%s"."%s" does not exist', words[1], words[2]));
	end if;
	if found_job.owner <> rh.me() and not rh.has_privilege(rh.me(), 'CREATE ANY JOB')
	   and not rh.has_privilege(rh.me(), 'MANAGE SCHEDULER') then
		perform rh.raise('ORA-27486: insufficient privileges');
	end if;
	return found_job;
end $$;

create or replace function "DBMS_SCHEDULER"."CREATE_JOB"(
	"JOB_NAME" text, "JOB_TYPE" text, "JOB_ACTION" text, "NUMBER_OF_ARGUMENTS" numeric default 0,
	"START_DATE" ora.stamp_tz default null, "REPEAT_INTERVAL" text default null, "END_DATE" ora.stamp_tz default null,
	"JOB_CLASS" text default 'DEFAULT_JOB_CLASS', "ENABLED" boolean default false, "AUTO_DROP" boolean default true,
	"COMMENTS" text default null, "CREDENTIAL_NAME" text default null, "DESTINATION_NAME" text default null)
returns void language plpgsql security definer set search_path = pg_catalog as $$
<<made>>
declare
	owner text := rh.me();
	job text := upper("JOB_NAME");
	start timestamptz := ora.sys_extract_utc("START_DATE")::timestamp at time zone 'UTC';
begin
	if job like '%.%' then
		owner := split_part(job, '.', 1);
		job := split_part(job, '.', 2);
	end if;
	if not rh.has_privilege(rh.me(), case when owner = rh.me() then 'CREATE JOB' else 'CREATE ANY JOB' end)
	   and not rh.has_privilege(rh.me(), 'CREATE ANY JOB') then
		perform rh.raise('ORA-27486: insufficient privileges');
	end if;
	if upper("JOB_TYPE") not in ('PLSQL_BLOCK', 'STORED_PROCEDURE') or "NUMBER_OF_ARGUMENTS" <> 0 then
		perform rh.raise('ORA-03001: unimplemented feature: jobs of type ' || "JOB_TYPE");
	end if;
	perform rh.job_calendar("REPEAT_INTERVAL");
	if exists (select from rh.jobs j where j.owner = made.owner and j.name = job) then
		perform rh.raise(format('ORA-27477: "%s"."%s" already exists', owner, job));
	end if;
	insert into rh.jobs (owner, name, job_type, job_action, repeat_interval, start_date, end_date, enabled, state,
			     auto_drop, comments)
	values (owner, job, upper("JOB_TYPE"),
		case upper("JOB_TYPE") when 'PLSQL_BLOCK' then "JOB_ACTION" else 'BEGIN ' || "JOB_ACTION" || '; END;' end,
		"REPEAT_INTERVAL", start, ora.sys_extract_utc("END_DATE")::timestamp at time zone 'UTC', false, 'DISABLED',
		"AUTO_DROP", "COMMENTS");
	if "ENABLED" then
		perform "DBMS_SCHEDULER"."ENABLE"(format('"%s"."%s"', owner, job));
	end if;
end $$;

create or replace function "DBMS_SCHEDULER"."ENABLE"("NAME" text, "COMMIT_SEMANTICS" text default 'STOP_ON_FIRST_ERROR')
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("NAME");
begin
	update rh.jobs set enabled = true, state = case when running_sid is null then 'SCHEDULED' else state end,
			   start_date = coalesce(start_date, clock_timestamp()),
			   next_run = rh.job_first(repeat_interval, coalesce(start_date, clock_timestamp()))
	 where job_id = job.job_id and not enabled;
end $$;

create or replace function "DBMS_SCHEDULER"."DISABLE"("NAME" text, "FORCE" boolean default false,
	"COMMIT_SEMANTICS" text default 'STOP_ON_FIRST_ERROR')
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("NAME");
begin
	if job.state = 'RUNNING' and not "FORCE" then
		perform rh.raise(format('ORA-27478: job "%s"."%s" is running', job.owner, job.name));
	end if;
	update rh.jobs set enabled = false, next_run = null, state = case when state = 'RUNNING' then state else 'DISABLED' end
	 where job_id = job.job_id;
end $$;

create or replace function "DBMS_SCHEDULER"."STOP_JOB"("JOB_NAME" text, "FORCE" boolean default false,
	"COMMIT_SEMANTICS" text default 'STOP_ON_FIRST_ERROR')
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("JOB_NAME");
begin
	if job.state <> 'RUNNING' then
		perform rh.raise(format('ORA-27366: job "%s"."%s" is not running', job.owner, job.name));
	end if;
	update rh.jobs set stop_asked = true where job_id = job.job_id;
end $$;

create or replace function "DBMS_SCHEDULER"."DROP_JOB"("JOB_NAME" text, "FORCE" boolean default false,
	"DEFER" boolean default false, "COMMIT_SEMANTICS" text default 'STOP_ON_FIRST_ERROR')
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("JOB_NAME");
begin
	if job.state = 'RUNNING' and not "FORCE" then
		perform rh.raise(format('ORA-27478: job "%s"."%s" is running', job.owner, job.name));
	end if;
	delete from rh.jobs where job_id = job.job_id;
end $$;

create or replace function "DBMS_SCHEDULER"."RUN_JOB"("JOB_NAME" text, "USE_CURRENT_SESSION" boolean default false)
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("JOB_NAME");
begin
	if "USE_CURRENT_SESSION" then
		perform rh.raise('ORA-03001: unimplemented feature: RUN_JOB in the current session');
	end if;
	update rh.jobs set next_run = clock_timestamp(), enabled = true, state = 'SCHEDULED'
	 where job_id = job.job_id and state <> 'RUNNING';
end $$;

-- ---- what the scheduler thread does ---------------------------------------------------------------------------------

create or replace function rh.take_due_jobs(room int) returns setof rh.jobs language sql as $$
	update rh.jobs set state = 'RUNNING', last_start = clock_timestamp(), running_sid = 0
	 where job_id in (select job_id from rh.jobs where enabled and running_sid is null and next_run <= clock_timestamp()
			   and (end_date is null or end_date > clock_timestamp())
			   order by next_run limit room)
	returning *
$$;

create or replace function rh.job_ended(job int, failure text) returns void language plpgsql as $$
declare
	one rh.jobs;
begin
	update rh.jobs set running_sid = null, run_count = run_count + 1,
			   failure_count = failure_count + (failure is not null)::int, last_error = failure,
			   last_run_us = (extract(epoch from clock_timestamp() - last_start) * 1000000)::bigint,
			   next_run = case when enabled and repeat_interval is not null
				      then rh.job_next(repeat_interval, start_date, last_start) end,
			   state = case when not enabled then 'DISABLED' when repeat_interval is not null then 'SCHEDULED'
				   when failure is null then 'SUCCEEDED' else 'FAILED' end
	 where job_id = job returning * into one;
	if not found then
		return; -- dropped while it ran
	end if;
	insert into rh.job_log (owner, name, status, error, info, started, run_us)
	values (one.owner, one.name, case when failure is null then 'SUCCEEDED' else 'FAILED' end,
		(regexp_match(failure, '^ORA-([0-9]{5})'))[1]::int, failure, one.last_start, one.last_run_us);
	if one.repeat_interval is null and one.enabled then
		if one.auto_drop then
			delete from rh.jobs where job_id = job;
		else
			update rh.jobs set enabled = false where job_id = job;
		end if;
	end if;
end $$;
