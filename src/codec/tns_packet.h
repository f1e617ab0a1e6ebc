/*
 * tns_packet.h - what stands in the packets that open and steer a connection
 *
 * One writer and one reader a packet, so that either end can be built on it.
 * Readers are given the body: what follows the 8 header bytes.
 *
 * Shapes, offsets from the start of the packet (big endian):
 *
 *	CONNECT   8 version  10 lowest version  12 options  14 SDU  16 TDU  18 characteristics
 *		 22 byte order  24 text length  26 text offset  32,33 flags  58 SDU  62 TDU
 *		 70 flags 2  74 text, unless it is longer than 230: then a DATA packet follows
 *	ACCEPT	  8 version  10 options  12 SDU  14 TDU  16 byte order  20 offset of data
 *		 22,23 flags  32 SDU  36 TDU (from 315)  41 flags 2 (from 318)
 *	REFUSE	  8 user reason  9 system reason  10 text length  12 text, or in a DATA packet
 *	REDIRECT  8 text length  10 text, or in a DATA packet; with packet flag 2 the address
 *		 and the new connect data are parted by a NUL
 *	RESEND	  nothing: say CONNECT again
 *	MARKER	  8 kind  9 zero  10 what: 1 break, 2 reset, 3 interrupt
 *	CONTROL	  8 command  10 facility  14 error  18 second number
 *	DATA	  8 flags  10 payload
 *
 * Errors	CW2103 a packet of the opening that makes no sense
 * Sources	python-oracledb messages/connect.pyx, thin/{protocol,packet}.pyx;
 *		node-oracledb lib/thin/sqlnet/packet.js; ACCEPTs of XE 11.2, XE 18c and
 *		Free 23 in the recordings
 */
#ifndef CW_CODEC_TNS_PACKET_H
#define CW_CODEC_TNS_PACKET_H

#include "codec/tns_frame.h"
#include "codec/ttc_pass.h"

#define CW_TNS_VERSION_MIN	314u /* 11.2 */
#define CW_TNS_VERSION_WIDE	315u /* 12.1: below it length fields stay narrow, SDUs 16 bits */
#define CW_TNS_VERSION_WANTED	319u
#define CW_TNS_VERSION_FLAGS2	318u
#define CW_TNS_SDU		8192u
#define CW_TNS_CONNECT_TEXT_MAX 230u /* in the packet itself */
#define CW_TNS_TEXT_BYTES_MAX	32768u

enum cw_tns_packet_flag {
	CW_TNS_REDIRECT_HAS_DATA = 0x02,
	CW_TNS_IS_REDIRECTED = 0x04,
	CW_TNS_TLS_AGAIN = 0x08, /* of RESEND: a new handshake comes before the next CONNECT */
};

enum cw_tns_data_flag {
	CW_TNS_DATA_EOF = 0x0040,
	CW_TNS_DATA_END_OF_REQUEST = 0x0800,
	CW_TNS_DATA_END_OF_RESPONSE = 0x2000,
};

enum cw_tns_marker { CW_TNS_BREAK = 1, CW_TNS_RESET = 2, CW_TNS_INTERRUPT = 3 };

/* Flags 0 and 1 of CONNECT and ACCEPT, and flags 2 of ACCEPT. */
enum cw_tns_flags {
	CW_TNS_NA_WANTED = 0x01,
	CW_TNS_NA_DISABLED = 0x04,
	CW_TNS_NA_NOT_LINKED = 0x08,
	CW_TNS_NA_REQUIRED = 0x10,
	CW_TNS_RENEGOTIATE = 0x80,
	CW_TNS_FLAGS2_END_OF_RESPONSE = 0x02000000,
	CW_TNS_FLAGS2_FAST_AUTH = 0x10000000,
};

/* Header of a packet of @length bytes in all. */
void cw_tns_put_header(struct cw_wr *wr, bool wide, uint32_t length, enum cw_tns_type type,
		       unsigned flags);

/*
 * cw_tns_pass_...(): the body of a packet, see ttc_pass.h.  They fail for a body that is
 * shorter than its fixed part; what follows it is read as far as it goes.
 */
struct cw_tns_head {
	uint32_t length; /* with the 8 bytes of the header */
	uint16_t checksum, head_checksum;
	uint8_t type, flags;
};
void cw_tns_pass_head(struct cw_pass *pass, bool wide, struct cw_tns_head *head);

struct cw_tns_connect {
	uint16_t version, version_min;
	uint16_t options, characteristics;
	uint32_t sdu, tdu;
	uint8_t flags0, flags1;
	uint32_t text_len;    /* as announced */
	struct cw_bytes text; /* empty: a DATA packet with it follows */

