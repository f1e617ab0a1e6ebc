/*
 * redo_message.h - what the database tells the log writer
 *
 * The extension writes these into the WAL as logical messages outside of any
 * transaction, so that they are there whether it commits or not; the output plugin
 * passes them on and adds one for each commit record.  Both ends run on one machine:
 * integers are the machine's own.
 *
 * Shapes
 *
 *	what the log writer receives:  struct rh_msg, then body
 *	body of ROW	old columns, then new columns: each struct rh_msg_column, then its bytes
 *	body of BEGIN	user, session info, client id, SID, SERIAL#: 5 strings, each u16 and bytes
 *	body of DDL	owner, name, text: 3 strings, each u32 and bytes
 *
 * A subtransaction that rolls back takes with it all rows written since it began, and
 * those are exactly the rows at the end of its transaction whose sub xid is not before
 * its own: PostgreSQL numbers a parent before its children.  So SUBABORT needs no list.
 */
#ifndef CW_REHEARSAL_REDO_MESSAGE_H
#define CW_REHEARSAL_REDO_MESSAGE_H

#include "model/shape.h"

#include <stdbool.h>
#include <stdint.h>

#define RH_MSG_PREFIX "rehearsal"

enum rh_msg_kind {
	RH_MSG_BEGIN = 'B', /* first change of a transaction: who */
	RH_MSG_ROW = 'R',
	RH_MSG_ABORT = 'A',
	RH_MSG_SUBABORT = 'S', /* sub: the subtransaction */
	RH_MSG_DDL = 'D',
	RH_MSG_MARK = 'P',   /* nothing but its place: padding, or "have you read so far" */
	RH_MSG_SWITCH = 'W', /* ALTER SYSTEM SWITCH LOGFILE */
	RH_MSG_COMMIT = 'C', /* made by the output plugin */
};

/* V$LOGMNR_CONTENTS.OPERATION_CODE (Debezium, LogMinerEventRow) */
/*
 * usn.slot.sqn of a transaction are the PostgreSQL xid in another shape, so they are stable.  Slots
 * are more than Oracle has, for savepoints use up xids: usn and slot have to say which one of the
 * open transactions it is.
 */
#define RH_XID_SLOTS	 6000u
#define RH_XID_USN(xid)	 ((xid) % 10 + 1)
#define RH_XID_SLOT(xid) ((xid) / 10 % RH_XID_SLOTS)
#define RH_XID_SQN(xid)	 ((xid) / (10 * RH_XID_SLOTS) + 1)

/*
 * Slaves of a parallel statement: each has the rows of its own share, and a transaction whose parent
 * is the session's.  usn tells them apart, for the session's is at most 10.
 */
#define RH_SLAVES		     2u
#define RH_SLAVE_OF(row_id)	     ((uint32_t)((row_id) % RH_SLAVES))
#define RH_SLAVE_XID_USN(xid, slave) (RH_XID_USN(xid) + 10 * ((slave) + 1))

enum rh_operation {
	RH_OP_INTERNAL = 0,
	RH_OP_INSERT = 1,
	RH_OP_DELETE = 2,
	RH_OP_UPDATE = 3,
	RH_OP_DDL = 5,
	RH_OP_START = 6,
	RH_OP_COMMIT = 7,
	RH_OP_SELECT_LOB_LOCATOR = 9, /* these three are made by LogMiner alone */
	RH_OP_LOB_WRITE = 10,
	RH_OP_LOB_TRIM = 11,
	RH_OP_LONG_DATA = 24,
	RH_OP_XML_DOC_BEGIN = 68,
	RH_OP_XML_DOC_WRITE = 70,
	RH_OP_XML_DOC_END = 71,
	RH_OP_32K_BEGIN = 91,
	RH_OP_32K_WRITE = 92,
	RH_OP_32K_END = 93,
	RH_OP_ROLLBACK = 36,
	RH_OP_UNSUPPORTED = 255, /* LogMiner's alone, too */
};

/* rh_msg.supplemental: what a change logs beside itself; of a record also what else is to be known */
enum rh_supplemental {
	RH_LOG_PK = 1,
	RH_LOG_ALL = 2,
	RH_LOG_PARALLEL =
		8, /* by a slave of a parallel statement, which has a transaction of its own */
	RH_LOG_ALONE = 16,     /* of what undoes: no other open transaction has its usn and slot */
	RH_LOG_MORE = 32,      /* of a START: its message has another record behind it */
	RH_LOG_BY_LOCATOR = 4, /* a LOB was written through its locator: no UPDATE was said */
};

struct rh_msg {
	uint8_t kind;	      /* enum rh_msg_kind */
	uint8_t op;	      /* ROW: enum rh_operation */
	uint8_t supplemental; /* ROW: enum rh_supplemental, or-ed */
	uint8_t thread;	      /* redo thread of the instance it happened on, from 0 */
	uint32_t xid, sub; /* top transaction and the one that wrote */
	uint32_t object;   /* OBJ# = pg_class.oid */
	uint32_t version;  /* OBJV# */
	uint16_t old_count, new_count;
	uint64_t row_id; /* number in the hidden column ROWID$: rowid.h */
	int64_t time_us; /* since 1970 UTC, when it was written */
	uint64_t lsn;	 /* end of its WAL record, no other message has it; set by the plugin */
};

struct rh_msg_column {
	uint16_t internal; /* n of "COL n": place among the columns that Oracle shows */
	uint8_t ora_type;
	uint8_t flags; /* RH_COLUMN_* */
	uint32_t len;
};

#define RH_COLUMN_SET 1 /* not NULL */
#define RH_COLUMN_KEY 2 /* in the primary key */
#define RH_COLUMN_EXTENDED 8 /* text of a column declared longer than 4000 bytes */
#define RH_COLUMN_NATIONAL 4 /* text of the national character set, UTF-16 */

static inline bool rh_is_lob(uint8_t ora_type)
{
	return ora_type == CW_ORA_CLOB || ora_type == CW_ORA_BLOB || ora_type == CW_ORA_JSON ||
	       ora_type == CW_ORA_OBJECT;
}

#endif
