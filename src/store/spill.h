/*
 * spill.h - records in the order they came, in memory until there are too many
 *
 * A spill is one transaction's changes: appended at the end, taken back from
 * the end when the transaction undoes some of its work, read from the start
 * when it commits.  All spills of a pool share one bound of memory; beyond it
 * the largest writes what it has to a file of its own and goes on in memory.
 *
 *	offset 0            file_len               end
 *	  | records in the file | records in memory |
 *
 * The file has no name: it is gone with the process, and nothing is lost by
 * that, because capture begins again at the oldest open transaction.  Every
 * record in it carries a checksum: a disk that gives back other bytes than it
 * took must not become rows.
 *
 * Shapes	a record is its length, its checksum (in the file), its bytes, its
 *		length again (so that it can be found from behind)
 * Owns		a spill its memory and file; bytes handed out are good until the
 *		next call on that spill
 * Errors	CW3001 the spill folder cannot be used, or is full (config)
 *		CW3002 a record is damaged (config)	CW3003 a record, or all of
 *		them, are larger than allowed (limit)
 * Threads	one at a time for each pool
 */
#ifndef CW_STORE_SPILL_H
#define CW_STORE_SPILL_H

#include "base/err.h"

#define CW_SPILL_RECORD_MAX (64u << 20)

struct cw_spill {
	struct cw_spill_pool *pool;
	struct cw_spill *next, *prev; /* of the pool's list */
	uint8_t *memory;
	size_t len, room;
	int fd; /* -1: nothing was written out yet */
	uint64_t file_len;
	uint8_t *window; /* a part of the file, for reading */
	uint64_t window_at;
	size_t window_len, window_room;
};

struct cw_spill_pool {
	char dir[256];
	size_t memory_max, memory_used;
	uint64_t disk_max, disk_used;
	uint64_t written_bytes; /* ever, for status */
	struct cw_spill *first;
};

/* @dir is made if it is missing. */
bool cw_spill_pool_open(struct cw_spill_pool *pool, const char *dir, size_t memory_max,
			uint64_t disk_max, struct cw_err *err) CW_MUST_CHECK;

void cw_spill_init(struct cw_spill *spill, struct cw_spill_pool *pool);
void cw_spill_release(struct cw_spill *spill);

static inline uint64_t cw_spill_end(const struct cw_spill *spill)
{
	return spill->file_len + spill->len;
}

bool cw_spill_append(struct cw_spill *spill, struct cw_bytes record,
		     struct cw_err *err) CW_MUST_CHECK;

/* The record that begins at *at; then *at is where the next one begins. */
bool cw_spill_next(struct cw_spill *spill, uint64_t *at, struct cw_bytes *ret,
		   struct cw_err *err) CW_MUST_CHECK;
/* The record that ends at *at; then *at is where it begins. */
bool cw_spill_previous(struct cw_spill *spill, uint64_t *at, struct cw_bytes *ret,
		       struct cw_err *err) CW_MUST_CHECK;
/* Forget all from @end on; a record must begin there. */
void cw_spill_cut(struct cw_spill *spill, uint64_t end);

#endif
