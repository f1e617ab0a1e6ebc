/* forward.c - the forward task: load, then follow, Oracle to PostgreSQL */
#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"
#include "endpoint/logminer.h"
#include "endpoint/ora_snapshot.h"
#include "endpoint/pg_apply.h"
#include "schema/ddl.h"
#include "task/load.h"
#include "task/process.h"

#include <stdlib.h>
#include <string.h>

#define DISK_MAX (64ull << 30) /* of spilled changes */

struct forward {
	struct cw_process process; /* first: verbs are given this */
	struct cw_load load;
	const struct cw_shape **shape;
	char spill_dir[4096];
	pthread_mutex_t count_lock;
	struct cw_assemble_counts counts;
};

static bool open_source(void *owner, const struct cw_pos *from, struct cw_source **ret,
			struct cw_err *err)
{
	struct forward *forward = owner;
	const struct cw_config *config = forward->process.config;
	struct cw_logminer_config miner = {
		.login = &forward->process.ora_login,
		.mode = strcmp(config->follow.mode, "catalog") == 0 ? CW_REDO_CATALOG : CW_REDO_RAW,
		.shape = forward->shape,
		.shape_count = forward->process.catalog.table_count,
		.spill_dir = forward->spill_dir,
		.memory_max = (size_t)config->follow.memory_mb << 20,
		.disk_max = DISK_MAX,
		.from = *from,
		.poll_ms = (int)config->follow.poll_ms,
	};
	struct cw_ora *ora;
	bool ok;

	if (!cw_ora_open(miner.login, &ora, err))
		return false;
	ok = cw_snapshot_object(ora, "CAUSEWAY_PROGRESS", &miner.progress_object, err);
	cw_ora_close(ora);
	return ok && cw_logminer_open(&miner, ret, err);
}

static bool open_target(void *owner, struct cw_target **ret, struct cw_err *err)
{
	struct forward *forward = owner;
	struct cw_pg_apply_options options = { .crossing = forward->process.config->name,
					       .origin = forward->process.config->slot };

	return cw_pg_apply_open(&forward->process.pg_login, &options, ret, err);
}

static void count(void *owner, struct cw_source *source)
{
	struct forward *forward = owner;
	CW_LOCKED(&forward->count_lock);

	cw_logminer_count(source, &forward->counts);
}

static const struct cw_follow_ops follow_ops = { .name = "forward",
						 .open_source = open_source,
						 .open_target = open_target,
						 .opened = cw_process_opened,
						 .passed = cw_process_passed,
						 .ended = cw_process_ended,
						 .touched = cw_process_touched,
						 .quiet = cw_process_quiet,
						 .count = count };

static json_t *tables(struct forward *forward)
{
	const struct cw_catalog *catalog = &forward->process.catalog;
	json_t *list = json_array();

	for (uint32_t i = 0; forward->load.rows && i < catalog->table_count; i++) {
		struct cw_follow_table table = { 0 };
		char name[300];

		(void)snprintf(name, sizeof(name), "%s.%s", catalog->table[i]->shape.owner,
			       catalog->table[i]->shape.name);
		if (forward->process.follow)
			table = cw_follow_table(forward->process.follow, i);
		(void)json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:I, s:I}", "name", name, "rows_loaded",
				  (json_int_t)atomic_load(&forward->load.rows[i]), "inserts",
				  (json_int_t)table.inserts, "updates", (json_int_t)table.updates,
				  "deletes", (json_int_t)table.deletes));
	}
	return list;
}

static bool on_status(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct forward *forward = owner;
	struct cw_assemble_counts counts;

	(void)request, (void)err;
	(void)pthread_mutex_lock(&forward->count_lock);
	counts = forward->counts;
	(void)pthread_mutex_unlock(&forward->count_lock);
	cw_process_status(&forward->process, reply);
	(void)json_object_set_new(reply, "rows_loaded",
				  json_integer((json_int_t)atomic_load(&forward->load.rows_total)));
	(void)json_object_set_new(reply, "rolled_back",
				  json_integer((json_int_t)counts.rolled_back));
	(void)json_object_set_new(reply, "changes_undone", json_integer((json_int_t)counts.undone));
	(void)json_object_set_new(reply, "open_transactions",
				  json_integer((json_int_t)counts.open));
	(void)json_object_set_new(reply, "spilled_bytes",
				  json_integer((json_int_t)counts.spilled_bytes));
	(void)json_object_set_new(reply, "tables", tables(forward));
	return true;
}

static bool on_reach(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)reply;
	return cw_process_reach(owner, request, "scn", err);
}

static const struct cw_control_verb verbs[] = {
	{ "status", on_status },
	{ "reach", on_reach },
	{ "verify", cw_process_on_verify },
	{ "cease", cw_process_on_cease },
	{ "watch", cw_process_on_watch },
	{ "apply", cw_process_on_apply },
	{ "stop", cw_process_on_stop },
	{ "tally", cw_process_on_tally },
	{ NULL, NULL },
};

