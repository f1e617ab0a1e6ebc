/* exec_ddl_table.c - CREATE TABLE and ALTER TABLE; see exec_ddl.h */
#include "rehearsal/exec_ddl.h"

#include <stdlib.h>
#include <string.h>

#define UROWID_BYTES 4000u

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

bool rh_ddl_expr(struct rh_ddl *ddl, struct sql_expr *expr, struct sql_from *from, uint8_t type,
		 bool parentheses)
{
	struct sql_env env = { .context = ddl->session,
			       .relation = rh_exec_find,
			       .user = ddl->session->user };

	if (!sql_resolve_expr(&env, ddl->arena, expr, from, ddl->error))
		return false;
	put(ddl, parentheses ? "(" : "");
	if (!sql_print_assigned(expr, type, &ddl->sql, ddl->error))
		return false;
	put(ddl, parentheses ? ")" : "");
	return true;
}

void rh_ddl_note_column(struct rh_ddl *ddl, const struct rh_ddl_name *table, unsigned attnum,
			const struct sql_column *c)
{
	char precision[16] = "NULL", scale[16] = "NULL";

	if (c->precision > 0)
		(void)snprintf(precision, sizeof(precision), "%d", c->precision);
	if (c->scale != CW_SCALE_NONE)
		(void)snprintf(scale, sizeof(scale), "%d", c->scale);
	put(ddl, "INSERT INTO rh.columns (relid, attnum, ora_type, precision, scale, byte_length, "
		 "char_length, char_used, is_national) SELECT attrelid, attnum, ");
	cw_wr_printf(&ddl->sql,
		     "%u, %s, %s, %u, %u, %s, %s FROM pg_catalog.pg_attribute WHERE attrelid = ",
		     c->ora_type, precision, scale, c->byte_length, c->char_length,
		     c->char_used ? c->char_used == 'C' ? "'C'" : "'B'" : "NULL",
		     c->national ? "true" : "false");
	rh_ddl_put_regclass(ddl, table);
	if (attnum > 0) {
		cw_wr_printf(&ddl->sql, " AND attnum = %u", attnum);
	} else {
		put(ddl, " AND attname = ");
		sql_print_literal(&ddl->sql, c->name, strlen(c->name));
	}
	put(ddl, " ON CONFLICT (relid, attnum) DO UPDATE SET ora_type = excluded.ora_type, "
		 "precision = excluded.precision, scale = excluded.scale, byte_length = "
		 "excluded.byte_length, char_length = excluded.char_length, char_used = "
		 "excluded.char_used, is_national = excluded.is_national;\n");
}

/* The dictionary shows a default as it was written. */
static void note_default(struct rh_ddl *ddl, const struct rh_ddl_name *table,
			 const struct sql_column_def *def)
{
	if (!def->default_text)
		return;
	put(ddl, "UPDATE rh.columns SET data_default = ");
	sql_print_literal(&ddl->sql, def->default_text, strlen(def->default_text));
	put(ddl, " WHERE relid = ");
	rh_ddl_put_regclass(ddl, table);
	put(ddl, " AND attnum = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = ");
	rh_ddl_put_regclass(ddl, table);
	put(ddl, " AND attname = ");
	sql_print_literal(&ddl->sql, def->name, strlen(def->name));
	put(ddl, ");\n");
}

/* ---- columns ------------------------------------------------------------------------------------- */

/* DATA_LENGTH of the types that have but one. */
static uint32_t length_of(uint8_t ora_type)
{
	switch (ora_type) {
	case CW_ORA_BINARY_FLOAT:
		return 4;
	case CW_ORA_BINARY_DOUBLE:
		return 8;
	case CW_ORA_ROWID:
		return 10;
	case CW_ORA_UROWID:
		return UROWID_BYTES;
	case CW_ORA_BOOLEAN:
		return 1;
	case CW_ORA_JSON:
		return RH_JSON_DATA_LENGTH;
	case CW_ORA_OBJECT:
		return RH_XML_DATA_LENGTH;
	default:
		return 0;
	}
}

static void text_column(const struct rh_ddl *ddl, const struct sql_type_name *type,
			struct sql_column *ret)
{
	uint32_t max = type->ora_type == CW_ORA_CHAR ? 2000 : sql_type_bytes_max(4000);
	uint32_t bytes = (type->national ? 2 : 4) * type->length;
	char otherwise = ddl->session->exec->char_semantics ? 'C' : 'B';

