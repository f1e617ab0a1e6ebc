/* vector.c - see vector.h */
#include "codec/vector.h"

#include "base/rd.h"
#include "codec/show.h"
#include "model/shape.h"

#include <stdio.h>

#define MAGIC	    0xdb
#define VERSION_MAX 2
#define NORM_BYTES  8u

enum flags { HAS_NORM = 0x02, HAS_NORM_SPACE = 0x10, IS_SPARSE = 0x20 };
enum format { FLOAT32 = 2, FLOAT64 = 3, INT8 = 4, BITS = 5 };

static bool bad(const char *why, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2142, "the VECTOR image is not as it must be: %s", why);
}

static void put_int(int64_t value, struct cw_wr *out)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	cw_wr_text(out, text);
}

static bool put_element(struct cw_rd *rd, uint8_t format, struct cw_wr *out, struct cw_err *err)
{
	size_t len = format == FLOAT64 ? 8 : format == FLOAT32 ? 4 : 1;
	struct cw_bytes bytes = { cw_rd_take(rd, len), len };

	if (!bytes.at)
		return bad("its elements are cut", err);
	if (format == INT8)
		put_int((int8_t)bytes.at[0], out);
	else if (format == BITS)
		put_int(bytes.at[0], out);
	else
		return cw_show(format == FLOAT64 ? CW_ORA_BINARY_DOUBLE : CW_ORA_BINARY_FLOAT,
			       bytes, out, err);
	return true;
}

static bool put_elements(struct cw_rd *rd, uint8_t format, uint32_t count, struct cw_wr *out,
			 struct cw_err *err)
{
	cw_wr_u8(out, '[');
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			cw_wr_u8(out, ',');
		if (!put_element(rd, format, out, err))
			return false;
	}
	cw_wr_u8(out, ']');
	return true;
}

static bool put_sparse(struct cw_rd *rd, uint8_t format, uint32_t dimensions, struct cw_wr *out,
		       struct cw_err *err)
{
	uint16_t count = cw_rd_u16be(rd);

	if (cw_rd_failed(rd))
		return bad("its count is cut", err);
	cw_wr_u8(out, '[');
	put_int(dimensions, out);
	cw_wr_text(out, ",[");
	for (uint16_t i = 0; i < count; i++) {
		uint32_t index = cw_rd_u32be(rd);

		if (cw_rd_failed(rd) || index >= dimensions)
			return bad("an index is cut or too large", err);
		if (i > 0)
			cw_wr_u8(out, ',');
		put_int((int64_t)index + 1, out);
	}
	cw_wr_text(out, "],");
	if (!put_elements(rd, format, count, out, err))
		return false;
	cw_wr_u8(out, ']');
	return true;
}

bool cw_vector_show(struct cw_bytes image, struct cw_wr *out, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(image);
	uint8_t magic = cw_rd_u8(&rd), version = cw_rd_u8(&rd), format;
	unsigned flags = cw_rd_u16be(&rd);
	uint32_t dimensions;

	format = cw_rd_u8(&rd);
	dimensions = cw_rd_u32be(&rd);
	if (flags & (HAS_NORM | HAS_NORM_SPACE))
		(void)cw_rd_skip(&rd, NORM_BYTES);
	if (cw_rd_failed(&rd) || magic != MAGIC || version > VERSION_MAX || format < FLOAT32 ||
	    format > BITS)
		return bad("its beginning", err);
	if (flags & IS_SPARSE)
		return put_sparse(&rd, format, dimensions, out, err);
	return put_elements(&rd, format, format == BITS ? dimensions / 8 : dimensions, out, err);
}
