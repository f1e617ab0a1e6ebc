/*
 * test_tls.c - whom the client believes over tcps, and what it shows
 *
 * A thread is the server, with certificates that are made here: by an authority of our
 * own, by another one, out of date, for other names.
 */
#include "base/clock.h"
#include "base/os.h"
#include "base/tls.h"
#include "oracle/wire.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY 86400L

struct identity {
	X509 *cert;
	EVP_PKEY *key;
};

static struct identity authority, stranger, server, expired, client;
static char folder[] = "/tmp/cw_tls_XXXXXX";

/* ---- certificates ---------------------------------------------------------------------- */

static void add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(cert, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* @subject: "C=CH", "CN=x", NULL; @names: subjectAltName or NULL; @by NULL: an authority. */
static struct identity make(const char *const *subject, const char *names,
			    const struct identity *by, long days)
{
	static long serial;
	struct identity made = { X509_new(), EVP_EC_gen("P-256") };
	X509_NAME *name = X509_get_subject_name(made.cert);
	char key[8];

	assert_non_null(made.key);
	for (; *subject; subject++) {
		const char *equals = strchr(*subject, '=');

		(void)snprintf(key, sizeof(key), "%.*s", (int)(equals - *subject), *subject);
		assert_int_equal(X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
							    (const uint8_t *)equals + 1, -1, -1, 0),
				 1);
	}
	(void)X509_set_version(made.cert, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(made.cert), ++serial);
	(void)X509_gmtime_adj(X509_getm_notBefore(made.cert), -2 * DAY);
	(void)X509_gmtime_adj(X509_getm_notAfter(made.cert), days * DAY);
	(void)X509_set_pubkey(made.cert, made.key);
	(void)X509_set_issuer_name(made.cert, by ? X509_get_subject_name(by->cert) : name);
	if (!by)
		add_extension(made.cert, NID_basic_constraints, "critical,CA:TRUE");
	if (names)
		add_extension(made.cert, NID_subject_alt_name, names);
	assert_true(X509_sign(made.cert, by ? by->key : made.key, EVP_sha256()) > 0);
	return made;
}

static void drop(struct identity *identity)
{
	X509_free(identity->cert);
	EVP_PKEY_free(identity->key);
}

static int make_all(void **state)
{
	static const char *const ours[] = { "CN=Our Authority", NULL };
	static const char *const theirs[] = { "CN=Some Authority", NULL };
	static const char *const db[] = { "C=CH", "O=Shop, Inc", "CN=db.shop.test", NULL };
	static const char *const app[] = { "CN=app", NULL };

	(void)state;
	authority = make(ours, NULL, NULL, 2);
	stranger = make(theirs, NULL, NULL, 2);
	server = make(db, "DNS:alias.shop.test,IP:192.0.2.1", &authority, 2);
	expired = make(db, NULL, &authority, -1);
	client = make(app, NULL, &authority, 2);
	return mkdtemp(folder) ? 0 : -1;
}

static const char *const wallet_files[] = { "ewallet.pem", "ewallet.p12", "cwallet.sso" };

static void empty_folder(void)
{
	char path[100];

	for (size_t i = 0; i < CW_ARRAY_LEN(wallet_files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, wallet_files[i]);
		(void)unlink(path);
	}
}

static int drop_all(void **state)
{
	(void)state;
	drop(&authority);
	drop(&stranger);
	drop(&server);
	drop(&expired);
	drop(&client);
	empty_folder();
	return rmdir(folder);
}

