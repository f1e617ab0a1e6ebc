/* exec_ddl.c - CREATE, ALTER, DROP and their like, each in a transaction of its own; see exec.h */
#include "rehearsal/exec_ddl.h"

#include <stdlib.h>
#include <string.h>

void rh_ddl_name(struct rh_ddl *ddl, const struct sql_name *name, struct rh_ddl_name *ret)
{
	*ret = (struct rh_ddl_name){ .schema = name->count > 1 ? name->part[name->count - 2]
							       : ddl->session->schema,
				     .name = name->part[name->count - 1] };
}

void rh_ddl_put_name(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	sql_print_ident(&ddl->sql, name->schema);
	cw_wr_u8(&ddl->sql, '.');
	sql_print_ident(&ddl->sql, name->name);
}

/* '"S"."T"'::regclass */
void rh_ddl_put_regclass(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	struct cw_wr text = { 0 };

	sql_print_ident(&text, name->schema);
	cw_wr_u8(&text, '.');
	sql_print_ident(&text, name->name);
	sql_print_literal(&ddl->sql, (const char *)text.at0, text.len);
	cw_wr_text(&ddl->sql, "::regclass");
	cw_wr_release(&text);
}

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

void rh_ddl_want_free_name(struct rh_ddl *ddl, const char *schema, const char *name)
{
	put(ddl, "SELECT rh.want_free_name(");
	sql_print_literal(&ddl->sql, schema, strlen(schema));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, name, strlen(name));
	put(ddl, ", NULL);\n");
}

/* ---- sequences ------------------------------------------------------------------------------------- */

/* Oracle allows 28 digits, PostgreSQL 63 bits: beyond 18 digits there is no limit that matters. */
static void put_limit(struct rh_ddl *ddl, const char *word, bool none, const char *number)
{
	if (none || !number || strlen(number) > 18)
		cw_wr_printf(&ddl->sql, " NO %s", word);
	else
		cw_wr_printf(&ddl->sql, " %s %s", word, number);
}

static const char *cache_size(const struct sql_sequence_options *o)
{
	if (o->no_cache)
		return "1";
	return o->cache ? o->cache : "20";
}

/* How many numbers a cycle has; 0: nobody can count them here. */
static long long cycle_length(const struct sql_sequence_options *o)
{
	long long step = o->has_increment ? atoll(o->increment) : 1;

	if (!o->cycle || !o->max || strlen(o->max) > 18 || step <= 0)
		return 0;
	return (atoll(o->max) - (o->min ? atoll(o->min) : 1)) / step + 1;
}

static bool check_cache(struct rh_ddl *ddl, const struct sql_sequence_options *o)
{
	long long length = cycle_length(o);

	if (o->cache && strlen(o->cache) < 18 && atoll(o->cache) < 2)
		return rh_fail(ddl->error, 4010, 0,
			       "the number of values to CACHE must be greater than 1");
	if (length > 0 && !o->no_cache && atoll(cache_size(o)) > length)
		return rh_fail(ddl->error, 4013, 0, "number to CACHE must be less than one cycle");
	if (o->cycle && !o->max && !(o->has_increment && atoll(o->increment) < 0))
		return rh_fail(ddl->error, 4015, 0,
			       "ascending sequences that CYCLE must specify MAXVALUE");
	return true;
}

static bool sequence_start(struct rh_ddl *ddl, const struct sql_sequence_options *o, bool alter)
{
	if (alter && o->has_start && !o->restart)
		return rh_fail(ddl->error, 2283, 0, "cannot alter starting sequence number");
	if (o->restart && o->has_start) /* LAST_NUMBER shows the start until it was used */
		cw_wr_printf(&ddl->sql, " RESTART WITH %s START WITH %s", o->start, o->start);
	else if (o->restart)
		put(ddl, " RESTART");
	else if (o->has_start)
		cw_wr_printf(&ddl->sql, " START WITH %s", o->start);
	return true;
}

bool rh_ddl_sequence_options(struct rh_ddl *ddl, const struct sql_sequence_options *o, bool alter)
{
	if (!alter && !check_cache(ddl, o))
		return false;
	if (o->has_increment)
		cw_wr_printf(&ddl->sql, " INCREMENT BY %s", o->increment);
	if (o->has_min)
		put_limit(ddl, "MINVALUE", o->no_min, o->min);
	if (o->has_max)
		put_limit(ddl, "MAXVALUE", o->no_max, o->max);
	if (!sequence_start(ddl, o, alter))
		return false;
	if (o->has_cache || !alter)
		cw_wr_printf(&ddl->sql, " CACHE %s", cache_size(o));
	if (o->has_cycle)
		put(ddl, o->cycle ? " CYCLE" : " NO CYCLE");
	return true;
}

