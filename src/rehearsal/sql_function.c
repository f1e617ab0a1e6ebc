/* sql_function.c - see sql_function.h; Oracle Database SQL Language Reference 19c, "Functions" */
#include "rehearsal/sql_function.h"

#include <string.h>

static const struct sql_function functions[] = {
	{ "COUNT", "pg_catalog.count", SQL_NUMBER, F_COUNT, SQL_ANY, 1, 1, true },
	{ "SUM", "pg_catalog.sum", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "MIN", "min", SQL_ANY, F_EXTREME, SQL_ANY, 1, 1, true },
	{ "MAX", "max", SQL_ANY, F_EXTREME, SQL_ANY, 1, 1, true },
	{ "AVG", "pg_catalog.avg", SQL_NUMBER, F_AVERAGE, SQL_NUMBER, 1, 1, true },
	{ "STDDEV", "pg_catalog.stddev", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "VARIANCE", "pg_catalog.variance", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "VAR_POP", "pg_catalog.var_pop", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "VAR_SAMP", "pg_catalog.var_samp", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "STDDEV_POP", "pg_catalog.stddev_pop", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "STDDEV_SAMP", "pg_catalog.stddev_samp", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, true },
	{ "MEDIAN", "ora.percentile_cont", SQL_NUMBER, F_PERCENTILE, SQL_NUMBER, 1, 1, true },
	{ "PERCENTILE_CONT", "ora.percentile_cont", SQL_NUMBER, F_PERCENTILE, SQL_NUMBER, 1, 1,
	  true },
	{ "PERCENTILE_DISC", "ora.percentile_disc", SQL_NUMBER, F_PERCENTILE, SQL_NUMBER, 1, 1,
	  true },
	{ "RATIO_TO_REPORT", "", SQL_NUMBER, F_RATIO, SQL_NUMBER, 1, 1, false },
	{ "CUME_DIST", "", SQL_NUMBER, F_SHARE, SQL_ANY, 0, 0, false },
	{ "PERCENT_RANK", "", SQL_NUMBER, F_SHARE, SQL_ANY, 0, 0, false },
	{ "LISTAGG", "ora.listagg", SQL_TEXT, F_LISTAGG, SQL_TEXT, 1, 2, true },
	{ "GROUPING", "GROUPING", SQL_NUMBER, F_GROUPING, SQL_ANY, 1, 1, true },
	{ "GROUPING_ID", "GROUPING", SQL_NUMBER, F_GROUPING, SQL_ANY, 1, -1, true },
	{ "IS JSON", "ora.is_json", SQL_BOOL, F_CALL, SQL_ANY, 1, 1, false },
	{ "JSON_VALUE", "ora.json_value", SQL_TEXT, F_CALL, SQL_ANY, 2, 3, false },
	{ "JSON_EXISTS", "ora.json_exists", SQL_BOOL, F_CALL, SQL_ANY, 2, 2, false },
	{ "JSON", "ora.to_json", SQL_JSON, F_CALL, SQL_ANY, 1, 1, false },
	{ "JSON_SERIALIZE", "ora.json_serialize", SQL_TEXT, F_CALL, SQL_ANY, 1, 1, false },
	{ "XMLSERIALIZE", "ora.xml_text", SQL_CLOB, F_CALL, SQL_ANY, 1, 1, false },
	{ "GETCLOBVAL", "ora.xml_text", SQL_CLOB, F_CALL, SQL_XML, 1, 1, false },
	{ "GETSTRINGVAL", "ora.xml_text", SQL_TEXT, F_CALL, SQL_XML, 1, 1, false },
	{ "XMLTYPE", "ora.to_xml", SQL_XML, F_CALL, SQL_ANY, 1, 1, false },
	{ "XMLTYPE.CREATEXML", "ora.to_xml", SQL_XML, F_CALL, SQL_ANY, 1, 1, false },
	{ "ROW_NUMBER", "pg_catalog.row_number", SQL_NUMBER, F_RANKING, SQL_ANY, 0, 0, false },
	{ "RANK", "pg_catalog.rank", SQL_NUMBER, F_RANKING, SQL_ANY, 0, 0, false },
	{ "DENSE_RANK", "pg_catalog.dense_rank", SQL_NUMBER, F_RANKING, SQL_ANY, 0, 0, false },
	{ "LAG", "pg_catalog.lag", SQL_ANY, F_NTH, SQL_ANY, 1, 3, false },
	{ "LEAD", "pg_catalog.lead", SQL_ANY, F_NTH, SQL_ANY, 1, 3, false },
	{ "FIRST_VALUE", "pg_catalog.first_value", SQL_ANY, F_EXTREME, SQL_ANY, 1, 1, false },
	{ "LAST_VALUE", "pg_catalog.last_value", SQL_ANY, F_EXTREME, SQL_ANY, 1, 1, false },
	{ "NTH_VALUE", "pg_catalog.nth_value", SQL_ANY, F_NTH, SQL_ANY, 2, 2, false },
	{ "NVL", "", SQL_ANY, F_NVL, SQL_ANY, 2, 2, false },
	{ "COALESCE", "", SQL_ANY, F_NVL, SQL_ANY, 2, -1, false },
	{ "NVL2", "", SQL_ANY, F_NVL2, SQL_ANY, 3, 3, false },
	{ "DECODE", "", SQL_ANY, F_DECODE, SQL_ANY, 3, -1, false },
	{ "NULLIF", "", SQL_ANY, F_NULLIF, SQL_ANY, 2, 2, false },
	{ "GREATEST", "ora.\"greatest\"", SQL_ANY, F_GREATEST, SQL_ANY, 1, -1, false },
	{ "LEAST", "ora.\"least\"", SQL_ANY, F_GREATEST, SQL_ANY, 1, -1, false },
	{ "TO_CHAR", "ora.to_char", SQL_TEXT, F_CALL, SQL_ANY, 1, 3, false },
	{ "TO_NUMBER", "ora.to_number", SQL_NUMBER, F_CALL, SQL_ANY, 1, 2, false },
	{ "TO_DATE", "ora.to_date", SQL_DATE, F_CALL, SQL_ANY, 1, 3, false },
	{ "TO_TIMESTAMP", "ora.to_timestamp", SQL_TIMESTAMP, F_CALL, SQL_ANY, 1, 2, false },
	{ "TO_TIMESTAMP_TZ", "ora.to_timestamp_tz", SQL_TIMESTAMP_TZ, F_CALL, SQL_ANY, 1, 2,
	  false },
	{ "TO_DSINTERVAL", "ora.to_dsinterval", SQL_INTERVAL, F_CALL, SQL_TEXT, 1, 1, false },
	{ "TO_YMINTERVAL", "ora.to_yminterval", SQL_INTERVAL_YM, F_CALL, SQL_TEXT, 1, 1, false },
	{ "FROM_TZ", "ora.from_tz", SQL_TIMESTAMP_TZ, F_CALL, SQL_TIMESTAMP, 2, 2, false },
	{ "TO_BINARY_DOUBLE", "ora.to_binary_double", SQL_DOUBLE, F_CALL, SQL_ANY, 1, 1, false },
	{ "TO_BINARY_FLOAT", "ora.to_binary_float", SQL_FLOAT, F_CALL, SQL_ANY, 1, 1, false },
	{ "TO_NCHAR", "ora.to_char", SQL_TEXT, F_CALL, SQL_ANY, 1, 3, false },
	{ "UNISTR", "ora.unistr", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "TZ_OFFSET", "ora.tz_offset", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "LENGTH", "ora.length", SQL_NUMBER, F_CALL, SQL_TEXT, 1, 1, false },
	{ "LENGTHB", "ora.lengthb", SQL_NUMBER, F_CALL, SQL_TEXT, 1, 1, false },
	{ "SUBSTR", "ora.substr", SQL_TEXT, F_CALL, SQL_TEXT, 2, 3, false },
	{ "INSTR", "ora.instr", SQL_NUMBER, F_CALL, SQL_TEXT, 2, 4, false },
	{ "UPPER", "ora.upper", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "LOWER", "ora.lower", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "INITCAP", "ora.initcap", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "TRIM", "ora.trim", SQL_TEXT, F_CALL, SQL_TEXT, 1, 2, false },
	{ "LTRIM", "ora.ltrim", SQL_TEXT, F_CALL, SQL_TEXT, 1, 2, false },
	{ "RTRIM", "ora.rtrim", SQL_TEXT, F_CALL, SQL_TEXT, 1, 2, false },
	{ "LPAD", "ora.lpad", SQL_TEXT, F_CALL, SQL_TEXT, 2, 3, false },
	{ "RPAD", "ora.rpad", SQL_TEXT, F_CALL, SQL_TEXT, 2, 3, false },
	{ "REPLACE", "ora.replace", SQL_TEXT, F_CALL, SQL_TEXT, 2, 3, false },
	{ "TRANSLATE", "ora.translate", SQL_TEXT, F_CALL, SQL_TEXT, 3, 3, false },
	{ "CONCAT", "ora.concat", SQL_TEXT, F_CALL, SQL_TEXT, 2, 2, false },
	{ "CHR", "ora.chr", SQL_TEXT, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "ASCII", "ora.ascii", SQL_NUMBER, F_CALL, SQL_TEXT, 1, 1, false },
	{ "RAWTOHEX", "ora.rawtohex", SQL_TEXT, F_CALL, SQL_RAW, 1, 1, false },
	{ "HEXTORAW", "ora.hextoraw", SQL_RAW, F_CALL, SQL_TEXT, 1, 1, false },
	{ "ROWIDTOCHAR", "ora.rowidtochar", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "CHARTOROWID", "ora.chartorowid", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "SYS_GUID", "ora.sys_guid", SQL_RAW, F_CALL, SQL_ANY, 0, 0, false },
	{ "MOD", "ora.mod", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "ROUND", "ora.round", SQL_ANY, F_CALL, SQL_ANY, 1, 2, false },
	{ "TRUNC", "ora.trunc", SQL_ANY, F_CALL, SQL_ANY, 1, 2, false },
	{ "ABS", "pg_catalog.abs", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "CEIL", "pg_catalog.ceil", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "FLOOR", "pg_catalog.floor", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "SIGN", "ora.sign", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "POWER", "ora.power", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "SQRT", "ora.sqrt", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "BITAND", "ora.bitand", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "REGEXP_LIKE", "ora.regexp_like", SQL_BOOL, F_CALL, SQL_TEXT, 2, 3, false },
	{ "REGEXP_COUNT", "ora.regexp_count", SQL_NUMBER, F_CALL, SQL_TEXT, 2, 4, false },
	{ "REGEXP_INSTR", "ora.regexp_instr", SQL_NUMBER, F_CALL, SQL_TEXT, 2, 7, false },
	{ "REGEXP_SUBSTR", "ora.regexp_substr", SQL_TEXT, F_CALL, SQL_TEXT, 2, 6, false },
	{ "REGEXP_REPLACE", "ora.regexp_replace", SQL_TEXT, F_CALL, SQL_TEXT, 2, 6, false },
	{ "SOUNDEX", "ora.soundex", SQL_TEXT, F_CALL, SQL_TEXT, 1, 1, false },
	{ "NEXT_DAY", "ora.next_day", SQL_DATE, F_CALL, SQL_ANY, 2, 2, false },
	{ "EXP", "ora.exp", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "LN", "ora.ln", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "LOG", "ora.log", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "SIN", "ora.sin", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "COS", "ora.cos", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "TAN", "ora.tan", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "SINH", "ora.sinh", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "COSH", "ora.cosh", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "TANH", "ora.tanh", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "ASIN", "ora.asin", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "ACOS", "ora.acos", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "ATAN", "ora.atan", SQL_NUMBER, F_CALL, SQL_NUMBER, 1, 1, false },
	{ "ATAN2", "ora.atan2", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "REMAINDER", "ora.remainder", SQL_NUMBER, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "NANVL", "ora.nanvl", SQL_NUMBER, F_CALL, SQL_ANY, 2, 2, false },
	{ "NTILE", "pg_catalog.ntile", SQL_NUMBER, F_NTILE, SQL_ANY, 1, 1, false },
	{ "ADD_MONTHS", "ora.add_months", SQL_DATE, F_CALL, SQL_ANY, 2, 2, false },
	{ "LAST_DAY", "ora.last_day", SQL_DATE, F_CALL, SQL_ANY, 1, 1, false },
	{ "MONTHS_BETWEEN", "ora.months_between", SQL_NUMBER, F_CALL, SQL_ANY, 2, 2, false },
	{ "NUMTODSINTERVAL", "ora.numtodsinterval", SQL_INTERVAL, F_CALL, SQL_NUMBER, 2, 2, false },
	{ "NUMTOYMINTERVAL", "ora.numtoyminterval", SQL_INTERVAL_YM, F_CALL, SQL_NUMBER, 2, 2,
	  false },
	{ "SYS_EXTRACT_UTC", "ora.sys_extract_utc", SQL_TIMESTAMP, F_CALL, SQL_ANY, 1, 1, false },
	{ "EMPTY_CLOB", "ora.empty_clob", SQL_CLOB, F_CALL, SQL_ANY, 0, 0, false },
	{ "EMPTY_BLOB", "ora.empty_blob", SQL_BLOB, F_CALL, SQL_ANY, 0, 0, false },
	{ "TO_CLOB", "ora.to_clob", SQL_CLOB, F_CALL, SQL_CLOB, 1, 1, false },
	{ "TO_NCLOB", "ora.to_clob", SQL_CLOB, F_CALL, SQL_CLOB, 1, 1, false },
	{ "TO_BLOB", "ora.to_blob", SQL_BLOB, F_CALL, SQL_BLOB, 1, 1, false },
	{ "DBMS_METADATA.GET_DDL", "rh.get_ddl", SQL_CLOB, F_CALL, SQL_TEXT, 2, 3, false },
	{ "DBMS_METADATA.GET_DEPENDENT_DDL", "rh.get_dependent_ddl", SQL_CLOB, F_CALL, SQL_TEXT, 2,
	  3, false },
	{ "UTL_RAW.CAST_TO_RAW", "\"UTL_RAW\".\"CAST_TO_RAW\"", SQL_RAW, F_CALL, SQL_TEXT, 1, 1,
	  false },
	{ "UTL_RAW.CAST_TO_VARCHAR2", "\"UTL_RAW\".\"CAST_TO_VARCHAR2\"", SQL_TEXT, F_CALL, SQL_RAW,
	  1, 1, false },
	{ "UTL_RAW.LENGTH", "\"UTL_RAW\".\"LENGTH\"", SQL_NUMBER, F_CALL, SQL_RAW, 1, 1, false },
	{ "DBMS_LOB.GETLENGTH", "ora.lob_length", SQL_NUMBER, F_CALL, SQL_ANY, 1, 1, false },
	{ "DBMS_LOB.SUBSTR", "ora.lob_substr", SQL_ANY, F_CALL, SQL_ANY, 1, 3, false },
	{ "DBMS_LOB.INSTR", "ora.lob_instr", SQL_NUMBER, F_CALL, SQL_ANY, 2, 4, false },
	{ "DBMS_LOB.COMPARE", "ora.lob_compare", SQL_NUMBER, F_CALL, SQL_ANY, 2, 5, false },
	{ "DBMS_LOB.GETCHUNKSIZE", "ora.lob_chunk_size", SQL_NUMBER, F_CALL, SQL_ANY, 1, 1, false },
	{ "CURRENT_TIMESTAMP", "ora.current_timestamp", SQL_TIMESTAMP_TZ, F_CLOCK, SQL_ANY, 1, 1,
	  false },
	{ "LOCALTIMESTAMP", "ora.local(ora.current_timestamp", SQL_TIMESTAMP, F_CLOCK, SQL_ANY, 1,
	  1, false },
	{ "DBMS_RANDOM.VALUE", "\"DBMS_RANDOM\".\"VALUE\"", SQL_NUMBER, F_CALL, SQL_ANY, 0, 2,
	  false },
	{ "DBMS_RANDOM.STRING", "\"DBMS_RANDOM\".\"STRING\"", SQL_TEXT, F_CALL, SQL_ANY, 2, 2,
	  false },
	{ "DBMS_RANDOM.RANDOM", "\"DBMS_RANDOM\".\"RANDOM\"", SQL_NUMBER, F_CALL, SQL_ANY, 0, 0,
	  false },
	{ "DBMS_RANDOM.NORMAL", "\"DBMS_RANDOM\".\"NORMAL\"", SQL_NUMBER, F_CALL, SQL_ANY, 0, 0,
	  false },
	{ "SYS_CONTEXT", "ora.sys_context", SQL_TEXT, F_CALL, SQL_TEXT, 2, 2, false },
};

