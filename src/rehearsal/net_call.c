/* net_call.c - the loop over a session's calls; see net_conn.h */
#include "rehearsal/knob.h"
#include "rehearsal/net_conn.h"
#include "rehearsal/net_ordered.h"
#include "rehearsal/profile.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>

#define GOODBYE_TIMEOUT_MS 10000 /* of a client that a busy machine keeps waiting */
#define PACKET_SLACK	   64

struct cw_wr *net_answer(struct net_conn *conn)
{
	struct cw_wr *wr = cw_tns_link_write(&conn->link);

	if (conn->token != 0) {
		cw_wr_u8(wr, CW_TTC_TOKEN);
		cw_ttc_put_ub(wr, conn->token);
	}
	return wr;
}

struct cw_ttc_error net_summary(const struct net_conn *conn)
{
	return (struct cw_ttc_error){
		.call_status =
			rh_in_transaction(conn->session) ? CW_CALL_IN_TRANSACTION : CW_CALL_IDLE,
		.sequence = conn->sequence,
		.call_number = conn->call_number,
	};
}

void net_put_error(struct net_conn *conn, struct cw_wr *wr, const struct rh_error *error,
		   uint32_t cursor_id)
{
	struct cw_ttc_error summary = net_summary(conn);

	summary.number = (uint32_t)error->code;
	summary.position = (int16_t)(error->position > INT16_MAX ? INT16_MAX : error->position);
	summary.cursor_id = (uint16_t)cursor_id;
	summary.text = cw_bytes_of(error->text);
	cw_ttc_put_error(wr, &conn->ttc, &summary);
}

bool net_send_now(struct net_conn *conn)
{
	unsigned flags = 0;
	struct cw_err err;

	if (conn->ttc.end_of_response) {
		cw_wr_u8(&conn->link.out, CW_TTC_END_OF_RESPONSE);
		flags = CW_TNS_DATA_END_OF_RESPONSE;
	}
	net_ordered_wait(conn);
	return cw_tns_link_send(&conn->link, flags, &err);
}

/*
 * BREAK and RESET from us, RESET from the client (what it had sent before is thrown away),
 * then the error: after a break of its own, or to stop it in the middle of a request.
 * Source: python-oracledb thin/protocol.pyx, _reset().
 */
static bool dance(struct net_conn *conn, const struct rh_error *error)
{
	struct cw_tns_packet packet;
	struct cw_err err;

	if (!cw_tns_link_marker(&conn->link, CW_TNS_BREAK, &err) ||
	    !cw_tns_link_marker(&conn->link, CW_TNS_RESET, &err))
		return false;
	do {
		if (!cw_tns_link_packet(&conn->link, &packet, &err) ||
		    !cw_tns_link_drop(&conn->link, &packet, &err))
			return false;
	} while (packet.type != CW_TNS_MARKER || cw_tns_get_marker(packet.body) != CW_TNS_RESET);
	net_put_error(conn, net_answer(conn), error, 0);
	return net_send_now(conn);
}

bool net_answer_break(struct net_conn *conn)
{
	struct rh_error cancelled = {
		.code = 1013, .text = "ORA-01013: user requested cancel of current operation"
	};

	return dance(conn, &cancelled);
}

/*
 * Drivers fill every packet but the last; node-oracledb leaves a few bytes, and marks the last.
 * Where the last cannot be told for sure the client is stopped with markers.
 */
static bool request_is_complete(const struct net_conn *conn)
{
	return conn->link.data_flags & CW_TNS_DATA_END_OF_REQUEST ||
	       conn->link.data_bytes + PACKET_SLACK < conn->link.sdu;
}

bool net_refuse(struct net_conn *conn, const struct rh_error *error)
{
	if (!request_is_complete(conn))
		return dance(conn, error);
	net_put_error(conn, net_answer(conn), error, 0);
	return net_send_answer(conn);
}

/* A break that waits in the socket while the answer is still whole in our hands. */
static bool break_waits(struct net_conn *conn, bool *ret_lost)
{
	struct cw_tns_packet packet;
	struct cw_err err;

	*ret_lost = false;
	if (conn->token != 0 || conn->link.packets_out != 0 || !cw_tns_link_ready(&conn->link))
		return false;
	if (!cw_tns_link_packet(&conn->link, &packet, &err)) {
		*ret_lost = true;
		return false;
	}
	*ret_lost = packet.type != CW_TNS_MARKER;
	return !*ret_lost;
}

bool net_send_answer(struct net_conn *conn)
{
	bool lost, broken;

	net_call_ends(conn);
	broken = break_waits(conn, &lost);
	if (lost)
		return false;
	return broken ? net_answer_break(conn) : net_send_now(conn);
}

/* ---- simple functions --------------------------------------------------------------- */

static bool answer_error(struct net_conn *conn, const struct rh_error *error)
{
	net_put_error(conn, net_answer(conn), error, 0);
	return net_send_answer(conn);
}

