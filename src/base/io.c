/* io.c - see io.h */
#include "base/io.h"
#include "base/clock.h"
#include "base/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEEPALIVE_EVERY_S 10 /* between two questions that were not answered */
#define KEEPALIVE_TRIES	  6

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

void cw_io_keepalive(const struct cw_io *io, int idle_s)
{
	int on = 1, every = KEEPALIVE_EVERY_S, tries = KEEPALIVE_TRIES;

	(void)setsockopt(io->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(io->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
	(void)setsockopt(io->fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	(void)setsockopt(io->fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof(tries));
}

bool cw_io_connect_to(struct cw_io *io, const struct cw_io_found *found, unsigned index,
		      int connect_timeout_ms, struct cw_err *err)
{
	const struct sockaddr *to = (const struct sockaddr *)&found->one[index].at;
	int on = 1;
	CW_CLEANUP(cw_close_fd)
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return cw_fail_errno(err, 1204, "socket");
	if (connect(fd, to, found->one[index].len) != 0) {
		if (errno != EINPROGRESS)
			return cw_fail_errno(err, 1204, "connect");
		if (!finish_connect(fd, io->cancel_fd, connect_timeout_ms, err))
			return false;
	}
	io->fd = cw_take_fd(&fd);
	if (to->sa_family == AF_UNIX)
		return true;
	(void)setsockopt(io->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	cw_io_keepalive(io, CW_IO_KEEPALIVE_S);
	return true;
}

static bool has_time(const struct cw_io *io, struct cw_err *err)
{
	return io->until_ms == 0 || cw_clock_ms() < io->until_ms ||
	       cw_fail(err, CW_ERR_RETRY, 1201, "not done within the time given");
}

bool cw_io_await(const struct cw_io *io, short events, struct cw_err *err)
{
	int64_t left = io->until_ms - cw_clock_ms();

	if (io->until_ms == 0)
		return cw_io_wait(io->fd, events, io->cancel_fd, io->timeout_ms, err);
	if (left <= 0)
		return has_time(io, err);
	if (left > INT32_MAX)
		left = INT32_MAX;
	if (io->timeout_ms > 0 && io->timeout_ms < left)
		left = io->timeout_ms;
	return cw_io_wait(io->fd, events, io->cancel_fd, (int)left, err);
}

static bool find_path(const char *path, struct cw_io_found *ret, struct cw_err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path))
		return cw_fail(err, CW_ERR_CONFIG, 1205, "socket path too long: %s", path);
	memcpy(at.sun_path, path, strlen(path) + 1);
	memcpy(&ret->one[0].at, &at, sizeof(at));
	ret->one[0].len = sizeof(at);
	ret->count = 1;
	return true;
}

/* Two hold it, who waits and who looks; the last of them frees it. */
struct lookup {
	atomic_int holders;
	int done_fd; /* eventfd */
	char host[256], service[8];
	int failed;
	struct addrinfo *list;
};

static void let_go(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->holders, 1) != 1)
		return;
	if (lookup->list)
		freeaddrinfo(lookup->list);
	cw_close_fd(&lookup->done_fd);
	free(lookup);
}

static void *look_up(void *context)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct lookup *lookup = context;
	const uint64_t one = 1;

	lookup->failed = getaddrinfo(lookup->host, lookup->service, &hints, &lookup->list);
	(void)!write(lookup->done_fd, &one, sizeof(one));
	let_go(lookup);
	return NULL;
}

static bool take_found(const struct lookup *lookup, struct cw_io_found *ret, struct cw_err *err)
{
	if (lookup->failed != 0)
		return cw_fail(err, CW_ERR_CONFIG, 1205, "host \"%s\": %s", lookup->host,
			       gai_strerror(lookup->failed));
	for (struct addrinfo *one = lookup->list; one && ret->count < CW_IO_FOUND_MAX;
	     one = one->ai_next) {
		memcpy(&ret->one[ret->count].at, one->ai_addr, one->ai_addrlen);
		ret->one[ret->count++].len = one->ai_addrlen;
	}
	return true;
}

/* In a thread, and here if there is none to be had. */
static bool wait_for_name(const struct cw_io *io, struct lookup *lookup, struct cw_err *err)
{
	struct cw_io door = *io;
	pthread_attr_t attr;
	pthread_t thread;
	uint64_t done;
	int failed;

	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attr, look_up, lookup);
	(void)pthread_attr_destroy(&attr);
	if (failed)
		(void)look_up(lookup);
	door.fd = lookup->done_fd;
	if (!cw_io_await(&door, POLLIN, err))
		return cw_err_add(err, "host \"%s\"", lookup->host);
	(void)!read(lookup->done_fd, &done, sizeof(done)); /* what was written before is seen */
	return true;
}

