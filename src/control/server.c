/*
 * server.c - the listening side of control.h
 *
 * One thread accepts; each connection gets a detached thread of its own and a
 * place in the table.  Closing shuts the sockets down, which wakes every read,
 * and waits until the last thread has left its place.
 */
#include "base/clock.h"
#include "base/os.h"
#include "control/address.h"
#include "control/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 64
#define LAST_WORDS_MS	2000 /* for who is attached to read what was published before the end */
#define REPLY_S		5    /* for who asked to read its reply on */

struct cw_control {
	const struct cw_control_verb *verbs;
	void *owner;
	int listen_fd, wake_fd;
	char *path;
	pthread_t accepting;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	bool closing;
	unsigned connections;
	int fd[CONNECTIONS_MAX]; /* -1: free */
	bool attached[CONNECTIONS_MAX];
	json_t *event[CW_CONTROL_EVENTS];
	json_int_t events; /* published in all; the next one's number */
};

struct connection {
	struct cw_control *control;
	unsigned place;
	int fd;
};

/* ---- one connection ---------------------------------------------------------- */

static const char *kind_text(enum cw_err_kind kind)
{
	switch (kind) {
	case CW_ERR_RETRY:
		return "retry";
	case CW_ERR_DATA:
		return "data";
	case CW_ERR_LIMIT:
		return "limit";
	case CW_ERR_CANCELLED:
		return "cancelled";
	default:
		return "config";
	}
}

static json_t *refusal(json_t *reply, const struct cw_err *err)
{
	char code[8];

	(void)snprintf(code, sizeof(code), "CW%04u", err->code);
	(void)json_object_set_new(reply, "ok", json_false());
	(void)json_object_set_new(reply, "code", json_string(code));
	(void)json_object_set_new(reply, "kind", json_string(kind_text(err->kind)));
	(void)json_object_set_new(reply, "text",
				  json_stringn_nocheck(err->text, strlen(err->text)));
	return reply;
}

static json_t *answer(struct cw_control *control, json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "do"));
	const struct cw_control_verb *verb = control->verbs;
	json_t *reply = json_object();
	struct cw_err err = { 0 };

	while (verb->name && (!name || strcmp(verb->name, name) != 0))
		verb++;
	if (!verb->name) {
		(void)cw_fail(&err, CW_ERR_CONFIG, 4105, "no verb '%s' here", name ? name : "");
		return refusal(reply, &err);
	}
	if (!verb->run(control->owner, request, reply, &err))
		return refusal(reply, &err);
	(void)json_object_set_new(reply, "ok", json_true());
	(void)json_object_set_new(reply, "pid", json_integer(getpid()));
	(void)json_object_set_new(reply, "process", json_string(cw_process_name()));
	return reply;
}

