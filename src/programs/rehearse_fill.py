"""rehearse_fill.py - `causeway-rehearse fill`: typed random rows for the tables of a schema, then a typed random workload, by seed

Reads the dictionary alone, so any schema will do.  Rows keep to types, lengths, precisions, NOT NULL, foreign keys and what can be
read of CHECK; what the server refuses nevertheless is counted and made anew.  One session and one seed send the same statements
each time; their digest is printed.
"""
import argparse
import collections
import datetime
import decimal
import hashlib
import json
import random
import re
import sys
import threading
import time

try:
    import oracledb
except ImportError:
    sys.exit("causeway-rehearse fill: python-oracledb is missing, install Debian's python3-oracledb")

BATCH, KEYS_MAX, ATTEMPTS = 200, 20000, 8
WORDS = ("it's", "ä€", "a b", "x", "Ω", "NULL", "\"q\"", "zero", "', '", "long word", "_%", "ß")
EXPRESSIONS = {  # what is sent as text, and how it becomes a value
    "TIMESTAMP WITH TIME ZONE": "to_timestamp_tz({}, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')",
    "TIMESTAMP WITH LOCAL TIME ZONE": "to_timestamp_tz({}, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')",
    "INTERVAL YEAR TO MONTH": "to_yminterval({})", "XMLTYPE": "xmltype({})"}
SIZES = {"NUMBER": oracledb.DB_TYPE_NUMBER, "FLOAT": oracledb.DB_TYPE_NUMBER, "BINARY_FLOAT": oracledb.DB_TYPE_BINARY_FLOAT,
         "BINARY_DOUBLE": oracledb.DB_TYPE_BINARY_DOUBLE, "NVARCHAR2": oracledb.DB_TYPE_NVARCHAR, "NCHAR": oracledb.DB_TYPE_NVARCHAR,
         "RAW": oracledb.DB_TYPE_RAW, "DATE": oracledb.DB_TYPE_DATE, "TIMESTAMP": oracledb.DB_TYPE_TIMESTAMP,
         "INTERVAL DAY TO SECOND": oracledb.DB_TYPE_INTERVAL_DS, "CLOB": oracledb.DB_TYPE_LONG, "NCLOB": oracledb.DB_TYPE_LONG,
         "LONG": oracledb.DB_TYPE_LONG, "BLOB": oracledb.DB_TYPE_LONG_RAW, "LONG RAW": oracledb.DB_TYPE_LONG_RAW}
NUMBER_LITERAL = r"(-?\d+(?:\.\d+)?)"


