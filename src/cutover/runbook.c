/* runbook.c - see runbook.h */
#include "cutover/runbook.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"
#include "control/json.h"

#include <string.h>

#define NO_BUDGET_MS   86400000
#define AGAIN_MS       100
#define AGAIN_MAX_MS   2000
#define AGAIN_FOR_MS   60000 /* outside the blackout */
#define TASK_STARTS_MS 10000 /* how long a task that is down is waited for */
#define LEAVING_WAIT_MS 1000  /* for a task to be told what is undone, by a conductor that leaves */

static const char *const stage_name[] = {
	[CW_STAGE_BEFORE] = "before",	    [CW_STAGE_STOP] = "stop",
	[CW_STAGE_QUIET] = "quiet",	    [CW_STAGE_POSITION] = "position",
	[CW_STAGE_SEQUENCES] = "sequences", [CW_STAGE_REVERSE] = "reverse",
	[CW_STAGE_HOLD] = "hold",	    [CW_STAGE_ADMIT] = "admit",
	[CW_STAGE_MONITOR] = "monitor",
};
_Static_assert(CW_ARRAY_LEN(stage_name) == CW_STAGES, "a name for each");

const char *cw_stage_name(enum cw_stage stage)
{
	return stage_name[stage];
}

const struct cw_step *cw_step_find(enum cw_run_kind kind, const char *name)
{
	unsigned count;
	const struct cw_step *steps = cw_steps(kind, &count);

	for (unsigned i = 0; i < count; i++)
		if (strcmp(steps[i].name, name) == 0)
			return &steps[i];
	return NULL;
}

/* ---- kill points: runbook.quiet.before, back.quiet.after ... ------------------------ */

#ifdef CW_FAULTS
static void stage_fault(const struct cw_runbook *rb, enum cw_stage stage, const char *where)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.%s.%s", rb->kind == CW_RUN_BACK ? "back" : "runbook",
		       stage_name[stage], where);
	(void)cw_fault(name);
}
#else
#define stage_fault(rb, stage, where) ((void)0)
#endif

/* ---- for the steps --------------------------------------------------------------------- */

int64_t cw_runbook_left_ms(const struct cw_runbook *rb)
{
	if (!rb->blackout_from_ms || rb->past_ponr)
		return NO_BUDGET_MS;
	return rb->blackout_from_ms + rb->budget_ms + rb->held_ms - cw_clock_ms();
}

static bool is_gone(const struct cw_err *err)
{
	return err->code == 4102 || err->code == 4103;
}

bool cw_runbook_left(struct cw_err *err)
{
	return cw_fail(
		err, CW_ERR_CANCELLED, 4214,
		"the conductor was stopped: start it again with `causeway run`, which goes on "
		"with what is not undone");
}

/* What undoes is said to tasks even then. */
static bool is_leaving(const struct cw_runbook *rb)
{
	return atomic_load(rb->leave) && !rb->undoing;
}

static bool still(void *owner, struct cw_err *err)
{
	return !is_leaving(owner) || cw_runbook_left(err);
}

bool cw_runbook_wants(void *owner, struct cw_err *err)
{
	struct cw_runbook *rb = owner;
	struct cw_past past;

	if (is_leaving(rb))
		return cw_runbook_left(err);
	cw_book_past(rb->book, &past);
	return !past.open || past.past_ponr || past.undoing || !atomic_load(rb->give_up) ||
	       cw_fail(err, CW_ERR_CANCELLED, 4211, "given up by a person");
}

bool cw_runbook_ask(struct cw_runbook *rb, const char *task, json_t *request, int64_t timeout_ms,
		    json_t **ret, struct cw_err *err)
{
	return cw_runbook_ask_while(rb, task, request, timeout_ms, still, ret, err);
}

bool cw_runbook_ask_while(struct cw_runbook *rb, const char *task, json_t *request,
			  int64_t timeout_ms, cw_control_still_fn *wanted, json_t **ret,
			  struct cw_err *err)
{
	int64_t left = cw_runbook_left_ms(rb), until;
	char file[32], path[4096];
	json_t *reply = NULL;
	bool ok;

