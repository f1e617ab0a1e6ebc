/* assemble.c - see assemble.h */
#include "endpoint/assemble.h"

#include "base/rd.h"
#include "base/wr.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS	      4096u /* of open transactions by XID */
#define SEQUENCE_BITS 0xffffffffu
#define CANCELLED_MAX (1u << 22)

struct txn {
	struct txn *next_in_bucket;
	struct txn *next_ready, *prev_ready; /* in commit order, once committed */
	uint64_t xid, first_scn;
	struct cw_spill spill;
	uint64_t change_count;
	uint64_t *cancelled; /* offsets of changes undone out of turn, ascending */
	size_t cancelled_count, cancelled_room;
	bool ours;
	bool followed;	    /* its place in the undo segment has been given to another */
	const char *broken; /* why it must not be applied; NULL: it may */
	struct cw_pos commit;
	int64_t commit_wall_us;
};

struct cw_assemble {
	struct cw_assemble_config config;
	struct cw_spill_pool pool;
	struct txn *bucket[BUCKETS];
	struct txn *ready_first, *ready_last;
	struct txn *taken; /* being read */
	uint64_t taken_at; /* offset of its next change */
	uint64_t sealed, sealed_restart;
	uint64_t emptied; /* first SCN of those that committed with nothing left, since the seal */
	struct cw_pos last; /* commit handed out last, or applied before */
	struct cw_wr record;
	struct cw_value *value; /* twice the widest table's columns */
	struct cw_assemble_counts counts;
};

bool cw_assemble_open(const struct cw_assemble_config *config, struct cw_assemble **ret,
		      struct cw_err *err)
{
	struct cw_assemble *assemble = calloc(1, sizeof(*assemble));
	uint16_t widest = 1;

	if (!assemble)
		abort();
	assemble->config = *config;
	assemble->last = config->applied;
	assemble->emptied = UINT64_MAX;
	assemble->record.limit_bytes = CW_SPILL_RECORD_MAX;
	for (uint32_t i = 0; i < config->shape_count; i++)
		if (config->shape[i]->column_count > widest)
			widest = config->shape[i]->column_count;
	assemble->value = calloc(2u * widest, sizeof(*assemble->value));
	if (!assemble->value)
		abort();
	if (!cw_spill_pool_open(&assemble->pool, config->spill_dir, config->memory_max,
				config->disk_max, err)) {
		cw_assemble_close(assemble);
		return false;
	}
	*ret = assemble;
	return true;
}

static void free_txn(struct txn *txn)
{
	if (!txn)
		return;
	cw_spill_release(&txn->spill);
	free(txn->cancelled);
	free(txn);
}

void cw_assemble_close(struct cw_assemble *assemble)
{
	struct txn *next;

	if (!assemble)
		return;
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct txn *txn = assemble->bucket[i]; txn; txn = next) {
			next = txn->next_in_bucket;
			free_txn(txn);
		}
	for (struct txn *txn = assemble->ready_first; txn; txn = next) {
		next = txn->next_ready;
		free_txn(txn);
	}
	free_txn(assemble->taken);
	cw_wr_release(&assemble->record);
	free(assemble->value);
	free(assemble);
}

/* By undo segment and slot alone: these say who it is while it is open. */
static struct txn **bucket_of(struct cw_assemble *assemble, uint64_t xid)
{
	return &assemble->bucket[(xid >> 32) * 2654435761u % BUCKETS];
}

static bool is_cut(uint64_t xid)
{
	return (xid & SEQUENCE_BITS) == SEQUENCE_BITS;
}

static struct txn **find(struct cw_assemble *assemble, uint64_t xid)
{
	struct txn **at = bucket_of(assemble, xid);

	for (; *at; at = &(*at)->next_in_bucket) {
		uint64_t other = (*at)->xid;

		if (other == xid || ((is_cut(xid) || is_cut(other)) && !(*at)->followed &&
				     other >> 32 == xid >> 32))
			return at;
	}
	return at;
}

/* @last is new in the chain: who had its place in the undo segment before has ended. */
static void mark_followed(struct txn *first, const struct txn *last)
{
	for (struct txn *txn = first; txn != last; txn = txn->next_in_bucket)
		txn->followed = txn->followed || txn->xid >> 32 == last->xid >> 32;
}

static struct txn *find_or_begin(struct cw_assemble *assemble, const struct cw_event *event)
{
	struct txn **at = find(assemble, event->xid), *txn = *at;

	if (!txn) {
		txn = calloc(1, sizeof(*txn));
		if (!txn)
			abort();
		txn->xid = event->xid;
		txn->first_scn = event->place.at;
		cw_spill_init(&txn->spill, &assemble->pool);
		if (is_cut(event->xid))
			txn->broken = "its beginning lies before the redo that was read";
		*at = txn;
		assemble->counts.open++;
		mark_followed(*bucket_of(assemble, txn->xid), txn);
	}
	if (is_cut(txn->xid) && !is_cut(event->xid))
		txn->xid = event->xid;
	if (event->place.at < txn->first_scn)
		txn->first_scn = event->place.at;
	return txn;
}

