"""sqlplus.py - run a SQL*Plus script through python-oracledb, as far as published schema scripts need it

Statements end with ; at the end of a line, PL/SQL units with / on a line of its own.  Of SQL*Plus's own commands these are done:
@ and @@, ACCEPT, COLUMN ... NEW_VALUE, CONNECT, DEFINE, EXECUTE, EXIT, SET DEFINE, UNDEFINE, WHENEVER SQLERROR; those that only shape output
are taken and do nothing.  LOAD of SQLcl reads a CSV
file.  Any other line that is neither is an error.
Sources: SQL*Plus User's Guide and Reference 19c, chapters 5 and 12.
"""
import csv
import pathlib
import re

import oracledb

SILENT = ("REM", "REMARK", "PRO", "PROMPT", "SPOOL", "SET", "TTITLE", "BTITLE", "BREAK", "CLEAR", "PAUSE", "SHOW", "SHO", "TIMING", "WHENEVER", "HOST",
          "DISCONNECT", "COL", "COLUMN", "PRINT", "VARIABLE", "VAR")
UNIT = re.compile(r"^\s*(declare|begin|create\s+(or\s+replace\s+)?((non)?editionable\s+)?"
                  r"(trigger|procedure|function|package|type(?!\s*=))|<<)\b", re.I)


class Stopped(Exception):
    """WHENEVER SQLERROR EXIT met an error, or nothing said that errors are expected."""


class Exited(Exception):
    """EXIT."""


