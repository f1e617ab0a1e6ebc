/*
 * fuzz_destination.c - connect strings, descriptors and tnsnames.ora
 *
 * The first byte says which.  What is taken must hold its bounds, lead somewhere, and, for
 * a descriptor, read the same when it is written again.
 */
#include "fuzz.h"

#include "codec/net_text.h"
#include "oracle/destination.h"

#include <stdlib.h>

static unsigned first_side(void *context, unsigned sides)
{
	(void)context;
	assert(sides > 0);
	return 0;
}

static void read_connect_string(const uint8_t *data, size_t size)
{
	const struct cw_ora_address *address[CW_ORA_ADDRESSES_MAX];
	struct cw_ora_destination destination;
	struct cw_err err = { 0 };
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (!cw_ora_destination_read(text, &destination, &err)) {
		assert(err.code != 0 && err.kind == CW_ERR_CONFIG && !destination.description);
		free(text);
		return;
	}
	assert(destination.address_count > 0);
	for (struct cw_ora_description *at = destination.description; at; at = at->next) {
		unsigned count = cw_ora_destination_order(at, first_side, NULL, address);

		assert(count <= CW_ORA_ADDRESSES_MAX);
		assert(at->sdu >= CW_ORA_SDU_MIN && at->sdu <= CW_ORA_SDU_MAX);
		for (unsigned i = 0; i < count; i++)
			assert(*address[i]->host && address[i]->port > 0);
	}
	cw_ora_destination_release(&destination);
	free(text);
}

static void same_trees(const struct cw_net_node *a, const struct cw_net_node *b)
{
	for (; a && b; a = a->next, b = b->next) {
		assert(a->name.len == b->name.len && a->is_list == b->is_list);
		assert(a->value.len == b->value.len);
		assert(a->value.len == 0 || memcmp(a->value.at, b->value.at, a->value.len) == 0);
		same_trees(a->child, b->child);
	}
	assert(!a && !b);
}

static void read_descriptor(const uint8_t *data, size_t size)
{
	struct cw_arena arena = CW_ARENA(64u << 20);
	struct cw_wr again = { 0 };
	const struct cw_net_node *root, *second;
	struct cw_err err;

	if (cw_net_parse((struct cw_bytes){ data, size }, &arena, &root, &err) &&
	    cw_net_write(&again, root) && again.len <= CW_NET_TEXT_BYTES_MAX) {
		assert(cw_net_parse(cw_wr_bytes(&again), &arena, &second, &err));
		same_trees(root, second);
	}
	cw_wr_release(&again);
	cw_arena_release(&arena);
}

static void read_names(const uint8_t *data, size_t size)
{
	struct cw_bytes rest = { data, size };
	struct cw_arena arena = CW_ARENA(64u << 20);
	struct cw_net_entry entry;

	while (cw_net_next_entry(&rest, &arena, &entry)) {
		assert(entry.names.len > 0 && rest.at > data);
		(void)cw_net_has_alias(entry.names, "x");
		assert(rest.len <= size);
	}
	cw_arena_release(&arena);
}

static void read_sqlnet(const uint8_t *data, size_t size)
{
	struct cw_ora_destination to = { .arena = CW_ARENA(64u << 20) };
	struct cw_err err = { 0 };

	assert(ora_take_sqlnet(&to, (struct cw_bytes){ data, size }, &err) || err.code != 0);
	cw_ora_destination_release(&to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > CW_NET_TEXT_BYTES_MAX)
		return 0;
	(void)setenv("TNS_ADMIN", "/nowhere", 1);
	switch (data[0] % 4) {
	case 0:
		read_connect_string(data + 1, size - 1);
		break;
	case 1:
		read_descriptor(data + 1, size - 1);
		break;
	case 3:
		read_sqlnet(data + 1, size - 1);
		break;
	default:
		read_names(data + 1, size - 1);
		break;
	}
	return 0;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	static const char *const seeds[] = {
		"0tcps://h1,h2:1521;[::1]:3/s:dedicated/i?sdu=65535&wallet_location=\"/w\"&"
		"transport_connect_timeout=500 ms&ssl_server_cert_dn=\"CN=a,O=b\"",
		"0(DESCRIPTION_LIST=(LOAD_BALANCE=off)(DESCRIPTION=(RETRY_COUNT=2)(ADDRESS_LIST="
		"(FAILOVER=on)(ADDRESS=(PROTOCOL=tcps)(HOST=h)(PORT=2484)))(CONNECT_DATA="
		"(SERVICE_NAME=s)(FAILOVER_MODE=(TYPE=select)))(SECURITY=(SSL_VERSION=1.2))))",
		"0alias",
		"3SQLNET.ENCRYPTION_CLIENT = required\nSQLNET.AUTHENTICATION_SERVICES=(NONE, KERBEROS5)\n"
		"WALLET_LOCATION=(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY=\"/w\")))\nFIPS_140=off\n"
		"SQLNET.ALLOWED_LOGON_VERSION_CLIENT=12a\nSQLNET.RECV_TIMEOUT=9\nSSL_VERSION=undetermined\n",
		"1(A=(B=\"x(y)\")(C='d e')(D= plain = text )(E=)(F=(G=(H=1))))",
		"2# comment\na, b.world =\n (DESCRIPTION= # more\n (ADDRESS=(HOST=\"h#\")))\n"
		"IFILE = other.ora\nc = h:1/s # end\n",
	};

	if (index >= sizeof(seeds) / sizeof(seeds[0]))
		return false;
	cw_wr_text(wr, seeds[index]);
	return true;
}
