/*
 * plsql_type.c - types that blocks and packages declare; see plsql_parts.h
 *
 * A collection is a JSON object inside, ora.collection: index as text to value as text, so that an index that is
 * not there is told from a value that is NULL.  One INDEX BY begins empty, a nested table or varray as NULL.
 * A record is a composite type of PostgreSQL's, made once for all that have the same fields (rh.record_type).
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Collections and Records"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	uint8_t type; /* enum sql_type */
	const char *name;
} names[] = { { SQL_TEXT, "character varying" },
	      { SQL_CHAR, "bpchar" },
	      { SQL_NUMBER, "numeric" },
	      { SQL_DATE, "ora.date" },
	      { SQL_RAW, "bytea" },
	      { SQL_BLOB, "bytea" },
	      { SQL_CLOB, "text" },
	      { SQL_BOOL, "boolean" },
	      { SQL_FLOAT, "real" },
	      { SQL_DOUBLE, "double precision" },
	      { SQL_INTERVAL, "ora.ds" },
	      { SQL_INTERVAL_YM, "ora.ym" },
	      { SQL_TIMESTAMP, "ora.stamp" },
	      { SQL_TIMESTAMP_TZ, "ora.stamp_tz" },
	      { SQL_TIMESTAMP_LTZ, "ora.stamp_ltz" } };

