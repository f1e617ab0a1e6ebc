"""replay.py - tables out of V$LOGMNR_CONTENTS, read through python-oracledb: an independent reader of redo

Knows nothing of Causeway.  Reads window after window, keeps each transaction's changes until its COMMIT, takes out what
ROLLBACK = 1 undoes, and applies what is left by ROWID.  For each habit of redo (HABITS) it has a handling, and each can be
left away: then it is the naive reader that people write first.
"""
import pathlib
import re
import sys
import time

import oracledb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import replay_ddl
from replay_text import (AGAIN, APART, COMMIT, DDL, DELETE, INSERT, KINDS, LOB_TRIM, LOB_WRITE, LONG_DATA, ROLLBACK, SELECT_LOB_LOCATOR, START, UNDOES, UNSUPPORTED, UPDATE, WIDE,
                         XML_DOC_BEGIN, XML_DOC_END, XML_DOC_WRITE, Document, Lob, Naive, as_text, canonical, compared, parse)

HABITS = ("late-start", "shared-scn", "empty-commit", "switch-in-window", "unlisted-log", "rowid-rollback", "csf-pieces", "reused-log",
          "unflushed-tail", "ddl-rows", "chained-rows", "other-destination", "deleted-archive", "lob-rows", "long-names", "parallel-dml",
          "old-definitions", "long-rows", "cut-xids", "bare-quotes", "wide-rows")

THREADS = "two-threads"  # of a cluster: no habit to be switched, but what a naive reader does not know, either

LOST_LOG = (308, 310, 334, 1284, 1291)
DATE_FORMAT = "YYYY-MM-DD HH24:MI:SS"

CONTENTS = """select scn, thread#, rbasqn, rbablk, rbabyte, operation_code, rollback, csf, xid, row_id, table_name, sql_redo, status, info, pxid,
data_obj# from v$logmnr_contents where scn > :lo and scn <= :hi and (operation_code in (6, 7, 36) or seg_owner in (:owner, 'UNKNOWN'))"""

PARTS = """select object_name, object_id from all_objects where owner = :owner and object_type in ('TABLE PARTITION', 'TABLE SUBPARTITION')"""


