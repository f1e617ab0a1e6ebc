-- schema.sql - a small shop, as its owner would create it on Oracle
-- Statements end with a semicolon, PL/SQL units with a slash on a line of its own.

CREATE TABLE customers (
  id       NUMBER(10)      NOT NULL,
  name     VARCHAR2(80)    NOT NULL,
  country  CHAR(2)         DEFAULT 'DE' NOT NULL,
  credit   NUMBER(12,2)    DEFAULT 0,
  token    RAW(16),
  since    DATE            DEFAULT SYSDATE NOT NULL,
  CONSTRAINT customers_pk PRIMARY KEY (id)
);

CREATE TABLE orders (
  id          NUMBER(12)    NOT NULL,
  customer_id NUMBER(10)    NOT NULL,
  amount      NUMBER        NOT NULL,
  state       CHAR(4)       DEFAULT 'new' NOT NULL,
  note        VARCHAR2(200),
  placed      TIMESTAMP(6)  NOT NULL,
  changed     DATE,
  CONSTRAINT orders_pk PRIMARY KEY (id),
  CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE INDEX orders_customer_ix ON orders (customer_id);

-- no key: a log that is only ever appended to
CREATE TABLE order_log (
  writer   NUMBER(6)     NOT NULL,
  nr       NUMBER(12)    NOT NULL,
  what     VARCHAR2(120),
  at       TIMESTAMP(6)  DEFAULT SYSTIMESTAMP NOT NULL
);

CREATE SEQUENCE order_seq START WITH 1 INCREMENT BY 1 CACHE 20;

CREATE OR REPLACE TRIGGER orders_changed
BEFORE INSERT OR UPDATE ON orders
FOR EACH ROW
BEGIN
  :NEW.changed := SYSDATE;
END;
/

-- a writer that no user knows of
BEGIN
  DBMS_SCHEDULER.CREATE_JOB(
    job_name        => 'SHOP_TICK',
    job_type        => 'PLSQL_BLOCK',
    job_action      => 'BEGIN INSERT INTO order_log (writer, nr, what) VALUES (0, order_seq.NEXTVAL, ''tick''); COMMIT; END;',
    repeat_interval => 'FREQ=SECONDLY;INTERVAL=1',
    enabled         => TRUE);
END;
/
