/*
 * plsql_path.c - variables and what lies in them: r.field, c(i), c(i).field, package.c(i); see plsql_parts.h
 *
 * What is read is one expression.  What is assigned inside of a collection is put into a new one, from the
 * innermost part outwards, which is then the variable's.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Collections and Records"
 */
#include "rehearsal/plsql_parts.h"

#include <stdio.h>
#include <string.h>

/* ---- which variable, and which part of it ------------------------------------------------------ */

static bool add_step(struct plsql_path *path, const char *field, struct sql_expr *index)
{
	if (path->count == PLSQL_STEPS_MAX)
		return false;
	path->step[path->count].field = field;
	path->step[path->count++].index = index;
	return true;
}

static bool path_of_name(struct plsql *pl, const struct sql_expr *expr, struct plsql_path *ret)
{
	unsigned taken;

	ret->variable = plsql_variable_of(pl, &expr->name, &taken);
	if (!ret->variable)
		return false;
	for (unsigned i = taken; i < expr->name.count; i++)
		if (!add_step(ret, expr->name.part[i], NULL))
			return false;
	return expr->kind == X_NAME ||
	       (expr->kind == X_CALL && expr->count == 0 && ret->count > 0) || /* c.COUNT() */
	       (expr->kind == X_CALL && expr->count == 1 && expr->arg->kind != X_NAMED_ARG &&
		add_step(ret, NULL, expr->arg));
}

bool plsql_path_of(struct plsql *pl, const struct sql_expr *expr, struct plsql_path *ret)
{
	switch (expr->kind) {
	case X_NAME:
	case X_CALL:
		*ret = (struct plsql_path){ .at = expr->at };
		return path_of_name(pl, expr, ret);
	case X_ATTRIBUTE:
		*ret = (struct plsql_path){ .at = expr->at,
					    .variable = plsql_bulk_attribute(expr) };
		return ret->variable != NULL;
	case X_FIELD:
		return plsql_path_of(pl, expr->arg, ret) && add_step(ret, expr->text, NULL);
	case X_ITEM:
		return plsql_path_of(pl, expr->arg, ret) &&
		       (expr->count == 1 || add_step(ret, NULL, expr->arg->next));
	default:
		return false;
	}
}

/* ---- read --------------------------------------------------------------------------------------- */

/* What a part of the path is. */
struct part {
	const char *printed;
	uint8_t type;
	const char *text,
		*plain; /* PostgreSQL's type, with and without its length; NULL: not known */
	const struct plsql_type *named;
	bool record; /* whose fields may not be known */
	bool bare;   /* a variable of PL/pgSQL, which finds its fields itself */
};

static void begin(struct plsql *pl, const struct plsql_variable *variable, struct part *ret)
{
	struct cw_wr text = { 0 };
	const char *plain = plsql_plain_type(variable->type);

	*ret = (struct part){ .type = variable->type, .record = variable->record };
	ret->named = variable->row ? variable->row : variable->collection;
	ret->text = variable->text;
	ret->plain = plain && !ret->named ? plain : variable->text;
	if (strncmp(variable->name, "SQL%", 4) == 0) {
		cw_wr_text(&text, strcmp(variable->name + 4, "BULK_ROWCOUNT") == 0
					  ? "\"sql$rows\""
					  : "\"sql$failed\"");
	} else if (variable->state) {
		cw_wr_printf(&text, "(rh.state_get(%s))::%s", variable->state, variable->text);
	} else {
		ret->bare = true;
		plsql_write_variable(&text, variable->name);
		if (variable->integer)
			cw_wr_text(&text, "::numeric");
	}
	ret->printed = plsql_keep_text(pl, &text);
}

static bool no_component(struct plsql *pl, const struct plsql_path *path, const char *name)
{
	return rh_fail(pl->error, 6550, path->at, "PLS-00302: component '%s' must be declared",
		       name);
}

static bool read_field(struct plsql *pl, const struct plsql_path *path, const char *name,
		       struct part *part)
{
	const struct plsql_field *field = part->named ? part->named->field : NULL;
	struct cw_wr text = { 0 };

