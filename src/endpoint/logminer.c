/* logminer.c - see logminer.h */
#include "endpoint/logminer.h"

#include "base/clock.h"
#include "base/wr.h"
#include "endpoint/log_list.h"
#include "endpoint/objects.h"
#include "endpoint/ora_read.h"
#include "endpoint/redo_ddl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSING_WAIT_MS 15000 /* the archiver's moment, and more */
#define OBJECTS_MAX	1000  /* in one list of DATA_OBJ# */
#define IDLE_NUDGE_MS	250
#define FETCH_ROWS	1000

/* Columns of contents_sql, in its order. */
enum field {
	F_SCN,
	F_THREAD,
	F_SEQUENCE,
	F_BLOCK,
	F_OFFSET,
	F_USN,
	F_SLOT,
	F_XID_SEQUENCE,
	F_CODE,
	F_ROLLBACK,
	F_CSF,
	F_STATUS,
	F_OBJECT,
	F_NUMBERS,
	F_ROW_ID = F_NUMBERS,
	F_OWNER,
	F_TABLE,
	F_INFO,
	F_SQL,
};

/* Operation codes: Oracle Database Reference 19c, V$LOGMNR_CONTENTS; debezium EventType. */
enum code {
	CODE_INSERT = 1,
	CODE_DELETE = 2,
	CODE_UPDATE = 3,
	CODE_DDL = 5,
	CODE_START = 6,
	CODE_COMMIT = 7,
	CODE_MISSING_SCN = 34,
	CODE_ROLLBACK = 36,
};

struct row {
	uint64_t number[F_NUMBERS];
	char rowid[24], owner[132], table[132], info[64];
};

struct logminer {
	struct cw_source source;
	struct cw_logminer_config config;
	struct cw_ora *ora;
	struct cw_ora_stmt *contents;
	uint64_t history[2]; /* DBID, RESETLOGS_CHANGE# */
	uint64_t lo;	     /* read up to here */
	struct cw_log_list logs;
	struct cw_log_list loaded; /* what LogMiner has been given */
	struct cw_assemble *assemble;
	struct cw_redo_parser parser;
	struct row row;	   /* the first piece of the row being read */
	struct cw_wr text; /* of its SQL_REDO, put together */
	bool in_pieces;
	struct cw_objects objects;
	bool by_object; /* contents asks for the rows of these alone */
	int64_t missing_since_ms, nudged_ms;
	bool untold; /* a window was read to its end, and nobody was told */
	bool broken;
};

static struct logminer *of(struct cw_source *source)
{
	return (struct logminer *)source;
}

/* DBID and incarnation; they must be those of the mark, or SCNs mean nothing. */
static bool check_history(struct logminer *miner, struct cw_err *err)
{
	const struct cw_pos *from = &miner->config.from;
	const struct cw_value *value;
	struct cw_ora_read read;
	bool ok;

	if (!cw_ora_read_begin(miner->ora, "select dbid, resetlogs_change# from v$database", 0,
			       NULL, &read, err))
		return false;
	value = cw_ora_read_row(&read, err);
	ok = value && cw_ora_to_u64(value[0], &miner->history[0], err) &&
	     cw_ora_to_u64(value[1], &miner->history[1], err);
	cw_ora_read_end(&read);
	if (!ok)
		return value || err->kind ? false
					  : cw_fail(err, CW_ERR_DATA, 7002, "V$DATABASE is empty");
	if (from->history[0] != miner->history[0] || from->history[1] != miner->history[1])
		return cw_fail(err, CW_ERR_CONFIG, 7003,
			       "the mark is of database %" PRIu64 ", resetlogs %" PRIu64
			       "; this is %" PRIu64 ", %" PRIu64,
			       from->history[0], from->history[1], miner->history[0],
			       miner->history[1]);
	return true;
}

static const char *const settings[] = {
	"alter session set nls_date_format = 'SYYYY-MM-DD HH24:MI:SS'",
	"alter session set nls_timestamp_format = 'SYYYY-MM-DD HH24:MI:SS.FF9'",
	"alter session set nls_timestamp_tz_format = 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'",
	"alter session set nls_numeric_characters = '.,'",
	"alter session set time_zone = '00:00'",
};

/* Of tables and parts, and our own progress table. */
static uint32_t count_objects(const struct logminer *miner)
{
	return (uint32_t)miner->objects.count + (miner->config.progress_object != 0);
}

