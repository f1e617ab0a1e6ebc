/* source.c - see assess.h: what Oracle must have */
#include "assess/findings.h"
#include "endpoint/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NOT_THERE    942   /* ORA-00942: table or view does not exist, or no right to see it */
#define NO_COLUMN    904   /* ORA-00904: invalid identifier */
#define COLUMN_ERROR 7301  /* CW7301: a column that is not covered */
#define NAME_ERROR   7308  /* CW7308: a name that LogMiner does not tell */
#define NO_RIGHT     1031  /* ORA-01031: insufficient privileges */
#define NOT_COMPILED 6550  /* ORA-06550: PLS-00201, no such package or no right to it */
#define NOT_IN_PDB   65040 /* ORA-65040: operation not allowed from within a pluggable database */

static bool is(const struct cw_answer *answer, unsigned column, const char *text)
{
	const char *cell = cw_cell(answer, 0, column);

	return cell && strcmp(cell, text) == 0;
}

static void check_logging(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(&f->sides,
			"select log_mode, force_logging, supplemental_log_data_min, open_mode "
			"from v$database",
			0, NULL, &a, &err) ||
	    a.rows != 1) {
		cw_finding_of_error(f, "source.database", &err,
				    "GRANT SELECT ON V_$DATABASE TO the account");
		return;
	}
	if (!is(&a, 0, "ARCHIVELOG"))
		cw_finding(
			f, CW_STOP, "source.archivelog",
			"the database is in %s mode: its redo is overwritten|SHUTDOWN IMMEDIATE; "
			"STARTUP MOUNT; ALTER DATABASE ARCHIVELOG; ALTER DATABASE OPEN",
			cw_cell(&a, 0, 0) ? cw_cell(&a, 0, 0) : "unknown");
	if (!is(&a, 1, "YES"))
		cw_finding(f, CW_STOP, "source.force_logging",
			   "NOLOGGING and direct path writes leave no redo: rows would be lost "
			   "without any error|ALTER DATABASE FORCE LOGGING");
	if (!is(&a, 2, "YES") && !is(&a, 2, "IMPLICIT"))
		cw_finding(f, CW_STOP, "source.supplemental_min",
			   "minimal supplemental logging is off: LogMiner cannot put rows "
			   "together|ALTER DATABASE ADD SUPPLEMENTAL LOG DATA");
	if (!is(&a, 3, "READ WRITE"))
		cw_finding(f, CW_STOP, "source.open_mode",
			   "the database is open %s|connect to the primary, open read write",
			   cw_cell(&a, 0, 3) ? cw_cell(&a, 0, 3) : "not at all");
}

/* ---- privileges ------------------------------------------------------------------------------ */

static const struct {
	const char *name, *why;
	unsigned long since; /* the release that brought it; 0: all have it */
	enum cw_severity missing;
} needed[] = {
	{ "CREATE SESSION", "to log in", 0, CW_STOP },
	{ "CREATE TABLE", "for the table that marks Causeway's own transactions", 0, CW_STOP },
	{ "SELECT ANY TABLE", "to load", 0, CW_STOP },
	{ "FLASHBACK ANY TABLE", "to load AS OF one SCN", 0, CW_STOP },
	{ "SELECT ANY TRANSACTION", "to mine the redo", 0, CW_STOP },
	{ "LOGMINING", "to mine the redo", 12, CW_STOP },
	{ "SELECT ANY SEQUENCE", "to hand sequences over", 0, CW_STOP },
	{ "ALTER SYSTEM", "to end sessions and shut the door at the cut-over", 0, CW_STOP },
	{ "RESTRICTED SESSION", "to log in behind the shut door", 0, CW_STOP },
	{ "ALTER USER",
	  "to lock the applications' accounts: a restricted session ends with the instance", 0,
	  CW_WARN },
	{ "ALTER ANY TRIGGER", "to switch triggers off and on at the cut-over", 0, CW_STOP },
	{ "ALTER ANY TABLE", "to switch foreign keys off and on at the cut-over", 0, CW_STOP },
	{ "ALTER ANY SEQUENCE", "to hand sequences back", 0, CW_STOP },
	{ "INSERT ANY TABLE", "for the way back", 0, CW_STOP },
	{ "UPDATE ANY TABLE", "for the way back", 0, CW_STOP },
	{ "DELETE ANY TABLE", "for the way back", 0, CW_STOP },
	{ "CREATE ANY JOB", "to park jobs of other schemas", 0, CW_STOP },
};