	if (!part->record)
		return no_component(pl, path, name);
	while (field && strcmp(field->name, name) != 0)
		field = field->next;
	if (!field && part->named)
		return no_component(pl, path, name);
	cw_wr_printf(&text, part->bare ? "%s." : "(%s).", part->printed);
	sql_print_ident(&text, name);
	*part = (struct part){ .printed = plsql_keep_text(pl, &text) };
	if (!field)
		return true;
	part->type = field->type;
	part->text = field->text;
	part->named = field->named;
	part->plain = part->named || !plsql_plain_type(part->type) ? part->text
								   : plsql_plain_type(part->type);
	part->record = part->named && part->named->kind == PLSQL_RECORD;
	return true;
}

static bool is_collection(const struct part *part)
{
	return part->named && part->named->kind < PLSQL_RECORD;
}

/* An index as the text that it is inside. */
static const char *key(struct plsql *pl, const struct plsql_type *type, struct sql_expr *index)
{
	struct cw_wr text = { 0 };
	bool by_text = type->kind == PLSQL_BY_TEXT;

	cw_wr_text(&text, "ora.item_key(");
	if (!plsql_resolve_tree(pl, index) ||
	    !sql_print_given(index, by_text ? "character varying" : "numeric", &text, pl->error)) {
		cw_wr_release(&text);
		return NULL;
	}
	cw_wr_text(&text, ")");
	return plsql_keep_text(pl, &text);
}

static void item(struct plsql *pl, struct part *part, const char *function, const char *at)
{
	const struct plsql_type *type = part->named;
	struct cw_wr text = { 0 };

	cw_wr_printf(&text, "(%s(%s, %s))::%s", function, part->printed, at, type->plain);
	*part = (struct part){ .printed = plsql_keep_text(pl, &text) };
	part->type = type->element_type;
	part->text = type->element;
	part->plain = type->plain;
	part->named = type->of;
	part->record = type->of && type->of->kind == PLSQL_RECORD;
}

