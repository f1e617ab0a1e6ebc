/*
 * plsql_trigger.c - CREATE, ALTER and DROP TRIGGER; what else is stored goes on to plsql_stored.c
 *
 * A row trigger becomes a PL/pgSQL function and a trigger of the same name; the redo's own
 * trigger sorts behind all of them, so it sees what they made of the row.  One that FOLLOWS another has a
 * name inside that sorts behind the other's (rh.triggers.inside).  One of INSTEAD OF stays enabled inside, for PostgreSQL
 * takes a disabled one for work done; its body asks.  A compound one is several inside (plsql_compound.c).
 * One that does not compile is made with a body that raises ORA-04098, as one is that ceased to (rh.break_trigger).
 */
#include "rehearsal/plsql_trigger.h"
#include "rehearsal/exec.h"
#include "rehearsal/sql_hooks.h"

#include <stdio.h>
#include <strings.h>

#define ARENA_LIMIT ((size_t)16 << 20)

enum {
	SQL_TYPE_CREATE_TRIGGER = 59,
	SQL_TYPE_ALTER_TRIGGER = 60,
	SQL_TYPE_DROP_TRIGGER = 61,
	SQL_TYPE_ALTER_TABLE = 15
};

/* INSERT OR UPDATE [OF a, b] OR DELETE */
static bool read_events(struct plsql *pl, struct plsql_trigger *head)
{
	do {
		if (sql_skip_word(&pl->parser, "INSERT")) {
			head->on_insert = true;
		} else if (sql_skip_word(&pl->parser, "DELETE")) {
			head->on_delete = true;
		} else if (sql_skip_word(&pl->parser, "UPDATE")) {
			head->on_update = true;
			while (sql_skip_word(&pl->parser, head->of_columns.len ? "," : "OF") ||
			       (head->of_columns.len && sql_skip_op(&pl->parser, ","))) {
				const char *name =
					sql_want_ident(&pl->parser, 4073, "column list expected");

				if (!name)
					return false;
				cw_wr_text(&head->of_columns, head->of_columns.len ? ", " : " OF ");
				sql_print_ident(&head->of_columns, name);
			}
		} else {
			return rh_fail(pl->error, 4071, pl->parser.token.at,
				       "missing BEFORE, AFTER or INSTEAD OF keyword");
		}
	} while (sql_skip_word(&pl->parser, "OR"));
	return true;
}

static bool read_referencing(struct plsql *pl)
{
	if (!sql_skip_word(&pl->parser, "REFERENCING"))
		return true;
	for (;;) {
		bool is_new = sql_skip_word(&pl->parser, "NEW");
		const char *name;

		if (!is_new && !sql_skip_word(&pl->parser, "OLD"))
			return true;
		(void)sql_skip_word(&pl->parser, "AS");
		name = sql_want_ident(&pl->parser, 4079, "invalid trigger specification");
		if (!name)
			return false;
		*(is_new ? &pl->new_name : &pl->old_name) = name;
	}
}

/* WHEN (NEW.a > 1): correlation names without a colon. */
static bool read_when(struct plsql *pl, struct plsql_trigger *head, const char *sql)
{
	uint32_t from;
	bool ok;

	if (!sql_skip_word(&pl->parser, "WHEN"))
		return true;
	from = pl->parser.token.at;
	if (!sql_want_op(&pl->parser, "(", 4079, "invalid trigger specification"))
		return false;
	pl->in_when = true;
	ok = plsql_write_expr(pl, &head->when) &&
	     sql_want_op(&pl->parser, ")", 4079, "invalid trigger specification");
	pl->in_when = false;
	if (ok) {
		size_t len = pl->parser.last_end - from;
		char *text = cw_new(pl->arena, char, len + 1);

		memcpy(text, sql + from, len);
		head->when_text = text;
	}
	return ok;
}

/* BEFORE, AFTER or INSTEAD OF; ON SCHEMA's and ON DATABASE's begin so, too. */
static bool read_timing(struct plsql *pl, struct plsql_trigger *head)
{
	struct sql_parser *p = &pl->parser;

	head->instead = head->each_row = sql_skip_words(p, "INSTEAD", "OF");
	head->before = !head->instead && sql_skip_word(p, "BEFORE");
	if (head->instead || head->before || sql_skip_word(p, "AFTER"))
		return true;
	head->compound = sql_skip_word(p, "FOR");
	return head->compound ||
	       rh_fail(pl->error, 4071, p->token.at, "missing BEFORE, AFTER or INSTEAD OF keyword");
}

