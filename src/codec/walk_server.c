/* walk_server.c - see walk_parts.h */
#include "codec/walk_parts.h"

#include "codec/ttc_call_codes.h"
#include "codec/ttc_describe_any.h"
#include "model/shape.h"

#define MAGIC_FIRST 0xde
#define RESULTS_MAX 4096u

struct reading {
	struct cw_walk *walk;
	struct cw_ttc_in *in;
	struct cw_pass pass;
	struct cw_pass again;
	struct walk_call *call; /* what is answered; NULL: nothing is known */
	bool has_directions;	/* an IO_VECTOR came: rows are OUT values */
	struct cw_ttc_bits bits;
	uint32_t row;
	bool ended; /* the answer of this call is complete */
};

/* Write the message once more, integers as the server wrote them. */
static struct cw_pass *rewriter(struct reading *r)
{
	r->again.least = walk_check_is_least(&r->walk->check);
	return &r->again;
}

/* ---- calls ------------------------------------------------------------------------------- */

static void next_call(struct reading *r)
{
	struct cw_walk *walk = r->walk;

	if (r->call && walk->call_count > 0) {
		uint32_t at = (uint32_t)(r->call - walk->call);

		memmove(r->call, r->call + 1, (--walk->call_count - at) * sizeof(*walk->call));
	}
	r->call = walk->call_count > 0 ? &walk->call[0] : NULL;
	r->has_directions = false;
	r->bits.present = false;
	r->row = 0;
	r->ended = false;
}

static void choose_call(struct reading *r, uint64_t token)
{
	for (uint32_t i = 0; i < r->walk->call_count; i++)
		if (r->walk->call[i].token == token) {
			r->call = &r->walk->call[i];
			return;
		}
}

static struct walk_stmt *stmt_of(const struct reading *r)
{
	return r->call ? r->call->stmt : NULL;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* A cursor among the values: what it returns is known from here on. */
static void learn_cursor(struct reading *r, const struct cw_ttc_form *form,
			 const struct cw_ttc_item *item)
{
	struct walk_stmt *stmt;

	if (form->ora_type != CW_ORA_CURSOR || item->cursor_id == 0)
		return;
	stmt = walk_stmt_find(r->walk, item->cursor_id);
	if (!stmt)
		stmt = walk_stmt_new(r->walk);
	walk_stmt_name(r->walk, stmt, item->cursor_id);
	walk_stmt_set_columns(stmt, &item->describe);
}

static void read_item(struct reading *r, const struct cw_ttc_form *form)
{
	struct cw_ttc_item item = { 0 };

	cw_ttc_pass_item(&r->pass, form, &item);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_item(rewriter(r), form, &item);
	learn_cursor(r, form, &item);
}

static void read_query_row(struct reading *r, const struct walk_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->column_count && !cw_pass_failed(&r->pass); i++) {
		const struct cw_ttc_oac *define = i < stmt->define_count ? &stmt->define[i] : NULL;
		struct cw_ttc_form form = cw_ttc_form_of_column(&stmt->column[i], define);

		if (r->bits.present && !(r->bits.bits[i / 8] & 1 << i % 8))
			continue;
		cw_pass_enter(&r->pass, stmt->column_name[i], -1);
		read_item(r, &form);
		cw_pass_leave(&r->pass);
	}
	r->bits.present = false;
}

/* An OUT value and how long it was before it was cut. */
static void read_out(struct reading *r, const struct cw_ttc_form *form)
{
	int32_t actual = 0;

	read_item(r, form);
	if (cw_pass_is_native(&r->pass)) {
		cw_pass_ub2(&r->pass, "actual length", NULL);
		return;
	}
	cw_pass_sb4(&r->pass, "actual length", &actual);
	cw_pass_sb4(rewriter(r), "actual length", &actual);
}

static void read_out_bind(struct reading *r, const struct cw_ttc_oac *oac, bool counted)
{
	struct cw_ttc_form form = cw_ttc_form_of_bind(oac, CW_IN_OUT);
	uint32_t count = 1;

	if (counted || (oac->flags & CW_OAC_ARRAY)) {
		cw_pass_ub4(&r->pass, counted ? "rows" : "elements", &count);
		cw_pass_ub4(rewriter(r), "rows", &count);
	}
	for (uint32_t i = 0; i < count && !cw_pass_failed(&r->pass); i++)
		read_out(r, &form);
}

