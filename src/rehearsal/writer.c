/* writer.c - see writer.h */
#include "rehearsal/writer.h"

#include "rehearsal/in_doubt.h"
#include "rehearsal/knob.h"
#include "rehearsal/session.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#define LOOK_EVERY_MS 100
#define COME_BACK_MS  500
#define WRITERS_MAX   32
#define SQL_BYTES     2000

/* How it gets in, and so what keeps it out. */
enum way {
	BY_LISTENER, /* a stopped listener, and the restricted session */
	BY_LOCAL,    /* bequeath: the restricted session */
	BY_QUEUE,    /* a slave of the job queue: JOB_QUEUE_PROCESSES = 0 */
	BY_INSTANCE, /* a slave of the instance: nothing but its end */
};

/* What it does once ended. */
enum after {
	COMES_BACK,
	STAYS_AWAY,
	LEAVES_DOUBT, /* its one transaction is prepared, and it goes by itself */
};

static const struct kind {
	const char *name, *about;
	enum way way;
	const char *program, *machine, *os_user, *module;
	enum after after;
} kinds[] = {
	{ "batch", "SQL*Plus on a forgotten host, in a loop", BY_LISTENER,
	  "sqlplus@batch07 (TNS V1-V3)", "batch07", "batch", "SQL*Plus", COMES_BACK },
	{ "bequeath", "a script on the server itself: no listener on its way", BY_LOCAL,
	  "sqlplus@localhost (TNS V1-V3)", "localhost", "oracle", "SQL*Plus", COMES_BACK },
	{ "sysdba", "a maintenance script on the server, SYS by the operating system", BY_LOCAL,
	  "sqlplus@localhost (TNS V1-V3)", "localhost", "oracle", "sqlplus.exe", COMES_BACK },
	{ "link", "a database link of another database", BY_LISTENER, "oracle@branch (TNS V1-V3)",
	  "branch", "oracle", "oracle@branch (TNS V1-V3)", COMES_BACK },
	{ "pool", "a session that a pool left over: idle between two statements", BY_LISTENER,
	  "JDBC Thin Client", "app03", "tomcat", "JDBC Thin Client", COMES_BACK },
	{ "desktop", "a person with a grid open", BY_LISTENER, "SQL Developer", "laptop-17", "mara",
	  "SQL Developer", STAYS_AWAY },
	{ "restricted", "an account with RESTRICTED SESSION that logs in again", BY_LISTENER,
	  "monitor@ops (TNS V1-V3)", "ops", "monitor", "monitor", COMES_BACK },
	{ "job", "DBMS_JOB: a slave of the job queue", BY_QUEUE, "oracle@localhost (J001)",
	  "localhost", "oracle", "DBMS_JOB", COMES_BACK },
	{ "refresh", "the refresh of a materialized view, in the job queue", BY_QUEUE,
	  "oracle@localhost (J002)", "localhost", "oracle", "DBMS_REFRESH", COMES_BACK },
	{ "chain", "a step of a scheduler's chain", BY_QUEUE, "oracle@localhost (J003)",
	  "localhost", "oracle", "DBMS_SCHEDULER", COMES_BACK },
	{ "queue", "a queue's propagation: a slave of the instance", BY_INSTANCE,
	  "oracle@localhost (Q003)", "localhost", "oracle", "Streams", COMES_BACK },
	{ "pump", "Data Pump's worker, importing", BY_INSTANCE, "oracle@localhost (DW00)",
	  "localhost", "oracle", "Data Pump Worker", STAYS_AWAY },
	{ "replicat", "another product's apply process", BY_LOCAL, "replicat@localhost (TNS V1-V3)",
	  "localhost", "ogg", "OGG-REPB", COMES_BACK },
	{ "parallel", "a slave of a parallel statement that goes on", BY_INSTANCE,
	  "oracle@localhost (P000)", "localhost", "oracle", "batch", STAYS_AWAY },
	{ "trigger", "an account of its own, at a table of its own, whose trigger writes elsewhere",
	  BY_LISTENER, "python3@reports", "reports", "reports", "nightly.py", COMES_BACK },
	{ "xa", "a distributed transaction, prepared and left by its coordinator", BY_LISTENER,
	  "JDBC Thin Client", "app04", "wildfly", "JDBC Thin Client", LEAVES_DOUBT },
};

