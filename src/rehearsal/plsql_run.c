/*
 * plsql_run.c - anonymous blocks: translated once, run as DO
 *
 * DO takes no parameters, so binds travel as settings of the backend, rh.b1 ... rh.bn, set
 * and read back in the same transaction.  A setting that is '' is NULL, which is what
 * Oracle makes of '' anyway.  A block of one procedure call needs none of that: it is
 * a SELECT with parameters.
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_answer.h"
#include "rehearsal/plsql_fit.h"
#include "rehearsal/plsql_mark.h"
#include "rehearsal/plsql_names.h"
#include "rehearsal/sql_hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTION_OUT	 16
#define DIRECTION_IN	 32
#define DIRECTION_IN_OUT 48

#define PARAMETERS_MAX 65535u /* of one statement of PostgreSQL */
#define COLUMNS_MAX    1664u  /* of one result of PostgreSQL */
#define ARENA_LIMIT    ((size_t)64 << 20)

struct rh_plsql {
	struct cw_arena arena; /* the translation */
	struct cw_arena run;   /* one execution's values */
	const char *body;      /* PL/pgSQL: [DECLARE ...] BEGIN ... END */
	uint32_t bind_count;
	const struct plsql_bind *bind;
	struct plsql_given *given;
	const char *text; /* and its length: as the client said it, where @given is */
	size_t text_len;
	uint32_t written; /* binds that are OUT or IN OUT */
	bool commits; /* as by a COMMIT at its end */
	bool ends;    /* transactions */
	/* of each bind */
	uint8_t *direction;
	struct cw_value *out;
	struct rh_elements *elements; /* of arrays */
	struct rh_stmt **cursor;      /* what one that is a cursor holds, until it is taken */
	struct rh_stmt **returned;    /* of DBMS_SQL.RETURN_RESULT, likewise */
	uint32_t returned_count;
};

static void free_cursors(struct rh_plsql *plsql)
{
	for (uint32_t i = 0; i < plsql->bind_count; i++) {
		rh_stmt_free(plsql->cursor[i]);
		plsql->cursor[i] = NULL;
	}
	for (uint32_t i = 0; i < plsql->returned_count; i++)
		rh_stmt_free(plsql->returned[i]);
	plsql->returned_count = 0;
}

void rh_plsql_free(struct rh_plsql *plsql)
{
	if (!plsql)
		return;
	free_cursors(plsql);
	cw_arena_release(&plsql->arena);
	cw_arena_release(&plsql->run);
	free(plsql);
}

/* CALL name(args) is BEGIN name(args); END; */
static const char *as_block(struct cw_arena *arena, const char *sql, size_t len, size_t *ret_len)
{
	struct cw_wr text = { 0 };
	const char *kept;
	size_t at = 0;

	while (at < len &&
	       (sql[at] == ' ' || sql[at] == '\n' || sql[at] == '\t' || sql[at] == '\r'))
		at++;
	if (len - at < 5 || strncasecmp(sql + at, "call ", 5) != 0) {
		*ret_len = len;
		return sql;
	}
	while (len > at && (sql[len - 1] == ';' || sql[len - 1] == ' ' || sql[len - 1] == '\n'))
		len--;
	cw_wr_printf(&text, "BEGIN %.*s; END;", (int)(len - at - 5), sql + at + 5);
	*ret_len = text.len;
	cw_wr_u8(&text, 0);
	kept = memcpy(cw_new(arena, char, text.len), text.at0, text.len);
	cw_wr_release(&text);
	return kept;
}

/* ORA-06550 with line and column, around what is wrong with a statement of SQL's, too. */
static bool say_place(const char *sql, size_t len, struct rh_error *error)
{
	static const int whole[] = { 3001, 600, 28, 3113, 1013, 1031, 1756, 911 };
	static const char prefix[] = "ORA-06550: ";
	unsigned line = 1, column = 1;
	struct rh_error cause = *error;
	bool own = cause.code == 6550;

	for (size_t i = 0; i < CW_ARRAY_LEN(whole); i++)
		if (cause.code == whole[i])
			return false;
	for (uint32_t i = 0; i < cause.position && i < len; i++) {
		column = sql[i] == '\n' ? 1 : column + 1;
		line += sql[i] == '\n';
	}
	return rh_fail(error, 6550, cause.position, "line %u, column %u:\n%s%s", line, column,
		       own ? "" : "PL/SQL: ", own ? cause.text + sizeof(prefix) - 1 : cause.text);
}

