/* test_ora_apply.c - changes of PostgreSQL arrive in a rehearsal Oracle, each row counted */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "../scratch_pg.h"
#include "codec/convert.h"
#include "endpoint/ora_apply.h"
#include "endpoint/ora_snapshot.h"
#include "pg_tables.h"
#include "schema/ddl.h"
#include "codec/ttc_prim.h"
#include "schema/own.h"
#include "schema/sides.h"

#include <signal.h>
#include <sys/wait.h>

static char folder[64], program[512];
static pid_t server = -1;
static uint16_t port;
static struct cw_ora *ora; /* looks on */
static const uint8_t password[] = "secret1";

static void must(bool ok, const struct cw_err *err)
{
	if (!ok)
		fail_msg("%s [CW%u]", err->text, err->code);
}

static bool find_program(void)
{
	char self[400];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len <= 0)
		return false;
	self[len] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	(void)snprintf(program, sizeof(program), "%s/src/programs/causeway-rehearse", self);
	return access(program, X_OK) == 0;
}

static struct cw_ora_login login_as(const char *user)
{
	static char connect_string[64];

	(void)snprintf(connect_string, sizeof(connect_string), "//127.0.0.1:%u/TESTDB", port);
	return (struct cw_ora_login){ .connect = connect_string,
				      .user = user,
				      .password = { password, sizeof(password) - 1 },
				      .program = "causeway test",
				      .connect_timeout_ms = 10000,
				      .call_timeout_ms = 60000,
				      .cancel_fd = -1 };
}

static bool serve(void)
{
	int out[2];
	char ready[200];
	ssize_t len;

	if (pipe(out) != 0)
		return false;
	server = fork();
	if (server == 0) {
		(void)dup2(out[1], 1);
		(void)execl(program, program, "serve", folder, (char *)NULL);
		_exit(127);
	}
	(void)close(out[1]);
	len = read(out[0], ready, sizeof(ready));
	return len > 5 && memcmp(ready, "ready", 5) == 0;
}

static void run_as(const char *user, const char *const *sql, size_t count)
{
	struct cw_ora_login login = login_as(user);
	struct cw_ora *session;
	struct cw_err err = { 0 };

	must(cw_ora_open(&login, &session, &err), &err);
	for (size_t i = 0; i < count; i++)
		if (!cw_ora_run(session, sql[i], &err))
			fail_msg("%s: %s", sql[i], err.text);
	cw_ora_close(session);
}

static int start(void **state)
{
	static const char *const users[] = {
		"CREATE USER SHOP IDENTIFIED BY \"secret1\"",
		"GRANT CONNECT, RESOURCE, UNLIMITED TABLESPACE TO SHOP",
		"CREATE USER CAUSEWAY IDENTIFIED BY \"secret1\"",
		"GRANT CREATE SESSION, CREATE TABLE, UNLIMITED TABLESPACE, SELECT ANY TABLE, "
		"INSERT ANY TABLE, UPDATE ANY TABLE, DELETE ANY TABLE, SELECT_CATALOG_ROLE "
		"TO CAUSEWAY",
	};
	static const char *const tables[] = {
		"CREATE TABLE item (id NUMBER(10) NOT NULL, name VARCHAR2(20), state CHAR(4), "
		"at TIMESTAMP(6), token RAW(16), CONSTRAINT item_pk PRIMARY KEY (id))",
		"CREATE TABLE note (nr NUMBER, what VARCHAR2(20))",
	};
	struct cw_ora_login login;
	char command[900];
	struct cw_err err = { 0 };

	(void)state;
	strcpy(folder, "/tmp/causeway-unit-XXXXXX");
	port = (uint16_t)(20000 + getpid() % 12000);
	if (!find_program() || !mkdtemp(folder))
		return -1;
	int length = snprintf(
		command, sizeof(command),
		"chmod 755 %s; printf secret1 >%s.pw; chmod 600 %s.pw; %s init %s --port %u "
		"--service TESTDB --profile 19c --threads 2 --system-password-file %s.pw >/dev/null",
		folder, folder, folder, program, folder, port, folder);
	if (length >= (int)sizeof(command) || system(command) != 0 || !serve())
		return -1;
	run_as("SYSTEM", users, CW_ARRAY_LEN(users));
	run_as("SHOP", tables, CW_ARRAY_LEN(tables));
	login = login_as("CAUSEWAY");
	must(cw_ora_open(&login, &ora, &err), &err);
	return 0;
}

