/*
 * test_session.c - the client against the rehearsal's listener over an engine of a page
 *
 * See test/unit/rehearsal/net_stub.c for what its statements mean.
 */
#include "base/clock.h"
#include "oracle/session.h"

#include <libgen.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char stub_path[512];
static struct {
	pid_t pid;
	int to, from;
	uint16_t port;
} stub;

static int start_stub_as(const char *profile)
{
	int to[2], from[2];
	char line[128] = { 0 };
	unsigned port;

	if (pipe(to) != 0 || pipe(from) != 0)
		return -1;
	stub.pid = fork();
	if (stub.pid == 0) {
		(void)dup2(to[0], 0);
		(void)dup2(from[1], 1);
		(void)close(to[1]);
		(void)close(from[0]);
		(void)execl(stub_path, stub_path, profile, NULL);
		_exit(127);
	}
	(void)close(to[0]);
	(void)close(from[1]);
	stub.to = to[1];
	stub.from = from[0];
	if (read(stub.from, line, sizeof(line) - 1) <= 0 ||
	    sscanf(line, "ready port=%u", &port) != 1)
		return -1;
	stub.port = (uint16_t)port;
	return 0;
}

static int start_stub(void **state)
{
	(void)state;
	return start_stub_as("19c");
}

static int stop_stub(void **state)
{
	(void)state;
	(void)close(stub.to);
	return waitpid(stub.pid, NULL, 0) == stub.pid ? 0 : -1;
}

static char connect_string[64];

static struct cw_ora_login login(void)
{
	(void)snprintf(connect_string, sizeof(connect_string), "//127.0.0.1:%u/STUB", stub.port);
	return (struct cw_ora_login){
		.connect = connect_string,
		.user = "scott",
		.password = { (const uint8_t *)"tiger", 5 },
		.program = "test (of) client",
		.connect_timeout_ms = 10000,
		.call_timeout_ms = 10000,
		.cancel_fd = -1,
	};
}

static struct cw_ora *session(void)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	if (!cw_ora_open(&how, &ora, &err))
		fail_msg("%s", err.text);
	return ora;
}

static struct cw_ora_stmt *prepared(struct cw_ora *ora, const char *sql)
{
	struct cw_ora_stmt *stmt;
	struct cw_err err;

	assert_true(cw_ora_prepare(ora, sql, &stmt, &err));
	return stmt;
}

static void execute(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t count,
		    unsigned flags, struct cw_ora_result *ret)
{
	struct cw_err err = { 0 };

	if (!cw_ora_execute(stmt, rows, count, flags, ret, &err))
		fail_msg("%s", err.text);
}

static void a_login_tells_who_is_there(void **state)
{
	struct cw_ora *ora = session();
	struct cw_err err;

	(void)state;
	assert_string_equal(cw_ora_version(ora), "19.0.0.0.0");
	assert_int_equal(cw_ora_session_id(ora), 7);
	assert_int_equal(cw_ora_serial(ora), 9);
	assert_true(cw_ora_ping(ora, &err));
	assert_true(cw_ora_commit(ora, &err));
	assert_true(cw_ora_rollback(ora, &err));
	cw_ora_close(ora);
}

static void what_keeps_one_out_is_told_by_its_number(void **state)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	how.password = (struct cw_bytes){ (const uint8_t *)"lion", 4 };
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.code, 7102);
	assert_int_equal(err.native, 1017);
	assert_null(strstr(err.text, "lion"));
	how = login();
	(void)snprintf(connect_string, sizeof(connect_string), "127.0.0.1:%u/NOWHERE", stub.port);
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.code, 7101);
	assert_int_equal(err.native, 12514);
	how = login();
	how.connect = "(DESCRIPTION=(ADDRESS=(HOST=127.0.0.1))(CONNECT_DATA=(SERVICE_NAME=A(B)))";
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.code, 7110);
	how = login();
	how.connect = "127.0.0.1:1/STUB";
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.code, 1204);
}

