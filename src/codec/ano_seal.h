/*
 * ano_seal.h - DATA packets under native network encryption, both ends of it
 *
 * What stands behind the two flag bytes of a DATA packet becomes
 *
 *	cipher(payload || sum, filled with zeros to whole blocks) || u8 fill + 1 || u8 folded
 *
 * with the sum and the cipher where they were agreed on; RC4 has a zero for the fill.  Packets
 * without a payload, markers and CONTROL are never sealed.
 *
 *	sum	  hash(payload || next block of a key stream), a stream for each direction
 *	stream	  SHA-2: AES-128-CBC over its own last block; MD5, SHA-1: RC4
 *	cipher	  AES: CBC, each packet from the same vector; RC4: a stream for each direction
 *
 * The key is the secret of the Diffie-Hellman exchange, padded to the length of the prime.
 * Since July 2021 (cw_ano_is_new()) 15 bytes of it go into the streams of the sums and bytes
 * 32 to 63 are the vectors; before, 5 bytes, the server's vector for the sums and RC4, and
 * zeros for AES.  MD5, RC4 and DES stay as they were.  DES is one chain through the packets
 * of both directions, and servers seal with its inverse.  DES40C is not spoken.
 *
 * Since then, too, the client folds the login's combo key into that secret (xor) and begins
 * anew; the last byte of a packet says that its writer has done so, and a server that reads
 * it for the first time folds in its turn.  Older clients (ojdbc 19.3, go-ora v2) do not.
 *
 * A reset draws new streams from the generator, once for both directions; each goes over to
 * them behind the RESET marker in it.  Packets that are thrown away meanwhile count.
 *
 * Owns		the seal: one mapping of locked memory that is not dumped, wiped when freed
 * Errors	CW7121 a packet that is not what the peer sealed; CW7120 the exchange
 * Threads	one at a time
 * Sources	go-ora v2 and v3 network/security/, advanced_nego/; oracle-nio's fork
 *		OracleNetworkSecurity.swift; SYSS-2021-061 and -062 (CVE-2021-2351); ojdbc8 19.3
 *		and 19.21, ojdbc11 23.9 and go-ora v2.9 as clients of the rehearsal
 */
#ifndef CW_CODEC_ANO_SEAL_H
#define CW_CODEC_ANO_SEAL_H

#include "codec/ano.h"

#define CW_ANO_SEAL_BYTES_MAX 96u /* what sealing adds to a payload, at most */
#define CW_ANO_FOLD_BYTES_MAX 32u

struct cw_ano_seal;

/* Client: draws its half; @ret_public has room for the prime's length. */
bool cw_ano_seal_client(const struct cw_ano_choice *choice, uint8_t *ret_public,
			struct cw_ano_seal **ret, struct cw_err *err) CW_MUST_CHECK;

/* Server: draws its half into *ret_group, which points into the seal; then takes the client's. */
bool cw_ano_seal_offer(struct cw_ano_seal **ret, struct cw_ano_group *ret_group,
		       struct cw_err *err) CW_MUST_CHECK;
bool cw_ano_seal_server(struct cw_ano_seal *seal, const struct cw_ano_choice *choice,
			struct cw_bytes client_public, struct cw_err *err) CW_MUST_CHECK;

void cw_ano_seal_free(struct cw_ano_seal *seal); /* NULL is fine */

/* Where it lies: @at has room for CW_ANO_SEAL_BYTES_MAX more. */
bool cw_ano_seal_close(struct cw_ano_seal *seal, uint8_t *at, size_t len, size_t *ret_len,
		       struct cw_err *err) CW_MUST_CHECK;
bool cw_ano_seal_open(struct cw_ano_seal *seal, uint8_t *at, size_t len, size_t *ret_len,
		      struct cw_err *err) CW_MUST_CHECK;

/* A RESET marker was @sent, or came. */
bool cw_ano_seal_reset(struct cw_ano_seal *seal, bool sent, struct cw_err *err) CW_MUST_CHECK;
/* The combo key of the login: a client folds it in now, a server when the client has. */
bool cw_ano_seal_fold(struct cw_ano_seal *seal, struct cw_bytes combo,
		      struct cw_err *err) CW_MUST_CHECK;

#endif
