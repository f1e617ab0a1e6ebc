/*
 * ano.h - the words in which both ends agree on native network encryption
 *
 * Right behind ACCEPT the client sends what it can, the server answers what it chose, and if
 * anything was chosen the client sends its half of a Diffie-Hellman exchange; the next DATA
 * packet of either side is sealed (ano_seal.h).
 *
 *	message	u32be deadbeef  u16be length  u32be version  u16be services  u8 flags, services
 *	service	u16be which  u16be parts  u32be nnnnn of ORA-nnnnn, parts
 *	part	u16be length  u16be type  payload
 *
 *		      the client's parts		the server's parts
 *	supervisor    version, raw id, raw list		version, status 001f, raw list
 *	authentication version, ub2 e0e1, status fcff	version, status fbff: none
 *	encryption    version, raw algorithms [, ub1 1]	version, ub1 algorithm
 *	integrity     version, raw algorithms		version, ub1 algorithm; with a key exchange
 *							also ub2 bits, ub2 bits, raw generator,
 *							raw prime, raw public key, raw vector
 *	integrity     raw public key: the client's third message
 *
 * Which level a side has stands in the place of algorithm 0 in the client's list: first
 * ACCEPTED, last REQUESTED, absent REQUIRED, alone REJECTED.  A refusal is a service with an
 * error and no choice: 12660 levels that cannot meet, 12650 no common algorithm, 12269 a
 * client from before July 2021.
 *
 * Errors	readers fail like cw_ttc_in; CW7113, CW7120 of the choice
 * Sources	python-oracledb 1.2.1 messages and network_services.pyx; node-oracledb
 *		lib/thin/sqlnet/ANO.js; go-ora v2, v3 advanced_nego/, its issues 210, 729;
 *		nmap oracle-sns-crypto.nse; oracle-nio's fork, TablePro's issue 1843; Oracle
 *		Database Security Guide 19c, 20.1 and Net Services Reference, sqlnet.ora
 */
#ifndef CW_CODEC_ANO_H
#define CW_CODEC_ANO_H

#include "codec/ttc_pass.h"

#define CW_ANO_SERVICES_MAX   8
#define CW_ANO_PARTS_MAX      24
#define CW_ANO_ALGORITHMS_MAX 16
#define CW_ANO_GROUP_BYTES_MIN 64u  /* 512 bits, as 11.2 has it */
#define CW_ANO_GROUP_BYTES_MAX 1024u

enum cw_ano_service_id {
	CW_ANO_AUTHENTICATION = 1,
	CW_ANO_ENCRYPTION = 2,
	CW_ANO_INTEGRITY = 3,
	CW_ANO_SUPERVISOR = 4,
};

enum cw_ano_encryption {
	CW_ANO_CLEAR = 0,
	CW_ANO_RC4_40 = 1,
	CW_ANO_DES56 = 2,
	CW_ANO_RC4_256 = 6,
	CW_ANO_RC4_56 = 8,
	CW_ANO_RC4_128 = 10,
	CW_ANO_3DES112 = 11,
	CW_ANO_3DES168 = 12,
	CW_ANO_AES128 = 15,
	CW_ANO_AES192 = 16,
	CW_ANO_AES256 = 17,
};

enum cw_ano_integrity {
	CW_ANO_NO_SUM = 0,
	CW_ANO_MD5 = 1,
	CW_ANO_SHA1 = 3,
	CW_ANO_SHA512 = 4,
	CW_ANO_SHA256 = 5,
	CW_ANO_SHA384 = 6,
};

/* As the parameters of sqlnet.ora are called. */
enum cw_ano_level { CW_ANO_ACCEPTED, CW_ANO_REJECTED, CW_ANO_REQUESTED, CW_ANO_REQUIRED };

/* What one side wants of one service. */
struct cw_ano_wish {
	enum cw_ano_level level;
	unsigned count; /* 0: those that are good today */
	uint8_t algorithm[CW_ANO_ALGORITHMS_MAX]; /* the best first */
};

