/*
 * net_work.h - one EXECUTE, REEXECUTE or FETCH, from its request to its answer
 *
 *	net_execute.c	the functions: what the options say, what is run
 *	net_binds.c	declarations and rows of binds, as they come in
 *	net_result.c	rows, values that come back, the summary, as they go out
 *
 * Owns		nothing: what is made for one call lies in the connection's arena
 * Errors	stand in @error, and are told by net_put_summary()
 * Threads	the connection's own
 */
#ifndef CW_REHEARSAL_NET_WORK_H
#define CW_REHEARSAL_NET_WORK_H

#include "rehearsal/net_conn.h"

/* What one call is about, from request to answer. */
struct net_work {
	struct net_conn *conn;
	struct net_cursor *cursor;
	uint32_t id; /* of the cursor; 0: none */
	uint32_t options;
	uint32_t rows; /* to fetch */
	uint32_t iterations;
	bool commit, batch_errors, row_counts, io_vector, is_query;
	bool scrollable, open_at_end;
	uint64_t scroll_to; /* a row, from 1, or RH_LAST_ROW */
	struct rh_bind *binds;
	struct rh_error error;
};

/* ---- binds: net_binds.c ---------------------------------------------------------- */

/* Room that is set to zero; its end is free()'s, without it there is no going on. */
void *net_must_alloc(size_t count, size_t size);
/* For executions that bring values alone. */
void net_binds_keep(struct net_cursor *cursor, const struct cw_ttc_oac *oac, uint32_t count);
void net_defines_keep(struct net_cursor *cursor, const struct cw_ttc_execute *request);
/* Are they as many as the statement has, and of types that can be? */
bool net_binds_check(struct net_work *work, const struct cw_ttc_oac *oac, uint32_t count);
/* The rows of binds behind the request, all of them, also after an error. */
void net_binds_read(struct net_work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
		    uint32_t count, bool again, bool plsql);

/* ---- answers: net_result.c ------------------------------------------------------- */

/* Fetch work->rows rows into the answer; what is left to say stands in work->error. */
void net_put_rows(struct net_work *work, struct cw_wr *wr);
/* @result: NULL if nothing was executed. */
void net_put_parameter(struct net_work *work, struct cw_wr *wr, const struct rh_result *result);
/* ERROR, the summary that ends every answer here. */
void net_put_summary(struct net_work *work, struct cw_wr *wr, const struct rh_result *result);
/* The error alone, sent. */
bool net_answer_failure(struct net_work *work);
/* LOBs that come back are their locators; ORA- if one cannot be made. */
bool net_locate_out(struct net_work *work, struct rh_result *result);
bool net_locate_returned(struct net_work *work, struct rh_result *result);
/* OUT and IN OUT values of a block; which binds they are is told in front of the first row. */
void net_put_out_binds(struct net_work *work, struct cw_wr *wr, const struct rh_result *result,
		       bool first);
/* Which binds of a statement with RETURNING come back: go-ora believes nothing else. */
void net_put_returning_vector(struct net_work *work, struct cw_wr *wr);
/* RETURNING: for each bind how many rows, then its value in each. */
void net_put_returned(struct net_work *work, struct cw_wr *wr, const struct rh_result *result);

#endif
