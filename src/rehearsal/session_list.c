#include "rehearsal/session_list.h"

#include "rehearsal/account.h"
#include "rehearsal/db_text.h"
#include "rehearsal/exec.h"
#include "rehearsal/plsql_answer.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SESSIONS_MAX 180
#define SID_FIRST    21 /* below are the background processes that V$SESSION shows */

static void copy(char *to, size_t room, const char *from)
{
	(void)snprintf(to, room, "%s", from ? from : "");
}

/* ---- facts --------------------------------------------------------------------------- */

void rh_server_facts(const struct rh_server *server, struct rh_session_facts *ret)
{
	*ret = (struct rh_session_facts){ .dbid = server->config.dbid,
					  .start_wall_us = server->start_wall_us,
					  .charset = rh_text_charset()->id,
					  .profile = server->profile,
					  .folder = server->config.folder };
	(void)snprintf(ret->db_name, sizeof(ret->db_name), "%.8s", server->config.service);
	(void)snprintf(ret->instance_name, sizeof(ret->instance_name), "%.16s",
		       server->config.service);
	copy(ret->service_name, sizeof(ret->service_name), server->config.service);
	if (gethostname(ret->host, sizeof(ret->host) - 1) != 0)
		copy(ret->host, sizeof(ret->host), "localhost");
}

unsigned rh_session_instance(const struct rh_server *server, uint32_t sid)
{
	return server->config.threads > 1 ? sid % (unsigned)server->config.threads + 1 : 1;
}

void rh_session_facts(const struct rh_session *session, struct rh_session_facts *ret)
{
	rh_server_facts(session->server, ret);
	ret->instance = rh_session_instance(session->server, session->sid);
	if (session->server->config.threads > 1)
		(void)snprintf(ret->instance_name, sizeof(ret->instance_name), "%.16s%u",
			       session->server->config.service, ret->instance);
	ret->sid = session->sid;
	ret->serial = session->serial;
	ret->user_id = session->user_id;
}

bool rh_service_check(struct rh_server *server, const char *service, struct rh_error *error)
{
	if (!service || strcasecmp(service, server->config.service) != 0)
		return rh_fail(error, 12514, 0,
			       "TNS:listener does not currently know of service requested in "
			       "connect descriptor");
	if (!atomic_load(&server->listener_open))
		return rh_fail(error, 12528, 0,
			       "TNS:listener: all appropriate instances are blocking new "
			       "connections");
	/* a statically registered service still reaches a restricted instance. */
	if (server->config.dynamic_registration && atomic_load(&server->restricted))
		return rh_fail(error, 12526, 0,
			       "TNS:listener: all appropriate instances are in restricted mode");
	return true;
}

/* ---- login ----------------------------------------------------------------------------- */

static bool admitted(struct rh_session *session, const char *typed, struct rh_error *error)
{
	const char *params[] = { session->user };
	struct cw_err err;
	PGresult *row = rh_server_admin(session->server,
					"select user_id, dba, may_connect, may_restricted, "
					"too_many, idle, connected from rh.login($1)",
					1, params, &err);
	bool good = false;

	if (!row)
		return rh_fail(error, 1034, 0, "ORACLE not available");
	if (PQntuples(row) != 1 || PQgetisnull(row, 0, 0))
		(void)rh_fail(error, 1017, 0, "invalid username/password; logon denied");
	else if (*PQgetvalue(row, 0, 2) != 't')
		(void)rh_fail(error, 1045, 0,
			      "user %s lacks CREATE SESSION privilege; logon denied",
			      session->user);
	else if (atomic_load(&session->server->restricted) && *PQgetvalue(row, 0, 3) != 't' &&
		 !session->background)
		(void)rh_fail(error, 1035, 0,
			      "ORACLE only available to users with RESTRICTED SESSION privilege");
	else if (*PQgetvalue(row, 0, 4) == 't' && !session->background)
		(void)rh_fail(error, 2391, 0, "exceeded simultaneous SESSIONS_PER_USER limit");
	else
		good = true;
	if (good) {
		session->idle_minutes = (unsigned)strtoul(PQgetvalue(row, 0, 5), NULL, 10);
		session->connect_minutes = (unsigned)strtoul(PQgetvalue(row, 0, 6), NULL, 10);
		session->user_id = (uint32_t)strtoul(PQgetvalue(row, 0, 0), NULL, 10);
		session->dba = *PQgetvalue(row, 0, 1) == 't';
	}
	(void)typed;
	PQclear(row);
	return good;
}

