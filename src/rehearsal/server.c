#include "rehearsal/server.h"

#include "rehearsal/knob.h"

#include "rehearsal/cluster.h"
#include "rehearsal/db_text.h"
#include "rehearsal/profile.h"
#include "rehearsal/sql_type.h"

#include "base/clock.h"
#include "base/os.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- configuration -------------------------------------------------------------- */

static bool take_number(const char *value, uint64_t max, uint64_t *ret)
{
	char *end = NULL;

	errno = 0;
	*ret = strtoull(value, &end, 10);
	return errno == 0 && end != value && *end == '\0' && *ret <= max;
}

static bool take_text(const char *value, char *ret, size_t room)
{
	size_t len = strlen(value);

	if (len == 0 || len >= room)
		return false;
	memcpy(ret, value, len + 1);
	return true;
}

/* A key whose value is text: where it goes. */
static char *text_of(struct rh_config *config, const char *key, size_t *ret_room)
{
	const struct {
		const char *key;
		char *at;
		size_t room;
	} texts[] = {
		{ "service", config->service, sizeof(config->service) },
		{ "profile", config->profile, sizeof(config->profile) },
		{ "charset", config->charset, sizeof(config->charset) },
		{ "listen", config->listen, sizeof(config->listen) },
		{ "certificate", config->certificate, sizeof(config->certificate) },
		{ "key", config->key, sizeof(config->key) },
		{ "client_authority", config->client_authority, sizeof(config->client_authority) },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(texts); i++) {
		if (strcmp(key, texts[i].key) == 0) {
			*ret_room = texts[i].room;
			return texts[i].at;
		}
	}
	return NULL;
}

static bool take_flag(struct rh_config *config, const char *key, bool on)
{
	if (strcmp(key, "archivelog") == 0)
		config->archivelog = on;
	else if (strcmp(key, "fsync") == 0)
		config->fsync = on;
	else if (strcmp(key, "extended_strings") == 0)
		config->extended_strings = on;
	else
		return false;
	return true;
}

static bool take(struct rh_config *config, const char *key, const char *value)
{
	uint64_t number = 0;
	size_t room = 0;
	char *text = text_of(config, key, &room);

	if (text)
		return take_text(value, text, room);
	if (strcmp(key, "registration") == 0) {
		config->dynamic_registration = strcmp(value, "dynamic") == 0;
		return config->dynamic_registration || strcmp(value, "static") == 0;
	}
	if (!take_number(value, UINT32_MAX, &number))
		return false;
	if (strcmp(key, "port") == 0)
		config->port = (uint16_t)number;
	else if (strcmp(key, "tls_port") == 0)
		config->tls_port = (uint16_t)number;
	else if (strcmp(key, "processes") == 0)
		config->processes = (uint32_t)number;
	else if (strcmp(key, "sdu") == 0)
		config->sdu = (uint32_t)number;
	else if (strcmp(key, "dbid") == 0)
		config->dbid = number;
	else if (strcmp(key, "retention_s") == 0)
		config->retention_s = (int)number;
	else if (strcmp(key, "threads") == 0)
		config->threads = (int)number;
	else if (strcmp(key, "archive_s") == 0)
		config->archive_s = (int)number;
	else
		return take_flag(config, key, number != 0);
	return true;
}

static bool read_config(const char *path, struct rh_config *config, struct cw_err *err)
{
	char line[1024], key[64], value[512];
	FILE *file = fopen(path, "re");
	unsigned nr = 0;
	bool good = true;

	if (!file)
		return cw_fail_errno(err, 9001, "%s is not the folder of a rehearsal: opening %s",
				     config->folder, path);
	while (good && fgets(line, sizeof(line), file)) {
		nr++;
		good = sscanf(line, "%63[a-z_] = %511[^\n]", key, value) == 2 &&
		       take(config, key, value);
	}
	(void)fclose(file);
	if (!good)
		return cw_fail(err, CW_ERR_CONFIG, 9001, "%s line %u is not understood", path, nr);
	return true;
}

/* What was not said has no line. */
static bool put_number(FILE *file, const char *key, unsigned long number)
{
	return number == 0 || fprintf(file, "%s = %lu\n", key, number) > 0;
}

static bool put_text(FILE *file, const char *key, const char *text)
{
	return !*text || fprintf(file, "%s = %s\n", key, text) > 0;
}

