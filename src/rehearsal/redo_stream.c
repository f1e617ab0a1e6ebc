/*
 * redo_stream.c - the log writer: every message of the slot becomes redo
 *
 * Messages come in the order of the WAL.  What was written when the process last died
 * comes again and is skipped by its LSN; what may have been written in part is then finished:
 * a rollback, for what it had undone is off the stack already, and a START that stands before
 * the DDL of its message.
 */
#include "rehearsal/redo_internal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOT	      "rh_redo"
#define RETRY_MS      200
#define STATUS_MS     1000
#define FLUSH_BYTES   (1u << 20) /* read at most before it is on disk, and told to be */
#define PG_EPOCH_US   INT64_C(946684800000000)
#define COPY_HEAD     25 /* 'w', start, end, time */
#define KEEPALIVE_LEN 18

struct stream {
	struct rh_redo *redo;
	PGconn *conn, *sql;
	int64_t status_ms;
	uint64_t status_lsn;
};

/* ---- one message ---------------------------------------------------------------- */

static struct rh_rec record_of(const struct rh_msg *msg, uint8_t op, uint64_t start_scn)
{
	return (struct rh_rec){ .op = op,
				.thread = msg->thread,
				.supplemental = msg->supplemental,
				.xid = msg->xid,
				.sub = msg->sub,
				.object = msg->object,
				.version = msg->version,
				.old_count = msg->old_count,
				.new_count = msg->new_count,
				.row_id = msg->row_id,
				.scn = msg->lsn >> RH_SCN_SHIFT,
				.lsn = msg->lsn,
				.start_scn = start_scn,
				.time_us = msg->time_us };
}

/* START may come after the first change of its transaction: LogMiner does that. */
static bool start_comes_late(struct rh_redo *redo, uint32_t xid)
{
	return xid % 4 == 1 && rh_habit(&redo->habits, redo->dir, RH_HABIT_LATE_START);
}

static bool write_start(struct rh_redo *redo, struct rh_txn *txn, const struct rh_msg *msg,
			struct cw_err *err)
{
	struct rh_rec rec = rh_txn_rec(txn, RH_OP_START, msg->lsn, msg->time_us);
	uint64_t offset;

	txn->started = true;
	if (msg->kind == RH_MSG_DDL)
		rec.supplemental = RH_LOG_MORE;
	return rh_log_append(redo, &rec, cw_wr_bytes(&txn->who), &offset, err);
}

static struct rh_txn *txn_of(struct rh_redo *redo, const struct rh_msg *msg)
{
	struct rh_txn *txn = rh_txn_find(redo, msg->xid);

	return txn ? txn :
		     rh_txn_open(redo, msg->xid, msg->thread, msg->lsn >> RH_SCN_SHIFT);
}

static bool on_begin(struct rh_redo *redo, const struct rh_msg *msg, struct cw_bytes body,
		     struct cw_err *err)
{
	struct rh_txn *txn = txn_of(redo, msg);

	cw_wr_reset(&txn->who);
	cw_wr_put(&txn->who, body.at, body.len);
	return txn->started || start_comes_late(redo, msg->xid) || write_start(redo, txn, msg, err);
}

/* The first row of a slave: its transaction begins. */
static bool start_slave(struct rh_redo *redo, struct rh_txn *txn, const struct rh_msg *msg,
			struct cw_err *err)
{
	uint32_t slave = RH_SLAVE_OF(msg->row_id);

	if (txn->slaves & 1u << slave)
		return true;
	txn->slaves |= (uint8_t)(1u << slave);
	return rh_txn_slaves(redo, txn, RH_OP_START, &slave, msg->lsn, msg->time_us, err);
}

static bool on_row(struct rh_redo *redo, const struct rh_msg *msg, struct cw_bytes body,
		   struct cw_err *err)
{
	struct rh_txn *txn = txn_of(redo, msg);
	struct rh_rec rec = record_of(msg, msg->op, txn->start_scn);
	struct rh_undo_entry entry = { .sub = msg->sub, .thread = msg->thread };

	if (!rh_habit(&redo->habits, redo->dir, RH_HABIT_PARALLEL_DML))
		rec.supplemental &= (uint8_t)~RH_LOG_PARALLEL;
	if (rec.supplemental & RH_LOG_PARALLEL && !start_slave(redo, txn, msg, err))
		return false;
	if (!rh_log_append(redo, &rec, body, &entry.offset, err))
		return false;
	entry.sequence = redo->log[msg->thread].sequence;
	if (txn->count == 0 && txn->spilled == 0 && !txn->started)
		txn->first_sequence = redo->log[msg->thread].sequence;
	if (!rh_txn_push(redo, txn, &entry, err))
		return false;
	return txn->started || write_start(redo, txn, msg, err);
}

