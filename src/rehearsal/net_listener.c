/* net_listener.c - see net.h */
#include "rehearsal/knob.h"
#include "rehearsal/net.h"
#include "rehearsal/net_conn.h"
#include "rehearsal/net_ordered.h"
#include "rehearsal/net_tls.h"
#include "rehearsal/profile.h"

#include "base/log.h"
#include "base/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define WATCH_EVERY_MS 20

struct slot {
	pthread_t thread;
	bool used, over;
	bool busy;	/* a call runs: the watcher looks at fd */
	bool cancelled; /* told already */
	int fd;
	struct net_conn *conn;
};

struct rh_net {
	struct rh_server *server;
	struct rh_knobs *knobs;
	uint16_t port, tls_port; /* tls_port 0: none */
	uint32_t sdu, slots;	 /* slots: how many of @slot are for use */
	struct in_addr address;
	struct ssl_ctx_st *tls;
	int listen_fd;	   /* under lock; -1: the port is closed */
	int tls_listen_fd; /* the same, of tls_port */
	int wake_fd;   /* eventfd: the listener was opened or shut, or stop */
	int stop_fd;   /* eventfd: connections are to end */
	pthread_t acceptor, watcher;
	pthread_mutex_t lock;
	struct slot slot[RH_NET_SESSIONS_MAX];
	atomic_bool stopping;
};

static void poke(int fd)
{
	uint64_t one = 1;

	(void)!write(fd, &one, sizeof(one));
}

static void drain(int fd)
{
	uint64_t count;

	(void)!read(fd, &count, sizeof(count));
}

/* ---- connections --------------------------------------------------------------- */

static void *serve_connection(void *context)
{
	struct slot *slot = context;
	struct net_conn *conn = slot->conn;
	struct cw_err err;
	bool welcome = !conn->tls || net_tls_accept(conn->tls, &conn->link.io,
						    NET_CONNECT_TIMEOUT_MS, &err);

	net_ordered_begin(conn);
	if (!welcome)
		cw_log_err("a TLS handshake failed", &err);
	else if (net_login(conn))
		net_serve_calls(conn);
	for (uint32_t id = 1; id <= NET_CURSORS_MAX; id++)
		net_cursor_close(conn, id);
	if (conn->session)
		rh_session_close(conn->session);
	(void)pthread_mutex_lock(&conn->net->lock);
	slot->fd = -1;
	(void)pthread_mutex_unlock(&conn->net->lock);
	cw_login_wipe(&conn->login, sizeof(conn->login));
	cw_tns_link_release(&conn->link);
	cw_arena_release(&conn->arena);
	(void)pthread_mutex_lock(&conn->net->lock);
	slot->over = true;
	(void)pthread_mutex_unlock(&conn->net->lock);
	return NULL;
}

static void free_slot(struct rh_net *net, struct slot *slot)
{
	struct net_conn *conn = slot->conn;

	(void)pthread_join(slot->thread, NULL);
	(void)pthread_mutex_lock(&net->lock);
	*slot = (struct slot){ .fd = -1 };
	(void)pthread_mutex_unlock(&net->lock);
	free(conn);
}

/*
 * A slot that nobody uses; those whose connection ended are joined.  Only the acceptor takes
 * slots, and who stops the net when the acceptor is gone.
 */
static struct slot *take_slot(struct rh_net *net)
{
	struct slot *found = NULL;

	for (size_t i = 0; i < net->slots; i++) {
		struct slot *slot = &net->slot[i];
		bool over;

		(void)pthread_mutex_lock(&net->lock);
		over = slot->used && slot->over;
		(void)pthread_mutex_unlock(&net->lock);
		if (over)
			free_slot(net, slot);
		if (!slot->used && !found)
			found = slot;
	}
	return found;
}

/* No room: say so in the listener's way and hang up. */
static void refuse(const struct rh_net *net, int fd, uint32_t error)
{
	struct rh_session_facts facts;
	struct cw_wr wr = { .limit_bytes = 1024 };
	struct cw_err err;

	rh_server_facts(net->server, &facts);
	cw_tns_put_refuse(&wr, facts.profile->version_no, error);
	(void)!cw_write_all(fd, cw_wr_bytes(&wr), &err);
	cw_wr_release(&wr);
	(void)close(fd);
}

static struct net_conn *new_conn(struct rh_net *net, int fd, bool tls)
{
	struct net_conn *conn = calloc(1, sizeof(*conn));
	struct cw_io io = { .fd = fd, .cancel_fd = net->stop_fd };

