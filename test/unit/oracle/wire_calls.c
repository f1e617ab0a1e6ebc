/*
 * wire_calls.c - the calls of test/e2e/16_requests.py by our client: PORT SERVICE USER [break]
 *
 * Each does what the same line of that script has python-oracledb do; the password is in
 * the environment as WIRE_PASSWORD.  With "break" two calls take too long instead, and others
 * follow them: for test/e2e/14_encryption.py.
 */
#include "base/base.h"
#include "codec/num.h"
#include "codec/ttc_prim.h"
#include "oracle/lob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cw_err err;

static void must(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "wire_calls: %s: %s [CW%04u]\n", what, err.text, err.code);
	exit(1);
}

static void fetch_all(struct cw_ora_stmt *stmt, uint32_t rows_max)
{
	struct cw_ora_rows rows;

	do {
		must(cw_ora_fetch(stmt, rows_max, &rows, &err), "fetch");
	} while (rows.count > 0);
}

static struct cw_value number(int64_t value, uint8_t room[CW_NUM_BYTES_MAX])
{
	return cw_value_set((struct cw_bytes){ room, cw_num_from_int(value, room) });
}

static void query(struct cw_ora *ora)
{
	struct cw_ora_stmt *stmt;

	must(cw_ora_prepare(ora, "select id, name from wire order by id", &stmt, &err), "prepare");
	must(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err), "query");
	fetch_all(stmt, 100);
	cw_ora_stmt_free(stmt);
}

static void bind_query(struct cw_ora *ora)
{
	uint8_t room[CW_NUM_BYTES_MAX];
	struct cw_ora_stmt *stmt;
	struct cw_value value;
	struct cw_row row = { 1, &value };

	must(cw_ora_prepare(ora, "select name from wire where id = :1", &stmt, &err), "prepare");
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	for (int64_t id = 7; id <= 8; id++) {
		value = number(id, room);
		must(cw_ora_execute(stmt, &row, 1, 0, NULL, &err), "bind query");
		fetch_all(stmt, 100);
	}
	cw_ora_stmt_free(stmt);
}

static void array_insert(struct cw_ora *ora)
{
	static const char *const names[] = { "one", "two", "three" };
	uint8_t room[3][CW_NUM_BYTES_MAX];
	struct cw_value value[3][2];
	struct cw_row row[3];
	struct cw_ora_stmt *stmt;

	for (unsigned i = 0; i < 3; i++) {
		value[i][0] = number(1001 + i, room[i]);
		value[i][1] = cw_value_set(cw_bytes_of(names[i]));
		row[i] = (struct cw_row){ 2, value[i] };
	}
	must(cw_ora_prepare(ora, "insert into wire values (:1, :2)", &stmt, &err), "prepare");
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 20);
	must(cw_ora_execute(stmt, row, 3, 0, NULL, &err), "array insert");
	cw_ora_stmt_free(stmt);
}

/* Two rows are touched, and come back. */
static void returning(struct cw_ora *ora)
{
	uint8_t room[CW_NUM_BYTES_MAX];
	struct cw_value value[2] = { number(2, room), { .state = CW_VALUE_NULL } };
	struct cw_row row = { 2, value };
	struct cw_ora_stmt *stmt;
	uint32_t count;

	must(cw_ora_prepare(ora, "update wire set name = name where id < :1 returning id into :2",
			    &stmt, &err),
	     "prepare");
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	cw_ora_bind_out(stmt, 1, CW_ORA_NUMBER, 22);
	must(cw_ora_execute(stmt, &row, 1, 0, NULL, &err), "returning");
	(void)cw_ora_returned(stmt, 1, &count);
	must(count == 2, "two rows come back");
	cw_ora_stmt_free(stmt);
	must(cw_ora_rollback(ora, &err), "rollback");
}

/* It goes to the national column that wire_national has; the caller frees it. */
static struct cw_ora_lob *national_lob(struct cw_ora *ora)
{
	struct cw_ora_lob *lob;
	struct cw_ora_stmt *stmt;
	struct cw_value value;
	struct cw_row row = { 1, &value };