static bool sequence(struct rh_ddl *ddl, bool alter)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	if (!alter)
		rh_ddl_want_free_name(ddl, name.schema, name.name);
	put(ddl, alter ? "ALTER SEQUENCE " : "CREATE SEQUENCE ");
	rh_ddl_put_name(ddl, &name);
	if (!rh_ddl_sequence_options(ddl, ddl->parsed->sequence, alter))
		return false;
	put(ddl, ";\n");
	if (ddl->parsed->sequence->has_order) { /* numbers come in order here anyway */
		put(ddl, "SELECT rh.note_sequence(");
		rh_ddl_put_regclass(ddl, &name);
		put(ddl, ddl->parsed->sequence->ordered ? ", true);\n" : ", false);\n");
	}
	return true;
}

/* ---- synonyms, comments ------------------------------------------------------------------------- */

static bool synonym(struct rh_ddl *ddl, bool drop)
{
	const struct sql_stmt *s = ddl->parsed;
	struct rh_ddl_name name, target;
	const char *owner;

	rh_ddl_name(ddl, &s->target->name, &name);
	owner = s->is_public ? "PUBLIC" : name.schema;
	if (drop) {
		put(ddl, "SELECT rh.want_synonym(");
		sql_print_literal(&ddl->sql, owner, strlen(owner));
		put(ddl, ", ");
		sql_print_literal(&ddl->sql, name.name, strlen(name.name));
		put(ddl, ");\n");
	}
	if (drop || s->or_replace) {
		put(ddl, "DELETE FROM rh.synonyms WHERE owner = ");
		sql_print_literal(&ddl->sql, owner, strlen(owner));
		put(ddl, " AND name = ");
		sql_print_literal(&ddl->sql, name.name, strlen(name.name));
		put(ddl, ";\n");
	}
	if (drop)
		return true;
	rh_ddl_want_free_name(ddl, owner, name.name);
	rh_ddl_name(ddl, &s->synonym_for, &target);
	put(ddl, "INSERT INTO rh.synonyms (owner, name, target_owner, target_name) VALUES (");
	sql_print_literal(&ddl->sql, owner, strlen(owner));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, name.name, strlen(name.name));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, target.schema, strlen(target.schema));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, target.name, strlen(target.name));
	put(ddl, ");\n");
	return true;
}

static bool comment(struct rh_ddl *ddl)
{
	const struct sql_stmt *s = ddl->parsed;
	const struct sql_relation *relation;
	struct rh_ddl_name name;

	relation = rh_exec_relation(ddl->session, &s->target->name, ddl->error);
	if (ddl->error->code)
		return false;
	rh_ddl_name(ddl, &s->target->name, &name);
	put(ddl, s->name				   ? "COMMENT ON COLUMN "
		 : relation && relation->kind == 'v' ? "COMMENT ON VIEW "
		 : relation && relation->kind == 'm' ? "COMMENT ON MATERIALIZED VIEW "
						     : "COMMENT ON TABLE ");
	rh_ddl_put_name(ddl, &name);
	if (s->name) {
		put(ddl, ".");
		sql_print_ident(&ddl->sql, s->name);
	}
	put(ddl, " IS ");
	sql_print_literal(&ddl->sql, s->text, strlen(s->text));
	put(ddl, ";\n");
	return true;
}

static bool drop(struct rh_ddl *ddl, const char *what)
{
	const struct sql_stmt *s = ddl->parsed;
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &s->target->name, &name);
	cw_wr_printf(&ddl->sql, "%s ", what);
	rh_ddl_put_name(ddl, &name);
	put(ddl, s->cascade ? " CASCADE;\n" : ";\n");
	return true;
}

/* @function's parameters are the schema and the name of the statement's object. */
static bool call_with_name(struct rh_ddl *ddl, const char *function)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	put(ddl, function);
	sql_print_literal(&ddl->sql, name.schema, strlen(name.schema));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, name.name, strlen(name.name));
	put(ddl, ");\n");
	return true;
}

/* Defaults that draw from it do not keep it. */
static bool drop_sequence(struct rh_ddl *ddl)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	put(ddl, "SELECT rh.free_defaults(");
	rh_ddl_put_regclass(ddl, &name);
	put(ddl, ");\n");
	return drop(ddl, "DROP SEQUENCE");
}

static bool create_table(struct rh_ddl *ddl)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	rh_ddl_want_free_name(ddl, name.schema, name.name);
	return rh_ddl_create_table(ddl);
}

/* Foreign keys that are off keep a table, too; views do not. */
static bool drop_table(struct rh_ddl *ddl)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	if (!ddl->parsed->cascade) {
		put(ddl, "SELECT rh.want_unreferenced(");
		rh_ddl_put_regclass(ddl, &name);
		put(ddl, ");\n");
	}
	rh_ddl_break_readers(ddl, &name);
	return drop(ddl, "DROP TABLE");
}

