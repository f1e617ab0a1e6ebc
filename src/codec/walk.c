/* walk.c - see walk.h */
#include "codec/walk_parts.h"

#include "codec/ttc_call_codes.h"

#include <stdlib.h>

#define ARENA_BYTES_MAX	 (1u << 30)
#define PACKET_BYTES_MAX 2097152u
#define TYPE_MAX	 19u /* of a packet */

struct cw_walk *cw_walk_new(struct cw_walk_listener *listener)
{
	struct cw_walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		abort();
	walk->listener = listener;
	walk->assumed = walk->ttc = CW_TTC_UNKNOWN;
	walk->arena = CW_ARENA(ARENA_BYTES_MAX);
	for (int from = 0; from < 2; from++) {
		walk->stream[from].limit_bytes = WALK_STREAM_MAX;
		walk->message[from].limit_bytes = WALK_STREAM_MAX;
	}
	walk_check_init(walk);
	return walk;
}

void cw_walk_free(struct cw_walk *walk)
{
	if (!walk)
		return;
	walk_stmt_free_all(walk);
	for (int from = 0; from < 2; from++) {
		cw_wr_release(&walk->stream[from]);
		cw_wr_release(&walk->message[from]);
	}
	cw_wr_release(&walk->rewrite);
	cw_wr_release(&walk->check.wr);
	cw_arena_release(&walk->arena);
	free(walk);
}

void cw_walk_assume(struct cw_walk *walk, const struct cw_ttc *ttc, bool wide)
{
	walk->assumed = walk->ttc = *ttc;
	walk->wide = wide;
	walk->is_open = true;
}

const struct cw_walk_counts *cw_walk_counts(const struct cw_walk *walk)
{
	return &walk->counts;
}

bool cw_walk_is_assuming(const struct cw_walk *walk)
{
	return walk->is_assuming;
}

const struct cw_ttc *cw_walk_ttc(const struct cw_walk *walk)
{
	return &walk->ttc;
}

/* ---- units ---------------------------------------------------------------------------- */

void walk_open(struct cw_walk *walk, enum cw_walk_from from, const char *name,
	       struct cw_ttc_in *in, bool is_packet)
{
	struct cw_walk_unit unit = { from, is_packet, name, { in->rd.at, cw_rd_left(&in->rd) } };

	in->trace = &walk->check.trace;
	walk_check_begin(&walk->check, in->rd.at);
	if (is_packet)
		walk->counts.packets++;
	else
		walk->counts.messages++;
	walk->listener->begin(walk->listener, &unit);
}

/* What a marker cut off: the rest of the message never came, and nobody reads what did. */
static void abandon(struct cw_walk *walk, struct cw_ttc_in *in)
{
	struct cw_pass pass = cw_pass_reading(in);

	in->rd.failed = false;
	in->rd.at = walk->check.at;
	cw_pass_raw(&pass, "abandoned at a marker", NULL, cw_rd_left(&in->rd), SIZE_MAX);
}

bool walk_close(struct cw_walk *walk, struct cw_ttc_in *in)
{
	struct cw_bytes unread = { walk->check.at, 0 };
	const char *why = NULL;

	if (walk->is_interrupted && cw_ttc_failed(in) && !in->why)
		abandon(walk, in);
	in->trace = NULL;
	if (cw_ttc_failed(in)) {
		why = in->why ? in->why : "the message is cut";
		unread.len = (size_t)(in->rd.end - walk->check.at);
	} else if (walk->check.has_gap || walk->check.at != in->rd.at) {
		why = "bytes lie between its fields";
	} else if (walk->check.has_bad) {
		why = "a field does not encode to its own bytes";
	}
	walk->counts.unread_bytes += unread.len;
	walk->counts.problems += why != NULL;
	walk->listener->end(walk->listener, why, unread);
	return why == NULL;
}

/* ---- negotiation ------------------------------------------------------------------------ */

void walk_agree(struct cw_walk *walk)
{
	const struct cw_ttc_caps *server = &walk->protocol.caps;

	if (!walk->has_types || server->compile_len < 8)
		return;
	cw_ttc_agree(&walk->types, server, &walk->ttc);
	walk_set_native(walk);
}

