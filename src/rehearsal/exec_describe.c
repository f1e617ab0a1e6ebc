/* exec_describe.c - a table or view by its name, as a query of all its columns */
#include "rehearsal/exec_parts.h"
#include "rehearsal/sql_parse.h"
#include "rehearsal/sql_print.h"

#include <string.h>

static void put_columns(struct cw_wr *sql, const struct sql_relation *relation, bool invisible)
{
	for (uint32_t i = 0; i < relation->column_count; i++) {
		const struct sql_column *column = &relation->column[i];

		if (invisible ? !column->invisible : column->hidden || column->invisible)
			continue;
		cw_wr_text(sql, sql->len > 7 ? ", " : "");
		sql_print_ident(sql, column->name);
	}
}

/* The visible columns in their order, then the others. */
static bool parse_query(struct rh_session *session, const struct sql_relation *relation,
			struct rh_stmt **ret, struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	bool ok;

	cw_wr_text(&sql, "SELECT ");
	put_columns(&sql, relation, false);
	put_columns(&sql, relation, true);
	cw_wr_text(&sql, " FROM ");
	sql_print_ident(&sql, relation->schema);
	cw_wr_u8(&sql, '.');
	sql_print_ident(&sql, relation->name);
	ok = rh_parse(session, (const char *)sql.at0, sql.len, ret, error);
	cw_wr_release(&sql);
	return ok;
}

bool rh_describe(struct rh_session *session, const char *name, size_t len, struct rh_stmt **ret,
		 bool *ret_view, struct rh_error *error)
{
	const struct sql_relation *relation = NULL;
	struct cw_arena arena = { 0 };
	struct sql_parser parser;
	struct sql_name parsed;
	bool ok = false;

	*error = (struct rh_error){ 0 };
	sql_parse_init(&parser, &arena, session->server->profile->release, name, len, error);
	parsed = sql_parse_name(&parser);
	rh_exec_catalog_refresh(session);
	if (!sql_parse_failed(&parser) && parser.token.kind == T_END)
		relation = rh_exec_relation(session, &parsed, error);
	if (relation && relation->kind != 'S') {
		*ret_view = relation->kind == 'v' || relation->kind == 'f';
		ok = parse_query(session, relation, ret, error);
	}
	cw_arena_release(&arena);
	if (!ok && (error->code == 0 || error->code == 942))
		(void)rh_fail(error, 4043, 0, "object %.*s does not exist", (int)len, name);
	return ok;
}