struct order {
	const struct kind *kind;
	char user[RH_NAME_BYTES];
	unsigned every_ms;
	int64_t given_us; /* which order it is */
	char sql[SQL_BYTES];
};

struct writer {
	struct rh_writers *writers;
	pthread_t thread;
	bool used; /* of the looking thread */
	atomic_bool stop;
	struct rh_session *session; /* under writers->lock: to be cancelled at the end */
	struct order order;
};

struct rh_writers {
	struct rh_server *server;
	pthread_t thread;
	pthread_mutex_t lock;
	atomic_bool stopping;
	struct writer writer[WRITERS_MAX];
};

/* ---- the file ------------------------------------------------------------------------------ */

struct orders {
	unsigned count;
	struct order at[WRITERS_MAX];
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool parse_line(const char *line, struct order *ret)
{
	char kind[32];
	long long given_us;
	int at = 0;

	if (sscanf(line, "%31s %131s %u %lld %n", kind, ret->user, &ret->every_ms, &given_us, &at) <
		    4 ||
	    at == 0)
		return false;
	ret->given_us = given_us;
	(void)snprintf(ret->sql, sizeof(ret->sql), "%.*s", (int)strcspn(line + at, "\n"),
		       line + at);
	ret->kind = find_kind(kind);
	return ret->kind != NULL && ret->sql[0];
}

/* No file: nobody writes. */
static bool read_orders(const char *folder, struct orders *ret, struct cw_err *err)
{
	char path[600], line[SQL_BYTES + 256];
	FILE *file;
	bool ok = true;

	memset(ret, 0, sizeof(*ret));
	(void)snprintf(path, sizeof(path), "%s/writers", folder);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT || cw_fail_errno(err, 9016, "reading %s", path);
	while (ok && fgets(line, sizeof(line), file)) {
		ok = ret->count < WRITERS_MAX && parse_line(line, &ret->at[ret->count]);
		ret->count++;
	}
	(void)fclose(file);
	return ok ||
	       cw_fail(err, CW_ERR_DATA, 9016, "line %u of %s names no writer", ret->count, path);
}

static bool write_orders(const char *folder, const struct orders *orders, struct cw_err *err)
{
	char path[600], fresh[600];
	FILE *file;
	bool ok = true;

	(void)snprintf(path, sizeof(path), "%s/writers", folder);
	(void)snprintf(fresh, sizeof(fresh), "%s/writers.new", folder);
	file = fopen(fresh, "we");
	if (!file)
		return cw_fail_errno(err, 9016, "writing %s", fresh);
	for (unsigned i = 0; i < orders->count; i++) {
		const struct order *one = &orders->at[i];

		ok = fprintf(file, "%s %s %u %lld %s\n", one->kind->name, one->user, one->every_ms,
			     (long long)one->given_us, one->sql) > 0 &&
		     ok;
	}
	ok = fclose(file) == 0 && ok;
	return (ok && rename(fresh, path) == 0) || cw_fail_errno(err, 9016, "writing %s", path);
}

/* ---- what the command does ------------------------------------------------------------------- */

bool rh_writer_order(const char *folder, const char *kind, const char *user, unsigned every_ms,
		     const char *sql, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int lock = -1;
	struct orders orders;
	struct order *fresh;

	if (!find_kind(kind))
		return cw_fail(err, CW_ERR_CONFIG, 9016, "there is no hidden writer called %s",
			       kind);
	if (!*sql || strlen(sql) >= SQL_BYTES || strchr(sql, '\n') ||
	    strlen(user) >= RH_NAME_BYTES || strpbrk(user, " \t\n") || !*user)
		return cw_fail(err, CW_ERR_CONFIG, 9016,
			       "a writer has a user and a statement of one line, at most %d bytes",
			       SQL_BYTES - 1);
	lock = rh_knob_lock(folder, err);
	if (lock < 0 || !read_orders(folder, &orders, err))
		return false;
	if (orders.count == WRITERS_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 9016, "%d writers write already", WRITERS_MAX);
	fresh = &orders.at[orders.count++];
	*fresh = (struct order){ .kind = find_kind(kind),
				 .every_ms = every_ms,
				 .given_us = cw_wall_us() };
	(void)snprintf(fresh->user, sizeof(fresh->user), "%s", user);
	(void)snprintf(fresh->sql, sizeof(fresh->sql), "%s", sql);
	return write_orders(folder, &orders, err);
}

bool rh_writer_off(const char *folder, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int lock = rh_knob_lock(folder, err);
	static const struct orders none;

	return lock >= 0 && write_orders(folder, &none, err);
}

bool rh_writer_list(const char *folder, FILE *to, struct cw_err *err)
{
	struct orders orders;

	if (!read_orders(folder, &orders, err))
		return false;
	for (unsigned i = 0; i < orders.count; i++)
		(void)fprintf(to, "%s %s every %u ms: %s\n", orders.at[i].kind->name,
			      orders.at[i].user, orders.at[i].every_ms, orders.at[i].sql);
	return true;
}

void rh_writer_kinds(FILE *to)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(kinds); i++)
		(void)fprintf(to, "      %-12s %s\n", kinds[i].name, kinds[i].about);
}

