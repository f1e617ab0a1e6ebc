/*
 * ttc_call_answer.h - what ends an answer: PARAMETER, ERROR, STATUS, and what may stand between
 *
 *	PARAMETER	SCN, cursor id ...; row counts of each iteration if they were asked for
 *	ERROR		the summary of a call: 0 success, 1403 no more rows, 24381 batch errors
 *	STATUS		of COMMIT, ROLLBACK, PING, LOGOFF
 *	WARNING		compiled with errors, password expires soon
 *	SERVER_PIGGYBACK session state that the driver wants to know
 *
 * Sources	python-oracledb messages/base.pyx, _process_{return_parameters,error_info,
 *		warning_info,server_side_piggyback}(); recordings of XE 18c, XE 21c, Free 23
 */
#ifndef CW_CODEC_TTC_CALL_ANSWER_H
#define CW_CODEC_TTC_CALL_ANSWER_H

#include "codec/ttc_call_row.h"

/* How a pair of a server's session state looks: NLS settings, current schema ... */
struct cw_ttc_keyword {
	struct cw_bytes text, binary;
	uint16_t keyword;
};
void cw_ttc_pass_keyword(struct cw_pass *pass, struct cw_ttc_keyword *keyword);
#define CW_TTC_KEYWORDS_MAX 4096u

#define CW_TTC_WORDS_MAX 64u

struct cw_ttc_parameter {
	uint64_t scn;
	uint32_t cursor_id;
	bool has_row_counts; /* writer: they were asked for.  reader: expect them */
	uint32_t row_count_count;
	const uint64_t *row_count;

	/* What a reader needs to write the same again; cw_ttc_put_parameter() fills these in. */
	uint16_t word_count;
	uint32_t word[CW_TTC_WORDS_MAX]; /* SCN low, SCN high, cursor, transaction, 0, 0 */
	struct cw_bytes transaction;	 /* al8txl */
	uint16_t keyword_count;
	struct cw_ttc_keyword *keyword;
	struct cw_bytes registration;
};

/* has_row_counts must be set. */
void cw_ttc_pass_parameter(struct cw_pass *pass, struct cw_ttc_parameter *parameter);
void cw_ttc_put_parameter(struct cw_wr *wr, const struct cw_ttc_parameter *parameter);
/* After the 8; set ret->has_row_counts if EXECUTE asked for them. */
void cw_ttc_get_parameter(struct cw_ttc_in *in, struct cw_ttc_parameter *ret);

struct cw_ttc_batch_error {
	uint32_t code, row;
	struct cw_bytes text;
	/* What a reader needs to write the same again; a writer may leave them 0. */
	struct cw_bytes line; /* the text as on the wire */
	uint16_t text_len;
	uint16_t tail; /* two bytes behind the text */
};

struct cw_ttc_error {
	uint32_t call_status; /* enum cw_ttc_call_status */
	uint16_t sequence;    /* end to end, counts calls */
	uint16_t cursor_id;
	int16_t position; /* offset in the SQL text */
	uint8_t sql_type;
	uint8_t warning; /* 0x20: compiled with errors */
	uint8_t call_number;
	struct cw_ttc_rowid rowid; /* of the last row touched; object 0: none */
	uint32_t iterations;
	uint32_t number; /* nnnnn of ORA-nnnnn */
	uint64_t row_count;
	struct cw_bytes text; /* with its line end on the wire, without it here */
	uint32_t batch_count;
	const struct cw_ttc_batch_error *batch;

	/* What a reader needs to write the same again; cw_ttc_put_error() fills these in. */
	uint64_t elapsed; /* with CW_CALL_ELAPSED */
	uint32_t row_number;
	uint16_t number_low;
	uint16_t array_element, array_error;
	int8_t fatal, flags, cursor_options;
	uint8_t upi;
	uint8_t rowid_unknown;
	uint32_t os_error;
	uint8_t statement;
	uint16_t padding;
	struct cw_bytes logical_rowid;
	uint8_t batch_marks[3]; /* 0xfe: each number has a length; else the length of all */
	uint32_t sql_type_wide, checksum;
	struct cw_bytes line; /* the text as on the wire */
};

void cw_ttc_pass_error(struct cw_pass *pass, struct cw_ttc_error *error);
void cw_ttc_put_error(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_error *error);
/* After the 4. */
void cw_ttc_get_error(struct cw_ttc_in *in, struct cw_ttc_error *ret);

struct cw_ttc_status {
	uint32_t call_status;
	uint16_t sequence;
	uint64_t elapsed; /* with CW_CALL_ELAPSED */
};
void cw_ttc_pass_status(struct cw_pass *pass, struct cw_ttc_status *status);
void cw_ttc_put_status(struct cw_wr *wr, uint32_t call_status, uint16_t sequence);
void cw_ttc_get_status(struct cw_ttc_in *in, uint32_t *ret_call_status);

struct cw_ttc_warning {
	uint16_t number, text_len, flags;
	struct cw_bytes text;
};
void cw_ttc_pass_warning(struct cw_pass *pass, struct cw_ttc_warning *warning);
void cw_ttc_get_warning(struct cw_ttc_in *in, struct cw_ttc_warning *ret);

/* What a server says of its session, unasked. */
enum cw_ttc_server_piggyback_code {
	CW_SP_QUERY_CACHE = 1,
	CW_SP_OS_PID = 2,
	CW_SP_TRACE_EVENT = 3,
	CW_SP_SESSION_RETURN = 4,
	CW_SP_SYNC = 5,
	CW_SP_TRANSACTION_ID = 7,
	CW_SP_REPLAY_CONTEXT = 8,
	CW_SP_EXT_SYNC = 9,
	CW_SP_SIGNATURE = 10,
	CW_SP_SHARDING_KEY = 11,
};

struct cw_ttc_server_piggyback {
	uint8_t code; /* enum cw_ttc_server_piggyback_code */
	uint16_t types;
	uint8_t types_len;
	uint32_t keyword_count;
	uint8_t keyword_mark;
	struct cw_ttc_keyword *keyword;
	uint32_t flags; /* SESSION_RETURN 4: the session is another */
	uint32_t session_id, error;
	uint16_t serial, pid_len;
	uint8_t queue;
	struct cw_bytes bytes; /* transaction id, replay context, process id, sharding key */
	uint64_t signature[3];
	uint32_t signature_version; /* and what follows, where cw_ttc.session_template is set */
	uint64_t template, overflow_complete;
};
void cw_ttc_pass_server_piggyback(struct cw_pass *pass, struct cw_ttc_server_piggyback *piggyback);

/* Up to where the client's cached results are told of changes; not kept. */
void cw_ttc_pass_cache_scn(struct cw_pass *pass);

/* Sync piggyback with keyword 168: the current schema has changed. */
void cw_ttc_put_schema_changed(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes schema);
/* After the 23; what this slice does not use is read and dropped. */
void cw_ttc_skip_server_piggyback(struct cw_ttc_in *in);

#endif
