/* walk_stmt.c - see walk_parts.h */
#include "codec/walk_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

static void *must_alloc(size_t count, size_t size)
{
	void *room = calloc(count ? count : 1, size);

	if (!room)
		abort();
	return room;
}

static void forget_columns(struct walk_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->column_count; i++)
		free(stmt->column_name[i]);
	free(stmt->column_name);
	free(stmt->column);
	stmt->column_count = 0;
	stmt->column_name = NULL;
	stmt->column = NULL;
}

static void forget_defines(struct walk_stmt *stmt)
{
	free(stmt->define);
	stmt->define = NULL;
	stmt->define_count = 0;
}

static void free_stmt(struct walk_stmt *stmt)
{
	forget_columns(stmt);
	forget_defines(stmt);
	free(stmt->bind);
	free(stmt->direction);
	free(stmt);
}

/* A call that waits for its answer keeps its statement. */
static bool is_waited_for(const struct cw_walk *walk, const struct walk_stmt *stmt)
{
	for (uint32_t i = 0; i < walk->call_count; i++)
		if (walk->call[i].stmt == stmt)
			return true;
	return false;
}

static void drop_at(struct cw_walk *walk, uint32_t at)
{
	free_stmt(walk->stmt[at]);
	walk->stmt[at] = walk->stmt[--walk->stmt_count];
}

static void drop_oldest(struct cw_walk *walk)
{
	uint32_t oldest = UINT32_MAX;

	for (uint32_t i = 0; i < walk->stmt_count; i++)
		if (!is_waited_for(walk, walk->stmt[i]) &&
		    (oldest == UINT32_MAX || walk->stmt[i]->used < walk->stmt[oldest]->used))
			oldest = i;
	if (oldest != UINT32_MAX)
		drop_at(walk, oldest);
}

struct walk_stmt *walk_stmt_find(struct cw_walk *walk, uint32_t cursor_id)
{
	for (uint32_t i = 0; i < walk->stmt_count && cursor_id != 0; i++) {
		if (walk->stmt[i]->cursor_id != cursor_id)
			continue;
		walk->stmt[i]->used = ++walk->clock;
		return walk->stmt[i];
	}
	return NULL;
}

struct walk_stmt *walk_stmt_latest(struct cw_walk *walk)
{
	struct walk_stmt *latest = NULL;

	for (uint32_t i = 0; i < walk->stmt_count; i++)
		if (walk->stmt[i]->column_count > 0 && (!latest || walk->stmt[i]->used > latest->used))
			latest = walk->stmt[i];
	return latest;
}

/* There are more places than calls that can wait, so that one is always free or droppable. */
_Static_assert(WALK_STATEMENTS_MAX > WALK_CALLS_MAX, "a statement can always be let go");

struct walk_stmt *walk_stmt_new(struct cw_walk *walk)
{
	struct walk_stmt *stmt = must_alloc(1, sizeof(*stmt));

	if (walk->stmt_count == WALK_STATEMENTS_MAX)
		drop_oldest(walk);
	stmt->used = ++walk->clock;
	walk->stmt[walk->stmt_count++] = stmt;
	return stmt;
}

void walk_stmt_name(struct cw_walk *walk, struct walk_stmt *stmt, uint32_t cursor_id)
{
	if (cursor_id == 0 || stmt->cursor_id == cursor_id)
		return;
	for (uint32_t i = 0; i < walk->stmt_count; i++)
		if (walk->stmt[i] != stmt && walk->stmt[i]->cursor_id == cursor_id)
			walk->stmt[i]->cursor_id = 0;
	stmt->cursor_id = cursor_id;
}

void walk_stmt_set_columns(struct walk_stmt *stmt, const struct cw_ttc_describe *describe)
{
	forget_columns(stmt);
	if (stmt->define_count != describe->count)
		forget_defines(
			stmt); /* else ojdbc sent them with the text, having executed it before */
	stmt->is_query = true;
	stmt->column_count = describe->count;
	stmt->column = must_alloc(describe->count, sizeof(*stmt->column));
	stmt->column_name = must_alloc(describe->count, sizeof(*stmt->column_name));
	for (uint32_t i = 0; i < describe->count; i++) {
		const struct cw_ttc_column *column = &describe->column[i];
		char *name = must_alloc(column->name.len + 1, 1);

		if (column->name.len > 0)
			memcpy(name, column->name.at, column->name.len);
		stmt->column_name[i] = name;
		stmt->column[i] = (struct cw_ttc_column){ .ora_type = column->ora_type,
							  .charset_form = column->charset_form,
							  .bytes_max = column->bytes_max };
	}
}

static struct cw_ttc_oac *copy_oacs(const struct cw_ttc_oac *oac, uint32_t count)
{
	struct cw_ttc_oac *copy = must_alloc(count, sizeof(*copy));

