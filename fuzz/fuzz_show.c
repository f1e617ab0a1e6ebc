/* fuzz_show.c - values as text: every type, JSON and VECTOR images above all */
#include "fuzz.h"

#include "codec/oson.h"
#include "codec/show.h"
#include "codec/utf16.h"
#include "codec/xmltype.h"
#include "model/shape.h"

static const uint8_t types[] = {
	CW_ORA_JSON,	     CW_ORA_VECTOR,	 CW_ORA_NUMBER,	      CW_ORA_DATE,
	CW_ORA_TIMESTAMP,    CW_ORA_TIMESTAMP_TZ, CW_ORA_TIMESTAMP_LTZ, CW_ORA_INTERVAL_YM,
	CW_ORA_INTERVAL_DS,  CW_ORA_BINARY_FLOAT, CW_ORA_BINARY_DOUBLE, CW_ORA_BOOLEAN,
	CW_ORA_RAW,	     CW_ORA_VARCHAR2,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[3 << 16];
	struct cw_wr wr = { 0 };
	struct cw_xmltype xml;
	struct cw_err err;
	size_t len;

	if (size < 1 || size > sizeof(room) / 3)
		return 0;
	if (!cw_show(types[data[0] % CW_ARRAY_LEN(types)], (struct cw_bytes){ data + 1, size - 1 },
		     &wr, &err))
		assert(err.code != 0);
	assert(wr.len <= size * CW_OSON_TEXT_RATIO + 131072);
	cw_wr_release(&wr);
	if (cw_xmltype_read((struct cw_bytes){ data + 1, size - 1 }, &xml, &err))
		assert(xml.content.len < size && xml.content.at + xml.content.len == data + size);
	if (cw_utf16_to_utf8((struct cw_bytes){ data + 1, size - 1 }, data[0] & 1, room, &len))
		assert(len <= cw_utf16_room(size - 1));
	return 0;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	/* {"employee":{"name":"John","age":30,"city":"Delhi","Parmanent":true}}, a sparse vector */
	static const uint8_t json[] =
		"\x00\xff\x4a\x5a\x01\x21\x02\x05\x00\x21\x00\x2f\x00\x00\x21\x42\x9c\xc1\xe6\x00\x00"
		"\x00\x12\x00\x0e\x00\x17\x00\x09\x08" "employee\x04name\x03" "age\x04" "city\x09"
		"Parmanent\xa4\x01\x01\x00\x00\x00\x07\xa4\x04\x05\x03\x02\x04\x00\x00\x00\x1d\x00"
		"\x00\x00\x23\x00\x00\x00\x27\x00\x00\x00\x2e\x33\x04John\x34\x02\xc1\x1f\x33\x05"
		"Delhi1";
	static const uint8_t vector[] =
		"\x01\xdb\x02\x00\x32\x02\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"
		"\x00\x00\x00\x00\x00\x00\x03\xc0\x20\x00\x00\x3f\x1f\xff\xff";
	static const uint8_t zoned[] = "\x05\x78\x7c\x01\x01\x16\x23\x06\x1d\xcd\x65\x00\x19\x5a";
	static const uint8_t days[] = "\x08\x80\x00\x00\x02\x48\x53\x5e\x9b\x2e\x02\x00";
	static const uint8_t xml[] =
		"\x00\x81\x01\xfe\x00\x00\x00\x15\x01\x01\x01\x00\x10\x00\x14\x00\x00\x00\x00<r/>";
	static const struct cw_bytes seeds[] = { { json, sizeof(json) - 1 },
						 { vector, sizeof(vector) - 1 },
						 { zoned, sizeof(zoned) - 1 },
						 { days, sizeof(days) - 1 },
						 { xml, sizeof(xml) - 1 } };

	if (index >= CW_ARRAY_LEN(seeds))
		return false;
	cw_wr_put(wr, seeds[index].at, seeds[index].len);
	return true;
}
