#include "rehearsal/net_tls.h"

#include "base/clock.h"
#include "base/tls.h"

#include <openssl/ssl.h>
#include <stdlib.h>

static bool unusable(const char *what, const char *path, struct cw_err *err)
{
	char reason[160];

	cw_tls_reason(reason, sizeof(reason));
	return cw_fail(err, CW_ERR_CONFIG, 9103, "%s %s cannot be used: %s", what, path, reason);
}

static bool load(SSL_CTX *context, const struct rh_net_options *options, struct cw_err *err)
{
	if (SSL_CTX_use_certificate_chain_file(context, options->certificate) != 1)
		return unusable("certificate", options->certificate, err);
	if (SSL_CTX_use_PrivateKey_file(context, options->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1)
		return unusable("key", options->key, err);
	if (!options->client_authority || !*options->client_authority)
		return true;
	if (SSL_CTX_load_verify_file(context, options->client_authority) != 1)
		return unusable("authority", options->client_authority, err);
	SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options->client_authority));
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return true;
}

bool net_tls_new(const struct rh_net_options *options, SSL_CTX **ret, struct cw_err *err)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (!context)
		abort();
	(void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	/* a session is not resumed: each connection shows its certificates */
	(void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(context, 0);
	if (load(context, options, err)) {
		*ret = context;
		return true;
	}
	SSL_CTX_free(context);
	return false;
}

void net_tls_free(SSL_CTX *context)
{
	SSL_CTX_free(context);
}

bool net_tls_accept(SSL_CTX *context, struct cw_io *io, int timeout_ms, struct cw_err *err)
{
	SSL *ssl = SSL_new(context);
	bool shaken;

	if (!ssl)
		abort();
	SSL_set_accept_state(ssl);
	io->until_ms = cw_clock_ms() + timeout_ms;
	shaken = cw_tls_start(io, ssl, err);
	io->until_ms = 0;
	return shaken;
}