static bool on_ddl(struct rh_redo *redo, const struct rh_msg *msg, struct cw_bytes body,
		   struct cw_err *err)
{
	struct rh_txn *txn = txn_of(redo, msg);
	struct rh_rec rec = record_of(msg, RH_OP_DDL, txn->start_scn);
	uint64_t offset;

	cw_wr_put(&txn->ddl, &msg->object, sizeof(msg->object));
	if (!rh_habit(&redo->habits, redo->dir, RH_HABIT_DDL_ROWS))
		return true;
	if (!txn->started && !write_start(redo, txn, msg, err))
		return false;
	return rh_log_append(redo, &rec, body, &offset, err);
}

static void note_commit(struct rh_redo *redo, const struct rh_msg *msg, struct rh_txn *txn)
{
	CW_LOCKED(&redo->lock);

	rh_history_commit(&redo->history, msg->xid, msg->sub, msg->lsn >> RH_SCN_SHIFT);
	for (size_t at = 0; txn && at < txn->ddl.len; at += sizeof(uint32_t)) {
		uint32_t object;

		memcpy(&object, txn->ddl.at0 + at, sizeof(object));
		rh_history_ddl(&redo->history, object, msg->lsn >> RH_SCN_SHIFT);
	}
}

/* A commit without changes that anybody captures is a COMMIT row all the same. */
static bool on_commit(struct rh_redo *redo, const struct rh_msg *msg, struct cw_err *err)
{
	struct rh_txn *txn = rh_txn_find(redo, msg->xid);
	struct rh_rec rec = record_of(msg, RH_OP_COMMIT, txn ? txn->start_scn : 0);
	struct cw_bytes nothing = { (const uint8_t *)"", 0 };
	bool any = txn && (txn->started || txn->has_rows);
	uint64_t offset;

	rec.sub = msg->xid;
	rec.thread = txn ? (uint8_t)txn->thread : 0;
	note_commit(redo, msg, txn);
	redo->hid = redo->hid || (txn && txn->hides);
	if (txn && !rh_txn_slaves(redo, txn, RH_OP_COMMIT, NULL, msg->lsn, msg->time_us, err))
		return false;
	if (txn)
		rh_txn_close(redo, txn);
	if (!any && !rh_habit(&redo->habits, redo->dir, RH_HABIT_EMPTY_COMMIT))
		return true;
	return rh_log_append(redo, &rec, nothing, &offset, err);
}

/* The database died and lived again: what it had open is undone, and says so here alone. */
static bool reconcile(struct stream *stream, uint64_t lsn, struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;
	uint32_t list[RH_TXN_BUCKETS];
	size_t count = 0;

	redo->reconcile_lsn = 0;
	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++) {
		for (struct rh_txn *txn = redo->txn[i]; txn && count < RH_TXN_BUCKETS;
		     txn = txn->next)
			list[count++] = txn->xid;
	}
	for (size_t i = 0; i < count; i++) {
		char sql[96];
		uint64_t aborted;

		(void)snprintf(sql, sizeof(sql), "select (rh.xact_ended(%u) = 'aborted')::int",
			       list[i]);
		if (!rh_redo_ask(stream->sql, sql, 1, &aborted, err))
			return false;
		if (aborted &&
		    !rh_txn_rollback(redo, rh_txn_find(redo, list[i]), lsn, cw_wall_us(), err))
			return false;
	}
	return true;
}

/* Not within an SCN that has records: they stay in one log, and one incarnation. */
static bool reset(struct rh_redo *redo, uint64_t scn, struct cw_err *err)
{
	char path[RH_PATH_BYTES];

	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		if (scn <= redo->log[thread].last_scn)
			return true;
	}
	if (!rh_log_reset(redo, scn, err))
		return false;
	(void)snprintf(path, sizeof(path), "%s/" RH_RESET_FILE, redo->dir);
	if (unlink(path) != 0)
		return cw_fail_errno(err, 9303, "%s", path);
	cw_log(CW_LOG_INFO, "opened with RESETLOGS", "scn=%llu", (unsigned long long)scn);
	return true;
}

