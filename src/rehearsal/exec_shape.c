/* exec_shape.c - see exec_shape.h */
#include "rehearsal/exec_shape.h"
#include "rehearsal/sql_print.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COMMENT_BEGINS "/*rh:"
#define COMMENT_ENDS   "*/"

static void write_column(const struct sql_column *column, struct cw_wr *out)
{
	cw_wr_u8(out, 'n');
	for (const char *at = column->name; at && *at; at++)
		cw_wr_printf(out, "%02x", (unsigned)(uint8_t)*at);
	cw_wr_printf(out, ":%u:%d:%d:%u:%u:%u:%u", column->ora_type, column->precision,
		     column->scale, column->byte_length, column->char_length, column->national,
		     column->nullable);
	if (column->cursor) {
		cw_wr_u8(out, '(');
		rh_shape_write(column->cursor, out);
		cw_wr_u8(out, ')');
	}
	cw_wr_u8(out, ';');
}

void rh_shape_write(const struct sql_query *query, struct cw_wr *out)
{
	for (uint32_t i = 0; i < query->column_count; i++)
		write_column(&query->column[i], out);
}

bool rh_shape_print_query(const struct sql_query *query, struct cw_wr *out, struct rh_error *error)
{
	struct cw_wr text = { 0 };
	bool ok = sql_print_query(query, &text, error);
	size_t first = 1; /* (, SELECT or WITH */

	while (ok && first < text.len && isalpha(text.at0[first]))
		first++;
	if (ok) {
		cw_wr_put(out, text.at0, first);
		cw_wr_text(out, COMMENT_BEGINS);
		rh_shape_write(query, out);
		cw_wr_text(out, COMMENT_ENDS);
		cw_wr_put(out, text.at0 + first, text.len - first);
	}
	cw_wr_release(&text);
	return ok;
}

const char *rh_shape_find(const char *sql)
{
	const char *found = strstr(sql, COMMENT_BEGINS);

	return found ? found + strlen(COMMENT_BEGINS) : NULL;
}

static unsigned digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static const char *read_name(struct cw_arena *arena, const char **at)
{
	size_t len = 0;
	char *name;

	while (is_digit((*at)[len]))
		len++;
	name = cw_new(arena, char, len / 2 + 1);
	for (size_t i = 0; i + 1 < len; i += 2)
		name[i / 2] = (char)(digit((*at)[i]) << 4 | digit((*at)[i + 1]));
	*at += len;
	return name;
}

static long number(const char **at)
{
	char *end;
	long value = strtol(*at + 1, &end, 10); /* behind the colon */

	*at = end;
	return value;
}

/* ( ... ) with what is nested in it. */
static const char *read_nested(struct cw_arena *arena, const char **at)
{
	const char *begin = *at + 1;
	unsigned depth = 0;
	size_t len;
	char *kept;

	if (**at != '(')
		return NULL;
	do {
		depth += **at == '(';
		depth -= **at == ')';
		++*at;
	} while (depth > 0 && **at);
	len = (size_t)(*at - begin) - 1;
	kept = cw_new(arena, char, len + 1);
	memcpy(kept, begin, len);
	return kept;
}

bool rh_shape_read(struct cw_arena *arena, const char **shape, struct sql_column *ret,
		   const char **ret_nested)
{
	const char *at = *shape;

	if (*at != 'n')
		return false;
	at++;
	*ret = (struct sql_column){ .name = read_name(arena, &at) };
	ret->ora_type = (uint8_t)number(&at);
	ret->precision = (int16_t)number(&at);
	ret->scale = (int16_t)number(&at);
	ret->byte_length = (uint32_t)number(&at);
	ret->char_length = (uint32_t)number(&at);
	ret->national = number(&at) != 0;
	ret->nullable = number(&at) != 0;
	*ret_nested = read_nested(arena, &at);
	*shape = at + (*at == ';');
	return true;
}
