/* tns_link.c - see tns_link.h */
#include "codec/tns_link.h"

#include "base/clock.h"

#include <stdlib.h>

#define DATA_HEADER_BYTES (CW_TNS_HEADER_BYTES + 2)
#define PACKET_BYTES_MAX  2097152u /* what any peer may agree on */
#define NARROW_BYTES_MAX  65535u
#define OUT_BYTES_MAX	  65536u  /* many packets of a long message with one write */
#define IN_BYTES_MIN	  131072u /* many packets of a long answer with one read */

static bool flush_packet(struct cw_wr *wr);

void cw_tns_link_init(struct cw_tns_link *link, const struct cw_io *io)
{
	*link = (struct cw_tns_link){ .io = *io, .sdu = CW_TNS_SDU, .packet_ms = CW_TNS_PACKET_MS };
}

static uint8_t *must_alloc(uint8_t *old, size_t bytes)
{
	uint8_t *room = realloc(old, bytes);

	if (!room)
		abort();
	return room;
}

void cw_tns_link_release(struct cw_tns_link *link)
{
	cw_io_close(&link->io);
	free(link->in);
	cw_wr_release(&link->out);
	cw_ano_seal_free(link->seal);
	*link = (struct cw_tns_link){ .io = { .fd = -1, .cancel_fd = -1 } };
}

void cw_tns_link_agree(struct cw_tns_link *link, unsigned version, uint32_t sdu)
{
	link->wide = version >= CW_TNS_VERSION_WIDE;
	link->sdu = sdu;
	cw_wr_release(&link->out); /* it had room for a packet of the old size */
}

void cw_tns_link_seal(struct cw_tns_link *link, struct cw_ano_seal *seal)
{
	cw_ano_seal_free(link->seal);
	link->seal = seal;
	cw_wr_release(&link->out); /* it may not be filled as far as before */
}

/* ---- in ------------------------------------------------------------------------- */

static bool receive(struct cw_tns_link *link, size_t wanted, struct cw_err *err)
{
	size_t got;

	if (link->in_from > 0) {
		memmove(link->in, link->in + link->in_from, link->in_to - link->in_from);
		link->in_to -= link->in_from;
		link->in_from = 0;
	}
	if (link->in_room < wanted) {
		link->in_room = wanted;
		link->in = must_alloc(link->in, link->in_room);
	}
	if (!cw_io_read(&link->io, link->in + link->in_to, link->in_room - link->in_to, &got, err))
		return false;
	link->in_to += got;
	return true;
}

/* How much room the packet at the front needs, as far as it is known. */
static size_t room_for_front(const struct cw_tns_link *link)
{
	struct cw_rd rd =
		cw_rd((struct cw_bytes){ link->in + link->in_from, link->in_to - link->in_from });
	size_t least = link->sdu * 2u < IN_BYTES_MIN ? IN_BYTES_MIN : link->sdu * 2u, length;

	length = link->wide ? cw_rd_u32be(&rd) : cw_rd_u16be(&rd);
	return cw_rd_failed(&rd) || length < least || length > PACKET_BYTES_MAX ? least : length;
}

/*
 * Silence before a packet is the peer's work, silence in the midst of one is a broken road: no
 * deadline of a call is needed to notice it.  *until_ms: 0 until the packet has begun.
 */
static bool receive_in_time(struct cw_tns_link *link, int64_t *until_ms, struct cw_err *err)
{
	size_t have = link->in_to - link->in_from;
	int64_t of_call_ms = link->io.until_ms;
	bool good, is_sooner;

	if (have == 0 || link->packet_ms == 0)
		return receive(link, room_for_front(link), err);
	if (*until_ms == 0)
		*until_ms = cw_clock_ms() + link->packet_ms;
	is_sooner = of_call_ms == 0 || *until_ms < of_call_ms;
	if (is_sooner)
		link->io.until_ms = *until_ms;
	good = receive(link, room_for_front(link), err);
	link->io.until_ms = of_call_ms;
	if (good || !is_sooner || err->code != 1201 || cw_clock_ms() < *until_ms)
		return good;
	return cw_fail(err, CW_ERR_RETRY, 2105,
		       "the peer has begun a packet and not ended it within %d ms: %zu bytes came",
		       link->packet_ms, link->in_to - link->in_from);
}

/* What the peer seals behind its RESET marker is sealed anew. */
static bool note_reset(struct cw_tns_link *link, const struct cw_tns_packet *packet,
		       struct cw_err *err)
{
	return !link->seal || packet->type != CW_TNS_MARKER ||
	       cw_tns_get_marker(packet->body) != CW_TNS_RESET ||
	       cw_ano_seal_reset(link->seal, false, err);
}