/* CALL of what is invalid is an error of its own, as it is of a query. */
static bool say_invalid(struct rh_error *error)
{
	const char *object = strstr(error->text, "PLS-00905: object ");
	const char *name = object ? strchr(object, '.') : NULL;
	const char *end = name ? strstr(name, " is invalid") : NULL;
	char kept[sizeof(error->text)];

	if (!end)
		return false;
	(void)snprintf(kept, sizeof(kept), "%.*s", (int)(end - name - 1), name + 1);
	return !rh_fail(error, 6575, 0, "Package or function %s is in an invalid state", kept);
}

/* For what comes of each bind. */
static bool want_room(struct rh_plsql *made, struct rh_error *error)
{
	made->direction = cw_new(&made->arena, uint8_t, made->bind_count + 1);
	made->out = cw_new(&made->arena, struct cw_value, made->bind_count + 1);
	made->elements = cw_new(&made->arena, struct rh_elements, made->bind_count + 1);
	made->cursor = cw_new(&made->arena, struct rh_stmt *, made->bind_count + 1);
	for (uint32_t i = 0; i < made->bind_count; i++) {
		uint8_t use = made->bind[i].use;

		made->direction[i] = !(use & PLSQL_WRITTEN) ? DIRECTION_IN
				     : (use & PLSQL_READ)   ? DIRECTION_IN_OUT
							    : DIRECTION_OUT;
		made->written += (use & PLSQL_WRITTEN) != 0;
	}
	return made->written <= COLUMNS_MAX ||
	       rh_fail(error, 3001, 0,
		       "unimplemented feature: more than %u binds that come out of a block",
		       COLUMNS_MAX);
}

static void keep_given(struct rh_plsql *made, const struct plsql *pl, const char *sql, size_t len)
{
	plsql_place_given(pl);
	made->given = pl->given;
	if (!made->given)
		return;
	made->text = memcpy(cw_new(&made->arena, char, len), sql, len);
	made->text_len = len;
}

bool rh_plsql_parse(struct rh_session *session, const char *sql, size_t len, struct rh_plsql **ret,
		    struct rh_plsql_info *ret_info, struct rh_error *error)
{
	struct rh_plsql *made = calloc(1, sizeof(*made));
	struct plsql *pl = calloc(1, sizeof(*pl));
	const char *text = sql;
	bool ok;

	if (!made || !pl)
		abort();
	made->arena = CW_ARENA(ARENA_LIMIT);
	made->run = CW_ARENA(ARENA_LIMIT);
	sql = as_block(&made->arena, sql, len, &len);
	plsql_init(pl, session, &made->arena, sql, len, error);
	ok = plsql_translate_block(pl);
	cw_wr_u8(&pl->out, 0);
	made->body = memcpy(cw_new(&made->arena, char, pl->out.len), pl->out.at0, pl->out.len);
	made->ends = pl->ends;
	made->bind_count = ok ? pl->bind_count : 0;
	made->commits = pl->commits;
	made->bind = pl->bind;
	keep_given(made, pl, sql, len);
	plsql_release(pl);
	free(pl);
	if (!ok) {
		bool is_call = sql != text; /* which lies in @made then */

		if (!is_call || !say_invalid(error))
			(void)say_place(sql, len, error);
		rh_plsql_free(made);
		return false;
	}
	if (!want_room(made, error)) {
		rh_plsql_free(made);
		return false;
	}
	*ret = made;
	*ret_info =
		(struct rh_plsql_info){ .bind_count = (uint16_t)made->bind_count, .sql_type = 47 };
	return true;
}

