/*
 * position.h - an ordered place in a change stream, with the history it is in
 *
 * Oracle:	DBID and RESETLOGS_CHANGE# say which history; then the commit's
 *		SCN, redo thread and redo byte address (sequence, block, offset).
 * PostgreSQL:	system identifier and timeline; then the LSN after the commit.
 *
 * restart is where reading has to begin again to see whole every transaction
 * that commits after this place: the START_SCN of the oldest one then open (or
 * the slot's confirmed LSN).  It takes no part in the order.
 *
 * Text form, in ledgers, journal and target: "ora:DBID:RESETLOGS:SCN:THREAD:
 * SEQ.BLOCK.OFFSET:RESTART" or "pg:SYSID:TIMELINE:LSN:RESTART", numbers in decimal.
 */
#ifndef CW_MODEL_POSITION_H
#define CW_MODEL_POSITION_H

#include "base/err.h"

enum cw_pos_kind { CW_POS_NONE = 0, CW_POS_ORACLE, CW_POS_POSTGRES };

struct cw_pos {
	enum cw_pos_kind kind;
	uint32_t thread;		  /* Oracle: redo thread of the commit */
	uint64_t history[2];		  /* DBID, RESETLOGS_CHANGE# | system id, timeline */
	uint64_t at;			  /* commit SCN | commit end LSN */
	uint64_t sequence, block, offset; /* Oracle: RBA of the commit */
	uint64_t restart;		  /* SCN | LSN to read from again */
};

#define CW_POS_TEXT_BYTES 192

void cw_pos_text(const struct cw_pos *pos, char ret[CW_POS_TEXT_BYTES]);
/* CW2301 (data): not the text of a position. */
bool cw_pos_parse(const char *text, struct cw_pos *ret, struct cw_err *err) CW_MUST_CHECK;

/* Is it the same history, so that the order below means anything? */
bool cw_pos_same_history(const struct cw_pos *a, const struct cw_pos *b);

/* <0, 0, >0 like strcmp; NONE is before everything; asserts the same history. */
int cw_pos_compare(const struct cw_pos *a, const struct cw_pos *b);

#endif
