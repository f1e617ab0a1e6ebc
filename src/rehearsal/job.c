/* job.c - see job.h */
#include "rehearsal/job.h"
#include "rehearsal/session.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/wr.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOOK_EVERY_MS 50
#define RUNS_MAX      16

/* One running job. */
struct run {
	struct rh_jobs *jobs;
	pthread_t thread;
	bool used, over;	    /* under lock */
	struct rh_session *session; /* under lock; NULL until it is open */
	char id[16], owner[RH_NAME_BYTES], name[RH_NAME_BYTES];
	char *action;
};

struct rh_jobs {
	struct rh_server *server;
	pthread_t thread;
	pthread_mutex_t lock;
	struct run run[RUNS_MAX];
	atomic_bool stopping;
};

static void tell(const char *event, const struct run *run, const char *text)
{
	cw_log(CW_LOG_INFO, event, "job=%s.%s text=\"%s\"", run->owner, run->name, text);
}

/* ---- one run ------------------------------------------------------------------------- */

/* The statements of a block need no BEGIN and END of their own (DBMS_SCHEDULER.CREATE_JOB, job_action). */
static bool is_block(const char *action)
{
	static const char *const words[] = { "begin", "declare", "<<" };

	action += strspn(action, " \t\r\n");
	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (strncasecmp(action, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static bool run_action(struct rh_session *session, const struct run *run, struct rh_error *error)
{
	CW_CLEANUP(cw_wr_release) struct cw_wr sql = { 0 };
	struct rh_stmt *stmt = NULL;
	struct rh_result result;
	bool ok;

	cw_wr_printf(&sql, is_block(run->action) ? "%s" : "begin %s\nend;", run->action);
	if (!rh_parse(session, (const char *)sql.at0, sql.len, &stmt, error))
		return false;
	ok = rh_execute(session, stmt, NULL, 1, 0, &result, error) && rh_commit(session, error);
	rh_stmt_free(stmt);
	return ok;
}

static void note_end(struct run *run, const struct rh_error *error)
{
	const char *params[2] = { run->id, error->code ? error->text : NULL };
	struct cw_err err;
	PGresult *result = rh_server_admin(run->jobs->server, "select rh.job_ended($1::int, $2)", 2,
					   params, &err);

	if (!result)
		cw_log_err("a job's end could not be noted", &err);
	PQclear(result);
}

static void set_session(struct run *run, struct rh_session *session)
{
	(void)pthread_mutex_lock(&run->jobs->lock);
	run->session = session;
	(void)pthread_mutex_unlock(&run->jobs->lock);
}

static void *run_thread(void *context)
{
	struct run *run = context;
	struct rh_error error = { 0 };
	struct rh_session *session = NULL;

	if (rh_session_open_job(run->jobs->server, run->owner, run->name, &session, &error)) {
		set_session(run, session);
		if (!run_action(session, run, &error))
			tell("a job failed", run, error.text);
		set_session(run, NULL);
		rh_session_close(session);
	} else {
		tell("a job could not log in", run, error.text);
	}
	note_end(run, &error);
	(void)pthread_mutex_lock(&run->jobs->lock);
	run->over = true;
	(void)pthread_mutex_unlock(&run->jobs->lock);
	return NULL;
}

/* ---- the scheduler -------------------------------------------------------------------- */

/* Join what is over; how many still run. */
static int reap(struct rh_jobs *jobs)
{
	int running = 0;

	for (size_t i = 0; i < RUNS_MAX; i++) {
		struct run *run = &jobs->run[i];
		bool over;

		(void)pthread_mutex_lock(&jobs->lock);
		over = run->over;
		(void)pthread_mutex_unlock(&jobs->lock);
		if (run->used && over) {
			(void)pthread_join(run->thread, NULL);
			free(run->action);
			memset(run, 0, sizeof(*run));
		}
		running += run->used;
	}
	return running;
}

static void start_one(struct rh_jobs *jobs, const PGresult *due, int row)
{
	struct run *run = jobs->run;

	while (run->used)
		run++;
	run->jobs = jobs;
	(void)snprintf(run->id, sizeof(run->id), "%s", PQgetvalue(due, row, 0));
	(void)snprintf(run->owner, sizeof(run->owner), "%s", PQgetvalue(due, row, 1));
	(void)snprintf(run->name, sizeof(run->name), "%s", PQgetvalue(due, row, 2));
	run->action = strdup(PQgetvalue(due, row, 3));
	run->used = run->action && pthread_create(&run->thread, NULL, run_thread, run) == 0;
	if (!run->used) {
		struct rh_error error = { .code = 27361,
					  .text = "ORA-27361: no process for the job" };

		note_end(run, &error);
		free(run->action);
		memset(run, 0, sizeof(*run));
	}
}

/* Take the jobs that are due and start them. */
static void look(struct rh_jobs *jobs)
{
	int bound = atomic_load(&jobs->server->job_queue_processes);
	int room = (bound < RUNS_MAX ? bound : RUNS_MAX) - reap(jobs);
	char limit[16];
	const char *params[1] = { limit };
	struct cw_err err;
	PGresult *due;

	if (room <= 0)
		return;
	(void)snprintf(limit, sizeof(limit), "%d", room);
	due = rh_server_admin(
		jobs->server,
		"select job_id, owner, name, job_action from rh.take_due_jobs($1::int)", 1, params,
		&err);
	for (int i = 0; due && i < PQntuples(due); i++)
		start_one(jobs, due, i);
	PQclear(due);
}

/* DBMS_SCHEDULER.STOP_JOB: what runs is cancelled. */
static void stop_asked(struct rh_jobs *jobs)
{
	struct cw_err err;
	PGresult *asked = rh_server_admin(jobs->server,
					  "update rh.jobs set stop_asked = false where stop_asked "
					  "returning job_id",
					  0, NULL, &err);

	for (int i = 0; asked && i < PQntuples(asked); i++) {
		(void)pthread_mutex_lock(&jobs->lock);
		for (size_t k = 0; k < RUNS_MAX; k++) {
			if (jobs->run[k].session &&
			    strcmp(jobs->run[k].id, PQgetvalue(asked, i, 0)) == 0)
				rh_session_cancel(jobs->run[k].session);
		}
		(void)pthread_mutex_unlock(&jobs->lock);
	}
	PQclear(asked);
}

static void *schedule(void *context)
{
	struct rh_jobs *jobs = context;

	while (!atomic_load(&jobs->stopping)) {
		struct pollfd stop = { .fd = jobs->server->stop_fd, .events = POLLIN };

		stop_asked(jobs);
		look(jobs);
		if (poll(&stop, 1, LOOK_EVERY_MS) > 0)
			cw_sleep_ms(LOOK_EVERY_MS);
	}
	return NULL;
}

bool rh_jobs_start(struct rh_server *server, struct rh_jobs **ret, struct cw_err *err)
{
	struct rh_jobs *jobs = calloc(1, sizeof(*jobs));

	if (!jobs)
		return cw_fail(err, CW_ERR_LIMIT, 9020, "no memory for the scheduler");
	jobs->server = server;
	(void)pthread_mutex_init(&jobs->lock, NULL);
	if (pthread_create(&jobs->thread, NULL, schedule, jobs) != 0) {
		free(jobs);
		return cw_fail(err, CW_ERR_LIMIT, 9020, "no thread for the scheduler");
	}
	*ret = jobs;
	return true;
}

void rh_jobs_stop(struct rh_jobs *jobs)
{
	if (!jobs)
		return;
	atomic_store(&jobs->stopping, true);
	(void)pthread_join(jobs->thread, NULL);
	(void)pthread_mutex_lock(&jobs->lock);
	for (size_t i = 0; i < RUNS_MAX; i++) {
		if (jobs->run[i].session)
			rh_session_cancel(jobs->run[i].session);
	}
	(void)pthread_mutex_unlock(&jobs->lock);
	for (size_t i = 0; i < RUNS_MAX; i++) {
		if (!jobs->run[i].used)
			continue;
		(void)pthread_join(jobs->run[i].thread, NULL);
		free(jobs->run[i].action);
	}
	(void)pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}