static bool enlist(struct rh_session *session, struct rh_error *error)
{
	struct rh_server *server = session->server;
	CW_LOCKED(&server->lock);
	uint32_t sid = SID_FIRST;
	struct rh_session **at = &server->sessions, *before = NULL;

	if (server->session_count >= SESSIONS_MAX)
		return rh_fail(error, 18, 0, "maximum number of sessions exceeded");
	/* the list is in order of sid: the first gap is ours */
	while (*at && (*at)->sid == sid) {
		before = *at;
		at = &(*at)->next;
		sid++;
	}
	session->sid = sid;
	session->serial = ++server->next_serial & 0xffff;
	session->prev = before;
	session->next = *at;
	if (session->next)
		session->next->prev = session;
	*at = session;
	server->session_count++;
	return true;
}

static void delist(struct rh_session *session)
{
	struct rh_server *server = session->server;
	CW_LOCKED(&server->lock);

	if (session->prev)
		session->prev->next = session->next;
	else
		server->sessions = session->next;
	if (session->next)
		session->next->prev = session->prev;
	server->session_count--;
	PQfreeCancel(session->cancel);
	session->cancel = NULL;
}

void rh_session_sign(const struct rh_session *session, struct rh_sign *ret)
{
	(void)snprintf(ret->username, sizeof(ret->username), "%s", session->user);
	(void)snprintf(ret->sid, sizeof(ret->sid), "%u,%u", session->sid, session->serial);
	(void)snprintf(ret->serial, sizeof(ret->serial), "%u", session->serial);
	(void)snprintf(ret->info, sizeof(ret->info),
		       "login_username=%s client_info= OS_username=%s Machine_name=%.64s "
		       "OS_terminal=%.32s OS_process_id=%s OS_program_name=%.48s",
		       session->user, session->os_user, session->machine, session->terminal,
		       session->process, session->program);
}

/* Settings that views, triggers and the redo read; none may fail the login in silence. */
static bool set_up_backend(struct rh_session *session)
{
	char user_id[16];
	const char *params[] = { session->user, user_id, session->schema };
	struct rh_sign sign;
	PGresult *result;
	bool done;

	rh_session_sign(session, &sign);
	(void)snprintf(user_id, sizeof(user_id), "%u", session->user_id);
	if (!rh_server_sign(session->pg, &sign))
		return false;
	result = PQexecParams(
		session->pg,
		"select set_config('rh.user', $1, false), set_config('rh.user_id', $2, false), "
		"set_config('rh.client_id', '', false), set_config('TimeZone', 'UTC', false), "
		"set_config('search_path', format('ora, %I, \"SYS\", pg_catalog', $3::text), false)",
		3, NULL, params, NULL, NULL, 0);
	done = PQresultStatus(result) == PGRES_TUPLES_OK;
	PQclear(result);
	return done;
}

static bool open_backend(struct rh_session *session, struct rh_error *error)
{
	char application[64];
	const char *keys[] = { "host", "dbname", "user", "application_name", NULL };
	const char *values[] = { session->server->run_folder, "rehearsal", session->user,
				 application, NULL };

	(void)snprintf(application, sizeof(application), "session %u", session->sid);
	session->pg = PQconnectdbParams(keys, values, 0);
	if (PQstatus(session->pg) != CONNECTION_OK || !set_up_backend(session)) {
		cw_log(CW_LOG_ERROR, "a session got no backend", "reason=\"%.200s\"",
		       PQerrorMessage(session->pg));
		return rh_fail(error, 1034, 0, "ORACLE not available");
	}
	rh_answer_open(session);
	session->backend_pid = PQbackendPID(session->pg);
	session->cancel = PQgetCancel(session->pg);
	return true;
}

