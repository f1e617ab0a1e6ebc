-- postgres.sql - the bank's triggers, as its developers wrote them for PostgreSQL
CREATE FUNCTION accounts_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.nr := coalesce(NEW.nr, nextval('account_nr'));
  RETURN NEW;
END $$;

CREATE TRIGGER accounts_number BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION accounts_number();

CREATE FUNCTION accounts_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO balance_audit (branch_code, nr, old_balance, new_balance, seen)
  VALUES (OLD.branch_code, OLD.nr, OLD.balance, NEW.balance, localtimestamp(0));
  RETURN NULL;
END $$;

CREATE TRIGGER accounts_audit AFTER UPDATE OF balance ON accounts FOR EACH ROW
WHEN (OLD.balance <> NEW.balance) EXECUTE FUNCTION accounts_audit();

CREATE FUNCTION accounts_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.touched := localtimestamp(3);
  RETURN NEW;
END $$;

CREATE TRIGGER accounts_touched BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION accounts_touched();
