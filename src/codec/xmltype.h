/*
 * xmltype.h - the image of an XMLTYPE: its text, or the locator of a CLOB with it
 *
 *	u8 flags  u8 version  length of it all  [length, that many bytes: unless flag 0x04]
 *	u8 version  u32be kind  [4 bytes, of kind 0x100000]  the rest: text (kind 0x04), a
 *	locator (0x01); a length is a byte, or fe and u32be
 *
 * A column that 11.2 stores as CLOB comes as a locator of another form (kind 0x1000000),
 * which nobody reads: GETCLOBVAL() does.
 *
 * Errors	CW2143 the bytes are no such image, or of a form that is not read
 * Threads	any
 * Sources	python-oracledb impl/thin/dbobject.pyx, read_xmltype(); images captured from 21c
 *		and 11g in seerdb's tests/test_dbobject.py
 */
#ifndef CW_CODEC_XMLTYPE_H
#define CW_CODEC_XMLTYPE_H

#include "base/err.h"

struct cw_xmltype {
	bool is_locator;
	struct cw_bytes content; /* in the image */
};

bool cw_xmltype_read(struct cw_bytes image, struct cw_xmltype *ret,
		     struct cw_err *err) CW_MUST_CHECK;

#endif
