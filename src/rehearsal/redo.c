/* redo.c - see redo.h; the log writer itself is redo_stream.c */
#include "rehearsal/redo_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"
#include "rehearsal/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GROUP_BYTES	  (4u << 20)
#define GROUPS		  3
#define SWITCH_SECONDS	  20
#define RESET_SECONDS	  30
#define RETENTION_SECONDS 900
#define ARCHIVE_SECONDS	  3600

/* Debian's 15.20 refuses foreign output plugins until they are listed; 15.18 knows no such list. */
bool rh_redo_settings(const struct rh_redo_config *config, char *ret, size_t room)
{
	const char *listed = rh_cluster_has_setting("output_plugin_libraries")
				     ? "output_plugin_libraries = 'causeway_redo'\n"
				     : "";
	int len = snprintf(ret, room,
			   "wal_level = logical\n"
			   "max_replication_slots = 8\n"
			   "max_wal_senders = 8\n"
			   "wal_sender_timeout = 0\n"
			   "dynamic_library_path = '%s:$libdir'\n"
			   "%s"
			   "session_preload_libraries = 'causeway_redo'\n"
			   "rh.redo_dir = '%s'\n"
			   "rh.redo_threads = %u\n",
			   config->library_dir, listed, config->dir,
			   config->threads ? config->threads : 1);

	return len > 0 && (size_t)len < room;
}

PGconn *rh_redo_connect(struct rh_redo *redo, const char *extra, struct cw_err *err)
{
	char conninfo[1200];
	PGconn *conn;

	(void)snprintf(conninfo, sizeof(conninfo), "%s application_name='rehearsal redo'%s",
		       redo->conninfo, extra);
	conn = PQconnectdb(conninfo);
	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	(void)cw_fail(err, CW_ERR_RETRY, 9302, "%s", PQerrorMessage(conn));
	PQfinish(conn);
	return NULL;
}

bool rh_redo_ask(PGconn *conn, const char *sql, int columns, uint64_t *ret, struct cw_err *err)
{
	PGresult *rows = PQexec(conn, sql);
	bool done = PQresultStatus(rows) == PGRES_TUPLES_OK && PQntuples(rows) == 1 &&
		    PQnfields(rows) >= columns;

	for (int i = 0; done && i < columns; i++)
		ret[i] = strtoull(PQgetvalue(rows, 0, i), NULL, 10);
	PQclear(rows);
	return done || cw_fail(err, CW_ERR_RETRY, 9302, "%s", PQerrorMessage(conn));
}

void rh_redo_die(struct rh_redo *redo, const char *who, const struct cw_err *err)
{
	if (atomic_load(&redo->stopping))
		return;
	cw_log_err(who, err);
	atomic_store(&redo->failed, true);
	(void)kill(getpid(), SIGTERM);
}

/* ---- starting ------------------------------------------------------------------------- */

static void take_config(struct rh_redo *redo, const struct rh_redo_config *config)
{
	redo->config = *config;
	(void)snprintf(redo->conninfo, sizeof(redo->conninfo), "%s", config->conninfo);
	(void)snprintf(redo->dir, sizeof(redo->dir), "%s", config->dir);
	redo->config.conninfo = redo->conninfo;
	redo->config.dir = redo->dir;
	if (redo->config.group_bytes == 0)
		redo->config.group_bytes = GROUP_BYTES;
	if (redo->config.groups < 2 || redo->config.groups > RH_GROUPS_MAX)
		redo->config.groups = GROUPS;
	if (redo->config.threads < 1 || redo->config.threads > RH_THREADS_MAX)
		redo->config.threads = 1;
	if (redo->config.switch_seconds <= 0)
		redo->config.switch_seconds = SWITCH_SECONDS;
	if (redo->config.retention_seconds <= 0)
		redo->config.retention_seconds = RETENTION_SECONDS;
	if (redo->config.archive_seconds <= 0)
		redo->config.archive_seconds = ARCHIVE_SECONDS;
}

