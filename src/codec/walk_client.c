/* walk_client.c - see walk_parts.h */
#include "codec/walk_parts.h"

#include "codec/ttc_call_codes.h"
#include "codec/ttc_describe_any.h"

#define MAGIC_FIRST 0xde /* of native network encryption: deadbeef */

struct reading {
	struct cw_walk *walk;
	struct cw_ttc_in *in;
	struct cw_pass pass;
	struct cw_pass again; /* writes what was read once more */
	const uint8_t *from;  /* the message's first byte */
};

/* Write the message once more, integers as the client wrote them: most in 0, 1, 2, 4 or 8. */
static struct cw_pass *rewriter(struct reading *r)
{
	r->again.least = walk_check_is_least(&r->walk->check);
	return &r->again;
}

static const char *function_name(uint8_t function)
{
	static const char *const names[256] = {
		[CW_FN_REEXECUTE] = "REEXECUTE",
		[CW_FN_FETCH] = "FETCH",
		[CW_FN_LOGOFF] = "LOGOFF",
		[CW_FN_AUTOCOMMIT_ON] = "AUTOCOMMIT ON",
		[CW_FN_AUTOCOMMIT_OFF] = "AUTOCOMMIT OFF",
		[CW_FN_COMMIT] = "COMMIT",
		[CW_FN_ROLLBACK] = "ROLLBACK",
		[CW_FN_STARTUP] = "STARTUP",
		[CW_FN_SHUTDOWN] = "SHUTDOWN",
		[CW_FN_VERSION] = "VERSION",
		[CW_FN_REEXECUTE_AND_FETCH] = "REEXECUTE AND FETCH",
		[CW_FN_EXECUTE] = "EXECUTE",
		[CW_FN_LOB_OP] = "LOB OPERATION",
		[CW_FN_DESCRIBE_STATEMENT] = "DESCRIBE STATEMENT",
		[CW_FN_DESCRIBE_OBJECT] = "DESCRIBE OBJECT",
		[CW_FN_TPC_SWITCH] = "SWITCH TRANSACTION",
		[CW_FN_TPC_CHANGE_STATE] = "CHANGE TRANSACTION STATE",
		[CW_FN_CLOSE_CURSORS] = "CLOSE CURSORS",
		[CW_FN_SESSION_SWITCH] = "SWITCH SESSION",
		[CW_FN_AUTH_PHASE_TWO] = "AUTH, phase two",
		[CW_FN_AUTH_PHASE_ONE] = "AUTH, phase one",
		[CW_FN_CANCEL_CURSORS] = "CANCEL CURSORS",
		[CW_FN_AQ_ENQUEUE] = "ENQUEUE",
		[CW_FN_AQ_DEQUEUE] = "DEQUEUE",
		[CW_FN_SUBSCRIBE] = "SUBSCRIBE",
		[CW_FN_LOAD_PREPARE] = "PREPARE LOAD",
		[CW_FN_LOAD_STREAM] = "LOAD STREAM",
		[CW_FN_LOAD_OP] = "LOAD OPERATION",
		[CW_FN_END_TO_END] = "END TO END ATTRIBUTES",
		[CW_FN_AQ_ARRAY] = "QUEUE ARRAY",
		[CW_FN_PING] = "PING",
		[CW_FN_SET_SCHEMA] = "SET SCHEMA",
		[CW_FN_APP_CONTEXT] = "APPLICATION CONTEXT",
		[CW_FN_SESSION_GET] = "GET SESSION",
		[CW_FN_SESSION_RELEASE] = "RELEASE SESSION",
		[CW_FN_SESSION_TEMPLATE] = "SESSION TEMPLATE",
		[CW_FN_CACHE_STATISTICS] = "CACHE STATISTICS",
		[CW_FN_CACHE_ID] = "CACHE ID",
		[CW_FN_SESSION_STATE] = "SESSION STATE",
		[CW_FN_REPLAY_CONTEXT] = "REPLAY CONTEXT",
		[CW_FN_NOTIFY] = "NOTIFY",
		[CW_FN_PIPELINE_BEGIN] = "BEGIN PIPELINE",
		[CW_FN_PIPELINE_END] = "END PIPELINE",
		[CW_FN_PIPELINE_OPEN] = "OPEN PIPELINE",
		[CW_FN_SHARDING_KEYS] = "SHARDING KEYS",
		[CW_FN_CLIENT_FEATURES] = "CLIENT FEATURES",
		[CW_FN_CLIENT_STATISTICS] = "CLIENT STATISTICS",
		[CW_FN_SECURITY_CONTEXT] = "SECURITY CONTEXT",
	};

	return names[function] ? names[function] : "unknown function";
}