static bool on_mark(struct stream *stream, const struct rh_msg *msg, struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;

	if (redo->reconcile_lsn != 0 && msg->lsn >= redo->reconcile_lsn &&
	    !reconcile(stream, msg->lsn, err))
		return false;
	if (redo->reset_wanted && redo->reconcile_lsn == 0 && !rh_txn_any(redo))
		return reset(redo, msg->lsn >> RH_SCN_SHIFT, err);
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		if (!rh_log_switch_if_due(redo, thread, msg->lsn >> RH_SCN_SHIFT, err))
			return false;
	}
	return true;
}

static bool dispatch(struct stream *stream, const struct rh_msg *msg, struct cw_bytes body,
		     struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;
	struct rh_txn *txn = rh_txn_find(redo, msg->xid);

	switch (msg->kind) {
	case RH_MSG_BEGIN:
		return on_begin(redo, msg, body, err);
	case RH_MSG_ROW:
		return on_row(redo, msg, body, err);
	case RH_MSG_SUBABORT:
		return !txn || rh_txn_undo(redo, txn, msg->sub, false, msg->lsn, msg->time_us, err);
	case RH_MSG_ABORT:
		return !txn || rh_txn_rollback(redo, txn, msg->lsn, msg->time_us, err);
	case RH_MSG_DDL:
		return on_ddl(redo, msg, body, err);
	case RH_MSG_COMMIT:
		return on_commit(redo, msg, err);
	case RH_MSG_SWITCH:
		rh_log_want_switch(redo);
		return true;
	default:
		return on_mark(stream, msg, err);
	}
}

/* A commit is of the thread where its transaction is open. */
static struct rh_log *log_of(struct rh_redo *redo, const struct rh_msg *msg)
{
	const struct rh_txn *txn = rh_txn_find(redo, msg->xid);

	return &redo->log[txn ? txn->thread : msg->thread];
}

/* Is it in the logs already, @log its own?  Threads are written one after the other, so each knows for itself. */
static bool is_known(struct rh_redo *redo, const struct rh_log *log, const struct rh_msg *msg)
{
	uint64_t skip = log->skip_lsn;

	if (msg->kind == RH_MSG_COMMIT && !rh_txn_find(redo, msg->xid)) {
		for (unsigned thread = 0; thread < redo->control.thread_count; thread++)
			skip = redo->log[thread].skip_lsn > skip ? redo->log[thread].skip_lsn : skip;
	}
	return msg->lsn < skip || (msg->lsn == skip && !log->last_was_part);
}

static bool on_message(struct stream *stream, struct cw_bytes bytes, struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;
	struct rh_log *log;
	struct rh_msg msg;

	if (bytes.len < sizeof(msg))
		return cw_fail(err, CW_ERR_DATA, 9302, "a message of %zu bytes", bytes.len);
	memcpy(&msg, bytes.at, sizeof(msg));
	if (msg.thread >= redo->control.thread_count)
		return cw_fail(err, CW_ERR_DATA, 9302, "a message of thread %u", msg.thread + 1u);
	log = log_of(redo, &msg); /* before a commit closes its transaction */
	if (is_known(redo, log, &msg))
		return true;
	redo->read_lsn = msg.lsn;
	redo->read_scn = msg.lsn >> RH_SCN_SHIFT;
	redo->read_us = msg.time_us;
	bytes.at += sizeof(msg);
	bytes.len -= sizeof(msg);
	if (!dispatch(stream, &msg, bytes, err))
		return false;
	log->skip_lsn = redo->done_lsn = msg.lsn; /* it comes again when the connection is lost */
	log->last_was_part = false;
	return true;
}

/* ---- the connection --------------------------------------------------------------- */

static void put_be(char *at, uint64_t value)
{
	for (int i = 7; i >= 0; i--) {
		at[i] = (char)(value & 0xff);
		value >>= 8;
	}
}

/* Only what is on disk is acknowledged: all before this place may be forgotten. */
static bool send_status(struct stream *stream, struct cw_err *err)
{
	uint64_t lsn = stream->redo->read_lsn;
	char reply[34] = { 'r' };

	stream->status_ms = cw_clock_ms();
	stream->status_lsn = lsn;
	put_be(reply + 1, lsn);
	put_be(reply + 9, lsn);
	put_be(reply + 17, lsn);
	put_be(reply + 25, (uint64_t)(cw_wall_us() - PG_EPOCH_US));
	if (PQputCopyData(stream->conn, reply, sizeof(reply)) != 1 || PQflush(stream->conn) != 0)
		return cw_fail(err, CW_ERR_RETRY, 9302, "%s", PQerrorMessage(stream->conn));
	return true;
}

