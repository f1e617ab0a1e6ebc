"""writer.py - tellers of a bank: transfers, postings to many accounts, keys that change, statements that fail"""
import datetime
from decimal import Decimal

NUMBERED = ("teller_journal", "teller", "slip")

CITIES = ["Kraków", "São Paulo", "Zürich", "Αθήνα", "北京", "Tromsø", "N'Djamena", 'The "City"', "Łódź\t", "  two  blanks  "]
CURRENCIES = ["EUR", "US ", "¥"]
NUMBERS = [Decimal(text) for text in ("0", "-1", "9" * 38, "-" + "9" * 38, "1E+37", "1234567890123456789012345678", "-7")]
FREE = [Decimal(text) for text in ("1E+125", "-1E-130", "9.99E+125", "0.1", "-0.00000000000000000001", "1E-20",
                                   "12345678901234567890123456789012345678.9", "100", "-1000000")]
FINE = [Decimal(text) for text in ("1E-10", "9.99E-8", "-5.5E-9", "0")]
PURPOSES = [None, " ", "rent\r\nand more", "tab\there", "back\\slash\\", "it''s", "it's \"quoted\"", "trailing   ", "   leading",
            "percent % and _", "naïve café ☕", "𝄞 clef", "$$ dollar $1", ":colon ?", "{brace}", "\\N", "\\x41", "-- no comment /* */",
            "ö" * 200, "x" * 400]


def branch_code(number):
    return f"B{number:03}" if number % 3 else f"B{number}"


