/* streams.c - see streams.h */
#include "cutover/streams.h"

#include "base/clock.h"
#include "base/fault.h"
#include "control/json.h"
#include "cutover/fence.h"
#include "cutover/hook.h"
#include "cutover/roles.h"
#include "endpoint/pg_slot.h"
#include "model/position.h"
#include "schema/own.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define READY_WAIT_MS 60000 /* outside the blackout: time to catch up */
#define REACH_WAIT_MS 60000
#define LOOK_MS	      50

static const char *error_of(const json_t *status, const char *what)
{
	return cw_json_text(json_object_get(status, "error"), what);
}

static bool status_of(struct cw_runbook *rb, const char *task, json_t **ret, struct cw_err *err)
{
	return cw_runbook_ask(rb, task, json_pack("{s:s}", "do", "status"), 10000, ret, err);
}

/* Wait until @is says so of the task's status. */
typedef bool is_fn(const struct cw_runbook *rb, const json_t *status);

static bool wait_status(struct cw_runbook *rb, const char *task, is_fn *is, uint16_t code,
			const char *wanted, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + READY_WAIT_MS;

	for (;;) {
		json_t *status;
		bool done, late = cw_clock_ms() > until;

		if (!status_of(rb, task, &status, err))
			return false;
		done = is(rb, status);
		if (!done && (late || strcmp(cw_json_text(status, "phase"), "failed") == 0))
			(void)cw_fail(err, CW_ERR_CONFIG, code,
				      "the %s task is not %s: phase %s, lag %" PRId64 " ms %s %s",
				      task, wanted, cw_json_text(status, "phase"),
				      cw_json_number(status, "lag_ms"), error_of(status, "code"),
				      error_of(status, "text"));
		late = late || strcmp(cw_json_text(status, "phase"), "failed") == 0;
		json_decref(status);
		if (done || late)
			return done;
		if (!cw_runbook_wants(rb, err))
			return false;
		cw_sleep_ms(LOOK_MS);
	}
}

static bool follows(const struct cw_runbook *rb, const json_t *status)
{
	(void)rb;
	return strcmp(cw_json_text(status, "phase"), "following") == 0;
}

static bool watches(const struct cw_runbook *rb, const json_t *status)
{
	(void)rb;
	return strcmp(cw_json_text(status, "phase"), "watching") == 0;
}

/* The slot is there, is ours, and is read. */
static bool armed(const struct cw_runbook *rb, const json_t *status)
{
	return json_is_true(json_object_get(status, "armed")) && watches(rb, status);
}

static bool applies(const struct cw_runbook *rb, const json_t *status)
{
	(void)rb;
	return strcmp(cw_json_text(status, "phase"), "applying") == 0;
}

static bool near(const struct cw_runbook *rb, const json_t *status)
{
	const json_t *lag = json_object_get(status, "lag_ms");

	return json_is_number(lag) && json_number_value(lag) >= 0 &&
	       json_number_value(lag) <= (double)rb->config->cutover.lag_max_ms;
}

/* ---- before ------------------------------------------------------------------------------ */

bool cw_open_everything(struct cw_runbook *rb, struct cw_err *err)
{
	if (!cw_sides_wake(&rb->sides, err) || !cw_book_mirror(rb->book, err))
		return false;
	if (rb->has_catalog)
		cw_catalog_release(&rb->catalog);
	rb->has_catalog = false;
	return cw_need_catalog(rb, err);
}

bool cw_need_catalog(struct cw_runbook *rb, struct cw_err *err)
{
	if (rb->has_catalog)
		return true;
	rb->has_catalog = cw_sides_wake(&rb->sides, err) &&
			  cw_catalog_read(rb->sides.ora, &rb->config->source.schemas,
					  &rb->config->source.leave_out, &rb->catalog, err);
	return rb->has_catalog;
}

/* Somebody may have taken a table out of the publication since the slot was opened. */
static bool gives_all(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_need_catalog(rb, err) && cw_sides_wake(&rb->sides, err) &&
	       cw_pg_slot_publishes(rb->sides.pg, rb->config->slot, &rb->catalog, err);
}

bool cw_forward_follows(struct cw_runbook *rb, struct cw_err *err)
{
	return wait_status(rb, "forward", follows, 4240, "following", err) &&
	       wait_status(rb, "reverse", armed, 4240, "armed", err) && gives_all(rb, err);
}

bool cw_forward_is_near(struct cw_runbook *rb, struct cw_err *err)
{
	return wait_status(rb, "forward", near, 4241, "near enough", err);
}

bool cw_reverse_applies(struct cw_runbook *rb, struct cw_err *err)
{
	return wait_status(rb, "reverse", applies, 4240, "applying", err) &&
	       wait_status(rb, "forward", watches, 4240, "watching", err) && gives_all(rb, err);
}

