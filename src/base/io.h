/*
 * io.h - sockets that wait no longer than they should
 *
 * Every read and write waits in poll() on its descriptor and on the cancel
 * eventfd of the task, until data, the deadline or the cancel comes.  Protocol
 * code above is a straight line: write a request, read the reply, check.
 *
 * Errors	CW1201 deadline passed (retry)	CW1202 cancelled (cancelled)
 *		CW1203 peer closed the connection (retry)	CW1204 system error
 *		CW1205 host name not found (config)
 * Threads	one at a time for each cw_io
 */
#ifndef CW_BASE_IO_H
#define CW_BASE_IO_H

#include "base/err.h"

struct cw_io {
	int fd;		/* non-blocking; -1 when closed */
	int cancel_fd;	/* eventfd that becomes readable on cancel; -1: none */
	int timeout_ms; /* for each wait; 0 or less: for ever */
};

/* Connect to @host (name, address, or path of a Unix socket if it begins with '/'). */
bool cw_io_connect(struct cw_io *io, const char *host, uint16_t port, int connect_timeout_ms,
		   struct cw_err *err) CW_MUST_CHECK;
void cw_io_close(struct cw_io *io);

/* At least one byte and @room at most; *ret_len is never 0 on true. */
bool cw_io_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len,
		struct cw_err *err) CW_MUST_CHECK;
bool cw_io_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err) CW_MUST_CHECK;

/* Wait until @fd is readable (POLLIN) or writable (POLLOUT); same errors. */
bool cw_io_wait(int fd, short events, int cancel_fd, int timeout_ms,
		struct cw_err *err) CW_MUST_CHECK;

#endif
