/* destination_tree.c - connect descriptors; see destination.h */
#include "oracle/destination.h"

#include "codec/net_text.h"

#include <stdio.h>
#include <string.h>

struct tree {
	struct cw_ora_destination *to;
	struct cw_err *err;
};

static const char *name_of(const struct cw_net_node *node, char ret[64])
{
	(void)snprintf(ret, 64, "%.*s", (int)node->name.len, (const char *)node->name.at);
	return ret;
}

static bool want_list(struct tree *t, const struct cw_net_node *node)
{
	char name[64];

	return node->is_list || cw_fail(t->err, CW_ERR_CONFIG, 7110,
					"connect descriptor: %s wants a list in parentheses",
					name_of(node, name));
}

static bool want_value(struct tree *t, const struct cw_net_node *node)
{
	char name[64];

	return !node->is_list || cw_fail(t->err, CW_ERR_CONFIG, 7110,
					 "connect descriptor: %s wants a value, not a list",
					 name_of(node, name));
}

static bool take_address(struct tree *t, const struct cw_net_node *node,
			 struct cw_ora_address_list *list)
{
	struct cw_ora_address *address;
	bool known;
	char name[64];

	if (!want_list(t, node))
		return false;
	address = ora_add_address(t->to, list, t->err);
	if (!address)
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next) {
		bool ok = true;

		if (cw_net_is(at, "protocol"))
			ok = want_value(t, at) &&
			     ora_take_protocol(at->value, &address->tls, t->err);
		else if (cw_net_is(at, "port"))
			ok = want_value(t, at) && ora_take_port(at->value, &address->port, t->err);
		else if (cw_net_is(at, "host"))
			address->host = ora_keep_text(t->to, at->value);
		else if (cw_net_is(at, "https_proxy"))
			ok = ora_take_setting(t->to, t->to->description, name_of(at, name),
					      at->value, &known, t->err);
		if (!ok)
			return false;
	}
	if (!address->host || !*address->host)
		return cw_fail(t->err, CW_ERR_CONFIG, 7110,
			       "connect descriptor: an ADDRESS without a HOST");
	return true;
}

static bool take_list(struct tree *t, const struct cw_net_node *node,
		      struct cw_ora_description *into)
{
	struct cw_ora_address_list *list = ora_add_list(t->to, into);
	bool route = false;

	if (!want_list(t, node))
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next) {
		bool ok = true;

		if (cw_net_is(at, "address"))
			ok = take_address(t, at, list);
		else if (cw_net_is(at, "failover"))
			ok = ora_take_switch("FAILOVER", at->value, &list->failover, t->err);
		else if (cw_net_is(at, "load_balance"))
			ok = ora_take_switch("LOAD_BALANCE", at->value, &list->load_balance,
					     t->err);
		else if (cw_net_is(at, "source_route"))
			ok = ora_take_switch("SOURCE_ROUTE", at->value, &route, t->err);
		if (!ok)
			return false;
	}
	return !route ||
	       cw_fail(t->err, CW_ERR_CONFIG, 7115, "connect string: source_route is not supported");
}

/* Written again as it came: FAILOVER_MODE is a list that only servers read. */
static bool pass_on(struct tree *t, const struct cw_net_node *node,
		    struct cw_ora_description *into)
{
	struct cw_wr wr = { .limit_bytes = CW_NET_TEXT_BYTES_MAX };
	bool good;

	cw_wr_text(&wr, into->connect_data);
	good = cw_net_write(&wr, node) && !cw_wr_failed(&wr);
	if (good)
		into->connect_data = ora_keep_text(t->to, cw_wr_bytes(&wr));
	cw_wr_release(&wr);
	return good || cw_fail(t->err, CW_ERR_CONFIG, 7110,
			       "connect descriptor: CONNECT_DATA cannot be passed on");
}

static bool take_connect_data(struct tree *t, const struct cw_net_node *node,
			      struct cw_ora_description *into)
{
	char name[64];

