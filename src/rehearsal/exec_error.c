/* exec_error.c - what PostgreSQL refuses, in Oracle's numbers and words; see exec.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/in_doubt.h"

#include <stdlib.h>
#include <string.h>

static const char *field(const PGresult *result, int code)
{
	const char *text = result ? PQresultErrorField(result, code) : NULL;

	return text ? text : "";
}

/* "ORA-01722: invalid number", raised by a function of ours: number and text as they are. */
static bool own_error(const char *message, struct rh_error *error)
{
	const char *text = strstr(message, "ORA-");

	if (!text || strlen(text) < 11 || text[9] != ':')
		return false;
	return !rh_fail(error, atoi(text + 4), 0, "%s", text + 11);
}

static bool not_null(const struct rh_stmt *stmt, const PGresult *result, struct rh_error *error)
{
	bool update = stmt && stmt->parsed && stmt->parsed->kind == S_UPDATE;
	const char *schema = field(result, PG_DIAG_SCHEMA_NAME);
	const char *table = field(result, PG_DIAG_TABLE_NAME);
	const char *column = field(result, PG_DIAG_COLUMN_NAME);

	if (update)
		return rh_fail(error, 1407, 0, "cannot update (\"%s\".\"%s\".\"%s\") to NULL",
			       schema, table, column);
	return rh_fail(error, 1400, 0, "cannot insert NULL into (\"%s\".\"%s\".\"%s\")", schema,
		       table, column);
}

static bool foreign_key(const PGresult *result, struct rh_error *error)
{
	bool child = strstr(field(result, PG_DIAG_MESSAGE_DETAIL), "still referenced") != NULL;
	const char *schema = field(result, PG_DIAG_SCHEMA_NAME);
	const char *name = field(result, PG_DIAG_CONSTRAINT_NAME);

	if (child)
		return rh_fail(error, 2292, 0,
			       "integrity constraint (%s.%s) violated - child record found", schema,
			       name);
	return rh_fail(error, 2291, 0,
		       "integrity constraint (%s.%s) violated - parent key not found", schema,
		       name);
}

/* The name between the first pair of quotes of the message. */
static void quoted_name(const char *message, char *ret, size_t room)
{
	const char *from = strchr(message, '"'), *to = from ? strchr(from + 1, '"') : NULL;

	(void)snprintf(ret, room, "%.*s", to ? (int)(to - from - 1) : 0, from ? from + 1 : "");
}

static const struct {
	const char *state;
	int code;
	const char *text;
} fixed[] = {
	{ "22003", 1438, "value larger than specified precision allowed for this column" },
	{ "22012", 1476, "divisor is equal to zero" },
	{ "22P02", 1722, "invalid number" },
	{ "22007", 1858, "a non-numeric character was found where a numeric was expected" },
	{ "22008", 1841, "(full) year must be between -4713 and +9999, and not be 0" },
	{ "22009", 1861, "literal does not match format string" },
	{ "22021", 29275, "partial multibyte character" },
	{ "21000", 1427, "single-row subquery returns more than one row" },
	{ "40P01", 60, "deadlock detected while waiting for resource" },
	{ "40001", 8177, "can't serialize access for this transaction" },
	{ "55P03", 54, "resource busy and acquire with NOWAIT specified or timeout expired" },
	{ "57014", 1013, "user requested cancel of current operation" },
	{ "42P01", 942, "table or view does not exist" },
	{ "42501", 1031, "insufficient privileges" },
	{ "42803", 979, "not a GROUP BY expression" },
	{ "42804", 932, "inconsistent datatypes" },
	{ "42725", 932, "inconsistent datatypes" },
	{ "42809", 942, "table or view does not exist" }, /* a view is no table */
	{ "42P20", 30483, "window functions are not allowed here" },
	{ "42702", 918, "column ambiguously defined" },
	{ "42P07", 955, "name is already used by an existing object" },
	{ "42710", 2264, "name already used by an existing constraint" },
	{ "42701", 957, "duplicate column name" },
	{ "42P16", 2260, "table can have only one primary key" },
	{ "42830", 2270, "no matching unique or primary key for this column-list" },
	{ "2BP01", 2449, "unique/primary keys in table referenced by foreign keys" },
	{ "44000", 1402, "view WITH CHECK OPTION where-clause violation" },
	{ "25006", 1456,
	  "may not perform insert/delete/update operation inside a READ ONLY "
	  "transaction" },
	{ "53100", 1653, "unable to extend table" },
	{ "53200", 4030, "out of process memory" },
	{ "0A000", 3001, "unimplemented feature" },
	{ "54000", 3001, "unimplemented feature" }, /* CHR(0): no text of PostgreSQL's holds it */
	{ "3B001", 1086, "savepoint never established in this session or is invalid" },
	{ "55000", 8002, "sequence CURRVAL is not yet defined in this session" },
	{ "2200H", 8004, "sequence NEXTVAL exceeds MAXVALUE and cannot be instantiated" },
	{ "P0002", 1403, "no data found" },
	{ "P0003", 1422, "exact fetch returns more than requested number of rows" },
	{ "2D000", 3001,
	  "unimplemented feature: a function that ends transactions, in an expression" },
	{ "2F005", 6503, "PL/SQL: Function returned without value" },
	{ "24000", 1410, "invalid ROWID" }, /* CURRENT OF: no row, or of another table */
	{ "34000", 1001, "invalid cursor" },
	{ "22004", 1001, "invalid cursor" },
	{ "42P10", 1785, "ORDER BY item must be the number of a SELECT-list expression" },
	{ "42704", 1418, "specified index does not exist" },
};

