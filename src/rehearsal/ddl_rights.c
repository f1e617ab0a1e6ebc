/*
 * ddl_rights.c - who may run a DDL statement, and as whom
 *
 * In one's own schema it takes CREATE TABLE and its like; in another's a privilege with
 * ANY in it, and then the statement runs on a backend that may do everything, since
 * PostgreSQL knows no such rights.
 */
#include "rehearsal/exec_ddl.h"
#include "rehearsal/session_list.h"

#include <string.h>

struct right {
	enum sql_stmt_kind kind;
	const char *own, *any; /* privilege in one's own schema (NULL: none), in others' */
};

static const struct right rights[] = {
	{ S_CREATE_TABLE, "CREATE TABLE", "CREATE ANY TABLE" },
	{ S_ALTER_TABLE, NULL, "ALTER ANY TABLE" },
	{ S_DROP_TABLE, NULL, "DROP ANY TABLE" },
	{ S_TRUNCATE, NULL, "DROP ANY TABLE" },
	{ S_RENAME, NULL, "ALTER ANY TABLE" },
	{ S_COMMENT, NULL, "COMMENT ANY TABLE" },
	{ S_CREATE_INDEX, NULL, "CREATE ANY INDEX" },
	{ S_ALTER_INDEX, NULL, "ALTER ANY INDEX" },
	{ S_DROP_INDEX, NULL, "DROP ANY INDEX" },
	{ S_CREATE_SEQUENCE, "CREATE SEQUENCE", "CREATE ANY SEQUENCE" },
	{ S_ALTER_SEQUENCE, NULL, "ALTER ANY SEQUENCE" },
	{ S_DROP_SEQUENCE, NULL, "DROP ANY SEQUENCE" },
	{ S_CREATE_VIEW, "CREATE VIEW", "CREATE ANY VIEW" },
	{ S_DROP_VIEW, NULL, "DROP ANY VIEW" },
	{ S_CREATE_MVIEW, "CREATE MATERIALIZED VIEW", "CREATE ANY MATERIALIZED VIEW" },
	{ S_DROP_MVIEW, NULL, "DROP ANY MATERIALIZED VIEW" },
	{ S_CREATE_SYNONYM, "CREATE SYNONYM", "CREATE ANY SYNONYM" },
	{ S_DROP_SYNONYM, NULL, "DROP ANY SYNONYM" },
};

/* NULL: none is needed. */
static const char *privilege_of(const struct rh_ddl *ddl, bool own)
{
	const struct sql_stmt *s = ddl->parsed;

	if (s->is_public && s->kind == S_CREATE_SYNONYM)
		return "CREATE PUBLIC SYNONYM";
	if (s->is_public && s->kind == S_DROP_SYNONYM)
		return "DROP PUBLIC SYNONYM";
	for (size_t i = 0; i < CW_ARRAY_LEN(rights); i++)
		if (rights[i].kind == s->kind)
			return own ? rights[i].own : rights[i].any;
	return NULL;
}

/* The settings that views, triggers and the redo read are the session's. */
static bool take_settings(struct rh_session *session, PGconn *conn)
{
	const char *params[] = { session->user };
	struct rh_sign sign;
	PGresult *done;
	bool ok;

	rh_session_sign(session, &sign);
	done = PQexecParams(conn, "select set_config('rh.user', $1, false)", 1, NULL, params, NULL,
			    NULL, 0);
	ok = PQresultStatus(done) == PGRES_TUPLES_OK;
	PQclear(done);
	return ok && rh_server_sign(conn, &sign);
}

static bool run_with_all_rights(struct rh_session *session, const char *sql, struct rh_error *error)
{
	struct cw_err err;
	PGconn *own = session->pg, *other = rh_server_connect(session->server, "ddl", &err);
	bool ok;

	if (!other || !take_settings(session, other)) {
		PQfinish(other);
		return rh_fail(error, 604, 0, "error occurred at recursive SQL level 1");
	}
	session->pg = other;
	ok = rh_exec_command(session, sql, error);
	session->pg = own;
	PQfinish(other);
	return ok;
}

/* Who holds no right on another's table is not told that it is there. */
static bool refuse(struct rh_ddl *ddl, bool own, struct rh_error *error)
{
	static const enum sql_stmt_kind on_table[] = { S_DROP_TABLE, S_TRUNCATE, S_COMMENT,
						       S_DROP_VIEW, S_DROP_MVIEW };
	const struct sql_stmt *s = ddl->parsed;

	for (size_t i = 0; !own && i < CW_ARRAY_LEN(on_table); i++)
		if (s->kind == on_table[i] &&
		    !rh_exec_relation(ddl->session, &s->target->name, error))
			return error->code == 0 &&
			       rh_fail(error, 942, s->target->at, "table or view does not exist");
	return rh_fail(error, 1031, 0, "insufficient privileges");
}

bool rh_ddl_command(struct rh_ddl *ddl, struct rh_error *error)
{
	struct rh_session *session = ddl->session;
	const char *sql = (const char *)ddl->sql.at0, *privilege;
	struct rh_ddl_name name = { .schema = session->user };
	bool own;

	if (session->dba)
		return rh_exec_command(session, sql, error);
	if (ddl->parsed->target)
		rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	own = strcmp(name.schema, session->user) == 0;
	privilege = privilege_of(ddl, own);
	if (privilege && !rh_session_may(session, privilege))
		return refuse(ddl, own, error);
	return own ? rh_exec_command(session, sql, error)
		   : run_with_all_rights(session, sql, error);
}
