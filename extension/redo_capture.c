/*
 * redo_capture.c - changes of captured tables into the WAL, as they happen
 *
 * The row trigger is BEFORE ROW and sorts last, so a statement that fails in the
 * middle has written the rows it got to, as on Oracle.  Messages are outside of any
 * transaction; the end of a (sub)transaction that rolls back is a message too.
 */
#include "running.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "codec/date.h"
#include "codec/num.h"
#include "codec/real.h"
#include "codec/utf16.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "model/shape.h"
#include "rehearsal/db_text.h"
#include "rehearsal/rowid.h"
#include "replication/message.h"
#include "replication/origin.h"
#include "replication/walsender.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(rh_capture_row);
PG_FUNCTION_INFO_V1(rh_write_ddl);
PG_FUNCTION_INFO_V1(rh_write_switch);
void _PG_init(void);

#define EXTENDED_BEYOND_BYTES 4000u
#define SCN_LOCK_CLASS	      78 /* of the lock under which a commit has an SCN of its own */
#define START_LOCK_CLASS      77 /* pg_locks.objsubid of the lock that shows a START_SCN */

char *redo_dir;
int redo_threads;
char *session_user_name, *session_info, *session_client_id, *session_sid, *session_serial;
char *nls_date_format, *nls_timestamp_format, *nls_timestamp_tz_format, *session_time_zone;

static bool lob_by_locator; /* GUC rh.lob_by_locator */
static bool parallel_dml;   /* GUC rh.parallel_dml */
/* What the transaction changed in parallel: this table, by this statement. */
static struct {
	TransactionId top;
	Oid relid;
	CommandId command;
} parallel;
static TransactionId begun; /* the top transaction whose BEGIN is written */
static bool undone_in_part; /* of it, a subtransaction rolled back */

/*
 * Row changes of this backend carry an origin that the output plugin filters, which
 * spares the decoder from keeping (and spilling) what nobody reads; messages and
 * commits carry none.
 */
static XLogRecPtr emit(const void *message, size_t len)
{
	RepOriginId saved = replorigin_session_origin;
	XLogRecPtr end;

	replorigin_session_origin = InvalidRepOriginId;
	end = LogLogicalMessage(RH_MSG_PREFIX, message, len, false);
	replorigin_session_origin = saved;
	return end;
}

bool habit_is_on(enum rh_habit habit)
{
	static struct rh_habits habits;

	return rh_habit(&habits, redo_dir, habit);
}

/* Sessions of a cluster are spread over its instances by their SID. */
static uint8_t own_thread(void)
{
	return redo_threads > 1 ? (uint8_t)(atoi(session_sid) % redo_threads) : 0;
}

static struct rh_msg message_of(enum rh_msg_kind kind)
{
	return (struct rh_msg){ .kind = (uint8_t)kind,
				.thread = own_thread(),
				.xid = GetTopTransactionIdIfAny(),
				.sub = GetCurrentTransactionIdIfAny(),
				.time_us =
					GetCurrentTimestamp() +
					(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY };
}

static void put_string(StringInfo out, const char *text)
{
	uint16_t len = (uint16_t)Min(text ? strlen(text) : 0, 1000);

	appendBinaryStringInfo(out, (const char *)&len, sizeof(len));
	appendBinaryStringInfo(out, text ? text : "", len);
}

/*
 * V$TRANSACTION.START_SCN for others to see: a shared lock whose number is the LSN.  It
 * belongs to the top transaction, or a failing first statement would give it back.
 */
static void show_start(XLogRecPtr lsn)
{
	ResourceOwner saved = CurrentResourceOwner;
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32)(lsn >> 32), (uint32)lsn, START_LOCK_CLASS);
	CurrentResourceOwner = TopTransactionResourceOwner;
	(void)LockAcquire(&tag, ShareLock, false, false);
	CurrentResourceOwner = saved;
}