/* The PostgreSQL type that a bind of this Oracle type is inside the block. */
static const char *type_name(uint8_t ora_type)
{
	const char *own = sql_pg_type(sql_type_of_ora(ora_type));

	if (own)
		return own;
	switch (ora_type) {
	case CW_ORA_NUMBER:
	case CW_ORA_INTEGER:
		return "numeric";
	case CW_ORA_DATE:
		return "ora.date";
	case CW_ORA_RAW:
	case CW_ORA_BLOB:
		return "bytea";
	case CW_ORA_CURSOR:
		return "refcursor";
	default:
		return "varchar";
	}
}

/* Before the text of a CLOB in its setting, so that an empty one is not NULL. */
static const char *mark(uint8_t ora_type)
{
	return ora_type == CW_ORA_CLOB ? "L" : "";
}

/* Parameters of one statement, as they are counted. */
struct sent {
	struct cw_arena *arena;
	struct cw_wr *sql;
	int count;
	uint32_t *type;
	const char **value;
	int *length, *format;
};

/* coalesce('' || $1::numeric::text, '') */
static bool send_value(struct sent *sent, const struct rh_bind *bind, const char *missing,
		       struct rh_error *error)
{
	struct rh_param param = { 0 };

	if (bind->ora_type != CW_ORA_CURSOR && /* what the client held is closed */
	    !rh_param_from_bind(sent->arena, bind, (uint32_t)sent->count + 1, &param, error))
		return false;
	sent->type[sent->count] = param.type;
	sent->value[sent->count] = param.value;
	sent->length[sent->count] = param.length;
	sent->format[sent->count] = param.format;
	sent->count++;
	cw_wr_printf(sent->sql, "coalesce('%s' operator(pg_catalog.||) $%d::%s::text, %s)",
		     mark(bind->ora_type), sent->count, type_name(bind->ora_type), missing);
	return true;
}

static bool send_array(struct sent *sent, const struct rh_bind *bind, struct rh_error *error)
{
	cw_wr_text(sent->sql, "ora.items_of(VARIADIC ARRAY[");
	for (uint32_t i = 0; i < bind->element_count; i++) {
		struct rh_bind element = *bind;

		element.value = bind->element[i];
		cw_wr_text(sent->sql, i ? ", " : "");
		if (!send_value(sent, &element, "NULL", error))
			return false;
	}
	cw_wr_text(sent->sql, "]::text[])::text");
	return true;
}

static bool write_binds(struct sent *sent, const struct rh_plsql *plsql,
			const struct rh_bind *binds, struct rh_error *error)
{
	cw_wr_text(sent->sql, "SELECT ARRAY[");
	for (uint32_t i = 0; i < plsql->bind_count; i++) {
		cw_wr_printf(sent->sql, "%sset_config('rh.b%u', ", i ? ", " : "", i + 1);
		if (!(binds[i].is_array ? send_array(sent, &binds[i], error)
					: send_value(sent, &binds[i], "''", error)))
			return false;
		cw_wr_text(sent->sql, ", false)");
	}
	cw_wr_text(sent->sql, "]");
	cw_wr_u8(sent->sql, 0);
	return true;
}

/* SELECT ARRAY[set_config('rh.b1', ...), ...]: the binds of one iteration. */
static bool send_binds(struct rh_session *session, struct rh_plsql *plsql,
		       const struct rh_bind *binds, struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	struct sent sent = { .arena = &plsql->run, .sql = &sql };
	struct rh_exec_params params;
	PGresult *result;
	size_t room = 0;
	bool ok;

	if (plsql->bind_count == 0)
		return true;
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		room += binds[i].is_array ? binds[i].element_count : 1;
	if (room > PARAMETERS_MAX)
		return rh_fail(error, 3001, 0, "unimplemented feature: %zu elements in one call",
			       room);
	sent.type = cw_new(sent.arena, uint32_t, room + 1);
	sent.value = cw_new(sent.arena, const char *, room + 1);
	sent.length = cw_new(sent.arena, int, room + 1);
	sent.format = cw_new(sent.arena, int, room + 1);
	ok = write_binds(&sent, plsql, binds, error);
	params = (struct rh_exec_params){ sent.count, sent.type, sent.value, sent.length,
					  sent.format };
	ok = ok && rh_exec_statement(session, (const char *)sql.at0, &params, RH_EXEC_TRANSACTION,
				     &result, error);
	cw_wr_release(&sql);
	if (ok)
		PQclear(result);
	return ok;
}

