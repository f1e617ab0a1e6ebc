/* copy.c - see copy.h */
#include "codec/copy.h"

static const char signature[11] = "PGCOPY\n\377\r\n"; /* with its NUL */

#define ROW_END 0xffffu

void cw_copy_begin(struct cw_wr *wr)
{
	cw_wr_put(wr, signature, sizeof(signature));
	cw_wr_u64be(wr, 0);
}

void cw_copy_end(struct cw_wr *wr)
{
	cw_wr_u16be(wr, ROW_END);
}

bool cw_copy_row(struct cw_wr *wr, const struct cw_shape *shape, const struct cw_row *row,
		 struct cw_err *err)
{
	assert(row->count == shape->column_count);
	assert(!wr->flush); /* lengths are filled in afterwards */

	cw_wr_u16be(wr, row->count);
	for (uint16_t i = 0; i < row->count; i++) {
		size_t at = wr->len;
		int32_t len;

		cw_wr_u32be(wr, 0);
		if (!cw_convert_to_pg(&shape->column[i], row->value[i], wr, &len, err))
			return false;
		if (!cw_wr_failed(wr))
			for (unsigned b = 0; b < 4; b++)
				wr->at0[at + b] = (uint8_t)((uint32_t)len >> 8 * (3 - b));
	}
	if (cw_wr_failed(wr))
		return cw_fail(err, CW_ERR_LIMIT, 2021, "no room left for the row");
	return true;
}

bool cw_copy_read_begin(struct cw_rd *rd, struct cw_err *err)
{
	uint8_t found[sizeof(signature)];
	uint32_t flags, extra;

	(void)cw_rd_copy(rd, found, sizeof(found));
	flags = cw_rd_u32be(rd);
	extra = cw_rd_u32be(rd);
	(void)cw_rd_skip(rd, extra);
	if (cw_rd_failed(rd) || memcmp(found, signature, sizeof(found)) != 0 || flags != 0)
		return cw_fail(err, CW_ERR_DATA, 2021, "this is not COPY BINARY");
	return true;
}

enum cw_copy_next cw_copy_read_row(struct cw_rd *rd, uint16_t count, struct cw_value *ret,
				   struct cw_err *err)
{
	uint16_t found = cw_rd_u16be(rd);

	if (!cw_rd_failed(rd) && found == ROW_END)
		return CW_COPY_END;
	if (!cw_rd_failed(rd) && found != count) {
		(void)cw_fail(err, CW_ERR_DATA, 2021, "COPY row has %u columns, not %u", found,
			      count);
		return CW_COPY_BAD;
	}
	for (uint16_t i = 0; i < count; i++) {
		uint32_t len = cw_rd_u32be(rd);

		ret[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		if (len != UINT32_MAX)
			ret[i] = cw_value_set((struct cw_bytes){ cw_rd_take(rd, len), len });
	}
	if (cw_rd_failed(rd)) {
		(void)cw_fail(err, CW_ERR_DATA, 2021, "COPY row is cut");
		return CW_COPY_BAD;
	}
	return CW_COPY_ROW;
}