static bool answer_status(struct net_conn *conn, uint32_t more)
{
	uint32_t status = rh_in_transaction(conn->session) ? CW_CALL_IN_TRANSACTION : CW_CALL_IDLE;

	cw_ttc_put_status(net_answer(conn), status | more, conn->sequence);
	return net_send_answer(conn);
}

static bool end_transaction(struct net_conn *conn, bool commit)
{
	struct rh_error error = { 0 };
	bool ok;

	net_call_begins(conn);
	if (commit)
		(void)cw_fault("rehearsal.before_commit");
	ok = commit ? rh_commit(conn->session, &error) : rh_rollback(conn->session, &error);
	if (commit)
		(void)cw_fault("rehearsal.after_commit");
	return ok ? answer_status(conn,
				  CW_CALL_ENDED_TRANSACTION | (commit ? CW_CALL_COMMITTED : 0))
		  : answer_error(conn, &error);
}

/*
 * OVERSION: go-ora asks it right after login, ojdbc when it is asked for the product; banner and number.
 * Source: go-ora v2 db_version.go; ojdbc 23.26, which reads the banner by the session's rule of texts.
 */
static bool answer_version(struct net_conn *conn)
{
	struct cw_wr *wr = net_answer(conn);
	struct cw_ttc_error done = net_summary(conn);
	struct rh_session_facts facts;

	rh_session_facts(conn->session, &facts);
	cw_wr_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_put_ub(wr, strlen(facts.profile->banner));
	cw_ttc_put_chr(wr, &conn->ttc, cw_bytes_of(facts.profile->banner));
	cw_ttc_put_ub(wr, facts.profile->version_no);
	cw_ttc_put_error(wr, &conn->ttc, &done);
	return net_send_answer(conn);
}

/* ---- piggybacks ------------------------------------------------------------------------ */

static void take_end_to_end(struct net_conn *conn, const struct cw_ttc_piggyback *said)
{
	static const char *const names[CW_E2E_COUNT] = { "client_identifier", "module", "action",
							 "client_info", NULL };

	for (size_t i = 0; i < CW_E2E_COUNT; i++) {
		char value[256];

		if (!said->is_set[i] || !names[i])
			continue;
		(void)snprintf(value, sizeof(value), "%.*s", (int)said->text[i].len,
			       (const char *)said->text[i].at);
		rh_set_end_to_end(conn->session, names[i], value);
	}
}

/*
 * What is set with the flag to clear is set after that.  Nothing set and nothing cleared: ORA-01031, as
 * node-oracledb test/appContext.js has it of a real server.
 */
static void take_context(struct net_conn *conn, const struct cw_ttc_piggyback *said)
{
	bool ok = (said->context_flags & (CW_CONTEXT_SET | CW_CONTEXT_CLEAR)) ||
		  rh_fail(&conn->deferred, 1031, 0, "insufficient privileges");

	if (ok && (said->context_flags & CW_CONTEXT_CLEAR))
		ok = rh_clear_context(conn->session, said->context_namespace, &conn->deferred);
	for (uint32_t i = 0; ok && i < said->pair_count; i++)
		ok = rh_set_context(conn->session, said->context_namespace, said->pair[i].key,
				    said->pair[i].value, &conn->deferred);
}

static void take_piggyback(struct net_conn *conn, const struct cw_ttc_piggyback *said)
{
	char schema[256];

	switch (said->function) {
	case CW_FN_CLOSE_CURSORS:
		for (uint32_t i = 0; i < said->cursor_count; i++)
			net_cursor_close(conn, said->cursor_id[i]);
		break;
	case CW_FN_CANCEL_CURSORS:
		for (uint32_t i = 0; i < said->cursor_count; i++) {
			if (said->cursor_id[i] <= NET_CURSORS_MAX)
				conn->cursor[said->cursor_id[i]].open = false;
		}
		break;
	case CW_FN_SET_SCHEMA:
		(void)snprintf(schema, sizeof(schema), "%.*s", (int)said->schema.len,
			       (const char *)said->schema.at);
		(void)rh_set_current_schema(conn->session, schema, &conn->deferred);
		break;
	case CW_FN_END_TO_END:
		take_end_to_end(conn, said);
		break;
	case CW_FN_APP_CONTEXT:
		take_context(conn, said);
		break;
	default: /* session state: nothing depends on it here */
		break;
	}
}

/* ---- the loop -------------------------------------------------------------------------- */

static bool unknown_function(struct net_conn *conn, const struct cw_ttc_call *call)
{
	struct rh_error error = { 0 };

	(void)rh_fail(&error, 3001, 0, "unimplemented feature (function %u)", call->function);
	return net_refuse(conn, &error);
}