	if (timeout_ms > left)
		timeout_ms = left > 1 ? left : 1;
	until = cw_clock_ms() + (timeout_ms < TASK_STARTS_MS ? timeout_ms : TASK_STARTS_MS);
	(void)snprintf(file, sizeof(file), "%s.sock", task);
	ok = cw_config_path(rb->config, file, path, sizeof(path), err);
	while (ok && !(ok = cw_control_call_while(path, request, (int)timeout_ms, wanted, rb,
						  &reply, err))) {
		if (!is_gone(err) || cw_clock_ms() > until || atomic_load(rb->leave))
			break;
		json_decref(reply);
		reply = NULL;
		cw_sleep_ms(20);
		ok = true;
	}
	json_decref(request);
	if (!ok && is_leaving(rb))
		(void)cw_runbook_left(err); /* a task that was stopped along may have said so first */
	else if (!ok)
		(void)cw_err_add(err, "the %s task", task);
	if (ok && ret)
		*ret = reply;
	else
		json_decref(reply);
	return ok;
}

bool cw_runbook_note(struct cw_runbook *rb, const char *key, json_t *value, struct cw_err *err)
{
	json_t *first = cw_runbook_noted(rb, key, false);

	/* Entered again after a crash: what is now may be half changed already. */
	if (first) {
		json_decref(first);
		json_decref(value);
		return true;
	}
	return cw_book_note(rb->book, key,
			    json_pack("{s:i, s:o}", "run", (int)rb->run, "value", value), err);
}

json_t *cw_runbook_noted(struct cw_runbook *rb, const char *key, bool any_run)
{
	json_t *fact = cw_book_fact(rb->book, key);
	json_t *value = NULL;

	if (any_run || json_integer_value(json_object_get(fact, "run")) == (json_int_t)rb->run)
		value = json_incref(json_object_get(fact, "value"));
	json_decref(fact);
	return value;
}

bool cw_runbook_mode(struct cw_runbook *rb, const char *task, const char *mode, json_t *request,
		     struct cw_err *err)
{
	char key[32];

	(void)snprintf(key, sizeof(key), "mode.%s", task);
	if (!cw_book_note(rb->book, key, json_string(mode), err)) {
		json_decref(request);
		return false;
	}
	if (!request)
		request = json_object();
	(void)json_object_set_new(request, "do", json_string(mode));
	if (cw_runbook_ask(rb, task, request, atomic_load(rb->leave) ? LEAVING_WAIT_MS : 10000,
			   NULL, err))
		return true;
	/* it may be stopped along: when it is started again, it is told what is noted */
	return rb->undoing && atomic_load(rb->leave);
}

/* ---- one step ---------------------------------------------------------------------------- */

static json_t *record(const struct cw_runbook *rb, const char *what, const struct cw_step *step)
{
	json_t *object = json_pack("{s:s, s:i}", "what", what, "run", (int)rb->run);

	if (step)
		(void)json_object_set_new(object, "step", json_string(step->name));
	return object;
}

/* For a conductor that goes on with it. */
static void say_clock(json_t *object)
{
	char boot[CW_BOOT_BYTES];

	cw_boot_name(boot);
	(void)json_object_set_new(object, "clock_ms", json_integer(cw_clock_ms()));
	(void)json_object_set_new(object, "boot", json_string(boot));
}

static bool write_begin(struct cw_runbook *rb, const char *what, const struct cw_step *step,
			struct cw_err *err)
{
	json_t *object = record(rb, what, step);

	(void)json_object_set_new(object, "stage", json_string(stage_name[step->stage]));
	(void)json_object_set_new(object, "inside", json_boolean(step->inside));
	(void)json_object_set_new(object, "says", json_string(step->says));
	if (step->inside)
		say_clock(object);
	return cw_book_write(rb->book, object, false, err);
}

static bool write_end(struct cw_runbook *rb, const char *what, const struct cw_step *step,
		      int64_t from_us, struct cw_err *err)
{
	json_t *object = record(rb, what, step);

	(void)json_object_set_new(object, "ms",
				  json_real((double)(cw_clock_us() - from_us) / 1000.0));
	return cw_book_write(rb->book, object, false, err);
}

/*
 * The text of a failure in the journal, unless it is the one that was @told
 * last; what cannot be written is at least logged.
 */
static void write_failure(struct cw_runbook *rb, const char *what, const struct cw_step *step,
			  const struct cw_err *failure, struct cw_err *told)
{
	json_t *object;
	struct cw_err err;
	char code[8];

	if (told->code == failure->code && strcmp(told->text, failure->text) == 0)
		return;
	*told = *failure;
	cw_log_err(what, failure);
	object = record(rb, what, step);

	(void)snprintf(code, sizeof(code), "CW%04u", failure->code);
	(void)json_object_set_new(object, "code", json_string(code));
	(void)json_object_set_new(object, "text", json_string(failure->text));
	if (!cw_book_write(rb->book, object, false, &err))
		cw_log_err("journal", &err);
}

