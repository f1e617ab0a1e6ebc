/*
 * test_io.c - a wait ends on data, deadline or cancel, and says which
 */
#include "base/clock.h"
#include "base/io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct pair {
	struct cw_io io;
	int peer;
};

static struct pair open_pair(int timeout_ms)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	return (struct pair){
		.io = { .fd = fd[0], .cancel_fd = eventfd(0, 0), .timeout_ms = timeout_ms },
		.peer = fd[1]
	};
}

static void close_pair(struct pair *pair)
{
	cw_io_close(&pair->io);
	close(pair->io.cancel_fd);
	if (pair->peer >= 0)
		close(pair->peer);
}

static void a_silent_peer_costs_the_deadline_and_no_more(void **state)
{
	struct pair pair = open_pair(50);
	int64_t start = cw_clock_ms();
	struct cw_err err;
	uint8_t byte;
	size_t len;

	(void)state;
	assert_false(cw_io_read(&pair.io, &byte, 1, &len, &err));
	assert_int_equal(err.code, 1201);
	assert_int_equal(err.kind, CW_ERR_RETRY);
	assert_true(cw_clock_ms() - start >= 50);
	close_pair(&pair);
}

static void *drip(void *context)
{
	int peer = *(int *)context;

	while (send(peer, "x", 1, MSG_NOSIGNAL) == 1 || errno == EAGAIN)
		cw_sleep_ms(5);
	return NULL;
}

static void a_peer_that_drips_costs_the_deadline_of_the_whole_and_no_more(void **state)
{
	struct pair pair = open_pair(1000);
	int64_t start = cw_clock_ms();
	pthread_t thread;
	struct cw_err err;
	uint8_t byte;
	size_t len;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, drip, &pair.peer), 0);
	pair.io.until_ms = start + 100;
	while (cw_io_read(&pair.io, &byte, 1, &len, &err))
		;
	assert_int_equal(err.code, 1201);
	assert_true(cw_clock_ms() - start >= 100);
	cw_io_close(&pair.io); /* ends the thread */
	assert_int_equal(pthread_join(thread, NULL), 0);
	close_pair(&pair);
}

static uint32_t segments_in(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	return info.tcpi_segs_in;
}

/* The peer's kernel counts what it received, also what carries no data. */
static void a_silent_link_is_kept_alive_by_the_kernel(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	socklen_t len = sizeof(at);
	int door = socket(AF_INET, SOCK_STREAM, 0), peer, idle = 0;
	struct cw_io io = { .fd = -1, .cancel_fd = -1 };
	struct cw_err err;
	uint32_t before;

	(void)state;
	assert_int_equal(bind(door, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(door, 1), 0);
	assert_int_equal(getsockname(door, (struct sockaddr *)&at, &len), 0);
	assert_true(cw_io_connect(&io, "127.0.0.1", ntohs(at.sin_port), 1000, &err));
	peer = accept(door, NULL, NULL);
	len = sizeof(idle);
	assert_int_equal(getsockopt(io.fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &len), 0);
	assert_int_equal(idle, CW_IO_KEEPALIVE_S);
	assert_true(idle < 350); /* when some balancers cut a link that nothing passes */
	cw_io_keepalive(&io, 1);
	before = segments_in(peer);
	for (int tries = 0; segments_in(peer) == before; tries++) {
		assert_true(tries < 1000);
		cw_sleep_ms(10);
	}
	cw_io_close(&io);
	close(peer);
	close(door);
}

static void loopback_is_told_from_the_world(void **state)
{
	static const struct {
		const char *host, *shown;
		bool loopback;
	} hosts[] = {
		{ "127.0.0.1", "127.0.0.1:1521", true },   { "127.9.9.9", "127.9.9.9:1521", true },
		{ "::1", "[::1]:1521", true },		   { "192.0.2.1", "192.0.2.1:1521", false },
		{ "2001:db8::1", "[2001:db8::1]:1521", false },
		{ "/tmp/socket", "a Unix socket", true },
	};
	char shown[CW_IO_SHOWN_BYTES];
	const struct cw_io any = { .fd = -1, .cancel_fd = -1 };
	struct cw_io_found found;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(hosts); i++) {
		assert_true(cw_io_find(&any, hosts[i].host, 1521, &found, &err));
		assert_int_equal(found.count, 1);
		assert_int_equal(cw_io_is_loopback(&found, 0), hosts[i].loopback);
		cw_io_show(&found, 0, shown);
		assert_string_equal(shown, hosts[i].shown);
	}
	assert_true(cw_io_find(&any, "localhost", 1521, &found, &err));
	assert_true(found.count >= 1 && cw_io_is_loopback(&found, 0));
	assert_false(cw_io_find(&any, "no-such-host.invalid", 1521, &found, &err));
	assert_int_equal(err.code, 1205);
}

