// Suite.java --port P --service NAME --system-password PW - the common suite, by ojdbc thin and unmodified
//
// Runs every line of ../suite.tsv and prints for each `ok NAME`, `not ok NAME - why` or `out NAME - reason`.
// Started as a single source file: java -cp ojdbc11.jar Suite.java ...
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.BatchUpdateException;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import oracle.jdbc.OracleConnection;
import oracle.jdbc.OraclePreparedStatement;
import oracle.jdbc.OracleStatement;
import oracle.jdbc.OracleTypes;

public class Suite {
	static final String USER = "SUITE_OJDBC", PASSWORD = "Tiger_1";
	static final String TEXT = "Zo\u00eb \ud83d\uded2";
	static final Map<String, String> options = new HashMap<>(Map.of("host", "127.0.0.1", "service", "SHOPDB", "system-password", "system-secret"));
	static final Driver driver = new oracle.jdbc.OracleDriver();
	static final int RELEASE = Integer.parseInt(System.getenv().getOrDefault("SUITE_RELEASE", "19.").split("\\.")[0]);
	static int failures = 0;

	interface Part {
		void run() throws Exception;
	}

	static class Out extends Exception {
		Out(String reason) {
			super(reason);
		}
	}

	static void test(String name, Part part) {
		try {
			part.run();
			System.out.println("ok " + name);
		} catch (Out reason) {
			System.out.println("out " + name + " - " + reason.getMessage());
		} catch (Exception error) {
			failures++;
			String why = error + " at " + Arrays.stream(error.getStackTrace()).filter(at -> at.getClassName().startsWith("Suite")).findFirst();
			System.out.println("not ok " + name + " - " + why.replaceAll("\\s+", " ").substring(0, Math.min(400, why.replaceAll("\\s+", " ").length())));
		}
	}

	static void must(boolean holds, Object what) {
		if (!holds)
			throw new IllegalStateException(String.valueOf(what));
	}

	static void same(Object got, Object wanted) {
		must(wanted == null ? got == null : wanted.equals(got), "wanted " + wanted + ", got " + got);
	}

	static void raises(int code, Part part) throws Exception {
		try {
			part.run();
		} catch (SQLException error) {
			must(error.getErrorCode() == code, "wanted " + code + ", got " + error);
			return;
		}
		throw new IllegalStateException("no ORA-" + code);
	}

	static Connection connect(String user, String password, String service, String... more) throws SQLException {
		Properties properties = new Properties();
		properties.put("user", user);
		properties.put("password", password);
		for (int i = 0; i + 1 < more.length; i += 2)
			properties.put(more[i], more[i + 1]);
		return driver.connect("jdbc:oracle:thin:@//" + options.get("host") + ":" + options.get("port") + "/" + service, properties);
	}

	static Connection connect() throws SQLException {
		Connection connection = connect(USER, PASSWORD, options.get("service"));
		connection.setAutoCommit(false);
		return connection;
	}

