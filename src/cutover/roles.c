/* roles.c - see roles.h */
#include "cutover/roles.h"

#include "base/clock.h"
#include "cutover/streams.h"
#include "schema/ddl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_AGAIN_MS	  5
#define CLOCK_SECONDS_MAX 120

/* By a commit of our own: the slot gives what is flushed; an insert position waits for the WAL writer. */
bool cw_target_lsn(struct cw_sides *sides, int64_t *ret, struct cw_err *err)
{
	struct cw_answer answer;

	return cw_ask_pg(sides,
			 "select pg_logical_emit_message(true, 'causeway', 'here') - "
			 "'0/0'::pg_lsn",
			 0, NULL, &answer, err) &&
	       cw_number_of(&answer, "pg_logical_emit_message()", ret, err);
}

/* ---- gates -------------------------------------------------------------------------------- */

/* Application roles that exist and whose LOGIN is as @can_login. */
static bool roles_as(struct cw_runbook *rb, bool can_login, struct cw_answer *ret,
		     struct cw_err *err)
{
	const char *bind[] = { cw_array_text(&rb->sides, &rb->config->target.application_roles),
			       can_login ? "t" : "f" };

	return cw_ask_pg(&rb->sides,
			 "select rolname from pg_roles where rolname = any($1::name[]) and "
			 "rolcanlogin = $2::bool order by rolname",
			 2, bind, ret, err);
}

static bool all_roles(struct cw_runbook *rb, bool can_login, const char *word, struct cw_err *err)
{
	const struct cw_config_list *named = &rb->config->target.application_roles;
	struct cw_answer answer;

	if (named->count == 0)
		return cw_fail(err, CW_ERR_CONFIG, 4235,
			       "target.application_roles names no role: nobody could be kept out");
	if (!roles_as(rb, can_login, &answer, err))
		return false;
	for (unsigned i = 0; i < named->count; i++) {
		bool found = false;

		for (unsigned j = 0; j < answer.rows; j++)
			found = found || strcmp(named->at[i], cw_cell(&answer, j, 0)) == 0;
		if (!found)
			return cw_fail(err, CW_ERR_CONFIG, 4230,
				       "application role %s does not exist or is not %s",
				       named->at[i], word);
	}
	return true;
}

bool cw_roles_are_closed(struct cw_runbook *rb, struct cw_err *err)
{
	return all_roles(rb, false, "NOLOGIN", err);
}

bool cw_roles_are_open(struct cw_runbook *rb, struct cw_err *err)
{
	return all_roles(rb, true, "LOGIN", err);
}

static void pg_schemas(const struct cw_runbook *rb, struct cw_config_list *ret,
		       struct cw_arena *arena)
{
	const struct cw_config_list *named = &rb->config->source.schemas;

	ret->count = named->count;
	ret->at = cw_new(arena, const char *, named->count + 1);
	for (unsigned i = 0; i < named->count; i++)
		ret->at[i] = cw_pg_name_of(arena, named->at[i]);
}

static const char *schema_array(struct cw_runbook *rb)
{
	struct cw_config_list schemas;

	pg_schemas(rb, &schemas, &rb->sides.arena);
	return cw_array_text(&rb->sides, &schemas);
}

/* The first minute without statistics is the most common failed go-live there is. */
bool cw_target_analyse(struct cw_runbook *rb, struct cw_err *err)
{
	const char *bind[] = { schema_array(rb) };
	struct cw_answer answer;

	if (!cw_ask_pg(&rb->sides,
		       "select format('%I.%I', schemaname, relname) from pg_stat_user_tables "
		       "where schemaname = any($1::name[]) and last_analyze is null and "
		       "last_autoanalyze is null",
		       1, bind, &answer, err))
		return false;
	for (unsigned i = 0; i < answer.rows; i++)
		if (!cw_tell_pg(&rb->sides, err, "analyze %s", cw_cell(&answer, i, 0)))
			return false;
	if (!cw_ask_pg(&rb->sides,
		       "select format('alter table %s validate constraint %I', "
		       "conrelid::regclass, conname) from pg_constraint c join pg_namespace n "
		       "on n.oid = c.connamespace where nspname = any($1::name[]) and "
		       "not convalidated and obj_description(c.oid, 'pg_constraint') is distinct "
		       "from '" CW_DDL_NEVER_VALID "'",
		       1, bind, &answer, err))
		return false;
	for (unsigned i = 0; i < answer.rows; i++)
		if (!cw_tell_pg(&rb->sides, err, "%s", cw_cell(&answer, i, 0)))
			return false;
	return true;
}

