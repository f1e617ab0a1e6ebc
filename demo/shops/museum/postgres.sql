-- postgres.sql - the museum's triggers, as its developers wrote them for PostgreSQL
CREATE FUNCTION exhibit_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.label := coalesce(nullif(trim(NEW.label), ''), '(none)');
  RETURN NEW;
END $$;

CREATE TRIGGER exhibit_label BEFORE INSERT OR UPDATE ON "Exhibit" FOR EACH ROW EXECUTE FUNCTION exhibit_label();

CREATE FUNCTION visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "visitors book" (entry, stars) VALUES ('gone: ' || OLD.label, NULL);
  RETURN NULL;
END $$;

CREATE TRIGGER visits AFTER DELETE ON "Exhibit" FOR EACH ROW EXECUTE FUNCTION visits();
