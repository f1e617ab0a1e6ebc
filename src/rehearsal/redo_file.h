/*
 * redo_file.h - redo log files, the control file and the list of archived logs
 *
 * The log writer appends to one online log after the other, of each redo thread; archived
 * logs are copies.  A transaction lies in one thread.
 * V$ views and LogMiner read all of them from other processes, so whatever is read is
 * checked, and the online log is read only as far as the control file says it is on disk.
 *
 * Shapes
 *
 *	log file	struct rh_log_header in block 0 (512 bytes), then records, each
 *			starting at a multiple of 16; a record's place is its RBA:
 *			sequence, offset / 512, offset % 512
 *	record		struct rh_rec, then body_len bytes: the columns or strings of
 *			redo_message.h.  check covers sequence, header and body, so that
 *			what an earlier use of the group left behind is no record
 *	control		one struct rh_control, written in place in one call
 *	archived	struct rh_archived, one after the other
 *
 * Owns		a reader owns its descriptor and its buffer
 * Errors	CW9301 damaged (data); CW9303 system error
 * Threads	one at a time for each struct; files: one writer, any readers
 */
#ifndef CW_REHEARSAL_REDO_FILE_H
#define CW_REHEARSAL_REDO_FILE_H

#include "base/err.h"
#include "rehearsal/redo_message.h"

#define RH_BLOCK_BYTES	 512u
#define RH_REC_ALIGN	 16u
#define RH_GROUPS_MAX	 16u
#define RH_THREADS_MAX	 2u
#define RH_FORMER_MAX	 8u
#define RH_PATH_BYTES	 400u
#define RH_REC_BYTES_MAX (64u << 20)
#define RH_SCN_UNENDED	 UINT64_MAX /* NEXT_CHANGE# of the current log */

struct rh_log_header {
	char magic[8]; /* "RHREDO1" */
	uint32_t block_bytes, thread, group, reserved;
	uint64_t sequence;
	uint64_t first_scn, next_scn; /* next: RH_SCN_UNENDED while it is written */
	uint64_t end;		      /* offset after the last record; 0 while it is written */
	int64_t first_us, next_us;
	uint64_t resetlogs_scn, dbid;
	int64_t resetlogs_us;
	uint64_t check; /* over all before it */
};

struct rh_rec {
	uint32_t len;	/* with body, without the padding after it */
	uint32_t check; /* over sequence and everything after this field */
	uint8_t op;	/* enum rh_operation */
	uint8_t rollback;
	uint8_t supplemental;
	uint8_t thread; /* from 0 */
	uint32_t xid, sub, object, version;
	uint16_t old_count, new_count;
	uint64_t row_id, scn, lsn, start_scn;
	int64_t time_us;
};

enum rh_group_status { RH_GROUP_UNUSED, RH_GROUP_CURRENT, RH_GROUP_ACTIVE, RH_GROUP_INACTIVE };

struct rh_group {
	uint64_t sequence, first_scn, next_scn, bytes, end;
	int64_t first_us, next_us;
	uint16_t thread; /* from 0 */
	uint16_t status; /* enum rh_group_status */
	uint16_t archived;
	uint16_t moving; /* archived, and not in the list of archived logs yet */
};

/* A life of the database that OPEN RESETLOGS ended. */
struct rh_incarnation {
	uint64_t resetlogs_scn;
	int64_t resetlogs_us;
};

struct rh_control {
	char magic[8]; /* "RHCTL1" */
	uint64_t dbid, resetlogs_scn;
	int64_t resetlogs_us;
	struct rh_incarnation former[RH_FORMER_MAX]; /* the newest of them, oldest first */
	uint32_t former_count, reserved;
	uint64_t last_scn, last_lsn; /* all redo up to here is in the logs */
	int64_t last_us;
	uint64_t history_scn; /* flashback reaches back to here at most */
	uint32_t group_count, thread_count;
	/* by thread: the first log that recovery has to read, index into group[] */
	uint64_t recover_sequence[RH_THREADS_MAX];
	uint32_t current[RH_THREADS_MAX];
	struct rh_group group[RH_GROUPS_MAX];
	uint64_t check;
};

struct rh_archived {
	uint64_t recid, sequence, first_scn, next_scn, bytes, resetlogs_scn;
	int64_t first_us, next_us, completion_us, resetlogs_us;
	uint32_t thread, deleted;
	char path[RH_PATH_BYTES];
	uint64_t check;
};

/* redo_dir/redo01.log and so on; @group counts from 0. */
void rh_group_path(const char *dir, unsigned group, char ret[RH_PATH_BYTES]);

bool rh_control_read(const char *dir, struct rh_control *ret, struct cw_err *err) CW_MUST_CHECK;
/* Sets the check; @fd was opened for writing. */
bool rh_control_write(int fd, struct rh_control *control, struct cw_err *err) CW_MUST_CHECK;

/* False without failing (*ret_none) after the last one. */
bool rh_archived_read(int fd, uint64_t index, struct rh_archived *ret, bool *ret_none,
		      struct cw_err *err) CW_MUST_CHECK;
/* In the place of its recid; sets the check. */
bool rh_archived_write(int fd, struct rh_archived *archived, struct cw_err *err) CW_MUST_CHECK;

void rh_log_header_seal(struct rh_log_header *header);
uint32_t rh_rec_check(uint64_t sequence, const struct rh_rec *rec, const uint8_t *body);

static inline uint32_t rh_rec_body_len(const struct rh_rec *rec)
{
	return rec->len - (uint32_t)sizeof(struct rh_rec);
}

static inline uint64_t rh_rec_stride(uint32_t len)
{
	return (len + RH_REC_ALIGN - 1) & ~(uint64_t)(RH_REC_ALIGN - 1);
}

struct rh_log_reader {
	int fd; /* -1: closed */
	char path[RH_PATH_BYTES];
	struct rh_log_header header;
	uint64_t at;  /* offset of the next record */
	uint64_t end; /* read up to here; RH_SCN_UNENDED: until there is no record */
	uint8_t *buffer;
	size_t room;
	uint64_t rec_at; /* offset of the record given last */
};

/* Opens and checks the header; @reader starts zeroed or closed. */
bool rh_log_open(struct rh_log_reader *reader, const char *path, struct cw_err *err) CW_MUST_CHECK;
void rh_log_close(struct rh_log_reader *reader);

/*
 * The next record; *ret_body is good until the next call.  *ret_none: there is none; a
 * damaged record before the known end is an error, after it it is the end.
 */
bool rh_log_next(struct rh_log_reader *reader, struct rh_rec *ret, const uint8_t **ret_body,
		 bool *ret_none, struct cw_err *err) CW_MUST_CHECK;

#endif
