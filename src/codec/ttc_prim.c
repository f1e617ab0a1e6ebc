/* ttc_prim.c - see ttc_prim.h */
#include "codec/ttc_prim.h"

#include <string.h>

bool cw_ttc_bad(struct cw_ttc_in *in, const char *why)
{
	if (!in->rd.failed)
		in->why = why;
	in->rd.failed = true;
	return false;
}

bool cw_ttc_fail(const struct cw_ttc_in *in, const char *what, struct cw_err *err)
{
	if (in->why)
		return cw_fail(err, CW_ERR_DATA, 2110, "%s: %s", what, in->why);
	return cw_fail(err, CW_ERR_DATA, 2111, "%s: the message is cut", what);
}

/* ---- integers -------------------------------------------------------------- */

static uint64_t get_int(struct cw_ttc_in *in, unsigned bytes_max, bool is_signed, bool *negative)
{
	uint8_t len = cw_rd_u8(&in->rd);

	*negative = is_signed && (len & 0x80);
	if (*negative)
		len &= 0x7f;
	if (len > bytes_max) {
		(void)cw_ttc_bad(in, "an integer is longer than its type");
		return 0;
	}
	return cw_rd_be(&in->rd, len);
}

static uint64_t get_ub(struct cw_ttc_in *in, unsigned bytes_max)
{
	bool negative;

	return get_int(in, bytes_max, false, &negative);
}

/*
 * A negative one has its sign with its length (81 7f); go-oracledb sends the scale of a bind as it
 * stands in memory (02 ff 81).
 */
static int64_t get_sb(struct cw_ttc_in *in, unsigned bytes_max)
{
	const uint64_t most = UINT64_MAX >> (65 - 8 * bytes_max);
	bool negative;
	uint64_t value = get_int(in, bytes_max, true, &negative);

	if (value > most && negative) {
		(void)cw_ttc_bad(in, "a signed integer is out of range");
		return 0;
	}
	if (value > most)
		value -= 2 * most + 2;
	return negative ? -(int64_t)value : (int64_t)value;
}

uint16_t cw_ttc_get_ub2(struct cw_ttc_in *in)
{
	return (uint16_t)get_ub(in, 2);
}

uint32_t cw_ttc_get_ub4(struct cw_ttc_in *in)
{
	return (uint32_t)get_ub(in, 4);
}

uint64_t cw_ttc_get_ub8(struct cw_ttc_in *in)
{
	return get_ub(in, 8);
}

int8_t cw_ttc_get_sb1(struct cw_ttc_in *in)
{
	int64_t value;

	if (in->ttc->sb1_raw)
		return (int8_t)cw_rd_u8(&in->rd);
	value = get_sb(in, 2);
	if (value < INT8_MIN || value > INT8_MAX) {
		(void)cw_ttc_bad(in, "a signed byte is out of range");
		return 0;
	}
	return (int8_t)value;
}

int16_t cw_ttc_get_sb2(struct cw_ttc_in *in)
{
	return (int16_t)get_sb(in, 2);
}

int32_t cw_ttc_get_sb4(struct cw_ttc_in *in)
{
	return (int32_t)get_sb(in, 4);
}

int64_t cw_ttc_get_sb8(struct cw_ttc_in *in)
{
	return get_sb(in, 8);
}

/* ---- byte strings ----------------------------------------------------------- */

static uint8_t *take_room(struct cw_ttc_in *in, size_t len)
{
	struct cw_err err;
	uint8_t *room = cw_try_new(in->arena, uint8_t, len, &err);

	if (!room)
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
	return room;
}

struct cw_bytes cw_ttc_get_raw(struct cw_ttc_in *in, size_t len, size_t max)
{
	struct cw_bytes none = { NULL, 0 };
	uint8_t *room;

	if (len > max) {
		(void)cw_ttc_bad(in, "a byte string is longer than it may be");
		return none;
	}
	if (len == 0 || !cw_rd_fill(&in->rd))
		return none;
	if (in->stable && cw_rd_left(&in->rd) >= len)
		return (struct cw_bytes){ cw_rd_take(&in->rd, len), len };
	if (!in->rd.more && cw_rd_left(&in->rd) < len) {
		in->rd.failed = true; /* no room for what will not come */
		return none;
	}
	room = take_room(in, len);
	if (!room || !cw_rd_copy(&in->rd, room, len))
		return none;
	return (struct cw_bytes){ room, len };
}

