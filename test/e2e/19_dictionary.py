"""19_dictionary.py - the dictionary and V$ views of the rehearsal Oracle, column for column as Oracle documents them

The documented columns are the list in src/rehearsal/sql/dict_8_columns.sql, taken from Oracle Database Reference 19c; what is compared with
it is what a driver is told when it describes each view.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import servers  # noqa: E402

import oracledb  # noqa: E402

LIST = harness.ROOT / "src/rehearsal/sql/dict_8_columns.sql"
# views that have no page of their own in the Reference's list of views, or are made of one that has
UNDOCUMENTED = {"CAT", "DICT", "DUAL", "PRODUCT_COMPONENT_VERSION", "SYSTEM_PRIVILEGE_MAP", "TAB", "ALL_JOBS", "ALL_RECYCLEBIN",
                "V$LOGMNR_CONTENTS"}
KINDS = {"VARCHAR2": "DB_TYPE_VARCHAR", "NUMBER": "DB_TYPE_NUMBER", "DATE": "DB_TYPE_DATE", "RAW": "DB_TYPE_RAW", "CHAR": "DB_TYPE_CHAR",
         "LONG": "DB_TYPE_VARCHAR", "CLOB": "DB_TYPE_VARCHAR", "BLOB": "DB_TYPE_RAW", "INTERVAL DAY": "DB_TYPE_INTERVAL_DS"}


def documented():
    """{view: [(column, type)]} of the list."""
    text = LIST.read_text().split("$list$")[1].replace("\n\t", " ")
    views = {}
    for line in text.splitlines():
        if match := re.match(r"(\S+): (.*)$", line):
            views[match[1]] = [tuple(one.split(" ", 1)) for one in match[2].split(", ")]
    for line in text.splitlines():
        if match := re.match(r"(\S+) = (\S+)(?: - (.*?))?(?: \+ (\S+) (\S+))?$", line):
            without = (match[3] or "").split()
            views[match[1]] = ([(match[4], match[5])] if match[4] else []) + [c for c in views[match[2]] if c[0] not in without]
    return views


def kind(text):
    if text.startswith("TIMESTAMP"):
        return "DB_TYPE_TIMESTAMP_TZ" if "ZONE" in text else "DB_TYPE_TIMESTAMP"
    return KINDS.get(re.match(r"[A-Z0-9]+(?: DAY)?", text)[0])


def main():
    work = servers.work_folder("dictionary")
    oracle = servers.Rehearsal(harness.BUILD / "src/programs/causeway-rehearse", work / "oracle")
    try:
        db = oracledb.connect(user="system", password=oracle.password, dsn=oracle.dsn)
        cursor = db.cursor()
        views = documented()
        cursor.execute("select object_name from all_objects where owner = 'SYS' and object_type = 'VIEW'")
        present = {row[0] for row in cursor} - UNDOCUMENTED
        with harness.test("every_view_of_SYS_is_one_that_Oracle_documents"):
            unknown = {name for name in present if re.sub(r"^(G?V)_\$", r"\1$", name) not in views} - {"V_$LOGMNR_CONTENTS"}
            assert not unknown, sorted(unknown)
        with harness.test("each_view_has_the_documented_columns_in_their_order_with_their_types"):
            wrong = []
            for name in sorted(present & views.keys()):
                cursor.execute(f"select * from sys.{name} where 1 = 0")
                for (column, text), told in zip(views[name], cursor.description):
                    size = re.match(r"(?:VARCHAR2|CHAR)\((\d+)", text)
                    if (column, kind(text)) != (told[0], told[1].name) or (size and int(size[1]) != told[3]):
                        wrong.append((name, column, text, told[0], told[1].name, told[3]))
                if len(views[name]) != len(cursor.description):
                    wrong.append((name, len(views[name]), len(cursor.description)))
            print(f"# {len(present & views.keys())} views, {sum(len(views[n]) for n in present & views.keys())} columns")
            assert not wrong, wrong[:8]
    finally:
        oracle.stop()
        servers.remove(work)
    harness.finish()


if __name__ == "__main__":
    main()
