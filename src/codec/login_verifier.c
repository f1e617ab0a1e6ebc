/* login_verifier.c - see login_verifier.h */
#include "codec/login_verifier.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#define SPEEDY_LABEL "AUTH_PBKDF2_SPEEDY_KEY"
#define PROOF_TEXT   "SERVER_TO_CLIENT"
#define PK_BYTES     64
#define COUNT_MAX    10000000u /* a hostile server must not keep us counting */

struct key {
	uint8_t at[32];
	unsigned len; /* 24: AES-192; 32: AES-256 */
};

void cw_login_wipe(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}

static bool crypto_failed(struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 2120, "the system's cryptography failed");
}

/* ---- hex ------------------------------------------------------------------- */

static void to_hex(const uint8_t *bytes, size_t len, char *ret)
{
	static const char digit[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		ret[2 * i] = digit[bytes[i] >> 4];
		ret[2 * i + 1] = digit[bytes[i] & 15];
	}
	ret[2 * len] = '\0';
}

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes, -1 if it is no hex or more than @room. */
static int from_hex(struct cw_bytes hex, uint8_t *ret, size_t room)
{
	if (hex.len % 2 || hex.len / 2 > room)
		return -1;
	for (size_t i = 0; i < hex.len / 2; i++) {
		int high = nibble(hex.at[2 * i]), low = nibble(hex.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return (int)(hex.len / 2);
}

static int from_hex_text(const char *hex, uint8_t *ret, size_t room)
{
	return from_hex((struct cw_bytes){ (const uint8_t *)hex, strlen(hex) }, ret, room);
}

/* ---- ciphers and digests ----------------------------------------------------- */

/* @len is a multiple of 16; no padding is added or taken. */
static bool aes_cbc(const struct key *key, bool encrypt, const uint8_t *from, size_t len,
		    uint8_t *ret)
{
	static const uint8_t iv[16];
	const EVP_CIPHER *cipher = key->len == 32 ? EVP_aes_256_cbc() : EVP_aes_192_cbc();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int done = 0, last = 0;
	bool good;

	good = ctx && EVP_CipherInit_ex(ctx, cipher, NULL, key->at, iv, encrypt) == 1 &&
	       EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	       EVP_CipherUpdate(ctx, ret, &done, from, (int)len) == 1 &&
	       EVP_CipherFinal_ex(ctx, ret + done, &last) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return good && (size_t)(done + last) == len;
}

static bool pbkdf2(struct cw_bytes secret, struct cw_bytes salt, uint32_t count, uint8_t *ret,
		   size_t len)
{
	return PKCS5_PBKDF2_HMAC((const char *)secret.at, (int)secret.len, salt.at, (int)salt.len,
				 (int)count, EVP_sha512(), (int)len, ret) == 1;
}

static bool digest2(const EVP_MD *md, struct cw_bytes a, struct cw_bytes b, uint8_t *ret)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
		    EVP_DigestUpdate(ctx, a.at, a.len) == 1 &&
		    EVP_DigestUpdate(ctx, b.at, b.len) == 1 &&
		    EVP_DigestFinal_ex(ctx, ret, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

/* pk of the 12c verifier. */
static bool derive_pk(struct cw_bytes password, const uint8_t *salt, uint32_t count,
		      uint8_t ret[PK_BYTES])
{
	uint8_t speedy[CW_LOGIN_SALT_BYTES + sizeof(SPEEDY_LABEL) - 1];

	memcpy(speedy, salt, CW_LOGIN_SALT_BYTES);
	memcpy(speedy + CW_LOGIN_SALT_BYTES, SPEEDY_LABEL, sizeof(SPEEDY_LABEL) - 1);
	return pbkdf2(password, (struct cw_bytes){ speedy, sizeof(speedy) }, count, ret, PK_BYTES);
}

static bool hash_of_pk(const uint8_t pk[PK_BYTES], const uint8_t *salt,
		       uint8_t ret[CW_LOGIN_HASH_BYTES])
{
	return digest2(EVP_sha512(), (struct cw_bytes){ pk, PK_BYTES },
		       (struct cw_bytes){ salt, CW_LOGIN_SALT_BYTES }, ret);
}

/* PBKDF2 over the hex of both halves: 12c, and 11g with 32-byte halves. */
static bool combo_of_hex(const uint8_t *b, const uint8_t *a, size_t half, const char *csk_salt,
			 uint32_t count, unsigned len, struct cw_login_combo *ret)
{
	uint8_t both[64], salt[16];
	char text[2 * sizeof(both) + 1];
	bool good;

	memcpy(both, b, half);
	memcpy(both + half, a, half);
	to_hex(both, 2 * half, text);
	ret->len = len;
	good = from_hex_text(csk_salt, salt, sizeof(salt)) == 16 &&
	       pbkdf2((struct cw_bytes){ (const uint8_t *)text, 4 * half },
		      (struct cw_bytes){ salt, sizeof(salt) }, count, ret->key, len);
	cw_login_wipe(both, sizeof(both));
	cw_login_wipe(text, sizeof(text));
	return good;
}

/* 11g with 48-byte halves. */
static bool combo_of_xor(const uint8_t *b, const uint8_t *a, struct cw_login_combo *ret)
{
	struct cw_bytes none = { NULL, 0 };
	uint8_t mixed[24], first[16], second[16];
	bool good;

	for (unsigned i = 0; i < sizeof(mixed); i++)
		mixed[i] = a[16 + i] ^ b[16 + i];
	good = digest2(EVP_md5(), (struct cw_bytes){ mixed, 16 }, none, first) &&
	       digest2(EVP_md5(), (struct cw_bytes){ mixed + 16, 8 }, none, second);
	memcpy(ret->key, first, 16);
	memcpy(ret->key + 16, second, 8);
	ret->len = 24;
	cw_login_wipe(mixed, sizeof(mixed));
	return good;
}

static struct key key_of(const struct cw_login_combo *combo)
{
	struct key key = { .len = combo->len };

	memcpy(key.at, combo->key, combo->len);
	return key;
}

/* hex( AES(combo, pad(16 random || text)) ) */
static bool seal(const struct cw_login_combo *combo, const uint8_t random[16], struct cw_bytes text,
		 bool pad, char *ret_hex)
{
	uint8_t plain[16 + CW_LOGIN_PASSWORD_MAX + 16], sealed[sizeof(plain)];
	size_t len = 16 + text.len;
	size_t padding = pad ? 16 - len % 16 : 0;
	struct key key = key_of(combo);
	bool good;

	memcpy(plain, random, 16);
	memcpy(plain + 16, text.at, text.len);
	memset(plain + len, (int)padding, padding);
	good = aes_cbc(&key, true, plain, len + padding, sealed);
	if (good)
		to_hex(sealed, len + padding, ret_hex);
	cw_login_wipe(plain, sizeof(plain));
	cw_login_wipe(&key, sizeof(key));
	return good;
}

static bool draw(const struct cw_login_random *given, struct cw_login_random *ret)
{
	if (given) {
		*ret = *given;
		return true;
	}
	return RAND_bytes((unsigned char *)ret, sizeof(*ret)) == 1;
}

/* ---- client ------------------------------------------------------------------- */

struct opened {
	struct key key; /* of the verifier */
	uint8_t salt[CW_LOGIN_SALT_BYTES];
	uint8_t a[CW_LOGIN_KEY_BYTES_MAX];
	uint8_t pk[PK_BYTES];
	size_t half_len;
	bool is_12c;
};

static bool open_12c(const struct cw_login_challenge *challenge, struct cw_bytes password,
		     struct opened *ret)
{
	uint8_t hash[CW_LOGIN_HASH_BYTES];
	bool good = derive_pk(password, ret->salt, challenge->vgen_count, ret->pk) &&
		    hash_of_pk(ret->pk, ret->salt, hash);

	memcpy(ret->key.at, hash, 32);
	ret->key.len = 32;
	cw_login_wipe(hash, sizeof(hash));
	return good;
}

static bool open_11g(struct cw_bytes password, size_t salt_len, struct opened *ret)
{
	ret->key.len = 24;
	return digest2(EVP_sha1(), password, (struct cw_bytes){ ret->salt, salt_len }, ret->key.at);
}

static bool check_type(uint32_t type, struct cw_err *err)
{
	switch (type) {
	case CW_VERIFIER_12C:
	case CW_VERIFIER_11G_1:
	case CW_VERIFIER_11G_2:
		return true;
	case CW_VERIFIER_10G:
		return cw_fail(
			err, CW_ERR_CONFIG, 2122,
			"the account has a password verifier of 10g alone (type 0x939), which "
			"is not supported: its password has to be set again, ALTER USER ... "
			"IDENTIFIED BY ...");
	default:
		return cw_fail(err, CW_ERR_CONFIG, 2122,
			       "the account has a verifier of type 0x%x, known are those of 11g "
			       "and 12c",
			       type);
	}
}

static bool open_challenge(const struct cw_login_challenge *challenge, struct cw_bytes password,
			   struct opened *ret, struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_KEY_BYTES_MAX];
	int salt_len = from_hex_text(challenge->salt, ret->salt, sizeof(ret->salt));
	int half_len = from_hex_text(challenge->session_key, sealed, sizeof(sealed));
	bool good;

	ret->is_12c = challenge->type == CW_VERIFIER_12C;
	if (!check_type(challenge->type, err))
		return false;
	if (salt_len <= 0 || (half_len != 32 && (half_len != 48 || ret->is_12c)) ||
	    (ret->is_12c && salt_len != CW_LOGIN_SALT_BYTES) || challenge->vgen_count > COUNT_MAX ||
	    challenge->sder_count > COUNT_MAX)
		return cw_fail(err, CW_ERR_DATA, 2120,
			       "challenge with a salt of %d and a key of %d bytes", salt_len,
			       half_len);
	ret->half_len = (size_t)half_len;
	good = ret->is_12c ? open_12c(challenge, password, ret)
			   : open_11g(password, (size_t)salt_len, ret);
	good = good && aes_cbc(&ret->key, false, sealed, ret->half_len, ret->a);
	return good || crypto_failed(err);
}

/* @half: the client's, B. */
static bool combo_of_halves(const struct cw_login_challenge *challenge,
			    const struct opened *opened, const uint8_t *half,
			    struct cw_login_combo *ret)
{
	if (opened->half_len == 48)
		return combo_of_xor(half, opened->a, ret);
	return combo_of_hex(half, opened->a, opened->is_12c ? 32 : 24, challenge->csk_salt,
			    challenge->sder_count, opened->is_12c ? 32 : 24, ret);
}

static bool answer_opened(const struct cw_login_challenge *challenge, const struct opened *opened,
			  struct cw_bytes password, struct cw_bytes new_password,
			  const struct cw_login_random *random, struct cw_login_answer *ret,
			  struct cw_login_combo *combo)
{
	uint8_t sealed[CW_LOGIN_KEY_BYTES_MAX];

	if (!aes_cbc(&opened->key, true, random->key, opened->half_len, sealed))
		return false;
	to_hex(sealed, opened->half_len, ret->session_key);
	if (!combo_of_halves(challenge, opened, random->key, combo))
		return false;
	if (opened->is_12c && !seal(combo, random->salt, (struct cw_bytes){ opened->pk, PK_BYTES },
				    false, ret->speedy_key))
		return false;
	/* the same salt for both, as python-oracledb has it */
	return seal(combo, random->salt, password, true, ret->password) &&
	       (new_password.len == 0 ||
		seal(combo, random->salt, new_password, true, ret->new_password));
}

bool cw_login_answer(const struct cw_login_challenge *challenge, struct cw_bytes password,
		     struct cw_bytes new_password, const struct cw_login_random *random,
		     struct cw_login_answer *ret, struct cw_login_combo *ret_combo,
		     struct cw_err *err)
{
	struct opened opened = { 0 };
	struct cw_login_random drawn;
	bool good;

	*ret = (struct cw_login_answer){ 0 };
	*ret_combo = (struct cw_login_combo){ 0 };
	if (password.len > CW_LOGIN_PASSWORD_MAX || new_password.len > CW_LOGIN_PASSWORD_MAX)
		return cw_fail(err, CW_ERR_CONFIG, 2120, "the password is longer than %d bytes",
			       CW_LOGIN_PASSWORD_MAX);
	good = open_challenge(challenge, password, &opened, err);
	if (good)
		good = (draw(random, &drawn) &&
			answer_opened(challenge, &opened, password, new_password, &drawn, ret,
				      ret_combo)) ||
		       crypto_failed(err);
	cw_login_wipe(&opened, sizeof(opened));
	cw_login_wipe(&drawn, sizeof(drawn));
	return good;
}

bool cw_login_check_server(const struct cw_login_combo *combo, struct cw_bytes proof,
			   struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_PROOF_DIGITS / 2], plain[sizeof(sealed)];
	struct key key = key_of(combo);
	int len = from_hex(proof, sealed, sizeof(sealed));
	bool good = len >= 32 && len % 16 == 0 &&
		    aes_cbc(&key, false, sealed, (size_t)len, plain) &&
		    CRYPTO_memcmp(plain + 16, PROOF_TEXT, sizeof(PROOF_TEXT) - 1) == 0;

	cw_login_wipe(&key, sizeof(key));
	return good || cw_fail(err, CW_ERR_CONFIG, 2121,
			       "the server did not prove that it knows the password");
}

/* ---- witness -------------------------------------------------------------------- */

static struct cw_bytes text_bytes(const char *text)
{
	return (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
}

static bool is_password(const struct cw_login_combo *combo, const struct cw_login_answer *answer,
			struct cw_bytes password, struct cw_err *err)
{
	uint8_t clear[CW_LOGIN_PASSWORD_MAX];
	size_t len = 0;
	bool good = cw_login_open_password(combo, text_bytes(answer->password), clear, &len, err);

	if (good && (len != password.len || CRYPTO_memcmp(clear, password.at, len) != 0))
		good = cw_fail(err, CW_ERR_DATA, 2121, "the login was made with another password");
	cw_login_wipe(clear, sizeof(clear));
	return good;
}

/* The speedy key opens to what the verifier was made from. */
static bool is_speedy_key(const struct cw_login_combo *combo, const struct opened *opened,
			  const struct cw_login_answer *answer, struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_SPEEDY_DIGITS / 2], plain[sizeof(sealed)];
	struct key key = key_of(combo);
	bool good = !answer->speedy_key[0] ||
		    (from_hex_text(answer->speedy_key, sealed, sizeof(sealed)) ==
			     (int)sizeof(sealed) &&
		     aes_cbc(&key, false, sealed, sizeof(sealed), plain) &&
		     CRYPTO_memcmp(plain + 16, opened->pk, PK_BYTES) == 0);

	cw_login_wipe(plain, sizeof(plain));
	cw_login_wipe(&key, sizeof(key));
	return good || cw_fail(err, CW_ERR_DATA, 2121, "the speedy key is not the password's");
}

bool cw_login_witness(const struct cw_login_challenge *challenge,
		      const struct cw_login_answer *answer, struct cw_bytes proof,
		      struct cw_bytes password, struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_KEY_BYTES_MAX], half[CW_LOGIN_KEY_BYTES_MAX];
	struct cw_login_combo combo = { 0 };
	struct opened opened = { 0 };
	bool good = open_challenge(challenge, password, &opened, err);
	int len = from_hex_text(answer->session_key, sealed, sizeof(sealed));

	if (good && (len < (int)opened.half_len ||
		     !aes_cbc(&opened.key, false, sealed, opened.half_len, half) ||
		     !combo_of_halves(challenge, &opened, half, &combo)))
		good = cw_fail(err, CW_ERR_DATA, 2121, "the session key does not open");
	good = good && is_password(&combo, answer, password, err) &&
	       is_speedy_key(&combo, &opened, answer, err) &&
	       (proof.len == 0 || cw_login_check_server(&combo, proof, err));
	cw_login_wipe(&opened, sizeof(opened));
	cw_login_wipe(&combo, sizeof(combo));
	cw_login_wipe(half, sizeof(half));
	return good;
}

