/* national.c - text of NVARCHAR2 and NCHAR for the wire; see engine.h */
#include "base/arena.h"
#include "codec/utf16.h"
#include "rehearsal/engine.h"

bool rh_value_to_national(struct cw_arena *arena, struct cw_value *value, struct rh_error *error)
{
	uint8_t *wide = cw_new(arena, uint8_t, 2 * (size_t)value->len + 2);
	size_t len;

	if (value->state != CW_VALUE_SET)
		return true;
	if (!cw_utf8_to_utf16(cw_value_bytes(value), wide, &len))
		return rh_fail(error, 29275, 0, "partial multibyte character");
	*value = cw_value_set((struct cw_bytes){ wide, len });
	return true;
}
