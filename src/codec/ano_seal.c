/* ano_seal.c - see ano_seal.h */
#define OPENSSL_SUPPRESS_DEPRECATED /* RC4 and DES have no place in the default provider */
#include "codec/ano_seal.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rc4.h>
#include <sys/mman.h>

#define SECRET_BYTES_MAX CW_ANO_GROUP_BYTES_MAX
#define OUR_GROUP_BYTES	 256u
#define VECTOR_BYTES	 16u
#define DERIVED_FROM	 32u /* bytes 32 to 63 of the secret: the vectors since July 2021 */
#define DERIVED_BYTES	 32u
#define SUM_BYTES_MAX	 64u
#define AES_BLOCK	 16u
#define CLIENT_MARK	 90u /* of the stream of what the client sends */
#define SERVER_MARK	 180u

/* One direction: the sums' key stream, and RC4's. */
struct stream {
	uint8_t key[16], vector[AES_BLOCK];
	RC4_KEY rc4, cipher;
	uint8_t block[SUM_BYTES_MAX]; /* the last one drawn; a reset leaves it */
};

/* Where the streams come from, at the start and after each reset. */
struct generator {
	uint8_t key[16], vector[AES_BLOCK], block[32];
	RC4_KEY rc4;
};

struct cw_ano_seal {
	bool is_server, folded;
	bool is_new;		  /* both sides know what July 2021 brought */
	bool new_cipher, new_sum; /* and what was agreed on has it */
	uint8_t encryption, integrity;
	uint8_t private_key[SECRET_BYTES_MAX], public_key[SECRET_BYTES_MAX];
	uint8_t secret[SECRET_BYTES_MAX];
	size_t secret_len;
	uint8_t vector[64]; /* of the server */
	size_t vector_len;
	uint8_t derived[DERIVED_BYTES];
	uint8_t combo[CW_ANO_FOLD_BYTES_MAX]; /* a server's, until the client folds */
	size_t combo_len;
	struct generator sums;
	struct stream ours, theirs;
	struct stream next_ours, next_theirs; /* drawn by a reset, to be taken when it is due */
	bool ours_due, theirs_due;
	RC4_KEY rc4_generator;
	DES_key_schedule des[3];
	DES_cblock des_vector; /* one chain through the packets of both directions */
};

/* 2048 bits: group 14 of RFC 3526.  Which one Oracle uses makes no difference to a client. */
static const uint8_t prime_of_group_14[OUR_GROUP_BYTES] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2,
	0x34, 0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1, 0x29, 0x02, 0x4e, 0x08, 0x8a, 0x67,
	0xcc, 0x74, 0x02, 0x0b, 0xbe, 0xa6, 0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e,
	0x34, 0x04, 0xdd, 0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d,
	0xf2, 0x5f, 0x14, 0x37, 0x4f, 0xe1, 0x35, 0x6d, 0x6d, 0x51, 0xc2, 0x45, 0xe4, 0x85, 0xb5,
	0x76, 0x62, 0x5e, 0x7e, 0xc6, 0xf4, 0x4c, 0x42, 0xe9, 0xa6, 0x37, 0xed, 0x6b, 0x0b, 0xff,
	0x5c, 0xb6, 0xf4, 0x06, 0xb7, 0xed, 0xee, 0x38, 0x6b, 0xfb, 0x5a, 0x89, 0x9f, 0xa5, 0xae,
	0x9f, 0x24, 0x11, 0x7c, 0x4b, 0x1f, 0xe6, 0x49, 0x28, 0x66, 0x51, 0xec, 0xe4, 0x5b, 0x3d,
	0xc2, 0x00, 0x7c, 0xb8, 0xa1, 0x63, 0xbf, 0x05, 0x98, 0xda, 0x48, 0x36, 0x1c, 0x55, 0xd3,
	0x9a, 0x69, 0x16, 0x3f, 0xa8, 0xfd, 0x24, 0xcf, 0x5f, 0x83, 0x65, 0x5d, 0x23, 0xdc, 0xa3,
	0xad, 0x96, 0x1c, 0x62, 0xf3, 0x56, 0x20, 0x85, 0x52, 0xbb, 0x9e, 0xd5, 0x29, 0x07, 0x70,
	0x96, 0x96, 0x6d, 0x67, 0x0c, 0x35, 0x4e, 0x4a, 0xbc, 0x98, 0x04, 0xf1, 0x74, 0x6c, 0x08,
	0xca, 0x18, 0x21, 0x7c, 0x32, 0x90, 0x5e, 0x46, 0x2e, 0x36, 0xce, 0x3b, 0xe3, 0x9e, 0x77,
	0x2c, 0x18, 0x0e, 0x86, 0x03, 0x9b, 0x27, 0x83, 0xa2, 0xec, 0x07, 0xa2, 0x8f, 0xb5, 0xc5,
	0x5d, 0xf0, 0x6f, 0x4c, 0x52, 0xc9, 0xde, 0x2b, 0xcb, 0xf6, 0x95, 0x58, 0x17, 0x18, 0x39,
	0x95, 0x49, 0x7c, 0xea, 0x95, 0x6a, 0xe5, 0x15, 0xd2, 0x26, 0x18, 0x98, 0xfa, 0x05, 0x10,
	0x15, 0x72, 0x8e, 0x5a, 0x8a, 0xac, 0xaa, 0x68, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff,
};
static const uint8_t generator_2[] = { 2 };

