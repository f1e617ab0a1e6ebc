"""26_charset_cross.py - a source with a single-byte character set crosses both ways, and what is no character is told"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import crossing as cross  # noqa: E402

TEXT = "\u00e9\u20ac\u0178 \u00ff"  # a byte each in WE8MSWIN1252
CYRILLIC = "\u0436"
NO_CHARACTER = "update customers set name = utl_raw.cast_to_varchar2(hextoraw('418142')) where id = 3"


class Western(cross.Crossing):
    charset = "WE8MSWIN1252"

    def oracle_options(self):
        return ("--charset", self.charset)

    def told(self, code, *words):
        found = self.until(lambda: next((e for e in [self.status()["forward"].get("error")] if e and e["code"] == code), None), f"told {code}")
        for word in words:
            assert word in found["text"], f"{word} is not in {found['text']}"

    def names(self):
        return dict(self.postgres_as().query("select id, name from customers where id <= 3"))

    def on_both(self, ident, name):
        self.until(lambda: self.names()[ident] == name, f"{name!r} on PostgreSQL")


def rehearsal(t):
    db = t.oracle_as()
    with harness.test("lengths_are_bytes_of_the_set_and_what_it_has_not_is_replaced"):
        found = db.query("select length(name), lengthb(name), utl_raw.cast_to_raw(name) from customers where id = 1")
        assert found == [(5, 5, TEXT.encode("cp1252"))], found
        db.execute("update customers set name = :n where id = 2", n=CYRILLIC)
        assert db.query("select name from customers where id = 2") == [("\u00bf",)]
        assert db.query("select value from nls_database_parameters where parameter = 'NLS_CHARACTERSET'") == [(t.charset,)]
        db.execute("rollback")
    with harness.test("a_byte_that_is_no_character_of_the_set_reaches_a_driver_as_U_FFFD"):
        db.execute(NO_CHARACTER)
        assert db.query("select name from customers where id = 3") == [("A\ufffdB",)]
        db.execute("rollback")
    db.close()


def scenario(t):
    t.begin()
    t.on_oracle(("update customers set name = :n where id = 1", {"n": TEXT}))
    rehearsal(t)
    t.start()
    with harness.test("text_of_a_single_byte_set_is_loaded_and_followed_as_it_was_written"):
        t.on_both(1, TEXT)
        t.on_oracle(("update customers set name = :n where id = 2", {"n": TEXT[::-1]}))
        t.on_both(2, TEXT[::-1])
    with harness.test("a_byte_that_is_no_character_stops_following_with_row_and_column"):
        t.on_oracle(NO_CHARACTER)
        t.told("CW2017", "CUSTOMERS", "ID=3", "NAME", t.charset)
    with harness.test("and_it_stops_a_load_with_row_and_column"):
        t.verb("stop", "--json")
        t.verb("clean", "--yes", "--json")
        t.verb("run", "--detach", "--json")
        t.told("CW2017", "CUSTOMERS", "ID=3", "NAME", t.charset)


def main():
    crossing = Western()
    try:
        scenario(crossing)
    finally:
        crossing.end()
    harness.finish()


if __name__ == "__main__":
    main()
