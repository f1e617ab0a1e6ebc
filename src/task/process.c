/* process.c - see process.h */
#include "task/process.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"
#include "endpoint/settings.h"
#include "schema/own.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RETRY_MS 1000

void cw_process_set_phase(struct cw_process *process, const char *phase)
{
	CW_LOCKED(&process->lock);

	process->phase = phase;
}

void cw_process_stop(struct cw_process *process)
{
	uint64_t one = 1;

	atomic_store(&process->stop, true);
	if (process->follow)
		cw_follow_stop(process->follow);
	if (process->verify)
		cw_verify_cancel(process->verify, true);
	(void)!write(process->cancel_fd, &one, sizeof(one));
}

bool cw_process_sleep(struct cw_process *process, int64_t ms)
{
	int64_t until = cw_clock_ms() + ms;

	while (cw_clock_ms() < until && !atomic_load(&process->stop))
		cw_sleep_ms(20);
	return !atomic_load(&process->stop);
}

bool cw_process_try_again(struct cw_process *process, const char *what, int64_t ms,
			  struct cw_err *err)
{
	cw_log_err(what, err);
	(void)pthread_mutex_lock(&process->lock);
	process->error = *err;
	(void)pthread_mutex_unlock(&process->lock);
	return cw_process_sleep(process, ms) || cw_fail(err, CW_ERR_CANCELLED, 1202, "stopped");
}

void cw_process_unhindered(struct cw_process *process)
{
	CW_LOCKED(&process->lock);

	process->error.kind = CW_ERR_NONE;
}

bool cw_process_open(struct cw_process *process, const char *name, struct cw_config *config,
		     const struct cw_control_verb *verbs, void *owner, struct cw_err *err)
{
	char file[64], path[4096];

	process->name = name;
	process->config = config;
	process->phase = "starting";
	cw_log_set_name(name);
	(void)pthread_mutex_init(&process->lock, NULL);
	process->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (process->cancel_fd < 0)
		return cw_fail_errno(err, 1204, "eventfd");
	(void)snprintf(file, sizeof(file), "%s.sock", name);
	return cw_config_path(config, file, path, sizeof(path), err) &&
	       cw_control_listen(path, verbs, owner, &process->control, err);
}

/* What Causeway keeps on both sides: progress is there before the first row, and marks ours. */
static bool make_own(struct cw_process *process, struct cw_ora *ora, struct cw_err *err)
{
	struct cw_pg *pg;
	bool ok;

	if (!cw_own_make_ora(ora, process->config->name, err))
		return cw_err_add(err, "table CAUSEWAY_PROGRESS on Oracle");
	if (!cw_pg_open(&process->pg_login, &pg, err))
		return cw_err_add(err, "PostgreSQL");
	ok = cw_own_make_pg(pg, process->config->name, err);
	cw_pg_close(pg);
	return ok || cw_err_add(err, "schema causeway on PostgreSQL");
}

static bool read_catalog(struct cw_process *process, struct cw_ora *ora, struct cw_err *err)
{
	struct cw_config *config = process->config;

	if (!cw_catalog_read(ora, &config->source.schemas, &config->source.leave_out,
			     &process->catalog, err))
		return false;
	if (cw_settings_check(ora, &process->catalog, strcmp(config->follow.mode, "raw") == 0, err))
		return true;
	cw_catalog_release(&process->catalog);
	return false;
}

static bool connect_once(struct cw_process *process, struct cw_err *err)
{
	struct cw_ora *ora;
	bool ok;

	if (!cw_ora_open(&process->ora_login, &ora, err))
		return cw_err_add(err, "Oracle");
	ok = make_own(process, ora, err) && read_catalog(process, ora, err);
	cw_ora_close(ora);
	return ok;
}

