#include "rehearsal/cluster.h"

#include "rehearsal/long_name.h"
#include "rehearsal/profile.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PG_BIN	       "/usr/lib/postgresql/15/bin"
#define START_LIMIT_MS 120000
#define STOP_LIMIT_MS  60000

bool rh_cluster_account(struct rh_account *ret, struct cw_err *err)
{
	const struct passwd *found;

	*ret = (struct rh_account){ .uid = geteuid(), .gid = getegid() };
	if (ret->uid != 0)
		return true;
	found = getpwnam("postgres");
	if (!found)
		return cw_fail(err, CW_ERR_CONFIG, 9003,
			       "PostgreSQL does not run as root and there is no account postgres: "
			       "install postgresql-15 or run as an ordinary user");
	ret->uid = found->pw_uid;
	ret->gid = found->pw_gid;
	ret->other = true;
	(void)snprintf(ret->name, sizeof(ret->name), "%s", found->pw_name);
	return true;
}

bool rh_cluster_folder(const char *path, mode_t mode, struct cw_err *err)
{
	struct rh_account account;

	if (!rh_cluster_account(&account, err))
		return false;
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return cw_fail_errno(err, 9003, "making folder %s", path);
	if (chmod(path, mode) != 0)
		return cw_fail_errno(err, 9003, "setting the mode of %s", path);
	if (account.other && chown(path, account.uid, account.gid) != 0)
		return cw_fail_errno(err, 9003, "giving %s to %s", path, account.name);
	return true;
}

/* In the child: become the account, write to @log, run. */
static _Noreturn void become(const struct rh_account *account, const char *log,
			     const char *const *argv)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	if (null >= 0)
		(void)dup2(null, 0);
	if (fd >= 0) {
		(void)dup2(fd, 1);
		(void)dup2(fd, 2);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (account->other && (initgroups(account->name, account->gid) != 0 ||
			       setgid(account->gid) != 0 || setuid(account->uid) != 0))
		_exit(126);
	if (chdir("/") != 0)
		_exit(126);
	(void)unsetenv("PGDATA");
	(void)unsetenv("PGOPTIONS");
	(void)execv(argv[0], (char *const *)argv);
	_exit(127);
}

/* The cluster's account can enter and write @folder: parents may be closed to it. */
static bool reachable(const struct rh_account *account, const char *folder, struct cw_err *err)
{
	int status = 0;
	pid_t child;

	if (!account->other)
		return true;
	child = fork();
	if (child == 0) {
		if (initgroups(account->name, account->gid) != 0 || setgid(account->gid) != 0 ||
		    setuid(account->uid) != 0)
			_exit(2);
		_exit(access(folder, W_OK | X_OK) == 0 ? 0 : 1);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
		return true;
	return cw_fail(err, CW_ERR_CONFIG, 9003,
		       "account %s, which runs the private PostgreSQL, cannot reach %s: choose a "
		       "folder whose parents it may enter, or run as an ordinary user",
		       account->name, folder);
}

static bool run_program(const struct rh_account *account, const char *log, const char *const *argv,
			struct cw_err *err)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return cw_fail_errno(err, 9004, "starting %s", argv[0]);
	if (child == 0)
		become(account, log, argv);
	if (waitpid(child, &status, 0) != child)
		return cw_fail_errno(err, 9004, "waiting for %s", argv[0]);
	if (status == 0)
		return true;
	return cw_fail(err, CW_ERR_CONFIG, 9004, "%s failed with status %d, see %s", argv[0],
		       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), log);
}

static void log_path(const struct rh_server *server, char *ret, size_t room)
{
	(void)snprintf(ret, room, "%s/postgres.log", server->config.folder);
}

static bool append_include(const struct rh_server *server, struct cw_err *err)
{
	static const char line[] = "include 'causeway.conf'\n";
	char path[700];
	CW_CLEANUP(cw_close_fd) int fd = -1;

	(void)snprintf(path, sizeof(path), "%s/postgresql.conf", server->pg_folder);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return cw_fail_errno(err, 9004, "opening %s", path);
	return cw_write_all(fd, (struct cw_bytes){ (const uint8_t *)line, sizeof(line) - 1 }, err);
}

bool rh_cluster_init(struct rh_server *server, struct cw_err *err)
{
	const char *argv[] = {
		PG_BIN "/initdb", "-D",	       server->pg_folder,  "-U", "postgres", "-A",
		"trust",	  "--no-sync", "--locale=C.UTF-8", "-E", "UTF8",     NULL
	};
	struct rh_account account;
	char log[700];

	log_path(server, log, sizeof(log));
	if (!rh_cluster_account(&account, err) ||
	    !rh_cluster_folder(server->config.folder, 0755, err) ||
	    !rh_cluster_folder(server->pg_folder, 0700, err) ||
	    !rh_cluster_folder(server->run_folder, 0700, err) ||
	    !reachable(&account, server->pg_folder, err) || !run_program(&account, log, argv, err))
		return false;
	return append_include(server, err);
}

