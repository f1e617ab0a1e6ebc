/*
 * test_redo.c - the redo of a real private cluster: what is in it, and AS OF against the WAL
 *
 * Talks to the cluster itself, so that what is tested is the redo and not the SQL above it.
 */
#include "rehearsal/cluster.h"
#include "rehearsal/flashback.h"
#include "rehearsal/redo.h"
#include "rehearsal/redo_file.h"
#include "rehearsal/serve.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITERS 6

static struct rh_server *server;
static struct rh_redo_config config;
static struct rh_redo *redo;
static char folder[] = "/tmp/test_redo.XXXXXX";

/* ---- a cluster ------------------------------------------------------------------ */

static PGconn *connect_here(void)
{
	PGconn *conn = PQconnectdb(server->conninfo);

	assert_int_equal(PQstatus(conn), CONNECTION_OK);
	PQclear(PQexec(conn, "set client_min_messages = warning"));
	return conn;
}

static char *ask(PGconn *conn, const char *sql)
{
	PGresult *rows = PQexec(conn, sql);
	char *text;

	if (PQresultStatus(rows) != PGRES_TUPLES_OK && PQresultStatus(rows) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQresultErrorMessage(rows));
	text = strdup(PQntuples(rows) > 0 ? PQgetvalue(rows, 0, 0) : "");
	PQclear(rows);
	return text;
}

static void run(PGconn *conn, const char *sql)
{
	free(ask(conn, sql));
}

static void fails(PGconn *conn, const char *sql)
{
	PGresult *rows = PQexec(conn, sql);

	assert_int_equal(PQresultStatus(rows), PGRES_FATAL_ERROR);
	PQclear(rows);
}

static uint64_t number(PGconn *conn, const char *sql)
{
	char *text = ask(conn, sql);
	uint64_t value = strtoull(text, NULL, 10);

	free(text);
	return value;
}

static void wait_until(PGconn *conn, const char *sql)
{
	for (int i = 0; i < 2000 && number(conn, sql) != 1; i++)
		cw_sleep_ms(5);
	assert_int_equal(number(conn, sql), 1);
}

static void start_redo(void)
{
	struct cw_err err = { 0 };

	config.switch_seconds = 3600;
	if (!rh_redo_start(&config, &redo, &err))
		fail_msg("%s", err.text);
}

