"""replay_ddl.py - what DDL does to tables that are replayed: their columns as LogMiner numbers them, their partitions, their rows

LogMiner tells a change by the definition that the dictionary has when it is read.  One under an older definition is told with numbers
of columns and storage bytes, one of a table that is gone without its name: who reads has to keep definitions of his own.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import replay_image
from replay_text import Naive, parse_value

WORD = r'"?(\w+)"?'
COLUMN = re.compile(WORD + r" (number|varchar2|date)(?:\(\d+\))?(?: default ('(?:[^']|'')*'|\w+))?", re.I)


def date(image):
    century, year, month, day, hour, minute, second = image
    return f"{(century - 100) * 100 + year - 100:04d}-{month:02d}-{day:02d} {hour - 1:02d}:{minute - 1:02d}:{second - 1:02d}"


DECODE = {"NUMBER": lambda image: str(replay_image.number(image)), "VARCHAR2": bytes.decode, "DATE": date}


class Definition:
    """Of a table: [(column, type)] in the order of their numbers, [(partition, upper bound or None)] in theirs."""

    def __init__(self, columns, key=None, partitions=()):
        self.columns, self.key, self.partitions = columns, key, list(partitions)

    def named(self, values):
        """{"COL n": storage bytes} as {column: text}; anything else as it is."""
        if not any(name.startswith("COL ") for name in values):
            return values
        named = {}
        for name, value in values.items():
            column, kind = self.columns[int(name[4:]) - 1]
            named[column] = None if value is None else DECODE[kind](bytes.fromhex(value))
        return named

    def find(self, name):
        return next(i for i, (column, _) in enumerate(self.columns) if column == name.upper())

    # ---- one for each kind of statement; @rows are those of the table by ROWID -----------------

    def add(self, rows, columns):
        for name, kind, default in COLUMN.findall(columns):
            self.columns.append((name.upper(), kind.upper()))
            for row in rows.values():
                row[name.upper()] = parse_value(default, 0)[0] if default[:1] == "'" else default or None

    def drop(self, rows, name):
        column, _ = self.columns.pop(self.find(name))
        for row in rows.values():
            row.pop(column, None)

    def rename(self, rows, name, new_name):
        at = self.find(name)
        column, kind = self.columns[at]
        self.columns[at] = new_name.upper(), kind
        for row in rows.values():
            row[new_name.upper()] = row.pop(column, None)

    def place(self, name):
        return next(i for i, (partition, _) in enumerate(self.partitions) if partition == name.upper())

    def empty(self, rows, name):
        """No row of a partition that is emptied is in the redo: its bounds say which they were."""
        at = self.place(name)
        low, high = self.partitions[at - 1][1] if at else None, self.partitions[at][1]
        for row_id, row in list(rows.items()):
            value = None if row.get(self.key) is None else float(row[self.key])
            if (high is None or value is not None and value < high) and (low is None or value is None or value >= low):
                del rows[row_id]

    def drop_partition(self, rows, name):
        self.empty(rows, name)
        del self.partitions[self.place(name)]

    def split(self, _, name, bound, first, second):
        at = self.place(name)
        self.partitions[at:at + 1] = [(first.upper(), float(bound)), (second.upper(), self.partitions[at][1])]

    def merge(self, _, first, second, new_name):
        at = self.place(second)
        assert self.place(first) == at - 1, self.partitions
        self.partitions[at - 1:at + 1] = [(new_name.upper(), self.partitions[at][1])]


STATEMENTS = (
    (rf"truncate table {WORD}", lambda definition, rows: rows.clear()),
    (rf"alter table {WORD} add \((.*)\)", Definition.add),
    (rf"alter table {WORD} drop column {WORD}", Definition.drop),
    (rf"alter table {WORD} modify \((.*)\)", lambda definition, rows, columns: None),
    (rf"alter table {WORD} rename column {WORD} to {WORD}", Definition.rename),
    (rf"alter table {WORD} truncate partition {WORD}", Definition.empty),
    (rf"alter table {WORD} drop partition {WORD}", Definition.drop_partition),
    (rf"alter table {WORD} split partition {WORD} at \((\d+)\) into \(partition {WORD}, partition {WORD}\)", Definition.split),
    (rf"alter table {WORD} merge partitions {WORD}, {WORD} into partition {WORD}", Definition.merge),
    (r"(?:comment on|create (?:or replace )?(?:trigger|procedure|index)|grant|analyze) .*", lambda definition, rows: None),
)


def create(text):
    """The definition that CREATE TABLE makes; None: it is another statement."""
    found = re.fullmatch(rf"create table {WORD} \((.*)\);?", text, re.I | re.S)
    return found and Definition([(name.upper(), kind.upper()) for name, kind, _ in COLUMN.findall(found[2])])


def is_drop(text):
    return re.fullmatch(rf"drop table {WORD}( purge)?;?", text, re.I)


def change(definition, rows, text):
    for pattern, what in STATEMENTS:
        found = re.fullmatch(pattern + ";?", text, re.I | re.S)
        if found:
            what(definition, rows, *found.groups()[1:])
            return
    raise Naive(f"DDL that is not known: {text[:200]}")
