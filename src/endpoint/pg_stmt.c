/* pg_stmt.c - see pg_stmt.h */
#include "endpoint/pg_stmt.h"

#include "base/wr.h"
#include "schema/ddl.h"

#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#define STATEMENTS_MAX 400u /* the server keeps a plan for each */
#define SQL_BYTES_MAX  (4u << 20)

static const char *quoted(const struct cw_column *column, char ret[140])
{
	return cw_pg_quote(column->pg_name, ret, 140);
}

static void put_insert(struct cw_wr *sql, const struct cw_pg_stmt *stmt, const char *table)
{
	const struct cw_shape *shape = stmt->shape;
	unsigned param = 0;
	char name[140];

	cw_wr_printf(sql, "INSERT INTO %s (", table);
	for (uint16_t i = 0; i < shape->column_count; i++)
		cw_wr_printf(sql, "%s%s", i ? ", " : "", quoted(&shape->column[i], name));
	cw_wr_text(sql, ") OVERRIDING SYSTEM VALUE VALUES ");
	for (unsigned row = 0; row < stmt->rows; row++) {
		for (uint16_t i = 0; i < shape->column_count; i++)
			cw_wr_printf(sql, "%s$%u", i ? ", " : row ? "), (" : "(", ++param);
	}
	cw_wr_text(sql, ")");
}

static unsigned put_set(struct cw_wr *sql, const struct cw_pg_stmt *stmt)
{
	unsigned params = 0;
	char name[140];

	for (uint16_t i = 0; i < stmt->shape->column_count; i++) {
		if (!(stmt->use[i] & CW_COLUMN_WRITE))
			continue;
		cw_wr_printf(sql, "%s%s = $%u", params ? ", " : " SET ",
			     quoted(&stmt->shape->column[i], name), params + 1);
		params++;
	}
	return params;
}

static void put_where(struct cw_wr *sql, const struct cw_pg_stmt *stmt, const char *table,
		      unsigned params)
{
	bool keyless = stmt->shape->key_count == 0;
	const char *word = " WHERE ";
	char name[140];

	if (keyless)
		cw_wr_printf(sql, " WHERE ctid = (SELECT ctid FROM %s", table);
	for (uint16_t i = 0; i < stmt->shape->column_count; i++) {
		if (!(stmt->use[i] & (CW_COLUMN_EQUAL | CW_COLUMN_IS_NULL)))
			continue;
		cw_wr_printf(sql, "%s%s", word, quoted(&stmt->shape->column[i], name));
		if (stmt->use[i] & CW_COLUMN_EQUAL)
			cw_wr_printf(sql, " = $%u", ++params);
		else
			cw_wr_text(sql, " IS NULL");
		word = " AND ";
	}
	if (keyless)
		cw_wr_text(sql, " LIMIT 1)");
}

static unsigned add_types(const struct cw_pg_stmt *stmt, uint8_t use, uint32_t *types,
			  unsigned count)
{
	for (uint16_t i = 0; i < stmt->shape->column_count; i++)
		if (stmt->use[i] & use)
			types[count++] = stmt->shape->column[i].pg_oid;
	return count;
}

static void put_statement(struct cw_wr *sql, const struct cw_pg_stmt *stmt)
{
	char table[264];

	(void)cw_ddl_pg_table(stmt->shape, table);
	switch (stmt->kind) {
	case CW_INSERT:
		put_insert(sql, stmt, table);
		break;
	case CW_UPDATE:
		cw_wr_printf(sql, "UPDATE %s", table);
		put_where(sql, stmt, table, put_set(sql, stmt));
		break;
	default:
		cw_wr_printf(sql, "DELETE FROM %s", table);
		put_where(sql, stmt, table, 0);
	}
	cw_wr_u8(sql, 0);
}

static bool prepare(struct cw_pg_pipe *pipe, const struct cw_pg_stmt *stmt, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	uint32_t *types = calloc((1 + (size_t)stmt->rows) * stmt->shape->column_count + 1,
				 sizeof(*types));
	unsigned count = 0;
	bool ok;

	if (!types)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	put_statement(&sql, stmt);
	for (unsigned row = 0; row < stmt->rows; row++)
		count = add_types(stmt, CW_COLUMN_WRITE, types, count);
	count = add_types(stmt, CW_COLUMN_EQUAL, types, count);
	ok = !cw_wr_failed(&sql) &&
	     cw_pg_pipe_prepare(pipe, stmt->name, (const char *)sql.at0, count, types, err);
	cw_wr_release(&sql);
	free(types);
	return ok;
}

/* Those of others, made in the same session, stay. */
static bool forget_all(struct cw_pg_stmts *stmts, struct cw_pg_pipe *pipe, struct cw_err *err)
{
	char sql[40];

	for (size_t i = 0; i < CW_ARRAY_LEN(stmts->bucket); i++) {
		for (struct cw_pg_stmt *stmt = stmts->bucket[i]; stmt; stmt = stmt->next) {
			(void)snprintf(sql, sizeof(sql), "DEALLOCATE %s", stmt->name);
			if (!cw_pg_pipe_command(pipe, sql, err))
				return false;
		}
	}
	cw_pg_stmts_release(stmts);
	return true;
}

bool cw_pg_stmt_get(struct cw_pg_stmts *stmts, struct cw_pg_pipe *pipe,
		    const struct cw_shape *shape, enum cw_change_kind kind, unsigned rows,
		    const uint8_t *use, const struct cw_pg_stmt **ret, struct cw_err *err)
{
	uint64_t seed = (uint64_t)(uintptr_t)shape ^ (uint64_t)kind ^ (uint64_t)rows << 8;
	size_t bucket = XXH64(use, shape->column_count, seed) % CW_ARRAY_LEN(stmts->bucket);
	struct cw_pg_stmt *stmt;

	for (stmt = stmts->bucket[bucket]; stmt; stmt = stmt->next)
		if (stmt->shape == shape && stmt->kind == kind && stmt->rows == rows &&
		    memcmp(stmt->use, use, shape->column_count) == 0)
			break;
	if (stmt) {
		*ret = stmt;
		return true;
	}
	if (stmts->count >= STATEMENTS_MAX && !forget_all(stmts, pipe, err))
		return false;
	stmt = calloc(1, sizeof(*stmt) + shape->column_count);
	if (!stmt)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	stmt->shape = shape;
	stmt->kind = kind;
	stmt->rows = rows;
	memcpy(stmt->use, use, shape->column_count);
	(void)snprintf(stmt->name, sizeof(stmt->name), "cw%u", ++stmts->made);
	stmt->next = stmts->bucket[bucket];
	stmts->bucket[bucket] = stmt;
	stmts->count++;
	*ret = stmt;
	return prepare(pipe, stmt, err);
}

void cw_pg_stmts_release(struct cw_pg_stmts *stmts)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(stmts->bucket); i++) {
		while (stmts->bucket[i]) {
			struct cw_pg_stmt *stmt = stmts->bucket[i];

			stmts->bucket[i] = stmt->next;
			free(stmt);
		}
	}
	stmts->count = 0;
}