static bool may_go_on(struct cw_runbook *rb, const struct cw_step *step, struct cw_err *err)
{
	if (atomic_load(rb->leave))
		return cw_runbook_left(err);
	if (rb->past_ponr)
		return true;
	if (atomic_load(rb->give_up))
		return cw_fail(err, CW_ERR_CANCELLED, 4211, "given up by a person before %s",
			       step->name);
	if (cw_runbook_left_ms(rb) <= 0)
		return cw_fail(err, CW_ERR_LIMIT, 4210,
			       "the budget of %lld ms without writers was spent before %s",
			       (long long)rb->budget_ms, step->name);
	return true;
}

/* The record that changes which side the applications belong to: on both disks, or not at all. */
static bool write_no_return(struct cw_runbook *rb, struct cw_err *err)
{
	CW_LOCKED(rb->door);

	if (!cw_book_write(rb->book, record(rb, "point of no return", NULL), true, err))
		return false;
	rb->past_ponr = true;
	cw_sides_hear(&rb->sides, -1);
	return true;
}

static bool play_parts(struct cw_runbook *rb, const struct cw_step *step, struct cw_err *err)
{
	if (step->check && !step->check(rb, err))
		return false;
	if (step->no_return && !write_no_return(rb, err))
		return false;
	if (step->act && !step->act(rb, err))
		return false;
	return !step->verify || step->verify(rb, err);
}

/* @again: it is in the journal already that this step was begun. */
static bool play_step(struct cw_runbook *rb, const struct cw_step *step, bool again,
		      struct cw_err *err)
{
	int64_t from_us = cw_clock_us();

	if (!may_go_on(rb, step, err))
		return false;
	if (step->inside && !rb->blackout_from_ms)
		rb->blackout_from_ms = cw_clock_ms();
	if ((!again && !write_begin(rb, "step", step, err)) || !play_parts(rb, step, err))
		return cw_err_add(err, "%s", step->name);
	cw_sides_forget(&rb->sides);
	if (!step->inside && rb->past_ponr && rb->blackout_ms < 0 && rb->blackout_from_ms)
		rb->blackout_ms = from_us / 1000 - rb->blackout_from_ms;
	return write_end(rb, "done", step, from_us, err);
}

/* Lost links, servers that are being started again, answers that came too late. */
bool cw_runbook_is_transient(const struct cw_err *err)
{
	return err->kind == CW_ERR_RETRY || (err->code >= 1201 && err->code <= 1204) ||
	       err->code == 4206 || (err->code >= 7103 && err->code < 7200) ||
	       (err->code >= 8100 && err->code < 8200);
}

/*
 * Past the point of no return there is one way only: try again until it is
 * done.  Before it, and for what only alarms, as long as it may help.
 */
static bool worth_again(const struct cw_runbook *rb, const struct cw_step *step, int64_t from_ms,
			const struct cw_err *err)
{
	bool soon = cw_clock_ms() - from_ms < AGAIN_FOR_MS;

	if (rb->past_ponr)
		return !step->only_alarm || (soon && cw_runbook_is_transient(err));
	return cw_runbook_is_transient(err) && !atomic_load(rb->give_up) &&
	       (step->inside ? cw_runbook_left_ms(rb) > 0 : soon);
}

/* Who leaves in the blackout opens the door again: it may be long until somebody comes. */
static bool is_undone(const struct cw_runbook *rb)
{
	return !rb->past_ponr && (!atomic_load(rb->leave) || rb->blackout_from_ms);
}

/* What the next conductor finds, and what a person is told: as if this one had been killed here. */
static bool leave_it(struct cw_runbook *rb, const struct cw_step *step, struct cw_err *err)
{
	json_t *object = record(rb, is_undone(rb) ? "failed" : "left", step);
	struct cw_err unwritten;

	(void)cw_runbook_left(err);
	(void)json_object_set_new(object, "code", json_string("CW4214"));
	(void)json_object_set_new(object, "text", json_string(err->text));
	if (!cw_book_write(rb->book, object, false, &unwritten))
		cw_log_err("journal", &unwritten);
	return false;
}

/* In the journal, too: a conductor that goes on with the run ends it with this. */
static void note_alarm(struct cw_runbook *rb, const struct cw_err *alarm)
{
	struct cw_err err;

	if (rb->alarm.code)
		return;
	rb->alarm = *alarm;
	if (!cw_runbook_note(
		    rb, "alarm",
		    json_pack("{s:i, s:s}", "code", (int)alarm->code, "text", alarm->text), &err))
		cw_log_err("journal", &err);
}

