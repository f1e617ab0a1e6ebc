/*
 * slot.h - a logical slot: made, read, dropped
 *
 * Reading needs a session opened with login.replication.  Keepalives are
 * answered as they are read, and now and then from cw_pg_slot_confirm(); the
 * server may wait ten minutes for one (wal_sender_timeout of the session).
 *
 * Sources	PostgreSQL 15 manual 55.4 (streaming replication protocol)
 */
#ifndef CW_POSTGRES_SLOT_H
#define CW_POSTGRES_SLOT_H

#include "postgres/session.h"

struct cw_pg_system {
	uint64_t id, flushed; /* flushed: LSN */
	uint32_t timeline;
};

bool cw_pg_identify(struct cw_pg *pg, struct cw_pg_system *ret, struct cw_err *err) CW_MUST_CHECK;

/* Plugin pgoutput, no snapshot. */
bool cw_pg_slot_create(struct cw_pg *pg, const char *slot, struct cw_err *err) CW_MUST_CHECK;

/* Begin to read at @from (0: where the slot was confirmed), in binary, with messages of origin. */
bool cw_pg_slot_start(struct cw_pg *pg, const char *slot, const char *publication, uint64_t from,
		      struct cw_err *err) CW_MUST_CHECK;

enum cw_pg_slot_next {
	CW_PG_SLOT_MESSAGE,
	CW_PG_SLOT_KEEPALIVE,
	CW_PG_SLOT_IDLE,
	CW_PG_SLOT_FAILED
};

struct cw_pg_slot_message {
	struct cw_bytes bytes; /* of pgoutput, until the next call */
	uint64_t end;	       /* LSN up to which the server has sent all there is; KEEPALIVE */
};

/* Wait up to @wait_ms (0: only look). A keepalive that wants an answer gets one, @confirmed. */
enum cw_pg_slot_next cw_pg_slot_next(struct cw_pg *pg, int wait_ms, uint64_t confirmed,
				     struct cw_pg_slot_message *ret, struct cw_err *err);

/* Everything up to @confirmed is of no more use to us. */
bool cw_pg_slot_confirm(struct cw_pg *pg, uint64_t confirmed, struct cw_err *err) CW_MUST_CHECK;

bool cw_pg_lsn_parse(const char *text, uint64_t *ret, struct cw_err *err) CW_MUST_CHECK;

#endif