/* The first step is answered at once, the second late. */
static void a_login_has_one_deadline_for_all_its_steps(void **state)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	how.program = "sleeper";
	how.connect_timeout_ms = 300;
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.code, 7103);
	assert_int_equal(err.kind, CW_ERR_RETRY);
	how.connect_timeout_ms = 30000;
	assert_true(cw_ora_open(&how, &ora, &err));
	cw_ora_close(ora);
}

static void what_the_server_warns_of_at_the_login_is_kept(void **state)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	assert_true(cw_ora_open(&how, &ora, &err));
	assert_string_equal(cw_ora_warning(ora), "");
	cw_ora_close(ora);
	how.user = "graham";
	assert_true(cw_ora_open(&how, &ora, &err));
	assert_non_null(strstr(cw_ora_warning(ora), "ORA-28002"));
	assert_non_null(strstr(cw_ora_warning(ora), "within 6 days"));
	assert_true(cw_ora_ping(ora, &err));
	cw_ora_close(ora);
}

static void a_password_is_changed_on_the_way_in_or_the_server_says_why_not(void **state)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	how.new_password = (struct cw_bytes){ (const uint8_t *)"leopard", 7 };
	assert_true(cw_ora_open(&how, &ora, &err));
	cw_ora_close(ora);
	how.new_password = (struct cw_bytes){ (const uint8_t *)"puma", 4 };
	assert_false(cw_ora_open(&how, &ora, &err));
	assert_int_equal(err.native, 28003);
	assert_null(strstr(err.text, "puma"));
}

static void a_proxy_goes_on_as_whom_it_may(void **state)
{
	static const struct {
		const char *user;
		int native;
	} users[] = {
		{ "scott[graham]", 0 },	   { "\"scott\"[GRAHAM]", 0 }, { "scott[sys]", 28150 },
		{ "graham[scott]", 28150 },
	};
	static const char *const none[] = { "scott[", "scott[]", "scott[graham]x" };
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(users); i++) {
		how.user = users[i].user;
		if (users[i].native == 0) {
			if (!cw_ora_open(&how, &ora, &err))
				fail_msg("%s: %s", how.user, err.text);
			cw_ora_close(ora);
			continue;
		}
		assert_false(cw_ora_open(&how, &ora, &err));
		assert_int_equal(err.native, users[i].native);
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(none); i++) {
		how.user = none[i];
		assert_false(cw_ora_open(&how, &ora, &err));
		assert_int_equal(err.code, 7102);
		assert_int_equal(err.native, 0);
	}
}

static void a_login_that_is_none_by_password_is_refused_before_anybody_is_asked(void **state)
{
	static const char *const users[] = { "/", "", "/@shop", "[graham]" };
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err;

	(void)state;
	how.connect = "no.such.host.invalid/X";
	for (size_t i = 0; i < CW_ARRAY_LEN(users); i++) {
		how.user = users[i];
		assert_false(cw_ora_open(&how, &ora, &err));
		assert_int_equal(err.code, 7102);
		assert_non_null(strstr(err.text, "Kerberos"));
		assert_non_null(strstr(err.text, "an account with a password"));
	}
}

static void check_row(const struct cw_row *row, unsigned n)
{
	char text[256];

	assert_int_equal(row->count, 8);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(row->value[i].state, n % 3 == 0 ? CW_VALUE_NULL : CW_VALUE_SET);
	if (n % 3 == 0)
		return;
	(void)snprintf(text, sizeof(text), "row %u %*s", n, (int)(n % 200), "x");
	assert_int_equal(row->value[1].len, strlen(text));
	assert_memory_equal(row->value[1].at, text, strlen(text));
	assert_int_equal(row->value[3].len, 7);
	assert_memory_equal(row->value[6].at, "AAARwbAAYAAAAAfAAC", 18);
	assert_memory_equal(row->value[7].at, "long", 4);
}

static unsigned fetch_all(struct cw_ora_stmt *stmt, uint32_t at_once)
{
	struct cw_ora_rows rows;
	struct cw_err err = { 0 };
	unsigned n = 0;

	do {
		if (!cw_ora_fetch(stmt, at_once, &rows, &err))
			fail_msg("%s", err.text);
		assert_true(rows.count <= at_once);
		for (uint32_t i = 0; i < rows.count; i++)
			check_row(&rows.row[i], ++n);
	} while (rows.count > 0);
	return n;
}