static void read_out_row(struct reading *r, const struct walk_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->bind_count && !cw_pass_failed(&r->pass); i++) {
		bool returned = stmt->is_returning && i >= stmt->returning_from;

		if (!returned && (stmt->is_returning || !stmt->direction ||
				  stmt->direction[i] == CW_BIND_IN))
			continue;
		cw_pass_enter(&r->pass, "bind", i);
		read_out_bind(r, &stmt->bind[i], returned);
		cw_pass_leave(&r->pass);
	}
}

static void read_row(struct reading *r)
{
	struct walk_stmt *stmt = stmt_of(r);

	if (!stmt) {
		(void)cw_pass_bad(&r->pass, "a row of a statement that is not known");
		return;
	}
	if (stmt->column_count > 0 && !r->has_directions)
		read_query_row(r, stmt);
	else
		read_out_row(r, stmt);
	r->row++;
}

static void read_row_header(struct reading *r)
{
	struct cw_ttc_row_header header = { 0 };

	cw_ttc_pass_row_header(&r->pass, &header);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_row_header(rewriter(r), &header);
	r->bits.present = header.bits_len > 0 && header.bits.len <= sizeof(r->bits.bits);
	if (r->bits.present)
		memcpy(r->bits.bits, header.bits.at, header.bits.len);
}

static void read_bit_vector(struct reading *r)
{
	const struct walk_stmt *stmt = stmt_of(r);
	uint32_t count = stmt ? stmt->column_count : 0;
	uint16_t sent = 0;

	if (count == 0)
		(void)cw_pass_bad(&r->pass, "a bit vector of a statement that is not known");
	cw_ttc_pass_bit_vector(&r->pass, count, &sent, &r->bits);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_bit_vector(rewriter(r), count, &sent, &r->bits);
}

static void read_describe(struct reading *r)
{
	struct cw_ttc_describe describe = { 0 };

	cw_ttc_pass_describe(&r->pass, &describe);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_describe(rewriter(r), &describe);
	if (stmt_of(r))
		walk_stmt_set_columns(stmt_of(r), &describe);
}

static void read_io_vector(struct reading *r)
{
	struct cw_ttc_io_vector vector = { 0 };
	struct walk_stmt *stmt = stmt_of(r);

	cw_ttc_pass_io_vector(&r->pass, &vector);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_io_vector(rewriter(r), &vector);
	r->has_directions = true;
	if (stmt)
		walk_stmt_set_directions(stmt, vector.direction);
}

static void read_results(struct reading *r)
{
	uint32_t count = 0;

	cw_pass_ub4(&r->pass, "results", &count);
	if (count > RESULTS_MAX)
		(void)cw_pass_bad(&r->pass, "more implicit results than a block returns");
	for (uint32_t i = 0; i < count && !cw_pass_failed(&r->pass); i++) {
		static const struct cw_ttc_form cursor = { .place = CW_IN_ROW,
							   .ora_type = CW_ORA_CURSOR };
		struct cw_ttc_item item = { 0 };
		uint8_t len = 0;
		uint16_t id = 0;

		cw_pass_enter(&r->pass, "result", i);
		cw_pass_u8(&r->pass, "length of unknown", &len);
		cw_pass_raw(&r->pass, "unknown", NULL, len, UINT8_MAX);
		cw_ttc_pass_describe_body(&r->pass, &item.describe);
		cw_pass_ub2(&r->pass, "cursor", &id);
		cw_pass_leave(&r->pass);
		item.cursor_id = id;
		if (!cw_pass_failed(&r->pass))
			learn_cursor(r, &cursor, &item);
	}
	cw_wr_reset(&r->walk->rewrite); /* Causeway does not write it */
}

/* ---- the end of an answer ----------------------------------------------------------------------- */

static void read_auth_answer(struct reading *r)
{
	struct cw_ttc_auth auth = { 0 };

	cw_ttc_pass_auth_answer(&r->pass, &auth);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_auth_answer(rewriter(r), &auth);
	r->walk->listener->login(r->walk->listener, CW_FROM_SERVER,
				 r->call->function == CW_FN_AUTH_PHASE_ONE ? 1 : 2, auth.pair,
				 auth.pair_count);
}

static void read_lob_answer(struct reading *r)
{
	struct cw_ttc_lob_answer answer = { 0 };

	cw_ttc_pass_lob_answer(&r->pass, &r->call->lob, &answer);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_lob_answer(rewriter(r), &r->call->lob, &answer);
}

