/* keeper.c - see keeper.h */
#include "cutover/keeper.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"
#include "cutover/fence.h"

#include <string.h>

#define LOOK_MS	   500
#define ANSWER_MS  3000 /* who waits for the door is in the blackout */
#define CONNECT_MS 1000
#define CAME_IN	   "door.came_in" /* a fact of the journal */

static void tell(struct cw_keeper *keeper, const char *text)
{
	json_t *alarm =
		json_pack("{s:s, s:s, s:s}", "what", "alarm", "code", "CW4227", "text", text);
	struct cw_err err;

	cw_log(CW_LOG_WARN, "fence", "%s", text);
	if (!cw_book_write(keeper->rb.book, alarm, false, &err))
		cw_log_err("journal", &err);
}

/* An Oracle that is down lets nobody in; all else is for a person. */
static void tell_failure(struct cw_keeper *keeper, const struct cw_err *err)
{
	char text[sizeof(err->text) + 64];

	if (keeper->told.code == err->code && strcmp(keeper->told.text, err->text) == 0)
		return;
	keeper->told = *err;
	if (cw_runbook_is_transient(err)) {
		cw_log_err("fence", err);
		return;
	}
	(void)snprintf(text, sizeof(text), "Oracle's door cannot be kept shut: %s [CW%04u]",
		       err->text, err->code);
	tell(keeper, text);
}

bool cw_keeper_is_due(const struct cw_past *past)
{
	const struct cw_step *door = cw_step_find(CW_RUN_CUTOVER, "stop.door"), *step;

	if (past->on_target)
		return true;
	if (!past->open || past->kind != CW_RUN_CUTOVER || past->undoing)
		return false;
	step = cw_step_find(CW_RUN_CUTOVER, past->step);
	return step && step > door;
}

/* A conductor that is killed from here on leaves it to the next one, which finds the door shut. */
static void note_came_in(struct cw_keeper *keeper, bool came_in)
{
	struct cw_err err;

	if (keeper->came_in == came_in)
		return;
	keeper->came_in = came_in;
	/* what cannot be written is no reason to leave the door as it is */
	if (!cw_book_note(keeper->rb.book, CAME_IN, json_string(came_in ? "yes" : "no"), &err))
		cw_log_err("journal", &err);
}

/* Who came in is ended until a look finds nobody: a login may have been under way. */
static bool look(struct cw_keeper *keeper, const struct cw_past *past, struct cw_err *err)
{
	struct cw_runbook *rb = &keeper->rb;
	bool is_open;
	unsigned ended;
	char text[160];

	if (!cw_fence_is_open(rb, &is_open, err))
		return false;
	if (is_open) {
		/* first: it may be shut by what is not answered, and the next look finds it so */
		note_came_in(keeper, true);
		keeper->untold = true;
		if (!cw_fence_shut_again(rb, err))
			return false;
	}
	if (!keeper->came_in)
		return true;
	if (!cw_fence_cast_out(rb, &ended, err))
		return false;
	note_came_in(keeper, ended > 0);
	if (!keeper->untold)
		return true;
	keeper->untold = false;
	(void)snprintf(text, sizeof(text),
		       "Oracle's door stood open %s: it is shut again, %u application sessions "
		       "were ended",
		       past->on_target ? "while the applications are on PostgreSQL"
				       : "in the middle of the cut-over",
		       ended);
	tell(keeper, text);
	return true;
}

static void look_if_due(struct cw_keeper *keeper)
{
	CW_LOCKED(keeper->rb.door);
	struct cw_past past;
	struct cw_err err;

	cw_book_past(keeper->rb.book, &past);
	/* a planted fault: neither does anybody shut it again */
	if (!cw_keeper_is_due(&past) || cw_fault_is_planted("runbook.leave_door_open")) {
		note_came_in(keeper, false);
		keeper->untold = false;
		cw_sides_stop(&keeper->rb.sides);
		return;
	}
	if (look(keeper, &past, &err))
		keeper->told.code = 0;
	else
		tell_failure(keeper, &err);
	cw_sides_forget(&keeper->rb.sides);
}

static void *keep(void *arg)
{
	struct cw_keeper *keeper = arg;
	int64_t look_at = 0;

	while (!atomic_load(keeper->rb.leave)) {
		if (cw_clock_ms() >= look_at) {
			look_if_due(keeper);
			look_at = cw_clock_ms() + LOOK_MS;
		}
		cw_sleep_ms(20);
	}
	{
		CW_LOCKED(keeper->rb.door);
		cw_sides_stop(&keeper->rb.sides);
	}
	return NULL;
}

bool cw_keeper_start(struct cw_keeper *keeper, struct cw_err *err)
{
	keeper->rb.sides.call_timeout_ms = ANSWER_MS;
	keeper->rb.sides.connect_timeout_ms = CONNECT_MS;
	keeper->came_in = keeper->untold = cw_book_fact_is(keeper->rb.book, CAME_IN, "yes");
	keeper->runs = pthread_create(&keeper->thread, NULL, keep, keeper) == 0;
	return keeper->runs || cw_fail(err, CW_ERR_LIMIT, 4250, "no thread for the fence");
}

void cw_keeper_join(struct cw_keeper *keeper)
{
	if (keeper->runs)
		(void)pthread_join(keeper->thread, NULL);
	keeper->runs = false;
}
