/*
 * replay.c - the server of `make bench-wire`: rows made once, sent as often as any client asks
 *
 *	bench-replay [--sdu BYTES]	prints "ready port=P"; ends when its standard input does
 *
 * The rehearsal's network half as it is (rehearsal/net_*.c, without net_execute.c and net_lob.c),
 * over no database: what comes behind `engine.h` and the answers to EXECUTE and FETCH are here.
 *
 *	select ... from mixed_N		N rows of ten columns of mixed types, about 150 bytes each
 *	select ... from wide_N		N rows of a number and six texts, about 1500 bytes each
 *	select tz_offset(...) ...	one row, as go-oracledb asks when it connects
 *	any other statement		done; array DML touches a row for each iteration
 *
 * Rows are encoded when the program starts, CYCLE of them, and begin again after the last.  Anybody
 * may log in with the password "bench".
 */
#include "rehearsal/net.h"
#include "rehearsal/net_conn.h"
#include "rehearsal/profile.h"

#include "codec/num.h"
#include "model/shape.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CYCLE	      10000u
#define COLUMNS_MAX   10u
#define NO_DATA_FOUND 1403u
#define QUERY_CODE    3u /* V$SQLCOMMAND */
#define INSERT_CODE   2u

/* ---- rows ------------------------------------------------------------------------------ */

struct table {
	struct cw_ttc_describe columns;
	struct cw_ttc_column column[COLUMNS_MAX];
	struct cw_wr bytes;	 /* ROW_DATA messages, one behind the other */
	size_t begin[CYCLE + 1]; /* where each begins */
};

/* What a cursor stands for. */
struct rh_stmt {
	const struct table *table; /* NULL: no query */
	uint64_t rows, given;
};

static struct table mixed, wide, zone;
static struct rh_verifier verifier = { .iterations = CW_LOGIN_VGEN_COUNT, .exists = true, .grace_days = -1 };
static uint32_t sdu = CW_TNS_SDU;

struct row {
	struct cw_value value[COLUMNS_MAX];
	uint8_t room[COLUMNS_MAX][1024];
	unsigned count;
};

static void add_bytes(struct row *row, const void *bytes, size_t len)
{
	memcpy(row->room[row->count], bytes, len);
	row->value[row->count] = cw_value_set((struct cw_bytes){ row->room[row->count], len });
	row->count++;
}

/* @number divided by 100 as often as @hundreds says: the exponent is of base 100. */
static void add_number(struct row *row, int64_t number, unsigned hundreds)
{
	uint8_t bytes[CW_NUM_BYTES_MAX];
	size_t len = cw_num_from_int(number, bytes);

	bytes[0] = (uint8_t)(bytes[0] - hundreds);
	add_bytes(row, bytes, len);
}

static void add_text(struct row *row, size_t len, unsigned seed)
{
	char text[1024];

	for (size_t i = 0; i < len; i++)
		text[i] = (char)(i % 8 == 7 ? ' ' : 'a' + (seed + i * 7) % 26);
	add_bytes(row, text, len);
}

static void add_moment(struct row *row, unsigned seed, bool fraction)
{
	uint32_t nanoseconds = seed % 1000000 * 1000 + 1000;
	uint8_t bytes[11] = { 120,
			      124,
			      (uint8_t)(1 + seed % 12),
			      (uint8_t)(1 + seed % 28),
			      (uint8_t)(1 + seed % 24),
			      (uint8_t)(1 + seed % 60),
			      (uint8_t)(1 + seed / 60 % 60),
			      (uint8_t)(nanoseconds >> 24),
			      (uint8_t)(nanoseconds >> 16),
			      (uint8_t)(nanoseconds >> 8),
			      (uint8_t)nanoseconds };

	add_bytes(row, bytes, fraction ? 11 : 7);
}

static void make_mixed(struct row *row, unsigned n)
{
	/* 1.5 and so on: a positive double is sent with its sign bit turned */
	uint8_t ratio[8] = { 0xbf, 0xf8, 0, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n };

	add_number(row, n, 0);
	add_text(row, 12, n);
	add_text(row, 24, n + 3);
	add_number(row, (int64_t)n * 701 + 1, 1);
	add_number(row, n % 1000 + 1, 0);
	add_moment(row, n, false);
	add_moment(row, n, true);
	add_bytes(row, ratio, sizeof(ratio));
	add_text(row, 16, n + 5);
	if (n % 7 == 0)
		row->value[row->count++] = (struct cw_value){ .state = CW_VALUE_NULL };
	else
		add_text(row, 60, n + 9);
}

