/*
 * ttc_lob.h - LOB_OP: read, write, trim, make and free large objects
 *
 *	->	pointers, operation, offsets, 3 array fields; the locators; what the pointers
 *		announced: character set, SCN, amount; behind them LOB_DATA, of a write
 *	<-	[LOB_DATA], PARAMETER: the locators, and again what the pointers announced
 *
 * Offsets count from 1, in characters of a CLOB (UTF-16 units) or bytes of a BLOB.
 *
 * What a locator's bytes say, [0] and [1] its length without these two:
 *
 *	[4] 0x01 BLOB, 0x02 CLOB, 0x20 value based, 0x40 abstract	[5] 0x08 initialised
 *	[6] 0x80 variable-width character set: data travel as UTF-16BE, else as UTF-8
 *	[7] 0x01 temporary, 0x40 little endian
 *
 * Sources	python-oracledb messages/lob_op.pyx, thin/lob.pyx; go-oracledb ttilob.go; the
 *		recordings xe18-lob, xe21-lob, free23-lob, messages-go-oracledb
 */
#ifndef CW_CODEC_TTC_LOB_H
#define CW_CODEC_TTC_LOB_H

#include "codec/ttc_value.h"

enum cw_lob_operation {
	CW_LOB_LENGTH = 0x1,
	CW_LOB_READ = 0x2,
	CW_LOB_COPY = 0x4,
	CW_LOB_APPEND = 0x8,
	CW_LOB_ERASE = 0x10,
	CW_LOB_TRIM = 0x20,
	CW_LOB_WRITE = 0x40,
	CW_LOB_FILE_OPEN = 0x100,
	CW_LOB_CREATE_TEMP = 0x110,
	CW_LOB_FREE_TEMP = 0x111,
	CW_LOB_FILE_CLOSE = 0x200,
	CW_LOB_FILE_IS_OPEN = 0x400,
	CW_LOB_FILE_EXISTS = 0x800,
	CW_LOB_WRITE_APPEND = 0x2000,
	CW_LOB_CHUNK_SIZE = 0x4000,
	CW_LOB_OPEN = 0x8000,
	CW_LOB_CLOSE = 0x10000,
	CW_LOB_IS_OPEN = 0x11000,
	CW_LOB_ARRAY = 0x80000, /* with FREE_TEMP: any number of locators */
};

#define CW_LOB_SESSION_DURATION 10u
#define CW_TTC_LOCATORS_MAX	(1u << 20) /* bytes of all locators of a FREE_TEMP */

struct cw_ttc_lob_op {
	uint32_t operation; /* enum cw_lob_operation */
	struct cw_bytes source, target;
	uint64_t source_offset; /* CREATE_TEMP: character set form */
	uint64_t target_offset; /* CREATE_TEMP: 112 or 113 */
	bool has_amount;
	uint64_t amount;
	bool has_charset;
	uint32_t charset;
	bool has_flag; /* the answer says yes or no */
	bool has_data;
	struct cw_bytes data; /* of a write */

	/* What a reader needs to write the same again; cw_ttc_put_lob_op() fills these in. */
	bool has_source, has_target, has_short_amount;
	uint32_t source_len, target_len; /* CREATE_TEMP: target_len is the duration */
	uint32_t short_offset[2];
	uint32_t short_amount;
	bool has_scn;
	uint32_t scn_count;
	uint32_t scn[4];
	bool has_array[3];
	uint32_t array_len[3];
};

/* Behind the function header; the same for the piggyback. */
void cw_ttc_pass_lob_op(struct cw_pass *pass, struct cw_ttc_lob_op *op);
void cw_ttc_put_lob_op(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		       const struct cw_ttc_lob_op *op);

/* A piggyback that frees temporary LOBs; @locators: one behind the other. */
void cw_ttc_put_lob_free(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			 struct cw_bytes locators);

struct cw_ttc_lob_answer {
	struct cw_bytes source, target;
	uint32_t charset;
	int64_t amount;
	int8_t flag;
};
/* Behind the 8; @op says what was asked. */
void cw_ttc_pass_lob_answer(struct cw_pass *pass, const struct cw_ttc_lob_op *op,
			    struct cw_ttc_lob_answer *answer);
/* Behind the 14. */
void cw_ttc_pass_lob_data(struct cw_pass *pass, struct cw_bytes *data);

/* Facts of a locator. */
bool cw_ttc_locator_is_utf16(struct cw_bytes locator);
bool cw_ttc_locator_is_little_endian(struct cw_bytes locator);
bool cw_ttc_locator_is_temporary(struct cw_bytes locator);

#endif
