/* fence.c - see fence.h: doors, jobs, sessions */
#include "cutover/fence.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/os.h"
#include "cutover/accounts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOOK_AGAIN_MS 5
#define WHO_MAX	      3
#define NO_SUCH_JOB   27476

bool cw_fence_scn(struct cw_sides *sides, int64_t *ret, struct cw_err *err)
{
	struct cw_answer answer;

	return cw_ask_ora(sides, "select to_char(current_scn) from v$database", 0, NULL, &answer,
			  err) &&
	       cw_number_of(&answer, "V$DATABASE.CURRENT_SCN", ret, err);
}

static bool parameter(struct cw_sides *sides, const char *name, int64_t *ret, struct cw_err *err)
{
	struct cw_answer answer;

	return cw_ask_ora(sides, "select value from v$parameter where name = :1", 1, &name, &answer,
			  err) &&
	       cw_number_of(&answer, name, ret, err);
}

bool cw_fence_is_gone(const struct cw_err *err, int32_t number)
{
	return err->code == 7001 && err->native == number;
}

/* ---- jobs ------------------------------------------------------------------------------- */

/* "OWNER"."NAME" of each enabled job of the crossing's schemas. */
bool cw_fence_names(struct cw_runbook *rb, const char *sql, json_t **ret, struct cw_err *err)
{
	const struct cw_config_list *schemas = &rb->config->source.schemas;
	json_t *list = json_array();

	for (unsigned s = 0; s < schemas->count; s++) {
		struct cw_answer answer;

		if (!cw_ask_ora(&rb->sides, sql, 1, &schemas->at[s], &answer, err)) {
			json_decref(list);
			return false;
		}
		for (unsigned i = 0; i < answer.rows; i++)
			(void)json_array_append_new(
				list,
				json_sprintf("%s.%s", cw_quoted(&rb->sides, cw_cell(&answer, i, 0)),
					     cw_quoted(&rb->sides, cw_cell(&answer, i, 1))));
	}
	*ret = list;
	return true;
}

static bool enabled_jobs(struct cw_runbook *rb, json_t **ret, struct cw_err *err)
{
	return cw_fence_names(rb,
			      "select owner, job_name from dba_scheduler_jobs "
			      "where owner = :1 and enabled = 'TRUE' order by job_name",
			      ret, err);
}

/* One that has run for the last time may have dropped itself meanwhile. */
static bool switch_job(struct cw_runbook *rb, const char *name, const char *sql, struct cw_err *err)
{
	return cw_ask_ora(&rb->sides, sql, 1, &name, NULL, err) ||
	       cw_fence_is_gone(err, NO_SUCH_JOB);
}

bool cw_fence_park_jobs(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *jobs, *job;
	int64_t processes;
	size_t i;
	bool ok;

	if (!parameter(&rb->sides, "job_queue_processes", &processes, err) ||
	    !enabled_jobs(rb, &jobs, err))
		return false;
	ok = cw_runbook_note(rb, "jobs",
			     json_pack("{s:I, s:O}", "job_queue_processes", (json_int_t)processes,
				       "enabled", jobs),
			     err) &&
	     cw_tell_ora(&rb->sides, err, "alter system set job_queue_processes = 0");
	json_array_foreach(jobs, i, job) ok =
		ok &&
		switch_job(rb, json_string_value(job),
			   "begin dbms_scheduler.disable(name => :1, force => true); end;", err);
	json_decref(jobs);
	return ok;
}

bool cw_fence_jobs_parked(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t processes;
	size_t left;
	json_t *jobs;

	if (!parameter(&rb->sides, "job_queue_processes", &processes, err) ||
	    !enabled_jobs(rb, &jobs, err))
		return false;
	left = json_array_size(jobs);
	json_decref(jobs);
	if (processes == 0 && left == 0)
		return true;
	return cw_fail(err, CW_ERR_CONFIG, 4223,
		       "%zu jobs are still enabled, job_queue_processes is %" PRId64, left,
		       processes);
}

static bool restore_jobs(struct cw_runbook *rb, json_t *noted, struct cw_err *err)
{
	json_t *job;
	size_t i;

	json_array_foreach(json_object_get(noted, "enabled"), i, job)
	{
		if (!switch_job(rb, json_string_value(job),
				"begin dbms_scheduler.enable(name => :1); end;", err))
			return false;
	}
	return cw_tell_ora(
		&rb->sides, err, "alter system set job_queue_processes = %" PRId64,
		(int64_t)json_integer_value(json_object_get(noted, "job_queue_processes")));
}