static bool is_called(const char *function, const struct sql_name *name)
{
	unsigned at = name->count > 2 && strcmp(name->part[0], "SYS") == 0 ? 1 : 0;

	for (; at < name->count; at++) {
		size_t len = strlen(name->part[at]);

		if (strncmp(function, name->part[at], len) != 0)
			return false;
		function += len;
		if (at + 1u < name->count && *function++ != '.')
			return false;
	}
	return *function == '\0';
}

const struct sql_function *sql_function_of(const struct sql_name *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(functions); i++)
		if (is_called(functions[i].name, name))
			return &functions[i];
	return NULL;
}

static const struct sql_pseudo pseudos[] = {
	{ "SYSDATE", "ora.sysdate()", SQL_DATE, true },
	{ "USER", "rh.me()", SQL_TEXT, true },
	{ "UID", "ora.setting('user_id', '0')::numeric", SQL_NUMBER, true },
	{ "SYSTIMESTAMP", "ora.systimestamp()::ora.stamp_tz(6)", SQL_TIMESTAMP_TZ, false },
	{ "CURRENT_TIMESTAMP", "ora.current_timestamp()::ora.stamp_tz(6)", SQL_TIMESTAMP_TZ,
	  false },
	{ "LOCALTIMESTAMP", "ora.local(ora.current_timestamp())::ora.stamp(6)", SQL_TIMESTAMP,
	  false },
	{ "CURRENT_DATE", "ora.tz_as_timestamp(ora.current_timestamp())::ora.date", SQL_DATE,
	  false },
	{ "SESSIONTIMEZONE", "ora.setting('time_zone', '+00:00')", SQL_TEXT, false },
	{ "DBTIMEZONE", "'+00:00'::text", SQL_TEXT, false },
	{ "SYS_GUID", "ora.sys_guid()", SQL_RAW, false },
	{ "BINARY_DOUBLE_NAN", "'NaN'::float8", SQL_DOUBLE, false },
	{ "BINARY_DOUBLE_INFINITY", "'Infinity'::float8", SQL_DOUBLE, false },
	{ "BINARY_FLOAT_NAN", "'NaN'::float4", SQL_FLOAT, false },
	{ "BINARY_FLOAT_INFINITY", "'Infinity'::float4", SQL_FLOAT, false },
};

const struct sql_pseudo *sql_pseudo_find(const char *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(pseudos); i++)
		if (strcmp(pseudos[i].name, name) == 0)
			return &pseudos[i];
	return NULL;
}
