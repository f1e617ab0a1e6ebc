/* io.c - see io.h */
#include "base/io.h"
#include "base/clock.h"
#include "base/os.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEEPALIVE_IDLE_S 60 /* balancers cut idle links, some at 350 s */

bool cw_io_wait(int fd, short events, int cancel_fd, int timeout_ms, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + timeout_ms;

	for (;;) {
		struct pollfd on[2] = { { .fd = fd, .events = events },
					{ .fd = cancel_fd, .events = POLLIN } };
		int64_t left = timeout_ms > 0 ? until - cw_clock_ms() : -1;
		int ready = poll(on, 2, left > 0 ? (int)left : timeout_ms > 0 ? 0 : -1);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return cw_fail_errno(err, 1204, "poll");
		if (on[1].revents)
			return cw_fail(err, CW_ERR_CANCELLED, 1202, "cancelled");
		if (on[0].revents)
			return true;
		if (timeout_ms > 0 && cw_clock_ms() >= until)
			return cw_fail(err, CW_ERR_RETRY, 1201, "no answer within %d ms",
				       timeout_ms);
	}
}

static bool finish_connect(int fd, int cancel_fd, int timeout_ms, struct cw_err *err)
{
	int failure = 0;
	socklen_t len = sizeof(failure);

	if (!cw_io_wait(fd, POLLOUT, cancel_fd, timeout_ms, err))
		return false;
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &len);
	if (failure == 0)
		return true;
	errno = failure;
	return cw_fail_errno(err, 1204, "connect");
}

static void set_tcp_options(int fd)
{
	int on = 1, idle = KEEPALIVE_IDLE_S;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
}

static bool connect_one(struct cw_io *io, const struct sockaddr *to, socklen_t to_len,
			int timeout_ms, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd)
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return cw_fail_errno(err, 1204, "socket");
	if (to->sa_family != AF_UNIX)
		set_tcp_options(fd);
	if (connect(fd, to, to_len) != 0) {
		if (errno != EINPROGRESS)
			return cw_fail_errno(err, 1204, "connect");
		if (!finish_connect(fd, io->cancel_fd, timeout_ms, err))
			return false;
	}
	io->fd = cw_take_fd(&fd);
	return true;
}

bool cw_io_connect(struct cw_io *io, const char *host, uint16_t port, int connect_timeout_ms,
		   struct cw_err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	char service[8];
	bool done = false;
	int found;

	io->fd = -1;
	if (host[0] == '/') {
		struct sockaddr_un path = { .sun_family = AF_UNIX };

		if (strlen(host) >= sizeof(path.sun_path))
			return cw_fail(err, CW_ERR_CONFIG, 1205, "socket path too long: %s", host);
		memcpy(path.sun_path, host, strlen(host) + 1);
		return connect_one(io, (struct sockaddr *)&path, sizeof(path), connect_timeout_ms,
				   err);
	}
	(void)snprintf(service, sizeof(service), "%u", (unsigned)port);
	found = getaddrinfo(host, service, &hints, &list);
	if (found != 0)
		return cw_fail(err, CW_ERR_CONFIG, 1205, "host \"%s\": %s", host,
			       gai_strerror(found));
	for (struct addrinfo *one = list; one && !done; one = one->ai_next)
		done = connect_one(io, one->ai_addr, one->ai_addrlen, connect_timeout_ms, err);
	freeaddrinfo(list);
	return done || cw_err_add(err, "%s:%u", host, (unsigned)port);
}

void cw_io_close(struct cw_io *io)
{
	cw_close_fd(&io->fd);
}

bool cw_io_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len, struct cw_err *err)
{
	for (;;) {
		ssize_t got = recv(io->fd, to, room, 0);

		if (got > 0) {
			*ret_len = (size_t)got;
			return true;
		}
		if (got == 0)
			return cw_fail(err, CW_ERR_RETRY, 1203, "the peer closed the connection");
		if (errno != EAGAIN && errno != EINTR)
			return cw_fail_errno(err, 1204, "receive");
		if (!cw_io_wait(io->fd, POLLIN, io->cancel_fd, io->timeout_ms, err))
			return false;
	}
}

bool cw_io_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err)
{
	while (bytes.len > 0) {
		ssize_t done = send(io->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (done > 0) {
			bytes.at += done;
			bytes.len -= (size_t)done;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return cw_fail_errno(err, 1204, "send");
		if (!cw_io_wait(io->fd, POLLOUT, io->cancel_fd, io->timeout_ms, err))
			return false;
	}
	return true;
}