static FILE *open_file(const char *name)
{
	char path[100];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

/* Only what is said; @key_password NULL: the key lies open. */
static void write_pem(X509 *trusted, const struct identity *own, const char *key_password)
{
	FILE *file;

	empty_folder();
	file = open_file("ewallet.pem");
	if (own) {
		assert_int_equal(PEM_write_PKCS8PrivateKey(file, own->key,
							   key_password ? EVP_aes_128_cbc() : NULL,
							   key_password,
							   key_password ? (int)strlen(key_password)
									: 0,
							   NULL, NULL),
				 1);
		assert_int_equal(PEM_write_X509(file, own->cert), 1);
	}
	if (trusted)
		assert_int_equal(PEM_write_X509(file, trusted), 1);
	assert_int_equal(fclose(file), 0);
}

/* @cipher: NID of what encrypts it, 0: what OpenSSL takes today. */
static void write_p12(int cipher, const char *password)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	PKCS12 *p12;
	FILE *file;

	empty_folder();
	(void)sk_X509_push(others, authority.cert);
	p12 = PKCS12_create(password, "app", client.key, client.cert, others, cipher, cipher, 2048,
			    2048, 0);
	assert_non_null(p12);
	file = open_file("ewallet.p12");
	assert_int_equal(i2d_PKCS12_fp(file, p12), 1);
	assert_int_equal(fclose(file), 0);
	PKCS12_free(p12);
	sk_X509_free(others);
}

/* ---- the other side ---------------------------------------------------------------------- */

struct other_side {
	int fd;
	const struct identity *identity;
	bool wants_client;
	char client_name[64]; /* whom it saw */
};

static void *serve(void *context)
{
	struct other_side *side = context;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL *ssl;
	char byte;

	(void)SSL_CTX_use_certificate(ctx, side->identity->cert);
	(void)SSL_CTX_use_PrivateKey(ctx, side->identity->key);
	if (side->wants_client) {
		(void)X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), authority.cert);
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	ssl = SSL_new(ctx);
	(void)SSL_set_fd(ssl, side->fd);
	if (SSL_accept(ssl) == 1) {
		X509 *seen = SSL_get0_peer_certificate(ssl);

		if (seen)
			(void)X509_NAME_get_text_by_NID(X509_get_subject_name(seen), NID_commonName,
							side->client_name,
							sizeof(side->client_name));
		while (SSL_read(ssl, &byte, 1) == 1) /* what comes in goes back */
			(void)SSL_write(ssl, &byte, 1);
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	(void)close(side->fd);
	return NULL;
}

struct meeting {
	const struct identity *identity;
	bool wants_client, is_loopback;
	const char *host, *connect; /* the connect string behind "tcps://h/orders?" */
	const char *password;
	char client_name[64];
};

static bool echo(struct cw_io *io, struct cw_err *err)
{
	uint8_t back[8];
	size_t got = 0, len;

	if (!cw_io_write(io, (struct cw_bytes){ (const uint8_t *)"hello", 5 }, err))
		return false;
	for (; got < 5; got += len)
		if (!cw_io_read(io, back + got, sizeof(back) - got, &len, err))
			return false;
	return memcmp(back, "hello", 5) == 0;
}

/* One handshake and, if it went well, bytes there and back. */
static bool meet(struct meeting *how, struct cw_err *err)
{
	struct other_side side = { .identity = how->identity ? how->identity : &server,
				   .wants_client = how->wants_client };
	struct cw_io io = { .fd = -1, .cancel_fd = -1, .timeout_ms = 10000 };
	struct cw_ora_destination destination;
	struct ora_tls_wish wish = { .host = how->host ? how->host : "db.shop.test",
				     .is_loopback = how->is_loopback };
	char connect[300];
	pthread_t thread;
	int pair[2];
	bool good;

	(void)snprintf(connect, sizeof(connect), "tcps://h/orders?%s%swallet_location=%s",
		       how->connect ? how->connect : "", how->connect ? "&" : "",
		       how->connect && strstr(how->connect, "system") ? "system" : folder);
	assert_true(cw_ora_destination_read(connect, &destination, err));
	wish.description = destination.description;
	wish.wallet = destination.description->tls.wallet;
	if (how->password)
		wish.wallet_password = cw_bytes_of(how->password);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	io.fd = pair[0];
	side.fd = pair[1];
	assert_int_equal(pthread_create(&thread, NULL, serve, &side), 0);
	good = ora_tls_start(&io, &wish, err) && echo(&io, err);
	cw_io_close(&io);
	assert_int_equal(pthread_join(thread, NULL), 0);
	memcpy(how->client_name, side.client_name, sizeof(how->client_name));
	cw_ora_destination_release(&destination);
	return good;
}

