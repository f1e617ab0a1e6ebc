/*
 * redo_recover.c - what the log writer knew, out of the logs it wrote
 *
 * The logs from control.recover_sequence on hold every record of the transactions that
 * were open; reading them brings back who is open and how to undo it, and where the
 * current log ends.
 */
#include "rehearsal/redo_internal.h"

#include "base/log.h"

static bool replay_row(struct rh_redo *redo, const struct rh_rec *rec, uint64_t sequence,
		       uint64_t offset, struct cw_err *err)
{
	struct rh_undo_entry entry = {
		.sub = rec->sub, .thread = rec->thread, .sequence = sequence, .offset = offset
	};
	struct rh_txn *txn = rh_txn_find(redo, rec->xid);

	if (!txn)
		txn = rh_txn_open(redo, rec->xid, rec->thread, rec->start_scn);
	if (!rec->rollback)
		return rh_txn_push(redo, txn, &entry, err);
	if (!rh_txn_top(txn, &entry, &(bool){ false }, err))
		return false;
	if (txn->count > 0)
		rh_txn_pop(txn);
	return true;
}

/* START, COMMIT, ROLLBACK of a slave: what its message says of the session's own comes behind it. */
static bool is_of_slave(const struct rh_rec *rec)
{
	return rec->supplemental & RH_LOG_PARALLEL &&
	       (rec->op == RH_OP_START || rec->op == RH_OP_COMMIT || rec->op == RH_OP_ROLLBACK);
}

static bool replay(struct rh_redo *redo, const struct rh_rec *rec, const uint8_t *body,
		   uint64_t sequence, uint64_t offset, struct cw_err *err)
{
	struct rh_txn *txn = rh_txn_find(redo, rec->xid);

	if (is_of_slave(rec)) {
		if (txn && rec->op == RH_OP_START)
			txn->slaves |= (uint8_t)(1u << RH_SLAVE_OF(rec->row_id));
		return true;
	}
	switch (rec->op) {
	case RH_OP_INSERT:
	case RH_OP_DELETE:
	case RH_OP_UPDATE:
		return replay_row(redo, rec, sequence, offset, err);
	case RH_OP_START:
		if (!txn)
			txn = rh_txn_open(redo, rec->xid, rec->thread, rec->start_scn);
		cw_wr_put(&txn->who, body, rh_rec_body_len(rec));
		txn->started = true;
		return true;
	case RH_OP_DDL:
		if (!txn)
			txn = rh_txn_open(redo, rec->xid, rec->thread, rec->start_scn);
		cw_wr_put(&txn->ddl, &rec->object, sizeof(rec->object));
		return true;
	case RH_OP_COMMIT:
	case RH_OP_ROLLBACK:
		if (txn)
			rh_txn_close(redo, txn);
		return true;
	default:
		return true;
	}
}

static bool replay_log(struct rh_redo *redo, unsigned thread, uint64_t sequence, uint64_t *ret_end,
		       struct cw_err *err)
{
	struct rh_log_reader reader = { .fd = -1 };
	struct rh_log *log = &redo->log[thread];
	char path[RH_PATH_BYTES];
	bool none = false, done;

	if (!rh_log_find(redo, thread, sequence, path, err) || !rh_log_open(&reader, path, err))
		return false;
	log->sequence = sequence;
	do {
		struct rh_rec rec;
		const uint8_t *body;

		done = rh_log_next(&reader, &rec, &body, &none, err);
		if (!done || none)
			break;
		done = replay(redo, &rec, body, sequence, reader.rec_at, err);
		log->skip_lsn = rec.lsn;
		log->last_was_part = rec.rollback || rec.op == RH_OP_ROLLBACK ||
				     is_of_slave(&rec) || rec.supplemental & RH_LOG_MORE;
		log->last_scn = rec.scn;
		if (rec.time_us > redo->read_us)
			redo->read_us = rec.time_us;
	} while (done);
	*ret_end = reader.at;
	rh_log_close(&reader);
	return done;
}

static unsigned count_open(struct rh_redo *redo)
{
	unsigned count = 0;

	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++) {
		for (struct rh_txn *txn = redo->txn[i]; txn; txn = txn->next)
			count++;
	}
	return count;
}

static bool recover_thread(struct rh_redo *redo, unsigned thread, struct cw_err *err)
{
	uint64_t current = redo->control.group[redo->control.current[thread]].sequence;
	uint64_t end = RH_BLOCK_BYTES, sequence = redo->control.recover_sequence[thread];
	struct rh_log *log = &redo->log[thread];

	for (; sequence <= current; sequence++) {
		if (sequence == current)
			log->last_scn = 0;
		if (!replay_log(redo, thread, sequence, &end, err))
			return cw_err_add(err, "recovering redo log %llu",
					  (unsigned long long)sequence);
	}
	if (log->skip_lsn <= redo->control.last_lsn) {
		log->skip_lsn = redo->control.last_lsn;
		log->last_was_part = false;
	}
	if (thread == 0 || log->skip_lsn < redo->read_lsn)
		redo->read_lsn = log->skip_lsn;
	cw_log(CW_LOG_INFO, "redo recovered", "thread=%u sequence=%llu bytes=%llu open=%u",
	       thread + 1, (unsigned long long)current, (unsigned long long)end, count_open(redo));
	return rh_log_continue(redo, thread, end, err);
}

bool rh_redo_recover(struct rh_redo *redo, struct cw_err *err)
{
	if (redo->control.thread_count < 1 || redo->control.thread_count > RH_THREADS_MAX)
		return cw_fail(err, CW_ERR_DATA, 9301, "a control file of %u threads",
			       redo->control.thread_count);
	for (unsigned thread = 0; thread < redo->control.thread_count; thread++) {
		if (!recover_thread(redo, thread, err))
			return false;
	}
	redo->done_lsn = redo->read_lsn;
	redo->read_scn = redo->read_lsn >> RH_SCN_SHIFT;
	return true;
}
