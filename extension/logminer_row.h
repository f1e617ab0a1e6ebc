/*
 * logminer_row.h - a change's columns as they are mined, for who writes them as SQL
 *
 * logminer_literal.c writes values, logminer_text.c statements, logminer_lob.c the rows beside them.
 *
 * Owns		what is read points into the record
 * Errors	elog(ERROR) of a record that is cut
 */
#ifndef CAUSEWAY_LOGMINER_ROW_H
#define CAUSEWAY_LOGMINER_ROW_H

#include "causeway_redo.h"

#include "model/shape.h"
#include "rehearsal/db_text.h"

#define LOB_IN_ROW_BYTES 3964u /* longer ones lie apart from their row */
#define LONG_TOLD_BYTES	 4000u /* longer ones have rows of their own */
#define WIDE_TOLD_BYTES	 4000u /* of an extended column */

struct mined_value {
	struct rh_msg_column head;
	const uint8_t *at;
};

struct mined_row {
	int old_count, new_count;
	struct mined_value *old, *new;
};

struct writer {
	StringInfo out;
	const struct rh_rec *rec;
	const struct mined_table *table;
	int options;
	bool is_undo; /* LOBs have their own: they are not set back by SQL */
	bool in_where;
	bool lobs_apart; /* EMPTY_CLOB() stands for what comes in rows of its own */
};

void read_row(const struct rh_rec *rec, const uint8_t *body, struct mined_row *ret);

static inline bool is_set(const struct mined_value *value)
{
	return value->head.flags & RH_COLUMN_SET;
}

static inline bool is_same(const struct mined_value *a, const struct mined_value *b)
{
	return is_set(a) == is_set(b) && a->head.len == b->head.len &&
	       memcmp(a->at, b->at, a->head.len) == 0;
}

static inline bool has_names(const struct writer *to)
{
	return to->table && to->table->known;
}

static inline bool is_lob(const struct mined_value *value)
{
	return rh_is_lob(value->head.ora_type);
}

static inline bool is_clob(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_CLOB;
}

/* UTF-16 units of @len bytes of UTF-8. */
static inline uint32_t units_of(const uint8_t *at, size_t len)
{
	uint32_t units = 0;

	for (size_t i = 0; i < len; i++)
		units += ((at[i] & 0xc0) != 0x80) + (at[i] >= 0xf0);
	return units;
}

/* Does it lie in its row?  A CLOB as UTF-16. */
static inline bool is_in_row(const struct mined_value *value)
{
	size_t len =
		is_clob(value) ? 2 * (size_t)units_of(value->at, value->head.len) : value->head.len;

	return len <= LOB_IN_ROW_BYTES;
}

static inline bool is_xml(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_OBJECT;
}

static inline bool is_long(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_LONG || value->head.ora_type == CW_ORA_LONG_RAW;
}

static inline bool is_long_apart(const struct writer *to, const struct mined_value *value)
{
	return is_long(value) && value->head.len > LONG_TOLD_BYTES &&
	       to->options & LOGMNR_LONGS_APART;
}

/* Of a column that is stored as a LOB: MAX_STRING_SIZE = EXTENDED. */
static inline bool is_extended(const struct writer *to, const struct mined_value *value)
{
	return value->head.flags & RH_COLUMN_EXTENDED && to->options & LOGMNR_WIDE_APART;
}

static inline bool is_wide_apart(const struct writer *to, const struct mined_value *value)
{
	return is_extended(to, value) && value->head.len > WIDE_TOLD_BYTES;
}

/* ---- logminer_literal.c ---- */

void put_hex(StringInfo out, const uint8_t *at, size_t len);
void put_quoted(StringInfo out, const char *at, size_t len);
/* By its type, as the catalog's dictionary has it told; neither a LOB nor NULL. */
void put_literal(const struct writer *to, const struct mined_value *value);

/* ---- logminer_text.c ---- */

void put_table(const struct writer *to);
void put_name(const struct writer *to, const struct mined_value *value);
void put_predicate(const struct writer *from, const struct mined_value *value, bool *first);
void put_where(const struct writer *to, const struct mined_value *value,
	       const struct mined_value *other, int count);
/* In a statement: EMPTY_CLOB() where its content comes apart. */
void put_lob(const struct writer *to, const struct mined_value *value);

#endif
