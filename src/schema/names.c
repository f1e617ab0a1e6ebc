/* names.c - names, types and plain expressions of Oracle in PostgreSQL's words: see catalog.h */
#include "base/wr.h"
#include "postgres/session.h"
#include "schema/catalog.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TEXT_BYTES_MAX (64u << 10)

static const char *keep(struct cw_arena *arena, const char *text, size_t len)
{
	char *copy = cw_new(arena, char, len + 1);

	memcpy(copy, text, len);
	return copy;
}

const char *cw_pg_name_of(struct cw_arena *arena, const char *name)
{
	char *copy = (char *)(uintptr_t)keep(arena, name, strlen(name));

	for (const char *at = name; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			return copy;
	for (char *at = copy; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return copy;
}

static const char *print(struct cw_arena *arena, const char *fmt, long a, long b)
{
	char text[64];

	(void)snprintf(text, sizeof(text), fmt, a, b);
	return keep(arena, text, strlen(text));
}

static void map_number(struct cw_arena *arena, struct cw_column *column)
{
	column->ora_type = CW_ORA_NUMBER;
	column->pg_oid = CW_PG_NUMERIC;
	/* NUMBER(*,s) has a scale without a precision: 38 digits */
	if (column->precision == 0 && column->scale != CW_SCALE_NONE)
		column->precision = 38;
	if (column->scale == CW_SCALE_NONE)
		column->pg_type = "numeric";
	else
		column->pg_type =
			print(arena, "numeric(%ld,%ld)", column->precision, column->scale);
}

/* @type: TIMESTAMP(6), and what may stand behind it */
static bool map_timestamp(struct cw_arena *arena, struct cw_column *column, const char *type,
			  struct cw_err *err)
{
	bool local = strstr(type, " WITH LOCAL TIME ZONE"), zone = strstr(type, " WITH TIME ZONE");

	column->ora_type = local  ? CW_ORA_TIMESTAMP_LTZ
			   : zone ? CW_ORA_TIMESTAMP_TZ
				  : CW_ORA_TIMESTAMP;
	column->pg_oid = local || zone ? CW_PG_TIMESTAMPTZ : CW_PG_TIMESTAMP;
	column->precision = column->scale == CW_SCALE_NONE ? 6 : column->scale;
	column->scale = CW_SCALE_NONE;
	if (column->precision > 6)
		return cw_fail(err, CW_ERR_CONFIG, 7301,
			       "column %s is TIMESTAMP(%d), finer than PostgreSQL's microsecond",
			       column->name, column->precision);
	column->pg_type = print(arena, local || zone ? "timestamptz(%ld)" : "timestamp(%ld)",
				column->precision, 0);
	return true;
}

static bool map_interval(struct cw_arena *arena, struct cw_column *column, const char *type,
			 struct cw_err *err)
{
	bool years = strstr(type, " TO MONTH");

	column->ora_type = years ? CW_ORA_INTERVAL_YM : CW_ORA_INTERVAL_DS;
	column->pg_oid = CW_PG_INTERVAL;
	if (!years && column->scale > 6)
		return cw_fail(err, CW_ERR_CONFIG, 7301,
			       "column %s is %s, finer than PostgreSQL's microsecond", column->name,
			       type);
	column->pg_type = years ? "interval year to month"
				: print(arena, "interval day to second(%ld)", column->scale, 0);
	return true;
}

/* FLOAT(p) has p binary digits and rounds to as many decimal ones as they fill (A-610). */
static void map_float(struct cw_column *column)
{
	column->ora_type = CW_ORA_NUMBER;
	column->pg_oid = CW_PG_NUMERIC;
	column->pg_type = "numeric";
	column->digits_max = (int16_t)((column->precision * 30103 + 99999) / 100000);
	column->precision = 0;
	column->scale = CW_SCALE_NONE;
}

static void map_plain(struct cw_column *column, uint8_t ora_type, uint32_t pg_oid,
		      const char *pg_type)
{
	column->ora_type = ora_type;
	column->pg_oid = pg_oid;
	column->pg_type = pg_type;
}

static void map_text(struct cw_arena *arena, struct cw_column *column, bool is_char)
{
	column->ora_type = is_char ? CW_ORA_CHAR : CW_ORA_VARCHAR2;
	column->pg_oid = is_char ? CW_PG_BPCHAR : CW_PG_VARCHAR;
	column->pg_type =
		print(arena, is_char ? "char(%ld)" : "varchar(%ld)", (long)column->char_length, 0);
}

/* Types that one word names. */
static bool map_word(struct cw_arena *arena, struct cw_column *column, const char *type)
{
	bool national = type[0] == 'N';

	if (strcmp(type, "NUMBER") == 0) {
		map_number(arena, column);
	} else if (strcmp(type, "FLOAT") == 0) {
		map_float(column);
	} else if (strcmp(type + national, "VARCHAR2") == 0 ||
		   strcmp(type + national, "CHAR") == 0) {
		column->national = national;
		map_text(arena, column, type[national] == 'C');
	} else if (strcmp(type, "DATE") == 0) {
		map_plain(column, CW_ORA_DATE, CW_PG_TIMESTAMP, "timestamp(0)");
	} else if (strcmp(type, "RAW") == 0) {
		map_plain(column, CW_ORA_RAW, CW_PG_BYTEA, "bytea");
	} else if (strcmp(type, "BINARY_FLOAT") == 0) {
		map_plain(column, CW_ORA_BINARY_FLOAT, CW_PG_FLOAT4, "real");
	} else if (strcmp(type, "BINARY_DOUBLE") == 0) {
		map_plain(column, CW_ORA_BINARY_DOUBLE, CW_PG_FLOAT8, "double precision");
	} else {
		return false;
	}
	return true;
}

bool cw_map_column(struct cw_arena *arena, struct cw_column *column, const char *data_type,
		   struct cw_err *err)
{
	if (map_word(arena, column, data_type))
		return true;
	if (strncmp(data_type, "TIMESTAMP", 9) == 0)
		return map_timestamp(arena, column, data_type, err);
	if (strncmp(data_type, "INTERVAL ", 9) == 0)
		return map_interval(arena, column, data_type, err);
	return cw_fail(err, CW_ERR_CONFIG, 7301,
		       "column %s is %s; covered are NUMBER, FLOAT, BINARY_FLOAT, BINARY_DOUBLE, "
		       "VARCHAR2, CHAR, NVARCHAR2, NCHAR, DATE, TIMESTAMP, INTERVAL and RAW",
		       column->name, data_type);
}

/* What an expression is read with. */
struct expr {
	const char *at;
	const struct cw_shape *shape;
	struct cw_arena *arena;
	const char *owner;
	struct cw_wr out;
	bool plain;
};

static void put(struct expr *expr, const char *word)
{
	cw_wr_printf(&expr->out, "%s%s", expr->out.len ? " " : "", word);
}

static void take_string(struct expr *expr)
{
	const char *from = expr->at++;

	for (;; expr->at++) {
		if (*expr->at == '\0') {
			expr->plain = false;
			return;
		}
		if (*expr->at != '\'')
			continue;
		if (expr->at[1] != '\'')
			break;
		expr->at++;
	}
	expr->at++;
	if (expr->at - from == 2 && expr->shape) {
		expr->plain = false; /* a comparison with '' means something else */
		return;
	}
	/* '' is NULL; a backslash is itself with standard_conforming_strings */
	put(expr,
	    expr->at - from == 2 ? "NULL" : keep(expr->arena, from, (size_t)(expr->at - from)));
}

static void take_number(struct expr *expr)
{
	const char *from = expr->at;

	while (isdigit((unsigned char)*expr->at) || *expr->at == '.')
		expr->at++;
	if ((*expr->at == 'e' || *expr->at == 'E') &&
	    (isdigit((unsigned char)expr->at[1]) || expr->at[1] == '-' || expr->at[1] == '+')) {
		expr->at += 2;
		while (isdigit((unsigned char)*expr->at))
			expr->at++;
	}
	put(expr, keep(expr->arena, from, (size_t)(expr->at - from)));
}

/* An identifier as Oracle stores it: unquoted ones in upper case. */
static const char *take_name(struct expr *expr, bool *quoted)
{
	const char *from = expr->at;
	char *name;

	*quoted = *from == '"';
	if (*quoted) {
		const char *end = strchr(from + 1, '"');

		if (!end) {
			expr->plain = false;
			return "";
		}
		expr->at = end + 1;
		return keep(expr->arena, from + 1, (size_t)(end - from - 1));
	}
	while (isalnum((unsigned char)*expr->at) || (*expr->at && strchr("_$#", *expr->at)))
		expr->at++;
	name = (char *)(uintptr_t)keep(expr->arena, from, (size_t)(expr->at - from));
	for (char *at = name; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return name;
}

static const char *pg_word(const char *word)
{
	static const char *const words[][2] = {
		{ "AND", "AND" },
		{ "OR", "OR" },
		{ "NOT", "NOT" },
		{ "IN", "IN" },
		{ "IS", "IS" },
		{ "NULL", "NULL" },
		{ "BETWEEN", "BETWEEN" },
		{ "LIKE", "LIKE" },
		{ "SYSDATE", "localtimestamp(0)" },
		{ "SYSTIMESTAMP", "localtimestamp" },
		{ "CURRENT_DATE", "localtimestamp(0)" },
		{ "CURRENT_TIMESTAMP", "localtimestamp" },
		{ "LOCALTIMESTAMP", "localtimestamp" },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (strcmp(words[i][0], word) == 0)
			return words[i][1];
	return NULL;
}

/* [owner .] sequence . NEXTVAL: @first was read, the dot is next. */
static void take_nextval(struct expr *expr, const char *first)
{
	const char *part[3] = { first, NULL, NULL };
	unsigned count = 1;
	char schema[300], name[300];
	bool quoted;

	while (*expr->at == '.' && count < 3) {
		expr->at++;
		part[count++] = take_name(expr, &quoted);
	}
	if (count < 2 || strcmp(part[count - 1], "NEXTVAL") != 0 || expr->shape) {
		expr->plain = false;
		return;
	}
	(void)cw_pg_quote(cw_pg_name_of(expr->arena, count == 3 ? part[0] : expr->owner), schema,
			  sizeof(schema));
	(void)cw_pg_quote(cw_pg_name_of(expr->arena, part[count - 2]), name, sizeof(name));
	if (strchr(schema, '\'') || strchr(name, '\''))
		expr->plain = false;
	else
		cw_wr_printf(&expr->out, "nextval('%s.%s')", schema, name);
}

static void take_word(struct expr *expr)
{
	bool quoted;
	const char *name = take_name(expr, &quoted), *word = quoted ? NULL : pg_word(name);
	char column[300];

	if (*expr->at == '.') {
		take_nextval(expr, name);
		return;
	}
	if (word) {
		/* a call: not the word as it stands in Oracle's dictionary */
		expr->plain &= !(word[0] == 'l' && *(expr->at + strspn(expr->at, " ")) == '(');
		put(expr, word);
		return;
	}
	for (uint16_t i = 0; expr->shape && i < expr->shape->column_count; i++) {
		if (strcmp(expr->shape->column[i].name, name) == 0) {
			put(expr,
			    cw_pg_quote(expr->shape->column[i].pg_name, column, sizeof(column)));
			return;
		}
	}
	expr->plain = false;
}

static void take_operator(struct expr *expr)
{
	static const char *const operators[][2] = {
		{ "<>", "<>" }, { "!=", "<>" }, { "^=", "<>" }, { "<=", "<=" }, { ">=", ">=" },
		{ "=", "=" },	{ "<", "<" },	{ ">", ">" },	{ "(", "(" },	{ ")", ")" },
		{ ",", "," },	{ "+", "+" },	{ "-", "-" },	{ "*", "*" },
	};

	if (strncmp(expr->at, "--", 2) == 0 || strncmp(expr->at, "/*", 2) == 0) {
		expr->plain = false; /* a comment */
		return;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(operators); i++) {
		size_t len = strlen(operators[i][0]);

		if (strncmp(expr->at, operators[i][0], len) == 0) {
			put(expr, operators[i][1]);
			expr->at += len;
			return;
		}
	}
	expr->plain = false;
}

const char *cw_map_expression(struct cw_arena *arena, const struct cw_shape *shape,
			      const char *owner, const char *text)
{
	struct expr expr = { .at = text,
			     .shape = shape,
			     .arena = arena,
			     .owner = owner,
			     .out = { .limit_bytes = TEXT_BYTES_MAX },
			     .plain = true };
	const char *mapped = NULL;

	while (expr.plain && *expr.at) {
		unsigned char c = (unsigned char)*expr.at;

		if (isspace(c))
			expr.at++;
		else if (c == '\'')
			take_string(&expr);
		else if (isdigit(c) || (c == '.' && isdigit((unsigned char)expr.at[1])))
			take_number(&expr);
		else if (isalpha(c) || c == '"')
			take_word(&expr);
		else
			take_operator(&expr);
	}
	if (expr.plain && expr.out.len > 0 && !cw_wr_failed(&expr.out))
		mapped = keep(arena, (const char *)expr.out.at0, expr.out.len);
	cw_wr_release(&expr.out);
	return mapped;
}
