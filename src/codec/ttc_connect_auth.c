/* ttc_connect_auth.c - AUTH; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#include <stdio.h>
#include <stdlib.h>

#define PAIR_BYTES_MAX 65536u
#define USER_BYTES_MAX 1024u
#define AUTH_PACKED_AT 28u /* "pairs wanted" */

static void pass_pairs(struct cw_pass *pass, struct cw_ttc_auth *auth)
{
	void *at = (void *)(uintptr_t)auth->pair;
	struct cw_ttc_pair *pair;

	if (!cw_pass_array(pass, &at, auth->pair_count, sizeof(*auth->pair), CW_AUTH_PAIRS_MAX,
			   "more pairs than a login has")) {
		auth->pair_count = 0;
		return;
	}
	auth->pair = pair = at;
	for (uint32_t i = 0; i < auth->pair_count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "pair", i);
		cw_pass_pair(pass, &pair[i], PAIR_BYTES_MAX);
		cw_pass_leave(pass);
	}
}

void cw_ttc_pass_auth(struct cw_pass *pass, struct cw_ttc_auth *auth)
{
	bool one = true;

	cw_pass_struct(pass, AUTH_PACKED_AT);
	cw_pass_pointer(pass, "user there", &auth->has_user);
	cw_pass_ub4(pass, "length of user", &auth->user_len);
	cw_pass_ub4(pass, "mode", &auth->mode);
	cw_pass_pointer(pass, "pairs there", &one);
	cw_pass_ub4(pass, "pairs", &auth->pair_count);
	cw_pass_pointer_byte(pass, "pairs wanted", &auth->pairs_there);
	cw_pass_pointer(pass, "count of pairs wanted", &one);
	cw_pass_struct_end(pass);
	if (auth->has_user)
		cw_pass_chr(pass, "user", &auth->user, auth->user_len, USER_BYTES_MAX);
	pass_pairs(pass, auth);
}

void cw_ttc_put_auth(struct cw_wr *wr, const struct cw_ttc *ttc, unsigned function,
		     uint8_t sequence, const struct cw_ttc_auth *auth)
{
	struct cw_ttc_auth whole = *auth;
	struct cw_pass pass = cw_pass_writing(wr, ttc);

	whole.has_user = auth->user.len > 0;
	whole.user_len = (uint32_t)auth->user.len;
	whole.pairs_there = 1;
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, function, sequence);
	cw_ttc_pass_auth(&pass, &whole);
}

void cw_ttc_get_auth(struct cw_ttc_in *in, struct cw_ttc_auth *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_auth){ 0 };
	cw_ttc_pass_auth(&pass, ret);
}

struct cw_bytes cw_ttc_auth_value(const struct cw_ttc_auth *auth, const char *key,
				  uint32_t *ret_flags)
{
	for (uint32_t i = 0; i < auth->pair_count; i++) {
		if (!cw_ttc_is_key(auth->pair[i].key, key))
			continue;
		if (ret_flags)
			*ret_flags = auth->pair[i].flags;
		return auth->pair[i].value;
	}
	return (struct cw_bytes){ NULL, 0 };
}

void cw_ttc_pass_auth_answer(struct cw_pass *pass, struct cw_ttc_auth *auth)
{
	uint16_t count = (uint16_t)auth->pair_count;

	cw_pass_ub2(pass, "pairs", &count);
	auth->pair_count = count;
	pass_pairs(pass, auth);
}

void cw_ttc_put_auth_answer(struct cw_wr *wr, const struct cw_ttc *ttc,
			    const struct cw_ttc_pair *pair, uint32_t count)
{
	struct cw_ttc_auth answer = { .pair_count = count, .pair = pair };
	struct cw_pass pass = cw_pass_writing(wr, ttc);

	cw_wr_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_pass_auth_answer(&pass, &answer);
}

void cw_ttc_get_auth_answer(struct cw_ttc_in *in, struct cw_ttc_auth *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_auth){ 0 };
	cw_ttc_pass_auth_answer(&pass, ret);
}