static void check_privileges(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;
	unsigned long release;

	if (!cw_ask_ora(&f->sides, "select privilege from session_privs", 0, NULL, &a, &err)) {
		cw_finding_of_error(f, "source.privileges", &err, "");
		return;
	}
	release = strtoul(cw_ora_version(f->sides.ora), NULL, 10);
	for (size_t i = 0; i < CW_ARRAY_LEN(needed); i++) {
		bool found = needed[i].since > release;

		for (unsigned r = 0; r < a.rows && !found; r++)
			found = strcmp(cw_cell(&a, r, 0), needed[i].name) == 0;
		if (!found)
			cw_finding(f, needed[i].missing, "source.privilege",
				   "privilege %s is missing, %s|GRANT %s TO %s", needed[i].name,
				   needed[i].why, needed[i].name, f->config->source.user);
	}
}

/* What is not a system privilege is tried: one row of each view that is read later. */
static void check_views(struct cw_findings *f)
{
	static const struct {
		const char *name, *grant;
	} views[] = {
		{ "v$log", "V_$LOG" },
		{ "v$logfile", "V_$LOGFILE" },
		{ "v$archived_log", "V_$ARCHIVED_LOG" },
		{ "v$transaction", "V_$TRANSACTION" },
		{ "gv$transaction", "GV_$TRANSACTION" },
		{ "v$session", "V_$SESSION" },
		{ "gv$session", "GV_$SESSION" },
		{ "dba_2pc_pending", "DBA_2PC_PENDING" },
		{ "v$parameter", "V_$PARAMETER" },
		{ "v$thread", "V_$THREAD" },
		{ "v$instance", "V_$INSTANCE" },
		{ "dba_objects", "DBA_OBJECTS" },
		{ "dba_scheduler_jobs", "DBA_SCHEDULER_JOBS" },
		{ "dba_triggers", "DBA_TRIGGERS" },
		{ "dba_sequences", "DBA_SEQUENCES" },
		{ "dba_users", "DBA_USERS" },
		{ "dba_sys_privs", "DBA_SYS_PRIVS" },
		{ "dba_role_privs", "DBA_ROLE_PRIVS" },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(views); i++) {
		struct cw_answer a;
		struct cw_err err;
		char sql[96];

		(void)snprintf(sql, sizeof(sql), "select to_char(count(*)) from %s", views[i].name);
		if (cw_ask_ora(&f->sides, sql, 0, NULL, &a, &err))
			continue;
		if (err.native == NOT_THERE || err.native == NO_RIGHT)
			cw_finding(f, CW_STOP, "source.view",
				   "%s cannot be read: %.200s|GRANT SELECT ON %s TO %s",
				   views[i].name, err.text, views[i].grant, f->config->source.user);
		else
			cw_finding_of_error(f, "source.view", &err, "");
	}
}

static bool try_logminer(struct cw_findings *f, const char *member, struct cw_err *err)
{
	struct cw_answer a;
	bool ok;

	ok = cw_tell_ora(&f->sides, err,
			 "begin sys.dbms_logmnr.add_logfile(logfilename => '%s', options => 1); "
			 "sys.dbms_logmnr.start_logmnr(options => 16); end;",
			 member) &&
	     cw_ask_ora(&f->sides, "select to_char(count(*)) from v$logmnr_contents where 1 = 0", 0,
			NULL, &a, err);
	return cw_tell_ora(&f->sides, ok ? err : &(struct cw_err){ 0 },
			   "begin sys.dbms_logmnr.end_logmnr(); end;") &&
	       ok;
}

/* It is tried with the log that is written now, of which nothing is read. */
static void check_logminer(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err = { 0 };
	const char *cure = "have a DBA see why; grants that are needed are told above";

	if (!cw_ask_ora(&f->sides,
			"select min(f.member) from v$log l, v$logfile f where f.group# = l.group# "
			"and l.status = 'CURRENT'",
			0, NULL, &a, &err)) {
		if (err.native != NOT_THERE && err.native != NO_RIGHT) /* else it is told already */
			cw_finding_of_error(f, "source.logminer", &err, "");
		return;
	}
	if (a.rows != 1 || !cw_cell(&a, 0, 0)) {
		cw_finding(f, CW_STOP, "source.logminer",
			   "V$LOG names no log that is written now|have a DBA see why");
		return;
	}
	if (try_logminer(f, cw_cell(&a, 0, 0), &err))
		return;
	if (err.native == NOT_IN_PDB)
		cure = "its redo is told in the root alone, where Causeway does not follow: cross from "
		       "a database that is no container database, or from release 21c or later";
	else if (err.native == NOT_COMPILED)
		cure = "GRANT EXECUTE ON DBMS_LOGMNR TO the account of source.user";
	cw_finding(f, CW_STOP, "source.logminer", "LogMiner cannot be used: %.300s|%s", err.text,
		   cure);
}