static void rows_arrive_whole_however_they_are_fetched(void **state)
{
	static const unsigned totals[] = { 0, 1, 49, 50, 51, 7001 };
	struct cw_ora *ora = session();

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(totals); i++) {
		struct cw_ora_result result;
		struct cw_ora_stmt *stmt;
		char sql[64];

		(void)snprintf(sql, sizeof(sql), "select rows %u", totals[i]);
		stmt = prepared(ora, sql);
		for (uint32_t at_once = 1; at_once <= 1000; at_once *= 10) {
			execute(stmt, NULL, 0, 0, &result); /* the second time by cursor */
			assert_int_equal(cw_ora_column_count(stmt), 8);
			assert_string_equal(cw_ora_column(stmt, 1)->name, "NAME");
			assert_int_equal(cw_ora_column(stmt, 4)->precision, 6);
			assert_int_equal(cw_ora_column(stmt, 0)->scale, CW_SCALE_NONE);
			assert_int_equal(fetch_all(stmt, at_once), totals[i]);
		}
		cw_ora_stmt_free(stmt);
	}
	cw_ora_close(ora);
}

static void rows_asked_for_ahead_are_the_same_rows(void **state)
{
	static const unsigned totals[] = { 0, 1, 99, 100, 101, 7001 };
	struct cw_ora *ora = session();

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(totals); i++) {
		struct cw_ora_stmt *stmt;
		char sql[64];

		(void)snprintf(sql, sizeof(sql), "select rows %u", totals[i]);
		stmt = prepared(ora, sql);
		cw_ora_read_ahead(stmt, 300);
		for (uint32_t at_once = 1; at_once <= 1000; at_once *= 10) {
			execute(stmt, NULL, 0, 0, NULL);
			assert_int_equal(fetch_all(stmt, at_once), totals[i]);
		}
		cw_ora_stmt_free(stmt);
	}
	cw_ora_close(ora);
}

static void rows_asked_for_ahead_and_not_wanted_do_not_reach_the_next_call(void **state)
{
	struct cw_ora *ora = session();
	struct cw_ora_stmt *stmt = prepared(ora, "select rows 7001");
	struct cw_ora_rows rows;
	struct cw_err err;

	(void)state;
	cw_ora_read_ahead(stmt, 300);
	for (unsigned i = 0; i < 2; i++) {
		execute(stmt, NULL, 0, 0, NULL);
		assert_true(cw_ora_fetch(stmt, 1000, &rows, &err));
		assert_int_equal(rows.count, 100); /* what came with the answer to EXECUTE */
		assert_true(cw_ora_fetch(stmt, 1000, &rows, &err));
		assert_true(rows.count > 0);
	}
	execute(stmt, NULL, 0, 0, NULL);
	assert_int_equal(fetch_all(stmt, 500), 7001);
	execute(stmt, NULL, 0, 0, NULL);
	assert_true(cw_ora_fetch(stmt, 1000, &rows, &err));
	assert_true(cw_ora_fetch(stmt, 1000, &rows, &err));
	cw_ora_stmt_free(stmt);
	assert_true(cw_ora_ping(ora, &err));
	stmt = prepared(ora, "select rows 51");
	execute(stmt, NULL, 0, 0, NULL);
	assert_int_equal(fetch_all(stmt, 1000), 51);
	cw_ora_close(ora);
}

static void binds_arrive_as_they_were_given(void **state)
{
	struct cw_ora *ora = session();
	struct cw_ora_stmt *stmt = prepared(ora, "select echo :1, :b, :1");
	uint8_t *big = calloc(1, 4000);
	struct cw_value value[2] = { cw_value_set((struct cw_bytes){ big, 4000 }), { 0 } };
	struct cw_row row = { 2, value };
	struct cw_ora_rows rows;
	struct cw_err err;

	(void)state;
	memset(big, 'x', 4000);
	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 4000);
	cw_ora_bind(stmt, 1, CW_ORA_NUMBER, 22);
	execute(stmt, &row, 1, 0, NULL);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.row[0].value[0].len, 4000);
	assert_memory_equal(rows.row[0].value[0].at, big, 4000);
	assert_int_equal(rows.row[0].value[1].state, CW_VALUE_NULL);
	assert_int_equal(rows.row[0].value[2].len, 4000);
	free(big);
	cw_ora_close(ora); /* frees the statement */
}