static void begin_if_first(void)
{
	TransactionId top = GetTopTransactionId();
	struct rh_msg msg;
	StringInfoData out;

	if (begun == top)
		return;
	show_start(GetXLogInsertRecPtr());
	(void)GetCurrentTransactionId();
	begun = top;
	msg = message_of(RH_MSG_BEGIN);
	initStringInfo(&out);
	appendBinaryStringInfo(&out, (const char *)&msg, sizeof(msg));
	put_string(&out, session_user_name);
	put_string(&out, session_info);
	put_string(&out, session_client_id);
	put_string(&out, session_sid);
	put_string(&out, session_serial);
	(void)emit(out.data, (size_t)out.len);
	pfree(out.data);
}

/*
 * The lock goes with the transaction, behind its commit record: no other has its SCN.  In a
 * cluster this is always so, or (SCN, thread) would not be the order of what depends on another.
 */
static void take_own_scn(void)
{
	ResourceOwner saved = CurrentResourceOwner;
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 0, 0, SCN_LOCK_CLASS);
	CurrentResourceOwner = TopTransactionResourceOwner;
	(void)LockAcquire(&tag, ExclusiveLock, false, false);
	CurrentResourceOwner = saved;
	scn_advance();
}

/*
 * A transaction that has changed nothing is not told to output plugins, and one whose changes
 * were all rolled back to savepoints is one: a message of the transaction's own makes it heard.
 */
static void show_commit(void)
{
	(void)LogLogicalMessage(RH_MSG_PREFIX, "", 0, true);
}

void show_commit_of_prepared(void)
{
	replorigin_session_origin = InvalidRepOriginId;
	if (redo_threads > 1 || !habit_is_on(RH_HABIT_SHARED_SCN))
		take_own_scn();
}

void emit_abort(TransactionId xid)
{
	struct rh_msg msg = message_of(RH_MSG_ABORT);

	msg.xid = xid;
	(void)emit(&msg, sizeof(msg));
}

static void xact_event(XactEvent event, void *arg)
{
	(void)arg;
	if (event == XACT_EVENT_PRE_COMMIT) {
		replorigin_session_origin = InvalidRepOriginId; /* the commit is to be seen */
		if (TransactionIdIsValid(begun) && undone_in_part)
			show_commit();
		if (TransactionIdIsValid(GetTopTransactionIdIfAny()) &&
		    (redo_threads > 1 || !habit_is_on(RH_HABIT_SHARED_SCN)))
			take_own_scn();
		return;
	}
	if (event == XACT_EVENT_PRE_PREPARE && TransactionIdIsValid(begun) && undone_in_part)
		show_commit();
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	if (event == XACT_EVENT_ABORT && TransactionIdIsValid(begun))
		emit_abort(begun);
	begun = InvalidTransactionId;
	undone_in_part = false;
	replorigin_session_origin = DoNotReplicateId;
}

static void subxact_event(SubXactEvent event, SubTransactionId own, SubTransactionId parent,
			  void *arg)
{
	(void)own;
	(void)parent;
	(void)arg;
	if (event == SUBXACT_EVENT_ABORT_SUB && TransactionIdIsValid(begun) &&
	    TransactionIdIsValid(GetCurrentTransactionIdIfAny())) {
		struct rh_msg msg = message_of(RH_MSG_SUBABORT);

		msg.xid = begun;
		(void)emit(&msg, sizeof(msg));
		undone_in_part = true;
		parallel.top = InvalidTransactionId;
	}
}

static void define(const char *name, const char *what, char **variable, const char *preset)
{
	DefineCustomStringVariable(name, what, NULL, variable, preset, PGC_USERSET, 0, NULL, NULL,
				   NULL);
}

/* rh.charset */
static void take_charset(const char *name, void *extra)
{
	const struct cw_charset *charset = name ? rh_charset_find(name) : NULL;

	(void)extra;
	if (charset)
		rh_text_use(charset);
}

