/*
 * change.h - one row change as the source's log tells it
 *
 * Owns	nothing: row bytes, shape and rowid are good until the next change is
 *	asked of the transaction that this one came from
 */
#ifndef CW_MODEL_CHANGE_H
#define CW_MODEL_CHANGE_H

#include "model/shape.h"
#include "model/value.h"

enum cw_change_kind { CW_INSERT, CW_UPDATE, CW_DELETE, CW_TRUNCATE };

/*
 *		before			after
 * INSERT	count 0			every column
 * UPDATE	what was logged		every column, UNCHANGED where it is
 * DELETE	what was logged		count 0
 * TRUNCATE	count 0			count 0
 */
struct cw_change {
	enum cw_change_kind kind;
	const struct cw_shape *shape;
	struct cw_row before, after;
	char rowid[24]; /* Oracle's, "" when unknown or the source is PostgreSQL */
};

#endif
