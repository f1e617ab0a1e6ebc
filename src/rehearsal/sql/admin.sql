-- admin.sql - users, grants and supplemental logging: what admin*.c asks for after it has read the statement
--
-- Each function checks, changes rh's tables and the PostgreSQL roles behind them, and fails in Oracle's words.
-- Source of the errors: Oracle Database Error Messages 19c.

create or replace function rh.must(who text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not rh.has_privilege(who, wanted) then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
end $$;

-- ---- users and roles --------------------------------------------------------------------------------------------------

create or replace function rh.create_user(who text, name text, salt text, hash text, tablespace text, temp text, profile text,
					  status text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'CREATE USER');
	perform rh.must_be_profile(profile);
	if exists (select from rh.users u where u.username = name) or exists (select from rh.roles r where r.role = name)
	   or exists (select from pg_roles where rolname = name) then
		perform rh.raise(format('ORA-01920: user name ''%s'' conflicts with another user or role name', name));
	end if;
	insert into rh.users (user_id, username, salt, hash, tablespace, temporary_tablespace, profile, status)
	values (nextval('rh.user_id'), name, decode(create_user.salt, 'hex'), decode(create_user.hash, 'hex'),
		coalesce(create_user.tablespace, 'USERS'), coalesce(temp, 'TEMP'), coalesce(create_user.profile, 'DEFAULT'), create_user.status);
	execute format('create role %I login', name);
	execute format('create schema %I authorization %I', name, name);
	execute format('grant usage on schema %I to public', name);
end $$;

-- GRANT ... TO name IDENTIFIED BY: the user is made, or gets this password
create or replace function rh.grant_identified(who text, name text, salt text, hash text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if exists (select from rh.users u where u.username = name) then
		perform rh.alter_user(who, name, salt, hash, null, null, null, null, null);
	else
		perform rh.create_user(who, name, salt, hash, null, null, null, 'OPEN');
	end if;
end $$;

create or replace function rh.alter_user(who text, name text, salt text, hash text, tablespace text, temp text, profile text,
					 lock boolean, expire boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
	-- one's own password is one's own affair
	if who <> name or hash is null or tablespace is not null or temp is not null or profile is not null or lock is not null or expire is not null then
		perform rh.must(who, 'ALTER USER');
	end if;
	if not exists (select from rh.users u where u.username = name) then
		perform rh.raise(format('ORA-01918: user ''%s'' does not exist', name));
	end if;
	perform rh.must_be_profile(profile);
	update rh.users u
	   set failed_logins = case when lock is false then 0 else u.failed_logins end,
	       password_date = case when alter_user.hash is not null then now() at time zone 'UTC' else u.password_date end, salt = coalesce(decode(alter_user.salt, 'hex'), u.salt), hash = coalesce(decode(alter_user.hash, 'hex'), u.hash),
	       tablespace = coalesce(alter_user.tablespace, u.tablespace), temporary_tablespace = coalesce(temp, u.temporary_tablespace),
	       profile = coalesce(alter_user.profile, u.profile),
	       lock_date = case when lock then now() at time zone 'UTC' when lock is null then u.lock_date end,
	       expiry_date = case when expire then now() at time zone 'UTC' when alter_user.hash is not null then null else u.expiry_date end
	 where u.username = name;
	update rh.users u
	   set status = case when u.expiry_date is null and u.lock_date is null then 'OPEN' when u.lock_date is null then 'EXPIRED'
			when u.expiry_date is null then 'LOCKED' else 'EXPIRED & LOCKED' end
	 where u.username = name;
end $$;

create or replace function rh.connect_through(who text, client text, proxy text, allow boolean) returns void language plpgsql
set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'ALTER USER');
	if not exists (select from rh.users u where u.username = client) then
		perform rh.raise(format('ORA-01918: user ''%s'' does not exist', client));
	end if;
	if not exists (select from rh.users u where u.username = proxy) then
		perform rh.raise(format('ORA-01918: user ''%s'' does not exist', proxy));
	end if;
	if allow then
		insert into rh.proxies values (client, proxy) on conflict do nothing;
	else
		delete from rh.proxies p where p.client = connect_through.client and p.proxy = connect_through.proxy;
	end if;
end $$;

create or replace function rh.drop_user(who text, name text, with_all boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'DROP USER');
	if not exists (select from rh.users u where u.username = drop_user.name) then
		perform rh.raise(format('ORA-01918: user ''%s'' does not exist', name));
	end if;
	if exists (select from rh.users u where u.username = drop_user.name and u.maintained) then
		perform rh.raise('ORA-28014: cannot drop administrative user or role');
	end if;
	if exists (select from rh.sessions s where s.username = drop_user.name) then
		perform rh.raise('ORA-01940: cannot drop a user that is currently connected');
	end if;
	if not with_all and exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = drop_user.name) then
		perform rh.raise(format('ORA-01922: CASCADE must be specified to drop ''%s''', name));
	end if;
	set local client_min_messages = error;
	execute format('drop schema if exists %I cascade', name);
	execute format('reassign owned by %I to postgres', name);
	execute format('drop owned by %I', name);
	execute format('drop role %I', name);
	delete from rh.sys_grants where grantee = drop_user.name;
	delete from rh.role_grants where grantee = drop_user.name;
	delete from rh.object_grants where grantee = drop_user.name or owner = drop_user.name;
	delete from rh.column_grants where grantee = drop_user.name or owner = drop_user.name;
	delete from rh.jobs j where j.owner = drop_user.name;
	delete from rh.triggers t where t.owner = drop_user.name;
	delete from rh.synonyms s where s.owner = drop_user.name;
	delete from rh.sources s where s.owner = drop_user.name;
	delete from rh.subprograms s where s.owner = drop_user.name;
	delete from rh.users u where u.username = drop_user.name;
end $$;

create or replace function rh.create_role(who text, name text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'CREATE ROLE');
	if exists (select from pg_roles where rolname = name) or exists (select from rh.users u where u.username = name) then
		perform rh.raise(format('ORA-01921: role name ''%s'' conflicts with another user or role name', name));
	end if;
	insert into rh.roles (role) values (name);
	insert into rh.role_grants (grantee, granted_role, admin_option) values (who, name, true) on conflict do nothing;
	execute format('create role %I nologin', name);
	execute format('grant %I to %I', name, who);
end $$;

create or replace function rh.drop_role(who text, name text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if not rh.has_privilege(who, 'DROP ANY ROLE') and not exists (select from rh.role_grants g
			where g.grantee = who and g.granted_role = drop_role.name and g.admin_option) then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
	if not exists (select from rh.roles r where r.role = drop_role.name) then
		perform rh.raise(format('ORA-01919: role ''%s'' does not exist', name));
	end if;
	if exists (select from rh.roles r where r.role = drop_role.name and r.maintained) then
		perform rh.raise('ORA-28014: cannot drop administrative user or role');
	end if;
	delete from rh.roles r where r.role = drop_role.name;
	delete from rh.role_grants where granted_role = drop_role.name or grantee = drop_role.name;
	delete from rh.sys_grants where grantee = drop_role.name;
	delete from rh.object_grants where grantee = drop_role.name;
	delete from rh.column_grants where grantee = drop_role.name;
	execute format('drop owned by %I', name);
	execute format('drop role %I', name);
	perform rh.level_superusers();
end $$;

-- ---- grants ---------------------------------------------------------------------------------------------------------------

-- whoever has DBA is a superuser of the database behind, and nobody else is
create or replace function rh.level_superusers() returns void language plpgsql set search_path = pg_catalog as $$
declare
	one record;
begin
	for one in select u.username, r.rolsuper, rh.has_role(u.username, 'DBA') as dba
		     from rh.users u join pg_roles r on r.rolname = u.username loop
		if one.rolsuper <> one.dba then
			execute format('alter role %I %s', one.username, case when one.dba then 'superuser' else 'nosuperuser' end);
		end if;
	end loop;
end $$;

create or replace function rh.want_grantee(name text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if name <> 'PUBLIC' and not exists (select from rh.users u where u.username = name)
	   and not exists (select from rh.roles r where r.role = name) then
		perform rh.raise(format('ORA-01917: user or role ''%s'' does not exist', name));
	end if;
end $$;

-- the PostgreSQL role of the same name carries what a privilege opens there, if there is one
create or replace function rh.switch_member(what text, whom text, give boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if whom <> 'PUBLIC' and exists (select from pg_roles where rolname = what) then
		execute format(case when give then 'grant %I to %I' else 'revoke %I from %I' end, what, whom);
	end if;
end $$;

create or replace function rh.grant_system(who text, what text, whom text, admin boolean, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if not rh.has_privilege(who, 'GRANT ANY PRIVILEGE') and not exists (select from rh.sys_grants g where g.privilege = what
			and g.admin_option and g.grantee in (select rh.roles_of(who))) then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
	perform rh.want_grantee(whom);
	if give then
		insert into rh.sys_grants as g (grantee, privilege, admin_option) values (whom, what, admin)
		on conflict on constraint sys_grants_pkey do update set admin_option = g.admin_option or excluded.admin_option;
	else
		delete from rh.sys_grants g where g.grantee = whom and g.privilege = what;
		if not found then
			perform rh.raise(format('ORA-01952: system privileges not granted to ''%s''', whom));
		end if;
	end if;
	perform rh.switch_member(what, whom, give);
end $$;

create or replace function rh.grant_role(who text, what text, whom text, admin boolean, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if not rh.has_privilege(who, 'GRANT ANY ROLE') and not exists (select from rh.role_grants g where g.granted_role = what
			and g.admin_option and g.grantee in (select rh.roles_of(who))) then
		perform rh.raise('ORA-01031: insufficient privileges');
	end if;
	perform rh.want_grantee(whom);
	if give then
		if what in (select rh.roles_of(whom)) and not exists (select from rh.role_grants g where g.grantee = whom and g.granted_role = what)
		   and false or whom in (select rh.roles_of(what)) then
			perform rh.raise(format('ORA-01934: circular role grant detected'));
		end if;
		insert into rh.role_grants as g (grantee, granted_role, admin_option) values (whom, what, admin)
		on conflict on constraint role_grants_pkey do update set admin_option = g.admin_option or excluded.admin_option;
	else
		delete from rh.role_grants g where g.grantee = whom and g.granted_role = what;
		if not found then
			perform rh.raise(format('ORA-01951: ROLE ''%s'' not granted to ''%s''', what, whom));
		end if;
	end if;
	perform rh.switch_member(what, whom, give);
	perform rh.level_superusers();
end $$;

-- a word of GRANT: a system privilege, a role, or ORA-00990
create or replace function rh.grant_word(who text, what text, whom text, admin boolean, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	one text;
begin
	if what in ('ALL PRIVILEGES', 'ALL') then
		for one in select name from rh.system_privilege where name not like 'SELECT ANY DICTIONARY' loop
			if give or exists (select from rh.sys_grants g where g.grantee = whom and g.privilege = one) then
				perform rh.grant_system(who, one, whom, admin, give);
			end if;
		end loop;
	elsif exists (select from rh.system_privilege p where p.name = what) then
		perform rh.grant_system(who, what, whom, admin, give);
	elsif exists (select from rh.roles r where r.role = what) then
		perform rh.grant_role(who, what, whom, admin, give);
	elsif what like '% %' then
		perform rh.raise('ORA-00990: missing or invalid privilege');
	else
		perform rh.raise(format('ORA-01919: role ''%s'' does not exist', what));
	end if;
end $$;

-- what one object privilege means to PostgreSQL; null: nothing
create or replace function rh.pg_privilege(kind "char", privilege text) returns text language sql immutable as $$
	select case when $1 = 'S' then case when $2 = 'SELECT' then 'select, usage' end
	       when $2 in ('SELECT', 'READ') then 'select' when $2 in ('INSERT', 'UPDATE', 'DELETE') then pg_catalog.lower($2)
	       when $2 = 'REFERENCES' then 'references' end
$$;

create or replace function rh.switch_object(kind "char", place text, object text, privilege text, whom text, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	word text := rh.pg_privilege(kind, privilege);
	one text;
begin
	if word is null then
		return;
	end if;
	-- V$X is a public synonym of V_$X on Oracle, here a view beside it
	foreach one in array case when place = 'SYS' and object like '%V\_$%' then array[object, replace(object, 'V_$', 'V$')]
			     else array[object] end loop
		execute format('%s %s on %s %I.%I %s %s', case when give then 'grant' else 'revoke' end, word,
			       case when kind = 'S' then 'sequence' else '' end, place, one, case when give then 'to' else 'from' end,
			       case when whom = 'PUBLIC' then 'public' else quote_ident(whom) end);
	end loop;
end $$;

create or replace function rh.want_grantor(who text, place text, object text, privilege text) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	if who <> place and not rh.has_privilege(who, 'GRANT ANY OBJECT PRIVILEGE') and not exists (select from rh.object_grants g
			where g.owner = place and g.name = object and g.privilege = want_grantor.privilege and g.grantable
			  and g.grantee in (select rh.roles_of(who))) then
		perform rh.raise(case when exists (select from rh.object_grants g where g.owner = place and g.name = object
						     and g.grantee in (select rh.roles_of(who)))
				 then 'ORA-01031: insufficient privileges' else 'ORA-00942: table or view does not exist' end);
	end if;
end $$;

create or replace function rh.grant_package(who text, package text, whom text, give boolean) returns boolean
language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from pg_namespace n where n.nspname = package) or exists (select from rh.users u where u.username = package) then
		return false;
	end if;
	perform rh.want_grantor(who, 'SYS', package, 'EXECUTE');
	if give then
		insert into rh.object_grants (grantee, owner, name, privilege, grantor) values (whom, 'SYS', package, 'EXECUTE', 'SYS')
		on conflict do nothing;
	else
		delete from rh.object_grants g where g.grantee = whom and g.owner = 'SYS' and g.name = package and g.privilege = 'EXECUTE';
	end if;
	execute format('%s usage on schema %I %s %s', case when give then 'grant' else 'revoke' end, package, case when give then 'to' else 'from' end,
		       case when whom = 'PUBLIC' then 'public' else quote_ident(whom) end);
	return true;
end $$;

-- a procedure, function, package or type of a user's
create or replace function rh.grant_unit(who text, what text, place text, object text, whom text, grantable boolean, give boolean) returns boolean
language plpgsql set search_path = pg_catalog as $$
begin
	if not exists (select from rh.sources s where s.owner = place and s.name = object and s.type in ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'TYPE')) then
		return false;
	end if;
	if what not in ('EXECUTE', 'DEBUG', 'ALL') then
		perform rh.raise('ORA-02225: only EXECUTE and DEBUG privileges are valid for procedures');
	end if;
	perform rh.want_grantor(who, place, object, 'EXECUTE');
	perform rh.pass_object(who, case what when 'ALL' then 'EXECUTE' else what end, 'p', place, object, whom, grantable, give);
	return true;
end $$;

-- the row of the dictionary
create or replace function rh.note_grant(who text, privilege text, place text, object text, whom text, grantable boolean, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
declare
	giver text := case when rh.has_privilege(who, 'GRANT ANY OBJECT PRIVILEGE') then place else who end;
begin
	if who = whom then
		perform rh.raise('ORA-01749: you may not GRANT/REVOKE privileges to/from yourself');
	end if;
	if give then
		insert into rh.object_grants as g (grantee, owner, name, privilege, grantor, grantable)
		values (whom, place, object, note_grant.privilege, giver, note_grant.grantable)
		on conflict on constraint object_grants_pkey do update set grantable = g.grantable or excluded.grantable;
		return;
	end if;
	delete from rh.object_grants g where g.grantee = whom and g.owner = place and g.name = object
	   and g.privilege = note_grant.privilege and g.grantor in (giver, who);
	if not found then
		perform rh.raise('ORA-01927: cannot REVOKE privileges you did not grant');
	end if;
end $$;

-- ORA-01720 where the view's owner may not pass on what the view shows
create or replace function rh.want_passing_on(place text, object text, privilege text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	base record;
begin
	for base in select distinct n.nspname as owner, b.relname as name
		from pg_class v join pg_namespace vn on vn.oid = v.relnamespace join pg_rewrite r on r.ev_class = v.oid
		join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
		join pg_class b on b.oid = d.refobjid join pg_namespace n on n.oid = b.relnamespace
		join rh.users u on u.username = n.nspname and not u.maintained
		where v.relname = object and vn.nspname = place and v.relkind = 'v' and n.nspname <> place loop
		if not exists (select from rh.object_grants g where g.grantee = place and g.owner = base.owner and g.name = base.name and g.grantable
				and g.privilege in (want_passing_on.privilege, case want_passing_on.privilege when 'READ' then 'SELECT' end))
		   and not rh.has_privilege(place, 'GRANT ANY OBJECT PRIVILEGE') then
			perform rh.raise(format('ORA-01720: grant option does not exist for ''%s.%s''', base.owner, base.name));
		end if;
	end loop;
end $$;

-- Who has SELECT on a table may select FOR UPDATE, who has anything but READ may lock it: to PostgreSQL these are UPDATE and TRUNCATE.
create or replace function rh.level_locking(kind "char", place text, object text, whom text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	holder text := case when whom = 'PUBLIC' then 'public' else quote_ident(whom) end;
	one text;
	may boolean;
begin
	if kind not in ('r', 'p') or place = 'SYS' then
		return;
	end if;
	foreach one in array array['truncate', 'update ("ROWID$")'] loop
		may := exists (select from rh.object_grants g where g.grantee = whom and g.owner = place and g.name = object
			and case one when 'truncate' then g.privilege <> 'READ' else g.privilege = 'SELECT' end);
		if one = 'truncate' or exists (select from pg_attribute a where a.attrelid = format('%I.%I', place, object)::regclass
				and a.attname = 'ROWID$') then
			execute format('%s %s on %I.%I %s %s', case when may then 'grant' else 'revoke' end, one, place, object,
				       case when may then 'to' else 'from' end, holder);
		end if;
	end loop;
end $$;

-- One privilege on a table, view, sequence or ('p') unit; what is taken goes from whom it was given on to, too.
create or replace function rh.pass_object(who text, privilege text, kind "char", place text, object text, whom text, grantable boolean, give boolean)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	further text;
begin
	if not give then
		delete from rh.column_grants g where g.grantee = whom and g.owner = place and g.name = object and g.privilege = pass_object.privilege;
		if found and not exists (select from rh.object_grants g where g.grantee = whom and g.owner = place and g.name = object
				and g.privilege = pass_object.privilege) then
			perform rh.switch_object(kind, place, object, privilege, whom, false);
			return;
		end if;
	end if;
	perform rh.note_grant(who, privilege, place, object, whom, grantable, give);
	if kind <> 'p' then
		perform rh.switch_object(kind, place, object, privilege, whom, give);
		perform rh.level_locking(kind, place, object, whom);
	end if;
	if give or whom = place then
		return;
	end if;
	for further in select g.grantee from rh.object_grants g where g.owner = place and g.name = object
			and g.privilege = pass_object.privilege and g.grantor = whom loop
		perform rh.pass_object(whom, privilege, kind, place, object, further, false, false);
	end loop;
end $$;

-- GRANT INSERT, UPDATE or REFERENCES (columns)
create or replace function rh.grant_columns(who text, what text, place text, object text, whom text, columns text[], grantable boolean, give boolean)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	one text;
begin
	perform rh.want_grantee(whom);
	if to_regclass(format('%I.%I', place, object)) is null then
		perform rh.raise('ORA-00942: table or view does not exist');
	end if;
	if not give then
		perform rh.raise('ORA-01750: UPDATE/REFERENCES may only be REVOKEd from the whole table, not by column');
	end if;
	if what not in ('INSERT', 'UPDATE', 'REFERENCES') then
		perform rh.raise('ORA-00969: missing ON keyword');
	end if;
	if who = whom then
		perform rh.raise('ORA-01749: you may not GRANT/REVOKE privileges to/from yourself');
	end if;
	perform rh.want_grantor(who, place, object, what);
	foreach one in array columns loop
		if not exists (select from pg_attribute a where a.attrelid = format('%I.%I', place, object)::regclass and a.attname = one
				and a.attnum > 0 and not a.attisdropped) then
			perform rh.raise(format('ORA-00904: "%s": invalid identifier', one));
		end if;
		insert into rh.column_grants as g values (whom, place, object, one, what,
			case when rh.has_privilege(who, 'GRANT ANY OBJECT PRIVILEGE') then place else who end, grant_columns.grantable)
		on conflict on constraint column_grants_pkey do update set grantable = g.grantable or excluded.grantable;
		execute format('grant %s (%I) on %I.%I to %s', what, one, place, object, case when whom = 'PUBLIC' then 'public' else quote_ident(whom) end);
	end loop;
end $$;

create or replace function rh.grant_object(who text, what text, place text, object text, whom text, grantable boolean, give boolean)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	kind "char";
	holder text := place;
	one text;
	all_of constant text[] := array['ALTER', 'DELETE', 'FLASHBACK', 'INDEX', 'INSERT', 'REFERENCES', 'SELECT', 'UPDATE'];
begin
	perform rh.want_grantee(whom);
	if rh.grant_unit(who, what, place, object, whom, grantable, give) then
		return;
	end if;
	select c.relkind into kind from pg_class c join pg_namespace n on n.oid = c.relnamespace
	 where n.nspname = holder and c.relname = object and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S');
	if what = 'EXECUTE' then
		-- packages that are not played may be granted all the same: DBMS_LOGMNR_D and its like
		if kind is not null then
			perform rh.raise('ORA-02224: EXECUTE privilege not allowed for tables');
		end if;
		if not rh.grant_package(who, object, whom, give) and object not like 'DBMS\_%' and object not like 'UTL\_%' then
			perform rh.raise('ORA-04042: procedure, function, package, or package body does not exist');
		end if;
		return;
	end if;
	if kind is null then -- dictionary views have public synonyms
		holder := 'SYS';
		select c.relkind into kind from pg_class c where c.relnamespace = '"SYS"'::regnamespace and c.relname = object
		   and c.relkind in ('r', 'v', 'f');
	end if;
	if kind is null then
		perform rh.raise('ORA-00942: table or view does not exist');
	end if;
	if holder = 'SYS' and (object like 'V$%' or object like 'GV$%') then
		perform rh.raise('ORA-02030: can only select from fixed tables/views');
	end if;
	if what <> 'ALL' and what <> all (all_of) and what not in ('READ', 'DEBUG', 'ON COMMIT REFRESH', 'QUERY REWRITE', 'KEEP SEQUENCE') then
		perform rh.raise('ORA-00990: missing or invalid privilege');
	end if;
	foreach one in array case when what = 'ALL' then all_of else array[what] end loop
		perform rh.want_grantor(who, holder, object, one);
		if give and kind = 'v' then
			perform rh.want_passing_on(holder, object, one);
		end if;
		if give or what <> 'ALL' or exists (select from rh.object_grants g where g.grantee = whom and g.owner = holder and g.name = object
				and g.privilege = one) then
			perform rh.pass_object(who, one, kind, holder, object, whom, grantable, give);
		end if;
	end loop;
end $$;

-- AS OF takes SELECT on each table, and FLASHBACK on it or FLASHBACK ANY TABLE (SQL Language Reference, SELECT, flashback_query_clause)
create or replace function rh.may_look_back(who text, tables oid[]) returns boolean language sql stable set search_path = pg_catalog as $$
	select coalesce(bool_and(has_table_privilege(who, c.oid, 'select')
			and (n.nspname = who or rh.has_privilege(who, 'FLASHBACK ANY TABLE')
			     or exists (select from rh.object_grants g where g.grantee in (select rh.roles_of(who))
					and g.owner = n.nspname and g.name = c.relname and g.privilege = 'FLASHBACK'))), true)
	  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = any (tables)
$$;

-- ---- supplemental logging ---------------------------------------------------------------------------------------------------

-- @kind: MIN, PRIMARY KEY LOGGING, UNIQUE KEY LOGGING, FOREIGN KEY LOGGING, ALL COLUMN LOGGING, USER LOG GROUP
create or replace function rh.switch_log_group(table_id oid, group_name text, kind text, columns text[], always boolean, give boolean, sql text)
returns void language plpgsql set search_path = pg_catalog as $$
declare
	words text := case kind when 'MIN' then 'minimal' else lower(split_part(kind, ' LOGGING', 1)) end;
	place record;
begin
	select n.nspname, c.relname into place from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = table_id;
	if give then
		if kind = 'USER LOG GROUP' and exists (select from rh.log_groups g where g.name = group_name) then
			perform rh.raise('ORA-32587: Cannot drop nonexistent  supplemental logging');
		end if;
		if kind <> 'USER LOG GROUP' and exists (select from rh.log_groups g where g.relid = table_id and g.kind = switch_log_group.kind) then
			if table_id = 0 then
				return; -- asked twice of the database: nothing to do
			end if;
			perform rh.raise(format('ORA-32588: supplemental logging attribute %s exists', words));
		end if;
		insert into rh.log_groups (relid, name, kind, always, generated, columns)
		values (table_id, coalesce(group_name, case when table_id = 0 then kind else 'SYS_C' || lpad(nextval('rh.log_group_nr')::text, 7, '0') end),
			kind, switch_log_group.always, group_name is null, columns);
	else
		delete from rh.log_groups g where g.relid = table_id and g.kind = switch_log_group.kind and (group_name is null or g.name = group_name);
		if not found and table_id <> 0 then
			perform rh.raise(case when group_name is null then format('ORA-32588: supplemental logging attribute %s does not exist', words)
					 else 'ORA-32587: Cannot drop nonexistent ' || group_name || ' supplemental logging' end);
		end if;
		if kind = 'MIN' and exists (select from rh.log_groups g where g.relid = 0) then
			perform rh.raise('ORA-32589: unable to drop minimal supplemental logging');
		end if;
	end if;
	perform rh.redo_ddl(sql, table_id, place.nspname, place.relname);
end $$;

create or replace function rh.switch_force_logging(wanted boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if (coalesce(rh.fact('force_logging'), 'NO') = 'YES') = wanted then
		perform rh.raise(case when wanted then 'ORA-12920: database is already in force logging mode'
				 else 'ORA-12921: database is not in force logging mode' end);
	end if;
	insert into rh.fact (name, value) values ('force_logging', case when wanted then 'YES' else 'NO' end)
	on conflict (name) do update set value = excluded.value;
end $$;

create or replace function rh.set_parameter(wanted text, new_value text) returns void language plpgsql set search_path = pg_catalog as $$
declare
	kind int;
begin
	select p.type into kind from rh.parameters p where p.name = lower(wanted);
	if not found then
		perform rh.raise('ORA-02065: illegal option for ALTER SYSTEM');
	end if;
	if kind = 1 and upper(new_value) not in ('TRUE', 'FALSE') then
		perform rh.raise(format('ORA-00922: missing or invalid option'));
	elsif kind in (3, 6) and new_value !~ '^[0-9]+$' then
		perform rh.raise('ORA-02017: integer value required');
	elsif lower(wanted) in ('db_name', 'db_block_size', 'compatible', 'processes', 'sessions', 'instance_name', 'db_unique_name') then
		perform rh.raise('ORA-02095: specified initialization parameter cannot be modified');
	end if;
	update rh.parameters p set value = case when kind = 1 then upper(new_value) else new_value end, is_default = false where p.name = lower(wanted);
end $$;

-- ALTER DATABASE ADD SUPPLEMENTAL LOG DATA returns when every transaction that was open at its start has ended.
-- Source: Oracle Database Utilities 19c, "Supplemental Logging" (minimal supplemental logging waits for them).
create or replace function rh.wait_for_open_transactions() returns void language plpgsql set search_path = pg_catalog as $$
declare
	open_ones xid[] := array(select a.xid from rh.activity() a where a.xid is not null and a.pid <> pg_backend_pid());
begin
	while exists (select from rh.activity() a where a.xid = any (open_ones)) loop
		perform pg_sleep(0.02);
		perform pg_stat_clear_snapshot();
	end loop;
end $$;