static int stop(void **state)
{
	char command[200];

	(void)state;
	cw_ora_close(ora);
	if (server > 0) {
		(void)kill(server, SIGTERM);
		(void)waitpid(server, NULL, 0);
	}
	(void)snprintf(command, sizeof(command), "rm -rf %s %s.pw", folder, folder);
	return system(command);
}

static int empty(void **state)
{
	static const char *const sql[] = { "DELETE FROM item",
					   "DELETE FROM note", "COMMIT" };

	(void)state;
	run_as("SHOP", sql, CW_ARRAY_LEN(sql));
	return 0;
}

/* The rows of a query as "a/b c/d". */
static const char *ask(const char *sql)
{
	static char answer[4][1000];
	static unsigned next;
	char *ret = answer[next++ % 4];
	struct cw_ora_stmt *stmt;
	struct cw_ora_result result;
	struct cw_ora_rows rows = { .count = 1 };
	struct cw_err err = { 0 };
	size_t used = 0;

	ret[0] = '\0';
	must(cw_ora_prepare(ora, sql, &stmt, &err), &err);
	must(cw_ora_execute(stmt, NULL, 0, 0, &result, &err), &err);
	while (rows.count > 0) {
		must(cw_ora_fetch(stmt, 100, &rows, &err), &err);
		for (uint32_t r = 0; r < rows.count && used < 900; r++)
			for (uint16_t c = 0; c < rows.row[r].count; c++) {
				struct cw_column column = {
					.ora_type = cw_ora_column(stmt, c)->ora_type
				};
				char text[64];

				(void)cw_convert_show(&column, rows.row[r].value[c], false, text,
						      sizeof(text));
				used += (size_t)snprintf(ret + used, 1000 - used, "%s%s",
							 c	? "/"
							 : used ? " "
								: "",
							 text);
			}
	}
	cw_ora_stmt_free(stmt);
	return ret;
}

static struct cw_target *open_target(void)
{
	struct cw_ora_login login = login_as("CAUSEWAY");
	struct cw_ora_apply_options options = { .crossing = "test" };
	struct cw_target *target = NULL;
	struct cw_err err = { 0 };

	must(cw_ora_apply_open(&login, &options, &target, &err), &err);
	return target;
}

/* Values in PostgreSQL's binary form. */
static struct cw_value pg_number(int64_t value)
{
	static uint8_t kept[64][CW_PG_NUM_BYTES_MAX];
	static unsigned next;
	uint8_t *ret = kept[next++ % 64];
	uint8_t number[CW_NUM_BYTES_MAX];
	struct cw_err err = { 0 };
	size_t len;

	must(cw_num_to_pg((struct cw_bytes){ number, cw_num_from_int(value, number) }, ret, &len,
			  &err),
	     &err);
	return cw_value_set((struct cw_bytes){ ret, len });
}

static struct cw_row pg_item(struct cw_value *row, int64_t id, const char *name)
{
	static const uint8_t at[8] = { 0, 2, 0, 0, 0, 0, 0, 1 };

	row[0] = pg_number(id);
	row[1] = text_of(name);
	row[2] = text_of("new ");
	row[3] = cw_value_set((struct cw_bytes){ at, sizeof(at) });
	row[4] = text_of("\x01\xff");
	return (struct cw_row){ .count = 5, .value = row };
}

static struct cw_row pg_note(struct cw_value *row, int64_t nr, const char *what)
{
	row[0] = pg_number(nr);
	row[1] = text_of(what);
	return (struct cw_row){ .count = 2, .value = row };
}

