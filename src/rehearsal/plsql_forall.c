/*
 * plsql_forall.c - FORALL: one statement for each index; see plsql_parts.h
 *
 * It is a loop here.  What it leaves for SQL%BULK_ROWCOUNT and SQL%BULK_EXCEPTIONS are collections of the body's own
 * (PLSQL_OWN_VARIABLES).
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "FORALL Statement", "Handling FORALL Exceptions"
 */
#include "rehearsal/plsql_parts.h"

#include <string.h>

static struct plsql_field error_code = { .name = "ERROR_CODE",
					 .type = SQL_NUMBER,
					 .text = "numeric" };
static struct plsql_field error_index = {
	.next = &error_code, .name = "ERROR_INDEX", .type = SQL_NUMBER, .text = "numeric"
};
static const struct plsql_type failure = { .kind = PLSQL_RECORD,
					   .element = "rh.bulk_failure",
					   .plain = "rh.bulk_failure",
					   .field = &error_index };
static const struct plsql_type failures = { .kind = PLSQL_BY_NUMBER,
					    .element = "rh.bulk_failure",
					    .plain = "rh.bulk_failure",
					    .of = &failure };
static const struct plsql_type counts = { .kind = PLSQL_BY_NUMBER,
					  .element_type = SQL_NUMBER,
					  .element = "numeric",
					  .plain = "numeric" };

static const struct plsql_variable attributes[] = {
	{ .name = "SQL%BULK_ROWCOUNT",
	  .collection = &counts,
	  .constant = true,
	  .text = "ora.collection" },
	{ .name = "SQL%BULK_EXCEPTIONS",
	  .collection = &failures,
	  .constant = true,
	  .text = "ora.collection" },
};

const struct plsql_variable *plsql_bulk_attribute(const struct sql_expr *expr)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(attributes); i++)
		if (strcmp(expr->name.part[0], "SQL") == 0 &&
		    strcmp(expr->text, attributes[i].name + 4) == 0)
			return &attributes[i];
	return NULL;
}

/* "name" := (expression)::int; */
static bool bound(struct plsql *pl, const char *name, unsigned number)
{
	cw_wr_printf(&pl->out, "\"%s$%u\" := (", name, number);
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ")::int;\n");
	return true;
}

static bool want_dots(struct plsql *pl)
{
	return sql_want_op(&pl->parser, "..", 6550, "PLS-00103: .. was expected");
}

/* INDICES OF c [BETWEEN a AND b], VALUES OF c: "all$n" gets the indexes. */
static bool indexes(struct plsql *pl, unsigned number, bool values)
{
	struct sql_expr *collection = sql_parse_expr(&pl->parser);

	cw_wr_printf(&pl->out, "\"all$%u\" := ora.item_%s(", number, values ? "values" : "indexes");
	if (sql_parse_failed(&pl->parser) || !plsql_write_tree(pl, &pl->out, collection))
		return false;
	cw_wr_text(&pl->out, ");\n");
	return !sql_at_word(&pl->parser, "BETWEEN") ||
	       rh_fail(pl->error, 3001, pl->parser.token.at,
		       "unimplemented feature: INDICES OF ... BETWEEN");
}

static bool range(struct plsql *pl, unsigned number)
{
	bool values = sql_skip_words(&pl->parser, "VALUES", "OF");

	if (values || sql_skip_words(&pl->parser, "INDICES", "OF"))
		return indexes(pl, number, values);
	if (!bound(pl, "low", number) || !want_dots(pl) || !bound(pl, "high", number))
		return false;
	cw_wr_printf(
		&pl->out,
		"\"all$%u\" := ARRAY(SELECT pg_catalog.generate_series(\"low$%u\", \"high$%u\"));\n",
		number, number, number);
	return true;
}

/* What one execution left. */
static void count_rows(struct plsql *pl, const char *name, unsigned number)
{
	cw_wr_printf(&pl->out, "\"rows$%u\" := \"rows$%u\" + \"sql$rowcount\";\n", number, number);
	cw_wr_text(&pl->out, "\"sql$rows\" := ora.with_item(\"sql$rows\", ora.item_key(");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, "::numeric), \"sql$rowcount\"::text);\n");
}

