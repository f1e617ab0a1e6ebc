/* admin.c - which statement of the administration it is; see admin.h, sql_hooks.h */
#include "rehearsal/admin.h"

#include "base/wr.h"
#include "rehearsal/exec.h"
#include "rehearsal/session_list.h"
#include "rehearsal/sql_hooks.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_LIMIT (1u << 20)

/* ---- helpers --------------------------------------------------------------------------- */

bool admin_call(struct admin *a, const char *sql, int count, const char *const *params)
{
	struct cw_err err = { 0 };
	struct rh_sign sign;
	PGresult *done;

	rh_session_sign(a->session, &sign);
	done = rh_server_admin_for(a->session->server, &sign, sql, count, params, &err);
	if (done) {
		PQclear(done);
		return true;
	}
	if (strncmp(err.text, "ORA-", 4) == 0 && strlen(err.text) > 11)
		return rh_fail(a->error, (int)strtol(err.text + 4, NULL, 10), 0, "%s",
			       err.text + 11);
	return rh_fail(a->error, 604, 0, "error occurred at recursive SQL level 1: %s", err.text);
}

bool admin_end(struct admin *a, int code, const char *text)
{
	(void)sql_skip_op(&a->p, ";");
	if (!sql_parse_failed(&a->p) && a->p.token.kind != T_END)
		(void)sql_parse_fail(&a->p, code, text);
	return !sql_parse_failed(&a->p);
}

const char *admin_word(struct admin *a, int code, const char *text)
{
	const char *word = a->p.token.text;

	if (a->p.token.kind != T_WORD && a->p.token.kind != T_QUOTED)
		return sql_parse_fail(&a->p, code, text);
	sql_next(&a->p);
	return word;
}

void admin_hide(struct admin *a, uint32_t at, const char *told)
{
	struct admin_hidden *hidden = cw_new(a->arena, struct admin_hidden, 1);

	hidden->at = at;
	hidden->end = a->p.token.at;
	hidden->told = told;
	*a->hidden_end = hidden;
	a->hidden_end = &hidden->next;
}

bool admin_may(struct admin *a, const char *privilege)
{
	return rh_session_may(a->session, privilege) ||
	       rh_fail(a->error, 1031, 0, "insufficient privileges");
}

/* ---- small statements -------------------------------------------------------------------- */

static bool one_name(struct admin *a, const char *sql, int code, const char *text)
{
	const char *params[] = { a->session->user, admin_word(a, code, text) };

	return admin_end(a, 922, "missing or invalid option") && admin_call(a, sql, 2, params);
}

static bool create_role(struct admin *a)
{
	const char *params[] = { a->session->user,
				 admin_word(a, 1937, "missing or invalid role name") };

	if (sql_skip_word(&a->p, "NOT"))
		(void)sql_want_word(&a->p, "IDENTIFIED", 922, "missing or invalid option");
	else if (sql_at_word(&a->p, "IDENTIFIED"))
		(void)sql_parse_fail(&a->p, 3001, "unimplemented feature: roles with a password");
	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.create_role($1, $2)", 2, params);
}

/* SET ROLE name, ... | ALL: roles stay as granted; a role not granted is refused, and so is to switch some off. */
static bool set_role(struct admin *a)
{
	const char *params[] = { a->session->user, NULL };

	if (sql_at_word(&a->p, "NONE") || sql_skip_words(&a->p, "ALL", "EXCEPT"))
		return sql_parse_fail(&a->p, 3001,
				      "unimplemented feature: roles that are switched off") != NULL;
	if (sql_skip_word(&a->p, "ALL"))
		return admin_end(a, 922, "missing or invalid option");
	do {
		params[1] = admin_word(a, 1937, "missing or invalid role name");
		if (!params[1] ||
		    !admin_call(
			    a,
			    "select case when not rh.has_role($1, $2) then rh.raise(format("
			    "'ORA-01924: role ''%s'' not granted or does not exist', $2::text)) "
			    "end",
			    2, params))
			return false;
	} while (sql_skip_op(&a->p, ","));
	return admin_end(a, 922, "missing or invalid option");
}

/* ---- which one --------------------------------------------------------------------------------- */

struct rule {
	const char *first, *second;
	uint16_t sql_type; /* V$SQLCOMMAND.COMMAND_TYPE */
	bool (*run)(struct admin *a);
	bool is_told; /* in the redo, here: its text and of which table it is */
};

static bool give(struct admin *a)
{
	return admin_grant(a, true);
}

static bool take(struct admin *a)
{
	return admin_grant(a, false);
}

static bool drop_role(struct admin *a)
{
	return one_name(a, "select rh.drop_role($1, $2)", 1937, "missing or invalid role name");
}

/* Nothing is audited here, and nobody could tell the difference. */
static bool accept(struct admin *a)
{
	return admin_may(a, "AUDIT SYSTEM");
}

/* What is dropped is gone: the recycle bin is always empty. */
static bool purge_all(struct admin *a)
{
	return admin_end(a, 38302, "invalid PURGE option");
}

static bool purge_one(struct admin *a)
{
	(void)sql_parse_name(&a->p);
	return admin_end(a, 38302, "invalid PURGE option") &&
	       rh_fail(a->error, 38307, 0, "object not in RECYCLE BIN");
}

static bool purge_of_all(struct admin *a)
{
	return admin_end(a, 38302, "invalid PURGE option") && admin_may(a, "PURGE DBA_RECYCLEBIN");
}