/*
 * Rows of transactions are asked for always, DDL all: whose it is, its row says.  Rows of tables
 * are asked for by their object, or all, if that is more than a list can name.
 */
static bool prepare_contents(struct logminer *miner, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = 1u << 20 };
	uint32_t count = count_objects(miner);
	bool ok;

	miner->by_object = count <= OBJECTS_MAX;
	cw_wr_text(&sql, "select scn, thread#, rbasqn, rbablk, rbabyte, xidusn, xidslt, xidsqn, "
			 "operation_code, rollback, csf, status, data_obj#, row_id, seg_owner, "
			 "table_name, info, sql_redo from v$logmnr_contents where scn > :1 and "
			 "scn <= :2 and (operation_code in (5, 6, 7, 34, 36) or (operation_code in "
			 "(1, 2, 3, 9, 10, 11, 28, 29, 68, 70, 71, 91, 92, 93, 255)");
	for (uint32_t i = 0; miner->by_object && i < count; i++)
		cw_wr_printf(&sql, "%s:%u", i ? ", " : " and data_obj# in (", i + 3);
	cw_wr_text(&sql, miner->by_object ? ")))" : "))");
	cw_wr_u8(&sql, '\0');
	if (miner->contents)
		cw_ora_stmt_free(miner->contents);
	miner->contents = NULL;
	ok = cw_ora_prepare(miner->ora, (const char *)sql.at0, &miner->contents, err);
	for (uint32_t i = 0; ok && i < (miner->by_object ? count : 0) + 2; i++)
		cw_ora_bind(miner->contents, i, CW_ORA_NUMBER, 22);
	if (ok) /* nothing else is asked while a window is read */
		cw_ora_read_ahead(miner->contents, FETCH_ROWS);
	cw_wr_release(&sql);
	return ok;
}

static bool read_parts(struct logminer *miner, struct cw_err *err)
{
	return cw_objects_read_parts(&miner->objects, miner->ora, miner->config.shape,
				     miner->config.shape_count, err);
}

/* Parts made since, of tables that have some: their rows may be in the window that is read next. */
static bool look_for_parts(struct logminer *miner, struct cw_err *err)
{
	size_t known = miner->objects.count;

	if (miner->objects.parts == 0)
		return true;
	return read_parts(miner, err) &&
	       (miner->objects.count == known || prepare_contents(miner, err));
}

static bool open_session(struct logminer *miner, struct cw_err *err)
{
	if (!cw_ora_open(miner->config.login, &miner->ora, err))
		return false;
	for (unsigned i = 0; i < CW_ARRAY_LEN(settings); i++)
		if (!cw_ora_run(miner->ora, settings[i], err))
			return cw_err_add(err, "settings of the LogMiner session");
	return check_history(miner, err) && read_parts(miner, err) && prepare_contents(miner, err);
}

static bool open_assembler(struct logminer *miner, struct cw_err *err)
{
	struct cw_assemble_config config = { .spill_dir = miner->config.spill_dir,
					     .memory_max = miner->config.memory_max,
					     .disk_max = miner->config.disk_max,
					     .shape = miner->config.shape,
					     .shape_count = miner->config.shape_count,
					     .applied = miner->config.from };

	return cw_assemble_open(&config, &miner->assemble, err);
}

/* LAST_REDO_CHANGE# of the threads that write; 0 rows would be a database that is closed. */
static bool read_end(struct logminer *miner, uint64_t *ret, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;
	uint64_t end = UINT64_MAX;
	bool ok = true;

	if (!cw_ora_read_begin(miner->ora,
			       "select last_redo_change# from v$thread where status = 'OPEN'", 0,
			       NULL, &read, err))
		return false;
	while (ok && (value = cw_ora_read_row(&read, err)) != NULL) {
		uint64_t last;

		ok = cw_ora_to_u64(value[0], &last, err);
		if (ok && last < end)
			end = last;
	}
	cw_ora_read_end(&read);
	if (!ok || err->kind != CW_ERR_NONE)
		return false;
	if (end == UINT64_MAX || end == 0)
		return cw_fail(err, CW_ERR_RETRY, 7013, "no redo thread is open");
	*ret = end - 1; /* another record with the last SCN may be on its way */
	return true;
}

/*
 * An idle database writes no redo, and the last commit keeps waiting for a
 * higher SCN behind it.  Asking for CURRENT_SCN makes the SCN go on.
 */
