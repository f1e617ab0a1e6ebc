/* admin_profile.c - CREATE, ALTER and DROP PROFILE; what they say holds in profiles.sql and limits.c */
#include "rehearsal/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMITS_MAX   32
#define LIMITS_BYTES 2048

/* The resources of a profile and their bounds, as arrays of PostgreSQL's. */
struct limits {
	char resource[LIMITS_BYTES], bound[LIMITS_BYTES];
	unsigned count;
};

static void add(char list[LIMITS_BYTES], const char *text, bool first)
{
	size_t used = strlen(list);

	(void)snprintf(list + used, LIMITS_BYTES - used, "%s\"%s\"", first ? "" : ",", text);
}

/* A number of days may be written as a quotient: 1/24. */
static const char *read_number(struct admin *a)
{
	char *text = cw_new(a->arena, char, 64);
	double value = strtod(a->p.token.text, NULL), by;

	sql_next(&a->p);
	if (sql_skip_op(&a->p, "/")) {
		by = strtod(a->p.token.text, NULL);
		if (a->p.token.kind != T_NUMBER || by == 0)
			return sql_parse_fail(&a->p, 2377, "invalid profile limit");
		value /= by;
		sql_next(&a->p);
	}
	(void)snprintf(text, 64, "%.12f", value);
	return value > 0 ? text : sql_parse_fail(&a->p, 2377, "invalid profile limit");
}

static const char *read_bound(struct admin *a, const char *resource)
{
	const char *word = a->p.token.text;
	bool verifies = strcmp(resource, "PASSWORD_VERIFY_FUNCTION") == 0;

	if (a->p.token.kind == T_NUMBER)
		return read_number(a);
	if (!sql_at_word(&a->p, "UNLIMITED") && !sql_at_word(&a->p, "DEFAULT") &&
	    !(verifies && sql_at_word(&a->p, "NULL")))
		return sql_parse_fail(
			&a->p, verifies ? 3001 : 2377,
			verifies ? "unimplemented feature: a function that verifies passwords"
				 : "invalid profile limit");
	sql_next(&a->p);
	return word;
}

static bool is_resource(const char *word)
{
	static const char *const known[] = { "COMPOSITE_LIMIT",
					     "SESSIONS_PER_USER",
					     "CPU_PER_SESSION",
					     "CPU_PER_CALL",
					     "LOGICAL_READS_PER_SESSION",
					     "LOGICAL_READS_PER_CALL",
					     "IDLE_TIME",
					     "CONNECT_TIME",
					     "PRIVATE_SGA",
					     "FAILED_LOGIN_ATTEMPTS",
					     "PASSWORD_LIFE_TIME",
					     "PASSWORD_REUSE_TIME",
					     "PASSWORD_REUSE_MAX",
					     "PASSWORD_VERIFY_FUNCTION",
					     "PASSWORD_LOCK_TIME",
					     "PASSWORD_GRACE_TIME",
					     "INACTIVE_ACCOUNT_TIME" };

	for (size_t i = 0; i < CW_ARRAY_LEN(known); i++)
		if (strcmp(known[i], word) == 0)
			return true;
	return false;
}

static bool read_limits(struct admin *a, struct limits *to)
{
	*to = (struct limits){ "{", "{", 0 };
	if (!sql_want_word(&a->p, "LIMIT", 2378, "duplicate resource name"))
		return false;
	while (a->p.token.kind == T_WORD && to->count < LIMITS_MAX) {
		const char *resource = a->p.token.text, *bound;

		if (!is_resource(resource))
			return sql_parse_fail(&a->p, 2376, "invalid or redundant resource") != NULL;
		sql_next(&a->p);
		bound = read_bound(a, resource);
		if (!bound)
			return false;
		add(to->resource, resource, to->count == 0);
		add(to->bound, bound, to->count == 0);
		to->count++;
	}
	(void)strcat(to->resource, "}");
	(void)strcat(to->bound, "}");
	return admin_end(a, 2376, "invalid or redundant resource");
}

static bool set_profile(struct admin *a, const char *fresh)
{
	const char *name = admin_word(a, 931, "missing identifier");
	struct limits limits;

	if (!read_limits(a, &limits))
		return false;
	const char *params[] = { a->session->user, name, limits.resource, limits.bound, fresh };

	return admin_call(a, "select rh.set_profile($1, $2, $3::text[], $4::text[], $5)", 5,
			  params);
}

bool admin_create_profile(struct admin *a)
{
	return set_profile(a, "true");
}

bool admin_alter_profile(struct admin *a)
{
	return set_profile(a, "false");
}

bool admin_drop_profile(struct admin *a)
{
	const char *name = admin_word(a, 931, "missing identifier");
	bool cascade = sql_skip_word(&a->p, "CASCADE");
	const char *params[] = { a->session->user, name, cascade ? "true" : "false" };

	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.drop_profile($1, $2, $3)", 3, params);
}
