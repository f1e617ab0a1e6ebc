/* ano.c - see ano.h */
#include "codec/ano.h"

#include <strings.h>

#define MAGIC		   0xdeadbeefu
#define OUR_VERSION	   0x17700000u /* 23.7, as node-oracledb says */
#define HEADER_BYTES	   13u
#define LIST_TYPE	   3u
#define SUPERVISED	   4u
#define STATUS_SUPERVISED  0x001fu
#define STATUS_NO_ADAPTER  0xfcffu /* the client has none but passwords */
#define STATUS_NOT_USED	   0xfbffu
#define CLIENT_AND_SERVER  0xe0e1u
#define ERROR_LEVELS	   12660u
#define ERROR_NO_ALGORITHM 12650u

/* ---- names -------------------------------------------------------------------------- */

struct algorithm {
	const char *name;
	uint8_t id;
	bool is_good; /* offered without having been named */
};

static const struct algorithm ciphers[] = {
	{ "AES256", CW_ANO_AES256, true },   { "AES192", CW_ANO_AES192, true },
	{ "AES128", CW_ANO_AES128, true },   { "3DES168", CW_ANO_3DES168, false },
	{ "3DES112", CW_ANO_3DES112, false }, { "RC4_256", CW_ANO_RC4_256, false },
	{ "RC4_128", CW_ANO_RC4_128, false }, { "RC4_56", CW_ANO_RC4_56, false },
	{ "RC4_40", CW_ANO_RC4_40, false },  { "DES56C", CW_ANO_DES56, false },
	{ "DES", CW_ANO_DES56, false },
};

static const struct algorithm sums[] = {
	{ "SHA512", CW_ANO_SHA512, true }, { "SHA384", CW_ANO_SHA384, true },
	{ "SHA256", CW_ANO_SHA256, true }, { "SHA1", CW_ANO_SHA1, true },
	{ "MD5", CW_ANO_MD5, false },
};

static const struct algorithm *table_of(enum cw_ano_service_id service, unsigned *ret_count)
{
	*ret_count = service == CW_ANO_ENCRYPTION ? CW_ARRAY_LEN(ciphers) : CW_ARRAY_LEN(sums);
	return service == CW_ANO_ENCRYPTION ? ciphers : sums;
}

static bool is_word(struct cw_bytes text, const char *word)
{
	return strlen(word) == text.len && strncasecmp((const char *)text.at, word, text.len) == 0;
}

const char *cw_ano_name(enum cw_ano_service_id service, unsigned algorithm)
{
	unsigned count;
	const struct algorithm *table = table_of(service, &count);

	for (unsigned i = 0; i < count; i++)
		if (table[i].id == algorithm)
			return table[i].name;
	return algorithm == 0 ? "none" : "an unknown algorithm";
}

bool cw_ano_read_level(struct cw_bytes text, enum cw_ano_level *ret)
{
	static const char *const words[] = { "accepted", "rejected", "requested", "required" };

	for (unsigned i = 0; i < CW_ARRAY_LEN(words); i++)
		if (is_word(text, words[i])) {
			*ret = (enum cw_ano_level)i;
			return true;
		}
	return false;
}

static bool add_named(enum cw_ano_service_id service, struct cw_bytes word,
		      struct cw_ano_wish *ret)
{
	unsigned count;
	const struct algorithm *table = table_of(service, &count);

	for (unsigned i = 0; i < count; i++)
		if (is_word(word, table[i].name) && ret->count < CW_ANO_ALGORITHMS_MAX) {
			ret->algorithm[ret->count++] = table[i].id;
			return true;
		}
	return false;
}

bool cw_ano_read_list(struct cw_bytes text, enum cw_ano_service_id service,
		      struct cw_ano_wish *ret)
{
	static const char between[] = "(), \t";
	size_t at = 0;

	ret->count = 0;
	while (at < text.len) {
		size_t from = at;

		while (at < text.len && !strchr(between, text.at[at]))
			at++;
		if (at > from &&
		    !add_named(service, (struct cw_bytes){ text.at + from, at - from }, ret))
			return false;
		at++;
	}
	return ret->count > 0;
}

/* 21.0.1.0.0 is 0x15001000: what was mended in July 2021 is told by the third number. */
bool cw_ano_is_new(uint32_t version)
{
	return version >> 24 >= 23 || (version >> 12 & 0xff) == 1;
}

