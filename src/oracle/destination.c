/* destination.c - see destination.h: what both forms share, and the order of attempts */
#include "oracle/destination.h"

#include "codec/net_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define TIMEOUT_MS_MAX (24 * 3600 * 1000)

/* ---- building ---------------------------------------------------------------------- */

struct cw_ora_description *ora_add_description(struct cw_ora_destination *to)
{
	struct cw_ora_description *fresh = cw_new(&to->arena, struct cw_ora_description, 1);
	struct cw_ora_description **at = &to->description;

	*fresh = to->defaults;
	while (*at)
		at = &(*at)->next;
	*at = fresh;
	return fresh;
}

struct cw_ora_address_list *ora_add_list(struct cw_ora_destination *to,
					 struct cw_ora_description *description)
{
	struct cw_ora_address_list *fresh = cw_new(&to->arena, struct cw_ora_address_list, 1);
	struct cw_ora_address_list **at = &description->list;

	fresh->failover = true;
	while (*at)
		at = &(*at)->next;
	*at = fresh;
	return fresh;
}

struct cw_ora_address *ora_add_address(struct cw_ora_destination *to,
				       struct cw_ora_address_list *list, struct cw_err *err)
{
	struct cw_ora_address *grown;

	if (++to->address_count > CW_ORA_ADDRESSES_MAX) {
		(void)cw_fail(err, CW_ERR_CONFIG, 7110, "more than %u addresses in one string",
			      CW_ORA_ADDRESSES_MAX);
		return NULL;
	}
	grown = cw_new(&to->arena, struct cw_ora_address, list->count + 1);
	if (list->count > 0)
		memcpy(grown, list->address, list->count * sizeof(*grown));
	list->address = grown;
	grown[list->count].port = CW_ORA_PORT;
	return &grown[list->count++];
}

const char *ora_keep_text(struct cw_ora_destination *to, struct cw_bytes text)
{
	char *copy = cw_new(&to->arena, char, text.len + 1);

	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	return copy;
}

/* ---- values --------------------------------------------------------------------------- */

static bool is_text(struct cw_bytes value, const char *text)
{
	return value.len == strlen(text) &&
	       strncasecmp((const char *)value.at, text, value.len) == 0;
}

static bool bad_value(const char *key, struct cw_bytes value, const char *wanted,
		      struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 7110, "connect string: %s=%.*s: %s is wanted", key,
		       value.len < 40 ? (int)value.len : 40,
		       value.len ? (const char *)value.at : "", wanted);
}

bool ora_take_switch(const char *key, struct cw_bytes value, bool *ret, struct cw_err *err)
{
	static const char *const yes[] = { "on", "yes", "true" }, *const no[] = { "off", "no",
										 "false" };

	for (size_t i = 0; i < CW_ARRAY_LEN(yes); i++) {
		if (is_text(value, yes[i]) || is_text(value, no[i])) {
			*ret = is_text(value, yes[i]);
			return true;
		}
	}
	return bad_value(key, value, "on or off", err);
}

static bool take_number(const char *key, struct cw_bytes value, unsigned least, unsigned most,
			unsigned *ret, struct cw_err *err)
{
	unsigned long number = 0;
	char wanted[64];
	bool good = value.len > 0 && value.len < 10;

	for (size_t i = 0; good && i < value.len; i++) {
		good = isdigit(value.at[i]);
		number = number * 10 + (unsigned long)(value.at[i] - '0');
	}
	if (good && number >= least && number <= most) {
		*ret = (unsigned)number;
		return true;
	}
	(void)snprintf(wanted, sizeof(wanted), "a number from %u to %u", least, most);
	return bad_value(key, value, wanted, err);
}

/* "34", "15 sec", "2.5min", "500 ms". */
static bool take_duration(const char *key, struct cw_bytes value, int64_t *ret,
			  struct cw_err *err)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "", 1000 }, { "sec", 1000 }, { "ms", 1 }, { "min", 60000 } };
	char text[32] = "", *end = text;
	double number = -1;

	if (value.len > 0 && value.len < sizeof(text) && isdigit(value.at[0])) {
		memcpy(text, value.at, value.len);
		text[value.len] = '\0';
		number = strspn(text, "0123456789.") > 0 ? strtod(text, &end) : -1;
	}
	while (*end == ' ')
		end++;
	for (size_t i = 0; number >= 0 && i < CW_ARRAY_LEN(units); i++) {
		double ms = number * units[i].ms;

		if (strcasecmp(end, units[i].unit) == 0 && ms >= 1 && ms <= TIMEOUT_MS_MAX) {
			*ret = (int64_t)ms;
			return true;
		}
	}
	return bad_value(key, value, "a time such as 20, 500ms, 15sec or 2min", err);
}