/* Options of a sequence; false: some other parameter. */
static bool sequence_refused(const char *message, struct rh_error *error)
{
	static const struct {
		const char *part;
		int code;
		const char *text;
	} words[] = {
		{ "INCREMENT must not be zero", 4002, "INCREMENT must be a non-zero integer" },
		{ "must be less than MAXVALUE", 4004, "MINVALUE must be less than MAXVALUE" },
		{ "greater than MAXVALUE", 4009,
		  "MAXVALUE cannot be made to be less than the current value" },
		{ "less than MINVALUE", 4007,
		  "MINVALUE cannot be made to exceed the current value" },
	};
	size_t i = 0;

	if (strstr(message, "START value"))
		return strstr(message, "greater than MAXVALUE")
			       ? !rh_fail(error, 4008, 0, "START WITH cannot be more than MAXVALUE")
			       : !rh_fail(error, 4006, 0,
					  "START WITH cannot be less than MINVALUE");
	while (i < CW_ARRAY_LEN(words) && !strstr(message, words[i].part))
		i++;
	return i < CW_ARRAY_LEN(words) && !rh_fail(error, words[i].code, 0, "%s", words[i].text);
}

/* Another session's DDL came between; of these PostgreSQL says that they cannot be. */
static bool changed_beside(const char *message, const char *state, struct rh_error *error)
{
	if (strcmp(state, "XX000") != 0)
		return false;
	if (strstr(message, "could not open relation with OID") ||
	    strstr(message, "cache lookup failed for"))
		return !rh_fail(error, 8103, 0, "object no longer exists");
	return strstr(message, "tuple concurrently ") &&
	       !rh_fail(error, 54, 0,
			"resource busy and acquire with NOWAIT specified or timeout expired");
}

/* Errors about a view, a package (a schema here), a column or a function. */
static bool object_error(const PGresult *result, const char *message, const char *state,
			 struct rh_error *error)
{
	char text[200];

	quoted_name(message, text, sizeof(text));
	/* of a constraint it is another error: exec_ddl.c */
	if (strcmp(state, "42704") == 0 && strstr(message, "default operator class"))
		return !rh_fail(error, 2327, 0,
				"cannot create index on expression with datatype %s",
				strstr(message, "type ora.xml") ? "ADT" : "JSON");
	if (strcmp(state, "55000") == 0 &&
	    strstr(field(result, PG_DIAG_MESSAGE_DETAIL), "from a single table"))
		return !rh_fail(error, 3001, 0,
				"unimplemented feature: changes through a join view");
	if (strcmp(state, "42804") == 0 && strstr(message, "cannot be implemented"))
		return !rh_fail(error, 2267, 0,
				"column type incompatible with referenced column type");
	if (strcmp(state, "55000") == 0 && strstr(message, " view "))
		return !rh_fail(error, 1732, 0,
				"data manipulation operation not legal on this view");
	if (strcmp(state, "3F000") == 0)
		return !rh_fail(error, 6550, 0, "PLS-00201: identifier '%s' must be declared",
				text);
	if (strcmp(state, "42703") == 0)
		return !rh_fail(error, 904, 0, "\"%s\": invalid identifier", text);
	return false;
}

/* Behind "function" or "procedure": [schema.]name(, in quotes or without; false: it says no such thing. */
static bool called_name(const char *message, bool *ret_ours, char *ret, size_t room)
{
	const char *end = strchr(message, '('), *from = strchr(message, ' ');
	size_t len;

	if (!end || !from || from > end)
		return false;
	*ret_ours = strncmp(from + 1, "ora.", 4) == 0;
	for (const char *at = from + 1; at < end; at++)
		if (*at == '.' || *at == ' ')
			from = at;
	len = (size_t)(end - from - 1);
	if (len > 1 && from[1] == '"') {
		from++;
		len -= 2;
	}
	(void)snprintf(ret, room, "%.*s", (int)len, from + 1);
	return true;
}

