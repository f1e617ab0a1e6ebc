/*
 * ttc_session.h - what both ends of a TTC session agreed on
 *
 * TTC has no self-description: which fields a message has, and how a few of
 * them are spelled, follows from what PROTOCOL and DATA_TYPES said at the
 * start.  Both ends keep the same facts and hand them to every reader and
 * writer of messages.
 *
 * Sources	python-oracledb src/oracledb/impl/thin/capabilities.pyx,
 *		messages/{protocol,data_types}.pyx; go-ora v2 connection.go
 */
#ifndef CW_CODEC_TTC_SESSION_H
#define CW_CODEC_TTC_SESSION_H

#include "base/base.h"

/* Field versions that gate fields; the numbers in between change nothing on the wire. */
enum cw_ttc_field_version {
	CW_FV_9_2 = 3,	/* up to 11.1 as go-ora's source has it */
	CW_FV_10_1 = 4,
	CW_FV_11_1 = 5,
	CW_FV_11_2 = 6,
	CW_FV_12_1 = 7,
	CW_FV_12_2 = 8,
	CW_FV_12_2_EXT1 = 9,
	CW_FV_18_1 = 10,
	CW_FV_18_1_EXT1 = 11,
	CW_FV_19_1_EXT1 = 13,
	CW_FV_20_1 = 14,
	CW_FV_21_1 = 16,
	CW_FV_23_1 = 17,
	CW_FV_23_1_EXT1 = 18, /* token number in function headers */
	CW_FV_23_1_EXT3 = 20, /* annotations in describe */
	CW_FV_23_4 = 24,
};

struct cw_ttc {
	uint8_t field_version; /* the smaller of both sides' compile capability 7 */
	bool sb1_raw;	       /* type 27 listed with representation 10: sb1 is one raw byte */
	bool chr_raw;	       /* the client's DATA_TYPES flags were exactly 1: CHR has no length */
	bool big_chunks;       /* chunk lengths are ub4, not one byte */
	bool oer_wide;	       /* type 652 listed: ERROR has SQL type and checksum from FV 14 */
	bool session_template; /* the server's word of the session's state has a template behind it */
	bool end_of_response;  /* responses end in message 29, flag 0x2000 */
	bool zone_local;       /* the client knows moments by the fields of their own zone (zone.h) */
	/*
	 * OCI between machines of the same kind: integers of fixed length, the lowest byte first,
	 * pointers of 8 bytes (ttc_pass.h); only readers know that form.
	 */
	bool native;
	bool native_packed; /* arguments of calls have no padding between them */
	bool native_fields; /* platforms of other names: no structure as it lies, ub8 as portable */
	bool native_short; /* pointers of one byte: the client has 32 bits, the server 64 */
	uint32_t string_bytes_max; /* 4000 or 32767; longer binds go to the end of a row */
};

/* The session as it is before anything was negotiated. */
#define CW_TTC_UNKNOWN                                                                             \
	((struct cw_ttc){ .field_version = CW_FV_19_1_EXT1,                                        \
			  .big_chunks = true,                                                      \
			  .sb1_raw = true,                                                         \
			  .string_bytes_max = 4000 })

#endif