static void put(struct cw_target *target, enum cw_change_kind kind, const struct cw_table *table,
		struct cw_row before, struct cw_row after)
{
	struct cw_change change = {
		.kind = kind, .shape = &table->shape, .before = before, .after = after
	};
	struct cw_err err = { 0 };

	must(cw_target_write(target, &change, &err), &err);
}

static void begin(struct cw_target *target)
{
	struct cw_err err = { 0 };

	must(cw_target_begin(target, &err), &err);
}

static bool commit(struct cw_target *target, uint64_t lsn, struct cw_err *err)
{
	struct cw_pos pos = { .kind = CW_POS_POSTGRES, .history = { 9, 1 }, .at = lsn };

	return cw_target_commit(target, &pos, err);
}

static const struct cw_row none;

static void changes_arrive_with_their_position(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value a[5], b[5];
	struct cw_pos pos;
	struct cw_err err = { 0 };

	(void)state;
	must(cw_target_progress(target, &pos, &err), &err);
	assert_int_equal(pos.kind, CW_POS_NONE);
	begin(target);
	for (int64_t id = 1; id <= 1200; id++)
		put(target, CW_INSERT, &item, none, pg_item(a, id, "x"));
	must(commit(target, 10, &err), &err);
	assert_string_equal(ask("SELECT COUNT(*), MAX(id) FROM shop.item"), "1200/1200");
	begin(target);
	put(target, CW_UPDATE, &item, none, pg_item(a, 7, "seven"));
	(void)pg_item(b, 8, NULL);
	for (int i = 1; i < 5; i++)
		b[i] = (struct cw_value){ .state = CW_VALUE_UNLOGGED };
	put(target, CW_UPDATE, &item, (struct cw_row){ 5, b }, pg_item(a, 5000, "moved"));
	(void)pg_item(b, 9, NULL);
	for (int i = 1; i < 5; i++)
		b[i] = (struct cw_value){ .state = CW_VALUE_UNLOGGED };
	put(target, CW_DELETE, &item, (struct cw_row){ 5, b }, none);
	must(commit(target, 11, &err), &err);
	assert_string_equal(ask("SELECT id, name, state FROM shop.item WHERE id IN (7, 8, 9, 5000) "
				"ORDER BY id"),
			    "7/'seven'/'new ' 5000/'moved'/'new '");
	must(cw_target_progress(target, &pos, &err), &err);
	assert_int_equal(pos.at, 11);
	cw_target_close(target);
}

static void one_of_equal_rows_without_a_key_is_changed(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value a[2], b[2];
	struct cw_err err = { 0 };

	(void)state;
	begin(target);
	for (int i = 0; i < 4; i++)
		put(target, CW_INSERT, &note, none, pg_note(a, 5, NULL));
	put(target, CW_UPDATE, &note, pg_note(b, 5, NULL), pg_note(a, 5, "x"));
	put(target, CW_DELETE, &note, pg_note(b, 5, NULL), none);
	put(target, CW_DELETE, &note, pg_note(b, 5, NULL), none);
	must(commit(target, 20, &err), &err);
	cw_target_close(target);
	assert_string_equal(ask("SELECT nr, what FROM shop.note ORDER BY what"), "5/'x' 5/NULL");
}