static bool nudge(struct logminer *miner, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;

	if (cw_clock_ms() - miner->nudged_ms < IDLE_NUDGE_MS)
		return true;
	miner->nudged_ms = cw_clock_ms();
	if (!cw_ora_read_begin(miner->ora, "select current_scn from v$database", 0, NULL, &read,
			       err))
		return false;
	value = cw_ora_read_row(&read, err);
	cw_ora_read_end(&read);
	return value || err->kind == CW_ERR_NONE;
}

static bool same_logs(const struct cw_log_list *a, const struct cw_log_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->log[i].name, b->log[i].name) != 0 ||
		    a->log[i].sequence != b->log[i].sequence)
			return false;
	return true;
}

static void remember(struct cw_log_list *to, const struct cw_log_list *from)
{
	if (to->room < from->count) {
		to->room = from->count;
		to->log = reallocarray(to->log, to->room, sizeof(*to->log));
		if (!to->log)
			abort();
	}
	to->count = from->count;
	if (from->count)
		memcpy(to->log, from->log, from->count * sizeof(*from->log));
}

static bool end_session(struct logminer *miner, struct cw_err *err)
{
	if (miner->loaded.count == 0)
		return true;
	miner->loaded.count = 0;
	if (cw_ora_run(miner->ora, "begin sys.dbms_logmnr.end_logmnr(); end;", err))
		return true;
	return err->native == 1307; /* none was active */
}

static bool add_logs(struct logminer *miner, struct cw_err *err)
{
	cw_log_list_prefer(&miner->logs, &miner->loaded);
	if (same_logs(&miner->logs, &miner->loaded))
		return true;
	if (!end_session(miner, err) || !cw_log_list_give(miner->ora, &miner->logs, err))
		return false;
	remember(&miner->loaded, &miner->logs);
	return true;
}

static bool start(struct logminer *miner, uint64_t hi, struct cw_err *err)
{
	static const uint8_t types[] = { CW_ORA_NUMBER, CW_ORA_NUMBER, CW_ORA_NUMBER };
	uint8_t room[3][24];
	uint64_t first = miner->lo + 1;
	struct cw_value values[3];

	/* a start before the first log's first SCN is ORA-01281 */
	for (size_t i = 0; i < miner->logs.count; i++)
		if (miner->logs.log[i].first > first && miner->logs.count == 1)
			first = miner->logs.log[i].first;
	values[0] = cw_ora_number(first, room[0]);
	values[1] = cw_ora_number(hi, room[1]);
	/* NO_SQL_DELIMITER, and in catalog mode DICT_FROM_ONLINE_CATALOG */
	values[2] = cw_ora_number(miner->config.mode == CW_REDO_RAW ? 64 : 64 + 16, room[2]);
	return cw_ora_call(miner->ora,
			   "begin sys.dbms_logmnr.start_logmnr(startscn => :1, endscn => :2, "
			   "options => :3); end;",
			   3, types, values, err) ||
	       cw_err_add(err, "LogMiner from SCN %" PRIu64 " to %" PRIu64, first, hi);
}

static bool read_row(struct logminer *miner, const struct cw_value *value, struct cw_err *err)
{
	struct row *row = &miner->row;

	for (unsigned i = 0; i < F_NUMBERS; i++)
		if (!cw_ora_to_u64(value[i], &row->number[i], err))
			return false;
	(void)cw_ora_to_text(value[F_ROW_ID], row->rowid, sizeof(row->rowid));
	(void)cw_ora_to_text(value[F_OWNER], row->owner, sizeof(row->owner));
	(void)cw_ora_to_text(value[F_TABLE], row->table, sizeof(row->table));
	(void)cw_ora_to_text(value[F_INFO], row->info, sizeof(row->info));
	cw_wr_reset(&miner->text);
	return true;
}

/* Index of the table, shape_count for our own progress table, -1 for any other. */
static int64_t table_of(const struct logminer *miner, uint64_t object)
{
	if (object && object == miner->config.progress_object)
		return miner->config.shape_count;
	return cw_objects_find(&miner->objects, object);
}

