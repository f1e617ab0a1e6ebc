/*
 * logminer_scan.h - one reading of V$LOGMNR_CONTENTS, private to logminer_*.c
 *
 *	logminer_fdw.c		the foreign table: planning, opening, a row at a time
 *	logminer_thread.c	records off the logs of all redo threads, by SCN
 *	logminer_table.c	the names of a table as the dictionary has them now
 *	logminer_record.c	what a record says: SQL text, pieces, rows of LOBs
 *	logminer_field.c	the columns of the view
 *
 * Owns		everything is in the memory of its statement
 * Errors	ora_error()
 * Threads	one
 */
#ifndef CAUSEWAY_LOGMINER_SCAN_H
#define CAUSEWAY_LOGMINER_SCAN_H

#include "causeway_redo.h"

#include "executor/tuptable.h"
#include "utils/hsearch.h"

#define WHO_STRINGS 5

struct who {		   /* of an open transaction; also what its BEGIN said */
	TransactionId xid; /* the hash key */
	int64_t start_us;
	char text[WHO_STRINGS][128]; /* user, session info, client id, SID, SERIAL# */
};

/* The logs of one redo thread, and the record of them that comes next. */
struct thread_scan {
	struct rh_log_reader reader;
	uint32_t thread; /* from 1 */
	int log;	 /* index into miner.log[], -1 before the first */
	struct rh_rec rec;
	const uint8_t *body;
	bool has_record, ended;
};

struct scan {
	struct thread_scan thread[RH_THREADS_MAX];
	struct thread_scan *from; /* of the record being given out */
	HTAB *who;
	HTAB *tables;
	MemoryContext row_context; /* reset for each record */
	MemoryContextCallback closer;
	/* the record being given out */
	struct rh_rec rec;
	const uint8_t *body;
	const struct mined_table *table;
	struct mined_text text;
	int redo_at, undo_at; /* what pieces before this one took */
	bool has_record;
	bool whole_text;     /* never in pieces */
	bool in_blocks;	     /* rows longer than a block show that */
	bool lobs_apart;     /* LOBs have rows of their own */
	bool longs_apart;    /* and LONGs */
	bool bare_quotes;    /* text of extended columns has its quotes as they are */
	bool wide_apart;     /* and long text of them has rows of its own */
	bool long_names_too; /* rows of tables with names that LogMiner does not tell */
	bool cut_xids;	    /* of what undoes changes of before the range */
	bool old_names_too; /* rows of definitions that the dictionary has no more, by name */
	int inner_left;	     /* INTERNAL rows of the record that are still to come */
	int op;		     /* of what is given out of it */
	List *lobs;	     /* struct mined_lob: its rows that are still to come */
	/* columns of the table */
	int natts;
	int8_t *field; /* by column: enum field, -1 */
	bool *wanted;
};

struct table_entry {
	uint32_t key[3]; /* object, version, partition or 0 */
	struct mined_table table;
};

/* ---- logminer_thread.c ---- */

/* The next record of all threads by SCN, into @scan; false: the end.  Its body is good until then. */
bool scan_next_record(struct scan *scan);
/* Also the way to an empty one; closes the logs (a MemoryContextCallback). */
void scan_close(void *scan);

/* ---- logminer_table.c ---- */

/* The table of the record; NULL: nobody knows names without a dictionary. */
const struct mined_table *mined_table_of(struct scan *scan);

/* ---- logminer_record.c ---- */

bool record_has_table(const struct scan *scan);
/* @wanted: 0 owner, 1 table, 2 statement of a DDL; not terminated. */
const char *record_ddl_string(const struct scan *scan, int wanted, uint32_t *ret_len);
void record_write_text(struct scan *scan);
/* It is of a table whose rows LogMiner does not tell. */
bool record_is_unsupported(const struct scan *scan);
/* The record's next row of a LOB takes the place of the row given out. */
void record_next_lob(struct scan *scan);
/* How much of @text from @at on fits a piece, whole characters only. */
int record_piece_len(const struct scan *scan, const StringInfoData *text, int at);
/* Is there more of the text than this piece? */
bool record_continues(const struct scan *scan);
/* Rows that it has beside its own, being longer than a block. */
int record_inner_rows(const struct scan *scan);

/* ---- logminer_field.c ---- */

/* By a column's name: what fields_fill() puts there; -1: it stays NULL. */
int8_t field_find(const char *name);
void fields_fill(struct scan *scan, TupleTableSlot *slot);

#endif
