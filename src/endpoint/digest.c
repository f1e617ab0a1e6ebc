/* digest.c - see digest.h */
#include "endpoint/digest.h"

#include <xxhash.h>

struct cw_digest cw_digest_of(struct cw_bytes bytes)
{
	XXH128_hash_t hash = XXH3_128bits(bytes.at, bytes.len);

	return (struct cw_digest){ hash.low64, hash.high64 };
}

void cw_digest_add(struct cw_digest_sum *sum, struct cw_digest row)
{
	uint64_t low = sum->sum.low + row.low;

	sum->sum.high += row.high + (low < row.low);
	sum->sum.low = low;
	sum->rows++;
}

void cw_digest_subtract(struct cw_digest_sum *sum, struct cw_digest row)
{
	uint64_t low = sum->sum.low - row.low;

	sum->sum.high -= row.high + (low > sum->sum.low);
	sum->sum.low = low;
	sum->rows--;
}
