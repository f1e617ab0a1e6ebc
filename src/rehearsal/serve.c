#include "rehearsal/serve.h"

#include "rehearsal/cluster.h"
#include "rehearsal/db_text.h"
#include "rehearsal/job.h"
#include "rehearsal/limits.h"
#include "rehearsal/net.h"
#include "rehearsal/profile.h"
#include "rehearsal/redo.h"
#include "rehearsal/session_list.h"
#include "rehearsal/writer.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBRARY "causeway_redo.so"

/* ---- where the extension lies --------------------------------------------------------- */

/* Beside the program in the build tree, or in the library folder of an installed copy. */
static bool find_library(char ret[4400], struct cw_err *err)
{
	static const char *const places[] = { "../../extension/" LIBRARY, "../extension/" LIBRARY,
					      "../lib/causeway/" LIBRARY };
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return cw_fail_errno(err, 9011, "finding this program");
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < CW_ARRAY_LEN(places); i++) {
		(void)snprintf(ret, 4400, "%s/%s", self, places[i]);
		if (access(ret, R_OK) == 0)
			return true;
	}
	return cw_fail(err, CW_ERR_CONFIG, 9011,
		       "%s is neither in the build tree nor installed "
		       "beside %s",
		       LIBRARY, self);
}

static bool copy_all(int from, int to, struct cw_err *err)
{
	uint8_t block[65536];
	ssize_t len;

	while ((len = read(from, block, sizeof(block))) > 0)
		if (!cw_write_all(to, (struct cw_bytes){ block, (size_t)len }, err))
			return false;
	return len == 0 || cw_fail_errno(err, 9011, "reading %s", LIBRARY);
}

/* A build tree may be closed to the cluster's account: it gets a copy of its own. */
static bool place_library(const struct rh_server *server, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int from = -1;
	CW_CLEANUP(cw_close_fd) int to = -1;
	char source[4400], target[700], fresh[720];

	if (!find_library(source, err) || !rh_cluster_folder(server->library_folder, 0755, err))
		return false;
	(void)snprintf(target, sizeof(target), "%s/%s", server->library_folder, LIBRARY);
	(void)snprintf(fresh, sizeof(fresh), "%s.new", target);
	from = open(source, O_RDONLY | O_CLOEXEC);
	to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (from < 0 || to < 0)
		return cw_fail_errno(err, 9011, "copying %s to %s", source, fresh);
	if (!copy_all(from, to, err))
		return false;
	if (fchmod(to, 0755) != 0 || rename(fresh, target) != 0)
		return cw_fail_errno(err, 9011, "placing %s", target);
	return true;
}

/* ---- starting --------------------------------------------------------------------------- */

static bool redo_config(const struct rh_server *server, struct rh_redo_config *ret,
			struct cw_err *err)
{
	struct rh_account account;

	if (!rh_cluster_account(&account, err))
		return false;
	*ret = (struct rh_redo_config){ .conninfo = server->conninfo,
					.dir = server->redo_folder,
					.library_dir = server->library_folder,
					.owner = account.uid,
					.group = account.gid,
					.dbid = server->config.dbid,
					.knobs = server->knobs,
					.retention_seconds = server->config.retention_s,
					.archive_seconds = server->config.archive_s,
					.threads = (unsigned)server->config.threads };
	return true;
}

bool rh_serve_cluster(struct rh_server *server, struct cw_err *err)
{
	struct rh_redo_config redo;
	char settings[4096];
	size_t used;

	if (!place_library(server, err) || !redo_config(server, &redo, err) ||
	    !rh_cluster_folder(server->redo_folder, 0755, err))
		return false;
	if (!rh_redo_settings(&redo, settings, sizeof(settings)))
		return cw_fail(err, CW_ERR_LIMIT, 9011, "the redo's settings are too long");
	used = strlen(settings);
	(void)snprintf(settings + used, sizeof(settings) - used, "rh.charset = '%s'\n",
		       rh_text_charset()->name);
	return rh_cluster_start(server, settings, err);
}

static bool put_fact(struct rh_server *server, const char *name, const char *value,
		     struct cw_err *err)
{
	const char *params[] = { name, value };
	PGresult *done = rh_server_admin(server,
					 "insert into rh.fact (name, value) values ($1, $2) on "
					 "conflict (name) do update set value = excluded.value",
					 2, params, err);

	PQclear(done);
	return done != NULL;
}

static bool put_number(struct rh_server *server, const char *name, uint64_t value,
		       struct cw_err *err)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return put_fact(server, name, text, err);
}

static bool put_profile(struct rh_server *server, struct cw_err *err)
{
	const struct rh_profile *profile = server->profile;

	return put_number(server, "release", (uint64_t)profile->release, err) &&
	       put_fact(server, "charset", rh_text_charset()->name, err) &&
	       put_fact(server, "max_string_size",
			server->config.extended_strings ? "EXTENDED" : "STANDARD", err) &&
	       put_fact(server, "version", profile->version, err) &&
	       put_fact(server, "version_full", profile->version_full, err) &&
	       put_fact(server, "version_string", profile->version_string, err) &&
	       put_fact(server, "banner", profile->banner, err) &&
	       put_fact(server, "banner_more", profile->banner_more, err) &&
	       put_fact(server, "product", profile->product, err);
}