static bool write_rest(const struct rh_config *config, FILE *file)
{
	return put_text(file, "charset", config->charset) && put_number(file, "sdu", config->sdu) &&
	       put_number(file, "processes", config->processes) &&
	       put_text(file, "listen", config->listen) &&
	       put_number(file, "threads", (unsigned long)config->threads) &&
	       put_number(file, "extended_strings", config->extended_strings) &&
	       put_number(file, "archive_s", (unsigned long)config->archive_s) &&
	       put_number(file, "tls_port", config->tls_port) &&
	       put_text(file, "certificate", config->certificate) &&
	       put_text(file, "key", config->key) &&
	       put_text(file, "client_authority", config->client_authority);
}

bool rh_config_write(const struct rh_config *config, struct cw_err *err)
{
	char path[700];
	FILE *file;
	bool written;

	(void)snprintf(path, sizeof(path), "%s/rehearsal.conf", config->folder);
	file = fopen(path, "wxe");
	if (!file)
		return cw_fail_errno(err, 9001, "making %s", path);
	written = write_rest(config, file) &&
		  fprintf(file,
			  "port = %u\nservice = %s\nprofile = %s\ndbid = %llu\n"
			  "retention_s = %d\narchivelog = %d\nfsync = %d\nregistration = %s\n",
			  config->port, config->service, config->profile,
			  (unsigned long long)config->dbid, config->retention_s, config->archivelog,
			  config->fsync, config->dynamic_registration ? "dynamic" : "static") > 0;
	if (fclose(file) != 0 || !written)
		return cw_fail_errno(err, 9001, "writing %s", path);
	return true;
}

/* ---- life --------------------------------------------------------------------------- */

static void set_paths(struct rh_server *server)
{
	const char *folder = server->config.folder;

	(void)snprintf(server->pg_folder, sizeof(server->pg_folder), "%s/pg", folder);
	(void)snprintf(server->run_folder, sizeof(server->run_folder), "%s/run", folder);
	(void)snprintf(server->redo_folder, sizeof(server->redo_folder), "%s/redo", folder);
	(void)snprintf(server->library_folder, sizeof(server->library_folder), "%s/lib", folder);
	(void)snprintf(server->conninfo, sizeof(server->conninfo),
		       "host='%s' dbname=rehearsal user=postgres", server->run_folder);
}

bool rh_server_new(const struct rh_config *config, struct rh_server **ret, struct cw_err *err)
{
	const struct rh_profile *profile = rh_profile_find(config->profile);
	const struct cw_charset *charset =
		rh_charset_find(config->charset[0] ? config->charset : "AL32UTF8");
	struct rh_server *server;

	if (!profile)
		return cw_fail(err, CW_ERR_CONFIG, 9001, "there is no profile %s, but %s",
			       config->profile, rh_profile_names());
	if (!charset)
		return cw_fail(err, CW_ERR_CONFIG, 9001, "there is no character set %s, but %s",
			       config->charset, RH_CHARSET_NAMES);
	if (config->extended_strings && strcmp(profile->name, "11.2") == 0)
		return cw_fail(err, CW_ERR_CONFIG, 9001, "11.2 has no MAX_STRING_SIZE");
	rh_text_use(charset);
	sql_type_extend(config->extended_strings);
	server = calloc(1, sizeof(*server));
	if (!server)
		return cw_fail(err, CW_ERR_LIMIT, 9001, "out of memory");
	server->config = *config;
	server->profile = profile;
	set_paths(server);
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_mutex_init(&server->admin_lock, NULL);
	atomic_init(&server->listener_open, true);
	atomic_init(&server->job_queue_processes, 40);
	atomic_init(&server->any_in_doubt, true); /* of an earlier run */
	server->start_wall_us = cw_wall_us();
	server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server->knobs = rh_knobs_new(config->folder);
	*ret = server;
	if (server->stop_fd >= 0)
		return true;
	(void)cw_fail_errno(err, 9001, "making an eventfd");
	rh_server_close(server);
	*ret = NULL;
	return false;
}

bool rh_server_open(const char *folder, struct rh_server **ret, struct cw_err *err)
{
	struct rh_config config = { .retention_s = 900, .archivelog = true, .fsync = true };
	char resolved[PATH_MAX], path[PATH_MAX + 32];

	if (!realpath(folder, resolved))
		return cw_fail_errno(err, 9001, "folder %s", folder);
	if (!take_text(resolved, config.folder, sizeof(config.folder)))
		return cw_fail(err, CW_ERR_LIMIT, 9001, "the path of %s is too long", folder);
	(void)snprintf(path, sizeof(path), "%s/rehearsal.conf", resolved);
	return read_config(path, &config, err) && rh_server_new(&config, ret, err);
}

