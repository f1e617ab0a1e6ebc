/* exec_presence.c - IF EXISTS and IF NOT EXISTS, asked of the dictionary; see sql_presence.h */
#include "rehearsal/exec_parts.h"

#include <string.h>

static bool is_there(struct rh_session *session, const struct sql_presence *presence, bool *ret,
		     struct rh_error *error)
{
	const char *value[] = { presence->object,
				presence->is_public ? "PUBLIC"
				: presence->schema  ? presence->schema
						    : session->schema,
				presence->name };
	struct rh_exec_params params = { .count = 3, .value = value };
	PGresult *result;

	if (!rh_exec_statement(session, "select rh.is_there($1, $2, $3)", &params, 0, &result,
			       error))
		return false;
	*ret = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
	PQclear(result);
	return true;
}

bool rh_presence(struct rh_stmt *stmt, struct sql_presence *ret, bool *ret_runs,
		 struct rh_error *error)
{
	struct sql_lexer lexer;
	bool there;

	*ret = (struct sql_presence){ 0 };
	*ret_runs = true;
	if (stmt->session->server->profile->release < RH_23)
		return true;
	sql_lex_init(&lexer, &stmt->tree, stmt->sql, stmt->len, error);
	sql_presence_read(lexer, ret, error);
	if (error->code)
		return false;
	if (!ret->said)
		return true;
	if (!is_there(stmt->session, ret, &there, error))
		return false;
	*ret_runs = there != ret->absent;
	return true;
}

const char *rh_presence_cut(struct rh_stmt *stmt, const struct sql_presence *presence,
			    size_t *ret_len)
{
	char *text;

	*ret_len = stmt->len;
	if (!presence->said)
		return stmt->sql;
	*ret_len -= presence->end - presence->at;
	text = cw_new(&stmt->run, char, *ret_len + 1);
	memcpy(text, stmt->sql, presence->at);
	memcpy(text + presence->at, stmt->sql + presence->end, stmt->len - presence->end);
	return text;
}
