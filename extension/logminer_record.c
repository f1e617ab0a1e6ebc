/* logminer_record.c - see logminer_scan.h: what a record says, and in how many rows */
#include "logminer_scan.h"

#define PIECE_BYTES	   4000 /* SQL_REDO and SQL_UNDO are VARCHAR2(4000); more continues (CSF) */
#define ORACLE_BLOCK_BYTES 8192u

bool record_has_table(const struct scan *scan)
{
	return scan->rec.op <= RH_OP_DDL && scan->rec.op != RH_OP_INTERNAL;
}

/* ---- LOBs of a change -------------------------------------------------------------------- */

static int options_of(const struct scan *scan)
{
	return miner.options | (scan->lobs_apart ? LOGMNR_LOBS_APART : 0) |
	       (scan->longs_apart ? LOGMNR_LONGS_APART : 0) |
	       (scan->bare_quotes ? LOGMNR_BARE_QUOTES : 0) |
	       (scan->wide_apart ? LOGMNR_WIDE_APART : 0);
}

void record_next_lob(struct scan *scan)
{
	const struct mined_lob *lob = linitial(scan->lobs);

	scan->lobs = list_delete_first(scan->lobs);
	scan->op = lob->op;
	scan->text.redo = lob->text;
	resetStringInfo(&scan->text.undo);
	scan->redo_at = scan->undo_at = 0;
}

/* ---- the text of a record ------------------------------------------------------------------ */

const char *record_ddl_string(const struct scan *scan, int wanted, uint32_t *ret_len)
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

bool record_is_unsupported(const struct scan *scan)
{
	return scan->table && scan->table->untold && !scan->long_names_too;
}

/*
 * What was said of the row, then of its LOBs.  A write through a locator says nothing of the row,
 * and what sets back only LOBs is INTERNAL.
 */
static void write_change(struct scan *scan)
{
	if (record_is_unsupported(scan)) {
		scan->op = RH_OP_UNSUPPORTED;
		appendStringInfoString(&scan->text.redo, "Unsupported");
		appendStringInfoString(&scan->text.undo, "Unsupported");
		return;
	}
	text_of_row(&scan->rec, scan->body, scan->table, options_of(scan), &scan->text);
	if (scan->lobs_apart || scan->longs_apart || scan->wide_apart)
		scan->lobs = text_of_lobs(&scan->rec, scan->body, scan->table, options_of(scan));
	if (scan->text.redo.len == 0)
		scan->op = RH_OP_INTERNAL;
	if (scan->lobs && scan->rec.supplemental & RH_LOG_BY_LOCATOR)
		record_next_lob(scan);
}

void record_write_text(struct scan *scan)
{
	const char *fixed = NULL;

	initStringInfo(&scan->text.redo);
	initStringInfo(&scan->text.undo);
	scan->text.sets_long = false;
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
		const char *text = record_ddl_string(scan, 2, &len);

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
int record_piece_len(const struct scan *scan, const StringInfoData *text, int at)
{
	int len = text->len - at;

	if (len <= PIECE_BYTES || scan->whole_text)
		return len > 0 ? len : 0;
	len = PIECE_BYTES;
	while (len > 0 && ((unsigned char)text->data[at + len] & 0xc0) == 0x80)
		len--;
	return len;
}

bool record_continues(const struct scan *scan)
{
	return scan->text.redo.len - scan->redo_at >
		       record_piece_len(scan, &scan->text.redo, scan->redo_at) ||
	       scan->text.undo.len - scan->undo_at >
		       record_piece_len(scan, &scan->text.undo, scan->undo_at);
}

/* A row that does not fit a block lies in pieces: each but the first shows as INTERNAL. */
int record_inner_rows(const struct scan *scan)
{
	uint32_t sides = scan->rec.old_count && scan->rec.new_count ? 2 : 1;
	size_t bytes;

	/* what the row shows as: a change of LOBs alone touches none of its pieces */
	if (!scan->in_blocks || scan->op < RH_OP_INSERT || scan->op > RH_OP_UPDATE)
		return 0;
	bytes = rh_rec_body_len(&scan->rec) -
		apart_bytes(&scan->rec, scan->body, scan->lobs_apart);
	return (int)Min(bytes / sides / ORACLE_BLOCK_BYTES, 100);
}
