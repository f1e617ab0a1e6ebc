/*
 * redo_text.h - the SQL_REDO of one row change, back to values
 *
 * LogMiner tells a change as the text of a statement.  It is read in two
 * steps: cw_redo_split() takes the text apart without knowing any table;
 * cw_redo_change() turns the parts into a change of one table, its values in
 * Oracle's storage bytes.  Whatever is not exactly of the form below is an
 * error that names the byte: a text that can be read in two ways (quotes that
 * an extended-string database did not double) must stop the task, not guess.
 *
 *	raw	insert into "UNKNOWN"."OBJ# 74238"("COL 1","COL 2") values
 *		(HEXTORAW('c102'),HEXTORAW('68656c6c6f'));
 *	catalog	update "APP"."T" set "N" = '13' where "ID" = '1' and
 *		"D" = TO_DATE('2024-05-06 07:08:09', 'YYYY-MM-DD HH24:MI:SS')
 *		and "X" IS NULL and ROWID = 'AAASNZAAEAAAAFfAAA';
 *
 * Raw text (no dictionary given to LogMiner) holds the stored bytes of every
 * value and knows nothing of names, formats or character sets; it is the mode
 * of choice.
 *
 * Owns		the parser's buffers, reused by every text; parts point into the
 *		text, values into the text or the buffers: both are good until
 *		the next call
 * Errors	CW7201 not of this form, with the offset (data)	CW7202 a value is
 *		not what its column's type can hold (data)	CW7203 the text is of
 *		another table or column than the dictionary says (data)
 * Threads	one at a time for each parser
 * Sources	debezium LogMinerDmlParserTest and UnistrHelperTest (test/recordings
 *		keeps their statements); oracdc OraCdcLogMinerWorkerThread for raw mode
 */
#ifndef CW_ENDPOINT_REDO_TEXT_H
#define CW_ENDPOINT_REDO_TEXT_H

#include "base/err.h"
#include "model/change.h"

enum cw_redo_mode { CW_REDO_RAW, CW_REDO_CATALOG };

enum cw_redo_literal {
	CW_REDO_NULL,	   /* NULL, IS NULL */
	CW_REDO_STRING,	   /* '...', quotes still doubled */
	CW_REDO_NUMBER,	   /* 1 without quotes */
	CW_REDO_HEX,	   /* HEXTORAW('...') */
	CW_REDO_DATE,	   /* TO_DATE('...'[, '...']) */
	CW_REDO_TIMESTAMP, /* TO_TIMESTAMP('...'[, '...']) */
	CW_REDO_TIMESTAMP_TZ,
	CW_REDO_TIMESTAMP_LTZ,
	CW_REDO_YM,	/* TO_YMINTERVAL('...') */
	CW_REDO_DS,	/* TO_DSINTERVAL('...') */
	CW_REDO_UNISTR, /* UNISTR('...') || UNISTR('...'); text spans all of it */
	CW_REDO_OTHER,	/* a form of a type that is not captured; text spans all of it */
};

/* One "column = value", or a column and its value in an insert. */
struct cw_redo_part {
	enum cw_redo_literal literal;
	bool is_where;
	struct cw_bytes name; /* between the quotes */
	struct cw_bytes text; /* between the quotes */
	struct cw_bytes mask; /* second argument of a function; len 0: none */
	uint32_t offset;      /* of the value in the statement, for messages */
};

struct cw_redo_stmt {
	enum cw_change_kind kind;
	struct cw_bytes owner, table; /* between the quotes */
	uint32_t part_count;
	const struct cw_redo_part *part; /* in the order of the text */
	struct cw_bytes rowid;		 /* len 0: none told */
};

struct cw_redo_parser {
	struct cw_redo_part *part;
	size_t part_count, part_room;
	uint8_t *bytes;
	size_t bytes_used, bytes_room;
	struct cw_value *value;
	size_t value_room;
};

void cw_redo_release(struct cw_redo_parser *parser);

bool cw_redo_split(struct cw_redo_parser *parser, struct cw_bytes text, struct cw_redo_stmt *ret,
		   struct cw_err *err) CW_MUST_CHECK;

/**
 * cw_redo_change - what @stmt, just split by @parser, did to the table @shape
 *
 * INSERT: a column that is not listed is NULL, since Oracle keeps no trailing
 * NULLs.  UPDATE: a column not set is UNCHANGED, one not in the where
 * clause UNLOGGED in before.  DELETE: as the before of an update.
 */
bool cw_redo_change(struct cw_redo_parser *parser, enum cw_redo_mode mode,
		    const struct cw_redo_stmt *stmt, const struct cw_shape *shape,
		    struct cw_change *ret, struct cw_err *err) CW_MUST_CHECK;

#endif