static void make_wide(struct row *row, unsigned n)
{
	static const size_t len[] = { 40, 120, 200, 250, 300, 600 };

	add_number(row, n, 0);
	for (size_t i = 0; i < CW_ARRAY_LEN(len); i++)
		add_text(row, len[i] - n % 16, n + (unsigned)i);
}

static void make_zone(struct row *row, unsigned n)
{
	(void)n;
	add_bytes(row, "+00:00", 6);
}

static void add_column(struct table *table, const char *name, uint8_t ora_type, uint32_t bytes)
{
	bool text = ora_type == CW_ORA_VARCHAR2;

	table->column[table->columns.count++] = (struct cw_ttc_column){
		.name = cw_bytes_of(name),
		.ora_type = ora_type,
		.precision = ora_type == CW_ORA_NUMBER ? 12 : 0,
		.scale = ora_type == CW_ORA_TIMESTAMP	 ? 6
			 : strcmp(name, "PRICE") == 0 ? 2
							 : 0,
		.charset_form = text,
		.charset = text ? CW_CHARSET_UTF8 : 0,
		.nullable = true,
		.bytes_max = bytes,
		.chars_max = text ? bytes : 0,
	};
}

static void make_table(struct table *table, void (*make)(struct row *row, unsigned n))
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_19_1_EXT1, .big_chunks = true };
	static struct row row;

	table->columns.column = table->column;
	for (unsigned n = 0; n < CYCLE; n++) {
		row.count = 0;
		make(&row, n + 1);
		table->begin[n] = table->bytes.len;
		cw_ttc_put_row(&table->bytes, &ttc, &table->columns, row.value);
	}
	table->begin[CYCLE] = table->bytes.len;
	if (cw_wr_failed(&table->bytes))
		abort();
}

static void make_tables(void)
{
	add_column(&mixed, "ID", CW_ORA_NUMBER, 22);
	add_column(&mixed, "CODE", CW_ORA_VARCHAR2, 12);
	add_column(&mixed, "NAME", CW_ORA_VARCHAR2, 40);
	add_column(&mixed, "PRICE", CW_ORA_NUMBER, 22);
	add_column(&mixed, "QUANTITY", CW_ORA_NUMBER, 22);
	add_column(&mixed, "PLACED", CW_ORA_DATE, 7);
	add_column(&mixed, "CHANGED", CW_ORA_TIMESTAMP, 11);
	add_column(&mixed, "RATIO", CW_ORA_BINARY_DOUBLE, 8);
	add_column(&mixed, "TOKEN", CW_ORA_RAW, 16);
	add_column(&mixed, "NOTE", CW_ORA_VARCHAR2, 60);
	make_table(&mixed, make_mixed);
	add_column(&wide, "ID", CW_ORA_NUMBER, 22);
	add_column(&wide, "T1", CW_ORA_VARCHAR2, 40);
	add_column(&wide, "T2", CW_ORA_VARCHAR2, 120);
	add_column(&wide, "T3", CW_ORA_VARCHAR2, 200);
	add_column(&wide, "T4", CW_ORA_VARCHAR2, 250);
	add_column(&wide, "T5", CW_ORA_VARCHAR2, 300);
	add_column(&wide, "T6", CW_ORA_VARCHAR2, 1000);
	make_table(&wide, make_wide);
	add_column(&zone, "TZ_OFFSET", CW_ORA_VARCHAR2, 7);
	make_table(&zone, make_zone);
}

/* ---- what the network half asks of an engine -------------------------------------------- */

bool rh_fail(struct rh_error *error, int code, uint32_t position, const char *fmt, ...)
{
	int len = snprintf(error->text, sizeof(error->text), "ORA-%05d: ", code);
	va_list ap;

	error->code = code;
	error->position = position;
	va_start(ap, fmt);
	(void)vsnprintf(error->text + len, sizeof(error->text) - (size_t)len, fmt, ap);
	va_end(ap);
	return false;
}

bool rh_user_verifier(struct rh_server *server, const char *user, struct rh_verifier *ret)
{
	(void)server;
	(void)user;
	*ret = verifier;
	return true;
}

