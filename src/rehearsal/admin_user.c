/* admin_user.c - CREATE, ALTER and DROP USER; GRANT and REVOKE */
#include "rehearsal/admin.h"
#include "rehearsal/long_name.h"
#include "rehearsal/sql_print.h"

#include "rehearsal/account.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define OPTION_ERROR	922, "missing or invalid option"
/* In the redo: as long as Oracle's, and none of anybody's. */
#define ZEROS_40      "0000000000000000000000000000000000000000"
#define VERIFIER_TOLD "VALUES 'T:" ZEROS_40 ZEROS_40 ZEROS_40 ZEROS_40 "' "
#define OPTION_ERROR_AT 922, 0, "missing or invalid option" /* for rh_fail() */

/* ---- users ------------------------------------------------------------------------------- */

struct user_options {
	char salt[40], hash[136];
	bool has_password, lock, unlock, expire;
	const char *tablespace, *temporary, *profile;
	const char *proxy; /* GRANT or REVOKE CONNECT THROUGH; NULL: neither */
	bool may_proxy;
};

static void hex(const uint8_t *bytes, size_t len, char *ret)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* word | "quoted": case counts, so the text is taken as it was typed. */
static bool read_one_password(struct admin *a, struct user_options *to)
{
	const struct sql_token *token = &a->p.token;
	struct rh_verifier verifier;
	char password[256];
	struct cw_err err;
	uint32_t at = token->at, quotes, len;
	bool made;

	quotes = token->kind == T_QUOTED;
	len = token->end - token->at - 2 * quotes;
	if ((token->kind != T_WORD && !quotes) || len >= sizeof(password))
		return sql_parse_fail(&a->p, 988, "missing or invalid password(s)") != NULL;
	(void)snprintf(password, sizeof(password), "%.*s", (int)len, a->sql + token->at + quotes);
	made = rh_verifier_make(a->session->server, password, &verifier, &err);
	OPENSSL_cleanse(password, sizeof(password));
	if (!made)
		return sql_parse_fail(&a->p, 28003, "password verification failed") != NULL;
	hex(verifier.salt, sizeof(verifier.salt), to->salt);
	hex(verifier.hash, sizeof(verifier.hash), to->hash);
	to->has_password = true;
	sql_next(&a->p);
	admin_hide(a, at, VERIFIER_TOLD);
	return true;
}

/* IDENTIFIED BY password [REPLACE password] */
static bool read_password(struct admin *a, struct user_options *to)
{
	uint32_t at;

	if (!sql_want_word(&a->p, "BY", 1904, "missing BY keyword"))
		return false;
	if (sql_at_word(&a->p, "VALUES"))
		return sql_parse_fail(&a->p, 3001, "unimplemented feature: IDENTIFIED BY VALUES") !=
		       NULL;
	if (!read_one_password(a, to))
		return false;
	at = a->p.token.at;
	if (sql_skip_word(&a->p, "REPLACE")) {
		(void)admin_word(a, 988, "missing or invalid password(s)");
		admin_hide(a, at, "");
	}
	return true;
}

/* QUOTA n[K|M|G] | UNLIMITED ON tablespace: space is not counted here */
static void read_quota(struct admin *a)
{
	if (a->p.token.kind == T_NUMBER) {
		sql_next(&a->p);
		(void)(sql_skip_word(&a->p, "K") || sql_skip_word(&a->p, "M") ||
		       sql_skip_word(&a->p, "G"));
	} else {
		(void)sql_want_word(&a->p, "UNLIMITED", OPTION_ERROR);
	}
	(void)sql_want_word(&a->p, "ON", OPTION_ERROR);
	(void)admin_word(a, 959, "tablespace does not exist");
}

static void read_default(struct admin *a, struct user_options *to)
{
	if (sql_skip_word(&a->p, "TABLESPACE")) {
		to->tablespace = admin_word(a, 959, "tablespace does not exist");
	} else if (sql_skip_word(&a->p, "ROLE")) {
		do
			(void)admin_word(a, 1937, "missing or invalid role name");
		while (sql_skip_op(&a->p, ",") || sql_at_word(&a->p, "EXCEPT"));
	} else {
		(void)sql_parse_fail(&a->p, OPTION_ERROR);
	}
}

