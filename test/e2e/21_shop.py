"""21_shop.py - a schema that the demo was not written for, there and back: a bank, on a release whose sequences know no RESTART"""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402

printed, report = harness.play_demo("bank", shop=harness.ROOT / "demo" / "shops" / "bank", seed=random.randrange(1, 10**6), rows=1500, profile="12.2",
                                    writers=3, seconds=5)
with harness.test("a_shop_with_keys_of_all_kinds_triggers_and_failing_statements_crosses_there_and_back"):
    assert report, printed[-1500:]
    assert report["acknowledged_writes_lost"] == 0 and report["rows_compared"] > 1500
    assert report["rows_different"] == 0 and report["back_rows_different"] == 0
harness.finish()