/* The list of a wish; the good ones where none was named. */
static unsigned spell_out(const struct cw_ano_wish *wish, enum cw_ano_service_id service,
			  uint8_t ret[CW_ANO_ALGORITHMS_MAX])
{
	unsigned count, n = 0;
	const struct algorithm *table = table_of(service, &count);

	if (wish->count > 0) {
		memcpy(ret, wish->algorithm, wish->count);
		return wish->count;
	}
	for (unsigned i = 0; i < count; i++)
		if (table[i].is_good)
			ret[n++] = table[i].id;
	return n;
}

/* ---- messages ------------------------------------------------------------------------- */

bool cw_ano_begins(struct cw_bytes message)
{
	static const uint8_t magic[] = { 0xde, 0xad, 0xbe, 0xef };

	return message.len >= sizeof(magic) && memcmp(message.at, magic, sizeof(magic)) == 0;
}

static uint16_t length_of(const struct cw_ano_message *message)
{
	size_t length = HEADER_BYTES;

	for (uint16_t i = 0; i < message->count; i++) {
		const struct cw_ano_service *service = &message->service[i];

		length += 8;
		for (uint16_t j = 0; j < service->part_count; j++)
			length += 4 + service->part[j].payload.len;
	}
	return (uint16_t)length;
}

static const char *part_name(uint16_t type)
{
	static const char *const names[] = { "text", "raw", "ub1", "ub2", "ub4", "version", "status" };

	return type < CW_ARRAY_LEN(names) ? names[type] : "unknown part";
}

static void pass_service(struct cw_pass *pass, struct cw_ano_service *service)
{
	cw_pass_u16be(pass, "service", &service->id);
	cw_pass_u16be(pass, "parts", &service->part_count);
	cw_pass_u32be(pass, "error", &service->error);
	if (service->part_count > CW_ANO_PARTS_MAX) {
		(void)cw_pass_bad(pass, "a network service has too many parts");
		return;
	}
	for (uint16_t i = 0; i < service->part_count && !cw_pass_failed(pass); i++) {
		struct cw_ano_part *part = &service->part[i];
		uint16_t len = (uint16_t)part->payload.len;

		cw_pass_enter(pass, "part", i);
		cw_pass_u16be(pass, "length", &len);
		cw_pass_u16be(pass, "type", &part->type);
		cw_pass_raw(pass, part_name(part->type), &part->payload, len, UINT16_MAX);
		cw_pass_leave(pass);
	}
}

void cw_ano_pass(struct cw_pass *pass, struct cw_ano_message *message)
{
	uint32_t magic = MAGIC;

	if (!pass->in)
		message->length = length_of(message);
	cw_pass_u32be(pass, "magic number", &magic);
	cw_pass_u16be(pass, "length", &message->length);
	cw_pass_u32be(pass, "version", &message->version);
	cw_pass_u16be(pass, "services", &message->count);
	cw_pass_u8(pass, "flags", &message->flags);
	if (magic != MAGIC || message->count > CW_ANO_SERVICES_MAX) {
		(void)cw_pass_bad(pass, "not a message of network services");
		return;
	}
	for (uint16_t i = 0; i < message->count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, "service", i);
		pass_service(pass, &message->service[i]);
		cw_pass_leave(pass);
	}
}

/* ---- building ---------------------------------------------------------------------------- */

/* A message under way, and the bytes of its short parts. */
struct draft {
	struct cw_ano_message message;
	uint8_t room[160];
	size_t used;
};

static struct cw_ano_service *add_service(struct draft *draft, enum cw_ano_service_id id)
{
	struct cw_ano_service *service = &draft->message.service[draft->message.count++];

	*service = (struct cw_ano_service){ .id = (uint16_t)id };
	return service;
}

static void add_bytes(struct cw_ano_service *service, enum cw_ano_part_type type,
		      struct cw_bytes payload)
{
	service->part[service->part_count++] = (struct cw_ano_part){ (uint16_t)type, payload };
}

static void add_number(struct draft *draft, struct cw_ano_service *service,
		       enum cw_ano_part_type type, uint32_t value, unsigned bytes)
{
	struct cw_wr wr = { .at0 = draft->room + draft->used, .room = sizeof(draft->room) - draft->used };

	cw_wr_be(&wr, value, bytes);
	add_bytes(service, type, cw_wr_bytes(&wr));
	draft->used += bytes;
}

static void add_version(struct draft *draft, struct cw_ano_service *service, uint32_t version)
{
	add_number(draft, service, CW_ANO_VERSION, version, 4);
}