/* GRANT | REVOKE CONNECT THROUGH proxy: an option of ALTER USER alone. */
static void read_proxy(struct admin *a, struct user_options *to, bool may)
{
	if (!sql_skip_words(&a->p, "CONNECT", "THROUGH")) {
		(void)sql_parse_fail(&a->p, OPTION_ERROR);
		return;
	}
	to->proxy = admin_word(a, 1935, "missing user or role name");
	to->may_proxy = may;
}

static void read_option(struct admin *a, struct user_options *to)
{
	struct sql_parser *p = &a->p;

	if (sql_skip_word(p, "IDENTIFIED")) {
		(void)read_password(a, to);
	} else if (sql_skip_word(p, "DEFAULT")) {
		read_default(a, to);
	} else if (sql_skip_words(p, "TEMPORARY", "TABLESPACE")) {
		to->temporary = admin_word(a, 959, "tablespace does not exist");
	} else if (sql_skip_word(p, "PROFILE")) {
		to->profile = admin_word(a, 2380, "profile does not exist");
	} else if (sql_skip_word(p, "QUOTA")) {
		read_quota(a);
	} else if (sql_skip_words(p, "ACCOUNT", "LOCK")) {
		to->lock = true;
	} else if (sql_skip_words(p, "ACCOUNT", "UNLOCK")) {
		to->unlock = true;
	} else if (sql_skip_words(p, "PASSWORD", "EXPIRE")) {
		to->expire = true;
	} else if (sql_skip_word(p, "GRANT")) {
		read_proxy(a, to, true);
	} else if (sql_skip_word(p, "REVOKE")) {
		read_proxy(a, to, false);
	} else if (sql_skip_word(p, "CONTAINER")) {
		(void)sql_want_op(p, "=", OPTION_ERROR);
		(void)sql_parse_fail(p, 65090, "operation only allowed in a container database");
	} else {
		(void)sql_parse_fail(p, OPTION_ERROR);
	}
}

static bool read_user(struct admin *a, const char **ret_name, struct user_options *to)
{
	*to = (struct user_options){ 0 };
	*ret_name = admin_word(a, 1935, "missing user or role name");
	while (!sql_parse_failed(&a->p) && a->p.token.kind != T_END && !sql_at_op(&a->p, ";"))
		read_option(a, to);
	return admin_end(a, OPTION_ERROR);
}

static bool name_fits(struct admin *a, const char *name)
{
	return !rh_long_name_is(name) ||
	       rh_fail(a->error, 3001, 0, "unimplemented feature: users of more than %u bytes",
		       RH_NAME_INSIDE_MAX);
}

bool admin_create_user(struct admin *a)
{
	struct user_options to;
	const char *name;

	if (!read_user(a, &name, &to))
		return false;
	if (to.proxy)
		return rh_fail(a->error, OPTION_ERROR_AT);
	if (!name_fits(a, name))
		return false;
	if (!to.has_password)
		return rh_fail(a->error, 988, 0, "missing or invalid password(s)");
	const char *params[] = {
		a->session->user, name,
		to.salt,	  to.hash,
		to.tablespace,	  to.temporary,
		to.profile,	  to.lock ? "LOCKED" : to.expire ? "EXPIRED" : "OPEN"
	};

	return admin_call(a, "select rh.create_user($1, $2, $3, $4, $5, $6, $7, $8)", 8, params);
}

bool admin_alter_user(struct admin *a)
{
	struct user_options to;
	const char *name;

	if (!read_user(a, &name, &to))
		return false;
	if (to.proxy) {
		const char *through[] = { a->session->user, name, to.proxy,
					  to.may_proxy ? "true" : "false" };

		return admin_call(a, "select rh.connect_through($1, $2, $3, $4)", 4, through);
	}
	const char *params[] = { a->session->user,
				 name,
				 to.has_password ? to.salt : NULL,
				 to.has_password ? to.hash : NULL,
				 to.tablespace,
				 to.temporary,
				 to.profile,
				 to.lock     ? "true"
				 : to.unlock ? "false"
					     : NULL,
				 to.expire ? "true" : NULL };

	return admin_call(a, "select rh.alter_user($1, $2, $3, $4, $5, $6, $7, $8, $9)", 9, params);
}