/* No function takes such arguments: of ours or of a user's, in SQL or in a block. */
static bool wrong_arguments(const struct rh_stmt *stmt, const char *message, struct rh_error *error)
{
	char name[200];
	bool ours;

	if (strstr(message, "operator"))
		return !rh_fail(error, 932, 0, "inconsistent datatypes");
	if (!called_name(message, &ours, name, sizeof(name)))
		return false;
	if (!stmt)
		return !rh_fail(error, 6550, 0,
				"PLS-00306: wrong number or types of arguments in call to '%s'",
				name);
	if (ours)
		return !rh_fail(error, 932, 0, "inconsistent datatypes");
	return !rh_fail(error, 6553, 0,
			"PLS-306: wrong number or types of arguments in call to '%s'", name);
}

/*
 * Is a statement of SQL at work, and no block or function of a user's inside it?  PostgreSQL tells the innermost first;
 * the names of ours are in no need of quotes.
 */
static bool in_sql(const char *context)
{
	static const char sql[] = "SQL statement \"", block[] = "PL/pgSQL function ";

	for (const char *line = context; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, sql, strlen(sql)) == 0)
			return strncmp(line + strlen(sql), "CALL", 4) != 0;
		if (strncmp(line, block, strlen(block)) == 0 &&
		    (line[strlen(block)] == '"' ||
		     strncmp(line + strlen(block), "inline_code_block", 17) == 0))
			return false;
	}
	return true;
}

/* Where a block computes a value it is another error. */
static bool no_number(const struct rh_stmt *stmt, const PGresult *result, struct rh_error *error)
{
	return !stmt && !in_sql(field(result, PG_DIAG_CONTEXT)) &&
	       !rh_fail(error, 6502, 0,
			"PL/SQL: numeric or value error: character to number conversion error");
}

/* Where a block assigns; of a column it is another error. */
static bool overflow(const struct rh_stmt *stmt, const PGresult *result, struct rh_error *error)
{
	return !stmt && !in_sql(field(result, PG_DIAG_CONTEXT)) &&
	       !rh_fail(error, 6502, 0,
			"PL/SQL: numeric or value error: number precision too large");
}

/* Without a statement it is a variable. */
static bool too_long(const struct rh_stmt *stmt, const char *message, struct rh_error *error)
{
	if (stmt)
		return !rh_fail(error, 12899, 0, "value too large for column (%s)", message);
	return !rh_fail(error, 6502, 0,
			"PL/SQL: numeric or value error: character string buffer too small");
}

/* What a column or a variable does not hold. */
static bool value_error(const struct rh_stmt *stmt, const PGresult *result, const char *state,
			struct rh_error *error)
{
	const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);

	if (strcmp(state, "22001") == 0)
		return too_long(stmt, message, error);
	if (strcmp(state, "22P02") == 0)
		return no_number(stmt, result, error);
	if (strcmp(state, "22003") == 0)
		return overflow(stmt, result, error);
	return strcmp(state, "22004") == 0 && strstr(message, "declared NOT NULL") &&
	       !rh_fail(error, 6502, 0, "PL/SQL: numeric or value error");
}

/* false: by its driver. */
static bool cancelled(struct rh_session *session, struct rh_error *error)
{
	char other[40];

	if (rh_session_doomed(session) == 28)
		return !rh_fail(error, 28, 0, "your session has been killed");
	return rh_in_doubt_met(session, other, sizeof(other)) &&
	       !rh_fail(error, 1591, 0, "lock held by in-doubt distributed transaction %s", other);
}

