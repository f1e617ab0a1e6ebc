/*
 * walk.h - go through a recorded session, packet by packet, message by message, field by field
 *
 * The walk is given the bytes of both directions in the order in which they were on the
 * wire, cut as they may be.  It puts packets together, follows what both sides negotiate,
 * remembers what each cursor returns, and reads every message with the readers that the
 * product itself uses.  Its owner is told of each packet and message, of each field in it,
 * and of each byte that no field accounts for.
 *
 *	struct cw_walk *walk = cw_walk_new(&listener);
 *	cw_walk_bytes(walk, CW_FROM_CLIENT, bytes);
 *	...
 *	cw_walk_end(walk);
 *
 * What is checked on the way: that the fields of a unit lie one behind the other without a
 * gap, that each encodes back to its bytes, and that a message which Causeway can write
 * comes out of its writer as it came in.  The last two hold where the encoding is unique:
 * an integer may have more bytes than it needs, a long string any chunks.
 *
 * A session whose beginning was not recorded is walked with what cw_walk_assume() says.
 *
 * Owns		all it keeps: cw_walk_free().  What the listener is given is good for the
 *		call only
 * Threads	one at a time
 */
#ifndef CW_CODEC_WALK_H
#define CW_CODEC_WALK_H

#include "codec/ttc_pass.h"

enum cw_walk_from { CW_FROM_CLIENT, CW_FROM_SERVER };

/* A packet's own part (header, body of what is not DATA), or a message of TTC. */
struct cw_walk_unit {
	enum cw_walk_from from;
	bool is_packet;
	const char *name;     /* "CONNECT", "EXECUTE", "ROW_DATA" ... */
	struct cw_bytes rest; /* from its first byte on to the end of what there is */
};

struct cw_walk_counts {
	uint64_t packets, messages, bytes;
	uint64_t fields, unknown_fields, unknown_bytes; /* in fields of unknown meaning */
	uint64_t unread_bytes;	    /* accounted for by no field */
	uint64_t fields_same;	    /* encode back to their bytes */
	uint64_t fields_respelled;  /* their encoding is one of several */
	uint64_t messages_same;	    /* come out of our writer as they came in */
	uint64_t messages_respelled; /* a field of theirs is one of several */
	uint64_t problems;
};

struct cw_walk_listener {
	void (*begin)(struct cw_walk_listener *listener, const struct cw_walk_unit *unit);
	void (*field)(struct cw_walk_listener *listener, const struct cw_field *field);
	void (*enter)(struct cw_walk_listener *listener, const char *name, int64_t index);
	void (*leave)(struct cw_walk_listener *listener);
	/* @why: NULL, or what is wrong with the unit; @unread: bytes nobody accounted for. */
	void (*end)(struct cw_walk_listener *listener, const char *why, struct cw_bytes unread);
	/* The pairs of a login, as they come: phase one and two, both directions. */
	void (*login)(struct cw_walk_listener *listener, enum cw_walk_from from, unsigned phase,
		      const struct cw_ttc_pair *pair, uint32_t count);
};

struct cw_walk *cw_walk_new(struct cw_walk_listener *listener);
void cw_walk_free(struct cw_walk *walk);

/* The session's beginning is not here: packets have wide lengths, both sides agreed on @ttc. */
void cw_walk_assume(struct cw_walk *walk, const struct cw_ttc *ttc, bool wide);

void cw_walk_bytes(struct cw_walk *walk, enum cw_walk_from from, struct cw_bytes bytes);
/*
 * One message or more without the packets around them; a call with @function waits for its
 * answer, as if it had just been made (for answers whose request was not recorded).
 */
void cw_walk_message(struct cw_walk *walk, enum cw_walk_from from, struct cw_bytes payload);
void cw_walk_expect(struct cw_walk *walk, unsigned function);

/* Read what is still waiting.  Bytes of a packet that never came whole are unread. */
void cw_walk_end(struct cw_walk *walk);

const struct cw_walk_counts *cw_walk_counts(const struct cw_walk *walk);
/* Was a call read by what cw_walk_assume() said, or by a guess, since nothing was negotiated? */
bool cw_walk_is_assuming(const struct cw_walk *walk);
/* What was negotiated last. */
const struct cw_ttc *cw_walk_ttc(const struct cw_walk *walk);

#endif