	ret->scale = CW_SCALE_NONE;
	ret->national = type->national;
	ret->char_used = type->char_used ? type->char_used : otherwise;
	ret->char_length = type->length;
	if (ret->char_used == 'C')
		ret->byte_length = bytes < max ? bytes : max;
}

static bool column_of(struct rh_ddl *ddl, const struct sql_column_def *def, struct sql_column *ret)
{
	const struct sql_type_name *type = def->type;

	*ret = (struct sql_column){ .name = def->name,
				    .type = sql_type_of_ora(type->ora_type),
				    .ora_type = type->ora_type,
				    .precision = type->precision,
				    .scale = type->scale,
				    .byte_length = type->length,
				    .nullable = true };
	switch (type->ora_type) {
	case CW_ORA_NUMBER:
		ret->byte_length = 22;
		if (type->any_precision)
			ret->precision = 0;
		return true;
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
		text_column(ddl, type, ret);
		return true;
	case CW_ORA_DATE:
		ret->byte_length = 7;
		ret->scale = CW_SCALE_NONE;
		return true;
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		ret->byte_length = type->ora_type == CW_ORA_TIMESTAMP_TZ ? 13
				   : type->precision > 0		 ? 11
									 : 7;
		ret->scale = type->precision;
		ret->precision = 0;
		return true;
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		ret->byte_length = type->ora_type == CW_ORA_INTERVAL_YM ? 5 : 11;
		return true;
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
	case CW_ORA_LONG:
	case CW_ORA_LONG_RAW:
	case CW_ORA_ROWID:
	case CW_ORA_UROWID:
	case CW_ORA_BOOLEAN:
	case CW_ORA_JSON:
	case CW_ORA_OBJECT:
		ret->byte_length = type->length ? type->length : length_of(type->ora_type);
		ret->scale = CW_SCALE_NONE;
		return true;
	case CW_ORA_CLOB:
	case CW_ORA_BLOB:
		ret->byte_length = RH_LOB_DATA_LENGTH;
		ret->national = type->national;
		ret->scale = CW_SCALE_NONE;
		return true;
	case CW_ORA_RAW:
		ret->scale = CW_SCALE_NONE;
		return true;
	default:
		return rh_fail(ddl->error, 3001, type->at, "unimplemented feature");
	}
}

/* VARCHAR2 and RAW are bounded by a check of ours; CHAR and NUMBER by their PostgreSQL type. */
static bool bounded(const struct sql_column *c)
{
	return c->ora_type == CW_ORA_VARCHAR2 || c->ora_type == CW_ORA_RAW;
}

static void put_length_check(struct rh_ddl *ddl, const struct sql_column *c)
{
	const char *count = c->national			? "ora.utf16_units"
			    : c->char_used == 'C'	? "pg_catalog.length"
			    : c->ora_type == CW_ORA_RAW ? "pg_catalog.octet_length"
							: "ora.stored_bytes";
	struct cw_wr name = { 0 };

	cw_wr_printf(&name, "%.55s$len", c->name);
	cw_wr_u8(&name, 0);
	put(ddl, "CONSTRAINT ");
	sql_print_ident(&ddl->sql, (const char *)name.at0);
	cw_wr_release(&name);
	cw_wr_printf(&ddl->sql, " CHECK (CASE WHEN %s(", count);
	sql_print_ident(&ddl->sql, c->name);
	cw_wr_printf(&ddl->sql, ") > %u THEN ora.too_long(tableoid, ",
		     c->char_used == 'C' ? c->char_length : c->byte_length);
	sql_print_literal(&ddl->sql, c->name, strlen(c->name));
	cw_wr_printf(&ddl->sql, ", %s(", count);
	sql_print_ident(&ddl->sql, c->name);
	cw_wr_printf(&ddl->sql, "), %u) ELSE true END)",
		     c->char_used == 'C' ? c->char_length : c->byte_length);
}

/* Type and name, as far as they are written; a virtual column may leave its type to its expression. */
static bool declare_column(struct rh_ddl *ddl, struct sql_column_def *def, struct sql_from *table,
			   struct sql_column *ret)
{
	if (!def->type && !(def->generated == 'V' ? rh_ddl_infer_type(ddl, def, table)
						  : rh_ddl_refer_type(ddl, def)))
		return false;
	if (!column_of(ddl, def, ret))
		return false;
	ret->generated = def->generated;
	ret->invisible = def->invisible;
	return true;
}