/* The table of the crossing that the DDL changes, or -1. */
static int64_t table_of_ddl(const struct logminer *miner)
{
	const struct row *row = &miner->row;
	struct cw_bytes text = cw_wr_bytes(&miner->text);
	int64_t table = table_of(miner, row->number[F_OBJECT]);

	for (uint32_t i = 0; table < 0 && i < miner->config.shape_count; i++)
		if (strcmp(row->owner, miner->config.shape[i]->owner) == 0 &&
		    strcmp(row->table, miner->config.shape[i]->name) == 0)
			table = i;
	if (table >= 0)
		return table < miner->config.shape_count && !cw_redo_ddl_is_harmless(text) ? table
											   : -1;
	for (uint32_t i = 0; i < miner->config.shape_count; i++)
		if (cw_redo_ddl_trades(text, miner->config.shape[i]->name))
			return i;
	return -1;
}

static bool put_ddl(struct logminer *miner, struct cw_err *err)
{
	int64_t table;

	if (strncmp(miner->row.info, "INTERNAL DDL", 12) == 0)
		return true;
	table = table_of_ddl(miner);
	return table < 0 || cw_fail(err, CW_ERR_CONFIG, 7014,
				    "%s.%s was changed by DDL at SCN %" PRIu64
				    ": the table must be loaded again",
				    miner->config.shape[table]->owner,
				    miner->config.shape[table]->name, miner->row.number[F_SCN]);
}

static bool untold(const struct row *row, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7013,
		       "LogMiner cannot tell the row of object %" PRIu64 " at SCN %" PRIu64
		       ": operation %" PRIu64 ", status %" PRIu64 " %s",
		       row->number[F_OBJECT], row->number[F_SCN], row->number[F_CODE],
		       row->number[F_STATUS], row->info);
}

static bool put_change(struct logminer *miner, struct cw_event *event, struct cw_err *err)
{
	static const enum cw_change_kind kind[] = {
		[CODE_INSERT] = CW_INSERT, [CODE_DELETE] = CW_DELETE, [CODE_UPDATE] = CW_UPDATE
	};
	const struct row *row = &miner->row;
	int64_t table = table_of(miner, row->number[F_OBJECT]);
	struct cw_redo_stmt stmt;
	struct cw_change change;
	struct cw_shape shape;

	if (table < 0)
		return true;
	if (row->number[F_STATUS] != 0 || row->number[F_CODE] > CODE_UPDATE)
		return untold(row, err);
	event->kind = CW_EVENT_CHANGE;
	event->op = kind[row->number[F_CODE]];
	event->compensation = row->number[F_ROLLBACK] != 0;
	event->ours = table == miner->config.shape_count;
	event->table = (uint32_t)table;
	event->rowid = row->rowid;
	if (!event->compensation && !event->ours) {
		shape = *miner->config.shape[table];
		shape.object_id = row->number[F_OBJECT]; /* of a part: a raw statement names it */
		if (!cw_redo_split(&miner->parser, cw_wr_bytes(&miner->text), &stmt, err) ||
		    !cw_redo_change(&miner->parser, miner->config.mode, &stmt, &shape, &change,
				    err))
			return cw_err_add(err, "%s.%s, SCN %" PRIu64, shape.owner, shape.name,
					  row->number[F_SCN]);
		event->change = &change;
	}
	return cw_assemble_put(miner->assemble, event, err);
}

/* A whole row: its pieces have been put together. */
static bool put_row(struct logminer *miner, struct cw_err *err)
{
	const uint64_t *number = miner->row.number;
	struct cw_event event = {
		.xid = number[F_USN] << 48 | (number[F_SLOT] & 0xffff) << 32 |
		       (number[F_XID_SEQUENCE] & 0xffffffff),
		.place = { .kind = CW_POS_ORACLE,
			   .thread = (uint32_t)number[F_THREAD],
			   .history = { miner->history[0], miner->history[1] },
			   .at = number[F_SCN],
			   .sequence = number[F_SEQUENCE],
			   .block = number[F_BLOCK],
			   .offset = number[F_OFFSET] },
	};

	switch (number[F_CODE]) {
	case CODE_START:
		event.kind = CW_EVENT_START;
		return cw_assemble_put(miner->assemble, &event, err);
	case CODE_COMMIT:
		event.kind = CW_EVENT_COMMIT;
		return cw_assemble_put(miner->assemble, &event, err);
	case CODE_ROLLBACK:
		event.kind = CW_EVENT_ROLLBACK;
		return cw_assemble_put(miner->assemble, &event, err);
	case CODE_MISSING_SCN:
		return cw_fail(err, CW_ERR_DATA, 7013, "the redo has a hole at SCN %" PRIu64,
			       number[F_SCN]);
	case CODE_DDL:
		return put_ddl(miner, err);
	default:
		return put_change(miner, &event, err);
	}
}

