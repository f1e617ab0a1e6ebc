/*
 * destination_sqlnet.c - what sqlnet.ora says for every connection; see destination.h
 *
 * The connect string goes before the file, and so do the login's own words of wallet and network
 * encryption.  What demands more safety than there is here is refused by name; parameters
 * that servers alone read, and those of comfort, are passed over.
 *
 * Sources	Oracle Net Services Reference 19c, chapter 5; Database Security Guide 19c, B and C
 */
#include "oracle/destination.h"

#include "base/os.h"
#include "codec/net_text.h"
#include "codec/tns_packet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum what { SETTING, DOMAIN, WALLET, SERVICES, LOGON, RECEIVE, NO_FIPS, NO_CIPHERS };

static const struct {
	const char *name;
	enum what what;
	const char *key; /* of a connect string */
} parameters[] = {
	{ "SQLNET.ENCRYPTION_CLIENT", SETTING, "encryption_client" },
	{ "SQLNET.ENCRYPTION_TYPES_CLIENT", SETTING, "encryption_types_client" },
	{ "SQLNET.CRYPTO_CHECKSUM_CLIENT", SETTING, "crypto_checksum_client" },
	{ "SQLNET.CRYPTO_CHECKSUM_TYPES_CLIENT", SETTING, "crypto_checksum_types_client" },
	{ "SQLNET.IGNORE_ANO_ENCRYPTION_FOR_TCPS", SETTING, "ignore_ano_encryption_for_tcps" },
	{ "SQLNET.OUTBOUND_CONNECT_TIMEOUT", SETTING, "connect_timeout" },
	{ "TCP.CONNECT_TIMEOUT", SETTING, "transport_connect_timeout" },
	{ "DEFAULT_SDU_SIZE", SETTING, "sdu" },
	{ "SSL_SERVER_DN_MATCH", SETTING, "ssl_server_dn_match" },
	{ "SSL_SERVER_CERT_DN", SETTING, "ssl_server_cert_dn" },
	{ "SSL_ALLOW_WEAK_DN_MATCH", SETTING, "ssl_allow_weak_dn_match" },
	{ "SSL_VERSION", SETTING, "ssl_version" },
	{ "NAMES.DEFAULT_DOMAIN", DOMAIN, NULL },
	{ "WALLET_LOCATION", WALLET, NULL },
	{ "SQLNET.AUTHENTICATION_SERVICES", SERVICES, NULL },
	{ "SQLNET.ALLOWED_LOGON_VERSION_CLIENT", LOGON, NULL },
	{ "SQLNET.RECV_TIMEOUT", RECEIVE, NULL },
	{ "SQLNET.FIPS_140", NO_FIPS, NULL },
	{ "SSLFIPS_140", NO_FIPS, NULL },
	{ "FIPS_140", NO_FIPS, NULL },
	{ "SSL_CIPHER_SUITES", NO_CIPHERS, NULL },
};

bool ora_config_file(const char *name, char *ret, struct cw_err *err)
{
	const char *folder = getenv("TNS_ADMIN"), *home = getenv("ORACLE_HOME");
	int len;

	if (folder && *folder)
		len = snprintf(ret, PATH_MAX, "%s/%s", folder, name);
	else if (home && *home)
		len = snprintf(ret, PATH_MAX, "%s/network/admin/%s", home, name);
	else
		len = snprintf(ret, PATH_MAX, "/etc/%s", name);
	return (len > 0 && len < PATH_MAX) ||
	       cw_fail(err, CW_ERR_CONFIG, 7114, "the path in TNS_ADMIN is too long");
}

static bool is_word(struct cw_bytes value, const char *word)
{
	return value.len == strlen(word) &&
	       strncasecmp((const char *)value.at, word, value.len) == 0;
}

/* Without the quotes around it. */
static struct cw_bytes bare(struct cw_bytes value)
{
	uint8_t quote = value.len > 1 ? value.at[0] : 0;

	if ((quote == '"' || quote == '\'') && value.at[value.len - 1] == quote)
		return (struct cw_bytes){ value.at + 1, value.len - 2 };
	return value;
}

static bool refuse(const char *name, struct cw_bytes value, const char *why, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 7115, "%s = %.*s: %s", name,
		       (int)(value.len < 60 ? value.len : 60), (const char *)value.at, why);
}

/* A path, or (SOURCE = (METHOD = FILE) (METHOD_DATA = (DIRECTORY = path))). */
static bool take_wallet(struct cw_ora_destination *to, const char *name, struct cw_bytes value,
			struct cw_err *err)
{
	struct cw_bytes method, folder = value;

	if (value.at[0] == '(') {
		if (!cw_tns_find(value, NULL, "METHOD", &method) || !is_word(method, "FILE") ||
		    !cw_tns_find(value, NULL, "DIRECTORY", &folder))
			return refuse(name, value, "a wallet is a FILE in a DIRECTORY here", err);
	}
	to->otherwise.wallet = ora_keep_text(to, bare(folder));
	return true;
}

