-- schema.sql - a clinic: departments in a tree, patients, visits and measurements that go with them, an audit trail by trigger
create sequence dept_seq start with 10 increment by 10 nocache order;
create sequence audit_seq start with 1000000 increment by -1 maxvalue 1000000 minvalue -1000000000 cache 50;
create sequence patient_seq start with 1 increment by 1 maxvalue 9999999999 nocycle cache 100;

create table departments (
   id          integer constraint departments_pk primary key,
   parent_id   integer,
   code        varchar2(12 byte) not null constraint departments_code_uk unique,
   title       varchar2(60 char) not null,
   budget      number(14,2) default 0 not null,
   head_id     number(10),
   constraint departments_parent_fk foreign key (parent_id) references departments (id)
);

create table patients (
   id          number(10) not null,
   mrn         varchar2(20) not null,
   born        date,
   sex         char(1) default 'X' not null,
   weight_kg   number(5,2),
   card        raw(16) default sys_guid() not null,
   dept_id     integer references departments,
   remarks     varchar2(4000),
   primary key (id),
   unique (mrn),
   constraint patients_sex_ck check (sex in ('M', 'F', 'X')),
   constraint patients_weight_ck check (weight_kg is null or weight_kg > 0)
);

alter table departments add constraint departments_head_fk foreign key (head_id) references patients (id) deferrable initially immediate;

create table visits (
   patient_id  number(10) not null,
   visit_no    number(4) not null,
   began       timestamp(3) default systimestamp not null,
   ended       timestamp,
   fee         decimal(9,2),
   constraint visits_pk primary key (patient_id, visit_no),
   constraint visits_patient_fk foreign key (patient_id) references patients (id) on delete cascade,
   constraint visits_time_ck check (ended is null or ended >= began)
);

create table measurements (
   patient_id  number(10),
   visit_no    number(4),
   kind        varchar2(8),
   val         number,
   trace       raw(2000),
   constraint measurements_pk primary key (patient_id, visit_no, kind),
   constraint measurements_visit_fk foreign key (patient_id, visit_no) references visits (patient_id, visit_no) on delete cascade
);

create table audit_trail (
   nr          number,
   what        char(10),
   key_text    varchar2(80),
   at          date default sysdate
);

create table done (who number(5), n number(15), constraint done_pk primary key (who, n));

create index visits_began_ix on visits (began desc);
create index patients_upper_ix on patients (upper(mrn));
create unique index measurements_ux on measurements (kind, patient_id, visit_no);
comment on table patients is 'Everybody who ever came, and it''s a lot';
comment on column patients.mrn is 'medical record number';

create or replace view open_visits as
  select v.patient_id, v.visit_no, p.mrn from visits v join patients p on p.id = v.patient_id where v.ended is null;

create or replace trigger visits_audit
after insert or update or delete on visits
for each row
declare
  v_what varchar2(10);
begin
  if inserting then
    v_what := 'insert';
  elsif updating then
    v_what := 'update';
  else
    v_what := 'delete';
  end if;
  insert into audit_trail (nr, what, key_text, at)
  values (audit_seq.nextval, v_what, nvl(to_char(:new.patient_id), to_char(:old.patient_id)) || '/' || nvl(:new.visit_no, :old.visit_no), sysdate);
end;
/

create or replace trigger departments_bi
before insert on departments
for each row
when (new.id is null)
begin
  select dept_seq.nextval into :new.id from dual;
end;
/

begin
  dbms_scheduler.create_job(job_name => 'NIGHTLY', job_type => 'PLSQL_BLOCK',
    job_action => 'begin update departments set budget = budget + 1 where code = ''ROOT''; delete from audit_trail where rownum <= 3; commit; end;',
    start_date => systimestamp, repeat_interval => 'freq=secondly;interval=2', enabled => true, comments => 'moves by itself');
end;
/
