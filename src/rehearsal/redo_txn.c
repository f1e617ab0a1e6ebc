/*
 * redo_txn.c - open transactions, and how to undo them
 *
 * Of each row only the place of its record is kept: compensation reads it again.  The
 * places form a stack; a rollback pops what it undoes.
 */
#include "rehearsal/redo_internal.h"

#include "base/fault.h"
#include "base/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_BYTES sizeof(struct rh_undo_entry)

struct rh_txn *rh_txn_find(struct rh_redo *redo, uint32_t xid)
{
	struct rh_txn *txn = redo->txn[xid % RH_TXN_BUCKETS];

	while (txn && txn->xid != xid)
		txn = txn->next;
	return txn;
}

struct rh_txn *rh_txn_open(struct rh_redo *redo, uint32_t xid, unsigned thread, uint64_t scn)
{
	struct rh_txn **bucket = &redo->txn[xid % RH_TXN_BUCKETS];
	struct rh_txn *txn = calloc(1, sizeof(*txn));

	if (!txn)
		abort();
	txn->xid = xid;
	txn->start_scn = scn;
	txn->thread = thread;
	txn->first_sequence = redo->log[thread].sequence;
	txn->spill_fd = -1;
	txn->next = *bucket;
	*bucket = txn;
	return txn;
}

void rh_txn_close(struct rh_redo *redo, struct rh_txn *txn)
{
	struct rh_txn **at = &redo->txn[txn->xid % RH_TXN_BUCKETS];

	while (*at != txn)
		at = &(*at)->next;
	*at = txn->next;
	cw_close_fd(&txn->spill_fd);
	cw_wr_release(&txn->who);
	cw_wr_release(&txn->ddl);
	free(txn->entry);
	free(txn);
}

/* The older half goes to a file that has no name. */
static bool spill(struct rh_redo *redo, struct rh_txn *txn, struct cw_err *err)
{
	uint32_t half = RH_UNDO_IN_MEMORY / 2;
	size_t bytes = half * ENTRY_BYTES;

	if (txn->spill_fd < 0) {
		char path[RH_PATH_BYTES];

		(void)snprintf(path, sizeof(path), "%s/undo.%u", redo->dir, txn->xid);
		txn->spill_fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (txn->spill_fd < 0)
			return cw_fail_errno(err, 9303, "%s", path);
		(void)unlink(path);
	}
	if (pwrite(txn->spill_fd, txn->entry, bytes, (off_t)(txn->spilled * ENTRY_BYTES)) !=
	    (ssize_t)bytes)
		return cw_fail_errno(err, 9303, "undo of transaction %u", txn->xid);
	memmove(txn->entry, txn->entry + half, (txn->count - half) * ENTRY_BYTES);
	txn->spilled += half;
	txn->count -= half;
	return true;
}

bool rh_txn_push(struct rh_redo *redo, struct rh_txn *txn, const struct rh_undo_entry *entry,
		 struct cw_err *err)
{
	if (txn->count == RH_UNDO_IN_MEMORY && !spill(redo, txn, err))
		return false;
	if (txn->count == txn->room) {
		uint32_t room = txn->room ? 2 * txn->room : 8;
		struct rh_undo_entry *bigger = realloc(txn->entry, room * ENTRY_BYTES);

		if (!bigger)
			abort();
		txn->entry = bigger;
		txn->room = room;
	}
	txn->entry[txn->count++] = *entry;
	txn->has_rows = true;
	return true;
}

bool rh_txn_top(struct rh_txn *txn, struct rh_undo_entry *ret, bool *ret_none, struct cw_err *err)
{
	*ret_none = false;
	if (txn->count == 0 && txn->spilled > 0) {
		uint32_t half = RH_UNDO_IN_MEMORY / 2;
		size_t bytes = half * ENTRY_BYTES;

		txn->spilled -= half;
		if (pread(txn->spill_fd, txn->entry, bytes, (off_t)(txn->spilled * ENTRY_BYTES)) !=
		    (ssize_t)bytes)
			return cw_fail_errno(err, 9303, "undo of transaction %u", txn->xid);
		txn->count = half;
	}
	if (txn->count == 0)
		*ret_none = true;
	else
		*ret = txn->entry[txn->count - 1];
	return true;
}

void rh_txn_pop(struct rh_txn *txn)
{
	txn->count--;
}

static void put_columns(struct cw_wr *out, const uint8_t *from, const uint8_t *to)
{
	cw_wr_put(out, from, (size_t)(to - from));
}

/* Where the new columns begin. */
static const uint8_t *skip_columns(const uint8_t *at, const uint8_t *end, uint16_t count)
{
	for (uint16_t i = 0; i < count; i++) {
		struct rh_msg_column head;

		if ((size_t)(end - at) < sizeof(head))
			return end;
		memcpy(&head, at, sizeof(head));
		at += sizeof(head) + head.len;
		if (at > end)
			return end;
	}
	return at;
}

/* usn and slot say on Oracle which of the open ones it is; here another may have come round to them. */
static uint8_t alone(const struct rh_redo *redo, const struct rh_txn *txn)
{
	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++)
		for (const struct rh_txn *at = redo->txn[i]; at; at = at->next)
			if (at != txn && RH_XID_USN(at->xid) == RH_XID_USN(txn->xid) &&
			    RH_XID_SLOT(at->xid) == RH_XID_SLOT(txn->xid))
				return 0;
	return RH_LOG_ALONE;
}