void _PG_init(void)
{
	static char *charset;

	DefineCustomStringVariable("rh.charset", "Character set of the database.", NULL, &charset,
				   "AL32UTF8", PGC_SIGHUP, 0, NULL, take_charset, NULL);
	define("rh.redo_dir", "Folder of the control file.", &redo_dir, "");
	DefineCustomIntVariable("rh.redo_threads", "Redo threads, one for each instance.", NULL,
				&redo_threads, 1, 1, RH_THREADS_MAX, PGC_SIGHUP, 0, NULL, NULL,
				NULL);
	define("rh.username", "V$LOGMNR_CONTENTS.USERNAME.", &session_user_name, "");
	define("rh.session_info", "V$LOGMNR_CONTENTS.SESSION_INFO.", &session_info, "");
	define("rh.client_id", "V$LOGMNR_CONTENTS.CLIENT_ID.", &session_client_id, "");
	define("rh.sid", "SID of the session.", &session_sid, "");
	define("rh.serial", "SERIAL# of the session.", &session_serial, "");
	define("rh.nls_date_format", "NLS_DATE_FORMAT.", &nls_date_format, "DD-MON-RR");
	define("rh.nls_timestamp_format", "NLS_TIMESTAMP_FORMAT.", &nls_timestamp_format,
	       "DD-MON-RR HH.MI.SSXFF AM");
	define("rh.nls_timestamp_tz_format", "NLS_TIMESTAMP_TZ_FORMAT.", &nls_timestamp_tz_format,
	       "DD-MON-RR HH.MI.SSXFF AM TZR");
	define("rh.time_zone", "TIME_ZONE of the session.", &session_time_zone, "+00:00");
	DefineCustomBoolVariable("rh.lob_by_locator", "The change is a write through a locator.",
				 NULL, &lob_by_locator, false, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("rh.parallel_dml", "ALTER SESSION FORCE PARALLEL DML.", NULL,
				 &parallel_dml, false, PGC_USERSET, 0, NULL, NULL, NULL);
	shape_init();
	block_init();
	cursors_init();
	savepoint_init();
	prepared_init();
	updating_init();
	purity_init();
	last_row_init();
	RegisterXactCallback(xact_event, NULL);
	RegisterSubXactCallback(subxact_event, NULL);
	if (IsUnderPostmaster && !am_walsender)
		replorigin_session_origin = DoNotReplicateId;
}

/* ---- rows ------------------------------------------------------------------ */

static void fail_on(const struct cw_err *err)
{
	ora_error("01426", "numeric overflow: %s", err->text);
}

static void put_real(StringInfo out, uint64_t bits, size_t len)
{
	uint8_t ieee[8];

	for (size_t i = 0; i < len; i++)
		ieee[i] = (uint8_t)(bits >> (8 * (len - 1 - i)));
	cw_real_to_ora(ieee, len, ieee);
	appendBinaryStringInfo(out, (const char *)ieee, (int)len);
}

/* A binary float, or a type of ours, which is Oracle's storage form already; false: it is neither. */
static bool put_fixed(StringInfo out, const struct shape_column *column, Datum value)
{
	static const uint8_t zeros[4];
	const char *at;
	int len = column->len;

	if (column->base_type == FLOAT4OID || column->base_type == FLOAT8OID) {
		if (column->base_type == FLOAT4OID) {
			float4 number = DatumGetFloat4(value);
			uint32_t bits;

			memcpy(&bits, &number, sizeof(bits));
			put_real(out, bits, sizeof(bits));
		} else {
			put_real(out, (uint64_t)DatumGetInt64(value), 8);
		}
		return true;
	}
	switch (column->ora_type) {
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_INTERVAL_DS:
	case CW_ORA_INTERVAL_YM:
		break;
	default:
		return false;
	}
	at = DatumGetPointer(value);
	if ((column->ora_type == CW_ORA_TIMESTAMP || column->ora_type == CW_ORA_TIMESTAMP_LTZ) &&
	    memcmp(at + CW_DATE_BYTES, zeros, sizeof(zeros)) == 0)
		len = CW_DATE_BYTES;
	appendBinaryStringInfo(out, at, len);
	return true;
}

/* CHAR counts bytes, bpchar characters: blanks beyond the bytes are not Oracle's. */
static struct cw_bytes char_value(const struct shape_column *column, struct varlena *text)
{
	struct cw_bytes inside = { (const uint8_t *)VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text) };
	size_t beyond = rh_text_stored_len(inside);

	if (column->ora_type != CW_ORA_CHAR || column->bytes_max == 0)
		return inside;
	for (; beyond > column->bytes_max && inside.at[inside.len - 1] == ' '; beyond--)
		inside.len--;
	return inside;
}