static void recall_alarm(struct cw_runbook *rb)
{
	json_t *noted = cw_runbook_noted(rb, "alarm", false);

	if (noted)
		(void)cw_fail(&rb->alarm, CW_ERR_CONFIG, (uint16_t)cw_json_number(noted, "code"), "%s",
			      cw_json_text(noted, "text"));
	json_decref(noted);
}

/* What was tried again would have been tried on: a person ended it, and reads so. */
static void tell_who_ended_it(const struct cw_runbook *rb, const struct cw_step *step,
			      struct cw_err *err)
{
	struct cw_err failure = *err;

	if (!rb->past_ponr && atomic_load(rb->give_up) && cw_runbook_is_transient(&failure))
		(void)cw_fail(err, CW_ERR_CANCELLED, 4211, "given up by a person at %s, after: %s",
			      step->name, failure.text);
}

static bool play_for_sure(struct cw_runbook *rb, const struct cw_step *step, struct cw_err *err)
{
	int64_t pause_ms = AGAIN_MS, from_ms = cw_clock_ms();
	struct cw_err told = { 0 };
	bool again = false;

	for (; !play_step(rb, step, again, err); again = true) {
		if (atomic_load(rb->leave))
			return leave_it(rb, step, err);
		write_failure(rb, "failed", step, err, &told);
		if (!worth_again(rb, step, from_ms, err)) {
			tell_who_ended_it(rb, step, err);
			if (!rb->past_ponr || !step->only_alarm)
				return false;
			note_alarm(rb, err);
			return true;
		}
		cw_sleep_ms(pause_ms);
		pause_ms = pause_ms * 2 > AGAIN_MAX_MS ? AGAIN_MAX_MS : pause_ms * 2;
	}
	return true;
}

/* ---- the way out ---------------------------------------------------------------------------- */

/* From here on the keeper leaves the door alone. */
static bool begin_undo(struct cw_runbook *rb, const struct cw_step *step, struct cw_err *err)
{
	CW_LOCKED(rb->door);

	return write_begin(rb, "undo", step, err);
}

/*
 * What the journal does not say is not undone: the keeper would shut the door again, and the next conductor
 * would go on with the cut-over.  The word of a step that was undone before is enough: a disk may be full.
 */
static bool undo_once(struct cw_runbook *rb, const struct cw_step *step, bool *begun,
		      struct cw_err *err)
{
	struct cw_past past;

	*begun = *begun || begin_undo(rb, step, err);
	cw_book_past(rb->book, &past);
	return past.undoing && step->undo(rb, err);
}

static bool undo_step(struct cw_runbook *rb, const struct cw_step *step)
{
	int64_t pause_ms = AGAIN_MS, from_us = cw_clock_us();
	struct cw_err err, told = { 0 };
	bool begun = false;

	while (!undo_once(rb, step, &begun, &err)) {
		write_failure(rb, "undo failed", step, &err, &told);
		if (atomic_load(rb->leave))
			return false;
		cw_sleep_ms(pause_ms);
		pause_ms = pause_ms * 2 > AGAIN_MAX_MS ? AGAIN_MAX_MS : pause_ms * 2;
	}
	cw_sides_forget(&rb->sides);
	if (!write_end(rb, "undone", step, from_us, &err))
		cw_log_err("journal", &err);
	return true;
}

static bool write_outcome(struct cw_runbook *rb, const char *outcome, const struct cw_err *why,
			  struct cw_err *err)
{
	json_t *object = record(rb, "end", NULL);
	char code[8];

	(void)json_object_set_new(object, "kind", json_string(cw_run_kind_name(rb->kind)));
	(void)json_object_set_new(object, "outcome", json_string(outcome));
	(void)json_object_set_new(object, "blackout_ms",
				  rb->blackout_ms < 0 ? json_null()
						      : json_integer(rb->blackout_ms));
	if (why && why->code) {
		(void)snprintf(code, sizeof(code), "CW%04u", why->code);
		(void)json_object_set_new(object, "code", json_string(code));
		(void)json_object_set_new(object, "text", json_string(why->text));
	}
	return cw_book_write(rb->book, object, false, err);
}

