/*
 * plsql_collection.c - types that blocks and packages declare, and collections; see plsql_parts.h
 *
 * A collection is a JSON object inside, ora.collection: index as text to value as text, so that an index that is
 * not there is told from a value that is NULL.  One INDEX BY begins empty, a nested table or varray as NULL.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Collections and Records"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- types ------------------------------------------------------------------------------ */

static const char *const kinds[] = { "TABLE",  "INDEX BY NUMBER", "INDEX BY TEXT",
				     "RECORD", "CURSOR",	  "SUBTYPE" };

const char *plsql_type_kind_name(uint8_t kind)
{
	return kinds[kind];
}

static const char *keep_text(struct plsql *pl, struct cw_wr *text)
{
	char *kept = cw_new(pl->arena, char, text->len + 1);

	memcpy(kept, text->at0, text->len);
	cw_wr_release(text);
	return kept;
}

/* varchar(30) without its length, as sql_unit.h names types */
static const char *plain_name(struct plsql *pl, const struct plsql_variable *of,
			      const char *element)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = { { SQL_TEXT, "character varying" },
		      { SQL_CHAR, "bpchar" },
		      { SQL_NUMBER, "numeric" },
		      { SQL_DATE, "ora.date" },
		      { SQL_RAW, "bytea" },
		      { SQL_TIMESTAMP, "ora.stamp" },
		      { SQL_TIMESTAMP_TZ, "ora.stamp_tz" },
		      { SQL_TIMESTAMP_LTZ, "ora.stamp_ltz" } };

	(void)pl;
	for (size_t i = 0; i < CW_ARRAY_LEN(names); i++)
		if (names[i].type == of->type)
			return names[i].name;
	return element;
}

/* OF type [NOT NULL] */
static bool element_type(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_variable element = { 0 };
	struct cw_wr out = { 0 };

	if (!plsql_write_type(pl, &element, &out)) {
		cw_wr_release(&out);
		return false;
	}
	type->element = keep_text(pl, &out);
	type->element_type = element.type;
	type->plain = plain_name(pl, &element, type->element);
	if (element.collection)
		return rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: a collection of collections");
	(void)sql_skip_words(&pl->parser, "NOT", "NULL");
	return true;
}

/* [INDEX BY type] */
static bool index_by(struct plsql *pl, struct plsql_type *type)
{
	struct plsql_variable index = { 0 };
	struct cw_wr out = { 0 };
	bool ok;

	if (!sql_skip_words(&pl->parser, "INDEX", "BY"))
		return true;
	ok = plsql_write_type(pl, &index, &out);
	cw_wr_release(&out);
	type->kind = index.type == SQL_NUMBER ? PLSQL_BY_NUMBER : PLSQL_BY_TEXT;
	return ok;
}

