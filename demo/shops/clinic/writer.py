"""writer.py - a clinic: patients whose visits and measurements go with them, over two foreign keys, while a trigger keeps an audit trail"""
import datetime
from decimal import Decimal

NUMBERED = ("done", "who", "n")

KINDS = ["bp", "hr", "temp", "ecg"]
LEAP_EVE = datetime.datetime(2020, 2, 28, 23, 59, 59)
REMARKS = [None, "x" * 4000, "é" * 2000, "tab\t", " lead", "trail ", "a\r\nb", "\\N", "NULL", "\u2028", "\U0001F600" * 900]
INSERT_PATIENT = """insert into patients (id, mrn, born, sex, weight_kg, card, dept_id, remarks)
values (:id, :mrn, :born, :sex, :kg, :card, :dept, :remarks)"""
INSERT_VISIT = "insert into visits (patient_id, visit_no, began, fee) values (:p, :v, :began, :fee)"
INSERT_MEASUREMENT = "insert into measurements (patient_id, visit_no, kind, val, trace) values (:p, :v, :kind, :val, :trace)"


def when(rng, digits):
    at = LEAP_EVE + datetime.timedelta(microseconds=rng.randrange(2 * 10**14))
    return at.replace(microsecond=at.microsecond // 10**(6 - digits) * 10**(6 - digits))


def patient(db, rng):
    number = db.nextval("patient_seq")
    return {"id": number, "mrn": f"MRN-{number:08d}", "sex": rng.choice("MFX"), "card": rng.randbytes(16),
            "born": rng.choice([None, datetime.datetime(1899, 12, 31), datetime.datetime(4, 2, 29), when(rng, 0)]),
            "kg": rng.choice([None, Decimal("0.01"), Decimal("999.99"), Decimal(rng.randrange(1, 20000)) / 100]),
            "dept": rng.choice([None, 10, 20]), "remarks": rng.choice(REMARKS)}


def measurement(rng, visit, kind):
    number = rng.choice([None, Decimal("1e-120"), Decimal("-9.99e120"), Decimal(rng.randrange(-10**9, 10**9)).scaleb(-5)])
    return {"p": visit["p"], "v": visit["v"], "kind": kind, "val": number,
            "trace": rng.choice([None, rng.randbytes(rng.choice([1, 2000, 17]))])}


def in_parts(db, sql, rows):
    for first in range(0, len(rows), 500):
        db.executemany(sql, rows[first:first + 500])


def fill(db, rng, rows):
    """A tree of departments, a quarter patients, their visits, and what was measured at these."""
    db.execute("insert into departments (code, title) values ('ROOT', 'All of it')")
    for i in range(30):
        db.execute("insert into departments (parent_id, code, title, budget) values (:parent, :code, :title, :budget)",
                   parent=10 * (1 + rng.randrange(i + 1)), code=f"D{i}", title=f"Département {i} ☂",
                   budget=Decimal(rng.randrange(10**13)) / 100)
    patients = [patient(db, rng) for _ in range(rows // 4)]
    visits = [{"p": one["id"], "v": v, "began": when(rng, 3), "fee": None} for one in patients for v in range(1, 1 + rng.randrange(3))]
    in_parts(db, INSERT_PATIENT, patients)
    in_parts(db, INSERT_VISIT, visits)
    in_parts(db, INSERT_MEASUREMENT, [measurement(rng, one, kind) for one in visits for kind in KINDS if rng.random() < 0.4])
    db.execute("update departments set head_id = (select min(id) from patients)")
    db.commit()


def come(db, rng, one):
    number = 1 + int(db.query("select coalesce(max(visit_no), 0) from visits where patient_id = :p", p=one)[0][0])
    db.execute(INSERT_VISIT, p=one, v=number, began=when(rng, 3), fee=Decimal(rng.randrange(10**6)) / 100)
    db.execute("""insert into measurements (patient_id, visit_no, kind, val)
                  select patient_id, visit_no, :kind, coalesce(fee, 0) * 1.5 from visits where patient_id = :p and visit_no = :v""",
               kind=rng.choice(KINDS), p=one, v=number)


def leave(db, rng, one):
    """With all visits and measurements, unless a department is headed by this one."""
    db.execute("delete from patients where id = :p and not exists (select 1 from departments d where d.head_id = :head)", p=one, head=one)


def pay(db, rng, one):
    db.execute("update visits set ended = began, fee = fee + 0.1 where patient_id = :p and ended is null", p=one)


def renumber(db, rng, one):
    """Keys move where no child holds them."""
    db.execute("""update visits set visit_no = visit_no + 1000 where patient_id = :p and visit_no < 1000 and not exists (select 1
                  from measurements m where m.patient_id = visits.patient_id and m.visit_no = visits.visit_no)""", p=one)


def measure_again(db, rng, one):
    db.execute("update measurements set val = case when val is null then 1 else null end, trace = :trace where patient_id = :p",
               p=one, trace=rng.choice([None, rng.randbytes(100)]))


def first_visit(db, rng, one):
    db.execute("""merge into visits v using (select id from patients where id = :p) s on (v.patient_id = s.id and v.visit_no = 1)
                  when matched then update set fee = 5
                  when not matched then insert (patient_id, visit_no, began) values (s.id, 1, :began)""", p=one, began=when(rng, 3))


def found(db, rng, one):
    """A department and the one above it by one statement, which tells the lower one first."""
    low, high = db.nextval("dept_seq"), db.nextval("dept_seq")
    db.execute("""insert into departments (id, parent_id, code, title)
                  select case code when 'D1' then :low else :high end, case code when 'D1' then :above else 10 end,
                         case code when 'D1' then :lower else :higher end, 'a pair' from departments where code in ('D1', 'ROOT') order by code""",
               low=low, high=high, above=high, lower=f"L{low}", higher=f"H{high}")


def look_through(db, rng, one):
    db.execute("update audit_trail set what = 'seen' where key_text = :visit", visit=f"{one}/1")


def think_better(db, rng, one):
    db.execute("savepoint a")
    db.execute("delete from measurements where kind = 'ecg' and patient_id between :low and :high", low=one, high=one + 20)
    db.execute("savepoint b")
    db.execute("update patients set weight_kg = null where id between :low and :high", low=one, high=one + 20)
    db.execute(rng.choice(["rollback to savepoint a", "rollback to savepoint b"]))


DEEDS = [come] * 5 + [leave] * 2 + [pay] * 2 + [measure_again] * 2 + [renumber, first_visit, found, look_through, think_better]


def some_patient(db, rng):
    top = int(db.query("select max(id) from patients")[0][0])
    return int(db.query("select min(id) from patients where id >= :low", low=rng.randrange(1, top + 1))[0][0])


def transaction(db, rng, writer, number):
    for place in range(rng.randrange(1, 6)):
        kind = rng.random()
        if kind < 0.2:
            db.execute(INSERT_PATIENT, **patient(db, rng))
        elif kind < 0.25:
            db.execute("insert into departments (parent_id, code, title) values (10, :code, 'new')", code=f"N{writer}-{number}-{place}")
        else:
            rng.choice(DEEDS)(db, rng, some_patient(db, rng))
    db.execute("insert into done values (:who, :n)", who=writer, n=number)