bool rh_password_change(struct rh_server *server, const char *user, const char *password,
			struct rh_error *error)
{
	(void)server;
	(void)user;
	(void)password;
	return rh_fail(error, 3001, 0, "unimplemented feature");
}

bool rh_proxy_check(struct rh_server *server, const char *proxy, const char *client,
		    struct rh_error *error)
{
	(void)server;
	(void)proxy;
	(void)client;
	return rh_fail(error, 28150, 0, "proxy not authorized to connect as client");
}

bool rh_service_check(struct rh_server *server, const char *service, struct rh_error *error)
{
	(void)server;
	(void)service;
	(void)error;
	return true;
}

bool rh_session_open(struct rh_server *server, const struct rh_client_info *client,
		     struct rh_session **ret, struct rh_error *error)
{
	(void)client;
	(void)error;
	*ret = (struct rh_session *)(void *)server;
	return true;
}

void rh_session_close(struct rh_session *session)
{
	(void)session;
}

void rh_server_facts(const struct rh_server *server, struct rh_session_facts *ret)
{
	(void)server;
	*ret = (struct rh_session_facts){
		.sid = 1,
		.serial = 1,
		.dbid = 1, /* go-oracledb wants one */
		.db_name = "BENCH",
		.instance_name = "BENCH",
		.service_name = "BENCH",
		.host = "localhost",
		.charset = 873,
		.profile = rh_profile_find("19c"),
		.folder = "/nonexistent",
	};
}

void rh_session_facts(const struct rh_session *session, struct rh_session_facts *ret)
{
	(void)session;
	rh_server_facts(NULL, ret);
}

void rh_session_cancel(struct rh_session *session)
{
	(void)session;
}

int rh_session_doomed(const struct rh_session *session)
{
	(void)session;
	return 0;
}

void rh_session_rests(struct rh_session *session, bool rests)
{
	(void)session;
	(void)rests;
}

void rh_login_failed(struct rh_server *server, const char *user)
{
	(void)server;
	(void)user;
}

void rh_session_register_fd(struct rh_session *session, int fd)
{
	(void)session;
	(void)fd;
}

