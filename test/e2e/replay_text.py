"""replay_text.py - what LogMiner writes of a change, read back: statements, LOBs, documents, and values that can be compared"""
import decimal
import json
import pathlib
import re
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import replay_image

INSERT, DELETE, UPDATE, DDL, START, COMMIT, SELECT_LOB_LOCATOR, LOB_WRITE, LOB_TRIM, ROLLBACK, UNSUPPORTED = 1, 2, 3, 5, 6, 7, 9, 10, 11, 36, 255
WIDE = 91, 92, 93  # 32K_BEGIN, 32K_WRITE, 32K_END
AGAIN, LONG_DATA, XML_DOC_BEGIN, XML_DOC_WRITE, XML_DOC_END = "again", 24, 68, 70, 71
UNDOES = {INSERT: DELETE, DELETE: INSERT, UPDATE: UPDATE}
APART = (SELECT_LOB_LOCATOR, XML_DOC_BEGIN)  # what is said of a LOB or a document behind its row's change

TEXT = r"'((?:[^']|'')*)'"
VALUE = re.compile(rf"NULL|TO_DATE\({TEXT}, '[^']*'\)|(?:TO_TIMESTAMP(?:_TZ|_LTZ)?|TO_[YD][MS]INTERVAL|HEXTORAW|XMLType)\({TEXT}\)|(?:/\* JSON \*/ )?EMPTY_[BC]LOB\(\)|(?:/\* JSON \*/ )?{TEXT}", re.S)
NATIONAL = re.compile(r"UNISTR\('((?:[^']|'')*)'\)(?: \|\| UNISTR\('((?:[^']|'')*)'\))*")
LOCATOR = re.compile(r' select "([^"]+)" into loc_(\w+) from "[^"]+"\."[^"]+" where (.*) for update;\n', re.S)
WRITE = re.compile(rf" buf_\w+ := (?:HEXTORAW\()?{TEXT}\)?; \n  dbms_lob\.write\(loc_\w+, (\d+), (\d+), buf_\w+\);\n", re.S)
TRIM = re.compile(r"  dbms_lob\.trim\(loc_\w+, (\d+)\);\n")
DOCUMENT = re.compile(r'(?:XML DOC BEGIN:  select "([^"]+)" from|update) "[^"]+"\."[^"]+"(?: a set "([^"]+)" = XMLType\(:1\) )? where (.*?);?', re.S)
DOCUMENT_PIECE = re.compile(r"XML_REDO := (?:'(.*)'|HEXTORAW\('([0-9a-f]*)'?\)):(\d+)", re.S)
NAME = re.compile(r'"((?:[^"])+)"')


class Naive(Exception):
    """The redo holds something that this reader does not know about."""


def parse_value(text, at):
    """The literal at @at, as text or None, and where it ends."""
    found = NATIONAL.match(text, at)
    if found:
        return national("".join(re.findall(r"UNISTR\('((?:[^']|'')*)'\)", found[0])).replace("''", "'")), found.end()
    found = VALUE.match(text, at)
    if not found:
        raise Naive(f"no value at {at} of {text[:300]!r}")
    if found[0].endswith("LOB()"):
        return "", found.end()
    value = next((group for group in found.groups() if group is not None), None)
    return (None if value is None else value.replace("''", "'")), found.end()


