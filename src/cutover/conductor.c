/* conductor.c - see conductor.h */
#include "cutover/conductor.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"
#include "control/control.h"
#include "cutover/child.h"
#include "cutover/compare.h"
#include "cutover/fence.h"
#include "cutover/keeper.h"
#include "cutover/report.h"
#include "cutover/roles.h"
#include "cutover/runbook.h"
#include "cutover/streams.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEND_MS	      20
#define LOOK_MS	      500 /* at the tasks' status */
#define STOP_TASKS_MS 10000

struct conductor {
	struct cw_config *config;
	struct cw_book *book;
	struct cw_control *control;
	struct cw_child forward, reverse;
	atomic_bool stopping;
	int wake_fd;  /* eventfd: what the runbook waits for is to end */
	int leave_fd; /* the same, and it is for the conductor's end alone */

	pthread_mutex_t lock; /* of what is below */
	bool running;	      /* a runbook is being played, by run_thread */
	bool joinable;
	pthread_t run_thread;
	struct cw_runbook rb;
	atomic_bool give_up, go;

	pthread_mutex_t asking; /* one waits or compares at a time with these sessions */
	struct cw_runbook aside;
	json_int_t foreign_told; /* split brain was told up to here */
	pthread_mutex_t saving; /* the report: by one at a time */
	pthread_mutex_t door;
	struct cw_keeper keeper;
};

static struct conductor *signalled; /* for the signal handler: one conductor a process */

/* @flag first: who wakes looks at it. */
static void raise_flag(struct conductor *c, atomic_bool *flag)
{
	uint64_t one = 1;

	atomic_store(flag, true);
	(void)!write(c->wake_fd, &one, sizeof(one));
	if (flag == &c->stopping)
		(void)!write(c->leave_fd, &one, sizeof(one));
}

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	if (signalled)
		raise_flag(signalled, &signalled->stopping);
	errno = saved;
}

static void tell(struct conductor *c, json_t *record)
{
	struct cw_err err;

	if (!cw_book_write(c->book, record, false, &err))
		cw_log_err("journal", &err);
}

/* Under the book's lock. */
static void on_record(void *owner, json_t *record)
{
	struct conductor *c = owner;

	if (c->control)
		cw_control_publish(c->control, record);
	else
		json_decref(record);
}

/* ---- playing the runbook --------------------------------------------------------------------- */

static void save_report(struct conductor *c)
{
	CW_LOCKED(&c->saving);
	json_t *records = cw_book_all(c->book);
	json_t *report = cw_report_make(c->config->name, records);
	char path[4096];
	struct cw_err err;

	if (!cw_config_path(c->config, "report.json", path, sizeof(path), &err) ||
	    !cw_report_save(report, path, &err))
		cw_log_err("report", &err);
	json_decref(report);
	json_decref(records);
}

static void *run_thread(void *arg)
{
	struct conductor *c = arg;
	struct cw_err err = { 0 };
	bool ok;

	ok = cw_runbook_play(&c->rb, &err);
	if (!ok)
		cw_log_err(cw_run_kind_name(c->rb.kind), &err);
	cw_sides_settle(&c->rb.sides);
	cw_sides_stop(&c->rb.sides);
	if (c->rb.has_catalog)
		cw_catalog_release(&c->rb.catalog);
	c->rb.has_catalog = false;
	save_report(c);
	{
		CW_LOCKED(&c->lock);
		c->running = false;
	}
	return NULL;
}

static void prepare(struct conductor *c, struct cw_runbook *rb, enum cw_run_kind kind, unsigned run,
		    const char *name)
{
	*rb = (struct cw_runbook){
		.config = c->config,
		.book = c->book,
		.kind = kind,
		.run = run,
		.budget_ms = c->config->cutover.budget_ms,
		.blackout_ms = -1,
		.give_up = &c->give_up,
		.go = &c->go,
		.leave = &c->stopping,
		.leave_fd = c->leave_fd,
		.door = &c->door,
	};
	cw_sides_start(&rb->sides, c->config, name);
	/* No answer may take longer than the budget, or nobody would see that it is spent. */
	if (rb->budget_ms < rb->sides.call_timeout_ms)
		rb->sides.call_timeout_ms = (int)rb->budget_ms;
}

