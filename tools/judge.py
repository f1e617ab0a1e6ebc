#!/usr/bin/env python3
"""judge.py - decides whether two databases hold the same rows, and every commit that was acknowledged

It shares nothing with Causeway: Python's standard library, a real Oracle driver and psycopg, and plain SQL.  It reads
every table of an Oracle schema and its counterpart on PostgreSQL, row by row as the drivers hand them out, and says
per table how many rows are

	lost		on Oracle, not on PostgreSQL
	extra		on PostgreSQL, not on Oracle
	different	there on both sides under the same key, with other values
	doubled		there more often on one side than on the other (tables without a key)

and, for each file of acknowledgements (JSON lines with writer, number and what = "ack"), which numbers are missing from
the table and columns that hold them, on either side.  Exit code 0: nothing of all that; 1: something; 2: could not look.

	judge.py --oracle-user U --oracle-password-env VAR --dsn HOST:PORT/SERVICE --schema S --conninfo "..." \\
		[--acks FILE ... --numbered TABLE,WRITER_COLUMN,NUMBER_COLUMN] [--json FILE] [--skip TABLE ...]
"""
import argparse
import collections
import datetime
import decimal
import hashlib
import importlib
import json
import math
import os
import struct
import sys

FETCH_ROWS = 2000
SAMPLES_MAX = 3


def canonical(value):
    """One text for one value, whatever driver it came from: NULL and '' stay apart, 1.50 and 1.5 do not."""
    if value is None:
        return "N"
    if isinstance(value, bool):
        raise TypeError("no column of the schema is boolean")
    if isinstance(value, float) and not math.isfinite(value):
        return "F" + repr(value)
    if isinstance(value, datetime.timedelta):
        return f"I{value // datetime.timedelta(microseconds=1)}"
    if isinstance(value, (int, float, decimal.Decimal)):
        number = decimal.Decimal(repr(value) if isinstance(value, float) else value)
        if number == 0:
            return "D0"
        sign, digits, exponent = number.as_tuple()
        text = "".join(map(str, digits)).lstrip("0")
        shorter = text.rstrip("0")
        return f"D{'-' if sign else ''}{shorter}E{exponent + len(text) - len(shorter)}"
    if isinstance(value, datetime.datetime):
        return "T" + value.isoformat(timespec="microseconds")
    if isinstance(value, str):
        return "S" + value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "B" + bytes(value).hex()
    raise TypeError(f"a value of type {type(value).__name__} cannot be compared")


def digest(values):
    text = [canonical(value) for value in values]
    joined = "".join(f"{len(one)}:{one}" for one in text)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def folded(name):
    """Causeway's documented rule: an all-upper-case Oracle name is lower case on PostgreSQL."""
    return name.lower() if name == name.upper() else name


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def padded(row, widths):
    """CHAR(n) is filled with blanks to n bytes on Oracle, to n characters on PostgreSQL: its blanks are nobody's."""
    row = list(row)
    for place, width in widths:
        if row[place] is not None:
            row[place] = row[place].rstrip(" ").ljust(width)
    return tuple(row)


def single(row, places):
    """A BINARY_FLOAT: one driver hands out 0.1, another what four bytes make of it."""
    row = list(row)
    for place in places:
        if row[place] is not None:
            row[place] = struct.unpack("f", struct.pack("f", row[place]))[0]
    return tuple(row)


def asked(side, kind, name):
    """The column in the words of a query: a moment with a zone as UTC, years and months as months."""
    if kind.endswith("TIME ZONE"):
        return f"sys_extract_utc({name})" if side == "oracle" else f"{name} at time zone 'UTC'"
    if kind.startswith("INTERVAL YEAR"):
        return f"extract(year from {name}) * 12 + extract(month from {name})"
    return name


