/*
 * runbook.h - the cut-over and the way back as two tables of steps
 *
 *	before -> stop -> quiet -> position -> sequences -> reverse -> hold -> admit -> monitor
 *	   nothing     |<--------------- blackout ------------------------>|
 *	   changes     any failure: undo, step by step, backwards    ^ point of no return
 *
 * The way back is the same nine stages with the sides exchanged.  A step is
 * written into the journal before it acts; what it will change is noted with
 * its old value before it is changed, and the first note of a run stays.  So a
 * conductor that was killed enters the step that was written again and goes on,
 * within the budget that is left; one that was undoing goes on undoing.  Every
 * act and undo is therefore safe to run twice, whole or cut off anywhere.
 *
 * A failure that trying again can cure (a lost link, a server being started
 * again) is tried again while the budget lasts.
 *
 * A conductor that is asked to leave (SIGTERM, `causeway stop`) waits for no answer and leaves the
 * run as one that was killed.  Neither does one whose run is given up; both wake `sides`, and what they
 * wait for is cancelled.  What undoes hears no such thing, nor what stands behind the point of no return,
 * but for the validation of foreign keys, which may take hours: there who leaves waits for no answer, either.
 * In the blackout, before its point of no return, it first undoes it:
 * nobody could write on either side until somebody started it again.
 *
 * Each step has up to four parts, run in this order; NULL parts are left out:
 *
 *	check	may this be done now?	   nothing changes
 *	act	do it
 *	verify	ask again what is now	   an act that did nothing is found here
 *	undo	make it as the notes say   also when act was cut off in the middle
 *
 * Errors	CW4210 the budget is spent	CW4211 given up by a person
 *		CW4214 the conductor was asked to leave
 *		CW4212 .. CW4249 what a step found, each with its page
 * Threads	played by one thread; `give_up` and `go` are set by others
 */
#ifndef CW_CUTOVER_RUNBOOK_H
#define CW_CUTOVER_RUNBOOK_H

#include "control/control.h"
#include "cutover/book.h"
#include "schema/catalog.h"
#include "schema/sides.h"

#include <pthread.h>
#include <stdatomic.h>

enum cw_stage {
	CW_STAGE_BEFORE = 0,
	CW_STAGE_STOP,
	CW_STAGE_QUIET,
	CW_STAGE_POSITION,
	CW_STAGE_SEQUENCES,
	CW_STAGE_REVERSE,
	CW_STAGE_HOLD,
	CW_STAGE_ADMIT,
	CW_STAGE_MONITOR,
	CW_STAGES /* must stay last */
};

/* What a step's expected time grows with. */
enum cw_per {
	CW_PER_NOTHING = 0,
	CW_PER_JOB,
	CW_PER_SESSION,
	CW_PER_SEQUENCE,
	CW_PER_TRIGGER,
	CW_PER_ACCOUNT,
	CW_PER_FOREIGN_KEY,
	CW_PERS
};

struct cw_runbook;
typedef bool cw_step_fn(struct cw_runbook *rb, struct cw_err *err);

struct cw_step {
	const char *name; /* "stop.door" */
	enum cw_stage stage;
	bool inside;	  /* the blackout */
	bool no_return;	  /* this step is the point of no return */
	bool only_alarm;  /* past the point of no return: a failure is told, nothing is retried */
	const char *says; /* what the operator reads */
	unsigned expected_ms; /* without what it grows with */
	enum cw_per per;
	unsigned per_us;
	cw_step_fn *check, *act, *verify, *undo;
};

