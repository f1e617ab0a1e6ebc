/*
 * session_context.c - application context: what a client says of itself for SYS_CONTEXT
 *
 * Any session may set attributes of CLIENTCONTEXT; other namespaces belong to packages, which there are
 * none of here.  No transaction takes them back: they are written by the server's own connection.
 *
 * Sources	Oracle Database Security Guide 19c, "Client Session-Based Application Contexts"; Error Messages
 *		19c, ORA-28267; node-oracledb test/appContext.js
 */
#include "rehearsal/engine.h"
#include "rehearsal/server.h"
#include "rehearsal/session.h"

#include <stdlib.h>
#include <strings.h>

enum { SID_DIGITS_ROOM = 16, ATTRIBUTE_BYTES_MAX = 128, VALUE_BYTES_MAX = 4000 };

static bool check_space(struct cw_bytes space, struct rh_error *error)
{
	static const char only[] = "CLIENTCONTEXT";

	return (space.len == sizeof(only) - 1 &&
		strncasecmp((const char *)space.at, only, space.len) == 0) ||
	       rh_fail(error, 28267, 0, "Invalid NameSpace Value");
}

static bool run(struct rh_session *session, const char *sql, int param_count,
		const char *const *params, struct rh_error *error)
{
	struct cw_err err;
	PGresult *result = rh_server_admin(session->server, sql, param_count, params, &err);
	bool done = result != NULL;

	PQclear(result);
	return done || rh_fail(error, 600, 0, "internal error code: %s", err.text);
}

bool rh_set_context(struct rh_session *session, struct cw_bytes space, struct cw_bytes attribute,
		    struct cw_bytes value, struct rh_error *error)
{
	char sid[SID_DIGITS_ROOM], name[ATTRIBUTE_BYTES_MAX + 1], text[VALUE_BYTES_MAX + 1];
	const char *params[] = { sid, name, text };

	if (!check_space(space, error))
		return false;
	if (attribute.len == 0 || attribute.len > ATTRIBUTE_BYTES_MAX ||
	    value.len > VALUE_BYTES_MAX)
		return rh_fail(error, 28268, 0,
			       "Exceeded the maximum allowed size for Context "
			       "information in a session");
	(void)snprintf(sid, sizeof(sid), "%u", session->sid);
	(void)snprintf(name, sizeof(name), "%.*s", (int)attribute.len, (const char *)attribute.at);
	(void)snprintf(text, sizeof(text), "%.*s", (int)value.len, (const char *)value.at);
	return run(session,
		   "insert into rh.contexts values ($1, upper($2), nullif($3, '')) "
		   "on conflict (sid, attribute) do update set value = excluded.value",
		   3, params, error);
}

bool rh_clear_context(struct rh_session *session, struct cw_bytes space, struct rh_error *error)
{
	char sid[SID_DIGITS_ROOM];
	const char *params[] = { sid };

	(void)snprintf(sid, sizeof(sid), "%u", session->sid);
	return check_space(space, error) &&
	       run(session, "delete from rh.contexts where sid = $1", 1, params, error);
}
