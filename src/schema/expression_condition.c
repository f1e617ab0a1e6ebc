/* expression_condition.c - see expression.h */
#include "schema/expression.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define OPERANDS_MAX 1000 /* that an IN of Oracle's holds */
#define DEPTH_MAX    12	  /* each parenthesis may be read twice */

/* What is compared with the first: all are made of one type, or it is not plain. */
struct group {
	struct operand *o;
	unsigned count;
};

static bool add(struct expression *e, struct group *group)
{
	struct operand *o = group->o;

	if (group->count == OPERANDS_MAX + 1)
		return false;
	if ((group->count & (group->count - 1)) == 0) {
		o = cw_new(e->arena, struct operand, group->count ? 2 * (size_t)group->count : 1);
		if (group->count)
			memcpy(o, group->o, group->count * sizeof(*o));
		group->o = o;
	}
	o[group->count] = expression_operand(e);
	return o[group->count++].kind != K_NONE;
}

static unsigned count_of(const struct group *group, enum expression_kind kind)
{
	unsigned count = 0;

	for (unsigned i = 0; i < group->count; i++)
		count += group->o[i].kind == kind;
	return count;
}

static bool all_numbers(struct expression *e, struct group *group)
{
	for (unsigned i = 0; i < group->count; i++)
		if (group->o[i].kind != K_NULL && !expression_as_number(e, &group->o[i]))
			return false;
	return true;
}

/* Text is put in order by its bytes, as Oracle's BINARY does; those of another character set have another order. */
static bool put_in_order(struct expression *e, struct group *group)
{
	for (unsigned i = 0; i < group->count; i++) {
		struct operand *o = &group->o[i];

		if (o->kind != K_TEXT && o->kind != K_CHAR)
			continue;
		if (!o->column || o->column->charset || o->column->national ||
		    (o->kind == K_CHAR && o->column->char_length != 1))
			return false;
		o->text = expression_text(e, "%s COLLATE \"C\"", o->text);
	}
	return true;
}

static bool all_moments(const struct group *group)
{
	const struct operand *first = NULL;

	for (unsigned i = 0; i < group->count; i++) {
		const struct operand *o = &group->o[i];

		if (o->kind == K_NULL)
			continue;
		if (o->kind != K_MOMENT || (first && first->zone != o->zone))
			return false;
		first = o;
	}
	return true;
}

static bool agree(struct expression *e, struct group *group, bool ordered)
{
	unsigned text = count_of(group, K_TEXT), chars = count_of(group, K_CHAR);
	unsigned rest = count_of(group, K_NULL) + count_of(group, K_LITERAL);

	if (count_of(group, K_NUMBER) > 0)
		return all_numbers(e, group);
	if (count_of(group, K_MOMENT) > 0)
		return all_moments(group);
	if ((text == 0) == (chars == 0) || text + chars + rest != group->count)
		return false;
	return !ordered || put_in_order(e, group);
}

/* ---- predicates; NULL: not plain ---------------------------------------------------------- */

static const char *take_condition(struct expression *e);

static const char *in_list(struct expression *e, struct group *group, const char * not )
{
	const char *list = NULL;

	if (!expression_skip(e, "("))
		return NULL;
	do
		if (!add(e, group))
			return NULL;
	while (expression_skip(e, ","));
	if (!expression_skip(e, ")") || !agree(e, group, false))
		return NULL;
	for (unsigned i = 1; i < group->count; i++)
		list = list ? expression_text(e, "%s, %s", list, group->o[i].text)
			    : group->o[i].text;
	return expression_text(e, "%s %sIN (%s)", group->o[0].text, not, list);
}

static const char *between(struct expression *e, struct group *group, const char * not )
{
	if (!add(e, group) || !expression_word(e, "AND") || !add(e, group) ||
	    !agree(e, group, true))
		return NULL;
	return expression_text(e, "%s %sBETWEEN %s AND %s", group->o[0].text, not, group->o[1].text,
			       group->o[2].text);
}

/* A backslash is no escape to Oracle where no ESCAPE stands; of a CHAR blanks at its end count. */
static const char *like(struct expression *e, struct group *group, const char * not )
{
	if (!add(e, group) || group->o[0].kind != K_TEXT || group->o[1].kind != K_LITERAL ||
	    expression_word(e, "ESCAPE"))
		return NULL;
	return expression_text(e, "%s %sLIKE %s%s", group->o[0].text, not, group->o[1].text,
			       strchr(group->o[1].text, '\\') ? " ESCAPE ''" : "");
}

static const char *compared(struct expression *e, struct group *group)
{
	static const char *const operators[][2] = {
		{ "<>", "<>" }, { "!=", "<>" }, { "^=", "<>" }, { "<=", "<=" },
		{ ">=", ">=" }, { "=", "=" },	{ "<", "<" },	{ ">", ">" },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(operators); i++) {
		const char *op = operators[i][1];

		if (!expression_skip(e, operators[i][0]))
			continue;
		if (!add(e, group) ||
		    !agree(e, group, strcmp(op, "=") != 0 && strcmp(op, "<>") != 0))
			return NULL;
		return expression_text(e, "%s %s %s", group->o[0].text, op, group->o[1].text);
	}
	return NULL;
}