bool cw_fence_restore_jobs(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "jobs", true);
	bool ok = !noted || restore_jobs(rb, noted, err);

	json_decref(noted);
	return ok;
}

bool cw_fence_undo_jobs(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "jobs", false);
	bool ok = !noted || restore_jobs(rb, noted, err);

	json_decref(noted);
	return ok;
}

static bool holds(const json_t *list, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) if (strcmp(json_string_value(one), text) == 0) return true;
	return false;
}

/* The first of @noted that is in @there. */
static const char *first_of(const json_t *noted, const json_t *there)
{
	const json_t *one;
	size_t i;

	json_array_foreach(
		noted, i,
		one) if (holds(there, json_string_value(one))) return json_string_value(one);
	return NULL;
}

/* Those that wait for somebody to enable them: one that has run for the last time is of another state, or gone. */
static bool disabled_jobs(struct cw_runbook *rb, json_t **ret, struct cw_err *err)
{
	return cw_fence_names(rb,
			      "select owner, job_name from dba_scheduler_jobs where owner = :1 and "
			      "enabled = 'FALSE' and state = 'DISABLED' order by job_name",
			      ret, err);
}

bool cw_fence_jobs_restored(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "jobs", true), *jobs = NULL;
	const char *lost = NULL;
	int64_t processes = 0;
	bool ok = true;

	if (noted)
		ok = parameter(&rb->sides, "job_queue_processes", &processes, err) &&
		     disabled_jobs(rb, &jobs, err);
	if (ok && noted)
		lost = first_of(json_object_get(noted, "enabled"), jobs);
	if (lost)
		ok = cw_fail(err, CW_ERR_CONFIG, 4223, "job %s is not enabled again", lost);
	else if (ok && noted &&
		 processes != json_integer_value(json_object_get(noted, "job_queue_processes")))
		ok = cw_fail(err, CW_ERR_CONFIG, 4223, "job_queue_processes is %" PRId64,
			     processes);
	json_decref(jobs);
	json_decref(noted);
	return ok;
}

/* ---- the door ------------------------------------------------------------------------------ */

static bool is_restricted(struct cw_sides *sides, bool *ret, struct cw_err *err)
{
	struct cw_answer answer;

	if (!cw_ask_ora(sides, "select logins from v$instance", 0, NULL, &answer, err))
		return false;
	if (answer.rows != 1 || !cw_cell(&answer, 0, 0))
		return cw_fail(err, CW_ERR_DATA, 4226, "V$INSTANCE does not say who may log in");
	*ret = strcmp(cw_cell(&answer, 0, 0), "RESTRICTED") == 0;
	return true;
}

/* A restricted session, V$SESSION and DISCONNECT SESSION are of the instance that was asked. */
bool cw_fence_reaches_all(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_answer answer;
	int64_t open;

	if (!cw_ask_ora(&rb->sides, "select to_char(count(*)) from v$thread where status = 'OPEN'", 0, NULL,
			&answer, err) ||
	    !cw_number_of(&answer, "the number of open redo threads", &open, err))
		return false;
	return open <= 1 ||
	       cw_fail(err, CW_ERR_CONFIG, 4228,
		       "%" PRId64 " instances of Oracle are open: the door can be shut on one alone",
		       open);
}

bool cw_fence_shut(struct cw_runbook *rb, struct cw_err *err)
{
	bool restricted = false;

	return is_restricted(&rb->sides, &restricted, err) &&
	       cw_runbook_note(rb, "restricted", json_boolean(restricted), err) &&
	       cw_tell_ora(&rb->sides, err, "alter system enable restricted session");
}

bool cw_fence_is_shut(struct cw_runbook *rb, struct cw_err *err)
{
	bool restricted = false;

	if (!is_restricted(&rb->sides, &restricted, err))
		return false;
	return restricted ||
	       cw_fail(err, CW_ERR_CONFIG, 4226, "the restricted session was not taken");
}

bool cw_fence_is_open(struct cw_runbook *rb, bool *ret, struct cw_err *err)
{
	bool restricted;

	if (!is_restricted(&rb->sides, &restricted, err))
		return false;
	*ret = !restricted;
	return true;
}

bool cw_fence_shut_again(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_tell_ora(&rb->sides, err, "alter system enable restricted session") &&
	       cw_fence_is_shut(rb, err);
}

/* A word of the keeper's that is still on its way would shut it again, and nobody would look. */
static bool silence_keeper(struct cw_runbook *rb, struct cw_err *err)
{
	if (!rb->guard)
		return true;
	CW_LOCKED(rb->door);
	return cw_sides_end_lost_of(&rb->sides, rb->guard, err);
}

