/*
 * client.c PORT fetch|typed|floor|insert TABLE ROWS ARRAY - Causeway's client, and the least a client can do
 *
 *	fetch	rows by oracle/session.h; each value's state, length and bytes are looked at
 *	typed	the same, and each value becomes a C one: numbers, fields of a date, a double
 *	floor	no client at all: the socket is read and the fields are walked, nothing is handed out
 *	insert	array inserts of five columns, ARRAY rows at a time
 *
 * Prints one line of JSON: rows, the sum of their ids, seconds, CPU seconds of this process; both without
 * the login.
 */
#include "base/clock.h"
#include "codec/date.h"
#include "codec/num.h"
#include "oracle/wire.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define FLOOR_BYTES (256u * 1024)
#define CHUNKED	    0xfeu
#define COLUMNS_MAX 10u
#define SIGN	    (UINT64_C(1) << 63)

struct run {
	struct cw_ora *ora;
	const char *table;
	uint64_t rows, wanted, sum;
	uint32_t array;
	bool typed;
	uint8_t ora_type[COLUMNS_MAX];
	struct cw_err err;
};

static double cpu_s(void)
{
	struct rusage used;

	(void)getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ---- fetch ------------------------------------------------------------------------------ */

/* What a program wants of a value: a number, a moment, a double; text stays bytes. */
struct native {
	uint64_t number;
	int exponent; /* of 100 */
	struct cw_date date;
	double real;
};

/* Positive ones, as all of the bench are: digits of base 100, each one more than it is. */
static void read_number(const struct cw_value *value, struct native *ret)
{
	uint64_t number = 0;

	for (uint32_t i = 1; i < value->len; i++)
		number = number * 100 + value->at[i] - 1;
	ret->number = number;
	ret->exponent = (value->at[0] & 0x7f) - 65 - (int)value->len + 2;
}

static bool read_native(uint8_t ora_type, const struct cw_value *value, struct native *ret,
			struct cw_err *err)
{
	uint64_t bits;

	switch (ora_type) {
	case CW_ORA_NUMBER:
		read_number(value, ret);
		return true;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
		return cw_date_read(cw_value_bytes(value), &ret->date, err);
	case CW_ORA_BINARY_DOUBLE:
		memcpy(&bits, value->at, sizeof(bits));
		bits = be64toh(bits);
		bits = bits & SIGN ? bits & ~SIGN : ~bits;
		memcpy(&ret->real, &bits, sizeof(bits));
		return true;
	default:
		return true;
	}
}

static volatile uint64_t seen; /* so that looking at values is not left out */

static bool take_row(struct run *run, const struct cw_row *row)
{
	struct native native = { 0 };
	uint64_t looked = 0;

	for (unsigned i = 0; i < row->count; i++) {
		const struct cw_value *value = &row->value[i];

		if (value->state != CW_VALUE_SET)
			continue;
		looked += value->len + value->at[0];
		if (run->typed && !read_native(run->ora_type[i], value, &native, &run->err))
			return false;
		looked += native.number;
	}
	read_number(&row->value[0], &native);
	for (; native.exponent > 0; native.exponent--)
		native.number *= 100;
	run->sum += native.number;
	seen += looked;
	return true;
}

static bool open_query(struct run *run, struct cw_ora_stmt **ret)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "select * from %s_%llu", run->table,
		       (unsigned long long)run->wanted);
	return cw_ora_prepare(run->ora, sql, ret, &run->err) &&
	       cw_ora_execute(*ret, NULL, 0, 0, NULL, &run->err);
}

static bool fetch(struct run *run)
{
	struct cw_ora_stmt *stmt = NULL;
	struct cw_ora_rows rows;

	if (!open_query(run, &stmt))
		return false;
	for (unsigned i = 0; i < cw_ora_column_count(stmt) && i < COLUMNS_MAX; i++)
		run->ora_type[i] = cw_ora_column(stmt, i)->ora_type;
	do {
		if (!cw_ora_fetch(stmt, run->array, &rows, &run->err))
			return false;
		for (uint32_t i = 0; i < rows.count; i++)
			if (!take_row(run, &rows.row[i]))
				return false;
		run->rows += rows.count;
	} while (rows.count > 0);
	return true;
}