/* Text as the database's character set stores it. */
static void put_stored(StringInfo out, struct cw_bytes inside)
{
	enlargeStringInfo(out, (int)inside.len);
	out->len += (int)rh_text_to_stored(inside, (uint8_t *)out->data + out->len);
	out->data[out->len] = '\0';
}

static void put_national(StringInfo out, struct varlena *text)
{
	struct cw_bytes utf8 = { (const uint8_t *)VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text) };
	uint8_t *characters;
	size_t len;

	if (!rh_text_is_plain(utf8)) {
		characters = palloc(utf8.len);
		utf8 = (struct cw_bytes){ characters, rh_text_to_characters(utf8, characters) };
	}
	enlargeStringInfo(out, (int)(2 * utf8.len));
	if (!cw_utf8_to_utf16(utf8, (uint8_t *)out->data + out->len, &len))
		ora_error("29275", "partial multibyte character");
	out->len += (int)len;
	out->data[out->len] = '\0';
}

void stored_value(StringInfo out, const struct shape_column *column, Datum value)
{
	uint8_t small[CW_NUM_BYTES_MAX > CW_TIMESTAMP_BYTES ? CW_NUM_BYTES_MAX
							    : CW_TIMESTAMP_BYTES];
	size_t len = 0;
	struct cw_err err;
	struct varlena *bytes;

	switch (column->base_type) {
	case INT2OID:
		value = NumericGetDatum(int64_to_numeric(DatumGetInt16(value)));
		break;
	case INT4OID:
		value = NumericGetDatum(int64_to_numeric(DatumGetInt32(value)));
		break;
	case INT8OID:
		value = NumericGetDatum(int64_to_numeric(DatumGetInt64(value)));
		break;
	case TIMESTAMPOID:
		if (!cw_date_from_pg(DatumGetTimestamp(value), small, &len, &err))
			ora_error("01841",
				  "(full) year must be between -4713 and +9999, and not be 0");
		if (column->ora_type == CW_ORA_DATE)
			len = CW_DATE_BYTES;
		appendBinaryStringInfo(out, (const char *)small, (int)len);
		return;
	default:
		break;
	}
	if (put_fixed(out, column, value))
		return;
	if (column->ora_type == CW_ORA_NUMBER) {
		bytes = DatumGetByteaPP(DirectFunctionCall1(numeric_send, value));
		if (!cw_num_from_pg((struct cw_bytes){ (const uint8_t *)VARDATA_ANY(bytes),
						       VARSIZE_ANY_EXHDR(bytes) },
				    small, &len, &err))
			fail_on(&err);
		appendBinaryStringInfo(out, (const char *)small, (int)len);
		return;
	}
	if (column->ora_type == CW_ORA_BOOLEAN) {
		appendStringInfoCharMacro(out, DatumGetBool(value) ? 1 : 0);
		return;
	}
	bytes = (struct varlena *)PG_DETOAST_DATUM_PACKED(value);
	if (column->national && !rh_is_lob(column->ora_type))
		put_national(out, bytes);
	else if ((!rh_is_lob(column->ora_type) && column->base_type != BYTEAOID) ||
		 column->ora_type == CW_ORA_OBJECT)
		put_stored(out, char_value(column, bytes));
	else
		appendBinaryStringInfo(out, VARDATA_ANY(bytes), (int)VARSIZE_ANY_EXHDR(bytes));
}

