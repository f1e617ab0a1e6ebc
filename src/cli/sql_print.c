/* sql_print.c - rows as columns, CSV or JSON; see sql.h */
#include "cli/sql.h"

#include "base/wr.h"
#include "codec/convert.h"
#include "codec/show.h"
#include "oracle/sql_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_A_FETCH 500
#define CURSORS_MAX  250 /* in the columns of one query; OPEN_CURSORS is 300 by default */
#define DEPTH_MAX    8	 /* a cursor in a row of a cursor ... */

/* Cursors that stood in the rows, to be printed when these are at their end. */
struct nested {
	struct cw_ora *ora;
	uint64_t rows; /* printed so far */
	unsigned depth, count;
	struct cw_ora_stmt *cursor[CURSORS_MAX];
};

/* The cells of one fetch as text, one after the other. */
struct cells {
	struct cw_wr text;
	unsigned columns;
	uint32_t rows;
	struct cell {
		size_t from, len;
		bool is_null;
	} * cell;
};

static void release(struct cells *cells)
{
	cw_wr_release(&cells->text);
	free(cells->cell);
}

/* A terminal and a file are promised UTF-8: what is none is told, not printed. */
static bool check_text(uint8_t ora_type, const struct cw_value *value, struct cw_err *err)
{
	size_t chars;

	switch (ora_type) {
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
	case CW_ORA_LONG:
	case CW_ORA_CLOB:
	case CW_ORA_OBJECT:
		/* CW2011, a NUL, can be shown */
		return cw_utf8_length(cw_value_bytes(value), &chars, err) || err->code == 2011;
	default:
		return true;
	}
}

/* A cursor's cell is its number among those that are printed behind. */
static bool put_cell(struct nested *nested, uint8_t ora_type, const struct cw_value *value,
		     struct cw_wr *text, struct cw_err *err)
{
	if (!check_text(ora_type, value, err))
		return false;
	if (ora_type != CW_ORA_CURSOR)
		return cw_show(ora_type, cw_value_bytes(value), text, err);
	if (nested->count == CURSORS_MAX || nested->depth == DEPTH_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 6005, "more than %d cursors%s",
			       nested->depth == DEPTH_MAX ? DEPTH_MAX : CURSORS_MAX,
			       nested->depth == DEPTH_MAX ? " in each other" : " in one query");
	if (!cw_ora_cursor(nested->ora, value, &nested->cursor[nested->count], err))
		return false;
	cw_wr_printf(text, "cursor %u", ++nested->count);
	return true;
}

static bool read_cells(struct nested *nested, struct cw_ora_stmt *stmt,
		       const struct cw_ora_rows *rows, struct cells *ret, struct cw_err *err)
{
	struct cell *cell;

	*ret = (struct cells){ .columns = cw_ora_column_count(stmt), .rows = rows->count };
	ret->cell = calloc((size_t)ret->rows * ret->columns + 1, sizeof(*ret->cell));
	if (!ret->cell)
		abort();
	cell = ret->cell;
	for (uint32_t r = 0; r < ret->rows; r++) {
		for (unsigned c = 0; c < ret->columns; c++, cell++) {
			const struct cw_ora_column *column = cw_ora_column(stmt, c);
			struct cw_value value = rows->row[r].value[c];

			cell->from = ret->text.len;
			cell->is_null = value.state != CW_VALUE_SET;
			if (!cell->is_null &&
			    !put_cell(nested, column->ora_type, &value, &ret->text, err)) {
				release(ret);
				return cw_err_add(err, "row %" PRIu64 ", column %s",
						  nested->rows + r + 1, column->name);
			}
			cell->len = ret->text.len - cell->from;
		}
	}
	return true;
}

static const char *text_of(const struct cells *cells, const struct cell *cell)
{
	return cell->len ? (const char *)cells->text.at0 + cell->from : "";
}

/* ---- aligned ---------------------------------------------------------------------------- */

/* A character of its own: not the second byte of one. */
static bool begins(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static size_t width_of(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += is_control(text[i]) ? 4 : begins(text[i]);
	return width;
}

/* A terminal must not obey what stands in a table: control characters are spelled. */
static void put_safe(FILE *to, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_control(text[i]))
			fprintf(to, "\\x%02x", (unsigned char)text[i]);
		else
			fputc(text[i], to);
	}
}

void cw_sql_put_safe(FILE *to, const char *text)
{
	for (const char *end; *text; text = end) {
		end = text + strcspn(text, "\n");
		put_safe(to, text, (size_t)(end - text));
		if (*end == '\n')
			fputc(*end++, to);
	}
}

static bool is_right(const struct cw_ora_column *column)
{
	return column->ora_type == CW_ORA_NUMBER || column->ora_type == CW_ORA_BINARY_FLOAT ||
	       column->ora_type == CW_ORA_BINARY_DOUBLE;
}

