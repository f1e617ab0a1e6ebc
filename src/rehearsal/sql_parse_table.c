/* sql_parse_table.c - CREATE TABLE and ALTER TABLE; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

/* ---- constraints ------------------------------------------------------------------------ */

static void references(struct sql_parser *p, struct sql_constraint *c)
{
	c->ref = sql_parse_name(p);
	if (sql_at_op(p, "("))
		c->ref_column = sql_parse_columns(p, &c->ref_column_count);
	if (!sql_skip_words(p, "ON", "DELETE"))
		return;
	if (sql_skip_word(p, "CASCADE"))
		c->on_delete = REF_CASCADE;
	else if (sql_skip_words(p, "SET", "NULL"))
		c->on_delete = REF_SET_NULL;
	else
		(void)sql_parse_fail(p, 905, "missing keyword");
}

/* Words that can follow USING INDEX and are no index's name. */
static bool at_state_word(const struct sql_parser *p)
{
	static const char *const words[] = { "ENABLE",	   "DISABLE",	 "VALIDATE",   "NOVALIDATE",
					     "RELY",	   "NORELY",	 "DEFERRABLE", "NOT",
					     "INITIALLY", "CONSTRAINT", "NULL",	       "CHECK" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return false;
}

static bool index_is_local(struct sql_parser *p, struct sql_constraint *c)
{
	if (!sql_skip_word(p, "LOCAL"))
		return false;
	c->index_local = true;
	if (sql_at_op(p, "(")) /* its partitions */
		sql_skip_parentheses(p);
	return true;
}

/* USING INDEX [name | (CREATE INDEX ...)] [LOCAL] [storage words] */
static void using_index(struct sql_parser *p, struct sql_constraint *c)
{
	if (sql_skip_op(p, "(")) {
		c->index = sql_parse_ddl(p);
		if (!sql_parse_failed(p) && c->index->kind != S_CREATE_INDEX)
			(void)sql_parse_fail(p, 14115, "partition bound of partition number is invalid");
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
		return;
	}
	while (sql_parse_physical(p, SQL_INDEX, &c->physical) || index_is_local(p, c))
		;
	if (p->token.kind == T_QUOTED || (p->token.kind == T_WORD && !at_state_word(p)))
		c->index_name = sql_parse_name(p).part[0];
	while (sql_parse_physical(p, SQL_INDEX, &c->physical) || index_is_local(p, c))
		;
}

static void constraint_state(struct sql_parser *p, struct sql_constraint *c)
{
	bool validate = false;

	for (;;) {
		if (sql_skip_words(p, "NOT", "DEFERRABLE"))
			c->deferrable = false;
		else if (sql_skip_word(p, "DEFERRABLE"))
			c->deferrable = true;
		else if (sql_skip_words(p, "INITIALLY", "DEFERRED"))
			c->deferrable = c->initially_deferred = true;
		else if (sql_skip_words(p, "INITIALLY", "IMMEDIATE"))
			c->initially_deferred = false;
		else if (sql_skip_word(p, "ENABLE"))
			c->disabled = false;
		else if (sql_skip_word(p, "DISABLE"))
			c->disabled = true;
		else if (sql_skip_word(p, "NOVALIDATE"))
			c->novalidate = true;
		else if (sql_skip_word(p, "VALIDATE"))
			validate = true;
		else if (sql_skip_word(p, "RELY"))
			c->rely = true;
		else if (sql_skip_word(p, "NORELY"))
			c->rely = false;
		else if (sql_skip_words(p, "USING", "INDEX"))
			using_index(p, c);
		else
			break;
	}
	if (c->disabled && validate)
		(void)sql_parse_fail(p, 3001, "unimplemented feature: DISABLE VALIDATE");
}

static const char *text_of(struct sql_parser *p, uint32_t from, uint32_t end)
{
	char *text = cw_new(p->arena, char, end - from + 1);

	memcpy(text, p->lexer.sql + from, end - from);
	return text;
}

static void check(struct sql_parser *p, struct sql_constraint *c)
{
	uint32_t from;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	from = p->token.at;
	c->check = sql_parse_expr(p);
	if (c->check && p->last_end > from)
		c->check_text = text_of(p, from, p->last_end);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* One inline constraint if there is one. */
static struct sql_constraint *inline_constraint(struct sql_parser *p, const char *column)
{
	struct sql_constraint *c = cw_new(p->arena, struct sql_constraint, 1);
	const char **self = cw_new(p->arena, const char *, 1);
	bool named = sql_skip_word(p, "CONSTRAINT");

	c->at = p->token.at;
	self[0] = column;
	c->column = self;
	c->column_count = 1;
	if (named)
		c->name = sql_want_ident(p, 2250, "missing or invalid constraint name");
	if (sql_skip_words(p, "NOT", "NULL"))
		c->kind = C_NOT_NULL;
	else if (sql_skip_word(p, "NULL"))
		c->kind = C_NULL;
	else if (sql_skip_words(p, "PRIMARY", "KEY"))
		c->kind = C_PRIMARY;
	else if (sql_skip_word(p, "UNIQUE"))
		c->kind = C_UNIQUE;
	else if (sql_skip_word(p, "REFERENCES"))
		c->kind = C_FOREIGN, references(p, c);
	else if (sql_skip_word(p, "CHECK"))
		c->kind = C_CHECK, check(p, c);
	else
		return named ? sql_parse_fail(p, 2253, "constraint specification not allowed here")
			     : NULL;
	constraint_state(p, c);
	return c;
}

static bool at_table_constraint(const struct sql_parser *p)
{
	return sql_at_word(p, "CONSTRAINT") || sql_at_word(p, "CHECK") ||
	       sql_at_word(p, "UNIQUE") ||
	       (sql_at_word(p, "PRIMARY") && sql_ahead_word(p, "KEY")) ||
	       (sql_at_word(p, "FOREIGN") && sql_ahead_word(p, "KEY"));
}

static struct sql_constraint *table_constraint(struct sql_parser *p)
{
	struct sql_constraint *c = cw_new(p->arena, struct sql_constraint, 1);

	c->at = p->token.at;
	if (sql_skip_word(p, "CONSTRAINT"))
		c->name = sql_want_ident(p, 2250, "missing or invalid constraint name");
	if (sql_skip_words(p, "PRIMARY", "KEY")) {
		c->kind = C_PRIMARY;
		c->column = sql_parse_columns(p, &c->column_count);
	} else if (sql_skip_word(p, "UNIQUE")) {
		c->kind = C_UNIQUE;
		c->column = sql_parse_columns(p, &c->column_count);
	} else if (sql_skip_words(p, "FOREIGN", "KEY")) {
		c->kind = C_FOREIGN;
		c->column = sql_parse_columns(p, &c->column_count);
		(void)sql_want_word(p, "REFERENCES", 905, "missing keyword");
		references(p, c);
	} else if (sql_skip_word(p, "CHECK")) {
		c->kind = C_CHECK;
		check(p, c);
	} else {
		return sql_parse_fail(p, 904, "invalid identifier");
	}
	constraint_state(p, c);
	return c;
}

/* ---- columns ---------------------------------------------------------------------------------- */

static void default_value(struct sql_parser *p, struct sql_column_def *def)
{
	uint32_t from;

	def->has_default = true;
	if (sql_skip_words(p, "ON", "NULL"))
		def->default_on_null = true;
	from = p->token.at;
	def->default_value = sql_parse_expr(p);
	if (def->default_value && p->last_end > from)
		def->default_text = text_of(p, from, p->last_end);
}

/* IDENTITY [(START WITH 1 ...)]; the options without parentheses, too, as DBMS_METADATA writes them */
static void identity(struct sql_parser *p, struct sql_column_def *def, char generated)
{
	bool list;

	if (p->release < RH_12_1) {
		(void)sql_parse_fail(p, 2000, "missing ( keyword");
		return;
	}
	(void)sql_want_word(p, "IDENTITY", 905, "missing keyword");
	def->generated = generated;
	def->identity = cw_new(p->arena, struct sql_sequence_options, 1);
	list = sql_skip_op(p, "(");
	while (sql_parse_sequence_option(p, def->identity))
		if (list)
			(void)sql_skip_op(p, ",");
	if (list)
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* (expression) [VIRTUAL] */
static void virtual_value(struct sql_parser *p, struct sql_column_def *def)
{
	uint32_t from;

	def->generated = 'V';
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	from = p->token.at;
	def->default_value = sql_parse_expr(p);
	if (def->default_value && p->last_end > from)
		def->default_text = text_of(p, from, p->last_end);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	(void)sql_skip_word(p, "VIRTUAL");
}

/* [GENERATED [ALWAYS]] AS {IDENTITY | (expression)}, GENERATED BY DEFAULT [ON NULL] AS IDENTITY */
static void generated_value(struct sql_parser *p, struct sql_column_def *def)
{
	char kind = 'A';

	if (sql_skip_word(p, "GENERATED") && !sql_skip_word(p, "ALWAYS") && !sql_at_word(p, "AS")) {
		(void)sql_want_word(p, "BY", 905, "missing keyword");
		(void)sql_want_word(p, "DEFAULT", 905, "missing keyword");
		def->default_on_null = sql_skip_words(p, "ON", "NULL");
		kind = 'D';
	}
	(void)sql_want_word(p, "AS", 905, "missing keyword");
	if (kind == 'D' || sql_at_word(p, "IDENTITY"))
		identity(p, def, kind);
	else
		virtual_value(p, def);
}

static void visibility(struct sql_parser *p, struct sql_column_def *def)
{
	if (sql_skip_word(p, "INVISIBLE"))
		def->invisible = true;
	else if (sql_skip_word(p, "VISIBLE"))
		def->visible = true;
}

static void column_tail(struct sql_parser *p, struct sql_column_def *def)
{
	struct sql_constraint **last = &def->constraint, *c;

	visibility(p, def);
	def->drop_identity = sql_skip_words(p, "DROP", "IDENTITY");
	if (sql_skip_word(p, "DEFAULT"))
		default_value(p, def);
	else if (sql_at_word(p, "GENERATED") || sql_at_word(p, "AS"))
		generated_value(p, def);
	visibility(p, def);
	if (sql_at_word(p, "ENCRYPT")) {
		(void)sql_parse_fail(p, 3001, "unimplemented feature: ENCRYPT");
		return;
	}
	while (p->token.kind == T_WORD && (c = inline_constraint(p, def->name))) {
		*last = c;
		last = &c->next;
	}
}

/* What stands where a type would: the column keeps its own, or takes that of its expression or query. */
static bool at_no_type(const struct sql_parser *p)
{
	static const char *const words[] = { "NOT",	"NULL",	     "DEFAULT",	 "CONSTRAINT", "CHECK",
					     "UNIQUE", "INVISIBLE", "VISIBLE", "PRIMARY",	 "REFERENCES" };

	if (sql_at_word(p, "GENERATED") || sql_at_word(p, "AS") || sql_at_op(p, ",") ||
	    sql_at_op(p, ")") || (sql_at_word(p, "DROP") && sql_ahead_word(p, "IDENTITY")))
		return true;
	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return false;
}

static struct sql_column_def *column_def(struct sql_parser *p)
{
	struct sql_column_def *def = cw_new(p->arena, struct sql_column_def, 1);

	def->at = p->token.at;
	def->name = sql_want_ident(p, 904, "invalid identifier");
	if (!def->name)
		return NULL;
	if (!at_no_type(p))
		def->type = sql_parse_type(p);
	column_tail(p, def);
	return sql_parse_failed(p) ? NULL : def;
}

/* A column of a foreign key may leave its type to the one that it refers to. */
static bool refers(const struct sql_constraint *c, const char *column)
{
	for (; c; c = c->next)
		for (uint32_t i = 0; c->kind == C_FOREIGN && i < c->column_count; i++)
			if (strcmp(c->column[i], column) == 0)
				return true;
	return false;
}

static void typed(struct sql_parser *p, const struct sql_column_def *def,
		  const struct sql_constraint *constraint)
{
	for (; def; def = def->next)
		if (!def->type && def->generated != 'V' && !refers(def->constraint, def->name) &&
		    !refers(constraint, def->name))
			(void)sql_parse_fail_at(p, def->at, 2263,
						"need to specify the datatype for this column");
}

/* ---- CREATE TABLE ---------------------------------------------------------------------------- */

static void table_options(struct sql_parser *p, struct sql_stmt *stmt)
{
	bool again = true;

	while (again && !sql_parse_failed(p)) {
		unsigned where = SQL_TABLE | (stmt->organization_index ? SQL_IOT : 0);

		again = sql_parse_physical(p, where, &stmt->physical) || sql_parse_lob_storage(p) ||
			sql_parse_partitioning(p, stmt) ||
			sql_skip_words(p, "ORGANIZATION", "HEAP");
		if (!again && sql_skip_words(p, "ORGANIZATION", "INDEX"))
			again = stmt->organization_index = true;
	}
}

static void table_elements(struct sql_parser *p, struct sql_stmt *stmt)
{
	struct sql_column_def **last_column = &stmt->column_def;
	struct sql_constraint **last = &stmt->constraint;

	do {
		if (at_table_constraint(p)) {
			*last = table_constraint(p);
			if (!*last)
				return;
			last = &(*last)->next;
		} else {
			*last_column = column_def(p);
			if (!*last_column)
				return;
			last_column = &(*last_column)->next;
		}
	} while (sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

struct sql_stmt *sql_parse_create_table(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_CREATE_TABLE, 1);

	if (sql_skip_word(p, "GLOBAL")) {
		(void)sql_want_word(p, "TEMPORARY", 905, "missing keyword");
		stmt->temporary = true;
	}
	(void)sql_want_word(p, "TABLE", 901, "invalid CREATE command");
	stmt->target = sql_parse_table_name(p, false);
	if (sql_at_op(p, "(")) {
		sql_next(p);
		table_elements(p, stmt);
	}
	if (stmt->temporary && sql_skip_words(p, "ON", "COMMIT")) {
		stmt->preserve_rows = sql_skip_word(p, "PRESERVE");
		if (!stmt->preserve_rows)
			(void)sql_want_word(p, "DELETE", 905, "missing keyword");
		(void)sql_want_word(p, "ROWS", 905, "missing keyword");
	}
	table_options(p, stmt);
	if (sql_skip_word(p, "AS")) {
		stmt->query = sql_parse_query(p);
		for (const struct sql_column_def *def = stmt->column_def; def; def = def->next)
			if (def->type)
				return sql_parse_fail_at(p, def->at, 1773,
							 "may not specify column datatypes in this "
							 "CREATE TABLE");
	} else if (!stmt->column_def && !stmt->constraint) {
		return sql_parse_fail(p, 922, "missing or invalid option");
	} else {
		typed(p, stmt->column_def, stmt->constraint);
	}
	if (p->token.kind != T_END && !sql_at_op(p, ";"))
		return sql_parse_fail(p, 922, "missing or invalid option");
	return stmt;
}

/* ---- ALTER TABLE -------------------------------------------------------------------------------- */

static struct sql_alter *alteration(struct sql_parser *p, enum sql_alter_kind kind)
{
	struct sql_alter *alter = cw_new(p->arena, struct sql_alter, 1);

	alter->kind = kind;
	alter->at = p->token.at;
	return alter;
}

static struct sql_alter **add_columns(struct sql_parser *p, struct sql_alter **last,
				      enum sql_alter_kind kind)
{
	bool list = sql_skip_op(p, "(");

	do {
		struct sql_alter *alter = alteration(p, kind);

		if (kind == A_ADD_COLUMN && at_table_constraint(p)) {
			alter->kind = A_ADD_CONSTRAINT;
			alter->constraint = table_constraint(p);
		} else {
			alter->column = column_def(p);
			if (kind == A_ADD_COLUMN)
				typed(p, alter->column, NULL);
		}
		*last = alter;
		last = &alter->next;
	} while (list && sql_skip_op(p, ","));
	if (list)
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return last;
}

/* [CASCADE] [{KEEP | DROP} INDEX] */
static void key_tail(struct sql_parser *p, struct sql_alter *alter)
{
	alter->cascade = sql_skip_word(p, "CASCADE");
	if (sql_skip_words(p, "KEEP", "INDEX"))
		alter->index = 'K';
	else if (sql_skip_words(p, "DROP", "INDEX"))
		alter->index = 'D';
}

static struct sql_alter *drop_part(struct sql_parser *p)
{
	struct sql_alter *alter = alteration(p, A_DROP_COLUMN);

	if (sql_parse_alter_partition(p, alter, A_DROP_PARTITION))
		return alter;
	if (sql_skip_words(p, "UNUSED", "COLUMNS")) {
		alter->kind = A_DROP_UNUSED;
		return alter;
	}
	if (sql_skip_word(p, "CONSTRAINT")) {
		alter->kind = A_DROP_CONSTRAINT;
		alter->name = sql_want_ident(p, 2250, "missing or invalid constraint name");
	} else if (sql_skip_words(p, "PRIMARY", "KEY")) {
		alter->kind = A_DROP_PRIMARY;
	} else if (sql_skip_word(p, "UNIQUE")) {
		alter->kind = A_DROP_UNIQUE;
		alter->names = sql_parse_columns(p, &alter->name_count);
	} else if (sql_skip_word(p, "COLUMN")) {
		const char **one = cw_new(p->arena, const char *, 1);

		one[0] = sql_want_ident(p, 904, "invalid identifier");
		alter->names = one;
		alter->name_count = 1;
	} else if (sql_at_op(p, "(")) {
		alter->names = sql_parse_columns(p, &alter->name_count);
	} else {
		return sql_parse_fail(p, 905, "missing keyword");
	}
	if (alter->kind == A_DROP_COLUMN)
		alter->cascade = sql_skip_words(p, "CASCADE", "CONSTRAINTS");
	else
		key_tail(p, alter);
	return alter;
}

static struct sql_alter *rename_part(struct sql_parser *p)
{
	struct sql_alter *alter = alteration(p, A_RENAME);

	if (sql_parse_alter_partition(p, alter, A_RENAME_PARTITION))
		return alter;
	if (sql_skip_word(p, "COLUMN"))
		alter->kind = A_RENAME_COLUMN;
	else if (sql_skip_word(p, "CONSTRAINT"))
		alter->kind = A_RENAME_CONSTRAINT;
	if (alter->kind != A_RENAME)
		alter->name = sql_want_ident(p, 904, "invalid identifier");
	(void)sql_want_word(p, "TO", 905, "missing keyword");
	alter->new_name = sql_want_ident(p, 904, "invalid identifier");
	return alter;
}

/* ENABLE|DISABLE [VALIDATE|NOVALIDATE] CONSTRAINT c | PRIMARY KEY | ALL TRIGGERS */
static struct sql_alter *enable_part(struct sql_parser *p, bool enable)
{
	struct sql_alter *alter =
		alteration(p, enable ? A_ENABLE_CONSTRAINT : A_DISABLE_CONSTRAINT);

	if (sql_skip_words(p, "ALL", "TRIGGERS")) {
		alter->kind = enable ? A_ENABLE_TRIGGERS : A_DISABLE_TRIGGERS;
		return alter;
	}
	if (sql_skip_words(p, "ROW", "MOVEMENT")) {
		alter->kind = A_PHYSICAL;
		alter->physical.row_movement = enable ? 'Y' : 'N';
		return alter;
	}
	alter->validate = !sql_skip_word(p, "NOVALIDATE");
	if (sql_skip_word(p, "VALIDATE") && !enable)
		return sql_parse_fail(p, 3001, "unimplemented feature: DISABLE VALIDATE");
	if (sql_skip_words(p, "PRIMARY", "KEY")) {
		alter->name = NULL;
	} else if (sql_skip_word(p, "UNIQUE")) {
		alter->names = sql_parse_columns(p, &alter->name_count);
	} else {
		(void)sql_want_word(p, "CONSTRAINT", 905, "missing keyword");
		alter->name = sql_want_ident(p, 2250, "missing or invalid constraint name");
	}
	if (!enable)
		key_tail(p, alter);
	return alter;
}

static bool modifies_constraint(struct sql_parser *p)
{
	return sql_ahead_word(p, "CONSTRAINT") || sql_ahead_word(p, "PRIMARY") ||
	       sql_ahead_word(p, "UNIQUE");
}

/* MODIFY {CONSTRAINT c | PRIMARY KEY | UNIQUE (a)} {ENABLE | DISABLE} [VALIDATE | NOVALIDATE] */
static struct sql_alter *modify_constraint(struct sql_parser *p)
{
	struct sql_alter *alter = alteration(p, A_ENABLE_CONSTRAINT);
	struct sql_constraint state = { 0 };

	sql_next(p);
	if (sql_skip_words(p, "PRIMARY", "KEY"))
		;
	else if (sql_skip_word(p, "UNIQUE"))
		alter->names = sql_parse_columns(p, &alter->name_count);
	else if (sql_skip_word(p, "CONSTRAINT"))
		alter->name = sql_want_ident(p, 2250, "missing or invalid constraint name");
	constraint_state(p, &state);
	alter->kind = state.disabled ? A_DISABLE_CONSTRAINT : A_ENABLE_CONSTRAINT;
	alter->validate = !state.novalidate;
	if (state.disabled)
		key_tail(p, alter);
	return alter;
}

/* What changes nothing that can be seen: MOVE, LOGGING, PCTFREE ..., ALLOCATE EXTENT, SHRINK SPACE */
static struct sql_alter *physical_part(struct sql_parser *p)
{
	struct sql_alter *alter = alteration(p, A_PHYSICAL);

	if (sql_skip_word(p, "MOVE")) {
		while (sql_parse_physical(p, SQL_MOVE, &alter->physical) ||
		       sql_parse_lob_storage(p))
			;
		return alter;
	}
	if (sql_skip_words(p, "READ", "ONLY") || sql_skip_words(p, "READ", "WRITE")) {
		alter->kind = A_READ_ONLY;
		alter->validate = p->lexer.sql[p->last_end - 1u] == 'y' ||
				  p->lexer.sql[p->last_end - 1u] == 'Y';
		return alter;
	}
	if (sql_skip_words(p, "SHRINK", "SPACE")) {
		if (!sql_skip_word(p, "COMPACT"))
			(void)sql_skip_word(p, "CASCADE");
		return alter;
	}
	if (sql_skip_words(p, "ALLOCATE", "EXTENT") || sql_skip_words(p, "DEALLOCATE", "UNUSED")) {
		if (sql_at_op(p, "("))
			sql_skip_parentheses(p);
		return alter;
	}
	if (sql_parse_physical(p, SQL_ALTER_TABLE, &alter->physical))
		return alter;
	return sql_parse_fail(p, 1735, "invalid ALTER TABLE option");
}

/* SET UNUSED {COLUMN c | (a, b)} */
static struct sql_alter *set_unused(struct sql_parser *p)
{
	struct sql_alter *alter = alteration(p, A_SET_UNUSED);

	if (sql_skip_word(p, "COLUMN")) {
		const char **one = cw_new(p->arena, const char *, 1);

		one[0] = sql_want_ident(p, 904, "invalid identifier");
		alter->names = one;
		alter->name_count = 1;
	} else {
		alter->names = sql_parse_columns(p, &alter->name_count);
	}
	alter->cascade = sql_skip_words(p, "CASCADE", "CONSTRAINTS");
	(void)sql_skip_word(p, "ONLINE");
	return alter;
}

static struct sql_alter *add_or_truncate_partition(struct sql_parser *p, enum sql_alter_kind what)
{
	struct sql_alter *alter = alteration(p, what);

	sql_next(p);
	(void)sql_parse_alter_partition(p, alter, what);
	return alter;
}

/* What is one part and no list of columns. */
static struct sql_alter *single_part(struct sql_parser *p)
{
	struct sql_alter *reshape = alteration(p, A_PHYSICAL);

	if (sql_parse_reshape_partition(p, reshape))
		return reshape;
	if (sql_at_word(p, "ADD") && sql_ahead_word(p, "PARTITION"))
		return add_or_truncate_partition(p, A_ADD_PARTITION);
	if (sql_at_word(p, "TRUNCATE") && sql_ahead_word(p, "PARTITION"))
		return add_or_truncate_partition(p, A_TRUNCATE_PARTITION);
	if (sql_skip_words(p, "SET", "UNUSED"))
		return set_unused(p);
	if (sql_at_word(p, "MODIFY") && modifies_constraint(p))
		return modify_constraint(p);
	if (sql_skip_word(p, "DROP"))
		return drop_part(p);
	if (sql_skip_word(p, "RENAME"))
		return rename_part(p);
	if (sql_skip_word(p, "ENABLE"))
		return enable_part(p, true);
	if (sql_skip_word(p, "DISABLE"))
		return enable_part(p, false);
	return NULL;
}

static struct sql_alter **alter_part(struct sql_parser *p, struct sql_alter **last)
{
	*last = single_part(p);
	if (*last || sql_parse_failed(p))
		return *last ? &(*last)->next : last;
	if (sql_skip_word(p, "ADD")) {
		(void)sql_skip_word(p, "COLUMN");
		return add_columns(p, last, A_ADD_COLUMN);
	}
	if (sql_skip_word(p, "MODIFY"))
		return add_columns(p, last, A_MODIFY_COLUMN);
	*last = physical_part(p);
	return *last ? &(*last)->next : last;
}

struct sql_stmt *sql_parse_alter_table(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_ALTER_TABLE, 15);
	struct sql_alter **last = &stmt->alter;

	stmt->target = sql_parse_table_name(p, false);
	if ((sql_at_word(p, "ADD") || sql_at_word(p, "DROP")) &&
	    sql_ahead_word(p, "SUPPLEMENTAL")) {
		stmt->kind = S_ADMIN;
		return stmt;
	}
	do {
		last = alter_part(p, last);
	} while (!sql_parse_failed(p) && p->token.kind == T_WORD);
	if (stmt->alter &&
	    (stmt->alter->kind == A_ENABLE_TRIGGERS || stmt->alter->kind == A_DISABLE_TRIGGERS))
		stmt->kind = S_PLSQL_DDL;
	return stmt;
}