/* ---- rows of binds ---------------------------------------------------------------------- */

/* Has bind @i of @stmt a value in this row?  @all: OUT and RETURNING ones, too. */
static bool has_value(const struct walk_stmt *stmt, uint32_t i, bool again, bool all)
{
	if (all)
		return true;
	if (stmt->is_returning && i >= stmt->returning_from)
		return false;
	return !(again && stmt->direction && stmt->direction[i] == CW_BIND_OUT);
}

static void read_bind(struct reading *r, const struct cw_ttc_oac *oac, uint32_t i)
{
	struct cw_ttc_form form = cw_ttc_form_of_bind(oac, CW_IN_BIND);
	uint32_t count = 1;

	cw_pass_enter(&r->pass, "bind", i);
	if (oac->flags & CW_OAC_ARRAY) {
		cw_pass_ub4(&r->pass, "elements", &count);
		cw_pass_ub4(rewriter(r), "elements", &count);
	}
	for (uint32_t j = 0; j < count && !cw_pass_failed(&r->pass); j++) {
		struct cw_ttc_item item = { 0 };

		cw_ttc_pass_item(&r->pass, &form, &item);
		if (!cw_pass_failed(&r->pass))
			cw_ttc_pass_item(rewriter(r), &form, &item);
	}
	cw_pass_leave(&r->pass);
}

/* One row behind its 7. */
static void read_bind_row(struct reading *r, const struct walk_stmt *stmt, bool again, bool all)
{
	for (int pass = 0; pass < (stmt->is_plsql ? 1 : 2); pass++)
		for (uint32_t i = 0; i < stmt->bind_count && !cw_pass_failed(&r->pass); i++) {
			const struct cw_ttc_oac *oac = &stmt->bind[i];
			bool moved = cw_ttc_bind_is_moved(r->in->ttc, oac);

			if (!has_value(stmt, i, again, all))
				continue;
			if (!stmt->is_plsql && moved != pass)
				continue;
			read_bind(r, oac, i);
		}
}

static bool begins_message(const struct cw_ttc_in *in)
{
	uint8_t next;

	if (cw_rd_left(&in->rd) == 0)
		return true;
	next = *in->rd.at;
	return next == CW_TTC_ROW_DATA || next == CW_TTC_FUNCTION || next == CW_TTC_PIGGYBACK;
}

/*
 * Some drivers write a value for OUT and RETURNING binds, others do not: the way is right by
 * which the row ends where a message can begin.
 */
static bool fits(const struct reading *r, const struct walk_stmt *stmt, bool again, bool all)
{
	struct cw_ttc_in in = *r->in;
	struct reading trial = *r;
	struct cw_wr nowhere = { .failed = true };

	in.trace = NULL;
	trial.in = &in;
	trial.pass = cw_pass_reading(&in);
	trial.again = cw_pass_writing(&nowhere, in.ttc);
	(void)cw_ttc_get_u8(&in);
	read_bind_row(&trial, stmt, again, all);
	return !cw_ttc_failed(&in) && begins_message(&in);
}

static void read_bind_rows(struct reading *r, const struct walk_stmt *stmt, bool again)
{
	for (uint32_t row = 0; !cw_pass_failed(&r->pass) && cw_rd_left(&r->in->rd) > 0 &&
			       *r->in->rd.at == CW_TTC_ROW_DATA;
	     row++) {
		bool all = !fits(r, stmt, again, false) && fits(r, stmt, again, true);
		uint8_t message = CW_TTC_ROW_DATA;

		cw_pass_enter(&r->pass, "row", row);
		cw_pass_u8(&r->pass, "message", NULL);
		cw_pass_u8(rewriter(r), "message", &message);
		read_bind_row(r, stmt, again, all);
		cw_pass_leave(&r->pass);
	}
}

/* ---- functions ----------------------------------------------------------------------------- */

static void read_execute(struct reading *r, struct walk_call *call)
{
	struct cw_ttc_execute execute = { 0 };

	cw_ttc_pass_execute(&r->pass, &execute);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_execute(rewriter(r), &execute);
	call->stmt = walk_stmt_find(r->walk, execute.cursor_id);
	if (!call->stmt)
		call->stmt = walk_stmt_new(r->walk);
	walk_stmt_name(r->walk, call->stmt, execute.cursor_id);
	if (execute.sql.len > 0)
		walk_stmt_set_sql(call->stmt, execute.sql);
	walk_stmt_set_binds(call->stmt, &execute);
	call->stmt->wants_row_counts = execute.has_row_counts;
	read_bind_rows(r, call->stmt, false);
}