static bool mirror(struct rh_session *session)
{
	char sid[16], serial[16], pid[16], user_id[16];
	const char *params[] = { sid,
				 serial,
				 pid,
				 user_id,
				 session->user,
				 session->background ? "JOB" : "USER",
				 session->os_user,
				 session->process,
				 session->machine,
				 session->terminal,
				 session->program,
				 session->service,
				 session->driver,
				 session->cipher,
				 session->checksum,
				 session->proxy[0] ? session->proxy : NULL };
	struct cw_err err;
	PGresult *result;

	(void)snprintf(sid, sizeof(sid), "%u", session->sid);
	(void)snprintf(serial, sizeof(serial), "%u", session->serial);
	(void)snprintf(pid, sizeof(pid), "%d", session->backend_pid);
	(void)snprintf(user_id, sizeof(user_id), "%u", session->user_id);
	result = rh_server_admin(
		session->server,
		"with noted as (update rh.users set last_login = now(), failed_logins = 0 where username = $5) "
		"insert into rh.sessions (sid, serial, backend_pid, user_id, username, type, "
		"os_user, process, machine, terminal, program, module, service_name, driver, cipher, "
		"checksum, proxy, audsid) values "
		"($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, nextval('rh.audsid')) "
		"on conflict (sid) do "
		"update set serial = excluded.serial, backend_pid = excluded.backend_pid, user_id = "
		"excluded.user_id, username = excluded.username, type = excluded.type, os_user = "
		"excluded.os_user, process = excluded.process, machine = excluded.machine, terminal "
		"= excluded.terminal, program = excluded.program, module = excluded.module, action "
		"= null, client_info = null, client_identifier = null, service_name = "
		"excluded.service_name, driver = excluded.driver, cipher = excluded.cipher, checksum = "
		"excluded.checksum, proxy = excluded.proxy, audsid = excluded.audsid, logon_time = now(), killed = false",
		16, params, &err);
	if (!result)
		cw_log_err("a session is missing in V$SESSION", &err);
	PQclear(result);
	return result != NULL;
}

static bool open_session(struct rh_session *session, struct rh_session **ret,
			 struct rh_error *error)
{
	copy(session->schema, sizeof(session->schema), session->user);
	session->logon_wall_us = cw_wall_us();
	session->logon_ms = cw_clock_ms();
	if (!admitted(session, session->user, error) || !enlist(session, error)) {
		free(session);
		return false;
	}
	if (!open_backend(session, error) || !rh_exec_open(session, error)) {
		PQfinish(session->pg);
		delist(session);
		free(session);
		return false;
	}
	(void)mirror(session);
	*ret = session;
	return true;
}

static struct rh_session *new_session(struct rh_server *server, const struct rh_client_info *client)
{
	struct rh_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->server = server;
	session->fd = -1;
	copy(session->service, sizeof(session->service), client->service);
	copy(session->program, sizeof(session->program), client->program);
	copy(session->machine, sizeof(session->machine), client->machine);
	copy(session->os_user, sizeof(session->os_user), client->os_user);
	copy(session->terminal, sizeof(session->terminal), client->terminal);
	copy(session->process, sizeof(session->process), client->pid);
	copy(session->driver, sizeof(session->driver), client->driver);
	if (client->proxy && client->proxy[0])
		rh_name_fold(client->proxy, session->proxy);
	session->cipher = client->cipher;
	session->checksum = client->checksum;
	return session;
}

bool rh_session_open(struct rh_server *server, const struct rh_client_info *client,
		     struct rh_session **ret, struct rh_error *error)
{
	struct rh_session *session = new_session(server, client);

	if (!session)
		return rh_fail(error, 4030, 0, "out of process memory");
	rh_name_fold(client->user, session->user);
	if (client->sysdba && strcmp(session->user, "SYS") != 0) {
		free(session);
		return rh_fail(error, 1031, 0, "insufficient privileges");
	}
	return open_session(session, ret, error);
}

bool rh_session_open_slave(struct rh_server *server, const struct rh_client_info *client,
			   struct rh_session **ret, struct rh_error *error)
{
	struct rh_session *session = new_session(server, client);

	if (!session)
		return rh_fail(error, 4030, 0, "out of process memory");
	copy(session->user, sizeof(session->user), client->user);
	session->background = true;
	return open_session(session, ret, error);
}

