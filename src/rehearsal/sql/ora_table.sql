-- ora_table.sql - what Oracle knows of tables and columns and PostgreSQL does not

create table if not exists rh.table_facts (
	relid oid primary key, iot boolean not null default false);

create or replace function rh.after_table_drop() returns event_trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
	delete from rh.table_facts t using pg_event_trigger_dropped_objects() d
	 where d.classid = 'pg_class'::regclass and d.objsubid = 0 and t.relid = d.objid;
end $$;
drop event trigger if exists rh_after_table_drop;
create event trigger rh_after_table_drop on sql_drop execute function rh.after_table_drop();
