/*
 * plsql_system_trigger.c - CREATE TRIGGER ... ON SCHEMA and ON DATABASE
 *
 * They are kept as they were written, shown, switched and dropped; nothing that happens here fires one.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "CREATE TRIGGER Statement"
 */
#include "rehearsal/plsql_parts.h"

#include <string.h>

/* [schema.]SCHEMA, [PLUGGABLE] DATABASE */
static bool skip_place(struct sql_parser *p, const char **ret_schema, bool *ret_database)
{
	*ret_schema = NULL;
	*ret_database = sql_skip_word(p, "DATABASE") || sql_skip_words(p, "PLUGGABLE", "DATABASE");
	if (*ret_database || sql_skip_word(p, "SCHEMA"))
		return true;
	*ret_schema = p->token.text;
	if (p->token.kind != T_WORD && p->token.kind != T_QUOTED)
		return false;
	sql_next(p);
	return sql_skip_op(p, ".") && sql_skip_word(p, "SCHEMA");
}

bool plsql_is_system_trigger(const struct plsql *pl)
{
	struct sql_parser p = pl->parser;
	struct rh_error ignored = { 0 };
	const char *schema;
	bool database;

	p.error = p.lexer.error = &ignored;
	while (!sql_at_word(&p, "ON") && !sql_at_word(&p, "BEGIN") && p.token.kind != T_END)
		sql_next(&p);
	return sql_skip_word(&p, "ON") && skip_place(&p, &schema, &database);
}

/* CREATE OR DROP, AFTER LOGON ... */
static bool read_events(struct plsql *pl, struct cw_wr *events)
{
	static const char *const words[] = { "ALTER",	 "ANALYZE", "AUDIT",	     "COMMENT",
					     "CREATE",	 "DDL",	    "DROP",	     "GRANT",
					     "NOAUDIT",	 "RENAME",  "REVOKE",	     "TRUNCATE",
					     "STARTUP",	 "LOGON",   "LOGOFF",	     "SERVERERROR",
					     "SHUTDOWN", "SUSPEND", "DB_ROLE_CHANGE" };

	do {
		size_t i = 0;

		while (i < CW_ARRAY_LEN(words) && !sql_skip_word(&pl->parser, words[i]))
			i++;
		if (i == CW_ARRAY_LEN(words))
			return rh_fail(pl->error, 30506, pl->parser.token.at,
				       "system triggers cannot be based on tables or views");
		cw_wr_printf(events, "%s%s", events->len ? " OR " : "", words[i]);
	} while (sql_skip_word(&pl->parser, "OR"));
	return sql_want_word(&pl->parser, "ON", 969, "missing ON keyword");
}

static bool may_create(struct plsql *pl, const char *owner, const char *schema, bool database)
{
	bool own = strcmp(owner, pl->session->user) == 0 && strcmp(schema, owner) == 0;

	if (pl->session->dba)
		return true;
	return (rh_session_may(pl->session,
			       own || database ? "CREATE TRIGGER" : "CREATE ANY TRIGGER") &&
		(!database || rh_session_may(pl->session, "ADMINISTER DATABASE TRIGGER"))) ||
	       rh_fail(pl->error, 1031, 0, "insufficient privileges");
}

/* Its row in rh.triggers. */
static bool note(struct plsql *pl, const char *const *texts, size_t count, bool enabled)
{
	struct cw_wr sql = { 0 };

	cw_wr_text(&sql, "INSERT INTO rh.triggers (relid, enabled, owner, name, table_owner, "
			 "table_name, trigger_type, event, body) VALUES (0, ");
	cw_wr_text(&sql, enabled ? "true" : "false");
	for (size_t i = 0; i < count; i++) {
		cw_wr_text(&sql, ", ");
		plsql_put_literal(&sql, texts[i]);
	}
	cw_wr_text(&sql, ")");
	return plsql_run_text(pl->session, &sql, pl->error);
}

bool plsql_create_system_trigger(struct plsql *pl, const struct sql_name *name, const char *sql,
				 bool replace)
{
	struct sql_parser *p = &pl->parser;
	bool before = sql_skip_word(p, "BEFORE"), database, disabled;
	const char *owner = name->count > 1 ? name->part[0] : pl->session->schema;
	const char *schema, *texts[7];
	struct cw_wr events = { 0 };

	if (!before && !sql_skip_word(p, "AFTER"))
		return rh_fail(pl->error, 4071, p->token.at,
			       "missing BEFORE, AFTER or INSTEAD OF keyword");
	if (!read_events(pl, &events) || !skip_place(p, &schema, &database)) {
		cw_wr_release(&events);
		return false;
	}
	if (!schema)
		schema = database ? "SYS" : owner;
	disabled = sql_skip_word(p, "DISABLE");
	(void)sql_skip_word(p, "ENABLE");
	texts[0] = owner;
	texts[1] = name->part[name->count - 1];
	texts[2] = schema;
	texts[3] = database ? "DATABASE" : "SCHEMA";
	texts[4] = before ? "BEFORE EVENT" : "AFTER EVENT";
	texts[5] = plsql_keep_text(pl, &events);
	texts[6] = sql + p->token.at;
	return may_create(pl, owner, schema, database) &&
	       (!replace || plsql_drop_trigger(pl->session, owner, texts[1], pl->error)) &&
	       note(pl, texts, CW_ARRAY_LEN(texts), !disabled);
}