/* @will: it is only to be changed, so an element that is not there is made */
static bool read_item(struct plsql *pl, struct sql_expr *index, bool will, struct part *part)
{
	const struct plsql_type *type = part->named;
	const char *at = key(pl, type, index);

	if (at)
		item(pl, part,
		     type->kind == PLSQL_NESTED ? "ora.nested_item"
		     : will			? "ora.item_or_none"
						: "ora.item",
		     at);
	return at != NULL;
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

static bool read_limit(struct plsql *pl, struct part *part)
{
	struct cw_wr text = { 0 };

	if (part->named->limit)
		cw_wr_printf(&text, "%u::numeric", part->named->limit);
	else
		cw_wr_text(&text, "NULL::numeric");
	*part = (struct part){ .printed = plsql_keep_text(pl, &text), .type = SQL_NUMBER };
	return true;
}

static bool read_method(struct plsql *pl, const struct plsql_path *path, const char *name,
			struct sql_expr *argument, struct part *part)
{
	bool by_text = part->named->kind == PLSQL_BY_TEXT;
	const struct method *method = NULL;
	struct cw_wr text = { 0 };
	const char *at = "";

	if (strcmp(name, "LIMIT") == 0 && !argument)
		return read_limit(pl, part);
	for (size_t i = 0; i < CW_ARRAY_LEN(methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			method = &methods[i];
	if (!method)
		return no_component(pl, path, name);
	if (method->has_key != (argument != NULL))
		return rh_fail(pl->error, 6550, path->at,
			       "PLS-00306: wrong number or types of arguments in call to '%s'",
			       name);
	if (argument && !(at = key(pl, part->named, argument)))
		return false;
	cw_wr_printf(&text, "%s(%s%s%s)", by_text ? method->text_function : method->function,
		     part->printed, argument ? ", " : "", at);
	*part = (struct part){ .printed = plsql_keep_text(pl, &text) };
	part->type = method->gives_key && by_text ? (uint8_t)SQL_TEXT : method->type;
	return true;
}

/* The first @count steps. */
static bool read_steps(struct plsql *pl, const struct plsql_path *path, unsigned count, bool will,
		       struct part *ret)
{
	begin(pl, path->variable, ret);
	for (unsigned i = 0; i < count; i++) {
		const struct plsql_step *step = &path->step[i];
		bool argument = i + 1 < count && path->step[i + 1].index;

		if (step->field && is_collection(ret)) {
			if (!read_method(pl, path, step->field,
					 argument ? path->step[i + 1].index : NULL, ret))
				return false;
			i += argument;
		} else if (step->field) {
			if (!read_field(pl, path, step->field, ret))
				return false;
		} else if (!is_collection(ret)) {
			return rh_fail(pl->error, 6550, path->at,
				       "PLS-00224: object '%s' must be of type function or array "
				       "to be used this way",
				       path->variable->name);
		} else if (!read_item(pl, step->index, will, ret)) {
			return false;
		}
	}
	return true;
}

static void use_part(struct plsql *pl, const struct part *part, struct sql_expr *expr)
{
	expr->type = part->type;
	expr->printed = part->printed;
	if (is_collection(part) && part->named->kind != PLSQL_BY_TEXT)
		expr->collection = plsql_collection_of(pl, part->named);
}

bool plsql_read_result(struct plsql *pl, const char *printed, const struct plsql_type *type,
		       struct sql_expr *expr)
{
	struct part part = { .printed = printed, .named = type };
	struct plsql_path path = { .at = expr->at };
	struct sql_expr *index = expr->kind == X_ITEM ? expr->arg->next : NULL;
	const char *method = index && expr->arg->kind == X_FIELD ? expr->arg->text : expr->text;
	bool ok = index && expr->arg->kind != X_FIELD
			  ? read_item(pl, index, false, &part)
			  : read_method(pl, &path, method, index, &part);

	if (!ok)
		return false;
	use_part(pl, &part, expr);
	return true;
}

bool plsql_read_path(struct plsql *pl, const struct plsql_path *path, struct sql_expr *expr)
{
	struct part part;

	if (path->variable->exception ||
	    (path->variable->cursor && (path->count > 0 || !path->variable->text)))
		return rh_fail(pl->error, 6550, path->at, "PLS-00382: expression is of wrong type");
	if (!read_steps(pl, path, path->count, false, &part))
		return false;
	use_part(pl, &part, expr);
	return true;
}

bool plsql_path_type(struct plsql *pl, const struct plsql_path *path, struct plsql_variable *ret)
{
	struct part part;

	if (!read_steps(pl, path, path->count, true, &part))
		return false;
	*ret = (struct plsql_variable){ .type = part.type,
					.text = part.text,
					.record = part.record };
	ret->cursor = path->count == 0 && path->variable->cursor;
	if (part.record)
		ret->row = part.named;
	else
		ret->collection = part.named;
	if (!ret->text && ret->row)
		ret->text = plsql_record_type(pl, ret->row);
	return pl->error->code == 0;
}

/* ---- assigned -------------------------------------------------------------------------------------- */

bool plsql_path_is_plain(const struct plsql_path *path)
{
	if (path->variable->state)
		return false;
	for (unsigned i = 0; i < path->count; i++)
		if (path->step[i].index)
			return false;
	return true;
}

void plsql_write_plain(struct cw_wr *out, const struct plsql_path *path)
{
	plsql_write_variable(out, path->variable->name);
	for (unsigned i = 0; i < path->count; i++) {
		cw_wr_u8(out, '.');
		sql_print_ident(out, path->step[i].field);
	}
}

/* The variable itself, its part being in @value. */
static void put_whole(struct plsql *pl, const struct plsql_variable *variable, const char *value)
{
	if (variable->state) {
		cw_wr_printf(&pl->out, "PERFORM rh.state_set(%s, (%s)::%s::text);\n",
			     variable->state, value, variable->text);
		return;
	}
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_printf(&pl->out, " := %s;\n", value);
}

/* "p$n": what the first @count steps lead to, with its next part being @value. */
static const char *with_part(struct plsql *pl, const struct plsql_path *path, unsigned count,
			     const char *value)
{
	const struct plsql_step *step = &path->step[count];
	unsigned number = ++pl->numbers;
	struct cw_wr name = { 0 };
	const char *at;
	struct part part;

	if (!read_steps(pl, path, count, true, &part))
		return NULL;
	if (!part.text && part.named && part.record)
		part.text = plsql_record_type(pl, part.named);
	if (step->field ? !part.record || !part.text : !is_collection(&part)) {
		(void)no_component(pl, path, step->field ? step->field : path->variable->name);
		return NULL;
	}
	at = step->field ? "" : key(pl, part.named, step->index);
	if (!at)
		return NULL;
	cw_wr_printf(&pl->out, "DECLARE\n\"p$%u\" %s := %s;\nBEGIN\n", number, part.text,
		     part.printed);
	cw_wr_printf(&name, "\"p$%u\"", number);
	if (step->field) {
		cw_wr_printf(&pl->out, "\"p$%u\".", number);
		sql_print_ident(&pl->out, step->field);
		cw_wr_printf(&pl->out, " := %s;\n", value);
	} else {
		cw_wr_printf(&pl->out, "\"p$%u\" := ora.%s(\"p$%u\", %s, %s((%s)::text));\n", number,
			     part.named->kind == PLSQL_NESTED ? "with_nested_item" : "with_item",
			     number, at, part.named->not_null ? "ora.given" : "", value);
	}
	return plsql_keep_text(pl, &name);
}

bool plsql_assign_path(struct plsql *pl, const struct plsql_path *path, const char *value)
{
	unsigned opened = path->count;

	if (plsql_path_is_plain(path)) {
		plsql_write_plain(&pl->out, path);
		cw_wr_printf(&pl->out, " := %s;\n", value);
		plsql_assign_home(pl, path, NULL);
		return true;
	}
	for (unsigned i = path->count; i > 0; i--) {
		value = with_part(pl, path, i - 1, value);
		if (!value)
			return false;
	}
	put_whole(pl, path->variable, value);
	while (opened--)
		cw_wr_text(&pl->out, "END;\n");
	return true;
}

bool plsql_assign_tree(struct plsql *pl, const struct plsql_path *path, struct sql_expr *value)
{
	struct plsql_variable of = { 0 };
	struct cw_wr text = { 0 };
	unsigned number;

	if (plsql_path_is_plain(path)) {
		struct part part;

		if (!read_steps(pl, path, path->count, true, &part))
			return false;
		plsql_write_plain(&pl->out, path);
		cw_wr_text(&pl->out, " := ");
		if (!plsql_write_value(pl, &pl->out, value, part.type))
			return false;
		cw_wr_text(&pl->out, ";\n");
		plsql_assign_home(pl, path, value);
		return true;
	}
	if (!plsql_path_type(pl, path, &of) || !plsql_resolve_tree(pl, value))
		return false;
	number = ++pl->numbers;
	cw_wr_printf(&pl->out, "DECLARE\n\"e$%u\" %s := ", number, of.text);
	if (!sql_print_given(value,
			     of.row || of.collection || !plsql_plain_type(of.type)
				     ? of.text
				     : plsql_plain_type(of.type),
			     &pl->out, pl->error))
		return false;
	cw_wr_text(&pl->out, ";\nBEGIN\n");
	cw_wr_printf(&text, "\"e$%u\"", number);
	if (!plsql_assign_path(pl, path, plsql_keep_text(pl, &text)))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	return true;
}

bool plsql_may_assign(struct plsql *pl, const struct plsql_path *path)
{
	const struct plsql_variable *variable = path->variable;

	return (!variable->integer && !variable->exception && !variable->constant) ||
	       rh_fail(pl->error, 6550, path->at,
		       "PLS-00363: expression '%s' cannot be used as an assignment target",
		       variable->name);
}

/* ---- methods that change it ---------------------------------------------------------------------------- */

/* c.DELETE [(i [, j])], c.EXTEND [(n [, i])], c.TRIM [(n)]; the path is the collection's own. */
static bool put_change_arguments(struct plsql *pl, const struct plsql_type *type,
				 struct sql_expr *argument, bool deletes, struct cw_wr *out)
{
	for (struct sql_expr *one = argument; one; one = one->next) {
		bool is_key = deletes || one != argument;
		const char *at = is_key ? key(pl, type, one) : "";

		cw_wr_text(out, ", ");
		cw_wr_text(out, at ? at : "");
		if (!at || (!is_key && !plsql_write_tree(pl, out, one)))
			return false;
	}
	cw_wr_text(out, !argument && !deletes ? ", 1)" : ")");
	return true;
}

static bool change(struct plsql *pl, const struct plsql_path *path, const char *word,
		   struct sql_expr *argument)
{
	bool deletes = strcmp(word, "DELETE") == 0, extends = strcmp(word, "EXTEND") == 0;
	const char *function = deletes	 ? "items_deleted"
			       : extends ? "items_extended"
					 : "items_trimmed";
	struct cw_wr text = { 0 };
	struct part part;
	bool limited;

	if (!plsql_may_assign(pl, path) || !read_steps(pl, path, path->count, true, &part))
		return false;
	if (!is_collection(&part))
		return no_component(pl, path, word);
	limited = extends && part.named->limit > 0;
	cw_wr_printf(&text, "%sora.%s(%s", limited ? "ora.items_within(" : "", function,
		     part.printed);
	if (!put_change_arguments(pl, part.named, argument, deletes, &text)) {
		cw_wr_release(&text);
		return false;
	}
	if (limited)
		cw_wr_printf(&text, ", %u)", part.named->limit);
	return plsql_assign_path(pl, path, plsql_keep_text(pl, &text));
}

bool plsql_is_change(struct plsql *pl, const struct sql_expr *call)
{
	const char *word = call->kind == X_NAME || call->kind == X_CALL
				   ? call->name.part[call->name.count - 1]
			   : call->kind == X_FIELD				? call->text
			   : call->kind == X_ITEM && call->arg->kind == X_FIELD ? call->arg->text
										: "";
	struct sql_expr bare;
	struct plsql_path path;

	if (strcmp(word, "DELETE") != 0 && strcmp(word, "EXTEND") != 0 && strcmp(word, "TRIM") != 0)
		return false;
	if (call->kind == X_FIELD || call->kind == X_ITEM)
		return plsql_path_of(pl, call, &path);
	bare = *call;
	bare.kind = X_NAME;
	return call->name.count > 1 && plsql_path_of(pl, &bare, &path) && path.count > 0;
}

bool plsql_change_collection(struct plsql *pl, struct sql_expr *call)
{
	struct sql_expr bare = *call, *argument = NULL;
	struct plsql_path path;

	if (call->kind == X_CALL)
		argument = call->arg;
	else if (call->kind == X_ITEM)
		argument = call->arg->next;
	if (call->kind == X_CALL)
		bare.kind = X_NAME;
	if (!plsql_path_of(pl, call->kind == X_ITEM ? call->arg : &bare, &path) || path.count == 0)
		return no_component(pl, &path, "DELETE");
	path.count--;
	return change(pl, &path, path.step[path.count].field, argument);
}

/* ---- made ------------------------------------------------------------------------------------------------ */

static bool put_field(struct plsql *pl, const struct plsql_field *field, struct sql_expr *value,
		      struct cw_wr *out)
{
	const char *plain = field->named ? NULL : plsql_plain_type(field->type);

	return plsql_resolve_tree(pl, value) &&
	       sql_print_given(value, plain ? plain : field->text, out, pl->error);
}

/* record(a, b): by position */
static bool make_record(struct plsql *pl, const struct plsql_type *type, struct sql_expr *call,
			struct cw_wr *out)
{
	const struct plsql_field *field = type->field;
	struct sql_expr *arg = call->arg;

	cw_wr_text(out, "ROW(");
	for (; field && arg; field = field->next, arg = arg->next) {
		cw_wr_text(out, arg == call->arg ? "" : ", ");
		if (!put_field(pl, field, arg, out))
			return false;
	}
	cw_wr_printf(out, ")::%s", type->element);
	return (!field && !arg) ||
	       rh_fail(pl->error, 6550, call->at,
		       "PLS-00306: wrong number or types of arguments in call to '%s'", type->name);
}

/* record(a, b): sets expr->printed; false without an error: it is none's. */
bool plsql_use_constructor(struct plsql *pl, struct sql_expr *expr)
{
	const struct plsql_type *type = expr->kind == X_CALL && expr->name.count < 4
						? plsql_type_find(pl, &expr->name)
						: NULL;
	struct cw_wr out = { 0 };
	bool ok;

	while (type && type->kind == PLSQL_SUBTYPE && type->of)
		type = type->of;
	if (!type || type->kind != PLSQL_RECORD)
		return false;
	ok = make_record(pl, type, expr, &out);
	if (!ok) {
		cw_wr_release(&out);
		return false;
	}
	expr->type = SQL_ANY;
	expr->printed = plsql_keep_text(pl, &out);
	return true;
}