static void believes(struct meeting how)
{
	struct cw_err err = { 0 };

	if (!meet(&how, &err))
		fail_msg("%s: %s", how.connect ? how.connect : how.host, err.text);
}

static void refuses(struct meeting how, uint16_t code, const char *says)
{
	struct cw_err err = { 0 };

	if (meet(&how, &err))
		fail_msg("%s was believed", how.connect ? how.connect : how.host);
	if (err.code != code || !strstr(err.text, says))
		fail_msg("%s: CW%04u %s", how.connect ? how.connect : how.host, err.code, err.text);
}

/* The server and host "db.shop.test", where nothing else is said. */
#define WITH(...) ((struct meeting){ __VA_ARGS__ })

static void a_server_is_believed_by_its_authority_and_its_name(void **state)
{
	(void)state;
	write_pem(authority.cert, NULL, NULL);
	believes(WITH(0));
	believes(WITH(.host = "alias.shop.test"));
	believes(WITH(.host = "192.0.2.1"));
	believes(WITH(.host = "DB.SHOP.TEST"));
	refuses(WITH(.host = "other.shop.test"), 7117, "which is not host \"other.shop.test\"");
	refuses(WITH(.host = "192.0.2.2"), 7117, "which is not host");
	refuses(WITH(.identity = &expired), 7117, "expired");
	write_pem(stranger.cert, NULL, NULL);
	refuses(WITH(0), 7117, "not trusted");
	refuses(WITH(.connect = "ssl_server_dn_match=off"), 7117, "not trusted");
	/* to this machine the wallet is a wish to be sure */
	refuses(WITH(.is_loopback = true), 7117, "not trusted");
}

static void the_name_is_left_only_when_the_connect_string_says_so(void **state)
{
	(void)state;
	write_pem(authority.cert, NULL, NULL);
	believes(WITH(.host = "other", .connect = "ssl_server_dn_match=off"));
	refuses(WITH(.host = "other", .connect = "ssl_server_dn_match=on"), 7117, "not host");
	refuses(WITH(.host = "other", .connect = "ssl_allow_weak_dn_match=on"), 7117, "not host");
}

static void a_service_in_cn_will_do_only_by_a_weak_match(void **state)
{
	static const char *const subject[] = { "CN=orders", NULL };
	struct identity service = make(subject, NULL, &authority, 2);

	(void)state;
	write_pem(authority.cert, NULL, NULL);
	refuses(WITH(.identity = &service), 7117, "not host");
	believes(WITH(.identity = &service, .connect = "ssl_allow_weak_dn_match=on"));
	drop(&service);
}

static void a_whole_subject_is_compared_part_by_part(void **state)
{
	static const char *const same[] = {
		"'CN=db.shop.test,O=\"Shop, Inc\",C=CH'",
		"'C=CH, O=Shop\\, Inc, cn=db.shop.test'",
		"\"/C=CH/O=Shop, Inc/CN=db.shop.test\"",
	};
	static const char *const other[] = {
		"CN=db.shop.test",
		"'CN=db.shop.test,O=Shop,C=CH'",
		"'CN=db.shop.test,O=Shop\\, Inc,C=DE'",
		"'CN=DB.shop.test,O=Shop\\, Inc,C=CH'",
		"'CN=db.shop.test,O=Shop\\, Inc,C=CH,L=X'",
		"'CN=db.shop.test,C=CH,C=CH'",
		"nonsense",
	};
	char connect[200];

	(void)state;
	write_pem(authority.cert, NULL, NULL);
	for (size_t i = 0; i < CW_ARRAY_LEN(same); i++) {
		(void)snprintf(connect, sizeof(connect), "ssl_server_cert_dn=%s", same[i]);
		believes(WITH(.host = "any", .connect = connect));
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(other); i++) {
		(void)snprintf(connect, sizeof(connect), "ssl_server_cert_dn=%s", other[i]);
		refuses(WITH(.connect = connect), 7117, "SSL_SERVER_CERT_DN says");
	}
}