/* ---- one writer -------------------------------------------------------------------------------- */

static bool is_over(const struct writer *writer)
{
	return atomic_load(&writer->stop) || atomic_load(&writer->writers->stopping);
}

static bool is_shut_out(const struct writer *writer)
{
	struct rh_server *server = writer->writers->server;
	enum way way = writer->order.kind->way;

	return (way == BY_LISTENER && !atomic_load(&server->listener_open)) ||
	       (way == BY_QUEUE && atomic_load(&server->job_queue_processes) == 0);
}

static void set_session(struct writer *writer, struct rh_session *session)
{
	CW_LOCKED(&writer->writers->lock);

	writer->session = session;
}

static struct rh_session *get_in(struct writer *writer)
{
	struct rh_server *server = writer->writers->server;
	const struct kind *kind = writer->order.kind;
	struct rh_client_info client = {
		.user = writer->order.user,
		.sysdba = strcasecmp(writer->order.user, "SYS") == 0,
		.proxy = "",
		.program = kind->program,
		.machine = kind->machine,
		.os_user = kind->os_user,
		.terminal = "UNKNOWN",
		.pid = "4711",
		.driver = "",
		.service = kind->way == BY_LISTENER ? server->config.service : "SYS$USERS",
	};
	struct rh_session *session = NULL;
	struct rh_error error = { 0 };
	bool in;

	if (is_shut_out(writer))
		return NULL;
	in = kind->way == BY_QUEUE || kind->way == BY_INSTANCE
		     ? rh_session_open_slave(server, &client, &session, &error)
		     : rh_session_open(server, &client, &session, &error);
	if (!in)
		return NULL;
	rh_set_end_to_end(session, "module", kind->module);
	set_session(writer, session);
	return session;
}

static bool write_once(struct writer *writer, struct rh_session *session)
{
	struct rh_error error = { 0 };
	struct rh_result result;
	struct rh_stmt *stmt = NULL;
	bool ok = rh_parse(session, writer->order.sql, strlen(writer->order.sql), &stmt, &error) &&
		  rh_execute(session, stmt, NULL, 1, 0, &result, &error) &&
		  (writer->order.kind->after == LEAVES_DOUBT ? rh_in_doubt_leave(session, &error)
							     : rh_commit(session, &error));

	rh_stmt_free(stmt);
	if (ok)
		return true;
	(void)rh_rollback(session, &error);
	return false;
}

/* From getting in to being ended, or told to stop.  False: for good. */
static bool stay(struct writer *writer, struct rh_session *session)
{
	const struct kind *kind = writer->order.kind;

	while (!is_over(writer) && rh_session_doomed(session) == 0) {
		if (write_once(writer, session) && kind->after == LEAVES_DOUBT)
			return false;
		cw_sleep_ms((int)writer->order.every_ms);
		if (kind->way == BY_QUEUE && is_shut_out(writer))
			return true; /* a run of its job ends, the next is not started */
	}
	return is_over(writer) || kind->after == COMES_BACK;
}

