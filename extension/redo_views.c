/* redo_views.c - control file, online and archived logs as rows */
#include "causeway_redo.h"

#include "funcapi.h"
#include "rehearsal/rowid.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include <fcntl.h>
#include <unistd.h>

PG_FUNCTION_INFO_V1(rh_control);
PG_FUNCTION_INFO_V1(rh_online_logs);
PG_FUNCTION_INFO_V1(rh_archived_logs);
PG_FUNCTION_INFO_V1(rh_habit_sql);
PG_FUNCTION_INFO_V1(rh_incarnations);
PG_FUNCTION_INFO_V1(rh_redo_threads);
PG_FUNCTION_INFO_V1(rh_rowid_text_sql);
PG_FUNCTION_INFO_V1(rh_rowid_number_sql);
PG_FUNCTION_INFO_V1(rh_rowid_in_parts);
PG_FUNCTION_INFO_V1(rh_rowid_object_sql);

struct rh_control control_now(void)
{
	struct rh_control control;
	struct cw_err err;

	if (!rh_control_read(redo_dir, &control, &err))
		ora_error("00210", "cannot open the specified control file: %s", err.text);
	return control;
}

/* SCNs need all of 64 bits: the end of the current log is 2^64 - 1. */
static Datum scn_datum(uint64_t scn)
{
	char digits[24];

	if (scn <= INT64_MAX)
		return NumericGetDatum(int64_to_numeric((int64)scn));
	snprintf(digits, sizeof(digits), UINT64_FORMAT, scn);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
				   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* Oracle's V$ dates are the server's local time, and the rehearsal's zone is UTC. */
int64_t local_timestamp(int64_t unix_us)
{
	return unix_us / USECS_PER_SEC * USECS_PER_SEC -
	       (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
}

static void put_time(int64_t unix_us, Datum *value, bool *is_null)
{
	*is_null = unix_us == 0;
	*value = TimestampGetDatum(local_timestamp(unix_us));
}

/* rh.control(): dbid, resetlogs_scn, resetlogs_time, last_scn, last_time, history_scn, sequence,
 *		 checkpoint_scn */
Datum rh_control(PG_FUNCTION_ARGS)
{
	struct rh_control control = control_now();
	const struct rh_group *current = &control.group[control.current[0] % RH_GROUPS_MAX];
	Datum value[8];
	bool is_null[8] = { false };

	InitMaterializedSRF(fcinfo, 0);
	value[0] = scn_datum(control.dbid);
	value[1] = scn_datum(control.resetlogs_scn);
	put_time(control.resetlogs_us, &value[2], &is_null[2]);
	value[3] = scn_datum(control.last_scn);
	put_time(control.last_us, &value[4], &is_null[4]);
	value[5] = scn_datum(control.history_scn);
	value[6] = scn_datum(current->sequence);
	value[7] = scn_datum(current->first_scn);
	tuplestore_putvalues(((ReturnSetInfo *)fcinfo->resultinfo)->setResult,
			     ((ReturnSetInfo *)fcinfo->resultinfo)->setDesc, value, is_null);
	return (Datum)0;
}

static const char *status_name(uint32_t status)
{
	static const char *const names[] = { "UNUSED", "CURRENT", "ACTIVE", "INACTIVE" };

	return names[status < lengthof(names) ? status : 0];
}

/* rh.online_logs(): group, sequence, bytes, archived, status, first_scn, first_time, next_scn,
 *		     next_time, member, thread */
Datum rh_online_logs(PG_FUNCTION_ARGS)
{
	struct rh_control control = control_now();
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *)fcinfo->resultinfo;
	for (uint32_t i = 0; i < Min(control.group_count, RH_GROUPS_MAX); i++) {
		const struct rh_group *group = &control.group[i];
		char path[RH_PATH_BYTES];
		Datum value[11];
		bool is_null[11] = { false };

		if (group->moving)
			continue;
		rh_group_path(redo_dir, i, path);
		value[0] = scn_datum(i + 1);
		value[1] = scn_datum(group->sequence);
		value[2] = scn_datum(group->bytes);
		value[3] = CStringGetTextDatum(group->archived ? "YES" : "NO");
		value[4] = CStringGetTextDatum(status_name(group->status));
		value[5] = scn_datum(group->first_scn);
		put_time(group->first_us, &value[6], &is_null[6]);
		value[7] = scn_datum(group->next_scn);
		put_time(group->next_us, &value[8], &is_null[8]);
		value[9] = CStringGetTextDatum(path);
		value[10] = scn_datum(group->thread + 1u);
		tuplestore_putvalues(result->setResult, result->setDesc, value, is_null);
	}
	return (Datum)0;
}

/* rh.redo_threads(): thread, current group, sequence, checkpoint_scn */
Datum rh_redo_threads(PG_FUNCTION_ARGS)
{
	struct rh_control control = control_now();
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *)fcinfo->resultinfo;
	for (uint32_t i = 0; i < Min(control.thread_count, RH_THREADS_MAX); i++) {
		uint32_t current = control.current[i] % RH_GROUPS_MAX;
		Datum value[4];
		bool is_null[4] = { false };

		value[0] = scn_datum(i + 1);
		value[1] = scn_datum(current + 1);
		value[2] = scn_datum(control.group[current].sequence);
		value[3] = scn_datum(control.group[current].first_scn);
		tuplestore_putvalues(result->setResult, result->setDesc, value, is_null);
	}
	return (Datum)0;
}

