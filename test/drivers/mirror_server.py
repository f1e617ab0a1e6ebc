"""mirror_server.py FIELD_VERSION - seerdb's server over a database of a page: prints its
version and port, then serves until it is ended

All of the wire is seerdb's; this only keeps the rows of the tables that test/drivers/client/ora_probe.c makes.
"""
import array
import re
import sys

import seerdb
from seerdb.server import BackendError, ColumnMeta, Result
from seerdb.server.service import Server

TYPES = {"number": (2, 22), "varchar2": (1, 160), "raw": (23, 30), "clob": (112, 4000), "blob": (113, 4000)}
# What is no scalar: each column with the field version it came with, and its value in the first row; the second has NULLs.
IMAGES = [
    (7, ColumnMeta(name=b"C", data_type=112, data_length=4000, max_size=4000), "long text"),
    (7, ColumnMeta(name=b"N", data_type=1, data_length=80, max_size=20, csfrm=2, charset=2000), "\u20ac"),
    (7, ColumnMeta(name=b"X", data_type=109, data_length=2000, max_size=2000, type_schema=b"SYS", type_name=b"XMLTYPE"), "<a>\u00e4</a>" * 2000),
    (16, ColumnMeta(name=b"J", data_type=119, data_length=4000, max_size=4000, is_json=True), {"name": "Zo\u00eb", "n": [1, 2.5, True, None]}),
    (24, ColumnMeta(name=b"V", data_type=127, data_length=4000, max_size=4000, vector_format=2), array.array("f", [1.5, -2])),
    (24, ColumnMeta(name=b"B", data_type=252, data_length=1, max_size=1), True),
]
KNOWN = [(column, value) for since, column, value in IMAGES if since <= int(sys.argv[1])]
TABLES = {"images": ([column for column, _ in KNOWN], [tuple(value for _, value in KNOWN), (None,) * len(KNOWN)])}


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
