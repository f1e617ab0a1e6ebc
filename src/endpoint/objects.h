/*
 * objects.h - which table a row of the redo is of, by its DATA_OBJ#
 *
 * A table's rows carry its own object number, those of a parted table the
 * number of the partition or subpartition they lie in.  Parts come
 * while the redo is followed: an interval makes one for the first row that
 * needs it, and no DDL row need say so.  Who reads the parts after the end of
 * a window was fixed knows all that the window can hold; one that is gone
 * again by then was dropped by DDL on its table.
 *
 * Errors	those of ora_read.h
 * Threads	one at a time
 */
#ifndef CW_ENDPOINT_OBJECTS_H
#define CW_ENDPOINT_OBJECTS_H

#include "model/shape.h"
#include "oracle/session.h"

struct cw_object {
	uint64_t id;
	uint32_t table; /* index of its shape */
};

struct cw_objects {
	struct cw_object *at; /* by id */
	size_t count, room;
	size_t parts; /* of them */
};

/* The tables themselves. */
void cw_objects_init(struct cw_objects *objects, const struct cw_shape *const *shape,
		     uint32_t count);
/* One more, known by a number of its own; false: it was there. */
bool cw_objects_add(struct cw_objects *objects, uint64_t id, uint32_t table);
/* The partitions and subpartitions that the dictionary has now. */
bool cw_objects_read_parts(struct cw_objects *objects, struct cw_ora *ora,
			   const struct cw_shape *const *shape, uint32_t count,
			   struct cw_err *err) CW_MUST_CHECK;
/* Index of the table, -1: none of the crossing. */
int64_t cw_objects_find(const struct cw_objects *objects, uint64_t id);
void cw_objects_release(struct cw_objects *objects);

#endif
