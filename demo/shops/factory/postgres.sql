-- postgres.sql - the factory's triggers, as its developers wrote them for PostgreSQL
CREATE FUNCTION stock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := localtimestamp(0);
  RETURN NEW;
END $$;

CREATE TRIGGER stock_changed BEFORE INSERT OR UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION stock_changed();

CREATE FUNCTION parts_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.id := coalesce(NEW.id, nextval('part_id'));
  RETURN NEW;
END $$;

CREATE TRIGGER parts_id BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION parts_id();
