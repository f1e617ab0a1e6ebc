/* admin_system.c - ALTER SYSTEM, ALTER DATABASE, supplemental logging */
#include "rehearsal/admin.h"

#include "rehearsal/exec.h"
#include "rehearsal/session_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_ERROR 2065, "illegal option for ALTER SYSTEM"

/* ---- ALTER SYSTEM ------------------------------------------------------------------------ */

/* 'sid,serial' of one's own instance, or 'sid,serial,@instance' */
static bool read_session(struct admin *a, uint32_t *ret_sid, uint32_t *ret_serial,
			 unsigned *ret_instance)
{
	const struct sql_token *token = &a->p.token;
	unsigned sid = 0, serial = 0;
	unsigned instance = rh_session_instance(a->session->server, a->session->sid);
	int end = 0;

	if (token->kind != T_STRING)
		return sql_parse_fail(&a->p, 26, "missing or invalid session ID") != NULL;
	if (sscanf(token->text, " %9u , %9u %n", &sid, &serial, &end) < 2 || end == 0)
		return sql_parse_fail(&a->p, 26, "missing or invalid session ID") != NULL;
	if (token->text[end] && sscanf(token->text + end, ", @%9u", &instance) != 1)
		return sql_parse_fail(&a->p, 26, "missing or invalid session ID") != NULL;
	sql_next(&a->p);
	*ret_sid = sid;
	*ret_serial = serial;
	*ret_instance = instance;
	return true;
}

static bool end_session(struct admin *a, bool disconnect)
{
	enum rh_ending how = disconnect ? RH_DISCONNECT : RH_KILL;
	struct sql_parser *p = &a->p;
	uint32_t sid = 0, serial = 0;
	unsigned instance = 0;
	bool post;

	if (!read_session(a, &sid, &serial, &instance))
		return false;
	post = sql_skip_word(p, "POST_TRANSACTION");
	if (!sql_skip_word(p, "IMMEDIATE") && disconnect && !post)
		return sql_parse_fail(p, OPTION_ERROR) != NULL;
	(void)sql_skip_word(p, "NOREPLAY");
	if (post && disconnect)
		how = RH_DISCONNECT_AT_END;
	else if (post)
		return sql_parse_fail(p, OPTION_ERROR) != NULL;
	if (!admin_end(a, OPTION_ERROR))
		return false;
	if (instance != rh_session_instance(a->session->server, sid))
		return rh_fail(a->error, 30, 0, "User session ID does not exist.");
	return rh_session_end(a->session->server, a->session, sid, serial, how, a->error);
}

static bool restrict_sessions(struct admin *a, bool on)
{
	const char *params[] = { on ? "RESTRICTED" : "ALLOWED" };

	if (!sql_want_word(&a->p, "SESSION", OPTION_ERROR) || !admin_end(a, OPTION_ERROR) ||
	    !admin_call(a, "update rh.fact set value = $1 where name = 'logins'", 1, params))
		return false;
	atomic_store(&a->session->server->restricted, on);
	return true;
}

/* 10, 2G, 'text', word */
static bool read_value(struct admin *a, char ret[512])
{
	struct sql_parser *p = &a->p;
	unsigned shift = 0;
	uint64_t number;

	if (p->token.kind != T_NUMBER) {
		if (p->token.kind != T_STRING && p->token.kind != T_WORD &&
		    p->token.kind != T_QUOTED)
			return sql_parse_fail(p, OPTION_ERROR) != NULL;
		(void)snprintf(ret, 512, "%.500s", p->token.text);
		sql_next(p);
		return true;
	}
	number = strtoull(p->token.text, NULL, 10);
	sql_next(p);
	if (sql_skip_word(p, "K"))
		shift = 10;
	else if (sql_skip_word(p, "M"))
		shift = 20;
	else if (sql_skip_word(p, "G"))
		shift = 30;
	(void)snprintf(ret, 512, "%llu", (unsigned long long)(number << shift));
	return true;
}

/* COMMENT = '...', SCOPE = BOTH|MEMORY|SPFILE, SID = '*', DEFERRED */
static void read_scope(struct admin *a)
{
	static const char *const words[] = { "COMMENT", "SCOPE", "SID" };
	char unused[512];

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++) {
		if (!sql_skip_word(&a->p, words[i]))
			continue;
		(void)sql_want_op(&a->p, "=", OPTION_ERROR);
		(void)read_value(a, unused);
		i = (size_t)-1; /* they come in any order */
	}
	(void)sql_skip_word(&a->p, "DEFERRED");
}