/* ---- floor ------------------------------------------------------------------------------ */

struct floor {
	int fd;
	uint8_t *room;
	size_t from, to;
};

/* The payload of the next packet, where it was received. */
static bool next_packet(struct cw_rd *rd)
{
	struct floor *floor = rd->source;
	size_t len = 0;

	for (;;) {
		size_t have = floor->to - floor->from;
		const uint8_t *at = floor->room + floor->from;
		ssize_t got;

		if (have >= 4)
			len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
		if (have >= 4 && have >= len)
			break;
		memmove(floor->room, at, have);
		floor->from = 0;
		floor->to = have;
		got = recv(floor->fd, floor->room + have, FLOOR_BYTES - have, 0);
		if (got <= 0)
			return false;
		floor->to += (size_t)got;
	}
	rd->at = floor->room + floor->from + 10;
	rd->end = floor->room + floor->from + len;
	floor->from += len;
	return true;
}

static void walk_value(struct cw_ttc_in *in)
{
	uint8_t len = cw_rd_u8(&in->rd);

	if (len != CHUNKED && len < cw_rd_left(&in->rd)) {
		in->rd.at += len;
		return;
	}
	if (len != CHUNKED) {
		(void)cw_rd_skip(&in->rd, len);
		return;
	}
	for (uint32_t chunk = cw_ttc_get_ub4(in); chunk > 0; chunk = cw_ttc_get_ub4(in))
		(void)cw_rd_skip(&in->rd, chunk);
}

/* One answer to FETCH; false: it was the last, or wrong. */
static bool walk_answer(struct run *run, struct cw_ttc_in *in, unsigned columns)
{
	struct cw_ttc_row_header header;
	struct cw_ttc_error error;
	struct cw_ttc_bits bits;

	while (!cw_ttc_failed(in)) {
		switch (cw_ttc_get_u8(in)) {
		case CW_TTC_ROW_HEADER:
			cw_ttc_get_row_header(in, &header, &bits);
			break;
		case CW_TTC_ROW_DATA:
			for (unsigned i = 0; i < columns; i++)
				walk_value(in);
			run->rows++;
			break;
		case CW_TTC_ERROR:
			cw_ttc_get_error(in, &error);
			return !cw_ttc_failed(in) && error.number == 0;
		default:
			return false;
		}
	}
	return false;
}

static bool walk_floor(struct run *run)
{
	struct floor floor = { .fd = run->ora->link.io.fd, .room = malloc(FLOOR_BYTES) };
	struct cw_arena arena = CW_ARENA(1 << 20);
	struct cw_ora_stmt *stmt = NULL;
	struct cw_ora_rows rows;
	struct cw_ttc_in in;
	if (!floor.room || !open_query(run, &stmt) ||
	    !cw_ora_fetch(stmt, run->array, &rows, &run->err)) /* those that came with the answer */
		return false;
	(void)fcntl(floor.fd, F_SETFL, fcntl(floor.fd, F_GETFL) & ~O_NONBLOCK);
	run->rows = rows.count;
	do {
		struct cw_wr *wr = cw_tns_link_write(&run->ora->link);

		cw_arena_reset(&arena);
		in = (struct cw_ttc_in){ .rd = { .more = next_packet, .source = &floor },
					 .ttc = &run->ora->ttc,
					 .arena = &arena };
		cw_ttc_put_fetch(wr, &run->ora->ttc, ora_next_sequence(run->ora), stmt->cursor_id,
				 run->array);
		if (!cw_tns_link_send(&run->ora->link, 0, &run->err))
			return false;
	} while (walk_answer(run, &in, stmt->describe.count));
	run->sum = 0;
	run->ora->broken = true; /* the session was read behind its back */
	cw_arena_release(&arena);
	free(floor.room);
	return true;
}

/* ---- insert ------------------------------------------------------------------------------ */

#define BINDS 5u

struct line {
	uint8_t id[CW_NUM_BYTES_MAX], price[CW_NUM_BYTES_MAX], placed[CW_TIMESTAMP_BYTES];
	char name[32], note[48];
	struct cw_value value[BINDS];
};