/* ---- server ------------------------------------------------------------------- */

bool cw_login_hash(struct cw_bytes password, const uint8_t salt[CW_LOGIN_SALT_BYTES],
		   uint32_t iterations, uint8_t ret[CW_LOGIN_HASH_BYTES], struct cw_err *err)
{
	uint8_t pk[PK_BYTES];
	bool good;

	if (iterations == 0) {
		memset(ret, 0, CW_LOGIN_HASH_BYTES);
		return digest2(EVP_sha1(), password,
			       (struct cw_bytes){ salt, CW_LOGIN_11G_SALT_BYTES }, ret) ||
		       crypto_failed(err);
	}
	good = derive_pk(password, salt, iterations, pk) && hash_of_pk(pk, salt, ret);
	cw_login_wipe(pk, sizeof(pk));
	return good || crypto_failed(err);
}

static struct key verifier_key(const struct cw_login_server *server)
{
	struct key key = { .len = server->is_11g ? 24 : 32 };

	memcpy(key.at, server->hash, key.len); /* behind those of SHA-1 are zeros */
	return key;
}

static size_t half_bytes(const struct cw_login_server *server)
{
	return server->is_11g ? 48 : 32;
}

bool cw_login_begin(struct cw_login_server *server, const uint8_t salt[CW_LOGIN_SALT_BYTES],
		    const uint8_t hash[CW_LOGIN_HASH_BYTES], uint32_t iterations,
		    const struct cw_login_random *random, struct cw_login_challenge *ret,
		    struct cw_err *err)
{
	struct cw_login_random drawn;
	struct key key;
	uint8_t sealed[CW_LOGIN_KEY_BYTES_MAX];

