/*
 * destination_easy.c - Easy Connect and Easy Connect Plus; see destination.h
 *
 *	[[protocol:]//]host1{,host2}[:port]{;host...}[/[service][:server][/instance]][?key=value{&...}]
 *
 * A port is that of all hosts before it that have none yet; a semicolon begins
 * another address list.
 */
#include "oracle/destination.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct easy {
	const char *text, *at;
	struct cw_ora_destination *to;
	struct cw_ora_description *into;
	bool tls;
	struct cw_err *err;
};

static bool bad(struct easy *e, const char *why)
{
	return cw_fail(e->err, CW_ERR_CONFIG, 7110, "connect string, character %zu%s%.16s%s: %s",
		       (size_t)(e->at - e->text) + 1, *e->at ? " at \"" : "", e->at,
		       *e->at ? "\"" : "", why);
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.' || c == '$' ||
	       c == '#' || (c & 0x80);
}

static struct cw_bytes take_name(struct easy *e)
{
	const char *from = e->at;

	while (is_name(*e->at))
		e->at++;
	return (struct cw_bytes){ (const uint8_t *)from, (size_t)(e->at - from) };
}

static bool take_protocol(struct easy *e)
{
	const char *slashes = strstr(e->at, "//");
	size_t len = strspn(e->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	if (!slashes)
		return true;
	if (slashes == e->at) {
		e->at += 2;
		return true;
	}
	if (slashes != e->at + len + 1 || e->at[len] != ':')
		return true;
	if (!ora_take_protocol((struct cw_bytes){ (const uint8_t *)e->at, len }, &e->tls, e->err))
		return false;
	e->at = slashes + 2;
	return true;
}

static bool take_host(struct easy *e, struct cw_ora_address_list *list)
{
	struct cw_ora_address *address;
	struct cw_bytes host;

	if (*e->at == '[') {
		const char *close = strchr(e->at, ']');

		if (!close || strspn(e->at + 1, "0123456789abcdefABCDEF:.%") !=
				      (size_t)(close - e->at - 1))
			return bad(e, "an IPv6 address and its ']' are wanted");
		host = (struct cw_bytes){ (const uint8_t *)e->at + 1,
					  (size_t)(close - e->at - 1) };
		e->at = close + 1;
	} else {
		host = take_name(e);
	}
	if (host.len == 0)
		return bad(e, "a host is wanted");
	address = ora_add_address(e->to, list, e->err);
	if (!address)
		return false;
	address->host = ora_keep_text(e->to, host);
	address->tls = e->tls;
	return true;
}

/* ":port" or ":" alone, for the hosts from @first on. */
static bool take_port(struct easy *e, struct cw_ora_address_list *list, unsigned first)
{
	const char *from = ++e->at;
	uint16_t port = CW_ORA_PORT;

	while (isdigit((unsigned char)*e->at))
		e->at++;
	if (e->at > from &&
	    !ora_take_port((struct cw_bytes){ (const uint8_t *)from, (size_t)(e->at - from) },
			   &port, e->err))
		return false;
	for (unsigned i = first; i < list->count; i++)
		list->address[i].port = port;
	return true;
}

static bool take_hosts(struct easy *e)
{
	struct cw_ora_address_list *list = ora_add_list(e->to, e->into);
	unsigned first = 0;

	for (;;) {
		if (!take_host(e, list))
			return false;
		if (*e->at == ':') {
			if (!take_port(e, list, first))
				return false;
			first = list->count;
		}
		if (*e->at == ';') {
			list = ora_add_list(e->to, e->into);
			first = 0;
		} else if (*e->at != ',') {
			return true;
		}
		e->at++;
	}
}

static bool take_service(struct easy *e)
{
	struct cw_bytes service, server = { NULL, 0 }, instance = { NULL, 0 };

	if (*e->at != '/')
		return true;
	e->at++;
	service = take_name(e);
	if (*e->at == ':') {
		e->at++;
		server = take_name(e);
		if (server.len == 0)
			return bad(e, "dedicated or shared is wanted");
	}
	if (*e->at == '/') {
		e->at++;
		instance = take_name(e);
	}
	return (service.len == 0 ||
		ora_take_connect_data(e->to, e->into, "SERVICE_NAME", service, e->err)) &&
	       (server.len == 0 ||
		ora_take_connect_data(e->to, e->into, "SERVER", server, e->err)) &&
	       (instance.len == 0 ||
		ora_take_connect_data(e->to, e->into, "INSTANCE_NAME", instance, e->err));
}

static void skip_blanks(struct easy *e)
{
	while (isspace((unsigned char)*e->at))
		e->at++;
}

static bool take_value(struct easy *e, struct cw_bytes *ret)
{
	const char *from = e->at, *end;

	if (*from == '"' || *from == '\'') {
		end = strchr(from + 1, *from);
		if (!end)
			return bad(e, "the quote is not closed");
		e->at = end + 1;
		*ret = (struct cw_bytes){ (const uint8_t *)from + 1, (size_t)(end - from - 1) };
		skip_blanks(e);
		return true;
	}
	e->at += strcspn(e->at, "&");
	end = e->at;
	while (end > from && isspace((unsigned char)end[-1]))
		end--;
	*ret = (struct cw_bytes){ (const uint8_t *)from, (size_t)(end - from) };
	return true;
}

static bool take_parameter(struct easy *e)
{
	char key[64];
	size_t len;
	struct cw_bytes value;
	bool known;

	skip_blanks(e);
	len = strspn(e->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
	if (len == 0 || len >= sizeof(key))
		return bad(e, "a parameter is wanted: key=value");
	memcpy(key, e->at, len);
	key[len] = '\0';
	e->at += len;
	skip_blanks(e);
	if (*e->at != '=')
		return bad(e, "'=' is wanted");
	e->at++;
	skip_blanks(e);
	if (!take_value(e, &value) ||
	    !ora_take_setting(e->to, e->into, key, value, &known, e->err))
		return false;
	return known || cw_fail(e->err, CW_ERR_CONFIG, 7115,
				"connect string: no parameter %s is known", key);
}

static bool take_parameters(struct easy *e)
{
	char before = '?';

	skip_blanks(e);
	while (*e->at == before) {
		e->at++;
		if (!take_parameter(e))
			return false;
		before = '&';
	}
	return *e->at == '\0' || bad(e, "this is not part of host:port/service?key=value");
}

bool ora_read_easy(const char *text, struct cw_ora_destination *to, struct cw_err *err)
{
	struct easy e = { .text = text, .at = text, .to = to, .err = err };

	e.into = ora_add_description(to);
	if (!take_protocol(&e) || !take_hosts(&e) || !take_service(&e) || !take_parameters(&e))
		return false;
	/* what stands behind the question mark holds for the one list that there mostly is */
	for (struct cw_ora_address_list *list = e.into->list; list; list = list->next) {
		list->failover = e.into->failover;
		list->load_balance = e.into->load_balance;
	}
	return true;
}