bool cw_process_connect(struct cw_process *process, struct cw_err *err)
{
	char program[64];

	(void)snprintf(program, sizeof(program), "causeway %s", process->name);
	if (!cw_config_ora_login(process->config, "causeway", &process->ora_login, err) ||
	    !cw_config_pg_login(process->config, "causeway", &process->pg_login, err))
		return false;
	process->ora_login.cancel_fd = process->cancel_fd;
	process->pg_login.cancel_fd = process->cancel_fd;
	while (!connect_once(process, err)) {
		if (err->kind != CW_ERR_RETRY ||
		    !cw_process_try_again(process, "cannot connect yet", RETRY_MS, err))
			return false;
	}
	cw_process_unhindered(process);
	return true;
}

/* 1: trying again may help, 2: a person has to do something. */
int cw_process_end(struct cw_process *process, bool ok, const struct cw_err *err)
{
	if (!ok && err->kind != CW_ERR_CANCELLED && !atomic_load(&process->stop)) {
		cw_log_err("task failed", err);
		(void)pthread_mutex_lock(&process->lock);
		process->error = *err;
		process->phase = "failed";
		(void)pthread_mutex_unlock(&process->lock);
		if (process->verify)
			cw_verify_fail(process->verify, err);
		while (cw_process_sleep(process, 1000))
			;
		return err->kind == CW_ERR_RETRY ? 1 : 2;
	}
	cw_process_set_phase(process, "stopped");
	return 0;
}

void cw_process_close(struct cw_process *process)
{
	cw_control_close(process->control);
	cw_follow_free(process->follow);
	cw_verify_free(process->verify);
	cw_tally_free(process->tally);
	cw_catalog_release(&process->catalog);
	if (process->cancel_fd > 0)
		(void)close(process->cancel_fd);
	(void)pthread_mutex_destroy(&process->lock);
}

static void set_error(json_t *reply, const struct cw_err *error)
{
	char code[16];

	if (error->kind == CW_ERR_NONE)
		return;
	(void)snprintf(code, sizeof(code), "CW%04u", error->code);
	(void)json_object_set_new(reply, "error",
				  json_pack("{s:s, s:s}", "code", code, "text", error->text));
}

static void set_follow(struct cw_process *process, json_t *reply)
{
	char position[CW_POS_TEXT_BYTES];
	struct cw_follow_status status;

	cw_follow_status(process->follow, &status);
	cw_pos_text(&status.applied, position);
	set_error(reply, &status.error);
	(void)json_object_set_new(reply, "position", json_string(position));
	(void)json_object_set_new(reply, "transactions",
				  json_integer((json_int_t)status.transactions));
	(void)json_object_set_new(reply, "changes", json_integer((json_int_t)status.changes));
	(void)json_object_set_new(reply, "ours", json_integer((json_int_t)status.ours));
	(void)json_object_set_new(reply, "foreign_transactions",
				  json_integer((json_int_t)status.foreign));
	(void)json_object_set_new(reply, "seen", json_integer((json_int_t)status.seen.at));
	(void)json_object_set_new(reply, "seen_scn", json_integer((json_int_t)status.seen.at));
	(void)json_object_set_new(reply, "done", json_integer((json_int_t)status.done_at));
	(void)json_object_set_new(reply, "caught_up", json_boolean(status.caught_up));
	(void)json_object_set_new(reply, "lag_ms", json_integer(status.lag_ms));
	if (strcmp(process->phase, "following") == 0 || strcmp(process->phase, "applying") == 0 ||
	    strcmp(process->phase, "watching") == 0)
		(void)json_object_set_new(
			reply, "phase",
			json_string(status.mode == CW_FOLLOW_WATCH ? "watching" : process->phase));
}

void cw_process_status(struct cw_process *process, json_t *reply)
{
	CW_LOCKED(&process->lock);

	(void)json_object_set_new(reply, "phase", json_string(process->phase));
	if (process->follow)
		set_follow(process, reply);
	set_error(reply, &process->error);
}