bool cw_reverse_is_near(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t lsn;

	return cw_target_lsn(&rb->sides, &lsn, err) &&
	       cw_runbook_ask(rb, "reverse",
			      json_pack("{s:s, s:I, s:i}", "do", "reach", "lsn", (json_int_t)lsn,
					"timeout_ms", READY_WAIT_MS),
			      READY_WAIT_MS + 1000, NULL, err);
}

/* ---- drain and turn round: forward ----------------------------------------------------------- */

static bool noted_number(struct cw_runbook *rb, const char *key, int64_t *ret, struct cw_err *err)
{
	json_t *value = cw_runbook_noted(rb, key, false);
	bool ok = json_is_integer(value);

	*ret = (int64_t)json_integer_value(value);
	json_decref(value);
	return ok || cw_fail(err, CW_ERR_DATA, 4240, "this run has no %s", key);
}

bool cw_forward_position(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t scn;

	return cw_fence_scn(&rb->sides, &scn, err) &&
	       cw_runbook_note(rb, "scn", json_integer(scn), err);
}

static bool reach(struct cw_runbook *rb, const char *task, const char *key, int64_t at, bool marked,
		  struct cw_err *err)
{
	return cw_runbook_ask_while(rb, task,
				    json_pack("{s:s, s:I, s:b, s:i}", "do", "reach", key,
					      (json_int_t)at, "marked", marked, "timeout_ms",
					      REACH_WAIT_MS),
				    REACH_WAIT_MS + 1000, cw_runbook_wants, NULL, err);
}

/* Foreign transactions so far, and of which process: a new one counts anew. */
static bool note_foreign(struct cw_runbook *rb, const char *task, const char *key,
			 struct cw_err *err)
{
	json_t *status, *value;

	if (!status_of(rb, task, &status, err))
		return false;
	value = json_pack("{s:I, s:s}", "count",
			  (json_int_t)cw_json_number(status, "foreign_transactions"), "process",
			  cw_json_text(status, "process"));
	json_decref(status);
	return cw_runbook_note(rb, key, value, err);
}

static bool is_same_process(const json_t *status, const char *noted)
{
	return *noted && strcmp(cw_json_text(status, "process"), noted) == 0;
}

int64_t cw_foreign_since(const json_t *status, const json_t *noted)
{
	int64_t count = cw_json_number(status, "foreign_transactions");

	return is_same_process(status, cw_json_text(noted, "process"))
		       ? count - cw_json_number(noted, "count")
		       : count;
}

/* How many came since; *err is filled when the task cannot be asked. */
static bool foreign_since(struct cw_runbook *rb, const char *task, const char *key, int64_t *ret,
			  struct cw_err *err)
{
	json_t *status, *noted;

	if (!status_of(rb, task, &status, err))
		return false;
	noted = cw_runbook_noted(rb, key, true);
	*ret = cw_foreign_since(status, noted);
	json_decref(noted);
	json_decref(status);
	return true;
}

bool cw_forward_drain(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t scn;

	return noted_number(rb, "scn", &scn, err) && reach(rb, "forward", "scn", scn, false, err);
}

bool cw_forward_watch(struct cw_runbook *rb, struct cw_err *err)
{
	return note_foreign(rb, "forward", "foreign.oracle", err) &&
	       cw_runbook_mode(rb, "forward", "watch", NULL, err);
}

/* A task that has failed does nothing, and is started again as is noted: the way out waits for none. */
static bool undo_mode(struct cw_runbook *rb, const char *task, const char *mode, struct cw_err *err)
{
	struct cw_err unseen;
	json_t *status;
	bool failed;

	if (cw_runbook_mode(rb, task, mode, NULL, err))
		return true;
	if (!status_of(rb, task, &status, &unseen))
		return false;
	failed = strcmp(cw_json_text(status, "phase"), "failed") == 0;
	json_decref(status);
	return failed;
}

bool cw_forward_undo_watch(struct cw_runbook *rb, struct cw_err *err)
{
	return undo_mode(rb, "forward", "apply", err);
}

bool cw_reverse_apply(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *status, *process;
	int64_t lsn;

	if (!status_of(rb, "reverse", &status, err))
		return false;
	process = json_string(cw_json_text(status, "process"));
	json_decref(status);
	return cw_runbook_note(rb, "reverse.process", process, err) &&
	       cw_target_lsn(&rb->sides, &lsn, err) &&
	       cw_runbook_note(rb, "lsn", json_integer(lsn), err) &&
	       cw_runbook_mode(rb, "reverse", "apply",
			       json_pack("{s:I}", "from_lsn", (json_int_t)lsn), err);
}

