/*
 * tns_link.h - one Oracle Net connection: packets in, packets out
 *
 * The link cuts what is written into DATA packets of the size agreed on and
 * joins the payloads of those that come into the stream that TTC readers see.
 * Packets that are not DATA end the stream: the reader fails, and event says
 * what happened.
 *
 *	cw_tns_link_write(&link);		write a request into link.out
 *	cw_tns_link_send(&link, 0, &err)
 *	cw_tns_link_listen(&link, &ttc, &arena, &in);
 *	... read from &in ...
 *	if (cw_ttc_failed(&in)) look at link.event, else cw_tns_link_fail()
 *
 * What readers hand out stays good as long as the arena: payloads are copied
 * into it, a packet in one piece.
 *
 * Owns		its buffers, the socket and the seal
 * Errors	those of io.h, of tns_frame.h, of ano_seal.h; CW2104 the peer ended the session;
 *		CW2105 it stopped, or drips, in the midst of a packet
 * Threads	one at a time
 */
#ifndef CW_CODEC_TNS_LINK_H
#define CW_CODEC_TNS_LINK_H

#include "base/io.h"
#include "codec/ano_seal.h"
#include "codec/tns_packet.h"
#include "codec/ttc_prim.h"

enum cw_tns_event {
	CW_TNS_EVENT_NONE = 0,
	CW_TNS_EVENT_MARKER, /* link.marker says which */
	CW_TNS_EVENT_END,    /* DATA with the EOF flag */
	CW_TNS_EVENT_ERROR,  /* link.err says why */
};

struct cw_tns_link {
	struct cw_io io;
	bool wide;	  /* 4-byte lengths: since an ACCEPT of 315 or more */
	uint32_t sdu;	  /* the largest packet to send */
	struct cw_ano_seal *seal; /* native network encryption; NULL: packets are as they are */
	struct cw_wr out; /* the DATA packet being filled, behind others that are full */
	size_t packet_at; /* where in @out it begins */
	int packet_ms;	  /* for a packet that has begun to be whole; 0: no end */
	uint8_t *in;	  /* received, not yet used: [in_from, in_to) */
	size_t in_from, in_to, in_room;

	enum cw_tns_event event; /* what ended the stream */
	unsigned marker;
	uint16_t data_flags;  /* of the last DATA packet */
	size_t data_bytes;    /* its length in all: one shorter than the SDU is a message's last */
	uint32_t packets_out; /* DATA packets filled since its owner set it to 0 */
	uint32_t control_error; /* last one told by a CONTROL packet: 2396, 12572 ... */
	struct cw_arena *arena; /* of the message being read */
	struct cw_err err;
	struct cw_bytes replay; /* packets to read instead of the socket's: tests */
	bool is_replay;
	struct cw_wr *sent; /* with is_replay: packets written go here; NULL: nowhere */
};

/* Takes the socket over; a packet that has begun must be whole within CW_TNS_PACKET_MS. */
#define CW_TNS_PACKET_MS 120000 /* a road that loses packets gets them through by then */
void cw_tns_link_init(struct cw_tns_link *link, const struct cw_io *io);
void cw_tns_link_release(struct cw_tns_link *link);
/* After ACCEPT: how long a packet may be, and how long its length field is. */
void cw_tns_link_agree(struct cw_tns_link *link, unsigned version, uint32_t sdu);

/* From the next DATA packet on, in both directions; the link takes the seal over. */
void cw_tns_link_seal(struct cw_tns_link *link, struct cw_ano_seal *seal);

/* The next packet of whatever type; its body is good until the next read. */
bool cw_tns_link_packet(struct cw_tns_link *link, struct cw_tns_packet *ret,
			struct cw_err *err) CW_MUST_CHECK;
/* A packet that is thrown away: the seal counts it all the same. */
bool cw_tns_link_drop(struct cw_tns_link *link, const struct cw_tns_packet *packet,
		      struct cw_err *err) CW_MUST_CHECK;
/* Is there something to read, so that cw_tns_link_packet() would begin at once? */
bool cw_tns_link_ready(struct cw_tns_link *link);
/* Send packets that were put together with tns_packet.h. */
bool cw_tns_link_raw(struct cw_tns_link *link, struct cw_bytes packets,
		     struct cw_err *err) CW_MUST_CHECK;
bool cw_tns_link_marker(struct cw_tns_link *link, enum cw_tns_marker marker,
			struct cw_err *err) CW_MUST_CHECK;

/* Begin a message in link->out; what was left there, full packets too, is dropped. */
struct cw_wr *cw_tns_link_write(struct cw_tns_link *link);
/* Send what is left of it, with @data_flags on the last packet. */
bool cw_tns_link_send(struct cw_tns_link *link, unsigned data_flags,
		      struct cw_err *err) CW_MUST_CHECK;

/* Read a message from the next DATA packet on. */
void cw_tns_link_listen(struct cw_tns_link *link, const struct cw_ttc *ttc, struct cw_arena *arena,
			struct cw_ttc_in *ret);
/* Why the reader failed.  Always returns false. */
bool cw_tns_link_fail(const struct cw_tns_link *link, const struct cw_ttc_in *in, const char *what,
		      struct cw_err *err);

#endif