/* Behind '[' of a pattern: its ']', NULL where the set is none that means the same. */
static const char *set_end(const char *at)
{
	at += *at == '^';
	for (at += *at == ']'; *at && *at != ']'; at++) {
		if (*at == '\\' || (*at == '[' && at[1] && strchr(".=", at[1])))
			return NULL;
		if (*at != '[' || at[1] != ':')
			continue;
		if (strncmp(at, "[:digit:]", 9) != 0)
			return NULL;
		at += 8;
	}
	return *at ? at : NULL;
}

/* A dot is other than a line feed to Oracle alone; groups of other kinds and bare braces are PostgreSQL's. */
static bool is_common_sign(const char *at)
{
	switch (*at) {
	case '.':
	case '\'':
		return false;
	case '(':
		return at[1] != '?';
	case '*':
		return at[1] != '*';
	case '{':
		return isdigit((unsigned char)at[1]);
	case '\\':
		return at[1] == 'd' || (at[1] != '\'' && ispunct((unsigned char)at[1]));
	default:
		return (unsigned char)*at < 0x80;
	}
}

/* Does this pattern mean the same to both? */
static bool is_common_pattern(const char *at)
{
	for (at++; at[1]; at++) {
		if (!is_common_sign(at))
			return false;
		if (*at == '\\')
			at++;
		else if (*at == '[')
			at = set_end(at + 1);
		if (!at)
			return false;
	}
	return true;
}

/* REGEXP_LIKE(column, 'pattern' [, 'c' or 'i']): its parenthesis was read. */
static const char *regexp_like(struct expression *e)
{
	struct operand o = expression_operand(e);
	const char *pattern, *flag = "'c'";

	if (o.kind != K_TEXT || !expression_skip(e, ","))
		return NULL;
	pattern = expression_string(e);
	if (expression_skip(e, ","))
		flag = expression_string(e);
	if (!pattern || strlen(pattern) < 3 || !flag || strlen(flag) != 3 ||
	    !strchr("ci", flag[1]) || !expression_skip(e, ")") || !is_common_pattern(pattern))
		return NULL;
	return expression_text(e, "%s COLLATE \"C\" %s %s", o.text, flag[1] == 'i' ? "~*" : "~",
			       pattern);
}

static const char *of_operand(struct expression *e)
{
	struct group group = { 0 };
	const char * not ;

	if (!add(e, &group))
		return NULL;
	if (expression_word(e, "IS")) {
		not = expression_word(e, "NOT") ? "NOT " : "";
		return expression_word(e, "NULL")
			       ? expression_text(e, "%s IS %sNULL", group.o[0].text, not )
			       : NULL;
	}
	not = expression_word(e, "NOT") ? "NOT " : "";
	if (expression_word(e, "IN"))
		return in_list(e, &group, not );
	if (expression_word(e, "BETWEEN"))
		return between(e, &group, not );
	if (expression_word(e, "LIKE"))
		return like(e, &group, not );
	return *not ? NULL : compared(e, &group);
}

/* A parenthesis holds a condition, or begins an operand. */
static const char *take_predicate(struct expression *e)
{
	const char *from = e->at, *inner;

	if (e->depth == DEPTH_MAX)
		return NULL;
	if (expression_word(e, "NOT")) {
		e->depth++;
		inner = take_predicate(e);
		e->depth--;
		return inner ? expression_text(e, "NOT %s", inner) : NULL;
	}
	if (expression_call(e, "REGEXP_LIKE"))
		return regexp_like(e);
	if (expression_skip(e, "(")) {
		e->depth++;
		inner = take_condition(e);
		e->depth--;
		if (inner && expression_skip(e, ")"))
			return expression_text(e, "(%s)", inner);
		e->at = from;
	}
	return of_operand(e);
}

static const char *take_all(struct expression *e)
{
	const char *left = take_predicate(e), *right;

	while (left && expression_word(e, "AND")) {
		right = take_predicate(e);
		left = right ? expression_text(e, "%s AND %s", left, right) : NULL;
	}
	return left;
}

static const char *take_condition(struct expression *e)
{
	const char *left = take_all(e), *right;

	while (left && expression_word(e, "OR")) {
		right = take_all(e);
		left = right ? expression_text(e, "%s OR %s", left, right) : NULL;
	}
	return left;
}

const char *cw_map_condition(struct cw_arena *arena, const struct cw_shape *shape, const char *text)
{
	struct expression e = { .at = text, .shape = shape, .arena = arena };
	const char *condition = take_condition(&e);

	return condition && expression_ends(&e) ? condition : NULL;
}