	*server = (struct cw_login_server){ .is_11g = iterations == 0 };
	memcpy(server->salt, salt, CW_LOGIN_SALT_BYTES);
	memcpy(server->hash, hash, CW_LOGIN_HASH_BYTES);
	key = verifier_key(server);
	if (!draw(random, &drawn))
		return crypto_failed(err);
	memcpy(server->half_key, drawn.key, half_bytes(server));
	if (server->is_11g) /* as clients unpad it: 40 bytes count */
		memset(server->half_key + 40, 8, 8);
	if (!aes_cbc(&key, true, server->half_key, half_bytes(server), sealed))
		return crypto_failed(err);
	*ret = (struct cw_login_challenge){
		.type = server->is_11g ? CW_VERIFIER_11G_2 : CW_VERIFIER_12C,
		.vgen_count = iterations,
		.sder_count = server->is_11g ? 0 : CW_LOGIN_SDER_COUNT,
	};
	to_hex(salt, server->is_11g ? CW_LOGIN_11G_SALT_BYTES : CW_LOGIN_SALT_BYTES, ret->salt);
	to_hex(sealed, half_bytes(server), ret->session_key);
	if (!server->is_11g)
		to_hex(drawn.salt, sizeof(drawn.salt), ret->csk_salt);
	return true;
}