static void a_name_is_looked_up_within_the_deadline_and_the_cancel(void **state)
{
	struct cw_io gone = { .fd = -1, .cancel_fd = -1, .until_ms = 1 };
	struct cw_io_found found;
	uint64_t one = 1;
	struct cw_err err;

	(void)state;
	assert_false(cw_io_find(&gone, "no-such-host.invalid", 1521, &found, &err));
	assert_int_equal(err.code, 1201);
	assert_non_null(strstr(err.text, "no-such-host.invalid"));
	/* an address needs nobody to look */
	assert_true(cw_io_find(&gone, "192.0.2.1", 1521, &found, &err));
	gone.until_ms = 0;
	gone.cancel_fd = eventfd(0, 0);
	assert_int_equal(write(gone.cancel_fd, &one, sizeof(one)), sizeof(one));
	assert_false(cw_io_find(&gone, "no-such-host.invalid", 1521, &found, &err));
	assert_int_equal(err.kind, CW_ERR_CANCELLED);
	close(gone.cancel_fd);
}

static void a_cancel_ends_the_wait(void **state)
{
	struct pair pair = open_pair(0);
	uint64_t one = 1;
	struct cw_err err;
	uint8_t byte;
	size_t len;

	(void)state;
	assert_int_equal(write(pair.io.cancel_fd, &one, sizeof(one)), sizeof(one));
	assert_false(cw_io_read(&pair.io, &byte, 1, &len, &err));
	assert_int_equal(err.kind, CW_ERR_CANCELLED);
	close_pair(&pair);
}

static void a_closed_peer_is_told_from_silence(void **state)
{
	struct pair pair = open_pair(1000);
	struct cw_err err;
	uint8_t bytes[8];
	size_t len;

	(void)state;
	assert_int_equal(write(pair.peer, "abc", 3), 3);
	close(pair.peer);
	pair.peer = -1;
	assert_true(cw_io_read(&pair.io, bytes, sizeof(bytes), &len, &err));
	assert_int_equal(len, 3);
	assert_false(cw_io_read(&pair.io, bytes, sizeof(bytes), &len, &err));
	assert_int_equal(err.code, 1203);
	close_pair(&pair);
}

static void a_refused_connection_names_host_and_port(void **state)
{
	struct cw_io io = { .cancel_fd = -1 };
	struct cw_err err;

	(void)state;
	assert_false(cw_io_connect(&io, "127.0.0.1", 1, 1000, &err));
	assert_non_null(strstr(err.text, "127.0.0.1:1"));
	assert_int_equal(err.kind, CW_ERR_RETRY);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_peer_costs_the_deadline_and_no_more),
		cmocka_unit_test(a_peer_that_drips_costs_the_deadline_of_the_whole_and_no_more),
		cmocka_unit_test(a_silent_link_is_kept_alive_by_the_kernel),
		cmocka_unit_test(loopback_is_told_from_the_world),
		cmocka_unit_test(a_name_is_looked_up_within_the_deadline_and_the_cancel),
		cmocka_unit_test(a_cancel_ends_the_wait),
		cmocka_unit_test(a_closed_peer_is_told_from_silence),
		cmocka_unit_test(a_refused_connection_names_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