	for (uint32_t i = 0; i < count; i++) {
		copy[i] = oac[i];
		copy[i].object_id = (struct cw_bytes){ NULL, 0 };
	}
	return copy;
}

void walk_stmt_set_binds(struct walk_stmt *stmt, const struct cw_ttc_execute *execute)
{
	if (execute->define_count > 0) {
		free(stmt->define);
		stmt->define = copy_oacs(execute->oac, execute->define_count);
		stmt->define_count = execute->define_count;
	}
	if (execute->bind_count == 0)
		return;
	free(stmt->bind);
	free(stmt->direction);
	stmt->direction = NULL;
	stmt->bind = copy_oacs(execute->oac, execute->bind_count);
	stmt->bind_count = execute->bind_count;
}

/* Fewer than there are binds: the others are as IN. */
void walk_stmt_set_directions(struct walk_stmt *stmt, struct cw_bytes direction)
{
	size_t count = direction.len < stmt->bind_count ? direction.len : stmt->bind_count;

	free(stmt->direction);
	stmt->direction = must_alloc(stmt->bind_count, 1);
	memset(stmt->direction, CW_BIND_IN, stmt->bind_count);
	if (count > 0)
		memcpy(stmt->direction, direction.at, count);
}

/* ---- SQL: only as far as it decides what stands on the wire --------------------------- */

static size_t skip_comment(struct cw_bytes sql, size_t at)
{
	for (size_t to = at + 2; to + 1 < sql.len; to++)
		if (sql.at[to] == '*' && sql.at[to + 1] == '/')
			return to + 2;
	return sql.len;
}

/* Behind the next @c from @at on. */
static size_t skip_past(struct cw_bytes sql, size_t at, uint8_t c)
{
	const uint8_t *found = memchr(sql.at + at, c, sql.len - at);

	return found ? (size_t)(found - sql.at) + 1 : sql.len;
}

/* Behind the quoted text or comment that begins at @at; @at itself if none does. */
static size_t skip_quiet(struct cw_bytes sql, size_t at)
{
	uint8_t c = sql.at[at], next = at + 1 < sql.len ? sql.at[at + 1] : 0;

	if (c == '\'' || c == '"')
		return skip_past(sql, at + 1, c);
	if (c == '-' && next == '-')
		return skip_past(sql, at, '\n');
	return c == '/' && next == '*' ? skip_comment(sql, at) : at;
}

static size_t word_len(struct cw_bytes sql, size_t at)
{
	size_t to = at;

	while (to < sql.len && (isalnum(sql.at[to]) || sql.at[to] == '_' || sql.at[to] == '$' ||
				sql.at[to] == '#' || sql.at[to] >= 0x80))
		to++;
	return to - at;
}

static bool is_word(struct cw_bytes sql, size_t at, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp((const char *)sql.at + at, word, len) == 0;
}

static bool begins_plsql(struct cw_bytes sql, size_t at, size_t len)
{
	return is_word(sql, at, len, "begin") || is_word(sql, at, len, "declare") ||
	       is_word(sql, at, len, "call");
}

static bool begins_query(struct cw_bytes sql, size_t at, size_t len)
{
	return is_word(sql, at, len, "select") || is_word(sql, at, len, "with");
}

void walk_stmt_set_sql(struct walk_stmt *stmt, struct cw_bytes sql)
{
	bool first = true, returning = false, into = false;
	uint32_t binds = 0;

	forget_defines(stmt);
	stmt->is_query = stmt->is_plsql = stmt->is_returning = false;
	stmt->returning_from = UINT32_MAX;
	for (size_t at = 0; at < sql.len;) {
		size_t quiet = skip_quiet(sql, at), len;

		if (quiet > at) {
			at = quiet;
			continue;
		}
		if (sql.at[at] == ':' && at + 1 < sql.len && sql.at[at + 1] != '=') {
			if (into && stmt->returning_from == UINT32_MAX)
				stmt->returning_from = binds;
			binds++;
			at += 1 + word_len(sql, at + 1);
			continue;
		}
		len = word_len(sql, at);
		if (len == 0) {
			at++;
			continue;
		}
		if (first) {
			stmt->is_plsql = begins_plsql(sql, at, len);
			stmt->is_query = begins_query(sql, at, len);
			first = false;
		}
		returning |= is_word(sql, at, len, "returning") || is_word(sql, at, len, "return");
		into |= returning && is_word(sql, at, len, "into");
		at += len;
	}
	stmt->is_returning = into && !stmt->is_plsql && !stmt->is_query &&
			     stmt->returning_from != UINT32_MAX;
}

void walk_stmt_free_all(struct cw_walk *walk)
{
	while (walk->stmt_count > 0)
		free_stmt(walk->stmt[--walk->stmt_count]);
}