/* ---- tables -------------------------------------------------------------------------------------- */

static bool logs_all(const struct cw_answer *groups, const char *table, bool keyed)
{
	for (unsigned i = 0; i < groups->rows; i++) {
		const char *kind = cw_cell(groups, i, 1);

		if (strcmp(cw_cell(groups, i, 0), table) != 0 || !kind)
			continue;
		if (strcmp(kind, "ALL COLUMN LOGGING") == 0 ||
		    (keyed && strcmp(kind, "PRIMARY KEY LOGGING") == 0))
			return true;
	}
	return false;
}

static void check_one_table(struct cw_findings *f, const struct cw_table *table,
			    const struct cw_answer *groups)
{
	const char *owner = table->shape.owner, *name = table->shape.name;

	if (!logs_all(groups, name, table->shape.key_count > 0))
		cw_finding(f, CW_STOP, "source.supplemental_table",
			   "%s.%s does not log what an UPDATE needs|ALTER TABLE \"%s\".\"%s\" ADD "
			   "SUPPLEMENTAL LOG DATA (ALL) COLUMNS",
			   owner, name, owner, name);
	if (table->shape.key_count == 0)
		cw_finding(f, CW_NOTE, "source.no_key",
			   "%s.%s has no primary key: its rows are found by all their columns, and "
			   "equal rows are counted|add a primary key if rows are updated often",
			   owner, name);
}

static void check_conditions(struct cw_findings *f, const struct cw_table *table)
{
	const char *owner = table->shape.owner, *name = table->shape.name;

	for (uint16_t i = 0; i < table->check_count; i++) {
		const struct cw_check *check = &table->check[i];

		if (!check->validated)
			cw_finding(
				f, CW_WARN, "source.check_constraint",
				"%s.%s: %s was never validated, PostgreSQL will not check it, since "
				"it would refuse every change of a row that breaks it: %.300s|correct "
				"the rows and add it to the target by hand",
				owner, name, check->name, check->condition);
		else if (!check->pg_condition)
			cw_finding(
				f, CW_WARN, "source.check_constraint",
				"%s.%s: the condition of %s has no plain equivalent, PostgreSQL will "
				"not check it: %.300s|add it to the target by hand, in PostgreSQL's "
				"words",
				owner, name, check->name, check->condition);
	}
}

static void check_names(struct cw_findings *f, const struct cw_table *table)
{
	static const char text[] =
		"%s.%s: %s %s will be %s on PostgreSQL, where a table, a sequence or "
		"a key has its name|know it by that name there";
	const char *owner = table->shape.owner, *name = table->shape.name;

	for (uint16_t i = 0; i < table->unique_count; i++)
		if (table->key[i].renamed)
			cw_finding(f, CW_NOTE, "source.renamed", text, owner, name, "key",
				   table->key[i].name, table->key[i].pg_name);
	for (uint16_t i = 0; i < table->index_count; i++)
		if (table->index[i].renamed)
			cw_finding(f, CW_NOTE, "source.renamed", text, owner, name, "index",
				   table->index[i].name, table->index[i].pg_name);
}