static unsigned parsed_by(struct cw_ora *ora)
{
	struct cw_ora_stmt *stmt = prepared(ora, "select rows parsed");
	unsigned count;

	execute(stmt, NULL, 0, 0, NULL);
	count = fetch_all(stmt, 100);
	cw_ora_stmt_free(stmt);
	return count;
}

static void echo_once(struct cw_ora *ora, const char *text)
{
	struct cw_ora_stmt *stmt = prepared(ora, "select echo :1");
	struct cw_value value =
		cw_value_set((struct cw_bytes){ (const uint8_t *)text, strlen(text) });
	struct cw_row row = { 1, &value };
	struct cw_ora_rows rows;
	struct cw_err err;

	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 100);
	execute(stmt, &row, 1, 0, NULL);
	assert_true(cw_ora_fetch(stmt, 10, &rows, &err));
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.row[0].value[0].len, strlen(text));
	assert_memory_equal(rows.row[0].value[0].at, text, strlen(text));
	cw_ora_stmt_free(stmt);
}

static void run_rows(struct cw_ora *ora, unsigned count, bool to_the_end)
{
	struct cw_ora_stmt *stmt;
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "select rows %u", count);
	stmt = prepared(ora, sql);
	execute(stmt, NULL, 0, 0, NULL);
	if (to_the_end)
		assert_int_equal(fetch_all(stmt, 1000), count);
	cw_ora_stmt_free(stmt);
}

static void a_statement_made_again_is_not_parsed_again(void **state)
{
	struct cw_ora *ora = session();

	(void)state;
	echo_once(ora, "a");
	echo_once(ora, "another");
	echo_once(ora, "c");
	assert_int_equal(parsed_by(ora), 2);
	cw_ora_close(ora);

	ora = session(); /* one that was left half read holds nothing open */
	run_rows(ora, 7001, false);
	run_rows(ora, 7001, false);
	assert_int_equal(parsed_by(ora), 3);
	cw_ora_close(ora);

	ora = session(); /* so many stay open, and no more */
	for (unsigned i = 1; i <= 40; i++)
		run_rows(ora, i, true);
	run_rows(ora, 40, true);
	run_rows(ora, 1, true);
	assert_int_equal(parsed_by(ora), 42);
	cw_ora_close(ora);
}

#define MANY 500

static void arrays_tell_errors_and_counts_row_by_row(void **state)
{
	struct cw_ora *ora = session();
	struct cw_ora_stmt *stmt = prepared(ora, "insert :1, :2");
	struct cw_value value[MANY][2];
	struct cw_row row[MANY];
	struct cw_ora_result result;
	struct cw_err err;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		/* every hundredth is 13, which the stub refuses */
		value[i][0] = cw_value_set((struct cw_bytes){
			(const uint8_t *)(i % 100 == 99 ? "\xc1\x0e" : "\xc1\x02"), 2 });
		value[i][1] = cw_value_set((struct cw_bytes){ (const uint8_t *)stub_path, 200 });
		row[i] = (struct cw_row){ 2, value[i] };
	}
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 400);
	execute(stmt, row, MANY, CW_ORA_BATCH_ERRORS | CW_ORA_ROW_COUNTS | CW_ORA_COMMIT, &result);
	assert_int_equal(result.row_count, MANY - 5);
	assert_int_equal(result.batch_error_count, 5);
	assert_int_equal(result.batch_error[1].row, 199);
	assert_int_equal(result.batch_error[1].ora_code, 1);
	assert_non_null(strstr(result.batch_error[1].text, "ORA-00001"));
	assert_int_equal(result.count_count, MANY);
	assert_int_equal(result.count[98], 1);
	assert_int_equal(result.count[99], 0);
	execute(stmt, row, 99, CW_ORA_ROW_COUNTS, &result);
	assert_int_equal(result.count_count, 99);
	execute(stmt, row, 99, 0, &result);
	assert_int_equal(result.row_count, 99);
	assert_int_equal(result.count_count, 0);
	assert_false(cw_ora_execute(stmt, row, MANY, 0, &result, &err));
	assert_int_equal(err.code, 7001);
	assert_int_equal(err.native, 1);
	execute(stmt, row, 99, 0, &result);
	assert_int_equal(result.row_count, 99);
	assert_int_equal(result.rows_done, 99);
	execute(stmt, row, 10, CW_ORA_COMMIT, &result); /* by cursor */
	assert_int_equal(result.row_count, 10);
	cw_ora_close(ora);
}

