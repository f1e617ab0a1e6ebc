/* session.c - see session.h */
#include "oracle/wire.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>

static struct cw_ora *new_session(const struct cw_ora_login *login)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	if (!ora)
		abort();
	*ora = (struct cw_ora){
		.arena = CW_ARENA(ORA_REPLY_BYTES_MAX),
		.link = { .io = { .fd = -1, .cancel_fd = -1 } },
		.call_timeout_ms = login->call_timeout_ms,
		.cancel_fd = login->cancel_fd,
	};
	(void)snprintf(ora->where, sizeof(ora->where), "Oracle"); /* until it is known */
	return ora;
}

static bool go_there(struct cw_ora *ora, const struct cw_ora_login *login, struct cw_err *err)
{
	struct cw_ora_destination destination;
	struct ora_names names;
	bool good;

	if (!ora_split_user(login->user, &names, err)) /* before anybody is asked anything */
		return false;
	if (!cw_ora_destination_read(login->connect, &destination, err))
		return false;
	ora->only_12c = destination.otherwise.only_12c;
	if (ora->call_timeout_ms == 0)
		ora->call_timeout_ms = (int)destination.otherwise.receive_s * 1000;
	good = ora_connect(ora, login, &destination, err);
	cw_ora_destination_release(&destination);
	if (!good)
		return false;
	ora_deadline(ora, login->connect_timeout_ms);
	return ora_log_in(ora, login, err);
}

bool cw_ora_open(const struct cw_ora_login *login, struct cw_ora **ret, struct cw_err *err)
{
	struct cw_ora *ora = new_session(login);

	*ret = NULL;
	if (!go_there(ora, login, err)) {
		ora->broken = true;
		(void)cw_err_add(err, "%s as %s", ora->where, login->user);
		cw_ora_close(ora);
		return false;
	}
	(void)cw_fault("oracle.logged_in");
	ora->is_logged_in = true;
	ora_deadline(ora, 0);
	*ret = ora;
	return true;
}

static void log_off(struct cw_ora *ora)
{
	struct cw_err ignored;

	ora->link.io.cancel_fd = -1;
	ora->call_timeout_ms = ORA_LOGOFF_MS;
	ora->is_leaving = true; /* nothing to break */
	/* A server takes LOGOFF for a good end and commits: python-oracledb rolls back first, too. */
	if (cw_ora_in_transaction(ora) && !ora_simple(ora, CW_FN_ROLLBACK, "rollback", &ignored))
		return;
	if (!ora_simple(ora, CW_FN_LOGOFF, "logoff", &ignored))
		return;
	ora_deadline(ora, ORA_LOGOFF_MS);
	(void)cw_tns_link_write(&ora->link);
	(void)!cw_tns_link_send(&ora->link, CW_TNS_DATA_EOF, &ignored);
}

void cw_ora_close(struct cw_ora *ora)
{
	if (!ora)
		return;
	while (ora->stmts)
		cw_ora_stmt_free(ora->stmts);
	ora_free_idle(ora, 0);
	if (!ora->broken && ora->is_logged_in)
		log_off(ora);
	cw_tns_link_release(&ora->link);
	cw_wr_release(&ora->descriptor);
	cw_wr_release(&ora->to_free);
	cw_arena_release(&ora->arena);
	free(ora);
}

const char *cw_ora_version(const struct cw_ora *ora)
{
	return ora->version;
}

const char *cw_ora_warning(const struct cw_ora *ora)
{
	return ora->warning;
}

void cw_ora_cancel_by(struct cw_ora *ora, int cancel_fd)
{
	ora->cancel_fd = ora->link.io.cancel_fd = cancel_fd;
}

uint32_t cw_ora_session_id(const struct cw_ora *ora)
{
	return ora->session_id;
}

uint32_t cw_ora_instance(const struct cw_ora *ora)
{
	return ora->instance;
}

uint32_t cw_ora_serial(const struct cw_ora *ora)
{
	return ora->serial;
}

bool cw_ora_in_transaction(const struct cw_ora *ora)
{
	return ora->call_status & CW_CALL_IN_TRANSACTION;
}

bool cw_ora_commit(struct cw_ora *ora, struct cw_err *err)
{
	return ora_simple(ora, CW_FN_COMMIT, "commit", err);
}

bool cw_ora_rollback(struct cw_ora *ora, struct cw_err *err)
{
	return ora_simple(ora, CW_FN_ROLLBACK, "rollback", err);
}

bool cw_ora_ping(struct cw_ora *ora, struct cw_err *err)
{
	return ora_simple(ora, CW_FN_PING, "ping", err);
}

bool cw_ora_run(struct cw_ora *ora, const char *sql, struct cw_err *err)
{
	struct cw_ora_stmt *stmt;
	bool good;

	if (!cw_ora_prepare(ora, sql, &stmt, err))
		return false;
	good = cw_ora_execute(stmt, NULL, 0, 0, NULL, err);
	cw_ora_stmt_free(stmt);
	return good;
}
