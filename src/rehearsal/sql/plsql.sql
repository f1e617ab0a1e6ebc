-- plsql.sql - what translated PL/SQL leans on: errors by number, triggers switched and dropped by name

-- RAISE_APPLICATION_ERROR: -20000 to -20999, else ORA-21000
CREATE OR REPLACE FUNCTION ora.raise_application_error(number numeric, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF number IS NULL OR number NOT BETWEEN -20999 AND -20000 THEN
    RAISE EXCEPTION 'ORA-21000: error number argument to raise_application_error of % is out of range', number
      USING ERRCODE = 'ORA00';
  END IF;
  RAISE EXCEPTION 'ORA-%: %', lpad((-number)::text, 5, '0'), message USING ERRCODE = 'ORA00';
END $$;

-- SQLERRM and SQLCODE inside a handler: our own errors have Oracle's words, PostgreSQL's get them here
CREATE OR REPLACE FUNCTION ora.sqlerrm(state text, message text) RETURNS varchar
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN message LIKE 'ORA-06510:%' THEN 'User-Defined Exception'
    WHEN message ~ '^ORA-[0-9]{5}:' THEN message
    WHEN state = 'P0002' THEN 'ORA-01403: no data found'
    WHEN state = 'P0003' THEN 'ORA-01422: exact fetch returns more than requested number of rows'
    WHEN state = '23505' THEN 'ORA-00001: unique constraint violated'
    WHEN state = '23502' THEN 'ORA-01400: cannot insert NULL'
    WHEN state = '23503' THEN 'ORA-02291: integrity constraint violated - parent key not found'
    WHEN state = '23514' THEN 'ORA-02290: check constraint violated'
    WHEN state = '22012' THEN 'ORA-01476: divisor is equal to zero'
    WHEN state = '40P01' THEN 'ORA-00060: deadlock detected while waiting for resource'
    WHEN state = '55P03' THEN 'ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired'
    WHEN state = '42P01' THEN 'ORA-00942: table or view does not exist'
    WHEN state = '42P03' THEN 'ORA-06511: PL/SQL: cursor already open'
    WHEN state IN ('24000', '34000', '22004') THEN 'ORA-01001: invalid cursor'
    WHEN state = '20000' THEN 'ORA-06592: PL/SQL: CASE not found while executing CASE statement'
    ELSE 'ORA-06502: PL/SQL: numeric or value error: ' || message
  END $$;

CREATE OR REPLACE FUNCTION ora.sqlcode(state text, message text) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE ora.sqlerrm(state, message) WHEN 'User-Defined Exception' THEN 1
    ELSE CASE substr(ora.sqlerrm(state, message), 5, 5) WHEN '01403' THEN 100
    ELSE -substr(ora.sqlerrm(state, message), 5, 5)::numeric END END $$;

-- ALTER TRIGGER ... ENABLE | DISABLE; ORA-04080 if there is none
CREATE OR REPLACE FUNCTION rh.switch_trigger(wanted_owner text, wanted_name text, wanted boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE one rh.triggers;
BEGIN
  SELECT * INTO one FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ORA-04080: trigger ''%'' does not exist', wanted_name USING ERRCODE = 'ORA00';
  END IF;
  IF wanted_owner <> rh.me() AND NOT rh.has_privilege(rh.me(), 'ALTER ANY TRIGGER') THEN
    RAISE EXCEPTION 'ORA-01031: insufficient privileges' USING ERRCODE = 'ORA00';
  END IF;
  -- not ALTER TABLE: on Oracle a trigger is switched beside open transactions of its table
  UPDATE pg_trigger SET tgenabled = CASE WHEN wanted THEN 'O' ELSE 'D' END::"char"
   WHERE tgrelid = one.relid AND tgname = one.name;
  UPDATE pg_class SET relhastriggers = true WHERE oid = one.relid; -- so that every backend looks again
  UPDATE rh.triggers SET enabled = wanted WHERE owner = wanted_owner AND name = wanted_name;
END $$;

-- DROP TRIGGER, and what CREATE OR REPLACE does first: no error if there is none
CREATE OR REPLACE FUNCTION rh.drop_trigger(wanted_owner text, wanted_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE one rh.triggers;
BEGIN
  IF wanted_owner <> rh.me() AND NOT rh.has_privilege(rh.me(), 'DROP ANY TRIGGER') THEN
    RAISE EXCEPTION 'ORA-01031: insufficient privileges' USING ERRCODE = 'ORA00';
  END IF;
  DELETE FROM rh.triggers WHERE owner = wanted_owner AND name = wanted_name RETURNING * INTO one;
  IF FOUND AND EXISTS (SELECT FROM pg_class WHERE oid = one.relid) THEN
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', one.name, one.relid::regclass);
  END IF;
END $$;