static size_t chunk_length(struct cw_ttc_in *in)
{
	if (!in->ttc->big_chunks)
		return cw_rd_u8(&in->rd);
	return in->ttc->native ? __builtin_bswap32(cw_rd_u32be(&in->rd)) : cw_ttc_get_ub4(in);
}

/*
 * Chunks are gathered in a room that doubles.  The common string is one chunk,
 * which may even stay where it lies.
 */
static bool get_chunks(struct cw_ttc_in *in, size_t max, struct cw_value *ret)
{
	struct cw_bytes whole = { NULL, 0 };
	size_t room = 0;
	uint8_t *at = NULL;

	for (;;) {
		size_t chunk = chunk_length(in);

		if (cw_ttc_failed(in))
			return false;
		if (chunk == 0)
			break;
		if (chunk > max || whole.len > max - chunk)
			return cw_ttc_bad(in, "a byte string is longer than it may be");
		if (whole.len == 0) {
			whole = cw_ttc_get_raw(in, chunk, max);
			continue;
		}
		if (!at || room - whole.len < chunk) {
			uint8_t *bigger;

			room = (whole.len + chunk) * 2 < max ? (whole.len + chunk) * 2 : max;
			bigger = take_room(in, room);
			if (!bigger)
				return false;
			memcpy(bigger, whole.at, whole.len);
			at = bigger;
			whole.at = bigger;
		}
		if (!cw_rd_copy(&in->rd, at + whole.len, chunk))
			return false;
		whole.len += chunk;
	}
	*ret = whole.len ? cw_value_set(whole) : (struct cw_value){ .state = CW_VALUE_NULL };
	return true;
}

bool cw_ttc_get_clr_rest(struct cw_ttc_in *in, uint8_t first, size_t max, struct cw_value *ret)
{
	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (cw_ttc_failed(in))
		return false;
	if (first == 0 || first == CW_CLR_NULL)
		return true;
	if (first == CW_CLR_CHUNKED)
		return get_chunks(in, max, ret);
	if (first == CW_CLR_ESCAPE)
		return cw_ttc_bad(in, "a byte string begins with the escape byte");
	*ret = cw_value_set(cw_ttc_get_raw(in, first, max));
	if (!cw_ttc_failed(in))
		return true;
	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	return false;
}

struct cw_bytes cw_ttc_get_dalc(struct cw_ttc_in *in, size_t max)
{
	struct cw_value value = { .state = CW_VALUE_NULL };
	uint32_t len = cw_ttc_get_ub4(in);

	if (len > max)
		(void)cw_ttc_bad(in, "a byte string is longer than it may be");
	else if (len > 0)
		(void)cw_ttc_get_clr(in, max, &value);
	if (!cw_ttc_failed(in) && value.len > len)
		(void)cw_ttc_bad(in, "a byte string is longer than its first length says");
	return cw_ttc_failed(in) ? (struct cw_bytes){ NULL, 0 } : cw_value_bytes(&value);
}

struct cw_bytes cw_ttc_get_chr(struct cw_ttc_in *in, size_t len, size_t max)
{
	struct cw_value value = { .state = CW_VALUE_NULL };

	if (in->ttc->chr_raw)
		return cw_ttc_get_raw(in, len, max);
	if (len == 0)
		return (struct cw_bytes){ NULL, 0 };
	(void)cw_ttc_get_clr(in, max, &value);
	if (!cw_ttc_failed(in) && value.len > len)
		(void)cw_ttc_bad(in, "a character array is longer than its first length says");
	return cw_ttc_failed(in) ? (struct cw_bytes){ NULL, 0 } : cw_value_bytes(&value);
}

void cw_ttc_skip_clr(struct cw_ttc_in *in)
{
	uint8_t first = cw_rd_u8(&in->rd);

	if (first == 0 || first == CW_CLR_NULL)
		return;
	if (first == CW_CLR_ESCAPE)
		(void)cw_ttc_bad(in, "a byte string begins with the escape byte");
	else if (first != CW_CLR_CHUNKED)
		(void)cw_rd_skip(&in->rd, first);
	else
		for (size_t chunk = chunk_length(in); chunk > 0; chunk = chunk_length(in))
			if (!cw_rd_skip(&in->rd, chunk))
				return;
}

bool cw_ttc_is(struct cw_bytes bytes, const char *text)
{
	return bytes.len == strlen(text) && (bytes.len == 0 || !memcmp(bytes.at, text, bytes.len));
}

