/*
 * ttc_connect.h - the messages before the first call: PROTOCOL, DATA_TYPES, AUTH
 *
 *	PROTOCOL    ->	u8 1, versions ending in 0, name NUL
 *		    <-	u8 1, version, 0, banner NUL, u16le charset, flags, u16le n, n * 5,
 *			u16be length, FDO, CLR compile capabilities, CLR runtime capabilities
 *	DATA_TYPES  ->	u8 2, u16le charset, u16le charset, flags, CLR, CLR, [time zone 11,
 *			[u32be version]], types: u16be type, conversion, representation, 0
 *		    <-	u8 2, [time zone], types
 *	FAST_AUTH   ->	u8 34, u8 1, u8 1, u8 0, PROTOCOL, u16be 0, u8 0, u16be 0, u8 field version,
 *			DATA_TYPES, AUTH, all in one and the last as of that field version; since
 *			23ai, where ACCEPT says so
 *		    <-	the answers, one after the other
 *	AUTH	    ->	function header, u8 user?, ub4 length, ub4 mode, u8 1, ub4 n, u8 1,
 *			u8 1, CHR user, n pairs
 *		    <-	PARAMETER: u8 8, ub2 n, n pairs; then ERROR(0)
 *
 * Owns		nothing; what is read lives in the reader's arena
 * Errors	readers fail like cw_ttc_in; CW2120 of login_verifier.h
 * Sources	python-oracledb messages/{protocol,data_types,auth}.pyx,
 *		thin/capabilities.pyx; node-oracledb lib/thin/protocol/messages/;
 *		recordings of XE 18c (handshakes) and Free 23 (sessions/fetch_df, which has FAST_AUTH);
 *		python-oracledb messages/fast_auth.pyx
 */
#ifndef CW_CODEC_TTC_CONNECT_H
#define CW_CODEC_TTC_CONNECT_H

#include "codec/login_verifier.h"
#include "codec/ttc_pass.h"

#define CW_TTC_CAPS_MAX 128

struct cw_ttc_caps {
	uint8_t compile_len, runtime_len;
	uint8_t compile[CW_TTC_CAPS_MAX], runtime[CW_TTC_CAPS_MAX];
};

void cw_ttc_pass_caps(struct cw_pass *pass, struct cw_ttc_caps *caps);

/* ---- PROTOCOL ------------------------------------------------------------- */

struct cw_ttc_protocol_request {
	struct cw_bytes versions; /* that the client speaks, without the 0 that ends them */
	struct cw_bytes name;	  /* of the driver, or of the client's platform */
};
/* cw_ttc_pass_...(): behind the message's first byte, here and everywhere below. */
void cw_ttc_pass_protocol_request(struct cw_pass *pass, struct cw_ttc_protocol_request *request);

void cw_ttc_put_protocol_request(struct cw_wr *wr, const char *name);
/*
 * COOKIE, behind the request of PROTOCOL: the answer to it as the client remembers it, so that it
 * need not wait for it; DATA TYPES and AUTH follow at once.
 * Source: ojdbc 23.26, T4CTTICookie, T4CConnection.cookieBasedNegotiateSession().
 */
struct cw_ttc_cookie {
	uint8_t version, protocol_version, flags;
	uint16_t charset, ncharset;
	struct cw_bytes banner;
	struct cw_ttc_caps caps;
};

/* Behind the leading 30. */
void cw_ttc_pass_cookie(struct cw_pass *pass, struct cw_ttc_cookie *cookie);

/* With its leading 1. */
void cw_ttc_get_protocol_request(struct cw_ttc_in *in, struct cw_bytes *ret_name);

struct cw_ttc_protocol {
	uint8_t version, flags;
	uint16_t charset, ncharset;
	struct cw_bytes banner;
	struct cw_bytes elements; /* charset conversions, 5 bytes each; no client looks at them */
	struct cw_bytes fdo;	  /* the server's formats; ncharset stands in it */
	struct cw_ttc_caps caps;
};
void cw_ttc_pass_protocol_answer(struct cw_pass *pass, struct cw_ttc_protocol *answer);

/*
 * What a server of @field_version says of itself: as XE 11.2, XE 18c or Free 23 did, the
 * nearest that is not newer, with another field version.  Returns the server flags.
 */
uint8_t cw_ttc_server_caps(uint8_t field_version, struct cw_ttc_caps *ret);
/* With these. */
/* @charset: the database's own, whatever travels. */
void cw_ttc_put_protocol_answer(struct cw_wr *wr, uint8_t field_version, uint16_t charset);
void cw_ttc_get_protocol_answer(struct cw_ttc_in *in, struct cw_ttc_protocol *ret);

/* ---- DATA_TYPES ------------------------------------------------------------ */

#define CW_TTC_TYPES_MAX 1024

struct cw_ttc_type {
	uint16_t type, conversion, representation; /* conversion 0: not supported */
	uint16_t unknown;			   /* 0 */
};

struct cw_ttc_data_types {
	uint16_t charset, charset_out; /* of the request; so are flags and caps */
	uint16_t ncharset;	       /* go-ora alone says it; 0: not said */
	uint8_t flags;
	struct cw_ttc_caps caps;
	bool has_zone, has_zone_version; /* of the answer; a request's follow from its caps */
	bool narrow;			 /* items of one byte: 11g and older */
	struct cw_bytes zone;		 /* INTERVAL DAY TO SECOND */
	uint32_t zone_version;
	uint32_t count;
	struct cw_ttc_type type[CW_TTC_TYPES_MAX];
};
void cw_ttc_pass_data_types_request(struct cw_pass *pass, struct cw_ttc_data_types *types);
/* has_zone, has_zone_version and narrow must be set: cw_ttc_answer_form(). */
void cw_ttc_pass_data_types_answer(struct cw_pass *pass, struct cw_ttc_data_types *types);
/* What both sides' capabilities say of the form of the answer. */
void cw_ttc_answer_form(const struct cw_ttc_caps *client, const struct cw_ttc_caps *server,
			struct cw_ttc_data_types *ret);

