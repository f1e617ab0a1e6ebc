/* xmltype.c - see xmltype.h */
#include "codec/xmltype.h"

#include "base/rd.h"

#define NO_PREFIX   0x04u
#define LONG_LENGTH 0xfeu

enum kind {
	KIND_LOCATOR = 0x1,
	KIND_TEXT = 0x4,
	KIND_FOUR_MORE = 0x100000,
	KIND_OF_11G = 0x1000000,
};

static uint32_t read_length(struct cw_rd *rd)
{
	uint8_t len = cw_rd_u8(rd);

	return len == LONG_LENGTH ? cw_rd_u32be(rd) : len;
}

bool cw_xmltype_read(struct cw_bytes image, struct cw_xmltype *ret, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(image);
	uint8_t flags = cw_rd_u8(&rd);
	uint32_t kind;

	(void)cw_rd_u8(&rd);
	(void)read_length(&rd);
	if (!(flags & NO_PREFIX))
		(void)cw_rd_skip(&rd, read_length(&rd));
	(void)cw_rd_u8(&rd);
	kind = cw_rd_u32be(&rd);
	if (kind & KIND_FOUR_MORE)
		(void)cw_rd_skip(&rd, 4);
	if (cw_rd_failed(&rd))
		return cw_fail(err, CW_ERR_DATA, 2143, "an XMLTYPE of %zu bytes is cut", image.len);
	*ret = (struct cw_xmltype){ .is_locator = !(kind & KIND_TEXT),
				    .content = { rd.at, cw_rd_left(&rd) } };
	if (kind & KIND_TEXT || (kind & KIND_LOCATOR && !(kind & KIND_OF_11G)))
		return true;
	return cw_fail(err, CW_ERR_DATA, 2143,
		       "an XMLTYPE of kind 0x%x, which is not read: select its GETCLOBVAL()", kind);
}