bool cw_login_open_password(const struct cw_login_combo *combo, struct cw_bytes hex,
			    uint8_t ret[CW_LOGIN_PASSWORD_MAX], size_t *ret_len, struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_PASSWORD_DIGITS / 2], plain[sizeof(sealed)];
	struct key key = key_of(combo);
	int len = from_hex(hex, sealed, sizeof(sealed));
	size_t padding = 0;
	bool good = len >= 32 && len % 16 == 0 && aes_cbc(&key, false, sealed, (size_t)len, plain);

	if (good)
		padding = plain[len - 1];
	good = good && padding >= 1 && padding <= 16 &&
	       (size_t)len - 16 - padding <= CW_LOGIN_PASSWORD_MAX;
	if (good) {
		*ret_len = (size_t)len - 16 - padding;
		memcpy(ret, plain + 16, *ret_len);
	}
	cw_login_wipe(plain, sizeof(plain));
	cw_login_wipe(&key, sizeof(key));
	return good || cw_fail(err, CW_ERR_CONFIG, 2121, "the password does not open");
}

/* pk as the client sent it, or derived from the password that it sent. */
static bool client_pk(const struct cw_login_server *server,
		      const struct cw_login_challenge *challenge, struct cw_bytes speedy_key,
		      struct cw_bytes password, uint8_t ret[PK_BYTES], struct cw_err *err)
{
	uint8_t sealed[CW_LOGIN_SPEEDY_DIGITS / 2], plain[sizeof(sealed)];
	uint8_t clear[CW_LOGIN_PASSWORD_MAX];
	struct key key = key_of(&server->combo);
	size_t len = 0;
	bool good;