/* ENCRYPTION_xxx and CRYPTO_CHECKSUM_xxx. */
struct cw_ano_wishes {
	struct cw_ano_wish encryption, integrity;
};

bool cw_ano_read_level(struct cw_bytes text, enum cw_ano_level *ret);
/* "(AES256, AES192)", with or without parentheses; false for a name nobody knows, or too many. */
bool cw_ano_read_list(struct cw_bytes text, enum cw_ano_service_id service,
		      struct cw_ano_wish *ret);
/* "AES256"; "none" for 0. */
const char *cw_ano_name(enum cw_ano_service_id service, unsigned algorithm);
/* Do both sides derive keys as since July 2021?  @version as it stands in a service. */
bool cw_ano_is_new(uint32_t version);

/* ---- messages ----------------------------------------------------------------------- */

enum cw_ano_part_type {
	CW_ANO_TEXT = 0,
	CW_ANO_RAW = 1,
	CW_ANO_UB1 = 2,
	CW_ANO_UB2 = 3,
	CW_ANO_UB4 = 4,
	CW_ANO_VERSION = 5,
	CW_ANO_STATUS = 6,
};

struct cw_ano_part {
	uint16_t type;
	struct cw_bytes payload;
};

struct cw_ano_service {
	uint16_t id, part_count;
	uint32_t error;
	struct cw_ano_part part[CW_ANO_PARTS_MAX];
};

struct cw_ano_message {
	uint32_t version;
	uint8_t flags;
	uint16_t length, count; /* a writer works length out by itself */
	struct cw_ano_service service[CW_ANO_SERVICES_MAX];
};

bool cw_ano_begins(struct cw_bytes message);
/* From the magic number on. */
void cw_ano_pass(struct cw_pass *pass, struct cw_ano_message *message);

/* ---- client --------------------------------------------------------------------------- */

void cw_ano_put_offer(struct cw_wr *wr, const struct cw_ano_wishes *wishes);
void cw_ano_put_key(struct cw_wr *wr, struct cw_bytes public_key);

/* The server's half of the key exchange. */
struct cw_ano_group {
	struct cw_bytes generator, prime, public_key;
	struct cw_bytes vector; /* for the algorithms of before July 2021 */
};

struct cw_ano_choice {
	uint8_t encryption, integrity; /* 0: none */
	uint32_t encryption_version, integrity_version;
	bool has_group;
	struct cw_ano_group group;
};

/*
 * What the server chose.  CW7113 if it refused, or chose what was not offered, or left out
 * what is required; CW7120 for parts that no server may send.
 */
bool cw_ano_get_choice(const struct cw_ano_message *answer, const struct cw_ano_wishes *wishes,
		       struct cw_ano_choice *ret, struct cw_err *err) CW_MUST_CHECK;

/* ---- server ---------------------------------------------------------------------------- */

/* What the client's lists say; an absent service is REJECTED. */
struct cw_ano_offer {
	struct cw_ano_wishes wishes;
	uint32_t version; /* of the client's encryption service */
};
bool cw_ano_get_offer(const struct cw_ano_message *request, struct cw_ano_offer *ret);
/*
 * The first of the server's list that the client has, too, 0 for none; *ret_error: nnnnn of
 * ORA-nnnnn, or 0.  Both lists are spelled out.
 */
uint8_t cw_ano_choose(const struct cw_ano_wish *server, const struct cw_ano_wish *client,
		      uint32_t *ret_error);
void cw_ano_put_choice(struct cw_wr *wr, uint32_t version, const struct cw_ano_choice *choice);
/* @error of @service; nothing is chosen. */
void cw_ano_put_refusal(struct cw_wr *wr, uint32_t version, enum cw_ano_service_id service,
			uint32_t error);
/* The client's public key; NULL: it is not there. */
struct cw_bytes cw_ano_get_key(const struct cw_ano_message *message);

#endif