/* One row of the view: a row of the redo, or a piece of one (CSF = 1: more follows). */
static bool take_row(struct logminer *miner, const struct cw_value *value, struct cw_err *err)
{
	uint64_t more;

	if (!miner->in_pieces && !read_row(miner, value, err))
		return false;
	if (!cw_ora_to_u64(value[F_CSF], &more, err))
		return false;
	if (value[F_SQL].state == CW_VALUE_SET)
		cw_wr_put(&miner->text, value[F_SQL].at, value[F_SQL].len);
	if (cw_wr_failed(&miner->text))
		return cw_fail(err, CW_ERR_LIMIT, 7015, "SQL_REDO is longer than %zu bytes",
			       miner->text.limit_bytes);
	miner->in_pieces = more != 0;
	return more ? true : put_row(miner, err);
}

static bool execute_contents(struct logminer *miner, uint64_t hi, struct cw_err *err)
{
	static _Thread_local uint8_t room[OBJECTS_MAX + 2][24];
	static _Thread_local struct cw_value value[OBJECTS_MAX + 2];
	struct cw_ora_result result;
	struct cw_row row = { 2, value };

	value[0] = cw_ora_number(miner->lo, room[0]);
	value[1] = cw_ora_number(hi, room[1]);
	for (size_t i = 0; miner->by_object && i < miner->objects.count; i++, row.count++)
		value[row.count] = cw_ora_number(miner->objects.at[i].id, room[row.count]);
	if (miner->by_object && miner->config.progress_object) {
		value[row.count] = cw_ora_number(miner->config.progress_object, room[row.count]);
		row.count++;
	}
	return cw_ora_execute(miner->contents, &row, 1, 0, &result, err);
}

static bool read_window(struct logminer *miner, uint64_t hi, struct cw_err *err)
{
	struct cw_ora_rows rows;

	if (!execute_contents(miner, hi, err))
		return cw_err_add(err, "V$LOGMNR_CONTENTS");
	miner->in_pieces = false;
	do {
		if (!cw_ora_fetch(miner->contents, FETCH_ROWS, &rows, err))
			return cw_err_add(err, "V$LOGMNR_CONTENTS");
		for (uint32_t i = 0; i < rows.count; i++)
			if (!take_row(miner, rows.row[i].value, err))
				return false;
	} while (rows.count > 0);
	if (miner->in_pieces)
		return cw_fail(err, CW_ERR_DATA, 7015,
			       "the row at SCN %" PRIu64 " is continued, and nothing follows",
			       miner->row.number[F_SCN]);
	return true;
}

/* A log that is nowhere may be on its way to the archive: for a while that is no error. */
static bool list_logs(struct logminer *miner, bool *ret_wait, struct cw_err *err)
{
	int64_t now = cw_clock_ms();

	*ret_wait = false;
	if (cw_log_list_read(miner->ora, miner->lo + 1, &miner->logs, err)) {
		miner->missing_since_ms = 0;
		return true;
	}
	if (err->code != 7011)
		return false;
	if (!miner->missing_since_ms)
		miner->missing_since_ms = now;
	if (now - miner->missing_since_ms > MISSING_WAIT_MS) {
		err->kind = CW_ERR_CONFIG;
		return false;
	}
	*ret_wait = true;
	return true;
}

/* Read the next window, if there is one; *ret_moved tells. */
static bool advance(struct logminer *miner, bool *ret_moved, struct cw_err *err)
{
	uint64_t hi;
	bool wait;

	*ret_moved = false;
	if (!read_end(miner, &hi, err))
		return false;
	if (hi <= miner->lo)
		return nudge(miner, err);
	if (!look_for_parts(miner, err) || !list_logs(miner, &wait, err))
		return false;
	if (wait)
		return true;
	cw_log_list_window(&miner->logs, miner->lo + 1, &hi);
	if (!add_logs(miner, err) || !start(miner, hi, err) || !read_window(miner, hi, err) ||
	    !cw_log_list_verify(miner->ora, &miner->logs, err))
		return false;
	miner->lo = hi;
	cw_assemble_seal(miner->assemble, hi);
	*ret_moved = true;
	return true;
}

