/*
 * ttc_describe_any.h - what JDBC asks without running anything: the columns of a statement, of a table or view
 *
 *	function 98	a cursor, the statement's text and what to do with it; the answer is
 *			PARAMETER: ub2 n, n columns as in DESCRIBE_INFO
 *	function 119	the name of an object; the answer is PARAMETER: a tree of records, each with
 *			a place for every kind of object, of which one is filled: a table has a list,
 *			the list has columns
 *
 * The driver drops most fields of the tree; what they mean nobody told, and a writer leaves them
 * empty.
 *
 * Errors	readers fail like cw_ttc_in, writers like cw_wr
 * Sources	ojdbc 23.26: T4C8Odscrarr, T4CTTIdcb.receiveCommon(), T4C8Odsy, T4C8Kpcds
 */
#ifndef CW_CODEC_TTC_DESCRIBE_ANY_H
#define CW_CODEC_TTC_DESCRIBE_ANY_H

#include "codec/ttc_call_describe.h"

struct cw_ttc_describe_statement {
	int32_t cursor_id; /* 0: of no cursor */
	struct cw_bytes sql;
	uint32_t parse_version;
	uint8_t options;
};

enum cw_ttc_object_kind {
	CW_OBJECT_ANY = 0, /* of a request: whatever has the name */
	CW_OBJECT_TABLE = 1,
	CW_OBJECT_VIEW = 2,
};

struct cw_ttc_describe_object {
	struct cw_bytes name; /* as the statement says it: emp, shop."Emp" */
	uint8_t kind;
	uint32_t flags; /* 14: by a public synonym, by the base of one, invisible columns too */
};

struct cw_ttc_described {
	uint8_t kind;
	uint16_t count;
	struct cw_ttc_column *column;
};

void cw_ttc_pass_describe_statement(struct cw_pass *pass, struct cw_ttc_describe_statement *asked);
/* Behind the 8 of PARAMETER; of @columns the count and the columns. */
void cw_ttc_pass_statement_columns(struct cw_pass *pass, struct cw_ttc_describe *columns);

void cw_ttc_pass_describe_object(struct cw_pass *pass, struct cw_ttc_describe_object *asked);
void cw_ttc_pass_object(struct cw_pass *pass, struct cw_ttc_described *object);

#endif