struct cw_runbook {
	struct cw_config *config;
	struct cw_book *book;
	struct cw_sides sides;
	struct cw_catalog catalog; /* of the source, read before the blackout */
	bool has_catalog;
	enum cw_run_kind kind;
	unsigned run;
	bool hold;
	bool past_ponr, undoing;
	int64_t budget_ms;
	int64_t blackout_from_ms; /* of cw_clock_ms(); 0: not yet */
	int64_t blackout_ms;	  /* -1: not over, or there was none */
	int64_t held_ms;	  /* a person's time, not counted against the budget */
	atomic_bool *give_up, *go, *leave;
	int leave_fd; /* readable when *leave is set, also behind the point of no return */
	pthread_mutex_t *door; /* held while the door's opening is announced: keeper.h */
	struct cw_sides *guard; /* the keeper's sessions, with `door` held; NULL: there is none */
	struct cw_err alarm; /* of the first step that only alarms; code 0: none */
};

const struct cw_step *cw_steps(enum cw_run_kind kind, unsigned *ret_count);
const struct cw_step *cw_step_find(enum cw_run_kind kind, const char *name);
const char *cw_stage_name(enum cw_stage stage);

/*
 * Play the run that is begun in the book, from its beginning or, after a
 * crash, from where it was.  False: it was undone (outcome "undone"), or the
 * conductor is asked to leave in the middle; *err says why it failed.
 */
bool cw_runbook_play(struct cw_runbook *rb, struct cw_err *err) CW_MUST_CHECK;

/* The steps with what each is expected to take; the gates of `before` are tried. */
json_t *cw_runbook_dry_run(struct cw_runbook *rb);

/* ---- for the steps ------------------------------------------------------------- */

/*
 * How long writers have been refused in a run that another conductor began.  By the clock that nobody
 * sets, as long as it is of the same boot.  Behind a boot there is the wall clock alone: one that was
 * set on ends the budget early, and one that says less than nothing has been set back: then nobody
 * knows, and it is as if all of it were spent.
 */
int64_t cw_runbook_refused_ms(const struct cw_past *past);
/* How long a person was waited for in it, likewise; if nobody knows, it is none. */
int64_t cw_runbook_held_ms(const struct cw_past *past);

/* Milliseconds that are left of the budget (a day when there is none to keep). */
int64_t cw_runbook_left_ms(const struct cw_runbook *rb);

/* May trying again cure it: a lost link, a server that is being started, an answer too late? */
bool cw_runbook_is_transient(const struct cw_err *err);

/*
 * Ask the task "forward" or "reverse"; takes over @request.  A task that is
 * being started again is waited for; a conductor that is to leave does not wait.  @ret may be NULL.
 */
bool cw_runbook_ask(struct cw_runbook *rb, const char *task, json_t *request, int64_t timeout_ms,
		    json_t **ret, struct cw_err *err) CW_MUST_CHECK;
/* For an answer that may be long in coming; @wanted is given @rb. */
bool cw_runbook_ask_while(struct cw_runbook *rb, const char *task, json_t *request,
			  int64_t timeout_ms, cw_control_still_fn *wanted, json_t **ret,
			  struct cw_err *err) CW_MUST_CHECK;

/*
 * Does anybody wait for it still?  Not for a run that a person has given up (CW4211) until its
 * undoing begins, nor for a conductor that is to leave (CW4214).  @owner is the runbook.
 */
bool cw_runbook_wants(void *owner, struct cw_err *err);

/* The conductor is asked to leave: CW4214, for who was waiting. */
bool cw_runbook_left(struct cw_err *err);

/* Note what a task is to do from now on, then tell it: "apply" or "watch". */
bool cw_runbook_mode(struct cw_runbook *rb, const char *task, const char *mode, json_t *request,
		     struct cw_err *err) CW_MUST_CHECK;

/* A fact of this run: {"run": n, "value": ...}; takes over @value.  The first one stays. */
bool cw_runbook_note(struct cw_runbook *rb, const char *key, json_t *value,
		     struct cw_err *err) CW_MUST_CHECK;
/* Its value, NULL if this run did not note it; @any_run: or an earlier one. */
json_t *cw_runbook_noted(struct cw_runbook *rb, const char *key, bool any_run);

#endif