/* With the lock held. */
static bool start_thread(struct conductor *c, struct cw_err *err)
{
	cw_sides_hear(&c->rb.sides, c->wake_fd);
	c->rb.guard = &c->keeper.rb.sides;
	if (c->joinable)
		(void)pthread_join(c->run_thread, NULL);
	c->joinable = pthread_create(&c->run_thread, NULL, run_thread, c) == 0;
	c->running = c->joinable;
	return c->joinable || cw_fail(err, CW_ERR_LIMIT, 4250, "no thread for the runbook");
}

/* One that was begun since this conductor answers is played already. */
static void resume_open_run(struct conductor *c)
{
	CW_LOCKED(&c->lock);
	struct cw_past past;
	struct cw_err err;

	cw_book_past(c->book, &past);
	if (!past.open || c->running)
		return;
	cw_log(CW_LOG_WARN, "a run was left in the middle", "run=%u step=%s", past.runs, past.step);
	prepare(c, &c->rb, past.kind, past.runs, "causeway conductor");
	c->rb.hold = past.hold;
	if (past.budget_ms > 0)
		c->rb.budget_ms = past.budget_ms;
	if (!start_thread(c, &err))
		cw_log_err("resume", &err);
}

static void dry_run(struct conductor *c, enum cw_run_kind kind, json_t *reply)
{
	CW_LOCKED(&c->asking);
	struct cw_runbook rb;

	prepare(c, &rb, kind, 0, "causeway dry run");
	(void)json_object_set_new(reply, "steps", cw_runbook_dry_run(&rb));
	cw_sides_stop(&rb.sides);
	if (rb.has_catalog)
		cw_catalog_release(&rb.catalog);
}

static bool begin(struct conductor *c, enum cw_run_kind kind, json_t *request, json_t *reply,
		  struct cw_err *err)
{
	CW_LOCKED(&c->lock);
	json_t *budget = json_object_get(request, "budget_ms");
	struct cw_past past;
	uint64_t count;

	if (atomic_load(&c->stopping))
		return cw_runbook_left(err);
	cw_book_past(c->book, &past);
	if (c->running || past.open)
		return cw_fail(err, CW_ERR_CONFIG, 4251, "a %s is under way, at %s",
			       cw_run_kind_name(past.kind), past.step);
	if (past.on_target == (kind == CW_RUN_CUTOVER))
		return cw_fail(err, CW_ERR_CONFIG, kind == CW_RUN_CUTOVER ? 4255 : 4252,
			       "the applications are on %s",
			       past.on_target ? "PostgreSQL" : "Oracle");
	atomic_store(&c->give_up, false);
	(void)!read(c->wake_fd, &count, sizeof(count)); /* of a run before */
	atomic_store(&c->go, false);
	prepare(c, &c->rb, kind, past.runs + 1, "causeway conductor");
	c->rb.hold = json_is_true(json_object_get(request, "hold"));
	if (json_is_integer(budget))
		c->rb.budget_ms = (int64_t)json_integer_value(budget);
	(void)json_object_set_new(reply, "run", json_integer(past.runs + 1));
	if (!cw_book_write(c->book,
			   json_pack("{s:s, s:i, s:s, s:I, s:b}", "what", "begin", "run",
				     (int)past.runs + 1, "kind", cw_run_kind_name(kind),
				     "budget_ms", (json_int_t)c->rb.budget_ms, "hold", c->rb.hold),
			   false, err))
		return false;
	return start_thread(c, err);
}

/* ---- verbs --------------------------------------------------------------------------------------- */

static bool on_cutover(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	if (json_is_true(json_object_get(request, "dry_run"))) {
		dry_run(owner, CW_RUN_CUTOVER, reply);
		return true;
	}
	return begin(owner, CW_RUN_CUTOVER, request, reply, err);
}