bool admin_drop_user(struct admin *a)
{
	const char *name = admin_word(a, 1935, "missing user or role name");
	bool cascade = sql_skip_word(&a->p, "CASCADE");
	const char *params[] = { a->session->user, name, cascade ? "true" : "false" };

	return admin_end(a, OPTION_ERROR) &&
	       admin_call(a, "select rh.drop_user($1, $2, $3)", 3, params);
}

/* ---- grants -------------------------------------------------------------------------------------- */

#define GRANT_WORDS_MAX 64

struct grant {
	const char *word[GRANT_WORDS_MAX]; /* SELECT ANY TABLE, RESOURCE, ... */
	const char *columns[GRANT_WORDS_MAX]; /* {"A","B"}; NULL: of all */
	unsigned count;
	bool on_object, on_directory;
	const char *owner, *object;
};

/* Words up to a comma, ON, TO or FROM, joined by blanks. */
static const char *read_privilege(struct admin *a)
{
	char *joined = cw_new(a->arena, char, 256);
	struct sql_parser *p = &a->p;
	size_t used = 0;

	while ((p->token.kind == T_WORD || p->token.kind == T_QUOTED) && !sql_at_word(p, "TO") &&
	       !sql_at_word(p, "FROM") && (used == 0 || !sql_at_word(p, "ON"))) {
		if (used + p->token.len + 2 > 256)
			return sql_parse_fail(p, 990, "missing or invalid privilege");
		used += (size_t)snprintf(joined + used, 256 - used, "%s%s", used ? " " : "",
					 p->token.text);
		sql_next(p);
	}
	if (used == 0)
		return sql_parse_fail(p, 990, "missing or invalid privilege");
	if (strcmp(joined, "ALL PRIVILEGES") == 0)
		joined[3] = '\0';
	return joined;
}

/* (column, ...) as an array for PostgreSQL; NULL: there is none, or an error. */
static const char *read_columns(struct admin *a)
{
	struct cw_wr list = { 0 };
	char *kept;

	if (!sql_skip_op(&a->p, "("))
		return NULL;
	do {
		const char *name = admin_word(a, 1747, "invalid column specification");

		if (!name)
			break;
		cw_wr_text(&list, list.len ? "," : "{");
		sql_print_ident(&list, name);
	} while (sql_skip_op(&a->p, ","));
	cw_wr_text(&list, "}");
	(void)sql_want_op(&a->p, ")", 907, "missing right parenthesis");
	kept = cw_new(a->arena, char, list.len + 1);
	memcpy(kept, list.at0, list.len);
	cw_wr_release(&list);
	return kept;
}

static bool read_what(struct admin *a, struct grant *grant)
{
	do {
		if (grant->count == GRANT_WORDS_MAX)
			return sql_parse_fail(&a->p, 990, "missing or invalid privilege") != NULL;
		grant->word[grant->count] = read_privilege(a);
		grant->columns[grant->count++] = read_columns(a);
	} while (sql_skip_op(&a->p, ","));
	grant->on_object = sql_skip_word(&a->p, "ON");
	grant->on_directory = grant->on_object && sql_skip_word(&a->p, "DIRECTORY");
	if (grant->on_object) {
		struct sql_name name = sql_parse_name(&a->p);

		if (sql_parse_failed(&a->p))
			return false;
		if (name.count > 2)
			return sql_parse_fail(&a->p, 942, "table or view does not exist") != NULL;
		grant->owner = name.count == 2 ? name.part[0] : a->session->schema;
		grant->object = name.part[name.count - 1];
		a->owner = grant->on_directory ? NULL : grant->owner;
		a->object = grant->on_directory ? NULL : grant->object;
	}
	return !sql_parse_failed(&a->p);
}