static void read_execute_answer(struct reading *r)
{
	struct cw_ttc_parameter parameter = {
		.has_row_counts = stmt_of(r) && stmt_of(r)->wants_row_counts,
	};

	cw_ttc_pass_parameter(&r->pass, &parameter);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_parameter(rewriter(r), &parameter);
	if (stmt_of(r))
		walk_stmt_name(r->walk, stmt_of(r), parameter.word[2]);
}

static void read_statement_columns(struct reading *r)
{
	struct cw_ttc_describe columns = { 0 };

	cw_ttc_pass_statement_columns(&r->pass, &columns);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_statement_columns(rewriter(r), &columns);
}

static void read_object(struct reading *r)
{
	struct cw_ttc_described object = { 0 };

	cw_ttc_pass_object(&r->pass, &object);
	cw_wr_reset(&r->walk->rewrite); /* fields that nobody explained are not kept */
}

static void read_parameter(struct reading *r)
{
	switch (r->call ? r->call->function : 0) {
	case CW_FN_AUTH_PHASE_ONE:
	case CW_FN_AUTH_PHASE_TWO:
		read_auth_answer(r);
		break;
	case CW_FN_LOB_OP:
		read_lob_answer(r);
		break;
	case CW_FN_DESCRIBE_STATEMENT:
		read_statement_columns(r);
		break;
	case CW_FN_DESCRIBE_OBJECT:
		read_object(r);
		break;
	case 0:
	case CW_FN_EXECUTE:
	case CW_FN_REEXECUTE:
	case CW_FN_REEXECUTE_AND_FETCH:
	case CW_FN_FETCH:
		read_execute_answer(r);
		break;
	default:
		cw_ttc_read_other_answer(&r->pass, &r->call->other);
		cw_wr_reset(&r->walk->rewrite);
		break;
	}
}

static void read_error(struct reading *r)
{
	struct cw_ttc_error error = { 0 };

	cw_ttc_pass_error(&r->pass, &error);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_error(rewriter(r), &error);
	if (stmt_of(r) && error.cursor_id != 0 && r->call->function == CW_FN_EXECUTE)
		walk_stmt_name(r->walk, stmt_of(r), error.cursor_id);
	r->ended = true;
}

static void read_status(struct reading *r)
{
	struct cw_ttc_status status = { 0 };

	cw_ttc_pass_status(&r->pass, &status);
	cw_ttc_pass_status(rewriter(r), &status);
	r->ended = true;
}

static void read_warning(struct reading *r)
{
	struct cw_ttc_warning warning = { 0 };

	cw_ttc_pass_warning(&r->pass, &warning);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_warning(rewriter(r), &warning);
}

static void read_server_piggyback(struct reading *r)
{
	struct cw_ttc_server_piggyback piggyback = { 0 };

	cw_ttc_pass_server_piggyback(&r->pass, &piggyback);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_server_piggyback(rewriter(r), &piggyback);
	if (piggyback.code == CW_SP_QUERY_CACHE) /* of which nothing is kept */
		cw_wr_reset(&r->walk->rewrite);
}

static void read_token(struct reading *r)
{
	uint64_t token = 0;

	cw_pass_ub8(&r->pass, "token", &token);
	cw_pass_ub8(rewriter(r), "token", &token);
	choose_call(r, token);
}

static void read_lob_data(struct reading *r)
{
	struct cw_bytes data = { 0 };

	cw_ttc_pass_lob_data(&r->pass, &data);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_lob_data(rewriter(r), &data);
}

/* ---- negotiation ----------------------------------------------------------------------------------- */

static void read_protocol(struct reading *r)
{
	struct cw_ttc_protocol *protocol = &r->walk->protocol;

	*protocol = (struct cw_ttc_protocol){ 0 };
	cw_ttc_pass_protocol_answer(&r->pass, protocol);
	if (cw_pass_failed(&r->pass))
		return;
	cw_ttc_pass_protocol_answer(rewriter(r), protocol);
	walk_meet(r->walk, protocol->banner);
	protocol->banner = protocol->elements = protocol->fdo = (struct cw_bytes){ NULL, 0 };
	walk_agree(r->walk);
}