/* What views show of this server; sessions of a former life are gone. */
static bool put_facts(struct rh_server *server, struct cw_err *err)
{
	struct rh_session_facts facts;
	char text[CW_WALL_TEXT_BYTES];
	PGresult *done;

	rh_server_facts(server, &facts);
	if (!put_profile(server, err))
		return false;
	cw_wall_text(server->start_wall_us, text);
	done = rh_server_admin(server,
			       "set synchronous_commit = off; delete from rh.sessions; update "
			       "rh.jobs set running_sid = null, state = case when enabled then "
			       "'SCHEDULED' else state end where state = 'RUNNING'",
			       0, NULL, err);
	PQclear(done);
	return done && put_fact(server, "service", facts.service_name, err) &&
	       put_fact(server, "db_name", facts.db_name, err) &&
	       put_fact(server, "instance_name", facts.instance_name, err) &&
	       put_fact(server, "host", facts.host, err) &&
	       put_fact(server, "startup_time", text, err) &&
	       put_fact(server, "logins", "ALLOWED", err) &&
	       put_fact(server, "folder", server->config.folder, err) &&
	       put_number(server, "dbid", facts.dbid, err) &&
	       put_number(server, "port", server->config.port, err) &&
	       put_number(server, "processes",
			  server->config.processes ? server->config.processes : RH_NET_SESSIONS_MAX,
			  err) &&
	       put_fact(server, "log_mode",
			server->config.archivelog ? "ARCHIVELOG" : "NOARCHIVELOG", err);
}

static bool load_parameters(struct rh_server *server, struct cw_err *err)
{
	PGresult *row = rh_server_admin(server,
					"select value from rh.parameters where name = "
					"'job_queue_processes'",
					0, NULL, err);

	if (row && PQntuples(row) == 1)
		atomic_store(&server->job_queue_processes,
			     (int)strtol(PQgetvalue(row, 0, 0), NULL, 10));
	PQclear(row);
	return row != NULL;
}

static bool open_doors(struct rh_server *server, struct cw_err *err)
{
	const struct rh_config *config = &server->config;
	struct rh_net_options options = { .port = config->port,
					  .tls_port = config->tls_port,
					  .listen = config->listen,
					  .beyond_loopback = server->beyond_loopback,
					  .processes = config->processes,
					  .sdu = config->sdu,
					  .certificate = config->certificate,
					  .key = config->key,
					  .client_authority = config->client_authority,
					  .knobs = server->knobs };

	return rh_net_start(server, &options, &server->net, err);
}

bool rh_serve_start(struct rh_server *server, struct cw_err *err)
{
	struct rh_redo_config redo;

	if (!rh_serve_cluster(server, err) || !redo_config(server, &redo, err) ||
	    !put_facts(server, err) || !load_parameters(server, err) ||
	    !rh_redo_start(&redo, &server->redo, err))
		return false;
	(void)cw_fault("rehearsal.serve");
	return rh_jobs_start(server, &server->jobs, err) &&
	       rh_writers_start(server, &server->writers, err) &&
	       open_doors(server, err);
}

static void turn_listener(struct rh_server *server, bool open)
{
	struct cw_err err;

	atomic_store(&server->listener_open, open);
	if (rh_net_listener(server->net, open, &err))
		cw_log(CW_LOG_INFO, open ? "listener started" : "listener stopped", "port=%u",
		       server->config.port);
	else
		cw_log_err("the listener cannot be switched", &err);
}

bool rh_serve_wait(struct rh_server *server, struct cw_err *err)
{
	const struct timespec second = { .tv_nsec = 250000000 };
	sigset_t mine;

	(void)sigemptyset(&mine);
	(void)sigaddset(&mine, SIGTERM);
	(void)sigaddset(&mine, SIGINT);
	(void)sigaddset(&mine, SIGUSR1);
	(void)sigaddset(&mine, SIGUSR2);
	for (;;) {
		int got = sigtimedwait(&mine, NULL, &second);

		if (got == SIGTERM || got == SIGINT)
			return true;
		if (got == SIGUSR1 || got == SIGUSR2)
			turn_listener(server, got == SIGUSR2);
		rh_limits_enforce(server);
		if (rh_cluster_lost(server))
			return cw_fail(err, CW_ERR_RETRY, 9012,
				       "the private PostgreSQL ended by itself: the instance is "
				       "down, start it again to recover; see %s/postgres.log",
				       server->config.folder);
	}
}

void rh_serve_stop(struct rh_server *server)
{
	const uint64_t one = 1;

	(void)!write(server->stop_fd, &one, sizeof(one));
	atomic_store(&server->listener_open, false);
	rh_session_end_all(server, 5000);
	rh_writers_stop(server->writers);
	rh_jobs_stop(server->jobs);
	rh_net_stop(server->net);
	rh_redo_stop(server->redo);
	server->jobs = NULL;
	server->writers = NULL;
	server->net = NULL;
	server->redo = NULL;
	PQfinish(server->admin);
	server->admin = NULL;
	rh_cluster_stop(server);
}
