/*
 * account.h - names and passwords of the people who log in
 *
 * A password is kept as one verifier alone, that of 12c or, where the profile is 11.2, of
 * 11g: salt and hash, see cw_login_hash().
 *
 * Errors	struct rh_error: ORA-01017, ORA-28000, ORA-01920 ...
 * Threads	any
 * Sources	python-oracledb thin, impl/thin/messages/auth.pyx (verifier type 0x4815)
 */
#ifndef CW_REHEARSAL_ACCOUNT_H
#define CW_REHEARSAL_ACCOUNT_H

#include "rehearsal/engine.h"
#include "rehearsal/server.h"

/* A name as typed at a login: folded to upper case unless "quoted". */
void rh_name_fold(const char *typed, char ret[RH_NAME_BYTES]);

/* As @server keeps it: a profile of 11.2 has verifiers of 11g. */
bool rh_verifier_make(const struct rh_server *server, const char *password,
		      struct rh_verifier *ret, struct cw_err *err) CW_MUST_CHECK;

/* Set the password of an existing row of rh.users. */
bool rh_account_set_password(struct rh_server *server, const char *user, const char *password,
			     struct cw_err *err) CW_MUST_CHECK;

#endif
