/*
 * book.h - the crossing's journal in its own words, and what follows from it
 *
 * Every record is one JSON object with "what":
 *
 *	begin  {run, kind, budget_ms, hold}		a cut-over ("cutover") or a way back ("back")
 *	step   {run, step, stage, says, inside, clock_ms, boot}	written before the step acts
 *	done   {run, step, ms}
 *	failed {run, step, code, text}
 *	left   {run, step, text}		the conductor was asked to stop there; the next one goes on
 *	undo   {run, step, says}		written before the step is undone
 *	undone {run, step, ms}
 *	point of no return {run}		from here on the applications are on the other side
 *	end    {run, outcome, blackout_ms, code, text}	outcome: done, undone, alarm
 *	fact   {key, value}			what has to be known later: old settings, SCN, LSN
 *	task, conductor, verdict, alarm {...}	what happened, for the report
 *
 * A record is on the disk of this host before cw_book_write() returns, and then
 * goes to those who are attached and to table causeway.journal of the target.
 * The file decides; a target that cannot take a record gets it with the next.
 * With `must` the target has to have all records before this one, or it is not
 * written at all.
 *
 * Owns		facts are given out as copies; records belong to the book
 * Errors	those of store/journal.h; CW4206 the target has not all records
 *		CW4207 a record is not understood
 * Threads	any
 */
#ifndef CW_CUTOVER_BOOK_H
#define CW_CUTOVER_BOOK_H

#include "base/clock.h"
#include "schema/config.h"

#include <jansson.h>

struct cw_book;

enum cw_run_kind { CW_RUN_CUTOVER = 0, CW_RUN_BACK };

/* By both clocks: that of the wall, and the one that nobody sets, which is of one boot. */
struct cw_moment {
	int64_t wall_us; /* 0: not yet */
	int64_t clock_ms;
	char boot[CW_BOOT_BYTES];
};

/* By the clock that nobody sets where both are of one boot; less than 0: the other one was set back. */
int64_t cw_moment_between_ms(const struct cw_moment *from, const struct cw_moment *to);

/* What the records add up to. */
struct cw_past {
	bool on_target; /* the applications are on PostgreSQL */
	unsigned runs;	/* begun in all; the number of the last */
	bool open;	/* that one has not ended */
	bool past_ponr; /* and is past its point of no return */
	bool undoing;	/* or is being undone */
	bool hold;	/* as it was asked for */
	int64_t budget_ms;
	enum cw_run_kind kind;
	char step[48];		  /* the last one begun or being undone */
	struct cw_moment blackout;   /* when the first step inside it began */
	struct cw_moment hold_began; /* when a person was first waited for */
	bool hold_over;
	int64_t held_ms; /* if it is */
	int64_t admitted_wall_us; /* when the first step behind the blackout began; 0: not yet */
};

/* @heard: told of every record, under the book's lock; takes over the reference. */
typedef void cw_book_heard_fn(void *owner, json_t *record);

bool cw_book_open(struct cw_config *config, cw_book_heard_fn *heard, void *owner,
		  struct cw_book **ret, struct cw_err *err) CW_MUST_CHECK;
void cw_book_close(struct cw_book *book); /* NULL is fine */

/* Takes over the reference to @record. */
bool cw_book_write(struct cw_book *book, json_t *record, bool must,
		   struct cw_err *err) CW_MUST_CHECK;

/* Note a fact for later; the reference to @value is taken over. */
bool cw_book_note(struct cw_book *book, const char *key, json_t *value,
		  struct cw_err *err) CW_MUST_CHECK;
/* A copy of the newest value, NULL if there is none. */
json_t *cw_book_fact(struct cw_book *book, const char *key);
bool cw_book_fact_is(struct cw_book *book, const char *key, const char *text);

void cw_book_past(struct cw_book *book, struct cw_past *ret);

/* Open the mirror's session now, so that it costs nothing later. */
bool cw_book_mirror(struct cw_book *book, struct cw_err *err) CW_MUST_CHECK;

/* All records as a JSON array, each with its "seq" and "at"; for reports. */
json_t *cw_book_all(struct cw_book *book);
/* The same from the file alone, without a conductor. */
json_t *cw_book_read(const char *path, struct cw_err *err);

const char *cw_run_kind_name(enum cw_run_kind kind);

#endif
