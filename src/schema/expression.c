/* expression.c - see expression.h */
#include "schema/expression.h"

#include "base/wr.h"
#include "postgres/session.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_BYTES_MAX (64u << 10)
#define DEPTH_MAX      40

static const struct operand none;

const char *expression_text(struct expression *e, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	assert(fmt);
	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len > TEXT_BYTES_MAX)
		return "";
	text = cw_new(e->arena, char, (size_t)len + 1);
	va_start(args, fmt);
	(void)vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}

/* ---- what is read ------------------------------------------------------------------------ */

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_$#", c)) || (unsigned char)c >= 0x80;
}

static void skip_blanks(struct expression *e)
{
	while (isspace((unsigned char)*e->at))
		e->at++;
}

bool expression_ends(struct expression *e)
{
	skip_blanks(e);
	return *e->at == '\0';
}

/* A comment is nothing that is looked for: what holds one is not plain. */
bool expression_skip(struct expression *e, const char *op)
{
	skip_blanks(e);
	if (strncmp(e->at, op, strlen(op)) != 0 || strncmp(e->at, "--", 2) == 0 ||
	    strncmp(e->at, "/*", 2) == 0)
		return false;
	e->at += strlen(op);
	return true;
}

bool expression_word(struct expression *e, const char *word)
{
	size_t len = strlen(word);

	skip_blanks(e);
	if (strncasecmp(e->at, word, len) != 0 || in_name(e->at[len]))
		return false;
	e->at += len;
	return true;
}

bool expression_call(struct expression *e, const char *name)
{
	const char *from = e->at;

	if (expression_word(e, name) && expression_skip(e, "("))
		return true;
	e->at = from;
	return false;
}

const char *expression_string(struct expression *e)
{
	const char *from, *at;

	skip_blanks(e);
	from = at = e->at;
	if (*at != '\'')
		return NULL;
	for (at++; *at != '\'' || at[1] == '\''; at++)
		if (*at == '\0' || (*at == '\'' && *++at == '\0'))
			return NULL;
	e->at = at + 1;
	return expression_text(e, "%.*s", (int)(e->at - from), from);
}