static void read_reexecute(struct reading *r, struct walk_call *call)
{
	struct cw_ttc_reexecute reexecute = { 0 };

	cw_ttc_pass_reexecute(&r->pass, &reexecute);
	cw_ttc_pass_reexecute(rewriter(r), &reexecute);
	call->stmt = walk_stmt_find(r->walk, reexecute.cursor_id);
	if (call->stmt)
		read_bind_rows(r, call->stmt, true);
}

static void read_fetch(struct reading *r, struct walk_call *call)
{
	uint32_t cursor_id = 0, rows = 0;

	cw_ttc_pass_fetch(&r->pass, &cursor_id, &rows);
	cw_ttc_pass_fetch(rewriter(r), &cursor_id, &rows);
	call->stmt = walk_stmt_find(r->walk, cursor_id);
	if (!call->stmt)
		call->stmt = walk_stmt_latest(r->walk);
}

static void read_auth(struct reading *r, uint8_t function)
{
	struct cw_ttc_auth auth = { 0 };

	cw_ttc_pass_auth(&r->pass, &auth);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_auth(rewriter(r), &auth);
	r->walk->listener->login(r->walk->listener, CW_FROM_CLIENT,
				 function == CW_FN_AUTH_PHASE_ONE ? 1 : 2, auth.pair,
				 auth.pair_count);
}

static void read_lob_op(struct reading *r, struct walk_call *call)
{
	cw_ttc_pass_lob_op(&r->pass, &call->lob);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_lob_op(rewriter(r), &call->lob);
	call->lob.source = call->lob.target = call->lob.data = (struct cw_bytes){ NULL, 0 };
}

static void read_describe_statement(struct reading *r)
{
	struct cw_ttc_describe_statement asked = { 0 };

	cw_ttc_pass_describe_statement(&r->pass, &asked);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_describe_statement(rewriter(r), &asked);
}

static void read_describe_object(struct reading *r)
{
	struct cw_ttc_describe_object asked = { 0 };

	cw_ttc_pass_describe_object(&r->pass, &asked);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_describe_object(rewriter(r), &asked);
}

static void read_function(struct reading *r, struct walk_call *call)
{
	switch (call->function) {
	case CW_FN_EXECUTE:
		read_execute(r, call);
		break;
	case CW_FN_REEXECUTE:
	case CW_FN_REEXECUTE_AND_FETCH:
		read_reexecute(r, call);
		break;
	case CW_FN_FETCH:
		read_fetch(r, call);
		break;
	case CW_FN_AUTH_PHASE_ONE:
	case CW_FN_AUTH_PHASE_TWO:
		read_auth(r, call->function);
		break;
	case CW_FN_LOB_OP:
		read_lob_op(r, call);
		break;
	case CW_FN_DESCRIBE_STATEMENT:
		read_describe_statement(r);
		break;
	case CW_FN_DESCRIBE_OBJECT:
		read_describe_object(r);
		break;
	case CW_FN_LOGOFF:
	case CW_FN_AUTOCOMMIT_ON:
	case CW_FN_AUTOCOMMIT_OFF:
	case CW_FN_COMMIT:
	case CW_FN_ROLLBACK:
	case CW_FN_PING:
		break;
	default:
		call->other.function = call->function;
		cw_ttc_read_other(&r->pass, &call->other);
		cw_wr_reset(&r->walk->rewrite); /* Causeway cannot write it */
		break;
	}
}

static void read_piggyback(struct reading *r, struct walk_call *call)
{
	struct cw_ttc_piggyback piggyback = { .function = call->function };

	if (!cw_ttc_piggyback_is_known(call->function)) {
		read_function(r, call);
		return;
	}
	cw_ttc_pass_piggyback(&r->pass, &piggyback);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_piggyback(rewriter(r), &piggyback);
}

static void await_answer(struct cw_walk *walk, const struct walk_call *call)
{
	if (walk->call_count == WALK_CALLS_MAX) /* answers were not recorded */
		memmove(walk->call, walk->call + 1, --walk->call_count * sizeof(*walk->call));
	walk->call[walk->call_count++] = *call;
}