static uint16_t put_columns(StringInfo out, const struct shape *shape, const Datum *value,
			    const bool *is_null)
{
	for (int i = 0; i < shape->column_count; i++) {
		const struct shape_column *column = &shape->column[i];
		int at = column->attnum - 1, head_at = out->len;
		struct rh_msg_column head = { .internal = column->internal,
					      .ora_type = column->ora_type,
					      .flags = column->key ? RH_COLUMN_KEY : 0 };

		if (column->national)
			head.flags |= RH_COLUMN_NATIONAL;
		if (column->ora_type == CW_ORA_VARCHAR2 &&
		    column->bytes_max > EXTENDED_BEYOND_BYTES)
			head.flags |= RH_COLUMN_EXTENDED;

		appendBinaryStringInfo(out, (const char *)&head, sizeof(head));
		if (!is_null[at])
			stored_value(out, column, value[at]);
		head.len = (uint32_t)(out->len - head_at) - (uint32_t)sizeof(head);
		if (head.len > 0 || (!is_null[at] && rh_is_lob(column->ora_type)))
			head.flags |= RH_COLUMN_SET; /* '' is NULL, an empty LOB is not */
		memcpy(out->data + head_at, &head, sizeof(head));
	}
	return shape->column_count;
}

/* One side of the change; also tells the row's number. */
static uint16_t put_tuple(StringInfo out, const struct shape *shape, TupleDesc desc,
			  HeapTuple tuple, uint64_t *ret_row_id)
{
	Datum *value = palloc(sizeof(*value) * (size_t)desc->natts);
	bool *is_null = palloc(sizeof(*is_null) * (size_t)desc->natts);
	uint16_t count;

	heap_deform_tuple(tuple, desc, value, is_null);
	if (shape->rowid_attnum > 0 && !is_null[shape->rowid_attnum - 1])
		*ret_row_id = (uint64_t)DatumGetInt64(value[shape->rowid_attnum - 1]);
	count = put_columns(out, shape, value, is_null);
	pfree(value);
	pfree(is_null);
	return count;
}

/*
 * A statement runs in parallel if it is the transaction's first change; the table is then nobody's
 * until the transaction ends (SQL Language Reference, ENABLE PARALLEL DML; ORA-12838).
 */
static bool is_parallel(Oid relid, bool insert)
{
	TransactionId top = GetTopTransactionId();
	CommandId command = GetCurrentCommandId(false);

	if (parallel.top == top && parallel.relid == relid) {
		if (parallel.command != command)
			ora_error("12838",
				  "cannot read/modify an object after modifying it in parallel");
		return true;
	}
	if (!parallel_dml || insert || begun == top)
		return false;
	parallel.top = top;
	parallel.relid = relid;
	parallel.command = command;
	return true;
}

/* A row as it was and as it is; returns the row's number. */
static uint64_t emit_row(const struct shape *shape, TupleDesc desc, HeapTuple old, HeapTuple new,
			 bool by_slave)
{
	struct rh_msg msg = message_of(RH_MSG_ROW);
	StringInfoData out;

	msg.op = old && new ? RH_OP_UPDATE : old ? RH_OP_DELETE : RH_OP_INSERT;
	msg.supplemental = shape->supplemental;
	if (lob_by_locator)
		msg.supplemental |= RH_LOG_BY_LOCATOR;
	if (by_slave)
		msg.supplemental |= RH_LOG_PARALLEL;
	msg.object = shape->relid;
	msg.version = shape->version;
	initStringInfo(&out);
	appendBinaryStringInfo(&out, (const char *)&msg, sizeof(msg));
	if (old)
		msg.old_count = put_tuple(&out, shape, desc, old, &msg.row_id);
	if (new)
		msg.new_count = put_tuple(&out, shape, desc, new, &msg.row_id);
	memcpy(out.data, &msg, sizeof(msg));
	if ((uint32_t)out.len > RH_REC_BYTES_MAX - sizeof(struct rh_rec))
		ora_error("03001", "unimplemented feature: redo of a row of %d bytes", out.len);
	log_buffer_wait(emit(out.data, (size_t)out.len));
	pfree(out.data);
	return msg.row_id;
}

static uint64_t number_of_row(const struct shape *shape, TupleDesc desc, HeapTuple tuple)
{
	bool is_null;

	return (uint64_t)DatumGetInt64(heap_getattr(tuple, shape->rowid_attnum, desc, &is_null));
}