static bool set_parameter(struct admin *a)
{
	char value[512];
	const char *params[] = { NULL, value };

	do {
		params[0] = admin_word(a, OPTION_ERROR);
		if (!params[0] || !sql_want_op(&a->p, "=", 927, "missing equal sign") ||
		    !read_value(a, value))
			return false;
		read_scope(a);
		if (sql_parse_failed(&a->p) ||
		    !admin_call(a, "select rh.set_parameter($1, $2)", 2, params))
			return false;
		if (strcmp(params[0], "JOB_QUEUE_PROCESSES") == 0)
			atomic_store(&a->session->server->job_queue_processes,
				     (int)strtol(value, NULL, 10));
	} while (a->p.token.kind == T_WORD);
	return admin_end(a, OPTION_ERROR);
}

static bool switch_log(struct admin *a)
{
	return admin_end(a, OPTION_ERROR) && admin_call(a, "select rh.switch_log()", 0, NULL);
}

/* Something that has no effect one could see here. */
static bool nothing(struct admin *a)
{
	while (a->p.token.kind == T_WORD)
		sql_next(&a->p);
	return admin_end(a, OPTION_ERROR);
}

bool admin_alter_system(struct admin *a)
{
	struct sql_parser *p = &a->p;

	if (!admin_may(a, "ALTER SYSTEM"))
		return false;
	if (sql_skip_words(p, "KILL", "SESSION"))
		return end_session(a, false);
	if (sql_skip_words(p, "DISCONNECT", "SESSION"))
		return end_session(a, true);
	if (sql_skip_words(p, "ENABLE", "RESTRICTED"))
		return restrict_sessions(a, true);
	if (sql_skip_words(p, "DISABLE", "RESTRICTED"))
		return restrict_sessions(a, false);
	if (sql_skip_word(p, "SET"))
		return set_parameter(a);
	if (sql_skip_words(p, "SWITCH", "LOGFILE"))
		return switch_log(a);
	if (sql_skip_words(p, "ARCHIVE", "LOG")) {
		if (!sql_skip_word(p, "CURRENT") && !sql_skip_word(p, "ALL"))
			return sql_parse_fail(p, OPTION_ERROR) != NULL;
		return switch_log(a);
	}
	if (sql_skip_word(p, "CHECKPOINT") || sql_skip_word(p, "FLUSH") ||
	    sql_skip_word(p, "REGISTER"))
		return nothing(a);
	return sql_parse_fail(p, OPTION_ERROR) != NULL;
}

/* ---- supplemental logging --------------------------------------------------------------------- */

static bool switch_group(struct admin *a, uint32_t relid, const char *name, const char *kind,
			 const char *columns, bool always, bool give)
{
	char id[16];
	const char *params[] = {
		id, name, kind, columns, always ? "true" : "false", give ? "true" : "false", a->sql
	};

	(void)snprintf(id, sizeof(id), "%u", relid);
	return admin_call(a, "select rh.switch_log_group($1, $2, $3, $4, $5, $6, $7)", 7, params);
}

#define LOG_ERROR 905, "missing keyword"

/* behind DATA: nothing, or (PRIMARY KEY | UNIQUE | FOREIGN KEY | ALL, ...) COLUMNS */
static bool log_data(struct admin *a, uint32_t relid, bool give)
{
	static const struct {
		const char *word, *second, *kind;
	} kinds[] = { { "PRIMARY", "KEY", "PRIMARY KEY LOGGING" },
		      { "UNIQUE", "INDEX", "UNIQUE KEY LOGGING" },
		      { "UNIQUE", NULL, "UNIQUE KEY LOGGING" },
		      { "FOREIGN", "KEY", "FOREIGN KEY LOGGING" },
		      { "ALL", NULL, "ALL COLUMN LOGGING" } };
	const char *wanted[8];
	unsigned count = 0;

	if (!sql_skip_op(&a->p, "(")) {
		if (relid != 0)
			return sql_parse_fail(&a->p, 906, "missing left parenthesis") != NULL;
		wanted[count++] = "MIN";
	} else {
		do {
			size_t i = 0;

			while (i < CW_ARRAY_LEN(kinds) &&
			       !(kinds[i].second
					 ? sql_skip_words(&a->p, kinds[i].word, kinds[i].second)
					 : sql_skip_word(&a->p, kinds[i].word)))
				i++;
			if (i == CW_ARRAY_LEN(kinds) || count == CW_ARRAY_LEN(wanted))
				return sql_parse_fail(&a->p, LOG_ERROR) != NULL;
			wanted[count++] = kinds[i].kind;
		} while (sql_skip_op(&a->p, ","));
		if (!sql_want_op(&a->p, ")", 907, "missing right parenthesis") ||
		    !(sql_skip_word(&a->p, "COLUMNS") || sql_want_word(&a->p, "COLUMN", LOG_ERROR)))
			return false;
	}
	if (!admin_end(a, 1735, "invalid ALTER TABLE option"))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!switch_group(a, relid, NULL, wanted[i], NULL, true, give))
			return false;
	return true;
}

