"""writer.py - what the shop's users do, in the same words on either database

fill() loads the first rows on Oracle; transaction() is one unit of work of one user.  Each transaction must leave its
(writer, number) in the table and columns that NUMBERED names: so the judge finds every commit that was acknowledged.
"""
import datetime
from decimal import Decimal

NUMBERED = ("order_log", "writer", "nr")

COUNTRIES = ["DE", "FR", "PL", "X "]
AMOUNTS = [Decimal(text) for text in ("0", "100", "1E+10", "-0.5", "1234.5678", "0.001", "-1E-9", "123456789012345678.25")]
NAMES = ["Ada", "Björk", "Çelik", "Dvořák", "O'Neil", "  Eve ", "Zoë 🛒", 'say "hi"', "back\\slash", "a,b;c"]


def customer(rng, number):
    return {
        "id": number,
        "name": f"{rng.choice(NAMES)} {number}",
        "country": rng.choice(COUNTRIES),
        "credit": None if rng.random() < 0.1 else Decimal(rng.randrange(-10_000_00, 10_000_00)) / 100,
        "token": None if rng.random() < 0.2 else rng.randbytes(rng.randrange(1, 17)),
        "since": datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=rng.randrange(2_000_000_000)),
    }


def order(rng, number, customers):
    return {
        "id": number,
        "customer_id": 1 + rng.randrange(customers),
        "amount": rng.choice(AMOUNTS) + rng.randrange(10),
        "state": rng.choice(["new", "paid", "x"]),
        "note": rng.choice([None, " ", "fragile  ", "ünïcödé ☂", "it's", "line\nbreak", "x" * rng.randrange(1, 150)]),
        "placed": datetime.datetime(2026, 1, 1) + datetime.timedelta(microseconds=rng.randrange(10**13)),
    }


def customer_count(rows):
    return max(1, rows // 4)


INSERT_CUSTOMER = """insert into customers (id, name, country, credit, token, since)
values (:id, :name, :country, :credit, :token, :since)"""
INSERT_ORDER = """insert into orders (id, customer_id, amount, state, note, placed)
values (:id, :customer_id, :amount, :state, :note, :placed)"""
INSERT_LOG = "insert into order_log (writer, nr, what, at) values (:writer, :nr, :what, :at)"


def fill(db, rng, rows):
    """A quarter customers, half orders, a quarter log."""
    customers = customer_count(rows)
    for first in range(1, customers + 1, 1000):
        db.executemany(INSERT_CUSTOMER, [customer(rng, n) for n in range(first, min(first + 1000, customers + 1))])
    orders = max(1, rows // 2)
    for first in range(0, orders, 1000):
        db.executemany(INSERT_ORDER, [order(rng, db.nextval("order_seq"), customers)
                                      for _ in range(min(1000, orders - first))])
    start = datetime.datetime(2026, 1, 1)
    log = rows - customers - orders
    for first in range(0, log, 1000):
        db.executemany(INSERT_LOG, [{"writer": -1, "nr": n, "what": f"old {n}", "at": start + datetime.timedelta(seconds=n)}
                                    for n in range(first, min(first + 1000, log))])
    db.commit()


under_way = {}  # writer -> (order, state): what a user has ordered is paid and sent in the user's next transactions


def go_on(db, writer):
    if writer in under_way:
        number, state = under_way.pop(writer)
        state = "paid" if state == "new" else "sent"
        db.execute("update orders set state = :state where id = :id", state=state, id=number)
        if state == "paid":
            under_way[writer] = (number, state)


def some_order(db, rng):
    top = db.query("select max(id) from orders")[0][0]
    return rng.randrange(1, int(top) + 1)


def transaction(db, rng, writer, number):
    customers = int(db.query("select max(id) from customers")[0][0])
    go_on(db, writer)
    for _ in range(rng.randrange(1, 4)):
        kind = rng.random()
        if kind < 0.45:
            one = order(rng, db.nextval("order_seq"), customers)
            db.execute(INSERT_ORDER, **one)
            under_way.setdefault(writer, (one["id"], "new"))
        elif kind < 0.75:
            db.execute("update orders set state = :state, note = :note where id = :id",
                       state=rng.choice(["paid", "sent"]), note=rng.choice([None, "seen", f"by {writer}"]),
                       id=some_order(db, rng))
        elif kind < 0.85:
            db.execute("delete from orders where id = :id", id=some_order(db, rng))
        elif kind < 0.95:
            db.execute("update customers set credit = credit + :delta where id = :id",
                       delta=Decimal(rng.randrange(-500, 500)) / 100, id=1 + rng.randrange(customers))
        else:
            db.execute("savepoint here")
            db.execute("update orders set amount = amount * 2 where customer_id = :id", id=1 + rng.randrange(customers))
            db.execute("rollback to savepoint here")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    db.execute(INSERT_LOG, writer=writer, nr=number, what="done", at=now)