/* A platform of another name may still be of the same kind: then its first call shows it. */
void walk_set_native(struct cw_walk *walk)
{
	walk->ttc.native = walk->is_native;
	walk->ttc.native_packed = walk->is_native && walk->is_packed;
	walk->ttc.native_short = walk->is_native && walk->is_short;
	walk->ttc.native_fields = walk->is_native && walk->is_foreign;
	walk->ttc.sb1_raw |= walk->is_native;
}

void walk_meet(struct cw_walk *walk, struct cw_bytes banner)
{
	walk->is_foreign = banner.len != walk->platform_len ||
			   memcmp(banner.at, walk->platform, banner.len) != 0;
	walk->is_native = banner.len > 0 && !walk->is_foreign;
	walk_set_native(walk);
}

/* ---- messages ---------------------------------------------------------------------------- */

/* Read what one direction has said. */
static void read_stream(struct cw_walk *walk, enum cw_walk_from from)
{
	struct cw_wr *message = &walk->message[from];
	struct cw_ttc_in in = {
		.rd = cw_rd(cw_wr_bytes(message)),
		.ttc = &walk->ttc,
		.arena = &walk->arena,
		.stable = true,
	};

	if (message->len == 0)
		return;
	if (from == CW_FROM_CLIENT)
		walk_requests(walk, &in);
	else
		walk_answers(walk, &in);
	cw_arena_reset(&walk->arena);
	cw_wr_reset(message);
}

static void begin_session(struct cw_walk *walk)
{
	walk->wide = walk->is_open = walk->has_types = walk->has_connect = false;
	walk->is_sealed = false;
	walk->protocol = (struct cw_ttc_protocol){ 0 };
	walk->is_native = walk->is_packed = walk->is_foreign = walk->is_short = false;
	walk->platform_len = 0;
	walk->ttc = walk->assumed;
	walk->call_count = 0;
	walk_stmt_free_all(walk);
}

/* ---- packets ------------------------------------------------------------------------------- */

static const char *const packet_names[TYPE_MAX + 1] = {
	[CW_TNS_CONNECT] = "CONNECT", [CW_TNS_ACCEPT] = "ACCEPT", [3] = "ACK",
	[CW_TNS_REFUSE] = "REFUSE",   [CW_TNS_REDIRECT] = "REDIRECT", [CW_TNS_DATA] = "DATA",
	[7] = "NULL",		      [9] = "ABORT", [CW_TNS_RESEND] = "RESEND",
	[CW_TNS_MARKER] = "MARKER",   [13] = "ATTENTION", [CW_TNS_CONTROL] = "CONTROL",
	[15] = "DATA DESCRIPTOR",
};

static const char *packet_name(uint8_t type)
{
	return type <= TYPE_MAX && packet_names[type] ? packet_names[type] : "packet";
}

static void rewrite_begin(struct cw_walk *walk, struct cw_pass *pass)
{
	cw_wr_reset(&walk->rewrite);
	*pass = cw_pass_writing(&walk->rewrite, &walk->ttc);
}

static void read_connect(struct cw_walk *walk, struct cw_pass *pass)
{
	struct cw_tns_connect connect = { 0 };
	struct cw_pass again;

	cw_tns_pass_connect(pass, &connect);
	rewrite_begin(walk, &again);
	cw_tns_pass_connect(&again, &connect);
}

static void read_accept(struct cw_walk *walk, struct cw_pass *pass)
{
	struct cw_pass again;

	walk->accept = (struct cw_tns_accept){ 0 };
	walk->is_open = true;
	if (cw_rd_left(&pass->in->rd) < CW_TNS_ACCEPT_BYTES_MIN) { /* nobody's, but of use */
		cw_pass_raw(pass, "unknown", NULL, cw_rd_left(&pass->in->rd), PACKET_BYTES_MAX);
		return;
	}
	cw_tns_pass_accept(pass, &walk->accept);
	rewrite_begin(walk, &again);
	cw_tns_pass_accept(&again, &walk->accept);
}

