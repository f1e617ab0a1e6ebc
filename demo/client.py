"""client.py - one way to speak to either database, for the shop's writers

A shop's writer.py sees a `Db`: execute, query, nextval, commit, rollback, with `:name` binds on both sides.  Under it
are the real drivers, python-oracledb in thin mode and psycopg, unmodified.  ORACLE_DRIVER names another module of Python's DB-API
for Oracle: seerdb, in front of 11.2, which python-oracledb refuses.
"""
import contextlib
import importlib
import os
import re

QUOTED_OR_BIND = re.compile(r"""'[^']*'|"[^"]*"|(?<![:\w]):([A-Za-z_]\w*)""")


class Refused(Exception):
    """This side takes no work now: gone, fenced, not yet open.  Nothing was committed."""


class InDoubt(Exception):
    """The connection died while COMMIT was on its way: done or not, nobody knows."""


@contextlib.contextmanager
def bare_exceptions():
    """seerdb tells by an Exception of no class of its own that the connection is gone."""
    try:
        yield
    except Exception as error:
        if type(error) is Exception:
            raise ConnectionError(str(error)) from error
        raise


class Db:
    def __init__(self, side, connection, driver):
        self.side, self.connection = side, connection
        self.errors, self.violations = (driver.Error, OSError), driver.IntegrityError

    def _sql(self, sql):
        if self.side == "oracle":
            return sql
        return QUOTED_OR_BIND.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], sql.replace("%", "%%"))

    def _run(self, sql, binds):
        """A cursor of its own each time: python-oracledb's keeps the types of the binds that it saw first.  Without binds none
        are named: seerdb would look for those of a trigger's :NEW."""
        with bare_exceptions():
            cursor = self.connection.cursor()
            cursor.execute(self._sql(sql), *([binds] if binds or self.side == "postgresql" else []))
            return cursor

    def execute(self, sql, **binds):
        """Run one statement; the number of rows it touched."""
        return self._run(sql, binds).rowcount

    def executemany(self, sql, rows):
        """The same statement for a list of dictionaries."""
        if rows:
            with bare_exceptions():
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
            with bare_exceptions():
                self.connection.commit()
        except self.errors as error:
            raise InDoubt(str(error)) from error

    def rollback(self):
        with bare_exceptions():
            self.connection.rollback()

    def close(self):
        try:
            with bare_exceptions():
                self.connection.close()
        except self.errors:
            pass


def oracle_driver():
    driver = importlib.import_module(os.environ.get("ORACLE_DRIVER", "oracledb"))
    if hasattr(driver, "defaults"):
        driver.defaults.fetch_decimals = True
    return driver


def open_oracle(user, password, dsn):
    driver = oracle_driver()
    try:
        with bare_exceptions():
            return Db("oracle", driver.connect(user=user, password=password, dsn=dsn), driver)
    except (driver.Error, OSError) as error:
        raise Refused(str(error)) from error


def open_postgres(conninfo, schema):
    import psycopg

    try:
        connection = psycopg.connect(conninfo, options=f"-c search_path={schema}", connect_timeout=5)
    except psycopg.Error as error:
        raise Refused(str(error)) from error
    return Db("postgresql", connection, psycopg)