/* Sessions wait for it: extension/log_buffer.c. */
static bool is_status_due(const struct stream *stream)
{
	return cw_clock_ms() - stream->status_ms >= STATUS_MS ||
	       stream->redo->read_lsn >= stream->status_lsn + FLUSH_BYTES;
}

static bool on_copy_data(struct stream *stream, const char *at, int len, struct cw_err *err)
{
	if (len >= COPY_HEAD && at[0] == 'w')
		return on_message(stream,
				  (struct cw_bytes){ (const uint8_t *)at + COPY_HEAD,
						     (size_t)len - COPY_HEAD },
				  err);
	if (len >= KEEPALIVE_LEN && at[0] == 'k' && at[17])
		stream->status_ms = 0; /* an answer is asked for */
	return true;
}

/* What libpq holds; *ret_bytes grows by it. */
static bool take(struct stream *stream, size_t *ret_bytes, struct cw_err *err)
{
	for (;;) {
		char *copy = NULL;
		int len = PQgetCopyData(stream->conn, &copy, 1);
		bool done;

		if (len == 0)
			return true;
		if (len < 0)
			return cw_fail(err, CW_ERR_RETRY, 9302, "the slot's stream ended: %s",
				       PQerrorMessage(stream->conn));
		*ret_bytes += (size_t)len;
		done = on_copy_data(stream, copy, len, err);
		PQfreemem(copy);
		if (!done)
			return false;
	}
}

/* All that has arrived, or as much as one write to disk is worth; *ret_any: something had. */
static bool drain(struct stream *stream, bool *ret_any, struct cw_err *err)
{
	size_t bytes = 0, before;

	do {
		before = bytes;
		if (PQconsumeInput(stream->conn) != 1)
			return cw_fail(err, CW_ERR_RETRY, 9302, "%s", PQerrorMessage(stream->conn));
		if (!take(stream, &bytes, err))
			return false;
	} while (bytes > before && bytes < FLUSH_BYTES);
	*ret_any = bytes > 0;
	return true;
}

static bool follow(struct stream *stream, struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;

	while (!atomic_load(&redo->stopping)) {
		struct pollfd on[2] = { { .fd = PQsocket(stream->conn), .events = POLLIN },
					{ .fd = redo->stop_fd, .events = POLLIN } };
		bool any = false;

		if (!drain(stream, &any, err))
			return false;
		if ((any || redo->dirty) && !rh_log_flush(redo, err))
			return false; /* dirty: of a connection that was lost before it came here */
		if (is_status_due(stream) && !send_status(stream, err))
			return false;
		if (!any)
			(void)poll(on, 2, STATUS_MS);
	}
	return send_status(stream, err);
}

static bool start_streaming(struct stream *stream, struct cw_err *err)
{
	struct rh_redo *redo = stream->redo;
	PGresult *answer;
	bool started;

	stream->conn = rh_redo_connect(redo, " replication=database", err);
	stream->sql = stream->conn ? rh_redo_connect(redo, "", err) : NULL;
	if (!stream->sql)
		return false;
	if (!rh_redo_ask(stream->sql, "select rh.mark()", 1, &redo->reconcile_lsn, err))
		return false;
	answer = PQexec(stream->conn, "START_REPLICATION SLOT " SLOT " LOGICAL 0/0");
	started = PQresultStatus(answer) == PGRES_COPY_BOTH;
	PQclear(answer);
	return started ||
	       cw_fail(err, CW_ERR_RETRY, 9302, "slot " SLOT ": %s", PQerrorMessage(stream->conn));
}

void *rh_redo_writer_main(void *arg)
{
	struct rh_redo *redo = arg;

	while (!atomic_load(&redo->stopping)) {
		struct stream stream = { .redo = redo };
		struct cw_err err = { 0 };
		bool done = start_streaming(&stream, &err) && follow(&stream, &err);

		PQfinish(stream.conn);
		PQfinish(stream.sql);
		if (done || atomic_load(&redo->stopping))
			break;
		if (err.kind != CW_ERR_RETRY) {
			rh_redo_die(redo, "log writer", &err);
			break;
		}
		cw_log_err("log writer lost the database", &err);
		cw_sleep_ms(RETRY_MS);
	}
	return NULL;
}
