/*
 * ttc_call_piggyback.h - what a client says in front of a call
 *
 * None is answered; what goes wrong with one is told as the error of the function behind it.
 *
 *	CLOSE_CURSORS	forget these cursors	CANCEL_CURSORS	end their fetch, keep them
 *	SET_SCHEMA	ALTER SESSION SET CURRENT_SCHEMA, in short
 *	END_TO_END	module, action, client identifier and info for V$SESSION
 *	APP_CONTEXT	attributes of a namespace, for SYS_CONTEXT
 *	SESSION_STATE	read and dropped
 *
 * Sources	python-oracledb messages/base.pyx; node-oracledb
 *		lib/thin/protocol/messages/base.js
 */
#ifndef CW_CODEC_TTC_CALL_PIGGYBACK_H
#define CW_CODEC_TTC_CALL_PIGGYBACK_H

#include "codec/ttc_call_request.h"

#define CW_TTC_CURSORS_MAX 65535u

enum cw_ttc_end_to_end {
	CW_E2E_CLIENT_IDENTIFIER,
	CW_E2E_MODULE,
	CW_E2E_ACTION,
	CW_E2E_CLIENT_INFO,
	CW_E2E_DBOP,
	CW_E2E_COUNT,
};

enum { CW_CONTEXT_SET = 1, CW_CONTEXT_CLEAR = 2 };

struct cw_ttc_piggyback {
	enum cw_ttc_function_code function;
	/* CLOSE_CURSORS, CANCEL_CURSORS */
	uint32_t cursor_count;
	const uint32_t *cursor_id;
	/* SET_SCHEMA */
	struct cw_bytes schema;
	/* END_TO_END: those said, NULL bytes for "set to NULL" */
	bool is_set[CW_E2E_COUNT];
	struct cw_bytes text[CW_E2E_COUNT];
	/* END_TO_END and APP_CONTEXT, for a reader to write the same again */
	uint32_t end_to_end_flags, text_len[CW_E2E_COUNT];
	uint16_t end_to_end_sequence; /* as ojdbc counts its calls */
	bool has_text[CW_E2E_COUNT];
	/* SESSION_STATE */
	uint64_t state;
	/* APP_CONTEXT */
	bool has_namespace, has_pairs;
	struct cw_bytes context_namespace;
	uint32_t namespace_len, pair_count;
	uint16_t context_flags; /* CW_CONTEXT_SET, CW_CONTEXT_CLEAR */
	const struct cw_ttc_pair *pair;
	/* CLIENT_FEATURES */
	struct cw_bytes features;
	uint32_t features_mark;
	/* PIPELINE_BEGIN */
	uint16_t error_set;
	uint8_t error_mode, pipeline_mode; /* 1: go on after an error, 2: stop */
};

#define CW_TTC_CONTEXT_PAIRS_MAX 1024u

/* Behind the function header; fails for a function it does not know. */
void cw_ttc_pass_piggyback(struct cw_pass *pass, struct cw_ttc_piggyback *piggyback);
bool cw_ttc_piggyback_is_known(uint8_t function);

void cw_ttc_put_piggyback(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  const struct cw_ttc_piggyback *piggyback);
/* After cw_ttc_get_call(); fails the reader for a function it does not know. */
void cw_ttc_get_piggyback(struct cw_ttc_in *in, uint8_t function, struct cw_ttc_piggyback *ret);

#endif