static struct txn *take_out(struct cw_assemble *assemble, uint64_t xid)
{
	struct txn **at = find(assemble, xid), *txn = *at;

	if (txn) {
		*at = txn->next_in_bucket;
		txn->next_in_bucket = NULL;
		assemble->counts.open--;
	}
	return txn;
}

/*
 * A record: kind, length of ROWID, ROWID, table in 32 bits, then each value of
 * before and after as its state, and if it is set its length and bytes.
 */
static void put_row(struct cw_wr *wr, const struct cw_row *row)
{
	for (uint16_t i = 0; i < row->count; i++) {
		cw_wr_u8(wr, row->value[i].state);
		if (row->value[i].state != CW_VALUE_SET)
			continue;
		cw_wr_u32be(wr, row->value[i].len);
		cw_wr_put(wr, row->value[i].at, row->value[i].len);
	}
}

static bool keep_change(struct cw_assemble *assemble, struct txn *txn, const struct cw_event *event,
			struct cw_err *err)
{
	struct cw_wr *wr = &assemble->record;
	size_t rowid_len = strnlen(event->rowid, sizeof(event->change->rowid) - 1);

	cw_wr_reset(wr);
	cw_wr_u8(wr, event->op);
	cw_wr_u8(wr, (unsigned)rowid_len);
	cw_wr_put(wr, event->rowid, rowid_len);
	cw_wr_u32be(wr, event->table);
	put_row(wr, &event->change->before);
	put_row(wr, &event->change->after);
	if (cw_wr_failed(wr))
		return cw_fail(err, CW_ERR_LIMIT, 3003, "a change of more than %u bytes",
			       CW_SPILL_RECORD_MAX);
	txn->change_count++;
	return cw_spill_append(&txn->spill, cw_wr_bytes(wr), err);
}

/* The head of a record, enough to pair it. */
struct head {
	enum cw_change_kind op;
	struct cw_bytes rowid;
	uint32_t table;
};

static void read_head(struct cw_rd *rd, struct head *ret)
{
	ret->op = (enum cw_change_kind)cw_rd_u8(rd);
	ret->rowid.len = cw_rd_u8(rd);
	ret->rowid.at = cw_rd_take(rd, ret->rowid.len);
	ret->table = cw_rd_u32be(rd);
}

static enum cw_change_kind inverse_of(enum cw_change_kind op)
{
	switch (op) {
	case CW_INSERT:
		return CW_DELETE;
	case CW_DELETE:
		return CW_INSERT;
	case CW_UPDATE:
	case CW_TRUNCATE:
		break;
	}
	return op;
}

static bool undoes(const struct cw_event *event, const struct head *head)
{
	return head->op == inverse_of(event->op) && head->table == event->table &&
	       head->rowid.len == strlen(event->rowid) &&
	       memcmp(head->rowid.at, event->rowid, head->rowid.len) == 0;
}