static void read_refuse(struct cw_walk *walk, struct cw_pass *pass, bool redirect)
{
	struct cw_tns_refuse refuse = { 0 };
	struct cw_pass again;

	if (redirect)
		cw_tns_pass_redirect(pass, &refuse);
	else
		cw_tns_pass_refuse(pass, &refuse);
	rewrite_begin(walk, &again);
	if (redirect)
		cw_tns_pass_redirect(&again, &refuse);
	else
		cw_tns_pass_refuse(&again, &refuse);
}

static void read_marker(struct cw_walk *walk, struct cw_pass *pass)
{
	struct cw_tns_marker_body marker = { 0 };
	struct cw_pass again;

	cw_tns_pass_marker(pass, &marker);
	rewrite_begin(walk, &again);
	cw_tns_pass_marker(&again, &marker);
}

static void read_control(struct cw_walk *walk, struct cw_pass *pass)
{
	struct cw_tns_control control = { 0 };
	struct cw_pass again;

	cw_tns_pass_control(pass, &control);
	rewrite_begin(walk, &again);
	cw_tns_pass_control(&again, &control);
}

/*
 * Flags of DATA; its payload is a message's, or the text that CONNECT, REFUSE or REDIRECT had
 * no room for.
 */
static void read_data(struct cw_walk *walk, enum cw_walk_from from, struct cw_pass *pass)
{
	struct cw_rd *rd = &pass->in->rd;
	struct cw_bytes payload;

	cw_pass_u16be(pass, "data flags", NULL);
	if (cw_pass_failed(pass))
		return;
	payload = (struct cw_bytes){ rd->at, cw_rd_left(rd) };
	walk->is_assuming |= !walk->is_open && !walk->has_connect;
	if (!walk->is_open) {
		cw_pass_text_raw(pass, "text", NULL, payload.len, payload.len);
		return;
	}
	if (walk->is_sealed && payload.len > 0 && !cw_ano_begins(payload)) {
		cw_pass_raw(pass, "sealed", NULL, payload.len, PACKET_BYTES_MAX);
		return;
	}
	cw_wr_put(&walk->message[from], payload.at, payload.len);
	rd->end = rd->at;
}

static void read_body(struct cw_walk *walk, enum cw_walk_from from, uint8_t type,
		      struct cw_pass *pass)
{
	struct cw_rd *rd = &pass->in->rd;

	cw_wr_reset(&walk->rewrite);
	switch (type) {
	case CW_TNS_CONNECT:
		begin_session(walk);
		walk->has_connect = true;
		read_connect(walk, pass);
		break;
	case CW_TNS_ACCEPT:
		read_accept(walk, pass);
		break;
	case CW_TNS_REFUSE:
	case CW_TNS_REDIRECT:
		read_refuse(walk, pass, type == CW_TNS_REDIRECT);
		break;
	case CW_TNS_DATA:
		read_data(walk, from, pass);
		return;
	case CW_TNS_MARKER:
		read_marker(walk, pass);
		break;
	case CW_TNS_CONTROL:
		read_control(walk, pass);
		break;
	default:
		cw_pass_raw(pass, "unknown", NULL, cw_rd_left(rd), PACKET_BYTES_MAX);
		return;
	}
}

/*
 * A request is complete when the other side speaks, or when something else than DATA comes.
 * A marker may come in the middle of either: what was said until then is read, and dropped.
 */
static void read_what_is_complete(struct cw_walk *walk, enum cw_walk_from from,
				  struct cw_bytes packet)
{
	bool has_payload = packet.at[4] == CW_TNS_DATA && packet.len > CW_TNS_HEADER_BYTES + 2;

	if (has_payload && from == walk->last && !walk->is_sealed)
		return;
	walk->is_interrupted = packet.at[4] == CW_TNS_MARKER;
	read_stream(walk, walk->last);
	walk->is_interrupted = false;
	if (has_payload)
		walk->last = from;
}