/* The inverse of a change: old and new change places, so do INSERT and DELETE. */
static bool compensate(struct rh_redo *redo, const struct rh_undo_entry *entry,
		       uint8_t supplemental, uint64_t lsn, int64_t time_us, struct cw_err *err)
{
	CW_CLEANUP(cw_wr_release) struct cw_wr out = { 0 };
	struct rh_rec rec, back;
	const uint8_t *body, *new, *end;
	uint64_t offset;

	if (!rh_log_read_back(redo, entry, &rec, &body, err))
		return false;
	end = body + rh_rec_body_len(&rec);
	new = skip_columns(body, end, rec.old_count);
	put_columns(&out, new, end);
	put_columns(&out, body, new);
	back = rec;
	back.op = rec.op == RH_OP_INSERT   ? RH_OP_DELETE
		  : rec.op == RH_OP_DELETE ? RH_OP_INSERT
					   : RH_OP_UPDATE;
	back.rollback = 1;
	back.supplemental |= supplemental;
	back.old_count = rec.new_count;
	back.new_count = rec.old_count;
	back.lsn = lsn;
	back.scn = lsn >> RH_SCN_SHIFT;
	back.time_us = time_us;
	return rh_log_append(redo, &back, cw_wr_bytes(&out), &offset, err);
}

/*
 * A planted fault: of one transaction that commits, one row that is rolled back in its middle has
 * no compensation.
 */
static bool hides_compensation(const struct rh_redo *redo, struct rh_txn *txn, bool all)
{
	static bool told;

	if (all || txn->hides || redo->hid || !(told || cw_fault("redo.hide_compensation")))
		return false;
	told = true;
	txn->hides = true;
	return true;
}

bool rh_txn_undo(struct rh_redo *redo, struct rh_txn *txn, uint32_t sub, bool all, uint64_t lsn,
		 int64_t time_us, struct cw_err *err)
{
	uint8_t supplemental = alone(redo, txn);

	for (;;) {
		struct rh_undo_entry entry;
		bool none;

		if (!rh_txn_top(txn, &entry, &none, err))
			return false;
		if (none || (!all && rh_xid_before(entry.sub, sub)))
			return true;
		if (!hides_compensation(redo, txn, all) &&
		    !compensate(redo, &entry, supplemental, lsn, time_us, err))
			return false;
		rh_txn_pop(txn);
	}
}

struct rh_rec rh_txn_rec(const struct rh_txn *txn, enum rh_operation op, uint64_t lsn,
			 int64_t time_us)
{
	return (struct rh_rec){ .op = (uint8_t)op,
				.thread = (uint8_t)txn->thread,
				.xid = txn->xid,
				.sub = txn->xid,
				.scn = lsn >> RH_SCN_SHIFT,
				.lsn = lsn,
				.start_scn = txn->start_scn,
				.time_us = time_us };
}

bool rh_txn_slaves(struct rh_redo *redo, struct rh_txn *txn, enum rh_operation op,
		   const uint32_t *only, uint64_t lsn, int64_t time_us, struct cw_err *err)
{
	struct rh_rec rec = rh_txn_rec(txn, op, lsn, time_us);
	struct cw_bytes body = cw_wr_bytes(&txn->who), nothing = { (const uint8_t *)"", 0 };
	uint64_t offset;

	rec.supplemental = RH_LOG_PARALLEL;
	for (uint32_t slave = 0; slave < RH_SLAVES; slave++) {
		if (only ? slave != *only : !(txn->slaves & 1u << slave))
			continue;
		rec.row_id = slave;
		if (!rh_log_append(redo, &rec, op == RH_OP_START ? body : nothing, &offset, err))
			return false;
	}
	return true;
}

bool rh_txn_rollback(struct rh_redo *redo, struct rh_txn *txn, uint64_t lsn, int64_t time_us,
		     struct cw_err *err)
{
	struct rh_rec rec = rh_txn_rec(txn, RH_OP_ROLLBACK, lsn, time_us);
	struct cw_bytes nothing = { (const uint8_t *)"", 0 };
	uint64_t offset;

	rec.supplemental = alone(redo, txn);
	if (!rh_txn_undo(redo, txn, 0, true, lsn, time_us, err) ||
	    !rh_txn_slaves(redo, txn, RH_OP_ROLLBACK, NULL, lsn, time_us, err))
		return false;
	if (!rh_log_append(redo, &rec, nothing, &offset, err))
		return false;
	rh_txn_close(redo, txn);
	return true;
}

bool rh_txn_any(const struct rh_redo *redo)
{
	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++) {
		if (redo->txn[i])
			return true;
	}
	return false;
}

uint64_t rh_txn_oldest_sequence(struct rh_redo *redo, unsigned thread)
{
	uint64_t oldest = redo->log[thread].sequence + 1;

	for (unsigned i = 0; i < RH_TXN_BUCKETS; i++) {
		for (struct rh_txn *txn = redo->txn[i]; txn; txn = txn->next) {
			if (txn->thread == thread && txn->first_sequence < oldest)
				oldest = txn->first_sequence;
		}
	}
	return oldest;
}