/* Before the point of no return of a cut-over under way, going back means giving that up. */
static bool on_back(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	struct cw_past past;

	cw_book_past(c->book, &past);
	if (json_is_true(json_object_get(request, "dry_run"))) {
		dry_run(c, CW_RUN_BACK, reply);
		return true;
	}
	if (past.open && past.kind == CW_RUN_CUTOVER && !past.past_ponr) {
		raise_flag(c, &c->give_up);
		(void)json_object_set_new(reply, "undoes", json_true());
		(void)json_object_set_new(reply, "run", json_integer(past.runs));
		return true;
	}
	return begin(c, CW_RUN_BACK, request, reply, err);
}

static bool on_go(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	struct cw_past past;

	(void)request, (void)reply;
	cw_book_past(c->book, &past);
	if (!past.open || past.past_ponr)
		return cw_fail(err, CW_ERR_CONFIG, 4254, "nothing waits for a go");
	atomic_store(&c->go, true);
	return true;
}

static json_t *task_status(const struct cw_child *child)
{
	json_t *reply = NULL;
	struct cw_err err;

	if (!cw_control_ask(child->socket, "status", 3000, &reply, &err) && !reply)
		reply = json_pack("{s:s}", "phase", child->wanted ? "down" : "not started");
	(void)json_object_set_new(reply, "starts", json_integer(child->starts));
	(void)json_object_del(reply, "ok");
	return reply;
}

static bool on_status(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	struct cw_past past;
	json_t *verified = cw_book_fact(c->book, "verified");

	(void)request, (void)err;
	cw_book_past(c->book, &past);
	(void)json_object_update_missing_new(
		reply, json_pack("{s:s, s:s, s:s, s:i, s:s, s:b, s:o, s:o, s:o?}", "crossing",
				 c->config->name, "side", past.on_target ? "postgresql" : "oracle",
				 "state", past.open ? cw_run_kind_name(past.kind) : "idle", "run",
				 (int)past.runs, "step", past.open ? past.step : "",
				 "past_point_of_no_return", past.open && past.past_ponr, "forward",
				 task_status(&c->forward), "reverse", task_status(&c->reverse),
				 "verified", verified));
	return true;
}

static bool phase_is(const struct cw_child *child, const char *phase, struct cw_err *err)
{
	json_t *status = task_status(child);
	const char *is = json_string_value(json_object_get(status, "phase"));
	const char *error =
		json_string_value(json_object_get(json_object_get(status, "error"), "text"));
	bool ok = is && strcmp(is, phase) == 0, failed = is && strcmp(is, "failed") == 0;

	if (!ok)
		(void)cw_fail(err, failed ? CW_ERR_CONFIG : CW_ERR_RETRY, 4253,
			      "the %s task is %s %s", child->name, is ? is : "silent",
			      error ? error : "");
	json_decref(status);
	return ok;
}

/* Everything that is committed on the applications' side now is on the other. */
static bool catch_up(struct conductor *c, int64_t until, struct cw_err *err)
{
	CW_LOCKED(&c->asking);
	int64_t left = until - cw_clock_ms(), at;
	struct cw_past past;
	json_t *request;
	bool ok;

	cw_book_past(c->book, &past);
	prepare(c, &c->aside, past.kind, past.runs, "causeway status");
	ok = past.on_target ? cw_target_lsn(&c->aside.sides, &at, err)
			    : cw_fence_scn(&c->aside.sides, &at, err);
	cw_sides_stop(&c->aside.sides);
	if (!ok)
		return false;
	request = json_pack("{s:s, s:I, s:I}", "do", "reach", past.on_target ? "lsn" : "scn",
			    (json_int_t)at, "timeout_ms", (json_int_t)left);
	return cw_runbook_ask(&c->aside, past.on_target ? "reverse" : "forward", request,
			      left + 1000, NULL, err);
}

