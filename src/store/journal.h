/*
 * journal.h - what was decided, written down before it is acted on
 *
 * An append-only file, one record a line:
 *
 *	SEQ WALL_US TEXT CHECK\n
 *
 * SEQ counts from 1.  CHECK is 16 hexadecimal digits over the line and the
 * check of the line before, so that no line can be changed, left out or put in
 * without all after it telling.  A record is on the disk when
 * cw_journal_append() returns.  A last line that a crash cut off was never
 * acted on: it is removed when the file is opened.  Anything else that does
 * not check is refused.
 *
 * The file is locked as long as it is open for writing: one conductor a
 * crossing.
 *
 * Owns		all records, until it is closed; a record's place changes when
 *		another is appended
 * Errors	CW3101 cannot open, read or write	CW3102 damaged: a line in the
 *		middle does not check	CW3103 another process has it open
 *		CW3104 the record holds a line end
 * Threads	one at a time
 */
#ifndef CW_STORE_JOURNAL_H
#define CW_STORE_JOURNAL_H

#include "base/err.h"

struct cw_journal;

struct cw_journal_record {
	uint64_t seq;
	int64_t wall_us; /* microseconds since 1970 UTC */
	const char *text;
};

/* Open @path, creating it, and read it whole. */
bool cw_journal_open(const char *path, struct cw_journal **ret, struct cw_err *err) CW_MUST_CHECK;

/* The same without locking and writing, for those who only look; a torn end is left out. */
bool cw_journal_read(const char *path, struct cw_journal **ret, struct cw_err *err) CW_MUST_CHECK;
void cw_journal_close(struct cw_journal *journal); /* NULL is fine */

/* On the disk when true is returned; when false, nothing of it is there and the next may be written. */
bool cw_journal_append(struct cw_journal *journal, const char *text,
		       struct cw_err *err) CW_MUST_CHECK;

size_t cw_journal_count(const struct cw_journal *journal);
const struct cw_journal_record *cw_journal_at(const struct cw_journal *journal, size_t index);

#endif
