-- dict_2_people.sql - users, rights, jobs; and families of views that are empty here because nothing of the kind exists
-- Columns and their order: Oracle Database Reference 19c.

create or replace function rh.family(name text, columns text) returns void language plpgsql set search_path = ora, pg_catalog as $$
begin -- a family without any row
	execute pg_catalog.format('create view rh.%I as select %s, null::oid as "relid$" where false', 'D_' || name,
		(select string_agg(pg_catalog.format('null::%s as %I',
			case split_part(part, ' ', 2) when 'n' then 'numeric' when 'd' then 'ora.date' when 't' then 'timestamp'
				when 'r' then 'bytea' else 'varchar(128)' end, split_part(part, ' ', 1)), ', ' order by nr)
		   from unnest(string_to_array(columns, ',')) with ordinality u(part, nr)));
	perform rh.make_dictionary(name);
end $$;

-- ---- users ----------------------------------------------------------------------------------------------------------

drop view if exists "SYS"."DBA_USERS", "SYS"."ALL_USERS", "SYS"."USER_USERS" cascade;
create view "SYS"."DBA_USERS" as
select username::varchar(128) as "USERNAME", user_id::numeric as "USER_ID", null::varchar(4000) as "PASSWORD",
       status::varchar(32) as "ACCOUNT_STATUS", lock_date::ora.date as "LOCK_DATE", expiry_date::ora.date as "EXPIRY_DATE",
       tablespace::varchar(30) as "DEFAULT_TABLESPACE", temporary_tablespace::varchar(30) as "TEMPORARY_TABLESPACE",
       temporary_tablespace::varchar(30) as "LOCAL_TEMP_TABLESPACE", created::ora.date as "CREATED", profile::varchar(128) as "PROFILE",
       'DEFAULT_CONSUMER_GROUP'::varchar(128) as "INITIAL_RSRC_CONSUMER_GROUP", null::varchar(4000) as "EXTERNAL_NAME",
       '12C '::varchar(17) as "PASSWORD_VERSIONS", 'N'::varchar(1) as "EDITIONS_ENABLED", 'PASSWORD'::varchar(8) as "AUTHENTICATION_TYPE",
       'N'::varchar(1) as "PROXY_ONLY_CONNECT", 'NO'::varchar(3) as "COMMON", (last_login at time zone 'UTC')::timestamp as "LAST_LOGIN",
       case when maintained then 'Y' else 'N' end::varchar(1) as "ORACLE_MAINTAINED", 'NO'::varchar(3) as "INHERITED",
       'USING_NLS_COMP'::varchar(100) as "DEFAULT_COLLATION", 'NO'::varchar(3) as "IMPLICIT", 'NO'::varchar(3) as "ALL_SHARD"
  from rh.users;
create view "SYS"."ALL_USERS" as
select "USERNAME", "USER_ID", "CREATED", "COMMON", "ORACLE_MAINTAINED", "INHERITED", "DEFAULT_COLLATION", "IMPLICIT", "ALL_SHARD"
  from "SYS"."DBA_USERS";
create view "SYS"."USER_USERS" as
select "USERNAME", "USER_ID", "ACCOUNT_STATUS", "LOCK_DATE", "EXPIRY_DATE", "DEFAULT_TABLESPACE", "TEMPORARY_TABLESPACE",
       "LOCAL_TEMP_TABLESPACE", "CREATED", "INITIAL_RSRC_CONSUMER_GROUP", "EXTERNAL_NAME", "PROXY_ONLY_CONNECT", "COMMON",
       "ORACLE_MAINTAINED", "INHERITED", "DEFAULT_COLLATION", "IMPLICIT", "ALL_SHARD"
  from "SYS"."DBA_USERS" where "USERNAME" operator(pg_catalog.=) rh.me()::varchar;

-- ---- rights -----------------------------------------------------------------------------------------------------------

