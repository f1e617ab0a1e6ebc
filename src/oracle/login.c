/* login.c - PROTOCOL, DATA_TYPES and the proof of the password; see wire.h */
#include "oracle/wire.h"

#include "base/clock.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLIENT_NAME    "causeway"
#define DRIVER_NAME    "causeway : " CW_VERSION
#define CLIENT_VERSION "1048576" /* 0.1.0 as major << 24 | minor << 20 | patch << 12 */

static bool send_and_listen(struct cw_ora *ora, struct cw_ttc_in *ret, struct cw_err *err)
{
	if (!cw_tns_link_send(&ora->link, 0, err))
		return false;
	cw_tns_link_listen(&ora->link, &ora->ttc, &ora->arena, ret);
	return true;
}

static bool negotiate(struct cw_ora *ora, struct cw_err *err)
{
	bool end_of_response = ora->ttc.end_of_response;
	struct cw_ttc_protocol protocol;
	struct cw_ttc_in in;

	cw_ttc_put_protocol_request(cw_tns_link_write(&ora->link), CLIENT_NAME);
	if (!send_and_listen(ora, &in, err))
		return false;
	cw_ttc_get_protocol_answer(&in, &protocol);
	if (cw_ttc_failed(&in))
		return cw_tns_link_fail(&ora->link, &in, "PROTOCOL", err);
	if (protocol.caps.compile[7] < CW_FV_11_2)
		return cw_fail(err, CW_ERR_CONFIG, 7112,
			       "the server's field version is %u, at least %u (11.2) is needed",
			       protocol.caps.compile[7], CW_FV_11_2);
	cw_ttc_put_data_types_request(cw_tns_link_write(&ora->link), &protocol.caps,
				      end_of_response, &ora->ttc);
	if (!send_and_listen(ora, &in, err))
		return false;
	cw_ttc_skip_data_types_answer(&in);
	return !cw_ttc_failed(&in) || cw_tns_link_fail(&ora->link, &in, "DATA_TYPES", err);
}

static bool auth_call(struct cw_ora *ora, unsigned function, const struct cw_ttc_auth *auth,
		      struct ora_reply *reply, struct cw_err *err)
{
	struct cw_wr *wr = ora_begin(ora);
	struct cw_ttc form = ora->ttc;

	*reply = (struct ora_reply){ .arena = &ora->arena, .is_login = true };
	if (ora->is_fast && function == CW_FN_AUTH_PHASE_ONE) {
		reply->is_meeting = true;
		cw_ttc_put_fast_auth(wr, CLIENT_NAME, ora->ttc.end_of_response, &form);
	}
	cw_ttc_put_auth(wr, &form, function, ora_next_sequence(ora), auth);
	if (!ora_call(ora, reply, err))
		return false;
	if (ora_check(ora, reply, "login", err))
		return true;
	err->code = 7102;
	return false;
}

/*
 * The first step of the login.  A server may take FAST_AUTH as PROTOCOL alone and answer
 * RENEGOTIATE (node-oracledb reads that so): then DATA_TYPES and this step go one by one.
 */
static bool first_step(struct cw_ora *ora, const struct cw_ttc_auth *auth, struct ora_reply *reply,
		       struct cw_err *err)
{
	struct ora_reply types = { .arena = &ora->arena, .is_login = true, .is_meeting = true };

	if (!auth_call(ora, CW_FN_AUTH_PHASE_ONE, auth, reply, err))
		return false;
	if (!reply->is_slow)
		return true;
	ora->is_fast = false;
	cw_ttc_put_data_types(ora_begin(ora), ora->ttc.field_version, ora->ttc.end_of_response);
	return ora_call(ora, &types, err) && ora_check(ora, &types, "DATA_TYPES", err) &&
	       auth_call(ora, CW_FN_AUTH_PHASE_ONE, auth, reply, err);
}

static struct cw_ttc_pair pair(const char *key, const char *value, uint32_t flags)
{
	return (struct cw_ttc_pair){ cw_bytes_of(key), cw_bytes_of(value), flags };
}

static const char *find_bracket(const char *user)
{
	bool quoted = false;

	for (; *user; user++) {
		if (*user == '"')
			quoted = !quoted;
		else if (*user == '[' && !quoted)
			return user;
	}
	return NULL;
}