static void read_packet(struct cw_walk *walk, enum cw_walk_from from, struct cw_bytes packet)
{
	struct cw_ttc_in in = {
		.rd = cw_rd(packet), .ttc = &walk->ttc, .arena = &walk->arena, .stable = true
	};
	struct cw_pass pass = cw_pass_reading(&in);
	struct cw_tns_head head = { 0 };
	const uint8_t *body;

	read_what_is_complete(walk, from, packet);
	walk_open(walk, from, packet_name(packet.at[4]), &in, true);
	cw_tns_pass_head(&pass, walk->wide, &head);
	body = in.rd.at;
	read_body(walk, from, head.type, &pass);
	if (!cw_ttc_failed(&in) && walk->rewrite.len > 0 &&
	    !walk_check_rewrite(walk, body, in.rd.at))
		(void)cw_ttc_bad(&in, "our writer spells the packet otherwise");
	if (walk_close(walk, &in) && head.type == CW_TNS_ACCEPT)
		walk->wide = walk->accept.version >= CW_TNS_VERSION_WIDE;
	cw_wr_reset(&walk->rewrite);
}

/* The length of the packet at the front, 0 if it is not known yet. */
static size_t packet_bytes(struct cw_walk *walk, struct cw_bytes stream)
{
	struct cw_rd rd = cw_rd(stream);
	size_t length;

	if (stream.len < CW_TNS_HEADER_BYTES)
		return 0;
	if (stream.at[0] == 0 && stream.at[1] == 0) /* no length of the narrow form */
		walk->wide = true;
	/* A new connection begins in the narrow form, whatever the one before agreed on. */
	if (walk->wide && stream.at[4] == CW_TNS_CONNECT && (stream.at[0] || stream.at[1]))
		begin_session(walk);
	length = walk->wide ? cw_rd_u32be(&rd) : cw_rd_u16be(&rd);
	if (length < CW_TNS_HEADER_BYTES || length > PACKET_BYTES_MAX)
		return stream.len; /* no packet: all of it is shown as one that fails */
	return length;
}

void cw_walk_bytes(struct cw_walk *walk, enum cw_walk_from from, struct cw_bytes bytes)
{
	struct cw_wr *stream = &walk->stream[from];
	size_t used = 0;

	if (bytes.len == 0)
		return;
	walk->counts.bytes += bytes.len;
	cw_wr_put(stream, bytes.at, bytes.len);
	for (;;) {
		struct cw_bytes rest = { stream->at0 + used, stream->len - used };
		size_t length = packet_bytes(walk, rest);

		if (length == 0 || length > rest.len)
			break;
		read_packet(walk, from, (struct cw_bytes){ rest.at, length });
		used += length;
	}
	if (used > 0)
		memmove(stream->at0, stream->at0 + used, stream->len - used);
	stream->len -= used;
}

void cw_walk_message(struct cw_walk *walk, enum cw_walk_from from, struct cw_bytes payload)
{
	cw_walk_end(walk);
	walk->counts.bytes += payload.len;
	cw_wr_put(&walk->message[from], payload.at, payload.len);
	read_stream(walk, from);
}

void cw_walk_expect(struct cw_walk *walk, unsigned function)
{
	walk->call_count = 0;
	walk->call[0] = (struct walk_call){ .function = (uint8_t)function,
					    .stmt = walk_stmt_new(walk),
					    .other = { .function = (uint8_t)function } };
	walk->call_count = 1;
}

void cw_walk_end(struct cw_walk *walk)
{
	for (int from = 0; from < 2; from++)
		if (from != (int)walk->last)
			read_stream(walk, (enum cw_walk_from)from);
	read_stream(walk, walk->last);
	for (int from = 0; from < 2; from++) {
		struct cw_ttc_in in = { .rd = cw_rd(cw_wr_bytes(&walk->stream[from])) };

		if (walk->stream[from].len == 0)
			continue;
		walk_open(walk, (enum cw_walk_from)from, "packet", &in, true);
		(void)cw_ttc_bad(&in, "the packet is cut");
		(void)walk_close(walk, &in);
	}
}