static void a_block_gives_values_back(void **state)
{
	struct cw_ora *ora = session();
	struct cw_ora_stmt *stmt = prepared(ora, "begin :1 := :2; end;");
	struct cw_value value[2] = {
		{ 0 }, cw_value_set((struct cw_bytes){ (const uint8_t *)"hello", 5 })
	};
	struct cw_row row = { 2, value };

	(void)state;
	cw_ora_bind_out(stmt, 0, CW_ORA_VARCHAR2, 100);
	cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 100);
	for (int i = 0; i < 3; i++) {
		execute(stmt, &row, 1, 0, NULL);
		assert_int_equal(cw_ora_out(stmt, 0).len, 5);
		assert_memory_equal(cw_ora_out(stmt, 0).at, "hello", 5);
	}
	cw_ora_close(ora);
}

static void an_error_leaves_the_session_as_it_was(void **state)
{
	struct cw_ora *ora = session();
	struct cw_err err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_false(cw_ora_run(ora, "fail", &err));
		assert_int_equal(err.native, 942);
		assert_int_equal(err.kind, CW_ERR_CONFIG);
		assert_non_null(strstr(err.text, "ORA-00942: table or view does not exist"));
		assert_true(cw_ora_run(ora, "create", &err));
	}
	cw_ora_close(ora);
}

static void a_call_that_takes_too_long_is_cancelled(void **state)
{
	struct cw_ora_login how = login();
	struct cw_ora *ora;
	struct cw_err err = { 0 };
	int64_t before;

	(void)state;
	how.call_timeout_ms = 300;
	assert_true(cw_ora_open(&how, &ora, &err));
	before = cw_clock_ms();
	assert_false(cw_ora_run(ora, "sleep", &err));
	assert_int_equal(err.code, 7103);
	assert_int_equal(err.kind, CW_ERR_RETRY);
	assert_true(cw_clock_ms() - before < 3000);
	if (!cw_ora_ping(ora, &err))
		fail_msg("%s", err.text);
	assert_true(cw_ora_run(ora, "create", &err));
	cw_ora_close(ora);
}

static void *cancel_soon(void *fd)
{
	cw_sleep_ms(200);
	(void)eventfd_write(*(int *)fd, 1);
	return NULL;
}

static void cancel_from_another_thread_ends_a_call(void **state)
{
	struct cw_ora_login how = login();
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_t thread;
	struct cw_ora *ora;
	struct cw_err err = { 0 };
	int64_t before;

	(void)state;
	how.cancel_fd = fd;
	assert_true(cw_ora_open(&how, &ora, &err));
	before = cw_clock_ms();
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &fd), 0);
	assert_false(cw_ora_run(ora, "sleep", &err));
	assert_int_equal(err.kind, CW_ERR_CANCELLED);
	(void)pthread_join(thread, NULL);
	cw_ora_close(ora);
	assert_true(cw_clock_ms() - before < 3000);
	(void)close(fd);
}

struct moment {
	int fd;
	unsigned us;
};

static void *cancel_then(void *context)
{
	const struct moment *moment = context;

	(void)usleep(moment->us);
	(void)eventfd_write(moment->fd, 1);
	return NULL;
}

/* How far it got: rows fetched in all, or -1 if it was broken off. */
static int fetch_until_broken(struct cw_ora *ora, struct cw_err *err)
{
	struct cw_ora_stmt *stmt = prepared(ora, "select rows 3000");
	struct cw_ora_rows rows = { 0 };
	bool good = cw_ora_execute(stmt, NULL, 0, 0, NULL, err);
	int count = 0;

	while (good && (good = cw_ora_fetch(stmt, 700, &rows, err)) && rows.count > 0)
		count += (int)rows.count;
	cw_ora_stmt_free(stmt);
	return good ? count : -1;
}

