/* rowid.c - see rowid.h */
#include "rehearsal/rowid.h"

#include <string.h>

#define SLOT_BITS  8
#define BLOCK_BITS 32
#define FIRST_FILE 4 /* of a user's tablespace */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put(uint64_t value, int chars, char *at)
{
	for (int i = chars - 1; i >= 0; i--) {
		at[i] = alphabet[value & 63];
		value >>= 6;
	}
}

static bool get(const char *at, int chars, uint64_t *ret)
{
	*ret = 0;
	for (int i = 0; i < chars; i++) {
		const char *found = at[i] ? strchr(alphabet, at[i]) : NULL;

		if (!found)
			return false;
		*ret = *ret << 6 | (uint64_t)(found - alphabet);
	}
	return true;
}

void rh_rowid_text(uint32_t object, uint64_t number, char ret[RH_ROWID_CHARS + 1])
{
	put(object, 6, ret);
	put(FIRST_FILE + (number >> (SLOT_BITS + BLOCK_BITS)), 3, ret + 6);
	put(number >> SLOT_BITS & UINT32_MAX, 6, ret + 9);
	put(number & ((1u << SLOT_BITS) - 1), 3, ret + 15);
	ret[RH_ROWID_CHARS] = '\0';
}

bool rh_rowid_parse(const char *text, uint32_t *ret_object, uint64_t *ret_number)
{
	uint64_t object, file, block, slot;

	if (strlen(text) != RH_ROWID_CHARS || !get(text, 6, &object) || !get(text + 6, 3, &file) ||
	    !get(text + 9, 6, &block) || !get(text + 15, 3, &slot))
		return false;
	if (object > UINT32_MAX || block > UINT32_MAX)
		return false;
	/* ranges may end in slot 32767 and begin in file 0: cut to what a number can be */
	if (slot > 255)
		slot = 255;
	file = file < FIRST_FILE ? 0 : file - FIRST_FILE;
	*ret_object = (uint32_t)object;
	*ret_number = file << (SLOT_BITS + BLOCK_BITS) | block << SLOT_BITS | slot;
	return true;
}