	/* What a reader needs to write the same again; cw_tns_put_connect() fills these in. */
	uint16_t sdu16, tdu16, turnaround, byte_order, text_offset;
	uint32_t receivable; /* how much connect data the client can take */
	uint32_t trace[2];
	struct cw_bytes trace_id;
	uint16_t timeout, tick;
	uint16_t reconnect_len, reconnect_offset;
	uint32_t compression, flags2;
	struct cw_bytes unknown, tail; /* in front of the text, behind it */
};
void cw_tns_pass_connect(struct cw_pass *pass, struct cw_tns_connect *connect);

/*
 * As python-oracledb writes it, the DATA packet with a long text included.  @services: with
 * network services, as ojdbc says it.
 */
void cw_tns_put_connect(struct cw_wr *wr, unsigned packet_flags, bool services, uint32_t sdu,
			struct cw_bytes text);
bool cw_tns_get_connect(struct cw_bytes body, struct cw_tns_connect *ret,
			struct cw_err *err) CW_MUST_CHECK;

#define CW_TNS_ACCEPT_BYTES_MIN 24u /* of its body */

struct cw_tns_accept {
	uint16_t version, options;
	uint32_t sdu, tdu;
	uint8_t flags0, flags1;
	uint32_t flags2;

	/* What a reader needs to write the same again; cw_tns_put_accept() fills these in. */
	uint16_t sdu16, tdu16, byte_order, data_len, data_offset;
	uint16_t pool_timeout, tick, reconnect_len, reconnect_offset;
	uint8_t compression;
	bool has_sizes, has_flags2; /* from 315, from 318; some servers leave them out */
	struct cw_bytes instance;   /* its id, of 23ai */
	struct cw_bytes data;
};
void cw_tns_pass_accept(struct cw_pass *pass, struct cw_tns_accept *accept);

/* REFUSE and REDIRECT: the text may come in a DATA packet instead. */
struct cw_tns_refuse {
	uint8_t user_reason, system_reason;
	uint16_t text_len;
	struct cw_bytes text;
};
void cw_tns_pass_refuse(struct cw_pass *pass, struct cw_tns_refuse *refuse);
void cw_tns_pass_redirect(struct cw_pass *pass, struct cw_tns_refuse *redirect);

struct cw_tns_marker_body {
	uint8_t kind, zero, marker; /* kind 0: there is no marker byte */
};
void cw_tns_pass_marker(struct cw_pass *pass, struct cw_tns_marker_body *marker);

struct cw_tns_control {
	uint16_t command; /* 8 error or notification, 9 no out-of-band bytes */
	uint32_t facility, error, second;
	struct cw_bytes tail;
};
void cw_tns_pass_control(struct cw_pass *pass, struct cw_tns_control *control);

/* As an Oracle server writes it for the version given. */
void cw_tns_put_accept(struct cw_wr *wr, const struct cw_tns_accept *accept);
bool cw_tns_get_accept(struct cw_bytes body, struct cw_tns_accept *ret,
		       struct cw_err *err) CW_MUST_CHECK;

/* @error: nnnnn of ORA-nnnnn; @version_no as AUTH_VERSION_NO. */
void cw_tns_put_refuse(struct cw_wr *wr, uint32_t version_no, uint32_t error);
/* The text of a REFUSE or REDIRECT, announced length in *ret_len; empty: it comes in DATA. */
bool cw_tns_get_refuse(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
		       struct cw_err *err) CW_MUST_CHECK;
/* nnnnn of "(ERR=nnnnn)" in a refuse text, 0 if there is none. */
uint32_t cw_tns_refuse_error(struct cw_bytes text);

/* REDIRECT and the DATA packet with "address NUL connect data", the form that every driver takes. */
void cw_tns_put_redirect(struct cw_wr *wr, struct cw_bytes address, struct cw_bytes data);
bool cw_tns_get_redirect(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
			 struct cw_err *err) CW_MUST_CHECK;

void cw_tns_put_resend(struct cw_wr *wr);
void cw_tns_put_marker(struct cw_wr *wr, bool wide, enum cw_tns_marker marker);
/* 0 if it carries no data byte. */
unsigned cw_tns_get_marker(struct cw_bytes body);

/* The error number that a CONTROL packet tells, 0 if none. */
uint32_t cw_tns_get_control(struct cw_bytes body);

/* A DATA packet in one piece: text of the opening, answers that fit. */
void cw_tns_put_data(struct cw_wr *wr, bool wide, unsigned data_flags, struct cw_bytes payload);

/*
 * tns_packet also reads descriptors: the value of @key, a plain text, in
 * "(A=(KEY=value)...)"; @parent names the list it must stand in directly, NULL: any.
 */
bool cw_tns_find(struct cw_bytes text, const char *parent, const char *key, struct cw_bytes *ret);

#endif
