/* call.c - one call: request out, answer in, markers, cancel; see wire.h */
#include "oracle/wire.h"

#include <stdio.h>

#define REDIALS_MAX 16 /* markers in a row after a reset */

static const uint32_t dead_errors[] = { 22,    28,    31,    45,    378,   600,	  602,	603,
					609,   1012,  1033,  1034,  1041,  1043,  1089, 1090,
					1092,  2396,  2399,  3113,  3114,  3122,  3135, 12153,
					12537, 12547, 12570, 12583, 27146, 28511, 56600 };
/* Not fatal for the session, and worth another try. */
static const uint32_t passing_errors[] = { 54, 60, 1555, 4020, 4021, 8176, 8177, 30006 };
static const uint32_t person_errors[] = {
	904, 942, 1017, 1031, 1045, 1435, 1950, 4043, 28000, 28001
};

static bool is_among(uint32_t number, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == number)
			return true;
	return false;
}

uint8_t ora_next_sequence(struct cw_ora *ora)
{
	if (++ora->sequence == 0)
		ora->sequence = 1;
	return ora->sequence;
}

struct cw_wr *ora_begin(struct cw_ora *ora)
{
	struct cw_wr *wr = cw_tns_link_write(&ora->link);

	if (ora->ahead) { /* its answer would be taken for that of this call: nothing is sent */
		wr->failed = true;
		return wr;
	}
	if (ora->is_logged_in) /* before, the deadline is that of the whole login */
		ora_deadline(ora, ora->call_timeout_ms);
	if (ora->to_close_count > 0) {
		struct cw_ttc_piggyback piggyback = {
			.function = CW_FN_CLOSE_CURSORS,
			.cursor_count = ora->to_close_count,
			.cursor_id = ora->to_close,
		};

		cw_ttc_put_piggyback(wr, &ora->ttc, ora_next_sequence(ora), &piggyback);
		ora->to_close_count = 0;
	}
	if (ora->to_free.len > 0) {
		cw_ttc_put_lob_free(wr, &ora->ttc, ora_next_sequence(ora), cw_wr_bytes(&ora->to_free));
		cw_wr_reset(&ora->to_free);
	}
	return wr;
}

void ora_free_locator(struct cw_ora *ora, struct cw_bytes locator)
{
	struct cw_err ignored;

	if (ora->broken)
		return;
	if (ora->to_free.len + locator.len > CW_TTC_LOCATORS_MAX && !cw_ora_ping(ora, &ignored))
		return;
	cw_wr_put(&ora->to_free, locator.at, locator.len);
}

void ora_close_cursor(struct cw_ora *ora, uint32_t cursor_id)
{
	struct cw_err ignored;

	if (cursor_id == 0 || ora->broken)
		return;
	if (ora->to_close_count == ORA_CLOSE_MAX && !cw_ora_ping(ora, &ignored))
		return;
	if (ora->to_close_count < ORA_CLOSE_MAX)
		ora->to_close[ora->to_close_count++] = cursor_id;
}

/* ---- messages of an answer ------------------------------------------------------ */

static void read_parameter(struct cw_ttc_in *in, struct ora_reply *reply)
{
	struct cw_pass pass = cw_pass_reading(in);

	if (reply->is_login)
		cw_ttc_get_auth_answer(in, &reply->auth);
	else if (reply->lob)
		cw_ttc_pass_lob_answer(&pass, reply->lob, &reply->lob_answer);
	else
		cw_ttc_get_parameter(in, &reply->parameter);
}

/* Of a read; it may come in several. */
static void read_lob_data(struct cw_ttc_in *in, struct ora_reply *reply)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_bytes more = { NULL, 0 };
	struct cw_err err;
	uint8_t *joined;

	if (!reply->lob) {
		(void)cw_ttc_bad(in, "LOB data that nobody asked for");
		return;
	}
	cw_ttc_pass_lob_data(&pass, &more);
	if (cw_ttc_failed(in) || more.len == 0)
		return;
	if (reply->lob_data.len > 0) {
		joined = cw_try_new(in->arena, uint8_t, reply->lob_data.len + more.len, &err);
		if (!joined) {
			(void)cw_ttc_bad(in, "more bytes than this call may bring");
			return;
		}
		memcpy(joined, reply->lob_data.at, reply->lob_data.len);
		memcpy(joined + reply->lob_data.len, more.at, more.len);
		more = (struct cw_bytes){ joined, reply->lob_data.len + more.len };
	}
	reply->lob_data = more;
}

static void read_out(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	bool truncated;

	for (uint32_t i = 0; i < stmt->place_count && !cw_ttc_failed(in); i++) {
		if (stmt->direction[i] == CW_BIND_IN)
			continue;
		cw_ttc_get_out(in, &stmt->oac[i], &stmt->out[stmt->place[i]], &truncated);
		if (truncated)
			(void)cw_ttc_bad(in, "a value that came back was cut to fit its bind");
	}
}