	if (!conn)
		abort();
	conn->net = net;
	conn->server = net->server;
	conn->knobs = net->knobs;
	conn->tls = tls ? net->tls : NULL;
	conn->sdu = net->sdu;
	conn->ttc = CW_TTC_UNKNOWN;
	conn->arena = CW_ARENA(NET_MESSAGE_BYTES);
	cw_tns_link_init(&conn->link, &io);
	return conn;
}

static void start_connection(struct rh_net *net, int fd, bool tls)
{
	struct slot *slot = take_slot(net);
	uint64_t ordered = 12519;
	bool started;
	int on = 1;

	if (!slot || rh_knob(net->knobs, RH_KNOB_REFUSE, "", &ordered)) {
		refuse(net, fd, (uint32_t)ordered);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)pthread_mutex_lock(&net->lock);
	slot->conn = new_conn(net, fd, tls);
	slot->fd = fd;
	slot->used = true;
	started = pthread_create(&slot->thread, NULL, serve_connection, slot) == 0;
	if (!started) {
		free(slot->conn);
		*slot = (struct slot){ .fd = -1 };
	}
	(void)pthread_mutex_unlock(&net->lock);
	if (!started)
		refuse(net, fd, 12518);
}

static void *accept_connections(void *context)
{
	struct rh_net *net = context;

	while (!atomic_load(&net->stopping)) {
		struct pollfd on[3] = { { .fd = net->wake_fd, .events = POLLIN },
					{ .events = POLLIN },
					{ .events = POLLIN } };

		(void)pthread_mutex_lock(&net->lock);
		on[1].fd = net->listen_fd;
		on[2].fd = net->tls_listen_fd;
		(void)pthread_mutex_unlock(&net->lock);
		if (poll(on, 3, -1) < 0 && errno != EINTR)
			break;
		if (on[0].revents)
			drain(net->wake_fd);
		for (int i = 1; i < 3; i++) {
			int fd = on[i].revents & POLLIN ? accept4(on[i].fd, NULL, NULL,
								  SOCK_CLOEXEC | SOCK_NONBLOCK)
							: -1;

			if (fd >= 0)
				start_connection(net, fd, i == 2);
		}
	}
	return NULL;
}

/* ---- breaks -------------------------------------------------------------------- */

static struct slot *slot_of(const struct net_conn *conn)
{
	for (size_t i = 0; i < conn->net->slots; i++) {
		if (conn->net->slot[i].conn == conn)
			return &conn->net->slot[i];
	}
	return NULL;
}

void net_call_begins(struct net_conn *conn)
{
	struct slot *slot;

	(void)pthread_mutex_lock(&conn->net->lock);
	slot = slot_of(conn);
	slot->busy = conn->token == 0; /* in a pipeline what comes is the next request */
	slot->cancelled = false;
	(void)pthread_mutex_unlock(&conn->net->lock);
}

void net_call_ends(struct net_conn *conn)
{
	(void)pthread_mutex_lock(&conn->net->lock);
	slot_of(conn)->busy = false;
	(void)pthread_mutex_unlock(&conn->net->lock);
}

/* Something came while the call runs: a break, or the peer is gone. */
static void watch_one(struct slot *slot)
{
	struct pollfd on = { .fd = slot->fd, .events = POLLIN | POLLPRI };

	if (slot->used && slot->busy && !slot->cancelled && slot->fd >= 0 && poll(&on, 1, 0) > 0) {
		slot->cancelled = true;
		rh_session_cancel(slot->conn->session);
	}
}

static void *watch_calls(void *context)
{
	struct rh_net *net = context;

	while (!atomic_load(&net->stopping)) {
		struct pollfd stop = { .fd = net->stop_fd, .events = POLLIN };

		(void)poll(&stop, 1, WATCH_EVERY_MS);
		(void)pthread_mutex_lock(&net->lock);
		for (size_t i = 0; i < net->slots; i++)
			watch_one(&net->slot[i]);
		(void)pthread_mutex_unlock(&net->lock);
	}
	return NULL;
}

/* ---- the listener --------------------------------------------------------------- */

/* *port 0: any; it is told which. */
static bool open_port(struct in_addr address, uint16_t *port, int *ret_fd, struct cw_err *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(*port),
				  .sin_addr = address };
	char shown[INET_ADDRSTRLEN];
	socklen_t len = sizeof(at);
	CW_CLEANUP(cw_close_fd)
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return cw_fail_errno(err, 9101, "socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 128) != 0)
		return cw_fail_errno(err, 9101, "listening on %s:%u",
				     inet_ntop(AF_INET, &address, shown, sizeof(shown)),
				     (unsigned)*port);
	if (getsockname(fd, (struct sockaddr *)&at, &len) == 0)
		*port = ntohs(at.sin_port);
	*ret_fd = cw_take_fd(&fd);
	return true;
}