static int set_up(void **state)
{
	struct rh_config how = { .port = 1, .service = "TEST", .profile = "19c", .dbid = 4711 };
	struct rh_account account;
	struct cw_err err = { 0 };
	PGconn *conn;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(how.folder, sizeof(how.folder), "%s", folder);
	if (!rh_cluster_folder(folder, 0755, &err) || !rh_server_new(&how, &server, &err) ||
	    !rh_cluster_init(server, &err) || !rh_serve_cluster(server, &err) ||
	    !rh_cluster_account(&account, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	config = (struct rh_redo_config){ .conninfo = server->conninfo,
					  .dir = server->redo_folder,
					  .library_dir = server->library_folder,
					  .owner = account.uid,
					  .group = account.gid,
					  .dbid = 4711,
					  .group_bytes = 256 << 10 };
	start_redo();
	conn = connect_here();
	run(conn, "create extension pg_walinspect");
	run(conn, "create schema shop");
	run(conn, "create table shop.t (id numeric primary key, name varchar(5000), x numeric,"
		  " \"ROWID$\" bigint default nextval('rh.rowid_seq'))");
	run(conn, "select rh.capture_table('shop.t')");
	PQfinish(conn);
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	rh_redo_stop(redo);
	rh_cluster_stop(server);
	rh_server_close(server);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* ---- reading the redo ----------------------------------------------------------------- */

/* Wait until all that was written is in the logs, then mine all of them. */
static void mine(PGconn *conn, unsigned options)
{
	char sql[256];
	uint64_t scn = number(conn, "select rh.current_scn()");

	for (int i = 0; i < 2000; i++) {
		if (number(conn, "select last_scn from rh.control()") > scn)
			break;
		cw_sleep_ms(5);
	}
	cw_sleep_ms(200); /* archived logs come into the list a little later */
	run(conn,
	    "select \"DBMS_LOGMNR\".\"ADD_LOGFILE\"(m, case n when 1 then 1 else 3 end) from ("
	    "select m, row_number() over (order by s) n from ("
	    "select distinct on (s) m, s from ("
	    "select name m, sequence s, 1 o from rh.archived_logs() union all "
	    "select member, sequence, 2 from rh.online_logs() where status <> 'UNUSED') a"
	    " order by s, o) b order by s) c");
	(void)snprintf(sql, sizeof(sql),
		       "select \"DBMS_LOGMNR\".\"START_LOGMNR\"(\"OPTIONS\" => %u)", options);
	run(conn, sql);
}

/* "OP/ROLLBACK text" of the last transaction of rows, a line each. */
static char *story(PGconn *conn, const char *what)
{
	char sql[512];

	mine(conn, 16 + 2048);
	(void)snprintf(
		sql, sizeof(sql),
		"with a as materialized (select * from \"SYS\".\"V$LOGMNR_CONTENTS\"),"
		" n as (select row_number() over () n, * from a), x as (select \"XID\" from n"
		" where \"TABLE_NAME\" = 't' order by n desc limit 1)"
		" select string_agg(%s, '|' order by n) from n where \"XID\" = (select \"XID\""
		" from x) and \"OPERATION_CODE\" <> 6",
		what);
	return ask(conn, sql);
}

#define OPS "\"OPERATION_CODE\" || case \"ROLLBACK\" when 1 then 'r' else '' end"

static void
a_statement_that_fails_on_its_third_row_leaves_three_rows_and_their_undoing(void **state)
{
	PGconn *conn = connect_here();
	char *seen;

	(void)state;
	run(conn, "insert into shop.t values (3, 'there')");
	run(conn, "begin; savepoint s");
	fails(conn, "insert into shop.t select g, 'row' from generate_series(1, 5) g");
	run(conn, "rollback to s; insert into shop.t values (9, 'nine'); commit");
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|1|1|2r|2r|2r|1|7");
	free(seen);
	PQfinish(conn);
}

static void rolling_back_to_a_savepoint_undoes_in_reverse_what_came_after_it(void **state)
{
	PGconn *conn = connect_here();
	char *seen;

	(void)state;
	run(conn, "begin; insert into shop.t values (20, 'a'); savepoint one;"
		  "update shop.t set name = 'b' where id = 20; savepoint two;"
		  "delete from shop.t where id = 20; release two; savepoint three;"
		  "insert into shop.t values (21, 'c'); rollback to three;"
		  "insert into shop.t values (22, 'd'); rollback to one;"
		  "insert into shop.t values (23, 'e'); commit");
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|3|2|1|2r|1|2r|1r|3r|1|7");
	free(seen);
	PQfinish(conn);
}

static void compensation_of_an_update_brings_the_old_value_and_of_a_delete_the_row(void **state)
{
	PGconn *conn = connect_here();
	char *seen;

	(void)state;
	run(conn, "insert into shop.t values (30, 'old', 5)");
	run(conn, "begin; update shop.t set name = 'new' where id = 30;"
		  "delete from shop.t where id = 30; rollback");
	seen = story(conn, "\"SQL_REDO\"");
	assert_string_equal(
		seen, "update \"shop\".\"t\" set \"name\" = 'new' where \"name\" = 'old';|"
		      "delete from \"shop\".\"t\" where \"id\" = '30' and \"name\" = 'new' and"
		      " \"x\" = '5';|"
		      "insert into \"shop\".\"t\"(\"id\",\"name\",\"x\") values ('30','new','5');|"
		      "update \"shop\".\"t\" set \"name\" = 'old';|rollback;");
	free(seen);
	PQfinish(conn);
}

static void the_redo_of_a_killed_backend_ends_in_rollback(void **state)
{
	PGconn *conn = connect_here(), *other = connect_here();
	char sql[64], *seen;

	(void)state;
	run(other, "begin; insert into shop.t values (40, 'gone')");
	(void)snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", PQbackendPID(other));
	run(conn, sql);
	PQfinish(other);
	cw_sleep_ms(200);
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|2r|36");
	free(seen);
	PQfinish(conn);
}

static void a_commit_is_in_the_redo_when_all_changes_were_rolled_back_to_a_savepoint(void **state)
{
	PGconn *conn = connect_here();
	char *seen;

	(void)state;
	run(conn, "begin; savepoint a; insert into shop.t values (45, 'x'); rollback to a; commit");
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|2r|7");
	free(seen);
	PQfinish(conn);
}

static void rows_of_an_open_transaction_are_in_the_redo_before_it_ends(void **state)
{
	PGconn *conn = connect_here(), *other = connect_here();
	char *seen;

	(void)state;
	run(other, "begin; insert into shop.t values (50, 'open')");
	cw_sleep_ms(150);
	seen = story(conn, OPS);
	assert_string_equal(seen, "1");
	assert_int_equal(number(conn, "select count(*) from rh.open_transactions()"), 1);
	run(other, "commit");
	assert_int_equal(number(conn, "select count(*) from rh.open_transactions()"), 0);
	free(seen);
	PQfinish(other);
	PQfinish(conn);
}

static void long_text_comes_in_pieces_of_4000_bytes(void **state)
{
	PGconn *conn = connect_here();
	char *seen;

	(void)state;
	run(conn, "insert into shop.t values (60, repeat('ä', 3000))");
	seen = story(conn, "\"CSF\" || ':' || octet_length(\"SQL_REDO\")");
	assert_string_equal(seen, "1:4000|0:2062|0:7");
	free(seen);
	PQfinish(conn);
}

/* ---- crash ---------------------------------------------------------------------------- */

static void crash_of_the_database(void (*meanwhile)(void))
{
	struct cw_err err = { 0 };

	rh_redo_stop(redo);
	(void)kill(server->postmaster, SIGQUIT);
	for (int i = 0; i < 200 && !rh_cluster_lost(server); i++)
		cw_sleep_ms(20);
	rh_cluster_stop(server);
	if (meanwhile)
		meanwhile();
	if (!rh_serve_cluster(server, &err))
		fail_msg("%s", err.text);
	start_redo();
}

static void what_a_crash_of_the_database_left_open_is_rolled_back_in_the_redo(void **state)
{
	PGconn *conn = connect_here(), *other = connect_here();
	char *seen;

	(void)state;
	run(other,
	    "begin; insert into shop.t values (70, 'x'); update shop.t set x = 1 where id = 70");
	run(conn, "insert into shop.t values (71, 'committed')");
	cw_sleep_ms(100);
	crash_of_the_database(NULL);
	PQfinish(other);
	PQfinish(conn);
	conn = connect_here();
	cw_sleep_ms(300);
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|3|3r|2r|36");
	free(seen);
	PQfinish(conn);
}

static void after_a_crash_no_more_is_decoded_again_than_since_the_start_before(void **state)
{
	static const char behind[] =
		"select (restart_lsn > (select restart_lsn from slot_before))::int from pg_replication_slots"
		" where slot_name = 'rh_redo'";
	PGconn *conn = connect_here();

	(void)state;
	run(conn, "create table slot_before as select restart_lsn from pg_replication_slots"
		  " where slot_name = 'rh_redo'");
	PQfinish(conn);
	crash_of_the_database(NULL);
	conn = connect_here();
	wait_until(conn, behind);
	run(conn, "drop table slot_before");
	PQfinish(conn);
}

/* The slot on disk, @back again as it was kept: what was acknowledged since is not known any more. */
static void keep_slot(bool back)
{
	static const char *const copy[] = { "cp -p %s/pg_replslot/rh_redo/state %s/state.kept",
					    "cp -p %2$s/state.kept %1$s/pg_replslot/rh_redo/state" };
	char command[2 * sizeof(server->pg_folder) + 100];

	(void)snprintf(command, sizeof(command), copy[back], server->pg_folder, folder);
	assert_int_equal(system(command), 0);
}

/*
 * Cuts the current log behind the first START of a DDL, and the control file with it: what kill -9
 * leaves of a write that was not finished, and not acknowledged.
 */
static void cut_behind_the_start(void)
{
	struct rh_log_reader reader = { .fd = -1 };
	struct rh_control control;
	struct cw_err err = { 0 };
	struct rh_rec rec = { .op = 0 };
	const uint8_t *body;
	char path[RH_PATH_BYTES];
	bool none = false;
	FILE *file;

	keep_slot(true);
	assert_true(rh_control_read(config.dir, &control, &err));
	rh_group_path(config.dir, control.current[0], path);
	assert_true(rh_log_open(&reader, path, &err));
	while (!(rec.op == RH_OP_START && rec.supplemental & RH_LOG_MORE)) {
		control.last_lsn = rec.lsn;
		assert_true(rh_log_next(&reader, &rec, &body, &none, &err));
		assert_false(none);
	}
	assert_int_equal(truncate(path, (off_t)reader.at), 0);
	control.group[control.current[0]].end = reader.rec_at;
	control.last_scn = control.last_lsn >> 12;
	rh_log_close(&reader);
	(void)snprintf(path, sizeof(path), "%s/control", config.dir);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_true(rh_control_write(fileno(file), &control, &err));
	(void)fclose(file);
}

/* One that has nothing in it is not ended: as where a log was ended just before it is asked for. */
static void begin_a_log(PGconn *conn)
{
	static unsigned id = 740;
	uint64_t before = number(conn, "select sequence from rh.control()");
	char sql[80];

	for (int again = 0;
	     again < 20 && number(conn, "select sequence from rh.control()") == before; again++) {
		(void)snprintf(sql, sizeof(sql), "insert into shop.t values (%u, 'before it')",
			       id++);
		run(conn, sql);
		free(story(conn, OPS));
		run(conn, "select rh.switch_log()");
		for (int i = 0;
		     i < 200 && number(conn, "select sequence from rh.control()") == before; i++)
			cw_sleep_ms(5);
	}
	assert_int_not_equal(number(conn, "select sequence from rh.control()"), before);
}

static void ddl_of_which_a_crash_left_the_START_alone_is_written_again(void **state)
{
	PGconn *conn = connect_here();
	unsigned count = 0;
	bool late;
	char *seen;

	(void)state;
	begin_a_log(conn);
	keep_slot(false);
	do { /* until it is a transaction whose START comes late */
		run(conn, "begin; select rh.redo_ddl('comment', 'shop.t'::regclass, 'SHOP', 'T')");
		late = number(conn, "select pg_current_xact_id()::text::bigint % 4") == 1;
		run(conn, "commit");
		count++;
	} while (!late);
	run(conn, "insert into shop.t values (75, 'behind it')");
	(void)number(conn, "select rh.current_scn()");
	free(story(conn, OPS));
	PQfinish(conn);
	crash_of_the_database(cut_behind_the_start);
	conn = connect_here();
	seen = story(conn, OPS);
	assert_string_equal(seen, "1|7");
	free(seen);
	assert_int_equal(number(conn, "select count(*) from \"SYS\".\"V$LOGMNR_CONTENTS\" where"
				      " \"OPERATION_CODE\" = 5 and \"SQL_REDO\" like 'comment%'"),
			 count);
	PQfinish(conn);
}

/*
 * What kill -9 leaves of a switch that waits for a group: the archiver has written the control file
 * meanwhile, and there the log has ended.
 */
static void end_the_current_log(void)
{
	struct rh_control control;
	struct rh_group *group;
	struct cw_err err = { 0 };
	char path[RH_PATH_BYTES];
	FILE *file;

	assert_true(rh_control_read(config.dir, &control, &err));
	group = &control.group[control.current[0]];
	group->status = RH_GROUP_ACTIVE;
	group->next_scn = control.last_scn + 1;
	(void)snprintf(path, sizeof(path), "%s/control", config.dir);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_true(rh_control_write(fileno(file), &control, &err));
	(void)fclose(file);
}

static void the_log_that_a_crash_in_its_switch_left_goes_on_as_the_current_one(void **state)
{
	PGconn *conn = connect_here();
	uint64_t sequence;
	char sql[160];

	(void)state;
	run(conn, "insert into shop.t values (76, 'before it')");
	free(story(conn, OPS));
	sequence = number(conn, "select sequence from rh.control()");
	PQfinish(conn);
	crash_of_the_database(end_the_current_log);
	conn = connect_here();
	(void)snprintf(sql, sizeof(sql),
		       "select count(*) from rh.online_logs() where sequence = %llu and status ="
		       " 'CURRENT' and archived = 'NO' and next_scn > 1e18",
		       (unsigned long long)sequence);
	for (int i = 0; i < 50; i++) { /* longer than the archiver would keep it out of sight */
		assert_int_equal(number(conn, sql), 1);
		cw_sleep_ms(10);
	}
	PQfinish(conn);
}

/* What kill -9 leaves of a log that was copied, given back and not listed yet. */
static void forget_the_last_in_the_list(void)
{
	struct rh_control control;
	struct rh_archived last;
	struct cw_err err = { 0 };
	char path[RH_PATH_BYTES];
	FILE *file;
	bool none;

	(void)snprintf(path, sizeof(path), "%s/archived", config.dir);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	assert_true(rh_archived_read(fileno(file), (uint64_t)ftell(file) / sizeof(last) - 1, &last,
				     &none, &err) &&
		    !none);
	assert_int_equal(ftruncate(fileno(file), ftell(file) - (long)sizeof(last)), 0);
	(void)fclose(file);
	assert_true(rh_control_read(config.dir, &control, &err));
	for (uint32_t i = 0; i < control.group_count; i++)
		if (control.group[i].sequence == last.sequence)
			control.group[i].moving = 1;
	(void)snprintf(path, sizeof(path), "%s/control", config.dir);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_true(rh_control_write(fileno(file), &control, &err));
	(void)fclose(file);
}

static void a_log_that_a_crash_left_out_of_the_list_is_listed_and_its_group_used_again(void **state)
{
	PGconn *conn = connect_here();
	uint64_t sequence;
	char listed[96];

	(void)state;
	begin_a_log(conn);
	sequence = number(conn, "select sequence from rh.control()") - 1;
	(void)snprintf(listed, sizeof(listed),
		       "select count(*) from rh.archived_logs() where sequence = %llu",
		       (unsigned long long)sequence);
	wait_until(conn, listed);
	PQfinish(conn);
	crash_of_the_database(forget_the_last_in_the_list);
	conn = connect_here();
	wait_until(conn, listed);
	for (int i = 0; i < 4; i++) /* once around */
		begin_a_log(conn);
	PQfinish(conn);
}

/* ---- flashback -------------------------------------------------------------------------- */

static atomic_bool enough;
static atomic_long next_id = 1000;

/* Transactions of some rows, in subtransactions too, a third of them rolled back. */
static void *write_rows(void *arg)
{
	PGconn *conn = connect_here();
	unsigned seed = (unsigned)(uintptr_t)arg;

	while (!atomic_load(&enough)) {
		char sql[512];
		long id = atomic_fetch_add(&next_id, 4);

		(void)snprintf(
			sql, sizeof(sql),
			"begin; insert into shop.w values (%ld, pg_current_xact_id()::text::bigint);"
			"savepoint a; insert into shop.w values (%ld, pg_current_xact_id()::text::bigint);"
			"update shop.acc set b = b - 1 where id = %u; release a; savepoint b;"
			"insert into shop.w values (%ld, pg_current_xact_id()::text::bigint);"
			"%s update shop.acc set b = b + 1 where id = %u; %s",
			id, id + 1, (unsigned)(uintptr_t)arg, id + 2,
			rand_r(&seed) % 3 ? "" : "rollback to b;", (unsigned)(uintptr_t)arg + 100,
			rand_r(&seed) % 3 ? "commit" : "rollback");
		PQclear(PQexec(conn, sql));
	}
	PQfinish(conn);
	return NULL;
}

static void look_back(PGconn *conn, uint64_t scn)
{
	struct rh_error error = { 0 };
	PGconn *past;
	char sql[128], *ids;
	const char *value[2] = { NULL, sql };
	PGresult *done;

	if (!rh_flashback_open(redo, scn, NULL, 0, &past, &error))
		fail_msg("%s", error.text);
	assert_int_equal(number(past, "select sum(b) from shop.acc"), 200000);
	ids = ask(past, "select coalesce(array_agg(id), '{}') from shop.w");
	rh_flashback_close(redo, past);
	(void)snprintf(sql, sizeof(sql), "%llu", (unsigned long long)scn);
	value[0] = ids;
	done = PQexecParams(conn, "insert into seen select $2, unnest($1::bigint[])", 2, NULL,
			    value, NULL, NULL, 0);
	assert_int_equal(PQresultStatus(done), PGRES_COMMAND_OK);
	PQclear(done);
	PQclear(PQexecParams(conn, "insert into looked select $1::bigint", 1, NULL, value + 1, NULL,
			     NULL, 0));
	free(ids);
}

static void as_of_sees_exactly_the_commits_at_or_before_its_scn_in_the_wal(void **state)
{
	PGconn *conn = connect_here();
	pthread_t writer[WRITERS];
	uint64_t older = 0;
	char from[64], sql[1024], *text;

	(void)state;
	run(conn,
	    "create table shop.w (id bigint, xid bigint); create table shop.acc (id int, b int);"
	    "insert into shop.acc select g, 1000 from generate_series(0, 199) g;"
	    "create temp table seen (scn bigint, id bigint); create temp table looked (scn bigint)");
	cw_sleep_ms(1500); /* a sample of the horizon after that */
	text = ask(conn, "select pg_current_wal_insert_lsn()");
	(void)snprintf(from, sizeof(from), "%s", text);
	free(text);
	for (uintptr_t i = 0; i < WRITERS; i++)
		(void)pthread_create(&writer[i], NULL, write_rows, (void *)i);
	for (int i = 0; i < 60; i++) {
		uint64_t scn = number(conn, "select rh.current_scn()");

		look_back(conn, scn);
		if (older)
			look_back(conn, older + (scn - older) * (unsigned)(i % 7) / 7);
		if (i % 10 == 0)
			older = scn;
	}
	atomic_store(&enough, true);
	for (int i = 0; i < WRITERS; i++)
		(void)pthread_join(writer[i], NULL);
	(void)snprintf(sql, sizeof(sql),
		       "create temp table c as select xid::text::bigint xid,"
		       " ((end_lsn - '0/0')::numeric / 4096)::numeric scn from"
		       " pg_get_wal_records_info('%s', pg_current_wal_flush_lsn()) where"
		       " resource_manager = 'Transaction' and record_type = 'COMMIT'",
		       from);
	run(conn, sql);
	run(conn, "create temp table w as select w.id, floor(c.scn) scn from shop.w w join c on"
		  " c.xid = w.xid");
	assert_true(number(conn, "select count(*) from w") > 100);
	assert_int_equal(number(conn,
				"select count(*) from ((select l.scn, w.id from looked l join w"
				" on w.scn <= l.scn) except select scn, id from seen) x"),
			 0);
	assert_int_equal(number(conn,
				"select count(*) from (select scn, id from seen except (select"
				" l.scn, w.id from looked l join w on w.scn <= l.scn)) x"),
			 0);
	PQfinish(conn);
}

static void as_of_is_refused_before_the_start_after_the_present_and_across_ddl(void **state)
{
	PGconn *conn = connect_here(), *past = NULL;
	uint64_t scn = number(conn, "select rh.current_scn()");
	uint32_t relid = (uint32_t)number(conn, "select 'shop.t'::regclass::oid::bigint");
	struct rh_error error = { 0 };

	(void)state;
	assert_true(rh_flashback_open(redo, scn, &relid, 1, &past, &error));
	rh_flashback_close(redo, past);
	assert_false(rh_flashback_open(redo, 5, &relid, 1, &past, &error));
	assert_int_equal(error.code, 1555);
	assert_false(rh_flashback_open(redo, scn + 1000000, &relid, 1, &past, &error));
	assert_int_equal(error.code, 8181);
	run(conn,
	    "begin; truncate shop.t; select rh.redo_ddl('truncate table t', 'shop.t'::regclass,"
	    " 'shop', 't'); commit");
	assert_false(rh_flashback_open(redo, scn, &relid, 1, &past, &error));
	assert_int_equal(error.code, 1466);
	scn = number(conn, "select rh.current_scn()");
	assert_true(rh_flashback_open(redo, scn, &relid, 1, &past, &error));
	rh_flashback_close(redo, past);
	PQfinish(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_statement_that_fails_on_its_third_row_leaves_three_rows_and_their_undoing),
		cmocka_unit_test(rolling_back_to_a_savepoint_undoes_in_reverse_what_came_after_it),
		cmocka_unit_test(
			compensation_of_an_update_brings_the_old_value_and_of_a_delete_the_row),
		cmocka_unit_test(the_redo_of_a_killed_backend_ends_in_rollback),
		cmocka_unit_test(
			a_commit_is_in_the_redo_when_all_changes_were_rolled_back_to_a_savepoint),
		cmocka_unit_test(rows_of_an_open_transaction_are_in_the_redo_before_it_ends),
		cmocka_unit_test(long_text_comes_in_pieces_of_4000_bytes),
		cmocka_unit_test(as_of_sees_exactly_the_commits_at_or_before_its_scn_in_the_wal),
		cmocka_unit_test(
			as_of_is_refused_before_the_start_after_the_present_and_across_ddl),
		cmocka_unit_test(what_a_crash_of_the_database_left_open_is_rolled_back_in_the_redo),
		cmocka_unit_test(
			after_a_crash_no_more_is_decoded_again_than_since_the_start_before),
		cmocka_unit_test(ddl_of_which_a_crash_left_the_START_alone_is_written_again),
		cmocka_unit_test(the_log_that_a_crash_in_its_switch_left_goes_on_as_the_current_one),
		cmocka_unit_test(
			a_log_that_a_crash_left_out_of_the_list_is_listed_and_its_group_used_again),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
