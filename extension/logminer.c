/*
 * logminer.c - DBMS_LOGMNR: which logs this session mines, and from where to where
 *
 * As on Oracle the list is private to the session and no transaction undoes it.
 */
#include "causeway_redo.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(rh_logmnr_add);
PG_FUNCTION_INFO_V1(rh_logmnr_remove);
PG_FUNCTION_INFO_V1(rh_logmnr_start);
PG_FUNCTION_INFO_V1(rh_logmnr_end);
PG_FUNCTION_INFO_V1(rh_logmnr_logs);

#define SWITCH_AGE_US  2000000 /* a log younger than that stays */
#define OPTION_NEW     1
#define OPTION_REMOVE  2
#define OPTION_ADDFILE 3
#define OPTIONS_PLAYED                                                                             \
	(LOGMNR_DICT_FROM_ONLINE_CATALOG | LOGMNR_NO_SQL_DELIMITER | LOGMNR_NO_ROWID_IN_STMT |     \
	 LOGMNR_SKIP_CORRUPTION)

struct miner miner;

static void forget_all(void)
{
	miner.started = false;
	miner.log_count = 0;
}

static int find_log(const char *path)
{
	for (int i = 0; i < miner.log_count; i++) {
		if (strcmp(miner.log[i].path, path) == 0)
			return i;
	}
	return -1;
}

static void read_header(const char *path, struct mined_log *ret)
{
	struct rh_log_reader reader = { .fd = -1 };
	struct cw_err err;

	if (strlen(path) >= sizeof(ret->path) || !rh_log_open(&reader, path, &err))
		ora_error("01284", "file %s cannot be opened", path);
	ret->header = reader.header;
	rh_log_close(&reader);
	strlcpy(ret->path, path, sizeof(ret->path));
}

static void add_log(const char *path)
{
	struct mined_log log;

	read_header(path, &log);
	if (find_log(path) >= 0)
		ora_error("01289", "cannot add duplicate logfile %s", path);
	for (int i = 0; i < miner.log_count; i++) {
		if (miner.log[i].header.sequence == log.header.sequence &&
		    miner.log[i].header.thread == log.header.thread)
			ora_error("01289", "cannot add duplicate logfile %s", path);
	}
	if (miner.log_count == miner.log_room) {
		int room = miner.log_room ? miner.log_room * 2 : 16;
		size_t bytes = sizeof(struct mined_log) * (size_t)room;

		miner.log = miner.log ? repalloc(miner.log, bytes)
				      : MemoryContextAlloc(TopMemoryContext, bytes);
		miner.log_room = room;
	}
	miner.log[miner.log_count++] = log;
}

/* rh.logmnr_add(name text, options int) */
Datum rh_logmnr_add(PG_FUNCTION_ARGS)
{
	char *path;
	int option;

	if (PG_ARGISNULL(0))
		ora_error("01284", "file  cannot be opened");
	path = text_to_cstring(PG_GETARG_TEXT_PP(0));
	option = PG_ARGISNULL(1) ? OPTION_ADDFILE : PG_GETARG_INT32(1);
	if (option != OPTION_NEW && option != OPTION_ADDFILE && option != OPTION_REMOVE)
		ora_error("06533", "bad OPTIONS %d", option);
	if (option == OPTION_REMOVE)
		return DirectFunctionCall1(rh_logmnr_remove, PG_GETARG_DATUM(0));
	if (option == OPTION_NEW)
		forget_all();
	miner.started = false;
	add_log(path);
	PG_RETURN_VOID();
}

Datum rh_logmnr_remove(PG_FUNCTION_ARGS)
{
	char *path = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int at = find_log(path);

	if (at < 0)
		ora_error("01290", "cannot remove unlisted logfile %s", path);
	memmove(&miner.log[at], &miner.log[at + 1],
		sizeof(miner.log[0]) * (size_t)(miner.log_count - at - 1));
	miner.log_count--;
	miner.started = false;
	PG_RETURN_VOID();
}

static int by_place(const void *a, const void *b)
{
	const struct mined_log *x = a, *y = b;

	if (x->header.thread != y->header.thread)
		return x->header.thread < y->header.thread ? -1 : 1;
	return x->header.sequence < y->header.sequence ? -1
						       : x->header.sequence > y->header.sequence;
}

/*
 * Of each thread that was added every log from the one that holds @start on, and none missing in
 * between.  A thread of which nothing was added is not missed.
 */
static void check_range(uint64_t start, uint64_t end)
{
	for (int i = 0; i < miner.log_count; i++) {
		const struct rh_log_header *log = &miner.log[i].header;
		const struct rh_log_header *before = i > 0 ? &miner.log[i - 1].header : NULL;
		const struct rh_log_header *after =
			i + 1 < miner.log_count ? &miner.log[i + 1].header : NULL;

		if ((!before || before->thread != log->thread) && log->first_scn > start &&
		    log->sequence > 1)
			ora_error("01291", "missing logfile");
		if (after && after->thread == log->thread && after->sequence != log->sequence + 1)
			ora_error("01291", "missing logfile");
		if ((!after || after->thread != log->thread) && log->next_scn <= end && end != 0)
			ora_error("01291", "missing logfile");
	}
}

