/* limits.c - see limits.h */
#include "rehearsal/limits.h"

#include "rehearsal/knob.h"
#include "rehearsal/session_list.h"

#include "base/clock.h"
#include "base/os.h"

#define MINUTE_MS 60000u

#define IDLE_TOO_LONG	   2396
#define CONNECTED_TOO_LONG 2399

/* 0: within its limits. */
static int exceeded(const struct rh_session *session, int64_t now_ms, int64_t minute_ms)
{
	int64_t since = atomic_load(&session->resting_since_ms);

	if (since == 0) /* a call runs */
		return 0;
	if (session->idle_minutes > 0 && now_ms - since >= session->idle_minutes * minute_ms)
		return IDLE_TOO_LONG;
	if (session->connect_minutes > 0 &&
	    now_ms - session->logon_ms >= session->connect_minutes * minute_ms)
		return CONNECTED_TOO_LONG;
	return 0;
}

void rh_limits_enforce(struct rh_server *server)
{
	uint64_t minute_ms = MINUTE_MS;
	int64_t now_ms = cw_clock_ms();
	CW_LOCKED(&server->lock);

	for (struct rh_session *at = server->sessions; at; at = at->next) {
		if (at->idle_minutes == 0 && at->connect_minutes == 0)
			continue;
		if (!rh_knob(server->knobs, RH_KNOB_MINUTE, at->user, &minute_ms))
			minute_ms = MINUTE_MS;
		if (atomic_load(&at->doomed) == 0)
			rh_session_doom(at, exceeded(at, now_ms, (int64_t)minute_ms));
	}
}

void rh_session_rests(struct rh_session *session, bool rests)
{
	atomic_store(&session->resting_since_ms, rests ? cw_clock_ms() : 0);
	session->round_trips += !rests;
}
