#!/usr/bin/env python3
"""60_shops.py - the whole demo with schemas that it was not written for, and with other SEED, ROWS and WRITERS

	60_shops.py [NAME ...]

The shops of demo/shops, one made by chance (test/e2e/make_shop.py) for each of several seeds, and the demo's own shop from
no rows and one user to many of both.  NAME plays one of them; made-SEED makes the shop of that seed.
"""
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import harness  # noqa: E402
import make_shop  # noqa: E402

SHOPS = harness.ROOT / "demo" / "shops"
# name, shop, rows, users, seconds
PLAYS = [
    ("bank", SHOPS / "bank", 20000, 4, 9), ("museum", SHOPS / "museum", 6000, 4, 9), ("factory", SHOPS / "factory", 20000, 4, 9),
    ("clinic", SHOPS / "clinic", 20000, 4, 9),
    ("bank_without_rows", SHOPS / "bank", 0, 2, 6), ("no_rows_one_user", None, 0, 1, 6), ("twelve_users", None, 20000, 12, 9),
    ("many_rows", None, 200000, 6, 9),
]
PLAYS += [(f"made-{seed}", seed, 2000, 3, 6) for seed in range(1, 9)]


def play(name, shop, rows, users, seconds, scratch):
    if isinstance(shop, int):
        make_shop.make(shop, pathlib.Path(scratch) / name)
        shop = pathlib.Path(scratch) / name
    settings = {"shop": shop} if shop else {}
    printed, report = harness.play_demo(name, seed=random.randrange(1, 10**6), rows=rows, writers=users, seconds=seconds, **settings)
    with harness.test(f"{name}_crosses_there_and_back_and_nothing_differs"):
        assert report, printed[-1500:]
        assert report["acknowledged_writes_lost"] == 0 and report["rows_compared"] > rows
        assert report["rows_different"] == 0 and report["back_rows_different"] == 0


def main():
    wanted = sys.argv[1:]
    plays = PLAYS + [(name, int(name[5:]), 2000, 3, 6) for name in wanted
                     if name.startswith("made-") and name not in [one[0] for one in PLAYS]]
    with tempfile.TemporaryDirectory() as scratch:
        for one in plays:
            if not wanted or one[0] in wanted:
                play(*one, scratch)
    harness.finish()


if __name__ == "__main__":
    main()