bool rh_commit(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

bool rh_rollback(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

bool rh_in_transaction(const struct rh_session *session)
{
	(void)session;
	return false;
}

bool rh_set_current_schema(struct rh_session *session, const char *schema, struct rh_error *error)
{
	(void)session;
	(void)schema;
	(void)error;
	return true;
}

void rh_set_end_to_end(struct rh_session *session, const char *what, const char *value)
{
	(void)session;
	(void)what;
	(void)value;
}

/* ---- EXECUTE, REEXECUTE, FETCH ------------------------------------------------------------ */

void net_cursor_close(struct net_conn *conn, uint32_t id)
{
	if (id == 0 || id > NET_CURSORS_MAX)
		return;
	free(conn->cursor[id].stmt);
	free(conn->cursor[id].oac);
	conn->cursor[id] = (struct net_cursor){ 0 };
}

static bool refuse(struct net_conn *conn)
{
	struct rh_error error = { 0 };

	(void)rh_fail(&error, 3001, 0, "unimplemented feature");
	return net_refuse(conn, &error);
}

bool net_lob_op(struct net_conn *conn, struct cw_ttc_in *in)
{
	(void)in;
	return refuse(conn);
}

bool net_describe_statement(struct net_conn *conn, struct cw_ttc_in *in)
{
	(void)in;
	return refuse(conn);
}

bool net_describe_object(struct net_conn *conn, struct cw_ttc_in *in)
{
	(void)in;
	return refuse(conn);
}

void net_lob_piggyback(struct net_conn *conn, struct cw_ttc_in *in)
{
	(void)conn;
	(void)cw_ttc_bad(in, "there are no LOBs here");
}

/* The number behind @word, wherever the statement has it; false: it has not. */
static bool find_rows(const char *sql, const char *word, uint64_t *ret)
{
	const char *at = strcasestr(sql, word);

	if (!at)
		return false;
	*ret = strtoull(at + strlen(word), NULL, 10);
	return true;
}

/* 0: there is no room for one more. */
static uint32_t open_cursor(struct net_conn *conn, struct cw_bytes sql, uint32_t id)
{
	char text[512];
	struct rh_stmt *stmt = calloc(1, sizeof(*stmt));

	if (!stmt)
		abort();
	(void)snprintf(text, sizeof(text), "%.*s", (int)sql.len, (const char *)sql.at);
	if (find_rows(text, "mixed_", &stmt->rows))
		stmt->table = &mixed;
	else if (find_rows(text, "wide_", &stmt->rows))
		stmt->table = &wide;
	else if (find_rows(text, "tz_offset", &stmt->rows)) {
		stmt->table = &zone;
		stmt->rows = 1;
	}
	if (id == 0)
		for (id = 1; id <= NET_CURSORS_MAX && conn->cursor[id].stmt;)
			id++;
	if (id > NET_CURSORS_MAX) {
		free(stmt);
		return 0;
	}
	net_cursor_close(conn, id);
	conn->cursor[id].stmt = stmt;
	return id;
}

static void put_rows(struct cw_wr *wr, struct rh_stmt *stmt, uint64_t count)
{
	const struct table *table = stmt->table;

	if (count > stmt->rows - stmt->given)
		count = stmt->rows - stmt->given;
	if (count > 0)
		cw_ttc_put_row_header(wr, table->columns.count, (uint32_t)count);
	while (count > 0) {
		size_t from = stmt->given % CYCLE, part = CYCLE - from;

		part = part < count ? part : count;
		cw_wr_put(wr, table->bytes.at0 + table->begin[from],
			  table->begin[from + part] - table->begin[from]);
		stmt->given += part;
		count -= part;
	}
}

/* The end of an answer: of a query what is left to say, else how many rows were touched. */
static bool finish(struct net_conn *conn, struct cw_wr *wr, uint32_t id, uint32_t iterations)
{
	const struct rh_stmt *stmt = conn->cursor[id].stmt;
	struct cw_ttc_error summary = net_summary(conn);

	summary.cursor_id = (uint16_t)id;
	summary.sql_type = stmt->table ? QUERY_CODE : INSERT_CODE;
	summary.row_count = stmt->table ? stmt->given : iterations;
	summary.iterations = stmt->table ? 0 : iterations;
	if (stmt->table && stmt->given == stmt->rows) {
		summary.number = NO_DATA_FOUND;
		summary.text = cw_bytes_of("ORA-01403: no data found");
	}
	cw_ttc_put_error(wr, &conn->ttc, &summary);
	return net_send_answer(conn);
}

static bool read_binds(struct net_conn *conn, struct cw_ttc_in *in, uint32_t id,
		       uint32_t iterations, bool plsql)
{
	const struct net_cursor *cursor = &conn->cursor[id];
	struct cw_value *values = cw_new(&conn->arena, struct cw_value, cursor->oac_count + 1);

	for (uint32_t i = 0; i < iterations && cursor->oac_count > 0 && !cw_ttc_failed(in); i++)
		cw_ttc_get_bind_row(in, cursor->oac, values, NULL, cursor->oac_count, plsql);
	return !cw_ttc_failed(in);
}

static void keep_oacs(struct net_cursor *cursor, const struct cw_ttc_execute *request)
{
	size_t bytes = request->bind_count * sizeof(*cursor->oac);

	free(cursor->oac);
	cursor->oac = malloc(bytes);
	if (!cursor->oac)
		abort();
	memcpy(cursor->oac, request->oac, bytes);
	cursor->oac_count = request->bind_count;
}

/* ojdbc and go-ora ask for them: a row was touched by each iteration. */
static void give_counts(struct net_conn *conn, uint32_t iterations, struct cw_ttc_parameter *ret)
{
	uint64_t *counts = cw_new(&conn->arena, uint64_t, iterations);

	for (uint32_t i = 0; i < iterations; i++)
		counts[i] = 1;
	ret->has_row_counts = true;
	ret->row_count_count = iterations;
	ret->row_count = counts;
}

static bool answer(struct net_conn *conn, uint32_t id, bool describe, uint32_t rows,
		   uint32_t iterations)
{
	static const uint8_t date[7] = { 120, 124, 1, 1, 1, 1, 1 };
	struct cw_ttc_parameter parameter = { .cursor_id = id };
	struct rh_stmt *stmt = conn->cursor[id].stmt;
	struct cw_wr *wr = net_answer(conn);

	net_call_begins(conn);
	if (stmt->table) {
		if (describe)
			cw_ttc_put_describe(wr, &conn->ttc, &stmt->table->columns, date);
		put_rows(wr, stmt, rows);
	} else if (conn->cursor[id].row_counts) {
		give_counts(conn, iterations, &parameter);
	}
	cw_ttc_put_parameter(wr, &parameter);
	return finish(conn, wr, id, iterations);
}

bool net_execute(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct cw_ttc_execute request;
	struct rh_error error = { 0 };
	uint32_t id, iterations = 1, rows;
	struct rh_stmt *stmt;
	bool executes;

	cw_ttc_get_execute(in, &request);
	if (cw_ttc_failed(in))
		return false;
	id = request.sql.len > 0 ? open_cursor(conn, request.sql, request.cursor_id)
				 : request.cursor_id;
	if (id == 0 || id > NET_CURSORS_MAX || !conn->cursor[id].stmt) {
		(void)rh_fail(&error, 1001, 0, "invalid cursor");
		return net_refuse(conn, &error);
	}
	stmt = conn->cursor[id].stmt;
	executes = request.options & CW_EXEC_EXECUTE;
	if (!stmt->table && request.al8i4[7] == 0 && request.al8i4[1] > 0)
		iterations = request.al8i4[1];
	if (request.bind_count > 0)
		keep_oacs(&conn->cursor[id], &request);
	if (executes &&
	    !read_binds(conn, in, id, iterations, !(request.options & CW_EXEC_NOT_PLSQL)))
		return false;
	if (executes) {
		stmt->given = 0;
		conn->cursor[id].row_counts = request.al8i4[9] & CW_EXEC_ROW_COUNTS;
	}
	rows = executes			     ? request.prefetch_rows
	       : request.options & CW_EXEC_FETCH ? request.al8i4[1]
						 : 0;
	return answer(conn, id, executes || request.options & CW_EXEC_DESCRIBE, rows, iterations);
}

bool net_reexecute(struct net_conn *conn, struct cw_ttc_in *in, bool fetch)
{
	struct cw_ttc_reexecute request;
	struct rh_error error = { 0 };
	uint32_t id;
	bool query;

	cw_ttc_get_reexecute(in, &request);
	id = request.cursor_id;
	if (cw_ttc_failed(in))
		return false;
	if (id == 0 || id > NET_CURSORS_MAX || !conn->cursor[id].stmt) {
		(void)rh_fail(&error, 1001, 0, "invalid cursor");
		return net_refuse(conn, &error);
	}
	query = conn->cursor[id].stmt->table;
	if (!read_binds(conn, in, id, query ? 1 : request.iterations, false))
		return false;
	conn->cursor[id].stmt->given = 0;
	return answer(conn, id, false, fetch ? request.iterations : 0, request.iterations);
}

bool net_fetch(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct rh_error error = { 0 };
	uint32_t id = 0, rows = 0;
	struct cw_wr *wr;

	cw_ttc_get_fetch(in, &id, &rows);
	if (cw_ttc_failed(in))
		return false;
	if (id == 0 || id > NET_CURSORS_MAX || !conn->cursor[id].stmt || !conn->cursor[id].stmt->table) {
		(void)rh_fail(&error, 1001, 0, "invalid cursor");
		return net_refuse(conn, &error);
	}
	net_call_begins(conn);
	wr = net_answer(conn);
	put_rows(wr, conn->cursor[id].stmt, rows);
	return finish(conn, wr, id, 0);
}

/* ---- the program -------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	static const struct option options[] = { { "sdu", required_argument, NULL, 's' }, { 0 } };
	struct rh_net_options net_options = { 0 };
	struct rh_net *net = NULL;
	struct cw_err err = { 0 };
	char end;

	while (getopt_long(argc, argv, "", options, NULL) == 's')
		sdu = (uint32_t)strtoul(optarg, NULL, 10);
	net_options.sdu = sdu;
	(void)signal(SIGPIPE, SIG_IGN);
	make_tables();
	if (!cw_login_hash(cw_bytes_of("bench"), verifier.salt, verifier.iterations, verifier.hash, &err) ||
	    !rh_net_start((struct rh_server *)(void *)&verifier, &net_options, &net, &err)) {
		(void)fprintf(stderr, "bench-replay: %s\n", err.text);
		return 1;
	}
	(void)printf("ready port=%u\n", rh_net_port(net));
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &end, 1) > 0)
		;
	rh_net_stop(net);
	return 0;
}