static bool crypto_failed(struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 7120,
		       "native network encryption: the system's cryptography failed");
}

static bool not_theirs(const char *what, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7121, "native network encryption: %s", what);
}

/* ---- memory --------------------------------------------------------------------------- */

static struct cw_ano_seal *new_seal(struct cw_err *err)
{
	struct cw_ano_seal *seal = mmap(NULL, sizeof(*seal), PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (seal == MAP_FAILED) {
		(void)cw_fail_errno(err, 7120, "memory for the keys of network encryption");
		return NULL;
	}
	/* Who may not lock memory still keeps the keys out of cores. */
	(void)mlock(seal, sizeof(*seal));
	(void)madvise(seal, sizeof(*seal), MADV_DONTDUMP);
	return seal;
}

void cw_ano_seal_free(struct cw_ano_seal *seal)
{
	if (!seal)
		return;
	OPENSSL_cleanse(seal, sizeof(*seal));
	(void)munmap(seal, sizeof(*seal));
}

/* ---- the exchange ------------------------------------------------------------------------ */

/* base ^ private mod prime, as long as the prime. */
static bool power(struct cw_bytes base, const uint8_t *private_key, struct cw_bytes prime,
		  uint8_t *ret)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *b = BN_bin2bn(base.at, (int)base.len, NULL);
	BIGNUM *x = BN_bin2bn(private_key, (int)prime.len, NULL);
	BIGNUM *p = BN_bin2bn(prime.at, (int)prime.len, NULL);
	BIGNUM *result = BN_new();
	bool good = ctx && b && x && p && result;

	if (good) {
		BN_set_flags(x, BN_FLG_CONSTTIME);
		good = BN_mod_exp_mont_consttime(result, b, x, p, ctx, NULL) == 1 &&
		       BN_bn2binpad(result, ret, (int)prime.len) == (int)prime.len;
	}
	BN_clear_free(result);
	BN_free(p);
	BN_clear_free(x);
	BN_free(b);
	BN_CTX_free(ctx);
	return good;
}

/* 0, 1 and prime - 1 would make the secret one that everybody knows. */
static bool is_sound(struct cw_bytes key, struct cw_bytes prime)
{
	BIGNUM *k = BN_bin2bn(key.at, (int)key.len, NULL), *p = BN_bin2bn(prime.at, (int)prime.len, NULL);
	bool good = k && p && !BN_is_zero(k) && !BN_is_one(k) &&
		    BN_sub_word(p, 1) == 1 && BN_cmp(k, p) < 0;

	BN_free(k);
	BN_free(p);
	return good;
}

