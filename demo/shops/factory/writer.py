"""writer.py - a factory's foremen: few transactions, some of them very large"""
import datetime
from decimal import Decimal

NUMBERED = ("shifts", "foreman", "entry")

HALLS = ["A  ", "B1", "ÄÖ"[:1]]
SENSORS = ["heat", "old", "rpm", "ü°C", None]


def machine_count(rows):
    return 3 + min(300, rows // 50)


def reading(rng, run):
    return {"run": run, "sensor": rng.choice(SENSORS), "value": rng.choice([None, Decimal(rng.randrange(10**12)).scaleb(-rng.randrange(12)), Decimal(1)]),
            "taken": datetime.datetime(2026, 3, 1) + datetime.timedelta(microseconds=rng.choice([0, 1, rng.randrange(10**12)]))}


READING = "insert into readings (run, sensor, value, taken) values (:run, :sensor, :value, :taken)"
PART = "insert into parts (made_of, name, weight) values (:made_of, :name, :weight)"
RUN = "insert into runs (machine, run, part, pieces, started) values (:machine, :run, :part, :pieces, :started)"


def fill(db, rng, rows):
    for number in range(machine_count(rows)):
        db.execute("insert into machines (hall, bay, serial) values (:h, :b, :s)", h=rng.choice(HALLS), b=number, s=number.to_bytes(8, "big"))
    for first in range(0, rows // 5, 1000):
        db.executemany(PART, [{"made_of": None, "name": f"part {first + n}", "weight": Decimal(rng.randrange(10**6)) / 100}
                              for n in range(min(1000, rows // 5 - first))])
    for first in range(0, rows * 3 // 5, 2000):
        db.executemany(READING, [reading(rng, -first) for _ in range(min(2000, rows * 3 // 5 - first))])
    db.execute("insert into stock (part, place, pieces) select id, 'gate ' || mod(id, 7), mod(id, 100) from parts where mod(id, 2) = 0")
    db.commit()


def ends(db, column, table):
    low, high = db.query(f"select min({column}), max({column}) from {table}")[0]
    return (None, None) if low is None else (int(low), int(high))


def some_part(db, rng):
    low, high = ends(db, "id", "parts")
    return None if low is None else int(db.query("select min(id) from parts where id >= :n", n=rng.randrange(low, high + 1))[0][0])


def new_part(db, rng):
    db.execute(PART, made_of=some_part(db, rng), name=rng.choice(["bolt", "Mutter", "gâche"]), weight=rng.choice([None, Decimal("0.0001")]))


def new_run(db, rng, machine):
    """The part comes after the run that needs it: the key is looked at when the transaction ends."""
    low, high = ends(db, "id", "parts")
    part = db.nextval("part_id")
    number = db.nextval("run_id")
    db.execute(RUN, machine=machine, run=number, part=part, pieces=rng.choice([None, 0, 9999999]), started=datetime.datetime(2026, 1, 2, 3, 4, 5))
    db.execute("insert into parts (id, made_of, name) values (:id, :of, 'made late')", id=part, of=low)
    return number


def measure(db, rng):
    """A few rows, or thousands by arrays."""
    found = db.query("select serial from machines where bay = :b", b=rng.randrange(3))
    run = new_run(db, rng, found[0][0])
    count = rng.choice([1, 3, 20, 200]) if rng.random() > 0.04 else 6000
    db.executemany(READING, [reading(rng, run) for _ in range(count)])


def take_stock(db, rng):
    """MERGE: what is there is counted up, what is not is made."""
    part = some_part(db, rng)
    if part is None:
        return
    db.execute("""merge into stock s using (select id, weight from parts where id between :low and :high) p
        on (s.part = p.id and s.place = 'merged')
        when matched then update set pieces = s.pieces + 1
        when not matched then insert (part, place, pieces) values (p.id, 'merged', 1)""", low=part, high=part + 20)


def sweep(db, rng):
    """Rows go from one table to another by two statements."""
    low, high = ends(db, "run", "readings")
    if low is None or low >= 0:
        return
    run = rng.randrange(low, 0)
    db.execute("insert into readings_old (run, sensor, value, taken) select run, sensor, value, taken from readings where run = :r", r=run)
    db.execute("delete from readings where run = :r", r=run)


def revise(db, rng):
    """One UPDATE of up to a thousand rows."""
    part = some_part(db, rng)
    if part is not None:
        db.execute("update parts set revision = mod(revision, 9000) + 1, weight = coalesce(weight, 0) + 0.0001 where id between :low and :high",
                   low=part, high=part + rng.choice([0, 5, 1000]))


def move(db, rng):
    """Half of a key of two columns changes, with a value that others hold at the same moment."""
    part = some_part(db, rng)
    if part is not None:
        db.execute("update stock set place = place || '.' where part between :low and :high and length(place) < 12", low=part, high=part + 30)


def scrap(db, rng):
    part = some_part(db, rng)
    if part is not None:
        db.execute("""delete from parts where id = :p and not exists (select 1 from runs where runs.part = parts.id)
            and not exists (select 1 from parts c where c.made_of = parts.id)""", p=part)


WORK = [(30, measure), (10, take_stock), (10, sweep), (12, revise), (10, move), (8, scrap), (20, new_part)]


def transaction(db, rng, writer, number):
    for work in rng.choices([one for _, one in WORK], [weight for weight, _ in WORK], k=rng.randrange(1, 4)):
        work(db, rng)
    if rng.random() < 0.2:
        db.execute("savepoint before_more")
        measure(db, rng)
        db.execute("rollback to savepoint before_more")
    db.execute("insert into shifts (foreman, entry, hour) values (:w, :n, :h)", w=writer, n=number, h=db.nextval("hours"))
