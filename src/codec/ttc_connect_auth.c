/* ttc_connect_auth.c - AUTH; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#include <stdio.h>
#include <stdlib.h>

#define PAIR_BYTES_MAX 65536u
#define USER_BYTES_MAX 1024u

void cw_ttc_put_auth(struct cw_wr *wr, const struct cw_ttc *ttc, unsigned function,
		     uint8_t sequence, const struct cw_ttc_auth *auth)
{
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, function, sequence);
	cw_wr_u8(wr, auth->user.len > 0);
	cw_ttc_put_ub(wr, auth->user.len);
	cw_ttc_put_ub(wr, auth->mode);
	cw_wr_u8(wr, 1);
	cw_ttc_put_ub(wr, auth->pair_count);
	cw_wr_u8(wr, 1);
	cw_wr_u8(wr, 1);
	cw_ttc_put_chr(wr, ttc, auth->user);
	for (uint32_t i = 0; i < auth->pair_count; i++)
		cw_ttc_put_pair(wr, ttc, auth->pair[i].key, auth->pair[i].value,
				auth->pair[i].flags);
}

static void get_pairs(struct cw_ttc_in *in, uint32_t count, struct cw_ttc_auth *ret)
{
	struct cw_ttc_pair *pair;
	struct cw_err err;

	if (count > CW_AUTH_PAIRS_MAX)
		(void)cw_ttc_bad(in, "more pairs than a login has");
	if (cw_ttc_failed(in))
		return;
	pair = cw_try_new(in->arena, struct cw_ttc_pair, count + 1, &err);
	if (!pair) {
		(void)cw_ttc_bad(in, "more bytes than this call may bring");
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		cw_ttc_get_pair(in, PAIR_BYTES_MAX, &pair[i]);
	ret->pair = pair;
	ret->pair_count = count;
}

void cw_ttc_get_auth(struct cw_ttc_in *in, struct cw_ttc_auth *ret)
{
	uint32_t user_len, count;
	bool has_user;

	*ret = (struct cw_ttc_auth){ 0 };
	has_user = cw_ttc_get_u8(in) != 0;
	user_len = cw_ttc_get_ub4(in);
	ret->mode = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_u8(in);
	count = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_u8(in);
	(void)cw_ttc_get_u8(in);
	if (has_user)
		ret->user = cw_ttc_get_chr(in, user_len, USER_BYTES_MAX);
	get_pairs(in, count, ret);
}

struct cw_bytes cw_ttc_auth_value(const struct cw_ttc_auth *auth, const char *key,
				  uint32_t *ret_flags)
{
	for (uint32_t i = 0; i < auth->pair_count; i++) {
		if (!cw_ttc_is(auth->pair[i].key, key))
			continue;
		if (ret_flags)
			*ret_flags = auth->pair[i].flags;
		return auth->pair[i].value;
	}
	return (struct cw_bytes){ NULL, 0 };
}

void cw_ttc_put_auth_answer(struct cw_wr *wr, const struct cw_ttc *ttc,
			    const struct cw_ttc_pair *pair, uint32_t count)
{
	cw_wr_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_put_ub(wr, count);
	for (uint32_t i = 0; i < count; i++)
		cw_ttc_put_pair(wr, ttc, pair[i].key, pair[i].value, pair[i].flags);
}

void cw_ttc_get_auth_answer(struct cw_ttc_in *in, struct cw_ttc_auth *ret)
{
	*ret = (struct cw_ttc_auth){ 0 };
	get_pairs(in, cw_ttc_get_ub2(in), ret);
}

/* ---- phase one ---------------------------------------------------------------- */

void cw_ttc_put_challenge(struct cw_wr *wr, const struct cw_ttc *ttc,
			  const struct cw_login_challenge *challenge)
{
	char vgen[12], sder[12];
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
	cw_ttc_put_auth_answer(wr, ttc, pair, CW_ARRAY_LEN(pair));
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
