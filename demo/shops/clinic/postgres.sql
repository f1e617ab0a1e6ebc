-- postgres.sql - what Oracle's triggers do, for PostgreSQL
create function visits_audit() returns trigger language plpgsql as $$
declare k text; w text;
begin
  w := lower(tg_op);
  if tg_op = 'DELETE' then k := old.patient_id || '/' || old.visit_no; else k := new.patient_id || '/' || new.visit_no; end if;
  insert into audit_trail (nr, what, key_text, at) values (nextval('audit_seq'), w, k, localtimestamp(0));
  return null;
end $$;
create trigger visits_audit after insert or update or delete on visits for each row execute function visits_audit();
create function departments_bi() returns trigger language plpgsql as $$
begin new.id := nextval('dept_seq'); return new; end $$;
create trigger departments_bi before insert on departments for each row when (new.id is null) execute function departments_bi();
