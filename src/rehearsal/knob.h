/*
 * knob.h - troubles that a person orders while the rehearsal runs
 *
 * `causeway-rehearse fault` writes DIR/faults, one trouble a line ("name number time user"), always
 * as a whole new file; who might run into one looks there at that moment.  So a trouble is in
 * force when the command returns, and what came before it is not touched.
 *
 * Shapes	drop, kill: the @number-th message from then on, once
 *		delay, drip: milliseconds, until turned off
 *		refuse: nnnnn of the ORA- that the listener tells everybody, until turned off
 *		archiver: ORA-00257 for all but SYSDBA, until turned off
 *		minute: milliseconds that a minute of a profile lasts, until turned off
 *		snapshot, gap, lose: the next @number, then no more
 * Owns		rh_knobs_free() the copy that is kept of the file
 * Errors	CW9015 the file cannot be read or written
 * Threads	any
 */
#ifndef CW_REHEARSAL_KNOB_H
#define CW_REHEARSAL_KNOB_H

#include "base/err.h"

#include <stdio.h>

enum rh_knob {
	RH_KNOB_DROP,	  /* a message is not answered, its connection ends */
	RH_KNOB_KILL,	  /* a message is answered with ORA-00028, its session ends */
	RH_KNOB_DELAY,	  /* answers wait */
	RH_KNOB_DRIP,	  /* answers leave byte by byte, so long apart */
	RH_KNOB_REFUSE,	  /* the listener refuses */
	RH_KNOB_ARCHIVER, /* the archiver is stuck */
	RH_KNOB_SNAPSHOT, /* reads AS OF are ORA-01555 */
	RH_KNOB_GAP,	  /* logs are cleared unarchived: neither kept nor listed */
	RH_KNOB_LOSE,	  /* archived logs are listed, their files are gone */
	RH_KNOB_MINUTE,	  /* what a minute of IDLE_TIME and CONNECT_TIME lasts */
	RH_KNOBS,	  /* must stay last */
};

struct rh_knobs;

struct rh_knobs *rh_knobs_new(const char *folder);
void rh_knobs_free(struct rh_knobs *knobs); /* NULL is fine */

/*
 * Is it in force for @user ("": nobody has logged in)?  An order without a user is for all.
 * One that counts has counted this call.  @knobs NULL: nothing is ordered.
 */
bool rh_knob(struct rh_knobs *knobs, enum rh_knob which, const char *user, uint64_t *ret_number);

/* What the command does; @order: "drop=5"; @user "": for all. */
bool rh_knob_order(const char *folder, const char *order, const char *user,
		   struct cw_err *err) CW_MUST_CHECK;
/* @name NULL: all of them. */
bool rh_knob_off(const char *folder, const char *name, struct cw_err *err) CW_MUST_CHECK;
/* One line for each that was ordered: "drop=5 SHOP". */
bool rh_knob_list(const char *folder, FILE *to, struct cw_err *err) CW_MUST_CHECK;

/* One at a time changes files of the folder: a descriptor that holds the lock; -1: *err. */
int rh_knob_lock(const char *folder, struct cw_err *err);

#endif
