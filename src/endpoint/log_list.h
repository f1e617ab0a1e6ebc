/*
 * log_list.h - which redo logs hold a range of SCNs, and is none missing
 *
 * Online logs come from V$LOG and V$LOGFILE, archived ones of this incarnation
 * from V$ARCHIVED_LOG; a log that is in both is read from the archive.  Other members and
 * destinations of it are kept for when its file cannot be read.  Of each
 * thread the sequences must follow each other without a hole from the one that
 * holds the first SCN: between a log switch and the archiver's note a sequence
 * is for a moment in neither list, and who reads on then loses its rows.
 *
 * Errors	CW7011 a log is in neither list: names thread, sequence and SCN
 *		(retry; the source makes it config when it stays missing)
 *		CW7012 an online log was overwritten while it was read (retry)
 * Threads	one at a time
 * Sources	debezium LogFileCollector and SqlUtils (queries and gap check, DBZ-6942)
 */
#ifndef CW_ENDPOINT_LOG_LIST_H
#define CW_ENDPOINT_LOG_LIST_H

#include "oracle/session.h"

#define CW_LOG_NAME_BYTES 514
#define CW_LOG_INFINITE	  UINT64_MAX

struct cw_log {
	char name[CW_LOG_NAME_BYTES];
	bool online;
	uint64_t thread, sequence, group;
	uint64_t first, next; /* SCNs: the first in it, the first behind it */
};

struct cw_log_list {
	struct cw_log *log; /* by thread, then sequence */
	size_t count, room;
	struct cw_log *spare; /* more copies, the better ones first; of no name: what cannot be read */
	size_t spare_count, spare_room;
};

void cw_log_list_release(struct cw_log_list *list);

/**
 * cw_log_list_read - the logs that hold rows with SCN @from and after
 *
 */
bool cw_log_list_read(struct cw_ora *ora, uint64_t from, struct cw_log_list *ret,
		      struct cw_err *err) CW_MUST_CHECK;

/* One copy of a log, as another one of the same or as the first. */
void cw_log_list_add(struct cw_log_list *list, const struct cw_log *log);

/* Of logs that LogMiner was @loaded with from an archive the copy that it has. */
void cw_log_list_prefer(struct cw_log_list *list, const struct cw_log_list *loaded);

/* Add all to LogMiner's session; of one whose file cannot be read, another copy, which is then in @list. */
bool cw_log_list_give(struct cw_ora *ora, struct cw_log_list *list,
		      struct cw_err *err) CW_MUST_CHECK;

/* The hole check over what was read; a function of its own for its test. */
bool cw_log_list_check(const struct cw_log_list *list, uint64_t from,
		       struct cw_err *err) CW_MUST_CHECK;

/*
 * Keep of each thread what a window from @from to *hi needs, and pull *hi in
 * to the end of the first log, so that a window never reads more than one log
 * a thread.
 */
void cw_log_list_window(struct cw_log_list *list, uint64_t from, uint64_t *hi);

/* Are the online ones of @list still what they were? */
bool cw_log_list_verify(struct cw_ora *ora, const struct cw_log_list *list,
			struct cw_err *err) CW_MUST_CHECK;

#endif
