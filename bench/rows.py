"""rows.py - the table that is measured, its rows and its changes, the same on every server"""
import datetime
import random
from decimal import Decimal

CREATE = """create table bench (
  id       number(12)    not null,
  customer number(10)    not null,
  amount   number(14,2),
  state    char(4)       not null,
  note     varchar2(200),
  token    raw(16),
  placed   timestamp(6)  not null,
  changed  date,
  constraint bench_pk primary key (id))"""
COLUMNS = ("id", "customer", "amount", "state", "note", "token", "placed", "changed")
STATES = ("new ", "paid", "sent")
NOTES = (None, "fragile", "ünïcödé ☂", "by the back door, please", "x" * 60)
DAY = datetime.datetime(2026, 1, 1)


def row(rng, number):
    return (number, rng.randrange(1, 50_000), Decimal(rng.randrange(-10**8, 10**8)) / 100, rng.choice(STATES),
            rng.choice(NOTES), rng.randbytes(16), DAY + datetime.timedelta(microseconds=rng.randrange(10**13)),
            DAY + datetime.timedelta(seconds=rng.randrange(10**7)))


def rows(seed, count, first=1):
    rng = random.Random(seed)
    return [row(rng, first + i) for i in range(count)]


def insert(style, table="bench"):
    """style(n): the placeholder of value n, counted from 1"""
    return f"insert into {table} ({', '.join(COLUMNS)}) values ({', '.join(style(n) for n in range(1, 9))})"


def oracle(number):
    return f":{number}"


def postgres(_):
    return "%s"


CHANGES_IN_TXN = 5


def transactions(seed, count, table_rows, first):
    """Each: two new rows, two changed in two columns, one that the transaction before had made is gone."""
    rng = random.Random(seed)
    made = []
    for i in range(count):
        at = first + 2 * i
        changed = [(Decimal(rng.randrange(10**6)) / 100, rng.choice(NOTES), rng.randrange(1, table_rows // 2) * 2 + side)
                   for side in (0, 1)]
        made.append({"insert": [row(rng, at), row(rng, at + 1)], "update": changed, "delete": (at - 2 if i else at + 1,)})
    return made


def play(connection, style, txns, prepare=lambda cursor: None):
    cursor, inserting = connection.cursor(), connection.cursor()
    prepare(inserting)
    insert_sql = insert(style)
    update_sql = f"update bench set amount = {style(1)}, note = {style(2)} where id = {style(3)}"
    delete_sql = f"delete from bench where id = {style(1)}"
    for one in txns:
        inserting.executemany(insert_sql, one["insert"])
        cursor.executemany(update_sql, one["update"])
        cursor.execute(delete_sql, one["delete"])
        connection.commit()
