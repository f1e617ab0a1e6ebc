/*
 * plsql_collection.c - collection types of schemas: CREATE, ALTER and DROP TYPE, and who means one by its name; see plsql_parts.h
 *
 * To PL/SQL one is what a block declares (plsql_type.c), but that its values have a type of their own inside (sql_collection.h).
 * rh.sources keeps the text, rh.collections what its elements are.  Object types are refused.
 *
 * Errors	ORA-04043, ORA-02303, ORA-00955; compiled with errors: PLS-00201, PLS-00531, PLS-00355, PLS-00318
 * Sources	Oracle Database PL/SQL Language Reference 19c, "CREATE TYPE Statement", "DROP TYPE Statement"
 */
#include "rehearsal/exec_parts.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_collection.h"

#include <string.h>

enum { SQL_TYPE_CREATE_TYPE = 77, SQL_TYPE_DROP_TYPE = 78, SQL_TYPE_ALTER_TYPE = 80 };

/* ---- by name --------------------------------------------------------------------------------- */

/* That were looked for. */
struct plsql_schema_type {
	struct plsql_schema_type *next;
	const char *schema, *name;     /* schema "": it was not said */
	const struct plsql_type *type; /* NULL: there is none */
};

static const struct plsql_type *type_of(struct plsql *pl, const struct sql_collection *found)
{
	struct plsql_type *type = cw_new(pl->arena, struct plsql_type, 1);

	*type = (struct plsql_type){ .name = found->name,
				     .kind = PLSQL_NESTED,
				     .owner = found->owner,
				     .inside = found->inside,
				     .element = found->element,
				     .element_type = found->element_type,
				     .plain = found->plain,
				     .row = found->row,
				     .limit = found->limit };
	if (found->nested.count)
		type->of = plsql_schema_type(pl, &found->nested);
	return type;
}

const struct plsql_type *plsql_schema_type(struct plsql *pl, const struct sql_name *name)
{
	const char *schema = name->count > 1 ? name->part[0] : "";
	const char *wanted = name->part[name->count - 1];
	struct plsql_schema_type *one = pl->schema_types;
	const struct sql_collection *found;

	if (name->count > 2)
		return NULL;
	while (one && (strcmp(one->name, wanted) != 0 || strcmp(one->schema, schema) != 0))
		one = one->next;
	if (!one) {
		if (!rh_collection_find(pl->session, pl->arena, name,
					pl->package_owner ? pl->package_owner : pl->session->schema,
					&found, pl->error))
			return NULL;
		one = cw_new(pl->arena, struct plsql_schema_type, 1);
		one->schema = schema;
		one->name = wanted;
		one->type = found ? type_of(pl, found) : NULL;
		one->next = pl->schema_types;
		pl->schema_types = one;
	}
	if (one->type)
		plsql_note_unit(pl, one->type->owner, one->type->name);
	return one->type;
}

const struct sql_collection *plsql_collection_of(struct plsql *pl, const struct plsql_type *type)
{
	struct sql_collection *made = cw_new(pl->arena, struct sql_collection, 1);

	*made = (struct sql_collection){ .owner = type->owner,
					 .name = type->name,
					 .inside = type->inside,
					 .element = type->element,
					 .plain = type->plain,
					 .row = type->row ? type->row : type->plain,
					 .element_type = type->element_type,
					 .local = type->local,
					 .limit = type->limit };
	if (type->of)
		made->nested =
			(struct sql_name){ .count = 1,
					   .part = { type->of->name ? type->of->name : "" } };
	return made;
}

bool plsql_collection_made(void *context, struct cw_arena *arena, struct sql_expr *call,
			   struct rh_error *error)
{
	struct plsql *pl = context;
	const struct plsql_type *type;

	(void)arena;
	(void)error;
	if (call->name.count > 3 || plsql_find(pl, call->name.part[0]))
		return pl->error->code == 0;
	type = plsql_type_find(pl, &call->name);
	while (type && type->kind == PLSQL_SUBTYPE && type->of)
		type = type->of;
	if (type && type->kind == PLSQL_NESTED)
		call->collection = plsql_collection_of(pl, type);
	return pl->error->code == 0;
}

/* ---- made ------------------------------------------------------------------------------------ */

static bool may_create(struct plsql *pl, const char *schema)
{
	bool own = strcmp(schema, pl->session->user) == 0;

	return pl->session->dba ||
	       rh_session_may(pl->session, own ? "CREATE TYPE" : "CREATE ANY TYPE") ||
	       rh_fail(pl->error, 1031, 0, "insufficient privileges");
}

static void put_number(struct cw_wr *out, bool is, int number)
{
	if (is)
		cw_wr_printf(out, ", %d", number);
	else
		cw_wr_text(out, ", NULL");
}

/* The row of rh.collections; what is not said of a length in CHARs or BYTEs is the session's, now. */
static void put_row(struct plsql *pl, const struct plsql_type *type,
		    const struct sql_type_name *element, struct cw_wr *out)
{
	bool text = element->ora_type == CW_ORA_VARCHAR2 || element->ora_type == CW_ORA_CHAR;
	char used = element->char_used			? element->char_used
		    : pl->session->exec->char_semantics ? 'C'
							: 'B';

	plsql_put_literal(out, pl->unit_schema);
	cw_wr_text(out, ", ");
	plsql_put_literal(out, pl->unit_name);
	put_number(out, type->limit > 0, (int)type->limit);
	cw_wr_text(out, ", ");
	plsql_put_literal(out, type->element);
	cw_wr_printf(out, ", %d", element->ora_type);
	put_number(out, element->length > 0, (int)element->length);
	put_number(out, element->precision > 0, element->precision);
	put_number(out, element->precision > 0 && element->scale != CW_SCALE_NONE, element->scale);
	cw_wr_printf(out, text ? ", '%c'" : ", NULL", element->national ? 'C' : used);
	cw_wr_text(out, element->national ? ", true, " : ", false, ");
	if (!type->of) {
		cw_wr_text(out, "NULL, NULL");
		return;
	}
	plsql_put_literal(out, type->of->owner);
	cw_wr_text(out, ", ");
	plsql_put_literal(out, type->of->name);
}

