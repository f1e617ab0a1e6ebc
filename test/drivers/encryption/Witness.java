// Witness.java DSN PASSWORD [PROPERTY=VALUE ...] - what ojdbc thin agrees on, and that it works after a break
//
// Prints "CIPHER CHECKSUM", each "-" for none; fails with the driver's error.
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import oracle.jdbc.OracleConnection;

public class Witness {
	static void check(boolean holds, String what) {
		if (!holds)
			throw new IllegalStateException(what);
	}

	static void rows(Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery("select 42, rpad('x', 4000, 'y'), rpad('x', 4000, 'z') from dual")) {
			check(rows.next() && rows.getInt(1) == 42 && rows.getString(2).length() == 4000
				&& rows.getString(3).endsWith("zz"), "rows differ");
		}
	}

	static void broken(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(1);
			statement.execute("begin dbms_session.sleep(20); end;");
			check(false, "the call was not broken off");
		} catch (SQLException error) {
			check(error.getErrorCode() == 1013, error.toString());
		}
	}

	static String name(String algorithm) {
		return algorithm == null || algorithm.isBlank() ? "-" : algorithm;
	}

	public static void main(String[] args) throws Exception {
		Properties properties = new Properties();
		properties.put("user", "system");
		properties.put("password", args[1]);
		boolean breaks = true;
		for (int i = 2; i < args.length; i++) {
			String[] pair = args[i].split("=", 2);
			properties.put(pair[0], pair[1]);
			breaks &= !pair[1].contains("DES");
		}
		try (Connection connection = DriverManager.getConnection("jdbc:oracle:thin:@//" + args[0], properties);
			Statement statement = connection.createStatement()) {
			rows(statement);
			if (breaks) {
				broken(connection);
				rows(statement);
				broken(connection);
				rows(statement);
			}
			OracleConnection oracle = connection.unwrap(OracleConnection.class);
			System.out.println(name(oracle.getEncryptionAlgorithmName()) + " "
				+ name(oracle.getDataIntegrityAlgorithmName()));
		} catch (SQLException error) {
			System.out.println("error " + error.getErrorCode() + " " + error.getMessage());
			System.exit(1);
		}
	}
}
