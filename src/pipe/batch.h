/*
 * batch.h - changes on their way from the source's thread to the target's
 *
 * A batch holds a run of changes of one transaction, all of it if it is small,
 * or a word of the source's: "nothing more up to here", "it is over".  Values
 * are copied into the batch's arena, so that the source may go on.
 *
 *	TXN first ... TXN ... TXN last, IDLE, TXN first+last, FAILED
 *
 * Owns		a batch owns all it points to but the shapes; it has one owner at
 *		a time, and passing it to a queue passes it for good
 */
#ifndef CW_PIPE_BATCH_H
#define CW_PIPE_BATCH_H

#include "base/arena.h"
#include "pipe/source.h"

#define CW_BATCH_BYTES	 (256u << 10) /* it is full beyond this ... */
#define CW_BATCH_CHANGES 512	      /* ... or with so many changes */

enum cw_batch_kind { CW_BATCH_TXN, CW_BATCH_IDLE, CW_BATCH_FAILED };

struct cw_batch {
	struct cw_batch *next; /* for whoever owns it */
	struct cw_arena arena;
	enum cw_batch_kind kind;
	struct cw_txn_info txn;
	bool first, last;   /* of its transaction */
	struct cw_pos seen; /* of IDLE */
	struct cw_err err;  /* of FAILED */
	uint32_t count, room;
	struct cw_change *change;
};

struct cw_batch *cw_batch_new(enum cw_batch_kind kind);
void cw_batch_free(struct cw_batch *batch); /* NULL is fine */

static inline size_t cw_batch_bytes(const struct cw_batch *batch)
{
	return batch->arena.used_bytes;
}

static inline bool cw_batch_is_full(const struct cw_batch *batch)
{
	return batch->count == CW_BATCH_CHANGES || cw_batch_bytes(batch) > CW_BATCH_BYTES;
}

/* Copy @change with all its bytes. */
void cw_batch_add(struct cw_batch *batch, const struct cw_change *change);

#endif