static bool open_ports(struct rh_net *net, struct cw_err *err)
{
	if (net->listen_fd < 0 && !open_port(net->address, &net->port, &net->listen_fd, err))
		return false;
	return net->tls_port == 0 || net->tls_listen_fd >= 0 ||
	       open_port(net->address, &net->tls_port, &net->tls_listen_fd, err);
}

/* Nobody but this machine gets in unless both the folder and this start say so. */
static bool take_address(const struct rh_net_options *options, struct in_addr *ret,
			 struct cw_err *err)
{
	const char *text = options->listen && *options->listen ? options->listen : "127.0.0.1";

	if (inet_pton(AF_INET, text, ret) != 1)
		return cw_fail(err, CW_ERR_CONFIG, 9104, "%s is no IPv4 address to listen on",
			       text);
	if (ntohl(ret->s_addr) >> 24 != IN_LOOPBACKNET && !options->beyond_loopback)
		return cw_fail(err, CW_ERR_CONFIG, 9104,
			       "%s is beyond this machine: the rehearsal listens there only if "
			       "serve is told --beyond-loopback, too",
			       text);
	return true;
}

bool rh_net_listener(struct rh_net *net, bool open, struct cw_err *err)
{
	bool ok = true;

	(void)pthread_mutex_lock(&net->lock);
	if (open) {
		ok = open_ports(net, err);
	} else {
		cw_close_fd(&net->listen_fd);
		cw_close_fd(&net->tls_listen_fd);
	}
	(void)pthread_mutex_unlock(&net->lock);
	poke(net->wake_fd);
	return ok;
}

uint16_t rh_net_port(const struct rh_net *net)
{
	return net->port;
}

static bool start_threads(struct rh_net *net, struct cw_err *err)
{
	if (pthread_create(&net->acceptor, NULL, accept_connections, net) != 0)
		return cw_fail(err, CW_ERR_LIMIT, 9102, "no thread for the listener");
	if (pthread_create(&net->watcher, NULL, watch_calls, net) == 0)
		return true;
	atomic_store(&net->stopping, true);
	poke(net->wake_fd);
	(void)pthread_join(net->acceptor, NULL);
	return cw_fail(err, CW_ERR_LIMIT, 9102, "no thread for the listener");
}

static void free_net(struct rh_net *net)
{
	cw_close_fd(&net->listen_fd);
	cw_close_fd(&net->tls_listen_fd);
	net_tls_free(net->tls);
	cw_close_fd(&net->wake_fd);
	cw_close_fd(&net->stop_fd);
	(void)pthread_mutex_destroy(&net->lock);
	free(net);
}

bool rh_net_start(struct rh_server *server, const struct rh_net_options *options,
		  struct rh_net **ret, struct cw_err *err)
{
	struct rh_net *net = calloc(1, sizeof(*net));

	if (!net)
		abort();
	net->server = server;
	net->knobs = options->knobs;
	net->port = options->port;
	net->tls_port = options->tls_port;
	net->sdu = options->sdu ? options->sdu : CW_TNS_SDU;
	net->slots = options->processes && options->processes < RH_NET_SESSIONS_MAX
			     ? options->processes
			     : RH_NET_SESSIONS_MAX;
	net->listen_fd = net->tls_listen_fd = -1;
	net->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	net->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	(void)pthread_mutex_init(&net->lock, NULL);
	for (size_t i = 0; i < net->slots; i++)
		net->slot[i].fd = -1;
	if (!take_address(options, &net->address, err) ||
	    (net->tls_port && !net_tls_new(options, &net->tls, err)) || !open_ports(net, err) ||
	    !start_threads(net, err)) {
		free_net(net);
		return false;
	}
	*ret = net;
	return true;
}

void rh_net_stop(struct rh_net *net)
{
	if (!net)
		return;
	atomic_store(&net->stopping, true);
	poke(net->wake_fd);
	poke(net->stop_fd);
	(void)pthread_join(net->acceptor, NULL);
	(void)pthread_join(net->watcher, NULL);
	for (size_t i = 0; i < net->slots; i++) {
		struct slot *slot = &net->slot[i];

		(void)pthread_mutex_lock(&net->lock);
		if (slot->used && slot->busy)
			rh_session_cancel(slot->conn->session);
		(void)pthread_mutex_unlock(&net->lock);
		if (slot->used)
			free_slot(net, slot);
	}
	free_net(net);
}