/* Of a temporary table the session's own rows. */
static bool truncate_table(struct rh_ddl *ddl)
{
	const struct sql_relation *relation =
		rh_exec_relation(ddl->session, &ddl->parsed->target->name, ddl->error);

	if (ddl->error->code)
		return false;
	return drop(ddl, relation && relation->temporary ? "DELETE FROM" : "TRUNCATE TABLE");
}

static bool rename_relation(struct rh_ddl *ddl, const char *what)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	if (ddl->parsed->kind == S_RENAME) {
		rh_ddl_break_readers(ddl, &name);
		rh_ddl_want_free_name(ddl, name.schema, ddl->parsed->name);
	}
	cw_wr_printf(&ddl->sql, "%s ", what);
	rh_ddl_put_name(ddl, &name);
	put(ddl, " RENAME TO ");
	sql_print_ident(&ddl->sql, ddl->parsed->name);
	put(ddl, ";\n");
	return true;
}

/* ---- running it ------------------------------------------------------------------------------------------- */

static bool print(struct rh_ddl *ddl)
{
	switch (ddl->parsed->kind) {
	case S_CREATE_TABLE:
		return create_table(ddl);
	case S_ALTER_TABLE:
		return rh_ddl_alter_table(ddl);
	case S_DROP_TABLE:
		return drop_table(ddl);
	case S_CREATE_INDEX:
		return rh_ddl_create_index(ddl, ddl->parsed, NULL);
	case S_ALTER_INDEX:
		return ddl->parsed->name ? rename_relation(ddl, "ALTER INDEX")
					 : rh_ddl_alter_index(ddl);
	case S_DROP_INDEX:
		return drop(ddl, "DROP INDEX");
	case S_CREATE_SEQUENCE:
		return sequence(ddl, false);
	case S_ALTER_SEQUENCE:
		return sequence(ddl, true);
	case S_DROP_SEQUENCE:
		return drop_sequence(ddl);
	case S_CREATE_VIEW:
	case S_CREATE_MVIEW:
		return rh_ddl_create_view(ddl);
	case S_ALTER_VIEW:
		return rh_ddl_compile_view(ddl);
	case S_DROP_MVIEW:
		return drop(ddl, "DROP MATERIALIZED VIEW");
	case S_DROP_VIEW:
		return call_with_name(ddl, "SELECT rh.drop_view(");
	case S_CREATE_SYNONYM:
		return synonym(ddl, false);
	case S_DROP_SYNONYM:
		return synonym(ddl, true);
	case S_COMMENT:
		return comment(ddl);
	case S_TRUNCATE:
		return truncate_table(ddl);
	case S_RENAME:
		return rename_relation(ddl, "ALTER TABLE");
	default:
		return rh_fail(ddl->error, 3001, 0, "unimplemented feature");
	}
}

/* The text itself, for the redo: who mines it sees it as it was written. */
static void note_redo(struct rh_ddl *ddl)
{
	const struct sql_stmt *s = ddl->parsed;
	bool dropped = s->kind == S_DROP_TABLE || s->kind == S_DROP_VIEW || s->kind == S_DROP_MVIEW ||
		       s->kind == S_DROP_SEQUENCE || s->kind == S_RENAME ||
		       s->kind == S_DROP_INDEX || s->kind == S_ALTER_INDEX;
	struct rh_ddl_name name;

	if (!s->target)
		return;
	rh_ddl_name(ddl, &s->target->name, &name);
	put(ddl, "SELECT rh.redo_ddl(");
	sql_print_literal(&ddl->sql, ddl->stmt->sql, ddl->stmt->len);
	put(ddl, ", ");
	if (dropped || ddl->stmt->compile_errors || s->kind == S_CREATE_SYNONYM ||
	    s->kind == S_DROP_SYNONYM || (s->alter && s->alter->kind == A_RENAME))
		put(ddl, "0");
	else
		rh_ddl_put_regclass(ddl, &name);
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, name.schema, strlen(name.schema));
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, name.name, strlen(name.name));
	put(ddl, ");\n");
}

/* Rows that are there do not meet a constraint that is added or enabled: "... (S.NAME) ..." stays. */
static void cannot_validate(struct rh_error *error)
{
	static const struct {
		int from, to;
		const char *text;
	} words[] = {
		{ 2291, 2298, "cannot validate (%s) - parent keys not found" },
		{ 2290, 2293, "cannot validate (%s) - check constraint violated" },
		{ 1, 2299, "cannot validate (%s) - duplicate keys found" },
	};
	const char *open = strchr(error->text, '('), *close = open ? strchr(open, ')') : NULL;
	char name[300];

	if (!close)
		return;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(close - open - 1), open + 1);
	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (error->code == words[i].from) {
			(void)rh_fail(error, words[i].to, 0, words[i].text, name);
			return;
		}
}

