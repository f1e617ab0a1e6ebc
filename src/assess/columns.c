/* columns.c - see findings.h: every column that cannot cross, each with its type and what to do about it */
#include "assess/findings.h"

#include <stdlib.h>
#include <string.h>

#define TIMESTAMP_DIGITS_MAX 6
#define IN_ROW_BYTES_MAX     4000 /* of VARCHAR2 with MAX_STRING_SIZE = STANDARD */

static const char columns_sql[] =
	"select c.table_name, c.column_name, c.data_type, to_char(c.data_precision), to_char(c.data_scale), "
	"c.data_type_owner, c.hidden_column, c.virtual_column, to_char(c.data_length) from all_tab_cols c, all_tables t "
	"where c.owner = :1 and t.owner = c.owner and t.table_name = c.table_name and t.temporary = 'N' "
	"order by c.table_name, c.column_id";

/* What is said of several types. */
static const char no_lobs[] = "LOBs are neither loaded nor followed [CW7013]",
		  no_rowids[] = "an address of a row means nothing on PostgreSQL",
		  microseconds[] = "PostgreSQL keeps microseconds";
static const char take_over[] =
	"leave the table out (source.leave_out) and take it over by other means while nobody writes";
static const char keep_the_key[] = "keep the key of that row instead, or drop the column";
static const char six_digits[] =
	"add a column of six digits, copy into it, drop this one and rename that; or leave the table out";

/* By the beginning of DATA_TYPE, the first that fits. */
static const struct {
	const char *type, *why, *cure;
} kinds[] = {
	{ "CLOB", no_lobs, take_over },
	{ "NCLOB", no_lobs, take_over },
	{ "BLOB", no_lobs, take_over },
	{ "LONG", "a LONG has no before-image in the redo",
	  "leave the table out (source.leave_out), or make it VARCHAR2 or RAW if its values are short enough" },
	{ "BFILE", "its content lies in files of Oracle's host",
	  "leave the table out, or drop the column" },
	{ "ROWID", no_rowids, keep_the_key },
	{ "UROWID", no_rowids, keep_the_key },
	{ "XMLTYPE", "it is stored as a LOB, whose changes the redo does not tell whole",
	  take_over },
	{ "JSON", "it is stored as a LOB of binary JSON", take_over },
	{ "VECTOR", "it is stored as a LOB", take_over },
	{ "BOOLEAN", "the type is not covered", "make it NUMBER(1) with CHECK (column IN (0, 1))" },
	{ "TIMESTAMP", microseconds, six_digits },
	{ "INTERVAL", microseconds, six_digits },
	{ "", "the type is not covered",
	  "leave the table out (source.leave_out), or change the column" },
};

bool cw_is_left_out(const struct cw_findings *f, const char *schema, const char *table)
{
	const struct cw_config_list *left_out = &f->config->source.leave_out;
	size_t owner = strlen(schema);

	for (unsigned i = 0; i < left_out->count; i++)
		if (strncmp(left_out->at[i], schema, owner) == 0 && left_out->at[i][owner] == '.' &&
		    strcmp(left_out->at[i] + owner + 1, table) == 0)
			return true;
	return false;
}

struct seen {
	const char *schema, *table, *column, *type;
};

static void tell_type(struct cw_findings *f, const struct seen *at, const char *type_owner)
{
	size_t i = 0;

	if (type_owner && strcmp(type_owner, "SYS") != 0 && strcmp(type_owner, "PUBLIC") != 0) {
		cw_finding(
			f, CW_STOP, "source.column",
			"%s.%s: column %s is %s.%s, an object type, which does not cross|leave the table "
			"out (source.leave_out), or keep the attributes in columns of their own",
			at->schema, at->table, at->column, type_owner, at->type);
		return;
	}
	while (strncmp(at->type, kinds[i].type, strlen(kinds[i].type)) != 0)
		i++;
	cw_finding(f, CW_STOP, "source.column",
		   "%s.%s: column %s is %s, which does not cross: %s|%s", at->schema, at->table,
		   at->column, at->type, kinds[i].why, kinds[i].cure);
}

