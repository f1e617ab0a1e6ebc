/*
 * control.h - the conversation between a process and those who ask it things
 *
 * A process listens on a Unix socket of its crossing's folder.  One request is
 * one line of JSON, {"do": VERB, ...}; so is its reply: {"ok": true, "pid": n, "process":
 * "...", ...} or {"ok": false, "code": "CW4nnn", "text": "..."}; "process" (base/os.h) tells a
 * process from the one that was started after it, "pid" tells people.  A connection may ask many
 * things, one after the other; each connection has a thread of its own, so a
 * verb may block ("reach this SCN") without holding up "status".
 *
 * The verb "attach" is the server's own: it answers {"ok": true} and then every
 * event that cw_control_publish() was given, old ones (a ring keeps the last
 * CW_CONTROL_EVENTS) and new ones, one a line with its number in "n", until
 * one side closes.  {"do": "attach", "from": n} leaves out those before n.  At the end
 * the last of them are waited for, but not for one who does not read them.
 *
 *	static const struct cw_control_verb verbs[] = {
 *		{ "status", on_status }, { "stop", on_stop }, { NULL, NULL } };
 *	cw_control_listen("DIR/forward.sock", verbs, task, &control, &err)
 *	...
 *	cw_control_close(control)
 *
 * Only the same account and root are answered.
 *
 * Owns		requests and replies stay the caller's unless said otherwise
 * Errors	CW4101 cannot listen (another process does, or the system)
 *		CW4102 nobody listens (retry)	CW4103 not JSON, too long, closed
 *		CW4104 no reply in time (retry)	CW4105 unknown verb
 * Threads	handlers run in the connections' threads, many at a time
 */
#ifndef CW_CONTROL_CONTROL_H
#define CW_CONTROL_CONTROL_H

#include "base/err.h"

#include <jansson.h>
#include <sys/types.h>

#define CW_CONTROL_LINE_BYTES (4u << 20) /* longest request or reply */
#define CW_CONTROL_EVENTS     4096

struct cw_control;

/*
 * Answer @request by filling the object @reply.  False: *err becomes the
 * reply, with what @reply already holds.
 */
typedef bool cw_control_fn(void *owner, json_t *request, json_t *reply, struct cw_err *err);

struct cw_control_verb {
	const char *name; /* NULL ends the list */
	cw_control_fn *run;
};

/* Listen on @path, replacing a socket nobody answers at; mode 0600. */
bool cw_control_listen(const char *path, const struct cw_control_verb *verbs, void *owner,
		       struct cw_control **ret, struct cw_err *err) CW_MUST_CHECK;

/* Stop accepting, cut connections, wait for their threads, remove the socket; NULL is fine. */
void cw_control_close(struct cw_control *control);

/* Tell all that are attached; takes over the reference to @event (an object). */
void cw_control_publish(struct cw_control *control, json_t *event);

/**
 * cw_control_call - one request, one reply
 *
 * @timeout_ms: for connecting and for the whole reply; 0 or less: for ever
 * @ret: the reply, to be freed by json_decref(); NULL when false is returned
 *       and there was none.  A reply with "ok": false is given back too, and
 *       false is returned with its code and text in *err.
 */
bool cw_control_call(const char *path, const json_t *request, int timeout_ms, json_t **ret,
		     struct cw_err *err) CW_MUST_CHECK;

/*
 * The same, for an answer that may take long: @still is asked several times a second, and says false
 * with *err filled when nobody wants the answer any more.  The other side is not told.
 */
typedef bool cw_control_still_fn(void *owner, struct cw_err *err);
bool cw_control_call_while(const char *path, const json_t *request, int timeout_ms,
			   cw_control_still_fn *still, void *owner, json_t **ret,
			   struct cw_err *err) CW_MUST_CHECK;

/* The same for a request that is nothing but its verb. */
bool cw_control_ask(const char *path, const char *verb, int timeout_ms, json_t **ret,
		    struct cw_err *err) CW_MUST_CHECK;

/* The process that listens there, whether it answers or hangs; 0: none. */
pid_t cw_control_listener(const char *path);

/*
 * Attach and give every event to @on until it says false (true is returned) or
 * the connection ends (CW4103).
 */
typedef bool cw_control_event_fn(void *owner, json_t *event);
bool cw_control_attach(const char *path, json_int_t from, cw_control_event_fn *on, void *owner,
		       struct cw_err *err) CW_MUST_CHECK;

#endif