static bool draw_half(struct cw_ano_seal *seal, struct cw_bytes generator, struct cw_bytes prime)
{
	return RAND_priv_bytes(seal->private_key, (int)prime.len) == 1 &&
	       power(generator, seal->private_key, prime, seal->public_key);
}

static bool start(struct cw_ano_seal *seal, struct cw_err *err);

static bool finish(struct cw_ano_seal *seal, const struct cw_ano_choice *choice,
		   struct cw_bytes peer, struct cw_bytes prime, struct cw_err *err)
{
	if (!is_sound(peer, prime))
		return cw_fail(err, CW_ERR_DATA, 7120,
			       "native network encryption: a key exchange that hides nothing");
	if (!power(peer, seal->private_key, prime, seal->secret))
		return crypto_failed(err);
	OPENSSL_cleanse(seal->private_key, sizeof(seal->private_key));
	seal->secret_len = prime.len;
	memcpy(seal->derived, seal->secret + DERIVED_FROM, DERIVED_BYTES);
	seal->encryption = choice->encryption;
	seal->integrity = choice->integrity;
	seal->is_new = cw_ano_is_new(choice->encryption_version);
	seal->new_cipher = seal->is_new && choice->encryption >= CW_ANO_3DES112;
	seal->new_sum = cw_ano_is_new(choice->integrity_version) && choice->integrity != CW_ANO_MD5;
	return start(seal, err);
}

bool cw_ano_seal_client(const struct cw_ano_choice *choice, uint8_t *ret_public,
			struct cw_ano_seal **ret, struct cw_err *err)
{
	const struct cw_ano_group *group = &choice->group;
	struct cw_ano_seal *seal = new_seal(err);

	if (!seal)
		return false;
	if (group->vector.len > 0)
		memcpy(seal->vector, group->vector.at, group->vector.len);
	seal->vector_len = group->vector.len;
	if (group->prime.at[group->prime.len - 1] % 2 == 0)
		(void)cw_fail(err, CW_ERR_DATA, 7120,
			      "native network encryption: a key exchange with an even prime");
	else if (!draw_half(seal, group->generator, group->prime))
		(void)crypto_failed(err);
	else if (finish(seal, choice, group->public_key, group->prime, err)) {
		memcpy(ret_public, seal->public_key, group->prime.len);
		*ret = seal;
		return true;
	}
	cw_ano_seal_free(seal);
	return false;
}

bool cw_ano_seal_offer(struct cw_ano_seal **ret, struct cw_ano_group *ret_group,
		       struct cw_err *err)
{
	struct cw_ano_seal *seal = new_seal(err);

	if (!seal)
		return false;
	*ret_group = (struct cw_ano_group){
		.generator = { generator_2, sizeof(generator_2) },
		.prime = { prime_of_group_14, sizeof(prime_of_group_14) },
		.public_key = { seal->public_key, OUR_GROUP_BYTES },
		.vector = { seal->vector, VECTOR_BYTES },
	};
	seal->is_server = true;
	seal->vector_len = VECTOR_BYTES;
	if (RAND_bytes(seal->vector, VECTOR_BYTES) == 1 &&
	    draw_half(seal, ret_group->generator, ret_group->prime)) {
		*ret = seal;
		return true;
	}
	cw_ano_seal_free(seal);
	return crypto_failed(err);
}

bool cw_ano_seal_server(struct cw_ano_seal *seal, const struct cw_ano_choice *choice,
			struct cw_bytes client_public, struct cw_err *err)
{
	return finish(seal, choice, client_public,
		      (struct cw_bytes){ prime_of_group_14, OUR_GROUP_BYTES }, err);
}

/* ---- ciphers --------------------------------------------------------------------------- */

