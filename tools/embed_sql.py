"""embed_sql.py OUT FILE... - put SQL files into a C source, in the order given

The rehearsal Oracle installs them into its database; compiled in, they are at hand in the build tree and in
an installed copy alike.  The digest says whether a database has exactly these.
"""
import hashlib
import pathlib
import sys


def literal(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(f'\t"{line}\\n"' for line in escaped.split("\n"))


def main(out, *names):
    digest = hashlib.sha256()
    parts = ['#pragma GCC diagnostic ignored "-Woverlength-strings"\n#include "rehearsal/cluster.h"\n\nconst struct rh_sql_file rh_sql_files[] = {\n']
    for name in names:
        text = pathlib.Path(name).read_text(encoding="utf-8")
        digest.update(text.encode())
        parts.append(f'{{ "{pathlib.Path(name).name}",\n{literal(text)} }},\n')
    parts.append("{ 0, 0 },\n};\n")
    parts.append(f'const char rh_sql_digest[] = "{digest.hexdigest()}";\n')
    pathlib.Path(out).write_text("".join(parts), encoding="utf-8")


main(*sys.argv[1:])