/* Where @offset is, or would be, among the cancelled ones. */
static size_t cancelled_at(const struct txn *txn, uint64_t offset)
{
	size_t low = 0, high = txn->cancelled_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (txn->cancelled[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_cancelled(const struct txn *txn, uint64_t offset)
{
	size_t at = cancelled_at(txn, offset);

	return at < txn->cancelled_count && txn->cancelled[at] == offset;
}

static bool cancel(struct txn *txn, uint64_t offset, struct cw_err *err)
{
	size_t at = cancelled_at(txn, offset);

	if (txn->cancelled_count == CANCELLED_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 3003,
			       "a transaction undid more than %u changes out of order",
			       CANCELLED_MAX);
	if (txn->cancelled_count == txn->cancelled_room) {
		size_t room = txn->cancelled_room ? txn->cancelled_room * 2 : 16;
		uint64_t *grown = reallocarray(txn->cancelled, room, sizeof(*grown));

		if (!grown)
			abort();
		txn->cancelled = grown;
		txn->cancelled_room = room;
	}
	memmove(txn->cancelled + at + 1, txn->cancelled + at,
		(txn->cancelled_count - at) * sizeof(*txn->cancelled));
	txn->cancelled[at] = offset;
	txn->cancelled_count++;
	return true;
}

/* Cut off the end whatever of it was cancelled. */
static bool shorten(struct txn *txn, struct cw_err *err)
{
	while (txn->cancelled_count > 0) {
		uint64_t at = cw_spill_end(&txn->spill);
		struct cw_bytes record;

		if (!cw_spill_previous(&txn->spill, &at, &record, err))
			return false;
		if (txn->cancelled[txn->cancelled_count - 1] != at)
			return true;
		txn->cancelled_count--;
		cw_spill_cut(&txn->spill, at);
	}
	return true;
}

/* Take out the latest change that this compensation row undoes. */
static bool undo(struct cw_assemble *assemble, struct txn *txn, const struct cw_event *event,
		 struct cw_err *err)
{
	uint64_t at = cw_spill_end(&txn->spill);

	while (at > 0) {
		struct cw_bytes record;
		struct head head;
		struct cw_rd rd;

		if (!cw_spill_previous(&txn->spill, &at, &record, err))
			return false;
		rd = cw_rd(record);
		read_head(&rd, &head);
		if (!undoes(event, &head) || is_cancelled(txn, at))
			continue;
		txn->change_count--;
		assemble->counts.undone++;
		return cancel(txn, at, err) && shorten(txn, err);
	}
	/* Nothing is wrong yet: it may all be rolled back, or have been applied before. */
	txn->broken = "a rolled-back change of it was not seen";
	return true;
}

static bool put_change(struct cw_assemble *assemble, const struct cw_event *event,
		       struct cw_err *err)
{
	struct txn *txn = find_or_begin(assemble, event);

	if (event->ours) {
		txn->ours = true;
		return true;
	}
	assert(event->table < assemble->config.shape_count);
	if (event->compensation)
		return undo(assemble, txn, event, err);
	return keep_change(assemble, txn, event, err);
}

/* Behind all with a smaller place: almost always at the end. */
static void enqueue(struct cw_assemble *assemble, struct txn *txn)
{
	struct txn *before = assemble->ready_last;

	while (before && cw_pos_compare(&before->commit, &txn->commit) > 0)
		before = before->prev_ready;
	txn->prev_ready = before;
	txn->next_ready = before ? before->next_ready : assemble->ready_first;
	if (txn->next_ready)
		txn->next_ready->prev_ready = txn;
	else
		assemble->ready_last = txn;
	if (before)
		before->next_ready = txn;
	else
		assemble->ready_first = txn;
}

static bool is_idle(const struct txn *txn)
{
	return txn->change_count == 0 && !txn->ours && !txn->broken;
}

static void put_commit(struct cw_assemble *assemble, const struct cw_event *event)
{
	struct txn *txn = take_out(assemble, event->xid);

	if (!txn)
		return; /* it changed nothing that is captured */
	if (cw_pos_compare(&event->place, &assemble->config.applied) <= 0) {
		assemble->counts.skipped++;
		free_txn(txn);
		return;
	}
	if (is_idle(txn)) {
		if (txn->first_scn < assemble->emptied)
			assemble->emptied = txn->first_scn;
		free_txn(txn);
		return;
	}
	txn->commit = event->place;
	txn->commit_wall_us = event->wall_us;
	enqueue(assemble, txn);
}

bool cw_assemble_put(struct cw_assemble *assemble, const struct cw_event *event, struct cw_err *err)
{
	struct txn *gone;

	switch (event->kind) {
	case CW_EVENT_START:
		(void)find_or_begin(assemble, event);
		return true;
	case CW_EVENT_CHANGE:
		return put_change(assemble, event, err);
	case CW_EVENT_COMMIT:
		put_commit(assemble, event);
		return true;
	case CW_EVENT_ROLLBACK:
		gone = take_out(assemble, event->xid);
		assemble->counts.rolled_back += gone && (gone->change_count || gone->ours);
		free_txn(gone);
		return true;
	}
	return true;
}

/*
 * Those whose end never came, as of what an instance that crashed left to be rolled back: with nothing
 * to apply they may go, and the restart place with them.  One that has changes is never given up.
 */
static void drop_endless(struct cw_assemble *assemble)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct txn **at = &assemble->bucket[i], *txn; (txn = *at);) {
			if (!txn->followed || !is_idle(txn)) {
				at = &txn->next_in_bucket;
				continue;
			}
			*at = txn->next_in_bucket;
			if (txn->first_scn < assemble->emptied)
				assemble->emptied = txn->first_scn;
			assemble->counts.open--;
			free_txn(txn);
		}
}

static uint64_t oldest(const struct cw_assemble *assemble, uint64_t from)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct txn *txn = assemble->bucket[i]; txn; txn = txn->next_in_bucket)
			if (txn->first_scn < from)
				from = txn->first_scn;
	return from;
}

/*
 * The restart place of every transaction handed out after this: none younger
 * than what is open now or waits to be handed out is needed again.
 */