/* The target says how far it is; where it says nothing, the load has not ended. */
static bool is_loaded(struct forward *forward, bool *ret, struct cw_err *err)
{
	struct cw_target *target;
	struct cw_pos pos;
	bool ok;

	if (!open_target(forward, &target, err))
		return false;
	ok = cw_target_progress(target, &pos, err);
	cw_target_close(target);
	*ret = ok && pos.kind != CW_POS_NONE;
	return ok;
}

/* From here on a start finds the snapshot as the progress, and follows. */
static bool note_loaded(struct forward *forward, struct cw_err *err)
{
	struct cw_target *target;
	bool ok;

	if (!open_target(forward, &target, err))
		return false;
	ok = cw_target_begin(target, err) && cw_target_commit(target, &forward->load.start, err);
	cw_target_close(target);
	return ok;
}

typedef bool on_target_fn(struct cw_pg *pg, const struct cw_catalog *catalog, struct cw_err *err);

/* DDL on a session of its own: indexes of large tables take their time. */
static bool on_target(struct forward *forward, on_target_fn *run, struct cw_err *err)
{
	struct cw_pg_login login = forward->process.pg_login;
	struct cw_pg *pg;
	bool ok;

	login.call_timeout_ms = 0;
	if (!cw_pg_open(&login, &pg, err))
		return false;
	ok = run(pg, &forward->process.catalog, err);
	cw_pg_close(pg);
	return ok;
}

static bool load_once(struct forward *forward, struct cw_err *err)
{
	bool loaded;

	if (!is_loaded(forward, &loaded, err))
		return false;
	if (loaded)
		return true;
	cw_process_set_phase(&forward->process, "loading");
	return cw_load_run(&forward->load, err) &&
	       on_target(forward, cw_ddl_apply_after_load, err) && note_loaded(forward, err);
}

static bool load_all(struct forward *forward, struct cw_err *err)
{
	struct cw_process *process = &forward->process;
	int64_t wait_ms = 500;

	forward->load.catalog = &process->catalog;
	forward->load.crossing = process->config->name;
	forward->load.ora_login = &process->ora_login;
	forward->load.pg_login = &process->pg_login;
	forward->load.sessions = (unsigned)process->config->load.sessions;
	forward->load.stop = &process->stop;
	while (!load_once(forward, err)) {
		if (err->kind != CW_ERR_RETRY || atomic_load(&process->stop) ||
		    !cw_process_try_again(process, "load interrupted", wait_ms, err))
			return false;
		wait_ms = wait_ms < 8000 ? wait_ms * 2 : wait_ms;
	}
	cw_process_unhindered(process);
	return true;
}

static void prepare(struct forward *forward)
{
	struct cw_process *process = &forward->process;
	uint32_t count_of = process->catalog.table_count;
	_Atomic uint64_t *rows = calloc(count_of + 1, sizeof(*rows));

	forward->shape = calloc(count_of + 1, sizeof(*forward->shape));
	if (!rows || !forward->shape)
		abort();
	for (uint32_t i = 0; i < count_of; i++)
		forward->shape[i] = &process->catalog.table[i]->shape;
	cw_process_observe(process, false);
	forward->load.rows = rows;
}

static bool run(struct forward *forward, enum cw_task_mode mode, struct cw_err *err)
{
	struct cw_process *process = &forward->process;
	struct cw_follow *follow;

	if (!cw_process_connect(process, err) ||
	    !cw_config_path(process->config, "spill", forward->spill_dir,
			    sizeof(forward->spill_dir), err))
		return false;
	prepare(forward);
	if (!load_all(forward, err))
		return false;
	follow = cw_follow_new(&follow_ops, forward, &process->catalog,
			       mode == CW_TASK_WATCH ? CW_FOLLOW_WATCH : CW_FOLLOW_APPLY);
	(void)pthread_mutex_lock(&process->lock);
	process->follow = follow;
	process->phase = "following";
	(void)pthread_mutex_unlock(&process->lock);
	if (atomic_load(&process->stop))
		return true;
	return cw_follow_run(follow, err);
}

int cw_task_forward(struct cw_config *config, enum cw_task_mode mode)
{
	struct forward *forward = calloc(1, sizeof(*forward));
	struct cw_err err = { 0 };
	int code = 2;

	if (!forward)
		abort();
	(void)pthread_mutex_init(&forward->count_lock, NULL);
	if (cw_process_open(&forward->process, "forward", config, verbs, forward, &err)) {
		bool ok = run(forward, mode, &err);

		code = cw_process_end(&forward->process, ok, &err);
	} else {
		cw_log_err("task cannot start", &err);
	}
	cw_process_close(&forward->process);
	free((void *)(uintptr_t)forward->load.rows);
	free(forward->shape);
	free(forward);
	return code;
}