static void cannot_alter(const struct sql_alter *alter, struct rh_error *error)
{
	bool adds = alter && alter->kind == A_ADD_COLUMN;

	if (adds && error->code == 2296)
		(void)rh_fail(error, 1758, 0,
			      "table must be empty to add mandatory (NOT NULL) column");
	else if (adds && error->code == 957)
		(void)rh_fail(error, 1430, 0, "column being added already exists in table");
	else
		cannot_validate(error);
}

/* PostgreSQL looks at where a sequence began, Oracle at where it is. */
static void limit_behind(struct rh_error *error)
{
	if (error->code == 4008)
		(void)rh_fail(error, 4009, 0,
			      "MAXVALUE cannot be made to be less than the current value");
	else if (error->code == 4006)
		(void)rh_fail(error, 4007, 0,
			      "MINVALUE cannot be made to exceed the current value");
}

/* What an error is called of this statement. */
static void name_missing(const struct sql_stmt *s, struct rh_error *error)
{
	static const struct {
		enum sql_stmt_kind kind;
		int from, to;
		const char *text;
	} words[] = {
		{ S_ALTER_SEQUENCE, 942, 2289, "sequence does not exist" },
		{ S_DROP_SEQUENCE, 942, 2289, "sequence does not exist" },
		{ S_DROP_INDEX, 2449, 2429,
		  "cannot drop index used for enforcement of unique/primary key" },
		{ S_DROP_INDEX, 942, 1418, "specified index does not exist" },
		{ S_ALTER_INDEX, 942, 1418, "specified index does not exist" },
		{ S_TRUNCATE, 3001, 2266,
		  "unique/primary keys in table referenced by enabled foreign keys" },
	};

	if (error->code == 2327 && s->kind != S_CREATE_INDEX)
		(void)rh_fail(error, 2329, 0,
			      "column of datatype %s cannot be unique or a primary key",
			      strstr(error->text, "JSON") ? "JSON" : "ADT");
	if (s->kind == S_ALTER_SEQUENCE && !s->sequence->has_start)
		limit_behind(error);
	if (s->kind == S_ALTER_TABLE)
		cannot_alter(s->alter, error);
	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (words[i].kind == s->kind && words[i].from == error->code) {
			(void)rh_fail(error, words[i].to, 0, "%s", words[i].text);
			return;
		}
}

/* Of a relation that units may have read. */
static bool changes_shape(const struct rh_ddl *ddl)
{
	switch (ddl->parsed->kind) {
	case S_CREATE_TABLE:
	case S_ALTER_TABLE:
	case S_DROP_TABLE:
	case S_RENAME:
	case S_CREATE_VIEW:
	case S_DROP_VIEW:
	case S_CREATE_MVIEW:
	case S_DROP_MVIEW:
		return true;
	default:
		return false;
	}
}

bool rh_ddl(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_ddl ddl = {
		.session = stmt->session, .stmt = stmt, .arena = &stmt->run, .error = error
	};
	struct sql_parser parser;
	unsigned wait_ms = stmt->session->exec->ddl_lock_timeout_s * 1000;
	bool ok;

	cw_arena_reset(&stmt->run);
	stmt->compile_errors = false;
	rh_exec_catalog_refresh(stmt->session);
	/* a tree of its own */
	sql_parse_init(&parser, &stmt->run, stmt->session->server->profile->release, stmt->sql,
		       stmt->len, error);
	ddl.parsed = sql_parse_statement(&parser);
	if (!ddl.parsed || !rh_exec_idle(stmt->session, error))
		return false;
	cw_wr_printf(&ddl.sql, "BEGIN; SET LOCAL lock_timeout = '%ums';\n",
		     wait_ms > 200 ? wait_ms : 200);
	if (ddl.parsed->kind == S_DROP_TABLE)
		note_redo(&ddl);
	ok = print(&ddl);
	if (ok && ddl.parsed->kind != S_DROP_TABLE)
		note_redo(&ddl);
	if (changes_shape(&ddl))
		cw_wr_text(&ddl.sql, "SELECT rh.outdate_units();\n");
	cw_wr_text(&ddl.sql, "COMMIT;");
	cw_wr_u8(&ddl.sql, 0);
	ok = ok && rh_ddl_command(&ddl, error);
	if (!ok) {
		struct rh_error ignored = { 0 };

		if (PQtransactionStatus(stmt->session->pg) != PQTRANS_IDLE)
			(void)rh_exec_command(stmt->session, "ROLLBACK", &ignored);
		name_missing(ddl.parsed, error);
	}
	cw_wr_release(&ddl.sql);
	return ok && (!changes_shape(&ddl) || rh_units_outdated(stmt->session, error));
}
