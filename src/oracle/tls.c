/*
 * tls.c - whom we believe over tcps, and what we show; see wire.h
 *
 * The chain must lead to an authority that is trusted: those of the wallet, or
 * without one those of the system.  Then the name: with SSL_SERVER_CERT_DN the
 * certificate's whole subject, attribute by attribute in any order; else the host
 * in the subject's alternative names or CN, or, where SSL_ALLOW_WEAK_DN_MATCH says
 * so, the service in CN.  SSL_SERVER_DN_MATCH=off leaves the name, not the chain.
 * To this machine itself nothing is demanded unless somebody says a wallet, a DN or
 * SSL_SERVER_DN_MATCH=on: a certificate for "localhost" proves nothing.
 *
 * A wallet is a folder with ewallet.pem or ewallet.p12: authorities, and perhaps a
 * key with its certificate, which is shown to servers that ask.  A key that is
 * encrypted is left alone when no wallet password was given.
 *
 * Errors	CW7116 the handshake failed, with what can be done; CW7117 the server
 *		is not believed; CW7118 the wallet cannot be read (all config)
 * Sources	Oracle Net Services Reference 19c, chapters 5 and 6; python-oracledb
 *		thin/{transport,crypto}.pyx; node-oracledb lib/thin/sqlnet/
 */
#include "oracle/wire.h"

#include "base/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define PATH_ROOM 4096
#define DN_PARTS  32

/* ---- the wallet ---------------------------------------------------------------------- */

static bool bad_wallet(const char *path, const char *why, struct cw_err *err)
{
	char reason[160];

	cw_tls_reason(reason, sizeof(reason));
	return cw_fail(err, CW_ERR_CONFIG, 7118, "wallet %s: %s%s%s%s", path, why,
		       *reason ? " (" : "", reason, *reason ? ")" : "");
}

static int give_password(char *to, int room, int writing, void *context)
{
	const struct cw_bytes *password = context;

	(void)writing;
	if (password->len > (size_t)room)
		return 0;
	if (password->len > 0)
		memcpy(to, password->at, password->len);
	return (int)password->len;
}

static bool use_key(SSL_CTX *ctx, X509 *cert, EVP_PKEY *key, const char *path, struct cw_err *err)
{
	if (!cert || SSL_CTX_use_certificate(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1 || SSL_CTX_check_private_key(ctx) != 1)
		return bad_wallet(path, "its key and its certificate do not belong together", err);
	return true;
}

static void trust(SSL_CTX *ctx, X509 *cert)
{
	(void)X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert);
}

/* The certificate of @key among those of the file. */
static X509 *own_certificate(STACK_OF(X509) *certs, EVP_PKEY *key)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		if (X509_check_private_key(sk_X509_value(certs, i), key) == 1)
			return sk_X509_value(certs, i);
	ERR_clear_error();
	return NULL;
}

static bool use_parts(SSL_CTX *ctx, STACK_OF(X509) *certs, EVP_PKEY *key, const char *path,
		      struct cw_err *err)
{
	X509 *own;

	for (int i = 0; i < sk_X509_num(certs); i++)
		trust(ctx, sk_X509_value(certs, i));
	if (sk_X509_num(certs) == 0)
		return bad_wallet(path, "it holds no certificate", err);
	if (!key)
		return true;
	own = own_certificate(certs, key);
	if (!use_key(ctx, own, key, path, err))
		return false;
	for (int i = 0; i < sk_X509_num(certs); i++) /* the chain that leads to ours */
		if (sk_X509_value(certs, i) != own)
			(void)SSL_CTX_add1_chain_cert(ctx, sk_X509_value(certs, i));
	ERR_clear_error();
	return true;
}

static bool read_pem(SSL_CTX *ctx, const char *path, struct cw_bytes password, struct cw_err *err)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	BIO *file = BIO_new_file(path, "re");
	EVP_PKEY *key = NULL;
	bool good = false;
	X509 *cert;

	if (!file || !certs) {
		good = bad_wallet(path, "it cannot be read", err);
		goto out;
	}
	while ((cert = PEM_read_bio_X509(file, NULL, NULL, NULL)) != NULL)
		(void)sk_X509_push(certs, cert);
	ERR_clear_error();
	(void)BIO_reset(file);
	key = PEM_read_bio_PrivateKey(file, NULL, give_password, &password);
	if (!key && password.len > 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		good = bad_wallet(path, "its key cannot be read with the wallet password", err);
		goto out;
	}
	ERR_clear_error();
	good = use_parts(ctx, certs, key, path, err);