/* A write that waits for longer fails; 0: it waits for ever. */
static void limit_writes(int fd, time_t seconds)
{
	struct timeval limit = { .tv_sec = seconds };

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/* Event @n once it is there; NULL when the server goes and all it published was given. */
static json_t *next_event(struct cw_control *control, json_int_t *n)
{
	CW_LOCKED(&control->lock);

	while (!control->closing && *n >= control->events)
		(void)pthread_cond_wait(&control->changed, &control->lock);
	if (*n >= control->events)
		return NULL;
	if (*n < control->events - CW_CONTROL_EVENTS)
		*n = control->events - CW_CONTROL_EVENTS;
	/* The copy is made here: reference counts of jansson belong to the lock. */
	return json_deep_copy(control->event[(*n)++ % CW_CONTROL_EVENTS]);
}

static void stream_events(struct connection *c, const json_t *request)
{
	json_int_t n = json_integer_value(json_object_get(request, "from"));
	json_t *line = json_pack("{s:b}", "ok", 1);
	struct cw_err err;

	if (n < 0)
		n = 0;
	limit_writes(c->fd, 0); /* a terminal may be suspended for long */
	{
		CW_LOCKED(&c->control->lock);
		c->control->attached[c->place] = true;
	}
	while (line && cw_lines_write(c->fd, line, &err)) {
		json_decref(line);
		line = next_event(c->control, &n);
	}
	json_decref(line);
}

static void converse(struct connection *c)
{
	struct cw_lines lines = { .fd = c->fd };
	bool more = true;

	while (more) {
		struct cw_err err;
		json_t *request = cw_lines_read(&lines, 0, &err), *reply;
		const char *verb = json_string_value(json_object_get(request, "do"));

		if (!request)
			break;
		if (verb && strcmp(verb, "attach") == 0) {
			stream_events(c, request);
			more = false;
		} else {
			reply = answer(c->control, request);
			more = cw_lines_write(c->fd, reply, &err);
			json_decref(reply);
		}
		json_decref(request);
	}
	cw_lines_done(&lines);
}

static void *connection_thread(void *arg)
{
	struct connection *c = arg;
	struct cw_control *control = c->control;

	converse(c);
	{
		CW_LOCKED(&control->lock);
		control->fd[c->place] = -1;
		(void)close(c->fd);
		control->connections--;
		(void)pthread_cond_broadcast(&control->changed);
	}
	free(c);
	return NULL;
}

/* ---- accepting ---------------------------------------------------------------- */

static bool same_account(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	       (who.uid == geteuid() || who.uid == 0);
}

static bool take_place(struct cw_control *control, int fd, unsigned *ret)
{
	CW_LOCKED(&control->lock);

	for (unsigned i = 0; i < CONNECTIONS_MAX && !control->closing; i++)
		if (control->fd[i] < 0) {
			control->fd[i] = fd;
			control->attached[i] = false;
			control->connections++;
			*ret = i;
			return true;
		}
	return false;
}

static void leave_place(struct cw_control *control, unsigned place)
{
	CW_LOCKED(&control->lock);

	control->fd[place] = -1;
	control->connections--;
}

static void welcome(struct cw_control *control, int fd)
{
	struct connection *c;
	pthread_attr_t detached;
	pthread_t thread;
	unsigned place;

	if (!same_account(fd) || !take_place(control, fd, &place)) {
		(void)close(fd);
		return;
	}
	limit_writes(fd, REPLY_S);
	c = malloc(sizeof(*c));
	(void)pthread_attr_init(&detached);
	(void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	if (c)
		*c = (struct connection){ .control = control, .place = place, .fd = fd };
	if (!c || pthread_create(&thread, &detached, connection_thread, c) != 0) {
		leave_place(control, place);
		(void)close(fd);
		free(c);
	}
	(void)pthread_attr_destroy(&detached);
}

static void *accept_thread(void *arg)
{
	struct cw_control *control = arg;

	for (;;) {
		struct pollfd p[2] = { { .fd = control->listen_fd, .events = POLLIN },
				       { .fd = control->wake_fd, .events = POLLIN } };
		int fd;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (p[1].revents)
			return NULL;
		if (!(p[0].revents & POLLIN))
			continue;
		fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			welcome(control, fd);
	}
}

/* ---- open and close ------------------------------------------------------------- */

/* Bind; a socket file that nobody answers at is a dead process's and goes. */
static bool bind_at(int fd, const char *path, const struct cw_address *address, struct cw_err *err)
{
	const struct sockaddr *at = (const struct sockaddr *)&address->un;
	int other;

	if (bind(fd, at, sizeof(address->un)) == 0)
		return true;
	if (errno != EADDRINUSE)
		return cw_fail_errno(err, 4101, "listen at %s", path);
	other = cw_address_connect(address);
	if (other >= 0 || errno == EAGAIN) {
		cw_close_fd(&other);
		return cw_fail(err, CW_ERR_CONFIG, 4101, "another process listens at %s", path);
	}
	if (unlink(path) < 0 || bind(fd, at, sizeof(address->un)) < 0)
		return cw_fail_errno(err, 4101, "listen at %s", path);
	return true;
}

static int open_listener(const char *path, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct cw_address address;
	bool ok;

	if (fd < 0) {
		(void)cw_fail_errno(err, 4101, "a socket");
		return -1;
	}
	if (!cw_address_make(path, &address, err))
		return -1;
	ok = bind_at(fd, path, &address, err);
	cw_address_done(&address);
	if (!ok)
		return -1;
	if (chmod(path, 0600) < 0 || listen(fd, 64) < 0) {
		(void)cw_fail_errno(err, 4101, "listen at %s", path);
		return -1;
	}
	return cw_take_fd(&fd);
}

static void release(struct cw_control *control)
{
	cw_close_fd(&control->listen_fd);
	cw_close_fd(&control->wake_fd);
	for (unsigned i = 0; i < CW_CONTROL_EVENTS; i++)
		json_decref(control->event[i]);
	(void)pthread_mutex_destroy(&control->lock);
	(void)pthread_cond_destroy(&control->changed);
	free(control->path);
	free(control);
}

bool cw_control_listen(const char *path, const struct cw_control_verb *verbs, void *owner,
		       struct cw_control **ret, struct cw_err *err)
{
	struct cw_control *control = calloc(1, sizeof(*control));

	if (!control)
		return cw_fail(err, CW_ERR_LIMIT, 4101, "no memory to listen");
	control->verbs = verbs;
	control->owner = owner;
	control->path = strdup(path);
	(void)pthread_mutex_init(&control->lock, NULL);
	(void)pthread_cond_init(&control->changed, NULL);
	for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
		control->fd[i] = -1;
	control->wake_fd = eventfd(0, EFD_CLOEXEC);
	control->listen_fd = open_listener(path, err);
	if (control->listen_fd < 0 || control->wake_fd < 0 || !control->path) {
		release(control);
		return false;
	}
	if (pthread_create(&control->accepting, NULL, accept_thread, control) != 0) {
		(void)unlink(path);
		release(control);
		return cw_fail(err, CW_ERR_LIMIT, 4101, "no thread to listen at %s", path);
	}
	*ret = control;
	return true;
}

/* Whoever is attached and has not read the last of it by now is suspended, or nobody looks at his terminal. */
static void cut_attached(struct cw_control *control)
{
	for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
		if (control->fd[i] >= 0 && control->attached[i])
			(void)shutdown(control->fd[i], SHUT_RDWR);
}

/* With the lock. */
static void await_connections(struct cw_control *control)
{
	int64_t until = cw_clock_ms() + LAST_WORDS_MS, left;

	while (control->connections > 0 && (left = until - cw_clock_ms()) > 0)
		cw_cond_wait_ms(&control->changed, &control->lock, left);
	cut_attached(control);
	while (control->connections > 0)
		(void)pthread_cond_wait(&control->changed, &control->lock);
}

void cw_control_close(struct cw_control *control)
{
	uint64_t one = 1;

	if (!control)
		return;
	if (write(control->wake_fd, &one, sizeof(one)) != sizeof(one))
		return; /* cannot be: an eventfd takes a 1 */
	(void)pthread_join(control->accepting, NULL);
	(void)unlink(control->path);
	{
		CW_LOCKED(&control->lock);
		control->closing = true;
		for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
			if (control->fd[i] >= 0)
				(void)shutdown(control->fd[i], SHUT_RD);
		(void)pthread_cond_broadcast(&control->changed);
		await_connections(control);
	}
	release(control);
}

void cw_control_publish(struct cw_control *control, json_t *event)
{
	CW_LOCKED(&control->lock);
	json_t **place = &control->event[control->events % CW_CONTROL_EVENTS];

	(void)json_object_set_new(event, "n", json_integer(control->events));
	json_decref(*place);
	*place = event;
	control->events++;
	(void)pthread_cond_broadcast(&control->changed);
}
