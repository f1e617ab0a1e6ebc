-- admin_place.sql - tablespaces, directories and database links: names that scripts make and the dictionary tells
--
-- Rows lie where PostgreSQL puts them, files are neither read nor written, and no link leads anywhere.

create table if not exists rh.tablespaces (name text primary key, contents text not null, bigfile boolean not null, file text);
create table if not exists rh.directories (name text primary key, path text not null);
create table if not exists rh.db_links (
	owner text, name text, username text, host text, created timestamp(0) not null default (now() at time zone 'UTC'), primary key (owner, name));

create or replace function rh.create_tablespace(who text, wanted text, contents text, bigfile boolean, file text) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'CREATE TABLESPACE');
	if wanted in ('SYSTEM', 'SYSAUX', 'UNDOTBS1', 'TEMP', 'USERS') or exists (select from rh.tablespaces t where t.name = wanted) then
		perform rh.raise(format('ORA-01543: tablespace ''%s'' already exists', wanted));
	end if;
	insert into rh.tablespaces values (wanted, contents, bigfile, file);
end $$;

create or replace function rh.want_tablespace(wanted text) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
	if wanted not in ('SYSTEM', 'SYSAUX', 'USERS') and not exists (select from rh.tablespaces t where t.name = wanted) then
		perform rh.raise(format('ORA-00959: tablespace ''%s'' does not exist', wanted));
	end if;
end $$;

create or replace function rh.drop_tablespace(who text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'DROP TABLESPACE');
	if wanted in ('SYSTEM', 'SYSAUX') then
		perform rh.raise(format('ORA-01550: cannot drop system tablespace'));
	end if;
	delete from rh.tablespaces t where t.name = wanted;
	if not found then
		perform rh.raise(format('ORA-00959: tablespace ''%s'' does not exist', wanted));
	end if;
end $$;

create or replace function rh.create_directory(who text, wanted text, path text, replaces boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'CREATE ANY DIRECTORY');
	if not replaces and exists (select from rh.directories d where d.name = wanted) then
		perform rh.raise('ORA-00955: name is already used by an existing object');
	end if;
	insert into rh.directories as d values (wanted, create_directory.path) on conflict (name) do update set path = excluded.path;
end $$;

create or replace function rh.drop_directory(who text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, 'DROP ANY DIRECTORY');
	delete from rh.directories d where d.name = wanted;
	if not found then
		perform rh.raise(format('ORA-04043: object %s does not exist', wanted));
	end if;
	delete from rh.object_grants g where g.owner = 'SYS' and g.name = wanted;
end $$;

-- Directories are SYS's, whatever schema is said of them.
create or replace function rh.grant_directory(who text, what text, place text, wanted text, whom text, grantable boolean, give boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.want_grantee(whom);
	if what not in ('READ', 'WRITE', 'EXECUTE', 'ALL') then
		perform rh.raise('ORA-22928: invalid privilege on directories');
	end if;
	if not exists (select from rh.directories d where d.name = wanted) then
		perform rh.raise(format('ORA-04043: object %s does not exist', wanted));
	end if;
	perform rh.want_grantor(who, 'SYS', wanted, what);
	if give then
		insert into rh.object_grants as g (grantee, owner, name, privilege, grantor, grantable)
		select whom, 'SYS', wanted, p, 'SYS', grant_directory.grantable
		  from unnest(case what when 'ALL' then array['READ', 'WRITE', 'EXECUTE'] else array[what] end) p
		on conflict on constraint object_grants_pkey do update set grantable = g.grantable or excluded.grantable;
	else
		delete from rh.object_grants g where g.grantee = whom and g.owner = 'SYS' and g.name = wanted and (what = 'ALL' or g.privilege = what);
	end if;
end $$;

create or replace function rh.create_db_link(who text, place text, wanted text, username text, host text) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform rh.must(who, case place when 'PUBLIC' then 'CREATE PUBLIC DATABASE LINK' else 'CREATE DATABASE LINK' end);
	if exists (select from rh.db_links l where l.owner = place and l.name = wanted) then
		perform rh.raise('ORA-02011: duplicate database link name');
	end if;
	insert into rh.db_links values (place, wanted, create_db_link.username, create_db_link.host);
end $$;

create or replace function rh.drop_db_link(who text, place text, wanted text) returns void language plpgsql set search_path = pg_catalog as $$
begin
	if place = 'PUBLIC' then
		perform rh.must(who, 'DROP PUBLIC DATABASE LINK');
	end if;
	delete from rh.db_links l where l.owner = place and l.name = wanted;
	if not found then
		perform rh.raise('ORA-02024: database link not found');
	end if;
end $$;