static const char *block_type(const struct rh_bind *bind)
{
	return bind->is_array ? "ora.collection" : type_name(bind->ora_type);
}

static const char *block_mark(const struct rh_bind *bind)
{
	return bind->is_array ? "" : mark(bind->ora_type);
}

/*
 * A text or RAW that comes out has to fit what the client made room for.  On Oracle the assignment fails; here the
 * block does, at its end: no handler of its own sees it.
 */
static void write_limit(struct cw_wr *text, const struct plsql_bind *bind,
			const struct rh_bind *given, uint32_t place)
{
	const char *type = type_name(given->ora_type);
	bool raw = given->ora_type == CW_ORA_RAW || given->ora_type == CW_ORA_LONG_RAW;

	if (!(bind->use & PLSQL_WRITTEN) || given->is_array || given->bytes_max == 0 ||
	    mark(given->ora_type)[0] || (!raw && strcmp(type, "varchar") != 0))
		return;
	cw_wr_printf(text,
		     "IF pg_catalog.octet_length(\"b$%u\") OPERATOR(pg_catalog.>) %u THEN PERFORM "
		     "rh.raise('ORA-06502: PL/SQL: numeric or value error: %s'); END IF;\n",
		     place + 1, given->bytes_max,
		     raw ? "raw variable length too long" : "character string buffer too small");
}

/* DO with the binds declared in front and given back behind. */
static void write_do(const struct rh_plsql *plsql, const struct rh_bind *binds, struct cw_wr *sql)
{
	struct cw_wr text = { 0 };

	cw_wr_text(&text, plsql->ends ? RH_ENDS PLSQL_OWN_VARIABLES : PLSQL_OWN_VARIABLES);
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		cw_wr_printf(&text,
			     "\"b$%u\" %s := pg_catalog.substr(nullif(current_setting('rh.b%u', "
			     "true), ''), %u);\n",
			     i + 1, block_type(&binds[i]), i + 1,
			     block_mark(&binds[i])[0] ? 2u : 1u);
	cw_wr_printf(&text, "BEGIN\n%s", plsql->body);
	for (uint32_t i = 0; i < plsql->bind_count; i++) {
		write_limit(&text, &plsql->bind[i], &binds[i], i);
		if (plsql->bind[i].use & PLSQL_WRITTEN)
			cw_wr_printf(
				&text,
				"PERFORM set_config('rh.b%u', coalesce('%s' operator(pg_catalog.||) "
				"\"b$%u\"::text, ''), false);\n",
				i + 1, block_mark(&binds[i]), i + 1);
	}
	cw_wr_text(&text, "END");
	cw_wr_text(sql, "DO ");
	sql_print_literal(sql, (const char *)text.at0, text.len);
	cw_wr_u8(sql, 0);
	cw_wr_release(&text);
}

static bool run_block(struct rh_session *session, const struct rh_plsql *plsql,
		      const struct rh_bind *binds, struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result = NULL;
	bool ok;

	write_do(plsql, binds, &sql);
	ok = plsql->ends ? rh_exec_block(session, (const char *)sql.at0, error)
			 : rh_exec_statement(session, (const char *)sql.at0, NULL,
					     RH_EXEC_TRANSACTION, &result, error);
	cw_wr_release(&sql);
	PQclear(result);
	return ok;
}

