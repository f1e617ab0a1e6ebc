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

struct cw_ttc_parameter {
	uint64_t scn;
	uint32_t cursor_id;
	bool has_row_counts; /* writer: they were asked for.  reader: expect them */
	uint32_t row_count_count;
	const uint64_t *row_count;
};

void cw_ttc_put_parameter(struct cw_wr *wr, const struct cw_ttc_parameter *parameter);
/* After the 8; set ret->has_row_counts if EXECUTE asked for them. */
void cw_ttc_get_parameter(struct cw_ttc_in *in, struct cw_ttc_parameter *ret);

struct cw_ttc_batch_error {
	uint32_t code, row;
	struct cw_bytes text;
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
};

void cw_ttc_put_error(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_error *error);
/* After the 4. */
void cw_ttc_get_error(struct cw_ttc_in *in, struct cw_ttc_error *ret);

void cw_ttc_put_status(struct cw_wr *wr, uint32_t call_status, uint16_t sequence);
void cw_ttc_get_status(struct cw_ttc_in *in, uint32_t *ret_call_status);

struct cw_ttc_warning {
	uint16_t number;
	struct cw_bytes text;
};
void cw_ttc_get_warning(struct cw_ttc_in *in, struct cw_ttc_warning *ret);

/* Sync piggyback with keyword 168: the current schema has changed. */
void cw_ttc_put_schema_changed(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes schema);
/* After the 23; what this slice does not use is read and dropped. */
void cw_ttc_skip_server_piggyback(struct cw_ttc_in *in);

#endif
