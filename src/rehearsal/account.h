/*
 * account.h - names and passwords of the people who log in
 *
 * A password is kept as the 12c verifier alone: salt, and SHA512 over the
 * PBKDF2 key and the salt.
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

bool rh_verifier_make(const char *password, struct rh_verifier *ret, struct cw_err *err);

/* Set the password of an existing row of rh.users. */
bool rh_account_set_password(struct rh_server *server, const char *user, const char *password,
			     struct cw_err *err) CW_MUST_CHECK;

#endif