bool ora_split_user(const char *user, struct ora_names *ret, struct cw_err *err)
{
	const char *open = find_bracket(user);
	size_t len = strlen(user);

	*ret = (struct ora_names){ .user = cw_bytes_of(user) };
	if (len == 0 || user[0] == '/' || open == user)
		return cw_fail(
			err, CW_ERR_CONFIG, 7102,
			"user \"%s\": a login by the operating system, Kerberos or a wallet is "
			"not supported; take an account with a password",
			user);
	if (!open)
		return true;
	if (user[len - 1] != ']' || open[1] == ']')
		return cw_fail(err, CW_ERR_CONFIG, 7102,
			       "user \"%s\": proxy[user] is wanted, with both names", user);
	ret->user.len = (size_t)(open - user);
	ret->client = (struct cw_bytes){ (const uint8_t *)open + 1, len - ret->user.len - 2 };
	return true;
}

/* LOG_ON is missing where the password is to change, as with python-oracledb. */
static uint32_t mode_of(const struct cw_ora_login *login)
{
	static const uint32_t role[] = { 0,
					 CW_AUTH_SYSDBA,
					 CW_AUTH_SYSOPER,
					 CW_AUTH_SYSBACKUP,
					 CW_AUTH_SYSDG,
					 CW_AUTH_SYSKM,
					 CW_AUTH_SYSRAC };

	return role[login->role] | (login->new_password.len > 0 ? 0 : CW_AUTH_LOG_ON);
}

static bool phase_one(struct cw_ora *ora, const struct cw_ora_login *login, struct cw_bytes user,
		      struct cw_login_challenge *ret, struct cw_err *err)
{
	const struct passwd *account = getpwuid(getuid());
	char machine[64] = "localhost", pid[16];
	struct ora_reply reply;
	struct cw_ttc_pair pairs[5];
	struct cw_ttc_auth auth = { .user = user,
				    .mode = mode_of(login),
				    .pair_count = CW_ARRAY_LEN(pairs),
				    .pair = pairs };

	(void)gethostname(machine, sizeof(machine) - 1);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	pairs[0] = pair("AUTH_TERMINAL", "unknown", 0);
	pairs[1] = pair("AUTH_PROGRAM_NM", login->program ? login->program : "causeway", 0);
	pairs[2] = pair("AUTH_MACHINE", machine, 0);
	pairs[3] = pair("AUTH_PID", pid, 0);
	pairs[4] = pair("AUTH_SID", account ? account->pw_name : "unknown", 0);
	return first_step(ora, &auth, &reply, err) && cw_ttc_get_challenge(&reply.auth, ret, err);
}

static uint32_t number_of(const struct cw_ttc_auth *auth, const char *key)
{
	struct cw_bytes value = cw_ttc_auth_value(auth, key, NULL);
	uint32_t number = 0;

	for (size_t i = 0; i < value.len && value.at[i] >= '0' && value.at[i] <= '9'; i++)
		number = number * 10 + (uint32_t)(value.at[i] - '0');
	return number;
}

/* AUTH_VERSION_NO is packed in two ways; the second one since 18c. */
static void keep_facts(struct cw_ora *ora, const struct cw_ttc_auth *auth)
{
	uint32_t v = number_of(auth, "AUTH_VERSION_NO");
	bool old = ora->ttc.field_version < CW_FV_18_1_EXT1;

	ora->version_no = v;
	ora->session_id = number_of(auth, "AUTH_SESSION_ID");
	ora->serial = number_of(auth, "AUTH_SERIAL_NUM");
	ora->instance = number_of(auth, "AUTH_INSTANCE_NO");
	if (!ora->instance) /* */
		ora->instance = 1;
	if (old)
		(void)snprintf(ora->version, sizeof(ora->version), "%u.%u.%u.%u.%u", v >> 24,
			       v >> 20 & 15, v >> 12 & 15, v >> 8 & 15, v & 15);
	else
		(void)snprintf(ora->version, sizeof(ora->version), "%u.%u.%u.%u.%u", v >> 24,
			       v >> 16 & 255, v >> 12 & 15, v >> 4 & 255, v & 15);
}