bool cw_reverse_undo_apply(struct cw_runbook *rb, struct cw_err *err)
{
	return undo_mode(rb, "reverse", "watch", err);
}

/* The newest row of progress that the other side itself shows must be @at or later. */
static bool came_out(const struct cw_answer *answer, int64_t at, const char *side,
		     struct cw_err *err)
{
	struct cw_pos pos = { 0 };

	if (answer->rows > 0 && !cw_pos_parse(cw_cell(answer, 0, 0), &pos, err))
		return false;
	return pos.at >= (uint64_t)at ||
	       cw_fail(err, CW_ERR_CONFIG, 4244,
		       "the canary did not arrive: %s shows progress up to %" PRIu64
		       ", it flew at %" PRId64,
		       side, pos.at, at);
}

/* Something that is written now must come out at the other end, as a row. */
bool cw_reverse_canary(struct cw_runbook *rb, struct cw_err *err)
{
	char stream[CW_OWN_STREAM_BYTES];
	const char *bind = cw_own_stream("reverse", rb->config->name, stream);
	struct cw_answer answer;
	int64_t lsn;

	return cw_tell_pg(&rb->sides, err,
			  "create table if not exists causeway.canary (run int, at timestamptz)") &&
	       cw_tell_pg(&rb->sides, err,
			  "insert into causeway.canary values (%u, clock_timestamp())", rb->run) &&
	       cw_target_lsn(&rb->sides, &lsn, err) &&
	       reach(rb, "reverse", "lsn", lsn, true, err) &&
	       cw_ask_ora(&rb->sides,
			  "select position from causeway_progress where stream = :1 "
			  "order by seq desc",
			  1, &bind, &answer, err) &&
	       came_out(&answer, lsn, "Oracle", err);
}

/* The second look: since the final position nobody but us committed there. */
static bool no_foreign(struct cw_runbook *rb, const char *task, const char *key, const char *side,
		       struct cw_err *err)
{
	char who[300] = "";
	int64_t foreign;

	if (!foreign_since(rb, task, key, &foreign, err))
		return false;
	if (foreign > 0 && strcmp(side, "Oracle") == 0)
		cw_fence_who(rb, who, sizeof(who));
	return foreign <= 0 ||
	       cw_fail(err, CW_ERR_CONFIG, 4243,
		       "%" PRId64 " foreign transactions were committed on %s after the final "
		       "position: a writer was not stopped%s",
		       foreign, side, who);
}

bool cw_no_foreign_on_oracle(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t scn;

	return cw_fence_scn(&rb->sides, &scn, err) &&
	       reach(rb, "forward", "scn", scn, false, err) &&
	       no_foreign(rb, "forward", "foreign.oracle", "Oracle", err);
}

bool cw_no_foreign_on_postgres(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t lsn;

	return cw_target_lsn(&rb->sides, &lsn, err) &&
	       reach(rb, "reverse", "lsn", lsn, false, err) &&
	       no_foreign(rb, "reverse", "foreign.postgres", "PostgreSQL", err);
}

/* Another process than the one that was told to apply, and it found no slot. */
static bool slot_is_new(struct cw_runbook *rb, const json_t *status)
{
	json_t *noted = cw_runbook_noted(rb, "reverse.process", true);
	bool is = noted && json_is_true(json_object_get(status, "slot_made")) &&
		  !is_same_process(status, json_string_value(noted));

	json_decref(noted);
	return is;
}

/* The slot that was armed is there. */
static bool has_slot(struct cw_runbook *rb, struct cw_err *err)
{
	const char *bind[] = { rb->config->slot };
	struct cw_answer answer;

	if (!cw_ask_pg(&rb->sides,
		       "select 1 from pg_replication_slots where slot_name = $1::name and "
		       "coalesce(wal_status, '') <> 'lost'",
		       1, bind, &answer, err))
		return false;
	return answer.rows > 0 ||
	       cw_fail(err, CW_ERR_CONFIG, 4244,
		       "the slot %s is gone: changes since the first write on PostgreSQL "
		       "cannot reach Oracle any more",
		       bind[0]);
}

/*
 * It has not begun after what it must bring: that is told, and not what comes of it.  A task that is
 * being started again is waited for.
 */
bool cw_reverse_is_whole(struct cw_runbook *rb, struct cw_err *err)
{
	struct cw_err unseen;
	json_t *status;
	bool applying, is_new;

	if (!has_slot(rb, err))
		return false;
	applying = wait_status(rb, "reverse", applies, 4244, "applying", err);
	if (!status_of(rb, "reverse", &status, applying ? err : &unseen))
		return false;
	is_new = slot_is_new(rb, status);
	json_decref(status);
	if (is_new)
		return cw_fail(err, CW_ERR_CONFIG, 4244,
			       "the slot %s was made anew after the first write on PostgreSQL: "
			       "what was written before cannot reach Oracle any more",
			       rb->config->slot);
	return applying;
}

