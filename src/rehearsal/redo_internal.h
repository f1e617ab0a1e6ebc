/*
 * redo_internal.h - the parts of the redo, for redo_*.c and flashback.c alone
 *
 *	redo.c		start, stop, settings
 *	redo_stream.c	log writer thread: the slot's messages, one after the other
 *	redo_txn.c	open transactions and how to undo them
 *	redo_log.c	appending, flushing, switching log files
 *	redo_recover.c	the state after a crash, from the log files
 *	redo_archive.c	archiver thread: flush, archive, horizon
 *	redo_history.c	which transaction committed at which SCN
 *
 * Owns		struct rh_redo owns all; a txn its spill file
 * Threads	what the log writer alone touches has no lock; the rest is under @lock
 */
#ifndef CW_REHEARSAL_REDO_INTERNAL_H
#define CW_REHEARSAL_REDO_INTERNAL_H

#include "base/wr.h"
#include "rehearsal/redo.h"
#include "rehearsal/redo_file.h"
#include "rehearsal/redo_habit.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#define RH_SCN_SHIFT	  12
#define RH_RESET_FILE	  "resetlogs" /* in the folder: asks for OPEN RESETLOGS at the next start */
#define RH_TXN_BUCKETS	  1024u
#define RH_UNDO_IN_MEMORY 4096u /* entries of one transaction; more go to a file */

/* One row that was written, and where its record lies. */
struct rh_undo_entry {
	uint32_t sub, thread;
	uint64_t sequence, offset;
};

struct rh_txn {
	struct rh_txn *next; /* in its bucket */
	uint32_t xid;
	bool started; /* its START record is written */
	bool has_rows; /* some were written, also if they are undone by now */
	uint8_t slaves; /* of a parallel statement, whose START is written: a bit for each */
	bool hides; /* a planted fault: one of its rows has no compensation */
	uint64_t start_scn;
	unsigned thread;
	uint64_t first_sequence;
	struct cw_wr who;	     /* body of START */
	struct cw_wr ddl;	     /* OBJ#s changed, 4 bytes each */
	struct rh_undo_entry *entry; /* the newest, @count of them */
	uint32_t count, room;
	uint64_t spilled; /* older ones, in @spill_fd */
	int spill_fd;
};

struct rh_commit {
	uint32_t xid, last_xid; /* last: highest of its subtransactions */
	uint64_t scn;
};

/* All xids before @xmin had ended by @scn; xids from @xmax on had not begun. */
struct rh_sample {
	int64_t at_ms;
	uint64_t scn;
	uint32_t xmin, xmax;
};

struct rh_ddl {
	uint32_t object;
	uint64_t scn;
};

struct rh_history {
	struct rh_commit *commit;  /* in commit order */
	size_t first, count, room; /* [first, count) are kept */
	struct rh_sample *sample;
	size_t sample_count, sample_room;
	struct rh_ddl *ddl;
	size_t ddl_count, ddl_room;
	uint64_t from_scn; /* nothing is known before; 0: nothing at all yet */
};

struct rh_log {
	int fd;
	uint64_t sequence;
	uint64_t at; /* where the buffer will be written */
	struct cw_wr buffer;
	uint64_t last_scn; /* of a record in this log; 0: it has none */
	uint64_t skip_lsn; /* messages up to here are in its logs already */
	bool last_was_part; /* the message of the last record may have more of them */
	atomic_bool want_switch;
};

struct rh_redo {
	struct rh_redo_config config;
	char conninfo[1024], dir[RH_PATH_BYTES - 64];

	/* of the log writer */
	struct rh_habits habits;
	struct rh_log log[RH_THREADS_MAX];
	struct rh_log_reader back; /* for compensation: a log read again */
	struct rh_txn *txn[RH_TXN_BUCKETS];
	bool hid; /* a planted fault has had its transaction */
	uint64_t read_lsn, read_scn; /* of the last message */
	uint64_t done_lsn;	     /* of the last one that is in the log whole */
	int64_t read_us;
	bool reset_wanted;	/* under lock: OPEN RESETLOGS as soon as nothing is open */
	uint64_t reconcile_lsn; /* once read, ask after the transactions still open; 0: done */
	bool dirty;

	/* of both threads and of flashback */
	pthread_mutex_t lock;
	pthread_cond_t changed;	   /* control or seen_lsn */
	struct rh_control control; /* under lock */
	int control_fd, archived_fd;
	uint64_t archived_count;   /* archiver alone, after the start */
	uint64_t kept_from;	   /* archiver alone: archived logs before it are deleted */
	struct rh_habits archiver_habits;
	uint64_t seen_lsn;	   /* under lock: history holds all commits before */
	struct rh_history history; /* under lock */
	atomic_bool stopping, failed;
	int stop_fd;
	pthread_t writer, archiver;
	bool writer_runs, archiver_runs;

	/* of flashback */
	pthread_mutex_t mark_lock;
	PGconn *mark_conn; /* under mark_lock */
	PGconn *idle[8];   /* under lock */
	unsigned idle_count;
};

/* xids wrap: is @a before @b? */
static inline bool rh_xid_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* ---- redo_log.c ---- */

bool rh_log_create(struct rh_redo *redo, uint64_t first_scn, struct cw_err *err) CW_MUST_CHECK;
/* Go on in the current log of @thread at @at. */
bool rh_log_continue(struct rh_redo *redo, unsigned thread, uint64_t at,
		     struct cw_err *err) CW_MUST_CHECK;