/* An identifier as Oracle stores it: unquoted ones in upper case; NULL: there is none. */
static const char *take_name(struct expression *e)
{
	const char *from, *end;
	char *name;

	skip_blanks(e);
	from = end = e->at;
	if (*from == '"') {
		end = strchr(from + 1, '"');
		if (!end)
			return NULL;
		e->at = end + 1;
		return expression_text(e, "%.*s", (int)(end - from - 1), from + 1);
	}
	if (!in_name(*from) || isdigit((unsigned char)*from))
		return NULL;
	while (in_name(*end))
		end++;
	e->at = end;
	name = (char *)(uintptr_t)expression_text(e, "%.*s", (int)(end - from), from);
	for (char *at = name; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	return name;
}

/* ---- numbers ----------------------------------------------------------------------------- */

static struct operand number_of(const char *text)
{
	return (struct operand){ .kind = K_NUMBER, .text = text };
}

/* The digits without zeros before them. */
static const char *whole(struct expression *e, const char *from, size_t len)
{
	while (len > 1 && *from == '0') {
		from++;
		len--;
	}
	return expression_text(e, "%.*s", (int)len, from);
}

static bool skip_exponent(struct expression *e)
{
	unsigned sign = e->at[0] && (e->at[1] == '-' || e->at[1] == '+');

	if ((*e->at != 'e' && *e->at != 'E') || !isdigit((unsigned char)e->at[1 + sign]))
		return false;
	e->at += 1 + sign;
	while (isdigit((unsigned char)*e->at))
		e->at++;
	return true;
}

static struct operand take_number(struct expression *e)
{
	const char *from = e->at;
	bool fraction;
	struct operand number;

	while (isdigit((unsigned char)*e->at))
		e->at++;
	fraction = *e->at == '.';
	if (fraction)
		e->at++;
	while (isdigit((unsigned char)*e->at))
		e->at++;
	fraction |= skip_exponent(e);
	if (in_name(*e->at)) /* 1f and 1d are of other types */
		return none;
	number = number_of(expression_text(e, "%.*s", (int)(e->at - from), from));
	if (!fraction)
		number.digits = whole(e, from, (size_t)(e->at - from));
	return number;
}

/* A literal in quotes that is a number to both. */
static bool literal_as_number(struct expression *e, struct operand *o)
{
	struct expression in = { .at = o->text + 1, .arena = e->arena };
	bool negative = *in.at == '-';
	struct operand number;

	in.at += negative;
	if (!isdigit((unsigned char)*in.at))
		return false;
	number = take_number(&in);
	if (number.kind != K_NUMBER || strcmp(in.at, "'") != 0)
		return false;
	number.text = expression_text(e, "%s%s", negative ? "-" : "", number.text);
	*o = number;
	return true;
}

bool expression_as_number(struct expression *e, struct operand *o)
{
	switch (o->kind) {
	case K_NUMBER:
		return true;
	case K_LITERAL:
		return literal_as_number(e, o);
	case K_TEXT:
	case K_CHAR:
		*o = number_of(expression_text(e, "%s::numeric", o->text));
		return true;
	default:
		return false;
	}
}

/* ---- moments ----------------------------------------------------------------------------- */

static struct operand moment_of(const char *text, bool date)
{
	return (struct operand){ .kind = K_MOMENT, .text = text, .date = date };
}

struct moment {
	long year, month, day, hour, minute, second;
};

static bool is_day(const struct moment *m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = m->year % 4 == 0 && (m->year % 100 != 0 || m->year % 400 == 0);

	return m->year > 0 && m->month >= 1 && m->month <= 12 && m->day >= 1 &&
	       m->day <= days[m->month - 1] + (leap && m->month == 2) && m->hour < 24 &&
	       m->minute < 60 && m->second < 60;
}

/* One element of a format; its digits are all there, or it is none of ours. */
static bool take_element(const char **format, const char **text, struct moment *m)
{
	const struct {
		const char *name;
		int digits;
		long *part;
	} elements[] = {
		{ "YYYY", 4, &m->year }, { "MM", 2, &m->month },  { "DD", 2, &m->day },
		{ "HH24", 2, &m->hour }, { "MI", 2, &m->minute }, { "SS", 2, &m->second },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(elements); i++) {
		size_t len = strlen(elements[i].name);

		if (strncasecmp(*format, elements[i].name, len) != 0)
			continue;
		for (int k = 0; k < elements[i].digits; k++, (*text)++) {
			if (!isdigit((unsigned char)**text))
				return false;
			*elements[i].part = *elements[i].part * 10 + (**text - '0');
		}
		*format += len;
		return true;
	}
	return false;
}

static bool take_month(const char **format, const char **text, struct moment *m)
{
	static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

	if (strncasecmp(*format, "MON", 3) != 0 || isalpha((unsigned char)(*format)[3]))
		return false;
	for (int i = 0; i < 12; i++) {
		if (strncasecmp(*text, names + (ptrdiff_t)3 * i, 3) == 0) {
			m->month = i + 1;
			*format += 3;
			*text += 3;
			return true;
		}
	}
	return false;
}

/* @text as @format reads it, both in quotes; @fraction may stand behind it. */
static struct operand moment_literal(struct expression *e, const char *text, const char *format,
				     bool fraction)
{
	struct moment m = { 0 };
	const char *rest;
	size_t digits;

	if (!text || !format)
		return none;
	for (text++, format++; *format != '\'';) {
		if (take_month(&format, &text, &m) || take_element(&format, &text, &m))
			continue;
		if (isalnum((unsigned char)*format) || *format != *text)
			return none;
		format++;
		text++;
	}
	digits = *text == '.' && fraction ? strspn(text + 1, "0123456789") : 0;
	rest = digits ? text + digits + 1 : text;
	if (strcmp(rest, "'") != 0 || digits > 6 || !is_day(&m))
		return none;
	return moment_of(expression_text(e, "timestamp '%04ld-%02ld-%02ld %02ld:%02ld:%02ld%.*s'",
					 m.year, m.month, m.day, m.hour, m.minute, m.second,
					 (int)(rest - text), text),
			 !fraction);
}

/* TO_DATE(text, format), its parenthesis was read. */
static struct operand take_to_date(struct expression *e)
{
	const char *text = expression_string(e), *format;

	if (!text || !expression_skip(e, ","))
		return none;
	format = expression_string(e);
	return expression_skip(e, ")") ? moment_literal(e, text, format, false) : none;
}

/* INTERVAL 'n' unit */
static struct operand take_interval(struct expression *e)
{
	static const char *const units[] = { "DAY", "HOUR", "MINUTE", "SECOND" };
	const char *text = expression_string(e);
	size_t digits = text ? strspn(text + 1, "0123456789") : 0;

	if (digits == 0 || digits > 2 || text[digits + 1] != '\'')
		return none;
	for (size_t i = 0; i < CW_ARRAY_LEN(units); i++) {
		if (!expression_word(e, units[i]))
			continue;
		if (expression_word(e, "TO"))
			break;
		return (struct operand){ .kind = K_SPAN,
					 .text = expression_text(e, "interval '%.*s %s'",
								 (int)digits, text + 1, units[i]) };
	}
	return none;
}

/* TRUNC(number), TRUNC(moment), TRUNC(moment, 'MM'): its parenthesis was read. */
static struct operand take_trunc(struct expression *e)
{
	static const char *const fields[][2] = {
		{ "'DD'", "day" },    { "'DDD'", "day" },     { "'MM'", "month" },
		{ "'MON'", "month" }, { "'MONTH'", "month" }, { "'YYYY'", "year" },
		{ "'YEAR'", "year" },
	};
	struct operand o = expression_operand(e);
	const char *field = "day", *format;

	if (o.kind == K_NUMBER && expression_skip(e, ")"))
		return number_of(expression_text(e, "trunc(%s)", o.text));
	if (expression_skip(e, ",")) {
		format = expression_string(e);
		field = NULL;
		for (size_t i = 0; format && i < CW_ARRAY_LEN(fields); i++)
			if (strcasecmp(fields[i][0], format) == 0)
				field = fields[i][1];
	}
	if (o.kind != K_MOMENT || o.zone || !field || !expression_skip(e, ")"))
		return none;
	return moment_of(expression_text(e, "date_trunc('%s', %s)", field, o.text), true);
}

/* ---- words ------------------------------------------------------------------------------- */

static struct operand take_length(struct expression *e)
{
	struct operand o = expression_operand(e);

	if (o.kind != K_TEXT || !expression_skip(e, ")")) /* of a CHAR blanks count */
		return none;
	return number_of(expression_text(e, "length(%s)", o.text));
}

/* SYS_GUID() and RAWTOHEX(SYS_GUID()) are for defaults: those alone make values. */
static struct operand take_guid(struct expression *e, bool hex)
{
	if ((hex && !expression_call(e, "SYS_GUID")) || !expression_skip(e, ")") ||
	    (hex && !expression_skip(e, ")")))
		return none;
	return (struct operand){ .kind = K_GUID, .text = "", .hex = hex };
}

/* What is written as a function, or with a literal behind it; false: none of these stands there. */
static bool take_function(struct expression *e, struct operand *ret)
{
	const char *from = e->at;

	if (expression_call(e, "TRUNC")) {
		*ret = take_trunc(e);
	} else if (expression_call(e, "LENGTH")) {
		*ret = take_length(e);
	} else if (expression_call(e, "TO_DATE")) {
		*ret = take_to_date(e);
	} else if (expression_call(e, "SYS_GUID")) {
		*ret = take_guid(e, false);
	} else if (expression_call(e, "RAWTOHEX")) {
		*ret = take_guid(e, true);
	} else if (expression_word(e, "DATE")) {
		*ret = moment_literal(e, expression_string(e), "'YYYY-MM-DD'", false);
	} else if (expression_word(e, "TIMESTAMP") && *e->at && strchr(" '", *e->at)) {
		*ret = moment_literal(e, expression_string(e), "'YYYY-MM-DD HH24:MI:SS'", true);
	} else if (expression_word(e, "INTERVAL")) {
		*ret = take_interval(e);
	} else {
		e->at = from;
		return false;
	}
	if (ret->kind == K_NONE)
		e->at = from; /* a column may have such a name */
	return ret->kind != K_NONE;
}

static bool take_constant(struct expression *e, struct operand *ret)
{
	static const struct {
		const char *word, *text;
		bool date;
	} moments[] = {
		{ "SYSDATE", "localtimestamp(0)", true },
		{ "CURRENT_DATE", "localtimestamp(0)", true },
		{ "SYSTIMESTAMP", "localtimestamp", false },
		{ "CURRENT_TIMESTAMP", "localtimestamp", false },
		{ "LOCALTIMESTAMP", "localtimestamp", false },
	};

	if (expression_word(e, "NULL")) {
		*ret = (struct operand){ .kind = K_NULL, .text = "NULL" };
		return true;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(moments); i++) {
		if (!expression_word(e, moments[i].word))
			continue;
		*ret = moment_of(moments[i].text, moments[i].date);
		if (expression_skip(e, "("))
			*ret = none;
		return true;
	}
	return false;
}

/* [owner .] sequence . NEXTVAL: @first was read, the dot is next. */
static struct operand take_nextval(struct expression *e, const char *first)
{
	const char *part[3] = { first, NULL, NULL };
	unsigned count = 1;
	char schema[300], name[300];

	while (*e->at == '.' && count < 3) {
		e->at++;
		part[count] = take_name(e);
		if (!part[count++])
			return none;
	}
	if (count < 2 || strcmp(part[count - 1], "NEXTVAL") != 0 || e->shape)
		return none;
	(void)cw_pg_quote(cw_pg_name_of(e->arena, count == 3 ? part[0] : e->owner), schema,
			  sizeof(schema));
	(void)cw_pg_quote(cw_pg_name_of(e->arena, part[count - 2]), name, sizeof(name));
	if (strchr(schema, '\'') || strchr(name, '\''))
		return none;
	return number_of(expression_text(e, "nextval('%s.%s')", schema, name));
}

static struct operand of_column(struct expression *e, const struct cw_column *column)
{
	char name[300];
	struct operand o = {
		.text = expression_text(e, "%s", cw_pg_quote(column->pg_name, name, sizeof(name))),
		.column = column,
	};

	switch (column->ora_type) {
	case CW_ORA_NUMBER:
	case CW_ORA_BINARY_DOUBLE:
		o.kind = K_NUMBER;
		break;
	case CW_ORA_VARCHAR2:
		o.kind = K_TEXT;
		break;
	case CW_ORA_CHAR:
		o.kind = K_CHAR;
		break;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		o.kind = K_MOMENT;
		o.date = column->ora_type == CW_ORA_DATE;
		o.zone = column->pg_oid == CW_PG_TIMESTAMPTZ;
		break;
	default:
		o.kind = K_OTHER;
	}
	return o;
}

static struct operand take_column(struct expression *e)
{
	const char *name = take_name(e);

	if (name && *e->at == '.')
		return take_nextval(e, name);
	for (uint16_t i = 0; name && e->shape && i < e->shape->column_count; i++)
		if (strcmp(e->shape->column[i].name, name) == 0)
			return of_column(e, &e->shape->column[i]);
	return none;
}

/* ---- arithmetic -------------------------------------------------------------------------- */

static struct operand take_primary(struct expression *e)
{
	struct operand o = none;
	const char *text;

	if (expression_skip(e, "(")) {
		if (e->depth == DEPTH_MAX)
			return none;
		e->depth++;
		o = expression_operand(e);
		e->depth--;
		if (!expression_skip(e, ")"))
			return none;
		o.text = expression_text(e, "(%s)", o.text ? o.text : "");
		o.column = NULL;
		return o;
	}
	skip_blanks(e);
	if (isdigit((unsigned char)*e->at) || (*e->at == '.' && isdigit((unsigned char)e->at[1])))
		return take_number(e);
	text = expression_string(e);
	if (text && strcmp(text, "''") == 0) /* NULL; a comparison with it means something else */
		return (struct operand){ .kind = e->shape ? K_NONE : K_NULL, .text = "NULL" };
	if (text) /* a backslash is itself with standard_conforming_strings */
		return (struct operand){ .kind = K_LITERAL, .text = text };
	if (*e->at != '"' && (take_constant(e, &o) || take_function(e, &o)))
		return o;
	return take_column(e);
}

static struct operand take_signed(struct expression *e)
{
	struct operand o;

	if (!expression_skip(e, "-"))
		return take_primary(e);
	o = take_primary(e);
	if (o.kind != K_NUMBER)
		return none;
	o.text = expression_text(e, "- %s", o.text);
	o.digits = o.digits && *o.digits != '-' ? expression_text(e, "-%s", o.digits) : NULL;
	o.column = NULL;
	return o;
}

static struct operand take_product(struct expression *e)
{
	struct operand left = take_signed(e), right;

	while (left.kind != K_NONE && expression_skip(e, "*")) {
		right = take_signed(e);
		if (!expression_as_number(e, &left) || !expression_as_number(e, &right))
			return none;
		left = number_of(expression_text(e, "%s * %s", left.text, right.text));
	}
	return left;
}

/* Of two DATEs the difference is days; a whole number of days is added to one. */
static struct operand moved(struct expression *e, const struct operand *left, char op,
			    const struct operand *right)
{
	if (right->kind == K_SPAN)
		return moment_of(expression_text(e, "%s %c %s", left->text, op, right->text),
				 left->date);
	if (right->kind == K_NUMBER && right->digits && *right->digits != '-' && left->date)
		return moment_of(expression_text(e, "%s %c interval '%s days'", left->text, op,
						 right->digits),
				 true);
	if (right->kind == K_MOMENT && op == '-' && left->date && right->date)
		return number_of(expression_text(e, "(extract(epoch FROM %s - %s) / 86400)",
						 left->text, right->text));
	return none;
}

struct operand expression_operand(struct expression *e)
{
	struct operand left = take_product(e), right;
	char op;

	while (left.kind != K_NONE && (expression_skip(e, "+") || expression_skip(e, "-"))) {
		op = e->at[-1];
		right = take_product(e);
		if (left.kind == K_MOMENT)
			left = moved(e, &left, op, &right);
		else if (expression_as_number(e, &left) && expression_as_number(e, &right))
			left = number_of(expression_text(e, "%s %c %s", left.text, op, right.text));
		else
			return none;
	}
	return left;
}

/* ---- defaults ---------------------------------------------------------------------------- */

static const char *default_of_text(struct expression *e, const struct operand *o)
{
	if (o->kind == K_LITERAL)
		return o->text;
	if (o->kind == K_GUID)
		return "upper(replace(gen_random_uuid()::text, '-', ''))";
	return o->digits ? expression_text(e, "'%s'", o->digits) : NULL;
}

/* A RAW of text has its hexadecimal digits. */
static const char *default_of_raw(struct expression *e, const struct operand *o)
{
	size_t digits;

	if (o->kind == K_GUID && !o->hex)
		return "uuid_send(gen_random_uuid())";
	if (o->kind != K_LITERAL)
		return NULL;
	digits = strspn(o->text + 1, "0123456789abcdefABCDEF");
	return digits % 2 == 0 && digits + 2 == strlen(o->text)
		       ? expression_text(e, "'\\x%.*s'", (int)digits, o->text + 1)
		       : NULL;
}

static const char *default_for(struct expression *e, const struct cw_column *column,
			       struct operand *o)
{
	switch (of_column(e, column).kind) {
	case K_NUMBER:
		return expression_as_number(e, o) ? o->text : NULL;
	case K_TEXT:
	case K_CHAR:
		return default_of_text(e, o);
	case K_MOMENT:
		return o->kind == K_MOMENT ? o->text : NULL;
	default:
		break;
	}
	if (column->ora_type == CW_ORA_RAW)
		return default_of_raw(e, o);
	if (column->ora_type == CW_ORA_BINARY_FLOAT)
		return expression_as_number(e, o) ? o->text : NULL;
	return column->ora_type == CW_ORA_INTERVAL_DS && o->kind == K_SPAN ? o->text : NULL;
}

const char *cw_map_default(struct cw_arena *arena, const struct cw_column *column,
			   const char *owner, const char *text)
{
	struct expression e = { .at = text, .arena = arena, .owner = owner };
	struct operand o = expression_operand(&e);

	if (o.kind == K_NONE || !expression_ends(&e))
		return NULL;
	return o.kind == K_NULL ? o.text : default_for(&e, column, &o);
}