/* ---- phase one ---------------------------------------------------------------- */

void cw_ttc_put_challenge(struct cw_wr *wr, const struct cw_ttc *ttc,
			  const struct cw_login_challenge *challenge)
{
	char vgen[12], sder[12];
	bool is_12c = challenge->type == CW_VERIFIER_12C;
	struct cw_ttc_pair pair[] = {
		{ cw_bytes_of("AUTH_SESSKEY"), cw_bytes_of(challenge->session_key), 0 },
		{ cw_bytes_of("AUTH_VFR_DATA"), cw_bytes_of(challenge->salt), challenge->type },
		{ cw_bytes_of("AUTH_PBKDF2_CSK_SALT"), cw_bytes_of(challenge->csk_salt), 0 },
		{ cw_bytes_of("AUTH_PBKDF2_VGEN_COUNT"), { NULL, 0 }, 0 },
		{ cw_bytes_of("AUTH_PBKDF2_SDER_COUNT"), { NULL, 0 }, 0 },
	};

	(void)snprintf(vgen, sizeof(vgen), "%u", challenge->vgen_count);
	(void)snprintf(sder, sizeof(sder), "%u", challenge->sder_count);
	pair[3].value = cw_bytes_of(vgen);
	pair[4].value = cw_bytes_of(sder);
	cw_ttc_put_auth_answer(wr, ttc, pair, is_12c ? CW_ARRAY_LEN(pair) : 2);
}

static bool copy_text(const struct cw_ttc_auth *answer, const char *key, char *ret, size_t room,
		      uint32_t *ret_flags)
{
	struct cw_bytes value = cw_ttc_auth_value(answer, key, ret_flags);

	if (value.len >= room)
		return false;
	if (value.len > 0)
		memcpy(ret, value.at, value.len);
	ret[value.len] = '\0';
	return true;
}

static bool get_count(const struct cw_ttc_auth *answer, const char *key, uint32_t *ret)
{
	char text[12];

	if (!copy_text(answer, key, text, sizeof(text), NULL))
		return false;
	*ret = (uint32_t)strtoul(text, NULL, 10);
	return true;
}

bool cw_ttc_get_challenge(const struct cw_ttc_auth *answer, struct cw_login_challenge *ret,
			  struct cw_err *err)
{
	*ret = (struct cw_login_challenge){ 0 };
	if (!copy_text(answer, "AUTH_SESSKEY", ret->session_key, sizeof(ret->session_key), NULL) ||
	    !copy_text(answer, "AUTH_VFR_DATA", ret->salt, sizeof(ret->salt), &ret->type) ||
	    !copy_text(answer, "AUTH_PBKDF2_CSK_SALT", ret->csk_salt, sizeof(ret->csk_salt),
		       NULL) ||
	    !get_count(answer, "AUTH_PBKDF2_VGEN_COUNT", &ret->vgen_count) ||
	    !get_count(answer, "AUTH_PBKDF2_SDER_COUNT", &ret->sder_count) || !ret->session_key[0])
		return cw_fail(err, CW_ERR_DATA, 2120, "the server's challenge lacks a part");
	return true;
}

bool cw_ttc_get_login_answer(const struct cw_ttc_auth *auth, struct cw_login_answer *ret,
			     struct cw_err *err)
{
	*ret = (struct cw_login_answer){ 0 };
	if (!copy_text(auth, "AUTH_SESSKEY", ret->session_key, sizeof(ret->session_key), NULL) ||
	    !copy_text(auth, "AUTH_PBKDF2_SPEEDY_KEY", ret->speedy_key, sizeof(ret->speedy_key),
		       NULL) ||
	    !copy_text(auth, "AUTH_PASSWORD", ret->password, sizeof(ret->password), NULL))
		return cw_fail(err, CW_ERR_DATA, 2120, "a value of the login is too long");
	return true;
}