static bool put_column(struct rh_ddl *ddl, const struct sql_column_def *def,
		       const struct sql_column *column, struct sql_from *table)
{
	sql_print_ident(&ddl->sql, def->name);
	put(ddl, " ");
	sql_print_type(&ddl->sql, def->type);
	if (def->generated == 'V') {
		put(ddl, " GENERATED ALWAYS AS ");
		if (!rh_ddl_expr(ddl, def->default_value, table, column->type, true))
			return false;
		put(ddl, " STORED");
		return true;
	}
	if (def->sequence) {
		rh_ddl_put_identity_default(ddl, def);
	} else if (def->default_value) {
		put(ddl, " DEFAULT ");
		if (!rh_ddl_expr(ddl, def->default_value, NULL, column->type, true))
			return false;
	}
	return true;
}

/* ---- CREATE TABLE ----------------------------------------------------------------------------------- */

/* Once the table is there; foreign keys last, since one may refer to the table itself. */
static bool put_constraints(struct rh_ddl *ddl, const struct sql_constraint *c,
			    struct sql_from *table, bool foreign)
{
	for (; c; c = c->next)
		if (c->kind != C_NULL && (c->kind == C_FOREIGN) == foreign &&
		    !rh_ddl_add_constraint(ddl, c, table))
			return false;
	return true;
}

/* The constraints of a column but for the first, NOT NULL without a name, where the column is so anyway. */
static const struct sql_constraint *said_already(const struct sql_column_def *def)
{
	const struct sql_constraint *c = def->constraint;

	return c && def->identity && c->kind == C_NOT_NULL && !c->name ? c->next : c;
}

static bool put_all_constraints(struct rh_ddl *ddl, struct sql_from *table, bool foreign)
{
	for (const struct sql_column_def *def = ddl->parsed->column_def; def; def = def->next)
		if (!put_constraints(ddl, said_already(def), table, foreign))
			return false;
	return put_constraints(ddl, ddl->parsed->constraint, table, foreign);
}

/* The redo's triggers, once the table is there. */
static void put_capture(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	if (ddl->parsed->temporary)
		return;
	put(ddl, "SELECT rh.capture_table(");
	rh_ddl_put_regclass(ddl, name);
	put(ddl, ");\n");
}

static void put_hidden_column(struct rh_ddl *ddl)
{
	put(ddl, ",\n\"ROWID$\" bigint DEFAULT nextval('rh.rowid_seq'::regclass) NOT NULL");
}

static bool is_long(const struct sql_column *c)
{
	return c->ora_type == CW_ORA_LONG || c->ora_type == CW_ORA_LONG_RAW;
}

/* @added: a column that is to come; NULL: none. */
static bool one_long(struct rh_ddl *ddl, const struct sql_from *table,
		     const struct sql_column *added)
{
	uint32_t longs = added && is_long(added);

	if (added && longs == 0)
		return true;
	for (uint32_t i = 0; i < table->column_count; i++)
		longs += is_long(&table->column[i]);
	return longs <= 1 || rh_fail(ddl->error, 1754, ddl->parsed->at,
				     "a table may contain only one column of type LONG");
}

/* What PostgreSQL's catalog has no place for. */
static void note_facts(struct rh_ddl *ddl)
{
	rh_ddl_note_physical(ddl, &ddl->table, &ddl->parsed->physical);
	if (ddl->parsed->temporary) {
		put(ddl, "SELECT rh.make_temporary(");
		rh_ddl_put_regclass(ddl, &ddl->table);
		put(ddl, ddl->parsed->preserve_rows ? ", true);\n" : ", false);\n");
	}
	if (!ddl->parsed->organization_index)
		return;
	put(ddl, "INSERT INTO rh.table_facts (relid, iot) VALUES (");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", true);\n");
}

static void note_columns(struct rh_ddl *ddl, const struct sql_from *table)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		rh_ddl_note_column(ddl, &ddl->table, i + 1, &table->column[i]);
	for (const struct sql_column_def *def = ddl->parsed->column_def; def; def = def->next) {
		note_default(ddl, &ddl->table, def);
		rh_ddl_note_kind(ddl, def);
	}
}

