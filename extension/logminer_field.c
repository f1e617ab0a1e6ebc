/* logminer_field.c - see logminer_scan.h: the columns of V$LOGMNR_CONTENTS */
#include "logminer_scan.h"

#include "rehearsal/rowid.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(rh_xid_raw);

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

int8_t field_find(const char *name)
{
	for (int f = 0; f < F_COUNT; f++) {
		if (strcmp(name, field_names[f]) == 0)
			return (int8_t)f;
	}
	return -1;
}

/* usn u16, slot u16, sqn u32, little endian: 0A000C003C020000 is 10.12.572 */
static bytea *xid_raw(uint16_t usn, TransactionId xid, uint32_t sqn)
{
	uint16_t slot = (uint16_t)RH_XID_SLOT(xid);
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
	TransactionId xid = PG_GETARG_TRANSACTIONID(0);

	PG_RETURN_BYTEA_P(xid_raw((uint16_t)RH_XID_USN(xid), xid, RH_XID_SQN(xid)));
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
	case RH_OP_LONG_DATA:
		return "LONG DATA";
	case RH_OP_XML_DOC_BEGIN:
		return "XML DOC BEGIN";
	case RH_OP_XML_DOC_WRITE:
		return "XML DOC WRITE";
	case RH_OP_XML_DOC_END:
		return "XML DOC END";
	case RH_OP_32K_BEGIN:
		return "32K_BEGIN";
	case RH_OP_32K_WRITE:
		return "32K_WRITE";
	case RH_OP_32K_END:
		return "32K_END";
	case RH_OP_START:
		return "START";
	case RH_OP_COMMIT:
		return "COMMIT";
	case RH_OP_ROLLBACK:
		return "ROLLBACK";
	case RH_OP_UNSUPPORTED:
		return "UNSUPPORTED";
	default:
		return "INTERNAL";
	}
}

static Datum name_field(const struct scan *scan, enum field field, bool *is_null)
{
	bool owner = field == F_SEG_OWNER;

	*is_null = !record_has_table(scan);
	if (*is_null)
		return (Datum)0;
	if (scan->rec.op == RH_OP_DDL) {
		uint32_t len;
		const char *text = record_ddl_string(scan, owner ? 0 : 1, &len);

		*is_null = len == 0;
		return PointerGetDatum(cstring_to_text_with_len(text, (int)len));
	}
	if (scan->table && scan->table->name)
		return CStringGetTextDatum(owner ? scan->table->owner : scan->table->name);
	return CStringGetTextDatum(
		owner ? "UNKNOWN"
		      : psprintf("OBJ# %u", rh_row_object(scan->rec.object, scan->rec.row_id)));
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
	       scan->op == RH_OP_LONG_DATA ||
	       (scan->op >= RH_OP_XML_DOC_BEGIN && scan->op <= RH_OP_XML_DOC_END) ||
	       (scan->op >= RH_OP_32K_BEGIN && scan->op <= RH_OP_32K_END);
}

static Datum row_id_field(const struct scan *scan)
{
	char text[RH_ROWID_CHARS + 1] = RH_ROWID_NONE;

	if (record_has_table(scan) && scan->rec.op != RH_OP_DDL && !is_lob_row(scan))
		text_rowid(scan->rec.object, scan->rec.row_id, text);
	return CStringGetTextDatum(text);
}

static Datum info_field(const struct scan *scan, bool *is_null)
{
	if (scan->rec.op == RH_OP_DDL)
		return CStringGetTextDatum("USER DDL (PlSql=0 RecDep=0)"); /* A-301 */
	if (scan->table && !scan->table->known)
		return CStringGetTextDatum("Dictionary Version Mismatch"); /* A-302 */
	if (scan->op == RH_OP_UNSUPPORTED)
		return CStringGetTextDatum("Object or Data type Unsupported"); /* A-306 */
	if (scan->op == RH_OP_XML_DOC_BEGIN || scan->op == RH_OP_XML_DOC_WRITE ||
	    scan->op == RH_OP_XML_DOC_END)
		return CStringGetTextDatum(
			"XML sql_redo not re-executable"); /* Debezium, XmlBeginParserTest */
	*is_null = true;
	return (Datum)0;
}

static Datum piece_field(const struct scan *scan, const StringInfoData *text, int at, bool *is_null)
{
	int len = scan->inner_left > 0 ? 0 : record_piece_len(scan, text, at);

	*is_null = len == 0;
	return len ? PointerGetDatum(cstring_to_text_with_len(text->data + at, len)) : (Datum)0;
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

/* The sequence of a transaction that began before the range is not known to what undoes it: Debezium, NO_SEQUENCE_TRX_ID_SUFFIX. */
static uint32_t sequence_of(const struct scan *scan)
{
	bool undoes = scan->rec.rollback || scan->rec.op == RH_OP_ROLLBACK;

	if (scan->cut_xids && undoes && scan->rec.supplemental & RH_LOG_ALONE &&
	    !hash_search(scan->who, &scan->rec.xid, HASH_FIND, NULL))
		return UINT32_MAX;
	return RH_XID_SQN(scan->rec.xid);
}

/* The parent of a transaction that has none is itself. */
static Datum xid_field(const struct scan *scan, enum field field)
{
	TransactionId xid = scan->rec.xid;
	uint32_t parent = RH_XID_USN(xid), usn = parent;

	if (scan->rec.supplemental & RH_LOG_PARALLEL)
		usn = RH_SLAVE_XID_USN(xid, RH_SLAVE_OF(scan->rec.row_id));
	switch (field) {
	case F_XIDUSN:
		return number(usn);
	case F_PXIDUSN:
		return number(parent);
	case F_XIDSLT:
	case F_PXIDSLT:
		return number(RH_XID_SLOT(xid));
	case F_XIDSQN:
	case F_PXIDSQN:
		return number(sequence_of(scan));
	default:
		return PointerGetDatum(
			xid_raw((uint16_t)(field == F_XID ? usn : parent), xid, sequence_of(scan)));
	}
}

static Datum object_field(const struct scan *scan, enum field field)
{
	switch (field) {
	case F_DATA_OBJ_NO:
	case F_DATA_OBJD_NO:
		return number(record_has_table(scan)
				      ? rh_row_object(scan->rec.object, scan->rec.row_id)
				      : 0);
	case F_DATA_OBJV_NO:
		return number(record_has_table(scan) ? scan->rec.version : 0);
	case F_DATA_BLK_NO:
		return number(rh_row_block(scan->rec.row_id));
	default:
		return number(record_has_table(scan) ? 4 : 0); /* the only data file */
	}
}

/* Else its STATUS is 2; INFO says why, but for an UPDATE of a LONG (A-308). */
static bool is_vouched_for(const struct scan *scan, int op)
{
	if (op == RH_OP_UNSUPPORTED || (op == RH_OP_UPDATE && scan->text.sets_long))
		return false;
	return !scan->table || scan->table->known || scan->rec.op == RH_OP_DDL;
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
		return number(scan->inner_left == 0 && record_continues(scan));
	case F_INFO:
		return info_field(scan, is_null);
	case F_STATUS:
		return number(is_vouched_for(scan, op) ? 0 : 2);
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

void fields_fill(struct scan *scan, TupleTableSlot *slot)
{
	for (int i = 0; i < scan->natts; i++) {
		slot->tts_isnull[i] = scan->field[i] < 0;
		slot->tts_values[i] = (Datum)0;
		if (scan->field[i] >= 0)
			slot->tts_values[i] =
				family_of(scan, (enum field)scan->field[i], &slot->tts_isnull[i]);
	}
}