/* What stands beside the rows and has no plain equivalent is a comment in the DDL: told here, too. */
static void check_left_out(struct cw_findings *f, const struct cw_table *table)
{
	const char *owner = table->shape.owner, *name = table->shape.name;

	check_conditions(f, table);
	check_names(f, table);
	for (uint16_t i = 0; i < table->shape.column_count; i++)
		if (table->ora_default[i] && !table->pg_default[i])
			cw_finding(
				f, CW_WARN, "source.default",
				"%s.%s: the default of column %s has no plain equivalent, PostgreSQL "
				"will have none: %.300s|set it on the target by hand",
				owner, name, table->shape.column[i].name, table->ora_default[i]);
	for (uint16_t i = 0; i < table->index_count; i++)
		if (table->index[i].why_not && *table->index[i].why_not)
			cw_finding(
				f, table->index[i].unique ? CW_WARN : CW_NOTE, "source.index",
				"%s.%s: index %s is not made on PostgreSQL: %s|make one there that "
				"serves the same queries",
				owner, name, table->index[i].name, table->index[i].why_not);
	for (uint16_t i = 0; i < table->unique_count; i++)
		if (table->key[i].deferrable)
			cw_finding(
				f, CW_WARN, "source.deferrable",
				"%s.%s: key %s is DEFERRABLE, PostgreSQL will look at it at once|let "
				"the applications write in an order that keeps it, there",
				owner, name, table->key[i].name);
	for (uint16_t i = 0; i < table->foreign_count; i++)
		if (table->foreign[i].enabled && !table->foreign[i].parent)
			cw_finding(
				f, CW_WARN, "source.foreign_key",
				"%s.%s: foreign key %s is not made on PostgreSQL, its parent is not "
				"in the crossing (%s)|let the parent cross, too, or check it in the "
				"applications",
				owner, name, table->foreign[i].name, table->foreign[i].parent_text);
}

/* What is code, or made of tables, stays where it is: one finding for each kind, with the names. */
static void check_left_behind(struct cw_findings *f, const char *schema)
{
	static const char sql[] =
		"select object_type, object_name from all_objects where owner = :1 and "
		"object_type in ('VIEW', 'MATERIALIZED VIEW', 'PROCEDURE', 'FUNCTION', 'PACKAGE', "
		"'TRIGGER', 'TYPE', 'SYNONYM', 'DATABASE LINK', 'QUEUE', 'JAVA CLASS') "
		"order by object_type, object_name";
	struct cw_answer a;
	struct cw_err err;
	char names[400];

	if (!cw_ask_ora(&f->sides, sql, 1, &schema, &a, &err)) {
		cw_finding_of_error(f, "source.left_behind", &err, "");
		return;
	}
	for (unsigned i = 0, end; i < a.rows; i = end) {
		const char *kind = cw_cell(&a, i, 0);
		size_t len = 0;

		names[0] = '\0';
		for (end = i; end < a.rows && strcmp(cw_cell(&a, end, 0), kind) == 0; end++)
			if (len < sizeof(names) - 1)
				len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
							end > i ? ", " : "", cw_cell(&a, end, 1));
		cw_finding(
			f, CW_NOTE, "source.left_behind",
			"%u of kind %s in %s are not made on PostgreSQL: %s%s|write on PostgreSQL "
			"those that the applications need",
			end - i, kind, schema, names, len >= sizeof(names) ? " ..." : "");
	}
}

/* One finding for each row of (table, column) that @sql answers; a dictionary older than the thing has none. */
static void find_each(struct cw_findings *f, const char *schema, const char *sql,
		      enum cw_severity severity, const char *code, const char *text)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(&f->sides, sql, 1, &schema, &a, &err)) {
		if (err.native != NOT_THERE && err.native != NO_COLUMN)
			cw_finding_of_error(f, code, &err, "");
		return;
	}
	for (unsigned i = 0; i < a.rows; i++) {
		const char *cause = strchr(text, '|');

		if (cw_is_left_out(f, schema, cw_cell(&a, i, 0)))
			continue;
		cw_finding(f, severity, code, "%s.%s: column %s %.*s%s", schema, cw_cell(&a, i, 0),
			   cw_cell(&a, i, 1), (int)(cause - text), text, cause);
	}
}

