/*
 * io.h - sockets that wait no longer than they should
 *
 * Every read and write waits in poll() on its descriptor and on the cancel
 * eventfd of the task, until data, the deadline or the cancel comes.  Protocol
 * code above is a straight line: write a request, read the reply, check.
 *
 * timeout_ms bounds each wait, until_ms all of them together: a peer that sends
 * a byte now and then gets past the first but not past the second.  What lies
 * between the socket and its reader, TLS, is a layer: see tls.h.
 *
 * Errors	CW1201 deadline passed (retry)	CW1202 cancelled (cancelled)
 *		CW1203 peer closed the connection (retry)	CW1204 system error
 *		CW1205 host name not found (config)
 * Threads	one at a time for each cw_io
 */
#ifndef CW_BASE_IO_H
#define CW_BASE_IO_H

#include "base/err.h"

#include <sys/socket.h>

struct cw_io;

/* Reads and writes in the place of the socket; the calls are those of cw_io below. */
struct cw_io_layer {
	bool (*read)(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len,
		     struct cw_err *err);
	bool (*write)(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err);
	bool (*waits)(const struct cw_io *io); /* bytes that were taken off the socket already */
	void (*close)(struct cw_io *io);       /* the layer alone; the socket is closed after it */
};

struct cw_io {
	int fd;		  /* non-blocking; -1 when closed */
	int cancel_fd;	  /* eventfd that becomes readable on cancel; -1: none */
	int timeout_ms;	  /* for each wait; 0 or less: for ever */
	int64_t until_ms; /* on cw_clock_ms(): no read or write goes on after it; 0: never */
	const struct cw_io_layer *layer; /* NULL: the socket itself */
	void *layer_state;
};

#define CW_IO_FOUND_MAX 16

/* What a host's name leads to, in the resolver's order. */
struct cw_io_found {
	unsigned count;
	struct {
		struct sockaddr_storage at;
		socklen_t len;
	} one[CW_IO_FOUND_MAX];
};

/*
 * @host: name, address, or path of a Unix socket if it begins with '/'.  A name is looked
 * up within the deadlines and the cancel of @io, whose socket plays no part: the system's
 * resolver knows neither, so it runs in a thread that is left behind if it takes too long.
 */
bool cw_io_find(const struct cw_io *io, const char *host, uint16_t port, struct cw_io_found *ret,
		struct cw_err *err) CW_MUST_CHECK;
/* Numeric, for messages: "192.0.2.1:1521". */
#define CW_IO_SHOWN_BYTES 64
void cw_io_show(const struct cw_io_found *found, unsigned index, char ret[CW_IO_SHOWN_BYTES]);
/* Is it this machine itself: 127.x.x.x, ::1 or a Unix socket? */
bool cw_io_is_loopback(const struct cw_io_found *found, unsigned index);

/* Connect to one of them; cw_io_connect() finds and tries one after the other. */
bool cw_io_connect_to(struct cw_io *io, const struct cw_io_found *found, unsigned index,
		      int connect_timeout_ms, struct cw_err *err) CW_MUST_CHECK;
bool cw_io_connect(struct cw_io *io, const char *host, uint16_t port, int connect_timeout_ms,
		   struct cw_err *err) CW_MUST_CHECK;
/*
 * Have the kernel ask a silent peer after @idle_s seconds whether it is there: the link
 * looks alive to what lies between, and a dead peer is noticed a minute later.
 * cw_io_connect_to() asks after CW_IO_KEEPALIVE_S.
 */
#define CW_IO_KEEPALIVE_S 60 /* balancers cut idle links, some at 350 s */
void cw_io_keepalive(const struct cw_io *io, int idle_s);
void cw_io_close(struct cw_io *io);

/* At least one byte and @room at most; *ret_len is never 0 on true. */
bool cw_io_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len,
		struct cw_err *err) CW_MUST_CHECK;
bool cw_io_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err) CW_MUST_CHECK;

/* Is there something to read, so that a read would begin at once? */
bool cw_io_ready(const struct cw_io *io);
/* Wait for the socket of @io within its deadlines: for layers. */
bool cw_io_await(const struct cw_io *io, short events, struct cw_err *err) CW_MUST_CHECK;

/* Wait until @fd is readable (POLLIN) or writable (POLLOUT); same errors. */
bool cw_io_wait(int fd, short events, int cancel_fd, int timeout_ms,
		struct cw_err *err) CW_MUST_CHECK;

#endif
