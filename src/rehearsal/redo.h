/*
 * redo.h - the redo of the rehearsal: log writer, log files, LogMiner, flashback
 *
 * Every row change of a captured table leaves a message in the WAL of the private
 * cluster, at once and whether its transaction commits or not; so do rollbacks, also
 * partial ones.  Two threads of this process turn them into redo log files: the log
 * writer streams the slot and appends records, the archiver flushes the WAL every
 * 20 ms, switches and copies logs and keeps the horizon for flashback.  V$ views and
 * LogMiner read the files from inside the database (extension/).
 *
 *	SCN = LSN >> 12.  Rows and commits share SCNs, as on Oracle.
 *
 * What others call, all in schema rh of database `rehearsal` (redo_1_core.sql):
 *
 *	rh.capture_table(regclass)	after CREATE TABLE: triggers that write the redo
 *	rh.redo_ddl(sql text, relid oid, owner text, name text)
 *			in the transaction of each DDL statement, TRUNCATE too (relid 0 if
 *			there is none); wants to be called after ALTER DATABASE ... SUPPLEMENTAL too
 *	rh.current_scn() numeric	V$DATABASE.CURRENT_SCN
 *	rh.switch_log()		ALTER SYSTEM SWITCH LOGFILE / ARCHIVE LOG CURRENT
 *	rh.xid_raw(xid) bytea	V$TRANSACTION.XID, RAW(8)
 *	rh.supplemental		view over rh.log_groups (relid 0: the database): what is logged
 *			beside a change, read by the triggers
 *	rh.rowid_text(oid, bigint), rh.rowid_number(text), rh.rowid_in_parts(text), rh.rowid_object(text)	see rowid.h
 *
 *	rh.incarnations(), rh.redo_threads()	V$DATABASE_INCARNATION, V$THREAD
 *
 * A file `resetlogs` in the folder asks for OPEN RESETLOGS at the next start.
 *
 * Settings of a session (set them before its first write; V$LOGMNR_CONTENTS shows them):
 * rh.username, rh.session_info, rh.client_id, rh.sid, rh.serial.  rh.nls_date_format and
 * rh.nls_timestamp_format hold the session's formats in Oracle's words (LogMiner text).
 *
 * Errors raised in SQL carry SQLSTATE 'ORA00' and a message that begins with "ORA-nnnnn: ".
 *
 * Owns		the folder config.dir: control, redoNN.log, arch/, undo/
 * Errors	CW9301 the log files are damaged; CW9302 the database does not answer as the
 *		log writer needs; CW9303 a log file cannot be written
 * Threads	rh_redo_start() and rh_redo_stop() by one; the rest any
 */
#ifndef CW_REHEARSAL_REDO_H
#define CW_REHEARSAL_REDO_H

#include "base/err.h"

#include <sys/types.h>

struct rh_redo;
struct rh_knobs;

struct rh_redo_config {
	const char *conninfo;	 /* libpq's, to database rehearsal as superuser, local socket */
	const char *dir;	 /* absolute; made if missing */
	const char *library_dir; /* absolute folder of causeway_redo.so */
	uid_t owner;		 /* account the cluster runs under; chown if we are root */
	gid_t group;
	uint64_t dbid;
	uint64_t group_bytes;  /* size of an online log; 0: 4 MiB */
	unsigned groups;       /* of each thread; 0: 3 */
	unsigned threads;      /* of redo, one for each instance of a cluster; 0: 1 */
	int switch_seconds;    /* a log with records is switched after; 0: 20 */
	int retention_seconds; /* of flashback; 0: 900 */
	int archive_seconds;   /* an archived log is deleted after; 0: 3600 */
	struct rh_knobs *knobs; /* gap, lose, snapshot */
	bool no_fsync;	       /* redo survives a killed process, not a lost machine */
};

/*
 * The lines postgresql.conf needs (wal_level, dynamic_library_path, output_plugin_libraries,
 * session_preload_libraries ...), before the cluster starts.  False: @room is too small.
 */
bool rh_redo_settings(const struct rh_redo_config *config, char *ret, size_t room);

/* After the SQL files are in: make slots if missing, recover the logs, start the threads. */
bool rh_redo_start(const struct rh_redo_config *config, struct rh_redo **ret,
		   struct cw_err *err) CW_MUST_CHECK;
/* Before the cluster stops; NULL is fine. */
void rh_redo_stop(struct rh_redo *redo);

#endif