/* Does this client write CHR without a length of its own? */
bool cw_ttc_chr_is_raw(const struct cw_ttc_data_types *client);

/* What we can, told to a server of @field_version: DATA_TYPES. */
void cw_ttc_put_data_types(struct cw_wr *wr, uint8_t field_version, bool end_of_response);
/* Writes the client's request and fills *ret with what follows from both sides' words. */
void cw_ttc_put_data_types_request(struct cw_wr *wr, const struct cw_ttc_caps *server,
				   bool end_of_response, struct cw_ttc *ret);
void cw_ttc_get_data_types_request(struct cw_ttc_in *in, struct cw_ttc_data_types *ret);
/* The server's side: what follows, and its answer, which echoes the client's list. */
void cw_ttc_agree(const struct cw_ttc_data_types *client, const struct cw_ttc_caps *server,
		  struct cw_ttc *ret);
void cw_ttc_put_data_types_answer(struct cw_wr *wr, const struct cw_ttc_data_types *client);
void cw_ttc_skip_data_types_answer(struct cw_ttc_in *in);
/* Without its leading 2. */
void cw_ttc_skip_data_types_body(struct cw_ttc_in *in);

/* What FAST_AUTH has of its own: before PROTOCOL, and between that and DATA_TYPES. */
struct cw_ttc_fast_auth {
	uint8_t version, converts, flag2; /* the server converts characters */
	uint16_t charset, ncharset;	  /* of the server: 0, which knows them itself */
	uint8_t server_flags;		  /* 0, too */
	uint8_t field_version;		  /* that AUTH is written for */
};
void cw_ttc_pass_fast_auth_head(struct cw_pass *pass, struct cw_ttc_fast_auth *fast);
void cw_ttc_pass_fast_auth_middle(struct cw_pass *pass, struct cw_ttc_fast_auth *fast);

/* FAST_AUTH up to AUTH, which is to be written as *ret says; then what follows from the answer. */
void cw_ttc_put_fast_auth(struct cw_wr *wr, const char *name, bool end_of_response,
			  struct cw_ttc *ret);
void cw_ttc_agree_as_client(const struct cw_ttc_caps *server, bool end_of_response,
			    struct cw_ttc *ret);

/* ---- AUTH ------------------------------------------------------------------- */

enum cw_auth_mode {
	CW_AUTH_LOG_ON = 0x1,
	CW_AUTH_CHANGE_PASSWORD = 0x2,
	CW_AUTH_SYSDBA = 0x20,
	CW_AUTH_SYSOPER = 0x40,
	CW_AUTH_WITH_PASSWORD = 0x100,
	CW_AUTH_SYSBACKUP = 0x1000000,
	CW_AUTH_SYSDG = 0x2000000,
	CW_AUTH_SYSKM = 0x4000000,
	CW_AUTH_SYSRAC = 0x8000000,
};

#define CW_AUTH_PAIRS_MAX 256

struct cw_ttc_auth {
	bool has_user;
	uint8_t pairs_there; /* authovl: drivers write 0 or 1 */
	struct cw_bytes user;
	uint32_t user_len; /* as announced: thick clients announce 3 bytes a character */
	uint32_t mode;
	uint32_t pair_count;
	const struct cw_ttc_pair *pair;
};
/* Behind the function header. */
void cw_ttc_pass_auth(struct cw_pass *pass, struct cw_ttc_auth *auth);
void cw_ttc_pass_auth_answer(struct cw_pass *pass, struct cw_ttc_auth *auth);

/* @function: CW_FN_AUTH_PHASE_ONE or _TWO, 118 or 115. */
void cw_ttc_put_auth(struct cw_wr *wr, const struct cw_ttc *ttc, unsigned function,
		     uint8_t sequence, const struct cw_ttc_auth *auth);
/* After the function header. */
void cw_ttc_get_auth(struct cw_ttc_in *in, struct cw_ttc_auth *ret);
/* {NULL, 0} if it is not there; *ret_flags may be NULL. */
struct cw_bytes cw_ttc_auth_value(const struct cw_ttc_auth *auth, const char *key,
				  uint32_t *ret_flags);

/* PARAMETER with its leading 8; ERROR(0) is the caller's. */
void cw_ttc_put_auth_answer(struct cw_wr *wr, const struct cw_ttc *ttc,
			    const struct cw_ttc_pair *pair, uint32_t count);
/* After the 8: the pairs are in ret->pair. */
void cw_ttc_get_auth_answer(struct cw_ttc_in *in, struct cw_ttc_auth *ret);

/* The pairs of phase one, there and back; a verifier of 11g has two of them. */
void cw_ttc_put_challenge(struct cw_wr *wr, const struct cw_ttc *ttc,
			  const struct cw_login_challenge *challenge);
/* CW2120 if a pair is missing or too long. */
bool cw_ttc_get_challenge(const struct cw_ttc_auth *answer, struct cw_login_challenge *ret,
			  struct cw_err *err) CW_MUST_CHECK;

/* What a client says in phase two; CW2120 if a value is too long. */
bool cw_ttc_get_login_answer(const struct cw_ttc_auth *auth, struct cw_login_answer *ret,
			     struct cw_err *err) CW_MUST_CHECK;

#endif