	if (speedy_key.len > 0) {
		good = from_hex(speedy_key, sealed, sizeof(sealed)) == (int)sizeof(sealed) &&
		       aes_cbc(&key, false, sealed, sizeof(sealed), plain);
		if (good)
			memcpy(ret, plain + 16, PK_BYTES);
		cw_login_wipe(plain, sizeof(plain));
	} else {
		good = cw_login_open_password(&server->combo, password, clear, &len, err) &&
		       derive_pk((struct cw_bytes){ clear, len }, server->salt,
				 challenge->vgen_count, ret);
		cw_login_wipe(clear, sizeof(clear));
	}
	cw_login_wipe(&key, sizeof(key));
	return good || cw_fail(err, CW_ERR_CONFIG, 2121, "the speedy key does not open");
}

/* 11g: the password as it was sent, under a key of both halves. */
static bool check_11g(struct cw_login_server *server, const uint8_t *half,
		      struct cw_bytes password, struct cw_err *err)
{
	uint8_t clear[CW_LOGIN_PASSWORD_MAX], hash[CW_LOGIN_HASH_BYTES];
	size_t len = 0;
	bool good;

	if (!combo_of_xor(half, server->half_key, &server->combo))
		return crypto_failed(err);
	good = cw_login_open_password(&server->combo, password, clear, &len, err) &&
	       cw_login_hash((struct cw_bytes){ clear, len }, server->salt, 0, hash, err);
	if (good && CRYPTO_memcmp(hash, server->hash, sizeof(hash)) != 0)
		good = cw_fail(err, CW_ERR_CONFIG, 2121, "the password is not the account's");
	cw_login_wipe(clear, sizeof(clear));
	return good;
}

