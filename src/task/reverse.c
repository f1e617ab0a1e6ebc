/* reverse.c - the reverse task: PostgreSQL to Oracle, armed early, applying late */
#include "base/log.h"
#include "base/os.h"
#include "endpoint/ora_apply.h"
#include "endpoint/pg_slot.h"
#include "task/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reverse {
	struct cw_process process; /* first: verbs are given this */
	atomic_bool armed;
	bool slot_made; /* by this process: its past is lost */
};

static struct cw_pg_slot_options slot_options(struct reverse *reverse, struct cw_pos from)
{
	const struct cw_config *config = reverse->process.config;

	return (struct cw_pg_slot_options){ .slot = config->slot,
					    .origin = config->slot,
					    .from = from,
					    .catalog = &reverse->process.catalog };
}

static bool open_source(void *owner, const struct cw_pos *from, struct cw_source **ret,
			struct cw_err *err)
{
	struct reverse *reverse = owner;
	struct cw_pg_slot_options options = slot_options(reverse, *from);
	uint64_t floor;

	/* while it watches nothing of PostgreSQL's has to reach Oracle yet */
	if (cw_follow_applies(reverse->process.follow, &floor))
		options.all_since = from->at > floor ? from->at : floor;
	return cw_pg_slot_open(&reverse->process.pg_login, &options, ret, err);
}

static bool open_target(void *owner, struct cw_target **ret, struct cw_err *err)
{
	struct reverse *reverse = owner;
	struct cw_ora_apply_options options = { .crossing = reverse->process.config->name };

	return cw_ora_apply_open(&reverse->process.ora_login, &options, ret, err);
}

static bool before(void *owner, const struct cw_txn_info *txn)
{
	return cw_verify_before(((struct reverse *)owner)->process.verify, txn);
}

static void cut(void *owner, const struct cw_txn_info *txn)
{
	cw_verify_cut(((struct reverse *)owner)->process.verify, txn);
}

static const struct cw_follow_ops follow_ops = { .name = "reverse",
						 .open_source = open_source,
						 .open_target = open_target,
						 .opened = cw_process_opened,
						 .passed = cw_process_passed,
						 .ended = cw_process_ended,
						 .touched = cw_process_touched,
						 .before = before,
						 .cut = cut,
						 .quiet = cw_process_quiet };

static bool on_status(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct reverse *reverse = owner;

	(void)request, (void)err;
	cw_process_status(&reverse->process, reply);
	(void)json_object_set_new(reply, "armed", json_boolean(atomic_load(&reverse->armed)));
	(void)json_object_set_new(reply, "slot", json_string(reverse->process.config->slot));
	(void)json_object_set_new(reply, "slot_made", json_boolean(reverse->slot_made));
	return true;
}

static bool on_reach(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)reply;
	return cw_process_reach(owner, request, "lsn", err);
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

/* Publication, then slot; from then on no commit can pass unseen. */
static bool arm(struct reverse *reverse, enum cw_task_mode mode, struct cw_err *err)
{
	struct cw_process *process = &reverse->process;
	struct cw_pg_slot_options options = slot_options(reverse, (struct cw_pos){ 0 });

	options.renew = mode == CW_TASK_WATCH;
	while (!cw_pg_slot_arm(&process->pg_login, &options, &reverse->slot_made, err)) {
		if (err->kind != CW_ERR_RETRY)
			return cw_err_add(err, "arming");
		if (!cw_process_try_again(process, "cannot arm yet", 500, err))
			return false;
	}
	cw_process_unhindered(process);
	atomic_store(&reverse->armed, true);
	cw_log(CW_LOG_INFO, "armed", "slot=%s made=%d", process->config->slot, reverse->slot_made);
	return true;
}

static bool run(struct reverse *reverse, enum cw_task_mode mode, struct cw_err *err)
{
	struct cw_process *process = &reverse->process;
	struct cw_follow *follow;

	if (!cw_process_connect(process, err) || !arm(reverse, mode, err))
		return false;
	cw_process_observe(process, true);
	follow = cw_follow_new(&follow_ops, reverse, &process->catalog,
			       mode == CW_TASK_WATCH ? CW_FOLLOW_WATCH : CW_FOLLOW_APPLY);
	(void)pthread_mutex_lock(&process->lock);
	process->follow = follow;
	process->phase = "applying";
	(void)pthread_mutex_unlock(&process->lock);
	if (atomic_load(&process->stop))
		return true;
	return cw_follow_run(follow, err);
}

int cw_task_reverse(struct cw_config *config, enum cw_task_mode mode)
{
	struct reverse *reverse = calloc(1, sizeof(*reverse));
	struct cw_err err = { 0 };
	int code = 2;

	if (!reverse)
		abort();
	if (cw_process_open(&reverse->process, "reverse", config, verbs, reverse, &err)) {
		bool ok = run(reverse, mode, &err);

		code = cw_process_end(&reverse->process, ok, &err);
	} else {
		cw_log_err("task cannot start", &err);
	}
	cw_process_close(&reverse->process);
	free(reverse);
	return code;
}
