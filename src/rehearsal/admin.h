/*
 * admin.h - parts of the administration's statements, one file a noun
 *
 * Every reader stands behind the words that chose it; it parses to the end of the
 * statement, then asks a function of admin.sql, which checks rights.
 *
 * Errors	struct rh_error; what admin.sql raises comes through word for word
 * Threads	the session's own; the catalog is asked through the admin connection
 */
#ifndef CW_REHEARSAL_ADMIN_H
#define CW_REHEARSAL_ADMIN_H

#include "base/arena.h"
#include "rehearsal/session.h"
#include "rehearsal/sql_parse.h"

/* A part of the statement that the redo does not tell; what stands there instead. */
struct admin_hidden {
	struct admin_hidden *next;
	uint32_t at, end;
	const char *told;
};

struct admin {
	struct rh_session *session;
	struct cw_arena *arena;
	struct sql_parser p;
	const char *sql; /* with a NUL behind it */
	const char *owner, *object; /* whose statement it is: of the redo; NULL: of no table */
	struct admin_hidden *hidden, **hidden_end; /* in the order of the statement */
	struct rh_error *error;
};

/* Ask a function of admin.sql; "ORA-nnnnn: text" of a failure becomes *error. */
bool admin_call(struct admin *a, const char *sql, int count, const char *const *params);

/* A password from @at on, before the current token, is told as @told (in the arena, or for ever). */
void admin_hide(struct admin *a, uint32_t at, const char *told);

/* The statement ends here (one ';' is taken): else ORA-@code. */
bool admin_end(struct admin *a, int code, const char *text);
/* Any word or "quoted" name, reserved or not; NULL and a failure else. */
const char *admin_word(struct admin *a, int code, const char *text);
bool admin_may(struct admin *a, const char *privilege);

bool admin_create_user(struct admin *a);
bool admin_alter_user(struct admin *a);
bool admin_drop_user(struct admin *a);
bool admin_create_profile(struct admin *a);
bool admin_alter_profile(struct admin *a);
bool admin_drop_profile(struct admin *a);
bool admin_grant(struct admin *a, bool give);
bool admin_alter_system(struct admin *a);
bool admin_alter_database(struct admin *a);
bool admin_alter_table(struct admin *a);
bool admin_create_tablespace(struct admin *a);
bool admin_create_temporary(struct admin *a);
bool admin_create_bigfile(struct admin *a);
bool admin_drop_tablespace(struct admin *a);
bool admin_create_directory(struct admin *a, bool replace);
bool admin_drop_directory(struct admin *a);
bool admin_create_link(struct admin *a, bool is_public);
bool admin_drop_link(struct admin *a, bool is_public);

#endif