out:
	EVP_PKEY_free(key);
	sk_X509_pop_free(certs, X509_free);
	BIO_free(file);
	return good;
}

static bool parse_p12(PKCS12 *p12, const char *password, EVP_PKEY **ret_key,
		      STACK_OF(X509) **ret_certs)
{
	X509 *own = NULL;

	if (PKCS12_parse(p12, password, ret_key, &own, ret_certs) != 1)
		return false;
	if (!*ret_certs)
		*ret_certs = sk_X509_new_null();
	if (own)
		(void)sk_X509_unshift(*ret_certs, own);
	return true;
}

/*
 * Wallets of older releases are encrypted with RC2, which OpenSSL keeps in a provider of
 * its own; it is there for this one moment.
 */
static bool parse_old_p12(PKCS12 *p12, const char *password, EVP_PKEY **ret_key,
			  STACK_OF(X509) **ret_certs)
{
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_try_load(NULL, "legacy", 1);
	bool good = legacy && parse_p12(p12, password, ret_key, ret_certs);

	if (legacy)
		(void)OSSL_PROVIDER_unload(legacy);
	return good;
}

static bool open_p12(SSL_CTX *ctx, PKCS12 *p12, const char *path, const char *password,
		     struct cw_err *err)
{
	STACK_OF(X509) *certs = NULL;
	EVP_PKEY *key = NULL;
	bool good;

	if (PKCS12_verify_mac(p12, password, -1) != 1)
		return bad_wallet(path, *password ? "the wallet password is wrong"
						  : "it wants a wallet password", err);
	good = parse_p12(p12, password, &key, &certs) ||
	       parse_old_p12(p12, password, &key, &certs);
	good = good ? use_parts(ctx, certs, key, path, err)
		    : bad_wallet(path, "it cannot be decrypted", err);
	EVP_PKEY_free(key);
	sk_X509_pop_free(certs, X509_free);
	return good;
}

static bool read_p12(SSL_CTX *ctx, const char *path, struct cw_bytes password, struct cw_err *err)
{
	BIO *file = BIO_new_file(path, "rbe");
	PKCS12 *p12 = file ? d2i_PKCS12_bio(file, NULL) : NULL;
	char text[1024] = "";
	bool good;

	if (password.len > 0 && password.len < sizeof(text))
		memcpy(text, password.at, password.len);
	good = p12 ? open_p12(ctx, p12, path, text, err)
		   : bad_wallet(path, "it is no PKCS #12 file", err);
	OPENSSL_cleanse(text, sizeof(text));
	PKCS12_free(p12);
	BIO_free(file);
	return good;
}

static bool exists(const char *folder, const char *name, char path[PATH_ROOM])
{
	FILE *file;

	if (snprintf(path, PATH_ROOM, "%s/%s", folder, name) >= PATH_ROOM)
		return false;
	file = fopen(path, "re");
	if (file)
		(void)fclose(file);
	return file != NULL;
}

static bool read_wallet(SSL_CTX *ctx, const struct ora_tls_wish *wish, struct cw_err *err)
{
	const char *folder = wish->wallet;
	char path[PATH_ROOM];

	if (!folder) {
		if (SSL_CTX_set_default_verify_paths(ctx) != 1)
			return bad_wallet("of the system", "its authorities cannot be read", err);
		return true;
	}
	if (exists(folder, "ewallet.pem", path))
		return read_pem(ctx, path, wish->wallet_password, err);
	if (exists(folder, "ewallet.p12", path))
		return read_p12(ctx, path, wish->wallet_password, err);
	return bad_wallet(folder,
			  exists(folder, "cwallet.sso", path)
				  ? "it holds cwallet.sso alone, which only Oracle's own libraries "
				    "open: put ewallet.p12 or ewallet.pem beside it"
				  : "it holds neither ewallet.pem nor ewallet.p12",
			  err);
}

/* ---- distinguished names ------------------------------------------------------------------ */

struct dn_part {
	char key[32];
	char value[256];
};

static void cut_blanks(char *text, size_t len)
{
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
}

