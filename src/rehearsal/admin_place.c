/*
 * admin_place.c - tablespaces, directories and database links, which scripts make and the dictionary tells; see admin.h
 *
 * No rows lie in a tablespace, no file is read and no link leads anywhere (sql/admin_place.sql).
 * Source: Oracle Database SQL Language Reference 19c, "CREATE TABLESPACE", "CREATE DIRECTORY", "CREATE DATABASE LINK".
 */
#include "rehearsal/admin.h"

#include <stdio.h>
#include <string.h>

/* Sizes, extents and what is done with them are read: nobody could tell the difference. */
static void skip_to_end(struct admin *a)
{
	while (a->p.token.kind != T_END && !sql_at_op(&a->p, ";") && !sql_parse_failed(&a->p))
		sql_next(&a->p);
}

/* name {DATAFILE | TEMPFILE} 'file' ... */
static bool create_tablespace(struct admin *a, const char *contents, bool bigfile)
{
	const char *params[] = { a->session->user, admin_word(a, 972, "identifier is too long"),
				 contents, bigfile ? "true" : "false", NULL };

	if (sql_skip_word(&a->p, "DATAFILE") || sql_skip_word(&a->p, "TEMPFILE"))
		params[4] = a->p.token.kind == T_STRING ? a->p.token.text : NULL;
	skip_to_end(a);
	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.create_tablespace($1, $2, $3, $4::boolean, $5)", 5, params);
}

bool admin_create_tablespace(struct admin *a)
{
	return create_tablespace(a, "PERMANENT", false);
}

bool admin_create_temporary(struct admin *a)
{
	return sql_want_word(&a->p, "TABLESPACE", 901, "invalid CREATE command") &&
	       create_tablespace(a, "TEMPORARY", false);
}

/* CREATE BIGFILE [TEMPORARY | UNDO] TABLESPACE */
bool admin_create_bigfile(struct admin *a)
{
	const char *contents = sql_skip_word(&a->p, "TEMPORARY") ? "TEMPORARY"
			       : sql_skip_word(&a->p, "UNDO")	 ? "UNDO"
								 : "PERMANENT";

	return sql_want_word(&a->p, "TABLESPACE", 901, "invalid CREATE command") &&
	       create_tablespace(a, contents, true);
}

/* DROP TABLESPACE name [INCLUDING CONTENTS [AND DATAFILES] [CASCADE CONSTRAINTS]] */
bool admin_drop_tablespace(struct admin *a)
{
	const char *params[] = { a->session->user,
				 admin_word(a, 959, "tablespace does not exist") };

	if (sql_skip_words(&a->p, "INCLUDING", "CONTENTS")) {
		if (!sql_skip_words(&a->p, "AND", "DATAFILES"))
			(void)sql_skip_words(&a->p, "KEEP", "DATAFILES");
		(void)sql_skip_words(&a->p, "CASCADE", "CONSTRAINTS");
	}
	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.drop_tablespace($1, $2)", 2, params);
}

bool admin_create_directory(struct admin *a, bool replace)
{
	const char *params[] = { a->session->user, admin_word(a, 1780, "string literal required"),
				 NULL, replace ? "true" : "false" };

	(void)sql_want_word(&a->p, "AS", 905, "missing keyword");
	if (a->p.token.kind != T_STRING)
		return sql_parse_fail(&a->p, 1780, "string literal required") != NULL;
	params[2] = a->p.token.text;
	sql_next(&a->p);
	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.create_directory($1, $2, $3, $4::boolean)", 4, params);
}

bool admin_drop_directory(struct admin *a)
{
	const char *params[] = { a->session->user, admin_word(a, 4043, "object does not exist") };

	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.drop_directory($1, $2)", 2, params);
}

/* name[.domain][@qualifier] */
static const char *link_name(struct admin *a)
{
	char *name = cw_new(a->arena, char, 129);
	size_t used = 0;

	do {
		const char *word = admin_word(a, 2023, "missing or invalid database link name");

		if (!word || used + strlen(word) + 2 > 129)
			return word ? sql_parse_fail(&a->p, 972, "identifier is too long") : NULL;
		used += (size_t)snprintf(name + used, 129 - used, "%s%s", used ? "." : "", word);
	} while (sql_skip_op(&a->p, "."));
	return name;
}

/* CONNECT TO {user IDENTIFIED BY password | CURRENT_USER} */
static const char *link_user(struct admin *a)
{
	const char *user;
	uint32_t at;

	if (!sql_skip_words(&a->p, "CONNECT", "TO"))
		return NULL;
	user = admin_word(a, 987, "missing or invalid username(s)");
	if (user && strcmp(user, "CURRENT_USER") != 0) {
		(void)sql_want_word(&a->p, "IDENTIFIED", 924, "missing BY keyword");
		(void)sql_want_word(&a->p, "BY", 924, "missing BY keyword");
		at = a->p.token.at;
		(void)sql_skip_word(&a->p, "VALUES");
		if (a->p.token.kind == T_STRING)
			sql_next(&a->p);
		else
			(void)admin_word(a, 988, "missing or invalid password(s)");
		admin_hide(a, at, "VALUES ':1' ");
	}
	return user;
}

/* CREATE [SHARED] [PUBLIC] DATABASE LINK name [CONNECT TO ...] [USING 'connect string'] */
bool admin_create_link(struct admin *a, bool is_public)
{
	const char *params[] = { a->session->user, is_public ? "PUBLIC" : a->session->schema,
				 link_name(a), link_user(a), NULL };

	if (sql_skip_word(&a->p, "USING")) {
		if (a->p.token.kind != T_STRING)
			return sql_parse_fail(&a->p, 2010, "missing host connect string") != NULL;
		params[4] = a->p.token.text;
		sql_next(&a->p);
	}
	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.create_db_link($1, $2, $3, $4, $5)", 5, params);
}

bool admin_drop_link(struct admin *a, bool is_public)
{
	const char *params[] = { a->session->user, is_public ? "PUBLIC" : a->session->schema,
				 link_name(a) };

	return admin_end(a, 922, "missing or invalid option") &&
	       admin_call(a, "select rh.drop_db_link($1, $2, $3)", 3, params);
}
