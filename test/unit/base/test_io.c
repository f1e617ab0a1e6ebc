/*
 * test_io.c - a wait ends on data, deadline or cancel, and says which
 */
#include "base/clock.h"
#include "base/io.h"

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
		cmocka_unit_test(a_cancel_ends_the_wait),
		cmocka_unit_test(a_closed_peer_is_told_from_silence),
		cmocka_unit_test(a_refused_connection_names_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
