// Dictionary.java - what ojdbc asks by itself: DatabaseMetaData, columns of a statement that was not run, keys made by an insert
//
// Part of Suite.java.  Each answer is compared as text: the columns named, of each row, in the order that JDBC prescribes.
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

class Dictionary {
	private final Connection connection;
	private final String user;
	private final DatabaseMetaData asked;

	Dictionary(Connection connection, String user) throws SQLException {
		this.connection = connection;
		this.user = user;
		this.asked = connection.getMetaData();
	}

	private static List<String> rows(ResultSet answer, String... columns) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (answer) {
			while (answer.next()) {
				StringBuilder row = new StringBuilder();
				for (String column : columns)
					row.append(row.isEmpty() ? "" : " ").append(answer.getString(column));
				rows.add(row.toString());
			}
		}
		return rows;
	}

	private static void same(List<String> got, String... wanted) {
		Suite.same(got, List.of(wanted));
	}

	private void make() throws SQLException {
		for (String statement : new String[] {
			"create table suite_dept (id number(4) primary key, name varchar2(40) not null)",
			"create table suite_emp (id number(10) constraint suite_emp_key primary key, dept number(4) default 7 "
				+ "constraint suite_emp_dept references suite_dept on delete cascade, name varchar2(40), salary number(8,2), hired date)",
			"create index suite_emp_name on suite_emp (name, salary)",
			"create view suite_rich as select id, name from suite_emp where salary > 1000",
			"comment on table suite_emp is 'people'",
			"comment on column suite_emp.name is 'full name'",
			"create function suite_twice(n in number) return number is begin return 2 * n; end;",
			"create procedure suite_noop(n in out number, t varchar2) is begin n := n + 1; end;",
			"grant select on suite_dept to public" })
			try (Statement one = connection.createStatement()) {
				one.execute(statement);
			}
	}

	private void tables() throws SQLException {
		Suite.must(rows(asked.getSchemas(), "TABLE_SCHEM").contains(user), "the schema is not listed");
		same(rows(asked.getTables(null, user, "SUITE" + asked.getSearchStringEscape() + "_%", new String[] { "TABLE", "VIEW" }), "TABLE_NAME", "TABLE_TYPE").stream()
			.filter(row -> row.contains("DEPT") || row.contains("EMP") || row.contains("RICH")).toList(),
			"SUITE_DEPT TABLE", "SUITE_EMP TABLE", "SUITE_RICH VIEW");
		same(rows(asked.getColumns(null, user, "SUITE_EMP", null), "COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE", "DECIMAL_DIGITS", "NULLABLE"),
			"ID NUMBER 10 0 0", "DEPT NUMBER 4 0 1", "NAME VARCHAR2 40 null 1", "SALARY NUMBER 8 2 1", "HIRED DATE 7 null 1");
		same(rows(asked.getColumns(null, user, "SUITE_RICH", "N%"), "COLUMN_NAME", "TYPE_NAME", "ORDINAL_POSITION"), "NAME VARCHAR2 2");
		same(rows(asked.getVersionColumns(null, user, "SUITE_EMP")));
		Suite.must(rows(asked.getBestRowIdentifier(null, user, "SUITE_EMP", DatabaseMetaData.bestRowSession, true), "COLUMN_NAME")
			.contains("ID"), "the key does not identify a row");
		same(rows(asked.getPseudoColumns(null, user, "SUITE_DEPT", "ROWID"), "COLUMN_NAME"), "ROWID");
		Suite.must(rows(asked.getTypeInfo(), "TYPE_NAME").contains("NUMBER"), "no NUMBER");
		Suite.must(rows(asked.getTableTypes(), "TABLE_TYPE").contains("TABLE"), "no TABLE");
		same(rows(asked.getUDTs(null, user, "%", null), "TYPE_NAME"));
	}

	private void keys() throws SQLException {
		same(rows(asked.getPrimaryKeys(null, user, "SUITE_EMP"), "COLUMN_NAME", "KEY_SEQ", "PK_NAME"), "ID 1 SUITE_EMP_KEY");
		String key = "SUITE_DEPT ID SUITE_EMP DEPT 1 0 SUITE_EMP_DEPT"; // 0: importedKeyCascade
		String[] columns = { "PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ", "DELETE_RULE", "FK_NAME" };
		same(rows(asked.getImportedKeys(null, user, "SUITE_EMP"), columns), key);
		same(rows(asked.getExportedKeys(null, user, "SUITE_DEPT"), columns), key);
		same(rows(asked.getCrossReference(null, user, "SUITE_DEPT", null, user, "SUITE_EMP"), columns), key);
		List<String> parts = rows(asked.getIndexInfo(null, user, "SUITE_EMP", false, true), "INDEX_NAME", "COLUMN_NAME", "NON_UNIQUE");
		for (String part : List.of("SUITE_EMP_KEY ID 0", "SUITE_EMP_NAME NAME 1", "SUITE_EMP_NAME SALARY 1"))
			Suite.must(parts.contains(part), "wanted " + part + " in " + parts);
	}

	private void routines() throws SQLException {
		same(rows(asked.getProcedures(null, user, "SUITE%"), "PROCEDURE_NAME", "PROCEDURE_TYPE"), "SUITE_NOOP 1", "SUITE_TWICE 2");
		same(rows(asked.getProcedureColumns(null, user, "SUITE_NOOP", "%"), "COLUMN_NAME", "COLUMN_TYPE", "TYPE_NAME"),
			"N 2 NUMBER", "T 1 VARCHAR2");
		same(rows(asked.getFunctions(null, user, "SUITE%"), "FUNCTION_NAME"), "SUITE_TWICE");
		same(rows(asked.getFunctionColumns(null, user, "SUITE_TWICE", "%"), "COLUMN_NAME", "COLUMN_TYPE", "TYPE_NAME"),
			"null 5 NUMBER", "N 1 NUMBER");
		same(rows(asked.getTablePrivileges(null, user, "SUITE_DEPT"), "GRANTEE", "PRIVILEGE", "IS_GRANTABLE"), "PUBLIC SELECT NO");
		same(rows(asked.getColumnPrivileges(null, user, "SUITE_DEPT", "%"), "COLUMN_NAME"));
	}

	private void notRun() throws SQLException {
		try (PreparedStatement query = connection.prepareStatement("select id, name, hired from suite_emp where id = ?")) {
			ResultSetMetaData columns = query.getMetaData();
			Suite.same(columns.getColumnCount(), 3);
			Suite.same(columns.getColumnName(2) + " " + columns.getColumnTypeName(2) + " " + columns.getPrecision(2), "NAME VARCHAR2 40");
			Suite.same(columns.getColumnTypeName(3), "DATE");
			Suite.same(query.getParameterMetaData().getParameterCount(), 1);
		}
		try (PreparedStatement insert = connection.prepareStatement("insert into suite_dept (id, name) values (?, ?)", new String[] { "ID" })) {
			insert.setInt(1, 7);
			insert.setString(2, "seven");
			Suite.same(insert.executeUpdate(), 1);
			ResultSet key = insert.getGeneratedKeys();
			Suite.must(key.next(), "no key");
			Suite.same(key.getInt(1), 7); // by name the driver does not find it
		}
		try (PreparedStatement insert = connection.prepareStatement("insert into suite_dept (id, name) values (?, ?)", new int[] { 2, 1 })) {
			insert.setInt(1, 8);
			insert.setString(2, "eight");
			Suite.same(insert.executeUpdate(), 1);
			ResultSet keys = insert.getGeneratedKeys();
			Suite.must(keys.next(), "no keys");
			Suite.same(keys.getString(1) + " " + keys.getInt(2), "eight 8");
		}
		connection.rollback();
	}

	void run() throws SQLException {
		make();
		Suite.same(asked.getDatabaseMajorVersion(), Suite.RELEASE);
		tables();
		keys();
		routines();
		notRun();
	}
}