const char *plsql_plain_type(uint8_t type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(names); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

/* ---- rows -------------------------------------------------------------------------------- */

const char *plsql_text_type(struct plsql *pl, uint8_t ora_type, char unit, uint32_t most)
{
	const char *made = NULL;

	if (most < 1 || most > 32767) /* what a view's expression has no bound for */
		return plsql_plain_type(sql_type_of_ora(ora_type));
	(void)rh_exec_text_type(pl->session, ora_type == CW_ORA_RAW ? 'r' : unit, most, pl->arena,
				&made, pl->error);
	return made;
}

static char unit_of(const struct sql_column *column)
{
	if (column->national)
		return 'n';
	return column->char_used == 'C' ? 'c' : 'b';
}

/* PostgreSQL's type for what a column holds, with its length; NULL: none that is known. */
const char *plsql_column_type(struct plsql *pl, const struct sql_column *column)
{
	struct cw_wr text = { 0 };

	switch (column->ora_type) {
	case CW_ORA_VARCHAR2:
	case CW_ORA_RAW:
		return plsql_text_type(pl, column->ora_type, unit_of(column),
				       column->char_used == 'C' && column->char_length
					       ? column->char_length
					       : column->byte_length);
	case CW_ORA_CHAR:
		cw_wr_printf(&text, "bpchar(%u)",
			     column->char_length ? column->char_length : column->byte_length);
		return plsql_keep_text(pl, &text);
	case CW_ORA_NUMBER:
		if (column->precision <= 0 || column->scale == CW_SCALE_NONE)
			return "numeric";
		cw_wr_printf(&text, "numeric(%d,%d)", column->precision, column->scale);
		return plsql_keep_text(pl, &text);
	default:
		return plsql_plain_type(column->type);
	}
}

/* A record with a field for each column; @element: its own type, NULL: not made yet. */
const struct plsql_type *plsql_row_of(struct plsql *pl, const struct sql_column *column,
				      uint32_t count, const char *element)
{
	struct plsql_type *type = cw_new(pl->arena, struct plsql_type, 1);
	struct plsql_field **last = &type->field;

	type->kind = PLSQL_RECORD;
	type->element = type->plain = element;
	for (uint32_t i = 0; i < count; i++) {
		struct plsql_field *field;

		if (column[i].hidden)
			continue;
		field = cw_new(pl->arena, struct plsql_field, 1);
		field->name = column[i].name;
		field->type = column[i].type;
		field->text = plsql_column_type(pl, &column[i]);
		*last = field;
		last = &field->next;
	}
	return type;
}

bool plsql_row_is_known(const struct plsql_type *row)
{
	const struct plsql_field *field = row->field;

	while (field && field->text)
		field = field->next;
	return row->field && !field;
}

const char *plsql_record_type(struct plsql *pl, const struct plsql_type *type)
{
	struct plsql_type *record = (struct plsql_type *)(uintptr_t)type;
	struct cw_wr text = { 0 };
	bool ok = true;

	if (type->element)
		return type->element;
	for (const struct plsql_field *field = type->field; ok && field; field = field->next) {
		ok = field->text != NULL;
		sql_print_ident(&text, field->name);
		cw_wr_printf(&text, " %s%s", ok ? field->text : "", field->next ? ", " : "");
	}
	cw_wr_u8(&text, 0);
	if (!ok)
		(void)rh_fail(pl->error, 3001, pl->parser.last_end,
			      "unimplemented feature: a record of values whose type is not known");
	else if (rh_exec_record_type(pl->session, (const char *)text.at0, pl->arena,
				     &record->element, pl->error))
		record->plain = record->element;
	cw_wr_release(&text);
	return type->element;
}

/* ---- declared ---------------------------------------------------------------------------- */

/* A type at the present token, as its own text. */
static bool read_plain(struct plsql *pl, struct plsql_variable *ret)
{
	struct cw_wr out = { 0 };
	bool ok = plsql_write_type(pl, ret, &out);

	cw_wr_release(&out);
	if (ok && !ret->text && ret->row)
		ret->text = plsql_record_type(pl, ret->row);
	if (ok && !ret->text)
		return pl->error->code == 0 &&
		       rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: a type that is known when it runs");
	return ok;
}

/* OF type [NOT NULL] */
static bool element_type(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_variable element = { 0 };
	const char *plain;

	if (!read_plain(pl, &element))
		return false;
	plain = element.row || element.collection ? NULL : plsql_plain_type(element.type);
	type->element = element.text;
	type->element_type = element.type;
	type->plain = plain ? plain : element.text;
	type->of = element.row ? element.row : element.collection;
	type->not_null = sql_skip_words(&pl->parser, "NOT", "NULL");
	return true;
}

/* [INDEX BY type] */
static bool index_by(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_variable index = { 0 };

	if (!sql_skip_words(&pl->parser, "INDEX", "BY"))
		return true;
	if (!read_plain(pl, &index))
		return false;
	type->kind = index.type == SQL_NUMBER ? PLSQL_BY_NUMBER : PLSQL_BY_TEXT;
	return true;
}

/* name type [NOT NULL] [:= expression] */
static bool record_field(struct plsql *pl, struct plsql_field *field)
{
	struct plsql_variable of = { 0 };
	struct cw_wr value = { 0 };

	field->name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a field was expected");
	if (!field->name || !read_plain(pl, &of))
		return false;
	field->type = of.type;
	field->text = of.text;
	field->named = of.row ? of.row : of.collection;
	(void)sql_skip_words(&pl->parser, "NOT", "NULL");
	if (sql_skip_op(&pl->parser, ":=") || sql_skip_word(&pl->parser, "DEFAULT")) {
		if (!plsql_write_expr(pl, &value)) {
			cw_wr_release(&value);
			return false;
		}
		field->value = plsql_keep_text(pl, &value);
	} else if (of.collection && of.collection->kind != PLSQL_NESTED) {
		field->value = "'{}'";
	}
	return true;
}

/* (field type [:= ...], ...) */
static bool record_fields(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_field **last = &type->field;

	type->kind = PLSQL_RECORD;
	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	do {
		*last = cw_new(pl->arena, struct plsql_field, 1);
		if (!record_field(pl, *last))
			return false;
		last = &(*last)->next;
	} while (sql_skip_op(&pl->parser, ","));
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected") &&
	       plsql_record_type(pl, type);
}

static bool varray_limit(struct plsql *pl, struct plsql_type *type)
{
	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	type->limit = (unsigned)atoi(pl->parser.token.text);
	sql_next(&pl->parser);
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

/* REF CURSOR [RETURN type], which holds for whoever reads it */
static bool ref_cursor(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_variable row = { 0 };
	struct cw_wr out = { 0 };
	bool ok;

	type->kind = PLSQL_REF_CURSOR;
	type->element = type->plain = "refcursor";
	if (!sql_skip_word(&pl->parser, "RETURN"))
		return true;
	ok = plsql_write_type(pl, &row, &out);
	cw_wr_release(&out);
	type->of = row.row;
	return ok;
}

bool plsql_type_body(struct plsql *pl, struct plsql_type *type)
{
	struct sql_parser *p = &pl->parser;

	if (sql_skip_words(p, "REF", "CURSOR"))
		return ref_cursor(pl, type);
	if (sql_skip_word(p, "RECORD"))
		return record_fields(pl, type);
	if (sql_skip_word(p, "VARRAY") || sql_skip_words(p, "VARYING", "ARRAY")) {
		if (!varray_limit(pl, type))
			return false;
	} else if (!sql_want_word(p, "TABLE", 6550, "PLS-00103: TABLE was expected")) {
		return false;
	}
	return sql_want_word(p, "OF", 6550, "PLS-00103: OF was expected") &&
	       element_type(pl, type) && index_by(pl, type);
}

/* SUBTYPE name IS type [RANGE a .. b] [NOT NULL] */
static bool subtype(struct plsql *pl, struct plsql_type *type)
{
	if (!element_type(pl, type))
		return false;
	if (sql_at_word(&pl->parser, "RANGE"))
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: SUBTYPE with RANGE");
	return true;
}

bool plsql_type_declare(struct plsql *pl, bool is_subtype)
{
	struct plsql_type *type = cw_new(pl->arena, struct plsql_type, 1);

	type->kind = is_subtype ? PLSQL_SUBTYPE : PLSQL_NESTED;
	type->local = !pl->package_level;
	type->name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	if (!type->name || !sql_want_word(&pl->parser, "IS", 6550, "PLS-00103: IS was expected") ||
	    !(is_subtype ? subtype(pl, type) : plsql_type_body(pl, type)))
		return false;
	type->next = pl->types;
	pl->types = type;
	return true;
}

/* ---- found ------------------------------------------------------------------------------- */

const struct plsql_type *plsql_type_find(struct plsql *pl, const struct sql_name *name)
{
	const struct plsql_type *types = pl->types;
	const char *wanted = name->part[name->count - 1];

	if (name->count > 1) {
		const struct plsql_package *package = plsql_package_of(pl, name);

		types = package ? package->types : NULL;
	}
	for (const struct plsql_type *one = types; one; one = one->next)
		if (strcmp(one->name, wanted) == 0)
			return one;
	return pl->error->code ? NULL : plsql_schema_type(pl, name);
}

bool plsql_write_named_type(struct plsql *pl, const struct plsql_type *type,
			    struct plsql_variable *variable, struct cw_wr *out)
{
	const struct plsql_type *of = type->kind == PLSQL_SUBTYPE ? type->of : NULL;

	if (of)
		return plsql_write_named_type(pl, of, variable, out);
	switch (type->kind) {
	case PLSQL_RECORD:
		variable->record = true;
		variable->row = type;
		variable->text = plsql_record_type(pl, type);
		break;
	case PLSQL_REF_CURSOR:
		variable->cursor = true;
		variable->row = type->of;
		variable->text = "refcursor";
		break;
	case PLSQL_SUBTYPE:
		variable->type = type->element_type;
		variable->text = type->element;
		break;
	default:
		variable->collection = type;
		variable->text = type->inside ? type->inside : "ora.collection";
	}
	if (!variable->text)
		return false;
	cw_wr_text(out, variable->text);
	return true;
}