/* Columns that fill themselves, tables whose rows can go without a trace. */
static void check_kinds(struct cw_findings *f, const char *schema)
{
	find_each(
		f, schema,
		"select table_name, column_name from all_tab_identity_cols where owner = :1 and "
		"generation_type = 'ALWAYS'",
		CW_STOP, "source.identity_always",
		"is GENERATED ALWAYS: Oracle refuses the values that the way back brings|ALTER TABLE "
		"... MODIFY (column GENERATED BY DEFAULT AS IDENTITY)");
	find_each(
		f, schema,
		"select table_name, column_name from all_tab_cols where owner = :1 and "
		"default_on_null = 'YES'",
		CW_WARN, "source.default_on_null",
		"has DEFAULT ON NULL: an INSERT of NULL gets the default on Oracle and is refused on "
		"PostgreSQL|let the applications leave the column out, or add a trigger");
	find_each(
		f, schema,
		"select table_name, column_name from all_tab_cols where owner = :1 and "
		"data_type like 'TIMESTAMP(%) WITH LOCAL TIME ZONE' and upper(dbtimezone) not in "
		"('+00:00', '-00:00', '00:00', 'UTC', 'GMT', 'UCT', 'ETC/UTC', 'ETC/GMT')",
		CW_STOP, "source.local_time",
		"is local time of the database's time zone, which is not UTC|leave the table out, or "
		"make it TIMESTAMP WITH TIME ZONE on Oracle");
	if (strcmp(f->config->follow.mode, "raw") == 0)
		find_each(f, schema,
			  "select table_name, column_name from all_tab_cols where owner = :1 and "
			  "data_type in ('NVARCHAR2', 'NCHAR') and exists (select 1 from "
			  "nls_database_parameters where parameter = 'NLS_NCHAR_CHARACTERSET' and "
			  "value <> 'AL16UTF16')",
			  CW_STOP, "source.national_set",
			  "is of the national character set, which is not AL16UTF16 (CW7307)|set "
			  "follow.mode to catalog, or leave the table out");
	find_each(
		f, schema,
		"select p.table_name, k.column_name from all_part_tables p, all_part_key_columns k "
		"where p.owner = :1 and k.owner = p.owner and k.name = p.table_name and "
		"k.object_type = 'TABLE' and k.column_position = 1",
		CW_WARN, "source.partitions",
		"parts it: PostgreSQL gets one table, and of its partitions only ADD, RENAME and those "
		"that an interval makes are followed|keep from DROP, TRUNCATE, EXCHANGE, SPLIT, MERGE "
		"and MOVE PARTITION until the crossing is over");
	find_each(
		f, schema,
		"select p.table_name, k.column_name from all_part_tables p, all_part_key_columns k, "
		"all_tables t where p.owner = :1 and k.owner = p.owner and k.name = p.table_name and "
		"k.object_type = 'TABLE' and t.owner = p.owner and t.table_name = p.table_name and "
		"t.row_movement = 'DISABLED'",
		CW_WARN, "source.row_movement",
		"parts it and rows may not move: an UPDATE on PostgreSQL that would move one stops "
		"the way back (ORA-14402)|ALTER TABLE ... ENABLE ROW MOVEMENT");
}

static void check_tables(struct cw_findings *f)
{
	const struct cw_config_list *schemas = &f->config->source.schemas;
	struct cw_catalog catalog;
	unsigned bad = 0;
	struct cw_err err;

	for (unsigned s = 0; s < schemas->count; s++)
		bad += cw_assess_columns(f, schemas->at[s]);
	if (!cw_sides_need_ora(&f->sides, &err) ||
	    !cw_catalog_read(f->sides.ora, schemas, &f->config->source.leave_out, &catalog, &err)) {
		if (bad == 0 || (err.code != COLUMN_ERROR &&
				 err.code != NAME_ERROR)) /* the first of them is told already */
			cw_finding_of_error(f, "source.tables", &err,
					    "leave the table out, or change it on Oracle");
		return;
	}
	for (unsigned s = 0; s < schemas->count; s++) {
		struct cw_answer groups;

		if (!cw_ask_ora(&f->sides,
				"select table_name, log_group_type from all_log_groups where "
				"owner = :1",
				1, &schemas->at[s], &groups, &err)) {
			cw_finding_of_error(f, "source.log_groups", &err, "");
			continue;
		}
		for (uint32_t i = 0; i < catalog.table_count; i++)
			if (strcmp(catalog.table[i]->shape.owner, schemas->at[s]) == 0) {
				check_one_table(f, catalog.table[i], &groups);
				check_left_out(f, catalog.table[i]);
			}
		check_kinds(f, schemas->at[s]);
		check_left_behind(f, schemas->at[s]);
	}
	for (unsigned i = 0; i < f->config->source.leave_out.count; i++)
		cw_finding(
			f, CW_NOTE, "source.left_out",
			"%s is left out, as crossing.yaml says: it is neither loaded, followed nor "
			"compared|take it from source.leave_out if it is to cross",
			f->config->source.leave_out.at[i]);
	cw_catalog_release(&catalog);
}