drop view if exists "SYS"."DBA_ROLES", "SYS"."DBA_SYS_PRIVS", "SYS"."USER_SYS_PRIVS", "SYS"."DBA_ROLE_PRIVS", "SYS"."USER_ROLE_PRIVS",
	"SYS"."SESSION_PRIVS", "SYS"."SESSION_ROLES", "SYS"."DBA_TAB_PRIVS", "SYS"."ALL_TAB_PRIVS", "SYS"."USER_TAB_PRIVS",
	"SYS"."ROLE_SYS_PRIVS", "SYS"."ROLE_TAB_PRIVS", "SYS"."ROLE_ROLE_PRIVS", "SYS"."USER_TAB_PRIVS_RECD",
	"SYS"."SYSTEM_PRIVILEGE_MAP" cascade;
create view "SYS"."DBA_ROLES" as
select role::varchar(128) as "ROLE", row_number() over (order by role)::numeric + 200 as "ROLE_ID", 'NO'::varchar(8) as "PASSWORD_REQUIRED",
       'NONE'::varchar(11) as "AUTHENTICATION_TYPE", 'NO'::varchar(3) as "COMMON",
       case when maintained then 'Y' else 'N' end::varchar(1) as "ORACLE_MAINTAINED", 'NO'::varchar(3) as "INHERITED",
       'NO'::varchar(3) as "IMPLICIT", null::varchar(4000) as "EXTERNAL_NAME"
  from rh.roles;
create view "SYS"."DBA_SYS_PRIVS" as
select grantee::varchar(128) as "GRANTEE", privilege::varchar(40) as "PRIVILEGE",
       case when admin_option then 'YES' else 'NO' end::varchar(3) as "ADMIN_OPTION", 'NO'::varchar(3) as "COMMON", 'NO'::varchar(3) as "INHERITED"
  from rh.sys_grants;
create view "SYS"."USER_SYS_PRIVS" as
select "GRANTEE" as "USERNAME", "PRIVILEGE", "ADMIN_OPTION", "COMMON", "INHERITED" from "SYS"."DBA_SYS_PRIVS"
 where "GRANTEE" operator(pg_catalog.=) rh.me()::varchar or "GRANTEE" operator(pg_catalog.=) 'PUBLIC'::varchar;
create view "SYS"."DBA_ROLE_PRIVS" as
select grantee::varchar(128) as "GRANTEE", granted_role::varchar(128) as "GRANTED_ROLE",
       case when admin_option then 'YES' else 'NO' end::varchar(3) as "ADMIN_OPTION", 'NO'::varchar(3) as "DELEGATE_OPTION",
       'YES'::varchar(3) as "DEFAULT_ROLE", 'NO'::varchar(3) as "COMMON", 'NO'::varchar(3) as "INHERITED"
  from rh.role_grants;
create view "SYS"."USER_ROLE_PRIVS" as
select "GRANTEE" as "USERNAME", "GRANTED_ROLE", "ADMIN_OPTION", "DELEGATE_OPTION", "DEFAULT_ROLE", 'NO'::varchar(3) as "OS_GRANTED",
       "COMMON", "INHERITED"
  from "SYS"."DBA_ROLE_PRIVS" where "GRANTEE" operator(pg_catalog.=) rh.me()::varchar;
create view "SYS"."SESSION_PRIVS" as
select p.name::varchar(40) as "PRIVILEGE" from rh.system_privilege p
 where rh.me() = 'SYS' or exists (select from rh.sys_grants g where g.privilege = p.name and g.grantee in (select rh.roles_of(rh.me())));
