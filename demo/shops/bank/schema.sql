-- schema.sql - a bank: composite, natural and binary keys, a tree of branches, triggers that write, sequences of all sorts

-- a tree: each branch but the first belongs to another; the key is text
CREATE TABLE branches (
  code        CHAR(4)        NOT NULL,
  parent_code CHAR(4),
  city        VARCHAR2(60 CHAR) NOT NULL,
  vault_limit NUMBER(12,-3),
  opened      DATE,
  CONSTRAINT branches_pk PRIMARY KEY (code),
  CONSTRAINT branches_parent_fk FOREIGN KEY (parent_code) REFERENCES branches (code)
);

-- a natural key that is a text with meaning, and a second unique one that may be NULL
CREATE TABLE holders (
  tax_id    VARCHAR2(20)   NOT NULL,
  full_name VARCHAR2(200 CHAR) NOT NULL,
  email     VARCHAR2(120),
  born      DATE,
  rating    NUMBER(3,1)    DEFAULT 5 NOT NULL,
  secret    RAW(32),
  CONSTRAINT holders_pk PRIMARY KEY (tax_id),
  CONSTRAINT holders_email_uk UNIQUE (email),
  CONSTRAINT holders_rating_ck CHECK (rating BETWEEN 0 AND 10)
);

-- a key of three columns of three types, the number set by a trigger from a sequence
CREATE TABLE accounts (
  branch_code CHAR(4)      NOT NULL,
  nr          NUMBER(10)   NOT NULL,
  currency    VARCHAR2(3)  DEFAULT 'EUR' NOT NULL,
  holder      VARCHAR2(20) NOT NULL,
  balance     NUMBER(20,4) DEFAULT 0 NOT NULL,
  hundreds    NUMBER(8,-2),
  exact       NUMBER(38),
  free        NUMBER,
  fine        NUMBER(3,10),
  status      CHAR(1)      DEFAULT ' ' NOT NULL,
  opened      TIMESTAMP(0) NOT NULL,
  touched     TIMESTAMP(3),
  CONSTRAINT accounts_pk PRIMARY KEY (branch_code, nr, currency),
  CONSTRAINT accounts_branch_fk FOREIGN KEY (branch_code) REFERENCES branches (code),
  CONSTRAINT accounts_holder_fk FOREIGN KEY (holder) REFERENCES holders (tax_id)
);

-- a binary key, and a foreign key of three columns that takes its children along
CREATE TABLE bookings (
  id          RAW(16)      NOT NULL,
  branch_code CHAR(4)      NOT NULL,
  nr          NUMBER(10)   NOT NULL,
  currency    VARCHAR2(3)  NOT NULL,
  amount      NUMBER(20,4) NOT NULL,
  purpose     VARCHAR2(400),
  booked      TIMESTAMP(6) DEFAULT SYSTIMESTAMP NOT NULL,
  CONSTRAINT bookings_pk PRIMARY KEY (id),
  CONSTRAINT bookings_account_fk FOREIGN KEY (branch_code, nr, currency)
    REFERENCES accounts (branch_code, nr, currency) ON DELETE CASCADE
);

CREATE INDEX bookings_account_ix ON bookings (branch_code, nr, currency);

-- cards outlive their account: the reference is set to NULL
CREATE TABLE cards (
  pan         CHAR(16)     NOT NULL,
  holder      VARCHAR2(20),
  pin_hash    RAW(20)      NOT NULL,
  valid_until DATE,
  CONSTRAINT cards_pk PRIMARY KEY (pan),
  CONSTRAINT cards_holder_fk FOREIGN KEY (holder) REFERENCES holders (tax_id) ON DELETE SET NULL
);

-- written by a trigger only; no key
CREATE TABLE balance_audit (
  branch_code CHAR(4),
  nr          NUMBER(10),
  old_balance NUMBER(20,4),
  new_balance NUMBER(20,4),
  seen        DATE
);

-- what people seldom have, and crossings must carry all the same
CREATE TABLE probes (
  probe     NUMBER(12)    NOT NULL PRIMARY KEY,
  rough     BINARY_FLOAT,
  fine      BINARY_DOUBLE,
  ratio     FLOAT,
  huge      NUMBER,
  label     NVARCHAR2(20),
  code      NCHAR(4),
  seen      TIMESTAMP(6) WITH TIME ZONE,
  noted     TIMESTAMP(3) WITH LOCAL TIME ZONE,
  warranty  INTERVAL YEAR(4) TO MONTH,
  cycle     INTERVAL DAY(5) TO SECOND(6),
  born      TIMESTAMP
);

-- where each unit of work leaves its number
CREATE TABLE teller_journal (
  teller NUMBER(6)  NOT NULL,
  slip   NUMBER(12) NOT NULL,
  ticket NUMBER(12),
  CONSTRAINT teller_journal_pk PRIMARY KEY (teller, slip)
);

CREATE SEQUENCE account_nr START WITH 1000 INCREMENT BY 7 CACHE 50;
CREATE SEQUENCE probe_id CACHE 20;
CREATE SEQUENCE tickets START WITH 999999 INCREMENT BY -3 MAXVALUE 999999 MINVALUE 1 CYCLE CACHE 10;
CREATE SEQUENCE never_used START WITH 5 INCREMENT BY 5 NOCACHE ORDER;

CREATE OR REPLACE TRIGGER accounts_number
BEFORE INSERT ON accounts
FOR EACH ROW
WHEN (NEW.nr IS NULL)
BEGIN
  :NEW.nr := account_nr.NEXTVAL;
END;
/

CREATE OR REPLACE TRIGGER accounts_audit
AFTER UPDATE OF balance ON accounts
FOR EACH ROW
BEGIN
  IF :OLD.balance <> :NEW.balance THEN
    INSERT INTO balance_audit (branch_code, nr, old_balance, new_balance, seen)
    VALUES (:OLD.branch_code, :OLD.nr, :OLD.balance, :NEW.balance, SYSDATE);
  END IF;
END;
/

CREATE OR REPLACE TRIGGER accounts_touched
BEFORE UPDATE ON accounts
FOR EACH ROW
BEGIN
  :NEW.touched := SYSTIMESTAMP;
END;
/
