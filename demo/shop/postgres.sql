-- postgres.sql - what the shop's developers wrote for PostgreSQL: procedural code is not converted
CREATE FUNCTION orders_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := localtimestamp(0);
  RETURN NEW;
END $$;

CREATE TRIGGER orders_changed BEFORE INSERT OR UPDATE ON orders
FOR EACH ROW EXECUTE FUNCTION orders_changed();