static bool phase_two(struct cw_ora *ora, const struct cw_ora_login *login,
		      const struct ora_names *names, const struct cw_login_answer *answer,
		      const struct cw_login_combo *combo, struct cw_err *err)
{
	/* The statement is sent with its NUL. */
	static const char alter[] = "ALTER SESSION SET TIME_ZONE='+00:00'";
	struct ora_reply reply;
	struct cw_ttc_pair pairs[10];
	struct cw_ttc_auth auth = { .user = names->user,
				    .mode = mode_of(login) | CW_AUTH_WITH_PASSWORD,
				    .pair = pairs };
	uint32_t n = 0;

	if (names->client.len > 0) {
		pairs[n] = pair("PROXY_CLIENT_NAME", "", 0);
		pairs[n++].value = names->client;
	}
	pairs[n++] = pair("AUTH_SESSKEY", answer->session_key, 1);
	if (answer->speedy_key[0])
		pairs[n++] = pair("AUTH_PBKDF2_SPEEDY_KEY", answer->speedy_key, 0);
	pairs[n++] = pair("AUTH_PASSWORD", answer->password, 0);
	if (answer->new_password[0]) {
		auth.mode |= CW_AUTH_CHANGE_PASSWORD;
		pairs[n++] = pair("AUTH_NEWPASSWORD", answer->new_password, 0);
	}
	pairs[n++] = pair("SESSION_CLIENT_CHARSET", "873", 0);
	pairs[n++] = pair("SESSION_CLIENT_DRIVER_NAME", DRIVER_NAME, 0);
	pairs[n++] = pair("SESSION_CLIENT_VERSION", CLIENT_VERSION, 0);
	pairs[n] = pair("AUTH_ALTER_SESSION", "", 1);
	pairs[n++].value = (struct cw_bytes){ (const uint8_t *)alter, sizeof(alter) };
	pairs[n] = pair("AUTH_CONNECT_STRING", "", 0);
	pairs[n++].value = cw_wr_bytes(&ora->descriptor);
	auth.pair_count = n;
	if (!auth_call(ora, CW_FN_AUTH_PHASE_TWO, &auth, &reply, err))
		return false;
	keep_facts(ora, &reply.auth);
	return cw_login_check_server(
		combo, cw_ttc_auth_value(&reply.auth, "AUTH_SVR_RESPONSE", NULL), err);
}

/* What was agreed on with nobody known is bound to this login. */
static bool fold(struct cw_ora *ora, const struct cw_login_combo *combo, struct cw_err *err)
{
	return !ora->link.seal ||
	       cw_ano_seal_fold(ora->link.seal, (struct cw_bytes){ combo->key, combo->len }, err);
}

static bool check_verifier(const struct cw_ora *ora, const struct cw_login_challenge *challenge,
			   struct cw_err *err)
{
	return !ora->only_12c || challenge->type == CW_VERIFIER_12C ||
	       cw_fail(err, CW_ERR_CONFIG, 2122,
		       "the account has a verifier of type 0x%x, and "
		       "SQLNET.ALLOWED_LOGON_VERSION_CLIENT = 12a of sqlnet.ora wants one of 12c",
		       challenge->type);
}

static bool prove(struct cw_ora *ora, const struct cw_ora_login *login,
		  const struct ora_names *names, const struct cw_login_challenge *challenge,
		  struct cw_err *err)
{
	struct cw_login_answer answer;
	struct cw_login_combo combo;
	bool good;

	if (!check_verifier(ora, challenge, err) ||
	    !cw_login_answer(challenge, login->password, login->new_password, NULL, &answer, &combo,
			     err))
		return false;
	good = phase_two(ora, login, names, &answer, &combo, err) && fold(ora, &combo, err);
	cw_login_wipe(&combo, sizeof(combo));
	cw_login_wipe(&answer, sizeof(answer));
	return good;
}

bool ora_log_in(struct cw_ora *ora, const struct cw_ora_login *login, struct cw_err *err)
{
	int64_t since_us = cw_clock_us();
	struct cw_login_challenge challenge;
	bool was_fast = ora->is_fast; /* phase_one() may find that the server is not */
	struct ora_names names;
	char detail[128], services[64];
	bool good;

	if (!ora_split_user(login->user, &names, err))
		return false;
	good = ora_services_agree(ora, err) &&
	       (was_fast ? phase_one(ora, login, names.user, &challenge, err)
			 : negotiate(ora, err));
	ora_services_show(ora, services, sizeof(services));
	(void)snprintf(detail, sizeof(detail), "field version %u%s%s", ora->ttc.field_version,
		       ora->is_fast ? ", fast authentication" : "", services);
	ora_tell(login, CW_ORA_NEGOTIATION, since_us, good ? detail : "", good ? NULL : err);
	if (!good)
		return false;
	since_us = cw_clock_us();
	good = (was_fast || phase_one(ora, login, names.user, &challenge, err)) &&
	       prove(ora, login, &names, &challenge, err);
	(void)snprintf(detail, sizeof(detail), "Oracle %s, session %u,%u", ora->version,
		       ora->session_id, ora->serial);
	ora_tell(login, CW_ORA_LOGIN, since_us, good ? detail : "", good ? NULL : err);
	return good;
}
