/*
 * task.h - the two task processes of a crossing
 *
 * The conductor starts `causeway task forward DIR` and `causeway task reverse
 * DIR`; they are these two functions.  Each listens on its socket in DIR and
 * returns when told to stop, with an exit code: 0 stopped as asked, 1 failed
 * in a way that trying again may cure, 2 a person has to change something
 * first (the conductor then does not start it again).
 *
 * A task that is started anew goes on where the target says it was.  WATCH
 * starts it reading but not applying, for when the applications are on the
 * other side: the conductor passes what its journal says.
 */
#ifndef CW_TASK_TASK_H
#define CW_TASK_TASK_H

#include "schema/config.h"

enum cw_task_mode { CW_TASK_APPLY = 0, CW_TASK_WATCH };

int cw_task_forward(struct cw_config *config, enum cw_task_mode mode);
int cw_task_reverse(struct cw_config *config, enum cw_task_mode mode);

#endif