bool ora_take_protocol(struct cw_bytes value, bool *ret_tls, struct cw_err *err)
{
	static const char *const others[] = { "ipc", "beq", "sdp", "exadirect", "nmp", "wss", "ws" };

	*ret_tls = is_text(value, "tcps");
	if (*ret_tls || is_text(value, "tcp"))
		return true;
	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++)
		if (is_text(value, others[i]))
			return cw_fail(err, CW_ERR_CONFIG, 7115,
				       "protocol %s is not supported: take tcp or tcps", others[i]);
	return bad_value("PROTOCOL", value, "tcp or tcps", err);
}

bool ora_take_port(struct cw_bytes value, uint16_t *ret, struct cw_err *err)
{
	unsigned port;

	if (!take_number("PORT", value, 1, 65535, &port, err))
		return false;
	*ret = (uint16_t)port;
	return true;
}

static bool take_version(struct cw_bytes value, int *ret, struct cw_err *err)
{
	if (is_text(value, "1.2") || is_text(value, "TLSv1.2"))
		*ret = 12;
	else if (is_text(value, "1.3") || is_text(value, "TLSv1.3"))
		*ret = 13;
	else
		return bad_value("SSL_VERSION", value, "TLSv1.2 or TLSv1.3", err);
	return true;
}

/* ---- settings --------------------------------------------------------------------------- */

enum setting {
	FAILOVER, LOAD_BALANCE, SOURCE_ROUTE, RETRY_COUNT, RETRY_DELAY, EXPIRE_TIME, SDU, TCP_TIMEOUT,
	CONNECT_TIMEOUT, SNI, NAME_MATCH, WEAK_MATCH, CERT_DN, WALLET, TLS_VERSION, ENCRYPTION, ENCRYPTION_TYPES,
	CHECKSUM, CHECKSUM_TYPES, NOT_OVER_TLS, REFUSED, PASSED_OVER,
};

static const struct {
	const char *key;
	enum setting what;
} settings[] = {
	{ "failover", FAILOVER },
	{ "load_balance", LOAD_BALANCE },
	{ "source_route", SOURCE_ROUTE },
	{ "retry_count", RETRY_COUNT },
	{ "retry_delay", RETRY_DELAY },
	{ "expire_time", EXPIRE_TIME },
	{ "sdu", SDU },
	{ "transport_connect_timeout", TCP_TIMEOUT },
	{ "connect_timeout", CONNECT_TIMEOUT },
	{ "use_sni", SNI },
	{ "ssl_server_dn_match", NAME_MATCH },
	{ "ssl_allow_weak_dn_match", WEAK_MATCH },
	{ "ssl_server_cert_dn", CERT_DN },
	{ "wallet_location", WALLET },
	{ "my_wallet_directory", WALLET },
	{ "ssl_version", TLS_VERSION },
	{ "encryption_client", ENCRYPTION },
	{ "encryption_types_client", ENCRYPTION_TYPES },
	{ "crypto_checksum_client", CHECKSUM },
	{ "crypto_checksum_types_client", CHECKSUM_TYPES },
	{ "ignore_ano_encryption_for_tcps", NOT_OVER_TLS },
	{ "https_proxy", REFUSED },
	{ "https_proxy_port", REFUSED },
	{ "token_auth", REFUSED },
	{ "authentication_service", REFUSED },
	/* of the socket, of which the kernel knows more; keepalive is always on */
	{ "enable", PASSED_OVER },
	{ "recv_buf_size", PASSED_OVER },
	{ "send_buf_size", PASSED_OVER },
	/* say what is so in any case */
	{ "ssl_client_authentication", PASSED_OVER },
};

static bool refuse(const char *key, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 7115, "connect string: %s is not supported", key);
}

static bool take_source_route(const char *key, struct cw_bytes value, struct cw_err *err)
{
	bool on;

	return ora_take_switch(key, value, &on, err) && (!on || refuse(key, err));
}

static bool take_tls(struct cw_ora_destination *to, struct cw_ora_description *into,
		     enum setting what, const char *key, struct cw_bytes value, struct cw_err *err)
{
	bool on;