/* (field type [:= ...], ...) as PostgreSQL's attributes */
static bool record_fields(struct plsql *pl, struct plsql_type *type)
{
	struct cw_wr out = { 0 };
	bool ok = sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected");

	while (ok) {
		struct plsql_variable field = { 0 };
		const char *name =
			sql_want_ident(&pl->parser, 6550, "PLS-00103: a field was expected");

		if (!name)
			break;
		sql_print_ident(&out, name);
		cw_wr_text(&out, " ");
		ok = plsql_write_type(pl, &field, &out);
		(void)sql_skip_words(&pl->parser, "NOT", "NULL");
		if (ok && (sql_at_op(&pl->parser, ":=") || sql_at_word(&pl->parser, "DEFAULT")))
			ok = rh_fail(pl->error, 3001, pl->parser.token.at,
				     "unimplemented feature: a field with a default");
		if (!ok || !sql_skip_op(&pl->parser, ","))
			break;
		cw_wr_text(&out, ", ");
	}
	type->kind = PLSQL_RECORD;
	type->element = type->plain = keep_text(pl, &out);
	return ok && sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

static bool varray_limit(struct plsql *pl)
{
	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	sql_next(&pl->parser);
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

static bool type_body(struct plsql *pl, struct plsql_type *type)
{
	struct sql_parser *p = &pl->parser;

	if (sql_skip_words(p, "REF", "CURSOR")) {
		type->kind = PLSQL_REF_CURSOR;
		type->element = type->plain = "refcursor";
		if (sql_at_word(p, "RETURN"))
			return rh_fail(pl->error, 3001, p->token.at,
				       "unimplemented feature: REF CURSOR RETURN");
		return true;
	}
	if (sql_skip_word(p, "RECORD"))
		return record_fields(pl, type);
	if (sql_skip_word(p, "VARRAY")) {
		if (!varray_limit(pl))
			return false;
	} else if (!sql_want_word(p, "TABLE", 6550, "PLS-00103: TABLE was expected")) {
		return false;
	}
	return sql_want_word(p, "OF", 6550, "PLS-00103: OF was expected") &&
	       element_type(pl, type) && index_by(pl, type);
}

struct plsql_type *plsql_type_declare(struct plsql *pl, bool is_subtype)
{
	struct plsql_type *type = cw_new(pl->arena, struct plsql_type, 1);

	type->kind = is_subtype ? PLSQL_SUBTYPE : PLSQL_NESTED;
	type->name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	if (!type->name || !sql_want_word(&pl->parser, "IS", 6550, "PLS-00103: IS was expected"))
		return NULL;
	if (!(is_subtype ? element_type(pl, type) : type_body(pl, type)))
		return NULL;
	type->next = pl->types;
	pl->types = type;
	return type;
}

static const struct plsql_type *read_type(struct plsql *pl, const PGresult *rows, const char *name)
{
	struct plsql_type *made = cw_new(pl->arena, struct plsql_type, 1);
	const char *kind = PQgetvalue(rows, 0, 0);
	struct cw_wr text = { 0 };

	made->name = name;
	while (made->kind + 1u < CW_ARRAY_LEN(kinds) && strcmp(kinds[made->kind], kind) != 0)
		made->kind++;
	cw_wr_text(&text, PQgetvalue(rows, 0, 1));
	made->element = keep_text(pl, &text);
	text = (struct cw_wr){ 0 };
	cw_wr_text(&text, PQgetvalue(rows, 0, 2));
	made->plain = keep_text(pl, &text);
	made->element_type = (uint8_t)atoi(PQgetvalue(rows, 0, 3));
	return made;
}

/* [schema.]package.type; a record comes as what PostgreSQL calls it. */
static const struct plsql_type *package_type(struct plsql *pl, const char *schema,
					     const char *package, const char *name,
					     bool unqualified)
{
	const char *value[] = { schema, package, name, unqualified ? "t" : "f" };
	struct rh_exec_params params = { .count = 4, .value = value };
	const struct plsql_type *found = NULL;
	PGresult *rows;

	if (!rh_exec_statement(pl->session,
			       "select kind, case kind when 'RECORD' then format('%I.%I', $1, "
			       "rh.packaged($2, $3)) else element end, plain, element_type from "
			       "rh.find_package_type($1, $2, $3, $4)",
			       &params, 0, &rows, pl->error))
		return NULL;
	if (PQntuples(rows) > 0)
		found = read_type(pl, rows, name);
	PQclear(rows);
	return found;
}

const struct plsql_type *plsql_type_find(struct plsql *pl, const struct sql_name *name)
{
	for (const struct plsql_type *one = pl->types; one; one = one->next)
		if (name->count == 1 && strcmp(one->name, name->part[0]) == 0)
			return one;
	if (name->count == 1)
		return pl->package ? package_type(pl, pl->package_owner, pl->package, name->part[0],
						  false)
				   : NULL;
	if (name->count == 2)
		return package_type(pl, pl->session->schema, name->part[0], name->part[1], true);
	return package_type(pl, name->part[0], name->part[1], name->part[2], false);
}

void plsql_write_named_type(const struct plsql_type *type, struct plsql_variable *variable,
			    struct cw_wr *out)
{
	switch (type->kind) {
	case PLSQL_RECORD:
		variable->record = true;
		cw_wr_text(out, type->element);
		return;
	case PLSQL_REF_CURSOR:
		variable->cursor = true;
		cw_wr_text(out, "refcursor");
		return;
	case PLSQL_SUBTYPE:
		variable->type = type->element_type;
		variable->record = strstr(type->element, "%ROWTYPE") != NULL;
		cw_wr_text(out, type->element);
		return;
	default:
		variable->collection = type;
		cw_wr_text(out, "ora.collection");
	}
}

/* ---- read ---------------------------------------------------------------------------------- */

const struct plsql_variable *plsql_collection_of(const struct plsql *pl,
						 const struct sql_expr *expr)
{
	const struct plsql_variable *variable;

	if (expr->kind != X_CALL && expr->kind != X_NAME)
		return NULL;
	variable = plsql_find(pl, expr->name.part[0]);
	return variable && variable->collection && (expr->kind == X_CALL || expr->name.count == 2)
		       ? variable
		       : NULL;
}

/* An index as the text that it is inside. */
static bool write_key(struct plsql *pl, const struct plsql_variable *variable,
		      struct sql_expr *index, struct cw_wr *out)
{
	if (!plsql_resolve_tree(pl, index))
		return false;
	cw_wr_text(out, "ora.item_key(");
	if (!sql_print_given(index,
			     variable->collection->kind == PLSQL_BY_TEXT ? "character varying"
									 : "numeric",
			     out, pl->error))
		return false;
	cw_wr_text(out, ")");
	return true;
}

static bool wrong_call(struct plsql *pl, const struct sql_expr *expr)
{
	return rh_fail(pl->error, 6550, expr->at,
		       "PLS-00306: wrong number or types of arguments in call to '%s'",
		       expr->name.part[expr->name.count - 1]);
}

static bool read_item(struct plsql *pl, struct sql_expr *expr,
		      const struct plsql_variable *variable)
{
	const struct plsql_type *type = variable->collection;
	struct cw_wr out = { 0 };

	if (expr->count != 1)
		return wrong_call(pl, expr);
	cw_wr_text(&out, type->kind == PLSQL_NESTED ? "(ora.nested_item(" : "(ora.item(");
	plsql_write_variable(&out, variable->name);
	cw_wr_text(&out, ", ");
	if (!write_key(pl, variable, expr->arg, &out)) {
		cw_wr_release(&out);
		return false;
	}
	cw_wr_printf(&out, "))::%s", type->plain);
	expr->type = type->element_type;
	expr->printed = keep_text(pl, &out);
	return true;
}

static const struct method {
	const char *name, *function, *text_function;
	bool has_key, gives_key;
	uint8_t type;
} methods[] = {
	{ "COUNT", "ora.items", "ora.items", false, false, SQL_NUMBER },
	{ "FIRST", "ora.item_first", "ora.item_text_first", false, true, SQL_NUMBER },
	{ "LAST", "ora.item_last", "ora.item_text_last", false, true, SQL_NUMBER },
	{ "NEXT", "ora.item_next", "ora.item_text_next", true, true, SQL_NUMBER },
	{ "PRIOR", "ora.item_prior", "ora.item_text_prior", true, true, SQL_NUMBER },
	{ "EXISTS", "ora.item_exists", "ora.item_exists", true, false, SQL_BOOL },
};

static bool read_method(struct plsql *pl, struct sql_expr *expr,
			const struct plsql_variable *variable)
{
	bool by_text = variable->collection->kind == PLSQL_BY_TEXT;
	const struct method *method = NULL;
	struct cw_wr out = { 0 };

	for (size_t i = 0; i < CW_ARRAY_LEN(methods); i++)
		if (strcmp(methods[i].name, expr->name.part[1]) == 0)
			method = &methods[i];
	if (!method)
		return rh_fail(pl->error, 6550, expr->at,
			       "PLS-00302: component '%s' must be declared", expr->name.part[1]);
	if (expr->count != method->has_key)
		return wrong_call(pl, expr);
	cw_wr_printf(&out, "%s(", by_text ? method->text_function : method->function);
	plsql_write_variable(&out, variable->name);
	cw_wr_text(&out, method->has_key ? ", " : "");
	if (method->has_key && !write_key(pl, variable, expr->arg, &out)) {
		cw_wr_release(&out);
		return false;
	}
	cw_wr_text(&out, ")");
	expr->type = method->gives_key && by_text ? (uint8_t)SQL_TEXT : method->type;
	expr->printed = keep_text(pl, &out);
	return true;
}

bool plsql_use_collection(struct plsql *pl, struct sql_expr *expr,
			  const struct plsql_variable *variable)
{
	return expr->name.count == 2 ? read_method(pl, expr, variable)
				     : read_item(pl, expr, variable);
}

/* ---- written ------------------------------------------------------------------------------------ */

/* c := ora.with_item(c, key, value), the value of the element's type first. */
bool plsql_assign_item(struct plsql *pl, struct sql_expr *item, struct sql_expr *value)
{
	const struct plsql_variable *variable = plsql_collection_of(pl, item);
	const struct plsql_type *type = variable->collection;

	if (variable->constant || item->name.count != 1 || item->count != 1)
		return rh_fail(pl->error, 6550, item->at,
			       "PLS-00363: expression cannot be used as an assignment target");
	cw_wr_printf(&pl->out, "DECLARE\n\"e$\" %s := ", type->element);
	if (!plsql_resolve_tree(pl, value) ||
	    !sql_print_given(value, type->plain, &pl->out, pl->error))
		return false;
	cw_wr_text(&pl->out, ";\nBEGIN\n");
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_text(&pl->out,
		   type->kind == PLSQL_NESTED ? " := ora.with_nested_item(" : " := ora.with_item(");
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_text(&pl->out, ", ");
	if (!write_key(pl, variable, item->arg, &pl->out))
		return false;
	cw_wr_text(&pl->out, ", \"e$\"::text);\nEND;\n");
	return true;
}

/* c.DELETE [(i)], c.EXTEND [(n)], c.TRIM [(n)] */
bool plsql_change_collection(struct plsql *pl, struct sql_expr *call)
{
	const struct plsql_variable *variable = plsql_collection_of(pl, call);
	const char *word = call->name.count == 2 ? call->name.part[1] : "";
	bool deletes = strcmp(word, "DELETE") == 0, extends = strcmp(word, "EXTEND") == 0;

	if ((!deletes && !extends && strcmp(word, "TRIM") != 0) || call->count > 1)
		return wrong_call(pl, call);
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_printf(&pl->out, " := ora.%s(",
		     deletes   ? "items_deleted"
		     : extends ? "items_extended"
			       : "items_trimmed");
	plsql_write_variable(&pl->out, variable->name);
	if (call->count == 1) {
		cw_wr_text(&pl->out, ", ");
		if (!(deletes ? write_key(pl, variable, call->arg, &pl->out)
			      : plsql_write_tree(pl, &pl->out, call->arg)))
			return false;
	} else if (!deletes) {
		cw_wr_text(&pl->out, ", 1");
	}
	cw_wr_text(&pl->out, ");\n");
	return true;
}
