/*
 * keyset.h - keys that were changed, each once, up to a bound
 *
 * Beyond the bound the set forgets them all and says `whole`: all of the table
 * has to be looked at.
 *
 * Owns		its memory: cw_keyset_release()
 * Threads	one at a time
 */
#ifndef CW_TASK_KEYSET_H
#define CW_TASK_KEYSET_H

#include "base/wr.h"

struct cw_keyset {
	struct cw_wr bytes; /* length u32 and bytes of each key, in order of arrival */
	uint64_t *slot;	    /* offset + 1 of a key in bytes; 0: free */
	size_t slot_count, count;
	bool whole;
};

#define CW_KEYSET_BYTES (64u << 20)

void cw_keyset_release(struct cw_keyset *set);
void cw_keyset_add(struct cw_keyset *set, struct cw_bytes key);
void cw_keyset_set_whole(struct cw_keyset *set);
/* Add all of @from. */
void cw_keyset_merge(struct cw_keyset *set, const struct cw_keyset *from);
/* The key at *at, which moves on; false: no more. */
bool cw_keyset_next(const struct cw_keyset *set, size_t *at, struct cw_bytes *ret);

#endif