bool cw_process_need_follow(struct cw_process *process, struct cw_err *err)
{
	CW_LOCKED(&process->lock);

	bool hindered = process->error.kind != CW_ERR_NONE;

	if (hindered && strcmp(process->phase, "failed") == 0) {
		*err = process->error;
		return cw_err_add(err, "the %s task failed", process->name);
	}
	return process->follow != NULL ||
	       cw_fail(err, CW_ERR_RETRY, 4602, "the %s task is not following yet%s%s",
		       process->name, hindered ? ": " : "", hindered ? process->error.text : "");
}

bool cw_process_on_watch(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct cw_process *process = owner;

	(void)request, (void)reply;
	return cw_process_need_follow(process, err) &&
	       cw_follow_set_mode(process->follow, CW_FOLLOW_WATCH, 0, err);
}

bool cw_process_on_apply(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct cw_process *process = owner;
	json_int_t from = json_integer_value(json_object_get(request, "from_lsn"));

	(void)reply;
	return cw_process_need_follow(process, err) &&
	       cw_follow_set_mode(process->follow, CW_FOLLOW_APPLY, from > 0 ? (uint64_t)from : 0,
				  err);
}

bool cw_process_reach(struct cw_process *process, json_t *request, const char *key,
		      struct cw_err *err)
{
	json_int_t at = json_integer_value(json_object_get(request, key));
	json_int_t timeout = json_integer_value(json_object_get(request, "timeout_ms"));

	if (at <= 0)
		return cw_fail(err, CW_ERR_CONFIG, 4603, "\"%s\" is missing", key);
	return cw_process_need_follow(process, err) &&
	       cw_follow_reach(process->follow, (uint64_t)at,
			       json_is_true(json_object_get(request, "marked")),
			       timeout > 0 ? (int)timeout : 60000, err);
}

/* ---- what passes ------------------------------------------------------------ */

void cw_process_observe(struct cw_process *process, bool reverse)
{
	struct cw_verify_config verify = { .catalog = &process->catalog,
					   .ora_login = &process->ora_login,
					   .pg_login = &process->pg_login,
					   .reverse = reverse };

	process->verify = cw_verify_new(&verify);
	process->tally = cw_tally_new(&process->catalog, reverse);
}

void cw_process_opened(void *owner, const struct cw_pos *from)
{
	cw_tally_restart(((struct cw_process *)owner)->tally, from->at);
}

void cw_process_passed(void *owner, const struct cw_change *change)
{
	cw_tally_change(((struct cw_process *)owner)->tally, change);
}

void cw_process_ended(void *owner, const struct cw_pos *commit)
{
	cw_tally_commit(((struct cw_process *)owner)->tally, commit->at);
}

void cw_process_touched(void *owner, const struct cw_change *change)
{
	cw_verify_touched(((struct cw_process *)owner)->verify, change);
}

void cw_process_quiet(void *owner, const struct cw_pos *seen)
{
	cw_verify_quiet(((struct cw_process *)owner)->verify, seen);
}

/* ---- verbs of both ----------------------------------------------------------- */

bool cw_process_on_verify(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct cw_process *process = owner;
	const char *mode = json_string_value(json_object_get(request, "mode"));
	enum cw_verify_what what = CW_VERIFY_FULL;

	if (mode && strcmp(mode, "delta") == 0)
		what = json_is_false(json_object_get(request, "keyless")) ? CW_VERIFY_KEYS
									  : CW_VERIFY_DELTA;
	return cw_process_need_follow(process, err) &&
	       cw_verify_run(process->verify, what, reply, err);
}

bool cw_process_on_cease(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct cw_process *process = owner;

	(void)request, (void)reply;
	if (!cw_process_need_follow(process, err))
		return false;
	cw_verify_cancel(process->verify, false);
	return true;
}

bool cw_process_on_tally(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct cw_process *process = owner;
	json_int_t at = json_integer_value(json_object_get(request, "at"));

	return cw_process_reach(process, request, "at", err) &&
	       cw_tally_at(process->tally, (uint64_t)at, reply, err);
}

bool cw_process_on_stop(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)request, (void)reply, (void)err;
	cw_process_stop(owner);
	return true;
}