class Column:
    """One column as the dictionary tells it, and how to make a value for it."""

    def __init__(self, row):
        self.name, kind, self.bytes, self.chars, char_used, self.precision, self.scale, nullable = row[:8]
        self.kind = re.sub(r"\(\d+\)", "", kind)
        self.fraction = int(self.scale) if kind.startswith(("TIMESTAMP", "INTERVAL")) and self.scale is not None else 6
        self.by_bytes, self.nullable = char_used == "B", nullable == "Y"
        self.choices, self.low, self.high, self.upper, self.unique = None, None, None, False, False

    @property
    def bind_type(self):
        return SIZES.get(self.kind, oracledb.DB_TYPE_VARCHAR)

    def placed(self, mark):
        return EXPRESSIONS.get(self.kind, "{}").format(mark)

    def known(self):
        return self.kind in SIZES or self.kind in EXPRESSIONS or self.kind in ("VARCHAR2", "CHAR", "JSON", "BOOLEAN")

    def value(self, dice):
        if self.choices:
            return dice.choice(self.choices)
        made = getattr(self, "make_" + self.kind.lower().replace(" ", "_"))(dice)
        return made.upper() if self.upper and isinstance(made, str) else made

    # ---- numbers ---------------------------------------------------------------

    def make_number(self, dice):
        if self.low is not None or self.high is not None:
            return self.between(dice)
        if self.precision is None:
            return decimal.Decimal(dice.choice([dice.randint(-999, 999), dice.randint(-10**37, 10**37), 0])).scaleb(
                dice.choice([0, 0, 0, -2, -30, 20]) if self.scale is None else 0)
        digits = dice.randint(1, int(self.precision))
        return decimal.Decimal(dice.randint(-10**digits + 1, 10**digits - 1)).scaleb(-int(self.scale or 0))

    def between(self, dice):
        """Within the bounds of a CHECK, on the column's own scale."""
        unit = decimal.Decimal(1).scaleb(-int(self.scale or 0))
        top = decimal.Decimal(10) ** min(int(self.precision or 9) - int(self.scale or 0), 12) - unit
        low = self.low if self.low is not None else max(-top, self.high - 1000)
        high = self.high if self.high is not None else min(top, low + 1000)
        return (low / unit).to_integral_value(decimal.ROUND_CEILING) * unit + unit * dice.randint(0, max(int((high - low) / unit), 0))

    def make_float(self, dice):
        if self.low is not None or self.high is not None:
            return self.between(dice)
        return decimal.Decimal(dice.randint(-10**5, 10**5)) / 8

    def make_binary_double(self, dice):
        return dice.choice([dice.uniform(-1e9, 1e9), dice.uniform(-1, 1), 0.0, float("nan"), float("inf"), float("-inf"), 1e300])

    def make_binary_float(self, dice):
        return dice.choice([dice.randint(-2**20, 2**20) / 16, 0.0, float("nan"), float("inf"), 1.5])

    def make_boolean(self, dice):
        return dice.choice(("TRUE", "FALSE"))

    # ---- texts and bytes ---------------------------------------------------------

    def text(self, dice, room, weight):
        """Words until a random length is reached; @weight tells what a letter takes of the room."""
        if self.unique:  # many different ones, also in little room
            return "".join(dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(min(room, 12)))
        room = dice.randint(1, dice.choice([room, min(room, 12)])) if room > 1 else room
        made = ""
        while True:
            word = dice.choice(WORDS)
            fitting = "".join(letter for letter, total in zip(word, running(word, weight)) if total <= room)
            made, room = made + fitting, room - sum(map(weight, fitting))
            if room <= 0 or len(fitting) < len(word):
                return made or "x"

    def make_varchar2(self, dice):
        return self.text(dice, int(self.bytes), lambda c: len(c.encode())) if self.by_bytes else self.text(dice, int(self.chars), lambda c: 1)

    make_char = make_varchar2

    def make_nvarchar2(self, dice):
        return self.text(dice, int(self.chars), lambda c: 1)

    make_nchar = make_nvarchar2

    def make_clob(self, dice):
        return "".join(dice.choice(WORDS) for _ in range(dice.choice([1, 5, 40, 900, 4000])))

    make_nclob = make_long = make_clob

    def make_raw(self, dice):
        return dice.randbytes(dice.randint(1, int(self.bytes)))

    def make_blob(self, dice):
        return dice.randbytes(dice.choice([1, 40, 3000, 9000]))

    make_long_raw = make_blob

    def make_json(self, dice):
        return json.dumps({"n": dice.randint(-99, 99), "t": dice.choice(WORDS), "l": [True, None]})

    def make_xmltype(self, dice):
        return f"<r><n>{dice.randint(-99, 99)}</n><t>{dice.choice('abc')}</t></r>"

    # ---- times ---------------------------------------------------------------------

    def make_date(self, dice):
        days = dice.choice([dice.randint(-120000, 120000), dice.randint(0, 15000), dice.randint(0, 15000)])
        made = datetime.datetime(1990, 1, 1) + datetime.timedelta(days=days)
        return made + datetime.timedelta(seconds=dice.choice([0, dice.randint(0, 86399)]))

    def make_timestamp(self, dice):
        unit = 10 ** max(6 - self.fraction, 0)
        return self.make_date(dice) + datetime.timedelta(microseconds=dice.randint(0, 999999) // unit * unit)

    def make_timestamp_with_time_zone(self, dice):
        return f"{self.make_timestamp(dice):%Y-%m-%d %H:%M:%S.%f} {dice.choice(['+00:00', '-08:00', '+05:30'])}"

    make_timestamp_with_local_time_zone = make_timestamp_with_time_zone

    def make_interval_day_to_second(self, dice):
        return datetime.timedelta(days=dice.randint(-9, 9), seconds=dice.randint(-80000, 80000))

    def make_interval_year_to_month(self, dice):
        return f"{dice.choice('+-')}{dice.randint(0, 99)}-{dice.randint(0, 11)}"


def running(word, weight):
    total = 0
    for letter in word:
        total += weight(letter)
        yield total


class Table:
    def __init__(self, owner, name):
        self.owner, self.name, self.columns = owner, name, []
        self.key, self.uniques, self.foreign, self.orders = (), [], [], []  # foreign: (columns, parent, its columns, name)
        self.late = []  # those of foreign whose parent cannot come before
        self.keys, self.rows, self.refused, self.why = [], 0, collections.Counter(), ""

    @property
    def sql_name(self):
        return f'"{self.owner}"."{self.name}"'

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key_columns(self):
        """What names a row: its primary key, a unique one, or where it lies."""
        return self.key or ("ROWID",)

    def insert_sql(self):
        names = ", ".join(f'"{column.name}"' for column in self.columns)
        values = ", ".join(column.placed(f":{nr}") for nr, column in enumerate(self.columns, 1))
        return f"insert into {self.sql_name} ({names}) values ({values})"

    def where(self, first):
        return " and ".join(f":{first + nr} = " + ("rowid" if name == "ROWID" else f'"{name}"') for nr, name in enumerate(self.key_columns))

    def counted(self):
        """Columns that alone are unique and are numbers: those count up."""
        foreign = {name for columns, *_ in self.foreign for name in columns}
        return [columns[0] for columns in self.uniques
                if len(columns) == 1 and columns[0] not in foreign and self.column(columns[0]) and self.column(columns[0]).kind == "NUMBER"]


class Dictionary:
    """The tables of @owner with what rows have to keep to."""

    def __init__(self, db, owner, only):
        self.db, self.owner = db, owner
        names = self.query("select table_name from all_tables where owner = :1 and temporary = 'N' and nested = 'NO' order by 1")
        self.tables = {name: Table(owner, name) for name, in names if not only or name in only}
        self.read_columns()
        self.read_constraints()
        self.read_checks()
        for table in self.tables.values():
            bad = [column.name for column in table.columns if not column.known() and not column.nullable]
            table.columns = [column for column in table.columns if column.known()]
            table.why = f"no values are made for {', '.join(bad)}" if bad else "" if table.columns else "no column can be filled"

    def query(self, sql):
        with self.db.cursor() as cursor:
            return cursor.execute(sql, [self.owner]).fetchall()

    def read_columns(self):
        generated = set(self.query("select table_name, column_name from all_tab_identity_cols where owner = :1 and generation_type = 'ALWAYS'")
                        if int(self.db.version.split(".")[0]) >= 12 else ())
        for table, *row in self.query(
                """select table_name, column_name, data_type, data_length, char_length, char_used, data_precision, data_scale, nullable
                from all_tab_cols where owner = :1 and hidden_column = 'NO' and virtual_column = 'NO' order by table_name, column_id"""):
            if table in self.tables and (table, row[0]) not in generated:
                self.tables[table].columns.append(Column(row))

    def read_constraints(self):
        columns = collections.defaultdict(list)
        for name, column in self.query("select constraint_name, column_name from all_cons_columns where owner = :1 order by constraint_name, position"):
            columns[name].append(column)
        owner_of = {}
        rows = self.query("""select constraint_name, constraint_type, table_name, r_constraint_name from all_constraints
            where owner = :1 and constraint_type in ('P', 'U', 'R') and status = 'ENABLED' order by constraint_type, constraint_name""")
        for name, kind, table, _ in rows:
            owner_of[name] = table
            if kind in "PU" and table in self.tables:
                self.tables[table].uniques.append(tuple(columns[name]))
                for column in filter(None, map(self.tables[table].column, columns[name])):
                    column.unique = True
                self.tables[table].key = tuple(columns[name]) if kind == "P" else self.tables[table].key
        for name, kind, table, parent in rows:
            if kind == "R" and table in self.tables and parent in owner_of:
                self.tables[table].foreign.append((tuple(columns[name]), owner_of[parent], tuple(columns[parent]), name))

    def read_checks(self):
        for table, condition in self.query("select table_name, search_condition from all_constraints where owner = :1 and constraint_type = 'C' "
                                           "and status = 'ENABLED' order by constraint_name"):
            if table in self.tables and condition:
                for part in re.split(r"\band\b(?!\s*[\d.]+\s*(?:\)|$))", condition, flags=re.I) if "between" not in condition.lower() else [condition]:
                    read_check(self.tables[table], bare(part))

    def in_order(self):
        """Parents first; where that goes round, a table comes before a parent whose reference may be NULL, or else is late."""
        left, order = {name: table for name, table in self.tables.items() if not table.why}, []
        while left:
            def waits(table, strictly):
                return any(parent in left and parent != table.name and (strictly or not all(may_be_null(table, name) for name in columns))
                           for columns, parent, *_ in table.foreign)
            found = next((t for t in left.values() if not waits(t, True)), None) or next((t for t in left.values() if not waits(t, False)), None)
            if not found:
                found = min(left.values(), key=lambda table: (sum(parent in left for _, parent, *_ in table.foreign), table.name))
                found.late = [one for one in found.foreign if one[1] in left and one[1] != found.name
                              and not all(may_be_null(found, name) for name in one[0])]
            order.append(left.pop(found.name))
        return order


def bare(text):
    """Without the brackets around all of it."""
    text = text.strip()
    while text.startswith("(") and closes_at_end(text):
        text = text[1:-1].strip()
    return text


def closes_at_end(text):
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def may_be_null(table, name):
    column = table.column(name)
    return column is None or column.nullable


def read_check(table, text):
    """What one simple condition says of a column; others are left to the server."""
    name = r'"?([A-Za-z_$#0-9]+)"?'
    found = re.fullmatch(rf"{name}\s+in\s*\((.*)", text, re.I | re.S)
    if found and (column := table.column(found[1].upper())):
        values = re.findall(rf"'((?:[^']|'')*)'|{NUMBER_LITERAL}", found[2])
        column.choices = [text.replace("''", "'") if not number else decimal.Decimal(number) for text, number in values] or None
    likes = re.findall(rf"{name}\s+like\s+'%?([^%']+)%?'", text, re.I)
    if likes and len({one[0].upper() for one in likes}) == 1 and (column := table.column(likes[0][0].upper())):
        column.choices = [one[1] for one in likes]
    found = re.fullmatch(rf"{name}\s+between\s+{NUMBER_LITERAL}\s+and\s+{NUMBER_LITERAL}", text, re.I)
    if found and (column := table.column(found[1].upper())):
        column.low, column.high = decimal.Decimal(found[2]), decimal.Decimal(found[3])
    found = re.fullmatch(rf"{name}\s*(>=|<=|>|<)\s*{NUMBER_LITERAL}", text)
    if found and (column := table.column(found[1].upper())):
        bound, unit = decimal.Decimal(found[3]), decimal.Decimal(1).scaleb(-int(column.scale or 0))
        if found[2][0] == ">":
            column.low = bound + (unit if found[2] == ">" else 0)
        else:
            column.high = bound - (unit if found[2] == "<" else 0)
    found = re.fullmatch(rf"{name}\s*(>=|<=|>|<)\s*{name}", text)
    if found and table.column(found[1].upper()) and table.column(found[3].upper()):
        table.orders.append((found[1].upper(), found[3].upper()) if found[2][0] == "<" else (found[3].upper(), found[1].upper()))
    found = re.fullmatch(rf"{name}\s*=\s*upper\({name}\)", text, re.I)
    if found and (column := table.column(found[1].upper())):
        column.upper = True


class Maker:
    """Rows of tables by one dice, and the digest of all that was sent."""

    def __init__(self, db, tables, options, seed):
        self.db, self.tables, self.options, self.dice = db, tables, options, random.Random(seed)
        self.sent, self.counts, self.digest = 0, collections.Counter(), hashlib.sha256()
        self.next, self.stride = {}, 1  # of keys that count up; sessions count side by side

    def pick(self, keys):
        """One of them; with skew the first ones far more often."""
        return keys[min(int(len(keys) * self.dice.random() ** (1 + self.options.skew)), len(keys) - 1)]

    def row(self, table):
        values = {}
        for column in table.columns:
            null = column.nullable and column.name not in table.key and self.dice.random() < self.options.nulls
            values[column.name] = None if null else column.value(self.dice)
        for low, high in table.orders:
            if values.get(low) is not None and values.get(high) is not None and values[low] > values[high]:
                values[low], values[high] = values[high], values[low]
        for name in table.counted():
            values[name] = self.next[table.name, name] = self.next.get((table.name, name), 0) + self.stride * self.dice.randint(1, 3)
        for columns, parent, parent_columns, _ in table.foreign:
            self.refer(table, values, columns, parent, parent_columns)
        return values

    def refer(self, table, values, columns, parent, parent_columns):
        known = self.tables.get(parent)
        keys = known.keys if known and known.key == parent_columns else None
        if not keys or any(values.get(name) is None for name in columns if name in values):
            for name in columns:
                if name in values and may_be_null(table, name):
                    values[name] = None
            return
        values.update((name, value) for name, value in zip(columns, self.pick(keys)) if name in values)

    def run(self, sql, columns, rows, many=False):
        """Send it; the errors of single rows of an array, or what the statement raised."""
        self.digest.update(re.sub(r"'A[A-Za-z0-9+/]{17}'", "rowid", repr((sql, rows))).encode())  # where rows lie is the server's
        self.sent += len(rows)
        with self.db.cursor() as cursor:
            if columns:
                cursor.setinputsizes(*[column.bind_type if column else None for column in columns])
            if many:
                cursor.executemany(sql, rows, batcherrors=True)
                return cursor.getbatcherrors()
            cursor.execute(sql, rows[0])
        return []

    # ---- rows --------------------------------------------------------------------

    def read_keys(self, table):
        names = ", ".join("rowid" if name == "ROWID" else f'"{name}"' for name in table.key_columns)
        with self.db.cursor() as cursor:
            found = cursor.execute(f"select {names} from {table.sql_name} where rownum <= {KEYS_MAX}").fetchall()
            table.keys = sorted(found, key=repr)
            for name in table.counted():
                top = cursor.execute(f'select max("{name}") from {table.sql_name}').fetchone()[0]
                self.next[table.name, name] = max(int(top or 0), 0)

    def fill(self, table, rows):
        self.read_keys(table)
        for _ in range(ATTEMPTS):
            while table.rows < rows:
                batch = [self.row(table) for _ in range(min(BATCH, rows - table.rows))]
                errors = self.run(table.insert_sql(), table.columns, [list(values.values()) for values in batch], many=True)
                self.db.commit()
                bad = {error.offset for error in errors}
                table.refused.update(error.full_code for error in errors)
                table.rows += len(batch) - len(bad)
                if table.key and table.name in {parent for _, parent, *_ in table.foreign}:
                    table.keys += [tuple(values[name] for name in table.key) for nr, values in enumerate(batch)
                                   if nr not in bad and all(name in values for name in table.key)]
                if len(bad) > len(batch) / 2:
                    break
        self.read_keys(table)

    def fill_all(self, order, rows):
        """Each in its turn.  A late reference is off until its parent has rows, then it is set right and on again."""
        for table in order:
            for *_, name in table.late:
                self.run(f'alter table {table.sql_name} disable constraint "{name}"', None, [[]])
            self.fill(table, rows)
        for table in order:
            for columns, parent, parent_columns, name in table.late:
                keys = self.tables[parent].keys
                self.set_right(table, columns, parent_columns, self.tables[parent], keys)
                self.run(f'alter table {table.sql_name} enable constraint "{name}"', None, [[]])

    def set_right(self, table, columns, parent_columns, parent, keys):
        sets = ", ".join(f'"{column}" = :{nr}' for nr, column in enumerate(columns, 1))
        there = " and ".join(f'p."{up}" = c."{down}"' for up, down in zip(parent_columns, columns))
        lost = f"select rowid from {table.sql_name} c where not exists (select 1 from {parent.sql_name} p where {there}) order by 1"
        with self.db.cursor() as cursor:
            places = cursor.execute(lost).fetchall()
        if places and keys:
            self.run(f"update {table.sql_name} set {sets} where rowid = :{len(columns) + 1}", None,
                     [[*self.pick(keys), place] for place, in places], many=True)
        self.db.commit()

    # ---- workload ------------------------------------------------------------------

    def workload(self, transactions):
        started = time.monotonic()
        for number in range(transactions):
            if self.options.rate:
                time.sleep(max(0, started + number / self.options.rate - time.monotonic()))
            self.transaction()

    def transaction(self):
        for _ in range(self.dice.randint(1, 2 * self.options.size - 1)):
            undone = self.dice.random() < self.options.savepoints
            if undone:
                self.statement("savepoint s")
            self.change(self.dice.choice(self.open_tables))
            if undone:
                self.statement("rollback to savepoint s")
                self.counts["savepoints undone"] += 1
        ending = "rollbacks" if self.dice.random() < self.options.rollbacks else "commits"
        self.digest.update(ending.encode())
        self.counts[ending] += 1
        if ending == "commits":
            self.db.commit()
        else:
            self.db.rollback()

    @property
    def open_tables(self):
        return [table for table in self.tables.values() if not table.why]

    def statement(self, sql, columns=None, values=()):
        try:
            self.run(sql, columns, [list(values)])
            return True
        except oracledb.DatabaseError as error:
            if not self.db.is_healthy():
                raise
            self.counts[getattr(error.args[0], "full_code", "") or "failed"] += 1
            return False

    def change(self, table):
        what, fails = self.dice.random(), self.dice.random() < self.options.failures
        if what < .5 or not table.keys:
            self.insert(table, fails)
        elif what < .85:
            self.update(table, fails)
        else:
            key = self.pick(table.keys)
            if self.statement(f"delete from {table.sql_name} where {table.where(1)}", None, key):
                self.counts["deletes"] += 1

    def insert(self, table, fails):
        values = self.row(table)
        if fails and table.keys and table.key:
            values.update((name, value) for name, value in zip(table.key, self.pick(table.keys)) if name in values)
        if self.statement(table.insert_sql(), table.columns, values.values()):
            self.counts["inserts"] += 1

    def update(self, table, fails):
        fixed = {name for columns in table.uniques for name in columns} | {name for columns, *_ in table.foreign for name in columns}
        free = [column for column in table.columns if column.name not in fixed]
        if not free:
            return
        key, fresh = self.pick(table.keys), self.row(table)
        set_ = self.dice.sample(free, min(len(free), self.dice.randint(1, 3)))
        values = [fresh[column.name] for column in set_]
        if fails:
            values = [None if not column.nullable else "x" * 5000 if column.kind == "VARCHAR2" else value for column, value in zip(set_, values)]
        sets = ", ".join(f'"{column.name}" = {column.placed(f":{nr}")}' for nr, column in enumerate(set_, 1))
        if self.statement(f"update {table.sql_name} set {sets} where {table.where(len(set_) + 1)}",
                          [*set_, *[table.column(name) for name in table.key_columns]], (*values, *key)):
            self.counts["updates"] += 1


def share(text):
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a share is 0 to 1")
    return value


def read_options():
    parser = argparse.ArgumentParser(prog="causeway-rehearse fill DIR", description="Typed random rows for the tables of a schema, then a typed "
                                     "random workload, by seed, through python-oracledb.")
    parser.add_argument("--dsn", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--user", required=True, help="who fills")
    parser.add_argument("--password-file", required=True, help="its first line is the password")
    parser.add_argument("--schema", help="whose tables (the user's)")
    parser.add_argument("--tables", help="these alone, parted by commas")
    parser.add_argument("--seed", type=int, default=1, help="the same one makes the same rows and statements (1)")
    parser.add_argument("--rows", type=int, default=100, help="rows to add to each table (100)")
    parser.add_argument("--nulls", type=share, default=.1, help="share of NULL where it is allowed (0.1)")
    parser.add_argument("--transactions", type=int, default=0, help="of the workload, in each session (0)")
    parser.add_argument("--sessions", type=int, default=1, help="that run the workload (1)")
    parser.add_argument("--size", type=int, default=4, help="changes of a transaction, on average (4)")
    parser.add_argument("--rate", type=float, default=0, help="transactions per second of a session (as fast as can be)")
    parser.add_argument("--skew", type=float, default=1, help="0: all keys alike; more: the first ones more often (1)")
    parser.add_argument("--savepoints", type=share, default=.1, help="share of changes undone by a savepoint (0.1)")
    parser.add_argument("--failures", type=share, default=.05, help="share of changes made to fail (0.05)")
    parser.add_argument("--rollbacks", type=share, default=.1, help="share of transactions rolled back (0.1)")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
    options = parser.parse_args()
    if options.size < 1 or options.rows < 0 or options.sessions < 1:
        parser.error("--size and --sessions are at least 1, --rows at least 0")
    return options


def run_session(connect, tables, options, number, results):
    try:
        with connect() as db:
            maker = Maker(db, tables, options, f"{options.seed}/{number}")
            maker.next, maker.stride = {key: value + number for key, value in results["next"].items()}, options.sessions
            maker.workload(options.transactions)
            results["made"][number] = maker
    except oracledb.Error as error:
        results["lost"].append(f"session {number}: {error}")


def run_workload(connect, tables, options, next_):
    results = {"made": {}, "lost": [], "next": next_}
    threads = [threading.Thread(target=run_session, args=(connect, tables, options, number, results)) for number in range(options.sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if results["lost"]:
        sys.exit("causeway-rehearse fill: " + "; ".join(results["lost"]))
    return [results["made"][number] for number in sorted(results["made"])]


def report(dictionary, makers, options):
    digest = hashlib.sha256(b"".join(maker.digest.digest() for maker in makers)).hexdigest()[:16]
    counts = sum((maker.counts for maker in makers), collections.Counter())
    told = {"seed": options.seed, "tables": {table.name: {"rows": table.rows, "refused": dict(table.refused), "left_out": table.why}
                                             for table in dictionary.tables.values()}, "workload": dict(counts), "digest": digest}
    if options.json:
        print(json.dumps(told))
        return
    for name, table in told["tables"].items():
        refused = ", ".join(f"{count} x {code}" for code, count in table["refused"].items())
        print(f"{name:<32}{table['rows']:>8} rows" + (f", made anew: {refused}" if refused else "") + (f" - left out: {table['left_out']}" if table["left_out"] else ""))
    print("workload: " + (", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "none"))
    print(f"seed {options.seed}, digest of what was sent {digest}")


def main():
    options = read_options()
    oracledb.defaults.fetch_decimals = True
    with open(options.password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\r\n")

    def connect():
        return oracledb.connect(user=options.user, password=password, dsn=options.dsn)
    try:
        db = connect()
        dictionary = Dictionary(db, (options.schema or options.user).upper(), (options.tables or "").upper().split(",") if options.tables else ())
        if not dictionary.tables:
            sys.exit(f"causeway-rehearse fill: {dictionary.owner} has no tables")
        maker = Maker(db, dictionary.tables, options, options.seed)
        maker.fill_all(dictionary.in_order(), options.rows)
        makers = [maker] + (run_workload(connect, dictionary.tables, options, maker.next) if options.transactions else [])
        db.close()
    except oracledb.Error as error:
        sys.exit(f"causeway-rehearse fill: {error}")
    report(dictionary, makers, options)


if __name__ == "__main__":
    main()
