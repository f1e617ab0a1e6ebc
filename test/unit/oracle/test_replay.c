/*
 * test_replay.c - the client in a session that was recorded with Free 23.26
 *
 * sessions/fetch_df: python-oracledb 4.0.1 drops, makes, fills and queries a table of eleven
 * types.  Our client does the same; what it sends must be the bytes recorded, what it is
 * given the values noted beside the recording.
 */
#include "oracle/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LOGIN_LINES 7 /* CONNECT ... the answer to AUTH phase two */

static uint8_t sent[100000], received[100000];
static size_t sent_len, received_len;

static size_t unhex(const char *hex, uint8_t *to)
{
	size_t len = 0;
	unsigned byte;

	while (sscanf(hex + 2 * len, "%2x", &byte) == 1)
		to[len++] = (uint8_t)byte;
	return len;
}

static void load(const char *name)
{
	static char line[200000];
	const char *folder = getenv("CW_RECORDINGS");
	unsigned lines = 0;
	FILE *file;

	(void)snprintf(line, sizeof(line), "%s/sessions/%s.pkts",
		       folder ? folder : "test/recordings", name);
	sent_len = received_len = 0;
	file = fopen(line, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if ((line[0] != 'C' && line[0] != 'S') || lines++ < LOGIN_LINES)
			continue;
		if (line[0] == 'C')
			sent_len += unhex(line + 2, sent + sent_len);
		else
			received_len += unhex(line + 2, received + received_len);
	}
	(void)fclose(file);
}

static struct cw_ora *replayed(struct cw_wr *wr)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));

	ora->arena = CW_ARENA(1u << 20);
	ora->ttc = (struct cw_ttc){ .field_version = CW_FV_23_4,
				    .sb1_raw = true,
				    .big_chunks = true,
				    .oer_wide = true,
				    .end_of_response = true,
				    .string_bytes_max = 32767 };
	ora->link.is_replay = true;
	ora->link.sent = wr;
	ora->link.io.fd = -1;
	ora->link.replay = (struct cw_bytes){ received, received_len };
	cw_tns_link_agree(&ora->link, 319, 8192);
	ora->is_logged_in = true;
	ora->sequence = 2;
	return ora;
}

/* The next requests are these bytes of the recording. */
static void same_as_recorded(struct cw_wr *wr, const char *what)
{
	static size_t at;

	if (!what) {
		at = 0;
		return;
	}
	print_message("# %s\n", what);
	assert_true(at + wr->len <= sent_len);
	assert_memory_equal(wr->at0, sent + at, wr->len);
	at += wr->len;
	cw_wr_reset(wr);
}

static void run(struct cw_ora *ora, const char *sql)
{
	struct cw_err err = { 0 };

	if (!cw_ora_run(ora, sql, &err))
		fail_msg("%s", err.text);
}

static const char create_text[] = "create table fdf_golden (\n"
				  "            id          number(9) not null,\n"
				  "            big         number(19),\n"
				  "            price       number(9, 2),\n"
				  "            anynum      number,\n"
				  "            name        varchar2(40),\n"
				  "            fixed       char(5),\n"
				  "            hired       date,\n"
				  "            updated     timestamp(6),\n"
				  "            payload     raw(30),\n"
				  "            rating      binary_double,\n"
				  "            score       binary_float\n"
				  "        )";

static const char insert_text[] = "insert into fdf_golden values\n"
				  "            (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)";

static const struct {
	uint8_t ora_type;
	uint32_t bytes_max;
	const char *bound[3], *fetched[3]; /* hex; NULL: NULL */
} columns[] = {
	{ 2, 22, { "c102", "c103", "c104" }, { "c102", "c103", "c104" } },
	{ 2, 22, { "c70d23394f5b0d23", NULL, "3e3b66" }, { "c70d23394f5b0d23", NULL, "3e3b66" } },
	{ 2, 22, { "c10d23", NULL, "3e020266" }, { "c10d23", NULL, "3e020266" } },
	{ 2, 22, { "c10233", NULL, "3f4c66" }, { "c10233", NULL, "3f4c66" } },
	{ 1, 20, { "616c706861", NULL, "67616d6d61" }, { "616c706861", NULL, "67616d6d61" } },
	{ 1, 12, { "6162", NULL, "78797a" }, { "6162202020", NULL, "78797a2020" } },
	{ 12,
	  7,
	  { "787c0102040506", NULL, "77bc0c1f183c3b" },
	  { "787c0102040506", NULL, "77bc0c1f183c3b" } },
	{ 180,
	  11,
	  { "787c0102040506075bca00", NULL, "77bc0c1f183c3b3b9ac618" },
	  { "787c0102040506075bca00", NULL, "77bc0c1f183c3b3b9ac618" } },
	{ 23, 8, { "0102", NULL, "ffffffffffffffff" }, { "0102", NULL, "ffffffffffffffff" } },
	{ 2, 22, { "c10333", NULL, "3e643366" }, { "c004000000000000", NULL, "4007ffffffffffff" } },
	{ 2, 22, { "c033", NULL, "3e6366" }, { "bf000000", NULL, "3fffffff" } },
};

