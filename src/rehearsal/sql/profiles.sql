-- profiles.sql - what profiles of users allow: sessions, idle and connected minutes, wrong passwords, their age
--
-- Kernel limits hold where parameter RESOURCE_LIMIT is TRUE, limits of passwords always.  A profile that does not name a
-- resource, or says DEFAULT, has profile DEFAULT's.  Source: SQL Language Reference 19c, "CREATE PROFILE"; Database Security
-- Guide 19c, "Configuring Authentication"; Error Messages.

create table if not exists rh.profiles (profile text, resource text, bound text not null, primary key (profile, resource));
alter table rh.users add column if not exists password_date timestamp not null default (now() at time zone 'UTC');
alter table rh.users add column if not exists failed_logins int not null default 0;

create table if not exists rh.profile_resources (resource text primary key, kind text not null, bound text not null);
insert into rh.profile_resources values ('COMPOSITE_LIMIT', 'KERNEL', 'UNLIMITED'), ('SESSIONS_PER_USER', 'KERNEL', 'UNLIMITED'),
	('CPU_PER_SESSION', 'KERNEL', 'UNLIMITED'), ('CPU_PER_CALL', 'KERNEL', 'UNLIMITED'), ('LOGICAL_READS_PER_SESSION', 'KERNEL', 'UNLIMITED'),
	('LOGICAL_READS_PER_CALL', 'KERNEL', 'UNLIMITED'), ('IDLE_TIME', 'KERNEL', 'UNLIMITED'), ('CONNECT_TIME', 'KERNEL', 'UNLIMITED'),
	('PRIVATE_SGA', 'KERNEL', 'UNLIMITED'), ('FAILED_LOGIN_ATTEMPTS', 'PASSWORD', '10'), ('PASSWORD_LIFE_TIME', 'PASSWORD', '180'),
	('PASSWORD_REUSE_TIME', 'PASSWORD', 'UNLIMITED'), ('PASSWORD_REUSE_MAX', 'PASSWORD', 'UNLIMITED'),
	('PASSWORD_VERIFY_FUNCTION', 'PASSWORD', 'NULL'), ('PASSWORD_LOCK_TIME', 'PASSWORD', '1'), ('PASSWORD_GRACE_TIME', 'PASSWORD', '7'),
	('INACTIVE_ACCOUNT_TIME', 'PASSWORD', 'UNLIMITED')
on conflict do nothing;
insert into rh.profiles select 'DEFAULT', resource, bound from rh.profile_resources on conflict do nothing;

-- NULL: unlimited
create or replace function rh.limit_of(name text, wanted text) returns numeric language sql stable security definer
set search_path = pg_catalog as $$
	select case when bound not in ('UNLIMITED', 'NULL') then bound::numeric end
	  from (select coalesce((select p.bound from rh.profiles p join rh.users u on u.profile = p.profile
				  where u.username = $1 and p.resource = $2 and p.bound <> 'DEFAULT'),
				(select p.bound from rh.profiles p where p.profile = 'DEFAULT' and p.resource = $2))) v(bound)
$$;

create or replace function rh.kernel_limit_of(name text, wanted text) returns numeric language sql stable security definer
set search_path = pg_catalog as $$
	select rh.limit_of($1, $2) from rh.parameters where parameters.name = 'resource_limit' and upper(value) = 'TRUE'
$$;

create or replace function rh.set_profile(who text, name text, resources text[], bounds text[], fresh boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, case when fresh then 'CREATE PROFILE' else 'ALTER PROFILE' end);
	if fresh and exists (select from rh.profiles p where p.profile = name) then
		perform rh.raise(format('ORA-02379: profile %s already exists', name));
	elsif not fresh and not exists (select from rh.profiles p where p.profile = name) then
		perform rh.raise(format('ORA-02380: profile %s does not exist', name));
	end if;
	insert into rh.profiles select name, r.resource, case when r.bound = 'DEFAULT' and name = 'DEFAULT' then d.bound else r.bound end
	  from unnest(resources, bounds) r(resource, bound) join rh.profile_resources d on d.resource = r.resource
	on conflict (profile, resource) do update set bound = excluded.bound;
	insert into rh.profiles select name, d.resource, 'DEFAULT' from rh.profile_resources d on conflict do nothing;
end $$;

create or replace function rh.drop_profile(who text, name text, with_users boolean) returns void language plpgsql
set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'DROP PROFILE');
	if name = 'DEFAULT' then
		perform rh.raise('ORA-00931: missing identifier');
	elsif not exists (select from rh.profiles p where p.profile = name) then
		perform rh.raise(format('ORA-02380: profile %s does not exist', name));
	elsif not with_users and exists (select from rh.users u where u.profile = name) then
		perform rh.raise(format('ORA-02382: profile %s has users assigned, cannot drop without CASCADE', name));
	end if;
	update rh.users u set profile = 'DEFAULT' where u.profile = name;
	delete from rh.profiles p where p.profile = name;
end $$;

create or replace function rh.must_be_profile(name text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if name is not null and not exists (select from rh.profiles p where p.profile = name) then
		perform rh.raise(format('ORA-02380: profile %s does not exist', name));
	end if;
end $$;

-- What became of an account since somebody last looked: a lock whose time is over, a password that is too old.
create or replace function rh.age_account(name text) returns void language sql security definer set search_path = pg_catalog as $$
	update rh.users u set status = 'OPEN', lock_date = null, failed_logins = 0
	 where u.username = $1 and u.status = 'LOCKED(TIMED)'
	   and u.lock_date + rh.limit_of($1, 'PASSWORD_LOCK_TIME')::float8 * interval '1 day' <= now() at time zone 'UTC';
	update rh.users u
	   set status = 'EXPIRED(GRACE)',
	       expiry_date = (now() at time zone 'UTC') + coalesce(rh.limit_of($1, 'PASSWORD_GRACE_TIME'), 36500)::float8 * interval '1 day'
	 where u.username = $1 and u.status = 'OPEN' and not u.maintained
	   and u.password_date + rh.limit_of($1, 'PASSWORD_LIFE_TIME')::float8 * interval '1 day' <= now() at time zone 'UTC';
	update rh.users u set status = 'EXPIRED'
	 where u.username = $1 and u.status = 'EXPIRED(GRACE)' and u.expiry_date <= now() at time zone 'UTC';
$$;

create or replace function rh.login_failed(name text) returns void language sql security definer set search_path = pg_catalog as $$
	update rh.users u set failed_logins = u.failed_logins + 1 where u.username = $1 and not u.maintained;
	update rh.users u set status = 'LOCKED(TIMED)', lock_date = now() at time zone 'UTC'
	 where u.username = $1 and u.status = 'OPEN' and u.failed_logins >= rh.limit_of($1, 'FAILED_LOGIN_ATTEMPTS');
$$;
