"""client.py - one way to speak to either database, for the shop's writers

A shop's writer.py sees a `Db`: execute, query, nextval, commit, rollback, with `:name` binds on both sides.  Under it
are the real drivers, python-oracledb in thin mode and psycopg, unmodified.
"""
import re

QUOTED_OR_BIND = re.compile(r"""'[^']*'|"[^"]*"|(?<![:\w]):([A-Za-z_]\w*)""")


class Refused(Exception):
    """This side takes no work now: gone, fenced, not yet open.  Nothing was committed."""


class InDoubt(Exception):
    """The connection died while COMMIT was on its way: done or not, nobody knows."""


class Db:
    def __init__(self, side, connection, driver):
        self.side, self.connection = side, connection
        self.errors, self.violations = (driver.Error, OSError), driver.IntegrityError

    def _sql(self, sql):
        if self.side == "oracle":
            return sql
        return QUOTED_OR_BIND.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], sql.replace("%", "%%"))

    def _run(self, sql, binds):
        """A cursor of its own each time: python-oracledb's keeps the types of the binds that it saw first."""
        cursor = self.connection.cursor()
        cursor.execute(self._sql(sql), binds)
        return cursor

    def execute(self, sql, **binds):
        """Run one statement; the number of rows it touched."""
        return self._run(sql, binds).rowcount

    def executemany(self, sql, rows):
        """The same statement for a list of dictionaries."""
        if rows:
            self.connection.cursor().executemany(self._sql(sql), rows)

    def query(self, sql, **binds):
        """All rows, as tuples."""
        return self._run(sql, binds).fetchall()

    def nextval(self, sequence):
        """The next number of a sequence, in each side's own words; a name in mixed case comes in double quotes."""
        if self.side == "oracle":
            return int(self.query(f"select {sequence}.nextval from dual")[0][0])
        return int(self.query("select nextval(:name)", name=sequence)[0][0])

    def commit(self):
        try:
            self.connection.commit()
        except self.errors as error:
            raise InDoubt(str(error)) from error

    def rollback(self):
        self.connection.rollback()

    def close(self):
        try:
            self.connection.close()
        except self.errors:
            pass


def open_oracle(user, password, dsn):
    import oracledb

    oracledb.defaults.fetch_decimals = True
    try:
        return Db("oracle", oracledb.connect(user=user, password=password, dsn=dsn), oracledb)
    except (oracledb.Error, OSError) as error:
        raise Refused(str(error)) from error


def open_postgres(conninfo, schema):
    import psycopg

    try:
        connection = psycopg.connect(conninfo, options=f"-c search_path={schema}", connect_timeout=5)
    except psycopg.Error as error:
        raise Refused(str(error)) from error
    return Db("postgresql", connection, psycopg)