/* The elements of an array, one a row; they are counted from 1. */
static bool read_array(struct rh_session *session, struct rh_plsql *plsql,
		       const struct rh_bind *bind, uint32_t place, struct rh_error *error)
{
	struct cw_value *values;
	char sql[300];
	PGresult *rows;
	int count;
	bool ok = true;

	(void)snprintf(sql, sizeof(sql),
		       "SELECT k::int8, v::%s FROM pg_catalog.jsonb_each_text(coalesce(nullif("
		       "current_setting('rh.b%u', true), ''), '{}')::jsonb) e (k, v) ORDER BY 1",
		       type_name(bind->ora_type), place + 1);
	if (!rh_exec_statement(session, sql, NULL, RH_EXEC_TRANSACTION | RH_EXEC_BINARY, &rows,
			       error))
		return false;
	count = PQntuples(rows);
	values = cw_new(&plsql->run, struct cw_value, (size_t)count + 1);
	for (int i = 0; ok && i < count; i++) {
		const uint8_t *index = (const uint8_t *)PQgetvalue(rows, i, 0);
		uint32_t low = (uint32_t)index[4] << 24 | (uint32_t)index[5] << 16 |
			       (uint32_t)index[6] << 8 | index[7];
		struct cw_bytes in = { (const uint8_t *)PQgetvalue(rows, i, 1),
				       (size_t)PQgetlength(rows, i, 1) };

		if (index[0] || index[1] || index[2] || index[3] || low != (uint32_t)i + 1 ||
		    low > bind->array_max)
			ok = rh_fail(error, 6513, 0,
				     "PL/SQL: index for PL/SQL table out of range for host "
				     "language array");
		else if (!PQgetisnull(rows, i, 1))
			ok = rh_value_from_pg(&plsql->run,
					      rh_pg_type_known(session, PQftype(rows, 1)), in,
					      bind->ora_type, bind->bytes_max, &values[i], error);
	}
	plsql->elements[place] = (struct rh_elements){ values, (uint32_t)count };
	PQclear(rows);
	return ok;
}

/* Of a bind that comes out, in the column of @result that is its own. */
static bool read_bind(struct rh_session *session, struct rh_plsql *plsql,
		      const struct rh_bind *bind, uint32_t place, const PGresult *result,
		      int column, struct rh_error *error)
{
	struct cw_bytes in = { (const uint8_t *)PQgetvalue(result, 0, column),
			       (size_t)PQgetlength(result, 0, column) };

	plsql->out[place] = (struct cw_value){ .state = CW_VALUE_NULL };
	if (PQgetisnull(result, 0, column) || bind->is_array)
		return true;
	if (bind->ora_type == CW_ORA_CURSOR)
		return rh_exec_take_cursor(session, PQgetvalue(result, 0, column),
					   &plsql->cursor[place], error);
	return rh_value_from_pg(&plsql->run, rh_pg_type_known(session, PQftype(result, column)),
				in, bind->ora_type, bind->bytes_max, &plsql->out[place], error);
}

static bool read_out(struct rh_session *session, struct rh_plsql *plsql,
		     const struct rh_bind *binds, struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result;
	int column = 0;
	bool ok;

	cw_wr_text(&sql, "SELECT ");
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		if (plsql->bind[i].use & PLSQL_WRITTEN)
			cw_wr_printf(&sql,
				     "%spg_catalog.substr(nullif(current_setting('rh.b%u', true), "
				     "''), %u)::%s",
				     column++ ? ", " : "", i + 1, block_mark(&binds[i])[0] ? 2u : 1u,
				     block_type(&binds[i]));
	cw_wr_u8(&sql, 0);
	ok = rh_exec_statement(session, (const char *)sql.at0, NULL,
			       RH_EXEC_TRANSACTION | RH_EXEC_BINARY, &result, error);
	cw_wr_release(&sql);
	if (!ok)
		return false;
	column = 0;
	for (uint32_t i = 0; ok && i < plsql->bind_count; i++)
		if (plsql->bind[i].use & PLSQL_WRITTEN)
			ok = read_bind(session, plsql, &binds[i], i, result, column++, error);
	PQclear(result);
	for (uint32_t i = 0; ok && i < plsql->bind_count; i++)
		if (binds[i].is_array && plsql->bind[i].use & PLSQL_WRITTEN)
			ok = read_array(session, plsql, &binds[i], i, error);
	return ok;
}