/* What the client has, in the order of python-oracledb; ojdbc takes no other answer than 2, 3. */
static const uint8_t supervised[] = { 0xde, 0xad, 0xbe, 0xef, 0, LIST_TYPE, 0, 0, 0, SUPERVISED,
				      0,    4,	  0,	1,    0, 2,	    0, 3 };
static const uint8_t agreed_on[] = { 0xde, 0xad, 0xbe, 0xef, 0, LIST_TYPE, 0, 0,
				     0,	   2,	 0,    2,    0, 3 };
/* What python-oracledb and go-ora send as the connection's id. */
static const uint8_t client_id[] = { 0, 0, 0x10, 0x1c, 0x66, 0xec, 0x28, 0xea };

#define BYTES(array) ((struct cw_bytes){ (array), sizeof(array) })

static void put(struct cw_wr *wr, struct draft *draft)
{
	static const struct cw_ttc no_ttc;
	struct cw_pass pass = cw_pass_writing(wr, &no_ttc);

	cw_ano_pass(&pass, &draft->message);
}

/* The client's list, with 0 where the level puts it. */
static void add_wish(struct draft *draft, struct cw_ano_service *service,
		     const struct cw_ano_wish *wish)
{
	uint8_t list[CW_ANO_ALGORITHMS_MAX];
	unsigned count = spell_out(wish, (enum cw_ano_service_id)service->id, list);
	struct cw_wr wr = { .at0 = draft->room + draft->used, .room = sizeof(draft->room) - draft->used };

	if (wish->level == CW_ANO_ACCEPTED || wish->level == CW_ANO_REJECTED)
		cw_wr_u8(&wr, 0);
	if (wish->level != CW_ANO_REJECTED)
		cw_wr_put(&wr, list, count);
	if (wish->level == CW_ANO_REQUESTED)
		cw_wr_u8(&wr, 0);
	add_bytes(service, CW_ANO_RAW, cw_wr_bytes(&wr));
	draft->used += wr.len;
}

void cw_ano_put_offer(struct cw_wr *wr, const struct cw_ano_wishes *wishes)
{
	struct draft draft = { .message.version = OUR_VERSION };
	struct cw_ano_service *service = add_service(&draft, CW_ANO_SUPERVISOR);

	add_version(&draft, service, OUR_VERSION);
	add_bytes(service, CW_ANO_RAW, BYTES(client_id));
	add_bytes(service, CW_ANO_RAW, BYTES(supervised)); /* any list would do: A-412 */
	service = add_service(&draft, CW_ANO_AUTHENTICATION);
	add_version(&draft, service, OUR_VERSION);
	add_number(&draft, service, CW_ANO_UB2, CLIENT_AND_SERVER, 2);
	add_number(&draft, service, CW_ANO_STATUS, STATUS_NO_ADAPTER, 2);
	service = add_service(&draft, CW_ANO_ENCRYPTION);
	add_version(&draft, service, OUR_VERSION);
	add_wish(&draft, service, &wishes->encryption);
	service = add_service(&draft, CW_ANO_INTEGRITY);
	add_version(&draft, service, OUR_VERSION);
	add_wish(&draft, service, &wishes->integrity);
	put(wr, &draft);
}

void cw_ano_put_key(struct cw_wr *wr, struct cw_bytes public_key)
{
	struct draft draft = { .message.version = OUR_VERSION };

	add_bytes(add_service(&draft, CW_ANO_INTEGRITY), CW_ANO_RAW, public_key);
	put(wr, &draft);
}

static void add_first_two(struct draft *draft, uint32_t version)
{
	struct cw_ano_service *service = add_service(draft, CW_ANO_SUPERVISOR);

	add_version(draft, service, version);
	add_number(draft, service, CW_ANO_STATUS, STATUS_SUPERVISED, 2);
	add_bytes(service, CW_ANO_RAW, BYTES(agreed_on));
	service = add_service(draft, CW_ANO_AUTHENTICATION);
	add_version(draft, service, version);
	add_number(draft, service, CW_ANO_STATUS, STATUS_NOT_USED, 2);
}