/* "KEY =" */
static bool take_key(const char **text, struct dn_part *part)
{
	size_t len = 0;

	*text += strspn(*text, " \t\r\n");
	while (**text && **text != '=' && len + 1 < sizeof(part->key))
		part->key[len++] = *(*text)++;
	cut_blanks(part->key, len);
	return *(*text) == '=' && part->key[0] && *++*text != '\0';
}

/* "value" up to @end, which may stand in quotes or behind a backslash. */
static bool take_value(const char **text, char end, struct dn_part *part)
{
	bool quoted = false;
	size_t len = 0;

	*text += strspn(*text, " \t");
	for (; **text && (quoted || **text != end); ++*text) {
		if (**text == '"') {
			quoted = !quoted;
			continue;
		}
		if (**text == '\\' && (*text)[1])
			++*text;
		if (len + 1 == sizeof(part->value))
			return false;
		part->value[len++] = **text;
	}
	cut_blanks(part->value, len);
	return !quoted;
}

/* "CN=db, O=\"A, B\"" and "/CN=db/O=x": parts as they are written; -1: it is none. */
static int split_dn(const char *text, struct dn_part part[DN_PARTS])
{
	char end = *text == '/' ? '/' : ',';
	int count = 0;

	text += *text == '/';
	while (*text) {
		if (count == DN_PARTS || !take_key(&text, &part[count]) ||
		    !take_value(&text, end, &part[count]))
			return -1;
		count++;
		text += *text == end;
	}
	return count;
}

static const char *short_name(const char *key)
{
	static const char *const same[][2] = { { "S", "ST" },
					       { "E", "emailAddress" },
					       { "EMAIL", "emailAddress" } };

	for (size_t i = 0; i < CW_ARRAY_LEN(same); i++)
		if (strcasecmp(key, same[i][0]) == 0)
			return same[i][1];
	return key;
}

static bool entry_is(const X509_NAME_ENTRY *entry, const struct dn_part *part)
{
	int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
	bool same = nid != NID_undef && strcasecmp(OBJ_nid2sn(nid), short_name(part->key)) == 0 &&
		    len >= 0 && strlen(part->value) == (size_t)len &&
		    memcmp(utf8, part->value, (size_t)len) == 0;

	OPENSSL_free(utf8);
	return same;
}

/* The same parts, in whatever order. */
static bool is_subject(X509 *cert, const char *expected)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	struct dn_part part[DN_PARTS];
	bool used[DN_PARTS] = { 0 };
	int count = split_dn(expected, part);

	if (count <= 0 || X509_NAME_entry_count(subject) != count)
		return false;
	for (int i = 0; i < count; i++) {
		int j = 0;

		while (j < count &&
		       (used[j] || !entry_is(X509_NAME_get_entry(subject, j), &part[i])))
			j++;
		if (j == count)
			return false;
		used[j] = true;
	}
	return true;
}

static bool has_service(X509 *cert, const char *service)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	struct dn_part want = { .key = "CN" };

	(void)snprintf(want.value, sizeof(want.value), "%s", service);
	for (int i = 0; i < X509_NAME_entry_count(subject); i++)
		if (entry_is(X509_NAME_get_entry(subject, i), &want))
			return true;
	return false;
}

static bool has_host(X509 *cert, const char *host)
{
	return X509_check_ip_asc(cert, host, 0) == 1 ||
	       X509_check_host(cert, host, 0, X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT, NULL) == 1;
}

