/*
 * fuzz_answer.c - a server's answers as the client reads them, through packets and markers
 *
 * The input is a stream of packets; if it begins with an odd byte, payloads instead, which
 * are put into packets of two different sizes that must read the same.  With 128 LOBs come as
 * locators, and are read by them.
 */
#include "fuzz.h"

#include "oracle/lob.h"
#include "oracle/wire.h"

#include <stdlib.h>

struct seen {
	bool good;
	int32_t native;
	uint32_t columns, rows, bytes;
};

static struct cw_ora *session(struct cw_bytes packets, uint8_t flags)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	ora->arena = CW_ARENA(4u << 20);
	ora->ttc = CW_TTC_UNKNOWN;
	ora->ttc.oer_wide = true;
	ora->ttc.field_version = flags & 2 ? CW_FV_23_4 : CW_FV_19_1_EXT1;
	ora->ttc.end_of_response = flags & 4;
	ora->link.is_replay = true;
	ora->link.io.fd = -1;
	ora->link.replay = packets;
	cw_tns_link_agree(&ora->link, 318, 8192);
	ora->is_logged_in = true;
	return ora;
}

static void add_row(const struct cw_row *row, struct seen *seen)
{
	seen->rows++;
	for (uint16_t i = 0; i < row->count; i++)
		for (uint32_t b = 0; b < row->value[i].len; b++)
			seen->bytes = seen->bytes * 31 + row->value[i].at[b];
}

/* Rows that came by the way, and what stands in them. */
static void follow(struct cw_ora *ora, struct cw_ora_stmt *cursor, unsigned depth)
{
	struct cw_ora_stmt *inner;
	struct cw_ora_rows rows;
	struct cw_err err;

	while (cw_ora_fetch(cursor, 7, &rows, &err) && rows.count > 0)
		for (unsigned c = 0; depth < 3 && c < cw_ora_column_count(cursor); c++)
			if (cw_ora_column(cursor, c)->ora_type == CW_ORA_CURSOR &&
			    cw_ora_cursor(ora, &rows.row[0].value[c], &inner, &err))
				follow(ora, inner, depth + 1);
	cw_ora_stmt_free(cursor);
}

/* LOBs of what was fetched, in pieces; a temporary one is made, written, trimmed and asked. */
static void read_lobs(struct cw_ora *ora, struct cw_ora_stmt *stmt, const struct cw_ora_rows *rows)
{
	struct cw_ora_lob *lob;
	struct cw_bytes piece;
	struct cw_err err;
	uint32_t chunk;
	bool is_open;

	for (unsigned c = 0; rows->count > 0 && c < cw_ora_column_count(stmt); c++) {
		if (!cw_ttc_type_is_lob(cw_ora_column(stmt, c)->ora_type))
			continue;
		cw_ora_lob_of(ora, cw_ora_column(stmt, c), &rows->row[0].value[c], &lob);
		while (lob && cw_ora_lob_next(lob, &piece, &err) && piece.len > 0)
			;
		cw_ora_lob_free(lob);
	}
	if (!cw_ora_lob_create(ora, CW_ORA_CLOB, false, &lob, &err))
		return;
	if (cw_ora_lob_write(lob, 1, cw_bytes_of("some text"), &err) &&
	    cw_ora_lob_chunk(lob, &chunk, &err) && cw_ora_lob_is_open(lob, &is_open, &err))
		(void)!cw_ora_lob_trim(lob, 4, &err);
	cw_ora_lob_free(lob);
	(void)!cw_ora_ping(ora, &err); /* frees it */
}

static void follow_all(struct cw_ora *ora, struct cw_ora_stmt *stmt, bool has_out)
{
	struct cw_ora_stmt *cursor;
	struct cw_err err;

	if (has_out) {
		struct cw_value value = cw_ora_out(stmt, 0);

		if (cw_ora_cursor(ora, &value, &cursor, &err))
			follow(ora, cursor, 0);
	}
	while (cw_ora_next_result(stmt, &cursor, &err) && cursor)
		follow(ora, cursor, 0);
}