/* The error of this execution, kept. */
static void keep_error(struct plsql *pl, unsigned number)
{
	cw_wr_printf(
		&pl->out,
		"EXCEPTION WHEN others THEN\nGET STACKED DIAGNOSTICS \"e$%u\".state = RETURNED_SQLSTATE, "
		"\"e$%u\".message = MESSAGE_TEXT, \"e$%u\".schema = SCHEMA_NAME, \"e$%u\".relation = "
		"TABLE_NAME, \"e$%u\".detail = PG_EXCEPTION_DETAIL, \"e$%u\".attribute = "
		"COLUMN_NAME, \"e$%u\".name = CONSTRAINT_NAME;\n"
		"\"sql$failed\" := ora.with_item(\"sql$failed\", ora.item_key(ora.items(\"sql$failed\") + 1), "
		"ROW(\"nth$%u\", -ora.sqlcode(\"e$%u\"))::rh.bulk_failure::text);\nEND;\n",
		number, number, number, number, number, number, number, number, number);
}

static bool one(struct plsql *pl, const char *name, unsigned number, bool save)
{
	unsigned guard = pl->guard;
	bool ok;

	if (save) {
		pl->guard = 0; /* what fails is kept, whoever handles it */
		cw_wr_text(&pl->out, "BEGIN\n");
	}
	if (sql_skip_words(&pl->parser, "EXECUTE", "IMMEDIATE")) {
		ok = plsql_execute_immediate(pl);
	} else {
		plsql_guard_open(pl);
		ok = plsql_sql_repeated(pl);
		plsql_guard_close(pl);
	}
	count_rows(pl, name, number);
	pl->guard = guard;
	if (save)
		keep_error(pl, number);
	return ok;
}

static void finish(struct plsql *pl, unsigned number, bool save)
{
	cw_wr_printf(&pl->out, "END LOOP;\n\"sql$rowcount\" := \"rows$%u\";\n", number);
	if (save) {
		cw_wr_text(&pl->out, "IF ora.items(\"sql$failed\") > 0 THEN\n");
		plsql_guard_open(pl);
		cw_wr_text(&pl->out, "PERFORM rh.raise('ORA-24381: error(s) in array DML');\n");
		plsql_guard_close(pl);
		cw_wr_text(&pl->out, "END IF;\n");
	}
	cw_wr_text(&pl->out, "END;\n");
}

/* FORALL i IN low .. high [SAVE EXCEPTIONS] statement; */
bool plsql_forall(struct plsql *pl)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	struct plsql_variable *outer = pl->variables;
	unsigned number = ++pl->numbers;
	bool save, ok;

	if (!name || !sql_want_word(&pl->parser, "IN", 6550, "PLS-00103: IN was expected"))
		return false;
	cw_wr_printf(
		&pl->out,
		"DECLARE\n\"low$%u\" int; \"high$%u\" int; \"all$%u\" int[]; \"rows$%u\" bigint := 0; "
		"\"nth$%u\" int := 0; \"e$%u\" ora.caught; ",
		number, number, number, number, number, number);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " int;\nBEGIN\n");
	plsql_guard_open(pl);
	if (!range(pl, number))
		return false;
	plsql_guard_close(pl);
	save = sql_skip_words(&pl->parser, "SAVE", "EXCEPTIONS");
	cw_wr_text(&pl->out, "\"sql$rows\" := '{}';\n\"sql$failed\" := '{}';\nFOREACH ");
	plsql_write_variable(&pl->out, name);
	cw_wr_printf(&pl->out, " IN ARRAY \"all$%u\" LOOP\n\"nth$%u\" := \"nth$%u\" + 1;\n", number,
		     number, number);
	plsql_declare(pl, name, SQL_NUMBER)->integer = true;
	ok = one(pl, name, number, save);
	pl->variables = outer;
	finish(pl, number, save);
	return ok;
}