void cw_ano_put_choice(struct cw_wr *wr, uint32_t version, const struct cw_ano_choice *choice)
{
	struct draft draft = { .message.version = version };
	const struct cw_ano_group *group = &choice->group;
	struct cw_ano_service *service;

	add_first_two(&draft, version);
	service = add_service(&draft, CW_ANO_ENCRYPTION);
	add_version(&draft, service, version);
	add_number(&draft, service, CW_ANO_UB1, choice->encryption, 1);
	service = add_service(&draft, CW_ANO_INTEGRITY);
	add_version(&draft, service, version);
	add_number(&draft, service, CW_ANO_UB1, choice->integrity, 1);
	if (choice->has_group) {
		add_number(&draft, service, CW_ANO_UB2, (uint32_t)group->prime.len * 8, 2);
		add_number(&draft, service, CW_ANO_UB2, (uint32_t)group->prime.len * 8, 2);
		add_bytes(service, CW_ANO_RAW, group->generator);
		add_bytes(service, CW_ANO_RAW, group->prime);
		add_bytes(service, CW_ANO_RAW, group->public_key);
		add_bytes(service, CW_ANO_RAW, group->vector);
	}
	put(wr, &draft);
}

/* The service that cannot be agreed on has its version alone: go-ora's issue 210. */
void cw_ano_put_refusal(struct cw_wr *wr, uint32_t version, enum cw_ano_service_id which,
			uint32_t error)
{
	struct draft draft = { .message.version = version };

	add_first_two(&draft, version);
	for (unsigned id = CW_ANO_ENCRYPTION; id <= CW_ANO_INTEGRITY; id++) {
		struct cw_ano_service *service = add_service(&draft, (enum cw_ano_service_id)id);

		add_version(&draft, service, version);
		if (id == which)
			service->error = error;
		else
			add_number(&draft, service, CW_ANO_UB1, 0, 1);
	}
	put(wr, &draft);
}

/* ---- reading ------------------------------------------------------------------------------ */

static const struct cw_ano_service *find_service(const struct cw_ano_message *message,
						 enum cw_ano_service_id id)
{
	for (uint16_t i = 0; i < message->count; i++)
		if (message->service[i].id == id)
			return &message->service[i];
	return NULL;
}

/* The number in part @index of type @type, 0 if there is none such. */
static uint32_t number_in(const struct cw_ano_service *service, unsigned index,
			  enum cw_ano_part_type type)
{
	struct cw_rd rd;

	if (!service || index >= service->part_count || service->part[index].type != type ||
	    service->part[index].payload.len == 0 || service->part[index].payload.len > 4)
		return 0;
	rd = cw_rd(service->part[index].payload);
	return (uint32_t)cw_rd_be(&rd, (unsigned)service->part[index].payload.len);
}

static struct cw_bytes raw_in(const struct cw_ano_service *service, unsigned index)
{
	if (!service || index >= service->part_count || service->part[index].type != CW_ANO_RAW)
		return (struct cw_bytes){ NULL, 0 };
	return service->part[index].payload;
}

static bool bad_answer(const char *what, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7120, "native network encryption: %s", what);
}

static const char *why_refused(uint32_t error)
{
	switch (error) {
	case ERROR_LEVELS:
		return " (one side requires it, the other rejects it)";
	case ERROR_NO_ALGORITHM:
		return " (no algorithm that both sides allow)";
	case 12269:
		return " (the server wants the keys of July 2021)";
	default:
		return "";
	}
}

static bool check_errors(const struct cw_ano_message *answer, struct cw_err *err)
{
	for (uint16_t i = 0; i < answer->count; i++) {
		uint32_t error = answer->service[i].error;

		if (error == 0)
			continue;
		(void)cw_fail(err, CW_ERR_CONFIG, 7113, "%s: ORA-%05u%s",
			      answer->service[i].id == CW_ANO_AUTHENTICATION
				      ? "authentication by a service (Kerberos, RADIUS ...), which "
					"is not supported"
				      : "native network encryption",
			      error, why_refused(error));
		err->native = (int32_t)error;
		return false;
	}
	return true;
}

/* A server that chooses what nobody offered would have us talk in the clear, or in RC4. */
static bool check_one(const struct cw_ano_wish *wish, enum cw_ano_service_id service,
		      unsigned chosen, struct cw_err *err)
{
	const char *what = service == CW_ANO_ENCRYPTION ? "encryption" : "checksum";
	uint8_t list[CW_ANO_ALGORITHMS_MAX];
	unsigned count = spell_out(wish, service, list);
	bool offered = chosen == 0 && wish->level != CW_ANO_REQUIRED;

	for (unsigned i = 0; i < count && wish->level != CW_ANO_REJECTED; i++)
		offered |= list[i] == chosen;
	return offered || cw_fail(err, CW_ERR_CONFIG, 7113,
				  "native network encryption: the server chose %s as %s, which was "
				  "not offered",
				  cw_ano_name(service, chosen), what);
}