static bool make(struct plsql *pl, const struct plsql_type *type,
		 const struct sql_type_name *element, const char *source, bool force)
{
	struct cw_wr sql = { 0 };

	cw_wr_text(&sql, "SELECT rh.make_type(");
	plsql_put_literal(&sql, pl->unit_schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, pl->unit_name);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, source);
	cw_wr_printf(&sql, ", %s, %s)", pl->unit_replaces ? "true" : "false",
		     force ? "true" : "false");
	if (!plsql_run_text(pl->session, &sql, pl->error))
		return false;
	cw_wr_text(&sql, "SELECT rh.note_collection(");
	put_row(pl, type, element, &sql);
	cw_wr_text(&sql, ")");
	return plsql_run_text(pl->session, &sql, pl->error);
}

/* Whose elements are of it, over others. */
static bool holds_itself(const struct plsql *pl, const struct plsql_type *type)
{
	const struct plsql_type *of = type->of;

	while (of && of->inside &&
	       (strcmp(of->name, pl->unit_name) != 0 || strcmp(of->owner, pl->unit_schema) != 0))
		of = of->of;
	return of && of->inside;
}

/* Whether a schema's type may have such elements; @at_type: where it begins, behind AS. */
static bool check_element(struct plsql *pl, const struct plsql_type *type,
			  struct sql_parser *at_type, const struct sql_type_name **ret)
{
	const struct sql_type_name *element;
	const char *word;

	while (!sql_skip_word(at_type, "OF"))
		sql_next(at_type);
	word = at_type->token.text;
	*ret = element = sql_parse_type(at_type);
	if (element->percent_type || element->percent_rowtype || (type->of && !type->of->inside) ||
	    sql_at_word(at_type, "NOT"))
		return rh_fail(pl->error, 3001, element->at,
			       "unimplemented feature: such elements of a schema's type");
	if (type->kind != PLSQL_NESTED)
		return rh_fail(pl->error, 6550, element->at,
			       "PLS-00355: use of pl/sql table not allowed in this context");
	if (holds_itself(pl, type))
		return rh_fail(pl->error, 6550, element->at,
			       "PLS-00318: type \"%s\" is malformed because it is a non-REF "
			       "mutually recursive type",
			       pl->unit_name);
	if (!type->of && (element->ora_type == 0 || strstr(word, "_INTEGER")))
		return rh_fail(pl->error, 6550, element->at,
			       "PLS-00531: Unsupported type in a VARRAY or TABLE type: '%s'", word);
	return true;
}

static bool compile(struct plsql *pl, const char *source, bool force)
{
	struct plsql_type type = { 0 };
	struct sql_parser at_type = pl->parser;
	const struct sql_type_name *element;

	if (!plsql_type_body(pl, &type) || !check_element(pl, &type, &at_type, &element))
		return false;
	(void)sql_skip_op(&pl->parser, ";");
	if (pl->parser.token.kind != T_END)
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: Encountered the symbol \"%s\"", pl->parser.token.text);
	return make(pl, &type, element, source, force);
}

static bool is_collection(const struct sql_parser *p)
{
	return sql_at_word(p, "TABLE") || sql_at_word(p, "VARRAY") || sql_at_word(p, "VARYING");
}

static bool create(struct plsql *pl, bool replace, const char *sql)
{
	struct sql_parser *p = &pl->parser;
	uint32_t at = p->last_end - 4u; /* TYPE */
	struct sql_name name = sql_parse_name(p);
	const char *schema;
	bool force;

	if (sql_parse_failed(p))
		return false;
	schema = name.count > 1 ? name.part[0] : pl->session->schema;
	force = sql_skip_word(p, "FORCE");
	if ((!sql_skip_word(p, "AS") && !sql_skip_word(p, "IS")) || !is_collection(p))
		return rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: object types");
	if (!may_create(pl, schema))
		return false;
	plsql_compiles(pl, "TYPE", schema, name.part[name.count - 1], at, replace);
	return compile(pl, sql + at, force);
}

static bool drop(struct plsql *pl)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	struct cw_wr sql = { 0 };
	bool force;

	if (sql_parse_failed(&pl->parser))
		return false;
	force = sql_skip_word(&pl->parser, "FORCE");
	if (sql_at_word(&pl->parser, "VALIDATE"))
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: DROP TYPE with VALIDATE");
	cw_wr_text(&sql, "SELECT rh.drop_type(");
	plsql_put_literal(&sql, name.count > 1 ? name.part[0] : pl->session->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, name.part[name.count - 1]);
	cw_wr_text(&sql, force ? ", true)" : ", false)");
	return plsql_run_text(pl->session, &sql, pl->error);
}

bool plsql_type_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		    uint16_t *ret_sql_type)
{
	if (sql_at_word(&pl->parser, "BODY"))
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: object types");
	switch (verb) {
	case PLSQL_CREATE:
		*ret_sql_type = SQL_TYPE_CREATE_TYPE;
		return create(pl, replace, sql);
	case PLSQL_ALTER:
		*ret_sql_type = SQL_TYPE_ALTER_TYPE;
		return plsql_alter(pl);
	default:
		*ret_sql_type = SQL_TYPE_DROP_TYPE;
		return drop(pl);
	}
}
