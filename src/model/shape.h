/*
 * shape.h - what a table looks like on both sides, as of one dictionary version
 *
 * A change names the shape it was logged under, so that DDL in mid-stream is
 * data.  Shapes are read-only once built and live in the arena of the task.
 */
#ifndef CW_MODEL_SHAPE_H
#define CW_MODEL_SHAPE_H

#include "base/base.h"

/* Oracle's own type numbers, as on the wire and in COL$.TYPE# (oracle-wire 6.6). */
enum cw_ora_type {
	CW_ORA_VARCHAR2 = 1,
	CW_ORA_NUMBER = 2,
	CW_ORA_INTEGER = 3, /* BINARY_INTEGER of PL/SQL */
	CW_ORA_LONG = 8,
	CW_ORA_ROWID = 11,
	CW_ORA_DATE = 12,
	CW_ORA_RAW = 23,
	CW_ORA_LONG_RAW = 24,
	CW_ORA_LONG_VARCHAR = 94, /* what some clients define a LOB as */
	CW_ORA_LONG_VARRAW = 95,
	CW_ORA_CHAR = 96,
	CW_ORA_BINARY_FLOAT = 100,
	CW_ORA_BINARY_DOUBLE = 101,
	CW_ORA_CURSOR = 102,
	CW_ORA_OBJECT = 109, /* XMLTYPE too */
	CW_ORA_REF = 111,
	CW_ORA_CLOB = 112,
	CW_ORA_BLOB = 113,
	CW_ORA_BFILE = 114,
	CW_ORA_JSON = 119,
	CW_ORA_VECTOR = 127,
	CW_ORA_TIMESTAMP = 180,
	CW_ORA_TIMESTAMP_TZ = 181,
	CW_ORA_INTERVAL_YM = 182,
	CW_ORA_INTERVAL_DS = 183,
	CW_ORA_UROWID = 208,
	CW_ORA_TIMESTAMP_LTZ = 231,
	CW_ORA_BOOLEAN = 252,
};

/* Of a DATE that an expression gives: the year in two bytes, lowest first.  Nothing is stored or sent so, DUMP alone tells it. */
#define CW_ORA_COMPUTED_DATE 13

/* Object ids of the PostgreSQL types that columns are mapped to. */
enum cw_pg_type {
	CW_PG_BYTEA = 17,
	CW_PG_INT8 = 20,
	CW_PG_TEXT = 25,
	CW_PG_FLOAT4 = 700,
	CW_PG_FLOAT8 = 701,
	CW_PG_BPCHAR = 1042,
	CW_PG_VARCHAR = 1043,
	CW_PG_TIMESTAMP = 1114,
	CW_PG_TIMESTAMPTZ = 1184,
	CW_PG_INTERVAL = 1186,
	CW_PG_NUMERIC = 1700,
};

#define CW_SCALE_NONE INT16_MIN /* NUMBER without a scale; precision is then 0 */

struct cw_charset; /* codec/charset.h */

struct cw_column {
	const char *name;  /* as Oracle stores it */
	uint16_t position; /* COLUMN_ID, from 1 */
	uint16_t internal; /* INTERNAL_COLUMN_ID: the n of "COL n" in raw LogMiner rows */
	uint8_t ora_type;  /* enum cw_ora_type */
	bool nullable;
	bool char_semantics;   /* CHAR_USED = 'C' */
	uint16_t key_position; /* place in the primary key from 1; 0: not in it */
	int16_t precision; /* NUMBER: 0 is unspecified; TIMESTAMP: fraction digits; INTERVAL: of the leading field */
	int16_t scale;	      /* CW_SCALE_NONE if unspecified; INTERVAL: fraction digits */
	uint32_t byte_length; /* DATA_LENGTH */
	uint32_t char_length; /* CHAR_LENGTH, 0 for types without */
	const char *pg_name;  /* unquoted */
	const char *pg_type;  /* SQL text: numeric(10,2) */
	uint32_t pg_oid;      /* enum cw_pg_type */
	bool national;	      /* NVARCHAR2, NCHAR: lengths are UTF-16 units */
	int16_t digits_max;   /* FLOAT(p): decimal digits it keeps; 0: no FLOAT */
	const struct cw_charset *charset; /* of text that Oracle converts; NULL: it is UTF-8 there, or no text */
};

struct cw_shape {
	const char *owner, *name;	 /* Oracle, as stored */
	const char *pg_schema, *pg_name; /* unquoted */
	uint64_t object_id;		 /* OBJ# */
	uint32_t version;		 /* counts dictionary versions of this table, from 1 */
	uint16_t column_count;
	uint16_t key_count; /* 0: no key, rows are matched by all columns */
	const struct cw_column *column;
	const uint16_t *key; /* key_count indexes into column[] in key order */
};

#endif