static bool keep_returned(struct cw_ora_stmt *stmt, struct ora_returned *to, struct cw_value value)
{
	uint32_t room = to->room ? to->room * 2 : 16;
	struct cw_value *bigger;
	struct cw_err err;

	if (to->count == to->room) {
		bigger = cw_try_new(&stmt->rows.arena, struct cw_value, room, &err);
		if (!bigger)
			return false;
		if (to->count > 0)
			memcpy(bigger, to->value, to->count * sizeof(*bigger));
		to->value = bigger;
		to->room = room;
	}
	to->value[to->count++] = value;
	return true;
}

/* RETURNING, once for each iteration: for each bind how many rows, and its value in each. */
static void read_returned(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	for (uint32_t i = stmt->returning_from; i < stmt->place_count; i++) {
		uint32_t count = cw_ttc_get_ub4(in);

		for (uint32_t row = 0; row < count && !cw_ttc_failed(in); row++) {
			struct cw_value value;
			bool truncated;

			cw_ttc_get_out(in, &stmt->oac[i], &value, &truncated);
			if (truncated)
				(void)cw_ttc_bad(in, "a value that came back was cut to fit its bind");
			if (!cw_ttc_failed(in) &&
			    !keep_returned(stmt, &stmt->returned[stmt->place[i]], value))
				(void)cw_ttc_bad(in, "more values than an answer may bring");
		}
	}
}

static void read_row(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	if (!stmt)
		(void)cw_ttc_bad(in, "a row that nobody asked for");
	else if (stmt->kind == ORA_QUERY)
		(void)ora_rows_add(stmt, in);
	else if (stmt->returning_from < stmt->place_count)
		read_returned(in, stmt);
	else
		read_out(in, stmt);
}

static void read_describe(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	struct cw_ttc_describe fresh;

	cw_ttc_get_describe(in, &fresh);
	if (cw_ttc_failed(in))
		return;
	if (!stmt || !ora_describe(stmt, &fresh))
		(void)cw_ttc_bad(in, "a description that cannot be kept");
}

static void read_io_vector(struct cw_ttc_in *in, struct cw_ora_stmt *stmt)
{
	uint32_t count;

	if (!stmt) {
		(void)cw_ttc_bad(in, "an I/O vector that nobody asked for");
		return;
	}
	cw_ttc_get_io_vector(in, stmt->direction, stmt->place_count, &count);
}

static void read_row_message(struct cw_ttc_in *in, uint8_t message, struct cw_ora_stmt *stmt)
{
	struct cw_ttc_row_header header;

	if (!stmt)
		(void)cw_ttc_bad(in, "rows that nobody asked for");
	else if (message == CW_TTC_ROW_HEADER)
		cw_ttc_get_row_header(in, &header, &stmt->rows.bits);
	else
		cw_ttc_get_bit_vector(in, stmt->describe.count, &stmt->rows.bits);
}

/* The answer to FAST_AUTH begins with these two; what is behind the first is as it says. */
static void read_meeting(struct cw_ora *ora, struct cw_ttc_in *in, uint8_t message,
			 struct ora_reply *reply)
{
	struct cw_ttc_protocol protocol = { 0 };
	struct cw_pass pass = cw_pass_reading(in);

	if (!reply->is_meeting) {
		(void)cw_ttc_bad(in, "a negotiation that nobody asked for");
		return;
	}
	if (message == CW_TTC_DATA_TYPES) {
		cw_ttc_skip_data_types_body(in);
		return;
	}
	if (message == CW_TTC_RENEGOTIATE) {
		reply->is_slow = reply->has_met;
		if (!reply->has_met)
			(void)cw_ttc_bad(in, "RENEGOTIATE without PROTOCOL before it");
		return;
	}
	reply->has_met = true;
	cw_ttc_pass_protocol_answer(&pass, &protocol);
	if (!cw_ttc_failed(in) && protocol.caps.compile[7] < CW_FV_11_2)
		(void)cw_ttc_bad(in, "a server of 23ai has the field version of one before 11.2");
	if (!cw_ttc_failed(in))
		cw_ttc_agree_as_client(&protocol.caps, ora->ttc.end_of_response, &ora->ttc);
}

static bool flush_out_binds(struct cw_ora *ora)
{
	cw_wr_u8(cw_tns_link_write(&ora->link), CW_TTC_FLUSH_OUT_BINDS);
	return cw_tns_link_send(&ora->link, 0, &ora->link.err);
}

/* One message; true if it ends the answer. */
static bool read_message(struct cw_ora *ora, struct cw_ttc_in *in, uint8_t message,
			 struct ora_reply *reply)
{
	struct cw_ttc_warning warning;