/* A table, or of INSTEAD OF a view. */
static bool fits_timing(struct plsql *pl, const struct plsql_trigger *head)
{
	bool is_view = head->relation->kind == 'v';

	if (head->instead && !is_view)
		return rh_fail(pl->error, 25002, head->table.at,
			       "cannot create INSTEAD OF triggers on tables");
	if (head->instead && head->of_columns.len)
		return rh_fail(pl->error, 4073, head->table.at,
			       "column list not valid for this trigger type");
	if (head->compound && is_view)
		return rh_fail(pl->error, 3001, head->table.at,
			       "unimplemented feature: compound triggers of views");
	return head->instead || !is_view ||
	       rh_fail(pl->error, 25001, head->table.at,
		       "cannot create this trigger type on this type of view");
}

static bool read_table(struct plsql *pl, struct plsql_trigger *head)
{
	head->table = sql_parse_name(&pl->parser);
	if (sql_parse_failed(&pl->parser))
		return false;
	head->relation = rh_exec_relation(pl->session, &head->table, pl->error);
	if (!head->relation)
		return pl->error->code ? false
				       : rh_fail(pl->error, 942, head->table.at,
						 "table or view does not exist");
	pl->row = head->relation;
	head->schema = head->name.count > 1 ? head->name.part[0] : pl->session->schema;
	return fits_timing(pl, head);
}

/* FOLLOWS name, ...; PRECEDES is of crossedition triggers alone. */
static bool read_follows(struct plsql *pl, struct plsql_trigger *head)
{
	struct sql_parser *p = &pl->parser;

	if (sql_at_word(p, "PRECEDES"))
		return rh_fail(pl->error, 25025, p->token.at, "cannot specify PRECEDES clause");
	if (!sql_skip_word(p, "FOLLOWS"))
		return true;
	do {
		struct sql_name name = sql_parse_name(p);

		if (sql_parse_failed(p))
			return false;
		cw_wr_text(&head->follows, head->follows.len ? ", " : "");
		plsql_put_literal(&head->follows, name.count > 1 ? name.part[0] : head->schema);
		cw_wr_text(&head->follows, " || '.' || ");
		plsql_put_literal(&head->follows, name.part[name.count - 1]);
	} while (sql_skip_op(p, ","));
	return true;
}

static bool read_header(struct plsql *pl, struct plsql_trigger *head, const char *sql)
{
	struct sql_parser *p = &pl->parser;

	if (!read_timing(pl, head) || !read_events(pl, head) ||
	    !sql_want_word(p, "ON", 969, "missing ON keyword") || !read_table(pl, head) ||
	    !read_referencing(pl))
		return false;
	if (!head->compound && sql_skip_word(p, "FOR"))
		head->each_row = sql_want_word(p, "EACH", 4079, "invalid trigger specification") &&
				 sql_want_word(p, "ROW", 4079, "invalid trigger specification");
	if (!read_follows(pl, head))
		return false;
	head->disabled = sql_skip_word(p, "DISABLE");
	(void)sql_skip_word(p, "ENABLE");
	if (head->instead && sql_at_word(p, "WHEN"))
		return rh_fail(pl->error, 25004, p->token.at,
			       "WHEN clause is not allowed in INSTEAD OF triggers");
	return !sql_parse_failed(p) && read_when(pl, head, sql);
}

bool plsql_may_change_row(struct plsql *pl, const struct sql_expr *target)
{
	if (!pl->row_is_there)
		return rh_fail(pl->error, 4082, target->at,
			       "NEW or OLD references not allowed in table level triggers");
	if (strcasecmp(target->text, pl->old_name) == 0)
		return rh_fail(pl->error, 4085, target->at,
			       "cannot change the value of an OLD reference variable");
	return !pl->row_is_written || rh_fail(pl->error, 4084, target->at,
					      "cannot change NEW values for this trigger type");
}

static const char *const timings[2][2] = { { "AFTER STATEMENT", "AFTER EACH ROW" },
					   { "BEFORE STATEMENT", "BEFORE EACH ROW" } };