/* ---- starting ----------------------------------------------------------------- */

bool rh_cluster_has_setting(const char *name)
{
	FILE *list = popen(PG_BIN "/postgres --describe-config", "re");
	size_t len = strlen(name), room = 0;
	char *line = NULL;
	bool found = false;

	if (!list)
		return false;
	while (getline(&line, &room, list) > 0)
		found = found || (strncmp(line, name, len) == 0 && line[len] == '\t');
	free(line);
	return pclose(list) == 0 && found;
}

static bool write_settings(const struct rh_server *server, const char *more, struct cw_err *err)
{
	char path[700], text[8192];
	struct rh_account account;
	CW_CLEANUP(cw_close_fd) int fd = -1;
	int len = snprintf(text, sizeof(text),
			   "listen_addresses = ''\n"
			   "unix_socket_directories = '%s'\n"
			   "unix_socket_permissions = 0700\n"
			   "max_connections = 200\n"
			   "superuser_reserved_connections = 5\n"
			   "wal_level = logical\n"
			   "max_replication_slots = 10\n"
			   "max_wal_senders = 10\n"
			   "max_locks_per_transaction = 256\n"
			   "max_prepared_transactions = 32\n"
			   "shared_buffers = 128MB\n"
			   "max_wal_size = 1GB\n"
			   "fsync = %s\n"
			   "timezone = 'UTC'\n"
			   "log_timezone = 'UTC'\n"
			   "datestyle = 'ISO, YMD'\n"
			   "jit = off\n"
			   "client_min_messages = error\n"
			   "log_min_messages = warning\n"
			   "log_line_prefix = '%%m [%%p] %%a '\n"
			   "idle_in_transaction_session_timeout = 0\n"
			   "%s",
			   server->run_folder, server->config.fsync ? "on" : "off", more);

	if (len < 0 || (size_t)len >= sizeof(text))
		return cw_fail(err, CW_ERR_LIMIT, 9005, "the cluster's settings are too long");
	(void)snprintf(path, sizeof(path), "%s/causeway.conf", server->pg_folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return cw_fail_errno(err, 9005, "writing %s", path);
	if (!rh_cluster_account(&account, err))
		return false;
	if (account.other && fchown(fd, account.uid, account.gid) != 0)
		return cw_fail_errno(err, 9005, "giving %s to %s", path, account.name);
	return cw_write_all(fd, (struct cw_bytes){ (const uint8_t *)text, (size_t)len }, err);
}

static bool works_in(const char *process, const char *folder)
{
	char link[64], cwd[700];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/%.20s/cwd", process);
	len = readlink(link, cwd, sizeof(cwd) - 1);
	return len > 0 && (size_t)len == strlen(folder) && memcmp(cwd, folder, (size_t)len) == 0;
}

/* A process that works in our data folder, the postmaster or one it had started; 0: none */
static pid_t leftover(const struct rh_server *server)
{
	DIR *processes = opendir("/proc");
	const struct dirent *one;
	pid_t found = 0;

	while (processes && !found && (one = readdir(processes)))
		if (one->d_name[0] >= '1' && one->d_name[0] <= '9' &&
		    works_in(one->d_name, server->pg_folder))
			found = (pid_t)strtol(one->d_name, NULL, 10);
	if (processes)
		(void)closedir(processes);
	return found;
}

static bool remove_lock(const char *folder, const char *name, struct cw_err *err)
{
	char path[800];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return unlink(path) == 0 || errno == ENOENT ||
	       cw_fail_errno(err, 9005, "removing %s", path);
}

/*
 * A postmaster that outlived its server by a moment, and backends that outlived it, have to be gone before a new one
 * starts: it would not share the memory that they hold.  Its lock files go with them: by then its process id may be
 * somebody else's, or of a zombie that nobody waited for, and PostgreSQL would take that for a postmaster.
 */
static bool end_leftover(const struct rh_server *server, struct cw_err *err)
{
	int64_t limit = cw_clock_ms() + STOP_LIMIT_MS;
	pid_t pid;

	while ((pid = leftover(server)) != 0) {
		if (cw_clock_ms() > limit)
			return cw_fail(err, CW_ERR_RETRY, 9005, "process %d still serves %s",
				       (int)pid, server->pg_folder);
		(void)kill(pid, SIGQUIT);
		cw_sleep_ms(50);
	}
	return remove_lock(server->pg_folder, "postmaster.pid", err) &&
	       remove_lock(server->run_folder, ".s.PGSQL.5432.lock", err);
}

static bool wait_ready(struct rh_server *server, struct cw_err *err)
{
	char conninfo[768];
	int64_t limit = cw_clock_ms() + START_LIMIT_MS;
	PGPing ping;

	(void)snprintf(conninfo, sizeof(conninfo),
		       "host='%s' dbname=postgres user=postgres connect_timeout=2",
		       server->run_folder);
	while ((ping = PQping(conninfo)) != PQPING_OK) {
		if (rh_cluster_lost(server))
			return cw_fail(err, CW_ERR_CONFIG, 9005,
				       "the private PostgreSQL ended at once, see %s/postgres.log",
				       server->config.folder);
		if (cw_clock_ms() > limit)
			return cw_fail(err, CW_ERR_RETRY, 9005,
				       "the private PostgreSQL was not ready in time, see "
				       "%s/postgres.log",
				       server->config.folder);
		cw_sleep_ms(20);
	}
	return true;
}

static bool spawn_postmaster(struct rh_server *server, struct cw_err *err)
{
	const char *argv[] = { PG_BIN "/postgres", "-D", server->pg_folder, NULL };
	struct rh_account account;
	char log[700];
	pid_t us = getpid(), child;

	log_path(server, log, sizeof(log));
	if (!rh_cluster_account(&account, err))
		return false;
	child = fork();
	if (child < 0)
		return cw_fail_errno(err, 9005, "starting PostgreSQL");
	if (child == 0) {
		(void)setpgid(0, 0); /* Ctrl-C on the terminal is for us, not for it */
		if (account.other && (initgroups(account.name, account.gid) != 0 ||
				      setgid(account.gid) != 0 || setuid(account.uid) != 0))
			_exit(126);
		account.other = false;
		(void)prctl(PR_SET_PDEATHSIG, SIGQUIT);
		if (getppid() != us)
			_exit(126);
		become(&account, log, argv);
	}
	server->postmaster = child;
	return true;
}

bool rh_cluster_lost(struct rh_server *server)
{
	int status;

	if (server->postmaster <= 0)
		return true;
	if (waitpid(server->postmaster, &status, WNOHANG) == 0)
		return false;
	server->postmaster = 0;
	return true;
}

/* The log file is written by the account, and we may have made it as root. */
static bool prepare_log(const struct rh_server *server, struct cw_err *err)
{
	struct rh_account account;
	char log[700];
	CW_CLEANUP(cw_close_fd) int fd = -1;

	log_path(server, log, sizeof(log));
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return cw_fail_errno(err, 9005, "opening %s", log);
	if (!rh_cluster_account(&account, err))
		return false;
	if (account.other && fchown(fd, account.uid, account.gid) != 0)
		return cw_fail_errno(err, 9005, "giving %s to %s", log, account.name);
	return true;
}

/* ---- the database and what we install in it --------------------------------------- */

static bool make_database(struct rh_server *server, struct cw_err *err)
{
	char conninfo[768];
	PGconn *conn;
	PGresult *result;
	bool made;

	(void)snprintf(conninfo, sizeof(conninfo), "host='%s' dbname=postgres user=postgres",
		       server->run_folder);
	conn = PQconnectdb(conninfo);
	result = PQexec(conn, "select 1 from pg_database where datname = 'rehearsal'");
	made = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
	PQclear(result);
	if (!made) {
		result = PQexec(conn, "create database rehearsal template template0 "
				      "encoding 'UTF8' locale 'C.UTF-8'");
		made = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
	}
	if (!made)
		(void)cw_fail(err, CW_ERR_CONFIG, 9006, "making the database: %s",
			      PQerrorMessage(conn));
	PQfinish(conn);
	return made;
}

static unsigned line_of(const char *text, const char *position)
{
	long offset = position ? strtol(position, NULL, 10) : 0;
	unsigned line = 1;

	for (long i = 1; i < offset && text[i - 1]; i++)
		line += text[i - 1] == '\n';
	return line;
}

static bool install_file(PGconn *conn, const struct rh_sql_file *file, struct cw_err *err)
{
	PGresult *result = PQexec(conn, file->text);
	ExecStatusType status = PQresultStatus(result);
	bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
		    status == PGRES_EMPTY_QUERY;

	if (!done) {
		const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
		const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
		const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);

		(void)cw_fail(err, CW_ERR_CONFIG, 9006, "%s line %u: %s%s%.120s", file->name,
			      line_of(file->text, position),
			      message ? message : PQerrorMessage(conn), context ? "; " : "",
			      context ? context : "");
	}
	PQclear(result);
	return done;
}