/* Pointer, length, mode, pointer, count, two pointers: those of one byte, these of four. */
static bool is_short_login(const struct cw_ttc_in *in, size_t head)
{
	const uint8_t *at = in->rd.at + head;

	return cw_rd_left(&in->rd) >= head + 16 && at[0] == 1 && at[1] > 0 && at[2] == 0 &&
	       at[3] == 0 && at[4] == 0 && at[9] == 1 && at[11] == 0 && at[12] == 0 &&
	       at[13] == 0 && at[14] == 1 && at[15] == 1;
}

/*
 * The first step of a login tells the form: its user and its list are there, as pointers of 8
 * bytes, of which the third follows 4 bytes of length with padding or without; or of one byte
 * between integers of four.  In front of them: function, sequence, and from 23.1 on a token.
 */
static void learn_native(struct reading *r)
{
	struct cw_walk *walk = r->walk;

	if (r->in->rd.at[0] != CW_FN_AUTH_PHASE_ONE)
		return;
	walk->is_native = walk->is_short = false;
	for (size_t head = 2; head <= 16 && !walk->is_native; head++) {
		walk->is_short = is_short_login(r->in, head);
		walk->is_native = walk->is_short || (cw_ttc_is_pointer_at(r->in, head) &&
						     cw_ttc_is_pointer_at(r->in, head + 16));
		walk->is_packed = walk->is_short || cw_ttc_is_pointer_at(r->in, head + 28);
	}
	walk_set_native(walk);
}

/* A message of FUNCTION, PIGGYBACK or ONEWAY behind its first byte. */
static void read_call(struct reading *r, uint8_t message)
{
	struct cw_ttc_call head = { .message = message };
	struct walk_call call = { 0 };

	r->walk->is_assuming |= !r->walk->has_types;
	if (r->walk->has_types && cw_rd_left(&r->in->rd) > 0)
		learn_native(r);
	cw_ttc_pass_call(&r->pass, &head);
	cw_ttc_pass_call(rewriter(r), &head);
	call.function = head.function;
	call.sequence = head.sequence;
	call.token = head.token;
	if (message == CW_TTC_PIGGYBACK)
		read_piggyback(r, &call);
	else
		read_function(r, &call);
	if (message == CW_TTC_FUNCTION && !cw_pass_failed(&r->pass))
		await_answer(r->walk, &call);
}

/* ---- negotiation ----------------------------------------------------------------------------- */

static void read_protocol(struct reading *r)
{
	struct cw_ttc_protocol_request request = { 0 };

	cw_ttc_pass_protocol_request(&r->pass, &request);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_protocol_request(rewriter(r), &request);
	r->walk->platform_len =
		(uint8_t)(request.name.len < sizeof(r->walk->platform) ? request.name.len
								       : sizeof(r->walk->platform));
	memcpy(r->walk->platform, request.name.at, r->walk->platform_len);
}

static void read_types(struct reading *r)
{
	struct cw_walk *walk = r->walk;

	memset(&walk->types, 0, sizeof(walk->types));
	cw_ttc_pass_data_types_request(&r->pass, &walk->types);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_data_types_request(rewriter(r), &walk->types);
	walk->types.zone = (struct cw_bytes){ NULL, 0 };
	walk->has_types = true;
	walk_agree(walk); /* with what a cookie told, if there was one */
	walk->ttc.chr_raw =
		cw_ttc_chr_is_raw(&walk->types); /* what follows at once is written so */
}

static void read_cookie(struct reading *r)
{
	struct cw_ttc_cookie cookie = { 0 };

	cw_ttc_pass_cookie(&r->pass, &cookie);
	if (cw_pass_failed(&r->pass))
		return;
	r->walk->protocol.caps = cookie.caps;
	cw_ttc_pass_cookie(rewriter(r), &cookie);
}

/* The first byte of a message that is part of another. */
static uint8_t read_part(struct reading *r)
{
	uint8_t message = 0;

	cw_pass_u8(&r->pass, "message", &message);
	cw_pass_u8(rewriter(r), "message", &message);
	return message;
}

/* PROTOCOL, DATA_TYPES and AUTH in one; what is behind the field version is written for it. */
static void read_fast_auth(struct reading *r)
{
	struct cw_ttc_fast_auth fast = { 0 };
	uint8_t message;

	cw_ttc_pass_fast_auth_head(&r->pass, &fast);
	cw_ttc_pass_fast_auth_head(rewriter(r), &fast);
	(void)read_part(r);
	read_protocol(r);
	cw_ttc_pass_fast_auth_middle(&r->pass, &fast);
	cw_ttc_pass_fast_auth_middle(rewriter(r), &fast);
	(void)read_part(r);
	read_types(r);
	r->walk->ttc.field_version = fast.field_version; /* not what was agreed on before */
	message = read_part(r);
	if (!cw_pass_failed(&r->pass))
		read_call(r, message);
}