static void write_events(struct cw_wr *out, const struct plsql_trigger *head, bool with_columns)
{
	const char *between = "";

	if (head->on_insert) {
		cw_wr_text(out, "INSERT");
		between = " OR ";
	}
	if (head->on_update) {
		cw_wr_printf(out, "%sUPDATE", between);
		if (with_columns)
			cw_wr_put(out, head->of_columns.at0, head->of_columns.len);
		between = " OR ";
	}
	if (head->on_delete)
		cw_wr_printf(out, "%sDELETE", between);
}

static void write_qualified(struct cw_wr *out, const char *schema, const char *name)
{
	sql_print_ident(out, schema);
	cw_wr_u8(out, '.');
	sql_print_ident(out, name);
}

const char *plsql_trigger_returns(const struct plsql_trigger *head)
{
	if (!head->each_row || (!head->before && !head->instead))
		return "RETURN NULL;\n";
	return head->on_delete ? "RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n"
			       : "RETURN NEW;\n";
}

/* The body that was translated; an autonomous one is a procedure of its own. */
static bool put_body(struct plsql *pl, const struct plsql_trigger *head, struct cw_wr *body)
{
	const char *name = head->name.part[head->name.count - 1];
	struct cw_wr inside = { 0 }, table = { 0 };
	bool ok;

	if (!pl->autonomous) {
		cw_wr_put(body, pl->out.at0, pl->out.len);
		return true;
	}
	cw_wr_text(&inside, PLSQL_OWN_VARIABLES "BEGIN\n");
	cw_wr_put(&inside, pl->out.at0, pl->out.len);
	cw_wr_text(&inside, "END");
	write_qualified(&table, head->relation->schema, head->relation->name);
	ok = plsql_make_autonomous_trigger(pl, head->schema, name, plsql_keep_text(pl, &table),
					   head->each_row, &inside, body);
	cw_wr_release(&inside);
	cw_wr_text(body, plsql_trigger_returns(head));
	return ok;
}

static void put_is_on(struct cw_wr *body, const char *schema, const char *name)
{
	cw_wr_text(body, "PERFORM rh.instead_is_on(");
	plsql_put_literal(body, schema);
	cw_wr_text(body, ", ");
	plsql_put_literal(body, name);
	cw_wr_text(body, ");\n");
}

static bool has_lobs(const struct sql_relation *relation)
{
	for (uint32_t i = 0; i < relation->column_count; i++)
		if (sql_is_lob(relation->column[i].type))
			return true;
	return false;
}

/* A write through a locator is no UPDATE that fires anything. */
static void put_locator_fires_none(struct cw_wr *body, const struct plsql_trigger *head)
{
	if (head->on_update && has_lobs(head->relation))
		cw_wr_printf(body,
			     "IF pg_catalog.current_setting('rh.lob_by_locator')::boolean THEN\n"
			     "%sEND IF;\n",
			     plsql_trigger_returns(head));
}

/* Function and trigger, dropped before if they are there. */
bool plsql_make_trigger(struct plsql *pl, const struct plsql_trigger *head)
{
	const char *name = head->name.part[head->name.count - 1];
	struct cw_wr sql = { 0 }, body = { 0 };
	char function[160], trigger[160];

	(void)snprintf(function, sizeof(function), "trigger$%s", name);
	(void)snprintf(trigger, sizeof(trigger), "%s", name);
	if (head->part) {
		(void)snprintf(function, sizeof(function), "trg$%s~%u", name, head->part);
		(void)snprintf(trigger, sizeof(trigger), "%s~%u", name, head->part);
	}
	cw_wr_text(&sql, "CREATE OR REPLACE FUNCTION ");
	write_qualified(&sql, head->schema, function);
	cw_wr_text(&sql, "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS ");
	cw_wr_text(&body, PLSQL_OWN_VARIABLES);
	if (pl->cursors)
		cw_wr_put(&body, pl->cursors->at0, pl->cursors->len);
	cw_wr_text(&body, "BEGIN\n");
	put_locator_fires_none(&body, head);
	if (head->when.len && head->each_row)
		cw_wr_printf(&body, "IF (%.*s) IS NOT TRUE THEN RETURN %s; END IF;\n",
			     (int)head->when.len, (const char *)head->when.at0,
			     head->on_delete ? "coalesce(NEW, OLD)" : "NEW");
	if (head->instead)
		put_is_on(&body, head->schema, name);
	if (!put_body(pl, head, &body)) {
		cw_wr_release(&body);
		cw_wr_release(&sql);
		return false;
	}
	cw_wr_text(&body, "END");
	sql_print_literal(&sql, (const char *)body.at0, body.len);
	cw_wr_release(&body);
	if (!plsql_run_text(pl->session, &sql, pl->error) || head->again)
		return head->again && pl->error->code == 0;
	cw_wr_printf(&sql, "CREATE TRIGGER ");
	sql_print_ident(&sql, trigger);
	cw_wr_text(&sql, head->instead ? " INSTEAD OF " : head->before ? " BEFORE " : " AFTER ");
	write_events(&sql, head, true);
	cw_wr_text(&sql, " ON ");
	write_qualified(&sql, head->relation->schema, head->relation->name);
	cw_wr_text(&sql, head->each_row ? " FOR EACH ROW" : " FOR EACH STATEMENT");
	cw_wr_text(&sql, " EXECUTE FUNCTION ");
	write_qualified(&sql, head->schema, function);
	cw_wr_text(&sql, "()");
	return plsql_run_text(pl->session, &sql, pl->error);
}

