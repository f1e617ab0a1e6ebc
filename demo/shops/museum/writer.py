"""writer.py - curators of a museum, who write everything that a column can hold"""
import datetime
import re
from decimal import Decimal

NUMBERED = ("analyse", "end", "limit")

SCRIPTS = ["plain", "Ünïcödé", "Ελληνικά", "кириллица", "עברית", "العربية", "हिन्दी", "漢字かな", "한국어", "👩‍🚀🚀", "e\u0301 combining", "\u200bzero width",
           "tab\tnew\nline\r\n", "back\\slash", "'quotes'\"\"", "  blanks  ", "%like_", "\x01\x1f\x7f", "\ufeffbom", "\U0010ffff", "null", "NULL", "''"]

COLUMNS = {
    "signature": "VARCHAR2(40)",
    **{f"n{i:02}": kind for i, kind in enumerate(["NUMBER", "NUMBER(1)", "NUMBER(2,1)", "NUMBER(10)", "NUMBER(38)", "NUMBER(38,10)", "NUMBER(5,-5)",
                                                  "NUMBER(20,30)", "NUMBER(38,0)", "NUMBER(38)", "NUMBER(38)", "NUMBER(8,3)", "NUMBER(12,2)"], 1)},
    **{f"v{i:02}": kind for i, kind in enumerate(["VARCHAR2(1)", "VARCHAR2(1 CHAR)", "VARCHAR2(30)", "VARCHAR2(1000 CHAR)", "VARCHAR2(4000)", "VARCHAR2(50)"], 1)},
    **{f"c{i:02}": kind for i, kind in enumerate(["CHAR(1)", "CHAR(1 CHAR)", "CHAR(2)", "CHAR(100)", "CHAR(300 CHAR)", "CHAR(2000)"], 1)},
    "d01": "DATE", "d02": "DATE", "d03": "DATE",
    **{f"t{i:02}": f"TIMESTAMP({i})" for i in range(7)}, "t": "TIMESTAMP(6)",
    "r01": "RAW(1)", "r02": "RAW(16)", "r03": "RAW(2000)", '"Mixed"': "VARCHAR2(20)", '"with space"': "NUMBER(4)",
}


def text(rng, longest, in_characters):
    want = rng.choice([1, 2, 5, longest, longest, rng.randrange(1, longest + 1)])
    made = ""
    while len(made) < want:
        made += rng.choice(SCRIPTS)
    made = made[:min(want, longest)]
    while not in_characters and len(made.encode()) > longest:
        made = made[:-1]
    return made or "x"


def number(rng, precision, scale):
    digits = rng.choice([1, precision, rng.randrange(1, precision + 1)])
    return Decimal(rng.randrange(10 ** digits) * rng.choice([1, -1])).scaleb(-scale)


