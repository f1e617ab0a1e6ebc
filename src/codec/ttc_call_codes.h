/*
 * ttc_call_codes.h - the numbers that calls and their answers are told apart by
 *
 * Sources	python-oracledb src/oracledb/impl/thin/constants.pxi; node-oracledb
 *		lib/thin/protocol/constants.js; ojdbc 23.26, T4CTTIfunCodes, T4CTTIMsgCodes
 */
#ifndef CW_CODEC_TTC_CALL_CODES_H
#define CW_CODEC_TTC_CALL_CODES_H

/* First byte of a message. */
enum cw_ttc_message {
	CW_TTC_PROTOCOL = 1,
	CW_TTC_DATA_TYPES = 2,
	CW_TTC_FUNCTION = 3,
	CW_TTC_ERROR = 4, /* also the summary of success */
	CW_TTC_ROW_HEADER = 6,
	CW_TTC_ROW_DATA = 7,
	CW_TTC_PARAMETER = 8,
	CW_TTC_STATUS = 9,
	CW_TTC_IO_VECTOR = 11,
	CW_TTC_LOB_DATA = 14,
	CW_TTC_WARNING = 15,
	CW_TTC_DESCRIBE_INFO = 16,
	CW_TTC_PIGGYBACK = 17,
	CW_TTC_FLUSH_OUT_BINDS = 19,
	CW_TTC_BIT_VECTOR = 21,
	CW_TTC_SERVER_PIGGYBACK = 23,
	CW_TTC_QUERY_CACHE = 24, /* up to where the client knows of changes */
	CW_TTC_ONEWAY = 26,
	CW_TTC_IMPLICIT_RESULTSET = 27,
	CW_TTC_RENEGOTIATE = 28, /* fast authentication: say DATA_TYPES and AUTH one by one */
	CW_TTC_END_OF_RESPONSE = 29,
	CW_TTC_COOKIE = 30, /* what the client knows of the server since its last session */
	CW_TTC_TOKEN = 33,
	CW_TTC_FAST_AUTH = 34,
};

/* Second byte of FUNCTION, PIGGYBACK and ONEWAY. */
enum cw_ttc_function_code {
	CW_FN_REEXECUTE = 4,
	CW_FN_FETCH = 5,
	CW_FN_LOGOFF = 9,
	CW_FN_AUTOCOMMIT_ON = 12,
	CW_FN_AUTOCOMMIT_OFF = 13,
	CW_FN_COMMIT = 14,
	CW_FN_ROLLBACK = 15,
	CW_FN_STARTUP = 48,
	CW_FN_SHUTDOWN = 49,
	CW_FN_VERSION = 59,
	CW_FN_REEXECUTE_AND_FETCH = 78,
	CW_FN_EXECUTE = 94,
	CW_FN_LOB_OP = 96,
	CW_FN_DESCRIBE_STATEMENT = 98,
	CW_FN_TPC_SWITCH = 103,
	CW_FN_TPC_CHANGE_STATE = 104,
	CW_FN_CLOSE_CURSORS = 105,
	CW_FN_SESSION_SWITCH = 107,
	CW_FN_AUTH_PHASE_TWO = 115,
	CW_FN_AUTH_PHASE_ONE = 118,
	CW_FN_DESCRIBE_OBJECT = 119,
	CW_FN_CANCEL_CURSORS = 120,
	CW_FN_AQ_ENQUEUE = 121,
	CW_FN_AQ_DEQUEUE = 122,
	CW_FN_SUBSCRIBE = 125,
	CW_FN_LOAD_PREPARE = 128,
	CW_FN_LOAD_STREAM = 129,
	CW_FN_LOAD_OP = 130,
	CW_FN_END_TO_END = 135,
	CW_FN_AQ_ARRAY = 145,
	CW_FN_PING = 147,
	CW_FN_SET_SCHEMA = 152,
	CW_FN_APP_CONTEXT = 154,
	CW_FN_SESSION_GET = 162,
	CW_FN_SESSION_RELEASE = 163,
	CW_FN_SESSION_TEMPLATE = 164,
	CW_FN_CACHE_STATISTICS = 167,
	CW_FN_CACHE_ID = 168,
	CW_FN_SESSION_STATE = 176,
	CW_FN_REPLAY_CONTEXT = 177,
	CW_FN_NOTIFY = 187,
	CW_FN_SHARDING_KEYS = 190,
	CW_FN_CLIENT_FEATURES = 191,
	CW_FN_CLIENT_STATISTICS = 192,
	CW_FN_PIPELINE_BEGIN = 199,
	CW_FN_PIPELINE_END = 200,
	CW_FN_PIPELINE_OPEN = 203,
	CW_FN_SECURITY_CONTEXT = 205,
};

/* options of EXECUTE. */
enum cw_ttc_execute_option {
	CW_EXEC_PARSE = 0x1,
	CW_EXEC_BIND = 0x8,
	CW_EXEC_DEFINE = 0x10,
	CW_EXEC_EXECUTE = 0x20,
	CW_EXEC_FETCH = 0x40,
	CW_EXEC_COMMIT = 0x100,
	CW_EXEC_IO_VECTOR = 0x400, /* PL/SQL binds: say the directions before the values */
	CW_EXEC_NOT_PLSQL = 0x8000,
	CW_EXEC_DESCRIBE = 0x20000,
	CW_EXEC_BATCH_ERRORS = 0x80000,
};

/* al8i4[9] of EXECUTE. */
enum cw_ttc_execute_flag {
	CW_EXEC_SCROLLABLE = 0x2,
	CW_EXEC_OPEN_AT_END = 0x80, /* the end of the data does not close the cursor */
	CW_EXEC_ROW_COUNTS = 0x4000,
	CW_EXEC_IMPLICIT_RESULTS = 0x8000,
};

/* al8i4[10] of EXECUTE, of a cursor that is scrollable; al8i4[11] is the row, counted from 1. */
enum cw_ttc_orientation {
	CW_FETCH_FIRST = 0x4,
	CW_FETCH_LAST = 0x8,
};

/* Call status of ERROR and STATUS. */
enum cw_ttc_call_status {
	CW_CALL_IDLE = 0x1,
	CW_CALL_IN_TRANSACTION = 0x2,
	CW_CALL_COMMITTED = 0x4,
	CW_CALL_ELAPSED = 0x8, /* how long the call took stands behind it (go-oracledb ttioer.go) */
	CW_CALL_ENDED_TRANSACTION = 0x10000,
};

#define CW_TTC_BINDS_MAX   65535u
#define CW_TTC_ARRAY_MAX      65535u /* elements of one of PL/SQL */
#define CW_TTC_COLUMNS_MAX 4096u
#define CW_TTC_SQL_MAX	   (16u << 20)
#define CW_TTC_VALUE_MAX   (1u << 30)
#define CW_TTC_NAME_MAX	   1024u
#define CW_CHARSET_UTF8	   873u
#define CW_CHARSET_UTF16   2000u
#define CW_CHARSET_FORM_NCHAR 2u

#endif