bool cw_target_is_fit(struct cw_runbook *rb, struct cw_err *err)
{
	const char *bind[] = { schema_array(rb) };
	struct cw_answer answer;

	if (!cw_ask_pg(&rb->sides,
		       "select indexrelid::regclass::text from pg_index i join pg_class c on "
		       "c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace "
		       "where nspname = any($1::name[]) and not (indisvalid and indisready)",
		       1, bind, &answer, err))
		return false;
	return answer.rows == 0 ||
	       cw_fail(err, CW_ERR_CONFIG, 4232, "index %s is not valid", cw_cell(&answer, 0, 0));
}

/* SYSDATE and localtimestamp, as the application roles will see it, must be one clock. */
bool cw_clocks_agree(struct cw_runbook *rb, struct cw_err *err)
{
	const struct cw_config_list *named = &rb->config->target.application_roles;
	struct cw_answer ora, pg;
	const char *bind[2];
	int64_t apart;

	if (!cw_ask_ora(&rb->sides, "select to_char(sysdate, 'YYYY-MM-DD HH24:MI:SS') from dual", 0,
			NULL, &ora, err))
		return false;
	if (ora.rows != 1 || !cw_cell(&ora, 0, 0))
		return cw_fail(err, CW_ERR_DATA, 4233, "Oracle does not say what time it is");
	bind[0] = cw_cell(&ora, 0, 0);
	bind[1] = named->count ? named->at[0] : "";
	if (!cw_ask_pg(&rb->sides,
		       "select extract(epoch from $1::timestamp - (now() at time zone coalesce("
		       "(select substr(c, 10) from pg_db_role_setting s join pg_roles r on "
		       "r.oid = s.setrole, unnest(setconfig) c where rolname = $2::name and "
		       "c ilike 'timezone=%' limit 1), current_setting('TimeZone'))))::bigint",
		       2, bind, &pg, err) ||
	    !cw_number_of(&pg, "the difference of the clocks", &apart, err))
		return false;
	if (llabs(apart) <= CLOCK_SECONDS_MAX)
		return true;
	return cw_fail(err, CW_ERR_CONFIG, 4233,
		       "Oracle's SYSDATE and PostgreSQL's localtimestamp are %" PRId64
		       " seconds apart: set TimeZone for the application roles",
		       apart);
}

bool cw_sequences_exist(struct cw_runbook *rb, struct cw_err *err)
{
	if (!cw_need_catalog(rb, err)) /* a conductor that goes on here has read none */
		return false;
	for (uint32_t i = 0; i < rb->catalog.sequence_count; i++) {
		const struct cw_sequence *sequence = &rb->catalog.sequence[i];
		const char *bind[] = { sequence->pg_schema, sequence->pg_name };
		struct cw_answer answer;

		if (!cw_ask_pg(&rb->sides,
			       "select 1 from pg_sequences where schemaname = $1::name and "
			       "sequencename = $2::name",
			       2, bind, &answer, err))
			return false;
		if (answer.rows == 0)
			return cw_fail(err, CW_ERR_CONFIG, 4234,
				       "sequence %s.%s has no counterpart %s.%s on PostgreSQL",
				       sequence->owner, sequence->name, sequence->pg_schema,
				       sequence->pg_name);
	}
	return true;
}

/* ---- in and out ------------------------------------------------------------------------------- */

/* One that was dropped meanwhile keeps the others from nothing; who needs it finds it missing (CW4230). */
static bool alter_role(struct cw_runbook *rb, const char *role, const char *how, struct cw_err *err)
{
	return cw_tell_pg(&rb->sides, err, "alter role %s %s", cw_quoted(&rb->sides, role), how) ||
	       strcmp(err->sqlstate, "42704") == 0;
}