	switch (message) {
	case CW_TTC_PROTOCOL:
	case CW_TTC_DATA_TYPES:
	case CW_TTC_RENEGOTIATE:
		read_meeting(ora, in, message, reply);
		return false;
	case CW_TTC_DESCRIBE_INFO:
		read_describe(in, reply->stmt);
		return false;
	case CW_TTC_ROW_HEADER:
	case CW_TTC_BIT_VECTOR:
		read_row_message(in, message, reply->stmt);
		return false;
	case CW_TTC_ROW_DATA:
		read_row(in, reply->stmt);
		return false;
	case CW_TTC_PARAMETER:
		read_parameter(in, reply);
		return false;
	case CW_TTC_LOB_DATA:
		read_lob_data(in, reply);
		return false;
	case CW_TTC_IMPLICIT_RESULTSET:
		ora_read_results(in, reply->stmt);
		return false;
	case CW_TTC_IO_VECTOR:
		read_io_vector(in, reply->stmt);
		return false;
	case CW_TTC_WARNING:
		cw_ttc_get_warning(in, &warning);
		if (reply->is_login && !cw_ttc_failed(in))
			(void)snprintf(ora->warning, sizeof(ora->warning), "%.*s",
				       (int)warning.text.len,
				       warning.text.len ? (const char *)warning.text.at : "");
		return false;
	case CW_TTC_SERVER_PIGGYBACK:
		cw_ttc_skip_server_piggyback(in);
		return false;
	case CW_TTC_ERROR:
		cw_ttc_get_error(in, &reply->error);
		ora->call_status = reply->error.call_status;
		return !ora->ttc.end_of_response;
	case CW_TTC_STATUS:
		cw_ttc_get_status(in, &ora->call_status);
		return !ora->ttc.end_of_response;
	case CW_TTC_FLUSH_OUT_BINDS:
		if (!flush_out_binds(ora))
			(void)cw_ttc_bad(in, "the answer to FLUSH_OUT_BINDS could not be sent");
		return false;
	case CW_TTC_END_OF_RESPONSE:
		return true;
	default:
		(void)cw_ttc_bad(in, "a message of a type that is not known");
		return false;
	}
}

/* ---- markers ---------------------------------------------------------------------- */

/* Answer a marker: send RESET, drop all there is up to the server's own RESET. */
static bool reset_dance(struct cw_ora *ora, struct cw_err *err)
{
	struct cw_tns_packet packet;
	unsigned marker = ora->link.marker;

	if (!cw_tns_link_marker(&ora->link, CW_TNS_RESET, err))
		return false;
	while (marker != CW_TNS_RESET) {
		if (!cw_tns_link_packet(&ora->link, &packet, err) ||
		    !cw_tns_link_drop(&ora->link, &packet, err))
			return false;
		if (packet.type == CW_TNS_MARKER)
			marker = cw_tns_get_marker(packet.body);
	}
	return true;
}

/* An end before it is that of the call before, which was broken off. */
static uint8_t first_message(struct cw_ttc_in *in)
{
	uint8_t message = cw_ttc_get_u8(in);

	if (message == CW_TTC_END_OF_RESPONSE && !cw_ttc_failed(in))
		message = cw_ttc_get_u8(in);
	if (message == CW_TTC_END_OF_RESPONSE && !cw_ttc_failed(in))
		(void)cw_ttc_bad(in, "an answer with nothing in it");
	return message;
}

/* @dancing: a reset was just made, more markers may be on the way. */
static bool read_answer(struct cw_ora *ora, struct ora_reply *reply, bool dancing,
			struct cw_err *err)
{
	struct cw_ttc_in in;
	unsigned markers = 0, messages = 0;
	bool done = false;

	cw_tns_link_listen(&ora->link, &ora->ttc, reply->arena, &in);
	while (!done) {
		uint8_t message = messages++ == 0 ? first_message(&in) : cw_ttc_get_u8(&in);

		if (!cw_ttc_failed(&in))
			done = read_message(ora, &in, message, reply);
		/* After a reset the ERROR itself is the end. */
		done = done || (dancing && message == CW_TTC_ERROR && !cw_ttc_failed(&in));
		if (!cw_ttc_failed(&in))
			continue;
		if (ora->link.event != CW_TNS_EVENT_MARKER || ++markers > REDIALS_MAX)
			return cw_tns_link_fail(&ora->link, &in, "the server's answer", err);
		if (!dancing && !reset_dance(ora, err))
			return false;
		dancing = true;
		done = false;
		cw_tns_link_listen(&ora->link, &ora->ttc, reply->arena, &in);
	}
	return true;
}

/* ---- cancel ------------------------------------------------------------------------ */

/*
 * The call took too long or we were asked to stop.  The server may still send the whole
 * answer first; then come its marker and ORA-01013.
 */