/* Appends to the log of rec->thread; *ret_offset: where.  May switch logs before. */
bool rh_log_append(struct rh_redo *redo, struct rh_rec *rec, struct cw_bytes body,
		   uint64_t *ret_offset, struct cw_err *err) CW_MUST_CHECK;
/* A switch that is wanted happens once the SCN has moved on. */
bool rh_log_switch_if_due(struct rh_redo *redo, unsigned thread, uint64_t scn,
			  struct cw_err *err) CW_MUST_CHECK;
/* OPEN RESETLOGS: what was written is archived, and logs begin at sequence 1 from @scn on. */
bool rh_log_reset(struct rh_redo *redo, uint64_t scn, struct cw_err *err) CW_MUST_CHECK;
/* Ask for a switch of every thread. */
void rh_log_want_switch(struct rh_redo *redo);
bool rh_log_is_switch_wanted(struct rh_redo *redo);
/* Everything read so far is on disk and others see it. */
bool rh_log_flush(struct rh_redo *redo, struct cw_err *err) CW_MUST_CHECK;
/* Path of a log by its sequence: online if still there, else archived. */
bool rh_log_find(struct rh_redo *redo, unsigned thread, uint64_t sequence, char ret[RH_PATH_BYTES],
		 struct cw_err *err) CW_MUST_CHECK;
void rh_archive_path(const struct rh_redo *redo, unsigned thread, uint64_t sequence,
		     char ret[RH_PATH_BYTES]);
/* One record again; *ret_body is good until the next call. */
bool rh_log_read_back(struct rh_redo *redo, const struct rh_undo_entry *entry, struct rh_rec *ret,
		      const uint8_t **ret_body, struct cw_err *err) CW_MUST_CHECK;
bool rh_file_give(struct rh_redo *redo, int fd, struct cw_err *err) CW_MUST_CHECK;

/* ---- redo_txn.c ---- */

struct rh_txn *rh_txn_find(struct rh_redo *redo, uint32_t xid);
struct rh_txn *rh_txn_open(struct rh_redo *redo, uint32_t xid, unsigned thread, uint64_t scn);
void rh_txn_close(struct rh_redo *redo, struct rh_txn *txn);
/* A row about the transaction as a whole: START, COMMIT, ROLLBACK. */
struct rh_rec rh_txn_rec(const struct rh_txn *txn, enum rh_operation op, uint64_t lsn,
			 int64_t time_us);
/* START, COMMIT or ROLLBACK of the transaction's slaves: of @only, or of each that has a START. */
bool rh_txn_slaves(struct rh_redo *redo, struct rh_txn *txn, enum rh_operation op,
		   const uint32_t *only, uint64_t lsn, int64_t time_us, struct cw_err *err);
bool rh_txn_push(struct rh_redo *redo, struct rh_txn *txn, const struct rh_undo_entry *entry,
		 struct cw_err *err) CW_MUST_CHECK;
/* False without failing when it is empty: *ret_none. */
bool rh_txn_top(struct rh_txn *txn, struct rh_undo_entry *ret, bool *ret_none,
		struct cw_err *err) CW_MUST_CHECK;
void rh_txn_pop(struct rh_txn *txn);
/* Compensate the rows written by @sub and later, newest first; all: whatever there is. */
bool rh_txn_undo(struct rh_redo *redo, struct rh_txn *txn, uint32_t sub, bool all, uint64_t lsn,
		 int64_t time_us, struct cw_err *err) CW_MUST_CHECK;
/* The transaction rolled back: compensation, ROLLBACK, gone. */
bool rh_txn_rollback(struct rh_redo *redo, struct rh_txn *txn, uint64_t lsn, int64_t time_us,
		     struct cw_err *err) CW_MUST_CHECK;
/* The first log of @thread that an open transaction needs. */
uint64_t rh_txn_oldest_sequence(struct rh_redo *redo, unsigned thread);
bool rh_txn_any(const struct rh_redo *redo);

/* ---- redo_recover.c, redo_stream.c, redo_archive.c ---- */

bool rh_redo_recover(struct rh_redo *redo, struct cw_err *err) CW_MUST_CHECK;
void *rh_redo_writer_main(void *redo);
void *rh_redo_archiver_main(void *redo);
PGconn *rh_redo_connect(struct rh_redo *redo, const char *extra, struct cw_err *err);
/* One row of up to @columns numbers; false if the statement fails. */
bool rh_redo_ask(PGconn *conn, const char *sql, int columns, uint64_t *ret, struct cw_err *err);
/* The instance cannot go on, as when LGWR dies: asks the process to end. */
void rh_redo_die(struct rh_redo *redo, const char *who, const struct cw_err *err);

/* ---- redo_history.c: under lock, but for rh_history_begin() ---- */

bool rh_history_begin(struct rh_redo *redo, PGconn *conn, struct cw_err *err) CW_MUST_CHECK;
void rh_history_commit(struct rh_history *history, uint32_t xid, uint32_t last_xid, uint64_t scn);
void rh_history_ddl(struct rh_history *history, uint32_t object, uint64_t scn);
void rh_history_sample(struct rh_history *history, const struct rh_sample *sample,
		       int64_t retention_ms);
void rh_history_release(struct rh_history *history);

/* What a snapshot as of an SCN is made of; unseen: xids from xmin on that it does not see. */
struct rh_past {
	uint32_t xmin, xmax;
	uint32_t *unseen; /* free() */
	size_t unseen_count;
};

/* False: the history does not reach back so far. */
bool rh_history_past(const struct rh_history *history, uint64_t scn, struct rh_past *ret);

#endif