static bool open_door(struct cw_runbook *rb, json_t *noted, struct cw_err *err)
{
	bool restricted = false, was = json_is_true(noted);

	json_decref(noted);
	if (was) /* somebody else had shut it before us: it stays so */
		return true;
	if (!silence_keeper(rb, err) || !cw_tell_ora(&rb->sides, err, "alter system disable restricted session") ||
	    !is_restricted(&rb->sides, &restricted, err))
		return false;
	return !restricted ||
	       cw_fail(err, CW_ERR_CONFIG, 4226, "the restricted session is still on");
}

bool cw_fence_open(struct cw_runbook *rb, struct cw_err *err)
{
	return open_door(rb, cw_runbook_noted(rb, "restricted", true), err);
}

bool cw_fence_undo_shut(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *noted = cw_runbook_noted(rb, "restricted", false);

	return !noted || open_door(rb, noted, err);
}

/* ---- sessions --------------------------------------------------------------------------------- */

bool cw_fence_is_application(const struct cw_config *config, const char *user)
{
	static const char *const never[] = { "SYS",    "SYSTEM",    "SYSMAN", "DBSNMP",
					     "SYSRAC", "SYSBACKUP", "SYSDG",  "SYSKM" };
	const struct cw_config_list *named = &config->cutover.application_users;

	if (strcasecmp(user, config->source.user) == 0)
		return false;
	for (unsigned i = 0; i < named->count; i++)
		if (strcasecmp(user, named->at[i]) == 0)
			return true;
	for (size_t i = 0; i < CW_ARRAY_LEN(never); i++)
		if (strcmp(user, never[i]) == 0)
			return false;
	return named->count == 0;
}

/* Application sessions as rows of sid, serial#, instance, user, program; others are taken out. */
static bool application_sessions(struct cw_runbook *rb, struct cw_answer *ret, struct cw_err *err)
{
	unsigned kept = 0;

	if (!cw_ask_ora(&rb->sides,
			"select to_char(sid), to_char(serial#), to_char(inst_id), username, program "
			"from gv$session "
			"where type = 'USER' and username is not null and status <> 'KILLED'",
			0, NULL, ret, err))
		return false;
	for (unsigned i = 0; i < ret->rows; i++) {
		if (!cw_fence_is_application(rb->config, cw_cell(ret, i, 3)))
			continue;
		memmove(&ret->cell[kept * ret->columns], &ret->cell[i * ret->columns],
			ret->columns * sizeof(*ret->cell));
		kept++;
	}
	ret->rows = kept;
	return true;
}

static bool disconnect_all(struct cw_runbook *rb, const struct cw_answer *sessions, const char *how,
			   struct cw_err *err)
{
	for (unsigned i = 0; i < sessions->rows; i++)
		if (!cw_sides_disconnect(&rb->sides, &sessions->cell[i * sessions->columns], how,
					 err))
			return false;
	return true;
}

static const char *shown(const struct cw_answer *answer, unsigned row, unsigned column)
{
	const char *text = cw_cell(answer, row, column);

	return text ? text : "nobody knows";
}

static bool fail_came_in(const struct cw_answer *sessions, struct cw_err *err)
{
	const char *program = cw_cell(sessions, 0, 4);

	return cw_fail(err, CW_ERR_CONFIG, 4220,
		       "a session of %s (%s) came in after the door was shut",
		       cw_cell(sessions, 0, 3), program ? program : "no program");
}

bool cw_fence_holds(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_answer sessions;
	bool restricted;

	if (!is_restricted(&rb->sides, &restricted, err))
		return false;
	if (restricted)
		return true;
	if (!application_sessions(rb, &sessions, err))
		return false;
	return sessions.rows > 0 ? fail_came_in(&sessions, err)
				 : cw_fail(err, CW_ERR_CONFIG, 4226,
					   "Oracle's door is open again, nobody has come in yet");
}

bool cw_fence_cast_out(struct cw_runbook *rb, unsigned *ret_ended, struct cw_err *err)
{
	struct cw_answer sessions;

	if (!application_sessions(rb, &sessions, err))
		return false;
	*ret_ended = sessions.rows;
	return disconnect_all(rb, &sessions, "immediate", err);
}

/*
 * First each session may end its transaction, for grace_ms in all; what is
 * then left is cut, and what it had not committed is rolled back.
 */