static bool break_call(struct cw_ora *ora, struct cw_arena *arena)
{
	struct ora_reply reply = { .arena = arena };
	struct cw_tns_packet packet;
	struct cw_err ignored;
	bool good;

	ora->link.io.cancel_fd = -1;
	ora_deadline(ora, ORA_BREAK_MS);
	good = cw_tns_link_marker(&ora->link, CW_TNS_INTERRUPT, &ignored);
	do {
		good = good && cw_tns_link_packet(&ora->link, &packet, &ignored) &&
		       cw_tns_link_drop(&ora->link, &packet, &ignored);
	} while (good && packet.type != CW_TNS_MARKER);
	if (good) {
		ora->link.marker = cw_tns_get_marker(packet.body);
		good = reset_dance(ora, &ignored);
	}
	good = good && read_answer(ora, &reply, true, &ignored);
	ora->link.io.cancel_fd = ora->cancel_fd;
	return good;
}

static bool call_failed(struct cw_ora *ora, struct ora_reply *reply, struct cw_err *err)
{
	int64_t allowed_ms = ora->allowed_ms;
	bool can_break = ora->is_logged_in && !ora->is_leaving &&
			 (err->code == 1201 || err->code == 1202);

	if (!can_break || !break_call(ora, reply->arena))
		ora->broken = true;
	if (err->code == 1201)
		return cw_fail(err, CW_ERR_RETRY, 7103, "%s: no whole answer within %d ms",
			       ora->where, (int)allowed_ms);
	return cw_err_add(err, "%s", ora->where);
}

bool ora_send(struct cw_ora *ora, struct cw_err *err)
{
	if (ora->broken)
		return cw_fail(err, CW_ERR_RETRY, 7104, "%s: the session is lost", ora->where);
	if (ora->ahead)
		return cw_fail(err, CW_ERR_CONFIG, 7122,
			       "%s: rows of \"%.60s\" were asked for ahead and not read",
			       ora->where, ora->ahead->sql ? ora->ahead->sql : "a cursor");
	if (cw_wr_failed(&ora->link.out) && ora->link.err.kind == CW_ERR_NONE)
		(void)cw_fail(&ora->link.err, CW_ERR_DATA, 7105, "the request cannot be written");
	/* the deadline was set when the call began: a long request is written in packets */
	if (!cw_tns_link_send(&ora->link, 0, err)) {
		ora->broken = true;
		return cw_err_add(err, "%s", ora->where);
	}
	return true;
}

bool ora_answer(struct cw_ora *ora, struct ora_reply *reply, struct cw_err *err)
{
	if (ora->is_logged_in && ora->allowed_ms == 0) /* asked for ahead, waited for from now */
		ora_deadline(ora, ora->call_timeout_ms);
	if (!read_answer(ora, reply, false, err))
		return call_failed(ora, reply, err);
	if (ora->is_logged_in) /* else it is one of several calls of the login, which has one */
		ora_deadline(ora, 0);
	return true;
}

bool ora_call(struct cw_ora *ora, struct ora_reply *reply, struct cw_err *err)
{
	return ora_send(ora, err) && ora_answer(ora, reply, err);
}

bool ora_check(struct cw_ora *ora, const struct ora_reply *reply, const char *what,
	       struct cw_err *err)
{
	uint32_t number = reply->error.number;
	enum cw_err_kind kind = CW_ERR_DATA;

	if (number == 0)
		return true;
	if (is_among(number, dead_errors, CW_ARRAY_LEN(dead_errors))) {
		ora->broken = true;
		kind = CW_ERR_RETRY;
	} else if (is_among(number, passing_errors, CW_ARRAY_LEN(passing_errors))) {
		kind = CW_ERR_RETRY;
	} else if (is_among(number, person_errors, CW_ARRAY_LEN(person_errors))) {
		kind = CW_ERR_CONFIG;
	} else if (number == 1013) {
		kind = CW_ERR_CANCELLED;
	}
	(void)cw_fail(err, kind, 7001, "%s: %.*s", what, (int)reply->error.text.len,
		      reply->error.text.len ? (const char *)reply->error.text.at : "");
	err->native = (int32_t)number;
	return false;
}

bool ora_simple(struct cw_ora *ora, enum cw_ttc_function_code function, const char *what,
		struct cw_err *err)
{
	struct ora_reply reply = { .arena = &ora->arena };
	struct cw_wr *wr;

	if (ora->broken)
		return cw_fail(err, CW_ERR_RETRY, 7104, "%s: the session is lost", ora->where);
	cw_arena_reset(&ora->arena);
	wr = ora_begin(ora);
	cw_ttc_put_simple(wr, &ora->ttc, ora_next_sequence(ora), function);
	return ora_call(ora, &reply, err) && ora_check(ora, &reply, what, err);
}
