/* tls.c - see tls.h */
#include "base/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cw_tls_reason(char *ret, size_t room)
{
	unsigned long number = ERR_peek_last_error();
	const char *text = number ? ERR_reason_error_string(number) : NULL;

	(void)snprintf(ret, room, "%s", text ? text : "");
	ERR_clear_error();
}

/* ---- the socket, as OpenSSL sees it ------------------------------------------------ */

static int bio_write(BIO *bio, const char *from, int len)
{
	const struct cw_io *io = BIO_get_data(bio);
	ssize_t done = send(io->fd, from, (size_t)len, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (done < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_write(bio);
	return (int)done;
}

static int bio_read(BIO *bio, char *to, int room)
{
	const struct cw_io *io = BIO_get_data(bio);
	ssize_t got = recv(io->fd, to, (size_t)room, 0);

	BIO_clear_retry_flags(bio);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_read(bio);
	return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static BIO_METHOD *new_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cw_io");

	if (!method || BIO_meth_set_write(method, bio_write) != 1 ||
	    BIO_meth_set_read(method, bio_read) != 1 ||
	    BIO_meth_set_ctrl(method, bio_control) != 1)
		abort();
	return method;
}

/* ---- state -------------------------------------------------------------------------- */

struct tls {
	SSL *ssl;
	BIO_METHOD *method;
	struct cw_io at; /* the socket and its deadlines, at the time of the call */
	bool failed;	 /* nothing more may be said, not even goodbye */
};

static void free_tls(struct tls *tls)
{
	SSL_free(tls->ssl);
	BIO_meth_free(tls->method);
	free(tls);
}

/* What SSL_read() and friends left: wait and come again, or fail. */
static bool come_again(struct tls *tls, int result, const char *what, struct cw_err *err)
{
	char reason[160];
	int system = errno;

	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return cw_io_await(&tls->at, POLLIN, err);
	case SSL_ERROR_WANT_WRITE:
		return cw_io_await(&tls->at, POLLOUT, err);
	case SSL_ERROR_ZERO_RETURN:
		return cw_fail(err, CW_ERR_RETRY, 1203, "the peer closed the connection");
	case SSL_ERROR_SYSCALL:
		tls->failed = true;
		if (system == 0 || result == 0)
			return cw_fail(err, CW_ERR_RETRY, 1203, "the peer closed the connection");
		errno = system;
		return cw_fail_errno(err, 1204, "TLS: %s", what);
	default:
		tls->failed = true;
		cw_tls_reason(reason, sizeof(reason));
		if (strstr(reason, "unexpected eof"))
			return cw_fail(err, CW_ERR_RETRY, 1203, "the peer closed the connection");
		return cw_fail(err, CW_ERR_RETRY, 1212, "TLS: %s: %s", what, reason);
	}
}

static struct tls *ready_for(struct cw_io *io)
{
	struct tls *tls = io->layer_state;

	tls->at.cancel_fd = io->cancel_fd;
	tls->at.timeout_ms = io->timeout_ms;
	tls->at.until_ms = io->until_ms;
	ERR_clear_error();
	errno = 0;
	return tls;
}

static bool tls_read(struct cw_io *io, uint8_t *to, size_t room, size_t *ret_len,
		     struct cw_err *err)
{
	struct tls *tls = ready_for(io);
	int got;

	if (room > INT32_MAX)
		room = INT32_MAX;
	while ((got = SSL_read(tls->ssl, to, (int)room)) <= 0)
		if (!come_again(tls, got, "receive", err))
			return false;
	*ret_len = (size_t)got;
	return true;
}

/* A peer that closed while we wrote may have said why before. */
static void look_for_reason(struct tls *tls, struct cw_err *err)
{
	char reason[160];
	uint8_t byte;

	ERR_clear_error();
	if (SSL_read(tls->ssl, &byte, 1) > 0 || ERR_peek_last_error() == 0)
		return;
	cw_tls_reason(reason, sizeof(reason));
	if (!strstr(reason, "eof"))
		(void)cw_fail(err, CW_ERR_RETRY, 1212, "TLS: send: %s", reason);
}

static bool tls_write(struct cw_io *io, struct cw_bytes bytes, struct cw_err *err)
{
	struct tls *tls = ready_for(io);

	while (bytes.len > 0) {
		int part = bytes.len > (1 << 24) ? 1 << 24 : (int)bytes.len;
		int done = SSL_write(tls->ssl, bytes.at, part);

		if (done > 0) {
			bytes.at += done;
			bytes.len -= (size_t)done;
		} else if (!come_again(tls, done, "send", err)) {
			if (err->code == 1204)
				look_for_reason(tls, err);
			return false;
		}
	}
	return true;
}

static bool tls_waits(const struct cw_io *io)
{
	const struct tls *tls = io->layer_state;

	return SSL_has_pending(tls->ssl) == 1;
}

/* A goodbye that does not wait: who does not read it has gone already. */
static void tls_close(struct cw_io *io)
{
	struct tls *tls = io->layer_state;

	if (!tls->failed && SSL_is_init_finished(tls->ssl))
		(void)SSL_shutdown(tls->ssl);
	cw_tls_drop(io);
}

void cw_tls_drop(struct cw_io *io)
{
	if (!io->layer)
		return;
	free_tls(io->layer_state);
	io->layer = NULL;
	io->layer_state = NULL;
	ERR_clear_error();
}

SSL *cw_tls_of(const struct cw_io *io)
{
	const struct tls *tls = io->layer ? io->layer_state : NULL;

	return tls ? tls->ssl : NULL;
}

/* ---- the handshake -------------------------------------------------------------------- */

static bool shake(struct tls *tls, struct cw_err *err)
{
	int done;

	while ((done = SSL_do_handshake(tls->ssl)) != 1) {
		if (come_again(tls, done, "handshake", err))
			continue;
		if (err->code == 1212) { /* not in mid-session: before it */
			err->code = 1211;
			err->kind = CW_ERR_CONFIG;
		}
		return false;
	}
	return true;
}

bool cw_tls_start(struct cw_io *io, SSL *ssl, struct cw_err *err)
{
	static const struct cw_io_layer layer = { tls_read, tls_write, tls_waits, tls_close };
	struct tls *tls = calloc(1, sizeof(*tls));
	BIO *bio;

	assert(!io->layer);
	if (!tls)
		abort();
	tls->ssl = ssl;
	tls->method = new_method();
	tls->at = *io;
	bio = BIO_new(tls->method);
	if (!bio)
		abort();
	BIO_set_data(bio, &tls->at);
	BIO_set_init(bio, 1);
	SSL_set_bio(ssl, bio, bio);
	SSL_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	ERR_clear_error();
	errno = 0;
	if (!shake(tls, err)) {
		free_tls(tls);
		return false;
	}
	io->layer = &layer;
	io->layer_state = tls;
	return true;
}
