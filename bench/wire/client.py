"""client.py PORT fetch|insert TABLE ROWS ARRAY - python-oracledb, thin and unmodified; see client.c"""
import datetime
import json
import resource
import sys
import time

import oracledb

port, what, table, rows, array = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def fetch(cursor):
    count = total = 0
    cursor.arraysize = cursor.prefetchrows = array
    cursor.execute(f"select * from {table}_{rows}")
    while part := cursor.fetchmany(array):
        count += len(part)
        total += sum(row[0] for row in part)
    return count, total


def insert(cursor):
    day, done = datetime.datetime(2024, 2, 29, 12, 30, 15), 0
    lines = [(n, f"customer number {n:08}", n * 701, day, f"the remark that belongs to row {n:09}") for n in range(1, array + 1)]
    while done < rows:
        cursor.executemany("insert into bench values (:1, :2, :3, :4, :5)", lines[:rows - done])
        done += cursor.rowcount
    cursor.connection.commit()
    return done, 0


connection = oracledb.connect(user="bench", password="bench", dsn=f"127.0.0.1:{port}/BENCH")
before, begin = cpu(), time.monotonic()
count, total = (insert if what == "insert" else fetch)(connection.cursor())
seconds, spent = time.monotonic() - begin, cpu() - before
connection.close()
print(json.dumps({"version": oracledb.__version__, "rows": count, "sum": total, "s": round(seconds, 3), "cpu_s": round(spent, 6)}))
