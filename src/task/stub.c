/* stub.c - stands in until the tasks are written; goes with them */
#include "task/task.h"

int cw_task_forward(struct cw_config *config, enum cw_task_mode mode)
{
	(void)config, (void)mode;
	return 2;
}

int cw_task_reverse(struct cw_config *config, enum cw_task_mode mode)
{
	(void)config, (void)mode;
	return 2;
}
