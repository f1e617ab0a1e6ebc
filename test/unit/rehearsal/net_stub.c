/*
 * net_stub.c - the listener of the rehearsal over an engine of a page
 *
 * The network half is tried out with real drivers without PostgreSQL: account SCOTT,
 * password tiger, service STUB.  The "SQL" is a handful of words:
 *
 *	select rows N		N rows of every type, every third all NULL
 *	select rows parsed	as many as statements were parsed in this session, this one too
 *	select echo :1 ...	one row, the binds
 *	insert :1 ... [returning :k ...]  13 in the first bind fails with ORA-00001
 *	begin :1 := :2; end	the first bind is OUT and gets the second's value
 *	create			DDL	compile		DDL with errors
 *	... nowhere ...		ORA-00942 at offset 5
 *	sleep			until it is cancelled
 *	doom			this session is killed
 */
#include "base/clock.h"
#include "codec/login_verifier.h"
#include "codec/ttc_call_codes.h"
#include "rehearsal/engine.h"
#include "rehearsal/lob.h"
#include "rehearsal/net.h"
#include "rehearsal/profile.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BINDS_MAX 64

static const struct rh_profile *profile;

enum verb { ROWS, ECHO, INSERT, BLOCK, CREATE, COMPILE, SLEEP, DOOM };

struct rh_session {
	atomic_bool cancelled;
	int doomed;
	bool changed;
	uint32_t parsed;
	char schema[132];
};

struct rh_stmt {
	enum verb verb;
	uint32_t rows, at;
	uint16_t bind_count, returning_from;
	struct rh_column column[BINDS_MAX];
	uint16_t column_count;
	struct cw_value value[BINDS_MAX];
	uint8_t direction[BINDS_MAX];
	struct rh_stmt *cursor[BINDS_MAX]; /* never opened */
	struct rh_batch_error batch[1000];
	uint64_t counts[100000];
};

bool rh_fail(struct rh_error *error, int code, uint32_t position, const char *fmt, ...)
{
	int len = snprintf(error->text, sizeof(error->text), "ORA-%05d: ", code);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(error->text + len, sizeof(error->text) - (size_t)len, fmt, args);
	va_end(args);
	error->code = code;
	error->position = position;
	return false;
}

/* ---- accounts and sessions ------------------------------------------------------ */

bool rh_user_verifier(struct rh_server *server, const char *user, struct rh_verifier *ret)
{
	bool exists = strcasecmp(user, "scott") == 0 || strcasecmp(user, "\"scott\"") == 0;
	bool in_grace = strcasecmp(user, "graham") == 0;
	struct cw_err err;

	(void)server;
	*ret = (struct rh_verifier){ .iterations = profile->release < RH_12_1 ? 0 : CW_LOGIN_VGEN_COUNT,
				     .exists = exists || in_grace,
				     .grace_days = in_grace ? 6 : -1 };
	memset(ret->salt, 7, sizeof(ret->salt));
	(void)!cw_login_hash((struct cw_bytes){ (const uint8_t *)"tiger", 5 }, ret->salt,
			     ret->iterations, ret->hash, &err);
	return exists || in_grace;
}

bool rh_password_change(struct rh_server *server, const char *user, const char *password,
			struct rh_error *error)
{
	(void)server;
	(void)user;
	return strlen(password) > 4 ||
	       rh_fail(error, 28003, 0, "password verification for the specified password failed");
}

bool rh_proxy_check(struct rh_server *server, const char *proxy, const char *client,
		    struct rh_error *error)
{
	(void)server;
	return (strcasestr(proxy, "scott") && strcasecmp(client, "graham") == 0) ||
	       rh_fail(error, 28150, 0, "proxy not authorized to connect as client");
}

bool rh_service_check(struct rh_server *server, const char *service, struct rh_error *error)
{
	(void)server;
	return strcasecmp(service, "STUB") == 0 ||
	       rh_fail(error, 12514, 0, "TNS:listener does not currently know of service");
}

bool rh_session_open(struct rh_server *server, const struct rh_client_info *client,
		     struct rh_session **ret, struct rh_error *error)
{
	(void)server;
	(void)error;
	if (strcmp(client->program, "sleeper") == 0) /* its login takes a second more */
		cw_sleep_ms(1000);
	*ret = calloc(1, sizeof(**ret));
	(void)snprintf((*ret)->schema, sizeof((*ret)->schema), "SCOTT");
	return *ret != NULL;
}

void rh_session_close(struct rh_session *session)
{
	free(session);
}