/* Errors that name what they are about. */
static bool named_error(struct rh_session *session, const struct rh_stmt *stmt,
			const PGresult *result, const char *state, struct rh_error *error)
{
	const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *schema = field(result, PG_DIAG_SCHEMA_NAME);
	const char *name = field(result, PG_DIAG_CONSTRAINT_NAME);

	if (strcmp(state, "57014") == 0)
		return cancelled(session, error);
	/* two sessions made the same thing at once, and both had found the name free */
	if (strcmp(state, "23505") == 0 && strcmp(schema, "pg_catalog") == 0)
		return !rh_fail(error, 955, 0, "name is already used by an existing object");
	if (strcmp(state, "23505") == 0)
		return !rh_fail(error, 1, 0, "unique constraint (%s.%s) violated", schema, name);
	if (strcmp(state, "23502") == 0)
		return !not_null(stmt, result, error);
	if (strcmp(state, "23503") == 0)
		return !foreign_key(result, error);
	if (strcmp(state, "23514") == 0)
		return !rh_fail(error, 2290, 0, "check constraint (%s.%s) violated", schema, name);
	if (strcmp(state, "22023") == 0)
		return sequence_refused(message, error);
	if (strcmp(state, "21000") == 0 && strstr(message, "MERGE"))
		return !rh_fail(error, 30926, 0,
				"unable to get a stable set of rows in the source tables");
	if (strcmp(state, "42883") == 0)
		return wrong_arguments(stmt, message, error);
	if (strncmp(state, "22", 2) == 0)
		return value_error(stmt, result, state, error);
	return changed_beside(message, state, error) || object_error(result, message, state, error);
}

/* 23ai names the privilege that DML on a table lacks: ORA-41900 of Oracle's error help. */
static bool privilege_error(struct rh_session *session, const struct rh_stmt *stmt,
			    const char *message, const char *state, struct rh_error *error)
{
	static const struct {
		enum sql_stmt_kind kind;
		const char *privilege;
	} needed[] = { { S_INSERT, "INSERT" }, { S_UPDATE, "UPDATE" }, { S_DELETE, "DELETE" } };
	const struct sql_stmt *s = stmt ? stmt->parsed : NULL;
	const struct sql_relation *target = s && s->target ? s->target->relation : NULL;
	char denied[200];

	if (strcmp(state, "42501") != 0 || !target || session->server->profile->release < RH_23)
		return false;
	(void)snprintf(denied, sizeof(denied), "permission denied for table %s", target->name);
	for (size_t i = 0; i < CW_ARRAY_LEN(needed); i++)
		if (needed[i].kind == s->kind && strcmp(message, denied) == 0)
			return !rh_fail(error, 41900, 0, "missing %s privilege on \"%s\".\"%s\"",
					needed[i].privilege, target->schema, target->name);
	return false;
}

/* What groups, where it may not. */
static bool group_error(const struct rh_stmt *stmt, const char *message, const char *state,
			struct rh_error *error)
{
	const struct sql_query *query = stmt && stmt->parsed ? stmt->parsed->query : NULL;
	bool grouped = query && query->select && query->select->group;

	if (strcmp(state, "42803") != 0)
		return false;
	if (strstr(message, "not allowed"))
		return !rh_fail(error, 934, 0, "group function is not allowed here");
	if (strstr(message, "nested"))
		return !rh_fail(error, grouped ? 3001 : 978, 0,
				grouped ? "unimplemented feature: a group function of another"
					: "nested group function without GROUP BY");
	if (query && query->select && !grouped && query->select->aggregated)
		return !rh_fail(error, 937, 0, "not a single-group group function");
	return false;
}

/* No cast makes it fit: of a block it is an argument. */
static bool cast_error(const struct rh_stmt *stmt, const char *state, struct rh_error *error)
{
	if (strcmp(state, "42846") != 0)
		return false;
	return stmt ? !rh_fail(error, 932, 0, "inconsistent datatypes")
		    : !rh_fail(error, 6550, 0, "PLS-00306: wrong number or types of arguments");
}

bool rh_exec_error_of(struct rh_session *session, const struct rh_stmt *stmt,
		      const PGresult *result, struct rh_error *error)
{
	const char *state = field(result, PG_DIAG_SQLSTATE);
	const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);

	if (!result || PQstatus(session->pg) != CONNECTION_OK || strncmp(state, "57P", 3) == 0)
		return rh_exec_lost(session, error);
	if (own_error(message, error)) {
		if (error->code == 1722)
			(void)no_number(stmt, result, error);
		return false;
	}
	if (privilege_error(session, stmt, message, state, error) ||
	    group_error(stmt, message, state, error) || cast_error(stmt, state, error) ||
	    named_error(session, stmt, result, state, error))
		return false;
	for (size_t i = 0; i < CW_ARRAY_LEN(fixed); i++)
		if (strcmp(fixed[i].state, state) == 0)
			return rh_fail(error, fixed[i].code, 0, "%s", fixed[i].text);
	if (strncmp(state, "42", 2) == 0) /* drivers leave a session that said ORA-00600 */
		return rh_fail(error, 3001, 0, "unimplemented feature: %s", message);
	return rh_fail(error, 600, 0, "internal error code, arguments: [%s], [%s]", state, message);
}

bool rh_exec_error(struct rh_session *session, const PGresult *result, struct rh_error *error)
{
	return rh_exec_error_of(session, NULL, result, error);
}
