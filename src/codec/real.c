/* real.c - see real.h */
#include "codec/real.h"

#include <string.h>

/* The bits behind the sign: all of the exponent, and something behind it. */
static bool is_nan(const uint8_t *ieee, size_t len)
{
	uint8_t low = len == 8 ? 0xf0 : 0x80;
	uint8_t rest = (uint8_t)(ieee[1] & ~low);

	if ((ieee[0] & 0x7f) != 0x7f || (ieee[1] & low) != low)
		return false;
	for (size_t i = 2; i < len; i++)
		rest |= ieee[i];
	return rest != 0;
}

static bool is_minus_zero(const uint8_t *ieee, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (ieee[i])
			return false;
	return ieee[0] == 0x80;
}

void cw_real_canonical(uint8_t *ieee, size_t len)
{
	if (is_minus_zero(ieee, len)) {
		ieee[0] = 0;
	} else if (is_nan(ieee, len)) {
		memset(ieee, 0, len);
		ieee[0] = 0x7f;
		ieee[1] = len == 8 ? 0xf8 : 0xc0;
	}
}

void cw_real_to_ora(const uint8_t *ieee, size_t len, uint8_t *ret)
{
	memmove(ret, ieee, len);
	cw_real_canonical(ret, len);
	if (ret[0] & 0x80)
		for (size_t i = 0; i < len; i++)
			ret[i] = (uint8_t)~ret[i];
	else
		ret[0] |= 0x80;
}

void cw_real_from_ora(const uint8_t *ora, size_t len, uint8_t *ret)
{
	bool positive = ora[0] & 0x80;

	memmove(ret, ora, len);
	if (positive)
		ret[0] &= 0x7f;
	else
		for (size_t i = 0; i < len; i++)
			ret[i] = (uint8_t)~ret[i];
}