static int open_file(struct rh_redo *redo, const char *name, struct cw_err *err)
{
	char path[RH_PATH_BYTES];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", redo->dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		(void)cw_fail_errno(err, 9303, "%s", path);
	else if (!rh_file_give(redo, fd, err))
		cw_close_fd(&fd);
	return fd;
}

static bool make_folder(struct rh_redo *redo, const char *path, struct cw_err *err)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return cw_fail_errno(err, 9303, "%s", path);
	if (geteuid() == 0 && chown(path, redo->config.owner, redo->config.group) != 0)
		return cw_fail_errno(err, 9303, "%s", path);
	return true;
}

static bool open_files(struct rh_redo *redo, struct cw_err *err)
{
	char arch[RH_PATH_BYTES];

	(void)snprintf(arch, sizeof(arch), "%s/arch", redo->dir);
	if (!make_folder(redo, redo->dir, err) || !make_folder(redo, arch, err))
		return false;
	redo->control_fd = open_file(redo, "control", err);
	redo->archived_fd = redo->control_fd < 0 ? -1 : open_file(redo, "archived", err);
	if (redo->archived_fd < 0)
		return false;
	for (;;) {
		struct rh_archived log;
		bool none;

		if (!rh_archived_read(redo->archived_fd, redo->archived_count, &log, &none, err))
			return false;
		if (none)
			return true;
		redo->archived_count++;
	}
}

static bool run(PGconn *conn, const char *sql, struct cw_err *err)
{
	PGresult *done = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(done);
	bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

	PQclear(done);
	return ok || cw_fail(err, CW_ERR_CONFIG, 9302, "%s", PQerrorMessage(conn));
}

/* A database opened with RESETLOGS a moment ago: sequence 1, nothing before. */
static bool create(struct rh_redo *redo, PGconn *conn, struct cw_err *err)
{
	uint64_t lsn;

	if (!run(conn, "select pg_create_physical_replication_slot('rh_undo')", err) ||
	    !run(conn, "select pg_create_logical_replication_slot('rh_redo', 'causeway_redo')",
		 err) ||
	    !rh_redo_ask(conn, "select rh.mark()", 1, &lsn, err))
		return false;
	redo->control = (struct rh_control){ .dbid = redo->config.dbid,
					     .resetlogs_scn = lsn >> RH_SCN_SHIFT,
					     .resetlogs_us = cw_wall_us(),
					     .last_scn = lsn >> RH_SCN_SHIFT,
					     .last_lsn = lsn,
					     .recover_sequence = { 1, 1 },
					     .thread_count = redo->config.threads,
					     .group_count = redo->config.groups *
							    redo->config.threads };
	for (unsigned i = 0; i < redo->control.group_count; i++)
		redo->control.group[i] =
			(struct rh_group){ .bytes = redo->config.group_bytes,
					   .thread = (uint16_t)(i / redo->config.groups) };
	for (unsigned i = 0; i < RH_THREADS_MAX; i++)
		redo->log[i].skip_lsn = lsn;
	redo->read_lsn = lsn;
	redo->read_scn = lsn >> RH_SCN_SHIFT;
	return rh_log_create(redo, lsn >> RH_SCN_SHIFT, err);
}

static bool is_new(struct rh_redo *redo)
{
	struct stat file;

	return fstat(redo->control_fd, &file) != 0 || file.st_size == 0;
}

static bool wants_reset(const struct rh_redo *redo)
{
	char path[RH_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/" RH_RESET_FILE, redo->dir);
	return access(path, F_OK) == 0;
}

/* Nobody gets in before the new incarnation has begun. */
static bool await_reset(struct rh_redo *redo, struct cw_err *err)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RESET_SECONDS;
	CW_LOCKED(&redo->lock);
	while (redo->reset_wanted && !atomic_load(&redo->failed)) {
		if (pthread_cond_timedwait(&redo->changed, &redo->lock, &until) != 0)
			return cw_fail(err, CW_ERR_RETRY, 9302, "RESETLOGS is not done in time");
	}
	return true;
}