static bool installed(PGconn *conn)
{
	PGresult *result = PQexec(conn, "select digest from rh.installed");
	bool same = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
		    strcmp(PQgetvalue(result, 0, 0), rh_sql_digest) == 0;

	PQclear(result);
	return same;
}

static bool note_installed(PGconn *conn, struct cw_err *err)
{
	const char *params[] = { rh_sql_digest };
	PGresult *result = PQexecParams(conn,
					"insert into rh.installed (one, digest) values (1, $1) on "
					"conflict (one) do update set digest = excluded.digest",
					1, NULL, params, NULL, NULL, 0);
	bool done = PQresultStatus(result) == PGRES_COMMAND_OK;

	if (!done)
		(void)cw_fail(err, CW_ERR_CONFIG, 9006, "noting what is installed: %s",
			      PQerrorMessage(conn));
	PQclear(result);
	return done;
}

/* Each database numbers its types itself. */
static bool note_types(struct rh_server *server, PGconn *conn, struct cw_err *err)
{
	PGresult *row = PQexec(
		conn, "select 'ora.stamp'::regtype::oid, 'ora.stamp_tz'::regtype::oid, "
		      "'ora.stamp_ltz'::regtype::oid, 'ora.ds'::regtype::oid, "
		      "'ora.ym'::regtype::oid, 'ora.json'::regtype::oid, 'ora.xml'::regtype::oid");
	bool ok = PQresultStatus(row) == PGRES_TUPLES_OK && PQnfields(row) == RH_PG_OWN_COUNT;

	for (int i = 0; ok && i < RH_PG_OWN_COUNT; i++)
		server->own_type[i] = (uint32_t)strtoul(PQgetvalue(row, 0, i), NULL, 10);
	if (!ok)
		(void)cw_fail(err, CW_ERR_CONFIG, 9006, "finding what is installed: %s",
			      PQerrorMessage(conn));
	PQclear(row);
	return ok;
}