static void put_padded(FILE *to, const char *text, size_t len, size_t width, bool right, bool last)
{
	size_t own = width_of(text, len);
	int pad = own < width ? (int)(width - own) : 0;

	if (right)
		fprintf(to, "%*s", pad, "");
	put_safe(to, text, len);
	if (!right && !last)
		fprintf(to, "%*s", pad, "");
}

static void measure(struct cw_ora_stmt *stmt, const struct cells *cells, size_t *width)
{
	for (unsigned c = 0; c < cells->columns; c++) {
		const char *name = cw_ora_column(stmt, c)->name;

		width[c] = width_of(name, strlen(name));
	}
	for (size_t i = 0; i < (size_t)cells->rows * cells->columns; i++) {
		size_t own = width_of(text_of(cells, &cells->cell[i]), cells->cell[i].len);

		if (own > width[i % cells->columns])
			width[i % cells->columns] = own;
	}
}

static void put_head(FILE *to, struct cw_ora_stmt *stmt, const size_t *width)
{
	unsigned count = cw_ora_column_count(stmt);

	for (unsigned c = 0; c < count; c++) {
		const struct cw_ora_column *column = cw_ora_column(stmt, c);

		put_padded(to, column->name, strlen(column->name), width[c], is_right(column),
			   c + 1 == count);
		fputs(c + 1 < count ? "  " : "\n", to);
	}
	for (unsigned c = 0; c < count; c++) {
		for (size_t i = 0; i < width[c]; i++)
			fputc('-', to);
		fputs(c + 1 < count ? "  " : "\n", to);
	}
}

static void put_aligned(FILE *to, struct cw_ora_stmt *stmt, const struct cells *cells,
			const size_t *width)
{
	const struct cell *cell = cells->cell;

	for (uint32_t r = 0; r < cells->rows; r++) {
		for (unsigned c = 0; c < cells->columns; c++, cell++) {
			bool last = c + 1 == cells->columns;

			put_padded(to, text_of(cells, cell), cell->len, width[c],
				   is_right(cw_ora_column(stmt, c)), last);
			fputs(last ? "\n" : "  ", to);
		}
	}
}

/* ---- CSV: RFC 4180, lines ended as on this system --------------------------------------- */

static void put_field(FILE *to, const char *text, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++)
		quoted = quoted || strchr(",\"\r\n", text[i]);
	if (!quoted) {
		(void)fwrite(text, 1, len, to);
		return;
	}
	fputc('"', to);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			fputc('"', to);
		fputc(text[i], to);
	}
	fputc('"', to);
}

static void put_csv(FILE *to, const struct cells *cells)
{
	const struct cell *cell = cells->cell;

	for (uint32_t r = 0; r < cells->rows; r++)
		for (unsigned c = 0; c < cells->columns; c++, cell++) {
			put_field(to, text_of(cells, cell), cell->len);
			fputc(c + 1 < cells->columns ? ',' : '\n', to);
		}
}

static void put_csv_head(FILE *to, struct cw_ora_stmt *stmt)
{
	unsigned count = cw_ora_column_count(stmt);

	for (unsigned c = 0; c < count; c++) {
		const char *name = cw_ora_column(stmt, c)->name;

		put_field(to, name, strlen(name));
		fputc(c + 1 < count ? ',' : '\n', to);
	}
}

/* ---- JSON -------------------------------------------------------------------------------- */

void cw_sql_json_text(FILE *to, const char *text, size_t len)
{
	fputc('"', to);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			fprintf(to, "\\%c", text[i]);
		else if (is_control(text[i]))
			fprintf(to, "\\u%04x", (unsigned char)text[i]);
		else
			fputc(text[i], to);
	}
	fputc('"', to);
}

static void put_json(FILE *to, struct cw_ora_stmt *stmt, const struct cells *cells, bool first)
{
	const struct cell *cell = cells->cell;

	for (uint32_t r = 0; r < cells->rows; r++) {
		fputs(first && r == 0 ? "[" : ", [", to);
		for (unsigned c = 0; c < cells->columns; c++, cell++) {
			const char *text = text_of(cells, cell);
			struct cw_bytes bytes = { (const uint8_t *)text, cell->len };

			fputs(c ? ", " : "", to);
			if (cell->is_null)
				fputs("null", to);
			else if (cw_show_is_number(cw_ora_column(stmt, c)->ora_type, bytes))
				(void)fwrite(text, 1, cell->len, to);
			else
				cw_sql_json_text(to, text, cell->len);
		}
		fputs("]", to);
	}
}