static bool check_12c(struct cw_login_server *server, const struct cw_login_challenge *challenge,
		      const uint8_t *half, struct cw_bytes speedy_key, struct cw_bytes password,
		      struct cw_err *err)
{
	uint8_t pk[PK_BYTES], hash[CW_LOGIN_HASH_BYTES];
	bool good;

	if (!combo_of_hex(half, server->half_key, 32, challenge->csk_salt, challenge->sder_count, 32,
			  &server->combo))
		return crypto_failed(err);
	good = client_pk(server, challenge, speedy_key, password, pk, err);
	if (good)
		good = (hash_of_pk(pk, server->salt, hash) &&
			CRYPTO_memcmp(hash, server->hash, sizeof(hash)) == 0) ||
		       cw_fail(err, CW_ERR_CONFIG, 2121, "the password is not the account's");
	cw_login_wipe(pk, sizeof(pk));
	return good;
}

bool cw_login_check_client(struct cw_login_server *server,
			   const struct cw_login_challenge *challenge, struct cw_bytes session_key,
			   struct cw_bytes speedy_key, struct cw_bytes password, struct cw_err *err)
{
	struct key key = verifier_key(server);
	uint8_t sealed[CW_LOGIN_KEY_BYTES_MAX], half[CW_LOGIN_KEY_BYTES_MAX];
	size_t len = half_bytes(server);
	bool good = from_hex(session_key, sealed, sizeof(sealed)) >= (int)len &&
		    aes_cbc(&key, false, sealed, len, half);

	if (!good)
		(void)cw_fail(err, CW_ERR_DATA, 2121, "the session key does not open");
	else if (server->is_11g)
		good = check_11g(server, half, password, err);
	else
		good = check_12c(server, challenge, half, speedy_key, password, err);
	cw_login_wipe(half, sizeof(half));
	cw_login_wipe(&key, sizeof(key));
	return good;
}

bool cw_login_prove(const struct cw_login_combo *combo, char ret[CW_LOGIN_PROOF_DIGITS + 1],
		    struct cw_err *err)
{
	struct cw_bytes text = { (const uint8_t *)PROOF_TEXT, sizeof(PROOF_TEXT) - 1 };
	struct cw_login_random drawn;

	return (draw(NULL, &drawn) && seal(combo, drawn.salt, text, true, ret)) ||
	       crypto_failed(err);
}