class SqlPlus:
    """answers: what a person types at ACCEPT, by the variable's lower-case name; on_error(sql, error) is told what fails and
    True goes on."""

    def __init__(self, connection, answers=None, connect=None, on_error=None):
        self.connection, self.answers, self.connect = connection, dict(answers or {}), connect
        self.on_error = on_error or (lambda sql, error: False)
        self.defined = {}
        self.substitute, self.load_format = True, None
        self.unit_end = None  # an expression for what ends a unit, too, where the tool that the scripts are for has it so; its last character is no text
        self.filled_in = {}  # what stands in a template, and what its tool writes for it
        self.hyphens = False  # end lines that go on: SQL*Plus's habit, which scripts for other tools do not know
        self.encoding = "utf-8-sig"  # of the scripts, as NLS_LANG tells SQL*Plus
        self.new_values = {}
        self.statements = 0
        self.last_rows = []
        self.home = None  # where SQL*Plus was started: the folder of the first script

    def run_file(self, path):
        path = pathlib.Path(path)
        self.home = self.home or path.parent
        text = path.read_bytes().decode(self.encoding).replace("\r\n", "\n")
        for name, value in self.filled_in.items():
            text = text.replace(name, value)
        try:
            self.run_text(text, path.parent)
        except Exited:
            pass

    def run_text(self, text, folder=pathlib.Path(".")):
        lines = iter(text.split("\n"))
        for line in lines:
            bare = line.strip()
            if not bare or bare.startswith("--") or bare == "/":
                continue
            if bare.startswith("/*"):
                while "*/" not in line:
                    line = next(lines)
                bare = line.split("*/", 1)[1].strip()
                if not bare:
                    continue
                line = bare
            if not self.command(bare, folder, lines):
                self.statement(line, lines)

    # ---- SQL*Plus's own words

    def command(self, bare, folder, lines):
        word = bare.split()[0].upper().rstrip(";")
        if bare.startswith("@"):
            name, *words = self.replaced(bare.lstrip("@").strip().rstrip(";")).split()
            self.defined.update((str(n + 1), word) for n, word in enumerate(words))
            name = name if pathlib.PurePath(name).suffix else name + ".sql"
            from_home = not bare.startswith("@@") and (self.home / name).exists()
            self.run_file((self.home if from_home else folder) / name)
        elif word in ("EXIT", "QUIT"):
            raise Exited()
        elif word in ("DEFINE", "DEF"):
            match = re.match(r"\S+\s+(\w+)\s*=\s*(.*)$", bare)
            if match:
                self.defined[match[1].lower()] = self.replaced(match[2].strip().strip("'\""))
        elif word in ("UNDEFINE", "UNDEF"):
            self.defined.pop(bare.split()[1].lower(), None)
        elif word in ("ACCEPT", "ACC"):
            default = re.search(r"default\s+'([^']*)'", bare, re.I)
            name = bare.split()[1].lower()
            self.defined[name] = self.answers.get(name, self.replaced(default[1]) if default else "")
        elif word in ("CONNECT", "CONN"):
            self.connection = self.connect(self.replaced(bare.split(None, 1)[1].rstrip(";")))
        elif word in ("EXECUTE", "EXEC"):
            while bare.endswith("-"):
                bare = bare[:-1] + " " + next(lines).strip()
            self.execute(f"BEGIN {self.replaced(bare.split(None, 1)[1].rstrip(';'))}; END;")
        elif match := re.match(r"set\s+load\b.*\bdate_format\s+(\S+)", bare, re.I):
            self.load_format = match[1].strip("'")
        elif word == "SET" and re.match(r"set\s+(define|def|scan)\s+off", bare, re.I):
            self.substitute = False
        elif word == "SET" and re.match(r"set\s+(define|def|scan)\s+(on|&)", bare, re.I):
            self.substitute = True
        elif word in ("SET",) and re.match(r"set\s+(role|transaction|constraints?)\b", bare, re.I):
            return False
        elif word == "LOAD":
            self.load(*bare.rstrip(";").split()[1:3], folder)
        elif word in ("COLUMN", "COL"):
            match = re.match(r"\S+\s+(\w+).*?new_v(?:alue)?\s+(\w+)", bare, re.I)
            if match:
                self.new_values[match[1].lower()] = match[2].lower()
        elif word not in SILENT:
            return False
        elif word not in ("REM", "REMARK", "PRO", "PROMPT"):
            while bare.endswith("-"):
                bare = next(lines).strip()
        return True

    def load(self, table, name, folder):
        if not (folder / name).exists():
            raise_to = oracledb.DatabaseError(f"SP2-0310: unable to open file \"{name}\"")
            if not self.on_error(f"LOAD {table} {name}", raise_to):
                raise Stopped(str(raise_to))
            return
        with open(folder / name, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            columns = next(rows)
            sql = f"insert into {table} ({', '.join(columns)}) values ({', '.join(f':{n + 1}' for n in range(len(columns)))})"
            self.statements += 1
            with self.connection.cursor() as cursor:
                if self.load_format:
                    cursor.execute(f"alter session set nls_date_format = '{self.load_format}'")
                while batch := [[value if value else None for value in row] for _, row in zip(range(5000), rows)]:
                    cursor.executemany(sql, batch)
        self.connection.commit()

    def replaced(self, text):
        if not self.substitute:
            return text

        def value(match):
            name = match[1].lower()
            if name not in self.defined and name in self.answers:
                self.defined[name] = self.answers[name]
            if name not in self.defined:
                raise Stopped(f"no value for &{name}")
            return self.defined[name]
        return re.sub(r"&&?(\w+)\.?", value, text)

    # ---- statements

    def statement(self, line, lines):
        unit = UNIT.match(line) is not None
        text = []
        while True:
            if line.strip() == "/" and not self.in_text(text):
                break
            text.append(line)
            if not unit and len(text) < 6:
                unit = UNIT.match(" ".join(text)) is not None
            if unit and self.unit_end and re.search(self.unit_end, line.rstrip()):
                text[-1] = line.rstrip()[:-1]
                break
            if not unit and line.rstrip().endswith(";") and not self.in_text(text):
                break
            line = next(lines, None)
            if line is None:
                break
            if not unit and self.hyphens and text[-1].endswith("-"):
                line = text.pop()[:-1] + " " + line  # a hyphen at a line's end goes on with the next
        sql = "\n".join(text).strip()
        if not unit:
            sql = re.sub(r";\s*$", "", sql)
        if sql:
            self.execute(self.replaced(sql))

    @staticmethod
    def in_text(lines):
        """Inside '...', "..." or /* ... */ at the end of these lines?"""
        text, at, inside = "\n".join(lines), 0, None
        while at < len(text):
            if inside:
                if text.startswith(inside, at):
                    at += len(inside)
                    inside = None
                else:
                    at += 1
            elif text.startswith("--", at):
                end = text.find("\n", at)
                at = len(text) if end < 0 else end
            elif text.startswith("/*", at):
                inside, at = "*/", at + 2
            elif text[at] in "'\"":
                inside, at = text[at], at + 1
            else:
                at += 1
        return inside is not None

    def execute(self, sql):
        self.statements += 1
        cursor = self.connection.cursor()
        sql = re.sub(r"([qQ])',", lambda end: f"'||chr({ord(end[1])}),", sql)  # the driver takes the Q' that ends a text for the beginning of one
        try:
            cursor.execute(re.sub(r"--[^\n]*$", "", sql) if sql.rstrip().startswith("--") else sql)
            if cursor.description:
                self.last_rows = cursor.fetchall()
                for place, column in enumerate(cursor.description):
                    if column[0].lower() in self.new_values and self.last_rows:
                        self.defined[self.new_values[column[0].lower()]] = str(self.last_rows[-1][place] or "")
            if getattr(cursor, "warning", None):
                raise oracledb.DatabaseError(str(cursor.warning))
        except oracledb.Error as error:
            if not self.on_error(sql, error):
                raise Stopped(f"{error}\nin: {sql[:400]}") from error
        finally:
            cursor.close()