create view "SYS"."SESSION_ROLES" as
select r.role::varchar(128) as "ROLE" from rh.roles r where r.role in (select rh.roles_of(rh.me()));
create view "SYS"."DBA_TAB_PRIVS" as
select grantee::varchar(128) as "GRANTEE", owner::varchar(128) as "OWNER", rh.full_name(name)::varchar(128) as "TABLE_NAME",
       grantor::varchar(128) as "GRANTOR", privilege::varchar(40) as "PRIVILEGE",
       case when grantable then 'YES' else 'NO' end::varchar(3) as "GRANTABLE", 'NO'::varchar(3) as "HIERARCHY", 'NO'::varchar(3) as "COMMON",
       (case when privilege in ('EXECUTE', 'DEBUG') then coalesce((select s.type from rh.sources s where s.owner = g.owner and s.name = g.name
	and s.type in ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'TYPE')), 'PACKAGE') when exists (select from rh.relation r where r.owner = g.owner and r.name = rh.full_name(g.name)
	and r.relkind = 'S') then 'SEQUENCE' when exists (select from rh.relation r where r.owner = g.owner and r.name = rh.full_name(g.name)
	and r.relkind in ('v', 'f')) then 'VIEW' else 'TABLE' end)::varchar(24) as "TYPE", 'NO'::varchar(3) as "INHERITED"
  from rh.object_grants g;
create view "SYS"."ALL_TAB_PRIVS" as
select "GRANTOR", "GRANTEE", "OWNER" as "TABLE_SCHEMA", "TABLE_NAME", "PRIVILEGE", "GRANTABLE", "HIERARCHY", "COMMON", "TYPE", "INHERITED"
  from "SYS"."DBA_TAB_PRIVS"
 where "OWNER" operator(pg_catalog.=) rh.me()::varchar or "GRANTOR" operator(pg_catalog.=) rh.me()::varchar
    or "GRANTEE"::text in (select rh.roles_of(rh.me()));
create view "SYS"."USER_TAB_PRIVS" as
select "GRANTEE", "OWNER", "TABLE_NAME", "GRANTOR", "PRIVILEGE", "GRANTABLE", "HIERARCHY", "COMMON", "TYPE", "INHERITED"
  from "SYS"."DBA_TAB_PRIVS"
 where "OWNER" operator(pg_catalog.=) rh.me()::varchar or "GRANTOR" operator(pg_catalog.=) rh.me()::varchar
    or "GRANTEE" operator(pg_catalog.=) rh.me()::varchar;
create view "SYS"."USER_TAB_PRIVS_RECD" as
select "OWNER", "TABLE_NAME", "GRANTOR", "PRIVILEGE", "GRANTABLE", "HIERARCHY", "COMMON", "TYPE", "INHERITED"
  from "SYS"."DBA_TAB_PRIVS" where "GRANTEE" operator(pg_catalog.=) rh.me()::varchar;
create view "SYS"."ROLE_SYS_PRIVS" as
select "GRANTEE" as "ROLE", "PRIVILEGE", "ADMIN_OPTION", "COMMON", "INHERITED" from "SYS"."DBA_SYS_PRIVS"
 where "GRANTEE"::text in (select r.role from rh.roles r) and "GRANTEE"::text in (select rh.roles_of(rh.me()));
create view "SYS"."ROLE_TAB_PRIVS" as
select "GRANTEE" as "ROLE", "OWNER", "TABLE_NAME", null::varchar(128) as "COLUMN_NAME", "PRIVILEGE", "GRANTABLE", "COMMON", "INHERITED"
  from "SYS"."DBA_TAB_PRIVS"
 where "GRANTEE"::text in (select r.role from rh.roles r) and "GRANTEE"::text in (select rh.roles_of(rh.me()));
create view "SYS"."ROLE_ROLE_PRIVS" as
select "GRANTEE" as "ROLE", "GRANTED_ROLE", "ADMIN_OPTION", "COMMON", "INHERITED" from "SYS"."DBA_ROLE_PRIVS"
 where "GRANTEE"::text in (select r.role from rh.roles r) and "GRANTEE"::text in (select rh.roles_of(rh.me()));
create view "SYS"."SYSTEM_PRIVILEGE_MAP" as
select code::numeric as "PRIVILEGE", name::varchar(40) as "NAME", 0::numeric as "PROPERTY" from rh.system_privilege;

-- ---- the scheduler ------------------------------------------------------------------------------------------------------

