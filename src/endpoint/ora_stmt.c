/* ora_stmt.c - see ora_stmt.h */
#include "endpoint/ora_stmt.h"

#include "base/wr.h"
#include "codec/charset.h"
#include "schema/ddl.h"

#include <stdlib.h>
#include <xxhash.h>

#define STATEMENTS_MAX 200u /* OPEN_CURSORS is 300 by default */
#define SQL_BYTES_MAX  (4u << 20)
#define NATIONAL_BYTES 2u /* of UTF-16 for a unit */

static unsigned put_written(struct cw_wr *sql, const struct cw_ora_applied *of, const char *before,
			    bool as_names, bool as_binds)
{
	unsigned binds = 0;

	for (uint16_t i = 0; i < of->shape->column_count; i++) {
		if (!(of->use[i] & CW_COLUMN_WRITE))
			continue;
		cw_wr_text(sql, binds ? ", " : before);
		binds++;
		if (as_names)
			cw_wr_printf(sql, "\"%s\"", of->shape->column[i].name);
		if (as_names && as_binds)
			cw_wr_text(sql, " = ");
		if (as_binds)
			cw_wr_printf(sql, ":%u", binds);
	}
	return binds;
}

static unsigned put_where(struct cw_wr *sql, const struct cw_ora_applied *of, const char *table,
			  unsigned binds)
{
	bool keyless = of->shape->key_count == 0;
	const char *word = " WHERE ";

	if (keyless)
		cw_wr_printf(sql, " WHERE ROWID = (SELECT ROWID FROM %s", table);
	for (uint16_t i = 0; i < of->shape->column_count; i++) {
		if (!(of->use[i] & (CW_COLUMN_EQUAL | CW_COLUMN_IS_NULL)))
			continue;
		cw_wr_printf(sql, "%s\"%s\"", word, of->shape->column[i].name);
		if (of->use[i] & CW_COLUMN_EQUAL)
			cw_wr_printf(sql, " = :%u", ++binds);
		else
			cw_wr_text(sql, " IS NULL");
		word = " AND ";
	}
	if (keyless)
		cw_wr_printf(sql, "%sROWNUM = 1)", word);
	return binds;
}

static unsigned put_statement(struct cw_wr *sql, const struct cw_ora_applied *of)
{
	unsigned binds = 0;
	char table[264];

	(void)cw_ddl_ora_table(of->shape, table);
	switch (of->kind) {
	case CW_INSERT:
		cw_wr_printf(sql, "INSERT INTO %s", table);
		(void)put_written(sql, of, " (", true, false);
		binds = put_written(sql, of, ") VALUES (", false, true);
		cw_wr_text(sql, ")");
		break;
	case CW_UPDATE:
		cw_wr_printf(sql, "UPDATE %s", table);
		binds = put_written(sql, of, " SET ", true, true);
		binds = put_where(sql, of, table, binds);
		break;
	default:
		cw_wr_printf(sql, "DELETE FROM %s", table);
		binds = put_where(sql, of, table, 0);
	}
	cw_wr_u8(sql, 0);
	return binds;
}

static bool is_text(const struct cw_column *column)
{
	return column->ora_type == CW_ORA_VARCHAR2 || column->ora_type == CW_ORA_CHAR;
}

static unsigned bind_columns(struct cw_ora_applied *of, uint8_t use, unsigned bind)
{
	for (uint16_t i = 0; i < of->shape->column_count; i++) {
		const struct cw_column *column = &of->shape->column[i];
		uint32_t bytes = column->byte_length;

		if (!(of->use[i] & use))
			continue;
		if (column->ora_type == CW_ORA_NUMBER)
			bytes = 22;
		else if (column->ora_type == CW_ORA_TIMESTAMP ||
			 column->ora_type == CW_ORA_TIMESTAMP_LTZ)
			bytes = 11;
		else if (column->charset)
			bytes = CW_CHARSET_GROWTH * column->byte_length;
		if (column->national &&
		    is_text(column)) /* the database's set may lack its letters */
			cw_ora_bind_national(of->stmt, bind++, column->ora_type,
					     NATIONAL_BYTES * column->char_length);
		else
			cw_ora_bind(of->stmt, bind++, column->ora_type, bytes);
	}
	return bind;
}

static size_t bucket_of(const struct cw_shape *shape, enum cw_change_kind kind, const uint8_t *use)
{
	uint64_t seed = (uint64_t)(uintptr_t)shape ^ (uint64_t)kind;

	return XXH64(use, shape->column_count, seed) %
	       CW_ARRAY_LEN(((struct cw_ora_stmts *)NULL)->bucket);
}

struct cw_ora_applied *cw_ora_stmt_find(struct cw_ora_stmts *stmts, const struct cw_shape *shape,
					enum cw_change_kind kind, const uint8_t *use)
{
	struct cw_ora_applied *of = stmts->bucket[bucket_of(shape, kind, use)];

	while (of && (of->shape != shape || of->kind != kind ||
		      memcmp(of->use, use, shape->column_count) != 0))
		of = of->next;
	return of;
}

bool cw_ora_stmt_make(struct cw_ora_stmts *stmts, struct cw_ora *ora, const struct cw_shape *shape,
		      enum cw_change_kind kind, const uint8_t *use, struct cw_ora_applied **ret,
		      struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	struct cw_ora_applied *of = calloc(1, sizeof(*of) + shape->column_count);
	size_t bucket = bucket_of(shape, kind, use);
	bool ok;

	if (!of)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	of->shape = shape;
	of->kind = kind;
	memcpy(of->use, use, shape->column_count);
	of->bind_count = put_statement(&sql, of);
	ok = !cw_wr_failed(&sql) && cw_ora_prepare(ora, (const char *)sql.at0, &of->stmt, err);
	cw_wr_release(&sql);
	if (!ok) {
		free(of);
		return false;
	}
	(void)bind_columns(of, CW_COLUMN_EQUAL, bind_columns(of, CW_COLUMN_WRITE, 0));
	of->next = stmts->bucket[bucket];
	stmts->bucket[bucket] = of;
	stmts->count++;
	*ret = of;
	return true;
}

bool cw_ora_stmts_are_full(const struct cw_ora_stmts *stmts)
{
	return stmts->count >= STATEMENTS_MAX;
}

void cw_ora_stmts_release(struct cw_ora_stmts *stmts)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(stmts->bucket); i++) {
		while (stmts->bucket[i]) {
			struct cw_ora_applied *of = stmts->bucket[i];

			stmts->bucket[i] = of->next;
			cw_ora_stmt_free(of->stmt);
			free(of);
		}
	}
	stmts->count = 0;
}