static void subject_text(X509 *cert, char *ret, size_t room)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;

	if (out && X509_NAME_print_ex(out, X509_get_subject_name(cert), 0,
				      XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
		len = BIO_get_mem_data(out, &text);
	(void)snprintf(ret, room, "%.*s", (int)len, len > 0 ? text : "");
	BIO_free(out);
}

static bool check_name(SSL *ssl, const struct ora_tls_wish *wish, struct cw_err *err)
{
	const struct cw_ora_description *description = wish->description;
	X509 *cert = SSL_get0_peer_certificate(ssl);
	char subject[200];
	bool good;

	if (!cert)
		return cw_fail(err, CW_ERR_CONFIG, 7117, "the server shows no certificate");
	if (description->tls.cert_dn)
		good = is_subject(cert, description->tls.cert_dn);
	else
		good = has_host(cert, wish->host) ||
		       (description->tls.weak_match && description->service &&
			has_service(cert, description->service));
	if (good)
		return true;
	subject_text(cert, subject, sizeof(subject));
	return description->tls.cert_dn
		       ? cw_fail(err, CW_ERR_CONFIG, 7117,
				 "the server's certificate is for \"%s\", SSL_SERVER_CERT_DN says "
				 "\"%.160s\"",
				 subject, description->tls.cert_dn)
		       : cw_fail(err, CW_ERR_CONFIG, 7117,
				 "the server's certificate is for \"%s\", which is not host \"%s\"",
				 subject, wish->host);
}

/* ---- the handshake -------------------------------------------------------------------------- */

/* Is the server to prove who it is? */
static bool must_prove(const struct ora_tls_wish *wish)
{
	const struct cw_ora_description *description = wish->description;

	return !wish->is_loopback || wish->wallet || description->tls.cert_dn ||
	       description->tls.name_match == CW_ORA_YES;
}

/* As python-oracledb and node-oracledb write it, for listeners that save a handshake by it. */
static void say_service(SSL *ssl, const struct cw_ora_description *description)
{
	char sni[256];

	if (!description->tls.sni || !description->service)
		return;
	if (snprintf(sni, sizeof(sni), "S%zu.%s.V3.%u", strlen(description->service),
		     description->service, CW_TNS_VERSION_WANTED) < (int)sizeof(sni))
		(void)SSL_set_tlsext_host_name(ssl, sni);
}

static SSL_CTX *new_context(const struct ora_tls_wish *wish, struct cw_err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	int version = wish->description->tls.version;

	if (!ctx)
		abort();
	(void)SSL_CTX_set_min_proto_version(ctx, version == 13 ? TLS1_3_VERSION : TLS1_2_VERSION);
	(void)SSL_CTX_set_max_proto_version(ctx, version == 12 ? TLS1_2_VERSION : 0);
	if (!read_wallet(ctx, wish, err)) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	SSL_CTX_set_verify(ctx, must_prove(wish) ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	return ctx;
}

static bool explain(long verified, struct cw_err *err)
{
	char text[sizeof(err->text)];

	if (verified != X509_V_OK)
		return cw_fail(err, CW_ERR_CONFIG, 7117, "the server's certificate is not trusted: %s",
			       X509_verify_cert_error_string(verified));
	if (err->code == 1203 || err->native == ECONNRESET)
		return cw_fail(err, CW_ERR_RETRY, 7116,
			       "the server hung up in the TLS handshake: is this its port of tcps?");
	if (err->code != 1211)
		return cw_err_add(err, "TLS handshake");
	(void)snprintf(text, sizeof(text), "%s", err->text);
	return cw_fail(err, CW_ERR_CONFIG, 7116, "%s%s", text,
		       strstr(text, "wrong version number") ? ": is this the port of tcps?"
		       : strstr(text, "certificate required") || strstr(text, "handshake failure")
			       ? ": the server may want a client certificate, from a wallet"
			       : "");
}

bool ora_tls_start(struct cw_io *io, const struct ora_tls_wish *wish, struct cw_err *err)
{
	SSL_CTX *ctx = new_context(wish, err);
	bool good;
	SSL *ssl;

	if (!ctx)
		return false;
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx); /* the SSL holds it */
	if (!ssl || SSL_up_ref(ssl) != 1)
		abort();
	SSL_set_connect_state(ssl);
	say_service(ssl, wish->description);
	good = cw_tls_start(io, ssl, err);
	if (!good)
		(void)explain(must_prove(wish) ? SSL_get_verify_result(ssl) : X509_V_OK, err);
	else if (must_prove(wish) && wish->description->tls.name_match != CW_ORA_NO)
		good = check_name(ssl, wish, err);
	SSL_free(ssl);
	return good;
}

void ora_tls_show(const struct cw_io *io, char *ret, size_t room)
{
	const SSL *ssl = cw_tls_of(io);
	X509 *cert = ssl ? SSL_get0_peer_certificate(ssl) : NULL;
	char subject[100] = "";

	if (cert)
		subject_text(cert, subject, sizeof(subject));
	(void)snprintf(ret, room, "%s, %s%s", ssl ? SSL_get_version(ssl) : "none", subject,
		       ssl && SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE ? ", not verified" : "");
}
