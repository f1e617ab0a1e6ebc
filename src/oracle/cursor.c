/*
 * cursor.c - rows that come by the way: REF CURSORs, cursors in a column, implicit results; see session.h
 *
 * The server has parsed and executed them; what they return is described where they come, and
 * FETCH brings the rows, as with a query's own cursor.
 *
 * Sources	python-oracledb messages/base.pyx, _create_cursor_from_describe(),
 *		_process_implicit_result()
 */
#include "oracle/wire.h"

#include <stdlib.h>

#define RESULTS_MAX 1000u /* of one block; OPEN_CURSORS is less */

static struct cw_ora_stmt *new_child(struct cw_ora *ora, uint32_t cursor_id)
{
	struct cw_ora_stmt *stmt = calloc(1, sizeof(*stmt));

	if (!stmt)
		abort();
	*stmt = (struct cw_ora_stmt){
		.ora = ora,
		.kind = ORA_QUERY,
		.cursor_id = cursor_id,
		.is_child = true,
		.arena = CW_ARENA(64u << 20),
		.shape_arena = CW_ARENA(64u << 20),
	};
	return stmt;
}

/* ---- implicit results ---------------------------------------------------------------------- */

/* Behind those that came before it. */
static void append(struct cw_ora_stmt *stmt, struct cw_ora_stmt *child)
{
	struct cw_ora_stmt **at = &stmt->results;

	while (*at)
		at = &(*at)->next;
	*at = child;
}

void ora_read_results(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	uint32_t count = cw_ttc_get_ub4(in);

	if (!stmt || count > RESULTS_MAX) {
		(void)cw_ttc_bad(in, stmt ? "more implicit results than a block returns"
					  : "implicit results that nobody asked for");
		return;
	}
	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		struct cw_ttc_describe describe;
		struct cw_ora_stmt *child;

		cw_ttc_skip_raw(in, cw_ttc_get_u8(in));
		cw_ttc_get_describe_body(in, &describe);
		child = new_child(stmt->ora, cw_ttc_get_ub2(in));
		if (!cw_ttc_failed(in))
			(void)ora_describe(child, &describe);
		append(stmt, child);
	}
}

void ora_drop_results(struct cw_ora_stmt *stmt)
{
	while (stmt->results) {
		struct cw_ora_stmt *child = stmt->results;

		stmt->results = child->next;
		ora_stmt_release(child);
	}
}

/* To the caller, whose it is from now on. */
static bool give(struct cw_ora_stmt *child, struct cw_ora_stmt **ret, struct cw_err *err)
{
	if (!ora_check_columns(child, err)) {
		ora_stmt_release(child);
		return false;
	}
	child->next = child->ora->stmts;
	child->ora->stmts = child;
	*ret = child;
	return true;
}

bool cw_ora_next_result(struct cw_ora_stmt *stmt, struct cw_ora_stmt **ret, struct cw_err *err)
{
	struct cw_ora_stmt *child = stmt->results;

	*ret = NULL;
	if (!child)
		return true;
	stmt->results = child->next;
	return give(child, ret, err);
}

/* ---- cursors that are values --------------------------------------------------------------------- */

bool cw_ora_cursor(struct cw_ora *ora, const struct cw_value *value, struct cw_ora_stmt **ret,
		   struct cw_err *err)
{
	struct cw_arena arena = CW_ARENA(64u << 20);
	struct cw_ttc_describe describe;
	struct cw_ora_stmt *child;
	uint32_t cursor_id;
	bool good;

	*ret = NULL;
	if (value->state != CW_VALUE_SET)
		return cw_fail(err, CW_ERR_DATA, 7109, "the cursor was not opened");
	good = cw_ttc_cursor_of_value(value, &ora->ttc, &arena, &cursor_id, &describe, err);
	if (good) {
		child = new_child(ora, cursor_id);
		(void)ora_describe(child, &describe);
		good = give(child, ret, err);
	}
	cw_arena_release(&arena);
	return good;
}