static bool apply(struct admin *a, const struct grant *grant, const char *whom, bool option,
		  bool give)
{
	for (unsigned i = 0; i < grant->count; i++) {
		const char *const object[] = {
			a->session->user,	grant->word[i], grant->owner,
			grant->object,		whom,		option ? "true" : "false",
			give ? "true" : "false"
		};
		const char *const columns[] = {
			object[0], object[1],	      object[2], object[3],
			whom,	   grant->columns[i], object[5], object[6]
		};
		const char *const system[] = { object[0], object[1], whom, object[5], object[6] };

		if (grant->on_object && grant->columns[i]) {
			if (!admin_call(a,
					"select rh.grant_columns($1, $2, $3, $4, $5, $6, $7, $8)",
					8, columns))
				return false;
			continue;
		}
		if (grant->on_object
			    ? !admin_call(
				      a,
				      grant->on_directory
					      ? "select rh.grant_directory($1, $2, $3, $4, $5, $6, $7)"
					      : "select rh.grant_object($1, $2, $3, $4, $5, $6, $7)",
				      7, object)
			    : !admin_call(a, "select rh.grant_word($1, $2, $3, $4, $5)", 5, system))
			return false;
	}
	return true;
}

/* WITH ADMIN|GRANT|HIERARCHY OPTION; CASCADE CONSTRAINTS, FORCE */
static bool read_tail(struct admin *a, bool give)
{
	struct sql_parser *p = &a->p;
	bool option = false;

	if (!give) {
		(void)(sql_skip_words(p, "CASCADE", "CONSTRAINTS") || sql_skip_word(p, "FORCE"));
		return false;
	}
	while (sql_skip_word(p, "WITH")) {
		option = sql_skip_word(p, "ADMIN") || sql_skip_word(p, "GRANT");
		if (!option && !sql_skip_word(p, "HIERARCHY"))
			(void)sql_parse_fail(p, 993, "missing GRANT keyword");
		(void)sql_want_word(p, "OPTION", OPTION_ERROR);
	}
	if (sql_skip_word(p, "CONTAINER"))
		(void)sql_parse_fail(p, 65090, "operation only allowed in a container database");
	return option;
}

/* IDENTIFIED BY a password for each of the @count users; NULL: there is none, or an error. */
static const struct user_options *read_passwords(struct admin *a, unsigned count)
{
	struct user_options *to = cw_new(a->arena, struct user_options, count);

	if (!sql_skip_word(&a->p, "IDENTIFIED") || !read_password(a, &to[0]))
		return NULL;
	for (unsigned i = 1; i < count; i++) {
		if (!sql_want_op(&a->p, ",", 988, "missing or invalid password(s)"))
			return NULL;
		(void)read_one_password(a, &to[i]);
	}
	return sql_parse_failed(&a->p) ? NULL : to;
}

/* Who is not there yet is made. */
static bool identify(struct admin *a, const char *whom, const struct user_options *to)
{
	const char *params[] = { a->session->user, whom, to->salt, to->hash };

	return name_fits(a, whom) &&
	       admin_call(a, "select rh.grant_identified($1, $2, $3, $4)", 4, params);
}

bool admin_grant(struct admin *a, bool give)
{
	struct grant grant = { 0 };
	const char *whom[GRANT_WORDS_MAX];
	const struct user_options *identified = NULL;
	unsigned count = 0;
	bool option;

	if (!read_what(a, &grant) ||
	    !sql_want_word(&a->p, give ? "TO" : "FROM", give ? 987 : 905,
			   give ? "missing or invalid username(s)" : "missing keyword"))
		return false;
	do {
		if (count == GRANT_WORDS_MAX)
			return sql_parse_fail(&a->p, 987, "missing or invalid username(s)") != NULL;
		whom[count++] = admin_word(a, 987, "missing or invalid username(s)");
	} while (sql_skip_op(&a->p, ","));
	if (give && !grant.on_object)
		identified = read_passwords(a, count);
	option = read_tail(a, give);
	if (!admin_end(a, 933, "SQL command not properly ended"))
		return false;
	for (unsigned i = 0; i < count; i++)
		if ((identified && !identify(a, whom[i], &identified[i])) ||
		    !apply(a, &grant, whom[i], option, give))
			return false;
	return true;
}