/* CREATE [OR REPLACE] DIRECTORY; OR is taken. */
static bool create_or_replace(struct admin *a)
{
	(void)sql_want_word(&a->p, "REPLACE", 922, "missing or invalid option");
	if (!sql_skip_word(&a->p, "DIRECTORY"))
		return rh_fail(a->error, 3001, a->p.token.at,
			       "unimplemented feature: this kind of object");
	return admin_create_directory(a, true);
}

static bool create_directory(struct admin *a)
{
	return admin_create_directory(a, false);
}

static bool create_link(struct admin *a)
{
	return sql_want_word(&a->p, "LINK", 901, "invalid CREATE command") &&
	       admin_create_link(a, false);
}

static bool drop_link(struct admin *a)
{
	return sql_want_word(&a->p, "LINK", 950, "invalid DROP option") &&
	       admin_drop_link(a, false);
}

/* PUBLIC is taken. */
static bool create_public_link(struct admin *a)
{
	return sql_want_word(&a->p, "DATABASE", 901, "invalid CREATE command") &&
	       sql_want_word(&a->p, "LINK", 901, "invalid CREATE command") &&
	       admin_create_link(a, true);
}

static bool drop_public_link(struct admin *a)
{
	return sql_want_word(&a->p, "DATABASE", 950, "invalid DROP option") &&
	       sql_want_word(&a->p, "LINK", 950, "invalid DROP option") && admin_drop_link(a, true);
}

static const struct rule rules[] = {
	{ "PURGE", "RECYCLEBIN", 197, purge_all, false },
	{ "PURGE", "DBA_RECYCLEBIN", 198, purge_of_all, false },
	{ "PURGE", "TABLE", 200, purge_one, false },
	{ "PURGE", "INDEX", 201, purge_one, false },
	{ "CREATE", "OR", 157, create_or_replace, true },
	{ "CREATE", "DIRECTORY", 157, create_directory, true },
	{ "DROP", "DIRECTORY", 158, admin_drop_directory, true },
	{ "CREATE", "TABLESPACE", 39, admin_create_tablespace, true },
	{ "CREATE", "BIGFILE", 39, admin_create_bigfile, true },
	{ "CREATE", "TEMPORARY", 39, admin_create_temporary, true },
	{ "DROP", "TABLESPACE", 41, admin_drop_tablespace, true },
	{ "CREATE", "DATABASE", 32, create_link, true },
	{ "DROP", "DATABASE", 33, drop_link, true },
	{ "CREATE", "PUBLIC", 32, create_public_link, true },
	{ "DROP", "PUBLIC", 33, drop_public_link, true },
	{ "CREATE", "USER", 51, admin_create_user, true },
	{ "ALTER", "USER", 43, admin_alter_user, true },
	{ "DROP", "USER", 53, admin_drop_user, true },
	{ "CREATE", "ROLE", 52, create_role, true },
	{ "DROP", "ROLE", 54, drop_role, true },
	{ "CREATE", "PROFILE", 65, admin_create_profile, true },
	{ "ALTER", "PROFILE", 67, admin_alter_profile, true },
	{ "DROP", "PROFILE", 66, admin_drop_profile, true },
	{ "ALTER", "SYSTEM", 49, admin_alter_system, false },
	{ "ALTER", "DATABASE", 35, admin_alter_database, false },
	{ "ALTER", "TABLE", 15, admin_alter_table, false },
	{ "SET", "ROLE", 55, set_role, false },
	{ "GRANT", NULL, 17, give, true },
	{ "REVOKE", NULL, 18, take, true },
	{ "AUDIT", NULL, 30, accept, false },
	{ "NOAUDIT", NULL, 31, accept, false },
};

/* Its text without passwords, as a transaction of its own. */
static bool tell_redo(struct admin *a)
{
	CW_CLEANUP(cw_wr_release) struct cw_wr text = { 0 };
	const char *params[] = { NULL, a->owner, a->object };
	uint32_t at = 0;

	for (const struct admin_hidden *hidden = a->hidden; hidden; hidden = hidden->next) {
		cw_wr_put(&text, a->sql + at, hidden->at - at);
		cw_wr_text(&text, hidden->told);
		at = hidden->end;
	}
	cw_wr_text(&text, a->sql + at);
	cw_wr_u8(&text, '\0');
	params[0] = (const char *)text.at0;
	return admin_call(a, "select rh.redo_ddl($1, 0, $2, $3)", 3, params);
}

static bool dispatch(struct admin *a, uint16_t *ret_sql_type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(rules); i++) {
		const struct rule *rule = &rules[i];

		if (!sql_at_word(&a->p, rule->first) ||
		    (rule->second && !sql_ahead_word(&a->p, rule->second)))
			continue;
		sql_next(&a->p);
		if (rule->second)
			sql_next(&a->p);
		*ret_sql_type = rule->sql_type;
		return rule->run(a) && !a->error->code && (!rule->is_told || tell_redo(a));
	}
	if (sql_parse_failed(&a->p))
		return false;
	return rh_fail(a->error, 3001, a->p.token.at, "unimplemented feature: this kind of object");
}

bool rh_admin_statement(struct rh_session *session, const char *sql, size_t len,
			uint16_t *ret_sql_type, struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(ARENA_LIMIT);
	struct admin a = { .session = session, .arena = &arena, .error = error };
	char *text;
	bool done;

	if (len >= ARENA_LIMIT / 2)
		return rh_fail(error, 1704, 0, "string literal too long");
	text = cw_new(&arena, char, len + 1);
	memcpy(text, sql, len);
	a.sql = text;
	a.hidden_end = &a.hidden;
	sql_parse_init(&a.p, &arena, session->server->profile->release, text, len, error);
	done = dispatch(&a, ret_sql_type);
	cw_arena_release(&arena);
	if (done)
		rh_exec_catalog_changed();
	return done;
}
