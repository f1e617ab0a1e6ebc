/*
 * ora_probe.c CONNECT USER [SQL] - our own client against one that shares nothing with it, or the rehearsal
 *
 * The password is read from the standard input.  SQL runs longer than anybody waits, and is
 * broken off.  Prints `ok NAME` or `not ok NAME - why` for each thing tried; which, says
 * test/drivers/mirror.py.
 */
#include "codec/num.h"
#include "oracle/lob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define ARRAY_ROWS 500u
#define BREAK_MS   500
#define TEXT	   "Zo\xc3\xab"

static struct cw_ora *ora;
static struct cw_err err;
static bool all_good = true;

static void tell(const char *name, bool good)
{
	all_good = all_good && good;
	if (good)
		(void)printf("ok %s\n", name);
	else
		(void)printf("not ok %s - %s\n", name, err.text[0] ? err.text : "wrong values");
	(void)fflush(stdout);
	err = (struct cw_err){ 0 };
}

/* The rows of probe: a number, a text and bytes; every seventh has NULL for the last two. */
struct line {
	uint8_t number[CW_NUM_BYTES_MAX];
	char text[16];
	struct cw_value value[3];
	struct cw_row row;
};

static void make_line(struct line *line, unsigned n)
{
	size_t len = cw_num_from_int(n, line->number);

	(void)snprintf(line->text, sizeof(line->text), TEXT " %u", n);
	memset(line->value, 0, sizeof(line->value));
	line->value[0] = cw_value_set((struct cw_bytes){ line->number, len });
	if (n % 7 != 0) {
		line->value[1] = cw_value_set(
			(struct cw_bytes){ (const uint8_t *)line->text, strlen(line->text) });
		line->value[2] = cw_value_set((struct cw_bytes){ line->number, len });
	}
	line->row = (struct cw_row){ .count = 3, .value = line->value };
}

static bool insert(unsigned first, unsigned count)
{
	struct line *lines = calloc(count, sizeof(*lines));
	struct cw_row *rows = calloc(count, sizeof(*rows));
	struct cw_ora_result result = { 0 };
	struct cw_ora_stmt *stmt = NULL;
	bool good = false;

	if (!lines || !rows)
		abort();
	for (unsigned i = 0; i < count; i++) {
		make_line(&lines[i], first + i);
		rows[i] = lines[i].row;
	}
	if (cw_ora_prepare(ora, "insert into probe values (:1, :2, :3)", &stmt, &err)) {
		cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
		cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 40);
		cw_ora_bind(stmt, 2, CW_ORA_RAW, 30);
		good = cw_ora_execute(stmt, rows, count, CW_ORA_COMMIT, &result, &err) &&
		       result.row_count == count;
		cw_ora_stmt_free(stmt);
	}
	free(lines);
	free(rows);
	return good;
}

static bool same(const struct cw_value *a, const struct cw_value *b)
{
	return a->state == b->state && a->len == b->len && (!a->len || !memcmp(a->at, b->at, a->len));
}

static bool reads_back(unsigned count)
{
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	struct line line;
	unsigned n = 0;
	bool good;

	if (!cw_ora_prepare(ora, "select * from probe", &stmt, &err))
		return false;
	good = cw_ora_execute(stmt, NULL, 0, 0, &result, &err) && cw_ora_column_count(stmt) == 3;
	while (good && (good = cw_ora_fetch(stmt, 100, &rows, &err)) && rows.count > 0)
		for (uint32_t i = 0; i < rows.count; i++) {
			make_line(&line, ++n);
			for (int c = 0; c < 3; c++)
				good = good && same(&rows.row[i].value[c], &line.value[c]);
		}
	cw_ora_stmt_free(stmt);
	return good && n == count;
}

#define LETTERS 100000u
#define BYTES	70000u

static uint8_t letter_at(uint64_t at)
{
	return (uint8_t)('a' + at % 26);
}

static uint8_t byte_at(uint64_t at)
{
	return (uint8_t)(at % 251);
}

/* By binds that are longer than a VARCHAR2 may be. */
static bool insert_lobs(void)
{
	static uint8_t letters[LETTERS], bytes[BYTES];
	uint8_t one[CW_NUM_BYTES_MAX];
	struct cw_value value[] = {
		cw_value_set((struct cw_bytes){ one, cw_num_from_int(1, one) }),
		cw_value_set((struct cw_bytes){ letters, LETTERS }),
		cw_value_set((struct cw_bytes){ bytes, BYTES }),
	};
	struct cw_row row = { .count = CW_ARRAY_LEN(value), .value = value };
	struct cw_ora_stmt *stmt;
	bool good;

	for (unsigned i = 0; i < LETTERS; i++)
		letters[i] = letter_at(i);
	for (unsigned i = 0; i < BYTES; i++)
		bytes[i] = byte_at(i);
	if (!cw_ora_prepare(ora, "insert into lobs values (:1, :2, :3)", &stmt, &err))
		return false;
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	cw_ora_bind(stmt, 1, CW_ORA_LONG, 0x7fffffff);
	cw_ora_bind(stmt, 2, CW_ORA_LONG_RAW, 0x7fffffff);
	good = cw_ora_execute(stmt, &row, 1, CW_ORA_COMMIT, NULL, &err);
	cw_ora_stmt_free(stmt);
	return good;
}