bool rh_session_open_job(struct rh_server *server, const char *user, const char *job,
			 struct rh_session **ret, struct rh_error *error)
{
	const struct rh_client_info client = { .user = user,
					       .program = "oracle@localhost (J000)",
					       .machine = "localhost",
					       .os_user = "oracle",
					       .terminal = "UNKNOWN",
					       .service = "SYS$USERS" };

	if (!rh_session_open_slave(server, &client, ret, error))
		return false;
	rh_set_end_to_end(*ret, "module", "DBMS_SCHEDULER");
	rh_set_end_to_end(*ret, "action", job);
	return true;
}

bool rh_session_open_twin(const struct rh_session *of, struct rh_session **ret,
			  struct rh_error *error)
{
	struct rh_session *twin = calloc(1, sizeof(*twin));

	if (!twin)
		return rh_fail(error, 4030, 0, "out of process memory");
	twin->server = of->server;
	twin->sid = of->sid;
	twin->serial = of->serial;
	twin->user_id = of->user_id;
	twin->dba = of->dba;
	twin->fd = -1;
	copy(twin->user, sizeof(twin->user), of->user);
	copy(twin->schema, sizeof(twin->schema), of->schema);
	copy(twin->program, sizeof(twin->program), of->program);
	copy(twin->machine, sizeof(twin->machine), of->machine);
	copy(twin->os_user, sizeof(twin->os_user), of->os_user);
	copy(twin->terminal, sizeof(twin->terminal), of->terminal);
	copy(twin->process, sizeof(twin->process), of->process);
	if (!open_backend(twin, error) || !rh_exec_open(twin, error)) {
		rh_session_close_twin(twin);
		return false;
	}
	*ret = twin;
	return true;
}

void rh_session_close_twin(struct rh_session *twin)
{
	rh_answer_close(twin); /* of an autonomous transaction inside of one */
	rh_exec_close(twin);
	PQfreeCancel(twin->cancel);
	PQfinish(twin->pg);
	free(twin);
}

void rh_session_close(struct rh_session *session)
{
	char sid[16], serial[16];
	const char *params[] = { sid, serial };
	struct cw_err err;

	if (session->lobs_end)
		session->lobs_end(session);
	if (session->mining_end)
		session->mining_end(session);
	if (session->flashback_end)
		session->flashback_end(session);
	rh_answer_close(session);
	rh_exec_close(session);
	PQfinish(session->pg);
	(void)cw_fault("rehearsal.session_close");
	(void)snprintf(sid, sizeof(sid), "%u", session->sid);
	(void)snprintf(serial, sizeof(serial), "%u", session->serial);
	PQclear(rh_server_admin(session->server,
				"delete from rh.sessions where sid = $1 and serial = $2", 2, params,
				&err));
	delist(session);
	free(session);
}

/* ---- told from elsewhere -------------------------------------------------------------------- */

void rh_session_register_fd(struct rh_session *session, int fd)
{
	CW_LOCKED(&session->server->lock);

	session->fd = fd;
}

int rh_session_doomed(const struct rh_session *session)
{
	return atomic_load(&session->doomed);
}

void rh_session_cancel_locked(struct rh_session *session)
{
	char text[256];

	if (session->cancel)
		(void)PQcancel(session->cancel, text, sizeof(text));
}

void rh_session_cancel(struct rh_session *session)
{
	CW_LOCKED(&session->server->lock);

	rh_session_cancel_locked(session);
}

/* Under the lock: it wakes in whatever it does, finds itself doomed and leaves. */
void rh_session_doom(struct rh_session *session, int code)
{
	if (code == 0)
		return;
	atomic_store(&session->doomed, code);
	rh_session_cancel_locked(session);
	if (session->fd >= 0)
		(void)shutdown(session->fd, code == 3113 ? SHUT_RDWR : SHUT_RD);
}

static struct rh_session *find(struct rh_server *server, uint32_t sid, uint32_t serial)
{
	struct rh_session *at = server->sessions;

	while (at && (at->sid != sid || at->serial != serial))
		at = at->next;
	return at;
}