static void what_does_not_fit_stops_and_leaves_nothing(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value a[5];
	struct cw_err err = { 0 };

	(void)state;
	begin(target);
	put(target, CW_INSERT, &item, none, pg_item(a, 1, "one"));
	put(target, CW_UPDATE, &item, none, pg_item(a, 77, "gone"));
	assert_false(commit(target, 30, &err));
	assert_int_equal(err.code, 5301);
	assert_non_null(strstr(err.text, "SHOP.ITEM where ID=77"));
	cw_target_close(target);
	assert_string_equal(ask("SELECT COUNT(*) FROM shop.item"), "0");

	target = open_target();
	begin(target);
	put(target, CW_INSERT, &item, none, pg_item(a, 1, "one"));
	put(target, CW_INSERT, &item, none, pg_item(a, 1, "again"));
	err = (struct cw_err){ 0 };
	assert_false(commit(target, 31, &err));
	assert_int_equal(err.code, 5303);
	assert_non_null(strstr(err.text, "ID=1"));
	cw_target_close(target);
	assert_string_equal(ask("SELECT COUNT(*) FROM shop.item"), "0");

	target = open_target();
	begin(target);
	{
		struct cw_change change = { .kind = CW_INSERT,
					    .shape = &item.shape,
					    .after = pg_item(a, 1, "") };

		err = (struct cw_err){ 0 };
		assert_false(cw_target_write(target, &change, &err));
		assert_int_equal(err.code, 2014);
	}
	cw_target_close(target);
}

static void the_dictionary_is_read_as_declared(void **state)
{
	static const char *names[] = { "SHOP" };
	const struct cw_config_list schemas = { names, 1 }, nothing = { 0 };
	struct cw_catalog catalog;
	const struct cw_shape *shape;
	struct cw_err err = { 0 };

	(void)state;
	must(cw_catalog_read(ora, &schemas, &nothing, &catalog, &err), &err);
	assert_int_equal(catalog.table_count, 2);
	shape = cw_catalog_by_name(&catalog, "SHOP", "ITEM");
	assert_non_null(shape);
	assert_int_equal(shape->column_count, item.shape.column_count);
	assert_int_equal(shape->key_count, 1);
	assert_ptr_equal(shape, cw_catalog_by_object(&catalog, shape->object_id));
	for (uint16_t i = 0; i < shape->column_count; i++) {
		const struct cw_column *is = &shape->column[i], *wanted = &item.shape.column[i];

		assert_string_equal(is->name, wanted->name);
		assert_string_equal(is->pg_type, wanted->pg_type);
		assert_int_equal(is->ora_type, wanted->ora_type);
		assert_int_equal(is->nullable, wanted->nullable);
		assert_int_equal(is->char_length, wanted->char_length);
		assert_int_equal(is->scale, wanted->scale);
		assert_int_equal(is->key_position, wanted->key_position);
	}
	cw_catalog_release(&catalog);
}

#define TABLES "SELECT COUNT(*) FROM user_tables WHERE table_name = 'CAUSEWAY_PROGRESS'"

/* The table is what tells transactions of Causeway's: whoever follows must find it there. */
static void what_is_dropped_of_a_crossing_is_its_own_and_the_table_with_the_last(void **state)
{
	struct cw_target *target = open_target();
	struct cw_err err = { 0 };

	(void)state;
	must(cw_own_make_ora(ora, "other", &err), &err);
	must(cw_own_make_ora(ora, "other", &err), &err);
	begin(target);
	must(commit(target, 20, &err), &err);
	cw_target_close(target);
	assert_string_equal(
		ask("SELECT DISTINCT stream FROM causeway_progress ORDER BY 1"),
		"'crossing:other' 'crossing:test' 'reverse:test'");
	must(cw_own_drop_ora(ora, "test", &err), &err);
	assert_string_equal(ask("SELECT stream FROM causeway_progress"), "'crossing:other'");
	must(cw_own_drop_ora(ora, "other", &err), &err);
	assert_string_equal(ask(TABLES), "0");
	must(cw_own_drop_ora(ora, "other", &err), &err);
}

/* As GV$SESSION has it. */
static void name_lost(struct cw_sides *sides, const struct cw_ora *lost)
{
	char sql[200];

	sides->lost_ora_sid = cw_ora_session_id(lost);
	sides->lost_ora_serial = cw_ora_serial(lost);
	sides->lost_ora_instance = cw_ora_instance(lost);
	(void)snprintf(sql, sizeof(sql),
		       "SELECT audsid FROM gv$session WHERE sid = %u AND serial# = %u AND inst_id = %u",
		       sides->lost_ora_sid, sides->lost_ora_serial, sides->lost_ora_instance);
	(void)snprintf(sides->lost_ora_audsid, sizeof(sides->lost_ora_audsid), "%s", ask(sql));
}