static bool aes_cbc(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *vector,
		    bool encrypt, uint8_t *at, size_t len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new(); /* freeing it wipes the key's schedule */
	int done = 0;
	bool good = ctx && EVP_CipherInit_ex(ctx, cipher, NULL, key, vector, encrypt) == 1 &&
		    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
		    EVP_CipherUpdate(ctx, at, &done, at, (int)len) == 1 && (size_t)done == len;

	EVP_CIPHER_CTX_free(ctx);
	return good;
}

static void des_block(struct cw_ano_seal *seal, int encrypt, DES_cblock *from, DES_cblock *to)
{
	if (seal->encryption == CW_ANO_DES56)
		DES_ecb_encrypt(from, to, &seal->des[0], encrypt);
	else
		DES_ecb3_encrypt(from, to, &seal->des[0], &seal->des[1], &seal->des[2], encrypt);
}

static void xor_block(DES_cblock *to, DES_cblock *with)
{
	for (unsigned i = 0; i < sizeof(*to); i++)
		(*to)[i] ^= (*with)[i];
}

/* A server seals with the inverse of the cipher, and the client opens that with the cipher. */
static void des_cbc(struct cw_ano_seal *seal, bool encrypt, uint8_t *at, size_t len)
{
	DES_cblock in, out;

	for (; len > 0; at += sizeof(in), len -= sizeof(in)) {
		memcpy(in, at, sizeof(in));
		if (encrypt) {
			xor_block(&in, &seal->des_vector);
			des_block(seal, seal->is_server ? DES_DECRYPT : DES_ENCRYPT, &in, &out);
			memcpy(seal->des_vector, out, sizeof(out));
		} else {
			des_block(seal, seal->is_server ? DES_DECRYPT : DES_ENCRYPT, &in, &out);
			xor_block(&out, &seal->des_vector);
			memcpy(seal->des_vector, in, sizeof(in));
		}
		memcpy(at, out, sizeof(out));
	}
}

static bool cipher(struct cw_ano_seal *seal, bool encrypt, uint8_t *at, size_t len)
{
	static const uint8_t zeros[AES_BLOCK];
	const uint8_t *vector = seal->new_cipher ? seal->derived : zeros;

	switch (seal->encryption) {
	case CW_ANO_AES128:
		return aes_cbc(EVP_aes_128_cbc(), seal->secret, vector, encrypt, at, len);
	case CW_ANO_AES192:
		return aes_cbc(EVP_aes_192_cbc(), seal->secret, vector, encrypt, at, len);
	case CW_ANO_AES256:
		return aes_cbc(EVP_aes_256_cbc(), seal->secret, vector, encrypt, at, len);
	case CW_ANO_DES56:
	case CW_ANO_3DES112:
	case CW_ANO_3DES168:
		des_cbc(seal, encrypt, at, len);
		return true;
	default:
		RC4(encrypt ? &seal->ours.cipher : &seal->theirs.cipher, len, at, at);
		return true;
	}
}

static size_t block_bytes(const struct cw_ano_seal *seal)
{
	switch (seal->encryption) {
	case CW_ANO_AES128:
	case CW_ANO_AES192:
	case CW_ANO_AES256:
		return AES_BLOCK;
	case CW_ANO_DES56:
	case CW_ANO_3DES112:
	case CW_ANO_3DES168:
		return 8;
	default:
		return 1;
	}
}

static size_t rc4_key_bytes(const struct cw_ano_seal *seal)
{
	switch (seal->encryption) {
	case CW_ANO_RC4_40:
		return 5;
	case CW_ANO_RC4_56:
		return 7;
	case CW_ANO_RC4_128:
		return 16;
	case CW_ANO_RC4_256:
		return 32;
	default:
		return 0;
	}
}

/* ---- sums --------------------------------------------------------------------------------- */

static const EVP_MD *hash_of(const struct cw_ano_seal *seal)
{
	switch (seal->integrity) {
	case CW_ANO_MD5:
		return EVP_md5();
	case CW_ANO_SHA1:
		return EVP_sha1();
	case CW_ANO_SHA256:
		return EVP_sha256();
	case CW_ANO_SHA384:
		return EVP_sha384();
	default:
		return EVP_sha512();
	}
}