void rh_server_facts(const struct rh_server *server, struct rh_session_facts *ret)
{
	(void)server;
	*ret = (struct rh_session_facts){ .sid = 7,
					  .serial = 9,
					  .db_name = "STUB",
					  .instance_name = "STUB",
					  .service_name = "STUB",
					  .host = "localhost",
					  .charset = CW_CHARSET_UTF8,
					  .profile = profile,
					  .folder = "." };
}

void rh_session_facts(const struct rh_session *session, struct rh_session_facts *ret)
{
	(void)session;
	rh_server_facts(NULL, ret);
}

void rh_session_cancel(struct rh_session *session)
{
	atomic_store(&session->cancelled, true);
}

int rh_session_doomed(const struct rh_session *session)
{
	return session->doomed;
}

void rh_session_register_fd(struct rh_session *session, int fd)
{
	(void)session;
	(void)fd;
}

void rh_session_rests(struct rh_session *session, bool rests)
{
	(void)session, (void)rests;
}

void rh_login_failed(struct rh_server *server, const char *user)
{
	(void)server, (void)user;
}

/* ---- statements ------------------------------------------------------------------ */

static void add_column(struct rh_stmt *stmt, const char *name, uint8_t type, uint32_t bytes)
{
	struct rh_column *column = &stmt->column[stmt->column_count++];

	memset(column, 0, sizeof(*column));
	(void)snprintf(column->name, sizeof(column->name), "%s", name);
	column->ora_type = type;
	column->scale = type == CW_ORA_NUMBER ? CW_SCALE_NONE : type == CW_ORA_TIMESTAMP ? 6 : 0;
	column->byte_length = bytes;
	column->nullable = true;
	if (type == CW_ORA_VARCHAR2 || type == CW_ORA_CHAR || type == CW_ORA_LONG) {
		column->charset_form = 1;
		column->char_length = bytes;
	}
}

static void count_binds(struct rh_stmt *stmt, const char *sql)
{
	const char *returning = strstr(sql, "returning");

	for (const char *at = sql; (at = strchr(at, ':')); at++) {
		if (!isalnum((unsigned char)at[1]))
			continue;
		if (!returning || at < returning)
			stmt->returning_from++;
		stmt->bind_count++;
	}
}

static void prepare_rows(struct rh_session *session, struct rh_stmt *stmt, const char *sql)
{
	stmt->rows = strcmp(sql, "select rows parsed") == 0 ? session->parsed
							     : (uint32_t)strtoul(sql + 11, NULL, 10);
	add_column(stmt, "ID", CW_ORA_NUMBER, 22);
	add_column(stmt, "NAME", CW_ORA_VARCHAR2, 4000);
	add_column(stmt, "FIXED", CW_ORA_CHAR, 5);
	add_column(stmt, "D", CW_ORA_DATE, 7);
	add_column(stmt, "TS", CW_ORA_TIMESTAMP, 11);
	add_column(stmt, "R", CW_ORA_RAW, 16);
	add_column(stmt, "RID", CW_ORA_ROWID, 10);
	add_column(stmt, "L", CW_ORA_LONG, 0);
}

bool rh_parse(struct rh_session *session, const char *sql, size_t sql_len, struct rh_stmt **ret,
	      struct rh_error *error)
{
	static const char *const verbs[] = { "select rows", "select echo", "insert", "begin",
					     "create",	    "compile",	   "sleep",  "doom" };
	char text[4096];
	struct rh_stmt *stmt;

	session->parsed++;
	(void)snprintf(text, sizeof(text), "%.*s", (int)sql_len, sql);
	for (size_t i = 0; i < CW_ARRAY_LEN(verbs) && !strstr(text, "nowhere"); i++) {
		if (strncmp(text, verbs[i], strlen(verbs[i])) != 0)
			continue;
		stmt = calloc(1, sizeof(*stmt));
		stmt->verb = (enum verb)i;
		count_binds(stmt, text);
		if (stmt->verb == ROWS)
			prepare_rows(session, stmt, text);
		for (uint16_t n = 0; stmt->verb == ECHO && n < stmt->bind_count; n++)
			add_column(stmt, "ECHO", CW_ORA_VARCHAR2, 4000);
		*ret = stmt;
		return true;
	}
	return rh_fail(error, 942, 5, "table or view does not exist");
}

bool rh_stmt_tell_columns(struct rh_stmt *stmt, struct rh_error *error)
{
	(void)stmt;
	(void)error;
	return true;
}