/* ---- drain and turn round: back ------------------------------------------------------------------ */

bool cw_no_split_brain(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t foreign;

	if (!foreign_since(rb, "forward", "foreign.oracle", &foreign, err))
		return false;
	return foreign <= 0 ||
	       cw_fail(err, CW_ERR_CONFIG, 4243,
		       "%" PRId64 " foreign transactions were committed on Oracle while the "
		       "applications were on PostgreSQL: both sides have rows of their own",
		       foreign);
}

bool cw_reverse_position(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t lsn;

	return cw_target_lsn(&rb->sides, &lsn, err) &&
	       cw_runbook_note(rb, "final.lsn", json_integer(lsn), err);
}

bool cw_reverse_drain(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t lsn;

	return noted_number(rb, "final.lsn", &lsn, err) &&
	       reach(rb, "reverse", "lsn", lsn, false, err);
}

bool cw_reverse_watch(struct cw_runbook *rb, struct cw_err *err)
{
	return note_foreign(rb, "reverse", "foreign.postgres", err) &&
	       cw_runbook_mode(rb, "reverse", "watch", NULL, err);
}

bool cw_reverse_undo_watch(struct cw_runbook *rb, struct cw_err *err)
{
	return undo_mode(rb, "reverse", "apply", err);
}

bool cw_forward_apply(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t scn;

	return cw_fence_scn(&rb->sides, &scn, err) &&
	       cw_runbook_note(rb, "from.scn", json_integer(scn), err) &&
	       cw_runbook_mode(rb, "forward", "apply", NULL, err);
}

bool cw_forward_undo_apply(struct cw_runbook *rb, struct cw_err *err)
{
	return undo_mode(rb, "forward", "watch", err);
}

bool cw_forward_canary(struct cw_runbook *rb, struct cw_err *err)
{
	char stream[CW_OWN_STREAM_BYTES];
	const char *bind = cw_own_stream("forward", rb->config->name, stream);
	struct cw_answer answer;
	int64_t scn;

	return cw_fence_scn(&rb->sides, &scn, err) && reach(rb, "forward", "scn", scn, true, err) &&
	       cw_ask_pg(&rb->sides,
			 "select position from causeway.progress where stream = $1 "
			 "order by seq desc limit 1",
			 1, &bind, &answer, err) &&
	       came_out(&answer, scn, "PostgreSQL", err);
}

bool cw_forward_is_whole(struct cw_runbook *rb, struct cw_err *err)
{
	return wait_status(rb, "forward", follows, 4240, "following", err);
}

/* ---- people and their commands --------------------------------------------------------------------- */

bool cw_hold(struct cw_runbook *rb, struct cw_err *err)
{
	int64_t from = cw_clock_ms();

	while (rb->hold && !atomic_load(rb->go)) {
		if (!cw_runbook_wants(rb, err))
			return false;
		cw_sleep_ms(10);
	}
	rb->held_ms += cw_clock_ms() - from;
	return true;
}

bool cw_hook_stop(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_hook_run(rb, rb->config->cutover.hooks.stop, err);
}

#ifdef CW_FAULTS
/* The slot is dropped under the reverse task and made anew after the first write. */
static bool lose_slot(struct cw_runbook *rb, struct cw_err *err)
{
	const char *bind[] = { rb->config->slot };
	bool gone = false;

	cw_sleep_ms(500); /* the first writes */
	for (int i = 0; i < 200 && !gone; i++) {
		if (i % 20 == 0 && !cw_runbook_ask(rb, "reverse", json_pack("{s:s}", "do", "stop"),
						   2000, NULL, err))
			continue;
		gone = cw_ask_pg(&rb->sides, "select pg_drop_replication_slot($1::name)", 1, bind,
				 NULL, err);
		cw_sleep_ms(10);
	}
	cw_sleep_ms(1500);
	return true;
}
#endif

bool cw_hook_admit(struct cw_runbook *rb, struct cw_err *err)
{
#ifdef CW_FAULTS
	if (cw_fault("runbook.slot_late"))
		return lose_slot(rb, err);
#endif
	return cw_hook_run(rb, rb->config->cutover.hooks.admit, err);
}

bool cw_hook_back_stop(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_hook_run(rb, rb->config->cutover.hooks.back_stop, err);
}

bool cw_hook_back_admit(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_hook_run(rb, rb->config->cutover.hooks.back_admit, err);
}
