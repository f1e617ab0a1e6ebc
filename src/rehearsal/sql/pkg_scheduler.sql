-- pkg_scheduler.sql - DBMS_SCHEDULER over rh.jobs, as far as plain jobs go
-- Source of names, defaults and errors: Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_SCHEDULER.

create schema if not exists "DBMS_SCHEDULER";
grant usage on schema "DBMS_SCHEDULER" to public;

create or replace function rh.raise(text text) returns void language plpgsql as $$
begin
	raise exception '%', text using errcode = 'ORA00';
end $$;

-- FREQ=SECONDLY;INTERVAL=n and its like; null: once.  Anything else is refused when the job is made.
create or replace function rh.job_interval(repeat_interval text) returns interval language plpgsql immutable as $$
declare
	part text;
	unit text;
	times int := 1;
begin
	if repeat_interval is null then
		return null;
	end if;
	foreach part in array string_to_array(upper(rtrim(replace(repeat_interval, ' ', ''), ';')), ';') loop
		if part ~ '^FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY)$' then
			unit := case split_part(part, '=', 2) when 'SECONDLY' then '1 second' when 'MINUTELY' then '1 minute'
				when 'HOURLY' then '1 hour' when 'DAILY' then '1 day' else '7 days' end;
		elsif part ~ '^INTERVAL=[0-9]{1,4}$' and split_part(part, '=', 2)::int > 0 then
			times := split_part(part, '=', 2)::int;
		else
			perform rh.raise('ORA-27465: invalid value ' || repeat_interval || ' for attribute REPEAT_INTERVAL');
		end if;
	end loop;
	if unit is null then
		perform rh.raise('ORA-27465: invalid value ' || repeat_interval || ' for attribute REPEAT_INTERVAL');
	end if;
	return unit::interval * times;
end $$;

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
	"START_DATE" timestamp default null, "REPEAT_INTERVAL" text default null, "END_DATE" timestamp default null,
	"JOB_CLASS" text default 'DEFAULT_JOB_CLASS', "ENABLED" boolean default false, "AUTO_DROP" boolean default true,
	"COMMENTS" text default null, "CREDENTIAL_NAME" text default null, "DESTINATION_NAME" text default null)
returns void language plpgsql security definer set search_path = pg_catalog as $$
<<made>>
declare
	owner text := rh.me();
	job text := upper("JOB_NAME");
	every interval := rh.job_interval("REPEAT_INTERVAL");
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
	if exists (select from rh.jobs j where j.owner = made.owner and j.name = job) then
		perform rh.raise(format('ORA-27477: "%s"."%s" already exists', owner, job));
	end if;
	insert into rh.jobs (owner, name, job_type, job_action, repeat_interval, start_date, end_date, enabled, state,
			     auto_drop, comments, next_run)
	values (owner, job, upper("JOB_TYPE"),
		case upper("JOB_TYPE") when 'PLSQL_BLOCK' then "JOB_ACTION" else 'BEGIN ' || "JOB_ACTION" || '; END;' end,
		"REPEAT_INTERVAL", "START_DATE" at time zone 'UTC', "END_DATE" at time zone 'UTC', "ENABLED",
		case when "ENABLED" then 'SCHEDULED' else 'DISABLED' end, "AUTO_DROP", "COMMENTS",
		case when "ENABLED" then greatest(coalesce("START_DATE" at time zone 'UTC', clock_timestamp()), clock_timestamp()) end);
end $$;

create or replace function "DBMS_SCHEDULER"."ENABLE"("NAME" text, "COMMIT_SEMANTICS" text default 'STOP_ON_FIRST_ERROR')
returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
	job rh.jobs := rh.find_job("NAME");
begin
	update rh.jobs set enabled = true, state = case when running_sid is null then 'SCHEDULED' else state end,
			   next_run = coalesce(greatest(start_date, clock_timestamp()), clock_timestamp())
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
				      then last_start + rh.job_interval(repeat_interval) end,
			   state = case when not enabled then 'DISABLED' when repeat_interval is not null then 'SCHEDULED'
				   when failure is null then 'SUCCEEDED' else 'FAILED' end
	 where job_id = job returning * into one;
	if not found then
		return; -- dropped while it ran
	end if;
	insert into rh.job_log (owner, name, status, info, started, run_us)
	values (one.owner, one.name, case when failure is null then 'SUCCEEDED' else 'FAILED' end, failure, one.last_start,
		one.last_run_us);
	if one.repeat_interval is null and one.enabled then
		if one.auto_drop then
			delete from rh.jobs where job_id = job;
		else
			update rh.jobs set enabled = false where job_id = job;
		end if;
	end if;
end $$;
