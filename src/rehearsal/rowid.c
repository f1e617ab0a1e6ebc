/* rowid.c - see rowid.h */
#include "rehearsal/rowid.h"

#include <string.h>

#define SLOT_BITS 8
#define SLOT_MAX  255u
#define BLOCK_MAX 0xffffffu
#define ONLY_FILE 4u /* of a user's tablespace */

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

void rh_rowid_text(uint32_t table, uint64_t number, char ret[RH_ROWID_CHARS + 1])
{
	put(rh_row_object(table, number), 6, ret);
	put(ONLY_FILE, 3, ret + 6);
	put(rh_row_block(number), 6, ret + 9);
	put(number & SLOT_MAX, 3, ret + 15);
	ret[RH_ROWID_CHARS] = '\0';
}

bool rh_rowid_parse(const char *text, uint32_t *ret_object, uint32_t *ret_number)
{
	uint64_t object, file, block, slot;

	if (strlen(text) != RH_ROWID_CHARS || !get(text, 6, &object) || !get(text + 6, 3, &file) ||
	    !get(text + 9, 6, &block) || !get(text + 15, 3, &slot))
		return false;
	if (object > UINT32_MAX || block > UINT32_MAX)
		return false;
	*ret_object = (uint32_t)object;
	/* ranges may end in slot 32767 and begin in file 0: cut to what a number can be */
	if (file < ONLY_FILE)
		*ret_number = 0;
	else if (file > ONLY_FILE || block > BLOCK_MAX)
		*ret_number = UINT32_MAX;
	else
		*ret_number = (uint32_t)(block << SLOT_BITS | (slot > SLOT_MAX ? SLOT_MAX : slot));
	return true;
}
