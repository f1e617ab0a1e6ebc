/*
 * net_binds.c - declarations and rows of binds, as they come in; see net_work.h
 *
 * What is declared is read to its end also after an error: so the stream stays in step.
 */
#include "rehearsal/net_work.h"

#include <stdlib.h>

void *net_must_alloc(size_t count, size_t size)
{
	void *room = calloc(count ? count : 1, size);

	if (!room)
		abort();
	return room;
}

void net_binds_keep(struct net_cursor *cursor, const struct cw_ttc_oac *oac, uint32_t count)
{
	free(cursor->oac);
	cursor->oac = net_must_alloc(count, sizeof(*oac));
	if (count)
		memcpy(cursor->oac, oac, count * sizeof(*oac));
	cursor->oac_count = count;
}

/*
 * Which binds have no value on the wire: of RETURNING, unless the I/O vector is asked for (then
 * go-ora and ojdbc send a NULL in their places), and OUT ones when executed again.
 */
static bool *skipped_binds(struct net_work *work, uint32_t count, bool again)
{
	bool *skip = cw_new(&work->conn->arena, bool, count ? count : 1);
	const struct net_cursor *cursor = work->cursor;

	for (uint32_t i = 0; cursor && i < count; i++) {
		if (cursor->info.kind == RH_DML && i >= cursor->info.returning_from)
			skip[i] = !work->io_vector;
		if (again && cursor->info.kind == RH_PLSQL && cursor->direction)
			skip[i] = cursor->direction[i] == CW_BIND_OUT;
	}
	return skip;
}

/* Text of the national character set is UTF-8 from here on. */
static void turn_national(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			  struct cw_value *value)
{
	if (oac->charset_form == CW_CHARSET_FORM_NCHAR &&
	    (oac->ora_type == CW_ORA_VARCHAR2 || oac->ora_type == CW_ORA_CHAR ||
	     oac->ora_type == CW_ORA_LONG) &&
	    !cw_ttc_turn_to_utf8(in, value))
		(void)cw_ttc_bad(in, "a text of the national character set is no UTF-16");
}

static bool has_arrays(const struct cw_ttc_oac *oac, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (oac[i].flags & CW_OAC_ARRAY)
			return true;
	return false;
}

/* One row of a block that has arrays. */
static void read_block_row(struct net_work *work, struct cw_ttc_in *in,
			   const struct cw_ttc_oac *oac, uint32_t count, const bool *skip,
			   struct rh_bind *binds)
{
	struct cw_arena *arena = &work->conn->arena;
	struct cw_ttc_elements *row = cw_new(arena, struct cw_ttc_elements, count);

	cw_ttc_get_block_row(in, oac, row, skip, count, arena);
	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		for (uint32_t j = 0; j < row[i].count; j++)
			turn_national(in, &oac[i], &row[i].at[j]);
		binds[i] = (struct rh_bind){
			.ora_type = oac[i].ora_type,
			.bytes_max = oac[i].bytes_max,
			.national = oac[i].charset_form == CW_CHARSET_FORM_NCHAR,
			.is_array = oac[i].flags & CW_OAC_ARRAY,
			.array_max = oac[i].array_max,
			.element_count = row[i].count,
			.element = row[i].at,
			.value = row[i].at[0],
		};
	}
}

static void read_block_rows(struct net_work *work, struct cw_ttc_in *in,
			    const struct cw_ttc_oac *oac, uint32_t count, const bool *skip)
{
	for (uint32_t row = 0; row < work->iterations && !cw_ttc_failed(in); row++)
		read_block_row(work, in, oac, count, skip, work->binds + (size_t)row * count);
}

static void read_plain_rows(struct net_work *work, struct cw_ttc_in *in,
			    const struct cw_ttc_oac *oac, uint32_t count, const bool *skip,
			    bool plsql)
{
	struct cw_value *values = cw_new(&work->conn->arena, struct cw_value, count);
	bool sent = false;

	for (uint32_t i = 0; i < count; i++)
		sent = sent || !skip[i];
	for (uint32_t row = 0; row < work->iterations && !cw_ttc_failed(in); row++) {
		memset(values, 0, count * sizeof(*values));
		if (sent) /* where no bind has a value there is no row either */
			cw_ttc_get_bind_row(in, oac, values, skip, count, plsql);
		for (uint32_t i = 0; i < count; i++)
			turn_national(in, &oac[i], &values[i]);
		for (uint32_t i = 0; work->binds && i < count; i++)
			work->binds[(size_t)row * count + i] =
				(struct rh_bind){ .ora_type = oac[i].ora_type,
						  .bytes_max = oac[i].bytes_max,
						  .national = oac[i].charset_form ==
							      CW_CHARSET_FORM_NCHAR,
						  .value = values[i] };
	}
}

void net_binds_read(struct net_work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
		    uint32_t count, bool again, bool plsql)
{
	struct cw_arena *arena = &work->conn->arena;
	bool *skip = skipped_binds(work, count, again);
	struct cw_err err;

	if (count == 0)
		return;
	work->binds = cw_try_new(arena, struct rh_bind, (size_t)work->iterations * count, &err);
	if (plsql && work->binds && has_arrays(oac, count))
		read_block_rows(work, in, oac, count, skip);
	else
		read_plain_rows(work, in, oac, count, skip, plsql);
	if (!work->binds && work->error.code == 0)
		(void)rh_fail(&work->error, 4030, 0, "out of process memory: %u rows of binds",
			      work->iterations);
}

void net_defines_keep(struct net_cursor *cursor, const struct cw_ttc_execute *request)
{
	free(cursor->define);
	cursor->define_count = request->define_count;
	cursor->define = net_must_alloc(request->define_count, sizeof(*cursor->define));
	memcpy(cursor->define, request->oac, request->define_count * sizeof(*cursor->define));
}

/* Where no cursor can stand, and no array. */
static bool check_bind(struct net_work *work, const struct cw_ttc_oac *oac, bool in_sql,
		       bool is_out)
{
	if (in_sql && (oac->flags & CW_OAC_ARRAY))
		return rh_fail(&work->error, 1484, 0,
			       "arrays can only be bound to PL/SQL statements");
	if ((!cw_ttc_bind_is_known(oac) && !cw_ttc_array_is_known(oac)) ||
	    (in_sql && oac->ora_type == CW_ORA_CURSOR) ||
	    (oac->ora_type == CW_ORA_ROWID && (!in_sql || is_out)) ||
	    (in_sql && oac->ora_type == CW_ORA_BOOLEAN &&
	     work->conn->ttc.field_version < CW_FV_23_1))
		return rh_fail(&work->error, 3001, 0, "unimplemented feature: binds of type %u",
			       oac->ora_type);
	return true;
}

bool net_binds_check(struct net_work *work, const struct cw_ttc_oac *oac, uint32_t count)
{
	bool in_sql = work->cursor && work->cursor->info.kind != RH_PLSQL;

	for (uint32_t i = 0; i < count; i++)
		if (!check_bind(work, &oac[i], in_sql,
				work->cursor && i >= work->cursor->info.returning_from))
			return false;
	if (work->cursor && count != work->cursor->info.bind_count &&
	    !(work->cursor->info.kind == RH_QUERY && count > work->cursor->info.bind_count))
		return rh_fail(&work->error, count < work->cursor->info.bind_count ? 1008 : 1036, 0,
			       count < work->cursor->info.bind_count
				       ? "not all variables bound"
				       : "illegal variable name/number");
	return true;
}
