/* test_returning.c - DML RETURNING: every value of every iteration, and which binds it fills */
#include "cursor_play.h"

#include "codec/num.h"

/* A ROW_DATA as the server sends it for one iteration: @count rows of a number and a text. */
static void put_iteration(struct play *play, uint32_t count, unsigned first)
{
	cw_ttc_put_u8(&play->payload, CW_TTC_ROW_DATA);
	cw_ttc_put_ub(&play->payload, count);
	for (unsigned i = 0; i < count; i++) {
		uint8_t room[CW_NUM_BYTES_MAX];
		struct cw_value value =
			cw_value_set((struct cw_bytes){ room, cw_num_from_int(first + i, room) });

		cw_ttc_put_out(&play->payload, &ttc, CW_ORA_NUMBER, &value);
	}
	cw_ttc_put_ub(&play->payload, count);
	for (unsigned i = 0; i < count; i++) {
		struct cw_value value = { .state = CW_VALUE_NULL };

		if (i % 2 == 0)
			value = cw_value_set(cw_bytes_of("text"));
		cw_ttc_put_out(&play->payload, &ttc, CW_ORA_VARCHAR2, &value);
	}
}

static void is_number(int64_t wanted, const struct cw_value *value)
{
	uint8_t room[CW_NUM_BYTES_MAX];

	assert_int_equal(cw_num_from_int(wanted, room), value->len);
	assert_memory_equal(room, value->at, value->len);
}

static void every_value_of_every_iteration_comes_back(void **state)
{
	static const uint8_t directions[] = { CW_BIND_IN, CW_BIND_OUT, CW_BIND_OUT };
	static const uint8_t rows_sent[] = { CW_TTC_ROW_DATA, 1, 'a', CW_TTC_ROW_DATA, 1, 'b' };
	struct play play = { 0 };
	struct cw_value value[2][3] = { { { 0 } } };
	struct cw_row row[2] = { { 3, value[0] }, { 3, value[1] } };
	const struct cw_value *returned;
	struct cw_ora_stmt *stmt;
	uint32_t count;

	(void)state;
	cw_ttc_put_io_vector(&play.payload, directions, 3);
	put_iteration(&play, 3, 10);
	put_iteration(&play, 0, 0);
	put_iteration(&play, 20, 20); /* of a repeated name */
	put_end(&play, 0, 0);
	begin(&play);
	assert_true(cw_ora_prepare(play.ora,
				   "update t set x = 'into' where into_x = :a "
				   "/* returning into :c */ RETURNING id, t Into :b, :c",
				   &stmt, &err));
	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 10);
	cw_ora_bind_out(stmt, 1, CW_ORA_NUMBER, 22);
	cw_ora_bind_out(stmt, 2, CW_ORA_VARCHAR2, 10);
	value[0][0] = cw_value_set(cw_bytes_of("a"));
	value[1][0] = cw_value_set(cw_bytes_of("b"));
	assert_true(cw_ora_execute(stmt, row, 2, 0, NULL, &err));
	assert_non_null(memmem(play.sent.at0, play.sent.len, rows_sent, sizeof(rows_sent)));
	returned = cw_ora_returned(stmt, 1, &count);
	assert_int_equal(23, count);
	is_number(10, &returned[0]);
	is_number(12, &returned[2]);
	is_number(39, &returned[22]);
	returned = cw_ora_returned(stmt, 2, &count);
	assert_int_equal(23, count);
	assert_int_equal(4, returned[0].len);
	assert_int_equal(CW_VALUE_NULL, returned[1].state);
	(void)cw_ora_returned(stmt, 0, &count);
	assert_int_equal(0, count);
	end(&play);
}

static void only_what_stands_behind_RETURNING_INTO_is_filled(void **state)
{
	static const struct {
		const char *sql;
		uint32_t from;
	} list[] = {
		{ "insert into t (a) values (:1)", UINT32_MAX },
		{ "insert into t (a) values (:1) returning a into :2", 1 },
		{ "update t set a = :1, b = ':x' where c = :2 return a, b into :3, :4", 2 },
		{ "insert into returning_t select :1 from dual", UINT32_MAX },
		{ "insert into t values (\"RETURNING\", :into, :2)", UINT32_MAX },
		{ "delete from t -- returning a into\n where a = :1", UINT32_MAX },
		{ "begin delete from t returning a into :1; end;", UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(list); i++)
		assert_int_equal(list[i].from,
				 ora_find_returning(list[i].sql, ora_kind_of(list[i].sql)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_of_every_iteration_comes_back),
		cmocka_unit_test(only_what_stands_behind_RETURNING_INTO_is_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
