/* exec_session.c - ALTER SESSION SET ...; see exec.h */
#include "rehearsal/exec_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Formats of which functions of schema ora make use, by the name they look for. */
static const struct {
	const char *parameter, *setting;
} formats[] = { { "NLS_DATE_FORMAT", "rh.nls_date_format" },
		{ "NLS_TIMESTAMP_FORMAT", "rh.nls_timestamp_format" },
		{ "NLS_TIMESTAMP_TZ_FORMAT", "rh.nls_timestamp_tz_format" } };

/* Parameters that change nothing that can be seen here, whatever their value. */
static const char *const accepted[] = {
	"SQL_TRACE",
	"OPTIMIZER_MODE",
	"RECYCLEBIN",
	"STATISTICS_LEVEL",
	"CURSOR_SHARING",
	"COMMIT_WRITE",
	"COMMIT_WAIT",
	"COMMIT_LOGGING",
	"RESUMABLE",
	"PLSQL_OPTIMIZE_LEVEL",
	"PLSQL_WARNINGS",
	"NLS_CURRENCY",
	"NLS_ISO_CURRENCY",
	"NLS_CALENDAR",
	"SORT_AREA_SIZE",
	"HASH_AREA_SIZE",
	"WORKAREA_SIZE_POLICY",
	"EVENTS",
	"TRACEFILE_IDENTIFIER",
	"_ORACLE_SCRIPT", /* between the containers of one database alone does it change anything */
};

/* Parameters of which the one value is known that is in force anyway. */
static const struct {
	const char *parameter, *value;
} only[] = { { "NLS_NUMERIC_CHARACTERS", ".," }, { "NLS_LANGUAGE", "AMERICAN" },
	     { "NLS_TERRITORY", "AMERICA" },	 { "NLS_DATE_LANGUAGE", "AMERICAN" },
	     { "NLS_SORT", "BINARY" },		 { "NLS_COMP", "BINARY" } };

static bool set_format(struct rh_session *session, const char *setting, const char *value,
		       struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result;
	bool ok;

	cw_wr_text(&sql, "SELECT pg_catalog.set_config(");
	sql_print_literal(&sql, setting, strlen(setting));
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, value, strlen(value));
	cw_wr_text(&sql, ", false);");
	if (session->exec->settings.len + sql.len < 65536) {
		if (session->exec->settings.len > 0) /* over the NUL */
			session->exec->settings.len--;
		cw_wr_put(&session->exec->settings, sql.at0, sql.len);
		cw_wr_u8(&session->exec->settings, 0);
	}
	sql.len--; /* the extended protocol takes one statement */
	cw_wr_u8(&sql, 0);
	ok = rh_exec_statement(session, (const char *)sql.at0, NULL, 0, &result, error);
	cw_wr_release(&sql);
	if (ok)
		PQclear(result);
	return ok;
}

/* What is no zone fails where it is read first, as here; an offset is told with two digits each. */
static bool set_time_zone(struct rh_session *session, const char *value, struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result;
	unsigned hours, minutes;
	char sign[2], offset[16];
	int len = 0;
	bool ok;

	if (sscanf(value, "%1[+-]%2u:%2u%n", sign, &hours, &minutes, &len) == 3 && !value[len]) {
		(void)snprintf(offset, sizeof(offset), "%s%02u:%02u", sign, hours, minutes);
		value = offset;
	}

	cw_wr_text(&sql, "SELECT ora.at_zone(ora.systimestamp(), ");
	sql_print_literal(&sql, value, strlen(value));
	cw_wr_text(&sql, ")");
	cw_wr_u8(&sql, 0);
	ok = rh_exec_statement(session, (const char *)sql.at0, NULL, 0, &result, error);
	cw_wr_release(&sql);
	if (!ok)
		return false;
	PQclear(result);
	return set_format(session, "rh.time_zone", value, error);
}

/* What every transaction that the session begins from now on is. */
static bool set_isolation(struct rh_session *session, const char *value, struct rh_error *error)
{
	bool serializable = strcmp(value, "SERIALIZABLE") == 0;

	if (!serializable && strcmp(value, "READ COMMITTED") != 0)
		return rh_fail(error, 2183, 0,
			       "valid options: ISOLATION_LEVEL { SERIALIZABLE | READ COMMITTED }");
	if (!set_format(session, "default_transaction_isolation",
			serializable ? "repeatable read" : "read committed", error))
		return false;
	session->exec->serializable = serializable;
	return true;
}

static bool set_length_semantics(struct rh_session *session, const char *value,
				 struct rh_error *error)
{
	session->exec->char_semantics = strcasecmp(value, "CHAR") == 0;
	return session->exec->char_semantics || strcasecmp(value, "BYTE") == 0 ||
	       rh_fail(error, 2097, 0,
		       "parameter cannot be modified because specified value is invalid");
}

/* Parameters that do something of their own. */
static const struct {
	const char *parameter;
	bool (*set)(struct rh_session *session, const char *value, struct rh_error *error);
} setters[] = { { "TIME_ZONE", set_time_zone },
		{ "ISOLATION_LEVEL", set_isolation },
		{ "NLS_LENGTH_SEMANTICS", set_length_semantics } };

static bool set_one(struct rh_stmt *stmt, const char *parameter, const char *value,
		    struct rh_error *error)
{
	struct rh_session *session = stmt->session;

	for (size_t i = 0; i < CW_ARRAY_LEN(formats); i++)
		if (strcmp(parameter, formats[i].parameter) == 0)
			return set_format(session, formats[i].setting, value, error);
	for (size_t i = 0; i < CW_ARRAY_LEN(setters); i++)
		if (strcmp(parameter, setters[i].parameter) == 0)
			return setters[i].set(session, value, error);
	for (size_t i = 0; i < CW_ARRAY_LEN(accepted); i++)
		if (strcasecmp(parameter, accepted[i]) == 0)
			return true;
	for (size_t i = 0; i < CW_ARRAY_LEN(only); i++)
		if (strcmp(parameter, only[i].parameter) == 0)
			return strcasecmp(value, only[i].value) == 0 ||
			       rh_fail(error, 3001, 0, "unimplemented feature: %s", parameter);
	if (strcmp(parameter, "CURRENT_SCHEMA") == 0) {
		stmt->changed_session = true;
		return rh_set_current_schema(session, value, error);
	}
	if (strcmp(parameter, "PARALLEL_DML") == 0) /* of ALTER SESSION FORCE PARALLEL DML */
		return set_format(session, "rh.parallel_dml", value, error);
	if (strcmp(parameter, "DDL_LOCK_TIMEOUT") == 0) {
		session->exec->ddl_lock_timeout_s = (unsigned)strtoul(value, NULL, 10) % 1000001;
		return true;
	}
	if (strcmp(parameter, "CONTAINER") == 0)
		return rh_fail(error, 65090, 0, "operation only allowed in a container database");
	return rh_fail(error, 2248, 0, "invalid option for ALTER SESSION");
}

bool rh_alter_session(struct rh_stmt *stmt, struct rh_error *error)
{
	for (const struct sql_set *set = stmt->parsed->set; set; set = set->next)
		if (!set_one(stmt, set->column->text, set->value->text, error))
			return false;
	return true;
}