/* The row under the number that says its partition. */
static HeapTuple put_partition(struct shape *shape, Relation relation, HeapTuple tuple)
{
	TupleDesc desc = RelationGetDescr(relation);
	uint32_t object = partition_of(shape, relation, tuple);
	uint64_t number = number_of_row(shape, desc, tuple);
	int attnum = shape->rowid_attnum;
	Datum value = Int64GetDatum((int64)RH_ROW_NUMBER(object, number));
	bool is_null = false;

	if (RH_ROW_PART(number) == object)
		return tuple;
	return heap_modify_tuple_by_cols(tuple, desc, 1, &attnum, &value, &is_null);
}

/* A row that goes to another partition is one row less and one more (OpenLogReplicator, A-608). */
static uint64_t emit_move(const struct shape *shape, TupleDesc desc, HeapTuple old, HeapTuple new,
			  bool by_slave)
{
	if (!partitioning_moves(shape->partitioning))
		ora_error("14402", "updating partition key column would cause a partition change");
	(void)emit_row(shape, desc, old, NULL, by_slave);
	return emit_row(shape, desc, NULL, new, by_slave);
}

Datum rh_capture_row(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *)fcinfo->context;
	TupleDesc desc;
	struct shape *shape;
	HeapTuple old = NULL, new = NULL;
	uint64_t row_id;
	bool by_slave;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) ||
	    !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		elog(ERROR, "rh.capture_row is a BEFORE ROW trigger");
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		new = data->tg_trigtuple;
	else
		old = data->tg_trigtuple;
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		new = data->tg_newtuple;
	desc = RelationGetDescr(data->tg_relation);
	shape = shape_of(data->tg_relation);
	if (new && shape->partitioning)
		new = put_partition(shape, data->tg_relation, new);
	by_slave = is_parallel(shape->relid, old == NULL);
	begin_if_first();
	(void)GetCurrentTransactionId();
	row_id = old && new &&number_of_row(shape, desc, old) != number_of_row(shape, desc, new)
			 ? emit_move(shape, desc, old, new, by_slave)
			 : emit_row(shape, desc, old, new, by_slave);
	last_row_note(shape->relid, row_id);
	return PointerGetDatum(new ? new : old);
}

/* ---- records without rows ---------------------------------------------------- */

static void put_text(StringInfo out, text *value)
{
	uint32_t len = (uint32_t)VARSIZE_ANY_EXHDR(value);

	appendBinaryStringInfo(out, (const char *)&len, sizeof(len));
	appendBinaryStringInfo(out, VARDATA_ANY(value), (int)len);
}

/* rh.write_ddl(sql text, relid oid, owner text, name text, version int) */
Datum rh_write_ddl(PG_FUNCTION_ARGS)
{
	Oid relid = PG_GETARG_OID(1);
	struct rh_msg msg;
	StringInfoData out;

	begin_if_first();
	msg = message_of(RH_MSG_DDL);
	msg.object = relid;
	msg.version = (uint32_t)PG_GETARG_INT32(4);
	initStringInfo(&out);
	appendBinaryStringInfo(&out, (const char *)&msg, sizeof(msg));
	put_text(&out, PG_GETARG_TEXT_PP(2));
	put_text(&out, PG_GETARG_TEXT_PP(3));
	put_text(&out, PG_GETARG_TEXT_PP(0));
	(void)emit(out.data, (size_t)out.len);
	pfree(out.data);
	if (OidIsValid(relid))
		CacheInvalidateRelcacheByRelid(relid);
	else
		CacheInvalidateRelcacheAll();
	PG_RETURN_VOID();
}

void emit_switch(void)
{
	struct rh_msg msg = message_of(RH_MSG_SWITCH);

	(void)emit(&msg, sizeof(msg));
}

Datum rh_write_switch(PG_FUNCTION_ARGS)
{
	(void)fcinfo;
	emit_switch();
	PG_RETURN_VOID();
}
