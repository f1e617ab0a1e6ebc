/* session.c - see session.h */
#include "postgres/session.h"

#include "base/clock.h"
#include "base/io.h"
#include "postgres/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000
#define PARAMS_MAX	   65535u /* a u16 of the protocol; a look-up has 32 keys of up to 32 columns */
#define IN_USE		   "55006"
#define IN_USE_LOOK_MS	   100

struct state_kind {
	const char *prefix;
	enum cw_err_kind kind;
};

/* What trying again can cure, what a row is to blame for, what a person must change. */
static const struct state_kind state_kinds[] = {
	{ "40001", CW_ERR_RETRY }, { "40P01", CW_ERR_RETRY }, { "55P03", CW_ERR_RETRY },
	{ IN_USE, CW_ERR_RETRY },  { "57014", CW_ERR_RETRY }, { "08", CW_ERR_RETRY },
	{ "53", CW_ERR_RETRY },	   { "57P0", CW_ERR_RETRY },  { "25P0", CW_ERR_RETRY },
	{ "22", CW_ERR_DATA },	   { "23", CW_ERR_DATA },     { "42", CW_ERR_CONFIG },
	{ "28", CW_ERR_CONFIG },   { "3D", CW_ERR_CONFIG },   { "55", CW_ERR_CONFIG },
	{ "0A", CW_ERR_CONFIG },   { "2B", CW_ERR_CONFIG },   { "54", CW_ERR_LIMIT },
};

static enum cw_err_kind kind_of(const char *sqlstate)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(state_kinds); i++)
		if (strncmp(sqlstate, state_kinds[i].prefix, strlen(state_kinds[i].prefix)) == 0)
			return state_kinds[i].kind;
	return CW_ERR_RETRY;
}

/* libpq ends its messages with a line feed. */
static int text_len(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		len--;
	return (int)len;
}

bool cw_pg_fail_result(const PGresult *result, struct cw_err *err)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	const char *whole = PQresultErrorMessage(result);

	if (!state)
		return cw_fail(err, CW_ERR_RETRY, 8102, "PostgreSQL: %.*s", text_len(whole), whole);
	(void)cw_fail(err, kind_of(state), 8001, "PostgreSQL %s: %s%s%s%s%s", state,
		      text ? text : "", detail ? "; " : "", detail ? detail : "", hint ? "; " : "",
		      hint ? hint : "");
	(void)snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", state);
	return false;
}

bool cw_pg_fail_link(struct cw_pg *pg, const char *doing, struct cw_err *err)
{
	const char *text = PQerrorMessage(pg->conn);

	return cw_fail(err, CW_ERR_RETRY, 8102, "%s: the connection with PostgreSQL was lost: %.*s",
		       doing, text_len(text), text);
}

bool cw_pg_fail_answer(const PGresult *result, const char *doing, struct cw_err *err)
{
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR)
		return cw_pg_fail_result(result, err);
	return cw_fail(err, CW_ERR_DATA, 8103, "%s: unexpected answer %s", doing,
		       PQresStatus(status));
}

bool cw_pg_input(struct cw_pg *pg, int timeout_ms, struct cw_err *err)
{
	if (!cw_io_wait(PQsocket(pg->conn), POLLIN, pg->cancel_fd, timeout_ms, err))
		return false;
	if (!PQconsumeInput(pg->conn))
		return cw_pg_fail_link(pg, "reading", err);
	return true;
}

bool cw_pg_try_flush(struct cw_pg *pg, bool *ret_all, struct cw_err *err)
{
	int left = PQflush(pg->conn);

	if (left < 0)
		return cw_pg_fail_link(pg, "writing", err);
	*ret_all = left == 0;
	return true;
}

bool cw_pg_flush(struct cw_pg *pg, struct cw_err *err)
{
	int left;

	while ((left = PQflush(pg->conn)) > 0) {
		if (!cw_io_wait(PQsocket(pg->conn), POLLIN | POLLOUT, pg->cancel_fd,
				pg->call_timeout_ms, err))
			return cw_err_add(err, "writing to PostgreSQL");
		/* the server may be stuck in writing to us: take what there is */
		if (!PQconsumeInput(pg->conn))
			return cw_pg_fail_link(pg, "writing", err);
	}
	return left == 0 ? true : cw_pg_fail_link(pg, "writing", err);
}

bool cw_pg_result(struct cw_pg *pg, PGresult **ret, struct cw_err *err)
{
	if (!cw_pg_flush(pg, err))
		return false;
	while (PQisBusy(pg->conn))
		if (!cw_pg_input(pg, pg->call_timeout_ms, err))
			return cw_err_add(err, "waiting for PostgreSQL");
	*ret = PQgetResult(pg->conn);
	return true;
}

