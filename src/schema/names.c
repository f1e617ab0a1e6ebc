/* names.c - names and types of Oracle in PostgreSQL's words: see catalog.h */
#include "schema/catalog.h"

#include <stdio.h>
#include <string.h>

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

/* FLOAT(p) has p binary digits and rounds to as many decimal ones as they fill. */
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
