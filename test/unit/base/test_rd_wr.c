/*
 * test_rd_wr.c - reader and writer keep their promises at every seam
 */
#include "base/rd.h"
#include "base/wr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t letters[] = "abcdefghijklmnopqrstuvwxyz";

/* Hands out letters[] in runs of @step. */
struct pieces {
	size_t next, step, total;
};

static bool more_letters(struct cw_rd *rd)
{
	struct pieces *pieces = rd->source;
	size_t len = pieces->total - pieces->next;

	if (len == 0)
		return false;
	if (len > pieces->step)
		len = pieces->step;
	rd->at = letters + pieces->next;
	rd->end = rd->at + len;
	pieces->next += len;
	return true;
}

static void a_stream_reads_the_same_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t step = 1; step <= 26; step++) {
		struct pieces pieces = { .step = step, .total = 26 };
		struct cw_rd rd = { .more = more_letters, .source = &pieces };
		uint8_t copy[5];

		assert_int_equal(cw_rd_u8(&rd), 'a');
		assert_int_equal(cw_rd_u16be(&rd), 'b' << 8 | 'c');
		assert_int_equal(cw_rd_u32be(&rd), 0x64656667);
		assert_true(cw_rd_copy(&rd, copy, sizeof(copy)));
		assert_memory_equal(copy, "hijkl", 5);
		assert_true(cw_rd_skip(&rd, 2));
		assert_int_equal(cw_rd_u16le(&rd), 'p' << 8 | 'o');
		assert_true(cw_rd_u64be(&rd) == 0x7172737475767778u);
		assert_true(cw_rd_skip(&rd, 2));
		assert_false(cw_rd_failed(&rd));
		assert_int_equal(cw_rd_u8(&rd), 0);
		assert_true(cw_rd_failed(&rd));
	}
}

static void a_reader_that_failed_stays_failed(void **state)
{
	struct cw_rd rd = cw_rd((struct cw_bytes){ letters, 3 });

	(void)state;
	assert_null(cw_rd_take(&rd, 4));
	assert_null(cw_rd_take(&rd, 1));
	assert_int_equal(cw_rd_u8(&rd), 0);
	assert_true(cw_rd_failed(&rd));
}

static void a_writer_grows_and_keeps_what_it_was_given(void **state)
{
	struct cw_wr wr = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		cw_wr_put(&wr, letters, 26);
	cw_wr_u8(&wr, 1);
	cw_wr_u16be(&wr, 0x0203);
	cw_wr_u32be(&wr, 0x04050607);
	cw_wr_printf(&wr, "%d-%s", 12, "x");
	assert_false(cw_wr_failed(&wr));
	assert_int_equal(wr.len, 26000 + 7 + 4);
	assert_memory_equal(wr.at0 + 26000,
			    "\1\2\3\4\5\6\7"
			    "12-x",
			    11);
	cw_wr_release(&wr);
}

static void a_writer_stops_at_its_limit_and_says_so(void **state)
{
	struct cw_wr wr = { .limit_bytes = 300 };

	(void)state;
	for (int i = 0; i < 11; i++)
		cw_wr_put(&wr, letters, 26);
	assert_false(cw_wr_failed(&wr));
	cw_wr_put(&wr, letters, 26);
	assert_true(cw_wr_failed(&wr));
	assert_int_equal(wr.len, 286);
	cw_wr_release(&wr);
}

struct sink {
	uint8_t got[4096];
	size_t len;
};

static bool flush_to_sink(struct cw_wr *wr)
{
	struct sink *sink = wr->sink;

	memcpy(sink->got + sink->len, wr->at0, wr->len);
	sink->len += wr->len;
	wr->len = 0;
	return true;
}

static void a_message_of_any_length_passes_through_a_small_buffer(void **state)
{
	uint8_t small[7];
	struct sink sink = { .len = 0 };
	struct cw_wr wr = {
		.at0 = small, .room = sizeof(small), .flush = flush_to_sink, .sink = &sink
	};

	(void)state;
	for (int i = 0; i < 20; i++) {
		cw_wr_put(&wr, letters, 26);
		cw_wr_u8(&wr, '.');
	}
	assert_false(cw_wr_failed(&wr));
	assert_true(flush_to_sink(&wr));
	assert_int_equal(sink.len, 540);
	for (int i = 0; i < 20; i++) {
		assert_memory_equal(sink.got + 27 * i, letters, 26);
		assert_int_equal(sink.got[27 * i + 26], '.');
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_reads_the_same_however_it_is_cut),
		cmocka_unit_test(a_reader_that_failed_stays_failed),
		cmocka_unit_test(a_writer_grows_and_keeps_what_it_was_given),
		cmocka_unit_test(a_writer_stops_at_its_limit_and_says_so),
		cmocka_unit_test(a_message_of_any_length_passes_through_a_small_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