void rh_server_close(struct rh_server *server)
{
	if (!server)
		return;
	PQfinish(server->admin);
	if (server->stop_fd >= 0)
		(void)close(server->stop_fd);
	(void)pthread_mutex_destroy(&server->lock);
	(void)pthread_mutex_destroy(&server->admin_lock);
	rh_knobs_free(server->knobs);
	free(server);
}

/* ---- the catalog's own statements -------------------------------------------------------- */

PGconn *rh_server_connect(struct rh_server *server, const char *application, struct cw_err *err)
{
	const char *keys[] = { "host", "dbname", "user", "application_name", "options", NULL };
	const char *values[] = { server->run_folder,
				 "rehearsal",
				 "postgres",
				 application,
				 "-csearch_path=ora,\"SYS\",pg_catalog",
				 NULL };
	PGconn *conn = PQconnectdbParams(keys, values, 0);

	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	(void)cw_fail(err, CW_ERR_RETRY, 9007, "connecting to the private PostgreSQL: %s",
		      PQerrorMessage(conn));
	PQfinish(conn);
	return NULL;
}

static bool is_done(const PGresult *result)
{
	return PQresultStatus(result) == PGRES_COMMAND_OK ||
	       PQresultStatus(result) == PGRES_TUPLES_OK;
}

static PGresult *put_sign(PGconn *conn, const struct rh_sign *sign, bool in_transaction)
{
	const char *params[] = { sign->username, sign->info, sign->sid, sign->serial,
				 in_transaction ? "true" : "false" };

	return PQexecParams(
		conn,
		"select set_config('rh.username', $1, $5::bool), set_config('rh.session_info', $2, "
		"$5::bool), set_config('rh.sid', $3, $5::bool), set_config('rh.serial', $4, $5::bool)",
		5, NULL, params, NULL, NULL, 0);
}

bool rh_server_sign(PGconn *conn, const struct rh_sign *sign)
{
	PGresult *result = put_sign(conn, sign, false);
	bool done = is_done(result);

	PQclear(result);
	return done;
}

static PGresult *admin_once(PGconn *conn, const char *sql, int count, const char *const *params)
{
	/* several statements in one text only without parameters */
	return count ? PQexecParams(conn, sql, count, NULL, params, NULL, NULL, 0)
		     : PQexec(conn, sql);
}

/* The statement's result, or that of what failed around it. */
static PGresult *admin_signed(PGconn *conn, const struct rh_sign *sign, const char *sql, int count,
			      const char *const *params)
{
	PGresult *result = PQexec(conn, "begin"), *end;

	if (!is_done(result))
		return result;
	PQclear(result);
	result = put_sign(conn, sign, true);
	if (is_done(result)) {
		PQclear(result);
		result = admin_once(conn, sql, count, params);
	}
	end = PQexec(conn, is_done(result) ? "commit" : "rollback");
	if (is_done(result) && !is_done(end)) {
		PQclear(result);
		return end;
	}
	PQclear(end);
	return result;
}

PGresult *rh_server_admin(struct rh_server *server, const char *sql, int param_count,
			  const char *const *params, struct cw_err *err)
{
	return rh_server_admin_for(server, NULL, sql, param_count, params, err);
}

PGresult *rh_server_admin_for(struct rh_server *server, const struct rh_sign *sign, const char *sql,
			      int param_count, const char *const *params, struct cw_err *err)
{
	CW_LOCKED(&server->admin_lock);
	PGresult *result;
	const char *state;

	if (server->admin && PQstatus(server->admin) != CONNECTION_OK) {
		PQfinish(server->admin);
		server->admin = NULL;
	}
	if (!server->admin)
		server->admin = rh_server_connect(server, "admin", err);
	if (!server->admin)
		return NULL;
	result = sign ? admin_signed(server->admin, sign, sql, param_count, params)
		      : admin_once(server->admin, sql, param_count, params);
	if (is_done(result))
		return result;
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	(void)cw_fail(err, CW_ERR_DATA, 9008, "%s",
		      state ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
			    : PQerrorMessage(server->admin));
	(void)snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", state ? state : "08006");
	PQclear(result);
	return NULL;
}