/* Behind those that it follows. */
static bool order_trigger(struct plsql *pl, const struct plsql_trigger *head)
{
	struct cw_wr sql = { 0 };

	if (head->follows.len == 0)
		return true;
	cw_wr_text(&sql, "SELECT rh.follow_triggers(");
	plsql_put_literal(&sql, head->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, head->name.part[head->name.count - 1]);
	cw_wr_text(&sql, ", ARRAY[");
	cw_wr_put(&sql, head->follows.at0, head->follows.len);
	cw_wr_text(&sql, "])");
	return plsql_run_text(pl->session, &sql, pl->error);
}

static bool disable_trigger(struct plsql *pl, const struct plsql_trigger *head)
{
	struct cw_wr sql = { 0 };

	if (!head->disabled)
		return true;
	cw_wr_text(&sql, "SELECT rh.switch_trigger(");
	plsql_put_literal(&sql, head->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, head->name.part[head->name.count - 1]);
	cw_wr_text(&sql, ", false)");
	return plsql_run_text(pl->session, &sql, pl->error);
}

static void write_list(struct cw_wr *sql, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			cw_wr_text(sql, ", ");
		if (texts[i])
			sql_print_literal(sql, texts[i], strlen(texts[i]));
		else
			cw_wr_text(sql, "NULL");
	}
}

static bool note_trigger(struct plsql *pl, const struct plsql_trigger *head, const char *source)
{
	struct cw_wr sql = { 0 }, events = { 0 };
	const char *texts[7], *rest[2] = { source, head->source };

	write_events(&events, head, false);
	cw_wr_u8(&events, 0);
	texts[0] = head->schema;
	texts[1] = head->name.part[head->name.count - 1];
	texts[2] = head->relation->schema;
	texts[3] = head->relation->name;
	texts[4] = head->instead    ? "INSTEAD OF"
		   : head->compound ? "COMPOUND"
				    : timings[head->before][head->each_row];
	texts[5] = (const char *)events.at0;
	texts[6] = head->when_text;
	cw_wr_text(
		&sql,
		"INSERT INTO rh.triggers (owner, name, table_owner, table_name, trigger_type, event, "
		"when_clause, enabled, relid, body, source) VALUES (");
	write_list(&sql, texts, CW_ARRAY_LEN(texts));
	cw_wr_printf(&sql, ", true, %u, ", head->relation->oid);
	write_list(&sql, rest, CW_ARRAY_LEN(rest));
	cw_wr_text(&sql, ")");
	cw_wr_release(&events);
	return plsql_run_text(pl->session, &sql, pl->error);
}

bool plsql_drop_trigger(struct rh_session *session, const char *schema, const char *name,
			struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	const char *pair[2] = { schema, name };

	cw_wr_text(&sql, "SELECT rh.drop_trigger(");
	write_list(&sql, pair, 2);
	cw_wr_text(&sql, ")");
	return plsql_run_text(session, &sql, error);
}

