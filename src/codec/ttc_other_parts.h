/* ttc_other_parts.h - what the files of ttc_other.h share
 *
 *	ttc_other.c		which function is read where
 *	ttc_other_session.c	transactions, sessions, versions
 *	ttc_other_queue.c	queues and notification
 *	ttc_other_load.c	direct path load
 *	ttc_other_driver.c	what ojdbc says of pools, caches, shards and itself
 */
#ifndef CW_CODEC_TTC_OTHER_PARTS_H
#define CW_CODEC_TTC_OTHER_PARTS_H

#include "codec/ttc_other.h"

#define OTHER_TEXT_MAX 65536u

struct other_function {
	uint8_t function; /* 0 ends a table */
	void (*read)(struct cw_pass *pass);
	void (*read_answer)(struct cw_pass *pass); /* NULL: it has no PARAMETER */
};

extern const struct other_function other_session[], other_queue[], other_load[],
	other_driver[];

/* A count that is bounded; 0 once the pass has failed. */
uint32_t other_count(struct cw_pass *pass, const char *name);
/* A pointer byte and a length; 0 if there is nothing. */
uint32_t other_head(struct cw_pass *pass, const char *pointer, const char *length);
/* The same of a list: bounded. */
uint32_t other_list(struct cw_pass *pass, const char *pointer, const char *count);
void other_words(struct cw_pass *pass, const char *name, uint32_t count);
void other_keywords(struct cw_pass *pass, uint32_t count);

/* The two ways of a queue array: its answer depends on the request. */
void other_read_queue_array(struct cw_pass *pass, struct cw_ttc_other *other);
void other_read_queue_array_answer(struct cw_pass *pass, const struct cw_ttc_other *other);

#endif
