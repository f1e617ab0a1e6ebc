/* net_password.c - challenges, proofs, and passwords that change; see net_conn.h */
#include "rehearsal/net_conn.h"

#include <openssl/crypto.h>

bool net_put_challenge(struct net_conn *conn, const char *user, struct cw_wr *wr)
{
	struct rh_verifier verifier;
	struct cw_err err;

	(void)rh_user_verifier(conn->server, user, &verifier);
	if (!cw_login_begin(&conn->login, verifier.salt, verifier.hash, verifier.iterations, NULL,
			    &conn->challenge, &err))
		return false;
	cw_ttc_put_challenge(wr, &conn->ttc, &conn->challenge);
	return true;
}

/* AUTH_NEWPASSWORD under the session's key: from now on it is this one. */
static bool change(struct net_conn *conn, const char *user, struct cw_bytes sealed,
		   struct rh_error *error)
{
	char clear[CW_LOGIN_PASSWORD_MAX + 1] = "";
	struct cw_err err;
	size_t len = 0;
	bool good;

	if (!cw_login_open_password(&conn->login.combo, sealed, (uint8_t *)clear, &len, &err))
		return rh_fail(error, 1017, 0, "invalid username/password; logon denied");
	clear[len] = '\0';
	good = strlen(clear) == len
		       ? rh_password_change(conn->server, user, clear, error)
		       : rh_fail(error, 988, 0, "missing or invalid password(s)");
	OPENSSL_cleanse(clear, sizeof(clear));
	return good;
}

bool net_check_proof(struct net_conn *conn, const char *user, const struct cw_ttc_auth *auth,
		     struct rh_verifier *ret, struct rh_error *error)
{
	struct cw_bytes fresh = cw_ttc_auth_value(auth, "AUTH_NEWPASSWORD", NULL);
	bool exists = rh_user_verifier(conn->server, user, ret);
	struct cw_err err;

	if (!cw_login_check_client(&conn->login, &conn->challenge,
				   cw_ttc_auth_value(auth, "AUTH_SESSKEY", NULL),
				   cw_ttc_auth_value(auth, "AUTH_PBKDF2_SPEEDY_KEY", NULL),
				   cw_ttc_auth_value(auth, "AUTH_PASSWORD", NULL), &err) ||
	    !exists) {
		rh_login_failed(conn->server, user);
		return rh_fail(error, 1017, 0, "invalid username/password; logon denied");
	}
	if (ret->locked)
		return rh_fail(error, 28000, 0, "The account is locked.");
	if (auth->mode & CW_AUTH_CHANGE_PASSWORD && fresh.len > 0) {
		ret->grace_days = -1;
		return change(conn, user, fresh, error);
	}
	return !ret->expired || rh_fail(error, 28001, 0, "the password has expired");
}

/* The old password under the key of the login, as newer drivers send it. */
static bool is_old_password(struct net_conn *conn, const struct cw_ttc_auth *auth)
{
	uint8_t clear[CW_LOGIN_PASSWORD_MAX], hash[CW_LOGIN_HASH_BYTES];
	struct rh_verifier verifier;
	struct cw_err err;
	size_t len = 0;
	bool same;

	same = cw_login_open_password(&conn->login.combo,
				      cw_ttc_auth_value(auth, "AUTH_PASSWORD", NULL), clear, &len,
				      &err) &&
	       rh_user_verifier(conn->server, conn->user, &verifier) &&
	       cw_login_hash((struct cw_bytes){ clear, len }, verifier.salt, verifier.iterations,
			     hash, &err) &&
	       CRYPTO_memcmp(hash, verifier.hash, sizeof(hash)) == 0;
	OPENSSL_cleanse(clear, sizeof(clear));
	return same;
}

static bool change_by(struct net_conn *conn, const struct cw_ttc_auth *auth,
		      struct rh_error *error)
{
	struct rh_verifier verifier;

	/* python-oracledb 1.2 goes through a whole second challenge */
	if (cw_ttc_auth_value(auth, "AUTH_SESSKEY", NULL).len > 0)
		return net_check_proof(conn, conn->user, auth, &verifier, error);
	if (!is_old_password(conn, auth))
		return rh_fail(error, 28008, 0, "invalid old password");
	return change(conn, conn->user, cw_ttc_auth_value(auth, "AUTH_NEWPASSWORD", NULL), error);
}

bool net_change_password(struct net_conn *conn, struct cw_ttc_in *in, unsigned function)
{
	struct rh_error error = { 0 };
	struct cw_ttc_error done;
	struct cw_ttc_auth auth;
	struct cw_wr *wr;

	cw_ttc_get_auth(in, &auth);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (function == CW_FN_AUTH_PHASE_TWO && !change_by(conn, &auth, &error)) {
		net_put_error(conn, net_answer(conn), &error, 0);
		return net_send_answer(conn);
	}
	wr = net_answer(conn);
	if (function == CW_FN_AUTH_PHASE_TWO ? !net_put_session_data(conn, wr)
					     : !net_put_challenge(conn, conn->user, wr))
		return false;
	done = net_summary(conn);
	cw_ttc_put_error(wr, &conn->ttc, &done);
	return net_send_answer(conn);
}