/* The one of that name goes, if it may. */
static bool replace_trigger(struct plsql *pl, const struct plsql_trigger *head, bool replace)
{
	struct cw_wr sql = { 0 };
	const char *pair[2] = { head->schema, head->name.part[head->name.count - 1] };

	cw_wr_text(&sql, "SELECT rh.replace_trigger(");
	write_list(&sql, pair, 2);
	cw_wr_printf(&sql, ", %u, %s)", head->relation->oid, replace ? "true" : "false");
	return plsql_run_text(pl->session, &sql, pl->error);
}

static bool may_create(struct plsql *pl, const struct plsql_trigger *head)
{
	bool own = strcmp(head->schema, pl->session->user) == 0 &&
		   strcmp(head->relation->schema, pl->session->user) == 0;

	return pl->session->dba ||
	       rh_session_may(pl->session, own ? "CREATE TRIGGER" : "CREATE ANY TRIGGER") ||
	       rh_fail(pl->error, 1031, 0, "insufficient privileges");
}

static bool make_inside(struct plsql *pl, const struct plsql_trigger *head)
{
	return head->compound ? plsql_make_compound(pl, head) : plsql_make_trigger(pl, head);
}

static bool make(struct plsql *pl, const struct plsql_trigger *head, const char *source,
		 bool replace)
{
	const char *name = head->name.part[head->name.count - 1];

	if (head->again)
		return make_inside(pl, head) && plsql_keep_reads(pl, "TRIGGER", name);
	return replace_trigger(pl, head, replace) && make_inside(pl, head) &&
	       note_trigger(pl, head, source) && order_trigger(pl, head) &&
	       disable_trigger(pl, head) && plsql_keep_reads(pl, "TRIGGER", name);
}

static const char *routine_name(struct plsql *pl, const char *trigger)
{
	struct cw_wr text = { 0 };

	cw_wr_printf(&text, "trigger$%s", trigger);
	return plsql_keep_text(pl, &text);
}

void plsql_begin_trigger(struct plsql *pl, const struct plsql_trigger *head)
{
	pl->row_is_there = head->each_row;
	pl->row_is_written = !head->before;
}

/* What may stand behind the header. */
static bool fits_body(struct plsql *pl, const struct plsql_trigger *head)
{
	uint32_t at = pl->parser.token.at;

	if (!head->each_row && !head->compound && head->when.len)
		return rh_fail(pl->error, 4077, 0,
			       "WHEN clause cannot be used with table level triggers");
	if (!head->compound && sql_at_word(&pl->parser, "COMPOUND"))
		return rh_fail(pl->error, 25028, at,
			       "regular trigger body can not start with keyword COMPOUND");
	if (head->compound && head->follows.len)
		return rh_fail(pl->error, 3001, at,
			       "unimplemented feature: FOLLOWS of a compound trigger");
	return !sql_at_word(&pl->parser, "CALL") ||
	       rh_fail(pl->error, 3001, at, "unimplemented feature: CALL in a trigger");
}

static bool translate(struct plsql *pl, const struct plsql_trigger *head)
{
	return head->compound ||
	       plsql_translate_body(pl, pl->autonomous ? "RETURN;\n" : plsql_trigger_returns(head));
}

/* One that does not compile is there all the same, and fails when it fires; its lines count from the body on. */
static bool make_invalid(struct plsql *pl, struct plsql_trigger *head, const char *sql,
			 uint32_t body_at, bool replace)
{
	struct rh_error cause = *pl->error;
	const char *pair[2] = { head->schema, head->name.part[head->name.count - 1] };
	struct cw_wr text = { 0 };

	*pl->error = (struct rh_error){ 0 };
	if (!rh_rollback(pl->session, pl->error))
		return false;
	head->broken = true;
	head->when.len = 0;
	pl->autonomous = false;
	pl->out.len = 0;
	cw_wr_text(&pl->out, plsql_trigger_returns(head));
	if (!head->again && !make(pl, head, sql + body_at, replace))
		return false;
	cw_wr_text(&text, "SELECT rh.make_trigger_invalid(");
	write_list(&text, pair, 2);
	cw_wr_text(&text, ", ");
	plsql_put_cause(&text, sql, body_at, &cause);
	cw_wr_text(&text, ")");
	pl->made_invalid = plsql_run_text(pl->session, &text, pl->error);
	return pl->made_invalid;
}

