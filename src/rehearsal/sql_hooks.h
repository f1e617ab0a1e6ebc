/*
 * sql_hooks.h - what the SQL half hands on to the people's side
 *
 * rh_parse() looks at the first words of a statement.  Blocks and calls go to
 * the PL/SQL translator, statements about users, rights and the instance to the
 * administration; everything else is parsed and run by exec_*.c.  Both sides get
 * the text as the client sent it and may parse it with sql_parse.h.
 *
 * What exec_*.c does around each hook: every open cursor of the session is
 * drained (session->pg is idle and in no pipeline); before a *_ddl or _admin hook
 * the transaction is committed, and after it once more.  A hook that changes
 * the shape of a relation says so with rh_exec_catalog_changed() (exec.h).
 *
 * Owns		what _parse() gives back is freed by _free()
 * Errors	struct rh_error
 * Threads	the session's own
 */
#ifndef CW_REHEARSAL_SQL_HOOKS_H
#define CW_REHEARSAL_SQL_HOOKS_H

#include "rehearsal/session.h"

struct rh_plsql;

struct rh_plsql_info {
	uint16_t bind_count; /* a name used twice is one bind */
	uint16_t sql_type;   /* 47 PL/SQL EXECUTE, 170 CALL */
};

/* BEGIN ..., DECLARE ..., CALL ..., <<label>> ... : plsql_*.c */
bool rh_plsql_parse(struct rh_session *session, const char *sql, size_t len, struct rh_plsql **ret,
		    struct rh_plsql_info *ret_info, struct rh_error *error);
/* Runs inside rh_exec_statement() (exec.h) or by it; *ret as in engine.h. */
bool rh_plsql_execute(struct rh_session *session, struct rh_plsql *plsql,
		      const struct rh_bind *binds, uint32_t iterations, unsigned flags,
		      struct rh_result *ret, struct rh_error *error);
void rh_plsql_free(struct rh_plsql *plsql);

/*
 * CREATE [OR REPLACE] [EDITIONABLE] TRIGGER | PROCEDURE | FUNCTION | PACKAGE [BODY], DROP and
 * ALTER of those: plsql_*.c.  ALTER TABLE ... ENABLE|DISABLE ALL TRIGGERS comes here, too.
 */
bool rh_plsql_ddl(struct rh_session *session, const char *sql, size_t len, bool *ret_compile_errors,
		  uint16_t *ret_sql_type, struct rh_error *error);

/*
 * CREATE|ALTER|DROP USER, ROLE, PROFILE, TABLESPACE, DIRECTORY, DATABASE LINK; GRANT, REVOKE;
 * ALTER SYSTEM, ALTER DATABASE, AUDIT, SET ROLE, ALTER TABLE ... supplemental log: admin*.c
 */
bool rh_admin_statement(struct rh_session *session, const char *sql, size_t len,
			uint16_t *ret_sql_type, struct rh_error *error);

#endif
