#include "rehearsal/account.h"

#include "codec/login_verifier.h"
#include "rehearsal/long_name.h"
#include "rehearsal/profile.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rh_name_fold(const char *typed, char ret[RH_NAME_BYTES])
{
	size_t len = strlen(typed);

	if (len > RH_NAME_BYTES - 1)
		len = RH_NAME_BYTES - 1;
	if (len >= 2 && typed[0] == '"' && typed[len - 1] == '"') {
		memcpy(ret, typed + 1, len - 2);
		ret[len - 2] = '\0';
		return;
	}
	for (size_t i = 0; i < len; i++)
		ret[i] = (char)toupper((unsigned char)typed[i]);
	ret[len] = '\0';
}

static bool sha512_of(const uint8_t *first, size_t first_len, const uint8_t *second,
		      size_t second_len, uint8_t ret[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool done = ctx && EVP_DigestInit_ex(ctx, EVP_sha512(), NULL) == 1 &&
		    EVP_DigestUpdate(ctx, first, first_len) == 1 &&
		    EVP_DigestUpdate(ctx, second, second_len) == 1 &&
		    EVP_DigestFinal_ex(ctx, ret, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return done;
}

static uint32_t iterations_of(const struct rh_server *server)
{
	return server->profile->release < RH_12_1 ? 0 : CW_LOGIN_VGEN_COUNT;
}

bool rh_verifier_make(const struct rh_server *server, const char *password, struct rh_verifier *ret,
		      struct cw_err *err)
{
	*ret = (struct rh_verifier){ .iterations = iterations_of(server), .exists = true };
	if (RAND_bytes(ret->salt, sizeof(ret->salt)) != 1)
		return cw_fail(err, CW_ERR_LIMIT, 9009, "no random bytes");
	return cw_login_hash((struct cw_bytes){ (const uint8_t *)password, strlen(password) },
			     ret->salt, ret->iterations, ret->hash, err);
}

static void to_hex(const uint8_t *bytes, size_t len, char *ret)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static bool from_hex(const char *text, uint8_t *ret, size_t len)
{
	if (strlen(text) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		ret[i] = (uint8_t)byte;
	}
	return true;
}

bool rh_account_set_password(struct rh_server *server, const char *user, const char *password,
			     struct cw_err *err)
{
	struct rh_verifier verifier;
	char salt[2 * sizeof(verifier.salt) + 1], hash[2 * sizeof(verifier.hash) + 1];
	const char *params[] = { user, salt, hash };
	PGresult *result;

	if (!rh_verifier_make(server, password, &verifier, err))
		return false;
	to_hex(verifier.salt, sizeof(verifier.salt), salt);
	to_hex(verifier.hash, sizeof(verifier.hash), hash);
	result = rh_server_admin(server,
				 "update rh.users set salt = decode($2, 'hex'), hash = "
				 "decode($3, 'hex'), status = case when status "
				 "like 'EXPIRED%' then 'OPEN' else status end, expiry_date = null, "
				 "password_date = now() at time zone 'UTC' "
				 "where username = $1",
				 3, params, err);
	PQclear(result);
	return result != NULL;
}

/* Nobody may learn from the challenge whether a user exists: the same salt each time. */
static void pretend(const struct rh_server *server, const char *name, struct rh_verifier *ret)
{
	uint8_t digest[64];

	*ret = (struct rh_verifier){ .iterations = iterations_of(server), .grace_days = -1 };
	if (!sha512_of((const uint8_t *)&server->config.dbid, sizeof(server->config.dbid),
		       (const uint8_t *)name, strlen(name), digest))
		return;
	memcpy(ret->salt, digest, sizeof(ret->salt));
	(void)RAND_bytes(ret->hash, sizeof(ret->hash));
}

bool rh_user_verifier(struct rh_server *server, const char *user, struct rh_verifier *ret)
{
	char name[RH_NAME_BYTES];
	const char *params[] = { name };
	const char *status;
	struct cw_err err;
	PGresult *result;

	rh_name_fold(user, name);
	pretend(server, name, ret);
	PQclear(rh_server_admin(server, "select rh.age_account($1)", 1, params, &err));
	result = rh_server_admin(
		server,
		"select encode(salt, 'hex'), encode(hash, 'hex'), "
		"status, coalesce(greatest(0, ceil(extract(epoch from expiry_date - "
		"(now() at time zone 'UTC')) / 86400)), 0)::int "
		"from rh.users where username = $1 and hash is not null",
		1, params, &err);
	if (result && PQntuples(result) == 1 &&
	    from_hex(PQgetvalue(result, 0, 0), ret->salt, sizeof(ret->salt)) &&
	    from_hex(PQgetvalue(result, 0, 1), ret->hash, sizeof(ret->hash))) {
		status = PQgetvalue(result, 0, 2);
		ret->exists = true;
		ret->locked = strstr(status, "LOCKED") != NULL;
		ret->expired = strstr(status, "EXPIRED") && !strstr(status, "EXPIRED(GRACE)");
		if (strstr(status, "EXPIRED(GRACE)"))
			ret->grace_days = (int)strtol(PQgetvalue(result, 0, 3), NULL, 10);
	}
	PQclear(result);
	return ret->exists;
}

void rh_login_failed(struct rh_server *server, const char *user)
{
	char name[RH_NAME_BYTES];
	const char *params[] = { name };
	struct cw_err err;

	rh_name_fold(user, name);
	PQclear(rh_server_admin(server, "select rh.login_failed($1)", 1, params, &err));
}

bool rh_password_change(struct rh_server *server, const char *user, const char *password,
			struct rh_error *error)
{
	char name[RH_NAME_BYTES];
	struct cw_err err;

	rh_name_fold(user, name);
	if (!*password)
		return rh_fail(error, 988, 0, "missing or invalid password(s)");
	return rh_account_set_password(server, name, password, &err) ||
	       rh_fail(error, 28003, 0, "password verification for the specified password failed");
}

bool rh_proxy_check(struct rh_server *server, const char *proxy, const char *client,
		    struct rh_error *error)
{
	char proxy_name[RH_NAME_BYTES], client_name[RH_NAME_BYTES];
	const char *params[] = { client_name, proxy_name };
	bool allowed, locked;
	struct cw_err err;
	PGresult *row;

	rh_name_fold(proxy, proxy_name);
	rh_name_fold(client, client_name);
	row = rh_server_admin(
		server,
		"select u.status like '%LOCKED%' from rh.users u join rh.proxies p on "
		"p.client = u.username where p.client = $1 and p.proxy = $2",
		2, params, &err);
	allowed = row && PQntuples(row) == 1;
	locked = allowed && PQgetvalue(row, 0, 0)[0] == 't';
	PQclear(row);
	if (!allowed)
		return rh_fail(error, 28150, 0, "proxy not authorized to connect as client");
	return !locked || rh_fail(error, 28000, 0, "The account is locked.");
}

bool rh_fail(struct rh_error *error, int code, uint32_t position, const char *fmt, ...)
{
	va_list args;
	int used = snprintf(error->text, sizeof(error->text), "ORA-%05d: ", code);

	error->code = code;
	error->position = position;
	va_start(args, fmt);
	(void)vsnprintf(error->text + used, sizeof(error->text) - (size_t)used, fmt, args);
	va_end(args);
	rh_long_name_unfold(error->text, sizeof(error->text));
	return false;
}
