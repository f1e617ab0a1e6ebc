/* objects.c - see objects.h */
#include "endpoint/objects.h"

#include "endpoint/ora_read.h"

#include <stdlib.h>
#include <string.h>

/* Of the tables in the order of their names, so that one search serves all parts of one. */
static const char parts_sql[] =
	"select object_name, object_id from dba_objects where owner = :1 and "
	"object_type in ('TABLE PARTITION', 'TABLE SUBPARTITION') order by object_name";

/* Where @id is, or would be. */
static size_t place_of(const struct cw_objects *objects, uint64_t id)
{
	size_t low = 0, high = objects->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (objects->at[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool cw_objects_add(struct cw_objects *objects, uint64_t id, uint32_t table)
{
	size_t at = place_of(objects, id);

	if (at < objects->count && objects->at[at].id == id)
		return false;
	if (objects->count == objects->room) {
		objects->room = objects->room ? objects->room * 2 : 64;
		objects->at = reallocarray(objects->at, objects->room, sizeof(*objects->at));
		if (!objects->at)
			abort(); /* a few bytes a part */
	}
	memmove(objects->at + at + 1, objects->at + at,
		(objects->count - at) * sizeof(*objects->at));
	objects->at[at] = (struct cw_object){ id, table };
	objects->count++;
	return true;
}

void cw_objects_init(struct cw_objects *objects, const struct cw_shape *const *shape,
		     uint32_t count)
{
	*objects = (struct cw_objects){ 0 };
	for (uint32_t i = 0; i < count; i++)
		(void)cw_objects_add(objects, shape[i]->object_id, i);
}

int64_t cw_objects_find(const struct cw_objects *objects, uint64_t id)
{
	size_t at = place_of(objects, id);

	return at < objects->count && objects->at[at].id == id ? (int64_t)objects->at[at].table
							       : -1;
}

static int64_t table_named(const struct cw_shape *const *shape, uint32_t count, const char *owner,
			   const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(shape[i]->owner, owner) == 0 && strcmp(shape[i]->name, name) == 0)
			return i;
	return -1;
}

static bool read_of_owner(struct cw_objects *objects, struct cw_ora_stmt *stmt,
			  const struct cw_shape *const *shape, uint32_t count, const char *owner,
			  struct cw_err *err)
{
	struct cw_value value = cw_ora_string(owner);
	struct cw_row bind = { 1, &value };
	struct cw_ora_read read = { .stmt = stmt };
	struct cw_ora_result result;
	const struct cw_value *row;
	char name[132] = "", found[132];
	int64_t table = -1;

	if (!cw_ora_execute(stmt, &bind, 1, 0, &result, err))
		return false;
	while ((row = cw_ora_read_row(&read, err)) != NULL) {
		uint64_t id;

		if (!cw_ora_to_u64(row[1], &id, err))
			return false;
		(void)cw_ora_to_text(row[0], found, sizeof(found));
		if (strcmp(found, name) != 0)
			table = table_named(shape, count, owner, found);
		memcpy(name, found, sizeof(name));
		if (table >= 0 && cw_objects_add(objects, id, (uint32_t)table))
			objects->parts++;
	}
	return err->kind == CW_ERR_NONE;
}

static bool is_first_of_owner(const struct cw_shape *const *shape, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (strcmp(shape[i]->owner, shape[at]->owner) == 0)
			return false;
	return true;
}

bool cw_objects_read_parts(struct cw_objects *objects, struct cw_ora *ora,
			   const struct cw_shape *const *shape, uint32_t count, struct cw_err *err)
{
	struct cw_ora_stmt *stmt;
	bool ok = true;

	if (!cw_ora_prepare(ora, parts_sql, &stmt, err))
		return false;
	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 128);
	for (uint32_t i = 0; ok && i < count; i++)
		if (is_first_of_owner(shape, i))
			ok = read_of_owner(objects, stmt, shape, count, shape[i]->owner, err);
	cw_ora_stmt_free(stmt);
	return ok || cw_err_add(err, "partitions of the tables");
}

void cw_objects_release(struct cw_objects *objects)
{
	free(objects->at);
	*objects = (struct cw_objects){ 0 };
}
