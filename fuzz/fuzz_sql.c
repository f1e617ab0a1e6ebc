/*
 * fuzz_sql.c - Oracle's SQL and PL/SQL as clients send them to the rehearsal
 *
 * An input is statements, parted by bytes 0x1e.  Each is parsed, resolved and printed as SQL of the oldest and
 * the newest release, and translated as a block: what is refused has to say why, inside the text; what is taken
 * has no NUL in it.  There is no database: every name is one table, DUAL, or a sequence.
 */
#include "fuzz.h"

#include "rehearsal/db_text.h"
#include "rehearsal/exec_parts.h"
#include "rehearsal/plsql.h"
#include "rehearsal/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART	   0x1e
#define SEED_BYTES 4096u /* from fuzz/replay.c on: long seeds are replayed less often */
#define TREE_BYTES ((size_t)256 << 20)

static const struct sql_column columns[] = {
	{ .name = "ID", .type = SQL_NUMBER, .ora_type = CW_ORA_NUMBER },
	{ .name = "A", .type = SQL_NUMBER, .ora_type = CW_ORA_NUMBER },
	{ .name = "N", .type = SQL_NUMBER, .ora_type = CW_ORA_NUMBER },
	{ .name = "NAME", .type = SQL_TEXT, .ora_type = CW_ORA_VARCHAR2 },
	{ .name = "V", .type = SQL_TEXT, .ora_type = CW_ORA_VARCHAR2, .national = true },
	{ .name = "B", .type = SQL_CHAR, .ora_type = CW_ORA_CHAR },
	{ .name = "D", .type = SQL_DATE, .ora_type = CW_ORA_DATE },
	{ .name = "T", .type = SQL_TIMESTAMP, .ora_type = CW_ORA_TIMESTAMP },
	{ .name = "TZ", .type = SQL_TIMESTAMP_TZ, .ora_type = CW_ORA_TIMESTAMP_TZ },
	{ .name = "I", .type = SQL_INTERVAL, .ora_type = CW_ORA_INTERVAL_DS },
	{ .name = "R", .type = SQL_RAW, .ora_type = CW_ORA_RAW },
	{ .name = "F", .type = SQL_DOUBLE, .ora_type = CW_ORA_BINARY_DOUBLE },
	{ .name = "C", .type = SQL_CLOB, .ora_type = CW_ORA_CLOB },
	{ .name = "X", .type = SQL_NUMBER, .ora_type = CW_ORA_NUMBER, .generated = 'V' },
	{ .name = "ROWID$", .hidden = true },
};
static const struct sql_relation table = { .oid = 16400,
					   .kind = 'r',
					   .schema = "HR",
					   .name = "T",
					   .has_rowid = true,
					   .column_count = CW_ARRAY_LEN(columns),
					   .column = columns };
static const struct sql_column dummy[] = { { .name = "DUMMY", .type = SQL_TEXT } };
static const struct sql_relation dual = {
	.kind = 'v', .schema = "SYS", .name = "DUAL", .column_count = 1, .column = dummy
};
static const struct sql_relation sequence = { .kind = 'S', .schema = "HR", .name = "S" };

static const struct sql_relation *find(void *context, const struct sql_name *name,
				       struct rh_error *error)
{
	const char *last = name->part[name->count - 1];

	(void)context;
	(void)error;
	if (strcmp(last, "DUAL") == 0)
		return &dual;
	if (last[0] == 'Z') /* so that some names mean nothing */
		return NULL;
	return last[0] == 'S' ? &sequence : &table;
}

/* What the translator of blocks asks the database for: the linker sends it here. */
const struct sql_relation *__wrap_rh_exec_relation(struct rh_session *session,
						   const struct sql_name *name,
						   struct rh_error *error);
bool __wrap_rh_exec_statement(struct rh_session *session, const char *sql,
			      const struct rh_exec_params *params, unsigned flags, PGresult **ret,
			      struct rh_error *error);

const struct sql_relation *__wrap_rh_exec_relation(struct rh_session *session,
						   const struct sql_name *name,
						   struct rh_error *error)
{
	return find(session, name, error);
}

bool __wrap_rh_exec_statement(struct rh_session *session, const char *sql,
			      const struct rh_exec_params *params, unsigned flags, PGresult **ret,
			      struct rh_error *error)
{
	(void)session, (void)sql, (void)params, (void)flags;
	*ret = NULL;
	return rh_fail(error, 942, 0, "table or view does not exist");
}