static bool in_transaction(struct rh_server *server, uint32_t sid)
{
	char text[16];
	const char *params[] = { text };
	struct cw_err err;
	PGresult *row;
	bool open;

	(void)snprintf(text, sizeof(text), "%u", sid);
	row = rh_server_admin(server,
			      "select from rh.sessions s join rh.activity() a on a.pid = "
			      "s.backend_pid where s.sid = $1 and a.xid is not null",
			      1, params, &err);
	open = row && PQntuples(row) > 0;
	PQclear(row);
	return open;
}

static bool mark_killed(struct rh_server *server, uint32_t sid)
{
	char text[16];
	const char *params[] = { text };
	struct cw_err err;
	PGresult *done;

	(void)snprintf(text, sizeof(text), "%u", sid);
	done = rh_server_admin(server, "update rh.sessions set killed = true where sid = $1", 1,
			       params, &err);
	PQclear(done);
	return done != NULL;
}

bool rh_session_end(struct rh_server *server, const struct rh_session *by, uint32_t sid,
		    uint32_t serial, enum rh_ending how, struct rh_error *error)
{
	struct rh_session *session;
	bool known = false;

	if (by && by->sid == sid && by->serial == serial)
		return rh_fail(error, 27, 0, "cannot kill current session");
	if (how == RH_DISCONNECT_AT_END) { /* the COMMIT is answered first: A-401 */
		{
			CW_LOCKED(&server->lock);

			session = find(server, sid, serial);
			known = session != NULL;
			if (session)
				atomic_store(&session->disconnect_at_end, true);
		}
		/* the mark stands first: a transaction that ends now finds it */
		if (known && in_transaction(server, sid))
			return true;
	} else {
		(void)mark_killed(server, sid);
	}
	CW_LOCKED(&server->lock);
	session = find(server, sid, serial);
	if (!session && !known)
		return rh_fail(error, 30, 0, "User session ID does not exist.");
	if (session)
		rh_session_doom(session, how == RH_KILL ? 28 : 3113);
	return true;
}

void rh_session_transaction_ended(struct rh_session *session)
{
	session->transactions_ended++;
	/* its thread answers this COMMIT, sees it and goes */
	if (atomic_load(&session->disconnect_at_end))
		atomic_store(&session->doomed, 3113);
}

void rh_session_end_all(struct rh_server *server, int timeout_ms)
{
	int64_t limit = cw_clock_ms() + timeout_ms;
	uint32_t left = 1;

	while (left > 0) {
		{
			CW_LOCKED(&server->lock);

			left = server->session_count;
			for (struct rh_session *at = server->sessions; at; at = at->next)
				if (atomic_load(&at->doomed) == 0)
					rh_session_doom(at, 1089);
		}
		if (left > 0 && cw_clock_ms() > limit)
			return;
		if (left > 0)
			cw_sleep_ms(10);
	}
}

/* ---- what a session says of itself --------------------------------------------------------------- */

void rh_set_end_to_end(struct rh_session *session, const char *what, const char *value)
{
	static const char *const known[] = { "module", "action", "client_info",
					     "client_identifier" };
	char sid[16], sql[128];
	const char *params[] = { sid, value };
	struct cw_err err;

	(void)snprintf(sid, sizeof(sid), "%u", session->sid);
	for (size_t i = 0; i < CW_ARRAY_LEN(known); i++) {
		if (strcmp(known[i], what) != 0)
			continue;
		(void)snprintf(sql, sizeof(sql), "update rh.sessions set %s = $2 where sid = $1",
			       known[i]);
		PQclear(rh_server_admin(session->server, sql, 2, params, &err));
	}
}

bool rh_session_may(struct rh_session *session, const char *privilege)
{
	const char *params[] = { session->user, privilege };
	struct cw_err err;
	PGresult *row;
	bool may;

	if (session->dba)
		return true;
	row = rh_server_admin(session->server, "select rh.has_privilege($1, $2)", 2, params, &err);
	may = row && *PQgetvalue(row, 0, 0) == 't';
	PQclear(row);
	return may;
}

void rh_session_counts(struct rh_server *server, struct cw_wr *out)
{
	CW_LOCKED(&server->lock);
	for (struct rh_session *one = server->sessions; one; one = one->next)
		cw_wr_printf(out, "%u %llu %llu %llu\n", one->sid,
			     (unsigned long long)one->round_trips, (unsigned long long)one->parses,
			     (unsigned long long)one->cursors);
}
