/* keyset.c - see keyset.h */
#include "task/keyset.h"

#include "endpoint/digest.h"

#include <stdlib.h>
#include <string.h>

void cw_keyset_release(struct cw_keyset *set)
{
	cw_wr_release(&set->bytes);
	free(set->slot);
	*set = (struct cw_keyset){ 0 };
}

void cw_keyset_set_whole(struct cw_keyset *set)
{
	cw_keyset_release(set);
	set->whole = true;
}

static struct cw_bytes key_at(const struct cw_keyset *set, uint64_t offset)
{
	uint32_t len;

	memcpy(&len, set->bytes.at0 + offset, 4);
	return (struct cw_bytes){ set->bytes.at0 + offset + 4, len };
}

/* Where @key is, or would be. */
static uint64_t *slot_of(struct cw_keyset *set, struct cw_bytes key)
{
	uint64_t at = cw_digest_of(key).low;

	for (;; at++) {
		uint64_t *slot = &set->slot[at & (set->slot_count - 1)];
		struct cw_bytes other;

		if (*slot == 0)
			return slot;
		other = key_at(set, *slot - 1);
		if (other.len == key.len && memcmp(other.at, key.at, key.len) == 0)
			return slot;
	}
}

static void grow(struct cw_keyset *set)
{
	size_t at = 0;
	struct cw_bytes key;

	free(set->slot);
	set->slot_count = set->slot_count ? set->slot_count * 2 : 256;
	set->slot = calloc(set->slot_count, sizeof(*set->slot));
	if (!set->slot)
		abort();
	for (size_t before = 0; cw_keyset_next(set, &at, &key); before = at)
		*slot_of(set, key) = before + 1;
}

void cw_keyset_add(struct cw_keyset *set, struct cw_bytes key)
{
	uint32_t len = (uint32_t)key.len;
	uint64_t *slot;

	if (set->whole)
		return;
	if (set->bytes.len + key.len + 4 > CW_KEYSET_BYTES) {
		cw_keyset_set_whole(set);
		return;
	}
	if (set->count * 2 >= set->slot_count)
		grow(set);
	slot = slot_of(set, key);
	if (*slot)
		return;
	*slot = set->bytes.len + 1;
	cw_wr_put(&set->bytes, &len, 4);
	cw_wr_put(&set->bytes, key.at, key.len);
	set->count++;
}

bool cw_keyset_next(const struct cw_keyset *set, size_t *at, struct cw_bytes *ret)
{
	if (*at >= set->bytes.len)
		return false;
	*ret = key_at(set, *at);
	*at += 4 + ret->len;
	return true;
}

void cw_keyset_merge(struct cw_keyset *set, const struct cw_keyset *from)
{
	struct cw_bytes key;
	size_t at = 0;

	if (from->whole)
		cw_keyset_set_whole(set);
	while (cw_keyset_next(from, &at, &key))
		cw_keyset_add(set, key);
}