static uint64_t scn_arg(FunctionCallInfo fcinfo, int at)
{
	char *digits;
	uint64_t scn;

	if (PG_ARGISNULL(at))
		return 0;
	digits = DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(at)));
	scn = strtoull(digits, NULL, 10);
	if (digits[0] == '-')
		ora_error("01281", "SCN range specified is invalid");
	return scn;
}

/* Wait for the log writer, as long as @done says no and no longer than @limit_ms. */
static void await_writer(bool (*done)(const struct rh_control *, uint64_t), uint64_t arg,
			 int limit_ms)
{
	for (int waited = 0; waited < limit_ms; waited += 2) {
		struct rh_control control = control_now();

		if (done(&control, arg))
			return;
		CHECK_FOR_INTERRUPTS();
		pg_usleep(2000);
	}
}

static bool has_read(const struct rh_control *control, uint64_t lsn)
{
	return control->last_lsn >= lsn;
}

/* @place: thread from 0, sequence */
static bool has_switched(const struct rh_control *control, uint64_t place)
{
	uint32_t current = control->current[place & 1] % RH_GROUPS_MAX;

	return control->group[current].sequence != place >> 1;
}

/* A log that was mined while it was current is switched before its rows are read. */
static void switch_under_reader(void)
{
	struct rh_control control = control_now();

	for (int i = 0; i < miner.log_count; i++) {
		uint32_t thread = (miner.log[i].header.thread - 1) % RH_THREADS_MAX;
		uint64_t sequence = miner.log[i].header.sequence;
		const struct rh_group *current =
			&control.group[control.current[thread] % RH_GROUPS_MAX];

		if (current->sequence != sequence || current->end <= RH_BLOCK_BYTES ||
		    control.last_us - current->first_us < SWITCH_AGE_US)
			continue;
		emit_switch();
		(void)scn_mark();
		await_writer(has_switched, sequence << 1 | thread, 500);
		return;
	}
}

/* What the session's window is like is up to the habits that are on. */
static void take_habits(void)
{
	if (!habit_is_on(RH_HABIT_ROWID_ROLLBACK))
		miner.options |= LOGMNR_KEYED_ROLLBACK;
	if (!habit_is_on(RH_HABIT_UNFLUSHED_TAIL))
		await_writer(has_read, scn_mark(), 10000);
	if (habit_is_on(RH_HABIT_SWITCH_IN_WINDOW))
		switch_under_reader();
}

/* rh.logmnr_start(start numeric, end numeric, options int) */
Datum rh_logmnr_start(PG_FUNCTION_ARGS)
{
	uint64_t start = scn_arg(fcinfo, 0), end = scn_arg(fcinfo, 1);
	int options = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2);

	if (miner.log_count == 0)
		ora_error("01292",
			  "no log file has been specified for the current LogMiner session");
	if (end != 0 && end < start)
		ora_error("01281", "SCN range specified is invalid");
	if (options & LOGMNR_CONTINUOUS_MINE)
		ora_error("44609", "CONTINUOUS_MINE is desupported for use with "
				   "DBMS_LOGMNR.START_LOGMNR");
	if (options & LOGMNR_DICT_FROM_REDO_LOGS)
		ora_error("01371", "Complete LogMiner dictionary not found");
	if (options & ~OPTIONS_PLAYED)
		ora_error("03001", "unimplemented feature");
	qsort(miner.log, (size_t)miner.log_count, sizeof(miner.log[0]), by_place);
	check_range(start ? start : UINT64_MAX, end);
	miner.start_scn = start;
	miner.end_scn = end;
	miner.options = options;
	take_habits();
	miner.started = true;
	PG_RETURN_VOID();
}

Datum rh_logmnr_end(PG_FUNCTION_ARGS)
{
	(void)fcinfo;
	if (!miner.started && miner.log_count == 0)
		ora_error("01307", "no LogMiner session is currently active");
	forget_all();
	PG_RETURN_VOID();
}

/* rh.logmnr_logs(): sequence, name, low_scn, next_scn, low_time, high_time, thread */
Datum rh_logmnr_logs(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *)fcinfo->resultinfo;
	for (int i = 0; i < miner.log_count; i++) {
		const struct rh_log_header *header = &miner.log[i].header;
		bool open = header->next_scn == RH_SCN_UNENDED;
		Datum value[7];
		bool is_null[7] = { false, false, false, open, false, open, false };

		value[0] = Int64GetDatum((int64)header->sequence);
		value[1] = CStringGetTextDatum(miner.log[i].path);
		value[2] = Int64GetDatum((int64)header->first_scn);
		value[3] = Int64GetDatum(open ? 0 : (int64)header->next_scn);
		value[4] = Int64GetDatum(local_timestamp(header->first_us));
		value[5] = Int64GetDatum(open ? 0 : local_timestamp(header->next_us));
		value[6] = Int64GetDatum(header->thread);
		tuplestore_putvalues(result->setResult, result->setDesc, value, is_null);
	}
	return (Datum)0;
}
