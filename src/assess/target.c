/* target.c - see assess.h: what PostgreSQL must have */
#include "assess/findings.h"

#include <inttypes.h>
#include <string.h>

static bool number(struct cw_findings *f, const char *sql, int64_t *ret)
{
	struct cw_answer a;
	struct cw_err err;

	if (cw_ask_pg(&f->sides, sql, 0, NULL, &a, &err) && cw_number_of(&a, sql, ret, &err))
		return true;
	cw_finding_of_error(f, "target.question", &err, "");
	return false;
}

static void check_settings(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;
	int64_t n;

	if (number(f, "select current_setting('server_version_num')::int", &n) && n < 150000)
		cw_finding(f, CW_STOP, "target.version",
			   "the server is %" PRId64 "|PostgreSQL 15 or newer is needed", n);
	if (cw_ask_pg(&f->sides, "select current_setting('wal_level')", 0, NULL, &a, &err) &&
	    strcmp(cw_cell(&a, 0, 0), "logical") != 0)
		cw_finding(f, CW_STOP, "target.wal_level",
			   "wal_level is %s: there would be no way back|ALTER SYSTEM SET wal_level "
			   "= logical; restart",
			   cw_cell(&a, 0, 0));
	if (number(f,
		   "select current_setting('max_replication_slots')::int - count(*) from "
		   "pg_replication_slots",
		   &n) &&
	    n < 1)
		cw_finding(f, CW_STOP, "target.slots",
			   "no replication slot is free|raise max_replication_slots; restart");
	if (number(f,
		   "select current_setting('max_wal_senders')::int - count(*) from "
		   "pg_stat_replication",
		   &n) &&
	    n < 1)
		cw_finding(f, CW_STOP, "target.wal_senders",
			   "no walsender is free|raise max_wal_senders; restart");
}

static void check_account(struct cw_findings *f)
{
	struct cw_err err;
	int64_t n;

	if (number(f,
		   "select count(*) from pg_roles where rolname = current_user and "
		   "(rolsuper or rolreplication)",
		   &n) &&
	    n == 0)
		cw_finding(f, CW_STOP, "target.replication",
			   "the account may not replicate: there would be no way back|ALTER ROLE "
			   "... REPLICATION");
	if (!cw_tell_pg(&f->sides, &err, "set session_replication_role = replica"))
		cw_finding(
			f, CW_STOP, "target.replica_role",
			"session_replication_role cannot be set: triggers would fire twice|GRANT "
			"SET ON PARAMETER session_replication_role TO the account, or make it a "
			"superuser for the crossing");
	else if (!cw_tell_pg(&f->sides, &err, "reset session_replication_role"))
		cw_finding_of_error(f, "target.replica_role", &err, "");
	if (number(f, "select has_database_privilege(current_database(), 'CREATE')::int", &n) &&
	    n == 0)
		cw_finding(f, CW_STOP, "target.create",
			   "the account may not create schemas|GRANT CREATE ON DATABASE ... TO the "
			   "account");
}

static void check_roles(struct cw_findings *f)
{
	const struct cw_config_list *roles = &f->config->target.application_roles;

	if (roles->count == 0)
		cw_finding(f, CW_WARN, "target.no_roles",
			   "target.application_roles names none: the cut-over could keep nobody "
			   "out|name the applications' roles in crossing.yaml");
	for (unsigned i = 0; i < roles->count; i++) {
		struct cw_answer a;
		struct cw_err err;

		if (!cw_ask_pg(&f->sides,
			       "select rolcanlogin from pg_roles where rolname = $1::name", 1,
			       &roles->at[i], &a, &err)) {
			cw_finding_of_error(f, "target.role", &err, "");
			continue;
		}
		if (a.rows == 0)
			cw_finding(f, CW_STOP, "target.role",
				   "application role %s does not exist|CREATE ROLE %s NOLOGIN",
				   roles->at[i], roles->at[i]);
		else if (strcmp(cw_cell(&a, 0, 0), "t") == 0)
			cw_finding(f, CW_NOTE, "target.role_open",
				   "application role %s may log in already|ALTER ROLE %s NOLOGIN "
				   "before the cut-over",
				   roles->at[i], roles->at[i]);
	}
}

void cw_assess_target(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_pg(&f->sides, "select 1", 0, NULL, &a, &err)) {
		cw_finding_of_error(f, "target.login", &err,
				    "check target.conninfo and target.password");
		return;
	}
	check_settings(f);
	check_account(f);
	check_roles(f);
}