void rh_stmt_info(const struct rh_stmt *stmt, struct rh_stmt_info *ret)
{
	static const enum rh_kind kinds[] = { RH_QUERY, RH_QUERY, RH_DML, RH_PLSQL,
					      RH_DDL,	RH_DDL,	  RH_DDL, RH_DDL };
	static const uint16_t types[] = { 3, 3, 2, 47, 1, 24, 1, 1 };

	*ret = (struct rh_stmt_info){ .kind = kinds[stmt->verb],
				      .sql_type = types[stmt->verb],
				      .column_count = stmt->column_count,
				      .column = stmt->column,
				      .bind_count = stmt->bind_count,
				      .returning_from = stmt->returning_from };
}

bool rh_scroll(struct rh_stmt *stmt, uint64_t row, uint64_t *ret_row, struct rh_error *error)
{
	(void)stmt, (void)row, (void)ret_row;
	return rh_fail(error, 600, 0, "nothing is scrolled here");
}

bool rh_nested_cursor(struct rh_session *session, const struct rh_stmt *stmt, uint16_t column,
		      const struct cw_value *value, struct rh_stmt **ret, struct rh_error *error)
{
	(void)session, (void)stmt, (void)column, (void)value, (void)ret;
	return rh_fail(error, 600, 0, "no cursors here");
}

bool rh_describe(struct rh_session *session, const char *name, size_t len, struct rh_stmt **ret,
		 bool *ret_view, struct rh_error *error)
{
	(void)session;
	*ret = NULL;
	*ret_view = false;
	return rh_fail(error, 4043, 0, "object %.*s does not exist", (int)len, name);
}

void rh_stmt_free(struct rh_stmt *stmt)
{
	for (int i = 0; i < BINDS_MAX; i++)
		free((void *)(uintptr_t)stmt->value[i].at);
	free(stmt);
}

static void keep_value(struct rh_stmt *stmt, uint16_t i, const struct cw_value *from)
{
	free((void *)(uintptr_t)stmt->value[i].at);
	stmt->value[i] = *from;
	stmt->value[i].at = NULL;
	if (from->state == CW_VALUE_SET && from->len > 0)
		stmt->value[i].at = memcpy(malloc(from->len), from->at, from->len);
}

static void execute_echo(struct rh_stmt *stmt, const struct rh_bind *binds)
{
	stmt->column_count = 0;
	for (uint16_t i = 0; i < stmt->bind_count; i++) {
		add_column(stmt, "ECHO", binds[i].ora_type, 4000);
		keep_value(stmt, i, &binds[i].value);
	}
	stmt->rows = 1;
}

static bool is_thirteen(const struct rh_bind *bind)
{
	return bind->value.len == 2 && memcmp(bind->value.at, "\xc1\x0e", 2) == 0;
}

static bool execute_insert(struct rh_session *session, struct rh_stmt *stmt,
			   const struct rh_bind *binds, uint32_t iterations, unsigned flags,
			   struct rh_result *ret, struct rh_error *error)
{
	for (uint32_t i = 0; i < iterations; i++) {
		const struct rh_bind *row = binds + (size_t)i * stmt->bind_count;
		struct rh_error failure;

		ret->iterations_done++;
		stmt->counts[i % CW_ARRAY_LEN(stmt->counts)] = 1;
		if (!stmt->returning_from || !is_thirteen(row)) {
			ret->row_count++;
			continue;
		}
		(void)rh_fail(&failure, 1, 0, "unique constraint (SCOTT.PK) violated");
		if (!(flags & RH_BATCH_ERRORS)) {
			*error = failure;
			return false;
		}
		stmt->counts[i % CW_ARRAY_LEN(stmt->counts)] = 0;
		stmt->batch[ret->batch_error_count++] = (struct rh_batch_error){ i, failure };
	}
	session->changed = !(flags & RH_COMMIT);
	ret->batch_error = stmt->batch;
	ret->row_counts = stmt->counts;
	(void)snprintf(ret->last_rowid, sizeof(ret->last_rowid), "AAARwbAAYAAAAAfAAC");
	for (uint16_t i = stmt->returning_from; i < stmt->bind_count; i++)
		keep_value(stmt, i,
			   &binds[stmt->returning_from ? i - stmt->returning_from : i].value);
	ret->returned_count = stmt->returning_from < stmt->bind_count;
	ret->returned = stmt->value + stmt->returning_from;
	return true;
}

static bool execute_sleep(struct rh_session *session, struct rh_error *error)
{
	for (int i = 0; i < 1000 && !atomic_load(&session->cancelled); i++)
		cw_sleep_ms(10);
	return rh_fail(error, 1013, 0, "user requested cancel of current operation");
}

