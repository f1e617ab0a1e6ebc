/* accounts.c - see accounts.h */
#include "cutover/accounts.h"

#include "cutover/fence.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_MAINTAINED 12 /* the release that brought DBA_USERS.ORACLE_MAINTAINED */
#define ROLES_DEEP	 16
#define NO_SUCH_USER	 1918

static bool holds(const struct cw_operators *operators, const char *name, unsigned depth)
{
	for (unsigned i = 0; i < operators->holders.rows; i++)
		if (strcmp(cw_cell(&operators->holders, i, 0), name) == 0)
			return true;
	for (unsigned i = 0; i < operators->roles.rows && depth < ROLES_DEEP; i++)
		if (strcmp(cw_cell(&operators->roles, i, 0), name) == 0 &&
		    holds(operators, cw_cell(&operators->roles, i, 1), depth + 1))
			return true;
	return false;
}

bool cw_operators_include(const struct cw_operators *operators, const char *name)
{
	return holds(operators, name, 0);
}

static bool read_operators(struct cw_sides *sides, struct cw_operators *ret, struct cw_err *err)
{
	return cw_ask_ora(
		       sides,
		       "select grantee from dba_sys_privs where privilege = 'RESTRICTED SESSION'",
		       0, NULL, &ret->holders, err) &&
	       cw_ask_ora(sides, "select grantee, granted_role from dba_role_privs", 0, NULL,
			  &ret->roles, err);
}

static bool may_lock(struct cw_sides *sides, bool *ret, struct cw_err *err)
{
	struct cw_answer answer;

	if (!cw_ask_ora(sides, "select privilege from session_privs where privilege = 'ALTER USER'",
			0, NULL, &answer, err))
		return false;
	*ret = answer.rows > 0;
	return true;
}

static bool open_accounts(struct cw_sides *sides, struct cw_answer *ret, struct cw_err *err)
{
	bool maintained = strtoul(cw_ora_version(sides->ora), NULL, 10) >= FIRST_MAINTAINED;

	return cw_ask_ora(sides,
			  maintained ? "select username from dba_users where account_status in "
				       "('OPEN', 'EXPIRED(GRACE)') and oracle_maintained = 'N'"
				     : "select username from dba_users where account_status in "
				       "('OPEN', 'EXPIRED(GRACE)') and default_tablespace not in "
				       "('SYSTEM', 'SYSAUX')",
			  0, NULL, ret, err);
}

/* Note which accounts are the applications' and open. */
static bool note_accounts(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_answer accounts;
	struct cw_operators operators;
	json_t *list;
	bool may;

	if (!may_lock(&rb->sides, &may, err))
		return false;
	if (!may)
		return true;
	if (!open_accounts(&rb->sides, &accounts, err) ||
	    !read_operators(&rb->sides, &operators, err))
		return false;
	list = json_array();
	for (unsigned i = 0; i < accounts.rows; i++) {
		const char *name = cw_cell(&accounts, i, 0);

		if (cw_fence_is_application(rb->config, name) &&
		    (rb->config->cutover.application_users.count > 0 ||
		     !cw_operators_include(&operators, name)))
			(void)json_array_append_new(list, json_string(name));
	}
	return cw_runbook_note(rb, "accounts", list, err);
}

static bool alter_all(struct cw_runbook *rb, json_t *accounts, const char *how, struct cw_err *err)
{
	json_t *account;
	size_t i;

	json_array_foreach(accounts, i, account)
	{
		if (!cw_tell_ora(&rb->sides, err, "alter user %s account %s",
				 cw_quoted(&rb->sides, json_string_value(account)), how) &&
		    !cw_fence_is_gone(err, NO_SUCH_USER))
			return false;
	}
	return true;
}

/* Each of @accounts, as DBA_USERS shows it: one that was dropped meanwhile is nobody's concern. */
static bool all_are(struct cw_runbook *rb, json_t *accounts, bool locked, struct cw_err *err)
{
	struct cw_answer answer;
	json_t *account;
	size_t i;

	json_array_foreach(accounts, i, account)
	{
		const char *name = json_string_value(account), *status;

		if (!cw_ask_ora(&rb->sides,
				"select account_status from dba_users where username = :1", 1,
				&name, &answer, err))
			return false;
		if (answer.rows == 0)
			continue;
		status = cw_cell(&answer, 0, 0);
		if ((strstr(status, "LOCKED") != NULL) != locked)
			return cw_fail(err, CW_ERR_CONFIG, 4229, "account %s of Oracle is %s", name,
				       status);
	}
	return true;
}

static bool of_noted(struct cw_runbook *rb, bool any_run, const char *how, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "accounts", any_run);
	bool ok = alter_all(rb, noted, how, err);

	json_decref(noted);
	return ok;
}

static bool noted_are(struct cw_runbook *rb, bool any_run, bool locked, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "accounts", any_run);
	bool ok = all_are(rb, noted, locked, err);

	json_decref(noted);
	return ok;
}

bool cw_accounts_may_be_altered(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "accounts", true);
	size_t count = json_array_size(noted);
	bool may = true;

	json_decref(noted);
	if (count > 0 && !may_lock(&rb->sides, &may, err))
		return false;
	return may ||
	       cw_fail(err, CW_ERR_CONFIG, 4229,
		       "%zu accounts were locked by an earlier run, and ALTER USER was taken away from "
		       "%s since: GRANT ALTER USER TO %s",
		       count, rb->config->source.user, rb->config->source.user);
}

bool cw_accounts_lock(struct cw_runbook *rb, struct cw_err *err)
{
	return note_accounts(rb, err) && of_noted(rb, false, "lock", err);
}

bool cw_accounts_are_locked(struct cw_runbook *rb, struct cw_err *err)
{
	return noted_are(rb, false, true, err);
}

bool cw_accounts_unlock(struct cw_runbook *rb, struct cw_err *err)
{
	return of_noted(rb, true, "unlock", err);
}

bool cw_accounts_are_unlocked(struct cw_runbook *rb, struct cw_err *err)
{
	return noted_are(rb, true, false, err);
}

bool cw_accounts_undo_lock(struct cw_runbook *rb, struct cw_err *err)
{
	return of_noted(rb, false, "unlock", err);
}
