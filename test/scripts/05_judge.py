"""05_judge.py - the judge sees each kind of difference, and nothing where there is none"""
import datetime
import json
import pathlib
import sys
import tempfile
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "test" / "e2e"), str(ROOT / "tools")]
import harness  # noqa: E402
import judge  # noqa: E402

ROW = (1, "Ada", Decimal("1.50"), datetime.datetime(2026, 1, 2, 3, 4, 5, 6), b"\x00\xff", None)


def counts(oracle, postgres, key=(0,)):
    compare = judge.compare_keyed(oracle, postgres, list(key)) if key else judge.compare_bags(oracle, postgres)
    return {kind: compare[0][kind] for kind in ("lost", "extra", "different", "doubled")}


NOTHING = {"lost": 0, "extra": 0, "different": 0, "doubled": 0}

with harness.test("equal_rows_are_equal_whatever_the_driver_makes_of_them"):
    same = (Decimal("1"), "Ada", Decimal("1.5"), ROW[3], memoryview(b"\x00\xff"), None)
    assert counts([ROW], [same]) == NOTHING
    assert counts([ROW], [same], key=()) == NOTHING

with harness.test("a_lost_and_an_extra_row_are_told"):
    assert counts([ROW], []) == {**NOTHING, "lost": 1}
    assert counts([], [ROW]) == {**NOTHING, "extra": 1}
    assert counts([ROW], [], key=()) == {**NOTHING, "lost": 1}

for name, place, value in (
        ("one_microsecond", 3, ROW[3] + datetime.timedelta(microseconds=1)), ("a_trailing_blank", 1, "Ada "),
        ("an_empty_string_for_null", 5, ""), ("a_number_in_its_last_digit", 2, Decimal("1.51")),
        ("a_byte", 4, b"\x00\xfe")):
    with harness.test(f"{name}_is_a_difference"):
        other = tuple(value if i == place else one for i, one in enumerate(ROW))
        assert counts([ROW], [other]) == {**NOTHING, "different": 1}, counts([ROW], [other])

with harness.test("a_row_twice_in_a_table_without_key_is_doubled"):
    assert counts([ROW], [ROW, ROW], key=()) == {**NOTHING, "doubled": 1}
    assert counts([ROW, ROW], [ROW], key=()) == {**NOTHING, "doubled": 1}

with harness.test("numbers_of_forty_digits_are_compared_to_the_last"):
    big = Decimal("1234567890123456789012345678901234567890")
    with judge.decimal.localcontext() as context:
        context.prec = 60
        assert counts([(1, big)], [(1, big + 1)]) == {**NOTHING, "different": 1}
    assert counts([(1, big)], [(1, big)]) == NOTHING


class Side:
    name = "side"

    def __init__(self, numbers):
        self.numbers = numbers

    def read(self, table, columns):
        return iter(self.numbers)


with harness.test("an_acknowledged_commit_that_is_missing_is_lost_and_one_in_doubt_is_not"):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as log:
        for number, what in ((1, "ack"), (2, "in_doubt"), (3, "ack"), (4, "rolled_back")):
            log.write(json.dumps({"writer": 1, "number": number, "what": what}) + "\n")
        log.write('{"writer": 1, "number": 5, "wh')
        log.flush()
        acks = judge.read_acks([log.name])
    assert sorted(acks) == [(1, 1), (1, 3)]
    assert judge.check_acks(Side([(1, 1)]), acks, "T", "W", "N")["lost"] == 1
    assert judge.check_acks(Side([(1, 1), (1, 3), (1, 3)]), acks, "T", "W", "N")["doubled"] == 1

with harness.test("a_CHAR_is_compared_at_its_width_in_characters_and_a_VARCHAR2_as_it_is"):
    assert judge.padded(("\u00e9 ", "\u00e9 ", None), [(0, 3), (2, 3)]) == ("\u00e9  ", "\u00e9 ", None)
    assert counts([judge.padded((1, "ab "), [(1, 3)])], [(1, "a  ")]) == {**NOTHING, "different": 1}

with harness.test("names_are_taken_as_the_dictionary_has_them_or_in_capitals"):
    tables = {"LOG": (["WRITER", "nr"], []), "Log": (["end", "Nr"], [])}
    assert judge.stored_names("log,writer,nr", tables) == ["LOG", "WRITER", "nr"]
    assert judge.stored_names("Log,end,Nr", tables) == ["Log", "end", "Nr"]
    assert judge.stored_names("gone,writer,nr", tables) == ["GONE", "WRITER", "NR"]

harness.finish()