bool cw_ttc_is_key(struct cw_bytes key, const char *text)
{
	if (key.len > 0 && key.at[key.len - 1] == 0)
		key.len--;
	return cw_ttc_is(key, text);
}

/* ---- writing ----------------------------------------------------------------- */

static unsigned byte_count(uint64_t value)
{
	if (value == 0)
		return 0;
	if (value <= UINT8_MAX)
		return 1;
	if (value <= UINT16_MAX)
		return 2;
	return value <= UINT32_MAX ? 4 : 8;
}

unsigned cw_ttc_ub_bytes(uint64_t value)
{
	return 1 + byte_count(value);
}

void cw_ttc_put_ub(struct cw_wr *wr, uint64_t value)
{
	unsigned count = byte_count(value);

	cw_wr_u8(wr, count);
	cw_wr_be(wr, value, count);
}

void cw_ttc_put_sb(struct cw_wr *wr, int64_t value)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	unsigned count = byte_count(size);

	cw_wr_u8(wr, value < 0 ? count | 0x80 : count);
	cw_wr_be(wr, size, count);
}

static unsigned byte_count_least(uint64_t value)
{
	unsigned count = 0;

	for (; value > 0; value >>= 8)
		count++;
	return count;
}

void cw_ttc_put_ub_least(struct cw_wr *wr, uint64_t value)
{
	unsigned count = byte_count_least(value);

	cw_wr_u8(wr, count);
	cw_wr_be(wr, value, count);
}

void cw_ttc_put_sb_least(struct cw_wr *wr, int64_t value)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	unsigned count = byte_count_least(size);

	cw_wr_u8(wr, value < 0 ? count | 0x80 : count);
	cw_wr_be(wr, size, count);
}

void cw_ttc_put_zeros(struct cw_wr *wr, size_t count)
{
	while (count-- > 0)
		cw_wr_u8(wr, 0);
}

void cw_ttc_put_clr(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes)
{
	if (bytes.len > CW_CLR_SHORT_MAX) {
		cw_ttc_put_chunks(wr, ttc, bytes);
		return;
	}
	/* The fast way, once for each value of each row: it goes into this packet whole. */
	if (bytes.len > 0 && !wr->failed && wr->room - wr->len > bytes.len) {
		wr->at0[wr->len] = (uint8_t)bytes.len;
		memcpy(wr->at0 + wr->len + 1, bytes.at, bytes.len);
		wr->len += 1 + bytes.len;
		return;
	}
	cw_wr_u8(wr, (unsigned)bytes.len);
	cw_wr_put(wr, bytes.at, bytes.len);
}

void cw_ttc_put_chunks(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes)
{
	size_t chunk_max = ttc->big_chunks ? CW_CLR_CHUNK_BYTES : 64;

	cw_wr_u8(wr, CW_CLR_CHUNKED);
	while (bytes.len > 0) {
		size_t chunk = bytes.len < chunk_max ? bytes.len : chunk_max;

		if (ttc->big_chunks)
			cw_ttc_put_ub(wr, chunk);
		else
			cw_wr_u8(wr, (unsigned)chunk);
		cw_wr_put(wr, bytes.at, chunk);
		bytes.at += chunk;
		bytes.len -= chunk;
	}
	cw_wr_u8(wr, 0);
}

void cw_ttc_put_null(struct cw_wr *wr)
{
	cw_wr_u8(wr, 0);
}

void cw_ttc_put_dalc(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes)
{
	cw_ttc_put_ub(wr, bytes.len);
	if (bytes.len > 0)
		cw_ttc_put_clr(wr, ttc, bytes);
}

void cw_ttc_put_chr(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes)
{
	if (ttc->chr_raw)
		cw_wr_put(wr, bytes.at, bytes.len);
	else if (bytes.len > 0)
		cw_ttc_put_clr(wr, ttc, bytes);
}

void cw_ttc_put_pair(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes key,
		     struct cw_bytes value, uint32_t flags)
{
	cw_ttc_put_dalc(wr, ttc, key);
	cw_ttc_put_dalc(wr, ttc, value);
	cw_ttc_put_ub(wr, flags);
}

void cw_ttc_put_function(struct cw_wr *wr, const struct cw_ttc *ttc, unsigned message,
			 unsigned function, uint8_t sequence)
{
	cw_wr_u8(wr, message);
	cw_wr_u8(wr, function);
	cw_wr_u8(wr, sequence);
	if (ttc->field_version >= CW_FV_23_1_EXT1)
		cw_ttc_put_ub(wr, 0);
}
