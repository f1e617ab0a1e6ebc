/*
 * causeway_redo.h - the PostgreSQL half of the rehearsal's redo
 *
 *	redo_capture.c	row trigger, transaction callbacks: changes into the WAL
 *	prepared.c	COMMIT PREPARED, ROLLBACK PREPARED
 *	last_row.c	ROWID of the row that a statement changed last
 *	redo_shape.c	what a captured table looks like, kept for each backend
 *	redo_plugin.c	output plugin: our messages and the commits, nothing else
 *	redo_scn.c	SCN, padding, flush, horizon, snapshots of the past
 *	redo_views.c	control file and archived logs as rows
 *	logminer.c	DBMS_LOGMNR: the session's list of logs and its range
 *	logminer_scan.h	V$LOGMNR_CONTENTS, streamed from the log files
 *	logminer_text.c	SQL_REDO and SQL_UNDO
 *	moment.c	Oracle's datetimes and intervals as types
 *	mask*.c		datetimes by format models
 *	text.c		text as bytes of the database's character set
 *
 * Include this first: it brings postgres.h.
 *
 * Owns		everything is the backend's; what outlives a statement is in
 *		TopMemoryContext
 * Errors	ora_error(): SQLSTATE ORA00 and a message that begins with ORA-nnnnn
 * Threads	one, as everywhere in a backend
 */
#ifndef CAUSEWAY_REDO_H
#define CAUSEWAY_REDO_H

#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "access/xlogdefs.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

#include "base/err.h"
#include "rehearsal/redo_file.h"
#include "rehearsal/redo_habit.h"
#include "rehearsal/redo_message.h"

#define ROWID_COLUMN "ROWID$" /* hidden in every captured table */
#define ORA_SQLSTATE MAKE_SQLSTATE('O', 'R', 'A', '0', '0')
#define ora_error(number, ...)                                                                     \
	ereport(ERROR, (errcode(ORA_SQLSTATE), errmsg("ORA-" number ": " __VA_ARGS__)))

extern char *redo_dir; /* GUC rh.redo_dir */
extern int redo_threads; /* GUC rh.redo_threads: instances of the cluster */
extern char *session_user_name, *session_info, *session_client_id, *session_sid, *session_serial;
extern char *nls_date_format, *nls_timestamp_format, *nls_timestamp_tz_format, *session_time_zone;

/* ---- redo_shape.c ---- */

struct shape_column {
	AttrNumber attnum;
	uint16_t internal; /* from 1 */
	uint8_t ora_type;  /* enum cw_ora_type */
	bool key, national;
	Oid base_type;
	int16_t len; /* pg_type.typlen */
	uint32_t bytes_max; /* of a declared CHAR */
};

struct shape {
	Oid relid; /* the hash key */
	bool valid, ready;
	uint8_t supplemental;
	uint32_t version;
	AttrNumber rowid_attnum; /* 0: none */
	uint16_t column_count;
	struct shape_column *column;
	struct partitioning *partitioning; /* NULL: of a table without partitions */
};

void shape_init(void);
void block_init(void);
void updating_init(void);
void last_row_init(void);
struct shape *shape_of(Relation relation);
/* What Oracle type a column is; 0: none that is played. */
uint8_t shape_ora_type(Oid type, Oid *ret_base);

/* ---- partition.c ---- */

/* What the catalog says, through SPI, which is connected; NULL: the table has no partitions. */
struct partitioning *partitioning_of(Relation relation);
void partitioning_forget(struct partitioning *partitioning);
/* May a row move to another partition? */
bool partitioning_moves(const struct partitioning *partitioning);
/*
 * Number of the object that the row lies in, made before if INTERVAL says so; ORA-14400: there is none.
 * @shape may become that of the table with one more partition.
 */
uint32_t partition_of(struct shape *shape, Relation relation, HeapTuple tuple);

/* ---- redo_capture.c ---- */

/* Value in Oracle's storage bytes, appended; NULL stays without bytes. */
void stored_value(StringInfo out, const struct shape_column *column, Datum value);

bool habit_is_on(enum rh_habit habit);
/* Ask the log writer for a switch. */
void emit_switch(void);
/* A transaction is over and undone: the log writer compensates what it did. */
void emit_abort(TransactionId xid);
/* The commit record that this backend writes next is to be seen by the log writer. */
void show_commit_of_prepared(void);

/* ---- updating.c ---- */