/* behind GROUP: name (column [NO LOG], ...) [ALWAYS]; DROP: name */
static bool log_group(struct admin *a, uint32_t relid, bool give)
{
	const char *name = admin_word(a, LOG_ERROR), *column;
	char columns[8192] = "{";
	size_t used = 1;
	bool always;

	if (!give)
		return admin_end(a, LOG_ERROR) &&
		       switch_group(a, relid, name, "USER LOG GROUP", NULL, true, false);
	if (!sql_want_op(&a->p, "(", 906, "missing left parenthesis"))
		return false;
	do {
		column = admin_word(a, 904, "invalid identifier");
		if (!column || strpbrk(column, "\"\\{}") ||
		    used + strlen(column) + 8 > sizeof(columns))
			return sql_parse_fail(&a->p, 904, "invalid identifier") != NULL;
		used += (size_t)snprintf(columns + used, sizeof(columns) - used, "%s\"%s\"",
					 used > 1 ? "," : "", column);
		(void)sql_skip_words(&a->p, "NO", "LOG");
	} while (sql_skip_op(&a->p, ","));
	columns[used] = '}';
	columns[used + 1] = '\0';
	if (!sql_want_op(&a->p, ")", 907, "missing right parenthesis"))
		return false;
	always = sql_skip_word(&a->p, "ALWAYS");
	return admin_end(a, LOG_ERROR) &&
	       switch_group(a, relid, name, "USER LOG GROUP", columns, always, true);
}

static bool supplemental(struct admin *a, uint32_t relid, bool give)
{
	if (!sql_want_word(&a->p, "SUPPLEMENTAL", LOG_ERROR) ||
	    !sql_want_word(&a->p, "LOG", LOG_ERROR))
		return false;
	if (relid != 0 && sql_skip_word(&a->p, "GROUP"))
		return log_group(a, relid, give);
	return sql_want_word(&a->p, "DATA", LOG_ERROR) && log_data(a, relid, give);
}

/* ALTER TABLE t ADD|DROP SUPPLEMENTAL LOG ... */
bool admin_alter_table(struct admin *a)
{
	struct sql_name name = sql_parse_name(&a->p);
	bool give = sql_skip_word(&a->p, "ADD");
	const struct sql_relation *relation;

	if (sql_parse_failed(&a->p) ||
	    (!give && !sql_want_word(&a->p, "DROP", 1735, "invalid ALTER TABLE option")))
		return false;
	relation = rh_exec_relation(a->session, &name, a->error);
	if (!relation)
		return a->error->code
			       ? false
			       : rh_fail(a->error, 942, name.at, "table or view does not exist");
	if (strcmp(relation->schema, a->session->user) != 0 &&
	    !rh_session_may(a->session, "ALTER ANY TABLE"))
		return rh_fail(a->error, 1031, 0, "insufficient privileges");
	return supplemental(a, relation->oid, give);
}

/* ---- ALTER DATABASE ----------------------------------------------------------------------------- */

/* On the session's own backend, so that it can be cancelled. */
static bool wait_for_others(struct admin *a)
{
	PGresult *done = NULL;
	bool ok = rh_exec_statement(a->session, "select rh.wait_for_open_transactions()", NULL, 0,
				    &done, a->error);

	if (ok)
		PQclear(done);
	return ok;
}

static bool force_logging(struct admin *a, bool on)
{
	const char *params[] = { on ? "true" : "false" };

	return sql_want_word(&a->p, "LOGGING", 2231,
			     "missing or invalid option to ALTER DATABASE") &&
	       admin_end(a, 933, "SQL command not properly ended") &&
	       admin_call(a, "select rh.switch_force_logging($1)", 1, params);
}

bool admin_alter_database(struct admin *a)
{
	struct sql_parser *p = &a->p;

	if (!admin_may(a, "ALTER DATABASE"))
		return false;
	if (sql_skip_word(p, "ADD"))
		return supplemental(a, 0, true) && wait_for_others(a);
	if (sql_skip_word(p, "DROP"))
		return supplemental(a, 0, false);
	if (sql_skip_words(p, "NO", "FORCE"))
		return force_logging(a, false);
	if (sql_skip_word(p, "FORCE"))
		return force_logging(a, true);
	if (sql_at_word(p, "ARCHIVELOG") || sql_at_word(p, "NOARCHIVELOG"))
		return rh_fail(a->error, 1126, 0,
			       "database must be mounted in this instance and not open in any "
			       "instance");
	return sql_parse_fail(p, 2231, "missing or invalid option to ALTER DATABASE") != NULL;
}