static bool create_table_trigger(struct plsql *pl, struct plsql_trigger *head, const char *sql,
				 bool replace)
{
	uint32_t body_at;

	if (!read_header(pl, head, sql) || !fits_body(pl, head) || !may_create(pl, head))
		return false;
	body_at = pl->parser.token.at;
	pl->autonomous = !head->compound && plsql_is_autonomous(pl);
	plsql_begin_trigger(pl, head);
	pl->unit_schema = head->schema;
	pl->unit_name = routine_name(pl, head->name.part[head->name.count - 1]);
	return (plsql_locals_drop(pl, pl->unit_schema, pl->unit_name) && translate(pl, head) &&
		make(pl, head, sql + body_at, replace)) ||
	       (plsql_is_compile_error(pl->error) && make_invalid(pl, head, sql, body_at, replace));
}

bool plsql_table_trigger(struct plsql *pl, struct plsql_trigger *head, const char *sql,
			 bool replace)
{
	bool ok;

	pl->new_name = "NEW";
	pl->old_name = "OLD";
	ok = create_table_trigger(pl, head, sql, replace);
	cw_wr_release(&head->of_columns);
	cw_wr_release(&head->follows);
	cw_wr_release(&head->when);
	return ok;
}

static bool create_trigger(struct plsql *pl, const char *sql, bool replace)
{
	uint32_t at = pl->parser.last_end - 7u; /* TRIGGER */
	struct plsql_trigger head = { .name = sql_parse_name(&pl->parser) };

	if (sql_parse_failed(&pl->parser))
		return false;
	if (plsql_is_system_trigger(pl))
		return plsql_create_system_trigger(pl, &head.name, sql, replace);
	head.source = sql + at;
	return plsql_table_trigger(pl, &head, sql, replace);
}

static bool dispatch(struct plsql *pl, const char *sql, uint16_t *ret_sql_type)
{
	struct sql_parser *p = &pl->parser;

	if (sql_skip_word(p, "CREATE")) {
		bool replace = sql_skip_words(p, "OR", "REPLACE");

		(void)sql_skip_word(p, "EDITIONABLE");
		*ret_sql_type = SQL_TYPE_CREATE_TRIGGER;
		if (sql_skip_word(p, "TRIGGER"))
			return create_trigger(pl, sql, replace);
		return plsql_stored_ddl(pl, PLSQL_CREATE, replace, sql, ret_sql_type);
	} else if (sql_skip_word(p, "ALTER")) {
		*ret_sql_type = SQL_TYPE_ALTER_TRIGGER;
		if (sql_skip_word(p, "TRIGGER"))
			return plsql_alter_trigger(pl);
		*ret_sql_type = SQL_TYPE_ALTER_TABLE;
		if (sql_skip_word(p, "TABLE"))
			return plsql_alter_table_triggers(pl);
		return plsql_stored_ddl(pl, PLSQL_ALTER, false, sql, ret_sql_type);
	} else if (sql_skip_words(p, "DROP", "TRIGGER")) {
		struct sql_name name = sql_parse_name(p);

		*ret_sql_type = SQL_TYPE_DROP_TRIGGER;
		return !sql_parse_failed(p) &&
		       plsql_drop_trigger(pl->session,
					  name.count > 1 ? name.part[0] : pl->session->schema,
					  name.part[name.count - 1], pl->error);
	}
	(void)sql_skip_word(p, "DROP");
	return plsql_stored_ddl(pl, PLSQL_DROP, false, sql, ret_sql_type);
}

bool rh_plsql_ddl(struct rh_session *session, const char *sql, size_t len, bool *ret_compile_errors,
		  uint16_t *ret_sql_type, struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(ARENA_LIMIT);
	struct plsql *pl = cw_new(&arena, struct plsql, 1);
	struct plsql_reads reads = { 0 };
	bool ok;

	plsql_init(pl, session, &arena, sql, len, error);
	plsql_begin_unit(pl, &reads);
	ok = dispatch(pl, sql, ret_sql_type) &&
	     (!pl->unit_kind || plsql_keep_reads(pl, pl->unit_kind, pl->unit_name));
	if (!ok && pl->unit_kind && plsql_is_compile_error(pl->error))
		ok = pl->made_invalid = plsql_keep_invalid(pl, sql);
	*ret_compile_errors = pl->made_invalid;
	plsql_end_unit(pl);
	plsql_release(pl);
	cw_arena_release(&arena);
	if (ok)
		rh_exec_catalog_changed();
	return ok;
}
