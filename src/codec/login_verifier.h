/*
 * login_verifier.h - the proof of a password, both ends of it
 *
 * The server keeps hash = SHA-512(pk || salt), where pk is derived from the
 * password; neither pk nor password.  Each side draws half of a session key and
 * sends it under AES with a key from the verifier; both halves make the combo
 * key, under which the password travels and the server proves itself.
 *
 *	12c	pk    = PBKDF2-SHA512(password, salt || "AUTH_PBKDF2_SPEEDY_KEY", n, 64)
 *		key   = SHA512(pk || salt)[0..31], AES-256
 *		combo = PBKDF2-SHA512(HEX(B || A), CSK salt, m, 32)
 *	11g	key   = SHA1(password || salt) || 4 zeros, AES-192
 *		combo = 48-byte halves: MD5s of their XOR; 32-byte ones: as 12c, 24 bytes
 *
 * All ciphers are CBC from a zero vector, all hex is upper case.
 *
 * Owns		nothing; every secret it made is wiped before it returns
 * Errors	CW2120 a challenge that no server may send; CW2121 the peer's proof is
 *		wrong; CW2122 a verifier type that is not known
 * Threads	any
 * Sources	python-oracledb messages/auth.pyx, thin/crypto.pyx; go-ora v2
 *		auth_object.go; a login recorded with Free 23 (sessions/fetch_df)
 */
#ifndef CW_CODEC_LOGIN_VERIFIER_H
#define CW_CODEC_LOGIN_VERIFIER_H

#include "base/err.h"

enum cw_verifier_type {
	CW_VERIFIER_12C = 0x4815,
	CW_VERIFIER_11G_1 = 0xb152,
	CW_VERIFIER_11G_2 = 0x1b25,
	CW_VERIFIER_10G = 0x939, /* refused */
};

#define CW_LOGIN_SALT_BYTES	 16
#define CW_LOGIN_11G_SALT_BYTES	 10 /* of the salt; the rest of it, and of the hash, is 0 */
#define CW_LOGIN_HASH_BYTES	 64
#define CW_LOGIN_KEY_BYTES_MAX	 48 /* of half a session key */
#define CW_LOGIN_PASSWORD_MAX	 1024
#define CW_LOGIN_VGEN_COUNT	 4096
#define CW_LOGIN_SDER_COUNT	 3
#define CW_LOGIN_SPEEDY_DIGITS	 160
#define CW_LOGIN_PROOF_DIGITS	 96
#define CW_LOGIN_PASSWORD_DIGITS (2 * (16 + CW_LOGIN_PASSWORD_MAX + 16))

/* What the server says in phase one; texts as they stand in the pairs. */
struct cw_login_challenge {
	uint32_t type; /* enum cw_verifier_type: the flags of AUTH_VFR_DATA */
	uint32_t vgen_count, sder_count;
	char salt[2 * CW_LOGIN_SALT_BYTES + 1];		  /* AUTH_VFR_DATA */
	char session_key[2 * CW_LOGIN_KEY_BYTES_MAX + 1]; /* AUTH_SESSKEY */
	char csk_salt[33];				  /* AUTH_PBKDF2_CSK_SALT */
};

/* What the client answers in phase two. */
struct cw_login_answer {
	char session_key[2 * CW_LOGIN_KEY_BYTES_MAX + 1];
	char speedy_key[CW_LOGIN_SPEEDY_DIGITS + 1]; /* "": none (11g) */
	char password[CW_LOGIN_PASSWORD_DIGITS + 1];
	char new_password[CW_LOGIN_PASSWORD_DIGITS + 1]; /* "": it stays as it is */
};

/* The session's shared key: kept until the proof was checked, then wiped. */
struct cw_login_combo {
	uint8_t key[32];
	unsigned len;
};

/* What would be drawn; tests give it, others pass NULL. */
struct cw_login_random {
	uint8_t key[CW_LOGIN_KEY_BYTES_MAX];
	uint8_t salt[16];
};

void cw_login_wipe(void *secret, size_t len);

/* ---- client --------------------------------------------------------------- */

/* @new_password: what it shall be from now on; { NULL, 0 }: no change. */
bool cw_login_answer(const struct cw_login_challenge *challenge, struct cw_bytes password,
		     struct cw_bytes new_password, const struct cw_login_random *random,
		     struct cw_login_answer *ret, struct cw_login_combo *ret_combo,
		     struct cw_err *err) CW_MUST_CHECK;
/* AUTH_SVR_RESPONSE: does the server know the key too? */
bool cw_login_check_server(const struct cw_login_combo *combo, struct cw_bytes proof,
			   struct cw_err *err) CW_MUST_CHECK;

/* ---- witness -------------------------------------------------------------- */

/*
 * Was a login that was recorded made with @password, and did the server prove that it knew
 * it?  @proof may be empty: some servers send none.  CW2121 if not.
 */
bool cw_login_witness(const struct cw_login_challenge *challenge,
		      const struct cw_login_answer *answer, struct cw_bytes proof,
		      struct cw_bytes password, struct cw_err *err) CW_MUST_CHECK;

/* ---- server --------------------------------------------------------------- */

/* The verifier of a password: what an account keeps.  @iterations 0: that of 11g, else 12c. */
bool cw_login_hash(struct cw_bytes password, const uint8_t salt[CW_LOGIN_SALT_BYTES],
		   uint32_t iterations, uint8_t ret[CW_LOGIN_HASH_BYTES],
		   struct cw_err *err) CW_MUST_CHECK;

struct cw_login_server {
	uint8_t salt[CW_LOGIN_SALT_BYTES];
	uint8_t hash[CW_LOGIN_HASH_BYTES];
	bool is_11g;
	uint8_t half_key[CW_LOGIN_KEY_BYTES_MAX]; /* A: 32 bytes, of 11g 48 */
	struct cw_login_combo combo;
};

/* @iterations as above.  Draw A and the salt of the combo key; fills *ret for the pairs of phase one. */
bool cw_login_begin(struct cw_login_server *server, const uint8_t salt[CW_LOGIN_SALT_BYTES],
		    const uint8_t hash[CW_LOGIN_HASH_BYTES], uint32_t iterations,
		    const struct cw_login_random *random, struct cw_login_challenge *ret,
		    struct cw_err *err) CW_MUST_CHECK;

/*
 * CW2121 if the password is not the one.  @speedy_key may be empty: then the password
 * is derived again.  On success the combo key is in @server.
 */
bool cw_login_check_client(struct cw_login_server *server,
			   const struct cw_login_challenge *challenge, struct cw_bytes session_key,
			   struct cw_bytes speedy_key, struct cw_bytes password,
			   struct cw_err *err) CW_MUST_CHECK;

/* AUTH_PASSWORD or AUTH_NEWPASSWORD in the clear; the caller wipes it. */
bool cw_login_open_password(const struct cw_login_combo *combo, struct cw_bytes hex,
			    uint8_t ret[CW_LOGIN_PASSWORD_MAX], size_t *ret_len,
			    struct cw_err *err) CW_MUST_CHECK;
bool cw_login_prove(const struct cw_login_combo *combo, char ret[CW_LOGIN_PROOF_DIGITS + 1],
		    struct cw_err *err) CW_MUST_CHECK;

#endif