static void put_incarnation(FunctionCallInfo fcinfo, int number, uint64_t scn, int64_t at_us,
			    bool current)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	Datum value[4];
	bool is_null[4] = { false };

	value[0] = scn_datum((uint64_t)number);
	value[1] = scn_datum(scn);
	put_time(at_us, &value[2], &is_null[2]);
	value[3] = CStringGetTextDatum(current ? "CURRENT" : "PARENT");
	tuplestore_putvalues(result->setResult, result->setDesc, value, is_null);
}

/* rh.incarnations(): number, resetlogs_scn, resetlogs_time, status */
Datum rh_incarnations(PG_FUNCTION_ARGS)
{
	struct rh_control control = control_now();
	uint32_t former = Min(control.former_count, RH_FORMER_MAX);

	InitMaterializedSRF(fcinfo, 0);
	for (uint32_t i = 0; i < former; i++)
		put_incarnation(fcinfo, (int)i + 1, control.former[i].resetlogs_scn,
				control.former[i].resetlogs_us, false);
	put_incarnation(fcinfo, (int)former + 1, control.resetlogs_scn, control.resetlogs_us, true);
	return (Datum)0;
}

static void put_archived(ReturnSetInfo *result, const struct rh_archived *log)
{
	Datum value[13];
	bool is_null[13] = { false };

	value[0] = scn_datum(log->recid);
	value[1] = CStringGetTextDatum(log->path);
	value[2] = scn_datum(log->thread);
	value[3] = scn_datum(log->sequence);
	value[4] = scn_datum(log->resetlogs_scn);
	put_time(log->resetlogs_us, &value[5], &is_null[5]);
	value[6] = scn_datum(log->first_scn);
	put_time(log->first_us, &value[7], &is_null[7]);
	value[8] = scn_datum(log->next_scn);
	put_time(log->next_us, &value[9], &is_null[9]);
	value[10] = scn_datum((log->bytes + RH_BLOCK_BYTES - 1) / RH_BLOCK_BYTES);
	put_time(log->completion_us, &value[11], &is_null[11]);
	value[12] = BoolGetDatum(log->deleted != 0);
	tuplestore_putvalues(result->setResult, result->setDesc, value, is_null);
}

/* rh.archived_logs(): recid, name, thread, sequence, resetlogs_scn, resetlogs_time, first_scn,
 *		first_time, next_scn, next_time, blocks, completion_time, deleted */
Datum rh_archived_logs(PG_FUNCTION_ARGS)
{
	char path[RH_PATH_BYTES];
	int fd;

	InitMaterializedSRF(fcinfo, 0);
	snprintf(path, sizeof(path), "%s/archived", redo_dir);
	fd = OpenTransientFile(path, O_RDONLY);
	if (fd < 0)
		return (Datum)0;
	for (uint64_t i = 0;; i++) {
		struct rh_archived log;
		struct cw_err err;
		bool none;

		if (!rh_archived_read(fd, i, &log, &none, &err))
			ora_error("00210", "cannot open the specified control file: %s", err.text);
		if (none)
			break;
		put_archived((ReturnSetInfo *)fcinfo->resultinfo, &log);
	}
	CloseTransientFile(fd);
	return (Datum)0;
}

/* rh.habit(name text) boolean: is that habit of redo and LogMiner on? */
Datum rh_habit_sql(PG_FUNCTION_ARGS)
{
	enum rh_habit habit = rh_habit_find(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	if (habit == RH_HABIT_COUNT)
		elog(ERROR, "no such habit");
	PG_RETURN_BOOL(habit_is_on(habit));
}

/* ---- ROWID ------------------------------------------------------------------ */

Datum rh_rowid_text_sql(PG_FUNCTION_ARGS)
{
	char text[RH_ROWID_CHARS + 1];

	rh_rowid_text(PG_GETARG_OID(0), (uint64_t)PG_GETARG_INT64(1), text);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

static uint32_t parse_rowid(FunctionCallInfo fcinfo, uint32_t *ret_object)
{
	uint32_t number;

	if (!rh_rowid_parse(text_to_cstring(PG_GETARG_TEXT_PP(0)), ret_object, &number))
		ora_error("01410", "invalid ROWID");
	return number;
}

Datum rh_rowid_number_sql(PG_FUNCTION_ARGS)
{
	uint32_t object;

	PG_RETURN_INT64((int64)parse_rowid(fcinfo, &object));
}

Datum rh_rowid_in_parts(PG_FUNCTION_ARGS)
{
	uint32_t object, number = parse_rowid(fcinfo, &object);

	PG_RETURN_INT64((int64)RH_ROW_NUMBER(object, number));
}

Datum rh_rowid_object_sql(PG_FUNCTION_ARGS)
{
	uint32_t object;

	(void)parse_rowid(fcinfo, &object);
	PG_RETURN_OID(object);
}
