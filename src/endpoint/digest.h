/*
 * digest.h - rows in canonical form, as short numbers that can be added up
 *
 * The bytes of a row are those of COPY BINARY (codec/copy.h) with every value
 * canonical; their XXH3-128 is the row's digest.  A table's digest is the sum
 * of its rows' and their count: the same whatever the order, and a row taken
 * away or added changes it by its own digest.
 *
 * Owns		nothing
 * Threads	any
 */
#ifndef CW_ENDPOINT_DIGEST_H
#define CW_ENDPOINT_DIGEST_H

#include "base/base.h"
#include "model/shape.h"
#include "model/value.h"

struct cw_digest {
	uint64_t low, high;
};

struct cw_digest cw_digest_of(struct cw_bytes bytes);

/* A table's: rows added up. */
struct cw_digest_sum {
	uint64_t rows;
	struct cw_digest sum;
};

void cw_digest_add(struct cw_digest_sum *sum, struct cw_digest row);
void cw_digest_subtract(struct cw_digest_sum *sum,
			struct cw_digest row); /* may go below zero, and comes back */

static inline bool cw_digest_same(struct cw_digest a, struct cw_digest b)
{
	return a.low == b.low && a.high == b.high;
}

static inline bool cw_digest_sum_same(const struct cw_digest_sum *a, const struct cw_digest_sum *b)
{
	return a->rows == b->rows && cw_digest_same(a->sum, b->sum);
}

#endif