	switch (what) {
	case NAME_MATCH:
		if (!ora_take_switch(key, value, &on, err))
			return false;
		into->tls.name_match = on ? CW_ORA_YES : CW_ORA_NO;
		return true;
	case WEAK_MATCH:
		return ora_take_switch(key, value, &into->tls.weak_match, err);
	case SNI:
		return ora_take_switch(key, value, &into->tls.sni, err);
	case CERT_DN:
		into->tls.cert_dn = value.len ? ora_keep_text(to, value) : NULL;
		return true;
	case WALLET:
		into->tls.wallet = value.len == 0 || is_text(value, "system")
					   ? NULL
					   : ora_keep_text(to, value);
		return true;
	default:
		return take_version(value, &into->tls.version, err);
	}
}

/* Levels and lists are read when both sides of the wish are known: ano.c. */
static bool take_network(struct cw_ora_destination *to, struct cw_ora_description *into,
			 enum setting what, const char *key, struct cw_bytes value,
			 struct cw_err *err)
{
	const char *text;

	if (what == NOT_OVER_TLS)
		return ora_take_switch(key, value, &into->network.not_over_tls, err);
	text = ora_keep_text(to, value);
	if (what == ENCRYPTION)
		into->network.encryption = text;
	else if (what == ENCRYPTION_TYPES)
		into->network.encryption_types = text;
	else if (what == CHECKSUM)
		into->network.checksum = text;
	else
		into->network.checksum_types = text;
	return true;
}

static bool take(struct cw_ora_destination *to, struct cw_ora_description *into, enum setting what,
		 const char *key, struct cw_bytes value, struct cw_err *err)
{
	switch (what) {
	case FAILOVER:
		return ora_take_switch(key, value, &into->failover, err);
	case LOAD_BALANCE:
		return ora_take_switch(key, value, &into->load_balance, err);
	case SOURCE_ROUTE:
		return take_source_route(key, value, err);
	case RETRY_COUNT:
		return take_number(key, value, 0, 1000, &into->retry_count, err);
	case RETRY_DELAY:
		return take_number(key, value, 0, 3600, &into->retry_delay_s, err);
	case EXPIRE_TIME:
		return take_number(key, value, 0, 10000, &into->expire_minutes, err);
	case SDU:
		return take_number(key, value, CW_ORA_SDU_MIN, CW_ORA_SDU_MAX, &into->sdu, err);
	case TCP_TIMEOUT:
		return take_duration(key, value, &into->tcp_timeout_ms, err);
	case CONNECT_TIMEOUT:
		return take_duration(key, value, &into->connect_timeout_ms, err);
	case ENCRYPTION:
	case ENCRYPTION_TYPES:
	case CHECKSUM:
	case CHECKSUM_TYPES:
	case NOT_OVER_TLS:
		return take_network(to, into, what, key, value, err);
	case REFUSED:
		return refuse(key, err);
	case PASSED_OVER:
		return true;
	default:
		return take_tls(to, into, what, key, value, err);
	}
}

bool ora_take_setting(struct cw_ora_destination *to, struct cw_ora_description *description,
		      const char *key, struct cw_bytes value, bool *ret_known, struct cw_err *err)
{
	*ret_known = true;
	for (size_t i = 0; i < CW_ARRAY_LEN(settings); i++)
		if (strcasecmp(key, settings[i].key) == 0)
			return take(to, description, settings[i].what, settings[i].key, value, err);
	*ret_known = false;
	return true;
}

