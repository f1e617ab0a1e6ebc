/*
 * logminer_fdw.c - V$LOGMNR_CONTENTS as a foreign table, one row at a time off the logs
 *
 * Rows come in the order of the redo.  Nothing is kept but who began the transactions
 * that are open at the place of reading.
 */
#include "causeway_redo.h"

#include "access/reloptions.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "foreign/fdwapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "rehearsal/long_name.h"
#include "rehearsal/rowid.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(rh_logmnr_handler);
PG_FUNCTION_INFO_V1(rh_xid_raw);

#define PIECE_BYTES	   4000 /* SQL_REDO and SQL_UNDO are VARCHAR2(4000); more continues (CSF) */
#define ORACLE_BLOCK_BYTES 8192u
#define WHO_STRINGS	   5

enum field {
	F_SCN,
	F_START_SCN,
	F_COMMIT_SCN,
	F_TIMESTAMP,
	F_START_TIMESTAMP,
	F_COMMIT_TIMESTAMP,
	F_XIDUSN,
	F_XIDSLT,
	F_XIDSQN,
	F_XID,
	F_PXIDUSN,
	F_PXIDSLT,
	F_PXIDSQN,
	F_PXID,
	F_OPERATION,
	F_OPERATION_CODE,
	F_ROLLBACK,
	F_SEG_OWNER,
	F_SEG_NAME,
	F_TABLE_NAME,
	F_SEG_TYPE,
	F_SEG_TYPE_NAME,
	F_TABLE_SPACE,
	F_ROW_ID,
	F_USERNAME,
	F_OS_USERNAME,
	F_MACHINE_NAME,
	F_AUDIT_SESSIONID,
	F_SESSION_NO,
	F_SERIAL_NO,
	F_SESSION_INFO,
	F_THREAD_NO,
	F_SEQUENCE_NO,
	F_RBASQN,
	F_RBABLK,
	F_RBABYTE,
	F_UBAFIL,
	F_UBABLK,
	F_UBAREC,
	F_UBASQN,
	F_ABS_FILE_NO,
	F_REL_FILE_NO,
	F_DATA_BLK_NO,
	F_DATA_OBJ_NO,
	F_DATA_OBJV_NO,
	F_DATA_OBJD_NO,
	F_SQL_REDO,
	F_SQL_UNDO,
	F_RS_ID,
	F_SSN,
	F_CSF,
	F_INFO,
	F_STATUS,
	F_REDO_VALUE,
	F_UNDO_VALUE,
	F_SAFE_RESUME_SCN,
	F_CSCN,
	F_OBJECT_ID,
	F_EDITION_NAME,
	F_CLIENT_ID,
	F_SRC_CON_NAME,
	F_SRC_CON_ID,
	F_SRC_CON_UID,
	F_SRC_CON_DBID,
	F_SRC_CON_GUID,
	F_CON_ID,
	F_COUNT
};

/* In the order of enum field; Oracle Database Reference 19c, V$LOGMNR_CONTENTS. */
static const char *const field_names[F_COUNT] = {
	"SCN",
	"START_SCN",
	"COMMIT_SCN",
	"TIMESTAMP",
	"START_TIMESTAMP",
	"COMMIT_TIMESTAMP",
	"XIDUSN",
	"XIDSLT",
	"XIDSQN",
	"XID",
	"PXIDUSN",
	"PXIDSLT",
	"PXIDSQN",
	"PXID",
	"OPERATION",
	"OPERATION_CODE",
	"ROLLBACK",
	"SEG_OWNER",
	"SEG_NAME",
	"TABLE_NAME",
	"SEG_TYPE",
	"SEG_TYPE_NAME",
	"TABLE_SPACE",
	"ROW_ID",
	"USERNAME",
	"OS_USERNAME",
	"MACHINE_NAME",
	"AUDIT_SESSIONID",
	"SESSION#",
	"SERIAL#",
	"SESSION_INFO",
	"THREAD#",
	"SEQUENCE#",
	"RBASQN",
	"RBABLK",
	"RBABYTE",
	"UBAFIL",
	"UBABLK",
	"UBAREC",
	"UBASQN",
	"ABS_FILE#",
	"REL_FILE#",
	"DATA_BLK#",
	"DATA_OBJ#",
	"DATA_OBJV#",
	"DATA_OBJD#",
	"SQL_REDO",
	"SQL_UNDO",
	"RS_ID",
	"SSN",
	"CSF",
	"INFO",
	"STATUS",
	"REDO_VALUE",
	"UNDO_VALUE",
	"SAFE_RESUME_SCN",
	"CSCN",
	"OBJECT_ID",
	"EDITION_NAME",
	"CLIENT_ID",
	"SRC_CON_NAME",
	"SRC_CON_ID",
	"SRC_CON_UID",
	"SRC_CON_DBID",
	"SRC_CON_GUID",
	"CON_ID",
};

