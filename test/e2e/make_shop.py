"""make_shop.py - a SHOP folder that nobody has seen before, by seed

	make_shop.py SEED FOLDER

Two to five tables of random columns over every type the demo knows, with and without keys (simple, of several columns, of
text), foreign keys between them, defaults, NULLs everywhere they may be, mixed-case names; a writer that inserts, updates
(also keys), deletes and rolls back to savepoints on all of them.
"""
import json
import pathlib
import random
import sys

TYPES = ["NUMBER", "NUMBER({p})", "NUMBER({p},{s})", "VARCHAR2({n})", "VARCHAR2({n} CHAR)", "CHAR({c})", "DATE", "TIMESTAMP",
         "TIMESTAMP({f})", "RAW({r})"]


def column_type(rng):
    return rng.choice(TYPES).format(p=rng.randrange(8, 39), s=rng.randrange(1, 7), n=rng.randrange(20, 400),
                                    c=rng.randrange(3, 30), f=rng.choice([0, 3, 6]), r=rng.randrange(8, 200))


def make_table(rng, number, earlier):
    """name, columns (name, type, nullable), key columns, parent table or None."""
    name = rng.choice([f"T{number}", f"ITEM_{number}", f'"Mixed Case {number}"', f"LONGER_NAME_OF_TABLE_{number}"])
    key_kind = rng.choice(["number", "number", "text", "pair", "none"])
    keys = {"number": [("ID", "NUMBER(12)")], "text": [("CODE", "VARCHAR2(30)")],
            "pair": [("REGION", "CHAR(3)"), ("NR", "NUMBER(9)")], "none": []}[key_kind]
    columns = [(key, kind, False) for key, kind in keys]
    for i in range(rng.randrange(2, 9)):
        columns.append((rng.choice([f"C{i}", f"VALUE_{i}", f'"Col {i}"']), column_type(rng), rng.random() < 0.7))
    parents = [one for one in earlier if one["key_kind"] == "number"]
    parent = rng.choice(parents)["name"] if parents and rng.random() < 0.6 else None
    if parent:
        columns.append(("PARENT_ID", "NUMBER(12)", True))
    return {"name": name, "columns": columns, "keys": [key for key, _ in keys], "key_kind": key_kind, "parent": parent}


def ddl(table):
    lines = [f"  {name} {kind}{'' if nullable else ' NOT NULL'}" for name, kind, nullable in table["columns"]]
    plain = table["name"].strip('"').replace(" ", "_").upper()
    if table["keys"]:
        lines.append(f"  CONSTRAINT {plain}_PK PRIMARY KEY ({', '.join(table['keys'])})")
    if table["parent"]:
        lines.append(f"  CONSTRAINT {plain}_FK FOREIGN KEY (PARENT_ID) REFERENCES {table['parent']} (ID)")
    return f"CREATE TABLE {table['name']} (\n" + ",\n".join(lines) + "\n);\n"