bool cw_fence_end_sessions(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t grace_until = cw_clock_ms() + rb->config->cutover.grace_ms;
	struct cw_answer sessions;
	bool cut = false;

	if (!application_sessions(rb, &sessions, err) ||
	    !disconnect_all(rb, &sessions, "post_transaction", err))
		return false;
	for (;;) {
		if (!application_sessions(rb, &sessions, err))
			return false;
		if (sessions.rows == 0)
			return true;
		if (!cut && cw_clock_ms() >= grace_until) {
			if (!disconnect_all(rb, &sessions, "immediate", err))
				return false;
			cut = true;
			continue;
		}
		if (cw_runbook_left_ms(rb) <= 0)
			return cw_fail(err, CW_ERR_LIMIT, 4220,
				       "%u sessions are still there, the first is %s of %s",
				       sessions.rows, shown(&sessions, 0, 4),
				       cw_cell(&sessions, 0, 3));
		cw_sleep_ms(LOOK_AGAIN_MS);
	}
}

/* ---- quiet --------------------------------------------------------------------------------------- */

static bool transactions_of_others(struct cw_runbook *rb, int64_t *ret, struct cw_err *err)
{
	const char *own = rb->config->source.user;
	struct cw_answer answer;

	return cw_ask_ora(&rb->sides,
			  "select to_char(count(*)) from v$transaction where ses_addr not in "
			  "(select saddr from v$session where username = upper(:1))",
			  1, &own, &answer, err) &&
	       cw_number_of(&answer, "V$TRANSACTION", ret, err);
}

/*
 * Prepared, and its coordinator is gone: it has no session and no row in V$TRANSACTION, and may be
 * committed at any time.
 */
bool cw_fence_none_in_doubt(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_answer answer;

	if (!cw_ask_ora(&rb->sides,
			"select local_tran_id, global_tran_id, state, db_user, host from "
			"dba_2pc_pending where state in ('collecting', 'prepared')",
			0, NULL, &answer, err))
		return false;
	return answer.rows == 0 ||
	       cw_fail(err, CW_ERR_CONFIG, 4236,
		       "%u distributed transactions are in doubt, the first is %s (%s) of %s from "
		       "%s, %s: end it with COMMIT FORCE '%s' or ROLLBACK FORCE '%s'",
		       answer.rows, cw_cell(&answer, 0, 0), shown(&answer, 0, 1),
		       shown(&answer, 0, 3), shown(&answer, 0, 4), shown(&answer, 0, 2),
		       cw_cell(&answer, 0, 0), cw_cell(&answer, 0, 0));
}

void cw_fence_who(struct cw_runbook *rb, char *ret, size_t room)
{
	const char *own = rb->config->source.user;
	struct cw_answer answer;
	struct cw_err err;
	size_t len = 0;

	*ret = '\0';
	if (!cw_ask_ora(
		    &rb->sides,
		    "select username, program, machine, to_char(sid) from v$session where type = "
		    "'USER' and username <> upper(:1) order by logon_time desc",
		    1, &own, &answer, &err))
		return;
	for (unsigned i = 0; i < answer.rows && i < WHO_MAX && len < room; i++)
		len += (size_t)snprintf(ret + len, room - len, "%s%s (%s on %s, SID %s)",
					i ? ", " : "; connected there: ", cw_cell(&answer, i, 0),
					shown(&answer, i, 1), shown(&answer, i, 2),
					cw_cell(&answer, i, 3));
}

#ifdef CW_FAULTS
/* The writer that nobody thought of: it finds account and door open, is in, and goes on. */
static bool leave_door_open(struct cw_runbook *rb, struct cw_err *err)
{
	bool done = cw_accounts_unlock(rb, err) &&
		    cw_tell_ora(&rb->sides, err, "alter system disable restricted session");

	cw_sleep_ms(1000);
	return done;
}
#endif

/* Two looks: nobody there, nothing open, and again. */
bool cw_fence_quiet(struct cw_runbook *rb, struct cw_err *err)
{
	unsigned looks = 0;

	while (looks < 2) {
		struct cw_answer sessions;
		int64_t open;

		/* in this order: what is prepared meanwhile is in one of the two */
		if (!transactions_of_others(rb, &open, err) || !cw_fence_none_in_doubt(rb, err) ||
		    !application_sessions(rb, &sessions, err))
			return false;
		if (open == 0 && sessions.rows == 0) {
			looks++;
			continue;
		}
		looks = 0;
		if (sessions.rows > 0)
			return fail_came_in(&sessions, err);
		if (cw_runbook_left_ms(rb) <= 0)
			return cw_fail(err, CW_ERR_LIMIT, 4222,
				       "%" PRId64 " transactions are still open", open);
		cw_sleep_ms(LOOK_AGAIN_MS);
	}
#ifdef CW_FAULTS
	if (cw_fault("runbook.leave_door_open"))
		return leave_door_open(rb, err);
#endif
	return true;
}