/* Names of objects that earlier starts have met. */
static bool load_names(PGconn *conn, struct cw_err *err)
{
	PGresult *names = PQexec(conn, "select name from rh.long_names");
	bool ok = PQresultStatus(names) == PGRES_TUPLES_OK;

	for (int i = 0; ok && i < PQntuples(names); i++)
		rh_long_name_keep(PQgetvalue(names, i, 0), (size_t)PQgetlength(names, i, 0));
	if (!ok)
		(void)cw_fail(err, CW_ERR_CONFIG, 9006, "finding what is installed: %s",
			      PQerrorMessage(conn));
	PQclear(names);
	return ok;
}

static bool install(struct rh_server *server, struct cw_err *err)
{
	PGconn *conn = rh_server_connect(server, "install", err);
	char settings[96];
	bool done = true;

	if (!conn)
		return false;
	(void)snprintf(settings, sizeof(settings),
		       "set check_function_bodies = off; set rh.release = '%d'",
		       (int)server->profile->release); /* functions of files call one another */
	PQclear(PQexec(conn, settings));
	if (!installed(conn)) {
		for (const struct rh_sql_file *file = rh_sql_files; done && file->name; file++) {
			done = install_file(conn, file, err);
			(void)cw_fault("rehearsal.install");
		}
		done = done && note_installed(conn, err);
	}
	done = done && note_types(server, conn, err) && load_names(conn, err);
	PQfinish(conn);
	return done;
}

bool rh_cluster_start(struct rh_server *server, const char *settings, struct cw_err *err)
{
	if (!end_leftover(server, err) || !write_settings(server, settings, err) ||
	    !prepare_log(server, err) || !spawn_postmaster(server, err))
		return false;
	if (wait_ready(server, err) && make_database(server, err) && install(server, err))
		return true;
	rh_cluster_stop(server);
	return false;
}

void rh_cluster_stop(struct rh_server *server)
{
	int64_t limit = cw_clock_ms() + STOP_LIMIT_MS;

	if (rh_cluster_lost(server))
		return;
	(void)kill(server->postmaster, SIGINT); /* fast: backends are ended, a checkpoint is made */
	while (!rh_cluster_lost(server)) {
		if (cw_clock_ms() > limit) {
			cw_log(CW_LOG_WARN, "PostgreSQL does not stop, ending it at once",
			       "process=%d", (int)server->postmaster);
			(void)kill(server->postmaster, SIGQUIT);
			limit = cw_clock_ms() + STOP_LIMIT_MS;
		}
		cw_sleep_ms(10);
	}
}