static bool on_wait(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	const char *what = json_string_value(json_object_get(request, "for"));
	int64_t timeout = (int64_t)json_integer_value(json_object_get(request, "timeout_ms"));
	int64_t until = cw_clock_ms() + timeout;

	for (;;) {
		struct cw_past past;
		bool ok;

		cw_book_past(c->book, &past);
		ok = past.on_target ? phase_is(&c->reverse, "applying", err)
				    : phase_is(&c->forward, "following", err);
		if (ok && what && strcmp(what, "caught-up") == 0)
			ok = catch_up(c, until, err);
		if (ok)
			return on_status(c, request, reply, err);
		if (atomic_load(&c->stopping))
			return cw_fail(err, CW_ERR_RETRY, 4253, "the conductor was stopped");
		if (err->kind == CW_ERR_CONFIG && err->code == 4253)
			return cw_err_add(err, "a person has to help");
		if (cw_clock_ms() >= until)
			return cw_err_add(err, "not in time");
		cw_sleep_ms(50);
	}
}

static bool on_verify(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	CW_LOCKED(&c->asking);
	const char *mode = json_string_value(json_object_get(request, "mode"));
	json_t *verdict = NULL;
	struct cw_past past;
	bool ok;

	cw_book_past(c->book, &past);
	if (past.open)
		return cw_fail(err, CW_ERR_CONFIG, 4251, "a %s is under way",
			       cw_run_kind_name(past.kind));
	prepare(c, &c->aside, past.kind, past.runs, "causeway verify");
	ok = cw_compare(&c->aside, past.on_target ? "reverse" : "forward", mode ? mode : "full",
			&verdict, err);
	cw_sides_stop(&c->aside.sides);
	if (verdict)
		(void)json_object_update_new(reply, verdict);
	return ok;
}

static bool on_report(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;
	json_t *records = cw_book_all(c->book);

	(void)request, (void)err;
	save_report(c);
	(void)json_object_set_new(reply, "report", cw_report_make(c->config->name, records));
	json_decref(records);
	return true;
}

static bool on_stop(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	struct conductor *c = owner;

	(void)request, (void)reply, (void)err;
	raise_flag(c, &c->stopping);
	return true;
}

static const struct cw_control_verb verbs[] = {
	{ "status", on_status },   { "wait", on_wait }, { "verify", on_verify },
	{ "cutover", on_cutover }, { "back", on_back }, { "go", on_go },
	{ "report", on_report },   { "stop", on_stop }, { NULL, NULL },
};

/* ---- looking after the tasks ------------------------------------------------------------------------ */

static void tend(struct conductor *c, struct cw_child *child, const char *mode_key)
{
	struct cw_past past;
	struct cw_err err = { 0 };
	enum cw_child_news news;
	bool watch;

	cw_book_past(c->book, &past);
	if (strcmp(child->name, "forward") == 0)
		watch = cw_book_fact_is(c->book, mode_key, "watch");
	else
		watch = !cw_book_fact_is(c->book, mode_key, "apply");
	news = cw_child_tend(child, watch, &err);
	if (news == CW_CHILD_STARTED)
		tell(c, json_pack("{s:s, s:s, s:s}", "what", "task", "task", child->name, "text",
				  child->starts > 1 ? "started again" : "started"));
	else if (news == CW_CHILD_ADOPTED)
		tell(c, json_pack("{s:s, s:s, s:s}", "what", "task", "task", child->name, "text",
				  "runs already"));
	else if (news == CW_CHILD_ENDED)
		tell(c, json_pack("{s:s, s:s, s:s, s:i}", "what", "task", "task", child->name,
				  "text", err.code ? err.text : "ended", "exit", child->exit_code));
}

/* The way back is armed when forward has caught up for the first time, never during the load. */
static void arm_reverse(struct conductor *c, const json_t *forward)
{
	const char *phase = json_string_value(json_object_get(forward, "phase"));
	struct cw_err err;

	if (c->reverse.wanted || !phase || strcmp(phase, "following") != 0)
		return;
	if (!cw_book_note(c->book, "reverse", json_string("wanted"), &err))
		cw_log_err("journal", &err);
	cw_child_want(&c->reverse);
}