static void make_line(struct line *line, unsigned n)
{
	static const struct cw_date date = { 2024, 2, 29, 12, 30, 15, 0 };
	size_t id = cw_num_from_int(n, line->id), price = cw_num_from_int(n * 701, line->price),
	       placed = cw_date_write(&date, line->placed);

	(void)snprintf(line->name, sizeof(line->name), "customer number %08u", n % 100000000);
	(void)snprintf(line->note, sizeof(line->note), "the remark that belongs to row %09u",
		       n % 1000000000);
	line->value[0] = cw_value_set((struct cw_bytes){ line->id, id });
	line->value[1] = cw_value_set(cw_bytes_of(line->name));
	line->value[2] = cw_value_set((struct cw_bytes){ line->price, price });
	line->value[3] = cw_value_set((struct cw_bytes){ line->placed, placed });
	line->value[4] = cw_value_set(cw_bytes_of(line->note));
}

static bool insert(struct run *run)
{
	struct line *lines = calloc(run->array, sizeof(*lines));
	struct cw_row *rows = calloc(run->array, sizeof(*rows));
	struct cw_ora_stmt *stmt = NULL;
	struct cw_ora_result result = { 0 };

	if (!lines || !rows ||
	    !cw_ora_prepare(run->ora, "insert into bench values (:1, :2, :3, :4, :5)", &stmt, &run->err))
		return false;
	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	cw_ora_bind(stmt, 1, CW_ORA_VARCHAR2, 24);
	cw_ora_bind(stmt, 2, CW_ORA_NUMBER, 22);
	cw_ora_bind(stmt, 3, CW_ORA_DATE, 7);
	cw_ora_bind(stmt, 4, CW_ORA_VARCHAR2, 40);
	for (uint32_t i = 0; i < run->array; i++) {
		make_line(&lines[i], i + 1);
		rows[i] = (struct cw_row){ .count = BINDS, .value = lines[i].value };
	}
	while (run->rows < run->wanted) {
		uint64_t left = run->wanted - run->rows;
		uint32_t part = left < run->array ? (uint32_t)left : run->array;

		if (!cw_ora_execute(stmt, rows, part, 0, &result, &run->err))
			return false;
		run->rows += result.row_count;
	}
	free(lines);
	free(rows);
	return cw_ora_commit(run->ora, &run->err);
}

/* ---- the program -------------------------------------------------------------------------- */

static bool run_it(struct run *run, const char *what)
{
	run->typed = strcmp(what, "typed") == 0;
	if (strcmp(what, "floor") == 0)
		return walk_floor(run);
	if (strcmp(what, "insert") == 0)
		return insert(run);
	return fetch(run);
}

int main(int argc, char **argv)
{
	char connect[64];
	struct cw_ora_login login = { .connect = connect,
				      .user = "bench",
				      .password = cw_bytes_of("bench"),
				      .cancel_fd = -1 };
	struct run run = { 0 };
	double cpu;
	int64_t from;
	bool good;

	if (argc != 6) {
		(void)fprintf(stderr, "bench-client PORT fetch|typed|floor|insert TABLE ROWS ARRAY\n");
		return 2;
	}
	(void)snprintf(connect, sizeof(connect), "127.0.0.1:%s/BENCH", argv[1]);
	run.table = argv[3];
	run.wanted = strtoull(argv[4], NULL, 10);
	run.array = (uint32_t)strtoul(argv[5], NULL, 10);
	if (!cw_ora_open(&login, &run.ora, &run.err)) {
		(void)fprintf(stderr, "bench-client: %s\n", run.err.text);
		return 1;
	}
	cpu = cpu_s();
	from = cw_clock_ms();
	good = run_it(&run, argv[2]);
	cpu = cpu_s() - cpu;
	from = cw_clock_ms() - from;
	if (!good || run.rows != run.wanted) {
		(void)fprintf(stderr, "bench-client: %llu rows: %s\n", (unsigned long long)run.rows, run.err.text);
		return 1;
	}
	(void)printf("{\"rows\": %llu, \"sum\": %llu, \"s\": %.3f, \"cpu_s\": %.6f}\n",
		     (unsigned long long)run.rows, (unsigned long long)run.sum, (double)from / 1000, cpu);
	cw_ora_close(run.ora);
	return 0;
}