def branch_count(rows):
    return 4 + min(40, rows // 100)


def holder(rng, number):
    born = None if rng.random() < 0.2 else datetime.datetime(1, 1, 1) + datetime.timedelta(seconds=rng.randrange(60_000_000_000))
    return {
        "tax_id": f"T-{number}" + " " * rng.randrange(2), "full_name": f"{rng.choice(['Ann', 'Bjørn', '李', 'Q'])} {number}",
        "email": None if rng.random() < 0.3 else f"{number}@example.org", "born": born,
        "rating": Decimal(rng.randrange(0, 101)) / 10, "secret": None if rng.random() < 0.3 else rng.randbytes(rng.randrange(1, 33)),
    }


def account(rng, code, holder_id, nr=None):
    return {
        "branch_code": code, "nr": nr, "currency": rng.choice(CURRENCIES), "holder": holder_id,
        "balance": Decimal(rng.randrange(-10**10, 10**14)) / 10000, "hundreds": rng.choice([None, Decimal(rng.randrange(-10**6, 10**6)) * 100, Decimal("12349.99")]),
        "exact": rng.choice([None, *NUMBERS]), "free": rng.choice([None, *FREE]), "fine": rng.choice([None, *FINE]),
        "status": rng.choice([" ", "A", "x"]), "opened": datetime.datetime(1969, 12, 31) + datetime.timedelta(seconds=rng.randrange(10**6)),
        "touched": None,
    }


def booking(rng, key, at):
    return {"id": rng.randbytes(16), "branch_code": key[0], "nr": key[1], "currency": key[2],
            "amount": Decimal(rng.randrange(-10**9, 10**9)) / 10000, "purpose": rng.choice(PURPOSES), "booked": at}


BRANCH = "insert into branches (code, parent_code, city, vault_limit, opened) values (:code, :parent_code, :city, :vault_limit, :opened)"
HOLDER = """insert into holders (tax_id, full_name, email, born, rating, secret)
values (:tax_id, :full_name, :email, :born, :rating, :secret)"""
ACCOUNT = """insert into accounts (branch_code, nr, currency, holder, balance, hundreds, exact, free, fine, status, opened, touched)
values (:branch_code, :nr, :currency, :holder, :balance, :hundreds, :exact, :free, :fine, :status, :opened, :touched)"""
BOOKING = """insert into bookings (id, branch_code, nr, currency, amount, purpose, booked)
values (:id, :branch_code, :nr, :currency, :amount, :purpose, :booked)"""
CARD = "insert into cards (pan, holder, pin_hash, valid_until) values (:pan, :holder, :pin_hash, :valid_until)"


def fill(db, rng, rows):
    branches = branch_count(rows)
    for number in range(branches):
        db.execute(BRANCH, code=branch_code(number), parent_code=branch_code(rng.randrange(number)) if number else None,
                   city=rng.choice(CITIES), vault_limit=rng.choice([None, Decimal(rng.randrange(10**6)) * 1000]),
                   opened=datetime.datetime(1583, 1, 1) + datetime.timedelta(days=rng.randrange(160_000)))
    holders = [holder(rng, number) for number in range(1, max(3, rows // 6) + 1)]
    for first in range(0, len(holders), 1000):
        db.executemany(HOLDER, holders[first:first + 1000])
    for first in range(0, rows // 3, 1000):
        db.executemany(ACCOUNT, [account(rng, branch_code(rng.randrange(branches)), rng.choice(holders)["tax_id"])
                                 for _ in range(min(1000, rows // 3 - first))])
    keys = db.query("select branch_code, nr, currency from accounts")
    at = datetime.datetime(2025, 6, 1)
    for first in range(0, rows // 3 if keys else 0, 1000):
        db.executemany(BOOKING, [booking(rng, rng.choice(keys), at + datetime.timedelta(microseconds=rng.randrange(10**13)))
                                 for _ in range(min(1000, rows // 3 - first))])
    db.executemany(CARD, [{"pan": str(4 * 10**15 + n), "holder": rng.choice([None, rng.choice(holders)["tax_id"]]),
                           "pin_hash": rng.randbytes(20), "valid_until": None} for n in range(max(2, rows // 6))])
    for _ in range(100):
        probe(db, rng)
    db.commit()


def some_account(db, rng):
    """A key of an account, near a random number; None if there is none."""
    top = db.query("select max(nr) from accounts")[0][0]
    if top is None:
        return None
    found = db.query("select branch_code, nr, currency from accounts where nr = (select min(nr) from accounts where nr >= :n)",
                     n=rng.randrange(1000, int(top) + 1))
    return rng.choice(sorted(found))


def some_holder(db, rng):
    found = db.query("select max(tax_id) from holders where tax_id <= :n", n=f"T-{rng.randrange(1, 10**6)}")[0][0]
    return found if found is not None else db.query("select min(tax_id) from holders")[0][0]


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def open_account(db, rng):
    who = some_holder(db, rng)
    code = rng.choice(sorted(db.query("select code from branches")))[0]
    db.execute(ACCOUNT, **account(rng, code, who))


def transfer(db, rng):
    """Between two accounts, always locked in the same order."""
    pair = sorted(key for key in (some_account(db, rng), some_account(db, rng)) if key)
    amount = Decimal(rng.randrange(1, 10**8)) / 10000
    for sign, key in zip((1, -1), pair):
        db.execute("update accounts set balance = balance + :delta where branch_code = :b and nr = :n and currency = :c",
                   delta=amount * sign, b=key[0], n=key[1], c=key[2])
        db.execute(BOOKING, **booking(rng, key, now()))


def close_account(db, rng):
    """Its bookings go with it."""
    key = some_account(db, rng)
    if key:
        db.execute("delete from accounts where branch_code = :b and nr = :n and currency = :c", b=key[0], n=key[1], c=key[2])


def renumber(db, rng):
    """Keys change: a card's number, a booking's account."""
    pan = f"{5 * 10**15 + rng.randrange(10**15)}"
    old = db.query("select min(pan) from cards where pan >= :p", p=f"{4 * 10**15 + rng.randrange(10**4)}")[0][0]
    if old:
        db.execute("update cards set pan = :new where pan = :old", new=pan, old=old)


def leave(db, rng):
    """A holder without accounts goes; the cards stay without a holder."""
    who = some_holder(db, rng)
    if who and not db.query("select nr from accounts where holder = :h", h=who):
        db.execute("delete from holders where tax_id = :h", h=who)


def join(db, rng):
    one = holder(rng, rng.randrange(10**6, 10**9))
    db.execute(HOLDER, **one)
    db.execute(CARD, pan=f"{6 * 10**15 + rng.randrange(10**15)}", holder=one["tax_id"], pin_hash=rng.randbytes(20), valid_until=now().replace(microsecond=0))


def interest(db, rng):
    """Many rows by one statement."""
    key = some_account(db, rng)
    if key:
        db.execute("update accounts set balance = balance * 1.01, status = 'A' where nr between :low and :high", low=key[1], high=key[1] + 14)


FAILING = [
    "update holders set rating = 11 where tax_id = :key",
    "update holders set full_name = null where tax_id = :key",
    "insert into holders (tax_id, full_name) values (:key, 'twice')",
    "delete from branches where code in (select branch_code from accounts where holder = :key)",
    "update accounts set holder = 'nobody' where holder = :key",
    "update holders set rating = 12345 where tax_id >= :key",
]


def try_and_fail(db, rng):
    """A statement that a constraint refuses, in the middle of a transaction that goes on."""
    who = some_holder(db, rng)
    db.execute("savepoint before_failure")
    try:
        db.execute(rng.choice(FAILING), key=who)
    except db.errors:
        db.execute("rollback to savepoint before_failure")


def think_again(db, rng):
    """Two savepoints, one of them gone back to."""
    transfer(db, rng)
    db.execute("savepoint first_thought")
    interest(db, rng)
    db.execute("savepoint second_thought")
    open_account(db, rng)
    db.execute(f"rollback to savepoint {rng.choice(['first', 'second'])}_thought")


# What a probe is made of, in each side's words.
PROBE = {
    "oracle": {"rough": "to_binary_float(:rough)", "fine": "to_binary_double(:fine)", "seen": "to_timestamp_tz(:seen, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')",
               "noted": "to_timestamp_tz(:noted, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')", "warranty": "to_yminterval(:warranty)",
               "cycle": "numtodsinterval(:cycle, 'SECOND')"},
    "postgresql": {"rough": "(:rough)::text::float4", "fine": "(:fine)::text::float8", "seen": "(:seen)::text::timestamptz", "noted": "(:noted)::text::timestamptz",
                   "warranty": "(:warranty)::text::interval", "cycle": "make_interval(secs => (:cycle)::float8)"},
}
EXTREMES = {
    "rough": ["nan", "inf", "-inf", "-0.0", "3.4028235e38", "1.1754944e-38", "0.1", None],
    "fine": ["nan", "inf", "-inf", "-0.0", "1.7976931348623157e308", "2.2250738585072014e-308", "0.1", "-1e-300", None],
    "ratio": [Decimal("0.33333333333333333333333333333333333333"), Decimal("-1E-100"), None],
    "huge": [Decimal("9" * 38).scaleb(87), Decimal("1E-130"), Decimal("-" + "9" * 40), Decimal("0.01"), None],
    "label": ["Zoë 🛒", "Ж\\'", "x", " ", None],
    "code": ["ab", "中文", "🛒", None],
    "seen": ["2026-03-29 02:30:00.000001 +05:30", "0001-01-03 00:00:00.000000 +00:00", "9999-12-30 23:59:59.999999 -11:00", None],
    "noted": ["2026-10-25 02:30:00.001000 +02:00", "1969-12-31 23:59:59.999000 +00:00", None],
    "warranty": ["9999-11", "-9999-11", "0-1", "-0-1", "0-0", None],
    "cycle": [Decimal("8639999999.999999"), Decimal("-8639999999.999999"), Decimal("-0.000001"), 0, None],
    "born": [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(2026, 1, 1, 0, 0, 0, 1), None],
}


def probe(db, rng):
    """A probe of extremes is put in, another one changed, a third taken away."""
    words = PROBE[db.side]
    values = {name: rng.choice(of) for name, of in EXTREMES.items()}
    names = ", ".join(values)
    db.execute(f"insert into probes (probe, {names}) values (:probe, {', '.join(words.get(name, ':' + name) for name in values)})",
               probe=db.nextval("probe_id"), **values)
    low, high = map(int, db.query("select min(probe), max(probe) from probes")[0])
    name = rng.choice(list(EXTREMES))
    db.execute(f"update probes set {name} = {words.get(name, ':' + name)} where probe = :probe", probe=rng.randrange(low, high + 1),
               **{name: rng.choice(EXTREMES[name])})
    if rng.random() < 0.3:
        db.execute("delete from probes where probe = :probe", probe=rng.randrange(low, high + 1))


WORK = [(30, transfer), (20, probe), (20, open_account), (6, close_account), (8, renumber), (4, leave), (8, join), (3, interest),
        (8, try_and_fail), (6, think_again)]


def transaction(db, rng, writer, number):
    for work in rng.choices([one for _, one in WORK], [weight for weight, _ in WORK], k=rng.randrange(1, 4)):
        work(db, rng)
    db.execute("insert into teller_journal (teller, slip, ticket) values (:t, :s, :ticket)", t=writer, s=number,
               ticket=db.nextval("tickets"))