create view rh."D_SCHEDULER_JOBS" as
select j.owner::varchar(128) as "OWNER", j.name::varchar(128) as "JOB_NAME", null::varchar(128) as "JOB_SUBNAME",
       'REGULAR'::varchar(17) as "JOB_STYLE", j.owner::varchar(128) as "JOB_CREATOR", null::varchar(65) as "CLIENT_ID",
       null::varchar(33) as "GLOBAL_UID", null::varchar(4000) as "PROGRAM_OWNER", null::varchar(4000) as "PROGRAM_NAME",
       j.job_type::varchar(16) as "JOB_TYPE", j.job_action::varchar(4000) as "JOB_ACTION",
       pg_catalog.cardinality(j.arguments)::numeric as "NUMBER_OF_ARGUMENTS", null::varchar(4000) as "SCHEDULE_OWNER",
       null::varchar(4000) as "SCHEDULE_NAME",
       case when j.repeat_interval is null then 'ONCE' else 'CALENDAR' end::varchar(12) as "SCHEDULE_TYPE",
       (j.start_date at time zone 'UTC')::timestamp(6) as "START_DATE", j.repeat_interval::varchar(4000) as "REPEAT_INTERVAL",
       (j.end_date at time zone 'UTC')::timestamp(6) as "END_DATE", 'DEFAULT_JOB_CLASS'::varchar(128) as "JOB_CLASS",
       case when j.enabled then 'TRUE' else 'FALSE' end::varchar(5) as "ENABLED",
       case when j.auto_drop then 'TRUE' else 'FALSE' end::varchar(5) as "AUTO_DROP", 'FALSE'::varchar(5) as "RESTART_ON_RECOVERY",
       'FALSE'::varchar(5) as "RESTART_ON_FAILURE", j.state::varchar(20) as "STATE", 3::numeric as "JOB_PRIORITY",
       j.run_count::numeric as "RUN_COUNT", null::numeric as "MAX_RUNS", j.failure_count::numeric as "FAILURE_COUNT",
       null::numeric as "MAX_FAILURES", 0::numeric as "RETRY_COUNT", (j.last_start at time zone 'UTC')::timestamp(6) as "LAST_START_DATE",
       (j.next_run at time zone 'UTC')::timestamp(6) as "NEXT_RUN_DATE", 'OFF'::varchar(11) as "LOGGING_LEVEL",
       'TRUE'::varchar(5) as "INSTANCE_STICKINESS", 'FALSE'::varchar(5) as "SYSTEM", j.comments::varchar(4000) as "COMMENTS",
       null::oid as "relid$"
  from rh.jobs j;
