/* logminer_thread.c - see logminer_scan.h: records off the logs, thread by thread */
#include "logminer_scan.h"

#include "miscadmin.h"

void scan_close(void *arg)
{
	struct scan *scan = arg;

	for (uint32_t i = 0; i < RH_THREADS_MAX; i++) {
		rh_log_close(&scan->thread[i].reader);
		scan->thread[i].thread = i + 1;
		scan->thread[i].log = -1;
		scan->thread[i].has_record = scan->thread[i].ended = false;
	}
	scan->from = NULL;
}

/* What is in the file may be newer than what was added: online logs are used again. */
static void check_sequence(const struct mined_log *log, uint64_t found)
{
	if (found != log->header.sequence)
		ereport(ERROR, (errcode(ORA_SQLSTATE),
				errmsg("ORA-00310: archived log contains sequence " UINT64_FORMAT
				       "; sequence " UINT64_FORMAT " required",
				       found, log->header.sequence),
				errdetail("ORA-00334: archived log: '%s'", log->path)));
}

/* Redo that is not on disk is not there: the control file says how far the current log goes. */
static void limit_to_durable(struct thread_scan *from, const struct mined_log *log)
{
	struct rh_control control;
	struct cw_err err;

	if (from->reader.header.end != 0)
		return;
	if (!rh_control_read(redo_dir, &control, &err))
		ora_error("00210", "cannot open the specified control file: %s", err.text);
	for (uint32_t i = 0; i < Min(control.group_count, RH_GROUPS_MAX); i++) {
		if (control.group[i].sequence == log->header.sequence &&
		    control.group[i].thread + 1u == from->thread) {
			from->reader.end = control.group[i].end;
			return;
		}
	}
	check_sequence(log, 0);
}

static bool next_log(struct thread_scan *from)
{
	const struct mined_log *log;
	struct cw_err err;

	do {
		if (++from->log >= miner.log_count)
			return false;
		log = &miner.log[from->log];
	} while (log->header.thread != from->thread || log->header.next_scn <= miner.start_scn);
	if (miner.end_scn && log->header.first_scn > miner.end_scn)
		return false;
	if (!rh_log_open(&from->reader, log->path, &err))
		ereport(ERROR, (errcode(ORA_SQLSTATE),
				errmsg("ORA-00308: cannot open archived log '%s'", log->path),
				errdetail("%s", err.text)));
	check_sequence(log, from->reader.header.sequence);
	limit_to_durable(from, log);
	return true;
}

static void damaged(struct thread_scan *from, const struct cw_err *err)
{
	struct rh_log_reader again = { .fd = -1 };
	struct cw_err ignored;

	if (rh_log_open(&again, from->reader.path, &ignored)) {
		uint64_t found = again.header.sequence;

		rh_log_close(&again);
		check_sequence(&miner.log[from->log], found);
	}
	ora_error("00353", "log corruption: %s", err->text);
}

/* The thread's next record in the range, or its end. */
static void read_thread(struct thread_scan *from)
{
	struct cw_err err;
	bool none;

	while (!from->has_record && !from->ended) {
		CHECK_FOR_INTERRUPTS();
		if (from->reader.fd <= 0 && !next_log(from)) {
			from->ended = true;
			return;
		}
		if (!rh_log_next(&from->reader, &from->rec, &from->body, &none, &err))
			damaged(from, &err);
		if (none)
			rh_log_close(&from->reader);
		else if (miner.end_scn && from->rec.scn > miner.end_scn)
			from->ended = true;
		else
			from->has_record = from->rec.scn >= miner.start_scn;
	}
}

/* The next record of all threads by SCN; at one SCN thread 1 comes first. */
bool scan_next_record(struct scan *scan)
{
	if (scan->from)
		scan->from->has_record = false;
	scan->from = NULL;
	for (int i = 0; i < RH_THREADS_MAX; i++) {
		struct thread_scan *from = &scan->thread[i];

		read_thread(from);
		if (from->has_record && (!scan->from || from->rec.scn < scan->from->rec.scn))
			scan->from = from;
	}
	if (!scan->from)
		return false;
	scan->rec = scan->from->rec;
	scan->body = scan->from->body;
	return true;
}