static void use(struct cw_ora *ora, uint8_t flags, struct seen *seen)
{
	const char *sql = flags & 8    ? "begin :a := :b; end;"
			  : flags & 16 ? "insert into t values (:a, :b)"
				       : "select 1 from dual";
	struct cw_value value[2] = { { 0 } };
	struct cw_row row = { 2, value };
	struct cw_ora_stmt *stmt;
	struct cw_ora_result result;
	struct cw_ora_rows rows = { 0 };
	struct cw_err err = { 0 };

	assert(cw_ora_prepare(ora, sql, &stmt, &err));
	cw_ora_lobs_by_locator(stmt, flags & 128);
	if (flags & 24) {
		cw_ora_bind(stmt, 0, flags & 64 ? CW_ORA_CURSOR : CW_ORA_NUMBER, 22);
		cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 100);
	} else {
		row.count = 0;
	}
	seen->good =
		cw_ora_execute(stmt, &row, 1, flags & 32 ? CW_ORA_ROW_COUNTS : 0, &result, &err);
	seen->columns = cw_ora_column_count(stmt);
	for (uint32_t i = 0; i < stmt->rows.count; i++)
		add_row(&stmt->rows.row[i], seen);
	/* What is left of the stream depends on where the packets end: only this is compared. */
	while (!(flags & 1) && cw_ora_fetch(stmt, 7, &rows, &err) && rows.count > 0)
		if (flags & 128)
			read_lobs(ora, stmt, &rows);
	if (!(flags & 1))
		follow_all(ora, stmt, (flags & 72) == 72);
	seen->native = seen->good ? 0 : err.native;
	cw_ora_close(ora);
}