/* Before the request, in its midst, between and inside the packets of the answer, behind it. */
static void break_at_many_moments(void)
{
	struct cw_ora_login how = login();
	struct moment moment = { .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	unsigned broken = 0;
	struct cw_ora *ora;
	struct cw_err err = { 0 };
	pthread_t thread;
	eventfd_t count;

	how.cancel_fd = moment.fd;
	assert_true(cw_ora_open(&how, &ora, &err));
	for (unsigned i = 0; i < 60; i++) {
		int rows;

		moment.us = i * 197 % 8000;
		assert_int_equal(pthread_create(&thread, NULL, cancel_then, &moment), 0);
		rows = fetch_until_broken(ora, &err);
		(void)pthread_join(thread, NULL);
		(void)eventfd_read(moment.fd, &count);
		if (rows < 0) {
			assert_int_equal(err.kind, CW_ERR_CANCELLED);
			broken++;
		}
		rows = fetch_until_broken(ora, &err);
		if (rows != 3000)
			fail_msg("after %u us: %d rows, %s", moment.us, rows, err.text);
	}
	assert_true(broken > 0);
	cw_ora_close(ora);
	(void)close(moment.fd);
}

static void a_call_is_broken_off_at_any_moment_and_the_session_goes_on(void **state)
{
	static const char *const profiles[] = { "11.2", "23ai",
						"19c" }; /* the last is everybody's */

	for (size_t i = 0; i < CW_ARRAY_LEN(profiles); i++) {
		print_message("# %s\n", profiles[i]);
		assert_int_equal(stop_stub(state), 0);
		assert_int_equal(start_stub_as(profiles[i]), 0);
		break_at_many_moments();
	}
}

static void a_killed_session_says_so_and_is_of_no_more_use(void **state)
{
	struct cw_ora *ora = session();
	struct cw_err err;

	(void)state;
	(void)!cw_ora_run(ora, "doom", &err);
	assert_false(cw_ora_ping(ora, &err));
	assert_int_equal(err.kind, CW_ERR_RETRY);
	assert_false(cw_ora_ping(ora, &err));
	assert_int_equal(err.kind, CW_ERR_RETRY);
	cw_ora_close(ora);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_tells_who_is_there),
		cmocka_unit_test(what_the_server_warns_of_at_the_login_is_kept),
		cmocka_unit_test(a_password_is_changed_on_the_way_in_or_the_server_says_why_not),
		cmocka_unit_test(a_proxy_goes_on_as_whom_it_may),
		cmocka_unit_test(
			a_login_that_is_none_by_password_is_refused_before_anybody_is_asked),
		cmocka_unit_test(what_keeps_one_out_is_told_by_its_number),
		cmocka_unit_test(a_login_has_one_deadline_for_all_its_steps),
		cmocka_unit_test(rows_arrive_whole_however_they_are_fetched),
		cmocka_unit_test(rows_asked_for_ahead_are_the_same_rows),
		cmocka_unit_test(rows_asked_for_ahead_and_not_wanted_do_not_reach_the_next_call),
		cmocka_unit_test(binds_arrive_as_they_were_given),
		cmocka_unit_test(a_statement_made_again_is_not_parsed_again),
		cmocka_unit_test(arrays_tell_errors_and_counts_row_by_row),
		cmocka_unit_test(a_block_gives_values_back),
		cmocka_unit_test(an_error_leaves_the_session_as_it_was),
		cmocka_unit_test(a_call_that_takes_too_long_is_cancelled),
		cmocka_unit_test(cancel_from_another_thread_ends_a_call),
		cmocka_unit_test(a_call_is_broken_off_at_any_moment_and_the_session_goes_on),
		cmocka_unit_test(a_killed_session_says_so_and_is_of_no_more_use),
	};

	(void)argc;
	(void)snprintf(stub_path, sizeof(stub_path), "%s/rehearsal/net_stub", dirname(argv[0]));
	return cmocka_run_group_tests_name("session", tests, start_stub, stop_stub);
}