struct who {		   /* of an open transaction; also what its BEGIN said */
	TransactionId xid; /* the hash key */
	int64_t start_us;
	char text[WHO_STRINGS][128]; /* user, session info, client id, SID, SERIAL# */
};

/* The logs of one redo thread, and the record of them that comes next. */
struct thread_scan {
	struct rh_log_reader reader;
	uint32_t thread; /* from 1 */
	int log;	 /* index into miner.log[], -1 before the first */
	struct rh_rec rec;
	const uint8_t *body;
	bool has_record, ended;
};

struct scan {
	struct thread_scan thread[RH_THREADS_MAX];
	struct thread_scan *from; /* of the record being given out */
	HTAB *who;
	HTAB *tables;
	MemoryContext row_context; /* reset for each record */
	MemoryContextCallback closer;
	/* the record being given out */
	struct rh_rec rec;
	const uint8_t *body;
	const struct mined_table *table;
	struct mined_text text;
	int redo_at, undo_at; /* what pieces before this one took */
	bool has_record;
	bool whole_text; /* never in pieces */
	bool in_blocks;	 /* rows longer than a block show that */
	bool lobs_apart; /* LOBs have rows of their own */
	int inner_left;	 /* INTERNAL rows of the record that are still to come */
	int op;		 /* of what is given out of it */
	List *lobs;	 /* struct mined_lob: its rows that are still to come */
	/* columns of the table */
	int natts;
	int8_t *field; /* by column: enum field, -1 */
	Oid *type;
	bool *wanted;
};

struct table_entry {
	uint32_t key[2]; /* object, version */
	struct mined_table table;
};

/* ---- planning: nothing to choose -------------------------------------------------- */

static void rel_size(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	(void)root;
	(void)relid;
	rel->rows = 1000;
}

static void paths(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	(void)relid;
	add_path(rel, (Path *)create_foreignscan_path(root, rel, NULL, rel->rows, 10, 1000, NIL,
						      NULL, NULL, NIL));
}

/* fdw_private: the columns that are read, so that SQL text is written for those who ask. */
static ForeignScan *plan(PlannerInfo *root, RelOptInfo *rel, Oid relid, ForeignPath *path,
			 List *targets, List *clauses, Plan *outer)
{
	Bitmapset *used = NULL;
	List *columns = NIL;
	ListCell *cell;
	int at = -1;

	(void)root;
	(void)relid;
	(void)path;
	pull_varattnos((Node *)rel->reltarget->exprs, rel->relid, &used);
	foreach (cell, rel->baserestrictinfo)
		pull_varattnos((Node *)((RestrictInfo *)lfirst(cell))->clause, rel->relid, &used);
	while ((at = bms_next_member(used, at)) >= 0)
		columns = lappend_int(columns, at + FirstLowInvalidHeapAttributeNumber);
	return make_foreignscan(targets, extract_actual_clauses(clauses, false), rel->relid, NIL,
				columns, NIL, NIL, outer);
}

/* ---- opening ------------------------------------------------------------------------ */

static void close_scan(void *arg)
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