	must(cw_ora_lob_create(ora, CW_ORA_CLOB, true, &lob, &err), "NCLOB create");
	must(cw_ora_lob_write(lob, 1, cw_bytes_of("national: \u0416 \U0001f600"), &err),
	     "NCLOB write");
	must(cw_ora_prepare(ora, "insert into wire_national values (:1)", &stmt, &err), "prepare");
	cw_ora_bind_national(stmt, 0, CW_ORA_CLOB, 0);
	value = cw_ora_lob_bind(lob);
	must(cw_ora_execute(stmt, &row, 1, 0, NULL, &err), "NCLOB bind");
	cw_ora_stmt_free(stmt);
	must(cw_ora_commit(ora, &err), "commit");
	return lob;
}

/* A CLOB of the table is read, a temporary one made, written, read, measured and bound. */
static void lobs(struct cw_ora *ora)
{
	struct cw_ora_lob *lob, *national;
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct cw_value value;
	struct cw_row row = { 1, &value };
	struct cw_bytes text;
	bool is_open;

	must(cw_ora_prepare(ora, "select doc from wire_lobs", &stmt, &err), "prepare");
	cw_ora_lobs_by_locator(stmt, true);
	must(cw_ora_execute(stmt, NULL, 0, 0, NULL, &err), "LOB query");
	must(cw_ora_fetch(stmt, 100, &rows, &err) && rows.count == 3, "LOB fetch");
	cw_ora_lob_of(ora, cw_ora_column(stmt, 0), &rows.row[0].value[0], &lob);
	must(cw_ora_lob_read(lob, 1, 8060, &text, &err), "LOB read");
	cw_ora_lob_free(lob);
	cw_ora_stmt_free(stmt);
	national = national_lob(ora);
	must(cw_ora_lob_create(ora, CW_ORA_CLOB, false, &lob, &err), "LOB create");
	must(cw_ora_lob_write(lob, 1, cw_bytes_of("a temporary text"), &err), "LOB write");
	must(cw_ora_lob_trim(lob, 6, &err) && cw_ora_lob_open(lob, &err) &&
		     cw_ora_lob_is_open(lob, &is_open, &err) && cw_ora_lob_close(lob, &err),
	     "LOB trim, open, is open, close");
	must(cw_ora_prepare(ora, "insert into wire_lobs values (:1)", &stmt, &err), "prepare");
	cw_ora_bind(stmt, 0, CW_ORA_CLOB, 0);
	value = cw_ora_lob_bind(lob);
	must(cw_ora_execute(stmt, &row, 1, 0, NULL, &err), "LOB bind");
	cw_ora_stmt_free(stmt);
	must(cw_ora_rollback(ora, &err), "rollback");
	cw_ora_lob_free(lob); /* in front of the next EXECUTE, as python-oracledb does */
	cw_ora_lob_free(national);
}

static void break_off(struct cw_ora *ora)
{
	for (unsigned i = 0; i < 2; i++) {
		if (cw_ora_run(ora, "begin dbms_session.sleep(60); end;", &err) || err.code != 7103)
			must(false, "a call that was to be broken off");
		query(ora);
	}
}

int main(int argc, char **argv)
{
	char connect[256];
	struct cw_ora_login login = { .connect = connect, .program = "wire", .cancel_fd = -1 };
	struct cw_ora *ora;

	if (argc < 4 || !getenv("WIRE_PASSWORD"))
		return 2;
	(void)snprintf(connect, sizeof(connect), "127.0.0.1:%s/%s", argv[1], argv[2]);
	login.user = argv[3];
	login.password = cw_bytes_of(getenv("WIRE_PASSWORD"));
	login.call_timeout_ms = argc == 5 ? 1000 : 0;
	must(cw_ora_open(&login, &ora, &err), "connect");
	if (argc == 5) {
		break_off(ora);
		cw_ora_close(ora);
		return 0;
	}
	query(ora);
	bind_query(ora);
	array_insert(ora);
	must(cw_ora_commit(ora, &err), "commit");
	must(cw_ora_run(ora, "delete from wire where id > 1000", &err), "delete");
	must(cw_ora_rollback(ora, &err), "rollback");
	must(cw_ora_run(ora, "begin null; end;", &err), "block");
	returning(ora);
	must(cw_ora_ping(ora, &err), "ping");
	lobs(ora);
	must(cw_ora_run(ora, "insert into wire values (2000, 'not to stay')", &err), "insert");
	cw_ora_close(ora);
	return 0;
}