static bool lob_reads_back(void)
{
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	bool good;

	if (!cw_ora_run(ora, "create table lobs (id number, c clob, b blob)", &err) ||
	    !insert_lobs() || !cw_ora_prepare(ora, "select * from lobs", &stmt, &err))
		return false;
	good = cw_ora_execute(stmt, NULL, 0, 0, &result, &err) &&
	       cw_ora_fetch(stmt, 10, &rows, &err) && rows.count == 1 &&
	       rows.row[0].value[1].len == LETTERS && rows.row[0].value[2].len == BYTES;
	for (uint32_t i = 0; good && i < LETTERS; i++)
		good = rows.row[0].value[1].at[i] == letter_at(i);
	for (uint32_t i = 0; good && i < BYTES; i++)
		good = rows.row[0].value[2].at[i] == byte_at(i);
	cw_ora_stmt_free(stmt);
	return good;
}

/* All of a LOB in pieces, compared with what it must be. */
static bool streams_back(struct cw_ora_lob *lob, uint64_t length, uint8_t (*wanted)(uint64_t at))
{
	struct cw_bytes piece = { NULL, 0 };
	uint64_t read = 0, told;
	bool good = lob && cw_ora_lob_length(lob, &told, &err) && told == length;

	do {
		good = good && cw_ora_lob_next(lob, &piece, &err);
		for (size_t i = 0; good && i < piece.len; i++)
			good = piece.at[i] == wanted(read + i);
		read += good ? piece.len : 0;
	} while (good && piece.len > 0);
	return good && read == length;
}

static bool lob_streams_back(void)
{
	struct cw_ora_lob *text = NULL, *bytes = NULL;
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	bool good;

	if (!cw_ora_prepare(ora, "select * from lobs", &stmt, &err))
		return false;
	cw_ora_lobs_by_locator(stmt, true);
	good = cw_ora_execute(stmt, NULL, 0, 0, NULL, &err) &&
	       cw_ora_fetch(stmt, 10, &rows, &err) && rows.count == 1;
	if (good) {
		cw_ora_lob_of(ora, cw_ora_column(stmt, 1), &rows.row[0].value[1], &text);
		cw_ora_lob_of(ora, cw_ora_column(stmt, 2), &rows.row[0].value[2], &bytes);
		good = streams_back(text, LETTERS, letter_at) &&
		       streams_back(bytes, BYTES, byte_at);
	}
	cw_ora_lob_free(text);
	cw_ora_lob_free(bytes);
	cw_ora_stmt_free(stmt);
	return good;
}

/* @sql ends with @code after BREAK_MS, and the session is as good as before. */
static bool breaks_off(struct cw_ora_login login, const char *sql, int code)
{
	struct itimerspec when = { .it_value = { .tv_nsec = BREAK_MS * 1000000L } };
	struct cw_ora *other = NULL;
	uint64_t times;
	bool good;

	if (!cw_ora_open(&login, &other, &err))
		return false;
	if (login.cancel_fd >= 0)
		(void)timerfd_settime(login.cancel_fd, 0, &when, NULL);
	good = !cw_ora_run(other, sql, &err) && (int)err.code == code;
	if (login.cancel_fd >= 0)
		good = read(login.cancel_fd, &times, sizeof(times)) == sizeof(times) && good;
	if (good)
		err = (struct cw_err){ 0 };
	good = good && cw_ora_ping(other, &err);
	cw_ora_close(other);
	return good;
}

static void tell_breaks(struct cw_ora_login login, const char *sql)
{
	login.cancel_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	tell("cancel", breaks_off(login, sql, 1202));
	(void)close(login.cancel_fd);
	login.cancel_fd = -1;
	login.call_timeout_ms = BREAK_MS;
	tell("call_timeout", breaks_off(login, sql, 7103));
}

int main(int argc, char **argv)
{
	struct cw_ora_login login = { .connect_timeout_ms = 20000,
				      .call_timeout_ms = 20000,
				      .program = "ora_probe",
				      .cancel_fd = -1 };
	char password[64] = { 0 };

	if ((argc != 3 && argc != 4) || !fgets(password, sizeof(password), stdin))
		return 2;
	password[strcspn(password, "\n")] = 0;
	login.connect = argv[1];
	login.user = argv[2];
	login.password = (struct cw_bytes){ (const uint8_t *)"wrong", 5 };
	tell("wrong_password", !cw_ora_open(&login, &ora, &err) && err.native == 1017);
	login.password = (struct cw_bytes){ (const uint8_t *)password, strlen(password) };
	tell("login", cw_ora_open(&login, &ora, &err));
	if (!ora)
		return 1;
	(void)printf("# %s\n", cw_ora_version(ora));
	tell("ddl", cw_ora_run(ora, "create table probe (id number, name varchar2(40), data raw(30))",
			       &err));
	tell("bind_insert", insert(1, 1));
	tell("array_insert", insert(2, ARRAY_ROWS - 1));
	tell("select", reads_back(ARRAY_ROWS));
	tell("error", !cw_ora_run(ora, "select * from nowhere", &err) && err.native == 942);
	tell("goes_on", cw_ora_ping(ora, &err) && reads_back(ARRAY_ROWS));
	tell("lob", lob_reads_back());
	tell("lob_in_pieces", lob_streams_back());
	cw_ora_close(ora);
	if (argc == 4)
		tell_breaks(login, argv[3]);
	return all_good ? 0 : 1;
}