static void map_columns(struct scan *scan, TupleDesc desc, List *used)
{
	scan->natts = desc->natts;
	scan->field = palloc(sizeof(*scan->field) * (size_t)desc->natts);
	scan->type = palloc(sizeof(*scan->type) * (size_t)desc->natts);
	scan->wanted = palloc0(sizeof(*scan->wanted) * (size_t)desc->natts);
	for (int i = 0; i < desc->natts; i++) {
		Form_pg_attribute att = TupleDescAttr(desc, i);

		scan->field[i] = -1;
		scan->type[i] = getBaseType(att->atttypid);
		/* 0 is a whole-row reference: all */
		scan->wanted[i] = list_member_int(used, i + 1) || list_member_int(used, 0);
		for (int f = 0; f < F_COUNT && scan->wanted[i]; f++) {
			if (strcmp(NameStr(att->attname), field_names[f]) == 0)
				scan->field[i] = (int8_t)f;
		}
	}
}

static void begin(ForeignScanState *node, int flags)
{
	ForeignScan *planned = (ForeignScan *)node->ss.ps.plan;
	HASHCTL who = { .keysize = sizeof(TransactionId), .entrysize = sizeof(struct who) };
	HASHCTL tables = { .keysize = 2 * sizeof(uint32_t),
			   .entrysize = sizeof(struct table_entry) };
	struct scan *scan;

	if (flags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	if (!miner.started)
		ora_error("01306",
			  "dbms_logmnr.start_logmnr() must be invoked before selecting from "
			  "v$logmnr_contents");
	scan = palloc0(sizeof(*scan));
	close_scan(scan); /* a zeroed reader is a closed one */
	scan->closer = (MemoryContextCallback){ .func = close_scan, .arg = scan };
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &scan->closer);
	who.hcxt = tables.hcxt = CurrentMemoryContext;
	scan->who = hash_create("who", 64, &who, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	scan->tables =
		hash_create("mined tables", 64, &tables, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	scan->row_context =
		AllocSetContextCreate(CurrentMemoryContext, "mined row", ALLOCSET_DEFAULT_SIZES);
	scan->whole_text = !habit_is_on(RH_HABIT_CSF_PIECES);
	scan->in_blocks = habit_is_on(RH_HABIT_CHAINED_ROWS);
	scan->lobs_apart = habit_is_on(RH_HABIT_LOB_ROWS);
	map_columns(scan, RelationGetDescr(node->ss.ss_currentRelation), planned->fdw_private);
	node->fdw_state = scan;
}

/* ---- reading the logs ----------------------------------------------------------------- */

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

static void remember_who(struct scan *scan)
{
	const uint8_t *at = scan->body, *end = at + rh_rec_body_len(&scan->rec);
	struct who *who = hash_search(scan->who, &scan->rec.xid, HASH_ENTER, NULL);

	memset(who->text, 0, sizeof(who->text));
	who->start_us = scan->rec.time_us;
	for (int i = 0; i < WHO_STRINGS; i++) {
		uint16_t len;

		if (end - at < (ptrdiff_t)sizeof(len))
			return;
		memcpy(&len, at, sizeof(len));
		at += sizeof(len);
		if (end - at < len)
			return;
		memcpy(who->text[i], at, Min((size_t)len, sizeof(who->text[i]) - 1));
		at += len;
	}
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
static bool next_record(struct scan *scan)
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

/* ---- names ------------------------------------------------------------------------------ */

static uint32_t version_now(Oid relid)
{
	Oid type = OIDOID;
	Datum value = ObjectIdGetDatum(relid);
	uint32_t version = 1;
	bool is_null;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args("select version::bigint from rh.object_version"
				  " where relid operator(pg_catalog.=) $1",
				  1, &type, &value, NULL, true, 1) == SPI_OK_SELECT &&
	    SPI_processed == 1)
		version = (uint32_t)DatumGetInt64(
			SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	SPI_finish();
	return version;
}

/* Oracle's name for one inside, see rehearsal/long_name.h. */
static char *full_name(const char *inside)
{
	MemoryContext mine = CurrentMemoryContext;
	Oid type = TEXTOID;
	Datum value;
	char *name = NULL;

	if (!strstr(inside, RH_LONG_NAME_MARK))
		return pstrdup(inside);
	value = CStringGetTextDatum(inside);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args("select rh.full_name($1)", 1, &type, &value, NULL, true, 1) ==
		    SPI_OK_SELECT &&
	    SPI_processed == 1)
		name = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	name = MemoryContextStrdup(mine, name ? name : inside);
	SPI_finish();
	return name;
}

static void describe_columns(struct mined_table *table, TupleDesc desc, int count)
{
	table->column = palloc0(sizeof(char *) * (size_t)(count + 1));
	table->scale = palloc0(sizeof(int) * (size_t)(count + 1));
	for (int i = 0; i < desc->natts && table->column_count <= count; i++) {
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (att->attisdropped || att->attgenerated || /* a virtual column has no redo */
		    strcmp(NameStr(att->attname), ROWID_COLUMN) == 0)
			continue;
		if (table->column_count < count) {
			table->column[table->column_count] = full_name(NameStr(att->attname));
			table->scale[table->column_count] =
				att->atttypmod >= 0 ? att->atttypmod : 6;
		}
		table->column_count++;
	}
}

static void describe(struct mined_table *table, const struct rh_rec *rec)
{
	int count = Max(rec->old_count, rec->new_count);
	Relation relation = RelationIdGetRelation(rec->object);

	table->relid = rec->object;
	if (!relation)
		return;
	table->name = full_name(RelationGetRelationName(relation));
	table->owner = get_namespace_name(RelationGetNamespace(relation));
	describe_columns(table, RelationGetDescr(relation), count);
	RelationClose(relation);
	/* a change under another definition is not written with the names of this one */
	table->known = table->column_count == count && version_now(table->relid) == rec->version;
}

static const struct mined_table *table_of(struct scan *scan)
{
	uint32_t key[2] = { scan->rec.object, scan->rec.version };
	struct table_entry *entry;
	MemoryContext saved;
	bool found;

	if (!(miner.options & LOGMNR_DICT_FROM_ONLINE_CATALOG) || key[0] == 0)
		return NULL;
	entry = hash_search(scan->tables, key, HASH_ENTER, &found);
	if (found)
		return &entry->table;
	memset(&entry->table, 0, sizeof(entry->table));
	saved = MemoryContextSwitchTo(MemoryContextGetParent(scan->row_context));
	describe(&entry->table, &scan->rec);
	MemoryContextSwitchTo(saved);
	return &entry->table;
}

/* ---- LOBs of a change -------------------------------------------------------------------- */

static int options_of(const struct scan *scan)
{
	return miner.options | (scan->lobs_apart ? LOGMNR_LOBS_APART : 0);
}

static void next_lob(struct scan *scan)
{
	const struct mined_lob *lob = linitial(scan->lobs);

	scan->lobs = list_delete_first(scan->lobs);
	scan->op = lob->op;
	scan->text.redo = lob->text;
	resetStringInfo(&scan->text.undo);
	scan->redo_at = scan->undo_at = 0;
}

/* ---- the text of a record ------------------------------------------------------------------ */

static const char *ddl_string(const struct scan *scan, int wanted, uint32_t *ret_len)
{
	const uint8_t *at = scan->body, *end = at + rh_rec_body_len(&scan->rec);

	for (int i = 0;; i++) {
		if (end - at < (ptrdiff_t)sizeof(*ret_len))
			elog(ERROR, "a redo record is cut");
		memcpy(ret_len, at, sizeof(*ret_len));
		at += sizeof(*ret_len);
		if (end - at < (ptrdiff_t)*ret_len)
			elog(ERROR, "a redo record is cut");
		if (i == wanted)
			return (const char *)at;
		at += *ret_len;
	}
}

/*
 * What was said of the row, then of its LOBs.  A write through a locator says nothing of the row,
 * and what sets back only LOBs is INTERNAL.
 */
static void write_change(struct scan *scan)
{
	text_of_row(&scan->rec, scan->body, scan->table, options_of(scan), &scan->text);
	if (scan->lobs_apart)
		scan->lobs = text_of_lobs(&scan->rec, scan->body, scan->table, options_of(scan));
	if (scan->text.redo.len == 0)
		scan->op = RH_OP_INTERNAL;
	if (scan->lobs && scan->rec.supplemental & RH_LOG_BY_LOCATOR)
		next_lob(scan);
}

static void write_text(struct scan *scan)
{
	const char *fixed = NULL;

	initStringInfo(&scan->text.redo);
	initStringInfo(&scan->text.undo);
	switch (scan->rec.op) {
	case RH_OP_START: /* these three: Debezium, LogMiner connector documentation */
		fixed = "set transaction read write";
		break;
	case RH_OP_COMMIT:
		fixed = "commit";
		break;
	case RH_OP_ROLLBACK:
		fixed = "rollback";
		break;
	case RH_OP_DDL: {
		uint32_t len;
		const char *text = ddl_string(scan, 2, &len);

		appendBinaryStringInfo(&scan->text.redo, text, (int)len);
		break;
	}
	default:
		write_change(scan);
		return;
	}
	if (fixed)
		appendStringInfoString(&scan->text.redo, fixed);
	if (!(miner.options & LOGMNR_NO_SQL_DELIMITER))
		appendStringInfoChar(&scan->text.redo, ';');
}

/* How much of @text from @at on fits a piece, whole characters only. */
static int piece_len(const struct scan *scan, const StringInfoData *text, int at)
{
	int len = text->len - at;

	if (len <= PIECE_BYTES || scan->whole_text)
		return len > 0 ? len : 0;
	len = PIECE_BYTES;
	while (len > 0 && ((unsigned char)text->data[at + len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* usn.slot.sqn are the PostgreSQL xid in another shape, so they are stable. */
#define XID_USN(xid)  ((xid) % 10 + 1)
#define XID_SLOT(xid) ((xid) / 10 % 34)
#define XID_SQN(xid)  ((xid) / 340 + 1)

/* usn u16, slot u16, sqn u32, little endian: 0A000C003C020000 is 10.12.572 */
static bytea *xid_raw(TransactionId xid)
{
	uint16_t usn = (uint16_t)XID_USN(xid), slot = (uint16_t)XID_SLOT(xid);
	uint32_t sqn = (uint32_t)XID_SQN(xid);
	bytea *raw = palloc(VARHDRSZ + 8);

	SET_VARSIZE(raw, VARHDRSZ + 8);
	memcpy(VARDATA(raw), &usn, 2);
	memcpy(VARDATA(raw) + 2, &slot, 2);
	memcpy(VARDATA(raw) + 4, &sqn, 4);
	return raw;
}

/* rh.xid_raw(xid) bytea */
Datum rh_xid_raw(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(xid_raw(PG_GETARG_TRANSACTIONID(0)));
}

static Datum number(uint64_t value)
{
	return NumericGetDatum(int64_to_numeric((int64)value));
}

/* '' is NULL */
static Datum text_or_null(const char *text, bool *is_null)
{
	*is_null = !text || !text[0];
	return *is_null ? (Datum)0 : CStringGetTextDatum(text);
}

static bool has_table(const struct scan *scan)
{
	return scan->rec.op <= RH_OP_DDL && scan->rec.op != RH_OP_INTERNAL;
}

static const char *operation_name(int op)
{
	switch (op) {
	case RH_OP_INSERT:
		return "INSERT";
	case RH_OP_DELETE:
		return "DELETE";
	case RH_OP_UPDATE:
		return "UPDATE";
	case RH_OP_DDL:
		return "DDL";
	case RH_OP_SELECT_LOB_LOCATOR:
		return "SELECT_LOB_LOCATOR";
	case RH_OP_LOB_WRITE:
		return "LOB_WRITE";
	case RH_OP_LOB_TRIM:
		return "LOB_TRIM";
	case RH_OP_XML_DOC_BEGIN:
		return "XML DOC BEGIN";
	case RH_OP_XML_DOC_WRITE:
		return "XML DOC WRITE";
	case RH_OP_XML_DOC_END:
		return "XML DOC END";
	case RH_OP_START:
		return "START";
	case RH_OP_COMMIT:
		return "COMMIT";
	case RH_OP_ROLLBACK:
		return "ROLLBACK";
	default:
		return "INTERNAL";
	}
}

static Datum name_field(const struct scan *scan, enum field field, bool *is_null)
{
	bool owner = field == F_SEG_OWNER;

	*is_null = !has_table(scan);
	if (*is_null)
		return (Datum)0;
	if (scan->rec.op == RH_OP_DDL) {
		uint32_t len;
		const char *text = ddl_string(scan, owner ? 0 : 1, &len);

		*is_null = len == 0;
		return PointerGetDatum(cstring_to_text_with_len(text, (int)len));
	}
	if (scan->table && scan->table->name)
		return CStringGetTextDatum(owner ? scan->table->owner : scan->table->name);
	return CStringGetTextDatum(owner ? "UNKNOWN" : psprintf("OBJ# %u", scan->rec.object));
}

static Datum who_field(const struct scan *scan, enum field field, bool *is_null)
{
	const struct who *who = hash_search(scan->who, &scan->rec.xid, HASH_FIND, NULL);

	switch (field) {
	case F_USERNAME: /* begun before the range: UNKNOWN (oracle docs, USERNAME) */
		return text_or_null(who && who->text[0][0] ? who->text[0] : "UNKNOWN", is_null);
	case F_SESSION_INFO:
		return text_or_null(who ? who->text[1] : "UNKNOWN", is_null);
	case F_CLIENT_ID:
		return text_or_null(who ? who->text[2] : NULL, is_null);
	case F_START_TIMESTAMP:
		*is_null = !who;
		return Int64GetDatum(who ? local_timestamp(who->start_us) : 0);
	case F_SESSION_NO:
		return number(who ? strtoul(who->text[3], NULL, 10) : 0);
	default:
		return number(who ? strtoul(who->text[4], NULL, 10) : 0);
	}
}

static bool is_lob_row(const struct scan *scan)
{
	return (scan->op >= RH_OP_SELECT_LOB_LOCATOR && scan->op <= RH_OP_LOB_TRIM) ||
	       (scan->op >= RH_OP_XML_DOC_BEGIN && scan->op <= RH_OP_XML_DOC_END);
}

static Datum row_id_field(const struct scan *scan)
{
	char text[RH_ROWID_CHARS + 1] = RH_ROWID_NONE;

	if (has_table(scan) && scan->rec.op != RH_OP_DDL && !is_lob_row(scan))
		text_rowid(scan->rec.object, scan->rec.row_id, text);
	return CStringGetTextDatum(text);
}

static Datum info_field(const struct scan *scan, bool *is_null)
{
	if (scan->rec.op == RH_OP_DDL)
		return CStringGetTextDatum("USER DDL (PlSql=0 RecDep=0)"); /* A-301 */
	if (scan->table && !scan->table->known)
		return CStringGetTextDatum("Dictionary Version Mismatch"); /* A-302 */
	*is_null = true;
	return (Datum)0;
}

static Datum piece_field(const struct scan *scan, const StringInfoData *text, int at, bool *is_null)
{
	int len = scan->inner_left > 0 ? 0 : piece_len(scan, text, at);

	*is_null = len == 0;
	return len ? PointerGetDatum(cstring_to_text_with_len(text->data + at, len)) : (Datum)0;
}

static bool continues(const struct scan *scan)
{
	return scan->text.redo.len - scan->redo_at >
		       piece_len(scan, &scan->text.redo, scan->redo_at) ||
	       scan->text.undo.len - scan->undo_at >
		       piece_len(scan, &scan->text.undo, scan->undo_at);
}

/* Where the record lies: RBA. */
static Datum place_field(const struct scan *scan, enum field field)
{
	uint64_t at = scan->from->reader.rec_at, sequence = scan->from->reader.header.sequence;

	switch (field) {
	case F_RBABLK:
		return number(at / RH_BLOCK_BYTES);
	case F_RBABYTE:
		return number(at % RH_BLOCK_BYTES);
	case F_RS_ID: /* " 0x00016e.00003a7c.0010 " (Oracle Database Reference, RS_ID) */
		return CStringGetTextDatum(psprintf(" 0x%06x.%08x.%04x ", (unsigned)sequence,
						    (unsigned)(at / RH_BLOCK_BYTES),
						    (unsigned)(at % RH_BLOCK_BYTES)));
	default:
		return number(sequence);
	}
}

static Datum xid_field(const struct scan *scan, enum field field)
{
	TransactionId xid = scan->rec.xid;

	switch (field) {
	case F_XIDUSN:
	case F_PXIDUSN:
		return number(XID_USN(xid));
	case F_XIDSLT:
	case F_PXIDSLT:
		return number(XID_SLOT(xid));
	case F_XIDSQN:
	case F_PXIDSQN:
		return number(XID_SQN(xid));
	default:
		return PointerGetDatum(xid_raw(xid));
	}
}

static Datum object_field(const struct scan *scan, enum field field)
{
	uint64_t number_of_row = scan->rec.row_id;

	switch (field) {
	case F_DATA_OBJ_NO:
	case F_DATA_OBJD_NO:
		return number(has_table(scan) ? scan->rec.object : 0);
	case F_DATA_OBJV_NO:
		return number(has_table(scan) ? scan->rec.version : 0);
	case F_DATA_BLK_NO:
		return number(number_of_row >> 8 & UINT32_MAX);
	default:
		return number(has_table(scan) ? 4 : 0); /* the only data file */
	}
}

static Datum field_of(const struct scan *scan, enum field field, bool *is_null)
{
	const struct rh_rec *rec = &scan->rec;
	int op = scan->inner_left > 0 ? RH_OP_INTERNAL : scan->op;

	switch (field) {
	case F_SCN:
		return number(rec->scn);
	case F_START_SCN:
		*is_null = rec->start_scn == 0;
		return number(rec->start_scn);
	case F_TIMESTAMP:
		return Int64GetDatum(local_timestamp(rec->time_us));
	case F_OPERATION:
		return CStringGetTextDatum(operation_name(op));
	case F_OPERATION_CODE:
		return number(op);
	case F_ROLLBACK:
		return number(rec->rollback);
	case F_ROW_ID:
		return row_id_field(scan);
	case F_THREAD_NO:
		return number(scan->from->thread);
	case F_SQL_REDO:
		return piece_field(scan, &scan->text.redo, scan->redo_at, is_null);
	case F_SQL_UNDO:
		return piece_field(scan, &scan->text.undo, scan->undo_at, is_null);
	case F_CSF:
		return number(scan->inner_left == 0 && continues(scan));
	case F_INFO:
		return info_field(scan, is_null);
	case F_STATUS:
		return number(scan->table && !scan->table->known && rec->op != RH_OP_DDL ? 2 : 0);
	default:
		*is_null = true;
		return (Datum)0;
	}
}

/* Fields that come in families; the rest is field_of()'s. */
enum family {
	FAMILY_NONE,
	FAMILY_XID,
	FAMILY_NAME,
	FAMILY_PLACE,
	FAMILY_OBJECT,
	FAMILY_WHO,
	FAMILY_ZERO
};

static const uint8_t families[F_COUNT] = {
	[F_XIDUSN... F_PXID] = FAMILY_XID,
	[F_SEG_OWNER... F_TABLE_NAME] = FAMILY_NAME,
	[F_SEG_TYPE] = FAMILY_ZERO,
	[F_USERNAME] = FAMILY_WHO,
	[F_AUDIT_SESSIONID] = FAMILY_ZERO,
	[F_SESSION_NO... F_SESSION_INFO] = FAMILY_WHO,
	[F_SEQUENCE_NO... F_RBABYTE] = FAMILY_PLACE,
	[F_UBAFIL... F_UBASQN] = FAMILY_ZERO,
	[F_ABS_FILE_NO... F_DATA_OBJD_NO] = FAMILY_OBJECT,
	[F_RS_ID] = FAMILY_PLACE,
	[F_SSN] = FAMILY_ZERO,
	[F_REDO_VALUE] = FAMILY_ZERO,
	[F_UNDO_VALUE] = FAMILY_ZERO,
	[F_CLIENT_ID] = FAMILY_WHO,
	[F_START_TIMESTAMP] = FAMILY_WHO,
	[F_SRC_CON_ID... F_SRC_CON_DBID] = FAMILY_ZERO,
	[F_CON_ID] = FAMILY_ZERO,
};

static Datum family_of(const struct scan *scan, enum field field, bool *is_null)
{
	switch (families[field]) {
	case FAMILY_XID:
		return xid_field(scan, field);
	case FAMILY_NAME:
		return name_field(scan, field, is_null);
	case FAMILY_PLACE:
		return place_field(scan, field);
	case FAMILY_OBJECT:
		return object_field(scan, field);
	case FAMILY_WHO:
		return who_field(scan, field, is_null);
	case FAMILY_ZERO:
		return number(0);
	default:
		return field_of(scan, field, is_null);
	}
}

static void fill(struct scan *scan, TupleTableSlot *slot)
{
	for (int i = 0; i < scan->natts; i++) {
		slot->tts_isnull[i] = scan->field[i] < 0;
		slot->tts_values[i] = (Datum)0;
		if (scan->field[i] >= 0)
			slot->tts_values[i] =
				family_of(scan, (enum field)scan->field[i], &slot->tts_isnull[i]);
	}
}

/* ---- rows --------------------------------------------------------------------------------- */

/* A row that does not fit a block lies in pieces: each but the first shows as INTERNAL (A-305). */
static int inner_rows(const struct scan *scan)
{
	uint32_t sides = scan->rec.old_count && scan->rec.new_count ? 2 : 1;
	size_t bytes;

	if (!scan->in_blocks || scan->rec.op < RH_OP_INSERT || scan->rec.op > RH_OP_UPDATE)
		return 0;
	bytes = rh_rec_body_len(&scan->rec);
	if (scan->lobs_apart)
		bytes -= lob_bytes(&scan->rec, scan->body);
	return (int)Min(bytes / sides / ORACLE_BLOCK_BYTES, 100);
}

static bool start_record(struct scan *scan)
{
	if (scan->has_record && (scan->rec.op == RH_OP_COMMIT || scan->rec.op == RH_OP_ROLLBACK))
		(void)hash_search(scan->who, &scan->rec.xid, HASH_REMOVE, NULL);
	MemoryContextReset(scan->row_context);
	scan->has_record = next_record(scan);
	if (!scan->has_record)
		return false;
	if (scan->rec.op == RH_OP_START)
		remember_who(scan);
	scan->table = has_table(scan) && scan->rec.op != RH_OP_DDL ? table_of(scan) : NULL;
	scan->redo_at = scan->undo_at = 0;
	scan->op = scan->rec.op;
	scan->lobs = NIL;
	write_text(scan);
	scan->inner_left = inner_rows(scan);
	return true;
}

static TupleTableSlot *iterate(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	MemoryContext saved = MemoryContextSwitchTo(scan->row_context);

	ExecClearTuple(slot);
	if (scan->inner_left > 0) {
		scan->inner_left--;
	} else if (scan->has_record && continues(scan)) {
		scan->redo_at += piece_len(scan, &scan->text.redo, scan->redo_at);
		scan->undo_at += piece_len(scan, &scan->text.undo, scan->undo_at);
	} else if (scan->has_record && scan->lobs) {
		next_lob(scan);
	} else if (!start_record(scan)) {
		MemoryContextSwitchTo(saved);
		return slot;
	}
	fill(scan, slot);
	MemoryContextSwitchTo(saved);
	return ExecStoreVirtualTuple(slot);
}

static void rescan(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;

	close_scan(scan);
	scan->has_record = false;
	scan->inner_left = 0;
}

static void end(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;

	if (scan)
		close_scan(scan);
}

Datum rh_logmnr_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	(void)fcinfo;
	routine->GetForeignRelSize = rel_size;
	routine->GetForeignPaths = paths;
	routine->GetForeignPlan = plan;
	routine->BeginForeignScan = begin;
	routine->IterateForeignScan = iterate;
	routine->ReScanForeignScan = rescan;
	routine->EndForeignScan = end;
	PG_RETURN_POINTER(routine);
}