static bool replay_packet(struct cw_tns_link *link, const struct cw_tns_limits *limits,
			  struct cw_tns_packet *ret, struct cw_err *err)
{
	switch (cw_tns_frame(link->replay, limits, ret, err)) {
	case CW_FRAME_READY:
		link->replay.at += ret->total_bytes;
		link->replay.len -= ret->total_bytes;
		return note_reset(link, ret, err);
	case CW_FRAME_MORE:
		return cw_fail(err, CW_ERR_RETRY, 1203, "the peer closed the connection");
	case CW_FRAME_BAD:
		break;
	}
	return false;
}

bool cw_tns_link_packet(struct cw_tns_link *link, struct cw_tns_packet *ret, struct cw_err *err)
{
	struct cw_tns_limits limits = {
		.wide_length = link->wide,
		.packet_bytes_max = link->wide ? PACKET_BYTES_MAX : NARROW_BYTES_MAX,
	};
	int64_t until_ms = 0;

	if (link->is_replay)
		return replay_packet(link, &limits, ret, err);
	for (;;) {
		struct cw_bytes front = { link->in + link->in_from, link->in_to - link->in_from };

		switch (cw_tns_frame(front, &limits, ret, err)) {
		case CW_FRAME_READY:
			link->in_from += ret->total_bytes;
			return note_reset(link, ret, err);
		case CW_FRAME_BAD:
			return false;
		case CW_FRAME_MORE:
			break;
		}
		if (!receive_in_time(link, &until_ms, err))
			return false;
	}
}

bool cw_tns_link_drop(struct cw_tns_link *link, const struct cw_tns_packet *packet,
		      struct cw_err *err)
{
	size_t len = packet->body.len;
	uint8_t *copy;
	bool good;

	if (!link->seal || packet->type != CW_TNS_DATA || len <= 2)
		return true;
	copy = must_alloc(NULL, len);
	memcpy(copy, packet->body.at, len);
	good = cw_ano_seal_open(link->seal, copy + 2, len - 2, &len, err);
	free(copy);
	return good;
}

bool cw_tns_link_ready(struct cw_tns_link *link)
{
	return link->in_to > link->in_from || cw_io_ready(&link->io);
}

static bool stop_at(struct cw_tns_link *link, enum cw_tns_event event)
{
	link->event = event;
	return false;
}

/* The reader's more(): the payload of the next DATA packet. */
static bool next_payload(struct cw_rd *rd)
{
	struct cw_tns_link *link = rd->source;
	struct cw_tns_packet packet;
	uint8_t *copy;
	size_t len;

	if (link->event != CW_TNS_EVENT_NONE)
		return false;
	for (;;) {
		if (!cw_tns_link_packet(link, &packet, &link->err))
			return stop_at(link, CW_TNS_EVENT_ERROR);
		if (packet.type == CW_TNS_MARKER) {
			link->marker = cw_tns_get_marker(packet.body);
			return stop_at(link, CW_TNS_EVENT_MARKER);
		}
		if (packet.type == CW_TNS_CONTROL) {
			link->control_error = cw_tns_get_control(packet.body);
			continue;
		}
		if (packet.type != CW_TNS_DATA || packet.body.len < 2) {
			(void)cw_fail(&link->err, CW_ERR_DATA, 2103,
				      "a packet of type %d with %zu bytes in a message",
				      packet.type, packet.body.len);
			return stop_at(link, CW_TNS_EVENT_ERROR);
		}
		link->data_flags = (uint16_t)(packet.body.at[0] << 8 | packet.body.at[1]);
		link->data_bytes = packet.total_bytes;
		len = packet.body.len - 2;
		if (len > 0)
			break;
		if (link->data_flags & CW_TNS_DATA_EOF)
			return stop_at(link, CW_TNS_EVENT_END);
	}
	copy = cw_try_room(link->arena, uint8_t, len, &link->err);
	if (!copy)
		return stop_at(link, CW_TNS_EVENT_ERROR);
	memcpy(copy, packet.body.at + 2, len);
	if (link->seal && !cw_ano_seal_open(link->seal, copy, len, &len, &link->err))
		return stop_at(link, CW_TNS_EVENT_ERROR);
	rd->at = copy;
	rd->end = copy + len;
	return true;
}