	static int execute(Connection connection, String sql, Object... binds) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < binds.length; i++)
				statement.setObject(i + 1, binds[i]);
			return statement.executeUpdate();
		}
	}

	static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getLong(1);
		}
	}

	static void login() throws Exception {
		try (Connection system = connect("SYSTEM", options.get("system-password"), options.get("service"))) {
			try {
				execute(system, "drop user " + USER + " cascade");
			} catch (SQLException error) {
				must(error.getErrorCode() == 1918, error);
			}
			execute(system, "create user " + USER + " identified by \"" + PASSWORD + "\"");
			execute(system, "grant connect, resource, create session, create table, create view, unlimited tablespace to " + USER);
		}
		try (Connection connection = connect()) {
			same(connection.getMetaData().getDatabaseMajorVersion(), RELEASE);
			same(number(connection, "select count(*) from user_tables"), 0L);
		}
	}

	static void ddl(Connection c) throws Exception {
		execute(c, "create table suite_ddl (a number(10) primary key, b varchar2(10))");
		raises(955, () -> execute(c, "create table suite_ddl (a number)"));
		execute(c, "insert into suite_ddl values (1, 'x')");
		execute(c, "alter table suite_ddl add (c date)");
		execute(c, "truncate table suite_ddl");
		same(number(c, "select count(*) from suite_ddl"), 0L);
		execute(c, "drop table suite_ddl");
		raises(942, () -> number(c, "select * from suite_ddl"));
		execute(c, "create table suite_types (id number(10) primary key, price number(12,2), any_n number, name varchar2(80), "
			+ "short char(5), day date, moment timestamp(6), bytes raw(16))");
	}

	static final Timestamp MOMENT = Timestamp.valueOf("2024-02-29 23:59:58.123456");
	static final String INSERT = "insert into suite_types values (?, ?, ?, ?, ?, ?, ?, ?)";

	static void bindsOfEveryType(Connection c) throws Exception {
		same(execute(c, INSERT, 1, new BigDecimal("1234.5"), new BigDecimal("-0.00000001"), TEXT, "ab",
			Timestamp.valueOf("2024-02-29 23:59:58"), MOMENT, new byte[] {0, (byte) 255}), 1);
		try (PreparedStatement statement = c.prepareStatement("select * from suite_types where id = ?")) {
			statement.setInt(1, 1);
			ResultSet row = statement.executeQuery();
			must(row.next(), "no row");
			same(row.getInt("ID"), 1);
			same(row.getBigDecimal("PRICE"), new BigDecimal("1234.5"));
			same(row.getBigDecimal("ANY_N"), new BigDecimal("-0.00000001"));
			same(row.getString("NAME"), TEXT);
			same(row.getString("SHORT"), "ab   ");
			same(row.getTimestamp("DAY"), Timestamp.valueOf("2024-02-29 23:59:58"));
			same(row.getTimestamp("MOMENT"), MOMENT);
			must(Arrays.equals(row.getBytes("BYTES"), new byte[] {0, (byte) 255}), "bytes");
			must(!row.next(), "a second row");
		}
	}

	static void nullInEveryType(Connection c) throws Exception {
		int[] types = {Types.NUMERIC, Types.NUMERIC, Types.NUMERIC, Types.VARCHAR, Types.CHAR, Types.DATE, Types.TIMESTAMP, Types.VARBINARY};
		try (PreparedStatement statement = c.prepareStatement(INSERT)) {
			statement.setInt(1, 2);
			for (int i = 2; i <= 8; i++)
				statement.setNull(i, types[i - 1]);
			same(statement.executeUpdate(), 1);
		}
		execute(c, "insert into suite_types (id, name) values (?, ?)", 3, "");
		try (Statement statement = c.createStatement()) {
			ResultSet row = statement.executeQuery("select * from suite_types where id > 1 and name is null order by id");
			for (int id = 2; id <= 3; id++) {
				must(row.next(), "no row");
				same(row.getInt(1), id);
				for (int i = 2; i <= 8; i++)
					same(row.getObject(i), null);
			}
		}
		c.commit();
	}

	static void numbers(Connection c) throws Exception {
		for (String text : new String[] {"0", "100", "1E+10", "-0.5", "0.001", "-1E-9", "123456789012345678.25", "9".repeat(38),
			"-" + "9".repeat(38), "1E-20", "1E+120", "-1E-120"}) {
			execute(c, "update suite_types set any_n = ? where id = 2", new BigDecimal(text));
			try (Statement statement = c.createStatement()) {
				ResultSet row = statement.executeQuery("select any_n from suite_types where id = 2");
				row.next();
				must(row.getBigDecimal(1).compareTo(new BigDecimal(text)) == 0, text + " came back as " + row.getBigDecimal(1));
			}
		}
		c.commit();
	}

	static void longTextAndRaw(Connection c) throws Exception {
		String text = "\u00fc".repeat(2000);
		byte[] data = new byte[2000];
		for (int i = 0; i < data.length; i++)
			data[i] = (byte) (i % 250);
		execute(c, "create table suite_long (id number, t varchar2(4000), r raw(2000))");
		execute(c, "insert into suite_long values (1, ?, ?)", text, data);
		try (Statement statement = c.createStatement()) {
			ResultSet row = statement.executeQuery("select t, r from suite_long");
			row.next();
			same(row.getString(1), text);
			must(Arrays.equals(row.getBytes(2), data), "raw");
		}
	}

	static void oneStatementManyTimes(Connection c) throws Exception {
		try (PreparedStatement insert = c.prepareStatement("insert into suite_types (id, name, any_n) values (?, ?, ?)");
			PreparedStatement query = c.prepareStatement("select name, any_n from suite_types where id = ?")) {
			for (int n = 0; n < 300; n++) {
				String name = "x".repeat(n * 7 % 80);
				insert.setInt(1, 10000 + n);
				insert.setString(2, name);
				if (n % 3 == 0)
					insert.setInt(3, n);
				else
					insert.setNull(3, Types.NUMERIC);
				same(insert.executeUpdate(), 1);
				query.setInt(1, 10000 + n);
				ResultSet row = query.executeQuery();
				must(row.next(), "no row");
				same(row.getString(1), name.isEmpty() ? null : name);
				same(row.getBigDecimal(2), n % 3 == 0 ? BigDecimal.valueOf(n) : null);
				row.close();
			}
		}
		c.rollback();
	}

	static void arrayInsert(Connection c) throws Exception {
		try (PreparedStatement statement = c.prepareStatement("insert into suite_types (id, price, name) values (?, ?, ?)")) {
			for (int n = 0; n < 2000; n++) {
				statement.setInt(1, 20000 + n);
				statement.setBigDecimal(2, BigDecimal.valueOf(n, 2));
				statement.setString(3, n % 5 != 0 ? "name " + n : null);
				statement.addBatch();
				if (n % 1000 == 999) {
					int[] counts = statement.executeBatch();
					same(counts.length, 1000);
					// the driver knows the counts of single rows from 12.1 on
					same(counts[999], RELEASE < 12 ? Statement.SUCCESS_NO_INFO : 1);
				}
			}
		}
		c.commit();
		same(number(c, "select count(*) from suite_types where id >= 20000"), 2000L);
		same(number(c, "select sum(price) from suite_types where id >= 20000"), 19990L);
		same(number(c, "select count(name) from suite_types where id >= 20000"), 1600L);
	}

	static BatchUpdateException badBatch(Connection c, String sql, int rows, int... bad) throws Exception {
		try (PreparedStatement statement = c.prepareStatement(sql)) {
			for (int n = 0; n < rows; n++) {
				final int place = n;
				statement.setInt(1, Arrays.stream(bad).anyMatch(b -> b == place) ? 1 : 30000 + n);
				statement.addBatch();
			}
			statement.executeBatch();
		} catch (BatchUpdateException error) {
			return error;
		}
		throw new IllegalStateException("no error");
	}

	static void arrayWithABadRow(Connection c) throws Exception {
		BatchUpdateException error = badBatch(c, "insert into suite_types (id) values (?)", 10, 5);
		same(error.getErrorCode(), 1);
		same(error.getUpdateCounts().length, 5);
		same(number(c, "select count(*) from suite_types where id >= 30000"), 5L);
		c.rollback();
	}

	static void manyRows(Connection c) throws Exception {
		execute(c, "create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))");
		try (PreparedStatement statement = c.prepareStatement("insert into suite_many values (?, ?, ?, ?)")) {
			for (int n = 0; n < 100000; n++) {
				statement.setInt(1, n);
				statement.setString(2, n % 7 != 0 ? "name " + n : null);
				statement.setBigDecimal(3, BigDecimal.valueOf(n % 1000, 2));
				Timestamp moment = Timestamp.valueOf("2024-02-29 23:59:58");
				moment.setNanos(n * 1000);
				statement.setTimestamp(4, moment);
				statement.addBatch();
				if (n % 5000 == 4999)
					statement.executeBatch();
			}
		}
		c.commit();
		int n = 0;
		try (Statement statement = c.createStatement()) {
			statement.setFetchSize(1000);
			ResultSet row = statement.executeQuery("select id, name, price, moment from suite_many order by id");
			for (; row.next(); n++) {
				same(row.getInt(1), n);
				same(row.getString(2), n % 7 != 0 ? "name " + n : null);
				must(row.getBigDecimal(3).compareTo(BigDecimal.valueOf(n % 1000, 2)) == 0, row.getBigDecimal(3));
				same(row.getTimestamp(4).getNanos(), n * 1000);
			}
		}
		same(n, 100000);
	}

	static void partOfAResult(Connection c) throws Exception {
		for (int i = 0; i < 3; i++) {
			try (Statement statement = c.createStatement()) {
				statement.setFetchSize(100);
				ResultSet row = statement.executeQuery("select id from suite_many order by id");
				for (int n = 0; n < 150; n++) {
					must(row.next(), "no row");
					same(row.getInt(1), n);
				}
			}
		}
		same(number(c, "select 1 from dual"), 1L);
	}

	static void twoResultsInTurn(Connection c) throws Exception {
		try (Statement one = c.createStatement(); Statement two = c.createStatement()) {
			ResultSet up = one.executeQuery("select id from suite_many where id < 3000 order by id");
			ResultSet down = two.executeQuery("select id from suite_many where id < 3000 order by id desc");
			for (int n = 0; n < 3000; n++) {
				must(up.next() && down.next(), "no row");
				same(up.getInt(1), n);
				same(down.getInt(1), 2999 - n);
				if (n == 1000) {
					execute(c, "update suite_types set price = 1 where id = 1");
					c.commit();
				}
			}
		}
	}

	static void commitAndRollback(Connection c) throws Exception {
		try (Connection other = connect()) {
			String seen = "select count(*) from suite_types where id = 40000";
			execute(c, "insert into suite_types (id) values (40000)");
			same(number(other, seen), 0L);
			c.commit();
			same(number(other, seen), 1L);
			execute(c, "delete from suite_types where id = 40000");
			c.rollback();
			same(number(other, seen), 1L);
		}
	}

	static void savepoints(Connection c) throws Exception {
		execute(c, "insert into suite_types (id) values (50001)");
		Savepoint here = c.setSavepoint("here");
		execute(c, "insert into suite_types (id) values (50002)");
		c.rollback(here);
		execute(c, "insert into suite_types (id) values (50003)");
		c.commit();
		same(number(c, "select sum(id) from suite_types where id > 50000"), 100004L);
	}

	static void returning(Connection c) throws Exception {
		try (OraclePreparedStatement statement = (OraclePreparedStatement) c.prepareStatement(
			"update suite_types set price = 7 where id = ? returning price into ?")) {
			statement.setInt(1, 1);
			statement.registerReturnParameter(2, Types.NUMERIC);
			same(statement.executeUpdate(), 1);
			ResultSet row = statement.getReturnResultSet();
			must(row.next(), "nothing returned");
			same(row.getInt(1), 7);
		}
		c.rollback();
	}

	static void plsql(Connection c) throws Exception {
		try (CallableStatement call = c.prepareCall("begin ? := ? + ?; ? := 'sum'; end;")) {
			call.registerOutParameter(1, Types.NUMERIC);
			call.registerOutParameter(4, Types.VARCHAR);
			for (int n = 3; n < 6; n++) {
				call.setInt(2, n);
				call.setInt(3, 4);
				call.execute();
				same(call.getInt(1), n + 4);
				same(call.getString(4), "sum");
			}
		}
	}

	static void errors(Connection c) throws Exception {
		raises(942, () -> number(c, "select * from nowhere"));
		raises(1, () -> execute(c, "insert into suite_types (id) values (1)"));
		raises(900, () -> execute(c, "make me a sandwich"));
		raises(12899, () -> execute(c, "update suite_types set short = ? where id = 1", "123456"));
		raises(1476, () -> number(c, "select 1 / (id - id) from suite_types"));
		raises(1476, () -> {
			try (Statement statement = c.createStatement()) {
				ResultSet row = statement.executeQuery("select 1 / (id - 500) from suite_many order by id");
				while (row.next())
					row.getBigDecimal(1);
			}
		});
		same(number(c, "select 1 from dual"), 1L);
		c.rollback();
	}

	static void cancel(Connection c) throws Exception {
		execute(c, "insert into suite_types (id) values (60000)");
		try (Statement statement = c.createStatement()) {
			Thread timer = new Thread(() -> {
				try {
					Thread.sleep(500);
					statement.cancel();
				} catch (Exception error) {
					System.out.println("# " + error);
				}
			});
			timer.start();
			raises(1013, () -> {
				ResultSet row = statement.executeQuery("select count(*) from suite_many a, suite_many b where a.price + b.price > 1");
				row.next();
			});
			timer.join();
		}
		same(number(c, "select count(*) from suite_types where id = 60000"), 1L);
		c.rollback();
	}

	static void callTimeout(Connection c) throws Exception
	{
		execute(c, "insert into suite_types (id) values (60001)");
		try (Statement statement = c.createStatement()) {
			statement.setQueryTimeout(1);
			raises(1013, () -> {
				ResultSet row = statement.executeQuery(
					"select count(*) from suite_many a, suite_many b where a.price + b.price > 1");
				row.next();
			});
		}
		same(number(c, "select count(*) from suite_types where id = 60001"), 1L);
		c.rollback();
	}

	static void lobs(Connection c) throws Exception {
		// four units, so that no pair lies over the blocks of 16,384 in which the driver turns prefetched text into chars
		String text = "a\u20ac\ud83d\ude00".repeat(37500);
		byte[] data = new byte[102400];
		for (int i = 0; i < data.length; i++)
			data[i] = (byte)i;
		execute(c, "create table suite_lobs (id number, c clob, b blob)");
		execute(c, "insert into suite_lobs values (2, empty_clob(), empty_blob())");
		execute(c, "insert into suite_lobs values (3, null, null)");
		try (PreparedStatement statement = c.prepareStatement("insert into suite_lobs values (1, ?, ?)")) {
			statement.setString(1, text);
			statement.setBytes(2, data);
			same(statement.executeUpdate(), 1);
		}
		c.commit();
		try (Statement statement = c.createStatement(); ResultSet row = statement.executeQuery("select c, b from suite_lobs order by id")) {
			must(row.next(), "no row");
			Clob clob = row.getClob(1);
			Blob blob = row.getBlob(2);
			same(clob.length(), 150000L); // UTF-16 units
			same(blob.length(), 102400L);
			same(clob.getSubString(1, 150000), text);
			must(Arrays.equals(blob.getBytes(1, 102400), data), "not the bytes that were written");
			must(row.next(), "no second row");
			same(row.getClob(1).length(), 0L);
			must(row.next() && row.getClob(1) == null && row.getBlob(2) == null, "not NULL");
		}
		try (OracleStatement statement = c.createStatement().unwrap(
			     OracleStatement.class)) { // the content instead of a locator
			statement.defineColumnType(1, OracleTypes.LONGVARCHAR);
			statement.defineColumnType(2, OracleTypes.LONGVARBINARY);
			ResultSet row =
				statement.executeQuery("select c, b from suite_lobs where id = 1");
			must(row.next(), "no row");
			same(row.getString(1), text);
			must(Arrays.equals(row.getBytes(2), data),
			     "not the bytes that were written");
		}
		lobsByLocator(c, text);
	}

	static void lobsByLocator(Connection c, String text) throws Exception {
		try (Statement statement = c.createStatement();
			ResultSet row = statement.executeQuery("select c, b from suite_lobs where id = 1 for update")) {
			must(row.next(), "no row");
			Clob clob = row.getClob(1);
			Blob blob = row.getBlob(2);
			same(clob.setString(150001, "end"), 3);
			same(clob.getSubString(149999, 10), "\ud83d\ude00end");
			clob.truncate(2);
			same(blob.setBytes(2, new byte[] { 'x', 'y' }), 2);
			blob.truncate(4);
			same(clob.getSubString(1, 100), "a\u20ac");
			must(Arrays.equals(blob.getBytes(1, 100), new byte[] { 0, 'x', 'y', 3 }), Arrays.toString(blob.getBytes(1, 100)));
		}
		c.commit();
		Clob made = c.createClob();
		try (Writer writer = made.setCharacterStream(1)) {
			writer.write(text);
		}
		execute(c, "update suite_lobs set c = ? where id = 3", made);
		made.free();
		try (Statement statement = c.createStatement(); ResultSet row = statement.executeQuery("select c from suite_lobs where id = 3")) {
			must(row.next(), "no row");
			same(row.getString(1), text);
		}
		c.rollback();
	}

	static void context() throws Exception {
		String told = "select count(*) from dual where sys_context('clientcontext', 'Branch') = 'Bern'";
		try (Connection connection = connect(); Connection other = connect()) {
			OracleConnection client = connection.unwrap(OracleConnection.class);
			client.setApplicationContext("CLIENTCONTEXT", "BRANCH", "Bern");
			same(number(connection, told), 1L);
			same(number(other, told), 0L);
			connection.rollback();
			same(number(connection, told), 1L);
			client.clearAllApplicationContext("CLIENTCONTEXT");
			same(number(connection, told), 0L);
			client.setApplicationContext("SHOP", "BRANCH", "Bern");
			raises(28267, () -> number(connection, told));
		}
	}

	static void nativeEncryption() throws Exception {
		try (Connection safe = connect(USER, PASSWORD, options.get("service"), "oracle.net.encryption_client", "REQUIRED",
			"oracle.net.encryption_types_client", "(AES256)", "oracle.net.crypto_checksum_client", "REQUIRED",
			"oracle.net.crypto_checksum_types_client", "(SHA256)")) {
			OracleConnection oracle = safe.unwrap(OracleConnection.class);
			same(oracle.getEncryptionAlgorithmName(), "AES256");
			same(oracle.getDataIntegrityAlgorithmName(), "SHA256");
			same(number(safe, "select count(*) from suite_many"), 100000L);
		}
	}

	// The authority, as the kind of key store that the driver reads.
	static Path trust() throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		try (InputStream pem = Files.newInputStream(Path.of(options.get("wallet"), "ca.pem"))) {
			store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
		}
		Path path = Files.createTempFile("trust", ".p12");
		try (OutputStream out = Files.newOutputStream(path)) {
			store.store(out, "changeit".toCharArray());
		}
		return path;
	}

	static void tls() throws Exception {
		if (!options.containsKey("tls-port"))
			throw new Out("no port of TCPS was given");
		Properties properties = new Properties();
		properties.put("user", USER);
		properties.put("password", PASSWORD);
		Path trust = trust();
		properties.put("javax.net.ssl.trustStore", trust.toString());
		properties.put("javax.net.ssl.trustStoreType", "PKCS12");
		properties.put("javax.net.ssl.trustStorePassword", "changeit");
		String where = "jdbc:oracle:thin:@tcps://localhost:" + options.get("tls-port") + "/" + options.get("service");
		try (Connection safe = driver.connect(where, properties)) {
			same(number(safe, "select count(*) from suite_many"), 100000L);
		} finally {
			Files.delete(trust);
		}
	}

	public static void main(String[] arguments) throws Exception {
		for (int i = 0; i + 1 < arguments.length; i += 2)
			options.put(arguments[i].substring(2), arguments[i + 1]);
		System.out.println("# ojdbc " + oracle.jdbc.OracleDriver.getDriverVersion());
		test("login", Suite::login);
		test("login_with_a_wrong_password", () -> {
			raises(1017, () -> connect(USER, "not it", options.get("service")));
			connect().close();
		});
		test("login_to_an_unknown_service", () -> raises(12514, () -> connect(USER, PASSWORD, "NOWHERE")));
		Connection c = connect();
		test("ddl", () -> ddl(c));
		test("binds_of_every_type", () -> bindsOfEveryType(c));
		test("null_in_every_type", () -> nullInEveryType(c));
		test("numbers_keep_their_digits", () -> numbers(c));
		test("long_text_and_raw", () -> longTextAndRaw(c));
		test("one_statement_many_times", () -> oneStatementManyTimes(c));
		test("array_insert", () -> arrayInsert(c));
		test("array_with_a_bad_row", () -> arrayWithABadRow(c));
		test("batch_errors", () -> {
			throw new Out("the driver has none: a batch stops at its first bad row");
		});
		test("fetch_of_100000_rows", () -> manyRows(c));
		test("part_of_a_result", () -> partOfAResult(c));
		test("two_results_in_turn", () -> twoResultsInTurn(c));
		test("commit_and_rollback", () -> commitAndRollback(c));
		test("savepoints", () -> savepoints(c));
		test("returning", () -> returning(c));
		test("plsql_in_and_out", () -> plsql(c));
		test("errors", () -> errors(c));
		test("cancel", () -> cancel(c));
		test("call_timeout", () -> callTimeout(c));
		test("lobs", () -> lobs(c));
		test("dictionary", () -> new Dictionary(c, USER).run());
		test("context", Suite::context);
		test("native_encryption", Suite::nativeEncryption);
		test("tls", Suite::tls);
		test("logoff", () -> {
			must(c.isValid(5), "not valid");
			c.close();
		});
		System.exit(failures > 0 ? 1 : 0);
	}
}