static void without_a_wallet_the_system_decides_but_for_this_machine(void **state)
{
	(void)state;
	refuses(WITH(.connect = "wallet_location=system"), 7117, "not trusted");
	believes(WITH(.connect = "wallet_location=system", .is_loopback = true));
	refuses(WITH(.connect = "wallet_location=system&ssl_server_dn_match=on", .is_loopback = true),
		7117, "not trusted");
	refuses(WITH(.connect = "wallet_location=system&ssl_server_cert_dn='CN=x'", .is_loopback = true),
		7117, "not trusted");
	empty_folder();
	refuses(WITH(0), 7118, "neither ewallet.pem nor");
}

static void a_client_shows_its_certificate_from_every_form_of_wallet(void **state)
{
	struct meeting how = WITH(.wants_client = true);
	struct cw_err err;

	(void)state;
	write_pem(authority.cert, &client, NULL);
	assert_true(meet(&how, &err));
	assert_string_equal(how.client_name, "app");
	write_pem(authority.cert, &client, "open sesame");
	how.password = "open sesame";
	assert_true(meet(&how, &err));
	assert_string_equal(how.client_name, "app");
	write_p12(0, "open sesame");
	assert_true(meet(&how, &err));
	assert_string_equal(how.client_name, "app");
	/* without a password the key stays closed, the authorities are there */
	write_pem(authority.cert, &client, "open sesame");
	how.password = NULL;
	how.wants_client = false;
	assert_true(meet(&how, &err));
	assert_string_equal(how.client_name, "");
}

static void an_old_wallet_in_rc2_is_opened(void **state)
{
	struct meeting how = WITH(.wants_client = true, .password = "open sesame");
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_try_load(NULL, "legacy", 1);
	struct cw_err err;

	(void)state;
	assert_non_null(legacy);
	write_p12(NID_pbe_WithSHA1And40BitRC2_CBC, "open sesame");
	assert_int_equal(OSSL_PROVIDER_unload(legacy), 1); /* the client loads it itself */
	assert_true(meet(&how, &err));
	assert_string_equal(how.client_name, "app");
}

static void a_wallet_that_cannot_be_used_is_told_before_anything_is_said(void **state)
{
	(void)state;
	write_pem(authority.cert, &client, "open sesame");
	refuses(WITH(.password = "wrong"), 7118, "key cannot be read");
	write_p12(0, "open sesame");
	refuses(WITH(.password = "wrong"), 7118, "password is wrong");
	refuses(WITH(0), 7118, "wants a wallet password");
	empty_folder();
	assert_int_equal(fclose(open_file("cwallet.sso")), 0);
	refuses(WITH(0), 7118, "cwallet.sso alone");
	assert_int_equal(fclose(open_file("ewallet.p12")), 0);
	refuses(WITH(0), 7118, "no PKCS #12");
	write_pem(NULL, NULL, NULL);
	refuses(WITH(0), 7118, "no certificate");
}

static void a_server_that_wants_a_certificate_and_gets_none_is_told(void **state)
{
	(void)state;
	write_pem(authority.cert, NULL, NULL);
	/* with TLS 1.3 the server says so only after the client believes to be through */
	refuses(WITH(.wants_client = true, .connect = "ssl_version=TLSv1.2"), 7116,
		"client certificate");
	refuses(WITH(.wants_client = true), 1212, "certificate required");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_is_believed_by_its_authority_and_its_name),
		cmocka_unit_test(the_name_is_left_only_when_the_connect_string_says_so),
		cmocka_unit_test(a_service_in_cn_will_do_only_by_a_weak_match),
		cmocka_unit_test(a_whole_subject_is_compared_part_by_part),
		cmocka_unit_test(without_a_wallet_the_system_decides_but_for_this_machine),
		cmocka_unit_test(a_client_shows_its_certificate_from_every_form_of_wallet),
		cmocka_unit_test(an_old_wallet_in_rc2_is_opened),
		cmocka_unit_test(a_wallet_that_cannot_be_used_is_told_before_anything_is_said),
		cmocka_unit_test(a_server_that_wants_a_certificate_and_gets_none_is_told),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("tls", tests, make_all, drop_all);
}