static bool check_group(const struct cw_ano_group *group, struct cw_err *err)
{
	size_t bytes = group->prime.len;

	if (bytes < CW_ANO_GROUP_BYTES_MIN || bytes > CW_ANO_GROUP_BYTES_MAX ||
	    group->public_key.len != bytes || group->generator.len == 0 ||
	    group->generator.len > bytes || group->vector.len > 64)
		return bad_answer("a key exchange of sizes that no server uses", err);
	return true;
}

bool cw_ano_get_choice(const struct cw_ano_message *answer, const struct cw_ano_wishes *wishes,
		       struct cw_ano_choice *ret, struct cw_err *err)
{
	const struct cw_ano_service *encryption = find_service(answer, CW_ANO_ENCRYPTION),
				    *integrity = find_service(answer, CW_ANO_INTEGRITY);

	*ret = (struct cw_ano_choice){ 0 };
	if (!check_errors(answer, err))
		return false;
	ret->encryption = (uint8_t)number_in(encryption, 1, CW_ANO_UB1);
	ret->encryption_version = number_in(encryption, 0, CW_ANO_VERSION);
	ret->integrity = (uint8_t)number_in(integrity, 1, CW_ANO_UB1);
	ret->integrity_version = number_in(integrity, 0, CW_ANO_VERSION);
	if (!check_one(&wishes->encryption, CW_ANO_ENCRYPTION, ret->encryption, err) ||
	    !check_one(&wishes->integrity, CW_ANO_INTEGRITY, ret->integrity, err))
		return false;
	ret->has_group = integrity && integrity->part_count >= 8;
	if (!ret->has_group)
		return (ret->encryption == 0 && ret->integrity == 0) ||
		       bad_answer("algorithms without a key exchange", err);
	ret->group = (struct cw_ano_group){ raw_in(integrity, 4), raw_in(integrity, 5),
					    raw_in(integrity, 6), raw_in(integrity, 7) };
	return check_group(&ret->group, err);
}

/* The client's level and list. */
static bool read_wish(const struct cw_ano_service *service, struct cw_ano_wish *ret)
{
	struct cw_bytes list = raw_in(service, 1);

	*ret = (struct cw_ano_wish){ .level = CW_ANO_REQUIRED };
	if (list.len == 0) {
		ret->level = CW_ANO_REJECTED;
		return !service || service->part_count >= 2;
	}
	for (size_t i = 0; i < list.len; i++) {
		if (list.at[i] == 0)
			ret->level = list.len == 1 ? CW_ANO_REJECTED
				     : i == 0	   ? CW_ANO_ACCEPTED
						   : CW_ANO_REQUESTED;
		else if (ret->count == CW_ANO_ALGORITHMS_MAX)
			return false;
		else
			ret->algorithm[ret->count++] = list.at[i];
	}
	return true;
}

bool cw_ano_get_offer(const struct cw_ano_message *request, struct cw_ano_offer *ret)
{
	const struct cw_ano_service *encryption = find_service(request, CW_ANO_ENCRYPTION),
				    *integrity = find_service(request, CW_ANO_INTEGRITY);

	ret->version = number_in(encryption ? encryption : integrity, 0, CW_ANO_VERSION);
	return read_wish(encryption, &ret->wishes.encryption) &&
	       read_wish(integrity, &ret->wishes.integrity);
}

uint8_t cw_ano_choose(const struct cw_ano_wish *server, const struct cw_ano_wish *client,
		      uint32_t *ret_error)
{
	bool required = server->level == CW_ANO_REQUIRED || client->level == CW_ANO_REQUIRED;

	*ret_error = 0;
	if (server->level == CW_ANO_REJECTED || client->level == CW_ANO_REJECTED) {
		*ret_error = required ? ERROR_LEVELS : 0;
		return 0;
	}
	if (server->level == CW_ANO_ACCEPTED && client->level == CW_ANO_ACCEPTED)
		return 0;
	for (unsigned i = 0; i < server->count; i++)
		if (memchr(client->algorithm, server->algorithm[i], client->count))
			return server->algorithm[i];
	*ret_error = required ? ERROR_NO_ALGORITHM : 0;
	return 0;
}

struct cw_bytes cw_ano_get_key(const struct cw_ano_message *message)
{
	return raw_in(find_service(message, CW_ANO_INTEGRITY), 0);
}