bool ora_take_connect_data(struct cw_ora_destination *to, struct cw_ora_description *description,
			   const char *key, struct cw_bytes value, struct cw_err *err)
{
	struct cw_wr wr = { .limit_bytes = CW_NET_TEXT_BYTES_MAX };
	bool good;

	if (strcasecmp(key, "SERVICE_NAME") == 0)
		description->service = ora_keep_text(to, value);
	else if (strcasecmp(key, "SID") == 0)
		description->sid = ora_keep_text(to, value);
	else if (strcasecmp(key, "SERVER") == 0 && is_text(value, "pooled"))
		return cw_fail(err, CW_ERR_CONFIG, 7115,
			       "SERVER=pooled is not supported: take a dedicated server");
	else if (strcasecmp(key, "SERVER") == 0 && !is_text(value, "dedicated") &&
		 !is_text(value, "shared"))
		return bad_value(key, value, "dedicated or shared", err);
	cw_wr_text(&wr, description->connect_data);
	good = cw_net_write_value(&wr, key, value) && !cw_wr_failed(&wr);
	if (good)
		description->connect_data = ora_keep_text(to, cw_wr_bytes(&wr));
	cw_wr_release(&wr);
	return good || bad_value(key, value, "a value that can be quoted", err);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool check_addresses(const struct cw_ora_destination *to, struct cw_err *err)
{
	if (to->address_count == 0)
		return cw_fail(err, CW_ERR_CONFIG, 7110, "the connect string names no address");
	return true;
}

static bool read_text(const char *text, struct cw_ora_destination *to, bool by_alias,
		      struct cw_err *err)
{
	const char *found;

	while (isspace((unsigned char)*text))
		text++;
	if (!*text)
		return cw_fail(err, CW_ERR_CONFIG, 7110, "the connect string is empty");
	if (*text == '(')
		return ora_read_descriptor(text, to, err);
	if (strchr(text, '@') && strcspn(text, "@") < strcspn(text, "?")) /* it is not shown */
		return cw_fail(err, CW_ERR_CONFIG, 7110,
			       "the connect string begins at its '@': user and password are said "
			       "apart from it");
	if (by_alias || strpbrk(text, "/:,;[?"))
		return ora_read_easy(text, to, err);
	return ora_find_alias(text, to, &found, err) && read_text(found, to, true, err);
}

bool cw_ora_destination_read(const char *text, struct cw_ora_destination *ret, struct cw_err *err)
{
	*ret = (struct cw_ora_destination){
		.arena = CW_ARENA(64u << 20),
		.failover = true,
		.defaults = {
			.failover = true,
			.connect_data = "",
			.sdu = CW_ORA_SDU_DEFAULT,
			.retry_delay_s = 1,
			.tcp_timeout_ms = CW_ORA_TCP_TIMEOUT_MS,
		},
	};
	if (ora_read_sqlnet(ret, err) && read_text(text, ret, false, err) && check_addresses(ret, err))
		return true;
	cw_ora_destination_release(ret);
	return false;
}

void cw_ora_destination_release(struct cw_ora_destination *destination)
{
	cw_arena_release(&destination->arena);
	*destination = (struct cw_ora_destination){ 0 };
}

/* ---- order -------------------------------------------------------------------------------- */

/*
 * Which of @count things are tried, in which order: all with failover, one without; drawn
 * with load balance, as written without.
 */
static unsigned draw(bool failover, bool load_balance, unsigned count, cw_ora_roll_fn *roll,
		     void *context, unsigned ret[CW_ORA_ADDRESSES_MAX])
{
	if (count > CW_ORA_ADDRESSES_MAX)
		count = CW_ORA_ADDRESSES_MAX;
	for (unsigned i = 0; i < count; i++)
		ret[i] = i;
	for (unsigned i = 0; load_balance && i + 1 < count; i++) {
		unsigned other = i + roll(context, count - i), kept = ret[i];

		ret[i] = ret[other];
		ret[other] = kept;
	}
	return failover || count == 0 ? count : 1;
}

unsigned cw_ora_destination_order(const struct cw_ora_description *description,
				  cw_ora_roll_fn *roll, void *context,
				  const struct cw_ora_address *ret[CW_ORA_ADDRESSES_MAX])
{
	const struct cw_ora_address_list *list[CW_ORA_ADDRESSES_MAX];
	unsigned order[CW_ORA_ADDRESSES_MAX], inside[CW_ORA_ADDRESSES_MAX], lists = 0, total = 0;

	for (const struct cw_ora_address_list *at = description->list;
	     at && lists < CW_ORA_ADDRESSES_MAX; at = at->next)
		if (at->count > 0)
			list[lists++] = at;
	lists = draw(description->failover, description->load_balance, lists, roll, context, order);
	for (unsigned i = 0; i < lists; i++) {
		const struct cw_ora_address_list *one = list[order[i]];
		unsigned count = draw(one->failover, one->load_balance, one->count, roll, context,
				      inside);

		for (unsigned j = 0; j < count && total < CW_ORA_ADDRESSES_MAX; j++)
			ret[total++] = &one->address[inside[j]];
	}
	return total;
}

unsigned cw_ora_description_order(const struct cw_ora_destination *destination,
				  cw_ora_roll_fn *roll, void *context,
				  const struct cw_ora_description *ret[CW_ORA_ADDRESSES_MAX])
{
	const struct cw_ora_description *all[CW_ORA_ADDRESSES_MAX];
	unsigned order[CW_ORA_ADDRESSES_MAX], count = 0;

	for (const struct cw_ora_description *at = destination->description;
	     at && count < CW_ORA_ADDRESSES_MAX; at = at->next)
		all[count++] = at;
	count = draw(destination->failover, destination->load_balance, count, roll, context, order);
	for (unsigned i = 0; i < count; i++)
		ret[i] = all[order[i]];
	return count;
}