bool cw_pg_drain(struct cw_pg *pg, struct cw_err *err)
{
	PGresult *result;

	do {
		if (!cw_pg_result(pg, &result, err))
			return false;
		PQclear(result);
	} while (result);
	return true;
}

static void ignore_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

/*
 * libpq gives no SQLSTATE for a login that failed: only the words tell a person's
 * matter from a server that is down or starting.
 */
static bool fail_connect(const PGconn *conn, struct cw_err *err)
{
	static const char *const persons[] = { "authentication failed",	     "no pg_hba.conf entry",
					       "\" does not exist",	     "no password supplied",
					       "is not permitted to log in", "permission denied" };
	const char *text = conn ? PQerrorMessage(conn) : "out of memory";
	enum cw_err_kind kind = CW_ERR_RETRY;

	for (size_t i = 0; i < CW_ARRAY_LEN(persons); i++)
		if (strstr(text, persons[i]))
			kind = CW_ERR_CONFIG;
	return cw_fail(err, kind, 8101, "%.*s", text_len(text), text);
}

static bool check_conninfo(const char *conninfo, struct cw_err *err)
{
	char *why = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &why);

	if (!options)
		(void)cw_fail(err, CW_ERR_CONFIG, 8101, "%.*s", why ? text_len(why) : 0,
			      why ? why : "");
	PQfreemem(why);
	PQconninfoFree(options);
	return options != NULL;
}

static bool connect_poll(struct cw_pg *pg, int64_t until_ms, struct cw_err *err)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	while (state != PGRES_POLLING_OK) {
		int64_t left = until_ms - cw_clock_ms();
		short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;

		if (!cw_io_wait(PQsocket(pg->conn), events, pg->cancel_fd, left > 0 ? (int)left : 1,
				err))
			return false;
		state = PQconnectPoll(pg->conn);
		if (state == PGRES_POLLING_FAILED)
			return fail_connect(pg->conn, err);
	}
	return true;
}

/* The conninfo is libpq's to read; what we set goes beside it and wins. */
static PGconn *start(const struct cw_pg_login *login)
{
	static const char *const keywords[] = {
		"dbname",      "password", "application_name", "client_encoding", "options",
		"replication", NULL
	};
	const char *values[CW_ARRAY_LEN(keywords)] = { login->conninfo };
	char *password = NULL;
	PGconn *conn;

	if (login->password.len > 0) {
		password = strndup((const char *)login->password.at, login->password.len);
		values[1] = password;
	}
	values[2] = login->application_name ? login->application_name : "causeway";
	values[3] = "UTF8";
	values[4] = login->replication
			    ? "-c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=3 "
			      "-c TimeZone=UTC -c bytea_output=hex -c wal_sender_timeout=600s"
			    : "-c DateStyle=ISO -c TimeZone=UTC";
	values[5] = login->replication ? "database" : NULL;
	conn = PQconnectStartParams(keywords, values, 1);
	if (password) {
		explicit_bzero(password, strlen(password));
		free(password);
	}
	return conn;
}

bool cw_pg_open(const struct cw_pg_login *login, struct cw_pg **ret, struct cw_err *err)
{
	int timeout =
		login->connect_timeout_ms > 0 ? login->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	struct cw_pg *pg = calloc(1, sizeof(*pg));

	if (!pg)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	pg->cancel_fd = login->cancel_fd;
	pg->call_timeout_ms = login->call_timeout_ms;
	if (!check_conninfo(login->conninfo, err))
		goto failed;
	pg->conn = start(login);
	if (!pg->conn || PQstatus(pg->conn) == CONNECTION_BAD) {
		(void)fail_connect(pg->conn, err);
		goto failed;
	}
	PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
	if (!connect_poll(pg, cw_clock_ms() + timeout, err))
		goto failed;
	if (PQsetnonblocking(pg->conn, 1) != 0) {
		(void)cw_pg_fail_link(pg, "connecting", err);
		goto failed;
	}
	pg->backend_pid = PQbackendPID(pg->conn); /* libpq tells it as long as the link is there */
	*ret = pg;
	return true;
failed:
	cw_pg_close(pg);
	return cw_err_add(err, "connecting to PostgreSQL");
}

void cw_pg_cancel_by(struct cw_pg *pg, int cancel_fd)
{
	pg->cancel_fd = cancel_fd;
}

void cw_pg_close(struct cw_pg *pg)
{
	if (!pg)
		return;
	PQfreemem(pg->copied);
	PQfinish(pg->conn);
	free(pg);
}