/* A writer on Oracle while the applications are on PostgreSQL: told each time there are more. */
static void watch_fence(struct conductor *c, const json_t *forward)
{
	json_t *fact = cw_book_fact(c->book, "foreign.oracle");
	json_int_t foreign = cw_foreign_since(forward, json_object_get(fact, "value"));
	struct cw_past past;

	json_decref(fact);
	cw_book_past(c->book, &past);
	if (!past.on_target || past.open)
		c->foreign_told = 0;
	else if (foreign > c->foreign_told) {
		c->foreign_told = foreign;
		tell(c, json_pack("{s:s, s:s, s:s, s:I}", "what", "alarm", "code", "CW4243", "text",
				  "somebody writes to Oracle while the applications are on "
				  "PostgreSQL",
				  "foreign_transactions", foreign));
	}
}

static void look(struct conductor *c)
{
	json_t *forward = task_status(&c->forward);

	arm_reverse(c, forward);
	watch_fence(c, forward);
	json_decref(forward);
}

static void supervise(struct conductor *c)
{
	int64_t look_at = 0;

	while (!atomic_load(&c->stopping)) {
		tend(c, &c->forward, "mode.forward");
		tend(c, &c->reverse, "mode.reverse");
		if (cw_clock_ms() >= look_at) {
			look(c);
			look_at = cw_clock_ms() + LOOK_MS;
		}
		cw_sleep_ms(TEND_MS);
	}
}

/* ---- the process ---------------------------------------------------------------------------------------- */

static bool open_all(struct conductor *c, struct cw_err *err)
{
	char path[4096];

	if (!cw_child_init(&c->forward, "forward", c->config->dir, err) ||
	    !cw_child_init(&c->reverse, "reverse", c->config->dir, err) ||
	    !cw_config_path(c->config, "log", path, sizeof(path), err))
		return false;
	(void)mkdir(path, 0700);
	return cw_book_open(c->config, on_record, c, &c->book, err) &&
	       cw_config_path(c->config, "conductor.sock", path, sizeof(path), err) &&
	       cw_control_listen(path, verbs, c, &c->control, err);
}

/* Behind the lock nobody begins a run any more. */
static bool has_run_thread(struct conductor *c)
{
	CW_LOCKED(&c->lock);

	return c->joinable;
}

static void close_all(struct conductor *c)
{
	if (has_run_thread(c))
		(void)pthread_join(c->run_thread, NULL);
	cw_keeper_join(&c->keeper);
	cw_child_stop(&c->reverse, STOP_TASKS_MS);
	cw_child_stop(&c->forward, STOP_TASKS_MS);
	save_report(c);
}

static void catch_signals(struct conductor *c)
{
	struct sigaction action = { .sa_handler = on_signal };

	signalled = c;
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN); /* a lost terminal changes nothing */
}

bool cw_conductor_run(struct cw_config *config, struct cw_err *err)
{
	static struct conductor conductor; /* it outlives every thread that may still look at it */
	struct conductor *c = &conductor;
	bool ok;

	c->config = config;
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->leave_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->wake_fd < 0 || c->leave_fd < 0)
		return cw_fail_errno(err, 1204, "eventfd");
	(void)pthread_mutex_init(&c->lock, NULL);
	(void)pthread_mutex_init(&c->asking, NULL);
	(void)pthread_mutex_init(&c->saving, NULL);
	(void)pthread_mutex_init(&c->door, NULL);
	catch_signals(c);
	ok = open_all(c, err);
	if (ok) {
		prepare(c, &c->keeper.rb, CW_RUN_CUTOVER, 0, "causeway fence");
		ok = cw_keeper_start(&c->keeper, err);
	}
	if (ok) {
		json_t *reverse = cw_book_fact(c->book, "reverse");

		tell(c, json_pack("{s:s, s:s}", "what", "conductor", "text", "started"));
		cw_child_want(&c->forward);
		if (reverse)
			cw_child_want(&c->reverse);
		json_decref(reverse);
		resume_open_run(c);
		supervise(c);
		close_all(c);
	}
	cw_control_close(c->control);
	c->control = NULL;
	cw_book_close(c->book);
	return ok;
}