/* Statements that run inside each other; 1: what runs is the client's own, or one of its block. */
unsigned running_depth(void);

/* ---- cursor.c ---- */

void cursors_init(void);
/* COMMIT or ROLLBACK comes next: open cursors stay. */
void cursors_keep(void);
/* Those that stayed are closed. */
void cursors_forget(void);

/* ---- last_row.c ---- */

/* A row of a table, by its number, is being changed. */
void last_row_note(Oid table, uint64_t number);

/* ---- prepared.c ---- */

void prepared_init(void);

/* ---- log_buffer.c ---- */

/* Waits until the log writer is near enough behind @written. */
void log_buffer_wait(XLogRecPtr written);

/* ---- redo_scn.c ---- */

/* The WAL goes on in a later granule: what is written from now on has a larger SCN. */
void scn_advance(void);
/* Flushes; returns a place behind which the log writer has read all there was before. */
XLogRecPtr scn_mark(void);

/* ---- redo_views.c ---- */

struct rh_control control_now(void);

/* The server's local time, seconds. */
int64_t local_timestamp(int64_t unix_us);

/* ---- logminer.c ---- */

struct mined_log {
	char path[RH_PATH_BYTES];
	struct rh_log_header header; /* as it was when the log was added */
};

enum logminer_option { /* values of DBMS_LOGMNR's constants */
		       LOGMNR_COMMITTED_DATA_ONLY = 2,
		       LOGMNR_SKIP_CORRUPTION = 4,
		       LOGMNR_DDL_DICT_TRACKING = 8,
		       LOGMNR_DICT_FROM_ONLINE_CATALOG = 16,
		       LOGMNR_DICT_FROM_REDO_LOGS = 32,
		       LOGMNR_NO_SQL_DELIMITER = 64,
		       LOGMNR_PRINT_PRETTY_SQL = 512,
		       LOGMNR_CONTINUOUS_MINE = 1024,
		       LOGMNR_NO_ROWID_IN_STMT = 2048,
		       LOGMNR_STRING_LITERALS_IN_STMT = 4096,
		       /* our own: what undoes a change names its row by its columns, too */
		       LOGMNR_KEYED_ROLLBACK = 1 << 24,
		       LOGMNR_LOBS_APART = 1 << 25,  /* the content of a LOB has rows of its own */
		       LOGMNR_LONGS_APART = 1 << 26, /* and that of a LONG */
		       LOGMNR_BARE_QUOTES = 1 << 27, /* text of extended columns has them */
		       LOGMNR_WIDE_APART = 1 << 28,  /* long text of extended columns has rows of its own */
};

struct miner {
	bool started;
	uint64_t start_scn, end_scn; /* end 0: none */
	int options; /* of the caller, and LOGMNR_KEYED_ROLLBACK */
	int log_count, log_room;
	struct mined_log *log; /* sorted by thread and sequence once started */
};

extern struct miner miner;

/* ---- number.c ---- */

#define REAL_TEXT_BYTES 40
/* 1.5E+000, Nan, Inf: the fewest digits that are this number. */
void real_text(double number, bool is_float, char ret[REAL_TEXT_BYTES]);

/* ---- logminer_text.c ---- */

/* A table's names as the dictionary has them now. */
struct mined_table {
	Oid relid;
	bool known; /* the catalog knows it, in the version of the change */
	bool untold; /* owner, table or a column has a name that LogMiner cannot tell */
	char *owner, *name;
	int column_count;
	char **column; /* quoted, by internal number - 1 */
	int *scale;    /* TIMESTAMP: digits of the fraction */
};

struct mined_text {
	StringInfoData redo, undo;
	bool sets_long; /* an UPDATE of a LONG, which LogMiner does not vouch for */
};

void text_of_row(const struct rh_rec *rec, const uint8_t *body, const struct mined_table *table,
		 int options, struct mined_text *ret);
/* A row of LogMiner that a LOB of a change has beside the change's own. */
struct mined_lob {
	int op; /* enum rh_operation */
	StringInfoData text;
};
/* struct mined_lob; NIL: the change has none. */
List *text_of_lobs(const struct rh_rec *rec, const uint8_t *body, const struct mined_table *table,
		   int options);
/* What of a change lies in no piece of its row: LOBs where they are apart, and LONGs that it leaves as they are. */
size_t apart_bytes(const struct rh_rec *rec, const uint8_t *body, bool lobs_apart);
void text_rowid(uint32_t object, uint64_t row_id, char ret[19]);

#endif