/* Rows that are in no session's hands: neither load nor cut-over may begin with them [CW7023, CW4236]. */
static void check_in_doubt(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(&f->sides,
			"select local_tran_id, db_user, host from dba_2pc_pending where state in "
			"('collecting', 'prepared')",
			0, NULL, &a, &err))
		return; /* told by check_views() */
	for (unsigned i = 0; i < a.rows; i++)
		cw_finding(
			f, CW_STOP, "source.in_doubt",
			"distributed transaction %s of %s from %s is in doubt: it is committed or rolled "
			"back nobody knows when|let its coordinator recover, or COMMIT FORCE '%s', or "
			"ROLLBACK FORCE '%s'",
			cw_cell(&a, i, 0), cw_cell(&a, i, 1) ? cw_cell(&a, i, 1) : "nobody",
			cw_cell(&a, i, 2) ? cw_cell(&a, i, 2) : "nowhere", cw_cell(&a, i, 0),
			cw_cell(&a, i, 0));
}

/* Capture reads the redo of all instances; the cut-over shuts the door of one. */
static void check_instances(struct cw_findings *f)
{
	struct cw_answer answer;
	struct cw_err err;
	int64_t open;

	if (!cw_ask_ora(&f->sides, "select to_char(count(*)) from v$thread where status = 'OPEN'",
			0, NULL, &answer, &err) ||
	    !cw_number_of(&answer, "the number of open redo threads", &open, &err))
		cw_finding_of_error(f, "source.instances", &err, "");
	else if (open > 1)
		cw_finding(
			f, CW_WARN, "source.instances",
			"%" PRId64 " instances are open|load and follow as it is; before the "
			"cut-over shut down all but one, it shuts the door of one alone [CW4228]",
			open);
}

/* In the root V$LOGMNR_CONTENTS has the redo of all pluggable databases; 11g has none. */
static void check_container(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_sides_need_ora(&f->sides, &err)) { /* the check before may have lost it */
		cw_finding_of_error(f, "source.container", &err, "");
		return;
	}
	if (strtoul(cw_ora_version(f->sides.ora), NULL, 10) < 12)
		return;
	if (!cw_ask_ora(&f->sides, "select sys_context('USERENV', 'CON_ID') from dual", 0, NULL, &a,
			&err))
		cw_finding_of_error(f, "source.container", &err, "");
	else if (a.rows == 1 && cw_cell(&a, 0, 0) &&
		 !cw_setting_suits(CW_SETTING_CONTAINER, cw_cell(&a, 0, 0)))
		cw_finding(f, CW_STOP, "source.container",
			   "the source is the root of a container database: its redo holds the "
			   "rows of all pluggable databases (CW7025)|connect to the one that has "
			   "the tables (source.service)");
}

/* What the server said at the login: a password that expires in mid-crossing ends it. */
static void check_password(struct cw_findings *f)
{
	const char *warning = cw_ora_warning(f->sides.ora);

	if (*warning)
		cw_finding(f, CW_WARN, "source.password",
			   "%s|change it now (causeway sql --new-password), or give the account a "
			   "profile with PASSWORD_LIFE_TIME UNLIMITED until the crossing is over",
			   warning);
}

/* Spare sessions rest, the crossing lasts days, and load and follow open several: what the account's profile says of it. */
static void check_profile(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(
		    &f->sides,
		    "select resource_name, limit from user_resource_limits where resource_name in "
		    "('IDLE_TIME', 'CONNECT_TIME', 'SESSIONS_PER_USER') and limit <> 'UNLIMITED' and "
		    "exists (select 1 from v$parameter where name = 'resource_limit' and "
		    "upper(value) = 'TRUE')",
		    0, NULL, &a, &err)) {
		cw_finding_of_error(f, "source.profile", &err, "");
		return;
	}
	for (unsigned i = 0; i < a.rows; i++)
		cw_finding(
			f, CW_WARN, "source.profile",
			"the account's profile limits %s to %s: Oracle ends or refuses its sessions in the "
			"middle of the crossing|ALTER USER %s PROFILE one that says %s UNLIMITED",
			cw_cell(&a, i, 0), cw_cell(&a, i, 1), f->config->source.user,
			cw_cell(&a, i, 0));
}

void cw_assess_source(struct cw_findings *f)
{
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(&f->sides, "select user from dual", 0, NULL, &a, &err)) {
		cw_finding_of_error(f, "source.login", &err,
				    "check host, port, service, user and password of the source");
		return;
	}
	check_password(f);
	check_profile(f);
	check_logging(f);
	check_privileges(f);
	check_views(f);
	check_container(f);
	check_logminer(f);
	check_instances(f);
	check_in_doubt(f);
	check_tables(f);
}