/* Who does not come back is no order any more: a restart of the instance does not bring him. */
static void strike(const struct order *done, const char *folder)
{
	CW_CLEANUP(cw_close_fd) int lock = -1;
	struct orders orders;
	struct cw_err err;
	unsigned kept = 0;

	lock = rh_knob_lock(folder, &err);
	if (lock < 0 || !read_orders(folder, &orders, &err)) {
		cw_log_err("a hidden writer that is gone stays ordered", &err);
		return;
	}
	for (unsigned i = 0; i < orders.count; i++)
		if (orders.at[i].given_us != done->given_us)
			orders.at[kept++] = orders.at[i];
	orders.count = kept;
	if (!write_orders(folder, &orders, &err))
		cw_log_err("a hidden writer that is gone stays ordered", &err);
}

static void *play(void *context)
{
	struct writer *writer = context;

	while (!is_over(writer)) {
		struct rh_session *session = get_in(writer);
		bool comes_back;

		if (!session) {
			cw_sleep_ms(COME_BACK_MS);
			continue;
		}
		comes_back = stay(writer, session);
		set_session(writer, NULL);
		rh_session_close(session);
		if (!comes_back) {
			strike(&writer->order, writer->writers->server->config.folder);
			return NULL;
		}
	}
	return NULL;
}

/* ---- all of them --------------------------------------------------------------------------------- */

static const struct order *find_order(const struct orders *orders, int64_t given_us)
{
	for (unsigned i = 0; i < orders->count; i++)
		if (orders->at[i].given_us == given_us)
			return &orders->at[i];
	return NULL;
}

static void end_writer(struct writer *writer)
{
	atomic_store(&writer->stop, true);
	{
		CW_LOCKED(&writer->writers->lock);

		if (writer->session)
			rh_session_cancel(writer->session);
	}
	(void)pthread_join(writer->thread, NULL);
	writer->used = false;
}

static void begin_writer(struct rh_writers *writers, const struct order *order)
{
	struct writer *writer = writers->writer;

	while (writer->used)
		writer++;
	writer->order = *order;
	writer->writers = writers;
	writer->session = NULL;
	atomic_store(&writer->stop, false);
	writer->used = pthread_create(&writer->thread, NULL, play, writer) == 0;
}

static void look(struct rh_writers *writers, struct orders *orders)
{
	struct cw_err err;

	if (!read_orders(writers->server->config.folder, orders, &err)) {
		cw_log_err("the hidden writers cannot be read", &err);
		return;
	}
	for (size_t i = 0; i < WRITERS_MAX; i++) {
		struct writer *writer = &writers->writer[i];

		if (writer->used && !find_order(orders, writer->order.given_us))
			end_writer(writer);
	}
	for (unsigned i = 0; i < orders->count; i++) {
		bool plays = false;

		for (size_t k = 0; k < WRITERS_MAX; k++)
			plays = plays ||
				(writers->writer[k].used &&
				 writers->writer[k].order.given_us == orders->at[i].given_us);
		if (!plays)
			begin_writer(writers, &orders->at[i]);
	}
}

static void *look_again(void *context)
{
	struct rh_writers *writers = context;
	struct orders orders;

	while (!atomic_load(&writers->stopping)) {
		look(writers, &orders);
		rh_in_doubt_watch(writers->server);
		cw_sleep_ms(LOOK_EVERY_MS);
	}
	return NULL;
}

bool rh_writers_start(struct rh_server *server, struct rh_writers **ret, struct cw_err *err)
{
	struct rh_writers *writers = calloc(1, sizeof(*writers));

	if (!writers)
		abort();
	writers->server = server;
	(void)pthread_mutex_init(&writers->lock, NULL);
	if (pthread_create(&writers->thread, NULL, look_again, writers) != 0) {
		free(writers);
		return cw_fail(err, CW_ERR_LIMIT, 9016, "no thread for the hidden writers");
	}
	*ret = writers;
	return true;
}

void rh_writers_stop(struct rh_writers *writers)
{
	if (!writers)
		return;
	atomic_store(&writers->stopping, true);
	(void)pthread_join(writers->thread, NULL);
	for (size_t i = 0; i < WRITERS_MAX; i++)
		if (writers->writer[i].used)
			end_writer(&writers->writer[i]);
	(void)pthread_mutex_destroy(&writers->lock);
	free(writers);
}
