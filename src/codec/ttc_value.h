/*
 * ttc_value.h - one value of a row, of a bind or of an OUT bind, whatever its type
 *
 *	scalars		a CLR of the storage bytes
 *	BOOLEAN		the same; NULL of a bind is fd 01
 *	ROWID		u8 length, ub4 object, ub2 file, u8, ub4 block, ub2 slot; in binds its text
 *	UROWID		DALC; in binds its text
 *	LONG		a CLR, sb4 indicator, ub4 return code
 *	CLOB, BLOB	ub4 length; if > 0: [ub8 size, ub4 chunk] and a CLR, the locator.  Size and
 *			chunk are there if the column was defined with LOB prefetch
 *			and if that asked for some of the data, too: of a CLOB u8 1 and ub2 character
 *			set, or u8 0, then u8 form; a CLR with the data, before the locator
 *	BFILE		ub4 length; if > 0 a CLR, the locator
 *	JSON, VECTOR	the same with size, chunk, a CLR with the image, and the locator; in binds
 *			DALC locator, CLR image
 *	CURSOR		u8 length, a describe, ub2 cursor; in binds 00, or ub4 1 and ub4 cursor
 *	REF		a CLR
 *	objects		DALC type, DALC id, DALC snapshot, ub2 version, ub4 length, ub2 flags, CLR
 *
 * Behind an OUT value stands an sb4, see ttc_call_row.h.  Rows of scalars alone do not come
 * through here: cw_ttc_get_row() is the fast way.
 *
 * Sources	ojdbc 23.26 for LOB data in rows; python-oracledb messages/base.pyx, _process_column_data(),
 *		_write_bind_params_column(), thin/packet.pyx; recordings fetch_df, dbobject, aq
 */
#ifndef CW_CODEC_TTC_VALUE_H
#define CW_CODEC_TTC_VALUE_H

#include "codec/ttc_call_describe.h"
#include "codec/ttc_call_request.h"

enum cw_ttc_place { CW_IN_ROW, CW_IN_BIND, CW_IN_OUT };

/* How a value is spelled. */
struct cw_ttc_form {
	enum cw_ttc_place place;
	uint8_t ora_type;
	uint8_t charset_form;
	bool lob_prefetch; /* CLOB and BLOB: with size and chunk */
	uint32_t lob_data; /* and with so many characters or bytes of it; 0: none */
	bool is_absent;	   /* a column of size 0: nothing stands there */
	/* JSON defined as a BLOB is one of UTF-8 text, with indicator and return code behind (go-oracledb's ttirxd.go) */
	bool is_converted;
};

/* Of a column as it is described, or as it was defined (@define may be NULL). */
/*
 * As which of the LONGs a LOB comes that was defined as text or bytes; 0: as itself.
 * Source: ojdbc 23.26, T4CRawAccessor.processIndicator(), for VARCHAR2 and RAW.
 */
uint8_t cw_ttc_long_of_lob(uint8_t ora_type, const struct cw_ttc_oac *define);
struct cw_ttc_form cw_ttc_form_of_column(const struct cw_ttc_column *column,
					 const struct cw_ttc_oac *define);
struct cw_ttc_form cw_ttc_form_of_bind(const struct cw_ttc_oac *oac, enum cw_ttc_place place);

struct cw_ttc_rowid {
	uint32_t object, block;
	uint16_t file, slot;
};

struct cw_ttc_lob {
	uint32_t locator_len;
	uint64_t size; /* characters of a CLOB, bytes of a BLOB; JSON, VECTOR: bytes of the image */
	uint32_t chunk;
	struct cw_bytes locator;
	struct cw_bytes image; /* JSON, VECTOR; of CLOB and BLOB the data that came with the row */
	uint8_t has_charset, charset_form;
	uint16_t charset; /* of the data of a CLOB */
};

struct cw_ttc_object {
	struct cw_bytes type_id, id, snapshot;
	uint16_t version;
	uint32_t image_len, flags;
	struct cw_bytes image;
};

struct cw_ttc_item {
	struct cw_value value; /* scalars, UROWID, text of a ROWID in a bind */
	bool is_escaped;       /* a bind that has no value, said by the escape byte */
	uint8_t rowid_len;     /* 0: NULL */
	uint8_t rowid_unknown;
	struct cw_ttc_rowid rowid;
	int32_t indicator; /* of a LONG */
	uint32_t return_code;
	struct cw_ttc_lob lob;
	struct cw_ttc_object object;
	uint32_t cursor_len, cursor_id;
	struct cw_ttc_describe describe;
};

void cw_ttc_pass_item(struct cw_pass *pass, const struct cw_ttc_form *form,
		      struct cw_ttc_item *item);

#endif