static bool sums_by_rc4(const struct cw_ano_seal *seal)
{
	return seal->integrity == CW_ANO_MD5 || seal->integrity == CW_ANO_SHA1;
}

/* How much of the key may be secret: 40 bits were the law once. */
static size_t sum_key_bytes(const struct cw_ano_seal *seal)
{
	return seal->new_sum ? 15 : 5;
}

static bool next_block(const struct cw_ano_seal *seal, struct stream *stream, size_t len)
{
	if (sums_by_rc4(seal)) {
		memset(stream->block, 0, len);
		RC4(&stream->rc4, len, stream->block, stream->block);
		return true;
	}
	if (!aes_cbc(EVP_aes_128_cbc(), stream->key, stream->vector, true, stream->block, len))
		return false;
	memcpy(stream->vector, stream->block + len - AES_BLOCK, AES_BLOCK);
	return true;
}

static bool sum(const struct cw_ano_seal *seal, struct stream *stream, struct cw_bytes payload,
		uint8_t ret[SUM_BYTES_MAX])
{
	const EVP_MD *hash = hash_of(seal);
	size_t len = (size_t)EVP_MD_get_size(hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && next_block(seal, stream, len) && EVP_DigestInit_ex(ctx, hash, NULL) == 1 &&
		    EVP_DigestUpdate(ctx, payload.at, payload.len) == 1 &&
		    EVP_DigestUpdate(ctx, stream->block, len) == 1 &&
		    EVP_DigestFinal_ex(ctx, ret, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

/* ---- from the secret to keys ------------------------------------------------------------------ */

static void make_stream(struct cw_ano_seal *seal, struct stream *stream, uint8_t mark)
{
	size_t len = sum_key_bytes(seal);
	uint8_t key[16];

	if (!sums_by_rc4(seal)) {
		memcpy(stream->key, seal->sums.key, sizeof(stream->key));
		memcpy(stream->vector, seal->sums.vector, sizeof(stream->vector));
		stream->key[len] = mark;
		return;
	}
	memcpy(key, seal->sums.block, len);
	key[len] = mark;
	RC4_set_key(&stream->rc4, (int)len + 1, key);
	OPENSSL_cleanse(key, sizeof(key));
}

/* Draw the key of both streams. */
static bool draw_streams(struct cw_ano_seal *seal)
{
	struct generator *sums = &seal->sums;

	if (sums_by_rc4(seal)) {
		/* Of 16 bytes drawn the last gives way to the mark. */
		memset(sums->block, 0, sizeof(sums->block));
		RC4(&sums->rc4, seal->new_sum ? 16 : 5, sums->block, sums->block);
	} else {
		if (!aes_cbc(EVP_aes_128_cbc(), sums->key, sums->vector, true, sums->block,
			     sizeof(sums->block)))
			return false;
		memcpy(sums->key, sums->block, sizeof(sums->key));
		memcpy(sums->vector, sums->block + 16, sizeof(sums->vector));
	}
	make_stream(seal, seal->is_server ? &seal->next_theirs : &seal->next_ours, CLIENT_MARK);
	make_stream(seal, seal->is_server ? &seal->next_ours : &seal->next_theirs, SERVER_MARK);
	return true;
}

static void start_sums(struct cw_ano_seal *seal)
{
	struct generator *sums = &seal->sums;
	size_t len = sum_key_bytes(seal), vector_len = seal->new_sum ? DERIVED_BYTES : seal->vector_len;
	const uint8_t *vector = seal->new_sum ? seal->derived : seal->vector;
	uint8_t key[16 + 64];

	memset(sums, 0, sizeof(*sums));
	if (!sums_by_rc4(seal)) {
		memcpy(sums->key, seal->secret, len);
		sums->key[len] = 0xff;
		memcpy(sums->vector, vector, AES_BLOCK);
		return;
	}
	memcpy(key, seal->new_sum ? seal->secret : seal->secret + seal->secret_len - len, len);
	key[len] = 0xff;
	memcpy(key + len + 1, vector, vector_len);
	RC4_set_key(&sums->rc4, (int)(len + 1 + vector_len), key);
	OPENSSL_cleanse(key, sizeof(key));
}

/* A key for each direction; they differ in the last byte. */
static void draw_rc4(struct cw_ano_seal *seal)
{
	size_t len = rc4_key_bytes(seal);
	uint8_t key[32] = { 0 };

	memset(key + 15, ' ', sizeof(key) - 15);
	RC4(&seal->rc4_generator, len, key, key);
	RC4_set_key(seal->is_server ? &seal->next_theirs.cipher : &seal->next_ours.cipher, (int)len,
		    key);
	key[len - 1] ^= 0xaa;
	RC4_set_key(seal->is_server ? &seal->next_ours.cipher : &seal->next_theirs.cipher, (int)len,
		    key);
	OPENSSL_cleanse(key, sizeof(key));
}

static void start_rc4(struct cw_ano_seal *seal)
{
	size_t len = rc4_key_bytes(seal);
	uint8_t key[32 + 1 + 64];

	memcpy(key, seal->secret + seal->secret_len - len, len);
	key[len] = 0x7b;
	memcpy(key + len + 1, seal->vector, seal->vector_len);
	RC4_set_key(&seal->rc4_generator, (int)(len + 1 + seal->vector_len), key);
	OPENSSL_cleanse(key, sizeof(key));
}

/* The chain, which a reset does not begin anew, and the vector of it: A-413. */
static void start_des(struct cw_ano_seal *seal)
{
	static const uint8_t fixed[8] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

	memcpy(seal->des_vector, seal->new_cipher ? seal->derived : fixed, sizeof(fixed));
	for (unsigned i = 0; i < CW_ARRAY_LEN(seal->des); i++) {
		unsigned from = i == 2 && seal->encryption == CW_ANO_3DES112 ? 0 : i;
		DES_cblock key;

		memcpy(key, seal->secret + from * sizeof(key), sizeof(key));
		DES_set_key_unchecked(&key, &seal->des[i]);
		OPENSSL_cleanse(key, sizeof(key));
	}
}

/* What both directions go on with. */
static bool draw_next(struct cw_ano_seal *seal)
{
	if (rc4_key_bytes(seal) > 0)
		draw_rc4(seal);
	return seal->integrity == 0 || draw_streams(seal);
}

static void take_next(struct stream *stream, const struct stream *next)
{
	uint8_t block[SUM_BYTES_MAX];

	memcpy(block, stream->block, sizeof(block));
	*stream = *next;
	memcpy(stream->block, block, sizeof(block));
	OPENSSL_cleanse(block, sizeof(block));
}

/* From the secret as it is now: at first, and when the login's key was folded in. */
static bool start(struct cw_ano_seal *seal, struct cw_err *err)
{
	if (rc4_key_bytes(seal) > 0)
		start_rc4(seal);
	else if (block_bytes(seal) == 8)
		start_des(seal);
	if (seal->integrity != 0 && !sums_by_rc4(seal) && !seal->new_sum &&
	    seal->vector_len < AES_BLOCK)
		return cw_fail(err, CW_ERR_DATA, 7120,
			       "native network encryption: a vector of %zu bytes", seal->vector_len);
	if (seal->integrity != 0)
		start_sums(seal);
	memset(&seal->ours, 0, sizeof(seal->ours));
	memset(&seal->theirs, 0, sizeof(seal->theirs));
	seal->ours_due = seal->theirs_due = false;
	if (!draw_next(seal))
		return crypto_failed(err);
	take_next(&seal->ours, &seal->next_ours);
	take_next(&seal->theirs, &seal->next_theirs);
	return true;
}

bool cw_ano_seal_reset(struct cw_ano_seal *seal, bool sent, struct cw_err *err)
{
	bool *due = sent ? &seal->ours_due : &seal->theirs_due;

	if (!*due) {
		if (!draw_next(seal))
			return crypto_failed(err);
		seal->ours_due = seal->theirs_due = true;
	}
	*due = false;
	if (sent)
		take_next(&seal->ours, &seal->next_ours);
	else
		take_next(&seal->theirs, &seal->next_theirs);
	return true;
}

static void mix(uint8_t *to, size_t len, const uint8_t *with, size_t with_len)
{
	for (size_t i = 0; i < len && i < with_len; i++)
		to[i] ^= with[i];
}

/* Whatever cipher was agreed on. */
static bool fold_in(struct cw_ano_seal *seal, struct cw_err *err)
{
	mix(seal->secret, seal->secret_len, seal->combo, seal->combo_len);
	mix(seal->derived, sizeof(seal->derived), seal->combo, seal->combo_len);
	OPENSSL_cleanse(seal->combo, sizeof(seal->combo));
	seal->folded = true;
	return start(seal, err);
}

bool cw_ano_seal_fold(struct cw_ano_seal *seal, struct cw_bytes combo, struct cw_err *err)
{
	seal->combo_len = combo.len < sizeof(seal->combo) ? combo.len : sizeof(seal->combo);
	memcpy(seal->combo, combo.at, seal->combo_len);
	return seal->is_server || !seal->is_new || fold_in(seal, err);
}

/* ---- packets -------------------------------------------------------------------------------- */

bool cw_ano_seal_close(struct cw_ano_seal *seal, uint8_t *at, size_t len, size_t *ret_len,
		       struct cw_err *err)
{
	size_t block = block_bytes(seal), fill;

	if (seal->integrity != 0) {
		if (!sum(seal, &seal->ours, (struct cw_bytes){ at, len }, at + len))
			return crypto_failed(err);
		len += (size_t)EVP_MD_get_size(hash_of(seal));
	}
	if (seal->encryption != 0) {
		fill = (block - len % block) % block;
		memset(at + len, 0, fill);
		len += fill;
		if (!cipher(seal, true, at, len))
			return crypto_failed(err);
		at[len++] = block > 1 ? (uint8_t)(fill + 1) : 0;
	}
	at[len++] = seal->folded;
	*ret_len = len;
	return true;
}

static bool decipher(struct cw_ano_seal *seal, uint8_t *at, size_t *len, struct cw_err *err)
{
	size_t block = block_bytes(seal), fill;

	if (*len < 1 + block || (*len - 1) % block != 0)
		return not_theirs("a packet that is no row of whole blocks", err);
	fill = at[--*len];
	if (!cipher(seal, false, at, *len))
		return crypto_failed(err);
	if (block == 1)
		return true;
	if (fill < 1 || fill > block)
		return not_theirs("a packet filled with more than a block", err);
	*len -= fill - 1;
	return true;
}

static bool check_sum(struct cw_ano_seal *seal, const uint8_t *at, size_t *len, struct cw_err *err)
{
	size_t bytes = (size_t)EVP_MD_get_size(hash_of(seal));
	uint8_t expected[SUM_BYTES_MAX];

	if (*len < bytes)
		return not_theirs("a packet shorter than its checksum", err);
	*len -= bytes;
	if (!sum(seal, &seal->theirs, (struct cw_bytes){ at, *len }, expected))
		return crypto_failed(err);
	return CRYPTO_memcmp(expected, at + *len, bytes) == 0 ||
	       not_theirs("a packet was changed on its way: its checksum is wrong", err);
}

bool cw_ano_seal_open(struct cw_ano_seal *seal, uint8_t *at, size_t len, size_t *ret_len,
		      struct cw_err *err)
{
	if (len < 1)
		return not_theirs("a packet without its last byte", err);
	len--;
	if (at[len] == 1 && seal->is_server && !seal->folded && seal->combo_len > 0 &&
	    !fold_in(seal, err))
		return false;
	if (seal->encryption != 0 && !decipher(seal, at, &len, err))
		return false;
	if (seal->integrity != 0 && !check_sum(seal, at, &len, err))
		return false;
	*ret_len = len;
	return true;
}