static bool prepare(struct rh_redo *redo, struct cw_err *err)
{
	PGconn *conn;
	uint64_t slots;
	bool done;

	if (!open_files(redo, err))
		return false;
	conn = rh_redo_connect(redo, "", err);
	if (!conn)
		return false;
	done = rh_redo_ask(conn,
			   "select count(*) from pg_replication_slots where slot_name in "
			   "('rh_redo', 'rh_undo')",
			   1, &slots, err);
	if (done && is_new(redo) && slots == 0)
		done = create(redo, conn, err);
	else if (done && (is_new(redo) || slots != 2))
		done = cw_fail(err, CW_ERR_CONFIG, 9301,
			       "%s and the slots of the cluster do not belong together", redo->dir);
	else if (done)
		done = rh_control_read(redo->dir, &redo->control, err) &&
		       rh_redo_recover(redo, err);
	/* its list of open transactions lets the slot go on: else each start decodes all WAL since the first again */
	done = done && run(conn, "checkpoint", err);
	redo->reset_wanted = done && wants_reset(redo);
	done = done && rh_history_begin(redo, conn, err);
	PQfinish(conn);
	return done;
}

bool rh_redo_start(const struct rh_redo_config *config, struct rh_redo **ret, struct cw_err *err)
{
	struct rh_redo *redo = calloc(1, sizeof(*redo));

	if (!redo)
		abort();
	take_config(redo, config);
	redo->control_fd = redo->archived_fd = redo->back.fd = -1;
	for (unsigned i = 0; i < RH_THREADS_MAX; i++)
		redo->log[i].fd = -1;
	redo->stop_fd = eventfd(0, EFD_CLOEXEC);
	(void)pthread_mutex_init(&redo->lock, NULL);
	(void)pthread_mutex_init(&redo->mark_lock, NULL);
	(void)pthread_cond_init(&redo->changed, NULL);
	if (!prepare(redo, err)) {
		rh_redo_stop(redo);
		return false;
	}
	redo->writer_runs = pthread_create(&redo->writer, NULL, rh_redo_writer_main, redo) == 0;
	redo->archiver_runs =
		pthread_create(&redo->archiver, NULL, rh_redo_archiver_main, redo) == 0;
	if (!redo->writer_runs || !redo->archiver_runs) {
		rh_redo_stop(redo);
		return cw_fail_errno(err, 9303, "threads of the log writer");
	}
	if (!await_reset(redo, err)) {
		rh_redo_stop(redo);
		return false;
	}
	*ret = redo;
	return true;
}

void rh_redo_stop(struct rh_redo *redo)
{
	const uint64_t one = 1;

	if (!redo)
		return;
	atomic_store(&redo->stopping, true);
	(void)!write(redo->stop_fd, &one, sizeof(one));
	(void)pthread_mutex_lock(&redo->lock);
	(void)pthread_cond_broadcast(&redo->changed);
	(void)pthread_mutex_unlock(&redo->lock);
	if (redo->writer_runs)
		(void)pthread_join(redo->writer, NULL);
	if (redo->archiver_runs)
		(void)pthread_join(redo->archiver, NULL);
	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++) {
		while (redo->txn[i])
			rh_txn_close(redo, redo->txn[i]);
	}
	while (redo->idle_count > 0)
		PQfinish(redo->idle[--redo->idle_count]);
	PQfinish(redo->mark_conn);
	rh_history_release(&redo->history);
	rh_log_close(&redo->back);
	for (unsigned i = 0; i < RH_THREADS_MAX; i++) {
		cw_wr_release(&redo->log[i].buffer);
		cw_close_fd(&redo->log[i].fd);
	}
	cw_close_fd(&redo->control_fd);
	cw_close_fd(&redo->archived_fd);
	cw_close_fd(&redo->stop_fd);
	free(redo);
}