/* Undo steps @from .. 0; *why stays what it was. */
static void undo_from(struct cw_runbook *rb, unsigned from, const struct cw_err *why)
{
	unsigned count;
	const struct cw_step *steps = cw_steps(rb->kind, &count);
	struct cw_err err;

	rb->undoing = true;
	cw_sides_hear(&rb->sides, -1);
	rb->blackout_from_ms = 0; /* undoing keeps no budget: it is done, however long it takes */
	for (unsigned i = from + 1; i-- > 0;)
		if (steps[i].undo && !undo_step(rb, &steps[i]))
			return; /* asked to leave: the next conductor goes on */
	while (!write_outcome(rb, "undone", why, &err)) {
		cw_log_err("journal", &err);
		if (atomic_load(rb->leave))
			return;
		cw_sleep_ms(AGAIN_MAX_MS); /* or no other run could begin */
	}
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static bool play_from(struct cw_runbook *rb, unsigned first, struct cw_err *err)
{
	unsigned count;
	const struct cw_step *steps = cw_steps(rb->kind, &count);

	for (unsigned i = first; i < count; i++) {
		if (i == 0 || steps[i].stage != steps[i - 1].stage)
			stage_fault(rb, steps[i].stage, "before");
		if (!play_for_sure(rb, &steps[i], err)) {
			if (is_undone(rb))
				undo_from(rb, i, err);
			return false;
		}
		if (i + 1 == count || steps[i].stage != steps[i + 1].stage)
			stage_fault(rb, steps[i].stage, "after");
	}
	return write_outcome(rb, rb->alarm.code ? "alarm" : "done", &rb->alarm, err);
}

static int64_t since_ms(const struct cw_moment *moment)
{
	struct cw_moment now = { .wall_us = cw_wall_us(), .clock_ms = cw_clock_ms() };

	cw_boot_name(now.boot);
	return cw_moment_between_ms(moment, &now);
}

int64_t cw_runbook_refused_ms(const struct cw_past *past)
{
	int64_t ms = since_ms(&past->blackout);

	return ms < 0 ? NO_BUDGET_MS : ms;
}

int64_t cw_runbook_held_ms(const struct cw_past *past)
{
	int64_t ms = past->held_ms;

	if (past->hold_began.wall_us && !past->hold_over)
		ms = since_ms(&past->hold_began);
	return ms < 0 ? 0 : ms;
}

bool cw_runbook_play(struct cw_runbook *rb, struct cw_err *err)
{
	const struct cw_step *step;
	struct cw_past past;
	unsigned count, at;

	cw_book_past(rb->book, &past);
	rb->blackout_ms =
		past.admitted_wall_us ? (past.admitted_wall_us - past.blackout.wall_us) / 1000 : -1;
	step = cw_step_find(rb->kind, past.step);
	if (!step)
		return play_from(rb, 0, err);
	at = (unsigned)(step - cw_steps(rb->kind, &count));
	rb->past_ponr = past.past_ponr;
	if (rb->past_ponr)
		cw_sides_hear(&rb->sides, -1);
	if (past.blackout.wall_us)
		rb->blackout_from_ms = cw_clock_ms() - cw_runbook_refused_ms(&past);
	rb->held_ms = cw_runbook_held_ms(&past);
	recall_alarm(rb);
	if (!past.undoing)
		return play_from(rb, at, err);
	(void)cw_fail(err, CW_ERR_RETRY, 4213, "the conductor ended while %s was being undone",
		      past.step);
	undo_from(rb, at, err);
	return false;
}

/* ---- what it would be ----------------------------------------------------------------------------- */

static int64_t count_of(struct cw_runbook *rb, enum cw_per per)
{
	if (per == CW_PER_SEQUENCE)
		return rb->has_catalog ? rb->catalog.sequence_count : 0;
	if (per == CW_PER_TRIGGER)
		return rb->has_catalog ? rb->catalog.trigger_count : 0;
	return per == CW_PER_NOTHING ? 0 : 4;
}

json_t *cw_runbook_dry_run(struct cw_runbook *rb)
{
	static const char *const per_name[] = { "", "jobs", "sessions", "sequences", "triggers",
						"accounts", "foreign keys" };
	unsigned count;
	const struct cw_step *steps = cw_steps(rb->kind, &count);
	json_t *list = json_array();
	bool tried = true;

	for (unsigned i = 0; i < count; i++) {
		const struct cw_step *step = &steps[i];
		int64_t n = count_of(rb, step->per);
		struct cw_err err = { 0 };
		json_t *line;

		line = json_pack("{s:s, s:s, s:b, s:s, s:I, s:s, s:I}", "step", step->name, "stage",
				 stage_name[step->stage], "inside", step->inside, "says",
				 step->says, "expected_ms",
				 (json_int_t)(step->expected_ms + n * step->per_us / 1000), "per",
				 per_name[step->per], "count", (json_int_t)n);
		if (step->stage == CW_STAGE_BEFORE && tried) {
			tried = play_parts(rb, step, &err);
			(void)json_object_set_new(line, "passed", json_boolean(tried));
			if (!tried)
				(void)json_object_set_new(line, "text", json_string(err.text));
		}
		(void)json_array_append_new(list, line);
	}
	return list;
}