static void read_types(struct reading *r)
{
	struct cw_walk *walk = r->walk;
	struct cw_ttc_data_types *answer = &walk->types_answer;

	memset(answer, 0, sizeof(*answer));
	cw_ttc_answer_form(&walk->types.caps, &walk->protocol.caps, answer);
	cw_ttc_pass_data_types_answer(&r->pass, answer);
	if (!cw_pass_failed(&r->pass))
		cw_ttc_pass_data_types_answer(rewriter(r), answer);
	walk_agree(walk);
}

/* ---- one message after the other --------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*read)(struct reading *r); /* NULL: it has no body */
} messages[] = {
	[CW_TTC_PROTOCOL] = { "PROTOCOL", read_protocol },
	[CW_TTC_DATA_TYPES] = { "DATA TYPES", read_types },
	[CW_TTC_ERROR] = { "ERROR", read_error },
	[CW_TTC_ROW_HEADER] = { "ROW HEADER", read_row_header },
	[CW_TTC_ROW_DATA] = { "ROW DATA", read_row },
	[CW_TTC_PARAMETER] = { "PARAMETER", read_parameter },
	[CW_TTC_STATUS] = { "STATUS", read_status },
	[CW_TTC_IO_VECTOR] = { "IO VECTOR", read_io_vector },
	[CW_TTC_LOB_DATA] = { "LOB DATA", read_lob_data },
	[CW_TTC_WARNING] = { "WARNING", read_warning },
	[CW_TTC_DESCRIBE_INFO] = { "DESCRIBE", read_describe },
	[CW_TTC_FLUSH_OUT_BINDS] = { "FLUSH OUT BINDS", NULL },
	[CW_TTC_BIT_VECTOR] = { "BIT VECTOR", read_bit_vector },
	[CW_TTC_SERVER_PIGGYBACK] = { "SERVER PIGGYBACK", read_server_piggyback },
	[CW_TTC_IMPLICIT_RESULTSET] = { "IMPLICIT RESULTS", read_results },
	[CW_TTC_RENEGOTIATE] = { "RENEGOTIATE", NULL },
	[CW_TTC_END_OF_RESPONSE] = { "END OF RESPONSE", NULL },
	[CW_TTC_TOKEN] = { "TOKEN", read_token },
};

static bool is_known(uint8_t message)
{
	return message < CW_ARRAY_LEN(messages) && messages[message].name;
}

static void read_body(struct reading *r, uint8_t message)
{
	if (!is_known(message)) {
		(void)cw_pass_bad(&r->pass, "an unknown message");
		return;
	}
	if (messages[message].read)
		messages[message].read(r);
}

static bool read_message(struct reading *r)
{
	struct cw_walk *walk = r->walk;
	struct cw_ttc_in *in = r->in;
	const uint8_t *from = in->rd.at;
	uint8_t message = *from;
	const char *name = is_known(message) ? messages[message].name : "unknown message";

	cw_wr_reset(&walk->rewrite);
	walk_open(walk, CW_FROM_SERVER, message == MAGIC_FIRST ? "NETWORK SERVICES" : name, in,
		  false);
	r->pass = cw_pass_reading(in);
	r->again = cw_pass_writing(&walk->rewrite, in->ttc);
	if (message == MAGIC_FIRST) {
		walk_services(walk, &r->pass, &r->again);
	} else {
		cw_pass_u8(&r->pass, "message", &message);
		cw_pass_u8(&r->again, "message", &message);
		read_body(r, message);
	}
	if (!cw_ttc_failed(in) && walk->rewrite.len > 0 &&
	    !walk_check_rewrite(walk, from, in->rd.at))
		(void)cw_ttc_bad(in, "our writer spells the message otherwise");
	cw_wr_reset(&walk->rewrite);
	return walk_close(walk, in) && !cw_ttc_failed(in);
}

void walk_answers(struct cw_walk *walk, struct cw_ttc_in *in)
{
	struct reading r = { .walk = walk, .in = in };

	r.call = walk->call_count > 0 ? &walk->call[0] : NULL;
	while (cw_rd_left(&in->rd) > 0) {
		/* An ERROR or STATUS ends an answer, and so may what follows it: 29. */
		if (r.ended && *in->rd.at != CW_TTC_END_OF_RESPONSE)
			next_call(&r);
		if (!read_message(&r))
			break;
	}
	if (r.ended || cw_ttc_failed(in))
		next_call(&r);
}