/* Those with a type first: an expression of a virtual column looks at them. */
static bool declare_columns(struct rh_ddl *ddl, struct sql_column *column, struct sql_from *table)
{
	uint32_t at = 0;

	for (struct sql_column_def *def = ddl->parsed->column_def; def; def = def->next, at++) {
		column[at].name = def->name;
		if (def->type && !declare_column(ddl, def, table, &column[at]))
			return false;
		if (!rh_ddl_identity(ddl, def))
			return false;
	}
	at = 0;
	for (struct sql_column_def *def = ddl->parsed->column_def; def; def = def->next, at++)
		if (!def->type && !declare_column(ddl, def, table, &column[at]))
			return false;
	return true;
}

static bool put_all_columns(struct rh_ddl *ddl, struct sql_from *table)
{
	const struct sql_column *column = table->column;

	for (const struct sql_column_def *def = ddl->parsed->column_def; def;
	     def = def->next, column++) {
		put(ddl, column == table->column ? "" : ",\n");
		if (!put_column(ddl, def, column, table))
			return false;
	}
	put_hidden_column(ddl);
	if (ddl->parsed->temporary)
		put(ddl, ",\n\"SID$\" text NOT NULL");
	for (uint32_t i = 0; i < table->column_count; i++)
		if (bounded(&table->column[i])) {
			put(ddl, ",\n");
			put_length_check(ddl, &table->column[i]);
		}
	return true;
}

