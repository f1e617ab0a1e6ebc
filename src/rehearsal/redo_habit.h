/*
 * redo_habit.h - the habits of redo and LogMiner that break capture tools, a switch for each
 *
 * All are on until somebody switches them off: what is rehearsed is what hurts.  One that
 * is off makes the rehearsal kinder than any Oracle, for a test that wants one trouble at
 * a time.  Log writer, archiver and every backend look at the file each time they act, so a
 * switch works at once.
 *
 * Shapes	DIR/redo/habits: the names of those that are off, one a line; no file: none
 * Owns		nothing; a struct rh_habits is the cache of one thread
 * Errors	CW9304 no such habit; CW9303 the file cannot be written
 * Threads	one at a time for each struct
 * Sources	with each habit, in redo_habit.c
 */
#ifndef CW_REHEARSAL_REDO_HABIT_H
#define CW_REHEARSAL_REDO_HABIT_H

#include "base/err.h"

#include <stddef.h>

enum rh_habit {
	RH_HABIT_LATE_START,
	RH_HABIT_SHARED_SCN,
	RH_HABIT_EMPTY_COMMIT,
	RH_HABIT_SWITCH_IN_WINDOW,
	RH_HABIT_UNLISTED_LOG,
	RH_HABIT_ROWID_ROLLBACK,
	RH_HABIT_CSF_PIECES,
	RH_HABIT_REUSED_LOG,
	RH_HABIT_UNFLUSHED_TAIL,
	RH_HABIT_DDL_ROWS,
	RH_HABIT_CHAINED_ROWS,
	RH_HABIT_OTHER_DESTINATION,
	RH_HABIT_DELETED_ARCHIVE,
	RH_HABIT_LOB_ROWS,
	RH_HABIT_LONG_NAMES,
	RH_HABIT_PARALLEL_DML,
	RH_HABIT_OLD_DEFINITIONS,
	RH_HABIT_LONG_ROWS,
	RH_HABIT_CUT_XIDS,
	RH_HABIT_BARE_QUOTES,
	RH_HABIT_WIDE_ROWS,
	RH_HABIT_COUNT
};

struct rh_habit_about {
	const char *name;
	const char *what;   /* the sentence of the manual page */
	const char *source; /* who saw it */
};

extern const struct rh_habit_about rh_habit_about[RH_HABIT_COUNT];

struct rh_habits {
	int64_t changed_ns; /* of the file, when it was read */
	uint64_t inode;
	uint32_t off; /* bit by enum rh_habit */
};

/* Is it on?  @dir is the folder of the redo. */
bool rh_habit(struct rh_habits *habits, const char *dir, enum rh_habit habit);

/* RH_HABIT_COUNT: there is none of that name. */
enum rh_habit rh_habit_find(const char *name);

/* Switch one habit, or "all", in the file. */
bool rh_habit_switch(const char *dir, const char *name, bool on, struct cw_err *err) CW_MUST_CHECK;

#endif