class Replayer:
    """Tables of @owner as the redo behind SCN @start tells; @handles: the habits it knows; of those @reshaped all DDL is followed.

    A row lies in the object of its partition.  @parts: {number: table} of partitions that may be gone when their rows are read.
    """

    def __init__(self, connect, owner, tables, start, handles=(*HABITS, THREADS), reshaped=(), parts=None):
        self.connect, self.owner, self.tables, self.handles = connect, owner, tables, set(handles)
        self.lo = start
        self.applied = (start,)  # SCN, thread, sequence, block, byte of the last commit applied
        self.restart_from = start
        self.open, self.began, self.broken, self.logs = {}, {}, {}, None
        self.rows = self.changes = self.windows = self.undone = self.older = self.reshapes = 0
        self.ddl = []  # what was followed, with the place of its commit
        self.db = self.history = None
        self.reconnect()
        self.lobs = set(self.query("select table_name, column_name from all_tab_cols where owner = :owner and data_type in "
                                   "('CLOB', 'NCLOB', 'BLOB', 'XMLTYPE', 'JSON')", owner=owner))
        self.longs = dict(self.query("select table_name, column_name from all_tab_cols where owner = :owner and data_type like 'LONG%'", owner=owner))
        self.extended = {name for name, in self.query("select table_name from all_tab_cols where owner = :owner and data_type = 'VARCHAR2' and "
                                                      "data_length > 4000", owner=owner)}
        self.reshaped = set(reshaped)
        there = {name: int(number) for name, number in self.query("select object_name, object_id from all_objects where owner = :owner and "
                                                                  "object_type = 'TABLE'", owner=owner)}
        self.named = {there[name]: name for name in self.reshaped & there.keys()}  # tables that were dropped are told by their numbers alone
        self.parts, self.strange = {} if parts is None else parts, set()
        self.parted = {name for name, in self.query("select table_name from all_part_tables where owner = :owner", owner=owner)} & self.reshaped
        self.table = {name: {} for name in tables if name not in self.reshaped or name in there}
        self.definition = {name: self.define(name) for name in self.named.values()}

    def define(self, name):
        columns = self.query("select column_name, data_type from all_tab_cols where owner = :owner and table_name = :name and virtual_column = 'NO' "
                             "order by internal_column_id", owner=self.owner, name=name)
        partitions = self.query("select partition_name, high_value from all_tab_partitions where table_owner = :owner and table_name = :name "
                                "order by partition_position", owner=self.owner, name=name)
        key = self.query("select column_name from all_part_key_columns where owner = :owner and name = :name", owner=self.owner, name=name)
        return replay_ddl.Definition(columns, key[0][0] if key else None, [
            (partition, None if high == "MAXVALUE" else float(high)) for partition, high in partitions])

    def reconnect(self):
        self.db = self.connect()
        history = self.query("select dbid, resetlogs_change# from v$database")
        if self.history not in (None, history):
            raise Naive(f"SCN {self.lo} is of another incarnation: {self.history}, not {history}")
        self.history = history
        self.run(f"alter session set nls_date_format = '{DATE_FORMAT}'")
        self.run("alter session set nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SS.FF9'")
        self.run("alter session set nls_timestamp_tz_format = 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'")

    def run(self, sql, **binds):
        with self.db.cursor() as cursor:
            cursor.execute(sql, binds)

    def query(self, sql, **binds):
        with self.db.cursor() as cursor:
            cursor.arraysize = 1000
            return cursor.execute(sql, binds).fetchall()

    # ---- which logs --------------------------------------------------------

    def window_end(self):
        if "unflushed-tail" not in self.handles:
            return int(self.query("select current_scn from v$database")[0][0])
        return int(self.query("select min(last_redo_change#) from v$thread where status = 'OPEN'")[0][0]) - 1

    def archived_logs(self):
        sql = """select a.name, a.thread#, a.sequence#, a.first_change#, a.next_change#, a.standby_dest, a.status from v$archived_log a, v$database d
            where a.resetlogs_change# = d.resetlogs_change# and a.next_change# > :lo"""
        for name, thread, sequence, first, next_, standby, status in self.query(sql, lo=self.lo + 1):
            if "other-destination" in self.handles and standby == "YES":
                continue
            if "deleted-archive" in self.handles and (status == "D" or name is None):
                continue
            yield self.place(thread, sequence), (name, int(first), int(next_), False)

    def place(self, thread, sequence):
        return int(thread) if THREADS in self.handles else 1, int(sequence)

    def list_logs(self, hi):
        """{(thread, sequence): (name, first, next, online)} for what lies in (lo, hi]; None: one is missing now."""
        online = {self.place(t, s): (name, int(first), int(next_), True) for name, t, s, first, next_ in self.query(
            """select f.member, l.thread#, l.sequence#, l.first_change#, l.next_change# from v$log l, v$logfile f
            where f.group# = l.group# and l.status <> 'UNUSED' and l.next_change# > :lo""", lo=self.lo + 1)}
        logs = {}
        for place, log in self.archived_logs():
            if log[0] is None:
                raise Naive(f"log {place} has no name")
            if place in logs and logs[place][0] != log[0]:
                raise Naive(f"log {place} is listed twice, as {logs[place][0]} and {log[0]}")
            logs[place] = log
        logs = {**online, **logs}
        begun = {place: log for place, log in logs.items() if log[1] <= hi}
        return begun if begun and self.is_whole(logs, hi) else None

    def is_whole(self, logs, hi):
        """Of each thread one log after the other, from the one that holds the first SCN to the one that holds the last."""
        if "unlisted-log" not in self.handles:
            return True
        for thread in {thread for thread, _ in logs}:
            mine = sorted(sequence for t, sequence in logs if t == thread)
            if mine != list(range(mine[0], mine[-1] + 1)):
                return False
            if logs[thread, mine[0]][1] > self.lo + 1 and mine[0] != 1:
                return False
            if logs[thread, mine[-1]][2] <= hi:
                raise Naive(f"no log of thread {thread} holds SCN {hi}: {logs}")
        return True

    def add_logs(self, logs):
        names = [logs[place][0] for place in sorted(logs)]
        for i, name in enumerate(names):
            self.run("begin dbms_logmnr.add_logfile(logfilename => :name, options => :option); end;", name=name, option=3 if i else 1)

    def are_same(self, logs):
        """Are the online ones still what they were?"""
        now = {self.place(t, s) for t, s in self.query("select thread#, sequence# from v$log")}
        return all(place in now for place, log in logs.items() if log[3])

    # ---- a window ----------------------------------------------------------

    def step(self, meanwhile=None, stop_after=None):
        """Read one window; False: there is none now.  @meanwhile is called between listing and reading."""
        hi = self.window_end()
        if hi <= self.lo:
            return False
        if self.logs is None or "switch-in-window" in self.handles:
            self.logs = self.list_logs(hi)
        if self.logs is None:
            return False
        try:
            rows = self.read(hi, meanwhile)
        except oracledb.DatabaseError as error:
            if "reused-log" in self.handles and error.args[0].code in LOST_LOG:
                return False
            raise
        if rows is None:
            return False
        self.windows += 1
        self.take(rows, hi, stop_after)
        return True

    def read(self, hi, meanwhile):
        first = max(self.lo + 1, min(log[1] for log in self.logs.values()))
        self.add_logs(self.logs)
        if meanwhile:
            meanwhile()
        self.run("begin dbms_logmnr.start_logmnr(startscn => :lo, endscn => :hi, options => 16 + 64); end;", lo=first, hi=hi)
        rows = self.query(CONTENTS, lo=self.lo, hi=hi, owner=self.owner)
        self.run("begin dbms_logmnr.end_logmnr; end;")
        if "reused-log" in self.handles and not self.are_same(self.logs):
            return None
        return rows

    def take(self, rows, hi, stop_after):
        self.rows += len(rows)
        pieces, applied = [], 0
        for row in rows:
            if "csf-pieces" in self.handles:
                pieces.append(row[11] or "")
                if row[7]:
                    continue
                row, pieces = (*row[:11], "".join(pieces), *row[12:]), []
            applied += self.take_row(row)
            if applied == stop_after:
                self.restart()
                return
        self.lo = hi
        self.restart_from = min([began for began in self.began.values()] + [hi + 1])

    def restart(self):
        """As after a crash: nothing is left but what was applied and from where to read again."""
        self.open, self.began, self.broken, self.logs = {}, {}, {}, None
        self.lo = self.restart_from - 1

    def begin(self, xid, scn):
        self.began.setdefault(xid, scn)
        return self.open.setdefault(xid, [])

    def whole(self, xid):
        """A sequence that is not known is that of the open transaction of its undo segment and slot, which it may itself not have known yet."""
        cut = xid[:4] + b"\xff" * 4
        if xid == cut:
            return next((one for one in self.open if one[:4] == xid[:4]), xid)
        for kept in (self.open, self.began, self.broken):
            if cut in kept:
                kept[xid] = kept.pop(cut)
        return xid

    def name_of(self, number, told):
        """Of the table, by its number or that of one of its partitions."""
        name = self.named.get(number) or self.parts.get(number)
        if name is None and self.parted and number not in self.strange and (told or "").startswith("OBJ# "):
            self.parts.update((int(part), table) for table, part in self.query(PARTS, owner=self.owner) if table in self.parted)
            name = self.parts.get(number)
            self.strange |= set() if name else {number}
        return name or told

    def place_of(self, name, row_id):
        """What stays of a row's ROWID when a SPLIT or MERGE puts it into another object, of which no row is in the redo."""
        return row_id[6:] if name in self.parted else row_id

    def take_row(self, row):
        """1 if it was a commit that was applied."""
        scn, op, xid, name, text = int(row[0]), int(row[5]), bytes(row[8]), self.name_of(int(row[15]), row[10]), row[11]
        if "parallel-dml" in self.handles and row[14] != row[8]:  # of a slave: part of its parent's transaction
            if op in (START, COMMIT, ROLLBACK):
                return 0
            xid = bytes(row[14])
        if "cut-xids" in self.handles:
            xid = self.whole(xid)
        if op == START:
            self.begin(xid, scn)
        elif op in UNDOES:
            if name in self.table:
                self.take_change(scn, xid, op, name, row)
        elif op == COMMIT:
            return self.commit(xid, tuple(int(part) for part in row[:5]))
        elif op == ROLLBACK:
            self.began.pop(xid, None)
            left, broken = self.open.pop(xid, []), self.broken.pop(xid, None)
            if any(change[0] != DDL for change in left) and not broken:
                raise Naive(f"a rollback leaves {len(left)} changes")
        elif op == DDL:
            self.take_ddl(scn, xid, row[10], row)
        elif op == UNSUPPORTED and "long-names" in self.handles:
            if name in self.table:
                self.take_unsupported(self.begin(xid, scn), name, row[6])
        elif op in (*APART, LOB_WRITE, LOB_TRIM, XML_DOC_WRITE, XML_DOC_END) and "lob-rows" in self.handles:
            if name in self.table:
                self.take_apart(scn, xid, op, row)
        elif op in WIDE:
            if "wide-rows" not in self.handles:
                raise Naive(f"operation {op} on {name} is unknown")
            if name in self.table and op == WIDE[0]:
                changes = self.begin(xid, scn)
                changes.append((AGAIN, name, next(change[2] for change in reversed(changes) if change[2]), None))
        elif op == LONG_DATA and "long-rows" in self.handles:
            if name in self.table:
                self.take_long(self.begin(xid, scn), name)
        elif row[6] and "lob-rows" in self.handles and self.open.get(xid) and self.is_of_lobs(self.open[xid][-1]):
            self.undo_lobs(self.open[xid])
        elif "chained-rows" not in self.handles:
            raise Naive(f"operation {op} on {name} is unknown")
        return 0

    @staticmethod
    def take_unsupported(changes, name, rollback):
        if rollback:
            changes.pop()
        else:
            changes.append((UNSUPPORTED, name, None, {}))

    def take_ddl(self, scn, xid, name, row):
        text = row[11]
        if "ddl-rows" not in self.handles:
            raise Naive(f"DDL among the changes: {text[:100]}")
        if name in self.reshaped:
            self.named[int(row[15])] = name
        if name in self.reshaped or name in self.table and re.match(r"\s*truncate\s", text, re.I):
            self.begin(xid, scn).append((DDL, name, None, text))

    @staticmethod
    def take_long(changes, name):
        """A piece of a LONG, of the row that was changed last: its column will be read again."""
        if changes[-1][0] != LONG_DATA:
            changes.append((LONG_DATA, name, next(change[2] for change in reversed(changes) if change[2]), None))

    def take_apart(self, scn, xid, op, row):
        """Of a LOB or a document."""
        changes, name, text = self.begin(xid, scn), row[10], row[11]
        if op in APART:
            changes.append((op, name, None, Lob(text) if op == SELECT_LOB_LOCATOR else Document(text, row[13])))
        else:
            changes[-1][3].add(op, text)

    def is_of_lobs(self, change):
        return change[0] in APART or change[0] == UPDATE and all((change[1], column) in self.lobs for column in change[3])

    @staticmethod
    def undo_lobs(changes):
        """INTERNAL with ROLLBACK = 1: the last change was of LOBs alone; an UPDATE that said EMPTY_CLOB() goes with its writes."""
        at = len(changes) - 1
        while at > 0 and changes[at][0] in APART:
            at -= 1
        if changes[at][0] != UPDATE or any(changes[at][3].get(lob[3].column, lob) != lob[3].empty for lob in changes[at + 1:]):
            at = len(changes) - 1
        del changes[at:]

    def take_change(self, scn, xid, op, name, row):
        rollback, row_id, text = row[6], self.place_of(name, row[9]), row[11]
        sets_long = "long-rows" in self.handles and op == UPDATE and row[13] is None and name in self.longs
        if row[12] != 0 and not sets_long and not ("old-definitions" in self.handles and name in self.reshaped and row[13] == "Dictionary Version Mismatch"):
            raise Naive(f"status {row[12]}: {row[13]}")
        self.older += row[12] != 0 and not sets_long
        if xid not in self.open and "late-start" not in self.handles:
            raise Naive("a change of a transaction that has not begun")
        changes = self.begin(xid, scn)
        again = not rollback and op != DELETE and "bare-quotes" in self.handles and name in self.extended
        if again:  # what such a text says cannot be known
            changes += [(op, name, row_id, {}), (AGAIN, name, row_id, None)]
            return
        values, where = ({}, {}) if rollback and "rowid-rollback" in self.handles else parse(
            text, f'"UNKNOWN"."{row[10]}"' if row[10].startswith("OBJ# ") else f'"{self.owner}"."{name}"')
        if not rollback:
            changes.append((op, name, row_id, values))
        elif "rowid-rollback" in self.handles:
            self.undone += 1
            at = next((i for i in range(len(changes) - 1, -1, -1) if changes[i][:3] == (UNDOES[op], name, row_id)), None)
            if at is None:  # nothing is wrong yet: after a restart it may be one that was applied already
                self.broken[xid] = f"nothing to undo at {row_id} of {name}"
            else:
                del changes[at:]  # with what LogMiner says of its LOBs
        elif op != INSERT and not where:
            raise Naive(f"a statement that names no row: {text[:100]}")
        else:
            changes.append((op, name, row_id, values))

    def commit(self, xid, place):
        if xid not in self.open and "empty-commit" not in self.handles:
            raise Naive("a commit of a transaction that has not begun")
        changes, broken = self.open.pop(xid, []), self.broken.pop(xid, None)
        self.began.pop(xid, None)
        if place <= self.applied if "shared-scn" in self.handles else place[0] <= self.applied[0]:
            return 0
        if broken:
            raise Naive(broken)
        for op, name, row_id, values in changes:
            if op == UNSUPPORTED:  # there is nothing in the redo: the table is read again
                self.table[name] = self.rows_of(name, f" as of scn {place[0]}")
            elif op in (LONG_DATA, AGAIN):
                self.read_again(name, row_id, place[0], [self.longs[name]] if op == LONG_DATA else self.kinds_of(name))
            elif op == DDL and name in self.reshaped:
                self.reshape(name, values, place)
            else:
                self.apply(self.table[name], op, row_id, self.definition[name].named(values) if name in self.reshaped else values)
        self.applied = place
        self.changes += len(changes)
        return bool(changes)

    def read_again(self, name, row_id, scn, columns):
        """Of a row as it was at the commit; where that is gone, what is there now: what changed it since comes later."""
        try:
            found = self.rows_of(name, f" as of scn {scn}", row_id)
        except oracledb.DatabaseError as error:
            if error.args[0].code not in (1555, 8180):
                raise
            found = self.rows_of(name, "", row_id)
        if row_id in self.table[name] and row_id in found:
            self.table[name][row_id].update({column: found[row_id][column] for column in columns})

    def reshape(self, name, text, place):
        self.reshapes += 1
        self.ddl.append((place, text))
        made = replay_ddl.create(text)
        if made:
            self.definition[name], self.table[name] = made, {}
        elif replay_ddl.is_drop(text):
            del self.definition[name], self.table[name]
        else:
            try:
                replay_ddl.change(self.definition[name], self.table[name], text)
            except StopIteration:
                raise Naive(f"{text} at {place} names what {name} has not, but {vars(self.definition[name])}; DDL before it: {self.ddl[-8:-1]}, "
                            f"window behind {self.lo}, logs {self.logs}") from None

    @staticmethod
    def apply(table, op, row_id, values):
        if op == DDL:
            table.clear()
        elif op in APART:
            values.apply(table)
        elif op == INSERT:
            if row_id in table:
                raise Naive(f"row {row_id} is there already")
            table[row_id] = dict(values)
        elif row_id not in table:
            raise Naive(f"row {row_id} is not there")
        elif op == DELETE:
            del table[row_id]
        else:
            table[row_id].update(values)

    # ---- the end -----------------------------------------------------------

    def catch_up(self, timeout=30):
        """Until everything that is committed now was read."""
        scn = int(self.query("select current_scn from v$database")[0][0])
        until = time.monotonic() + timeout
        while self.lo < scn:
            if not self.step():
                if time.monotonic() > until:
                    raise Naive(f"the redo does not come to SCN {scn}, it stays at {self.lo}")
                self.query("select current_scn from v$database")
                time.sleep(.02)

    def kinds_of(self, name):
        """By column: how it is asked for and how compared."""
        return {column: KINDS.get(re.sub(r"\(\d\)", "", kind), ("{}", canonical)) for column, kind in self.query(
            """select column_name, data_type from all_tab_cols where owner = :owner and table_name = :name and hidden_column = 'NO'
            and virtual_column = 'NO'""", owner=self.owner, name=name)}

    def rows_of(self, name, when="", row_id=None):
        """The rows of the table itself, by ROWID, or one of them."""
        kinds = self.kinds_of(name)
        asked = ", ".join(shown.format(f't."{column}"') for column, (shown, _) in kinds.items())
        with self.db.cursor() as cursor:
            cursor.execute(f'select rowid, {asked} from {self.owner}."{name}"{when} t' + (" where rowid = :row_id" if row_id else ""), [row_id] if row_id else [])
            return {self.place_of(name, row[0]): {c: compared(kinds[c][1], as_text(v)) for c, v in zip(kinds, row[1:])} for row in cursor}

    def differences(self):
        """Against the tables themselves: rows that are not the same."""
        found = []
        for name in self.tables:
            if name not in self.table:
                found += [(name, "is there")] if self.query("select 1 from all_tables where owner = :owner and table_name = :name", owner=self.owner, name=name) else []
                continue
            kinds, real = self.kinds_of(name), self.rows_of(name)
            got = {row_id: {c: compared(kinds[c][1], row.get(c)) for c in kinds} for row_id, row in self.table[name].items()}
            found += [(name, row_id, got.get(row_id), real.get(row_id)) for row_id in got.keys() | real.keys()
                      if got.get(row_id) != real.get(row_id)]
        return found