select rh.make_dictionary('SCHEDULER_JOBS', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY JOB')$$);

create view rh."D_SCHEDULER_RUNNING_JOBS" as
select j.owner::varchar(128) as "OWNER", j.name::varchar(128) as "JOB_NAME", null::varchar(128) as "JOB_SUBNAME",
       'REGULAR'::varchar(17) as "JOB_STYLE", 'FALSE'::varchar(5) as "DETACHED", s.sid::numeric as "SESSION_ID",
       s.backend_pid::varchar(24) as "SLAVE_OS_PROCESS_ID", 1::numeric as "RUNNING_INSTANCE", s.serial::numeric as "SESSION_SERIAL_NUM",
       j.job_id::numeric as "LOG_ID", null::oid as "relid$"
  from rh.jobs j left join rh.sessions s on s.type = 'JOB' and s.username = j.owner and s.action = j.name
 where j.state = 'RUNNING';
select rh.make_dictionary('SCHEDULER_RUNNING_JOBS', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY JOB')$$);

create view rh."D_SCHEDULER_JOB_RUN_DETAILS" as
select l.log_id::numeric as "LOG_ID", (l.at at time zone 'UTC')::timestamp(6) as "LOG_DATE", l.owner::varchar(128) as "OWNER",
       l.name::varchar(261) as "JOB_NAME", null::varchar(261) as "JOB_SUBNAME", l.status::varchar(30) as "STATUS",
       coalesce(l.error, 0)::numeric as "ERROR#", (l.started at time zone 'UTC')::timestamp(6) as "REQ_START_DATE",
       (l.started at time zone 'UTC')::timestamp(6) as "ACTUAL_START_DATE", 1::numeric as "INSTANCE_ID", l.session_id::varchar(128) as "SESSION_ID",
       l.info::varchar(4000) as "ADDITIONAL_INFO", l.info::varchar(4000) as "ERRORS", null::oid as "relid$"
  from rh.job_log l;
select rh.make_dictionary('SCHEDULER_JOB_RUN_DETAILS', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY JOB')$$);

-- ---- links and directories ------------------------------------------------------------------------------------------------

create view rh."D_DB_LINKS" as
select l.owner::varchar(128) as "OWNER", l.name::varchar(128) as "DB_LINK", l.username::varchar(128) as "USERNAME", l.host::varchar(2000) as "HOST",
       l.created::ora.date as "CREATED", 'NO'::varchar(3) as "HIDDEN", 'NO'::varchar(3) as "SHARD_INTERNAL", 'YES'::varchar(3) as "VALID",
       'NO'::varchar(3) as "INTRA_CDB", null::oid as "relid$" from rh.db_links l;
select rh.make_dictionary('DB_LINKS', 'DBA,ALL,USER', $$"OWNER"::text = 'PUBLIC'$$);

create view rh."D_DIRECTORIES" as
select 'SYS'::varchar(128) as "OWNER", d.name::varchar(128) as "DIRECTORY_NAME", d.path::varchar(4000) as "DIRECTORY_PATH", 0::numeric as "ORIGIN_CON_ID",
       null::oid as "relid$" from rh.directories d;
select rh.make_dictionary('DIRECTORIES', 'DBA,ALL,USER', $$rh.has_privilege(rh.me(), 'CREATE ANY DIRECTORY')$$);

-- ---- IF [NOT] EXISTS ---------------------------------------------------------------------------------------------------------

-- kind: as ALL_OBJECTS.OBJECT_TYPE, or USER, TABLESPACE, DIRECTORY, which are nobody's
create or replace function rh.is_there(kind text, owner text, name text) returns boolean language plpgsql stable security definer
set search_path = pg_catalog as $$
begin
	return case kind
		when 'USER' then exists (select from rh.users u where u.username = name)
		when 'DIRECTORY' then exists (select from rh.directories d where d.name = is_there.name)
		when 'TABLESPACE' then exists (select from "SYS"."DBA_TABLESPACES" t where t."TABLESPACE_NAME"::text = name)
		else exists (select from rh."D_OBJECTS" o where o."OBJECT_TYPE"::text = kind and o."OWNER"::text = is_there.owner
			     and o."OBJECT_NAME"::text = rh.full_name(is_there.name)) end;
end $$;

-- ---- nothing of the kind here ---------------------------------------------------------------------------------------------

select rh.family('MVIEW_LOGS', 'LOG_OWNER,MASTER,LOG_TABLE,LOG_TRIGGER,ROWIDS,PRIMARY_KEY,OBJECT_ID,OWNER');
select rh.family('ENCRYPTED_COLUMNS', 'OWNER,TABLE_NAME,COLUMN_NAME,ENCRYPTION_ALG,SALT,INTEGRITY_ALG');
select rh.family('EXTERNAL_TABLES', 'OWNER,TABLE_NAME,TYPE_OWNER,TYPE_NAME,DEFAULT_DIRECTORY_OWNER,DEFAULT_DIRECTORY_NAME');
select rh.family('NESTED_TABLES', 'OWNER,TABLE_NAME,TABLE_TYPE_OWNER,TABLE_TYPE_NAME,PARENT_TABLE_NAME,PARENT_TABLE_COLUMN');
select rh.family('OBJECT_TABLES', 'OWNER,TABLE_NAME,OBJECT_ID_TYPE,TABLE_TYPE_OWNER,TABLE_TYPE');
select rh.family('PLSQL_TYPES', 'OWNER,TYPE_NAME,PACKAGE_NAME,TYPE_OID r,TYPECODE,ATTRIBUTES n,CONTAINS_PLSQL');
select rh.family('TYPE_ATTRS', 'OWNER,TYPE_NAME,ATTR_NAME,ATTR_TYPE_MOD,ATTR_TYPE_OWNER,ATTR_TYPE_NAME,LENGTH n,PRECISION n,SCALE n,ATTR_NO n');
select rh.family('QUEUES', 'OWNER,NAME,QUEUE_TABLE,QID n,QUEUE_TYPE,MAX_RETRIES n,RETRY_DELAY n,ENQUEUE_ENABLED,DEQUEUE_ENABLED');
select rh.family('POLICIES', 'OBJECT_OWNER,OBJECT_NAME,POLICY_GROUP,POLICY_NAME,PF_OWNER,PACKAGE,FUNCTION,ENABLE,OWNER');
select rh.family('RECYCLEBIN', 'OWNER,OBJECT_NAME,ORIGINAL_NAME,OPERATION,TYPE,TS_NAME,CREATETIME,DROPTIME,DROPSCN n,CAN_UNDROP,CAN_PURGE');
select rh.family('JOBS', 'OWNER,JOB n,LOG_USER,PRIV_USER,SCHEMA_USER,LAST_DATE d,THIS_DATE d,NEXT_DATE d,TOTAL_TIME n,BROKEN,INTERVAL,FAILURES n,WHAT');
select rh.family('CAPTURE', 'OWNER,CAPTURE_NAME,QUEUE_NAME,QUEUE_OWNER,STATUS,START_SCN n,CAPTURED_SCN n,APPLIED_SCN n');
select rh.family('APPLY', 'OWNER,APPLY_NAME,QUEUE_NAME,QUEUE_OWNER,STATUS');

drop view if exists "SYS"."DBA_2PC_PENDING", "SYS"."DBA_JOBS_RUNNING", "SYS"."DBA_REGISTRY", "SYS"."DBA_TABLESPACES", "SYS"."USER_TABLESPACES",
	"SYS"."DBA_PROFILES", "SYS"."DBA_BLOCKERS", "SYS"."DBA_TS_QUOTAS", "SYS"."USER_TS_QUOTAS", "SYS"."DBA_DATA_FILES" cascade;
create view "SYS"."DBA_2PC_PENDING" as
select p.id::varchar(22) as "LOCAL_TRAN_ID", pg_catalog.split_part(p.gid, '|', 1)::varchar(169) as "GLOBAL_TRAN_ID", p.state::varchar(16) as "STATE",
       'no'::varchar(3) as "MIXED", null::varchar(1) as "ADVICE", null::varchar(255) as "TRAN_COMMENT",
       (p.failed at time zone 'UTC')::ora.date as "FAIL_TIME", (p.forced at time zone 'UTC')::ora.date as "FORCE_TIME",
       (p.failed at time zone 'UTC')::ora.date as "RETRY_TIME", pg_catalog.split_part(p.gid, '|', 3)::varchar(64) as "OS_USER",
       pg_catalog.split_part(p.gid, '|', 4)::varchar(255) as "OS_TERMINAL", pg_catalog.split_part(p.gid, '|', 2)::varchar(128) as "HOST",
       p.owner::varchar(128) as "DB_USER", null::varchar(16) as "COMMIT#"
  from (select rh.local_tran_id(x.transaction) as id, x.gid, 'prepared' as state, x.prepared as failed, null::timestamptz as forced, x.owner::text as owner
	  from pg_catalog.pg_prepared_xacts x
	union all
	select f.local_tran_id, f.gid, f.state, f.forced, f.forced, f.owner from rh.forced_transactions f) p;
create view "SYS"."DBA_JOBS_RUNNING" as
select null::numeric as "SID", null::numeric as "JOB", null::numeric as "FAILURES", null::ora.date as "LAST_DATE", null::ora.date as "THIS_DATE"
 where false;
create view "SYS"."DBA_REGISTRY" as
select 'CATALOG'::varchar(30) as "COMP_ID", 'Oracle Database Catalog Views'::varchar(255) as "COMP_NAME", rh.fact('version')::varchar(30) as "VERSION",
       rh.fact('version_full')::varchar(30) as "VERSION_FULL", 'VALID'::varchar(44) as "STATUS", 'SYS'::varchar(128) as "SCHEMA";
create view "SYS"."DBA_TABLESPACES" as
select v.name::varchar(30) as "TABLESPACE_NAME", 8192::numeric as "BLOCK_SIZE", 'ONLINE'::varchar(9) as "STATUS",
       v.contents::varchar(21) as "CONTENTS", case v.contents when 'TEMPORARY' then 'NOLOGGING' else 'LOGGING' end::varchar(9) as "LOGGING",
       'NO'::varchar(3) as "FORCE_LOGGING", 'LOCAL'::varchar(10) as "EXTENT_MANAGEMENT", 'NO'::varchar(3) as "ENCRYPTED",
       case when v.bigfile then 'YES' else 'NO' end::varchar(3) as "BIGFILE"
  from (values ('SYSTEM', 'PERMANENT', false), ('SYSAUX', 'PERMANENT', false), ('UNDOTBS1', 'UNDO', false), ('TEMP', 'TEMPORARY', false), ('USERS', 'PERMANENT', false)
	union all select t.name, t.contents, t.bigfile from rh.tablespaces t) v(name, contents, bigfile);
create view "SYS"."USER_TABLESPACES" as select * from "SYS"."DBA_TABLESPACES";
create view "SYS"."DBA_PROFILES" as
select p.profile::varchar(128) as "PROFILE", p.resource::varchar(32) as "RESOURCE_NAME", r.kind::varchar(8) as "RESOURCE_TYPE",
       (case when p.bound ~ '^[0-9.]+$' then ora.number_text(p.bound::numeric) else p.bound end)::varchar(128) as "LIMIT", 'NO'::varchar(3) as "COMMON",
       'NO'::varchar(3) as "INHERITED", 'NO'::varchar(3) as "IMPLICIT"
  from rh.profiles p join rh.profile_resources r on r.resource operator(pg_catalog.=) p.resource;
create or replace view "SYS"."USER_RESOURCE_LIMITS" as
select r.resource::varchar(32) as "RESOURCE_NAME",
       coalesce(ora.number_text(rh.limit_of(rh.me(), r.resource)), 'UNLIMITED')::varchar(128) as "LIMIT"
  from rh.profile_resources r where r.kind operator(pg_catalog.=) 'KERNEL';
create or replace view "SYS"."USER_PASSWORD_LIMITS" as
select r.resource::varchar(32) as "RESOURCE_NAME",
       coalesce(ora.number_text(rh.limit_of(rh.me(), r.resource)), case when r.bound operator(pg_catalog.=) 'NULL' then 'NULL' else 'UNLIMITED' end)::varchar(128) as "LIMIT"
  from rh.profile_resources r where r.kind operator(pg_catalog.=) 'PASSWORD';
create view "SYS"."DBA_TS_QUOTAS" as
select 'USERS'::varchar(30) as "TABLESPACE_NAME", username::varchar(128) as "USERNAME", 0::numeric as "BYTES", (-1)::numeric as "MAX_BYTES",
       0::numeric as "BLOCKS", (-1)::numeric as "MAX_BLOCKS", 'NO'::varchar(3) as "DROPPED" from rh.users where not maintained;
create view "SYS"."USER_TS_QUOTAS" as
select "TABLESPACE_NAME", "BYTES", "MAX_BYTES", "BLOCKS", "MAX_BLOCKS", "DROPPED" from "SYS"."DBA_TS_QUOTAS"
 where "USERNAME" operator(pg_catalog.=) rh.me()::varchar;