/* The payload in packets of @size bytes. */
static void pack(struct cw_wr *wr, struct cw_bytes payload, size_t size)
{
	while (payload.len > 0) {
		size_t part = payload.len < size ? payload.len : size;

		cw_tns_put_data(wr, true, 0, (struct cw_bytes){ payload.at, part });
		payload.at += part;
		payload.len -= part;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen[2];
	struct cw_wr wr = { 0 };

	memset(seen, 0, sizeof(seen));
	if (size < 1)
		return 0;
	if (!(data[0] & 1)) {
		use(session((struct cw_bytes){ data + 1, size - 1 }, data[0]), data[0], &seen[0]);
		return 0;
	}
	for (int i = 0; i < 2; i++) {
		/* One call at a time: what is left of a packet belongs to the call. */
		cw_wr_reset(&wr);
		pack(&wr, (struct cw_bytes){ data + 1, size - 1 }, i ? 8000 : 3);
		use(session(cw_wr_bytes(&wr), data[0]), data[0], &seen[i]);
	}
	assert(memcmp(&seen[0], &seen[1], sizeof(seen[0])) == 0);
	cw_wr_release(&wr);
	return 0;
}

static void seed_query(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	struct cw_ttc_column columns[] = {
		{ .name = cw_bytes_of("ID"),
		  .ora_type = CW_ORA_NUMBER,
		  .bytes_max = 22,
		  .scale = -127 },
		{ .name = cw_bytes_of("T"),
		  .ora_type = CW_ORA_VARCHAR2,
		  .bytes_max = 100,
		  .chars_max = 100,
		  .charset = 873,
		  .charset_form = 1 },
		{ .name = cw_bytes_of("R"), .ora_type = CW_ORA_ROWID, .bytes_max = 10 },
	};
	struct cw_value values[] = {
		cw_value_set((struct cw_bytes){ (const uint8_t *)"\xc1\x02", 2 }),
		cw_value_set(cw_bytes_of("some text")),
		cw_value_set(cw_bytes_of("AAARwbAAYAAAAAfAAC")),
	};
	struct cw_ttc_describe describe = { .count = CW_ARRAY_LEN(columns), .column = columns };
	struct cw_ttc_bits bits = { .present = true, .bits = { 0x01 } };
	struct cw_ttc_parameter parameter = { .scn = 77, .cursor_id = 5 };
	struct cw_ttc_error error = { .number = 1403,
				      .cursor_id = 5,
				      .text = cw_bytes_of("ORA-01403: no data found") };
	static const uint8_t date[7] = { 0x78, 0x7c, 1, 2, 4, 5, 6 };

	cw_ttc_put_describe(wr, ttc, &describe, date);
	cw_ttc_put_row_header(wr, 3, 100);
	cw_ttc_put_row(wr, ttc, &describe, values);
	cw_ttc_put_bit_vector(wr, &bits, 3);
	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	cw_ttc_put_clr(wr, ttc, (struct cw_bytes){ (const uint8_t *)"\xc1\x03", 2 });
	cw_ttc_put_parameter(wr, &parameter);
	cw_ttc_put_error(wr, ttc, &error);
}

static void seed_block(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	static const uint8_t directions[] = { CW_BIND_OUT, CW_BIND_IN };
	struct cw_value value = cw_value_set((struct cw_bytes){ (const uint8_t *)"\xc1\x02", 2 });
	struct cw_ttc_parameter parameter = { .scn = 77, .cursor_id = 5 };
	struct cw_ttc_error error = { .cursor_id = 5 };

	cw_ttc_put_io_vector(wr, directions, 2);
	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	cw_ttc_put_out(wr, ttc, CW_ORA_NUMBER, &value);
	cw_ttc_put_parameter(wr, &parameter);
	cw_ttc_put_error(wr, ttc, &error);
}

static void seed_cursors(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	static const uint8_t directions[] = { CW_BIND_OUT, CW_BIND_IN };
	struct cw_ttc_column columns[] = { { .ora_type = CW_ORA_CURSOR, .bytes_max = 1 } };
	struct cw_ttc_form form = { .place = CW_IN_ROW, .ora_type = CW_ORA_CURSOR };
	struct cw_ttc_item item = { .cursor_len = 1,
				    .cursor_id = 9,
				    .describe = { .count = 1, .column = columns } };
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_error error = { .cursor_id = 5 };

	cw_ttc_put_io_vector(wr, directions, 2);
	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	cw_ttc_pass_item(&pass, &form, &item);
	cw_ttc_put_sb(wr, 0);
	cw_wr_u8(wr, CW_TTC_IMPLICIT_RESULTSET);
	cw_ttc_put_ub(wr, 1);
	cw_wr_u8(wr, 0);
	cw_ttc_pass_describe_body(&pass, &item.describe);
	cw_ttc_put_ub(wr, 10);
	cw_ttc_put_error(wr, ttc, &error);
	for (unsigned i = 0; i < 2; i++) {
		cw_ttc_put_row_header(wr, 1, 1);
		cw_wr_u8(wr, CW_TTC_ROW_DATA);
		cw_ttc_pass_item(&pass, &form, &item);
		cw_ttc_put_error(wr, ttc, &error);
	}
}

static void seed_array(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	static const uint64_t counts[] = { 1, 0, 1 };
	struct cw_ttc_parameter parameter = {
		.cursor_id = 5, .has_row_counts = true, .row_count_count = 3, .row_count = counts
	};
	struct cw_ttc_batch_error batch[] = {
		{ .code = 1, .row = 1, .text = cw_bytes_of("ORA-00001: twice") }
	};
	struct cw_ttc_error error = { .number = 24381,
				      .text = cw_bytes_of("ORA-24381: error(s) in array DML"),
				      .batch_count = 1,
				      .batch = batch };

	cw_ttc_put_parameter(wr, &parameter);
	cw_ttc_put_error(wr, ttc, &error);
}

static void end_answer(struct cw_wr *wr, struct cw_wr *payload, const struct cw_ttc *ttc,
		       uint32_t number)
{
	struct cw_ttc_error error = { .number = number,
				      .cursor_id = 5,
				      .text = cw_bytes_of(number ? "ORA-01403: no data found"
								 : "") };

	cw_ttc_put_error(payload, ttc, &error);
	pack(wr, cw_wr_bytes(payload), 60);
	cw_wr_reset(payload);
}

/* An answer to an operation on a LOB. */
static void seed_lob_answer(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_ttc_lob_op op,
			    struct cw_bytes locator, struct cw_bytes data)
{
	struct cw_ttc_lob_answer said = { .source = locator,
					  .amount = data.len ? (int64_t)data.len / 2 : 9 };
	struct cw_wr payload = { 0 };
	struct cw_pass pass = cw_pass_writing(&payload, ttc);

	if (data.len > 0) {
		cw_ttc_put_u8(&payload, CW_TTC_LOB_DATA);
		cw_ttc_put_chunks(&payload, ttc, data);
	}
	cw_ttc_put_u8(&payload, CW_TTC_PARAMETER);
	op.has_source = true;
	op.source_len = (uint32_t)locator.len;
	cw_ttc_pass_lob_answer(&pass, &op, &said);
	end_answer(wr, &payload, ttc, 0);
	cw_wr_release(&payload);
}

/* Answers to the calls of a row's locators: two CLOBs of two pieces with a character cut between, and the rest. */
static void seed_lob_answers(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes locator)
{
	static const uint8_t halves[2][6] = { { 0, 's', 0, 'o', 0xd8, 0x3d },
					      { 0xde, 0x0a, 0, 'n', 0, 'd' } };
	static const struct cw_ttc_lob_op rest[] = {
		{ .has_charset = true, .has_flag = true },
		{ 0 },
		{ .has_amount = true },
		{ .has_flag = true },
		{ .has_amount = true },
	};

	for (int i = 0; i < 4; i++)
		seed_lob_answer(wr, ttc, (struct cw_ttc_lob_op){ .has_amount = true }, locator,
				(struct cw_bytes){ halves[i % 2], 6 });
	for (size_t i = 0; i < CW_ARRAY_LEN(rest); i++)
		seed_lob_answer(wr, ttc, rest[i], locator, (struct cw_bytes){ NULL, 0 });
}

/* Columns that are defined first: CLOB, BLOB, JSON, XMLTYPE, inline and by locator. */
static void seed_images(struct cw_wr *wr, const struct cw_ttc *ttc, bool by_locator)
{
	static const uint8_t date[7] = { 0x78, 0x7c, 1, 2, 4, 5, 6 };
	static const uint8_t room[40] = { 0, 38, 0, 1, 2, 8, 0x80, 0, 0, 1, 7 };
	static const uint8_t json[] = { 0xff, 0x4a, 0x5a, 1, 0, 0x12, 0, 4, 0x34, 2, 0xc1, 0x2b };
	static const uint8_t xml[] = { 0x85, 1, 12, 1, 0, 0, 0, 0x14, '<', 'a', '/', '>' };
	const struct cw_bytes locator = { room, sizeof(room) };
	struct cw_ttc_column columns[] = {
		{ .name = cw_bytes_of("C"),
		  .ora_type = CW_ORA_CLOB,
		  .bytes_max = 4000,
		  .charset = 873,
		  .charset_form = 1 },
		{ .name = cw_bytes_of("B"), .ora_type = CW_ORA_BLOB, .bytes_max = 4000 },
		{ .name = cw_bytes_of("J"), .ora_type = CW_ORA_JSON, .bytes_max = 4000 },
		{ .name = cw_bytes_of("X"),
		  .ora_type = CW_ORA_OBJECT,
		  .bytes_max = 2000,
		  .type_schema = cw_bytes_of("SYS"),
		  .type_name = cw_bytes_of("XMLTYPE") },
	};
	struct cw_ttc_describe describe = { .count = CW_ARRAY_LEN(columns), .column = columns };
	struct cw_ttc_item item[CW_ARRAY_LEN(columns)] = {
		[2] = { .lob = { .image = { json, sizeof(json) } } },
		[3] = { .object = { .image_len = sizeof(xml), .image = { xml, sizeof(xml) } } },
	};
	struct cw_wr payload = { 0 };
	struct cw_pass pass = cw_pass_writing(&payload, ttc);

	cw_ttc_put_describe(&payload, ttc, &describe, date);
	end_answer(wr, &payload, ttc, 0);
	end_answer(wr, &payload, ttc, 0); /* of the define */
	cw_ttc_put_row_header(&payload, describe.count, 100);
	cw_ttc_put_u8(&payload, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < describe.count; i++) {
		struct cw_ttc_column as_defined = columns[i];
		struct cw_ttc_oac define = ora_define(&as_defined, by_locator);
		struct cw_ttc_form form = cw_ttc_form_of_column(&columns[i], &define);

		item[i].value = cw_value_set(cw_bytes_of("text"));
		item[i].lob.size = 6;
		item[i].lob.locator = locator;
		item[i].lob.locator_len = (uint32_t)locator.len;
		cw_ttc_pass_item(&pass, &form, &item[i]);
	}
	end_answer(wr, &payload, ttc, 1403);
	if (!by_locator) {
		cw_wr_release(&payload);
		return;
	}
	seed_lob_answers(wr, ttc, locator);
	end_answer(wr, &payload, ttc, 0);
	cw_wr_release(&payload);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	static const uint8_t flags[] = { 1,	3,	1 | 8,	    1 | 16 | 32, 0,
					 4 | 2, 8 | 64, 1 | 8 | 64, 0,		 128 };
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_wr payload = { 0 };

	if (index >= CW_ARRAY_LEN(flags))
		return false;
	cw_wr_u8(wr, flags[index]);
	ttc.oer_wide = true;
	ttc.field_version = flags[index] & 2 ? CW_FV_23_4 : CW_FV_19_1_EXT1;
	if (index > 7) {
		seed_images(wr, &ttc, flags[index] & 128);
		return true;
	}
	if (flags[index] & 64)
		seed_cursors(&payload, &ttc);
	else if (flags[index] & 8)
		seed_block(&payload, &ttc);
	else if (flags[index] & 16)
		seed_array(&payload, &ttc);
	else
		seed_query(&payload, &ttc);
	if (flags[index] & 1) {
		cw_wr_put(wr, payload.at0, payload.len);
	} else {
		cw_tns_put_marker(wr, true, CW_TNS_BREAK);
		cw_tns_put_marker(wr, true, CW_TNS_RESET);
		pack(wr, cw_wr_bytes(&payload), 40);
	}
	cw_wr_release(&payload);
	return true;
}
