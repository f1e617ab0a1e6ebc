/*
 * cursor_play.h - a session whose server's side a test writes, for tests of cursors and texts
 *
 * It is written with the codec's own writers, which test_walk.c holds to the recordings.
 */
#ifndef CW_TEST_CURSOR_PLAY_H
#define CW_TEST_CURSOR_PLAY_H

#include "oracle/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct cw_ttc ttc = { .field_version = CW_FV_19_1_EXT1,
				   .sb1_raw = true,
				   .big_chunks = true,
				   .string_bytes_max = 32767 };
static const uint8_t date[7] = { 120, 124, 1, 2, 4, 5, 6 };
static struct cw_ttc_column inner[] = { { .name = { (const uint8_t *)"INNER", 5 },
					  .ora_type = CW_ORA_VARCHAR2,
					  .bytes_max = 40,
					  .chars_max = 10,
					  .charset_form = 1 } };
static struct cw_err err;

struct play {
	struct cw_wr stream, sent, payload;
	struct cw_ora *ora;
};

/* ---- the server's side -------------------------------------------------------------------- */

static inline void put_cursor(struct cw_wr *wr, struct cw_ttc_column *column, uint32_t id)
{
	struct cw_pass pass = cw_pass_writing(wr, &ttc);
	struct cw_ttc_describe describe = { .count = column ? 1 : 0, .column = column };
	struct cw_ttc_form form = { .place = CW_IN_ROW, .ora_type = CW_ORA_CURSOR };
	struct cw_ttc_item item = { .cursor_len = 1, .cursor_id = id, .describe = describe };

	cw_ttc_pass_item(&pass, &form, &item);
}

static inline void put_results(struct cw_wr *wr, uint32_t first_id, uint32_t count)
{
	struct cw_pass pass = cw_pass_writing(wr, &ttc);
	struct cw_ttc_describe describe = { .count = 1, .column = inner };

	cw_ttc_put_u8(wr, CW_TTC_IMPLICIT_RESULTSET);
	cw_ttc_put_ub(wr, count);
	for (uint32_t i = 0; i < count; i++) {
		cw_ttc_put_u8(wr, 2); /* bytes that nobody knows */
		cw_wr_put(wr, "??", 2);
		cw_ttc_pass_describe_body(&pass, &describe);
		cw_ttc_put_ub(wr, first_id + i);
	}
}

static inline void put_packet(struct play *play)
{
	cw_tns_put_data(&play->stream, true, 0, cw_wr_bytes(&play->payload));
	cw_wr_reset(&play->payload);
}

/* The end of an answer. */
static inline void put_end(struct play *play, uint32_t number, uint8_t warning)
{
	struct cw_ttc_parameter parameter = { .cursor_id = 7 };
	struct cw_ttc_error error = {
		.cursor_id = 7,
		.number = number,
		.warning = warning,
		.text = cw_bytes_of(number ? "ORA-01403: no data found" : ""),
	};

	cw_ttc_put_parameter(&play->payload, &parameter);
	cw_ttc_put_error(&play->payload, &ttc, &error);
	put_packet(play);
}

static inline void put_fetched(struct play *play, const char *text)
{
	struct cw_ttc_describe describe = { .count = 1, .column = inner };
	struct cw_value value = cw_value_set(cw_bytes_of(text));

	cw_ttc_put_row_header(&play->payload, 1, 1);
	cw_ttc_put_row(&play->payload, &ttc, &describe, &value);
	put_end(play, 1403, 0);
}

static inline void put_out_cursor(struct play *play, struct cw_ttc_column *column)
{
	static const uint8_t out[] = { CW_BIND_OUT };

	cw_ttc_put_io_vector(&play->payload, out, 1);
	cw_ttc_put_u8(&play->payload, CW_TTC_ROW_DATA);
	put_cursor(&play->payload, column, 21);
	cw_ttc_put_sb(&play->payload, 0);
}

/* ---- the client's side ---------------------------------------------------------------------- */

static inline void begin(struct play *play)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	ora->arena = CW_ARENA(1u << 20);
	ora->ttc = ttc;
	ora->link.is_replay = true;
	ora->link.sent = &play->sent;
	ora->link.io.fd = -1;
	ora->link.replay = cw_wr_bytes(&play->stream);
	cw_tns_link_agree(&ora->link, 318, 8192);
	play->ora = ora;
}

static inline void end(struct play *play)
{
	cw_ora_close(play->ora);
	cw_wr_release(&play->stream);
	cw_wr_release(&play->payload);
	cw_wr_release(&play->sent);
}

static inline struct cw_ora_stmt *executed(struct play *play, const char *sql)
{
	struct cw_ora_stmt *stmt;

	begin(play);
	assert_true(cw_ora_prepare(play->ora, sql, &stmt, &err));
	if (strchr(sql, ':'))
		cw_ora_bind_out(stmt, 0, CW_ORA_CURSOR, 4);
	assert_true(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
	return stmt;
}

#endif
