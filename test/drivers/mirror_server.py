"""mirror_server.py FIELD_VERSION - seerdb's server over a database of a page: prints its
version and port, then serves until it is ended

All of the wire is seerdb's; this only keeps the rows of the tables that test/drivers/client/ora_probe.c makes.
"""
import re
import sys

import seerdb
from seerdb.server import BackendError, ColumnMeta, Result
from seerdb.server.service import Server

TYPES = {"number": (2, 22), "varchar2": (1, 160), "raw": (23, 30), "clob": (112, 4000), "blob": (113, 4000)}
TABLES = {}


class Memory:
    capabilities = frozenset()

    def authenticate(self, username):
        return "tiger" if username.upper() == "SCOTT" else None

    def execute(self, sql, binds=()):
        words = re.match(r"\s*(create table|insert into|select \* from)\s+(\w+)\s*(.*)", sql, re.I | re.S)
        if not words:
            return Result()
        verb, table, rest = words[1].lower(), words[2].lower(), words[3]
        if verb == "create table":
            TABLES[table] = ([self.column(*part.split()) for part in rest.strip("()").split(", ")], [])
            return Result()
        if table not in TABLES:
            raise BackendError("table or view does not exist", ora_code=942)
        columns, rows = TABLES[table]
        if verb == "insert into":
            rows.append(tuple(getattr(bind, "value", bind) for bind in binds))
            return Result(rowcount=1)
        return Result(columns=columns, rows=list(rows))

    @staticmethod
    def column(name, kind):
        data_type, length = TYPES[kind.split("(")[0]]
        return ColumnMeta(name=name.upper().encode(), data_type=data_type, data_length=length, max_size=length)

    def commit(self):
        pass

    def rollback(self):
        pass

    def close(self):
        pass


server = Server(port=0, backend_factory=Memory, field_version=int(sys.argv[1]))
print(seerdb.__version__, server.port, flush=True)
server.serve_forever()