bool rh_ddl_create_table(struct rh_ddl *ddl)
{
	const struct sql_stmt *s = ddl->parsed;
	struct sql_from table = { .label = NULL };
	struct sql_column *column;

	rh_ddl_name(ddl, &s->target->name, &ddl->table);
	if (s->query && !rh_ddl_as_columns(ddl))
		return false;
	for (const struct sql_column_def *def = s->column_def; def; def = def->next)
		table.column_count++;
	if (table.column_count == 0)
		return rh_fail(ddl->error, 904, s->target->at, ": invalid identifier");
	column = cw_new(ddl->arena, struct sql_column, table.column_count);
	table.column = column;
	if (!declare_columns(ddl, column, &table) || !one_long(ddl, &table, NULL))
		return false;
	put(ddl, s->temporary ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ");
	rh_ddl_put_name(ddl, &ddl->table);
	put(ddl, " (");
	if (!put_all_columns(ddl, &table))
		return false;
	put(ddl, ");\n");
	note_columns(ddl, &table);
	note_facts(ddl);
	if (s->partitioning && !rh_ddl_partitioning(ddl, &table))
		return false;
	if (!put_all_constraints(ddl, &table, false))
		return false;
	put_capture(ddl, &ddl->table);
	if (s->query && !rh_ddl_as_rows(ddl))
		return false;
	return put_all_constraints(ddl, &table, true);
}

/* ---- ALTER TABLE ------------------------------------------------------------------------------------------ */

struct alter {
	struct rh_ddl *ddl;
	struct rh_ddl_name name;
	struct sql_from table;
};

static void start(struct alter *a)
{
	put(a->ddl, "ALTER TABLE ");
	rh_ddl_put_name(a->ddl, &a->name);
	put(a->ddl, " ");
}

static bool add_constraints(struct alter *a, const struct sql_constraint *c)
{
	for (; c; c = c->next)
		if (!rh_ddl_add_constraint(a->ddl, c, &a->table))
			return false;
	return true;
}

static void drop_length_check(struct alter *a, const struct sql_column *column)
{
	start(a);
	cw_wr_printf(&a->ddl->sql, "DROP CONSTRAINT IF EXISTS \"%.55s$len\";\n", column->name);
}

static void set_length_check(struct alter *a, const struct sql_column *column, bool old)
{
	if (old)
		drop_length_check(a, column);
	if (!bounded(column))
		return;
	start(a);
	put(a->ddl, "ADD ");
	put_length_check(a->ddl, column);
	put(a->ddl, ";\n");
}

/* What comes later in the statement may name it. */
static void note_added(struct alter *a, const struct sql_column *column)
{
	uint32_t count = a->table.column_count;
	struct sql_column *more = cw_new(a->ddl->arena, struct sql_column, count + 1);

	if (count > 0)
		memcpy(more, a->table.column, count * sizeof(*more));
	more[count] = *column;
	a->table.column = more;
	a->table.column_count = count + 1;
}

static bool add_column(struct alter *a, struct sql_column_def *def)
{
	struct sql_column column = { 0 };

	if (!rh_ddl_identity(a->ddl, def) || !declare_column(a->ddl, def, &a->table, &column) ||
	    !one_long(a->ddl, &a->table, &column))
		return false;
	start(a);
	put(a->ddl, "ADD COLUMN ");
	if (!put_column(a->ddl, def, &column, &a->table))
		return false;
	put(a->ddl, ";\n");
	set_length_check(a, &column, false);
	rh_ddl_note_column(a->ddl, &a->name, 0, &column);
	note_default(a->ddl, &a->name, def);
	rh_ddl_note_kind(a->ddl, def);
	note_added(a, &column);
	return put_constraints(a->ddl, said_already(def), &a->table, false) &&
	       put_constraints(a->ddl, said_already(def), &a->table, true);
}

static void alter_column(struct alter *a, const char *name, const char *what)
{
	start(a);
	put(a->ddl, "ALTER COLUMN ");
	sql_print_ident(&a->ddl->sql, name);
	put(a->ddl, what);
}

static const struct sql_column *old_column(const struct alter *a, const char *name)
{
	for (uint32_t i = 0; i < a->table.column_count; i++)
		if (strcmp(a->table.column[i].name, name) == 0)
			return &a->table.column[i];
	return NULL;
}

static bool is_lob(const struct sql_column *c)
{
	return c->ora_type == CW_ORA_CLOB || c->ora_type == CW_ORA_BLOB;
}

/* A column becomes a LOB from LONG alone, and a LOB becomes nothing else. */
static bool stays_lob(struct alter *a, const struct sql_column_def *def,
		      const struct sql_column *old, const struct sql_column *column)
{
	if (is_lob(old) && column->ora_type != old->ora_type)
		return rh_fail(a->ddl->error, 22859, def->at, "invalid modification of columns");
	return is_lob(old) || !is_lob(column) || is_long(old) ||
	       rh_fail(a->ddl->error, 22858, def->at, "invalid alteration of datatype");
}

/* Types that values go to and fro between: one of them stands for all. */
static uint8_t family(const struct sql_column *c)
{
	if (c->ora_type == CW_ORA_CHAR)
		return CW_ORA_VARCHAR2;
	return c->ora_type == CW_ORA_TIMESTAMP ? CW_ORA_DATE : c->ora_type;
}

/* A column without values takes any type; that of others stays what it is (ORA-01439). */
static void put_new_type(struct alter *a, const struct sql_column_def *def,
			 const struct sql_column *old, const struct sql_column *column)
{
	bool other = family(old) != family(column) && !is_long(old);

	if (other) {
		put(a->ddl, "SELECT rh.want_empty(");
		rh_ddl_put_regclass(a->ddl, &a->name);
		put(a->ddl, ", ");
		sql_print_literal(&a->ddl->sql, def->name, strlen(def->name));
		put(a->ddl, ");\n");
		drop_length_check(a, old);
	}
	rh_ddl_free_column(a->ddl, &a->name, def->name);
	alter_column(a, def->name, " TYPE ");
	sql_print_type(&a->ddl->sql, def->type);
	if (other) {
		put(a->ddl, " USING NULL::");
		sql_print_type(&a->ddl->sql, def->type);
	}
	put(a->ddl, ";\nSELECT rh.bind_column();\n");
}

static bool modify_column(struct alter *a, const struct sql_column_def *def)
{
	struct sql_column column;
	const struct sql_column *old = old_column(a, def->name);

	if (!old)
		return rh_fail(a->ddl->error, 904, def->at, "\"%s\": invalid identifier",
			       def->name);
	column = *old;
	if (def->type) {
		if (!column_of(a->ddl, def, &column) || !stays_lob(a, def, old, &column))
			return false;
		put_new_type(a, def, old, &column);
		set_length_check(a, &column, true);
		rh_ddl_note_column(a->ddl, &a->name, 0, &column);
	}
	if (def->default_value) {
		alter_column(a, def->name, " SET DEFAULT ");
		if (!rh_ddl_expr(a->ddl, def->default_value, NULL, column.type, true))
			return false;
		put(a->ddl, ";\n");
		note_default(a->ddl, &a->name, def);
	}
	if (def->drop_identity)
		rh_ddl_drop_identity(a->ddl, def);
	if (!rh_ddl_modify_identity(a->ddl, def))
		return false;
	rh_ddl_note_kind(a->ddl, def);
	return add_constraints(a, def->constraint);
}

static bool drop_columns(struct alter *a, const struct sql_alter *part)
{
	for (uint32_t i = 0; i < part->name_count; i++) {
		start(a);
		put(a->ddl, "DROP COLUMN ");
		sql_print_ident(&a->ddl->sql, part->names[i]);
		put(a->ddl, part->cascade ? " CASCADE;\n" : ";\n");
	}
	return true;
}

static bool rename_table(struct alter *a, const char *new_name)
{
	rh_ddl_want_free_name(a->ddl, a->name.schema, new_name);
	start(a);
	put(a->ddl, "RENAME TO ");
	sql_print_ident(&a->ddl->sql, new_name);
	put(a->ddl, ";\n");
	return true;
}

/* Constraints that are off follow as those do that are on. */
static bool rename_column(struct alter *a, const struct sql_alter *part)
{
	put(a->ddl, "SELECT rh.rename_column(");
	rh_ddl_put_regclass(a->ddl, &a->name);
	put(a->ddl, ", ");
	sql_print_literal(&a->ddl->sql, part->name, strlen(part->name));
	put(a->ddl, ", ");
	sql_print_literal(&a->ddl->sql, part->new_name, strlen(part->new_name));
	put(a->ddl, ");\n");
	return true;
}

static bool alter_part(struct alter *a, const struct sql_alter *part)
{
	switch (part->kind) {
	case A_ADD_COLUMN:
		return add_column(a, part->column);
	case A_MODIFY_COLUMN:
		return modify_column(a, part->column);
	case A_DROP_COLUMN:
		return drop_columns(a, part);
	case A_RENAME_COLUMN:
		return rename_column(a, part);
	case A_RENAME:
		return rename_table(a, part->new_name);
	case A_ADD_CONSTRAINT:
		return add_constraints(a, part->constraint);
	case A_DROP_CONSTRAINT:
	case A_DROP_PRIMARY:
	case A_DROP_UNIQUE:
	case A_ENABLE_CONSTRAINT:
	case A_DISABLE_CONSTRAINT:
	case A_RENAME_CONSTRAINT:
		return rh_ddl_alter_constraint(a->ddl, part);
	case A_ADD_PARTITION:
	case A_DROP_PARTITION:
	case A_TRUNCATE_PARTITION:
	case A_RENAME_PARTITION:
		return rh_ddl_alter_partition(a->ddl, part);
	case A_SPLIT_PARTITION:
	case A_MERGE_PARTITIONS:
	case A_EXCHANGE_PARTITION:
	case A_MOVE_PARTITION:
		return rh_ddl_reshape_partition(a->ddl, part);
	case A_SET_UNUSED:
		return drop_columns(a, part);
	case A_READ_ONLY:
		put(a->ddl, "SELECT rh.set_read_only(");
		rh_ddl_put_regclass(a->ddl, &a->name);
		put(a->ddl, part->validate ? ", true);\n" : ", false);\n");
		return true;
	case A_PHYSICAL:
		rh_ddl_note_physical(a->ddl, &a->name, &part->physical);
		return true;
	case A_DROP_UNUSED: /* they went when they became unused */
		return true;
	default:
		return rh_fail(a->ddl->error, 3001, part->at, "unimplemented feature");
	}
}

/* A view that reads the table is made anew behind it; one that keeps its types is not looked at. */
static bool changes_what_is_read(const struct sql_alter *part)
{
	switch (part->kind) {
	case A_MODIFY_COLUMN:
		return part->column->type;
	case A_DROP_COLUMN:
	case A_SET_UNUSED:
	case A_RENAME_COLUMN:
	case A_RENAME:
		return true;
	default:
		return false;
	}
}

bool rh_ddl_alter_table(struct rh_ddl *ddl)
{
	struct alter a = { .ddl = ddl };
	const struct sql_relation *relation =
		rh_exec_relation(ddl->session, &ddl->parsed->target->name, ddl->error);

	if (ddl->error->code)
		return false;
	if (!relation || relation->kind != 'r')
		return rh_fail(ddl->error, 942, ddl->parsed->target->at,
			       "table or view does not exist");
	a.name = ddl->table = (struct rh_ddl_name){ relation->schema, relation->name };
	a.table.column = relation->column;
	a.table.column_count = relation->column_count;
	for (const struct sql_alter *part = ddl->parsed->alter; part; part = part->next) {
		if (changes_what_is_read(part))
			rh_ddl_break_readers(ddl, &a.name);
		if (!alter_part(&a, part))
			return false;
	}
	return true;
}