WRITER = '''"""writer.py - made by make_shop.py"""
import datetime
import json
import pathlib
import re
from decimal import Decimal

NUMBERED = ("DONE", "WRITER", "NR")
TABLES = json.loads((pathlib.Path(__file__).parent / "tables.json").read_text())
TEXT = "abc XYZ äöü ßñ 漢字 🙂 '" + '"' + chr(92) + ",;%_"


def text(rng, longest):
    while True:
        made = "".join(rng.choice(TEXT) for _ in range(rng.randrange(1, longest + 1)))
        if len(made.encode()) <= longest:
            return made


def value(rng, kind, nullable):
    if nullable and rng.random() < 0.2:
        return None
    sizes = [int(n) for n in re.findall(r"\\d+", kind.replace("VARCHAR2", "VARCHAR"))]
    if kind.startswith("NUMBER"):
        if len(sizes) == 2:
            return Decimal(rng.randrange(-10 ** min(sizes[0], 15) + 1, 10 ** min(sizes[0], 15))).scaleb(-sizes[1])
        if len(sizes) == 1:
            return rng.randrange(-10 ** min(sizes[0], 17) + 1, 10 ** min(sizes[0], 17))
        return rng.choice([Decimal(0), Decimal(rng.randrange(10 ** 20)).scaleb(-rng.randrange(0, 30)), Decimal(rng.randrange(1, 99)).scaleb(rng.randrange(0, 30)), -Decimal(rng.randrange(10 ** 9))])
    if kind.startswith("VARCHAR2"):
        return text(rng, sizes[0])
    if kind.startswith("CHAR"):
        return text(rng, sizes[0])
    if kind.startswith("RAW"):
        return rng.randbytes(rng.randrange(1, sizes[0] + 1))
    when = datetime.datetime(1900, 1, 1) + datetime.timedelta(microseconds=rng.randrange(8 * 10 ** 15))
    digits = 0 if kind == "DATE" else sizes[0] if sizes else 6
    return when.replace(microsecond=when.microsecond // 10 ** (6 - digits) * 10 ** (6 - digits))


def new_row(db, rng, table):
    row = {}
    for place, (name, kind, nullable) in enumerate(table["columns"]):
        if name in table["keys"]:
            made = db.nextval("SHOP_SEQ")
            row[f"b{place}"] = {"ID": made, "NR": made, "CODE": f"k{made} ", "REGION": rng.choice(["A", "BC", "DEF"])}[name]
        elif name == "PARENT_ID":
            row[f"b{place}"] = some_parent(db, rng, table)
        else:
            row[f"b{place}"] = value(rng, kind, nullable)
    return row


def some_parent(db, rng, table):
    top = db.query(f"select max(ID) from {table['parent']}")[0][0]
    if top is None:
        return None
    found = db.query(f"select max(ID) from {table['parent']} where ID <= :top", top=rng.randrange(1, int(top) + 1))[0][0]
    return None if found is None else int(found)


def insert_sql(table):
    names = ", ".join(name for name, _, _ in table["columns"])
    return f"insert into {table['name']} ({names}) values ({', '.join(f':b{i}' for i in range(len(table['columns'])))})"


def fill(db, rng, rows):
    for table in TABLES:
        left = max(1, rows // len(TABLES))
        while left > 0:
            part = min(left, 500)
            db.executemany(insert_sql(table), [new_row(db, rng, table) for _ in range(part)])
            left -= part
    db.commit()


def change(db, rng, table):
    kind = rng.random()
    free = [(i, one) for i, one in enumerate(table["columns"]) if one[0] not in table["keys"] and one[0] != "PARENT_ID"]
    if kind < 0.5 or not table["keys"] or len(table["keys"]) > 1:
        db.execute(insert_sql(table), **new_row(db, rng, table))
        return
    key = table["keys"][0]
    found = db.query(f"select max({key}) from {table['name']} where {key} <= :top",
                     top=f"k{rng.randrange(10 ** 5)}" if key == "CODE" else rng.randrange(1, 10 ** 5))[0][0]
    if found is None:
        return
    if kind < 0.85 and free:
        place, (name, kind_of, nullable) = rng.choice(free)
        db.execute(f"update {table['name']} set {name} = :val where {key} = :k", val=value(rng, kind_of, nullable), k=found)
    elif not any(one["parent"] == table["name"] for one in TABLES):
        db.execute(f"delete from {table['name']} where {key} = :k", k=found)


def transaction(db, rng, writer, number):
    for _ in range(rng.randrange(1, 5)):
        change(db, rng, rng.choice(TABLES))
    if rng.random() < 0.2:
        db.execute("savepoint sp")
        change(db, rng, rng.choice(TABLES))
        db.execute("rollback to savepoint sp")
    db.execute("insert into DONE (WRITER, NR) values (:w, :n)", w=writer, n=number)
'''


def make(seed, folder):
    rng = random.Random(f"shop {seed}")
    tables = []
    for number in range(rng.randrange(2, 6)):
        tables.append(make_table(rng, number, tables))
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    script = "".join(ddl(table) + "\n" for table in tables)
    script += "CREATE TABLE DONE (WRITER NUMBER(6) NOT NULL, NR NUMBER(12) NOT NULL);\n\n"
    script += f"CREATE SEQUENCE SHOP_SEQ START WITH 1 CACHE {rng.choice([20, 100, 1000])};\n"
    (folder / "schema.sql").write_text(script)
    (folder / "writer.py").write_text(WRITER)
    (folder / "tables.json").write_text(json.dumps(tables, indent=1))


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2])