	if (!want_list(t, node))
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next) {
		/* said by ourselves; in former days copied from a trace */
		if (cw_net_is(at, "cid") || cw_net_is(at, "connection_id") ||
		    cw_net_is(at, "connection_id_prefix"))
			continue;
		if (at->name.len >= sizeof(name))
			return cw_fail(t->err, CW_ERR_CONFIG, 7110,
				       "connect descriptor: a keyword of %zu characters",
				       at->name.len);
		if (at->is_list ? !pass_on(t, at, into)
				: !ora_take_connect_data(t->to, into, name_of(at, name), at->value,
							 t->err))
			return false;
	}
	return true;
}

static bool take_security(struct tree *t, const struct cw_net_node *node,
			  struct cw_ora_description *into)
{
	char name[64];
	bool known;

	if (!want_list(t, node))
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next) {
		if (!want_value(t, at) ||
		    !ora_take_setting(t->to, into, name_of(at, name), at->value, &known, t->err))
			return false;
		/* a key mistyped here would weaken what was meant to be strict */
		if (!known)
			return cw_fail(t->err, CW_ERR_CONFIG, 7115,
				       "connect descriptor: SECURITY has no %s",
				       name_of(at, name));
	}
	return true;
}

/* FAILOVER and LOAD_BALANCE of a description without lists are those of its addresses. */
static void share_choices(struct cw_ora_description *into, struct cw_ora_address_list *own)
{
	own->failover = into->failover;
	own->load_balance = into->load_balance;
}

static bool take_part(struct tree *t, const struct cw_net_node *at,
		      struct cw_ora_description *into, struct cw_ora_address_list **own)
{
	char name[64];
	bool known;

	if (cw_net_is(at, "address_list")) {
		*own = NULL; /* an ADDRESS behind it is a list of its own: order counts */
		return take_list(t, at, into);
	}
	if (cw_net_is(at, "address")) {
		if (!*own)
			*own = ora_add_list(t->to, into);
		return take_address(t, at, *own);
	}
	if (cw_net_is(at, "connect_data"))
		return take_connect_data(t, at, into);
	if (cw_net_is(at, "security"))
		return take_security(t, at, into);
	return at->is_list ||
	       ora_take_setting(t->to, into, name_of(at, name), at->value, &known, t->err);
}

static bool take_description(struct tree *t, const struct cw_net_node *node)
{
	struct cw_ora_description *into = ora_add_description(t->to);
	struct cw_ora_address_list *own = NULL;
	bool lists = cw_net_child(node, "address_list") != NULL;

	if (!want_list(t, node))
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next)
		if (!take_part(t, at, into, &own))
			return false;
	if (own && !lists)
		share_choices(into, own);
	if (!into->list)
		return cw_fail(t->err, CW_ERR_CONFIG, 7110,
			       "connect descriptor: a DESCRIPTION without an ADDRESS");
	return true;
}

static bool take_descriptions(struct tree *t, const struct cw_net_node *node)
{
	t->to->load_balance = true; /* ON by default at this level, and only there */
	if (!want_list(t, node))
		return false;
	for (const struct cw_net_node *at = node->child; at; at = at->next) {
		bool ok = true;

		if (cw_net_is(at, "description"))
			ok = take_description(t, at);
		else if (cw_net_is(at, "failover"))
			ok = ora_take_switch("FAILOVER", at->value, &t->to->failover, t->err);
		else if (cw_net_is(at, "load_balance"))
			ok = ora_take_switch("LOAD_BALANCE", at->value, &t->to->load_balance,
					     t->err);
		if (!ok)
			return false;
	}
	return true;
}

bool ora_read_descriptor(const char *text, struct cw_ora_destination *to, struct cw_err *err)
{
	struct tree t = { .to = to, .err = err };
	struct cw_bytes bytes = { (const uint8_t *)text, strlen(text) };
	const struct cw_net_node *root;

	if (!cw_net_parse(bytes, &to->arena, &root, err))
		return false;
	if (cw_net_is(root, "description_list"))
		return take_descriptions(&t, root);
	if (cw_net_is(root, "description"))
		return take_description(&t, root);
	if (cw_net_is(root, "address") || cw_net_is(root, "address_list")) {
		struct cw_ora_description *into = ora_add_description(to);
		struct cw_ora_address_list *own = NULL;

		return take_part(&t, root, into, &own);
	}
	return cw_fail(err, CW_ERR_CONFIG, 7110,
		       "a connect descriptor begins with (DESCRIPTION= or (DESCRIPTION_LIST=");
}