/* Does the type cross?  Precision and scale decide for NUMBER and moments. */
static bool crosses(const char *type, const char *precision, const char *scale)
{
	struct cw_arena arena = CW_ARENA(4096);
	struct cw_column column = {
		.name = "",
		.precision = (int16_t)(precision ? strtol(precision, NULL, 10) : 0),
		.scale = (int16_t)(scale ? strtol(scale, NULL, 10) : CW_SCALE_NONE),
		.char_length = 1
	};
	struct cw_err err;
	bool good = cw_map_column(&arena, &column, type, &err);

	cw_arena_release(&arena);
	return good;
}

/* LogMiner tells no change of a table with a long name in it: its own, its owner's or a column's. */
static void tell_long_name(struct cw_findings *f, const struct seen *at, const char *kind,
			   const char *name)
{
	cw_finding(
		f, CW_STOP, "source.long_name",
		"%s.%s: the name of %s %s has more than %u bytes, and LogMiner tells no change of "
		"such a table [CW7308]|rename it, behind a view or synonym if need be, or leave the "
		"table out (source.leave_out)",
		at->schema, at->table, kind, name, CW_ORA_NAME_TOLD_BYTES);
}

static void check_names(struct cw_findings *f, const struct seen *at, bool first_of_table)
{
	if (first_of_table && strlen(at->schema) > CW_ORA_NAME_TOLD_BYTES)
		tell_long_name(f, at, "schema", at->schema);
	if (first_of_table && strlen(at->table) > CW_ORA_NAME_TOLD_BYTES)
		tell_long_name(f, at, "table", at->table);
	if (strlen(at->column) > CW_ORA_NAME_TOLD_BYTES)
		tell_long_name(f, at, "column", at->column);
}

/* VARCHAR2, NVARCHAR2 and RAW of MAX_STRING_SIZE = EXTENDED; Oracle Database Reference, MAX_STRING_SIZE. */
static bool is_extended(const char *type, const char *bytes)
{
	return bytes && strtol(bytes, NULL, 10) > IN_ROW_BYTES_MAX && strstr(type, "VARCHAR2");
}

static void tell_extended(struct cw_findings *f, const struct seen *at, const char *bytes)
{
	cw_finding(f, CW_STOP, "source.column",
		   "%s.%s: column %s is %s of %s bytes, which does not cross: it is stored as a LOB, whose "
		   "changes the redo does not tell whole [CW7013]|%s, or make it one of at most %u bytes",
		   at->schema, at->table, at->column, at->type, bytes, take_over, IN_ROW_BYTES_MAX);
}

static bool is_yes(const char *text)
{
	return text && text[0] == 'Y';
}

unsigned cw_assess_columns(struct cw_findings *f, const char *schema)
{
	unsigned before = f->count[CW_STOP];
	const char *told_of = NULL; /* the table before */
	struct cw_answer a;
	struct cw_err err;

	if (!cw_ask_ora(&f->sides, columns_sql, 1, &schema, &a, &err)) {
		cw_finding_of_error(f, "source.column", &err, "");
		return 1;
	}
	for (unsigned i = 0; i < a.rows; i++) {
		struct seen at = { schema, cw_cell(&a, i, 0), cw_cell(&a, i, 1),
				   cw_cell(&a, i, 2) };
		bool hidden = is_yes(cw_cell(&a, i, 6)), computed = is_yes(cw_cell(&a, i, 7));

		if (cw_is_left_out(f, schema, at.table) ||
		    (hidden && (computed || strncmp(at.column, "SYS_", 4) == 0)))
			continue;
		check_names(f, &at, !told_of || strcmp(told_of, at.table) != 0);
		told_of = at.table;
		if (computed || hidden)
			cw_finding(
				f, CW_STOP, "source.column",
				"%s.%s: column %s is %s, which does not cross|%s", schema, at.table,
				at.column, computed ? "virtual" : "invisible",
				computed
					? "leave the table out (source.leave_out), or drop the column and compute it in a view"
					: "make the column VISIBLE, or leave the table out (source.leave_out)");
		else if (!crosses(at.type, cw_cell(&a, i, 3), cw_cell(&a, i, 4)))
			tell_type(f, &at, cw_cell(&a, i, 5));
		else if (is_extended(at.type, cw_cell(&a, i, 8)))
			tell_extended(f, &at, cw_cell(&a, i, 8));
	}
	return f->count[CW_STOP] - before;
}