static void put_json_head(FILE *to, struct cw_ora_stmt *stmt)
{
	fputs("{\"columns\": [", to);
	for (unsigned c = 0; c < cw_ora_column_count(stmt); c++) {
		const char *name = cw_ora_column(stmt, c)->name;

		fputs(c ? ", " : "", to);
		cw_sql_json_text(to, name, strlen(name));
	}
	fputs("], \"rows\": [", to);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void put_first(const struct cw_sql_out *out, struct cw_ora_stmt *stmt,
		      const struct cells *cells, size_t *width)
{
	switch (out->form) {
	case CW_SQL_ALIGNED:
		measure(stmt, cells, width);
		put_head(out->rows, stmt, width);
		break;
	case CW_SQL_CSV:
		put_csv_head(out->rows, stmt);
		break;
	case CW_SQL_JSON:
		put_json_head(out->rows, stmt);
		break;
	}
}

static void put_cells(const struct cw_sql_out *out, struct cw_ora_stmt *stmt,
		      const struct cells *cells, const size_t *width, bool first)
{
	switch (out->form) {
	case CW_SQL_ALIGNED:
		put_aligned(out->rows, stmt, cells, width);
		break;
	case CW_SQL_CSV:
		put_csv(out->rows, cells);
		break;
	case CW_SQL_JSON:
		put_json(out->rows, stmt, cells, first);
		break;
	}
}

static void put_last(const struct cw_sql_out *out, uint64_t count)
{
	if (out->form == CW_SQL_JSON)
		fprintf(out->rows, "], \"row_count\": %" PRIu64 "}\n", count);
	else if (out->form == CW_SQL_ALIGNED)
		fprintf(out->words, "%" PRIu64 " row%s\n", count, count == 1 ? "" : "s");
	(void)fflush(out->rows);
}

static bool print_level(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
			unsigned depth, struct cw_err *err);

/* Those of one level; theirs are behind them. */
static bool print_nested(const struct cw_sql_out *out, struct nested *nested, bool good,
			 struct cw_err *err)
{
	for (unsigned i = 0; i < nested->count; i++) {
		good = good &&
		       print_level(out, nested->ora, nested->cursor[i], nested->depth + 1, err);
		cw_ora_stmt_free(nested->cursor[i]);
	}
	free(nested);
	return good;
}

static bool print_level(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
			unsigned depth, struct cw_err *err)
{
	struct nested *nested = calloc(1, sizeof(*nested));
	size_t *width = calloc(cw_ora_column_count(stmt) + 1u, sizeof(*width));
	bool good = true, first = true;
	struct cw_ora_rows rows;
	uint64_t count = 0;

	if (!width || !nested)
		abort();
	nested->ora = ora;
	nested->depth = depth;
	do {
		struct cells cells;

		good = cw_ora_fetch(stmt, ROWS_A_FETCH, &rows, err) &&
		       read_cells(nested, stmt, &rows, &cells, err);
		if (!good)
			break;
		if (first)
			put_first(out, stmt, &cells, width);
		put_cells(out, stmt, &cells, width, count == 0);
		count += rows.count;
		nested->rows = count;
		first = false;
		release(&cells);
	} while (rows.count > 0 && !ferror(out->rows));
	free(width);
	if (ferror(out->rows))
		good = cw_fail(err, CW_ERR_CONFIG, 6004, "the output cannot be written");
	else if (good)
		put_last(out, count);
	else if (!first && out->form == CW_SQL_JSON) /* rows were printed: close what is open */
		fputs("], \"ok\": false}\n", out->rows);
	return print_nested(out, nested, good, err);
}

bool cw_sql_print(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
		  struct cw_err *err)
{
	return print_level(out, ora, stmt, 0, err);
}

static bool print_and_free(const struct cw_sql_out *out, struct cw_ora *ora,
			   struct cw_ora_stmt *cursor, struct cw_err *err)
{
	bool good = cw_sql_print(out, ora, cursor, err);

	cw_ora_stmt_free(cursor);
	return good;
}

bool cw_sql_print_more(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
		       struct cw_err *err)
{
	struct cw_ora_stmt *cursor;

	for (unsigned i = 0; i < cw_ora_bind_count(stmt); i++) {
		struct cw_value value = cw_ora_out(stmt, i);

		if (value.state != CW_VALUE_SET) /* not opened */
			continue;
		if (!cw_ora_cursor(ora, &value, &cursor, err) ||
		    !print_and_free(out, ora, cursor, err))
			return false;
	}
	for (;;) {
		if (!cw_ora_next_result(stmt, &cursor, err))
			return false;
		if (!cursor)
			return true;
		if (!print_and_free(out, ora, cursor, err))
			return false;
	}
}

void cw_sql_print_done(const struct cw_sql_out *out, const char *sql,
		       const struct cw_ora_result *result)
{
	uint64_t row_count = result->row_count;
	static const char *const counted[] = { "insert", "update", "delete", "merge" };
	const char *first = cw_sql_skip_blanks(sql);

	if (out->form == CW_SQL_JSON) {
		fprintf(out->rows, "{\"row_count\": %" PRIu64 "%s}\n", row_count,
			result->has_warning ? ", \"compiled\": false" : "");
		return;
	}
	if (result->has_warning) {
		fputs("made, but it does not compile: USER_ERRORS says why\n", out->words);
		return;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(counted); i++)
		if (cw_sql_is_word(first, counted[i])) {
			fprintf(out->words, "%" PRIu64 " row%s touched\n", row_count,
				row_count == 1 ? "" : "s");
			return;
		}
	fputs("done\n", out->words);
}