bool rh_execute(struct rh_session *session, struct rh_stmt *stmt, const struct rh_bind *binds,
		uint32_t iterations, unsigned flags, struct rh_result *ret, struct rh_error *error)
{
	*ret = (struct rh_result){ 0 };
	atomic_store(&session->cancelled, false);
	stmt->at = 0;
	switch (stmt->verb) {
	case ECHO:
		execute_echo(stmt, binds);
		return true;
	case INSERT:
		return execute_insert(session, stmt, binds, iterations, flags, ret, error);
	case BLOCK:
		for (uint16_t i = 0; i < stmt->bind_count; i++) {
			if (binds[i].is_array)
				return rh_fail(error, 3001, 0, "unimplemented feature: an array");
			stmt->direction[i] = i ? 32 : 16;
		}
		if (stmt->bind_count > 1)
			keep_value(stmt, 0, &binds[1].value);
		ret->direction = stmt->direction;
		ret->out = stmt->value;
		ret->cursor = stmt->cursor;
		return true;
	case COMPILE:
		ret->compiled_with_errors = true;
		return true;
	case SLEEP:
		return execute_sleep(session, error);
	case DOOM:
		session->doomed = 28;
		return true;
	default:
		return true;
	}
}

/* Row @n of "rows": NUMBER n, text, CHAR, DATE 2024-01-02 03:04:05, ... */
static void make_row(uint32_t n, uint8_t number[8], char text[256], struct cw_value value[8])
{
	size_t len = 0;

	memset(value, 0, 8 * sizeof(*value));
	if (n % 3 == 0)
		return;
	number[len++] = n < 100 ? 0xc1 : 0xc2 + (n >= 10000);
	if (n >= 10000)
		number[len++] = (uint8_t)(n / 10000 + 1);
	if (n >= 100 && n % 10000)
		number[len++] = (uint8_t)(n / 100 % 100 + 1);
	if (n % 100)
		number[len++] = (uint8_t)(n % 100 + 1);
	(void)snprintf(text, 256, "row %u %*s", n, (int)(n % 200), "x");
	value[0] = cw_value_set((struct cw_bytes){ number, len });
	value[1] = cw_value_set((struct cw_bytes){ (uint8_t *)text, strlen(text) });
	value[2] = cw_value_set((struct cw_bytes){ (const uint8_t *)"ab   ", 5 });
	value[3] = cw_value_set((struct cw_bytes){ (const uint8_t *)"\x78\x7c\1\2\4\5\6", 7 });
	value[4] = cw_value_set(
		(struct cw_bytes){ (const uint8_t *)"\x78\x7c\1\2\4\5\6\7\x5b\xca\0", 11 });
	value[5] = cw_value_set((struct cw_bytes){ (const uint8_t *)"\x1d\0\xff", 3 });
	value[6] = cw_value_set((struct cw_bytes){ (const uint8_t *)"AAARwbAAYAAAAAfAAC", 18 });
	value[7] = cw_value_set((struct cw_bytes){ (const uint8_t *)"long", 4 });
}

bool rh_fetch(struct rh_session *session, struct rh_stmt *stmt, uint32_t rows_max, rh_row_fn *sink,
	      void *context, uint32_t *ret_rows, bool *ret_done, struct rh_error *error)
{
	(void)session;
	(void)error;
	for (*ret_rows = 0; *ret_rows < rows_max && stmt->at < stmt->rows; ++*ret_rows) {
		struct cw_value value[8];
		uint8_t number[8];
		char text[256];

		if (stmt->verb == ROWS)
			make_row(stmt->at + 1, number, text, value);
		stmt->at++;
		if (!sink(context, stmt->verb == ROWS ? value : stmt->value, stmt->column_count))
			return rh_fail(error, 3113, 0, "end-of-file on communication channel");
	}
	*ret_done = stmt->at >= stmt->rows;
	return true;
}

bool rh_commit(struct rh_session *session, struct rh_error *error)
{
	(void)error;
	session->changed = false;
	return true;
}

bool rh_rollback(struct rh_session *session, struct rh_error *error)
{
	return rh_commit(session, error);
}

bool rh_in_transaction(const struct rh_session *session)
{
	return session->changed;
}

const char *rh_current_schema(const struct rh_session *session)
{
	return session->schema;
}