static bool alter_roles(struct cw_runbook *rb, const json_t *roles, const char *how,
			struct cw_err *err)
{
	const json_t *role;
	size_t i;

	json_array_foreach(roles, i,
			   role) if (!alter_role(rb, json_string_value(role), how, err)) return false;
	return true;
}

bool cw_roles_shut(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_answer answer;
	json_t *roles;
	bool ok;

	if (!roles_as(rb, true, &answer, err))
		return false;
	roles = json_array();
	for (unsigned i = 0; i < answer.rows; i++)
		(void)json_array_append_new(roles, json_string(cw_cell(&answer, i, 0)));
	ok = cw_runbook_note(rb, "roles", json_incref(roles), err) &&
	     alter_roles(rb, roles, "nologin", err);
	json_decref(roles);
	return ok;
}

bool cw_roles_undo_shut(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *roles = cw_runbook_noted(rb, "roles", false);
	bool ok = alter_roles(rb, roles, "login", err);

	json_decref(roles);
	return ok;
}

bool cw_roles_admit(struct cw_runbook *rb, struct cw_err *err)
{
	const struct cw_config_list *named = &rb->config->target.application_roles;

	/* Nobody comes in before the target itself knows that there is no way back. */
	if (!cw_book_mirror(rb->book, err))
		return false;
	for (unsigned i = 0; i < named->count; i++)
		if (!alter_role(rb, named->at[i], "login", err))
			return false;
	return true;
}

bool cw_roles_are_admitted(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_roles_are_open(rb, err);
}

/* Sessions of the roles; those outside of a transaction are ended at once. */
static bool end_idle(struct cw_runbook *rb, bool all, int64_t *ret_left, struct cw_err *err)
{
	const char *bind[] = { cw_array_text(&rb->sides, &rb->config->target.application_roles),
			       all ? "t" : "f" };
	struct cw_answer answer;

	return cw_ask_pg(&rb->sides,
			 "select count(*) from (select case when $2::bool or state = 'idle' then "
			 "pg_terminate_backend(pid) end from pg_stat_activity where "
			 "usename = any($1::name[])) x",
			 2, bind, &answer, err) &&
	       cw_number_of(&answer, "pg_stat_activity", ret_left, err);
}

bool cw_roles_end_sessions(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t grace_until = cw_clock_ms() + rb->config->cutover.grace_ms, left;

	for (;;) {
		if (!end_idle(rb, cw_clock_ms() >= grace_until, &left, err))
			return false;
		if (left == 0)
			return true;
		if (cw_runbook_left_ms(rb) <= 0)
			return cw_fail(err, CW_ERR_LIMIT, 4231,
				       "%" PRId64 " application sessions are still there", left);
		cw_sleep_ms(LOOK_AGAIN_MS);
	}
}

/* Writers that are not ours: open transactions with an xid, prepared ones, application sessions. */
static bool others_at_work(struct cw_runbook *rb, int64_t *ret, struct cw_err *err)
{
	const char *bind[] = { cw_array_text(&rb->sides, &rb->config->target.application_roles) };
	struct cw_answer answer;

	return cw_ask_pg(&rb->sides,
			 "select (select count(*) from pg_stat_activity where "
			 "datname = current_database() and (usename = any($1::name[]) or "
			 "(backend_xid is not null and application_name not like 'causeway%'))) + "
			 "(select count(*) from pg_prepared_xacts where "
			 "database = current_database())",
			 1, bind, &answer, err) &&
	       cw_number_of(&answer, "pg_stat_activity", ret, err);
}

bool cw_roles_quiet(struct cw_runbook *rb, struct cw_err *err)
{
	unsigned looks = 0;

	while (looks < 2) {
		int64_t others;

		if (!others_at_work(rb, &others, err))
			return false;
		if (others == 0) {
			looks++;
			continue;
		}
		looks = 0;
		if (cw_runbook_left_ms(rb) <= 0)
			return cw_fail(err, CW_ERR_LIMIT, 4231,
				       "%" PRId64 " transactions of others are still open", others);
		cw_sleep_ms(LOOK_AGAIN_MS);
	}
	return true;
}
