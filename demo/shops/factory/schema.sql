-- schema.sql - a factory: large transactions, MERGE, INSERT ... SELECT, a job that moves rows by itself, sequences to their ends
CREATE TABLE parts (
  id        NUMBER(12)    NOT NULL PRIMARY KEY,
  made_of   NUMBER(12)    REFERENCES parts,
  name      VARCHAR2(100) NOT NULL,
  weight    NUMBER(9,4)   CHECK (weight >= 0),
  revision  NUMBER(4)     DEFAULT 1 NOT NULL
);

-- two keys, neither of them numbers alone; the second is what others refer to
CREATE TABLE machines (
  hall      CHAR(3)       NOT NULL,
  bay       NUMBER(3)     NOT NULL,
  serial    RAW(8)        NOT NULL,
  state     VARCHAR2(10)  DEFAULT 'idle',
  since     TIMESTAMP(3)  DEFAULT SYSTIMESTAMP,
  PRIMARY KEY (hall, bay),
  CONSTRAINT machines_serial_uk UNIQUE (serial)
);

CREATE TABLE runs (
  machine   RAW(8)        NOT NULL REFERENCES machines (serial),
  run       NUMBER(12)    NOT NULL,
  part      NUMBER(12)    NOT NULL,
  pieces    NUMBER(7),
  started   DATE          NOT NULL,
  CONSTRAINT runs_pk PRIMARY KEY (machine, run),
  CONSTRAINT runs_part_fk FOREIGN KEY (part) REFERENCES parts (id) DEFERRABLE INITIALLY DEFERRED
);

-- no key at all: measurements come by the thousand, several alike
CREATE TABLE readings (
  run       NUMBER(12),
  sensor    VARCHAR2(8),
  value     NUMBER,
  taken     TIMESTAMP(6)
);

CREATE TABLE readings_old (
  run       NUMBER(12),
  sensor    VARCHAR2(8),
  value     NUMBER,
  taken     TIMESTAMP(6)
);

CREATE TABLE stock (
  part      NUMBER(12)    NOT NULL,
  place     VARCHAR2(20)  NOT NULL,
  pieces    NUMBER(9)     NOT NULL,
  changed   DATE,
  CONSTRAINT stock_pk PRIMARY KEY (part, place)
);

CREATE TABLE shifts (
  foreman   NUMBER(6)     NOT NULL,
  entry     NUMBER(12)    NOT NULL,
  hour      NUMBER(2),
  CONSTRAINT shifts_uk UNIQUE (foreman, entry)
);

CREATE UNIQUE INDEX machines_state_ux ON machines (serial, state);
CREATE INDEX readings_taken_ix ON readings (taken DESC, sensor);

CREATE SEQUENCE part_id MINVALUE 1 MAXVALUE 999999999999 START WITH 500 INCREMENT BY 1 CACHE 1000 ORDER;
CREATE SEQUENCE run_id START WITH -5 INCREMENT BY -1 CACHE 20;
CREATE SEQUENCE hours MINVALUE 0 MAXVALUE 23 START WITH 6 CYCLE CACHE 12;

CREATE OR REPLACE TRIGGER stock_changed
BEFORE INSERT OR UPDATE ON stock
FOR EACH ROW
BEGIN
  :NEW.changed := SYSDATE;
END;
/

CREATE OR REPLACE TRIGGER parts_id
BEFORE INSERT ON parts
FOR EACH ROW
BEGIN
  IF :NEW.id IS NULL THEN
    SELECT part_id.NEXTVAL INTO :NEW.id FROM dual;
  END IF;
END;
/

-- what nobody has looked at for long is put aside, by the database itself
BEGIN
  DBMS_SCHEDULER.CREATE_JOB(
    job_name        => 'PUT_ASIDE',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'BEGIN
      INSERT INTO readings_old SELECT * FROM readings WHERE sensor = ''old'' AND ROWNUM <= 50;
      UPDATE machines SET state = ''checked'', since = SYSTIMESTAMP WHERE bay = 1;
      COMMIT;
    END;',
    repeat_interval => 'FREQ=SECONDLY;INTERVAL=2',
    enabled         => TRUE);
END;
/
