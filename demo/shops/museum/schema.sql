-- schema.sql - a museum: names in mixed case and reserved words, wide tables, long texts in many scripts, every width of every type
CREATE TABLE "Order" (
  "select"      NUMBER(9)           NOT NULL,
  "From"        VARCHAR2(4000),
  "user"        CHAR(12)            DEFAULT '      ',
  "Group By"    CHAR(7 CHAR),
  "date"        DATE,
  "a.b"         NUMBER(1),
  "sémaphore"   NUMBER(*,5),
  "it's"        RAW(1),
  "%s"          VARCHAR2(10),
  "100%"        NUMBER(38,38),
  CONSTRAINT "Order pk" PRIMARY KEY ("select")
);

-- child of it by a key in mixed case, and of itself
CREATE TABLE "Exhibit" (
  "Id"          NUMBER              NOT NULL,
  "orderId"     NUMBER(9),
  "partOf"      NUMBER,
  label         VARCHAR2(30 CHAR)   NOT NULL,
  "Level"       NUMBER(5,2)         DEFAULT 1.25,
  CONSTRAINT "Exhibit_pk" PRIMARY KEY ("Id"),
  CONSTRAINT "Exhibit_Order_fk" FOREIGN KEY ("orderId") REFERENCES "Order" ("select"),
  CONSTRAINT "Exhibit_part_fk" FOREIGN KEY ("partOf") REFERENCES "Exhibit" ("Id")
);

-- forty columns, all of them may be NULL, and a text for a key that is compared byte by byte
CREATE TABLE catalogue_card (
  signature VARCHAR2(40) NOT NULL,
  n01 NUMBER, n02 NUMBER(1), n03 NUMBER(2,1), n04 NUMBER(10), n05 NUMBER(38), n06 NUMBER(38,10), n07 NUMBER(5,-5), n08 NUMBER(20,30),
  n09 NUMBER(*,0), n10 INTEGER, n11 SMALLINT, n12 NUMERIC(8,3), n13 DECIMAL(12,2),
  v01 VARCHAR2(1), v02 VARCHAR2(1 CHAR), v03 VARCHAR2(30 BYTE), v04 VARCHAR2(1000 CHAR), v05 VARCHAR2(4000), v06 VARCHAR(50),
  c01 CHAR, c02 CHAR(1 CHAR), c03 CHAR(2), c04 CHAR(100), c05 CHAR(300 CHAR), c06 CHAR(2000),
  d01 DATE, d02 DATE, d03 DATE,
  t00 TIMESTAMP(0), t01 TIMESTAMP(1), t02 TIMESTAMP(2), t03 TIMESTAMP(3), t04 TIMESTAMP(4), t05 TIMESTAMP(5), t06 TIMESTAMP(6), t TIMESTAMP,
  r01 RAW(1), r02 RAW(16), r03 RAW(2000), "Mixed" VARCHAR2(20), "with space" NUMBER(4),
  CONSTRAINT catalogue_card_pk PRIMARY KEY (signature)
);

-- a word that is reserved on PostgreSQL only, and columns that are
CREATE TABLE analyse (
  "end"   NUMBER(6)  NOT NULL,
  "limit" NUMBER(12) NOT NULL,
  "do"    TIMESTAMP(6),
  when_at DATE,
  "when"  VARCHAR2(20)
);

-- no key, and nothing that has to be there; the same row may come many times
CREATE TABLE "visitors book" (
  entry   VARCHAR2(200 CHAR),
  stars   NUMBER(1),
  CONSTRAINT stars_ck CHECK (stars IS NULL OR stars IN (1, 2, 3, 4, 5))
);

CREATE SEQUENCE "Exhibit Seq" START WITH 10 INCREMENT BY 10 CACHE 5;
CREATE SEQUENCE order_numbers NOCACHE;

CREATE OR REPLACE TRIGGER "Exhibit Label"
BEFORE INSERT OR UPDATE ON "Exhibit"
FOR EACH ROW
BEGIN
  :NEW.label := TRIM(:NEW.label);
  IF :NEW.label IS NULL THEN
    :NEW.label := '(none)';
  END IF;
END;
/

CREATE OR REPLACE TRIGGER visits
AFTER DELETE ON "Exhibit"
FOR EACH ROW
BEGIN
  INSERT INTO "visitors book" (entry, stars) VALUES ('gone: ' || :OLD.label, NULL);
END;
/