static struct cw_value value_of(const char *hex, uint8_t room[64])
{
	if (!hex)
		return (struct cw_value){ .state = CW_VALUE_NULL };
	return cw_value_set((struct cw_bytes){ room, unhex(hex, room) });
}

static void insert(struct cw_ora *ora)
{
	static uint8_t room[3][11][64];
	struct cw_value value[3][11];
	struct cw_row row[3];
	struct cw_ora_stmt *stmt;
	struct cw_ora_result result;
	struct cw_err err = { 0 };

	assert_true(cw_ora_prepare(ora, insert_text, &stmt, &err));
	for (unsigned c = 0; c < 11; c++)
		cw_ora_bind(stmt, c, columns[c].ora_type, columns[c].bytes_max);
	for (unsigned r = 0; r < 3; r++) {
		for (unsigned c = 0; c < 11; c++)
			value[r][c] = value_of(columns[c].bound[r], room[r][c]);
		row[r] = (struct cw_row){ 11, value[r] };
	}
	if (!cw_ora_execute(stmt, row, 3, 0, &result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(result.row_count, 3);
	assert_int_equal(result.rows_done, 3);
	stmt->cursor_id = 0; /* python-oracledb keeps it open */
	cw_ora_stmt_free(stmt);
}

static void check_value(const struct cw_value *value, const char *hex)
{
	uint8_t room[64];
	struct cw_value want = value_of(hex, room);

	assert_int_equal(value->state, want.state);
	assert_int_equal(value->len, want.len);
	if (want.len > 0)
		assert_memory_equal(value->at, want.at, want.len);
}

static void query(struct cw_ora *ora, const char *sql, const unsigned *column, unsigned count,
		  unsigned row_count)
{
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct cw_err err = { 0 };

	assert_true(cw_ora_prepare(ora, sql, &stmt, &err));
	if (!cw_ora_execute(stmt, NULL, 0, 0, NULL, &err) || !cw_ora_fetch(stmt, 100, &rows, &err))
		fail_msg("%s", err.text);
	assert_int_equal(cw_ora_column_count(stmt), count);
	assert_int_equal(rows.count, row_count);
	for (unsigned r = 0; r < row_count; r++)
		for (unsigned c = 0; c < count; c++)
			check_value(&rows.row[r].value[c],
				    column ? columns[column[c]].fetched[r] : NULL);
	assert_true(cw_ora_fetch(stmt, 100, &rows, &err));
	assert_int_equal(rows.count, 0);
	stmt->cursor_id = 0;
	cw_ora_stmt_free(stmt);
}

static void a_recorded_session_is_repeated_byte_for_byte(void **state)
{
	static const unsigned all[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, three[] = { 0, 2, 3 };
	struct cw_wr wr = { 0 };
	struct cw_ora *ora;
	struct cw_err err = { 0 };

	(void)state;
	load("fetch_df");
	same_as_recorded(&wr, NULL);
	ora = replayed(&wr);
	run(ora, "drop table if exists fdf_golden purge");
	same_as_recorded(&wr, "drop");
	run(ora, create_text);
	same_as_recorded(&wr, "create");
	insert(ora);
	same_as_recorded(&wr, "insert");
	assert_int_equal(ora->call_status & CW_CALL_IN_TRANSACTION, CW_CALL_IN_TRANSACTION);
	assert_true(cw_ora_commit(ora, &err));
	same_as_recorded(&wr, "commit");
	query(ora, "select * from fdf_golden order by id", all, 11, 3);
	same_as_recorded(&wr, "select *");
	query(ora, "select id, price, anynum from fdf_golden order by id", three, 3, 3);
	same_as_recorded(&wr, "select three");
	query(ora, "select null as n from dual", NULL, 1, 1);
	same_as_recorded(&wr, "select null");
	cw_ora_close(ora);
	same_as_recorded(&wr, "logoff");
	cw_wr_release(&wr);
}

static void an_answer_that_is_cut_anywhere_is_an_error_and_nothing_worse(void **state)
{
	static const unsigned all[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	size_t from = 0, packet = 0;

	(void)state;
	(void)all;
	load("fetch_df");
	for (unsigned i = 0; i < 4; i++) /* the answer to select * is the fifth */
		from += (size_t)received[from + 2] << 8 | received[from + 3];
	packet = (size_t)received[from + 2] << 8 | received[from + 3];
	for (size_t cut = 11; cut < packet; cut++) {
		struct cw_ora *ora = replayed(NULL);
		uint8_t head[4] = { 0, 0, (uint8_t)(cut >> 8), (uint8_t)cut };
		uint8_t kept[4];
		struct cw_ora_stmt *stmt;
		struct cw_err err = { 0 };

		memcpy(kept, received + from, 4);
		memcpy(received + from, head, 4);
		ora->link.replay = (struct cw_bytes){ received + from, cut };
		assert_true(cw_ora_prepare(ora, "select * from fdf_golden", &stmt, &err));
		assert_false(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err));
		assert_int_not_equal(err.code, 0);
		cw_ora_close(ora);
		memcpy(received + from, kept, 4);
	}
}

static void placeholders_are_found_where_they_are(void **state)
{
	static const struct {
		const char *sql;
		enum ora_kind kind;
		int places;
		uint32_t binds;
	} good[] = {
		{ "select :1, :2 from dual", ORA_QUERY, 2, 2 },
		{ " /* x */ -- y\n ((select :a, :A, ':no', \":no\", q'[:no ']' , :b from dual))",
		  ORA_QUERY, 3, 2 },
		{ "with x as (select 1 from dual) select * from x", ORA_QUERY, 0, 0 },
		{ "begin :x := f(:y, :x); end;", ORA_PLSQL, 2, 2 },
		{ "insert into t values (:1,:2) returning id into :3", ORA_DML, 3, 3 },
		{ "create trigger t before insert on x for each row begin :new.a := 1; end;",
		  ORA_OTHER, 0, 0 },
		{ "selected", ORA_OTHER, 0, 0 },
		{ "", ORA_OTHER, 0, 0 },
	};
	uint16_t place[ORA_BINDS_MAX];
	uint32_t binds;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(good); i++) {
		assert_int_equal(ora_kind_of(good[i].sql), good[i].kind);
		assert_int_equal(ora_find_places(good[i].sql, good[i].kind, place, &binds),
				 good[i].places);
		assert_int_equal(binds, good[i].binds);
	}
}

static void
as_many_placeholders_as_there_is_room_for_are_found_and_one_more_is_refused(void **state)
{
	static char sql[ORA_BINDS_MAX * 8 + 64];
	static uint16_t place[ORA_BINDS_MAX];
	uint32_t binds;
	size_t at;

	(void)state;
	for (uint32_t count = ORA_BINDS_MAX; count <= ORA_BINDS_MAX + 1; count++) {
		at = (size_t)snprintf(sql, sizeof(sql), "insert into t values (:1");
		for (uint32_t i = 1; i < count; i++)
			at += (size_t)snprintf(sql + at, sizeof(sql) - at, ",:%u", i + 1);
		assert_int_equal(ora_find_places(sql, ORA_DML, place, &binds),
				 count == ORA_BINDS_MAX ? ORA_BINDS_MAX : -1);
	}
	assert_int_equal(place[ORA_BINDS_MAX - 1], ORA_BINDS_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorded_session_is_repeated_byte_for_byte),
		cmocka_unit_test(an_answer_that_is_cut_anywhere_is_an_error_and_nothing_worse),
		cmocka_unit_test(placeholders_are_found_where_they_are),
		cmocka_unit_test(
			as_many_placeholders_as_there_is_room_for_are_found_and_one_more_is_refused),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