static bool run_once(struct rh_session *session, struct rh_plsql *plsql,
		     const struct rh_bind *binds, struct rh_error *error)
{
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		if (binds[i].lies_in_row && plsql->bind[i].use & PLSQL_LOB_WRITTEN)
			return rh_fail(error, 3001, 0,
				       "unimplemented feature: DBMS_LOB on what may lie in a row");
	if (!plsql_given_fits(plsql->given, binds, plsql->bind_count, error))
		return say_place(plsql->text, plsql->text_len, error);
	rh_exec_forget_returned(session);
	if (!send_binds(session, plsql, binds, error) || !run_block(session, plsql, binds, error))
		return false;
	return rh_exec_take_returned(session, &plsql->run, &plsql->returned, &plsql->returned_count,
				     error) &&
	       (!plsql->written || read_out(session, plsql, binds, error));
}

bool rh_plsql_execute(struct rh_session *session, struct rh_plsql *plsql,
		      const struct rh_bind *binds, uint32_t iterations, unsigned flags,
		      struct rh_result *ret, struct rh_error *error)
{
	*ret = (struct rh_result){ 0 };
	for (uint32_t i = 0; i < (iterations ? iterations : 1); i++) {
		free_cursors(plsql);
		cw_arena_reset(&plsql->run);
		if (!run_once(session, plsql, binds + (size_t)i * plsql->bind_count, error)) {
			rh_answer_close(session);
			return false;
		}
		ret->iterations_done++;
	}
	ret->row_count = ret->iterations_done;
	if (plsql->bind_count) {
		ret->direction = plsql->direction;
		ret->out = plsql->out;
		ret->elements = plsql->elements;
		ret->cursor = plsql->cursor;
	}
	ret->returned_cursor = plsql->returned;
	ret->returned_cursor_count = plsql->returned_count;
	rh_answer_close(session);
	return !((flags & RH_COMMIT) || plsql->commits) || rh_commit(session, error);
}

/*
 * The same for EXECUTE IMMEDIATE, whose binds' types are known where it runs: rh.dynamic_block() puts them for "rh$type$1" ...
 * The settings of its binds are others, for it runs inside of a block that has binds.
 */
static void write_dynamic(const struct rh_plsql *plsql, struct cw_wr *sql)
{
	struct cw_wr text = { 0 };

	cw_wr_text(&text, PLSQL_OWN_VARIABLES);
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		cw_wr_printf(&text, "\"b$%u\" \"rh$type$%u\" := rh.dynamic_bind(%u);\n", i + 1,
			     i + 1, i + 1);
	cw_wr_printf(&text, "BEGIN\n%s", plsql->body);
	for (uint32_t i = 0; i < plsql->bind_count; i++)
		if (plsql->bind[i].use & PLSQL_WRITTEN)
			cw_wr_printf(&text, "PERFORM rh.set_dynamic_bind(%u, \"b$%u\"::text);\n",
				     i + 1, i + 1);
	cw_wr_text(&text, "END");
	cw_wr_printf(sql, "/*%u*/DO ", plsql->bind_count);
	sql_print_literal(sql, (const char *)text.at0, text.len);
	cw_wr_u8(sql, 0);
	cw_wr_release(&text);
}

bool rh_plsql_text(struct rh_session *session, const char *sql, size_t len, struct cw_wr *out,
		   struct rh_error *error)
{
	struct rh_plsql_info info;
	struct rh_plsql *plsql;
	bool ok;

	if (!rh_plsql_parse(session, sql, len, &plsql, &info, error))
		return false;
	ok = !plsql->ends && !plsql->commits;
	if (ok)
		write_dynamic(plsql, out);
	else
		(void)rh_fail(error, 3001, 0,
			      "unimplemented feature: EXECUTE IMMEDIATE of a block that ends "
			      "transactions");
	rh_plsql_free(plsql);
	return ok;
}
