/* sql_parse_type.c - the types of columns, variables and CAST; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"
#include "rehearsal/sql_type.h"

#include <stdlib.h>
#include <string.h>

enum { FLOAT_BITS_MAX = 126, REAL_BITS = 63 };

/* A whole number between the limits; 0 and ORA-@code else. */
static long whole(struct sql_parser *p, long low, long high, int code, const char *text)
{
	bool negative = sql_skip_op(p, "-");
	char *end;
	long value;

	if (p->token.kind != T_NUMBER) {
		(void)sql_parse_fail(p, code, text);
		return 0;
	}
	value = strtol(p->token.text, &end, 10);
	if (negative)
		value = -value;
	if (*end || value < low || value > high) {
		(void)sql_parse_fail(p, code, text);
		return 0;
	}
	sql_next(p);
	return value;
}

/* DECIMAL and its like are fixed: without a scale they have none, where NUMBER floats. */
static void number_type(struct sql_parser *p, struct sql_type_name *type, bool integer, bool fixed)
{
	type->ora_type = CW_ORA_NUMBER;
	type->scale = CW_SCALE_NONE;
	if (integer || (fixed && !sql_at_op(p, "("))) {
		type->precision = 38;
		type->any_precision = true;
		type->scale = 0;
		return;
	}
	if (!sql_skip_op(p, "("))
		return;
	type->any_precision = sql_skip_op(p, "*");
	if (type->any_precision)
		type->precision = 38;
	else
		type->precision = (int16_t)whole(
			p, 1, 38, 1727, "numeric precision specifier is out of range (1 to 38)");
	type->scale = 0;
	if (sql_skip_op(p, ","))
		type->scale = (int16_t)whole(
			p, -84, 127, 1728, "numeric scale specifier is out of range (-84 to 127)");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* FLOAT(p): so many binary digits of a NUMBER without scale. */
static void float_type(struct sql_parser *p, struct sql_type_name *type, int16_t bits)
{
	type->ora_type = CW_ORA_NUMBER;
	type->scale = CW_SCALE_NONE;
	type->float_bits = bits;
	if (bits == FLOAT_BITS_MAX && sql_skip_op(p, "(")) {
		type->float_bits =
			(int16_t)whole(p, 1, FLOAT_BITS_MAX, 1727,
				       "numeric precision specifier is out of range (1 to 126)");
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	}
	type->precision = type->float_bits;
}

static void character_type(struct sql_parser *p, struct sql_type_name *type, uint8_t ora_type,
			   long max, bool optional)
{
	type->ora_type = ora_type;
	type->length = 1;
	if (!sql_at_op(p, "(")) {
		if (!optional && !p->plsql)
			(void)sql_parse_fail(p, 906, "missing left parenthesis");
		type->length = optional ? 1 : (uint32_t)max;
		return;
	}
	sql_next(p);
	type->length = (uint32_t)whole(p, 1, p->plsql ? 32767 : max, 910,
				       "specified length too long for its datatype");
	if (sql_skip_word(p, "BYTE"))
		type->char_used = 'B';
	else if (sql_skip_word(p, "CHAR"))
		type->char_used = 'C';
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* (n) if it is there */
static int16_t field_precision(struct sql_parser *p, int16_t otherwise)
{
	int16_t digits;

	if (!sql_skip_op(p, "("))
		return otherwise;
	digits = (int16_t)whole(p, 0, 9, 30088, "datetime/interval precision is out of range");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return digits;
}

static void interval_type(struct sql_parser *p, struct sql_type_name *type)
{
	bool years = sql_skip_word(p, "YEAR");

	if (!years)
		(void)sql_want_word(p, "DAY", 905, "missing keyword");
	type->ora_type = years ? CW_ORA_INTERVAL_YM : CW_ORA_INTERVAL_DS;
	type->precision = field_precision(p, 2);
	(void)sql_want_word(p, "TO", 905, "missing keyword");
	(void)sql_want_word(p, years ? "MONTH" : "SECOND", 905, "missing keyword");
	type->scale = years ? 0 : field_precision(p, 6);
}

/* NVARCHAR2 and NCHAR count characters, two bytes each. */
static void national_type(struct sql_parser *p, struct sql_type_name *type, uint8_t ora_type)
{
	bool fixed = ora_type == CW_ORA_CHAR;

	character_type(p, type, ora_type, fixed ? 1000 : sql_type_bytes_max(4000) / 2, fixed);
	if (type->char_used)
		(void)sql_parse_fail(p, 907, "missing right parenthesis");
	type->national = true;
	type->char_used = 'C';
}

static void timestamp_type(struct sql_parser *p, struct sql_type_name *type)
{
	type->ora_type = CW_ORA_TIMESTAMP;
	type->precision = field_precision(p, 6);
	if (sql_skip_word(p, "WITH")) {
		type->ora_type =
			sql_skip_word(p, "LOCAL") ? CW_ORA_TIMESTAMP_LTZ : CW_ORA_TIMESTAMP_TZ;
		(void)sql_want_word(p, "TIME", 905, "missing keyword");
		(void)sql_want_word(p, "ZONE", 905, "missing keyword");
	}
}

static const struct {
	const char *word;
	uint8_t ora_type;
	bool integer, fixed;
} simple_types[] = {
	{ "DATE", CW_ORA_DATE, false, false },
	{ "NUMBER", CW_ORA_NUMBER, false, false },
	{ "NUMERIC", CW_ORA_NUMBER, false, true },
	{ "DECIMAL", CW_ORA_NUMBER, false, true },
	{ "DEC", CW_ORA_NUMBER, false, true },
	{ "INTEGER", CW_ORA_NUMBER, true, true },
	{ "INT", CW_ORA_NUMBER, true, true },
	{ "SMALLINT", CW_ORA_NUMBER, true, true },
	{ "CLOB", CW_ORA_CLOB, false, false },
	{ "NCLOB", CW_ORA_CLOB, false, false },
	{ "BLOB", CW_ORA_BLOB, false, false },
	{ "ROWID", CW_ORA_ROWID, false, false },
	{ "BINARY_FLOAT", CW_ORA_BINARY_FLOAT, false, false },
	{ "BINARY_DOUBLE", CW_ORA_BINARY_DOUBLE, false, false },
	{ "UROWID", CW_ORA_UROWID, false, false },
	{ "PLS_INTEGER", CW_ORA_NUMBER, true, true },
	{ "BINARY_INTEGER", CW_ORA_NUMBER, true, true },
	{ "NATURAL", CW_ORA_NUMBER, true, true },
	{ "POSITIVE", CW_ORA_NUMBER, true, true },
	{ "XMLTYPE", CW_ORA_OBJECT, false, false },
};

/* Types that are not in every release. */
static bool later_type(struct sql_parser *p, struct sql_type_name *type)
{
	bool json = p->release >= RH_21 && sql_at_word(p, "JSON");
	bool boolean = p->release >= RH_23 && !p->plsql &&
		       (sql_at_word(p, "BOOLEAN") || sql_at_word(p, "BOOL"));

	if (!json && !boolean)
		return false;
	type->ora_type = json ? CW_ORA_JSON : CW_ORA_BOOLEAN;
	sql_next(p);
	return true;
}

/* [(n)] */
static uint32_t urowid_length(struct sql_parser *p)
{
	uint32_t length;

	if (!sql_skip_op(p, "("))
		return 0;
	length = (uint32_t)whole(p, 1, 4000, 910, "specified length too long for its datatype");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	return length;
}

static bool simple_type(struct sql_parser *p, struct sql_type_name *type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(simple_types); i++) {
		if (!sql_skip_word(p, simple_types[i].word))
			continue;
		type->ora_type = simple_types[i].ora_type;
		type->national = simple_types[i].word[0] == 'N' && type->ora_type == CW_ORA_CLOB;
		if (type->ora_type == CW_ORA_UROWID)
			type->length = urowid_length(p);
		if (type->ora_type == CW_ORA_NUMBER)
			number_type(p, type, simple_types[i].integer, simple_types[i].fixed);
		return true;
	}
	return false;
}

/* CHAR, CHARACTER, NCHAR, VARCHAR2 and their kin. */
static bool text_type(struct sql_parser *p, struct sql_type_name *type)
{
	bool national = sql_skip_word(p, "NATIONAL"), n = false;

	if (sql_skip_word(p, "VARCHAR2") || sql_skip_word(p, "VARCHAR") ||
	    (p->plsql && sql_skip_word(p, "STRING"))) {
		character_type(p, type, CW_ORA_VARCHAR2, sql_type_bytes_max(4000), false);
	} else if (sql_skip_word(p, "NVARCHAR2")) {
		national_type(p, type, CW_ORA_VARCHAR2);
	} else if (sql_skip_word(p, "CHAR") || sql_skip_word(p, "CHARACTER") ||
		   (n = sql_skip_word(p, "NCHAR"))) {
		bool varying = sql_skip_word(p, "VARYING");
		uint8_t ora_type = varying ? CW_ORA_VARCHAR2 : CW_ORA_CHAR;

		if (national || n)
			national_type(p, type, ora_type);
		else
			character_type(p, type, ora_type, varying ? sql_type_bytes_max(4000) : 2000,
				       !varying);
	} else {
		return false;
	}
	return true;
}

static bool sized_type(struct sql_parser *p, struct sql_type_name *type)
{
	if (text_type(p, type))
		return true;
	if (sql_skip_word(p, "RAW")) {
		character_type(p, type, CW_ORA_RAW, sql_type_bytes_max(2000), false);
	} else if (sql_skip_word(p, "LONG")) {
		type->ora_type = sql_skip_word(p, "RAW") ? CW_ORA_LONG_RAW : CW_ORA_LONG;
	} else if (sql_skip_word(p, "TIMESTAMP")) {
		timestamp_type(p, type);
	} else if (sql_skip_word(p, "INTERVAL")) {
		interval_type(p, type);
	} else if (sql_skip_word(p, "FLOAT")) {
		float_type(p, type, FLOAT_BITS_MAX);
	} else if (sql_skip_words(p, "DOUBLE", "PRECISION")) {
		float_type(p, type, FLOAT_BITS_MAX);
	} else if (sql_skip_word(p, "REAL")) {
		float_type(p, type, REAL_BITS);
	} else {
		return false;
	}
	return true;
}

/* A type that is a name: owner.type, table.column%TYPE, table%ROWTYPE; BOOLEAN is one, too. */
static void named_type(struct sql_parser *p, struct sql_type_name *type)
{
	if (p->token.kind != T_WORD && p->token.kind != T_QUOTED) {
		(void)sql_parse_fail(p, 902, "invalid datatype");
		return;
	}
	type->name = sql_parse_name(p);
	if (p->casts)
		return;
	if (!p->plsql) {
		(void)sql_parse_fail_at(p, type->at, 902, "invalid datatype");
		return;
	}
	if (sql_skip_op(p, "%")) {
		type->percent_type = sql_skip_word(p, "TYPE");
		type->percent_rowtype = !type->percent_type && sql_skip_word(p, "ROWTYPE");
		if (!type->percent_type && !type->percent_rowtype)
			(void)sql_parse_fail(p, 902, "invalid datatype");
	}
}

struct sql_type_name *sql_parse_type(struct sql_parser *p)
{
	struct sql_type_name *type = cw_new(p->arena, struct sql_type_name, 1);

	type->at = p->token.at;
	if (sql_at_word(p, "BFILE"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	if (!simple_type(p, type) && !later_type(p, type) && !sized_type(p, type))
		named_type(p, type);
	return type;
}