void cw_tns_link_listen(struct cw_tns_link *link, const struct cw_ttc *ttc, struct cw_arena *arena,
			struct cw_ttc_in *ret)
{
	link->event = CW_TNS_EVENT_NONE;
	link->arena = arena;
	*ret = (struct cw_ttc_in){
		.rd = { .more = next_payload, .source = link },
		.ttc = ttc,
		.arena = arena,
		.stable = true,
	};
}

bool cw_tns_link_fail(const struct cw_tns_link *link, const struct cw_ttc_in *in, const char *what,
		      struct cw_err *err)
{
	switch (link->event) {
	case CW_TNS_EVENT_ERROR:
		*err = link->err;
		return cw_err_add(err, "%s", what);
	case CW_TNS_EVENT_END:
		return cw_fail(err, CW_ERR_RETRY, 2104, "%s: the peer ended the session", what);
	case CW_TNS_EVENT_MARKER:
		return cw_fail(err, CW_ERR_DATA, 2103, "%s: a marker in mid-message", what);
	case CW_TNS_EVENT_NONE:
		break;
	}
	return cw_ttc_fail(in, what, err);
}

/* ---- out ------------------------------------------------------------------------- */

bool cw_tns_link_raw(struct cw_tns_link *link, struct cw_bytes packets, struct cw_err *err)
{
	if (link->is_replay) {
		if (link->sent)
			cw_wr_put(link->sent, packets.at, packets.len);
		return true;
	}
	return cw_io_write(&link->io, packets, err);
}

bool cw_tns_link_marker(struct cw_tns_link *link, enum cw_tns_marker marker, struct cw_err *err)
{
	uint8_t room[16];
	struct cw_wr wr = { .at0 = room, .room = sizeof(room) };

	cw_tns_put_marker(&wr, link->wide, marker);
	if (marker == CW_TNS_RESET && link->seal && !cw_ano_seal_reset(link->seal, true, err))
		return false;
	return cw_tns_link_raw(link, cw_wr_bytes(&wr), err);
}

/* How many bytes of packets are gathered for one write: sealed ones go one by one. */
static size_t gathered_bytes(const struct cw_tns_link *link)
{
	return link->seal || link->sdu > OUT_BYTES_MAX ? link->sdu : OUT_BYTES_MAX;
}

/* The header is filled in when the length is known. */
static void begin_packet(struct cw_tns_link *link)
{
	link->out.len = link->packet_at + DATA_HEADER_BYTES;
	link->out.room = link->packet_at + link->sdu - (link->seal ? CW_ANO_SEAL_BYTES_MAX : 0);
}

static bool end_packet(struct cw_tns_link *link, unsigned data_flags, struct cw_err *err)
{
	uint8_t *packet = link->out.at0 + link->packet_at;
	struct cw_wr head = { .at0 = packet, .room = DATA_HEADER_BYTES };
	size_t len = link->out.len - link->packet_at - DATA_HEADER_BYTES;

	if (link->seal && len > 0) {
		if (!cw_ano_seal_close(link->seal, packet + DATA_HEADER_BYTES, len, &len, err))
			return false;
		link->out.len = DATA_HEADER_BYTES + len;
	}
	cw_tns_put_header(&head, link->wide, (uint32_t)(link->out.len - link->packet_at),
			  CW_TNS_DATA, 0);
	cw_wr_u16be(&head, data_flags);
	link->packets_out++;
	return true;
}

static bool send_gathered(struct cw_tns_link *link, struct cw_err *err)
{
	link->packet_at = 0;
	return cw_tns_link_raw(link, cw_wr_bytes(&link->out), err);
}

static bool flush_packet(struct cw_wr *wr)
{
	struct cw_tns_link *link = wr->sink;

	if (!end_packet(link, 0, &link->err))
		return false;
	if (wr->len + link->sdu <= gathered_bytes(link))
		link->packet_at = wr->len;
	else if (!send_gathered(link, &link->err))
		return false;
	begin_packet(link);
	return true;
}

struct cw_wr *cw_tns_link_write(struct cw_tns_link *link)
{
	if (!link->out.at0)
		link->out = (struct cw_wr){ .at0 = must_alloc(NULL, gathered_bytes(link)) };
	link->out.flush = flush_packet;
	link->out.sink = link;
	link->out.failed = false;
	link->err = (struct cw_err){ 0 };
	link->packet_at = 0;
	begin_packet(link);
	return &link->out;
}

bool cw_tns_link_send(struct cw_tns_link *link, unsigned data_flags, struct cw_err *err)
{
	if (cw_wr_failed(&link->out)) {
		*err = link->err;
		return false;
	}
	return end_packet(link, data_flags, err) && send_gathered(link, err);
}
