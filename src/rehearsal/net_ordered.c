/* net_ordered.c - see net_ordered.h */
#include "rehearsal/net_ordered.h"

#include "rehearsal/knob.h"

#include "base/clock.h"

#include <stdlib.h>

/* What lies below: TLS, or the socket itself. */
struct ordered {
	const struct net_conn *conn;
	const struct cw_io_layer *layer;
	void *state;
};

static struct ordered *step_down(struct cw_io *io)
{
	struct ordered *ordered = io->layer_state;

	io->layer = ordered->layer;
	io->layer_state = ordered->state;
	return ordered;
}

static void step_up(struct cw_io *io, struct ordered *ordered);

static bool ordered_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len,
			 struct cw_err *err)
{
	struct ordered *ordered = step_down(io);
	bool ok = cw_io_read(io, to, room, ret_len, err);

	step_up(io, ordered);
	return ok;
}

static bool drip(struct cw_io *io, struct cw_bytes bytes, uint64_t pause_ms, struct cw_err *err)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (!cw_io_write(io, (struct cw_bytes){ bytes.at + i, 1 }, err))
			return false;
		cw_sleep_ms((int)pause_ms);
	}
	return true;
}

static bool ordered_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err)
{
	struct ordered *ordered = step_down(io);
	const struct net_conn *conn = ordered->conn;
	uint64_t pause_ms;
	bool ok = rh_knob(conn->knobs, RH_KNOB_DRIP, conn->user, &pause_ms)
			  ? drip(io, bytes, pause_ms, err)
			  : cw_io_write(io, bytes, err);

	step_up(io, ordered);
	return ok;
}

static bool ordered_waits(const struct cw_io *io)
{
	const struct ordered *ordered = io->layer_state;
	struct cw_io below = *io;

	below.layer = ordered->layer;
	below.layer_state = ordered->state;
	return below.layer && below.layer->waits(&below);
}

static void ordered_close(struct cw_io *io)
{
	free(step_down(io));
	if (io->layer)
		io->layer->close(io);
}

static const struct cw_io_layer layer = {
	.read = ordered_read, .write = ordered_write, .waits = ordered_waits, .close = ordered_close
};

static void step_up(struct cw_io *io, struct ordered *ordered)
{
	io->layer = &layer;
	io->layer_state = ordered;
}

void net_ordered_begin(struct net_conn *conn)
{
	struct cw_io *io = &conn->link.io;
	struct ordered *ordered = malloc(sizeof(*ordered));

	if (!ordered)
		abort();
	*ordered = (struct ordered){ .conn = conn, .layer = io->layer, .state = io->layer_state };
	step_up(io, ordered);
}

void net_ordered_wait(struct net_conn *conn)
{
	uint64_t pause_ms;

	if (rh_knob(conn->knobs, RH_KNOB_DELAY, conn->user, &pause_ms))
		cw_sleep_ms((int)pause_ms);
}