void cw_assemble_seal(struct cw_assemble *assemble, uint64_t scn)
{
	uint64_t restart;

	drop_endless(assemble);
	restart = oldest(assemble, scn + 1);
	for (struct txn *txn = assemble->ready_first; txn; txn = txn->next_ready)
		if (txn->first_scn < restart)
			restart = txn->first_scn;
	if (assemble->taken && assemble->taken->first_scn < restart)
		restart = assemble->taken->first_scn;
	/* read again in part, what was rolled back of these would look as if it were missing */
	if (assemble->emptied < restart)
		restart = assemble->emptied;
	assemble->emptied = UINT64_MAX;
	assemble->sealed = scn;
	assemble->sealed_restart = restart;
}

uint64_t cw_assemble_restart(const struct cw_assemble *assemble)
{
	return oldest(assemble, assemble->sealed + 1);
}

static void name_xid(uint64_t xid, char ret[40])
{
	(void)snprintf(ret, 40, "%" PRIu64 ".%" PRIu64 ".%" PRIu64, xid >> 48, xid >> 32 & 0xffff,
		       xid & SEQUENCE_BITS);
}

bool cw_assemble_take(struct cw_assemble *assemble, struct cw_txn_info *ret, struct cw_err *err)
{
	struct txn *txn = assemble->ready_first;

	err->kind = CW_ERR_NONE;
	free_txn(assemble->taken);
	assemble->taken = NULL;
	if (!txn || txn->commit.at > assemble->sealed)
		return false;
	assemble->ready_first = txn->next_ready;
	if (txn->next_ready)
		txn->next_ready->prev_ready = NULL;
	else
		assemble->ready_last = NULL;
	assemble->taken = txn;
	assemble->taken_at = 0;
	*ret = (struct cw_txn_info){ .commit = txn->commit,
				     .commit_wall_us = txn->commit_wall_us,
				     .change_count = txn->change_count,
				     .ours = txn->ours };
	ret->commit.restart = assemble->sealed_restart;
	name_xid(txn->xid, ret->id);
	if (txn->broken)
		return cw_fail(err, CW_ERR_DATA, 7401,
			       "transaction %s cannot be applied: %s (commit SCN %" PRIu64 ")",
			       ret->id, txn->broken, txn->commit.at);
	if (cw_pos_compare(&txn->commit, &assemble->last) <= 0)
		return cw_fail(err, CW_ERR_DATA, 7402,
			       "transaction %s commits at SCN %" PRIu64 ", behind SCN %" PRIu64,
			       ret->id, txn->commit.at, assemble->last.at);
	assemble->last = txn->commit;
	return true;
}

static void read_values(struct cw_rd *rd, struct cw_value *value, uint16_t count)
{
	for (uint16_t i = 0; i < count; i++) {
		value[i] = (struct cw_value){ .state = cw_rd_u8(rd) };
		if (value[i].state != CW_VALUE_SET)
			continue;
		value[i].len = cw_rd_u32be(rd);
		value[i].at = cw_rd_take(rd, value[i].len);
	}
}

static bool decode(struct cw_assemble *assemble, struct cw_bytes record, struct cw_change *ret)
{
	struct cw_rd rd = cw_rd(record);
	struct head head;
	uint16_t columns;

	read_head(&rd, &head);
	if (cw_rd_failed(&rd) || head.table >= assemble->config.shape_count ||
	    head.rowid.len >= sizeof(ret->rowid))
		return false;
	*ret = (struct cw_change){ .kind = head.op, .shape = assemble->config.shape[head.table] };
	memcpy(ret->rowid, head.rowid.at, head.rowid.len);
	columns = ret->shape->column_count;
	ret->before.value = assemble->value;
	ret->after.value = assemble->value + columns;
	ret->before.count = head.op == CW_INSERT ? 0 : columns;
	ret->after.count = head.op == CW_DELETE ? 0 : columns;
	read_values(&rd, ret->before.value, ret->before.count);
	read_values(&rd, ret->after.value, ret->after.count);
	return !cw_rd_failed(&rd) && cw_rd_left(&rd) == 0;
}

enum cw_change_next cw_assemble_change(struct cw_assemble *assemble, struct cw_change *ret,
				       struct cw_err *err)
{
	struct txn *txn = assemble->taken;
	struct cw_bytes record;
	uint64_t at;

	assert(txn);
	do {
		at = assemble->taken_at;
		if (at == cw_spill_end(&txn->spill))
			return CW_CHANGE_END;
		if (!cw_spill_next(&txn->spill, &assemble->taken_at, &record, err))
			return CW_CHANGE_FAILED;
	} while (is_cancelled(txn, at));
	if (!decode(assemble, record, ret)) {
		(void)cw_fail(err, CW_ERR_DATA, 3002, "a spilled change is not one");
		return CW_CHANGE_FAILED;
	}
	return CW_CHANGE_READY;
}

void cw_assemble_count(const struct cw_assemble *assemble, struct cw_assemble_counts *ret)
{
	*ret = assemble->counts;
	ret->spilled_bytes = assemble->pool.written_bytes;
}