bool __wrap_rh_exec_record_type(struct rh_session *session, const char *fields,
				struct cw_arena *arena, const char **ret, struct rh_error *error);

bool __wrap_rh_exec_record_type(struct rh_session *session, const char *fields,
				struct cw_arena *arena, const char **ret, struct rh_error *error)
{
	(void)session, (void)fields, (void)arena, (void)error;
	*ret = "rh_record.r1";
	return true;
}

/* A refusal has a number, a text and a place inside the statement. */
static void check(bool taken, const struct cw_wr *out, size_t len, const struct rh_error *error)
{
	if (taken)
		assert(out->len == 0 || !memchr(out->at0, '\0', out->len));
	else
		assert(error->code > 0 && error->text[0] && error->position <= len);
}

/* What is printed; everything else is carried out from its tree. */
static bool is_printed(const struct sql_stmt *stmt)
{
	return stmt->kind == S_SELECT || stmt->kind == S_INSERT || stmt->kind == S_UPDATE ||
	       stmt->kind == S_DELETE || stmt->kind == S_MERGE;
}

static void read_sql(enum rh_release release, const char *sql, size_t len)
{
	struct cw_arena arena = CW_ARENA(TREE_BYTES);
	struct sql_env env = { .relation = find, .user = "HR" };
	struct rh_error error = { 0 };
	struct cw_wr out = { 0 };
	struct sql_parser parser;
	struct sql_stmt *stmt;
	bool taken;

	sql_parse_init(&parser, &arena, release, sql, len, &error);
	stmt = sql_parse_statement(&parser);
	assert(!stmt == sql_parse_failed(&parser));
	taken = stmt && (!is_printed(stmt) || (sql_resolve(&env, &arena, stmt, &error) &&
					       sql_print(stmt, &out, &error)));
	check(taken, &out, len, &error);
	cw_wr_release(&out);
	cw_arena_release(&arena);
}

static void read_block(enum rh_release release, const char *sql, size_t len)
{
	static struct rh_server server;
	static struct rh_exec exec;
	static struct rh_session session = {
		.server = &server, .user = "HR", .schema = "HR", .exec = &exec
	};
	struct cw_arena arena = CW_ARENA(TREE_BYTES);
	struct plsql *pl = calloc(1, sizeof(*pl));
	struct rh_error error = { 0 };
	struct cw_wr none = { 0 };

	if (!pl)
		abort();
	server.profile = rh_profile_find(release == RH_11_2 ? "11.2" : "23ai");
	plsql_init(pl, &session, &arena, sql, len, &error);
	check(plsql_translate_block(pl), &none, len, &error);
	plsql_release(pl);
	free(pl);
	cw_arena_release(&arena);
}

/* In memory of its own, so that a step beyond its end is seen. */
static void read_statement(struct cw_bytes sent)
{
	char *room = malloc(RH_TEXT_GROWTH * sent.len + 1), *text;
	size_t len;

	if (!room)
		abort();
	if (rh_text_from_client(sent, false, (uint8_t *)room, &len)) {
		text = realloc(room, len + 1);
		if (!text)
			abort();
		text[len] = '\0';
		read_sql(RH_11_2, text, len);
		read_sql(RH_23, text, len);
		read_block(len % 2 ? RH_11_2 : RH_23, text, len);
		room = text;
	}
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size, *stop;

	for (; at < end; at = stop + 1) {
		stop = memchr(at, PART, (size_t)(end - at));
		stop = stop ? stop : end;
		read_statement((struct cw_bytes){ (const uint8_t *)at, (size_t)(stop - at) });
	}
	return 0;
}

/* Statements of test/dialect from the one that follows @skip bytes of them on. */
bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	const char *folder = getenv("CW_RECORDINGS");
	char path[4096], *line = NULL;
	size_t room = 0, taken = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/../dialect/statements.tsv", folder ? folder : ".");
	file = fopen(path, "r");
	if (!file)
		return false;
	while (getline(&line, &room, file) > 0) {
		char *sql = strchr(line, '\t'), *answer = sql ? strchr(sql + 1, '\t') : NULL;

		if (line[0] == '#' || !answer)
			continue;
		*answer = '\0';
		if (taken / SEED_BYTES == index) {
			cw_wr_text(wr, sql + 1);
			cw_wr_u8(wr, PART);
		}
		taken += (size_t)(answer - sql);
	}
	free(line);
	(void)fclose(file);
	return wr->len > 0;
}