def national(text):
    """\\XXXX is a unit of UTF-16."""
    units = re.sub(r"\\([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def parse_list(text, at, separator):
    """"COL" = value{separator"COL" = value}: {column: value} and where it ends.  IS NULL is a value, too."""
    values = {}
    while True:
        found = NAME.match(text, at)
        if not found:
            return values, at
        at = found.end()
        if text.startswith(" IS NULL", at):
            values[found[1]], at = None, at + len(" IS NULL")
        else:
            if not text.startswith(" = ", at):
                raise Naive(f"no value of {found[1]} in {text[:300]!r}")
            values[found[1]], at = parse_value(text, at + 3)
        if not text.startswith(separator, at):
            return values, at
        at += len(separator)


def parse(text, table):
    """What the statement sets, and what its where clause says: two {column: value}."""
    for start in (f'insert into {table}(', f'update {table} set ', f'delete from {table}'):
        if text.startswith(start):
            break
    else:
        raise Naive(f"no statement on {table}: {text[:300]!r}")
    at = len(start)
    if start[0] == "i":
        names = NAME.findall(text[at:text.index(") values (", at)])
        at, values = text.index(") values (", at) + len(") values ("), []
        while len(values) < len(names):
            value, at = parse_value(text, at)
            values.append(value)
            at += 1
        if at != len(text):
            raise Naive(f"more than a statement: {text[at:at + 100]!r}")
        return dict(zip(names, values)), {}
    sets = {}
    if start[0] == "u":
        sets, at = parse_list(text, at, ", ")
    if at == len(text) or text[at:].startswith(" where ROWID"):
        return sets, {}
    if not text.startswith(" where ", at):
        raise Naive(f"no where clause at {at} of {text[:300]!r}")
    where, at = parse_list(text, at + len(" where "), " and ")
    if text[at:] and not re.fullmatch(r"( and )?ROWID = '\S{18}'", text[at:]):
        raise Naive(f"the statement ends in {text[at:at + 100]!r}")
    return sets, where


def canonical(value):
    """Numbers are equal whatever their text is like."""
    try:
        return str(decimal.Decimal(value).normalize())
    except (decimal.InvalidOperation, TypeError, ValueError):
        return value


def real(form):
    """A binary float as its bits: NaN equals NaN."""
    return lambda text: struct.pack(form, float(text.replace("Nan", "nan"))).hex()


def moment(text):
    """Without zeros at the fraction's end."""
    return re.sub(r"\.(\d*?)0*( |$)", lambda found: ("." + found[1] if found[1] else "") + found[2], text)


def document(text):
    """JSON, of a table as text and of the redo as its image."""
    found = replay_image.document(bytes.fromhex(text)) if text.startswith("ff4a5a") else json.loads(text, parse_int=decimal.Decimal, parse_float=decimal.Decimal)
    return json.dumps(found, sort_keys=True, default=lambda number: canonical(str(number)))


def months(text):
    sign, years, rest = re.fullmatch(r"([+-]?)0*(\d+)-(\d+)", text).groups()
    return f"{sign.strip('+')}{12 * int(years) + int(rest)}"


def nanoseconds(text):
    sign, days, hours, minutes, seconds, part = re.fullmatch(r"([+-]?)(\d+) (\d+):(\d+):(\d+)(?:\.(\d*))?", text).groups()
    whole = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return f"{sign.strip('+')}{whole * 10**9 + int((part or '0').ljust(9, '0'))}"


# Of types that Python has no exact values for: how the table is asked, and what both texts are compared by.
KINDS = {"BINARY_FLOAT": ("{}", real(">f")), "BINARY_DOUBLE": ("{}", real(">d")),
         "XMLTYPE": ("{}", str), "JSON": ("json_serialize({})", document),
         "TIMESTAMP": ("to_char({}, 'YYYY-MM-DD HH24:MI:SS.FF9')", moment),
         "TIMESTAMP WITH TIME ZONE": ("to_char({}, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')", moment),
         "TIMESTAMP WITH LOCAL TIME ZONE": ("to_char({}, 'YYYY-MM-DD HH24:MI:SS.FF9')", moment),
         "INTERVAL YEAR TO MONTH": ("to_char({})", months), "INTERVAL DAY TO SECOND": ("to_char({})", nanoseconds)}


class Place:
    """The column of one row, by its key or its ROWID, found again when what was said of it is applied."""

    def __init__(self, column, where):
        self.column = column
        self.row_id = re.fullmatch(r"ROWID = '(\S{18})'", where)
        self.where = parse_list(where, 0, " and ")[0]

    def rows(self, table):
        """None: its row was undone."""
        if self.row_id:
            return [table[self.row_id[1]]]
        return [row for row in table.values() if all(canonical(row.get(c)) == canonical(v) for c, v in self.where.items())]


class Lob(Place):
    """What is done to the LOB of one row, in order."""

    empty = ""

    def __init__(self, text):
        column, self.kind, where = LOCATOR.search(text).groups()
        super().__init__(column, where)
        self.done = []

    def add(self, op, text):
        if op == LOB_TRIM:
            self.done.append((int(TRIM.fullmatch(text)[1]), None))
            return
        data, length, place = WRITE.fullmatch(text).groups()
        data = bytes.fromhex(data) if self.kind == "b" else data.replace("''", "'").encode("utf-16-be")
        if len(data) != int(length) * self.unit:
            raise Naive(f"{length} units of {len(data)} bytes: {text[:100]!r}")
        self.done.append((int(place) - 1, data))

    @property
    def unit(self):
        return 1 if self.kind == "b" else 2

    def apply(self, table):
        for row in self.rows(table):
            value = row[self.column] or ""
            content = bytes.fromhex(value) if self.kind == "b" else value.encode("utf-16-be")
            for place, data in self.done:
                place *= self.unit
                content = content[:place] if data is None else content[:place] + data + content[place + len(data):]
            row[self.column] = content.hex() if self.kind == "b" else content.decode("utf-16-be")


class Document(Place):
    """An XMLTYPE of one row: of binary storage in pieces with their lengths, of CLOB storage text as it is (Debezium, XmlBeginParser, XmlWriteParser)."""

    empty = None  # what its row's change said in its place

    def __init__(self, text, info):
        self.as_text = info == "XML sql_redo needs assembly"
        found = DOCUMENT.fullmatch(text.replace(' a."', ' "') if self.as_text else text)
        super().__init__(found[1] or found[2], found[3])
        self.content = b""

    def add(self, op, text):
        if op == XML_DOC_END:
            return
        if self.as_text:
            self.content += text.encode()
            return
        plain, data, length = DOCUMENT_PIECE.fullmatch(text).groups()
        piece = bytes.fromhex(data) if plain is None else plain.encode()
        if len(piece) != int(length):
            raise Naive(f"{length} bytes of {len(piece)}: {text[:100]!r}")
        self.content += piece

    def apply(self, table):
        for row in self.rows(table):
            row[self.column] = self.content.decode()


def compared(how, text):
    return None if text is None else how(text)


def as_text(value):
    if hasattr(value, "read"):
        value = value.read() or ""
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if value is not None else None
