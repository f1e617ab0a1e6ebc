/*
 * sides.h - a person's errands on both databases: sessions of their own, and small questions
 *
 * Opened before the blackout and kept; one that broke is opened again at the
 * next use, which first ends what the server has of the one that broke.  Answers are text, cells of NULL are NULL pointers.
 *
 * Who hears a descriptor waits for no answer once it is readable: the call is cancelled, CW1202, and the
 * session counts as one that broke.
 *
 * Owns		answers live in the arena until cw_sides_forget()
 * Errors	those of oracle/session.h and postgres/session.h; CW6108 (retry)
 * Threads	one at a time
 */
#ifndef CW_SCHEMA_SIDES_H
#define CW_SCHEMA_SIDES_H

#include "schema/config.h"

struct cw_sides {
	struct cw_config *config;
	const char *name; /* what the sessions are called in V$SESSION and pg_stat_activity */
	struct cw_ora *ora;
	struct cw_pg *pg;
	struct cw_arena arena;
	int connect_timeout_ms, call_timeout_ms;
	int wake_fd; /* cw_sides_hear() */
	/* Sessions that broke: what they were told last may still be on its way.  0: none. */
	int lost_pg_pid;
	uint32_t lost_ora_sid, lost_ora_serial, lost_ora_instance;
	char ora_audsid[24], lost_ora_audsid[24]; /* an instance that is started again gives the others anew */
};

struct cw_answer {
	unsigned rows, columns;
	const char **cell;
};

void cw_sides_start(struct cw_sides *sides, struct cw_config *config, const char *name);
void cw_sides_stop(struct cw_sides *sides);
void cw_sides_forget(struct cw_sides *sides);

/* Calls end when @wake_fd is readable; -1: by nothing but their timeouts, whatever was heard before. */
void cw_sides_hear(struct cw_sides *sides, int wake_fd);
/*
 * For who is going to ask no more: what a session that broke was told last is ended, where its server
 * can be reached at once.
 */
void cw_sides_settle(struct cw_sides *sides);

/* Open what is not open, and see that what is open answers. */
bool cw_sides_wake(struct cw_sides *sides, struct cw_err *err) CW_MUST_CHECK;
/* Open the session with Oracle if it is not, or was lost: who uses @ora itself asks before. */
bool cw_sides_need_ora(struct cw_sides *sides, struct cw_err *err) CW_MUST_CHECK;

/* End the session with Oracle that @other lost, if it did: nothing that it was told takes effect from now on. */
bool cw_sides_end_lost_of(struct cw_sides *sides, struct cw_sides *other,
			  struct cw_err *err) CW_MUST_CHECK;

/*
 * End a session of Oracle's, @how: immediate, post_transaction.  One that is gone, or on its way, is ended;
 * @session: SID, SERIAL# and INST_ID as GV$SESSION has them, for it may be of another instance of a cluster.
 */
bool cw_sides_disconnect(struct cw_sides *sides, const char *const session[3], const char *how,
			 struct cw_err *err) CW_MUST_CHECK;

/*
 * One statement with text binds on Oracle (:1, :2 ...) or PostgreSQL ($1, $2
 * ...).  @ret may be NULL for a statement without rows.
 */
bool cw_ask_ora(struct cw_sides *sides, const char *sql, unsigned bind_count,
		const char *const *bind, struct cw_answer *ret, struct cw_err *err) CW_MUST_CHECK;
bool cw_ask_pg(struct cw_sides *sides, const char *sql, unsigned bind_count,
	       const char *const *bind, struct cw_answer *ret, struct cw_err *err) CW_MUST_CHECK;

/* Statements without binds and rows. */
bool cw_tell_ora(struct cw_sides *sides, struct cw_err *err, const char *fmt, ...)
	CW_PRINTF(3, 4) CW_MUST_CHECK;
bool cw_tell_pg(struct cw_sides *sides, struct cw_err *err, const char *fmt, ...)
	CW_PRINTF(3, 4) CW_MUST_CHECK;

static inline const char *cw_cell(const struct cw_answer *answer, unsigned row, unsigned column)
{
	return answer->cell[row * answer->columns + column];
}

/* The one cell of a one-row answer as a number; CW6107 if it is not one. */
bool cw_number_of(const struct cw_answer *answer, const char *what, int64_t *ret,
		  struct cw_err *err) CW_MUST_CHECK;

/* "NAME" with its quotes, in the arena: an identifier of Oracle's. */
const char *cw_quoted(struct cw_sides *sides, const char *name);

/* {SHOP,"a b"}: the list as the text of a PostgreSQL array. */
const char *cw_array_text(struct cw_sides *sides, const struct cw_config_list *list);

#endif