/* ---- one message after the other ---------------------------------------------------------------- */

static const char *message_name(const struct cw_ttc_in *in)
{
	const uint8_t *at = in->rd.at;

	switch (*at) {
	case CW_TTC_PROTOCOL:
		return "PROTOCOL";
	case CW_TTC_DATA_TYPES:
		return "DATA TYPES";
	case CW_TTC_FUNCTION:
	case CW_TTC_PIGGYBACK:
	case CW_TTC_ONEWAY:
		return cw_rd_left(&in->rd) > 1 ? function_name(at[1]) : "function";
	case CW_TTC_FLUSH_OUT_BINDS:
		return "FLUSH OUT BINDS";
	case CW_TTC_FAST_AUTH:
		return "FAST AUTH";
	case CW_TTC_QUERY_CACHE:
		return "QUERY CACHE";
	case CW_TTC_COOKIE:
		return "COOKIE";
	case MAGIC_FIRST:
		return "NETWORK SERVICES";
	default:
		return "unknown message";
	}
}

static void read_body(struct reading *r, uint8_t message)
{
	switch (message) {
	case CW_TTC_PROTOCOL:
		read_protocol(r);
		break;
	case CW_TTC_DATA_TYPES:
		read_types(r);
		break;
	case CW_TTC_FUNCTION:
	case CW_TTC_PIGGYBACK:
	case CW_TTC_ONEWAY:
		read_call(r, message);
		break;
	case CW_TTC_FLUSH_OUT_BINDS:
		break;
	case CW_TTC_FAST_AUTH:
		read_fast_auth(r);
		break;
	case CW_TTC_QUERY_CACHE:
		cw_ttc_pass_cache_scn(&r->pass);
		cw_wr_reset(&r->walk->rewrite);
		break;
	case CW_TTC_COOKIE:
		read_cookie(r);
		break;
	default:
		(void)cw_pass_bad(&r->pass, "an unknown message");
	}
}

/* Only the answer that chooses has a number after the version. */
static bool chooses(const struct cw_ano_message *message)
{
	for (size_t i = 0; i < message->count; i++) {
		const struct cw_ano_service *service = &message->service[i];
		const struct cw_ano_part *part = &service->part[1];

		if ((service->id == CW_ANO_ENCRYPTION || service->id == CW_ANO_INTEGRITY) &&
		    service->part_count > 1 && part->type == CW_ANO_UB1 && part->payload.len == 1 &&
		    part->payload.at[0] != 0)
			return true;
	}
	return false;
}

void walk_services(struct cw_walk *walk, struct cw_pass *pass, struct cw_pass *again)
{
	struct cw_ano_message message = { 0 };

	cw_ano_pass(pass, &message);
	if (cw_pass_failed(pass))
		return;
	cw_ano_pass(again, &message);
	walk->is_sealed |= chooses(&message);
}

static bool read_message(struct cw_walk *walk, struct cw_ttc_in *in)
{
	struct reading r = { .walk = walk, .in = in, .from = in->rd.at };
	uint8_t message = *in->rd.at;

	cw_wr_reset(&walk->rewrite);
	walk_open(walk, CW_FROM_CLIENT, message_name(in), in, false);
	r.pass = cw_pass_reading(in);
	r.again = cw_pass_writing(&walk->rewrite, in->ttc);
	if (message == MAGIC_FIRST) {
		walk_services(walk, &r.pass, &r.again);
	} else {
		cw_pass_u8(&r.pass, "message", &message);
		cw_pass_u8(&r.again, "message", &message);
		read_body(&r, message);
	}
	if (!cw_ttc_failed(in) && walk->rewrite.len > 0 &&
	    !walk_check_rewrite(walk, r.from, in->rd.at))
		(void)cw_ttc_bad(in, "our writer spells the message otherwise");
	cw_wr_reset(&walk->rewrite);
	return walk_close(walk, in) && !cw_ttc_failed(in);
}

void walk_requests(struct cw_walk *walk, struct cw_ttc_in *in)
{
	while (cw_rd_left(&in->rd) > 0)
		if (!read_message(walk, in))
			return;
}