bool rh_set_current_schema(struct rh_session *session, const char *schema, struct rh_error *error)
{
	if (strcmp(schema, "NOBODY") == 0)
		return rh_fail(error, 1435, 0, "user does not exist");
	(void)snprintf(session->schema, sizeof(session->schema), "%s", schema);
	return true;
}

bool rh_set_context(struct rh_session *session, struct cw_bytes space, struct cw_bytes attribute,
		    struct cw_bytes value, struct rh_error *error)
{
	(void)session;
	(void)space;
	(void)attribute;
	(void)value;
	(void)error;
	return true;
}

bool rh_clear_context(struct rh_session *session, struct cw_bytes space, struct rh_error *error)
{
	(void)session;
	(void)space;
	(void)error;
	return true;
}

void rh_set_end_to_end(struct rh_session *session, const char *what, const char *value)
{
	(void)session;
	(void)what;
	(void)value;
}

/* net_stub [PROFILE] */
int main(int argc, char **argv)
{
	struct rh_net *net = NULL;
	struct cw_err err;

	profile = rh_profile_find(argc > 1 ? argv[1] : "19c");
	if (!profile)
		return 2;
	if (!rh_net_start(NULL, &(struct rh_net_options){ .port = 0 }, &net, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)printf("ready port=%u service=STUB\n", (unsigned)rh_net_port(net));
	(void)fflush(stdout);
	while (getchar() != EOF) /* until whoever started it lets go */
		;
	rh_net_stop(net);
	return 0;
}

/* ---- this engine holds no LOBs --------------------------------------------------------- */

static bool no_lob(struct rh_error *error)
{
	return rh_fail(error, 22275, 0, "invalid LOB locator specified");
}

struct cw_bytes rh_lob_content(const struct cw_value *value)
{
	return cw_value_bytes(value);
}

bool rh_lob_locate(struct rh_session *session, const struct cw_value *value, uint8_t form,
		   struct rh_locator *ret, struct rh_error *error)
{
	(void)session, (void)value, (void)form, (void)ret;
	return no_lob(error);
}

bool rh_lob_create(struct rh_session *session, uint8_t form, struct rh_locator *ret,
		   struct rh_error *error)
{
	(void)session, (void)form, (void)ret;
	return no_lob(error);
}

bool rh_lob_make(struct rh_session *session, uint8_t form, struct cw_bytes content,
		 struct rh_locator *ret, struct rh_error *error)
{
	(void)session, (void)form, (void)content, (void)ret;
	return no_lob(error);
}

bool rh_lob_free(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error)
{
	(void)session, (void)locator;
	return no_lob(error);
}

bool rh_lob_length(struct rh_session *session, struct rh_locator *locator, uint64_t *ret,
		   struct rh_error *error)
{
	(void)session, (void)locator, (void)ret;
	return no_lob(error);
}

bool rh_lob_read(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		 uint64_t offset, uint64_t amount, struct cw_bytes *ret, uint64_t *ret_amount,
		 struct rh_error *error)
{
	(void)session, (void)arena, (void)locator, (void)offset, (void)amount, (void)ret;
	(void)ret_amount;
	return no_lob(error);
}

bool rh_lob_write(struct rh_session *session, struct rh_locator *locator, uint64_t offset,
		  struct cw_bytes data, struct rh_error *error)
{
	(void)session, (void)locator, (void)offset, (void)data;
	return no_lob(error);
}

bool rh_lob_trim(struct rh_session *session, struct rh_locator *locator, uint64_t length,
		 struct rh_error *error)
{
	(void)session, (void)locator, (void)length;
	return no_lob(error);
}

uint32_t rh_lob_chunk(const struct rh_locator *locator)
{
	(void)locator;
	return RH_BLOB_CHUNK;
}

bool rh_lob_is_clob(const struct rh_locator *locator)
{
	(void)locator;
	return false;
}

bool rh_lob_open(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error)
{
	(void)session, (void)locator;
	return no_lob(error);
}

bool rh_lob_close(struct rh_session *session, const struct rh_locator *locator,
		  struct rh_error *error)
{
	(void)session, (void)locator;
	return no_lob(error);
}

bool rh_lob_is_open(struct rh_session *session, const struct rh_locator *locator)
{
	(void)session, (void)locator;
	return false;
}

bool rh_lob_value(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		  struct cw_value *ret, struct rh_error *error)
{
	(void)session, (void)arena, (void)locator, (void)ret;
	return no_lob(error);
}

bool rh_lob_characters(struct cw_arena *arena, struct cw_bytes *content, struct rh_error *error)
{
	(void)arena, (void)content, (void)error;
	return true;
}