/* Who may log in with a password is fine with any list that has something beside. */
static bool take_services(const char *name, struct cw_bytes value, struct cw_err *err)
{
	static const char *const other[] = { "kerberos5", "kerberos5pre", "radius", "cybersafe" };
	struct cw_bytes word = { value.at, 0 };
	bool is_other = false;

	for (size_t i = 0; i <= value.len; i++) {
		if (i < value.len && !strchr("(), \t\"", value.at[i])) {
			word.len++;
			continue;
		}
		for (size_t j = 0; word.len > 0 && j < CW_ARRAY_LEN(other); j++)
			is_other |= is_word(word, other[j]);
		if (word.len > 0 &&
		    (is_word(word, "none") || is_word(word, "all") || is_word(word, "beq") ||
		     is_word(word, "tcps") || is_word(word, "nts")))
			return true;
		word = (struct cw_bytes){ value.at + i + 1, 0 };
	}
	return !is_other ||
	       refuse(name, value,
		      "logins by Kerberos and RADIUS are not supported; add NONE for an "
		      "account with a password",
		      err);
}

static bool take_number(const char *name, struct cw_bytes value, unsigned *ret, struct cw_err *err)
{
	unsigned number = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9' || i > 6)
			return cw_fail(err, CW_ERR_CONFIG, 7110, "%s: '%.*s' is no number", name,
				       (int)value.len, (const char *)value.at);
		number = number * 10 + (unsigned)(value.at[i] - '0');
	}
	*ret = number;
	return true;
}

/* 8 to 12: 11g's verifiers will do; 12a: 12c's alone. */
static bool take_logon(struct cw_ora_destination *to, const char *name, struct cw_bytes value,
		       struct cw_err *err)
{
	unsigned version;

	if (is_word(value, "12a"))
		to->otherwise.only_12c = true;
	else if (!take_number(name, value, &version, err))
		return false;
	return true;
}

static bool take_setting(struct cw_ora_destination *to, const char *key, struct cw_bytes value,
			 struct cw_err *err)
{
	bool known;

	if (strcmp(key, "ssl_version") == 0 &&
	    (is_word(value, "undetermined") || is_word(value, "0")))
		return true;
	return ora_take_setting(to, &to->defaults, key, value, &known, err);
}

static bool take_fips(const char *name, struct cw_bytes value, struct cw_err *err)
{
	bool on;

	return ora_take_switch(name, value, &on, err) &&
	       (!on || refuse(name, value, "nothing here was certified", err));
}

static bool take(struct cw_ora_destination *to, size_t index, struct cw_bytes value,
		 struct cw_err *err)
{
	const char *name = parameters[index].name;

	switch (parameters[index].what) {
	case SETTING:
		return take_setting(to, parameters[index].key, value, err);
	case DOMAIN:
		to->default_domain = ora_keep_text(to, value);
		return true;
	case WALLET:
		return take_wallet(to, name, value, err);
	case SERVICES:
		return take_services(name, value, err);
	case LOGON:
		return take_logon(to, name, value, err);
	case RECEIVE:
		return take_number(name, value, &to->otherwise.receive_s, err);
	case NO_FIPS:
		return take_fips(name, value, err);
	case NO_CIPHERS:
		to->otherwise.cipher_suites = true;
		return true;
	}
	return true;
}

bool ora_take_sqlnet(struct cw_ora_destination *to, struct cw_bytes text, struct cw_err *err)
{
	struct cw_net_entry entry;

	while (cw_net_next_entry(&text, &to->arena, &entry))
		for (size_t i = 0; entry.value.len > 0 && i < CW_ARRAY_LEN(parameters); i++)
			if (cw_net_has_alias(entry.names, parameters[i].name) &&
			    !take(to, i, bare(entry.value), err))
				return false;
	return true;
}

bool ora_read_sqlnet(struct cw_ora_destination *to, struct cw_err *err)
{
	char path[PATH_MAX];
	struct cw_bytes text;
	struct stat file;

	if (!ora_config_file("sqlnet.ora", path, err))
		return false;
	CW_CLEANUP(cw_close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	if (fd < 0 || fstat(fd, &file) != 0)
		return cw_fail_errno(err, 7114, "open %s", path);
	if (!ora_read_whole(fd, path, (size_t)file.st_size, &to->arena, &text, err))
		return false;
	if (!ora_take_sqlnet(to, text, err))
		return cw_err_add(err, "%s", path);
	/* of these the login has its own word, which goes before the file's */
	to->otherwise.network = to->defaults.network;
	to->defaults.network.encryption = to->defaults.network.encryption_types = NULL;
	to->defaults.network.checksum = to->defaults.network.checksum_types = NULL;
	return true;
}