def when(rng, digits):
    at = rng.choice([datetime.datetime(1, 1, 1), datetime.datetime(1582, 10, 15), datetime.datetime(1969, 12, 31, 23, 59, 59, 999999),
                     datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(2024, 2, 29, 12, 30, 1, 100),
                     datetime.datetime(1600, 1, 1) + datetime.timedelta(microseconds=rng.randrange(2 * 10**16))])
    return at.replace(microsecond=at.microsecond // 10 ** (6 - digits) * 10 ** (6 - digits))


def value(rng, kind):
    if rng.random() < 0.3:
        return None
    sizes = [int(n) for n in re.findall(r"-?\d+", kind.replace("VARCHAR2", ""))]
    if kind == "NUMBER":
        return rng.choice([Decimal("1E-130"), Decimal("-9.9E+125"), Decimal(rng.randrange(10**38)).scaleb(-rng.randrange(60)), Decimal(0)])
    if kind.startswith("NUMBER"):
        return number(rng, sizes[0], sizes[1] if len(sizes) > 1 else 0)
    if kind.startswith(("VARCHAR2", "CHAR")):
        return text(rng, sizes[0], "CHAR)" in kind)
    if kind.startswith("RAW"):
        return rng.randbytes(rng.choice([1, sizes[0], rng.randrange(1, sizes[0] + 1)]))
    return when(rng, sizes[0] if sizes else 0)


CARD = f"insert into catalogue_card ({', '.join(COLUMNS)}) values ({', '.join(f':c{i}' for i in range(len(COLUMNS)))})"


def card(rng, signature):
    row = {f"c{i}": value(rng, kind) for i, kind in enumerate(COLUMNS.values())}
    return {**row, "c0": signature}


ORDER_COLUMNS = {'"From"': "VARCHAR2(4000)", '"user"': "CHAR(12)", '"Group By"': "CHAR(7 CHAR)", '"date"': "DATE", '"a.b"': "NUMBER(1)",
                 '"sémaphore"': "NUMBER(30,5)", '"it\'s"': "RAW(1)", '"%s"': "VARCHAR2(10)", '"100%"': "NUMBER(38,38)"}
ORDER = f'insert into "Order" ("select", {", ".join(ORDER_COLUMNS)}) values (:c, {", ".join(f":c{i}" for i in range(len(ORDER_COLUMNS)))})'


def order(rng, key):
    return {"c": key, **{f"c{i}": value(rng, kind) for i, kind in enumerate(ORDER_COLUMNS.values())}}


EXHIBIT = 'insert into "Exhibit" ("Id", "orderId", "partOf", label, "Level") values (:id, :o, :part, :label, :lvl)'


def exhibit(db, rng, part):
    return {"id": db.nextval('"Exhibit Seq"'), "o": rng.choice([None, some(db, rng, '"select"', '"Order"')]), "part": part,
            "label": text(rng, 20, True) + ".", "lvl": number(rng, 5, 2)}


def fill(db, rng, rows):
    orders = max(1, rows // 8)
    for first in range(0, orders, 200):
        db.executemany(ORDER, [order(rng, db.nextval("order_numbers")) for _ in range(min(200, orders - first))])
    part = None
    for _ in range(rows // 8):
        one = exhibit(db, rng, part)
        db.execute(EXHIBIT, **one)
        part = rng.choice([None, one["id"], part])
    for first in range(0, rows // 8, 100):
        db.executemany(CARD, [card(rng, f"{rng.choice(SCRIPTS)[:8]}/{first + n}") for n in range(min(100, rows // 8 - first))])
    for first in range(0, rows // 2, 1000):
        db.executemany('insert into "visitors book" (entry, stars) values (:e, :s)',
                       [{"e": rng.choice([None, "again", text(rng, 100, True)]), "s": rng.choice([None, 1, 5])} for _ in range(min(1000, rows // 2 - first))])
    db.commit()


def some(db, rng, column, table):
    low, high = db.query(f"select min({column}), max({column}) from {table}")[0]
    return None if low is None else rng.choice([low, high, db.query(f"select min({column}) from {table} where {column} >= :n",
                                                                    n=rng.randrange(int(low), int(high) + 1))[0][0]])


def some_card(db, rng):
    found = db.query("select max(signature) from catalogue_card where signature <= :s", s=rng.choice(SCRIPTS)[:8] + "/~")[0][0]
    return found


def transaction(db, rng, writer, number_of):
    for _ in range(rng.randrange(1, 4)):
        kind = rng.random()
        if kind < 0.2:
            db.execute(CARD, **card(rng, f"{rng.choice(SCRIPTS)[:8]}/{writer}-{number_of}-{rng.randrange(10**6)}"))
        elif kind < 0.4:
            column, of = rng.choice([one for one in COLUMNS.items() if one[0] != "signature"])
            db.execute(f"update catalogue_card set {column} = :v where signature = :s", v=value(rng, of), s=some_card(db, rng))
        elif kind < 0.45:
            db.execute("delete from catalogue_card where signature = :s", s=some_card(db, rng))
        elif kind < 0.5:
            db.execute("update catalogue_card set signature = :n where signature = :s", n=f"moved {writer}-{number_of}-{rng.randrange(10**6)} ",
                       s=some_card(db, rng))
        elif kind < 0.6:
            db.execute(ORDER, **order(rng, db.nextval("order_numbers")))
        elif kind < 0.75:
            column, of = rng.choice(list(ORDER_COLUMNS.items()))
            db.execute(f'update "Order" set {column} = :v where "select" = :k', v=value(rng, of), k=some(db, rng, '"select"', '"Order"'))
        elif kind < 0.85:
            db.execute(EXHIBIT, **exhibit(db, rng, some(db, rng, '"Id"', '"Exhibit"')))
        elif kind < 0.9:
            leaf = some(db, rng, '"Id"', '"Exhibit"')
            db.execute('delete from "Exhibit" where "Id" = :i and "Id" not in (select "partOf" from "Exhibit" where "partOf" is not null)', i=leaf)
        else:
            db.execute('insert into "visitors book" (entry, stars) values (:e, :s)', e=rng.choice([None, "again", text(rng, 200, True)]), s=3)
    journal = '"ANALYSE"' if db.side == "oracle" else '"analyse"'
    db.execute(f'insert into {journal} ("end", "limit", "do", "when") values (:w, :n, :d, :t)', w=writer, n=number_of,
               d=datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None), t=rng.choice([None, " ", "now"]))