/* These a new session over other logs can cure (oracle's messages 01289 to 01371, 00308 ...). */
static void judge(struct cw_err *err)
{
	static const int32_t again[] = {
		308,  310,  313,  334,	1013, 1279, 1280, 1281, 1284, 1289,
		1291, 1292, 1306, 1307, 1323, 1353, 1368, 4030, 4031, 4036
	};

	for (unsigned i = 0; i < CW_ARRAY_LEN(again); i++)
		if (err->code == 7001 && err->native == again[i])
			err->kind = CW_ERR_RETRY;
	/* cannot open archived log, file cannot be opened, missing log file */
	if (err->code == 7001 && (err->native == 308 || err->native == 1284 || err->native == 1291))
		err->code = 7011;
}

/* The next window's transactions; false without an error: there is none within @wait_ms. */
static bool await_txn(struct logminer *miner, int wait_ms, struct cw_txn_info *ret,
		      struct cw_err *err)
{
	int64_t until = cw_clock_ms() + wait_ms;
	bool moved;

	while (!cw_assemble_take(miner->assemble, ret, err)) {
		if (err->kind != CW_ERR_NONE || miner->untold || cw_clock_ms() >= until ||
		    !advance(miner, &moved, err))
			return false;
		miner->untold = moved;
		if (!moved)
			cw_sleep_ms(miner->config.poll_ms);
	}
	return true;
}

/* Each window ends with a word of where it ended: under load, too, there are such moments. */
static enum cw_next next_txn(struct cw_source *source, int wait_ms, struct cw_txn_info *ret_txn,
			     struct cw_pos *ret_seen, struct cw_err *err)
{
	struct logminer *miner = of(source);

	assert(!miner->broken);
	if (await_txn(miner, wait_ms, ret_txn, err))
		return CW_NEXT_TXN;
	if (err->kind != CW_ERR_NONE) {
		judge(err);
		miner->broken = true;
		return CW_NEXT_FAILED;
	}
	miner->untold = false;
	*ret_seen = (struct cw_pos){ .kind = CW_POS_ORACLE,
				     .thread = UINT32_MAX,
				     .history = { miner->history[0], miner->history[1] },
				     .at = miner->lo,
				     .restart = cw_assemble_restart(miner->assemble) };
	return CW_NEXT_IDLE;
}

static enum cw_change_next next_change(struct cw_source *source, struct cw_change *ret,
				       struct cw_err *err)
{
	return cw_assemble_change(of(source)->assemble, ret, err);
}

static bool confirm(struct cw_source *source, const struct cw_pos *applied, struct cw_err *err)
{
	(void)source, (void)applied, (void)err;
	return true; /* Oracle keeps its logs by its own rules */
}

static void close_miner(struct cw_source *source)
{
	struct logminer *miner = of(source);
	struct cw_err ignored;

	if (!miner)
		return;
	if (miner->ora && !miner->broken)
		(void)!end_session(miner, &ignored);
	if (miner->contents)
		cw_ora_stmt_free(miner->contents);
	cw_ora_close(miner->ora);
	cw_assemble_close(miner->assemble);
	cw_redo_release(&miner->parser);
	cw_log_list_release(&miner->logs);
	cw_log_list_release(&miner->loaded);
	cw_wr_release(&miner->text);
	cw_objects_release(&miner->objects);
	free(miner);
}

static const struct cw_source_ops ops = {
	.name = "logminer",
	.next = next_txn,
	.change = next_change,
	.confirm = confirm,
	.close = close_miner,
};

void cw_logminer_count(const struct cw_source *source, struct cw_assemble_counts *ret)
{
	cw_assemble_count(((const struct logminer *)source)->assemble, ret);
}

bool cw_logminer_open(const struct cw_logminer_config *config, struct cw_source **ret,
		      struct cw_err *err)
{
	struct logminer *miner;

	if (config->shape_count == 0 || config->shape_count >= OBJECTS_MAX)
		return cw_fail(err, CW_ERR_CONFIG, 7013, "%u tables cannot be followed: 1 to %u",
			       config->shape_count, OBJECTS_MAX - 1);
	miner = calloc(1, sizeof(*miner));
	if (!miner)
		abort();
	miner->source.ops = &ops;
	miner->config = *config;
	miner->lo = config->from.restart ? config->from.restart - 1 : config->from.at;
	miner->text.limit_bytes = CW_SPILL_RECORD_MAX;
	cw_objects_init(&miner->objects, config->shape, config->shape_count);
	if (!open_session(miner, err) || !open_assembler(miner, err)) {
		miner->broken = true;
		close_miner(&miner->source);
		return false;
	}
	*ret = &miner->source;
	return true;
}