int cw_pg_backend_pid(const struct cw_pg *pg)
{
	return pg->backend_pid;
}

bool cw_pg_run(struct cw_pg *pg, const char *sql, struct cw_err *err)
{
	PGresult *result;
	bool ok = true;

	if (!PQsendQuery(pg->conn, sql))
		return cw_pg_fail_link(pg, "sending a command", err);
	for (;;) {
		ExecStatusType status;

		if (!cw_pg_result(pg, &result, err))
			return false;
		if (!result)
			return ok;
		status = PQresultStatus(result);
		if (ok && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
		    status != PGRES_EMPTY_QUERY)
			ok = cw_pg_fail_answer(result, "running a command", err);
		PQclear(result);
	}
}

bool cw_pg_run_wr(struct cw_pg *pg, struct cw_wr *sql, struct cw_err *err)
{
	bool ok;

	cw_wr_u8(sql, '\0');
	if (cw_wr_failed(sql))
		ok = cw_fail(err, CW_ERR_LIMIT, 1101, "statements of more than %zu bytes",
			     sql->limit_bytes);
	else
		ok = cw_pg_run(pg, (const char *)sql->at0, err);
	cw_wr_release(sql);
	return ok;
}

static uint64_t affected(const PGresult *result)
{
	return strtoull(PQcmdTuples((PGresult *)(uintptr_t)result), NULL, 10);
}

bool cw_pg_query(struct cw_pg *pg, const char *sql, unsigned param_count, const char *const *params,
		 enum cw_pg_format format, struct cw_pg_rows *ret, struct cw_err *err)
{
	PGresult *result;
	ExecStatusType status;

	*ret = (struct cw_pg_rows){ 0 };
	assert(param_count <= PARAMS_MAX);
	if (!PQsendQueryParams(pg->conn, sql, (int)param_count, NULL, params, NULL, NULL,
			       (int)format))
		return cw_pg_fail_link(pg, "sending a query", err);
	if (!cw_pg_result(pg, &result, err))
		return false;
	if (!result)
		return cw_pg_fail_link(pg, "asking", err);
	status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		struct cw_err ignored = { 0 };

		(void)cw_pg_fail_answer(result, "asking", err);
		PQclear(result);
		(void)!cw_pg_drain(pg, &ignored);
		return false;
	}
	*ret = (struct cw_pg_rows){ .result = result,
				    .row_count = (uint32_t)PQntuples(result),
				    .column_count = (uint16_t)PQnfields(result),
				    .affected = affected(result) };
	if (!cw_pg_drain(pg, err)) {
		cw_pg_rows_free(ret);
		return false;
	}
	return true;
}

bool cw_pg_run_when_free(struct cw_pg *pg, const char *sql, const char *name, int wait_ms,
			 struct cw_err *err)
{
	int64_t until = cw_clock_ms() + wait_ms;
	struct cw_pg_rows rows;

	while (!cw_pg_query(pg, sql, 1, &name, CW_PG_AS_TEXT, &rows, err)) {
		if (strcmp(err->sqlstate, IN_USE) != 0 || cw_clock_ms() > until)
			return false;
		cw_sleep_ms(IN_USE_LOOK_MS);
	}
	cw_pg_rows_free(&rows);
	return true;
}

struct cw_value cw_pg_value(const struct cw_pg_rows *rows, uint32_t row, uint16_t column)
{
	const PGresult *result = rows->result;

	assert(row < rows->row_count && column < rows->column_count);
	if (PQgetisnull(result, (int)row, column))
		return (struct cw_value){ .state = CW_VALUE_NULL };
	return cw_value_set(
		(struct cw_bytes){ (const uint8_t *)PQgetvalue(result, (int)row, column),
				   (size_t)PQgetlength(result, (int)row, column) });
}

const char *cw_pg_text(const struct cw_pg_rows *rows, uint32_t row, uint16_t column)
{
	assert(row < rows->row_count && column < rows->column_count);
	return PQgetvalue(rows->result, (int)row, column);
}

void cw_pg_rows_free(struct cw_pg_rows *rows)
{
	PQclear(rows->result);
	*rows = (struct cw_pg_rows){ 0 };
}

const char *cw_pg_quote(const char *name, char *ret, size_t room)
{
	size_t used = 0;

	assert(room >= 2 * strlen(name) + 3);
	ret[used++] = '"';
	for (; *name; name++) {
		if (*name == '"')
			ret[used++] = '"';
		ret[used++] = *name;
	}
	ret[used++] = '"';
	ret[used] = '\0';
	return ret;
}
