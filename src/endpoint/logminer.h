/*
 * logminer.h - a source (pipe/source.h): what is committed in Oracle, by its redo
 *
 * One session lists logs, starts LogMiner over a window of SCNs, reads
 * V$LOGMNR_CONTENTS to the end of the window and starts over at the next one.
 *
 *	lo < SCN <= hi,  hi = min over open threads (last redo SCN) - 1
 *
 * so that nothing with an SCN of the window can still come; a window never
 * spans more than one log of a thread; after it was read the online logs it
 * used must still be the same ones, or nothing of it is handed out and the
 * task opens the source again from its mark.  Rows of captured tables are
 * chosen by DATA_OBJ#, transactions are put together by assemble.h.
 *
 * What LogMiner could not tell (STATUS, a missing SCN, an unsupported row of a
 * captured table) and DDL on a captured table stop the task: a row that was
 * not understood must never be a row that was skipped.
 *
 * Errors	CW7003 not the database or incarnation of the mark (config)
 *		CW7011, CW7012 of log_list.h; CW7013 redo that LogMiner could not
 *		read or tell (data); CW7014 DDL on a captured table (config);
 *		CW7015 a continued row has no end (data); CW72xx, CW74xx
 * Threads	one at a time
 * Sources	oracdc OraCdcLogMinerWorkerThread (raw mode), debezium
 *		AbstractLogMinerEventProcessor (codes, CSF, missing START)
 */
#ifndef CW_ENDPOINT_LOGMINER_H
#define CW_ENDPOINT_LOGMINER_H

#include "endpoint/assemble.h"
#include "endpoint/redo_text.h"
#include "oracle/session.h"
#include "pipe/source.h"

struct cw_logminer_config {
	const struct cw_ora_login *login;
	enum cw_redo_mode mode;
	const struct cw_shape *const *shape;
	uint32_t shape_count;
	uint64_t progress_object; /* OBJ# of CAUSEWAY_PROGRESS; 0: there is none */
	const char *spill_dir;
	size_t memory_max;
	uint64_t disk_max;
	struct cw_pos from; /* applied up to here; reading begins at its restart */
	int poll_ms;
};

bool cw_logminer_open(const struct cw_logminer_config *config, struct cw_source **ret,
		      struct cw_err *err) CW_MUST_CHECK;

/* For status: transactions rolled back, changes undone, bytes spilled ... */
void cw_logminer_count(const struct cw_source *source, struct cw_assemble_counts *ret);

#endif