bool cw_io_find(const struct cw_io *io, const char *host, uint16_t port, struct cw_io_found *ret,
		struct cw_err *err)
{
	static const struct addrinfo numeric = { .ai_socktype = SOCK_STREAM,
						 .ai_flags = AI_NUMERICHOST };
	struct lookup *lookup;
	bool found;

	ret->count = 0;
	if (host[0] == '/')
		return find_path(host, ret, err);
	lookup = calloc(1, sizeof(*lookup));
	if (!lookup)
		abort();
	atomic_init(&lookup->holders, 2);
	lookup->done_fd = eventfd(0, EFD_CLOEXEC);
	(void)snprintf(lookup->host, sizeof(lookup->host), "%s", host);
	(void)snprintf(lookup->service, sizeof(lookup->service), "%u", (unsigned)port);
	if (lookup->done_fd < 0 || strlen(host) >= sizeof(lookup->host)) {
		atomic_init(&lookup->holders, 1);
		let_go(lookup);
		return cw_fail(err, CW_ERR_CONFIG, 1205, "host \"%.64s\" cannot be looked up", host);
	}
	lookup->failed = getaddrinfo(host, lookup->service, &numeric, &lookup->list);
	if (lookup->failed == 0)
		let_go(lookup); /* an address: nobody has to look */
	found = (lookup->failed == 0 || wait_for_name(io, lookup, err)) &&
		take_found(lookup, ret, err);
	let_go(lookup);
	return found;
}

void cw_io_show(const struct cw_io_found *found, unsigned index, char ret[CW_IO_SHOWN_BYTES])
{
	const struct sockaddr *at = (const struct sockaddr *)&found->one[index].at;
	char host[46] = "?", port[8] = "?";

	if (at->sa_family == AF_UNIX) {
		(void)snprintf(ret, CW_IO_SHOWN_BYTES, "a Unix socket");
		return;
	}
	(void)getnameinfo(at, found->one[index].len, host, sizeof(host), port, sizeof(port),
			  NI_NUMERICHOST | NI_NUMERICSERV);
	(void)snprintf(ret, CW_IO_SHOWN_BYTES, at->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
		       host, port);
}

bool cw_io_is_loopback(const struct cw_io_found *found, unsigned index)
{
	const struct sockaddr_storage *at = &found->one[index].at;
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (at->ss_family == AF_INET6) {
		memcpy(&six, at, sizeof(six));
		return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
	}
	memcpy(&four, at, sizeof(four));
	return at->ss_family == AF_UNIX ||
	       (at->ss_family == AF_INET && ntohl(four.sin_addr.s_addr) >> 24 == 127);
}

bool cw_io_connect(struct cw_io *io, const char *host, uint16_t port, int connect_timeout_ms,
		   struct cw_err *err)
{
	struct cw_io_found found;

	io->fd = -1;
	if (!cw_io_find(&(struct cw_io){ .cancel_fd = io->cancel_fd,
					 .timeout_ms = connect_timeout_ms },
			host, port, &found, err))
		return false;
	for (unsigned i = 0; i < found.count; i++)
		if (cw_io_connect_to(io, &found, i, connect_timeout_ms, err))
			return true;
	return cw_err_add(err, "%s:%u", host, (unsigned)port);
}

void cw_io_close(struct cw_io *io)
{
	if (io->layer)
		io->layer->close(io);
	io->layer = NULL;
	cw_close_fd(&io->fd);
}

bool cw_io_ready(const struct cw_io *io)
{
	struct pollfd on = { .fd = io->fd, .events = POLLIN };

	return (io->layer && io->layer->waits(io)) || poll(&on, 1, 0) > 0;
}

bool cw_io_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len, struct cw_err *err)
{
	if (!has_time(io, err))
		return false;
	if (io->layer)
		return io->layer->read(io, to, room, ret_len, err);
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
		if (!cw_io_await(io, POLLIN, err))
			return false;
	}
}

bool cw_io_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err)
{
	if (io->layer)
		return io->layer->write(io, bytes, err);
	while (bytes.len > 0) {
		ssize_t done = send(io->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (done > 0) {
			bytes.at += done;
			bytes.len -= (size_t)done;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return cw_fail_errno(err, 1204, "send");
		if (!cw_io_await(io, POLLOUT, err))
			return false;
	}
	return true;
}
