// WireBench PORT fetch|insert TABLE ROWS ARRAY - ojdbc thin and unmodified; see client.c
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Properties;

public class WireBench {
	static double cpu() {
		return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
	}

	static long sum;

	static long fetch(Connection connection, String table, long wanted, int array) throws Exception {
		long count = 0;
		try (Statement statement = connection.createStatement()) {
			statement.setFetchSize(array);
			ResultSet rows = statement.executeQuery("select * from " + table + "_" + wanted);
			int columns = rows.getMetaData().getColumnCount();
			while (rows.next()) {
				sum += rows.getLong(1);
				for (int i = 2; i <= columns; i++)
					rows.getObject(i);
				count++;
			}
		}
		return count;
	}

	static long insert(Connection connection, long wanted, int array) throws Exception {
		Timestamp day = Timestamp.valueOf("2024-02-29 12:30:15");
		String[] names = new String[array], notes = new String[array];
		for (int n = 1; n <= array; n++) {
			names[n - 1] = String.format("customer number %08d", n);
			notes[n - 1] = String.format("the remark that belongs to row %09d", n);
		}
		long done = 0;
		try (PreparedStatement statement = connection.prepareStatement("insert into bench values (?, ?, ?, ?, ?)")) {
			while (done < wanted) {
				int part = (int) Math.min(array, wanted - done);
				for (int n = 1; n <= part; n++) {
					statement.setLong(1, n);
					statement.setString(2, names[n - 1]);
					statement.setLong(3, n * 701L);
					statement.setTimestamp(4, day);
					statement.setString(5, notes[n - 1]);
					statement.addBatch();
				}
				done += statement.executeBatch().length;
			}
		}
		connection.commit();
		return done;
	}

	public static void main(String[] argument) throws Exception {
		Properties login = new Properties();
		login.put("user", "bench");
		login.put("password", "bench");
		try (Connection connection = new oracle.jdbc.OracleDriver().connect("jdbc:oracle:thin:@//127.0.0.1:" + argument[0] + "/BENCH", login)) {
			connection.setAutoCommit(false);
			long wanted = Long.parseLong(argument[3]);
			int array = Integer.parseInt(argument[4]);
			double before = cpu();
			long begin = System.nanoTime();
			long count = argument[1].equals("insert") ? insert(connection, wanted, array) : fetch(connection, argument[2], wanted, array);
			double seconds = (System.nanoTime() - begin) / 1e9, spent = cpu() - before;
			System.out.printf(java.util.Locale.ROOT, "{\"version\": \"%s\", \"rows\": %d, \"sum\": %d, \"s\": %.3f, \"cpu_s\": %.6f}%n",
				connection.getMetaData().getDriverVersion(), count, sum, seconds, spent);
		}
	}
}