class Oracle:
    name = "oracle"

    def __init__(self, options):
        self.widths, self.kinds = {}, {}
        driver = importlib.import_module(os.environ.get("ORACLE_DRIVER", "oracledb"))  # seerdb, in front of 11.2
        if hasattr(driver, "defaults"):
            driver.defaults.fetch_decimals = True
            driver.defaults.arraysize = FETCH_ROWS
        self.version = f"{'python-' if driver.__name__ == 'oracledb' else ''}{driver.__name__} {driver.__version__}"
        self.schema = options.schema
        self.connection = driver.connect(user=options.oracle_user, dsn=options.dsn,
                                           password=os.environ[options.oracle_password_env])

    def rows(self, sql, *binds):
        cursor = self.connection.cursor()
        cursor.execute(sql, binds)
        while True:
            part = cursor.fetchmany(FETCH_ROWS)
            if not part:
                return
            yield from part

    def tables(self):
        """{table: ([columns], [key columns])} of the schema, in the dictionary's own words."""
        found = collections.OrderedDict()
        for table, in self.rows("select table_name from all_tables where owner = :1 order by table_name", self.schema):
            found[table] = ([], [])
        for table, column, kind, length in self.rows("select table_name, column_name, data_type, char_length from all_tab_columns "
                                                     "where owner = :1 order by table_name, column_id", self.schema):
            if table in found:
                found[table][0].append(column)
            self.kinds[table, column] = kind
            if kind in ("CHAR", "NCHAR"):
                self.widths[table, column] = int(length)
        for table, column in self.rows(
                "select c.table_name, k.column_name from all_constraints c join all_cons_columns k "
                "on k.owner = c.owner and k.constraint_name = c.constraint_name and k.table_name = c.table_name "
                "where c.owner = :1 and c.constraint_type = 'P' order by c.table_name, k.position", self.schema):
            if table in found:
                found[table][1].append(column)
        return found

    def read(self, table, columns):
        widths = [(place, self.widths[table, column]) for place, column in enumerate(columns) if (table, column) in self.widths]
        floats = [place for place, column in enumerate(columns) if self.kinds[table, column] == "BINARY_FLOAT"]
        names = [asked("oracle", self.kinds[table, column], quoted(column)) for column in columns]
        rows = self.rows(f"select {', '.join(names)} from {quoted(self.schema)}.{quoted(table)}")
        rows = (padded(row, widths) for row in rows) if widths else rows
        return (single(row, floats) for row in rows) if floats else rows


class Postgres:
    name = "postgresql"

    def __init__(self, options, kinds):
        import psycopg

        self.kinds = kinds
        self.version = f"psycopg {psycopg.__version__}"
        self.schema = folded(options.schema)
        self.connection = psycopg.connect(options.conninfo)
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    def read(self, table, columns):
        with self.connection.cursor(name="judge") as cursor:
            cursor.itersize = FETCH_ROWS
            names = [asked("postgresql", self.kinds[table, column], quoted(folded(column))) for column in columns]
            cursor.execute(f"select {', '.join(names)} from {quoted(self.schema)}.{quoted(folded(table))}")
            floats = [place for place, column in enumerate(columns) if self.kinds[table, column] == "BINARY_FLOAT"]
            yield from (single(row, floats) for row in cursor) if floats else cursor


def compare_keyed(oracle_rows, postgres_rows, key_places):
    """Tables with a key: lost, extra and different by key.  Only digests are kept."""
    result = collections.Counter()
    samples = []

    def note(kind, key):
        result[kind] += 1
        if len(samples) < SAMPLES_MAX:
            samples.append(f"{kind}: key {', '.join(map(str, key))}")

    def key_of(row):
        return tuple(row[place] for place in key_places)

    seen = {}
    for row in oracle_rows:
        key = digest(key_of(row))
        if key in seen:
            note("doubled", key_of(row))
        seen[key] = (digest(row), key_of(row))
        result["oracle_rows"] += 1
    met = set()
    for row in postgres_rows:
        result["postgres_rows"] += 1
        key = digest(key_of(row))
        if key in met:
            note("doubled", key_of(row))
        elif key not in seen:
            note("extra", key_of(row))
        elif seen[key][0] != digest(row):
            note("different", key_of(row))
        met.add(key)
    for key, (_, shown) in seen.items():
        if key not in met:
            note("lost", shown)
    return result, samples


def compare_bags(oracle_rows, postgres_rows):
    """Tables without a key: each distinct row must be there as often on both sides."""
    result, bag, shown = collections.Counter(), collections.Counter(), {}
    for row in oracle_rows:
        result["oracle_rows"] += 1
        one = digest(row)
        bag[one] += 1
        shown[one] = row
    there = set(bag)
    met = set()
    for row in postgres_rows:
        result["postgres_rows"] += 1
        one = digest(row)
        bag[one] -= 1
        met.add(one)
        shown.setdefault(one, row)
    samples = []
    for one, surplus in bag.items():
        if surplus == 0:
            continue
        kind = "doubled" if one in there and one in met else "lost" if surplus > 0 else "extra"
        result[kind] += abs(surplus)
        if len(samples) < SAMPLES_MAX:
            samples.append(f"{kind}: row {shown[one]!r}"[:200])
    return result, samples