static bool run_function(struct net_conn *conn, struct cw_ttc_in *in,
			 const struct cw_ttc_call *call)
{
	switch (call->function) {
	case CW_FN_EXECUTE:
		return net_execute(conn, in);
	case CW_FN_REEXECUTE:
		return net_reexecute(conn, in, false);
	case CW_FN_REEXECUTE_AND_FETCH:
		return net_reexecute(conn, in, true);
	case CW_FN_FETCH:
		return net_fetch(conn, in);
	case CW_FN_LOB_OP:
		return net_lob_op(conn, in);
	case CW_FN_DESCRIBE_STATEMENT:
		return net_describe_statement(conn, in);
	case CW_FN_DESCRIBE_OBJECT:
		return net_describe_object(conn, in);
	case CW_FN_COMMIT:
		return end_transaction(conn, true);
	case CW_FN_ROLLBACK:
		return end_transaction(conn, false);
	case CW_FN_PIPELINE_END:
		(void)cw_ttc_get_ub4(in);
		return answer_status(conn, 0);
	case CW_FN_PING:
		return answer_status(conn, 0);
	case CW_FN_AUTH_PHASE_ONE:
	case CW_FN_AUTH_PHASE_TWO:
		return net_change_password(conn, in, call->function);
	case CW_FN_VERSION:
		cw_ttc_skip_raw(in, 0);
		return answer_version(conn);
	case CW_FN_LOGOFF:
		conn->logged_off = true;
		return answer_status(conn, 0);
	default:
		return unknown_function(conn, call);
	}
}

/* One request: piggybacks, then a function.  False: the connection is over. */
static bool one_request(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct cw_ttc_call call;
	struct cw_ttc_piggyback said;

	conn->deferred = (struct rh_error){ 0 };
	for (;;) {
		cw_ttc_get_call(in, &call);
		if (cw_ttc_failed(in))
			return false;
		conn->sequence++;
		if (call.message != CW_TTC_PIGGYBACK)
			break;
		if (call.function == CW_FN_LOB_OP) {
			net_lob_piggyback(conn, in);
			continue;
		}
		cw_ttc_get_piggyback(in, call.function, &said);
		if (cw_ttc_failed(in))
			return false;
		take_piggyback(conn, &said);
	}
	if (call.message == CW_TTC_ONEWAY)
		return true; /* SESSION_RELEASE of a pool: nothing is answered */
	if (call.message != CW_TTC_FUNCTION)
		return false;
	conn->call_number = call.sequence;
	conn->token = call.token;
	conn->link.packets_out = 0;
	return run_function(conn, in, &call) && !cw_ttc_failed(in);
}

/* A marker between two calls. */
static bool take_marker(struct net_conn *conn)
{
	struct cw_err err;

	if (conn->link.marker ==
	    CW_TNS_RESET) /* ours to mirror: python-oracledb sends one of its own */
		return cw_tns_link_marker(&conn->link, CW_TNS_RESET, &err);
	return net_answer_break(conn);
}

static const char *doom_text(int code)
{
	switch (code) {
	case 28:
		return "your session has been killed";
	case 1089:
		return "immediate shutdown or close in progress - no operations are permitted";
	case 2396:
		return "exceeded maximum idle time, please connect again";
	case 2399:
		return "exceeded maximum connect time, you are being logged off";
	default:
		return "end-of-file on communication channel";
	}
}

/* The session was killed: say so once, and hang up. */
static bool tell_doom(struct net_conn *conn, bool kill)
{
	struct rh_error error = { .code = kill ? 28 : rh_session_doomed(conn->session) };

	if (error.code == 0)
		return false;
	(void)snprintf(error.text, sizeof(error.text), "ORA-%05d: %s", error.code, doom_text(error.code));
	(void)answer_error(conn, &error);
	return true;
}

/*
 * After LOGOFF the client sends an empty DATA packet with flag 0x40 and shuts the socket down:
 * python-oracledb fails if that is gone by then (thin/protocol.pyx, _final_close()).
 */
static void wait_for_goodbye(struct net_conn *conn)
{
	struct cw_tns_packet packet;
	struct cw_err err;

	conn->link.io.timeout_ms = GOODBYE_TIMEOUT_MS;
	while (cw_tns_link_packet(&conn->link, &packet, &err))
		;
}

void net_serve_calls(struct net_conn *conn)
{
	struct cw_ttc_in in;

	while (!conn->logged_off) {
		bool alive;

		cw_arena_reset(&conn->arena);
		cw_tns_link_listen(&conn->link, &conn->ttc, &conn->arena, &in);
		rh_session_rests(conn->session, true);
		alive = cw_rd_fill(&in.rd);
		rh_session_rests(conn->session, false);
		if (!alive) {
			if (conn->link.event == CW_TNS_EVENT_MARKER && take_marker(conn))
				continue;
			(void)tell_doom(conn, false);
			return;
		}
		if (rh_knob(conn->knobs, RH_KNOB_DROP, conn->user, NULL) ||
		    tell_doom(conn, rh_knob(conn->knobs, RH_KNOB_KILL, conn->user, NULL)))
			return;
		alive = one_request(conn, &in);
		if (!alive && conn->link.event == CW_TNS_EVENT_MARKER)
			alive = take_marker(conn); /* it gave up in the middle of its request */
		/* told to end with its transaction: the answer to COMMIT was the last */
		if (!alive || rh_session_doomed(conn->session) == 3113)
			return;
	}
	wait_for_goodbye(conn);
}
