/*
 * limits.h - how long a session may rest and live: IDLE_TIME and CONNECT_TIME of its user's profile
 *
 * The minutes are those of the wall, unless `causeway-rehearse fault DIR minute=MS` makes them shorter.  A session over
 * its limit is ended as PMON would: its transaction is undone at once, its next call is told.
 *
 * Threads	rh_limits_enforce() the one that waits for the server's end; the rest a session's own
 * Sources	SQL Language Reference 19c, "CREATE PROFILE"; Error Messages, ORA-02396, ORA-02399
 */
#ifndef CW_REHEARSAL_LIMITS_H
#define CW_REHEARSAL_LIMITS_H

#include "rehearsal/session.h"

/* End what has rested or lived too long; called several times a second. */
void rh_limits_enforce(struct rh_server *server);

#endif