def compare_tables(oracle, postgres, skipped):
    report = []
    for table, (columns, key) in oracle.tables().items():
        if table in skipped:
            continue
        sides = (oracle.read(table, columns), postgres.read(table, columns))
        if key:
            counts, samples = compare_keyed(*sides, [columns.index(name) for name in key])
        else:
            counts, samples = compare_bags(*sides)
        report.append({"table": table, "keyed": bool(key), "samples": samples,
                       **{name: counts[name] for name in ("oracle_rows", "postgres_rows", "lost", "extra",
                                                          "different", "doubled")}})
    return report


def stored_names(numbered, tables):
    """TABLE,COLUMN,COLUMN as the dictionary has them: as written, in quotes or not, if they are there so, else in capitals."""
    table, *columns = (name.strip().strip('"') for name in numbered.split(","))
    table = table if table in tables else table.upper()
    known = tables[table][0] if table in tables else []
    return [table, *(column if column in known else column.upper() for column in columns)]


def read_acks(paths):
    """{(writer, number)} that a client saw acknowledged, and how often a number was used twice."""
    acks = collections.Counter()
    for path in paths:
        with open(path) as lines:
            for line in lines:
                if not line.endswith("\n"):
                    continue  # the writer was killed while it wrote this line
                entry = json.loads(line)
                if entry["what"] == "ack":
                    acks[(entry["writer"], entry["number"])] += 1
    return acks


def check_acks(side, acks, table, writer_column, number_column):
    present = collections.Counter((int(w), int(n)) for w, n in side.read(table, [writer_column, number_column]))
    missing = sorted(one for one in acks if present[one] == 0)
    doubled = sorted(one for one in acks if present[one] > 1)
    return {"side": side.name, "acknowledged": len(acks), "lost": len(missing), "doubled": len(doubled),
            "samples": [f"writer {w} number {n}" for w, n in (missing + doubled)[:SAMPLES_MAX]]}


def parse():
    parser = argparse.ArgumentParser(description="compare an Oracle schema with its counterpart on PostgreSQL")
    for name in ("oracle-user", "oracle-password-env", "dsn", "schema", "conninfo"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--acks", nargs="*", default=[])
    parser.add_argument("--numbered", help="TABLE,WRITER_COLUMN,NUMBER_COLUMN")
    parser.add_argument("--skip", nargs="*", default=[], help="tables not to compare")
    parser.add_argument("--json", help="write the verdict to this file too")
    return parser.parse_args()


def main():
    options = parse()
    oracle = Oracle(options)
    postgres = Postgres(options, oracle.kinds)
    tables = compare_tables(oracle, postgres, set(options.skip))
    acks = []
    if options.numbered:
        names = stored_names(options.numbered, oracle.tables())
        seen = read_acks(options.acks)
        acks = [check_acks(side, seen, *names) for side in (oracle, postgres)]
    verdict = {
        "tables": tables,
        "acks": acks,
        "rows_compared": sum(one["oracle_rows"] for one in tables),
        "rows_different": sum(one[kind] for one in tables for kind in ("lost", "extra", "different", "doubled")),
        "acknowledged": max((one["acknowledged"] for one in acks), default=0),
        "acknowledged_writes_lost": sum(one["lost"] for one in acks),
        "acknowledged_writes_doubled": sum(one["doubled"] for one in acks),
        "drivers": [oracle.version, postgres.version],
    }
    verdict["ok"] = bool(tables) and not (verdict["rows_different"] or verdict["acknowledged_writes_lost"]
                                          or verdict["acknowledged_writes_doubled"])
    text = json.dumps(verdict, indent=1)
    print(text)
    if options.json:
        with open(options.json, "w") as out:
            out.write(text + "\n")
    sys.exit(0 if verdict["ok"] else 1)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001 - whatever kept us from looking is exit code 2
        print(f"judge: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