/* What it was told last may still be on its way; in a cluster it may be of another instance. */
static void a_session_that_was_lost_is_ended_before_the_next_one_is_told_anything(void **state)
{
	char text[300];
	struct cw_ora_login login = login_as("SYSTEM");
	struct cw_config config;
	struct cw_sides sides, other;
	struct cw_ora *lost, *stranger;
	struct cw_err err = { 0 };

	(void)state;
	must(setenv("CW_TEST_PASSWORD", "secret1", 1) == 0, &err);
	(void)snprintf(text, sizeof(text),
		       "crossing: x\nsource: {host: 127.0.0.1, port: %u, service: TESTDB, user: "
		       "SYSTEM, password: 'env:CW_TEST_PASSWORD', schemas: [S]}\n"
		       "target: {conninfo: host=/nonexistent}\n",
		       port);
	must(cw_config_parse("/tmp", "test", cw_bytes_of(text), &config, &err), &err);
	must(cw_ora_open(&login, &lost, &err), &err);
	cw_sides_start(&sides, &config, "causeway test");
	name_lost(&sides, lost);
	must(cw_sides_need_ora(&sides, &err), &err);
	assert_int_not_equal(cw_ora_instance(sides.ora), cw_ora_instance(lost));
	assert_int_equal(sides.lost_ora_sid, 0);
	assert_false(cw_ora_ping(lost, &err));
	cw_ora_close(lost);
	must(cw_ora_open(&login, &lost, &err), &err);
	cw_sides_start(&other, &config, "causeway test"); /* it has lost one, and not come back yet */
	name_lost(&other, lost);
	must(cw_sides_end_lost_of(&sides, &other, &err), &err);
	assert_int_equal(other.lost_ora_sid, 0);
	assert_false(cw_ora_ping(lost, &err));
	/* behind a start of the instance somebody else may be who has its numbers */
	must(cw_ora_open(&login, &stranger, &err), &err);
	name_lost(&other, stranger);
	(void)snprintf(other.lost_ora_audsid, sizeof(other.lost_ora_audsid), "1");
	must(cw_sides_end_lost_of(&sides, &other, &err), &err);
	assert_int_equal(other.lost_ora_sid, 0);
	must(cw_ora_ping(stranger, &err), &err);
	cw_ora_close(stranger);
	cw_ora_close(lost);
	cw_sides_stop(&other);
	cw_sides_stop(&sides);
	cw_config_release(&config);
}

/* Its redo is followed from where it began, whatever instance it is of. */
static void the_mark_lies_before_what_is_open_on_another_instance_of_a_cluster(void **state)
{
	struct cw_ora_login login = login_as("SHOP");
	struct cw_ora *other;
	struct cw_pos mark;
	uint64_t behind;
	struct cw_err err = { 0 };

	(void)state;
	must(cw_ora_open(&login, &other, &err), &err);
	assert_int_not_equal(cw_ora_instance(other), cw_ora_instance(ora));
	must(cw_ora_run(other, "insert into note values (1, 'open')", &err), &err);
	must(cw_snapshot_scn(ora, &behind, &err), &err);
	must(cw_snapshot_take(ora, &mark, &err), &err);
	assert_true(mark.restart <= behind && behind <= mark.at);
	cw_ora_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dictionary_is_read_as_declared),
		cmocka_unit_test(the_mark_lies_before_what_is_open_on_another_instance_of_a_cluster),
		cmocka_unit_test(changes_arrive_with_their_position),
		cmocka_unit_test_setup(one_of_equal_rows_without_a_key_is_changed, empty),
		cmocka_unit_test_setup(what_does_not_fit_stops_and_leaves_nothing, empty),
		cmocka_unit_test(
			a_session_that_was_lost_is_ended_before_the_next_one_is_told_anything),
		cmocka_unit_test(
			what_is_dropped_of_a_crossing_is_its_own_and_the_table_with_the_last),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
