/*
 * test_tns_link.c - packets that come slowly, or never to their end
 */
#include "base/clock.h"
#include "codec/tns_link.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t marker[] = { 0, 11, 0, 0, 12, 0, 0, 0, 1, 0, 2 };

struct road {
	struct cw_tns_link link;
	int peer;
};

static struct road open_road(int packet_ms)
{
	struct cw_io io = { .cancel_fd = -1 };
	struct road road;
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	io.fd = fd[0];
	cw_tns_link_init(&road.link, &io);
	assert_int_equal(road.link.packet_ms, CW_TNS_PACKET_MS);
	road.link.packet_ms = packet_ms;
	road.peer = fd[1];
	return road;
}

static void close_road(struct road *road)
{
	cw_tns_link_release(&road->link);
	(void)close(road->peer);
}

static void say(const struct road *road, size_t from, size_t to)
{
	assert_int_equal(write(road->peer, marker + from, to - from), to - from);
}

static void a_packet_that_stops_in_its_midst_is_given_up_without_a_deadline(void **state)
{
	struct road road = open_road(60);
	struct cw_tns_packet packet;
	struct cw_err err = { 0 };

	(void)state;
	say(&road, 0, 5);
	assert_false(cw_tns_link_packet(&road.link, &packet, &err));
	assert_int_equal(err.code, 2105);
	assert_int_equal(err.kind, CW_ERR_RETRY);
	assert_non_null(strstr(err.text, "5 bytes came"));
	close_road(&road);
}

static void *drip(void *context)
{
	const int *peer = context;

	while (send(*peer, "\x04", 1, MSG_NOSIGNAL) == 1 || errno == EAGAIN)
		cw_sleep_ms(5);
	return NULL;
}

static void a_packet_that_drips_is_given_up_without_a_deadline(void **state)
{
	struct road road = open_road(100);
	struct cw_tns_packet packet;
	struct cw_err err = { 0 };
	pthread_t thread;

	(void)state;
	assert_int_equal(write(road.peer, "\xff\xff\0\0", 4), 4); /* 65535 bytes at 200 a second */
	assert_int_equal(pthread_create(&thread, NULL, drip, &road.peer), 0);
	assert_false(cw_tns_link_packet(&road.link, &packet, &err));
	assert_int_equal(err.code, 2105);
	cw_tns_link_release(&road.link);
	(void)pthread_join(thread, NULL);
	(void)close(road.peer);
}

static void *say_late(void *context)
{
	const struct road *road = context;

	cw_sleep_ms(150);
	say(road, 0, 11);
	return NULL;
}

static void silence_before_a_packet_is_none_of_its_time(void **state)
{
	struct road road = open_road(50);
	struct cw_tns_packet packet;
	struct cw_err err = { 0 };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, say_late, &road), 0);
	assert_true(cw_tns_link_packet(&road.link, &packet, &err));
	assert_int_equal(packet.type, CW_TNS_MARKER);
	(void)pthread_join(thread, NULL);
	close_road(&road);
}

static void the_deadline_of_the_call_comes_first_where_it_is_sooner(void **state)
{
	struct road road = open_road(CW_TNS_PACKET_MS);
	struct cw_tns_packet packet;
	struct cw_err err = { 0 };

	(void)state;
	road.link.io.until_ms = cw_clock_ms() + 30;
	say(&road, 0, 5);
	assert_false(cw_tns_link_packet(&road.link, &packet, &err));
	assert_int_equal(err.code, 1201);
	road.link.io.until_ms = 0;
	say(&road, 5, 11); /* it can be gone on with */
	assert_true(cw_tns_link_packet(&road.link, &packet, &err));
	assert_int_equal(packet.type, CW_TNS_MARKER);
	close_road(&road);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_that_stops_in_its_midst_is_given_up_without_a_deadline),
		cmocka_unit_test(a_packet_that_drips_is_given_up_without_a_deadline),
		cmocka_unit_test(silence_before_a_packet_is_none_of_its_time),
		cmocka_unit_test(the_deadline_of_the_call_comes_first_where_it_is_sooner),
	};

	return cmocka_run_group_tests_name("tns_link", tests, NULL, NULL);
}
